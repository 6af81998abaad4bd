"""Answers, and the cases over which free symbols of finite domains run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Index
from .monomials import Undefined, Unsupported
from .values import NeedsCase, entries

if TYPE_CHECKING:
    from .compile import Compiler

MAX_CASES = 160


@dataclass(frozen=True)
class Answer:
    """True, False, or None with the reason why it is open."""

    truth: bool | None
    reason: str | None = None


YES = Answer(True)


class WrongShapes(Exception):
    """One side is a number, the other a vector or matrix."""


def every_case(c: Compiler, task: Callable[[], Any]) -> Iterator[Any]:
    """The results of a task in every case of the free symbols of finite domains.

    Cases where a side has no value are left out.
    """
    start = c.world.case
    waiting = [start]
    count = 0
    try:
        while waiting:
            case = c.world.case = waiting.pop()
            try:
                yield task()
            except NeedsCase as need:
                waiting += [{**case, need.key: v} for v in reversed(need.values)]
                count += len(need.values)
                if count > MAX_CASES:
                    raise Unsupported(f"more than {MAX_CASES} cases") from None
            except Undefined:
                continue
    finally:
        c.world.case = start


def symbols_of(c: Compiler, nodes: list[n.Node]) -> list[sp.Symbol]:
    """All SymPy symbols in the values of some nodes, for all values of their indices."""
    found: set[sp.Symbol] = set()
    start = c.world.case
    for node in nodes:
        letters = {
            (part.name,)
            for part in node.walk()
            if isinstance(part, n.Symbol) and isinstance(part.type, Index)
        }
        c.world.case = {k: v for k, v in start.items() if k not in letters}
        try:
            for value in every_case(c, partial(c.plain, node, {})):
                found |= set().union(*(x.free_symbols for x in entries(value)))
        finally:
            c.world.case = start
    return sorted(found, key=str)
