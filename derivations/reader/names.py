r"""Names in a formula: a base (``x``, ``\vec{x}``, ``D``) with primes and scripts.

A subscript is either part of the name (``p_0``, ``Z_\theta``) or a list of indices, told
apart by what is declared: ``x_i`` declares a slot exactly where ``i`` is a declared index.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .errors import ReadError
from .tokens import Token, canonical

Tokens = tuple[Token, ...]

ACCENTS = frozenset(
    "\\" + name
    for name in (
        "vec hat bar tilde dot ddot check breve overline underline widehat widetilde mathbf "
        "boldsymbol bm mathcal mathbb mathsf mathfrak mathscr mathit overrightarrow acute grave"
    ).split()
)
GREEK = frozenset(
    "\\" + name
    for name in (
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu "
        "xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta "
        "Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph"
    ).split()
)
MAX_PRIMES = 9


class Name(NamedTuple):
    """A base with primes and the raw tokens of its scripts; offsets into the token list."""

    base: str
    primes: int
    sub: Tokens | None
    sup: Tokens | None
    after_base: int
    after_sub: int
    after_sup: int

    @property
    def stem(self) -> str:
        return self.base + "'" * self.primes


def script(tokens: Sequence[Token], at: int) -> tuple[Tokens, int]:
    """The tokens of the group or single token at an offset, and the offset behind it."""
    token = tokens[at]
    if token.kind == "char" and token.text == "{":
        depth, k = 1, at + 1
        while depth:
            if k == len(tokens):
                raise ReadError("R101", "this { is never closed", token.span)
            if tokens[k].kind == "char":
                depth += {"{": 1, "}": -1}.get(tokens[k].text, 0)
            k += 1
        return _inside(tuple(tokens[at + 1 : k - 1])), k
    if token.kind in ("end", "sep", "row", "align", "quad", "begin", "close") or token.is_(
        "}", "^", "_"
    ):
        raise ReadError("R104", "something is missing behind this sign", tokens[at - 1].span)
    if token.kind == "command" and token.text in ACCENTS:
        _, end = script(tokens, at + 1)
        return tuple(tokens[at:end]), end
    return (token,), at + 1


def _inside(tokens: Tokens) -> Tokens:
    """``{{-1}}`` is ``{-1}``: braces around everything say nothing."""
    while len(tokens) > 2 and tokens[0].is_("{") and tokens[-1].is_("}"):
        _, end = script((*tokens, tokens[-1]), 0)
        if end != len(tokens):
            break
        tokens = tokens[1:-1]
    return tokens


def read_base(tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The base of a name at an offset: a letter, a command or an accented group."""
    kind, text, _, _ = tokens[at]
    if kind == "letter":
        return text, at + 1
    if kind == "name":
        return f"\\mathrm{{{text}}}", at + 1
    if kind == "command":
        if text in ACCENTS:
            inner, end = script(tokens, at + 1)
            if not inner:
                raise ReadError("R104", f"{text} of nothing", tokens[at].span)
            return f"{text}{{{canonical(inner)}}}", end
        return text, at + 1
    return None


def read_name(tokens: Sequence[Token], at: int) -> Name | None:
    r"""The name at an offset with the primes and scripts that follow it, in any order.

    >>> from ..language.source import Source, Span
    >>> from .tokens import tokenize
    >>> name = read_name(tokenize(Source("", r"\vec x_{ij}^2 y"), Span(0, 15)), 0)
    >>> name.base, canonical(name.sub), canonical(name.sup)
    ('\\vec{x}', 'ij', '2')
    """
    found = read_base(tokens, at)
    if found is None:
        return None
    base, k = found
    primes, sub, sup = 0, None, None
    after_base = after_sub = k
    while True:
        token = tokens[k]
        if token.kind != "char":
            break
        if token.text == "'" and sup is None:
            primes, k = primes + 1, k + 1
        elif token.text == "_" and sub is None:
            sub, k = script(tokens, k + 1)
            after_sub = k
            continue
        elif token.text == "^" and sup is None:
            sup, k = script(tokens, k + 1)
            if not sup or any(not t.is_("\\prime") for t in sup):
                continue
            primes, sup = primes + len(sup), None
        else:
            break
        after_sub = k
        if sub is None:
            after_base = k
    if () in (sub, sup):
        raise ReadError("R104", "there is nothing in this script", tokens[k - 1].span)
    if primes > MAX_PRIMES:
        raise ReadError("R107", f"more than {MAX_PRIMES} primes", tokens[at].span)
    return Name(base, primes, sub, sup, after_base, after_sub, k)


def key(stem: str, sub: Tokens | None, sup: Tokens | None = None) -> str:
    """The canonical LaTeX of a name with literal scripts."""
    out = stem
    for mark, tokens in (("_", sub), ("^", sup)):
        if tokens is not None:
            text = canonical(tokens)
            single = len(tokens) == 1 and tokens[0].kind not in ("text", "name")
            out += mark + (text if single else "{" + text + "}")
    return out
