"""Section 2.1: the Kullback-Leibler divergence, and what its positivity rests on."""

from __future__ import annotations

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.arithmetic import linear
from ..kernel.logic import assume
from ..kernel.terms import REAL, Arrow
from ..prover.curvature import quadratic_bound
from ..prover.inequalities import gibbs
from ..prover.simplify import Simplifier
from .catalogue import theorem

ZERO, ONE = t.num(0), t.num(1)


@theorem("2.6", "2.7")
def jensen() -> Theorem:
    """Jensen's inequality with any weights: Σ w_k f(x_k) <= f(Σ w_k x_k) for f'' <= 0."""
    f = t.function(t.var("f", Arrow((REAL,), REAL)))
    w, x = (t.var(name, Arrow(("k",), REAL)) for name in "wx")
    k, u, v = t.var("k", "k"), t.var("u", REAL), t.var("v", REAL)
    second = t.deriv(t.lam([u], t.deriv(f, u)), v)
    curved = assume(t.every(t.lam([v], t.at_most(second, ZERO))))
    weights = assume(t.every(t.lam([k], t.at_most(ZERO, t.at(w, k)))))
    unit = assume(t.equal(t.total(w), ONE))
    facts = (assume(t.smooth(f)), weights)
    mean = t.total(t.lam([k], t.mul(t.at(w, k), t.at(x, k))))
    line = quadratic_bound(Simplifier(facts), curved, f, ZERO, mean, t.at(x, k))
    rest = t.sub(t.at(f, mean), t.mul(mean, t.deriv(f, mean)))
    left = t.total(t.lam([k], t.mul(t.at(w, k), t.at(f, t.at(x, k)))))
    entries = ((t.at(w, k), line, (), (k,)), (rest, unit, (), ()))
    return linear(t.at_most(left, t.at(f, mean)), entries, facts)


@theorem("2.3i", "2.5")
def gibbs_inequality() -> Theorem:
    """Gibbs: Σ p ln p - Σ p ln q >= 0 for p >= 0, q > 0 with the same mass."""
    p, q = (t.var(name, Arrow(("x",), REAL)) for name in "pq")
    x = t.var("x", "x")
    here, there = t.at(p, x), t.at(q, x)
    at_least = assume(t.every(t.lam([x], t.at_most(ZERO, here))))
    positive = assume(t.every(t.lam([x], t.less(ZERO, there))))
    masses = assume(t.equal(t.total(p), t.total(q)))
    facts = (at_least, positive)
    term = gibbs(Simplifier(facts), here, there)
    goal = t.at_most(ZERO, t.total(t.lam([x], term.conclusion.args[1])))
    return linear(goal, ((ONE, term, (), (x,)), (t.num(-1), masses, (), ())), facts)
