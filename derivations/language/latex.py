r"""Expressions back to LaTeX, so that reading the text again gives the same expression.

Every text has a level, the loosest operation in it; what is too loose for its place gets
parentheses. ``Grammar`` in :mod:`derivations.reader` reads what is printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any

from . import nodes as n
from .types import Family, Function

SUM, PRODUCT, REACH, FACTOR, ATOM = range(5)
"""Levels: sums, products, operators that reach to the end of a term, factors, bases of scripts."""

RELATIONS = {
    "=": "=", "!=": r"\neq", "<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "<<": r"\ll",
    ">>": r"\gg", "~": r"\approx", "oc": r"\propto", "in": r"\in", "->": r"\to",
}  # fmt: skip
_CALLS = {
    "abs": (r"\lvert {} \rvert", ATOM),
    "norm": (r"\lVert {} \rVert", ATOM),
    "frobenius": (r"\lVert {} \rVert_{{F}}", ATOM),
    "norm_p": (r"\lVert {} \rVert_{{{}}}", ATOM),
    "floor": (r"\lfloor {} \rfloor", ATOM),
    "binom": (r"\binom{{{}}}{{{}}}", ATOM),
    "inner": (r"\langle {}, {} \rangle", ATOM),
    "log": (r"\log_{{{1}}}\left({0}\right)", FACTOR),
}
"""Calls with a notation of their own: a template and its level."""

_WORDS = {
    "tr": "tr", "rank": "rank", "diag": "diag", "sign": "sgn", "minor": "minor",
    "adjugate": "adj", "var": "Var", "cov": "Cov",
}  # fmt: skip
_PAIR_SIGNS = {
    "pairs": r"\neq", "ordered": r"\neq", "except": r"\neq", "less": "<", "at most": r"\leq",
}  # fmt: skip
_TALL = ("\\frac", "\\sum", "\\prod", "\\int", "\\begin", "\\sqrt", "\\left(", "\\binom")

Text = tuple[str, int]


def latex(node: n.Node, names: Collection[str] | None = None) -> str:
    r"""The LaTeX of an expression or statement.

    ``names`` are the names that the scope gives a meaning to: with them ``A_{ij}`` is
    printed without parentheses where ``A`` alone is a name. Without them an entry of a
    vector or matrix is printed in the form that is right in every scope.

    >>> from derivations.language.types import Scalar
    >>> x = n.Symbol("x", Scalar())
    >>> print(latex(n.Mul((n.Number(Fraction(2)), n.Add((x, n.Neg(n.Pow(x, x))))))))
    2 (x - x^x)
    >>> print(latex(n.Relation("<=", n.Div(x, n.Pow(n.Neg(x), x)), n.Call("exp", (x,)))))
    \frac{x}{(-x)^x} \leq \exp(x)
    """
    return _Printer(names)(node)


class _Printer:
    """Prints nodes; knows which names are taken."""

    def __init__(self, names: Collection[str] | None) -> None:
        self.names = names

    def __call__(self, node: n.Node, level: int = SUM) -> str:
        text, own = _PRINTERS[type(node)](self, node)
        return text if own >= level else parenthesised(text)

    def taken(self, name: str) -> bool:
        """Whether a name may mean something by itself in the scope."""
        return self.names is not None and name in self.names


def script(mark: str, text: str) -> str:
    """``^2``, ``_{ij}``: a subscript or superscript."""
    return mark + (text if len(text) == 1 and text not in "'{}" else f"{{{text}}}")


def parenthesised(text: str) -> str:
    """The text in parentheses, which grow where it is tall."""
    if any(mark in text for mark in _TALL):
        return rf"\left({text}\right)"
    return f"({text})"


# ---------------------------------------------------------------- atoms


def _number(p: _Printer, node: n.Number) -> Text:
    value = node.value
    if value < 0:
        return f"-{_number(p, n.Number(-value))[0]}", SUM
    twos_and_fives = value.denominator
    for prime in (2, 5):
        while twos_and_fives % prime == 0:
            twos_and_fives //= prime
    if value.denominator == 1:
        return str(value.numerator), ATOM
    if twos_and_fives > 1:
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", FACTOR
    return _decimal(value), ATOM


def _decimal(value: Fraction) -> str:
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str((value * 10**places).numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def _symbol(p: _Printer, node: n.Symbol) -> Text:
    if node.name == "d":
        return "{d}", ATOM
    name = node.name.removesuffix(r"(\cdot|\cdot)")
    return name, FACTOR if "^" in name else ATOM


def _indexed(p: _Printer, node: n.Indexed) -> Text:
    base = node.base
    if node.alias is not None:
        return _with_indices(p, *node.alias)
    if isinstance(base, n.Symbol) and isinstance(base.type, Family):
        return _with_indices(p, base.name, base.type.superscripts, node.indices)
    texts = [p(index) for index in node.indices]
    head = base.name if isinstance(base, n.Symbol) else ""
    if not head or p.names is None or set("_^'") & set(head) or p.taken(head + "_"):
        head = parenthesised(p(base))
    return head + _subscript(p, head, texts), ATOM


def _with_indices(p: _Printer, name: str, superscripts: int, indices: tuple[n.Node, ...]) -> Text:
    texts = [p(index) for index in indices]
    low = len(texts) - superscripts
    text = name + (_subscript(p, name, texts[:low]) if low else "")
    if superscripts:
        return f"{text}^{{({','.join(texts[low:])})}}", FACTOR
    return text, FACTOR if "^" in name else ATOM


def _subscript(p: _Printer, head: str, texts: list[str]) -> str:
    inner = ("" if all(len(text) == 1 for text in texts) else ",").join(texts)
    if p.taken(head + script("_", inner)):
        inner = ",".join(f"({text})" for text in texts)
    return script("_", inner)


# ---------------------------------------------------------------- arithmetic


def _add(p: _Printer, node: n.Add) -> Text:
    text = p(node.terms[0]) if isinstance(node.terms[0], n.Neg) else p(node.terms[0], PRODUCT)
    for term in node.terms[1:]:
        if isinstance(term, n.Neg):
            text += f" - {p(term.operand, PRODUCT)}"
        else:
            text += f" + {p(term, PRODUCT)}"
    return text, SUM


def _neg(p: _Printer, node: n.Neg) -> Text:
    return f"-{p(node.operand, PRODUCT)}", SUM


def _mul(p: _Printer, node: n.Mul) -> Text:
    *front, last = node.factors
    texts = [p(factor, FACTOR) for factor in front] + [p(last, REACH)]
    out = texts[0]
    for text in texts[1:]:
        out += (r" \cdot " if text[0].isdigit() else " ") + text
    return out, PRODUCT


def _div(p: _Printer, node: n.Div) -> Text:
    return rf"\frac{{{p(node.numerator)}}}{{{p(node.denominator)}}}", FACTOR


def _pow(p: _Printer, node: n.Pow) -> Text:
    base, power = p(node.base, ATOM), script("^", p(node.exponent))
    napier = isinstance(node.base, n.Constant) and node.base.name == "e"
    inverse = isinstance(node.base, n.Indexed) and isinstance(node.exponent, n.Neg)
    if napier or inverse or p.taken(base + power):
        base = f"({base})"
    return base + power, FACTOR


def _transpose(p: _Printer, node: n.Transpose) -> Text:
    return _base_of_matrix(p, node.operand) + r"^{\top}", FACTOR


def _inverse(p: _Printer, node: n.Inverse) -> Text:
    return _base_of_matrix(p, node.operand) + "^{-1}", FACTOR


def _base_of_matrix(p: _Printer, node: n.Node) -> str:
    """With an index, ``A_{ij}^\\top`` would be an entry of the transpose."""
    return parenthesised(p(node)) if isinstance(node, n.Indexed) else p(node, ATOM)


# ---------------------------------------------------------------- functions


def _call(p: _Printer, node: n.Call) -> Text:
    texts = [p(a) for a in node.arguments]
    if node.name in _CALLS:
        template, level = _CALLS[node.name]
        return template.format(*texts), level
    if node.name == "sqrt":
        degree = f"[{texts[1]}]" if len(texts) > 1 else ""
        return rf"\sqrt{degree}{{{texts[0]}}}", ATOM
    if node.name == "factorial":
        return f"{p(node.arguments[0], ATOM)}!", FACTOR
    if node.name == "normal":
        separator = "; " if len(texts) == 3 else ", "
        return rf"\mathcal{{N}}({texts[0]}{separator}{', '.join(texts[1:])})", FACTOR
    word = _WORDS.get(node.name)
    head = rf"\operatorname{{{word}}}" if word else "\\" + node.name
    return head + parenthesised(", ".join(texts)), FACTOR


def _apply(p: _Printer, node: n.Apply) -> Text:
    marks = "'" * node.primes if node.primes <= 3 else f"^{{({node.primes})}}"
    texts = [p(a) for a in node.arguments]
    kind = node.function.type
    given = kind.given if isinstance(kind, Function) else 0
    inner = ", ".join(texts[: len(texts) - given])
    if given:
        inner += r" \mid " + ", ".join(texts[len(texts) - given :])
    return f"{p(node.function)}{marks}{parenthesised(inner)}", FACTOR


def _delta(p: _Printer, node: n.Delta) -> Text:
    return r"\delta" + parenthesised(p(node.argument)), FACTOR


def _kronecker(p: _Printer, node: n.Kronecker) -> Text:
    return rf"\delta_{{{p(node.first)},{p(node.second)}}}", FACTOR


# ---------------------------------------------------------------- binders


def _binder(p: _Printer, node: n.Binder) -> Text:
    names = [index.name for index in node.indices]
    if node.kind == "range" and node.lower is not None and node.upper is not None:
        return f"_{{{','.join(names)}={p(node.lower)}}}" + script("^", p(node.upper)), ATOM
    if node.kind == "except" and node.lower is not None:
        names.append(p(node.lower))
    sign = _PAIR_SIGNS.get(node.kind)
    return script("_", f" {sign} ".join(names) if sign else ",".join(names)), ATOM


def _sum(p: _Printer, node: n.Sum) -> Text:
    return rf"\sum{p(node.binder)} {p(node.body, PRODUCT)}", REACH


def _product(p: _Printer, node: n.Product) -> Text:
    return rf"\prod{p(node.binder)} {p(node.body, PRODUCT)}", REACH


def _integral(p: _Printer, node: n.Integral) -> Text:
    limits = ""
    if node.lower is not None and node.upper is not None:
        limits = script("_", p(node.lower)) + script("^", p(node.upper))
    variable = node.variable.name if isinstance(node.variable, n.Symbol) else p(node.variable)
    return rf"\int{limits} \mathrm{{d}} {variable} \, {p(node.body, PRODUCT)}", REACH


def _derivative(p: _Printer, node: n.Derivative) -> Text:
    mark = r"\partial" if node.partial else r"\mathrm{d}"
    variable = p(node.variable, ATOM if node.order > 1 else FACTOR)
    order = script("^", str(node.order)) if node.order > 1 else ""
    return rf"\frac{{{mark}{order}}}{{{mark} {variable}{order}}} {p(node.body, PRODUCT)}", REACH


def _expectation(p: _Printer, node: n.Expectation) -> Text:
    under = ""
    if node.law is not None:
        law = p(node.law)
        under = script("_", law if node.variable is None else rf"{p(node.variable)} \sim {law}")
    return rf"\mathbb{{E}}{under}\left[{p(node.body)}\right]", FACTOR


def _extremum(p: _Printer, node: n.Extremum) -> Text:
    sign = "\\" + node.kind.replace("arg", "arg\\")
    return f"{sign}{script('_', p(node.variable))} {p(node.body, PRODUCT)}", REACH


def _limit(p: _Printer, node: n.Limit) -> Text:
    side = f"^{{{node.side}}}" if node.side else ""
    target = p(node.target, ATOM if side else SUM)
    return rf"\lim_{{{p(node.variable)} \to {target}{side}}} {p(node.body, PRODUCT)}", REACH


# ---------------------------------------------------------------- aggregates


def _matrix(p: _Printer, node: n.MatrixLiteral) -> Text:
    rows = r" \\ ".join(" & ".join(p(entry) for entry in row) for row in node.rows)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}", ATOM


def _diagonal(p: _Printer, node: n.Diagonal) -> Text:
    name, family = node.family.name, node.family.type
    size = family.indices[0].size if isinstance(family, Family) else "n"
    return rf"\operatorname{{diag}}({name}_{{1}}, \dots, {name}_{{{size}}})", FACTOR


def _set(p: _Printer, node: n.SetLiteral) -> Text:
    return rf"\{{{', '.join(p(e) for e in node.elements)}\}}", ATOM


def _set_power(p: _Printer, node: n.SetPower) -> Text:
    return p(node.base, ATOM) + script("^", p(node.exponent)), FACTOR


def _piecewise(p: _Printer, node: n.Piecewise) -> Text:
    rows = [
        f"{p(value)} & " + (r"\text{otherwise}" if condition is None else p(condition))
        for value, condition in zip(node.values, node.conditions, strict=True)
    ]
    body = r" \\ ".join(rows)
    return rf"\begin{{cases}} {body} \end{{cases}}", FACTOR


# ---------------------------------------------------------------- statements


def _relation(p: _Printer, node: n.Relation) -> Text:
    sign = RELATIONS[node.op]
    if node.up_to is not None:
        sign = rf"\underbrace{{{sign}}}_{{{p(node.up_to)} \text{{ only}}}}"
    some = rf" \quad \text{{for some }} {', '.join(map(p, node.some))}" if node.some else ""
    return f"{p(node.left)} {sign} {p(node.right)}{some}", SUM


def _equivalence(p: _Printer, node: n.Equivalence) -> Text:
    sign = r"\implies" if node.one_way else r"\iff"
    return rf"{p(node.left)} \quad {sign} \quad {p(node.right)}", SUM


_PRINTERS: dict[type[n.Node], Callable[[_Printer, Any], Text]] = {
    n.Number: _number,
    n.Constant: lambda p, node: (node.name, ATOM),
    n.Symbol: _symbol,
    n.Indexed: _indexed,
    n.Add: _add,
    n.Neg: _neg,
    n.Mul: _mul,
    n.Div: _div,
    n.Pow: _pow,
    n.Transpose: _transpose,
    n.Inverse: _inverse,
    n.Call: _call,
    n.Apply: _apply,
    n.Delta: _delta,
    n.Kronecker: _kronecker,
    n.Binder: _binder,
    n.Sum: _sum,
    n.Product: _product,
    n.Integral: _integral,
    n.Derivative: _derivative,
    n.Expectation: _expectation,
    n.Extremum: _extremum,
    n.Limit: _limit,
    n.MatrixLiteral: _matrix,
    n.Diagonal: _diagonal,
    n.SetLiteral: _set,
    n.NamedSet: lambda p, node: (node.name, ATOM),
    n.SetPower: _set_power,
    n.Piecewise: _piecewise,
    n.Relation: _relation,
    n.Equivalence: _equivalence,
}
