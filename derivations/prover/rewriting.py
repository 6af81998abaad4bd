"""Rewriting in normal forms: each step is an entry of one linear combination.

A rewrite replaces a product that stands in a monomial, summed or not, by what an equation
says it equals. Nothing here is trusted: the kernel checks the combination at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice, product

from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear
from ..kernel.normal import Factors, Monomial, Polynomial, polynomial, written
from ..kernel.terms import Rational, Term
from ..kernel.theorem import Theorem

MAX_STEPS = 400


@dataclass(frozen=True)
class Rewrite:
    """An equation read from left to right: its leading monomial, and which variables are open."""

    theorem: Theorem
    coefficient: Rational
    binders: tuple[Term, ...]
    factors: Factors
    holes: frozenset[Term]
    sign: int = 1
    """1 if the leading monomial stands on the left side."""


def rewrite_of(
    theorem: Theorem, lead: Monomial | None = None, fixed: frozenset[Term] = frozenset()
) -> Rewrite | None:
    """The rewrite of an equation; its leading monomial is the left side's if that is one.

    ``fixed`` variables stand for themselves, as do those of hypotheses.
    """
    said = theorem.conclusion
    if said.op != "=" or said.args[0].sort != t.REAL:
        return None
    form = polynomial(t.sub(said.args[0], said.args[1]))
    if lead is None:
        left = polynomial(said.args[0])
        if len(left) != 1:
            return None
        lead = next(iter(left))
    if lead not in form or not lead[1]:
        return None
    slots, factors = lead
    closed = frozenset[Term]().union(*(h.variables for h in theorem.hypotheses)) | fixed
    binders = tuple(t.var(f"~b{k}", v.sort) for k, v in enumerate(slots))
    opened = dict(zip(slots, binders, strict=True))
    pattern = tuple((t.substitute(a, opened), e) for a, e in factors)
    holes = said.variables - closed
    return Rewrite(theorem, form[lead], binders, pattern, holes)


def unused(sorts: Iterable[t.Sort], *avoid: Term, prefix: str = "~") -> tuple[Term, ...]:
    """Variables of the given sorts that occur in none of the terms."""
    taken = {v.data for term in avoid for v in term.variables}
    names = (name for name in map((prefix + "{}").format, count()) if name not in taken)
    return tuple(t.var(name, sort) for name, sort in zip(names, sorts, strict=False))


def opened(monomial: Monomial) -> tuple[tuple[Term, ...], list[tuple[Term, int]]]:
    """The summed variables of a monomial as ordinary ones, and its factors."""
    slots, factors = monomial
    variables = unused([v.sort for v in slots], *(a for a, _ in factors), prefix="~v")
    values = dict(zip(slots, variables, strict=True))
    return variables, [(_renamed(a, values) if values else a, e) for a, e in factors]


def _renamed(atom: Term, values: dict[Term, Term]) -> Term:
    """The atom with other variables, in normal form if that is an atom again."""
    new = t.substitute(atom, values)
    form = polynomial(new)
    ((binders, factors), coefficient) = next(iter(form.items())) if form else (((), ()), 0)
    plain = len(form) == 1 and not binders and coefficient == 1 and len(factors) == 1
    return factors[0][0] if plain and factors[0][1] == 1 else new


def product_of(coefficient: Rational, factors: list[tuple[Term, int]]) -> Term:
    """A coefficient times powers, as a term."""
    parts = [a if e == 1 else t.power(a, e) for a, e in factors if e]
    return t.mul(t.num(coefficient), *parts) if parts else t.num(coefficient)


def matches(
    rewrite: Rewrite, variables: tuple[Term, ...], factors: list[tuple[Term, int]]
) -> Iterator[tuple[dict[Term, Term], list[tuple[Term, int]]]]:
    """Values of a rewrite's variables that make its pattern a part of a product, and the rest."""
    holes = rewrite.holes | frozenset(rewrite.binders)
    yield from (
        (values, rest)
        for values, rest in _match(list(rewrite.factors), factors, holes, {})
        if _fits(rewrite, variables, values, rest)
    )


