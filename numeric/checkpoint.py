"""Checkpoints of a descent, so that a killed process loses no more than one interval."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrays import Array, like, to_numpy
from .errors import ModelFileError
from .optimize import State, Step, Trace
from .storage import read_arrays, write_arrays

if TYPE_CHECKING:
    from .training import Divergence

KIND = "checkpoint"


class Checkpoint:
    """The file that a descent writes to and goes on from; without a path it does nothing."""

    def __init__(self, path: Any, every: int, resume: bool, problem: Divergence) -> None:
        self.path, self.every, self.resuming, self.problem = path, every, resume, problem
        self.trace = Trace()

    @classmethod
    def of(cls, model: Any, problem: Divergence) -> Checkpoint:
        """The checkpoint that the hyperparameters of a model ask for."""
        if model.checkpoint is not None:
            os.stat(os.path.dirname(os.path.realpath(model.checkpoint)))  # fail before the work
        return cls(model.checkpoint, model.checkpoint_every, model.resume, problem)

    def after(self, state: State, step: Step) -> None:
        """Take note of a step, and write the file if it is time."""
        if self.path is None or step.iteration % self.every:
            return
        values = {
            "target": self.problem.target,
            "l2": self.problem.l2,
            "theta": state.theta,
            "objective": state.objective,
            "gradient": state.gradient,
            "promise": state.promise,
            "trace": np.asarray(self.trace, dtype=float),
        }
        values |= {f"method.{key}": value for key, value in state.memory.items()}
        memory = getattr(self.problem, "memory", {})
        values |= {f"problem.{key}": value for key, value in memory.items()}
        write_arrays(self.path, KIND, values)

    def resume(self, start: Array) -> tuple[Array | State, Trace]:
        """Where the descent begins, and what led there."""
        if self.path is None or not self.resuming or not os.path.exists(self.path):
            return start, self.trace
        kind, values = read_arrays(self.path)
        name = os.fspath(self.path)
        if kind != KIND:
            raise ModelFileError(f"{name}: holds no checkpoint, but a {kind!r}")
        try:
            same = np.array_equal(values["target"], to_numpy(self.problem.target))
            if not same or float(values["l2"]) != self.problem.l2:
                raise ModelFileError(f"{name}: a checkpoint of other data or other settings")
            self.trace = Trace(Step(int(row[0]), *map(float, row[1:])) for row in values["trace"])
            memory = _part(values, "problem.")
            if memory or hasattr(self.problem, "memory"):
                self.problem.memory = memory  # type: ignore[attr-defined]
            state = State(
                like(values["theta"], start),
                float(values["objective"]),
                like(values["gradient"], start),
                float(values["promise"]),
                {key: _as(value, start) for key, value in _part(values, "method.").items()},
            )
        except (KeyError, TypeError, IndexError) as error:
            raise ModelFileError(f"{name}: a damaged checkpoint: {error}") from None
        return state, self.trace


def _part(values: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}


def _as(value: np.ndarray, model: Array) -> Any:
    return float(value) if value.ndim == 0 else like(value, model)
