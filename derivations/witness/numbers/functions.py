"""Drawn functions: tables on finite sets, and smooth functions with a bound on f''."""

from __future__ import annotations

import random
import re
from fractions import Fraction
from typing import Any

from .values import FunctionValue, OutsideDomain, Unsupported


def table(domain: list[Any], rows: dict[Any, tuple[Fraction, ...]], depends: bool) -> FunctionValue:
    """A function on a finite set, one row of values for each parameter (or one row)."""
    at = {x: k for k, x in enumerate(domain)}
    converted: dict[tuple[Any, int], dict[Any, list[Any]]] = {}

    def call(ctx: Any, arguments: tuple[Any, ...], order: int) -> Any:
        if order:
            raise Unsupported("the derivative of a function on a finite set")
        k = at.get(arguments[0])
        if k is None:
            raise OutsideDomain("an argument outside the finite set")
        now = ctx, ctx.prec
        if now not in converted:
            converted[now] = {
                model: [ctx.mpf(x.numerator) / x.denominator for x in row]
                for model, row in rows.items()
            }
        return converted[now][arguments[-1] if depends else None][k]

    if depends:
        text = "; ".join(f"{m}: [{', '.join(map(str, row))}]" for m, row in rows.items())
    else:
        text = f"[{', '.join(map(str, rows[None]))}]"
    return FunctionValue(call, text, domain)


def smooth(a: Fraction, b: Fraction, c: Fraction, d: Fraction, w: Fraction) -> FunctionValue:
    """f(t) = a t²/2 + b t + c + d sin(w t), so that f'' = a - d w² sin(w t)."""

    def call(ctx: Any, arguments: tuple[Any, ...], order: int) -> Any:
        (t,) = arguments
        a_, b_, c_, d_, w_ = (ctx.mpf(x.numerator) / x.denominator for x in (a, b, c, d, w))
        polynomial = [a_ * t**2 / 2 + b_ * t + c_, a_ * t + b_, a_]
        value = polynomial[order] if order < 3 else ctx.zero
        if d:
            wave = ctx.sin(w_ * t + order * ctx.pi / 2)
            value = value + d_ * w_**order * wave
        return value

    text = f"t -> ({a})/2*t^2 + ({b})*t + ({c})"
    if d:
        text += f" + ({d})*sin(({w})*t)"
    return FunctionValue(call, text)


_SMOOTH = re.compile(
    r"t -> \((.+?)\)/2\*t\^2 \+ \((.+?)\)\*t \+ \((.+?)\)(?: \+ \((.+?)\)\*sin\(\((.+?)\)\*t\))?$"
)
_MIXTURE = re.compile(r"t -> (.+?)\*N\(t; (.+?), (.+?)\) \+ (.+?)\*N\(t; (.+?), (.+?)\)$")


def read_function(text: str, domain: list[Any] | None) -> FunctionValue:
    """A drawn function from its text, to evaluate a counterexample again."""
    if match := _SMOOTH.match(text):
        numbers = [Fraction(g) if g else Fraction(0) for g in match.groups()]
        return smooth(*numbers)
    if match := _MIXTURE.match(text):
        return _mixture(*(Fraction(g) for g in match.groups()))
    if domain is None:
        raise Unsupported(f"a function written {text!r}")
    rows: dict[Any, tuple[Fraction, ...]] = {}
    depends = not text.startswith("[")
    for part in text.split("; "):
        model, _, row = part.rpartition("[")
        values = tuple(Fraction(x) for x in row.rstrip("]").split(", "))
        rows[int(model.rstrip(": ")) if depends else None] = values
    return table(domain, rows, depends)


def draw_function(
    rng: random.Random,
    *,
    simple: bool,
    flat: bool = False,
    curvature_at_most: Fraction | None = None,
    curvature_above: Fraction | None = None,
    concave: bool = False,
    convex: bool = False,
) -> FunctionValue:
    """A smooth function; half of the bounded ones have the extreme curvature everywhere."""

    def x() -> Fraction:
        return Fraction(rng.randint(-8, 8), 1 if simple else rng.choice((2, 3, 4)))

    b, c = x(), x()
    if flat and curvature_above is None and (curvature_at_most is None or curvature_at_most >= 0):
        return smooth(Fraction(0), Fraction(0), c, Fraction(0), Fraction(1))
    d, w = (Fraction(0), Fraction(1))
    if not simple and rng.random() < 0.5:
        d, w = Fraction(rng.choice((-1, 1)), rng.choice((1, 2))), Fraction(rng.randint(1, 3))
    wave = abs(d) * w * w
    gap = abs(x()) + 1
    if curvature_at_most is not None:
        a = curvature_at_most - wave - (0 if rng.random() < 0.6 else gap)
    elif curvature_above is not None:
        a = curvature_above + wave + gap
    elif concave:
        a = -wave - (0 if rng.random() < 0.3 else gap)
    elif convex:
        a = wave + (0 if rng.random() < 0.3 else gap)
    else:
        a = x()
    return smooth(a, b, c, d, w)


def mixture_density(rng: random.Random) -> FunctionValue:
    """A density on the line: a mixture of two normal densities."""
    p = Fraction(rng.randint(1, 4), 5)
    m1, m2 = (Fraction(rng.randint(-6, 6), 3) for _ in range(2))
    v1, v2 = (Fraction(rng.randint(2, 6), 4) for _ in range(2))
    return _mixture(p, m1, v1, 1 - p, m2, v2)


def _mixture(
    p: Fraction, m1: Fraction, v1: Fraction, q: Fraction, m2: Fraction, v2: Fraction
) -> FunctionValue:
    def call(ctx: Any, arguments: tuple[Any, ...], order: int) -> Any:
        (t,) = arguments
        if order:
            raise Unsupported("the derivative of a density that is not given")
        total = ctx.zero
        for weight, mean, variance in ((p, m1, v1), (q, m2, v2)):
            w, m, v = (ctx.mpf(x.numerator) / x.denominator for x in (weight, mean, variance))
            total += w * ctx.exp(-((t - m) ** 2) / (2 * v)) / ctx.sqrt(2 * ctx.pi * v)
        return total

    return FunctionValue(call, f"t -> {p}*N(t; {m1}, {v1}) + {q}*N(t; {m2}, {v2})")
