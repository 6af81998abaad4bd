"""A printed equation as its nodes, each with its text and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..language import nodes as n
from ..language.shapes import ShapeError, Shapes
from ..language.source import Span
from ..language.types import Type
from ..reader.document import Document, Equation

_OPEN = re.compile(r"(?:\\left|\\[bB]igg?l?)?\s*(?:\(|\[|\\\{)\s*\Z")
_CLOSE = re.compile(r"\s*(?:\\right|\\[bB]igg?r?)?\s*(?:\)|\]|\\\})")


@dataclass(frozen=True)
class Part:
    """A node with its place and the node that it is a part of."""

    node: n.Node
    span: Span
    parent: n.Node | None


class Printed:
    """The links of an equation that are to be corrected, and all nodes in them.

    ``vocabulary`` holds those of the whole equation: what may be missing elsewhere.
    """

    def __init__(self, document: Document, equation: Equation, links: list[int]) -> None:
        assert equation.reading is not None
        self.text = document.source.text
        self.document, self.equation, self.scope = document, equation, equation.scope
        self.shapes = Shapes()
        self.nodes = [equation.reading.links[k].node for k in links]
        self.relations: list[n.Relation] = []
        self.parts: list[Part] = []
        seen: set[tuple[Span, type[n.Node]]] = set()
        for node in self.nodes:
            self._collect(node, None, seen)
        own, relations = self.parts, self.relations
        self.parts, self.relations = list(own), []
        for link in equation.reading.links:
            self._collect(link.node, None, seen)
        self.vocabulary, self.parts, self.relations = self.parts, own, relations

    def _collect(
        self, node: n.Node, parent: n.Node | None, seen: set[tuple[Span, type[n.Node]]]
    ) -> None:
        span = node.span
        if span is not None and isinstance(node, n.Relation):
            self.relations.append(node)
        if span is not None and (span, type(node)) not in seen:
            seen.add((span, type(node)))
            self.parts.append(Part(node, span, parent))
        for child in node.children():
            named = (node.up_to, *node.some) if isinstance(node, n.Relation) else ()
            if not any(child is symbol for symbol in named):
                self._collect(child, node, seen)

    def slice(self, node: n.Node) -> str:
        assert node.span is not None
        return self.text[node.span.start : node.span.stop]

    def shape(self, node: n.Node) -> Type | None:
        try:
            return self.shapes(node)
        except ShapeError:
            return None

    def bracketed(self, span: Span) -> Span | None:
        """A place with the brackets around it, if there are any."""
        before = _OPEN.search(self.text, max(0, span.start - 24), span.start)
        after = _CLOSE.match(self.text, span.stop)
        return Span(before.start(), after.end()) if before and after else None

    def outer(self, node: n.Node) -> Span:
        """The place of a node with the brackets around it, if it is a sum in brackets."""
        assert node.span is not None
        around = self.bracketed(node.span) if isinstance(node, n.Add | n.Neg) else None
        return around or node.span

    def whole(self, node: n.Node) -> str:
        """The text of a node with its brackets."""
        span = self.outer(node)
        return self.text[span.start : span.stop]

    def sides(self) -> Iterator[n.Node]:
        """The sides of the relations, each once, those on the right first."""
        seen = set()
        for side in (*(r.right for r in self.relations), *(r.left for r in self.relations)):
            if side.span is not None and side.span not in seen:
                seen.add(side.span)
                yield side

    def terms(self) -> Iterator[n.Node]:
        """The terms of sums, and the sides and arguments that are no sums; without their signs."""
        found: list[n.Node] = []
        for side in self.sides():
            found.append(side)
        for part in self.parts:
            node = part.node
            if isinstance(node, n.Add):
                found += node.terms
            elif isinstance(node, n.Call):
                found += node.arguments
            elif isinstance(node, n.Extremum | n.Product | n.Limit):
                found.append(node.body)
        seen = set()
        for node in found:
            bare = node.operand if isinstance(node, n.Neg) else node
            if bare.span is None or bare.span in seen:
                continue
            if isinstance(bare, n.Add) and self.outer(bare) == bare.span:
                continue
            seen.add(bare.span)
            yield bare

    def known(self, *kinds: type[n.Node]) -> Iterator[Part]:
        """Nodes of the whole equation, those of the links at hand first."""
        return (part for part in self.vocabulary if isinstance(part.node, kinds))

    def of(self, *kinds: type[n.Node]) -> Iterator[Part]:
        """Nodes of the links that are to be corrected."""
        return (part for part in self.parts if isinstance(part.node, kinds))
