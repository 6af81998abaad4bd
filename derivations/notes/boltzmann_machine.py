"""Sections 2 and 2.5: Boltzmann distributions on a finite set of states."""

from __future__ import annotations

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.arithmetic import sign
from ..kernel.logic import generalise
from ..kernel.terms import REAL, Arrow, Points, Term
from ..prover.prove import simplest
from .catalogue import theorem

ZERO, ONE = t.num(0), t.num(1)
STATES = Points("\\{-1, 1\\}", "dim", True)
STATE = t.var("\\vec{x}", STATES)
ENERGY = t.var("E", Arrow((STATES,), REAL))


def weight(state: Term) -> Term:
    """exp(-E(x))."""
    return t.call("exp", t.neg(t.at(ENERGY, state)))


PARTITION = t.total(t.lam([STATE], weight(STATE)))


@theorem("2.2", "2.26")
def partition_is_positive() -> Theorem:
    """The normaliser Z is positive, for every energy."""
    return sign(t.less(ZERO, PARTITION))


@theorem("2.1", "2.25")
def mass_of_boltzmann_distribution() -> Theorem:
    """A Boltzmann distribution has mass 1, for every energy."""
    density = t.mul(t.inv(PARTITION), weight(STATE))
    return simplest(t.total(t.lam([STATE], density)), ONE)


@theorem("2.1", "2.25")
def boltzmann_distribution_is_positive() -> Theorem:
    """And it is positive everywhere."""
    density = t.mul(t.inv(PARTITION), weight(STATE))
    return generalise(sign(t.less(ZERO, density)), (STATE,))


@theorem("2.28", "2.29", "2.30")
def second_derivative_is_a_variance() -> Theorem:
    """Along any direction b of the parameters, (ln Z)'' = <b²> - <b>²: the divergence is convex."""
    base, slope = (t.var(name, Arrow((STATES,), REAL)) for name in ("a", "b"))
    u, v = t.var("u", REAL), t.var("v", REAL)

    def power(at: Term, state: Term) -> Term:
        return t.call("exp", t.add(t.at(base, state), t.mul(at, t.at(slope, state))))

    log = t.lam([u], t.call("ln", t.total(t.lam([STATE], power(u, STATE)))))
    second = t.deriv(t.lam([v], t.deriv(log, v)), u)
    total = t.total(t.lam([STATE], power(u, STATE)))

    def mean(value: Term) -> Term:
        return t.mul(t.inv(total), t.total(t.lam([STATE], t.mul(power(u, STATE), value))))

    here = t.at(slope, STATE)
    return simplest(second, t.sub(mean(t.power(here, 2)), t.power(mean(here), 2)))
