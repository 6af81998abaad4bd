"""Tools for tests of the reader: short documents, and properties of whatever is read."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.language import nodes as n
from derivations.language.rewrite import bound_by
from derivations.language.source import Source, Span
from derivations.reader.errors import ReadError
from derivations.reader.scope import Scope
from derivations.reader.statements import Link, read_expression


def again(text: str, scope: Scope, bound: tuple[n.Symbol, ...] = ()) -> n.Node:
    """What a text says in a scope."""
    return read_expression(Source("again", text), Span(0, len(text)), scope, bound)


def parts(
    node: n.Node, bound: tuple[n.Symbol, ...] = ()
) -> Iterator[tuple[n.Node, tuple[n.Symbol, ...]]]:
    """Every part with a place, with the symbols that are bound around it."""
    if node.span is not None and not isinstance(node, n.Binder):
        yield node, bound
    inner = (*bound, *bound_by(node))
    for child in node.children():
        yield from parts(child, inner)


def places(source: Source, link: Link, scope: Scope) -> Iterator[tuple[n.Node, object]]:
    """Every part of a link with what its characters say, read again."""
    for node, bound in parts(link.node):
        assert node.span is not None
        if not _is_elsewhere(source, link, node):
            try:
                yield node, read_expression(source, node.span, scope, bound)
            except ReadError as error:
                yield node, error


def _is_elsewhere(source: Source, link: Link, node: n.Node) -> bool:
    """What is said by words or notes: an equality case, a claim under a brace, a row that goes on."""
    whole = source.slice(link.span)
    if node is link.node:
        return whole.startswith(("\\underbrace", "\\overbrace", "=")) or "$" in whole
    return "$" in whole and isinstance(link.node, n.Equivalence) and node is link.node.left
