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
    if "r(z|x)" not in text:  # instances of conditionals are not made
        assert not [label for label, found in verdicts.items() if "undecided" in found], verdicts


def test_every_kind_property_and_directive_has_an_example() -> None:
    from derivations.reader.declarations import (
        CONVENTIONS,
        PROPERTIES,
        PROPERTIES_WITH_ARGUMENT,
    )

    for word in (*PROPERTIES, *PROPERTIES_WITH_ARGUMENT, *CONVENTIONS):
        assert f"`{word}" in DECLARATIONS or f"`convention {word}" in DECLARATIONS, word
    shown = "\n".join(text for _, text in EXAMPLES)
    rare = {"negative", "nonnegative", "nonzero", "concave", "positive determinant", "symmetric"}
    for word in (*PROPERTIES, *PROPERTIES_WITH_ARGUMENT):
        assert word in shown or word in rare, word


def test_codes_in_the_pages_exist() -> None:
    for code in re.findall(r"\b[RDFWE][123]\d\d\b", DECLARATIONS):
        assert code in CODES, code


NOTATION = (DOCS / "notation.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```latex\n(.*?)^```$", NOTATION, re.MULTILINE | re.DOTALL)
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in NOTATION.splitlines()
    if line.startswith("| `")
]
READ = [formula for row in ROWS if len(row) == 2 for formula in re.findall(r"`([^`]+)`", row[0])]
REFUSED = [
    (formula, row[1])
    for row in ROWS
    if len(row) == 3
    for formula in re.findall(r"`([^`]+)`", row[0])
]


def outcome(formula: str) -> str:
    """``read`` or the code of the refusal."""
    document = read_document(Source("x.tex", f"{BLOCKS[0]}\\[ {formula} \\]\n"))
    assert not document.problems
    (equation,) = document.equations
    return equation.error.code if equation.error else "read"


@pytest.mark.parametrize("formula", READ)
def test_a_row_of_notation_is_read(formula: str) -> None:
    assert outcome(formula) == "read"


@pytest.mark.parametrize(("formula", "code"), REFUSED, ids=[code for _, code in REFUSED])
def test_a_row_of_notation_is_refused(formula: str, code: str) -> None:
    assert outcome(formula) == code


@pytest.mark.parametrize("text", BLOCKS[1:], ids=[title(t) for t in BLOCKS[1:]])
def test_a_display_of_the_page_is_read(text: str) -> None:
    document = read_document(Source("x.tex", BLOCKS[0] + text))
    assert [e.error for e in document.equations if e.error] == []
    assert document.equations


def test_the_page_says_what_a_continuing_row_is() -> None:
    document = read_document(Source("x.tex", BLOCKS[0] + BLOCKS[1]))
    first, second = document["1"].reading, document["2"].reading
    assert first is not None
    assert second is not None
    assert first.links[0].node.right == second.links[0].node.left


def test_every_refusal_of_the_reader_is_on_the_page() -> None:
    named = {code for _, code in REFUSED} | {"R107", "R115"}
    assert {code for code in CODES if code.startswith("R")} == named
