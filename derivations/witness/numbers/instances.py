"""Random instances inside the declared kinds, from a seed.

Numbers are small fractions, so that a counterexample can be followed by hand. The first
instances are the simplest (small sizes, small whole numbers), then one in which symbols
of one kind coincide, one in which everything that may vanish does, then generic ones with
sizes from 3 up.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from copy import copy
from fractions import Fraction
from itertools import product
from typing import Any

from ...language import nodes as n
from ...language.types import (
    Covector,
    Family,
    Function,
    Index,
    Matrix,
    Parameter,
    Scalar,
    SetOf,
    Sort,
    Type,
    Vector,
)
from ...reader.definitions import read_declared
from ...reader.scope import Entry
from .compiler import Compiler, Env, Key, Memo
from .domains import elements, values_of
from .functions import draw_function, mixture_density, table
from .values import (
    Undefined,
    Unsupported,
    Value,
    determinant,
    entries,
    inverse,
    matmul,
    to_context,
    transpose,
)

MAX_TRIES = 60


class Draw:
    """One instance: draws the value of a key when it is asked for, with what it rests on.

    ``style`` is ``simple``, ``equal``, ``zero`` or ``generic``; ``dropped`` holds the hypotheses
    (name of the entry, property) that the instance shall violate.
    """

    def __init__(
        self,
        compiler: Compiler,
        rng: random.Random,
        style: str,
        sizes: dict[str, int],
        ctx: Any,
        dropped: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.compiler = compiler
        self.scope = compiler.scope
        self.rng = rng
        self.style = style
        self.ctx = ctx
        self.dropped = dropped
        self.values: dict[Key, Value] = {}
        self._sizes = sizes
        self._pending: list[Key] = []
        self._pool: dict[Any, Value] = {}
        self._rest_on: dict[Key, set[Key]] = {}
        self.conventions: frozenset[str] = frozenset()
        self.relied_on: set[str] = set()
        self.log_delta: Callable[[], Any] | None = None
        self._memo: Memo | None = None
        self._converted: dict[Key, tuple[Any, int, Value]] = {}

    def copy(self) -> Draw:
        """The same instance, to be changed on its own."""
        other = copy(self)
        other.values = dict(self.values)
        other._pool = dict(self._pool)
        other._memo = None
        return other

    def at(self, indices: dict[Key, int], memo: Memo) -> Draw:
        """The same instance at other free indices, which share what they remember."""
        other = self.copy()
        other.values.update(indices)
        other._memo = memo
        return other

    # ------------------------------------------------------------ keys

    def fill(self, keys: Iterable[Key]) -> None:
        """Draw every key of a set, in a fixed order."""
        for key in sorted((k for k in keys if isinstance(k, tuple)), key=str):
            self.need(key)

    def need(self, key: Key) -> Value:
        """The value of a key, drawn now if it is not there yet."""
        if self._pending:
            self._rest_on.setdefault(key, set()).add(self._pending[-1])
        if key in self.values:
            return self.values[key]
        if key in self._pending:
            raise Unsupported(f"{key} is declared by itself")
        self._pending.append(key)
        try:
            self.values[key] = self._draw(key)
        finally:
            self._pending.pop()
        return self.values[key]

    def redraw(self, key: Key) -> None:
        """Another value for one key, and for those that were drawn from it."""
        self._pool.clear()
        self._memo = None
        stale = [key]
        while stale:
            old = stale.pop()
            if old in self.values:
                del self.values[old]
                stale += self._rest_on.get(old, ())
        self.need(key)

    def evaluate(self, node: n.Node) -> Value:
        """The value of an expression that stands in a declaration."""
        code = self.compiler.compile(node)
        self.fill(code.keys)
        return code.run(self.env())

    def env(self) -> Env:
        """The instance as numbers of the context."""
        return Env(
            self.ctx,
            {key: self._in_context(key, value) for key, value in self.values.items()},
            self.conventions,
            self.log_delta,
            memo={} if self._memo is None else self._memo,
            relied_on=self.relied_on,
        )

    def _in_context(self, key: Key, value: Value) -> Value:
        found = self._converted.get(key)
        if found is None or found[0] is not value or found[1] != self.ctx.prec:
            found = (value, self.ctx.prec, to_context(self.ctx, value))
            self._converted[key] = found
        return found[2]

    def _draw(self, key: Key) -> Value:
        assert isinstance(key, tuple)
        kind, name, slots = key
        entry = self.scope.entry(name, slots) or self.scope.symbols.get(name)
        if name in self._sizes and kind == "s":
            return self._sizes[name]
        if entry is None:
            raise Unsupported(f"{name} is not declared for ({self.scope.label})")
        if kind == "f" and isinstance(entry.type, Family):
            return self._family(entry, entry.type)
        return self._value(entry, entry.type)

    def size(self, sort: Sort) -> int:
        value = self.need(("s", sort.size, 0))
        return int(value)

    def sizes_read(self) -> dict[str, int]:
        """The sizes of the sorts that this instance was drawn with, of what was drawn."""
        return {name: k for name, k in self._sizes.items() if ("s", name, 0) in self.values}

    def rests_on(self, key: Key) -> bool:
        """Whether another value was drawn from that of a key."""
        return bool(self._rest_on.get(key))

    # ------------------------------------------------------------ properties

    def has(self, entry: Entry, name: str) -> bool:
        prop = entry.declared(name)
        return prop is not None and (entry.name, name) not in self.dropped

    def violates(self, entry: Entry, name: str) -> bool:
        return entry.declared(name) is not None and (entry.name, name) in self.dropped

    # ------------------------------------------------------------ values by type

    def _value(self, entry: Entry, shape: Type) -> Value:
        if (inside := entry.declared("in")) is not None and not isinstance(shape, SetOf):
            domain = self._domain(inside.argument)
            if domain is not None:
                return self.rng.choice(domain)
        match shape:
            case Scalar():
                return self._pooled(entry, lambda: self._scalar(entry))
            case Index(sort):
                return self.rng.randint(1, self.size(sort))
            case Vector(sort) | Covector(sort):
                count = self.size(sort)
                if self.has(entry, "probabilities"):
                    return self._probabilities(count, True)
                return self._pooled(
                    entry, lambda: tuple(self._scalar(entry) for _ in range(count)), count
                )
            case Matrix(rows, columns):
                return self._matrix(entry, self.size(rows), self.size(columns))
            case SetOf(element):
                return self._set(element)
            case Parameter():
                return 1
            case Function():
                return self._pooled(entry, lambda: self._function(entry, shape), shape)
        raise Unsupported(f"no instances of {shape}")

    def _pooled(self, entry: Entry, draw: Callable[[], Value], tag: Any = None) -> Value:
        """In the style ``equal`` all symbols of one kind have one value."""
        if self.style != "equal":
            return draw()
        in_force = tuple(p.name for p in entry.properties if self.has(entry, p.name))
        signature = (entry.kind, tag, in_force)
        if signature not in self._pool:
            self._pool[signature] = draw()
        return self._pool[signature]

    def _domain(self, text: str) -> list[Value] | None:
        """The elements of a declared finite set; None for the reals."""
        node = read_declared(self.scope, text)
        code = elements(self.compiler, node)
        if code is None:
            return None
        self.fill(code.keys)
        return [x for (x,) in code.run(self.env())]

    def _scalar(self, entry: Entry) -> Value:
        if entry.kind == "natural":
            return self.rng.randint(1, 4)
        if entry.kind == "integer":
            return Fraction(self.rng.randint(-4, 4))
        for name, sign in (("positive", 1), ("nonnegative", 1), ("negative", -1), ("nonzero", 0)):
            if self.violates(entry, name) and self.style == "zero":
                return Fraction(0)
            if self.violates(entry, name):
                return (
                    -self._positive() if sign == 1 else abs(self._real()) if sign else Fraction(0)
                )
            if self.has(entry, name):
                if name == "nonnegative" and self.rng.random() < 0.2:
                    return Fraction(0)
                return sign * self._positive() if sign else self._real(zero=False)
        return self._real()

    def _real(self, zero: bool = True) -> Fraction:
        rng = self.rng
        while True:
            if self.style == "zero" and zero:
                return Fraction(0)
            if self.style == "simple":
                x = Fraction(rng.choice((-3, -2, -1, 1, 2, 3)))
            elif rng.random() < 0.1:
                x = Fraction(rng.choice((-1, 1)) * rng.randint(1, 9), rng.choice((1, 16)))
            else:
                x = Fraction(rng.randint(-12, 12), rng.choice((2, 3, 4, 5)))
            if zero or x != 0:
                return x

    def _positive(self) -> Fraction:
        if self.style == "simple":
            return Fraction(self.rng.randint(2, 4))
        if self.rng.random() < 0.15:
            return Fraction(self.rng.choice((1, 6)), self.rng.choice((1, 12)))
        return Fraction(self.rng.randint(1, 12), self.rng.choice((2, 3, 4, 5)))

    def _probabilities(self, count: int, positive: bool) -> tuple[Fraction, ...]:
        weights = [
            Fraction(self.rng.randint(1, 6 if self.style != "simple" else 3)) for _ in range(count)
        ]
        if not positive and count > 1:
            weights[self.rng.randrange(count)] = Fraction(0)
        total = sum(weights)
        return tuple(w / total for w in weights)

    def _set(self, element: Type) -> Value:
        size = self._sizes.get("|set|", 3)
        if isinstance(element, Parameter):
            return tuple(range(1, size + 1))
        if isinstance(element, Vector):
            length = self.size(element.sort)
            side = 1
            while (2 * side + 1) ** length < size:
                side += 1
            grid = list(product(range(-side, side + 1), repeat=length))
            chosen = self.rng.sample(grid, size)
            return tuple(tuple(Fraction(x) for x in point) for point in chosen)
        if isinstance(element, Scalar):
            return tuple(Fraction(x) for x in self.rng.sample(range(-size, size + 1), size))
        raise Unsupported(f"no finite sets of {element}")

    def _family(self, entry: Entry, shape: Family) -> Value:
        counts = [self.size(sort) for sort in shape.indices]
        if self.has(entry, "probabilities"):
            return self._probabilities(counts[0], True)

        def build(levels: list[int]) -> Value:
            if not levels:
                return self._value(entry, shape.element)
            return tuple(build(levels[1:]) for _ in range(levels[0]))

        value = build(counts)
        if entry.declared("one for each pair") is not None:
            size = range(counts[0])
            value = tuple(
                tuple(None if i == j else value[min(i, j)][max(i, j)] for j in size) for i in size
            )
        return value

    # ------------------------------------------------------------ matrices

    def _matrix(self, entry: Entry, rows: int, columns: int) -> Value:
        if (prop := entry.declared("diagonalises")) is not None:
            return self._eigenvectors(entry, prop.argument, rows)
        if self.has(entry, "positive definite"):
            root = self._block(rows, rows)
            square = matmul(root, transpose(root))
            return _plus_identity(square, Fraction(1, 2))
        if self.has(entry, "orthogonal"):
            return self._orthogonal(rows)
        regular = any(self.has(entry, p) for p in ("invertible", "positive determinant"))
        for _ in range(MAX_TRIES):
            value = self._block(rows, columns, self.style if not regular else "simple")
            if self.has(entry, "symmetric"):
                value = tuple(
                    tuple(value[min(i, j)][max(i, j)] for j in range(rows)) for i in range(rows)
                )
            if self.has(entry, "diagonal"):
                value = tuple(
                    tuple(x if i == j else Fraction(0) for j, x in enumerate(row))
                    for i, row in enumerate(value)
                )
            if self._accept(entry, value):
                return value
        raise Unsupported(f"no instance of {entry.name} was found")

    def _accept(self, entry: Entry, value: Value) -> bool:
        wanted = {"invertible", "positive determinant", "positive definite"}
        if not any(entry.declared(w) for w in wanted):
            return True
        size = determinant(value)
        if any(self.violates(entry, w) for w in wanted) and self.style == "zero":
            return True
        if self.violates(entry, "invertible"):
            return bool(size == 0) or self.rng.random() < 0.2
        if self.violates(entry, "positive determinant"):
            return bool(size < 0)
        if self.violates(entry, "positive definite"):
            return bool(size != 0) and not is_positive_definite(value)
        if self.has(entry, "positive determinant") and size <= 0:
            return False
        return bool(size != 0)

    def _block(self, rows: int, columns: int, style: str = "generic") -> Value:
        def x() -> Fraction:
            if style == "zero":
                return Fraction(0)
            if style == "simple":
                return Fraction(self.rng.randint(-2, 2))
            return Fraction(self.rng.randint(-6, 6), self.rng.choice((2, 3)))

        return tuple(tuple(x() for _ in range(columns)) for _ in range(rows))

    def _orthogonal(self, size: int) -> Value:
        """Cayley's transform of a random skew matrix, with random signs: exact."""
        while True:
            upper = self._block(size, size)
            skew = tuple(
                tuple(
                    Fraction(0) if i == j else upper[i][j] if i < j else -upper[j][i]
                    for j in range(size)
                )
                for i in range(size)
            )
            plus = _plus_identity(skew, Fraction(1))
            minus = _plus_identity(tuple(tuple(-x for x in row) for row in skew), Fraction(1))
            try:
                rotation = matmul(minus, inverse(plus))
            except Undefined:
                continue
            signs = [self.rng.choice((-1, 1)) for _ in range(size)]
            return tuple(tuple(x * s for x, s in zip(row, signs, strict=True)) for row in rotation)

    def _eigenvectors(self, entry: Entry, text: str, size: int) -> Value:
        """Columns that diagonalise a symmetric matrix; scaled if they need not be orthogonal."""
        value = self.evaluate(read_declared(self.scope, text))
        matrix = self.ctx.matrix([list(row) for row in value])
        _, vectors = self.ctx.eigsy(matrix)
        columns = tuple(tuple(vectors[i, j] for j in range(size)) for i in range(size))
        if self.has(entry, "orthogonal"):
            return columns
        scales = [
            self.ctx.mpf(self.rng.randint(2, 5)) / 2 + (1 if k == 0 else 0) for k in range(size)
        ]
        return tuple(tuple(x * s for x, s in zip(row, scales, strict=True)) for row in columns)

    # ------------------------------------------------------------ functions

    def _function(self, entry: Entry, shape: Function) -> Value:
        variable = self.scope.symbols.get(entry.over or "")
        inside = variable.declared("in") if variable else None
        domain = self._domain(inside.argument) if inside else None
        if domain is None and shape.parameters and isinstance(shape.parameters[0], Index):
            domain = list(range(1, self.size(shape.parameters[0].sort) + 1))
        if len(shape.parameters) > 1:
            raise Unsupported("a function of several variables without a definition")
        if domain is not None:
            return self._table(entry, shape, domain)
        if shape.distribution:
            if not isinstance(shape.parameters[0], Scalar):
                raise Unsupported("a distribution over vectors without a definition")
            return mixture_density(self.rng)
        if not isinstance(shape.parameters[0], Scalar):
            raise Unsupported("a function of a vector without a definition")
        bound = entry.declared("curvature at most")
        limit: Any = None
        if bound is not None:
            limit = self.evaluate_exact(bound.argument)
        return draw_function(
            self.rng,
            simple=self.style == "simple",
            flat=self.style == "zero",
            curvature_at_most=limit if self.has(entry, "curvature at most") else None,
            curvature_above=limit if self.violates(entry, "curvature at most") else None,
            concave=self.has(entry, "concave") or self.violates(entry, "convex"),
            convex=self.has(entry, "convex") or self.violates(entry, "concave"),
        )

    def evaluate_exact(self, text: str) -> Fraction:
        """A declared bound, which must be a number or a symbol that is drawn."""
        node = read_declared(self.scope, text)
        if isinstance(node, n.Number):
            return node.value
        if isinstance(node, n.Symbol):
            value = self.need(("s", node.name, 0))
            if isinstance(value, Fraction | int):
                return Fraction(value)
        raise Unsupported("a bound that is not a number or a free symbol")

    def _table(self, entry: Entry, shape: Function, domain: list[Value]) -> Value:
        depends = entry.declared("depends on")
        models: list[Any] = [None]
        if depends is not None:
            parameter = read_declared(self.scope, depends.argument)
            assert isinstance(parameter, n.Symbol)
            code = values_of(self.compiler, parameter)
            if code is None:
                raise Unsupported("a model with infinitely many parameters")
            self.fill(code.keys)
            models = [x for (x,) in code.run(self.env())]
        rows: dict[Any, tuple[Fraction, ...]] = {}
        for model in models:
            if shape.distribution:
                positive = not self.violates(entry, "positive") and (
                    entry.declared("positive") is not None or self.rng.random() < 0.5
                )
                rows[model] = self._probabilities(len(domain), positive)
            else:
                rows[model] = tuple(self._real() for _ in domain)
        return table([to_context(self.ctx, x) for x in domain], rows, depends is not None)


