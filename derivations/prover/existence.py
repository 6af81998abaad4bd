"""Statements that hold for some values: proved of values that are named.

The theorem states the relation of the values; others, that the values are what the
declarations ask for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from string import ascii_lowercase
from typing import TYPE_CHECKING

from ..kernel import terms as t
from ..kernel.logic import generalise
from ..kernel.terms import REAL, Arrow, KernelError, Term
from ..kernel.theorem import Theorem
from ..language import nodes as n
from ..language.types import Function, SetOf
from ..reader.definitions import read_declared
from ..reader.scope import SEVERAL
from .given import Given
from .meaning import Unsupported
from .monotone import delta_at_most_one

if TYPE_CHECKING:
    from .prove import Proof, _Search

MAX_CHOICES = 27
NUMBERS = {
    "real": (1, 0, -1, 2, Fraction(1, 2)),
    "integer": (1, 0, -1, 2),
    "natural": (1, 2, 3),
}
"""Values that are tried for numbers of a kind."""
SIGNS = frozenset(("positive", "nonnegative", "negative", "nonzero"))
"""Properties that are proved of a value; a symbol with others is given none."""
ONE = t.num(1)


@dataclass(frozen=True)
class Choice:
    """A value, what else it needs to be given, and what is known of it."""

    value: Term
    given: tuple[Given, ...] = ()
    known: tuple[Theorem, ...] = ()


def prove(search: _Search, node: n.Relation) -> Proof:
    """A proof of the relation for values of the symbols of which it is said that there are some.

    Raises Unproved or KernelError.
    """
    from .prove import Unproved

    m = search.meaning
    claim = search.statement(replace(node, some=()))
    conditions = tuple(m.conditions)
    granted = search.given()
    names = {symbol.name for symbol in node.some}
    symbols = [_variable(search, symbol, claim) for symbol in node.some]
    asked = [g.statement for g in granted if g.entry.name in names]
    others = [g for g in granted if g.entry.name not in names]
    _untouched(search, names, symbols, others)
    choices = [list(_choices(search, s, v)) for s, v in zip(node.some, symbols, strict=True)]
    for chosen in islice(product(*choices), MAX_CHOICES):
        values = {v: c.value for v, c in zip(symbols, chosen, strict=True)}
        search.granted = list(dict.fromkeys([*others, *(g for c in chosen for g in c.given)]))
        m.conditions = [t.substitute(c, values) for c in conditions]
        search.suppose(t.substitute(claim, values), *(k for c in chosen for k in c.known))
        try:
            theorem = search.theorem(t.substitute(claim, values))
            shown = [_asked(search, t.substitute(a, values)) for a in asked]
            shown += [search.condition(c) for c in m.conditions]
        except (Unproved, KernelError):
            continue
        witnesses = {s.name: values[v] for s, v in zip(node.some, symbols, strict=True)}
        return search.proof(theorem, shown, witnesses)
    raise Unproved("none of the values that were tried is seen to do")


def _variable(search: _Search, symbol: n.Symbol, claim: Term) -> Term:
    """What stands for a symbol in the claim."""
    found = [v for v in claim.variables if v.data == symbol.name]
    entry = search.meaning.entry(symbol)
    signs = {prop.name for prop in entry.properties} <= SIGNS
    if len(found) != 1 or entry.slots or not signs:
        raise Unsupported(f"a value for {symbol.name}")
    return found[0]


def _untouched(search: _Search, names: set[str], symbols: list[Term], others: list[Given]) -> None:
    """Nothing that is assumed speaks of what is chosen."""
    scope = search.equation.scope
    said = [g.statement for g in others] + list(search.meaning.pairs)
    assumed = [read_declared(scope, source.slice(span)) for span, source, _ in scope.assumptions]
    spoken = {s.name for a in assumed for s in a.walk() if isinstance(s, n.Symbol)}
    if spoken & names or any(s.variables & set(symbols) for s in said):
        raise Unsupported("values for symbols that something else depends on")


def _asked(search: _Search, claim: Term) -> Theorem:
    """A theorem for what a declaration asks of a value."""
    if claim.op == "every":
        body = claim.args[0]
        fresh = tuple(t.var(f"c{k}~", x) for k, x in enumerate(body.data))
        return generalise(_asked(search, t.at(body, *fresh)), fresh)
    from .prove import Unproved

    try:
        return search.signed(claim)
    except Unproved:
        return search.theorem(claim)


# ---------------------------------------------------------------- values to try


def _choices(search: _Search, symbol: n.Symbol, variable: Term) -> Iterator[Choice]:
    entry = search.meaning.entry(symbol)
    if variable.sort == REAL:
        yield from (Choice(t.num(value)) for value in NUMBERS.get(entry.kind, ()))
    if isinstance(symbol.type, Function) and symbol.type.distribution:
        sort = variable.sort
        if isinstance(sort, Arrow) and len(sort.arguments) == 1 and t.is_finite(sort.arguments[0]):
            yield from _laws(search, sort.arguments[0])


def _laws(search: _Search, sort: t.Sort) -> Iterator[Choice]:
    """The uniform distribution, and one that differs from it at two elements."""
    m = search.meaning
    x = m.fresh(sort, "x")
    each = t.inv(t.size(sort))
    yield Choice(t.lam([x], each))
    name = sort.name if isinstance(sort, t.Points) else sort
    entry = m.scope.symbols.get(str(name))
    if (
        entry is None
        or not isinstance(entry.type, SetOf)
        or (entry.name, SEVERAL) in search.dropped
    ):
        return
    m.entries.setdefault(entry.pattern, entry)
    letters = (letter for letter in ascii_lowercase if letter not in m.scope.symbols)
    a, b = (t.var(letter, sort) for letter in islice(letters, 2))
    half, less = t.num(Fraction(1, 2)), t.sub(ONE, t.delta(x, b))
    weight = t.add(ONE, t.delta(x, a), less)  # 2, but 3 at a and 1 at b
    two = Given(t.distinct(a, b), entry, SEVERAL)
    known = generalise(delta_at_most_one(x, b), (x,))
    yield Choice(t.lam([x], t.mul(half, each, weight)), (two,), (known,))
