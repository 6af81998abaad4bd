"""A place among the tokens of a formula, with what reading on from it needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self, TypeVar

from ...language import nodes as n
from ...language.shapes import ShapeError, Shapes
from ...language.source import Source, Span
from ...language.types import Type
from ..errors import ReadError
from ..names import Tokens, script
from ..scope import Scope
from ..tokens import Token
from ..words import UNSUPPORTED

T = TypeVar("T", bound=n.Node)

MAX_DEPTH = 50


class Cursor(ABC):
    """Moves over tokens, makes nodes that fit together, and opens pieces of the formula."""

    def __init__(self, source: Source, tokens: list[Token], scope: Scope) -> None:
        self.source = source
        self.tokens = tokens
        self.scope = scope
        self.at = 0
        self.shapes = Shapes()
        self.bound: tuple[n.Symbol, ...] = ()
        self.bars = 0
        """Open bars: while there are any, a bar closes and does not open."""
        self.differentials = 0
        """Open integrals whose differential is still to come."""
        self.depth = 0
        self.bare = False
        """Whether a function without arguments stands for itself."""
        self.expanding: tuple[str, ...] = ()
        """Names whose declarations are being read."""
        self.slips: list[tuple[Span, str]] = []
        self.claims: list[n.Relation] = []
        """Relations in the notes under braces."""

    # ------------------------------------------------------------ what the parser adds

    @abstractmethod
    def expression(self) -> n.Node:
        """A sum of terms."""

    @abstractmethod
    def term(self) -> n.Node:
        """A product of factors."""

    @abstractmethod
    def factor(self) -> n.Node:
        """An atom with its scripts."""

    @abstractmethod
    def starts_factor(self) -> bool:
        """Whether the next token goes on with a product."""

    # ------------------------------------------------------------ tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Whether one of the texts stands here; it is then behind us."""
        if self.token.is_(*texts):
            self.advance()
            return True
        return False

    def expect(self, *texts: str) -> Token:
        if not self.token.is_(*texts):
            raise self.unexpected(f"{' or '.join(texts)} is missing before this")
        return self.advance()

    def script(self) -> Tokens:
        """The group or single token here, which is not empty."""
        start = self.at
        tokens, self.at = script(self.tokens, start)
        if not tokens:
            raise self.refuse("R104", "there is nothing in these braces", start)
        return tokens

    def here(self) -> Span:
        """The place of this token; of the last one if the formula ends here."""
        token = self.token
        if token.kind == "end" and self.at:
            return self.tokens[self.at - 1].span
        return token.span

    def since(self, start: int) -> Span:
        """From the token at an offset to the last one read."""
        stop = self.tokens[max(self.at - 1, start)].stop
        return Span(self.tokens[start].start, stop)

    # ------------------------------------------------------------ errors

    def unexpected(self, message: str = "") -> ReadError:
        """Why this token cannot stand here."""
        token = self.token
        if token.kind == "command" and token.text in UNSUPPORTED:
            return ReadError("R113", f"{token.text}: {UNSUPPORTED[token.text]}", token.span)
        if token.kind == "end":
            return ReadError("R104", message or "the formula ends too early", self.here())
        if token.is_(")", "]", "\\}", "\\rangle"):
            return ReadError("R101", f"this {token.text} closes nothing", token.span)
        if token.kind == "text":
            return ReadError("R104", f"the words {token.text!r} cannot stand here", token.span)
        written = self.source.slice(token.span)
        return ReadError("R104", message or f"{written} cannot stand here", token.span)

    def refuse(self, code: str, message: str, start: int) -> ReadError:
        """An error about everything since an offset."""
        return ReadError(code, message, self.since(start))

    # ------------------------------------------------------------ nodes and pieces

    def make(self, node: T) -> T:
        """The node, if its parts fit together."""
        self.shape(node)
        return node

    def shape(self, node: n.Node) -> Type:
        """The type of a node. Raises ReadError if its parts do not fit together."""
        if isinstance(node, n.Symbol):
            return node.type
        try:
            return self.shapes(node)
        except ShapeError as error:
            span = error.node.span or node.span or self.here()
            raise ReadError("R110", error.message, span) from None

    def piece(self, tokens: Sequence[Token]) -> Self:
        """A parser for a script or an argument, that shares what is known here."""
        if not tokens:
            raise ReadError("R104", "there is nothing in this group", self.here())
        stop = tokens[-1].stop
        child = type(self)(self.source, [*tokens, Token("end", "", stop, stop)], self.scope)
        child.shapes, child.bound, child.expanding = self.shapes, self.bound, self.expanding
        child.slips, child.claims, child.depth = self.slips, self.claims, self.depth
        return child

    def inside(self, tokens: Sequence[Token]) -> n.Node:
        """The expression that these tokens are, all of them."""
        return self.piece(tokens).whole()

    def whole(self) -> n.Node:
        """The expression from here to the end."""
        node = self.expression()
        self.finish()
        return node

    def finish(self) -> None:
        """Nothing may be left over."""
        if self.token.kind != "end":
            raise self.unexpected()

    def rest_of_term(self) -> n.Node:
        """What an operator acts on: the factors up to the next sign."""
        if not self.starts_factor():
            raise self.unexpected("nothing follows for this operator to act on")
        return self.term()

    @contextmanager
    def binding(self, *symbols: n.Node) -> Iterator[None]:
        """Symbols are bound in what is read inside."""
        before = self.bound
        self.bound = (*before, *(s for s in symbols if isinstance(s, n.Symbol)))
        yield
        self.bound = before

    @contextmanager
    def bracketed(self, bars: int = 0) -> Iterator[None]:
        """Inside brackets, bars and differentials outside do not count."""
        before = self.bars, self.differentials
        self.bars, self.differentials = bars, 0
        yield
        self.bars, self.differentials = before