def _plus_identity(matrix: Value, c: Fraction) -> Value:
    return tuple(
        tuple(x + (c if i == j else 0) for j, x in enumerate(row)) for i, row in enumerate(matrix)
    )


def is_positive_definite(matrix: Value) -> bool:
    """All leading minors are positive (Sylvester's criterion)."""
    return all(
        determinant(tuple(row[:k] for row in matrix[:k])) > 0 for k in range(1, len(matrix) + 1)
    )


def within(entry: Entry, value: Value) -> bool:
    """Whether a computed value lies in the kind that its declaration names."""
    if entry.kind in ("integer", "natural") or entry.declared("in") is not None:
        return False
    return all(_has(value, prop.name) for prop in entry.properties)


def _has(value: Value, name: str) -> bool:
    match name:
        case "positive":
            return _all(value, lambda x: x > 0)
        case "nonnegative":
            return _all(value, lambda x: x >= 0)
        case "negative":
            return _all(value, lambda x: x < 0)
        case "nonzero":
            return _all(value, lambda x: x != 0)
        case "probabilities":
            return _all(value, lambda x: x > 0) and _near(sum(entries(value)), 1)
        case "symmetric":
            return _near(value, transpose(value))
        case "orthogonal":
            return _near(matmul(transpose(value), value), _identity(len(value)))
        case "diagonal":
            size = range(len(value))
            return all(i == j or _near(value[i][j], 0) for i in size for j in size)
        case "positive definite":
            return is_positive_definite(value)
        case "invertible":
            return not _near(determinant(value), 0)
        case "positive determinant":
            return bool(determinant(value) > 0)
    return True


def _near(a: Value, b: Value) -> bool:
    return all(abs(x - y) <= 1e-15 for x, y in zip(entries(a), entries(b), strict=True))


def _identity(size: int) -> Value:
    return tuple(tuple(int(i == j) for j in range(size)) for i in range(size))


def _all(value: Value, test: Callable[[Any], bool]) -> bool:
    return all(test(x) for x in entries(value) if x is not None)
