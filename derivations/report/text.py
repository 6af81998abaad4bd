"""The report for a reader in a terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from .concise import headline
from .excerpt import excerpt
from .paint import STYLES, cut, finish, flow, line, pad
from .phrases import (
    MEANING,
    evidence,
    link_of,
    ordered,
    sign,
    values,
    verdict_sentences,
    weight,
)
from .plain import count, one_line

if TYPE_CHECKING:
    from ..results import EquationResult, Finding, LinkResult, Need, Report

_HEADINGS = (
    "Witnesses that contradict each other",
    "Errata: wrong as printed",
    "Errors: what could not be read",
    "Slips of notation",
)
_WITNESSES = (
    ("kernel", "a proof for every size, of few axioms: kenzan explain tells it, kenzan trust them"),
    ("SymPy", "symbolic algebra at small concrete sizes"),
    ("numbers", "random instances, evaluated as printed with many digits"),
)
_WIDTH = 100


def render(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """Equations by section, findings, unsaid hypotheses, and a summary.

    ``width`` is that of the terminal; without it the lines of the equations are not
    broken and long lines of the document are cut to 100 columns.
    """
    lines = [
        *_equations(report, width),
        *_findings(report, width or _WIDTH),
        *_unsaid(report, width or _WIDTH),
        *_summary(report),
    ]
    return finish(lines, color)


def heading(text: str) -> list[Text]:
    """A heading with an empty line after it."""
    return [line((text, "bold underline")), Text()]


def _equations(report: Report, width: int | None) -> list[Text]:
    lines = [line((one_line(report.document), "bold")), Text()]
    labels = max((cell_len(one_line(equation.label)) for equation in report), default=0)
    for section, equations in groupby(report, key=lambda equation: equation.section):
        if section:
            lines.append(line((one_line(section), "bold")))
        for equation in equations:
            lines += _equation(equation, min(labels, 12), width)
        lines.append(Text())
    return lines


def _equation(equation: EquationResult, labels: int, width: int | None) -> list[Text]:
    verdict = equation.verdict
    head = line(
        "  ",
        pad(one_line(equation.label), labels),
        "  ",
        (pad(verdict, 10), STYLES[verdict]),
        "  ",
    )
    if not equation.links:
        return [head.append(one_line(equation.error or MEANING["unread"]))]
    pieces = [*_relations(equation)]
    for part in [*_reasons(equation), *evidence(equation)]:
        between = "  " if len(pieces) == len(equation.links) else " · "
        pieces.append((between, Text(part, "dim")))
    return flow(head, pieces, width)


def _relations(equation: EquationResult) -> list[tuple[str, Text]]:
    """The relation signs; each with its verdict if the verdicts differ."""
    links = equation.links
    if len({link.verdict for link in links}) == 1:
        return [(" " if k else "", Text(sign(link.relation))) for k, link in enumerate(links)]
    return [
        (", " if k else "", line(sign(link.relation), " ", (link.verdict, STYLES[link.verdict])))
        for k, link in enumerate(links)
    ]


def _reasons(equation: EquationResult) -> list[str]:
    """Why links are assumed, undecided or unread, each reason once."""
    told = ("assumed", "undecided", "unread")
    links = [link for link in equation.links if link.reason and link.verdict in told]
    return list(dict.fromkeys(one_line(link.reason or "") for link in links))


def _findings(report: Report, width: int) -> list[Text]:
    lines: list[Text] = []
    for kind, group in groupby(ordered(report.findings), key=weight):
        lines += heading(_HEADINGS[kind])
        for finding in group:
            lines += [*finding_lines(report, finding, width), Text()]
    return lines


def finding_lines(report: Report, finding: Finding, width: int) -> list[Text]:
    """A finding: its message, the printed line, the values, the correction."""
    lines = place_lines(report, finding, width)
    link = link_of(report, finding)
    details = [one_line(detail) for detail in finding.detail]
    if not details and link is not None and link.counterexample is not None:
        details = values(link.counterexample)
    lines += [line("      ", cut(detail, max(width - 6, 20))) for detail in details]
    if link is not None and link.correction is not None:
        correction = one_line(link.correction)
        if not any(correction in detail for detail in details):
            lines.append(line("      nearest true statement: ", (correction, "green")))
    if link is not None and link.suggestion is not None:
        suggestion = one_line(link.suggestion)
        lines.append(line("      perhaps meant, the numbers say: ", (suggestion, "green")))
    return lines


def place_lines(report: Report, finding: Finding, width: int) -> list[Text]:
    """The message of a finding, and the printed line with a mark under the place."""
    lines = [line((headline(report, finding), "bold"))]
    if not report.text:
        return lines
    style = "bold yellow" if finding.severity == "warning" else "bold red"
    shown = excerpt(report.text, finding.span, max(width - 10, 20))
    return [
        *lines,
        line(f"{shown.number:>6} | ", shown.source),
        line("       | ", (shown.marker, style)),
    ]


def _unsaid(report: Report, width: int) -> list[Text]:
    if not report.unsaid:
        return []
    lines = heading("Hypotheses that the document leaves unsaid")
    needs: dict[str, tuple[EquationResult, LinkResult, Need]] = {}
    for equation in report:
        for link in equation.links:
            for need in link.needs:
                needs.setdefault(need.hypothesis, (equation, link, need))
    column = max(cell_len(one_line(hypothesis)) for hypothesis in report.unsaid)
    for hypothesis, labels in report.unsaid.items():
        listed = ", ".join(map(one_line, labels))
        name = pad(one_line(hypothesis), min(column, 40))
        lines.append(line("  ", (name, "bold"), "  needed by ", listed))
        if hypothesis in needs:
            equation, _, need = needs[hypothesis]
            found = ", ".join(values(need.counterexample))
            text = f"without it {one_line(equation.label)} is false: {found}"
            lines.append(line("      ", (cut(text, max(width - 6, 20)), "dim")))
    return [*lines, Text()]


def _summary(report: Report) -> list[Text]:
    lines = heading("Summary")
    counts = report.summary
    listed = f"{count(counts['equations'], 'equation')}, {count(counts['links'], 'link')}"
    lines.append(line(f"  {listed}; a link is one relation sign with its two sides"))
    lines.append(Text())
    for verdict, meaning in MEANING.items():
        if counts[verdict]:
            name = (pad(verdict, 10), STYLES[verdict])
            lines.append(line(f"  {counts[verdict]:>5}  ", name, "  ", meaning))
    lines.append(Text())
    if any(evidence(equation) for equation in report):
        lines += [line("  ", pad(name, 8), "  ", meaning) for name, meaning in _WITNESSES]
        lines.append(Text())
    return [*lines, *(line((sentence, "bold")) for sentence in verdict_sentences(report))]
