r"""Formulas as MathML Core, by the library math-core.

What that library does not read is written in other words first: ``\substack``, formulas in
``\text``, half a pair of brackets in a slice of a formula. A formula that fails nevertheless is
shown as its LaTeX.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from functools import lru_cache

from ..plain import one_line
from .markup import Markup, tag

try:
    from math_core import LatexError, LatexToMathML
except ImportError as error:
    raise ImportError("a web page needs more: pip install 'kenzan[html]'") from error

_RED = ' style="color:#FF0000;"'
_TAG = re.compile(
    r"</?(?:math|mrow|mi|mn|mo|ms|mtext|mspace|mfrac|msqrt|mroot|msub|msup|msubsup|munder|mover"
    r"|munderover|mtable|mtr|mtd|mpadded|mphantom|mstyle|menclose|mmultiscripts|mprescripts|b|i)"
    r'(?: class="(?:wrong|menclose-[a-z]+)"'
    r'| style="(?:\s*(?:[a-z]+-)*(?:padding|margin|width|align|items|left|right|top|bottom|color)'
    r':\s*[\w.#-]+;?)*"'
    r"| (?:display|displaystyle|scriptlevel|stretchy|fence|form|lspace|rspace|minsize|maxsize|width"
    r"|height|depth|accent|accentunder|linethickness|mathvariant|movablelimits|notation|largeop"
    r'|separator|symmetric|columnalign)="[\w.-]*")*\s*/?>'
)
"""Elements and attributes that show something, and can do nothing else."""

_ELEMENT = re.compile("<[^>]*>?")
_TEXT = re.compile(r"\\(?:text|mbox|textrm|textnormal|textit|textbf)\s*\{")
_BRACKET = re.compile(
    r"\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.)?|\\[A-Za-z]+|\\.|[()\[\]{}&]", re.DOTALL
)
_OPENING = frozenset(
    r"( [ \{ \langle \lvert \lVert \lfloor \lceil \lbrack \lbrace \lparen \ulcorner \lgroup "
    r"\lmoustache".split()
)
_MAY_OPEN = ("(", "[", r"\{", r"\l", r"\ulcorner")
"""What every opening bracket begins with."""
_CLOSING = frozenset(
    r") ] \} \rangle \rvert \rVert \rfloor \rceil \rbrack \rbrace \rparen \urcorner \rgroup "
    r"\rmoustache".split()
)
UNCLOSED = 12
"""Brackets that a formula may leave open: with each the library takes at least twice as long."""
_OPERATOR = re.compile(r"\\mathop\s*\{")
_UNDER = re.compile(r"\s*_\s*(?:(\{)|(\\[A-Za-z]+|\w))")
_PAIR = re.compile(r"\\(left|right)(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.)", re.DOTALL)
_SUBSTACK = re.compile(r"\\substack\s*\{")


class Formulas:
    """Sets formulas, each once, and remembers which characters they need and which failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._convert = LatexToMathML(fancy_error=False).convert_with_local_state
        self._known: dict[tuple[str, bool], Markup] = {}

    def inline(self, latex: str) -> Markup:
        """A formula within a sentence."""
        return self._set(latex, False)

    def display(self, latex: str, *otherwise: str) -> Markup:
        """A formula of its own; another if it cannot be set."""
        found = self._set(latex, True)
        if otherwise and latex.strip() in self.failed:
            return self.display(*otherwise)
        return found

    @property
    def characters(self) -> frozenset[str]:
        """The characters of all formulas that were set."""
        return frozenset("".join(re.sub("<[^>]*>", "", m) for m in self._known.values()))

    def _set(self, latex: str, display: bool) -> Markup:
        key = latex.strip(), display
        if key not in self._known:
            self._known[key] = self._made(*key)
        return self._known[key]

    def _made(self, latex: str, display: bool) -> Markup:
        found, written = "", rewritten(latex)
        if _unclosed(written) <= UNCLOSED:
            with contextlib.suppress(LatexError):
                found = self._convert(written, displaystyle=display)
        found = found.replace(_RED, ' class="wrong"')
        if found and all(map(_harmless, set(_ELEMENT.findall(found)))):
            return Markup(found)
        self.failed.append(latex)
        return tag("code", one_line(latex), class_="tex")


@lru_cache(maxsize=1000)
def _harmless(element: str) -> bool:
    return _TAG.fullmatch(element) is not None


