"""JUnit XML: a test case an equation, as build servers show them.

Refuted equations fail, unread ones are errors, and what has no truth value or was not
decided is skipped, with its verdict as the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .concise import headline
from .plain import visible

if TYPE_CHECKING:
    from ..results import EquationResult, Finding, Report

_SKIPPED = frozenset({"assumed", "definition", "undecided"})
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: visible(found[0]), visible(text))


def _outcome(equation: EquationResult, errors: list[Finding]) -> str:
    """The element that says how a test case ended; empty if it passed."""
    if equation.verdict == "unread" or any(error.severity == "fault" for error in errors):
        return "error"
    if equation.verdict == "refuted" or errors:
        return "failure"
    return "skipped" if equation.verdict in _SKIPPED else ""


def _describe(report: Report, finding: Finding) -> str:
    return "\n".join(_clean(line) for line in (headline(report, finding), *finding.detail))


def _case(
    report: Report, name: str, outcome: str, verdict: str, findings: list[Finding]
) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=_clean(report.document), name=_clean(name))
    errors = [finding for finding in findings if finding.severity != "warning"]
    if outcome:
        message = verdict if outcome == "skipped" else _clean("; ".join(e.message for e in errors))
        child = ElementTree.SubElement(case, outcome, message=message or verdict)
        if outcome != "skipped":
            child.set("type", ",".join(sorted({_clean(error.code) for error in errors})) or verdict)
            child.text = "\n".join(_describe(report, error) for error in errors)
    warnings = [finding for finding in findings if finding.severity == "warning"]
    if warnings:
        output = ElementTree.SubElement(case, "system-out")
        output.text = "\n".join(_describe(report, warning) for warning in warnings)
    return case


def _cases(report: Report) -> list[ElementTree.Element]:
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.label, []).append(finding)
    cases = []
    for equation in report.equations:
        mine = found.pop(equation.label, [])
        outcome = _outcome(equation, [f for f in mine if f.severity != "warning"])
        cases.append(_case(report, equation.label, outcome, equation.verdict, mine))
    rest = [finding for findings in found.values() for finding in findings]
    if rest:
        outcome = "error" if any(finding.severity != "warning" for finding in rest) else ""
        cases.append(_case(report, "document", outcome, "error", rest))
    return cases


def render(report: Report) -> str:
    """An XML document with one test suite."""
    cases = _cases(report)
    totals = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": f"{report.seconds:.3f}",
    }
    root = ElementTree.Element("testsuites", {"name": "kenzan", **totals})
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(report.document), **totals})
    suite.extend(cases)
    ElementTree.indent(root, " ")
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
