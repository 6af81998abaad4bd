"""Terms of matrices: transpose, inverse, trace, determinant, norms."""

from __future__ import annotations

from collections.abc import Callable

from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Term
from ..language import nodes as n
from ..language.types import Covector, Index, Vector
from .meaning import Meaning, Names, Unsupported, meaning_of, shape_of


def _square(m: Meaning, value: Term) -> str:
    if not isinstance(value.sort, Arrow) or len(value.sort.arguments) != 2:
        raise Unsupported("a matrix operation on something that is no matrix")
    rows, columns = value.sort.arguments
    if rows != columns or not isinstance(rows, str):
        raise Unsupported("a matrix that is not square")
    return rows


@meaning_of(n.Transpose)
def _transpose(m: Meaning, node: n.Transpose, names: Names) -> Term:
    value = m(node.operand, names)
    if not isinstance(value.sort, Arrow) or len(value.sort.arguments) == 1:
        return value
    i, j = (m.fresh(s) for s in value.sort.arguments)
    return t.lam([j, i], t.at(value, i, j))


@meaning_of(n.Inverse)
def _inverse(m: Meaning, node: n.Inverse, names: Names) -> Term:
    value = m(node.operand, names)
    sort = _square(m, value)
    m.need(t.distinct(t.det(value), t.num(0)))
    i, j = m.fresh(sort), m.fresh(sort)
    return t.lam([i, j], t.minv(value, i, j))


@meaning_of(n.Diagonal)
def _diagonal(m: Meaning, node: n.Diagonal, names: Names) -> Term:
    sort = node.family.type.indices[0]  # type: ignore[union-attr]
    i, j = m.fresh(m.sort(sort)), m.fresh(m.sort(sort))
    index = n.Symbol("\\cdot", Index(sort))
    entry = m(n.Indexed(node.family, (index,)), {**names, ("\\cdot", False): i})
    return t.lam([i, j], t.mul(t.delta(i, j), entry))


def _det(m: Meaning, node: n.Call, names: Names) -> Term:
    value = m(node.arguments[0], names)
    _square(m, value)
    return t.det(value)


def _trace(m: Meaning, node: n.Call, names: Names) -> Term:
    value = m(node.arguments[0], names)
    if value.sort == REAL:
        return value
    k = m.fresh(_square(m, value))
    return t.total(t.lam([k], t.at(value, k, k)))


def _minor(m: Meaning, node: n.Call, names: Names) -> Term:
    matrix, row, column = (m(a, names) for a in node.arguments)
    _square(m, matrix)
    return t.mul(t.parity(row), t.parity(column), t.cof(matrix, row, column))


def _adjugate(m: Meaning, node: n.Call, names: Names) -> Term:
    matrix = m(node.arguments[0], names)
    sort = _square(m, matrix)
    i, j = m.fresh(sort), m.fresh(sort)
    return t.lam([i, j], t.cof(matrix, j, i))


def norm_squared(m: Meaning, value: Term) -> Term:
    """The sum of the squares of all entries."""
    if not isinstance(value.sort, Arrow):
        raise Unsupported("a norm of this")
    fresh = [m.fresh(s) for s in value.sort.arguments]
    body = t.power(t.at(value, *fresh), 2)
    for v in reversed(fresh):
        body = t.total(t.lam([v], body))
    return body


def _norm(m: Meaning, node: n.Call, names: Names) -> Term:
    value = m(node.arguments[0], names)
    if not isinstance(shape_of(m, node.arguments[0]), Vector | Covector):
        raise Unsupported("the norm of a matrix")
    return t.call("sqrt", norm_squared(m, value))


def _frobenius(m: Meaning, node: n.Call, names: Names) -> Term:
    return t.call("sqrt", norm_squared(m, m(node.arguments[0], names)))


def _inner(m: Meaning, node: n.Call, names: Names) -> Term:
    left, right = (m(a, names) for a in node.arguments)
    if not isinstance(left.sort, Arrow) or left.sort != right.sort:
        raise Unsupported("this inner product")
    k = m.fresh(left.sort.arguments[0])
    return t.total(t.lam([k], t.mul(t.at(left, k), t.at(right, k))))


CALLS: dict[str, Callable[[Meaning, n.Call, Names], Term]] = {
    "det": _det,
    "tr": _trace,
    "minor": _minor,
    "adjugate": _adjugate,
    "norm": _norm,
    "frobenius": _frobenius,
    "inner": _inner,
}
