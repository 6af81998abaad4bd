"""The Boltzmann machine: its gradients, its training, and what it refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import numpy as np
import pytest

from numeric import BoltzmannMachine, DataError, NoFiniteOptimum, NotFittedError, load, save
from numeric.errors import ModelFileError
from numeric.fisher import fisher_information
from numeric.partition import moments
from numeric.spins import Packing, mean_moments, states


def sampled(machine, n: int, rows: int, seed: int = 0) -> np.ndarray:
    """Rows of a random machine."""
    return BoltzmannMachine.from_parameters(*machine(n, seed)).sample(rows, seed)


def test_probabilities_sum_to_one_and_follow_the_energy(machine) -> None:
    model = BoltzmannMachine.from_parameters(*machine(6, seed=1))
    x = states(6, model.fields_)
    assert np.exp(model.score_samples(x)).sum() == pytest.approx(1, rel=1e-12)
    k, j, h = x[:, :2], model.couplings_, model.fields_
    pair = BoltzmannMachine.from_parameters(h[:2], j[:2, :2]).energy(k)
    np.testing.assert_allclose(pair, -(j[0, 1] * k[:, 0] * k[:, 1] + k @ h[:2]))


def test_gradient_is_the_slope_of_the_divergence(machine) -> None:
    data, packing, step = sampled(machine, 4, 50), Packing(4), 1e-6
    theta = packing.pack(*machine(4, seed=9))

    def divergence(at: np.ndarray) -> float:
        return BoltzmannMachine.from_parameters(*packing.unpack(at)).kl_divergence(data)

    model = BoltzmannMachine.from_parameters(*packing.unpack(theta))
    found = packing.pack(*model.kl_gradient(data))
    for k, move in enumerate(np.eye(packing.parameters) * step):
        slope = (divergence(theta + move) - divergence(theta - move)) / (2 * step)
        assert found[k] == pytest.approx(slope, abs=1e-8)


def test_divergence_is_that_of_the_two_distributions(machine) -> None:
    data = sampled(machine, 3, 40)
    model = BoltzmannMachine.from_parameters(*machine(3, seed=8))
    rows, counts = np.unique(data, axis=0, return_counts=True)
    share = counts / 40
    expected = share @ (np.log(share) - model.score_samples(rows))
    assert model.kl_divergence(data) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "method", ["gradient", "backtracking", "momentum", "nesterov", "newton", "lbfgs"]
)
def test_every_method_matches_the_moments(method: str, machine) -> None:
    if method == "lbfgs":
        pytest.importorskip("scipy")
    data = sampled(machine, 5, 400)
    model = BoltzmannMachine(method, tolerance=1e-6, max_iterations=20_000).fit(data)
    assert model.converged_
    slopes = model.kl_gradient(data)
    assert max(np.abs(slope).max() for slope in slopes) < 2e-6
    model.trace_.check()


def test_every_step_of_the_mended_sign_lowers_the_divergence_and_none_of_the_printed(
    machine,
) -> None:
    data = sampled(machine, 6, 300)
    model = BoltzmannMachine(tolerance=0.0, max_iterations=200)
    with pytest.warns(UserWarning, match="out of iterations"):
        model.fit(data)
    model.trace_.check()
    assert np.all(np.diff(model.trace_.objectives) < 0)
    packing = Packing(6)
    theta, rate = np.zeros(packing.parameters), 1 / packing.parameters
    rising = []
    for _ in range(50):
        printed = BoltzmannMachine.from_parameters(*packing.unpack(theta))
        rising.append(printed.kl_divergence(data))
        theta = theta + rate * packing.pack(*printed.kl_gradient(data))
    assert np.all(np.diff(rising) > 0)


def test_teacher_and_student_agree_within_the_cramer_rao_bound(machine) -> None:
    fields, couplings = machine(6, seed=3)
    rows, packing = 100_000, Packing(6)
    data = BoltzmannMachine.from_parameters(fields, couplings).sample(rows, 1)
    student = BoltzmannMachine("newton", tolerance=1e-10).fit(data)
    information = fisher_information(fields, couplings)
    error = packing.pack(student.fields_, student.couplings_) - packing.pack(fields, couplings)
    chi_square = rows * error @ information @ error / packing.parameters
    assert 0.3 < chi_square < 2.2


def test_sampled_training_matches_the_moments(machine) -> None:
    data = sampled(machine, 8, 5000)
    model = BoltzmannMachine(moments="sampled", rate=0.2, random_state=0).fit(data)
    assert model.converged_
    slopes = model.kl_gradient(data)
    assert max(np.abs(slope).max() for slope in slopes) < 0.03
    best = BoltzmannMachine("newton").fit(data).kl_divergence(data)
    assert model.kl_divergence(data) < best + 0.01


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({2: 1}, "column 3 is 1 in every row"),
        ({2: -1}, "column 3 is -1 in every row"),
        ({2: (0, -1)}, "column 3 is -column 1 in every row"),
        ({2: "never with 0"}, "no row has 1 in column 1 and 1 in column 3"),
        ({2: "triangle"}, "no row has columns 1 and 2 .*equal and columns 1 and 3 .*equal"),
    ],
)
def test_data_without_a_finite_optimum_says_why(change, message: str) -> None:
    data = np.random.default_rng(0).choice([-1.0, 1.0], size=(500, 4))
    ((column, how),) = change.items()
    if isinstance(how, tuple):
        data[:, column] = how[1] * data[:, how[0]]
    elif how == "never with 0":
        data[data[:, 0] > 0, column] = -1
    elif how == "triangle":
        equal = data[:, 0] == data[:, 1]
        data[equal, column] = data[equal, 0]
    else:
        data[:, column] = how
    with pytest.raises(NoFiniteOptimum, match=message):
        BoltzmannMachine().fit(data)
    model = BoltzmannMachine("newton", l2=0.01).fit(data)
    assert model.converged_
    assert np.all(np.isfinite(model.couplings_))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([[1, 0]], "row 1, column 2: 0 is not -1 or 1"),
        ([[1, float("nan")]], "row 1, column 2: nan is not a finite number"),
        (np.zeros((0, 3)), "empty: 0 rows, 3 columns"),
    ],
)
def test_data_that_is_no_spins_is_refused(data, message: str) -> None:
    with pytest.raises(DataError, match=message):
        BoltzmannMachine().fit(data)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "adam"}, "one of gradient, backtracking"),
        ({"moments": "guessed"}, "auto, exact or sampled"),
        ({"l2": -1.0}, "l2 is -1.0"),
        ({"chains": 0}, "chains is 0"),
        ({"rate": 0.0}, "rate is 0.0"),
        ({"tolerance": float("nan")}, "tolerance is nan"),
        ({"method": "newton", "moments": "sampled"}, "newton needs exact moments"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, message: str, machine) -> None:
    with pytest.raises(ValueError, match=message):
        BoltzmannMachine(**settings).fit(sampled(machine, 3, 50))


def test_regularisation_shrinks_and_warm_start_continues(machine) -> None:
    data = sampled(machine, 5, 300)
    free, tied = (BoltzmannMachine("newton", l2=l2).fit(data) for l2 in (0.0, 0.5))
    assert np.abs(tied.couplings_).sum() < np.abs(free.couplings_).sum()
    again = BoltzmannMachine("newton", warm_start=True).fit(data)
    assert again.n_iter_ > 0
    assert again.fit(data).n_iter_ == 0


@pytest.mark.parametrize("method", ["gradient", "lbfgs"])
def test_callback_sees_every_step_and_may_end_it(method: str, machine) -> None:
    if method == "lbfgs":
        pytest.importorskip("scipy")
    seen = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = BoltzmannMachine(
            method, callback=lambda _, step: seen.append(step) or len(seen) == 4
        )
        model.fit(sampled(machine, 4, 100))
    assert model.n_iter_ == len(seen) == 4
    assert model.reason_ == "stopped by the callback"


def test_an_interrupted_fit_keeps_what_it_reached(machine) -> None:
    def interrupt(_, step) -> None:
        if step.iteration == 3:
            raise KeyboardInterrupt

    model, data = BoltzmannMachine(callback=interrupt), sampled(machine, 4, 100)
    with pytest.raises(KeyboardInterrupt):
        model.fit(data)
    assert np.abs(model.couplings_).sum() > 0


@pytest.mark.parametrize(
    ("method", "moments_"), [("nesterov", "exact"), ("momentum", "sampled"), ("gradient", "exact")]
)
def test_a_resumed_fit_is_the_uninterrupted_one(
    method: str, moments_: str, machine, tmp_path: Path
) -> None:
    data = sampled(machine, 5, 300)
    settings = {
        "method": method, "moments": moments_, "random_state": 3, "tolerance": 1e-12,
        "chains": 50, "checkpoint_every": 10,
    }  # fmt: skip

    def fit(iterations: int, **more) -> BoltzmannMachine:
        with pytest.warns(UserWarning, match="did not converge"):
            return BoltzmannMachine(max_iterations=iterations, **settings, **more).fit(data)

    whole = fit(40)
    fit(27, checkpoint=tmp_path / "c.npz")
    resumed = fit(40, checkpoint=tmp_path / "c.npz", resume=True)
    np.testing.assert_array_equal(resumed.couplings_, whole.couplings_)
    np.testing.assert_array_equal([s[2] for s in resumed.trace_], [s[2] for s in whole.trace_])


def test_a_killed_process_loses_no_more_than_one_interval(tmp_path: Path) -> None:
    code = f"""
        import os, signal, numpy as np
        from numeric import BoltzmannMachine
        data = np.random.default_rng(0).choice([-1.0, 1.0], size=(200, 4))
        def kill(_, step):
            if step.iteration == 25:
                os.kill(os.getpid(), signal.SIGKILL)
        BoltzmannMachine(callback=kill, checkpoint={str(tmp_path / "c.npz")!r},
                         checkpoint_every=10, tolerance=1e-12).fit(data)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    data = np.random.default_rng(0).choice([-1.0, 1.0], size=(200, 4))
    first = []
    BoltzmannMachine(
        callback=lambda _, step: first.append(step.iteration) or True,
        checkpoint=tmp_path / "c.npz",
        resume=True,
    ).fit(data)
    assert first == [21]


