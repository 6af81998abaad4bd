"""What the README says is what the program says."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest
import readme

from derivations import check
from derivations.results import VERDICTS

TEXT = readme.README.read_text(encoding="utf-8")
LABELS = ["2.3ii", "2.11a", "2.11", "2.14", "2.22", "2.30", "10.7a"]


def test_the_table_of_errata_is_the_programs() -> None:
    rows = readme.table_rows(TEXT)
    assert rows == readme.errata(check(only=LABELS, witnesses=["numeric"]))
    assert list(dict.fromkeys(row.label for row in rows)) == LABELS


def test_the_slips_are_the_programs() -> None:
    report = check(only=["2.18", "2.25", "10.3", "10.6"], witnesses=["numeric"])
    assert readme.block(TEXT, "slips") == readme.slips(report)


def test_the_hypotheses_are_the_programs() -> None:
    listed = re.findall(r"^\| `(.+)` \| (.+) \|$", readme.block(TEXT, "hypotheses"), re.MULTILINE)
    labels = sorted({label for _, needed_by in listed for label in needed_by.split(", ")})
    found = check(only=labels, witnesses=["kernel", "numeric"]).unsaid
    assert {name: needed_by.split(", ") for name, needed_by in listed} == found


def test_the_readers_own_example_says_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert readme.own(TEXT) == readme.block(TEXT, "own")
    (tmp_path / "notes.tex").write_text(readme.document(TEXT), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    example = doctest.DocTestParser().get_doctest(TEXT, {}, "README.md", "README.md", 0)
    assert len(example.examples) == 11
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_proof_is_the_programs() -> None:
    assert readme.proof() == readme.block(TEXT, "proof")


def test_every_verdict_is_explained() -> None:
    table = TEXT.partition("## What a verdict means")[2]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(VERDICTS)


def test_there_is_one_line_to_run_and_one_to_test() -> None:
    run, test = readme.commands(TEXT)
    assert run.endswith(".venv/bin/kenzan check")
    assert ".venv/bin/pytest" in test


def test_its_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert len(targets) > 5
    assert all((readme.README.parent / target).exists() for target in targets)


def test_writing_it_anew_changes_only_what_the_program_wrote() -> None:
    for name in ("output", "errata", "slips", "hypotheses", "proof", "own"):
        changed = readme.with_block(TEXT, name, "new")
        assert readme.block(changed, name) == "new"
        assert readme.with_block(changed, name, readme.block(TEXT, name)) == TEXT


def test_the_options_that_it_names_exist() -> None:
    command = [sys.executable, "-m", "derivations", "check", "--help"]
    shown = subprocess.run(
        command, cwd=readme.README.parent, capture_output=True, text=True, check=True
    ).stdout
    for option in set(re.findall(r"`[^`\n]*?(--[a-z-]+)", TEXT)) - {"--help"}:
        assert option in shown
