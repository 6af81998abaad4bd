"""The same code on torch tensors gives the same numbers, and tensors."""

from __future__ import annotations

import numpy as np
import pytest

from numeric import BoltzmannMachine, MultivariateGaussian
from numeric.arrays import Random
from numeric.fisher import fisher_information
from numeric.partition import moments
from numeric.sampling import Gibbs, sampled_moments

torch = pytest.importorskip("torch")


def test_exact_sums(machine) -> None:
    model = machine(9, seed=1)
    expected, found = moments(*model), moments(*map(torch.asarray, model))
    assert found.log_partition == pytest.approx(expected.log_partition, rel=1e-13)
    assert isinstance(found.pairs, torch.Tensor)
    np.testing.assert_allclose(found.pairs.numpy(), expected.pairs, atol=1e-13)
    information = fisher_information(*map(torch.asarray, model))
    np.testing.assert_allclose(information.numpy(), fisher_information(*model), atol=1e-13)


def test_single_precision_stays_single(machine) -> None:
    model = [torch.asarray(part, dtype=torch.float32) for part in machine(9, seed=1)]
    found = moments(*model)
    assert found.pairs.dtype == torch.float32
    assert found.log_partition == pytest.approx(moments(*machine(9, seed=1)).log_partition, 1e-5)


def test_gaussians(machine) -> None:
    rows = np.random.default_rng(0).normal(size=(50, 3))
    ours, theirs = MultivariateGaussian().fit(rows), MultivariateGaussian().fit(torch.asarray(rows))
    assert isinstance(theirs.covariance_, torch.Tensor)
    np.testing.assert_allclose(theirs.score_samples(torch.asarray(rows)), ours.score_samples(rows))
    assert theirs.sample(4, 0).shape == (4, 3)


def test_training(machine) -> None:
    data = BoltzmannMachine.from_parameters(*machine(6, seed=2)).sample(500, 0)
    ours = BoltzmannMachine("newton").fit(data)
    theirs = BoltzmannMachine("newton").fit(torch.asarray(data))
    np.testing.assert_allclose(theirs.couplings_.numpy(), ours.couplings_, atol=1e-9)


def test_gibbs_sampling_has_the_exact_moments(machine) -> None:
    model = machine(6, seed=3)
    exact = moments(*model)
    sampler = Gibbs(*map(torch.asarray, model))
    random = Random(0, sampler.fields)
    found = sampled_moments(sampler, random, chains=2000, steps=20, burn_in=30)
    deviation = (found.singles.numpy() - exact.singles) / found.singles_error.numpy()
    assert np.abs(deviation).max() < 5


def test_random_numbers_can_be_continued() -> None:
    for model in (np.zeros(1), torch.zeros(1, dtype=torch.float64)):
        random = Random(3, model)
        random.uniform((5,))
        again = Random(9, model)
        again.state = random.state
        assert (again.normal((4,)) == random.normal((4,))).all()
