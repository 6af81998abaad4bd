"""Long formulas in rows: what is broken reads as what it was, and rows are as wide as is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.check import BUNDLED
from derivations.language.source import Source
from derivations.reader.document import load, read_document
from derivations.report.article.layout import broken, width

LIMITS = (12.0, 24.0, 38.0)
DOCUMENT = read_document(load(str(BUNDLED)))


@pytest.mark.parametrize("limit", LIMITS)
def test_the_equations_of_the_notes_read_the_same_in_rows(limit: float) -> None:
    source, changed = DOCUMENT.source, 0
    text, at = "", 0
    for equation in DOCUMENT.equations:
        latex = source.slice(equation.span)
        rows = broken(latex, limit)
        changed += rows != latex.strip()
        text += source.text[at : equation.span.start] + rows
        at = equation.span.stop
    found = read_document(Source(source.name, text + source.text[at:]))
    assert changed > {12.0: 20, 24.0: 10, 38.0: 0}[limit]
    for equation in DOCUMENT.equations:
        new = found[equation.label]
        assert new.error is None, (equation.label, new.error)
        assert new.reading is not None
        assert equation.reading is not None
        assert [link.node for link in new.reading.links] == [
            link.node for link in equation.reading.links
        ], equation.label


def test_a_row_is_cut_at_relations_first_then_at_signs() -> None:
    assert broken("a + b = c - d = 0", 100) == "a + b = c - d = 0"
    assert broken("a + b = c - d + e = f", 8) == (
        r"\begin{aligned} a + b &= c - d + e \\ &= f \end{aligned}"
    )
    assert broken("a = b - c + d = 0", 5) == (
        r"\begin{aligned} a &= b - c \\ &\quad + d \\ &= 0 \end{aligned}"
    )


def test_groups_brackets_and_environments_are_left_alone() -> None:
    for latex in (
        r"f\left( a + b + c + d = e \right)",
        r"\frac{a + b + c + d + e + f}{2}",
        r"\underbrace{a + b + c + d}_{x + y + z}",
        r"(a + b + c + d + e + f)",
        r"\begin{pmatrix} a + b & c + d \\ e + f & g + h \end{pmatrix}",
    ):
        assert broken(latex, 4) == latex


def test_rows_that_are_there_stay_unless_they_are_too_wide() -> None:
    rows = r"\begin{aligned} a &= b + c \\ &= d + e + f + g \end{aligned}"
    assert broken(rows, 12) == rows
    assert broken(rows, 6) == (
        r"\begin{aligned} a &= b + c \\ &= d + e + f \\ &\quad + g \end{aligned}"
    )


def test_a_sign_before_a_term_is_no_place_to_break() -> None:
    assert r"\\" not in broken("a = -b", 3)
    assert r"\cdot -" in broken(r"a \cdot -b + c + d + e", 5)


@given(st.lists(st.sampled_from([*"ab+-=(){}_^ \\&,", r"\left", r"\sum ", r"\begin{cases}"])))
def test_any_text_can_be_measured_and_broken(parts: list[str]) -> None:
    latex = "".join(parts)
    assert width(latex) >= -0.2 * len(latex)
    assert isinstance(broken(latex, 5), str)
