"""States of N spins, and the parameters of their energies."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from .arrays import Array, as_float, device, like, namespace


def states(n: int, model: Array) -> Array:
    """All 2^n states of n spins, 2^n × n; spin k of state s is −1 where bit k of s is set.

    >>> states(2, np.empty(0))
    array([[ 1.,  1.],
           [-1.,  1.],
           [ 1., -1.],
           [-1., -1.]])
    """
    return like(_states(n).copy(), model)


@lru_cache(maxsize=64)
def _states(n: int) -> np.ndarray:
    found = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    found.setflags(write=False)
    return found


def exponent(spins: Array, fields: Array, couplings: Array) -> Array:
    """Σ_{k<l} J_kl x_k x_l + Σ_k h_k x_k, the exponent of (2.25), for each row of spins."""
    xp = namespace(fields)
    pairs = xp.sum(xp.matmul(spins, couplings) * spins, axis=1)
    return xp.matmul(spins, fields) + 0.5 * pairs


def check_parameters(fields: Any, couplings: Any) -> tuple[Array, Array]:
    """Fields h (N) and symmetric couplings J (N × N) with zero diagonal; ``ValueError`` else."""
    fields = as_float(fields)
    couplings = like(couplings, fields)
    n = fields.shape[0] if fields.ndim == 1 else -1
    if n < 1 or tuple(couplings.shape) != (n, n):
        raise ValueError("N fields and N × N couplings are wanted")
    xp = namespace(fields)
    if not bool(xp.all(xp.isfinite(fields))) or not bool(xp.all(xp.isfinite(couplings))):
        raise ValueError("a field or coupling is not finite")
    if not bool(xp.all(couplings == couplings.T)):
        raise ValueError("the couplings are not symmetric")
    if bool(xp.any(xp.linalg.diagonal(couplings) != 0)):
        raise ValueError("a coupling of a spin with itself is not zero")
    return fields, couplings


class Packing:
    """Fields and couplings of N spins as one vector θ of M = N + N(N − 1)/2 numbers, and back.

    First the fields, then J_kl for k < l, row by row: the order of the moments x_k, x_k x_l.
    """

    def __init__(self, n: int) -> None:
        self.spins = n
        rows, columns = np.triu_indices(n, 1)
        self.parameters = n + len(rows)
        self._upper = rows * n + columns
        slots = np.full((n, n), self.parameters - n)
        slots[rows, columns] = slots[columns, rows] = np.arange(len(rows))
        self._slots = slots.ravel()
        self.pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))

    def pack(self, singles: Array, pairs: Array) -> Array:
        """θ of a vector (N) and a symmetric matrix (N × N)."""
        xp = namespace(singles)
        upper = xp.take(xp.reshape(pairs, (-1,)), _index(self._upper, singles))
        return xp.concat([singles, upper])

    def unpack(self, theta: Array) -> tuple[Array, Array]:
        """The vector (N) and the symmetric matrix (N × N) with zero diagonal."""
        xp, n = namespace(theta), self.spins
        padded = xp.concat([theta[n:], xp.zeros_like(theta[:1])])
        square = xp.take(padded, _index(self._slots, theta))
        return theta[:n], xp.reshape(square, (n, n))


def _index(values: np.ndarray, model: Array) -> Array:
    return namespace(model).asarray(values, device=device(model))


def mean_moments(spins: Array) -> tuple[Array, Array]:
    """The means (1/n) Σ x_k and (1/n) Σ x_k x_l over the n rows of spins, (N) and (N × N)."""
    xp, n = namespace(spins), spins.shape[0]
    return xp.mean(spins, axis=0), xp.matmul(spins.T, spins) / n
