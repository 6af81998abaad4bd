"""Sets, matrices and case distinctions."""

from __future__ import annotations

from ...language import nodes as n
from ...language.source import Span
from ...language.types import Family
from ..errors import ReadError
from ..scope import read_name
from ..tokens import Token, canonical
from .binders import size_name
from .calculus import Calculus
from .terms import Terms
from .vocabulary import NAMED_SETS


class Aggregates(Calculus):
    """Adds sets, matrices and cases."""

    def _braces(self, start: int) -> n.Node:
        """A set, or braces that only group."""
        self.advance()
        items = [self.expression()]
        while self.token.is_(","):
            self.advance()
            items.append(self.expression())
        self.expect("\\}")
        if len(items) == 1:
            return self._scripts(items[0], start)
        return self._scripts(self.make(n.SetLiteral(tuple(items), span=self.since(start))), start)

    def _named_set(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        assert name is not None
        self.at = name.after_base
        return self._scripts(n.NamedSet(name.base, span=self.since(start)), start)

    def _blackboard(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        if name is not None and name.base in ("\\mathbb{E}",):
            return self._mean(start)
        if name is not None and name.base in NAMED_SETS:
            return self._named_set(start)
        return self._symbol(start)

    def _calligraphic(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        if name is not None and name.base == "\\mathcal{N}":
            return self._gaussian(start)
        return self._symbol(start)

    def _environment(self) -> n.Node:
        start = self.at
        opening = self.advance()
        rows: list[list[list[Token]]] = [[[]]]
        depth = 0
        while True:
            token = self.advance()
            if token.kind == "end":
                raise ReadError("R101", f"{opening.text} is never closed", opening.span)
            if token.kind == "begin":
                depth += 1
            if token.kind == "close" and depth == 0:
                break
            if token.kind == "close":
                depth -= 1
            if depth == 0 and token.kind == "align":
                rows[-1].append([])
            elif depth == 0 and token.kind == "row":
                rows.append([[]])
            else:
                rows[-1][-1].append(token)
        rows = [row for row in rows if any(row)]
        span = self.since(start)
        if opening.text == "cases":
            return self._piecewise(rows, span)
        if opening.text in ("pmatrix", "bmatrix", "matrix"):
            return self._matrix(rows, span)
        raise ReadError("R113", f"the environment {opening.text}", opening.span)

    def _piecewise(self, rows: list[list[list[Token]]], span: Span) -> n.Node:
        values: list[n.Node] = []
        conditions: list[n.Node | None] = []
        if not rows:
            raise ReadError("R104", "there is no case", span)
        for row in rows:
            if len(row) != 2:
                raise ReadError("R104", "a case needs a value and a condition, with &", span)
            value = [t for t in row[0] if t.kind != "quad"]
            while value and value[-1].is_(","):
                value.pop()
            values.append(self.piece(value).whole(Terms.expression))
            condition = [t for t in row[1] if t.kind not in ("quad",)]
            words = " ".join(t.text for t in condition if t.kind == "text").strip().lower()
            condition = [t for t in condition if t.kind != "text" and not t.is_(",", ".")]
            condition = [t for k, t in enumerate(condition) if k or not t.is_("(")]
            if (
                condition
                and condition[-1].is_(")")
                and sum(t.is_("(") for t in condition) < sum(t.is_(")") for t in condition)
            ):
                condition.pop()
            if condition:
                conditions.append(self.piece(condition).whole(lambda p: p.relation()))
            elif words.strip(" .,") in ("otherwise", "else", "その他", "それ以外"):
                conditions.append(None)
            else:
                raise ReadError("R104", f"no condition in this case ({words!r})", span)
        return self.make(n.Piecewise(tuple(values), tuple(conditions), span=span))

    def _matrix(self, rows: list[list[list[Token]]], span: Span) -> n.Node:
        cells = [[[t for t in cell if t.kind != "quad"] for cell in row] for row in rows]
        if any(t.is_("\\ddots") for row in cells for cell in row for t in cell):
            return self._diagonal(cells, span)
        raise ReadError(
            "R113", "a matrix written out entry by entry, except diag(…) with \\ddots", span
        )

    def _diagonal(self, cells: list[list[list[Token]]], span: Span) -> n.Node:
        """Only the diagonal is filled: a_1, a_2, …, dots, a_N."""
        filled: list[list[Token]] = []
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if cell and canonical(cell) not in ("0", "\\ddots") and i != j:
                    raise ReadError("R113", "a matrix with dots and entries off its diagonal", span)
                if cell and i == j:
                    filled.append(cell)
        dots = [k for k, c in enumerate(filled) if canonical(c) == "\\ddots"]
        if len(dots) != 1 or dots[0] in (0, len(filled) - 1):
            raise ReadError("R104", "expected a_1, \\ddots, a_N on the diagonal", span)
        entries = [
            self.piece(cell).whole(Terms.expression)
            for k, cell in enumerate(filled)
            if k != dots[0]
        ]
        family: n.Symbol | None = None
        for k, entry in enumerate(entries):
            if not (isinstance(entry, n.Indexed) and isinstance(entry.base, n.Symbol)):
                raise ReadError(
                    "R113", "the diagonal must be a declared family", entry.span or span
                )
            index = entry.indices[0]
            last = k == len(entries) - 1
            sort = entry.base.type.indices[0] if isinstance(entry.base.type, Family) else None
            wanted = sort.size if last and sort else str(k + 1)
            if (family is not None and entry.base != family) or size_name(index) != wanted:
                raise ReadError(
                    "R111", f"expected the entry with index {wanted} here", entry.span or span
                )
            family = entry.base
        assert family is not None
        return self.make(n.Diagonal(family.at(None), span=span))

    def _unsupported(self, start: int) -> n.Node:
        raise ReadError("R113", f"{self.token.text} is not supported", self.token.span)
