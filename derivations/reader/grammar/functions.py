"""Functions that mathematics knows, deltas, means and normal densities."""

from __future__ import annotations

from ...language import nodes as n
from ..errors import ReadError
from ..scope import key, script
from ..tokens import Token, canonical
from .symbols import INVERSE, Symbols
from .terms import Terms
from .vocabulary import FUNCTIONS, MAX_FACTORIAL, NAMED_FUNCTIONS, SIMPLE_SPECIAL, SPECIAL


class Functions(Symbols):
    """Adds known functions."""

    def _function(self, name: str, start: int) -> n.Node:
        """A known function: at parentheses, or at the juxtaposed symbols that follow."""
        power: tuple[Token, ...] | None = None
        if self.token.is_("_") and name == "ln":
            sub, self.at = script(self.tokens, self.at + 1)
            base = self.piece(sub).whole(Terms.expression)
            argument = self._implicit(name)
            return self.make(n.Call("log", (argument, base), span=self.since(start)))
        if self.token.is_("^"):
            power, self.at = script(self.tokens, self.at + 1)
            if canonical(list(power)) == "-1":
                raise ReadError("R109", INVERSE, self.since(start))
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
            node: n.Node = self.make(n.Call(name, tuple(arguments), span=self.since(start)))
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
            if starts_function or (token.text in SPECIAL and token.text not in SIMPLE_SPECIAL):
                break
            factors.append(self.factor())
        if len(factors) == 1:
            return factors[0]
        return self.make(n.Mul(tuple(factors), span=self.since(start)))

    def _root(self, start: int) -> n.Node:
        self.advance()
        degree: n.Node | None = None
        if self.token.is_("["):
            self.advance()
            degree = self.expression()
            self.expect("]")
        inner, self.at = script(self.tokens, self.at)
        argument = self.piece(inner).whole(Terms.expression)
        arguments = (argument,) if degree is None else (argument, degree)
        return self._scripts(self.make(n.Call("sqrt", arguments, span=self.since(start))), start)

    def _binomial(self, start: int) -> n.Node:
        self.advance()
        top, self.at = script(self.tokens, self.at)
        bottom, self.at = script(self.tokens, self.at)
        arguments = tuple(self.piece(p).whole(Terms.expression) for p in (top, bottom))
        for argument in arguments:
            if isinstance(argument, n.Number) and argument.value > MAX_FACTORIAL:
                raise ReadError("R108", f"a binomial of {argument.value}", self.since(start))
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
            raise ReadError(
                "R103", f"\\delta is not declared for ({self.scope.label})", self.since(start)
            )
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
            raise ReadError(
                "R114", "a normal density is written N(x; mean, variance)", self.since(start)
            )
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
                "R103",
                f"⟨·⟩{key('', sub)} is not declared for ({self.scope.label})",
                self.since(start),
            )
        variable_text, law_text = entry.details
        variable, law = (self._declared_text(t) for t in (variable_text, law_text))
        node = n.Expectation(first, law, variable, span=self.since(start))
        return self._scripts(self.make(node), start)
