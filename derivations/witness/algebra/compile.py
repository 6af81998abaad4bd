"""From typed trees to explicit SymPy at concrete sizes.

Each side of a link is compiled on its own. Sums are written out, symbols with a
definition are its body in the scope of use, derivatives are SymPy's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from ...language import nodes as n
from ...language.shapes import product
from ...language.types import SCALAR, Covector, Family, Function, Index, SetOf, Type, Vector
from ...language.types import Matrix as MatrixType
from ...reader.definitions import gradient_step
from .arrays import Matrix
from .binders import BINDERS
from .calculus import Derivatives, Leaves
from .calls import CALLS
from .laws import Laws
from .lookup import Lookup
from .monomials import LogOfZero, Undefined, Unsupported
from .values import Law, Member, Value, scalar_of, sum_of
from .world import World

Env = dict[str, Value]
MAX_BITS = 4000


class Compiler:
    """Values of nodes in one world; what definitions yield is computed once."""

    def __init__(self, lookup: Lookup, world: World) -> None:
        self.lookup = lookup
        self.world = world
        self.scope = world.scope
        self.shapes = lookup.shapes
        self.laws = Laws(self)
        self.derive = Derivatives()
        self.leaves = Leaves()
        self._memo: dict[Any, dict[tuple[Any, ...], dict[tuple[Any, ...], Value]]] = {}

    # ------------------------------------------------------------ values

    def value(self, node: n.Node, env: Env) -> Value:
        """The value of a node; ``env`` holds its bound variables."""
        rule = _RULES.get(type(node))
        if rule is not None:
            return rule(self, node, env)
        binder = BINDERS.get(type(node))
        if binder is None:
            raise Unsupported(f"{type(node).__name__} has no value here")
        number, names = self.lookup.identity(node)
        bound = tuple((x, env[x]) for x in names if x in env)
        return self.remember((number, bound), lambda: binder(self, node, env))

    def side(self, node: n.Node) -> Value:
        """The value of a whole side, which often stands in two links."""
        return self.remember((self.lookup.identity(node)[0], ()), lambda: self.value(node, {}))

    def plain(self, node: n.Node, env: Env) -> sp.Expr | Matrix:
        """The value as numbers: a member of a set by its components."""
        value = self.value(node, env)
        if isinstance(value, Member):
            return self.components(value)
        if isinstance(value, Law):
            raise Unsupported("a function where a number should stand")
        return value

    def scalar(self, node: n.Node, env: Env) -> sp.Expr:
        return scalar_of(self.plain(node, env))

    def components(self, member: Member) -> sp.Expr | Matrix:
        """An element of an abstract set as a point with unknown coordinates."""
        entry = self.scope.symbols.get(member.set)
        shape = entry.type.element if entry and isinstance(entry.type, SetOf) else None
        written = f"{member.set}({member.number + 1})"
        if isinstance(shape, Vector):
            size = self.world.size(shape.sort.size)
            return Matrix.column([sp.Symbol(f"{written}[{k + 1}]", real=True) for k in range(size)])
        if shape == SCALAR:
            return sp.Symbol(written, real=True)
        raise Unsupported(f"elements of {member.set} are not numbers")

    def zero(self, shape: Type) -> Value:
        """The sum of nothing: 0, the zero vector or matrix."""
        match shape:
            case Vector(sort):
                return Matrix.zeros(self.world.size(sort.size), 1)
            case Covector(sort):
                return Matrix.zeros(1, self.world.size(sort.size))
            case MatrixType(rows, columns):
                return Matrix.zeros(self.world.size(rows.size), self.world.size(columns.size))
        return sp.Integer(0)

    def index(self, node: n.Node, env: Env) -> int:
        """The value of an index, counted from 1."""
        value = self.value(node, env)
        if not isinstance(value, sp.Expr) or not value.is_Integer:
            raise Unsupported("an index that is not a number at this size")
        return int(value)

    def remember(self, key: Any, compute: Callable[[], Value]) -> Value:
        """Computed once for the values of free symbols that it depends on."""
        world = self.world
        case = world.case
        known = self._memo.setdefault(key, {})
        for keys, values in known.items():
            here = tuple(case.get(k) for k in keys)
            if here in values:
                world.read.update(keys)
                return values[here]
        outer, world.read = world.read, set()
        try:
            value = compute()
            keys = tuple(world.read)
            known.setdefault(keys, {})[tuple(case.get(k) for k in keys)] = value
        finally:
            world.read |= outer
        return value

    def definition(self, symbol: n.Symbol, indices: tuple[int, ...]) -> Value | None:
        """The value of a symbol that an equation or a gradient step defines."""
        entry = self.lookup.entry(symbol.name, len(indices))
        if entry is None or (symbol.name, *indices) in self.world.case:
            return None
        if entry.kind == "gradient step":
            numbers = tuple(_index_node(k) for k in indices)
            step = gradient_step(self.scope, entry, numbers)
            return self.remember(("step", symbol.name, indices), lambda: self.value(step, {}))
        if entry.definition is None:
            return None
        return self.laws.defined_value(entry, indices)


def _index_node(k: int) -> n.Number:
    from fractions import Fraction

    return n.Number(Fraction(k))


# ---------------------------------------------------------------- atoms


def _number(c: Compiler, node: n.Number, env: Env) -> sp.Expr:
    return sp.Rational(node.value.numerator, node.value.denominator)


def _constant(c: Compiler, node: n.Constant, env: Env) -> sp.Expr:
    found = {"\\pi": sp.pi, "e": sp.E, "\\infty": sp.oo}.get(node.name)
    if found is None:
        raise Unsupported(f"the constant {node.name}")
    return found


def _symbol(c: Compiler, node: n.Symbol, env: Env) -> Value:
    if isinstance(node.type, Family):
        raise Unsupported(f"the whole family {node.name}")
    if node.name in env:
        return env[node.name]
    if isinstance(node.type, Function):
        return c.laws.law(node)
    if isinstance(node.type, Index) and node.name not in c.scope.symbols:
        raise Unsupported(f"the index {node.name} stands outside its sum")
    defined = c.definition(node, ())
    return c.world.free(node.name) if defined is None else defined


def _indexed(c: Compiler, node: n.Indexed, env: Env) -> Value:
    base = node.base
    indices = tuple(c.index(i, env) for i in node.indices)
    if isinstance(base, n.Symbol) and isinstance(base.type, Family):
        sorts = base.type.indices
        if any(not 1 <= k <= c.world.size(s.size) for k, s in zip(indices, sorts, strict=True)):
            raise Undefined(f"{base.name} has no such entry")
        defined = c.definition(base, indices)
        return c.world.free(base.name, indices) if defined is None else defined
    matrix = c.plain(base, env)
    if not isinstance(matrix, Matrix):
        raise Unsupported("an entry of a number")
    i, j = (*indices, 1)[:2]
    if isinstance(c.shapes(base), Covector):
        i, j = j, i
    if not (1 <= i <= matrix.rows and 1 <= j <= matrix.cols):
        raise Undefined("an entry outside the matrix")
    return matrix[i - 1, j - 1]


# ---------------------------------------------------------------- arithmetic


def _add(c: Compiler, node: n.Add, env: Env) -> Value:
    return sum_of([c.plain(t, env) for t in node.terms])


def _neg(c: Compiler, node: n.Neg, env: Env) -> Value:
    return -c.plain(node.operand, env)


def _mul(c: Compiler, node: n.Mul, env: Env) -> Value:
    """A product; zero times ln 0 is zero where the document has that convention."""
    missing: LogOfZero | None = None
    scalars: list[sp.Expr] = []
    matrices: list[Matrix] = []
    shape: Type | None = SCALAR
    for factor in node.factors:
        try:
            value = c.plain(factor, env)
        except LogOfZero as error:
            missing = error
            continue
        if not isinstance(value, Matrix):
            scalars.append(scalar_of(value))
            continue
        matrices.append(value)
        shape = product(shape or SCALAR, c.shapes(factor))
        if shape == SCALAR:
            scalars.append(c.world.matrices.product(matrices)[0, 0])
            matrices = []
    number = sp.Mul(*scalars)
    if missing is not None:
        if number == 0 and "0 ln 0 = 0" in c.scope.conventions:
            return sp.Integer(0)
        raise missing
    return c.world.matrices.product(matrices).times(number) if matrices else number


def _div(c: Compiler, node: n.Div, env: Env) -> Value:
    divisor = c.scalar(node.denominator, env)
    if divisor == 0:
        raise Undefined("a division by zero")
    top = c.plain(node.numerator, env)
    return top / divisor


def _pow(c: Compiler, node: n.Pow, env: Env) -> Value:
    base, power = c.plain(node.base, env), c.scalar(node.exponent, env)
    if isinstance(base, Matrix):
        if not power.is_Integer or abs(int(power)) > 8:
            raise Unsupported("this power of a matrix")
        if power == 0:
            return Matrix.unit(base.rows)
        base = c.world.matrices.inverse(base) if power < 0 else base
        return c.world.matrices.product([base] * abs(int(power)))
    if base == 0 and (power.is_negative or (power == 0 and not power.is_Integer)):
        raise Undefined("a division by zero")
    if base.is_Rational and base < 0 and power.is_Rational and not power.is_Integer:
        raise Undefined("a root of a negative number")
    _bound_power(base, power)
    return sp.Pow(base, power)


def _bound_power(base: sp.Expr, power: sp.Expr) -> None:
    """Refuse numbers with too many digits before SymPy computes them."""
    if not power.is_Rational:
        return
    exponents = [a.exp for a in sp.Mul.make_args(base) if a.is_Pow and a.exp.is_Rational]
    number = base.as_coeff_Mul()[0]
    bits = max(int(number.p).bit_length(), int(number.q).bit_length()) if number.is_Rational else 1
    if abs(power) * max([bits, *(abs(e) for e in exponents)]) > MAX_BITS:
        raise Unsupported("a power with too many digits")


def _transpose(c: Compiler, node: n.Transpose, env: Env) -> Value:
    value = c.plain(node.operand, env)
    return value.T if isinstance(value, Matrix) else value


def _inverse(c: Compiler, node: n.Inverse, env: Env) -> Value:
    value = c.plain(node.operand, env)
    if not isinstance(value, Matrix):
        raise Unsupported("the inverse of what is no matrix")
    return c.world.matrices.inverse(value)


def _call(c: Compiler, node: n.Call, env: Env) -> Value:
    rule = CALLS.get(node.name)
    if rule is None:
        raise Unsupported(f"{node.name} is left to the other witnesses")
    try:
        return rule(c, *(c.plain(a, env) for a in node.arguments))
    except LogOfZero as error:
        if node.name == "ln" and not _inner_log(node):
            raise
        raise Undefined(str(error)) from None


def _inner_log(node: n.Call) -> bool:
    return any(isinstance(p, n.Call) and p.name == "ln" for a in node.arguments for p in a.walk())


def _apply(c: Compiler, node: n.Apply, env: Env) -> Value:
    function = env.get(node.function.name)
    law = function if isinstance(function, Law) else c.laws.law(node.function)
    assert isinstance(node.function.type, Function)
    arguments = []
    for wanted, argument in zip(node.function.type.parameters, node.arguments, strict=True):
        if isinstance(wanted, Function) and isinstance(argument, n.Apply):
            argument = argument.function
        arguments.append(c.value(argument, env))
    return law.call(tuple(arguments), node.primes)


def _delta(c: Compiler, node: n.Delta, env: Env) -> Value:
    return c.laws.delta(node, env)


def _kronecker(c: Compiler, node: n.Kronecker, env: Env) -> Value:
    return sp.Integer(int(c.index(node.first, env) == c.index(node.second, env)))


def _diagonal(c: Compiler, node: n.Diagonal, env: Env) -> Value:
    assert isinstance(node.family.type, Family)
    size = c.world.size(node.family.type.indices[0].size)
    found = []
    for k in range(1, size + 1):
        defined = c.definition(node.family, (k,))
        found.append(c.world.free(node.family.name, (k,)) if defined is None else defined)
    return Matrix.diagonal(found)


_RULES: dict[type[n.Node], Callable[[Compiler, Any, Env], Value]] = {
    n.Number: _number,
    n.Constant: _constant,
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
    n.Diagonal: _diagonal,
}
