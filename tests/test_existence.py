r"""Statements that hold for some values of their symbols: ``\text{for some } p, q``."""

from __future__ import annotations

import pytest
from notation import again as reread
from notation import places

from derivations import check
from derivations.kernel import Theorem
from derivations.kernel import terms as t
from derivations.kernel.logic import assume
from derivations.kernel.records import replay, write
from derivations.kernel.terms import Points
from derivations.language import nodes as n
from derivations.language.latex import latex
from derivations.language.source import Source
from derivations.prover.facts import consequences, equations
from derivations.prover.laws import by_delta
from derivations.prover.prove import Proof, Unproved, prove
from derivations.prover.simplify import Simplifier
from derivations.reader.document import Document, read_document
from derivations.reader.scope import SEVERAL
from derivations.report import explain
from derivations.report.proved import proofs_of
from derivations.results import LinkResult
from derivations.witness.numbers import Session

DECLARED = r"""%! sort dim of size N
%! a, y, x : real
%! s : real, positive
%! m : natural
%! k : integer
%! X : finite set of vector(dim)
%! \vec{x} : vector(dim), in X
%! p, q : distribution over \vec{x}, unsaid positive
%! D : functional of two distributions, defined by (d)
%! unsaid convention 0 ln 0 = 0
\[ D(p(\vec{x}) \parallel q(\vec{x})) = \sum_{\vec{x}} p(\vec{x}) \ln \frac{p(\vec{x})}{q(\vec{x})} \tag{d} \]
"""
ASYMMETRY = r"D(p \parallel q) \neq D(q \parallel p) \quad \text{for some } p, q"
DROP = frozenset({("X", SEVERAL)})


def text(claim: str, more: str = "") -> str:
    return rf"{DECLARED}{more}\[ {claim} \tag{{1}} \]"


def document(claim: str, more: str = "") -> Document:
    return read_document(Source("a.tex", text(claim, more)))


def judged(claim: str, seed: int = 0, more: str = "") -> LinkResult:
    (link,) = check(text=text(claim, more), only=["1"], seed=seed, cache=False)["1"].links
    return link


def proof(claim: str, drop: frozenset[tuple[str, str]] = frozenset(), more: str = "") -> Proof:
    read = document(claim, more)
    assert read["1"].reading is not None, read["1"].error
    return prove(read, read["1"], read["1"].reading.links[0], 20, drop)


@pytest.mark.parametrize("seed", range(3))
def test_a_divergence_is_not_symmetric(seed: int) -> None:
    link = judged(ASYMMETRY, seed)
    assert (link.verdict, link.kernel.status, link.numeric.status) == ("proved", "proved", "agrees")
    assert (link.sympy.status, link.numeric.largest_error) == ("skipped", "0")
    assert link.kernel.theorem is not None
    assert link.kernel.theorem.endswith(r"\quad \text{for some } p, q")
    assert link.unsaid == [r"\lvert X \rvert \geq 2"]
    assert f"{link.left} {link.relation} {link.right}" == ASYMMETRY


TRUE = [
    r"D(p \parallel q) = D(q \parallel p) \quad \text{for some } p, q",
    r"x^2 > 0 \quad \text{for some } x",
    r"x^2 \leq 0 \quad \text{for some } x",
    r"s < 1 \quad \text{for some } s",
    r"\exists x: 2 x = 1",
    r"m^2 \neq m \quad \text{for some } m",
    r"\text{ある } x \text{ について } x + y \geq y",
]


@pytest.mark.parametrize("claim", TRUE)
def test_what_holds_for_values_that_are_named_is_proved(claim: str) -> None:
    found = proof(claim)
    assert found.witnesses
    for theorem in (found.theorem, *found.conditions):
        again = replay(write(theorem))
        assert (again.conclusion, again.hypotheses) == (theorem.conclusion, theorem.hypotheses)


FALSE = [
    r"D(p \parallel p) \neq 0 \quad \text{for some } p",
    r"D(p \parallel q) < 0 \quad \text{for some } p, q",
    r"x^2 < 0 \quad \text{for some } x",
    r"x < x \quad \text{for some } x",
    r"s \leq 0 \quad \text{for some } s",
    r"\exp(-x^2 - 100) \leq 0 \quad \text{for some } x",
    r"2 m = 1 \quad \text{for some } m",
    r"2 k = 1 \quad \text{for some } k",
    r"m = 0 \quad \text{for some } m",
    r"(x + y)^2 \neq x^2 + 2 x y + y^2 \quad \text{for some } x, y",
    r"x + \vert a \vert + 1 < x \quad \text{for some } x",
]


@pytest.mark.parametrize("claim", FALSE)
def test_what_holds_for_no_values_is_neither_proved_nor_supported(claim: str) -> None:
    link = judged(claim)
    assert (link.verdict, link.numeric.status) == ("undecided", "undecided")
    assert "were found for which it holds" in (link.numeric.reason or "")


def test_values_must_be_found_at_each_instance_of_everything_else() -> None:
    link = judged(r"x^2 < a^2 - 1 \quad \text{for some } x")
    assert (link.verdict, link.numeric.status) == ("undecided", "undecided")
    assert judged(r"x^2 < a^2 + 1 \quad \text{for some } x").verdict == "proved"
    assert judged(r"x \neq a \quad \text{for some } x").verdict == "supported"


FORMS = [
    r"x < y \quad \text{for some } x, y",
    r"x < y, \quad \text{for some } x \text{ and } y",
    r"x < y \text{ for some $x, y$}",
    r"x < y \text{ となる } x, y \text{ が存在する}",
    r"\text{ある $x, y$ について} \quad x < y",
    r"\exists x, y: \ x < y",
]


