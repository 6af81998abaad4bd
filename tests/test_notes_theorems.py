"""The named theorems of the notes: each is made, says what it should, and is made again."""

from __future__ import annotations

import pytest

from derivations.check import BUNDLED
from derivations.kernel import records
from derivations.notes.catalogue import Entry, catalogue
from derivations.reader.document import load, read_document

ENTRIES = catalogue()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_theorem(entry: Entry) -> None:
    theorem = entry.theorem
    assert entry.words.endswith(".")
    again = records.replay(records.write(theorem))
    assert again.conclusion is theorem.conclusion
    assert again.hypotheses == theorem.hypotheses


def test_they_support_equations_that_are_there() -> None:
    document = read_document(load(BUNDLED))
    for entry in ENTRIES:
        assert entry.supports
        assert all(label in document for label in entry.supports)


@pytest.mark.parametrize(
    ("name", "hypotheses"),
    [
        ("gaussian_minimum", 2),
        ("gaussian_vector_minimum", 2),
        ("descent_of_small_steps", 4),
        ("descent_of_divergence", 1),
        ("jensen", 4),
        ("mass_of_boltzmann_distribution", 0),
    ],
)
def test_nothing_is_assumed_besides(name: str, hypotheses: int) -> None:
    entry = next(e for e in ENTRIES if e.name == name)
    assert len(entry.theorem.hypotheses) == hypotheses
