"""Inequalities: by signs, by tangents of the logarithm, from what is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from ..kernel import analysis, matrices
from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear, reciprocal, sign
from ..kernel.logic import assume, both, cases, modus_ponens, specialise
from ..kernel.normal import Polynomial, polynomial, same, written
from ..kernel.terms import KernelError, Rational, Term
from ..kernel.theorem import Theorem
from .curvature import bounds
from .monotone import by_growth, least_bound
from .rewriting import opened, product_of, unused
from .simplify import Simplifier

ONE, ZERO = t.num(1), t.num(0)


def prove(s: Simplifier, claim: Term) -> Theorem:
    """A theorem of the form a <= b or a < b. Raises KernelError if none is found."""
    bounded = least_bound(s, claim, prove)
    if bounded is not None:
        return bounded
    left, right = claim.args
    difference = s(t.sub(right, left))
    rest = difference.conclusion.args[1]
    failure = KernelError(f"{rest} is not seen to be at least 0")
    for make in WAYS:
        for entries in make(s, claim, rest):
            try:
                return _combine(s, claim, difference, rest, entries)
            except KernelError as error:
                failure = error
    raise failure


def _combine(
    s: Simplifier, claim: Term, difference: Theorem, rest: Term, entries: list[Entry]
) -> Theorem:
    """The claim, once its difference is a combination of inequalities, up to simplification."""
    parts = [rest]
    for coefficient, theorem, values, binders in entries:
        left, right = (t.substitute(a, dict(values)) for a in theorem.conclusion.args)
        part = t.mul(coefficient, t.sub(right, left))
        for v in reversed(binders):
            part = t.total(t.lam([v], part))
        parts.append(t.neg(part))
    leftover = s(t.add(*parts))
    zero = leftover.conclusion.args[1]
    more: list[Entry] = []
    if zero is not ZERO:
        relation = t.less if claim.op == "<" else t.at_most
        known = sign(relation(ZERO, zero), s.facts)
        more.append((ONE, known, (), ()))
    more += [(t.num(-1), difference, (), ()), (t.num(-1), leftover, (), ()), *entries]
    return linear(claim, tuple(more), s.facts)


def _by_terms(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """Both sides without the terms that they share: what is left has a sign as it is written."""
    left, right = (_terms(x) for x in claim.args)
    for term in list(left):
        twin = next((x for x in right if same(x, term)), None)
        if twin is not None:
            left.remove(term)
            right.remove(twin)
    if not right and not left:
        return
    gap = t.sub(t.add(*right, ZERO), t.add(*left, ZERO)) if left else t.add(*right, ZERO)
    relation = t.less if claim.op == "<" else t.at_most
    with suppress(KernelError):
        yield [(ONE, sign(relation(ZERO, gap), s.facts), (), ())]
    yield from ([entry] for term in right for entry in _forms(s, term))


def _terms(term: Term) -> list[Term]:
    return [x for a in term.args for x in _terms(a)] if term.op == "add" else [term]


def _forms(s: Simplifier, term: Term) -> Iterator[Entry]:
    """vᵀ A v >= 0 for the positive definite matrices that are known, v a factor of the term."""
    if term.op != "sum":
        return
    (k,) = unused(term.args[0].data, term)
    body = t.at(term.args[0], k)
    for fact in s.facts:
        if fact.conclusion.op == "posdef" and fact.conclusion.args[0].data[0] == k.sort:
            for factor in body.args if body.op == "mul" else ():
                if factor.op != "sum":
                    vector = t.lam([k], factor)
                    yield ONE, matrices.posdef_form_weak(fact, vector), (), ()


def _by_square(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """a x² + b x + c = a (x + b/2a)² + …, for a > 0."""
    form = polynomial(rest)
    for x in sorted((v for v in rest.variables if v.sort == t.REAL), key=lambda v: v.digest):
        square: list[Term] = []
        line: list[Term] = []
        for (binders, factors), coefficient in form.items():
            power = dict(factors).get(x, 0)
            others = tuple(f for f in factors if f[0] is not x)
            if power > 2 or any(x in a.variables for a, _ in others):
                break
            (square if power == 2 else line).append(written({(binders, others): coefficient}))
            if power == 0:
                line.pop()
        else:
            if square:
                a, b = t.add(*square), t.add(*line, ZERO)
                shifted = t.add(x, t.mul(b, t.inv(t.mul(t.num(2), a))))
                with suppress(KernelError):
                    known = sign(
                        t.at_most(ZERO, t.mul(written(polynomial(a)), t.power(shifted, 2))), s.facts
                    )
                    yield [(ONE, known, (), ())]


def _signed(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    yield []


def _by_facts(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """One of the inequalities that are given."""
    for fact in s.facts:
        if fact.conclusion.op in ("<=", "<"):
            yield [(ONE, fact, (), ())]


# ---------------------------------------------------------------- logarithms


def gibbs(s: Simplifier, p: Term, q: Term) -> Theorem:
    """p - q <= p ln p - p ln q for p >= 0 and q > 0."""
    right = t.sub(t.mul(p, t.call("ln", p)), t.mul(p, t.call("ln", q)))
    goal = t.at_most(t.sub(p, q), right)
    zero, apart = assume(t.equal(p, ZERO)), assume(t.distinct(p, ZERO))
    positive = sign(t.at_most(ZERO, q), s.facts)
    logs = t.sub(t.call("ln", p), t.call("ln", q))
    nothing = linear(goal, ((t.sub(ONE, logs), zero, (), ()), (ONE, positive, (), ())), s.facts)
    facts = (*s.facts, apart)
    inner = Simplifier(facts)
    ratio = t.mul(q, t.inv(p))
    tangent = analysis.ln_tangent(ratio, facts)
    split = inner(t.call("ln", ratio))
    ends = [inner(t.call("ln", x)) for x in (p, q)]
    entries = (
        (p, tangent, (), ()),
        (t.neg(p), split, (), ()),
        (t.neg(p), ends[0], (), ()),
        (p, ends[1], (), ()),
        (q, reciprocal(p, facts), (), ()),
    )
    something = linear(goal, entries, facts)
    return cases(nothing, something, p, ZERO)


def _by_tangents(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """ln a <= a - 1 for logarithms with a negative coefficient; p ln(p/q) >= p - q."""
    form = polynomial(rest)
    simple: list[Entry] = []
    pairs: list[Entry] = []
    for monomial, coefficient in form.items():
        variables, factors = opened(monomial)
        logs = [(k, a) for k, (a, e) in enumerate(factors) if a.op == "ln" and e == 1]
        for k, atom in logs:
            others = [f for j, f in enumerate(factors) if j != k]
            argument = atom.args[0]
            if coefficient < 0:
                weight = product_of(-coefficient, others)
                with suppress(KernelError):
                    simple.append((weight, analysis.ln_tangent(argument, s.facts), (), variables))
            elif (argument, 1) in others:
                pairs += _pair(s, form, argument, coefficient, others, variables)
    if simple:
        yield simple
    for pair in pairs:
        yield [pair]


def _pair(
    s: Simplifier,
    form: Polynomial,
    p: Term,
    coefficient: Rational,
    others: list[tuple[Term, int]],
    variables: tuple[Term, ...],
) -> list[Entry]:
    """For p ln p and -p ln q in a sum: p - q <= p ln p - p ln q."""
    found: list[Entry] = []
    weight = product_of(coefficient, [f for f in others if f != (p, 1)])
    for monomial, other in form.items():
        if other != -coefficient:
            continue
        slots, factors = opened(monomial)
        if len(slots) != len(variables):
            continue
        values = dict(zip(slots, variables, strict=True))
        atoms = [(t.substitute(a, values), e) for a, e in factors]
        if (p, 1) not in atoms:
            continue
        for a, e in atoms:
            if a.op == "ln" and e == 1 and a.args[0] is not p:
                try:
                    found.append((weight, gibbs(s, p, a.args[0]), (), variables))
                except KernelError:
                    continue
    return found


def _by_printed_logs(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """p - q <= p ln p - p ln q for the logarithms that are printed in sums."""
    found = sorted(_logs_in_sums(claim), key=lambda x: (x[0].digest, x[1].digest))
    for k, p in found:
        for j, q in found:
            if p is not q and k.sort == j.sort:
                with suppress(KernelError):
                    other = t.substitute(q, {j: k})
                    yield [(ONE, gibbs(s, p, other), (), (k,))]


def _logs_in_sums(term: Term) -> set[tuple[Term, Term]]:
    """Arguments of logarithms below a sum, with the variable of the sum."""
    found: set[tuple[Term, Term]] = set()
    if term.op == "sum" and not term.loose:
        (k,) = unused(term.args[0].data, term)
        body = t.at(term.args[0], k)
        found |= {(k, x) for x in _logs(body) if k in x.variables}
    return found.union(*(_logs_in_sums(a) for a in term.args))


def _logs(term: Term) -> set[Term]:
    found = {term.args[0]} if term.op == "ln" and not term.loose else set()
    return found.union(*(_logs(a) for a in term.args))


def gibbs_touches(s: Simplifier, p: Term, q: Term) -> Theorem:
    """p = q where p - q = p ln p - p ln q, for p >= 0 and q > 0."""
    right = t.sub(t.mul(p, t.call("ln", p)), t.mul(p, t.call("ln", q)))
    touching = assume(t.equal(t.sub(p, q), right))
    goal = t.equal(p, q)
    zero, apart = assume(t.equal(p, ZERO)), assume(t.distinct(p, ZERO))
    logs = t.sub(t.call("ln", p), t.call("ln", q))
    nothing = linear(goal, ((ONE, touching, (), ()), (logs, zero, (), ())), ())
    facts = (*s.facts, apart)
    inner = Simplifier(facts)
    ratio = t.mul(q, t.inv(p))
    split, cancel = inner(t.call("ln", ratio)), reciprocal(p, facts)
    tangent = linear(
        t.equal(t.call("ln", ratio), t.sub(ratio, ONE)),
        (
            (ONE, split, (), ()),
            (t.inv(p), touching, (), ()),
            (t.sub(logs, ONE), cancel, (), ()),
        ),
        (),
    )
    one = analysis.ln_tangent_touches(tangent, facts)
    something = linear(goal, ((t.neg(p), one, (), ()), (q, cancel, (), ())), ())
    return cases(nothing, something, p, ZERO)


# ---------------------------------------------------------------- concave and smooth functions


def _by_concavity(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """What a function lies above, or below, between two points: at their middle."""
    values = {a.args[1] for a in _applied(claim) if len(a.args) == 2}
    for fact in s.facts:
        said = fact.conclusion
        if said.op != "every" or said.args[0].args[0].op != "implies":
            continue
        half = t.num(Fraction(1, 2))
        bounds = t.conjunction(t.at_most(ZERO, half), t.at_most(half, ONE))
        for a in sorted(values, key=lambda v: v.digest):
            for b in sorted(values, key=lambda v: v.digest):
                if a is not b and said.args[0].data == (t.REAL,) * 3:
                    instance = specialise(fact, (a, b, half))
                    weights = both(*map(_trivial, bounds.args))
                    yield [(ONE, modus_ponens(instance, weights), (), ())]


def _trivial(claim: Term) -> Theorem:
    left, right = claim.args
    value = written(polynomial(t.sub(right, left)))
    known = sign(t.at_most(ZERO, value), ())
    return linear(claim, ((ONE, known, (), ()),), ())


def _applied(term: Term) -> set[Term]:
    found = {term} if term.op == "at" and term.args[0].op == "var" else set()
    return found.union(*(_applied(a) for a in term.args))


def _by_curvature(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """f(x) <= f(a) + f'(a)(x - a) + L (x - a)²/2, where f'' <= L: a tangent of L t²/2 - f."""
    yield from bounds(s, claim)


WAYS = (
    _signed,
    _by_facts,
    _by_terms,
    _by_tangents,
    _by_printed_logs,
    _by_square,
    by_growth,
    _by_concavity,
    _by_curvature,
)
"""Ways to find inequalities that make up a claim, in the order in which they are tried."""
