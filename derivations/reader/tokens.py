r"""LaTeX mathematics to tokens, each with its characters in the file.

Digits stay single, because TeX takes one digit as an argument (``\frac12``). Spaces
and the sizes of brackets vanish; ``\quad`` stays, because notes separate clauses by it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from ..language.source import Source, Span
from .errors import ReadError

MAX_CHARACTERS = 20_000
MAX_TOKENS = 6_000
MAX_NESTING = 40

_SPACES = frozenset(",;:! >\n\t/")
_GROWING = frozenset(
    "left right bigl bigr Bigl Bigr biggl biggr Biggl Biggr big Big bigg Bigg bigm Bigm "
    "middle".split()
)
"""What belongs to the bracket that follows: a slice with the one has the other."""
_VANISHING = _GROWING | frozenset(
    "limits nolimits displaystyle textstyle scriptstyle nonumber notag thinspace medspace "
    "negthinspace mathstrut strut allowbreak nobreak centering".split()
)
_QUADS = frozenset(("quad", "qquad", "hspace", "enspace", "hfill"))
_TEXT = frozenset("text mbox textrm textit textbf mathrm operatorname textnormal".split())
_ROWS_OF_TEXT = frozenset(("intertext", "shortintertext"))
_PHANTOMS = frozenset(("phantom", "hphantom", "vphantom"))
_REFERENCES = frozenset(("eqref", "ref", "cref", "Cref", "cite"))
_FORBIDDEN = frozenset(
    "input include def edef gdef xdef let newcommand renewcommand providecommand catcode write "
    "openout openin read immediate csname expandafter usepackage loop special directlua "
    "DeclareMathOperator newenvironment includegraphics futurelet uppercase lowercase".split()
)
_OLD_STYLE = {
    **dict.fromkeys(("rm", "bf", "it", "sf", "tt", "cal"), r"write \mathrm{…} or \mathbf{…}"),
    **dict.fromkeys(("over", "atop"), r"write \frac{…}{…}"),
    "choose": r"write \binom{…}{…}",
    "substack": "write one condition under each sum",
    **dict.fromkeys(("boxed", "color", "textcolor", "cancel"), "write the formula without it"),
    **dict.fromkeys(("mathrel", "mathbin", "mathord"), "write the sign without it"),
}
"""Commands that change how what follows is laid out, with what to write instead."""

_INVISIBLE = frozenset(("Cf", "Cc", "Co", "Cs", "Cn"))
_POINTS = {"。": ".", "．": ".", "、": ",", "，": ","}
_INSTEAD = {
    "−": "-", "–": "-", "×": r"\times", "·": r"\cdot", "≤": r"\leq", "≥": r"\geq", "≠": r"\neq",
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∂": r"\partial", "∇": r"\nabla", "∞": r"\infty",
    "√": r"\sqrt", "∈": r"\in", "≈": r"\approx", "→": r"\to", "⇔": r"\iff", "′": "'", "’": "'",
    "（": "(", "）": ")", "＝": "=", "＋": "+", "…": r"\dots", "⟨": r"\langle", "⟩": r"\rangle",
}  # fmt: skip
OPERATOR_NAMES = frozenset(
    "tr Tr trace det diag rank sgn sign Var var Cov exp ln log argmin argmax adj".split()
)
r"""Words that are operators even when they are set with ``\text``."""

_SCAN = re.compile(
    r"(?P<space>[ \t\r\n~]+|%[^\n]*\n?)|(?P<letter>[A-Za-z])|(?P<digit>[0-9])"
    r"|(?P<char>[{}()\[\]^_+\-=<>/*|,.;:!'。．、，])|(?P<command>\\(?:[A-Za-z]+|.))"
    r"|(?P<align>&)|(?P<dollar>\$)",
    re.DOTALL,
)
_ROW_GAP = re.compile(r"\*?(?:\s*\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|\\baselineskip|\\jot)\s*\])?")
_REMARK_AFTER_INLINE = re.compile(r"\$\s*[（(].*[)）]\s*\Z", re.DOTALL)
_ENVIRONMENT_OPTIONS = re.compile(r"(?:\[[tbc]\])?")


class Token(NamedTuple):
    """kind is ``command name letter digit char text quad row align begin close end``."""

    kind: str
    text: str
    start: int
    stop: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.stop)

    def is_(self, *texts: str) -> bool:
        return self.text in texts and self.kind != "text"


def tokenize(source: Source, span: Span) -> list[Token]:
    r"""The tokens of a display, without spaces; the last one is ``end``.

    Raises ReadError for characters that are invisible, confusable or out of place, for
    commands that include or define, for unbalanced braces, and past the limits above.

    >>> text = r"\frac12 \left( x \right)"
    >>> [t.text for t in tokenize(Source("", text), Span(0, len(text)))]
    ['\\frac', '1', '2', '(', 'x', ')', '']
    """
    if span.stop - span.start > MAX_CHARACTERS:
        raise ReadError(
            "R107",
            f"this equation has {span.stop - span.start} characters; at most {MAX_CHARACTERS} "
            "are read: split it",
            Span(span.start, span.start + 1),
        )
    tokens: list[Token] = []
    text, at, stop = source.text, span.start, span.stop
    growing: int | None = None
    while at < stop:
        match = _SCAN.match(text, at, stop)
        if match is None and text.startswith("\\", at) and text[at + 1 : at + 2].isspace():
            break  # a space at the end, which was cut off
        if match is None:
            raise _bad_character(text, at, stop)
        kind, begin, at = str(match.lastgroup), at, match.end()
        if kind == "space":
            continue
        if kind == "command":
            token, at = _command(text, begin, at, stop)
            if token is None:
                if text[begin + 1 : at] in _GROWING:
                    growing = begin
                continue
        elif kind == "dollar":
            token, at = _dollar(text, begin, stop)
        else:
            written = match.group()
            token = Token(kind, _POINTS.get(written, written), begin, at)
        if growing is not None:
            token, growing = token._replace(start=growing), None
        tokens.append(token)
        if len(tokens) > MAX_TOKENS:
            raise ReadError(
                "R107", f"more than {MAX_TOKENS} symbols in one equation: split it", token.span
            )
    _check_balance(tokens)
    return [*tokens, Token("end", "", stop, stop)]


def _dollar(text: str, at: int, stop: int) -> tuple[Token, int]:
    """The end of an inline formula: what follows in parentheses are words about it."""
    if not _REMARK_AFTER_INLINE.match(text, at, stop):
        raise ReadError("R104", "a $ inside a formula", Span(at, at + 1))
    return Token("text", text[at:stop], at, stop), stop


def _bad_character(text: str, at: int, stop: int) -> ReadError:
    if text[at] == "\\":
        return ReadError("R104", "a lone backslash at the end of the formula", Span(at, at + 1))
    return ReadError("R105", describe_character(text[at]), Span(at, at + 1))


def describe_character(c: str) -> str:
    """Why a character is refused, with its name: nothing invisible stays unseen.

    >>> describe_character("х")
    'U+0445 CYRILLIC SMALL LETTER HA looks like another letter; type the Latin one or a command'
    """
    name = unicodedata.name(c, "a control character")
    code = f"U+{ord(c):04X} {name}"
    if c in _INSTEAD:
        return f"{code} is not LaTeX; write {_INSTEAD[c]}"
    if unicodedata.category(c) in _INVISIBLE:
        return f"{code} is invisible and does not belong in a formula; delete it"
    if name.startswith("GREEK"):
        return f"{code} looks like another letter; write it as a command such as \\mu"
    if c.isalpha() and ("CYRILLIC" in name or "FULLWIDTH" in name or "MATHEMATICAL" in name):
        return f"{code} looks like another letter; type the Latin one or a command"
    return f"{code} does not belong in a formula; words go into \\text{{…}}"


def _command(text: str, at: int, end: int, stop: int) -> tuple[Token | None, int]:
    """The token of a command with what belongs to it, None for mere spacing."""
    name = text[at + 1 : end]
    if name == "\\":
        gap = _ROW_GAP.match(text, end, stop)
        return Token("row", "\\\\", at, end), gap.end() if gap else end
    if name in _SPACES:
        return None, end
    if name in _VANISHING:
        ghost = name in ("left", "right") and text[end : end + 1] == "."
        return None, end + 1 if ghost else end
    if name in _FORBIDDEN:
        raise ReadError(
            "R112", f"\\{name} is never carried out: only formulas are read", Span(at, end)
        )
    if name in _OLD_STYLE:
        raise ReadError("R113", f"\\{name} is not read; {_OLD_STYLE[name]}", Span(at, end))
    if name in _QUADS:
        return Token("quad", name, at, end), _group(text, end, stop)[1] if name == "hspace" else end
    if name in _TEXT:
        return _words(text, at, end, stop)
    if name in _ROWS_OF_TEXT:
        return Token("row", "\\\\", at, end), _group(text, end, stop)[1]
    if name in _PHANTOMS:
        return None, _group(text, end, stop)[1]
    if name in _REFERENCES:
        inner, end = _group(text, end, stop)
        return Token("text", inner, at, end), end
    if name in ("begin", "end"):
        return _environment(text, at, end, stop)
    if not name.isascii() or not name.isprintable():
        raise ReadError("R105", describe_character(name), Span(at + 1, end))
    return Token("command", "\\" + name, at, end), end


def _words(text: str, at: int, end: int, stop: int) -> tuple[Token, int]:
    r"""``\text{…}`` is running text; ``\mathrm{…}`` and ``\operatorname{…}`` are names."""
    name = text[at + 1 : end]
    while end < stop and text[end] in " *":
        end += 1
    if end < stop and text[end] != "{" and name == "mathrm" and text[end].isalpha():
        return Token("name", text[end], at, end + 1), end + 1
    inner, stop = _group(text, end, stop)
    words = re.sub(r"\\[,;: ]|\s", "", inner)
    if name not in ("mathrm", "operatorname") and words not in OPERATOR_NAMES:
        return Token("text", inner.strip(), at, stop), stop
    odd = next((k for k, c in enumerate(inner) if not c.isascii()), None)
    if odd is not None:
        odd += stop - 1 - len(inner)
        raise ReadError("R105", describe_character(text[odd]), Span(odd, odd + 1))
    return Token("name", words, at, stop), stop


def _environment(text: str, at: int, end: int, stop: int) -> tuple[Token, int]:
    inner, after = _group(text, end, stop)
    name = inner.strip().rstrip("*")
    if text.startswith("\\end", at):
        return Token("close", name, at, after), after
    token = Token("begin", name, at, after)
    option = _ENVIRONMENT_OPTIONS.match(text, after, stop)
    after = option.end() if option else after
    if name in ("array", "alignedat", "alignat"):
        after = _group(text, after, stop)[1]
    return token, after


def _group(text: str, at: int, stop: int) -> tuple[str, int]:
    """The inside of a braced group of running text, and where it ends."""
    while at < stop and text[at] in " \n":
        at += 1
    if at >= stop or text[at] != "{":
        raise ReadError("R104", "a group in braces is missing here", Span(at - 1, at))
    depth = 0
    for k in range(at, stop):
        c = text[k]
        if c in "{}" and text[k - 1] != "\\":
            depth += 1 if c == "{" else -1
            if depth == 0:
                return text[at + 1 : k], k + 1
        elif not c.isprintable() and c not in "\n\t\r" and unicodedata.category(c) != "Zs":
            raise ReadError("R105", describe_character(c), Span(k, k + 1))
    raise ReadError("R101", "this { is never closed", Span(at, at + 1))


_OPENING = frozenset(("(", "[", "\\{", "\\lbrace", "\\langle"))
_CLOSING = frozenset((")", "]", "\\}", "\\rbrace", "\\rangle"))


def _check_balance(tokens: list[Token]) -> None:
    """Braces and environments must match; nesting of every kind of bracket is bounded."""
    open_: list[Token] = []
    depth = 0
    for token in tokens:
        kind, text = token.kind, token.text
        if kind == "letter" or kind == "digit":
            continue
        if kind == "begin" or (kind == "char" and text == "{"):
            open_.append(token)
        elif kind == "close":
            if not open_ or open_[-1].kind != "begin" or open_[-1].text != text:
                raise ReadError("R101", f"\\end{{{text}}} closes nothing", token.span)
            open_.pop()
        elif kind == "char" and text == "}":
            if not open_ or open_[-1].kind == "begin":
                raise ReadError("R101", "this } closes nothing", token.span)
            open_.pop()
        elif kind in ("row", "align"):
            if open_ and open_[-1].kind != "begin":
                what = "a line break" if kind == "row" else "an &"
                raise ReadError("R104", f"{what} inside braces", token.span)
        elif text in _OPENING and kind != "text":
            depth += 1
        elif text in _CLOSING and kind != "text":
            depth = max(depth - 1, 0)
        if len(open_) + depth > MAX_NESTING:
            raise ReadError(
                "R106", f"more than {MAX_NESTING} brackets inside one another", token.span
            )
    if open_:
        what = f"\\begin{{{open_[-1].text}}}" if open_[-1].kind == "begin" else "{"
        raise ReadError("R101", f"this {what} is never closed", open_[-1].span)


def canonical(tokens: Sequence[Token]) -> str:
    """LaTeX of tokens with the spacing and bracing that names are compared in."""
    out = ""
    after_word = False
    for kind, text, _, _ in tokens:
        if kind == "text":
            piece = f"\\text{{{text}}}"
        elif kind == "name":
            piece = f"\\mathrm{{{text}}}"
        elif kind in ("begin", "close", "quad"):
            piece = f"\\{kind} {text}"
        else:
            piece = text
        if after_word and piece[:1].isalpha():
            out += " "
        out += piece
        after_word = kind == "command" and piece[-1].isalpha()
    return out
