"""Values as text that a person reads, and that can be read back to check a counterexample."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from .functions import read_function
from .values import FunctionValue, Mass, Value

DIGITS = 15


def show(ctx: Any, value: Value) -> str:
    """A value as text: exact where it is a fraction, else 15 digits."""
    if value is None:
        return "-"
    if isinstance(value, FunctionValue):
        return value.text
    if isinstance(value, Mass):
        if value.weight == 0:
            return show(ctx, value.regular)
        return f"{show(ctx, value.weight)} delta(0)"
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(show(ctx, x) for x in value)) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(show(ctx, x) for x in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Fraction):
        return str(value)
    if ctx.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    text = str(ctx.nstr(value, DIGITS, strip_zeros=True))
    return text[:-2] if text.endswith(".0") else text


_TOKEN = re.compile(r"\s*([\[\],]|[^\[\],\s]+)")


def read_value(ctx: Any, text: str, like: Value) -> Value:
    """The value that a text shows; ``like`` is a value of the same kind."""
    if isinstance(like, FunctionValue):
        return read_function(text, like.domain)
    tokens = _TOKEN.findall(text)
    value, rest = _read(ctx, tokens)
    if rest:
        raise ValueError(f"unexpected {rest[0]} in {text!r}")
    return int(value) if isinstance(like, int) and isinstance(value, Fraction) else value


def _read(ctx: Any, tokens: list[str]) -> tuple[Value, list[str]]:
    head, rest = tokens[0], tokens[1:]
    if head != "[":
        return _number(ctx, head), rest
    items: list[Value] = []
    while rest[0] != "]":
        item, rest = _read(ctx, rest)
        items.append(item)
        if rest[0] == ",":
            rest = rest[1:]
    return tuple(items), rest[1:]


def _number(ctx: Any, text: str) -> Value:
    if text == "-":
        return None
    if re.fullmatch(r"-?\d+(/\d+)?", text):
        return Fraction(text)
    return ctx.mpf(text)
