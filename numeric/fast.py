"""The Gibbs sweep compiled by numba, the extra ``fast``; ``sampling.Gibbs`` is its reference."""

from __future__ import annotations

import numba
import numpy as np

from .arrays import Array
from .sampling import Gibbs

LANES = 256
"""How many chains are updated together: they stay in the cache."""


@numba.njit(cache=True, fastmath={"contract"})
def _sweep(spins: Array, local: Array, noise: Array, couplings: Array) -> None:
    """Update ``spins`` in place given the fields ``local`` before, N × chains."""
    n, chains = spins.shape
    field = np.zeros((n, LANES))
    change = np.zeros(LANES)
    for start in range(0, chains, LANES):
        width = min(LANES, chains - start)
        field[:, :width] = local[:, start : start + width]
        for k in range(n):
            here, level, x = field[k], noise[k, start : start + width], spins[k, start:]
            for c in range(width):
                drawn = 1.0 if level[c] < here[c] else -1.0
                change[c] = drawn - x[c]
                x[c] = drawn
            for other in range(k + 1, n):
                coupling, there = couplings[k, other], field[other]
                for c in range(width):
                    there[c] += coupling * change[c]


class FastGibbs(Gibbs):
    """``Gibbs`` in compiled code, for NumPy arrays: the same numbers give the same states."""

    def sweep(self, spins: Array, uniform: Array) -> Array:
        """The states after one sweep with the given numbers in [0, 1), N × chains."""
        noise = 1.0 - uniform
        with np.errstate(divide="ignore"):
            np.log(np.divide(uniform, noise, out=noise), out=noise)
        noise *= 0.5
        spins = np.array(spins, order="C", copy=True)
        local = self.couplings @ spins
        local += self.fields[:, None]
        _sweep(spins, local, noise, self.couplings)
        return spins
