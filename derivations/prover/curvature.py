"""The quadratic upper bound of a function whose second derivative is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ..kernel import analysis
from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear
from ..kernel.logic import generalise, specialise
from ..kernel.terms import REAL, KernelError, Term
from ..kernel.theorem import Theorem
from .rewriting import unused
from .simplify import Simplifier

ONE, ZERO = t.num(1), t.num(0)


def bounds(s: Simplifier, claim: Term) -> Iterator[list[Entry]]:
    """Bounds for each function with f'' <= L, between the points that the claim speaks of."""
    for fact in s.facts:
        found = _bounded(fact)
        if found is None:
            continue
        function, bound = found
        points = _points(claim, function)
        for a in points:
            for x in points:
                if a is not x:
                    try:
                        yield [(ONE, quadratic_bound(s, fact, function, bound, a, x), (), ())]
                    except KernelError:
                        continue


def _bounded(fact: Theorem) -> tuple[Term, Term] | None:
    """f and L, of the statement that f'' <= L everywhere."""
    said = fact.conclusion
    if said.op != "every" or said.args[0].data != (REAL,):
        return None
    (v,) = unused([REAL], said)
    body = t.at(said.args[0], v)
    if body.op != "<=" or body.args[0].op != "deriv" or v in body.args[1].variables:
        return None
    (u,) = unused([REAL], said, v)
    inner = t.at(body.args[0].args[0], u)
    if inner.op != "deriv" or body.args[0].args[1] is not v or inner.args[1] is not u:
        return None
    return inner.args[0], body.args[1]


def _points(claim: Term, function: Term) -> list[Term]:
    """Where a claim takes the value or the derivative of a function."""
    found: set[Term] = set()

    def visit(term: Term) -> None:
        if term.op == "at" and len(term.args) == 2 and t.function(term.args[0]) is function:
            found.add(term.args[1])
        if term.op == "deriv" and term.args[0] is function:
            found.add(term.args[1])
        for a in term.args:
            visit(a)

    visit(claim)
    return sorted((p for p in found if not p.loose), key=lambda p: p.digest)


def quadratic_bound(
    s: Simplifier, fact: Theorem, function: Term, bound: Term, point: Term, other: Term
) -> Theorem:
    """f(x) <= f(a) + f'(a)(x - a) + L (x - a)²/2, from f'' <= L."""
    (u, v) = unused([REAL, REAL], function, bound, point, other)
    half = t.mul(t.num(Fraction(1, 2)), bound)
    body = t.lam([u], t.sub(t.mul(half, t.power(u, 2)), t.at(function, u)))
    slope = t.lam([u], t.deriv(body, u))
    first = analysis.derivative(body, u, s.facts)
    outer = t.lam([u], first.conclusion.args[1])
    second = analysis.derivative(outer, v, s.facts)
    from .simplify import in_argument

    inside = in_argument(t.deriv(slope, v), 0, first, (u,))
    curved = specialise(fact, (v,))
    value = s(second.conclusion.args[1])
    goal = t.at_most(ZERO, t.deriv(slope, v))
    entries = (
        (ONE, curved, (), ()),
        (t.num(-1), inside, (), ()),
        (t.num(-1), second, (), ()),
        (t.num(-1), value, (), ()),
    )
    convex = linear(goal, entries, s.facts)
    tangent = analysis.tangent(body, point, other, generalise(convex, (v,)), s.facts)
    derivative = analysis.derivative(body, point, s.facts)
    step = t.sub(other, point)
    value_at = t.at(function, point)
    line = t.add(value_at, t.mul(t.deriv(function, point), step))
    claim = t.at_most(t.at(function, other), t.add(line, t.mul(half, t.power(step, 2))))
    simpler = s(derivative.conclusion.args[1])
    return linear(
        claim,
        ((ONE, tangent, (), ()), (t.neg(step), derivative, (), ()), (t.neg(step), simpler, (), ())),
        s.facts,
    )
