"""What a printed formula says, as a term of the kernel.

Vectors and matrices become functions of indices, symbols that the document defines become
what defines them, a derivative by an entry becomes one by the amount added to that entry.
An integral against delta measures stays one; the logarithm of such a measure is a function
of which nothing is known (see the convention ``ln delta(0)``).

On the way every condition is noted under which what is printed makes sense: divisors are
not 0, logarithms are of positive numbers, inverted matrices have a determinant.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, TypeVar

from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Points, Term
from ..language import nodes as n
from ..language.shapes import ShapeError, Shapes
from ..language.types import (
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
from ..reader.definitions import definition_of, entry_of, gradient_step, read_declared
from ..reader.document import Document
from ..reader.errors import ReadError
from ..reader.scope import Entry, Scope

ZERO_LOG = "0 ln 0 = 0"
LOG_DELTA = "ln delta(0) is a constant"
MAX_DEPTH = 30

Names = dict[tuple[str, bool] | n.Node, Any]
"""What bound names stand for: a term; or a function symbol with the names it is read in."""


class Unsupported(Exception):
    """A formula that the prover has no term for; says which part."""


class Alias:
    """A bound name that stands for a function, such as p in D(p || q)."""

    def __init__(self, symbol: n.Symbol, names: Names) -> None:
        self.symbol, self.names = symbol, names


class Meaning:
    """Terms for the formulas of one equation, and under which conditions they make sense."""

    def __init__(self, document: Document, scope: Scope) -> None:
        self.document, self.scope = document, scope
        self.shapes = Shapes()
        self._logs: dict[int, tuple[n.Node, bool]] = {}
        self.dropped: frozenset[tuple[str, str]] = frozenset()
        """Hypotheses and conventions that may not be used."""
        self.conditions: list[Term] = []
        self.conventions: set[str] = set()
        self.uses: set[str] = set()
        self.entries: dict[str, Entry] = {}
        self.bound: list[Term] = []
        self.guards: list[Term] = []
        self.pairs: set[Term] = set()
        """Statements k != l: an entry for a pair was read, and there is none for k = l."""
        self.parted: set[frozenset[Term]] = set()
        """Bound indices that a sum keeps apart."""
        self.depth = 0
        self.counter = 0

    # ------------------------------------------------------------ sorts and symbols

    def sort(self, sort: Sort) -> str:
        """An index sort, by name."""
        return f"{sort.name}"

    def sort_of(self, shape: Type, entry: Entry | None = None) -> t.Sort:
        """The kernel's sort of a type; with an entry, of its declared domain."""
        domain = self.domain(entry) if entry is not None else None
        match shape:
            case _ if domain is not None and not isinstance(shape, Family | Function):
                return domain
            case Scalar():
                return REAL
            case Index(sort):
                return self.sort(sort)
            case Vector(sort) | Covector(sort):
                return Arrow((self.sort(sort),), REAL)
            case Matrix(rows, columns):
                return Arrow((self.sort(rows), self.sort(columns)), REAL)
            case Family(indices, element):
                return Arrow(tuple(map(self.sort, indices)), domain or self.sort_of(element))
            case Parameter():
                raise Unsupported("a parameter without a set")
            case _:
                raise Unsupported(f"{shape}")

    def domain(self, entry: Entry) -> t.Sort | None:
        """The finite set that an entry is declared to lie in."""
        inside = entry.declared("in")
        if inside is None:
            return None
        node = read_declared(self.scope, inside.argument)
        element = entry.type.element if isinstance(entry.type, Family) else entry.type
        match node:
            case n.SetPower(base=n.SetLiteral(elements=members)) if isinstance(element, Vector):
                values = sorted(_number(m) for m in members)
                if values == [-1, 1]:
                    return Points("\\{-1, 1\\}", self.sort(element.sort), True)
            case n.Symbol(name=name, type=SetOf()):
                if isinstance(element, Vector):
                    return Points(name, self.sort(element.sort))
                return name
        raise Unsupported(f"the set {inside.argument}")

    def entry(self, symbol: n.Symbol) -> Entry:
        """The declaration of a symbol."""
        entry = entry_of(self.scope, symbol)
        if entry is None:
            raise Unsupported(f"{symbol.name} is not declared here")
        self.entries.setdefault(entry.pattern, entry)
        return entry

    def fresh(self, sort: t.Sort, hint: str = "v") -> Term:
        """A variable that stands nowhere else."""
        self.counter += 1
        return t.var(f"{hint}~{self.counter}", sort)

    # ------------------------------------------------------------ terms

    def __call__(self, node: n.Node, names: Names | None = None) -> Term:
        """The term of a formula, with bound names as given."""
        work = _RULES.get(type(node))
        if work is None:
            raise Unsupported(f"{type(node).__name__.lower()} in a proof")
        self.depth += 1
        if self.depth > 200:
            raise Unsupported("a formula nested too deep")
        try:
            return work(self, node, names or {})
        finally:
            self.depth -= 1

    def allows(self, convention: str) -> bool:
        """Whether a convention is declared, and not dropped."""
        return (
            convention in self.scope.conventions and ("convention", convention) not in self.dropped
        )

    def has_log(self, node: n.Node) -> bool:
        """Whether there is a logarithm in a formula."""
        found = self._logs.get(id(node))
        if found is None:
            here = isinstance(node, n.Call) and node.name == "ln"
            found = node, here or any(map(self.has_log, node.children()))
            self._logs[id(node)] = found
        return found[1]

    def need(self, condition: Term) -> None:
        """Note a condition for what is printed, for all values of what is bound around it."""
        for guard in self.guards:
            condition = t.implies(t.distinct(guard, t.num(0)), condition)
        free = [v for v in self.bound if v in condition.variables]
        if free:
            condition = t.every(t.lam(free, condition))
        if condition not in self.conditions and condition.op != "num":
            self.conditions.append(condition)

    def apart(self, first: Term, second: Term) -> None:
        """Two indices of an entry for each pair are not the same, or there is no entry."""
        if not {first, second} & set(self.bound):
            self.pairs.add(t.distinct(first, second))
        elif frozenset((first, second)) not in self.parted:
            raise Unsupported("an entry for each pair, with indices that may be equal")

    def under(self, variables: list[Term], work: Callable[[], Term]) -> Term:
        """What ``work`` makes while variables are bound."""
        self.bound += variables
        try:
            return work()
        finally:
            del self.bound[len(self.bound) - len(variables) :]

    def entries_of(self, value: Term, *indices: Term) -> Term:
        """An entry of a vector or matrix; of a number, the number."""
        return t.at(value, *indices) if value.sort != REAL else value

    def body_of(self, function: n.Symbol, arguments: list[Term], names: Names) -> Term:
        """A function, declared or defined, at its arguments."""
        local = names.get((function.name, False))
        if isinstance(local, Alias):
            return self.body_of(local.symbol, arguments, local.names)
        entry = self.entry(function)
        if entry.definition is not None:
            return self.unfold(function, entry, arguments, names)
        if (depends := entry.declared("depends on")) is not None:
            parameter = read_declared(self.scope, depends.argument)
            arguments = [*arguments, self(parameter, names)]
        sort = Arrow(tuple(a.sort for a in arguments), REAL)
        return t.at(t.var(function.name, sort), *arguments)

    def unfold(self, symbol: n.Symbol, entry: Entry, arguments: list[Term], names: Names) -> Term:
        """A symbol through the equation that defines it."""
        try:
            definition = definition_of(self.document, self.scope, entry)
        except ReadError as error:
            raise Unsupported(error.message) from None
        assert definition is not None
        self.uses.add(definition.label)
        inner: Names = {k: v for k, v in names.items() if isinstance(v, Term) and _is_parameter(k)}
        for parameter, argument in zip(definition.parameters, arguments, strict=False):
            if not isinstance(parameter, n.Symbol):
                raise Unsupported(f"the definition of {entry.pattern} at a special argument")
            inner[parameter.name, isinstance(parameter.type, Family)] = argument
        if self.depth > MAX_DEPTH * 4:
            raise Unsupported(f"the definition of {entry.pattern}, which goes too deep")
        if definition.kind == "value":
            return self(definition.body, inner)
        if definition.kind == "entry":
            matrix = self(definition.body, inner)
            return t.at(matrix, arguments[0], arguments[0])
        if definition.kind == "components":
            return self._components(symbol, definition.parameters, definition.body, inner)
        return self._normalised(definition, arguments, inner)

    def _components(
        self, symbol: n.Symbol, parameters: tuple[n.Node, ...], body: n.Node, names: Names
    ) -> Term:
        fresh, inner = [], dict(names)
        for parameter in parameters:
            assert isinstance(parameter, n.Symbol)
            variable = self.fresh(self.sort_of(parameter.type))
            inner[parameter.name, False] = variable
            fresh.append(variable)
        return t.lam(fresh, self.under(fresh, lambda: self(body, inner)))

    def _normalised(self, definition: Any, arguments: list[Term], names: Names) -> Term:
        """A weight divided by its total."""
        parameter = definition.parameters[0]
        weight = self(definition.body, names)
        variable = self.fresh(arguments[0].sort)
        key = (parameter.name, isinstance(parameter.type, Family))
        inner: Names = {**names, key: variable}
        inside = self.under([variable], lambda: self(definition.body, inner))
        body = t.lam([variable], inside)
        mass = t.total(body) if t.is_finite(variable.sort) else t.integral(body)
        self.need(t.distinct(mass, t.num(0)))
        return t.div(weight, mass)


