"""Pictures of fitted models, with matplotlib: the extra ``plot``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import to_numpy
from .boltzmann import BoltzmannMachine
from .gaussian import Gaussian
from .multivariate import MultivariateGaussian
from .optimize import Trace
from .spins import mean_moments
from .storage import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(model: Any, data: Any) -> Figure:
    """The picture of a fitted model and its data, whichever model it is."""
    rows = to_numpy(data)
    if isinstance(model, Gaussian):
        return density(model, rows)
    if isinstance(model, MultivariateGaussian):
        return ellipses(model, rows)
    return machine(model, rows)


def blank(size: tuple[float, float]) -> Figure:
    """An empty picture, of so many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained")


def write(drawn: Figure, path: str | os.PathLike[str]) -> None:
    """Write a picture, PNG, PDF or SVG by its name, in one step."""
    kind = os.fspath(path).rpartition(".")[2].lower()
    with replacing(path) as file:
        drawn.savefig(file, format=kind if kind in ("pdf", "svg") else "png", dpi=150)


def density(model: Gaussian, data: np.ndarray) -> Figure:
    """The density (2.10) over the histogram of the data."""
    drawn = blank((6, 4))
    axes = drawn.subplots()
    axes.hist(data.ravel(), bins="auto", density=True, color="0.8", label="data")
    spread = 4 * model.variance_**0.5
    x = np.linspace(model.mean_ - spread, model.mean_ + spread, 400)
    axes.plot(x, np.exp(model.score_samples(x)), label="model")
    axes.set(xlabel="x", ylabel="density")
    axes.legend()
    return drawn


def ellipses(model: MultivariateGaussian, data: np.ndarray, most: int = 5) -> Figure:
    """The first variables in pairs: the data, and where the model has one and two deviations."""
    n = min(data.shape[1], most)
    drawn = blank((2.2 * n, 2.2 * n))
    grid = drawn.subplots(n, n, squeeze=False)
    mean, covariance = to_numpy(model.mean_), to_numpy(model.covariance_)
    turn = np.linspace(0, 2 * np.pi, 100)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    shown = data[:: max(1, len(data) // 1000)]
    for k in range(n):
        for other in range(n):
            axes = grid[k, other]
            if k == other:
                own = Gaussian.from_parameters(float(mean[k]), float(covariance[k, k]))
                x = np.linspace(shown[:, k].min(), shown[:, k].max(), 200)
                axes.hist(shown[:, k], bins="auto", density=True, color="0.8")
                axes.plot(x, np.exp(own.score_samples(x)))
                continue
            at = [other, k]
            axes.plot(*shown[:, at].T, ".", color="0.6", markersize=2)
            factor = np.linalg.cholesky(covariance[np.ix_(at, at)])
            for size in (1, 2):
                axes.plot(*(mean[at, None] + size * factor @ circle), color="C0")
    return drawn


def machine(model: BoltzmannMachine, data: np.ndarray) -> Figure:
    """The learning curve, J, and the moments of data and model."""
    drawn = blank((12, 4))
    curve, heat, moments = drawn.subplots(1, 3)
    if model.trace_:
        learning_curve(curve, {"": model.trace_})
    couplings = to_numpy(model.couplings_)
    largest = float(np.abs(couplings).max()) or 1.0
    image = heat.imshow(couplings, cmap="RdBu_r", vmin=-largest, vmax=largest)
    heat.set_title("couplings J")
    heat.locator_params(integer=True)
    drawn.colorbar(image, ax=heat)
    ours = mean_moments(to_numpy(model.sample(2000, 0)))
    theirs = mean_moments(np.asarray(data, dtype=float))
    upper = np.triu_indices(len(couplings), 1)
    moments.plot([-1, 1], [-1, 1], color="0.8")
    moments.plot(theirs[1][upper], ours[1][upper], ".", label="pairs", markersize=3)
    moments.plot(theirs[0], ours[0], ".", label="singles")
    moments.set(xlabel="mean in the data", ylabel="mean in 2000 samples of the model")
    moments.legend()
    return drawn


def learning_curve(axes: Any, traces: dict[str, Trace]) -> None:
    """The objective of each descent at every step, or its gradient where it is not known."""
    known = not any(np.isnan(step.objective) for trace in traces.values() for step in trace)
    for name, trace in traces.items():
        steps = [step.iteration for step in trace]
        axes.plot(steps, [s.objective if known else s.gradient for s in trace], label=name)
    axes.set(xlabel="iteration", ylabel="objective [nat]" if known else "largest gradient")
    if any(traces):
        axes.legend()
