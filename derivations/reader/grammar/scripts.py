"""Superscripts and subscripts: powers, transposes, inverses, entries."""

from __future__ import annotations

from ...language import nodes as n
from ...language.source import Span
from ...language.types import Covector, Family, Matrix, SetOf, Vector
from ..errors import ReadError
from ..scope import script
from ..tokens import Token, canonical
from .terms import Terms
from .vocabulary import MAX_EXPONENT, MAX_FACTORIAL, MAX_TOWER, TRANSPOSES


def _parenthesised(tokens: tuple[Token, ...]) -> bool:
    """Whether one pair of parentheses encloses everything."""
    depth = 0
    for k, token in enumerate(tokens):
        depth += token.is_("(") - token.is_(")")
        if depth == 0:
            return k > 0 and k == len(tokens) - 1
    return False


class Scripts(Terms):
    """Adds superscripts and subscripts."""

    def _scripts(self, node: n.Node, start: int) -> n.Node:
        """Postfix scripts of a group or symbol; a transpose goes before an index."""
        sub: tuple[Token, ...] | None = None
        sup: tuple[Token, ...] | None = None
        sub_end = start
        while self.token.is_("^", "_", "!", "'"):
            token = self.token
            if token.is_("'"):
                raise ReadError("R113", "a prime on something that is not a function", token.span)
            if token.is_("!"):
                node = self._with_scripts(node, start, sub, sub_end, sup)
                sub = sup = None
                self.advance()
                if isinstance(node, n.Number) and node.value > MAX_FACTORIAL:
                    raise ReadError("R108", f"the factorial of {node.value}", self.since(start))
                node = self.make(n.Call("factorial", (node,), span=self.since(start)))
                continue
            if (sub if token.is_("_") else sup) is not None:
                raise ReadError("R104", f"a second {token.text} on one symbol", token.span)
            tokens, self.at = script(self.tokens, self.at + 1)
            if token.is_("_"):
                sub, sub_end = tokens, self.at
            else:
                sup = tokens
        return self._with_scripts(node, start, sub, sub_end, sup)

    def _with_scripts(
        self,
        node: n.Node,
        start: int,
        sub: tuple[Token, ...] | None,
        sub_end: int,
        sup: tuple[Token, ...] | None,
    ) -> n.Node:
        if sub is None:
            return node if sup is None else self._superscript(node, sup, start)
        if sup is None:
            return self._subscript(node, sub, self.since(start))
        if self._is_transpose(sup):
            transposed = self._superscript(node, sup, start).at(None)
            return self._subscript(transposed, sub, self.since(start))
        if isinstance(self.shapes(node), Matrix) and canonical(list(sup)) == "-1":
            raise ReadError(
                "R109",
                "inverse of an entry or entry of an inverse? use parentheses",
                self.since(start),
            )
        entry = Span(self.tokens[start].start, self.tokens[sub_end - 1].stop)
        return self._superscript(self._subscript(node, sub, entry), sup, start)

    def _subscript(self, node: n.Node, sub: tuple[Token, ...], span: Span) -> n.Node:
        shape = self.shapes(node)
        wanted = {Matrix: 2, Vector: 1, Covector: 1}.get(type(shape))
        if isinstance(shape, Family):
            wanted = len(shape.indices)
        if wanted is None:
            written = self.source.slice(span)
            message = f"{written} is not declared for ({self.scope.label}): {shape} has no entries"
            raise ReadError("R103", message, span)
        indices = self._indices(sub, wanted)
        if indices is None:
            raise ReadError("R111", f"{shape} takes {wanted} indices", span)
        return self.make(n.Indexed(node, tuple(indices), span=span))

    def _is_transpose(self, sup: tuple[Token, ...]) -> bool:
        text = canonical(list(sup))
        return text in TRANSPOSES and text not in self.scope.symbols

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
        if all(t.is_("*", "\\star", "\\ast", "\\dagger", "+", "-") for t in sup):
            written = self.source.slice(span)
            raise ReadError("R103", f"{written} is not declared for ({self.scope.label})", span)
        if isinstance(node, n.Symbol | n.Indexed) and _parenthesised(sup):
            raise ReadError(
                "R109",
                f"is ^{{{text}}} an index or a power? declare the index, "
                "or leave out the parentheses",
                span,
            )
        exponent = self.piece(sup).whole(Terms.expression)
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
        if (
            isinstance(exponent, n.Pow)
            and isinstance(exponent.base, n.Number)
            and isinstance(exponent.exponent, n.Number | n.Pow)
        ):
            raise ReadError("R108", "a tower of numbers", span)

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
            found = [self.piece(part).whole(Terms.expression) for part in parts]
        except ReadError as error:
            if error.code == "R103":
                return None
            raise
        # "ij" is two indices, never their product
        return None if any(isinstance(index, n.Mul) for index in found) else found
