r"""Integrals over the whole line or space: unit masses by sifting, Gaussians by squares.

An integrand is brought to normal form, where every term is a coefficient times a power
of the variable times the exponential of a quadratic; everything else is refused.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp

from .forms import Forms
from .monomials import (
    ONE,
    Form,
    Monomial,
    Undefined,
    Unsupported,
    accumulate,
    to_qq,
)
from .signs import POSITIVE, signs_of
from .values import Dirac, UnknownFunction, ln, sympy_functions

if TYPE_CHECKING:
    from .world import World

UNIT_MASS = sp.Symbol("delta(0)", positive=True)
"""The height of a unit mass, which may occur inside logarithms only."""


def over_space(world: World, body: sp.Expr, variables: list[sp.Symbol]) -> sp.Expr:
    """The integral of ``body`` over all real values of the variables."""
    mine = set(variables)
    masses = [d for d in sorted(body.atoms(Dirac), key=str) if d.free_symbols & mine]
    parts = []
    if masses:
        body, singular = _regular_and_singular(body, masses)
        parts = [_sift(world, singular, mass, masses, variables) for mass in masses]
    forms = world.forms[0]
    form = forms.of(body)
    for variable in variables:
        form = gaussian(forms, form, variable)
    return sp.Add(forms.expr(form), *parts)


# ---------------------------------------------------------------- unit masses


def _degrees(expr: sp.Expr, masses: list[sp.Expr]) -> tuple[int, int]:
    """The least and greatest degree in unit masses, those inside logarithms left out."""
    if expr in masses:
        return 1, 1
    if not expr.has(*masses) or isinstance(expr, ln):
        return 0, 0
    found = [_degrees(a, masses) for a in expr.args]
    if expr.is_Add:
        return min(low for low, _ in found), max(high for _, high in found)
    if expr.is_Mul:
        return sum(low for low, _ in found), sum(high for _, high in found)
    raise Unsupported("a function of a unit mass")


def _regular_and_singular(body: sp.Expr, masses: list[sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """The part of an integrand without unit masses, and the part linear in them."""
    regular, singular = [], []
    low, high = _degrees(body, masses)
    terms = [body] if low == high else sp.Add.make_args(sp.expand_mul(body))
    for term in terms:
        low, high = _degrees(term, masses)
        if low == high == 1:
            singular.append(term)
        elif not term.has(*masses):
            regular.append(term)
        else:
            raise Unsupported("a product of unit masses, or the logarithm of one alone")
    return sp.Add(*regular), sp.Add(*singular)


def _sift(
    world: World,
    body: sp.Expr,
    mass: sp.Expr,
    masses: list[sp.Expr],
    variables: list[sp.Symbol],
) -> sp.Expr:
    """What a unit mass contributes: its coefficient, at the place of the mass."""
    place, factor = _place(mass, variables)
    heights = {d: sp.Integer(0) for d in masses} | {mass: UNIT_MASS * factor}

    def coefficient(expr: sp.Expr) -> sp.Expr:
        if expr in masses:
            return sp.Integer(int(expr == mass))
        if expr.is_Add or expr.is_Mul:
            return expr.func(*(coefficient(a) for a in expr.args))
        if expr.has(*masses) and "ln delta(0) is a constant" not in world.scope.conventions:
            raise Unsupported("ln δ(0) has no meaning without a convention")
        return expr.xreplace(heights)

    value = coefficient(body).xreplace(place)
    if any(x.args[0] == 0 for x in value.atoms(ln)):
        raise Unsupported("an integrand that is infinite at a unit mass")
    return factor * value


def _place(mass: sp.Expr, variables: list[sp.Symbol]) -> tuple[dict[sp.Expr, sp.Expr], sp.Expr]:
    """Where a unit mass lies, and its weight 1/|c| if the variable has a coefficient c."""
    place: dict[sp.Expr, sp.Expr] = {}
    factor = sp.Integer(1)
    for argument in mass.args:
        mine = [x for x in variables if argument.has(x)]
        if len(mine) != 1 or mine[0] in place:
            raise Unsupported("a unit mass on a line or a surface")
        (x,) = mine
        slope = sp.diff(argument, x)
        if not (slope.is_Rational and slope != 0):
            raise Unsupported("a unit mass at a place that is not a linear equation")
        place[x] = sp.expand(x - argument / slope)
        factor /= abs(slope)
    if len(place) != len(variables):
        raise Unsupported("a unit mass in some of the variables only")
    return place, factor


# ---------------------------------------------------------------- Gaussians


def gaussian(forms: Forms, form: Form, variable: sp.Symbol) -> Form:
    """The integral of a form over one real variable."""
    x = forms.symbol(variable)
    groups: dict[frozenset[Any], tuple[Form, Form, dict[int, Form]]] = {}
    total: Form = {}
    numerator, divisors = forms.clear(form)
    if any(x in forms.gens[g].inside for g, _ in divisors):
        raise Unsupported("an integrand with the variable in a denominator")
    for mono, c in numerator.items():
        split = _term(forms, mono, x)
        if split is None:
            rest = _density(forms, mono, x)
            accumulate(total, rest, c)
            continue
        degree, linear, square, rest = split
        key = frozenset((frozenset(linear.items()), frozenset((1, *square.items()))))
        group = groups.setdefault(key, (linear, square, {}))
        accumulate(group[2].setdefault(degree, {}), rest, c)
    for linear, square, powers in groups.values():
        total = forms.add(total, _integrate(forms, linear, square, powers))
    return forms.times(total, divisors) if divisors else total


def _term(forms: Forms, mono: Monomial, x: int) -> tuple[int, Form, Form, Monomial] | None:
    """A term as x^degree exp(linear x + square x²) rest; None without an exponential."""
    degree = 0
    linear: Form = {}
    square: Form = {}
    rest = []
    for g, e in mono:
        generator = forms.gens[g]
        if g == x:
            if not isinstance(e, int) or e < 0:
                raise Unsupported("an integrand with this power of the variable")
            degree = e
        elif x not in generator.inside:
            rest.append((g, e))
        elif generator.kind == "exp":
            _exponent(forms, generator.mono, e, x, linear, square)
        elif isinstance(generator.expr, UnknownFunction):
            return None
        else:
            raise Unsupported("an integrand that is no polynomial times a Gaussian")
    return degree, linear, square, tuple(rest)


def _exponent(forms: Forms, mono: Monomial, e: Any, x: int, linear: Form, square: Form) -> None:
    power = dict(mono).get(x, 0)
    rest = tuple((g, k) for g, k in mono if g != x)
    if power not in (1, 2) or any(x in forms.gens[g].inside for g, _ in rest):
        raise Unsupported("an integrand whose exponent is no quadratic")
    accumulate(linear if power == 1 else square, rest, to_qq(e))


def _integrate(forms: Forms, linear: Form, square: Form, powers: dict[int, Form]) -> Form:
    r"""∫ Σ_k c_k x^k exp(linear x − a x²) dx = √(π/a) exp(m² a) Σ c_k (mean of x^k).

    The mean is over a normal law with mean m = linear/(2a) and variance v = 1/(2a).
    """
    a = forms.scale(square, -1)
    if signs_of(forms, a) != POSITIVE:
        if not square and not linear:
            raise Undefined("an integral that does not converge")
        raise Unsupported("an exponent whose leading coefficient may be negative")
    half = forms.inverse(forms.scale(a, 2))
    mean = forms.tidy(forms.multiply(linear, half))
    scale = forms.multiply(
        forms.root(forms.of(sp.pi), Fraction(1, 2)), forms.root(a, Fraction(-1, 2))
    )
    height = forms.exp(forms.multiply(forms.multiply(mean, mean), a))
    total: Form = {}
    for degree, c in powers.items():
        moment = _moment(forms, mean, half, degree)
        total = forms.add(total, forms.multiply(c, moment))
    found = forms.multiply(forms.multiply(scale, height), total)
    plain = all(forms.gens[g].kind != "divisor" for mono in half for g, _ in mono)
    return found if plain and not forms.cosines else forms.regroup(found)


def _moment(forms: Forms, mean: Form, variance: Form, degree: int) -> Form:
    """The mean of x^degree under a normal law."""
    before: Form = {}
    now = ONE
    for k in range(degree):
        after = forms.add(
            forms.multiply(mean, now), forms.scale(forms.multiply(variance, before), k)
        )
        before, now = now, after
    return now


def _density(forms: Forms, mono: Monomial, x: int) -> Monomial:
    """∫ p(x) dx = 1 for a declared density, times what is free of x."""
    rest = []
    found = 0
    for g, e in mono:
        generator = forms.gens[g]
        if x not in generator.inside:
            rest.append((g, e))
        elif (
            e == 1
            and isinstance(generator.expr, UnknownFunction)
            and generator.expr.density
            and generator.expr.args == (forms.gens[x].expr,)
        ):
            found += 1
        else:
            raise Unsupported("an integral of an unknown function")
    if found != 1:
        raise Unsupported("an integral of an unknown function")
    return tuple(rest)


# ---------------------------------------------------------------- other integrals


def between(world: World, body: sp.Expr, x: sp.Symbol, lower: sp.Expr, upper: sp.Expr) -> sp.Expr:
    """An integral between limits, by SymPy."""
    if body.has(Dirac, UnknownFunction):
        raise Unsupported("an integral between limits of an unknown function")
    found = sp.integrate(sympy_functions(body), (x, lower, upper), conds="none")
    if found.has(sp.Integral, sp.Piecewise, sp.nan, sp.oo, sp.zoo, sp.I):
        raise Unsupported("an integral that SymPy does not find")
    return found
