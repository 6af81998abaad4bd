"""Values of a counterexample as LaTeX: numbers, vectors, matrices, sets, tables."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from .language import Code, Math, Piece

if TYPE_CHECKING:
    from ...results import Counterexample, LinkResult

SECOND = " (second)"
"""Marks the value of a symbol at the second of two sets of parameters."""
DIGITS = 6
"""Digits of a number that is not exact; more if two would look the same."""

_NUMBER = re.compile(r"(-?\d+)(?:/(\d+)|(\.\d+)?(?:e([+-]?\d+))?)")
_WORDS = {"-": r"\cdot", "inf": r"\infty", "infinity": r"\infty", "-infinity": r"-\infty"}
_TOKEN = re.compile(r"\s*([\[\],{}]|[^\[\],{}]+)")

Nested = str | list["Nested"]


def is_value(text: str) -> bool:
    """Whether a text is a value that can be set as a formula."""
    return _value(text, DIGITS) is not None


def value(text: str, digits: int = DIGITS) -> str:
    r"""A value as LaTeX.

    >>> value("[[1, 0], [-1/2, 2]]"), value("2 delta(0)"), value("2.4e-38")
    ('\\begin{pmatrix} 1 & 0 \\\\ -1/2 & 2 \\end{pmatrix}', '2 \\delta(0)', '2.4 \\times 10^{-38}')
    """
    return _value(text, digits) or ""


def pair(left: str, right: str) -> tuple[str, str]:
    r"""Two values, with as many digits as tell them apart.

    >>> pair("0.0566330122651325", "-0.693147180559945")
    ('0.0566330\\ldots', '-0.693147\\ldots')
    """
    for digits in (DIGITS, 10, 15):
        shown = value(left, digits), value(right, digits)
        if shown[0] != shown[1] or left == right:
            break
    return shown


def assignments(found: Counterexample, link: LinkResult) -> tuple[list[Piece], list[Piece]]:
    """What each symbol is, and what those are that have a second value."""
    sets = {m[1] for h in link.hypotheses if (m := re.fullmatch(r".* \\in (\\?\w+)", h))}
    sets |= {name for size in (*link.sympy.sizes, *link.numeric.sizes) for name in size}
    first: list[Piece] = []
    second: list[Piece] = []
    for name, text in found.values.items():
        rows = second if name.endswith(SECOND) else first
        plain = name.removesuffix(SECOND)
        rows += _assignments(plain, text, plain in sets)
    return first, second


@lru_cache(maxsize=10_000)
def _assignments(name: str, text: str, is_set: bool) -> list[Piece]:
    table = re.findall(r"(\S+): ([^;]+)", text)
    if table and "; ".join(f"{k}: {v}" for k, v in table) == text:
        index = re.search(r"_(\\\w+|\w)$", name)
        if index and all(is_value(k) and is_value(v) for k, v in table):
            head = name[: index.start()]
            return [Math(f"{head}_{{{value(k)}}} = {value(v)}") for k, v in table]
    nested = _nested(text)
    if nested is None or not is_value(text):
        return [Math(f"{name} = "), Code(text)]
    if is_set and isinstance(nested, list):
        members = ", ".join(_latex(item, DIGITS) for item in nested)
        return [Math(rf"{name} = \{{ {members} \}}")]
    index = re.search(r"_\{?([a-z])([a-z])?\}?$|\^\{\(([a-z])\)\}$", name)
    if index and isinstance(nested, list):
        head = name[: index.start()]
        if index[2]:
            return [Math(f"{head} = {_latex(nested, DIGITS)}")]
        return [Math(f"{head}_{k} = {_latex(item, DIGITS)}") for k, item in enumerate(nested, 1)]
    return [Math(f"{name} = {_latex(nested, DIGITS)}")]


def _value(text: str, digits: int) -> str | None:
    text = text.strip()
    mass = re.fullmatch(r"(.*\S) delta\(0\)", text)
    if mass:
        weight = _value(mass[1], digits)
        return None if weight is None else rf"{weight} \delta(0)"
    nested = _nested(text)
    return None if nested is None else _latex(nested, digits)


def _nested(text: str) -> Nested | None:
    tokens = [token.strip() for token in _TOKEN.findall(text)]
    try:
        found, rest = _read([token for token in tokens if token])
    except (IndexError, ValueError):
        return None
    return None if rest else found


def _read(tokens: list[str]) -> tuple[Nested, list[str]]:
    head, rest = tokens[0], tokens[1:]
    if head != "[":
        if not _NUMBER.fullmatch(head) and head not in _WORDS:
            raise ValueError(head)
        return head, rest
    items: list[Nested] = []
    while rest[0] != "]":
        item, rest = _read(rest)
        items.append(item)
        if rest[0] == ",":
            rest = rest[1:]
    return items, rest[1:]


def _latex(nested: Nested, digits: int) -> str:
    if isinstance(nested, str):
        return _number(nested, digits)
    if nested and all(isinstance(row, list) for row in nested):
        rows = [" & ".join(_flat(_latex(item, digits)) for item in row) for row in nested]
        inside = r" \\ ".join(rows)
        return rf"\begin{{pmatrix}} {inside} \end{{pmatrix}}"
    return rf"({', '.join(_latex(item, digits) for item in nested)})"


def _flat(latex: str) -> str:
    """Fractions on the line, as rows of a matrix stand close."""
    return re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", latex)


def _number(text: str, digits: int) -> str:
    if text in _WORDS:
        return _WORDS[text]
    match = _NUMBER.fullmatch(text)
    assert match is not None
    whole, below, fraction, exponent = match.groups()
    if below:
        sign, top = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
        return rf"{sign}\frac{{{top}}}{{{below}}}"
    decimals = fraction or ""
    lead = len(whole.lstrip("-0"))
    leading = len(decimals) - len(decimals[1:].lstrip("0")) - 1 if not lead and decimals else 0
    keep = 1 + leading + max(digits - lead, 0)
    cut = decimals[:keep] + r"\ldots" if len(decimals) > keep else decimals
    power = rf" \times 10^{{{int(exponent)}}}" if exponent else ""
    return f"{whole}{cut}{power}"


def whole(latex: str) -> bool:
    r"""Whether brackets of all kinds are closed, so that a piece can be set as a formula.

    >>> whole(r"\ln x"), whole(r"\frac{1}{2} ("), whole(r"\left( x")
    (True, True, False)
    """
    tokens = re.findall(r"\\[A-Za-z]+|\\.|[{}]", latex)
    depth = 0
    for token in tokens:
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return False
    pairs = ((r"\left", r"\right"), (r"\begin", r"\end"))
    closed = all(tokens.count(a) == tokens.count(b) for a, b in pairs)
    return depth == 0 and closed and "_" != latex[-1:] != "^"
