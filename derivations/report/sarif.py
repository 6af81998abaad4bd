"""SARIF 2.1.0, the subset that GitHub code scanning reads.

The format: OASIS, *Static Analysis Results Interchange Format (SARIF) 2.1.0*, 2020.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .. import __version__
from .codes import describe
from .phrases import ordered
from .plain import one_line, region, shown_path

if TYPE_CHECKING:
    from ..results import Finding, Report

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "fault": "error", "warning": "warning"}


def _rule(finding: Finding) -> dict[str, Any]:
    text = {"text": describe(finding.code)}
    return {
        "id": finding.code,
        "shortDescription": text,
        "fullDescription": text,
        "help": text,
        "defaultConfiguration": {"level": _LEVELS.get(finding.severity, "error")},
    }


def _artifact(report: Report) -> dict[str, str]:
    path = Path(shown_path(report))
    if path.is_absolute() or path.parts[:1] == ("..",):
        return {"uri": path.resolve().as_uri()}
    return {"uri": quote(path.as_posix(), errors="replace"), "uriBaseId": "%SRCROOT%"}


def _result(report: Report, finding: Finding, rules: list[str]) -> dict[str, Any]:
    line, column, last, end = region(report, finding)
    place = {"startLine": line, "startColumn": column, "endLine": last, "endColumn": end}
    message = "\n".join(one_line(part) for part in (finding.message, *finding.detail))
    return {
        "ruleId": finding.code,
        "ruleIndex": rules.index(finding.code),
        "level": _LEVELS.get(finding.severity, "error"),
        "message": {"text": message},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(report), "region": place}}
        ],
        "properties": {"label": finding.label},
    }


def render(report: Report) -> str:
    """A SARIF log with one run; the rules are the codes that occur."""
    findings = ordered(report.findings)
    rules = {finding.code: _rule(finding) for finding in findings}
    driver = {"name": "kenzan", "version": __version__, "rules": list(rules.values())}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, list(rules)) for finding in findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"
