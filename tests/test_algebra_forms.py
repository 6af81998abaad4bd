"""Normal forms, signs and integrals of the SymPy witness, against SymPy itself."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
import sympy as sp

from derivations.witness.algebra.calculus import Derivatives, Values
from derivations.witness.algebra.forms import Forms
from derivations.witness.algebra.integrals import gaussian
from derivations.witness.algebra.monomials import LogOfZero, Undefined, Unsupported
from derivations.witness.algebra.signs import (
    ANY,
    NEGATIVE,
    NONNEGATIVE,
    POSITIVE,
    signs_of,
    square_root,
)
from derivations.witness.algebra.values import exp, ln, sympy_functions

x, y, z = sp.symbols("x y z", real=True)
p, q, s = sp.symbols("p q s", positive=True)


def random_expression(rng: random.Random, depth: int) -> sp.Expr:
    """A sum, product, power, exponential, logarithm or root of smaller ones."""
    if not depth:
        return rng.choice([x, y, p, q, s, sp.Integer(2), sp.Rational(1, 3), sp.Integer(-1), sp.pi])

    def part() -> sp.Expr:
        return random_expression(rng, depth - 1)

    match rng.randrange(9):
        case 0 | 1:
            return sp.Add(part(), part(), evaluate=rng.random() < 0.5)
        case 2 | 3:
            return sp.Mul(part(), part(), evaluate=rng.random() < 0.5)
        case 4:
            return 1 / part()
        case 5:
            return exp(part())
        case 6:
            return ln(exp(part()) * rng.choice([p, q, s + p, 1 + x**2]))
        case 7:
            return sp.sqrt(part() ** 2 + rng.choice([0, 1]))
    return part() ** rng.choice([2, -1, 3, -2])


def random_point(rng: random.Random) -> dict[sp.Symbol, sp.Rational]:
    reals = {v: sp.Rational(rng.randint(-20, 20), 7) + sp.Rational(1, 11) for v in (x, y)}
    return reals | {v: sp.Rational(rng.randint(1, 30), 7) for v in (p, q, s)}


@pytest.mark.parametrize("factoring", [False, True])
def test_a_form_has_the_value_of_its_expression(factoring: bool) -> None:
    rng = random.Random(factoring)
    compared = 0
    for _ in range(250):
        expression = random_expression(rng, rng.choice([2, 3, 4]))
        forms = Forms(factoring)
        point = random_point(rng)
        try:
            back = forms.expr(forms.tidy(forms.of(expression)))
            before = sympy_functions(expression).xreplace(point).evalf(30)
        except (Unsupported, Undefined):
            continue
        if not (before.is_Float or before.is_Rational) or abs(before) > 1e40:
            continue
        after = sympy_functions(back).xreplace(point).evalf(30)
        assert abs(before - after) < 1e-18 * (1 + abs(before)), expression
        compared += 1
    assert compared > 180


def test_values_are_those_of_sympy() -> None:
    rng = random.Random(5)
    for _ in range(120):
        expression = random_expression(rng, 3)
        point = random_point(rng)
        wanted = sympy_functions(expression).xreplace(point).evalf(30)
        if wanted.is_Float and abs(wanted) < 1e30:
            found = Values(point)(expression)
            assert abs(sp.Float(found, 40) - wanted) < 1e-20 * (1 + abs(wanted))


def test_derivatives_are_those_of_sympy() -> None:
    rng = random.Random(6)
    derive = Derivatives()
    for _ in range(60):
        expression = random_expression(rng, 3)
        point = random_point(rng)
        wanted = sp.diff(sympy_functions(expression), x).xreplace(point).evalf(30)
        found = sympy_functions(derive(expression, x)).xreplace(point).evalf(30)
        if wanted.is_Float and abs(wanted) < 1e30:
            assert abs(found - wanted) < 1e-18 * (1 + abs(wanted)), expression


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ln(p * q / s), ln(p) + ln(q) - ln(s)),
        (ln(12), 2 * ln(2) + ln(3)),
        (ln(sp.sqrt(p) * exp(x * y)), ln(p) / 2 + x * y),
        (exp(x + y), exp(x) * exp(y)),
        (exp(2 * ln(p) + x), p**2 * exp(x)),
        (sp.sqrt(p * q) ** 2, p * q),
        (sp.sqrt(8), 2 * sp.sqrt(2)),
        (1 / (p + q) - p / (p**2 + p * q), sp.Integer(0)),
        ((x**2 - y**2) / (p + 1), (x - y) * (x + y) / (1 + p)),
        (sp.sqrt(x**2), sp.Abs(x)),
        (p**x * p**y, p ** (x + y)),
        (ln(p**2 + p * q), ln(p) + ln(p + q)),
        (1 / (1 + exp(-x)), exp(x) / (1 + exp(x))),
    ],
)
def test_equal_expressions_have_equal_forms(left: sp.Expr, right: sp.Expr) -> None:
    forms = Forms()
    assert forms.is_zero(forms.subtract(forms.of(left), forms.of(right)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (ln(p + q), ln(p) + ln(q)),
        (sp.sqrt(x**2), x),
        (exp(x * y), exp(x) * exp(y)),
        (ln(x**2), 2 * ln(x)),
        (sp.sqrt(p + q), sp.sqrt(p) + sp.sqrt(q)),
        (1 / (p + q), 1 / p + 1 / q),
    ],
)
def test_different_expressions_have_different_forms(left: sp.Expr, right: sp.Expr) -> None:
    for factoring in (False, True):
        forms = Forms(factoring)
        assert not forms.is_zero(forms.subtract(forms.of(left), forms.of(right)))


def test_factoring_finds_more() -> None:
    difference = ln((p + q) ** 2 + (p + q) * s) - ln(p + q) - ln(p + q + s)
    plain, factored = Forms(), Forms(factoring=True)
    assert not plain.is_zero(plain.of(difference))
    assert factored.is_zero(factored.of(difference))


def test_what_has_no_value_is_refused() -> None:
    forms = Forms()
    for expression in (1 / (x - x + y - y + 0 * x), ln(sp.Integer(-2)), ln(-p), sp.sqrt(-p - q)):
        with pytest.raises((Undefined, Unsupported)):
            forms.of(expression)
    with pytest.raises(LogOfZero):
        forms.of(ln(sp.Integer(0)))
    with pytest.raises(Unsupported):
        forms.of((x + y + z + p + q) ** 100)


@pytest.mark.parametrize(
    ("expression", "signs"),
    [
        (p + q, POSITIVE),
        (-p - q**2, NEGATIVE),
        (x**2, NONNEGATIVE),
        (x**2 + 1, POSITIVE),
        (x - y, ANY),
        ((x - y) ** 2, NONNEGATIVE),
        (x**2 + x * y + y**2, NONNEGATIVE),
        (x**2 + x + 1, POSITIVE),
        (p**2 - 2 * p * q + q**2 + s, POSITIVE),
        ((x**2 + 1) * (y**2 + 1) - (x * y + 1) ** 2, NONNEGATIVE),
        (x**2 - 1, ANY),
        (exp(x) / (1 + exp(x)), POSITIVE),
        (-1 / (p + q), NEGATIVE),
    ],
)
def test_signs(expression: sp.Expr, signs: frozenset[int]) -> None:
    forms = Forms()
    assert signs_of(forms, forms.of(expression)) == signs


def test_known_signs_are_used() -> None:
    forms = Forms()
    assert signs_of(forms, forms.of(1 - p - q)) == ANY
    forms.know(forms.of(1 - p - q), POSITIVE)
    assert signs_of(forms, forms.of(1 - p - q)) == POSITIVE
    assert signs_of(forms, forms.of(p + q - 1)) == NEGATIVE
    assert signs_of(forms, forms.of(1 - p)) == POSITIVE
    assert signs_of(forms, forms.of(3 - 3 * p - 3 * q)) == POSITIVE
    assert signs_of(forms, forms.of(1 / (p + q - 1))) == NEGATIVE
    forms.know(forms.of(-2 * x), POSITIVE)
    assert signs_of(forms, forms.of(x)) == NEGATIVE


def test_random_squares_have_a_root() -> None:
    rng = random.Random(3)
    for _ in range(60):
        forms = Forms()
        root = sp.Add(
            *(rng.randint(-3, 3) * rng.choice([1, x, y, z, x * y, p * z]) for _ in "abcd")
        )
        square = forms.of(sp.expand(root**2))
        if not square:
            continue
        found = square_root(forms, square)
        assert found is not None
        assert forms.is_zero(forms.subtract(forms.multiply(found, found), square))
        assert square_root(forms, forms.add(square, forms.of(x**9))) is None


def test_the_constant_of_gaussian_integrals_is_that_of_sympy() -> None:
    t = sp.Symbol("t", real=True)
    forms = Forms()
    ours = forms.expr(gaussian(forms, forms.of(exp(-(t**2))), t))
    assert ours == sp.integrate(sp.exp(-(t**2)), (t, -sp.oo, sp.oo))


@pytest.mark.parametrize("degree", range(5))
def test_gaussian_moments(degree: int) -> None:
    t = sp.Symbol("t", real=True)
    a, m = sp.Rational(3, 2), sp.Rational(-2, 3)
    forms = Forms()
    body = t**degree * exp(-a * t**2 + m * t)
    ours = forms.expr(gaussian(forms, forms.of(body), t))
    wanted = sp.integrate(sympy_functions(body), (t, -sp.oo, sp.oo))
    assert abs(sympy_functions(ours).evalf(30) - wanted.evalf(30)) < 1e-25


def test_integrals_that_are_refused() -> None:
    t = sp.Symbol("t", real=True)
    for body in (exp(-x * t**2), exp(t**3), 1 / (1 + t**2), exp(p * t**2), t + 0 * t):
        forms = Forms()
        with pytest.raises((Unsupported, Undefined)):
            gaussian(forms, forms.of(body), t)


def test_roots_of_numbers_are_reduced() -> None:
    forms = Forms()
    root = forms.root(forms.of(sp.Integer(18)), Fraction(1, 2))
    assert forms.expr(root) == 3 * sp.sqrt(2)
    assert forms.expr(forms.multiply(root, root)) == 18
