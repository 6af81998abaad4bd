"""From any seed the numbers refute what is false in the notes, and nothing else."""

from __future__ import annotations

import pytest

from derivations.check import check

FALSE = {
    "2.3ii": [0],
    "2.11a": [0],
    "2.11": [1, 2],
    "2.14": [0, 1],
    "2.22": [0, 1],
    "2.30": [0, 1],
    "10.7a": [0],
}
"""The false links of the notes, by number within their equation."""


def refuted(seed: int) -> dict[str, list[int]]:
    report = check(witnesses=["numeric"], seed=seed)
    assert "unread" not in {equation.verdict for equation in report}
    assert "undecided" not in {link.verdict for link in report.links}
    found = {
        equation.label: [k for k, link in enumerate(equation.links) if link.verdict == "refuted"]
        for equation in report
    }
    return {label: links for label, links in found.items() if links}


@pytest.mark.parametrize(
    "seed", [0, 1, 2, *(pytest.param(k, marks=pytest.mark.long) for k in range(3, 20))]
)
def test_seed(seed: int) -> None:
    assert refuted(seed) == FALSE
