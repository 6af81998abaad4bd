"""The pages about declarations and notation: every example on them is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derivations.check import check
from derivations.language.source import Source
from derivations.reader.document import read_document
from derivations.reader.errors import CODES

DOCS = Path(__file__).parent.parent / "docs"
DECLARATIONS = (DOCS / "declarations.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(latex|markdown)\n(.*?)^```$", DECLARATIONS, re.MULTILINE | re.DOTALL)


def title(text: str) -> str:
    return " ".join(text.split())[:40]


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=[title(t) for _, t in EXAMPLES])
def test_an_example_is_read_and_true(kind: str, text: str) -> None:
    document = read_document(Source("x.md" if kind == "markdown" else "x.tex", text))
    assert [e.message for _, e in document.problems] == []
    assert [e.error for e in document.equations if e.error] == []
    assert document.equations
    if kind == "latex":
        text = "\\begin{document}\n" + text
    report = check(text=text, witnesses=["numeric"], cache=False)
    verdicts = {e.label: [link.verdict for link in e.links] for e in report.equations}
    assert not [label for label, found in verdicts.items() if "refuted" in found], verdicts
    assert not [label for label, found in verdicts.items() if "undecided" in found], verdicts


def test_every_kind_property_and_directive_has_an_example() -> None:
    from derivations.reader.declarations import (
        CONVENTIONS,
        PROPERTIES,
        PROPERTIES_WITH_ARGUMENT,
    )

    for word in (*PROPERTIES, *PROPERTIES_WITH_ARGUMENT, *CONVENTIONS):
        assert f"`{word}" in DECLARATIONS, word
    shown = "\n".join(text for _, text in EXAMPLES)
    rare = {"negative", "nonnegative", "nonzero", "concave", "positive determinant", "symmetric"}
    for word in (*PROPERTIES, *PROPERTIES_WITH_ARGUMENT):
        assert word in shown or word in rare, word


def test_codes_in_the_pages_exist() -> None:
    for code in re.findall(r"\b[RDFWE][123]\d\d\b", DECLARATIONS):
        assert code in CODES, code
