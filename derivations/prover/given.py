"""What declarations grant, as statements of the kernel."""

from __future__ import annotations

from dataclasses import dataclass

from ..kernel import matrices
from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Term
from ..language import nodes as n
from ..language.types import Function, Matrix
from ..reader.definitions import read_declared
from ..reader.errors import ReadError
from ..reader.scope import Entry, Property
from .meaning import Meaning, Unsupported


@dataclass(frozen=True)
class Given:
    """A statement that may be used, and the declaration it comes from."""

    statement: Term
    entry: Entry
    name: str
    """Of the property, or ``law`` for what holds of every distribution."""


def given(m: Meaning) -> list[Given]:
    """Statements that the declarations of the symbols read so far grant."""
    found: list[Given] = []
    done: set[str] = set()
    while waiting := [e for key, e in m.entries.items() if key not in done]:
        for entry in waiting:
            done.add(entry.pattern)
            if entry.alias is None:
                found += _of(m, entry)
    return found


def _of(m: Meaning, entry: Entry) -> list[Given]:
    rows = []
    if entry.kind == "natural" and not any(s.size == entry.name for s in m.scope.sorts.values()):
        one = t.at_most(t.num(1), t.var(entry.name, REAL))
        rows.append(Given(one, entry, "natural"))
    if isinstance(entry.type, Function):
        if entry.type.distribution and entry.definition is None and not entry.type.given:
            rows += [Given(s, entry, "law") for s in _law(m, entry)]
        elif not entry.type.distribution and entry.definition is None:
            rows += [Given(s, entry, "smooth") for s in _smooth(m, entry)]
    if entry.definition is not None:
        return rows
    for prop in entry.properties:
        try:
            rows += [Given(s, entry, prop.name) for s in _property(m, entry, prop)]
        except Unsupported:
            continue
    return rows


def _variable(m: Meaning, entry: Entry) -> Term:
    return t.var(entry.name, m.sort_of(entry.type, entry))


def _at_all(m: Meaning, entry: Entry, say: object) -> Term:
    """A statement about a number, or about each member of a family or value of a function."""
    if isinstance(entry.type, Function):
        x, value = _value(m, entry)
        return t.every(t.lam(x, say(value)))  # type: ignore[operator]
    variable = _variable(m, entry)
    if variable.sort == REAL:
        return say(variable)  # type: ignore[operator, no-any-return]
    if isinstance(variable.sort, Arrow) and variable.sort.result == REAL:
        fresh = [m.fresh(s) for s in variable.sort.arguments]
        return t.every(t.lam(fresh, say(t.at(variable, *fresh))))  # type: ignore[operator]
    raise Unsupported("a sign of this")


def _value(m: Meaning, entry: Entry) -> tuple[list[Term], Term]:
    """A function at variables: those of its declaration."""
    assert isinstance(entry.type, Function)
    sorts = []
    if entry.over is not None and len(entry.type.parameters) == 1:
        node = _declared(m, entry.over)
        if isinstance(node, n.Symbol):
            sorts = [m.sort_of(node.type, m.scope.symbols.get(node.name))]
    if not sorts:
        sorts = [m.sort_of(p) for p in entry.type.parameters]
    x = [m.fresh(s) for s in sorts]
    arguments = list(x)
    if (depends := entry.declared("depends on")) is not None:
        parameter = read_declared(m.scope, depends.argument)
        assert isinstance(parameter, n.Symbol)
        other = m.fresh(m.sort_of(parameter.type, m.scope.symbols.get(parameter.name)))
        arguments.append(other)
    sort = Arrow(tuple(a.sort for a in arguments), REAL)
    return arguments, t.at(t.var(entry.name, sort), *arguments)


def _declared(m: Meaning, text: str) -> n.Node | None:
    """A symbol in a declaration; None where a kind stands instead."""
    try:
        return read_declared(m.scope, text)
    except ReadError:
        return None


def _law(m: Meaning, entry: Entry) -> list[Term]:
    x, value = _value(m, entry)
    body = t.lam(x[:1], value)
    mass = t.total(body) if t.is_finite(x[0].sort) else t.integral(body)
    one = t.equal(mass, t.num(1))
    rest = x[1:]
    return [
        t.every(t.lam(x, t.at_most(t.num(0), value))),
        t.every(t.lam(rest, one)) if rest else one,
    ]


