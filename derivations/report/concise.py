"""One finding a line: ``file:line:column: CODE message``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .phrases import ordered
from .plain import one_line, shown_path, visible

if TYPE_CHECKING:
    from ..results import Finding, Report


def headline(report: Report, finding: Finding) -> str:
    """``file:line:column: CODE message``."""
    place = f"{visible(shown_path(report))}:{finding.line}:{finding.column}"
    return f"{place}: {visible(finding.code)} {one_line(finding.message)}"


def render(report: Report) -> str:
    """The findings, one a line; empty if there are none."""
    return "".join(f"{headline(report, finding)}\n" for finding in ordered(report.findings))
