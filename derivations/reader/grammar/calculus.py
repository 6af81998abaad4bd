"""Fractions, derivatives, gradients and integrals."""

from __future__ import annotations

from typing import NamedTuple

from ...language import nodes as n
from ...language.types import SCALAR, Function, SetOf, Vector
from ..errors import ReadError
from ..names import Tokens, key, read_name
from ..tokens import Token, canonical
from .cursor import Cursor
from .scripts import scripts

PARTIAL = "\\partial"
MAX_ORDER = 9


class _By(NamedTuple):
    """A variable of differentiation, and how often."""

    variable: n.Node
    times: int


# ---------------------------------------------------------------- fractions


def fraction(c: Cursor, start: int) -> n.Node:
    """A quotient, or a fraction of differentials."""
    c.advance()
    top, bottom = c.script(), c.script()
    if _is_derivative(c, top, bottom):
        return _derivative(c, top, bottom, start)
    if c.differentials:
        _refuse_differential(c, top)
    node = n.Div(c.inside(top), c.inside(bottom), span=c.since(start))
    return scripts(c, c.make(node), start)


def _refuse_differential(c: Cursor, top: Tokens) -> None:
    r"""``\int \frac{dx}{1 + x^2}``."""
    piece = c.piece(top)
    for piece.at in range(len(top)):
        if at_differential(piece):
            raise ReadError(
                "R113",
                "a differential inside a fraction: write it behind the integrand",
                piece.token.span,
            )


def _is_derivative(c: Cursor, top: Tokens, bottom: Tokens) -> bool:
    r"""Whether both halves begin with ``\partial``, or both with ``d``."""
    mark = top[0].text
    if mark not in ("d", PARTIAL) or bottom[0].text != mark or bottom[0].kind == "text":
        return False
    declared = "d" in c.scope.bases and top[0].kind == "letter" and bottom[0].kind == "letter"
    if mark == PARTIAL or not declared:
        return True
    if len(bottom) == 1 or bottom[1].kind not in ("letter", "command", "name"):
        return False
    raise ReadError(
        "R109", "d is a declared name: write \\mathrm{d} for a derivative", bottom[0].span
    )


def _derivative(c: Cursor, top: Tokens, bottom: Tokens, start: int) -> n.Node:
    """A fraction of differentials: with its function, or acting on the rest of the term."""
    mark = top[0].text
    order, rest = _order(c, top)
    by = _differentials(c, bottom, mark, order)
    below = sum(times for _, times in by)
    if below != order:
        raise ReadError(
            "R104", f"this derivative has order {order} above and {below} below", bottom[0].span
        )
    if rest:
        body = c.inside(rest)
        if isinstance(body, n.Symbol) and isinstance(c.shape(body), Function) and c.token.is_("("):
            raise ReadError("R113", "a derivative at a point: write it as f'(x)", c.token.span)
        return scripts(c, _differentiate(c, body, by, start, mark), start)
    return _differentiate(c, c.rest_of_term(), by, start, mark)


def _order(c: Cursor, top: Tokens) -> tuple[int, Tokens]:
    """``d^2 f``: the order, and what is differentiated if it stands there."""
    if len(top) < 2 or not top[1].is_("^"):
        return 1, top[1:]
    piece = c.piece(top)
    piece.at = 2
    power = piece.script()
    if len(power) != 1 or power[0].kind != "digit" or power[0].text == "0":
        raise ReadError("R113", "only derivatives of order 1 to 9 are read", top[0].span)
    return int(power[0].text), top[piece.at :]


def _differentials(c: Cursor, bottom: Tokens, mark: str, order: int) -> list[_By]:
    r"""``\partial x \partial y^2``: each variable with how often it is differentiated by."""
    pieces: list[list[Token]] = []
    depth = 0
    for k, token in enumerate(bottom):
        if token.kind == "char":
            depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(token.text, 0)
        script = k > 0 and bottom[k - 1].is_("_", "^")
        if token.text == mark and token.kind != "text" and not depth and not script:
            pieces.append([])
        elif not pieces:
            raise ReadError("R104", f"{mark} is missing before this", token.span)
        else:
            pieces[-1].append(token)
    by = [_differential_below(c, tuple(piece), bottom[0], order) for piece in pieces]
    if len(by) == 2 and by[1] == (n.Transpose(by[0].variable), 1) and by[0].times == 1:
        return [_By(by[0].variable, 2)]  # the Hessian: \partial w \partial w^\top
    for variable, _ in by:
        if not isinstance(variable, n.Symbol | n.Indexed | n.Inverse | n.Pow):
            span = variable.span or bottom[0].span
            raise ReadError("R113", "derivatives are taken by symbols, entries and powers", span)
    return by


