"""Section 2.4: the Gaussian model in N dimensions."""

from __future__ import annotations

from fractions import Fraction

from ..kernel import Theorem, matrices
from ..kernel import terms as t
from ..kernel.analysis import ln_tangent, square_of_sqrt
from ..kernel.arithmetic import linear, sign
from ..kernel.logic import (
    assume,
    congruence,
    cut,
    generalise,
    instantiate,
    replace,
    specialise,
)
from ..kernel.normal import normal
from ..kernel.terms import REAL, Arrow, Term
from ..prover.facts import consequences, orthogonal_is_regular
from ..prover.gaussian import det_squared, eigenvalue_is_positive, product_of_eigenvalues
from ..prover.laws import inverse_swapped
from ..prover.prove import simplest
from ..prover.simplify import Simplifier
from .catalogue import theorem

ZERO, ONE = t.num(0), t.num(1)
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


# ---------------------------------------------------------------- the minimum

ROW, COLUMN, INNER, OUTER = (t.var(name, "dim") for name in "ijkl")
MATRIX = Arrow(("dim", "dim"), REAL)


def trace(matrix: Term) -> Term:
    """Σ_i A_ii."""
    return t.total(t.lam([ROW], t.at(matrix, ROW, ROW)))


@theorem("2.24")
def log_determinant_bound() -> Theorem:
    """ln det(M) <= tr(M) - N for a positive definite M: ln λ <= λ - 1 for each eigenvalue."""
    matrix = t.function(t.var("M", MATRIX))
    basis, values = t.var("P", MATRIX), t.var("λ", VECTOR)
    definite = assume(t.posdef(matrix))
    orthogonal = assume(matrices.orthogonal(basis))
    diagonal = assume(matrices.diagonalised(matrix, basis, values))
    dets = product_of_eigenvalues(matrix, basis, values, orthogonal, diagonal)
    value = t.at(values, INNER)
    form = eigenvalue_is_positive(definite, orthogonal, INNER)
    same = specialise(diagonal, (INNER, INNER))
    positive = linear(t.less(ZERO, value), ((ONE, form, (), ()), (ONE, same, (), ())), ())
    facts = (generalise(positive, (INNER,)),)
    tangent = ln_tangent(value, facts)
    logs = Simplifier(facts)(t.call("ln", t.product(t.function(values))))
    hole = t.var("~hole", REAL)
    inside = congruence(dets, (), hole, t.call("ln", hole))
    rows = matrices.orthogonal_rows(orthogonal, basis, ROW, COLUMN)
    unit = specialise(diagonal, (INNER, INNER))
    goal = t.at_most(t.call("ln", t.det(matrix)), t.sub(trace(matrix), t.size("dim")))
    entries = (
        (ONE, tangent, (), (INNER,)),
        (ONE, inside, (), ()),
        (ONE, logs, (), ()),
        (t.num(-1), unit, (), (INNER,)),
        (t.at(matrix, ROW, COLUMN), rows, (), (ROW, COLUMN)),
    )
    theorem_ = linear(goal, entries, ())
    symmetry = generalise(matrices.posdef_symmetric(definite, ROW, COLUMN), (ROW, COLUMN))
    return matrices.spectral(theorem_, symmetry, matrix, basis, values)


