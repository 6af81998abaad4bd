"""The Gaussians against numerical derivatives, integrals and each other."""

from __future__ import annotations

import numpy as np
import pytest

from numeric import DataError, Gaussian, MultivariateGaussian, NotFittedError

RNG = np.random.default_rng(1)
DATA = RNG.normal(size=(60, 3)) @ RNG.normal(size=(3, 3)) + [1.0, -2.0, 5.0]


def mvn() -> MultivariateGaussian:
    factor = np.array([[2.0, 0, 0], [0.5, 1, 0], [-1, 0.3, 0.7]])
    covariance = factor @ factor.T
    return MultivariateGaussian.from_parameters([0.3, -1.0, 2.0], (covariance + covariance.T) / 2)


def test_density_has_mass_one_and_is_the_printed_one() -> None:
    model = Gaussian.from_parameters(1.5, 0.49)
    x = np.linspace(-10, 13, 20001)
    density = np.exp(model.score_samples(x))
    assert density.sum() * (x[1] - x[0]) == pytest.approx(1, abs=1e-10)
    expected = np.exp(-((x - 1.5) ** 2) / (2 * 0.49)) / np.sqrt(2 * np.pi * 0.49)
    np.testing.assert_allclose(density, expected, rtol=1e-12)


def test_fit_is_where_the_gradient_vanishes_and_nowhere_else() -> None:
    model = Gaussian().fit(DATA[:, 0])
    assert model.kl_gradient(DATA[:, 0]) == pytest.approx((0, 0), abs=1e-12)
    moved = Gaussian.from_parameters(model.mean_ + 0.1, model.variance_)
    assert abs(moved.kl_gradient(DATA[:, 0])[0]) > 1e-3
    assert model.variance_ == pytest.approx(np.var(DATA[:, 0]))


def test_gradient_is_the_slope_of_the_divergence() -> None:
    mean, variance, step = 0.4, 1.7, 1e-5
    slopes = []
    for dm, dv in ((step, 0), (0, step)):
        up = Gaussian.from_parameters(mean + dm, variance + dv).cross_entropy(DATA[:, 0])
        down = Gaussian.from_parameters(mean - dm, variance - dv).cross_entropy(DATA[:, 0])
        slopes.append((up - down) / (2 * step))
    found = Gaussian.from_parameters(mean, variance).kl_gradient(DATA[:, 0])
    assert found == pytest.approx(tuple(slopes), rel=1e-7)


def test_many_variables_density_by_inverse_and_determinant() -> None:
    model, x = mvn(), RNG.normal(size=(7, 3))
    inverse = np.linalg.inv(model.covariance_)
    centred = x - model.mean_
    norm = (2 * np.pi) ** 3 * np.linalg.det(model.covariance_)
    expected = -0.5 * np.einsum("ni,ij,nj->n", centred, inverse, centred) - 0.5 * np.log(norm)
    np.testing.assert_allclose(model.score_samples(x), expected, rtol=1e-12)


def test_many_variables_gradient_is_the_slope_in_the_precision() -> None:
    model, step = mvn(), 1e-6
    slope_mean, slope_precision = model.kl_gradient(DATA)
    precision = np.linalg.inv(model.covariance_)

    def objective(mean: np.ndarray, inverse: np.ndarray) -> float:
        centred = DATA - mean
        square = np.einsum("ni,ij,nj->", centred, inverse, centred) / (2 * len(DATA))
        return square - 0.5 * np.log(np.linalg.det(inverse))

    for k in range(3):
        move = np.eye(3)[k] * step
        up, down = (objective(model.mean_ + s * move, precision) for s in (1, -1))
        assert slope_mean[k] == pytest.approx((up - down) / (2 * step), rel=1e-5)
        for other in range(3):
            change = np.zeros((3, 3))
            change[k, other] = step
            up, down = (objective(model.mean_, precision + s * change) for s in (1, -1))
            assert slope_precision[k, other] == pytest.approx((up - down) / (2 * step), rel=1e-5)


