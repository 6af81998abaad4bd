"""Statements that two numbers differ."""

from __future__ import annotations

from contextlib import suppress
from math import lcm

from ..kernel import terms as t
from ..kernel.analysis import exp_of_zero
from ..kernel.arithmetic import Entry, linear, reciprocal, sign
from ..kernel.logic import absurd, assume, cases, congruence
from ..kernel.normal import polynomial
from ..kernel.terms import REAL, KernelError, Rational, Term
from ..kernel.theorem import Theorem
from . import inequalities
from .rewriting import product_of
from .simplify import Simplifier

ZERO, ONE = t.num(0), t.num(1)


def prove(s: Simplifier, claim: Term) -> Theorem:
    """A theorem of the form a != b, of real numbers. Raises KernelError if none is found."""
    left, right = claim.args
    if left.sort != REAL:
        raise KernelError("two elements of a set are not seen to differ")
    difference = s(t.sub(right, left))
    rest = difference.conclusion.args[1]
    apart = _not_zero(s, rest)
    same = assume(t.equal(left, right))
    minus = t.num(-1)
    zero = linear(t.equal(rest, ZERO), ((minus, difference, (), ()), (minus, same, (), ())), ())
    return cases(absurd(zero, apart, claim), assume(claim), left, right)


def _not_zero(s: Simplifier, term: Term) -> Theorem:
    claim = t.distinct(term, ZERO)
    with suppress(KernelError):
        return sign(claim, s.facts)
    for order in (t.less(ZERO, term), t.less(term, ZERO)):
        with suppress(KernelError):
            return sign(claim, (*s.facts, inequalities.prove(s, order)))
    return _sum_of_logs(s, term)


def _sum_of_logs(s: Simplifier, term: Term) -> Theorem:
    """c (k_1 ln q_1 + k_2 ln q_2 + …) != 0 for whole k and c != 0, as Π q^k is not 1."""
    refused = KernelError("the sides are not seen to differ")
    logs: dict[Term, Rational] = {}
    commons = set()
    for (binders, factors), coefficient in polynomial(term).items():
        numbers = [a for a, e in factors if e == 1 and a.op == "ln" and a.args[0].op == "num"]
        if binders or len(numbers) != 1:
            raise refused
        logs[numbers[0]] = coefficient
        commons.add(product_of(1, [f for f in factors if f[0] is not numbers[0]]))
    if len(commons) != 1:
        raise refused
    (common,) = commons
    scale = lcm(*(c.denominator for c in logs.values()))
    total = t.add(*(t.mul(t.num(scale * c), a) for a, c in logs.items()))
    power = s(t.call("exp", total))
    value = power.conclusion.args[1]
    if value.op != "num" or value is ONE:
        raise refused
    none = assume(t.equal(term, ZERO))
    entries: tuple[Entry, ...] = (
        (t.mul(t.num(scale), t.inv(common)), none, (), ()),
        (t.neg(total), reciprocal(common, s.facts), (), ()),
    )
    zero = linear(t.equal(total, ZERO), entries, ())
    hole = t.var("~hole", REAL)
    one = congruence(zero, (), hole, t.call("exp", hole))
    gap = t.num(value.data - 1)
    entries = ((t.num(-1), power, (), ()), (ONE, one, (), ()), (ONE, exp_of_zero(), (), ()))
    wrong = linear(t.equal(gap, ZERO), entries, ())
    claim = t.distinct(term, ZERO)
    contradiction = absurd(wrong, sign(t.distinct(gap, ZERO)), claim)
    return cases(contradiction, assume(claim), term, ZERO)
