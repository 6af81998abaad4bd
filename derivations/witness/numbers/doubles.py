"""The functions of an evaluation context on NumPy arrays of doubles.

An integrand over several dimensions is evaluated at all lattice points in one go. What
does not work on arrays raises TypeError or ValueError, and the caller goes point by point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

pi = float(np.pi)
e = float(np.e)
inf = float("inf")
zero = 0.0
one = 1.0
prec = 53
eps = float(np.finfo(float).eps)
mpf = float
exp = np.exp
ln = np.log
sqrt = np.sqrt
isfinite = np.isfinite


def any_zero(x: Any) -> bool:
    return bool(np.any(x == 0))