@theorem("2.24")
def trace_bound() -> Theorem:
    """ln det V + ln det S <= tr(V S) - N for positive definite V and S."""
    # by the bound above for M = Bᵀ V B, where S = B Bᵀ
    v, s = (t.function(t.var(name, MATRIX)) for name in "VS")
    basis, values = t.var("P", MATRIX), t.var("λ", VECTOR)
    p = t.function(basis)
    definite, other = assume(t.posdef(s)), assume(t.posdef(v))
    orthogonal = assume(matrices.orthogonal(basis))
    diagonal = assume(matrices.diagonalised(s, basis, values))
    value = t.at(values, INNER)
    form = eigenvalue_is_positive(definite, orthogonal, INNER)
    positive = linear(
        t.less(ZERO, value),
        ((ONE, form, (), ()), (ONE, specialise(diagonal, (INNER, INNER)), (), ())),
        (),
    )
    facts = (
        generalise(positive, (INNER,)),
        orthogonal_is_regular(orthogonal, p),
        matrices.posdef_det(definite),
        matrices.posdef_det(other),
    )
    roots = t.lam([INNER], t.call("sqrt", value))
    scale = t.lam([ROW, COLUMN], t.mul(t.delta(ROW, COLUMN), t.at(roots, ROW)))
    root = matrices.times(p, scale)
    det_root = _sum(matrices.det_of_product(p, scale), (matrices.det_of_diagonal(roots), t.det(p)))
    hole = t.var("~hole", REAL)
    known = sign(t.distinct(det_root.conclusion.args[1], ZERO), facts)
    regular = replace(_back(det_root), (), hole, t.distinct(hole, ZERO), known)
    congruent = matrices.posdef_congruence(other, root, regular)
    changed = congruent.conclusion.args[0]
    bound = cut(instantiate(log_determinant_bound(), ((t.var("M", MATRIX), changed),)), congruent)
    # det(M) = det(V) det(S)
    simplifier = Simplifier(facts)
    flipped = matrices.transpose(root)
    outer = matrices.det_of_product(matrices.times(flipped, v), root)
    inner = matrices.det_of_product(flipped, v)
    turned = matrices.det_of_transpose(root)
    here, there = t.det(root), t.det(v)
    squared = simplifier(t.power(det_root.conclusion.args[1], 2))
    unit = det_squared(orthogonal, basis)
    dets = product_of_eigenvalues(s, basis, values, orthogonal, diagonal)
    both = t.add(here, det_root.conclusion.args[1])
    product_ = linear(
        t.equal(t.det(changed), t.mul(there, t.det(s))),
        (
            (ONE, outer, (), ()),
            (here, inner, (), ()),
            (t.mul(here, there), turned, (), ()),
            (t.mul(there, both), det_root, (), ()),
            (there, squared, (), ()),
            (t.mul(there, t.product(t.function(values))), unit, (), ()),
            (t.neg(there), dets, (), ()),
        ),
        (),
    )
    logs = _sum(
        congruence(product_, (), hole, t.call("ln", hole)),
        (simplifier(t.call("ln", t.mul(there, t.det(s)))), ONE),
    )
    # S_kl = Σ_i P_ki λ_i P_li, so tr(M) = Σ V_kl S_kl
    spectrum = specialise(diagonal, (INNER, OUTER))
    weight = t.mul(t.at(p, ROW, INNER), t.at(p, COLUMN, OUTER))
    square = square_of_sqrt(value, facts)
    a, b = t.var("a", "dim"), t.var("b", "dim")
    rows = matrices.orthogonal_rows(orthogonal, basis, ROW, a)
    columns = matrices.orthogonal_rows(orthogonal, basis, COLUMN, b)
    pair = t.total(t.lam([OUTER], t.mul(t.at(p, COLUMN, OUTER), t.at(p, b, OUTER))))
    whole = t.total(t.lam([INNER], t.mul(t.at(p, ROW, INNER), value, t.at(p, COLUMN, INNER))))
    entry = linear(
        t.equal(whole, t.at(s, ROW, COLUMN)),
        (
            (t.neg(weight), spectrum, (), (INNER, OUTER)),
            (t.mul(t.at(s, a, b), pair), rows, (), (a, b)),
            (t.at(s, ROW, b), columns, (), (b,)),
        ),
        (),
    )
    traced = t.total(
        t.lam([ROW], t.total(t.lam([COLUMN], t.mul(t.at(v, ROW, COLUMN), t.at(s, ROW, COLUMN)))))
    )
    goal = t.at_most(
        t.add(t.call("ln", there), t.call("ln", t.det(s))), t.sub(traced, t.size("dim"))
    )
    entries = (
        (ONE, bound, (), ()),
        (t.num(-1), logs, (), ()),
        (t.at(v, ROW, COLUMN), entry, (), (ROW, COLUMN)),
        (
            t.mul(t.at(v, ROW, COLUMN), t.at(p, ROW, INNER), t.at(p, COLUMN, INNER)),
            square,
            (),
            (ROW, COLUMN, INNER),
        ),
    )
    found = linear(goal, entries, ())
    symmetry = generalise(matrices.posdef_symmetric(definite, ROW, COLUMN), (ROW, COLUMN))
    return matrices.spectral(found, symmetry, s, basis, values)


def _back(theorem_: Theorem) -> Theorem:
    left, right = theorem_.conclusion.args
    return linear(t.equal(right, left), ((t.num(-1), theorem_, (), ()),), ())


