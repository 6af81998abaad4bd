r"""Single edits of printed formulas: the slips of the pen that a reader of notes must see.

Every rule looks at the printed tokens alone, never at a label or at what a formula means:
a sign flipped, a factor dropped, an index changed, an inverse or a transpose lost, one
function for another, limits moved. ``edits_of`` lists all edits of one display.

>>> [str(e) for e in edits_of("1", "a - b = 0")][:3]
['1: - -> + at 2', '1: nothing -> - at 8', '1: - b -> nothing at 2']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Change = tuple[int, int, str]
"""Characters ``start <= k < stop`` of a display and what replaces them."""


@dataclass(frozen=True)
class Edit:
    """A change of one display: at an offset of its LaTeX, by one rule."""

    label: str
    rule: str
    start: int
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label}: {self.old or 'nothing'} -> {self.new or 'nothing'} at {self.start}"

    def apply(self, latex: str) -> str:
        """The display after the edit."""
        stop = self.start + len(self.old)
        assert latex[self.start : stop] == self.old
        return latex[: self.start] + self.new + latex[stop:]


def edits_of(label: str, latex: str) -> list[Edit]:
    """Every edit of a display, in the order of the rules, each text once."""
    formula = Formula(latex)
    found: dict[str, Edit] = {}
    for rule in RULES:
        for start, stop, new in rule(formula):
            text = formula.joined(start, stop, new)
            edit = Edit(label, rule.__name__, start, latex[start:stop], text)
            result = edit.apply(latex)
            if result != latex and _bare(result) != _bare(latex):
                found.setdefault(result, edit)
    return list(found.values())


def _bare(latex: str) -> str:
    return re.sub(r"\s+", "", latex)


# ---------------------------------------------------------------- the printed tokens

_TOKEN = re.compile(
    r"\\text\{[^{}]*\}|\\(?:begin|end)\{\w+\}|\\(?:left|right)(?:\\.|.)|\\[A-Za-z]+|\\.|\S",
    re.DOTALL,
)
_WRAPPERS = {"\\vec", "\\tilde", "\\sqrt"}
_FUNCTIONS = set("fpqED") | {"\\delta"}
_NAMES = {"\\ln", "\\exp", "\\det", "\\text{tr}"}
_RELATIONS = {"=", "\\geq", "\\leq", "\\neq", "\\approx", "\\propto", "\\ll"}
_RELATIONS |= {"\\iff", "\\Longleftrightarrow", "\\parallel"}
_ENDS = _RELATIONS | {"&", "\\\\", "\\quad", ",", ".", "。", "\\underbrace"}
_GREEK = {"\\mu", "\\sigma", "\\theta", "\\lambda", "\\eta", "\\Sigma", "\\Lambda", "\\pi"}
_OPEN, _CLOSE = (
    {"(", "\\left(", "{", "\\{", "\\left\\{"},
    {")", "\\right)", "}", "\\}", "\\right\\}"},
)


@dataclass(frozen=True)
class Token:
    text: str
    start: int
    stop: int


class Formula:
    """A display as tokens, with brackets matched and scripts found."""

    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.tokens = [Token(m.group(), *m.span()) for m in _TOKEN.finditer(latex)]
        self.close: dict[int, int] = {}
        self.inside: list[int] = []
        stack: list[int] = []
        for k, token in enumerate(self.tokens):
            if token.text in _CLOSE and stack:
                self.close[stack.pop()] = k
            self.inside.append(stack[-1] if stack else -1)
            if token.text in _OPEN:
                stack.append(k)
        self.scripts = {
            m
            for k, token in enumerate(self.tokens)
            if token.text in "_^"
            for m in range(k, self.after(k + 1))
        }

    def __getitem__(self, k: int) -> str:
        return self.tokens[k].text if 0 <= k < len(self.tokens) else ""

    def __len__(self) -> int:
        return len(self.tokens)

    def find(self, *texts: str) -> Iterator[int]:
        return (k for k, token in enumerate(self.tokens) if token.text in texts)

    def after(self, k: int) -> int:
        """The token behind the group or the single token that begins at k."""
        return self.close.get(k, k) + 1

    def scripts_after(self, k: int) -> int:
        """The token behind the scripts and primes that begin at k."""
        while self[k] in ("_", "^", "'"):
            k = k + 1 if self[k] == "'" else self.after(k + 1)
        return k

    def head(self, k: int) -> str:
        """The letter whose scripts end before k: f for the bracket of f'_0(...)."""
        m = k - 1
        while m >= 0 and (m in self.scripts or self[m] == "'"):
            m -= 1
        return self[m]

    def factor(self, k: int) -> int:
        """The token behind the factor that begins at k, or k if none begins there."""
        text = self[k]
        if text == "\\frac":
            stop = self.after(self.after(k + 1))
        elif text in _WRAPPERS:
            stop = self.after(k + 1)
        elif text in ("(", "\\left("):
            stop = self.after(k)
        elif re.fullmatch(r"[A-Za-ce-z]|\d", text) or text in _GREEK | _NAMES | {"\\delta"}:
            stop = k + 1
        else:
            return k
        stop = self.scripts_after(stop)
        if (text in _FUNCTIONS or text in _NAMES) and self[stop] in ("(", "\\left("):
            stop = self.scripts_after(self.after(stop))
        elif text in _NAMES:
            following = self.factor(stop)
            stop = following if following > stop else k
        return stop

    def text(self, a: int, b: int) -> str:
        """What is printed from token a up to token b."""
        return self.latex[self.tokens[a].start : self.tokens[b - 1].stop]

    def change(self, a: int, b: int, new: str) -> Change:
        """Replace the tokens a up to b; nothing is replaced where a is b."""
        if a == b:
            at = self.tokens[a].start if a < len(self.tokens) else len(self.latex)
            return at, at, new
        return self.tokens[a].start, self.tokens[b - 1].stop, new

    def joined(self, start: int, stop: int, new: str) -> str:
        """A replacement that does not grow together with what is printed beside it."""
        if re.search(r"\\[A-Za-z]+\Z", new or self.latex[:start].rstrip(" ")) and re.match(
            r"[A-Za-z]", self.latex[stop:]
        ):
            return new + " "
        if new and re.search(r"\\[A-Za-z]+\Z", self.latex[:start]) and re.match(r"[A-Za-z]", new):
            return " " + new
        return new


