"""Gibbs sampling of spins over many chains at once.

A sampler is made for one model. ``init`` draws a state, and ``step`` makes of a state the next,
with what happened. A state holds one chain in each column.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from .arrays import Array, Random, namespace
from .equations import implements
from .spins import check_parameters


class Info(NamedTuple):
    """What one step did."""

    flipped: float
    """The share of the spins that changed."""


class Sampler(Protocol):
    """What moves chains so that they come to follow a model."""

    def init(self, random: Random, chains: int) -> Array:
        """The start of so many chains, N × chains."""

    def step(self, random: Random, spins: Array) -> tuple[Array, Info]:
        """One step of every chain; the argument is left as it is."""


@implements("2.25")
class Gibbs:
    """Every spin in turn is drawn anew given the others, by the probabilities of (2.25):

        q(x_k = 1 | the others) = (1 + tanh(h_k + Σ_l J_kl x_l)) / 2.

    Spins are treated ``block`` at a time: the fields of a block come from one product of matrices,
    and the changes in the block are added.
    """

    def __init__(self, fields: Any, couplings: Any, block: int = 16) -> None:
        self.fields, self.couplings = check_parameters(fields, couplings)
        self.block = block

    def init(self, random: Random, chains: int) -> Array:
        """Independent fair spins."""
        return self._signs(random.uniform((self.fields.shape[0], chains)) < 0.5)

    def step(self, random: Random, spins: Array) -> tuple[Array, Info]:
        """One sweep: each spin of each chain is drawn once."""
        xp = namespace(spins)
        new = self.sweep(spins, random.uniform(tuple(spins.shape)))
        kept = xp.vecdot(xp.reshape(new, (-1,)), xp.reshape(spins, (-1,)))
        return new, Info(0.5 - 0.5 * float(kept) / (spins.shape[0] * spins.shape[1]))

    def sweep(self, spins: Array, uniform: Array) -> Array:
        """The states after one sweep with the given numbers in [0, 1), N × chains."""
        xp, n = namespace(spins), spins.shape[0]
        spins = xp.asarray(spins, copy=True)
        change = xp.empty_like(spins[: self.block, :])
        for start in range(0, n, self.block):
            stop = min(start + self.block, n)
            local = xp.matmul(self.couplings[start:stop, :], spins)
            local += self.fields[start:stop, None]
            for k in range(start, stop):
                done = k - start
                field = local[done, :]
                if done:
                    field = field + xp.matmul(self.couplings[k, start:k], change[:done, :])
                drawn = self._signs(uniform[k, :] < 0.5 + 0.5 * xp.tanh(field))
                change[done, :] = drawn - spins[k, :]
                spins[k, :] = drawn
        return spins

    def _signs(self, up: Array) -> Array:
        return 2 * namespace(up).astype(up, self.fields.dtype) - 1


def run(sampler: Sampler, random: Random, spins: Array, steps: int) -> Array:
    """The states after so many steps."""
    for _ in range(steps):
        spins, _ = sampler.step(random, spins)
    return spins


class SampledMoments(NamedTuple):
    """Means over chains and steps, and their standard errors: singles (N), pairs (N × N)."""

    singles: Array
    pairs: Array
    singles_error: Array
    pairs_error: Array


def sampled_moments(
    sampler: Sampler, random: Random, chains: int = 1000, steps: int = 100, burn_in: int = 100
) -> SampledMoments:
    """⟨x_k⟩ and ⟨x_k x_l⟩ from ``steps`` steps of independent chains after ``burn_in`` others.

    Each chain gives one independent value of each mean, so that the standard error is that of
    ``chains`` values, however much the steps of one chain hang together. The memory is
    N² · chains numbers.
    """
    spins = run(sampler, random, sampler.init(random, chains), burn_in)
    xp, count = namespace(spins), spins.shape[1]
    singles: Any = 0.0
    pairs: Any = 0.0
    for _ in range(steps):
        spins, _ = sampler.step(random, spins)
        singles = singles + spins
        pairs = pairs + spins[:, None, :] * spins[None, :, :]
    means = [values / steps for values in (singles, pairs)]
    errors = [xp.std(m, axis=-1, correction=1) / count**0.5 for m in means]
    return SampledMoments(*(xp.mean(m, axis=-1) for m in means), *errors)
