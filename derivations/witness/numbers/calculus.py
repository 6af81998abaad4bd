"""Derivatives as difference quotients at twice the working precision; limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import fp

from ...language import nodes as n
from ...language.types import Family, Function, Parameter, Scalar, Vector
from .compiler import Bound, Code, Compiler, Env, Key, Names, Run, rule
from .values import OutsideDomain, Unsupported, Value, inverse, linear


@rule(n.Derivative)
def _derivative(compiler: Compiler, node: n.Derivative, names: Names) -> Code:
    compiler.derivatives += 1
    slot, inner, coordinates = _coordinates(compiler, node.variable, names)
    body = compiler.compile(node.body, inner)
    if node.order != 1 and not isinstance(compiler.shapes(node.variable), Scalar):
        return _second_derivative(compiler, node, names)
    read, write = coordinates
    run = body.run
    order = node.order

    def derive(env: Env) -> Value:
        frame = env.values
        old = frame.get(slot)
        ctx = env.ctx
        if ctx is fp:
            raise Unsupported("a derivative inside an integral over several dimensions")
        with ctx.workprec(2 * ctx.prec + 20 * order):
            start = read(env)

            def f(x: Value) -> Value:
                frame[slot] = write(env, x)
                return run(env)

            try:
                return gradient(ctx, f, start, order)
            finally:
                frame[slot] = old

    free = {slot} if isinstance(slot, int) else set()
    seen = compiler.compile(node.variable, names)
    return compiler.memo(Code(derive, (body.keys - free) | seen.keys, False))


def _second_derivative(compiler: Compiler, node: n.Derivative, names: Names) -> Code:
    once = n.Derivative(node.body, node.variable, 1)
    if node.order != 2 or not isinstance(compiler.shapes(node.variable), Vector):
        raise Unsupported("a higher derivative by a matrix")
    return compiler.compile(n.Derivative(once, node.variable, 1), names)


def _coordinates(
    compiler: Compiler, variable: n.Node, names: Names
) -> tuple[Key, Names, tuple[Run, Callable[[Env, Value], Value]]]:
    """Where a derivative perturbs: the key, the names inside, how to read and write it."""
    inner = dict(names)
    match variable:
        case n.Symbol():
            key = _variable_key(compiler, variable, names)
            return key, inner, (lambda env: env.values[key], lambda env, x: x)
        case n.Inverse(operand=n.Symbol() as symbol):
            key = _variable_key(compiler, symbol, names)
            return (
                key,
                inner,
                (
                    lambda env: inverse(env.values[key]),
                    lambda env, x: inverse(x),
                ),
            )
        case n.Pow(base=n.Symbol() as symbol, exponent=n.Number(value=power)):
            key = _variable_key(compiler, symbol, names)
            root = power.denominator, power.numerator

            def write_root(env: Env, x: Value) -> Value:
                sign = -1 if env.values[key] < 0 else 1
                return sign * env.ctx.root(x ** root[0], root[1])

            return key, inner, (lambda env: env.values[key] ** int(power), write_root)
        case n.Indexed(base=n.Symbol() as symbol) if (
            variable.at(None) in names or (symbol.name, isinstance(symbol.type, Family)) in names
        ):
            bound = (
                names.get(variable.at(None)) or names[symbol.name, isinstance(symbol.type, Family)]
            )
            if variable.at(None) in names:
                slot = bound.slot
                return slot, inner, (lambda env: env.values[slot], lambda env, x: x)
            return _entry_coordinates(compiler, variable, bound.slot, names)
        case n.Indexed(base=n.Symbol() as symbol):
            return _entry_coordinates(
                compiler, variable, _variable_key(compiler, symbol, names), names
            )
        case n.Indexed(base=n.Inverse(operand=n.Symbol() as symbol)):
            key = _variable_key(compiler, symbol, names)
            indices = [compiler.compile(i, names) for i in variable.indices]
            return (
                key,
                inner,
                (
                    lambda env: _entry_at(
                        inverse(env.values[key]), [int(i.run(env)) for i in indices]
                    ),
                    lambda env, x: inverse(
                        _with_entry(inverse(env.values[key]), [int(i.run(env)) for i in indices], x)
                    ),
                ),
            )
    raise Unsupported("a derivative by this expression")


def _variable_key(compiler: Compiler, symbol: n.Symbol, names: Names) -> Key:
    local = names.get((symbol.name, isinstance(symbol.type, Family)))
    if local is not None:
        return local.slot
    entry = compiler.entry(symbol)
    if entry.definition is not None or isinstance(symbol.type, Parameter | Function):
        raise Unsupported(f"a derivative by {symbol.name}, which is not a free variable")
    slots = len(symbol.type.indices) if isinstance(symbol.type, Family) else 0
    key: Key = ("f" if slots else "s", symbol.name, slots)
    compiler.entries[key] = entry
    compiler.varying.add(key)
    return key


def _entry_coordinates(
    compiler: Compiler, variable: n.Indexed, key: Key, names: Names
) -> tuple[Key, Names, tuple[Run, Callable[[Env, Value], Value]]]:
    indices = [compiler.compile(i, names) for i in variable.indices]
    entry = compiler.entry(variable.base) if isinstance(variable.base, n.Symbol) else None
    paired = entry is not None and entry.declared("one for each pair") is not None

    def read(env: Env) -> Value:
        found = _entry_at(env.values[key], [int(i.run(env)) for i in indices])
        if found is None:
            raise OutsideDomain("an entry that is not there")
        return found

    def write(env: Env, x: Value) -> Value:
        at = [int(i.run(env)) for i in indices]
        changed = _with_entry(env.values[key], at, x)
        return _with_entry(changed, at[::-1], x) if paired else changed

    return key, dict(names), (read, write)


@rule(n.Limit)
def _limit(compiler: Compiler, node: n.Limit, names: Names) -> Code:
    slot = compiler.new_slot()
    inner = {**names, (node.variable.name, False): Bound(slot)}
    target, body = compiler.compile(node.target, names), compiler.compile(node.body, inner)
    direction = -1 if node.side == "-" else 1

    def run(env: Env) -> Value:
        def f(x: Any) -> Any:
            env.values[slot] = x
            return body.run(env)

        return env.ctx.limit(f, target.run(env), direction=direction)

    return Code(run, target.keys | (body.keys - {slot}))


def _entry_at(value: Value, indices: list[int]) -> Value:
    for k in indices:
        if not 1 <= k <= len(value):
            raise OutsideDomain(f"index {k}")
        value = value[k - 1]
    return value


def _with_entry(value: Value, indices: list[int], x: Value) -> Value:
    """A copy with one entry changed."""
    if not indices:
        return x
    k = indices[0] - 1
    return (*value[:k], _with_entry(value[k], indices[1:], x), *value[k + 1 :])


def _along(f: Callable[[Value], Value], at: Value, k: int) -> Callable[[Value], Value]:
    """f as a function of the k-th part of its argument."""
    return lambda x: f((*at[:k], x, *at[k + 1 :]))


def gradient(ctx: Any, f: Callable[[Value], Value], at: Value, order: int) -> Value:
    """Central differences at twice the working precision, entry by entry."""
    if isinstance(at, tuple):
        return tuple(gradient(ctx, _along(f, at, k), part, order) for k, part in enumerate(at))
    step = ctx.mpf(2) ** (-(ctx.prec // (3 if order == 1 else 4)))
    if order == 1:
        return linear(lambda a, b: (a - b) / (2 * step), f(at + step), f(at - step))
    if order == 2:
        return linear(lambda a, b, c: (a - 2 * b + c) / step**2, f(at + step), f(at), f(at - step))
    return ctx.diff(f, at, order)
