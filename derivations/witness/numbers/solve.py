"""Solving a condition for an unknown by Newton's method on difference quotients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from mpmath import fp

from .compiler import Code, Env, Key
from .instances import within
from .values import (
    OutsideDomain,
    Undefined,
    Unsupported,
    Value,
    entries,
    in_doubles,
    linear,
    shape,
)

if TYPE_CHECKING:
    from .instances import Draw

ITERATIONS = 32
PATIENCE = 10
"""Steps after which they must have become shorter."""
STILL = 1e-3
"""How far a step may lead at a zero, relative to where it lies: e^(-x) has none far out."""


@dataclass(frozen=True)
class Unknown:
    """A whole symbol, or the entry of it at indices; ``paired`` writes both J_kl and J_lk."""

    key: Key
    indices: tuple[Code, ...]
    paired: bool


def solve(draw: Draw, unknown: Unknown, sides: tuple[Code, Code]) -> Draw | None:
    """The instance with the unknown changed so that both sides agree; None if not found."""
    env = draw.env()
    at = tuple(int(c.run(env)) for c in unknown.indices)
    start = env.values[unknown.key]
    if isinstance(start, int) or (not shape(start) and not hasattr(start, "_mpf_")):
        return None
    part = start
    for k in at:
        part = part[k - 1]
        if part is None:
            return None
    x = entries(part)

    def put(numbers: list[Any]) -> Value:
        value = _write(start, at, _shaped(part, iter(numbers)))
        return _write(value, at[::-1], _shaped(part, iter(numbers))) if unknown.paired else value

    def residual_in(env: Env) -> Callable[[list[Any]], list[Any]]:
        def residual(numbers: list[Any]) -> list[Any]:
            env.values[unknown.key] = put(numbers)
            a, b = sides[0].run(env), sides[1].run(env)
            if shape(a) != shape(b):
                if shape(b) or b != 0:
                    raise Undefined("two sides of different shapes")
                b = linear(lambda v: v * 0, a)
            return [u - v for u, v in zip(entries(a), entries(b), strict=True)]

        return residual

    try:
        found = _search(residual_in, env, x)
    except (Undefined, OutsideDomain, Unsupported, ArithmeticError):
        return None
    if found is None:
        return None
    value = put(found)
    entry = draw.compiler.entries.get(unknown.key)
    if entry is not None and not within(entry, value):
        return None
    draw.values[unknown.key] = value
    return draw


def _search(
    residual_in: Callable[[Env], Callable[[list[Any]], list[Any]]], env: Env, x: list[Any]
) -> list[Any] | None:
    """A root found in doubles and polished to all digits; at once in full where doubles fail."""
    values = {key: in_doubles(value) for key, value in env.values.items()}
    fast = Env(fp, values, env.conventions, env.log_delta)
    in_full, roughly = residual_in(env), residual_in(fast)
    try:
        near = _newton(fp, roughly, [float(v) for v in x])
    except Unsupported:
        return _newton(env.ctx, in_full, x)
    if near is None:
        return None
    start = [env.ctx.mpf(v) for v in near]
    return _polished(env.ctx, in_full, start, roughly) or _newton(env.ctx, in_full, start)


def _polished(ctx: Any, residual: Any, x: list[Any], roughly: Any) -> list[Any] | None:
    """Steps with the Jacobian in doubles, each worth some digits; None if they are not."""
    near = list(map(float, x))
    jacobian = _jacobian(fp, roughly, near, roughly(near))
    try:
        back = np.linalg.pinv(np.array(jacobian.tolist(), dtype=float)).tolist()
    except np.linalg.LinAlgError:
        return None
    target = _target(ctx)
    values = residual(x)
    size = max(abs(v) for v in values)
    while True:
        delta = [-ctx.fdot(zip(map(ctx.mpf, row), values, strict=True)) for row in back]
        x = [v + d for v, d in zip(x, delta, strict=True)]
        if size <= target:
            return x
        values = residual(x)
        new_size = max(abs(v) for v in values)
        if not new_size < size / 1000 or not _still(x, delta):
            return None
        size = new_size


def _newton(ctx: Any, residual: Any, x: list[Any]) -> list[Any] | None:
    """Damped Newton steps on difference quotients."""
    target = _target(ctx)
    values = residual(x)
    size = max(abs(v) for v in values)
    settled = False
    lengths: list[Any] = []
    for _ in range(ITERATIONS):
        if size <= target and settled:
            return x
        jacobian = _jacobian(ctx, residual, x, values)
        delta = _step(ctx, jacobian, ctx.matrix([-v for v in values]))
        if size <= target:
            return x if _still(x, delta) else None
        lengths.append(max(map(abs, delta)))
        slow = len(lengths) > PATIENCE and lengths[-1] * 4 > lengths[-PATIENCE // 2]
        if slow and not _still(x, delta):
            return None  # the zero lies at infinity, or there is none
        damping = ctx.one
        for _ in range(6):
            trial = [v + damping * delta[k] for k, v in enumerate(x)]
            try:
                new = residual(trial)
            except Undefined:
                damping /= 2
                continue
            new_size = max(abs(v) for v in new)
            if new_size < size:
                break
            damping /= 2
        else:
            return None
        settled = _still(trial, delta)
        x, values, size = trial, new, new_size
        if max(abs(v) for v in x) > 1e12:
            return None
    return x if size <= target and settled else None


def _target(ctx: Any) -> Any:
    return ctx.mpf(10) ** (-ctx.dps * 3 // 4)


def _jacobian(ctx: Any, residual: Any, x: list[Any], values: list[Any]) -> Any:
    step = ctx.mpf(2) ** (-ctx.prec // (2 if ctx is fp else 3))
    jacobian = ctx.matrix(len(values), len(x))
    for j in range(len(x)):
        shifted = [v + (step if k == j else 0) for k, v in enumerate(x)]
        for i, v in enumerate(residual(shifted)):
            jacobian[i, j] = (v - values[i]) / step
    return jacobian


def _still(x: list[Any], step: Any) -> bool:
    return bool(max(map(abs, step)) <= STILL * (1 + max(map(abs, x))))


def _step(ctx: Any, jacobian: Any, wanted: Any) -> Any:
    """The Newton step: by least squares if there are too many equations, else the shortest."""
    try:
        if jacobian.rows >= jacobian.cols:
            return ctx.lu_solve(jacobian, wanted)
        return jacobian.T * ctx.lu_solve(jacobian * jacobian.T, wanted)
    except ValueError as failure:  # how mpmath says that the rank is too small
        raise Undefined("no step towards a solution") from failure


def _shaped(like: Value, numbers: Any) -> Value:
    if isinstance(like, tuple):
        return tuple(_shaped(part, numbers) for part in like)
    return next(numbers)


def _write(value: Value, at: tuple[int, ...], x: Value) -> Value:
    if not at:
        return x
    k = at[0] - 1
    return (*value[:k], _write(value[k], at[1:], x), *value[k + 1 :])


def assign(draw: Draw, key: Key, code: Code) -> Draw | None:
    try:
        value = code.run(draw.env())
    except Undefined:
        return None
    if shape(value) != shape(draw.values[key]):
        return None
    entry = draw.compiler.entries.get(key)
    if entry is not None and not within(entry, value):
        return None
    draw.values[key] = value
    return draw
