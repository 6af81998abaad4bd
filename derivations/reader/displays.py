r"""Where the formulas of a file stand: displays of ``.tex`` and Markdown, with their labels."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..language.source import Source, Span
from .errors import ReadError
from .words import EQUIVALENCES, RELATIONS

_NAMES = "equation|displaymath|align|gather|multline|eqnarray|flalign|alignat"
_OPEN = re.compile(rf"\\begin\{{(?P<env>(?:{_NAMES})\*?)\}}(?:\{{\d+\}})?|(?<!\\)\\\[|(?<!\\)\$\$")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_WITH_ROWS = ("align", "gather", "eqnarray", "flalign", "alignat")
_INNER = re.compile(
    rf"\s*\\begin\{{(?P<env>(?:{'|'.join(_WITH_ROWS)})\*?)\}}(?P<body>.*)\\end\{{(?P=env)\}}\s*\Z",
    re.DOTALL,
)
_TAG = re.compile(r"\\tag\*?\s*\{([^{}]*)\}")
_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_NOTAG = re.compile(r"\\(?:notag|nonumber)(?![A-Za-z])")
_NUMBER = re.compile(r"\\q?quad\s*\(\s*(\d+(?:\.\d+)*[A-Za-z]*)\s*\)\s*\Z")
_BEHIND = re.compile(
    r"(?:\\tag\*?\s*\{[^{}]*\}|\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)(?![A-Za-z])|\s|%[ \t]*"
    r"|\\\\)\Z"
)
_BEFORE = re.compile(r"(?:\s+|%[ \t]*|\\label\s*\{[^{}]*\}|\\tag\*?\s*\{[^{}]*\})+")
_HEADING = re.compile(
    r"^\\(?:sub)*section\*?\{(?P<tex>[^{}]*)\}|^\#{1,6}\s+(?P<md>.+)$"
    r"|^(?P<num>\d+(?:\.\d+)*)[ ]+(?P<title>[^\s$\\][^$\\\n]{0,50})$",
    re.MULTILINE,
)
_ROW_PARTS = re.compile(
    r"\\\\\*?(?:\s*\[[^\]\n]*\])?|\\begin(?![A-Za-z])|\\end(?![A-Za-z])|\\[{}]|[{}]"
)
_SIGN = re.compile(r"[&\s%]*(?:(?P<char>:?=|[<>])|(?P<command>\\[A-Za-z]+))")

_PHANTOM = re.compile(r"\\[hv]?phantom\{[^{}]*\}")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_TEX_CODE = re.compile(
    r"\\begin\{(verbatim\*?|lstlisting|minted|comment|filecontents\*?)\}.*?\\end\{\1\}"
    r"|\\verb\*?([^A-Za-z\s*]).*?\2",
    re.DOTALL,
)
_MARKDOWN_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE
)
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass
class Display:
    """A formula with the label that is printed with it; ``goes_on`` from the row before."""

    span: Span
    label: str
    numbered: bool
    section: str = ""
    goes_on: bool = False
    named: bool = False
    """Whether the author gave the label."""
    error: ReadError | None = None


def without_code(text: str, markdown: bool) -> str:
    """The text with listings blanked out, at the same offsets."""
    return (_MARKDOWN_CODE if markdown else _TEX_CODE).sub(_blank, text)


def without_comments(text: str, markdown: bool) -> str:
    """The text with comments blanked out; lines of TeX that had one are not empty."""
    if markdown:
        return _HTML_COMMENT.sub(_blank, text)
    return _COMMENT.sub(lambda m: "%" + " " * (len(m.group()) - 1), text)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def find_displays(source: Source, text: str) -> tuple[list[Display], list[ReadError]]:
    """The displays of a text without code and comments, and those that are never closed."""
    found: list[Display] = []
    errors: list[ReadError] = []
    section = _sections(text)
    at = counter = 0
    while opening := _OPEN.search(text, at):
        body = _body(text, opening)
        if body is None:
            span = Span(*opening.span())
            errors.append(ReadError("R101", f"{opening.group()} is never closed", span))
            at = opening.end()
            continue
        at = body.stop + 1
        environment = opening.group("env") or ""
        if inner := _INNER.match(text, body.start, body.stop):
            environment, body = inner.group("env"), Span(*inner.span("body"))
        counts = bool(environment) and not environment.endswith("*")
        for display in _rows(text, body, environment):
            if counts and display.numbered:
                counter += 1
            if not display.label:
                line = source.position(display.span.start)[0]
                display.label = str(counter) if counts and display.numbered else f"l.{line}"
            display.section = section(display.span.start)
            found.append(display)
    return found, errors


def _body(text: str, opening: re.Match[str]) -> Span | None:
    """What a display holds; None if a paragraph or another display begins before it ends."""
    environment = opening.group("env")
    start = opening.end()
    close = {"$$": "$$", "\\[": "\\]"}.get(opening.group(), f"\\end{{{environment}}}")
    stop = text.find(close, start)
    if stop < 0 or _BLANK_LINE.search(text, start, stop):
        return None
    another = _OPEN.search(text, start, stop)
    if another is not None and (environment or not another.group("env")):
        return None
    return Span(start, stop)


def _sections(text: str) -> Callable[[int], str]:
    """A function from an offset to the heading above it."""
    headings = [
        (m.start(), m.group("tex") or m.group("md") or f"{m.group('num')} {m.group('title')}")
        for m in _HEADING.finditer(text)
    ]
    starts = [start for start, _ in headings]

    def section(offset: int) -> str:
        k = bisect_right(starts, offset)
        return headings[k - 1][1] if k else ""

    return section


# ---------------------------------------------------------------- rows


def _rows(text: str, body: Span, environment: str) -> Iterator[Display]:
    """The equations of a display: rows with numbers of their own are equations of their own."""
    if environment.rstrip("*") not in _WITH_ROWS:
        yield _display(text, body)
        return
    group: list[Span] = []
    before: Display | None = None
    for row in _cut(text, body):
        if group and (not _goes_on(text, row) or _is_named(text, group)):
            before = _display(text, group[0] | group[-1], before)
            yield before
            group = []
        group.append(row)
    if group:
        yield _display(text, group[0] | group[-1], before)


def _is_named(text: str, rows: list[Span]) -> bool:
    return any(
        _TAG.search(text, row.start, row.stop) or _LABEL.search(text, row.start, row.stop)
        for row in rows
    )


def _cut(text: str, body: Span) -> Iterator[Span]:
    """The rows between line breaks outside braces and inner environments."""
    start, depth = body.start, 0
    for match in _ROW_PARTS.finditer(text, body.start, body.stop):
        part = match.group()
        if part in ("\\begin", "{"):
            depth += 1
        elif part in ("\\end", "}"):
            depth -= 1
        elif part.startswith("\\\\") and depth == 0:
            if text[start : match.start()].strip(" \t\n%&"):
                yield Span(start, match.start())
            start = match.end()
    if text[start : body.stop].strip(" \t\n%&"):
        yield Span(start, body.stop)


def _goes_on(text: str, row: Span) -> bool:
    """Whether a row begins with a sign that needs the row before it."""
    written = _PHANTOM.sub("", text[row.start : row.stop])
    match = _SIGN.match(written)
    if match is not None:
        command = match.group("command")
        if not command or command in RELATIONS or command in EQUIVALENCES:
            return True
        return command in ("\\underbrace", "\\overset", "\\stackrel", "\\quad", "\\qquad")
    indented = written.lstrip(" \t\n%")
    return indented.startswith("&") and indented.lstrip("& \t\n").startswith(("+", "-"))


def _display(text: str, span: Span, before: Display | None = None) -> Display:
    """An equation; its place is that of the formula alone."""
    start, stop = span.start, span.stop
    label = ""
    for pattern in (_TAG, _LABEL):
        match = pattern.search(text, start, stop)
        label = label or (match.group(1).strip() if match else "")
    numbered = not _NOTAG.search(text, start, stop) or bool(label)
    stop = _end(text, start, stop)
    number = _NUMBER.search(text, start, stop)
    if number is not None and not label:
        label, stop = number.group(1), _end(text, start, number.start())
    head = _BEFORE.match(text, start, stop)
    start = head.end() if head else start
    display = Display(Span(start, max(start, stop)), label, numbered, named=bool(label))
    display.goes_on = before is not None and _goes_on(text, display.span)
    inner = re.compile(r"\\(?:tag|label)(?![A-Za-z])").search(text, start, stop)
    if inner:
        display.error = ReadError(
            "R104", "a label in the middle of the formula: put it at the end", Span(*inner.span())
        )
    return display


def _end(text: str, start: int, stop: int) -> int:
    """The end of a formula without the labels and spaces behind it."""
    while stop > start:
        tail = _BEHIND.search(text, max(start, stop - 200), stop)
        if tail is None or tail.start() == stop:
            break
        stop = tail.start()
    return stop
