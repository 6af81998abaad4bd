"""Mutants of the printed displays: read or refused with a code, at once, and printed back."""

from __future__ import annotations

import pytest
from fuzz_reader import SECONDS, Outcome, one, run

from derivations.check import BUNDLED
from derivations.reader.document import load, read_document


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mutants_are_read_or_refused(seed: int) -> None:
    outcome = run(500, seed)
    assert outcome.faults == []
    assert outcome.slowest < SECONDS, outcome.slowest_text
    assert outcome.read > 30
    assert len(outcome.codes) >= 6


@pytest.mark.parametrize(
    "power", [r"D^{-1}_{\text{KL}}", r"D_{\text{KL}}^{-1}", r"D_{\text{KL}}^2"]
)
def test_the_power_of_a_function_that_stands_alone_is_not_in_its_place(power: str) -> None:
    outcome = Outcome()
    one(rf"{power} = 1", read_document(load(BUNDLED))["2.24"], outcome)
    assert (outcome.faults, outcome.read) == ([], 1)


@pytest.mark.long
def test_very_many_mutants() -> None:
    outcome = run(100_000, 0)
    assert outcome.faults == []
    assert outcome.slowest < SECONDS, outcome.slowest_text
