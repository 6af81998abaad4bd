"""Theorems of the kernel in a notebook; the kernel itself knows nothing of this."""

from __future__ import annotations

from html import escape
from typing import Any

from ..display import math
from ..kernel import RULES, Theorem
from .plain import count
from .steps import steps
from .terms import latex_of


def load(shell: Any) -> None:
    """Let IPython's shell show theorems as formulas; ``%load_ext derivations`` calls this."""
    formatters = shell.display_formatter.formatters
    formatters["text/latex"].for_type(Theorem, theorem_latex)
    formatters["text/html"].for_type(Theorem, theorem_html)


def theorem_latex(theorem: Theorem) -> str:
    """What a theorem says, its hypotheses before the turnstile."""
    return rf"$\displaystyle {_sequent(theorem)}$"


def theorem_html(theorem: Theorem) -> str:
    """The same with the rule that made it, and how long its proof is."""
    made = RULES[theorem.record.rule]
    said = f"{escape(made.statement)} ({count(len(steps(theorem)), 'step')} to tell)"
    return f"<p>{math(_sequent(theorem))}</p><p><small>{said}</small></p>"


def _sequent(theorem: Theorem) -> str:
    given = sorted(theorem.hypotheses, key=lambda h: h.digest)
    *hypotheses, conclusion = latex_of([*given, theorem.conclusion])
    before = r",\; ".join(hypotheses)
    return rf"{before} \;\vdash\; {conclusion}"
