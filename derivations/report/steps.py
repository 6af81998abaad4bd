"""From a proof to the steps that a person wants to read.

The kernel's record of a theorem is walked from its conclusion back to its hypotheses. What
says something becomes a step: a fact of mathematics that is used, a case distinction, a
combination of several steps. What only moves things about (assumptions, instances, equals
put in a context, arithmetic) is folded into the step that uses it; each step counts what
was folded into it. Laws of one kind that a step uses together are one step.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from ..kernel import RULES, Record, Term, Theorem
from ..kernel import terms as t
from ..kernel.records import steps as kernel_steps
from .tidy import is_own, own_variables, tidy

_CANCEL = "what is not 0 cancels"
_TOPICS = {
    _CANCEL: ("reciprocal",),
    "laws of exp, ln and roots": (
        "exp_of_sum", "exp_of_total", "exp_of_zero", "ln_of_exp", "exp_of_ln",
        "square_of_sqrt", "sqrt_of_square",
    ),
    "laws of matrices": (
        "det_of_product", "det_of_transpose", "det_of_diagonal", "laplace", "cof_of_transpose",
        "inverse_by_cofactors", "posdef_det", "posdef_inverse", "posdef_symmetric",
        "posdef_form", "posdef_form_weak", "posdef_gram", "orthogonal_rows",
    ),
}  # fmt: skip
"""Facts that are told together, under a heading; a law that needs several, under the last."""

TOPIC = {rule: topic for topic, rules in _TOPICS.items() for rule in rules}
_HEADINGS = tuple(_TOPICS)
_NOTHING, _MORE = -1, len(_HEADINGS)
"""Ranks of what rests on no fact, and on one that has no heading."""
_MOVES = frozenset(
    "assume cut instantiate generalise specialise discharge modus_ponens both one_of congruence "
    "replace ring sign separate linear".split()
)
"""Rules that say nothing new by themselves."""
_CASES = frozenset(("cases", "absurd", "trichotomy"))
"""Rules that a law may need on the way."""
_RANKS = {
    rule: _NOTHING
    if rule in _MOVES | _CASES
    else _HEADINGS.index(TOPIC[rule])
    if rule in TOPIC
    else _MORE
    for rule in RULES
}
BRANCHES = frozenset(("equivalence", "cases", "trichotomy"))
MANY = 12
"""Of more steps than these, combinations that are used once are told where they are used."""

ARITHMETIC = "arithmetic"


@dataclass(frozen=True)
class Step:
    """What holds at one point of a proof, why, and what it is made from."""

    number: int
    theorems: tuple[Theorem, ...]
    reason: str
    """In words."""
    uses: tuple[int, ...]
    """Numbers of earlier steps."""
    hypotheses: tuple[Term, ...]
    """Hypotheses that this step, and not the steps it uses, brings in."""
    rules: tuple[str, ...] = ()
    """The kernel's rules of this step, folded ones included."""
    folded: int = 0
    """How many theorems of the kernel's record are told by this step, but not shown."""

    @property
    def conclusions(self) -> tuple[Term, ...]:
        """What the step says; one statement, or some of one kind."""
        return tuple(theorem.conclusion for theorem in self.theorems)


def steps(theorem: Theorem) -> list[Step]:
    """The steps of a theorem's proof, the last one its conclusion.

    Raises KernelError for an object that no rule of the kernel made.
    """
    return _Walk(theorem).steps


@dataclass
class _Found:
    """What a theorem comes from: steps, hypotheses, laws still to be put in a step."""

    steps: dict[int, None] = field(default_factory=dict)
    hypotheses: dict[Term, None] = field(default_factory=dict)
    laws: dict[Theorem, None] = field(default_factory=dict)

    def __ior__(self, other: _Found) -> _Found:
        self.steps |= other.steps
        self.hypotheses |= other.hypotheses
        self.laws |= other.laws
        return self


