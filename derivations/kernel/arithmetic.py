"""Rules of the ordered field of real numbers, with finite sums."""

from __future__ import annotations

from . import terms as t
from .logic import closed, no_masses
from .normal import polynomial, same, written
from .signs import needed, sign_of
from .terms import Term, refuse
from .theorem import Claim, Theorem, rule

Entry = tuple[Term, Theorem, tuple[tuple[Term, Term], ...], tuple[Term, ...]]
"""A coefficient, a theorem, values of its variables, and variables to sum over."""


@rule(
    "From a = b, a <= b or a < b, a linear combination of them, summed over finite sets",
    "coefficients of inequalities are not negative",
    "the difference of the two sides has the normal form of the combination",
)
def linear(goal: Term, entries: tuple[Entry, ...], facts: tuple[Theorem, ...] = ()) -> Claim:
    if goal.op not in ("=", "<=", "<"):
        refuse(f"{goal} is no equation or inequality")
    left, right = goal.args
    hypotheses: set[Term] = set()
    parts, strict = [t.sub(right, left)], False
    for coefficient, theorem, values, binders in entries:
        replaced = dict(values)
        no_masses(replaced.values())
        given = {t.substitute(h, replaced) for h in theorem.hypotheses}
        closed(binders, given)
        said = t.substitute(theorem.conclusion, replaced)
        if said.op not in ("=", "<=", "<"):
            refuse(f"{said} is no equation or inequality")
        hypotheses |= given
        if said.op != "=":
            known: set[Term] = set()
            sign = sign_of(coefficient, facts, known)
            closed(binders, known)
            hypotheses |= known
            if goal.op == "=" or not sign.nonnegative:
                refuse(f"the coefficient {coefficient} of {said} may be negative")
            strict = strict or (said.op == "<" and sign.nonzero)
        part = t.mul(coefficient, t.sub(said.args[1], said.args[0]))
        for v in reversed(binders):
            part = t.total(t.lam([v], part))
        parts.append(t.neg(part))
    rest = t.add(*parts)
    if goal.op == "<" and not strict:
        refuse(f"nothing in the combination is strict, as {goal} is")
    if polynomial(rest):
        refuse(f"{left} and {right}: the combination leaves {t.show(_written(rest))}")
    return hypotheses, goal


def _written(term: Term) -> Term:
    return written(polynomial(term))


@rule("Terms with the same normal form are equal")
def ring(left: Term, right: Term) -> Claim:
    if not same(left, right):
        refuse(f"{left} and {right} differ by {t.show(_written(t.sub(right, left)))}")
    return (), t.equal(left, right)


@rule("a a⁻¹ = 1", "a != 0")
def reciprocal(term: Term, facts: tuple[Theorem, ...] = ()) -> Claim:
    return needed("nonzero", term, facts), t.equal(t.mul(term, t.inv(term)), t.num(1))


@rule("A sign that follows from the signs of the parts", "what is known of the parts")
def sign(goal: Term, facts: tuple[Theorem, ...] = ()) -> Claim:
    hypotheses: set[Term] = set()
    left, right = goal.args if len(goal.args) == 2 else refuse(f"{goal} says nothing of a sign")
    if goal.op in ("<", "<=") and left is t.num(0):
        found = sign_of(right, facts, hypotheses)
        holds = found.positive if goal.op == "<" else found.nonnegative
    elif goal.op == "<=" and right is t.num(0):
        holds = sign_of(t.neg(left), facts, hypotheses).nonnegative
    elif goal.op == "!=" and right is t.num(0):
        holds = sign_of(left, facts, hypotheses).nonzero
    else:
        refuse(f"{goal} says nothing of a sign")
    if not holds:
        refuse(f"{goal} does not follow from the signs of its parts")
    return hypotheses, goal


@rule(
    "From a sum of terms being 0, each of them is 0",
    "the terms are not negative",
    "no hypothesis speaks of x",
)
def vanishing(total: Theorem, terms: Theorem, variables: tuple[Term, ...]) -> Claim:
    said, each = total.conclusion, terms.conclusion
    closed(variables, terms.hypotheses)
    if each.op != "<=" or each.args[0] is not t.num(0):
        refuse(f"{each} does not say that terms are not negative")
    if said is not t.equal(t.total(t.lam(variables, each.args[1])), t.num(0)):
        refuse(f"{said} does not say that the sum of {each.args[1]} is 0")
    return total.hypotheses | terms.hypotheses, t.equal(each.args[1], t.num(0))


@rule("a <= b or b < a: from what follows from each, what follows")
def trichotomy(first: Theorem, second: Theorem, left: Term, right: Term) -> Claim:
    if first.conclusion is not second.conclusion:
        refuse(f"the cases show {first.conclusion} and {second.conclusion}")
    given = (first.hypotheses - {t.at_most(left, right)}) | (
        second.hypotheses - {t.less(right, left)}
    )
    return given, first.conclusion


@rule("Elements of a finite sort: δ(a, b) = 0 if a != b, and δ(a, b) = 1 if a = b")
def separate(fact: Theorem) -> Claim:
    said = fact.conclusion
    value = t.num({"=": 1, "!=": 0}[said.op])
    return fact.hypotheses, t.equal(t.delta(*said.args), value)
