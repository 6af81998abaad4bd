"""The stations of a proof: those of its steps that a person is shown.

Laws that a step uses (of logarithms, of matrices, n/n = 1) are told as its reasons. What is
shown is read again by Kenzan's own reader, and must say what the kernel's theorem says: a
step that cannot be shown so is told as part of the one that it leads to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from ...kernel import RULES, Term, Theorem
from ...kernel import terms as t
from ...kernel.normal import polynomial, same
from ...kernel.terms import REAL, KernelError
from ...language import nodes as n
from ...language.latex import RELATIONS
from ...language.source import Source
from ...prover.meaning import Unsupported
from ...prover.prove import Proof, statement
from ...reader.declarations import read_declarations
from ...reader.definitions import read_declared
from ...reader.document import Document, Equation
from ...reader.errors import ReadError
from ...reader.scope import Scope, build_scope
from ..entries import ByEntry
from ..proved import stronger
from ..steps import ARITHMETIC, BRANCHES, TOPIC, Step, steps
from ..styles import ATOM
from ..terms import latex, latex_with
from ..tidy import own_variables, tidy
from ..vocabulary import Vocabulary
from .compact import Compactor, has_derivative, has_own_quotient, length, shared_compactor
from .content import Line
from .folds import Fold
from .known import Known
from .names import Names

LAWS = frozenset(TOPIC.values())
"""Reasons of steps that are laws."""
TOO_MUCH = 450
"""Length of a statement that is not looked at."""
LONGEST = 520
"""Characters of a station's LaTeX."""


@dataclass
class Station:
    """A step on its way to being shown: what it says, why, and from what."""

    step: Step
    said: tuple[Term, ...]
    reasons: dict[str, None]
    uses: dict[int, None]
    folded: int
    hypotheses: dict[Term, None] = field(default_factory=dict)
    """What it, and not what it uses, brings in."""
    texts: tuple[str, ...] = ()
    letters: dict[Term, str] = field(default_factory=dict)
    """Names for the variables that only the proof uses."""
    declared: tuple[str, ...] = ()
    """Declarations of these letters, where the document has none."""
    assuming: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


