"""Section 2.6: gradient descent on a function whose second derivative is at most L."""

from __future__ import annotations

from fractions import Fraction

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.arithmetic import linear
from ..kernel.logic import assume
from ..kernel.terms import REAL, Arrow, Term
from ..prover.curvature import quadratic_bound
from ..prover.simplify import Simplifier
from .catalogue import theorem

ZERO, ONE = t.num(0), t.num(1)
F = t.function(t.var("f", Arrow((REAL,), REAL)))
L, RATE, START = (t.var(name, REAL) for name in ("L", "\\eta", "\\theta_0"))
SLOPE = t.deriv(F, START)


def _curved() -> Theorem:
    """f'' <= L."""
    u, v = t.var("u", REAL), t.var("v", REAL)
    second = t.deriv(t.lam([u], t.deriv(F, u)), v)
    return assume(t.every(t.lam([v], t.at_most(second, L))))


def _step(rate: Term) -> Term:
    return t.sub(START, t.mul(rate, SLOPE))


@theorem("2.32", "2.33")
def descent_of_small_steps() -> Theorem:
    """A gradient step with rate 0 <= η <= 2/L never increases f, whatever f with f'' <= L."""
    facts = (assume(t.smooth(F)), assume(t.at_most(ZERO, RATE)))
    small = assume(t.at_most(t.mul(RATE, L), t.num(2)))
    bound = quadratic_bound(Simplifier(facts), _curved(), F, L, START, _step(RATE))
    weight = t.mul(t.num(Fraction(1, 2)), RATE, t.power(SLOPE, 2))
    goal = t.at_most(t.at(F, _step(RATE)), t.at(F, START))
    return linear(goal, ((ONE, bound, (), ()), (weight, small, (), ())), facts)


@theorem("2.35", "2.36")
def best_step() -> Theorem:
    """With rate 1/L it decreases f by at least f'² / 2L."""
    facts = (assume(t.smooth(F)), assume(t.less(ZERO, L)))
    s = Simplifier(facts)
    step = _step(t.inv(L))
    bound = quadratic_bound(s, _curved(), F, L, START, step)
    gain = t.mul(t.num(Fraction(1, 2)), t.inv(L), t.power(SLOPE, 2))
    right = s(t.sub(t.sub(t.at(F, START), gain), bound.conclusion.args[1]))
    goal = t.at_most(t.at(F, step), t.sub(t.at(F, START), gain))
    return linear(goal, ((ONE, bound, (), ()), (t.num(-1), right, (), ())), facts)
