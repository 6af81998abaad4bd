"""Signs of terms, from the signs of their parts: what side conditions are discharged by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from itertools import islice, product
from operator import add, mul

from . import terms as t
from .normal import normal, same
from .terms import Term, refuse
from .theorem import Theorem


@dataclass(frozen=True)
class Sign:
    """What is known: at least 0, at most 0, not 0."""

    nonnegative: bool = False
    nonpositive: bool = False
    nonzero: bool = False

    @property
    def positive(self) -> bool:
        return self.nonnegative and self.nonzero

    def __and__(self, other: Sign) -> Sign:
        """Both are known of one term."""
        return Sign(
            self.nonnegative or other.nonnegative,
            self.nonpositive or other.nonpositive,
            self.nonzero or other.nonzero,
        )

    def __mul__(self, other: Sign) -> Sign:
        return Sign(
            (self.nonnegative and other.nonnegative) or (self.nonpositive and other.nonpositive),
            (self.nonnegative and other.nonpositive) or (self.nonpositive and other.nonnegative),
            self.nonzero and other.nonzero,
        )

    def __add__(self, other: Sign) -> Sign:
        up = self.nonnegative and other.nonnegative
        down = self.nonpositive and other.nonpositive
        return Sign(up, down, (up or down) and (self.nonzero or other.nonzero))


POSITIVE = Sign(True, False, True)


def sign_of(term: Term, facts: tuple[Theorem, ...], hypotheses: set[Term]) -> Sign:
    """The sign of a real term; hypotheses of the facts it rests on are added to the set."""
    found = _by_facts(term, facts, hypotheses)
    if found.positive or (found.nonpositive and found.nonzero):
        return found
    return found & _by_parts(term, facts, hypotheses)


def known_sign(term: Term, facts: tuple[Theorem, ...], hypotheses: set[Term]) -> Sign:
    """What is known of a term to be at least 0, or not 0: as it stands, or of its normal form."""
    for form in (term, normal(term)):
        used: set[Term] = set()
        found = sign_of(form, facts, used)
        if found.nonzero or found.nonnegative:
            hypotheses |= used
            return found
    return Sign()


def needed(holds: str, term: Term, facts: tuple[Theorem, ...]) -> set[Term]:
    """The hypotheses of facts by which a term is ``positive``, ``nonnegative`` or ``nonzero``.

    Refuses if they do not say so.
    """
    hypotheses: set[Term] = set()
    if not getattr(known_sign(term, facts, hypotheses), holds):
        refuse(f"{term} is not known to be {_WORDS[holds]}")
    return hypotheses


_WORDS = {"positive": "> 0", "nonzero": "!= 0", "nonnegative": ">= 0"}


def _by_facts(term: Term, facts: tuple[Theorem, ...], hypotheses: set[Term]) -> Sign:
    found = Sign()
    for fact in facts:
        said, holes = fact.conclusion, frozenset[Term]()
        if said.op == "every":
            variables = t.fresh_variables(said.args[0].data, said, term)
            said, holes = t.at(said.args[0], *variables), frozenset(variables)
        known = _said(said, term, holes)
        if known is not None and (found & known) != found:
            found = found & known
            hypotheses |= fact.hypotheses
    return found


@cache
def _said(said: Term, term: Term, holes: frozenset[Term]) -> Sign | None:
    """What a statement, for some values of its holes, says of the sign of a term."""
    if said.op not in ("<", "<=", "!="):
        return None
    left, right = said.args
    if left is t.num(0) and said.op != "!=":
        about, known = right, Sign(True, False, said.op == "<")
    elif right is t.num(0):
        about = left
        known = Sign(False, said.op != "!=", said.op != "<=")
    else:
        return None
    if t.match(about, term, holes) is not None:
        return known
    return known if about.op == term.op and _is_instance(about, term, holes) else None


def _is_instance(about: Term, term: Term, holes: frozenset[Term]) -> bool:
    """Whether indices for the holes give a term with the same normal form."""
    if about.op not in ("add", "mul", "sum") or any(not t.is_finite(h.sort) for h in holes):
        return False
    order = sorted(holes, key=lambda h: h.digest)
    found = [sorted((v for v in term.variables if v.sort == h.sort), key=str) for h in order]
    tries = islice(product(*found), MAX_INSTANCES)
    return any(same(t.substitute(about, dict(zip(order, vs, strict=True))), term) for vs in tries)


MAX_INSTANCES = 9


def _by_parts(term: Term, facts: tuple[Theorem, ...], hypotheses: set[Term]) -> Sign:
    op, args = term.op, term.args
    match op:
        case "num":
            return Sign(term.data >= 0, term.data <= 0, term.data != 0)
        case "const" | "exp" | "cosh" | "size":
            return POSITIVE
        case "delta":
            return Sign(nonnegative=True)
        case "parity":
            return Sign(nonzero=True)
        case "add":
            return reduce(add, [sign_of(a, facts, hypotheses) for a in args])
        case "mul":
            found = reduce(mul, [sign_of(a, facts, hypotheses) for a in args])
            return found & Sign(nonnegative=_is_square(args))
        case "pow":
            base = sign_of(args[0], facts, hypotheses)
            if term.data == 0:
                return POSITIVE
            if term.data % 2 == 0:
                return Sign(True, base.nonnegative and base.nonpositive, base.nonzero)
            return base
        case "inv":
            return sign_of(args[0], facts, hypotheses)
        case "sqrt":
            inner = sign_of(args[0], facts, hypotheses)
            return Sign(inner.nonnegative, False, inner.positive)
        case "sum" | "prod":
            return _over_a_sort(term, facts, hypotheses)
    return Sign()


def _is_square(factors: tuple[Term, ...]) -> bool:
    """Whether every factor but positive numbers comes an even number of times."""
    counts: dict[Term, int] = {}
    for factor in factors:
        base = normal(factor)
        counts[base] = counts.get(base, 0) + 1
    return all(c % 2 == 0 or (b.op == "num" and b.data > 0) for b, c in counts.items())


def _over_a_sort(term: Term, facts: tuple[Theorem, ...], hypotheses: set[Term]) -> Sign:
    """The sign of every term, by facts that do not speak of the variable."""
    body = term.args[0]
    (variable,) = t.fresh_variables(body.data, body, *(f.conclusion for f in facts))
    each = sign_of(t.at(body, variable), facts, hypotheses)
    if term.op == "prod":
        return Sign(each.nonnegative, False, each.nonzero)
    one_side = each.nonnegative or each.nonpositive
    return Sign(each.nonnegative, each.nonpositive, each.nonzero and one_side)
