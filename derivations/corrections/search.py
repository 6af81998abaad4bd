"""The nearest true statement: the smallest edit after which refuted links are theorems.

Links of one chain share expressions, so one edit may mend several of them; it must leave
the others true. Numbers sift the candidates, the kernel proves what is left, and the numbers
have the last word.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, islice

from ..language import nodes as n
from ..language.source import Span
from ..reader.document import Document, Equation
from ..results import Slip
from ..witness.timelimit import TimeUp, run_with_limit
from .edits import Edit
from .printed import Printed
from .rules import candidates
from .trial import Candidate, candidate, holds, needs_elements, passed, proved, sketch, telling
from .weaker import for_some, where_it_fails

PAIRS = 400
"""Pairs of edits that are tried where no single one helps."""
NEAR = 6
"""The cost of a pair that is still called near."""
BASES = 8
"""Edits that are tried as one of a pair."""


@dataclass(frozen=True)
class Correction:
    """The nearest true statement of a link, and what has to be changed where.

    ``proved`` says whether the kernel holds it; without that only the numbers agree. The same
    ``change`` mends all of ``links``; ``words`` are those that concern this link.
    ``equation`` is the whole display after it, read with the declaration ``declare``.
    ``slips`` are the single changes that concern this link.
    """

    latex: str
    words: str
    place: Span | None
    proved: bool
    change: str
    links: tuple[int, ...]
    equation: str
    declare: str = ""
    slips: tuple[Slip, ...] = ()


def correct(
    document: Document,
    equation: Equation,
    wrong: Sequence[int],
    right: Collection[int],
    seconds: float,
    seed: int = 0,
) -> dict[int, Correction]:
    """Corrections of the refuted links ``wrong``; those in ``right`` must stay true.

    Links that no edit was found for are left out; the work ends after ``seconds``.
    """
    search = _Search(document, equation, right, time.monotonic() + seconds, seed)
    assert equation.reading is not None
    links = equation.reading.links
    chains = groupby(sorted(wrong, key=lambda k: links[k].chain), lambda k: links[k].chain)
    groups = [list(group) for _, group in chains]
    for group in groups:
        try:
            run_with_limit(seconds, lambda group=group: search.group(group))  # type: ignore[misc]
        except TimeUp:
            break
        except Exception:  # a fault here hides no verdict
            continue
    return search.found


def _differs(node: n.Node) -> bool:
    """Whether a link only says that two sides differ: no law that could be proved."""
    return isinstance(node, n.Relation) and node.op == "!="


def _only_proved(node: n.Node) -> bool:
    """Whether numbers are not enough: they say little of an order."""
    return isinstance(node, n.Relation) and node.op != "="


def _pairs(bases: Sequence[Edit], edits: Sequence[Edit]) -> Iterator[Edit]:
    made = (base + edit for base in bases for edit in edits if not base.meets(edit))
    return (pair for pair in made if pair.cost <= NEAR)


class _Search:
    def __init__(
        self,
        document: Document,
        equation: Equation,
        right: Collection[int],
        deadline: float,
        seed: int,
    ) -> None:
        assert equation.reading is not None
        self.document, self.equation = document, equation
        self.spans = [link.span for link in equation.reading.links]
        self.right, self.deadline, self.seed = right, deadline, seed
        self.found: dict[int, Correction] = {}
        self.promising: list[tuple[int, Edit]] = []
        self.instances: dict[int, list[int]] = {}
        self.standing: dict[int, bool] = {}
        unchanged = candidate(document, equation, Edit(0, ()))
        assert unchanged is not None
        self.unchanged = unchanged

    def group(self, wrong: list[int]) -> None:
        """Correct the refuted links of one chain: all at once, in pairs, or each by itself."""
        edits = candidates(Printed(self.document, self.equation, wrong))
        self.promising = []
        self.instances = {k: telling(self.unchanged, k, self.seed) for k in wrong}
        for _ in self.attempts(wrong, edits):
            if all(k in self.found for k in wrong):
                return
        self.settle(list(self.weakened(wrong)), wrong)

    def weakened(self, wrong: list[int]) -> Iterator[Candidate]:
        """The one strict relation of a display, said of some values and not of all."""
        assert self.equation.reading is not None
        edit = for_some(self.equation) if len(self.equation.reading.links) == 1 else None
        made = candidate(self.document, self.equation, edit) if edit is not None else None
        if made is not None:
            yield made

    def attempts(self, wrong: list[int], edits: list[Edit]) -> Iterator[None]:
        partial: list[tuple[Candidate, list[int]]] = []
        everywhere = [edit for edit in edits if edit.cost == 1 and len(edit.changes) > 1]
        singles = sorted([*edits, *_pairs(everywhere, edits)], key=lambda edit: edit.cost)
        cost = 0
        for edit in singles:
            if edit.cost > cost:  # all that is found so far is nearer
                cost = edit.cost
                yield
            if self.sure(wrong):
                return
            for made, mended in self.mends(edit, wrong):
                if len(mended) == len(wrong):
                    self.settle([made], wrong)
                else:
                    partial.append((made, mended))
        for first, second in combinations(partial, 2):
            if {*first[1], *second[1]} == set(wrong) and not set(first[1]) & set(second[1]):
                self.settle(self.both(first[0].edit, second[0].edit, wrong), wrong)
                yield
        for edit in self.pairs(edits):
            self.settle([made for made, m in self.mends(edit, wrong) if m == wrong], wrong)
            yield
        for made, mended in partial:
            self.settle([made], mended)

    def both(self, first: Edit, second: Edit, wrong: list[int]) -> list[Candidate]:
        if first.meets(second):
            return []
        return [made for made, mended in self.mends(first + second, wrong) if mended == wrong]

    def pairs(self, edits: list[Edit]) -> Iterator[Edit]:
        """Pairs of edits, one of which helps at some instances."""
        helpful = sorted(self.promising, key=lambda row: (-row[0], row[1].cost))
        bases = [edit for _, edit in helpful if edit.cost < NEAR][:BASES]
        yield from islice(_pairs(bases, edits), PAIRS)

    # ------------------------------------------------------------ one edit

    def mends(self, edit: Edit, wrong: list[int]) -> Iterator[tuple[Candidate, list[int]]]:
        """The edited equation with the links that it mends, if it mends some and breaks none."""
        if time.monotonic() > self.deadline:
            raise TimeUp("no time left for corrections")
        touched = [k for k in wrong if edit.touches(self.spans[k])]
        made = sketch(self.document, self.equation, edit) if touched else None
        if made is None:
            return
        mended = []
        for k in touched:
            if _differs(made.links[k].node):
                return
            count, fine = passed(made, k, self.seed, self.instances[k])
            if fine:
                mended.append(k)
            elif not mended:
                if count:
                    self.promising.append((count, edit))
                return
        others = [k for k in self.right if edit.touches(self.spans[k]) and self.stood(k)]
        whole = candidate(self.document, self.equation, edit)
        if whole is not None and all(passed(whole, k, self.seed)[1] for k in others):
            yield whole, mended

    def stood(self, k: int) -> bool:
        """Whether a link passes as printed: what has no truth value, or is undecided, need not."""
        if k not in self.standing:
            self.standing[k] = passed(self.unchanged, k, self.seed)[1]
        return self.standing[k]

    def settle(self, made: list[Candidate], wrong: list[int]) -> None:
        """Keep the first candidate that is proved, or else the first that the numbers hold true."""
        if self.sure(wrong):
            return
        for one in made:
            sure = all(proved(one, k, self.left) for k in wrong)
            if not sure and (
                any(k in self.found for k in wrong)
                or any(_only_proved(one.links[k].node) for k in wrong)
            ):
                continue
            if all(holds(one, k, self.seed, self.left) for k in wrong):
                for k in wrong:
                    self.found[k] = self.correction(one, k, wrong, sure)
                if sure:
                    return

    def sure(self, wrong: list[int]) -> bool:
        """Whether proved corrections of these links are found."""
        return all(k in self.found and self.found[k].proved for k in wrong)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(self.deadline - time.monotonic(), 0.01)

    def correction(self, made: Candidate, k: int, links: list[int], sure: bool) -> Correction:
        text, span, edit = self.document.source.text, self.spans[k], made.edit
        node = made.links[k].node
        provided = ""
        if isinstance(node, n.Relation) and node.some:
            needs = needs_elements(made, k, self.left)
            provided = where_it_fails(node) + (f", if {' and '.join(needs)}" if needs else "")
        return Correction(
            latex=made.latex(k),
            words=edit.words(text, span) + provided,
            place=edit.place(text, span),
            proved=sure,
            change=edit.words(text) + provided,
            links=tuple(links),
            equation=edit.apply(text, self.equation.span),
            declare=edit.declare,
            slips=tuple(edit.slips(text, span)),
        )