def test_a_checkpoint_that_cannot_be_written_is_refused_at_once(machine, tmp_path: Path) -> None:
    seen = []
    with pytest.raises(FileNotFoundError):
        BoltzmannMachine(checkpoint=tmp_path / "no" / "c.npz", callback=seen.append).fit(
            sampled(machine, 3, 90)
        )
    assert not seen


def test_a_checkpoint_of_other_data_is_refused(machine, tmp_path: Path) -> None:
    path = tmp_path / "c.npz"
    BoltzmannMachine(checkpoint=path, checkpoint_every=1).fit(sampled(machine, 3, 90))
    with pytest.raises(ModelFileError, match="other data or other settings"):
        BoltzmannMachine(checkpoint=path, resume=True).fit(sampled(machine, 3, 91))
    with pytest.raises(ModelFileError, match="damaged checkpoint"):
        BoltzmannMachine(moments="sampled", checkpoint=path, resume=True).fit(
            sampled(machine, 3, 90)
        )
    save(BoltzmannMachine.from_parameters(*machine(3, 0)), path)
    with pytest.raises(ModelFileError, match="holds no checkpoint"):
        BoltzmannMachine(checkpoint=path, resume=True).fit(sampled(machine, 3, 90))


@pytest.mark.parametrize("n", [7, 22])
def test_samples_have_the_moments_of_the_model(n: int, machine) -> None:
    fields, couplings = machine(n, seed=5)
    x = BoltzmannMachine.from_parameters(fields, couplings).sample(20_000, 0, burn_in=30)
    exact, (singles, pairs) = moments(fields, couplings), mean_moments(x)
    limit = 5.5 / len(x) ** 0.5
    assert np.all(np.abs(singles - exact.singles) < limit)
    assert np.all(np.abs(pairs - exact.pairs) < limit)


def test_models_survive_a_file(machine, tmp_path: Path) -> None:
    model = BoltzmannMachine.from_parameters(*machine(4, seed=6))
    save(model, tmp_path / "model.npz")
    again = load(tmp_path / "model.npz")
    np.testing.assert_array_equal(again.couplings_, model.couplings_)
    with pytest.raises(NotFittedError):
        save(BoltzmannMachine(), tmp_path / "none.npz")
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


def test_hyperparameters_as_in_scikit_learn() -> None:
    model = BoltzmannMachine("newton", l2=0.5)
    assert repr(model) == "BoltzmannMachine(method='newton', l2=0.5)"
    assert BoltzmannMachine(**model.get_params()).l2 == 0.5
    with pytest.raises(ValueError, match="no hyperparameter 'depth'"):
        model.set_params(depth=3)


def test_scikit_learn_can_clone_a_model() -> None:
    sklearn = pytest.importorskip("sklearn.base")
    assert sklearn.clone(BoltzmannMachine("newton")).method == "newton"
