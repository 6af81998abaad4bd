"""Whether a Boltzmann machine with finite parameters can have the moments of the data.

It can if and only if the moments lie inside the polytope of all moments, not on its surface
(O. Barndorff-Nielsen, 1978, Information and Exponential Families). Checked are the facets that
join at most three of the spins and the constant 1; those that join more are not.
"""

from __future__ import annotations

import numpy as np

from .arrays import Array, to_numpy
from .errors import NoFiniteOptimum

TRIPLES = 200
"""The most spins for which three spins at a time are looked at."""

_ADVICE = "the divergence has no minimum at finite parameters; use l2 > 0, or change the columns"


def check_interior(singles: Array, pairs: Array, count: int) -> None:
    """Raise ``NoFiniteOptimum`` where ``count`` rows with these moments (N), (N × N) leave out a
    configuration of one, two or three spins that the model cannot give probability 0."""
    m = np.block([[np.ones((1, 1)), to_numpy(singles)[None, :]],
                  [to_numpy(singles)[:, None], to_numpy(pairs)]])  # fmt: skip
    n, least = m.shape[0], 1.0 / count
    _check_equal(m, least)
    for k in range(n if n <= TRIPLES + 1 else 1):
        row = m[k, k + 1 :]
        for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            cell = 1 + s * row[:, None] + t * row[None, :] + s * t * m[k + 1 :, k + 1 :]
            found = np.argwhere(np.triu(cell < 2 * least, 1))
            if found.size:
                other, third = (int(i) + k + 1 for i in found[0])
                raise NoFiniteOptimum(f"{_cell(k, other, third, s, t)}: {_ADVICE}")


def _check_equal(m: np.ndarray, least: float) -> None:
    found = np.argwhere(np.triu(1 - np.abs(m) < least, 1))
    if not found.size:
        return
    k, other = (int(i) for i in found[0])
    sign = "" if m[k, other] > 0 else "-"
    if k == 0:
        raise NoFiniteOptimum(f"column {other} is {sign}1 in every row: {_ADVICE}")
    raise NoFiniteOptimum(f"column {other} is {sign}column {k} in every row: {_ADVICE}")


def _cell(k: int, other: int, third: int, s: int, t: int) -> str:
    if k == 0:
        return f"no row has {s} in column {other} and {t} in column {third}"
    first = "equal" if s > 0 else "unequal"
    second = "equal" if t > 0 else "unequal"
    return f"no row has columns {k} and {other} {first} and columns {k} and {third} {second}"
