r"""The grammar of mathematical notes: a Pratt parser that consults the declarations.

Precedence, loosest first: equivalence, relation, sum, product (with sums, integrals,
derivatives and extrema reaching to the end of their term), sign, scripts. What is
ambiguous is refused with a reason; ``docs/notation.md`` lists what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ...language import nodes as n
from ..errors import ReadError
from ..names import read_name
from ..words import (
    ANNOTATED,
    EQUIVALENCES,
    FUNCTIONS,
    MATRICES,
    NAMED_SETS,
    NOT_FACTORS,
    RELATIONS,
    SYSTEMS,
    WORD_FUNCTIONS,
)
from .aggregates import braces, environment, named_set
from .binders import big, extremum, limit, under
from .calculus import at_differential, double_integral, fraction, integral, nabla, partial
from .cursor import MAX_DEPTH, Cursor
from .functions import (
    absolute,
    binomial,
    bracket,
    delta,
    floor,
    function,
    gaussian,
    group,
    mean,
    norm,
    root,
)
from .relations import annotated_extremum, annotated_sign, braced_term
from .scripts import scripts
from .symbols import is_declared, read_symbol

MAX_DIGITS = 40
MAX_TERMS = 400

_TIMES = frozenset(("\\cdot", "\\times", "*"))
_BARS = frozenset(("\\|", "\\vert", "\\Vert"))


class Parser(Cursor):
    """Reads one display, or a piece of one, in the scope of its equation."""

    def expression(self) -> n.Node:
        """A sum of terms with signs."""
        start = self.at
        plus = self.accept("+")
        terms = [self._signed(start) if self.token.is_("-") and not plus else self.term()]
        while self.token.is_("+", "-"):
            first = self.at
            if self.token.is_("-"):
                terms.append(self._signed(first))
            else:
                self.advance()
                terms.append(self.term())
            if len(terms) > MAX_TERMS:
                raise ReadError(
                    "R107", f"more than {MAX_TERMS} terms in one sum", self.tokens[first].span
                )
        if len(terms) == 1:
            return terms[0]
        return self.make(n.Add(tuple(terms), span=self.since(start)))

    def _signed(self, start: int) -> n.Node:
        sign = self.expect("-")
        operand = self.term()
        return self.make(n.Neg(operand, span=self.since(start), sign=sign.span))

    def term(self) -> n.Node:
        """A product of juxtaposed factors; one ``/`` divides by the next factor."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ReadError("R106", f"more than {MAX_DEPTH} terms inside one another", self.here())
        start = self.at
        factors, divided = [self._operand()], False
        while True:
            token = self.token
            if token.text in _TIMES and token.kind != "text":
                self.advance()
            elif token.is_("/"):
                factors = [self._quotient(factors, start, divided)]
                divided = True
                continue
            elif not self.starts_factor():
                break
            elif token.kind == "digit" and isinstance(factors[-1], n.Number):
                raise ReadError(
                    "R109", "two numbers side by side: write \\cdot between them", token.span
                )
            factors.append(self._operand())
            if len(factors) > MAX_TERMS:
                raise ReadError("R107", f"more than {MAX_TERMS} factors", self.here())
        self.depth -= 1
        return self._product(factors, start)

    def _operand(self) -> n.Node:
        if self.token.is_("+", "-"):
            raise ReadError(
                "R104", "two signs in a row: put the second into parentheses", self.token.span
            )
        return self.factor()

    def _quotient(self, factors: list[n.Node], start: int, divided: bool) -> n.Node:
        slash = self.at
        numerator = self._product(factors, start)
        self.advance()
        if divided:
            raise ReadError("R109", "a second / in one term: write \\frac", self.tokens[slash].span)
        divisor = self._operand()
        if self.starts_factor():
            raise ReadError("R109", "a/b c is ambiguous: write \\frac or parentheses", self.here())
        return self.make(n.Div(numerator, divisor, span=self.since(start)))

    def _product(self, factors: list[n.Node], start: int) -> n.Node:
        if len(factors) == 1:
            return factors[0]
        return self.make(n.Mul(tuple(factors), span=self.since(start)))

    def starts_factor(self) -> bool:
        kind, text, _, _ = self.tokens[self.at]
        if kind in ("letter", "name"):
            return not (text == "d" and self.differentials and at_differential(self))
        if kind == "digit":
            return True
        if kind == "char":
            return text in "{([" or (text == "|" and self.bars == 0)
        if kind == "begin":
            return text in SYSTEMS or text in MATRICES
        if kind != "command" or text in RELATIONS or text in EQUIVALENCES:
            return False
        if text in _BARS:
            return self.bars == 0
        if text == "\\underbrace":
            return not annotated_sign(self.tokens, self.at)
        if text in ANNOTATED or text == "\\mathop":
            return annotated_extremum(self.tokens, self.at) is not None
        return text not in NOT_FACTORS

    def factor(self) -> n.Node:
        """An atom with its scripts."""
        start = self.at
        kind, text, _, _ = self.tokens[start]
        if kind == "letter":
            return read_symbol(self, start)
        if kind == "digit":
            return scripts(self, self._number(), start)
        if kind == "command":
            return self._command(text, start)
        if kind == "name":
            return self._word(text, start)
        if kind == "begin":
            return environment(self, start)
        if kind == "char" and text in "([{":
            return scripts(self, group(self), start)
        if kind == "char" and text == "|":
            return absolute(self, start)
        raise self._no_operand()

    def _command(self, text: str, start: int) -> n.Node:
        if is_declared(self, start):
            return read_symbol(self, start)
        read = _COMMANDS.get(text)
        if read is not None:
            return read(self, start)
        if text in FUNCTIONS:
            return function(self, FUNCTIONS[text], start)
        if text in NOT_FACTORS or text in RELATIONS or text in EQUIVALENCES:
            raise self._no_operand()
        return read_symbol(self, start)

    def _word(self, text: str, start: int) -> n.Node:
        if is_declared(self, start):
            return read_symbol(self, start)
        if text in ("argmin", "argmax", "min", "max"):
            return extremum(self, start)
        if text in WORD_FUNCTIONS:
            return function(self, WORD_FUNCTIONS[text], start)
        return mean(self, start) if text == "E" else read_symbol(self, start)

    def _no_operand(self) -> ReadError:
        token = self.token
        if token.kind == "end":
            return self.unexpected("an operand is missing at the end of this")
        return self.unexpected(f"an operand is missing before {self.source.slice(token.span)}")

    def _number(self) -> n.Number:
        start = self.at
        digits, behind = "", self.token.start
        while self.token.start == behind and (
            self.token.kind == "digit"
            or (self.token.is_(".") and self.peek().kind == "digit" and "." not in digits)
        ):
            behind = self.token.stop
            digits += self.advance().text
        if len(digits) > MAX_DIGITS:
            raise self.refuse("R108", f"a number of {len(digits)} digits", start)
        if self.token.is_("e", "E") and self.token.start == behind:
            after = self.peek()
            if after.start == self.token.stop and (after.kind == "digit" or after.is_("+", "-")):
                raise self.refuse("R109", "write powers of ten as 10^{-3}", start)
        return n.Number(Fraction(digits), span=self.since(start))


