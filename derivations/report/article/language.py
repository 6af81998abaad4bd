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


Piece = str | Math | To | Rule | Code
Sentence = tuple[Piece, ...]
