"""Values of expressions: numbers, nested tuples, functions, and masses at a point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any, TypeAlias

from mpmath.libmp import mpf_mul, mpf_sum

Value: TypeAlias = Any
"""A number of the context, a tuple (vector), a tuple of tuples (matrix) or a FunctionValue."""


class Undefined(ArithmeticError):
    """An expression has no value at an instance: 1/0, ln of a negative number, …"""


class OutsideDomain(Exception):
    """An instance that the statement does not speak of, such as J_kk of unordered pairs."""


class Unsupported(Exception):
    """The witness does not know how to evaluate this; the reason is for people."""


@dataclass(frozen=True, slots=True)
class Mass:
    """``regular`` plus ``weight`` times the delta measure at the point of evaluation."""

    regular: Any
    weight: Any

    def __add__(self, other: Any) -> Mass:
        if isinstance(other, Mass):
            return Mass(self.regular + other.regular, self.weight + other.weight)
        return Mass(self.regular + other, self.weight)

    __radd__ = __add__

    def __neg__(self) -> Mass:
        return Mass(-self.regular, -self.weight)

    def __sub__(self, other: Any) -> Mass:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Mass:
        return self.__neg__().__add__(other)

    def __mul__(self, other: Any) -> Mass:
        if isinstance(other, Mass):
            if self.weight != 0 and other.weight != 0:
                raise Undefined("the square of a delta")
            cross = self.regular * other.weight + self.weight * other.regular
            return Mass(self.regular * other.regular, cross)
        return Mass(self.regular * other, self.weight * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Mass:
        if isinstance(other, Mass):
            raise Undefined("division by a delta")
        return Mass(self.regular / other, self.weight / other)

    def __rtruediv__(self, other: Any) -> Mass:
        raise Undefined("division by a delta")


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A drawn function: ``call(context, arguments, order)``, and its text for people.

    ``domain`` lists the arguments of a function on a finite set, in the order of the text.
    """

    call: Callable[[Any, tuple[Value, ...], int], Value]
    text: str
    domain: list[Any] | None = None


def is_matrix(value: Value) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], tuple)


def linear(combine: Callable[..., Any], *values: Value) -> Value:
    """Apply a function of numbers entry by entry."""
    first = values[0]
    if not isinstance(first, tuple):
        return combine(*values)
    if first and isinstance(first[0], tuple):
        return tuple(linear(combine, *rows) for rows in zip(*values, strict=True))
    return tuple(map(combine, *values))


def entries(value: Value) -> list[Any]:
    """All numbers of a value, row by row."""
    if isinstance(value, tuple):
        return [x for part in value for x in entries(part)]
    return [value]


def shape(value: Value) -> tuple[int, ...]:
    return (len(value), *shape(value[0])) if isinstance(value, tuple) and value else ()


def transpose(matrix: Value) -> Value:
    return tuple(zip(*matrix, strict=True))


def matmul(a: Value, b: Value) -> Value:
    columns = transpose(b)
    return tuple(tuple(dot(row, column) for column in columns) for row in a)


def dot(a: Value, b: Value) -> Any:
    """The sum of the products; many digits are rounded once."""
    try:
        raw = [mpf_mul(x._mpf_, y._mpf_) for x, y in zip(a, b, strict=False)]
        context = a[0].context
    except AttributeError:
        return _plain_dot(a, b)
    return context.make_mpf(mpf_sum(raw, *context._prec_rounding))


def _plain_dot(a: Value, b: Value) -> Any:
    products = list(map(mul, a, b))
    return sum(products[1:], products[0])


def determinant(matrix: Value) -> Any:
    """By elimination with the largest pivot; exact for fractions."""
    rows = [list(row) for row in matrix]
    result: Any = 1
    for k in range(len(rows)):
        pivot = max(range(k, len(rows)), key=lambda r: abs(rows[r][k]))
        if rows[pivot][k] == 0:
            return rows[pivot][k] * 0
        if pivot != k:
            rows[k], rows[pivot] = rows[pivot], rows[k]
            result = -result
        result = result * rows[k][k]
        for r in range(k + 1, len(rows)):
            factor = rows[r][k] / rows[k][k]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return result


def inverse(matrix: Value) -> Value:
    """By Gauss-Jordan elimination. Raises Undefined if the matrix is singular."""
    size = len(matrix)
    rows = [[*row, *(int(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(rows[r][k]))
        if rows[pivot][k] == 0:
            raise Undefined("the inverse of a singular matrix")
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for r in range(size):
            if r != k and rows[r][k] != 0:
                factor = rows[r][k]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[k], strict=True)]
    return tuple(tuple(row[size:]) for row in rows)


def minor(matrix: Value, i: int, j: int) -> Any:
    """The determinant without row i and column j, counted from 1."""
    rest = tuple(
        tuple(x for c, x in enumerate(row, 1) if c != j)
        for r, row in enumerate(matrix, 1)
        if r != i
    )
    return determinant(rest) if rest else 1


def adjugate(matrix: Value) -> Value:
    """The transpose of the matrix of cofactors."""
    size = range(1, len(matrix) + 1)
    return tuple(tuple((-1) ** (i + j) * minor(matrix, j, i) for j in size) for i in size)


def to_context(ctx: Any, value: Value) -> Value:
    """Exact fractions to numbers of a context; everything else as it is."""
    if isinstance(value, Fraction):
        return ctx.mpf(value.numerator) / value.denominator
    if isinstance(value, tuple):
        return tuple(to_context(ctx, part) for part in value)
    return value


def in_doubles(value: Value) -> Value:
    """Numbers of any context as floats; whole numbers, functions and None as they are."""
    if isinstance(value, tuple):
        return tuple(in_doubles(part) for part in value)
    if value is None or isinstance(value, int | float | FunctionValue | frozenset):
        return value
    return float(value)