# ---------------------------------------------------------------- rules


def sign(f: Formula) -> Iterator[Change]:
    for k in f.find("+", "-"):
        if k in f.scripts and f[k - 1] in ("{", "^", "_"):
            continue
        if f[k] == "+":
            yield f.change(k, k + 1, "-")
        elif f[k - 1] in _OPEN | _ENDS | {""}:
            yield f.change(k, k + 1, "")
        else:
            yield f.change(k, k + 1, "+")
    for k in f.find(*_RELATIONS - {"\\iff", "\\Longleftrightarrow", "\\parallel"}):
        at = k + 1
        if k not in f.scripts and f[k - 1] != "{" and f[at] not in ("-", "", "\\begin{pmatrix}"):
            yield f.change(at, at, "-")


def term(f: Formula) -> Iterator[Change]:
    """Drop one term of a sum."""
    ends = _ENDS | {"+", "-"}
    starts = [k for k in range(len(f)) if f[k] in ("+", "-") and k not in f.scripts]
    for k in starts:
        stop = k + 1
        while stop < len(f) and f[stop] not in ends | _CLOSE and not f[stop].startswith("\\end"):
            stop = f.after(stop)
        first = f[k - 1] in _OPEN | _ENDS | {""}
        if first and f[stop] not in ("+", "-"):
            continue
        yield f.change(k, stop, "")


def number(f: Formula) -> Iterator[Change]:
    r"""A whole number changed or dropped: 2 -> 3, = 0 -> = 1, \frac{1}{2n} -> \frac{1}{n}."""
    for k in range(len(f)):
        if not f[k].isdigit() or f[k - 1] in ("^", "_") or (k in f.scripts and f[k - 1] == "="):
            continue
        if k in f.scripts and f.inside[k] == k - 1 and f.after(k - 1) == k + 2:
            continue
        if f[k] == "2":
            yield f.change(k, k + 1, "3")
            if f.factor(k + 1) > k + 1:
                yield f.change(k, k + 1, "")
        elif f[k] == "0" and f[k - 1] in _RELATIONS:
            yield f.change(k, k + 1, "1")
        elif f[k] == "1" and k not in f.scripts and f[k - 1] in ("-", "+", "("):
            yield f.change(k, k + 1, "2")


