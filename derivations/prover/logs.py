"""Logarithms of products, split while the products still stand as they were written.

A normal form multiplies sums out, and ln of a sum is no sum of logarithms. So this comes
first: ln(a b⁻¹) = ln a - ln b, and p ln(p r) = p ln p + p ln r where p may be 0.
"""

from __future__ import annotations

from ..kernel import terms as t
from ..kernel.arithmetic import linear, ring
from ..kernel.logic import assume, cases
from ..kernel.signs import known_sign
from ..kernel.terms import REAL, KernelError, Term
from ..kernel.theorem import Theorem
from .laws import ln_law_of_parts, ln_of_two
from .simplify import Simplifier, chain, in_argument

ONE = t.num(1)


def split_logs(s: Simplifier, term: Term) -> Theorem | None:
    """The theorem that a term equals the same with its logarithms split; None if unchanged."""
    if "ln" not in operations(term):
        return None
    return _split(s, term, 0)


def operations(term: Term) -> frozenset[str]:
    """The operations anywhere in a term."""
    found = _seen.get(term)
    if found is None:
        found = frozenset((term.op,)).union(*(operations(a) for a in term.args))
        _seen[term] = found
    return found


_seen: dict[Term, frozenset[str]] = {}


def _split(s: Simplifier, term: Term, depth: int) -> Theorem | None:
    theorem: Theorem | None = None
    here = term
    if here.op == "mul":
        theorem = _distributed(here) or _guarded(s, here)
        if theorem is not None:
            rest = _split(s, theorem.conclusion.args[1], depth)
            return theorem if rest is None else chain(theorem, rest)
    for position, argument in enumerate(here.args):
        if "ln" not in operations(argument):
            continue
        step = _in(s, here, position, argument, depth)
        if step is not None:
            theorem = step if theorem is None else chain(theorem, step)
            here = step.conclusion.args[1]
    if here.op == "ln":
        step = _logarithm(s, here)
        if step is not None:
            theorem = step if theorem is None else chain(theorem, step)
            rest = _split(s, step.conclusion.args[1], depth)
            return theorem if rest is None else chain(theorem, rest)
    return theorem


def _in(s: Simplifier, term: Term, position: int, argument: Term, depth: int) -> Theorem | None:
    fresh: tuple[Term, ...] = ()
    body = argument
    if argument.op == "lam":
        fresh = tuple(t.var(f"~l{depth}_{k}", x) for k, x in enumerate(argument.data))
        body = t.at(argument, *fresh)
    if body.sort != REAL or body.masses:
        return None
    step = _split(s, body, depth + 1)
    return in_argument(term, position, step, fresh) if step is not None else None


def _logarithm(s: Simplifier, atom: Term) -> Theorem | None:
    """ln of a product, an inverse or an exponential, one step simpler."""
    parts = [part for part in factors_of(atom.args[0]) if part is not ONE] or [ONE]
    if parts == [ONE]:
        return None
    try:
        return ln_law_of_parts(s, atom, parts)
    except KernelError:
        return None


def factors_of(term: Term) -> list[Term]:
    """The factors of a product as it is written, inverses and powers opened."""
    match term.op:
        case "mul":
            return [f for a in term.args for f in factors_of(a)]
        case "inv":
            return [_inverse(f) for f in factors_of(term.args[0])]
        case "pow" if term.data:
            count: int = term.data
            return factors_of(term.args[0]) * count
    return [term]


def _inverse(term: Term) -> Term:
    if term is ONE:
        return term
    return term.args[0] if term.op == "inv" else t.inv(term)


def _distributed(product: Term) -> Theorem | None:
    """p (ln a + ln b) = p ln a + p ln b."""
    for k, factor in enumerate(product.args):
        if factor.op == "add" and any(_is_log(x) for x in factor.args):
            left, right = product.args[:k], product.args[k + 1 :]
            parts = [t.mul(*left, x, *right) for x in factor.args]
            return ring(product, t.add(*parts))
    return None


def _is_log(term: Term) -> bool:
    return any(f.op == "ln" for f in factors_of(term))


def _guarded(s: Simplifier, product: Term) -> Theorem | None:
    """p ln(p r) = p (ln p + ln r), where a factor p of the product is not known to be > 0."""
    factors = [f for a in product.args for f in (factors_of(a) if a.op != "ln" else [a])]
    for k, factor in enumerate(factors):
        parts = factors_of(factor.args[0]) if factor.op == "ln" else []
        unsure = [p for p in parts if not _is_positive(s, p)]
        left = factors[:k] + factors[k + 1 :]
        if not unsure or len(unsure) == len(parts) or any(p not in left for p in unsure):
            continue
        guard, others = t.mul(*unsure), list(parts)
        for p in unsure:
            others.remove(p)
            left.remove(p)
        rest = t.mul(*others)
        try:
            lemma = ln_guarded(s, guard, rest)
        except KernelError:
            continue
        split = t.add(t.call("ln", guard), t.call("ln", rest))
        result = t.mul(*left, guard, split)
        scale = t.mul(*left) if left else ONE
        return linear(t.equal(product, result), ((scale, lemma, (), ()),), ())
    return None


def _is_positive(s: Simplifier, term: Term) -> bool:
    return known_sign(term, s.facts, set()).positive


def ln_guarded(s: Simplifier, guard: Term, rest: Term) -> Theorem:
    """p ln(p r) = p ln p + p ln r for p >= 0 and r > 0."""
    whole = t.call("ln", t.mul(guard, rest))
    right = t.add(t.mul(guard, t.call("ln", guard)), t.mul(guard, t.call("ln", rest)))
    goal = t.equal(t.mul(guard, whole), right)
    zero = assume(t.equal(guard, t.num(0)))
    logs = t.add(t.call("ln", guard), t.call("ln", rest))
    none = linear(goal, ((t.sub(whole, logs), zero, (), ()),), ())
    apart = assume(t.distinct(guard, t.num(0)))
    some = ln_of_two(guard, rest, (*s.facts, apart))
    other = linear(goal, ((guard, some, (), ()),), ())
    return cases(none, other, guard, t.num(0))