def _underset(p: Cursor, start: int) -> n.Node:
    r"""``\underset{\theta}{\operatorname{argmin}}``."""
    found = annotated_extremum(p.tokens, p.at)
    if found is None:
        raise ReadError(
            "R113", "this operator is not read; \\arg\\min and \\arg\\max are", p.token.span
        )
    note, sign, p.at = found
    return under(p, "".join(t.text.lstrip("\\") for t in sign), note, start)


def _blackboard(p: Cursor, start: int) -> n.Node:
    name = read_name(p.tokens, start)
    if name is not None and name.base == "\\mathbb{E}":
        return mean(p, start)
    if name is not None and name.base in NAMED_SETS:
        return named_set(p, start)
    return read_symbol(p, start)


def _calligraphic(p: Cursor, start: int) -> n.Node:
    name = read_name(p.tokens, start)
    if name is not None and name.base == "\\mathcal{N}":
        return gaussian(p, start)
    return read_symbol(p, start)


_COMMANDS: dict[str, Callable[[Cursor, int], n.Node]] = {
    **dict.fromkeys(("\\frac", "\\dfrac", "\\tfrac", "\\cfrac"), fraction),
    **dict.fromkeys(("\\binom", "\\dbinom", "\\tbinom"), binomial),
    **dict.fromkeys(("\\sum", "\\prod"), big),
    **dict.fromkeys(("\\min", "\\max", "\\arg", "\\argmin", "\\argmax"), extremum),
    **dict.fromkeys(("\\lvert", "\\vert"), absolute),
    **dict.fromkeys(("\\|", "\\lVert", "\\Vert"), norm),
    **dict.fromkeys(("\\{", "\\lbrace"), braces),
    **dict.fromkeys(("\\iint", "\\iiint"), double_integral),
    **dict.fromkeys(("\\underbrace", "\\overbrace"), braced_term),
    "\\partial": partial,
    "\\nabla": nabla,
    "\\int": integral,
    "\\sqrt": root,
    "\\delta": delta,
    "\\mathbb": _blackboard,
    "\\mathcal": _calligraphic,
    "\\langle": bracket,
    "\\lfloor": floor,
    "\\lim": limit,
    "\\underset": _underset,
    "\\mathop": _underset,
}
"""What begins a factor, with what reads it."""
