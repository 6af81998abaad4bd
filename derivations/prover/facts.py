"""What follows at once from hypotheses: signs, symmetry, equations to rewrite with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..kernel import matrices
from ..kernel import terms as t
from ..kernel.arithmetic import linear, separate, sign
from ..kernel.logic import absurd, assume, cases, congruence, generalise, one_of, specialise
from ..kernel.terms import Term
from ..kernel.theorem import Theorem
from .laws import product_of_ones
from .rewriting import unused


def consequences(theorems: Iterable[Theorem]) -> list[Theorem]:
    """The theorems, and what else the prover should know if they hold."""
    found: list[Theorem] = []
    waiting = list(theorems)
    while waiting:
        theorem = waiting.pop(0)
        if any(theorem.conclusion is f.conclusion for f in found):
            continue
        found.append(theorem)
        waiting += _next(theorem)
    return found


def _next(theorem: Theorem) -> Iterator[Theorem]:
    said = theorem.conclusion
    if said.op == "and":
        for number in range(len(said.args)):
            yield one_of(theorem, number)
    if said.op == "!=" and t.is_finite(said.args[0].sort):
        yield separate(theorem)
    if said.op == "every":
        yield from _regular(theorem)
    if said.op == "posdef":
        matrix = said.args[0]
        i, j = _names(matrix)
        yield generalise(matrices.posdef_symmetric(theorem, i, j), (i, j))
        yield matrices.posdef_det(theorem)
        if _levels(t.at(matrix, i, j)) < 2:
            yield matrices.posdef_inverse(theorem)


def _regular(theorem: Theorem) -> Iterator[Theorem]:
    """det(P) != 0 for an orthogonal P."""
    basis = basis_of(theorem)
    if basis is not None:
        yield orthogonal_is_regular(theorem, t.function(basis))


def basis_of(theorem: Theorem) -> Term | None:
    """P, if the theorem says that P is orthogonal."""
    said = theorem.conclusion
    if said.op != "every" or len(said.args[0].data) != 2:
        return None
    i, j, k = unused((*said.args[0].data, said.args[0].data[0]), said)
    body = t.at(said.args[0], i, j)
    if body.op != "=" or body.args[0].op != "sum" or body.args[0].args[0].data != (k.sort,):
        return None
    inner = t.at(body.args[0].args[0], k)
    if inner.op != "mul" or inner.args[0].op != "at" or len(inner.args[0].args) != 3:
        return None
    basis = inner.args[0].args[0]
    return basis if basis.op == "var" and said is matrices.orthogonal(basis) else None


def orthogonal_is_regular(theorem: Theorem, matrix: Term) -> Theorem:
    """det(P) != 0 from Pᵀ P = I: else 1 = det(I) = det(P)² = 0."""
    i, j = unused(matrix.data, matrix)
    here = t.det(matrix)
    product = matrices.det_of_product(matrices.transpose(matrix), matrix)
    hole = t.var("~hole", t.Arrow(matrix.data, t.REAL))
    context = t.det(t.lam([i, j], t.at(hole, i, j)))
    entry = specialise(theorem, (i, j))
    same = congruence(entry, (i, j), hole, context)
    ones = t.lam([i], t.num(1))
    zero = assume(t.equal(here, t.num(0)))
    entries = (
        (t.num(-1), product, (), ()),
        (t.num(1), same, (), ()),
        (t.num(1), matrices.det_of_diagonal(ones), (), ()),
        (t.num(1), product_of_ones(matrix.data[0]), (), ()),
        (t.neg(t.det(matrices.transpose(matrix))), zero, (), ()),
    )
    wrong = linear(t.equal(t.num(0), t.num(1)), entries, ())
    claim = t.distinct(here, t.num(0))
    distinct = sign(t.distinct(t.num(1), t.num(0)), ())
    back = linear(t.equal(t.num(1), t.num(0)), ((t.num(-1), wrong, (), ()),), ())
    return cases(absurd(back, distinct, claim), assume(claim), here, t.num(0))


def _levels(entry: Term) -> int:
    """How often a matrix with this entry has been inverted."""
    return 1 + _levels(entry.args[0].args[0]) if entry.op == "minv" else 0


def _names(matrix: Term) -> tuple[Term, Term]:
    i, j = unused(matrix.data, matrix)
    return i, j


def equations(theorems: Iterable[Theorem]) -> list[Theorem]:
    """Equations among theorems, for all values of their quantified variables."""
    found = []
    for theorem in theorems:
        said = theorem.conclusion
        if said.op == "every" and said.args[0].args[0].op == "=":
            fresh = tuple(t.var(f"~h{k}", s) for k, s in enumerate(said.args[0].data))
            theorem = specialise(theorem, fresh)
            said = theorem.conclusion
        if said.op == "=" and said.args[0].sort == t.REAL and not _swap(said):
            found.append(theorem)
    return found


def _swap(said: Term) -> bool:
    """Whether an equation only swaps indices: it would rewrite for ever."""
    left, right = said.args
    return left.op == right.op and set(left.args) == set(right.args)
