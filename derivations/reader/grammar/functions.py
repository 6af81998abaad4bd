"""Functions that mathematics knows, roots, deltas, densities and expectations."""

from __future__ import annotations

from ...language import nodes as n
from ...language.source import Span
from ...language.types import Function, Matrix
from ..errors import ReadError
from ..names import Tokens, key
from ..tokens import Token, canonical
from ..words import DOTS, FUNCTIONS, MANY_ARGUMENTS, WORD_FUNCTIONS
from .cursor import Cursor
from .scripts import MAX_FACTORIAL, MAX_TOWER, indices, is_inverse, scripts, superscript, tower
from .symbols import arguments, declared_text, is_declared

_POWERS_BEHIND = frozenset(("exp", "det", "tr", "rank", "Gamma", "minor", "sign", "adjugate"))
"""Functions whose parentheses nobody takes for a group: ``\\det(A)^2`` is a power of det."""


def function(c: Cursor, name: str, start: int) -> n.Node:
    """A known function: at parentheses, or at the juxtaposed symbols that follow."""
    c.advance()
    base: Tokens | None = None
    power: Tokens | None = None
    while c.token.is_("^", "_"):
        mark = c.advance()
        if mark.text == "_" and name == "ln" and base is None:
            base = c.script()
        elif mark.text == "^" and power is None:
            power = c.script()
        else:
            raise ReadError("R104", f"a script that {name} does not take", mark.span)
    if power and is_inverse(power):
        raise c.refuse("R109", f"is this the inverse function of {name} or one over it?", start)
    if name == "diag" and c.token.is_("("):
        listed = _listed_diagonal(c, start)
        if listed is not None:
            return listed
    found = _arguments_of(c, name)
    span = c.since(start) if power is None else None
    if base is not None:
        node = n.Call("log", (*found, c.inside(base)), span=span)
    else:
        node = n.Call(name, tuple(found), span=span)
    low, high = n.BUILTINS[node.name]
    if not low <= len(node.arguments) <= high:
        counted = "one argument" if low == 1 else f"{low} arguments"
        raise c.refuse("R114", f"{name} takes {counted}", start)
    if name == "exp" and tower(node) > MAX_TOWER:
        raise c.refuse("R108", "a tower of exponentials", start)
    c.make(node)
    if power is not None:
        return superscript(c, node, power, start)
    return scripts(c, node, start) if name in _POWERS_BEHIND else node


def _arguments_of(c: Cursor, name: str) -> list[n.Node]:
    if not c.token.is_("(", "["):
        return [_implicit(c, name)]
    if name in MANY_ARGUMENTS:
        return arguments(c)[0]
    argument = group(c)
    if c.token.is_("^", "_", "!") and name not in _POWERS_BEHIND:
        raise ReadError(
            "R109",
            f"does this script belong to {name} or to its argument? use parentheses",
            c.token.span,
        )
    return [argument]


def _implicit(c: Cursor, name: str) -> n.Node:
    r"""The argument of ``\ln 2 \pi \sigma^2``: one factor, or numbers and plain symbols."""
    start = c.at
    grouped = c.token.is_("{", "\\{", "\\lbrace")
    if not c.starts_factor():
        raise c.unexpected(f"the argument of {name} is missing")
    factors = [c.factor()]
    while not grouped and c.starts_factor() and not _starts_function(c):
        if c.token.is_("(", "["):
            raise ReadError(
                "R109",
                f"is this parenthesis inside the {name}? put its argument in parentheses",
                c.token.span,
            )
        factors.append(c.factor())
    if len(factors) == 1:
        return factors[0]
    if not all(_is_plain(factor) for factor in factors):
        raise c.refuse(
            "R109", f"how far does this {name} reach? put its argument in parentheses", start
        )
    return c.make(n.Mul(tuple(factors), span=c.since(start)))


def _is_plain(node: n.Node) -> bool:
    if isinstance(node, n.Pow):
        return _is_plain(node.base)
    return isinstance(node, n.Number | n.Symbol | n.Indexed | n.Constant)


def _starts_function(c: Cursor) -> bool:
    token = c.token
    known = token.text in FUNCTIONS if token.kind == "command" else token.text in WORD_FUNCTIONS
    if known and token.kind in ("command", "name") and not is_declared(c, c.at):
        return True
    return token.is_("\\sum", "\\prod", "\\int", "\\lim", "\\min", "\\max", "\\langle", "\\{")


def group(c: Cursor) -> n.Node:
    """An expression in parentheses, brackets or braces."""
    opening = c.advance()
    close = {"(": ")", "[": "]", "{": "}", "\\lfloor": "\\rfloor"}[opening.text]
    if c.token.is_(close):
        raise ReadError("R104", "there is nothing between these brackets", c.token.span)
    with c.bracketed():
        node = c.expression()
    if c.token.kind == "end":
        raise ReadError("R101", f"this {opening.text} is never closed", opening.span)
    c.expect(close)
    return node


def floor(c: Cursor, start: int) -> n.Node:
    return scripts(c, c.make(n.Call("floor", (group(c),), span=c.since(start))), start)


