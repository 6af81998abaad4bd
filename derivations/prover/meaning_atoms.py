"""Terms of numbers, symbols, sums and known functions."""

from __future__ import annotations

from functools import reduce

from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Points, Term
from ..language import nodes as n
from ..language.shapes import product
from ..language.types import Covector, Family, Function, Index, Matrix, Type, Vector
from ..reader.definitions import definition_of, read_declared
from .meaning import (
    LOG_DELTA,
    ZERO_LOG,
    Alias,
    Meaning,
    Names,
    Unsupported,
    meaning_of,
    shape_of,
    unfolded_step,
)


@meaning_of(n.Number)
def _number(m: Meaning, node: n.Number, names: Names) -> Term:
    return t.num(node.value)


@meaning_of(n.Constant)
def _constant(m: Meaning, node: n.Constant, names: Names) -> Term:
    if node.name == "\\pi":
        return t.const("pi")
    if node.name == "e":
        return t.call("exp", t.num(1))
    raise Unsupported(node.name)


@meaning_of(n.Symbol)
def _symbol(m: Meaning, node: n.Symbol, names: Names) -> Term:
    local = names.get((node.name, isinstance(node.type, Family)))
    if isinstance(local, Term):
        return local
    if isinstance(node.type, Function):
        raise Unsupported(f"the function {node.name} without its argument")
    entry = m.entry(node)
    if entry.definition is not None:
        return m.unfold(node, entry, [], names)
    if entry.kind == "gradient step":
        return m(unfolded_step(m, entry, ()), names)
    if entry.kind == "identity matrix":
        assert isinstance(node.type, Matrix)
        i, j = (m.fresh(m.sort(node.type.rows)) for _ in range(2))
        return t.lam([i, j], t.delta(i, j))
    for sized in m.scope.sorts.values():
        if sized.size == node.name:
            return t.size(m.sort(sized))
    variable = t.var(node.name, m.sort_of(node.type, entry))
    return variable if not isinstance(variable.sort, Arrow) else t.function(variable)


@meaning_of(n.Indexed)
def _indexed(m: Meaning, node: n.Indexed, names: Names) -> Term:
    bare = node.at(None)
    if bare in names:
        return names[bare]  # type: ignore[no-any-return]
    indices = [m(i, names) for i in node.indices]
    base = node.base
    if isinstance(base, n.Symbol) and isinstance(base.type, Family):
        if (base.name, True) not in names:
            entry = m.entry(base)
            if entry.kind == "basis vector":
                k = m.fresh(m.sort(base.type.indices[0]))
                return t.lam([k], t.delta(k, indices[0]))
            if entry.definition is not None:
                return m.unfold(base, entry, indices, names)
            if entry.kind == "gradient step":
                return m(unfolded_step(m, entry, node.indices), names)
            value = t.var(base.name, m.sort_of(base.type, entry))
            if entry.declared("one for each pair") is not None:
                m.apart(*indices)
        else:
            value = names[base.name, True]
        low = len(base.type.indices)
        found = t.at(value, *indices[:low])
        return t.at(found, *indices[low:]) if indices[low:] else found
    value = m(base, names)
    if isinstance(value.sort, Points | Arrow):
        if any(i.sort == REAL for i in indices):
            raise Unsupported("an index that is computed")
        return t.at(value, *indices)
    raise Unsupported("an entry of a number")


# ---------------------------------------------------------------- arithmetic


def entrywise(m: Meaning, node: n.Node, work: object, *parts: Term) -> Term:
    """An operation on numbers, or entry by entry on vectors and matrices of one shape."""
    shapes = [p.sort for p in parts if p.sort != REAL]
    if not shapes:
        return work(*parts)  # type: ignore[operator, no-any-return]
    sort = shapes[0]
    if isinstance(sort, Points):
        sort = Arrow((sort.index,), REAL)
    if not isinstance(sort, Arrow):
        raise Unsupported("arithmetic with an index")
    fresh = [m.fresh(s) for s in sort.arguments]
    values = [m.entries_of(p, *fresh) for p in parts]
    return t.lam(fresh, work(*values))  # type: ignore[operator]


@meaning_of(n.Add)
def _add(m: Meaning, node: n.Add, names: Names) -> Term:
    return entrywise(m, node, t.add, *(m(x, names) for x in node.terms))


@meaning_of(n.Neg)
def _neg(m: Meaning, node: n.Neg, names: Names) -> Term:
    return entrywise(m, node, t.neg, m(node.operand, names))


