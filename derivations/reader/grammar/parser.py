r"""The grammar of mathematical notes: a Pratt parser that consults the declarations.

Precedence, loosest first: equivalence, relation, sum, product (with sums, integrals,
derivatives and extrema reaching to the end of their term), sign, scripts. What is
ambiguous is refused with a reason; ``docs/notation.md`` lists what is read.
"""

from __future__ import annotations

from ...language import nodes as n
from ...language.source import Span
from ..errors import ReadError
from ..scope import script
from ..tokens import Token
from .aggregates import Aggregates
from .terms import Terms
from .vocabulary import ONLY, RELATIONS


class Parser(Aggregates):
    """Reads one display, or a piece of one, in the scope of its equation."""

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
            raise ReadError(
                "R113", "an annotation on something that is not a relation", self.since(start)
            )
        return RELATIONS[sign[0].text], self._annotation(note, token), self.since(start)

    def _annotation(self, note: tuple[Token, ...], token: Token) -> n.Symbol | None:
        """``\\theta \\text{ only}``: equal up to terms free of θ. Other words say nothing."""
        enclosed = len(note) > 2 and note[0].is_("(") and note[-1].is_(")")
        plain = ("letter", "digit", "text")
        if enclosed and all(t.kind in plain or t.is_(".", "-") for t in note[1:-1]):
            return None  # (2.3), (a), (iv): what it follows from
        words = "".join(t.text for t in note if t.kind == "text").strip(" .").lower()
        symbols = [t for t in note if t.kind in ("letter", "command")]
        if not symbols:
            if "const" in words or "定数" in words:
                raise ReadError("R109", "up to a constant in what? write the parameter", token.span)
            return None
        if words not in ONLY:
            raise ReadError("R113", f"the annotation {words!r} on a relation", token.span)
        rest = [t for t in note if t.kind != "text"]
        symbol = self.piece(rest).whole(Terms.expression)
        if not isinstance(symbol, n.Symbol):
            raise ReadError("R104", "expected a parameter", token.span)
        return symbol
