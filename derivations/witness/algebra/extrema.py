"""Extrema against each other, and relations that follow from an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Family
from .cases import YES, Answer
from .monomials import Form, Unsupported
from .signs import POSITIVE, signs_of

if TYPE_CHECKING:
    from .forms import Forms
    from .relations import Relations

_DIFFER = Answer(None, "the objectives differ by more than a constant")


def equal_extrema(relations: Relations, left: n.Extremum, right: n.Extremum) -> Answer | None:
    """argmin F = argmax G where F + c G is constant for some c > 0; min F = min G if F = G.

    None where the extrema are over a finite set and can be computed.
    """
    by_value = not left.kind.startswith("arg")
    if by_value == right.kind.startswith("arg"):
        raise Unsupported("an extremum against the place of one")
    if left.variable != right.variable:
        raise Unsupported("extrema over different variables")
    finite = relations.world.domain(left.variable) is not None
    if finite and by_value:
        return None
    sign = 1 if left.kind == right.kind else -1
    if finite:
        return _on_set(relations, left, right, sign)
    symbols = relations.parameter_symbols(left.variable)
    f, g = relations.c.scalar(left.body, {}), relations.c.scalar(right.body, {})
    forms = relations.world.forms[0]
    difference = forms.tidy(forms.subtract(forms.of(f), forms.scale(forms.of(g), sign)))
    if by_value:
        if sign == 1 and not difference:
            return YES
        raise Unsupported("the values of extrema over the reals")
    if not forms.inside(difference) & {forms.symbol(s) for s in symbols}:
        return YES
    return YES if _proportional(relations, f, g, sign, symbols) else _DIFFER


def _on_set(relations: Relations, left: n.Extremum, right: n.Extremum, sign: int) -> Answer:
    gaps = []
    for value in relations.world.domain(left.variable) or []:
        with relations.world.replacing((left.variable.name,), value):
            f, g = relations.c.scalar(left.body, {}), relations.c.scalar(right.body, {})
            gaps.append(f - sign * g)
    constant = all(relations.zero_difference(gaps[0], other) for other in gaps[1:])
    return YES if constant else _DIFFER


def _proportional(
    relations: Relations, f: sp.Expr, g: sp.Expr, sign: int, symbols: list[sp.Symbol]
) -> bool:
    """Whether all slopes of f are the same positive multiple of those of ± g."""
    forms, derive = relations.world.forms[0], relations.c.derive
    factor: Form | None = None
    for s in symbols:
        a, b = forms.of(derive(f, s)), forms.of(derive(g, s))
        if factor is None and b:
            factor = quotient(forms, a, b)
            if factor is None:
                return False
        if not forms.is_zero(forms.subtract(a, forms.multiply(factor or {}, b))):
            return False
    if factor is None or forms.inside(factor) & {forms.symbol(s) for s in symbols}:
        return False
    return signs_of(forms, forms.scale(factor, sign)) == POSITIVE


def quotient(forms: Forms, top: Form, bottom: Form) -> Form | None:
    """The quotient of two forms if division leaves no rest."""
    a, divisors = forms.clear(top)
    b, other = forms.clear(bottom)
    found = forms.divide(a, b) if b else None
    if found is None:
        return None
    return forms.times(forms.times(found, divisors), tuple((g, -e) for g, e in other))


# ---------------------------------------------------------------- premises


def premise_bounds(relations: Relations, node: n.Relation) -> tuple[sp.Expr, sp.Expr] | None:
    """The bounds on the same left side: of this relation, and of the premise it names."""
    c = relations.c
    if c.scope.follows is None:
        return None
    try:
        premise = c.lookup.document[c.scope.follows]
    except StopIteration:
        return None
    for link in premise.reading.links if premise.reading else ():
        other = link.node
        if not isinstance(other, n.Relation) or other.op != node.op or other.some:
            continue
        if _same_names(relations, other, premise.scope):
            mine, same = c.scalar(node.left, {}), c.scalar(other.left, {})
            if relations.zero_difference(mine, same):
                return c.scalar(node.right, {}), c.scalar(other.right, {})
    return None


def _same_names(relations: Relations, node: n.Node, premise: Any) -> bool:
    """Whether all symbols of the premise mean the same here."""
    for part in node.walk():
        if isinstance(part, n.Symbol):
            slots = len(part.type.indices) if isinstance(part.type, Family) else 0
            here, there = (s.entry(part.name, slots) for s in (relations.c.scope, premise))
            if here is None or there is None or _signature(here) != _signature(there):
                return False
    return True


def _signature(entry: Any) -> Any:
    properties = [(p.name, p.argument) for p in entry.properties]
    return entry.kind, entry.type, properties, entry.definition