def fraction(f: Formula) -> Iterator[Change]:
    r"""\frac{1}{n}: dropped, inverted, another letter; a derivative is left alone."""
    for k in f.find("\\frac"):
        above, below = k + 1, f.after(k + 1)
        stop = f.after(below)
        top, bottom = f.text(above, below), f.text(below, stop)
        if top in ("{d}", "d") or "\\partial" in top:
            continue
        yield f.change(k, stop, f"\\frac{bottom}{top}")
        if top in ("{1}", "1"):
            if f.factor(stop) > stop or f[stop].startswith(("\\sum", "\\ln", "\\exp")):
                yield f.change(k, stop, "")
        else:
            yield f.change(k, stop, top)
    for k in f.find("n", "N"):
        if k not in f.scripts:
            yield f.change(k, k + 1, "N" if f[k] == "n" else "n")
            if f.factor(k - 1) == k and f[k - 1] != "{":
                yield f.change(k, k + 1, "")


def exponent(f: Formula) -> Iterator[Change]:
    for k in f.find("^"):
        if f[k + 1] == "2":
            yield f.change(k, k + 2, "^4" if f[k - 1] == "\\sigma" else "^3")
            if f[k - 1] != "\\sigma":
                yield f.change(k, k + 2, "")
        elif f[k + 1] in ("N", "n") and f[f.inside[k] - 1] != "_" and not _is_limit(f, k):
            yield f.change(k, k + 2, "")
        elif f.text(k + 1, f.after(k + 1)) == "{i+j}":
            yield f.change(k, f.after(k + 1), "^{i}")


def _is_limit(f: Formula, k: int) -> bool:
    """Whether the exponent at k is the upper limit of a sum or product."""
    while k > 0 and f[k] not in ("\\sum", "\\prod", "\\int"):
        if k not in f.scripts:
            return False
        k -= 1
    return True


_NEXT = {"i": "j", "j": "i", "k": "l", "l": "k"}


def index(f: Formula) -> Iterator[Change]:
    r"""x_i -> x_j, A_{ij} -> A_{ji}, x_k^{(i)} -> x_l^{(i)}, an index dropped."""
    for k in f.find("_"):
        stop = f.after(k + 1)
        text = f.text(k + 1, stop).strip("{}")
        if text in _NEXT:
            yield f.change(k + 1, stop, _NEXT[text])
            yield f.change(k, stop, "")
        elif re.fullmatch("[ijkl]{2}", text):
            yield f.change(k + 1, stop, "{" + text[::-1] + "}")
            yield f.change(k + 1, stop, "{" + text[0] * 2 + "}")
            yield f.change(k + 1, stop, "{" + text[0] + "}")
    for k in f.find("^"):
        stop = f.after(k + 1)
        if f.text(k + 1, stop) == "{(i)}":
            yield f.change(k, stop, "")
            yield f.change(k + 1, stop, "{(j)}")
        elif f.text(k + 1, stop) == "{i+j}":
            yield f.change(k + 1, stop, "{i-j}")
            yield f.change(k + 1, stop, "{i+k}")


def _matrices(f: Formula) -> Iterator[int]:
    """The tokens behind each printed matrix."""
    for k in f.find("A", "P", "\\Sigma", "\\Lambda", "\\tilde"):
        if f[k] == "\\tilde":
            yield f.after(k + 1)
        elif f[k - 1] != "{" or f[k - 2] != "\\tilde":
            yield k + 1


def transpose(f: Formula) -> Iterator[Change]:
    for k in f.find("^"):
        if f[k + 1] == "\\top":
            yield f.change(k, k + 2, "")
    for stop in _matrices(f):
        if f[stop] not in ("_", "^"):
            yield f.change(stop, stop, "^\\top")


def inverse(f: Formula) -> Iterator[Change]:
    for k in f.find("^"):
        stop = f.after(k + 1)
        if f.text(k + 1, stop) == "{-1}":
            yield f.change(k, stop, "")
    for stop in _matrices(f):
        if f[stop] not in ("_", "^"):
            yield f.change(stop, stop, "^{-1}")


