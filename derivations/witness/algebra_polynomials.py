r"""Normal forms of SymPy expressions: polynomials with rational exponents in generators.

A form maps monomials to rational coefficients; a monomial is a sorted tuple of pairs
(generator, exponent). Generators are symbols, primes under a root, ``exp`` of one
monomial, ``ln`` of something that does not split, polynomials that occur as divisors,
and applied functions. Logarithms of products split where the factors are positive,
exponentials of sums become products, so equal expressions have equal forms once the
divisors are multiplied out (:meth:`Forms.is_zero`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TypeAlias

import sympy as sp
from sympy import QQ

from .algebra_signs import ANY, NONZERO, POSITIVE, Signs, factors_of, signs_of, symbol_signs

Exponent: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, Exponent], ...]
Form: TypeAlias = dict[Monomial, QQ]

ONE: Form = {(): QQ(1)}
MAX_TERMS = 6000
MAX_POWER = 64
_MAX_BITS = 4000


class Unsupported(Exception):
    """SymPy's witness has no way to treat this; the message says what in words."""


class Undefined(Exception):
    """A side has no value here: a division by zero, an entry that does not exist."""


class LogOfZero(Undefined):
    """The logarithm of zero, which times zero is zero by a declared convention."""


@dataclass(frozen=True, eq=False)
class Generator:
    """kind is ``symbol number exp ln divisor call``; ``inside`` holds what it depends on."""

    kind: str
    expr: sp.Expr
    signs: Signs
    inside: frozenset[int]
    mono: Monomial = ()
    form: Form | None = None


def exponent(value: sp.Rational | Fraction | int) -> Exponent:
    """A rational number as an int if it is one."""
    value = Fraction(int(value.p), int(value.q)) if isinstance(value, sp.Rational) else value
    return int(value) if value == int(value) else Fraction(value)


def rational(coefficient: QQ) -> sp.Rational:
    return sp.Rational(int(coefficient.numerator), int(coefficient.denominator))


