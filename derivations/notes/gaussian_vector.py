"""Section 2.4: the Gaussian model in N dimensions."""

from __future__ import annotations

from fractions import Fraction

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.logic import assume
from ..kernel.terms import REAL, Arrow
from ..prover.prove import simplest
from .catalogue import theorem

ONE = t.num(1)
SIGMA = t.function(t.var("\\Sigma", Arrow(("dim", "dim"), REAL)))
VECTOR = Arrow(("dim",), REAL)


@theorem("2.21")
def mass_of_gaussian_vector() -> Theorem:
    """The Gaussian density in N dimensions has mass 1, for every N."""
    x, centre = t.var("\\vec{x}", VECTOR), t.var("\\vec{\\mu}", VECTOR)
    i, j, k = (t.var(name, "dim") for name in "ijk")
    entry = t.mul(
        t.sub(t.at(x, i), t.at(centre, i)),
        t.minv(SIGMA, i, j),
        t.sub(t.at(x, j), t.at(centre, j)),
    )
    form = t.total(t.lam([i], t.total(t.lam([j], entry))))
    volume = t.product(t.lam([k], t.mul(t.num(2), t.const("pi"))))
    root = t.call("sqrt", t.inv(t.mul(volume, t.det(SIGMA))))
    density = t.mul(root, t.call("exp", t.mul(t.num(Fraction(-1, 2)), form)))
    return simplest(t.integral(t.lam([x], density)), ONE, assume(t.posdef(SIGMA)))
