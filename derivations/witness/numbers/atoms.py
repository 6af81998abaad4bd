"""Numbers, symbols, entries, deltas, and matrices and cases written out."""

from __future__ import annotations

from typing import Any

from ...language import nodes as n
from ...language.types import Family, Function, Index, Matrix, Sort
from ...reader.definitions import gradient_step
from .compiler import Bound, Code, Compiler, Env, Names, joined, rule
from .defined import defined, defined_entry
from .domains import elements, is_discrete
from .values import Mass, OutsideDomain, Undefined, Unsupported, Value, entries


@rule(n.Number)
def _number(compiler: Compiler, node: n.Number, names: Names) -> Code:
    numerator, denominator = node.value.numerator, node.value.denominator
    if denominator == 1:
        return Code(lambda env: numerator)
    return Code(lambda env: env.ctx.mpf(numerator) / denominator)


@rule(n.Constant)
def _constant(compiler: Compiler, node: n.Constant, names: Names) -> Code:
    if node.name == "\\infty":
        return Code(lambda env: env.ctx.inf)
    name = {"\\pi": "pi", "e": "e"}[node.name]
    return Code(lambda env: +getattr(env.ctx, name))


@rule(n.Symbol)
def _symbol(compiler: Compiler, node: n.Symbol, names: Names) -> Code:
    local = names.get((node.name, isinstance(node.type, Family)))
    if local is not None:
        return compiler.slot(local.slot)
    if isinstance(node.type, Function):
        raise Unsupported(f"the function {node.name} without its argument")
    entry = compiler.entry(node)
    if entry.definition is not None:
        return defined(compiler, node, entry, ())
    if entry.kind == "gradient step":
        return compiler.compile(gradient_step(compiler.scope, entry), names)
    if entry.kind == "identity matrix":
        assert isinstance(node.type, Matrix)
        size = compiler.size(node.type.rows)
        return compiler.memo(Code(lambda env: _identity(env.ctx, size.run(env)), size.keys))
    return compiler.free(node, entry)


@rule(n.Indexed)
def _indexed(compiler: Compiler, node: n.Indexed, names: Names) -> Code:
    indices = [compiler.compile(i, names) for i in node.indices]
    if isinstance(node.base, n.Symbol) and isinstance(node.base.type, Family):
        local = names.get((node.base.name, True))
        if local is None:
            entry = compiler.entry(node.base)
            if entry.kind == "basis vector":
                return _basis(compiler, node.base.type.indices[0], indices[0])
            if entry.definition is not None:
                return defined_entry(compiler, node.base, entry, indices)
            if entry.kind == "gradient step":
                step = gradient_step(compiler.scope, entry, node.indices)
                return compiler.compile(step, names)
    base = compiler.compile(node.base, names)
    runs = [i.run for i in indices]
    bound = any(isinstance(i, n.Symbol) and (i.name, False) in names for i in node.indices)

    def missing() -> Exception:
        if bound:
            return Undefined("an entry with two equal indices, of unordered pairs")
        return OutsideDomain("an entry that is not there")

    def run(env: Env) -> Value:
        value = base.run(env)
        for r in runs:
            k = int(r(env))
            if not 1 <= k <= len(value):
                raise OutsideDomain(f"index {k}")
            value = value[k - 1]
        if value is None:
            raise missing()
        return value

    places = [i.place for i in indices if i.place is not None]

    def read(env: Env) -> Value:
        values = env.values
        value = base.run(env)
        for place in places:
            k = values[place]
            if type(k) is not int:
                k = int(k)
            if not 1 <= k <= len(value):
                raise OutsideDomain(f"index {k}")
            value = value[k - 1]
        if value is None:
            raise missing()
        return value

    return joined(read if len(places) == len(runs) else run, [base, *indices])


def _basis(compiler: Compiler, sort: Sort, index: Code) -> Code:
    size = compiler.size(sort)

    def run(env: Env) -> Value:
        k = int(index.run(env))
        return tuple(env.ctx.mpf(int(j == k)) for j in range(1, int(size.run(env)) + 1))

    return joined(run, [index, size])


@rule(n.Delta)
def _delta(compiler: Compiler, node: n.Delta, names: Names) -> Code:
    code = compiler.compile(node.argument, names)
    if is_discrete(compiler, node.argument, names):
        return Code(
            lambda env: env.ctx.mpf(int(all(x == 0 for x in entries(code.run(env))))), code.keys
        )

    compiler.delta_keys |= code.keys

    def run(env: Env) -> Value:
        value = code.run(env)
        if env.atoms is not None:
            env.atoms.append(value)
            return Mass(env.ctx.zero, env.ctx.zero)
        hit = all(x == 0 for x in entries(value))
        return Mass(env.ctx.zero, env.ctx.mpf(int(hit)))

    return Code(run, code.keys, True)


@rule(n.Kronecker)
def _kronecker(compiler: Compiler, node: n.Kronecker, names: Names) -> Code:
    a, b = compiler.compile(node.first, names), compiler.compile(node.second, names)
    return joined(lambda env: env.ctx.mpf(int(a.run(env) == b.run(env))), [a, b])


@rule(n.Diagonal)
def _diagonal(compiler: Compiler, node: n.Diagonal, names: Names) -> Code:
    assert isinstance(node.family.type, Family)
    sort = node.family.type.indices[0]
    slot = compiler.new_slot()
    index = n.Symbol("\\cdot", Index(sort))
    inner = {**names, ("\\cdot", False): Bound(slot)}
    entry = compiler.compile(n.Indexed(node.family, (index,)), inner)
    size = compiler.size(sort)

    def run(env: Env) -> Value:
        count = int(size.run(env))
        values = []
        for k in range(1, count + 1):
            env.values[slot] = k
            values.append(entry.run(env))
        zero = env.ctx.zero
        return tuple(
            tuple(values[i] if i == j else zero for j in range(count)) for i in range(count)
        )

    return Code(run, (entry.keys - {slot}) | size.keys)


@rule(n.Piecewise)
def _piecewise(compiler: Compiler, node: n.Piecewise, names: Names) -> Code:
    values = [compiler.compile(v, names) for v in node.values]
    tests = [compiler.condition(c, names) if c is not None else None for c in node.conditions]

    def run(env: Env) -> Value:
        for value, test in zip(values, tests, strict=True):
            if test is None or test.run(env):
                return value.run(env)
        raise Undefined("no case applies")

    return joined(run, [*values, *(t for t in tests if t is not None)])


@rule(n.SetLiteral)
@rule(n.SetPower)
def _set_value(compiler: Compiler, node: n.Node, names: Names) -> Code:
    code = elements(compiler, node)
    if code is None:
        raise Unsupported("an infinite set")
    return Code(lambda env: frozenset(x for (x,) in code.run(env)), code.keys)


def _identity(ctx: Any, size: Any) -> Value:
    count = range(int(size))
    return tuple(tuple(ctx.mpf(int(i == j)) for j in count) for i in count)
