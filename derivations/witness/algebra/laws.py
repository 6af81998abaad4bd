"""Declared functions and distributions, and what equations define."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Family, Function, Scalar, Vector
from ...reader.definitions import Defined
from ...reader.scope import Entry
from .arrays import Matrix
from .integrals import over_space
from .monomials import Undefined, Unsupported
from .values import Dirac, Law, Member, Value, entries, scalar_of

if TYPE_CHECKING:
    from .compile import Compiler, Env


class Laws:
    """The functions of one scope as values, and the symbols that equations define."""

    def __init__(self, compiler: Compiler) -> None:
        self.c = compiler
        self._laws: dict[str, Law] = {}
        self._expanding: list[str] = []

    def law(self, symbol: n.Symbol) -> Law:
        """A declared function as a value."""
        if symbol.name not in self._laws:
            entry = self.c.scope.symbols.get(symbol.name)
            if entry is None:
                raise Unsupported(f"{symbol.name} is not declared here")

            def call(arguments: tuple[Value, ...], primes: int) -> Value:
                return self.apply(entry, arguments, primes)

            self._laws[symbol.name] = Law(symbol.name, call)
        return self._laws[symbol.name]

    # ------------------------------------------------------------ definitions

    def defined_value(self, entry: Entry, indices: tuple[int, ...]) -> Value:
        """A symbol or a member of a family that an equation defines."""
        defined = self.c.lookup.defined(entry)
        assert defined is not None
        if defined.kind == "entry":
            matrix = self._body(entry, (), defined, {})
            return matrix[indices[0] - 1, indices[0] - 1]
        names = [p.name for p in defined.parameters if isinstance(p, n.Symbol)]
        if len(names) != len(indices) or defined.kind != "value":
            raise Unsupported(f"the definition of {entry.pattern} has another form")
        env = {x: sp.Integer(k) for x, k in zip(names, indices, strict=True)}
        return self._body(entry, indices, defined, env)

    def _body(self, entry: Entry, key: Any, defined: Defined, env: Env) -> Value:
        if entry.pattern in self._expanding or len(self._expanding) > 12:
            raise Unsupported(f"the definition of {entry.pattern} leads back to itself")
        self._expanding.append(entry.pattern)
        try:
            return self.c.remember(
                ("body", entry.name, len(entry.slots), key),
                lambda: self._tidy(self.c.value(defined.body, env)),
            )
        finally:
            self._expanding.pop()

    def _tidy(self, value: Value) -> Value:
        """Matrices built from a rotation shrink to what they are."""
        if isinstance(value, Matrix) and self.c.world.matrices.circles:
            forms = self.c.world.forms[0]
            return value.map(lambda x: forms.expr(forms.tidy(forms.of(x))))
        return value

    # ------------------------------------------------------------ functions

    def apply(self, entry: Entry, arguments: tuple[Value, ...], primes: int) -> Value:
        """The value, or a derivative, of a declared function at its arguments."""
        if entry.definition is not None:
            return self._apply_defined(entry, arguments, primes)
        if entry.kind not in ("function", "distribution"):
            raise Unsupported(f"{entry.pattern} has no definition")
        depends = self._depends_on(entry)
        if any(isinstance(a, Law) for a in arguments):
            raise Unsupported(f"{entry.pattern} of a function")
        if any(isinstance(a, Member) for a in arguments) or self._finite(entry):
            if primes:
                raise Unsupported("a derivative on a finite set")
            return self._table(entry, arguments, depends)
        if depends:
            raise Unsupported(f"{entry.pattern} depends on something unknown")
        flat = [x for a in arguments for x in entries(a)]
        function = self.c.world.function(entry)
        if primes:
            if len(flat) != 1:
                raise Unsupported("a prime on a function of several arguments")
            function = function.derivative(primes)
        return function(*flat)

    def _apply_defined(self, entry: Entry, arguments: tuple[Value, ...], primes: int) -> Value:
        defined = self.c.lookup.defined(entry)
        assert defined is not None
        if primes:
            (argument,) = arguments
            x = sp.Dummy("x", real=True)
            body = self._apply_defined(entry, (x,), 0)
            return self.c.derive(scalar_of(body), x, primes).xreplace({x: scalar_of(argument)})
        env: Env = {}
        if len(defined.parameters) != len(arguments):
            raise Unsupported(f"the definition of {entry.pattern} has other parameters")
        for parameter, argument in zip(defined.parameters, arguments, strict=True):
            name = parameter.function if isinstance(parameter, n.Apply) else parameter
            if not isinstance(name, n.Symbol):
                raise Unsupported(f"the definition of {entry.pattern} has other parameters")
            env[name.name] = argument
        value = self._body(entry, arguments, defined, env)
        if defined.kind == "proportional":
            return scalar_of(value) / self.normaliser(entry, defined)
        return value

    def normaliser(self, entry: Entry, defined: Defined) -> sp.Expr:
        """What a distribution known up to a factor must be divided by."""
        key = ("normaliser", entry.name, defined.label)
        (parameter,) = defined.parameters[:1]
        if len(defined.parameters) != 1 or not isinstance(parameter, n.Symbol):
            raise Unsupported(f"the normalisation of {entry.pattern}")
        total = self.c.remember(
            key,
            lambda: self.total(
                parameter, lambda x: self._body(entry, (x,), defined, {parameter.name: x})
            ),
        )
        if total == 0:
            raise Undefined("a distribution without mass")
        return total

    def total(self, variable: n.Symbol, body: Any) -> sp.Expr:
        """The sum over a finite domain of the variable, or the integral over its space."""
        values = self.c.world.domain(variable)
        if values is not None:
            return sp.Add(*(scalar_of(body(x)) for x in values))
        point, symbols = self.point(variable)
        return over_space(self.c.world, scalar_of(body(point)), symbols)

    def point(self, variable: n.Symbol) -> tuple[Value, list[sp.Symbol]]:
        """A new general point of the space that a variable runs over."""
        match variable.type:
            case Scalar():
                x = sp.Dummy("x", real=True)
                return x, [x]
            case Vector(sort):
                size = self.c.world.size(sort.size)
                xs = [sp.Dummy(f"x{k + 1}", real=True) for k in range(size)]
                return Matrix.column(xs), xs
        raise Unsupported(f"no integral over {variable.name}")

    # ------------------------------------------------------------ tables

    def _depends_on(self, entry: Entry) -> tuple[Member, ...]:
        phrase = entry.declared("depends on")
        if phrase is None:
            return ()
        node = self.c.lookup.declared_text(phrase.argument)
        value = self.c.value(node, {})
        if not isinstance(value, Member):
            raise Unsupported(f"{entry.pattern} depends on {phrase.argument}")
        return (value,)

    def _finite(self, entry: Entry) -> bool:
        """Whether the first argument lives in a finite set."""
        variable = self._variable(entry)
        return variable is not None and self.c.world.domain(variable) is not None

    def _variable(self, entry: Entry) -> n.Symbol | None:
        if entry.over is None:
            return None
        over = self.c.scope.symbols.get(entry.over.replace(" ", ""))
        if over is None or isinstance(over.type, Family):
            return None
        return n.Symbol(over.name, over.type)

    def _table(self, entry: Entry, arguments: tuple[Value, ...], depends: Any) -> sp.Expr:
        """A function on a finite set: a symbol for each value; probabilities sum to 1."""
        world = self.c.world
        variable = self._variable(entry)
        values = world.domain(variable) if variable is not None else None
        if values is None or arguments[0] not in values:
            raise Unsupported(f"{entry.pattern} outside its finite set")
        place = values.index(arguments[0])
        rest = tuple(_place(a) for a in (*depends, *arguments[1:]))
        if entry.kind == "distribution":
            assert isinstance(entry.type, Function)
            if len(arguments) != 1 + entry.type.given:
                raise Unsupported("a joint distribution on finite sets")
            positive = bool(entry.declared("positive"))
            return world.simplex((entry.name, *rest), len(values), positive)[place]
        written = entry.name + "".join(f"[{k}]" for k in (*rest, place + 1))
        signs = {"positive": True} if entry.declared("positive") else {}
        return sp.Symbol(written, real=True, **signs)

    # ------------------------------------------------------------ delta

    def delta(self, node: n.Delta, env: Env) -> sp.Expr:
        """Kronecker's delta on a finite set, Dirac's on the reals."""
        if not self.c.lookup.discrete(node.argument):
            value = self.c.plain(node.argument, env)
            return Dirac(*entries(value))
        members = _difference(node.argument)
        if members is not None:
            left, right = (self.c.value(m, env) for m in members)
            if _known(left) and _known(right):
                return sp.Integer(int(left == right))
        found = entries(self.c.plain(node.argument, env))
        if not all(x.is_number for x in found):
            raise Unsupported("a delta whose argument is not decided")
        return sp.Integer(int(all(x == 0 for x in found)))


def _place(value: Value) -> int:
    if isinstance(value, Member):
        return value.number + 1
    if isinstance(value, sp.Integer):
        return int(value)
    raise Unsupported("a table with an argument that is not in a finite set")


def _known(value: Value) -> bool:
    """Whether a value is equal to another only if both are written alike."""
    return isinstance(value, Member) or all(x.is_Rational for x in entries(value))


def _difference(node: n.Node) -> tuple[n.Node, n.Node] | None:
    match node:
        case n.Add(terms=(left, n.Neg(operand=right))):
            return left, right
    return None
