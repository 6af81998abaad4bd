"""From a printed link to a theorem that states it.

The statement is what ``meaning`` makes of the link. Its proof is sought by simplifying,
and accepted only as a theorem of the kernel whose conclusion is that statement and whose
hypotheses come from the declarations; besides, every condition under which the printed
formulas make sense must be a theorem too.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ..kernel import terms as t
from ..kernel.analysis import sqrt_of_square
from ..kernel.arithmetic import linear, sign
from ..kernel.logic import (
    assume,
    congruence,
    discharge,
    equivalence,
    generalise,
    replace,
)
from ..kernel.records import steps
from ..kernel.terms import REAL, Arrow, KernelError, Term
from ..kernel.theorem import RULES, Theorem
from ..language import nodes as n
from ..language.types import Function, Parameter
from ..reader.definitions import read_declared
from ..reader.document import Document, Equation
from ..reader.errors import ReadError
from ..reader.scope import Entry
from ..reader.statements import Link
from . import existence, inequalities, solving, unequal
from .eigen import by_inverse, eigen_facts, gram_facts, inverted, push_through
from .facts import consequences, equations
from .given import Given, given
from .logs import operations
from .meaning import Meaning, Unsupported, is_zero
from .meaning_atoms import bind
from .simplify import OutOfTime, Simplifier


@dataclass
class Proof:
    """A theorem for a link, theorems for its conditions, and what they rest on."""

    theorem: Theorem
    conditions: list[Theorem]
    granted: list[Given]
    uses: set[str] = field(default_factory=set)
    conventions: set[str] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    assumed: dict[str, Term] = field(default_factory=dict)
    """Declared assumptions, as printed, and what they say."""
    witnesses: dict[str, Term] = field(default_factory=dict)
    """Values of the symbols of which the link says that there are some; the conditions then
    hold theorems that they are what the declarations ask for."""

    @property
    def used(self) -> set[tuple[str, str]]:
        """What it rests on: (symbol, property), (``assume``, text), (``convention``, name)."""
        here = self.hypotheses
        found = {(g.entry.name, g.name) for g in self.granted if g.statement in here}
        found |= {("assume", text) for text, said in self.assumed.items() if said in here}
        return found | {("convention", name) for name in self.conventions}

    @property
    def hypotheses(self) -> frozenset[Term]:
        """All that the theorem and the conditions assume."""
        return self.theorem.hypotheses.union(*(c.hypotheses for c in self.conditions))

    @cached_property
    def inferences(self) -> list[Theorem]:
        """All theorems that it is made of."""
        return steps(self.theorem, *self.conditions)

    def rests_on(self) -> tuple[list[str], list[str]]:
        """Names of the rules of logic and arithmetic used, and of the axioms."""
        names = {s.record.rule for s in self.inferences}
        axioms = {name for name in names if RULES[name].axiom}
        return sorted(names - axioms), sorted(axioms)


class Unproved(Exception):
    """No proof was found; says how far it went."""


def prove(
    document: Document,
    equation: Equation,
    link: Link,
    seconds: float | None = None,
    dropped: frozenset[tuple[str, str]] = frozenset(),
    thorough: bool = True,
) -> Proof:
    """A proof of a link. Raises Unproved, with a reason, if none is found.

    ``dropped`` names hypotheses (symbol, property) that may not be used. Without ``thorough``
    only simplification is tried, as for what is known to be false.
    """
    key = (_what_is_read(document), _known_names(equation), link.span, dropped, thorough)
    known = _known.pop(key, None)
    found = known or _sought(document, equation, link, seconds, dropped, thorough)
    if isinstance(found, OutOfTime):
        raise Unproved("time ran out")
    _known[key] = found
    if len(_known) > KNOWN:
        _known.popitem(last=False)
    if isinstance(found, Proof):
        return found
    raise Unproved(found)


_known: OrderedDict[object, Proof | str] = OrderedDict()
KNOWN = 300
"""Answers that are kept: to tell a proof, it is asked for again."""


def _what_is_read(document: Document) -> object:
    """What a proof depends on besides its link."""
    return document.source.text, tuple((d.source.text, d.span) for d in document.declarations)


def _known_names(equation: Equation) -> object:
    """An equation with what is declared for it, of which an edited one may have more."""
    entries = equation.scope.entries()
    return equation.label, tuple((e.pattern, e.kind, e.properties) for e in entries)


def _sought(
    document: Document,
    equation: Equation,
    link: Link,
    seconds: float | None,
    dropped: frozenset[tuple[str, str]],
    thorough: bool,
) -> Proof | str | OutOfTime:
    """A proof, or why there is none."""
    deadline = None if seconds is None else time.monotonic() + seconds
    try:
        return _Search(document, equation, deadline, dropped, thorough).prove(link.node)
    except Unsupported as error:
        return f"not in the prover's language: {error}"
    except ReadError as error:
        return f"not understood: {error.message}"
    except OutOfTime as error:
        return error
    except (KernelError, Unproved) as error:
        return str(error) or "no proof"


def statement(
    document: Document, equation: Equation, node: n.Node, meaning: Meaning | None = None
) -> Term:
    """What a relation of an equation says, as the prover states it; raises Unsupported.

    ``meaning`` gives its terms, where formulas of the equation were looked at before.
    """
    search = _Search(document, equation, None, frozenset())
    search.meaning = meaning or search.meaning
    return search.statement(node)


_RELATIONS = {
    "=": (t.equal, False),
    "!=": (t.distinct, False),
    "<=": (t.at_most, False),
    "<": (t.less, False),
    ">=": (t.at_most, True),
    ">": (t.less, True),
}
"""Makers of statements, and whether the sides change places."""


_recent: OrderedDict[object, Simplifier] = OrderedDict()
RECENT = 12


def shared_simplifier(facts: list[Theorem], products: bool) -> Simplifier:
    """A simplifier for facts; those used last are kept, with what they found."""
    key = (tuple((f.conclusion, f.hypotheses) for f in facts), products)
    found = _recent.pop(key, None) or Simplifier(facts, equations(facts), products=products)
    _recent[key] = found
    if len(_recent) > RECENT:
        _recent.popitem(last=False)
    return found


class _Search:
    def __init__(
        self,
        document: Document,
        equation: Equation,
        deadline: float | None,
        dropped: frozenset[tuple[str, str]],
        thorough: bool = True,
    ) -> None:
        self.thorough = thorough
        self.document, self.equation = document, equation
        self.deadline, self.dropped = deadline, dropped
        self.meaning = Meaning(document, equation.scope)
        self.meaning.dropped = dropped
        self.assumed: dict[str, Term] = {}
        self.granted: list[Given] = []
        self.facts: list[Theorem] = []
        self.simplifiers: dict[object, Simplifier] = {}
        self.swaps: list[Theorem] = []
        """Equations of which one at a time may be used, as they undo each other."""
        self.renamed: dict[Term, Term] = {}
        """Parameters and their second copies, for a claim up to terms free of them."""

    def prove(self, node: n.Node) -> Proof:
        if isinstance(node, n.Relation) and node.some:
            return existence.prove(self, node)
        claim = self.statement(node)
        self.granted = self.given()
        self.suppose(claim)
        theorem = self.from_premises(claim)
        return self.proof(theorem, [self.condition(c) for c in self.meaning.conditions])

    def proof(
        self, theorem: Theorem, conditions: list[Theorem], witnesses: dict[str, Term] | None = None
    ) -> Proof:
        m = self.meaning
        entries = list(m.entries.values())
        return Proof(
            theorem,
            conditions,
            self.granted,
            m.uses,
            m.conventions,
            entries,
            self.assumed,
            witnesses or {},
        )

    def given(self) -> list[Given]:
        """What the declarations say of the symbols that were read."""
        return [g for g in given(self.meaning) if (g.entry.name, g.name) not in self.dropped]

    def suppose(self, claim: Term, *known: Theorem) -> None:
        """Assume what is granted, beside what is known, for the proof of a claim."""
        scope = self.equation.scope
        assumed = [assume(g.statement) for g in self.granted]
        assumed += [assume(s) for s in sorted(self.meaning.pairs, key=lambda s: s.digest)]
        for span, source, _ in scope.assumptions:
            text = source.slice(span)
            if ("assume", text) not in self.dropped:
                assumed += self.assumption(read_declared(scope, text))
                self.assumed[text] = assumed[-1].conclusion
        self.facts = consequences([*known, *assumed])
        said = (claim, *self.meaning.conditions)
        self.facts = consequences([*self.facts, *gram_facts(self.facts, said)])
        self.swaps = push_through(self.facts, said)
        self.facts += eigen_facts(self.facts)

    def assumption(self, node: n.Node) -> list[Theorem]:
        before = len(self.meaning.conditions)
        found = assume(self.statement(node))
        del self.meaning.conditions[before:]
        return [found]

    def from_premises(self, claim: Term) -> Theorem:
        """A theorem for the claim; from the equation that it is declared to follow from, if
        it has no proof without, and no hypothesis is left out."""
        try:
            return self.theorem(claim)
        except (Unproved, KernelError):
            premises = self.premises() if not self.dropped else []
            if not premises:
                raise
        self.facts = consequences([*self.facts, *premises])
        return self.theorem(claim)

    def premises(self) -> list[Theorem]:
        label = self.equation.scope.follows
        if label is None or label not in self.document or label == self.equation.label:
            return []
        reading = self.document[label].reading
        links = reading.links if reading is not None else []
        relations = (x.node for x in links if isinstance(x.node, n.Relation))
        first = next((x for x in relations if not x.some), None)
        return self.assumption(first) if first is not None else []

    def simplifier(self, *more: Theorem, products: bool = False) -> Simplifier:
        """One for what is granted and more; asked for the same again, the same."""
        key = (tuple(self.facts), more, products)
        found = self.simplifiers.get(key)
        if found is None:
            found = shared_simplifier(consequences([*self.facts, *more]), products)
            self.simplifiers[key] = found
        found.until(self.deadline)
        return found

    # ------------------------------------------------------------ statements

    def statement(self, node: n.Node) -> Term:
        """A link as a statement of the kernel; of vectors, for all their entries."""
        if isinstance(node, n.Equivalence):
            left, right = self.statement(node.left), self.statement(node.right)
            return t.implies(left, right) if node.one_way else t.iff(left, right)
        if not isinstance(node, n.Relation):
            raise Unsupported("what is no relation")
        if node.some:
            raise Unsupported("that something exists, in another statement")
        if node.up_to is not None:
            return self.up_to(node)
        if isinstance(node.left, n.Extremum) and node.left.kind.startswith("arg"):
            return self.same_places(node)
        left, right = self.sides(node)
        say, turned = _RELATIONS.get(node.op, (None, False))
        if say is None:
            raise Unsupported(f"the relation {node.op}")
        left, right = (right, left) if turned else (left, right)
        if left.sort == REAL and (left.masses or right.masses):
            return self.measures(node.op, left, right)
        if left.sort == REAL or t.is_finite(left.sort):
            return say(left, right)
        assert isinstance(left.sort, Arrow)
        fresh = [self.meaning.fresh(s) for s in left.sort.arguments]
        return t.every(t.lam(fresh, say(t.at(left, *fresh), t.at(right, *fresh))))

    def measures(self, op: str, left: Term, right: Term) -> Term:
        """Two measures are the same: all functions have the same integral."""
        if op != "=":
            raise Unsupported(f"{op} between measures")
        places = places_of(left) | places_of(right)
        if len(places) != 1:
            raise Unsupported("measures in several variables")
        (x,) = places
        test = self.meaning.fresh(Arrow((x.sort,), REAL), "F")
        sides = (t.integral(t.lam([x], t.mul(side, t.at(test, x)))) for side in (left, right))
        return t.equal(*sides)

    def sides(self, node: n.Relation) -> tuple[Term, Term]:
        m = self.meaning
        if all(
            isinstance(x, n.Symbol) and isinstance(x.type, Function)
            for x in (node.left, node.right)
        ):
            return self.functions(node)
        left, right = (None if is_zero(x) else m(x) for x in (node.left, node.right))
        if left is None and right is None:
            return t.num(0), t.num(0)
        shape = (left if left is not None else right).sort  # type: ignore[union-attr]
        zero = t.num(0)
        if isinstance(shape, Arrow):
            zero = t.lam([m.fresh(s) for s in shape.arguments], t.num(0))
        left, right = (zero if x is None else x for x in (left, right))
        if left.sort != right.sort:
            raise Unsupported("two sides of different kinds")
        return left, right

    def same_places(self, node: n.Relation) -> Term:
        """Two sets of minimisers or maximisers are the same."""
        if node.op != "=" or not isinstance(node.right, n.Extremum):
            raise Unsupported("a set of minimisers in this relation")
        assert isinstance(node.left, n.Extremum)
        (x,), _ = bind(self.meaning, (node.left.variable,), {})
        left, right = (self.is_extreme(side, x) for side in (node.left, node.right))
        return t.every(t.lam([x], t.iff(left, right)))

    def is_extreme(self, side: n.Node, x: Term) -> Term:
        """A point is one of those where a function is least, or greatest."""
        if not isinstance(side, n.Extremum) or not side.kind.startswith("arg"):
            raise Unsupported("a set of minimisers compared with a number")
        m = self.meaning
        (y,), names = bind(m, (side.variable,), {})
        if y.sort != x.sort:
            raise Unsupported("minimisers over different sets")
        there = m.under([y], lambda: m(side.body, names))
        here = t.substitute(there, {y: x})
        claim = t.at_most(here, there) if side.kind == "argmin" else t.at_most(there, here)
        return t.every(t.lam([y], claim))

    def functions(self, node: n.Relation) -> tuple[Term, Term]:
        """Two functions, as lams over their arguments."""
        made = []
        for side in (node.left, node.right):
            assert isinstance(side, n.Symbol)
            entry = self.meaning.entry(side)
            if entry.over is None:
                raise Unsupported(f"the function {side.name} without its argument")
            over = read_declared(self.equation.scope, entry.over)
            if not isinstance(over, n.Symbol):
                raise Unsupported(f"the function {side.name} without its argument")
            symbol = self.equation.scope.symbols.get(over.name)
            x = self.meaning.fresh(self.meaning.sort_of(over.type, symbol))
            made.append(t.lam([x], self.meaning.body_of(side, [x], {})))
        return made[0], made[1]

    def up_to(self, node: n.Relation) -> Term:
        """The difference of the sides is the same for all values of some parameters."""
        assert node.up_to is not None
        left, right = self.sides(node)
        names = self.parameters(node.up_to)
        difference = t.sub(left, right)
        values = {v: t.var(v.data + "'", v.sort) for v in difference.variables if v.data in names}
        for condition in list(self.meaning.conditions):
            self.meaning.conditions.append(t.substitute(condition, values))
        self.renamed = values
        return t.equal(difference, t.substitute(difference, values))

    def parameters(self, symbol: n.Symbol) -> frozenset[str]:
        if not isinstance(symbol.type, Parameter):
            return frozenset((symbol.name,))
        names = []
        for text in symbol.type.members:
            node = read_declared(self.equation.scope, text, bare=True)
            base = node.base if isinstance(node, n.Indexed) else node
            names.append(base.name if isinstance(base, n.Symbol) else text)
        return frozenset(names)

    # ------------------------------------------------------------ proofs

    def theorem(self, claim: Term) -> Theorem:
        """A theorem with that conclusion. Raises Unproved."""
        if self.renamed:
            copies = [
                assume(t.substitute(g.statement, self.renamed))
                for g in self.granted
                if g.statement.variables & self.renamed.keys()
            ]
            self.facts = consequences([*self.facts, *copies])
        return self.goal(claim, self.simplifier())

    def goal(self, claim: Term, s: Simplifier) -> Theorem:
        match claim.op:
            case "every":
                body = claim.args[0]
                fresh = tuple(t.var(f"i{k}~", x) for k, x in enumerate(body.data))
                return generalise(self.goal(t.at(body, *fresh), s), fresh)
            case "iff":
                left, right = claim.args
                return equivalence(self.follows(left, right), self.follows(right, left))
            case "implies":
                return discharge(self.follows(*claim.args), claim.args[0])
            case "=":
                return self.equation_theorem(claim, s)
            case "<=" | "<":
                return inequalities.prove(s, claim)
            case "!=":
                return unequal.prove(s, claim)
        raise Unproved(f"no way to prove {claim.op}")

    def equation_theorem(self, claim: Term, s: Simplifier) -> Theorem:
        left, right = claim.args
        if left.sort != REAL:
            raise Unproved("an equation between elements of a set")
        difference = s(t.sub(right, left))
        rest = difference.conclusion.args[1]
        if rest is t.num(0):
            return linear(claim, ((t.num(-1), difference, (), ()),), ())
        ways: tuple[Callable[[], Theorem | None], ...] = (
            lambda: solving.close(s, claim, difference),
            lambda: self.by_products(claim),
            lambda: self.by_squares(claim, s),
            lambda: self.by_swaps(claim),
            lambda: self.by_inverse(claim, s),
        )
        tried = ways if self.thorough else ways[:1]
        found = next((x for x in (way() for way in tried) if x is not None), None)
        if found is not None:
            return found
        raise Unproved(f"the sides differ by {rest}")

    def by_products(self, claim: Term) -> Theorem | None:
        """The same with determinants of products taken apart first."""
        if "det" not in operations(claim):
            return None
        return self.simplified(claim, self.simplifier(products=True))

    def by_swaps(self, claim: Term) -> Theorem | None:
        """The same with one more equation, such as A⁻¹ X' = X' B⁻¹."""
        for swap in self.swaps:
            found = self.simplified(claim, self.simplifier(swap))
            if found is not None:
                return found
        return None

    def simplified(self, claim: Term, s: Simplifier) -> Theorem | None:
        """An equation whose sides have one simplest form."""
        left, right = claim.args
        difference = s(t.sub(right, left))
        if difference.conclusion.args[1] is not t.num(0):
            return None
        return linear(claim, ((t.num(-1), difference, (), ()),), ())

    def by_squares(self, claim: Term, s: Simplifier) -> Theorem | None:
        """a = b from a² = b², where neither is negative."""
        left, right = claim.args
        if "sqrt" not in operations(s.result(left)) | operations(s.result(right)):
            return None
        squares = [s(t.mul(x, x)) for x in (left, right)]
        if squares[0].conclusion.args[1] is not squares[1].conclusion.args[1]:
            return None
        entries = ((t.num(1), squares[0], (), ()), (t.num(-1), squares[1], (), ()))
        same = linear(t.equal(t.mul(left, left), t.mul(right, right)), entries, ())
        hole = t.var("~hole", REAL)
        roots = congruence(same, (), hole, t.call("sqrt", hole))
        here, there = (self.root(x, s) for x in (left, right))
        return linear(
            claim,
            ((t.num(-1), here, (), ()), (t.num(1), roots, (), ()), (t.num(1), there, (), ())),
            (),
        )

    def by_inverse(self, claim: Term, s: Simplifier) -> Theorem | None:
        """A vector equation after multiplication by a matrix that it inverts."""
        among = sorted(inverted(claim), key=lambda m: m.digest)
        return by_inverse(s, claim, among, sorted(claim.variables, key=str)) if among else None

    def root(self, term: Term, s: Simplifier) -> Theorem:
        """√(a a) = a for a term that is seen not to be negative."""
        try:
            return sqrt_of_square(term, s.facts)
        except KernelError:
            known = self.signed(t.at_most(t.num(0), term))
            return sqrt_of_square(term, (*s.facts, known))

    def follows(self, premise: Term, claim: Term) -> Theorem:
        """The claim under a premise, proved on its own or from the premise."""
        if premise is claim:
            return assume(premise)
        try:
            return self.goal(claim, self.simplifier())
        except (Unproved, KernelError):
            pass
        return solving.follows(self, premise, claim)

    # ------------------------------------------------------------ conditions

    def condition(self, claim: Term) -> Theorem:
        """A theorem that what is printed makes sense."""
        if claim.op == "every":
            fresh = tuple(t.var(f"c{k}~", x) for k, x in enumerate(claim.args[0].data))
            return generalise(self.condition(t.at(claim.args[0], *fresh)), fresh)
        if claim.op == "implies":
            guard = assume(claim.args[0])
            return discharge(self.signed(claim.args[1], guard), claim.args[0])
        return self.signed(claim)

    def signed(self, claim: Term, *more: Theorem) -> Theorem:
        s = self.simplifier(*more)
        for form in self.forms(claim, s):
            try:
                return form()
            except KernelError:
                continue
        raise Unproved(f"it is not known that {claim}")

    def forms(self, claim: Term, s: Simplifier) -> Iterator[Callable[[], Theorem]]:
        """Ways to show the sign of a term: as it stands, and simplified."""
        yield lambda: sign(claim, s.facts)
        place = 1 if claim.args[0] is t.num(0) else 0
        value = claim.args[place]

        def about(term: Term) -> Term:
            args = (claim.args[0], term) if place else (term, claim.args[1])
            return t.rebuild(claim, args)

        def simplified() -> Theorem:
            simpler = s(value)
            here = simpler.conclusion.args[1]
            hole = t.var("~hole", REAL)
            known = sign(about(here), s.facts)
            back = linear(t.equal(here, value), ((t.num(-1), simpler, (), ()),), ())
            return replace(back, (), hole, about(hole), known)

        yield simplified


def places_of(term: Term) -> set[Term]:
    """The variables that Dirac measures are functions of."""
    if term.op == "dirac":
        heads = {
            a.args[0].args[0] if a.op == "lam" and a.args[0].op == "at" else a for a in term.args
        }
        return {h for h in heads if h.op == "var"}
    return set().union(*(places_of(a) for a in term.args))


def simplest(left: Term, right: Term, *given: Theorem) -> Theorem:
    """left = right, which have one simplest form under what is given. Raises Unproved."""
    facts = consequences(given)
    difference = Simplifier(facts, equations(facts))(t.sub(right, left))
    if difference.conclusion.args[1] is not t.num(0):
        raise Unproved(f"the sides differ by {difference.conclusion.args[1]}")
    return linear(t.equal(left, right), ((t.num(-1), difference, (), ()),), ())
