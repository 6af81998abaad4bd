"""Whether a relation holds at one concrete size, in one case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Function, Parameter
from .arrays import Matrix
from .calculus import Values
from .cases import YES, Answer, WrongShapes, symbols_of
from .extrema import equal_extrema, premise_bounds
from .inequalities import at_least
from .integrals import UNIT_MASS
from .monomials import Form, Undefined, Unsupported
from .points import Points, confirmed, gap
from .signs import signs_of
from .values import (
    Dirac,
    Law,
    Member,
    Value,
    entries,
    exp,
    ln,
    sympy_functions,
)

if TYPE_CHECKING:
    from .compile import Compiler
    from .forms import Forms

POINTS = 4
SEARCHES = 4
"""How many cases of a link may be searched for a root that refutes an equivalence."""
_SIMPLIFIED = (sp.sin, sp.cos, sp.tan, sp.asin, sp.acos, sp.atan, sp.gamma, sp.factorial)
Sides = tuple[list[sp.Expr], list[sp.Expr]]


class Relations:
    """Decides relations whose sides are compiled in one world."""

    def __init__(self, compiler: Compiler) -> None:
        self.c = compiler
        self.world = compiler.world
        self.searches = SEARCHES

    def decide(self, node: n.Relation) -> Answer:
        """Whether the relation holds in the present case. Raises Undefined, Unsupported."""
        match node.op:
            case "=" if node.up_to is not None:
                return self.equal_up_to(node, node.up_to)
            case "=":
                return self.equal(node.left, node.right)
            case "oc":
                return self.proportional(node)
            case "!=":
                return self.different(node.left, node.right)
            case "<=" | "<":
                return self.ordered(node, node.right, node.left)
            case ">=" | ">":
                return self.ordered(node, node.left, node.right)
        raise Unsupported(f"the relation {node.op}")

    # ------------------------------------------------------------ sides

    def sides(self, left: n.Node, right: n.Node) -> Sides:
        """The entries of both sides, in the same order."""
        a, b = self.c.side(left), self.c.side(right)
        if isinstance(a, Law) and isinstance(b, Law):
            return self._laws(left, a, b)
        if isinstance(a, Member) and isinstance(b, Member):
            return [sp.Integer(a.number)], [sp.Integer(b.number)]
        a, b = (self.c.components(x) if isinstance(x, Member) else x for x in (a, b))
        if isinstance(a, Law) or isinstance(b, Law):
            raise Unsupported("a function against a number")
        return _entries(a, b)

    def _laws(self, node: n.Node, a: Law, b: Law) -> Sides:
        """Two functions at every element of their domain, or at a general point."""
        assert isinstance(node, n.Symbol)
        assert isinstance(node.type, Function)
        entry = self.c.scope.symbols.get(node.name)
        over = self.c.scope.symbols.get((entry.over or "").replace(" ", "")) if entry else None
        if over is None or len(node.type.parameters) != 1:
            raise Unsupported("functions of several arguments are not compared")
        variable = n.Symbol(over.name, over.type)
        values = self.world.domain(variable)
        if values is None:
            values = [self.c.laws.point(variable)[0]]
        left, right = ([x for v in values for x in entries(law.call((v,), 0))] for law in (a, b))
        return left, right

    # ------------------------------------------------------------ equalities

    def equal(self, left: n.Node, right: n.Node) -> Answer:
        """Whether two sides are equal."""
        if isinstance(left, n.Extremum) and isinstance(right, n.Extremum):
            answer = equal_extrema(self, left, right)
            if answer is not None:
                return answer
        return self.same(*self.sides(left, right))

    def same(self, left: list[sp.Expr], right: list[sp.Expr]) -> Answer:
        """Whether two lists of expressions are equal, entry by entry."""
        leaves = self.c.leaves.of([*left, *right])
        if Dirac in leaves:
            left, right = _without_masses(left, right)
        if UNIT_MASS in leaves:
            left, right = self._without_height(left, right), [sp.Integer(0)] * len(left)
        pairs = list(zip(left, right, strict=True))
        first, second = self.world.forms
        if all(_agree(first, a, b) for a, b in pairs):
            return YES
        answer = self.refuted(left, right)
        if answer is not None:
            return answer
        if all(_agree(second, a, b) or _by_simplify(a, b) for a, b in pairs):
            return YES
        return Answer(None, "the difference was not shown to vanish")

    def zero_difference(self, left: sp.Expr, right: sp.Expr) -> bool:
        """Whether two expressions have the same normal form."""
        return any(_agree(forms, left, right) for forms in self.world.forms)

    def refuted(self, left: list[sp.Expr], right: list[sp.Expr]) -> Answer | None:
        """False if the sides differ at an exact point where both are defined."""
        for point in Points(self.c).draw([*left, *right], POINTS):
            values = Values(point)
            for a, b in zip(left, right, strict=True):
                difference = gap(a, b, values)
                if difference and confirmed(a, b, point):
                    return Answer(False, f"the sides differ by {float(difference):.6g} at a point")
        return None

    def _without_height(self, left: list[sp.Expr], right: list[sp.Expr]) -> list[sp.Expr]:
        """The differences, from which the heights of unit masses must have cancelled."""
        forms = self.world.forms[0]
        return [forms.expr(_difference(forms, a, b)) for a, b in zip(left, right, strict=True)]

    # ------------------------------------------------------------ up to terms or factors

    def equal_up_to(self, node: n.Relation, symbol: n.Symbol) -> Answer:
        """Equal but for terms that do not depend on the parameter."""
        left, right = self.sides(node.left, node.right)
        symbols = self.parameter_symbols(symbol)
        if not symbols:
            raise Unsupported(f"{symbol.name} has no members here")
        forms = self.world.forms[0]
        numbers = {forms.symbol(s) for s in symbols}
        differences = [_difference(forms, a, b) for a, b in zip(left, right, strict=True)]
        if not any(forms.inside(d) & numbers for d in differences):
            return YES
        for s in symbols:
            slopes = [[self.c.derive(x, s) for x in side] for side in (left, right)]
            answer = self.same(*slopes)
            if not answer.truth:
                return answer
        return YES

    def parameter_symbols(self, symbol: n.Symbol) -> list[sp.Symbol]:
        """All SymPy symbols in the members of a group of parameters."""
        texts = symbol.type.members if isinstance(symbol.type, Parameter) else (symbol.name,)
        return symbols_of(self.c, [self.c.lookup.declared_text(text) for text in texts])

    def proportional(self, node: n.Relation) -> Answer:
        """f(x) ∝ g(x): f(x) g(y) = f(y) g(x) for all x and y."""
        match node.left:
            case n.Apply(arguments=(n.Symbol() as variable, *_)):
                pass
            case _:
                raise Unsupported("proportional in which variable?")
        values = self.world.domain(variable)
        if values is None:
            values = [self.c.laws.point(variable)[0] for _ in range(2)]
        pairs = []
        for value in values:
            with self.world.replacing((variable.name,), value):
                pairs.append(self.sides(node.left, node.right))
        (first, *others) = pairs
        left = [a * y for x, z in others for a, y in zip(first[0], z, strict=True)]
        right = [x * b for x_, _ in others for x, b in zip(x_, first[1], strict=True)]
        return self.same(left, right)

    # ------------------------------------------------------------ inequalities

    def ordered(self, node: n.Relation, big: n.Node, small: n.Node) -> Answer:
        """Whether big ≥ small (or >), also by the premise that the document names."""
        strict = node.op in ("<", ">")
        left, right = self.sides(big, small)
        if len(left) != 1:
            raise Unsupported("an order between vectors or matrices")
        bounds = premise_bounds(self, node)
        if bounds is not None:
            mine, given = bounds
            upper = node.op in ("<=", "<")
            if at_least(self, *((mine, given) if upper else (given, mine)), strict).truth:
                return YES
        answer = at_least(self, left[0], right[0], strict)
        if strict and answer.truth is None and self._equal_somewhere(left, right):
            return Answer(False, "both sides are equal in a special case")
        return answer

    # ------------------------------------------------------------ inequations

    def different(self, left: n.Node, right: n.Node) -> Answer:
        """Never equal: refuted by one instance in which both sides agree."""
        a, b = self.sides(left, right)
        forms = self.world.forms[0]
        pairs = list(zip(a, b, strict=True))
        if any(0 not in signs_of(forms, _difference(forms, x, y)) for x, y in pairs):
            return YES
        if all(self.zero_difference(x, y) for x, y in pairs):
            return Answer(False, "the sides are always equal")
        if self._equal_somewhere(a, b):
            return Answer(False, "both sides are equal in a special case")
        return Answer(None, "no instance was found in which both sides are equal")

    def _equal_somewhere(self, left: list[sp.Expr], right: list[sp.Expr]) -> bool:
        for point in self._special_points([*left, *right]):
            pairs = [
                (a.xreplace(point), b.xreplace(point)) for a, b in zip(left, right, strict=True)
            ]
            try:
                if all(self.zero_difference(a, b) for a, b in pairs):
                    return True
            except (Undefined, Unsupported):
                continue
        return False

    def _special_points(self, expressions: list[sp.Expr]) -> list[dict[Any, Any]]:
        """Points where things coincide: all distributions uniform, all numbers equal."""
        world = self.world
        if world.matrices.circles or world.matrices.orthogonals:
            return []
        uniform = {s: sp.Rational(1, len(group) + 1) for group in world.simplices for s in group}
        rest = {x for x in self.c.leaves.of(expressions) if isinstance(x, sp.Symbol)}
        points = []
        for value in (sp.Integer(k) for k in (1, 2, 0, -1)):
            point = uniform | dict.fromkeys(rest - uniform.keys(), value)
            if all(_fits(s, point[s]) for s in rest) and self._allowed(point):
                points.append(point)
        return points

    def _allowed(self, point: dict[Any, Any]) -> bool:
        for expr, signs in self.world.constraints:
            value = expr.xreplace(point)
            if not value.is_Rational or int(sp.sign(value)) not in signs:
                return False
        return True


def _fits(symbol: sp.Symbol, value: sp.Integer) -> bool:
    """Whether the assumptions of a symbol allow a value."""
    sign = int(sp.sign(value))
    if symbol.is_negative:
        return sign < 0
    if symbol.is_nonnegative and sign < 0:
        return False
    return not (symbol.is_nonzero and sign == 0)


def _difference(forms: Forms, left: sp.Expr, right: sp.Expr) -> Form:
    return forms.tidy(forms.subtract(forms.of(left), forms.of(right)))


def _agree(forms: Forms, left: sp.Expr, right: sp.Expr) -> bool:
    return forms.is_zero(forms.subtract(forms.of(left), forms.of(right)))


def _by_simplify(left: sp.Expr, right: sp.Expr) -> bool:
    """SymPy's own way, for functions whose identities normal forms do not know."""
    difference = left - right
    return difference.has(*_SIMPLIFIED) and sp.simplify(sympy_functions(difference)) == 0


