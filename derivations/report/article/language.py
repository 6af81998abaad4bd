"""The words of an article: one class a language, every sentence a method.

A sentence is a tuple of pieces, so that each renderer escapes words and sets mathematics in
its own way.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Math:
    """A formula within a sentence, as LaTeX."""

    latex: str


@dataclass(frozen=True)
class To:
    """A reference to an equation of the document."""

    label: str


@dataclass(frozen=True)
class Rule:
    """A reference to a rule of the kernel, in the trust base."""

    name: str
    words: str


@dataclass(frozen=True)
class Code:
    """Text that is set as it is typed: a command, a file."""

    text: str


class Step(str):
    """A reference to a step of the same proof: its number, in parentheses.

    >>> Step.of(3)
    '(3)'
    """

    __slots__ = ()

    @classmethod
    def of(cls, number: int) -> Step:
        """The reference to a step."""
        return cls(f"({number})")

    @property
    def number(self) -> int:
        """The step's number."""
        return int(self[1:-1])


Piece = str | Math | To | Rule | Code
Sentence = tuple[Piece, ...]