def _differential_below(c: Cursor, piece: Tokens, mark: Token, order: int) -> _By:
    times = 1
    if order > 1:
        bare = piece[:-3] if len(piece) > 3 and piece[-1].is_("}") else piece[:-1]
        power = piece[len(bare) :]
        power = power[1:-1] if len(power) == 3 else power
        if len(bare) > 1 and bare[-1].is_("^") and power[0].kind == "digit":
            times, piece = int(power[0].text), bare[:-1]
    if not piece:
        raise ReadError("R104", "a differential of nothing", mark.span)
    return _By(c.inside(piece), times)


def _differentiate(c: Cursor, body: n.Node, by: list[_By], start: int, mark: str) -> n.Node:
    for k, (variable, times) in enumerate(reversed(by)):
        span = c.since(start) if k == len(by) - 1 else None
        body = n.Derivative(
            _at_its_argument(c, body, variable), variable, times, partial=mark == PARTIAL, span=span
        )
        c.make(body)
    return body


def _at_its_argument(c: Cursor, body: n.Node, variable: n.Node) -> n.Node:
    """``df/dx`` means df(x)/dx; ``dL/dw_k`` means dL(w)/dw_k for a function of w."""
    kind = c.shape(body)
    if not isinstance(body, n.Symbol) or not isinstance(kind, Function):
        return body
    entry = c.scope.symbols.get(body.name)
    over = c.scope.symbols.get((entry.over if entry else None) or "")
    argument = n.Symbol(over.name, over.type) if over is not None else variable.at(None)
    if len(kind.parameters) != 1 or kind.parameters[0] != c.shape(argument):
        raise ReadError(
            "R109", f"where is {body.name} taken? write its arguments", body.span or c.here()
        )
    return c.make(n.Apply(body.at(None), (argument,), span=body.span))


def partial(c: Cursor, start: int) -> n.Node:
    r"""The operator ``\partial_x`` before its function."""
    c.advance()
    if not c.accept("_"):
        raise c.unexpected("write \\partial_x or \\frac{\\partial}{\\partial x}")
    by = _By(c.inside(c.script()), 1)
    if c.accept("^"):
        by = _By(by.variable, _whole_order(c, c.script()))
    return _differentiate(c, c.rest_of_term(), [by], start, PARTIAL)


def nabla(c: Cursor, start: int) -> n.Node:
    r"""``\nabla f(x)``, ``\nabla_\theta``, and the Hessian ``\nabla^2``."""
    c.advance()
    variable: n.Node | None = None
    order = 1
    while c.token.is_("_", "^"):
        if c.advance().text == "_":
            variable = c.inside(c.script())
        else:
            order = _whole_order(c, c.script())
    if c.token.is_("\\cdot", "\\times"):
        raise ReadError("R113", "divergence and curl are not read", c.token.span)
    if order > 2:
        raise c.refuse("R113", "only \\nabla and \\nabla^2 are read", start)
    transposed = _transposed_operand(c)
    if transposed is not None:
        gradient = _gradient(c, transposed, variable, order, start).at(None)
        return c.make(n.Transpose(gradient, span=c.since(start)))
    return _gradient(c, c.rest_of_term(), variable, order, start)


def _transposed_operand(c: Cursor) -> n.Node | None:
    r"""``\nabla f(x)^\top v`` is the transpose of the gradient, times v."""
    before = c.at
    if c.starts_factor():
        factor = c.factor()
        scalar = isinstance(factor, n.Transpose) and c.shape(factor.operand) == SCALAR
        if isinstance(factor, n.Transpose) and scalar:
            return factor.operand
        if isinstance(factor, n.Apply) and c.starts_factor():
            raise ReadError(
                "R109", "how far does the gradient reach? put its function in parentheses", c.here()
            )
    c.at = before
    return None


def _gradient(c: Cursor, body: n.Node, variable: n.Node | None, order: int, start: int) -> n.Node:
    if isinstance(body, n.Symbol) and isinstance(c.shape(body), Function):
        body = _at_its_argument(c, body, body if variable is None else variable)
    if variable is None:
        if not (isinstance(body, n.Apply) and len(body.arguments) == 1):
            raise c.refuse("R109", "a gradient by what? write \\nabla_{x}", start)
        variable = body.arguments[0].at(None)
    if not isinstance(variable, n.Symbol | n.Indexed):
        raise c.refuse("R113", "gradients are taken by symbols and entries", start)
    return _differentiate(c, body, [_By(variable, order)], start, PARTIAL)


def _whole_order(c: Cursor, sup: Tokens) -> int:
    text = canonical(sup)
    if text not in tuple("123456789"):
        raise ReadError("R113", "only derivatives of order 1 to 9 are read", c.here())
    return int(text)


# ---------------------------------------------------------------- integrals


class _Sign(NamedTuple):
    """An integral sign with its limits, and the offset where it stands."""

    start: int
    lower: n.Node | None
    upper: n.Node | None


def integral(c: Cursor, start: int) -> n.Node:
    r"""``\int_a^b f(x) dx`` or ``\int_a^b dx f(x)``, nested too."""
    signs = [_sign(c)]
    while c.token.is_("\\int"):
        signs.append(_sign(c))
    return _integral(c, signs)