def _sum(first: Theorem, *more: tuple[Theorem, Term]) -> Theorem:
    """a = b' from a = b, and factors times equations that lead from b to b'."""
    left, right = first.conclusion.args
    for step, factor in more:
        here, there = step.conclusion.args
        right = t.add(right, t.mul(factor, t.sub(there, here)))
    entries = ((ONE, first, (), ()), *((factor, step, (), ()) for step, factor in more))
    return linear(t.equal(left, normal(right)), entries, ())


POINTS = t.var("\\vec{x}", Arrow(("sample",), VECTOR))
SAMPLE = t.var("s", "sample")
SHARE = t.inv(t.size("sample"))


def sample_mean() -> Term:
    """(1/n) Σ_s x_s."""
    row = t.at(t.at(POINTS, SAMPLE), ROW)
    return t.lam([ROW], t.mul(SHARE, t.total(t.lam([SAMPLE], row))))


def scatter(centre: Term) -> Term:
    """(1/n) Σ_s (x_s - c)(x_s - c)ᵀ, for a vector c."""
    entry = t.mul(
        t.sub(t.at(t.at(POINTS, SAMPLE), ROW), t.at(centre, ROW)),
        t.sub(t.at(t.at(POINTS, SAMPLE), COLUMN), t.at(centre, COLUMN)),
    )
    return t.lam([ROW, COLUMN], t.mul(SHARE, t.total(t.lam([SAMPLE], entry))))


def objective(centre: Term, inverse: Term) -> Term:
    """The divergence of (2.22), corrected, up to terms free of μ and S = Σ⁻¹."""
    spread = t.mul(t.at(scatter(centre), ROW, COLUMN), t.at(inverse, ROW, COLUMN))
    total = t.total(t.lam([ROW], t.total(t.lam([COLUMN], spread))))
    half = t.num(Fraction(1, 2))
    return t.add(t.mul(half, total), t.neg(t.mul(half, t.call("ln", t.det(inverse)))))


@theorem("2.23", "2.24")
def gaussian_vector_minimum() -> Theorem:
    """No μ and Σ give a lesser divergence than the mean and the covariance of the data do."""
    half = t.num(Fraction(1, 2))
    mean = sample_mean()
    centre = t.var("\\vec{\\mu}", VECTOR)
    inverse = t.function(t.var("S", MATRIX))
    best = scatter(mean)
    definite = assume(t.posdef(inverse))
    bound = instantiate(trace_bound(), ((t.var("V", MATRIX), best),))
    gap = t.lam([ROW], t.sub(t.at(mean, ROW), t.at(centre, ROW)))
    form = matrices.posdef_form_weak(definite, gap)
    apart = simplest(
        t.sub(t.at(scatter(centre), ROW, COLUMN), t.at(best, ROW, COLUMN)),
        t.mul(t.at(gap, ROW), t.at(gap, COLUMN)),
    )
    least = t.mul(half, t.add(t.size("dim"), t.call("ln", t.det(best))))
    entries = (
        (half, bound, (), ()),
        (half, form, (), ()),
        (t.mul(t.num(Fraction(-1, 2)), t.at(inverse, ROW, COLUMN)), apart, (), (ROW, COLUMN)),
    )
    return linear(t.at_most(least, objective(centre, inverse)), entries, ())


@theorem("2.23", "2.24")
def gaussian_vector_minimum_is_reached() -> Theorem:
    """And they do give it: at μ the mean and Σ the covariance of the data."""
    half, v = t.num(Fraction(1, 2)), t.function(t.var("V", MATRIX))
    definite = assume(t.posdef(v))
    inverse = t.lam([ROW, COLUMN], t.minv(v, ROW, COLUMN))
    log = t.neg(t.mul(half, t.call("ln", t.det(inverse))))
    least = t.mul(half, t.add(t.size("dim"), t.call("ln", t.det(v))))

    def value(entry: Term) -> Term:
        spread = t.mul(t.at(v, ROW, COLUMN), entry)
        return t.add(t.mul(half, t.total(t.lam([ROW], t.total(t.lam([COLUMN], spread))))), log)

    facts = consequences((definite,))
    swapped = inverse_swapped(Simplifier(facts), v, ROW, COLUMN)
    assert swapped is not None
    turned = simplest(value(t.at(inverse, COLUMN, ROW)), least, definite)
    weight = t.mul(half, t.at(v, ROW, COLUMN))
    entries = ((ONE, turned, (), ()), (weight, swapped, (), (ROW, COLUMN)))
    known = linear(t.equal(value(t.at(inverse, ROW, COLUMN)), least), entries, ())
    return instantiate(known, ((t.var("V", MATRIX), scatter(sample_mean())),))
