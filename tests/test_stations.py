"""Proofs as a person is shown them: what is typeset is what was proved."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from derivations.check import BUNDLED, check
from derivations.corrections.trial import reread
from derivations.kernel import terms as t
from derivations.kernel.normal import same
from derivations.kernel.terms import REAL, Arrow
from derivations.language.source import Source
from derivations.prover.prove import Proof, Unproved, prove
from derivations.reader.document import Document, load, read_document
from derivations.report.article.build import article
from derivations.report.article.compact import Compactor, has_own_quotient, length
from derivations.report.article.folds import Fold
from derivations.report.article.stations import Station, Telling, named, says
from derivations.report.article.stations import _plain as plain_statement
from derivations.report.terms import plain
from derivations.report.tidy import own_variables
from derivations.witness.numbers import Session

ROOT = BUNDLED.parent.parent.parent
PATHS = (
    BUNDLED,
    BUNDLED.with_name("examples") / "ridge.tex",
    BUNDLED.with_name("examples") / "softmax.tex",
    ROOT / "docs" / "examples" / "mean-and-variance.md",
)


@cache
def document(path: Path = BUNDLED) -> Document:
    return read_document(load(path))


@cache
def telling(label: str, path: Path = BUNDLED) -> Telling:
    return Telling(document(path), document(path)[label])


@cache
def proof(label: str, place: int, path: Path = BUNDLED) -> Proof:
    equation = document(path)[label]
    assert equation.reading is not None
    return prove(document(path), equation, equation.reading.links[place])


@cache
def shown(label: str, path: Path = BUNDLED) -> list[tuple[int, list[Station]]]:
    """The stations of all links of an equation that are proved."""
    equation = document(path)[label]
    found = []
    for k, _ in enumerate(equation.reading.links if equation.reading is not None else []):
        try:
            found.append((k, telling(label, path).stations(proof(label, k, path))))
        except Unproved:
            continue
    return found


LABELS = [e.label for e in document().equations]
each = pytest.mark.parametrize("label", LABELS)
everywhere = pytest.mark.parametrize(
    ("path", "label"), [(path, e.label) for path in PATHS for e in document(path).equations]
)


@everywhere
def test_what_is_shown_is_read_again_as_what_was_proved(path: Path, label: str) -> None:
    tell = telling(label, path)
    for _, stations in shown(label, path):
        for station in stations[:-1]:
            (text,) = station.texts
            again = tell.statement(text, station.declared)
            assert again is not None, text
            assert says(again, named(station.said[0], station.letters)), text
            (theorem,) = station.step.theorems
            general = plain_statement(theorem.conclusion)
            holes = frozenset(own_variables(general))
            assert any(
                t.match(general, one, holes) is not None
                for one in (station.said[0], plain_statement(station.said[0]))
            )


@everywhere
def test_what_is_shown_is_confirmed_by_the_numbers(path: Path, label: str) -> None:
    for k, stations in shown(label, path):
        confirm(telling(label, path), k, stations)


def confirm(tell: Telling, k: int, stations: list[Station]) -> None:
    """A direction of a printed equivalence is tried with it, as in the check of the document."""
    doc, equation = tell.document, tell.equation
    for station in stations[:-1]:
        text = station.texts[0]
        if is_direction(tell, station):
            assert equation.reading is not None
            session = Session(doc, equation, equation.reading.links[k])
        else:
            text = r" \implies ".join((*station.assuming, text))
            declared = "\n".join(f"%! {d}" for d in station.declared)
            found = reread(doc, equation, text, declared)
            assert found is not None
            source, new = found
            assert new.reading is not None, (text, new.error)
            others = [new if e is equation else e for e in doc.equations]
            place = Document(source, others, doc.declarations)
            session = Session(place, new, new.reading.links[0])
        evidence = session.judge(seed=0, seconds=20.0).evidence
        assert evidence.status == "agrees", (text, evidence.reason)


def test_the_proofs_of_corrections_are_confirmed_by_the_numbers() -> None:
    report, shown_steps = check(only=["2.11", "2.22"]), 0
    for equation in report:
        for k, row in enumerate(equation.links):
            if row.correction is None:
                continue
            old = document()[equation.label]
            found = reread(document(), old, row.mended or "", row.declare)
            assert found is not None
            source, new = found
            others = [new if e is old else e for e in document().equations]
            place = Document(source, others, document().declarations)
            tell = Telling(place, new)
            assert new.reading is not None
            stations = tell.stations(prove(place, new, new.reading.links[k]))
            confirm(tell, k, stations)
            shown_steps += len(stations) - 1
    assert shown_steps


def is_direction(tell: Telling, station: Station) -> bool:
    sides = set(tell.sides.values())
    return bool(station.assuming) and {*station.texts, *station.assuming} <= sides


def test_a_changed_sign_is_not_what_was_proved() -> None:
    tell = telling("2.12")
    station = shown("2.12")[0][1][1]
    text = station.texts[0]
    for old, new in ((" + ", " - "), ("{2 n}", "{3 n}"), ("\\mu", "\\sigma^2")):
        assert old in text
        again = tell.statement(text.replace(old, new, 1), station.declared)
        assert again is not None
        assert not says(again, named(station.said[0], station.letters))


@each
def test_the_last_station_is_the_link_and_all_lead_to_it(label: str) -> None:
    for k, stations in shown(label):
        (last,) = stations[-1].step.theorems
        assert last.conclusion is proof(label, k).theorem.conclusion
        assert [s.step.number for s in stations] == list(range(1, len(stations) + 1))
        used = {n for s in stations for n in s.uses}
        assert used == set(range(1, len(stations)))
        assert len(stations) <= 8


def test_proofs_name_what_the_document_names() -> None:
    texts = [s.texts[0] for s in shown("2.12")[0][1][:-1]]
    assert texts[0].startswith(r"D_{\text{KL}} = ")
    assert r"\ln(q_\theta(x_i))" in texts[0]
    assert texts[-1].startswith(r"\frac{\partial}{\partial \mu} ")
    assert texts[-1].endswith(r" = -\frac{1}{\sigma^2} \frac{1}{n} \sum_{i=1}^n (x_i - \mu)")
    (text,) = (s.texts[0] for s in shown("2.28")[0][1][:-1])
    assert text.startswith(r"\frac{\partial}{\partial h_k}\left(\ln(Z_\theta) - ")
    assert r"\sum_{k \neq l} J_{kl} \sum_{i=1}^n x_k^{(i)} x_l^{(i)}" in text
    (text,) = (s.texts[0] for s in shown("2.29")[0][1][:-1])
    assert r"\sum_{\vec{x}} x_k q_\theta(\vec{x}) (x_l - x_k \delta_{kl})" in text


PAIRS = r"""%! sort dim of size N
%! j, k, l : index(dim)
%! MODE pairs
%! J_{kl} : real, one for each pair
%! x_k : real
"""


def telling_with(mode: str) -> Telling:
    text = PAIRS.replace("MODE", mode) + r"\[ x_j = x_j \tag{1} \]"
    document = read_document(Source("t", text))
    return Telling(document, document["1"])


@pytest.mark.parametrize(("mode", "number"), [("ordered", "2"), ("unordered", "4")])
def test_sums_without_a_diagonal_are_sums_over_pairs(mode: str, number: str) -> None:
    """The double sum of A_kl without its diagonal, in the sense that the document declares."""
    claim = r"2 \sum_{k=1}^N \sum_{l=1}^N x_k x_l - 2 \sum_{k=1}^N x_k^2 = x_j"
    tell = telling_with(mode)
    said = tell.statement(claim)
    assert said is not None
    text = tell.formula(said)
    assert text == rf"{number} \sum_{{k \neq l}} x_k x_l = x_j"
    again = tell.statement(text)
    assert again is not None
    assert says(again, said)
    assert not says(tell.statement(text.replace(number, "3")), said)


def test_a_sum_without_half_of_a_diagonal_stays() -> None:
    claim = r"2 \sum_{k=1}^N \sum_{l=1}^N x_k x_l - \sum_{k=1}^N x_k^2 = x_j"
    tell = telling_with("ordered")
    assert "neq" not in tell.formula(tell.statement(claim))


def test_a_bound_index_has_no_letter_that_the_statement_speaks_of() -> None:
    (text,) = (s.texts[0] for s in shown("2.28")[0][1][:-1])
    assert r"\sum_{k=1}^N h_k \sum_{i=1}^n" not in text
    assert r"\sum_{l=1}^N h_l \sum_{i=1}^n x_l^{(i)}" in text


def test_an_equality_case_in_words_is_shown_in_signs() -> None:
    (_, _), (_, stations) = shown("2.3i")
    there = {s.texts[0]: s.assuming for s in stations[:-1]}
    assert there["p = q"] == (r"D(p \parallel q) = 0",)
    assert there[r"D(p \parallel q) = 0"] == ("p = q",)


# ---------------------------------------------------------------- shorter terms

x, y, m = (t.var(name, REAL) for name in "xym")
S = t.var("S", Arrow(("d", "d"), REAL))
u, v = (t.var(name, Arrow(("d",), REAL)) for name in "uv")
i, j = t.var("i", "d"), t.var("j", "d")


def form(a: t.Term, b: t.Term) -> t.Term:
    inner = t.total(t.lam([j], t.mul(t.at(S, i, j), t.at(a, i), t.at(b, j))))
    return t.total(t.lam([i], inner))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (t.add(t.power(x, 2), t.neg(t.mul(t.num(2), x, m)), t.power(m, 2)), "(m − x)²"),
        (
            t.add(form(u, u), t.neg(form(u, v)), t.neg(form(v, u)), form(v, v)),
            "∑_{i ∈ d} (uᵢ − vᵢ) ∑_{j ∈ d} Sᵢⱼ (uⱼ − vⱼ)",
        ),
        (
            t.add(t.mul(t.inv(m), x), t.mul(t.inv(m), y), t.neg(t.mul(t.inv(m), t.call("exp", x)))),
            "(x − exp(x) + y)/m",
        ),
        (t.sub(x, x), "0"),
    ],
)
def test_terms_become_shorter(term: t.Term, text: str) -> None:
    short = Compactor()(term)
    assert plain(short) == text
    assert same(short, term)
    assert length(short) <= length(term)


def test_what_may_be_0_is_never_cancelled() -> None:
    """n / n is 0 for n = 0: a condition must not read 1 = 1."""
    unsure = t.add(t.mul(m, t.inv(m), y), t.mul(m, t.inv(m), x))
    short = Compactor()(unsure)
    assert has_own_quotient(short)
    assert same(short, unsure)
    assert not has_own_quotient(t.mul(x, t.inv(y)))
    assert has_own_quotient(t.call("exp", t.mul(t.power(x, 2), t.inv(x))))
    total = t.total(t.lam([i], t.inv(t.size("d"))))
    assert Compactor()(total) is not t.num(1)


def test_only_names_that_can_occur_are_looked_for() -> None:
    density = t.mul(t.call("exp", t.neg(t.mul(m, t.power(x, 2)))), t.inv(y))
    assert Fold(t.at(t.var("q", Arrow((REAL,), REAL)), x), density, x).variables == {m, y}
    product = t.total(t.lam([i], t.mul(m, t.at(u, i))))
    assert Fold(t.var("s", REAL), product).variables == {m, u}


@pytest.mark.parametrize("label", ["2.11", "2.14", "2.18"])
def test_what_is_called_unreadable_is_not_read(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick look at a statement refuses only what the reader would refuse."""
    quick, refused = Telling._is_readable, list[t.Term]()

    def look(self: Telling, said: t.Term) -> bool:
        if not quick(self, said):
            refused.append(said)
        return True

    shown = Telling._text

    def text(self: Telling, said: t.Term) -> tuple[str, dict[t.Term, str], tuple[str, ...]] | None:
        found = shown(self, said)
        assert found is None or said not in refused
        return found

    monkeypatch.setattr(Telling, "_is_readable", look)
    monkeypatch.setattr(Telling, "_text", text)
    article(check(only=[label], cache=False))
    assert refused


def test_what_has_a_name_is_called_so() -> None:
    q = t.var("q", Arrow((REAL,), REAL))
    z = t.var("z", REAL)
    density = t.mul(t.call("exp", t.neg(t.power(x, 2))), t.inv(z))
    compact = Compactor([Fold(t.at(q, x), density, x)])
    there = t.mul(y, t.substitute(density, {x: m}))
    assert plain(compact(there)) == "y q(m)"
    other = t.mul(y, t.call("exp", t.neg(t.power(m, 2))))
    assert "q" not in plain(compact(other))


def test_an_article_shows_no_false_sign_for_words() -> None:
    found = article(check(only=["2.3i"]))
    assert found.relation("2.3i", 0) == r"D(p \parallel q) \geq 0"
    assert found.relation("2.3i", 1) == r"D(p \parallel q) = 0 \iff p = q"


def test_a_refuted_link_has_the_proof_of_its_corrected_form() -> None:
    report = check(only=["2.11a", "2.22"])
    found = article(report)
    assert set(found.mended) == {("2.11a", 0), ("2.22", 0), ("2.22", 1)}
    for (label, k), told in found.mended.items():
        assert told.steps[-1].formulas == (report[label].links[k].correction,)
        assert (label, k) not in found.told
