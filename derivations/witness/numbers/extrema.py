"""Minima and maxima: over every element of a finite set, or by Newton steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...language import nodes as n
from ...language.types import Scalar, Vector
from .calculus import gradient
from .compiler import Bound, Code, Compiler, Env, Names, rule
from .domains import values_of
from .values import Undefined, Unsupported, Value, dot, inverse


@rule(n.Extremum)
def _extremum(compiler: Compiler, node: n.Extremum, names: Names) -> Code:
    domain = values_of(compiler, node.variable)
    if domain is None:
        return _continuous_extremum(compiler, node, names)
    slot = compiler.new_slot()
    body = compiler.compile(node.body, {**names, (node.variable.name, False): Bound(slot)})
    sign = -1 if node.kind.endswith("max") else 1

    def run(env: Env) -> Value:
        old = env.values.get(slot)
        found = []
        for (value,) in domain.run(env):
            env.values[slot] = value
            found.append((sign * body.run(env), value))
        env.values[slot] = old
        best = min(v for v, _ in found)
        if not node.kind.startswith("arg"):
            return sign * best
        close = abs(best) * env.ctx.sqrt(env.ctx.eps) + env.ctx.sqrt(env.ctx.eps)
        return frozenset(x for v, x in found if v - best <= close)

    return Code(run, domain.keys | (body.keys - {slot}))


def _continuous_extremum(compiler: Compiler, node: n.Extremum, names: Names) -> Code:
    if not isinstance(node.variable.type, Scalar | Vector):
        raise Unsupported(f"an extremum over {node.variable.type}")
    slot = compiler.new_slot()
    body = compiler.compile(node.body, {**names, (node.variable.name, False): Bound(slot)})
    sign = -1 if node.kind.endswith("max") else 1
    size = (
        compiler.size(node.variable.type.sort) if isinstance(node.variable.type, Vector) else None
    )

    def run(env: Env) -> Value:
        def f(x: Value) -> Any:
            env.values[slot] = x
            return sign * body.run(env)

        dimension = None if size is None else int(size.run(env))
        point = _minimise(env.ctx, f, dimension)
        return point if node.kind.startswith("arg") else sign * f(point)

    keys = body.keys - {slot}
    return compiler.memo(Code(run, keys if size is None else keys | size.keys))


def _minimise(ctx: Any, f: Callable[[Value], Any], dimension: int | None) -> Value:
    """A local minimiser by Newton steps on difference quotients, from several starts."""
    best: tuple[Any, Value] | None = None
    count = 1 if dimension is None else dimension

    def g(x: tuple[Any, ...]) -> Any:
        return f(x[0] if dimension is None else x)

    for start in (0, 1, -2):
        point: tuple[Any, ...] = tuple(ctx.mpf(start) for _ in range(count))
        for _ in range(40):
            gradient, hessian = _newton_data(ctx, g, point)
            try:
                step = tuple(dot(row, gradient) for row in inverse(hessian))
            except Undefined:
                break
            point = tuple(x - s for x, s in zip(point, step, strict=True))
            if max(abs(s) for s in step) < ctx.mpf(10) ** (-ctx.dps * 2 // 3):
                value = g(point)
                if best is None or value < best[0]:
                    best = (value, point)
                break
            if max(abs(x) for x in point) > 1e8:
                break
    if best is None:
        raise Unsupported("no minimum was found by numbers")
    value, found = best
    for k in range(count):
        for far in (-1, 1, -100, 100):
            moved = tuple(x + far if j == k else x for j, x in enumerate(found))
            if g(moved) < value - abs(value) * 1e-12:
                raise Unsupported("no global minimum was found by numbers")
    return found[0] if dimension is None else found


def _newton_data(
    ctx: Any, g: Callable[[tuple[Any, ...]], Any], point: tuple[Any, ...]
) -> tuple[Any, Any]:
    with ctx.workprec(2 * ctx.prec):
        slope = gradient(ctx, g, point, 1)
        hessian = gradient(ctx, lambda x: gradient(ctx, g, x, 1), point, 1)
    return slope, hessian
