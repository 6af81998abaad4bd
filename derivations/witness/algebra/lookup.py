"""What the document says in the scope of one equation, looked up once for all sizes."""

from __future__ import annotations

from ...language import nodes as n
from ...language.shapes import Shapes
from ...language.types import Family
from ...reader.definitions import Defined, definition_of, read_declared
from ...reader.document import Document
from ...reader.errors import ReadError
from ...reader.scope import Entry, Scope
from .monomials import Unsupported


class Lookup:
    """Declarations, definitions and shapes; and numbers for nodes, equal for equal nodes."""

    def __init__(self, document: Document, scope: Scope) -> None:
        self.document = document
        self.scope = scope
        self.shapes = Shapes()
        self._entries: dict[tuple[str, int], Entry | None] = {}
        self._texts: dict[str, n.Node] = {}
        self._definitions: dict[tuple[str, int], Defined | None] = {}
        self._discrete: dict[int, tuple[n.Node, bool]] = {}
        self._nodes: dict[int, tuple[n.Node, int, list[str]]] = {}
        self._numbers: dict[n.Node, int] = {}

    # ------------------------------------------------------------ declarations

    def entry(self, name: str, slots: int) -> Entry | None:
        """The declaration of a symbol or family."""
        key = name, slots
        if key not in self._entries:
            self._entries[key] = self.scope.entry(name, slots)
        return self._entries[key]

    def declared_text(self, text: str) -> n.Node:
        """An expression written in a declaration."""
        if text not in self._texts:
            try:
                self._texts[text] = read_declared(self.scope, text)
            except ReadError as error:
                raise Unsupported(f"the declaration {text!r} is not understood") from error
        return self._texts[text]

    def defined(self, entry: Entry) -> Defined | None:
        """The definition of an entry."""
        key = (entry.name, len(entry.slots))
        if key not in self._definitions:
            try:
                found = definition_of(self.document, self.scope, entry)
            except ReadError as error:
                raise Unsupported(f"the definition of {entry.pattern}: {error.message}") from error
            self._definitions[key] = found
        return self._definitions[key]

    def mentioned(self, node: n.Node) -> set[str]:
        """The names of all symbols that the value of a node may rest on."""
        found: set[str] = set()
        waiting = [node]
        while waiting:
            for part in waiting.pop().walk():
                if not isinstance(part, n.Symbol) or part.name in found:
                    continue
                found.add(part.name)
                entries_here = [e for e in self.scope.entries() if e.name == part.name]
                for entry in entries_here:
                    if entry.definition is not None and (defined := self.defined(entry)):
                        waiting.append(defined.body)
        return found

    # ------------------------------------------------------------ nodes, kept for their ids

    def identity(self, node: n.Node) -> tuple[int, list[str]]:
        """A number that equal nodes share, and the names of the symbols in them."""
        if id(node) not in self._nodes:
            names = {part.name for part in node.walk() if isinstance(part, n.Symbol)}
            number = self._numbers.setdefault(node, len(self._numbers))
            self._nodes[id(node)] = node, number, sorted(names)
        return self._nodes[id(node)][1:]

    def discrete(self, node: n.Node) -> bool:
        """Whether the value of a node lives in a finite set."""
        if id(node) not in self._discrete:
            self._discrete[id(node)] = node, self._in_finite_set(node)
        return self._discrete[id(node)][1]

    def _in_finite_set(self, node: n.Node) -> bool:
        for part in node.walk():
            if isinstance(part, n.Symbol):
                slots = len(part.type.indices) if isinstance(part.type, Family) else 0
                entry = self.entry(part.name, slots)
                if entry is not None and (phrase := entry.declared("in")):
                    return "\\mathbb" not in phrase.argument
        return False
