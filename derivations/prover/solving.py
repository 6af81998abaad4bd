"""Equations from other equations: what follows from a premise, and what closes a gap."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear, reciprocal, vanishing
from ..kernel.logic import assume, cases, cut, generalise, specialise
from ..kernel.normal import Polynomial, polynomial, written
from ..kernel.terms import REAL, KernelError, Rational, Term
from ..kernel.theorem import Theorem
from . import inequalities
from .eigen import inverted
from .rewriting import unused
from .simplify import Simplifier

if TYPE_CHECKING:
    from .prove import _Search

ONE = t.num(1)


def close(s: Simplifier, claim: Term, difference: Theorem) -> Theorem | None:
    """An equation whose sides differ by a multiple of one that is given."""
    for fact in s.facts:
        if fact.conclusion.op == "=" and fact.conclusion.args[0].sort == REAL:
            found = multiple(s, claim, fact)
            if found is not None:
                return found
    return None


def multiple(s: Simplifier, claim: Term, premise: Theorem) -> Theorem | None:
    """a = b from c = d where b - a = k (d - c): k is found by dividing."""
    left, right = claim.args
    goal = s(t.sub(right, left))
    here, there = premise.conclusion.args
    given = s(t.sub(there, here))
    wanted, known = (polynomial(x.conclusion.args[1]) for x in (goal, given))
    if not known:
        return None
    for factor in _quotients(wanted, known):
        rest = s(t.sub(t.mul(factor, given.conclusion.args[1]), goal.conclusion.args[1]))
        if rest.conclusion.args[1] is not t.num(0):
            continue
        entries = (
            (factor, premise, (), ()),
            (factor, given, (), ()),
            (t.num(-1), goal, (), ()),
            (t.num(-1), rest, (), ()),
        )
        for signs in _signs(entries):
            try:
                return linear(claim, signs, s.facts)
            except KernelError:
                continue
    return None


def _signs(entries: tuple[Entry, ...]) -> Iterator[tuple[Entry, ...]]:
    """b - a - k(d - c) = 0 is what the theorems say, up to their directions."""
    factor, premise = entries[0][0], entries[0]
    yield (
        premise,
        (factor, *entries[1][1:]),
        (t.num(-1), *entries[2][1:]),
        (ONE, *entries[3][1:]),
    )
    yield (
        premise,
        (factor, *entries[1][1:]),
        (t.num(-1), *entries[2][1:]),
        (t.num(-1), *entries[3][1:]),
    )


def _quotients(wanted: Polynomial, known: Polynomial) -> Iterator[Term]:
    """Factors that take a monomial of one polynomial to one of the other."""
    seen: set[Term] = set()
    for target, a in wanted.items():
        for source, b in known.items():
            if len(target[0]) != len(source[0]) or len(seen) > 40:
                continue
            factor = _quotient(
                target[1], source[1], Fraction(a) / b, set(source[0]) | set(target[0])
            )
            if factor is not None and factor not in seen:
                seen.add(factor)
                yield factor


def _quotient(
    target: tuple[tuple[Term, int], ...],
    source: tuple[tuple[Term, int], ...],
    coefficient: Rational,
    slots: set[Term],
) -> Term | None:
    counts = dict(target)
    for atom, exponent in source:
        counts[atom] = counts.get(atom, 0) - exponent
    parts = [t.num(coefficient)]
    for atom, exponent in counts.items():
        if exponent == 0:
            continue
        if slots & atom.variables:
            return None
        base = atom if exponent > 0 else t.inv(atom)
        parts.append(t.power(base, abs(exponent)))
    return written(polynomial(t.mul(*parts)))


def follows(search: _Search, premise: Term, claim: Term) -> Theorem:
    """A claim from a premise: both equations, perhaps for every index."""
    from .prove import Unproved

    given = assume(premise)
    if claim.op == "every":
        fresh = unused(claim.args[0].data, claim, premise, prefix="e")
        return generalise(_equation(search, given, t.at(claim.args[0], *fresh), fresh), fresh)
    if claim.op in ("=", "<=", "<"):
        return _equation(search, given, claim, ())
    raise Unproved(f"no way from {premise.op} to {claim.op}")


def _equation(search: _Search, given: Theorem, claim: Term, indices: tuple[Term, ...]) -> Theorem:
    from .prove import Unproved

    s = search.simplifier()
    premises = [given]
    if given.conclusion.op == "every":
        sorts = given.conclusion.args[0].data
        if sorts == tuple(i.sort for i in indices):
            premises = [specialise(given, indices)]
            if len(indices) == 2:
                premises.append(specialise(given, indices[::-1]))
        fresh = unused(sorts, claim, given.conclusion, prefix="g")
        general = specialise(given, fresh)
        premises.append(general)
        premises += _multiplied(general, claim, fresh, indices)
    for premise in premises:
        if claim.op == "=" and premise.conclusion.op == "=" and claim.args[0].sort == REAL:
            found = multiple(s, claim, premise)
            if found is not None:
                return found
    for premise in premises:
        if claim.op == "=" and premise.conclusion.op == "=" and claim.args[0].sort == REAL:
            found = _square_is_zero(s, claim, premise)
            if found is not None:
                return found
    if len(indices) == 1:
        found = _touching(s, given, claim, indices[0])
        if found is not None:
            return found
    try:
        return search.goal(claim, search.simplifier(*premises))
    except KernelError as error:
        raise Unproved(str(error)) from None


def _multiplied(
    premise: Theorem, claim: Term, fresh: tuple[Term, ...], indices: tuple[Term, ...]
) -> Iterator[Theorem]:
    """A vector equation multiplied by a matrix that it, or the claim, inverts, or its inverse."""
    if len(fresh) != 1 or len(indices) != 1 or premise.conclusion.op != "=":
        return
    left, right = premise.conclusion.args
    there = inverted(claim)
    for matrix in sorted(inverted(premise.conclusion) | there, key=lambda a: a.digest):
        if matrix.data == (fresh[0].sort,) * 2 == (indices[0].sort,) * 2:
            plain, inverse = (f(matrix, indices[0], fresh[0]) for f in (t.at, t.minv))
            for factor in (inverse, plain) if matrix in there else (plain, inverse):
                sides = [t.total(t.lam(fresh, t.mul(factor, side))) for side in (left, right)]
                yield linear(t.equal(*sides), ((factor, premise, (), fresh),), ())


def _square_is_zero(s: Simplifier, claim: Term, premise: Theorem) -> Theorem | None:
    """a = b from k (a - b)² = 0, for a k that is not 0."""
    left, right = claim.args
    here, there = premise.conclusion.args
    if here.sort != REAL:
        return None
    gap = t.sub(left, right)
    difference, square = s(t.sub(here, there)), s(t.power(gap, 2))
    known = polynomial(square.conclusion.args[1])
    for factor in _quotients(polynomial(difference.conclusion.args[1]), known):
        rest = s(t.sub(t.sub(here, there), t.mul(factor, t.power(gap, 2))))
        if rest.conclusion.args[1] is not t.num(0):
            continue
        try:
            one = reciprocal(factor, s.facts)
            zero = linear(
                t.equal(t.power(gap, 2), t.num(0)),
                (
                    (t.inv(factor), premise, (), ()),
                    (t.neg(t.inv(factor)), rest, (), ()),
                    (t.neg(t.power(gap, 2)), one, (), ()),
                ),
                (),
            )
        except KernelError:
            continue
        same, apart = assume(t.equal(gap, t.num(0))), assume(t.distinct(gap, t.num(0)))
        unit = reciprocal(gap, (apart,))
        entries = ((t.inv(gap), zero, (), ()), (t.neg(gap), unit, (), ()))
        none = linear(t.equal(gap, t.num(0)), entries, ())
        found = cases(same, none, gap, t.num(0))
        return linear(claim, ((ONE, found, (), ()),), ())
    return None


def _touching(s: Simplifier, given: Theorem, claim: Term, index: Term) -> Theorem | None:
    """p(x) = q(x) from D(p || q) = 0: each p ln p - p ln q - p + q is 0, as none is negative."""
    said = given.conclusion
    if claim.op != "=" or said.op != "=" or said.args[0].sort != REAL:
        return None
    difference = s(t.sub(*said.args))
    for p, q in (claim.args, claim.args[::-1]):
        try:
            term = inequalities.gibbs(s, p, q)
            touches = inequalities.gibbs_touches(s, p, q)
            low, high = term.conclusion.args
            gap = t.sub(high, low)
            each = linear(t.at_most(t.num(0), gap), ((ONE, term, (), ()),), ())
            total = t.total(t.lam([index], gap))
            rest = s(t.sub(total, difference.conclusion.args[1]))
            if rest.conclusion.args[1] is not t.num(0):
                continue
            entries = (
                (ONE, given, (), ()),
                (t.num(-1), difference, (), ()),
                (ONE, rest, (), ()),
            )
            zero = linear(t.equal(total, t.num(0)), _directed(entries, total), ())
            none = vanishing(zero, each, (index,))
            same = linear(t.equal(low, high), ((t.num(-1), none, (), ()),), ())
            found = cut(touches, same)
            return linear(claim, ((ONE if p is claim.args[0] else t.num(-1), found, (), ()),), ())
        except KernelError:
            continue
    return None


def _directed(entries: tuple[Entry, ...], total: Term) -> tuple[Entry, ...]:
    """total = 0, from rest: total = difference, and what is given: difference = 0."""
    given, difference, rest = entries
    return given, difference, rest