def test_divergence_of_two_models_is_the_mean_log_ratio() -> None:
    one, two = mvn(), MultivariateGaussian().fit(DATA)
    x = one.sample(200_000, 0)
    ratio = one.score_samples(x) - two.score_samples(x)
    error = ratio.std() / len(x) ** 0.5
    assert abs(one.kl_divergence(two) - ratio.mean()) < 5 * error
    assert one.kl_divergence(one) == pytest.approx(0, abs=1e-12)
    assert one.kl_divergence(two) != pytest.approx(two.kl_divergence(one), rel=1e-3)
    a, b = Gaussian.from_parameters(0, 1), Gaussian.from_parameters(1, 4)
    wide = [MultivariateGaussian.from_parameters([g.mean_], [[g.variance_]]) for g in (a, b)]
    assert a.kl_divergence(b) == pytest.approx(wide[0].kl_divergence(wide[1]))


@pytest.mark.parametrize("pieces", [1, 7, 60])
def test_pieces_give_the_fit_of_the_whole(pieces: int) -> None:
    whole, parts = MultivariateGaussian().fit(DATA + 1e6), MultivariateGaussian()
    for piece in np.array_split(DATA + 1e6, pieces):
        parts.partial_fit(piece)
    np.testing.assert_allclose(parts.covariance_, whole.covariance_, rtol=1e-8)
    np.testing.assert_allclose(parts.covariance_, np.cov(DATA.T, bias=True), rtol=1e-8)
    np.testing.assert_allclose(parts.mean_, whole.mean_, rtol=1e-15)


def test_samples_have_the_moments_of_the_model() -> None:
    model = mvn()
    x = model.sample(50_000, 3)
    error = np.sqrt(np.diag(model.covariance_) / len(x))
    assert np.all(abs(x.mean(axis=0) - model.mean_) < 5 * error)
    np.testing.assert_allclose(np.cov(x.T), model.covariance_, atol=0.15)
    np.testing.assert_array_equal(x[:5], model.sample(50_000, 3)[:5])


def test_missing_rank_is_reported_and_shrinkage_mends_it() -> None:
    with pytest.raises(DataError, match=r"from 3 rows\) has rank 2 of 3, 1 missing"):
        MultivariateGaussian().fit(DATA[:3])
    doubled = np.concatenate([DATA, DATA[:, :1] * 1e-9], axis=1)
    with pytest.raises(DataError, match="rank 3 of 4"):
        MultivariateGaussian().fit(doubled)
    model = MultivariateGaussian(shrinkage=0.1).fit(DATA[:3])
    assert np.isfinite(model.log_partition())


def test_scales_far_apart_are_not_singular() -> None:
    scaled = DATA * [1e-8, 1.0, 1e8]
    assert np.isfinite(MultivariateGaussian().fit(scaled).log_partition())


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "empty"),
        ([[1.0], [float("nan")]], "row 2, column 1: nan is not a finite number"),
        ([[1.0], [float("inf")]], "inf is not a finite"),
        ([[1.0, 2.0]], "has 2 columns, the model 1"),
        ([[[1.0]]], "3 axes"),
        (["a"], "no table of numbers"),
        ([2.0, 2.0], "around 2, is 0: they are all equal"),
        ([1j, 2.0], "masked or complex"),
        (np.ma.array([1.0, 2.0], mask=[True, False]), "masked or complex"),
        ([1e200, -1e200], "overflows"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_unusable_data_is_refused_with_the_place(data: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Gaussian().fit(data)


def test_constant_columns_are_named() -> None:
    with pytest.raises(DataError, match="no variation in column 2"):
        MultivariateGaussian().fit(DATA * [1, 0, 1])


def test_models_print_themselves() -> None:
    assert repr(Gaussian()) == "Gaussian()"
    assert repr(MultivariateGaussian(0.5)) == "MultivariateGaussian(shrinkage=0.5)"


def test_models_not_fitted_and_models_that_are_none() -> None:
    with pytest.raises(NotFittedError, match="call fit first"):
        Gaussian().score_samples([1.0])
    with pytest.raises(NotFittedError):
        MultivariateGaussian().sample()
    with pytest.raises(ValueError, match="variance -1"):
        Gaussian.from_parameters(0, -1)
    with pytest.raises(ValueError, match="rank 1 of 2"):
        MultivariateGaussian.from_parameters([0, 0], [[1, 1], [1, 1]])
