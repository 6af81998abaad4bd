"""At which sizes a link is tried, and what was found there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...language.types import SetOf
from ...reader.document import Equation
from ...results import SympyEvidence
from .cases import Answer

Sizes = dict[str, int]


@dataclass
class Record:
    """What was found at the sizes tried so far.

    ``open`` holds why a size was not decided, ``left_out`` why one was too heavy,
    ``doubtful`` where a link fails for sets of one element only, which may be excluded.
    ``enough`` says whether size 2 was decided, ``late`` that time ran out.
    """

    agreed: list[Sizes] = field(default_factory=list)
    false: list[Sizes] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    late: str | None = None
    skipped: str | None = None
    note: str | None = None
    enough: bool = False

    def add(self, answer: Answer, sizes: Sizes) -> None:
        """Note the answer at some sizes."""
        if answer.truth is None:
            self.open.append(answer.reason or "not decided")
        elif answer.truth:
            self.agreed.append(sizes)
        elif 1 in sizes.values():
            where = ", ".join(f"{name} = {size}" for name, size in sizes.items())
            self.doubtful.append(f"it fails for {where}")
        else:
            self.false.append(sizes)
            self.note = answer.reason

    def evidence(self) -> SympyEvidence:
        """The answer over all sizes: false at one, or true at all that were tried."""
        if self.skipped is not None:
            return SympyEvidence("skipped", reason=self.skipped)
        if self.false:
            return SympyEvidence("contradicts", _listed(self.false), self.note)
        against = [*self.doubtful, *self.open, *([self.late] if self.late else [])]
        if self.agreed and self.enough and not against:
            reason = f"not at all sizes: {self.left_out[0]}" if self.left_out else None
            return SympyEvidence("agrees", _listed(self.agreed), reason)
        return SympyEvidence("undecided", reason=next(iter([*against, *self.left_out]), None))


def _listed(sizes: list[Sizes]) -> list[Sizes]:
    return sorted((s for s in sizes if s), key=lambda s: sorted(s.items()))


def first_sizes(equation: Equation) -> Sizes:
    """Two of each sort and of each finite set."""
    names = [*_sorts(equation), *(e.name for e in equation.scope.entries() if _is_set(e.type))]
    return dict.fromkeys(sorted(names), 2)


def more_sizes(equation: Equation, used: set[str]) -> Iterator[Sizes]:
    """For the names that matter: each once 3, with the others small."""
    base, sorts = first_sizes(equation), _sorts(equation)
    for name in sorted(used):
        yield base | {k: 1 for k in used & sorts if k != name} | {name: 3}
    if len(used) == 1 and used <= sorts:
        yield base | dict.fromkeys(used, 1)


def _sorts(equation: Equation) -> set[str]:
    return {sort.size for sort in equation.scope.sorts.values()}


def _is_set(shape: object) -> bool:
    return isinstance(shape, SetOf)
