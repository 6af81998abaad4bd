r"""Names in a formula to what is declared: symbols, entries of families, functions.

``x_k`` may be a name of its own, an entry of a family ``x_i``, a component declared by
``x_k : component of \vec{x}``, or an entry of the vector ``x``; they are tried in this order.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from ...language import nodes as n
from ...language.rewrite import mentions, strip, substitute
from ...language.source import Source, Span
from ...language.types import SCALAR, Function, Index, Type
from ..errors import ReadError
from ..names import GREEK, Name, Tokens, key, read_base, read_name
from ..scope import CONDITIONAL, Entry
from ..tokens import tokenize
from ..words import BARS, DOUBLE_BARS, UNSUPPORTED
from .cursor import Cursor
from .scripts import indices, is_inverse, scripts, split, superscript

MAX_EXPANSIONS = 8
NAPIER = ("e", "\\mathrm{e}")
CONSTANTS = {"\\pi": "\\pi", "\\infty": "\\infty", **dict.fromkeys(NAPIER, "e")}


def read_symbol(c: Cursor, start: int) -> n.Node:
    """The declared name here, with its indices, arguments and scripts."""
    name = read_name(c.tokens, start)
    if name is None:
        raise c.unexpected()
    for reading in _READINGS:
        node = reading(c, name, start)
        if node is not None:
            return node
    raise _undeclared(c, name, start)


def is_declared(c: Cursor, start: int) -> bool:
    """Whether a declared or bound name begins here, rather than a sign of the grammar."""
    token = c.tokens[start]
    if token.text not in c.scope.bases:
        return False
    name = read_name(c.tokens, start)
    if name is None:
        return False
    return any(
        _find(c, stem) is not None or stem in c.scope.patterns
        for stem in (name.stem, key(name.stem, name.sub), key(name.stem, None, name.sup))
    )


# ---------------------------------------------------------------- ways to read a name


def _power_of_e(c: Cursor, name: Name, start: int) -> n.Node | None:
    if name.stem not in NAPIER or not name.sup or name.sub or "e" in c.scope.symbols:
        return None
    if key(name.stem, None, name.sup) in c.scope.symbols:
        return None
    c.at = name.after_sup
    exponent = c.inside(name.sup)
    return scripts(c, c.make(n.Call("exp", (exponent,), span=c.since(start))), start, used="^_")


def _find(c: Cursor, name: str) -> Entry | None:
    return c.scope.symbols.get(name) or c.scope.symbols.get(name + CONDITIONAL)


def _bound(c: Cursor, name: str) -> n.Symbol | None:
    """The innermost bound symbol of that name."""
    for symbol in reversed(c.bound):
        if symbol.name == name:
            return symbol
    return None


def _literal(c: Cursor, name: Name, start: int) -> n.Node | None:
    """A name whose scripts are part of it: ``p_0``, ``\\sigma^2``."""
    if name.sub is None and name.sup is None:
        return None
    stem, sub, sup = name.stem, name.sub, name.sup
    if sub and sup and (entry := _find(c, key(stem, sub, sup))):
        return _from_entry(c, entry, start, _leave(c, name, start, None, None))
    if sub and (entry := _find(c, key(stem, sub))):
        return _from_entry(c, entry, start, _leave(c, name, start, None, sup))
    if sup and (entry := _find(c, key(stem, None, sup))):
        return _from_entry(c, entry, start, _leave(c, name, start, sub, None))
    return None


class _Rest(NamedTuple):
    """Scripts that were read with a name but are not part of it, and the place of the name."""

    sub: Tokens | None
    sup: Tokens | None
    used: str
    span: Span | None


def _leave(c: Cursor, name: Name, start: int, sub: Tokens | None, sup: Tokens | None) -> _Rest:
    """Go behind a name; scripts that are left over are read again if they come last."""
    used = ("_" if name.sub and not sub else "") + ("^" if name.sup and not sup else "")
    if sup and not sub and name.after_sub < name.after_sup:
        c.at, sup = name.after_sub, None
    else:
        c.at = name.after_sup
    return _Rest(sub, sup, used, None if sub or sup else c.since(start))


def _indexed(c: Cursor, name: Name, start: int) -> n.Node | None:
    """An entry of a declared family: ``x_i``, ``A_{ij}``, ``x_k^{(i)}``, ``x^*_i``."""
    if name.sub is None and name.sup is None:
        return None
    patterns = c.scope.patterns
    stem, sub, sup = name.stem, name.sub, name.sup
    spellings: list[tuple[str, Tokens | None, Tokens | None]] = [(stem, sub, sup)]
    if sub and sup:
        spellings += [(key(stem, sub), None, sup), (key(stem, None, sup), sub, None)]
    for head, low, high in spellings:
        for entry in patterns.get(head, ()):
            found = _slots(c, entry, low, high)
            if found is None:
                continue
            rest = _leave(c, name, start, *found[1:])
            node = _member(c, entry, found[0], rest.span, start)
            return scripts(c, node, start, rest.sub, rest.sup, rest.used)
    return None


def _slots(
    c: Cursor, entry: Entry, sub: Tokens | None, sup: Tokens | None
) -> tuple[list[n.Node], Tokens | None, Tokens | None] | None:
    """The indices in the slots of an entry, with the scripts that are left over."""
    found: list[n.Node] = []
    low = len(entry.slots) - entry.sup_slots
    if low:
        lower = indices(c, sub, low)
        if lower is None:
            return None
        found, sub = lower, None
    if entry.sup_slots:
        if not (sup and sup[0].is_("(") and sup[-1].is_(")")):
            return None
        upper = indices(c, sup[1:-1], entry.sup_slots)
        if upper is None:
            return None
        found, sup = found + upper, None
    for sort, index in zip(entry.slot_sorts, found, strict=True):
        shape = c.shape(index)
        if shape != SCALAR and not (isinstance(shape, Index) and shape.sort == sort):
            return None
    return found, sub, sup


def _member(c: Cursor, entry: Entry, found: list[n.Node], span: Span | None, start: int) -> n.Node:
    if entry.declared("one for each pair") and found[0] == found[1]:
        raise c.refuse("R111", f"{entry.pattern} has no entry with two equal indices", start)
    if entry.alias is not None:
        node = _alias(c, entry, tuple(found), span or c.since(start)).at(span)
        if isinstance(node, n.Indexed) and not entry.slip:
            return replace(node, alias=(entry.name, entry.sup_slots, tuple(found)))
        return node
    return c.make(n.Indexed(n.Symbol(entry.name, entry.type), tuple(found), span=span))


def _plain(c: Cursor, name: Name, start: int) -> n.Node | None:
    """A name without scripts of its own; those that follow are entries and powers."""
    local = _bound(c, name.stem)
    entry = _find(c, name.stem)
    if entry is None and local is None:
        return None
    c.at = name.after_base
    if entry is None or (local is not None and entry.alias is None):
        assert local is not None
        return scripts(c, n.Symbol(local.name, local.type, span=c.since(start)), start)
    if name.sub is not None and (
        isinstance(entry.type, Function)
        or (entry.type == SCALAR and entry.alias is None and name.stem in c.scope.patterns)
    ):
        raise _undeclared(c, name, start)
    return _from_entry(c, entry, start, _Rest(None, None, "", c.since(start)))


def _primed(c: Cursor, name: Name, start: int) -> n.Node | None:
    """``f'(x)``, ``f_\\theta'(x)``: a derivative of a declared function."""
    if not name.primes:
        return None
    for text, end in ((key(name.base, name.sub), name.after_sub), (name.base, name.after_base)):
        entry = _find(c, text)
        if entry is not None and isinstance(entry.type, Function):
            c.at = end
            symbol = n.Symbol(entry.name, entry.type)
            if name.sub is None:
                base = read_base(c.tokens, start)
                last = c.tokens[base[1] - 1] if base else c.tokens[start]
                symbol = symbol.at(Span(c.tokens[start].start, last.stop))
            return application(c, symbol, start, primes=name.primes)
    return None


def _constant(c: Cursor, name: Name, start: int) -> n.Node | None:
    if name.stem not in CONSTANTS or name.sub is not None:
        return None
    c.at = name.after_base
    return scripts(c, n.Constant(CONSTANTS[name.stem], span=c.since(start)), start)


def _from_entry(c: Cursor, entry: Entry, start: int, rest: _Rest) -> n.Node:
    """A declared name that is not a family."""
    node: n.Node
    if entry.alias is not None:
        node = _alias(c, entry, (), rest.span or c.since(start)).at(rest.span)
    else:
        local = _bound(c, entry.name)
        node = n.Symbol(entry.name, local.type if local else entry.type, span=rest.span)
    if isinstance(node, n.Symbol) and isinstance(node.type, Function):
        if rest.sub is not None:
            raise c.refuse("R113", "an index on a function", start)
        return application(c, node, start, power=rest.sup)
    return scripts(c, node, start, rest.sub, rest.sup, rest.used)


_READINGS = (_power_of_e, _literal, _indexed, _plain, _primed, _constant)
"""Ways to read a name, in the order in which they are tried."""


# ---------------------------------------------------------------- functions


def application(
    c: Cursor, symbol: n.Symbol, start: int, primes: int = 0, power: Tokens | None = None
) -> n.Node:
    """A declared function, at its arguments if there are any."""
    if power is None and c.token.is_("^"):
        c.advance()
        power = c.script()
    if power and len(power) == 3 and power[0].is_("(") and power[1].kind == "digit":
        primes, power = primes + int(power[1].text), None
    elif power and power[0].is_("("):
        raise c.refuse("R113", f"a derivative of {symbol.name} of symbolic order", start)
    if not c.token.is_("("):
        return _alone(c, symbol, start, primes, power)
    if power and is_inverse(power):
        raise c.refuse("R109", "is this an inverse function or one over its value?", start)
    node = _applied(c, symbol, start, primes)
    if power is not None:
        node = superscript(c, node, power, start)
        return scripts(c, node, start, used="^_")
    return scripts(c, node, start)


def _alone(c: Cursor, symbol: n.Symbol, start: int, primes: int, power: Tokens | None) -> n.Node:
    if primes:
        raise c.refuse("R104", f"the argument of {symbol.name} is missing", start)
    entry = c.scope.symbols.get(symbol.name)
    alone = entry.declared("alone means") if entry and not c.bare else None
    if alone is not None:
        place = symbol.span or c.since(start)
        node = declared_text(c, alone.argument, symbol.name, place=place).at(symbol.span)
        return scripts(c, node, start, sup=power, used="_^")
    if power is not None:
        message = f"a power of the function {symbol.name}: write its arguments"
        raise c.refuse("R113", message, start)
    if symbol.name.endswith(CONDITIONAL):
        raise c.refuse("R104", f"the arguments of {symbol.name} are missing", start)
    return symbol


def _applied(c: Cursor, symbol: n.Symbol, start: int, primes: int) -> n.Node:
    name = symbol.name.removesuffix(CONDITIONAL)
    conditional = c.scope.symbols.get(name + CONDITIONAL)
    takes_bars = conditional is not None or _takes_bars(symbol.type)
    found, bar = arguments(c, bars=takes_bars)
    function, kind = symbol, symbol.type
    entry = c.scope.symbols.get(name)
    if entry is not None and entry.declared("alone means"):
        function = symbol.at(None)
    if bar is not None:
        if conditional is None:
            raise c.refuse("R103", f"the conditional {name}(·|·) is not declared", start)
        function, kind = n.Symbol(conditional.name, conditional.type), conditional.type
    elif name != symbol.name:
        raise c.refuse("R103", f"{name} without | is not declared", start)
    assert isinstance(kind, Function)
    wanted = len(kind.parameters)
    if len(found) != wanted:
        counted = "one argument" if wanted == 1 else f"{wanted} arguments"
        raise c.refuse("R114", f"{name} takes {counted}, not {len(found)}", start)
    if bar is not None and len(found) - bar != kind.given:
        raise c.refuse("R114", f"{name} takes {kind.given} behind the bar", start)
    return c.make(n.Apply(function, tuple(found), primes, span=c.since(start)))


def _takes_bars(kind: Type) -> bool:
    """Whether bars among the arguments separate them: in functionals and distributions."""
    return isinstance(kind, Function) and (
        kind.distribution or any(isinstance(p, Function) for p in kind.parameters)
    )


def arguments(c: Cursor, bars: bool = False) -> tuple[list[n.Node], int | None]:
    """Arguments in parentheses, and how many stand before a conditional bar, if there is one."""
    opening = c.advance()
    close = "]" if opening.text == "[" else ")"
    found: list[n.Node] = []
    bar: int | None = None
    if c.token.is_(close):
        raise ReadError("R104", "there is nothing between these parentheses", c.token.span)
    with c.bracketed(bars=int(bars)):
        found.append(c.expression())
        while c.token.is_(",", ";") or (bars and c.token.is_(*BARS, *DOUBLE_BARS)):
            separator = c.advance()
            if separator.is_("|") and c.accept("|"):
                pass
            elif separator.is_(*BARS):
                if bar is not None:
                    raise ReadError("R104", "a second bar among the arguments", separator.span)
                bar = len(found)
            found.append(c.expression())
    if c.token.kind == "end":
        raise ReadError("R101", f"this {opening.text} is never closed", opening.span)
    c.expect(close)
    return found, bar


# ---------------------------------------------------------------- what declarations say


def _alias(c: Cursor, entry: Entry, found: tuple[n.Node, ...], span: Span) -> n.Node:
    """What a declared name stands for, with actual indices in its slots."""
    letters = tuple(
        n.Symbol(letter, Index(sort))
        for letter, sort in zip(entry.slots, entry.slot_sorts, strict=True)
    )
    bare = entry.kind == "another name for"
    body = declared_text(c, entry.alias or "", entry.pattern, letters, bare, span)
    if entry.slip and entry.alias is not None:
        c.slips.append((span, entry.alias))
    try:
        return c.make(
            substitute(_aliased(entry, body, letters), dict(zip(letters, found, strict=True)))
        ).at(span)
    except ValueError as error:
        raise ReadError("D205", f"in what {entry.pattern} stands for, {error}", span) from None


def _aliased(entry: Entry, node: n.Node, letters: tuple[n.Symbol, ...]) -> n.Node:
    match entry.kind:
        case "component of":
            own = tuple(letter for letter in letters if not mentions(node, letter))
            return n.Indexed(node, own)
        case "minor of":
            return n.Call("minor", (node, *letters))
        case "adjugate of":
            return n.Call("adjugate", (node,))
        case _:
            return node


def declared_text(
    c: Cursor,
    text: str,
    name: str,
    bound: tuple[n.Symbol, ...] = (),
    bare: bool = False,
    place: Span | None = None,
) -> n.Node:
    """An expression that stands in a declaration, without places; ``place`` is where it is used."""
    place = place or c.here()
    known = c.scope.memo.get((name, text, bare))
    if known is not None:
        return known
    if name in c.expanding or len(c.expanding) > MAX_EXPANSIONS:
        raise ReadError("D205", f"{name} is declared by itself", place)
    source = Source("declaration", text)
    try:
        inner = type(c)(source, tokenize(source, Span(0, len(text))), c.scope)
        inner.bound, inner.bare, inner.expanding = bound, bare, (*c.expanding, name)
        node = c.scope.memo[name, text, bare] = strip(inner.whole())
        return node
    except ReadError as error:
        message = error.message
        if error.code != "D205":
            message = f"the declaration of {name} cannot be used: {message}"
        raise ReadError("D205", message, place) from None


# ---------------------------------------------------------------- undeclared names


def _undeclared(c: Cursor, name: Name, start: int) -> ReadError:
    """Why a name has no meaning here, and what is declared that looks like it."""
    end = name.after_sub if name.sub is not None else name.after_base
    span = Span(c.tokens[start].start, c.tokens[end - 1].stop)
    base = name.base
    if base.startswith("\\") and "{" not in base and base not in GREEK:
        if base in UNSUPPORTED:
            return ReadError("R113", f"{base}: {UNSUPPORTED[base]}", c.tokens[start].span)
        return ReadError(
            "R102", f"unknown command {base}; if it is a symbol, declare it", c.tokens[start].span
        )
    written = key(name.stem, name.sub)
    entries = c.scope.patterns.get(name.stem)
    if entries:
        return _misfit(c, name, written, entries, span)
    where = f" for ({c.scope.label})" if c.scope.label else ""
    similar = _similar(c, written)
    return ReadError("R103", f"{written} is not declared{where}{similar}", span)


def _misfit(c: Cursor, name: Name, written: str, entries: list[Entry], span: Span) -> ReadError:
    """A family with other indices: one of them is undeclared, or of another sort."""
    for entry in entries:
        low = len(entry.slots) - entry.sup_slots
        for part in (split(name.sub, low) or ()) if name.sub and low else ():
            try:
                c.inside(part)
            except ReadError as error:
                if error.code == "R103":
                    return error
    wanted = " or ".join(f"{e.pattern} ({_sorts(e)})" for e in entries)
    return ReadError("R111", f"{written} does not fit {wanted}, as declared", span)


def _sorts(entry: Entry) -> str:
    pairs = zip(entry.slots, entry.slot_sorts, strict=True)
    return ", ".join(f"{letter} over {sort.name}" for letter, sort in pairs)


_UPRIGHT = re.compile(r"\\(?:text|mathrm|operatorname|mathbf|boldsymbol|bm|vec)|[{}\s]")


def _similar(c: Cursor, written: str) -> str:
    """A declared name that differs in style or primes only."""
    bare = _UPRIGHT.sub("", written).rstrip("'")
    for entry in c.scope.entries():
        if _UPRIGHT.sub("", entry.pattern).rstrip("'") == bare and entry.name != written:
            return f"; {entry.pattern} is"
    return ""
