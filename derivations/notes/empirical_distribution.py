"""Section 1: the empirical distribution."""

from __future__ import annotations

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.logic import assume
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


MEAN, VARIANCE = t.var("m", REAL), t.var("v", REAL)
INDEX, OTHER = t.var("i", "sample"), t.var("j", "sample")
SHARE = t.inv(t.size("sample"))


@theorem("1.2")
def sample_mean_is_unbiased() -> Theorem:
    """If each f(x_i) has the mean m, so has (1/n) Σ f(x_i)."""
    means = t.var("E", t.Arrow(("sample",), REAL))
    same = assume(t.every(t.lam([INDEX], t.equal(t.at(means, INDEX), MEAN))))
    return simplest(t.mul(SHARE, t.total(means)), MEAN, same)


@theorem("1.2")
def variance_of_sample_mean() -> Theorem:
    """If E[f(x_i) f(x_j)] = m² + δ_ij v, as for independent samples, its variance is v/n."""
    moments = t.var("E", t.Arrow(("sample", "sample"), REAL))
    moment = t.add(t.power(MEAN, 2), t.mul(t.delta(INDEX, OTHER), VARIANCE))
    independent = assume(
        t.every(t.lam([INDEX, OTHER], t.equal(t.at(moments, INDEX, OTHER), moment)))
    )
    square = t.total(t.lam([INDEX], t.total(t.lam([OTHER], t.at(moments, INDEX, OTHER)))))
    left = t.sub(t.mul(t.power(SHARE, 2), square), t.power(MEAN, 2))
    return simplest(left, t.mul(SHARE, VARIANCE), independent)
