"""Derivatives of explicit expressions, and their values at a point."""

from __future__ import annotations

from typing import Any

import mpmath
import sympy as sp

from .arrays import Matrix
from .values import Dirac, UnknownFunction, Value, exp, ln

DIGITS = 60
MAX_LOGARITHM = 100_000


class Derivatives:
    """Partial derivatives, each subexpression differentiated once.

    Sums, products, powers and chains are taken apart here, by the textbook rules;
    SymPy differentiates the functions.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[sp.Expr, sp.Symbol], sp.Expr] = {}

    def __call__(self, expr: sp.Expr, x: sp.Symbol, order: int = 1) -> sp.Expr:
        """The derivative of some order."""
        for _ in range(order):
            expr = self._once(expr, x)
        return expr

    def _once(self, expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
        if not expr.args:
            return sp.Integer(int(expr == x))
        found = self._known.get((expr, x))
        if found is None:
            found = self._known[expr, x] = self._compound(expr, x)
        return found

    def _compound(self, expr: sp.Expr, x: sp.Symbol) -> sp.Expr:
        args = expr.args
        if expr.is_Add:
            return sp.Add(*(self._once(a, x) for a in args))
        slopes = [self._once(a, x) for a in args]
        if all(s.is_zero for s in slopes if s.is_Number) and all(s.is_Number for s in slopes):
            return sp.Integer(0)
        if expr.is_Mul:
            return sp.Add(
                *(
                    sp.Mul(slope, *args[:k], *args[k + 1 :])
                    for k, slope in enumerate(slopes)
                    if slope != 0
                )
            )
        if expr.is_Pow and args[1].is_Rational:
            return sp.Mul(args[1], sp.Pow(args[0], args[1] - 1), slopes[0])
        if isinstance(expr, ln) and not args[0].is_Add:
            apart = _split(args[0])  # ln(ab) as ln a + ln b: the same slope whatever the signs
            if apart != expr:
                return self._once(apart, x)
        if isinstance(expr, exp | ln | UnknownFunction):
            return sp.Add(
                *(sp.Mul(expr.fdiff(k), slope) for k, slope in enumerate(slopes, 1) if slope != 0)
            )
        return sp.diff(expr, x)


class Leaves:
    """The symbols of expressions, with the unknown functions and Dirac deltas in them."""

    def __init__(self) -> None:
        self._known: dict[sp.Expr, frozenset[Any]] = {}

    def __call__(self, expr: sp.Expr) -> frozenset[Any]:
        """Symbols, classes of unknown functions by name, and ``Dirac``."""
        found = self._known.get(expr)
        if found is None:
            found = frozenset((expr,)) if expr.is_Symbol else frozenset()
            found = found.union(*(self(a) for a in expr.args))
            if isinstance(expr, UnknownFunction):
                found |= {expr.root}
            elif isinstance(expr, Dirac):
                found |= {Dirac}
            self._known[expr] = found
        return found

    def of(self, expressions: list[sp.Expr]) -> frozenset[Any]:
        """The leaves of several expressions."""
        return frozenset().union(*(self(x) for x in expressions))


def _split(argument: sp.Expr) -> sp.Expr:
    if argument.is_Mul:
        return sp.Add(*(_split(a) for a in argument.args))
    if isinstance(argument, exp):
        return argument.args[0]
    if argument.is_Pow and argument.exp.is_Rational:
        return argument.exp * _split(argument.base)
    return ln(argument)


def derivative(derive: Derivatives, body: Value, variable: Value, order: int) -> Value | None:
    """By a scalar; the gradient, Jacobian or Hessian by a vector; entrywise by a matrix."""
    if not isinstance(variable, Matrix):
        if isinstance(body, Matrix):
            return body.map(lambda x: derive(x, variable, order))
        return derive(body, variable, order)
    if isinstance(body, Matrix):
        if order != 1 or body.cols != 1 or variable.cols != 1:
            return None
        return Matrix(body.rows, variable.rows, lambda i, j: derive(body[i], variable[j]))
    if order == 1:
        return variable.map(lambda x: derive(body, x))
    if order == 2 and variable.cols == 1:
        size = variable.rows
        return Matrix(size, size, lambda i, j: derive(derive(body, variable[i]), variable[j]))
    return None


# ---------------------------------------------------------------- values


class NoValue(Exception):
    """An expression has no real value at a point, or none that is found here."""


class Values:
    """Values of expressions at one point, as floating-point numbers with 60 digits."""

    context = mpmath.mp.clone()
    context.dps = DIGITS

    def __init__(self, point: dict[Any, Any]) -> None:
        self.point = point
        self._known: dict[sp.Expr, Any] = {}

    def __call__(self, expr: sp.Expr) -> Any:
        """The value. Raises NoValue."""
        found = self._known.get(expr)
        if found is None:
            try:
                found = self._compute(expr)
            except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
                raise NoValue from error
            if not isinstance(found, self.context.mpf) or not self.context.isfinite(found):
                raise NoValue
            self._known[expr] = found
        return found

    def _compute(self, expr: sp.Expr) -> Any:
        mp = self.context
        if expr.is_Rational:
            return mp.mpf(int(expr.p)) / int(expr.q)
        if expr.is_Symbol:
            return self._symbol(expr)
        if expr is sp.pi:
            return +mp.pi
        if expr.is_Add:
            return mp.fsum(self(a) for a in expr.args)
        if expr.is_Mul:
            return mp.fprod(self(a) for a in expr.args)
        if expr.is_Pow:
            return self._power(*expr.args)
        if isinstance(expr, exp):
            return mp.exp(_bounded(self(expr.args[0])))
        if isinstance(expr, ln):
            return mp.log(self(expr.args[0]))
        if isinstance(expr, UnknownFunction):
            return self._polynomial(expr)
        if isinstance(expr, sp.Max | sp.Min):
            choose = max if isinstance(expr, sp.Max) else min
            return choose(self(a) for a in expr.args)
        return self._other(expr)

    def _symbol(self, symbol: sp.Symbol) -> Any:
        if symbol not in self.point:
            raise NoValue
        value = self.point[symbol]
        return value if isinstance(value, self.context.mpf) else self(value)

    def _power(self, base: sp.Expr, power: sp.Expr) -> Any:
        below, times = self(base), self(power)
        if below:
            _bounded(times * self.context.log(abs(below)))
        return below ** int(power) if power.is_Integer else below**times

    def _polynomial(self, call: Any) -> Any:
        """A derivative of the sum over the arguments of a polynomial, plus their product."""
        mp = self.context
        if call.root not in self.point:
            raise NoValue
        coefficients = [self(c) for c in self.point[call.root]]
        values = [self(a) for a in call.args]
        order = list(call.order) + [0] * (len(values) - len(call.order))
        moved = [k for k, o in enumerate(order) if o]
        total = mp.mpf(0)
        for k, value in enumerate(values):
            if all(m == k for m in moved):
                total += mp.polyval(_differentiated(coefficients, order[k])[::-1], value)
        if len(values) > 1 and all(o < 2 for o in order):
            total += mp.fprod(v for v, o in zip(values, order, strict=True) if not o)
        return total

    def _other(self, expr: sp.Expr) -> Any:
        if isinstance(expr, Dirac) or not expr.args:
            value = expr.evalf(DIGITS) if expr.is_number else None
        else:
            arguments = [sp.Float(self(a), DIGITS) for a in expr.args]
            value = expr.func(*arguments).evalf(DIGITS)
        if value is None or (not value.is_Float and not value.is_Integer):
            raise NoValue
        return self.context.mpf(value)


def _bounded(x: Any) -> Any:
    """The argument of an exponential, unless its value would have too many digits."""
    if abs(x) > MAX_LOGARITHM:
        raise NoValue
    return x


def _differentiated(coefficients: list[Any], times: int) -> list[Any]:
    for _ in range(times):
        coefficients = [k * c for k, c in enumerate(coefficients)][1:]
    return coefficients or [0]
