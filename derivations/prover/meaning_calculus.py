"""Terms of derivatives and integrals."""

from __future__ import annotations

from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Term
from ..language import nodes as n
from ..language.types import Family, Function, Parameter
from .meaning import Meaning, Names, Unsupported, meaning_of


@meaning_of(n.Integral)
def _integral(m: Meaning, node: n.Integral, names: Names) -> Term:
    for limit in (node.lower, node.upper):
        inner = limit.operand if isinstance(limit, n.Neg) else limit
        if inner is not None and not (isinstance(inner, n.Constant) and inner.name == "\\infty"):
            raise Unsupported("an integral between limits")
    variable = node.variable
    names = dict(names)
    if isinstance(variable, n.Symbol):
        entry = m.scope.symbols.get(variable.name)
        bound = m.fresh(m.sort_of(variable.type, entry), variable.name)
        if t.is_finite(bound.sort):
            raise Unsupported("an integral over a finite set")
        names[variable.name, False] = bound
    else:
        bound = m.fresh(REAL)
        names[variable.at(None)] = bound
    return t.integral(t.lam([bound], m.under([bound], lambda: m(node.body, names))))


@meaning_of(n.Derivative)
def _derivative(m: Meaning, node: n.Derivative, names: Names) -> Term:
    if node.order > 1:
        once = n.Derivative(node.body, node.variable, node.order - 1)
        return _derivative(m, n.Derivative(once, node.variable), names)
    body = m(node.body, names)
    match node.variable:
        case n.Symbol() as symbol:
            return _by_symbol(m, body, _variable(m, symbol, names))
        case n.Indexed(base=n.Symbol() as symbol) as entry:
            base = _variable(m, symbol, names)
            indices = [m(i, names) for i in entry.indices]
            return _by_entry(m, body, base, indices, _paired(m, symbol))
        case n.Inverse(operand=n.Symbol() as symbol):
            return _by_inverse(m, body, _variable(m, symbol, names), None)
        case n.Indexed(base=n.Inverse(operand=n.Symbol() as symbol)) as entry:
            indices = [m(i, names) for i in entry.indices]
            return _by_inverse(m, body, _variable(m, symbol, names), indices)
    raise Unsupported("a derivative by this expression")


def _variable(m: Meaning, symbol: n.Symbol, names: Names) -> Term:
    local = names.get((symbol.name, isinstance(symbol.type, Family)))
    if isinstance(local, Term):
        value = local
    else:
        entry = m.entry(symbol)
        if entry.definition is not None or isinstance(symbol.type, Parameter | Function):
            raise Unsupported(f"a derivative by {symbol.name}, which is not a free variable")
        value = t.var(symbol.name, m.sort_of(symbol.type, entry))
    if value.op != "var":
        raise Unsupported(f"a derivative by {symbol.name}, which is not a variable here")
    return value


def _paired(m: Meaning, symbol: n.Symbol) -> bool:
    if not isinstance(symbol.type, Family):
        return False
    return m.entry(symbol).declared("one for each pair") is not None


def _entries(m: Meaning, body: Term, work: object) -> Term:
    """The derivative of each entry of a body."""
    if body.sort == REAL:
        return work(body)  # type: ignore[operator, no-any-return]
    if not isinstance(body.sort, Arrow):
        raise Unsupported("the derivative of this")
    fresh = [m.fresh(s) for s in body.sort.arguments]
    inner = work(t.at(body, *fresh))  # type: ignore[operator]
    if inner.sort == REAL:
        return t.lam(fresh, inner)
    more = [m.fresh(s) for s in inner.sort.arguments]
    return t.lam([*fresh, *more], t.at(inner, *more))


def _by_symbol(m: Meaning, body: Term, variable: Term) -> Term:
    if variable.sort == REAL:
        return _entries(m, body, lambda b: t.deriv(t.lam([variable], b), variable))
    if not isinstance(variable.sort, Arrow) or any(
        not isinstance(s, str) for s in variable.sort.arguments
    ):
        raise Unsupported("a derivative by this variable")
    fresh = [m.fresh(s) for s in variable.sort.arguments]
    return _entries(m, body, lambda b: t.lam(fresh, _by_entry(m, b, variable, fresh, False)))


def moved(m: Meaning, variable: Term, indices: list[Term], by: Term, paired: bool) -> Term:
    """A vector or matrix with an amount added to one entry (or to one and its mirror)."""
    sort = variable.sort
    if not isinstance(sort, Arrow) or len(sort.arguments) != len(indices):
        raise Unsupported("a derivative by an entry of this")
    fresh = [m.fresh(s) for s in sort.arguments]
    here = t.mul(*(t.delta(a, b) for a, b in zip(fresh, indices, strict=True)))
    if paired:
        mirror = t.mul(*(t.delta(a, b) for a, b in zip(fresh, indices[::-1], strict=True)))
        here = t.add(here, mirror)
    return t.lam(fresh, t.add(t.at(variable, *fresh), t.mul(by, here)))


def _by_entry(m: Meaning, body: Term, variable: Term, indices: list[Term], paired: bool) -> Term:
    by = m.fresh(REAL)
    if paired:
        m.apart(*indices)
    other = moved(m, variable, indices, by, paired)
    return _entries(
        m,
        body,
        lambda b: t.deriv(t.lam([by], t.substitute(b, {variable: other})), t.num(0)),
    )


def _by_inverse(m: Meaning, body: Term, variable: Term, indices: list[Term] | None) -> Term:
    """By an entry of S = A⁻¹, or by all of them: A becomes the inverse of S with a change."""
    sort = variable.sort
    if not isinstance(sort, Arrow) or len(sort.arguments) != 2:
        raise Unsupported("a derivative by this inverse")
    by, i, j = m.fresh(REAL), m.fresh(sort.arguments[0]), m.fresh(sort.arguments[1])
    fresh = indices or [m.fresh(s) for s in sort.arguments]
    unit = t.mul(t.delta(i, fresh[0]), t.delta(j, fresh[1]))
    changed = t.lam([i, j], t.add(t.minv(variable, i, j), t.mul(by, unit)))
    inverse = t.lam([i, j], t.minv(changed, i, j))
    result = _entries(
        m,
        body,
        lambda b: t.deriv(t.lam([by], t.substitute(b, {variable: inverse})), t.num(0)),
    )
    return result if indices else t.lam(fresh, result)
