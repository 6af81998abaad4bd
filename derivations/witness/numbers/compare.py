"""Two values in a relation, to the digits that the context has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .compiler import Code, Env
from .show import show
from .values import Mass, Undefined, Value, entries, linear, shape

OPPOSITE = {"<=": ">", ">=": "<", "<": ">=", ">": "<="}
"""The relations of order, each with its negation."""


@dataclass
class Outcome:
    """One instance: whether the link holds on it, by what margin, and the two sides."""

    holds: bool | None
    error: Any = 0
    left: str = ""
    right: str = ""
    margin: Any = None
    gap: Any = 0
    """The largest absolute difference of the two sides."""
    extra: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    """Why it is not known whether the link holds, if that is not for its digits."""


def relation_outcome(env: Env, op: str, left: Code, right: Code) -> Outcome:
    """Both sides at one instance. A side without a value refutes the link there."""
    ctx = env.ctx
    try:
        a = left.run(env)
    except Undefined as reason:
        return Outcome(False, ctx.inf, f"no value: {reason}", "")
    try:
        b = right.run(env)
    except Undefined as reason:
        return Outcome(False, ctx.inf, show(ctx, a), f"no value: {reason}")
    return compare(ctx, op, a, b)


def compare(ctx: Any, op: str, a: Value, b: Value) -> Outcome:
    """Whether two values stand in a relation, to the digits that the context has."""
    texts = show(ctx, a), show(ctx, b)
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        first, second = (x if isinstance(x, frozenset) else frozenset([x]) for x in (a, b))
        same = first == second
        return Outcome(same if op == "=" else not same, 0 if same else ctx.inf, *texts)
    if shape(a) != shape(b):
        if op == "=" and isinstance(a, tuple) and b == 0 and not isinstance(b, tuple):
            b = linear(lambda x: x * 0, a)
        elif len(entries(a)) == len(entries(b)) == 1:  # a 1 x 1 matrix and its entry
            a, b = entries(a)[0], entries(b)[0]
        else:
            return Outcome(op == "!=", ctx.inf, *texts)
    if isinstance(a, Mass) or isinstance(b, Mass):
        a, b = (x if isinstance(x, Mass) else Mass(x, ctx.zero) for x in (a, b))
        a, b = (a.regular, a.weight), (b.regular, b.weight)
    pairs = list(zip(entries(a), entries(b), strict=True))
    for x, y in pairs:
        if not (ctx.isfinite(x) and ctx.isfinite(y)):
            if op in OPPOSITE and x == x and y == y:
                continue
            return Outcome(False, ctx.inf, *texts)
    scale = max([ctx.one, *(abs(v) for pair in pairs for v in pair if ctx.isfinite(v))])
    gap = max((abs(x - y) for x, y in pairs), default=ctx.zero)
    error = gap / scale
    if op in ("=", "!="):
        equal = _small(ctx, error)
        truth = equal if op == "=" or equal is None else not equal
        return Outcome(truth, error, *texts, gap=gap)
    (x, y) = pairs[0]
    margin = (y - x if op in ("<=", "<") else x - y) / scale
    if op in ("<", ">"):
        return Outcome(margin > 0, max(-margin, 0), *texts, margin=margin, gap=gap)
    holds = True if margin >= 0 else _small(ctx, -margin)
    return Outcome(holds, max(-margin, ctx.zero), *texts, margin=margin, gap=gap)


def _small(ctx: Any, error: Any) -> bool | None:
    """Zero to most of the digits: yes, no, or between the two."""
    if error <= ctx.mpf(10) ** (-ctx.dps // 2):
        return True
    return False if error > ctx.mpf(10) ** (-ctx.dps // 4) else None
