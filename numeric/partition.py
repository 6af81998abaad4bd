"""The exact normaliser and moments of N spins, in about 3 · 2^N multiplications.

The spins are split in three groups A, B, C. No term of the energy joins all three, so with

    U_ab = exp(E_B(b) + aᵀ J_AB b),  V_ac = exp(E_C(c) + aᵀ J_AC c),  K_bc = exp(bᵀ J_BC c)

the normaliser is Z = Σ_a exp(E_A(a)) (U K Vᵀ)_aa: a product of matrices with 2^(N/3) rows, and
the distributions of two groups are V Kᵀ, U K and Uᵀ V, each times the factor that it lacks. Only
2^(2N/3) exponentials are taken. The split is that of R. Williams (2005), A new algorithm for
optimal 2-constraint satisfaction and its implications, Theoretical Computer Science 348, 357-365.

Each matrix is scaled row by row. Where that leaves too little of the range of floating-point
numbers, group C is left empty: then nothing can be lost, and 2^N exponentials are taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .arrays import Array, namespace
from .equations import implements
from .spins import check_parameters, exponent, states

LARGEST = 36
"""The most spins that are summed over without being asked."""

BLOCK = 2**22
"""The most entries of a matrix of states of two groups that is built at a time."""


@dataclass(frozen=True)
class Moments:
    """ln Z in nats, ⟨x_k⟩ (N) and ⟨x_k x_l⟩ (N × N, ones on the diagonal)."""

    log_partition: float
    singles: Array
    pairs: Array


class _RangeError(ArithmeticError):
    """The scaled weights may have lost states that count."""


def log_partition(fields: Any, couplings: Any, limit: int = LARGEST) -> float:
    """ln Z, in nats, as ``moments`` has it.

    >>> log_partition([0.0], [[0.0]]) == math.log(2)
    True
    """
    return moments(fields, couplings, limit).log_partition


@implements("2.26")
def moments(fields: Any, couplings: Any, limit: int = LARGEST) -> Moments:
    """ln Z of (2.26) and all ⟨x_k⟩, ⟨x_k x_l⟩, summed over all 2^N states.

    ``fields`` (N), ``couplings`` (N × N symmetric, each unordered pair counted once). Memory grows
    as 2^(2N/3), time as 2^N. Raises ``ValueError`` for more than ``limit`` spins.
    """
    fields, couplings = check_parameters(fields, couplings)
    n = fields.shape[0]
    if n > limit:
        raise ValueError(f"{n} spins have 2^{n} states: at most {limit} are summed over")
    return sum_states(fields, couplings)


def sum_states(fields: Array, couplings: Array) -> Moments:
    """``moments`` of parameters that are known to be of the right form."""
    n = fields.shape[0]
    third = n // 3
    try:
        return _sum(fields, couplings, (n - third) // 2, third)
    except _RangeError:
        return _sum(fields, couplings, n // 2, 0)


def _sum(fields: Array, couplings: Array, size_b: int, size_c: int) -> Moments:
    """``moments`` with so many spins in groups B and C, the last ones."""
    xp, n = namespace(fields), fields.shape[0]
    a, b, c = (
        slice(0, n - size_b - size_c),
        slice(n - size_b - size_c, n - size_c),
        slice(n - size_c, n),
    )
    in_a, in_b, in_c = (states(g.stop - g.start, fields) for g in (a, b, c))
    own_a, own_b, own_c = (
        exponent(s, fields[g], couplings[g, g]) for s, g in ((in_a, a), (in_b, b), (in_c, c))
    )
    to_b, to_c = xp.matmul(couplings[a, b], in_b.T), xp.matmul(couplings[a, c], in_c.T)
    k, peak = _scaled(xp.matmul(xp.matmul(in_b, couplings[b, c]), in_c.T))
    rows = max(1, BLOCK // max(in_b.shape[0], in_c.shape[0]))
    starts = range(0, in_a.shape[0], rows)

    @lru_cache(maxsize=1)
    def block(start: int) -> tuple[Array, Array, Array, Array]:
        """Some states of A, their U and V, and the logarithm of what these were divided by."""
        some = in_a[start : start + rows, :]
        u, u_peak = _scaled(xp.matmul(some, to_b) + (own_b + peak))
        v, v_peak = _scaled(xp.matmul(some, to_c) + own_c)
        return some, u, v, own_a[start : start + rows] + u_peak + v_peak

    top = max(float(xp.max(block(start)[3])) for start in starts)
    sums: list[Any] = [0.0] * 5
    for start in starts:
        some, u, v, scale = block(start)
        weighted = u * xp.exp(scale - top)[:, None]
        p_ab = weighted * xp.matmul(v, k.T)
        p_ac = v * xp.matmul(weighted, k)
        p_a = xp.sum(p_ab, axis=1)
        new = (
            xp.matmul(p_a, some),
            xp.matmul(some.T * p_a, some),
            xp.matmul(xp.matmul(some.T, p_ab), in_b),
            xp.matmul(xp.matmul(some.T, p_ac), in_c),
            xp.matmul(weighted.T, v),
        )
        sums = [old + more for old, more in zip(sums, new, strict=True)]

    p_bc = k * sums.pop()
    total = float(xp.sum(p_bc))
    _check_range(fields, top, total)
    p_b, p_c = xp.sum(p_bc, axis=1), xp.sum(p_bc, axis=0)
    single, aa, ab, ac = sums
    bb, cc = xp.matmul(in_b.T * p_b, in_b), xp.matmul(in_c.T * p_c, in_c)
    bc = xp.matmul(xp.matmul(in_b.T, p_bc), in_c)
    rows_of = ([aa, ab, ac], [ab.T, bb, bc], [ac.T, bc.T, cc])
    pairs = xp.concat([xp.concat(row, axis=1) for row in rows_of], axis=0)
    singles = xp.concat([single, xp.matmul(p_b, in_b), xp.matmul(p_c, in_c)])
    return Moments(top + math.log(total), singles / total, pairs / total)


def _scaled(logarithms: Array) -> tuple[Array, Array]:
    """exp of a matrix with each row divided by its largest entry, and its logarithm."""
    xp = namespace(logarithms)
    peak = xp.max(logarithms, axis=1)
    return xp.exp(logarithms - peak[:, None]), peak


def _check_range(fields: Array, top: float, total: float) -> None:
    """Refuse a total that the products too small to be represented could change."""
    if not math.isfinite(top):
        raise ValueError("the energies overflow: scale the parameters down")
    number = namespace(fields).finfo(fields.dtype)
    lost = (fields.shape[0] + 2) * math.log(2) + math.log(float(number.smallest_normal))
    if not total > 0 or lost > math.log(total) + math.log(float(number.eps)):
        raise _RangeError