def function(f: Formula) -> Iterator[Change]:
    r"""\ln, \exp, \sqrt, \det, tr dropped, exchanged or put in."""
    for k in f.find("\\ln", "\\exp", "\\det", "\\text{tr}"):
        yield f.change(k, k + 1, "")
        if f[k] in ("\\ln", "\\exp"):
            yield f.change(k, k + 1, "\\exp" if f[k] == "\\ln" else "\\ln")
    for k in f.find("\\sqrt"):
        yield f.change(k, k + 1, "")
    for k in f.find("\\det"):
        yield f.change(k, f.factor(k), "\\sqrt{" + f.text(k, f.factor(k)) + "}")
    for k in f.find("p", "q", "Z"):
        stop = f.factor(k)
        if f[k - 1] in ("\\ln", "(", "\\parallel", "{") or f[stop] == "\\parallel":
            continue
        if k not in f.scripts and f[stop - 1] in (")", "\\theta"):
            yield f.change(k, k, "\\ln ")
    for k in f.find("'"):
        yield f.change(k, k + 1, "")


def factor(f: Formula) -> Iterator[Change]:
    """Drop one of several factors."""
    for k in range(len(f)):
        stop = f.factor(k)
        if stop == k or k in f.scripts or f[k].isdigit():
            continue
        before = f[k - 1] in ("d", "\\partial", "{d", *_WRAPPERS, *_NAMES, "\\langle")
        applied = f[k] in ("(", "\\left(") and f.head(k) in _FUNCTIONS
        if before or applied or f[k - 1] in ("^", "_"):
            continue
        if f[k] == "\\frac" and f.text(k + 1, f.after(k + 1)) in ("{1}", "{d}"):
            continue
        if f[k] == "\\frac" and "\\partial" in f.text(k, stop):
            continue
        left = k > 0 and (
            f[k - 1] in _CLOSE | {"\\top"} or k - 1 in f.scripts or f[k - 1].isalnum()
        )
        if f.factor(stop) > stop or f[stop] in ("\\langle", "\\sum") or left:
            yield f.change(k, stop, "")


_SWAPS = {
    "p": ["q", "p_0"],
    "q": ["p"],
    "p_0": ["p", "q_\\theta"],
    "q_\\theta": ["p", "p_0"],
    "q_{\\theta}": ["p_0"],
    "\\mu": ["x"],
    "a": ["b"],
    "b": ["a"],
    "h": ["x"],
    "J": ["h"],
    "m": ["A"],
    "\\lambda": ["y", "J"],
    "\\Lambda": ["\\Sigma"],
    "\\Sigma": ["\\Lambda"],
    "L": ["\\eta", "\\theta"],
    "\\eta": ["L"],
    "\\theta": ["\\theta_0"],
    "\\theta_0": ["\\theta"],
    "\\vec{\\mu}": ["\\vec{x}", "\\vec{x}_i"],
    "\\vec{x}": ["\\vec{\\mu}", "\\vec{x}_i"],
    "\\vec{x}_i": ["\\vec{\\mu}", "\\vec{x}"],
    "\\vec{y}": ["\\vec{x}"],
}


def name(f: Formula) -> Iterator[Change]:
    r"""One name for another that the display prints, too: p_0 -> p, \mu -> x, h -> J."""
    found = []
    for k, token in enumerate(f.tokens):
        stop = f.after(k + 1) if token.text == "\\vec" else k + 1
        if f[stop] == "_" and f.text(k, f.after(stop + 1)) in _SWAPS:
            stop = f.after(stop + 1)
        if f[k - 1] != "{" or f[k - 2] != "\\vec":
            found.append((k, stop, f.text(k, stop)))
    printed = {text for _, _, text in found}
    for k, stop, text in found:
        if text == "h" and f[k - 1] in ("{", ","):
            continue
        for other in _SWAPS.get(text, []):
            if other in printed:
                yield f.change(k, stop, other)


def operator(f: Formula) -> Iterator[Change]:
    for a, b in (("\\sum", "\\prod"), ("\\geq", "\\leq"), ("\\min", "\\max")):
        for k in f.find(a, b):
            yield f.change(k, k + 1, b if f[k] == a else a)
    for k in f.find("\\sum", "\\prod"):
        yield f.change(k, f.scripts_after(k + 1), "")


