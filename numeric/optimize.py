"""Descent, with a promise at every step: section 2.6 of the notes.

A problem is called with θ and gives the objective and its gradient there. A method makes of a
state the next (``init``, ``step``) and says what objective it promises at most, where it can:
that is the inequality (2.35), and ``Trace.check`` holds every step to it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
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

    @classmethod
    def at(cls, problem: Any, theta: Array, promise: float = math.inf, **memory: Any) -> State:
        """The state at θ."""
        objective, gradient = problem(theta)
        return cls(theta, objective, gradient, promise, memory)


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

    @classmethod
    def of(cls, iteration: int, state: State) -> Step:
        """The row of a state."""
        xp = namespace(state.gradient)
        largest = float(xp.max(xp.abs(state.gradient)))
        return cls(iteration, float(state.objective), largest, float(state.promise))


class Trace(list[Step]):
    """What a descent went through."""

    @implements("2.31", "2.35")
    def check(self, tolerance: float = ROUNDING) -> None:
        """Raise ``DescentError`` at the first objective above its promise, (2.31) or (2.35)."""
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
        return State.at(problem, theta)


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
        return State.at(problem, theta, bound)


@implements("2.33", "2.34")
def quadratic_bound(state: State, curvature: float) -> tuple[Array, float]:
    """The surrogate (2.33): its minimiser θ − ∇f/L, and its value there, f − |∇f|²/2L (2.34)."""
    square = dot(state.gradient, state.gradient)
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
    the new point, and is halved before a step whose gain can be told from rounding."""

    def __init__(self, curvature: float = 1.0) -> None:
        self.curvature = curvature

    def step(self, problem: Any, state: State) -> State:
        """The first point that keeps the promise of its L."""
        curvature = state.memory.get("curvature", self.curvature)
        slack = ROUNDING * max(1.0, abs(state.objective))
        if state.objective - quadratic_bound(state, curvature)[1] > slack:
            curvature /= 2
        while True:
            theta, bound = quadratic_bound(state, curvature)
            new = State.at(problem, theta, bound, curvature=curvature)
            if new.objective <= bound + slack:
                return new
            curvature *= 2
            if state.objective - bound < slack:
                raise DescentError("no step along the gradient lowers the objective")


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
        trace.append(Step.of(0, state))
    converged = trace[-1].gradient <= tolerance
    while not converged and trace[-1].iteration < max_iterations:
        state = method.step(problem, state)
        trace.append(Step.of(trace[-1].iteration + 1, state))
        converged = trace[-1].gradient <= tolerance
        if callback is not None and callback(state, trace[-1]):
            return Result(state, trace, converged, "stopped by the callback")
        if not math.isfinite(trace[-1].gradient):
            raise DescentError(f"the gradient of step {trace[-1].iteration} is not finite")
    reason = f"no entry of the gradient above {tolerance:g}" if converged else "out of iterations"
    return Result(state, trace, converged, reason)


def dot(a: Array, b: Array) -> float:
    """a · b."""
    return float(namespace(a).vecdot(a, b))
