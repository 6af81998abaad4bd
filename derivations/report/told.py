"""The proofs of equations, told along with a check; what tells them is loaded when it is needed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..reader.document import Document
from ..results import EquationResult


def told_along(document: Document, result: EquationResult) -> dict[str, Any]:
    """The proofs of an equation as data for JSON, for ``check(along=told_along)``.

    An article (see :mod:`derivations.report.article.build`) takes them from ``Report.along``.
    """
    from .article.build import tellings

    return asdict(tellings(document, result))
