"""Sums and products over sorts, ranges, pairs and finite sets; expectations."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, combinations_with_replacement, permutations, product
from operator import add
from typing import Any

from mpmath.libmp import mpf_sum

from ...language import nodes as n
from ...language.types import Covector, Function, Index, Matrix, Vector
from ...reader.definitions import read_declared
from .compiler import MAX_TERMS, Bound, Code, Compiler, Env, Names, joined, rule
from .domains import values_of
from .values import Undefined, Unsupported, Value, linear


class NoFiniteDomain(Exception):
    """A sum over a variable that ranges over the reals."""


def _binder(
    compiler: Compiler, binder: n.Binder, names: Names
) -> tuple[tuple[int, ...], Code, Names]:
    """Slots of the indices, the code of all their values, and the names inside."""
    slots = tuple(compiler.new_slot() for _ in binder.indices)
    inner = {
        k: v
        for k, v in names.items()
        if not isinstance(k, n.Node) or not any(i in set(k.walk()) for i in binder.indices)
    }
    for symbol, slot in zip(binder.indices, slots, strict=True):
        inner[symbol.name, False] = Bound(slot)
    first = binder.indices[0]
    if binder.kind == "range":
        low, high = (compiler.compile(x, names) for x in (binder.lower, binder.upper) if x)
        count = len(slots)

        def values(env: Env) -> Iterable[Value]:
            a, b = low.run(env), high.run(env)
            if b == env.ctx.inf:
                raise Unsupported("an infinite series")
            if int(a) != a or int(b) != b:
                raise Undefined("a sum between limits that are not whole numbers")
            if (b - a) ** count > MAX_TERMS:
                raise Unsupported("too many terms")
            return product(range(int(a), int(b) + 1), repeat=count)

        return slots, joined(values, [low, high]), inner
    if binder.kind == "all":
        domains = [values_of(compiler, symbol) for symbol in binder.indices]
        if any(d is None for d in domains):
            raise NoFiniteDomain
        codes = [d for d in domains if d is not None]
        return slots, joined(lambda env: _product([c.run(env) for c in codes]), codes), inner
    assert isinstance(first.type, Index)
    size = compiler.size(first.type.sort)
    if binder.kind == "except":
        assert binder.lower is not None
        other = compiler.compile(binder.lower, names)
        return (
            slots,
            joined(
                lambda env: [(k,) for k in range(1, int(size.run(env)) + 1) if k != other.run(env)],
                [size, other],
            ),
            inner,
        )
    choose = {
        "pairs": combinations,
        "less": combinations,
        "ordered": permutations,
        "at most": combinations_with_replacement,
    }[binder.kind]
    return (
        slots,
        Code(lambda env: choose(range(1, int(size.run(env)) + 1), 2), size.keys),
        inner,
    )


@rule(n.Sum)
def _sum(compiler: Compiler, node: n.Sum, names: Names) -> Code:
    try:
        slots, values, inner = _binder(compiler, node.binder, names)
    except NoFiniteDomain:
        return _sum_as_integral(compiler, node, names)
    total = sum_over((slots, values), compiler.compile(node.body, inner))
    shape = compiler.shapes(node.body)
    if isinstance(shape, Vector | Covector | Matrix):
        total = _with_zero(compiler, shape, total)
    return compiler.memo(total)


def _with_zero(compiler: Compiler, shape: Vector | Covector | Matrix, total: Code) -> Code:
    """An empty sum of vectors or matrices is the zero of that shape."""
    sorts = (shape.rows, shape.columns) if isinstance(shape, Matrix) else (shape.sort,)
    sizes = [compiler.size(sort) for sort in sorts]

    def zero(env: Env, depth: int = 0) -> Value:
        if depth == len(sizes):
            return env.ctx.zero
        return (zero(env, depth + 1),) * int(sizes[depth].run(env))

    def run(env: Env) -> Value:
        value = total.run(env)
        return value if isinstance(value, tuple) else zero(env)

    return Code(run, total.keys.union(*(size.keys for size in sizes)), total.dirac, total.log)


def _sum_as_integral(compiler: Compiler, node: n.Sum, names: Names) -> Code:
    """The sum over a variable that ranges over the reals is its integral."""
    body: n.Node = node.body
    for symbol in reversed(node.binder.indices):
        body = n.Integral(symbol, None, None, body)
    return compiler.compile(body, names)


def sum_over(binder: tuple[tuple[int, ...], Code], body: Code) -> Code:
    slots, values = binder
    run_values, run = values.run, body.run
    single = slots[0] if len(slots) == 1 else None

    def total(env: Env) -> Value:
        frame = env.values
        old = [frame.get(s) for s in slots]
        terms = []
        try:
            for item in run_values(env):
                if single is not None:
                    frame[single] = item[0]
                else:
                    frame.update(zip(slots, item, strict=True))
                terms.append(run(env))
        finally:
            frame.update(zip(slots, old, strict=True))
        return added(env.ctx, terms) if terms else env.ctx.zero

    return Code(total, (body.keys | values.keys) - set(slots), body.dirac, body.log)


def added(ctx: Any, terms: list[Value]) -> Value:
    """The sum of numbers, measures, vectors or matrices; numbers are rounded once."""
    exact = len(terms) > 1 and hasattr(ctx, "make_mpf")  # not so for doubles
    if exact and all(hasattr(term, "_mpf_") for term in terms):
        raw = [term._mpf_ for term in terms]
        return ctx.make_mpf(mpf_sum(raw, *ctx._prec_rounding))
    result = terms[0]
    for term in terms[1:]:
        result = linear(add, result, term) if type(term) is tuple else result + term
    return result


@rule(n.Product)
def _product_node(compiler: Compiler, node: n.Product, names: Names) -> Code:
    try:
        slots, values, inner = _binder(compiler, node.binder, names)
    except NoFiniteDomain:
        raise Unsupported("a product over all real values") from None
    body = compiler.compile(node.body, inner)

    def total(env: Env) -> Value:
        frame = env.values
        old = [frame.get(s) for s in slots]
        result = env.ctx.one
        try:
            for item in values.run(env):
                frame.update(zip(slots, item, strict=True))
                result = result * body.run(env)
        finally:
            frame.update(zip(slots, old, strict=True))
        return result

    return compiler.memo(Code(total, (body.keys | values.keys) - set(slots)))


@rule(n.Expectation)
def _expectation(compiler: Compiler, node: n.Expectation, names: Names) -> Code:
    law = node.law
    law = law.function if isinstance(law, n.Apply) else law
    if not isinstance(law, n.Symbol) or not isinstance(law.type, Function):
        raise Unsupported("an expectation without a declared law")
    variable = node.variable
    if variable is None:
        over = compiler.entry(law).over
        variable = read_declared(compiler.scope, over) if over else None
    if not isinstance(variable, n.Symbol):
        raise Unsupported("an expectation without a variable")
    weight = n.Apply(law, (variable,))
    body = n.Mul((weight, node.body))
    binder = n.Binder((variable,), "all")
    return compiler.compile(n.Sum(binder, body), names)


def _product(lists: list[list[Value]]) -> list[Value]:
    return [tuple(x for part in parts for x in part) for parts in product(*lists)]
