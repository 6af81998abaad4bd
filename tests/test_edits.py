"""One slip in one printed formula: the reader or the numbers must object to it.

What they do not object to stands in ``edits_survivors.toml``, each edit with the reason why.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from edit_bench import Bench
from edits import Edit

from derivations.check import check
from derivations.results import Report

SAMPLE = 40
WHY = {
    "true": "the edited statement is true as well",
    "definition": "only another definition, model or choice, and nothing printed contradicts it",
    "no truth value": "an approximation, a goal, an order of magnitude, words",
    "same": "false before and after, and for the same reason",
    "undecided": "the witness says that it cannot tell",
    "missed": "false, and nothing objects",
}
SURVIVORS = tomllib.loads(Path(__file__).with_name("edits_survivors.toml").read_text("utf-8"))[
    "survivors"
]
LISTED = {edit: group["why"] for group in SURVIVORS for edit in group["edits"]}
BENCH = Bench()
EDITS = BENCH.edits()
LABELS = [equation.label for equation in BENCH.document.equations]


def expect(edit: Edit) -> None:
    """An edit is objected to, or it is listed with a reason."""
    fate = BENCH.fate(edit)
    why = LISTED.get(str(edit))
    latex = edit.apply(BENCH.latex(edit.label))
    if fate.kind in ("survived", "undecided"):
        assert why is not None, f"{fate.kind}: {edit}\n{latex}\n{fate.detail}"
        assert (why == "undecided") == (fate.kind == "undecided"), f"{edit}: {fate}"
    else:
        assert why is None, f"{edit} is listed as a survivor, but {fate}"


def test_there_are_many() -> None:
    each = Counter(edit.label for edit in EDITS)
    assert sum(each.values()) >= 300
    assert all(each[label] >= 2 for label in LABELS)


def test_names_are_unique() -> None:
    assert len({str(edit) for edit in EDITS}) == len(EDITS)


def test_survivors_are_edits_with_a_reason() -> None:
    assert sum(len(group["edits"]) for group in SURVIVORS) == len(LISTED)
    assert set(LISTED) <= {str(edit) for edit in EDITS}
    assert all(group["because"] and group["why"] in WHY for group in SURVIVORS)


def test_nothing_is_missed() -> None:
    assert [edit for edit, why in LISTED.items() if why == "missed"] == []


def test_kept_results_know_what_an_edit_touches() -> None:
    """With and without kept results the answers are the same; only users are judged again."""
    only = ["2.1", "2.2", "2.3", "2.5"]

    def run(text: str, cache: bool) -> Report:
        return check(text=text, only=only, witnesses=["numeric"], cache=cache)

    text = BENCH.source.text
    run(text, cache=True)
    edited = text.replace(BENCH.latex("2.2"), BENCH.latex("2.2").replace("-E", "E"))
    again = run(edited, cache=True)
    assert again.reused == 2
    assert again.to_dict() == run(edited, cache=False).to_dict()
    assert run(text, cache=True).reused == len(only)


@pytest.mark.parametrize("edit", random.Random(2).sample(EDITS, SAMPLE), ids=str)
def test_some_edits(edit: Edit) -> None:
    expect(edit)


@pytest.mark.long
@pytest.mark.parametrize("label", LABELS)
def test_all_edits(label: str) -> None:
    for edit in EDITS:
        if edit.label == label:
            expect(edit)
