"""What follows when an orthogonal P makes P⁻¹ S P diagonal, S positive definite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..kernel import matrices
from ..kernel import terms as t
from ..kernel.arithmetic import linear
from ..kernel.logic import generalise, specialise
from ..kernel.terms import KernelError, Term
from ..kernel.theorem import Theorem
from .facts import basis_of, equations
from .gaussian import eigenvalue_is_positive, product_of_eigenvalues
from .laws import inverse_right
from .rewriting import unused
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
    yield linear(t.equal(short, left), ((t.num(-1), dets, (), ()), (t.num(-1), simpler, (), ())), ())
