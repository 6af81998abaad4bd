"""An edited equation in its document, read and put to the numbers and to the prover."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..language import nodes as n
from ..language.rewrite import mentions
from ..language.source import Source, Span
from ..prover.prove import prove
from ..reader.declarations import read_declarations
from ..reader.definitions import defines, undefined
from ..reader.document import Document, Equation, read_equation
from ..reader.errors import ReadError
from ..reader.scope import SEVERAL, build_scope, several
from ..reader.statements import Link, Reading, read_expression
from ..witness.numbers import Session
from ..witness.numbers.questions import build_test
from ..witness.numbers.trial import Trial
from ..witness.numbers.values import Unsupported
from .edits import Edit

INSTANCES = (4, 0, 5)
"""Instances that a candidate must pass: of size 1, simple, generic."""


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
        parts = [node.left.span, node.sign, node.right.span]
        if isinstance(node, n.Relation) and node.some and node.span and node.right.span:
            parts.append(Span(node.right.span.stop, node.span.stop))
        return " ".join(self.document.source.slice(x).strip() for x in parts if x is not None)


def candidate(document: Document, equation: Equation, edit: Edit) -> Candidate | None:
    """The document with the equation edited; None if it is not read, or says something trivial."""
    latex = edit.apply(document.source.text, equation.span)
    edited = reread(document, equation, latex, edit.declare)
    return _placed(document, equation, edited[1], edit, edited[0]) if edited is not None else None


def reread(
    document: Document, equation: Equation, latex: str, declare: str = ""
) -> tuple[Source, Equation] | None:
    """Another display in the place of an equation, with the text that its spans refer to.

    ``declare`` is a further declaration; None if that is not read.
    """
    lead = document.source.text + "\n" if equation.before is not None else ""
    source = Source(document.source.name, lead + latex)
    scope = equation.scope
    if declare:
        more, errors = read_declarations(Source("correction", declare))
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
    return source, edited


def sketch(document: Document, equation: Equation, edit: Edit) -> Candidate | None:
    """The same from reading the edited side of a relation alone, where one side holds the edit."""
    assert equation.reading is not None
    side = next((x for x in _sides(equation.reading.links) if _inside(edit, x)), None)
    if side is None or edit.declare:
        return candidate(document, equation, edit)
    source = Source(document.source.name, edit.apply(document.source.text, side))
    try:
        node = read_expression(source, Span(0, len(source.text)), equation.scope)
    except ReadError:
        return None
    links = [
        replace(link, node=_with_side(link.node, side, node)) for link in equation.reading.links
    ]
    edited = replace(equation, reading=Reading(links))
    return _placed(document, equation, edited, edit, source)


def _placed(
    document: Document, equation: Equation, edited: Equation, edit: Edit, source: Source
) -> Candidate | None:
    """The edited equation in its document, if it says as many things as before, and others."""
    assert equation.reading is not None
    before = equation.reading.links
    if edited.reading is None or len(edited.reading.links) != len(before) or undefined(edited):
        return None
    pairs = [(x.node, y.node) for x, y in zip(before, edited.reading.links, strict=True)]
    if edit.changes and all(old == new for old, new in pairs):
        return None
    if any(old != new and _says_less(old, new) for old, new in pairs):
        return None
    equations = [edited if e is equation else e for e in document.equations]
    return Candidate(edit, Document(source, equations, document.declarations), edited)


def _says_less(before: n.Node, after: n.Node) -> bool:
    """Whether a relation is more trivial than before: it then holds for no good reason."""
    same = isinstance(after, n.Relation) and after.left == after.right
    return same or _idle(after) > _idle(before)


def _idle(node: n.Node) -> int:
    """How many parts of a formula could be left out: x - x, x / x, a sum of equal terms."""
    return sum(_is_idle(part) for part in node.walk())


def _is_idle(node: n.Node) -> bool:
    match node:
        case n.Sum() | n.Product():
            return not any(mentions(node.body, index) for index in node.binder.indices)
        case n.Add(terms=terms):
            bare = [x.operand if isinstance(x, n.Neg) else x for x in terms]
            return any(x in bare[:k] for k, x in enumerate(bare))
        case n.Div(numerator=above, denominator=below):
            return above == below
        case n.Apply(arguments=(first, second)):
            return first == second
        case _:
            return False


def _sides(links: list[Link]) -> Iterator[Span]:
    for link in links:
        for node in link.node.walk():
            if isinstance(node, n.Relation):
                yield from (x.span for x in (node.left, node.right) if x.span is not None)


def _inside(edit: Edit, span: Span) -> bool:
    return all(change.within(span) for change in edit.changes)


def _with_side(node: n.Node, side: Span, new: n.Node) -> Any:
    """A statement with another expression at a place."""
    if isinstance(node, n.Relation):
        left, right = (new if x.span == side else x for x in (node.left, node.right))
        return replace(node, left=left, right=right)
    assert isinstance(node, n.Equivalence)
    left, right = (_with_side(x, side, new) for x in (node.left, node.right))
    return replace(node, left=left, right=right)


# ---------------------------------------------------------------- the numbers and the prover


def telling(found: Candidate, k: int, seed: int) -> list[int]:
    """Instances for a refuted link: those that refute it first, and of these the cheapest."""
    rows = []
    try:
        glance = _Glance(found, found.links[k], seed)
        for number in INSTANCES:
            start = time.perf_counter()
            fine = glance.fine(number)
            if fine is not None:
                rows.append((fine, time.perf_counter() - start, number))
    except Exception:
        return list(INSTANCES)
    return [number for _, _, number in sorted(rows)] or list(INSTANCES)


def passed(
    found: Candidate, k: int, seed: int, instances: Sequence[int] = INSTANCES
) -> tuple[int, bool]:
    """How many of a few instances a link passes, and whether it never fails there."""
    try:
        glance = _Glance(found, found.links[k], seed)
        done = 0
        for number in instances:
            fine = glance.fine(number)
            if fine is False:
                return done, False
            done += fine is True
        return done, done > 0
    except Exception:  # one candidate never hides the others
        return 0, False


class _Glance(Trial):
    """A trial of single instances, which shows nothing."""

    def __init__(self, found: Candidate, link: Link, seed: int) -> None:
        session = Session(found.document, found.equation, link)
        test = build_test(session.compiler, found.equation, link)
        if test is None:
            raise Unsupported("no truth value")
        super().__init__(session.compiler, found.equation, link, test, seed, frozenset())

    def fine(self, number: int) -> bool | None:
        """Whether an instance does not refute the link; None if there is none."""
        result = self._instance(number, self.compiler.space_integrals > 0)
        return None if result is None else not self._refutes(*result)


def holds(found: Candidate, k: int, seed: int, seconds: float) -> bool:
    """Whether the numbers agree with a link on as many instances as any claim gets."""
    session = Session(found.document, found.equation, found.links[k])
    try:
        return session.judge(seed=seed, seconds=seconds).evidence.status == "agrees"
    except Exception:
        return False


def needs_elements(found: Candidate, k: int, seconds: float) -> list[str]:
    """What a proof that there are some values asks of the sizes of finite sets, as LaTeX."""
    proof = prove(found.document, found.equation, found.links[k], seconds)
    return [several(name) for name, said in sorted(proof.used) if said == SEVERAL]


def proved(found: Candidate, k: int, seconds: float) -> bool:
    """Whether the kernel proves a link; of a definition there is nothing to prove."""
    node = found.links[k].node
    if isinstance(node, n.Relation) and defines(found.equation, node) is not None:
        return False
    try:
        prove(found.document, found.equation, found.links[k], seconds)
    except Exception:
        return False
    return True
