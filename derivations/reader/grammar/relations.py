"""Relation signs, plain or with an annotation, and notes under braces."""

from __future__ import annotations

from typing import NamedTuple

from ...language import nodes as n
from ...language.source import Span
from ...language.types import Function
from ..errors import ReadError
from ..names import Tokens, script
from ..tokens import Token
from ..words import ANNOTATED, EXTREMA, ONLY, RELATIONS, UNSUPPORTED
from .cursor import Cursor


class Sign(NamedTuple):
    """A relation sign: its ``op``, what it holds up to, and its place."""

    op: str
    up_to: n.Symbol | None
    span: Span


def relation(c: Cursor) -> n.Relation:
    """One relation between two expressions."""
    start = c.at
    found = chain(c, c.expression(), start)
    if not found:
        raise c.unexpected("a relation such as = is missing here")
    if len(found) > 1:
        raise ReadError("R113", "one relation is read here, not a chain", found[1].sign or c.here())
    return found[0]


def chain(c: Cursor, left: n.Node, start: int | None) -> list[n.Relation]:
    r"""``a = b \le c`` from its left side on; ``start`` is where that begins, if it is here."""
    found: list[n.Relation] = []
    while _to_relation(c):
        first = c.at if start is None else start
        sign = relation_sign(c)
        while c.token.kind == "quad":
            c.advance()
        start = c.at
        right = c.expression()
        if _is_law(c, sign, right):
            raise ReadError(
                "R113",
                "how a symbol is drawn is declared, not read: p : distribution over x",
                sign.span,
            )
        node = n.Relation(sign.op, left, right, sign.up_to, span=c.since(first), sign=sign.span)
        found.append(c.make(node))
        left = right
    return found


def _is_law(c: Cursor, sign: Sign, right: n.Node) -> bool:
    r"""Whether ``x \sim p`` says how x is drawn."""
    return sign.op == "~" and isinstance(c.shape(right), Function)


def _to_relation(c: Cursor) -> bool:
    """Whether a relation follows, maybe after spaces or remarks; the cursor is then at it."""
    start = c.at
    while c.token.kind in ("quad", "text"):
        c.advance()
    if at_relation(c):
        return True
    c.at = start
    return False


def at_relation(c: Cursor) -> bool:
    """Whether a relation sign stands here."""
    token = c.token
    if token.kind == "command":
        if token.text in ANNOTATED:
            return annotated_extremum(c.tokens, c.at) is None
        if token.text == "\\underbrace":
            return annotated_sign(c.tokens, c.at)
        return token.text in RELATIONS or token.text == "\\not"
    return token.kind == "char" and (
        token.text in "=<>" or (token.text == ":" and c.peek().is_("="))
    )


def annotated_extremum(tokens: list[Token], at: int) -> tuple[Tokens, Tokens, int] | None:
    r"""What ``\underset{x}{\arg\min}`` is over, its sign, and where it ends; None for others.

    ``\mathop{\arg\min}_x`` says the same.
    """
    if tokens[at].is_("\\mathop"):
        sign, end = script(tokens, at + 1)
        if not tokens[end].is_("_"):
            return None
        note, end = script(tokens, end + 1)
    elif tokens[at].is_("\\underset"):
        note, end = script(tokens, at + 1)
        sign, end = script(tokens, end)
    else:
        return None
    return (note, sign, end) if sign and all(t.text in EXTREMA for t in sign) else None


def annotated_sign(tokens: list[Token], at: int) -> bool:
    r"""Whether ``\underbrace`` here stands under a sign, not under a term."""
    inside = tokens[at + 1 : at + 4]
    if inside[0].is_("{"):
        return inside[1].text in RELATIONS and inside[2].is_("}")
    return inside[0].text in RELATIONS


def relation_sign(c: Cursor) -> Sign:
    """The sign here, with what its annotation says."""
    start = c.at
    token = c.advance()
    if token.is_(":"):
        c.expect("=")
        return Sign("=", None, c.since(start))
    if token.is_("\\not"):
        if not c.accept("="):
            raise ReadError("R113", "of the negated signs, only \\not= is read", c.since(start))
        return Sign("!=", None, c.since(start))
    if token.text in RELATIONS:
        if token.is_("=") and c.token.is_(":"):
            c.advance()
        return Sign(RELATIONS[token.text], None, c.since(start))
    if token.is_("\\underbrace"):
        sign = c.script()
        note = c.script() if c.accept("_") else ()
    else:
        note, sign = c.script(), c.script()
    if len(sign) != 1 or sign[0].text not in RELATIONS:
        what = UNSUPPORTED.get(sign[0].text) if sign else None
        raise c.refuse("R113", what or "an annotation on something that is no relation", start)
    return Sign(RELATIONS[sign[0].text], _annotation(c, note, token), c.since(start))


def _annotation(c: Cursor, note: Tokens, mark: Token) -> n.Symbol | None:
    r"""``\theta \text{ only}``: equal up to terms free of θ. Other words say nothing."""
    words = "".join(t.text for t in note if t.kind == "text").strip(" .").lower()
    if len(note) > 2 and note[0].is_("(") and note[-1].is_(")"):
        inside = note[1:-1]
        if all(t.kind in ("letter", "digit", "text") or t.is_(".", "-") for t in inside):
            return None  # (2.3), (a), (iv): what it follows from
    if not any(t.kind in ("letter", "command") and not t.is_("\\triangle") for t in note):
        if "const" in words or "定数" in words:
            raise ReadError("R109", "up to a constant in what? write the parameter", mark.span)
        return None
    if words not in ONLY:
        what = f"the words {words!r}" if words else "this annotation"
        raise ReadError("R113", f"{what} on a relation; \\theta \\text{{ only}} is read", mark.span)
    symbol = c.inside([t for t in note if t.kind != "text"])
    if not isinstance(symbol, n.Symbol):
        raise ReadError("R104", "a parameter is needed here", mark.span)
    return symbol


def braced_term(c: Cursor, start: int) -> n.Node:
    r"""``\underbrace{a + b}_{= 1}``: the term; a relation in the note is a claim about it."""
    mark = c.advance()
    node = c.inside(c.script())
    if not c.accept("_", "^"):
        return node
    note = c.script()
    if not note or all(t.kind == "text" for t in note):
        return node
    if note[0].kind == "text" or note[0].text not in RELATIONS:
        raise ReadError(
            "R113", "a note under a brace is read if it is in \\text{…} or begins with =", mark.span
        )
    piece = c.piece(note)
    c.claims += (claim.at(c.since(start)) for claim in chain(piece, node, None))
    piece.finish()
    return node
