r"""The parsed tree as a function of an instance, evaluated with mpmath.

Nothing is derived here: derivatives are difference quotients, integrals are quadratures,
sums run over every state, extrema over every candidate. A defined symbol is evaluated
through the body that the document prints.

``Compiler`` turns nodes into closures over an :class:`Env`. A closure carries the keys
that it reads; a result is kept while the values of these keys stay the same objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement, permutations, product
from math import prod
from operator import add, neg
from typing import Any, TypeAlias

from mpmath import fp
from numpy import ndarray

from ..language import nodes as n
from ..language.shapes import Shapes
from ..language.types import (
    Covector,
    Family,
    Function,
    Index,
    Matrix,
    Parameter,
    Scalar,
    Sort,
    Vector,
)
from ..reader.definitions import (
    definition_of,
    entry_of,
    gradient_step,
    read_declared,
)
from ..reader.document import Document, Equation
from ..reader.errors import ReadError
from ..reader.scope import Entry, Scope
from . import doubles, quadrature
from .values import (
    FunctionValue,
    Mass,
    OutsideDomain,
    Undefined,
    Unsupported,
    Value,
    adjugate,
    determinant,
    dot,
    entries,
    in_doubles,
    inverse,
    is_matrix,
    linear,
    matmul,
    minor,
    transpose,
)

Key: TypeAlias = "tuple[str, str, int] | int"
"""A free name (kind ``s`` or ``f``, name, number of slots), or the slot of a bound one."""

ZERO_LOG = "0 ln 0 = 0"
LOG_DELTA = "ln delta(0) is a constant"
MAX_TERMS = 200_000


@dataclass
class Env:
    """An instance being evaluated: a context, values of keys, and what is remembered."""

    ctx: Any
    values: dict[Key, Value]
    conventions: frozenset[str] = frozenset()
    log_delta: Callable[[], Any] | None = None
    atoms: list[Any] | None = None
    """Where deltas sit, while an integrand is probed for them."""
    memo: dict[int, tuple[Any, list[Any], Value]] = field(default_factory=dict)
    relied_on: set[str] = field(default_factory=set)
    """Conventions that an evaluation made use of."""


Run: TypeAlias = Callable[[Env], Value]


@dataclass(frozen=True)
class Code:
    """A closure with the keys it reads; ``dirac`` if a delta measure stands in it."""

    run: Run
    keys: frozenset[Key] = frozenset()
    dirac: bool = False
    log: bool = False
    """Whether a logarithm stands in it, so that a value may be infinite by convention."""


@dataclass(frozen=True)
class Bound:
    """What a local name means: a slot, or a function given as an argument."""

    slot: int = -1
    function: n.Symbol | None = None
    names: Names | None = None


Names: TypeAlias = "dict[Any, Bound]"
"""Local names: ``(name, is_family)`` or a node such as y_k, to what it means."""


class Compiler:
    """Compiles the nodes of one equation in its scope; ``uses`` collects definitions."""

    def __init__(self, document: Document, equation: Equation) -> None:
        self.document = document
        self.scope: Scope = equation.scope
        self.label = equation.label
        self.shapes = Shapes()
        self.varying: set[Key] = set()
        self.uses: set[str] = set()
        self.delta_keys: set[Key] = set()
        self.entries: dict[Key, Entry] = {}
        self.space_integrals = 0
        self.line_integrals = 0
        self.derivatives = 0
        self.states = 0
        self._slots = 0
        self._memos = 0
        self._bodies: dict[tuple[str, int], tuple[tuple[int, ...], Code]] = {}
        self._depth = 0

    # ------------------------------------------------------------ entry points

    def compile(self, node: n.Node, names: Names | None = None) -> Code:
        """The closure of an expression. Raises Unsupported with a reason."""
        self._depth += 1
        if self._depth > 200:
            raise Unsupported("a definition that goes round in a circle")
        try:
            method = _COMPILERS.get(type(node))
            if method is None:
                raise Unsupported(f"{type(node).__name__} is not evaluated by numbers")
            names = names or {}
            if node in names:
                return self._slot_code(names[node].slot)
            return method(self, node, names)
        except ReadError as error:
            raise Unsupported(error.message) from error
        finally:
            self._depth -= 1

    def condition(self, node: n.Node, names: Names) -> Code:
        """A relation as a truth value, compared exactly (for case distinctions)."""
        if not isinstance(node, n.Relation) or node.op not in _COMPARE:
            raise Unsupported("a condition of this kind")
        left, right, compare = self.compile(node.left, names), self.compile(node.right, names), _COMPARE[node.op]
        return Code(lambda env: compare(left.run(env), right.run(env)), left.keys | right.keys)

    # ------------------------------------------------------------ slots and memos

    def new_slot(self) -> int:
        self._slots += 1
        self.varying.add(self._slots)
        return self._slots

    def _slot_code(self, slot: int) -> Code:
        return Code(lambda env: env.values[slot], frozenset({slot}))

    def memo(self, code: Code) -> Code:
        """Remember the last result while the varying keys hold the same objects."""
        self._memos += 1
        tag, run, keys = self._memos, code.run, code.keys
        watched: list[Key] | None = None

        def remembered(env: Env) -> Value:
            nonlocal watched
            if watched is None:
                watched = [key for key in keys if key in self.varying]
            values = env.values
            now = [values.get(key) for key in watched]
            old = env.memo.get(tag)
            mark = (env.ctx.prec, env.atoms is None)
            if old is not None and old[0] == mark and all(map(_same, old[1], now)):
                return old[2]
            result = run(env)
            env.memo[tag] = (mark, now, result)
            return result

        return Code(remembered, keys, code.dirac, code.log)

    # ------------------------------------------------------------ atoms

    def _number(self, node: n.Number, names: Names) -> Code:
        numerator, denominator = node.value.numerator, node.value.denominator
        if denominator == 1:
            return Code(lambda env: numerator)
        return Code(lambda env: env.ctx.mpf(numerator) / denominator)

    def _constant(self, node: n.Constant, names: Names) -> Code:
        if node.name == "\\infty":
            return Code(lambda env: env.ctx.inf)
        name = {"\\pi": "pi", "e": "e"}[node.name]
        return Code(lambda env: +getattr(env.ctx, name))

    def _symbol(self, node: n.Symbol, names: Names) -> Code:
        local = names.get((node.name, isinstance(node.type, Family)))
        if local is not None:
            return self._slot_code(local.slot)
        if isinstance(node.type, Function):
            raise Unsupported(f"the function {node.name} without its argument")
        entry = self._entry(node)
        if entry.definition is not None:
            return self._defined(node, entry, ())
        if entry.kind == "gradient step":
            return self.compile(gradient_step(self.scope, entry), names)
        if entry.kind == "identity matrix":
            assert isinstance(node.type, Matrix)
            size, size_code = node.type.rows, self._size(node.type.rows)
            del size
            return self.memo(Code(lambda env: _identity(env.ctx, size_code.run(env)), size_code.keys))
        return self._free(node, entry)

    def _entry(self, symbol: n.Symbol) -> Entry:
        entry = entry_of(self.scope, symbol)
        if entry is None:
            raise Unsupported(f"{symbol.name} is not declared for ({self.label})")
        return entry

    def _free(self, node: n.Symbol, entry: Entry) -> Code:
        slots = len(node.type.indices) if isinstance(node.type, Family) else 0
        key: Key = ("f" if slots else "s", node.name, slots)
        self.entries[key] = entry
        return Code(lambda env: env.values[key], frozenset({key}))

    def _size(self, sort: Sort) -> Code:
        key: Key = ("s", sort.size, 0)
        entry = self.scope.symbols.get(sort.size)
        if entry is not None:
            self.entries[key] = entry
        return Code(lambda env: env.values[key], frozenset({key}))

    # ------------------------------------------------------------ definitions

    def _defined(self, symbol: n.Symbol, entry: Entry, arguments: tuple[Code, ...]) -> Code:
        """A defined symbol or function value, through the body that defines it."""
        slots, body = self._body(symbol, entry, arguments)
        if isinstance(symbol.type, Vector | Matrix) and slots:
            return self._from_components(symbol.type, slots, body)
        if not slots:
            return body
        runs = tuple(a.run for a in arguments)
        keys = frozenset().union(body.keys, *(a.keys for a in arguments)) - set(slots)
        run = body.run

        def call(env: Env) -> Value:
            values = env.values
            new = [r(env) for r in runs]
            old = [values.get(s) for s in slots]
            values.update(zip(slots, new, strict=True))
            try:
                return run(env)
            finally:
                values.update(zip(slots, old, strict=True))

        return Code(call, keys, body.dirac, body.log or any(a.log for a in arguments))

    def _body(
        self, symbol: n.Symbol, entry: Entry, arguments: tuple[Code, ...]
    ) -> tuple[tuple[int, ...], Code]:
        tag = (entry.name, len(entry.slots))
        if tag in self._bodies:
            return self._bodies[tag]
        definition = definition_of(self.document, self.scope, entry)
        assert definition is not None
        self.uses.add(definition.label)
        names: Names = {}
        slots: list[int] = []
        for parameter in definition.parameters:
            if not isinstance(parameter, n.Symbol):
                raise Unsupported(f"the definition of {entry.pattern} at a special argument")
            slot = self.new_slot()
            slots.append(slot)
            names[parameter.name, isinstance(parameter.type, Family)] = Bound(slot)
        code = self.compile(definition.body, names)
        if definition.kind == "proportional":
            code = self._normalised(definition.parameters[0], slots[0], code)
        elif definition.kind == "entry":
            code = self.memo(code)
        else:
            code = self.memo(code)
        self._bodies[tag] = (tuple(slots), code)
        return self._bodies[tag]

    def _from_components(self, shape: Vector | Matrix, slots: tuple[int, ...], body: Code) -> Code:
        """A vector or matrix that the document defines entry by entry."""
        sorts = (shape.sort,) if isinstance(shape, Vector) else (shape.rows, shape.columns)
        sizes = [self._size(sort) for sort in sorts]

        def build(env: Env, depth: int) -> Value:
            if depth == len(slots):
                return body.run(env)
            entries = []
            for k in range(1, int(sizes[depth].run(env)) + 1):
                env.values[slots[depth]] = k
                entries.append(build(env, depth + 1))
            return tuple(entries)

        keys = (body.keys - set(slots)).union(*(size.keys for size in sizes))
        return self.memo(Code(lambda env: build(env, 0), keys))

    def _normalised(self, parameter: n.Node, slot: int, weight: Code) -> Code:
        """The weight divided by its total over the domain of the parameter."""
        assert isinstance(parameter, n.Symbol)
        total = self.memo(self._total(parameter, slot, weight))

        def run(env: Env) -> Value:
            mass = total.run(env)
            if not mass > 0:
                raise Undefined("a density whose total mass is not positive")
            return weight.run(env) / mass

        return Code(run, weight.keys | total.keys, weight.dirac, weight.log)

    def mass(self, node: n.Apply) -> Code:
        """The total mass of a distribution applied to its variable, for consistency checks."""
        variable = node.arguments[0]
        if not isinstance(variable, n.Symbol):
            raise Unsupported("a distribution at a special argument")
        slot = self.new_slot()
        body = self.compile(node, {(variable.name, False): Bound(slot)})
        return self._total(variable, slot, body)

    def _total(self, variable: n.Symbol, slot: int, body: Code) -> Code:
        """Sum or integral of a body over all values of a variable, held in a slot."""
        domain = self.domain(variable)
        if domain is not None:
            return self._sum_over(((slot,), domain), body)
        return self._integrate(variable, slot, None, None, body)

    # ------------------------------------------------------------ domains

    def domain(self, variable: n.Symbol) -> Code | None:
        """The list of all values of a variable, or None where it ranges over reals."""
        if isinstance(variable.type, Index):
            size = self._size(variable.type.sort)
            return Code(lambda env: [(k,) for k in range(1, int(size.run(env)) + 1)], size.keys)
        entry = self.scope.symbols.get(variable.name)
        prop = entry.declared("in") if entry else None
        if prop is None:
            return None
        return self.domain_set(read_declared(self.scope, prop.argument))

    def domain_set(self, node: n.Node) -> Code | None:
        match node:
            case n.NamedSet() | n.SetPower(base=n.NamedSet()):
                return None
            case n.SetPower(base=n.SetLiteral(elements=elements), exponent=exponent):
                self.states += 1
                parts = [self.compile(e) for e in elements]
                power = self.compile(exponent)
                keys = frozenset().union(power.keys, *(p.keys for p in parts))

                def states(env: Env) -> list[Value]:
                    base = [p.run(env) for p in parts]
                    count = int(power.run(env))
                    if len(base) ** count > MAX_TERMS:
                        raise Unsupported("too many states")
                    return [(state,) for state in product(base, repeat=count)]

                return self.memo(Code(states, keys))
            case n.Symbol():
                code = self._free(node, self._entry(node))
                return Code(lambda env: [(x,) for x in code.run(env)], code.keys)
            case n.SetLiteral(elements=elements):
                parts = [self.compile(e) for e in elements]
                return Code(lambda env: [(p.run(env),) for p in parts])
        raise Unsupported("a set of this kind")

    def is_discrete(self, node: n.Node, names: Names) -> bool:
        """Whether a variable of a finite set stands in a node: its delta is Kronecker's."""
        for part in node.walk():
            if isinstance(part, n.Symbol) and not isinstance(part.type, Family):
                entry = self.scope.symbols.get(part.name)
                if entry is not None and entry.declared("in") is not None:
                    return True
        return False

    # ------------------------------------------------------------ arithmetic

    def _add(self, node: n.Add, names: Names) -> Code:
        codes = [self.compile(t, names) for t in node.terms]
        runs = [c.run for c in codes]
        if self._is_scalar(node):

            def run(env: Env) -> Value:
                total = runs[0](env)
                for r in runs[1:]:
                    total = total + r(env)
                return total
        else:

            def run(env: Env) -> Value:
                total = runs[0](env)
                for r in runs[1:]:
                    total = linear(add, total, r(env))
                return total

        return _code(run, codes)

    def _is_scalar(self, node: n.Node) -> bool:
        return isinstance(self.shapes(node), Scalar | Index)

    def _neg(self, node: n.Neg, names: Names) -> Code:
        code = self.compile(node.operand, names)
        run = code.run
        if self._is_scalar(node.operand):
            return Code(lambda env: -run(env), code.keys, code.dirac, code.log)
        return Code(lambda env: linear(neg, run(env)), code.keys, code.dirac, code.log)

    def _mul(self, node: n.Mul, names: Names) -> Code:
        codes = [self.compile(f, names) for f in node.factors]
        runs = [c.run for c in codes]
        if all(self._is_scalar(f) for f in node.factors):
            if any(c.log for c in codes):
                return _code(lambda env: _careful_product(env, runs), codes)
            if len(runs) == 2:
                one, two = runs
                return _code(lambda env: one(env) * two(env), codes)
            return _code(lambda env: prod([r(env) for r in runs]), codes)
        kinds = [_kind(self.shapes(f)) for f in node.factors]

        def run(env: Env) -> Value:
            value, kind = runs[0](env), kinds[0]
            for r, k in zip(runs[1:], kinds[1:], strict=True):
                value, kind = _multiply(value, kind, r(env), k)
            return value

        return self.memo(_code(run, codes))

    def _div(self, node: n.Div, names: Names) -> Code:
        top, bottom = self.compile(node.numerator, names), self.compile(node.denominator, names)
        scalar = self._is_scalar(node.numerator)

        def run(env: Env) -> Value:
            divisor = bottom.run(env)
            if doubles.any_zero(divisor) if isinstance(divisor, ndarray) else divisor == 0:
                raise Undefined("division by zero")
            value = top.run(env)
            if type(value) is int:
                value = env.ctx.mpf(value)
            return value / divisor if scalar else linear(lambda x: x / divisor, value)

        return _code(run, [top, bottom])

    def _pow(self, node: n.Pow, names: Names) -> Code:
        base, exponent = self.compile(node.base, names), self.compile(node.exponent, names)
        if isinstance(self.shapes(node.base), Matrix):
            return _code(lambda env: _matrix_power(base.run(env), exponent.run(env)), [base, exponent])
        return _code(lambda env: _power(env.ctx, base.run(env), exponent.run(env)), [base, exponent])

    def _transpose(self, node: n.Transpose, names: Names) -> Code:
        code = self.compile(node.operand, names)
        if not isinstance(self.shapes(node.operand), Matrix):
            return code
        return Code(lambda env: transpose(code.run(env)), code.keys)

    def _inverse(self, node: n.Inverse, names: Names) -> Code:
        code = self.compile(node.operand, names)
        return self.memo(Code(lambda env: inverse(code.run(env)), code.keys))

    def _indexed(self, node: n.Indexed, names: Names) -> Code:
        indices = [self.compile(i, names) for i in node.indices]
        if isinstance(node.base, n.Symbol) and isinstance(node.base.type, Family):
            local = names.get((node.base.name, True))
            if local is None:
                entry = self._entry(node.base)
                if entry.kind == "basis vector":
                    return self._basis(node.base.type.indices[0], indices[0])
                if entry.definition is not None:
                    return self._defined_entry(node.base, entry, indices)
                if entry.kind == "gradient step":
                    step = gradient_step(self.scope, entry, node.indices)
                    return self.compile(step, names)
        base = self.compile(node.base, names)
        runs = [i.run for i in indices]

        def run(env: Env) -> Value:
            value = base.run(env)
            for r in runs:
                k = int(r(env))
                if not 1 <= k <= len(value):
                    raise OutsideDomain(f"index {k}")
                value = value[k - 1]
            if value is None:
                raise OutsideDomain("an entry that is not there")
            return value

        return _code(run, [base, *indices])

    def _basis(self, sort: Sort, index: Code) -> Code:
        size = self._size(sort)

        def run(env: Env) -> Value:
            k = int(index.run(env))
            return tuple(env.ctx.mpf(int(j == k)) for j in range(1, int(size.run(env)) + 1))

        return _code(run, [index, size])

    def _defined_entry(self, base: n.Symbol, entry: Entry, indices: list[Code]) -> Code:
        definition = definition_of(self.document, self.scope, entry)
        assert definition is not None
        if definition.kind != "entry":
            return self._defined(base, entry, tuple(indices))
        matrix = self._defined(base, entry, ())

        def run(env: Env) -> Value:
            k = int(indices[0].run(env)) - 1
            return matrix.run(env)[k][k]

        return _code(run, [matrix, *indices])

    # ------------------------------------------------------------ functions

    def _call(self, node: n.Call, names: Names) -> Code:
        codes = [self.compile(a, names) for a in node.arguments]
        runs = [c.run for c in codes]
        if node.name == "ln":
            code = _code(lambda env: _logarithm(env, runs[0](env)), codes)
            return Code(code.run, code.keys, code.dirac, log=True)
        if node.name == "normal":
            return _code(lambda env: _normal_density(env.ctx, *(r(env) for r in runs)), codes)
        function = _FUNCTIONS.get(node.name)
        if function is None:
            raise Unsupported(f"{node.name} is not evaluated by numbers")
        code = _code(lambda env: function(env.ctx, *(r(env) for r in runs)), codes)
        return self.memo(code) if node.name in ("det", "adjugate", "minor") else code

    def _apply(self, node: n.Apply, names: Names) -> Code:
        parameters = node.function.type.parameters if isinstance(node.function.type, Function) else ()
        if any(isinstance(p, Function) for p in parameters):
            return self._functional(node, names)
        return self._application(
            node.function, [self.compile(a, names) for a in node.arguments], node.primes, names
        )

    def _application(
        self, function: n.Symbol, arguments: list[Code], order: int, names: Names
    ) -> Code:
        local = names.get((function.name, False))
        if local is not None and local.function is not None:
            return self._application(local.function, arguments, order, local.names or {})
        entry = self._entry(function)
        if entry.definition is not None:
            code = self._defined(function, entry, tuple(arguments))
            if order:
                raise Unsupported("a primed function that the document defines")
            return code
        free = self._free(function, entry)
        if (depends := entry.declared("depends on")) is not None:
            parameter = read_declared(self.scope, depends.argument)
            arguments = [*arguments, self.compile(parameter, names)]
        runs = [a.run for a in arguments]

        def run(env: Env) -> Value:
            value = free.run(env)
            assert isinstance(value, FunctionValue)
            return value.call(env.ctx, tuple(r(env) for r in runs), order)

        return _code(run, [free, *arguments])

    def _functional(self, node: n.Apply, names: Names) -> Code:
        """A functional such as D(p || q): its body with its arguments in place."""
        entry = self._entry(node.function)
        definition = definition_of(self.document, self.scope, entry)
        if definition is None:
            raise Unsupported(f"{entry.pattern} has no definition")
        self.uses.add(definition.label)
        inner: Names = {}
        for parameter, argument in zip(definition.parameters, node.arguments, strict=True):
            formal = parameter.function if isinstance(parameter, n.Apply) else parameter
            actual = argument.function if isinstance(argument, n.Apply) else argument
            if not isinstance(formal, n.Symbol) or not isinstance(actual, n.Symbol):
                raise Unsupported(f"the arguments of {entry.pattern}")
            known = names.get((actual.name, False))
            inner[formal.name, False] = known or Bound(function=actual, names=names)
            # the parameters of a definition are names of its own, those of the call are not
            if known is None and formal.name == actual.name:
                inner[formal.name, False] = Bound(
                    function=actual, names={k: v for k, v in names.items() if k != (formal.name, False)}
                )
        for key, bound in names.items():  # a bound parameter stays visible inside
            if not isinstance(key, n.Node) and self._is_parameter(key[0]):
                inner.setdefault(key, bound)
        return self.memo(self.compile(definition.body, inner))

    def _is_parameter(self, name: str) -> bool:
        entry = self.scope.symbols.get(name)
        return entry is not None and isinstance(entry.type, Parameter)

    def _delta(self, node: n.Delta, names: Names) -> Code:
        code = self.compile(node.argument, names)
        if self.is_discrete(node.argument, names):
            return Code(
                lambda env: env.ctx.mpf(int(all(x == 0 for x in entries(code.run(env))))), code.keys
            )

        self.delta_keys |= code.keys

        def run(env: Env) -> Value:
            value = code.run(env)
            if env.atoms is not None:
                env.atoms.append(value)
                return Mass(env.ctx.zero, env.ctx.zero)
            hit = all(x == 0 for x in entries(value))
            return Mass(env.ctx.zero, env.ctx.mpf(int(hit)))

        return Code(run, code.keys, True)

    def _kronecker(self, node: n.Kronecker, names: Names) -> Code:
        a, b = self.compile(node.first, names), self.compile(node.second, names)
        return _code(lambda env: env.ctx.mpf(int(a.run(env) == b.run(env))), [a, b])

    # ------------------------------------------------------------ sums and products

    def _binder(self, binder: n.Binder, names: Names) -> tuple[tuple[int, ...], Code, Names]:
        """Slots of the indices, the code of all their values, and the names inside."""
        slots = tuple(self.new_slot() for _ in binder.indices)
        inner = {
            k: v
            for k, v in names.items()
            if not isinstance(k, n.Node) or not any(i in set(k.walk()) for i in binder.indices)
        }
        for symbol, slot in zip(binder.indices, slots, strict=True):
            inner[symbol.name, False] = Bound(slot)
        first = binder.indices[0]
        if binder.kind == "range":
            low, high = (self.compile(x, names) for x in (binder.lower, binder.upper) if x)
            count = len(slots)

            def values(env: Env) -> Iterable[Value]:
                a, b = low.run(env), high.run(env)
                if b == env.ctx.inf:
                    raise Unsupported("an infinite series")
                if int(a) != a or int(b) != b:
                    raise Undefined("a sum between limits that are not whole numbers")
                if (b - a) ** count > MAX_TERMS:
                    raise Unsupported("too many terms")
                return product(range(int(a), int(b) + 1), repeat=count)

            return slots, _code(values, [low, high]), inner
        if binder.kind == "all":
            domains = [self.domain(symbol) for symbol in binder.indices]
            if any(d is None for d in domains):
                raise _NoFiniteDomain
            codes = [d for d in domains if d is not None]
            return slots, _code(lambda env: _product([c.run(env) for c in codes]), codes), inner
        assert isinstance(first.type, Index)
        size = self._size(first.type.sort)
        if binder.kind == "except":
            assert binder.lower is not None
            other = self.compile(binder.lower, names)
            return (
                slots,
                _code(
                    lambda env: [
                        (k,) for k in range(1, int(size.run(env)) + 1) if k != other.run(env)
                    ],
                    [size, other],
                ),
                inner,
            )
        choose = {
            "pairs": combinations,
            "less": combinations,
            "ordered": permutations,
            "at most": combinations_with_replacement,
        }[binder.kind]
        return (
            slots,
            Code(lambda env: choose(range(1, int(size.run(env)) + 1), 2), size.keys),
            inner,
        )

    def _sum(self, node: n.Sum, names: Names) -> Code:
        try:
            slots, values, inner = self._binder(node.binder, names)
        except _NoFiniteDomain:
            return self._sum_as_integral(node, names)
        return self.memo(self._sum_over((slots, values), self.compile(node.body, inner)))

    def _sum_as_integral(self, node: n.Sum, names: Names) -> Code:
        """The sum over a variable that ranges over the reals is its integral."""
        body: n.Node = node.body
        for symbol in reversed(node.binder.indices):
            body = n.Integral(symbol, None, None, body)
        return self.compile(body, names)

    def _sum_over(self, binder: tuple[tuple[int, ...], Code], body: Code) -> Code:
        slots, values = binder
        run_values, run = values.run, body.run

        def total(env: Env) -> Value:
            frame = env.values
            old = [frame.get(s) for s in slots]
            result: Value = None
            try:
                for item in run_values(env):
                    for slot, value in zip(slots, item, strict=True):
                        frame[slot] = value
                    term = run(env)
                    if result is None:
                        result = term
                    elif type(term) is tuple:
                        result = linear(add, result, term)
                    else:
                        result = result + term
            finally:
                frame.update(zip(slots, old, strict=True))
            return env.ctx.zero if result is None else result

        return Code(total, (body.keys | values.keys) - set(slots), body.dirac, body.log)

    def _product_node(self, node: n.Product, names: Names) -> Code:
        try:
            slots, values, inner = self._binder(node.binder, names)
        except _NoFiniteDomain:
            raise Unsupported("a product over all real values") from None
        body = self.compile(node.body, inner)

        def total(env: Env) -> Value:
            frame = env.values
            old = [frame.get(s) for s in slots]
            result = env.ctx.one
            try:
                for item in values.run(env):
                    frame.update(zip(slots, item, strict=True))
                    result = result * body.run(env)
            finally:
                frame.update(zip(slots, old, strict=True))
            return result

        return self.memo(Code(total, (body.keys | values.keys) - set(slots)))

    # ------------------------------------------------------------ integrals and means

    def _integral(self, node: n.Integral, names: Names) -> Code:
        slot = self.new_slot()
        inner = dict(names)
        variable = node.variable
        if isinstance(variable, n.Symbol):
            inner[variable.name, False] = Bound(slot)
        else:
            inner[variable.at(None)] = Bound(slot)
        body = self.compile(node.body, inner)
        limits = [self.compile(x, names) if x is not None else None for x in (node.lower, node.upper)]
        return self.memo(self._integrate(variable, slot, limits[0], limits[1], body))

    def _integrate(
        self, variable: n.Node, slot: int, lower: Code | None, upper: Code | None, body: Code
    ) -> Code:
        shape = self.shapes(variable)
        size = self._size(shape.sort) if isinstance(shape, Vector) else None
        if body.dirac:
            pass
        elif size is None:
            self.line_integrals += 1
        else:
            self.space_integrals += 1
        run = body.run

        def integrand(env: Env) -> Callable[[Value], Any]:
            def f(x: Value) -> Any:
                env.values[slot] = x
                return run(env)

            return f

        def places(env: Env) -> list[Value]:
            return _atoms(env, integrand(env), None if size is None else int(size.run(env)))

        kept = self.memo(Code(places, frozenset(self.delta_keys - {slot})))

        def integrate(env: Env) -> Value:
            frame = env.values
            old = frame.get(slot)
            try:
                ends = [x.run(env) if x else None for x in (lower, upper)]
                if body.dirac:
                    if any(x is not None and env.ctx.inf != abs(x) for x in ends):
                        raise Unsupported("a delta in an integral with finite limits")
                    return _sift(env, integrand(env), kept.run(env))
                if size is not None:
                    return _over_space(env, slot, run, int(size.run(env)))
                return _over_line(env, slot, run, ends)
            finally:
                frame[slot] = old

        codes = [c for c in (lower, upper, size) if c is not None]
        keys = (body.keys - {slot}).union(*(c.keys for c in codes))
        return Code(integrate, keys, log=body.log)

    def _expectation(self, node: n.Expectation, names: Names) -> Code:
        law = node.law
        law = law.function if isinstance(law, n.Apply) else law
        if not isinstance(law, n.Symbol) or not isinstance(law.type, Function):
            raise Unsupported("an expectation without a declared law")
        variable = node.variable
        if variable is None:
            over = self._entry(law).over
            variable = read_declared(self.scope, over) if over else None
        if not isinstance(variable, n.Symbol):
            raise Unsupported("an expectation without a variable")
        weight = n.Apply(law, (variable,))
        body = n.Mul((weight, node.body))
        binder = n.Binder((variable,), "all")
        return self.compile(n.Sum(binder, body), names)

    # ------------------------------------------------------------ calculus

    def _derivative(self, node: n.Derivative, names: Names) -> Code:
        self.derivatives += 1
        slot, inner, coordinates = self._coordinates(node.variable, names)
        body = self.compile(node.body, inner)
        if node.order != 1 and not isinstance(self.shapes(node.variable), Scalar):
            return self._second_derivative(node, names)
        read, write = coordinates
        run = body.run
        order = node.order

        def derive(env: Env) -> Value:
            frame = env.values
            old = frame.get(slot)
            ctx = env.ctx
            if ctx is fp:
                raise Unsupported("a derivative inside an integral over several dimensions")
            with ctx.workprec(2 * ctx.prec + 20 * order):
                start = read(env)

                def f(x: Value) -> Value:
                    frame[slot] = write(env, x)
                    return run(env)

                try:
                    return _gradient(ctx, f, start, order)
                finally:
                    frame[slot] = old

        free = {slot} if isinstance(slot, int) else set()
        seen = self.compile(node.variable, names)
        return self.memo(Code(derive, (body.keys - free) | seen.keys, False))

    def _second_derivative(self, node: n.Derivative, names: Names) -> Code:
        once = n.Derivative(node.body, node.variable, 1)
        if node.order != 2 or not isinstance(self.shapes(node.variable), Vector):
            raise Unsupported("a higher derivative by a matrix")
        return self.compile(n.Derivative(once, node.variable, 1), names)

    def _coordinates(
        self, variable: n.Node, names: Names
    ) -> tuple[Key, Names, tuple[Run, Callable[[Env, Value], Value]]]:
        """Where a derivative perturbs: the key, the names inside, how to read and write it."""
        inner = dict(names)
        match variable:
            case n.Symbol():
                key = self._variable_key(variable, names)
                return key, inner, (lambda env: env.values[key], lambda env, x: x)
            case n.Inverse(operand=n.Symbol() as symbol):
                key = self._variable_key(symbol, names)
                return key, inner, (
                    lambda env: inverse(env.values[key]),
                    lambda env, x: inverse(x),
                )
            case n.Pow(base=n.Symbol() as symbol, exponent=n.Number(value=power)):
                key = self._variable_key(symbol, names)
                root = power.denominator, power.numerator

                def write_root(env: Env, x: Value) -> Value:
                    sign = -1 if env.values[key] < 0 else 1
                    return sign * env.ctx.root(x**root[0], root[1])

                return key, inner, (lambda env: env.values[key] ** int(power), write_root)
            case n.Indexed(base=n.Symbol() as symbol) if (
                variable.at(None) in names or (symbol.name, isinstance(symbol.type, Family)) in names
            ):
                bound = names.get(variable.at(None)) or names[symbol.name, isinstance(symbol.type, Family)]
                if variable.at(None) in names:
                    slot = bound.slot
                    return slot, inner, (lambda env: env.values[slot], lambda env, x: x)
                return self._entry_coordinates(variable, bound.slot, names)
            case n.Indexed(base=n.Symbol() as symbol):
                return self._entry_coordinates(variable, self._variable_key(symbol, names), names)
            case n.Indexed(base=n.Inverse(operand=n.Symbol() as symbol)):
                key = self._variable_key(symbol, names)
                indices = [self.compile(i, names) for i in variable.indices]
                return key, inner, (
                    lambda env: _entry(inverse(env.values[key]), [int(i.run(env)) for i in indices]),
                    lambda env, x: inverse(
                        _with_entry(inverse(env.values[key]), [int(i.run(env)) for i in indices], x)
                    ),
                )
        raise Unsupported("a derivative by this expression")

    def _variable_key(self, symbol: n.Symbol, names: Names) -> Key:
        local = names.get((symbol.name, isinstance(symbol.type, Family)))
        if local is not None:
            return local.slot
        entry = self._entry(symbol)
        if entry.definition is not None or isinstance(symbol.type, Parameter | Function):
            raise Unsupported(f"a derivative by {symbol.name}, which is not a free variable")
        slots = len(symbol.type.indices) if isinstance(symbol.type, Family) else 0
        key: Key = ("f" if slots else "s", symbol.name, slots)
        self.entries[key] = entry
        self.varying.add(key)
        return key

    def _entry_coordinates(
        self, variable: n.Indexed, key: Key, names: Names
    ) -> tuple[Key, Names, tuple[Run, Callable[[Env, Value], Value]]]:
        indices = [self.compile(i, names) for i in variable.indices]
        entry = self._entry(variable.base) if isinstance(variable.base, n.Symbol) else None
        paired = entry is not None and entry.declared("one for each pair") is not None

        def read(env: Env) -> Value:
            found = _entry(env.values[key], [int(i.run(env)) for i in indices])
            if found is None:
                raise OutsideDomain("an entry that is not there")
            return found

        def write(env: Env, x: Value) -> Value:
            at = [int(i.run(env)) for i in indices]
            changed = _with_entry(env.values[key], at, x)
            return _with_entry(changed, at[::-1], x) if paired else changed

        return key, dict(names), (read, write)

    def _limit(self, node: n.Limit, names: Names) -> Code:
        slot = self.new_slot()
        inner = {**names, (node.variable.name, False): Bound(slot)}
        target, body = self.compile(node.target, names), self.compile(node.body, inner)
        direction = -1 if node.side == "-" else 1

        def run(env: Env) -> Value:
            def f(x: Any) -> Any:
                env.values[slot] = x
                return body.run(env)

            return env.ctx.limit(f, target.run(env), direction=direction)

        return Code(run, target.keys | (body.keys - {slot}))

    def _extremum(self, node: n.Extremum, names: Names) -> Code:
        domain = self.domain(node.variable)
        if domain is None:
            return self._continuous_extremum(node, names)
        slot = self.new_slot()
        body = self.compile(node.body, {**names, (node.variable.name, False): Bound(slot)})
        sign = -1 if node.kind.endswith("max") else 1

        def run(env: Env) -> Value:
            old = env.values.get(slot)
            found = []
            for (value,) in domain.run(env):
                env.values[slot] = value
                found.append((sign * body.run(env), value))
            env.values[slot] = old
            best = min(v for v, _ in found)
            if not node.kind.startswith("arg"):
                return sign * best
            close = abs(best) * env.ctx.sqrt(env.ctx.eps) + env.ctx.sqrt(env.ctx.eps)
            return frozenset(x for v, x in found if v - best <= close)

        return Code(run, domain.keys | (body.keys - {slot}))

    def _continuous_extremum(self, node: n.Extremum, names: Names) -> Code:
        if not isinstance(node.variable.type, Scalar | Vector):
            raise Unsupported(f"an extremum over {node.variable.type}")
        slot = self.new_slot()
        body = self.compile(node.body, {**names, (node.variable.name, False): Bound(slot)})
        sign = -1 if node.kind.endswith("max") else 1
        size = self._size(node.variable.type.sort) if isinstance(node.variable.type, Vector) else None

        def run(env: Env) -> Value:
            def f(x: Value) -> Any:
                env.values[slot] = x
                return sign * body.run(env)

            dimension = None if size is None else int(size.run(env))
            point = _minimise(env.ctx, f, dimension)
            return point if node.kind.startswith("arg") else sign * f(point)

        keys = body.keys - {slot}
        return self.memo(Code(run, keys if size is None else keys | size.keys))

    # ------------------------------------------------------------ aggregates

    def _diagonal(self, node: n.Diagonal, names: Names) -> Code:
        assert isinstance(node.family.type, Family)
        sort = node.family.type.indices[0]
        slot = self.new_slot()
        index = n.Symbol("\\cdot", Index(sort))
        inner = {**names, ("\\cdot", False): Bound(slot)}
        entry = self.compile(n.Indexed(node.family, (index,)), inner)
        size = self._size(sort)

        def run(env: Env) -> Value:
            count = int(size.run(env))
            values = []
            for k in range(1, count + 1):
                env.values[slot] = k
                values.append(entry.run(env))
            zero = env.ctx.zero
            return tuple(
                tuple(values[i] if i == j else zero for j in range(count)) for i in range(count)
            )

        return Code(run, (entry.keys - {slot}) | size.keys)

    def _piecewise(self, node: n.Piecewise, names: Names) -> Code:
        values = [self.compile(v, names) for v in node.values]
        tests = [self.condition(c, names) if c is not None else None for c in node.conditions]

        def run(env: Env) -> Value:
            for value, test in zip(values, tests, strict=True):
                if test is None or test.run(env):
                    return value.run(env)
            raise Undefined("no case applies")

        return _code(run, [*values, *(t for t in tests if t is not None)])

    def _set_value(self, node: n.Node, names: Names) -> Code:
        code = self.domain_set(node)
        if code is None:
            raise Unsupported("an infinite set")
        return Code(lambda env: frozenset(x for (x,) in code.run(env)), code.keys)