class Telling:
    """Proofs of one equation, told with its own names and formulas."""

    def __init__(self, document: Document, equation: Equation) -> None:
        self.document, self.equation = document, equation
        self._compactors: dict[tuple[Fold, ...], Compactor] = {}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.document, self.equation.scope)

    @cached_property
    def meaning(self) -> Known:
        return Known(self.document, self.equation.scope)

    @cached_property
    def names(self) -> Names:
        return Names(self.document, self.equation, self.meaning)

    def compact(self, said: Term) -> Term:
        """A statement written shorter, with the names of the document for what they stand for."""
        folds = tuple(f for f in self.names.folds if f.variables <= said.variables)
        pairs = self.equation.scope.pairs
        if not has_derivative(said):
            return shared_compactor(folds, pairs)(said)
        own = self._compactors.get(folds)
        if own is None:
            own = self._compactors[folds] = Compactor(folds, self._operator, pairs)
        return own(said)

    def _operator(self, found: ByEntry) -> Term | None:
        """The derivative by an entry of what the document has a name for, as a function."""
        array = t.function(found.array)
        entry = (t.minv if found.inverted else t.at)(array, *found.indices)
        if own_variables(entry):
            return None
        text = rf"\frac{{\partial}}{{\partial {latex(entry, self.vocabulary)}}}"
        symbol = t.var(text, t.Arrow((REAL,), REAL))
        self.names.texts[symbol] = (text, ATOM)
        return symbol

    @cached_property
    def sides(self) -> dict[object, str]:
        """The printed relations by what they say, from the parts of the links."""
        reading = self.equation.reading
        found: dict[object, str] = {}
        for link in reading.links if reading is not None else []:
            sign = link.node.sign
            worded = sign is None or self.document.source.slice(sign).lstrip().startswith("\\text")
            for side in (link.node.left, link.node.right, link.node):
                if isinstance(side, n.Relation):
                    self._side(side, worded, found)
        return found

    def _side(self, node: n.Relation, worded: bool, found: dict[object, str]) -> None:
        """Remember a printed relation by what it says; in signs what is said in words."""
        try:
            said = statement(self.document, self.equation, node, self.meaning)
        except (Unsupported, KernelError, ReadError):
            return
        source = self.document.source
        if node.left.span is None or node.sign is None or node.right.span is None:
            return
        left, sign, right = map(source.slice, (node.left.span, node.sign, node.right.span))
        text = f"{left.strip()} {RELATIONS[node.op] if worded else sign.strip()} {right.strip()}"
        found.setdefault(_meaning(said), text)

    def stations(self, proof: Proof) -> list[Station]:
        """The steps to be shown; the last one is the theorem, without a text."""
        found = {s.number: self._station(s) for s in steps(proof.theorem)}
        last = found[max(found)]
        for number, station in sorted(found.items()):
            if station is last or self._shown(station, proof):
                continue
            for other in found.values():
                if number in other.uses:
                    del other.uses[number]
                    other.uses |= station.uses
                    other.reasons = station.reasons | other.reasons
                    other.hypotheses = station.hypotheses | other.hypotheses
                    other.folded += station.folded + len(station.said)
            del found[number]
        self._merge(found, last)
        out = self._numbered(found)
        told: set[Term] = set()
        for station in out:
            self._conditions(station, proof, told)
        return out

    def _conditions(self, station: Station, proof: Proof, told: set[Term]) -> None:
        """What a station assumes for itself, and which hypotheses come in with it."""
        if station.texts:
            station.assuming = tuple(
                self.sides.get(_meaning(h)) or self.formula(_plain(h))
                for h in self._assumed(station, proof)
            )
        new = [h for h in station.hypotheses if h in proof.hypotheses and h not in told]
        told.update(new)
        station.given = tuple(self.formula(h) for h in new if stronger(h) not in proof.hypotheses)

    def _station(self, step: Step) -> Station:
        reasons = dict.fromkeys(TOPIC.get(r, r) for r in step.rules if RULES[r].axiom)
        if step.theorems[0].record.rule in BRANCHES:
            reasons[step.theorems[0].record.rule] = None
        hypotheses = dict.fromkeys(step.hypotheses)
        uses = dict.fromkeys(step.uses)
        return Station(step, step.conclusions, reasons, uses, step.folded, hypotheses)

    def _merge(self, found: dict[int, Station], last: Station) -> None:
        """A step that says the same as the one it leads to, or as one before, is told with it."""
        seen: dict[object, int] = {}
        for number, station in sorted(found.items()):
            key = (
                station.texts,
                frozenset(h for th in station.step.theorems for h in th.hypotheses),
            )
            first = seen.setdefault(key, number)
            if first != number and station is not last:
                for other in found.values():
                    if number in other.uses:
                        del other.uses[number]
                        other.uses[first] = None
                del found[number]
        for number, station in sorted(found.items()):
            users = [x for x in found.values() if number in x.uses]
            if station is last or len(users) != 1:
                continue
            (user,) = users
            if user.texts == station.texts or (user is last and _alike(user.said, station.said)):
                del user.uses[number]
                user.uses |= station.uses
                user.reasons = station.reasons | user.reasons
                user.hypotheses = station.hypotheses | user.hypotheses
                user.folded += station.folded + 1
                del found[number]

    def _numbered(self, found: dict[int, Station]) -> list[Station]:
        numbers = {old: new for new, old in enumerate(sorted(found), 1)}
        out = []
        for old, station in sorted(found.items()):
            station.step = replace(station.step, number=numbers[old])
            station.uses = dict.fromkeys(sorted(numbers[u] for u in station.uses))
            out.append(station)
        return out

    # ------------------------------------------------------------ what can be shown

    def _shown(self, station: Station, proof: Proof) -> bool:
        """Whether a step is worth showing, and what is shown is read again as what it says."""
        if len(station.said) != 1 or self._is_obvious(station, proof):
            return False
        if not self._speaks_plainly(station, proof):
            return False
        printed = self.sides.get(_meaning(station.said[0]))
        if printed is not None:
            station.texts = (printed,)
            return True
        for said in self._instances(station.step.theorems[0], proof):
            if _nothing_new(said):
                return False
            shown = self._text(said)
            if shown is not None:
                station.said = (said,)
                station.texts, station.letters, station.declared = (shown[0],), *shown[1:]
                return True
        return False

    def _is_obvious(self, station: Station, proof: Proof) -> bool:
        """Whether a step is told as a reason: a law, or what follows from nothing else."""
        step = station.step
        if step.reason in LAWS or step.theorems[0].record.rule in TOPIC:
            return True
        return not (station.uses or station.reasons or self._assumed(station, proof))

    def _assumed(self, station: Station, proof: Proof) -> list[Term]:
        """What a step assumes that the theorem does not."""
        (theorem,) = station.step.theorems
        return sorted(theorem.hypotheses - proof.hypotheses, key=lambda h: h.digest)

    def _speaks_plainly(self, station: Station, proof: Proof) -> bool:
        """Whether a step assumes inequalities alone, or is one direction of what is printed."""
        assumed = self._assumed(station, proof)
        if all(_plain(h).op in ("<", "<=", "!=") for h in assumed):
            return True
        return all(_meaning(h) in self.sides for h in (*assumed, *station.said))

    def _instances(self, theorem: Theorem, proof: Proof) -> list[Term]:
        """What a theorem says, and what it says of the document's variables for its own."""
        said = _plain(theorem.conclusion)
        own = [v for v in own_variables(said) if v.sort == REAL]
        if len(own) != 1 or any(own[0] in h.variables for h in theorem.hypotheses):
            return [said]
        points = _differentiated(proof.theorem.conclusion) or sorted(
            (v for v in proof.theorem.conclusion.variables if v.sort == REAL), key=lambda v: v.data
        )
        values = [v for v in points if v not in said.variables][:3]
        return [*(t.substitute(said, {own[0]: value}) for value in values), said]

    def _short(self, said: Term) -> Term:
        return tidy(self.compact(said))

    def _latex(self, short: Term, said: Term) -> tuple[str, dict[Term, str]]:
        return latex_with(short, self.vocabulary, self.names.texts, said.variables)

    def _text(self, said: Term) -> tuple[str, dict[Term, str], tuple[str, ...]] | None:
        """LaTeX that is read again as the statement, its letters and their declarations."""
        if length(said) > TOO_MUCH or not self._is_readable(said):
            return None
        short = self._short(said)
        if has_own_quotient(short):
            return None
        text, own = self._latex(short, said)
        if len(text) > LONGEST:
            return None
        declared = []
        for variable, name in own.items():
            if not self.vocabulary.declared(variable.sort, name):
                line = _declaration(variable, name)
                if line is None:
                    return None
                declared.append(line)
        again = self.statement(text, tuple(declared))
        if again is None or not says(again, named(said, own)):
            return None
        return text, own, tuple(declared)

    def _is_readable(self, said: Term) -> bool:
        """Whether the reader has words for a statement: what it surely has not is not tried."""
        names = self.vocabulary.taken
        primed = [v.data for v in said.variables if v.data.endswith("'")]
        return (
            all(v.sort == REAL or t.is_finite(v.sort) for v in own_variables(said))
            and all(name in names or name.rstrip("'") not in names for name in primed)
            and all(self.vocabulary.bound.get(sort) for sort in integrated(said))
            and not (said.op in ("and", "implies", "iff") and "every" in {a.op for a in said.args})
        )

    def formula(self, said: Term) -> str:
        """A statement in the document's own names, which is not read again."""
        return self._latex(self._short(said), said)[0]

    def scope(self, declared: tuple[str, ...]) -> Scope:
        """The equation's scope with further declarations."""
        if not declared:
            return self.equation.scope
        source = Source("proof", "\n".join(f"%! {line}" for line in declared))
        more, _ = read_declarations(source)
        return build_scope(self.equation.label, [*self.document.declarations, *more])[0]

    def statement(self, text: str, declared: tuple[str, ...] = ()) -> Term | None:
        """What the reader makes of a relation; None for what it does not read."""
        scope = self.scope(declared)
        try:
            node = read_declared(scope, text)
            if not declared:
                return statement(self.document, self.equation, node, self.meaning)
            return statement(self.document, replace(self.equation, scope=scope), node)
        except (ReadError, Unsupported, KernelError, RecursionError, AttributeError):
            return None