class _Walk:
    def __init__(self, theorem: Theorem) -> None:
        self.steps: list[Step] = []
        self.number: dict[_Key, int] = {}
        self.keys: dict[Theorem, _Key] = {}
        order = [(one, one.record) for one in kernel_steps(theorem)]
        self.premises: dict[Theorem, tuple[Theorem, ...]] = {}
        """What a theorem is made from; of facts that discharge conditions, those it may need."""
        self.facts: dict[Theorem, tuple[Theorem, ...]] = {}
        self.ranks: dict[Theorem, int] = {}
        self.found: dict[Theorem, _Found] = {}
        self.assumed = {
            premise
            for _, record in order
            if record.rule == "equivalence"
            for premise in record.conclusion.args
        }
        for one, record in order:
            self._look_at(one, record)
        for one, record in order[:-1]:
            self.found[one] = self._from(one, record)
        self._step(theorem, self._premises(theorem))
        self._keep(self._reached())
        self._shorten()
        self._count()

    # ------------------------------------------------------------ what a theorem is about

    def _look_at(self, theorem: Theorem, record: Record) -> None:
        """What a theorem is made from, and of the facts that it rests on, the last heading."""
        facts = _facts(record)
        found = record.parents
        if facts:
            found = tuple(p for p in found if p not in facts) + tuple(_needed(facts, record))
        self.facts[theorem], self.premises[theorem] = facts, found
        rank = _RANKS[record.rule]
        for premise in found:
            rank = max(rank, self.ranks[premise])
        self.ranks[theorem] = rank

    def _law(self, theorem: Theorem) -> str | None:
        """The heading under which a theorem can be told as a law, if it can."""
        rank = self.ranks[theorem]
        return _HEADINGS[rank] if _NOTHING < rank < _MORE else None

    def _from(self, theorem: Theorem, record: Record) -> _Found:
        if record.rule == "assume":
            return _Found(hypotheses={record.conclusion: None})
        found = self._premises(theorem)
        if self._law(theorem) is not None and record.rule != "congruence":
            general = not (self.assumed & record.hypotheses or found.steps)
            if general and not trivial(record.conclusion):
                return _Found(laws={theorem: None})
        if record.rule == "linear":
            parts = len(found.steps) + len({self._law(law) for law in found.laws})
            if parts < 2 or _restates(record.conclusion) or trivial(record.conclusion):
                return found
        elif record.rule in _MOVES or (record.rule in _CASES and not found.steps):
            return found
        return _Found(steps={self._step(theorem, found): None})

    def _premises(self, theorem: Theorem) -> _Found:
        premises, facts = self.premises[theorem], self.facts[theorem]
        if len(premises) == 1 and not facts:
            return self.found[premises[0]]
        found = _Found()
        for premise in premises:
            here = self.found[premise]
            found |= _Found(here.steps, {}, here.laws) if premise in facts else here
        return found

    # ------------------------------------------------------------ steps

    def _step(self, theorem: Theorem, found: _Found) -> int:
        record = theorem.record
        key = self._key(theorem)
        if key in self.number:
            return self.number[key]
        if record.rule in BRANCHES:
            found = self._branches(theorem)
        uses = dict(found.steps)
        for topic in _TOPICS:
            laws = [law for law in found.laws if self._law(law) == topic]
            uses |= dict.fromkeys(self._laws(topic, laws))
        told = [h for n in uses for th in self.steps[n - 1].theorems for h in th.hypotheses]
        given = [h for h in record.hypotheses if h in found.hypotheses or h not in told]
        reason = ARITHMETIC if record.rule in _MOVES else RULES[record.rule].statement
        self.number[key] = self._add((theorem,), reason, tuple(sorted(uses)), given)
        return self.number[key]

    def _key(self, theorem: Theorem) -> _Key:
        found = self.keys.get(theorem)
        if found is None:
            found = self.keys[theorem] = _key(theorem)
        return found

    def _branches(self, theorem: Theorem) -> _Found:
        """Every direction, or case, is a step of its own, under its own assumption."""
        found = _Found()
        for premise in self.premises[theorem]:
            found |= (
                self.found[premise]
                if premise.record.rule == "assume"
                else _Found(steps={self._step(premise, self._premises(premise)): None})
            )
        return found

    def _laws(self, topic: str, laws: list[Theorem]) -> list[int]:
        """The steps of laws of one kind; those not told yet are told in one."""
        keys = {self._key(law): law for law in laws}
        numbers = {self.number[key]: None for key in keys if key in self.number}
        new = [law for key, law in keys.items() if key not in self.number]
        if new:
            given = {h for law in new for h in law.hypotheses}
            number = self._add(tuple(new), topic, (), given)
            self.number |= {self._key(law): number for law in new}
            numbers[number] = None
        return list(numbers)

    def _add(
        self,
        theorems: tuple[Theorem, ...],
        reason: str,
        uses: tuple[int, ...],
        given: Iterable[Term],
    ) -> int:
        number = len(self.steps) + 1
        listed = tuple(sorted(given, key=lambda h: h.digest))
        self.steps.append(Step(number, theorems, reason, uses, listed))
        return number

    # ------------------------------------------------------------ short proofs

    def _shorten(self) -> None:
        """Tell combinations where they are used: the last but one, and of many steps more."""
        while True:
            users: dict[int, list[Step]] = {}
            for step in self.steps:
                for number in step.uses:
                    users.setdefault(number, []).append(step)
            last = self.steps[-1]
            for step in self.steps[:-1]:
                if step.reason != ARITHMETIC or len(users[step.number]) != 1:
                    continue
                (user,) = users[step.number]
                alone = user is last and last.uses == (step.number,)
                same = set(user.theorems[0].hypotheses) >= set(step.theorems[0].hypotheses)
                if user.reason == ARITHMETIC and same and (alone or len(self.steps) > MANY):
                    self._put_into(step, user)
                    break
            else:
                return

    def _put_into(self, step: Step, user: Step) -> None:
        merged = replace(
            user,
            uses=tuple(sorted({*user.uses, *step.uses} - {step.number})),
            hypotheses=tuple(dict.fromkeys((*step.hypotheses, *user.hypotheses))),
        )
        self._keep([merged if s is user else s for s in self.steps if s is not step])

    def _reached(self) -> list[Step]:
        """The steps that the last one rests on: a fact that was at hand may not be needed."""
        wanted = {len(self.steps)}
        for step in reversed(self.steps):
            if step.number in wanted:
                wanted.update(step.uses)
        return [step for step in self.steps if step.number in wanted]

    def _keep(self, kept: list[Step]) -> None:
        numbers = {s.number: k for k, s in enumerate(kept, 1)}
        self.steps = [
            replace(s, number=numbers[s.number], uses=tuple(numbers[n] for n in s.uses))
            for s in kept
        ]

    def _count(self) -> None:
        """Say of each step which rules it needs, and how many theorems it tells unshown."""
        told: set[Theorem] = set()
        shown = {th for step in self.steps for th in step.theorems}
        for k, step in enumerate(self.steps):
            new = _below(step.theorems, told)
            folded = sum(th not in shown for th in new)
            rules = tuple(sorted({th.record.rule for th in new}))
            self.steps[k] = replace(step, rules=rules, folded=folded)