class _NoFiniteDomain(Exception):
    pass


# ---------------------------------------------------------------- arithmetic of values


def _code(run: Run, codes: list[Code]) -> Code:
    keys: frozenset[Key] = frozenset().union(*(c.keys for c in codes)) if codes else frozenset()
    return Code(run, keys, any(c.dirac for c in codes), any(c.log for c in codes))


def _same(a: Any, b: Any) -> bool:
    return a is b


def _product(lists: list[list[Value]]) -> list[Value]:
    return [tuple(x for part in parts for x in part) for parts in product(*lists)]


def _careful_product(env: Env, runs: list[Run]) -> Value:
    factors = [r(env) for r in runs]
    if ZERO_LOG in env.conventions and any(map(_is_nothing, factors)):
        if any(map(_is_infinite, factors)):
            env.relied_on.add(ZERO_LOG)
        return env.ctx.zero
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    if not isinstance(total, Mass | ndarray) and not total == total:
        raise Undefined("0 times infinity")
    return total


def _is_nothing(x: Value) -> bool:
    if isinstance(x, Mass):
        return bool(x.regular == 0 and x.weight == 0)
    return not isinstance(x, ndarray) and bool(x == 0)


def _is_infinite(x: Value) -> bool:
    return not isinstance(x, Mass | ndarray) and bool(x - x != 0)


