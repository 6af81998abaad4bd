"""GitHub Actions: workflow commands that annotate the lines of a pull request.

Escaping as in `actions/toolkit`_, ``packages/core/src/command.ts``.

.. _actions/toolkit: https://github.com/actions/toolkit
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .phrases import ordered
from .plain import one_line, region, shown_path, visible

if TYPE_CHECKING:
    from ..results import Finding, Report

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def _data(text: str) -> str:
    return text.translate(_DATA)


def _property(text: str) -> str:
    return text.translate(_PROPERTY)


def command(report: Report, finding: Finding) -> str:
    """One workflow command."""
    line, column, last, end = region(report, finding)
    properties = {
        "file": visible(shown_path(report)),
        "line": str(line),
        "col": str(column),
        **({"endColumn": str(end)} if last == line else {"endLine": str(last)}),
        "title": f"{visible(finding.code)} {one_line(finding.label)}".strip(),
    }
    kind = "warning" if finding.severity == "warning" else "error"
    message = "\n".join(one_line(part) for part in (finding.message, *finding.detail))
    row = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {row}::{_data(message)}"


def render(report: Report) -> str:
    """One workflow command a finding; empty if there are none."""
    return "".join(f"{command(report, finding)}\n" for finding in ordered(report.findings))
