"""Sums, products, integrals, means, extrema and derivatives at concrete sizes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Family, Index, Scalar
from .arrays import Matrix
from .calculus import derivative
from .integrals import between, over_space
from .monomials import LogOfZero, Undefined, Unsupported
from .values import Law, Member, Value, entries, scalar_of, sum_of

if TYPE_CHECKING:
    from .compile import Compiler, Env

MAX_SUMMANDS = 300


# ---------------------------------------------------------------- sums


def _bindings(c: Compiler, binder: n.Binder, env: Env) -> Iterator[Env] | None:
    """The bound values of each summand; None if the sum is an integral over the reals."""
    domains = []
    for symbol in binder.indices:
        if binder.kind == "range" and not _whole(c, symbol, binder):
            domains.append(_range(c, binder, env))
        else:
            domain = c.world.domain(symbol)
            if domain is None:
                return None
            domains.append(domain)
    count = 1
    for domain in domains:
        count *= len(domain)
    if count > MAX_SUMMANDS:
        raise Unsupported(f"a sum of {count} terms")
    names = [symbol.name for symbol in binder.indices]
    keep = _condition(c, binder, env)
    return (
        {**env, **dict(zip(names, values, strict=True))}
        for values in itertools.product(*domains)
        if keep(values)
    )


def _whole(c: Compiler, symbol: n.Symbol, binder: n.Binder) -> bool:
    """Whether a range is the whole sort: from 1 to its size."""
    if not isinstance(symbol.type, Index):
        return False
    upper = binder.upper
    return (
        isinstance(binder.lower, n.Number)
        and binder.lower.value == 1
        and isinstance(upper, n.Symbol)
        and upper.name == symbol.type.sort.size
    )


def _range(c: Compiler, binder: n.Binder, env: Env) -> list[sp.Expr]:
    assert binder.lower is not None
    assert binder.upper is not None
    lower, upper = c.scalar(binder.lower, env), c.scalar(binder.upper, env)
    if not (lower.is_Integer and upper.is_Integer):
        raise Unsupported("a sum whose limits are not numbers at this size")
    if upper - lower > MAX_SUMMANDS:
        raise Unsupported("a sum of too many terms")
    return [sp.Integer(k) for k in range(int(lower), int(upper) + 1)]


def _condition(c: Compiler, binder: n.Binder, env: Env) -> Callable[[Any], bool]:
    match binder.kind:
        case "all" | "range":
            return lambda v: True
        case "pairs" | "less":
            return lambda v: v[0] < v[1]
        case "at most":
            return lambda v: v[0] <= v[1]
        case "ordered":
            return lambda v: v[0] != v[1]
        case "except":
            assert binder.lower is not None
            skipped = c.value(binder.lower, env)
            return lambda v: v[0] != skipped
    raise Unsupported(f"a sum over {binder.kind}")


def _sum(c: Compiler, node: n.Sum, env: Env) -> Value:
    bindings = _bindings(c, node.binder, env)
    if bindings is None:
        if len(node.binder.indices) != 1:
            raise Unsupported("a sum over several real variables")
        (symbol,) = node.binder.indices
        return c.laws.total(symbol, lambda x: c.plain(node.body, {**env, symbol.name: x}))
    terms = [c.plain(node.body, inner) for inner in bindings]
    return sum_of(terms) if terms else c.zero(c.shapes(node.body))


def _product(c: Compiler, node: n.Product, env: Env) -> Value:
    bindings = _bindings(c, node.binder, env)
    if bindings is None:
        raise Unsupported("a product over the reals")
    return sp.Mul(*(c.scalar(node.body, inner) for inner in bindings))


# ---------------------------------------------------------------- integrals and means


def _integral(c: Compiler, node: n.Integral, env: Env) -> Value:
    body: sp.Expr
    if isinstance(node.variable, n.Indexed):
        with _component(c, node.variable, env) as (inner, symbols):
            body = c.scalar(node.body, inner)
    else:
        assert isinstance(node.variable, n.Symbol)
        point, symbols = c.laws.point(node.variable)
        body = c.scalar(node.body, {**env, node.variable.name: point})
    if node.lower is not None and node.upper is not None:
        lower, upper = c.scalar(node.lower, env), c.scalar(node.upper, env)
        if (lower, upper) != (-sp.oo, sp.oo):
            if len(symbols) != 1:
                raise Unsupported("limits on an integral over a space")
            return between(c.world, body, symbols[0], lower, upper)
    return over_space(c.world, body, symbols)


@contextmanager
def _component(c: Compiler, node: n.Indexed, env: Env) -> Iterator[tuple[Env, list[sp.Symbol]]]:
    """One component of a vector, or member of a family, as a variable of its own."""
    base = node.base
    if not isinstance(base, n.Symbol):
        raise Unsupported("an integral over a component of this")
    indices = tuple(c.index(i, env) for i in node.indices)
    if isinstance(base.type, Family):
        point, symbols = c.laws.point(n.Symbol(base.name, base.type.element))
        with c.world.replacing((base.name, *indices), point):
            yield env, symbols
        return
    vector = c.plain(base, env)
    if not isinstance(vector, Matrix) or vector.cols != 1 or len(indices) != 1:
        raise Unsupported("an integral over an entry of a matrix")
    changed = list(vector)
    changed[indices[0] - 1] = point = sp.Dummy("x", real=True)
    yield {**env, base.name: Matrix.column(changed)}, [point]


def _expectation(c: Compiler, node: n.Expectation, env: Env) -> Value:
    if node.law is None:
        raise Unsupported("a mean without a law")
    function = node.law.function if isinstance(node.law, n.Apply) else node.law
    law = c.value(function, env)
    if not isinstance(law, Law):
        raise Unsupported("a mean under what is no distribution")
    variable = node.variable
    if variable is None and isinstance(node.law, n.Apply):
        (variable,) = node.law.arguments[:1]
    if not isinstance(variable, n.Symbol):
        raise Unsupported("a mean over what is no variable")
    name = variable.name

    def weighted(x: Value) -> sp.Expr:
        weight = scalar_of(law.call((x,), 0))
        try:
            return weight * c.scalar(node.body, {**env, name: x})
        except LogOfZero:
            if weight == 0 and "0 ln 0 = 0" in c.scope.conventions:
                return sp.Integer(0)
            raise

    return c.laws.total(variable, weighted)


# ---------------------------------------------------------------- extrema and cases


def _extremum(c: Compiler, node: n.Extremum, env: Env) -> Value:
    if node.kind.startswith("arg"):
        raise Unsupported("where an extremum lies is compared, not computed")
    values = c.world.domain(node.variable)
    if values is None:
        raise Unsupported("an extremum over the reals")
    found = []
    for value in values:
        with c.world.replacing((node.variable.name,), value):
            found.append(c.scalar(node.body, {**env, node.variable.name: value}))
    function = sp.Min if node.kind == "min" else sp.Max
    return function(*found, evaluate=False)


def _piecewise(c: Compiler, node: n.Piecewise, env: Env) -> Value:
    for value, condition in zip(node.values, node.conditions, strict=True):
        if condition is None or _holds(c, condition, env):
            return c.plain(value, env)
    raise Undefined("no case applies")


def _holds(c: Compiler, node: n.Node, env: Env) -> bool:
    if not isinstance(node, n.Relation):
        raise Unsupported("this condition of a case")
    left, right = c.value(node.left, env), c.value(node.right, env)
    if isinstance(left, Member) and isinstance(right, Member) and node.op in ("=", "!="):
        return (left == right) == (node.op == "=")
    gap = scalar_of(left) - scalar_of(right)
    if not gap.is_Rational:
        raise Unsupported("a case distinction that depends on a symbol")
    return {
        "=": gap == 0, "!=": gap != 0, "<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0
    }[node.op]  # fmt: skip


# ---------------------------------------------------------------- derivatives


def _derivative(c: Compiler, node: n.Derivative, env: Env) -> Value:
    body, variable, back = _body_and_variable(c, node, env)
    found = derivative(c.derive, body, variable, node.order)
    if found is None:
        raise Unsupported("this derivative by a vector or matrix")
    return found.xreplace(back) if back else found


def _body_and_variable(
    c: Compiler, node: n.Derivative, env: Env
) -> tuple[Value, Value, dict[sp.Expr, sp.Expr]]:
    """The body as a function of independent symbols, and what these stand for."""
    match node.variable:
        case n.Symbol() as base:
            return _independent(c, node.body, base, (), env)
        case n.Indexed(base=n.Symbol(type=Family()) as base, indices=indices):
            return _independent(c, node.body, base, tuple(c.index(i, env) for i in indices), env)
        case n.Indexed(base=n.Symbol() as base, indices=indices):
            body, variable, back = _independent(c, node.body, base, (), env)
            place = [c.index(i, env) - 1 for i in indices]
            return body, variable[tuple(place) if len(place) == 2 else (place[0], 0)], back
        case n.Inverse(operand=n.Symbol() as base):
            return _by_inverse(c, node.body, base, env)
    return _by_expression(c, node, env)


def _independent(
    c: Compiler, body: n.Node, base: n.Symbol, indices: tuple[int, ...], env: Env
) -> tuple[Value, Value, dict[sp.Expr, sp.Expr]]:
    bound = not indices and base.name in env
    value = env[base.name] if bound else c.value(_free(base, indices), env)
    if isinstance(value, Member | Law):
        raise Unsupported(f"a derivative by {base.name}")
    old = entries(value)
    if not bound and _free_symbols(c, old):
        return c.plain(body, env), value, {}
    new = [sp.Dummy(f"{base.name}{k}", real=True) for k in range(len(old))]
    fresh = Matrix(*value.shape, new) if isinstance(value, Matrix) else new[0]
    back = dict(zip(new, old, strict=True))
    if bound:
        return c.plain(body, {**env, base.name: fresh}), fresh, back
    with c.world.replacing((base.name, *indices), fresh):
        return c.plain(body, env), fresh, back


def _free_symbols(c: Compiler, values: list[sp.Expr]) -> bool:
    """Whether values are symbols that vary independently of each other."""
    if len(set(values)) < len(values) or not all(x.is_Symbol for x in values):
        return False
    bound = {x for group in c.world.simplices for x in group}
    bound = bound.union(*(m.free_symbols for m in c.world.matrices.orthogonals))
    return not bound & set(values)


def _free(base: n.Symbol, indices: tuple[int, ...]) -> n.Node:
    from .compile import _index_node

    return n.Indexed(base, tuple(_index_node(k) for k in indices)) if indices else base


def _by_inverse(
    c: Compiler, body: n.Node, base: n.Symbol, env: Env
) -> tuple[Value, Value, dict[sp.Expr, sp.Expr]]:
    """By the entries of an inverse, all independent; then they are what they were."""
    value = c.plain(base, env)
    if not isinstance(value, Matrix):
        raise Unsupported("the inverse of what is no matrix")
    world = c.world
    fresh = Matrix(
        *value.shape, [sp.Symbol(f"({base.name})^-1[{k}]", real=True) for k in range(len(value))]
    )
    inverted = world.matrices.inverse(fresh)
    world.matrices.pair(inverted, fresh, 1 / world.matrices.determinant(fresh))
    back = dict(zip(fresh, world.matrices.inverse(value), strict=True))
    with world.replacing((base.name,), inverted):
        inner = {k: v for k, v in env.items() if k != base.name}
        return c.plain(body, inner), fresh, back


def _by_expression(
    c: Compiler, node: n.Derivative, env: Env
) -> tuple[Value, Value, dict[sp.Expr, sp.Expr]]:
    """By a power of a positive symbol: the chain rule, with v = u^(1/k)."""
    match node.variable:
        case n.Pow(base=n.Symbol(type=Scalar()) as base, exponent=exponent):
            power = c.scalar(exponent, env)
            value = c.scalar(base, env)
            if value.is_positive and power.is_Rational and power != 0:
                u = sp.Dummy("u", positive=True)
                with c.world.replacing((base.name,), u ** (1 / power)):
                    inner = {k: v for k, v in env.items() if k != base.name}
                    return c.plain(node.body, inner), u, {u: value**power}
    raise Unsupported("a derivative by this expression")


BINDERS: dict[type[n.Node], Callable[[Compiler, Any, Env], Value]] = {
    n.Sum: _sum,
    n.Product: _product,
    n.Integral: _integral,
    n.Expectation: _expectation,
    n.Extremum: _extremum,
    n.Piecewise: _piecewise,
    n.Derivative: _derivative,
}
"""Rules of the nodes that bind variables."""
