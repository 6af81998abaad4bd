r"""A file to its equations: displays of ``.tex`` and Markdown, with labels and sections."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path

from ..language import nodes as n
from ..language.source import Source, Span
from .declarations import Declaration, read_declarations, resolve_scopes
from .errors import ReadError
from .scope import Scope, build_scope
from .statements import Reading, read_expression, read_statements

MAX_FILE = 4_000_000
MAX_EQUATIONS = 5_000
_DISPLAYS = "equation|displaymath|align|gather|multline|eqnarray|flalign"
_DISPLAY = re.compile(
    rf"\\begin\{{(?P<env>(?:{_DISPLAYS})\*?)\}}(?P<a>.*?)\\end\{{(?P=env)\}}"
    r"|\\\[(?P<b>.*?)\\\]|\$\$(?P<c>.*?)\$\$",
    re.DOTALL,
)
_OPEN = re.compile(rf"\\begin\{{(?:{_DISPLAYS})\*?\}}|\\\[|\$\$")
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_LABEL = re.compile(r"\\label\{([^{}]*)\}")
_NUMBER = re.compile(r"\\q?quad\s*\(\s*(\d+(?:\.\d+)*[A-Za-z]*)\s*\)\s*$")
_GOES_ON = re.compile(
    r"[=<>+\-]|:=|\\(?:[lg]eq?|[lg]eqslant|neq?|approx|propto|equiv|iff|Leftrightarrow"
    r"|Longleftrightarrow|Rightarrow|implies|quad|qquad|underbrace|overset|stackrel|times|cdot)\b"
)
"""What a row begins with that continues the row before it."""
_NOTAG = re.compile(r"\\(?:notag|nonumber)(?![A-Za-z])")
_HEADING = re.compile(
    r"^\\(?:sub)*section\*?\{(?P<tex>[^{}]*)\}|^\#{1,6}\s+(?P<md>.+)$"
    r"|^(?P<num>\d+(?:\.\d+)*)[ ]+(?P<title>[^\s$\\][^$\\\n]{0,50})$",
    re.MULTILINE,
)
_INLINE = re.compile(r"\$([^$]+)\$((?:\s*[（(][^（()）$]*(?:\$[^$]*\$[^（()）$]*)*[）)])?)")


class UnreadableFile(ValueError):
    """A file that is no text: missing, not UTF-8, too large."""


@dataclass
class Equation:
    """A printed equation with what was read of it, or the reason why not."""

    label: str
    span: Span
    line: int
    section: str = ""
    scope: Scope = field(default_factory=lambda: Scope(""))
    reading: Reading | None = None
    error: ReadError | None = None
    before: Equation | None = field(default=None, repr=False)
    """The equation whose last side is the left side of this one: rows with tags of their own."""


@dataclass
class Document:
    """A source with its equations in order, and what is wrong with its declarations."""

    source: Source
    equations: list[Equation]
    declarations: list[Declaration]
    problems: list[tuple[Source, ReadError]] = field(default_factory=list)

    def __getitem__(self, label: str) -> Equation:
        return next(e for e in self.equations if e.label == label)


def load(path: Path | str) -> Source:
    """The text of a file. Raises UnreadableFile with one clear sentence."""
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"cannot read {path}: {error.strerror or error}") from None
    if len(raw) > MAX_FILE:
        raise UnreadableFile(f"{path} has {len(raw)} bytes; at most {MAX_FILE} are read")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path} is not UTF-8 text (byte {error.start})") from None
    return Source(path.name, text.replace("\r\n", "\n"))


def read_document(source: Source, declarations: Source | None = None) -> Document:
    """Every equation of a text; declarations come from it and from another file, if given."""
    markdown = not source.name.endswith(".tex") and "\\begin{document}" not in source.text
    found, errors = read_declarations(source)
    problems = [(source, e) for e in errors]
    if declarations is not None:
        more, errors = read_declarations(declarations)
        found += more
        problems += [(declarations, e) for e in errors]
    masked = _mask_code(source.text) if markdown else _mask_comments(source.text)
    equations, faults = _displays(source, masked)
    problems += [(source, e) for e in faults]
    _add_inline(source, equations, found, problems)
    equations.sort(key=lambda e: e.span)
    _unique_labels(equations, source, problems)
    resolved, errors = resolve_scopes(found, [e.label for e in equations])
    problems += [(d.source, e) for e in errors for d in found if d.span == e.span][: len(errors)]
    document = Document(source, equations, resolved, problems)
    problems += _missing_references(document)
    seen: set[tuple[str, Span]] = set()
    for equation in equations:
        equation.scope, errors = build_scope(equation.label, resolved)
        for error in errors:
            if (error.code, error.span) not in seen:
                seen.add((error.code, error.span))
                owner = next(
                    (d.source for d in resolved if error.span in d.span or d.span in error.span),
                    source,
                )
                document.problems.append((owner, error))
        read_equation(source, equation)
    problems += _unread_assumptions(document)
    return document


def _missing_references(document: Document) -> list[tuple[Source, ReadError]]:
    """Declarations that rest on equations that are not there."""
    labels = {e.label for e in document.equations}
    found: list[tuple[Source, ReadError]] = []
    for declaration in document.declarations:
        wanted = [(p.argument, p.span) for p in declaration.phrases if p.name == "defined by"]
        if declaration.directive == "follows":
            wanted.append((f"({declaration.arguments[0]})", declaration.span))
        for text, span in wanted:
            label = re.match(r"\(([^)]+)\)", text)
            if label is not None and label.group(1) not in labels:
                message = f"there is no equation {label.group(1)!r} in the document"
                found.append((declaration.source, ReadError("D204", message, span)))
    return found


def _unread_assumptions(document: Document) -> list[tuple[Source, ReadError]]:
    """Assumptions that cannot be read; a general one holds where it can."""
    refused: dict[tuple[int, Span], ReadError] = {}
    fine: set[tuple[int, Span]] = set()
    sources: dict[int, Source] = {}
    for equation in document.equations:
        for span, source, _ in equation.scope.assumptions:
            sources[id(source)] = source
            try:
                read_expression(source, span, equation.scope)
            except ReadError as error:
                refused.setdefault((id(source), span), error)
            else:
                fine.add((id(source), span))
    for equation in document.equations:  # what is read nowhere stays: nothing holds with it
        unread = [a for a in equation.scope.assumptions if (id(a[1]), a[0]) in fine & {*refused}]
        for assumption in unread:
            try:
                read_expression(assumption[1], assumption[0], equation.scope)
            except ReadError:
                equation.scope.assumptions.remove(assumption)
    return [(sources[p[0]], error) for p, error in refused.items() if p not in fine]


def read_equation(source: Source, equation: Equation) -> None:
    """Read the links of an equation in its scope; what goes wrong is kept, never raised."""
    if equation.error is not None:
        return
    try:
        left = _last_side(equation) if equation.before is not None else None
        equation.reading = read_statements(source, equation.span, equation.scope, left)
    except ReadError as error:
        equation.error = error
    except RecursionError:
        equation.error = ReadError("R106", "nested too deeply", equation.span)


def _last_side(equation: Equation) -> Span:
    """Where the side stands that a row with a tag of its own goes on from."""
    before = equation.before
    assert before is not None
    if before.reading is None:
        raise ReadError(
            "R104", f"this goes on from ({before.label}), which is unread", equation.span
        )
    node: n.Node = before.reading.links[-1].node
    while isinstance(node, n.Relation | n.Equivalence):
        node = node.right
    assert node.span is not None
    return node.span


def _mask_comments(text: str) -> str:
    """The text with comments blanked out, at the same offsets."""
    return re.sub(r"(?<!\\)%[^\n]*", lambda m: " " * len(m.group()), text)


def _mask_code(text: str) -> str:
    """Markdown with fenced blocks and code spans blanked out, at the same offsets."""
    pattern = r"^(```|~~~).*?^\1[^\n]*$|`[^`\n]+`"
    return re.sub(pattern, lambda m: " " * len(m.group()), text, flags=re.MULTILINE | re.DOTALL)


def _displays(source: Source, text: str) -> tuple[list[Equation], list[ReadError]]:
    equations: list[Equation] = []
    faults: list[ReadError] = []
    headings = [
        (m.start(), m.group("tex") or m.group("md") or f"{m.group('num')} {m.group('title')}")
        for m in _HEADING.finditer(text)
    ]
    counter = 0
    last = 0
    at = 0
    while match := _DISPLAY.search(text, at):
        at = match.end()
        if inner := _swallowed(text, match):
            faults += _unclosed(text, match.start(), inner)
            at = last = inner
            continue
        group = next(g for g in "abc" if match.group(g) is not None)
        section = next((h for at, h in reversed(headings) if at < match.start()), "")
        faults += _unclosed(text, last, match.start())
        last = match.end()
        environment = match.group("env") or ""
        before: Equation | None = None
        for span in _rows(text, Span(*match.span(group)), environment):
            equation, numbered = _equation(source, text, span, section)
            if before is not None and _GOES_ON.match(_body(text, equation.span)):
                equation.before = before
            before = equation
            if not equation.label:
                if environment and not environment.endswith("*") and numbered:
                    counter += 1
                    equation.label = str(counter)
                else:
                    equation.label = f"l.{equation.line}"
            equations.append(equation)
            if len(equations) > MAX_EQUATIONS:
                raise UnreadableFile(f"more than {MAX_EQUATIONS} equations in one file")
    faults += _unclosed(text, last, len(text))
    return equations, faults


def _swallowed(text: str, match: re.Match[str]) -> int | None:
    """Where to look on if a display swallows the next one, because its end is missing."""
    start = match.start() + 2
    if match.group("c") is not None:
        blank = re.search(r"\n[ \t]*\n", match.group("c"))
        return start + blank.end() if blank else None
    other = _OPEN.search(text, start, match.end() - 2)
    return other.start() if other else None


def _unclosed(text: str, start: int, stop: int) -> list[ReadError]:
    return [
        ReadError("R101", f"the display {m.group()} is never closed", Span(*m.span()))
        for m in [_OPEN.search(text, start, stop)]
        if m is not None
    ]


def _rows(text: str, span: Span, environment: str) -> list[Span]:
    """The displays of an environment: rows with tags of their own are equations of their own."""
    if environment.rstrip("*") not in ("align", "gather", "eqnarray", "flalign"):
        return [span]
    cuts, depth = [span.start], 0
    for match in re.finditer(r"\\begin\b|\\end\b|\\\\", text[span.start : span.stop]):
        depth += {"\\begin": 1, "\\end": -1}.get(match.group(), 0)
        if match.group() == "\\\\" and depth == 0:
            cuts.append(span.start + match.end())
    cuts.append(span.stop + 2)
    rows = [Span(a, max(a, b - 2)) for a, b in itertools.pairwise(cuts)]
    rows = [row for row in rows if text[row.start : row.stop].strip()]
    groups: list[Span] = []
    for row in rows:
        body = _body(text, row)
        own = _own_label(text, row)
        if groups and _GOES_ON.match(body) and not (own and _own_label(text, groups[-1])):
            groups[-1] = groups[-1] | row
        else:
            groups.append(row)
    return groups


def _body(text: str, row: Span) -> str:
    body = text[row.start : row.stop].lstrip("& \t\n")
    return re.sub(r"\A\\[hv]?phantom\{[^{}]*\}[& \t\n]*", "", body)


def _own_label(text: str, row: Span) -> bool:
    inside = (text, row.start, row.stop)
    return _TAG.search(*inside) is not None or _LABEL.search(*inside) is not None


def _equation(source: Source, text: str, span: Span, section: str) -> tuple[Equation, bool]:
    """An equation without its label; the place is that of the formula alone."""
    start, stop = span.start, span.stop
    label, numbered = "", True
    chunk = text[start:stop]
    if match := _LABEL.search(chunk):
        label = match.group(1)
    if match := _TAG.search(chunk):
        label = match.group(1)
    if _NOTAG.search(chunk):
        numbered = False
    # cut what is behind the formula, then what is before it
    while True:
        chunk = text[start:stop]
        tail = re.search(
            r"(?:\\tag\*?\{[^{}]*\}|\\label\{[^{}]*\}|\\(?:notag|nonumber)|\s|\\\\)\Z", chunk
        )
        if tail is None or not chunk:
            break
        stop = start + tail.start()
    if (match := _NUMBER.search(text[start:stop])) and not label:
        label = match.group(1)
        stop = start + match.start()
    while start < stop and (
        m := re.match(r"\s+|\\label\{[^{}]*\}|\\tag\*?\{[^{}]*\}", text[start:stop])
    ):
        start += m.end()
    stop = start + len(text[start:stop].rstrip())
    equation = Equation(label.strip(), Span(start, stop), source.position(start)[0], section)
    inner = re.search(r"\\(?:tag|label)\b", text[start:stop])
    if inner:
        at = start + inner.start()
        equation.error = ReadError(
            "R104", "a label in the middle of the formula: put it at the end", Span(at, at + 4)
        )
    return equation, numbered


def _add_inline(
    source: Source,
    equations: list[Equation],
    declarations: list[Declaration],
    problems: list[tuple[Source, ReadError]],
) -> None:
    """Formulas of the prose that a declaration names by the words before them."""
    known = {e.label for e in equations}
    prose = re.sub(r"^[ \t]*%!.*$", lambda m: " " * len(m.group()), source.text, flags=re.MULTILINE)
    for declaration in declarations:
        if declaration.directive != "inline":
            continue
        label, words = declaration.arguments
        if label in known:
            continue
        at = prose.find(words)
        match = _INLINE.search(prose, at + len(words)) if at >= 0 else None
        if match is None or prose.find(words, at + 1) >= 0:
            why = (
                "is not there" if at < 0 else "occurs twice" if match else "has no formula after it"
            )
            problems.append(
                (declaration.source, ReadError("F302", f"{words!r} {why}", declaration.span))
            )
            continue
        start = match.start(1)
        stop = match.end(2) if match.group(2) else match.end(1)
        equations.append(
            Equation(
                label, Span(start, stop), source.position(start)[0], _section(equations, start)
            )
        )


def _section(equations: list[Equation], start: int) -> str:
    before = [e for e in equations if e.span.start < start]
    return max(before, key=lambda e: e.span.start).section if before else ""


def _unique_labels(
    equations: list[Equation], source: Source, problems: list[tuple[Source, ReadError]]
) -> None:
    seen: dict[str, int] = {}
    for equation in equations:
        count = seen[equation.label] = seen.get(equation.label, 0) + 1
        if count > 1:
            problems.append(
                (
                    source,
                    ReadError("F301", f"the label {equation.label} is used again", equation.span),
                )
            )
            equation.label = f"{equation.label}#{count}"
