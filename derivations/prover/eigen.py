"""What follows when an orthogonal P makes P⁻¹ S P diagonal, S positive definite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from ..kernel import matrices
from ..kernel import terms as t
from ..kernel.arithmetic import linear, ring
from ..kernel.logic import generalise, replace, specialise
from ..kernel.normal import normal, polynomial, same
from ..kernel.terms import KernelError, Term
from ..kernel.theorem import Theorem
from .facts import basis_of, equations
from .gaussian import eigenvalue_is_positive, product_of_eigenvalues
from .laws import inverse_left, inverse_right
from .rewriting import opened, product_of, unused
from .simplify import Simplifier

ONE, ZERO = t.num(1), t.num(0)


def eigen_facts(theorems: Iterable[Theorem]) -> list[Theorem]:
    """P⁻¹ = Pᵀ; the diagonal of P⁻¹ S P is positive, and its product det(S)."""
    known = tuple(theorems)
    found: list[Theorem] = []
    for theorem in known:
        basis = basis_of(theorem)
        if basis is not None:
            found += _of_basis(known, theorem, basis)
    return found


def _of_basis(known: tuple[Theorem, ...], orthogonal: Theorem, basis: Term) -> Iterator[Theorem]:
    inverse = inverse_is_transpose(known, orthogonal, basis)
    yield inverse
    for definite in known:
        said = definite.conclusion
        if said.op != "posdef" or said.args[0].data != t.function(basis).data:
            continue
        matrix = said.args[0]
        claim = diagonal_claim(matrix, basis)
        diagonal = next((x for x in known if x.conclusion is claim), None)
        if diagonal is not None:
            try:
                yield from _of_diagonal(definite, orthogonal, diagonal, inverse, matrix, basis)
            except KernelError:
                continue


def inverse_is_transpose(known: tuple[Theorem, ...], orthogonal: Theorem, basis: Term) -> Theorem:
    """(P⁻¹)_ij = P_ji for all i, j: both are Σ_am P_ai P_am (P⁻¹)_mj."""
    p = t.function(basis)
    i, j, a, m = unused(p.data * 2, p)
    right = inverse_right(Simplifier(known), p, a, j)
    unit = specialise(orthogonal, (i, m))
    entries = (
        (t.neg(t.minv(p, m, j)), unit, (), (m,)),
        (t.at(p, a, i), right, (), (a,)),
    )
    entry = linear(t.equal(t.minv(p, i, j), t.at(p, j, i)), entries, ())
    return generalise(entry, (i, j))


def similar(matrix: Term, basis: Term) -> Term:
    """P⁻¹ S P, multiplied from the left."""
    p = t.function(basis)
    i, j = unused(p.data, p)
    return matrices.times(matrices.times(t.lam([i, j], t.minv(p, i, j)), matrix), p)


def diagonal_claim(matrix: Term, basis: Term) -> Term:
    """The statement that P⁻¹ S P is diagonal."""
    value = similar(matrix, basis)
    i, j = unused(value.data, value)
    right = t.mul(t.delta(i, j), t.at(value, i, i))
    return t.every(t.lam([i, j], t.equal(t.at(value, i, j), right)))


def _of_diagonal(
    definite: Theorem,
    orthogonal: Theorem,
    diagonal: Theorem,
    inverse: Theorem,
    matrix: Term,
    basis: Term,
) -> Iterator[Theorem]:
    value = similar(matrix, basis)
    i, j, a, b = unused(matrix.data * 2, value)
    p = t.function(basis)

    def factor(column: Term) -> Term:
        return t.mul(t.at(matrix, a, b), t.at(p, b, column))

    swap = specialise(inverse, (i, a))
    column = eigenvalue_is_positive(definite, orthogonal, i)
    positive = linear(
        t.less(ZERO, t.at(value, i, i)),
        ((ONE, column, (), ()), (t.neg(factor(i)), swap, (), (a, b))),
        (),
    )
    yield generalise(positive, (i,))
    yield generalise(column, (i,))
    given = specialise(diagonal, (i, j))
    left = t.total(t.lam([a], t.total(t.lam([b], t.mul(t.at(p, a, i), factor(j))))))
    flat = linear(
        t.equal(left, t.mul(t.delta(i, j), t.at(value, i, i))),
        ((ONE, given, (), ()), (t.neg(factor(j)), swap, (), (a, b))),
        (),
    )
    diagonalised = generalise(flat, (i, j))
    values = t.lam([i], t.at(value, i, i))
    claim = matrices.diagonalised(matrix, basis, values)
    if diagonalised.conclusion is not claim:
        flat = linear(t.at(claim.args[0], i, j), ((ONE, flat, (), ()),), ())
        diagonalised = generalise(flat, (i, j))
    dets = product_of_eigenvalues(matrix, basis, values, orthogonal, diagonalised)
    left, right = dets.conclusion.args
    yield linear(t.equal(right, left), ((t.num(-1), dets, (), ()),), ())
    simpler = Simplifier((), equations((inverse,)))(right)
    short = simpler.conclusion.args[1]
    yield linear(
        t.equal(short, left), ((t.num(-1), dets, (), ()), (t.num(-1), simpler, (), ())), ()
    )


# ---------------------------------------------------------------- regular matrices


def gram_facts(theorems: Iterable[Theorem], terms: Iterable[Term]) -> list[Theorem]:
    """X'X + c I is positive definite, for the matrices of that form that terms invert."""
    known, found = tuple(theorems), list[Theorem]()
    matrices_ = {form for term in terms for m in inverted(term) for form in (m, normal(m))}
    for matrix in sorted(matrices_, key=lambda m: m.digest):
        theorem = _gram(known, matrix)
        if theorem is not None:
            found.append(theorem)
    return found


