"""The functions that mathematics knows, on SymPy scalars and matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy as sp

from .arrays import Matrix, adjugate, minor
from .monomials import LogOfZero, Undefined, Unsupported
from .values import Value, entries, exp, ln, scalar_of

if TYPE_CHECKING:
    from .compile import Compiler

MAX_FACTORIAL = 200


def _ln(c: Compiler, x: Value) -> sp.Expr:
    x = scalar_of(x)
    if x == 0:
        raise LogOfZero("the logarithm of zero")
    if x.is_number and x.is_negative:
        raise Undefined("the logarithm of a negative number")
    return ln(x) if x != 1 else sp.Integer(0)


def _log(c: Compiler, x: Value, base: Value) -> sp.Expr:
    below = _ln(c, base)
    if below == 0:
        raise Undefined("a logarithm to the base 1")
    return _ln(c, x) / below


def _sqrt(c: Compiler, x: Value, degree: Value = None) -> sp.Expr:
    x = scalar_of(x)
    power = sp.Rational(1, 2) if degree is None else 1 / scalar_of(degree)
    if x.is_number and x.is_negative:
        raise Undefined("a root of a negative number")
    return sp.Pow(x, power)


def _plain(function: Callable[[sp.Expr], sp.Expr]) -> Callable[[Compiler, Value], sp.Expr]:
    return lambda c, x: function(scalar_of(x))


def _matrix(value: Value) -> Matrix:
    if not isinstance(value, Matrix):
        raise Unsupported("a matrix is needed here")
    return value


def _det(c: Compiler, a: Value) -> sp.Expr:
    return c.world.matrices.determinant(_matrix(a))


def _trace(c: Compiler, a: Value) -> sp.Expr:
    return sp.Add(*(a[k, k] for k in range(a.rows))) if isinstance(a, Matrix) else a


def _minor(c: Compiler, a: Value, i: Value, j: Value) -> sp.Expr:
    a, row, column = _matrix(a), int(scalar_of(i)), int(scalar_of(j))
    if not (1 <= row <= a.rows and 1 <= column <= a.cols):
        raise Undefined("a minor outside the matrix")
    return minor(a, row - 1, column - 1)


def _norm(c: Compiler, x: Value) -> sp.Expr:
    if not isinstance(x, Matrix):
        return sp.Abs(x)
    return sp.sqrt(sp.Add(*(e**2 for e in entries(x))))


def _norm_p(c: Compiler, x: Value, p: Value) -> sp.Expr:
    match scalar_of(p):
        case sp.Integer(p=2):
            return _norm(c, x)
        case sp.Integer(p=1):
            return sp.Add(*(sp.Abs(e) for e in entries(x)))
    raise Unsupported("this norm")


def _inner(c: Compiler, x: Value, y: Value) -> sp.Expr:
    return sp.Add(*(a * b for a, b in zip(entries(x), entries(y), strict=True)))


def _factorial(c: Compiler, x: Value) -> sp.Expr:
    x = scalar_of(x)
    if x.is_Integer and not 0 <= x <= MAX_FACTORIAL:
        raise Unsupported("a factorial that is too large")
    return sp.factorial(x)


def _binomial(c: Compiler, top: Value, below: Value) -> sp.Expr:
    if any(abs(x) > MAX_FACTORIAL for x in (top, below) if x.is_Rational):
        raise Unsupported("a binomial coefficient that is too large")
    return sp.binomial(scalar_of(top), scalar_of(below))


def _gamma(c: Compiler, x: Value) -> sp.Expr:
    x = scalar_of(x)
    if x.is_Rational and abs(x) > MAX_FACTORIAL:
        raise Unsupported("a value of the gamma function that is too large")
    return sp.gamma(x)


def _normal(c: Compiler, x: Value, mean: Value, variance: Value) -> sp.Expr:
    """The density of a normal distribution."""
    if not isinstance(x, Matrix):
        square = (x - mean) ** 2 / variance
        return exp(-square / 2) / sp.sqrt(2 * sp.pi * variance)
    matrices = c.world.matrices
    square = ((x - mean).T * matrices.inverse(variance) * (x - mean))[0, 0]
    return exp(-square / 2) / sp.sqrt((2 * sp.pi) ** x.rows * matrices.determinant(variance))


CALLS: dict[str, Callable[..., Any]] = {
    "exp": _plain(exp),
    "cosh": _plain(lambda x: (exp(x) + exp(-x)) / 2),
    "sinh": _plain(lambda x: (exp(x) - exp(-x)) / 2),
    "tanh": _plain(lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x))),
    "ln": _ln,
    "log": _log,
    "sqrt": _sqrt,
    "det": _det,
    "tr": _trace,
    "diag": lambda c, x: Matrix.diagonal(entries(x)),
    "adjugate": lambda c, a: adjugate(_matrix(a)),
    "minor": _minor,
    "norm": _norm,
    "norm_p": _norm_p,
    "inner": _inner,
    "abs": _plain(sp.Abs),
    "sign": _plain(sp.sign),
    "factorial": _factorial,
    "binom": _binomial,
    "Gamma": _gamma,
    "max": lambda c, *x: sp.Max(*x, evaluate=False),
    "min": lambda c, *x: sp.Min(*x, evaluate=False),
    "normal": _normal,
    **{
        name: _plain(getattr(sp, short))
        for name, short in (
            ("sin", "sin"),
            ("cos", "cos"),
            ("tan", "tan"),
            ("arcsin", "asin"),
            ("arccos", "acos"),
            ("arctan", "atan"),
        )
    },
}
"""From the names of ``Call`` to functions of a compiler and the values of the arguments."""
