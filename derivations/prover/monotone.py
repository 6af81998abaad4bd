"""Inequalities by growing functions, and with the greatest value of a function."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ..kernel import analysis, extrema
from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear, reciprocal, separate, sign
from ..kernel.logic import assume, cases
from ..kernel.normal import polynomial, written
from ..kernel.terms import KernelError, Term
from ..kernel.theorem import Theorem
from .rewriting import opened, unused
from .simplify import Simplifier

ONE, ZERO = t.num(1), t.num(0)


def ln_grows(s: Simplifier, smaller: Theorem) -> Theorem:
    """ln a <= ln b from 0 < a <= b."""
    a, b = smaller.conclusion.args
    above = linear(
        t.less(ZERO, b), ((ONE, smaller, (), ()), (ONE, sign(t.less(ZERO, a), s.facts), (), ())), ()
    )
    facts = (*s.facts, above)
    ratio = t.mul(a, t.inv(b))
    tangent = analysis.ln_tangent(ratio, facts)
    split = Simplifier(facts)(t.call("ln", ratio))
    ends = [Simplifier(facts)(t.call("ln", x)) for x in (a, b)]
    goal = t.at_most(t.call("ln", a), t.call("ln", b))
    entries = (
        (ONE, tangent, (), ()),
        (t.inv(b), smaller, (), ()),
        (ONE, reciprocal(b, facts), (), ()),
        (t.num(-1), split, (), ()),
        (ONE, ends[0], (), ()),
        (t.num(-1), ends[1], (), ()),
    )
    return linear(goal, entries, facts)


def exp_grows(s: Simplifier, smaller: Theorem) -> Theorem:
    """exp(a) <= exp(b) from a <= b: exp(b - a) >= 1 + b - a."""
    a, b = smaller.conclusion.args
    gap = t.sub(b, a)
    above = t.call("exp", gap)
    tangent = analysis.ln_tangent(above, s.facts)
    log = analysis.ln_of_exp(gap)
    product = analysis.exp_of_sum(a, gap)
    factor = t.call("exp", a)
    goal = t.at_most(factor, t.call("exp", b))
    entries = (
        (factor, tangent, (), ()),
        (t.neg(factor), log, (), ()),
        (factor, smaller, (), ()),
        (t.num(-1), product, (), ()),
    )
    return linear(goal, entries, s.facts)


def delta_at_most_one(left: Term, right: Term) -> Theorem:
    """0 <= 1 - δ(a, b)."""
    same, apart = assume(t.equal(left, right)), assume(t.distinct(left, right))
    goal = t.at_most(ZERO, t.sub(ONE, t.delta(left, right)))
    here = linear(goal, ((ONE, separate(same), (), ()),), ())
    one = sign(t.at_most(ZERO, ONE))
    there = linear(goal, ((ONE, separate(apart), (), ()), (ONE, one, (), ())), ())
    return cases(here, there, left, right)


def one_of_sum(s: Simplifier, body: Term, index: Term) -> Theorem:
    """a_k <= Σ_j a_j where no a_j is negative."""
    (j,) = unused(body.data, body, index)
    weight = delta_at_most_one(j, index)
    claim = t.at_most(t.at(body, index), t.total(body))
    return linear(claim, ((t.at(body, j), weight, (), (j,)),), s.facts)


# ---------------------------------------------------------------- as ways to an inequality


def by_growth(s: Simplifier, claim: Term, rest: Term) -> Iterator[list[Entry]]:
    """u <= ln b from exp(u) <= b, and ln a <= u from a <= exp(u)."""
    for monomial, coefficient in polynomial(rest).items():
        if monomial[0] or abs(coefficient) != 1 or len(monomial[1]) != 1:
            continue
        atom, exponent = monomial[1][0]
        if atom.op != "ln" or exponent != 1:
            continue
        alone = {monomial: coefficient}
        other = written(polynomial(t.sub(written(alone), rest)))
        u = other if coefficient > 0 else written(polynomial(t.neg(other)))
        power = t.call("exp", u)
        pair = (power, atom.args[0]) if coefficient > 0 else (atom.args[0], power)
        with suppress(KernelError):
            smaller = termwise(s, t.at_most(*pair))
            yield [(ONE, ln_grows(s, smaller), (), ()), *_log(u, coefficient > 0)]


def _log(u: Term, left: bool) -> list[Entry]:
    return [(t.num(-1) if left else ONE, analysis.ln_of_exp(u), (), ())]


def termwise(s: Simplifier, claim: Term) -> Theorem:
    """a <= b for a term a of a sum b, or a sum of terms that are each at most one of b's."""
    left, right = claim.args
    first, second = s(left), s(right)
    low, high = (polynomial(x.conclusion.args[1]) for x in (first, second))
    found: list[Entry] = []
    if len(low) == len(high) == 1:
        ((small, a),), ((large, b),) = low.items(), high.items()
        if len(large[0]) == 1 and not small[0] and a == b:
            body = t.lam(large[0], written({((), large[1]): b}))
            for index in sorted(written(low).variables, key=lambda v: v.digest):
                if index.sort == large[0][0].sort:
                    with suppress(KernelError):
                        found = [(ONE, one_of_sum(s, body, index), (), ())]
                        return _sum(s, claim, first, second, found)
        if len(small[0]) == 1 and not large[0]:
            variables, factors = opened(small)
            exps = [x for x, _ in factors if x.op == "exp"]
            tops = [x for x, _ in large[1] if x.op == "exp"]
            if len(exps) == len(tops) == 1 and len(factors) == 1:
                smaller = _below(s, exps[0].args[0], tops[0].args[0])
                found = [(ONE, exp_grows(s, smaller), (), variables)]
                return _sum(s, claim, first, second, found)
    raise KernelError(f"no comparison term by term of {left} and {right}")


def _sum(
    s: Simplifier, claim: Term, first: Theorem, second: Theorem, found: list[Entry]
) -> Theorem:
    entries = (*found, (ONE, first, (), ()), (t.num(-1), second, (), ()))
    return linear(claim, entries, s.facts)


def _below(s: Simplifier, low: Term, high: Term) -> Theorem:
    """f(k) <= max f."""
    if high.op == "max" and low.op == "at":
        bound = extrema.extremum_bound("max", high.args[0], low.args[-1])
        if bound.conclusion is t.at_most(low, high):
            return bound
    raise KernelError(f"{low} is not seen to be at most {high}")


def least_bound(s: Simplifier, claim: Term, work: object) -> Theorem | None:
    """max f <= c from f(k) <= c for all k; c <= min f likewise."""
    low, high = claim.args
    if claim.op != "<=":
        return None
    for op, side, other in (("max", low, high), ("min", high, low)):
        if side.op == op and side.args[0].op == "lam":
            (k,) = unused(side.args[0].data, claim)
            value = t.at(side.args[0], k)
            sub = t.at_most(value, other) if op == "max" else t.at_most(other, value)
            return extrema.extremum_least(op, work(s, sub), k)  # type: ignore[operator]
    return None
