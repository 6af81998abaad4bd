"""Equivalences: where each side holds, by solving it, and where both fail."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...language import nodes as n
from ...language.types import Function
from ...reader.document import Equation
from .compare import OPPOSITE, Outcome, relation_outcome
from .compiler import Code, Compiler, Env, Key
from .instances import Draw
from .solve import Unknown, assign, solve
from .test import Test, free_keys, functions_test
from .values import Unsupported

SOLVED = 5
"""In how many instances each side of an equivalence is made true."""


@dataclass
class Side:
    """One condition of an equivalence."""

    node: n.Relation
    holds: Callable[[Env], Outcome]
    codes: tuple[Code, Code] | None


def equivalence(compiler: Compiler, equation: Equation, node: n.Equivalence) -> Test:
    sides = [_side(compiler, s) for s in (node.left, node.right)]
    keys: frozenset[Key] = frozenset()
    for _, reads in sides:
        keys |= reads
    left, right = sides[0][0], sides[1][0]
    unknowns = list(_unknowns(compiler, equation, node, keys))
    hits = {"left": 0, "right": 0}

    def truth(draw: Draw, rng: random.Random) -> Outcome:
        return _agree(draw, left, right, node.one_way)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        outcome = truth(draw, rng)
        if outcome.holds is False:
            return outcome
        for source, target, name in ((right, left, "right"), (left, right, "left")):
            if (name == "right" and node.one_way) or hits[name] >= SOLVED:
                continue
            found = _make_true(draw, source, unknowns)
            if found is None:
                continue
            hits[name] += 1
            after = target.holds(found.env())
            if after.holds is None:  # a double root has half of the digits
                continue
            if not after.holds:
                draw.values = found.values
                after.left, after.right = _truths(source, target, after, name)
                return after
            outcome.error = max(outcome.error, after.error)
        return outcome

    solvable = left.node.op == "=" and right.node.op == "="
    return Test(keys, check, cost=3, hits=hits if solvable else None, lighter=truth)


def _side(compiler: Compiler, node: n.Node) -> tuple[Side, frozenset[Key]]:
    if not isinstance(node, n.Relation) or node.op not in ("=", "!=", *OPPOSITE):
        raise Unsupported("a condition of this kind")
    if isinstance(compiler.shapes(node.left), Function):
        test = functions_test(compiler, node)
        rng = random.Random(1)

        def holds(env: Env) -> Outcome:
            class _Shim:
                def env(self) -> Env:
                    return Env(env.ctx, dict(env.values), env.conventions, env.log_delta)

            return test.check(_Shim(), rng)  # type: ignore[arg-type]

        return Side(node, holds, None), test.keys
    codes = compiler.compile(node.left), compiler.compile(node.right)
    return Side(node, lambda env: relation_outcome(env, node.op, *codes), codes), free_keys(*codes)


def _agree(draw: Draw, left: Side, right: Side, one_way: bool) -> Outcome:
    """Truth values of both conditions at one instance."""
    env = draw.env()
    a = left.holds(env)
    b = right.holds(env)
    if a.holds is None or b.holds is None:
        return Outcome(None)
    same = (not a.holds or b.holds) if one_way else a.holds == b.holds
    text = [
        f"{'holds' if o.holds else 'does not hold'}: {o.left} {s.node.op} {o.right}"
        for o, s in ((a, left), (b, right))
    ]
    return Outcome(bool(same), 0 if same else env.ctx.inf, text[0], text[1])


def _truths(source: Side, target: Side, outcome: Outcome, name: str) -> tuple[str, str]:
    holds = "holds"
    fails = f"does not hold: {outcome.left} {target.node.op} {outcome.right}"
    return (fails, holds) if name == "right" else (holds, fails)


def _unknowns(
    compiler: Compiler, equation: Equation, node: n.Equivalence, keys: frozenset[Key]
) -> Iterator[Unknown]:
    """What an equation is solved for: what stands alone, then what is differentiated by."""
    candidates: list[n.Node] = []
    for relation in (node.right, node.left):
        assert isinstance(relation, n.Relation)
        candidates += [relation.left, relation.right]
    assert equation.reading is not None
    for link in equation.reading.links:
        for part in link.node.walk():
            if isinstance(part, n.Derivative):
                candidates.append(part.variable)
    for candidate in candidates:
        if isinstance(candidate, n.Inverse):
            candidate = candidate.operand
        if isinstance(candidate, n.Symbol):
            key: Key = ("s", candidate.name, 0)
            if key in keys:
                compiler.varying.add(key)
                yield Unknown(key, (), False)
        elif isinstance(candidate, n.Indexed) and isinstance(candidate.base, n.Symbol):
            slots = len(candidate.indices)
            family: Key = ("f", candidate.base.name, slots)
            symbol: Key = ("s", candidate.base.name, 0)
            target = family if family in keys else symbol
            if target in keys:
                entry = compiler.entries.get(target)
                paired = entry is not None and entry.declared("one for each pair") is not None
                codes = tuple(compiler.compile(i) for i in candidate.indices)
                if free_keys(*codes) <= keys:
                    compiler.varying.add(target)
                    yield Unknown(target, codes, paired)


def _make_true(draw: Draw, side: Side, unknowns: list[Unknown]) -> Draw | None:
    """A copy of the instance in which a condition holds, by assigning or solving."""
    if side.node.op != "=":
        return None
    copy = draw.copy()
    if side.codes is None:
        names = [x.name for x in (side.node.left, side.node.right) if isinstance(x, n.Symbol)]
        a, b = (("s", name, 0) for name in names)
        copy.values[a] = copy.values[b]
        return copy
    for this, code in zip((side.node.left, side.node.right), side.codes[::-1], strict=True):
        if isinstance(this, n.Symbol) and ("s", this.name, 0) in copy.values:
            key: Key = ("s", this.name, 0)
            if key not in code.keys:
                return assign(copy, key, code)
    for unknown in unknowns:
        solved = solve(copy, unknown, side.codes)
        if solved is not None:
            return solved
    return None