def _kind(shape: Any) -> str:
    match shape:
        case Matrix():
            return "matrix"
        case Vector():
            return "column"
        case Covector():
            return "row"
        case _:
            return "scalar"


def _multiply(a: Value, kind: str, b: Value, other: str) -> tuple[Value, str]:
    match kind, other:
        case "scalar", _:
            return linear(lambda x: a * x, b), other
        case _, "scalar":
            return linear(lambda x: x * b, a), kind
        case "row", "column":
            return dot(a, b), "scalar"
        case "column", "row":
            return tuple(tuple(x * y for y in b) for x in a), "matrix"
        case "matrix", "column":
            return tuple(dot(row, b) for row in a), "column"
        case "row", "matrix":
            return tuple(dot(a, column) for column in transpose(b)), "row"
        case _:
            return matmul(a, b), "matrix"


def _power(ctx: Any, base: Any, exponent: Any) -> Any:
    if isinstance(base, Mass):
        raise Undefined("a power of a delta")
    if exponent - exponent == 0 and exponent == int(exponent):  # finite and whole
        k = int(exponent)
        if k < 0 and base == 0:
            raise Undefined("division by zero")
        if abs(k) > 10_000:
            raise Unsupported("a very large power")
        return base**k if k >= 0 or not isinstance(base, int) else ctx.mpf(base) ** k
    if base < 0 or (base == 0 and exponent < 0):
        raise Undefined("a broken power of a negative number")
    return ctx.mpf(base) ** exponent


