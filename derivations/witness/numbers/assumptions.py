"""The relations that declarations assume: solved where they are equations."""

from __future__ import annotations

from ...language import nodes as n
from ...reader.definitions import read_declared
from .compare import relation_outcome
from .compiler import Code, Compiler, Key
from .instances import Draw
from .solve import Unknown, assign, solve
from .test import free_keys
from .values import Unsupported

Dropped = frozenset[tuple[str, str]]
"""Hypotheses that instances shall violate: (name of the entry, property)."""


class Assumptions:
    """The relations that declarations assume: solved where they are equations."""

    def __init__(self, compiler: Compiler, keys: frozenset[Key], dropped: Dropped) -> None:
        self.compiler = compiler
        self.items: list[tuple[n.Relation, Code, Code, bool]] = []
        self.keys: frozenset[Key] = frozenset()
        waiting = []
        for span, source, _ in compiler.scope.assumptions:
            text = source.slice(span)
            node = read_declared(compiler.scope, text)
            if not isinstance(node, n.Relation):
                raise Unsupported(f"an assumption that is no relation: {text}")
            left, right = compiler.compile(node.left), compiler.compile(node.right)
            waiting.append((node, left, right, ("assume", text) in dropped))
        sizes = {("s", s.size, 0) for s in compiler.scope.sorts.values()}
        linked = waiting
        while linked:  # what an assumption links to the symbols of the statement matters too
            linked = [
                item for item in waiting if (free_keys(*item[1:3]) - sizes) & (keys | self.keys)
            ]
            for item in linked:
                waiting.remove(item)
                self.items.append(item)
                self.keys |= free_keys(*item[1:3])
        compiler.varying |= self.keys
        self.items.sort(key=lambda item: not item[3])  # what is violated comes first

    def hold(self, draw: Draw) -> bool:
        """Make the assumptions true (or false where they are dropped), if that is possible."""
        for node, left, right, dropped in self.items:
            want_equal = (node.op == "=") != dropped if node.op in ("=", "!=") else None
            if want_equal and not self._solve(draw, node, left, right):
                return False
            outcome = relation_outcome(draw.env(), node.op, left, right)
            if outcome.holds is None or outcome.holds == dropped:
                return False
        return True

    def _solve(self, draw: Draw, node: n.Relation, left: Code, right: Code) -> bool:
        for this, code in ((node.left, right), (node.right, left)):
            if isinstance(this, n.Symbol):
                key: Key = ("s", this.name, 0)
                if key in draw.values and key not in code.keys:
                    return assign(draw, key, code) is not None
        for key in sorted(free_keys(left, right), key=str):
            entry = self.compiler.entries.get(key)
            if entry is None or entry.kind != "real" or entry.slots:
                continue
            if relation_outcome(draw.env(), "=", left, right).holds:
                return True
            solved = solve(draw.copy(), Unknown(key, (), False), (left, right))
            if solved is not None:
                draw.values = solved.values
                return True
        return False
