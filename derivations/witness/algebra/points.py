"""Exact points that satisfy the hypotheses, and what expressions are there."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

import sympy as sp

from ...reader.scope import Entry
from .calculus import NoValue, Values
from .integrals import UNIT_MASS
from .monomials import Unsupported
from .values import Dirac, UnknownFunction, scalar_of, sympy_functions

if TYPE_CHECKING:
    from .compile import Compiler

TINY = 1e-20
"""A relative difference that rounding cannot make."""
FLOOR = 1e-30
_TRIES = 60


class Points:
    """Rational values for symbols, and polynomials for unknown functions, at random."""

    def __init__(self, compiler: Compiler, seed: int = 0) -> None:
        self.c = compiler
        self.world = compiler.world
        self.rng = Random(seed)
        self.attempt = 0

    def draw(self, expressions: list[sp.Expr], count: int) -> Iterator[dict[Any, Any]]:
        """Points for all symbols of some expressions, inside the hypotheses."""
        leaves = self.c.leaves
        wanted = leaves.of(expressions)
        if Dirac in wanted or UNIT_MASS in wanted:
            return
        constraints = [c for c in self.world.constraints if leaves(c[0]) & wanted]
        wanted = wanted.union(*(leaves(c[0]) for c in constraints))
        names = {x for x in wanted if isinstance(x, str)}
        symbols = {x for x in wanted if isinstance(x, sp.Symbol)}
        found = 0
        for self.attempt in range(_TRIES):
            point = self._symbols(symbols)
            try:
                point |= self._functions(names, point)
            except Unsupported:
                return
            if all(self._sign(x, point) in signs for x, signs in constraints):
                yield point
                found += 1
                if found == count:
                    return

    def _sign(self, expr: sp.Expr, point: dict[Any, Any]) -> int | None:
        value = evaluate(expr, point)
        return None if value is None else (value > 0) - (value < 0)

    # ------------------------------------------------------------ symbols

    def _symbols(self, wanted: set[sp.Symbol]) -> dict[Any, Any]:
        point: dict[Any, Any] = {}
        for group in self.world.simplices:
            if wanted & set(group):
                weights = [self.rng.randint(1, 12) for _ in range(len(group) + 1)]
                point |= {s: sp.Rational(weights[k], sum(weights)) for k, s in enumerate(group)}
        for c, s in self.world.matrices.circles:
            t = sp.Rational(self.rng.randint(1, 12), self.rng.randint(1, 12))
            point |= {c: (1 - t**2) / (1 + t**2), s: 2 * t / (1 + t**2)}
        for matrix in self.world.matrices.orthogonals:
            if wanted & matrix.free_symbols:
                point |= dict(zip(matrix, self._orthogonal(matrix.rows), strict=True))
        for symbol in sorted(wanted - point.keys(), key=str):
            point[symbol] = self._symbol(symbol)
        return point

    def _symbol(self, symbol: sp.Symbol) -> sp.Rational:
        """A rational number: small at first, then also larger."""
        reach = 7 if self.attempt % 2 == 0 else 24
        top, below = self.rng.randint(1, reach), self.rng.randint(1, 8)
        size = sp.Integer(top % 7 + 1) if symbol.is_integer else sp.Rational(top, below)
        if symbol.is_negative:
            return -size
        return size if symbol.is_nonnegative or self.rng.random() < 0.5 else -size

    def _orthogonal(self, size: int) -> list[sp.Rational]:
        """Cayley's transform of a skew matrix, with the sign of one column at random."""
        skew = sp.zeros(size)
        for i in range(size):
            for j in range(i):
                skew[i, j] = sp.Rational(self.rng.randint(-6, 6), self.rng.randint(1, 4))
                skew[j, i] = -skew[i, j]
        unit = sp.eye(size)
        found = (unit - skew) * (unit + skew).inv()
        return list(found * sp.diag(self.rng.choice((1, -1)), *[1] * (size - 1)))

    # ------------------------------------------------------------ functions

    def _functions(self, names: set[str], point: dict[Any, Any]) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for name in sorted(names):
            entry, function = self.world.functions[name]
            found[name] = self._polynomial(entry, function, point)
        return found

    def _polynomial(self, entry: Entry, function: Any, point: dict[Any, Any]) -> Any:
        """Coefficients of a polynomial with the declared properties."""
        if function.density or entry.declared("positive"):
            raise Unsupported("no polynomial is a density")
        a, b = (sp.Rational(self.rng.randint(-12, 12), self.rng.randint(1, 4)) for _ in "ab")
        size = sp.Rational(self.rng.randint(1, 12), self.rng.randint(1, 4))
        if (phrase := entry.declared("curvature at most")) is not None:
            bound = scalar_of(self.c.plain(self.c.lookup.declared_text(phrase.argument), {}))
            limit = bound.xreplace({s: point.get(s, sp.Integer(2)) for s in bound.free_symbols})
            if not limit.is_Rational:
                raise Unsupported("a bound on the curvature that is no number")
            size = limit * self.rng.choice((1, 1, sp.Rational(1, 2), -1))
        elif entry.declared("concave"):
            size = -size
        elif not entry.declared("convex"):
            return [a, b, size, sp.Rational(self.rng.randint(1, 5), 6)]
        return [a, b, size / 2]


def evaluate(expr: sp.Expr, point: dict[Any, Any]) -> Any | None:
    """The value at a point with 60 digits; None where it is undefined."""
    try:
        return Values(point)(expr)
    except NoValue:
        return None


def gap(left: sp.Expr, right: sp.Expr, values: Values) -> Any | None:
    """Left minus right at a point, zero if it is not larger than rounding; None if undefined."""
    try:
        a, b = values(left), values(right)
    except NoValue:
        return None
    difference = a - b
    return difference if _large(difference, a, b) else 0 * difference


def _large(difference: Any, a: Any, b: Any) -> bool:
    return bool(abs(difference) > max(FLOOR, TINY * max(abs(a), abs(b))))


def confirmed(left: sp.Expr, right: sp.Expr, point: dict[Any, Any], sign: int = 0) -> bool:
    """Whether SymPy finds the same with 50 digits: not equal, or a difference of that sign."""
    a, b = (_by_sympy(x, point) for x in (left, right))
    if a is None or b is None:
        return False
    difference = a - b
    if not _large(difference, a, b):
        return False
    return sign == 0 or sp.sign(difference) == sign


def _by_sympy(expr: sp.Expr, point: dict[Any, Any]) -> sp.Expr | None:
    expr = expr.replace(
        lambda e: isinstance(e, UnknownFunction), lambda e: _polynomial_at(e, point)
    )
    value = expr.xreplace({k: v for k, v in point.items() if not isinstance(k, str)})
    value = sympy_functions(value).evalf(50)
    return value if value.is_number and value.is_real and value.is_finite else None


def _polynomial_at(call: Any, point: dict[Any, Any]) -> sp.Expr:
    """A derivative of the sum over the arguments of a polynomial, plus their product."""
    coefficients = point[call.root]
    xs = [sp.Dummy() for _ in call.args]
    body = sp.Add(*(c * x**k for x in xs for k, c in enumerate(coefficients)))
    if len(xs) > 1:
        body += sp.Mul(*xs)
    for x, order in zip(xs, call.order, strict=False):
        body = sp.diff(body, x, order) if order else body
    return body.xreplace(dict(zip(xs, call.args, strict=True)))
