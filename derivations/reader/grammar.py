r"""The grammar of mathematical notes: a Pratt parser that consults the declarations.

Precedence, loosest first: equivalence, relation, sum, product (with sums, integrals,
derivatives and extrema reaching to the end of their term), sign, scripts. What is
ambiguous is refused with a reason; ``docs/notation.md`` lists what is read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeVar

from ..language import nodes as n
from ..language.shapes import ShapeError, Shapes
from ..language.source import Source, Span
from ..language.types import (
    SCALAR,
    Covector,
    Family,
    Function,
    Index,
    Matrix,
    Parameter,
    SetOf,
    Sort,
    Type,
    Vector,
)
from .errors import ReadError
from .scope import ACCENTS, Entry, Name, Scope, key, read_name, script
from .tokens import Token, canonical, tokenize

T = TypeVar("T", bound=n.Node)

RELATIONS = {
    "=": "=", "\\equiv": "=", "\\coloneqq": "=", "<": "<", ">": ">", "\\lt": "<", "\\gt": ">",
    "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\leqq": "<=",
    "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\geqq": ">=",
    "\\ne": "!=", "\\neq": "!=", "\\approx": "~", "\\simeq": "~", "\\sim": "~",
    "\\propto": "oc", "\\ll": "<<", "\\gg": ">>", "\\in": "in", "\\to": "->",
    "\\rightarrow": "->",
}  # fmt: skip
EQUIVALENCES = {
    "\\iff": False, "\\Longleftrightarrow": False, "\\Leftrightarrow": False,
    "\\Rightarrow": True, "\\Longrightarrow": True, "\\implies": True,
}  # fmt: skip
FUNCTIONS = {
    "\\exp": "exp", "\\ln": "ln", "\\log": "ln", "\\det": "det", "\\sin": "sin", "\\cos": "cos",
    "\\tan": "tan", "\\sinh": "sinh", "\\cosh": "cosh", "\\tanh": "tanh", "\\arcsin": "arcsin",
    "\\arccos": "arccos", "\\arctan": "arctan", "\\Gamma": "Gamma", "\\tr": "tr", "\\Tr": "tr",
}  # fmt: skip
NAMED_FUNCTIONS = {
    "tr": "tr", "Tr": "tr", "trace": "tr", "det": "det", "diag": "diag", "rank": "rank",
    "sgn": "sign", "sign": "sign", "Var": "var", "var": "var", "Cov": "cov", "exp": "exp",
    "ln": "ln", "log": "ln", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "minor": "minor",
    "adj": "adjugate",
}  # fmt: skip
NAMED_SETS = {"\\mathbb{R}", "\\mathbb{N}", "\\mathbb{Z}"}
TRANSPOSES = {"\\top", "\\intercal", "T", "\\mathrm{T}", "\\mathsf{T}", "\\text{T}", "\\prime"}
ENVIRONMENTS = {"aligned", "alignedat", "split", "align", "gather", "gathered", "multline", "eqnarray"}
MAX_EXPONENT = 64
MAX_DIGITS = 40
MAX_TERMS = 400
MAX_TOWER = 3


class Parser:
    """Reads one display, or a piece of one, in the scope of its equation."""

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

    # ------------------------------------------------------------ tokens

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

    def piece(self, tokens: tuple[Token, ...] | list[Token]) -> Parser:
        """A parser for a script or an argument, with the same bound indices."""
        if not tokens:
            raise ReadError("R104", "an empty group", self.here())
        stop = tokens[-1].stop
        child = Parser(self.source, [*tokens, Token("end", "", stop, stop)], self.scope)
        child.shapes, child.bound, child.expanding = self.shapes, self.bound, self.expanding
        child.slips, child.hidden = self.slips, self.hidden
        return child

    def whole(self, read: Callable[[Parser], n.Node]) -> n.Node:
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

    # ------------------------------------------------------------ sums and products

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
            raise ReadError("R113", "± says two things at once; write two equations", self.here())
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
            if token.text == "d" and self.differentials and self._differential_at():
                return False
            return True
        if token.kind == "digit" or token.is_("{", "(", "["):
            return True
        if token.is_("|", "\\|", "\\lvert", "\\lVert"):
            return self.bars == 0 or token.is_("\\lvert", "\\lVert")
        if token.kind == "begin":
            return token.text in ("pmatrix", "bmatrix", "matrix", "vmatrix", "cases")
        if token.kind != "command":
            return False
        return token.text not in _NOT_FACTORS and token.text not in RELATIONS and (
            token.text not in EQUIVALENCES
        )

    # ------------------------------------------------------------ factors

    def factor(self) -> n.Node:
        """An atom with its scripts."""
        start = self.at
        token = self.token
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
        what = "the formula ends" if token.kind == "end" else f"{token.text} stands"
        if token.kind == "text":
            what = f"the words {token.text!r} stand"
        raise ReadError("R104", f"an operand is missing: {what} here", self.here())

    def _number(self) -> n.Number:
        start = self.at
        digits = ""
        previous = self.token.start
        while (self.token.kind == "digit" or (
            self.token.is_(".") and self.peek().kind == "digit" and "." not in digits
        )) and self.token.start == previous:
            previous = self.token.stop
            digits += self.advance().text
        if len(digits) > MAX_DIGITS:
            raise ReadError("R108", f"a number of {len(digits)} digits", self.since(start))
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
            order = self.piece(sub).whole(Parser.expression)
            return self.make(n.Call("norm_p", (inner, order), span=self.since(start)))
        return self.make(n.Call("norm", (inner,), span=self.since(start)))

    def _named(self, start: int) -> n.Node:
        token = self.token
        text = token.text
        if token.kind == "name":
            special = _SPECIAL_NAMES.get(text.replace("\\,", "").replace(" ", ""))
            if special is not None and not self._declared(start):
                return special(self, start)
        elif text in _SPECIAL and not self._declared(start):
            return _SPECIAL[text](self, start)
        if token.kind == "name" and text in NAMED_FUNCTIONS and not self._declared(start):
            self.advance()
            return self._function(NAMED_FUNCTIONS[text], start)
        if text in FUNCTIONS and not self._declared(start):
            self.advance()
            return self._function(FUNCTIONS[text], start)
        return self._symbol(start)

    def _declared(self, start: int) -> bool:
        name = read_name(self.tokens, start)
        if name is None:
            return False
        return (
            key(name.stem, name.sub) in self.scope.symbols
            or name.stem in self.scope.symbols
            or name.stem in self.scope.patterns
        )

    # ------------------------------------------------------------ symbols

    def _symbol(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        if name is None:
            raise ReadError("R104", f"{self.token.text} was not expected here", self.token.span)
        scope = self.scope
        if name.stem == "e" and name.sup is not None and name.sub is None and "e" not in scope.symbols:
            self.at = name.after_sup
            exponent = self.piece(name.sup).whole(Parser.expression)
            return self.make(n.Call("exp", (exponent,), span=self.since(start)))
        for literal, end in (
            (key(name.stem, name.sub, name.sup), name.after_sup),
            (key(name.stem, name.sub), name.after_sub),
        ):
            entry = scope.symbols.get(literal)
            if entry is not None and not (name.sub and name.sup and end == name.after_sub and "^" in literal):
                self.at = end
                sup = name.sup if name.sup is not None and end == name.after_sub and name.sub and (
                    key(name.stem, name.sub, name.sup) != literal
                ) else None
                return self._entry(entry, start, sup)
        if name.sub is not None or name.sup is not None:
            node = self._pattern(name, start)
            if node is not None:
                return node
        entry = scope.symbols.get(name.stem)
        if entry is not None:
            self.at = name.after_base
            return self._entry(entry, start, None)
        if name.primes:
            function = scope.symbols.get(key(name.base, name.sub)) or scope.symbols.get(name.base)
            if function is not None and isinstance(function.type, Function):
                self.at = name.after_sub if key(name.base, name.sub) in scope.symbols else name.after_base
                return self._entry(function, start, None, name.primes)
        constant = {"\\pi": "\\pi", "\\infty": "\\infty", "e": "e"}.get(name.stem)
        if constant and name.sub is None:
            self.at = name.after_base
            node = n.Constant(constant, span=self.since(start))
            return self._scripts(node, start)
        raise self._undeclared(name, start)

    def _undeclared(self, name: Name, start: int) -> ReadError:
        end = name.after_sub if name.sub is not None else name.after_base
        span = Span(self.tokens[start].start, self.tokens[end - 1].stop)
        written = key(name.stem, name.sub)
        if name.base.startswith("\\") and not name.base.rstrip("}").endswith("}") and (
            name.base not in _GREEK and "{" not in name.base
        ):
            return ReadError("R102", f"unknown command {name.base}", self.tokens[start].span)
        others = self.scope.patterns.get(name.stem)
        if others:
            wanted = " or ".join(e.pattern for e in others)
            return ReadError("R111", f"{written} does not fit {wanted}, as declared", span)
        return ReadError("R103", f"{written} is not declared for ({self.scope.label})", span)

    def _pattern(self, name: Name, start: int) -> n.Node | None:
        """An indexed symbol such as ``x_i``, ``A_{ij}``, ``x_k^{(i)}``."""
        for entry in self.scope.patterns.get(name.stem, []):
            indices: list[n.Node] = []
            subs = len(entry.slots) - entry.sup_slots
            end = name.after_sub
            sup = name.sup if name.sub is not None else None
            if subs:
                found = self._indices(name.sub, subs)
                if found is None:
                    continue
                indices += found
            if entry.sup_slots:
                if name.sup is None or not (name.sup[0].is_("(") and name.sup[-1].is_(")")):
                    continue
                found = self._indices(name.sup[1:-1], entry.sup_slots)
                if found is None:
                    continue
                indices += found
                end, sup = name.after_sup, None
            if not self._sorts_match(entry, indices):
                continue
            if entry.declared("one for each pair") and indices[0] == indices[1]:
                raise ReadError(
                    "R111", f"{entry.pattern} has no entry with two equal indices", self.since(start)
                )
            self.at = end
            span = self.since(start)
            if entry.alias is not None:
                node = self._alias(entry, tuple(indices)).at(span)
                if entry.slip:
                    self.slips.append((span, entry.alias))
            else:
                base = n.Symbol(entry.name, entry.type, span=span)
                node = self.make(n.Indexed(base, tuple(indices), span=span))
            return self._after_name(node, start, sup)
        return None

    def _sorts_match(self, entry: Entry, indices: list[n.Node]) -> bool:
        for sort, index in zip(entry.slot_sorts, indices, strict=True):
            shape = self.shapes(index)
            if isinstance(shape, Index) and shape.sort != sort:
                return False
        return True

    def _indices(self, tokens: tuple[Token, ...] | None, wanted: int) -> list[n.Node] | None:
        """A script as a list of that many indices, or None if it is not one."""
        if not tokens:
            return None
        parts: list[tuple[Token, ...]] = [()]
        for token in tokens:
            if token.is_(","):
                parts.append(())
            else:
                parts[-1] += (token,)
        if len(parts) == 1 and wanted > 1 and len(tokens) == wanted:
            parts = [(token,) for token in tokens]
        if len(parts) != wanted or not all(parts):
            return None
        try:
            found = [self.piece(part).whole(Parser.expression) for part in parts]
        except ReadError as error:
            if error.code == "R103":
                return None
            raise
        # "ij" is two indices, never their product
        return None if any(isinstance(index, n.Mul) for index in found) else found

    def _entry(
        self, entry: Entry, start: int, sup: tuple[Token, ...] | None, primes: int = 0
    ) -> n.Node:
        span = self.since(start)
        if entry.alias is not None:
            if entry.slip:
                self.slips.append((span, entry.alias))
            node = self._alias(entry, ()).at(span)
            shape = self.shapes(node)
            if isinstance(node, n.Symbol) and isinstance(shape, Function):
                return self._application(node, start, primes)
            return self._after_name(node, start, sup)
        local = next((s for s in reversed(self.bound) if s.name == entry.name), None)
        symbol = n.Symbol(entry.name, local.type if local else entry.type, span=span)
        if isinstance(entry.type, Function):
            return self._application(symbol, start, primes)
        return self._after_name(symbol, start, sup)

    def _after_name(self, node: n.Node, start: int, sup: tuple[Token, ...] | None) -> n.Node:
        """Scripts behind a name; ``sup`` was read together with its subscript."""
        if sup is None or isinstance(self.shapes(node), Matrix | Vector | Covector):
            return self._scripts(node if sup is None else self._superscript(node, sup, start), start)
        if isinstance(node, n.Indexed) and self._is_transpose(sup):
            base = self.make(n.Transpose(node.base, span=node.base.span))
            return self.make(n.Indexed(base, node.indices, span=self.since(start)))
        if isinstance(node, n.Indexed) and canonical(list(sup)) == "-1" and isinstance(
            self.shapes(node.base), Matrix
        ):
            raise ReadError(
                "R109", "inverse of an entry or entry of an inverse? use parentheses",
                self.since(start),
            )
        return self._scripts(self._superscript(node, sup, start), start)

    def _application(self, symbol: n.Symbol, start: int, primes: int) -> n.Node:
        """A declared function, at its arguments if there are any."""
        order = primes
        if self.token.is_("^") and self.peek().is_("{") and self.peek(2).is_("("):
            sup, end = script(self.tokens, self.at + 1)
            if len(sup) == 3 and sup[1].kind == "digit":
                order, self.at = int(sup[1].text), end
        power: tuple[Token, ...] | None = None
        if self.token.is_("^"):
            power, self.at = script(self.tokens, self.at + 1)
        if not self.token.is_("("):
            if power is not None:
                raise ReadError("R113", f"a power of the function {symbol.name}", self.here())
            if order:
                raise ReadError("R104", f"the argument of {symbol.name} is missing", self.here())
            entry = self.scope.symbols.get(symbol.name)
            alone = entry.declared("alone means") if entry else None
            if alone is not None:
                return self._scripts(self._declared_text(alone.argument).at(symbol.span), start)
            return symbol
        arguments, bar = self._arguments()
        function = symbol
        if bar:
            entry = self.scope.symbols.get(symbol.name + "(\\cdot|\\cdot)")
            if entry is None:
                raise ReadError(
                    "R103", f"the conditional {symbol.name}(·|·) is not declared", self.since(start)
                )
            function = n.Symbol(entry.name, entry.type, span=symbol.span)
        assert isinstance(function.type, Function)
        if len(arguments) != len(function.type.parameters):
            raise ReadError(
                "R114",
                f"{symbol.name} takes {len(function.type.parameters)} arguments, "
                f"not {len(arguments)}",
                self.since(start),
            )
        node: n.Node = self.make(
            n.Apply(function, tuple(arguments), order, span=self.since(start))
        )
        if power is not None:
            node = self._superscript(node, power, start)
        return self._scripts(node, start)

    def _arguments(self) -> tuple[list[n.Node], bool]:
        """Arguments in parentheses, and whether a conditional bar stands among them."""
        opening = self.expect("(")
        bars, self.bars = self.bars, 1
        differentials, self.differentials = self.differentials, 0
        arguments, bar = [self.expression()], False
        while self.token.is_(",", ";", "|", "\\mid", "\\parallel", "\\|", "\\Vert"):
            separator = self.advance()
            if separator.text == "|" and self.token.is_("|"):
                self.advance()
            elif separator.is_("|", "\\mid"):
                bar = True
            arguments.append(self.expression())
        self.bars, self.differentials = bars, differentials
        if self.token.kind == "end":
            raise ReadError("R101", "this ( is never closed", opening.span)
        self.expect(")")
        return arguments, bar

    def _alias(self, entry: Entry, indices: tuple[n.Node, ...]) -> n.Node:
        """What a declared name stands for, with actual indices in its slots."""
        if entry.name in self.expanding or len(self.expanding) > 8:
            raise ReadError("D205", f"{entry.pattern} is declared by itself", self.here())
        assert entry.alias is not None and entry.source is not None
        text = entry.alias
        source = Source("declaration", text)
        inner = Parser(source, tokenize(source, Span(0, len(text))), self.scope)
        inner.expanding = (*self.expanding, entry.name)
        letters = [
            n.Symbol(letter, Index(sort))
            for letter, sort in zip(entry.slots, entry.slot_sorts, strict=True)
        ]
        inner.bound = list(letters)
        try:
            node = inner.whole(Parser.expression)
        except ReadError as error:
            raise ReadError(
                "D205", f"the declaration of {entry.pattern} cannot be used: {error.message}",
                self.here(),
            ) from None
        node = strip(node)
        own = [x for x in letters if not _mentions(node, x)]
        if entry.kind == "component of":
            node = self.make(n.Indexed(node, tuple(own)))
        elif entry.kind == "minor of":
            node = self.make(n.Call("minor", (node, *letters)))
        elif entry.kind == "adjugate of":
            node = self.make(n.Call("adjugate", (node,)))
        for letter, index in zip(letters, indices, strict=True):
            node = substitute(node, letter, index)
        return self.make(node)

    # ------------------------------------------------------------ scripts

    def _scripts(self, node: n.Node, start: int) -> n.Node:
        """Postfix scripts of a group or symbol; a transpose goes before an index."""
        sub: tuple[Token, ...] | None = None
        sup: tuple[Token, ...] | None = None
        while self.token.is_("^", "_", "!", "'"):
            token = self.token
            if token.is_("'"):
                raise ReadError("R113", "a prime on something that is not a function", token.span)
            if token.is_("!"):
                self.advance()
                node = self.make(n.Call("factorial", (node,), span=self.since(start)))
                continue
            if (sub if token.is_("_") else sup) is not None:
                raise ReadError("R104", f"a second {token.text} on one symbol", token.span)
            tokens, end = script(self.tokens, self.at + 1)
            self.at = end
            if token.is_("_"):
                sub = tokens
            else:
                sup = tokens
        if sub is None:
            return node if sup is None else self._superscript(node, sup, start)
        if sup is not None and not self._is_transpose(sup):
            if isinstance(self.shapes(node), Matrix) and canonical(list(sup)) == "-1":
                raise ReadError(
                    "R109", "inverse of an entry or entry of an inverse? use parentheses",
                    self.since(start),
                )
            return self._superscript(self._subscript(node, sub, start), sup, start)
        if sup is not None:
            node = self._superscript(node, sup, start)
        return self._subscript(node, sub, start)

    def _subscript(self, node: n.Node, sub: tuple[Token, ...], start: int) -> n.Node:
        shape = self.shapes(node)
        wanted = {Matrix: 2, Vector: 1, Covector: 1}.get(type(shape))
        if isinstance(shape, Family):
            wanted = len(shape.indices)
        if wanted is None:
            written = self.source.slice(self.since(start))
            raise ReadError("R103", f"{written}: {shape} has no entries", self.since(start))
        indices = self._indices(sub, wanted)
        if indices is None:
            raise ReadError("R111", f"{shape} takes {wanted} indices", self.since(start))
        return self.make(n.Indexed(node, tuple(indices), span=self.since(start)))

    def _is_transpose(self, sup: tuple[Token, ...]) -> bool:
        return canonical(list(sup)) in TRANSPOSES and "T" not in self.scope.symbols

    def _superscript(self, node: n.Node, sup: tuple[Token, ...], start: int) -> n.Node:
        span = self.since(start)
        shape = self.shapes(node)
        text = canonical(list(sup))
        if self._is_transpose(sup) and isinstance(shape, Matrix | Vector | Covector):
            return self.make(n.Transpose(node, span=span))
        if text in ("\\top", "\\intercal"):
            return self.make(n.Transpose(node, span=span))
        if text[:1] == "-" and text[1:] in TRANSPOSES and isinstance(shape, Matrix):
            inverse = self.make(n.Inverse(node, span=span))
            return self.make(n.Transpose(inverse, span=span))
        if text == "-1" and isinstance(shape, Matrix):
            return self.make(n.Inverse(node, span=span))
        exponent = self.piece(sup).whole(Parser.expression)
        if isinstance(shape, SetOf):
            return self.make(n.SetPower(node, exponent, span=span))
        self._bound_power(node, exponent, span)
        return self.make(n.Pow(node, exponent, span=span))

    def _bound_power(self, base: n.Node, exponent: n.Node, span: Span) -> None:
        height, top = 1, exponent
        while isinstance(top, n.Pow):
            height, top = height + 1, top.exponent
        if height > MAX_TOWER:
            raise ReadError("R108", f"a tower of {height} powers", span)
        for node in exponent.walk():
            if isinstance(node, n.Number) and abs(node.value) > MAX_EXPONENT:
                raise ReadError("R108", f"the exponent {node.value} is too large", span)
        if isinstance(exponent, n.Pow) and isinstance(exponent.base, n.Number) and isinstance(
            exponent.exponent, n.Number | n.Pow
        ):
            raise ReadError("R108", "a tower of numbers", span)

    # ------------------------------------------------------------ functions

    def _function(self, name: str, start: int) -> n.Node:
        """A known function: at parentheses, or at the juxtaposed symbols that follow."""
        power: tuple[Token, ...] | None = None
        if self.token.is_("_") and name == "ln":
            sub, self.at = script(self.tokens, self.at + 1)
            base = self.piece(sub).whole(Parser.expression)
            argument = self._implicit(name)
            return self.make(n.Call("log", (argument, base), span=self.since(start)))
        if self.token.is_("^"):
            power, self.at = script(self.tokens, self.at + 1)
        if self.token.is_("(", "["):
            many = name in ("minor", "cov")
            if many:
                arguments, _ = self._arguments()
            else:
                arguments = [self._parentheses(")" if self.token.is_("(") else "]")]
                closed = name in ("det", "tr", "exp")
                if self.token.is_("^", "_", "!") and not closed:
                    raise ReadError(
                        "R109",
                        f"does the script belong to {name} or to its argument? use parentheses",
                        self.here(),
                    )
            low, high = n.BUILTINS[name]
            if not low <= len(arguments) <= high:
                raise ReadError("R114", f"{name} takes {low} arguments", self.since(start))
            node = self.make(n.Call(name, tuple(arguments), span=self.since(start)))
            node = self._scripts(node, start)
        else:
            node = self.make(n.Call(name, (self._implicit(name),), span=self.since(start)))
        return node if power is None else self._superscript(node, power, start)

    def _implicit(self, name: str) -> n.Node:
        r"""The argument of ``\ln 2 \pi \sigma^2``: symbols, numbers, fractions; no parentheses."""
        start = self.at
        factors = [self.factor()]
        opened = self.tokens[start].is_("(", "[", "{")
        while not opened and self._starts_factor():
            token = self.token
            if token.is_("(", "["):
                raise ReadError(
                    "R109", f"is this parenthesis inside the {name}? write {name}(…)", token.span
                )
            starts_function = token.text in FUNCTIONS or (
                token.kind == "name" and token.text in NAMED_FUNCTIONS
            )
            if starts_function or token.text in _SPECIAL and token.text not in _SIMPLE_SPECIAL:
                break
            factors.append(self.factor())
        if len(factors) == 1:
            return factors[0]
        return self.make(n.Mul(tuple(factors), span=self.since(start)))

    def _fraction(self, start: int) -> n.Node:
        self.advance()
        top, end = script(self.tokens, self.at)
        bottom, end = script(self.tokens, end)
        operator = self._derivative(top, bottom, start, end)
        if operator is not None:
            return operator
        self.at = end
        numerator = self.piece(top).whole(Parser.expression)
        denominator = self.piece(bottom).whole(Parser.expression)
        node = self.make(n.Div(numerator, denominator, span=self.since(start)))
        return self._scripts(node, start)

    def _derivative(
        self, top: tuple[Token, ...], bottom: tuple[Token, ...], start: int, end: int
    ) -> n.Node | None:
        """A fraction of differentials: with its function, or acting on the rest of the term."""
        mark = top[0] if top else None
        if mark is None or not bottom:
            return None
        text = mark.text
        if text not in ("d", "\\partial") or bottom[0].text != text:
            return None
        order, k = 1, 1
        if len(top) > 1 and top[1].is_("^"):
            exponent, k = script([*top, Token("end", "", mark.stop, mark.stop)], 2)
            if len(exponent) != 1 or exponent[0].kind != "digit":
                raise ReadError("R113", "a derivative of symbolic order", mark.span)
            order = int(exponent[0].text)
        variables = self._differentials_below(bottom, text, order)
        total = sum(times for _, times in variables)
        if total != order:
            raise ReadError("R104", f"order {order} above, {total} below", bottom[0].span)
        self.at = end
        if len(top) > k:
            body = self.piece(top[k:]).whole(Parser.expression)
            return self._scripts(self._differentiate(body, variables, start, text), start)
        body = self._rest_of_term()
        return self._differentiate(body, variables, start, text)

    def _differentiate(
        self, body: n.Node, variables: list[tuple[n.Node, int]], start: int, mark: str
    ) -> n.Node:
        for variable, times in reversed(variables):
            body = self.make(
                n.Derivative(
                    body, variable, times, span=self.since(start), partial=mark == "\\partial"
                )
            )
        return body

    def _differentials_below(
        self, bottom: tuple[Token, ...], mark: str, order: int
    ) -> list[tuple[n.Node, int]]:
        """``\\partial x \\partial y^2``: each variable with how often it is differentiated by."""
        pieces: list[list[Token]] = []
        for token in bottom:
            if token.text == mark and token.kind != "text":
                pieces.append([])
            else:
                pieces[-1].append(token)
        found: list[tuple[n.Node, int]] = []
        for piece in pieces:
            times = 1
            if order > 1 and len(piece) > 2 and piece[-2].is_("^") and piece[-1].kind == "digit":
                times, piece = int(piece[-1].text), piece[:-2]
            if not piece:
                raise ReadError("R104", "a differential of nothing", bottom[0].span)
            variable = self.piece(piece).whole(Parser.expression)
            allowed = n.Symbol | n.Indexed | n.Inverse | n.Pow
            if not isinstance(variable, allowed):
                raise ReadError("R113", "a derivative by this expression", variable.span or self.here())
            found.append((variable, times))
        return found

    def _rest_of_term(self) -> n.Node:
        if not self._starts_factor():
            raise ReadError("R104", "nothing follows for this operator to act on", self.here())
        return self.term()

    def _partial(self, start: int) -> n.Node:
        """The operator ``\\partial_x`` before its function."""
        self.advance()
        if not self.token.is_("_"):
            raise ReadError("R104", "expected \\partial_x or \\frac{\\partial}{\\partial x}", self.here())
        sub, self.at = script(self.tokens, self.at + 1)
        variable = self.piece(sub).whole(Parser.expression)
        return self._differentiate(self._rest_of_term(), [(variable, 1)], start, "\\partial")

    def _nabla(self, start: int) -> n.Node:
        self.advance()
        variable: n.Node | None = None
        order = 1
        while self.token.is_("_", "^"):
            mark = self.advance()
            sub, self.at = script(self.tokens, self.at)
            if mark.text == "_":
                variable = self.piece(sub).whole(Parser.expression)
            elif canonical(list(sub)) == "2":
                order = 2
            else:
                raise ReadError("R113", "only \\nabla and \\nabla^2 are read", mark.span)
        body = self._rest_of_term()
        if variable is None:
            if not (isinstance(body, n.Apply) and len(body.arguments) == 1):
                raise ReadError("R109", "by what? write \\nabla_{x}", self.since(start))
            variable = body.arguments[0]
        if not isinstance(variable, n.Symbol | n.Indexed):
            raise ReadError("R113", "a gradient by this expression", self.since(start))
        return self._differentiate(body, [(variable, order)], start, "\\partial")

    def _root(self, start: int) -> n.Node:
        self.advance()
        degree: n.Node | None = None
        if self.token.is_("["):
            self.advance()
            degree = self.expression()
            self.expect("]")
        inner, self.at = script(self.tokens, self.at)
        argument = self.piece(inner).whole(Parser.expression)
        arguments = (argument,) if degree is None else (argument, degree)
        return self._scripts(self.make(n.Call("sqrt", arguments, span=self.since(start))), start)

    def _binomial(self, start: int) -> n.Node:
        self.advance()
        top, self.at = script(self.tokens, self.at)
        bottom, self.at = script(self.tokens, self.at)
        arguments = tuple(self.piece(p).whole(Parser.expression) for p in (top, bottom))
        return self._scripts(self.make(n.Call("binom", arguments, span=self.since(start))), start)

    def _delta(self, start: int) -> n.Node:
        """Dirac's or Kronecker's delta at an argument, or Kronecker's with two indices."""
        self.advance()
        if self.token.is_("_"):
            sub, self.at = script(self.tokens, self.at + 1)
            indices = self._indices(sub, 2)
            if indices is None:
                raise ReadError("R104", "Kronecker's delta has two indices", self.since(start))
            return self._scripts(
                self.make(n.Kronecker(indices[0], indices[1], span=self.since(start))), start
            )
        if not self.token.is_("("):
            raise ReadError("R103", f"\\delta is not declared for ({self.scope.label})", self.since(start))
        arguments, _ = self._arguments()
        if len(arguments) != 1:
            raise ReadError("R114", "\\delta takes one argument", self.since(start))
        return self.make(n.Delta(arguments[0], span=self.since(start)))

    def _gaussian(self, start: int) -> n.Node:
        _, self.at = script(self.tokens, self.at + 1)
        if not self.token.is_("("):
            raise ReadError("R103", "\\mathcal{N} needs its arguments", self.since(start))
        arguments, _ = self._arguments()
        if len(arguments) != 3:
            raise ReadError("R114", "a normal density is written N(x; mean, variance)", self.since(start))
        return self.make(n.Call("normal", tuple(arguments), span=self.since(start)))

    def _mean(self, start: int) -> n.Node:
        """``\\mathbb{E}_{x \\sim p}[f(x)]``."""
        _, self.at = script(self.tokens, self.at + 1)
        law: n.Node | None = None
        variable: n.Node | None = None
        if self.token.is_("_"):
            sub, self.at = script(self.tokens, self.at + 1)
            piece = self.piece(sub)
            first = piece.expression()
            if piece.token.is_("\\sim"):
                piece.advance()
                variable, law = first, piece.expression()
            else:
                law = first
            if piece.token.kind != "end":
                raise ReadError("R104", "expected a law", piece.here())
        if not self.token.is_("[", "("):
            raise ReadError("R104", "an expectation needs brackets", self.here())
        inner = self._parentheses("]" if self.token.is_("[") else ")")
        node = n.Expectation(inner, law, variable, span=self.since(start))
        return self._scripts(self.make(node), start)

    def _bracket(self, start: int) -> n.Node:
        """``\\langle f \\rangle_\\theta`` as declared, or an inner product."""
        self.advance()
        first = self.expression()
        if self.token.is_(",") or (self.token.is_("|")):
            self.advance()
            second = self.expression()
            self.expect("\\rangle")
            return self._scripts(
                self.make(n.Call("inner", (first, second), span=self.since(start))), start
            )
        self.expect("\\rangle")
        sub: tuple[Token, ...] | None = None
        if self.token.is_("_"):
            sub, self.at = script(self.tokens, self.at + 1)
        entry = self.scope.expectations.get(key("", sub))
        if entry is None:
            raise ReadError(
                "R103", f"⟨·⟩{key('', sub)} is not declared for ({self.scope.label})", self.since(start)
            )
        variable_text, law_text = entry.details
        variable, law = (self._declared_text(t) for t in (variable_text, law_text))
        node = n.Expectation(first, law, variable, span=self.since(start))
        return self._scripts(self.make(node), start)

    def _declared_text(self, text: str) -> n.Node:
        source = Source("declaration", text)
        inner = Parser(source, tokenize(source, Span(0, len(text))), self.scope)
        return strip(inner.whole(Parser.expression))

    # ------------------------------------------------------------ binders

    def _big(self, start: int) -> n.Node:
        operator = self.advance().text
        lower: tuple[Token, ...] | None = None
        upper: tuple[Token, ...] | None = None
        while self.token.is_("_", "^"):
            mark = self.advance()
            tokens, self.at = script(self.tokens, self.at)
            if mark.text == "_":
                lower = tokens
            else:
                upper = tokens
        if lower is None:
            raise ReadError("R104", f"{operator} over what? its index is missing", self.since(start))
        binder = self._binder(lower, upper, self.since(start))
        for symbol in binder.indices:
            if any(symbol.name == other.name for other in self.bound):
                self.hidden.append((binder.span or self.since(start), symbol.name))
        with self.binding(binder.indices):
            body = self._rest_of_term()
        kind = n.Sum if operator == "\\sum" else n.Product
        return self.make(kind(binder, body, span=self.since(start)))

    def _index_symbol(self, tokens: list[Token], upper: tuple[Token, ...] | None) -> n.Symbol:
        """The bound index: of its declared sort, or of the sort whose size is the limit."""
        span = Span(tokens[0].start, tokens[-1].stop)
        name = canonical(tokens)
        entry = self.scope.symbols.get(name)
        if upper is not None:
            size = canonical(list(upper))
            fitting = [s for s in self.scope.sorts.values() if s.size == size]
            declared = entry.type.sort if entry and isinstance(entry.type, Index) else None
            if declared in fitting or (entry is None and len(fitting) != 1):
                pass
            elif len(fitting) == 1:
                return n.Symbol(name, Index(fitting[0]), span=span)
        if entry is None:
            raise ReadError("R103", f"the index {name} is not declared for ({self.scope.label})", span)
        if entry.alias is not None or isinstance(entry.type, Function | Family | SetOf):
            raise ReadError("R104", f"{name} cannot be summed over", span)
        return n.Symbol(entry.name, entry.type, span=span)

    def _binder(
        self, lower: tuple[Token, ...], upper: tuple[Token, ...] | None, span: Span
    ) -> n.Binder:
        relations = [k for k, t in enumerate(lower) if t.text in RELATIONS and t.kind != "text"]
        parts: list[list[Token]] = [[]]
        signs: list[Token] = []
        for k, token in enumerate(lower):
            if k in relations:
                parts.append([])
                signs.append(token)
            else:
                parts[-1].append(token)
        if not all(parts):
            raise ReadError("R104", "an index or a limit is missing", span)
        ops = [RELATIONS[s.text] for s in signs]
        top = self.piece(upper).whole(Parser.expression) if upper else None
        if not ops or ops == ["in"]:
            symbols = tuple(self._index_symbol(p, upper) for p in _commas(parts[0]))
            if ops and not self._declared_set(parts[1], symbols):
                raise ReadError("R113", "a sum over a set other than the declared one", span)
            if upper:
                raise ReadError("R104", "an upper limit without a lower one", span)
            return self.make(n.Binder(symbols, "all", span=span))
        if ops == ["="]:
            symbols = tuple(self._index_symbol(p, upper) for p in _commas(parts[0]))
            first = self.piece(parts[1]).whole(Parser.expression)
            if top is None:
                raise ReadError("R104", "the upper limit is missing", span)
            return self._ranged(symbols, first, top, span)
        return self._pairs(parts, ops, upper, span)

    def _ranged(
        self, symbols: tuple[n.Symbol, ...], first: n.Node, top: n.Node, span: Span
    ) -> n.Binder:
        for symbol in symbols:
            if not isinstance(symbol.type, Index):
                if symbol.type != SCALAR:
                    raise ReadError("R104", f"{symbol.name} has no lower and upper limit", span)
                continue
            size = _size_name(top)
            sizes = {s.size for s in self.scope.sorts.values()}
            if size in sizes and size != symbol.type.sort.size:
                raise ReadError(
                    "R111",
                    f"{symbol.name} runs over the {symbol.type.sort.size} elements of "
                    f"{symbol.type.sort.name}, not to {size}",
                    span,
                )
        for limit in (first, top):
            if isinstance(limit, n.Number) and abs(limit.value) > 1000:
                raise ReadError("R107", f"a sum up to {limit.value}", span)
        return self.make(n.Binder(symbols, "range", first, top, span=span))

    def _pairs(
        self, parts: list[list[Token]], ops: list[str], upper: tuple[Token, ...] | None, span: Span
    ) -> n.Binder:
        """``k \\neq l``, ``i < j``, ``1 \\le i < j \\le n``."""
        first: n.Node | None = None
        top: n.Node | None = self.piece(upper).whole(Parser.expression) if upper else None
        if len(ops) == 3 and ops[0] in ("<=", "<") and ops[2] in ("<=", "<"):
            first = self.piece(parts[0]).whole(Parser.expression)
            top = self.piece(parts[3]).whole(Parser.expression)
            last = tuple(parts[3])
            if ops[0] != "<=" or ops[2] != "<=" or first != n.Number(Fraction(1)):
                raise ReadError("R113", "pairs are summed from 1 to the size", span)
            parts, ops, upper = parts[1:3], ops[1:2], last
        if len(ops) != 1 or len(parts) != 2:
            raise ReadError("R113", "this kind of index condition", span)
        j, k = (self._index_symbol(p, upper) for p in parts)
        if not (isinstance(j.type, Index) and j.type == k.type):
            raise ReadError("R110", "the two indices run over different sets", span)
        if top is not None and _size_name(top) != j.type.sort.size:
            raise ReadError("R111", f"{j.name} does not run to {_size_name(top)}", span)
        if ops[0] == "!=":
            if self.scope.pairs:
                kind = "pairs" if self.scope.pairs == "unordered pairs" else "ordered"
                return self.make(n.Binder((j, k), kind, span=span))
            outer = [s.name for s in self.bound]
            if k.name in outer:
                return self.make(n.Binder((j,), "except", k, span=span))
            raise ReadError(
                "R109",
                f"does {j.name} ≠ {k.name} mean ordered pairs or unordered pairs? declare which",
                span,
            )
        if ops[0] in ("<", "<="):
            outer = [s.name for s in self.bound]
            if j.name in outer or k.name in outer:
                raise ReadError("R113", "a sum over part of a range", span)
            return self.make(n.Binder((j, k), "less" if ops[0] == "<" else "at most", span=span))
        raise ReadError("R113", "this kind of index condition", span)

    def _declared_set(self, tokens: list[Token], symbols: tuple[n.Symbol, ...]) -> bool:
        for symbol in symbols:
            entry = self.scope.symbols.get(symbol.name)
            domain = entry.declared("in") if entry else None
            if isinstance(symbol.type, Index):
                return canonical(tokens) == symbol.type.sort.name
            if domain is None or domain.argument.replace(" ", "") != canonical(tokens).replace(" ", ""):
                return False
        return True

    def _integral(self, start: int) -> n.Node:
        self.advance()
        limits: dict[str, n.Node] = {}
        while self.token.is_("_", "^"):
            mark = self.advance().text
            tokens, self.at = script(self.tokens, self.at)
            limits[mark] = self.piece(tokens).whole(Parser.expression)
        lower, upper = limits.get("_"), limits.get("^")
        if (lower is None) != (upper is None):
            raise ReadError("R104", "one limit of the integral is missing", self.since(start))
        if self._differential_at():
            variables = []
            while self._differential_at():
                variables.append(self._differential())
            with self.binding(tuple(v for v in variables if isinstance(v, n.Symbol))):
                body = self._rest_of_term()
        else:
            self.differentials += 1
            body = self.expression()
            self.differentials -= 1
            if not self._differential_at():
                raise ReadError("R104", "the integral has no differential", self.since(start))
            variables = []
            while self._differential_at():
                variables.append(self._differential())
            variables.reverse()
        if len(variables) > 1 and lower is not None:
            raise ReadError("R113", "limits on an integral over several variables", self.since(start))
        for variable in reversed(variables):
            body = self.make(n.Integral(variable, lower, upper, body, span=self.since(start)))
        return body

    def _differential_at(self) -> bool:
        token = self.token
        if not (token.text == "d" and token.kind in ("letter", "name")):
            return False
        name = read_name(self.tokens, self.at + 1)
        if name is None:
            return False
        scope = self.scope
        return (
            key(name.stem, name.sub) in scope.symbols
            or name.stem in scope.symbols
            or name.stem in scope.patterns
        ) and not (token.kind == "letter" and self._declared_function_d())

    def _declared_function_d(self) -> bool:
        entry = self.scope.symbols.get("d")
        return entry is not None and isinstance(entry.type, Function)

    def _differential(self) -> n.Node:
        self.advance()
        start = self.at
        name = read_name(self.tokens, start)
        assert name is not None
        end = name.after_sub if name.sub is not None else name.after_base
        variable = self.piece(self.tokens[start:end]).whole(Parser.expression)
        self.at = end
        if not isinstance(variable, n.Symbol | n.Indexed):
            raise ReadError("R104", "an integral is over a variable", self.since(start))
        shape = self.shapes(variable)
        if not isinstance(shape, Vector) and shape != SCALAR:
            raise ReadError("R110", f"there is no integral over {shape}", self.since(start))
        return variable

    def _extremum(self, start: int) -> n.Node:
        token = self.advance()
        text = token.text.replace("\\,", "").replace(" ", "").lstrip("\\")
        if text == "arg":
            following = self.advance().text.lstrip("\\")
            if following not in ("min", "max"):
                raise ReadError("R104", "expected arg min or arg max", self.since(start))
            text = "arg" + following
        if not self.token.is_("_"):
            if text in ("min", "max") and self.token.is_("(", "\\{"):
                return self._listed_extremum(text, start)
            raise ReadError("R109", f"{text} over what?", self.since(start))
        sub, self.at = script(self.tokens, self.at + 1)
        variable = self.piece(sub).whole(Parser.expression)
        if not isinstance(variable, n.Symbol):
            raise ReadError("R113", "an extremum over this expression", variable.span or self.here())
        body = self._rest_of_term()
        return self.make(n.Extremum(text, variable, body, span=self.since(start)))

    def _listed_extremum(self, name: str, start: int) -> n.Node:
        close = ")" if self.advance().text == "(" else "\\}"
        items = [self.expression()]
        while self.token.is_(","):
            self.advance()
            items.append(self.expression())
        self.expect(close)
        return self.make(n.Call(name, tuple(items), span=self.since(start)))

    def _limit(self, start: int) -> n.Node:
        self.advance()
        self.expect("_")
        sub, self.at = script(self.tokens, self.at)
        arrow = next((k for k, t in enumerate(sub) if t.is_("\\to", "\\rightarrow", "\\downarrow", "\\uparrow")), None)
        if not arrow:
            raise ReadError("R104", "a limit needs a variable and a target", self.since(start))
        variable = self.piece(sub[:arrow]).whole(Parser.expression)
        target, side = sub[arrow + 1 :], {"\\downarrow": "+", "\\uparrow": "-"}.get(sub[arrow].text, "")
        if len(target) > 1 and target[-1].is_("+", "-"):
            side = target[-1].text
            target = target[:-2] if target[-2].is_("^") else target[:-1]
        if not isinstance(variable, n.Symbol):
            raise ReadError("R104", "the variable of a limit is a symbol", self.since(start))
        goal = self.piece(target).whole(Parser.expression)
        with self.binding((variable,)):
            body = self._rest_of_term()
        return self.make(n.Limit(variable, goal, body, side, span=self.since(start)))

    # ------------------------------------------------------------ aggregates

    def _braces(self, start: int) -> n.Node:
        """A set, or braces that only group."""
        self.advance()
        items = [self.expression()]
        while self.token.is_(","):
            self.advance()
            items.append(self.expression())
        self.expect("\\}")
        if len(items) == 1:
            return self._scripts(items[0], start)
        return self._scripts(self.make(n.SetLiteral(tuple(items), span=self.since(start))), start)

    def _named_set(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        assert name is not None
        self.at = name.after_base
        return self._scripts(n.NamedSet(name.base, span=self.since(start)), start)

    def _blackboard(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        if name is not None and name.base in ("\\mathbb{E}",):
            return self._mean(start)
        if name is not None and name.base in NAMED_SETS:
            return self._named_set(start)
        return self._symbol(start)

    def _calligraphic(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        if name is not None and name.base == "\\mathcal{N}":
            return self._gaussian(start)
        return self._symbol(start)

    def _environment(self) -> n.Node:
        start = self.at
        opening = self.advance()
        rows: list[list[list[Token]]] = [[[]]]
        depth = 0
        while True:
            token = self.advance()
            if token.kind == "end":
                raise ReadError("R101", f"{opening.text} is never closed", opening.span)
            if token.kind == "begin":
                depth += 1
            if token.kind == "close" and depth == 0:
                break
            if token.kind == "close":
                depth -= 1
            if depth == 0 and token.kind == "align":
                rows[-1].append([])
            elif depth == 0 and token.kind == "row":
                rows.append([[]])
            else:
                rows[-1][-1].append(token)
        rows = [row for row in rows if any(row)]
        span = self.since(start)
        if opening.text == "cases":
            return self._piecewise(rows, span)
        if opening.text in ("pmatrix", "bmatrix", "matrix"):
            return self._matrix(rows, span)
        raise ReadError("R113", f"the environment {opening.text}", opening.span)

    def _piecewise(self, rows: list[list[list[Token]]], span: Span) -> n.Node:
        values: list[n.Node] = []
        conditions: list[n.Node | None] = []
        for row in rows:
            if len(row) != 2:
                raise ReadError("R104", "a case needs a value and a condition, with &", span)
            value = [t for t in row[0] if t.kind != "quad"]
            while value and value[-1].is_(","):
                value.pop()
            values.append(self.piece(value).whole(Parser.expression))
            condition = [t for t in row[1] if t.kind not in ("quad",)]
            words = " ".join(t.text for t in condition if t.kind == "text").strip().lower()
            condition = [t for t in condition if t.kind != "text" and not t.is_(",", ".")]
            condition = [t for k, t in enumerate(condition) if k or not t.is_("(")]
            if condition and condition[-1].is_(")") and sum(t.is_("(") for t in condition) < sum(
                t.is_(")") for t in condition
            ):
                condition.pop()
            if condition:
                conditions.append(self.piece(condition).whole(Parser.relation))
            elif words.strip(" .,") in ("otherwise", "else", "その他", "それ以外"):
                conditions.append(None)
            else:
                raise ReadError("R104", f"no condition in this case ({words!r})", span)
        return self.make(n.Piecewise(tuple(values), tuple(conditions), span=span))

    def _matrix(self, rows: list[list[list[Token]]], span: Span) -> n.Node:
        cells = [[[t for t in cell if t.kind != "quad"] for cell in row] for row in rows]
        if any(t.is_("\\ddots") for row in cells for cell in row for t in cell):
            return self._diagonal(cells, span)
        raise ReadError("R113", "a matrix written out entry by entry, except diag(…) with \\ddots", span)

    def _diagonal(self, cells: list[list[list[Token]]], span: Span) -> n.Node:
        """Only the diagonal is filled: a_1, a_2, …, dots, a_N."""
        filled: list[list[Token]] = []
        for i, row in enumerate(cells):
            for j, cell in enumerate(row):
                if cell and canonical(cell) not in ("0", "\\ddots") and i != j:
                    raise ReadError("R113", "a matrix with dots and entries off its diagonal", span)
                if cell and i == j:
                    filled.append(cell)
        dots = [k for k, c in enumerate(filled) if canonical(c) == "\\ddots"]
        if len(dots) != 1 or dots[0] in (0, len(filled) - 1):
            raise ReadError("R104", "expected a_1, \\ddots, a_N on the diagonal", span)
        entries = [
            self.piece(cell).whole(Parser.expression) for k, cell in enumerate(filled) if k != dots[0]
        ]
        family: n.Symbol | None = None
        for k, entry in enumerate(entries):
            if not (isinstance(entry, n.Indexed) and isinstance(entry.base, n.Symbol)):
                raise ReadError("R113", "the diagonal must be a declared family", entry.span or span)
            index = entry.indices[0]
            last = k == len(entries) - 1
            sort = entry.base.type.indices[0] if isinstance(entry.base.type, Family) else None
            wanted = sort.size if last and sort else str(k + 1)
            if family is not None and entry.base != family or _size_name(index) != wanted:
                raise ReadError(
                    "R111", f"expected the entry with index {wanted} here", entry.span or span
                )
            family = entry.base
        assert family is not None
        return self.make(n.Diagonal(family.at(None), span=span))

    # ------------------------------------------------------------ relations

    def relation(self) -> n.Node:
        """One relation between two expressions."""
        start = self.at
        left = self.expression()
        op, up_to, sign = self.relation_sign()
        right = self.expression()
        return self.make(n.Relation(op, left, right, up_to, span=self.since(start), sign=sign))

    def at_relation(self) -> bool:
        token = self.token
        return token.kind != "text" and (
            token.text in RELATIONS
            or token.text in ("\\underbrace", "\\overset", "\\stackrel", "\\underset", "\\not", ":")
        )

    def relation_sign(self) -> tuple[str, n.Symbol | None, Span]:
        """A relation sign, plain or with an annotation above or below it."""
        start = self.at
        token = self.advance()
        if token.is_(":") and self.token.is_("="):
            self.advance()
            return "=", None, self.since(start)
        if token.is_("\\not"):
            following = self.advance()
            if not following.is_("="):
                raise ReadError("R113", f"\\not{following.text}", self.since(start))
            return "!=", None, self.since(start)
        if token.text in RELATIONS:
            return RELATIONS[token.text], None, token.span
        if token.is_("\\underbrace"):
            sign, self.at = script(self.tokens, self.at)
            self.expect("_")
            note, self.at = script(self.tokens, self.at)
        elif token.is_("\\underset", "\\overset", "\\stackrel"):
            note, self.at = script(self.tokens, self.at)
            sign, self.at = script(self.tokens, self.at)
        else:
            raise ReadError("R104", f"expected a relation, found {token.text}", token.span)
        if len(sign) != 1 or sign[0].text not in RELATIONS:
            raise ReadError("R113", "an annotation on something that is not a relation", self.since(start))
        return RELATIONS[sign[0].text], self._annotation(note, token), self.since(start)

    def _annotation(self, note: tuple[Token, ...], token: Token) -> n.Symbol | None:
        """``\\theta \\text{ only}``: equal up to terms free of θ. Other words say nothing."""
        words = "".join(t.text for t in note if t.kind == "text").strip(" .").lower()
        symbols = [t for t in note if t.kind in ("letter", "command")]
        if not symbols:
            if "const" in words or "定数" in words:
                raise ReadError("R109", "up to a constant in what? write the parameter", token.span)
            return None
        if words not in ONLY:
            raise ReadError("R113", f"the annotation {words!r} on a relation", token.span)
        rest = [t for t in note if t.kind != "text"]
        symbol = self.piece(rest).whole(Parser.expression)
        if not isinstance(symbol, n.Symbol):
            raise ReadError("R104", "expected a parameter", token.span)
        return symbol

    def _unsupported(self, start: int) -> n.Node:
        raise ReadError("R113", f"{self.token.text} is not supported", self.token.span)


ONLY = {"のみ", "only", "だけ", "のみに依存", "dependent", "dependent terms", "-dependent terms"}
"""Words that, with a parameter, mean: terms free of it are left out."""


def strip(node: T) -> T:
    """The node without places, for what comes from a declaration."""
    return rebuild(node, lambda child: strip(child)).at(None)


def rebuild(node: T, change: Callable[[n.Node], n.Node]) -> T:
    """The node with each direct part changed."""
    from dataclasses import fields, replace

    def through(value: object) -> object:
        if isinstance(value, n.Node):
            return change(value)
        if isinstance(value, tuple):
            return tuple(through(item) for item in value)
        return value

    changed = {
        f.name: new
        for f in fields(node)
        if f.name not in ("span", "sign")
        and (new := through(getattr(node, f.name))) is not getattr(node, f.name)
    }
    return replace(node, **changed) if changed else node


def substitute(node: n.Node, symbol: n.Symbol, value: n.Node) -> n.Node:
    """The node with a symbol replaced; only for aliases, whose bodies bind nothing."""
    if node == symbol:
        return value
    return rebuild(node, lambda child: substitute(child, symbol, value))


def _mentions(node: n.Node, symbol: n.Symbol) -> bool:
    return any(part == symbol for part in node.walk())


def _commas(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_(","):
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        raise ReadError("R104", "an index is missing", tokens[0].span)
    return parts


def _size_name(node: n.Node) -> str:
    """``n`` or ``3``: a limit as text, empty if it is an expression."""
    if isinstance(node, n.Symbol):
        return node.name
    if isinstance(node, n.Number):
        return str(node.value)
    return ""


_NOT_FACTORS = {
    "\\mid", "\\parallel", "\\|", "\\rangle", "\\}", "\\rvert", "\\rVert", "\\cdot", "\\times",
    "\\pm", "\\mp", "\\dots", "\\ldots", "\\cdots", "\\Vert", "\\underbrace", "\\overset",
    "\\stackrel", "\\underset", "\\not", "\\forall", "\\ddots", "\\vdots", "\\because", "\\therefore",
    "\\downarrow", "\\uparrow",
}  # fmt: skip
_SPECIAL: dict[str, Callable[[Parser, int], n.Node]] = {
    "\\frac": Parser._fraction,
    "\\dfrac": Parser._fraction,
    "\\tfrac": Parser._fraction,
    "\\partial": Parser._partial,
    "\\nabla": Parser._nabla,
    "\\sqrt": Parser._root,
    "\\binom": Parser._binomial,
    "\\delta": Parser._delta,
    "\\mathbb": Parser._blackboard,
    "\\mathcal": Parser._calligraphic,
    "\\langle": Parser._bracket,
    "\\sum": Parser._big,
    "\\prod": Parser._big,
    "\\int": Parser._integral,
    "\\min": Parser._extremum,
    "\\max": Parser._extremum,
    "\\arg": Parser._extremum,
    "\\argmin": Parser._extremum,
    "\\argmax": Parser._extremum,
    "\\lim": Parser._limit,
    "\\{": Parser._braces,
    "\\lbrace": Parser._braces,
    "\\iint": Parser._unsupported,
    "\\iiint": Parser._unsupported,
    "\\oint": Parser._unsupported,
    "\\bigcup": Parser._unsupported,
    "\\bigcap": Parser._unsupported,
    "\\sup": Parser._unsupported,
    "\\inf": Parser._unsupported,
}
_SIMPLE_SPECIAL = {"\\frac", "\\dfrac", "\\tfrac", "\\sqrt", "\\binom", "\\mathbb", "\\mathcal"}
_SPECIAL_NAMES: dict[str, Callable[[Parser, int], n.Node]] = {
    "argmin": Parser._extremum,
    "argmax": Parser._extremum,
}
_GREEK = {
    "\\" + name
    for name in (
        "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu "
        "xi pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta "
        "Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph"
    ).split()
} | ACCENTS

