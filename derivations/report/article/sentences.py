"""Pieces of sentences that all languages put together in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..phrases import sizes as short_sizes
from .language import Code, Math, Piece, Sentence
from .layout import width
from .values import whole

if TYPE_CHECKING:
    from ...results import Slip

MANY = 12
"""Equations that are listed; of more, their number is said."""
SHORT = 60
"""Characters of a formula that a sentence quotes."""

LONG = 18.0
"""Em of a condition that is not quoted."""

NO_PROOF = "no proof was found"

CONDITION = ("holds", "does not hold")
"""How the sides of an equivalence begin in a counterexample."""


def joined(parts: Sequence[Sentence], between: str) -> Sentence:
    """Parts with words between them; empty ones are left out."""
    found: list[Piece] = []
    for part in parts:
        if part:
            found += [between, *part] if found else part
    return tuple(found)


def listed(formulas: Iterable[Piece]) -> Sentence:
    """Formulas with commas between them."""
    return joined([(formula,) for formula in formulas], ", ")


def stripped(pieces: Sequence[Piece]) -> Sentence:
    """The pieces without a space at their end."""
    if pieces and isinstance(pieces[-1], str):
        return (*pieces[:-1], pieces[-1].rstrip())
    return tuple(pieces)


def sizes(listed: Sequence[dict[str, int]]) -> Sentence:
    """Concrete sizes, as formulas."""
    rows = [row.split(" ") for row in short_sizes(listed).split(", ")]
    return joined([(Math(r",\ ".join(row).replace("=", " = ")),) for row in rows], "; ")


def difference(text: str) -> str:
    """The value in ``left - right = VALUE at the second parameters``."""
    return text.removeprefix("left - right = ").removesuffix(" at the second parameters")


def short(reason: str | None) -> str | None:
    """Without a formula in the kernel's own notation."""
    return NO_PROOF if reason is not None and "$" in reason else reason


def quoted(latex: str) -> Piece:
    """A piece of a formula; as typed if it is no formula by itself."""
    return Math(latex) if whole(latex) else Code(latex)


def names(slip: Slip) -> str:
    """The symbols that a statement holds for some of."""
    return slip.beside.replace(" and ", ", ")


def about(latex: str) -> Piece | None:
    """What stands beside a slip, if it is short enough to be quoted."""
    return Math(latex) if latex and len(latex) <= SHORT and whole(latex) else None


def brief(conditions: Sequence[str]) -> tuple[list[str], int]:
    """The conditions that are short enough to be quoted, each once, and how many are not."""
    found = dict.fromkeys(conditions)
    shown = [condition for condition in found if width(condition) <= LONG]
    return shown, len(found) - len(shown)
