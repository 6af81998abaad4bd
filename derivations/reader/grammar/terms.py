"""Sums, products and numbers: the loosest part of an expression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Self, TypeVar

from ...language import nodes as n
from ...language.shapes import ShapeError, Shapes
from ...language.source import Source, Span
from ...language.types import Matrix
from ..errors import ReadError
from ..scope import Scope, script
from ..tokens import Token
from .vocabulary import EQUIVALENCES, MAX_DIGITS, MAX_TERMS, NOT_FACTORS, RELATIONS

T = TypeVar("T", bound=n.Node)
PLUS_MINUS = "± says two things at once; write two equations"


class Terms:
    """A position in a list of tokens, and what can be read from there."""

    def __init__(self, source: Source, tokens: list[Token], scope: Scope) -> None:
        self.source = source
        self.tokens = tokens
        self.scope = scope
        self.at = 0
        self.shapes = Shapes()
        self.bound: list[n.Symbol] = []
        self.bars = 0
        self.differentials = 0
        self.expanding: tuple[str, ...] = ()
        self.slips: list[tuple[Span, str]] = []
        self.hidden: list[tuple[Span, str]] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def expect(self, *texts: str) -> Token:
        if not self.token.is_(*texts):
            what = "the end" if self.token.kind == "end" else self.token.text
            raise ReadError("R104", f"expected {' or '.join(texts)}, found {what}", self.here())
        return self.advance()

    def here(self) -> Span:
        token = self.token
        if token.kind == "end" and self.at:
            return self.tokens[self.at - 1].span
        return token.span

    def since(self, start: int) -> Span:
        """From the token at an offset to the last one read."""
        stop = self.tokens[max(self.at - 1, start)].stop
        return Span(self.tokens[start].start, stop)

    def make(self, node: T) -> T:
        """The node, if its parts fit together."""
        try:
            self.shapes(node)
        except ShapeError as error:
            span = error.node.span or node.span or self.here()
            raise ReadError("R110", error.message, span) from None
        return node

    def piece(self, tokens: tuple[Token, ...] | list[Token]) -> Self:
        """A parser for a script or an argument, with the same bound indices."""
        if not tokens:
            raise ReadError("R104", "an empty group", self.here())
        stop = tokens[-1].stop
        child = type(self)(self.source, [*tokens, Token("end", "", stop, stop)], self.scope)
        child.shapes, child.bound, child.expanding = self.shapes, self.bound, self.expanding
        child.slips, child.hidden = self.slips, self.hidden
        return child

    def whole(self, read: Callable[[Any], n.Node]) -> n.Node:
        """What ``read`` reads, which must be everything."""
        node = read(self)
        if self.token.kind != "end":
            raise ReadError("R104", f"{self.token.text} was not expected here", self.token.span)
        return node

    @contextmanager
    def binding(self, symbols: tuple[n.Symbol, ...]) -> Iterator[None]:
        self.bound = [*self.bound, *symbols]
        try:
            yield
        finally:
            self.bound = self.bound[: len(self.bound) - len(symbols)]

    def expression(self) -> n.Node:
        """A sum of terms with signs."""
        start = self.at
        terms: list[n.Node] = []
        if self.token.is_("+"):
            self.advance()
        terms.append(self._signed())
        while self.token.is_("+", "-"):
            sign = self.token
            self.advance()
            first = self.at - 1
            if sign.text == "-":
                term = self.term()
                node = n.Neg(term, span=self.since(first), sign=sign.span)
                terms.append(self.make(node))
            else:
                terms.append(self._signed())
            if len(terms) > MAX_TERMS:
                raise ReadError("R107", f"more than {MAX_TERMS} terms in one sum", sign.span)
        if self.token.is_("\\pm", "\\mp"):
            raise ReadError("R113", PLUS_MINUS, self.here())
        if len(terms) == 1:
            return terms[0]
        return self.make(n.Add(tuple(terms), span=self.since(start)))

    def _signed(self) -> n.Node:
        start = self.at
        if self.token.is_("-"):
            sign = self.advance()
            operand = self._signed()
            return self.make(n.Neg(operand, span=self.since(start), sign=sign.span))
        if self.token.is_("\\pm", "\\mp"):
            raise ReadError("R113", PLUS_MINUS, self.here())
        return self.term()

    def term(self) -> n.Node:
        """A product of juxtaposed factors; ``/`` divides by the next factor."""
        start = self.at
        factors = [self.factor()]
        starts = [start]
        while True:
            if self.token.is_("\\cdot", "\\times", "*"):
                self.advance()
                if self.token.is_("-"):
                    raise ReadError("R104", "put a negative factor in parentheses", self.here())
                starts.append(self.at)
                factors.append(self.factor())
            elif self.token.is_("/"):
                slash = self.at
                self.advance()
                divisor = self.factor()
                if self._starts_factor() and not self.token.is_("/"):
                    raise ReadError(
                        "R109", "a/b c is ambiguous: write \\frac or parentheses", self.here()
                    )
                numerator = self._product(factors, starts, slash)
                node = self.make(n.Div(numerator, divisor, span=self.since(start)))
                factors, starts = [node], [start]
            elif self._starts_factor():
                starts.append(self.at)
                factors.append(self.factor())
            else:
                return self._product(factors, starts)
            if len(factors) > MAX_TERMS:
                raise ReadError("R107", f"more than {MAX_TERMS} factors", self.here())

    def _product(self, factors: list[n.Node], starts: list[int], stop: int = 0) -> n.Node:
        if len(factors) == 1:
            return factors[0]
        last = (stop or self.at) - 1
        span = Span(self.tokens[starts[0]].start, self.tokens[last].stop)
        return self.make(n.Mul(tuple(factors), span=span))

    def _starts_factor(self) -> bool:
        token = self.token
        if token.kind in ("letter",):
            return not (self.differentials and token.text == "d" and self._differential_at())
        if token.kind == "name":
            return not (token.text == "d" and self.differentials and self._differential_at())
        if token.kind == "digit" or token.is_("{", "(", "["):
            return True
        if token.is_("|", "\\|", "\\lvert", "\\lVert"):
            return self.bars == 0 or token.is_("\\lvert", "\\lVert")
        if token.kind == "begin":
            return token.text in ("pmatrix", "bmatrix", "matrix", "vmatrix", "cases")
        if token.kind != "command":
            return False
        if token.text == "\\underset":
            return self.over_operator(self.at)
        return (
            token.text not in NOT_FACTORS
            and token.text not in RELATIONS
            and (token.text not in EQUIVALENCES)
        )

    def factor(self) -> n.Node:
        """An atom with its scripts."""
        start = self.at
        token = self.token
        if token.is_("\\dots", "\\ldots", "\\cdots", "\\vdots", "\\ddots"):
            raise ReadError("R113", "dots in a formula: write a sum or a product", token.span)
        if token.is_("\\underbrace", "\\overset", "\\stackrel", "\\not"):
            raise ReadError("R113", f"{token.text} on something that is no relation", token.span)
        if token.kind == "digit":
            return self._scripts(self._number(), start)
        if token.is_("("):
            return self._scripts(self._parentheses(")"), start)
        if token.is_("["):
            return self._scripts(self._parentheses("]"), start)
        if token.is_("{"):
            self.advance()
            node = self.expression()
            self.expect("}")
            return self._scripts(node, start)
        if token.is_("|", "\\lvert"):
            return self._scripts(self._absolute(), start)
        if token.is_("\\|", "\\lVert"):
            return self._scripts(self._norm(), start)
        if token.kind == "begin":
            return self._scripts(self._environment(), start)
        if token.kind in ("letter", "command", "name"):
            return self._named(start)
        if token.is_("\\underset") and self.over_operator(self.at):
            return self._named(start)
        what = "the formula ends" if token.kind == "end" else f"{token.text} stands"
        if token.kind == "text":
            what = f"the words {token.text!r} stand"
        raise ReadError("R104", f"an operand is missing: {what} here", self.here())

    def _number(self) -> n.Number:
        start = self.at
        digits = ""
        previous = self.token.start
        while (
            self.token.kind == "digit"
            or (self.token.is_(".") and self.peek().kind == "digit" and "." not in digits)
        ) and self.token.start == previous:
            previous = self.token.stop
            digits += self.advance().text
        if len(digits) > MAX_DIGITS:
            raise ReadError("R108", f"a number of {len(digits)} digits", self.since(start))
        if self.token.is_("e", "E") and self.token.start == previous:
            after = self.peek()
            if after.start == self.token.stop and (after.kind == "digit" or after.is_("-", "+")):
                raise ReadError("R109", "write powers of ten as 10^{…}", self.token.span)
        return n.Number(Fraction(digits), span=self.since(start))

    def _parentheses(self, close: str) -> n.Node:
        opening = self.advance()
        bars, self.bars = self.bars, 0
        differentials, self.differentials = self.differentials, 0
        node = self.expression()
        self.bars, self.differentials = bars, differentials
        if not self.token.is_(close):
            if self.token.kind == "end":
                raise ReadError("R101", f"this {opening.text} is never closed", opening.span)
            raise ReadError("R104", f"expected {close}, found {self.token.text}", self.here())
        self.advance()
        return node

    def _absolute(self) -> n.Node:
        start = self.at
        close = "\\rvert" if self.advance().text == "\\lvert" else "|"
        self.bars += 1
        inner = self.expression()
        self.bars -= 1
        self.expect(close)
        shape = self.shapes(inner)
        name = "det" if isinstance(shape, Matrix) else "abs"
        return self.make(n.Call(name, (inner,), span=self.since(start)))

    def _norm(self) -> n.Node:
        start = self.at
        close = "\\rVert" if self.advance().text == "\\lVert" else "\\|"
        self.bars += 1
        inner = self.expression()
        self.bars -= 1
        self.expect(close)
        if self.token.is_("_"):
            sub, self.at = script(self.tokens, self.at + 1)
            order = self.piece(sub).whole(Terms.expression)
            return self.make(n.Call("norm_p", (inner, order), span=self.since(start)))
        return self.make(n.Call("norm", (inner,), span=self.since(start)))

    def _rest_of_term(self) -> n.Node:
        if not self._starts_factor():
            raise ReadError("R104", "nothing follows for this operator to act on", self.here())
        return self.term()

    # ------------------------------------------------------------ read by later floors

    def relation(self) -> n.Node:
        """One relation between two expressions."""
        raise NotImplementedError

    def _named(self, start: int) -> n.Node:
        raise NotImplementedError

    def _environment(self) -> n.Node:
        raise NotImplementedError

    def _scripts(self, node: n.Node, start: int) -> n.Node:
        raise NotImplementedError

    def over_operator(self, at: int) -> bool:
        raise NotImplementedError

    def _differential_at(self) -> bool:
        raise NotImplementedError
