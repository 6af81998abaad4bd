"""Rules of analysis: exp and ln, derivatives, convexity, integrals.

A derivative where there is none, and an integral of what is not integrable, are 0.
"""

from __future__ import annotations

from collections.abc import Callable

from . import terms as t
from .normal import polynomial
from .signs import needed
from .terms import REAL, Term, refuse
from .theorem import Claim, Theorem, rule

RUDIN = "W. Rudin, Principles of Mathematical Analysis, 3rd ed., 1976"
BILLINGSLEY = "P. Billingsley, Probability and Measure, 3rd ed., 1995"

Facts = tuple[Theorem, ...]


# ---------------------------------------------------------------- exp, ln, sqrt


@rule("exp(a + b) = exp(a) exp(b)", citation=f"{RUDIN}, theorem 8.6")
def exp_of_sum(left: Term, right: Term) -> Claim:
    both = t.mul(t.call("exp", left), t.call("exp", right))
    return (), t.equal(t.call("exp", t.add(left, right)), both)


@rule("exp(Σ a) = Π exp(a) over a finite sort", citation=f"{RUDIN}, theorem 8.6")
def exp_of_total(body: Term) -> Claim:
    body = t.function(body)
    (v,) = t.fresh_variables(body.data, body)
    right = t.product(t.lam([v], t.call("exp", t.at(body, v))))
    return (), t.equal(t.call("exp", t.total(body)), right)


@rule("exp(0) = 1", citation=f"{RUDIN}, theorem 8.6")
def exp_of_zero() -> Claim:
    return (), t.equal(t.call("exp", t.num(0)), t.num(1))


@rule("ln(exp(a)) = a", citation=f"{RUDIN}, 8.7")
def ln_of_exp(term: Term) -> Claim:
    return (), t.equal(t.call("ln", t.call("exp", term)), term)


@rule("exp(ln(a)) = a", "a > 0", citation=f"{RUDIN}, 8.7")
def exp_of_ln(term: Term, facts: Facts = ()) -> Claim:
    return needed("positive", term, facts), t.equal(t.call("exp", t.call("ln", term)), term)


@rule("√a √a = a", "a >= 0", citation=f"{RUDIN}, theorem 1.21")
def square_of_sqrt(term: Term, facts: Facts = ()) -> Claim:
    root = t.call("sqrt", term)
    return needed("nonnegative", term, facts), t.equal(t.mul(root, root), term)


@rule("√(a a) = a", "a >= 0", citation=f"{RUDIN}, theorem 1.21")
def sqrt_of_square(term: Term, facts: Facts = ()) -> Claim:
    return needed("nonnegative", term, facts), t.equal(t.call("sqrt", t.mul(term, term)), term)


@rule("ln a <= a - 1", "a > 0", citation=f"{RUDIN}, 8.6 and theorem 5.11")
def ln_tangent(term: Term, facts: Facts = ()) -> Claim:
    return needed("positive", term, facts), t.at_most(t.call("ln", term), t.sub(term, t.num(1)))


@rule("ln a = a - 1 only for a = 1", "a > 0", citation=f"{RUDIN}, 8.6 and theorem 5.11")
def ln_tangent_touches(theorem: Theorem, facts: Facts = ()) -> Claim:
    said = theorem.conclusion
    left, right = said.args if said.op == "=" else refuse(f"{said} is no equation")
    if left.op != "ln" or right is not t.sub(left.args[0], t.num(1)):
        refuse(f"{said} is not ln a = a - 1")
    hypotheses = theorem.hypotheses | needed("positive", left.args[0], facts)
    return hypotheses, t.equal(left.args[0], t.num(1))


# ---------------------------------------------------------------- derivatives


@rule(
    "The derivative of an expression, part by part",
    "a logarithm's and a root's argument > 0; what is inverted != 0",
    "a function that is not known is smooth",
    citation=f"{RUDIN}, theorems 5.3 and 5.5",
)
def derivative(body: Term, point: Term, facts: Facts = ()) -> Claim:
    left = t.deriv(body, point)
    (v,) = t.fresh_variables((REAL,), body, point, *(f.conclusion for f in facts))
    work = _Derivative(v, point, facts)
    return work.hypotheses, t.equal(left, work(t.at(left.args[0], v)))


