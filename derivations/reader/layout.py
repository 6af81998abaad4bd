"""Rows and columns of a display to one line of tokens."""

from __future__ import annotations

from .errors import ReadError
from .grammar.relations import annotated_sign
from .tokens import Token
from .words import ALIGNED, ANNOTATED, EQUIVALENCES, RELATIONS, SYSTEMS

_BINARY = frozenset(("+", "-", "\\times", "\\cdot", "/", "\\pm"))
_SIGNS = (*RELATIONS, *EQUIVALENCES, *_BINARY, ",")


def layout(tokens: list[Token]) -> list[Token]:
    """The tokens without what only arranges them, and with ``sep`` between statements.

    >>> from ..language.source import Source, Span
    >>> from .tokens import tokenize
    >>> text = r"\\begin{aligned} a &= b \\\\ &= c \\\\ d &= e \\end{aligned}"
    >>> [t.text or t.kind for t in layout(tokenize(Source("", text), Span(0, len(text))))]
    ['a', '=', 'b', '=', 'c', 'sep', 'd', '=', 'e', 'sep', 'end']
    """
    tokens = _without_brace(tokens)
    system = _is_system(tokens)
    out: list[Token] = []
    wrappers: list[str] = []
    depth = 0
    indented = False
    for k, token in enumerate(tokens):
        kind = token.kind
        if indented and kind in ("quad", "align"):
            continue  # "\\\\ &\\quad + b" goes on as "+ b"
        indented = False
        if kind == "begin":
            if depth == 0 and (token.text in ALIGNED or (system and not wrappers)):
                if out and out[-1].kind not in ("sep", "quad"):
                    raise ReadError(
                        "R113",
                        f"{token.text} in the middle of a formula: begin the display with it",
                        token.span,
                    )
                wrappers.append(token.text)
                continue
            depth += 1
        elif kind == "close":
            if depth == 0:
                wrappers.pop()
                out.append(_separator(token))
                continue
            depth -= 1
        elif depth == 0 and kind == "align":
            if _parts(tokens, k):
                out.append(token._replace(kind="quad"))
            continue
        elif depth == 0 and kind == "row":
            indented = _continues(tokens, k, wrappers)
            if not indented:
                out.append(_separator(token))
            continue
        out.append(token)
    return out


def _parts(tokens: list[Token], k: int) -> bool:
    """Whether an & stands between two statements: no sign is next to it."""
    before, after = tokens[k - 1], tokens[k + 1]
    if k == 0 or before.kind in ("begin", "row", "align") or after.kind in ("row", "end", "close"):
        return False
    return not (before.is_(*_SIGNS) or (after.kind != "text" and begins_with_sign(tokens, k + 1)))


def _separator(token: Token) -> Token:
    return Token("sep", "", token.start, token.stop)


def _is_system(tokens: list[Token]) -> bool:
    """Whether the display is one brace around several equations, not a function by cases."""
    return tokens[0].kind == "begin" and tokens[0].text in SYSTEMS and _encloses(tokens)


def _encloses(tokens: list[Token]) -> bool:
    """Whether the environment that begins the display is all of it."""
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.kind == "begin") - (token.kind == "close")
        if depth == 0:
            return all(t.is_(".", ",") or t.kind in ("end", "quad") for t in tokens[k + 1 :])
    return False


def _without_brace(tokens: list[Token]) -> list[Token]:
    r"""``\left\{ \begin{aligned} … \end{aligned} \right.`` is a system like ``cases``."""
    if not (tokens[0].is_("\\{", "\\lbrace") and tokens[1].kind == "begin"):
        return tokens
    if any(t.is_("\\}", "\\rbrace") for t in tokens) or not _encloses(tokens[1:]):
        return tokens
    last = max(k for k, t in enumerate(tokens) if t.kind == "close")
    tokens = list(tokens)
    tokens[1] = tokens[1]._replace(text="aligned")
    tokens[last] = tokens[last]._replace(text="aligned")
    return tokens[1:]


def _continues(tokens: list[Token], k: int, wrappers: list[str]) -> bool:
    """Whether the row after a line break goes on with the statement before it."""
    if wrappers and wrappers[-1] == "multline":
        return True
    before = next((t for t in reversed(tokens[:k]) if t.kind not in ("align", "quad")), None)
    if before is not None and (before.text in RELATIONS or before.text in _BINARY):
        return True
    for at in range(k + 1, len(tokens)):
        if tokens[at].kind not in ("align", "quad"):
            return begins_with_sign(tokens, at)
    return False


def begins_with_sign(tokens: list[Token], at: int) -> bool:
    """Whether a relation, an equivalence or a binary sign stands at an offset."""
    token = tokens[at]
    if token.is_("\\underbrace"):
        return annotated_sign(tokens, at)
    if token.is_(":"):
        return tokens[at + 1].is_("=")
    return token.kind != "text" and any(
        token.text in table for table in (RELATIONS, EQUIVALENCES, _BINARY, ANNOTATED)
    )


def begins_with_relation(tokens: list[Token]) -> bool:
    """Whether a row goes on with a relation, not in the middle of a side."""
    first = next(k for k, token in enumerate(tokens) if token.kind != "quad")
    return begins_with_sign(tokens, first) and not tokens[first].is_(*_BINARY, *EQUIVALENCES)
