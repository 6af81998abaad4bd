r"""Trees back to LaTeX, such that reading it again in the same scope gives the same tree.

>>> from fractions import Fraction
>>> from .nodes import Div, Neg, Number, Pow, Symbol
>>> from .types import SCALAR
>>> x, two = Symbol("x", SCALAR), Number(Fraction(2))
>>> latex(Neg(Div(Pow(x, two), two)))
'-\\frac{x^{2}}{2}'
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from . import nodes as n
from .types import Family, Function

FACTOR, TERM, SUM = 2, 1, 0
"""How tightly a text holds together: as one factor, as a product, as a sum."""

RELATIONS = {
    "=": "=", "!=": "\\neq", "<": "<", "<=": "\\leq", ">": ">", ">=": "\\geq", "<<": "\\ll",
    ">>": "\\gg", "~": "\\approx", "oc": "\\propto", "in": "\\in", "->": "\\to",
}  # fmt: skip
_CALLS = {
    **{
        name: f"\\{name}"
        for name in [
            "exp",
            "ln",
            "sin",
            "cos",
            "tan",
            "sinh",
            "cosh",
            "tanh",
            "det",
            "arcsin",
            "arccos",
            "arctan",
        ]
    },
    "Gamma": "\\Gamma",
    "tr": "\\operatorname{tr}",
    "diag": "\\operatorname{diag}",
    "rank": "\\operatorname{rank}",
    "sign": "\\operatorname{sgn}",
    "var": "\\operatorname{Var}",
    "cov": "\\operatorname{Cov}",
    "minor": "\\operatorname{minor}",
    "adjugate": "\\operatorname{adj}",
    "max": "\\max",
    "min": "\\min",
}


def latex(node: n.Node) -> str:
    """The LaTeX of an expression, a relation or an equivalence."""
    if isinstance(node, n.Relation):
        sign = RELATIONS[node.op]
        if node.up_to is not None:
            sign = f"\\underbrace{{{sign}}}_{{{node.up_to.name} \\text{{ only}}}}"
        return f"{latex(node.left)} {sign} {latex(node.right)}"
    if isinstance(node, n.Equivalence):
        arrow = "\\Rightarrow" if node.one_way else "\\iff"
        return f"{latex(node.left)} {arrow} {latex(node.right)}"
    return _text(node, SUM)


def _text(node: n.Node, level: int) -> str:
    """A text that can stand at a level, in parentheses if it must."""
    text, own = _PRINTERS[type(node)](node)
    return text if own >= level else f"\\left({text}\\right)"


Printed = tuple[str, int]


def _number(node: n.Number) -> Printed:
    value = node.value
    if value.denominator == 1:
        return str(value.numerator), FACTOR
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
        if digits > 40:
            raise ValueError(f"{value} is no decimal number")
    whole = str((value * 10**digits).numerator).rjust(digits + 1, "0")
    return f"{whole[:-digits]}.{whole[-digits:]}", FACTOR


def _indexed(node: n.Indexed) -> Printed:
    if node.alias is not None:
        name, superscripts, indices = node.alias
        return _with_indices(name, superscripts, indices), FACTOR
    base = node.base
    if isinstance(base, n.Symbol) and isinstance(base.type, Family):
        return _with_indices(base.name, base.type.superscripts, node.indices), FACTOR
    return f"\\left({latex(base)}\\right)_{{{_list(node.indices)}}}", FACTOR


def _with_indices(name: str, superscripts: int, indices: tuple[n.Node, ...]) -> str:
    cut = len(indices) - superscripts
    sub = f"_{{{_list(indices[:cut])}}}" if cut else ""
    sup = f"^{{({_list(indices[cut:])})}}" if superscripts else ""
    return name + sub + sup


def _list(nodes: tuple[n.Node, ...]) -> str:
    return ", ".join(latex(node) for node in nodes)


def _add(node: n.Add) -> Printed:
    out = (
        _text(node.terms[0], TERM)
        if not isinstance(node.terms[0], n.Neg)
        else _neg(node.terms[0])[0]
    )
    for term in node.terms[1:]:
        if isinstance(term, n.Neg):
            out += " - " + _text(term.operand, TERM)
        else:
            out += " + " + _text(term, TERM)
    return out, SUM


def _neg(node: n.Neg) -> Printed:
    return "-" + _text(node.operand, TERM), SUM


def _mul(node: n.Mul) -> Printed:
    parts = [_text(factor, FACTOR) for factor in node.factors[:-1]]
    last = node.factors[-1]
    # an operator that reaches to the end of the term may stand last without parentheses
    parts.append(_text(last, FACTOR) if not isinstance(last, _OPERATORS) else _text(last, TERM))
    out = parts[0]
    for before, part in itertools.pairwise(parts):
        dot = before[-1].isdigit() and part[0].isdigit()
        out += (" \\cdot " if dot else " ") + part
    return out, TERM


def _pow(node: n.Pow) -> Printed:
    return f"{_scriptable(node.base)}^{{{latex(node.exponent)}}}", FACTOR


def _scriptable(node: n.Node) -> str:
    """A text that a script may be put on."""
    if isinstance(node, n.Number) and node.value.denominator == 1:
        return latex(node)
    if isinstance(node, n.Symbol | n.Constant) and not set(node.name) & set("_^'"):
        return node.name
    return f"\\left({latex(node)}\\right)"


def _apply(node: n.Apply) -> Printed:
    name, kind = node.function.name, node.function.type
    arguments = [latex(a) for a in node.arguments]
    primes = "'" * node.primes
    if isinstance(kind, Function) and kind.given:
        name = name.removesuffix("(\\cdot|\\cdot)")
        cut = len(arguments) - kind.given
        inner = ", ".join(arguments[:cut]) + " \\mid " + ", ".join(arguments[cut:])
    elif isinstance(kind, Function) and any(isinstance(p, Function) for p in kind.parameters):
        inner = " \\parallel ".join(arguments)
    else:
        inner = ", ".join(arguments)
    if "_" in name and primes:
        base, _, sub = name.partition("_")
        name, primes = f"{base}{primes}_{sub}", ""
    return f"{name}{primes}({inner})", FACTOR


def _call(node: n.Call) -> Printed:
    arguments = [latex(a) for a in node.arguments]
    match node.name, arguments:
        case "sqrt", [x]:
            return f"\\sqrt{{{x}}}", FACTOR
        case "sqrt", [x, degree]:
            return f"\\sqrt[{degree}]{{{x}}}", FACTOR
        case "abs", [x]:
            return f"\\lvert {x} \\rvert", FACTOR
        case "norm", [x]:
            return f"\\lVert {x} \\rVert", FACTOR
        case "norm_p", [x, order]:
            return f"\\lVert {x} \\rVert_{{{order}}}", FACTOR
        case "factorial", _:
            return f"{_scriptable(node.arguments[0])}!", FACTOR
        case "binom", [top, bottom]:
            return f"\\binom{{{top}}}{{{bottom}}}", FACTOR
        case "log", [x, base]:
            return f"\\log_{{{base}}}\\left({x}\\right)", FACTOR
        case "inner", [x, y]:
            return f"\\langle {x}, {y} \\rangle", FACTOR
        case "normal", [x, mean, variance]:
            return f"\\mathcal{{N}}({x}; {mean}, {variance})", FACTOR
    return f"{_CALLS[node.name]}({', '.join(arguments)})", FACTOR


def _binder(binder: n.Binder) -> str:
    names = [symbol.name for symbol in binder.indices]
    match binder.kind:
        case "all":
            return f"_{{{', '.join(names)}}}"
        case "range":
            assert binder.lower is not None
            assert binder.upper is not None
            return f"_{{{', '.join(names)} = {latex(binder.lower)}}}^{{{latex(binder.upper)}}}"
        case "pairs" | "ordered":
            return f"_{{{names[0]} \\neq {names[1]}}}"
        case "less":
            return f"_{{{names[0]} < {names[1]}}}"
        case "at most":
            return f"_{{{names[0]} \\leq {names[1]}}}"
    assert binder.lower is not None
    return f"_{{{names[0]} \\neq {latex(binder.lower)}}}"


def _sum(node: n.Sum) -> Printed:
    return f"\\sum{_binder(node.binder)} {_text(node.body, TERM)}", TERM


def _product(node: n.Product) -> Printed:
    return f"\\prod{_binder(node.binder)} {_text(node.body, TERM)}", TERM


def _integral(node: n.Integral) -> Printed:
    limits = ""
    if node.lower is not None and node.upper is not None:
        limits = f"_{{{latex(node.lower)}}}^{{{latex(node.upper)}}}"
    return f"\\int{limits} d{latex(node.variable)} {_text(node.body, TERM)}", TERM


def _derivative(node: n.Derivative) -> Printed:
    mark = "\\partial" if node.partial else "d"
    order = f"^{node.order}" if node.order > 1 else ""
    variable = latex(node.variable)
    gap = " " if node.partial else ""
    operator = f"\\frac{{{mark}{order}}}{{{mark}{gap}{variable}{order}}}"
    return f"{operator} {_text(node.body, TERM)}", TERM


def _expectation(node: n.Expectation) -> Printed:
    under = ""
    if node.law is not None:
        law = latex(node.law)
        under = f"_{{{latex(node.variable)} \\sim {law}}}" if node.variable else f"_{{{law}}}"
    return f"\\mathbb{{E}}{under}\\left[{latex(node.body)}\\right]", FACTOR


def _extremum(node: n.Extremum) -> Printed:
    name = {"argmin": "\\arg\\min", "argmax": "\\arg\\max"}.get(node.kind, f"\\{node.kind}")
    return f"{name}_{{{node.variable.name}}} {_text(node.body, TERM)}", TERM


def _limit(node: n.Limit) -> Printed:
    side = f"^{node.side}" if node.side else ""
    target = f"{node.variable.name} \\to {_text(node.target, FACTOR)}{side}"
    return f"\\lim_{{{target}}} {_text(node.body, TERM)}", TERM


def _diagonal(node: n.Diagonal) -> Printed:
    assert isinstance(node.family.type, Family)
    name, size = node.family.name, node.family.type.indices[0].size
    rows = f"{name}_{{1}} & & \\\\ & \\ddots & \\\\ & & {name}_{{{size}}}"
    return f"\\begin{{pmatrix}} {rows} \\end{{pmatrix}}", FACTOR


def _matrix(node: n.MatrixLiteral) -> Printed:
    rows = " \\\\ ".join(" & ".join(latex(x) for x in row) for row in node.rows)
    return f"\\begin{{pmatrix}} {rows} \\end{{pmatrix}}", FACTOR


def _piecewise(node: n.Piecewise) -> Printed:
    rows = []
    for value, condition in zip(node.values, node.conditions, strict=True):
        when = "\\text{otherwise}" if condition is None else latex(condition)
        rows.append(f"{latex(value)} & {when}")
    return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}", FACTOR


_OPERATORS = n.Sum | n.Product | n.Integral | n.Derivative | n.Extremum | n.Limit
_PRINTERS: dict[type[n.Node], Callable[[Any], Printed]] = {
    n.Number: _number,
    n.Constant: lambda x: (x.name, FACTOR),
    n.Symbol: lambda x: (x.name, FACTOR),
    n.Indexed: _indexed,
    n.Add: _add,
    n.Neg: _neg,
    n.Mul: _mul,
    n.Div: lambda x: (f"\\frac{{{latex(x.numerator)}}}{{{latex(x.denominator)}}}", FACTOR),
    n.Pow: _pow,
    n.Transpose: lambda x: (f"{_scriptable(x.operand)}^\\top", FACTOR),
    n.Inverse: lambda x: (f"{_scriptable(x.operand)}^{{-1}}", FACTOR),
    n.Call: _call,
    n.Apply: _apply,
    n.Delta: lambda x: (f"\\delta({latex(x.argument)})", FACTOR),
    n.Kronecker: lambda x: (f"\\delta_{{{latex(x.first)}, {latex(x.second)}}}", FACTOR),
    n.Sum: _sum,
    n.Product: _product,
    n.Integral: _integral,
    n.Derivative: _derivative,
    n.Expectation: _expectation,
    n.Extremum: _extremum,
    n.Limit: _limit,
    n.Diagonal: _diagonal,
    n.MatrixLiteral: _matrix,
    n.SetLiteral: lambda x: (f"\\{{{_list(x.elements)}\\}}", FACTOR),
    n.NamedSet: lambda x: (x.name, FACTOR),
    n.SetPower: lambda x: (f"{_text(x.base, FACTOR)}^{{{latex(x.exponent)}}}", FACTOR),
    n.Piecewise: _piecewise,
    n.Relation: lambda x: (latex(x), SUM),
    n.Equivalence: lambda x: (latex(x), SUM),
}
