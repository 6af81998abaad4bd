"""What a Boltzmann machine minimises: the divergence (2.27), exact or sampled."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Array, Random, like, namespace
from .equations import implements
from .fisher import fisher_information
from .partition import sum_states
from .sampling import Sampler
from .spins import Packing, mean_moments

HORIZON = 100
"""Over how many calls sampled gradients are averaged."""

MakeSampler = Callable[[Array, Array], Sampler]


class Divergence:
    """D(p₀ ‖ q_θ) up to a term free of θ, −θ·φ̄ + ln Z(θ) + ½ λ |θ|², with exact sums.

    ``target`` φ̄ holds the means of x_k and x_k x_l in the data, in the order of ``Packing``.
    ``curvature`` bounds the second derivative in every direction: M + λ for M parameters, since
    no x_k and no x_k x_l exceeds 1 in size (proved as ``quadratic_bound_of_divergence``).
    """

    def __init__(self, packing: Packing, target: Array, l2: float = 0.0) -> None:
        self.packing, self.target, self.l2 = packing, target, l2
        self.curvature = packing.parameters + l2

    @implements("2.27")
    def __call__(self, theta: Array) -> tuple[float, Array]:
        """(2.27) in nats without its term free of θ, and its gradient (2.28), (2.29)."""
        found = sum_states(*self.packing.unpack(theta))
        xp = namespace(theta)
        fit = float(xp.vecdot(theta, self.target - 0.5 * self.l2 * theta))
        model = self.packing.pack(found.singles, found.pairs)
        return found.log_partition - fit, model - self.target + self.l2 * theta

    def settled(self, tolerance: float) -> bool:
        """Whether more calls would tell nothing new; exact ones leave that to the gradient."""
        return False

    def hessian(self, theta: Array) -> Array:
        """The Fisher information, plus λ on the diagonal, M × M."""
        xp = namespace(theta)
        ridge = xp.zeros_like(theta) + self.l2
        identity = like(np.eye(theta.shape[0]), theta)
        return fisher_information(*self.packing.unpack(theta)) + identity * ridge


class SampledDivergence(Divergence):
    """The same with moments of persistent chains: the objective is unknown (NaN).

    ``averages`` are those of the gradient and of θ over the last ``HORIZON`` calls or so: the
    noise of single calls is not in them.

    T. Tieleman (2008), Training restricted Boltzmann machines using approximations to the
    likelihood gradient, ICML.
    """

    def __init__(
        self,
        packing: Packing,
        target: Array,
        l2: float,
        sampler: MakeSampler,
        random: Random,
        chains: int,
        sweeps: int,
    ) -> None:
        super().__init__(packing, target, l2)
        self.sampler, self.random, self.sweeps = sampler, random, sweeps
        self.chains = chains
        self.spins: Any = None
        self.calls = 0
        self.averages: Any = (0.0, 0.0)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """NaN, and the gradient (2.28), (2.29) with sampled moments."""
        sampler = self.sampler(*self.packing.unpack(theta))
        if self.spins is None:
            self.spins = sampler.init(self.random, self.chains)
        for _ in range(self.sweeps):
            self.spins, _ = sampler.step(self.random, self.spins)
        model = self.packing.pack(*mean_moments(self.spins.T))
        gradient = model - self.target + self.l2 * theta
        self.calls += 1
        share = 1 / min(self.calls, HORIZON)
        self.averages = tuple(
            old + share * (new - old)
            for old, new in zip(self.averages, (gradient, theta), strict=True)
        )
        return math.nan, gradient

    def settled(self, tolerance: float) -> bool:
        """Whether no entry of the average gradient exceeds the tolerance."""
        xp = namespace(self.target)
        return self.calls >= HORIZON and float(xp.max(xp.abs(self.averages[0]))) <= tolerance

    def hessian(self, theta: Array) -> Array:
        """Not available from samples."""
        raise ValueError("Newton's method needs exact moments")

    @property
    def memory(self) -> dict[str, Any]:
        """The chains, the averages and the random numbers to come, to continue from."""
        return {
            "spins": self.spins,
            "random": self.random.state,
            "calls": self.calls,
            "gradient": self.averages[0],
            "theta": self.averages[1],
        }

    @memory.setter
    def memory(self, memory: dict[str, Any]) -> None:
        self.spins = like(memory["spins"], self.target)
        self.random.state = memory["random"]
        self.calls = int(memory["calls"])
        self.averages = tuple(like(memory[k], self.target) for k in ("gradient", "theta"))
