"""Sections 2 and 2.5: Boltzmann distributions on a finite set of states."""

from __future__ import annotations

from fractions import Fraction

from ..kernel import Theorem
from ..kernel import terms as t
from ..kernel.analysis import derivative, tangent
from ..kernel.arithmetic import linear, reciprocal, sign
from ..kernel.logic import assume, generalise, instantiate, specialise
from ..kernel.terms import REAL, Arrow, Points, Term
from ..prover.prove import simplest
from ..prover.simplify import Simplifier, in_argument
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


# ---------------------------------------------------------------- a step that descends

FEATURE = t.var("a", "parameter")
PHI = t.var("\\phi", Arrow((STATES, "parameter"), REAL))
THETA, MOVE, DATA = (
    t.var(name, Arrow(("parameter",), REAL)) for name in ("\\theta", "v", "\\bar{\\phi}")
)
NUMBER = t.size("parameter")


def along(values: Term, state: Term) -> Term:
    """Σ_a values_a φ_a(x)."""
    return t.total(t.lam([FEATURE], t.mul(t.at(values, FEATURE), t.at(PHI, state, FEATURE))))


def divergence(values: Term) -> Term:
    """(2.27) up to terms free of θ: -Σ_a θ_a (mean of φ_a in the data) + ln Z(θ)."""
    fit = t.total(t.lam([FEATURE], t.mul(t.at(values, FEATURE), t.at(DATA, FEATURE))))
    partition = t.total(t.lam([STATE], t.call("exp", along(values, STATE))))
    return t.add(t.neg(fit), t.call("ln", partition))


def moved(by: Term) -> Term:
    """θ + t v."""
    return t.lam([FEATURE], t.add(t.at(THETA, FEATURE), t.mul(by, t.at(MOVE, FEATURE))))


LENGTH = t.total(t.lam([FEATURE], t.power(t.at(MOVE, FEATURE), 2)))
CURVATURE = t.mul(NUMBER, LENGTH)


def features_are_bounded() -> Theorem:
    """φ_a(x)² <= 1, as it is for products of spins."""
    square = t.power(t.at(PHI, STATE, FEATURE), 2)
    return assume(t.every(t.lam([STATE, FEATURE], t.at_most(square, ONE))))


def cauchy_schwarz(state: Term) -> Theorem:
    """(Σ v_a φ_a)² <= M Σ v_a², for M features with φ_a² <= 1."""
    a, b = FEATURE, t.var("b", "parameter")
    bound = specialise(features_are_bounded(), (state, b))
    cross = t.sub(
        t.mul(t.at(MOVE, a), t.at(PHI, state, b)), t.mul(t.at(MOVE, b), t.at(PHI, state, a))
    )
    square = sign(t.at_most(ZERO, t.power(cross, 2)))
    half = t.num(Fraction(1, 2))
    goal = t.at_most(t.power(along(MOVE, state), 2), CURVATURE)
    return linear(goal, ((half, square, (), (a, b)), (LENGTH, bound, (), (b,))), ())


@theorem("2.27", "2.30")
def quadratic_bound_of_divergence() -> Theorem:
    """D(θ + v) <= D(θ) + ∇D·v + (M/2)|v|²: with M parameters, L = M bounds the curvature."""
    u, w = t.var("u", REAL), t.var("w", REAL)
    half = t.num(Fraction(1, 2))
    body = t.lam([u], t.sub(t.mul(half, CURVATURE, t.power(u, 2)), divergence(moved(u))))
    first = derivative(body, u)
    slope = t.lam([u], first.conclusion.args[1])
    second = derivative(slope, w)
    inside = in_argument(t.deriv(t.lam([u], t.deriv(body, u)), w), 0, first, (u,))
    curved = linear(
        t.at_most(ZERO, t.deriv(t.lam([u], t.deriv(body, u)), w)),
        ((ONE, _convex(second.conclusion.args[1], w), (), ()), (t.num(-1), inside, (), ()),
         (t.num(-1), second, (), ())),
        (),
    )  # fmt: skip
    line = tangent(body, ZERO, ONE, generalise(curved, (w,)))
    start = derivative(body, ZERO)
    gradient = t.total(t.lam([FEATURE], t.mul(t.at(MOVE, FEATURE), slope_of(FEATURE))))
    s = Simplifier(())
    there = t.lam([FEATURE], t.add(t.at(THETA, FEATURE), t.at(MOVE, FEATURE)))
    right = t.add(divergence(THETA), gradient, t.mul(half, CURVATURE))
    goal = t.at_most(divergence(there), right)
    gap = t.add(
        t.sub(right, divergence(there)),
        t.neg(t.sub(t.at(body, ONE), t.at(body, ZERO))),
        start.conclusion.args[1],
    )
    rest = s(gap)
    entries = ((ONE, line, (), ()), (t.num(-1), start, (), ()), (t.num(-1), rest, (), ()))
    return linear(goal, entries, ())


def slope_of(index: Term) -> Term:
    """∂D/∂θ_a = <φ_a> - (mean of φ_a in the data)."""
    power = t.call("exp", along(THETA, STATE))
    top = t.total(t.lam([STATE], t.mul(power, t.at(PHI, STATE, index))))
    return t.sub(t.div(top, t.total(t.lam([STATE], power))), t.at(DATA, index))


def _convex(second: Term, w: Term) -> Theorem:
    """0 <= M |v|² - <b²> + <b>², which is what the second derivative simplifies to."""
    power = t.call("exp", along(moved(w), STATE))
    partition = t.total(t.lam([STATE], power))
    weight = t.mul(power, t.inv(partition))
    mean = t.total(t.lam([STATE], t.mul(weight, along(MOVE, STATE))))
    square = sign(t.at_most(ZERO, t.power(mean, 2)))
    unit = simplest(t.total(t.lam([STATE], weight)), ONE)
    spread_ = t.total(t.lam([STATE], t.mul(weight, t.power(along(MOVE, STATE), 2))))
    value = t.add(t.sub(CURVATURE, spread_), t.power(mean, 2))
    same = simplest(second, value)
    entries = (
        (weight, cauchy_schwarz(STATE), (), (STATE,)),
        (ONE, square, (), ()),
        (CURVATURE, unit, (), ()),
        (t.num(-1), same, (), ()),
    )

    return linear(t.at_most(ZERO, second), entries, ())


@theorem("2.30", "2.35")
def descent_of_divergence() -> Theorem:
    """The step θ - ∇D/M, with the sign of gradient descent, lowers D by at least |∇D|²/2M."""
    rate = t.inv(NUMBER)
    step = t.lam([FEATURE], t.neg(t.mul(rate, slope_of(FEATURE))))
    bound = instantiate(quadratic_bound_of_divergence(), ((MOVE, step),))
    there = t.lam([FEATURE], t.sub(t.at(THETA, FEATURE), t.mul(rate, slope_of(FEATURE))))
    length = t.total(t.lam([FEATURE], t.power(slope_of(FEATURE), 2)))
    half = t.mul(t.num(Fraction(1, 2)), rate, length)
    goal = t.at_most(divergence(there), t.sub(divergence(THETA), half))
    return linear(goal, ((ONE, bound, (), ()), (half, reciprocal(NUMBER), (), ())), ())
