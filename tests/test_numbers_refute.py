r"""What the numbers refute, what they cannot tell, and how small a counterexample is."""

from __future__ import annotations

import pytest
from edit_bench import Bench
from edits import Edit

from derivations import check
from derivations.check import BUNDLED
from derivations.judge import judge_link
from derivations.language.source import Source
from derivations.reader.document import load, read_document
from derivations.results import LinkResult, NumericEvidence, SympyEvidence

BENCH = Bench()
RIDGE = load(BUNDLED.parent / "examples" / "ridge.tex")
DECLARED = r"""
%! sort sample of size n
%! n : natural
%! i, j : index(sample)
%! x, y, x_i : real
%! s : real, positive
%! f : function of real
%! u, v : vector(sample)
"""


def judged(statement: str) -> LinkResult:
    text = f"{DECLARED}\\[ {statement} \\tag{{1}} \\]"
    (link,) = check(text=text, witnesses=["numeric"], cache=False)["1"].links
    return link


def after(label: str, rule: str, old: str, new: str, start: int) -> list[LinkResult]:
    """The links of a bundled equation after one edit, before the numbers alone."""
    edit = Edit(label, rule, start, old, new)
    document = BENCH.edited(label, edit.apply(BENCH.latex(label)))
    assert document[label].error is None
    return BENCH.judged(document, label)


# ---------------------------------------------------------------- two sides that shall differ


@pytest.mark.parametrize(
    "statement",
    [
        r"x \neq 2 y - 3",
        r"\sum_{i=1}^n x_i \neq 7",
        r"\ln s \neq 0",
        r"x^2 - x \neq -\frac{1}{4}",
        r"f(x) \neq x",
        r"u \neq v",
        r"x + y \neq y + x",
        r"n \neq 3",
    ],
)
def test_sides_that_can_be_equal(statement: str) -> None:
    link = judged(statement)
    assert link.verdict == "refuted"
    assert link.counterexample is not None
    assert link.counterexample.values


@pytest.mark.parametrize(
    "statement",
    [
        r"x \neq x + 1",
        r"x^2 + 1 \neq 0",
        r"e^{-x} \neq 0",
        r"\exp(-x^2) \neq 0",
        r"\frac{1}{s} \neq 0",
        r"s \neq -s",
        r"2 \neq 1",
    ],
)
def test_sides_that_are_never_equal(statement: str) -> None:
    assert judged(statement).verdict == "supported"


def test_an_inequality_of_sides_that_meet_on_a_thin_set() -> None:
    """Both sides of (2.11) vanish for special data only, which must be searched for."""
    assert after("2.11", "relation", "=", "\\neq", 233)[2].verdict == "refuted"


# ---------------------------------------------------------------- free indices


def test_every_value_of_the_free_indices_is_tried() -> None:
    latex = BENCH.latex("10.6")
    links = after("10.6", "index", "{i+j}", "{i+k}", latex.index("{i+j}"))
    assert links[0].verdict == "refuted"
    assert judged("x_i x_j = x_i^2").verdict == "refuted"


# ---------------------------------------------------------------- no fault


@pytest.mark.parametrize(("old", "new", "start"), [("k", "l", 41), ("h", "x", 39)])
def test_a_derivative_by_what_stands_nowhere_else_is_no_fault(
    old: str, new: str, start: int
) -> None:
    links = after("2.28", "index", old, new, start)
    assert links[0].verdict == "refuted"
    assert "fault" not in str(links[-1].numeric.reason)


@pytest.mark.parametrize(
    ("old", "new"),
    [(r"= X^\top y", "= y"), (r"\lambda I) w = X", r"\lambda I) = X")],
)
def test_sides_of_different_shapes_are_no_fault(old: str, new: str) -> None:
    equation = read_document(RIDGE)["5"]
    span, text = equation.span, RIDGE.text
    edited = RIDGE.slice(span).replace(old, new, 1)
    assert edited != RIDGE.slice(span)
    document = read_document(Source(RIDGE.name, text[: span.start] + edited + text[span.stop :]))
    equation = document["5"]
    assert equation.reading is not None
    rows = [judge_link(document, equation, x, BENCH.options) for x in equation.reading.links]
    assert "refuted" in {row.verdict for row in rows}
    assert not any("fault" in str(row.numeric.reason) for row in rows)


# ---------------------------------------------------------------- sizes


def test_a_counterexample_is_small() -> None:
    for link in check(only=["2.14"], witnesses=["numeric"])["2.14"].links:
        assert max(link.numeric.sizes[0].values()) <= 3


def row(sympy: list[dict[str, int]], numeric: list[dict[str, int]]) -> LinkResult:
    return LinkResult(
        "=",
        "a",
        "b",
        (0, 5),
        "undecided",
        sympy=SympyEvidence("agrees", sympy),
        numeric=NumericEvidence("contradicts", 5, 15, "1", sizes=numeric),
    )


@pytest.mark.parametrize(
    ("sympy", "numeric", "contradict"),
    [
        ([{"n": 2}, {"n": 3}], {"n": 3}, True),
        ([{"n": 2}, {"n": 3}], {"n": 4}, False),
        ([{"n": 2, "N": 3}, {"n": 3, "N": 2}], {"n": 3, "N": 3}, False),
        ([{"n": 2, "N": 3}], {"N": 3}, True),
        ([], {"n": 4}, True),
    ],
)
def test_a_contradiction_needs_one_size(
    sympy: list[dict[str, int]], numeric: dict[str, int], contradict: bool
) -> None:
    assert (row(sympy, [numeric]).contradiction is not None) == contradict


def test_a_delta_of_two_members_of_a_finite_set_is_a_number() -> None:
    """Kronecker's, as it is of a variable of the set; its logarithm has a value."""
    text = r"""%! sort dim of size N
%! sort sample of size n
%! i, j : index(sample)
%! X : finite set of vector(dim)
%! \vec{x}, \vec{x}_i : vector(dim), in X
\[ \sum_{i=1}^n \ln \sum_{j=1}^n \delta(\vec{x}_j - \vec{x}_i) \geq 0 \tag{1} \]
\[ \sum_{i=1}^n \ln \sum_{j=1}^n \delta(\vec{x}_j - \vec{x}_i) \geq 1 \tag{2} \]
"""
    report = check(text=text, witnesses=["numeric"], cache=False)
    assert [e.verdict for e in report] == ["supported", "refuted"]


def test_a_delta_measure_is_even() -> None:
    text = r"""%! x, a : real
%! f : function of real
\[ \int_{-\infty}^{\infty} f(x) \delta(a - x) dx = f(a) \tag{1} \]
\[ \int_{-\infty}^{\infty} f(x) \delta(a - x) dx = f(-a) \tag{2} \]
"""
    report = check(text=text, witnesses=["numeric"], cache=False)
    assert [e.verdict for e in report] == ["supported", "refuted"]
