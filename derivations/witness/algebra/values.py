"""What expressions become at concrete sizes: SymPy scalars and matrices, set members, laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy as sp
from sympy import Basic

from .arrays import Matrix
from .monomials import Unsupported


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


class _Elementary(sp.Expr):
    """A function left as it is: SymPy's own rewrite themselves, at ten times the cost."""

    is_real = True

    def __new__(cls, x: sp.Expr) -> _Elementary:
        return Basic.__new__(cls, sp.sympify(x))

    def _eval_derivative(self, x: sp.Symbol) -> sp.Expr:
        return self.fdiff() * self.args[0].diff(x)

    def _eval_evalf(self, precision: int) -> sp.Expr:
        return sympy_functions(self)._eval_evalf(precision)


class exp(_Elementary):  # noqa: N801
    """The exponential."""

    is_positive = True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return self


class ln(_Elementary):  # noqa: N801
    """The natural logarithm."""

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
