"""The models on tensors of torch, on the processor or on a GPU.

    python benchmarks/numeric_tensors.py [--device cuda] [--spins 24,28,32] [--chains 1000]

Exact sums are given in seconds and in multiplications and additions a second, next to those of
one large product of matrices on the same device: the share of what it can do. Sampled training
is given in seconds an iteration.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch

from numeric.arrays import Random
from numeric.partition import moments
from numeric.sampling import Gibbs
from numeric.spins import Packing
from numeric.training import SampledDivergence


def machine(n: int, device: str, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """A spin glass with fields."""
    rng = np.random.default_rng(0)
    couplings = np.triu(rng.normal(size=(n, n)), 1) / n**0.5
    parts = rng.normal(size=n) / 2, couplings + couplings.T
    return tuple(torch.asarray(part, dtype=dtype, device=device) for part in parts)


def seconds(function: Callable[[], object], device: str, runs: int = 3) -> float:
    """The least of some runs, after one that does not count."""
    found = []
    for _ in range(runs + 1):
        if device != "cpu":
            torch.cuda.synchronize()
        start = time.perf_counter()
        function()
        if device != "cpu":
            torch.cuda.synchronize()
        found.append(time.perf_counter() - start)
    return min(found[1:])


def exact(spins: list[int], device: str, dtype: torch.dtype) -> None:
    """ln Z and all moments."""
    side = 8192 if device != "cpu" else 2048
    square = torch.ones((side, side), dtype=dtype, device=device)
    peak = 2 * side**3 / seconds(lambda: square @ square, device)
    print(f"one product of {side} x {side} matrices: {peak / 1e12:.3f} Tflop/s")
    for n in spins:
        model = machine(n, device, dtype)
        found = seconds(lambda: moments(*model, limit=n), device, 3 if n < 32 else 1)  # noqa: B023
        rate = 6 * 2**n / found
        print(f"ln Z and all moments, N = {n}: {found:.5f} s, {rate / peak:.0%} of that")


def sampled(spins: int, chains: int, device: str, dtype: torch.dtype) -> None:
    """One iteration of the training from samples."""
    packing = Packing(spins)
    theta = packing.pack(*machine(spins, device, dtype))
    random = Random(0, theta)
    problem = SampledDivergence(packing, theta * 0, 0.0, Gibbs, random, chains, 1)
    found = seconds(lambda: problem(theta), device)
    rate = spins * chains / found / 1e6
    print(f"training, {spins} spins, {chains} chains: {found:.4f} s an iteration, {rate:.1f} M/s")


def main() -> None:
    """Time both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    parser.add_argument("--spins", default="20,24,28")
    parser.add_argument("--train", type=int, default=200)
    parser.add_argument("--chains", type=int, default=1000)
    options = parser.parse_args()
    dtype = getattr(torch, options.dtype)
    cpu = options.device == "cpu"
    print("processor" if cpu else torch.cuda.get_device_name(), options.dtype)
    exact([int(n) for n in options.spins.split(",")], options.device, dtype)
    sampled(options.train, options.chains, options.device, dtype)


if __name__ == "__main__":
    main()
