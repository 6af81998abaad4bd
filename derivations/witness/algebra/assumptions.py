"""Hypotheses that are relations: solved for a symbol, or known as signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ...language import nodes as n
from ...reader.definitions import read_declared
from ...reader.errors import ReadError
from .arrays import Matrix
from .monomials import Undefined, Unsupported
from .signs import NEGATIVE, NONNEGATIVE, NONZERO, POSITIVE, signs_of
from .values import NeedsCase

if TYPE_CHECKING:
    from .compile import Compiler

_SIGNS = {"!=": NONZERO, ">": POSITIVE, ">=": NONNEGATIVE, "<": NEGATIVE, "<=": frozenset((-1, 0))}


def assume(compiler: Compiler) -> None:
    """Make the assumptions of a scope hold in its world, or note which do not."""
    relations = []
    for span, source, _ in compiler.scope.assumptions:
        text = source.slice(span)
        try:
            node = read_declared(compiler.scope, text)
        except ReadError:
            compiler.world.unused = f"the assumption {text} is not understood"
            continue
        if isinstance(node, n.Relation):
            relations.append((node, text))
    for node, text in sorted(relations, key=lambda r: r[0].op == "="):
        try:
            used = _use(compiler, node)
        except (Unsupported, Undefined, NeedsCase):
            used = False
        if not used:
            compiler.world.unused = f"the assumption {text} could not be used"


def _use(compiler: Compiler, node: n.Relation) -> bool:
    left, right = compiler.plain(node.left, {}), compiler.plain(node.right, {})
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        return node.op == "=" and _assign(compiler, node.left, right)
    if node.op in _SIGNS:
        compiler.world.know(left - right, _SIGNS[node.op])
        return True
    if node.op != "=":
        return False
    return (
        _assign(compiler, node.left, right)
        or _assign(compiler, node.right, left)
        or _solve(compiler, node, left - right)
    )


def _assign(compiler: Compiler, unknown: n.Node, value: sp.Expr | Matrix) -> bool:
    """A symbol alone on one side is what stands on the other."""
    if not isinstance(unknown, n.Symbol):
        return False
    old = compiler.world.free(unknown.name)
    if not isinstance(old, sp.Symbol) or not old.is_real or _signed(old):
        return False
    if old in value.free_symbols:
        return False
    compiler.world.case = {**compiler.world.case, (unknown.name,): value}
    return True


def _signed(symbol: sp.Symbol) -> bool:
    return any((symbol.is_positive, symbol.is_negative, symbol.is_nonnegative, symbol.is_integer))


def _solve(compiler: Compiler, node: n.Relation, residual: sp.Expr) -> bool:
    """An equation that is linear in a symbol whose coefficient is not zero."""
    forms = compiler.world.forms[1]
    names = {p.name for p in node.walk() if isinstance(p, n.Symbol)}
    for name in sorted(names):
        entry = compiler.scope.symbols.get(name)
        if entry is None or entry.kind != "real" or entry.definition is not None:
            continue
        x = compiler.world.free(name)
        if not isinstance(x, sp.Symbol) or _signed(x):
            continue
        slope = sp.diff(residual, x)
        if slope.has(x) or 0 in signs_of(forms, forms.of(slope)):
            continue
        value = sp.cancel(-(residual - slope * x) / slope)
        value = forms.expr(forms.tidy(forms.of(value)))
        if value.has(x):
            continue
        compiler.world.case = {**compiler.world.case, (name,): value}
        return True
    return False