@cache
def inverted(term: Term) -> frozenset[Term]:
    """The matrices whose inverse a term contains, and that are no function of bound variables."""
    found = frozenset(term.args[:1] if term.op == "minv" and not term.args[0].loose else ())
    return found.union(*(inverted(a) for a in term.args))


def push_through(known: Iterable[Theorem], terms: Iterable[Term]) -> list[Theorem]:
    """(X'X + c I)⁻¹ X' = X' (X X' + c I)⁻¹, where both matrices are inverted."""
    facts, found = tuple(known), list[Theorem]()
    regular = {m for term in terms for m in inverted(term)}
    forms = {m: _gram_form(m) for m in sorted(regular, key=lambda m: m.digest)}
    for inner, form in forms.items():
        for outer, other in forms.items():
            if form is None or other is None or inner.data == outer.data:
                continue
            i, j = unused(inner.data, inner, outer)
            a, b = unused(outer.data, inner, outer, i, j)
            x = form[0]
            if t.at(other[0], i, a) is not t.at(x, a, i):
                continue
            left = t.total(t.lam([j], t.mul(t.minv(inner, i, j), t.at(x, a, j))))
            right = t.total(t.lam([b], t.mul(t.at(x, b, i), t.minv(outer, b, a))))
            theorem = by_inverse(
                Simplifier(facts, equations(facts)), t.equal(left, right), (inner,), (i,)
            )
            if theorem is not None:
                found.append(theorem)
    return found


def _gram_form(matrix: Term) -> tuple[Term, Term] | None:
    """X and c, of a matrix X'X + c I; X as a function of two indices."""
    i, j = unused(matrix.data, matrix)
    shift, gram = None, None
    for monomial, coefficient in polynomial(t.at(matrix, i, j)).items():
        variables, factors = opened(monomial)
        delta = [(a, e) for a, e in factors if a.op == "delta" and set(a.args) == {i, j}]
        if delta and not variables:
            shift = product_of(coefficient, [f for f in factors if f not in delta])
        elif len(variables) == 1 and coefficient == 1 and len(factors) == 2:
            gram = t.lam([variables[0], i], next(a for a, _ in factors if i in a.variables))
    return (gram, shift) if gram is not None and shift is not None else None


def by_inverse(
    s: Simplifier, claim: Term, among: Iterable[Term], indices: Iterable[Term]
) -> Theorem | None:
    """u_i = v_i from A u = A v, for a matrix A that the sides invert."""
    left, right = claim.args
    for matrix in among:
        for i in indices:
            if i.sort != matrix.data[0]:
                continue
            (g,) = unused([i.sort], claim)
            sides = [t.total(t.lam([i], t.mul(t.at(matrix, g, i), side))) for side in (left, right)]
            difference = s(t.sub(sides[1], sides[0]))
            if difference.conclusion.args[1] is not ZERO:
                continue
            same = linear(t.equal(*sides), ((t.num(-1), difference, (), ()),), ())
            factor = t.minv(matrix, i, g)
            outer = [t.total(t.lam([g], t.mul(factor, side))) for side in sides]
            whole = linear(t.equal(*outer), ((factor, same, (), (g,)),), ())
            (m,) = unused([i.sort], claim, matrix, prefix="~m")
            unit = inverse_left(s, matrix, i, m)
            ends = [
                linear(t.equal(o, side), ((t.substitute(side, {i: m}), unit, (), (m,)),), ())
                for o, side in zip(outer, (left, right), strict=True)
            ]
            entries = ((ONE, whole, (), ()), (t.num(-1), ends[0], (), ()), (ONE, ends[1], (), ()))
            return linear(claim, entries, ())
    return None


def _gram(known: tuple[Theorem, ...], matrix: Term) -> Theorem | None:
    form = _gram_form(matrix)
    if form is None:
        return None
    i, j = unused(matrix.data, matrix)
    try:
        theorem = matrices.posdef_gram(*form, known)
    except KernelError:
        return None
    said = theorem.conclusion.args[0]
    if not same(t.at(said, i, j), t.at(matrix, i, j)):
        return None
    entry = ring(t.at(said, i, j), t.at(matrix, i, j))
    hole = t.var("~hole", t.Arrow(matrix.data, t.REAL))
    context = t.posdef(t.lam([i, j], t.at(hole, i, j)))
    return replace(entry, (i, j), hole, context, theorem)
