"""Matrices with structure: inverses and determinants that are known, factors that cancel.

A positive definite matrix has the inverse L D Lᵀ with L unit lower triangular and D
positive: each such matrix once. An orthogonal matrix is a sign on the line, a rotation or
a reflection of the plane, and from size 3 on a matrix of which only P Pᵀ = 1 is known.
"""

from __future__ import annotations

import sympy as sp

from .arrays import Matrix, adjugate, determinant, inverse
from .forms import Forms
from .values import NeedsCase


class Matrices:
    """What is known about the matrices of one world."""

    def __init__(self, forms: tuple[Forms, ...]) -> None:
        self.forms = forms
        self.circles: list[tuple[sp.Symbol, sp.Symbol]] = []
        self.orthogonals: list[Matrix] = []
        self._inverses: dict[Matrix, Matrix] = {}
        self._determinants: dict[Matrix, sp.Expr] = {}
        self._factors: dict[Matrix, tuple[Matrix, ...]] = {}

    # ------------------------------------------------------------ operations

    def inverse(self, matrix: Matrix) -> Matrix:
        """The inverse, by its structure where that is known."""
        found = self._inverses.get(matrix)
        if found is None:
            found = self._inverses[matrix] = inverse(matrix)
            self._inverses[found] = matrix
        return found

    def determinant(self, matrix: Matrix) -> sp.Expr:
        """The determinant, by its structure where that is known."""
        found = self._determinants.get(matrix)
        if found is None:
            found = self._determinants[matrix] = determinant(matrix)
        return found

    def product(self, matrices: list[Matrix]) -> Matrix:
        """The product from left to right; neighbours that are inverses cancel."""
        kept: list[Matrix] = []
        cancelled = False
        for matrix in matrices:
            for factor in self._factors.get(matrix, (matrix,)):
                if kept and self._inverses.get(kept[-1]) == factor:
                    kept.pop()
                    cancelled = True
                else:
                    kept.append(factor)
        if not cancelled:
            kept = matrices
        if not kept:
            return Matrix.unit(matrices[0].rows)
        found = kept[0]
        for matrix in kept[1:]:
            found = found * matrix
        return found

    def pair(self, matrix: Matrix, other: Matrix, det: sp.Expr | None = None) -> None:
        """Note two matrices as inverses of each other, and the determinant of the first."""
        self._inverses[matrix], self._inverses[other] = other, matrix
        if det is not None:
            self._determinants[matrix], self._determinants[other] = det, 1 / det

    def made_of(self, *factors: Matrix) -> Matrix:
        """A product whose factors are remembered."""
        made = self.product(list(factors))
        self._factors[made] = factors
        return made

    # ------------------------------------------------------------ general members

    def positive_definite(self, written: str, size: int) -> Matrix:
        """The inverse of L D Lᵀ."""
        d = [sp.Symbol(f"d({written})[{k + 1}]", positive=True) for k in range(size)]

        def below(i: int, j: int) -> sp.Expr:
            if i <= j:
                return sp.Integer(int(i == j))
            return sp.Symbol(f"L({written})[{i + 1},{j + 1}]", real=True)

        lower = Matrix(size, size, below)
        back = adjugate(lower)
        precision = lower * Matrix.diagonal(d) * lower.T
        made = back.T * Matrix.diagonal([1 / x for x in d]) * back
        self.pair(made, precision, 1 / sp.Mul(*d))
        return made

    def orthogonal(self, written: str, size: int) -> Matrix:
        """An orthogonal matrix; up to size 2 one of two kinds, by NeedsCase."""
        if size > 2:
            made = Matrix(
                size, size, lambda i, j: sp.Symbol(f"{written}[{i + 1},{j + 1}]", real=True)
            )
            if made not in self.orthogonals:
                self.orthogonals.append(made)
                self.pair(made, made.T)
            return made
        if size == 1:
            raise NeedsCase((written,), [Matrix(1, 1, [1]), Matrix(1, 1, [-1])])
        c, s = (sp.Symbol(f"{x}({written})", real=True) for x in ("cos", "sin"))
        if (c, s) not in self.circles:
            self.circles.append((c, s))
            for forms in self.forms:
                forms.circle(c, s)
        kinds = [Matrix(2, 2, [c, -s, s, c]), Matrix(2, 2, [c, s, s, -c])]
        for matrix, det in zip(kinds, (1, -1), strict=True):
            self.pair(matrix, matrix.T, sp.Integer(det))
        raise NeedsCase((written,), kinds)

    def from_eigenvalues(self, base: Matrix, values: list[sp.Expr], invertible: bool) -> Matrix:
        """P diag(values) Pᵀ, with its inverse where no value is zero."""
        made = self.made_of(base, Matrix.diagonal(values), base.T)
        if invertible:
            other = self.made_of(base, Matrix.diagonal([1 / v for v in values]), base.T)
            self.pair(made, other, sp.Mul(*values))
        return made
