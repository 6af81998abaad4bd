"""Every method keeps its promise, and a broken promise is seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from numeric.errors import DescentError
from numeric.methods import Momentum, Nesterov, Newton, lbfgs
from numeric.optimize import (
    Backtracking,
    GradientDescent,
    MajoriseMinimise,
    State,
    Step,
    Trace,
    minimise,
)

START = np.array([3.0, -2.0])


class LogCosh:
    """Σ c_k ln cosh θ_k: convex, second derivative at most max c, minimum at 0."""

    weights = np.array([1.0, 4.0])
    curvature = 4.0

    def __call__(self, theta):
        return float(
            self.weights @ (np.logaddexp(theta, -theta) - math.log(2))
        ), self.weights * np.tanh(theta)

    def hessian(self, theta):
        return np.diag(self.weights * (1 - np.tanh(theta) ** 2))


def surrogate(state: State) -> tuple[np.ndarray, float]:
    """A tighter majoriser: each coordinate has its own curvature."""
    theta = state.theta - state.gradient / LogCosh.weights
    return theta, state.objective - float(np.sum(state.gradient**2 / (2 * LogCosh.weights)))


METHODS = {
    "gradient": GradientDescent(4.0),
    "backtracking": Backtracking(1e-3),
    "majorise": MajoriseMinimise(surrogate),
    "momentum": Momentum(0.05),
    "nesterov": Nesterov(4.0),
    "newton": Newton(),
}


@pytest.mark.parametrize("name", METHODS)
def test_methods_reach_the_minimum_and_keep_their_promises(name: str) -> None:
    result = minimise(LogCosh(), START, METHODS[name], tolerance=1e-8, max_iterations=2000)
    assert result.converged
    np.testing.assert_allclose(result.state.theta, 0, atol=1e-7)
    result.trace.check()
    promised = [step for step in result.trace if math.isfinite(step.promise)]
    assert bool(promised) == (name not in ("momentum", "nesterov"))
    assert [step.iteration for step in result.trace] == list(range(len(result.trace)))


def test_gradient_descent_descends_by_what_the_notes_promise() -> None:
    trace = minimise(LogCosh(), START, GradientDescent(4.0), max_iterations=30).trace
    theta = START
    for step in trace[1:]:
        value, gradient = LogCosh()(theta)
        theta = theta - gradient / 4
        assert step.promise == pytest.approx(value - gradient @ gradient / 8)
        assert step.objective <= step.promise + 1e-15


def test_a_curvature_that_is_too_small_breaks_the_promise() -> None:
    result = minimise(LogCosh(), START, GradientDescent(1.5), max_iterations=30)
    with pytest.raises(DescentError, match=r"step \d+: the objective is .* at most was promised"):
        result.trace.check()


def test_a_surrogate_that_lies_below_is_seen() -> None:
    def wrong(state: State) -> tuple[np.ndarray, float]:
        return state.theta - state.gradient, state.objective - float(
            state.gradient @ state.gradient
        )

    with pytest.raises(DescentError):
        minimise(LogCosh(), START, MajoriseMinimise(wrong), max_iterations=5).trace.check()


def test_the_wrong_sign_is_seen() -> None:
    class Uphill(GradientDescent):
        def step(self, problem, state):
            theta = state.theta + state.gradient / 4
            return State(theta, *problem(theta), promise=state.objective)

    with pytest.raises(DescentError):
        minimise(LogCosh(), START, Uphill(4.0), max_iterations=3).trace.check()


def test_acceleration_needs_fewer_steps_where_it_is_flat() -> None:
    class Flat:
        scales = np.array([1.0, 1e-2])

        def __call__(self, theta):
            return float(0.5 * self.scales @ theta**2), self.scales * theta

    counts = [
        minimise(Flat(), START, method, tolerance=1e-7, max_iterations=10**4).trace[-1].iteration
        for method in (GradientDescent(1.0), Nesterov(1.0))
    ]
    assert counts[1] * 4 < counts[0]


def test_backtracking_refuses_what_has_no_bound() -> None:
    with pytest.raises(DescentError, match="no step"):
        minimise(lambda t: (2 - float(np.all(t == START)), np.ones(2)), START, Backtracking())


def test_a_gradient_that_is_not_finite_ends_the_descent() -> None:
    with pytest.raises(DescentError, match="not finite"):
        minimise(lambda t: (0.0, t * np.array([1.0, np.inf])), START, Momentum(1.0))


def test_a_descent_goes_on_where_it_stopped() -> None:
    whole = minimise(LogCosh(), START, Nesterov(4.0), tolerance=0, max_iterations=20)
    half = minimise(LogCosh(), START, Nesterov(4.0), tolerance=0, max_iterations=10)
    rest = minimise(
        LogCosh(), half.state, Nesterov(4.0), tolerance=0, max_iterations=20, trace=half.trace
    )
    assert rest.trace == whole.trace


def test_a_callback_ends_it() -> None:
    seen: list[Step] = []

    def callback(_: State, step: Step) -> bool:
        seen.append(step)
        return len(seen) == 3

    result = minimise(LogCosh(), START, GradientDescent(4.0), callback=callback)
    assert result.reason == "stopped by the callback"
    assert [step.iteration for step in seen] == [1, 2, 3]


def test_lbfgs_of_scipy() -> None:
    pytest.importorskip("scipy")
    result = lbfgs(LogCosh(), START, tolerance=1e-6)
    assert result.converged
    np.testing.assert_allclose(result.state.theta, 0, atol=1e-5)


@pytest.mark.parametrize("curvature", [0.0, -1.0, math.inf, math.nan])
def test_a_curvature_is_a_positive_number(curvature: float) -> None:
    with pytest.raises(ValueError, match="positive number"):
        GradientDescent(curvature)


def test_rounding_is_no_broken_promise_but_more_is() -> None:
    Trace([Step(0, 1.0, 0.0, 1.0 - 1e-14)]).check()
    with pytest.raises(DescentError):
        Trace([Step(0, 1.0, 0.0, 1.0 - 1e-9)]).check()