def _match(
    pattern: list[tuple[Term, int]],
    factors: list[tuple[Term, int]],
    holes: frozenset[Term],
    values: dict[Term, Term],
) -> Iterator[tuple[dict[Term, Term], list[tuple[Term, int]]]]:
    if not pattern:
        yield values, factors
        return
    (atom, exponent), rest = pattern[0], pattern[1:]
    for k, (other, power) in enumerate(factors):
        if power < exponent:
            continue
        concrete = t.substitute(atom, values) if values else atom
        for found in _instances(concrete, other, holes - values.keys()):
            left = [*factors[:k], *factors[k + 1 :]]
            if power > exponent:
                left.insert(k, (other, power - exponent))
            yield from _match(rest, left, holes, {**values, **found})


SHALLOW = ("at", "delta", "parity", "var")


def _instances(pattern: Term, term: Term, holes: frozenset[Term]) -> Iterator[dict[Term, Term]]:
    """Values of the holes that make a pattern a term: as written, else up to normal form.

    The order of a product depends on the names in it, so what is written differently may be
    the same; then indices are tried for the holes.
    """
    found = t.match(pattern, term, holes)
    if found is not None:
        yield found
        return
    if pattern.op != term.op or pattern.op in SHALLOW:
        return
    here = sorted(holes & pattern.variables, key=lambda h: h.digest)
    if not here or any(h.sort == t.REAL or isinstance(h.sort, t.Arrow) for h in here):
        return
    choices = [sorted((v for v in term.variables if v.sort == h.sort), key=str) for h in here]
    for values in islice(product(*choices), MAX_INSTANCES):
        chosen = dict(zip(here, values, strict=True))
        if _renamed(pattern, chosen) is term:
            yield chosen


MAX_INSTANCES = 8


def _fits(
    rewrite: Rewrite,
    variables: tuple[Term, ...],
    values: dict[Term, Term],
    rest: list[tuple[Term, int]],
) -> bool:
    taken = [values.get(b) for b in rewrite.binders]
    if any(b is None or b not in variables for b in taken) or len(set(taken)) < len(taken):
        return False
    if any(h not in values for h in rewrite.holes):
        return False
    inside = {b for b in taken if b is not None}
    return not any(inside & a.variables for a, _ in rest) and not any(
        inside & values[h].variables for h in rewrite.holes
    )


def apply(
    rewrite: Rewrite, monomial: Monomial, coefficient: Rational
) -> tuple[Entry, Polynomial] | None:
    """The entry of a step, and what the monomial becomes; None if the rewrite has no place."""
    variables, factors = opened(monomial)
    for values, rest in matches(rewrite, variables, factors):
        taken = {values[b] for b in rewrite.binders}
        binders = tuple(v for v in variables if v not in taken)
        factor = product_of(Fraction(coefficient) / rewrite.coefficient, rest)
        instance = tuple((h, values[h]) for h in rewrite.holes if values[h] is not h)
        entry = (factor, rewrite.theorem, instance, binders)
        left, right = rewrite.theorem.conclusion.args
        change = t.substitute(t.sub(right, left), dict(instance))
        return entry, difference({monomial: coefficient}, factor, change, binders)
    return None


def difference(
    form: Polynomial, factor: Term, change: Term, binders: tuple[Term, ...]
) -> Polynomial:
    """A polynomial plus the sum over binders of a factor times a change."""
    added = t.mul(factor, change)
    for v in reversed(binders):
        added = t.total(t.lam([v], added))
    return plus(form, polynomial(added))


def plus(left: Polynomial, right: Polynomial) -> Polynomial:
    out = dict(left)
    for monomial, coefficient in right.items():
        new = out.get(monomial, 0) + coefficient
        if new:
            out[monomial] = new
        else:
            out.pop(monomial, None)
    return out


def combined(term: Term, form: Polynomial, entries: list[Entry]) -> Theorem:
    """The theorem that a term equals a polynomial, by the entries of all steps."""
    return linear(t.equal(term, written(form)), tuple(entries), ())
