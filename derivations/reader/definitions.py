"""What a defined symbol is: the right side of the equation that a declaration names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..language import nodes as n
from ..language.rewrite import mentions, rebuild, strip, substitute
from ..language.shapes import Shapes, fits
from ..language.source import Source, Span
from ..language.types import Family, Function, Index, Matrix, Vector
from .equations import Document, Equation
from .errors import ReadError
from .grammar.parser import Parser
from .grammar.relations import chain
from .scope import Entry, Scope
from .tokens import tokenize


@dataclass(frozen=True)
class Defined:
    """The body of a definition with its formal parameters, names as in the scope of use.

    kind is ``value``; ``proportional`` where the equation fixes the body up to a factor
    (the symbol is then the body divided by its sum or integral); ``entry`` where
    the body is a matrix of which the symbol is the diagonal; ``components`` where it is one
    component of a vector or matrix, for the indices in the parameters. ``label`` is the
    equation.
    """

    kind: str
    parameters: tuple[n.Node, ...]
    body: n.Node
    label: str


@dataclass(frozen=True)
class _Match:
    """A relation that says what a symbol is."""

    node: n.Relation
    parameters: tuple[n.Node, ...]
    body: n.Node
    part: str = ""
    """``entry`` or ``components`` where only a part of the symbol is written."""

    @property
    def kind(self) -> str:
        return self.part or ("value" if self.node.op == "=" else "proportional")


def definition_of(document: Document, scope: Scope, entry: Entry) -> Defined | None:
    """The definition of an entry, to be understood in the scope where it is used.

    None for what is not defined by an equation. Raises ReadError (D205) if the equation
    that should define it is unread or does not have the symbol alone on one side.
    """
    if entry.definition is None:
        return None
    label, span = entry.definition.label, entry.span or Span(0, 0)
    if label not in document:
        raise ReadError("D204", f"there is no equation ({label}) to define {entry.pattern}", span)
    equation = document[label]
    known = scope.bodies.get(entry)
    if known is not None and known[0] is equation.reading:
        defined: Defined = known[1]
        return defined
    if equation.reading is None:
        raise ReadError("D205", f"({label}), which defines {entry.pattern}, is not read", span)
    found = next(_matches(equation, entry), None)
    if found is None:
        raise ReadError("D205", f"({label}) does not have {entry.pattern} alone on one side", span)
    parameters, body = found.parameters, found.body
    for old, new in entry.definition.renames:
        change = _renaming(equation.scope, scope, old, new, span)
        body = change(body)
        parameters = tuple(change(p) for p in parameters)
    defined = Defined(found.kind, parameters, body, label)
    scope.bodies[entry] = (equation.reading, defined)
    return defined


def defines(equation: Equation, node: n.Node) -> Entry | None:
    """The entry that a relation of this equation introduces, if it does."""
    for entry in equation.scope.entries():
        if entry.definition is not None and entry.definition.label == equation.label:
            found = next(_matches(equation, entry), None)
            if found is not None and found.node is node:
                return entry
    return None


def undefined(equation: Equation) -> list[Entry]:
    """What declarations say this equation defines, though it does not."""
    if equation.reading is None:
        return []
    return [
        entry
        for entry in equation.scope.entries()
        if entry.definition is not None
        and entry.definition.label == equation.label
        and not _fits(entry, next(_matches(equation, entry), None))
    ]


def _fits(entry: Entry, found: _Match | None) -> bool:
    """Whether a body was found, and has the shape that the symbol is declared with."""
    if found is None or found.kind != "value":
        return found is not None
    wanted = entry.type.element if isinstance(entry.type, Family) else entry.type
    return fits(wanted.result if isinstance(wanted, Function) else wanted, Shapes()(found.body))


def unusable(document: Document) -> list[tuple[Source, ReadError]]:
    """Definitions that cannot be used, though their equation is there and defines the symbol."""
    problems: list[tuple[Source, ReadError]] = []
    seen = {entry.span for equation in document.equations for entry in undefined(equation)}
    for equation in document.equations:
        for entry in equation.scope.entries():
            definition = entry.definition
            if definition is None or entry.span in seen or definition.label not in document:
                continue
            if document[definition.label].reading is None:
                continue
            try:
                definition_of(document, equation.scope, entry)
            except ReadError as error:
                seen.add(entry.span)
                problems.append((entry.source or document.source, error))
    return problems


def _is(node: n.Node, entry: Entry) -> bool:
    return isinstance(node, n.Symbol) and node.name == entry.name and node.type == entry.type


def _matches(equation: Equation, entry: Entry) -> Iterator[_Match]:
    """The relations of an equation with the entry alone on one side."""
    for link in equation.reading.links if equation.reading else ():
        node = link.node
        if isinstance(node, n.Relation) and node.op in ("=", "oc") and not node.some:
            for side, other in ((node.left, node.right), (node.right, node.left)):
                found = _match(side, other, node, entry)
                if found is not None:
                    yield found
                    break


def _match(side: n.Node, other: n.Node, node: n.Relation, entry: Entry) -> _Match | None:
    if any(_is(part, entry) for part in other.walk()):
        return None  # what mentions itself defines nothing
    match side:
        case n.Symbol(name=name) if name == entry.name and not entry.slots:
            return _Match(node, (), other)
        case n.Apply(function=n.Symbol(name=name), arguments=arguments, primes=0) if (
            name == entry.name and all(isinstance(a, n.Symbol | n.Apply) for a in arguments)
        ):
            return _Match(node, arguments, other)
        case n.Indexed(base=n.Symbol(name=name, type=Family()), indices=indices) if (
            name == entry.name and all(isinstance(i, n.Symbol) for i in indices)
        ):
            return _Match(node, indices, other)
        case n.Indexed(base=n.Symbol(name=name, type=Vector() | Matrix()), indices=indices) if (
            name == entry.name and all(isinstance(i, n.Symbol) for i in indices)
        ):
            return _Match(node, indices, other, "components")
        case n.Diagonal(family=n.Symbol(name=name)) if name == entry.name:
            return _Match(node, (), other, "entry")
        case _:
            return None


# ---------------------------------------------------------------- renaming


def _renaming(
    defining: Scope, using: Scope, old: str, new: str, span: Span
) -> Callable[[n.Node], n.Node]:
    r"""A change of symbols: ``\vec{x}_i -> x_i`` renames a family, ``\vec{x} -> x`` a symbol."""
    source, target = _symbol(defining, old, span), _symbol(using, new, span)
    is_family = isinstance(source.type, Family)

    def change(node: n.Node) -> n.Node:
        if isinstance(node, n.Symbol):
            if node.name == source.name and isinstance(node.type, Family) == is_family:
                return target
            if isinstance(node.type, Function) and not is_family:
                types = tuple(target.type if t == source.type else t for t in node.type.parameters)
                return replace(node, type=replace(node.type, parameters=types))
            return node
        return rebuild(node, change)

    def checked(node: n.Node) -> n.Node:
        if target != source and mentions(node, target):
            raise ReadError("D205", f"{new} has a meaning already where {old} is renamed", span)
        return change(node)

    return checked


def _symbol(scope: Scope, text: str, span: Span) -> n.Symbol:
    node = read_declared(scope, text, bare=True)
    if isinstance(node, n.Indexed):
        node = node.base
    if not isinstance(node, n.Symbol):
        raise ReadError("D205", f"{text} is not a symbol that can be renamed", span)
    return node


# ---------------------------------------------------------------- expressions in declarations


def read_declared(
    scope: Scope, text: str, bound: tuple[n.Symbol, ...] = (), bare: bool = False
) -> n.Node:
    """An expression or relation written in a declaration, without places.

    With ``bare``, a function without arguments stands for itself, whatever it means alone.
    """
    key = ("", text, bare)
    known = scope.memo.get(key) if not bound else None
    if known is not None:
        return known
    source = Source("declaration", text)
    parser = Parser(source, tokenize(source, Span(0, len(text))), scope)
    parser.bound, parser.bare = bound, bare
    node = parser.expression()
    relations = chain(parser, node, 0)
    parser.finish()
    if len(relations) > 1:
        raise ReadError("D201", "one relation stands in a declaration", Span(0, len(text)))
    node = strip(relations[0] if relations else node)
    if not bound:
        scope.memo[key] = node
    return node


def slots_of(entry: Entry) -> tuple[n.Symbol, ...]:
    """The index letters of a family as bound symbols."""
    return tuple(
        n.Symbol(letter, Index(sort))
        for letter, sort in zip(entry.slots, entry.slot_sorts, strict=True)
    )


def gradient_step(scope: Scope, entry: Entry, indices: tuple[n.Node, ...] = ()) -> n.Node:
    """What a declared update ``gradient step of F in x with rate r`` is: x - r dF/dx."""
    slots = slots_of(entry)
    f, x, r = (read_declared(scope, text, slots) for text in entry.details[-3:])
    step = n.Add((x, n.Neg(n.Mul((r, n.Derivative(f, x, partial=True))))))
    return substitute(step, dict(zip(slots, indices, strict=False)))


def entry_of(scope: Scope, symbol: n.Symbol) -> Entry | None:
    """The declaration of a symbol node: of the family if its type is one."""
    if isinstance(symbol.type, Family):
        return scope.entry(symbol.name, len(symbol.type.indices)) or scope.symbols.get(symbol.name)
    return scope.symbols.get(symbol.name)


# ---------------------------------------------------------------- what rests on what


def dependencies(document: Document, equation: Equation) -> set[str]:
    """Labels of the equations whose text the meaning of this one rests on."""
    found: set[str] = set()
    if equation.reading is None:
        return found
    if equation.before is not None:
        found.add(equation.before.label)
    if equation.scope.follows:
        found.add(equation.scope.follows)
    waiting: list[n.Node] = [link.node for link in equation.reading.links]
    entries = equation.scope.entries()
    seen: set[str] = set()
    while waiting:
        names = {part.name for part in waiting.pop().walk() if isinstance(part, n.Symbol)}
        for entry in entries:
            if entry.name in names - seen:
                waiting += _bodies(document, equation, entry, found)
        seen |= names
    return {label for label in found if label in document}


def _bodies(document: Document, equation: Equation, entry: Entry, found: set[str]) -> list[n.Node]:
    """What an entry is made of: its definition, or its step."""
    try:
        if entry.kind == "gradient step":
            return [gradient_step(equation.scope, entry)]
        if entry.definition is not None:
            found.add(entry.definition.label)
            definition = definition_of(document, equation.scope, entry)
            return [definition.body] if definition else []
    except ReadError:
        pass
    return []
