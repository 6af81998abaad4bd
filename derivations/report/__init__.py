"""Reports: what a check found, for people and for other programs.

Each format is one module with a function ``render``; it is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..results import Report
    from .proved import Proofs

_MODULES = {
    "text": ".text",
    "concise": ".concise",
    "json": ".as_json",
    "github": ".github",
    "sarif": ".sarif",
    "junit": ".junit",
}

FORMATS = tuple(_MODULES)
"""Names of the formats."""


def render(
    report: Report, fmt: str = "text", *, color: bool = False, width: int | None = None
) -> str:
    """A report in one of ``FORMATS``; the text ends with a newline, or is empty.

    ``color`` (ANSI colours) and ``width`` (columns to wrap at) concern ``text`` only.
    Raises ValueError for a format that does not exist.
    """
    if fmt not in _MODULES:
        raise ValueError(f"no format {fmt!r}; there are {', '.join(FORMATS)}")
    module = import_module(_MODULES[fmt], __name__)
    result: str = (
        module.render(report, color=color, width=width) if fmt == "text" else module.render(report)
    )
    return result


def explain(
    report: Report,
    label: str,
    *,
    proofs: Proofs | None = None,
    models: Sequence[str] = (),
    color: bool = False,
    width: int | None = None,
) -> str:
    """All the evidence for one equation; KeyError for a label that is not there.

    ``proofs`` holds the proofs to be told (see ``proofs_of``), ``models`` names what implements
    the equation.
    """
    from .explanation import render as explained

    return explained(report, label, proofs=proofs, models=models, color=color, width=width)