def _matrix_power(base: Value, exponent: Any) -> Value:
    k = int(exponent)
    if k != exponent or abs(k) > 64:
        raise Unsupported("this power of a matrix")
    if k < 0:
        base, k = inverse(base), -k
    if k == 0:
        size = len(base)
        return tuple(tuple(base[0][0] * 0 + int(i == j) for j in range(size)) for i in range(size))
    result = base
    for _ in range(k - 1):
        result = matmul(result, base)
    return result


def _logarithm(env: Env, x: Any) -> Any:
    ctx = env.ctx
    if isinstance(x, Mass):
        if env.atoms is not None:
            return ctx.zero
        if x.weight == 0:
            return _logarithm(env, x.regular)
        if LOG_DELTA not in env.conventions or env.log_delta is None:
            raise Undefined("the logarithm of a delta")
        env.relied_on.add(LOG_DELTA)
        return _logarithm(env, x.weight) + env.log_delta()
    if x == 0 and ZERO_LOG in env.conventions:
        return -ctx.inf
    if not x > 0:
        raise Undefined(f"the logarithm of {'zero' if x == 0 else 'a negative number'}")
    return ctx.ln(x)


def _square_root(ctx: Any, x: Any, degree: Any = 2) -> Any:
    if isinstance(x, Mass):
        raise Undefined("the root of a delta")
    if x < 0:
        raise Undefined("the root of a negative number")
    return ctx.sqrt(x) if degree == 2 else ctx.root(x, int(degree))