def rewritten(latex: str) -> str:
    r"""The same formula in commands that math-core reads.

    >>> rewritten(r"\sum_{\substack{a \\ b}} x \text{ if $x > 0$}")
    '\\sum_{\\begin{subarray}{c}a \\\\ b\\end{subarray}} x \\text{ if }x > 0\\text{}'
    """
    latex = _each_group(latex, _TEXT, _text)
    latex = _each_group(latex, _SUBSTACK, r"\begin{{subarray}}{{c}}{0}\end{{subarray}}".format)
    latex = _paired(_under(latex))
    return rf"\begin{{aligned}}{latex}\end{{aligned}}" if _has_rows(latex) else latex


def _each_group(latex: str, start: re.Pattern[str], write: Callable[[str], str]) -> str:
    """The formula with each group that follows a command written anew."""
    parts, at = [], 0
    while (found := start.search(latex, at)) is not None:
        stop = _closing(latex, found.end())
        if stop is None:
            break
        parts += [latex[at : found.start()], write(latex[found.end() : stop])]
        at = stop + 1
    return "".join((*parts, latex[at:]))


def _closing(latex: str, start: int) -> int | None:
    """Where the group ends that was opened before a place."""
    depth = 1
    for found in re.compile(r"\\.|[{}]", re.DOTALL).finditer(latex, start):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0:
            return found.start()
    return None


def _text(inner: str) -> str:
    """Words with formulas between dollars: the formulas come out of the words."""
    parts = re.split(r"(?<!\\)\$", inner)
    return "".join(part if k % 2 else rf"\text{{{part}}}" for k, part in enumerate(parts))


def _under(latex: str) -> str:
    r"""What stands under a \mathop, which math-core sets beside it."""
    if r"\mathop" not in latex:
        return latex
    parts, at = [], 0
    while (operator := _OPERATOR.search(latex, at)) is not None:
        stop = _closing(latex, operator.end())
        if stop is None:
            break
        body = latex[operator.end() : stop]
        script = _UNDER.match(latex, stop + 1)
        end = _closing(latex, script.end()) if script and script[1] else None
        parts.append(latex[at : operator.start()])
        if script is None or (script[1] and end is None):
            parts.append(f"{{{body}}}")
            at = stop + 1
        else:
            below = latex[script.end() : end] if end is not None else script[2]
            parts.append(rf"\underset{{{below}}}{{{body}}}\,")
            at = script.end() if end is None else end + 1
    return "".join((*parts, latex[at:]))


def _unclosed(latex: str) -> int:
    """How many brackets are not closed in the group, cell or row where they are opened.

    It is not counted where all that might be opened are few enough.
    """
    if sum(map(latex.count, _MAY_OPEN)) <= UNCLOSED:
        return 0
    total, groups = 0, [0]
    for found in _BRACKET.finditer(latex):
        sign = found.group()
        if sign in ("{", r"\begin"):
            groups.append(0)
        elif sign in ("}", r"\end"):
            total += groups.pop()
            groups = groups or [0]
        elif sign in ("&", r"\\"):
            total, groups[-1] = total + groups[-1], 0
        elif sign in _OPENING:
            groups[-1] += 1
        elif sign in _CLOSING and groups[-1]:
            groups[-1] -= 1
    return total + sum(groups)


def _paired(latex: str) -> str:
    r"""Without the \left and \right whose other half is not here."""
    if r"\left" not in latex and r"\right" not in latex:
        return latex
    opened: list[re.Match[str]] = []
    alone: list[re.Match[str]] = []
    for found in _PAIR.finditer(latex):
        if found[1] == "left":
            opened.append(found)
        elif opened:
            opened.pop()
        else:
            alone.append(found)
    for found in sorted([*opened, *alone], key=lambda m: m.start(), reverse=True):
        sign = "" if found[2] == "." else found[2]
        latex = latex[: found.start()] + sign + latex[found.end() :]
    return latex


def _has_rows(latex: str) -> bool:
    """Whether there are rows or columns outside every environment and group."""
    if "&" not in latex and "\\\\" not in latex:
        return False
    depth = 0
    for found in re.finditer(r"\\begin|\\end|\\\\|\\.|[{}&]", latex, re.DOTALL):
        match found.group():
            case "\\begin" | "{":
                depth += 1
            case "\\end" | "}":
                depth -= 1
            case "&" | "\\\\":
                if depth <= 0:
                    return True
    return False