@pytest.mark.parametrize("claim", FORMS)
def test_what_is_read_is_printed_and_read_again(claim: str) -> None:
    read = document(claim)
    equation = read["1"]
    assert equation.reading is not None
    (link,) = equation.reading.links
    assert read.source.slice(link.span) == claim
    assert all(again == node for node, again in places(read.source, link, equation.scope))
    assert reread(latex(link.node), equation.scope) == link.node
    assert isinstance(link.node, n.Relation)
    assert [symbol.name for symbol in link.node.some] == ["x", "y"]
    for other in ("x < y", r"\exists y, x: x < y", r"\exists x: x < y"):
        assert reread(other, equation.scope) != link.node


# ---------------------------------------------------------------- what the values must be


def test_the_values_are_proved_to_be_what_is_declared() -> None:
    found = proof(ASYMMETRY)
    shown = {theorem.conclusion for theorem in found.conditions}
    for law in found.witnesses.values():
        x = t.var("x", law.sort.arguments[0])
        assert t.equal(t.total(law), t.num(1)) in shown
        assert t.every(t.lam([x], t.less(t.num(0), t.at(law, x)))) in shown
    (two,) = found.hypotheses
    assert two.op == "!="
    assert found.used == {("X", SEVERAL), ("convention", "0 ln 0 = 0")}


def test_one_element_is_too_few() -> None:
    with pytest.raises(Unproved):
        proof(ASYMMETRY, DROP)
    read = document(ASYMMETRY)
    assert read["1"].reading is not None
    found = Session(read, read["1"], read["1"].reading.links[0]).judge(dropped=DROP)
    assert found.evidence.status == "contradicts"
    assert found.evidence.sizes[0]["X"] == 1
    assert found.counterexample is not None
    assert (found.counterexample.left, found.counterexample.right) == ("0", "0")
    (need,) = judged(ASYMMETRY).needs
    assert need.hypothesis == r"\lvert X \rvert \geq 2"


def test_what_is_assumed_of_the_rest_must_not_speak_of_what_is_chosen() -> None:
    """With a = x + 1, to choose x is to choose a."""
    link = judged(r"a > 5 + x^2 - x^2 \quad \text{for some } x", more="%! assume a = x + 1\n")
    assert link.verdict == "undecided"
    with pytest.raises(Unproved):
        proof(r"a \geq x \quad \text{for some } x", more="%! assume a = x + 1\n")


def test_that_there_are_values_is_no_premise_for_all() -> None:
    more = "%! [1] follows from (0)\n" + r"\[ x > 5 \quad \text{for some } x \tag{0} \]" + "\n"
    link = judged("x > 4", more=more)
    assert link.verdict == "refuted"


def test_that_there_are_values_is_not_assumed() -> None:
    read = document("x > 4", more="%! assume \\exists x: x > 5\n")
    assert read.problems


def test_a_definition_is_not_said_of_some_values() -> None:
    more = "%! b : real, defined by (1)\n"
    report = check(text=text(r"b = x^2 \quad \text{for some } x", more), cache=False)
    assert report["1"].verdict == "unread"


def test_the_values_are_told() -> None:
    report = check(text=text(ASYMMETRY), only=["1"], cache=False)
    told = explain(report, "1", proofs=proofs_of(report, "1"))
    lines = told.splitlines()
    at = lines.index("  take")
    assert lines[at + 1] == "    p(x⃗) = 1/|X|"
    assert lines[at + 2].startswith("    q(x⃗) = (1 + δ(x⃗ − b) + 1 − δ(x⃗ − c))/(2 |X|)")
    assert "    b ≠ c   (X has two elements; the document does not say so)" in lines


# ---------------------------------------------------------------- how it is proved


@pytest.mark.parametrize("claim", [r"s \neq 0", r"s + x^2 \neq -1", r"\exp(x) \neq 0"])
def test_sides_that_differ_by_what_has_a_sign(claim: str) -> None:
    assert proof(claim)


@pytest.mark.parametrize("claim", [r"x \neq 0", r"s \neq 1", r"x + y \neq y + x", r"p \neq q"])
def test_sides_that_may_be_equal(claim: str) -> None:
    with pytest.raises(Unproved):
        proof(claim)


@pytest.mark.parametrize("claim", [r"5 \ln 3 \neq 8 \ln 2", r"\frac{1}{2} \ln 3 + \ln 2 \neq 0"])
def test_sums_of_logarithms_of_numbers_differ(claim: str) -> None:
    assert proof(claim)


@pytest.mark.parametrize("claim", [r"\ln 4 \neq 2 \ln 2", r"\ln 6 - \ln 3 \neq \ln 2"])
def test_equal_sums_of_logarithms_do_not(claim: str) -> None:
    with pytest.raises(Unproved):
        proof(claim)


def test_a_logarithm_of_deltas_by_cases() -> None:
    points = Points("X", "dim")
    x, a, b = (t.var(name, points) for name in "xab")
    apart = consequences([assume(t.distinct(a, b))])
    s = Simplifier(apart, equations(apart))
    inside = t.add(t.num(2), t.delta(x, a), t.neg(t.delta(x, b)))
    law = by_delta(s, t.call("ln", inside))
    assert isinstance(law, Theorem)
    assert not law.hypotheses
    two, three = (t.call("ln", t.num(k)) for k in (2, 3))
    here, there = t.delta(x, a), t.delta(x, b)
    wanted = t.add(two, t.mul(here, t.sub(three, two)), t.mul(t.num(-1), there, two))
    assert s.result(t.sub(t.call("ln", inside), wanted)) is t.num(0)