def _below(theorems: Iterable[Theorem], told: set[Theorem]) -> list[Theorem]:
    """The theorems and what they are made from, but for what is told; it is told then."""
    found, stack = [], list(theorems)
    while stack:
        here = stack.pop()
        if here not in told:
            told.add(here)
            found.append(here)
            stack += here.record.parents
    return found


_Key = tuple[Term, frozenset[Term]]


def _key(theorem: Theorem) -> _Key:
    """What a theorem says, whatever the names of the variables that only the proof has."""
    said, given = theorem.conclusion, theorem.hypotheses
    if not any(is_own(v) for one in (said, *given) for v in one.variables):
        return said, given
    hypotheses = sorted(given, key=lambda h: h.digest)
    own = own_variables(said, *hypotheses)
    named = {v: t.var(f"{k}~", v.sort) for k, v in enumerate(own)}
    return t.substitute(said, named), frozenset(t.substitute(h, named) for h in hypotheses)


def trivial(said: Term) -> bool:
    """Whether an equation says nothing to a reader."""
    return said.op == "=" and tidy(said.args[0]) is tidy(said.args[1])


def _restates(said: Term) -> bool:
    """Whether an equation has 0 on one side: what it says is said again where it is used."""
    return said.op == "=" and t.num(0) in said.args


# ---------------------------------------------------------------- facts


def _facts(record: Record) -> tuple[Theorem, ...]:
    """The theorems that are arguments for discharging conditions alone."""
    place = _facts_place(record.rule)
    if place is None or len(record.arguments) <= place or not record.arguments[place]:
        return ()
    others = set(_theorems([a for k, a in enumerate(record.arguments) if k != place]))
    return tuple(f for f in record.arguments[place] if f not in others)


def _needed(facts: Iterable[Theorem], record: Record) -> Iterator[Theorem]:
    """Facts that speak of a part of a conclusion, or of the function in it."""
    parts: list[Term] = []
    for fact in facts:
        if not fact.hypotheses <= record.hypotheses:
            continue
        subject = _subject(fact.conclusion)
        if subject is None:
            continue
        parts = parts or list(_parts(record.conclusion))
        about, holes = subject
        if any(t.match(about, part, holes) is not None for part in parts):
            yield fact


@lru_cache(maxsize=1_000)
def _subject(said: Term) -> tuple[Term, frozenset[Term]] | None:
    """What an inequality is about, with holes for what it says for all values of."""
    if said.op == "every":
        body = said.args[0]
        said = t.at(body, *t.fresh_variables(body.data, said))
    if said.op not in ("<", "<=", "!="):
        return None
    about = next((a for a in said.args if a is not t.num(0)), said)
    return about, frozenset(v for v in about.variables if v.data[0] == "#")


@cache
def _facts_place(rule: str) -> int | None:
    names = list(inspect.signature(RULES[rule].apply).parameters)
    return names.index("facts") if "facts" in names else None


def _theorems(value: object) -> Iterable[Theorem]:
    if isinstance(value, Theorem):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _theorems(item)


def _parts(term: Term) -> Iterable[Term]:
    seen: set[Term] = set()
    stack = [term]
    while stack:
        here = stack.pop()
        if here not in seen:
            seen.add(here)
            yield here
            stack += here.args
