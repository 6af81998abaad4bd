"""The SymPy witness: a link, decided with symbolic entries at concrete sizes.

Each side of a printed relation is compiled to explicit SymPy and brought to normal form
on its own. A link is true at a size if that is proved for all values of its symbols, in
every case of those that live in a finite set; it is false if the sides differ at an
exact point inside the hypotheses; otherwise it stays undecided.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from ...language import nodes as n
from ...language.shapes import ShapeError, Shapes
from ...language.types import Matrix, Vector
from ...reader.definitions import defines
from ...reader.document import Document, Equation
from ...reader.scope import Entry
from ...reader.statements import Link, is_domain_clause
from ...results import SympyEvidence
from ..timelimit import TimeUp, run_with_limit
from .assumptions import assume
from .cases import YES, Answer, WrongShapes, every_case
from .compile import Compiler
from .equivalences import equivalent
from .forms import Forms
from .lookup import Lookup
from .monomials import Undefined, Unsupported
from .record import Record, Sizes, first_sizes, more_sizes
from .relations import Relations
from .signs import POSITIVE, signs_of
from .values import scalar_of
from .world import World

_UNDECIDED_OPS = {
    "~": "an approximation has no truth value",
    "<<": "a comparison of orders of magnitude has no truth value",
    ">>": "a comparison of orders of magnitude has no truth value",
    "->": "a limit without its variable",
    "in": "says where a symbol lives",
}


def judge(
    document: Document, equation: Equation, link: Link, *, seconds: float = 5.0
) -> SympyEvidence:
    """What SymPy finds for a link at each of a few concrete sizes, within a time limit."""
    reason = _nothing_to_decide(equation, link)
    if reason is not None:
        return SympyEvidence("skipped", reason=reason)
    session = _session(document, equation)
    record = Record()
    try:
        run_with_limit(seconds, lambda: _all_sizes(session, link, record))
    except TimeUp:
        _forget(equation)
        record.late = f"time ran out after {seconds:g} s"
    except RecursionError:
        _forget(equation)
        record.late = "nested too deeply"
    return record.evidence()


def _nothing_to_decide(equation: Equation, link: Link) -> str | None:
    node = link.node
    if equation.scope.goal:
        return "a goal, not a claim"
    if not isinstance(node, n.Relation):
        return None
    if node.op in _UNDECIDED_OPS:
        return _UNDECIDED_OPS[node.op]
    if node.some:
        return "says that there are some values, not what holds for all"
    try:
        right = Shapes()(node.right)
    except ShapeError:
        return None
    return "says where a symbol lives" if is_domain_clause(link, right) else None


# ---------------------------------------------------------------- sessions


@dataclass
class _Session:
    """The worlds of one equation, kept for its links."""

    document: Document
    equation: Equation
    compilers: dict[Any, Compiler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.document, self.equation.scope)

    def compiler(self, sizes: Sizes, link: Link) -> Compiler:
        """A compiler at some sizes, in a world without eigenvectors if none are asked for."""
        eigenvectors = {e.name for e in self.equation.scope.entries() if e.declared("diagonalises")}
        if eigenvectors:
            eigenvectors -= self.lookup.mentioned(link.node)
        return self._made(sizes, frozenset(eigenvectors))

    def _made(self, sizes: Sizes, unasked: frozenset[str]) -> Compiler:
        key = (tuple(sorted(sizes.items())), unasked)
        if key not in self.compilers:
            forms = (Forms(), Forms(factoring=True))
            compiler = Compiler(self.lookup, World(self.lookup, sizes, forms, unasked))
            assume(compiler)
            self.compilers[key] = compiler
        return self.compilers[key]


_LOCAL = threading.local()


def _session(document: Document, equation: Equation) -> _Session:
    """The session of an equation; only the last one is kept in each thread."""
    last = getattr(_LOCAL, "session", None)
    if last is None or last.equation is not equation or last.document is not document:
        last = _LOCAL.session = _Session(document, equation)
    return last


def _forget(equation: Equation) -> None:
    _LOCAL.session = None


# ---------------------------------------------------------------- sizes


def _all_sizes(session: _Session, link: Link, record: Record) -> None:
    used = _at(session, link, first_sizes(session.equation), record)
    record.enough = bool(record.agreed)
    if record.false or record.skipped is not None:
        return
    for sizes in more_sizes(session.equation, used):
        doubts = len(record.doubtful)
        _at(session, link, sizes, record)
        if len(record.doubtful) > doubts:
            _at(session, link, {k: max(v, 2) for k, v in sizes.items()}, record)
        if record.false:
            return


def _at(session: _Session, link: Link, sizes: Sizes, record: Record) -> set[str]:
    """Decide a link at some sizes; returns the names of those that matter."""
    try:
        compiler = session.compiler(sizes, link)
        world = compiler.world
        world.read = set()
        answer = _decide(compiler, session.equation, link)
    except (Unsupported, Undefined) as error:
        record.left_out.append(str(error))
        return set()
    if answer is SKIP:
        record.skipped = answer.reason
    else:
        record.add(answer, {name: sizes[name] for name in sorted(world.used)})
    return world.used


# ---------------------------------------------------------------- one size

SKIP = Answer(None, "a definition: there is nothing to decide")


def _decide(compiler: Compiler, equation: Equation, link: Link) -> Answer:
    """The answer at one size: true in every case, or false in one."""
    node = link.node
    entry = defines(equation, node)
    if entry is not None and not _claims(compiler, entry):
        return _definition(compiler, entry)
    relations = Relations(compiler)

    def task() -> Answer:
        try:
            if isinstance(node, n.Equivalence):
                return equivalent(relations, node)
            return relations.decide(node)
        except WrongShapes as error:
            return _wrong_shapes(compiler, node, str(error))

    return _together(compiler, task)


def _together(compiler: Compiler, task: Callable[[], Answer]) -> Answer:
    open_answer: Answer | None = None
    count = 0
    for answer in every_case(compiler, task):
        count += 1
        if answer.truth is False:
            return answer if not compiler.world.unused else Answer(None, compiler.world.unused)
        if answer.truth is None:
            open_answer = open_answer or answer
    if not count:
        raise Undefined("no case in which both sides are defined")
    if open_answer is not None and compiler.world.opaque():
        raise Unsupported("of orthogonal matrices of size 3 only P Pᵀ = 1 is used")
    return open_answer or YES


def _wrong_shapes(compiler: Compiler, node: n.Node, message: str) -> Answer:
    """A number and a matrix are never equal, from size 2 on."""
    if not isinstance(node, n.Relation):
        return Answer(None, message)
    shapes = [compiler.shapes(side) for side in (node.left, node.right)]
    for shape in shapes:
        sort = {Matrix: "rows", Vector: "sort"}.get(type(shape))
        if sort and compiler.world.size(getattr(shape, sort).size) > 1 and node.op == "=":
            return Answer(False, message)
    return Answer(None, message)


# ---------------------------------------------------------------- definitions


def _claims(compiler: Compiler, entry: Entry) -> bool:
    """Whether a defining relation also says something: that a matrix is diagonal."""
    defined = compiler.lookup.defined(entry)
    return defined is not None and defined.kind == "entry"


def _definition(compiler: Compiler, entry: Entry) -> Answer:
    """A defined distribution must have mass 1, or a finite mass to divide by."""
    if entry.kind != "distribution":
        return SKIP
    defined = compiler.lookup.defined(entry)
    assert defined is not None
    (parameter, *more) = defined.parameters
    if more or not isinstance(parameter, n.Symbol):
        return Answer(None, "the mass of a joint or conditional distribution")

    def task() -> Answer:
        if defined.kind == "proportional":
            return _positive(compiler, compiler.laws.normaliser(entry, defined))
        total = compiler.laws.total(
            parameter, lambda x: scalar_of(compiler.laws.apply(entry, (x,), 0))
        )
        answer = Relations(compiler).same([total], [sp.Integer(1)])
        return Answer(False, "the total mass is not 1") if answer.truth is False else answer

    return _together(compiler, task)


def _positive(compiler: Compiler, mass: sp.Expr) -> Answer:
    """A mass to divide by must be positive."""
    forms = compiler.world.forms[0]
    signs = signs_of(forms, forms.of(mass))
    if signs == POSITIVE:
        return YES
    if 1 not in signs:
        return Answer(False, "the total mass is not positive")
    return Answer(None, "the total mass was not shown to be positive")
