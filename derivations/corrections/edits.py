r"""Edits of a printed equation: changes of its LaTeX, and how they are said in words.

>>> text = r"\[ a - b = c \]"
>>> edit = Edit(1, (Change("sign", 5, 6, "+", "b"),))
>>> edit.apply(text, Span(3, 12)), edit.words(text)
('a + b = c', 'the sign of b: +, not -')
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..language.source import Span
from ..results import Slip

LONGEST = 48
"""Characters of a formula that a sentence quotes."""

_WORDS = {
    "sign": "the sign of {beside}: {new}, not {old}",
    "before": "{new} is missing before {beside}",
    "after": "{new} is missing after {beside}",
    "identity": "{new}, the identity matrix, is missing after {beside}",
    "drop": "{old} does not belong before {beside}",
    "drop after": "{old} does not belong after {beside}",
    "replace": "{new}, not {old}",
    "some": "it does not hold for all {beside}, only for some",
    "silent": "",
}
"""How a change is said: what is printed (old), what is meant (new), what stands beside it."""


@dataclass(frozen=True)
class Change:
    """The characters from start up to stop of the file are replaced by others."""

    kind: str
    start: int
    stop: int
    new: str
    beside: str = ""

    def words(self, text: str) -> str:
        """What is wrong, in words."""
        old = text[self.start : self.stop].strip() or "+"
        if old.count("{") > old.count("}"):  # the rest is dropped elsewhere
            old = old.removesuffix("{")
        new = self.new.strip() or "+"
        return _WORDS[self.kind].format(
            old=_short(old), new=_short(new), beside=_short(self.beside)
        )

    def slip(self, text: str) -> Slip:
        """The same as data."""
        old = text[self.start : self.stop].strip()
        return Slip(self.kind, self.start, self.stop, old, self.new.strip(), self.beside.strip())

    def within(self, span: Span) -> bool:
        return span.start <= self.start and self.stop <= span.stop


@dataclass(frozen=True)
class Edit:
    """Changes that are made together; cost orders edits by size and likelihood.

    ``declare`` is what has to be declared for the edited equation to be read.
    """

    cost: int
    changes: tuple[Change, ...]
    declare: str = field(default="", compare=False)

    @property
    def places(self) -> list[Span]:
        return [Span(change.start, change.stop) for change in self.changes]

    def touches(self, span: Span) -> bool:
        """Whether a part of the file is changed by it."""
        return any(change.within(span) for change in self.changes)

    def meets(self, other: Edit) -> bool:
        """Whether two edits change the same place."""
        return any(
            a.start <= b.stop and b.start <= a.stop for a in self.places for b in other.places
        )

    def __add__(self, other: Edit) -> Edit:
        declare = self.declare or other.declare
        return Edit(self.cost + other.cost, (*self.changes, *other.changes), declare)

    def apply(self, text: str, span: Span) -> str:
        """The part of the text, edited."""
        out = text[span.start : span.stop]
        for change in sorted(self.changes, key=lambda c: (c.start, c.stop), reverse=True):
            start, stop = change.start - span.start, change.stop - span.start
            out = out[:start] + _spaced(out[:start], change.new, out[stop:]) + out[stop:]
        return out

    def words(self, text: str, span: Span | None = None) -> str:
        """What is wrong, in words: all of it, or what concerns a part of the file."""
        said = [c.words(text) for c in self.changes if span is None or c.within(span)]
        return "; ".join(dict.fromkeys(filter(None, said)))

    def slips(self, text: str, span: Span) -> list[Slip]:
        """What is wrong in a part of the file, in the order in which it stands there."""
        here = sorted((c for c in self.changes if c.within(span)), key=lambda c: c.start)
        return [change.slip(text) for change in here]

    def place(self, text: str, span: Span) -> Span | None:
        """The smallest place in a part of the file at which it is changed."""
        changes = sorted(
            (c for c in self.changes if c.within(span) and c.kind != "some"), key=lambda c: c.start
        )
        if not changes:
            return None
        start, stop = changes[0].start, changes[0].stop
        if start == stop:
            rest = re.compile(r"\s*(\\[A-Za-z]+|\\.|\S)").match(text, start, span.stop)
            if rest is None or changes[0].kind in ("after", "identity"):
                return Span(max(span.start, start - 1), start)
            return Span(*rest.span(1))
        lead = len(text[start:stop]) - len(text[start:stop].lstrip())
        return Span(start + lead, start + len(text[start:stop].rstrip()))


def _spaced(before: str, new: str, after: str) -> str:
    """A replacement that does not grow together with the letters beside it."""
    letters = re.compile(r"[A-Za-z]")
    if re.search(r"\\[A-Za-z]+\Z", new or before) and letters.match(after):
        new += " "
    if new and re.search(r"\\[A-Za-z]+\Z", before) and letters.match(new):
        new = " " + new
    return new


def _short(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 2].rstrip() + " …"
