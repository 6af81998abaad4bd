"""The document's own words for terms: names of what it defines, formulas that it prints."""

from __future__ import annotations

from collections.abc import Iterator

from ...kernel import terms as t
from ...kernel.terms import REAL, Term
from ...language import nodes as n
from ...language.rewrite import bound_by, mentions
from ...prover.meaning import Meaning, Unsupported
from ...reader.definitions import read_declared
from ...reader.document import Document, Equation
from ...reader.errors import ReadError
from ...reader.scope import Entry, Scope
from ..styles import ATOM, FACTOR, PRODUCT, REACH, SUM, Text
from .folds import Fold

SHORT = 12
"""Characters of a printed formula from which on it is looked for in a proof."""


class Names:
    """The names and formulas of one equation, as folds and the texts that they stand for."""

    def __init__(self, document: Document, equation: Equation, meaning: Meaning) -> None:
        self.document, self.scope, self.meaning = document, equation.scope, meaning
        self.texts: dict[Term, Text] = {}
        self.folds: list[Fold] = []
        seen: set[Term] = set()
        for fold in (*self._defined(equation), *self._printed(equation)):
            if fold.term not in seen and fold.term.op not in ("num", "var"):
                seen.add(fold.term)
                self.folds.append(fold)

    def _term(self, node: n.Node) -> Term | None:
        try:
            term = self.meaning(node)
        except (Unsupported, t.KernelError, RecursionError):
            return None
        return term if isinstance(term, Term) and term.sort == REAL else None

    def _defined(self, equation: Equation) -> Iterator[Fold]:
        """Symbols that an equation defines, alone or at a variable."""
        for entry in self.scope.entries():
            if entry.definition is None or entry.alias is not None or entry.slots:
                continue
            text = f"{entry.pattern}({entry.over})" if entry.over else entry.pattern
            node = _read(self.scope, text)
            term = self._term(node) if node is not None else None
            if term is None:
                continue
            if entry.over is None:
                yield Fold(self._named(text, ATOM), term)
                continue
            hole = self._hole(self.scope, entry)
            if hole is not None:
                symbol = t.at(t.var(entry.pattern, t.Arrow((hole.sort,), REAL)), hole)
                yield Fold(symbol, term, hole)

    def _hole(self, scope: Scope, entry: Entry) -> Term | None:
        node = _read(scope, entry.over or "")
        if node is None:
            return None
        try:
            term = self.meaning(node)
        except (Unsupported, t.KernelError):
            return None
        if isinstance(term, Term) and term.op == "lam":
            term = t.function(term)
        return term if isinstance(term, Term) and term.op == "var" else None

    def _printed(self, equation: Equation) -> Iterator[Fold]:
        """Formulas of the equation itself, the longest first."""
        links = equation.reading.links if equation.reading is not None else []
        nodes = {x for link in links for x in _formulas(link.node) if x.span is not None}
        source = self.document.source
        for node in sorted(nodes, key=lambda x: (-(x.span.stop - x.span.start), x.span.start)):  # type: ignore[union-attr]
            assert node.span is not None
            text = source.slice(node.span).strip()
            term = self._term(node) if len(text) >= SHORT else None
            if term is not None:
                yield Fold(self._named(text, _level(node)), term)

    def _named(self, text: str, level: int) -> Term:
        symbol = t.var(f"{text}", REAL)
        self.texts[symbol] = (text, level)
        return symbol


def _read(scope: Scope, text: str) -> n.Node | None:
    try:
        return read_declared(scope, text)
    except ReadError:
        return None


_LARGE = (n.Sum, n.Product, n.Integral, n.Derivative, n.Extremum, n.Expectation)


def _formulas(node: n.Node, bound: tuple[n.Symbol, ...] = ()) -> Iterator[n.Node]:
    """Sides of relations, and what has a sign of its own: sums, integrals, derivatives.

    Nothing that speaks of what is bound around it.
    """
    bound = (*bound, *bound_by(node))
    sides = (node.left, node.right) if isinstance(node, n.Relation) else ()
    for part in node.children():
        large = isinstance(part, _LARGE) and not any(mentions(part, s) for s in bound)
        if large or any(part is side for side in sides):
            yield part
        yield from _formulas(part, bound)


def _level(node: n.Node) -> int:
    """How loosely a formula of the document binds."""
    match node:
        case n.Add() | n.Neg():
            return SUM
        case n.Mul() | n.Div():
            return PRODUCT
        case n.Call() | n.Pow() | n.Apply():
            return FACTOR
        case _:
            return REACH
