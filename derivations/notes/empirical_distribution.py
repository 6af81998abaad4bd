"""Section 1: the empirical distribution."""

from __future__ import annotations

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.terms import REAL, Points
from ..prover.prove import simplest
from .catalogue import theorem

X = Points("X", "dim")


@theorem("1.1")
def mass_of_empirical_distribution() -> Theorem:
    """The empirical distribution of n points has mass 1."""
    x, points = t.var("x", X), t.var("x", t.Arrow(("sample",), X))
    i = t.var("i", "sample")
    weight = t.mul(t.inv(t.size("sample")), t.total(t.lam([i], t.delta(x, t.at(points, i)))))
    return simplest(t.total(t.lam([x], weight)), t.num(1))


@theorem("2.11a", "2.22")
def mass_of_empirical_density() -> Theorem:
    """So has the one that is made of Dirac's deltas on the real line."""
    x, points = t.var("x", REAL), t.var("x", t.Arrow(("sample",), REAL))
    i = t.var("i", "sample")
    weight = t.mul(t.inv(t.size("sample")), t.total(t.lam([i], t.dirac(x, t.at(points, i)))))
    return simplest(t.integral(t.lam([x], weight)), t.num(1))


@theorem("1.2")
def mean_under_empirical_distribution() -> Theorem:
    """A mean under the empirical distribution is the mean over the samples."""
    x, points = t.var("x", X), t.var("x", t.Arrow(("sample",), X))
    f = t.var("f", t.Arrow((X,), REAL))
    i = t.var("i", "sample")
    share = t.inv(t.size("sample"))
    weight = t.mul(share, t.total(t.lam([i], t.delta(x, t.at(points, i)))))
    left = t.total(t.lam([x], t.mul(weight, t.at(f, x))))
    right = t.mul(share, t.total(t.lam([i], t.at(f, t.at(points, i)))))
    return simplest(left, right)
