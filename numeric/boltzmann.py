"""The Boltzmann machine, and its training: sections 2.5 and 2.6 of the notes."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from . import optimize
from .arrays import Array, Random, Seed, like, to_numpy
from .checkpoint import Checkpoint
from .data import check_spins
from .equations import implements
from .errors import DataError
from .estimator import Estimator
from .existence import check_interior
from .fisher import exact_samples
from .methods import METHODS, lbfgs, named
from .partition import LARGEST, moments
from .sampling import Gibbs, run
from .spins import Packing, check_parameters, exponent, mean_moments
from .training import Divergence, MakeSampler, SampledDivergence

LISTED = 20
"""The most spins for which samples are drawn from the list of all probabilities."""

EXACT = 20
"""The most spins for which ``moments="auto"`` sums over all states."""


class BoltzmannMachine(Estimator):
    """q(x) = exp(Σ_{k<l} J_kl x_k x_l + Σ_k h_k x_k) / Z, x in {−1, 1}^N, (2.25) to (2.30).

    ``method``: how to descend, one of ``METHODS`` or an object of ``numeric.optimize``;
    ``gradient`` is (2.30) with the sign mended, θ' = θ − η ∂D/∂θ.
    ``rate``: η; without it 1/L with L = M + l2 for the M = N + N(N − 1)/2 parameters, with which
    every step of ``gradient`` lowers the divergence.
    ``moments``: ``exact`` sums over the 2^N states, ``sampled`` takes ``chains`` persistent
    chains, ``sweeps`` steps of the ``sampler`` (made for fields and couplings) an iteration;
    ``auto`` is exact up to 20 spins. The chains must keep up with the parameters: where they
    do not, the fit swings; a smaller rate or momentum, or more sweeps, helps.
    ``l2``: λ ≥ 0, adds ½ λ |θ|² to the divergence.
    ``tolerance``: ends when no moment of model and data differs by more: on average over 100
    iterations for sampled moments, whose parameters are such an average, too.
    Without it 0.0001, or 0.01 for sampled moments.
    ``checkpoint``: a file written every ``checkpoint_every`` iterations; with ``resume`` the
    descent goes on from it.
    ``callback(state, step)`` sees every iteration and ends the descent by returning ``True``.

    Learned: ``fields_`` h (N), ``couplings_`` J (N × N, symmetric, zero diagonal, each pair once
    in the energy), ``trace_``, ``n_iter_``, ``converged_``, ``reason_``.
    """

    fields_: Array
    couplings_: Array
    trace_: optimize.Trace = optimize.Trace()

    def __init__(
        self,
        method: Any = "gradient",
        *,
        rate: float | None = None,
        momentum: float = 0.9,
        moments: str = "auto",
        chains: int = 1000,
        sweeps: int = 1,
        sampler: MakeSampler = Gibbs,
        l2: float = 0.0,
        tolerance: float | None = None,
        max_iterations: int = 10_000,
        warm_start: bool = False,
        checkpoint: str | os.PathLike[str] | None = None,
        checkpoint_every: int = 100,
        resume: bool = False,
        callback: Callable[[optimize.State, optimize.Step], bool | None] | None = None,
        random_state: Seed = None,
    ) -> None:
        self.method, self.rate, self.momentum = method, rate, momentum
        self.moments, self.chains, self.sweeps, self.sampler = moments, chains, sweeps, sampler
        self.l2, self.tolerance, self.max_iterations = l2, tolerance, max_iterations
        self.warm_start, self.callback, self.random_state = warm_start, callback, random_state
        self.checkpoint, self.checkpoint_every = checkpoint, checkpoint_every
        self.resume = resume

    @classmethod
    def from_parameters(cls, fields: Any, couplings: Any) -> Self:
        """The model with fields h (N) and couplings J (N × N), without data."""
        model = cls()
        model.fields_, model.couplings_ = check_parameters(fields, couplings)
        return model

    def parameters(self) -> dict[str, Array]:
        """What ``from_parameters`` takes."""
        self._check_fitted()
        return {"fields": self.fields_, "couplings": self.couplings_}

    # ------------------------------------------------------------------ learning

    @implements("2.30")
    def fit(self, data: Any, y: None = None) -> Self:
        """Minimise the divergence (2.27) from n rows of −1 and 1, n × N, as (2.30) means to.

        Raises ``DataError`` for other data, and ``NoFiniteOptimum`` for data that has no finite
        optimum without ``l2``. Interrupted, it keeps the parameters reached.
        """
        self._check_settings()
        rows = check_spins(data)
        singles, pairs = mean_moments(rows)
        if not self.l2:
            check_interior(singles, pairs, rows.shape[0])
        packing = Packing(rows.shape[1])
        problem = self._problem(packing, packing.pack(singles, pairs))
        start = self._start(packing, singles)
        latest = optimize.State(start, math.nan, start)
        sampled, asked = isinstance(problem, SampledDivergence), False
        tolerance = self.tolerance
        if tolerance is None:
            tolerance = 0.01 if sampled else 1e-4
        keep = Checkpoint.of(self, problem)

        def each(state: optimize.State, step: optimize.Step) -> bool:
            nonlocal latest, asked
            latest = state
            keep.after(state, step)
            asked = bool(self.callback and self.callback(state, step))
            return asked or problem.settled(tolerance)

        try:
            result = self._descend(problem, start, keep, each, 0.0 if sampled else tolerance)
        except KeyboardInterrupt:
            self.fields_, self.couplings_ = packing.unpack(latest.theta)
            raise
        theta, self.reason_ = result.state.theta, result.reason
        self.converged_ = result.converged
        if isinstance(problem, SampledDivergence) and problem.settled(tolerance):
            theta, self.converged_ = problem.averages[1], True
            self.reason_ = f"no average difference of moments above {tolerance:g}"
        self.fields_, self.couplings_ = packing.unpack(theta)
        self.trace_, self.n_iter_ = result.trace, result.trace[-1].iteration
        if not (self.converged_ or asked):
            warnings.warn(f"the fit did not converge: {self.reason_}", stacklevel=2)
        return self

    def _descend(
        self,
        problem: Divergence,
        start: Array,
        keep: Checkpoint,
        each: Callable[..., bool],
        tolerance: float,
    ) -> optimize.Result:
        state, trace = keep.resume(start)
        how: dict[str, Any] = {"tolerance": tolerance, "callback": each, "trace": trace}
        how["max_iterations"] = self.max_iterations
        method = self.method
        if method == "lbfgs":
            return lbfgs(problem, state, **how)
        if isinstance(method, str):
            curvature = problem.curvature if self.rate is None else 1 / self.rate
            method = named(method, curvature, self.momentum)
        return optimize.minimise(problem, state, method, **how)

    def _check_settings(self) -> None:
        for name in ("l2", "tolerance"):
            value = getattr(self, name) or 0.0
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} is {value!r}: a number from 0 is wanted")
        for name in ("max_iterations", "chains", "sweeps", "checkpoint_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)!r}: at least 1 is wanted")
        if self.rate is not None and not self.rate > 0:
            raise ValueError(f"rate is {self.rate!r}: a positive number is wanted")
        if self.moments not in ("auto", "exact", "sampled"):
            raise ValueError(f"moments is {self.moments!r}: auto, exact or sampled is wanted")
        if isinstance(self.method, str) and self.method not in METHODS:
            raise ValueError(f"method is {self.method!r}: one of {', '.join(METHODS)} is wanted")

    def _problem(self, packing: Packing, target: Array) -> Divergence:
        n = packing.spins
        if self.moments == "exact" or (self.moments == "auto" and n <= EXACT):
            if n > LARGEST:
                raise ValueError(f"exact moments of {n} spins: at most {LARGEST} are possible")
            return Divergence(packing, target, self.l2)
        if self.method in ("newton", "backtracking", "lbfgs"):
            raise ValueError(f"{self.method} needs exact moments")
        random = Random(self.random_state, target)
        return SampledDivergence(
            packing, target, self.l2, self.sampler, random, self.chains, self.sweeps
        )

    def _start(self, packing: Packing, singles: Array) -> Array:
        if self.warm_start and self.learned():
            if self.fields_.shape[0] != packing.spins:
                raise DataError(
                    f"the data has {packing.spins} columns, the model {self.fields_.shape[0]}"
                )
            return packing.pack(like(self.fields_, singles), like(self.couplings_, singles))
        return like(np.zeros(packing.parameters), singles)

    # ------------------------------------------------------------------ the model

    @implements("2.26")
    def log_partition(self) -> float:
        """ln Z of (2.26), in nats, exact; ``ValueError`` for more spins than can be summed."""
        self._check_fitted()
        return moments(self.fields_, self.couplings_).log_partition

    def energy(self, data: Any) -> Array:
        """E(x) = −Σ_{k<l} J_kl x_k x_l − Σ_k h_k x_k of each of the n rows, shape (n,)."""
        self._check_fitted()
        rows = like(check_spins(data, self.fields_.shape[0]), self.fields_)
        return -exponent(rows, self.fields_, self.couplings_)

    @implements("2.25")
    def score_samples(self, data: Any) -> Array:
        """The logarithm of the probability (2.25) of each of the n rows, in nats, shape (n,)."""
        return -self.energy(data) - self.log_partition()

    @implements("2.27")
    def kl_divergence(self, data: Any) -> float:
        """D(p₀ ‖ q), (2.27) with its term free of θ: p₀ gives each distinct row its share."""
        score = self.score(data)
        rows = to_numpy(check_spins(data))
        _, counts = np.unique(np.packbits(rows > 0, axis=1), axis=0, return_counts=True)
        share = counts / counts.sum()
        return float(np.sum(share * np.log(share))) - score

    @implements("2.28", "2.29")
    def kl_gradient(self, data: Any) -> tuple[Array, Array]:
        """(∂D/∂h_k, ∂D/∂J_kl) of the divergence from the data, (2.28) and (2.29), exact.

        The moments of the model less those of the data: (N), and N × N with zero diagonal.
        """
        self._check_fitted()
        rows = like(check_spins(data, self.fields_.shape[0]), self.fields_)
        found = moments(self.fields_, self.couplings_)
        singles, pairs = mean_moments(rows)
        return found.singles - singles, found.pairs - pairs

    def sample(self, n: int = 1, random_state: Seed = None, burn_in: int = 1000) -> Array:
        """n rows, n × N: independent exact draws up to 20 spins, beyond that the ends of n chains
        after ``burn_in`` sweeps of the ``sampler``."""
        self._check_fitted()
        random = Random(random_state, self.fields_)
        if self.fields_.shape[0] > LISTED:
            sampler = self.sampler(self.fields_, self.couplings_)
            return run(sampler, random, sampler.init(random, n), burn_in).T
        return exact_samples(self.fields_, self.couplings_, random, n)