class _Derivative:
    """The derivative of terms by a variable, its value put in; ``hypotheses`` collects.

    The variable is a marker above all of the point, the terms and the conclusions of facts; so
    are those made below it.
    """

    def __init__(self, variable: Term, point: Term, facts: Facts) -> None:
        self.variable, self.facts = variable, facts
        self.value = {variable: point}
        self.hypotheses: set[Term] = set()
        self.used: tuple[Term, ...] = (variable,)

    def here(self, term: Term) -> Term:
        return t.substitute(term, self.value)

    def need(self, holds: str, term: Term) -> None:
        self.hypotheses |= needed(holds, self.here(term), self.facts)

    def __call__(self, term: Term) -> Term:
        if term is self.variable:
            return t.num(1)
        if self.variable not in term.variables:
            return t.num(0)
        if term.op not in _DERIVATIVES:
            refuse(f"no rule for the derivative of {term.op} in {term}")
        return _DERIVATIVES[term.op](self, term)

    def below(self, body: Term) -> tuple[tuple[Term, ...], Term]:
        """Fresh variables of a function, and its value at them."""
        fresh = self.fresh(body.data)
        return fresh, t.at(body, *fresh)

    def fresh(self, sorts: tuple[t.Sort, ...]) -> tuple[Term, ...]:
        found = t.fresh_variables(sorts, *self.used)
        self.used += found
        return found


def _d_add(d: _Derivative, term: Term) -> Term:
    return t.add(*(d(a) for a in term.args))


def _d_mul(d: _Derivative, term: Term) -> Term:
    parts = [t.mul(*(d(b) if j == k else d.here(b) for j, b in enumerate(term.args)))
             for k, a in enumerate(term.args) if d.variable in a.variables]  # fmt: skip
    return t.add(*parts)


def _d_power(d: _Derivative, term: Term) -> Term:
    base, k = term.args[0], term.data
    return t.mul(t.num(k), t.power(d.here(base), k - 1), d(base)) if k else t.num(0)


def _d_inv(d: _Derivative, term: Term) -> Term:
    base = term.args[0]
    d.need("nonzero", base)
    return t.mul(t.num(-1), t.power(t.inv(d.here(base)), 2), d(base))


def _d_call(d: _Derivative, term: Term) -> Term:
    if term.op in ("ln", "sqrt"):
        d.need("positive", term.args[0])
    slope = _SLOPES[term.op](d.here(term.args[0]))
    return t.mul(slope, d(term.args[0]))


_SLOPES: dict[str, Callable[[Term], Term]] = {
    "exp": lambda a: t.call("exp", a),
    "ln": t.inv,
    "sqrt": lambda a: t.inv(t.mul(t.num(2), t.call("sqrt", a))),
    "sin": lambda a: t.call("cos", a),
    "cos": lambda a: t.neg(t.call("sin", a)),
    "sinh": lambda a: t.call("cosh", a),
    "cosh": lambda a: t.call("sinh", a),
    "tanh": lambda a: t.sub(t.num(1), t.power(t.call("tanh", a), 2)),
}


def _d_sum(d: _Derivative, term: Term) -> Term:
    fresh, body = d.below(term.args[0])
    return t.total(t.lam(fresh, d(body)))


def _d_prod(d: _Derivative, term: Term) -> Term:
    """Σ_k a_k' Π_l a_l^{[l ≠ k]}, the factor left out written with δ."""
    fresh, body = d.below(term.args[0])
    others, _ = d.below(term.args[0])
    same = t.delta(fresh[0], others[0])
    factor = d.here(t.at(term.args[0], *others))
    rest = t.add(same, t.mul(t.sub(t.num(1), same), factor))
    return t.total(t.lam(fresh, t.mul(d(body), t.product(t.lam(others, rest)))))


def _d_at(d: _Derivative, term: Term) -> Term:
    """The chain rule for a function that is not known but smooth."""
    function, arguments = term.args[0], term.args[1:]
    d.hypotheses |= _said_smooth(function, d.facts)
    parts = []
    for k, a in enumerate(arguments):
        if d.variable in a.variables:
            (u,) = d.fresh((REAL,))
            values = [u if j == k else d.here(b) for j, b in enumerate(arguments)]
            slope = t.deriv(t.lam([u], t.at(function, *values)), d.here(a))
            parts.append(t.mul(slope, d(a)))
    return t.add(*parts)


