"""Printing back: what is printed and read again is the same tree, and places are exact."""

from __future__ import annotations

import pytest
from notation import again, places

from derivations.check import BUNDLED
from derivations.language import nodes as n
from derivations.language.latex import latex
from derivations.reader.document import load, read_document

FILES = [BUNDLED, *sorted((BUNDLED.parent / "examples").glob("*.tex"))]
DOCUMENTS = {path.stem: read_document(load(path)) for path in FILES}
LINKS = [
    pytest.param(name, equation.label, k, id=f"{name}-{equation.label}-{k}")
    for name, document in DOCUMENTS.items()
    for equation in document.equations
    if equation.reading is not None
    for k in range(len(equation.reading.links))
]


def test_every_equation_of_the_shipped_documents_is_read() -> None:
    for document in DOCUMENTS.values():
        assert [e.label for e in document.equations if e.error is not None] == []
        assert document.problems == []


@pytest.mark.parametrize(("name", "label", "k"), LINKS)
def test_printing_and_reading_again_gives_the_same_tree(name: str, label: str, k: int) -> None:
    equation = DOCUMENTS[name][label]
    assert equation.reading is not None
    node = equation.reading.links[k].node
    for names in (None, equation.scope.names):
        text = latex(node, names)
        read = again(text, equation.scope)
        assert read == node, text
        assert latex(read, names) == text


@pytest.mark.parametrize(("name", "label", "k"), LINKS)
def test_the_characters_of_a_part_say_that_part(name: str, label: str, k: int) -> None:
    document = DOCUMENTS[name]
    equation = document[label]
    assert equation.reading is not None
    seen = 0
    for node, said in places(document.source, equation.reading.links[k], equation.scope):
        assert said == node, node.span and document.source.slice(node.span)
        seen += 1
    assert seen >= 2


def test_a_changed_tree_prints_differently() -> None:
    equation = DOCUMENTS["diffusion"]["2.36"]
    assert equation.reading is not None
    node = equation.reading.links[0].node
    assert isinstance(node, n.Relation)
    wrong = n.Relation("=", node.left, n.Neg(node.right))
    assert latex(wrong) != latex(node)
    assert again(latex(wrong), equation.scope) == wrong


def test_entries_print_as_the_document_writes_them() -> None:
    equation = DOCUMENTS["diffusion"]["2.27"]
    assert equation.reading is not None
    assert "x_k^{(i)} x_l^{(i)}" in latex(equation.reading.links[2].node)