def _entries(a: Value, b: Value) -> Sides:
    """Entries of two values of the same shape; 0 is also the zero vector or matrix."""
    if isinstance(a, Matrix) == isinstance(b, Matrix):
        if isinstance(a, Matrix) and a.shape != b.shape:
            raise Unsupported("a row against a column")
        return entries(a), entries(b)
    if isinstance(a, Matrix) and b == 0:
        return entries(a), [sp.Integer(0)] * len(a)
    if isinstance(b, Matrix) and a == 0:
        return [sp.Integer(0)] * len(b), entries(b)
    raise WrongShapes("a number is not a vector or matrix")


def _without_masses(left: list[sp.Expr], right: list[sp.Expr]) -> Sides:
    """Coefficients of each unit mass on both sides, and what is left."""
    masses = sorted(set().union(*(x.atoms(Dirac) for x in (*left, *right))), key=str)
    found: Sides = ([], [])
    for side, out in zip((left, right), found, strict=True):
        for x in side:
            if any(f.has(Dirac) for f in x.atoms(ln, sp.Pow, exp)):
                raise Unsupported("a function of a unit mass")
            rest = sp.expand_mul(x)
            for mass in masses:
                slope = rest.coeff(mass)
                rest = sp.expand_mul(rest - slope * mass)
                out.append(slope)
            out.append(rest)
    if any(x.has(Dirac) for x in (*found[0], *found[1])):
        raise Unsupported("a product of unit masses")
    if any(m.free_symbols & x.free_symbols for m in masses for x in (*found[0], *found[1])):
        raise Unsupported("a unit mass with a coefficient that is not constant")
    return found
