"""Faster descents than (2.32): momentum, acceleration, Newton's method, L-BFGS."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Array, namespace
from .errors import DescentError
from .optimize import (
    ROUNDING,
    Backtracking,
    GradientDescent,
    Result,
    Start,
    State,
    Step,
    Trace,
    dot,
)

METHODS = ("gradient", "backtracking", "momentum", "nesterov", "newton", "lbfgs")
"""The methods with a name; ``lbfgs`` is a function of its own."""


def named(name: str, curvature: float, momentum: float = 0.9) -> Any:
    """The method of that name for a problem whose curvature is bounded so."""
    make: dict[str, Callable[[], Any]] = {
        "gradient": lambda: GradientDescent(curvature),
        "backtracking": Backtracking,
        "momentum": lambda: Momentum(1 / curvature, momentum),
        "nesterov": lambda: Nesterov(curvature),
        "newton": Newton,
    }
    return make[name]()


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
        return State.at(problem, theta, velocity=velocity)


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
        if dot(state.gradient, new - last) > 0:
            age = 1.0
        older = (1 + math.sqrt(1 + 4 * age * age)) / 2
        theta = new + (age - 1) / older * (new - last)
        return State.at(problem, theta, last=new, age=older)


class Newton(Start):
    """θ' = θ − t H⁻¹ ∇f with the problem's ``hessian``; t is halved until f falls by t ∇fᵀH⁻¹∇f/4.

    For a Boltzmann machine H is the Fisher information: this is natural gradient descent.
    """

    def step(self, problem: Any, state: State) -> State:
        """The first step that lowers the objective enough."""
        xp, hessian = namespace(state.theta), problem.hessian(state.theta)
        move = xp.linalg.solve(hessian, state.gradient[:, None])[:, 0]
        gain, rate = dot(state.gradient, move), 1.0
        while True:
            theta = state.theta - rate * move
            promise = state.objective - rate * gain / 4
            new = State.at(problem, theta, promise)
            if new.objective <= promise + ROUNDING * max(1.0, abs(promise)):
                return new
            rate /= 2
            if rate < 1e-12:
                raise DescentError("no Newton step lowers the objective")


def lbfgs(
    problem: Any,
    start: Array | State,
    *,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
    callback: Callable[[State, Step], bool | None] | None = None,
    trace: Trace | None = None,
) -> Result:
    """Limited-memory BFGS of SciPy, the extra ``scipy``, for NumPy arrays.

    As ``optimize.minimise``, but what the method remembers of an earlier descent is lost.
    """
    from scipy.optimize import minimize

    begin = start if isinstance(start, State) else State.at(problem, start)
    if not isinstance(begin.theta, np.ndarray):
        raise ValueError("L-BFGS takes NumPy arrays only")
    trace = Trace() if trace is None else trace
    if not trace:
        trace.append(Step.of(0, begin))
    seen, stopped = [begin], []

    def value(x: Array) -> tuple[float, Array]:
        seen[-1] = State.at(problem, x.copy())
        return seen[-1].objective, seen[-1].gradient

    def after(x: Array) -> None:
        here = seen[-1] if (seen[-1].theta == x).all() else State.at(problem, x.copy())
        trace.append(Step.of(trace[-1].iteration + 1, here))
        if callback is not None and callback(here, trace[-1]):
            stopped.append("stopped by the callback")
            raise StopIteration

    options = {
        "maxiter": max_iterations - trace[-1].iteration,
        "gtol": tolerance,
        "ftol": 0.0,
        "maxfun": 10**9,
    }
    found = minimize(
        value, begin.theta, jac=True, method="L-BFGS-B", callback=after, options=options
    )
    state = State.at(problem, found.x)
    converged = Step.of(0, state).gradient <= tolerance
    return Result(state, trace, converged, (stopped or [str(found.message)])[0])
