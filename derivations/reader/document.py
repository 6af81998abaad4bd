"""A file to its equations, each read in the scope of its declarations."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ..language.source import Source, Span
from .declarations import Declaration, read_declarations, resolve_scopes
from .displays import Display, find_displays, without_code, without_comments
from .equations import Document, Equation
from .errors import ReadError
from .scope import build_scope
from .statements import Reading, read_expression, read_statements

__all__ = [
    "Document",
    "Equation",
    "UnreadableFile",
    "load",
    "read_document",
    "read_equation",
    "read_kept",
]

MAX_FILE = 4_000_000
MAX_EQUATIONS = 5_000
_INLINE = re.compile(r"\$([^$]+)\$((?:\s*[（(][^（()）$]*(?:\$[^$]*\$[^（()）$]*)*[）)])?)")
_DECLARATION = re.compile(r"^[ \t]*%!.*$", re.MULTILINE)

Problems = list[tuple[Source, ReadError]]


class UnreadableFile(ValueError):
    """A file that is no text: missing, not UTF-8, too large."""


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
    r"""Every equation of a text; declarations come from it and from another file, if given.

    Nothing is raised for what cannot be read: it is kept in ``Equation.error`` and
    ``Document.problems``.

    >>> text = "%! x : real\n\\[ x + x = 2 x \\tag{1} \\]\n\\[ x = y \\tag{2} \\]"
    >>> document = read_document(Source("notes.tex", text))
    >>> document["1"].reading.links[0].relation, document["2"].error.code
    ('=', 'R103')
    """
    markdown = not source.name.endswith(".tex") and "\\begin{document}" not in source.text
    code_free = without_code(source.text, markdown)
    problems: Problems = []
    found = _declarations(source, code_free, problems)
    if declarations is not None:
        found += _declarations(declarations, declarations.text, problems)
    displays, errors = find_displays(source, without_comments(code_free, markdown))
    problems += [(source, error) for error in errors]
    displays += _inline_displays(source, displays, found, problems)
    displays.sort(key=lambda display: display.span)
    equations = _equations(source, displays, problems)
    resolved, faults = resolve_scopes(found, [e.label for e in equations])
    problems += [(declaration.source, error) for declaration, error in faults]
    document = Document(source, equations, resolved, problems)
    problems += _missing_references(document)
    _build_scopes(document)
    problems += _unread_assumptions(document)
    for equation in equations:
        read_equation(source, equation)
    return document


def read_kept(source: Source, declarations: Source | None = None) -> Document:
    """The same for texts that may have been read before: a document that is not to be changed."""
    extra = (declarations.name, declarations.text) if declarations is not None else None
    return _kept((source.name, source.text), extra)


@lru_cache(maxsize=2)
def _kept(text: tuple[str, str], extra: tuple[str, str] | None) -> Document:
    return read_document(Source(*text), Source(*extra) if extra is not None else None)


def read_equation(source: Source, equation: Equation) -> None:
    """Read the links of an equation in its scope; what goes wrong is kept, never raised."""
    before = equation.before
    if before is not None and before.error is not None and equation.error is None:
        equation.error = ReadError(
            "R104", f"this row goes on from ({before.label}), which is not read", equation.span
        )
    if equation.error is not None:
        return
    try:
        reading = read_statements(source, equation.span, equation.scope, equation.carried)
        _assume_conditions(source, equation, reading)
        equation.reading = reading
    except ReadError as error:
        equation.error = error


def _assume_conditions(source: Source, equation: Equation, reading: Reading) -> None:
    """What a display says it holds for is assumed, as if it were declared."""
    first = reading.links[0].conditions
    for link in reading.links:
        if link.conditions != first:
            place = next(iter((*link.conditions, *first))).span or link.span
            raise ReadError(
                "R113", "a condition on some of these equations: give them their own display", place
            )
    for condition in first:
        assumption = (condition.span or equation.span, source, False)
        if assumption not in equation.scope.assumptions:
            equation.scope.assumptions.append(assumption)


def _declarations(source: Source, code_free: str, problems: Problems) -> list[Declaration]:
    """Declarations outside listings."""
    found, errors = read_declarations(source)
    problems += [
        (source, error) for error in errors if code_free[error.span.start : error.span.stop].strip()
    ]
    return [d for d in found if code_free[d.span.start : d.span.stop].strip()]


def _equations(source: Source, displays: list[Display], problems: Problems) -> list[Equation]:
    """Equations with labels that differ."""
    if len(displays) > MAX_EQUATIONS:
        raise UnreadableFile(f"more than {MAX_EQUATIONS} equations in one file")
    equations: list[Equation] = []
    seen: dict[str, int] = {}
    for display in displays:
        label, span = display.label, display.span
        count = seen[label] = seen.get(label, 0) + 1
        if count > 1:
            if display.named:
                message = f"the label ({label}) is used again: give each equation its own"
                problems.append((source, ReadError("F301", message, span)))
            label = f"{label}#{count}"
        line = source.position(span.start)[0]
        equation = Equation(label, span, line, display.section, error=display.error)
        equation.before = equations[-1] if display.goes_on else None
        equations.append(equation)
    return equations


def _build_scopes(document: Document) -> None:
    """Give each equation its scope; a declaration that makes no sense is reported once."""
    seen: set[tuple[str, Span]] = set()
    for equation in document.equations:
        equation.scope, errors = build_scope(equation.label, document.declarations)
        for source, error in errors:
            if (error.code, error.span) not in seen:
                seen.add((error.code, error.span))
                document.problems.append((source, error))


def _missing_references(document: Document) -> Problems:
    """Declarations that rest on equations that are not there."""
    problems: Problems = []
    labels = {equation.label for equation in document.equations}
    for declaration in document.declarations:
        named = [(p.argument, p.span) for p in declaration.phrases if p.name == "defined by"]
        if declaration.directive == "follows":
            named.append((f"({declaration.arguments[0]})", declaration.span))
        for text, span in named:
            label = text[1:].partition(")")[0].strip()
            if text.startswith("(") and label not in labels:
                message = f"there is no equation ({label}) in this document"
                problems.append((declaration.source, ReadError("D204", message, span)))
    return problems


def _unread_assumptions(document: Document) -> Problems:
    """Assumptions that are read in no equation; where some read it, it holds in those."""
    problems: dict[Span, tuple[Source, ReadError]] = {}
    fine: set[Span] = set()
    for equation in document.equations:
        for assumption in list(equation.scope.assumptions):
            span, source, _ = assumption
            try:
                read_expression(source, span, equation.scope, quantified=False)
                fine.add(span)
            except ReadError as error:
                problems.setdefault(span, (source, error))
                equation.scope.assumptions.remove(assumption)
    return [problem for span, problem in problems.items() if span not in fine]


def _inline_displays(
    source: Source, displays: list[Display], declarations: list[Declaration], problems: Problems
) -> list[Display]:
    """Formulas of the prose that a declaration names by the words before them."""
    known = {display.label for display in displays}
    found: list[Display] = []
    for declaration in declarations:
        if declaration.directive != "inline" or declaration.arguments[0] in known:
            continue
        label, words = declaration.arguments
        at = _only_place(source, words)
        match = _INLINE.search(source.text, at + len(words)) if isinstance(at, int) else None
        if match is None:
            reason = at if isinstance(at, str) else "no formula follows it"
            error = ReadError("F302", f"{words!r}: {reason}", declaration.span)
            problems.append((declaration.source, error))
            continue
        span = Span(match.start(1), match.end(2) if match.group(2) else match.end(1))
        section = next((d.section for d in reversed(displays) if d.span < span), "")
        found.append(Display(span, label, True, section, named=True))
    return found


def _only_place(source: Source, words: str) -> int | str:
    """Where words stand in the text, outside declarations; or why not."""
    prose = _DECLARATION.sub(lambda m: " " * len(m.group()), source.text)
    places = [m.start() for m in re.finditer(re.escape(words), prose)]
    if not places:
        return "these words are not there"
    return places[0] if len(places) == 1 else "these words occur more than once"
