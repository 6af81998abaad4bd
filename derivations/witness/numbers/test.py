"""How a link is tested: one instance at a time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from ...language import nodes as n
from ...reader.definitions import entry_of, read_declared
from .compare import Outcome, relation_outcome
from .compiler import Code, Compiler, Key
from .domains import values_of
from .instances import Draw
from .values import Unsupported


@dataclass
class Test:
    """How a link is tested: the keys that it reads, and one instance at a time."""

    keys: frozenset[Key]
    check: Callable[[Draw, random.Random], Outcome]
    searched: bool = False
    unequal: bool = False
    """Whether the link says that two sides differ: then instances say little, a search more."""
    sides: tuple[Code, Code] | None = None
    """The two sides of such a link, to be made equal."""
    cost: int = 1
    hits: dict[str, int] | None = None
    """How often each side of an equivalence could be made true."""
    lighter: Callable[[Draw, random.Random], Outcome] | None = None
    """What is asked at further values of the free indices, if that is less than ``check``."""
    some: frozenset[Key] = frozenset()
    """What may be chosen so that the link holds, at each instance of everything else."""


def free_keys(*codes: Code) -> frozenset[Key]:
    keys: frozenset[Key] = frozenset().union(*(c.keys for c in codes))
    return frozenset(k for k in keys if isinstance(k, tuple))


def functions_test(compiler: Compiler, node: n.Relation) -> Test:
    """Two functions are equal if they agree everywhere."""
    sides = [s for s in (node.left, node.right) if isinstance(s, n.Symbol)]
    if len(sides) != 2 or node.op not in ("=", "!="):
        raise Unsupported("a relation between functions of this kind")
    entry = entry_of(compiler.scope, sides[0])
    if entry is None or entry.over is None:
        raise Unsupported("functions of an unknown variable")
    variable = read_declared(compiler.scope, entry.over)
    assert isinstance(variable, n.Symbol)
    domain = values_of(compiler, variable)
    codes = [compiler.compile(n.Apply(s, (variable,))) for s in sides]
    variable_key: Key = ("s", variable.name, 0)
    compiler.varying.add(variable_key)
    keys = frozenset(k for k in free_keys(*codes) if k != variable_key)
    if domain is not None:
        keys |= free_keys(domain)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        points = (
            [x for (x,) in domain.run(env)]
            if domain is not None
            else [env.ctx.mpf(rng.randint(-9, 9)) / 2 for _ in range(4)]
        )
        worst = Outcome(True)
        for point in points:
            env.values[variable_key] = point
            outcome = relation_outcome(env, "=", *codes)
            if not outcome.holds:
                worst = outcome
                break
        if node.op == "!=":
            worst.holds = not worst.holds
        return worst

    return Test(keys, check, unequal=node.op == "!=")
