r"""Refuted links and their nearest true statements: proved, confirmed, said in words."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from edit_bench import Bench
from edits import Edit

from derivations import check
from derivations.check import BUNDLED
from derivations.corrections import Correction, correct
from derivations.corrections.printed import Printed
from derivations.corrections.rules import candidates
from derivations.corrections.trial import candidate, sketch
from derivations.judge import Options, judge_link, role
from derivations.language.source import Source
from derivations.prover.prove import prove
from derivations.reader.definitions import undefined
from derivations.reader.document import Document, load, read_document
from derivations.results import LinkResult

BENCH = Bench()
SEEDS = (0, 1, 2)
DECLARED = r"""
%! sort sample of size n
%! sort axis of size N
%! i, j : index(sample)
%! k, l : index(axis)
%! n, N : natural
%! x_i, c, t : real
%! s : real, positive
%! A, B : matrix(axis), invertible
%! u, v : vector(axis)
%! m : real, defined by (m)
\[ m = \frac{1}{n} \sum_{i=1}^n x_i \tag{m} \]
"""


def judged(document: Document, label: str, seed: int) -> list[LinkResult]:
    equation = document[label]
    assert equation.reading is not None
    options = Options(("numeric",), seed)
    return [judge_link(document, equation, link, options) for link in equation.reading.links]


def wrong_links(document: Document, label: str, seed: int) -> tuple[list[int], list[int]]:
    """The claims of an equation that the numbers refute, and the links with which they agree."""
    equation = document[label]
    assert equation.reading is not None
    rows = list(enumerate(judged(document, label, seed)))
    claims = [k for k, link in enumerate(equation.reading.links) if role(equation, link) == "claim"]
    wrong = [k for k, row in rows if row.verdict == "refuted" and k in claims]
    return wrong, [k for k, row in rows if row.numeric.status == "agrees"]


def corrections(document: Document, label: str, seed: int = 0) -> dict[int, Correction]:
    wrong, right = wrong_links(document, label, seed)
    assert wrong
    return correct(document, document[label], wrong, right, 30, seed)


def mended(document: Document, label: str, correction: Correction) -> Document:
    """The document with the corrected equation in the place of the printed one."""
    span, text = document[label].span, document.source.text
    text = text[: span.start] + correction.equation + text[span.stop :]
    return read_document(Source(document.source.name, f"{correction.declare}\n{text}"))


def confirm(document: Document, label: str, found: dict[int, Correction], seed: int) -> None:
    """What corrections promise, asked of the document that is read anew with them in it."""
    for k, correction in found.items():
        after = mended(document, label, correction)
        equation = after[label]
        assert equation.reading is not None, equation.error
        assert judged(after, label, seed)[k].numeric.status == "agrees", correction
        if correction.proved:
            assert prove(after, equation, equation.reading.links[k], 30)


# ---------------------------------------------------------------- the bundled notes


ERRATA = {
    ("2.11a", 0): r"p_0(x) = \frac{1}{n} \sum_{i=1}^n \delta(x - x_i)",
    ("2.11", 1): r"\underbrace{=}_{\theta \text{ のみ}} \int dx p_0(x) \left(",
    ("2.11", 2): r"\int dx p_0(x) \left(\frac{1}{2\sigma^2}(x-\mu)^2 + ",
    ("2.14", 0): r"\arg\min_{\theta} \{D_{\text{KL}}(p_0(\vec{x}) \parallel",
    ("2.14", 1): r"\arg\max_{\theta} \left\{ \sum_{\vec{x}} p_0(\vec{x}) \ln q",
    ("2.22", 0): r"(\ln p_0(\vec{x}) - \ln q_\theta(\vec{x}))",
    ("2.22", 1): r"(\ln p_0(\vec{x}) - \ln q_\theta(\vec{x}))",
    ("2.30", 0): r"h'_k = h_k + \eta_k",
    ("2.30", 1): r"J'_{kl} = J_{kl} + \eta_{kl}",
    ("10.7a", 0): r"\det(A) I = A \tilde{A}",
    ("2.3ii", 0): r"D(p \parallel q) \neq D(q \parallel p) \quad \text{for some } p, q",
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("label", list(dict.fromkeys(label for label, _ in ERRATA)))
def test_the_bundled_errata_are_corrected(label: str, seed: int) -> None:
    found = corrections(BENCH.document, label, seed)
    wanted = {k: text for (name, k), text in ERRATA.items() if name == label}
    assert found.keys() == wanted.keys()
    for k, text in wanted.items():
        assert text in found[k].latex
        assert found[k].proved
    confirm(BENCH.document, label, found, seed + 10)


def test_what_holds_for_some_values_only_is_said_of_them() -> None:
    correction = corrections(BENCH.document, "2.3ii")[0]
    words = "it does not hold for all p and q, only for some (not for p = q), if \\lvert X \\rvert \\geq 2"
    assert (correction.words, correction.place) == (words, None)


@pytest.mark.parametrize("claim", ["x_i < x_i", "s < 0", "c^2 < 0"])
def test_what_holds_for_no_values_is_not_said_to(claim: str) -> None:
    document = read_document(Source("a.tex", rf"{DECLARED} \[ {claim} \tag{{1}} \]"))
    assert not any("for some" in c.latex for c in corrections(document, "1").values())


def test_the_report_says_where_and_what() -> None:
    report = check(only=["2.11", "10.7a"], witnesses=["kernel", "numeric"], cache=False)
    sign, identity = (f for f in report.findings if f.code == "E101")
    text = BUNDLED.read_text("utf-8")
    at = text.index("- \\int dx p_0(x) \\left(\\frac{1}{2")
    assert sign.span == (at, at + 1)
    assert sign.message.startswith("(2.11) links 2 and 3 are false: the sign of \\int dx p_0(x)")
    assert sign.message.endswith(": +, not -")
    assert text[: identity.span[1]].endswith("\\det(A)")
    assert identity.message.endswith(": I, the identity matrix, is missing after \\det(A)")
    links = report["2.11"].links
    assert links[0].correction is links[0].slip is None
    assert links[1].place == links[2].place == sign.span
    assert links[2].slip is not None
    assert links[2].slip in sign.message
    assert links[2].correction is not None
    assert "\\\\" not in links[2].correction


def test_without_the_kernel_none_is_sought() -> None:
    (link,) = check(only=["10.7a"], witnesses=["numeric"], cache=False)["10.7a"].links
    assert link.verdict == "refuted"
    assert link.correction is link.suggestion is link.slip is None


# ---------------------------------------------------------------- other people's notes


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (r"(c + t)^2 = c^2 + c t + t^2", r"2 is missing before c t"),
        (r"\sum_{i=1}^n (x_i - c)^2 = \sum_{i=1}^n (x_i - m)^2 + (c - m)^2",
         r"n is missing before (c - m)^2"),
        (r"\sum_{i=1}^n (x_i - m) = 1", "0, not 1"),
        (r"c^2 < c^2 + t^2", r"\leq, not <"),
        (r"c^2 + t^2 \leq 2 c t", r"\geq, not \leq"),
        (r"u^\top A v = v^\top A u", r"^\top is missing after A"),
        (r"(A B)^\top = A^\top B^\top", r"B^\top A^\top, not A^\top B^\top"),
        (r"\ln(s^2) = 2 s", r"\ln is missing before s"),
        (r"\exp(c + t) = \exp(c) + \exp(t)", r"\cdot, not +"),
        (r"\frac{d}{dc} \exp(-c^2) = 2 c \exp(-c^2)", "the sign of 2 c \\exp(-c^2): -, not +"),
        (r"\frac{d}{dc} (c t - c^2) = 2 c - t", r"t - 2 c, not 2 c - t"),
        (r"c = 0 \iff c^2 = 1", "0, not 1"),
        (r"s^2 = \sqrt{s} s", r"\sqrt does not belong before s"),
        (r"c \neq c + 0 t", r"=, not \neq"),
    ],
)  # fmt: skip
def test_slips_in_words(statement: str, words: str) -> None:
    report = check(
        text=f"{DECLARED}\\[ {statement} \\tag{{1}} \\]",
        only=["1"],
        witnesses=["kernel", "numeric"],
        cache=False,
    )
    (link,) = report["1"].links
    assert link.verdict == "refuted"
    assert link.slip == words
    (finding,) = report.findings
    assert finding.message.endswith(f": {words}")
    assert link.span[0] <= finding.span[0] < finding.span[1] <= link.span[1]
    corrected = check(
        text=f"{DECLARED}\\[ {link.correction} \\tag{{1}} \\]",
        only=["1"],
        witnesses=["kernel", "numeric"],
        seed=5,
        cache=False,
    )
    assert corrected["1"].verdict == "proved"


@pytest.mark.parametrize(
    "statement",
    [r"c^3 + t = s", r"\det(A) = A A^{-1}", r"\sum_{i=1}^n x_i^5 = \exp(c) \ln(s)", r"c = t^7 - 2"],
)
def test_what_is_far_from_true_gets_none(statement: str) -> None:
    text = f"{DECLARED}\\[ {statement} \\tag{{1}} \\]"
    document = read_document(Source("notes.tex", text))
    wrong, right = wrong_links(document, "1", 0)
    assert wrong == [0]
    start = time.monotonic()
    assert correct(document, document["1"], wrong, right, 5) == {}
    assert time.monotonic() - start < 7


def test_a_definition_that_makes_no_sense_gets_a_suggestion() -> None:
    printed = BENCH.latex("1.1")
    edit = printed.replace(r"\frac{1}{n} ", "")
    assert edit != printed
    document = BENCH.edited("1.1", edit)
    (row,) = judged(document, "1.1", 0)
    assert row.verdict == "refuted"
    (correction,) = correct(document, document["1.1"], [0], [], 20).values()
    assert correction.equation == printed
    assert not correction.proved


def test_an_approximation_beside_it_is_no_hindrance() -> None:
    text = f"{DECLARED}\\[ (c + t)^2 = c^2 + c t + t^2 \\approx s \\tag{{1}} \\]"
    document = read_document(Source("notes.tex", text))
    found = correct(document, document["1"], [0], [1], 20)
    assert found[0].words == "2 is missing before c t"


def test_the_time_limit_holds() -> None:
    document = edited(next(e for e in BENCH.edits() if str(e).startswith("2.28: x_k -> nothing")))
    wrong, right = wrong_links(document, "2.28", 0)
    start = time.monotonic()
    correct(document, document["2.28"], wrong, right, 0.5)
    assert time.monotonic() - start < 2


def test_a_sum_of_equal_terms_corrects_nothing() -> None:
    text = f"{DECLARED}\\[ \\frac{{1}}{{n}} \\sum_{{i=1}}^n x_i^2 = m^2 \\tag{{1}} \\]"
    for correction in corrections(read_document(Source("notes.tex", text)), "1").values():
        assert "m^2 = m^2" not in correction.latex


EXAMPLES = [BUNDLED, *sorted((BUNDLED.parent / "examples").glob("*.tex"))]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_side_read_alone_is_the_side_read_in_its_equation(path: Path) -> None:
    document = read_document(load(path))
    rng = random.Random(1)
    read = 0
    for equation in document.equations:
        assert equation.reading is not None
        links = list(range(len(equation.reading.links)))
        edits = candidates(Printed(document, equation, links))
        for edit in rng.sample(edits, min(5, len(edits))):
            alone = sketch(document, equation, edit)
            whole = candidate(document, equation, edit)
            assert (alone is None) == (whole is None), edit
            if alone is not None and whole is not None:
                read += 1
                assert [x.node for x in alone.links] == [x.node for x in whole.links], edit
                assert edit.words(document.source.text)
    assert read > len(document.equations)


# ---------------------------------------------------------------- single edits of true equations

FALSE = {"2.3ii", "2.11a", "2.11", "2.14", "2.22", "2.30", "10.7a"}
SAMPLE = 30
QUICK = 8
LABELS = [equation.label for equation in BENCH.document.equations]


def edited(edit: Edit) -> Document:
    return BENCH.edited(edit.label, edit.apply(BENCH.latex(edit.label)))


def refuted_edits(longest: int = 1000) -> Iterator[Edit]:
    """Edits of true equations that the numbers refute, in a seeded order; of displays so long."""
    labels = {x for x in LABELS if x not in FALSE and len(BENCH.latex(x)) <= longest}
    edits = [edit for edit in BENCH.edits() if edit.label in labels]
    random.Random(7).shuffle(edits)
    for edit in edits:
        document = edited(edit)
        equation = document[edit.label]
        fine = equation.error is None and not undefined(equation)
        fine = fine and len(document.problems) == len(BENCH.document.problems)
        if fine and wrong_links(document, edit.label, 0)[0]:
            yield edit


def undone(edits: Iterable[Edit]) -> tuple[int, int]:
    """How many edits are corrected by a theorem, and how many by the original text."""
    proofs = originals = 0
    for edit in edits:
        document = edited(edit)
        found = corrections(document, edit.label)
        confirm(document, edit.label, found, 3)
        proofs += bool(found) and all(c.proved for c in found.values())
        printed = _bare(BENCH.latex(edit.label))
        originals += any(_bare(c.equation) == printed for c in found.values())
    return proofs, originals


def _bare(latex: str) -> str:
    return "".join(latex.split())


def test_some_edits_are_undone() -> None:
    proofs, originals = undone(islice(refuted_edits(130), QUICK))
    assert proofs >= QUICK - 1
    assert originals >= QUICK / 2


@pytest.mark.long
def test_most_edits_are_undone() -> None:
    proofs, originals = undone(islice(refuted_edits(), SAMPLE))
    print(f"of {SAMPLE} edits {proofs} are corrected, {originals} by the original")
    assert proofs >= 0.8 * SAMPLE
    assert originals >= 0.6 * SAMPLE


@pytest.mark.parametrize("label", ["2.11a", "2.22", "10.7a"])
def test_slips_are_places_of_the_file_that_lead_to_the_whole_display(label: str) -> None:
    report = check(only=[label], witnesses=["kernel", "numeric"], cache=False)
    text, (lo, hi) = BUNDLED.read_text("utf-8"), report[label].span
    link = report[label].links[0]
    made, at = "", lo
    for slip in link.slips:
        assert link.span[0] <= slip.start <= slip.stop <= link.span[1]
        assert text[slip.start : slip.stop].strip() == slip.old
        made += text[at : slip.start] + slip.new
        at = slip.stop
    assert link.slips
    assert link.mended is not None
    assert "".join((made + text[at:hi]).split()) == "".join(link.mended.split())