def _normal_density(ctx: Any, x: Value, mean: Value, variance: Value) -> Any:
    if isinstance(x, tuple):
        size = determinant(variance)
        if size <= 0:
            raise Undefined("a variance that is not positive definite")
        d = tuple(a - b for a, b in zip(x, mean, strict=True))
        form = dot(d, tuple(dot(row, d) for row in inverse(variance)))
        return ctx.exp(-form / 2) / ctx.sqrt((2 * ctx.pi) ** len(x) * size)
    if variance <= 0:
        raise Undefined("a variance that is not positive")
    return ctx.exp(-((x - mean) ** 2) / (2 * variance)) / ctx.sqrt(2 * ctx.pi * variance)


def _norm(ctx: Any, x: Value) -> Any:
    return ctx.sqrt(sum(abs(v) ** 2 for v in entries(x)))


def _p_norm(ctx: Any, x: Value, p: Any) -> Any:
    if is_matrix(x) and p == 2:
        raise Unsupported("the spectral norm of a matrix")
    values = [abs(v) for v in entries(x)]
    return max(values) if p == ctx.inf else sum(v**p for v in values) ** (1 / p)


def _exponential(ctx: Any, x: Any) -> Any:
    if isinstance(x, Mass):
        raise Undefined("the exponential of a delta")
    return ctx.exp(x)


