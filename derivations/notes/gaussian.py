"""Section 2.2: the Gaussian model, and that its stationary point is the minimum."""

from __future__ import annotations

from fractions import Fraction

from ..kernel import Theorem, analysis
from ..kernel import terms as t
from ..kernel.arithmetic import linear, reciprocal, sign
from ..kernel.logic import assume, instantiate
from ..kernel.terms import REAL, Arrow, Term
from ..prover.prove import simplest
from ..prover.simplify import Simplifier
from .catalogue import theorem

ZERO, ONE = t.num(0), t.num(1)
HALF = t.num(Fraction(1, 2))
X = t.var("x", Arrow(("sample",), REAL))
INDEX = t.var("i", "sample")
MEAN = t.mul(t.inv(t.size("sample")), t.total(X))


def spread(centre: Term) -> Term:
    """(1/n) Σ_i (x_i - c)²."""
    square = t.power(t.sub(t.at(X, INDEX), centre), 2)
    return t.mul(t.inv(t.size("sample")), t.total(t.lam([INDEX], square)))


def objective(centre: Term, variance: Term) -> Term:
    """The divergence of (2.11) up to terms free of the parameters."""
    first = t.mul(HALF, t.inv(variance), spread(centre))
    return t.add(first, t.mul(HALF, t.call("ln", variance)))


@theorem("2.10")
def mass_of_gaussian() -> Theorem:
    """The Gaussian density has mass 1."""
    x, centre, variance = (t.var(name, REAL) for name in ("x", "\\mu", "\\sigma^2"))
    positive = assume(t.less(ZERO, variance))
    exponent = t.mul(t.neg(HALF), t.inv(variance), t.power(t.sub(x, centre), 2))
    root = t.call("sqrt", t.mul(t.num(2), t.const("pi"), variance))
    density = t.mul(t.inv(root), t.call("exp", exponent))
    return simplest(t.integral(t.lam([x], density)), ONE, positive)


@theorem("2.12", "2.13")
def gaussian_minimum() -> Theorem:
    """The mean and the variance of the data give the least divergence of all μ and σ²."""
    centre, variance = t.var("\\mu", REAL), t.var("\\sigma^2", REAL)
    best = spread(MEAN)
    square = t.power(t.sub(MEAN, centre), 2)
    facts = (assume(t.less(ZERO, variance)),)
    bound = instantiate(variance_bound(), ((V, best),))
    apart = simplest(spread(centre), t.add(best, square))
    far = sign(t.at_most(ZERO, t.mul(HALF, t.inv(variance), square)), facts)
    entries = (
        (ONE, bound, (), ()),
        (t.neg(t.mul(HALF, t.inv(variance))), apart, (), ()),
        (ONE, far, (), ()),
    )
    goal = t.at_most(objective(MEAN, best), objective(centre, variance))
    return linear(goal, entries, facts)


V = t.var("v", REAL)


def variance_bound() -> Theorem:
    """v/2v + ln(v)/2 <= v/2s + ln(s)/2 for v, s > 0: ln(v/s) <= v/s - 1."""
    variance = t.var("\\sigma^2", REAL)
    facts = (assume(t.less(ZERO, variance)), assume(t.less(ZERO, V)))
    ratio = t.mul(V, t.inv(variance))
    tangent = analysis.ln_tangent(ratio, facts)
    split = Simplifier(facts)(t.call("ln", ratio))
    sides = (t.add(t.mul(HALF, t.inv(s), V), t.mul(HALF, t.call("ln", s))) for s in (V, variance))
    entries = (
        (HALF, tangent, (), ()),
        (t.neg(HALF), split, (), ()),
        (HALF, reciprocal(V, facts), (), ()),
    )
    return linear(t.at_most(*sides), entries, facts)
