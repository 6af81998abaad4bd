r"""Inequalities: by signs, by ln t ≤ t − 1, by convexity in one variable; or refuted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from .calculus import Values
from .cases import YES, Answer
from .monomials import ONE, Form, Undefined, Unsupported, accumulate, opposite, single
from .points import Points, confirmed, gap
from .signs import POSITIVE, Signs, signs_of
from .values import UnknownFunction

if TYPE_CHECKING:
    from .forms import Forms
    from .relations import Relations

_POINTS = 12


def at_least(relations: Relations, big: sp.Expr, small: sp.Expr, strict: bool) -> Answer:
    """Whether big ≥ small, or big > small."""
    above = big.args if isinstance(big, sp.Min) else [big]
    below = small.args if isinstance(small, sp.Max) else [small]
    if len(above) > 1 or len(below) > 1:
        answers = [at_least(relations, a, b, strict) for a in above for b in below]
        return next((a for a in answers if a.truth is not True), YES)
    unknown = big.has(UnknownFunction) or small.has(UnknownFunction)
    above = big.args if isinstance(big, sp.Max) else [big]
    below = small.args if isinstance(small, sp.Min) else [small]
    for forms in relations.world.forms:
        if any(_proved(forms, a, b, strict) for a in above for b in below):
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


def _proved(forms: Forms, big: sp.Expr, small: sp.Expr, strict: bool) -> bool:
    difference = forms.tidy(forms.subtract(forms.of(big), forms.of(small)))
    if not difference:
        return not strict
    found = gibbs(forms, difference)
    if found is not None and _fits(signs_of(forms, found[1]), strict):
        return True
    if _fits(signs_of(forms, difference), strict):
        return True
    if not any(forms.gens[g].kind == "ln" for mono in difference for g, _ in mono):
        return False
    ratio = forms.subtract(forms.exp(difference), ONE)
    return _fits(signs_of(forms, ratio), strict)


def _fits(signs: Signs, strict: bool) -> bool:
    return signs == POSITIVE if strict else -1 not in signs


# ---------------------------------------------------------------- ln t <= t - 1


def gibbs(forms: Forms, difference: Form) -> tuple[list[tuple[Form, Form]], Form] | None:
    r"""The difference as Σ c (t − 1 − ln t) + rest with c ≥ 0 and rest ≥ 0, if it is.

    t − 1 − ln t is never negative, and zero for t = 1 only: its derivative 1 − 1/t
    changes sign there, from minus to plus. The result is the list of (c, t), and the rest.
    """
    numerator, divisors = forms.clear(difference)
    for with_exponentials in (False, True):
        split = _logarithms(forms, numerator, with_exponentials)
        if split is None:
            return None
        rest, logs = split
        terms = _ratios(forms, [(forms.times(c, divisors), a) for c, a in logs])
        if terms is None:
            continue
        rest = forms.times(rest, divisors)
        for c, t in terms:
            gain = forms.multiply(c, forms.subtract(t, ONE))
            rest = forms.subtract(rest, gain)
        rest = forms.tidy(rest)
        if -1 not in signs_of(forms, rest):
            return terms, rest
    return None


def _logarithms(
    forms: Forms, form: Form, with_exponentials: bool
) -> tuple[Form, list[tuple[Form, Form]]] | None:
    """A form as rest + Σ coefficient · ln(argument); a term z may stand for ln exp z."""
    rest: Form = {}
    logs: dict[int, Form] = {}
    for mono, c in form.items():
        here = [(g, e) for g, e in mono if forms.gens[g].kind == "ln"]
        if not here:
            accumulate(rest, mono, c)
        elif len(here) == 1 and here[0][1] == 1:
            others = tuple((g, e) for g, e in mono if g != here[0][0])
            accumulate(logs.setdefault(here[0][0], {}), others, c)
        else:
            return None
    if not logs:
        return None
    pairs = [(c, forms.gens[g].form or {}) for g, c in sorted(logs.items())]
    if with_exponentials:
        for g, generator in enumerate(forms.gens):
            if generator.kind == "exp":
                mine = {m: c for m, c in rest.items() if set(generator.mono) <= set(m)}
                if mine:
                    rest = forms.subtract(rest, mine)
                    pairs.append((forms.times(mine, opposite(generator.mono)), single(g)))
    return rest, pairs


def _ratios(forms: Forms, logs: list[tuple[Form, Form]]) -> list[tuple[Form, Form]] | None:
    """Σ c ln(a) as −Σ c_j ln(t_j) with c_j ≥ 0: t is a ratio where coefficients pair.

    One positive term may also weigh as much as all negative ones together.
    """
    minus = [(forms.scale(c, -1), a) for c, a in logs if 1 not in signs_of(forms, c)]
    plus = [(c, a) for c, a in logs if -1 not in signs_of(forms, c)]
    if len(minus) + len(plus) != len(logs):
        return None
    found = []
    for c, a in minus:
        match = next(
            (k for k, (d, _) in enumerate(plus) if forms.is_zero(forms.subtract(c, d))), None
        )
        if match is not None:
            a = forms.multiply(a, forms.inverse(plus.pop(match)[1]))
        found.append((c, a))
    if len(plus) == 1 and found:
        total = forms.add(*(c for c, _ in found))
        if forms.is_zero(forms.subtract(plus[0][0], total)):
            back = forms.inverse(plus[0][1])
            return [(c, forms.multiply(t, back)) for c, t in found]
    return found + [(c, forms.inverse(a)) for c, a in plus]


# ---------------------------------------------------------------- calculus


def convex(relations: Relations, big: sp.Expr, small: sp.Expr) -> bool:
    """A convex function of one symbol is nowhere below its value where the slope is 0."""
    difference = big - small
    forms, derive = relations.world.forms[0], relations.c.derive
    for x in sorted(difference.free_symbols, key=str):
        if any(x in group for group in relations.world.simplices):
            continue
        try:
            if signs_of(forms, forms.of(derive(difference, x, 2))) - {0, 1}:
                continue
            slope = derive(difference, x)
            for place in (sp.Integer(0), sp.Integer(1), sp.Integer(-1)):
                if (x.is_positive and place <= 0) or (x.is_nonnegative and place < 0):
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
    return [forms.clear(forms.add(t, {(): -1}))[0] for _, t in terms]
