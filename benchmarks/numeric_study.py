"""What the models learn: a teacher's couplings, the sign of (2.30), handwritten digits.

    python benchmarks/numeric_study.py [teacher|sign|digits] [--folder PICTURES]

``digits`` needs scikit-learn, the pictures matplotlib. Numbers go to standard output.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from numeric import BoltzmannMachine
from numeric.fisher import fisher_information
from numeric.optimize import GradientDescent, State, Trace, minimise
from numeric.plots import blank, figure, learning_curve, write
from numeric.sampling import Gibbs
from numeric.spins import Packing, mean_moments
from numeric.training import Divergence


def machine(n: int, seed: int) -> BoltzmannMachine:
    """A spin glass with fields."""
    rng = np.random.default_rng(seed)
    couplings = np.triu(rng.normal(size=(n, n)), 1) / (2 * n**0.5)
    return BoltzmannMachine.from_parameters(rng.normal(size=n) / 4, couplings + couplings.T)


def teacher(folder: Path | None) -> None:
    """Parameters recovered from samples, next to the Cramér-Rao bound."""
    print("\nteacher and student: root mean square error of all fields and couplings")
    print("  N    rows      error     bound   error/bound   Newton steps   seconds")
    curves = {}
    for n in (10, 15, 20):
        model, packing = machine(n, n), Packing(n)
        truth = packing.pack(model.fields_, model.couplings_)
        inverse = np.linalg.inv(fisher_information(model.fields_, model.couplings_))
        data = model.sample(10**6, 0)
        for rows in (10**3, 10**4, 10**5, 10**6):
            start = time.perf_counter()
            student = BoltzmannMachine("newton", tolerance=1e-9).fit(data[:rows])
            seconds = time.perf_counter() - start
            error = packing.pack(student.fields_, student.couplings_) - truth
            rms = float(np.sqrt(np.mean(error**2)))
            bound = float(np.sqrt(np.trace(inverse) / rows / len(truth)))
            curves.setdefault(n, []).append((rows, rms, bound))
            print(
                f" {n:2} {rows:8} {rms:10.5f} {bound:9.5f} {rms / bound:10.3f}"
                f" {student.n_iter_:12} {seconds:12.2f}"
            )
    if folder:
        drawn = blank((6, 4))
        axes = drawn.subplots()
        for n, rows in curves.items():
            at, error, bound = np.array(rows).T
            (line,) = axes.loglog(at, error, "o", label=f"N = {n}")
            axes.loglog(at, bound, color=line.get_color())
        axes.set(xlabel="rows", ylabel="root mean square error")
        axes.legend(title="points: fit, lines: Cramér-Rao bound")
        write(drawn, folder / "teacher.png")


class Printed(GradientDescent):
    """(2.30) with the sign that is printed: θ' = θ + ∇D/L."""

    def __init__(self, curvature: float) -> None:
        super().__init__(curvature)
        self.rate = 1 / curvature

    def step(self, problem: Divergence, state: State) -> State:
        """A step uphill."""
        return State.at(problem, state.theta + self.rate * state.gradient)


def sign(folder: Path | None) -> None:
    """The same start, data and rate, with the sign mended and as printed."""
    n = 10
    data = machine(n, 1).sample(2000, 0)
    packing = Packing(n)
    problem = Divergence(packing, packing.pack(*mean_moments(data)))
    start = np.zeros(packing.parameters)
    entropy = BoltzmannMachine.from_parameters(np.zeros(n), np.zeros((n, n)))
    shift = entropy.kl_divergence(data) - n * np.log(2)
    traces = {}
    for name, method in (("printed", Printed), ("mended", GradientDescent)):
        found = minimise(problem, start, method(problem.curvature), max_iterations=200).trace
        traces[name] = Trace(s._replace(objective=s.objective + shift) for s in found)
        values = traces[name].objectives
        print(
            f"\n(2.30) with the sign {name}, rate 1/{packing.parameters}: divergence "
            f"{values[0]:.4f} -> {values[-1]:.4f} nat in 200 steps, "
            f"{sum(b < a for a, b in pairwise(values))} of 200 steps lower it"
        )
    traces["mended"].check()
    if folder:
        drawn = blank((6, 4))
        axes = drawn.subplots()
        learning_curve(axes, traces)
        axes.set_yscale("log")
        axes.set_ylabel("divergence from the data [nat]")
        write(drawn, folder / "sign.png")


def digits(folder: Path | None) -> None:
    """Handwritten digits, 8 x 8 pixels, black or white: 16 pixels exact, 64 sampled."""
    from sklearn.datasets import load_digits

    images = np.where(load_digits().images > 7, 1.0, -1.0)
    middle = images[:, 2:6, 2:6].reshape(len(images), 16)
    start = time.perf_counter()
    small = BoltzmannMachine("newton", tolerance=1e-8).fit(middle)
    _compare("16 pixels, exact", small, middle, time.perf_counter() - start)
    whole = images.reshape(len(images), 64)
    start = time.perf_counter()
    large = BoltzmannMachine(rate=0.02, l2=1e-3, sampler=_sampler(), random_state=0).fit(whole)
    _compare("64 pixels, sampled", large, whole, time.perf_counter() - start)
    if folder:
        write(figure(small, middle), folder / "digits-16.png")
        drawn = blank((8, 4))
        rows = drawn.subplots(4, 8)
        samples = large.sample(16, 1).reshape(16, 8, 8)
        for axes, image in zip(rows.ravel(), [*images[:16], *samples], strict=True):
            axes.imshow(-image, cmap="gray")
            axes.axis("off")
        drawn.suptitle("above: data, below: samples of the model")
        write(drawn, folder / "digits-64.png")


def _sampler() -> type[Gibbs]:
    try:
        import numba  # noqa: F401
    except ImportError:
        return Gibbs
    from numeric.fast import FastGibbs

    return FastGibbs


def _compare(name: str, model: BoltzmannMachine, data: np.ndarray, seconds: float) -> None:
    n, upper = data.shape[1], np.triu_indices(data.shape[1], 1)
    samples = model.sample(20_000, 2)
    ours, theirs = mean_moments(samples), mean_moments(data)
    both = [np.concatenate([m[0], m[1][upper]]) for m in (ours, theirs)]
    error = np.sqrt((1 - both[0] ** 2) / len(samples) + (1 - both[1] ** 2) / len(data))
    gap = np.abs(both[0] - both[1])
    scale = np.maximum(error, 1 / len(data))
    print(
        f"\ndigits, {name}: N = {n}, {len(data)} rows, {model.n_iter_} iterations, "
        f"{seconds:.1f} s; {model.reason_}\n"
        f"  largest difference of a moment {gap.max():.4f}; in standard errors of the data and "
        f"{len(samples)} samples: mean {np.mean(gap / scale):.2f}, largest "
        f"{np.max(gap / scale):.2f}"
    )


def main() -> None:
    """Run what is asked for, or all."""
    parts = {f.__name__: f for f in (teacher, sign, digits)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", choices=[*parts, []])
    parser.add_argument("--folder", type=Path, help="where pictures are written")
    options = parser.parse_args()
    for name in options.part or list(parts):
        parts[name](options.folder)


if __name__ == "__main__":
    main()
