"""The numeric witness: a printed link on random instances, and counterexamples.

It evaluates the parsed formula and nothing derived from it. Equalities are compared to
many digits; inequalities are attacked by a search for the smallest margin; equivalences
are tested where each side holds, by solving it, and where both fail.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

from mpmath import MPContext

from ...language.types import Index, SetOf, Sort
from ...reader.document import Document, Equation
from ...reader.scope import SEVERAL, Entry
from ...reader.statements import Link
from ...results import Counterexample, NumericEvidence
from .assumptions import Assumptions, Dropped
from .choices import chosen
from .compare import Outcome
from .compiler import LOG_DELTA, Code, Compiler, Key, Memo
from .instances import Draw
from .questions import build_test
from .show import read_value, show
from .solve import Unknown, solve
from .test import Test, free_keys
from .values import OutsideDomain, Undefined, Unsupported, entries

DIGITS = 30
WORKING_DIGITS = 36
TRIES = 12
"""How often an instance is drawn again when it falls outside of what is declared."""
READ_BACK = 24
"""Digits of an evaluation from printed values, of which 15 were printed."""
TELLING = 3
"""Instances with every size from 2 up that an agreement needs: smaller ones are degenerate."""
MORE = 3
"""Further instances from which the largest error of a refuted link is taken."""
EXTRA = 16
"""Further instances to find one in which a side of an equivalence holds."""
MAX_INDICES = {"simple": 64, "generic": 8}
"""Further values of the free indices that an instance of a style is put to."""
SMALLER = 6
"""Draws with which a refutation is tried at smaller sizes."""
SEARCH = 24
"""Steps of the search for a violated inequality."""


@dataclass
class Judgement:
    """The evidence, what a refutation shows, and what the link was found to use."""

    evidence: NumericEvidence
    counterexample: Counterexample | None = None
    uses: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    conventions: frozenset[str] = frozenset()
    """Conventions that the values rest on."""


class Session:
    """One link before the numbers, compiled once for runs with and without hypotheses."""

    def __init__(self, document: Document, equation: Equation, link: Link) -> None:
        self.compiler = Compiler(document, equation)
        self.equation = equation
        self.link = link
        self.test: Test | None = None
        self.built = False

    def judge(
        self,
        *,
        seed: int = 0,
        instances: int | None = None,
        seconds: float = 10.0,
        dropped: Dropped = frozenset(),
    ) -> Judgement:
        """What random instances say, within the hypotheses that are not dropped.

        With no instances (0) it only tells what the link reads.
        """
        try:
            if not self.built:
                self.test = build_test(self.compiler, self.equation, self.link)
                self.built = True
            if self.test is None or instances == 0:
                reason = "no truth value" if self.test is None else "not asked"
                return self._with_reads(Judgement(NumericEvidence("skipped", reason=reason)))
            trial = Trial(self.compiler, self.equation, self.link, self.test, seed, dropped)
            judgement = trial.run(instances, time.monotonic() + seconds)
            judgement.conventions = frozenset(trial.relied_on)
        except Unsupported as reason:
            judgement = Judgement(NumericEvidence("undecided", reason=str(reason)))
        return self._with_reads(judgement)

    def _with_reads(self, judgement: Judgement) -> Judgement:
        """The judgement with the symbols and equations that the link was found to read."""
        judgement.uses = sorted(self.compiler.uses)
        judgement.entries = [
            e for k, e in sorted(self.compiler.entries.items(), key=str) if isinstance(k, tuple)
        ]
        return judgement


class Trial:
    """Draws instances for a test until one refutes the link or there are enough."""

    def __init__(
        self,
        compiler: Compiler,
        equation: Equation,
        link: Link,
        test: Test,
        seed: int,
        dropped: Dropped,
    ) -> None:
        self.compiler = compiler
        self.equation = equation
        self.link = link
        self.test = test
        self.seed = seed
        self.dropped = dropped
        self.ctx = _context()
        if test.hits is not None:
            test.hits.update(dict.fromkeys(test.hits, 0))
        self.assumptions = Assumptions(compiler, test.keys, dropped)
        self.keys = test.keys | self.assumptions.keys
        self.free_indices = _free_indices(compiler, test.keys)
        compiler.varying |= set(self.free_indices)
        self.digits = DIGITS
        self.worst: Any = self.ctx.zero
        self.unclear: str | None = None
        self.relied_on: set[str] = set()
        self.movable = False
        self.attacks = 0

    def run(self, instances: int | None, deadline: float) -> Judgement:
        heavy = self.compiler.space_integrals > 0
        if heavy:
            self.digits = 12
        cost = self.test.cost + self.compiler.derivatives + self.compiler.line_integrals
        wanted = instances or (4 if heavy else 6 if cost > 2 else 7 if cost > 1 else 12)
        if not any(k for k in self.keys):
            wanted = 1
        done = telling = 0
        reason = reason_left = ""
        for number in range(wanted + EXTRA):
            if number >= wanted and not self._vacuous():
                break
            if time.monotonic() > deadline:
                reason = "time ran out"
                break
            try:
                result = self._instance(number, heavy)
            except Unsupported as unsupported:
                if not heavy:
                    raise
                reason_left = str(unsupported)  # one dimension may still tell
                continue
            if result is None:
                continue
            draw, outcome = result
            if outcome.holds is None:
                close = f"too close to call: {outcome.left} against {outcome.right}"
                self.unclear = self.unclear or outcome.reason or close
                continue
            if self._refutes(draw, outcome):
                return self._refuted(draw, outcome, done + 1, heavy)
            done += 1
            telling += min(draw.sizes_read().values(), default=2) >= 2
            self.worst = max(self.worst, outcome.error)
            refuted = None
            if self.test.searched and number % 5 == 4:
                refuted = self._search(draw, outcome)
            elif self.test.sides is not None:
                refuted = self._meet(draw, self.test.sides)
            if refuted is not None:
                return self._refuted(*refuted, done + 1, heavy)
        if not reason and self.unclear is None and telling < min(TELLING, wanted):
            reason = reason_left or f"only {telling} instances with every size from 2 up were found"
            return Judgement(NumericEvidence("undecided", done, reason=reason))
        return self._agreement(done, reason)

    def _vacuous(self) -> bool:
        """Whether neither side of an equivalence could be made true so far."""
        return self.test.hits is not None and not any(self.test.hits.values())

    def _agreement(self, done: int, reason: str) -> Judgement:
        if not done:
            return Judgement(
                NumericEvidence("undecided", reason=reason or self.unclear or "no instance")
            )
        if self._vacuous():
            return Judgement(
                NumericEvidence("undecided", done, reason="no instance where a side holds")
            )
        if self.test.unequal and self.movable and not self.attacks:
            return Judgement(
                NumericEvidence(
                    "undecided", done, reason="no way was found to make the sides equal"
                )
            )
        if self.unclear:
            return Judgement(NumericEvidence("undecided", done, reason=self.unclear))
        error = "0" if self.worst == 0 else self.ctx.nstr(self.worst, 2)
        return Judgement(NumericEvidence("agrees", done, self.digits, error, reason or None))

    # ------------------------------------------------------------ one instance

    def _instance(self, number: int, heavy: bool) -> tuple[Draw, Outcome] | None:
        where = f"{self.seed}:{self.equation.label}:{self.link.relation}:{number}"
        for attempt in range(TRIES):
            rng = random.Random(f"{where}:{attempt}")
            found = self._try(rng, *_plan(number, rng, heavy, self._size_names()), heavy)
            if found is not None:
                return found
        return None

    def _try(
        self, rng: random.Random, style: str, sizes: dict[str, int], heavy: bool
    ) -> tuple[Draw, Outcome] | None:
        """The test at one drawn instance; None if that is outside of what is declared."""
        if any(name == SEVERAL for _, name in self.dropped):
            sizes = {**sizes, "|set|": 1}
        in_doubles = heavy and max(sizes.values(), default=1) > 1
        self.ctx.dps = 18 if in_doubles else WORKING_DIGITS
        draw = Draw(self.compiler, rng, style, sizes, self.ctx, self.dropped)
        draw.relied_on = self.relied_on
        self._conventions(draw, rng)
        try:
            draw.fill(self.keys)
            if not self.assumptions.hold(draw):
                return None
        except (Undefined, OutsideDomain):
            return None  # what is declared has no value there: not an instance
        try:
            if self.test.some:
                return chosen(self.test, self.assumptions, draw, self.link.relation)
            return self._at_every_index(draw, rng)
        except OutsideDomain:
            return None

    def _at_every_index(self, draw: Draw, rng: random.Random) -> tuple[Draw, Outcome]:
        """The instance as drawn, then at the other values of its free indices."""
        memo: Memo = {}
        first = draw.at({}, memo)
        outcome = self.test.check(first, rng)
        for indices in self._further_indices(draw, rng):
            if outcome.holds is not True:
                break
            other = draw.at(indices, memo)
            try:
                if self.assumptions.items and not self.assumptions.hold(other):
                    continue
                found = (self.test.lighter or self.test.check)(other, rng)
            except (OutsideDomain, Undefined):
                continue
            if not found.holds:
                return other, found
            outcome.error = max(outcome.error, found.error)
        return first, outcome

    def _further_indices(self, draw: Draw, rng: random.Random) -> list[dict[Key, int]]:
        keys = [k for k in self.free_indices if k in draw.values and not draw.rests_on(k)]
        ranges = [range(1, draw.size(self.free_indices[k]) + 1) for k in keys]
        drawn = tuple(draw.values[k] for k in keys)
        others = [at for at in product(*ranges) if at != drawn]
        most = MAX_INDICES.get(draw.style, 0)
        if len(others) > most:
            others = rng.sample(others, most)
        return [dict(zip(keys, at, strict=True)) for at in others]

    def _size_names(self) -> set[str]:
        names = {sort.size for sort in self.compiler.scope.sorts.values()}
        return names | {"|set|"}

    def _conventions(self, draw: Draw, rng: random.Random) -> None:
        names = {
            c for c in self.compiler.scope.conventions if ("convention", c) not in self.dropped
        }
        constant = Fraction(rng.randint(5, 40), 7)
        if ("convention", LOG_DELTA) in self.dropped:
            names.add(LOG_DELTA)
            draw.log_delta = lambda: self.ctx.mpf(rng.randint(5, 4000)) / 7
        else:
            draw.log_delta = lambda: self.ctx.mpf(constant.numerator) / constant.denominator
        draw.conventions = frozenset(names)

    def _search(self, draw: Draw, outcome: Outcome) -> tuple[Draw, Outcome] | None:
        """Walk towards a violated inequality: redraw one value at a time, keep what helps."""
        rng = draw.rng
        best, margin = draw, outcome.margin
        sizes = self._size_names()
        keys = [k for k in sorted(self.keys, key=str) if isinstance(k, tuple) and k[1] not in sizes]
        if not keys or margin is None:
            return None
        for _ in range(SEARCH):
            trial = best.copy()
            try:
                trial.redraw(rng.choice(keys))
                trial.fill(self.keys)
                if not self.assumptions.hold(trial):
                    continue
                result = self.test.check(trial, rng)
            except (OutsideDomain, Undefined):
                continue
            if result.holds is False:
                return trial, result
            if result.margin is not None and result.margin < margin:
                best, margin = trial, result.margin
        return None

    def _refutes(self, draw: Draw, outcome: Outcome) -> bool:
        """Whether a link fails: sides that look equal differ if more digits keep them apart."""
        if outcome.holds is not False:
            return False
        if not self.test.unequal or outcome.gap == 0 or self.ctx.dps < WORKING_DIGITS:
            return True
        with self.ctx.workdps(2 * WORKING_DIGITS):
            return bool(self.test.check(draw.copy(), draw.rng).gap * 1000 <= outcome.gap)

    def _meet(self, draw: Draw, sides: tuple[Code, Code]) -> tuple[Draw, Outcome] | None:
        """Solve for an instance at which two sides that shall differ are equal."""
        for key in sorted(self.keys, key=str):
            value = draw.values.get(key)
            if isinstance(value, int | None) or not (free_keys(*sides) & {key}):
                continue
            self.movable = True
            if any(not isinstance(x, Fraction) for x in entries(value)):
                continue
            self.attacks += 1
            solved = solve(draw.copy(), Unknown(key, (), False), sides)
            try:
                if solved is None or not self.assumptions.hold(solved):
                    continue
                outcome = self.test.check(solved, draw.rng)
            except (OutsideDomain, Undefined):
                continue
            if outcome.holds is False:
                return solved, outcome
        return None

    # ------------------------------------------------------------ refutation

    def _refuted(self, draw: Draw, outcome: Outcome, done: int, heavy: bool) -> Judgement:
        if not self.dropped:
            first = outcome.gap
            draw, outcome = self._smaller(draw, heavy) or (draw, outcome)
            outcome.gap = max(first, outcome.gap)
        counterexample = Counterexample(self._values(draw, outcome), outcome.left, outcome.right)
        again = self._confirm(draw, counterexample)
        digits = 15
        if not again:
            return Judgement(
                NumericEvidence(
                    "undecided", done, digits, reason="a counterexample that did not evaluate again"
                )
            )
        shape_differs = outcome.error == self.ctx.inf
        further = [] if self.dropped else self._further_gaps(heavy)
        worst = max([outcome.gap, *further])
        error = "inf" if shape_differs else self.ctx.nstr(worst, 6)
        evidence = NumericEvidence("contradicts", done, digits, error)
        evidence.sizes = [self._sizes(draw)]
        return Judgement(evidence, counterexample)

    def _smaller(self, draw: Draw, heavy: bool) -> tuple[Draw, Outcome] | None:
        """The refutation again with sizes 2 and 3, if one of a few draws shows it."""
        if max(self._sizes(draw).values(), default=0) <= 3:
            return None
        for attempt in range(SMALLER):
            rng = random.Random(f"{self.seed}:{self.equation.label}:smaller:{attempt}")
            style, sizes = _plan(attempt % 2, rng, heavy, self._size_names())
            try:
                found = self._try(rng, draw.style if attempt > 3 else style, sizes, heavy)
            except Unsupported:
                return None
            if found is not None and self._refutes(*found):
                return found
        return None

    def _sizes(self, draw: Draw) -> dict[str, int]:
        """The sizes of sorts and of finite sets at an instance."""
        sets = {
            key[1]: len(value)
            for key, value in draw.values.items()
            if isinstance(key, tuple)
            and (entry := self.compiler.scope.symbols.get(key[1])) is not None
            and isinstance(entry.type, SetOf)
        }
        return draw.sizes_read() | sets

    def _further_gaps(self, heavy: bool) -> list[Any]:
        """Differences on generic instances: they tell one wrong formula from another."""
        try:
            found = [self._instance(number, heavy) for number in range(5, 5 + MORE)]
        except Unsupported:
            return []
        return [result[1].gap for result in found if result is not None]

    def _values(self, draw: Draw, outcome: Outcome) -> dict[str, str]:
        shown: dict[str, str] = {}
        for key in sorted(draw.values, key=_reading_order):
            entry = self.compiler.entries.get(key)
            name = _name(key, entry)
            if isinstance(key, tuple) and (key in self.keys or entry is not None):
                shown[name] = show(self.ctx, draw.values[key])
        return {**shown, **outcome.extra}

    def _confirm(self, draw: Draw, counterexample: Counterexample) -> bool:
        """Read the printed values back and evaluate once more."""
        again = draw.copy()
        for key in draw.values:
            entry = self.compiler.entries.get(key)
            name = _name(key, entry)
            text = counterexample.values.get(name)
            if text is None:
                continue
            again.values[key] = read_value(self.ctx, text, draw.values[key])
        digits, self.ctx.dps = self.ctx.dps, min(self.ctx.dps, READ_BACK)
        try:
            return self.test.check(again, random.Random(0)).holds is False
        except (OutsideDomain, Unsupported):
            return False
        finally:
            self.ctx.dps = digits


_LOCAL = threading.local()


def _context() -> Any:
    """A context for this thread alone; it takes long to make one."""
    if not hasattr(_LOCAL, "context"):
        _LOCAL.context = MPContext()
    _LOCAL.context.dps = WORKING_DIGITS
    return _LOCAL.context


def _name(key: Key, entry: Entry | None) -> str:
    return entry.pattern if entry else str(key[1]) if isinstance(key, tuple) else ""


def _free_indices(compiler: Compiler, keys: frozenset[Key]) -> dict[Key, Sort]:
    """The indices that a link leaves free, each with its sort."""
    found: dict[Key, Sort] = {}
    for key in sorted(keys, key=str):
        entry = compiler.entries.get(key)
        if entry is not None and isinstance(entry.type, Index) and entry.declared("in") is None:
            found[key] = entry.type.sort
    return found


def _reading_order(key: Key) -> tuple[int, str]:
    name = str(key[1]) if isinstance(key, tuple) else ""
    return (0 if name in ("n", "N") else 1, name)


def _plan(
    number: int, rng: random.Random, heavy: bool, names: set[str]
) -> tuple[str, dict[str, int]]:
    """Style and sizes of the k-th instance: simple first, then generic from 3 up.

    Sizes that are different symbols differ, or n for N would go unseen.
    """
    listed = sorted(names)
    if number in (0, 1):  # 2, 3, 2, … and 3, 2, 3, …
        return "simple", {name: 2 + (k + number) % 2 for k, name in enumerate(listed)}
    if heavy:  # integrals over vectors: two dimensions, one, three
        return "generic", {name: (1, 3)[number == 3] + (name == "n") for name in listed}
    if number == 2:
        return "equal", {name: 3 + k % 2 for k, name in enumerate(listed)}
    if number == 3:
        return "zero", {name: 2 + k % 2 for k, name in enumerate(listed)}
    if number == 4:
        return "simple", dict.fromkeys(names, 1) | {"|set|": 2}
    sizes = {name: rng.choice((3, 3, 4, 5 if name == "|set|" else 3)) for name in sorted(names)}
    return "generic", sizes
