r"""Integrals of smooth integrands that decay, by the trapezoidal rule.

On the whole line the rule converges geometrically for analytic integrands
(L. N. Trefethen and J. A. C. Weideman, The exponentially convergent trapezoidal rule,
SIAM Review 56, 2014). Finite limits go to mpmath's tanh-sinh rule.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import log, pi, sqrt
from typing import Any

import numpy as np

from .values import Undefined, Unsupported, determinant, inverse

MAX_POINTS = 4_000


def line(ctx: Any, f: Callable[[Any], Any]) -> Any:
    r"""\int_{-\infty}^{\infty} f(x) dx. Raises Undefined where f does not decay."""
    centre, step = _bulk(ctx, f)
    total = _trapezoid(ctx, f, centre, step)
    for _ in range(7):
        middle = _trapezoid(ctx, f, centre + step / 2, step)
        gap = abs(total - middle)
        total, step = (total + middle) / 2, step / 2
        if gap * gap <= abs(total) ** 2 * ctx.eps * 2**12 + ctx.eps**2:  # it squares each time
            return total
    if gap <= abs(total) * ctx.sqrt(ctx.eps):
        return total
    raise Unsupported("the integral does not settle")


def _trapezoid(ctx: Any, f: Callable[[Any], Any], centre: Any, step: Any) -> Any:
    total = f(centre)
    largest = abs(total)
    for signed in (step, -step):
        small, x = 0, centre
        for _ in range(MAX_POINTS):
            x += signed
            value = f(x)
            total += value
            size = abs(value)
            if size > largest:
                largest = size
                if largest > 1e60:
                    raise Undefined("the integral diverges")
            small = small + 1 if size <= largest * ctx.eps / 16 else 0
            if small == 2:
                break
        else:
            raise Undefined("the integral diverges")
    return total * step


def _bulk(ctx: Any, f: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Where |f| is largest, and how fast it falls from there."""
    grid = [ctx.mpf(k) / 2 for k in range(-16, 17)]
    sizes = [abs(f(x)) for x in grid]
    top = max(sizes)
    if top == 0:
        return ctx.mpf(0), ctx.mpf(1)
    k = sizes.index(top)
    if k in (0, len(grid) - 1):
        far = grid[k] * 4
        if abs(f(far)) >= top and abs(f(far * 4)) >= top:
            raise Undefined("the integral diverges")
    centre = grid[k]
    reach = ctx.mpf(1) / 2
    for _ in range(12):  # golden refinement is not needed: a tenth of the width is enough
        left, right = abs(f(centre - reach / 2)), abs(f(centre + reach / 2))
        here = abs(f(centre))
        if left > here and left >= right:
            centre -= reach / 2
        elif right > here:
            centre += reach / 2
        else:
            reach /= 2
    height = abs(f(centre))
    width = ctx.mpf(1) / 16
    while abs(f(centre + width)) > height / 2 or abs(f(centre - width)) > height / 2:
        width *= 2
        if width > 1e6:
            raise Undefined("the integral diverges")
    return centre, width


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
        step = tuple(
            sum(row[j] * gradient[j] for j in range(dim)) for row in inverse(hessian)
        )
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
            mixed = g((a, 1), (b, 1)) - g((a, 1), (b, -1)) - g((a, -1), (b, 1)) + g((a, -1), (b, -1))
            hessian[a][b] = hessian[b][a] = mixed / (4 * h**2)
    return gradient, tuple(tuple(row) for row in hessian)
