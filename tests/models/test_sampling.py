"""Samplers against exact moments, and samplers with a bug that this must find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from numeric import Gaussian
from numeric.arrays import Random
from numeric.parallel import fit_all, pooled_moments
from numeric.partition import moments
from numeric.sampling import Gibbs, Sampler, sampled_moments
from numeric.spins import states


def deviation(make: Callable[..., Sampler], model: tuple[np.ndarray, np.ndarray]) -> float:
    """The largest difference of sampled and exact moments, in standard errors."""
    exact = moments(*model)
    found = sampled_moments(make(*model), Random(0), chains=2000, steps=40, burn_in=40)
    upper = np.triu_indices(len(model[0]), 1)
    singles = (found.singles - exact.singles) / found.singles_error
    pairs = (found.pairs - exact.pairs)[upper] / found.pairs_error[upper]
    return float(np.abs(np.concatenate([singles, pairs])).max())


@pytest.mark.parametrize("block", [1, 3, 16])
def test_gibbs_has_the_exact_moments(block: int, machine) -> None:
    assert deviation(lambda h, j: Gibbs(h, j, block), machine(7, seed=1)) < 5


class HalfField(Gibbs):
    """Forgets the 2 of exp(2 h): tanh(h/2) in place of tanh(h)."""

    def __init__(self, fields, couplings) -> None:
        super().__init__(fields / 2, couplings / 2)


class StaleFields(Gibbs):
    """Draws all spins at once from the fields before the sweep."""

    def sweep(self, spins, uniform):
        local = self.couplings @ spins + self.fields[:, None]
        return np.where(uniform < 0.5 + 0.5 * np.tanh(local), 1.0, -1.0)


class LastSpinForgotten(Gibbs):
    """Never draws the last spin."""

    def sweep(self, spins, uniform):
        new = super().sweep(spins, uniform)
        new[-1] = spins[-1]
        return new


class BiasedNoise(Gibbs):
    """Random numbers that lack a bit: never below 1/8."""

    def sweep(self, spins, uniform):
        return super().sweep(spins, 0.125 + 0.875 * uniform)


@pytest.mark.parametrize("bug", [HalfField, StaleFields, LastSpinForgotten, BiasedNoise])
def test_a_planted_bug_is_found(bug: type[Gibbs], machine) -> None:
    assert deviation(bug, machine(7, seed=1)) > 5


def test_one_step_keeps_the_distribution(machine) -> None:
    """The exact transition matrix of a sweep leaves q as it is."""
    fields, couplings = machine(3, seed=2)
    from numeric.fisher import probabilities

    q, x = probabilities(fields, couplings), states(3, fields)
    kernel = np.eye(8)
    for k in range(3):
        up = 0.5 + 0.5 * np.tanh(fields[k] + x @ couplings[:, k])
        flip = np.zeros((8, 8))
        for s in range(8):
            flip[s, s & ~(1 << k)] += up[s]
            flip[s, s | 1 << k] += 1 - up[s]
        kernel = kernel @ flip
    np.testing.assert_allclose(q @ kernel, q, atol=1e-15)
    sampler, start = Gibbs(fields, couplings), 5
    spins = np.repeat(x[start][:, None], 40_000, axis=1)
    new, info = sampler.step(Random(0), spins)
    index = ((new.T < 0) @ [1, 2, 4]).astype(int)
    share = np.bincount(index, minlength=8) / 40_000
    error = np.sqrt(kernel[start] * (1 - kernel[start]) / 40_000)
    assert np.all(np.abs(share - kernel[start]) < 5 * error + 1e-12)
    assert info.flipped == pytest.approx(np.mean(new != spins))


def test_the_same_seed_gives_the_same_chains_and_the_argument_stays(machine) -> None:
    sampler = Gibbs(*machine(6, seed=3))
    start = sampler.init(Random(0), 5)
    before = start.copy()
    one, _ = sampler.step(Random(7), start)
    two, _ = sampler.step(Random(7), start)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(start, before)


@pytest.mark.parametrize("chains", [1, 300])
def test_compiled_code_gives_the_same_states(chains: int, machine) -> None:
    pytest.importorskip("numba")
    from numeric.fast import FastGibbs

    fields, couplings = machine(20, seed=4)
    slow, fast = Gibbs(fields, couplings), FastGibbs(fields, couplings)
    spins = slow.init(Random(1), chains)
    for seed in range(5):
        expected, _ = slow.step(Random(seed), spins)
        found, _ = fast.step(Random(seed), spins)
        np.testing.assert_array_equal(found, expected)
        spins = expected


def test_groups_of_chains_do_not_depend_on_the_number_of_jobs(machine) -> None:
    fields, couplings = machine(5, seed=5)
    options = {"chains": 100, "steps": 5, "burn_in": 5}
    one, two = (
        pooled_moments(Gibbs(fields, couplings), 3, seed=0, jobs=jobs, **options) for jobs in (1, 2)
    )
    np.testing.assert_array_equal(one.pairs, two.pairs)
    np.testing.assert_array_equal(one.singles_error, two.singles_error)
    exact = moments(fields, couplings)
    assert np.all(np.abs(one.singles - exact.singles) < 5 * one.singles_error)


def test_the_same_call_on_a_dask_cluster(machine) -> None:
    distributed = pytest.importorskip("distributed")
    import joblib

    model = Gibbs(*machine(4, seed=6))
    options = {"chains": 50, "steps": 3, "burn_in": 3}
    here = pooled_moments(model, 3, seed=1, **options)
    with (
        distributed.LocalCluster(1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        there = pooled_moments(model, 3, seed=1, **options)
    np.testing.assert_array_equal(there.pairs, here.pairs)


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_fits_at_once(jobs: int) -> None:
    data = [np.arange(5.0), np.arange(9.0)]
    fitted = fit_all([Gaussian(), Gaussian()], data, jobs=jobs)
    assert [model.mean_ for model in fitted] == [2.0, 4.0]
    with pytest.raises(ValueError, match="longer"):
        fit_all([Gaussian()], data, jobs=jobs)
