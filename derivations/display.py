"""How results look in a notebook: one line of text, LaTeX, and HTML with LaTeX in it.

A notebook hands what stands between dollars to MathJax. Only formulas that were read get there,
and none with a command that could do more than show something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .results import EquationResult, LinkResult, Report

_ACTIVE = re.compile(
    r"\\(?:href|url|style|class|cssId|html[A-Za-z]*|data|require|unicode|include[a-z]*|input|def"
    r"|gdef|let|(?:re)?newcommand|newenvironment|DeclareMathOperator|mmlToken|toggle|texttip|tip"
    r"|bbox|mathchoice|label|ref|eqref|tag)(?![A-Za-z])"
)
"""Commands of MathJax that do more than show a formula."""

_COLORS = {
    "proved": "#1b7350",
    "refuted": "#bf1f2c",
    "unread": "#73469b",
    "undecided": "#9a4d0c",
    "supported": "#8a5a00",
}


def math(latex: str) -> str:
    r"""A formula for HTML, or its source as code if it should not be set.

    >>> math("a < b"), math(r"\href{x}{y}")
    ('$\\displaystyle a &lt; b$', '<code>\\href{x}{y}</code>')
    """
    if _ACTIVE.search(latex):
        return f"<code>{escape(latex)}</code>"
    return rf"$\displaystyle {escape(_rows(latex))}$"


def in_latex(latex: str) -> str | None:
    """The same for a notebook that asks for LaTeX; None if the formula should not be set."""
    return None if _ACTIVE.search(latex) else rf"$\displaystyle {_rows(latex)}$"


def _rows(latex: str) -> str:
    alone = "&" in latex and "\\begin" not in latex
    return rf"\begin{{aligned}}{latex}\end{{aligned}}" if alone else latex


def _verdict(name: str) -> str:
    return f'<span style="color:{_COLORS.get(name, "inherit")}">{name}</span>'


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    cell = '<td style="text-align:left">{}</td>'.format
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return f"<table>{body}</table>"


# ---------------------------------------------------------------- a relation


def link_text(link: LinkResult) -> str:
    return f"LinkResult({_statement(link)!r}, {link.verdict})"


def link_latex(link: LinkResult) -> str | None:
    return in_latex(_statement(link))


def _statement(link: LinkResult) -> str:
    return f"{link.left} {link.relation} {link.right}"


def link_html(link: LinkResult) -> str:
    return _table(link_rows(link))


def link_rows(link: LinkResult) -> list[tuple[str, ...]]:
    """A relation with its verdict, what it rests on, and what is wrong with it."""
    rows: list[tuple[str, ...]] = [(_verdict(link.verdict), math(_statement(link)))]
    if link.hypotheses:
        rows.append(("given", ", ".join(map(math, link.hypotheses))))
    if link.unsaid:
        rows.append(("unsaid", ", ".join(map(math, link.unsaid))))
    found = link.counterexample
    if found is not None:
        values = [f"{math(name)} = {escape(value)}" for name, value in found.values.items()]
        sides = f"left = {escape(found.left)}, right = {escape(found.right)}"
        rows.append(("counterexample", "<br>".join([", ".join(values), sides])))
    if link.correction is not None:
        rows.append(("corrected", math(link.correction)))
    if link.suggestion is not None:
        rows.append(("perhaps meant", math(link.suggestion)))
    return rows


# ---------------------------------------------------------------- an equation


def equation_text(equation: EquationResult) -> str:
    links = len(equation.links)
    count = f"{links} link{'' if links == 1 else 's'}"
    return f"EquationResult({equation.label!r}, {equation.verdict}, {count})"


def equation_latex(equation: EquationResult) -> str | None:
    return in_latex(equation.latex) if equation.error is None else None


def equation_html(equation: EquationResult) -> str:
    read = equation.error is None
    formula = math(equation.latex) if read else f"<code>{escape(equation.latex)}</code>"
    rows = [(f"<b>({escape(equation.label)})</b>", formula)]
    if equation.error is not None:
        rows.append((_verdict("unread"), escape(equation.error)))
    return _table([*rows, *(row for link in equation.links for row in link_rows(link))])


# ---------------------------------------------------------------- a report


def report_text(report: Report) -> str:
    counts: dict[str, int] = {}
    for equation in report:
        counts[equation.verdict] = counts.get(equation.verdict, 0) + 1
    found = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    return f"Report({report.document!r}, {len(report.equations)} equations: {found or 'none'})"


def report_html(report: Report) -> str:
    rows = [
        (
            f"({escape(equation.label)})",
            math(equation.latex)
            if equation.error is None
            else f"<code>{escape(equation.latex)}</code>",
            _verdict(equation.verdict),
        )
        for equation in report
    ]
    return f"<p>{escape(report_text(report))}</p>{_table(rows)}"


def report_latex(report: Report) -> str:
    """A table of the equations that were read."""
    rows = [
        rf"\text{{({equation.label})}} & \displaystyle {_rows(equation.latex)} "
        rf"& \text{{{equation.verdict}}}"
        for equation in report
        if equation_latex(equation) is not None and re.fullmatch(r"[\w. -]*", equation.label)
    ]
    body = r" \\ ".join(rows)
    return rf"$$\begin{{array}}{{lll}} {body} \end{{array}}$$"
