"""Signs and names as a person writes them, in Unicode."""

from __future__ import annotations

import re

SIGNS = {
    r"\leq": "≤",
    r"\le": "≤",
    r"\geq": "≥",
    r"\ge": "≥",
    r"\neq": "≠",
    r"\ne": "≠",
    r"\approx": "≈",
    r"\simeq": "≃",
    r"\sim": "∼",
    r"\equiv": "≡",
    r"\propto": "∝",
    r"\iff": "⟺",
    r"\Longleftrightarrow": "⟺",
    r"\Leftrightarrow": "⇔",
    r"\implies": "⟹",
    r"\Rightarrow": "⇒",
    r"\to": "→",
    r"\in": "∈",
    r"\ll": "≪",
    r"\gg": "≫",
}
"""Relations."""

_GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi "
        "rho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma "
        "Upsilon Phi Psi Omega ell".split(),
        "αβγδϵεζηθικλμνξπρστυϕφχψωΓΔΘΛΞΠΣΥΦΨΩℓ",
        strict=True,
    )
)
COMMANDS = {letter: "\\" + name for name, letter in _GREEK.items()}
"""Greek letters as LaTeX."""
_ACCENTS = {"vec": "\u20d7", "tilde": "\u0303", "hat": "\u0302", "bar": "\u0304", "dot": "\u0307"}
HIGH = str.maketrans("0123456789()ijklmn", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ⁱʲᵏˡᵐⁿ")
LOW = str.maketrans("0123456789ijklmnoprstuvxaeh", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓₐₑₕ")


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
    text = re.sub(r"\^\{?(\d+)\}?", lambda m: m[1].translate(HIGH), text)
    text = re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(LOW), text)
    return re.sub(r"_\{([^{}]*)\}", r"_\1", text)


def readable(statement: str) -> str:
    """The statement of a rule with the signs that a person writes.

    >>> readable("ln a <= a - 1")
    'ln a ≤ a − 1'
    """
    for written, meant in (("<=", "≤"), (">=", "≥"), ("!=", "≠"), (" - ", " − ")):
        statement = statement.replace(written, meant)
    return statement