def relation(f: Formula) -> Iterator[Change]:
    for k in f.find("="):
        if f[k - 1] == "{" and f[k - 2] == "\\underbrace":
            yield f.change(k - 2, f.scripts_after(k + 2), "=")
        elif k not in f.scripts:
            yield f.change(k, k + 1, "\\neq")
    for k in f.find("\\geq", "\\leq"):
        yield f.change(k, k + 1, "=")
        yield f.change(k, k + 1, ">" if f[k] == "\\geq" else "<")
    for k in f.find("\\propto", "\\approx"):
        yield f.change(k, k + 1, "=")
    for k in f.find("\\neq"):
        if k not in f.scripts:
            yield f.change(k, k + 1, "=")
    for k in f.find("\\iff", "\\Longleftrightarrow"):
        yield f.change(k, k + 1, "\\Longrightarrow")
    for k, token in enumerate(f.tokens):
        if token.text.startswith("\\text{") and "$p = q$" in token.text:
            yield f.change(k, k + 1, token.text.replace("$p = q$", "$p \\neq q$"))


def arguments(f: Formula) -> Iterator[Change]:
    """D(p || q) -> D(q || p)."""
    for k in f.find("\\parallel"):
        opening = f.inside[k]
        if opening < 0:
            continue
        stop = f.close[opening]
        first, second = f.text(opening + 1, k), f.text(k + 1, stop)
        yield f.change(opening + 1, stop, f"{second} \\parallel {first}")
        yield f.change(opening + 1, stop, f"{first} \\parallel {first}")


def limits(f: Formula) -> Iterator[Change]:
    r"""\sum_{i=1}^n -> \sum_{i=1}^N or \sum_{i=2}^n, the domain of an integral, a set."""
    for k in f.find("\\sum", "\\prod"):
        stop = f.scripts_after(k + 1)
        text = f.text(k, stop)
        for old, new in (("=1}", "=2}"), ("^n", "^N"), ("^N", "^n"), ("k \\neq l", "k, l")):
            if old in text:
                yield f.change(k, stop, text.replace(old, new))
    for k in f.find("\\int"):
        stop = f.scripts_after(k + 1)
        if "-\\infty" in f.text(k, stop):
            yield f.change(k, stop, f.text(k, stop).replace("-\\infty", "0"))
            yield f.change(k, stop, f.text(k, stop).replace("^{\\infty}", "^{0}"))
    for k in f.find("\\{"):
        if f.text(k, f.after(k)) == "\\{-1, 1\\}":
            yield f.change(k, f.after(k), "\\{0, 1\\}")
            yield f.change(k, f.after(k), "\\{-1, 0, 1\\}")
    for k in f.find("d"):
        if f[k + 1] == "\\vec" and f[k - 1] not in ("{",):
            other = "y" if "x" in f.text(k + 1, f.after(k + 2)) else "x"
            yield f.change(k, f.after(k + 2), f"d\\vec{{{other}}}")
    for k in f.find("\\partial"):
        stop = f.factor(k + 1)
        below = f.text(k + 1, stop) if stop > k + 1 else ""
        if below in ("\\mu", "\\sigma^2"):
            yield f.change(k + 1, stop, "\\sigma^2" if below == "\\mu" else "\\mu")


def brackets(f: Formula) -> Iterator[Change]:
    """A pair of brackets around a sum dropped, with or without its exponent."""
    for k in f.find("(", "\\left("):
        if k not in f.close or k in f.scripts or f.head(k) in _FUNCTIONS:
            continue
        stop = f.close[k]
        signs = [m for m in f.find("+", "-") if f.inside[m] == k and m not in f.scripts]
        if signs and stop > k + 1:
            yield f.change(k, stop + 1, f.text(k + 1, stop))


def order(f: Formula) -> Iterator[Change]:
    """Two neighbours of a matrix product exchanged."""
    for k in range(len(f)):
        middle = f.factor(k)
        if k in f.scripts or middle == k or f[k - 1] in ("d", "^", "_", *_WRAPPERS, *_NAMES):
            continue
        stop = f.factor(middle)
        parts = f.text(k, middle), f.text(middle, stop) if stop > middle else ""
        if f.head(k) in _FUNCTIONS or any(f[m] in _FUNCTIONS | _NAMES for m in (k, middle)):
            continue
        if any("d}" in part and "frac" in part for part in parts):
            continue
        if stop > middle and all(re.search(r"\\vec|\\Sigma|\\Lambda|[AP]", p) for p in parts):
            yield f.change(k, stop, f"{parts[1]} {parts[0]}")


Rule = Callable[[Formula], Iterator[Change]]
RULES: tuple[Rule, ...] = (
    sign,
    term,
    number,
    fraction,
    exponent,
    index,
    transpose,
    inverse,
    function,
    factor,
    name,
    operator,
    relation,
    arguments,
    limits,
    brackets,
    order,
)
