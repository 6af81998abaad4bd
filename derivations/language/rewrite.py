"""Changing expressions part by part; symbols are replaced only where they are free."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from . import nodes as n

T = TypeVar("T", bound=n.Node)


def rebuild(node: T, change: Callable[[n.Node], n.Node]) -> T:
    """The node with each direct part changed; the node itself if nothing changes."""
    changed = _changed(node, change)
    return replace(node, **changed) if changed else node


def _changed(node: n.Node, change: Callable[[n.Node], n.Node]) -> dict[str, Any]:
    """The fields of a node whose values change with its parts."""
    changed: dict[str, Any] = {}
    for name in n.parts(type(node)):
        old = getattr(node, name)
        new = _through(old, change)
        if new is not old:
            changed[name] = new
    if changed and isinstance(node, n.Indexed):
        changed["alias"] = None
    return changed


def _through(value: object, change: Callable[[n.Node], n.Node]) -> object:
    if isinstance(value, n.Node):
        return change(value)
    if isinstance(value, tuple):
        new = tuple(_through(item, change) for item in value)
        return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
    return value


def strip(node: T) -> T:
    """The node without places, for what does not stand in the document itself."""
    changed = _changed(node, strip)
    if node.span is not None:
        changed["span"] = None
    if getattr(node, "sign", None) is not None:
        changed["sign"] = None
    return replace(node, **changed) if changed else node


def mentions(node: n.Node, symbol: n.Symbol) -> bool:
    """Whether a symbol occurs anywhere in the node, free or bound."""
    return any(part == symbol for part in node.walk())


def bound_by(node: n.Node) -> tuple[n.Symbol, ...]:
    """The symbols that a node binds in its body."""
    match node:
        case n.Sum() | n.Product():
            return node.binder.indices
        case n.Integral(variable=n.Symbol() as variable):
            return (variable,)
        case n.Extremum() | n.Limit():
            return (node.variable,)
        case n.Expectation(variable=n.Symbol() as variable):
            return (variable,)
        case n.Relation():
            return node.some
        case _:
            return ()


def is_free(symbol: n.Symbol, node: n.Node) -> bool:
    """Whether a symbol occurs in the node outside everything that binds it."""
    if node == symbol:
        return True
    if symbol in bound_by(node):
        return any(is_free(symbol, limit) for limit in _limits(node))
    return any(is_free(symbol, part) for part in node.children())


def _limits(node: n.Node) -> list[n.Node]:
    """Parts of a binding node that its own symbols do not reach."""
    match node:
        case n.Sum() | n.Product():
            found = [node.binder.lower, node.binder.upper]
        case n.Integral():
            found = [node.lower, node.upper]
        case n.Limit():
            found = [node.target]
        case _:
            found = []
    return [part for part in found if part is not None]


def substitute(node: n.Node, values: Mapping[n.Symbol, n.Node]) -> n.Node:
    r"""The node with symbols replaced, all at once, where they are free.

    Raises ValueError where a sum, an integral or the like would capture a symbol of a
    value: replacing k by l in ``\sum_l A_{kl}`` must not give ``\sum_l A_{ll}``.

    >>> from derivations.language.types import Scalar
    >>> x, y = n.Symbol("x", Scalar()), n.Symbol("y", Scalar())
    >>> substitute(n.Div(x, y), {x: y, y: x}) == n.Div(y, x)
    True
    """
    if isinstance(node, n.Symbol):
        return values.get(node, node)
    bound = bound_by(node)
    if not bound:
        return rebuild(node, lambda part: substitute(part, values))
    inner = {old: new for old, new in values.items() if old not in bound}
    limits = {id(part) for part in _limits(node)}
    for symbol in bound:
        for old, new in inner.items():
            if is_free(symbol, new) and is_free(old, node):
                raise ValueError(
                    f"a sum over {symbol.name} would capture {symbol.name}; rename the bound one"
                )

    def one(part: n.Node) -> n.Node:
        if isinstance(part, n.Binder):
            return rebuild(part, one)
        if part in bound:
            return part
        return substitute(part, values if id(part) in limits else inner)

    return rebuild(node, one)