def _d_deriv(d: _Derivative, term: Term) -> Term:
    """A derivative at a point that varies: (g'(u))' = g''(u) u'."""
    body, point = term.args
    if d.variable in body.variables:
        refuse(f"no rule for the derivative of {term}, by a parameter of what is differentiated")
    d.hypotheses |= _smooth(body, d.facts)
    (u,) = d.fresh((REAL,))
    slope = t.deriv(t.lam([u], t.deriv(body, u)), d.here(point))
    return t.mul(slope, d(point))


def _d_det(d: _Derivative, term: Term) -> Term:
    """Jacobi's formula."""
    matrix = term.args[0]
    fresh, body = d.below(matrix)
    here = t.cof(d.here(matrix), *fresh)
    return t.total(t.lam(fresh[:1], t.total(t.lam(fresh[1:], t.mul(here, d(body))))))


def _d_minv(d: _Derivative, term: Term) -> Term:
    """(A⁻¹)' = -A⁻¹ A' A⁻¹."""
    matrix, row, column = term.args
    if d.variable in row.variables or d.variable in column.variables:
        refuse(f"no rule for the derivative of {term}")
    d.need("nonzero", t.det(matrix))
    (i, j), body = d.below(matrix)
    here = d.here(matrix)
    inner = t.mul(t.num(-1), t.minv(here, row, i), d(body), t.minv(here, j, column))
    return t.total(t.lam([i], t.total(t.lam([j], inner))))


_DERIVATIVES: dict[str, Callable[[_Derivative, Term], Term]] = {
    "add": _d_add,
    "mul": _d_mul,
    "pow": _d_power,
    "inv": _d_inv,
    **dict.fromkeys(_SLOPES, _d_call),
    "sum": _d_sum,
    "prod": _d_prod,
    "at": _d_at,
    "deriv": _d_deriv,
    "det": _d_det,
    "minv": _d_minv,
}


def _said_smooth(function: Term, facts: Facts) -> frozenset[Term]:
    """The hypotheses of a fact that says that a function is smooth. Refuses if none does.

    No fact speaks of a marker above those in its conclusion: so the function has none.
    """
    claim = t.smooth(function)
    for fact in facts:
        if fact.conclusion is claim:
            return fact.hypotheses
    return refuse(f"{function} is not known to be smooth")


def _smooth(body: Term, facts: Facts) -> set[Term]:
    """The hypotheses by which a function is smooth.

    Refuses what is not made of polynomials, logarithms, exp and its kin, and smooth functions.
    """
    fresh = t.fresh_variables(body.data, body, *(f.conclusion for f in facts))
    hypotheses: set[Term] = set()
    _smooth_in(t.at(body, *fresh), fresh, facts, hypotheses)
    return hypotheses


def _smooth_in(term: Term, by: tuple[Term, ...], facts: Facts, hypotheses: set[Term]) -> None:
    if term.variables.isdisjoint(by) or term in by:
        return
    parts = term.args
    match term.op:
        case "add" | "mul" | "pow" | "exp" | "sin" | "cos" | "sinh" | "cosh" | "tanh":
            pass
        case "ln":
            hypotheses |= needed("positive", parts[0], facts)
        case "inv":
            hypotheses |= needed("nonzero", parts[0], facts)
        case "sum":
            fresh = t.fresh_variables(parts[0].data, parts[0], *by, *(f.conclusion for f in facts))
            parts = (t.at(parts[0], *fresh),)
        case "at":
            hypotheses |= _said_smooth(parts[0], facts)
        case _:
            refuse(f"{term} is not known to be smooth")
    for part in parts:
        _smooth_in(part, by, facts, hypotheses)


@rule(
    "g(a) + g'(a)(x - a) <= g(x)",
    "g is smooth, and g'' >= 0 everywhere",
    citation="S. Boyd and L. Vandenberghe, Convex Optimization, 2004, 3.1.3 and 3.1.4",
)
def tangent(body: Term, point: Term, other: Term, curved: Theorem, facts: Facts = ()) -> Claim:
    body, hypotheses = t.function(body), set(curved.hypotheses)
    (u,) = t.fresh_variables((REAL,), body)
    second = t.lam([u], t.deriv(t.lam([u], t.deriv(body, u)), u))
    if curved.conclusion is not t.every(t.lam([u], t.at_most(t.num(0), t.at(second, u)))):
        refuse(f"{curved.conclusion} does not say that the second derivative is not negative")
    hypotheses |= _smooth(body, facts)
    slope = t.mul(t.deriv(body, point), t.sub(other, point))
    line = t.add(t.at(body, point), slope)
    return hypotheses, t.at_most(line, t.at(body, other))


