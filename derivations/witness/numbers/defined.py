"""Symbols that the document defines, through the body that it prints."""

from __future__ import annotations

from ...language import nodes as n
from ...language.types import Family, Matrix, Vector
from ...reader.definitions import definition_of
from ...reader.scope import Entry
from .compiler import Bound, Code, Compiler, Env, Names, joined
from .domains import values_of
from .integrals import integrate
from .sums import sum_over
from .values import Undefined, Unsupported, Value


def defined(
    compiler: Compiler, symbol: n.Symbol, entry: Entry, arguments: tuple[Code, ...]
) -> Code:
    """A defined symbol or function value, through the body that defines it."""
    slots, body = _body(compiler, symbol, entry, arguments)
    if isinstance(symbol.type, Vector | Matrix) and slots:
        return _from_components(compiler, symbol.type, slots, body)
    if not slots:
        return body
    runs = tuple(a.run for a in arguments)
    keys = frozenset().union(body.keys, *(a.keys for a in arguments)) - set(slots)
    run = body.run

    def call(env: Env) -> Value:
        values = env.values
        new = [r(env) for r in runs]
        old = [values.get(s) for s in slots]
        values.update(zip(slots, new, strict=True))
        try:
            return run(env)
        finally:
            values.update(zip(slots, old, strict=True))

    return Code(call, keys, body.dirac, body.log or any(a.log for a in arguments))


def _body(
    compiler: Compiler, symbol: n.Symbol, entry: Entry, arguments: tuple[Code, ...]
) -> tuple[tuple[int, ...], Code]:
    tag = (entry.name, len(entry.slots))
    if tag in compiler._bodies:
        return compiler._bodies[tag]
    definition = definition_of(compiler.document, compiler.scope, entry)
    assert definition is not None
    compiler.uses.add(definition.label)
    names: Names = {}
    slots: list[int] = []
    for parameter in definition.parameters:
        if not isinstance(parameter, n.Symbol):
            raise Unsupported(f"the definition of {entry.pattern} at a special argument")
        slot = compiler.new_slot()
        slots.append(slot)
        names[parameter.name, isinstance(parameter.type, Family)] = Bound(slot)
    code = compiler.compile(definition.body, names)
    if definition.kind == "proportional":
        code = _normalised(compiler, definition.parameters[0], slots[0], code)
    elif definition.kind == "entry":
        code = compiler.memo(code)
    else:
        code = compiler.memo(code)
    compiler._bodies[tag] = (tuple(slots), code)
    return compiler._bodies[tag]


def _from_components(
    compiler: Compiler, shape: Vector | Matrix, slots: tuple[int, ...], body: Code
) -> Code:
    """A vector or matrix that the document defines entry by entry."""
    sorts = (shape.sort,) if isinstance(shape, Vector) else (shape.rows, shape.columns)
    sizes = [compiler.size(sort) for sort in sorts]

    def build(env: Env, depth: int) -> Value:
        if depth == len(slots):
            return body.run(env)
        entries = []
        for k in range(1, int(sizes[depth].run(env)) + 1):
            env.values[slots[depth]] = k
            entries.append(build(env, depth + 1))
        return tuple(entries)

    keys = (body.keys - set(slots)).union(*(size.keys for size in sizes))
    return compiler.memo(Code(lambda env: build(env, 0), keys))


def _normalised(compiler: Compiler, parameter: n.Node, slot: int, weight: Code) -> Code:
    """The weight divided by its total over the domain of the parameter."""
    assert isinstance(parameter, n.Symbol)
    total = compiler.memo(total_mass(compiler, parameter, slot, weight))

    def run(env: Env) -> Value:
        mass = total.run(env)
        if not mass > 0:
            raise Undefined("a density whose total mass is not positive")
        return weight.run(env) / mass

    return Code(run, weight.keys | total.keys, weight.dirac, weight.log)


def mass(compiler: Compiler, node: n.Apply) -> Code:
    """The total mass of a distribution applied to its variable, for consistency checks."""
    variable = node.arguments[0]
    if not isinstance(variable, n.Symbol):
        raise Unsupported("a distribution at a special argument")
    slot = compiler.new_slot()
    body = compiler.compile(node, {(variable.name, False): Bound(slot)})
    return total_mass(compiler, variable, slot, body)


def total_mass(compiler: Compiler, variable: n.Symbol, slot: int, body: Code) -> Code:
    """Sum or integral of a body over all values of a variable, held in a slot."""
    domain = values_of(compiler, variable)
    if domain is not None:
        return sum_over(((slot,), domain), body)
    return integrate(compiler, variable, slot, None, None, body)


def defined_entry(compiler: Compiler, base: n.Symbol, entry: Entry, indices: list[Code]) -> Code:
    definition = definition_of(compiler.document, compiler.scope, entry)
    assert definition is not None
    if definition.kind != "entry":
        return defined(compiler, base, entry, tuple(indices))
    matrix = defined(compiler, base, entry, ())

    def run(env: Env) -> Value:
        k = int(indices[0].run(env)) - 1
        return matrix.run(env)[k][k]

    return joined(run, [matrix, *indices])
