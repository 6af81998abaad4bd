"""What formulas of an equation mean, looked up where it was asked before."""

from __future__ import annotations

from ...kernel.terms import Term
from ...language import nodes as n
from ...prover.meaning import Meaning, Names
from ...reader.document import Document
from ...reader.scope import Scope


class Known(Meaning):
    """Terms of formulas, kept by the formula where no name is bound around it.

    What it notes besides, such as conditions, is not complete: this is for telling proofs.
    """

    def __init__(self, document: Document, scope: Scope) -> None:
        super().__init__(document, scope)
        self._found: dict[int, tuple[n.Node, Term]] = {}

    def __call__(self, node: n.Node, names: Names | None = None) -> Term:
        """The term of a formula, with bound names as given."""
        if names:
            return super().__call__(node, names)
        found = self._found.get(id(node))
        if found is None:
            found = self._found[id(node)] = node, super().__call__(node)
        return found[1]
