r"""Two ways to set a formula: LaTeX, and plain Unicode for a terminal.

A text has a level, the loosest operation in it, as in :mod:`derivations.language.latex`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..language.latex import ATOM, FACTOR, PRODUCT, REACH, SUM, Text, script
from ..language.latex import parenthesised as latex_parentheses
from .signs import COMMANDS, HIGH, LOW, SIGNS, unicode_name


class Latex:
    """LaTeX that the reader reads again, where it has a notation."""

    times = r" \cdot "
    equal = "="
    pi = r"\pi"
    reals = r"\mathbb{R}"
    for_all = r" \text{ for all } "
    and_ = r" \text{ and } "
    implies = r" \implies "
    iff = r" \iff "
    minus = "-"

    def name(self, name: str) -> str:
        return "".join(COMMANDS.get(c, c) for c in name)

    def relation(self, command: str) -> str:
        return command

    def within(self, text: Text, level: int) -> str:
        """The text, in parentheses if it is too loose."""
        return text[0] if text[1] >= level else self.parenthesised(text[0])

    def parenthesised(self, text: str) -> str:
        return latex_parentheses(text)

    def bracketed(self, text: str) -> str:
        return rf"\left[ {text} \right]"

    def sub(self, head: str, texts: Sequence[str]) -> str:
        inner = ("" if all(len(x) == 1 for x in texts) else ",").join(texts)
        return head + script("_", inner)

    def sup(self, base: str, text: str) -> str:
        return base + script("^", text)

    def fraction(self, top: Text, below: Text) -> Text:
        return rf"\frac{{{top[0]}}}{{{below[0]}}}", FACTOR

    def call(self, name: str, inside: Text) -> Text:
        if name == "sqrt":
            return rf"\sqrt{{{inside[0]}}}", ATOM
        known = ("exp", "ln", "det", "sin", "cos", "sinh", "cosh", "tanh")
        head = "\\" + name if name in known else rf"\operatorname{{{name}}}"
        return head + self.parenthesised(inside[0]), FACTOR

    def size(self, name: str) -> Text:
        return rf"\lvert {name} \rvert", ATOM

    def transposed(self, base: str) -> Text:
        return base + r"^{\top}", FACTOR

    def inverse(self, base: str) -> Text:
        return base + "^{-1}", FACTOR

    def big(self, kind: str, low: str, high: str, body: Text) -> Text:
        """Sum, product, min or max over what stands below (and above)."""
        above = script("^", high) if high else ""
        return rf"\{kind}{script('_', low)}{above} {self.within(body, PRODUCT)}", REACH

    def integral(self, name: str, body: Text, space: str = "") -> Text:
        below = script("_", space) if space else ""
        return rf"\int{below} \mathrm{{d}} {name} \, {self.within(body, PRODUCT)}", REACH

    def derivative(self, name: str, body: Text, order: int = 1) -> Text:
        power = script("^", str(order)) if order > 1 else ""
        head = rf"\frac{{\partial{power}}}{{\partial {name}{power}}}"
        return f"{head} {self.within(body, PRODUCT)}", REACH

    def derivative_at(self, name: str, point: str, body: Text) -> Text:
        head = rf"\left. \frac{{\mathrm{{d}}}}{{\mathrm{{d}} {name}}}"
        return rf"{head} {self.within(body, PRODUCT)} \right|_{{{name} = {point}}}", FACTOR

    def member(self, name: str, where: str) -> str:
        return rf"{name} \in {where}"

    def words(self, text: str) -> str:
        return rf" \text{{ {text}}}"


class Plain(Latex):
    """Unicode on one line."""

    times = " · "
    pi = "π"
    reals = "ℝ"
    for_all = " for all "
    and_ = " and "
    implies = " ⟹ "
    iff = " ⟺ "
    minus = "−"

    def name(self, name: str) -> str:
        return unicode_name(name)

    def relation(self, command: str) -> str:
        return SIGNS.get(command, command)

    def parenthesised(self, text: str) -> str:
        return f"({text})"

    def bracketed(self, text: str) -> str:
        return f"[{text}]"

    def sub(self, head: str, texts: Sequence[str]) -> str:
        inner = ("" if all(len(x) == 1 for x in texts) else ",").join(texts)
        if (
            set(map(ord, inner)) <= LOW.keys()
            and "_" not in head
            and ord(head[-1]) not in LOW.values()
        ):
            return head + inner.translate(LOW)
        return head + ("_" + inner if len(inner) == 1 else f"_{{{inner}}}")

    def sup(self, base: str, text: str) -> str:
        if set(map(ord, text)) <= HIGH.keys():
            return base + text.translate(HIGH)
        return base + ("^" + text if len(text) == 1 else f"^{{{text}}}")

    def fraction(self, top: Text, below: Text) -> Text:
        return f"{self.within(top, PRODUCT)}/{self.within(below, FACTOR)}", PRODUCT

    def call(self, name: str, inside: Text) -> Text:
        if name == "sqrt":
            return ("√" + self.within(inside, ATOM)), FACTOR
        return f"{name}({inside[0]})", FACTOR

    def size(self, name: str) -> Text:
        return f"|{name}|", ATOM

    def transposed(self, base: str) -> Text:
        return base + "ᵀ", FACTOR

    def inverse(self, base: str) -> Text:
        return base + "⁻¹", FACTOR

    def big(self, kind: str, low: str, high: str, body: Text) -> Text:
        head = {"sum": "∑", "prod": "∏"}.get(kind, kind)
        bounds = f"{{{low}..{high}}}" if high else low if len(low) == 1 else f"{{{low}}}"
        return f"{head}_{bounds} {self.within(body, PRODUCT)}", REACH

    def integral(self, name: str, body: Text, space: str = "") -> Text:
        below = f"_{{{space}}}" if space else ""
        return f"∫{below} d{name} {self.within(body, PRODUCT)}", REACH

    def derivative(self, name: str, body: Text, order: int = 1) -> Text:
        power = str(order).translate(HIGH) if order > 1 else ""
        inside = body[0] if body[1] >= ATOM else f"[{body[0]}]"
        return f"∂{power}/∂{name}{power} {inside}", REACH

    def derivative_at(self, name: str, point: str, body: Text) -> Text:
        return f"(d/d{name} [{body[0]}] at {name} = {point})", FACTOR

    def member(self, name: str, where: str) -> str:
        return f"{name} ∈ {where}"

    def words(self, text: str) -> str:
        return f" {text}"


__all__ = ["ATOM", "FACTOR", "PRODUCT", "REACH", "SUM", "Latex", "Plain", "Text"]
