"""Terms before they are printed: without what need not be shown, with names of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..kernel import terms as t
from ..kernel.terms import Rational, Term
from .styles import Latex
from .vocabulary import Vocabulary

ZERO, ONE = t.num(0), t.num(1)
INTERNAL = re.compile(r"[#@~]|^[a-z]\d+$")
"""Names of variables that only a proof speaks of."""


@lru_cache(maxsize=20_000)
def tidy(term: Term) -> Term:
    """The term without zeros that are added, ones that multiply, and nested sums."""
    args = tuple(tidy(a) for a in term.args)
    match term.op:
        case "add":
            parts = [p for a in args for p in (a.args if a.op == "add" else (a,))]
            parts = [p for p in parts if p is not ZERO]
            return t.add(*parts) if parts else ZERO
        case "mul":
            factors = [f for a in args for f in (a.args if a.op == "mul" else (a,))]
            if any(f is ZERO for f in factors):
                return ZERO
            number: Rational = 1
            for f in factors:
                if f.op == "num":
                    number *= f.data
            rest = [f for f in factors if f.op != "num"]
            if number != 1 or not rest:
                rest.insert(0, t.num(number))
            return t.mul(*rest)
        case "pow":
            if term.data < 2:
                return ONE if term.data == 0 else args[0]
            if args[0] in (ZERO, ONE):
                return args[0]
        case "delta":
            if args[0] is args[1]:
                return ONE
        case "inv":
            if args[0].op == "num":
                return t.num(1 / args[0].data if args[0].data else 0)
            inside = args[0]
            if inside.op == "inv":
                return inside.args[0]
            if inside.op == "mul":
                return tidy(t.mul(*(t.inv(a) for a in inside.args)))
            if inside.op == "pow":
                return t.power(tidy(t.inv(inside.args[0])), inside.data)
        case "sum":
            inside = args[0].args[0]
            if inside is ZERO:
                return ZERO
            if inside.op == "mul" and inside.args[0].op == "num" and inside.args[0].data < 0:
                return t.neg(t.total(t.rebuild(args[0], (_negated(inside),))))
        case "prod":
            if args[0].args[0] is ONE:
                return ONE
    return t.rebuild(term, args) if args else term


def _negated(term: Term) -> Term:
    number = -term.args[0].data
    rest = term.args[1:] if number == 1 else (t.num(number), *term.args[1:])
    return t.mul(*rest)


# ---------------------------------------------------------------- names


@lru_cache(maxsize=10_000)
def is_own(variable: Term) -> bool:
    """Whether only a proof speaks of a variable."""
    return INTERNAL.search(variable.data) is not None


def own_variables(*said: Term) -> list[Term]:
    """The free variables that only a proof speaks of, in the order in which they stand."""
    wanted = {v for one in said for v in one.variables if is_own(v)}
    found: dict[Term, None] = {}
    for one in said:
        stack = [one] if len(found) < len(wanted) else []
        while stack:
            here = stack.pop()
            if here in wanted:
                found[here] = None
            stack += [a for a in reversed(here.args) if not wanted.isdisjoint(a.variables)]
    return list(found)


def apart(said: Iterable[Term], known: frozenset[Term], vocabulary: Vocabulary) -> list[Term]:
    """Statements whose variables, but the known ones, have no name that the document uses."""
    said = list(said)
    free = frozenset[Term]().union(*(one.variables for one in said))
    others = {
        v: t.var(f"{v.data}~", v.sort)
        for v in free - known
        if not INTERNAL.search(v.data) and Latex().name(v.data) in vocabulary.taken
    }
    return [t.substitute(one, others) for one in said]


def abbreviated(said: Iterable[Term]) -> tuple[list[Term], list[Term]]:
    """Statements with a letter for each long matrix in them, and what the letters stand for."""
    said = [tidy(one) for one in said]
    matrices: dict[Term, int] = {}
    for one in said:
        _count_matrices(one, matrices)
    names: dict[Term, Term] = {}
    for matrix in matrices:
        inner = matrix.args[0]
        if inner.op not in ("at", "minv", "delta") and matrices[matrix] > 1:
            names[matrix] = t.var(f"M~{len(names)}", matrix.sort)
    definitions = []
    for matrix, name in names.items():
        fresh = [t.var(f"m~{k}", sort) for k, sort in enumerate(matrix.data)]
        definitions.append(t.equal(t.at(name, *fresh), t.at(matrix, *fresh)))
    return [_with_names(one, names) for one in said], definitions


def _count_matrices(term: Term, found: dict[Term, int]) -> None:
    for a in term.args:
        if term.op in ("det", "minv", "cof") and a is term.args[0] and not a.loose:
            found[a] = found.get(a, 0) + 1
        _count_matrices(a, found)


def _with_names(term: Term, names: dict[Term, Term]) -> Term:
    if term.op in ("det", "minv", "cof") and term.args[0] in names:
        first = t.function(names[term.args[0]])
        return t.rebuild(term, (first, *(_with_names(a, names) for a in term.args[1:])))
    return t.rebuild(term, tuple(_with_names(a, names) for a in term.args)) if term.args else term
