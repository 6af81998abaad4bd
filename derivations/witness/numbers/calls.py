"""Known functions, declared functions at their arguments, functionals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mpmath import fp

from ...language import nodes as n
from ...language.types import Function
from ...reader.definitions import definition_of, read_declared
from ...reader.scope import Entry
from .calculus import gradient
from .compiler import LOG_DELTA, ZERO_LOG, Bound, Code, Compiler, Env, Names, joined, rule
from .defined import defined
from .values import (
    FunctionValue,
    Mass,
    Undefined,
    Unsupported,
    Value,
    adjugate,
    determinant,
    dot,
    entries,
    inverse,
    is_matrix,
    minor,
)


@rule(n.Call)
def _call(compiler: Compiler, node: n.Call, names: Names) -> Code:
    codes = [compiler.compile(a, names) for a in node.arguments]
    runs = [c.run for c in codes]
    if node.name == "ln":
        code = joined(lambda env: _logarithm(env, runs[0](env)), codes)
        return Code(code.run, code.keys, log=True)  # the logarithm of a measure is none
    if node.name == "normal":
        return joined(lambda env: _normal_density(env.ctx, *(r(env) for r in runs)), codes)
    function = _FUNCTIONS.get(node.name)
    if function is None:
        raise Unsupported(f"{node.name} is not evaluated by numbers")
    code = joined(lambda env: function(env.ctx, *(r(env) for r in runs)), codes)
    return compiler.memo(code) if node.name in ("det", "adjugate", "minor") else code


@rule(n.Apply)
def _apply(compiler: Compiler, node: n.Apply, names: Names) -> Code:
    parameters = node.function.type.parameters if isinstance(node.function.type, Function) else ()
    if any(isinstance(p, Function) for p in parameters):
        return _functional(compiler, node, names)
    return _application(
        compiler,
        node.function,
        [compiler.compile(a, names) for a in node.arguments],
        node.primes,
        names,
    )


def _application(
    compiler: Compiler, function: n.Symbol, arguments: list[Code], order: int, names: Names
) -> Code:
    local = names.get((function.name, False))
    if local is not None and local.function is not None:
        return _application(compiler, local.function, arguments, order, local.names or {})
    entry = compiler.entry(function)
    if entry.definition is not None:
        if order:
            return _primed(compiler, function, entry, arguments, order)
        return defined(compiler, function, entry, tuple(arguments))
    free = compiler.free(function, entry)
    if (depends := entry.declared("depends on")) is not None:
        parameter = read_declared(compiler.scope, depends.argument)
        arguments = [*arguments, compiler.compile(parameter, names)]
    runs = [a.run for a in arguments]

    def run(env: Env) -> Value:
        value = free.run(env)
        assert isinstance(value, FunctionValue)
        return value.call(env.ctx, tuple(r(env) for r in runs), order)

    return joined(run, [free, *arguments])


def _primed(
    compiler: Compiler, function: n.Symbol, entry: Entry, arguments: list[Code], order: int
) -> Code:
    """A derivative of a function of one variable that the document defines."""
    if len(arguments) != 1:
        raise Unsupported("a primed function of several variables")
    compiler.derivatives += 1
    slot = compiler.new_slot()
    body = defined(compiler, function, entry, (compiler.slot(slot),))
    argument = arguments[0]

    def run(env: Env) -> Value:
        ctx = env.ctx
        if ctx is fp:
            raise Unsupported("a derivative inside an integral over several dimensions")
        old = env.values.get(slot)

        def f(x: Value) -> Value:
            env.values[slot] = x
            return body.run(env)

        with ctx.workprec(2 * ctx.prec + 20 * order):
            try:
                return gradient(ctx, f, argument.run(env), order)
            finally:
                env.values[slot] = old

    return joined(run, [Code(body.run, body.keys - {slot}), argument])


def _functional(compiler: Compiler, node: n.Apply, names: Names) -> Code:
    """A functional such as D(p || q): its body with its arguments in place."""
    entry = compiler.entry(node.function)
    definition = definition_of(compiler.document, compiler.scope, entry)
    if definition is None:
        raise Unsupported(f"{entry.pattern} has no definition")
    compiler.uses.add(definition.label)
    inner: Names = {}
    for parameter, argument in zip(definition.parameters, node.arguments, strict=True):
        formal = parameter.function if isinstance(parameter, n.Apply) else parameter
        actual = argument.function if isinstance(argument, n.Apply) else argument
        if not isinstance(formal, n.Symbol) or not isinstance(actual, n.Symbol):
            raise Unsupported(f"the arguments of {entry.pattern}")
        known = names.get((actual.name, False))
        inner[formal.name, False] = known or Bound(function=actual, names=names)
        # the parameters of a definition are names of its own, those of the call are not
        if known is None and formal.name == actual.name:
            inner[formal.name, False] = Bound(
                function=actual, names={k: v for k, v in names.items() if k != (formal.name, False)}
            )
    for key, bound in names.items():  # a bound parameter stays visible inside
        if not isinstance(key, n.Node) and compiler.is_parameter(key[0]):
            inner.setdefault(key, bound)
    return compiler.memo(compiler.compile(definition.body, inner))


def _logarithm(env: Env, x: Any) -> Any:
    ctx = env.ctx
    if isinstance(x, Mass):
        if env.atoms is not None:
            return ctx.zero
        if x.weight == 0:
            return _logarithm(env, x.regular)
        if LOG_DELTA not in env.conventions or env.log_delta is None:
            raise Undefined("the logarithm of a delta")
        env.relied_on.add(LOG_DELTA)
        return _logarithm(env, x.weight) + env.log_delta()
    if x == 0 and ZERO_LOG in env.conventions:
        return -ctx.inf
    if not x > 0:
        raise Undefined(f"the logarithm of {'zero' if x == 0 else 'a negative number'}")
    return ctx.ln(x)


def _square_root(ctx: Any, x: Any, degree: Any = 2) -> Any:
    if isinstance(x, Mass):
        raise Undefined("the root of a delta")
    if x < 0:
        raise Undefined("the root of a negative number")
    return ctx.sqrt(x) if degree == 2 else ctx.root(x, int(degree))


def _normal_density(ctx: Any, x: Value, mean: Value, variance: Value) -> Any:
    if isinstance(x, tuple):
        size = determinant(variance)
        if size <= 0:
            raise Undefined("a variance that is not positive definite")
        d = tuple(a - b for a, b in zip(x, mean, strict=True))
        form = dot(d, tuple(dot(row, d) for row in inverse(variance)))
        return ctx.exp(-form / 2) / ctx.sqrt((2 * ctx.pi) ** len(x) * size)
    if variance <= 0:
        raise Undefined("a variance that is not positive")
    return ctx.exp(-((x - mean) ** 2) / (2 * variance)) / ctx.sqrt(2 * ctx.pi * variance)


def _norm(ctx: Any, x: Value) -> Any:
    return ctx.sqrt(sum(abs(v) ** 2 for v in entries(x)))


def _p_norm(ctx: Any, x: Value, p: Any) -> Any:
    if is_matrix(x) and p == 2:
        raise Unsupported("the spectral norm of a matrix")
    values = [abs(v) for v in entries(x)]
    return max(values) if p == ctx.inf else sum(v**p for v in values) ** (1 / p)


def _exponential(ctx: Any, x: Any) -> Any:
    if isinstance(x, Mass):
        raise Undefined("the exponential of a delta")
    return ctx.exp(x)


def _log_base(ctx: Any, x: Any, base: Any) -> Any:
    if not (x > 0 and base > 0 and base != 1):
        raise Undefined("a logarithm outside its domain")
    return ctx.ln(x) / ctx.ln(base)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": _exponential,
    "sqrt": _square_root,
    "log": _log_base,
    "det": lambda ctx, m: determinant(m),
    "tr": lambda ctx, m: sum(m[k][k] for k in range(len(m))) if is_matrix(m) else m,
    "diag": lambda ctx, v: tuple(
        tuple(x if i == j else ctx.zero for j in range(len(v))) for i, x in enumerate(v)
    ),
    "adjugate": lambda ctx, m: adjugate(m),
    "minor": lambda ctx, m, i, j: ctx.mpf(minor(m, int(i), int(j))),
    "abs": lambda ctx, x: abs(x),
    "norm": _norm,
    "norm_p": _p_norm,
    "inner": lambda ctx, x, y: dot(x, y),
    "sign": lambda ctx, x: ctx.sign(x),
    "Gamma": lambda ctx, x: ctx.gamma(x),
    "factorial": lambda ctx, x: ctx.factorial(x),
    "binom": lambda ctx, a, b: ctx.binomial(a, b),
    "max": lambda ctx, *xs: max(xs),
    "min": lambda ctx, *xs: min(xs),
    **{
        name: (lambda ctx, x, f=f: getattr(ctx, f)(x))
        for name, f in {
            "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
            "tanh": "tanh", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "floor": "floor",
        }.items()
    },
}  # fmt: skip
