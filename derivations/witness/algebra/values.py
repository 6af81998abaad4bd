"""What expressions become at concrete sizes: SymPy scalars and matrices, set members, laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy as sp
from sympy import ImmutableDenseMatrix as Matrix

from .monomials import Undefined, Unsupported


@dataclass(frozen=True)
class Member:
    """An element of a declared finite set, of which nothing else is known."""

    set: str
    number: int


@dataclass(frozen=True, eq=False)
class Law:
    """A function or distribution as a value; ``call`` takes arguments and a number of primes."""

    name: str
    call: Callable[[tuple[Any, ...], int], Any]


Value: TypeAlias = Any
"""A scalar (sp.Expr), a Matrix (vectors are columns, covectors rows), a Member or a Law."""


class NeedsCase(Exception):
    """A free symbol of a finite domain has no value yet: each value is a case."""

    def __init__(self, key: tuple[Any, ...], values: list[Value]) -> None:
        super().__init__(f"cases of {key}")
        self.key = key
        self.values = values


class Dirac(sp.Function):
    """Dirac's delta at a point given by its coordinates; SymPy's own rules stay out."""

    @classmethod
    def eval(cls, *arguments: sp.Expr) -> None:
        return None


class exp(sp.Function):  # noqa: N801
    """The exponential, left as it is: SymPy's own rewrites itself, at ten times the cost."""

    is_positive = True
    is_real = True

    @classmethod
    def eval(cls, x: sp.Expr) -> None:
        return None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return self


class ln(sp.Function):  # noqa: N801
    """The natural logarithm, left as it is."""

    is_real = True

    @classmethod
    def eval(cls, x: sp.Expr) -> None:
        return None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return 1 / self.args[0]


def sympy_functions(expr: sp.Expr) -> sp.Expr:
    """The expression with SymPy's own exponential and logarithm."""
    return expr.replace(exp, sp.exp).replace(ln, sp.log)


def unknown_function(name: str, *, positive: bool = False, density: bool = False) -> Any:
    """A function of which only the name is known; derivatives are functions of that kind.

    The class has ``order``, the number of differentiations by each argument, and ``root``.
    """

    def make(order: tuple[int, ...]) -> Any:
        marks = "".join(f"'{k}" * n for k, n in enumerate(order, 1))
        attributes = {"order": order, "root": name, "fdiff": fdiff, "density": density}
        if positive and not any(order):
            attributes |= {"is_positive": True, "is_real": True}
        else:
            attributes |= {"is_real": True}
        return type(name + marks, (UnknownFunction,), attributes)

    known: dict[tuple[int, ...], Any] = {}

    def at(order: tuple[int, ...]) -> Any:
        if order not in known:
            known[order] = make(order)
        return known[order]

    def fdiff(self: Any, argindex: int = 1) -> Any:
        order = list(self.order) + [0] * (len(self.args) - len(self.order))
        order[argindex - 1] += 1
        while order and not order[-1]:
            order.pop()
        return at(tuple(order))(*self.args)

    first = at(())
    first.derivative = staticmethod(lambda n: at((n,) if n else ()))
    return first


class UnknownFunction(sp.Function):
    """The base of the functions that ``unknown_function`` makes."""

    order: tuple[int, ...] = ()
    root = ""
    density = False


# ---------------------------------------------------------------- matrices


def scalar_of(value: Value) -> sp.Expr:
    """The value as a scalar."""
    if isinstance(value, Matrix):
        if value.shape == (1, 1):
            return value[0, 0]
        raise Unsupported("a matrix where a number should stand")
    if not isinstance(value, sp.Expr):
        raise Unsupported("a scalar is needed here")
    return value


def entries(value: Value) -> list[sp.Expr]:
    """The entries of a matrix, or the scalar alone."""
    return list(value) if isinstance(value, Matrix) else [scalar_of(value)]


def sum_of(terms: list[Value]) -> Value:
    """The sum of one or more scalars or matrices."""
    if not isinstance(terms[0], Matrix):
        return sp.Add(*(scalar_of(t) for t in terms))
    if any(not isinstance(t, Matrix) or t.shape != terms[0].shape for t in terms):
        raise Unsupported("a sum of a number and a matrix")
    found = terms[0]
    for term in terms[1:]:
        found = found + term
    return found


def determinant(matrix: Matrix) -> sp.Expr:
    """The determinant, by expansion along the first row."""
    size = matrix.rows
    if size == 0:
        return sp.Integer(1)
    if size == 1:
        return matrix[0, 0]
    if size == 2:
        return matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]
    if size > 4:
        raise Unsupported(f"a determinant of size {size}")
    return sp.Add(
        *((-1) ** j * matrix[0, j] * minor(matrix, 0, j) for j in range(size) if matrix[0, j] != 0)
    )


def minor(matrix: Matrix, row: int, column: int) -> sp.Expr:
    """The determinant without a row and a column, counted from 0."""
    size = matrix.rows
    kept = [k for k in range(size) if k != row], [k for k in range(size) if k != column]
    if not kept[0]:
        return sp.Integer(1)
    return determinant(matrix.extract(*kept))


def adjugate(matrix: Matrix) -> Matrix:
    """The transpose of the matrix of cofactors."""
    return Matrix(matrix.rows, matrix.rows, lambda i, j: (-1) ** (i + j) * minor(matrix, j, i))


def inverse(matrix: Matrix) -> Matrix:
    """The adjugate divided by the determinant."""
    value = determinant(matrix)
    if value == 0:
        raise Undefined("the inverse of a singular matrix")
    return adjugate(matrix) / value
