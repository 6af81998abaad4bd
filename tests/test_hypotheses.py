"""Hypotheses that the notes leave unsaid: they are found, they are needed, and no others are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pytest

from derivations import Report, check
from derivations.check import BUNDLED
from derivations.results import LinkResult

NOTES = BUNDLED.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Unsaid:
    """A hypothesis as the report prints it, and how to take it out of the declarations."""

    latex: str
    old: str
    new: str
    needed_by: tuple[str, ...]


def _without(words: str, line: str, latex: str, *labels: str) -> Unsaid:
    return Unsaid(latex, line, line.replace(words, ""), labels)


_P_AND_Q = r"%! [2.3-2.3ii, 2.5, 2.7] p, q : distribution over \vec{x}, unsaid positive"
_P, _Q = (_P_AND_Q.replace("p, q", name) for name in "pq")


def _one(line: str) -> str:
    return line.replace(", unsaid positive", "")


FOLLOW = {"2.34", "2.35"}
"""They follow from (2.33): without the bound that one is false, and they still follow."""

HYPOTHESES = {
    "p is positive": Unsaid(r"p(\vec{x}) > 0", _P_AND_Q, f"{_one(_P)}\n{_Q}", ("2.5", "2.7")),
    "q is positive": Unsaid(
        r"q(\vec{x}) > 0", _P_AND_Q, f"{_P}\n{_one(_Q)}", ("2.3", "2.3i", "2.5", "2.7")
    ),
    "the variance is positive": _without(
        ", unsaid positive",
        r"%! [2.8-2.13] \sigma^2 : real, unsaid positive",
        r"\sigma^2 > 0",
        *("2.8", "2.9", "2.10", "2.11", "2.12", "2.13"),
    ),
    "the covariance is positive definite": _without(
        ", unsaid positive definite",
        r"%! [2.15-2.24] \Sigma : matrix(dim), symmetric, unsaid positive definite",
        r"\Sigma \succ 0",
        *("2.15", "2.16", "2.18", "2.19", "2.20", "2.21", "2.23", "2.24"),
    ),
    "the covariance of 10.8 is positive definite": _without(
        ", unsaid positive definite",
        r"%! [10.2, 10.8] \Sigma : matrix(axis), symmetric, unsaid positive definite",
        r"\Sigma \succ 0",
        *("10.2", "10.8"),
    ),
    "the eigenvectors are orthonormal": _without(
        ", unsaid orthogonal",
        r"%! [2.17-2.20] P : matrix(dim), diagonalises \Sigma^{-1}, unsaid orthogonal",
        r"P^\top P = I",
        "2.18",
    ),
    "the curvature is bounded": _without(
        ", unsaid curvature at most L",
        r"%! [2.32-2.36] f : function of real, unsaid curvature at most L",
        r"f'' \leq L",
        *("2.33", "2.34", "2.35"),
    ),
    "the determinant is positive": _without(
        ", unsaid positive determinant",
        r"%! [10.7] A : matrix(axis), unsaid positive determinant",
        r"\det(A) > 0",
        "10.7",
    ),
    "0 ln 0 = 0": _without(
        "%! [2.3-2.30] unsaid convention 0 ln 0 = 0\n",
        "%! [2.3-2.30] unsaid convention 0 ln 0 = 0\n",
        r"0 \ln 0 = 0",
        *("2.11", "2.12", "2.13", "2.23", "2.24", "2.27", "2.28", "2.29"),
    ),
    "ln delta(0) is a constant": _without(
        "%! [2.11-2.13, 2.22-2.24] unsaid convention ln delta(0) is a constant\n",
        "%! [2.11-2.13, 2.22-2.24] unsaid convention ln delta(0) is a constant\n",
        r"\ln \delta(0) \text{ is a constant}",
        *("2.11", "2.12", "2.13", "2.23", "2.24"),
    ),
    "the slope is not zero": _without(
        "%! [2.36] unsaid assume f'(\\theta_0) \\neq 0\n",
        "%! [2.36] unsaid assume f'(\\theta_0) \\neq 0\n",
        r"f'(\theta_0) \neq 0",
        "2.36",
    ),
}


@lru_cache(maxsize=1)
def notes() -> Report:
    """The bundled notes before the numbers, once for this module."""
    return check(witnesses=["numeric"])


def edited(hypothesis: Unsaid) -> Report:
    assert NOTES.count(hypothesis.old) == 1
    return check(text=NOTES.replace(hypothesis.old, hypothesis.new), witnesses=["numeric"])


def links(report: Report) -> dict[tuple[str, int], LinkResult]:
    return {
        (equation.label, k): link for equation in report for k, link in enumerate(equation.links)
    }


def in_force(hypothesis: Unsaid) -> set[str]:
    """The equations that the declaration is about: two of them concern a Sigma."""
    appendix = {label for label in notes().labels if label.startswith("10")}
    return appendix if "10." in hypothesis.needed_by[0] else set(notes().labels) - appendix


EACH = pytest.mark.parametrize("hypothesis", HYPOTHESES.values(), ids=HYPOTHESES.keys())


@EACH
def test_it_is_listed_with_the_equations_that_need_it(hypothesis: Unsaid) -> None:
    found = notes().unsaid
    assert hypothesis.latex in found
    assert set(hypothesis.needed_by) <= set(found[hypothesis.latex])


def test_no_other_hypothesis_is_listed() -> None:
    assert set(notes().unsaid) == {hypothesis.latex for hypothesis in HYPOTHESES.values()}


def test_every_need_comes_with_a_counterexample() -> None:
    for equation in notes():
        for link in equation.links:
            assert [need.hypothesis for need in link.needs] == link.unsaid
            assert set(link.unsaid) <= set(link.hypotheses)
            for need in link.needs:
                assert need.counterexample.values
                assert need.counterexample.left


def test_what_is_wrong_anyway_needs_nothing() -> None:
    for link in notes().links:
        if link.verdict in ("refuted", "assumed", "undecided"):
            assert not link.unsaid
            assert not link.needs


@EACH
def test_without_its_declaration_exactly_what_needs_it_is_refuted(hypothesis: Unsaid) -> None:
    before, after = links(notes()), links(edited(hypothesis))
    scope = in_force(hypothesis)
    needy = {
        key for key, link in before.items() if hypothesis.latex in link.unsaid and key[0] in scope
    }
    assert needy
    needy = {key for key in needy if key[0] not in FOLLOW}
    changed = {key for key, link in after.items() if link.verdict != before[key].verdict}
    assert changed == needy
    assert {after[key].verdict for key in needy} == {"refuted"}


def test_a_hypothesis_that_is_said_is_no_finding() -> None:
    line = r"%! [2.8-2.13] \sigma^2 : real, unsaid positive"
    text = NOTES.replace(line, line.replace("unsaid ", ""))
    said = check(text=text, only=["2.9"], witnesses=["numeric"])
    assert said.unsaid == {}
    assert all(r"\sigma^2 > 0" in link.hypotheses for link in said["2.9"].links)


def test_a_hypothesis_that_is_not_needed_is_not_listed() -> None:
    text = (
        "%! a : real, unsaid positive\n%! b : real, unsaid nonzero\n"
        r"\[ (a + b)^2 = a^2 + 2 a b + b^2 \tag{1} \]"
        r"\[ \frac{a b}{b} = a \tag{2} \] \[ \sqrt{a^2} = a \tag{3} \]"
    )
    report = check(text=text, witnesses=["numeric"])
    assert report.unsaid == {r"b \neq 0": ["2"], "a > 0": ["3"]}
