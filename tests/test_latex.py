"""Printing back: what is printed and read again is the same tree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from derivations.check import BUNDLED
from derivations.language import nodes as n
from derivations.language.latex import latex
from derivations.language.source import Source, Span
from derivations.reader.document import Document, load, read_document
from derivations.reader.grammar import Parser
from derivations.reader.statements import layout, read_statements
from derivations.reader.tokens import tokenize

FILES = [BUNDLED, *sorted((BUNDLED.parent / "examples").glob("*.tex"))]
DOCUMENTS = {path.stem: read_document(load(path)) for path in FILES}
LINKS = [
    pytest.param(name, equation.label, k, id=f"{name}-{equation.label}-{k}")
    for name, document in DOCUMENTS.items()
    for equation in document.equations
    if equation.reading is not None
    for k in range(len(equation.reading.links))
]


def reread(document: Document, label: str, text: str) -> list[n.Node]:
    scope = document[label].scope
    reading = read_statements(Source("again", text), Span(0, len(text)), scope)
    return [link.node for link in reading.links]


def test_every_equation_of_the_shipped_documents_is_read() -> None:
    for document in DOCUMENTS.values():
        assert [e.label for e in document.equations if e.error is not None] == []
        assert document.problems == []


@pytest.mark.parametrize(("name", "label", "k"), LINKS)
def test_printing_and_reading_again_gives_the_same_tree(name: str, label: str, k: int) -> None:
    document = DOCUMENTS[name]
    reading = document[label].reading
    assert reading is not None
    node = reading.links[k].node
    assert node in reread(document, label, latex(node)), latex(node)


@pytest.mark.parametrize(("name", "label", "k"), LINKS)
def test_printing_is_stable(name: str, label: str, k: int) -> None:
    document = DOCUMENTS[name]
    reading = document[label].reading
    assert reading is not None
    text = latex(reading.links[k].node)
    assert text in [latex(node) for node in reread(document, label, text)]


def places(node: n.Node, bound: tuple[n.Symbol, ...] = ()) -> Iterator[tuple[n.Node, tuple]]:
    """Every expression of a tree that stands in the file, with the indices bound there."""
    skipped = n.Relation | n.Equivalence | n.Binder
    if node.span is not None and not isinstance(node, skipped):
        yield node, bound
    inner = bound
    if isinstance(node, n.Sum | n.Product):
        inner = (*bound, *node.binder.indices)
    if isinstance(node, n.Apply):
        children = iter(node.arguments)
    elif isinstance(node, n.Binder):
        children = iter([x for x in (node.lower, node.upper) if x is not None])
    else:
        children = node.children()
    for child in children:
        yield from places(child, bound if isinstance(child, n.Binder) else inner)


@pytest.mark.parametrize(("name", "label", "k"), LINKS)
def test_the_characters_of_a_node_say_that_node(name: str, label: str, k: int) -> None:
    document = DOCUMENTS[name]
    equation = document[label]
    assert equation.reading is not None
    seen = 0
    for node, bound in places(equation.reading.links[k].node):
        assert node.span is not None
        tokens = layout(tokenize(document.source, node.span))
        parser = Parser(document.source, tokens, equation.scope)
        parser.bound = list(bound)
        again = parser.whole(Parser.expression)
        assert again == node, document.source.slice(node.span)
        seen += 1
    assert seen >= 2


def test_a_changed_tree_prints_differently() -> None:
    document = DOCUMENTS["diffusion"]
    reading = document["2.36"].reading
    assert reading is not None
    node = reading.links[0].node
    assert isinstance(node, n.Relation)
    wrong = n.Relation("=", node.left, n.Neg(node.right))
    assert latex(wrong) != latex(node)
    assert reread(document, "2.36", latex(wrong)) == [wrong]


def test_the_notes_are_where_the_package_says() -> None:
    assert Path(BUNDLED).name == "diffusion.tex"