def named(said: Term, letters: Mapping[Term, str]) -> Term:
    """A statement with letters for some of its variables."""
    return t.substitute(said, {v: t.var(name, v.sort) for v, name in letters.items()})


def says(again: Term, said: Term) -> bool:
    """Whether two relations are the same by normal form of their sides."""
    return _meaning(again) == _meaning(said)


def _differentiated(said: Term) -> list[Term]:
    """The points of the derivatives in a statement that are variables, or 0."""
    found: dict[Term, None] = {}
    stack = [said]
    while stack:
        here = stack.pop()
        if here.op == "deriv" and (here.args[1].op == "var" or here.args[1] is t.num(0)):
            found[here.args[1]] = None
        stack += here.args
    return list(found)


def _plain(said: Term) -> Term:
    """A statement for all values of variables, about any of them."""
    while said.op == "every":
        body = said.args[0]
        said = t.at(body, *t.fresh_variables(body.data, body))
    return said


@lru_cache(maxsize=10_000)
def integrated(term: Term) -> frozenset[t.Sort]:
    """The sorts of the variables of integrals in a term."""
    here = term.args[0].data if term.op == "int" else ()
    return frozenset(here).union(*map(integrated, term.args))


def _nothing_new(said: Term) -> bool:
    """Whether both sides of a relation are the same."""
    return said.op in ("=", "<=") and said.args[0].sort == REAL and same(*said.args)


def _alike(these: tuple[Term, ...], those: tuple[Term, ...]) -> bool:
    return [_meaning(_plain(x)) for x in these] == [_meaning(_plain(x)) for x in those]


def _declaration(variable: Term, name: str) -> str | None:
    """How a number or an index of the proof's own would be declared.

    Vectors, matrices and functions of its own have properties that a reader would not know.
    """
    if not isinstance(variable.sort, str):
        return None
    return f"{name} : {'real' if variable.sort == REAL else f'index({variable.sort})'}"


def _meaning(said: Term) -> object:
    """What a statement says, to be looked up by: its parts in normal form."""
    if said.op == "every":
        body = said.args[0]
        fresh = tuple(t.marker(k, sort) for k, sort in enumerate(body.data))
        return ("every", body.data, _meaning(t.at(body, *fresh)))
    if said.op in ("=", "<", "<=", "!=") and said.args[0].sort == REAL:
        return (said.op, *(frozenset(polynomial(a).items()) for a in said.args))
    return said


def line(station: Station, text: str) -> Line:
    """A station as a line of an article."""
    return Line(
        station.step.number,
        station.texts or (text,),
        tuple(station.reasons) or (ARITHMETIC,),
        tuple(station.uses),
        station.assuming,
        station.given,
        station.folded,
    )
