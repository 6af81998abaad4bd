"""Theorems and rules: how the one is made by the other, and by nothing else.

A theorem says: for all values of its free variables, its hypotheses imply its conclusion.
What it says is kept where only this module reaches it; an object that no rule has made
says nothing, and a rule takes no such object. Once the kernel is loaded no rule can be
added. ``records.replay`` makes a theorem again from its record, for those who trust no
memory but their own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

from .terms import TRUTH, KernelError, Term, refuse

Claim = tuple[Iterable[Term], Term]
"""What a rule returns: hypotheses and conclusion."""


@dataclass(frozen=True)
class Record:
    """How a theorem was made: the rule and its arguments, theorems among them."""

    rule: str
    arguments: tuple[Any, ...]
    hypotheses: frozenset[Term]
    conclusion: Term
    parents: tuple[Theorem, ...]
    """The theorems among the arguments, in order, each once."""


@dataclass(frozen=True)
class Rule:
    """A rule as data: what it states, what it asks for, where it is proved."""

    name: str
    statement: str
    conditions: tuple[str, ...]
    citation: str
    apply: Callable[..., Theorem]
    axiom: bool
    """Whether it brings in a fact of mathematics, and is no step of logic or arithmetic."""


class Theorem:
    """Hypotheses and a conclusion, made by a rule."""

    __slots__ = ("__weakref__",)

    def __new__(cls, *_: object, **__: object) -> Theorem:
        refuse("a theorem is made by a rule of the kernel")

    def __init_subclass__(cls, **_: object) -> NoReturn:
        refuse("a theorem has no subclasses")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        refuse("a theorem cannot be changed")

    def __reduce__(self) -> NoReturn:
        refuse("a theorem is not pickled; write its record")

    def __copy__(self) -> Theorem:
        return self

    def __deepcopy__(self, memo: object) -> Theorem:
        return self

    @property
    def record(self) -> Record:
        """How it was made. Raises KernelError if no rule made it."""
        return _read(self)

    @property
    def conclusion(self) -> Term:
        """What holds."""
        return _read(self).conclusion

    @property
    def hypotheses(self) -> frozenset[Term]:
        """What it holds under."""
        return _read(self).hypotheses

    def __repr__(self) -> str:
        given = ", ".join(sorted(map(repr, self.hypotheses)))
        return f"{given} |- {self.conclusion}" if given else f"|- {self.conclusion}"


Work = Callable[..., Claim]
Maker = Callable[..., Callable[[Work], Callable[..., Theorem]]]


def _workshop() -> tuple[
    Callable[[Theorem], Record], Maker, Callable[[], None], Mapping[str, Rule]
]:
    made: WeakKeyDictionary[Theorem, Record] = WeakKeyDictionary()
    rules: dict[str, Rule] = {}
    opened = [True]

    def read(theorem: Theorem) -> Record:
        record = made.get(theorem) if type(theorem) is Theorem else None
        if record is None:
            refuse("this theorem was not made by a rule")
        return record

    def rule(
        statement: str, *conditions: str, citation: str = ""
    ) -> Callable[[Work], Callable[..., Theorem]]:
        """Make a function that returns hypotheses and a conclusion a rule of the kernel."""
        if not opened:
            refuse("the kernel is closed; it takes no more rules")

        def decorate(work: Work) -> Callable[..., Theorem]:
            name = work.__name__

            @functools.wraps(work)
            def apply(*arguments: Any) -> Theorem:
                parents: dict[Theorem, None] = {}
                _check(arguments, parents)
                for parent in parents:
                    read(parent)
                try:
                    hypotheses, conclusion = work(*arguments)
                except (KernelError, *MISUSE) as error:
                    raise KernelError(f"{name}: {error}") from None
                given = frozenset(hypotheses)
                for said in (*given, conclusion):
                    if said.sort != TRUTH or said.loose or said.masses:
                        refuse(f"{name}: {said} is no statement")
                theorem: Theorem = object.__new__(Theorem)
                made[theorem] = Record(name, arguments, given, conclusion, tuple(parents))
                return theorem

            rules[name] = Rule(name, statement, conditions, citation, apply, bool(citation))
            return apply

        return decorate

    return read, rule, opened.clear, MappingProxyType(rules)


def _check(value: Any, theorems: dict[Theorem, None]) -> None:
    """List the theorems; refuse arguments that cannot be written down, or are half bound."""
    kind = type(value)
    if kind is tuple:
        for item in value:
            _check(item, theorems)
    elif kind is Theorem:
        theorems[value] = None
    elif kind is Term:
        if value.loose:
            refuse(f"{value} has bound variables of its own outside")
    elif kind not in (str, int):
        refuse(f"{kind.__name__} is no argument of a rule")


MISUSE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What Python raises if a rule, or a record, is given something of the wrong shape."""

_read, rule, seal, RULES = _workshop()
del _workshop
