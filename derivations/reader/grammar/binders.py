"""Sums, products, extrema and limits: signs that bind a variable below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ...language import nodes as n
from ...language.rewrite import mentions
from ...language.source import Span
from ...language.types import SCALAR, Family, Function, Index, SetOf
from ..errors import ReadError
from ..names import Tokens, read_name
from ..tokens import Token, canonical
from ..words import RELATIONS
from .cursor import Cursor
from .functions import size_name

MAX_RANGE = 1000
_ONE = n.Number(Fraction(1))


def big(c: Cursor, start: int) -> n.Node:
    r"""``\sum`` and ``\prod`` over an index, a pair of indices or a declared set."""
    operator = c.advance().text
    low: Tokens | None = None
    high: Tokens | None = None
    while c.token.is_("_", "^"):
        mark = c.advance()
        if (low if mark.text == "_" else high) is not None:
            raise ReadError("R104", f"a second {mark.text} on one {operator}", mark.span)
        if mark.text == "_":
            low = c.script()
        else:
            high = c.script()
    if not low:
        raise c.refuse("R104", f"{operator} over what? write {operator}_{{i=1}}^n", start)
    binder = _binder(c, low, high, c.since(start))
    with c.binding(*binder.indices):
        body = c.rest_of_term()
    kind = n.Sum if operator == "\\sum" else n.Product
    return c.make(kind(binder, body, span=c.since(start)))


def _binder(c: Cursor, low: Tokens, high: Tokens | None, span: Span) -> n.Binder:
    parts, ops = _relations(low, span)
    if not ops or ops == ["in"]:
        return _over_all(c, parts, high, span)
    if ops == ["="]:
        if high is None:
            raise ReadError("R104", "the upper limit is missing", span)
        symbols = tuple(_index(c, part, high) for part in _commas(parts[0]))
        return _ranged(c, symbols, c.inside(parts[1]), c.inside(high), span)
    return _pairs(c, parts, ops, high, span)


def _relations(low: Tokens, span: Span) -> tuple[list[list[Token]], list[str]]:
    """What stands below the sign, cut at its relations."""
    parts: list[list[Token]] = [[]]
    ops: list[str] = []
    for token, outside in _with_depth(low):
        if outside and token.text in RELATIONS and token.kind != "text":
            ops.append(RELATIONS[token.text])
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        raise ReadError("R104", "an index or a limit is missing below this sign", span)
    return parts, ops


def _commas(tokens: list[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token, outside in _with_depth(tokens):
        if outside and token.is_(","):
            parts.append([])
        else:
            parts[-1].append(token)
    if not all(parts):
        raise ReadError("R104", "an index is missing", tokens[0].span)
    return parts


def _with_depth(tokens: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """Each token, and whether it stands outside all braces."""
    depth = 0
    for token in tokens:
        depth -= token.is_("}")
        yield token, depth == 0
        depth += token.is_("{")


def _index(c: Cursor, tokens: list[Token], high: Tokens | None) -> n.Symbol:
    """A bound index: as declared, else of the sort whose size is the upper limit."""
    span = Span(tokens[0].start, tokens[-1].stop)
    name = canonical(tokens)
    whole = read_name([*tokens, Token("end", "", span.stop, span.stop)], 0)
    if whole is None or whole.after_sup != len(tokens):
        raise ReadError("R104", f"{name} is no index", span)
    entry = c.scope.symbols.get(name)
    if entry is None:
        size = canonical(high) if high else ""
        fitting = [s for s in c.scope.sorts.values() if s.size == size]
        if len(fitting) == 1 and len(tokens) == 1 and tokens[0].kind == "letter":
            return n.Symbol(name, Index(fitting[0]), span=span)
        where = f" for ({c.scope.label})" if c.scope.label else ""
        raise ReadError("R103", f"the index {name} is not declared{where}", span)
    if entry.alias is not None or isinstance(entry.type, Function | Family | SetOf):
        raise ReadError("R104", f"{name} is declared as {entry.kind}: no sum runs over it", span)
    return n.Symbol(entry.name, entry.type, span=span)


# ---------------------------------------------------------------- one index, or several alike


def _over_all(c: Cursor, parts: list[list[Token]], high: Tokens | None, span: Span) -> n.Binder:
    r"""``\sum_i``, ``\sum_{\vec{x}}``, ``\sum_{x \in X}``: all that is declared."""
    if high is not None:
        raise ReadError("R104", "an upper limit without a lower one: write i=1", span)
    symbols = tuple(_index(c, part, None) for part in _commas(parts[0]))
    for symbol in symbols:
        if len(parts) > 1 and not _is_domain(c, parts[1], symbol):
            raise ReadError(
                "R113", f"{symbol.name} is not declared to be in {canonical(parts[1])}", span
            )
        if not isinstance(symbol.type, Index) and _domain(c, symbol) is None:
            raise ReadError(
                "R109",
                f"which values of {symbol.name}? declare  {symbol.name} : …, in X",
                span,
            )
    return c.make(n.Binder(symbols, "all", span=span))


def _domain(c: Cursor, symbol: n.Symbol) -> str | None:
    entry = c.scope.symbols.get(symbol.name)
    declared = entry.declared("in") if entry else None
    return declared.argument if declared else None


def _is_domain(c: Cursor, tokens: list[Token], symbol: n.Symbol) -> bool:
    written = canonical(tokens)
    if isinstance(symbol.type, Index):
        return written == symbol.type.sort.name
    domain = _domain(c, symbol)
    return domain is not None and domain.replace(" ", "") == written.replace(" ", "")


def _ranged(
    c: Cursor, symbols: tuple[n.Symbol, ...], first: n.Node, top: n.Node, span: Span
) -> n.Binder:
    """``i = 1`` to ``n``; an index stays in its sort."""
    for limit in (first, top):
        if isinstance(limit, n.Number) and abs(limit.value) > MAX_RANGE:
            raise ReadError("R107", f"a sum up to {limit.value} is too long to evaluate", span)
    for symbol in symbols:
        if mentions(first, symbol) or mentions(top, symbol):
            raise ReadError("R104", f"{symbol.name} stands in its own limits", span)
    sizes = {s.size for s in c.scope.sorts.values()}
    for symbol in symbols:
        if not isinstance(symbol.type, Index):
            if symbol.type != SCALAR:
                raise ReadError("R104", f"{symbol.name} has no lower and upper limit", span)
            entry = c.scope.symbols.get(symbol.name)
            if entry is not None and entry.kind not in ("integer", "natural"):
                raise ReadError(
                    "R111", f"{symbol.name} is declared as {entry.kind}, not as an index", span
                )
            continue
        sort = symbol.type.sort
        size = size_name(top)
        beyond = isinstance(top, n.Add) and n.Neg not in map(type, top.terms)
        if (size in sizes and size != sort.size) or (beyond and size_name(top) != sort.size):
            raise ReadError(
                "R111",
                f"{symbol.name} runs over the {sort.size} elements of {sort.name}, not so far",
                span,
            )
        if (isinstance(first, n.Number) and first.value < 1) or isinstance(first, n.Neg):
            raise ReadError("R111", f"{symbol.name} counts {sort.name} from 1", span)
    return c.make(n.Binder(symbols, "range", first, top, span=span))


# ---------------------------------------------------------------- pairs


def _pairs(
    c: Cursor, parts: list[list[Token]], ops: list[str], high: Tokens | None, span: Span
) -> n.Binder:
    r"""``k \neq l``, ``i < j``, ``1 \le i < j \le n``."""
    if len(ops) == 3 and ops[0] == ops[2] == "<=":
        if c.inside(parts[0]) != _ONE:
            raise ReadError("R113", "pairs are summed from 1 to the size", span)
        high, parts, ops = tuple(parts[3]), parts[1:3], ops[1:2]
    if len(ops) != 1 or ops[0] not in ("!=", "<", "<="):
        raise ReadError("R113", "a sum with this condition: write i=1, i<j or k \\neq l", span)
    j, k = (_index(c, part, high) for part in parts)
    if not isinstance(j.type, Index) or j.type != k.type:
        raise ReadError("R110", "these two indices run over different sets", span)
    if j.name == k.name:
        raise ReadError("R104", "a pair needs two different indices", span)
    if high is not None and (top := size_name(c.inside(high))) != j.type.sort.size:
        raise ReadError("R111", f"{j.name} does not run to {top or canonical(high)}", span)
    outer = [index for index in (j, k) if any(s.name == index.name for s in c.bound)]
    if ops[0] == "!=":
        return c.make(_unequal(c, j, k, outer, span))
    if outer:
        raise ReadError("R113", "a sum over part of a range: write \\sum_{i=1}^{j-1}", span)
    return c.make(n.Binder((j, k), "less" if ops[0] == "<" else "at most", span=span))


def _unequal(c: Cursor, j: n.Symbol, k: n.Symbol, outer: list[n.Symbol], span: Span) -> n.Binder:
    """All but one element where the other index is bound outside; else pairs, as declared."""
    if len(outer) == 1:
        inner = j if outer[0] is k else k
        return n.Binder((inner,), "except", outer[0], span=span)
    if c.scope.pairs is None:
        raise ReadError(
            "R109",
            f"is {j.name} \\neq {k.name} over ordered pairs or unordered pairs? declare which",
            span,
        )
    kind = "pairs" if c.scope.pairs == "unordered pairs" else "ordered"
    return n.Binder((j, k), kind, span=span)


# ---------------------------------------------------------------- extrema and limits


def extremum(c: Cursor, start: int) -> n.Node:
    r"""``\min_x``, ``\arg\max_x``, ``\operatorname*{argmin}_x``; ``\max(a, b)``."""
    kind = c.advance().text.lstrip("\\")
    if kind == "arg":
        following = c.advance().text.lstrip("\\")
        if following not in ("min", "max"):
            raise c.refuse("R104", "\\arg stands before \\min or \\max", start)
        kind = "arg" + following
    if not c.token.is_("_"):
        if kind in ("min", "max") and c.token.is_("(", "\\{"):
            return _greatest(c, kind, start)
        raise c.refuse("R109", f"{kind} over what? write it below the sign", start)
    c.advance()
    return under(c, kind, c.script(), start)


def under(c: Cursor, kind: str, sub: Tokens, start: int) -> n.Node:
    """An extremum of the rest of the term over the variable below it."""
    piece = c.piece(sub)
    variable = piece.expression()
    if not isinstance(variable, n.Symbol):
        span = variable.span or c.here()
        raise ReadError("R113", "an extremum is taken over one symbol", span)
    if piece.accept("\\in"):
        domain = list(piece.tokens[piece.at : -1])
        if not domain or not _is_domain(c, domain, variable):
            raise c.refuse(
                "R113", f"{variable.name} is not declared to be in {canonical(domain)}", start
            )
    else:
        piece.finish()
    with c.binding(variable):
        body = c.rest_of_term()
    return c.make(n.Extremum(kind, variable, body, span=c.since(start)))


def _greatest(c: Cursor, kind: str, start: int) -> n.Node:
    close = ")" if c.advance().text == "(" else "\\}"
    with c.bracketed():
        items = [c.expression()]
        while c.accept(","):
            items.append(c.expression())
    c.expect(close)
    if len(items) == 1:
        raise c.refuse("R109", f"the {kind} of one value? write what it is taken over", start)
    return c.make(n.Call(kind, tuple(items), span=c.since(start)))


_ARROWS = {"\\to": "", "\\rightarrow": "", "\\downarrow": "+", "\\searrow": "+", "\\uparrow": "-",
           "\\nearrow": "-"}  # fmt: skip


def limit(c: Cursor, start: int) -> n.Node:
    r"""``\lim_{x \to a}``, from above or below where it says so."""
    c.advance()
    c.expect("_")
    sub = c.script()
    arrow = next((k for k, t in enumerate(sub) if t.is_(*_ARROWS)), 0)
    if not arrow or arrow + 1 == len(sub):
        raise c.refuse("R104", "a limit needs a variable and a target: \\lim_{x \\to 0}", start)
    variable = c.inside(sub[:arrow])
    side, target = _ARROWS[sub[arrow].text], sub[arrow + 1 :]
    for tail in (("^", "{", None, "}"), ("^", None), (None,)):
        end = target[-len(tail) :]
        if len(target) <= len(tail) or len(end) < len(tail):
            continue
        sign = next(t for t, wanted in zip(end, tail, strict=True) if wanted is None)
        fits = all(w is None or t.is_(w) for t, w in zip(end, tail, strict=True))
        if fits and sign.is_("+", "-"):
            side, target = sign.text, target[: -len(tail)]
            break
    if not isinstance(variable, n.Symbol):
        raise c.refuse("R104", "the variable of a limit is a symbol", start)
    goal = c.inside(target)
    with c.binding(variable):
        body = c.rest_of_term()
    return c.make(n.Limit(variable, goal, body, side, span=c.since(start)))
