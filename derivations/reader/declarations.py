r"""Declarations: what each symbol is, and in which equations.

They are comments, so that LaTeX does not see them::

    %! sort sample of size n
    %! i : index(sample)
    %! [2.8-2.13] \sigma^2 : real, unsaid positive

``docs/declarations.md`` describes every kind, property and directive. This module cuts
lines into data; :mod:`derivations.reader.scope` gives them their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ..language.source import Source, Span
from .errors import ReadError
from .tokens import Token, tokenize

PROPERTIES = frozenset(
    (
        "positive", "nonnegative", "negative", "nonzero", "symmetric", "positive definite",
        "orthogonal", "invertible", "diagonal", "positive determinant", "concave", "convex",
        "one for each pair", "probabilities",
    )
)  # fmt: skip
"""Properties that take no argument."""

PROPERTIES_WITH_ARGUMENT = (
    "in", "diagonalises", "curvature at most", "depends on", "defined by", "alone means",
    "substituted for",
)  # fmt: skip

CONVENTIONS = {
    "0 ln 0 = 0": "0 \\ln 0 = 0",
    "ln delta(0) is a constant": "\\ln \\delta(0) \\text{ is a constant}",
}
"""Conventions about values, with how the report prints them."""

FLAGS = {
    "goal": "goal",
    "both sides hold": "both",
    "ordered pairs": "ordered pairs",
    "unordered pairs": "unordered pairs",
}
"""Directives of one phrase, with their names."""

_LINE = re.compile(r"^[ \t]*%!(.*)$", re.MULTILINE)
_SCOPE = re.compile(r"\s*\[([^\]]*)\]")
_PATTERNS = {
    "sort": re.compile(r"sort\s+([A-Za-z][\w-]*)\s+of\s+size\s+(\S+)\s*$"),
    "inline": re.compile(r'inline\s+(\S+)\s+after\s+"([^"]+)"\s*$'),
    "follows": re.compile(r"follows\s+from\s*\(([^)]+)\)\s*$"),
}
_SHOWN = {
    "sort": "sort NAME of size N",
    "inline": 'inline LABEL after "WORDS"',
    "follows": "follows from (LABEL)",
}


@dataclass(frozen=True)
class Phrase:
    """A kind or property with its argument, as written, and where it stands."""

    name: str
    argument: str
    span: Span
    unsaid: bool = False


@dataclass(frozen=True)
class Declaration:
    """One line: directive (``sort assume convention goal both inline follows declare`` or pairs).

    ``scope`` is the range as written and ``labels`` what it means, None for everywhere.
    """

    directive: str
    span: Span
    scope: str | None = None
    subjects: tuple[Span, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    arguments: tuple[str, ...] = ()
    unsaid: bool = False
    labels: frozenset[str] | None = field(default=None, compare=False)
    source: Source = field(default=Source("", ""), compare=False, repr=False)
    known: dict[Span, list[Token]] = field(default_factory=dict, compare=False, repr=False)

    def tokens(self, subject: Span) -> list[Token]:
        """The tokens of a subject, which every scope asks for."""
        found = self.known.get(subject)
        if found is None:
            found = self.known[subject] = tokenize(self.source, subject)
        return found

    def concerns(self, label: str) -> bool:
        """Whether the declaration holds in an equation."""
        return self.labels is None or label in self.labels


def read_declarations(source: Source) -> tuple[list[Declaration], list[ReadError]]:
    r"""All declarations of a file, and the errors of the lines that cannot be read.

    >>> found, errors = read_declarations(Source("", "%! [2.8] x, \\mu : real, positive"))
    >>> [found[0].source.slice(s) for s in found[0].subjects], found[0].phrases[1].name
    (['x', '\\mu'], 'positive')
    """
    found, errors = [], []
    for match in _LINE.finditer(source.text):
        body = match.group(1).strip()
        if not body or body.startswith("%"):
            continue
        try:
            found.append(_read_line(source, Span(*match.span(1))))
        except ReadError as error:
            errors.append(error)
    return found, errors


def _read_line(source: Source, line: Span) -> Declaration:
    text, start, scope = source.text, line.start, None
    match = _SCOPE.match(text, start, line.stop)
    if match:
        scope, start = match.group(1), match.end()
    span = _trim(text, start, line.stop)
    start, unsaid = _behind(text, span, "unsaid ")
    draft = Declaration("declare", span, scope, unsaid=unsaid, source=source)
    return _directive(draft, start) or _declared(draft, start)


def _trim(text: str, start: int, stop: int) -> Span:
    """The part of a text without the spaces around it."""
    piece = text[start:stop]
    start += len(piece) - len(piece.lstrip())
    return Span(start, start + len(piece.strip()))


def _behind(text: str, span: Span, word: str) -> tuple[int, bool]:
    """The offset behind a word that a phrase may begin with, and whether it does."""
    if not text.startswith(word, span.start, span.stop):
        return span.start, False
    return _trim(text, span.start + len(word), span.stop).start, True


def _directive(draft: Declaration, start: int) -> Declaration | None:
    """A line that is no declaration of a symbol."""
    body = draft.source.text[start : draft.span.stop]
    words = " ".join(body.split())
    if words in FLAGS:
        return replace(draft, directive=FLAGS[words])
    for name, pattern in _PATTERNS.items():
        if match := pattern.match(body):
            arguments = tuple(a.strip() for a in match.groups())
            return replace(draft, directive=name, arguments=arguments)
        if words.startswith(_SHOWN[name].split()[0] + " ") and ":" not in words:
            raise ReadError("D201", f"this line should read  {_SHOWN[name]}", draft.span)
    if words.startswith("assume "):
        subject = _trim(draft.source.text, start + len("assume"), draft.span.stop)
        return replace(draft, directive="assume", subjects=(subject,))
    if words.startswith("convention "):
        name = words.removeprefix("convention ")
        if name not in CONVENTIONS:
            known = ", ".join(repr(c) for c in CONVENTIONS)
            raise ReadError("D202", f"unknown convention {name!r}; there are {known}", draft.span)
        return replace(draft, directive="convention", arguments=(name,))
    return None


def _declared(draft: Declaration, start: int) -> Declaration:
    """``SUBJECT, … : KIND, PROPERTY, …``"""
    text, stop = draft.source.text, draft.span.stop
    colons = list(_top_level(text, start, stop, ":"))
    if not colons:
        raise ReadError(
            "D201",
            "a declaration reads  SYMBOL : KIND, PROPERTY, …",
            draft.span,
        )
    subjects = tuple(_split(text, start, colons[0]))
    phrases = tuple(_phrase(text, part) for part in _split(text, colons[0] + 1, stop))
    if not subjects:
        raise ReadError("D201", "the symbol before the colon is missing", draft.span)
    if not phrases:
        raise ReadError("D201", "the kind behind the colon is missing", draft.span)
    return replace(draft, subjects=subjects, phrases=phrases)


def _top_level(text: str, start: int, stop: int, mark: str) -> Iterator[int]:
    """Offsets of a character outside all brackets."""
    depth = 0
    for k in range(start, stop):
        c = text[k]
        if c in "{([":
            depth += 1
        elif c in "})]":
            depth -= 1
        elif c == mark and depth == 0:
            yield k


def _split(text: str, start: int, stop: int) -> Iterator[Span]:
    """The parts between commas, without spaces; empty ones are left out."""
    cuts = [start, *(k + 1 for k in _top_level(text, start, stop, ",")), stop + 1]
    for a, b in pairwise(cuts):
        span = _trim(text, a, b - 1)
        if span.start < span.stop:
            yield span


def _phrase(text: str, span: Span) -> Phrase:
    start, unsaid = _behind(text, span, "unsaid ")
    span = Span(start, span.stop)
    body = " ".join(text[start : span.stop].split())
    if body in PROPERTIES:
        return Phrase(body, "", span, unsaid)
    for name in PROPERTIES_WITH_ARGUMENT:
        if body == name:
            raise ReadError("D201", f"what stands behind {name!r} is missing", span)
        if body.startswith(name + " "):
            rest = _trim(text, start + len(name), span.stop)
            return Phrase(name, text[rest.start : rest.stop], rest, unsaid)
    return Phrase("kind", body, span, unsaid)


# ---------------------------------------------------------------- ranges of labels


def resolve_scopes(
    declarations: list[Declaration], labels: list[str]
) -> tuple[list[Declaration], list[tuple[Declaration, ReadError]]]:
    """Replace each range of labels by the set of labels it means, in document order."""
    resolved: list[Declaration] = []
    errors: list[tuple[Declaration, ReadError]] = []
    position = {label: k for k, label in enumerate(labels)}
    for declaration in declarations:
        if declaration.scope is None:
            resolved.append(declaration)
            continue
        try:
            wanted = frozenset(_labels(declaration, labels, position))
        except ReadError as error:
            errors.append((declaration, error))
            continue
        resolved.append(replace(declaration, labels=wanted))
    return resolved, errors


def _labels(declaration: Declaration, labels: list[str], position: dict[str, int]) -> Iterator[str]:
    for part in (declaration.scope or "").split(","):
        first, last = _ends(part.strip(), position.__contains__, declaration.span)
        a, b = position[first], position[last]
        if a > b:
            raise ReadError("D204", f"({first}) stands behind ({last})", declaration.span)
        yield from labels[a : b + 1]


def _ends(part: str, known: Callable[[str], bool], span: Span) -> tuple[str, str]:
    """The labels at the ends of ``2.8-2.13``, or of ``2.8`` alone."""
    if known(part):
        return part, part
    for dash in (k for k, c in enumerate(part) if c == "-"):
        first, last = part[:dash].strip(), part[dash + 1 :].strip()
        if known(first) and known(last):
            return first, last
    missing = next((x.strip() for x in part.split("-") if not known(x.strip())), part)
    raise ReadError("D204", f"there is no equation ({missing}) in this document", span)
