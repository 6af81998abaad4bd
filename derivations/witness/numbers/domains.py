"""The values that a variable ranges over."""

from __future__ import annotations

from itertools import product

from ...language import nodes as n
from ...language.types import Index
from ...reader.definitions import entry_of, read_declared
from .compiler import MAX_TERMS, Code, Compiler, Env, Names
from .values import Unsupported, Value


def values_of(compiler: Compiler, variable: n.Symbol) -> Code | None:
    """The list of all values of a variable, or None where it ranges over reals."""
    if isinstance(variable.type, Index):
        size = compiler.size(variable.type.sort)
        return Code(lambda env: [(k,) for k in range(1, int(size.run(env)) + 1)], size.keys)
    entry = compiler.scope.symbols.get(variable.name)
    prop = entry.declared("in") if entry else None
    if prop is None:
        return None
    return elements(compiler, read_declared(compiler.scope, prop.argument))


def elements(compiler: Compiler, node: n.Node) -> Code | None:
    match node:
        case n.NamedSet() | n.SetPower(base=n.NamedSet()):
            return None
        case n.SetPower(base=n.SetLiteral(elements=elements), exponent=exponent):
            parts = [compiler.compile(e) for e in elements]
            power = compiler.compile(exponent)
            keys = frozenset().union(power.keys, *(p.keys for p in parts))

            def states(env: Env) -> list[Value]:
                base = [p.run(env) for p in parts]
                count = int(power.run(env))
                if len(base) ** count > MAX_TERMS:
                    raise Unsupported("too many states")
                return [(state,) for state in product(base, repeat=count)]

            return compiler.memo(Code(states, keys))
        case n.Symbol():
            code = compiler.free(node, compiler.entry(node))
            return Code(lambda env: [(x,) for x in code.run(env)], code.keys)
        case n.SetLiteral(elements=elements):
            parts = [compiler.compile(e) for e in elements]
            return Code(lambda env: [(p.run(env),) for p in parts])
    raise Unsupported("a set of this kind")


def is_discrete(compiler: Compiler, node: n.Node, names: Names) -> bool:
    """Whether a variable of a finite set stands in a node: its delta is Kronecker's."""
    for part in node.walk():
        entry = entry_of(compiler.scope, part) if isinstance(part, n.Symbol) else None
        phrase = entry.declared("in") if entry is not None else None
        if phrase is not None and "\\mathbb" not in phrase.argument:
            return True
    return False
