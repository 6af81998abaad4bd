"""Whether a relation holds at one concrete size, in one case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy as sp

from ..language import nodes as n
from ..language.types import Family, Function, Parameter, Scalar
from .algebra_calculus import Values, split_logarithms
from .algebra_inequalities import at_least
from .algebra_integrals import UNIT_MASS
from .algebra_monomials import Form, Undefined, Unsupported
from .algebra_points import Points, confirmed, gap
from .algebra_signs import ZERO, signs_of
from .algebra_values import Dirac, Law, Matrix, Member, NeedsCase, Value, entries, exp, ln

if TYPE_CHECKING:
    from .algebra_compile import Compiler
    from .algebra_forms import Forms


@dataclass(frozen=True)
class Answer:
    """True, False, or None with the reason why it is open."""

    truth: bool | None
    reason: str | None = None


YES = Answer(True)
POINTS = 4


class Relations:
    """Decides relations whose sides are compiled in one world."""

    def __init__(self, compiler: Compiler) -> None:
        self.c = compiler
        self.world = compiler.world

    def decide(self, node: n.Relation) -> Answer:
        """Whether the relation holds in the present case. Raises Undefined, Unsupported."""
        match node.op:
            case "=" | "oc" if node.up_to is not None:
                return self.equal_up_to(node, node.up_to)
            case "=":
                return self.equal(node.left, node.right)
            case "!=":
                return self.different(node.left, node.right)
            case "<=" | "<":
                return self.ordered(node.right, node.left, node.op == "<", node)
            case ">=" | ">":
                return self.ordered(node.left, node.right, node.op == ">", node)
        raise Unsupported(f"the relation {node.op}")

    # ------------------------------------------------------------ sides

    def sides(self, left: n.Node, right: n.Node) -> tuple[list[sp.Expr], list[sp.Expr]]:
        """The entries of both sides, in the same order."""
        a, b = self.c.value(left, {}), self.c.value(right, {})
        if isinstance(a, Law) and isinstance(b, Law):
            return self._laws(left, a, b)
        if isinstance(a, Member) and isinstance(b, Member):
            return [sp.Integer(a.number)], [sp.Integer(b.number)]
        a, b = (self.c.components(x) if isinstance(x, Member) else x for x in (a, b))
        if isinstance(a, Law) or isinstance(b, Law):
            raise Unsupported("a function against a number")
        return _entries(a, b)

    def _laws(self, node: n.Node, a: Law, b: Law) -> tuple[list[sp.Expr], list[sp.Expr]]:
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
        return tuple(  # type: ignore[return-value]
            [x for v in values for x in entries(law.call((v,), 0))] for law in (a, b)
        )

    # ------------------------------------------------------------ equalities

    def equal(self, left: n.Node, right: n.Node) -> Answer:
        if isinstance(left, n.Extremum) and isinstance(right, n.Extremum):
            answer = self._extrema(left, right)
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
        if all(_agree(second, a, b) for a, b in pairs):
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
        return [
            forms.expr(self._difference(forms, a, b)) for a, b in zip(left, right, strict=True)
        ]

    def equal_up_to(self, node: n.Relation, symbol: n.Symbol) -> Answer:
        """Equal but for terms that do not depend on the parameter."""
        left, right = self.sides(node.left, node.right)
        symbols = self.parameter_symbols(symbol)
        if not symbols:
            raise Unsupported(f"{symbol.name} has no members here")
        forms = self.world.forms[0]
        numbers = {forms.symbol(s) for s in symbols}
        if all(
            not forms.inside(self._difference(forms, a, b)) & numbers
            for a, b in zip(left, right, strict=True)
        ):
            return YES
        for s in symbols:
            slopes = [
                [self.c.derive(split_logarithms(x), s) for x in side] for side in (left, right)
            ]
            answer = self.same(*slopes)
            if not answer.truth:
                return answer
        return YES

    def _difference(self, forms: Any, left: sp.Expr, right: sp.Expr) -> Form:
        return forms.tidy(forms.subtract(forms.of(left), forms.of(right)))

    def parameter_symbols(self, symbol: n.Symbol) -> list[sp.Symbol]:
        """All SymPy symbols in the members of a group of parameters."""
        texts = symbol.type.members if isinstance(symbol.type, Parameter) else (symbol.name,)
        found: set[sp.Symbol] = set()
        for text in texts:
            member = self.world.declared_text(text)
            for value in every_case(self.c, lambda member=member: self.c.plain(member, {})):
                found |= set().union(*(x.free_symbols for x in entries(value)))
        return sorted(found, key=str)

    def different(self, left: n.Node, right: n.Node) -> Answer:
        """Never equal: refuted by one instance in which both sides agree."""
        a, b = self.sides(left, right)
        forms = self.world.forms[0]
        for x, y in zip(a, b, strict=True):
            if 0 not in signs_of(forms, forms.subtract(forms.of(x), forms.of(y))):
                return YES
        if all(self.zero_difference(x, y) for x, y in zip(a, b, strict=True)):
            return Answer(False, "the sides are always equal")
        for point in self._special_points([*a, *b]):
            try:
                same = [
                    self.zero_difference(x.xreplace(point), y.xreplace(point))
                    for x, y in zip(a, b, strict=True)
                ]
            except (Undefined, Unsupported):
                continue
            if all(same):
                return Answer(False, "both sides are equal in a special case")
        return Answer(None, "no instance was found in which both sides are equal")

    def _special_points(self, expressions: list[sp.Expr]) -> list[dict[Any, Any]]:
        """Points where things coincide: all distributions uniform, all numbers equal."""
        symbols = set().union(*(x.free_symbols for x in expressions))
        uniform = {
            s: sp.Rational(1, len(group) + 1) for group in self.world.simplices for s in group
        }
        rest = sorted(symbols - uniform.keys(), key=str)
        points = []
        for value in (1, 2, 0, -1):
            fits = all(
                not (s.is_positive and value <= 0 or s.is_nonnegative and value < 0)
                and not (s.is_nonzero and value == 0)
                for s in rest
            )
            if fits and not (self.world.matrices.circles or self._violated(rest, value, uniform)):
                points.append(uniform | {s: sp.Integer(value) for s in rest})
        return points

    def _violated(self, rest: list[sp.Symbol], value: int, uniform: dict[Any, Any]) -> bool:
        for expr, signs in self.world.constraints:
            at = expr.xreplace(uniform).xreplace({s: sp.Integer(value) for s in rest})
            if not at.is_Rational or int(sp.sign(at)) not in signs:
                return True
        return False

    def _extrema(self, left: n.Extremum, right: n.Extremum) -> Answer | None:
        """argmin F = argmax G where F + c G does not depend on the variable, c > 0."""
        by_value = not left.kind.startswith("arg")
        if by_value != (not right.kind.startswith("arg")):
            raise Unsupported("an extremum against the place of one")
        if left.variable != right.variable:
            raise Unsupported("extrema over different variables")
        if by_value and self.world.domain(left.variable) is not None:
            return None
        sign = 1 if left.kind == right.kind else -1
        if self._finite(left.variable):
            return self._extrema_on_set(left, right, sign)
        symbols = self.parameter_symbols(left.variable)
        f, g = self.c.scalar(left.body, {}), self.c.scalar(right.body, {})
        forms = self.world.forms[0]
        numbers = {forms.symbol(s) for s in symbols}
        difference = forms.tidy(forms.subtract(forms.of(f), forms.scale(forms.of(g), sign)))
        if by_value:
            if sign == 1 and forms.is_zero(difference):
                return YES
            raise Unsupported("the values of extrema over the reals")
        if not forms.inside(difference) & numbers:
            return YES
        if self._proportional(f, g, sign, symbols):
            return YES
        return Answer(None, "the objectives differ by more than a constant")

    def _finite(self, variable: n.Symbol) -> bool:
        return self.world.domain(variable) is not None

    def _extrema_on_set(self, left: n.Extremum, right: n.Extremum, sign: int) -> Answer:
        values = self.world.domain(left.variable) or []
        gaps = []
        for value in values:
            with self.world.replacing((left.variable.name,), value):
                f, g = self.c.scalar(left.body, {}), self.c.scalar(right.body, {})
                gaps.append(f - sign * g)
        if all(self.zero_difference(gaps[0], other) for other in gaps[1:]):
            return YES
        return Answer(None, "the objectives differ by more than a constant")

    def _proportional(
        self, f: sp.Expr, g: sp.Expr, sign: int, symbols: list[sp.Symbol]
    ) -> bool:
        """Whether all slopes of f are the same positive multiple of those of ± g."""
        forms = self.world.forms[0]
        numbers = {forms.symbol(s) for s in symbols}
        factor: Form | None = None
        for s in symbols:
            a, b = (forms.of(self.c.derive(split_logarithms(x), s)) for x in (f, g))
            if not b:
                if a:
                    return False
                continue
            if factor is None:
                top, divisors = forms.clear(a)
                bottom, other = forms.clear(b)
                quotient = forms.divide(top, bottom)
                if quotient is None:
                    return False
                factor = forms.tidy(forms.multiply(quotient, forms.times(forms.inverse({other: 1}), divisors)))
            if not forms.is_zero(forms.subtract(a, forms.multiply(factor, b))):
                return False
        if factor is None or forms.inside(factor) & numbers:
            return False
        return signs_of(forms, forms.scale(factor, sign)) == frozenset((1,))

    # ------------------------------------------------------------ inequalities

    def ordered(self, big: n.Node, small: n.Node, strict: bool, node: n.Relation) -> Answer:
        """Whether big ≥ small (or >), also by the premise that the document names."""
        left, right = self.sides(big, small)
        if len(left) != 1:
            raise Unsupported("an order between vectors or matrices")
        (a,), (b,) = left, right
        bounds = self._premise(node)
        if bounds is not None:
            mine, given = bounds
            upper = node.op in ("<=", "<")
            if at_least(self, *((mine, given) if upper else (given, mine)), strict).truth:
                return YES
        return at_least(self, a, b, strict)

    def _premise(self, node: n.Relation) -> tuple[sp.Expr, sp.Expr] | None:
        """The bounds on the same left side: of this relation, and of the premise."""
        label = self.c.scope.follows
        if label is None:
            return None
        try:
            premise = self.c.document[label]
        except StopIteration:
            return None
        for link in premise.reading.links if premise.reading else ():
            other = link.node
            if isinstance(other, n.Relation) and other.op == node.op and self._same_names(other, premise):
                mine, same = self.c.scalar(node.left, {}), self.c.scalar(other.left, {})
                if self.zero_difference(mine, same):
                    return self.c.scalar(node.right, {}), self.c.scalar(other.right, {})
        return None

    def _same_names(self, node: n.Node, premise: Any) -> bool:
        """Whether all symbols of the premise mean the same here."""
        for part in node.walk():
            if isinstance(part, n.Symbol):
                slots = len(part.type.indices) if isinstance(part.type, Family) else 0
                here, there = (
                    s.entry(part.name, slots) for s in (self.c.scope, premise.scope)
                )
                if here is None or there is None or _signature(here) != _signature(there):
                    return False
        return True


def _agree(forms: Forms, left: sp.Expr, right: sp.Expr) -> bool:
    return forms.is_zero(forms.subtract(forms.of(left), forms.of(right)))


def _signature(entry: Any) -> Any:
    properties = [(p.name, p.argument) for p in entry.properties]
    return entry.kind, entry.type, properties, entry.definition


def _entries(a: Value, b: Value) -> tuple[list[sp.Expr], list[sp.Expr]]:
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


class WrongShapes(Exception):
    """One side is a number, the other a vector or matrix."""


def _without_masses(
    left: list[sp.Expr], right: list[sp.Expr]
) -> tuple[list[sp.Expr], list[sp.Expr]]:
    """Coefficients of each unit mass on both sides, and what is left."""
    masses = sorted(set().union(*(x.atoms(Dirac) for x in (*left, *right))), key=str)
    found: tuple[list[sp.Expr], list[sp.Expr]] = ([], [])
    for side, out in zip((left, right), found, strict=True):
        for x in side:
            if any(f.has(Dirac) for f in x.atoms(ln, sp.Pow, exp)):
                raise Unsupported("a function of a unit mass")
            x = sp.expand_mul(x)
            for mass in masses:
                slope = x.coeff(mass)
                x = x - slope * mass
                out.append(sp.expand_mul(slope))
            if x.has(Dirac) or out[-1].has(Dirac):
                raise Unsupported("a product of unit masses")
            out.append(x)
    if any(m.free_symbols & y.free_symbols for m in masses for y in (*found[0], *found[1])):
        raise Unsupported("a unit mass with a coefficient that is not constant")
    return found


MAX_CASES = 160


def every_case(c: Compiler, task: Callable[[], Any]) -> Iterator[Any]:
    """The results of a task in every case of the free symbols of finite domains.

    Cases where a side has no value are left out.
    """
    start = c.world.case
    waiting = [start]
    count = 0
    try:
        while waiting:
            case = c.world.case = waiting.pop()
            try:
                yield task()
            except NeedsCase as need:
                waiting += [{**case, need.key: v} for v in reversed(need.values)]
                count += len(need.values)
                if count > MAX_CASES:
                    raise Unsupported(f"more than {MAX_CASES} cases") from None
            except Undefined:
                continue
    finally:
        c.world.case = start


__all__ = ["UNIT_MASS", "YES", "ZERO", "Answer", "Relations", "Scalar", "WrongShapes"]
