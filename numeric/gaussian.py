"""The Gaussian of one variable, and its training: sections 2.2 and 2.3 of the notes."""

from __future__ import annotations

import math
from typing import Any, Self

from .arrays import Array, Random, Seed, as_float, namespace
from .data import check_rows
from .equations import implements
from .errors import DataError
from .estimator import Estimator
from .streaming import Scatter


class Gaussian(Estimator):
    """q(x) = exp(−(x − μ)²/2σ²) / √(2πσ²), equations (2.8) to (2.13) of the notes.

    Learned: ``mean_`` μ, ``variance_`` σ² > 0, ``count_`` rows seen.

    >>> model = Gaussian().fit([1.0, 2.0, 6.0])
    >>> model.mean_, round(model.variance_, 3)
    (3.0, 4.667)
    """

    mean_: float
    variance_: float
    count_: int

    @classmethod
    def from_parameters(cls, mean: float, variance: float) -> Self:
        """The model with mean μ and variance σ² > 0, without data."""
        if not (math.isfinite(mean) and math.isfinite(variance) and variance > 0):
            raise ValueError(f"no Gaussian has mean {mean!r} and variance {variance!r}")
        model = cls()
        model.mean_, model.variance_ = float(mean), float(variance)
        return model

    def parameters(self) -> dict[str, float]:
        """What ``from_parameters`` takes."""
        self._check_fitted()
        return {"mean": self.mean_, "variance": self.variance_}

    @implements("2.12", "2.13")
    def fit(self, data: Any, y: None = None) -> Self:
        """Minimise the divergence (2.11) in closed form: mean (2.12), variance (2.13).

        ``data``: n values, shape (n,) or (n, 1). Raises ``DataError`` where they are all equal.
        """
        self._scatter = Scatter()
        self.partial_fit(data)
        if not self.variance_ > 0:
            raise DataError(
                f"the variance of the values, around {self.mean_:g}, is 0: they are all equal, or "
                "differ by too little, and the model has no density"
            )
        return self

    def partial_fit(self, data: Any, y: None = None) -> Self:
        """Take in more rows; after all of them the model is that of ``fit`` on them together."""
        scatter = getattr(self, "_scatter", None) or Scatter()
        scatter.add(check_rows(data, 1))
        variance = float(scatter.matrix[0, 0]) / scatter.count
        if not math.isfinite(variance):
            raise DataError("the variance of the data overflows: scale the data down")
        self._scatter, self.count_ = scatter, scatter.count
        self.mean_, self.variance_ = float(scatter.mean[0]), variance
        return self

    @implements("2.9")
    def log_partition(self) -> float:
        """ln √(2πσ²), the logarithm of the normaliser (2.9)."""
        self._check_fitted()
        return 0.5 * math.log(2 * math.pi * self.variance_)

    @implements("2.10")
    def score_samples(self, data: Any) -> Array:
        """The logarithm of the density (2.10) at each of the n values, in nats, shape (n,)."""
        x = check_rows(data, 1)[:, 0]
        return -self.log_partition() - (x - self.mean_) ** 2 / (2 * self.variance_)

    @implements("2.11")
    def cross_entropy(self, data: Any) -> float:
        """D(p₀ ‖ q) up to terms free of the parameters, the last expression of (2.11):
        (1/2σ²)(1/n) Σ (x_i − μ)² + ½ ln σ²."""
        self._check_fitted()
        x = check_rows(data, 1)[:, 0]
        square = float(namespace(x).mean((x - self.mean_) ** 2))
        return square / (2 * self.variance_) + 0.5 * math.log(self.variance_)

    @implements("2.12", "2.13")
    def kl_gradient(self, data: Any) -> tuple[float, float]:
        """(∂D/∂μ, ∂D/∂σ²) of the divergence from the data, (2.12) and (2.13)."""
        self._check_fitted()
        x = as_float(check_rows(data, 1))[:, 0] - self.mean_
        xp, v = namespace(x), self.variance_
        square = float(xp.mean(x * x))
        return -float(xp.mean(x)) / v, -square / (2 * v * v) + 1 / (2 * v)

    @implements("2.3")
    def kl_divergence(self, other: Gaussian) -> float:
        """D(self ‖ other), the integral of (2.3) in closed form, in nats."""
        self._check_fitted()
        other._check_fitted()
        ratio = self.variance_ / other.variance_
        shift = (self.mean_ - other.mean_) ** 2 / other.variance_
        return 0.5 * (ratio - 1 - math.log(ratio) + shift)

    def sample(self, n: int = 1, random_state: Seed = None) -> Array:
        """n independent values, shape (n,)."""
        self._check_fitted()
        return self.mean_ + math.sqrt(self.variance_) * Random(random_state).normal((n,))
