"""The SymPy witness: a link, decided with symbolic entries at concrete sizes.

Each side of a printed relation is compiled to explicit SymPy and brought to normal form
on its own. A link is true at a size if that is proved for all values of its symbols, in
every case of those that live in a finite set; it is false if the sides differ at an
exact point inside the hypotheses; otherwise it stays undecided.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import sympy as sp

from ..language import nodes as n
from ..language.shapes import ShapeError, Shapes
from ..language.types import Matrix, SetOf, Vector
from ..reader.definitions import defines
from ..reader.document import Document, Equation
from ..reader.scope import Entry
from ..reader.statements import Link, is_domain_clause
from ..results import SympyEvidence
from .algebra_assumptions import assume
from .algebra_cases import YES, Answer, WrongShapes, every_case
from .algebra_compile import Compiler
from .algebra_equivalences import equivalent
from .algebra_forms import Forms
from .algebra_monomials import Undefined, Unsupported
from .algebra_relations import Relations
from .algebra_signs import POSITIVE, signs_of
from .algebra_values import scalar_of
from .algebra_world import World
from .timelimit import TimeUp, run_with_limit

Sizes = dict[str, int]
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
    record = _Record()
    try:
        run_with_limit(seconds, lambda: _all_sizes(session, link, record))
    except TimeUp:
        _forget(equation)
        record.left_out.append(f"time ran out after {seconds:g} s")
    except RecursionError:
        _forget(equation)
        record.left_out.append("nested too deeply")
    return record.evidence()


def _nothing_to_decide(equation: Equation, link: Link) -> str | None:
    node = link.node
    if equation.scope.goal:
        return "a goal, not a claim"
    if not isinstance(node, n.Relation):
        return None
    if node.op in _UNDECIDED_OPS:
        return _UNDECIDED_OPS[node.op]
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
    compilers: dict[tuple[tuple[str, int], ...], Compiler] = field(default_factory=dict)

    def compiler(self, sizes: Sizes) -> Compiler:
        key = tuple(sorted(sizes.items()))
        if key not in self.compilers:
            world = World(self.equation.scope, sizes, (Forms(), Forms(factoring=True)))
            compiler = Compiler(self.document, world)
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


@dataclass
class _Record:
    """What was found at the sizes tried so far.

    ``open`` holds why a size was not decided, ``left_out`` why one was too heavy,
    ``doubtful`` where a link fails for sets of one element only, which may be excluded.
    """

    agreed: list[Sizes] = field(default_factory=list)
    false: list[Sizes] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    skipped: str | None = None
    note: str | None = None
    enough: bool = False

    def evidence(self) -> SympyEvidence:
        if self.skipped is not None:
            return SympyEvidence("skipped", reason=self.skipped)
        if self.false:
            return SympyEvidence("contradicts", _listed(self.false), self.note)
        if self.agreed and self.enough and not (self.open or self.doubtful):
            reason = f"not at all sizes: {self.left_out[0]}" if self.left_out else None
            return SympyEvidence("agrees", _listed(self.agreed), reason)
        reasons = (*self.doubtful, *self.open, *self.left_out)
        return SympyEvidence("undecided", reason=next(iter(reasons), None))


def _listed(sizes: list[Sizes]) -> list[Sizes]:
    return sorted((s for s in sizes if s), key=lambda s: sorted(s.items()))


def _names(equation: Equation) -> tuple[list[str], list[str]]:
    """The sizes of sorts and the finite sets of a scope."""
    sorts = sorted({sort.size for sort in equation.scope.sorts.values()})
    sets = sorted(e.name for e in equation.scope.entries() if isinstance(e.type, SetOf))
    return sorts, sets


def _plans(names: tuple[list[str], list[str]], used: set[str]) -> Iterator[Sizes]:
    """More sizes for the names that matter: each once 3 with the others small."""
    sorts, sets = names
    base = dict.fromkeys((*sorts, *sets), 2)
    for name in sorted(used):
        small = {k: 1 for k in used if k in sorts and k != name}
        yield base | small | {name: 3}
    if len(used) == 1 and used <= set(sorts):
        yield base | dict.fromkeys(used, 1)


def _all_sizes(session: _Session, link: Link, record: _Record) -> None:
    names = _names(session.equation)
    base = dict.fromkeys((*names[0], *names[1]), 2)
    used = _at(session, link, base, record)
    record.enough = bool(record.agreed)
    if record.false or record.skipped is not None:
        return
    for sizes in _plans(names, used):
        failed = len(record.doubtful)
        _at(session, link, sizes, record)
        if len(record.doubtful) > failed:
            _at(session, link, {k: max(v, 2) for k, v in sizes.items()}, record)
        if record.false:
            return


def _at(session: _Session, link: Link, sizes: Sizes, record: _Record) -> set[str]:
    """Decide a link at some sizes; returns the names of those that matter."""
    world: World | None = None
    reason = None
    try:
        compiler = session.compiler(sizes)
        world = compiler.world
        world.read = set()
        answer = _decide(compiler, session.equation, link)
    except (Unsupported, Undefined) as error:
        answer, reason = Answer(None), str(error)
    used = world.used if world is not None else set()
    shown = {name: sizes[name] for name in sorted(used)}
    if answer is SKIP:
        record.skipped = answer.reason
    elif reason is not None:
        record.left_out.append(reason)
    elif answer.truth is None:
        record.open.append(answer.reason or "not decided")
    elif answer.truth:
        record.agreed.append(shown)
    elif 1 in shown.values():
        record.doubtful.append(f"it fails for {', '.join(f'{k} = {v}' for k, v in shown.items())}")
    else:
        record.false.append(shown)
        record.note = answer.reason
    return used


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
        if isinstance(node, n.Equivalence):
            return equivalent(relations, node)
        try:
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
    if open_answer is None and compiler.world.caveat:
        return Answer(None, compiler.world.caveat)
    return open_answer or YES


def _wrong_shapes(compiler: Compiler, node: n.Relation, message: str) -> Answer:
    """A number and a matrix are never equal, from size 2 on."""
    shapes = [compiler.shapes(side) for side in (node.left, node.right)]
    for shape in shapes:
        sort = {Matrix: "rows", Vector: "sort"}.get(type(shape))
        if sort and compiler.world.size(getattr(shape, sort).size) > 1 and node.op == "=":
            return Answer(False, message)
    return Answer(None, message)


# ---------------------------------------------------------------- definitions


def _claims(compiler: Compiler, entry: Entry) -> bool:
    """Whether a defining relation also says something: that a matrix is diagonal."""
    defined = compiler.laws.defined(entry)
    return defined is not None and defined.kind == "entry"


def _definition(compiler: Compiler, entry: Entry) -> Answer:
    """A defined distribution must have mass 1, or a finite mass to divide by."""
    if entry.kind != "distribution":
        return SKIP
    defined = compiler.laws.defined(entry)
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
