r"""Statements that hold for some values: ``\text{for some } p, q``, ``\exists p, q:``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeAlias

from ..language import nodes as n
from ..language.rewrite import is_free
from ..language.source import Span
from ..language.types import SetOf
from .conditions import plain_words
from .errors import ReadError
from .grammar.parser import Parser
from .grammar.relations import at_relation
from .scope import Scope
from .tokens import tokenize
from .words import AND, SOME_AFTER, SOME_BEFORE

Names: TypeAlias = list[n.Symbol]

_FORMULA = re.compile(r"\$([^$]+)\$")


def quantifier(parser: Parser) -> Names | None:
    """The symbols of a quantifier that begins here, or None; the parser is then behind it."""
    token = parser.token
    if token.is_("\\exists"):
        parser.advance()
    elif token.kind != "text":
        return None
    elif (found := _in_words(parser, token.text)) is not None:
        parser.advance()
        return found
    elif plain_words(token.text) in SOME_BEFORE:
        parser.advance()
    else:
        return None
    names = _names(parser)
    if (
        parser.token.kind == "text" and plain_words(parser.token.text) in SOME_AFTER
    ) or parser.token.is_(":"):
        parser.advance()
    return names


def _in_words(parser: Parser, text: str) -> Names | None:
    r"""The symbols in ``\text{for some $p, q$}``; None for other words."""
    before, *rest = _FORMULA.split(text)
    if len(rest) != 2 or plain_words(before) not in SOME_BEFORE:
        return None
    if plain_words(rest[1]) not in (*SOME_AFTER, ""):
        return None
    token = parser.token
    match = _FORMULA.search(parser.source.text, token.start, token.stop)
    assert match is not None
    inner = Parser(parser.source, tokenize(parser.source, Span(*match.span(1))), parser.scope)
    names = _names(inner)
    inner.finish()
    return names


def _names(parser: Parser) -> Names:
    """Declared symbols with commas or words between them."""
    found: Names = []
    while True:
        while parser.token.kind == "quad":
            parser.advance()
        start = parser.at
        node = parser.expression()
        if not isinstance(node, n.Symbol):
            raise parser.refuse("R113", "for some: the names of declared symbols are read", start)
        if at_relation(parser):
            raise ReadError("R113", "for some: no condition on the names is read", parser.here())
        found.append(node)
        token, ends = parser.token, parser.peek().kind in ("end", "sep", "quad", "text")
        if not (token.is_(",") and not ends) and plain_words(token.text) not in AND:
            return found
        parser.advance()


def for_some(
    node: n.Relation | n.Equivalence, names: Names, span: Span, scope: Scope
) -> n.Relation:
    """The relation, said of some values of the symbols. Raises ReadError where that says nothing.

    ``span`` is the place of the quantifier.
    """
    if not isinstance(node, n.Relation) or node.op not in _OPS or node.up_to or node.some:
        raise ReadError("R113", "only one equation or inequality is read for some values", span)
    for symbol in names:
        entry = scope.symbols.get(symbol.name)
        given = entry is None or entry.definition is not None or entry.alias is not None
        is_size = any(sort.size == symbol.name for sort in scope.sorts.values())
        if given or is_size or isinstance(symbol.type, SetOf):
            message = f"{symbol.name} is not free to be chosen: it is declared or defined otherwise"
            raise ReadError("R113", message, symbol.span or span)
        if not is_free(symbol, node) or names.count(symbol) > 1:
            raise ReadError(
                "R113", f"{symbol.name} is to stand once here, and in the statement", span
            )
    whole = node.span | span if node.span is not None else span
    return replace(node, some=tuple(names), span=whole)


_OPS = ("=", "!=", "<", "<=", ">", ">=")
