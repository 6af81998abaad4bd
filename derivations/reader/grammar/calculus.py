"""Fractions, derivatives and integrals."""

from __future__ import annotations

from ...language import nodes as n
from ...language.types import SCALAR, Function, Vector
from ..errors import ReadError
from ..scope import key, read_name, script
from ..tokens import Token, canonical
from .binders import Binders
from .terms import Terms


class Calculus(Binders):
    """Adds derivatives and integrals."""

    def _fraction(self, start: int) -> n.Node:
        self.advance()
        top, end = script(self.tokens, self.at)
        bottom, end = script(self.tokens, end)
        operator = self._derivative(top, bottom, start, end)
        if operator is not None:
            return operator
        if self.differentials:
            parser = self.piece([*top])
            for parser.at in range(len(top)):
                if parser._differential_at():
                    raise ReadError(
                        "R113",
                        "a differential in a fraction: write it behind the integrand",
                        parser.token.span,
                    )
        self.at = end
        numerator = self.piece(top).whole(Terms.expression)
        denominator = self.piece(bottom).whole(Terms.expression)
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
            body = self.piece(top[k:]).whole(Terms.expression)
            return self._scripts(self._differentiate(body, variables, start, text), start)
        body = self._rest_of_term()
        return self._differentiate(body, variables, start, text)

    def _differentiate(
        self, body: n.Node, variables: list[tuple[n.Node, int]], start: int, mark: str
    ) -> n.Node:
        body = self._at_its_argument(body)
        for variable, times in reversed(variables):
            body = self.make(n.Derivative(body, variable, times, partial=mark == "\\partial"))
        return body.at(self.since(start))  # only the whole has a place of its own

    def _at_its_argument(self, body: n.Node) -> n.Node:
        """``J`` under a derivative is ``J(w)`` where it is declared a function of w."""
        if not (isinstance(body, n.Symbol) and isinstance(body.type, Function)):
            return body
        entry = self.scope.symbols.get(body.name)
        argument = self.scope.symbols.get((entry.over if entry else None) or "")
        if argument is None or len(body.type.parameters) != 1:
            message = f"{body.name} at which argument? write it, or declare a function of a symbol"
            raise ReadError("R109", message, body.span or self.here())
        symbol = n.Symbol(argument.name, argument.type, span=body.span)
        return self.make(n.Apply(body, (symbol,), span=body.span))

    def _differentials_below(
        self, bottom: tuple[Token, ...], mark: str, order: int
    ) -> list[tuple[n.Node, int]]:
        """``\\partial x \\partial y^2``: each variable with how often it is differentiated by."""
        pieces: list[list[Token]] = []
        depth = 0
        for token in bottom:
            depth += token.is_("{") - token.is_("}")
            if token.text == mark and token.kind != "text" and depth == 0:
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
            variable = self.piece(piece).whole(Terms.expression)
            if isinstance(variable, n.Transpose) and found and found[-1] == (variable.operand, 1):
                found[-1] = (variable.operand, 2)  # the Hessian: \partial w \partial w^\top
                continue
            allowed = n.Symbol | n.Indexed | n.Inverse | n.Pow
            if not isinstance(variable, allowed):
                raise ReadError(
                    "R113", "a derivative by this expression", variable.span or self.here()
                )
            found.append((variable, times))
        return found

    def _partial(self, start: int) -> n.Node:
        """The operator ``\\partial_x`` before its function."""
        self.advance()
        if not self.token.is_("_"):
            raise ReadError(
                "R104", "expected \\partial_x or \\frac{\\partial}{\\partial x}", self.here()
            )
        sub, self.at = script(self.tokens, self.at + 1)
        variable = self.piece(sub).whole(Terms.expression)
        return self._differentiate(self._rest_of_term(), [(variable, 1)], start, "\\partial")

    def _nabla(self, start: int) -> n.Node:
        self.advance()
        variable: n.Node | None = None
        order = 1
        while self.token.is_("_", "^"):
            mark = self.advance()
            sub, self.at = script(self.tokens, self.at)
            if mark.text == "_":
                variable = self.piece(sub).whole(Terms.expression)
            elif canonical(list(sub)) == "2":
                order = 2
            else:
                raise ReadError("R113", "only \\nabla and \\nabla^2 are read", mark.span)
        body = self._at_its_argument(self._rest_of_term())
        if variable is None:
            if not (isinstance(body, n.Apply) and len(body.arguments) == 1):
                raise ReadError("R109", "by what? write \\nabla_{x}", self.since(start))
            variable = body.arguments[0]
        if not isinstance(variable, n.Symbol | n.Indexed):
            raise ReadError("R113", "a gradient by this expression", self.since(start))
        return self._differentiate(body, [(variable, order)], start, "\\partial")

    def _integral(self, start: int) -> n.Node:
        self.advance()
        limits: dict[str, n.Node] = {}
        while self.token.is_("_", "^"):
            mark = self.advance().text
            tokens, self.at = script(self.tokens, self.at)
            limits[mark] = self.piece(tokens).whole(Terms.expression)
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
            variables = [self._differential()]
            while self._differential_at() and not self.differentials:  # one for each integral
                variables.append(self._differential())
            variables.reverse()
        if len(variables) > 1 and lower is not None:
            raise ReadError(
                "R113", "limits on an integral over several variables", self.since(start)
            )
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
        variable = self.piece(self.tokens[start:end]).whole(Terms.expression)
        self.at = end
        if not isinstance(variable, n.Symbol | n.Indexed):
            raise ReadError("R104", "an integral is over a variable", self.since(start))
        shape = self.shapes(variable)
        if not isinstance(shape, Vector) and shape != SCALAR:
            raise ReadError("R110", f"there is no integral over {shape}", self.since(start))
        return variable
