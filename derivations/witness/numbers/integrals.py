"""Integrals: quadrature for densities, sifting for delta measures."""

from __future__ import annotations

from collections.abc import Callable
from operator import neg
from typing import Any

from mpmath import fp

from ...language import nodes as n
from ...language.types import Vector
from . import doubles, quadrature
from .compiler import Bound, Code, Compiler, Env, Names, Run, rule
from .values import Mass, Undefined, Unsupported, Value, entries, in_doubles, linear, shape


@rule(n.Integral)
def _integral(compiler: Compiler, node: n.Integral, names: Names) -> Code:
    slot = compiler.new_slot()
    inner = dict(names)
    variable = node.variable
    if isinstance(variable, n.Symbol):
        inner[variable.name, False] = Bound(slot)
    else:
        inner[variable.at(None)] = Bound(slot)
    body = compiler.compile(node.body, inner)
    limits = [
        compiler.compile(x, names) if x is not None else None for x in (node.lower, node.upper)
    ]
    return compiler.memo(integrate(compiler, variable, slot, limits[0], limits[1], body))


def integrate(
    compiler: Compiler,
    variable: n.Node,
    slot: int,
    lower: Code | None,
    upper: Code | None,
    body: Code,
) -> Code:
    shape = compiler.shapes(variable)
    size = compiler.size(shape.sort) if isinstance(shape, Vector) else None
    if body.dirac:
        pass
    elif size is None:
        compiler.line_integrals += 1
    else:
        compiler.space_integrals += 1
    run = body.run

    def integrand(env: Env) -> Callable[[Value], Any]:
        def f(x: Value) -> Any:
            env.values[slot] = x
            return run(env)

        return f

    def places(env: Env) -> list[Value]:
        return _atoms(env, integrand(env), None if size is None else int(size.run(env)))

    kept = compiler.memo(Code(places, frozenset(compiler.delta_keys - {slot})))

    def integrate(env: Env) -> Value:
        frame = env.values
        old = frame.get(slot)
        try:
            ends = [x.run(env) if x else None for x in (lower, upper)]
            if body.dirac:
                if any(x is not None and env.ctx.inf != abs(x) for x in ends):
                    raise Unsupported("a delta in an integral with finite limits")
                return _sift(env, integrand(env), kept.run(env))
            if size is not None:
                return _over_space(env, slot, run, int(size.run(env)))
            return _over_line(env, slot, run, ends)
        finally:
            frame[slot] = old

    codes = [c for c in (lower, upper, size) if c is not None]
    keys = (body.keys - {slot}).union(*(c.keys for c in codes))
    return Code(integrate, keys, log=body.log)


def _over_line(env: Env, slot: int, run: Run, ends: list[Any], component: bool = False) -> Any:
    """An integral over a real variable; a first look at the integrand is taken in doubles."""
    ctx = env.ctx
    fast = Env(
        fp, {k: in_doubles(v) for k, v in env.values.items()}, env.conventions, env.log_delta
    )

    def at(env: Env) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            env.values[slot] = (x,) if component else x
            return run(env)

        return f

    a, b = (-ctx.inf if ends[0] is None else ends[0]), (ctx.inf if ends[1] is None else ends[1])
    if a == -ctx.inf and b == ctx.inf:
        return quadrature.line(ctx, at(env), at(fast))
    return quadrature.interval(ctx, at(env), a, b)


def _over_space(env: Env, slot: int, run: Run, dimension: int) -> Any:
    """An integral over vectors: one dimension in full, two and three in doubles."""
    if dimension == 1:
        return _over_line(env, slot, run, [None, None], component=True)
    values = {key: in_doubles(value) for key, value in env.values.items()}
    fast = Env(fp, values, env.conventions, env.log_delta)
    arrays = Env(doubles, dict(values), env.conventions, env.log_delta)

    def in_space(x: tuple[float, ...]) -> float:
        values[slot] = x
        return float(run(fast))

    def on_arrays(x: tuple[Any, ...]) -> Any:
        arrays.values[slot] = x
        return run(arrays)

    try:
        return env.ctx.mpf(quadrature.space(in_space, on_arrays, dimension))
    except OverflowError:
        raise Undefined("the integral diverges") from None


def _sift(env: Env, f: Callable[[Value], Any], places: list[Value]) -> Any:
    """An integral against delta measures: the weights at their atoms."""
    total = env.ctx.zero
    for place in places:
        value = f(place)
        total += value.weight if isinstance(value, Mass) else 0
    return total


def _atoms(env: Env, f: Callable[[Value], Any], dimension: int | None) -> list[Value]:
    """Where the deltas of an integrand sit, which must have no density besides."""
    ctx = env.ctx

    def point(x: Any) -> Value:
        return x if dimension is None else (x,) * dimension

    at_zero, at_one = (_probe(env, f, point(x)) for x in (ctx.zero, ctx.one))
    places: list[Value] = []
    if len(at_zero) != len(at_one):
        raise Unsupported("deltas that come and go")
    for a, b in zip(at_zero, at_one, strict=True):
        if shape(a) != shape(b):
            raise Unsupported("a delta of something that changes its shape")
        slope = _slope(ctx, a, b)
        if slope == 0:
            continue
        place = linear(neg, a) if slope == 1 else a  # delta is even
        if place not in places:
            places.append(place)
    rest = f(point(ctx.mpf(3) / 7))
    regular = rest.regular if isinstance(rest, Mass) else rest
    if regular != 0:
        raise Unsupported("a measure with both atoms and a density")
    return places


def _slope(ctx: Any, at_zero: Value, at_one: Value) -> int:
    """1 for x - a, -1 for a - x, 0 for what does not depend on x."""
    steps = [y - x for x, y in zip(entries(at_zero), entries(at_one), strict=True)]
    for slope in (1, -1, 0):
        if all(abs(step - slope) <= ctx.sqrt(ctx.eps) for step in steps):
            return slope
    raise Unsupported("the delta of something other than x - a")


def _probe(env: Env, f: Callable[[Value], Any], point: Value) -> list[Value]:
    env.atoms = []
    try:
        f(point)
    except Undefined:
        pass
    finally:
        found, env.atoms = env.atoms, None
    return found
