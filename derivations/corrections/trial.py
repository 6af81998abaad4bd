"""An edited equation in its document, read and put to the numbers and to the prover."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..kernel.terms import KernelError
from ..language import nodes as n
from ..language.source import Source, Span
from ..prover.prove import Unproved, prove
from ..reader.declarations import read_declarations
from ..reader.definitions import undefined
from ..reader.document import Document, Equation, read_equation
from ..reader.scope import build_scope
from ..reader.statements import Link
from ..witness.numbers import Session
from ..witness.numbers.questions import build_test
from ..witness.numbers.trial import Trial
from ..witness.numbers.values import Unsupported
from .edits import Edit

INSTANCES = (4, 0, 1, 5)
"""Instances that a candidate must pass: the cheapest first, then those that tell the most."""


@dataclass(frozen=True)
class Candidate:
    """An edited equation that is read, in a document where it stands for the printed one."""

    edit: Edit
    document: Document
    equation: Equation

    @property
    def links(self) -> list[Link]:
        assert self.equation.reading is not None
        return self.equation.reading.links

    def latex(self, k: int) -> str:
        """One of its links, as one relation."""
        node = self.links[k].node
        parts = (node.left.span, node.sign, node.right.span)
        return " ".join(self.document.source.slice(x).strip() for x in parts if x is not None)


def candidate(document: Document, equation: Equation, edit: Edit) -> Candidate | None:
    """The document with the equation edited; None if it is not read, or says something trivial."""
    assert equation.reading is not None
    latex = edit.apply(document.source.text, equation.span)
    lead = document.source.text + "\n" if equation.before is not None else ""
    source = Source(document.source.name, lead + latex)
    scope = equation.scope
    if edit.declare:
        more, errors = read_declarations(Source("correction", edit.declare))
        if errors:
            return None
        scope, _ = build_scope(equation.label, [*document.declarations, *more])
    own = [x for x in scope.assumptions if x[1] is not document.source or x[0] not in equation.span]
    edited = replace(
        equation,
        span=Span(len(lead), len(source.text)),
        scope=replace(scope, assumptions=own),
        reading=None,
        error=None,
    )
    read_equation(source, edited)
    before = equation.reading.links
    if edited.reading is None or len(edited.reading.links) != len(before) or undefined(edited):
        return None
    for old, new in zip(before, edited.reading.links, strict=True):
        if old.node != new.node and _says_nothing(new.node):
            return None
    equations = [edited if e is equation else e for e in document.equations]
    return Candidate(edit, Document(source, equations, document.declarations), edited)


def _says_nothing(node: n.Node) -> bool:
    """Whether a relation holds because its two sides are the same text."""
    return isinstance(node, n.Relation) and node.left == node.right


def passed(found: Candidate, k: int, seed: int) -> tuple[int, bool]:
    """How many of a few instances a link passes, and whether it never fails there."""
    try:
        return _Glance(found, found.links[k], seed).count()
    except (Unsupported, ArithmeticError):
        return 0, False


class _Glance(Trial):
    """A trial that stops where a link first fails, and shows nothing."""

    def __init__(self, found: Candidate, link: Link, seed: int) -> None:
        session = Session(found.document, found.equation, link)
        test = build_test(session.compiler, found.equation, link)
        if test is None:
            raise Unsupported("no truth value")
        super().__init__(session.compiler, found.equation, link, test, seed, frozenset())

    def count(self) -> tuple[int, bool]:
        heavy = self.compiler.space_integrals > 0
        done = 0
        for number in INSTANCES:
            result = self._instance(number, heavy)
            if result is not None:
                if self._refutes(*result):
                    return done, False
                done += 1
        return done, done > 0


def holds(found: Candidate, k: int, seed: int, seconds: float) -> bool:
    """Whether the numbers agree with a link on as many instances as any claim gets."""
    session = Session(found.document, found.equation, found.links[k])
    return session.judge(seed=seed, seconds=seconds).evidence.status == "agrees"


def proved(found: Candidate, k: int, seconds: float) -> bool:
    """Whether the kernel proves a link."""
    try:
        prove(found.document, found.equation, found.links[k], seconds)
    except (Unproved, KernelError):
        return False
    return True