def fenced(c: Cursor, closing: str) -> n.Node:
    """The inside of bars, which close and do not open."""
    c.advance()
    differentials, c.differentials = c.differentials, 0
    c.bars += 1
    node = c.expression()
    c.bars -= 1
    c.differentials = differentials
    c.expect(closing)
    return node


def absolute(c: Cursor, start: int) -> n.Node:
    """``|x|`` of a number, or the determinant of a matrix."""
    inner = fenced(c, {"\\lvert": "\\rvert"}.get(c.token.text, c.token.text))
    name = "det" if isinstance(c.shape(inner), Matrix) else "abs"
    return scripts(c, c.make(n.Call(name, (inner,), span=c.since(start))), start)


def norm(c: Cursor, start: int) -> n.Node:
    """``\\|x\\|``, with its order below it and a power above it."""
    inner = fenced(c, {"\\lVert": "\\rVert"}.get(c.token.text, c.token.text))
    node = n.Call("norm", (inner,), span=c.since(start))
    power = c.script() if c.accept("^") else None
    if c.accept("_"):
        sub = c.script()
        span = None if power else c.since(start)
        if canonical(sub) in ("F", "\\mathrm{F}", "\\text{F}") and isinstance(
            c.shape(inner), Matrix
        ):
            node = n.Call("frobenius", (inner,), span=span)
        else:
            node = n.Call("norm_p", (inner, c.inside(sub)), span=span)
    c.make(node)
    if power is not None:
        return scripts(c, superscript(c, node, power, start), start, used="^_")
    return scripts(c, node, start, used="_" if node.name != "norm" else "")


def root(c: Cursor, start: int) -> n.Node:
    c.advance()
    degree: tuple[n.Node, ...] = ()
    if c.accept("["):
        degree = (c.expression(),)
        c.expect("]")
    node = n.Call("sqrt", (c.inside(c.script()), *degree), span=c.since(start))
    return scripts(c, c.make(node), start)


def binomial(c: Cursor, start: int) -> n.Node:
    c.advance()
    top, bottom = c.script(), c.script()
    node = n.Call("binom", (c.inside(top), c.inside(bottom)), span=c.since(start))
    for part in node.arguments:
        if isinstance(part, n.Number) and part.value > MAX_FACTORIAL:
            raise c.refuse("R108", f"a binomial coefficient of {part.value} is too large", start)
    return scripts(c, c.make(node), start)


def delta(c: Cursor, start: int) -> n.Node:
    """Dirac's or Kronecker's delta at an argument, or Kronecker's with two indices."""
    c.advance()
    if c.accept("_"):
        found = indices(c, c.script(), 2)
        if found is None:
            raise c.refuse("R104", "Kronecker's delta has two indices, \\delta_{ij}", start)
        node = c.make(n.Kronecker(found[0], found[1], span=c.since(start)))
        return scripts(c, node, start, used="_")
    if not c.token.is_("("):
        where = f" for ({c.scope.label})" if c.scope.label else ""
        raise c.refuse("R103", f"\\delta is not declared{where}", start)
    found = arguments(c)[0]
    if len(found) != 1:
        raise c.refuse("R114", "\\delta takes one argument", start)
    return c.make(n.Delta(found[0], span=c.since(start)))


def gaussian(c: Cursor, start: int) -> n.Node:
    r"""``\mathcal{N}(x; \mu, \Sigma)``, a density; with two arguments, a law."""
    c.advance()
    c.script()
    if not c.token.is_("("):
        raise c.refuse("R103", "\\mathcal{N} needs its arguments: \\mathcal{N}(x; \\mu, v)", start)
    found = arguments(c, bars=True)[0]
    if len(found) not in (2, 3):
        raise c.refuse("R114", "a normal density is written \\mathcal{N}(x; \\mu, v)", start)
    node = c.make(n.Call("normal", tuple(found), span=c.since(start)))
    if len(found) == 2 and not c.bare:
        raise c.refuse(
            "R114", "this is a law, not its density at a point: \\mathcal{N}(x; \\mu, v)", start
        )
    return node


# ---------------------------------------------------------------- expectations


def mean(c: Cursor, start: int) -> n.Node:
    r"""``\mathbb{E}_{x \sim p}[f(x)]``, or with the law that is declared."""
    c.advance()
    if c.tokens[start].kind == "command":
        c.script()
    sub = c.script() if c.accept("_") else None
    variable: n.Node | None
    declared = c.scope.expectations.get(key("\\mathbb{E}", sub))
    if declared is not None:
        variable, law = _declared_law(c, declared.details, declared.name)
    elif sub is not None:
        variable, law = _law(c, sub)
    else:
        raise c.refuse("R103", "under which law? write \\mathbb{E}_{x \\sim p}[…]", start)
    if not c.token.is_("[", "(", "\\{"):
        raise c.unexpected("an expectation needs brackets: \\mathbb{E}_{x \\sim p}[…]")
    if c.token.is_("\\{"):
        c.advance()
        with c.bracketed():
            inner = c.expression()
        c.expect("\\}")
    else:
        inner = group(c)
    node = n.Expectation(inner, law, variable, span=c.since(start))
    return scripts(c, c.make(node), start)


