"""What proofs rest on, as ``kenzan trust`` lists it."""

from __future__ import annotations

import doctest
import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len

from derivations import Report, check
from derivations.check import BUNDLED
from derivations.cli import main
from derivations.kernel import RULES
from derivations.kernel.records import replay, steps, write
from derivations.proofs import ask
from derivations.reader.document import load, read_document
from derivations.report import trust

LABELS = ["2.3i", "2.4", "2.6", "2.9", "2.12", "2.33", "10.7"]
NOTES = r"""%! sort sample of size n
%! i : index(sample)
%! x_i, y_i, c : real
\[ \sum_{i=1}^n c (x_i + y_i) = c \sum_{i=1}^n x_i + c \sum_{i=1}^n y_i \tag{1} \]
\[ c = c + 1 \tag{2} \]
"""


@cache
def report() -> Report:
    return check(only=LABELS, witnesses=["kernel"])


def used() -> dict[str, set[str]]:
    """From the records themselves: rule -> the equations whose proofs need it."""
    document = read_document(load(BUNDLED))
    found = defaultdict(set)
    for label in LABELS:
        equation = document[label]
        assert equation.reading is not None
        for link, row in zip(equation.reading.links, report()[label].links, strict=True):
            if row.kernel.status != "proved":
                continue
            proof = ask(document, equation, link, 60).proof
            assert proof is not None
            for theorem in (proof.theorem, *proof.conditions):
                for step in steps(theorem):
                    found[step.record.rule].add(label)
    return found


def test_what_rests_on_a_rule_is_what_the_records_say() -> None:
    found = used()
    assert len(found) > 15
    for row in trust.rows(report()):
        assert set(row.equations) == found[row.name], row.name


def test_every_rule_of_the_kernel_is_listed_as_it_is() -> None:
    rows = trust.rows(report())
    assert [row.name for row in rows] == list(RULES)
    for row in rows:
        assert row.statement
        assert bool(row.citation) or not row.axiom
        assert row.axiom == RULES[row.name].axiom


def test_what_no_proof_uses_is_said() -> None:
    found = trust.to_dict(report())
    rests = {row["name"]: row["equations"] for row in found["rules"]}
    assert found["unused"] == [name for name, labels in rests.items() if not labels]
    assert "spectral" in found["unused"]
    assert "linear" not in found["unused"]
    assert {name for name, labels in rests.items() if "2.33" in labels} >= {"tangent", "derivative"}


def test_the_text_fits_and_names_every_rule() -> None:
    lines = trust.render(report()).splitlines()
    assert all(cell_len(line) <= 100 for line in lines)
    text = "\n".join(lines)
    assert all(f" {name} " in text for name in RULES)
    for place in ("derivations/reader", "derivations/prover/meaning", "derivations/prover/given"):
        assert place in text
    assert "records.replay" in text


def test_a_proof_is_checked_again_as_the_text_says() -> None:
    document = read_document(load(BUNDLED))
    equation = document["2.6"]
    assert equation.reading is not None
    proof = ask(document, equation, equation.reading.links[0], 60).proof
    assert proof is not None
    again = replay(json.loads(json.dumps(write(proof.theorem))))
    assert again.conclusion is proof.theorem.conclusion


def test_the_page_about_proofs_does_what_it_says() -> None:
    page = Path(__file__).parent.parent / "docs" / "proofs.md"
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 5
    assert found.failed == 0


def test_the_command(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.tex"
    path.write_text(NOTES, encoding="utf-8")
    assert main(["trust", str(path), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == 1
    assert found["document"] == "notes.tex"
    assert found["proved"] == ["1"]
    rests = {row["name"]: row["equations"] for row in found["rules"]}
    assert rests["linear"] == ["1"]
    assert not any("2" in labels for labels in rests.values())
    assert main(["trust", str(path)]) == 0
    assert "1 link of 1 equation" in capsys.readouterr().out


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trust", "nowhere.tex"]) == 2
    assert "nowhere.tex" in capsys.readouterr().err
