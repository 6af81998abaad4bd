"""Rules of matrices: determinant, cofactors, inverse, the spectral theorem."""

from __future__ import annotations

from . import terms as t
from .signs import needed
from .terms import Term, refuse
from .theorem import Claim, Theorem, rule

HORN = "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed., 2013"


def _indices(matrix: Term, count: int, *avoid: Term) -> tuple[Term, ...]:
    return t.fresh_variables([matrix.data[0]] * count, matrix, *avoid)


def times(left: Term, right: Term) -> Term:
    """The product of two matrices, as a function of two indices."""
    i, j, k = _indices(left, 3, right)
    return t.lam([i, j], t.total(t.lam([k], t.mul(t.at(left, i, k), t.at(right, k, j)))))


def transpose(matrix: Term) -> Term:
    """The transposed matrix."""
    i, j = _indices(matrix, 2)
    return t.lam([i, j], t.at(matrix, j, i))


@rule("det(A B) = det(A) det(B)", citation=f"{HORN}, 0.3.5")
def det_of_product(left: Term, right: Term) -> Claim:
    both = t.mul(t.det(left), t.det(right))
    return (), t.equal(t.det(times(t.function(left), t.function(right))), both)


@rule("det(Aᵀ) = det(A)", citation=f"{HORN}, 0.3.2")
def det_of_transpose(matrix: Term) -> Claim:
    return (), t.equal(t.det(transpose(t.function(matrix))), t.det(matrix))


@rule("det(diag(d)) = Π d", citation=f"{HORN}, 0.9.1")
def det_of_diagonal(entries: Term) -> Claim:
    entries = t.function(entries)
    i, j = _indices(entries, 2)
    matrix = t.lam([i, j], t.mul(t.delta(i, j), t.at(entries, i)))
    return (), t.equal(t.det(matrix), t.product(entries))


@rule("Σ_j A_ij cof_kj(A) = δ_ik det(A)", citation=f"{HORN}, 0.8.2")
def laplace(matrix: Term, row: Term, other: Term) -> Claim:
    matrix = t.function(matrix)
    (j,) = _indices(matrix, 1, row, other)
    left = t.total(t.lam([j], t.mul(t.at(matrix, row, j), t.cof(matrix, other, j))))
    return (), t.equal(left, t.mul(t.delta(row, other), t.det(matrix)))


@rule("cof_ij(Aᵀ) = cof_ji(A)", citation=f"{HORN}, 0.8.2")
def cof_of_transpose(matrix: Term, row: Term, column: Term) -> Claim:
    matrix = t.function(matrix)
    return (), t.equal(t.cof(transpose(matrix), row, column), t.cof(matrix, column, row))


@rule("(A⁻¹)_ij = cof_ji(A) / det(A)", citation=f"{HORN}, 0.8.2")
def inverse_by_cofactors(matrix: Term, row: Term, column: Term) -> Claim:
    right = t.mul(t.cof(matrix, column, row), t.inv(t.det(matrix)))
    return (), t.equal(t.minv(matrix, row, column), right)


# ---------------------------------------------------------------- positive definite matrices


def _positive_definite(theorem: Theorem) -> Term:
    said = theorem.conclusion
    return said.args[0] if said.op == "posdef" else refuse(f"{said} is not posdef")


@rule("A positive definite matrix is symmetric", citation=f"{HORN}, 7.1")
def posdef_symmetric(theorem: Theorem, row: Term, column: Term) -> Claim:
    matrix = _positive_definite(theorem)
    return theorem.hypotheses, t.equal(t.at(matrix, row, column), t.at(matrix, column, row))


@rule("vᵀ A v > 0 for A positive definite", "v != 0", citation=f"{HORN}, 7.1")
def posdef_form(theorem: Theorem, vector: Term, index: Term, component: Theorem) -> Claim:
    matrix = _positive_definite(theorem)
    if component.conclusion is not t.distinct(t.at(vector, index), t.num(0)):
        refuse(f"{component.conclusion} does not say that a component of {vector} is not 0")
    given = theorem.hypotheses | component.hypotheses
    return given, t.less(t.num(0), _form(matrix, vector))


@rule("vᵀ A v >= 0 for A positive definite", citation=f"{HORN}, 7.1")
def posdef_form_weak(theorem: Theorem, vector: Term) -> Claim:
    return theorem.hypotheses, t.at_most(t.num(0), _form(_positive_definite(theorem), vector))


def _form(matrix: Term, vector: Term) -> Term:
    i, j = _indices(matrix, 2, vector)
    term = t.mul(t.at(vector, i), t.at(matrix, i, j), t.at(vector, j))
    return t.total(t.lam([i], t.total(t.lam([j], term))))


@rule("det(A) > 0 for A positive definite", citation=f"{HORN}, theorem 7.2.1")
def posdef_det(theorem: Theorem) -> Claim:
    return theorem.hypotheses, t.less(t.num(0), t.det(_positive_definite(theorem)))


@rule("A⁻¹ is positive definite if A is", citation=f"{HORN}, theorem 7.2.1")
def posdef_inverse(theorem: Theorem) -> Claim:
    matrix = _positive_definite(theorem)
    i, j = _indices(matrix, 2)
    return theorem.hypotheses, t.posdef(t.lam([i, j], t.minv(matrix, i, j)))


