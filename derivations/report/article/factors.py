"""Sums of products with their common factors taken out, by SymPy's factors of polynomials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any

from ...kernel import terms as t
from ...kernel.terms import Rational, Term
from ..tidy import tidy
from ..vocabulary import APART
from .monomials import Atoms, Monomial, letters, put, times

MAX_TERMS = 24
"""Monomials of a sum that is still factored."""

Part = tuple[Rational, Atoms, tuple[Term, ...]]
"""A number, a product, and a last factor if there is one."""


def content(
    parts: Sequence[tuple[Rational, Mapping[Term, int]]],
) -> tuple[Rational, Atoms]:
    """The common factor of some products; exponents may be negative."""
    numbers = [n for n, _ in parts]
    (_, first), *others = parts
    common: Atoms = {}
    for atom, exponent in first.items():
        found = [exponent, *(atoms.get(atom, 0) for _, atoms in others)]
        if (least := min(found)) > 0 or (least := max(found)) < 0:
            common[atom] = least
    sign = -1 if all(n < 0 for n in numbers) else 1
    above = gcd(*(n.numerator for n in numbers))
    below = lcm(*(n.denominator for n in numbers))
    number = ratio(sign * above, below)
    if above == below or _ones(ratio(n, number) for n in numbers) <= _ones(numbers):
        number = sign  # no 1/2 (2 a + b)
    return number, common


def ratio(above: Rational, below: Rational) -> Rational:
    """The quotient of two numbers."""
    return above * below if below in (1, -1) else Fraction(above) / below


def _ones(numbers: Iterable[Rational]) -> int:
    """How many coefficients need not be written."""
    return sum(abs(n) == 1 for n in numbers)


def less(atoms: Mapping[Term, int], common: Mapping[Term, int]) -> Atoms:
    """A product without some of its factors."""
    rest = dict(atoms)
    for atom, exponent in common.items():
        put(rest, atom, -exponent)
    return rest


def summed(group: list[Monomial]) -> Part:
    """A common factor, and the sum of what is left, factored."""
    over = group[0].over
    bound = frozenset(over)
    if len(group) == 1:
        number, factors = group[0].number, list(group[0].atoms.items())
        outside: Atoms = {}
    else:
        number, common = content([(m.number, m.atoms) for m in group])
        outside = {a: e for a, e in common.items() if not a.variables & bound}
        rest = [(ratio(m.number, number), less(m.atoms, common)) for m in group]
        scale, factors = _factors(rest)
        number *= scale
        factors += [(a, e) for a, e in common.items() if a.variables & bound]
    for factor, exponent in factors:
        if not factor.variables & bound:
            put(outside, factor, exponent)
    held = [(f, e) for f, e in factors if f.variables & bound]
    return number, outside, (_over(list(over), held),) if over else ()


def _over(over: list[Term], factors: list[tuple[Term, int]]) -> Term:
    """Nested sums of a product: each factor stands outside the sums that it does not need."""
    if not over:
        return times(1, dict(factors))
    *outer, last = sorted(
        over, key=lambda v: sum(v in f.variables for f, _ in factors), reverse=True
    )
    other = next((v for f, _ in factors for v in _partner(f, last)), last)
    held = {f: e for f, e in factors if last in f.variables or other in f.variables}
    body = t.total(t.lam([last], times(1, held)))
    if other is not last:
        body = t.total(t.lam([other], body))
        outer.remove(other)
    rest = [(f, e) for f, e in factors if f not in held]
    return _over(outer, [*rest, (body, 1)])


def _partner(factor: Term, index: Term) -> list[Term]:
    """The index that a sum over pairs sums together with another one."""
    head = factor.args[0] if factor.op == "at" else factor
    if head.op != "var" or head.data != APART or index not in factor.args:
        return []
    return [a for a in factor.args[1:] if a is not index]


# ---------------------------------------------------------------- factors of polynomials


def _factors(
    terms: Sequence[tuple[Rational, Atoms]],
) -> tuple[Rational, list[tuple[Term, int]]]:
    """A sum of products as a number and factors with exponents."""
    atoms = list(dict.fromkeys(a for _, x in terms for a in x))
    if not atoms:
        return sum(n for n, _ in terms), []
    low = {a: min(0, *(x.get(a, 0) for _, x in terms)) for a in atoms}
    below = [(a, e) for a, e in low.items() if e]
    if len(terms) > MAX_TERMS or (len(terms) == 2 and not _powers(terms)):
        return 1, [(t.add(*(times(n, x) for n, x in terms)), 1)]
    collected: dict[tuple[int, ...], Rational] = {}
    for n, x in terms:
        powers = tuple(x.get(a, 0) - low[a] for a in atoms)
        collected[powers] = collected.get(powers, 0) + n
    poly = tuple(sorted((powers, n) for powers, n in collected.items() if n))
    if not poly:
        return 0, []
    scale, found = (1, [(poly, 1)]) if _is_prime(poly) else _factored(poly)
    factors: list[tuple[Term, int]] = []
    for one, exponent in found:
        flip, factor = _sum(
            [(n, {a: e for a, e in zip(atoms, powers, strict=True) if e}) for powers, n in one]
        )
        scale *= flip**exponent
        factors.append((factor, exponent))
    odd = [k for k, (f, e) in enumerate(factors) if f.op == "add" and e % 2]
    if scale < 0 and len(odd) == 1:
        factor, exponent = factors[odd[0]]
        scale, factors[odd[0]] = -scale, (_turned(factor), exponent)
    return scale, [*factors, *below]


Powers = tuple[tuple[tuple[int, ...], Rational], ...]
"""A polynomial: exponents of its variables, with a coefficient."""


def _is_prime(poly: Powers) -> bool:
    """Whether some variable is in one term only, and to the first power.

    What divides such a polynomial divides that term, so it is a product of variables; there is
    none that all terms share.
    """
    columns = list(zip(*(powers for powers, _ in poly), strict=True))
    return all(min(c) == 0 for c in columns) and any(sum(c) == 1 for c in columns)


@lru_cache(maxsize=1_000)
def _factored(poly: Powers) -> tuple[Rational, list[tuple[Powers, int]]]:
    """A polynomial as a number and irreducible polynomials with exponents."""
    from sympy import QQ
    from sympy.polys.rings import ring

    names, *_ = ring([f"a{k}" for k in range(len(poly[0][0]))], QQ)
    given = {powers: QQ(n.numerator, n.denominator) for powers, n in poly}
    number, found = names.from_dict(given).factor_list()
    return _fraction(number), [
        (tuple((powers, _fraction(c)) for powers, c in factor.terms()), exponent)
        for factor, exponent in found
    ]


def _fraction(number: Any) -> Rational:
    return Fraction(int(number.numerator), int(number.denominator))


def _turned(sum_: Term) -> Term:
    """A sum with the other sign."""
    return t.add(*(tidy(t.neg(a)) for a in sum_.args))


def _powers(terms: Sequence[tuple[Rational, Atoms]]) -> bool:
    """Whether there are powers: a sum of two products without one has no factors."""
    return any(abs(e) > 1 for _, atoms in terms for e in atoms.values())


def _sum(terms: list[tuple[Rational, Atoms]]) -> tuple[Rational, Term]:
    """A polynomial with a positive first term, and the number that it lost."""
    number, _ = content(terms)
    rows = sorted(terms, key=lambda x: _rank(x[1]))
    scale = number if (number < 0) == (rows[0][0] < 0) else -number
    return scale, t.add(*(times(ratio(n, scale), x) for n, x in rows))


def _rank(atoms: Atoms) -> tuple[int, list[tuple[bool, str]]]:
    """Terms with indices first, constants last; x before y, Latin letters before Greek."""
    heads = [letters(a.args[0] if a.op == "at" else a) for a in atoms]
    bare = [re.sub(r"^\\(?:vec|mathbf|bm|hat|bar)\b\W*", "", h) for h in heads]
    return -sum(len(a.variables) for a in atoms), sorted((b.startswith("\\"), b) for b in bare)