@meaning_of(n.Div)
def _div(m: Meaning, node: n.Div, names: Names) -> Term:
    top, below = m(node.numerator, names), m(node.denominator, names)
    if below.sort != REAL:
        raise Unsupported("a division by something that is no number")
    if below.op != "num" or not below.data:
        m.need(t.distinct(below, t.num(0)))
    return entrywise(m, node, lambda a: t.div(a, below), top)


@meaning_of(n.Mul)
def _mul(m: Meaning, node: n.Mul, names: Names) -> Term:
    values: list[Term | None] = [None] * len(node.factors)
    logs = [m.has_log(factor) for factor in node.factors]
    for k, factor in enumerate(node.factors):
        if not logs[k]:
            values[k] = m(factor, names)
    for k, factor in enumerate(node.factors):
        if values[k] is None:
            others = [v for v in values if v is not None and v.sort == REAL and not v.masses]
            guarded = m.allows(ZERO_LOG) and bool(others)
            if guarded:
                m.guards.append(t.mul(*others))
            before = len(m.conditions)
            values[k] = m(factor, names)
            if guarded:
                m.guards.pop()
                if len(m.conditions) > before:
                    m.conventions.add(ZERO_LOG)
    made = [v for v in values if v is not None]
    if all(v.sort == REAL for v in made):
        return reduce(t.mul, made)
    shapes = [shape_of(m, f) for f in node.factors]
    result, shape = made[0], shapes[0]
    for value, other in zip(made[1:], shapes[1:], strict=True):
        result, shape = multiply(m, result, shape, value, other)
    return result


def multiply(m: Meaning, a: Term, left: Type, b: Term, right: Type) -> tuple[Term, Type]:
    """The product of two values with their types."""
    shape = product(left, right)
    if shape is None:
        raise Unsupported("this product")
    if a.sort == REAL and b.sort == REAL:
        return t.mul(a, b), shape
    if a.sort == REAL or b.sort == REAL:
        number, array = (a, b) if a.sort == REAL else (b, a)
        fresh = [m.fresh(s) for s in _indices(array)]
        return t.lam(fresh, t.mul(number, t.at(array, *fresh))), shape
    match left, right:
        case Covector(), Vector():
            k = m.fresh(_indices(a)[0])
            return t.total(t.lam([k], t.mul(t.at(a, k), t.at(b, k)))), shape
        case Vector(), Covector():
            i, j = m.fresh(_indices(a)[0]), m.fresh(_indices(b)[0])
            return t.lam([i, j], t.mul(t.at(a, i), t.at(b, j))), shape
        case Matrix(), Vector():
            i, k = m.fresh(_indices(a)[0]), m.fresh(_indices(a)[1])
            return t.lam([i], t.total(t.lam([k], t.mul(t.at(a, i, k), t.at(b, k))))), shape
        case Covector(), Matrix():
            k, j = m.fresh(_indices(b)[0]), m.fresh(_indices(b)[1])
            return t.lam([j], t.total(t.lam([k], t.mul(t.at(a, k), t.at(b, k, j))))), shape
        case Matrix(), Matrix():
            i, k, j = m.fresh(_indices(a)[0]), m.fresh(_indices(a)[1]), m.fresh(_indices(b)[1])
            body = t.total(t.lam([k], t.mul(t.at(a, i, k), t.at(b, k, j))))
            return t.lam([i, j], body), shape
    raise Unsupported("this product")


def _indices(value: Term) -> tuple[t.Sort, ...]:
    if isinstance(value.sort, Points):
        return (value.sort.index,)
    if isinstance(value.sort, Arrow):
        return value.sort.arguments
    raise Unsupported("a product with an index")


@meaning_of(n.Pow)
def _pow(m: Meaning, node: n.Pow, names: Names) -> Term:
    exponent = node.exponent
    if _is_minus_one(node.base) and _index_sum(m, exponent) is not None:
        return t.mul(*(t.parity(m(i, names)) for i in _index_sum(m, exponent) or ()))
    square = _norm_power(m, node, names)
    if square is not None:
        return square
    base = m(node.base, names)
    if base.sort != REAL:
        return _matrix_power(m, node, base, names)
    negative = isinstance(exponent, n.Neg)
    inner = exponent.operand if isinstance(exponent, n.Neg) else exponent
    match inner:
        case n.Div(n.Number(value=top), n.Number(value=below)) if below:
            inner = n.Number(top / below)
    if isinstance(inner, n.Number):
        value = -inner.value if negative else inner.value
        return _rational_power(m, base, value)
    sized = _size_power(m, base, inner)
    if sized is not None:
        if negative:
            m.need(t.distinct(base, t.num(0)))
        return t.inv(sized) if negative else sized
    if base.op == "exp" and base.args[0] is t.num(1):
        return t.call("exp", m(exponent, names))
    raise Unsupported("a power with this exponent")