# ---------------------------------------------------------------- integrals


@rule(
    "∫ Σ c δ(x - a) F(x) dx = Σ c F(a)",
    "F and a are free of δ, and a of x",
    citation=f"{BILLINGSLEY}, section 15",
)
def sifting(body: Term) -> Claim:
    body = t.function(body)
    (v,) = t.fresh_variables(body.data, body)
    result = []
    for (binders, factors), coefficient in polynomial(t.at(body, v)).items():
        masses = [(a, e) for a, e in factors if "dirac" in _operations(a)]
        if len(masses) != 1 or masses[0][1] != 1 or masses[0][0].op != "dirac":
            refuse(f"a term of {body} is not one delta times a function free of delta")
        mass = masses[0][0]
        place = next((b for a, b in (mass.args, mass.args[::-1]) if _is(a, v)), None)
        if place is None or v in place.variables or place.masses:
            refuse(f"{mass} is not at a fixed place")
        rest = [t.power(a, e) for a, e in factors if a is not mass]
        term = t.substitute(t.mul(t.num(coefficient), *rest), {v: place})
        for variable in reversed(binders):
            term = t.total(t.lam([variable], term))
        result.append(term)
    return (), t.equal(t.integral(body), t.add(*result) if result else t.num(0))


def _is(term: Term, variable: Term) -> bool:
    """Whether a term is the variable, perhaps written as ``lam k. x(k)``."""
    return term is variable or (term.op == "lam" and term is t.function(variable))


def _operations(term: Term) -> set[str]:
    return {term.op}.union(*(_operations(a) for a in term.args))


@rule("∫ c F(x) dx = c ∫ F(x) dx", "c is free of x", citation=f"{BILLINGSLEY}, theorem 16.1")
def integral_scale(factor: Term, body: Term) -> Claim:
    body = t.function(body)
    (v,) = t.fresh_variables(body.data, body, factor)
    left = t.integral(t.lam([v], t.mul(factor, t.at(body, v))))
    return (), t.equal(left, t.mul(factor, t.integral(body)))


@rule("∫ F(x + c) dx = ∫ F(x) dx", citation=f"{BILLINGSLEY}, theorem 12.1")
def integral_shift(body: Term, by: Term) -> Claim:
    body = t.function(body)
    whole = t.integral(body)
    (sort,) = body.data
    (v,) = t.fresh_variables((sort,), body, by)
    if sort == REAL:
        moved = t.add(v, by)
    else:
        (k,) = t.fresh_variables(sort.arguments, body, by, v)
        moved = t.lam([k], t.add(t.at(v, k), t.at(by, k)))
    return (), t.equal(t.integral(t.lam([v], t.at(body, moved))), whole)


@rule(
    "∫ Π_k g_k(x_k) dx = Π_k ∫ g_k(t) dt over all vectors x",
    citation=f"{BILLINGSLEY}, theorem 18.3",
)
def integral_of_product(body: Term) -> Claim:
    body = t.function(body)
    sort, _ = body.data
    x = t.fresh_variables([t.Arrow((sort,), REAL)], body)[0]
    (k,) = t.fresh_variables([sort], body, x)
    (u,) = t.fresh_variables([REAL], body, x, k)
    left = t.integral(t.lam([x], t.product(t.lam([k], t.at(body, k, t.at(x, k))))))
    right = t.product(t.lam([k], t.integral(t.lam([u], t.at(body, k, u)))))
    return (), t.equal(left, right)


@rule("∫ exp(-a x² / 2) dx = √(2π / a)", "a > 0", citation=f"{BILLINGSLEY}, example 18.3")
def gaussian_integral(term: Term, facts: Facts = ()) -> Claim:
    hypotheses = needed("positive", term, facts)
    (u,) = t.fresh_variables((REAL,), term)
    inside = t.mul(t.num(-1), t.inv(t.num(2)), term, t.power(u, 2))
    left = t.integral(t.lam([u], t.call("exp", inside)))
    right = t.call("sqrt", t.mul(t.num(2), t.const("pi"), t.inv(term)))
    return hypotheses, t.equal(left, right)
