r"""What a display says it holds for: ``(i = 1, \dots, n)``, ``\text{for } x > 0``."""

from __future__ import annotations

import re

from ..language import nodes as n
from ..language.source import Span
from ..language.types import Function, Index
from .errors import ReadError
from .grammar.parser import Parser
from .grammar.relations import chain
from .tokens import Token, tokenize
from .words import AND, CONDITION_AFTER, CONDITION_BEFORE, DOTS, NOT_FOR_ALL

Conditions = list[n.Relation]

_LONGEST_RANGE = 14
_FORMULA = re.compile(r"\$([^$]+)\$")


def plain_words(text: str) -> str:
    """Running text as the tables of words have it."""
    return " ".join(text.lower().split()).strip(" ,.;:()（）")


def read_conditions(parser: Parser) -> Conditions:
    """What stands behind *for* or *if*: indices that run, names, and relations."""
    found: Conditions = []
    while True:
        while parser.token.kind == "quad" or parser.token.is_("\\forall"):
            parser.advance()
        if not index_range(parser):
            found += _one(parser)
        if not _goes_on(parser):
            break
        parser.advance()
    if parser.token.is_(":") and not parser.peek().is_("="):
        parser.advance()
    while parser.token.kind == "text" and plain_words(parser.token.text) in CONDITION_AFTER:
        parser.advance()
    return found


def _goes_on(parser: Parser) -> bool:
    """Whether a comma, an *and* or another quantifier is followed by a further condition."""
    token = parser.token
    if token.kind == "text":
        return plain_words(token.text) in AND and plain_words(token.text) != "then"
    ends = parser.peek().kind in ("end", "sep", "quad", "text")
    return token.is_(",", "\\forall") and not ends


def _one(parser: Parser) -> Conditions:
    r"""``x > 0``, ``0 < x < 1``, ``x \in \mathbb{R}``, or a name alone, for all its values."""
    start = parser.at
    node = parser.expression()
    found = chain(parser, node, start)
    if not found and not isinstance(node, n.Symbol | n.Indexed):
        raise parser.unexpected("a condition such as x > 0 is missing here")
    return [relation for relation in found if not _says_nothing(relation)]


def _says_nothing(condition: n.Relation) -> bool:
    r"""``x \in \mathbb{R}``: what is declared is real anyway."""
    right = condition.right
    domain = right.base if isinstance(right, n.SetPower) else right
    return condition.op == "in" and domain == n.NamedSet("\\mathbb{R}")


def conditions_in_words(parser: Parser, token: Token) -> Conditions:
    r"""The conditions in ``\text{for $x > 0$}``; none in other words."""
    before, *rest = _FORMULA.split(token.text)
    if any(f" {words}" in f" {token.text.lower()}" for words in NOT_FOR_ALL):
        raise ReadError("R113", f"a statement with the words {token.text!r}", token.span)
    if not rest:
        return []
    if plain_words(before) not in CONDITION_BEFORE and plain_words(rest[-1]) not in CONDITION_AFTER:
        return []
    found: Conditions = []
    for match in _FORMULA.finditer(parser.source.text, token.start, token.stop):
        tokens = tokenize(parser.source, Span(*match.span(1)))
        inner = Parser(parser.source, tokens, parser.scope)
        found += read_conditions(inner)
        inner.finish()
    return found


# ---------------------------------------------------------------- indices that run


def index_range(parser: Parser) -> bool:
    r"""``i = 1, \dots, n`` or ``k \in \{1, \dots, N\}``: all of the declared sort."""
    name = parser.token
    ahead = parser.tokens[parser.at : parser.at + _LONGEST_RANGE]
    stop = next((k for k, t in enumerate(ahead) if t.kind in ("sep", "end")), len(ahead))
    if not any(t.is_(*DOTS) for t in ahead[:stop]) or not ahead[1].is_("=", "\\in", ","):
        return False
    entry = parser.scope.symbols.get(name.text)
    if entry is None:
        raise ReadError("R103", f"the index {name.text} is not declared", name.span)
    if not isinstance(entry.type, Index):
        return False
    size = entry.type.sort.size
    last = name
    while parser.token.kind not in ("sep", "end", "quad", "text") and not parser.token.is_(")"):
        token = parser.advance()
        if not _in_range(parser, token, size):
            raise ReadError("R111", f"{name.text} runs from 1 to {size}", token.span)
        if not token.is_("\\}", ",", "."):
            last = token
    if last.text != size:
        raise ReadError("R111", f"{name.text} runs from 1 to {size}", last.span)
    return True


def _in_range(parser: Parser, token: Token, size: str) -> bool:
    entry = parser.scope.symbols.get(token.text)
    if entry is not None and isinstance(entry.type, Index):
        return True
    return token.is_("=", ",", ".", "1", "2", "3", "\\in", "\\{", "\\}", size, *DOTS)


# ---------------------------------------------------------------- bare conditions


def is_bare(relation: n.Relation) -> bool:
    r"""Whether a relation only compares names with one another or with numbers.

    Behind a statement, ``x > 0`` or ``k \neq l`` restricts it; ``=`` and ``\ll`` are claims,
    and ``x \in X`` says where x is.
    """
    if relation.op not in ("<", "<=", ">", ">=", "!="):
        return False
    sides = (relation.left, relation.right)
    simple = n.Symbol | n.Indexed | n.Number | n.Constant
    return all(isinstance(side, simple) for side in sides) and not any(
        isinstance(side, n.Symbol) and isinstance(side.type, Function) for side in sides
    )


def refuse_entries(relation: n.Relation) -> None:
    r"""``\lambda_k > 0`` behind a statement may be a claim or a condition."""
    for side in (relation.left, relation.right):
        if isinstance(side, n.Indexed) and relation.op != "!=":
            raise ReadError(
                "R109",
                "is this a claim or a condition? write \\text{and} or \\text{for} before it",
                relation.span or Span(0, 0),
            )