def _size_power(m: Meaning, base: Term, exponent: n.Node) -> Term | None:
    """b^N or b^{N/2}, for the size N of a sort: a product over it."""
    match exponent:
        case n.Div(n.Symbol() as size, n.Number(value=2)):
            m.need(t.at_most(t.num(0), base))
            base = t.call("sqrt", base)
        case n.Symbol() as size:
            pass
        case _:
            return None
    for sort in m.scope.sorts.values():
        if sort.size == size.name:
            k = m.fresh(m.sort(sort))
            return t.product(t.lam([k], base))
    return None


def _norm_power(m: Meaning, node: n.Pow, names: Names) -> Term | None:
    """An even power of a norm, without its root."""
    from .meaning_matrices import norm_squared

    base, exponent = node.base, node.exponent
    if not isinstance(base, n.Call) or base.name not in ("norm", "frobenius"):
        return None
    if not isinstance(exponent, n.Number) or exponent.value <= 0 or exponent.value % 2:
        return None
    inside = norm_squared(m, m(base.arguments[0], names))
    half = int(exponent.value) // 2
    return inside if half == 1 else t.power(inside, half)


def _rational_power(m: Meaning, base: Term, value: object) -> Term:
    from fractions import Fraction

    assert isinstance(value, Fraction)
    if value.denominator == 1:
        power = t.power(base, abs(int(value)))
        if value < 0:
            m.need(t.distinct(base, t.num(0)))
            return t.inv(power)
        return power
    if value.denominator != 2:
        raise Unsupported("a power with this exponent")
    m.need(t.at_most(t.num(0), base))
    power = t.power(t.call("sqrt", base), abs(value.numerator))
    if value < 0:
        m.need(t.distinct(base, t.num(0)))
        return t.inv(power)
    return power


def _is_minus_one(node: n.Node) -> bool:
    return (
        isinstance(node, n.Neg) and isinstance(node.operand, n.Number) and (node.operand.value == 1)
    )


def _index_sum(m: Meaning, node: n.Node) -> list[n.Node] | None:
    parts = list(node.terms) if isinstance(node, n.Add) else [node]
    if all(isinstance(shape_of(m, p), Index) for p in parts):
        return parts
    return None


def _matrix_power(m: Meaning, node: n.Pow, base: Term, names: Names) -> Term:
    exponent = node.exponent
    if isinstance(exponent, n.Number) and exponent.value.denominator == 1 and exponent.value > 0:
        result, shape = base, shape_of(m, node.base)
        kind = shape
        for _ in range(int(exponent.value) - 1):
            result, kind = multiply(m, result, kind, base, shape)
        return result
    raise Unsupported("this power of a matrix")


# ---------------------------------------------------------------- functions

_KNOWN = ("exp", "sin", "cos", "sinh", "cosh", "tanh")


@meaning_of(n.Call)
def _call(m: Meaning, node: n.Call, names: Names) -> Term:
    from .meaning_matrices import CALLS

    if node.name in CALLS:
        return CALLS[node.name](m, node, names)
    if node.name == "ln":
        return _logarithm(m, node.arguments[0], names)
    if node.name == "sqrt" and len(node.arguments) == 1:
        inside = m(node.arguments[0], names)
        m.need(t.at_most(t.num(0), inside))
        return t.call("sqrt", inside)
    if node.name in _KNOWN:
        inside = m(node.arguments[0], names)
        if inside.sort != REAL:
            raise Unsupported(f"{node.name} of something that is no number")
        return t.call(node.name, inside)
    raise Unsupported(f"{node.name} in a proof")


def _logarithm(m: Meaning, argument: n.Node, names: Names) -> Term:
    conditions, conventions = list(m.conditions), set(m.conventions)
    inside = m(argument, names)
    if inside.masses:
        m.conditions[:], m.conventions = conditions, conventions
        return _logarithm_of_measure(m, argument, names)
    if inside.sort != REAL:
        raise Unsupported("the logarithm of something that is no number")
    m.need(t.less(t.num(0), inside))
    return t.call("ln", inside)


