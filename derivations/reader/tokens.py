r"""LaTeX mathematics to tokens, each with its characters in the file.

Digits stay single, because TeX takes one digit as an argument (``\frac12``). Spaces
and the sizes of brackets vanish; ``\quad`` stays, because notes separate clauses by it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ..language.source import Source, Span
from .errors import ReadError

MAX_CHARACTERS = 20_000
MAX_TOKENS = 6_000
MAX_NESTING = 40

_SPACES = {",", ";", ":", "!", " ", ">", "\n", "\t", "/"}
_VANISHING = {
    "left",
    "right",
    "bigl",
    "bigr",
    "Bigl",
    "Bigr",
    "biggl",
    "biggr",
    "Biggl",
    "Biggr",
    "big",
    "Big",
    "bigg",
    "Bigg",
    "bigm",
    "Bigm",
    "middle",
    "limits",
    "nolimits",
    "displaystyle",
    "textstyle",
    "scriptstyle",
    "nonumber",
    "notag",
    "thinspace",
    "medspace",
    "negthinspace",
    "mathstrut",
    "strut",
    "allowbreak",
    "nobreak",
    "centering",
}
_QUADS = {"quad", "qquad", "hspace"}
_TEXT = {"text", "mbox", "textrm", "textit", "textbf", "mathrm", "operatorname", "textnormal"}
_FORBIDDEN = {
    "input",
    "include",
    "def",
    "edef",
    "gdef",
    "xdef",
    "let",
    "newcommand",
    "renewcommand",
    "providecommand",
    "catcode",
    "write",
    "openout",
    "openin",
    "read",
    "immediate",
    "csname",
    "expandafter",
    "usepackage",
    "loop",
    "special",
    "directlua",
    "DeclareMathOperator",
    "newenvironment",
    "includegraphics",
}
_INVISIBLE = {"Cf", "Cc", "Co", "Cs", "Cn"}
_CLOSING = {"。", "．", "、", "，"}
OPERATOR_NAMES = frozenset(
    [
        "tr",
        "Tr",
        "trace",
        "det",
        "diag",
        "rank",
        "sgn",
        "sign",
        "Var",
        "var",
        "Cov",
        "exp",
        "ln",
        "log",
        "argmin",
        "argmax",
        "adj",
    ]
)
"""Words that are operators even when they are set with ``\\text``."""
_COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """kind is ``command name letter digit char text quad row align begin close end``."""

    kind: str
    text: str
    start: int
    stop: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.stop)

    def is_(self, *texts: str) -> bool:
        return self.kind != "text" and self.text in texts


def tokenize(source: Source, span: Span) -> list[Token]:
    """The tokens of a display, without spaces; the last one is ``end``.

    Raises ReadError for characters that are invisible, confusable or out of place, for
    commands that include or define, for unbalanced braces, and past the limits above.
    """
    if span.stop - span.start > MAX_CHARACTERS:
        raise ReadError(
            "R107",
            f"the equation has {span.stop - span.start} characters; at most {MAX_CHARACTERS} "
            "are read",
            Span(span.start, span.start + 1),
        )
    tokens: list[Token] = []
    text, at = source.text, span.start
    while at < span.stop:
        token, at = _next(text, at, span.stop)
        if token is not None:
            tokens.append(token)
            if len(tokens) > MAX_TOKENS:
                raise ReadError(
                    "R107", f"more than {MAX_TOKENS} tokens in one equation", token.span
                )
    _check_balance(tokens)
    return [*tokens, Token("end", "", span.stop, span.stop)]


def _next(text: str, at: int, stop: int) -> tuple[Token | None, int]:
    c = text[at]
    if c == "\\":
        return _command(text, at, stop)
    if c in " \t\r\n~":
        return None, at + 1
    if c == "%":
        end = text.find("\n", at, stop)
        return None, stop if end < 0 else end + 1
    if c == "$":  # the end of an inline formula: what follows are words about it
        return Token("text", text[at:stop], at, stop), stop
    if c == "&":
        return Token("align", c, at, at + 1), at + 1
    if c.isascii() and c.isalpha():
        return Token("letter", c, at, at + 1), at + 1
    if c.isascii() and c.isdigit():
        return Token("digit", c, at, at + 1), at + 1
    if c in "{}()[]^_+-=<>/*|,.;:!'" or c in _CLOSING:
        return Token("char", "." if c in "。．" else "," if c in "、，" else c, at, at + 1), at + 1
    raise ReadError("R105", describe_character(c), Span(at, at + 1))


_PLAIN = {
    "−": "-", "×": "\\times", "·": "\\cdot", "≤": "\\leq", "≥": "\\geq", "≠": "\\neq",
    "≈": "\\approx", "∞": "\\infty", "∑": "\\sum", "∏": "\\prod", "∫": "\\int", "∂": "\\partial",
    "∇": "\\nabla", "√": "\\sqrt", "∈": "\\in", "⇒": "\\Rightarrow", "⇔": "\\iff", "→": "\\to",
    "±": "\\pm", "∝": "\\propto", "–": "-", "—": "-", "’": "'", "′": "'",
}  # fmt: skip
"""What to write for characters that people paste."""


def describe_character(c: str) -> str:
    """Why a character is refused, with its name: nothing invisible stays unseen."""
    name = unicodedata.name(c, "a control character")
    code = f"U+{ord(c):04X} {name}"
    if unicodedata.category(c) in _INVISIBLE:
        return f"{code} is invisible and does not belong in a formula"
    plain = _PLAIN.get(c) or unicodedata.normalize("NFKC", c)
    if plain != c and plain.isascii() and len(plain.strip()) > 0:
        return f"{code} does not belong in a formula; write {plain}"
    if c.isalpha() and "GREEK" in name:
        return f"{code} does not belong in a formula; write it as LaTeX (for example \\mu)"
    if c.isalpha() and ("CYRILLIC" in name or "ARMENIAN" in name or "CHEROKEE" in name):
        return f"{code} is not the Latin letter that it looks like; write that one"
    return f"{code} does not belong in a formula outside \\text{{…}}"


def _command(text: str, at: int, stop: int) -> tuple[Token | None, int]:
    match = _COMMAND.match(text, at, stop)
    if match is None and at + 1 < len(text) and text[at + 1] in " \t\n":
        return None, stop  # a space at the end, which was cut off
    if match is None:
        raise ReadError("R104", "a lone backslash at the end", Span(at, at + 1))
    name, end = match.group(1), match.end()
    if name == "\\":
        return Token("row", "\\\\", at, end), _skip_option(text, end, stop)
    if name in _FORBIDDEN:
        raise ReadError(
            "R112", f"\\{name} is never carried out: formulas only are read", Span(at, end)
        )
    if name in _SPACES or name in _VANISHING:
        if name in _VANISHING and end < stop and text[end] == "." and name in ("left", "right"):
            return None, end + 1
        return None, end
    if name in _QUADS:
        if name == "hspace":
            _, end = _group(text, end, stop)
        return Token("quad", name, at, end), end
    if name in ("phantom", "hphantom", "vphantom"):
        return None, _group(text, end, stop)[1]
    if name in _TEXT:
        follow = end
        while follow < stop and text[follow] in " *":
            follow += 1
        if follow < stop and text[follow] == "{":
            inner, end = _group(text, follow, stop)
            words = inner.replace("\\,", "").strip()
            plain = name in ("mathrm", "operatorname") or words in OPERATOR_NAMES
            return Token("name" if plain else "text", inner.strip(), at, end), end
        if name == "mathrm" and follow < stop and text[follow].isascii() and text[follow].isalpha():
            return Token("name", text[follow], at, follow + 1), follow + 1  # \mathrm T
    if name in ("begin", "end"):
        inner, end = _group(text, end, stop)
        kind = "begin" if name == "begin" else "close"
        return Token(kind, inner.strip().rstrip("*"), at, end), end
    if not name.isascii():
        raise ReadError("R105", describe_character(name), Span(at, end))
    return Token("command", "\\" + name, at, end), end


def _skip_option(text: str, at: int, stop: int) -> int:
    match = re.compile(r"\[\s*-?[\d.]+\s*(pt|em|ex|mm|cm)\s*\]").match(text, at, stop)
    return match.end() if match else at


def _group(text: str, at: int, stop: int) -> tuple[str, int]:
    """The inside of a braced group of running text, and where it ends."""
    if at >= stop or text[at] != "{":
        raise ReadError("R104", "expected {", Span(at - 1, at))
    depth = 0
    for k in range(at, stop):
        c = text[k]
        if c in "{}" and text[k - 1] != "\\":
            depth += 1 if c == "{" else -1
            if depth == 0:
                return text[at + 1 : k], k + 1
        elif unicodedata.category(c) in _INVISIBLE and c not in "\n\t\r":
            raise ReadError("R105", describe_character(c), Span(k, k + 1))
    raise ReadError("R101", "this { is never closed", Span(at, at + 1))


_PAIRS = {"}": "{", ")": "(", "]": "["}


def _check_balance(tokens: list[Token]) -> None:
    """Braces must match; nesting of every kind of bracket is bounded."""
    braces: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind == "begin":
            braces.append(token)
        elif token.kind == "close":
            if not braces or braces[-1].kind != "begin" or braces[-1].text != token.text:
                raise ReadError("R101", f"\\end{{{token.text}}} closes nothing", token.span)
            braces.pop()
        elif token.kind == "char" and token.text == "{":
            braces.append(token)
        elif token.kind == "char" and token.text == "}":
            if not braces or braces[-1].text != "{":
                raise ReadError("R101", "this } closes nothing", token.span)
            braces.pop()
        depth += (token.text in "([" and token.kind == "char") - (
            token.text in ")]" and token.kind == "char"
        )
        if len(braces) + max(depth, 0) > MAX_NESTING:
            raise ReadError("R106", f"nested more than {MAX_NESTING} deep", token.span)
    if braces:
        raise ReadError("R101", f"this {braces[-1].text} is never closed", braces[-1].span)


def canonical(tokens: list[Token]) -> str:
    """LaTeX of tokens with the spacing and bracing that names are compared in."""
    out = ""
    for token in tokens:
        if token.kind in ("text", "name"):
            piece = ("\\text{" if token.kind == "text" else "\\mathrm{") + token.text + "}"
        else:
            piece = token.text
        if out and piece[:1].isalpha() and re.search(r"\\[A-Za-z]+$", out):
            out += " "
        out += piece
    return out
