r"""The Gaussian integral over vectors, and what an orthogonal basis of eigenvectors gives.

.. math:: \int e^{-\frac12 (x-m)^\top S (x-m)} dx = \sqrt{(2\pi)^N / \det S}
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from ..kernel import analysis, matrices
from ..kernel import terms as t
from ..kernel.arithmetic import linear, ring, sign, trichotomy
from ..kernel.logic import (
    absurd,
    assume,
    cases,
    congruence,
    cut,
    generalise,
    instantiate,
    specialise,
)
from ..kernel.normal import normal, polynomial
from ..kernel.terms import REAL, Arrow, Term
from ..kernel.theorem import Theorem
from .facts import basis_of
from .rewriting import opened, product_of, unused
from .simplify import Simplifier, chain, equal_by

ONE, ZERO = t.num(1), t.num(0)
HALF = t.num(Fraction(-1, 2))


def eigenvalue_is_positive(definite: Theorem, basis: Theorem, index: Term) -> Theorem:
    """0 < Σ_ab P_ak S_ab P_bk, for S positive definite and P orthogonal.

    Were it not, every component of column k would be 0, and its length is 1.
    """
    matrix = definite.conclusion.args[0]
    p = basis_of(basis)
    assert p is not None
    (a,) = unused(matrix.data[:1], matrix, index)
    column = t.lam([a], t.at(p, a, index))
    component = t.at(p, a, index)
    apart = assume(t.distinct(component, ZERO))
    form = matrices.posdef_form(definite, column, a, apart)
    value = form.conclusion.args[1]
    low = assume(t.at_most(value, ZERO))
    both = linear(t.less(ZERO, ZERO), ((ONE, form, (), ()), (ONE, low, (), ())), ())
    never = absurd(
        ring(ZERO, ZERO), sign(t.distinct(ZERO, ZERO), (both,)), t.equal(component, ZERO)
    )
    zero = cases(assume(t.equal(component, ZERO)), never, component, ZERO)
    unit = specialise(basis, (index, index))
    wrong = linear(t.equal(ONE, ZERO), ((t.num(-1), unit, (), ()), (component, zero, (), (a,))), ())
    goal = t.less(ZERO, value)
    impossible = absurd(wrong, sign(t.distinct(ONE, ZERO)), goal)
    return trichotomy(impossible, assume(goal), value, ZERO)


@cache
def gaussian_vector(sort: t.Sort) -> Theorem:
    """The integral for a symbolic positive definite S and any m."""
    square, vector = Arrow((sort, sort), REAL), Arrow((sort,), REAL)
    matrix = t.function(t.var("S~", square))
    mean, basis, values = t.var("m~", vector), t.var("P~", square), t.var("λ~", vector)
    x, y = t.var("x~", vector), t.var("y~", vector)
    i, j, k = (t.var(f"{name}~", sort) for name in "ijk")
    definite = assume(t.posdef(matrix))
    orthogonal = assume(matrices.orthogonal(basis))
    diagonal = assume(matrices.diagonalised(matrix, basis, values))

    bell = t.lam([y], t.call("exp", t.mul(HALF, _form(matrix, y))))
    moved = t.lam([k], t.add(t.at(x, k), t.neg(t.at(mean, k))))
    left = t.integral(t.lam([x], t.at(bell, moved)))
    shift = analysis.integral_shift(bell, t.lam([k], t.neg(t.at(mean, k))))

    rotation = matrices.integral_rotation(orthogonal, basis, bell)
    turned = t.lam([i], t.total(t.lam([k], t.mul(t.at(basis, i, k), t.at(x, k)))))
    exponent = t.mul(HALF, _form(matrix, turned))
    entry = t.mul(HALF, t.at(values, k), t.power(t.at(x, k), 2))
    both = specialise(diagonal, (i, j))
    pair = t.mul(HALF, t.at(x, i), t.at(x, j))
    sums = linear(t.equal(exponent, t.total(t.lam([k], entry))), ((pair, both, (), (i, j)),), ())
    inside = congruence(sums, (), _hole(REAL), t.call("exp", _hole(REAL)))
    product = analysis.exp_of_total(t.lam([k], entry))
    factors = chain(inside, product)
    hole = _hole(Arrow((vector,), REAL))
    apart = congruence(factors, (x,), hole, t.integral(t.lam([x], t.at(hole, x))))
    u = t.var("u~", REAL)
    one = t.lam([k, u], t.call("exp", t.mul(HALF, t.at(values, k), t.power(u, 2))))
    fubini = analysis.integral_of_product(one)

    column = eigenvalue_is_positive(definite, orthogonal, k)
    same = specialise(diagonal, (k, k))
    value = t.at(values, k)
    positive = linear(t.less(ZERO, value), ((ONE, column, (), ()), (ONE, same, (), ())), ())
    each = analysis.gaussian_integral(value, (positive,))
    pattern = t.product(t.lam([k], t.at(_hole(vector), k)))
    line = congruence(_bell_of(each, value, u), (k,), _hole(vector), pattern)

    positives = generalise(positive, (k,))
    dets = product_of_eigenvalues(matrix, basis, values, orthogonal, diagonal)
    s = Simplifier((positives, matrices.posdef_det(definite)), (dets,))
    right = t.call("sqrt", t.mul(
        t.product(t.lam([k], t.mul(t.num(2), t.const("pi")))), t.inv(t.det(matrix))
    ))  # fmt: skip
    roots = line.conclusion.args[1]
    first, last = s(roots), s(_by_eigenvalues(right, matrix, values))
    inner = congruence(_back(dets), (), _hole(REAL), _by_hole(right, t.det(matrix)))
    steps = (shift, _back(rotation), apart, fubini, line)
    entries = [(ONE, step, (), ()) for step in steps]
    entries += [(ONE, first, (), ()), (t.num(-1), last, (), ()), (ONE, inner, (), ())]
    theorem = linear(t.equal(left, right), tuple(entries), ())
    symmetry = generalise(matrices.posdef_symmetric(definite, i, j), (i, j))
    return matrices.spectral(theorem, symmetry, matrix, basis, values)


def _hole(sort: t.Sort) -> Term:
    return t.var("~hole", sort)


def _form(matrix: Term, vector: Term) -> Term:
    i, j = unused(matrix.data, matrix, vector)
    term = t.mul(t.at(vector, i), t.at(matrix, i, j), t.at(vector, j))
    return t.total(t.lam([i], t.total(t.lam([j], term))))


def _bell_of(theorem: Theorem, value: Term, u: Term) -> Theorem:
    """The Gaussian integral with its exponent written as here."""
    written = t.integral(t.lam([u], t.call("exp", t.mul(HALF, value, t.power(u, 2)))))
    return equal_by(written, theorem.conclusion.args[1], theorem)


def _back(theorem: Theorem) -> Theorem:
    left, right = theorem.conclusion.args
    return linear(t.equal(right, left), ((t.num(-1), theorem, (), ()),), ())


def _by_hole(term: Term, part: Term) -> Term:
    """A term with a hole for a part of it."""
    if term is part:
        return _hole(REAL)
    return t.rebuild(term, tuple(_by_hole(a, part) for a in term.args)) if term.args else term


def _by_eigenvalues(term: Term, matrix: Term, values: Term) -> Term:
    (k,) = unused(matrix.data[:1], term)
    return t.substitute(
        _by_hole(term, t.det(matrix)), {_hole(REAL): t.product(t.lam([k], t.at(values, k)))}
    )


def product_of_eigenvalues(
    matrix: Term, basis: Term, values: Term, orthogonal: Theorem, diagonal: Theorem
) -> Theorem:
    """det(S) = Π λ_k, for Pᵀ S P = diag(λ) and Pᵀ P = I."""
    i, j = unused(matrix.data, matrix, basis, values)
    p = t.function(basis)
    flipped = matrices.transpose(p)
    half = matrices.times(flipped, matrix)
    outer = matrices.det_of_product(half, p)
    inner = matrices.det_of_product(flipped, matrix)
    flat = matrices.times(half, p)
    hole = _hole(Arrow(matrix.data, REAL))
    context = t.det(t.lam([i, j], t.at(hole, i, j)))
    entry = specialise(diagonal, (i, j))
    row = linear(t.equal(t.at(flat, i, j), entry.conclusion.args[1]), ((ONE, entry, (), ()),), ())
    same = congruence(row, (i, j), hole, context)
    diag = matrices.det_of_diagonal(values)
    unit = det_squared(orthogonal, basis)
    here = t.det(matrix)
    turned = matrices.det_of_transpose(p)
    entries = (
        (ONE, same, (), ()),
        (t.num(-1), outer, (), ()),
        (t.neg(t.det(p)), inner, (), ()),
        (t.neg(t.mul(here, t.det(p))), turned, (), ()),
        (t.neg(here), unit, (), ()),
        (ONE, diag, (), ()),
    )
    return linear(t.equal(here, t.product(t.function(values))), entries, ())


def det_squared(orthogonal: Theorem, basis: Term) -> Theorem:
    """det(P)² = 1 for an orthogonal P."""
    from .laws import product_of_ones

    p = t.function(basis)
    i, j = unused(p.data, p)
    flipped = matrices.transpose(p)
    product = matrices.det_of_product(flipped, p)
    hole = _hole(Arrow(p.data, REAL))
    same = congruence(
        specialise(orthogonal, (i, j)), (i, j), hole, t.det(t.lam([i, j], t.at(hole, i, j)))
    )
    diag = matrices.det_of_diagonal(t.lam([i], ONE))
    entries = (
        (t.num(-1), product, (), ()),
        (ONE, same, (), ()),
        (ONE, diag, (), ()),
        (ONE, product_of_ones(p.data[0]), (), ()),
        (t.neg(t.det(p)), matrices.det_of_transpose(p), (), ()),
    )
    return linear(t.equal(t.power(t.det(p), 2), ONE), entries, ())


# ---------------------------------------------------------------- as laws


def gaussian_vector_law(s: Simplifier, atom: Term) -> Theorem | None:
    """∫ exp(-(x-m)ᵀ S (x-m) / 2) dx over vectors, S and m read off the exponent."""
    body = atom.args[0]
    (sort,) = body.data
    if not isinstance(sort, Arrow) or len(sort.arguments) != 1:
        return None
    (x,) = unused([sort], body)
    inside = t.at(body, x)
    if inside.op != "exp":
        return None
    apart = _independent(atom, inside.args[0], x)
    if apart is not None:
        return apart
    theorem = gaussian_vector(sort.arguments[0])
    square = Arrow((sort.arguments[0],) * 2, REAL)
    for matrix, mean in _parameters(inside.args[0], x):
        known = next((f for f in s.facts if f.conclusion is t.posdef(matrix)), None)
        if known is not None:
            values = ((t.var("S~", square), matrix), (t.var("m~", sort), mean))
            general = instantiate(theorem, values)
            return equal_by(atom, general.conclusion.args[1], cut(general, known))
    return None


def _independent(atom: Term, exponent: Term, x: Term) -> Theorem | None:
    """∫ exp(Σ_k g_k(x_k)) dx = Π_k ∫ exp(g_k(u)) du."""
    parts = []
    sort = x.sort.arguments[0]  # type: ignore[union-attr]
    k, u = unused([sort, REAL], exponent, x)
    for monomial, coefficient in polynomial(exponent).items():
        variables, factors = opened(monomial)
        places = {v for a, _ in factors for v in _indices(a, x)}
        if len(places) != 1 or next(iter(places)) not in variables:
            return None
        (place,) = places
        term = product_of(coefficient, factors)
        for v in variables:
            if v is not place:
                term = t.total(t.lam([v], term))
        parts.append(t.substitute(term, {place: k}))
    body = t.add(*parts)
    product = analysis.exp_of_total(t.lam([k], body))
    inner = _at_number(body, x, k, u)
    if x in inner.variables:
        return None
    whole = equal_by(t.call("exp", exponent), product.conclusion.args[1], product)
    hole = _hole(Arrow((x.sort,), REAL))
    inside = congruence(whole, (x,), hole, t.integral(t.lam([x], t.at(hole, x))))
    fubini = analysis.integral_of_product(t.lam([k, u], t.call("exp", inner)))
    return equal_by(atom, fubini.conclusion.args[1], inside, fubini)


def _indices(term: Term, x: Term) -> set[Term]:
    """The indices at which a term takes components of x."""
    if term.op == "at" and term.args[0] is x:
        return {term.args[1]}
    return set().union(*(_indices(a, x) for a in term.args))


def _at_number(term: Term, x: Term, k: Term, u: Term) -> Term:
    """The term with a number for the component k of x."""
    if term.op == "at" and term.args[0] is x and term.args[1] is k:
        return u
    return t.rebuild(term, tuple(_at_number(a, x, k, u) for a in term.args)) if term.args else term


def _parameters(exponent: Term, x: Term) -> Iterator[tuple[Term, Term]]:
    """S and m with exponent = -(x-m)ᵀ S (x-m) / 2, guessed from its monomials."""
    sort = x.sort.arguments[0]  # type: ignore[union-attr]
    i, j, k = unused([sort] * 3, exponent, x)
    squares, mean = [], t.lam([k], ZERO)
    for monomial, coefficient in polynomial(exponent).items():
        variables, factors = opened(monomial)
        places = [a.args[1] for a, e in factors for _ in range(e) if _is_entry(a, x)]
        rest = [(a, e) for a, e in factors if not _is_entry(a, x)]
        if len(variables) != 2:
            continue
        if len(places) == 2 and set(places) == set(variables):
            entry = product_of(-2 * coefficient, rest)
            squares.append((entry, places))
        elif len(places) == 1:
            other = next(v for v in variables if v is not places[0])
            for a, e in rest:
                if e == 1 and other in a.variables and places[0] not in a.variables:
                    mean = t.lam([k], t.substitute(a, {other: k}))
    for entry, (first, second) in squares:
        for one, two in ((i, j), (j, i)):
            value = t.substitute(entry, {first: one, second: two})
            yield t.lam([i, j], normal(value)), mean


def _is_entry(atom: Term, x: Term) -> bool:
    return atom.op == "at" and atom.args[0] is x