def _logarithm_of_measure(m: Meaning, argument: n.Node, names: Names) -> Term:
    """Of p_0 / q it is ln p_0 - ln q, and ln p_0 some function of the place alone."""
    if isinstance(argument, n.Div):
        top = _logarithm_of_measure(m, argument.numerator, names)
        return t.sub(top, _logarithm(m, argument.denominator, names))
    if not isinstance(argument, n.Apply) or len(argument.arguments) != 1:
        raise Unsupported("the logarithm of this measure")
    function, local = argument.function, names.get((argument.function.name, False))
    while isinstance(local, Alias):
        function, local = local.symbol, local.names.get((local.symbol.name, False))
    place = m(argument.arguments[0], names)
    for convention in (LOG_DELTA, ZERO_LOG):  # off the points of the measure it is ln 0
        if not m.allows(convention):
            raise Unsupported(f"the logarithm of a measure, without: {convention}")
        m.conventions.add(convention)
    return t.at(t.var(f"\\ln {function.name}", Arrow((place.sort,), REAL)), place)


@meaning_of(n.Apply)
def _apply(m: Meaning, node: n.Apply, names: Names) -> Term:
    function = node.function
    parameters = function.type.parameters if isinstance(function.type, Function) else ()
    if any(isinstance(p, Function) for p in parameters):
        return _functional(m, node, names)
    arguments = [m(a, names) for a in node.arguments]
    if not node.primes:
        return m.body_of(function, arguments, names)
    if len(arguments) != 1 or arguments[0].sort != REAL:
        raise Unsupported("a primed function of other than one number")
    variable = m.fresh(REAL)
    body = m.under([variable], lambda: m.body_of(function, [variable], names))
    for _ in range(node.primes - 1):
        other = m.fresh(REAL)
        body = t.substitute(t.deriv(t.lam([variable], body), other), {other: variable})
    return t.deriv(t.lam([variable], body), arguments[0])


def _functional(m: Meaning, node: n.Apply, names: Names) -> Term:
    """A functional such as D(p || q): its body with its arguments in place."""
    entry = m.entry(node.function)
    definition = definition_of(m.document, m.scope, entry)
    if definition is None:
        raise Unsupported(f"{entry.pattern} has no definition")
    m.uses.add(definition.label)
    inner: Names = {k: v for k, v in names.items() if isinstance(v, Term)}
    for parameter, argument in zip(definition.parameters, node.arguments, strict=True):
        formal = parameter.function if isinstance(parameter, n.Apply) else parameter
        actual = argument.function if isinstance(argument, n.Apply) else argument
        if not isinstance(formal, n.Symbol) or not isinstance(actual, n.Symbol):
            raise Unsupported(f"the arguments of {entry.pattern}")
        known = names.get((actual.name, False))
        outer = {k: v for k, v in names.items() if k != (formal.name, False)}
        inner[formal.name, False] = known if isinstance(known, Alias) else Alias(actual, outer)
    return m(definition.body, inner)


# ---------------------------------------------------------------- sums


def bind(m: Meaning, symbols: tuple[n.Symbol, ...], names: Names) -> tuple[list[Term], Names]:
    """Fresh variables for bound symbols, and the names inside."""
    inner: Names = {k: v for k, v in names.items() if not isinstance(k, n.Node)}
    fresh = []
    for symbol in symbols:
        if isinstance(symbol.type, Index):
            variable = m.fresh(m.sort(symbol.type.sort), symbol.name)
        else:
            entry = m.scope.symbols.get(symbol.name)
            variable = m.fresh(m.sort_of(symbol.type, entry), symbol.name)
        inner[symbol.name, False] = variable
        fresh.append(variable)
    return fresh, inner


@meaning_of(n.Sum)
def _sum(m: Meaning, node: n.Sum, names: Names) -> Term:
    return _over(m, node, names, "sum")


@meaning_of(n.Product)
def _product(m: Meaning, node: n.Product, names: Names) -> Term:
    return _over(m, node, names, "prod")


def _over(m: Meaning, node: n.Sum | n.Product, names: Names, op: str) -> Term:
    binder = node.binder
    fresh, inner = bind(m, binder.indices, names)
    if binder.kind == "range" and not _is_whole(m, binder):
        raise Unsupported("a sum over a part of a sort")
    if op == "sum" and not t.is_finite(fresh[0].sort):
        body = m.under(fresh, lambda: m(node.body, inner))
        for v in reversed(fresh):
            body = t.integral(t.lam([v], body))
        return body
    if binder.kind in ("ordered", "pairs"):
        m.parted.add(frozenset(fresh))
    elif binder.kind == "except" and binder.lower is not None:
        m.parted.add(frozenset((fresh[0], m(binder.lower, names))))
    value = m.under(fresh, lambda: m(node.body, inner))
    weight = _weight(m, binder, fresh, names, value)
    if weight is not None and op == "prod":
        raise Unsupported("a product over pairs")

    def summed(entry: Term) -> Term:
        inside = entry if weight is None else t.mul(weight, entry)
        for v in reversed(fresh):
            body = t.lam([v], inside)
            inside = t.total(body) if op == "sum" else t.product(body)
        return inside

    return entrywise(m, node, summed, value)


