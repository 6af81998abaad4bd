"""Mean and scatter of rows that come in pieces.

Chan, Golub, LeVeque (1983), Algorithms for computing the sample variance, The American
Statistician 37, 242-247.
"""

from __future__ import annotations

from typing import Any

from .arrays import Array, namespace

PIECE = 2**20
"""How many numbers are centred at a time."""


class Scatter:
    """The count n, the mean x̄ (N) and the scatter Σ (x_i − x̄)(x_i − x̄)ᵀ (N × N) of rows."""

    def __init__(self) -> None:
        self.count = 0
        self.mean: Any = 0.0
        self.matrix: Any = 0.0

    def add(self, rows: Array) -> None:
        """Take in an n × N matrix."""
        step = max(1, PIECE // rows.shape[1])
        for start in range(0, rows.shape[0], step):
            self._merge(rows[start : start + step])

    def _merge(self, rows: Array) -> None:
        xp, n = namespace(rows), rows.shape[0]
        mean = xp.mean(rows, axis=0)
        centred = rows - mean
        total = self.count + n
        shift = mean - self.mean
        outer = shift[:, None] * shift[None, :] * (self.count * n / total)
        self.matrix = self.matrix + xp.matmul(centred.T, centred) + outer
        self.mean = self.mean + shift * (n / total)
        self.count = total