class Forms:
    """The generators met so far, and arithmetic of forms in them.

    With ``factoring`` arguments of logarithms are factored first: slower, finds more.
    """

    def __init__(self, factoring: bool = False) -> None:
        self.factoring = factoring
        self.gens: list[Generator] = []
        self.facts: dict[frozenset, Signs] = {}
        self._numbers: dict[object, int] = {}
        self._squares: dict[int, Form] = {}
        self._roots: set[int] = set()
        self._known: dict[sp.Expr, Form] = {}
        self._expanding: dict[tuple[int, int], Form] = {}

    # ------------------------------------------------------------ generators

    def _gen(self, key: object, make) -> int:  # type: ignore[no-untyped-def]
        number = self._numbers.get(key)
        if number is None:
            generator = make()
            number = self._numbers[key] = len(self.gens)
            own = frozenset((number,))
            self.gens.append(
                Generator(
                    generator.kind,
                    generator.expr,
                    generator.signs,
                    generator.inside | own,
                    generator.mono,
                    generator.form,
                )
            )
        return number

    def symbol(self, symbol: sp.Expr) -> int:
        """The generator of a symbol or of π."""
        return self._gen(
            symbol, lambda: Generator("symbol", symbol, symbol_signs(symbol), frozenset())
        )

    def _root_of_prime(self, prime: int) -> int:
        def make() -> Generator:
            return Generator("number", sp.Integer(prime), POSITIVE, frozenset())

        number = self._gen(("prime", prime), make)
        self._roots.add(number)
        return number

    def _exp(self, mono: Monomial) -> int:
        def make() -> Generator:
            return Generator(
                "exp", sp.exp(self.monomial(mono)), POSITIVE, self._inside({mono: 1}), mono
            )

        return self._gen(("exp", mono), make)

    def _ln(self, form: Form) -> int:
        def make() -> Generator:
            number = len(form) == 1 and () in form
            signs = POSITIVE if number and form[()] > 1 else ANY
            return Generator(
                "ln", sp.log(self.expr(form)), signs, self._inside(form), form=form
            )

        return self._gen(("ln", frozenset(form.items())), make)

    def _divisor(self, form: Form) -> int:
        def make() -> Generator:
            signs = signs_of(self, form)
            return Generator("divisor", self.expr(form), signs, self._inside(form), form=form)

        return self._gen(("divisor", frozenset(form.items())), make)

    def call(self, function: type, arguments: tuple[Form, ...], expr: sp.Expr) -> Form:
        """A function at arguments in normal form, as a generator."""
        key = (function, tuple(frozenset(a.items()) for a in arguments))

        def make() -> Generator:
            inside = frozenset().union(*(self._inside(a) for a in arguments))
            return Generator("call", expr, symbol_signs(expr), inside)

        return {((self._gen(key, make), 1),): QQ(1)}

    def _inside(self, form: Form) -> frozenset[int]:
        return frozenset().union(
            *(self.gens[g].inside for mono in form for g, _ in mono)
        )

    def inside(self, form: Form) -> frozenset[int]:
        """All generators that a form depends on, at any depth."""
        return self._inside(form)

    def square(self, symbol: sp.Symbol, value: sp.Expr) -> None:
        """From now on the square of the symbol is another expression (s² = 1 − c²)."""
        self._squares[self.symbol(symbol)] = self.of(value)

    def know(self, expr: sp.Expr, signs: Signs) -> None:
        """A hypothesis: the sign of an expression."""
        coefficient, mono, rest = self.content(self.clear(self.of(expr))[0])
        outer = signs_of(self, {mono: coefficient})
        if len(outer) != 1 or rest == {}:
            coefficient, rest, outer = QQ(1), self.times_monomial(rest, mono), POSITIVE
        known = frozenset(s * next(iter(outer)) for s in signs)
        old = self.facts.get(frozenset(rest.items()), ANY)
        self.facts[frozenset(rest.items())] = old & known or known

    # ------------------------------------------------------------ arithmetic

    def add(self, *forms: Form) -> Form:
        total: Form = {}
        for form in forms:
            for mono, coefficient in form.items():
                value = total.get(mono, 0) + coefficient
                if value:
                    total[mono] = value
                else:
                    del total[mono]
        return total

    def scale(self, form: Form, factor: QQ) -> Form:
        return {mono: c * factor for mono, c in form.items()} if factor else {}

    def subtract(self, left: Form, right: Form) -> Form:
        return self.add(left, self.scale(right, QQ(-1)))

    def multiply(self, left: Form, right: Form) -> Form:
        if len(left) * len(right) > MAX_TERMS * 50:
            raise Unsupported("the expressions grow too large at this size")
        total: Form = {}
        reduce = bool(self._squares or self._roots)
        for a, c in left.items():
            for b, d in right.items():
                mono = _join(a, b)
                if reduce and self._reducible(mono):
                    for m, f in self._reduce(mono).items():
                        _accumulate(total, m, c * d * f)
                else:
                    _accumulate(total, mono, c * d)
        if len(total) > MAX_TERMS:
            raise Unsupported("the expressions grow too large at this size")
        return total

    def _reducible(self, mono: Monomial) -> bool:
        return any(
            (g in self._squares and e >= 2) or (g in self._roots and not 0 < e < 1)
            for g, e in mono
        )

    def _reduce(self, mono: Monomial) -> Form:
        total: Form = ONE
        rest: list[tuple[int, Exponent]] = []
        for g, e in mono:
            if g in self._roots and not 0 < e < 1:
                whole = e.numerator // e.denominator
                total = self.scale(total, QQ(int(self.gens[g].expr)) ** whole)
                e = exponent(e - whole)
            elif g in self._squares and e >= 2:
                half = int(e // 2)
                total = self.multiply(total, self.power(self._squares[g], half))
                e = exponent(e - 2 * half)
            if e:
                rest.append((g, e))
        return self.multiply(total, {tuple(rest): QQ(1)})

    def times_monomial(self, form: Form, mono: Monomial, factor: QQ = 1) -> Form:
        return self.multiply(form, {mono: QQ(1) * factor})

    def power(self, form: Form, n: int) -> Form:
        """An integer power."""
        if n < 0:
            return self.power(self.inverse(form), -n)
        if len(form) == 1:
            ((mono, c),) = form.items()
            if n * max(int(c.numerator).bit_length(), int(c.denominator).bit_length()) > _MAX_BITS:
                raise Unsupported("a number with too many digits")
            new = tuple((g, e * n) for g, e in mono) if n else ()
            return self.times_monomial(ONE, new, c**n)
        if n > MAX_POWER:
            raise Unsupported(f"a power with exponent {n}")
        result = ONE
        for bit in bin(n)[2:]:
            result = self.multiply(result, result)
            if bit == "1":
                result = self.multiply(result, form)
        return result

    def inverse(self, form: Form) -> Form:
        """1 divided by a form; what has several terms becomes a generator."""
        numerator, divisors = self.clear(form)
        if not numerator:
            raise Undefined("a division by zero")
        coefficient, mono, rest = self.content(numerator)
        if rest != ONE:
            mono = _join(mono, ((self._divisor(rest), 1),))
        mono = _join(_opposite(mono), _opposite(divisors))
        return self.times_monomial(ONE, mono, 1 / coefficient)

    def clear(self, form: Form) -> tuple[Form, Monomial]:
        """Numerator and the monomial of divisors (with negative exponents) taken out."""
        taken: Monomial = ()
        while True:
            lowest = self._lowest_divisors(form)
            if lowest is None:
                return form, taken
            g, low, high = lowest
            shift = max(ceil(-low), 0)
            if shift:
                taken = _join(taken, ((g, -shift),))
            form = self._expand_divisor(form, g, shift)

    def _lowest_divisors(self, form: Form) -> tuple[int, Exponent, Exponent] | None:
        for mono in form:
            for g, _ in mono:
                if self.gens[g].kind == "divisor":
                    powers = [dict(m).get(g, 0) for m in form]
                    low, high = min(powers), max(powers)
                    if low < 0 or high >= 1:
                        return g, low, high
        return None

    def _expand_divisor(self, form: Form, g: int, shift: int) -> Form:
        """Multiply by the divisor's power and write out its whole powers."""
        groups: dict[int, Form] = {}
        for mono, c in form.items():
            e = dict(mono).get(g, 0) + shift
            whole = int(e // 1)
            rest = tuple((h, f) for h, f in mono if h != g)
            if e != whole:
                rest = _join(rest, ((g, exponent(e - whole)),))
            groups.setdefault(whole, {})[rest] = c
        return self.add(*(self.multiply(f, self._whole(g, k)) for k, f in groups.items()))

    def _whole(self, g: int, k: int) -> Form:
        found = self._expanding.get((g, k))
        if found is None:
            found = self._expanding[g, k] = self.power(self.gens[g].form or {}, k)
        return found

    def content(self, form: Form) -> tuple[QQ, Monomial, Form]:
        """Coefficient, common monomial and primitive rest, whose product is the form."""
        if not form:
            return QQ(0), (), {}
        if len(form) == 1:
            ((mono, c),) = form.items()
            return c, mono, ONE
        shared = dict(next(iter(form)))
        for mono in form:
            powers = dict(mono)
            shared = {g: min(e, powers.get(g, 0)) for g, e in shared.items()}
            for g, e in powers.items():
                if e < 0 and g not in shared:
                    shared[g] = e
        common = tuple(sorted((g, e) for g, e in shared.items() if e))
        coefficient = form[max(form)]
        back = _opposite(common)
        rest = {_join(mono, back): c / coefficient for mono, c in form.items()}
        return coefficient, common, rest

    def is_zero(self, form: Form) -> bool:
        """Whether a form vanishes identically; False also where this was not found."""
        return not form or not self.clear(form)[0]

    def tidy(self, form: Form) -> Form:
        """The form with divisors cancelled where they divide the numerator."""
        numerator, divisors = self.clear(form)
        if not divisors:
            return numerator
        for g, e in divisors:
            for _ in range(-int(e)):
                quotient = divide(self, numerator, self.gens[g].form or {})
                if quotient is None:
                    break
                numerator = quotient
                divisors = _join(divisors, ((g, 1),))
        return self.times_monomial(numerator, divisors)

    def monomial(self, mono: Monomial) -> sp.Expr:
        return sp.Mul(*(sp.Pow(self.gens[g].expr, _sympy(e)) for g, e in mono))

    def expr(self, form: Form) -> sp.Expr:
        """The form as a SymPy expression."""
        return sp.Add(*(sp.Mul(rational(c), self.monomial(m)) for m, c in form.items()))


def divide(forms: Forms, numerator: Form, divisor: Form) -> Form | None:
    """The quotient if the divisor divides the numerator, else None."""
    from .algebra_signs import to_ring

    c, mono, rest = forms.content(numerator)
    if not rest:
        return {}
    if rest == ONE:
        return None
    ring, (top, bottom), back = to_ring(forms, rest, divisor)
    if ring is None:
        return None
    quotient, remainder = divmod(top, bottom)
    if remainder:
        return None
    return forms.times_monomial(back(quotient), mono, c)


def _accumulate(total: Form, mono: Monomial, c: QQ) -> None:
    value = total.get(mono, 0) + c
    if value:
        total[mono] = value
    else:
        del total[mono]


def _join(a: Monomial, b: Monomial) -> Monomial:
    if not a:
        return b
    if not b:
        return a
    powers = dict(a)
    for g, e in b:
        s = powers.get(g, 0) + e
        if s:
            powers[g] = s if isinstance(s, int) else exponent(s)
        else:
            del powers[g]
    return tuple(sorted(powers.items()))


def _opposite(mono: Monomial) -> Monomial:
    return tuple((g, -e) for g, e in mono)


def _single(g: int) -> Form:
    return {((g, 1),): QQ(1)}


def _fraction(c: QQ) -> Fraction:
    return Fraction(int(c.numerator), int(c.denominator))


def _qq(e: Exponent) -> QQ:
    return QQ(int(e.numerator), int(e.denominator))


def _sympy(e: Exponent) -> sp.Rational:
    return sp.Rational(e.numerator, e.denominator)


def _primes(c: QQ) -> dict[int, int]:
    """Prime factors of a positive rational number with their exponents."""
    top, bottom = int(c.numerator), int(c.denominator)
    if top.bit_length() > 60 or bottom.bit_length() > 60:
        return {p: e for p, e in ((top, 1), (bottom, -1)) if p != 1}
    found = dict(sp.factorint(top)) if top != 1 else {}
    for p, e in (sp.factorint(bottom) if bottom != 1 else {}).items():
        found[p] = found.get(p, 0) - e
    return {int(p): int(e) for p, e in found.items()}


