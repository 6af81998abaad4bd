r"""Integrals of smooth integrands that decay, by the trapezoidal rule.

On the whole line the rule converges geometrically for analytic integrands
(L. N. Trefethen and J. A. C. Weideman, The exponentially convergent trapezoidal rule,
SIAM Review 56, 2014). Finite limits go to mpmath's tanh-sinh rule.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from math import inf, log, nan, pi, sqrt
from typing import Any, TypeAlias

import numpy as np
from mpmath import fp

from .values import Undefined, Unsupported, determinant, inverse

MAX_POINTS = 600
FAR = 40
"""Number of places of the first look at an integrand, out to 3^40/2^44, about 7e5."""


def line(ctx: Any, f: Callable[[Any], Any], in_doubles: Callable[[Any], Any] | None = None) -> Any:
    r"""\int_{-\infty}^{\infty} f(x) dx. ``in_doubles`` is f for a first look, if there is one.

    Raises Undefined where |f| does not fall far out, Unsupported where no rule settles.
    """
    look = _safely(in_doubles) if in_doubles is not None else f
    grid = _scan(fp if in_doubles is not None else ctx, look)
    if not 0 < max(size for _, size in grid) < inf or any(size != size for _, size in grid):
        look, grid = f, _scan(ctx, f)  # too small or too large for doubles
    if max(grid, key=lambda place: place[1]) in (grid[0], grid[-1]):
        _refuse_divergence(ctx, grid)
    centre, step = map(ctx.mpf, _bulk(ctx, look, grid))
    found = _trapezoidal(ctx, f, centre, step, grid)
    if found is not None:
        return found
    _refuse_divergence(ctx, grid)
    value, error = ctx.quad(f, [-ctx.inf, centre, ctx.inf], error=True, maxdegree=8)
    if error <= abs(value) * ctx.mpf(10) ** (-ctx.dps * 2 // 3):
        return value
    raise Unsupported("the integral does not settle")


def _safely(f: Callable[[Any], Any]) -> Callable[[Any], float]:
    """A function in doubles; too large is infinite, no value is not a number."""

    def g(x: Any) -> float:
        try:
            return float(f(float(x)))
        except OverflowError:
            return inf
        except (ArithmeticError, ValueError, Unsupported):
            return nan

    return g


Grid: TypeAlias = "list[tuple[Any, Any]]"
"""Places far and near on both sides of 0, in order, with |f| there."""


def _scan(ctx: Any, f: Callable[[Any], Any]) -> Grid:
    out = [ctx.mpf(3) ** k / ctx.mpf(2) ** (k + 4) for k in range(FAR)]
    places = [*(-x for x in reversed(out)), ctx.zero, *out]
    return [(x, abs(f(x))) for x in places]


def _bulk(ctx: Any, f: Callable[[Any], Any], grid: Grid) -> tuple[Any, Any]:
    """Where |f| is largest, and how fast it falls from there."""
    centre, height = max(grid, key=lambda place: place[1])
    reach = abs(centre) / 3 + ctx.mpf(1) / 8
    for _ in range(80):
        if reach < ctx.mpf(1) / 64:
            break
        sides = [(x, abs(f(x))) for x in (centre - reach, centre + reach)]
        better = max(sides, key=lambda place: place[1])
        if better[1] > height:
            centre, height = better
        else:
            reach /= 2
    width = ctx.mpf(1) / 64
    while width < 1e9 and max(abs(f(centre + width)), abs(f(centre - width))) > height / 2:
        width *= 2
    return centre, width


def _trapezoidal(
    ctx: Any, f: Callable[[Any], Any], centre: Any, step: Any, grid: Grid
) -> Any | None:
    """The trapezoidal rule, halving its step; None if f does not decay or it does not settle."""
    first = _sum(ctx, f, centre, step)
    if first is None:
        return None
    total, left, right, largest = first
    if any(size > largest * ctx.sqrt(ctx.eps) for x, size in grid if not left <= x <= right):
        return None  # f is large again beyond what was summed
    for _ in range(7):
        middle = _sum(ctx, f, centre + step / 2, step)
        if middle is None:
            return None
        gap = abs(total - middle[0])
        total, step = (total + middle[0]) / 2, step / 2
        if gap * gap <= abs(total) ** 2 * ctx.eps * 2**12 + ctx.eps**2:  # it squares each time
            return total
    return None


def _sum(
    ctx: Any, f: Callable[[Any], Any], centre: Any, step: Any
) -> tuple[Any, Any, Any, Any] | None:
    """The sum over a grid out to where f is negligible; its ends, and the largest |f|."""
    values = [f(centre)]
    largest = abs(values[0])
    little = ctx.eps / 16
    negligible = largest * little
    ends = []
    for signed in (-step, step):
        small, x = 0, centre
        for _ in range(MAX_POINTS):
            x += signed
            value = f(x)
            values.append(value)
            size = abs(value)
            if size <= negligible:
                small += 1
                if small == 2:
                    break
                continue
            small = 0
            if size > largest:
                largest, negligible = size, size * little
        else:
            return None
        ends.append(x)
    return ctx.fsum(values) * step, ends[0], ends[1], largest


def _refuse_divergence(ctx: Any, grid: Grid) -> None:
    """Evidence of divergence: |x f(x)| does not fall any more, far out on one side."""
    for side in (grid[:12], grid[:-13:-1]):  # from the far end inwards
        sizes = [abs(x) * size for x, size in side]
        if sizes[0] > 0 and all(a >= b for a, b in pairwise(sizes)):
            raise Undefined("the integral diverges")


def interval(ctx: Any, f: Callable[[Any], Any], lower: Any, upper: Any) -> Any:
    """An integral with at least one finite limit."""
    try:
        value, error = ctx.quad(f, [lower, upper], error=True)
    except (ZeroDivisionError, OverflowError) as failure:
        raise Undefined("the integral has no value") from failure
    if value - value != 0:
        raise Undefined("the integral diverges")
    if error > max(abs(value), 1) * ctx.mpf(10) ** -9:
        raise Unsupported("the integral does not settle")
    return value


def space(
    f: Callable[[tuple[float, ...]], float],
    on_arrays: Callable[[tuple[Any, ...]], Any],
    dimension: int,
) -> float:
    r"""\int f(x) dx over R^N in doubles: the lattice rule where f falls evenly.

    ``on_arrays`` is f at many points, components given as arrays; where it fails, f is used.
    """
    if dimension > 3:
        raise Unsupported(f"an integral over {dimension} dimensions")
    centre = _mode(f, dimension)
    axes = _axes(f, centre, dimension)
    # exp(-r²/2) below the error at the edge, exp(-2 pi²/h²) below it for the step
    nats = 13 * log(10)
    radius, step = sqrt(2 * nats), pi * sqrt(2 / nats)
    cells, rim = _cells(dimension, radius / step)
    points = np.asarray(centre)[:, None] + np.asarray(axes) @ (cells * step)
    try:
        with np.errstate(all="ignore"):
            values = np.asarray(on_arrays(tuple(points)), dtype=float)
        if values.shape != (cells.shape[1],):
            raise ValueError("not one value a point")
    except (TypeError, ValueError):
        values = np.array([f(tuple(map(float, point))) for point in points.T])
    total = float(values.sum())
    if not np.isfinite(total) or np.abs(values[rim]).max() > abs(total) * 1e-6:
        raise Undefined("the integral diverges")
    return total * step**dimension * abs(float(determinant(axes)))


@lru_cache(maxsize=8)
def _cells(dimension: int, radius: float) -> tuple[Any, Any]:
    """Lattice cells within a ball, and which of them lie at its rim."""
    side = np.arange(-int(radius) - 1, int(radius) + 2)
    cells = np.stack([axis.ravel() for axis in np.meshgrid(*[side] * dimension)])
    square = (cells**2).sum(axis=0)
    inside = square <= (radius + 1) ** 2
    return cells[:, inside], square[inside] > radius**2


def _mode(f: Callable[[tuple[float, ...]], float], dim: int) -> tuple[float, ...]:
    """The maximiser of a positive f, by Newton steps on ln f."""
    point = (0.0,) * dim
    for _ in range(30):
        gradient, hessian = _log_derivatives(f, point, dim)
        step = tuple(sum(row[j] * gradient[j] for j in range(dim)) for row in inverse(hessian))
        point = tuple(x - s for x, s in zip(point, step, strict=True))
        if max(abs(s) for s in step) < 1e-4:
            return point
        if max(abs(x) for x in point) > 1e6:
            break
    raise Unsupported("the mode of the integrand was not found")


def _axes(f: Callable[[tuple[float, ...]], float], centre: Any, dim: int) -> Any:
    """L with L Lᵀ the inverse of -Hess ln f: a Cholesky factor, entry by entry."""
    _, hessian = _log_derivatives(f, centre, dim)
    covariance = inverse(tuple(tuple(-x for x in row) for row in hessian))
    lower = [[0.0] * dim for _ in range(dim)]
    for i in range(dim):
        for j in range(i + 1):
            rest = covariance[i][j] - sum(lower[i][k] * lower[j][k] for k in range(j))
            if i == j:
                if rest <= 0:
                    raise Undefined("the integral diverges")
                lower[i][i] = sqrt(rest)
            else:
                lower[i][j] = rest / lower[j][j]
    return tuple(tuple(row) for row in lower)


def _log_derivatives(
    f: Callable[[tuple[float, ...]], float], point: tuple[float, ...], dim: int
) -> tuple[Any, Any]:
    h = 1 / 64

    def g(*shifts: tuple[int, int]) -> float:
        moved = list(point)
        for axis, sign in shifts:
            moved[axis] += sign * h
        value = f(tuple(moved))
        if value <= 0:
            raise Unsupported("an integrand over several dimensions that is not positive")
        return log(value)

    base = g()
    gradient = tuple((g((a, 1)) - g((a, -1))) / (2 * h) for a in range(dim))
    hessian = [[0.0] * dim for _ in range(dim)]
    for a in range(dim):
        hessian[a][a] = (g((a, 1)) - 2 * base + g((a, -1))) / h**2
        for b in range(a):
            mixed = (
                g((a, 1), (b, 1)) - g((a, 1), (b, -1)) - g((a, -1), (b, 1)) + g((a, -1), (b, -1))
            )
            hessian[a][b] = hessian[b][a] = mixed / (4 * h**2)
    return gradient, tuple(tuple(row) for row in hessian)
