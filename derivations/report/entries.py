"""Derivatives by an entry of an array: at 0, of what has an amount added to that entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from ..kernel import terms as t
from ..kernel.normal import same
from ..kernel.terms import REAL, Arrow, KernelError, Term
from .tidy import ZERO, tidy


@dataclass(frozen=True)
class ByEntry:
    """A derivative at 0 of what has an amount added to one entry of an array."""

    array: Term
    inverted: bool
    indices: tuple[Term, ...]
    body: Term


_INVERSE = "~inverse"
MAX_CHOICES = 16
"""Of indices that are tried for the entry of a derivative."""


@lru_cache(maxsize=5_000)
def by_entry(body: Term) -> ByEntry | None:
    """Which entry the variable of a function is added to, if it is to one."""
    (u,) = t.fresh_variables((REAL,), body)
    inside = tidy(t.at(body, u))
    found = list(_candidates(body, u))
    for exactly in (True, False):  # A_ij and A_ji may give the same: as it was written first
        for moved, entry in found:
            if tidy(moved) is inside if exactly else _equal(moved, inside):
                return entry
    return None


def _equal(left: Term, right: Term) -> bool:
    try:
        return same(left, right)
    except KernelError:
        return False


def _candidates(body: Term, by: Term) -> Iterator[tuple[Term, ByEntry]]:
    """What the function would be, were its variable added to an entry."""
    here = tidy(t.at(body, ZERO))
    free = sorted(body.variables, key=lambda v: v.digest)
    for array in free:
        if not _is_array(array.sort):
            continue
        sorts = array.sort.arguments  # type: ignore[union-attr]
        choices = [[v for v in free if v.sort == s] for s in sorts]
        for indices in islice(product(*choices), MAX_CHOICES):
            for paired in (False, True)[: len(indices)]:
                moved = _moved(array, indices, by, paired)
                yield t.substitute(here, {array: moved}), ByEntry(array, False, indices, here)
            if len(indices) == 2:
                yield from _by_inverse(here, array, indices, by)


def _by_inverse(
    here: Term, array: Term, indices: tuple[Term, ...], by: Term
) -> Iterator[tuple[Term, ByEntry]]:
    """The same for an entry of the inverse S of a matrix, which then is the inverse of S."""
    name = t.var(_INVERSE, array.sort)
    base = _without_inverse(here, array)
    if name not in base.variables:
        return
    inverse = _inverse_of(array)
    moved = t.substitute(_moved(name, indices, by, False), {name: inverse})
    i, j = t.fresh_variables(moved.data, moved)
    back = t.lam([i, j], t.minv(moved, i, j))
    shown = t.substitute(_back_again(base, name, array), {name: inverse})
    yield t.substitute(base, {name: moved, array: back}), ByEntry(array, True, indices, shown)


def _is_array(sort: t.Sort) -> bool:
    return (
        isinstance(sort, Arrow)
        and sort.result == REAL
        and len(sort.arguments) in (1, 2)
        and all(t.is_finite(s) for s in sort.arguments)
    )


def _moved(array: Term, indices: tuple[Term, ...], by: Term, paired: bool) -> Term:
    fresh = t.fresh_variables(array.sort.arguments, array, by, *indices)  # type: ignore[union-attr]
    unit = t.mul(*(t.delta(a, b) for a, b in zip(fresh, indices, strict=True)))
    if paired:
        mirror = (t.delta(a, b) for a, b in zip(fresh, indices[::-1], strict=True))
        unit = t.add(unit, t.mul(*mirror))
    return t.lam(fresh, t.add(t.at(array, *fresh), t.mul(by, unit)))


def _inverse_of(array: Term) -> Term:
    i, j = t.fresh_variables(array.sort.arguments, array)  # type: ignore[union-attr]
    return t.lam([i, j], t.minv(array, i, j))


def _back_again(term: Term, inverse: Term, array: Term) -> Term:
    """The term with the array itself for the inverse of its inverse."""
    if term.op == "minv" and term.args[0] is t.function(inverse):
        return t.at(array, *term.args[1:])
    args = tuple(_back_again(a, inverse, array) for a in term.args)
    return t.rebuild(term, args) if args else term


def _without_inverse(term: Term, array: Term) -> Term:
    """The term with a variable for the entries of the array's inverse."""
    if term.op == "minv" and term.args[0] is t.function(array):
        return t.at(t.var(_INVERSE, array.sort), *term.args[1:])
    if not term.args or array not in term.variables:
        return term
    return t.rebuild(term, tuple(_without_inverse(a, array) for a in term.args))
