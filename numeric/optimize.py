"""Descent, with a promise at every step: section 2.6 of the notes.

A problem is called with θ and gives the objective and its gradient there. A method makes of a
state the next (``init``, ``step``) and says what objective it promises at most, where it can:
that is the inequality (2.35), and ``Trace.check`` holds every step to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from .arrays import Array, namespace
from .equations import implements
from .errors import DescentError

ROUNDING = 1e-12
"""What rounding may add to an objective, relative to its size."""


class Problem(Protocol):
    """A function to be minimised."""

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """The objective at θ (M), or NaN where it is not known, and its gradient (M)."""


@dataclass(frozen=True)
class State:
    """A point, the objective and gradient there, and what the method remembers."""

    theta: Array
    objective: float
    gradient: Array
    promise: float = math.inf
    memory: dict[str, Any] = field(default_factory=dict)


class Method(Protocol):
    """How to go from one state to the next."""

    def init(self, problem: Any, theta: Array) -> State:
        """The state at the start."""

    def step(self, problem: Any, state: State) -> State:
        """The next state."""


class Step(NamedTuple):
    """One row of a trace."""

    iteration: int
    objective: float
    gradient: float
    """The largest entry of the gradient, in absolute value."""
    promise: float
    """What the objective was to be at most, as in (2.35); infinite where nothing is promised."""


class Trace(list[Step]):
    """What a descent went through."""

    @implements("2.31", "2.35")
    def check(self, tolerance: float = ROUNDING) -> None:
        """Raise ``DescentError`` at the first objective above its promise (2.35)."""
        for step in self:
            if step.objective > step.promise + tolerance * max(1.0, abs(step.objective)):
                raise DescentError(
                    f"step {step.iteration}: the objective is {step.objective!r}, "
                    f"{step.promise!r} at most was promised"
                )

    @property
    def objectives(self) -> list[float]:
        """The objective at each step."""
        return [step.objective for step in self]


class Result(NamedTuple):
    """Where a descent ended, how it went, and why it ended."""

    state: State
    trace: Trace
    converged: bool
    reason: str


class Start:
    """The start that most methods share."""

    def init(self, problem: Any, theta: Array) -> State:
        """θ with the objective and the gradient there."""
        return State(theta, *problem(theta))


class MajoriseMinimise(Start):
    """θ' minimises a function that touches the objective at θ and lies above it everywhere.

    ``surrogate(state)`` gives the minimiser of that function and its value there, which the
    objective cannot exceed.
    """

    def __init__(self, surrogate: Callable[[State], tuple[Array, float]]) -> None:
        self.surrogate = surrogate

    def step(self, problem: Any, state: State) -> State:
        """The minimiser of the surrogate."""
        theta, bound = self.surrogate(state)
        return State(theta, *problem(theta), promise=bound)


@implements("2.33", "2.34", "2.35")
def quadratic_bound(state: State, curvature: float) -> tuple[Array, float]:
    """The surrogate (2.33): its minimiser θ − ∇f/L, and its value there, f − |∇f|²/2L (2.34)."""
    square = float(_dot(state.gradient, state.gradient))
    theta = state.theta - state.gradient / curvature
    return theta, state.objective - square / (2 * curvature)


@implements("2.32", "2.36")
class GradientDescent(MajoriseMinimise):
    """θ' = θ − η ∇f(θ), (2.32), with the rate η = 1/L of (2.36).

    L, the ``curvature``, bounds the second derivative in every direction; the step then lowers f
    by at least |∇f|²/2L, (2.35).
    """

    def __init__(self, curvature: float) -> None:
        if not (math.isfinite(curvature) and curvature > 0):
            raise ValueError(f"the curvature is {curvature!r}: a positive number is wanted")
        super().__init__(lambda state: quadratic_bound(state, curvature))


class Backtracking(Start):
    """Gradient descent where L is not known: L doubles until the quadratic bound (2.35) holds at
    the new point, and is halved before each step."""

    def __init__(self, curvature: float = 1.0) -> None:
        self.curvature = curvature

    def step(self, problem: Any, state: State) -> State:
        """The first point that keeps the promise of its L."""
        curvature = state.memory.get("curvature", 2 * self.curvature) / 2
        while True:
            theta, bound = quadratic_bound(state, curvature)
            new = State(theta, *problem(theta), bound, {"curvature": curvature})
            if new.objective <= bound + ROUNDING * max(1.0, abs(bound)):
                return new
            curvature *= 2
            if not math.isfinite(curvature) or math.isnan(new.objective + bound):
                raise DescentError("no step along the gradient lowers the objective")


class Momentum(Start):
    """v' = β v − η ∇f(θ), θ' = θ + v'; nothing is promised.

    B. T. Polyak (1964), USSR Computational Mathematics and Mathematical Physics 4, 1-17.
    """

    def __init__(self, rate: float, momentum: float = 0.9) -> None:
        self.rate, self.momentum = rate, momentum

    def step(self, problem: Any, state: State) -> State:
        """A step with part of the last one."""
        velocity = self.momentum * state.memory.get("velocity", 0.0) - self.rate * state.gradient
        theta = state.theta + velocity
        return State(theta, *problem(theta), memory={"velocity": velocity})


class Nesterov(Start):
    """Accelerated descent with rate 1/L, restarted where it goes uphill; nothing is promised.

    Y. Nesterov (1983), Soviet Mathematics Doklady 27, 372-376; B. O'Donoghue, E. Candès (2015),
    Foundations of Computational Mathematics 15, 715-732.
    """

    def __init__(self, curvature: float) -> None:
        self.curvature = curvature

    def step(self, problem: Any, state: State) -> State:
        """A gradient step, and beyond."""
        last, age = state.memory.get("last", state.theta), state.memory.get("age", 1.0)
        new = state.theta - state.gradient / self.curvature
        if float(_dot(state.gradient, new - last)) > 0:
            age = 1.0
        older = (1 + math.sqrt(1 + 4 * age * age)) / 2
        theta = new + (age - 1) / older * (new - last)
        return State(theta, *problem(theta), memory={"last": new, "age": older})


class Newton(Start):
    """θ' = θ − t H⁻¹ ∇f with the problem's ``hessian``; t is halved until f falls by t ∇fᵀH⁻¹∇f/4.

    For a Boltzmann machine H is the Fisher information: this is natural gradient descent.
    """

    def step(self, problem: Any, state: State) -> State:
        """The first step that lowers the objective enough."""
        xp, hessian = namespace(state.theta), problem.hessian(state.theta)
        move = xp.linalg.solve(hessian, state.gradient[:, None])[:, 0]
        gain, rate = float(_dot(state.gradient, move)), 1.0
        while True:
            theta = state.theta - rate * move
            promise = state.objective - rate * gain / 4
            new = State(theta, *problem(theta), promise=promise)
            if new.objective <= promise + ROUNDING * max(1.0, abs(promise)):
                return new
            rate /= 2
            if rate < 1e-12:
                raise DescentError("no Newton step lowers the objective")


def minimise(
    problem: Any,
    start: Array | State,
    method: Any,
    *,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
    callback: Callable[[State, Step], bool | None] | None = None,
    trace: Trace | None = None,
) -> Result:
    """Step until no entry of the gradient exceeds the tolerance.

    ``callback`` sees each state and may end the descent by returning ``True``. A ``State`` and
    the ``trace`` that led to it continue an earlier descent.
    """
    state = start if isinstance(start, State) else method.init(problem, start)
    trace = Trace() if trace is None else trace
    if not trace:
        trace.append(_row(0, state))
    converged = trace[-1].gradient <= tolerance
    while not converged and trace[-1].iteration < max_iterations:
        state = method.step(problem, state)
        trace.append(_row(trace[-1].iteration + 1, state))
        converged = trace[-1].gradient <= tolerance
        if callback is not None and callback(state, trace[-1]):
            return Result(state, trace, converged, "stopped by the callback")
        if not math.isfinite(trace[-1].gradient):
            raise DescentError(f"the gradient of step {trace[-1].iteration} is not finite")
    reason = f"no entry of the gradient above {tolerance:g}" if converged else "out of iterations"
    return Result(state, trace, converged, reason)


def lbfgs(
    problem: Any, theta: Array, *, tolerance: float = 1e-6, max_iterations: int = 1000
) -> Result:
    """Limited-memory BFGS of SciPy, the extra ``scipy``, for NumPy arrays."""
    from scipy.optimize import minimize

    trace = Trace()
    states = [Start().init(problem, theta)]

    def value(x: Array) -> tuple[float, Array]:
        states[-1] = State(x.copy(), *problem(x))
        return states[-1].objective, states[-1].gradient

    def record(x: Array) -> None:
        here = states[-1] if (states[-1].theta == x).all() else State(x.copy(), *problem(x))
        trace.append(_row(len(trace), here))

    record(theta)
    options = {"maxiter": max_iterations, "gtol": tolerance, "ftol": 0.0, "maxfun": 10**9}
    found = minimize(value, theta, jac=True, method="L-BFGS-B", callback=record, options=options)
    state = replace(states[-1], theta=found.x, objective=float(found.fun), gradient=found.jac)
    return Result(state, trace, _row(0, state).gradient <= tolerance, str(found.message))


def _row(iteration: int, state: State) -> Step:
    xp = namespace(state.gradient)
    largest = float(xp.max(xp.abs(state.gradient)))
    return Step(iteration, float(state.objective), largest, float(state.promise))


def _dot(a: Array, b: Array) -> Array:
    return namespace(a).vecdot(a, b)
