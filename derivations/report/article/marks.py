r"""Formulas with what is wrong, or put right, marked: characters of the source become red.

A mark goes around whole commands and groups. A sign keeps the space that it has as a sign.
"""

from __future__ import annotations

import re

from ...results import EquationResult, Slip

MARK = r"\color{red}"
"""Goes before what is marked, within braces."""
CARET = r"\text{‸}"
"""Stands where something is missing."""

_RELATIONS = frozenset(
    (
        "=",
        "<",
        ">",
        r"\leq",
        r"\geq",
        r"\neq",
        r"\le",
        r"\ge",
        r"\ne",
        r"\in",
        r"\approx",
        r"\equiv",
    )
)
_SIGNS = frozenset(("+", "-", r"\pm", r"\cdot", r"\times"))
_LIMITS = re.compile(r"(?:\\arg\s*)?\\(?:min|max|inf|sup|lim|sum|prod|argmin|argmax)")
_OPERAND = re.compile(r"[\w})\]'|]\s*\Z")


def slips(equation: EquationResult) -> list[Slip]:
    """What is to be changed in an equation, each place once, in order."""
    found = {(s.start, s.stop, s.new): s for link in equation.links for s in link.slips}
    return [found[key] for key in sorted(found)]


def printed(equation: EquationResult, mark: str = MARK) -> str:
    """The formula as printed, with what is wrong in it marked."""
    return _edited(equation, [(s, s.old, f"{{{mark}{CARET}}}") for s in slips(equation)], mark)


def corrected(equation: EquationResult, mark: str = MARK) -> str | None:
    """The formula with all its links put right, what is new marked; None if that is not known.

    Each link's own change must lead to its own correction, and no other change touch it.
    """
    wrong = [link for link in equation.links if link.verdict == "refuted"]
    for link in wrong:
        ways = (
            _edited(equation, [(s, s.new, "") for s in some], None)
            for some in (slips(equation), _ordered(link.slips))
        )
        if link.mended is None or _bare(link.mended) not in map(_bare, ways):
            return None
        lo, hi = link.span
        if any(s not in link.slips and lo <= s.start < hi for s in slips(equation)):
            return None
    return _edited(equation, [(s, s.new, "") for s in slips(equation)], mark) if wrong else None


def _bare(latex: str) -> str:
    return "".join(latex.split())


def _ordered(found: list[Slip]) -> list[Slip]:
    return sorted(found, key=lambda slip: (slip.start, slip.stop))


def _edited(
    equation: EquationResult, changes: list[tuple[Slip, str, str]], mark: str | None
) -> str:
    """The formula with other characters where its slips are; for none, those of the last part."""
    text, at = "", 0
    for slip, new, none in changes:
        start, stop = slip.start - equation.span[0], slip.stop - equation.span[0]
        if not at <= start <= stop <= len(equation.latex):
            continue
        text += equation.latex[at:start]
        text += (_marked(text, new.strip(), mark) if mark else f"{new} ") if new.strip() else none
        at = stop
    return text + equation.latex[at:]


def _marked(before: str, part: str, mark: str) -> str:
    """A part of a formula with a mark, given what stands before it."""
    if part[0] in "^_":
        return f"{part[0]}{{{mark} {part[1:]}}}"
    if part in _RELATIONS:
        return rf"\mathrel{{{mark} {part}}}"
    if part in _SIGNS and _OPERAND.search(before):
        return rf"\mathbin{{{mark} {part}}}"
    if _LIMITS.fullmatch(part):
        return rf"\mathop{{{mark} {part}}}"
    return f"{{{mark} {part}}}"
