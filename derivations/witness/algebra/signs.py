"""Which signs a form can take, from the signs of its generators and the hypotheses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy as sp
from sympy import QQ, ring

from .monomials import (
    ONE,
    Form,
    Monomial,
    accumulate,
    exponent,
    join,
    key_of,
    number,
    opposite,
    ratio,
    rational,
    single,
    to_sympy,
)

if TYPE_CHECKING:
    from .polynomials import Polynomials

Signs: TypeAlias = frozenset[int]
"""The possible signs of a real number: a subset of {-1, 0, 1}."""

ANY: Signs = frozenset((-1, 0, 1))
POSITIVE: Signs = frozenset((1,))
NEGATIVE: Signs = frozenset((-1,))
NONNEGATIVE: Signs = frozenset((0, 1))
NONZERO: Signs = frozenset((-1, 1))
NONPOSITIVE: Signs = frozenset((-1, 0))
ZERO: Signs = frozenset((0,))
_MAX_FACTORED = 400
_MAX_SIGNED = 100
_MAX_SQUARES = 3
_DEPTH = 5


def symbol_signs(symbol: sp.Expr) -> Signs:
    """The signs of a symbol by its assumptions."""
    if symbol.is_positive:
        return POSITIVE
    if symbol.is_negative:
        return NEGATIVE
    signs = {-1, 0, 1}
    if symbol.is_nonnegative:
        signs.discard(-1)
    if symbol.is_nonpositive:
        signs.discard(1)
    if symbol.is_nonzero:
        signs.discard(0)
    return frozenset(signs)


def product(left: Signs, right: Signs) -> Signs:
    return frozenset(a * b for a in left for b in right)


def total(parts: list[Signs]) -> Signs:
    """The signs of a sum."""
    if all(-1 not in s for s in parts):
        return POSITIVE if POSITIVE in parts else NONNEGATIVE
    if all(1 not in s for s in parts):
        return NEGATIVE if NEGATIVE in parts else NONPOSITIVE
    return ANY


def signs_of(forms: Polynomials, form: Form, depth: int = _DEPTH) -> Signs:
    """The possible signs of a form wherever it is defined."""
    if not form:
        return ZERO
    if len(form) > 1:
        quick = _by_terms(forms, form)
        if len(quick) == 1:
            return quick
        numerator, divisors = forms.clear(form)
        if not numerator:
            return ZERO
        c, mono, rest = forms.content(numerator)
        outer = product(_term_signs(forms, mono, c), _term_signs(forms, divisors, 1))
        return outer if rest == ONE else product(outer, _primitive_signs(forms, rest, depth))
    ((mono, c),) = form.items()
    return _term_signs(forms, mono, c)


def _term_signs(forms: Polynomials, mono: Monomial, c: Any) -> Signs:
    signs = POSITIVE if c > 0 else NEGATIVE
    for g, e in mono:
        own = forms.gens[g].signs
        if forms.facts and len(own) > 1:
            own = own & forms.facts.get(key_of(single(g)), ANY)
        signs = product(signs, _power_signs(own, e))
    return signs


def _power_signs(signs: Signs, e: Any) -> Signs:
    if e < 0:
        signs = signs - ZERO
    if not isinstance(e, int):
        return signs & NONNEGATIVE
    return signs if e % 2 else frozenset(s * s for s in signs)


def _primitive_signs(forms: Polynomials, form: Form, depth: int) -> Signs:
    """Signs of a polynomial of several terms: known, a square, a product of such."""
    key = key_of(form)
    known = forms.facts.get(key, ANY)
    if len(known) == 1:
        return known
    before = forms.signs.get(key)
    if before is not None and (len(before[0]) == 1 or before[1] >= depth):
        return before[0]
    signs = known & _by_terms(forms, form) & _by_facts(forms, form)
    for method in (_square, _completed_square, _on_circles, _by_factors):
        if len(signs) == 1 or not depth:
            break
        signs = signs & method(forms, form, depth - 1)
    forms.signs[key] = signs, depth
    return signs


def _square(forms: Polynomials, form: Form, depth: int) -> Signs:
    """Signs of a square."""
    if square_root(forms, form) is not None:
        return NONNEGATIVE
    return NONPOSITIVE if square_root(forms, forms.scale(form, -1)) is not None else ANY


def square_root(forms: Polynomials, form: Form) -> Form | None:
    """A form whose square this is, found term by term from the leading one."""
    order = sorted({g for mono in form for g, _ in mono})

    def place(mono: Monomial) -> tuple[Any, ...]:
        powers = dict(mono)
        return tuple(powers.get(g, 0) for g in order)

    lead = max(form, key=place)
    c = sp.sqrt(to_sympy(form[lead]))
    if not c.is_Rational or any(not isinstance(e, int) or e % 2 for _, e in lead):
        return None
    lead = tuple((g, e // 2) for g, e in lead)
    root = {lead: rational(int(c.p), int(c.q))}
    rest = forms.subtract(form, forms.multiply(root, root))
    for _ in range(len(form)):
        if not rest:
            return root
        mono = max(rest, key=place)
        quotient = join(mono, opposite(lead))
        if any(e < 0 for _, e in quotient):
            return None
        term = {quotient: ratio(rest[mono], 2 * root[lead])}
        gain = forms.multiply(term, forms.add(forms.scale(root, 2), term))
        rest = forms.subtract(rest, gain)
        root = forms.add(root, term)
    return None


def _by_factors(forms: Polynomials, form: Form, depth: int) -> Signs:
    """Signs of a product."""
    if len(form) > _MAX_SIGNED:
        return ANY
    factors = factors_of(forms, form)
    if len(factors) == 1 and factors[0][1] == 1:
        return ANY
    found = POSITIVE
    for factor, e in factors:
        found = product(found, _power_signs(signs_of(forms, factor, depth), e))
    return found


def _by_terms(forms: Polynomials, form: Form) -> Signs:
    return total([_term_signs(forms, mono, c) for mono, c in form.items()])


def _by_facts(forms: Polynomials, form: Form) -> Signs:
    """A form is positive if it exceeds something known to be positive; or negative."""
    for key, signs in forms.facts.items():
        if len(key) < 2 or signs not in (POSITIVE, NEGATIVE):
            continue
        known = forms.scale(dict(key), max(signs))
        if _by_terms(forms, forms.subtract(form, known)) <= NONNEGATIVE:
            return POSITIVE
        if _by_terms(forms, forms.add(form, known)) <= NONPOSITIVE:
            return NEGATIVE
    return ANY


def _on_circles(forms: Polynomials, form: Form, depth: int) -> Signs:
    """What is linear in a squared cosine lies between its values at 0 and 1."""
    for g in sorted(forms.cosines):
        parts: list[Form] = [{}, {}, {}]
        if _collect(forms, form, g, parts) and parts[2] and not parts[1]:
            ends = parts[0], forms.add(parts[0], parts[2])
            return frozenset().union(*(signs_of(forms, end, depth) for end in ends))
    return ANY


def _completed_square(forms: Polynomials, form: Form, depth: int) -> Signs:
    """a x² + b x + c has the sign of a where 4ac − b² is positive.

    Where a may be zero, 4ac ≥ b² makes b zero too, and c has the last word.
    """
    for a, b, c in _quadratics(forms, form)[:_MAX_SQUARES]:
        leading = signs_of(forms, a, depth)
        if leading in (NONNEGATIVE, NONPOSITIVE):
            leading |= signs_of(forms, c, depth)
        if not (leading <= NONNEGATIVE or leading <= NONPOSITIVE):
            continue
        rest = forms.subtract(forms.scale(forms.multiply(a, c), 4), forms.multiply(b, b))
        gap = signs_of(forms, rest, depth)
        if -1 not in gap:
            return leading if gap == POSITIVE and len(leading) == 1 else leading | ZERO
    return ANY


def _quadratics(forms: Polynomials, form: Form) -> list[tuple[Form, Form, Form]]:
    """The form as a x² + b x + c in each generator where it is one, simplest first."""
    found = []
    for g in sorted({g for mono in form for g, e in mono if e == 2}):
        parts: list[Form] = [{}, {}, {}]
        if _collect(forms, form, g, parts):
            found.append((parts[2], parts[1], parts[0]))
    return sorted(found, key=lambda p: (len(p[1]), len(p[0])))


def _collect(forms: Polynomials, form: Form, g: int, parts: list[Form]) -> bool:
    """Coefficients of a form as a polynomial in a generator; False if it is none."""
    for mono, c in form.items():
        power: Any = 0
        rest = []
        for h, e in mono:
            if h == g:
                power = e
            elif g in forms.gens[h].inside:
                return False
            else:
                rest.append((h, e))
        if not isinstance(power, int) or not 0 <= power < len(parts):
            return False
        accumulate(parts[power], tuple(rest), c)
    return True


# ---------------------------------------------------------------- factors


def to_ring(forms: Polynomials, *given: Form) -> tuple[list[Any], Callable[[Any], Form]]:
    """Forms as polynomials of SymPy, and the way back.

    Each generator is replaced by its root if fractions occur among its exponents.
    """
    scale: dict[int, int] = {}
    for form in given:
        for mono in form:
            for g, e in mono:
                old = scale.get(g, 1)
                scale[g] = old * e.denominator if old % e.denominator else old
    numbers = sorted(scale)
    place = {g: k for k, g in enumerate(numbers)}
    domain = _ring(len(numbers))
    polynomials = []
    for form in given:
        terms = {}
        for mono, c in form.items():
            powers = [0] * len(numbers)
            for g, e in mono:
                powers[place[g]] = int(e * scale[g])
            terms[tuple(powers)] = c
        polynomials.append(domain.from_dict(terms))

    def back(polynomial: Any) -> Form:
        return {
            tuple(
                (g, exponent(Fraction(k, scale[g])))
                for g, k in zip(numbers, powers, strict=True)
                if k
            ): c
            for powers, c in polynomial.terms()
        }

    return polynomials, back


@cache
def _ring(size: int) -> Any:
    """Polynomials in some number of generators."""
    return ring([f"g{k}" for k in range(size)], QQ)[0]


def factors_of(forms: Polynomials, form: Form) -> list[tuple[Form, int]]:
    """Irreducible factors of a primitive polynomial; a constant factor stands first."""
    key = key_of(form)
    if key not in forms.factors:
        forms.factors[key] = _factors(forms, form)
    return forms.factors[key]


def _factors(forms: Polynomials, form: Form) -> list[tuple[Form, int]]:
    if len(form) > _MAX_FACTORED:
        return [(form, 1)]
    (polynomial,), back = to_ring(forms, form)
    constant, found = polynomial.factor_list()
    factors: list[tuple[Form, int]] = []
    for factor, e in found:
        c, mono, rest = forms.content(back(factor))
        constant = constant * c**e
        factors += [(single(g), k * e) for g, k in mono]
        if rest != ONE:
            factors.append((rest, e))
    if constant != 1:
        factors.insert(0, (number(constant), 1))
    return factors
