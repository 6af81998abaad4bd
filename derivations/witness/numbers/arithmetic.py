"""Sums, products, powers, transposes and inverses of values."""

from __future__ import annotations

from fractions import Fraction
from operator import add, neg
from typing import Any

from numpy import ndarray

from ...language import nodes as n
from ...language.types import Covector, Matrix, Vector
from . import doubles
from .compiler import ZERO_LOG, Code, Compiler, Env, Names, Run, joined, rule
from .values import Mass, Undefined, Unsupported, Value, dot, inverse, linear, matmul, transpose

TWO = n.Number(Fraction(2))


@rule(n.Add)
def _add(compiler: Compiler, node: n.Add, names: Names) -> Code:
    codes = [compiler.compile(t, names) for t in node.terms]
    runs = [c.run for c in codes]
    if compiler.is_scalar(node):

        def run(env: Env) -> Value:
            total = runs[0](env)
            for r in runs[1:]:
                total = total + r(env)
            return total
    else:

        def run(env: Env) -> Value:
            total = runs[0](env)
            for r in runs[1:]:
                total = linear(add, total, r(env))
            return total

    return joined(run, codes)


@rule(n.Neg)
def _neg(compiler: Compiler, node: n.Neg, names: Names) -> Code:
    code = compiler.compile(node.operand, names)
    run = code.run
    if compiler.is_scalar(node.operand):
        return Code(lambda env: -run(env), code.keys, code.dirac, code.log)
    return Code(lambda env: linear(neg, run(env)), code.keys, code.dirac, code.log)


@rule(n.Mul)
def _mul(compiler: Compiler, node: n.Mul, names: Names) -> Code:
    codes = [compiler.compile(f, names) for f in node.factors]
    runs = [c.run for c in codes]
    if all(compiler.is_scalar(f) for f in node.factors):
        if any(c.log for c in codes):
            return joined(lambda env: _careful_product(env, runs), codes)
        return joined(lambda env: _product([r(env) for r in runs]), codes)
    kinds = [_kind(compiler.shapes(f)) for f in node.factors]

    def run(env: Env) -> Value:
        value, kind = runs[0](env), kinds[0]
        for r, k in zip(runs[1:], kinds[1:], strict=True):
            value, kind = _multiply(value, kind, r(env), k)
        return value

    return compiler.memo(joined(run, codes))


@rule(n.Div)
def _div(compiler: Compiler, node: n.Div, names: Names) -> Code:
    top, bottom = compiler.compile(node.numerator, names), compiler.compile(node.denominator, names)
    scalar = compiler.is_scalar(node.numerator)

    def run(env: Env) -> Value:
        divisor = bottom.run(env)
        if doubles.any_zero(divisor) if isinstance(divisor, ndarray) else divisor == 0:
            raise Undefined("division by zero")
        value = top.run(env)
        if type(value) is int:
            value = env.ctx.mpf(value)
        return value / divisor if scalar else linear(lambda x: x / divisor, value)

    code = joined(run, [top, bottom])
    free = not any(isinstance(key, int) for key in code.keys)  # the same for all terms of a sum
    return compiler.memo(code) if free and not code.dirac else code


@rule(n.Pow)
def _pow(compiler: Compiler, node: n.Pow, names: Names) -> Code:
    base, exponent = compiler.compile(node.base, names), compiler.compile(node.exponent, names)
    if node.exponent == TWO and compiler.is_scalar(node.base):
        return Code(lambda env: _square(base.run(env)), base.keys, log=base.log)
    if isinstance(compiler.shapes(node.base), Matrix):
        return joined(lambda env: _matrix_power(base.run(env), exponent.run(env)), [base, exponent])
    return joined(lambda env: _power(env.ctx, base.run(env), exponent.run(env)), [base, exponent])


@rule(n.Transpose)
def _transpose(compiler: Compiler, node: n.Transpose, names: Names) -> Code:
    code = compiler.compile(node.operand, names)
    if not isinstance(compiler.shapes(node.operand), Matrix):
        return code
    return Code(lambda env: transpose(code.run(env)), code.keys)


@rule(n.Inverse)
def _inverse(compiler: Compiler, node: n.Inverse, names: Names) -> Code:
    code = compiler.compile(node.operand, names)
    return compiler.memo(Code(lambda env: inverse(code.run(env)), code.keys))


def _product(factors: list[Value]) -> Value:
    """Whole numbers first, for they multiply fast."""
    whole, rest = 1, None
    for factor in factors:
        if type(factor) is int:
            whole *= factor
        else:
            rest = factor if rest is None else rest * factor
    if rest is None:
        return whole
    return rest if whole == 1 else -rest if whole == -1 else rest * whole


def _careful_product(env: Env, runs: list[Run]) -> Value:
    factors = [r(env) for r in runs]
    if ZERO_LOG in env.conventions and any(map(_is_nothing, factors)):
        if any(map(_is_infinite, factors)):
            env.relied_on.add(ZERO_LOG)
        return env.ctx.zero
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    if not isinstance(total, Mass | ndarray) and not total == total:
        raise Undefined("0 times infinity")
    return total


def _is_nothing(x: Value) -> bool:
    if isinstance(x, Mass):
        return bool(x.regular == 0 and x.weight == 0)
    return not isinstance(x, ndarray) and bool(x == 0)


def _is_infinite(x: Value) -> bool:
    return not isinstance(x, Mass | ndarray) and bool(x - x != 0)


def _kind(shape: Any) -> str:
    match shape:
        case Matrix():
            return "matrix"
        case Vector():
            return "column"
        case Covector():
            return "row"
        case _:
            return "scalar"


def _multiply(a: Value, kind: str, b: Value, other: str) -> tuple[Value, str]:
    match kind, other:
        case "scalar", _:
            return linear(lambda x: a * x, b), other
        case _, "scalar":
            return linear(lambda x: x * b, a), kind
        case "row", "column":
            return dot(a, b), "scalar"
        case "column", "row":
            return tuple(tuple(x * y for y in b) for x in a), "matrix"
        case "matrix", "column":
            return tuple(dot(row, b) for row in a), "column"
        case "row", "matrix":
            return tuple(dot(a, column) for column in transpose(b)), "row"
        case _:
            return matmul(a, b), "matrix"


def _square(x: Any) -> Any:
    if isinstance(x, Mass):
        raise Undefined("a power of a delta")
    return x * x


def _power(ctx: Any, base: Any, exponent: Any) -> Any:
    if isinstance(base, Mass):
        raise Undefined("a power of a delta")
    if exponent - exponent == 0 and exponent == int(exponent):  # finite and whole
        k = int(exponent)
        if k < 0 and base == 0:
            raise Undefined("division by zero")
        if abs(k) > 10_000:
            raise Unsupported("a very large power")
        return base**k if k >= 0 or not isinstance(base, int) else ctx.mpf(base) ** k
    if base < 0 or (base == 0 and exponent < 0):
        raise Undefined("a broken power of a negative number")
    return ctx.mpf(base) ** exponent


def _matrix_power(base: Value, exponent: Any) -> Value:
    k = int(exponent)
    if k != exponent or abs(k) > 64:
        raise Unsupported("this power of a matrix")
    if k < 0:
        base, k = inverse(base), -k
    if k == 0:
        size = len(base)
        return tuple(tuple(base[0][0] * 0 + int(i == j) for j in range(size)) for i in range(size))
    result = base
    for _ in range(k - 1):
        result = matmul(result, base)
    return result
