"""Subscripts and superscripts: entries, powers, transposes and inverses."""

from __future__ import annotations

from fractions import Fraction

from ...language import nodes as n
from ...language.source import Span
from ...language.types import Covector, Family, Index, Matrix, SetOf, Vector
from ..errors import ReadError
from ..names import Tokens
from ..tokens import Token, canonical
from ..words import TRANSPOSES
from .cursor import Cursor

_ONE = n.Number(Fraction(1))
_MARKS = frozenset("^_!'")
MAX_EXPONENT = 64
MAX_DEGREE = 4096
MAX_TOWER = 3
MAX_FACTORIAL = 170


def scripts(
    c: Cursor, node: n.Node, start: int, sub: Tokens | None = None, sup: Tokens | None = None,
    used: str = "",
) -> n.Node:  # fmt: skip
    """A node with the scripts behind it; ``used`` are the marks that its name has taken.

    ``sub`` and ``sup`` were read together with the name. A transpose goes before an index.
    """
    if c.token.text not in _MARKS and not sub and not sup:
        return node
    place: Span | None = None
    while c.token.is_("^", "_"):
        mark = c.token
        taken = sub if mark.text == "_" else sup
        if taken is not None or mark.text in used:
            raise ReadError(
                "R104", f"a second {mark.text} on one symbol: use parentheses", mark.span
            )
        c.advance()
        tokens = c.script()
        if mark.text == "_":
            sub, place = tokens, c.since(start) if sup is None else None
        else:
            sup = tokens
    node = _attach(c, node, start, sub, sup, place)
    if c.token.is_("'"):
        raise ReadError("R113", "a prime on something that is not a function", c.token.span)
    return _factorial(c, node, start) if c.token.is_("!") else node


def _attach(
    c: Cursor, node: n.Node, start: int, sub: Tokens | None, sup: Tokens | None, place: Span | None
) -> n.Node:
    """``place`` is that of the node with its subscript alone."""
    if sup is None:
        return node if sub is None else subscript(c, node, sub, start)
    if sub is None:
        grouped = c.tokens[start].is_("(", "[", "{")
        entry = None if grouped else _of_entry(c, node, sup, start)
        return entry or superscript(c, node, sup, start)
    if is_transpose(c, sup) and not isinstance(c.shape(node), Family):
        return subscript(c, superscript(c, node, sup, start).at(None), sub, start)
    entry = subscript(c, node, sub, start).at(place)
    return _of_entry(c, entry, sup, start) or superscript(c, entry, sup, start)


def _of_entry(c: Cursor, node: n.Node, sup: Tokens, start: int) -> n.Node | None:
    r"""``A_{ij}^\top`` is an entry of the transpose; ``A_{ij}^{-1}`` is ambiguous."""
    if not isinstance(node, n.Indexed):
        return None
    base = c.shape(node.base)
    if is_transpose(c, sup) and isinstance(base, Matrix | Vector | Covector):
        transposed = c.make(n.Transpose(node.base))
        return c.make(n.Indexed(transposed, node.indices, span=c.since(start)))
    if is_inverse(sup) and isinstance(base, Matrix):
        raise c.refuse(
            "R109", "is this the inverse of an entry or an entry of the inverse? use parentheses",
            start,
        )  # fmt: skip
    return None


def _factorial(c: Cursor, node: n.Node, start: int) -> n.Node:
    mark = c.advance()
    if c.token.is_("=") and c.token.start == mark.stop:
        raise ReadError("R109", "write \\neq for unequal, or a space after a factorial", mark.span)
    if c.token.is_("!", "^", "_"):
        raise ReadError("R109", "use parentheses around the factorial", c.token.span)
    if (isinstance(node, n.Number) and node.value > MAX_FACTORIAL) or isinstance(node, n.Call):
        raise c.refuse("R108", "the factorial of such a number is too large", start)
    return c.make(n.Call("factorial", (node,), span=c.since(start)))


# ---------------------------------------------------------------- subscripts


def subscript(c: Cursor, node: n.Node, sub: Tokens, start: int) -> n.Node:
    """An entry of a vector, a matrix or a family."""
    shape = c.shape(node)
    match shape:
        case Matrix():
            wanted = 2
        case Vector() | Covector():
            wanted = 1
        case _:
            written = c.source.slice(c.since(start))
            raise c.refuse("R103", f"{written} is not declared, and {shape} has no entries", start)
    found = indices(c, sub, wanted)
    if found is None:
        for part in split(sub, wanted) or ():
            c.inside(part)
        counted = "one index" if wanted == 1 else f"{wanted} indices"
        raise c.refuse("R111", f"{shape} takes {counted}", start)
    return c.make(n.Indexed(node, tuple(found), span=c.since(start)))


