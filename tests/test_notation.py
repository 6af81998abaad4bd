r"""Formulas of mathematical notes at large, each with the tree it is read as, or the refusal.

``shape`` prints trees shortly: ``x = f(y)`` is ``(= x (f y))``.
"""

from __future__ import annotations

import pytest

from derivations.language import nodes as n
from derivations.language.source import Source
from derivations.reader.document import Document, read_document

DECLARED = r"""%! sort sample of size n
%! sort dim of size N
%! i, j : index(sample)
%! k, l : index(dim)
%! a, b, c, t, x, y, z, \eta : real
%! \mu, \sigma, \alpha, \lambda, \theta, \theta_0, x_0 : real
%! \bar{x}, \hat{\theta} : real
%! u, v, w, \vec{x}, \vec{y}, \mathbf{w} : vector(dim)
%! v_k : component of v
%! A, B, \Sigma : matrix(dim)
%! I : identity matrix(dim)
%! f, g : function of real
%! f_\theta : function of real
%! h : function of x and y
%! J : function of w
%! p, q : distribution over x
%! p(x|z) : distribution over x given z
%! r(z|x) : distribution over z given x
%! x_i, y_i, \hat{y}_i : real
%! J_{kl} : real
%! \langle \cdot \rangle : expectation over x under p
"""


def document(display: str, markdown: bool = False, more: str = "") -> Document:
    declared = DECLARED + more
    text = f"<!--\n{declared}-->\n{display}\n" if markdown else f"{declared}{display}\n"
    return read_document(Source("note.md" if markdown else "note.tex", text))


def shape(node: object) -> str:
    """A tree in short prefix notation."""
    match node:
        case n.Number(value=value):
            return str(value)
        case n.Symbol(name=name) | n.Constant(name=name) | n.NamedSet(name=name):
            return name
        case n.Indexed(base=base, indices=indices):
            return f"{shape(base)}[{','.join(map(shape, indices))}]"
        case n.Neg(operand=x):
            return f"(- {shape(x)})"
        case n.Add(terms=parts):
            return f"(+ {many(parts)})"
        case n.Mul(factors=parts):
            return f"(* {many(parts)})"
        case n.Div(numerator=x, denominator=y):
            return f"(/ {shape(x)} {shape(y)})"
        case n.Pow(base=x, exponent=y):
            return f"(^ {shape(x)} {shape(y)})"
        case n.Transpose(operand=x):
            return f"(T {shape(x)})"
        case n.Inverse(operand=x):
            return f"(inv {shape(x)})"
        case n.Call(name=name, arguments=arguments):
            return f"({name} {many(arguments)})"
        case n.Apply(function=f, arguments=arguments, primes=primes):
            marks = "'" * primes
            return f"({f.name}{marks} {many(arguments)})"
        case n.Delta(argument=x):
            return f"(delta {shape(x)})"
        case n.Kronecker(first=x, second=y):
            return f"(kronecker {shape(x)} {shape(y)})"
        case n.Binder(indices=indices, kind=kind, lower=lower, upper=upper):
            limits = "".join(" " + shape(x) for x in (lower, upper) if x is not None)
            return f"{','.join(s.name for s in indices)} {kind}{limits}"
        case n.Sum(binder=binder, body=body):
            return f"(sum {shape(binder)}: {shape(body)})"
        case n.Product(binder=binder, body=body):
            return f"(prod {shape(binder)}: {shape(body)})"
        case n.Integral(variable=variable, lower=lower, upper=upper, body=body):
            limits = "".join(" " + shape(x) for x in (lower, upper) if x is not None)
            return f"(int {shape(variable)}{limits}: {shape(body)})"
        case n.Derivative(body=body, variable=variable, order=order):
            return f"(d{order if order > 1 else ''} {shape(variable)}: {shape(body)})"
        case n.Expectation(body=body, law=law, variable=variable):
            under = "".join(" " + shape(x) for x in (variable, law) if x is not None)
            return f"(E{under}: {shape(body)})"
        case n.Extremum(kind=kind, variable=variable, body=body):
            return f"({kind} {variable.name}: {shape(body)})"
        case n.Limit(variable=variable, target=target, body=body, side=side):
            return f"(lim {variable.name} {shape(target)}{side}: {shape(body)})"
        case n.Diagonal(family=family):
            return f"(diagonal {family.name})"
        case n.SetLiteral(elements=elements):
            return "{" + many(elements) + "}"
        case n.SetPower(base=base, exponent=exponent):
            return f"{shape(base)}^{shape(exponent)}"
        case n.Piecewise(values=values, conditions=conditions):
            cases = zip(values, conditions, strict=True)
            return "(cases " + "; ".join(f"{shape(v)} if {shape(c)}" for v, c in cases) + ")"
        case n.Relation(op=op, left=left, right=right, up_to=up_to):
            mark = f" up to {up_to.name}" if up_to is not None else ""
            return f"({op}{mark} {shape(left)} {shape(right)})"
        case n.Equivalence(left=left, right=right, one_way=one_way):
            return f"({'=>' if one_way else '<=>'} {shape(left)} {shape(right)})"
        case None:
            return "else"
    raise AssertionError(node)


def many(parts: tuple[n.Node, ...]) -> str:
    return " ".join(shape(part) for part in parts)


def outcome(display: str, markdown: bool = False, more: str = "") -> str:
    """The trees of all links, equation by equation, or the code of the refusal."""
    read = document(display, markdown, more)
    assert [e.message for _, e in read.problems] == []
    out = []
    for equation in read.equations:
        if equation.error is not None:
            out.append(equation.error.code)
        else:
            assert equation.reading is not None
            out.append(" ".join(shape(link.node) for link in equation.reading.links))
    return " | ".join(out)


FORMULAS = {
    # CASES
}


@pytest.mark.parametrize(("formula", "expected"), FORMULAS.items())
def test_a_formula(formula: str, expected: str) -> None:
    assert outcome(rf"\[ {formula} \]") == expected
    assert outcome(f"$$ {formula} $$", markdown=True) == expected


DISPLAYS = {
    # DISPLAYS
}


@pytest.mark.parametrize(("display", "expected"), DISPLAYS.items())
def test_a_display(display: str, expected: str) -> None:
    assert outcome(display) == expected
    assert outcome(display, markdown=True) == expected


def test_the_formulas_are_many() -> None:
    assert len(FORMULAS) + len(DISPLAYS) >= 100
