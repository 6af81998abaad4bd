"""Changing trees: all at once, only where symbols are free, never into a binder."""

from __future__ import annotations

from fractions import Fraction

import pytest
from notation import again

from derivations.language import nodes as n
from derivations.language.latex import latex
from derivations.language.rewrite import is_free, rebuild, strip, substitute
from derivations.language.source import Source
from derivations.language.types import SCALAR, Index, Matrix, Sort
from derivations.reader.document import read_document

DIM = Sort("dim", "N")
K, L = n.Symbol("k", Index(DIM)), n.Symbol("l", Index(DIM))
A = n.Symbol("A", Matrix(DIM, DIM))
ENTRY = n.Indexed(A, (K, L))
ROW_SUM = n.Sum(n.Binder((L,), "all"), ENTRY)
X = n.Symbol("x", SCALAR)
TWO = n.Number(Fraction(2))


def test_indices_are_swapped_at_once() -> None:
    assert substitute(ENTRY, {K: L, L: K}) == n.Indexed(A, (L, K))


def test_a_bound_symbol_stays() -> None:
    assert substitute(ROW_SUM, {L: K}) == ROW_SUM
    assert not is_free(L, ROW_SUM)
    assert is_free(K, ROW_SUM)


def test_limits_are_outside_the_sum() -> None:
    total = n.Sum(n.Binder((L,), "range", TWO, X), n.Mul((X, ENTRY)))
    changed = substitute(total, {X: TWO})
    assert changed == n.Sum(n.Binder((L,), "range", TWO, TWO), n.Mul((TWO, ENTRY)))


def test_nothing_is_captured() -> None:
    with pytest.raises(ValueError, match="would capture l"):
        substitute(ROW_SUM, {K: L})


def test_an_integral_binds_its_variable() -> None:
    y = n.Symbol("y", SCALAR)
    integral = n.Integral(y, None, X, n.Mul((X, y)))
    assert substitute(integral, {X: TWO}) == n.Integral(y, None, TWO, n.Mul((TWO, y)))
    with pytest.raises(ValueError, match="would capture y"):
        substitute(integral, {X: y})


def test_what_does_not_change_is_the_same_object() -> None:
    assert rebuild(ROW_SUM, lambda part: part) is ROW_SUM


def test_a_changed_entry_forgets_how_it_was_written() -> None:
    entry = n.Indexed(A, (K, L), alias=("a", 0, (K, L)))
    assert latex(entry) == "a_{kl}"
    assert latex(substitute(entry, {K: L})) == "(A)_{ll}"


def test_strip_leaves_no_places() -> None:
    document = read_document(Source("n.tex", "%! x : real\n\\[ -x = x - 1 \\tag{1} \\]"))
    reading = document["1"].reading
    assert reading is not None
    for node in strip(reading.links[0].node).walk():
        assert node.span is None
        assert getattr(node, "sign", None) is None


DECLARED = r"""%! sort dim of size N
%! k, l : index(dim)
%! x, y, \sigma, \sigma^2 : real
%! A : matrix(dim)
%! v : vector(dim)
%! v_k : component of v
%! d : natural
%! x^*, x_0 : real
%! x_k : real
%! f : function of real
\[ x = x \tag{1} \]
"""


@pytest.mark.parametrize(
    "text",
    [
        r"(\sigma)^2 + \sigma^2",
        r"x_{(1)} x_0",
        r"x^* x^{2}",
        r"{d} \frac{\mathrm{d}}{\mathrm{d} x} f(x)",
        r"\int \mathrm{d} x \, {d} x",
        r"(A_{kl})^{-1} (A^{-1})_{kl} (A^\top)_{kl}",
        r"-(-x) - (y - x)",
        r"(x + y) + (x y) y",
        r"2 \cdot 3 x \cdot 4",
        r"(\sum_{k=1}^N x_k) y \sum_k x_k",
        r"(\min_x f(x)) \max_y f(y)",
        r"(f(x))^2 f'(x) f^{(5)}(x)",
        r"(e)^2 e^x",
        r"(x^2)^3 x^{2^k}",
        r"\begin{cases} x & x > 0 \\ y & \text{otherwise} \end{cases} + 1",
        r"\lim_{x \to 0^+} \ln(x)",
        r"(v)_k v_k (2 v)_k",
        r"\frac{\partial^3}{\partial x^2 \partial y} f(x)",
        r"(k)! \binom{N}{k}",
        r"\sum_k x_k^{-1}",
    ],
)
def test_odd_trees_print_so_that_they_are_read_again(text: str) -> None:
    scope = read_document(Source("n.tex", DECLARED))["1"].scope
    node = again(text, scope)
    printed = latex(node, scope.names)
    assert again(printed, scope) == node, printed
