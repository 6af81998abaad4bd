r"""Declarations: what each symbol is, and in which equations.

They are comments, so that LaTeX does not see them::

    %! sort sample of size n
    %! i : index(sample)
    %! [2.8-2.13] \sigma^2 : real, unsaid positive

``docs/declarations.md`` describes every kind, property and directive. This module cuts
lines into data; :mod:`derivations.reader.scope` gives them their meaning.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from ..language.source import Source, Span
from .errors import ReadError

PROPERTIES = {
    "positive",
    "nonnegative",
    "negative",
    "nonzero",
    "symmetric",
    "positive definite",
    "orthogonal",
    "invertible",
    "diagonal",
    "positive determinant",
    "concave",
    "convex",
    "one for each pair",
    "probabilities",
}
"""Properties that take no argument."""

PROPERTIES_WITH_ARGUMENT = (
    "in",
    "diagonalises",
    "curvature at most",
    "depends on",
    "defined by",
    "alone means",
    "substituted for",
)

CONVENTIONS = {
    "0 ln 0 = 0": "0 \\ln 0 = 0",
    "ln delta(0) is a constant": "\\ln \\delta(0) \\text{ is a constant}",
}
"""Conventions about values, with how the report prints them."""

_SCOPE = re.compile(r"\s*\[([^\]]*)\]")
_LINE = re.compile(r"^[ \t]*%!(.*)$", re.MULTILINE)
_SORT = re.compile(r"sort\s+([A-Za-z][\w-]*)\s+of\s+size\s+(\S+)\s*$")
_INLINE = re.compile(r'inline\s+(\S+)\s+after\s+"([^"]+)"\s*$')
_FOLLOWS = re.compile(r"follows from\s*\(([^)]+)\)\s*$")


@dataclass(frozen=True)
class Phrase:
    """A kind or property with its argument, as written, and where it stands."""

    name: str
    argument: str
    span: Span
    unsaid: bool = False


@dataclass(frozen=True)
class Declaration:
    """One line: directive (``sort assume convention goal both inline follows declare``)."""

    directive: str
    span: Span
    scope: str | None = None
    subjects: tuple[Span, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    arguments: tuple[str, ...] = ()
    unsaid: bool = False
    labels: frozenset[str] | None = field(default=None, compare=False)
    source: Source = field(default=Source("", ""), compare=False, repr=False)

    def concerns(self, label: str) -> bool:
        return self.labels is None or label in self.labels


def read_declarations(source: Source) -> tuple[list[Declaration], list[ReadError]]:
    """All declarations of a file, and the errors of the lines that cannot be read."""
    found, errors = [], []
    for match in _LINE.finditer(source.text):
        span = Span(match.start(1), match.end(1))
        body = source.slice(span)
        if not body.strip() or body.lstrip().startswith("%"):
            continue
        try:
            found.append(_read_line(source, span))
        except ReadError as error:
            errors.append(error)
    return found, errors


def _read_line(source: Source, span: Span) -> Declaration:
    text = source.text
    start, stop = span.start, span.stop
    scope = None
    match = _SCOPE.match(text, start, stop)
    if match:
        scope, start = match.group(1), match.end()
    while start < stop and text[start] == " ":
        start += 1
    body = text[start:stop].rstrip()
    span = Span(start, start + len(body))
    unsaid = body.startswith("unsaid ")
    if unsaid:
        start += len("unsaid ")
        body = body[len("unsaid ") :].lstrip()
        start = span.stop - len(body)

    def make(directive: str, *arguments: str, subjects: tuple[Span, ...] = ()) -> Declaration:
        return Declaration(directive, span, scope, subjects, (), arguments, unsaid, source=source)

    if match := _SORT.match(body):
        return make("sort", match.group(1), match.group(2))
    if match := _INLINE.match(body):
        return make("inline", match.group(1), match.group(2))
    if match := _FOLLOWS.match(body):
        return make("follows", match.group(1).strip())
    if body in ("goal", "both sides hold", "ordered pairs", "unordered pairs"):
        return make({"both sides hold": "both"}.get(body, body))
    if body.startswith("assume "):
        return make("assume", subjects=(Span(start + len("assume "), span.stop),))
    if body.startswith("convention "):
        name = " ".join(body[len("convention ") :].split())
        if name not in CONVENTIONS:
            raise ReadError(
                "D202", f"unknown convention {name!r}; there are {', '.join(CONVENTIONS)}", span
            )
        return make("convention", name)
    colon = _top_level(text, start, span.stop, ":")
    if not colon:
        raise ReadError("D201", "expected  SUBJECT : KIND, PROPERTY, …  or a directive", span)
    subjects = tuple(_split(text, start, colon[0]))
    phrases = tuple(_phrase(text, part) for part in _split(text, colon[0] + 1, span.stop))
    if not subjects or not phrases:
        raise ReadError("D201", "a declaration needs a subject and a kind", span)
    return Declaration("declare", span, scope, subjects, phrases, (), unsaid, source=source)


def _top_level(text: str, start: int, stop: int, mark: str) -> list[int]:
    """Offsets of a character outside all brackets."""
    depth, found = 0, []
    for k in range(start, stop):
        c = text[k]
        if c in "{([":
            depth += 1
        elif c in "})]":
            depth -= 1
        elif c == mark and depth == 0:
            found.append(k)
    return found


def _split(text: str, start: int, stop: int) -> list[Span]:
    cuts = [start, *(k + 1 for k in _top_level(text, start, stop, ",")), stop + 1]
    parts = []
    for a, b in itertools.pairwise(cuts):
        piece = text[a : b - 1]
        inner = piece.strip()
        if inner:
            lead = len(piece) - len(piece.lstrip())
            parts.append(Span(a + lead, a + lead + len(inner)))
    return parts


def _phrase(text: str, span: Span) -> Phrase:
    body = text[span.start : span.stop]
    unsaid = body.startswith("unsaid ")
    if unsaid:
        body = body[len("unsaid ") :].lstrip()
        span = Span(span.stop - len(body), span.stop)
    if body in PROPERTIES:
        return Phrase(body, "", span, unsaid)
    for name in PROPERTIES_WITH_ARGUMENT:
        if body.startswith(name + " "):
            rest = body[len(name) :].strip()
            return Phrase(name, rest, Span(span.stop - len(rest), span.stop), unsaid)
    return Phrase("kind", body, span, unsaid)


def resolve_scopes(
    declarations: list[Declaration], labels: list[str]
) -> tuple[list[Declaration], list[ReadError]]:
    """Replace each range of labels by the set of labels it means, in document order."""
    resolved, errors = [], []
    position = {label: k for k, label in enumerate(labels)}
    for declaration in declarations:
        if declaration.scope is None:
            resolved.append(declaration)
            continue
        wanted: set[str] = set()
        try:
            for part in declaration.scope.split(","):
                wanted |= _range(part.strip(), labels, position, declaration.span)
        except ReadError as error:
            errors.append(error)
            continue
        resolved.append(
            Declaration(
                declaration.directive,
                declaration.span,
                declaration.scope,
                declaration.subjects,
                declaration.phrases,
                declaration.arguments,
                declaration.unsaid,
                frozenset(wanted),
                declaration.source,
            )
        )
    return resolved, errors


def _range(part: str, labels: list[str], position: dict[str, int], span: Span) -> set[str]:
    if part in position:
        return {part}
    for dash in (k for k, c in enumerate(part) if c == "-"):
        first, last = part[:dash].strip(), part[dash + 1 :].strip()
        if first in position and last in position:
            a, b = position[first], position[last]
            if a > b:
                raise ReadError("D204", f"{first} stands after {last}", span)
            return set(labels[a : b + 1])
    raise ReadError("D204", f"there is no equation {part!r} in the document", span)
