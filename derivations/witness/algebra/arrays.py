"""Matrices of SymPy scalars: immutable, hashable, with no more than is needed here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sympy as sp

from .monomials import Undefined, Unsupported

ZERO = sp.Integer(0)


class Matrix:
    """An array of SymPy expressions, row by row; vectors are columns, covectors rows."""

    __slots__ = ("_flat", "_hash", "cols", "rows")

    def __init__(
        self, rows: int, cols: int, entries: Iterable[Any] | Callable[[int, int], Any]
    ) -> None:
        """The entries in reading order, or a function of row and column, counted from 0."""
        if callable(entries):
            entries = [entries(i, j) for i in range(rows) for j in range(cols)]
        self.rows, self.cols = rows, cols
        self._flat = tuple(sp.Integer(x) if isinstance(x, int) else x for x in entries)
        self._hash: int | None = None

    @classmethod
    def column(cls, entries: Sequence[Any]) -> Matrix:
        return cls(len(entries), 1, entries)

    @classmethod
    def diagonal(cls, entries: Sequence[Any]) -> Matrix:
        size = len(entries)
        return cls(size, size, lambda i, j: entries[i] if i == j else 0)

    @classmethod
    def unit(cls, size: int) -> Matrix:
        return cls.diagonal([1] * size)

    @classmethod
    def zeros(cls, rows: int, cols: int) -> Matrix:
        return cls(rows, cols, [0] * (rows * cols))

    # ------------------------------------------------------------ as a collection

    @property
    def shape(self) -> tuple[int, int]:
        return self.rows, self.cols

    def __iter__(self) -> Iterator[sp.Expr]:
        return iter(self._flat)

    def __len__(self) -> int:
        return len(self._flat)

    def __getitem__(self, place: int | tuple[int, int]) -> sp.Expr:
        if isinstance(place, tuple):
            return self._flat[place[0] * self.cols + place[1]]
        return self._flat[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and self.shape == other.shape and self._flat == other._flat

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash((self.rows, self.cols, self._flat))
        return self._hash

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        return set().union(*(x.free_symbols for x in self._flat))

    # ------------------------------------------------------------ arithmetic

    def map(self, function: Callable[[sp.Expr], sp.Expr]) -> Matrix:
        """The matrix of the values of a function at each entry."""
        return Matrix(self.rows, self.cols, [function(x) for x in self._flat])

    def xreplace(self, rule: dict[sp.Expr, sp.Expr]) -> Matrix:
        return self.map(lambda x: x.xreplace(rule))

    def __neg__(self) -> Matrix:
        return self.map(lambda x: -x)

    def __add__(self, other: Matrix) -> Matrix:
        pairs = zip(self._flat, other._flat, strict=True)
        return Matrix(self.rows, self.cols, [a + b for a, b in pairs])

    def __sub__(self, other: Matrix) -> Matrix:
        return self + -other

    def __mul__(self, other: Matrix) -> Matrix:
        if self.cols != other.rows:
            raise Unsupported("a product of matrices of these shapes")
        return Matrix(
            self.rows,
            other.cols,
            [
                _dot(self._flat[i * self.cols : (i + 1) * self.cols], other._flat[j :: other.cols])
                for i in range(self.rows)
                for j in range(other.cols)
            ],
        )

    def times(self, number: sp.Expr) -> Matrix:
        """Each entry times a number."""
        return self.map(lambda x: number * x)

    def __truediv__(self, number: sp.Expr) -> Matrix:
        return self.times(1 / number)

    @property
    def T(self) -> Matrix:  # noqa: N802
        """The transpose."""
        return Matrix(self.cols, self.rows, lambda i, j: self[j, i])

    def extract(self, rows: Sequence[int], columns: Sequence[int]) -> Matrix:
        """The entries in some rows and columns."""
        return Matrix(len(rows), len(columns), [self[i, j] for i in rows for j in columns])


def _dot(row: Sequence[sp.Expr], column: Sequence[sp.Expr]) -> sp.Expr:
    terms = [a * b for a, b in zip(row, column, strict=True) if a is not ZERO and b is not ZERO]
    return sp.Add(*terms)


def determinant(matrix: Matrix) -> sp.Expr:
    """The determinant, by expansion along the first row."""
    size = matrix.rows
    if size == 0:
        return sp.Integer(1)
    if size == 1:
        return matrix[0, 0]
    if size == 2:
        return matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]
    if size > 4:
        raise Unsupported(f"a determinant of size {size}")
    return sp.Add(
        *((-1) ** j * matrix[0, j] * minor(matrix, 0, j) for j in range(size) if matrix[0, j] != 0)
    )


def minor(matrix: Matrix, row: int, column: int) -> sp.Expr:
    """The determinant without a row and a column, counted from 0."""
    size = matrix.rows
    kept = [k for k in range(size) if k != row], [k for k in range(size) if k != column]
    if not kept[0]:
        return sp.Integer(1)
    return determinant(matrix.extract(*kept))


def adjugate(matrix: Matrix) -> Matrix:
    """The transpose of the matrix of cofactors."""
    return Matrix(matrix.rows, matrix.rows, lambda i, j: (-1) ** (i + j) * minor(matrix, j, i))


def inverse(matrix: Matrix) -> Matrix:
    """The adjugate divided by the determinant."""
    value = determinant(matrix)
    if value == 0:
        raise Undefined("the inverse of a singular matrix")
    return adjugate(matrix) / value
