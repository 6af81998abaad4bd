"""Probabilities of all states, moments of all orders, and the Fisher information."""

from __future__ import annotations

from typing import Any

from .arrays import Array, Random, device, like, namespace
from .equations import implements
from .spins import Packing, check_parameters, exponent, states

LARGEST = 24
"""The most spins whose 2^N probabilities are held at once."""


@implements("2.25")
def probabilities(fields: Any, couplings: Any) -> Array:
    """The probability (2.25) of each state, in the order of ``states``, shape (2^N,)."""
    fields, couplings = check_parameters(fields, couplings)
    xp, n = namespace(fields), fields.shape[0]
    if n > LARGEST:
        raise ValueError(f"{n} spins have 2^{n} states: at most {LARGEST} can be listed")
    low, high = slice(0, n // 2), slice(n // 2, n)
    inner, outer = states(n // 2, fields), states(n - n // 2, fields)
    joint = xp.matmul(xp.matmul(outer, couplings[high, low]), inner.T)
    joint = joint + exponent(outer, fields[high], couplings[high, high])[:, None]
    joint = joint + exponent(inner, fields[low], couplings[low, low])
    weights = xp.exp(joint - xp.max(joint))
    return xp.reshape(weights / xp.sum(weights), (-1,))


def exact_samples(fields: Array, couplings: Array, random: Random, n: int) -> Array:
    """n independent draws from (2.25), n × N, by inverting the sum of the probabilities."""
    xp = namespace(fields)
    steps = xp.cumulative_sum(probabilities(fields, couplings))
    index = xp.searchsorted(steps, random.uniform((n,)) * steps[-1], side="right")
    last = steps.shape[0] - 1  # where rounding makes the number equal to the whole sum
    return xp.take(states(fields.shape[0], fields), xp.clip(index, 0, last), axis=0)


def all_moments(probability: Array) -> Array:
    """⟨∏_{k in s} x_k⟩ for every set s of spins, the bits of the index: the Walsh-Hadamard
    transform of the probabilities, in N 2^N additions.

    >>> import numpy as np
    >>> all_moments(np.array([0.5, 0.0, 0.0, 0.5]))
    array([1., 0., 0., 1.])
    """
    xp, values, width = namespace(probability), probability, 1
    while width < probability.shape[0]:
        pairs = xp.reshape(values, (-1, 2, width))
        plus, minus = pairs[:, 0, :], pairs[:, 1, :]
        values = xp.stack([plus + minus, plus - minus], axis=1)
        width *= 2
    return xp.reshape(values, (-1,))


@implements("2.28", "2.29")
def fisher_information(fields: Any, couplings: Any) -> Array:
    """The covariance of the moments x_k, x_k x_l in the order of ``Packing``, M × M.

    It is the second derivative of ln Z and of the divergence, whose first are (2.28) and (2.29):
    ⟨φ_a φ_b⟩ − ⟨φ_a⟩⟨φ_b⟩. Its inverse over n bounds the variance of every unbiased estimate from
    n rows (Cramér-Rao).
    """
    fields, couplings = check_parameters(fields, couplings)
    xp, n = namespace(fields), fields.shape[0]
    moment = all_moments(probabilities(fields, couplings))
    masks = [1 << k for k in range(n)]
    masks += [1 << k | 1 << other for k, other in Packing(n).pairs]
    bits = xp.asarray(masks, device=device(fields))
    both = xp.reshape(xp.bitwise_xor(bits[:, None], bits[None, :]), (-1,))
    mean = xp.take(moment, bits)
    second = xp.reshape(xp.take(moment, both), (len(masks), len(masks)))
    return like(second - mean[:, None] * mean[None, :], fields)
