"""The matrices of the SymPy witness, against those of SymPy; and what the naive way may use."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
import sympy as sp

from derivations.witness.algebra.arrays import Matrix, adjugate, determinant, inverse
from derivations.witness.algebra.monomials import Undefined, Unsupported

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "naive.py"
a, b = sp.symbols("a b", real=True)


def random_matrix(rng: random.Random, rows: int, cols: int) -> Matrix:
    choices = [sp.Integer(k) for k in range(-2, 3)] + [a, b, a * b]
    return Matrix(rows, cols, [rng.choice(choices) for _ in range(rows * cols)])


def by_sympy(matrix: Matrix) -> sp.Matrix:
    return sp.Matrix(*matrix.shape, list(matrix))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_arithmetic_is_that_of_sympy(size: int) -> None:
    rng = random.Random(size)
    for _ in range(20):
        x, y = (random_matrix(rng, size, size) for _ in range(2))
        v = random_matrix(rng, size, 1)
        p, q, w = by_sympy(x), by_sympy(y), by_sympy(v)
        pairs = [
            (x + y, p + q),
            (x - y, p - q),
            (x * y, p * q),
            (v.T * x * v, w.T * p * w),
            (x.times(a), a * p),
            (adjugate(x), p.adjugate()),
        ]
        for found, wanted in pairs:
            assert (by_sympy(found) - wanted).expand() == sp.zeros(*wanted.shape)
        assert sp.expand(determinant(x) - p.det()) == 0


def test_equal_matrices_are_one_key() -> None:
    assert {Matrix(1, 2, [a, 1]): 1}[Matrix(1, 2, [a, sp.Integer(1)])] == 1
    assert Matrix(1, 2, [a, b]) != Matrix(2, 1, [a, b])


def test_what_has_no_value_is_refused() -> None:
    with pytest.raises(Undefined):
        inverse(Matrix(2, 2, [a, b, a, b]))
    with pytest.raises(Unsupported):
        Matrix.unit(2) * Matrix.unit(3)


def test_the_naive_way_is_its_own() -> None:
    """What Kenzan is compared with uses nothing of its witnesses."""
    tree = ast.parse(BENCHMARK.read_text("utf-8"))
    names = [x.module or "" for x in ast.walk(tree) if isinstance(x, ast.ImportFrom)]
    names += [alias.name for x in ast.walk(tree) if isinstance(x, ast.Import) for alias in x.names]
    used = {name for name in names if name.startswith("derivations")}
    assert used
    assert all(name.split(".")[1] in ("language", "reader") for name in used)
