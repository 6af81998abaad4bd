r"""What may be set of a formula or a text that comes from a document.

A document can neither run a command of TeX nor break what is set: a formula is set only if it
is made of known commands for mathematics with all groups closed; all else is shown as typed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .layout import tokens

_NAMES = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi
varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi
Sigma Upsilon Phi Psi Omega ell hbar imath jmath partial nabla infty emptyset varnothing aleph
exp ln log lg sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan det dim ker deg gcd
Pr arg max min sup inf lim limsup liminf sum prod coprod int iint iiint oint bigcup bigcap
bigoplus bigotimes bigsqcup bigvee bigwedge
frac dfrac tfrac cfrac binom dbinom tbinom sqrt text mbox textrm textnormal textit textbf mathrm
mathbf mathit mathsf mathtt mathcal mathbb mathfrak boldsymbol bm pmb operatorname
vec tilde hat bar dot ddot acute grave check breve widetilde widehat overline underline
overrightarrow underbrace overbrace overset underset stackrel substack
left right middle bigl bigr Bigl Bigr biggl biggr Biggl Biggr big Big bigg Bigg bigm Bigm
lvert rvert lVert rVert vert Vert langle rangle lfloor rfloor lceil rceil lbrace rbrace lbrack
rbrack mid parallel nmid
leq geq le ge leqslant geqslant neq ne equiv approx approxeq sim simeq cong propto ll gg lesssim
gtrsim prec succ preceq succeq subset subseteq supset supseteq in notin ni perp doteq
to mapsto rightarrow leftarrow leftrightarrow longrightarrow longmapsto Rightarrow Leftarrow
Leftrightarrow Longrightarrow Longleftarrow Longleftrightarrow iff implies impliedby uparrow
downarrow
pm mp times div cdot ast star circ bullet oplus ominus otimes odot cap cup setminus wedge vee land
lor lnot neg top bot dagger prime coloneqq eqqcolon triangleq not mathop mathrel mathbin
forall exists nexists therefore because
ldots cdots vdots ddots dots dotsc dotsb colon quad qquad thinspace enspace space
displaystyle textstyle scriptstyle phantom hphantom vphantom mathstrut strut
Re Im Vert backslash square blacksquare sharp flat
""".split()
COMMANDS = frozenset(f"\\{name}" for name in _NAMES)
"""Commands that a formula of a document may hold."""
SIGNS = frozenset("\\" + sign for sign in "\\,;:! {}|%&#_$->")
ENVIRONMENTS = frozenset(
    "array aligned alignedat split gathered cases dcases matrix pmatrix bmatrix vmatrix Vmatrix "
    "Bmatrix smallmatrix".split()
)
_OURS = re.compile(r"(?:\\math(?:bin|rel|op))?\{\\color\{[a-z]+\} ?")
_IDLE = re.compile(r"\\(?:limits|nolimits|nonumber|notag)(?![A-Za-z])")
_DELIMITER = re.compile(
    r"\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])(?!\s*(?:[()\[\]|/.<>]|\\[{}|]"
    r"|\\(?:[lr]vert|[lr]Vert|[vV]ert|[lr]angle|[lr]floor|[lr]ceil|[lr]brace|[lr]brack|mid"
    r"|parallel|uparrow|downarrow|backslash)(?![A-Za-z])))"
)
"""A bracket of a size, without a bracket."""
_SPLIT = re.compile(r"\\(begin|end)\s*\{split\}")
"""Only displays may hold it; ``aligned`` looks the same."""
_ARRAY = re.compile(r"\\begin\s*\{array\}(?!\s*\{[lcr| ]+\})")
"""An array whose columns are no plain columns."""
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?")
_WORDS = frozenset(r"\text \mbox \textrm \textnormal \textit \textbf".split())