def _smooth(m: Meaning, entry: Entry) -> list[Term]:
    try:
        x, value = _value(m, entry)
    except Unsupported:
        return []
    if any(v.sort != REAL for v in x):
        return []
    return [t.smooth(t.lam(x, value))]


def _property(m: Meaning, entry: Entry, prop: Property) -> list[Term]:
    zero = t.num(0)
    match prop.name:
        case "positive":
            return [_at_all(m, entry, lambda v: t.less(zero, v))]
        case "nonnegative":
            return [_at_all(m, entry, lambda v: t.at_most(zero, v))]
        case "negative":
            return [_at_all(m, entry, lambda v: t.less(v, zero))]
        case "nonzero":
            return [_at_all(m, entry, lambda v: t.distinct(v, zero))]
        case "probabilities":
            v = _variable(m, entry)
            k = m.fresh(v.sort.arguments[0])  # type: ignore[union-attr]
            sum_is_one = t.equal(t.total(t.lam([k], t.at(v, k))), t.num(1))
            return [t.every(t.lam([k], t.less(zero, t.at(v, k)))), sum_is_one]
        case "one for each pair":
            v = _variable(m, entry)
            i, j = (m.fresh(s) for s in v.sort.arguments)  # type: ignore[union-attr]
            return [t.every(t.lam([i, j], t.equal(t.at(v, i, j), t.at(v, j, i))))]
        case "curvature at most":
            bound = m(read_declared(m.scope, prop.argument))
            return [_curved(m, entry, lambda second: t.at_most(second, bound))]
        case "concave" | "convex":
            return [_between(m, entry, prop.name)]
    if isinstance(entry.type, Matrix):
        return _of_matrix(m, entry, prop)
    return []


def _curved(m: Meaning, entry: Entry, say: object) -> Term:
    function = t.function(t.var(entry.name, Arrow((REAL,), REAL)))
    u, v = m.fresh(REAL), m.fresh(REAL)
    second = t.deriv(t.lam([u], t.deriv(function, u)), v)
    return t.every(t.lam([v], say(second)))  # type: ignore[operator]


def _between(m: Meaning, entry: Entry, name: str) -> Term:
    """f(s a + (1 - s) b) against s f(a) + (1 - s) f(b), for 0 <= s <= 1."""
    f = t.var(entry.name, Arrow((REAL,), REAL))
    a, b, s = (m.fresh(REAL) for _ in range(3))
    other = t.sub(t.num(1), s)
    inside = t.at(f, t.add(t.mul(s, a), t.mul(other, b)))
    line = t.add(t.mul(s, t.at(f, a)), t.mul(other, t.at(f, b)))
    claim = t.at_most(line, inside) if name == "concave" else t.at_most(inside, line)
    weight = t.conjunction(t.at_most(t.num(0), s), t.at_most(s, t.num(1)))
    return t.every(t.lam([a, b, s], t.implies(weight, claim)))


def _of_matrix(m: Meaning, entry: Entry, prop: Property) -> list[Term]:
    matrix = t.function(_variable(m, entry))
    i, j = (m.fresh(s) for s in matrix.data)
    symmetric = t.every(t.lam([i, j], t.equal(t.at(matrix, i, j), t.at(matrix, j, i))))
    match prop.name:
        case "symmetric":
            return [symmetric]
        case "positive definite":
            return [t.posdef(matrix)]
        case "orthogonal":
            return [matrices.orthogonal(matrix)]
        case "invertible":
            return [t.distinct(t.det(matrix), t.num(0))]
        case "positive determinant":
            return [t.less(t.num(0), t.det(matrix))]
        case "diagonal":
            entry_ = t.mul(t.delta(i, j), t.at(matrix, i, i))
            return [t.every(t.lam([i, j], t.equal(t.at(matrix, i, j), entry_)))]
        case "diagonalises":
            other = read_declared(m.scope, prop.argument)
            symbol = n.Symbol(entry.name, entry.type)
            value = m(n.Mul((n.Inverse(symbol), other, symbol)))
            entry_ = t.mul(t.delta(i, j), t.at(value, i, i))
            return [t.every(t.lam([i, j], t.equal(t.at(value, i, j), entry_)))]
    return []
