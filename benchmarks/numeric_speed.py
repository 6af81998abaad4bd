"""How fast the models are, as ratios in one run.

    OMP_NUM_THREADS=1 python benchmarks/numeric_speed.py [partition|training|gibbs|covariance]

Each pair is timed alternately, in seconds of processor time, and the best of some runs is taken.
``dwave-samplers`` and
``scikit-learn`` are compared with if they are installed, ``numba`` is used if it is.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

import numpy as np

from numeric import BoltzmannMachine, MultivariateGaussian
from numeric.arrays import Random
from numeric.partition import Moments, moments
from numeric.sampling import Gibbs
from numeric.spins import Packing, exponent, states

RNG = np.random.default_rng(0)


def machine(n: int) -> tuple[np.ndarray, np.ndarray]:
    """A spin glass with fields."""
    couplings = np.triu(RNG.normal(size=(n, n)), 1) / n**0.5
    return RNG.normal(size=n) / 2, couplings + couplings.T


def best(runs: int, *functions: Callable[[], object]) -> list[float]:
    """The least seconds of processor time of each function over some rounds."""
    times = [[] for _ in functions]
    for function in functions:
        function()
    for _ in range(runs):
        for record, function in zip(times, functions, strict=True):
            start = time.process_time()
            function()
            record.append(time.process_time() - start)
    return [min(record) for record in times]


# ---------------------------------------------------------------- ln Z and all moments


def naive(fields: np.ndarray, couplings: np.ndarray, piece: int = 2**16) -> Moments:
    """Every state written out, in pieces that fit in memory, with running sums."""
    n = len(fields)
    top, total, single, pair = -np.inf, 0.0, np.zeros(n), np.zeros((n, n))
    for start in range(0, 2**n, piece):
        index = np.arange(start, min(start + piece, 2**n))
        x = 1.0 - 2.0 * ((index[:, None] >> np.arange(n)) & 1)
        e = x @ fields + 0.5 * ((x @ couplings) * x).sum(axis=1)
        peak = max(top, e.max())
        weight, scale = np.exp(e - peak), np.exp(top - peak)
        total = total * scale + weight.sum()
        single = single * scale + weight @ x
        pair = pair * scale + (x.T * weight) @ x
        top = peak
    return Moments(top + np.log(total), single / total, pair / total)


def two_groups(fields: np.ndarray, couplings: np.ndarray) -> Moments:
    """The spins in two halves: a thin product of matrices and one exponential a state."""
    n, half = len(fields), len(fields) // 2
    a, b = slice(0, half), slice(half, n)
    in_a, in_b = states(half, fields), states(n - half, fields)
    e_a, e_b = (exponent(x, fields[g], couplings[g, g]) for x, g in ((in_a, a), (in_b, b)))
    joined = np.column_stack([in_a @ couplings[a, b], e_a, np.ones(len(in_a))])
    other = np.vstack([in_b.T, np.ones(len(in_b)), e_b])
    top, total = -np.inf, 0.0
    p_a, p_b, ab = np.zeros(len(in_a)), np.zeros(len(in_b)), np.zeros((half, n - half))
    rows = max(1, 2**20 // len(in_b))
    for start in range(0, len(in_a), rows):
        some = slice(start, start + rows)
        weight = joined[some] @ other
        peak = max(top, weight.max())
        scale = np.exp(top - peak)
        np.exp(np.subtract(weight, peak, out=weight), out=weight)
        p_a *= scale
        p_a[some] = weight.sum(axis=1)
        p_b = p_b * scale + weight.sum(axis=0)
        ab = ab * scale + in_a[some].T @ (weight @ in_b)
        total = total * scale + p_a[some].sum()
        top = peak
    singles = np.concatenate([p_a @ in_a, p_b @ in_b])
    pairs = np.block([[(in_a.T * p_a) @ in_a, ab], [ab.T, (in_b.T * p_b) @ in_b]])
    return Moments(top + np.log(total), singles / total, pairs / total)


def gray_code() -> Callable[[np.ndarray, np.ndarray], float] | None:
    """ln Z alone by a compiled walk that flips one spin at a time, if numba is there."""
    if not find_spec("numba"):
        return None
    import numba

    @numba.njit
    def walk(fields: np.ndarray, couplings: np.ndarray, offset: float) -> float:
        n = len(fields)
        x = np.ones(n)
        local = fields + couplings.sum(axis=1)
        e = fields.sum() + couplings.sum() / 2 - offset
        total = np.exp(e)
        for step in range(1, 2**n):
            k = 0
            while not step >> k & 1:
                k += 1
            e -= 2 * x[k] * local[k]
            x[k] = -x[k]
            for other in range(n):
                local[other] += 2 * x[k] * couplings[k, other]
            total += np.exp(e)
        return np.log(total) + offset

    return lambda h, j: walk(h, j, np.abs(h).sum() + np.abs(j).sum() / 8)


def partition() -> None:
    """ln Z with all moments, and how it grows."""
    walk = gray_code()
    print("\nln Z and all moments, milliseconds (Gray code: ln Z alone)")
    print("  N   three groups   two groups   naive NumPy   Gray code   ratios to the first")
    for n in (16, 20, 24):
        model = machine(n)
        ways: list[Callable[[], object]] = [
            partial(moments, *model),
            partial(two_groups, *model),
            partial(naive, *model),
        ]
        if walk is not None:
            ways.append(partial(walk, *model))
        for way in (two_groups, naive):
            found = way(*model)
            np.testing.assert_allclose(found.pairs, moments(*model).pairs, atol=1e-11)
        seconds = best(3 if n < 24 else 2, *ways)
        ratios = "  ".join(f"{t / seconds[0]:7.0f}" for t in seconds[1:])
        print(f" {n:2}  " + "  ".join(f"{1e3 * t:11.1f}" for t in seconds) + f"   {ratios}")
    print("growth, seconds:")
    for n in (8, 12, 16, 20, 24, 26, 28, 30, 32, 33):
        model = machine(n)
        (seconds,) = best(3 if n < 30 else 1, partial(moments, *model))
        print(f" {n:2}  {seconds:9.5f}   {seconds / 2**n * 1e9:10.5f} ns a state")


# ---------------------------------------------------------------- training


def enumerated_fit(data: np.ndarray, steps: int) -> np.ndarray:
    """The usual enumeration: all states and all their products once, then plain descent."""
    n = data.shape[1]
    upper = np.triu_indices(n, 1)

    def features(x: np.ndarray) -> np.ndarray:
        return np.concatenate([x, x[:, upper[0]] * x[:, upper[1]]], axis=1)

    table, target = features(states(n, np.zeros(1))), features(data).mean(axis=0)
    theta = np.zeros(len(target))
    for _ in range(steps):
        e = table @ theta
        p = np.exp(e - e.max())
        p /= p.sum()
        theta -= (p @ table - target) / len(theta)
    return theta


def training() -> None:
    """The exact training of N = 15 on 10,000 rows."""
    steps, n = 50, 15
    data = BoltzmannMachine.from_parameters(*machine(n)).sample(10_000, 0)

    def ours(method: str, iterations: int) -> BoltzmannMachine:
        return BoltzmannMachine(
            method, max_iterations=iterations, callback=lambda _, s: s.iteration == iterations
        ).fit(data)

    fitted = ours("gradient", steps)
    theta = Packing(n).pack(fitted.fields_, fitted.couplings_)
    np.testing.assert_allclose(theta, enumerated_fit(data, steps), atol=1e-10)
    one, other = best(3, lambda: ours("gradient", steps), lambda: enumerated_fit(data, steps))
    print(f"\ntraining, N = {n}, 10,000 rows, {steps} steps of plain descent: {one:.3f} s")
    print(f"  the usual enumeration {other:.3f} s: ratio {other / one:.1f}")
    for method in ("newton", "nesterov", "gradient"):
        (seconds,) = best(1, partial(ours, method, 20_000))
        found = ours(method, 20_000)
        print(f"  to {found.reason_}: {method} {found.n_iter_} steps, {seconds:.3f} s")


# ---------------------------------------------------------------- sampling


def gibbs() -> None:
    """Updates a second on a dense machine of 100 spins with 1,000 chains."""
    n, chains, sweeps = 100, 1000, 20
    fields, couplings = machine(n)
    ways: dict[str, Callable[[int], object]] = {}

    def ours(sampler: Gibbs) -> Callable[[int], object]:
        random = Random(0)
        start = sampler.init(random, chains)

        def run(count: int) -> None:
            spins = start
            for _ in range(count):
                spins, _ = sampler.step(random, spins)

        return run

    ways["NumPy"] = ours(Gibbs(fields, couplings))
    if find_spec("numba"):
        from numeric.fast import FastGibbs

        ways["numba"] = ours(FastGibbs(fields, couplings))
    if find_spec("dwave.samplers"):
        from dwave.samplers import SimulatedAnnealingSampler

        bias = {k: -fields[k] for k in range(n)}
        pairs = {(k, m): -couplings[k, m] for k in range(n) for m in range(k + 1, n)}
        ways["dwave-samplers"] = lambda count: SimulatedAnnealingSampler().sample_ising(
            bias, pairs, num_reads=chains, num_sweeps=count, beta_range=(1.0, 1.0),
            proposal_acceptance_criteria="Gibbs", seed=0,
        )  # fmt: skip
    few = best(3, *(partial(run, 2) for run in ways.values()))
    many = best(3, *(partial(run, 2 + sweeps) for run in ways.values()))
    rates = [n * chains * sweeps / (b - a) for a, b in zip(few, many, strict=True)]
    print(f"\nGibbs updates, N = {n} dense, {chains} chains, million a second")
    for name, rate in zip(ways, rates, strict=True):
        print(f"  {name:15} {rate / 1e6:7.1f}   {rate / rates[-1]:5.2f} of {list(ways)[-1]}")


# ---------------------------------------------------------------- covariance


def covariance() -> None:
    """The fit of a multivariate Gaussian."""
    print("\ncovariance fit, seconds")
    for rows, n in ((10_000, 100), (100_000, 100), (1_000_000, 20), (20_000, 500)):
        data = RNG.normal(size=(rows, n))
        ways: list[Callable[[], object]] = [partial(MultivariateGaussian().fit, data)]
        if find_spec("sklearn"):
            from sklearn.covariance import EmpiricalCovariance

            ways.append(partial(EmpiricalCovariance().fit, data))
        seconds = best(3, *ways)
        ratio = f"   scikit-learn {seconds[1]:.3f}: ratio {seconds[1] / seconds[0]:.2f}"
        print(f"  {rows:8} x {n:3}  {seconds[0]:.3f}{ratio if len(ways) > 1 else ''}")


def main() -> None:
    """Time what is asked for, or all."""
    parts = {f.__name__: f for f in (partition, training, gibbs, covariance)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", nargs="*", choices=[*parts, []])
    chosen = parser.parse_args().part or list(parts)
    print(f"load {os.getloadavg()[0]:.1f} before, {os.cpu_count()} cores")
    for name in chosen:
        parts[name]()
    print(f"\nload {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
