"""Links that hold for some values of symbols: such values, sought at each instance.

That none are found refutes nothing, unless there is nothing to choose from.
"""

from __future__ import annotations

import random
from typing import Any

from ...language.types import Function
from .assumptions import Assumptions
from .compare import Outcome
from .instances import Draw
from .test import Test
from .values import FunctionValue, OutsideDomain, Undefined

CHOICES = 24
"""How many choices are tried at an instance."""
STYLES = ("generic", "simple", "zero")
CLEAR = 9
"""Digits to which the sides of a strict inequality may agree at most."""
CLOSER = 20
"""Digits by which twice the precision brings sides closer that are equal."""


def chosen(test: Test, assumptions: Assumptions, draw: Draw, op: str) -> tuple[Draw, Outcome]:
    """The instance with values for which the link holds; undecided if none are found."""
    for attempt in range(CHOICES):
        other = draw if attempt == 0 else _another(test, assumptions, draw, attempt)
        if other is None:
            continue
        try:
            outcome = test.check(other, draw.rng)
            if outcome.holds and _surely(test, other, outcome, op):
                outcome.error = outcome.error if op == "=" else draw.ctx.zero
                return other, outcome
        except (OutsideDomain, Undefined):
            continue
    if all(_is_only_one(draw, key) for key in test.some):
        outcome = test.check(draw, draw.rng)
        if outcome.holds is False:
            return draw, outcome
    names = ", ".join(sorted(str(key[1]) for key in test.some if isinstance(key, tuple)))
    return draw, Outcome(None, reason=f"no values of {names} were found for which it holds")


def _another(test: Test, assumptions: Assumptions, draw: Draw, attempt: int) -> Draw | None:
    """Another choice; None if it is outside of what is declared, or changes anything else."""
    other = draw.copy()
    other.style = STYLES[attempt % len(STYLES)]
    try:
        for key in sorted(test.some, key=str):
            other.redraw(key)
        other.fill(test.keys | assumptions.keys)
        if not assumptions.hold(other):
            return None
    except (OutsideDomain, Undefined):
        return None
    same = all(other.values.get(k) == v for k, v in draw.values.items() if k not in test.some)
    return other if same else None


def _surely(test: Test, draw: Draw, outcome: Outcome, op: str) -> bool:
    """Whether more digits leave no doubt: sides stay apart, or come closer and closer."""
    ctx = draw.ctx
    with ctx.workdps(2 * ctx.dps):
        again = test.check(draw.copy(), random.Random(0))
    if not again.holds:
        return False
    apart = op == "!=" or (outcome.margin is not None and outcome.margin > ctx.mpf(10) ** -CLEAR)
    if apart or op in ("<", ">"):
        return apart
    closer: Any = outcome.gap * ctx.mpf(10) ** -CLOSER
    return bool(again.gap <= closer)


def _is_only_one(draw: Draw, key: object) -> bool:
    """Whether there is nothing else to choose: a distribution over one element."""
    entry = draw.compiler.entries.get(key)  # type: ignore[call-overload]
    value = draw.values.get(key)  # type: ignore[call-overload]
    law = entry is not None and isinstance(entry.type, Function) and entry.type.distribution
    return law and isinstance(value, FunctionValue) and len(value.domain or ()) == 1
