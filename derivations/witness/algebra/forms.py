r"""Normal forms of SymPy expressions.

A form is a sum of monomials in generators: symbols, primes under a root, ``exp`` of one
monomial, ``ln`` of something that does not split, polynomials that occur as divisors,
and applied functions. Logarithms of products split where the factors are positive,
exponentials of sums become products, so that equal expressions have equal forms once
the divisors are multiplied out.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from .monomials import (
    ONE,
    Exponent,
    Form,
    LogOfZero,
    Monomial,
    Undefined,
    Unsupported,
    accumulate,
    exponent,
    join,
    key_of,
    number,
    prime_powers,
    rational,
    single,
    to_fraction,
    to_qq,
)
from .polynomials import Generator, Polynomials
from .signs import ANY, NEGATIVE, POSITIVE, factors_of, signs_of, symbol_signs
from .values import exp, ln


class Forms(Polynomials):
    """Forms of SymPy expressions, each computed once.

    With ``factoring`` the arguments of logarithms are factored: slower, finds more.
    """

    def __init__(self, factoring: bool = False) -> None:
        super().__init__()
        self.factoring = factoring
        self._known: dict[sp.Expr, Form] = {}

    def of(self, expr: sp.Expr) -> Form:
        """The normal form of an expression. Raises Unsupported, Undefined."""
        found = self._known.get(expr)
        if found is None:
            found = self._known[expr] = self._of(expr)
        return found

    def _of(self, expr: sp.Expr) -> Form:
        if expr.is_Rational:
            return number(rational(int(expr.p), int(expr.q)))
        if expr.is_Symbol or expr is sp.pi:
            return single(self.symbol(expr))
        if expr.is_Add:
            return self.add(*(self.of(a) for a in expr.args))
        if expr.is_Mul:
            result = ONE
            for factor in sorted((self.of(a) for a in expr.args), key=len):
                result = self.multiply(result, factor)
            return result
        if expr is sp.E:
            return self.exp(ONE)
        if isinstance(expr, exp | sp.exp):
            return self.exp(self.of(expr.args[0]))
        if isinstance(expr, ln | sp.log):
            return self.ln(self.of(expr.args[0]))
        if expr.is_Pow:
            return self._pow(*expr.args)
        return self._other(expr)

    def _pow(self, base: sp.Expr, power: sp.Expr) -> Form:
        if power.is_Integer:
            return self.power(self.of(base), int(power))
        if power.is_Rational:
            return self.root(self.of(base), Fraction(int(power.p), int(power.q)))
        below = self.of(base)
        if signs_of(self, below) != POSITIVE:
            raise Unsupported("a power of something that may be negative")
        return self.exp(self.multiply(self.of(power), self.ln(below)))

    def _other(self, expr: sp.Expr) -> Form:
        if expr.is_infinite or expr is sp.nan or expr.has(sp.I):
            raise Undefined("a side is not a real number")
        if isinstance(expr, sp.Abs):
            return self.absolute(self.of(expr.args[0]))
        if isinstance(expr, sp.Function | sp.Max | sp.Min):
            arguments = [self.tidy(self.of(a)) for a in expr.args]
            if isinstance(expr, sp.Max | sp.Min):
                arguments.sort(key=lambda f: sorted(f.items()))
            return self._call(expr.func, tuple(arguments), expr)
        raise Unsupported(f"no normal form of {type(expr).__name__}")

    def _call(self, function: Any, arguments: tuple[Form, ...], expr: sp.Expr) -> Form:
        """A function at arguments in normal form, as a generator."""
        key = (function, tuple(key_of(a) for a in arguments))

        def make() -> Generator:
            inside = frozenset().union(*(self.inside(a) for a in arguments))
            return Generator("call", expr, symbol_signs(expr), inside)

        return single(self.generator(key, make))

    # ------------------------------------------------------------ exponentials

    def exp(self, form: Form) -> Form:
        """The exponential: one generator for each monomial of the exponent."""
        result = ONE
        mono: Monomial = ()
        for m, c in sorted(self.tidy(form).items()):
            argument = self._argument_of_ln(m)
            if argument is not None:
                result = self.multiply(result, self.root(argument, to_fraction(c)))
            else:
                mono = join(mono, ((self._exp(m), exponent(to_fraction(c))),))
        return self.times(result, mono)

    def regroup(self, form: Form) -> Form:
        """Exponentials of each term put together, so that divisors in exponents cancel."""
        total: Form = {}
        for mono, c in form.items():
            exponent_form: Form = {}
            rest = []
            for g, e in mono:
                if self.gens[g].kind == "exp":
                    accumulate(exponent_form, self.gens[g].mono, to_qq(e))
                else:
                    rest.append((g, e))
            total = self.add(total, self.times(self.exp(exponent_form), tuple(rest), c))
        return total

    def _argument_of_ln(self, mono: Monomial) -> Form | None:
        if len(mono) == 1 and mono[0][1] == 1:
            return self.gens[mono[0][0]].form if self.gens[mono[0][0]].kind == "ln" else None
        return None

    def _exp(self, mono: Monomial) -> int:
        def make() -> Generator:
            inside = self.inside({mono: 1})
            return Generator("exp", exp(self.monomial(mono)), POSITIVE, inside, mono)

        return self.generator(("exp", mono), make)

    # ------------------------------------------------------------ logarithms

    def ln(self, form: Form) -> Form:
        """The logarithm, split over positive factors."""
        parts = self._parts(form)
        if parts is None:
            raise LogOfZero("the logarithm of zero")
        total: Form = {}
        left: Form = ONE
        for part, e in parts:
            signs = signs_of(self, part)
            if signs == NEGATIVE:
                part, signs = self.scale(part, -1), POSITIVE
                left = self.scale(left, -1) if e % 2 == 1 else left
            if -1 not in signs:
                total = self.add(total, self.scale(self._ln_positive(part), to_qq(e)))
            else:
                left = self.multiply(left, self._raise(part, e))
        if left == ONE:
            return total
        if signs_of(self, left) == NEGATIVE:
            raise Undefined("the logarithm of a negative number")
        return self.add(total, single(self._ln(left)))

    def _parts(self, form: Form) -> list[tuple[Form, Exponent]] | None:
        """A form as a product of powers; None if it is zero."""
        numerator, divisors = self.clear(form)
        c, mono, rest = self.content(numerator)
        if not rest:
            return None
        parts: list[tuple[Form, Exponent]] = [(number(c), 1)] if c != 1 else []
        parts += [(single(g), e) for g, e in join(mono, divisors)]
        if rest != ONE:
            parts += factors_of(self, rest) if self.factoring else [(rest, 1)]
        return parts

    def _raise(self, part: Form, e: Exponent) -> Form:
        if isinstance(e, int):
            return self.power(part, e)
        ((mono, _),) = part.items()
        return {((mono[0][0], e),): 1}

    def _ln_positive(self, part: Form) -> Form:
        if len(part) > 1:
            return single(self._ln(part))
        ((mono, c),) = part.items()
        if not mono:
            logs = {p: self._ln(number(p)) for p in prime_powers(c)}
            return {((logs[p], 1),): e for p, e in prime_powers(c).items()}
        generator = self.gens[mono[0][0]]
        if generator.kind == "exp":
            return {generator.mono: 1}
        if generator.kind == "prime":
            part = number(int(generator.expr))
        elif generator.kind == "divisor":
            part = self.scale(generator.form or {}, c)
        return single(self._ln(part))

    def _ln(self, form: Form) -> int:
        def make() -> Generator:
            whole = len(form) == 1 and () in form and form[()] > 1
            signs = POSITIVE if whole else ANY
            return Generator("ln", ln(self.expr(form)), signs, self.inside(form), form=form)

        return self.generator(("ln", key_of(form)), make)

    # ------------------------------------------------------------ roots

    def root(self, form: Form, r: Fraction) -> Form:
        """A rational power of what must not be negative."""
        if r.denominator == 1:
            return self.power(form, int(r))
        parts = self._parts(form)
        if parts is None:
            if r > 0:
                return {}
            raise Undefined("a division by zero")
        if parts and len(parts[-1][0]) > 1 and not self.factoring:
            parts = parts[:-1] + factors_of(self, parts[-1][0])
        result: Form = ONE
        left: Form = ONE
        for part, e in parts:
            if -1 not in signs_of(self, part):
                result = self.multiply(result, self._positive_power(part, e * r))
            elif (e * r).denominator == 1 and e % 2 == 0:
                result = self.multiply(result, self.power(self.absolute(part), int(e * r)))
            else:
                left = self.multiply(left, self._raise(part, e))
        return result if left == ONE else self.multiply(result, self._open_root(left, r))

    def _open_root(self, form: Form, r: Fraction) -> Form:
        """A root of something whose sign is not known."""
        if signs_of(self, form) == NEGATIVE:
            raise Undefined("a root of a negative number")
        expr = sp.Pow(self.expr(form), sp.Rational(r.numerator, r.denominator))
        return self._call(sp.Pow, (form, number(to_qq(r))), expr)

    def _positive_power(self, part: Form, e: Exponent) -> Form:
        e = exponent(e)
        if isinstance(e, int):
            return self.power(part, e)
        if len(part) > 1:
            return {((self.divisor(part), e),): 1}
        ((mono, c),) = part.items()
        if mono:
            return self.times(ONE, ((mono[0][0], e),))
        result: Form = ONE
        for p, k in prime_powers(c).items():
            result = self.times(result, ((self.prime(p), exponent(k * e)),))
        return result

    def absolute(self, form: Form) -> Form:
        """The absolute value: of known sign, or a generator."""
        signs = signs_of(self, form)
        if -1 not in signs:
            return form
        if 1 not in signs:
            return self.scale(form, -1)
        if self.content(form)[0] < 0:
            form = self.scale(form, -1)
        return self._call(sp.Abs, (form,), sp.Abs(self.expr(form)))
