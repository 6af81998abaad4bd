r"""Two ways to set a formula: LaTeX, and plain Unicode for a terminal.

A text has a level, the loosest operation in it, as in :mod:`derivations.language.latex`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..language.latex import ATOM, FACTOR, PRODUCT, REACH, SUM, Text, script
from ..language.latex import parenthesised as latex_parentheses
from .phrases import SIGNS


class Latex:
    """LaTeX that the reader reads again, where it has a notation."""

    times = r" \cdot "
    equal = "="
    pi = r"\pi"
    for_all = r" \text{ for all } "
    and_ = r" \text{ and } "
    implies = r" \implies "
    iff = r" \iff "
    minus = "-"

    def name(self, name: str) -> str:
        return name

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

    def integral(self, name: str, body: Text) -> Text:
        return rf"\int \mathrm{{d}} {name} \, {self.within(body, PRODUCT)}", REACH

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


_GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi "
        "rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma "
        "Upsilon Phi Psi Omega ell".split(),
        "αβγδεεζηθικλμνξπρστυφφχψωΓΔΘΛΞΠΣΥΦΨΩℓ",
        strict=True,
    )
)
_ACCENTS = {"vec": "\u20d7", "tilde": "\u0303", "hat": "\u0302", "bar": "\u0304", "dot": "\u0307"}
_HIGH = str.maketrans("0123456789()ijklmn", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ⁱʲᵏˡᵐⁿ")
_HAS_HIGH = frozenset("0123456789()ijklmn")
_LOW = str.maketrans("0123456789ijklmnoprstuvxaeh", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓₐₑₕ")
_HAS_LOW = frozenset("0123456789ijklmnoprstuvxaeh")
_IS_LOW = frozenset("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓₐₑₕ")


def unicode_name(name: str) -> str:
    r"""A LaTeX name as it shows in a terminal.

    >>> unicode_name(r"\sigma^2"), unicode_name(r"D_{\text{KL}}"), unicode_name(r"q_\theta")
    ('σ²', 'D_KL', 'q_θ')
    """
    text = re.sub(r"\\(?:text|mathrm|mathbf|operatorname)\{([^{}]*)\}", r"\1", name)
    text = re.sub(
        r"\\(vec|tilde|hat|bar|dot)\{?(\\[A-Za-z]+|[A-Za-z])\}?",
        lambda m: m[2] + " " * m[2].startswith("\\") + _ACCENTS[m[1]],
        text,
    )
    text = text.replace("\\ln ", "ln ").replace("\\{", "{").replace("\\}", "}")
    text = re.sub(r"\\([A-Za-z]+) ?", lambda m: _GREEK.get(m[1], m[0]), text)
    text = re.sub(r"\^\{?(\d+)\}?", lambda m: m[1].translate(_HIGH), text)
    text = re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(_LOW), text)
    return re.sub(r"_\{([^{}]*)\}", r"_\1", text)


class Plain(Latex):
    """Unicode on one line."""

    times = " · "
    pi = "π"
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
        if set(inner) <= _HAS_LOW and "_" not in head and head[-1:] not in _IS_LOW:
            return head + inner.translate(_LOW)
        return head + ("_" + inner if len(inner) == 1 else f"_{{{inner}}}")

    def sup(self, base: str, text: str) -> str:
        if set(text) <= _HAS_HIGH:
            return base + text.translate(_HIGH)
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

    def integral(self, name: str, body: Text) -> Text:
        return f"∫ d{name} {self.within(body, PRODUCT)}", REACH

    def derivative(self, name: str, body: Text, order: int = 1) -> Text:
        power = str(order).translate(_HIGH) if order > 1 else ""
        inside = body[0] if body[1] >= ATOM else f"[{body[0]}]"
        return f"∂{power}/∂{name}{power} {inside}", REACH

    def derivative_at(self, name: str, point: str, body: Text) -> Text:
        return f"(d/d{name} [{body[0]}] at {name} = {point})", FACTOR

    def member(self, name: str, where: str) -> str:
        return f"{name} ∈ {where}"

    def words(self, text: str) -> str:
        return f" {text}"


__all__ = ["ATOM", "FACTOR", "PRODUCT", "REACH", "SUM", "Latex", "Plain", "Text"]