def _is_whole(m: Meaning, binder: n.Binder) -> bool:
    first = binder.indices[0].type
    return (
        isinstance(first, Index)
        and isinstance(binder.lower, n.Number)
        and binder.lower.value == 1
        and isinstance(binder.upper, n.Symbol)
        and binder.upper.name == first.sort.size
    )


def _weight(
    m: Meaning, binder: n.Binder, fresh: list[Term], names: Names, value: Term
) -> Term | None:
    """What makes a sum over all indices one over some of them."""
    if binder.kind in ("all", "range"):
        return None
    if binder.kind == "except" and binder.lower is not None:
        return t.sub(t.num(1), t.delta(fresh[0], m(binder.lower, names)))
    apart = t.sub(t.num(1), t.delta(*fresh)) if len(fresh) == 2 else None
    if binder.kind == "ordered" and apart is not None:
        return apart
    if binder.kind == "pairs" and apart is not None:
        swapped = t.substitute(value, {fresh[0]: fresh[1], fresh[1]: fresh[0]})
        if not _symmetric(m, value, swapped):
            raise Unsupported("a sum over unordered pairs of what depends on the order")
        return t.mul(t.inv(t.num(2)), apart)
    raise Unsupported(f"a sum over {binder.kind}")


def _symmetric(m: Meaning, value: Term, swapped: Term) -> bool:
    """Whether two values agree once families of pairs do not mind the order of indices."""
    from ..kernel.normal import normal, same

    if value.sort != REAL:
        return False
    return same(_ordered(m, normal(value)), _ordered(m, normal(swapped)))


def _ordered(m: Meaning, term: Term) -> Term:
    args = tuple(_ordered(m, a) for a in term.args)
    if term.op == "at" and args[0].op == "var" and len(args) == 3:
        entry = m.scope.entry(args[0].data, 2)
        if entry is not None and entry.declared("one for each pair") is not None:
            args = (args[0], *sorted(args[1:], key=lambda a: a.digest))
    return t.rebuild(term, args) if args else term


@meaning_of(n.Expectation)
def _expectation(m: Meaning, node: n.Expectation, names: Names) -> Term:
    law = node.law.function if isinstance(node.law, n.Apply) else node.law
    if not isinstance(law, n.Symbol) or not isinstance(law.type, Function):
        raise Unsupported("an expectation without a declared law")
    variable = node.variable
    if variable is None:
        over = m.entry(law).over
        variable = read_declared(m.scope, over) if over else None
    if not isinstance(variable, n.Symbol):
        raise Unsupported("an expectation without a variable")
    weight = n.Apply(law, (variable,))
    return m(n.Sum(n.Binder((variable,), "all"), n.Mul((weight, node.body))), names)


@meaning_of(n.Kronecker)
def _kronecker(m: Meaning, node: n.Kronecker, names: Names) -> Term:
    return t.delta(m(node.first, names), m(node.second, names))


@meaning_of(n.Delta)
def _delta(m: Meaning, node: n.Delta, names: Names) -> Term:
    argument = node.argument
    if not (
        isinstance(argument, n.Add)
        and len(argument.terms) == 2
        and sum(isinstance(x, n.Neg) for x in argument.terms) == 1
    ):
        raise Unsupported("the delta of something other than x - a")
    first, second = (m(x.operand if isinstance(x, n.Neg) else x, names) for x in argument.terms)
    if first.sort != second.sort:
        raise Unsupported("the delta of two different kinds")
    return t.delta(first, second) if t.is_finite(first.sort) else t.dirac(first, second)


@meaning_of(n.Extremum)
def _extremum(m: Meaning, node: n.Extremum, names: Names) -> Term:
    if node.kind not in ("min", "max"):
        raise Unsupported(node.kind)
    (variable,), inner = bind(m, (node.variable,), names)
    if not t.is_finite(variable.sort):
        raise Unsupported(f"{node.kind} over an infinite set")
    body = m.under([variable], lambda: m(node.body, inner))
    return t.extremum(node.kind, t.lam([variable], body))