@rule("X'X + c I is positive definite", "c > 0", citation=f"{HORN}, 7.1")
def posdef_gram(matrix: Term, shift: Term, facts: tuple[Theorem, ...] = ()) -> Claim:
    hypotheses = needed("positive", shift, facts)
    matrix = t.function(matrix)
    rows, columns = matrix.data
    i, j, k = t.fresh_variables([columns, columns, rows], matrix, shift)
    gram = t.total(t.lam([k], t.mul(t.at(matrix, k, i), t.at(matrix, k, j))))
    entry = t.add(gram, t.mul(shift, t.delta(i, j)))
    return hypotheses, t.posdef(t.lam([i, j], entry))


def orthogonal(matrix: Term) -> Term:
    """The statement Σ_k P_ki P_kj = δ_ij."""
    matrix = t.function(matrix)
    i, j, k = _indices(matrix, 3)
    product = t.total(t.lam([k], t.mul(t.at(matrix, k, i), t.at(matrix, k, j))))
    return t.every(t.lam([i, j], t.equal(product, t.delta(i, j))))


def diagonalised(matrix: Term, basis: Term, values: Term) -> Term:
    """The statement Σ_kl P_ki A_kl P_lj = δ_ij λ_i."""
    matrix = t.function(matrix)
    i, j, k, m = _indices(matrix, 4, basis, values)
    entry = t.mul(t.at(basis, k, i), t.at(matrix, k, m), t.at(basis, m, j))
    left = t.total(t.lam([k], t.total(t.lam([m], entry))))
    right = t.mul(t.delta(i, j), t.at(values, i))
    return t.every(t.lam([i, j], t.equal(left, right)))


@rule(
    "What follows from A = P diag(λ) Pᵀ with P orthogonal holds",
    "A is symmetric",
    "the conclusion and other hypotheses do not speak of P and λ",
    citation=f"{HORN}, theorem 2.5.6",
)
def spectral(theorem: Theorem, symmetry: Theorem, matrix: Term, basis: Term, values: Term) -> Claim:
    matrix = t.function(matrix)
    i, j = _indices(matrix, 2)
    claim = t.every(t.lam([i, j], t.equal(t.at(matrix, i, j), t.at(matrix, j, i))))
    if symmetry.conclusion is not claim:
        refuse(f"{symmetry.conclusion} does not say that {matrix} is symmetric")
    if basis.op != "var" or values.op != "var" or {basis, values} & matrix.variables:
        refuse("P and λ are variables that the matrix does not contain")
    left = theorem.hypotheses - {orthogonal(basis), diagonalised(matrix, basis, values)}
    for said in (*left, *symmetry.hypotheses, theorem.conclusion):
        if basis in said.variables or values in said.variables:
            refuse(f"{said} speaks of P or λ")
    return left | symmetry.hypotheses, theorem.conclusion


@rule("P Pᵀ = I if Pᵀ P = I", citation=f"{HORN}, 0.5 and theorem 2.1.2")
def orthogonal_rows(theorem: Theorem, matrix: Term, row: Term, other: Term) -> Claim:
    _is_orthogonal(theorem, matrix)
    matrix = t.function(matrix)
    (k,) = _indices(matrix, 1, row, other)
    left = t.total(t.lam([k], t.mul(t.at(matrix, row, k), t.at(matrix, other, k))))
    return theorem.hypotheses, t.equal(left, t.delta(row, other))


@rule(
    "∫ F(P x) dx = ∫ F(x) dx",
    "Pᵀ P = I",
    citation="P. Billingsley, Probability and Measure, 3rd ed., 1995, theorem 12.2",
)
def integral_rotation(theorem: Theorem, matrix: Term, body: Term) -> Claim:
    _is_orthogonal(theorem, matrix)
    matrix, body = t.function(matrix), t.function(body)
    (x,) = t.fresh_variables(body.data, matrix, body)
    i, k = _indices(matrix, 2, body, x)
    rotated = t.lam([i], t.total(t.lam([k], t.mul(t.at(matrix, i, k), t.at(x, k)))))
    left = t.integral(t.lam([x], t.at(body, rotated)))
    return theorem.hypotheses, t.equal(left, t.integral(body))


def _is_orthogonal(theorem: Theorem, matrix: Term) -> None:
    if theorem.conclusion is not orthogonal(matrix):
        refuse(f"{theorem.conclusion} does not say that {matrix} is orthogonal")


@rule("Bᵀ A B is positive definite if A is", "det(B) != 0", citation=f"{HORN}, observation 7.1.8")
def posdef_congruence(theorem: Theorem, basis: Term, regular: Theorem) -> Claim:
    matrix, basis = _positive_definite(theorem), t.function(basis)
    if regular.conclusion is not t.distinct(t.det(basis), t.num(0)):
        refuse(f"{regular.conclusion} does not say that det({basis}) is not 0")
    changed = times(times(transpose(basis), matrix), basis)
    return theorem.hypotheses | regular.hypotheses, t.posdef(changed)
