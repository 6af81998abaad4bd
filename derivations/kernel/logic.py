"""Rules of logic: hypotheses, variables, quantifiers, connectives, replacing equals."""

from __future__ import annotations

from collections.abc import Iterable

from . import terms as t
from .terms import Term, refuse
from .theorem import Claim, Theorem, rule


def closed(variables: Iterable[Term], hypotheses: Iterable[Term]) -> None:
    """Refuse variables that a hypothesis speaks of: it holds for some of their values only."""
    for v in variables:
        for h in hypotheses:
            if v in h.variables:
                refuse(f"the hypothesis {h} speaks of {v}")


def no_masses(values: Iterable[Term]) -> None:
    """Refuse Dirac measures: laws of real numbers are not laws of measures."""
    for value in values:
        if value.masses:
            refuse(f"a Dirac measure is no value of a variable: {value}")


@rule("P implies P")
def assume(statement: Term) -> Claim:
    return (statement,), statement


@rule("From a theorem with hypothesis P, and P, the theorem without P")
def cut(theorem: Theorem, fact: Theorem) -> Claim:
    return (theorem.hypotheses - {fact.conclusion}) | fact.hypotheses, theorem.conclusion


@rule("Any terms of the right sorts for the free variables")
def instantiate(theorem: Theorem, values: tuple[tuple[Term, Term], ...]) -> Claim:
    replaced = dict(values)
    no_masses(replaced.values())
    return (
        {t.substitute(h, replaced) for h in theorem.hypotheses},
        t.substitute(theorem.conclusion, replaced),
    )


@rule("From P(x), for all x P(x)", "no hypothesis speaks of x")
def generalise(theorem: Theorem, variables: tuple[Term, ...]) -> Claim:
    closed(variables, theorem.hypotheses)
    return theorem.hypotheses, t.every(t.lam(variables, theorem.conclusion))


@rule("From P(x) for all x, P(a)")
def specialise(theorem: Theorem, values: tuple[Term, ...]) -> Claim:
    if theorem.conclusion.op != "every":
        refuse(f"{theorem.conclusion} is not said of all")
    no_masses(values)
    return theorem.hypotheses, t.at(theorem.conclusion.args[0], *values)


@rule("From Q under the hypothesis P, P implies Q")
def discharge(theorem: Theorem, statement: Term) -> Claim:
    return theorem.hypotheses - {statement}, t.implies(statement, theorem.conclusion)


@rule("From P implies Q (or P iff Q), and P, Q")
def modus_ponens(theorem: Theorem, fact: Theorem) -> Claim:
    said = theorem.conclusion
    given = theorem.hypotheses | fact.hypotheses
    if said.op in ("implies", "iff") and said.args[0] is fact.conclusion:
        return given, said.args[1]
    if said.op == "iff" and said.args[1] is fact.conclusion:
        return given, said.args[0]
    return refuse(f"{fact.conclusion} is not the premise of {said}")


@rule("From Q under P, and P under Q: P iff Q")
def equivalence(forward: Theorem, backward: Theorem) -> Claim:
    left, right = backward.conclusion, forward.conclusion
    given = (forward.hypotheses - {left}) | (backward.hypotheses - {right})
    return given, t.iff(left, right)


@rule("From several statements, all of them")
def both(*theorems: Theorem) -> Claim:
    given = frozenset[Term]().union(*(th.hypotheses for th in theorems))
    return given, t.conjunction(*(th.conclusion for th in theorems))


@rule("From several statements together, one of them")
def one_of(theorem: Theorem, number: int) -> Claim:
    if theorem.conclusion.op != "and":
        refuse(f"{theorem.conclusion} is not several statements")
    return theorem.hypotheses, theorem.conclusion.args[number]


@rule("What follows from a = b and from a != b holds")
def cases(same: Theorem, other: Theorem, left: Term, right: Term) -> Claim:
    if same.conclusion is not other.conclusion:
        refuse(f"the cases show {same.conclusion} and {other.conclusion}")
    given = (same.hypotheses - {t.equal(left, right)}) | (
        other.hypotheses - {t.distinct(left, right)}
    )
    return given, same.conclusion


@rule("From a = b and a != b, anything")
def absurd(same: Theorem, other: Theorem, statement: Term) -> Claim:
    yes, no = same.conclusion, other.conclusion
    if yes.op != "=" or no.op != "!=" or yes.args != no.args:
        refuse(f"{yes} and {no} do not contradict each other")
    return same.hypotheses | other.hypotheses, statement


@rule(
    "Equals in any context: from a(x) = b(x) for all x, F(a) = F(b)",
    "no hypothesis speaks of x",
)
def congruence(theorem: Theorem, variables: tuple[Term, ...], hole: Term, context: Term) -> Claim:
    left, right = _swap(theorem, variables, hole, context)
    return theorem.hypotheses, t.equal(left, right)


@rule(
    "Equals in a statement: from a(x) = b(x) for all x, and P(a), P(b)",
    "no hypothesis speaks of x",
)
def replace(
    theorem: Theorem, variables: tuple[Term, ...], hole: Term, context: Term, fact: Theorem
) -> Claim:
    left, right = _swap(theorem, variables, hole, context)
    if fact.conclusion is not left:
        refuse(f"{fact.conclusion} is not {left}")
    return theorem.hypotheses | fact.hypotheses, right


def _swap(
    theorem: Theorem, variables: tuple[Term, ...], hole: Term, context: Term
) -> tuple[Term, Term]:
    said = theorem.conclusion
    if said.op != "=":
        refuse(f"{said} is not an equation")
    closed(variables, theorem.hypotheses)
    left, right = (t.lam(variables, a) if variables else a for a in said.args)
    return t.substitute(context, {hole: left}), t.substitute(context, {hole: right})