def double_integral(c: Cursor, start: int) -> n.Node:
    r"""``\iint f dx dy`` and ``\iiint``, over the whole space."""
    count = c.advance().text.count("i")
    if c.token.is_("_", "^"):
        raise c.refuse("R113", "limits on several integrals at once: write each \\int", start)
    return _integral(c, [_Sign(start, None, None)] * count)


def _integral(c: Cursor, signs: list[_Sign]) -> n.Node:
    if at_differential(c):
        variables = _prefix_differentials(c, signs)
        with c.binding(*variables):
            body = c.rest_of_term()
    else:
        inside = c.differentials > 0
        c.differentials += len(signs)
        body = c.expression()
        c.differentials -= len(signs)
        variables = _postfix_differentials(c, signs, inside)
    if len(signs) == 1:
        signs = signs * len(variables)
    for k in range(len(signs) - 1, -1, -1):
        # only the outermost integral is all that is printed from its sign on
        span = c.since(signs[0].start) if k == 0 else None
        body = c.make(n.Integral(variables[k], signs[k].lower, signs[k].upper, body, span=span))
    return body


def _sign(c: Cursor) -> _Sign:
    start = c.at
    c.advance()
    limits: dict[str, n.Node] = {}
    while c.token.is_("_", "^"):
        mark = c.advance()
        if mark.text in limits:
            raise ReadError("R104", f"a second {mark.text} on one integral", mark.span)
        limits[mark.text] = c.inside(c.script())
    lower, upper = limits.get("_"), limits.get("^")
    if lower is not None and upper is None and isinstance(c.shape(lower), SetOf):
        if not _whole_space(lower):
            raise c.refuse("R113", "an integral over a set other than \\mathbb{R}^n", start)
        lower = None
    if (lower is None) != (upper is None):
        raise c.refuse("R104", "one limit of this integral is missing", start)
    return _Sign(start, lower, upper)


def _whole_space(domain: n.Node) -> bool:
    base = domain.base if isinstance(domain, n.SetPower) else domain
    return isinstance(base, n.NamedSet) and base.name == "\\mathbb{R}"


def _prefix_differentials(c: Cursor, signs: list[_Sign]) -> list[n.Node]:
    """``\\int dx \\, dy f``: outermost first."""
    variables: list[n.Node] = []
    while at_differential(c):
        variables.append(_differential(c))
    limited = any(sign.lower is not None for sign in signs)
    if len(variables) > 1 and limited:
        raise c.refuse(
            "R109", "which limits belong to which variable? write each \\int next to its d",
            signs[0].start,
        )  # fmt: skip
    if len(signs) > 1 and len(variables) != len(signs):
        raise c.refuse(
            "R104", f"{len(signs)} integrals and {len(variables)} differentials", signs[0].start
        )
    return variables


def _postfix_differentials(c: Cursor, signs: list[_Sign], inside: bool) -> list[n.Node]:
    """``\\int \\int f dy dx``: the innermost comes first in the text, last in the list."""
    variables: list[n.Node] = []
    wanted = len(signs) if inside or len(signs) > 1 else 0
    while at_differential(c) and (not wanted or len(variables) < wanted):
        variables.append(_differential(c))
    if not variables or len(variables) < wanted:
        raise c.refuse("R104", "this integral has no differential such as dx", signs[0].start)
    if len(variables) > 1 and len(signs) == 1 and signs[0].lower is not None:
        raise c.refuse("R113", "limits on an integral over several variables", signs[0].start)
    return variables[::-1]


def at_differential(c: Cursor) -> bool:
    """Whether ``dx`` stands here, with x a declared name."""
    token = c.token
    if token.text != "d" or token.kind not in ("letter", "name"):
        return False
    if token.kind == "name" and c.peek().is_("("):
        return True
    name = read_name(c.tokens, c.at + 1)
    if name is None or (token.kind == "letter" and _is_function(c, "d")):
        return False
    scope = c.scope
    stems = (key(name.stem, name.sub), name.stem, key(name.stem, name.sub, name.sup))
    return any(s in scope.symbols or s in scope.patterns for s in stems)


def _is_function(c: Cursor, name: str) -> bool:
    entry = c.scope.symbols.get(name)
    return entry is not None and isinstance(entry.type, Function)


def _differential(c: Cursor) -> n.Node:
    upright = c.advance().kind == "name"
    start = c.at
    if upright and c.token.is_("("):
        variable = c.factor()
    else:
        name = read_name(c.tokens, start)
        if name is None:
            raise c.unexpected("a differential of nothing")
        whole = key(name.stem, name.sub, name.sup) in c.scope.symbols
        end = name.after_sup if whole else name.after_sub if name.sub else name.after_base
        variable = c.inside(c.tokens[start:end])
        c.at = end
    if not isinstance(variable, n.Symbol | n.Indexed):
        raise c.refuse("R104", "an integral is over a variable", start)
    shape = c.shape(variable)
    if not isinstance(shape, Vector) and shape != SCALAR:
        raise c.refuse("R110", f"there is no integral over {shape}", start)
    return variable
