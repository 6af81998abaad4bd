"""Braces, sets, case distinctions and matrices."""

from __future__ import annotations

from ...language import nodes as n
from ...language.source import Span
from ..errors import ReadError
from ..names import Tokens, read_name
from ..tokens import Token, canonical
from ..words import MATRICES, OTHERWISE, SYSTEMS
from .cursor import Cursor
from .functions import diagonal
from .relations import relation
from .scripts import scripts

Row = list[list[Token]]


def braces(c: Cursor, start: int) -> n.Node:
    """A set, braces that only group, or a brace before cases."""
    c.advance()
    if c.token.kind == "begin" and c.token.text in ("array", "aligned", "matrix"):
        return scripts(c, _piecewise(c, _rows(c), c.since(start)), start)
    with c.bracketed():
        items = [c.expression()]
        while c.accept(","):
            items.append(c.expression())
    c.expect("\\}", "\\rbrace")
    if len(items) == 1:
        return scripts(c, items[0], start)
    return scripts(c, c.make(n.SetLiteral(tuple(items), span=c.since(start))), start)


def named_set(c: Cursor, start: int) -> n.Node:
    r"""``\mathbb{R}``, ``\mathbb{N}``, ``\mathbb{Z}``, maybe with a power."""
    name = read_name(c.tokens, start)
    assert name is not None
    c.advance()
    c.script()
    return scripts(c, n.NamedSet(name.base, span=c.since(start)), start)


def environment(c: Cursor, start: int) -> n.Node:
    """A function by cases or a diagonal matrix."""
    opening = c.token
    if opening.text not in SYSTEMS and opening.text not in MATRICES:
        raise ReadError(
            "R113",
            f"the environment {opening.text} inside a formula; cases and pmatrix are read",
            opening.span,
        )
    rows = _rows(c)
    if opening.text in SYSTEMS:
        return scripts(c, _piecewise(c, rows, c.since(start)), start)
    return scripts(c, _matrix(c, rows, c.since(start)), start)


def _rows(c: Cursor) -> list[Row]:
    """The cells of an environment; environments in it stay in their cell."""
    opening = c.advance()
    rows: list[Row] = [[[]]]
    depth = 0
    while depth or c.token.kind != "close":
        token = c.advance()
        if token.kind == "end":
            raise ReadError("R101", f"\\begin{{{opening.text}}} is never closed", opening.span)
        depth += (token.kind == "begin") - (token.kind == "close")
        if depth == 0 and token.kind == "align":
            rows[-1].append([])
        elif depth == 0 and token.kind == "row":
            rows.append([[]])
        elif token.kind != "quad":
            rows[-1][-1].append(token)
    c.advance()
    return [row for row in rows if any(row)]


# ---------------------------------------------------------------- cases


def _piecewise(c: Cursor, rows: list[Row], span: Span) -> n.Node:
    values: list[n.Node] = []
    conditions: list[n.Node | None] = []
    for row in rows:
        if len(row) != 2:
            raise ReadError("R104", "a case is a value, an & and a condition", span)
        value = row[0]
        while value and value[-1].is_(","):
            value = value[:-1]
        if not value or not row[1]:
            raise ReadError("R104", "a case without a value or a condition", span)
        values.append(c.inside(value))
        conditions.append(_condition(c, row[1], span))
    if not values:
        raise ReadError("R104", "a case distinction without cases", span)
    if None in conditions[:-1]:
        raise ReadError("R104", "the case 'otherwise' stands last", span)
    return c.make(n.Piecewise(tuple(values), tuple(conditions), span=span))


def _condition(c: Cursor, cell: list[Token], span: Span) -> n.Node | None:
    r"""``x > 0``, ``\text{if } x > 0``, ``(x > 0)``; None for ``otherwise``."""
    words = " ".join(t.text for t in cell if t.kind == "text").strip(" .,()").lower()
    formula = [t for t in cell if t.kind != "text"]
    while formula and formula[-1].is_(",", ".", ";"):
        formula.pop()
    if len(formula) > 1 and formula[0].is_("(") and formula[-1].is_(")"):
        formula = formula[1:-1]
    if formula:
        piece = c.piece(formula)
        node = relation(piece)
        piece.finish()
        return node
    if words in OTHERWISE:
        return None
    raise ReadError("R104", f"{words!r} is no condition: write a relation or otherwise", span)


# ---------------------------------------------------------------- matrices


def _matrix(c: Cursor, rows: list[Row], span: Span) -> n.Node:
    if not any(t.is_("\\ddots") for row in rows for cell in row for t in cell):
        raise ReadError(
            "R113", "of matrices written out, only diagonal ones with \\ddots are read", span
        )
    filled: list[Tokens] = []
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if i != j and cell and canonical(cell) != "0":
                raise ReadError("R113", "a matrix with dots and entries off its diagonal", span)
            if i == j and cell:
                filled.append(tuple(cell))
    dots = [k for k, cell in enumerate(filled) if canonical(cell) == "\\ddots"]
    if len(dots) != 1 or dots[0] in (0, len(filled) - 1):
        raise ReadError("R104", "write the diagonal as a_1, \\ddots, a_N", span)
    entries = [c.inside(cell) for k, cell in enumerate(filled) if k != dots[0]]
    return diagonal(c, entries, span)
