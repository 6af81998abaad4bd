"""Rules of the least and the greatest value of a function on a finite sort."""

from __future__ import annotations

from . import terms as t
from .logic import closed
from .terms import Term, refuse
from .theorem import Claim, Theorem, rule

DEFINITION = "definition; a finite set is not empty"


@rule("min f <= f(a) and f(a) <= max f", citation=DEFINITION)
def extremum_bound(op: str, body: Term, place: Term) -> Claim:
    value, extreme = t.at(body, place), t.extremum(op, body)
    return (), t.at_most(extreme, value) if op == "min" else t.at_most(value, extreme)


@rule(
    "From c <= f(x) for all x, c <= min f; from f(x) <= c, max f <= c",
    "no hypothesis, nor c, speaks of x",
    citation=DEFINITION,
)
def extremum_least(op: str, theorem: Theorem, variable: Term) -> Claim:
    closed((variable,), theorem.hypotheses)
    said = theorem.conclusion
    if said.op != "<=":
        refuse(f"{said} is not of the form a <= b")
    low, high = said.args
    bound, value = (low, high) if op == "min" else (high, low)
    if variable in bound.variables:
        refuse(f"the bound {bound} speaks of {variable}")
    extreme = t.extremum(op, t.lam([variable], value))
    goal = t.at_most(bound, extreme) if op == "min" else t.at_most(extreme, bound)
    return theorem.hypotheses, goal