def _log_base(ctx: Any, x: Any, base: Any) -> Any:
    if not (x > 0 and base > 0 and base != 1):
        raise Undefined("a logarithm outside its domain")
    return ctx.ln(x) / ctx.ln(base)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": _exponential,
    "sqrt": _square_root,
    "log": _log_base,
    "det": lambda ctx, m: determinant(m),
    "tr": lambda ctx, m: sum(m[k][k] for k in range(len(m))) if is_matrix(m) else m,
    "diag": lambda ctx, v: tuple(
        tuple(x if i == j else ctx.zero for j in range(len(v))) for i, x in enumerate(v)
    ),
    "adjugate": lambda ctx, m: adjugate(m),
    "minor": lambda ctx, m, i, j: ctx.mpf(minor(m, int(i), int(j))),
    "abs": lambda ctx, x: abs(x),
    "norm": _norm,
    "norm_p": _p_norm,
    "inner": lambda ctx, x, y: dot(x, y),
    "sign": lambda ctx, x: ctx.sign(x),
    "Gamma": lambda ctx, x: ctx.gamma(x),
    "factorial": lambda ctx, x: ctx.factorial(x),
    "binom": lambda ctx, a, b: ctx.binomial(a, b),
    "max": lambda ctx, *xs: max(xs),
    "min": lambda ctx, *xs: min(xs),
    **{
        name: (lambda ctx, x, f=f: getattr(ctx, f)(x))
        for name, f in {
            "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh",
            "tanh": "tanh", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "floor": "floor",
        }.items()
    },
}  # fmt: skip

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _identity(ctx: Any, size: Any) -> Value:
    count = range(int(size))
    return tuple(tuple(ctx.mpf(int(i == j)) for j in count) for i in count)


