"""Sums, products, extrema and limits, with what they bind."""

from __future__ import annotations

from fractions import Fraction

from ...language import nodes as n
from ...language.source import Span
from ...language.types import SCALAR, Family, Function, Index, SetOf
from ..errors import ReadError
from ..scope import read_name, script
from ..tokens import Token, canonical
from .functions import Functions
from .terms import Terms
from .vocabulary import RELATIONS


class Binders(Functions):
    """Adds what binds an index or a variable."""

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
            raise ReadError(
                "R104", f"{operator} over what? its index is missing", self.since(start)
            )
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
        end = Token("end", "", span.stop, span.stop)
        whole = read_name([*tokens, end], 0)
        if whole is None or whole.after_sup != len(tokens):
            raise ReadError("R104", f"{name} is no index", span)
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
            raise ReadError(
                "R103", f"the index {name} is not declared for ({self.scope.label})", span
            )
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
        top = self.piece(upper).whole(Terms.expression) if upper else None
        if not ops or ops == ["in"]:
            symbols = tuple(self._index_symbol(p, upper) for p in _commas(parts[0]))
            if ops and not self._declared_set(parts[1], symbols):
                raise ReadError("R113", "a sum over a set other than the declared one", span)
            if upper:
                raise ReadError("R104", "an upper limit without a lower one", span)
            return self.make(n.Binder(symbols, "all", span=span))
        if ops == ["="]:
            symbols = tuple(self._index_symbol(p, upper) for p in _commas(parts[0]))
            first = self.piece(parts[1]).whole(Terms.expression)
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
            size = size_name(top)
            sizes = {s.size for s in self.scope.sorts.values()}
            if size in sizes and size != symbol.type.sort.size:
                raise ReadError(
                    "R111",
                    f"{symbol.name} runs over the {symbol.type.sort.size} elements of "
                    f"{symbol.type.sort.name}, not to {size}",
                    span,
                )
        indexed = any(isinstance(symbol.type, Index) for symbol in symbols)
        if indexed and isinstance(first, n.Number) and first.value < 1:
            raise ReadError("R111", "indices begin with 1", span)
        for limit in (first, top):
            if isinstance(limit, n.Number) and abs(limit.value) > 1000:
                raise ReadError("R107", f"a sum up to {limit.value}", span)
        return self.make(n.Binder(symbols, "range", first, top, span=span))

    def _pairs(
        self, parts: list[list[Token]], ops: list[str], upper: tuple[Token, ...] | None, span: Span
    ) -> n.Binder:
        """``k \\neq l``, ``i < j``, ``1 \\le i < j \\le n``."""
        first: n.Node | None = None
        top: n.Node | None = self.piece(upper).whole(Terms.expression) if upper else None
        if len(ops) == 3 and ops[0] in ("<=", "<") and ops[2] in ("<=", "<"):
            first = self.piece(parts[0]).whole(Terms.expression)
            top = self.piece(parts[3]).whole(Terms.expression)
            last = tuple(parts[3])
            if ops[0] != "<=" or ops[2] != "<=" or first != n.Number(Fraction(1)):
                raise ReadError("R113", "pairs are summed from 1 to the size", span)
            parts, ops, upper = parts[1:3], ops[1:2], last
        if len(ops) != 1 or len(parts) != 2:
            raise ReadError("R113", "this kind of index condition", span)
        j, k = (self._index_symbol(p, upper) for p in parts)
        if not (isinstance(j.type, Index) and j.type == k.type):
            raise ReadError("R110", "the two indices run over different sets", span)
        if top is not None and size_name(top) != j.type.sort.size:
            raise ReadError("R111", f"{j.name} does not run to {size_name(top)}", span)
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
            if domain is None or domain.argument.replace(" ", "") != canonical(tokens).replace(
                " ", ""
            ):
                return False
        return True

    def over_operator(self, at: int) -> bool:
        """Whether an ``\\underset`` puts the variable of an extremum below its operator."""
        _, end = script(self.tokens, at + 1)
        operator, _ = script(self.tokens, end)
        return extremum(operator) is not None

    def _extremum(self, start: int) -> n.Node:
        under: tuple[Token, ...] | None = None
        if self.token.is_("\\underset"):
            under, self.at = script(self.tokens, self.at + 1)
            operator, self.at = script(self.tokens, self.at)
        elif self.token.is_("\\mathop"):
            operator, self.at = script(self.tokens, self.at + 1)
        else:
            first = self.advance()
            operator = (first,)
            if extremum(operator) == "arg" and self.token.kind in ("command", "name"):
                operator = (first, self.advance())
        text = extremum(operator)
        if text in (None, "arg"):
            raise ReadError("R104", "expected min, max, arg min or arg max", self.since(start))
        if under is not None:
            return self._extremum_over(text, under, start)
        if not self.token.is_("_"):
            if text in ("min", "max") and self.token.is_("(", "\\{"):
                return self._listed_extremum(text, start)
            raise ReadError("R109", f"{text} over what?", self.since(start))
        sub, self.at = script(self.tokens, self.at + 1)
        return self._extremum_over(text, sub, start)

    def _extremum_over(self, text: str, sub: tuple[Token, ...], start: int) -> n.Node:
        variable = self.piece(sub).whole(Terms.expression)
        if not isinstance(variable, n.Symbol):
            raise ReadError(
                "R113", "an extremum over this expression", variable.span or self.here()
            )
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
        arrow = next(
            (
                k
                for k, t in enumerate(sub)
                if t.is_("\\to", "\\rightarrow", "\\downarrow", "\\uparrow")
            ),
            None,
        )
        if not arrow:
            raise ReadError("R104", "a limit needs a variable and a target", self.since(start))
        variable = self.piece(sub[:arrow]).whole(Terms.expression)
        target, side = (
            sub[arrow + 1 :],
            {"\\downarrow": "+", "\\uparrow": "-"}.get(sub[arrow].text, ""),
        )
        if len(target) > 1 and target[-1].is_("+", "-"):
            side = target[-1].text
            target = target[:-2] if target[-2].is_("^") else target[:-1]
        if not isinstance(variable, n.Symbol):
            raise ReadError("R104", "the variable of a limit is a symbol", self.since(start))
        goal = self.piece(target).whole(Terms.expression)
        with self.binding((variable,)):
            body = self._rest_of_term()
        return self.make(n.Limit(variable, goal, body, side, span=self.since(start)))


def extremum(tokens: tuple[Token, ...]) -> str | None:
    """``min``, ``max``, ``argmin``, ``argmax`` (or ``arg``) in any spelling, else None."""
    text = "".join(t.text for t in tokens if t.kind in ("command", "name"))
    text = text.replace("\\,", "").replace("\\", "").replace(" ", "")
    known = text in ("arg", "min", "max", "argmin", "argmax")
    return text if known and all(t.kind in ("command", "name") for t in tokens) else None


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


def size_name(node: n.Node) -> str:
    """``n`` or ``3``: a limit as text, empty if it is an expression."""
    if isinstance(node, n.Symbol):
        return node.name
    if isinstance(node, n.Number):
        return str(node.value)
    return ""
