"""Mutants of the printed displays: read or refused with a code, at once, and printed back."""

from __future__ import annotations

import pytest
from fuzz_reader import SECONDS, run


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mutants_are_read_or_refused(seed: int) -> None:
    outcome = run(500, seed)
    assert outcome.faults == []
    assert outcome.slowest < SECONDS, outcome.slowest_text
    assert outcome.read > 30
    assert len(outcome.codes) >= 6


@pytest.mark.long
def test_very_many_mutants() -> None:
    outcome = run(100_000, 0)
    assert outcome.faults == []
    assert outcome.slowest < SECONDS, outcome.slowest_text
