"""Proofs of printed links: all that are true, none that are false, none without what it needs."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from edit_bench import Bench
from test_rewritings import REWRITINGS, rewritten

from derivations import check
from derivations.check import BUNDLED
from derivations.hypotheses import hypotheses_of
from derivations.judge import role
from derivations.language import nodes as n
from derivations.proofs import ask
from derivations.prover.prove import Proof, Unproved, prove
from derivations.reader.document import Document, Equation, load, read_document
from derivations.reader.statements import Link
from derivations.results import Report

ROOT = Path(__file__).parent.parent
EXAMPLES = [
    ROOT / "derivations" / "notes" / "examples" / "ridge.tex",
    ROOT / "derivations" / "notes" / "examples" / "softmax.tex",
    ROOT / "docs" / "examples" / "mean-and-variance.md",
]
SECONDS = 30.0


def claims(document: Document) -> list[tuple[Equation, int, Link]]:
    return [
        (equation, k, link)
        for equation in document.equations
        if equation.reading is not None
        for k, link in enumerate(equation.reading.links)
        if role(equation, link) == "claim"
    ]


def proved(document: Document, equation: Equation, link: Link) -> Proof | None:
    try:
        return prove(document, equation, link, SECONDS)
    except Unproved:
        return None


@pytest.fixture(scope="module")
def notes() -> Document:
    return read_document(load(BUNDLED))


@pytest.fixture(scope="module")
def verdicts() -> dict[tuple[str, int], str]:
    """What the numbers alone say."""
    report = check(witnesses=["numeric"])
    return {(e.label, k): row.verdict for e in report for k, row in enumerate(e.links)}


def test_what_is_true_is_proved_and_what_is_false_is_not(
    notes: Document, verdicts: dict[tuple[str, int], str]
) -> None:
    found = {(e.label, k): proved(notes, e, link) for e, k, link in claims(notes)}
    assert {key for key, proof in found.items() if proof is None} == {
        key for key in found if verdicts[key] == "refuted"
    }
    assert sum(proof is not None for proof in found.values()) == 64


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_examples_without_proofs_by_hand(path: Path) -> None:
    document = read_document(load(path))
    missing = [(e.label, k) for e, k, link in claims(document) if not proved(document, e, link)]
    assert missing == []


def test_a_proof_fails_without_what_the_numbers_need(notes: Document) -> None:
    """Where a hypothesis that the notes leave unsaid is needed, no proof does without it."""
    report = check()
    tried = 0
    for equation, k, link in claims(notes):
        row = report[equation.label].links[k]
        known = hypotheses_of(equation.scope, equation.scope.entries(), equation.scope.conventions)
        for need in row.needs if row.kernel.status == "proved" else ():
            drop = next(h.drop for h in known if h.latex == need.hypothesis)
            with pytest.raises(Unproved):
                prove(notes, equation, link, SECONDS, frozenset({drop}))
            tried += 1
    assert tried >= 40


def test_every_unsaid_hypothesis_is_needed_by_a_proof(notes: Document) -> None:
    """Each hypothesis declared as unsaid is one that the proof of some link rests on."""
    declared: set[tuple[str, str]] = set()
    used: set[tuple[str, str]] = set()
    for equation in notes.equations:
        scope = equation.scope
        known = hypotheses_of(scope, scope.entries(), scope.conventions)
        declared |= {h.drop for h in known if h.unsaid}
    for equation, _, link in claims(notes):
        used |= {h.drop for h in ask(notes, equation, link, SECONDS).hypotheses if h.unsaid}
    # 2.14 is false, and what its model is positive for is needed by its correction
    assert declared - used == {("q_\\theta", "positive")}
    assert used <= declared


def test_statements_are_general(notes: Document) -> None:
    """No size is a number: the theorem speaks of a sort, whatever its size."""
    proof = prove(notes, notes["2.20"], notes["2.20"].reading.links[0], SECONDS)  # type: ignore[union-attr]
    said = repr(proof.theorem.conclusion)
    assert "prod(" in said
    assert "det(" in said


def test_most_harmless_rewritings_are_proved() -> None:
    bench = Bench()
    good = total = 0
    for rewriting in REWRITINGS:
        label = rewriting["label"]
        document = bench.edited(label, rewritten(bench, rewriting))
        printed = bench.printed(label)
        reading = document[label].reading
        assert reading is not None
        for k, link in enumerate(reading.links):
            if role(document[label], link) != "claim":
                continue
            false = k < len(printed) and printed[k].verdict == "refuted"
            proof = proved(document, document[label], link)
            if false:
                assert proof is None, f"{label}, link {k + 1} is false"
            else:
                good += proof is not None
                total += 1
    assert total > 100
    assert good >= 0.9 * total


BENCH = Bench()
EDITS = BENCH.edits()
random.Random(2).shuffle(EDITS)


def no_false_link_is_proved(number: int) -> None:
    edit = EDITS[number]
    document = BENCH.edited(edit.label, edit.apply(BENCH.latex(edit.label)))
    equation = document[edit.label]
    rows = None
    for k, link in enumerate(equation.reading.links if equation.reading else ()):
        if role(equation, link) == "claim" and proved(document, equation, link):
            rows = rows or BENCH.judged(document, edit.label)
            assert rows[k].verdict != "refuted", (edit, rows[k].counterexample)


@pytest.mark.parametrize("number", range(20))
def test_no_false_edit_is_proved(number: int) -> None:
    no_false_link_is_proved(number)


@pytest.mark.long
def test_no_false_edit_is_proved_at_all() -> None:
    for number in range(len(EDITS)):
        no_false_link_is_proved(number)


def test_a_false_link_is_no_theorem_whatever_the_premise() -> None:
    text = "%! x, y : real\n\\[ x^2 = y^2 \\iff x = y \\tag{1} \\]"
    from derivations.language.source import Source

    document = read_document(Source("text", text))
    link = document["1"].reading.links[0]  # type: ignore[union-attr]
    assert isinstance(link.node, n.Equivalence)
    assert proved(document, document["1"], link) is None


# ---------------------------------------------------------------- an entry for each pair

EACH_PAIR = r"""%! sort dim of size N
%! j, k, l : index(dim)
%! unordered pairs
%! J_{kl} : real, one for each pair
%! x_k : real
"""


def of_pairs(claim: str) -> Report:
    return check(text=EACH_PAIR + rf"\[ {claim} \tag{{1}} \]", cache=False)


def test_an_entry_at_indices_that_may_be_equal_has_no_value() -> None:
    """Not even with the factor 0: all witnesses read it the same."""
    wrong = r"\sum_{k=1}^N \sum_{l=1}^N J_{kl} (1 - \delta_{kl}) x_k x_l"
    report = of_pairs(rf"{wrong} = 2 \sum_{{k \neq l}} J_{{kl}} x_k x_l")
    (row,) = report["1"].links
    assert (row.verdict, row.kernel.status) == ("refuted", "none")
    assert "indices that may be equal" in (row.kernel.reason or "")
    assert report.exit_status() == 1


@pytest.mark.parametrize(
    "claim",
    [
        r"\sum_{k \neq l} J_{kl} (x_k + x_l) = \sum_{k=1}^N x_k \sum_{l \neq k} J_{kl}",
        r"\sum_{k \neq l} J_{kl} = \sum_{k \neq l} J_{lk}",
        r"J_{kl} + x_k = x_k + J_{lk}",
    ],
)
def test_an_entry_at_indices_that_are_kept_apart_has_one(claim: str) -> None:
    (row,) = of_pairs(claim)["1"].links
    assert row.verdict == "proved"
