"""The report as JSON: ``Report.to_dict()``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..results import Report


def render(report: Report) -> str:
    """JSON with one space of indentation and characters as they are."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=1) + "\n"
