"""Exact sums over spins against a loop over all states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from machines import enumerated

from numeric import partition
from numeric.fisher import all_moments, exact_samples, fisher_information, probabilities
from numeric.partition import log_partition, moments
from numeric.spins import Packing, check_parameters, exponent, states


def any_numbers(rows: int, columns: int) -> st.SearchStrategy[np.ndarray]:
    """Matrices of numbers of any size that a machine can have."""
    return arrays(float, (rows, columns), elements=st.floats(-1e6, 1e6))


@pytest.mark.parametrize("n", range(1, 13))
def test_moments_are_those_of_all_states(n: int, machine, by_listing) -> None:
    model = machine(n, seed=n)
    found, (log_z, singles, pairs) = moments(*model), by_listing(*model)
    assert found.log_partition == pytest.approx(log_z, rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(found.singles, singles, atol=1e-12)
    np.testing.assert_allclose(found.pairs, pairs, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-9, 30.0, 300.0, 1e4, 1e100])
def test_weak_and_strong_couplings(scale: float, machine, by_listing) -> None:
    model = machine(9, seed=4, scale=scale)
    found, (log_z, singles, pairs) = moments(*model), by_listing(*model)
    assert found.log_partition == pytest.approx(log_z, rel=1e-12)
    np.testing.assert_allclose(found.singles, singles, atol=1e-12)
    np.testing.assert_allclose(found.pairs, pairs, atol=1e-12)


def test_frustration_beyond_the_range_is_not_lost() -> None:
    """Every scaled row of the split in three is zero here: only the other split sees the sum."""
    strong = 2000.0
    couplings = np.zeros((3, 3))
    couplings[[0, 0, 1], [1, 2, 2]] = -strong
    couplings = couplings + couplings.T
    with pytest.raises(partition._RangeError):
        partition._sum(np.zeros(3), couplings, 1, 1)
    found = moments(np.zeros(3), couplings)
    assert found.log_partition == pytest.approx(strong + np.log(6), rel=1e-14)
    np.testing.assert_allclose(found.pairs[0, 1], -1 / 3, rtol=1e-12)


def test_blocks_change_nothing(machine, monkeypatch: pytest.MonkeyPatch) -> None:
    model = machine(11, seed=2)
    whole = moments(*model)
    monkeypatch.setattr(partition, "BLOCK", 40)
    parts = moments(*model)
    assert parts.log_partition == pytest.approx(whole.log_partition, rel=1e-14)
    np.testing.assert_allclose(parts.pairs, whole.pairs, atol=1e-14)


def test_many_independent_spins_in_closed_form() -> None:
    fields = np.linspace(-2, 2, 26)
    found = moments(fields, np.zeros((26, 26)))
    assert found.log_partition == pytest.approx(np.sum(np.log(2 * np.cosh(fields))), rel=1e-13)
    np.testing.assert_allclose(found.singles, np.tanh(fields), atol=1e-12)


def test_probabilities_follow_the_order_of_the_states(machine) -> None:
    fields, couplings = machine(5, seed=3)
    expected = np.exp(exponent(states(5, fields), fields, couplings))
    np.testing.assert_allclose(
        probabilities(fields, couplings), expected / expected.sum(), rtol=1e-12
    )


def test_probabilities_of_strong_machines_do_not_overflow(machine) -> None:
    found = probabilities(*machine(6, seed=3, scale=1e4))
    assert found.sum() == pytest.approx(1)
    assert found.max() == pytest.approx(1)


def test_transform_gives_moments_of_every_order(machine) -> None:
    p = probabilities(*machine(4, seed=5))
    x = states(4, p)
    found = all_moments(p)
    for mask in range(16):
        chosen = [k for k in range(4) if mask >> k & 1]
        assert found[mask] == pytest.approx(p @ np.prod(x[:, chosen], axis=1), abs=1e-14)


def test_fisher_information_is_the_slope_of_the_moments(machine) -> None:
    packing = Packing(5)
    theta = packing.pack(*machine(5, seed=6))

    def mean(at: np.ndarray) -> np.ndarray:
        found = moments(*packing.unpack(at))
        return packing.pack(found.singles, found.pairs)

    found, step = fisher_information(*packing.unpack(theta)), 1e-6
    for k, direction in enumerate(np.eye(packing.parameters) * step):
        slope = (mean(theta + direction) - mean(theta - direction)) / (2 * step)
        np.testing.assert_allclose(found[k], slope, atol=1e-8)


def test_packing_there_and_back(machine) -> None:
    fields, couplings = machine(6, seed=7)
    packing = Packing(6)
    theta = packing.pack(fields, couplings)
    assert theta.shape == (21,)
    assert theta[6 + packing.pairs.index((1, 4))] == couplings[1, 4]
    np.testing.assert_array_equal(packing.unpack(theta)[1], couplings)


@pytest.mark.parametrize(
    ("fields", "couplings", "message"),
    [
        ([1.0], [[1.0]], "with itself is not zero"),
        ([1.0, 2.0], [[0.0, 1.0], [2.0, 0.0]], "not symmetric"),
        ([np.nan], [[0.0]], "not finite"),
        ([1.0, 2.0], [[0.0]], "N x N|N × N"),
        ([], np.zeros((0, 0)), "N fields"),
    ],
)
def test_parameters_of_another_form_are_refused(fields, couplings, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_parameters(fields, couplings)


def test_too_many_spins_are_refused_before_any_work() -> None:
    with pytest.raises(ValueError, match=r"2\^60 states"):
        log_partition(np.zeros(60), np.zeros((60, 60)))


def test_the_largest_random_number_still_draws_a_state(machine) -> None:
    class Largest:
        def uniform(self, shape: tuple[int, ...]) -> np.ndarray:
            return np.full(shape, 1.0)

    assert exact_samples(*machine(3, seed=8), Largest(), 4).shape == (4, 3)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 6).flatmap(lambda n: st.tuples(*[any_numbers(n, k) for k in (1, n)])))
def test_any_machine_has_the_moments_of_all_its_states(parts) -> None:
    fields, raw = parts[0][:, 0], np.triu(parts[1], 1)
    couplings = raw + raw.T
    log_z, singles, pairs = enumerated(fields, couplings)
    found = moments(fields, couplings)
    assert found.log_partition == pytest.approx(log_z, rel=1e-12, abs=1e-12)
    scale = 1e-15 * max(1.0, np.abs(fields).sum() + np.abs(couplings).sum()) + 1e-12
    np.testing.assert_allclose(found.singles, singles, atol=scale)
    np.testing.assert_allclose(found.pairs, pairs, atol=scale)
