r"""The names that an equation's declarations give: for entries, bound indices, sizes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Points
from ..language.types import Family, Function
from ..prover.meaning import Meaning, Unsupported
from ..reader.document import Document
from ..reader.scope import Entry, Scope

_LETTERS = {
    "index": "i j k l m p q r s".split(),
    "real": "t s u v w z".split(),
    "vector": r"\vec{u} \vec{v} \vec{w} \vec{y} \vec{z}".split(),
    "point": r"\vec{x} \vec{y} \vec{z} \vec{u} \vec{v}".split(),
    "matrix": "M Q R B C".split(),
    "function": "f g h".split(),
}


def apart(first: t.Term, second: t.Term) -> t.Term:
    """What a sum over pairs of different elements weighs each with: 1, or 1/2 if unordered."""
    symbol = t.var(APART, Arrow((first.sort, second.sort), REAL))
    return t.at(symbol, first, second)


APART = r"\neq"
"""The name of that weight; it stands for a formula, and is in no statement."""


class Vocabulary:
    """What the symbols of one equation are called. Without a document, names are made up."""

    def __init__(self, document: Document | None = None, scope: Scope | None = None) -> None:
        self.taken: set[str] = set()
        self.names: frozenset[str] = frozenset()
        self.sizes: dict[t.Sort, str] = {}
        self.bound: dict[t.Sort, list[str]] = {}
        self.components: dict[tuple[str, int], Entry] = {}
        self.families: set[tuple[str, tuple[str, ...]]] = set()
        self.adjugates: dict[str, str] = {}
        self.parameters: dict[str, str] = {}
        self.pairs: str | None = None
        """How a sum over k != l is declared: over ordered or unordered pairs."""
        if document is not None and scope is not None:
            self._read(Meaning(document, scope))

    def _read(self, meaning: Meaning) -> None:
        scope = meaning.scope
        self.names = scope.names
        self.pairs = scope.pairs
        self.taken = {e.name for e in scope.entries()} | {s.size for s in scope.sorts.values()}
        names = [s.size for s in scope.sorts.values()]
        used = [s for s in scope.sorts.values() if self._concerns(scope, s.name)]
        for sort in scope.sorts.values():
            if names.count(sort.size) == 1 or (sort in used and len(used) == 1):
                self.sizes[sort.name] = sort.size
        patterns = {e.pattern: e for e in scope.entries()}
        for entry in scope.entries():
            self._entry(meaning, entry, patterns)

    def _concerns(self, scope: Scope, sort: str) -> bool:
        return any(e.kind == "index" and e.type.sort.name == sort for e in scope.entries())  # type: ignore[union-attr]

    def _entry(self, meaning: Meaning, entry: Entry, patterns: dict[str, Entry]) -> None:
        if entry.alias is not None and not entry.slip:
            if entry.kind == "component of" and entry.alias in patterns:
                base = patterns[entry.alias]
                self.components[base.name, len(base.slots)] = entry
            if entry.kind == "adjugate of":
                self.adjugates[entry.alias] = entry.name
            return
        if isinstance(entry.type, Family):
            self.families.add((entry.name, tuple(s.name for s in entry.type.indices)))
        if isinstance(entry.type, Function):
            depends = entry.declared("depends on")
            if depends is not None:
                self.parameters[entry.name] = depends.argument
            if entry.over in meaning.scope.symbols:
                self._bindable(meaning, meaning.scope.symbols[entry.over])
        elif not isinstance(entry.type, Family) and (
            entry.kind == "index" or entry.declared("in") is not None
        ):
            self._bindable(meaning, entry)

    def _bindable(self, meaning: Meaning, entry: Entry) -> None:
        try:
            sort = meaning.sort_of(entry.type, entry)
        except Unsupported:
            return
        names = self.bound.setdefault(sort, [])
        if entry.name not in names:
            names.append(entry.name)

    def letters(self, sort: t.Sort, declared: bool = True) -> Iterator[str]:
        """Names for a bound variable, the best first (the document's own); they never end."""
        if declared:
            yield from self.bound.get(sort, [])
        made = _LETTERS[_family(sort)]
        yield from (name for name in made if name not in self.taken)
        yield from (f"{name}_{{{k}}}" for k in count(1) for name in made)

    def declared(self, sort: t.Sort, name: str) -> bool:
        """Whether the document says that a name of a bound variable is of the sort."""
        return name in self.bound.get(sort, [])


def _family(sort: t.Sort) -> str:
    if isinstance(sort, Points):
        return "point"
    if isinstance(sort, Arrow):
        if sort.result == REAL and REAL not in sort.arguments:
            return "vector" if len(sort.arguments) == 1 else "matrix"
        return "function"
    return "real" if sort == REAL else "index"
