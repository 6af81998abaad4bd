"""What a defined symbol is: the right side of the equation that a declaration names."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..language import nodes as n
from ..language.rewrite import rebuild, strip, substitute
from ..language.shapes import Shapes, fits
from ..language.source import Source, Span
from ..language.types import Family, Function, Index, Matrix, Vector
from .document import Document, Equation
from .errors import ReadError
from .grammar import Parser
from .scope import Entry, Scope
from .tokens import tokenize


@dataclass(frozen=True)
class Defined:
    """The body of a definition with its formal parameters, names as in the scope of use.

    kind is ``value``; ``proportional`` where the equation fixes the body up to a factor
    (the symbol is then the body divided by its sum or integral); ``entry`` where
    the body is a matrix of which the symbol is the diagonal, ``components`` where it is
    one component of a vector or matrix, for the indices in the parameters.
    ``label`` is the equation.
    """

    kind: str
    parameters: tuple[n.Node, ...]
    body: n.Node
    label: str


def definition_of(document: Document, scope: Scope, entry: Entry) -> Defined | None:
    """The definition of an entry, to be understood in the scope where it is used.

    None for what is not defined by an equation. Raises ReadError (D205) if the equation
    that should define it is unread or does not have the symbol alone on one side.
    """
    if entry.definition is None:
        return None
    label = entry.definition.label
    span = entry.span or Span(0, 0)
    try:
        equation = document[label]
    except StopIteration:
        raise ReadError(
            "D205", f"({label}), which defines {entry.pattern}, is missing", span
        ) from None
    if equation.reading is None:
        raise ReadError("D205", f"({label}), which defines {entry.pattern}, is unread", span)
    found = _find(equation, entry)
    if found is None:
        raise ReadError("D205", f"({label}) does not define {entry.pattern}", span)
    kind, parameters, body = found
    for old, new in entry.definition.renames:
        change = _renaming(equation.scope, scope, old, new, span)
        body = change(body)
        parameters = tuple(change(p) for p in parameters)
    return Defined(kind, parameters, body, label)


def defines(equation: Equation, node: n.Node) -> Entry | None:
    """The entry that a relation of this equation introduces, if it does."""
    if not isinstance(node, n.Relation) or node.op not in ("=", "oc"):
        return None
    for entry in equation.scope.entries():
        here = entry.definition is not None and entry.definition.label == equation.label
        if here and _match(node, entry) is not None and _first(equation, entry) is node:
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
        and not _fits(entry, _find(equation, entry))
    ]


def _fits(entry: Entry, found: tuple[str, tuple[n.Node, ...], n.Node] | None) -> bool:
    """Whether a body was found, and has the shape that the symbol is declared with."""
    if found is None:
        return False
    kind, _, body = found
    if kind != "value":
        return True
    wanted = entry.type
    if isinstance(wanted, Family):
        wanted = wanted.element
    if isinstance(wanted, Function):
        wanted = wanted.result
    return fits(wanted, Shapes()(body))


def unusable(document: Document) -> list[tuple[Source, ReadError]]:
    """Definitions by an equation that is read, but does not define the symbol."""
    labels = {e.label for e in document.equations}
    found: dict[tuple[int, Span | None], tuple[Source, ReadError]] = {}
    for equation in document.equations:
        for entry in equation.scope.entries():
            where = entry.definition.label if entry.definition is not None else equation.label
            if where == equation.label or where not in labels or entry.source is None:
                continue
            if document[where].reading is not None:
                try:
                    definition_of(document, equation.scope, entry)
                except ReadError as error:
                    if entry not in undefined(document[where]):
                        found.setdefault((id(entry.source), entry.span), (entry.source, error))
    for equation in document.equations:  # said at the equation itself
        for entry in undefined(equation):
            found.pop((id(entry.source), entry.span), None)
    return list(found.values())


def _find(equation: Equation, entry: Entry) -> tuple[str, tuple[n.Node, ...], n.Node] | None:
    assert equation.reading is not None
    for link in equation.reading.links:
        if isinstance(link.node, n.Relation) and (found := _match(link.node, entry)):
            return found
    return None


def _first(equation: Equation, entry: Entry) -> n.Node | None:
    assert equation.reading is not None
    for link in equation.reading.links:
        if isinstance(link.node, n.Relation) and _match(link.node, entry):
            return link.node
    return None


def _match(node: n.Relation, entry: Entry) -> tuple[str, tuple[n.Node, ...], n.Node] | None:
    if node.op not in ("=", "oc"):
        return None
    kind = "value" if node.op == "=" else "proportional"
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if any(
            isinstance(x, n.Symbol) and x.name == entry.name and x.type == entry.type
            for x in other.walk()
        ):
            continue  # what mentions itself defines nothing
        match side:
            case n.Symbol(name=name) if name == entry.name and not entry.slots:
                return kind, (), other
            case n.Apply(function=n.Symbol(name=name), arguments=arguments, primes=0) if (
                name == entry.name and all(isinstance(a, n.Symbol | n.Apply) for a in arguments)
            ):
                return kind, arguments, other
            case n.Indexed(base=n.Symbol(name=name, type=Family()), indices=indices) if (
                name == entry.name and all(isinstance(i, n.Symbol) for i in indices)
            ):
                return kind, indices, other
            case n.Indexed(base=n.Symbol(name=name, type=Vector() | Matrix()), indices=indices) if (
                name == entry.name and all(isinstance(i, n.Symbol) for i in indices)
            ):
                return "components", indices, other
            case n.Diagonal(family=n.Symbol(name=name)) if name == entry.name:
                return "entry", (), other
    return None


def _renaming(defining: Scope, using: Scope, old: str, new: str, span: Span):  # type: ignore[no-untyped-def]
    """A change of symbols: ``\\vec{x}_i -> x_i`` renames a family, ``\\vec{x} -> x`` a symbol."""
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

    return change


def _symbol(scope: Scope, text: str, span: Span) -> n.Symbol:
    node = read_declared(scope, text)
    if isinstance(node, n.Indexed):
        node = node.base
    if not isinstance(node, n.Symbol):
        raise ReadError("D205", f"{text} is not a symbol that can be renamed", span)
    return node


def read_declared(scope: Scope, text: str, bound: tuple[n.Symbol, ...] = ()) -> n.Node:
    """An expression or relation written in a declaration, without places."""
    source = Source("declaration", text)
    parser = Parser(source, tokenize(source, Span(0, len(text))), scope)
    parser.bound = list(bound)
    node = parser.expression()
    if parser.at_relation():
        op, up_to, sign = parser.relation_sign()
        node = parser.make(n.Relation(op, node, parser.expression(), up_to, sign=sign))
    return strip(parser.whole(lambda p: node))


def slots_of(entry: Entry) -> tuple[n.Symbol, ...]:
    """The index letters of a family as bound symbols."""
    return tuple(
        n.Symbol(letter, Index(sort))
        for letter, sort in zip(entry.slots, entry.slot_sorts, strict=True)
    )


def gradient_step(scope: Scope, entry: Entry, indices: tuple[n.Node, ...] = ()) -> n.Node:
    """What a declared update ``gradient step of F in x with rate r`` is: x - r dF/dx."""
    objective, variable, rate = entry.details[-3:]
    slots = slots_of(entry)
    f, x, r = (read_declared(scope, text, slots) for text in (objective, variable, rate))
    step: n.Node = n.Add((x, n.Neg(n.Mul((r, n.Derivative(f, x, partial=True))))))

    return substitute(step, dict(zip(slots, indices, strict=False)))


def entry_of(scope: Scope, symbol: n.Symbol) -> Entry | None:
    """The declaration of a symbol node: of the family if its type is one."""
    if isinstance(symbol.type, Family):
        return scope.entry(symbol.name, len(symbol.type.indices)) or scope.symbols.get(symbol.name)
    return scope.symbols.get(symbol.name)


def dependencies(document: Document, equation: Equation) -> set[str]:
    """Labels of the equations whose text the meaning of this one rests on."""
    found: set[str] = set()
    if equation.reading is None:
        return found
    waiting: list[n.Node] = [link.node for link in equation.reading.links]
    seen: set[str] = set()
    if equation.before is not None:
        found.add(equation.before.label)
    if equation.scope.follows:
        found.add(equation.scope.follows)
    while waiting:
        for part in waiting.pop().walk():
            if not isinstance(part, n.Symbol) or part.name in seen:
                continue
            seen.add(part.name)
            for entry in equation.scope.entries():
                if entry.name != part.name:
                    continue
                try:
                    waiting += _bodies(document, equation, entry, found)
                except ReadError:
                    continue
    return found & {e.label for e in document.equations}


def _bodies(document: Document, equation: Equation, entry: Entry, found: set[str]) -> list[n.Node]:
    """What an entry is made of: its definition, its step, the law of an expectation."""
    if entry.kind == "gradient step":
        return [gradient_step(equation.scope, entry)]
    if entry.definition is None:
        return []
    found.add(entry.definition.label)
    definition = definition_of(document, equation.scope, entry)
    return [definition.body] if definition else []
