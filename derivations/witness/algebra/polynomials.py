"""Arithmetic of forms: sums of monomials in generators, with divisors kept apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import sympy as sp
from sympy import QQ

from .monomials import (
    ONE,
    Exponent,
    Form,
    Monomial,
    Undefined,
    Unsupported,
    accumulate,
    exponent,
    join,
    key_of,
    opposite,
    ratio,
    to_sympy,
)
from .signs import ANY, NEGATIVE, POSITIVE, Signs, signs_of, symbol_signs, to_ring

MAX_TERMS = 6000
MAX_WORK = 300_000
MAX_POWER = 64
MAX_BITS = 4000


@dataclass(frozen=True, eq=False)
class Generator:
    """kind is ``symbol prime exp ln divisor call``; ``inside`` holds what it depends on.

    ``mono`` is the exponent of an ``exp``; ``form`` the argument of an ``ln``, or the
    polynomial that a ``divisor`` stands for.
    """

    kind: str
    expr: sp.Expr
    signs: Signs
    inside: frozenset[int]
    mono: Monomial = ()
    form: Form | None = None


class Polynomials:
    """The generators met so far, and arithmetic of forms in them."""

    def __init__(self) -> None:
        self.gens: list[Generator] = []
        self.facts: dict[frozenset[Any], Signs] = {}
        self.factors: dict[frozenset[Any], list[tuple[Form, int]]] = {}
        self.signs: dict[frozenset[Any], tuple[Signs, int]] = {}
        self._numbers: dict[object, int] = {}
        self.cosines: set[int] = set()
        self._squares: dict[int, Form] = {}
        self._primes: set[int] = set()
        self._divisors: set[int] = set()
        self._powers: dict[tuple[int, int], Form] = {}

    # ------------------------------------------------------------ generators

    def generator(self, key: object, make: Callable[[], Generator]) -> int:
        """The number of the generator with a key, made if it is new."""
        found = self._numbers.get(key)
        if found is None:
            made = make()
            found = self._numbers[key] = len(self.gens)
            self.gens.append(replace(made, inside=made.inside | {found}))
        return found

    def symbol(self, symbol: sp.Expr) -> int:
        """The generator of a symbol or of π."""
        return self.generator(
            symbol, lambda: Generator("symbol", symbol, symbol_signs(symbol), frozenset())
        )

    def prime(self, prime: int) -> int:
        """The generator of a prime number, which occurs under roots only."""

        def make() -> Generator:
            return Generator("prime", sp.Integer(prime), POSITIVE, frozenset())

        found = self.generator(("prime", prime), make)
        self._primes.add(found)
        return found

    def divisor(self, form: Form) -> int:
        """The generator of a polynomial that occurs as a divisor or under a root."""

        def make() -> Generator:
            signs = signs_of(self, form)
            return Generator("divisor", self.expr(form), signs, self.inside(form), form=form)

        found = self.generator(("divisor", key_of(form)), make)
        self._divisors.add(found)
        return found

    def inside(self, form: Form) -> frozenset[int]:
        """All generators that a form depends on, at any depth."""
        return frozenset().union(*(self.gens[g].inside for mono in form for g, _ in mono))

    def circle(self, c: sp.Symbol, s: sp.Symbol) -> None:
        """From now on s² is 1 − c²."""
        square: Form = {((self.symbol(c), 2),): 1}
        self._squares[self.symbol(s)] = self.subtract(ONE, square)
        self.cosines.add(self.symbol(c))

    def know(self, form: Form, signs: Signs) -> None:
        """A hypothesis: the sign of a form."""
        numerator, divisors = self.clear(form)
        c, mono, rest = self.content(numerator)
        sign = 1 if c > 0 else -1
        outer = signs_of(self, {join(mono, divisors): 1})
        if rest != ONE and outer in (POSITIVE, NEGATIVE):
            sign *= min(outer)
        elif not divisors:
            rest = self.times(rest, mono)
        else:
            return
        key = key_of(rest)
        self.signs.clear()
        self.facts[key] = self.facts.get(key, ANY) & {s * sign for s in signs}

    # ------------------------------------------------------------ arithmetic

    def add(self, *forms: Form) -> Form:
        total: Form = {}
        for form in forms:
            for mono, c in form.items():
                accumulate(total, mono, c)
        return total

    def scale(self, form: Form, factor: Any) -> Form:
        return {mono: c * factor for mono, c in form.items()} if factor else {}

    def subtract(self, left: Form, right: Form) -> Form:
        return self.add(left, self.scale(right, -1))

    def multiply(self, left: Form, right: Form) -> Form:
        if len(left) * len(right) > MAX_WORK:
            raise Unsupported("the expressions grow too large at this size")
        total: Form = {}
        for a, c in left.items():
            for b, d in right.items():
                mono = join(a, b)
                if self._reducible(mono):
                    for m, f in self._reduce(mono).items():
                        accumulate(total, m, c * d * f)
                else:
                    accumulate(total, mono, c * d)
        if len(total) > MAX_TERMS:
            raise Unsupported("the expressions grow too large at this size")
        return total

    def times(self, form: Form, mono: Monomial, factor: Any = 1) -> Form:
        """A form times one term."""
        return self.multiply(form, {mono: factor})

    def _reducible(self, mono: Monomial) -> bool:
        if not self._squares and not self._primes:
            return False
        return any(
            (g in self._squares and e >= 2) or (g in self._primes and not 0 < e < 1)
            for g, e in mono
        )

    def _reduce(self, mono: Monomial) -> Form:
        total: Form = ONE
        rest: list[tuple[int, Exponent]] = []
        for g, e in mono:
            if g in self._primes and not 0 < e < 1:
                whole = e.numerator // e.denominator
                total = self.scale(total, QQ(int(self.gens[g].expr)) ** whole)
                e = exponent(e - whole)
            elif g in self._squares and e >= 2:
                half = int(e // 2)
                total = self.multiply(total, self.power(self._squares[g], half))
                e = exponent(e - 2 * half)
            if e:
                rest.append((g, e))
        return self.multiply(total, {tuple(rest): 1}) if rest else total

    def power(self, form: Form, n: int) -> Form:
        """An integer power."""
        if n < 0:
            return self.power(self.inverse(form), -n)
        if len(form) == 1:
            ((mono, c),) = form.items()
            if n * max(int(c.numerator).bit_length(), int(c.denominator).bit_length()) > MAX_BITS:
                raise Unsupported("a number with too many digits")
            return self.times(ONE, tuple((g, exponent(e * n)) for g, e in mono if n), c**n)
        if n > MAX_POWER:
            raise Unsupported(f"a power with exponent {n}")
        result = ONE
        for bit in bin(n)[2:] if n else "":
            result = self.multiply(result, result)
            if bit == "1":
                result = self.multiply(result, form)
        return result

    def inverse(self, form: Form) -> Form:
        """1 divided by a form; what has several terms becomes a generator."""
        numerator, divisors = self.clear(form)
        if not numerator:
            raise Undefined("a division by zero")
        c, mono, rest = self.content(numerator)
        if rest != ONE:
            mono = join(mono, ((self.divisor(rest), 1),))
        return self.times(ONE, opposite(join(mono, divisors)), ratio(1, c))

    # ------------------------------------------------------------ divisors

    def clear(self, form: Form) -> tuple[Form, Monomial]:
        """Numerator without divisors, and the divisors taken out (negative exponents)."""
        taken: Monomial = ()
        while (found := self._next_divisor(form)) is not None:
            g, low = found
            shift = max(ceil(-low), 0)
            if shift:
                taken = join(taken, ((g, -shift),))
            form = self._expand(form, g, shift)
        return form, taken

    def _next_divisor(self, form: Form) -> tuple[int, Exponent] | None:
        """A divisor with a negative or a whole exponent, and its least exponent."""
        if not self._divisors:
            return None
        for mono in form:
            for g, e in mono:
                if g in self._divisors and not 0 < e < 1:
                    return g, min(dict(m).get(g, 0) for m in form)
        return None

    def _expand(self, form: Form, g: int, shift: int) -> Form:
        """Multiply by a power of the divisor and write out its whole powers."""
        groups: dict[int, Form] = {}
        for mono, c in form.items():
            e = dict(mono).get(g, 0) + shift
            whole = int(e // 1)
            rest = tuple((h, f) for h, f in mono if h != g)
            if e != whole:
                rest = join(rest, ((g, exponent(e - whole)),))
            accumulate(groups.setdefault(whole, {}), rest, c)
        return self.add(*(self.multiply(f, self._whole(g, k)) for k, f in groups.items()))

    def _whole(self, g: int, k: int) -> Form:
        if (g, k) not in self._powers:
            self._powers[g, k] = self.power(self.gens[g].form or {}, k)
        return self._powers[g, k]

    def content(self, form: Form) -> tuple[Any, Monomial, Form]:
        """Coefficient, common monomial and primitive rest, whose product is the form."""
        if len(form) < 2:
            return next(((c, mono, ONE) for mono, c in form.items()), (0, (), {}))
        least: dict[int, Exponent] = {}
        count: dict[int, int] = {}
        for mono in form:
            for g, e in mono:
                least[g] = min(least.get(g, e), e)
                count[g] = count.get(g, 0) + 1
        common = tuple((g, e) for g, e in sorted(least.items()) if e < 0 or count[g] == len(form))
        back = opposite(common)
        c = form[max(form)]
        return c, common, {join(mono, back): ratio(d, c) for mono, d in form.items()}

    def is_zero(self, form: Form) -> bool:
        """Whether a form vanishes identically; False also where this was not found."""
        return not form or not self.clear(form)[0]

    def tidy(self, form: Form) -> Form:
        """The form with divisors cancelled where they divide the numerator."""
        numerator, divisors = self.clear(form)
        for g, e in divisors:
            for _ in range(-int(e)):
                quotient = self.divide(numerator, self.gens[g].form or {})
                if quotient is None:
                    break
                numerator = quotient
                divisors = join(divisors, ((g, 1),))
        return self.times(numerator, divisors) if divisors else numerator

    def divide(self, top: Form, bottom: Form) -> Form | None:
        """The quotient of two forms without divisors if it is one, else None."""
        c, mono, rest = self.content(top)
        d, other, divisor = self.content(bottom)
        outer = join(mono, opposite(other))
        if rest == divisor:
            return self.times(ONE, outer, ratio(c, d))
        if divisor == ONE or len(rest) < 2:
            return self.times(rest, outer, ratio(c, d)) if divisor == ONE else None
        order = sorted({g for form in (rest, divisor) for mono in form for g, _ in mono})
        if any(a < b for a, b in zip(_ends(rest, order), _ends(divisor, order), strict=True)):
            return None
        polynomials, back = to_ring(self, rest, divisor)
        quotient, remainder = divmod(polynomials[0], polynomials[1])
        return None if remainder else self.times(back(quotient), outer, ratio(c, d))

    # ------------------------------------------------------------ to SymPy

    def monomial(self, mono: Monomial) -> sp.Expr:
        """A monomial as a SymPy expression."""
        return sp.Mul(*(sp.Pow(self.gens[g].expr, to_sympy(e)) for g, e in mono))

    def expr(self, form: Form) -> sp.Expr:
        """The form as a SymPy expression."""
        return sp.Add(*(sp.Mul(to_sympy(c), self.monomial(m)) for m, c in form.items()))


def _ends(form: Form, order: list[int]) -> list[Exponent]:
    """The exponents of the first and last monomial: a quotient has those of its parts less."""
    places = [[dict(mono).get(g, 0) for g in order] for mono in form]
    return [*max(places), *min(places)]
