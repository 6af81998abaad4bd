"""What a notebook shows, and the page about library use."""

from __future__ import annotations

import doctest
from pathlib import Path
from types import SimpleNamespace

import markup
import pytest
import reports

import derivations
from derivations import check
from derivations.kernel import RULES, Theorem
from derivations.kernel import terms as t
from derivations.report.notebook import theorem_html, theorem_latex
from derivations.results import EquationResult, Report

PAGE = Path(__file__).parent.parent / "docs" / "library.md"


def test_the_page_about_library_use_runs() -> None:
    text = PAGE.read_text("utf-8")
    example = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(example.examples) > 12
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example).failed == 0


def test_texts_are_one_line() -> None:
    report = reports.report(document="two\nlines")
    shown = [report, *report, *report.links]
    assert all("\n" not in repr(one) and len(repr(one)) < 120 for one in shown)
    assert "1 proved" in repr(report)
    assert repr(report["2.3ii"]) == "EquationResult('2.3ii', refuted, 3 links)"


def test_an_equation_is_shown_with_what_is_wrong_with_it() -> None:
    table = markup.read(reports.refuted()._repr_html_())
    text = table.text
    assert r"s^2 = 日本 a = b \leq c" in text
    for part in ("refuted", "bounded", "supported", r"\frac{b}{3}", "0.25", "left = 1.5"):
        assert part in text, part


def test_what_a_proof_rests_on_is_shown() -> None:
    rows = [row.text for row in markup.read(reports.proved()._repr_html_()).all("tr")]
    assert any(row.startswith("unsaid") and r"n \neq 0" in row for row in rows)


def test_latex_stands_between_dollars() -> None:
    report = reports.report()
    assert report["10.7a"]._repr_latex_() == r"$\displaystyle p \approx q$"
    assert report["10.7a"].links[0]._repr_latex_() == r"$\displaystyle p \approx q$"
    assert report._repr_latex_().count(r"\\") == 2
    assert report["2.11"]._repr_latex_() is None


@pytest.mark.parametrize(
    "latex", [r"\href{javascript:x}{y}", r"\text{ $\style{a}{b}$ }", r"\require{x}"]
)
def test_no_formula_does_more_than_show(latex: str) -> None:
    made = EquationResult("<b>", 1, latex, (0, 1), [reports.link("=", "u = v", "proved")])
    assert made._repr_latex_() is None
    report = Report("<i>", "", [made])
    assert latex not in report._repr_latex_()
    for shown in (made, report):
        tree = markup.read(shown._repr_html_())
        assert latex in "".join(code.text for code in tree.all("code"))
        assert "<b>" in tree.text


def test_what_was_not_read_is_no_formula() -> None:
    made = EquationResult("1", 1, "<script>", (0, 8), error="R1 <no>")
    tree = markup.read(made._repr_html_())
    assert tree.one("code").text == "<script>"
    assert "R1 <no>" in tree.text
    assert "$" not in tree.text


def theorem() -> Theorem:
    x = t.var(r"\mu", t.REAL)
    return RULES["assume"].apply(t.less(t.num(0), x))


def test_a_theorem_is_a_formula_once_the_extension_is_loaded() -> None:
    shown: dict[str, dict[type, object]] = {"text/latex": {}, "text/html": {}}
    formatters = {k: SimpleNamespace(for_type=v.__setitem__) for k, v in shown.items()}
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters))
    derivations.load_ipython_extension(shell)
    assert shown["text/latex"] == {Theorem: theorem_latex}
    assert theorem_latex(theorem()) == r"$\displaystyle \mu > 0 \;\vdash\; \mu > 0$"
    assert r"\mu &gt; 0" in theorem_html(theorem())


def test_a_real_report_is_shown() -> None:
    report = check(
        text="%! x : real\n\\[ x < x + 1 \\tag{1} \\]", witnesses=["numeric"], cache=False
    )
    assert "x &lt; x + 1" in report._repr_html_()
    assert markup.read(report._repr_html_())
