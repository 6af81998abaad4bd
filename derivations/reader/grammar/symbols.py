"""Declared names: symbols, families, functions at their arguments, aliases."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from ...language import nodes as n
from ...language.rewrite import mentions, strip, substitute
from ...language.source import Source, Span
from ...language.types import SCALAR, Covector, Function, Index, Matrix, Vector
from ..errors import ReadError
from ..scope import CONDITIONAL, Entry, Name, key, read_name, script
from ..tokens import Token, canonical, tokenize
from .scripts import Scripts
from .terms import Terms
from .vocabulary import FUNCTIONS, GREEK, NAMED_FUNCTIONS, SPECIAL, SPECIAL_NAMES

INVERSE = "the inverse function or one over it? write \\frac{1}{f(x)}, or declare the inverse"


class Symbols(Scripts):
    """Adds declared names."""

    def _named(self, start: int) -> n.Node:
        token = self.token
        text = token.text
        if token.kind == "name":
            special = SPECIAL_NAMES.get(text.replace("\\,", "").replace(" ", ""))
            if special is not None and not self._declared(start):
                return cast(n.Node, getattr(self, special)(start))
        elif text in SPECIAL and not self._declared(start):
            return cast(n.Node, getattr(self, SPECIAL[text])(start))
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

    def _symbol(self, start: int) -> n.Node:
        name = read_name(self.tokens, start)
        if name is None:
            raise ReadError("R104", f"{self.token.text} was not expected here", self.token.span)
        scope = self.scope
        if (
            name.stem in ("e", "\\mathrm{e}")
            and name.sup is not None
            and name.sub is None
            and "e" not in scope.symbols
        ):
            self.at = name.after_sup
            exponent = self.piece(name.sup).whole(Terms.expression)
            return self.make(n.Call("exp", (exponent,), span=self.since(start)))
        for literal, end in (
            (key(name.stem, name.sub, name.sup), name.after_sup),
            (key(name.stem, name.sub), name.after_sub),
        ):
            entry = scope.symbols.get(literal) or scope.symbols.get(literal + CONDITIONAL)
            if entry is not None and not (
                name.sub and name.sup and end == name.after_sub and "^" in literal
            ):
                self.at = end
                sup = (
                    name.sup
                    if name.sup is not None
                    and end == name.after_sub
                    and name.sub
                    and (key(name.stem, name.sub, name.sup) != literal)
                    else None
                )
                return self._entry(entry, start, sup, stop=name.sub_end if sup else end)
        if name.sub is not None or name.sup is not None:
            node = self._pattern(name, start)
            if node is not None:
                return node
        entry = scope.symbols.get(name.stem)
        plain = entry is not None and entry.type == SCALAR and entry.alias is None
        if plain and name.sub and scope.patterns.get(name.stem):
            raise self._undeclared(name, start)
        if entry is not None:
            self.at = name.after_base
            return self._entry(entry, start, None)
        if name.primes:
            function = scope.symbols.get(key(name.base, name.sub)) or scope.symbols.get(name.base)
            if function is not None and isinstance(function.type, Function):
                self.at = (
                    name.after_sub if key(name.base, name.sub) in scope.symbols else name.after_base
                )
                return self._entry(function, start, None, name.primes)
        constant = {"\\mathrm{e}": "e"}.get(name.stem, name.stem)
        constant = constant if constant in ("\\pi", "\\infty", "e") else ""
        if constant and name.sub is None:
            self.at = name.after_base
            node = n.Constant(constant, span=self.since(start))
            return self._scripts(node, start)
        raise self._undeclared(name, start)

    def _undeclared(self, name: Name, start: int) -> ReadError:
        end = name.after_sub if name.sub is not None else name.after_base
        span = Span(self.tokens[start].start, self.tokens[end - 1].stop)
        written = key(name.stem, name.sub)
        if (
            name.base.startswith("\\")
            and not name.base.rstrip("}").endswith("}")
            and (name.base not in GREEK and "{" not in name.base)
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
            for index in indices:
                if isinstance(index, n.Number) and index.value < 1:
                    raise ReadError("R111", "indices begin with 1", self.since(start))
            if entry.declared("one for each pair") and indices[0] == indices[1]:
                raise ReadError(
                    "R111",
                    f"{entry.pattern} has no entry with two equal indices",
                    self.since(start),
                )
            self.at = end
            own = end if sup is None else name.sub_end
            span = Span(self.tokens[start].start, self.tokens[own - 1].stop)
            if entry.alias is not None:
                node = self._alias(entry, tuple(indices)).at(span)
                if entry.slip:
                    self.slips.append((span, entry.alias))
                elif isinstance(node, n.Indexed):
                    node = replace(node, alias=(entry.name, entry.sup_slots, tuple(indices)))
            else:
                base = n.Symbol(entry.name, entry.type)
                node = self.make(n.Indexed(base, tuple(indices), span=span))
            return self._after_name(node, start, sup)
        return None

    def _sorts_match(self, entry: Entry, indices: list[n.Node]) -> bool:
        for sort, index in zip(entry.slot_sorts, indices, strict=True):
            shape = self.shapes(index)
            if isinstance(shape, Index) and shape.sort != sort:
                return False
        return True

    def _entry(
        self,
        entry: Entry,
        start: int,
        sup: tuple[Token, ...] | None,
        primes: int = 0,
        stop: int = 0,
    ) -> n.Node:
        span = Span(self.tokens[start].start, self.tokens[(stop or self.at) - 1].stop)
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
            return self._scripts(
                node if sup is None else self._superscript(node, sup, start), start
            )
        if isinstance(node, n.Indexed) and self._is_transpose(sup):
            base = self.make(n.Transpose(node.base, span=node.base.span))
            return self.make(n.Indexed(base, node.indices, span=self.since(start)))
        if (
            isinstance(node, n.Indexed)
            and canonical(list(sup)) == "-1"
            and isinstance(self.shapes(node.base), Matrix)
        ):
            raise ReadError(
                "R109",
                "inverse of an entry or entry of an inverse? use parentheses",
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
            if canonical(list(power)) == "-1":
                raise ReadError("R109", INVERSE, self.since(start))
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
        function, plain = symbol, symbol.name.removesuffix(CONDITIONAL)
        if bar:
            entry = self.scope.symbols.get(plain + CONDITIONAL)
            if entry is None:
                raise ReadError(
                    "R103", f"the conditional {plain}(·|·) is not declared", self.since(start)
                )
            function = n.Symbol(entry.name, entry.type, span=symbol.span)
        elif plain != symbol.name:
            raise ReadError(
                "R103", f"{plain} is declared only with a bar, {plain}(·|·)", self.since(start)
            )
        assert isinstance(function.type, Function)
        if len(arguments) != len(function.type.parameters):
            raise ReadError(
                "R114",
                f"{plain} takes {len(function.type.parameters)} arguments, not {len(arguments)}",
                self.since(start),
            )
        node: n.Node = self.make(n.Apply(function, tuple(arguments), order, span=self.since(start)))
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
        letters = [
            n.Symbol(letter, Index(sort))
            for letter, sort in zip(entry.slots, entry.slot_sorts, strict=True)
        ]
        node = self.scope.expanded.get(id(entry))
        if node is None:
            try:
                node = self._expand(entry, letters)
            except ReadError as error:
                message = f"the declaration of {entry.pattern} cannot be used: {error.message}"
                if error.code == "D205":
                    message = error.message
                raise ReadError("D205", message, self.here()) from None
            self.scope.expanded[id(entry)] = node
        return self.make(substitute(node, dict(zip(letters, indices, strict=True))))

    def _expand(self, entry: Entry, letters: list[n.Symbol]) -> n.Node:
        """What a declared name stands for, with the letters of its declaration."""
        text = entry.alias or ""
        source = Source("declaration", text)
        inner = type(self)(source, tokenize(source, Span(0, len(text))), self.scope)
        inner.expanding = (*self.expanding, entry.name)
        inner.bound = list(letters)
        other = self.scope.symbols.get(canonical(inner.tokens[:-1]))
        if other is not None and other.alias is None:  # not what that name alone means
            node: n.Node = n.Symbol(other.name, other.type)
        else:
            node = inner.whole(Terms.expression)
        node = strip(node)
        own = [x for x in letters if not mentions(node, x)]
        if entry.kind == "component of":
            return self.make(n.Indexed(node, tuple(own)))
        if entry.kind == "minor of":
            return self.make(n.Call("minor", (node, *letters)))
        if entry.kind == "adjugate of":
            return self.make(n.Call("adjugate", (node,)))
        return node

    def _declared_text(self, text: str) -> n.Node:
        source = Source("declaration", text)
        try:
            inner = type(self)(source, tokenize(source, Span(0, len(text))), self.scope)
            inner.expanding = (*self.expanding, text)
            if text in self.expanding:
                raise ReadError("D205", "it is declared by itself", self.here())
            return strip(inner.whole(Terms.expression))
        except ReadError as error:
            message = f"{text}, from a declaration, cannot be used: {error.message}"
            raise ReadError("D205", message, self.here()) from None

    def _function(self, name: str, start: int) -> n.Node:
        raise NotImplementedError
