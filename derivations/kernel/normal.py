r"""The normal form: two real terms with the same one are equal, whatever the variables are.

It knows commutative rings with rational numbers, finite sums and products, Kronecker's
delta, and that the inverse is multiplicative and involutive with 0⁻¹ = 0. It does not
know that x x⁻¹ = 1, nor any law of exp, ln, det, derivatives or integrals: those are
theorems. A normal form is a sum of monomials, each a rational number times a sum, over
some variables, of a product of atoms. Sums are flat: :math:`\sum_k a_k \sum_l b_l` becomes
:math:`\sum_{k,l} a_k b_l`. Arguments of atoms are in normal form themselves.

That two equal terms have the same form is wanted, and tested; no proof rests on it. What
a proof rests on is that each step here keeps the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cache
from itertools import islice, permutations, product
from typing import TypeAlias

from . import terms as t
from .terms import REAL, KernelError, Rational, Term

Factors: TypeAlias = tuple[tuple[Term, int], ...]
"""Atoms with exponents, in order."""
Monomial: TypeAlias = tuple[tuple[Term, ...], Factors]
"""The summed variables, which are the first slots that the factors do not have free
already, and what is summed."""
Polynomial: TypeAlias = dict[Monomial, Rational]

MAX_MONOMIALS = 4000
MAX_ORDERS = 120
ONE: Monomial = ((), ())

_polynomials: dict[Term, Polynomial] = {}


def polynomial(term: Term) -> Polynomial:
    """The normal form of a real term, as monomials with their coefficients."""
    return dict(_form(term))


def _form(term: Term) -> Polynomial:
    """The same, kept: not to be changed, nor given away."""
    found = _polynomials.get(term)
    if found is None:
        if term.sort != REAL or term.loose:
            raise KernelError(f"normal form of {term}, which is no real number by itself")
        found = _polynomials[term] = _FORMS.get(term.op, _atom)(term)
    return found


def same(left: Term, right: Term) -> bool:
    """Whether two real terms have the same normal form."""
    return left is right or not _form(t.sub(left, right))


@cache
def normal(term: Term) -> Term:
    """The term written in normal form; statements and functions part by part."""
    if term.sort == REAL:
        return term if term.op in ("num", "var") else written(_form(term))
    return _parts(term)


def _parts(term: Term) -> Term:
    if term.op == "lam":
        fresh = t.fresh_variables(term.data, term)
        return t.lam(fresh, normal(t.at(term, *fresh)))
    return t.rebuild(term, tuple(normal(a) for a in term.args)) if term.args else term


def written(form: Polynomial) -> Term:
    """A polynomial as a term."""
    terms = [_monomial_term(m, c) for m, c in sorted(form.items(), key=_order)]
    return t.add(*terms) if terms else t.num(0)


def _order(item: tuple[Monomial, Rational]) -> tuple[object, ...]:
    (binders, factors), _ = item
    return len(factors), _key(factors), tuple(b.digest for b in binders)


def _key(factors: Factors) -> tuple[tuple[bytes, int], ...]:
    return tuple((atom.digest, exponent) for atom, exponent in factors)


def _monomial_term(monomial: Monomial, coefficient: Rational) -> Term:
    binders, factors = monomial
    parts = [a if e == 1 else t.power(a, e) for a, e in factors]
    body = t.mul(*parts) if parts else t.num(1)
    for variable in reversed(binders):
        body = t.total(t.lam([variable], body))
    if coefficient == 1:
        return body
    return t.mul(t.num(coefficient), body) if factors or binders else t.num(coefficient)


# ---------------------------------------------------------------- arithmetic of polynomials


def _collect(terms: Iterable[tuple[Monomial, Rational]]) -> Polynomial:
    out: Polynomial = {}
    for monomial, coefficient in terms:
        old = out.get(monomial)
        new = coefficient if old is None else old + coefficient
        if new:
            out[monomial] = new
        else:
            out.pop(monomial, None)
    if len(out) > MAX_MONOMIALS:
        raise KernelError(f"a normal form of more than {MAX_MONOMIALS} monomials")
    return out


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    for form, other in ((left, right), (right, left)):
        if len(form) == 1 and ONE in form:
            number = form[ONE]
            return other if number == 1 else {m: number * c for m, c in other.items()}
    if len(left) * len(right) > MAX_MONOMIALS:
        raise KernelError(f"a normal form of more than {MAX_MONOMIALS} monomials")
    return _collect(
        (m, a * b * c)
        for (x, a), (y, b) in product(left.items(), right.items())
        for m, c in _joined(x, y).items()
    )


@cache
def _joined(left: Monomial, right: Monomial) -> Polynomial:
    """The product of two monomials."""
    if not left[0] and not right[0]:
        return _bind((), (*left[1], *right[1]))
    avoid = [atom for _, factors in (left, right) for atom, _ in factors]
    fresh = t.fresh_variables([v.sort for v in (*left[0], *right[0])], *avoid)
    here, there = fresh[: len(left[0])], fresh[len(left[0]) :]
    return _bind(fresh, (*_opened(left, here), *_opened(right, there)))


def _opened(monomial: Monomial, variables: tuple[Term, ...]) -> list[tuple[Term, int]]:
    """The factors with other variables for the summed ones."""
    binders, factors = monomial
    if not binders:
        return list(factors)
    values = dict(zip(binders, variables, strict=True))
    return [(t.substitute(atom, values), e) for atom, e in factors]


def _replaced(factors: Iterable[tuple[Term, int]], values: dict[Term, Term]) -> Polynomial:
    """A product of powers after a substitution, which may simplify its atoms."""
    out: Polynomial = {ONE: 1}
    for atom, exponent in factors:
        form = _form(t.substitute(atom, values))
        for _ in range(exponent):
            out = _times(out, form)
    return out


def _product_of_powers(form: Polynomial) -> tuple[Factors, Rational] | None:
    """The factors of the only monomial and its coefficient, if it is there and no sum."""
    if len(form) == 1:
        (((binders, factors), coefficient),) = form.items()
        return None if binders else (factors, coefficient)
    return None


# ---------------------------------------------------------------- sums


def _sum(term: Term) -> Polynomial:
    body = term.args[0]
    fresh = t.fresh_variables(body.data, body)
    return _summed(fresh, _form(t.at(body, *fresh)))


def _summed(variables: tuple[Term, ...], form: Polynomial) -> Polynomial:
    """The sum of a polynomial over variables."""
    if not variables:
        return form
    return _collect((m, c * d) for x, c in form.items() for m, d in _over(variables, x).items())


@cache
def _over(variables: tuple[Term, ...], monomial: Monomial) -> Polynomial:
    atoms = [atom for atom, _ in monomial[1]]
    fresh = t.fresh_variables([v.sort for v in monomial[0]], *atoms, *variables)
    return _bind((*variables, *fresh), _opened(monomial, fresh))


def _bind(variables: tuple[Term, ...], factors: Iterable[tuple[Term, int]]) -> Polynomial:
    """The sum over variables of a product of powers: deltas contracted, order made canonical."""
    merged: dict[Term, int] = {}
    for atom, exponent in factors:
        merged[atom] = merged.get(atom, 0) + exponent
    parts = [(atom, _reduced(atom, e)) for atom, e in merged.items()]
    parts = [(atom, e) for atom, e in parts if e]
    for atom, _ in parts:
        if atom.op == "delta":
            rest = [f for f in parts if f[0] is not atom]
            for old, new in (atom.args, atom.args[::-1]):
                if old in variables and old not in new.variables:
                    left = tuple(v for v in variables if v is not old)
                    return _summed(left, _replaced(rest, {old: new}))
    for atom, _ in parts:
        if atom.op == "delta":
            new, old = sorted(atom.args, key=lambda a: (a.op == "var", a.digest))
            rest = [f for f in parts if f[0] is not atom]
            if (
                old.op == "var"
                and old not in new.variables
                and any(old in a.variables for a, _ in rest)
            ):
                both = _times(_replaced(rest, {old: new}), {((), ((atom, 1),)): 1})
                return _summed(variables, both)
    outside = [v for v in variables if not any(v in a.variables for a, _ in parts)]
    inside = tuple(v for v in variables if v not in outside)
    sizes: dict[Term, int] = {}
    for v in outside:
        number = t.size(v.sort)
        sizes[number] = sizes.get(number, 0) + 1
    for number, exponent in sizes.items():
        known = dict(parts).get(number, 0)
        parts = [f for f in parts if f[0] is not number] + [(number, known + exponent)]
    return _canonical(inside, parts)


def _reduced(atom: Term, exponent: int) -> int:
    """Exponents of what is 0 or 1, or 1 or -1."""
    if atom.op == "delta":
        return min(exponent, 1)
    return exponent % 2 if atom.op == "parity" else exponent


def _canonical(variables: tuple[Term, ...], parts: list[tuple[Term, int]]) -> Polynomial:
    """One monomial; of the orders of its summed variables, one that does not depend on names."""
    if not variables:
        return {((), tuple(sorted(parts, key=_place))): 1}
    first = _free_slot(variables, parts)
    found = [_renamed(order, parts, first) for order in _orders(variables, parts, first)]
    coefficient, factors, binders = min(found, key=lambda item: (_key(item[1]), item[0]))
    return {(binders, factors): coefficient}


def _free_slot(variables: tuple[Term, ...], parts: list[tuple[Term, int]]) -> int:
    """The number of the first slot above all that occur."""
    used = [
        int(v.data[1:])
        for atom, _ in parts
        for v in atom.variables
        if v.data[0] == "@" and v not in variables
    ]
    return max(used, default=-1) + 1


def _place(factor: tuple[Term, int]) -> tuple[bytes, int]:
    return factor[0].digest, factor[1]


def _orders(
    variables: tuple[Term, ...], parts: list[tuple[Term, int]], first: int
) -> Iterable[tuple[Term, ...]]:
    """Orders of the variables that are worth trying: by sort, then by what they occur in."""
    if len(variables) == 1:
        return [variables]
    signs = {v: (repr(v.sort), _signature(v, variables, parts, first)) for v in variables}
    groups = [[v for v in variables if signs[v] == sign] for sign in sorted(set(signs.values()))]
    choices = product(*(permutations(group) for group in groups))
    return (tuple(v for group in choice for v in group) for choice in islice(choices, MAX_ORDERS))


def _signature(
    variable: Term, variables: tuple[Term, ...], parts: list[tuple[Term, int]], first: int
) -> tuple[tuple[bytes, int], ...]:
    values = {v: t.slot(first + (v is not variable), v.sort) for v in variables}
    here = [(a, e) for a, e in parts if variable in a.variables]
    return tuple(sorted((normal(t.substitute(a, values)).digest, e) for a, e in here))


def _renamed(
    order: tuple[Term, ...], parts: list[tuple[Term, int]], first: int
) -> tuple[Rational, Factors, tuple[Term, ...]]:
    """The product with slots for the variables, and these; its atoms may change a sign."""
    values = {v: t.slot(first + k, v.sort) for k, v in enumerate(order)}
    coefficient: Rational = 1
    merged: dict[Term, int] = {}
    for atom, exponent in parts:
        new = t.substitute(atom, values)
        factors, factor = _product_of_powers(_form(new)) or (((new, 1),), 1)
        if factor != 1:
            coefficient *= factor**exponent
        for a, e in factors:
            merged[a] = merged.get(a, 0) + e * exponent
    return coefficient, tuple(sorted(merged.items(), key=_place)), tuple(values.values())


# ---------------------------------------------------------------- one operation each


def _number(term: Term) -> Polynomial:
    return {ONE: _plain(term.data)} if term.data else {}


def _plain(value: Fraction) -> Rational:
    """An integer as ``int``, whose arithmetic is the faster."""
    return value.numerator if value.denominator == 1 else value


def _add(term: Term) -> Polynomial:
    return _collect((m, c) for arg in term.args for m, c in _form(arg).items())


def _mul(term: Term) -> Polynomial:
    out: Polynomial = {ONE: 1}
    for arg in term.args:
        out = _times(out, _form(arg))
    return out


def _power(term: Term) -> Polynomial:
    out: Polynomial = {ONE: 1}
    base = _form(term.args[0])
    if single := _product_of_powers(base):
        factors, coefficient = single
        form = _bind((), [(a, e * term.data) for a, e in factors])
        return {m: c * coefficient**term.data for m, c in form.items()}
    for _ in range(term.data):
        out = _times(out, base)
    return out


def _inverse(term: Term) -> Polynomial:
    form = _form(term.args[0])
    if not form:
        return {}
    scale = _plain(1 / Fraction(form[min(form, key=lambda m: _order((m, 1)))]))
    if single := _product_of_powers(form):
        common, rest = single[0], None
    else:
        common = _common(form)
        quotient: Polynomial = {(b, _without(f, common)): c * scale for (b, f), c in form.items()}
        rest = t.inv(written(quotient))
    out: Polynomial = {ONE: scale}
    for atom, exponent in common:
        inverse = _inverse_of_atom(atom)
        for _ in range(exponent):
            out = _times(out, inverse)
    return out if rest is None else _times(out, {((), ((rest, 1),)): 1})


def _inverse_of_atom(atom: Term) -> Polynomial:
    if atom.op in ("delta", "parity"):
        return {((), ((atom, 1),)): 1}
    if atom.op == "inv":
        return _form(atom.args[0])
    return {((), ((t.inv(atom), 1),)): 1}


def _common(form: Polynomial) -> Factors:
    """Atoms that every monomial has, free of its summed variables, with least exponents."""
    shared: dict[Term, int] | None = None
    for (binders, factors), _ in form.items():
        here = {a: e for a, e in factors if not set(binders) & a.variables and a.op not in _SIGNS}
        shared = (
            here if shared is None else {a: min(e, here[a]) for a, e in shared.items() if a in here}
        )
    return tuple(sorted((shared or {}).items(), key=_place))


_SIGNS = ("delta", "parity")


def _without(factors: Factors, common: Factors) -> Factors:
    taken = dict(common)
    left = ((a, e - taken.get(a, 0)) for a, e in factors)
    return tuple((a, e) for a, e in left if e)


def _product(term: Term) -> Polynomial:
    body = term.args[0]
    (fresh,) = t.fresh_variables(body.data, body)
    form = _form(t.at(body, fresh))
    single = _product_of_powers(form)
    if single is None:
        return _alone(t.product(t.lam([fresh], written(form))))
    factors, coefficient = single
    out: Polynomial = {ONE: 1}
    for atom, exponent in (*factors, *_primes(coefficient)):
        inverse = atom.op == "inv"
        whole = t.product(t.lam([fresh], atom.args[0] if inverse else atom))
        part = _inverse_of_atom(whole) if inverse else _alone(whole)
        for _ in range(exponent):
            out = _times(out, part)
    return out


def _primes(value: Rational) -> list[tuple[Term, int]]:
    """Small primes, the rest, and inverses of them, whose product is a rational number."""
    found: list[tuple[Term, int]] = []
    for number, inverse in ((abs(value.numerator), False), (value.denominator, True)):
        rest = number
        for prime in (2, 3, 5, 7):
            exponent = 0
            while rest % prime == 0 and rest:
                rest, exponent = rest // prime, exponent + 1
            if exponent:
                found.append((t.inv(t.num(prime)) if inverse else t.num(prime), exponent))
        if rest != 1:
            found.append((t.inv(t.num(rest)) if inverse else t.num(rest), 1))
    return [*found, (t.num(-1), 1)] if value < 0 else found


def _delta(term: Term) -> Polynomial:
    left, right = sorted((normal(a) for a in term.args), key=lambda a: a.digest)
    return {ONE: 1} if left is right else _alone(t.delta(left, right))


def _alone(atom: Term) -> Polynomial:
    return {((), ((atom, 1),)): 1}


def _atom(term: Term) -> Polynomial:
    return _alone(_parts(term))


_FORMS: dict[str, Callable[[Term], Polynomial]] = {
    "num": _number,
    "add": _add,
    "mul": _mul,
    "pow": _power,
    "inv": _inverse,
    "sum": _sum,
    "prod": _product,
    "delta": _delta,
}
