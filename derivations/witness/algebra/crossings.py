"""A root of one residual at which another does not vanish, found by bisection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from .calculus import NoValue, Values
from .points import Points

if TYPE_CHECKING:
    from .compile import Compiler

_GRID = [sp.Rational(k, 4) for k in (-16, -9, -6, -4, -2, -1, 1, 2, 4, 6, 9, 16)]
_STEPS = 180
_ROOT = 1e-40
_FAR = 1e-6
_POINTS = 3


def crossing(c: Compiler, first: tuple[sp.Expr, sp.Expr], second: tuple[sp.Expr, sp.Expr]) -> bool:
    """Whether left = right of the first pair has a solution that does not solve the second.

    Along one symbol the first residual changes its sign, so that it has a root; at the
    root, known to 40 digits, the second residual is far from zero.
    """
    expressions = [*first, *second]
    grouped = {s for group in c.world.simplices for s in group}
    grouped |= {s for pair in c.world.matrices.circles for s in pair}
    grouped |= {s for m in c.world.matrices.orthogonals for s in m}
    for point in Points(c).draw(expressions, _POINTS):
        free = {s for s in point if isinstance(s, sp.Symbol)} - grouped
        for symbol in sorted(free, key=str):
            if symbol.is_integer or not c.leaves.of(list(first)) & {symbol}:
                continue
            root = _root(first, point, symbol)
            if root is not None and _satisfied(c, point | {symbol: root}):
                gap = _residual(second, point | {symbol: root})
                if gap is not None and abs(gap) > _FAR:
                    return True
    return False


def _residual(pair: tuple[sp.Expr, sp.Expr], point: dict[Any, Any]) -> Any | None:
    values = Values(point)
    try:
        return values(pair[0]) - values(pair[1])
    except NoValue:
        return None


def _root(pair: tuple[sp.Expr, sp.Expr], point: dict[Any, Any], symbol: sp.Symbol) -> Any | None:
    """A root along a symbol, between two neighbours of a grid with opposite signs."""
    before: tuple[Any, Any] | None = None
    for value in _GRID:
        if (symbol.is_nonnegative and value < 0) or (symbol.is_nonpositive and value > 0):
            continue
        at = Values.context.mpf(int(value.p)) / int(value.q)
        here = _residual(pair, point | {symbol: at})
        if here is not None and before is not None and before[1] * here < 0:
            return _bisect(pair, point, symbol, before, (at, here))
        before = None if here is None else (at, here)
    return None


def _bisect(
    pair: tuple[sp.Expr, sp.Expr], point: dict[Any, Any], symbol: sp.Symbol, low: Any, high: Any
) -> Any | None:
    here = None
    for _ in range(_STEPS):
        middle = (low[0] + high[0]) / 2
        here = _residual(pair, point | {symbol: middle})
        if here is None:
            return None
        if here == 0:
            break
        if here * low[1] > 0:
            low = middle, here
        else:
            high = middle, here
    return middle if here is not None and abs(here) < _ROOT else None


def _satisfied(c: Compiler, point: dict[Any, Any]) -> bool:
    """Whether the hypotheses hold at a point."""
    for expr, signs in c.world.constraints:
        if c.leaves(expr) & point.keys():
            try:
                value = Values(point)(expr)
            except NoValue:
                return False
            if (value > 0) - (value < 0) not in signs:
                return False
    return True
