"""Harmless rewritings: another way to print the same statement changes no verdict."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from edit_bench import Bench

REWRITINGS = tomllib.loads(Path(__file__).with_name("rewritings.toml").read_text("utf-8"))[
    "rewriting"
]


def name(rewriting: dict[str, str]) -> str:
    return f"{rewriting['label']}: {rewriting['why']}"


def first_of_each() -> list[object]:
    """All rewritings; the second and further ones of a display run with --long."""
    seen: set[str] = set()
    rows: list[object] = []
    for rewriting in REWRITINGS:
        again = [pytest.mark.long] if rewriting["label"] in seen else []
        rows.append(pytest.param(rewriting, marks=again, id=name(rewriting)))
        seen.add(rewriting["label"])
    return rows


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def rewritten(bench: Bench, rewriting: dict[str, str]) -> str:
    latex = bench.latex(rewriting["label"])
    assert rewriting["old"] in latex
    return latex.replace(rewriting["old"], rewriting["new"])


def test_there_are_many() -> None:
    assert len(REWRITINGS) >= 40
    assert len({r["label"] for r in REWRITINGS}) >= 40


@pytest.mark.parametrize("rewriting", first_of_each())
def test_rewriting(bench: Bench, rewriting: dict[str, str]) -> None:
    """The reader reads it, and what was not refuted before is not refuted now."""
    label = rewriting["label"]
    document = bench.edited(label, rewritten(bench, rewriting))
    assert document[label].error is None, document[label].error
    assert len(document.problems) == len(bench.document.problems)
    rows = bench.judged(document, label)
    verdicts = [row.verdict for row in rows]
    if set(verdicts) & {"refuted", "undecided"}:
        printed = [row.verdict for row in bench.printed(label)]
        assert verdicts == printed, [row.counterexample for row in rows]


@pytest.mark.long
@pytest.mark.parametrize("rewriting", REWRITINGS, ids=name)
def test_what_uses_it(bench: Bench, rewriting: dict[str, str]) -> None:
    """The equations that rest on it keep their verdicts, too."""
    fate = bench.fate_of(rewriting["label"], rewritten(bench, rewriting))
    assert fate.kind == "survived" or (fate.kind == "changed" and fate.label == rewriting["label"])
