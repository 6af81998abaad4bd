"""Everything that is known about one equation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from .paint import STYLES, finish, line
from .phrases import MEANING, ordered, sign, sizes, values
from .plain import count, one_line, shown_path, visible
from .text import place_lines

if TYPE_CHECKING:
    from ..results import EquationResult, LinkResult, Report


def render(report: Report, label: str, *, color: bool = False, width: int | None = None) -> str:
    """One equation as printed, link by link: verdict, hypotheses, witnesses, counterexample.

    Raises KeyError, which names the labels there are, for a label that is not there.
    """
    equation = report[label]
    verdict = equation.verdict
    place = f"{visible(shown_path(report))}, line {equation.line}"
    section = f", {one_line(equation.section)}" if equation.section else ""
    lines = [line((f"Equation {one_line(label)}", "bold"), f"   {place}{section}"), Text()]
    lines += [line("    ", visible(row.expandtabs(4))) for row in _rows(equation.latex)]
    lines += [Text(), line(*_said(verdict))]
    if equation.error:
        lines.append(line("  ", one_line(equation.error)))
    for finding in ordered(f for f in report.findings if f.label == label):
        lines += [Text(), *place_lines(report, finding, width or 100)]
        if finding.code != "E101":
            lines += [line("      ", one_line(detail)) for detail in finding.detail]
    for number, link in enumerate(equation.links, 1):
        lines += [Text(), *_link(equation, link, number)]
    return finish(lines, color)


def _rows(latex: str) -> list[str]:
    return latex.strip("\r\n").replace("\r\n", "\n").split("\n")


def _said(verdict: str) -> tuple[tuple[str, str], str]:
    meaning = MEANING[verdict]
    return (verdict, STYLES[verdict]), f". {meaning[0].upper()}{meaning[1:]}."


def _link(equation: EquationResult, link: LinkResult, number: int) -> list[Text]:
    total = len(equation.links)
    head = f"Link {number} of {total}: " if total > 1 else ""
    lines = [
        line((head, "bold"), *_said(link.verdict)),
        line("    ", one_line(link.left)),
        line("  ", sign(link.relation), " ", one_line(link.right)),
    ]
    if link.reason:
        lines.append(line("  why: ", one_line(link.reason)))
    lines += _rests_on(link)
    lines += [line("  ", sentence) for sentence in witnesses(link)]
    if link.counterexample is not None:
        lines.append(line(("  counterexample", "bold")))
        lines += [line("    ", row) for row in values(link.counterexample)]
    if link.correction is not None:
        lines.append(line(("  nearest true statement", "bold")))
        lines.append(line("    ", (one_line(link.correction), "green")))
    for need in link.needs:
        lines.append(line((f"  without {one_line(need.hypothesis)} it is false", "bold")))
        lines += [line("    ", row) for row in values(need.counterexample)]
    return lines


def _rests_on(link: LinkResult) -> list[Text]:
    """The hypotheses, the unsaid ones marked, and the equations used."""
    listed = [*link.hypotheses, *(h for h in link.unsaid if h not in link.hypotheses)]
    rows = [
        line(
            "    ",
            one_line(hypothesis),
            ("   (the document does not say so)", "yellow") if hypothesis in link.unsaid else "",
        )
        for hypothesis in listed
    ]
    if link.uses:
        rows.append(line("    equations ", ", ".join(map(one_line, link.uses))))
    return [line(("  rests on", "bold")), *rows] if rows else []


def witnesses(link: LinkResult) -> list[str]:
    """The answer of each witness in a sentence."""
    return [_kernel(link), _algebra(link), _numbers(link)]


def _because(reason: str | None) -> str:
    return f": {one_line(reason)}" if reason else ""


def _kernel(link: LinkResult) -> str:
    found = link.kernel
    if found.status == "proved":
        name = f" {one_line(found.theorem)}" if found.theorem else ""
        rules = f", by {', '.join(map(one_line, found.rules))}" if found.rules else ""
        axioms = f"; it takes as given {', '.join(map(one_line, found.axioms))}"
        return f"kernel   holds the theorem{name}{rules}{axioms if found.axioms else ''}"
    words = "was not asked" if found.status == "skipped" else "holds no theorem that states it"
    return f"kernel   {words}{_because(found.reason)}"


def _algebra(link: LinkResult) -> str:
    found = link.sympy
    where = f" at {sizes(found.sizes)}" if found.sizes else ""
    words = {
        "agrees": f"finds it true{where}",
        "contradicts": f"finds it false{where}",
        "undecided": f"could not decide it{where}",
    }.get(found.status, "was not asked")
    return f"SymPy    {words}{_because(found.reason)}"


def _numbers(link: LinkResult) -> str:
    found = link.numeric
    where = f" on {count(found.instances, 'random instance')} at {found.digits} digits"
    where = where if found.instances else ""
    error = one_line(found.largest_error) if found.largest_error is not None else ""
    error = f"; the largest relative error is {error}" if error else ""
    words = {
        "agrees": f"agree{where}{error}",
        "contradicts": f"disagree{where}{error}",
        "undecided": f"do not decide it{where}",
    }.get(found.status, "were not asked")
    return f"numbers  {words}{_because(found.reason)}"