def _law(c: Cursor, sub: Tokens) -> tuple[n.Node | None, n.Node]:
    r"""``x \sim p``, ``x \sim p(x)``, ``p(x)`` or ``p``: the variable and its law."""
    piece = c.piece(sub)
    piece.bare = True
    law = piece.expression()
    variable: n.Node | None = None
    if piece.accept("\\sim"):
        variable, law = law, piece.expression()
    piece.finish()
    if not isinstance(law, n.Symbol | n.Apply | n.Call) or (
        isinstance(law, n.Symbol) and not isinstance(c.shape(law), Function)
    ):
        span = law.span or c.here()
        raise ReadError("R109", "an expectation under what law? write x \\sim p", span)
    if isinstance(law, n.Apply) and variable is None:
        variable = law.arguments[0]
    if isinstance(law, n.Apply) and law.arguments == (variable,):
        law = law.function
    if isinstance(law, n.Symbol) and variable is None:
        variable = _usual_variable(c, law)
    if variable is not None and not isinstance(variable, n.Symbol | n.Indexed):
        raise ReadError("R113", "an expectation over this", variable.span or c.here())
    return variable, law


def _usual_variable(c: Cursor, law: n.Symbol) -> n.Node | None:
    """What a distribution is declared over, if that is a name."""
    entry = c.scope.symbols.get(law.name)
    if entry is None or entry.over is None or entry.over not in c.scope.symbols:
        return None
    return declared_text(c, entry.over, law.name)


def _declared_law(c: Cursor, details: tuple[str, ...], name: str) -> tuple[n.Node, n.Node]:
    variable, law = details
    return declared_text(c, variable, name), declared_text(c, law, name, bare=True)


def bracket(c: Cursor, start: int) -> n.Node:
    r"""``\langle f \rangle_\theta`` as declared, or an inner product."""
    c.advance()
    with c.bracketed(bars=1):
        first = c.expression()
        second = c.expression() if c.accept(",", "|", "\\mid") else None
    c.expect("\\rangle")
    if second is not None:
        node: n.Node = n.Call("inner", (first, second), span=c.since(start))
        return scripts(c, c.make(node), start)
    sub = c.script() if c.accept("_") else None
    name = key("", sub)
    entry = c.scope.expectations.get(name)
    if entry is None:
        where = f" for ({c.scope.label})" if c.scope.label else ""
        raise c.refuse("R103", f"\\langle \\cdot \\rangle{name} is not declared{where}", start)
    variable, law = _declared_law(c, entry.details, entry.name)
    node = n.Expectation(first, law, variable, span=c.since(start))
    return scripts(c, c.make(node), start, used="_")


# ---------------------------------------------------------------- diagonals


def _listed_diagonal(c: Cursor, start: int) -> n.Node | None:
    r"""``\operatorname{diag}(\lambda_1, \dots, \lambda_N)``; None if there are no dots."""
    depth, k = 0, c.at
    cells: list[list[Token]] = [[]]
    while c.tokens[k].kind != "end":
        token = c.tokens[k]
        depth += token.is_("(") - token.is_(")")
        if depth == 0:
            break
        if depth == 1 and token.is_(","):
            cells.append([])
        elif k > c.at:
            cells[-1].append(token)
        k += 1
    texts = [cell[0].text if len(cell) == 1 else "" for cell in cells]
    if not DOTS.intersection(texts):
        return None
    c.at = k
    c.expect(")")
    entries = [tuple(cell) for cell, text in zip(cells, texts, strict=True) if text not in DOTS]
    if len(entries) != len(cells) - 1 or texts[0] in DOTS or texts[-1] in DOTS:
        raise c.refuse("R104", "write the diagonal as a_1, \\dots, a_N", start)
    return diagonal(c, [c.inside(entry) for entry in entries], c.since(start))


def diagonal(c: Cursor, entries: list[n.Node], span: Span) -> n.Node:
    """The diagonal matrix of a family whose first and last entries are written."""
    family: n.Symbol | None = None
    for k, entry in enumerate(entries):
        if not (isinstance(entry, n.Indexed) and isinstance(entry.base, n.Symbol)):
            raise ReadError("R113", "the diagonal must be a declared family", entry.span or span)
        shape = c.shape(n.Diagonal(entry.base, span=span))
        assert isinstance(shape, Matrix)
        wanted = shape.rows.size if k == len(entries) - 1 else str(k + 1)
        if (family is not None and entry.base != family) or size_name(entry.indices[0]) != wanted:
            raise ReadError(
                "R111", f"the entry with index {wanted} belongs here", entry.span or span
            )
        family = entry.base
    if family is None:
        raise ReadError("R104", "this diagonal has no entries", span)
    return c.make(n.Diagonal(family.at(None), span=span))


def size_name(node: n.Node) -> str:
    """``n`` or ``3``: a limit as text, empty if it is an expression."""
    if isinstance(node, n.Symbol):
        return node.name
    return str(node.value) if isinstance(node, n.Number) else ""