def _is_parameter(key: object) -> bool:
    return True


def _number(node: n.Node) -> Fraction:
    if isinstance(node, n.Neg):
        return -_number(node.operand)
    if isinstance(node, n.Number):
        return node.value
    raise Unsupported("a set of other than numbers")


# ---------------------------------------------------------------- rules

Node = TypeVar("Node", bound=n.Node)
Work = Callable[[Meaning, Any, Names], Term]
_RULES: dict[type[n.Node], Work] = {}


def meaning_of(kind: type[n.Node]) -> Callable[[Work], Work]:
    """The decorated function makes the terms of a kind of node."""

    def register(work: Work) -> Work:
        _RULES[kind] = work
        return work

    return register


def is_zero(node: n.Node) -> bool:
    """Whether a node is the printed number 0, which may stand for a zero vector."""
    return isinstance(node, n.Number) and node.value == 0


def shape_of(meaning: Meaning, node: n.Node) -> Type:
    """The type of a node. Raises Unsupported where its parts do not fit."""
    try:
        return meaning.shapes(node)
    except ShapeError as error:
        raise Unsupported(error.message) from None


def unfolded_step(meaning: Meaning, entry: Entry, indices: tuple[n.Node, ...]) -> n.Node:
    """The formula of a declared gradient step."""
    return gradient_step(meaning.scope, entry, indices)


from . import meaning_atoms, meaning_calculus, meaning_matrices  # noqa: E402, F401