def _entry(value: Value, indices: list[int]) -> Value:
    for k in indices:
        if not 1 <= k <= len(value):
            raise OutsideDomain(f"index {k}")
        value = value[k - 1]
    return value


def _with_entry(value: Value, indices: list[int], x: Value) -> Value:
    """A copy with one entry changed."""
    if not indices:
        return x
    k = indices[0] - 1
    return (*value[:k], _with_entry(value[k], indices[1:], x), *value[k + 1 :])


# ---------------------------------------------------------------- calculus of values


def _gradient(ctx: Any, f: Callable[[Value], Value], at: Value, order: int) -> Value:
    """Central differences at twice the working precision, entry by entry."""
    if isinstance(at, tuple):
        return tuple(
            _gradient(ctx, lambda x, k=k: f((*at[:k], x, *at[k + 1 :])), part, order)
            for k, part in enumerate(at)
        )
    step = ctx.mpf(2) ** (-(ctx.prec // (3 if order == 1 else 4)))
    if order == 1:
        return linear(lambda a, b: (a - b) / (2 * step), f(at + step), f(at - step))
    if order == 2:
        return linear(
            lambda a, b, c: (a - 2 * b + c) / step**2, f(at + step), f(at), f(at - step)
        )
    return ctx.diff(f, at, order)


def _over_line(env: Env, slot: int, run: Run, ends: list[Any], component: bool = False) -> Any:
    """An integral over a real variable; a first look at the integrand is taken in doubles."""
    ctx = env.ctx
    fast = Env(fp, {k: in_doubles(v) for k, v in env.values.items()}, env.conventions, env.log_delta)

    def at(env: Env) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            env.values[slot] = (x,) if component else x
            return run(env)

        return f

    a, b = (-ctx.inf if ends[0] is None else ends[0]), (ctx.inf if ends[1] is None else ends[1])
    if a == -ctx.inf and b == ctx.inf:
        return quadrature.line(ctx, at(env), at(fast))
    return quadrature.interval(ctx, at(env), a, b)


def _over_space(env: Env, slot: int, run: Run, dimension: int) -> Any:
    """An integral over vectors: one dimension in full, two and three in doubles."""
    if dimension == 1:
        return _over_line(env, slot, run, [None, None], component=True)
    values = {key: in_doubles(value) for key, value in env.values.items()}
    fast = Env(fp, values, env.conventions, env.log_delta)
    arrays = Env(doubles, dict(values), env.conventions, env.log_delta)

    def in_space(x: tuple[float, ...]) -> float:
        values[slot] = x
        return float(run(fast))

    def on_arrays(x: tuple[Any, ...]) -> Any:
        arrays.values[slot] = x
        return run(arrays)

    try:
        return env.ctx.mpf(quadrature.space(in_space, on_arrays, dimension))
    except OverflowError:
        raise Undefined("the integral diverges") from None


def _sift(env: Env, f: Callable[[Value], Any], places: list[Value]) -> Any:
    """An integral against delta measures: the weights at their atoms."""
    total = env.ctx.zero
    for place in places:
        value = f(place)
        total += value.weight if isinstance(value, Mass) else 0
    return total


def _atoms(env: Env, f: Callable[[Value], Any], dimension: int | None) -> list[Value]:
    """Where the deltas of an integrand sit, which must have no density besides."""
    ctx = env.ctx

    def point(x: Any) -> Value:
        return x if dimension is None else (x,) * dimension

    at_zero, at_one = (_probe(env, f, point(x)) for x in (ctx.zero, ctx.one))
    places: list[Value] = []
    for a, b in zip(at_zero, at_one, strict=True):
        slope = [y - x for x, y in zip(entries(a), entries(b), strict=True)]
        if any(abs(s - 1) > ctx.sqrt(ctx.eps) for s in slope):
            if all(abs(s) <= ctx.sqrt(ctx.eps) for s in slope):
                continue
            raise Unsupported("the delta of something other than x - a")
        place = linear(neg, a)
        if place not in places:
            places.append(place)
    rest = f(point(ctx.mpf(3) / 7))
    regular = rest.regular if isinstance(rest, Mass) else rest
    if regular != 0:
        raise Unsupported("a measure with both atoms and a density")
    return places


def _probe(env: Env, f: Callable[[Value], Any], point: Value) -> list[Value]:
    env.atoms = []
    try:
        f(point)
    except Undefined:
        pass
    finally:
        found, env.atoms = env.atoms, None
    return found


def _minimise(ctx: Any, f: Callable[[Value], Any], dimension: int | None) -> Value:
    """A local minimiser by Newton steps on difference quotients, from several starts."""
    best: tuple[Any, Value] | None = None
    count = 1 if dimension is None else dimension

    def g(x: tuple[Any, ...]) -> Any:
        return f(x[0] if dimension is None else x)

    for start in (0, 1, -2):
        point: tuple[Any, ...] = tuple(ctx.mpf(start) for _ in range(count))
        for _ in range(40):
            gradient, hessian = _newton_data(ctx, g, point)
            try:
                step = tuple(dot(row, gradient) for row in inverse(hessian))
            except Undefined:
                break
            point = tuple(x - s for x, s in zip(point, step, strict=True))
            if max(abs(s) for s in step) < ctx.mpf(10) ** (-ctx.dps * 2 // 3):
                value = g(point)
                if best is None or value < best[0]:
                    best = (value, point)
                break
            if max(abs(x) for x in point) > 1e8:
                break
    if best is None:
        raise Unsupported("no minimum was found by numbers")
    value, found = best
    for k in range(count):
        for far in (-1, 1, -100, 100):
            moved = tuple(x + far if j == k else x for j, x in enumerate(found))
            if g(moved) < value - abs(value) * 1e-12:
                raise Unsupported("no global minimum was found by numbers")
    return found[0] if dimension is None else found


def _newton_data(ctx: Any, g: Callable[[tuple[Any, ...]], Any], point: tuple[Any, ...]) -> tuple[Any, Any]:
    with ctx.workprec(2 * ctx.prec):
        gradient = _gradient(ctx, g, point, 1)
        hessian = _gradient(ctx, lambda x: _gradient(ctx, g, x, 1), point, 1)
    return gradient, hessian


_COMPILERS: dict[type[n.Node], Callable[[Compiler, Any, Names], Code]] = {
    n.Number: Compiler._number,
    n.Constant: Compiler._constant,
    n.Symbol: Compiler._symbol,
    n.Indexed: Compiler._indexed,
    n.Add: Compiler._add,
    n.Neg: Compiler._neg,
    n.Mul: Compiler._mul,
    n.Div: Compiler._div,
    n.Pow: Compiler._pow,
    n.Transpose: Compiler._transpose,
    n.Inverse: Compiler._inverse,
    n.Call: Compiler._call,
    n.Apply: Compiler._apply,
    n.Delta: Compiler._delta,
    n.Kronecker: Compiler._kronecker,
    n.Sum: Compiler._sum,
    n.Product: Compiler._product_node,
    n.Integral: Compiler._integral,
    n.Derivative: Compiler._derivative,
    n.Expectation: Compiler._expectation,
    n.Extremum: Compiler._extremum,
    n.Limit: Compiler._limit,
    n.Diagonal: Compiler._diagonal,
    n.SetLiteral: Compiler._set_value,
    n.SetPower: Compiler._set_value,
    n.Piecewise: Compiler._piecewise,
}
