r"""Statements that fail for some values of their symbols, and hold for others."""

from __future__ import annotations

from ..language import nodes as n
from ..language.rewrite import is_free, substitute
from ..language.types import Index, Parameter, SetOf
from ..reader.document import Equation
from ..reader.scope import Scope
from .edits import Change, Edit

STRICT = ("!=", "<", ">")


def for_some(equation: Equation) -> Edit | None:
    r"""``\quad \text{for some } p, q`` behind a strict relation; None for other statements."""
    assert equation.reading is not None
    node = equation.reading.links[0].node
    if not isinstance(node, n.Relation) or node.op not in STRICT or node.some or not node.span:
        return None
    names = [symbol.name for symbol in _chosen(equation.scope, node)]
    if not names:
        return None
    place = node.span.stop
    beside = f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]
    new = rf" \quad \text{{for some }} {', '.join(names)}"
    return Edit(1, (Change("some", place, place, new, beside),))


def where_it_fails(node: n.Relation) -> str:
    r"""Some values for which it does not hold, in words: where the symbols are the same.

    The sides of ``D(p \parallel q) \neq D(q \parallel p)`` are then one expression.
    """
    first, *others = node.some
    if not others or any(symbol.type != first.type for symbol in others):
        return ""
    left, right = (substitute(x, dict.fromkeys(others, first)) for x in (node.left, node.right))
    equal = " = ".join(symbol.name for symbol in node.some)
    return f" (not for {equal})" if left == right else ""


def _chosen(scope: Scope, node: n.Relation) -> list[n.Symbol]:
    """The free symbols of a statement of which it may be said that there are some."""
    sizes = {sort.size for sort in scope.sorts.values()}
    found = []
    for symbol in dict.fromkeys(s for s in node.walk() if isinstance(s, n.Symbol)):
        entry = scope.symbols.get(symbol.name)
        fixed = entry is None or entry.definition is not None or entry.alias is not None
        kind = isinstance(symbol.type, SetOf | Parameter | Index)
        if not (fixed or kind or symbol.name in sizes) and is_free(symbol, node):
            found.append(symbol)
    return found
