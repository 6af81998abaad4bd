"""What the notes lean on beyond their equations: theorems with a name, section by section.

Each is a function that makes its theorem; the modules beside this one hold them in the order
of the document. The printed equations themselves need no entry here: they are proved as they
are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from ..kernel import Theorem

SECTIONS = (
    "empirical_distribution",
    "divergence",
    "gaussian",
    "gaussian_vector",
    "boltzmann_machine",
    "descent",
)
"""Modules with theorems, in the document's order."""


@dataclass(frozen=True)
class Entry:
    """A theorem with its name, what it says in words, and the equations it supports."""

    name: str
    words: str
    supports: tuple[str, ...]
    make: Callable[[], Theorem]

    @property
    def theorem(self) -> Theorem:
        """The theorem, made when asked for."""
        return self.make()


_ENTRIES: dict[str, Entry] = {}


def theorem(*supports: str) -> Callable[[Callable[[], Theorem]], Callable[[], Theorem]]:
    """Enter a function that makes a theorem; its docstring's first line says it in words."""

    def enter(make: Callable[[], Theorem]) -> Callable[[], Theorem]:
        words = (make.__doc__ or "").strip().partition("\n")[0]
        once = cache(make)
        _ENTRIES[make.__name__] = Entry(make.__name__, words, supports, once)
        return once

    return enter


def catalogue() -> list[Entry]:
    """All named theorems, in the document's order."""
    for name in SECTIONS:
        import_module(f"{__package__}.{name}")
    return list(_ENTRIES.values())
