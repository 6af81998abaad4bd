"""What the free symbols of an equation stand for at concrete sizes.

Scalars are SymPy symbols with the declared signs, vectors and matrices explicit arrays
of them; what lives in a finite set is split into cases.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Family, Index, SetOf, Vector
from ...reader.scope import Entry
from .arrays import Matrix, determinant
from .forms import Forms
from .lookup import Lookup
from .matrices import Matrices
from .monomials import Undefined, Unsupported
from .signs import NONNEGATIVE, NONZERO, POSITIVE, Signs
from .values import Member, NeedsCase, Value, unknown_function

Key = tuple[Any, ...]
SIZE = object()
_SIGNS = ("positive", "nonnegative", "negative", "nonzero")


class World:
    """Values of free symbols, made when they are first asked for.

    ``case`` holds the values chosen in the present case and what a derivative replaces;
    ``read`` holds the keys and sizes asked for since it was last emptied, for caches.
    """

    def __init__(
        self,
        lookup: Lookup,
        sizes: dict[str, int],
        forms: tuple[Forms, ...],
        unasked: frozenset[str] = frozenset(),
    ) -> None:
        """``unasked`` names matrices that no question is about, so nothing rests on them."""
        self.lookup = lookup
        self.scope = lookup.scope
        self.unasked = unasked
        self.sizes = sizes
        self.forms = forms
        self.case: dict[Key, Value] = {}
        self.read: set[Key] = set()
        self.unused: str | None = None
        self.simplices: list[list[sp.Symbol]] = []
        self.matrices = Matrices(forms)
        self.constraints: list[tuple[sp.Expr, Signs]] = []
        self.functions: dict[str, tuple[Entry, Any]] = {}
        self._made: dict[Key, tuple[Value, set[Key]]] = {}
        self._tables: dict[Key, list[sp.Expr]] = {}
        self._domains: dict[str, tuple[list[Value] | None, set[Key]]] = {}

    # ------------------------------------------------------------ sizes and domains

    def size(self, name: str) -> int:
        """The size of a sort or finite set, noted as used."""
        if name not in self.sizes:
            raise Unsupported(f"no size for {name}")
        self.read.add((SIZE, name))
        return self.sizes[name]

    @property
    def used(self) -> set[str]:
        """The names of the sizes asked for since ``read`` was last emptied."""
        return {key[1] for key in self.read if key[0] is SIZE}

    def domain(self, symbol: n.Symbol) -> list[Value] | None:
        """All values of a variable, or None if it runs over the reals or a real space."""
        if isinstance(symbol.type, Index):
            return [sp.Integer(k + 1) for k in range(self.size(symbol.type.sort.size))]
        entry = self.scope.symbols.get(symbol.name)
        return None if entry is None else self._within(entry)

    def _within(self, entry: Entry) -> list[Value] | None:
        """The finite set that an entry is declared to be in."""
        phrase = entry.declared("in")
        if phrase is None:
            return None
        if phrase.argument not in self._domains:
            outer, self.read = self.read, set()
            try:
                elements = self._elements(self.lookup.declared_text(phrase.argument))
                self._domains[phrase.argument] = elements, self.read
            finally:
                self.read = self.read | outer
        elements, read = self._domains[phrase.argument]
        self.read |= read
        return elements

    def _elements(self, node: n.Node) -> list[Value] | None:
        match node:
            case n.NamedSet(name="\\mathbb{R}"):
                return None
            case n.Symbol(name=name, type=SetOf()):
                return [Member(name, k) for k in range(self.size(name))]
            case n.SetLiteral(elements=elements):
                return [_number(e) for e in elements]
            case n.SetPower(base=base, exponent=n.Symbol(name=name)) if name in self.sizes:
                below = self._elements(base)
                if below is None:
                    return None
                if len(below) ** self.size(name) > 64:
                    raise Unsupported("a set with more than 64 elements")
                return [Matrix.column(x) for x in itertools.product(below, repeat=self.size(name))]
        raise Unsupported("a set that is neither finite nor the reals")

    # ------------------------------------------------------------ free symbols

    def free(self, name: str, indices: tuple[int, ...] = ()) -> Value:
        """The value of a free symbol, or of a member of a free family."""
        key = (name, *indices)
        self.read.add(key)
        if key in self.case:
            return self.case[key]
        if key in self._made:
            made, read = self._made[key]
            self.read |= read
            return made
        outer, self.read = self.read, set()
        try:
            made = self._make(name, indices)
            if not self.read & self.case.keys():
                self._made[key] = made, self.read
        finally:
            self.read = self.read | outer
        return made

    @contextmanager
    def replacing(self, key: Key, value: Value) -> Iterator[None]:
        """Another value for a free symbol, for a while."""
        old = self.case
        self.case = {**old, key: value}
        try:
            yield
        finally:
            self.case = old

    def entry(self, name: str, slots: int) -> Entry:
        found = self.lookup.entry(name, slots)
        if found is None:
            raise Unsupported(f"{name} is not declared with {slots} indices")
        return found

    def _make(self, name: str, indices: tuple[int, ...]) -> Value:
        entry = self.entry(name, len(indices))
        written = name + "".join(f"<{k}>" for k in indices)
        shape: Any = entry.type.element if isinstance(entry.type, Family) else entry.type
        domain = self._own_domain(entry, shape)
        if domain is not None:
            raise NeedsCase((name, *indices), domain)
        if entry.declared("one for each pair"):
            if indices != tuple(sorted(indices)):
                return self.free(name, tuple(sorted(indices)))
            if len(set(indices)) < len(indices):
                raise Undefined(f"{name} has no entry with equal indices")
        match entry.kind:
            case "natural" if name in self.sizes:
                return sp.Integer(self.size(name))
            case "real" | "integer" | "natural":
                if entry.declared("probabilities"):
                    return self._probability(entry, indices)
                return sp.Symbol(written, **_assumptions(entry))
            case "vector":
                return self._vector(entry, written, shape)
            case "basis vector":
                size = self.size(shape.sort.size)
                return Matrix(size, 1, lambda i, j: int(i + 1 == indices[0]))
            case "matrix":
                return self._matrix(entry, written, shape)
            case "identity matrix":
                return Matrix.unit(self.size(shape.rows.size))
            case "parameter":
                return Member(name, 0)
        raise Unsupported(f"{entry.pattern} has no value")

    def _own_domain(self, entry: Entry, shape: Any) -> list[Value] | None:
        if isinstance(shape, Index):
            return [sp.Integer(k + 1) for k in range(self.size(shape.sort.size))]
        return self._within(entry)

    def _probability(self, entry: Entry, indices: tuple[int, ...]) -> sp.Expr:
        size = self.size(entry.slot_sorts[-1].size)
        table = self.simplex((entry.name, *indices[:-1]), size, bool(entry.declared("positive")))
        return table[indices[-1] - 1]

    def _vector(self, entry: Entry, written: str, shape: Vector) -> Matrix:
        size = self.size(shape.sort.size)
        if entry.declared("probabilities"):
            positive = bool(entry.declared("positive"))
            return Matrix.column(self.simplex((written,), size, positive))
        signs = _assumptions(entry)
        return Matrix.column([sp.Symbol(f"{written}[{k + 1}]", **signs) for k in range(size)])

    def simplex(self, key: Key, size: int, positive: bool) -> list[sp.Expr]:
        """Probabilities with sum 1: the last is 1 minus the others."""
        if key in self._tables:
            return self._tables[key]
        signs = {"positive": True} if positive else {"nonnegative": True}
        written = str(key[0]) + "".join(f"[{k}]" for k in key[1:])
        symbols = [sp.Symbol(f"{written}({k + 1})", real=True, **signs) for k in range(size - 1)]
        last = sp.Add(1, *(-s for s in symbols))
        self.simplices.append(symbols)
        if symbols:
            self.know(last, POSITIVE if positive else NONNEGATIVE)
        self._tables[key] = [*symbols, last]
        return self._tables[key]

    def know(self, expr: sp.Expr, signs: Signs) -> None:
        """A hypothesis on the sign of an expression."""
        self.constraints.append((expr, signs))
        for forms in self.forms:
            forms.know(forms.of(expr), signs)

    # ------------------------------------------------------------ matrices

    def _matrix(self, entry: Entry, written: str, shape: Any) -> Matrix:
        rows, columns = self.size(shape.rows.size), self.size(shape.columns.size)
        signs = _assumptions(entry)

        def symbol(i: int, j: int) -> sp.Symbol:
            return sp.Symbol(f"{written}[{i + 1},{j + 1}]", **signs)

        if entry.declared("orthogonal"):
            return self.matrices.orthogonal(written, rows)
        if entry.declared("diagonalises"):
            raise Unsupported(f"{entry.name} has eigenvectors of any length as its columns")
        if (by := self._diagonaliser(entry)) is not None:
            return self._from_eigenvalues(entry, *by, rows)
        if entry.declared("positive definite"):
            return self.matrices.positive_definite(written, rows)
        if entry.declared("diagonal"):
            return Matrix(rows, rows, lambda i, j: symbol(i, i) if i == j else 0)
        if entry.declared("symmetric"):
            made = Matrix(rows, rows, lambda i, j: symbol(min(i, j), max(i, j)))
        else:
            made = Matrix(rows, columns, symbol)
        for name, known in (("positive determinant", POSITIVE), ("invertible", NONZERO)):
            if entry.declared(name):
                self.know(determinant(made), known)
        return made

    def _diagonaliser(self, entry: Entry) -> tuple[Entry, bool] | None:
        """The declared matrix that diagonalises this one or (True) its inverse."""
        for other in self.scope.entries():
            phrase = other.declared("diagonalises")
            if phrase is None or other.name in self.unasked:
                continue
            match self.lookup.declared_text(phrase.argument):
                case n.Symbol(name=name) if name == entry.name:
                    return other, False
                case n.Inverse(operand=n.Symbol(name=name)) if name == entry.name:
                    return other, True
        return None

    def _from_eigenvalues(self, entry: Entry, by: Entry, inverted: bool, size: int) -> Matrix:
        if not entry.declared("symmetric"):
            raise Unsupported(f"{entry.name} is diagonalised but not declared symmetric")
        signs: dict[str, bool] = {"real": True}
        if entry.declared("positive definite"):
            signs["positive"] = True
        elif inverted:
            signs["nonzero"] = True
        values = [sp.Symbol(f"eigenvalue({entry.name})[{k + 1}]", **signs) for k in range(size)]
        made = self.matrices.from_eigenvalues(self.free(by.name), values, len(signs) > 1)
        return self.matrices.inverse(made) if inverted else made

    def opaque(self) -> bool:
        """Whether a matrix was asked for of which only P Pᵀ = 1 is known."""
        names = {key[0] for key in self.read if key[0] is not SIZE}
        asked = [e for e in self.scope.entries() if e.name in names]
        orthogonal = any(e.declared("orthogonal") or e.declared("diagonalises") for e in asked)
        return orthogonal and bool(self.matrices.orthogonals)

    # ------------------------------------------------------------ functions

    def function(self, entry: Entry) -> Any:
        """An unknown function of real arguments."""
        if entry.name not in self.functions:
            law = entry.kind == "distribution"
            positive = bool(entry.declared("positive")) or law
            made = unknown_function(entry.name, positive=positive, density=law)
            self.functions[entry.name] = (entry, made)
        return self.functions[entry.name][1]


def _assumptions(entry: Entry) -> dict[str, bool]:
    signs = {name: True for name in _SIGNS if entry.declared(name)}
    if entry.kind == "natural":
        return {"integer": True, "positive": True}
    if entry.kind == "integer":
        signs["integer"] = True
    return {"real": True, **signs}


def _number(node: n.Node) -> sp.Expr:
    match node:
        case n.Number(value=value):
            return sp.Rational(value.numerator, value.denominator)
        case n.Neg(operand=operand):
            return -_number(operand)
    raise Unsupported("a set whose elements are not written as numbers")
