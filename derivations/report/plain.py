"""Text that is safe to show: no control characters, one line, a place, a path."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from ..language.source import Source

if TYPE_CHECKING:
    from ..results import Finding, Report

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text with every character that does not show, or steers a terminal, spelled out.

    >>> visible("a\\x1b[31mb")
    'a<U+001B>[31mb'
    """
    if text.isprintable():
        return text
    return "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) in _HIDDEN else c for c in text)


def one_line(text: str) -> str:
    """The text on one line and visible.

    >>> one_line("two\\n   lines")
    'two lines'
    """
    return visible(re.sub(r"[ \t\r\n]+", " ", text).strip())


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "link"), count(2, "link")
    ('1 link', '2 links')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shown_path(report: Report) -> str:
    """The document's path, relative to the working folder where it is below it."""
    if not report.path:
        return report.document
    path = Path(os.path.normpath(report.path))
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def region(report: Report, finding: Finding) -> tuple[int, int, int, int]:
    """First line and column of a finding, last line, and the column after its last character.

    Lines and columns count from 1, columns in characters.
    """
    line, column = max(finding.line, 1), max(finding.column, 1)
    start, stop = finding.span
    if start < stop <= len(report.text):
        end = Source(report.document, report.text).position(stop)
        if end > (line, column):
            return line, column, *end
    return line, column, line, column + 1