@lru_cache(maxsize=10_000)
def formula(latex: str) -> str | None:
    r"""The formula as it can be set, or None if it holds what may not, or cannot, be set.

    >>> formula(r"\frac{1}{n} \sum_i x_i。")
    '\\frac{1}{n} \\sum_i x_i\\text{。}'
    >>> formula(r"\input{secret}"), formula("^^5cinput"), formula("{a")
    (None, None, None)
    """
    latex = " ".join(_IDLE.sub("", _COMMENT.sub("", latex)).split())
    marked = _OURS.sub("{", latex)
    if not latex or "^^" in latex or "#" in marked.replace(r"\#", "") or not latex.isprintable():
        return None
    given = tokens(marked)
    if _DELIMITER.search(marked) or not _closed(given) or not all(map(_known, given)):
        return None
    if not all(name in ENVIRONMENTS for name in _environments(marked)):
        return None
    if _ARRAY.search(marked):
        return None
    latex = _words(_SPLIT.sub(r"\\\1{aligned}", latex))
    if _has_rows(latex):
        latex = rf"\begin{{aligned}} {latex} \end{{aligned}}"
    return latex


def _known(token: str) -> bool:
    if token in (r"\begin", r"\end"):
        return True
    return not token.startswith("\\") or token in COMMANDS or token in SIGNS


def _environments(latex: str) -> list[str]:
    return re.findall(r"\\(?:begin|end)\s*\{?([^}]*)\}?", latex)


_CLOSES = {"}": "{", r"\right": r"\left", r"\end": r"\begin"}


def _closed(given: list[str]) -> bool:
    """Whether groups, brackets with ``\\left`` and environments are closed in order."""
    stack: list[str] = []
    for token in given:
        if token in _CLOSES.values():
            stack.append(token)
        elif token in _CLOSES and (not stack or stack.pop() != _CLOSES[token]):
            return False
    return not stack and given.count("$") % 2 == 0


def _words(latex: str) -> str:
    """Characters that are no letters of mathematics, as words, where they are not in words."""
    if latex.isascii():
        return latex
    out: list[str] = []
    depth, inside = 0, 0
    given = tokens(latex)
    for k, token in enumerate(given):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token == "{" and not inside and k and given[k - 1] in _WORDS:
            inside = depth
        elif token == "}" and depth < inside:
            inside = 0
        out.append(rf"\text{{{token}}}" if ord(token[0]) > 0x7F and not inside else token)
    return "".join(out)


def _has_rows(latex: str) -> bool:
    if "&" not in latex and r"\\" not in latex:
        return False
    depth = 0
    for token in tokens(latex):
        depth += {"{": 1, "}": -1, r"\begin": 1, r"\end": -1}.get(token, 0)
        if depth == 0 and token in ("&", r"\\"):
            return True
    return False


# ---------------------------------------------------------------- words

TIE = "\N{NO-BREAK SPACE}"
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    TIE: "~", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
}  # fmt: skip
_MATHS = {
    "≤": r"\leq", "≥": r"\geq", "≠": r"\neq", "−": "-", "∫": r"\int", "√": r"\surd", "∞": r"\infty",
    "Σ": r"\sum", "Π": r"\prod", "ᵀ": r"^{\top}", "⁻¹": "^{-1}", "²": "^2", "₀": "_0", "→": r"\to",
    "δ": r"\delta", "λ": r"\lambda", "μ": r"\mu", "π": r"\pi", "θ": r"\theta", "σ": r"\sigma",
    "∈": r"\in", "≈": r"\approx", "·": r"\cdot", "×": r"\times", "∂": r"\partial", "∀": r"\forall",
}  # fmt: skip
_SIGN = re.compile("|".join(map(re.escape, (*_MATHS, *_SPECIAL))))


@lru_cache(maxsize=10_000)
def words(text: str) -> str:
    r"""Text with nothing in it that TeX takes for a command.

    >>> words(r"100 % of \input, a ≤ b")
    '100 \\% of \\textbackslash{}input, a $\\leq$ b'
    """
    shown = text
    if not text.isprintable():
        shown = "".join(c if c.isprintable() or c == TIE else " " for c in text)
    return _SIGN.sub(lambda m: _SPECIAL.get(m[0]) or f"${_MATHS[m[0]]}$", shown)
