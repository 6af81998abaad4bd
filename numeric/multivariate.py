"""The Gaussian of N variables, and its training: section 2.4 of the notes."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np

from .arrays import Array, Random, Seed, as_float, like, namespace, to_numpy
from .data import check_rows
from .equations import implements
from .errors import DataError
from .estimator import Estimator
from .streaming import Scatter


class MultivariateGaussian(Estimator):
    """q(x) = exp(−½ (x − μ)ᵀ Σ⁻¹ (x − μ)) / √((2π)^N det Σ), equations (2.15) to (2.24).

    ``shrinkage`` s in [0, 1] replaces the covariance S of the data by
    (1 − s) S + s (tr S / N) I, which has an inverse also where S has none.

    Learned: ``mean_`` μ (N), ``covariance_`` Σ (N × N), ``count_`` rows seen. Σ is never
    inverted: all goes through its Cholesky factor.
    """

    mean_: Array
    covariance_: Array
    count_: int

    def __init__(self, shrinkage: float = 0.0) -> None:
        self.shrinkage = shrinkage

    @classmethod
    def from_parameters(cls, mean: Any, covariance: Any) -> Self:
        """The model with mean μ and a symmetric positive definite covariance Σ, without data."""
        model = cls()
        model.mean_ = as_float(mean)
        model.covariance_ = like(covariance, model.mean_)
        n = model.mean_.shape[0] if model.mean_.ndim == 1 else -1
        if tuple(model.covariance_.shape) != (n, n):
            raise ValueError("a mean of N numbers and a covariance of N × N numbers are wanted")
        xp = namespace(model.mean_)
        if not bool(xp.all(xp.isfinite(model.mean_))):
            raise ValueError("the mean is not finite")
        if not bool(xp.all(model.covariance_ == model.covariance_.T)):
            raise ValueError("the covariance is not symmetric")
        model._cholesky()
        return model

    def parameters(self) -> dict[str, Array]:
        """What ``from_parameters`` takes."""
        self._check_fitted()
        return {"mean": self.mean_, "covariance": self.covariance_}

    @implements("2.23", "2.24")
    def fit(self, data: Any, y: None = None) -> Self:
        """Minimise the divergence (2.22) in closed form: mean (2.23), covariance (2.24).

        ``data``: n × N. Raises ``DataError`` where the covariance has no inverse, with the rank
        that is missing.
        """
        self._scatter = Scatter()
        self.partial_fit(data)
        self._cholesky()
        return self

    def partial_fit(self, data: Any, y: None = None) -> Self:
        """Take in more rows; after all of them the model is that of ``fit`` on them together."""
        if not 0 <= self.shrinkage <= 1:
            raise ValueError(f"shrinkage is {self.shrinkage!r}: a number from 0 to 1 is wanted")
        scatter = getattr(self, "_scatter", None) or Scatter()
        scatter.add(check_rows(data, scatter.mean.shape[0] if scatter.count else None))
        self._scatter, self.count_ = scatter, scatter.count
        self.mean_, covariance = scatter.mean, scatter.matrix / scatter.count
        xp, n = namespace(covariance), covariance.shape[0]
        scale = float(xp.linalg.trace(covariance)) / n
        identity = like(np.eye(n), covariance)
        self.covariance_ = (1 - self.shrinkage) * covariance + self.shrinkage * scale * identity
        self._factor = None
        return self

    def _cholesky(self) -> Array:
        """The lower triangular L with L Lᵀ = Σ."""
        self._check_fitted()
        if getattr(self, "_factor", None) is None:
            self._factor = _factorise(self.covariance_, getattr(self, "count_", None))
        return self._factor

    def _whiten(self, rows: Array) -> Array:
        """L⁻¹ (x − μ), N × n."""
        factor = self._cholesky()
        return namespace(rows).linalg.solve(factor, (rows - self.mean_).T)

    def _log_det(self) -> float:
        xp, factor = namespace(self.mean_), self._cholesky()
        return float(2.0 * xp.sum(xp.log(xp.linalg.diagonal(factor))))

    @implements("2.20")
    def log_partition(self) -> float:
        """½ ln((2π)^N det Σ), the logarithm of the normaliser (2.20)."""
        n, determinant = int(self.mean_.shape[0]), self._log_det()
        return 0.5 * (n * math.log(2 * math.pi) + determinant)

    @implements("2.21")
    def score_samples(self, data: Any) -> Array:
        """The logarithm of the density (2.21) at each of the n rows, in nats, shape (n,)."""
        self._check_fitted()
        rows = like(check_rows(data, self.mean_.shape[0]), self.mean_)
        y = self._whiten(rows)
        return -0.5 * namespace(y).sum(y * y, axis=0) - self.log_partition()

    @implements("2.22")
    def cross_entropy(self, data: Any) -> float:
        """D(p₀ ‖ q) up to terms free of the parameters, the last expression of (2.22):
        (1/2n) Σ (x_i − μ)ᵀ Σ⁻¹ (x_i − μ) + ½ ln det Σ."""
        self._check_fitted()
        rows = like(check_rows(data, self.mean_.shape[0]), self.mean_)
        y = self._whiten(rows)
        square = float(namespace(y).sum(y * y) / rows.shape[0])
        return 0.5 * (square + self._log_det())

    @implements("2.23", "2.24")
    def kl_gradient(self, data: Any) -> tuple[Array, Array]:
        """(∂D/∂μ, ∂D/∂Σ⁻¹) of the divergence from the data, (2.23) and (2.24), N and N × N.

        The entries of Σ⁻¹ are taken as independent, as in the notes.
        """
        self._check_fitted()
        rows = like(check_rows(data, self.mean_.shape[0]), self.mean_) - self.mean_
        xp, factor = namespace(rows), self._cholesky()
        half = xp.linalg.solve(factor, xp.mean(rows, axis=0)[:, None])
        second = xp.matmul(rows.T, rows) / rows.shape[0]
        return -xp.linalg.solve(factor.T, half)[:, 0], 0.5 * (second - self.covariance_)

    @implements("2.3")
    def kl_divergence(self, other: MultivariateGaussian) -> float:
        """D(self ‖ other), the integral of (2.3) in closed form, in nats."""
        xp, n = namespace(self.mean_), self.mean_.shape[0]
        ours, theirs = self._cholesky(), like(other._cholesky(), self.mean_)
        if theirs.shape[0] != n:
            raise ValueError(f"the models have {n} and {theirs.shape[0]} variables")
        shift = (like(other.mean_, self.mean_) - self.mean_)[:, None]
        solved = xp.linalg.solve(theirs, xp.concat([ours, shift], axis=1))
        square = float(xp.sum(solved * solved) - n)
        return 0.5 * (square + other._log_det() - self._log_det())

    def sample(self, n: int = 1, random_state: Seed = None) -> Array:
        """n independent rows, n × N."""
        factor = self._cholesky()
        noise = Random(random_state, self.mean_).normal((n, self.mean_.shape[0]))
        return self.mean_ + namespace(noise).matmul(noise, factor.T)


def _factorise(covariance: Array, rows: int | None) -> Array:
    """The Cholesky factor; ``DataError`` with the missing rank where there is none."""
    xp = namespace(covariance)
    deviation = xp.sqrt(xp.linalg.diagonal(covariance))
    constant = np.flatnonzero(~(to_numpy(deviation) > 0))
    if constant.size:
        names = ", ".join(str(k + 1) for k in constant[:5]) + (", …" if constant.size > 5 else "")
        raise DataError(
            f"no variation in column {names}: the covariance has no inverse; leave it out, "
            "or use shrinkage"
        )
    n = covariance.shape[0]
    correlation = covariance / deviation[:, None] / deviation[None, :]
    least = 10 * n * float(xp.finfo(covariance.dtype).eps)
    try:
        factor = xp.linalg.cholesky(correlation)
        if float(xp.min(xp.linalg.diagonal(factor))) ** 2 > least:
            return factor * deviation[:, None]
    except (np.linalg.LinAlgError, RuntimeError):
        pass
    if not bool(xp.all(xp.isfinite(correlation))):
        raise DataError("the covariance is not finite: scale the data down")
    rank = int(np.sum(np.linalg.eigvalsh(to_numpy(correlation)) > least))
    seen = "" if rows is None else f" (from {rows} rows)"
    raise DataError(
        f"the covariance{seen} has rank {rank} of {n}, {n - rank} missing: it has no inverse; "
        "use shrinkage, more rows or fewer columns"
    )
