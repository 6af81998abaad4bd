r"""The parsed tree as a function of an instance, evaluated with mpmath.

Nothing is derived here: derivatives are difference quotients, integrals are quadratures,
sums run over every state, extrema over every candidate. A defined symbol is evaluated
through the body that the document prints.

``Compiler`` turns nodes into closures over an :class:`Env`; the modules beside this one
hold a rule for each kind of node. A closure carries the keys that it reads, and a result
is kept while the values of these keys stay the same objects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from ...language import nodes as n
from ...language.shapes import Shapes
from ...language.types import Family, Index, Parameter, Scalar, Sort
from ...reader.definitions import entry_of
from ...reader.document import Document, Equation
from ...reader.errors import ReadError
from ...reader.scope import Entry, Scope
from .values import Unsupported, Value

Key: TypeAlias = "tuple[str, str, int] | int"
"""A free name (kind ``s`` or ``f``, name, number of slots), or the slot of a bound one."""

Memo: TypeAlias = "dict[int, tuple[Any, list[Any], Value]]"
"""What was computed: its circumstances, the values that it was computed from, the result."""

ZERO_LOG = "0 ln 0 = 0"
LOG_DELTA = "ln delta(0) is a constant"
MAX_TERMS = 200_000


@dataclass
class Env:
    """An instance being evaluated: a context, values of keys, and what is remembered."""

    ctx: Any
    values: dict[Key, Value]
    conventions: frozenset[str] = frozenset()
    log_delta: Callable[[], Any] | None = None
    atoms: list[Any] | None = None
    """Where deltas sit, while an integrand is probed for them."""
    memo: Memo = field(default_factory=dict)
    relied_on: set[str] = field(default_factory=set)
    """Conventions that an evaluation made use of."""


Run: TypeAlias = Callable[[Env], Value]


@dataclass(frozen=True)
class Code:
    """A closure with the keys it reads; ``dirac`` if a delta measure stands in it."""

    run: Run
    keys: frozenset[Key] = frozenset()
    dirac: bool = False
    log: bool = False
    """Whether a logarithm stands in it, so that a value may be infinite by convention."""
    place: Key | None = None
    """The key whose value it is, if it is nothing else."""


@dataclass(frozen=True)
class Bound:
    """What a local name means: a slot, or a function given as an argument."""

    slot: int = -1
    function: n.Symbol | None = None
    names: Names | None = None


Names: TypeAlias = "dict[Any, Bound]"
"""Local names: ``(name, is_family)`` or a node such as y_k, to what it means."""


class Compiler:
    """Compiles the nodes of one equation in its scope; ``uses`` collects definitions."""

    def __init__(self, document: Document, equation: Equation) -> None:
        self.document = document
        self.scope: Scope = equation.scope
        self.label = equation.label
        self.shapes = Shapes()
        self.varying: set[Key] = set()
        self.uses: set[str] = set()
        self.delta_keys: set[Key] = set()
        self.entries: dict[Key, Entry] = {}
        self.space_integrals = 0
        self.line_integrals = 0
        self.derivatives = 0
        self._slots = 0
        self._memos = 0
        self._bodies: dict[tuple[str, int], tuple[tuple[int, ...], Code]] = {}
        self._depth = 0

    def compile(self, node: n.Node, names: Names | None = None) -> Code:
        """The closure of an expression. Raises Unsupported with a reason."""
        self._depth += 1
        if self._depth > 200:
            raise Unsupported("a definition that goes round in a circle")
        try:
            method = RULES.get(type(node))
            if method is None:
                raise Unsupported(f"{type(node).__name__} is not evaluated by numbers")
            names = names or {}
            if node in names:
                return self.slot(names[node].slot)
            return method(self, node, names)
        except ReadError as error:
            raise Unsupported(error.message) from error
        finally:
            self._depth -= 1

    def condition(self, node: n.Node, names: Names) -> Code:
        """A relation as a truth value, compared exactly (for case distinctions)."""
        if not isinstance(node, n.Relation) or node.op not in COMPARE:
            raise Unsupported("a condition of this kind")
        left, right, compare = (
            self.compile(node.left, names),
            self.compile(node.right, names),
            COMPARE[node.op],
        )
        return Code(lambda env: compare(left.run(env), right.run(env)), left.keys | right.keys)

    def new_slot(self) -> int:
        self._slots += 1
        self.varying.add(self._slots)
        return self._slots

    def slot(self, slot: int) -> Code:
        return Code(lambda env: env.values[slot], frozenset({slot}), place=slot)

    def memo(self, code: Code) -> Code:
        """Remember the last result while the varying keys hold the same objects."""
        self._memos += 1
        tag, run, keys = self._memos, code.run, code.keys
        watched: list[Key] | None = None

        def remembered(env: Env) -> Value:
            nonlocal watched
            if watched is None:
                watched = [key for key in keys if key in self.varying]
            old = env.memo.get(tag)
            mark = env.ctx.prec, env.atoms is None
            get = env.values.get
            if old is not None and old[0] == mark:
                for key, value in zip(watched, old[1]):  # noqa: B905 (as long by construction)
                    if get(key) is not value:
                        break
                else:
                    return old[2]
            now = [get(key) for key in watched]
            result = run(env)
            env.memo[tag] = (mark, now, result)
            return result

        return Code(remembered, keys, code.dirac, code.log)

    def entry(self, symbol: n.Symbol) -> Entry:
        entry = entry_of(self.scope, symbol)
        if entry is None:
            raise Unsupported(f"{symbol.name} is not declared for ({self.label})")
        return entry

    def free(self, node: n.Symbol, entry: Entry) -> Code:
        slots = len(node.type.indices) if isinstance(node.type, Family) else 0
        key: Key = ("f" if slots else "s", node.name, slots)
        self.entries[key] = entry
        return Code(lambda env: env.values[key], frozenset({key}), place=key)

    def size(self, sort: Sort) -> Code:
        key: Key = ("s", sort.size, 0)
        entry = self.scope.symbols.get(sort.size)
        if entry is not None:
            self.entries[key] = entry
        return Code(lambda env: env.values[key], frozenset({key}), place=key)

    def is_scalar(self, node: n.Node) -> bool:
        return isinstance(self.shapes(node), Scalar | Index)

    def is_parameter(self, name: str) -> bool:
        entry = self.scope.symbols.get(name)
        return entry is not None and isinstance(entry.type, Parameter)


Rule: TypeAlias = "Callable[[Compiler, Any, Names], Code]"
RULES: dict[type[n.Node], Rule] = {}
"""How each kind of node is compiled."""

R = TypeVar("R", bound=Callable[..., Code])


def rule(kind: type[n.Node]) -> Callable[[R], R]:
    """Register the rule of a kind of node."""

    def register(function: R) -> R:
        RULES[kind] = function
        return function

    return register


def joined(run: Run, codes: list[Code]) -> Code:
    """A closure that reads what its parts read."""
    keys: frozenset[Key] = frozenset().union(*(c.keys for c in codes)) if codes else frozenset()
    return Code(run, keys, any(c.dirac for c in codes), any(c.log for c in codes))


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
