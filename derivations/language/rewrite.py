"""Trees changed part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from .nodes import Node, Symbol

T = TypeVar("T", bound=Node)


def rebuild(node: T, change: Callable[[Node], Node]) -> T:
    """The node with each direct part changed."""

    def through(value: object) -> object:
        if isinstance(value, Node):
            return change(value)
        if isinstance(value, tuple):
            return tuple(through(item) for item in value)
        return value

    changed: dict[str, Any] = {
        f.name: new
        for f in fields(node)
        if f.name not in ("span", "sign")
        and (new := through(getattr(node, f.name))) is not getattr(node, f.name)
    }
    return replace(node, **changed) if changed else node


def strip(node: T) -> T:
    """The node without places, for what comes from a declaration."""
    return rebuild(node, lambda child: strip(child)).at(None)


def substitute(node: Node, changes: Mapping[Symbol, Node]) -> Node:
    """The node with symbols replaced, all at once; for bodies that bind none of them."""
    if isinstance(node, Symbol) and node in changes:
        return changes[node]
    return rebuild(node, lambda child: substitute(child, changes))


def mentions(node: Node, symbol: Symbol) -> bool:
    """Whether a symbol stands in a node."""
    return any(part == symbol for part in node.walk())
