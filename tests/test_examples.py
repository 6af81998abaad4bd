"""The example documents: all of their equations hold, and every wrong sign is found."""

from __future__ import annotations

from pathlib import Path

import pytest

import derivations
from derivations import Report, check

PACKAGE = Path(derivations.__file__).parent
ROOT = PACKAGE.parent
EXAMPLES = [
    *sorted((PACKAGE / "notes" / "examples").glob("*.tex")),
    *sorted((ROOT / "docs" / "examples").glob("*.md")),
]
HOLDS = {"definition", "supported", "bounded", "proved"}
STILL_TRUE = {r"-\sum_{k=1}^K y_k \ln y_k, \label{entropy}", "+ b t} dt"}
"""Where another sign gives another true statement: a weaker bound, an even function."""

each = pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def checked(path: Path, only: list[str] | None = None) -> Report:
    return check(path, only=only, witnesses=["numeric"])


def flipped(text: str, at: int) -> str:
    return text[:at] + {"+": "-", "-": "+"}[text[at]] + text[at + 1 :]


def test_there_are_examples() -> None:
    assert {"ridge.tex", "softmax.tex"} < {path.name for path in EXAMPLES}
    assert any(path.suffix == ".md" for path in EXAMPLES)


@each
def test_every_equation_is_read_and_holds(path: Path) -> None:
    report = checked(path)
    assert report.findings == []
    assert report.exit_status() == 0
    assert len(report.links) > len(report.equations) > 5
    assert {link.verdict for link in report.links} <= HOLDS
    assert all(link.numeric.status == "agrees" for link in report.links)
    assert report.unsaid == {}


@each
def test_every_wrong_sign_is_refuted(path: Path, tmp_path: Path) -> None:
    """In each equation, one after the other; a definition is refuted by what uses it."""
    text = read(path)
    copy = tmp_path / path.name
    tried = 0
    for equation in checked(path):
        low, high = equation.span
        for at in (k for k in range(low, high) if text[k] in "+-"):
            if any(text.startswith(part, at) for part in STILL_TRUE):
                continue
            copy.write_text(flipped(text, at), encoding="utf-8")
            changed = checked(copy, [equation.label])[equation.label]
            if changed.verdict == "definition":
                verdicts = [other.verdict for other in checked(copy)]
            else:
                verdicts = [changed.verdict]
            assert "refuted" in verdicts, text[low:at] + " >> " + text[at:high]
            tried += 1
    assert tried > 10
