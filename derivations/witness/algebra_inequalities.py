r"""Inequalities: by signs, by ln t ≤ t − 1, by convexity in one variable; or refuted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy import QQ

from .algebra_monomials import Form, Undefined, Unsupported, accumulate, single
from .algebra_calculus import Values, split_logarithms
from .algebra_points import Points, confirmed, gap
from .algebra_signs import NEGATIVE, POSITIVE, signs_of
from .algebra_values import UnknownFunction

if TYPE_CHECKING:
    from .algebra_forms import Forms
    from .algebra_relations import Answer, Relations

_POINTS = 12


def at_least(relations: Relations, big: sp.Expr, small: sp.Expr, strict: bool) -> Answer:
    """Whether big ≥ small, or big > small."""
    from .algebra_relations import YES, Answer

    unknown = big.has(UnknownFunction) or small.has(UnknownFunction)
    for forms in relations.world.forms:
        difference = forms.tidy(forms.subtract(forms.of(big), forms.of(small)))
        if not strict and (not difference or gibbs(forms, difference) is not None):
            return YES
        signs = signs_of(forms, difference)
        if signs == POSITIVE or -1 not in signs and not strict:
            return YES
    if not strict and not unknown and convex(relations, big, small):
        return YES
    for point in Points(relations.c).draw([big, small], _POINTS):
        value = gap(big, small, Values(point))
        if value is not None and value < 0 and confirmed(big, small, point, -1):
            return Answer(False, f"the difference is {float(value):.6g} at a point")
    if unknown:
        return Answer(None, "the function is unknown: SymPy cannot use what is declared of it")
    return Answer(None, "the sign of the difference was not decided")


# ---------------------------------------------------------------- ln t <= t - 1


def gibbs(forms: Forms, difference: Form) -> list[tuple[Form, Form]] | None:
    r"""The difference as Σ c (t − 1 − ln t) + rest with c > 0 and rest ≥ 0, if it is.

    t − 1 − ln t is never negative, and zero for t = 1 only: its derivative 1 − 1/t
    changes sign there, from minus to plus. The result lists the pairs (c, t).
    """
    split = _logarithms(forms, difference)
    if split is None:
        return None
    rest, logs = split
    terms = _ratios(forms, logs)
    if terms is None:
        return None
    for c, t in terms:
        gain = forms.multiply(c, forms.add(t, {(): QQ(-1)}))
        rest = forms.subtract(rest, gain)
    return terms if -1 not in signs_of(forms, forms.tidy(rest)) else None


def _logarithms(forms: Forms, form: Form) -> tuple[Form, list[tuple[Form, Form]]] | None:
    """A form as rest + Σ coefficient · ln(argument)."""
    numerator, divisors = forms.clear(form)
    rest: Form = {}
    logs: dict[int, Form] = {}
    for mono, c in numerator.items():
        here = [(g, e) for g, e in mono if forms.gens[g].kind == "ln"]
        others = tuple((g, e) for g, e in mono if forms.gens[g].kind != "ln")
        if not here:
            accumulate(rest, others, c)
        elif len(here) == 1 and here[0][1] == 1:
            accumulate(logs.setdefault(here[0][0], {}), others, c)
        else:
            return None
    pairs = [
        (forms.times(c, divisors), forms.gens[g].form or {}) for g, c in sorted(logs.items())
    ]
    return forms.times(rest, divisors) if divisors else rest, pairs


def _ratios(
    forms: Forms, logs: list[tuple[Form, Form]]
) -> list[tuple[Form, Form]] | None:
    """Σ c ln(a) as −Σ c_j ln(t_j) with c_j > 0: t is a ratio where coefficients pair."""
    minus = [(forms.scale(c, QQ(-1)), a) for c, a in logs if signs_of(forms, c) == NEGATIVE]
    plus = [(c, a) for c, a in logs if signs_of(forms, c) == POSITIVE]
    if len(minus) + len(plus) != len(logs) or not logs:
        return None
    total = forms.add(*(c for c, _ in minus))
    if len(plus) == 1 and len(minus) > 1 and forms.is_zero(forms.subtract(plus[0][0], total)):
        return [(c, forms.multiply(a, forms.inverse(plus[0][1]))) for c, a in minus]
    found = []
    for c, a in minus:
        match = next(
            (k for k, (d, _) in enumerate(plus) if forms.is_zero(forms.subtract(c, d))), None
        )
        if match is None:
            found.append((c, a))
        else:
            found.append((c, forms.multiply(a, forms.inverse(plus.pop(match)[1]))))
    return found + [(c, forms.inverse(a)) for c, a in plus]


# ---------------------------------------------------------------- calculus


def convex(relations: Relations, big: sp.Expr, small: sp.Expr) -> bool:
    """A convex function of one symbol is nowhere below its value where the slope is 0."""
    difference = split_logarithms(big - small)
    forms, derive = relations.world.forms[0], relations.c.derive
    for x in sorted(difference.free_symbols, key=str):
        if any(x in group for group in relations.world.simplices):
            continue
        try:
            if signs_of(forms, forms.of(derive(difference, x, 2))) - {0, 1}:
                continue
            slope = derive(difference, x)
            for place in (sp.Integer(0), sp.Integer(1), sp.Integer(-1)):
                if x.is_positive and place <= 0 or x.is_nonnegative and place < 0:
                    continue
                at = {x: place}
                if forms.is_zero(forms.of(slope.xreplace(at))) and -1 not in signs_of(
                    forms, forms.of(difference.xreplace(at))
                ):
                    return True
        except (Undefined, Unsupported):
            continue
    return False


def ones(forms: Forms, terms: list[tuple[Form, Form]]) -> list[Form]:
    """The numerators of t − 1 for each pair (c, t)."""
    return [forms.clear(forms.add(t, {(): QQ(-1)}))[0] for _, t in terms]


__all__ = ["Any", "at_least", "convex", "gibbs", "ones", "single"]
