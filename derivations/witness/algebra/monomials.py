"""Monomials with rational exponents, and forms: monomials with rational coefficients."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

import sympy as sp
from sympy import QQ

Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Exponent], ...]
Form: TypeAlias = dict[Monomial, Any]
"""A sum: from each monomial to its coefficient, an int or an element of QQ, never zero."""

ONE: Form = {(): 1}


class Unsupported(Exception):
    """SymPy's witness cannot treat this; the message says what in words."""


class Undefined(Exception):
    """A side has no value here: a division by zero, an entry that does not exist."""


class LogOfZero(Undefined):
    """The logarithm of zero, which times zero is zero by a declared convention."""


def exponent(value: Exponent) -> Exponent:
    """A rational number as an int if it is one."""
    return value if isinstance(value, int) or value.denominator != 1 else int(value)


def join(a: Monomial, b: Monomial) -> Monomial:
    """The product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    powers = dict(a)
    for g, e in b:
        s = powers.get(g, 0) + e
        if s:
            powers[g] = exponent(s)
        else:
            del powers[g]
    return tuple(sorted(powers.items()))


def opposite(mono: Monomial) -> Monomial:
    """The inverse of a monomial."""
    return tuple((g, -e) for g, e in mono)


def accumulate(total: Form, mono: Monomial, c: Any) -> None:
    """Add one term to a form in place."""
    value = total.get(mono, 0) + c
    if value:
        total[mono] = value
    else:
        del total[mono]


def single(g: int) -> Form:
    """A generator as a form."""
    return {((g, 1),): 1}


def number(c: Any) -> Form:
    """A rational number as a form."""
    return {(): c} if c else {}


def key_of(form: Form) -> frozenset[Any]:
    """A form as a key of a table."""
    return frozenset(form.items())


def to_fraction(c: Any) -> Fraction:
    return Fraction(int(c.numerator), int(c.denominator))


def rational(p: int, q: int) -> Any:
    """A fraction in lowest terms as a coefficient."""
    return p if q == 1 else QQ(p, q)


def ratio(c: Any, d: Any) -> Any:
    """The quotient of two coefficients."""
    if d in (1, -1):
        return c * d
    return QQ(c) / d


def to_qq(e: Exponent) -> Any:
    return rational(int(e.numerator), int(e.denominator))


def to_sympy(c: Any) -> sp.Rational:
    return sp.Rational(int(c.numerator), int(c.denominator))


def prime_powers(c: Any) -> dict[int, int]:
    """Prime factors of a positive rational number with their exponents.

    Numbers too long to factor quickly stand for themselves.
    """
    found: dict[int, int] = {}
    for part, sign in ((int(c.numerator), 1), (int(c.denominator), -1)):
        if part == 1:
            continue
        factors = {part: 1} if part.bit_length() > 60 else sp.factorint(part)
        for p, e in factors.items():
            found[int(p)] = found.get(int(p), 0) + sign * int(e)
    return found
