"""Small machines, and what the list of all their states says of them."""

from __future__ import annotations

from itertools import product

import numpy as np

Machine = tuple[np.ndarray, np.ndarray]


def random_machine(n: int, seed: int, scale: float = 1.0) -> Machine:
    """Normal fields, and couplings of the size that a spin glass has."""
    rng = np.random.default_rng(seed)
    couplings = np.triu(rng.normal(size=(n, n)), 1) * scale / max(n, 1) ** 0.5
    return rng.normal(size=n) * scale / 2, couplings + couplings.T


def enumerated(fields: np.ndarray, couplings: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """ln Z, <x_k>, <x_k x_l>: a sum over all states, each pair once, in a loop."""
    n = len(fields)
    states = list(product((-1, 1), repeat=n))
    exponents = [
        sum(fields[k] * x[k] for k in range(n))
        + sum(couplings[k, m] * x[k] * x[m] for k in range(n) for m in range(k + 1, n))
        for x in states
    ]
    top = max(exponents)
    weights = np.exp(np.array(exponents) - top)
    x, p = np.array(states, dtype=float), weights / weights.sum()
    return top + float(np.log(weights.sum())), p @ x, (x.T * p) @ x
