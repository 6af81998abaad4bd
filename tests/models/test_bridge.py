"""The models against the notes: what ``numeric`` computes is what the LaTeX says, evaluated.

Each case takes one side of one printed link, has the numeric witness draw an instance and
evaluate that side as parsed, and asks ``numeric`` for the same quantity at that instance.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest

from derivations.check import BUNDLED
from derivations.reader.document import load, read_document
from derivations.witness.numbers.compiler import LOG_DELTA, ZERO_LOG, Compiler
from derivations.witness.numbers.instances import Draw
from derivations.witness.numbers.values import OutsideDomain
from numeric import BoltzmannMachine, Gaussian, MultivariateGaussian, implementations
from numeric.optimize import GradientDescent, State
from numeric.partition import moments
from numeric.spins import mean_moments

NOTES = read_document(load(BUNDLED))
CONTEXT = mpmath.MPContext()
CONTEXT.dps = 30


class Instance:
    """One drawn instance, and the value of a side of a link at it.

    ``path`` leads to the side: the number of the link, then ``left`` and ``right``.
    """

    def __init__(self, label: str, path: str, seed: int) -> None:
        node: Any = NOTES[label].reading
        for step in path.split("."):
            node = node.links[int(step)].node if step.isdigit() else getattr(node, step)
        compiler = Compiler(NOTES, NOTES[label])
        code = compiler.compile(node)
        rng = random.Random(seed)
        while True:
            draw = Draw(compiler, rng, "generic", {"sample": 3, "dim": 3}, CONTEXT)
            draw.conventions = frozenset({ZERO_LOG, LOG_DELTA})
            draw.log_delta = lambda: CONTEXT.mpf(5)
            draw.fill(code.keys)
            with suppress(OutsideDomain):  # k = l where a pair is wanted
                self.value = numbers(code.run(draw.env()))
                break
        self._values = {(kind, name): v for (kind, name, _), v in draw.values.items()}

    def __getitem__(self, name: str) -> np.ndarray:
        """A scalar, vector or family of the instance, by its LaTeX name."""
        for kind in "fs":
            if (kind, name) in self._values:
                return numbers(self._values[kind, name])
        raise KeyError(f"{name} is not among {sorted(self._values)}")

    @property
    def data(self) -> np.ndarray:
        """The rows x_i, n × N, or the values x_i."""
        return self[r"\vec{x}" if ("f", r"\vec{x}") in self._values else "x"]

    def entry(self, values: np.ndarray) -> float:
        """The entry of a family at the free indices k and l."""
        free = [int(self[name]) - 1 for name in "kl" if ("s", name) in self._values]
        return values[tuple(free)]


def numbers(value: Any) -> np.ndarray:
    """Fractions and numbers of mpmath as doubles; what has no value is 0."""
    if isinstance(value, tuple):
        return np.array([numbers(part) for part in value])
    return np.float64(0.0 if value is None else float(value))


def gaussian(i: Instance) -> Gaussian:
    return Gaussian.from_parameters(float(i[r"\mu"]), float(i[r"\sigma^2"]))


def mvn(i: Instance) -> MultivariateGaussian:
    return MultivariateGaussian.from_parameters(i[r"\vec{\mu}"], i[r"\Sigma"])


def machine(i: Instance) -> BoltzmannMachine:
    return BoltzmannMachine.from_parameters(i["h"], i["J"])


@dataclass(frozen=True)
class Case:
    """A side of a link of an equation, and the same from ``numeric``."""

    label: str
    path: str
    ours: Callable[[Instance], Any]


def stepped(i: Instance, sign: float) -> float:
    """h_k or J_kl after a step of (2.30) with the sign of descent or the other."""
    which = 1 if ("s", "l") in i._values else 0
    old = (i["h"], i["J"])[which]
    slope = machine(i).kl_gradient(i.data)[which]
    return i.entry(old - sign * i[r"\eta"] * slope)


def descended(i: Instance) -> float:
    """The rate of a step of ``GradientDescent``."""
    state = State(np.array([0.0]), 0.0, np.array([1.0]))
    method = GradientDescent(float(i["L"]))
    return -method.step(lambda _: (0.0, state.gradient), state).theta[0]


CASES = [
    Case("2.9", "0.left", lambda i: np.exp(gaussian(i).log_partition())),
    Case("2.9", "0.right", lambda i: np.exp(gaussian(i).log_partition())),
    Case("2.10", "0.right", lambda i: np.exp(gaussian(i).score_samples(i["x"][None])[0])),
    Case("2.11", "2.right", lambda i: gaussian(i).cross_entropy(i.data)),
    Case("2.12", "0.left", lambda i: gaussian(i).kl_gradient(i.data)[0]),
    Case("2.12", "0.right", lambda i: gaussian(i).kl_gradient(i.data)[0]),
    Case("2.12", "1.right.right", lambda i: Gaussian().partial_fit(i.data).mean_),
    Case("2.13", "0.left", lambda i: gaussian(i).kl_gradient(i.data)[1]),
    Case("2.13", "0.right", lambda i: gaussian(i).kl_gradient(i.data)[1]),
    Case("2.20", "0.right", lambda i: np.exp(from_covariance(i).log_partition())),
    Case("2.21", "0.right", lambda i: np.exp(mvn(i).score_samples(i[r"\vec{x}"][None])[0])),
    Case("2.22", "1.right", lambda i: mvn(i).cross_entropy(i.data)),
    Case("2.23", "0.left", lambda i: mvn(i).kl_gradient(i.data)[0]),
    Case("2.23", "0.right", lambda i: mvn(i).kl_gradient(i.data)[0]),
    Case("2.23", "1.right.right", lambda i: MultivariateGaussian().partial_fit(i.data).mean_),
    Case("2.24", "0.left", lambda i: mvn(i).kl_gradient(i.data)[1]),
    Case("2.24", "0.right", lambda i: mvn(i).kl_gradient(i.data)[1]),
    Case("2.25", "0.right", lambda i: np.exp(machine(i).score_samples(i[r"\vec{x}"][None])[0])),
    Case("2.26", "0.right", lambda i: np.exp(machine(i).log_partition())),
    Case("2.27", "0.left", lambda i: machine(i).kl_divergence(i.data)),
    Case("2.28", "0.left", lambda i: i.entry(machine(i).kl_gradient(i.data)[0])),
    Case("2.28", "0.right", lambda i: i.entry(machine(i).kl_gradient(i.data)[0])),
    Case("2.28", "1.right.left", lambda i: i.entry(moments(i["h"], i["J"]).singles)),
    Case("2.28", "1.right.right", lambda i: i.entry(mean_moments(i.data)[0])),
    Case("2.29", "0.left", lambda i: i.entry(machine(i).kl_gradient(i.data)[1])),
    Case("2.29", "0.right", lambda i: i.entry(machine(i).kl_gradient(i.data)[1])),
    Case("2.29", "1.right.left", lambda i: i.entry(moments(i["h"], i["J"]).pairs)),
    Case("2.29", "1.right.right", lambda i: i.entry(mean_moments(i.data)[1])),
    Case("2.30", "0.left", lambda i: stepped(i, 1)),
    Case("2.30", "0.right", lambda i: stepped(i, -1)),
    Case("2.30", "1.left", lambda i: stepped(i, 1)),
    Case("2.30", "1.right", lambda i: stepped(i, -1)),
    Case("2.36", "0.right", descended),
]


def from_covariance(i: Instance) -> MultivariateGaussian:
    return MultivariateGaussian.from_parameters(np.zeros(len(i[r"\Sigma"])), i[r"\Sigma"])


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.label}-{c.path}")
def test_the_same_value_as_the_printed_formula(case: Case) -> None:
    for seed in range(4):
        instance = Instance(case.label, case.path, seed)
        np.testing.assert_allclose(case.ours(instance), instance.value, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("label", ["2.13", "2.24"])
def test_the_best_variance_is_the_printed_one_at_the_best_mean(label: str) -> None:
    """The printed right sides hold any mean; at the mean of the data they are what is learned."""
    instance = Instance(label, "1.right.right", 0)
    data, many = instance.data, label == "2.24"
    centre = instance[r"\vec{\mu}" if many else r"\mu"]
    moved = data - data.mean(axis=0) + centre
    shift = data.mean(axis=0) - centre
    printed = instance.value - (np.outer(shift, shift) if many else shift**2)
    if many:
        found: Any = MultivariateGaussian().partial_fit(moved).covariance_
    else:
        found = Gaussian().fit(moved).variance_
    np.testing.assert_allclose(found, printed, rtol=1e-11)


def test_a_wrong_sign_would_be_seen() -> None:
    case = next(c for c in CASES if (c.label, c.path) == ("2.28", "0.right"))
    instance = Instance(case.label, case.path, 0)
    assert abs(case.ours(instance) + instance.value) > 1e-3


def test_every_gradient_normaliser_and_stationary_point_is_compared() -> None:
    """Of what claims to implement an equation, only what is no value of one is not compared."""
    no_value = {"2.3", "2.14", "2.31", "2.32", "2.33", "2.34", "2.35"}
    assert set(implementations()) - {case.label for case in CASES} == no_value
    assert {case.label for case in CASES} <= set(implementations())


def test_docstrings_name_the_equations() -> None:
    from importlib import import_module

    for label, names in implementations().items():
        for name in names:
            parts = name.split(".")
            thing: Any = import_module(".".join(parts[:2]))
            for part in parts[2:]:
                thing = getattr(thing, part)
            assert f"({label})" in thing.__doc__, name