def split(tokens: Tokens, wanted: int) -> list[Tokens] | None:
    """A script cut at its commas, or ``ij`` between its tokens, into that many parts."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "char":
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.is_(","):
            parts.append([])
        else:
            parts[-1].append(token)
    if len(parts) == 1 and wanted > 1 and len(tokens) == wanted:
        return [(token,) for token in tokens]
    if len(parts) != wanted or not all(parts):
        return None
    return [tuple(part) for part in parts]


def indices(c: Cursor, tokens: Tokens | None, wanted: int) -> list[n.Node] | None:
    """A script as a list of that many indices, or None if it is not one."""
    parts = split(tokens, wanted) if tokens else None
    if parts is None:
        return None
    try:
        found = [c.inside(part) for part in parts]
    except ReadError as error:
        if error.code == "R103":
            return None
        raise
    for node in found:
        _check_index(c, node)
    # "ij" is two indices, never their product
    return None if any(isinstance(node, n.Mul) for node in found) else found


def _check_index(c: Cursor, node: n.Node) -> None:
    span = node.span or c.here()
    if isinstance(node, n.Number) and (node.value < 1 or node.value.denominator != 1):
        raise ReadError("R111", f"there is no index {node.value}: they count from 1", span)
    if isinstance(node, n.Neg):
        raise ReadError("R111", "there is no negative index: they count from 1", span)
    if isinstance(node, n.Symbol) and not isinstance(node.type, Index):
        entry = c.scope.symbols.get(node.name)
        if entry is not None and entry.kind not in ("integer", "natural"):
            raise ReadError("R111", f"{node.name} is declared as {entry.kind}, not an index", span)


# ---------------------------------------------------------------- superscripts


def is_transpose(c: Cursor, sup: Tokens) -> bool:
    """``T`` says transpose unless it is declared; ``\\top`` always does."""
    if not sup or sup[0].is_("\\top", "\\intercal"):
        return len(sup) == 1
    return canonical(sup) in TRANSPOSES and "T" not in c.scope.symbols


def is_inverse(sup: Tokens) -> bool:
    """Whether a superscript is -1, in whatever brackets."""
    return canonical([t for t in sup if not t.is_(*"{}[]()")]) == "-1"


def superscript(c: Cursor, node: n.Node, sup: Tokens, start: int) -> n.Node:
    """A transpose, an inverse, a set of vectors or a power."""
    span = c.since(start)
    shape = c.shape(node)
    if is_transpose(c, sup) and (
        isinstance(shape, Matrix | Vector | Covector) or sup[0].is_("\\top", "\\intercal")
    ):
        return c.make(n.Transpose(node, span=span))
    if isinstance(shape, Matrix) and is_inverse(sup):
        return c.make(n.Inverse(node, span=span))
    if isinstance(shape, Matrix) and sup[0].is_("-") and is_transpose(c, sup[1:]):
        return c.make(n.Transpose(c.make(n.Inverse(node)), span=span))
    exponent = _exponent(c, sup)
    if isinstance(shape, Matrix) and exponent == n.Neg(_ONE):
        return c.make(n.Inverse(node, span=span))
    if isinstance(shape, SetOf):
        return c.make(n.SetPower(node, exponent, span=span))
    if isinstance(shape, Matrix) and canonical(sup) in TRANSPOSES:
        raise ReadError(
            "R109",
            "T is declared: is this a transpose or a power? write ^\\top for a transpose",
            span,
        )
    if isinstance(shape, Matrix) and not isinstance(_unsigned(exponent), n.Number | n.Symbol):
        raise ReadError("R113", "only whole powers of a matrix are read", span)
    bound_power(node, exponent, span)
    return c.make(n.Pow(node, exponent, span=span))


def _unsigned(node: n.Node) -> n.Node:
    return node.operand if isinstance(node, n.Neg) else node


def _exponent(c: Cursor, sup: Tokens) -> n.Node:
    if sup[0].is_("(") and sup[-1].is_(")"):
        raise ReadError(
            "R109",
            "a superscript in parentheses is an index, a derivative or a power: declare the name, "
            "or write the power without parentheses",
            sup[0].span,
        )
    if canonical(sup) in TRANSPOSES and "T" not in c.scope.symbols:
        raise ReadError(
            "R103", "T is not declared; the transpose of a number is written ^\\top", sup[0].span
        )
    if sup[0].is_("*", "\\ast", "\\star", "\\dagger", "+", "-") and len(sup) == 1:
        raise ReadError("R103", f"a name with the mark {sup[0].text} is not declared", sup[0].span)
    return c.inside(sup)


def bound_power(base: n.Node, exponent: n.Node, span: Span) -> None:
    """Refuse what no machine can evaluate: towers, large exponents, powers of large powers."""
    if tower(exponent) >= MAX_TOWER:
        raise ReadError("R108", f"a tower of more than {MAX_TOWER} powers", span)
    if isinstance(exponent, n.Pow) and not any(isinstance(x, n.Symbol) for x in exponent.walk()):
        raise ReadError("R108", "a tower of numbers: write the number itself", span)
    for node in exponent.walk():
        if isinstance(node, n.Number) and abs(node.value) > MAX_EXPONENT:
            raise ReadError(
                "R108", f"the exponent {node.value} is larger than {MAX_EXPONENT}", span
            )
    if degree(base) * _number_in(exponent) > MAX_DEGREE:
        raise ReadError("R108", "powers of powers that are too large to evaluate", span)


def tower(node: n.Node) -> int:
    """How many exponents stand on one another."""
    match node:
        case n.Pow(base, exponent):
            return max(tower(base), 1 + tower(exponent))
        case n.Call("exp", (exponent,)):
            return 1 + tower(exponent)
        case _:
            return max((tower(child) for child in node.children()), default=0)


def degree(node: n.Node) -> int:
    """The product of nested numeric exponents."""
    inner = max((degree(child) for child in node.children()), default=1)
    if isinstance(node, n.Pow):
        return degree(node.base) * max(_number_in(node.exponent), 1)
    return inner


def _number_in(node: n.Node) -> int:
    return max((int(abs(x.value)) for x in node.walk() if isinstance(x, n.Number)), default=1)
