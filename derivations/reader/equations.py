"""What a file holds: equations in order, with their scopes and what was read of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..language.source import Source, Span
from .declarations import Declaration
from .errors import ReadError
from .scope import Scope
from .statements import Reading


@dataclass
class Equation:
    """A printed equation with what was read of it, or the reason why not.

    ``before`` is the row of the same display that it goes on from, if it begins with ``=``.
    """

    label: str
    span: Span
    line: int
    section: str = ""
    scope: Scope = field(default_factory=lambda: Scope(""))
    reading: Reading | None = None
    error: ReadError | None = None
    before: Equation | None = field(default=None, repr=False)

    @property
    def carried(self) -> Span | None:
        """The place of the expression that this row goes on from."""
        if self.before is None or self.before.reading is None:
            return None
        node = self.before.reading.links[-1].node.right
        right = getattr(node, "right", node)
        return right.span if right.span is not None else node.span


@dataclass
class Document:
    """A source with its equations in order, and what is wrong with its declarations."""

    source: Source
    equations: list[Equation]
    declarations: list[Declaration]
    problems: list[tuple[Source, ReadError]] = field(default_factory=list)

    def __getitem__(self, label: str) -> Equation:
        """The equation with a label; KeyError if there is none."""
        for equation in self.equations:
            if equation.label == label:
                return equation
        raise KeyError(label)

    def __contains__(self, label: str) -> bool:
        return any(equation.label == label for equation in self.equations)
