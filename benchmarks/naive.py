r"""The naive way to check a printed relation with SymPy: what one would write in an afternoon.

The parsed tree becomes plain SymPy at concrete sizes, and a link holds if
``sympy.simplify(left - right) == 0``. The choices, each the one that helps the naive way:

- Symbols are explicit, with the declared assumptions (``real``, ``positive``, …). Positive
  definite matrices are L Lᵀ with a positive diagonal in L; orthogonal ones are rotations and
  reflections, and a matrix that is diagonalised is built from them. Distributions on a finite
  set are positive weights over their sum.
- Sums and products are written out. Indices, spins and elements of finite sets are enumerated,
  and a link must hold in every case. What an equation defines is substituted, and kept.
- Derivatives are ``sympy.diff`` (by Σ⁻¹: with Σ as the inverse of a matrix of symbols),
  integrals ``sympy.integrate`` with ``conds="none"``, one variable after the other.
- Where ``simplify`` leaves logarithms, it is asked again after ``expand_log``; where the
  difference stays, ``equals(0)`` may still decide, or its value at some numbers refute.
- ``≤`` asks for the assumptions of the simplified difference (``is_nonnegative``). ``⟺`` between
  equations holds if the residuals are the same up to sign, or if ``solve`` of the left one
  gives just what stands on the right. Equal up to terms free of θ: the derivatives by θ vanish.

Nothing of Kenzan is used but what it reads: the tree, the declarations, the definitions.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy import ImmutableMatrix as Matrix

from derivations.language import nodes as n
from derivations.language.shapes import Shapes, product
from derivations.language.types import (
    SCALAR,
    Family,
    Function,
    Index,
    Parameter,
    Scalar,
    SetOf,
    Vector,
)
from derivations.reader.definitions import (
    Defined,
    defines,
    definition_of,
    gradient_step,
    read_declared,
)
from derivations.reader.document import Document, Equation
from derivations.reader.scope import Entry

Env = dict[str, Any]
MAX_CASES = 500


class Skip(Exception):
    """The naive way has no answer to this; the message says why."""


class Undefined(Exception):
    """A side has no value in this case, such as J_kl with k = l."""


class WrongShapes(Exception):
    """A number is never equal to a matrix."""


class Choose(Exception):
    """A free symbol of a finite domain: each of its values is a case."""

    def __init__(self, key: tuple[Any, ...], options: list[Any]) -> None:
        super().__init__(str(key))
        self.key, self.options = key, options


class Naive:
    """One equation at one set of sizes; what is not listed has size 2."""

    def __init__(self, document: Document, equation: Equation, sizes: dict[str, int]) -> None:
        self.document, self.equation, self.scope = document, equation, equation.scope
        self.sizes = sizes
        self.case: dict[tuple[Any, ...], Any] = {}
        self.replaced: dict[str, Any] = {}
        self.known: dict[Any, Any] = {}
        self.weights: dict[Any, list[sp.Expr]] = {}
        self.mentioned: set[str] = set()
        self.shapes = Shapes()

    # ------------------------------------------------------------ relations

    def holds(self, node: n.Node) -> bool | None:
        """True or False in all cases; None where SymPy does not say. Raises Skip."""
        entry = defines(self.equation, node)
        if entry is not None and self.definition(entry).kind != "entry":
            raise Skip("a definition")
        self.mentioned = self.names(node)
        waiting: list[dict[tuple[Any, ...], Any]] = [{}]
        count, answers = 0, []
        while waiting:
            self.case = waiting.pop()
            self.known = {k: v for k, v in self.known.items() if k[-1] == self.frozen()}
            try:
                answers.append(self.relation(node))
            except Choose as need:
                waiting += [self.case | {need.key: option} for option in need.options]
                count += len(need.options)
                if count > MAX_CASES:
                    raise Skip(f"more than {MAX_CASES} cases") from None
            except Undefined:
                continue
            except WrongShapes:
                return False
            if answers and answers[-1] is False:
                return False
        if not answers:
            raise Skip("no case in which both sides are defined")
        return True if all(answers) else None

    def relation(self, node: n.Node) -> bool | None:
        """In one case."""
        if isinstance(node, n.Equivalence):
            return self.equivalence(node)
        assert isinstance(node, n.Relation)
        if node.op == "oc":
            raise Skip("proportional to")
        left, right = self.side(node.left), self.side(node.right)
        differences = self.differences(left, right)
        if node.up_to is not None:
            symbols = self.parameters(node.up_to)
            slopes = [sp.diff(d, s) for d in differences for s in symbols]
            return _all([_zero(slope) for slope in slopes])
        if node.op == "=":
            return _all([_zero(d) for d in differences])
        if len(differences) != 1:
            raise Skip("an order between matrices")
        simple = sp.simplify(differences[0])
        asked = {"<=": "nonpositive", "<": "negative", ">=": "nonnegative", ">": "positive"}
        return getattr(simple, f"is_{asked.get(node.op, 'nonzero')}")

    def equivalence(self, node: n.Equivalence) -> bool | None:
        """The same residuals up to sign, or one solved for what the other says."""
        left, right = node.left, node.right
        if not (isinstance(left, n.Relation) and isinstance(right, n.Relation)):
            raise Skip("an equivalence of other statements")
        if left.op != "=" or right.op != "=":
            raise Skip("an equivalence of inequalities")
        a = self.differences(self.side(left.left), self.side(left.right))
        value, target = self.side(right.left), self.side(right.right)
        b = self.differences(value, target)
        unknowns = _entries(value)
        if all(x.is_Symbol for x in unknowns) and len(unknowns) == len(a):
            found = sp.solve(a, unknowns, dict=True)
            if len(found) == 1:
                pairs = zip(unknowns, _entries(target), strict=True)
                return _all([_zero(found[0].get(x, x) - y) for x, y in pairs])
            return None
        if len(a) != len(b):
            raise Skip("an equivalence of systems of different sizes")
        same = (all(_zero(x - s * y) for x, y in zip(a, b, strict=True)) for s in (1, -1))
        return True if any(same) else None

    def differences(self, left: Any, right: Any) -> list[sp.Expr]:
        """Left minus right, entry by entry, with the assumed equations put in."""
        if callable(left) or callable(right):
            raise Skip("functions against each other")
        if isinstance(left, Matrix) != isinstance(right, Matrix):
            matrix, number = (left, right) if isinstance(left, Matrix) else (right, left)
            if number != 0 and len(matrix) > 1:
                raise WrongShapes
            found = [x - number for x in matrix]
        else:
            if isinstance(left, Matrix) and left.shape != right.shape:
                raise Skip("matrices of different shapes")
            found = [a - b for a, b in zip(_entries(left), _entries(right), strict=True)]
        return [d.subs(old, new) for d in found for old, new in [self.assumed(d)]]

    def assumed(self, difference: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """A symbol of the difference, with what an assumed equation makes of it."""
        for span, source, _ in self.scope.assumptions:
            node = read_declared(self.scope, source.slice(span))
            if isinstance(node, n.Relation) and node.op == "=":
                residual = self.side(node.left) - self.side(node.right)
                for x in sorted(difference.free_symbols & residual.free_symbols, key=str):
                    found = sp.solve(residual, x)
                    if len(found) == 1:
                        return x, found[0]
        return sp.Integer(0), sp.Integer(0)

    def parameters(self, symbol: n.Symbol) -> list[sp.Symbol]:
        """The symbols in the members of a group of parameters."""
        texts = symbol.type.members if isinstance(symbol.type, Parameter) else (symbol.name,)
        found: set[sp.Symbol] = set()
        for text in texts:
            node = read_declared(self.scope, text)
            base = node.base if isinstance(node, n.Indexed) else node
            assert isinstance(base, n.Symbol)
            sorts = base.type.indices if isinstance(base.type, Family) else ()
            for indices in itertools.product(*(range(1, self.size(s.size) + 1) for s in sorts)):
                with suppress(Undefined):
                    for x in _entries(self.free(base.name, indices)):
                        found |= x.free_symbols
        return sorted(found, key=str)

    # ------------------------------------------------------------ values

    def side(self, node: n.Node) -> Any:
        """The value of a whole side, kept for the next link."""
        return self.keep(("side", node), lambda: self.value(node, {}))

    def keep(self, key: tuple[Any, ...], compute: Callable[[], Any]) -> Any:
        """Computed once in each case."""
        key = (*key, tuple(self.replaced), self.frozen())
        if key not in self.known:
            self.known[key] = compute()
        return self.known[key]

    def frozen(self) -> Any:
        return tuple(sorted(self.case.items(), key=str))

    def value(self, node: n.Node, env: Env) -> Any:
        """A node as a SymPy expression or matrix, or a Python function."""

        def of(part: n.Node) -> Any:
            return self.value(part, env)

        match node:
            case n.Number(value=Fraction() as x):
                return sp.Rational(x.numerator, x.denominator)
            case n.Constant(name=name):
                return {"\\pi": sp.pi, "e": sp.E, "\\infty": sp.oo}[name]
            case n.Symbol(name=name) if name in env:
                return env[name]
            case n.Symbol(name=name, type=Function()):
                return self.function(name)
            case n.Symbol(name=name):
                return self.free(name, ())
            case n.Indexed(base=n.Symbol(name=name, type=Family()), indices=indices):
                return self.free(name, tuple(int(of(i)) for i in indices))
            case n.Indexed(base=base, indices=indices):
                place = tuple(int(of(i)) - 1 for i in indices)
                return of(base)[place if len(place) == 2 else place[0]]
            case n.Add(terms=terms):
                return _sum([of(t) for t in terms])
            case n.Neg(operand=operand):
                return -of(operand)
            case n.Mul(factors=factors):
                return self.product([(of(f), self.shapes(f)) for f in factors])
            case n.Div(numerator=top, denominator=below):
                return of(top) / _scalar(of(below))
            case n.Pow(base=base, exponent=power):
                return of(base) ** of(power)
            case n.Transpose(operand=operand):
                found = of(operand)
                return found.T if isinstance(found, Matrix) else found
            case n.Inverse(operand=operand):
                return of(operand).inv()
            case n.Call(name=name, arguments=arguments):
                return _call(name, [of(a) for a in arguments])
            case n.Apply():
                return self.apply(node, env)
            case n.Delta(argument=argument):
                return self.delta(argument, of(argument))
            case n.Kronecker(first=a, second=b):
                return sp.Integer(int(of(a) == of(b)))
            case n.Sum(binder=binder, body=body):
                return self.sum(binder, body, env)
            case n.Product(binder=binder, body=body):
                return sp.Mul(*(self.value(body, inner) for inner in self.bindings(binder, env)))
            case n.Integral():
                return self.integral(node, env)
            case n.Expectation(law=n.Symbol() as law, variable=n.Symbol() as variable, body=body):
                weight = self.value(law, env)
                return self.total(
                    variable, lambda x: weight(x) * self.value(body, env | {variable.name: x})
                )
            case n.Extremum(kind="min" | "max" as kind, variable=variable, body=body):
                values = [self.at(variable.name, x, body, env) for x in self.finite(variable)]
                return (sp.Min if kind == "min" else sp.Max)(*values)
            case n.Derivative():
                return self.derivative(node, env)
            case n.Diagonal(family=n.Symbol(name=name, type=Family(indices=(sort, *_)))):
                return Matrix(
                    sp.diag(*(self.free(name, (k + 1,)) for k in range(self.size(sort.size))))
                )
        raise Skip(f"no translation of {type(node).__name__}")

    def product(self, factors: list[tuple[Any, Any]]) -> Any:
        """From left to right; a row times a column is a number."""
        found, shape = sp.Integer(1), SCALAR
        for factor, own in factors:
            found, shape = found * factor, product(shape, own)
            if isinstance(found, Matrix) and shape == SCALAR:
                found = found[0, 0]
        return found

    def at(self, name: str, x: Any, body: n.Node, env: Env) -> Any:
        """A body with another value for a free symbol."""
        old, self.case = self.case, self.case | {(name,): x}
        try:
            return self.value(body, env | {name: x})
        finally:
            self.case = old

    # ------------------------------------------------------------ sums, integrals, derivatives

    def bindings(self, binder: n.Binder, env: Env) -> list[Env]:
        names = [symbol.name for symbol in binder.indices]
        if binder.kind == "range":
            assert binder.lower is not None
            assert binder.upper is not None
            low, high = self.value(binder.lower, env), self.value(binder.upper, env)
            domains = [[sp.Integer(k) for k in range(int(low), int(high) + 1)] for _ in names]
        else:
            domains = [self.finite(symbol) for symbol in binder.indices]
        skipped = self.value(binder.lower, env) if binder.kind == "except" else None
        keep: Callable[[Any], bool] = {
            "pairs": lambda v: v[0] < v[1],
            "less": lambda v: v[0] < v[1],
            "at most": lambda v: v[0] <= v[1],
            "ordered": lambda v: v[0] != v[1],
            "except": lambda v: v[0] != skipped,
        }.get(binder.kind, lambda v: True)
        values = (v for v in itertools.product(*domains) if keep(v))
        return [env | dict(zip(names, v, strict=True)) for v in values]

    def sum(self, binder: n.Binder, body: n.Node, env: Env) -> Any:
        if len(binder.indices) == 1 and self.domain(binder.indices[0]) is None:
            (x,) = binder.indices
            return self.total(x, lambda v: self.value(body, env | {x.name: v}))
        terms = [self.value(body, inner) for inner in self.bindings(binder, env)]
        return _sum(terms) if terms else sp.Integer(0)

    def total(self, variable: n.Symbol, body: Callable[[Any], Any]) -> sp.Expr:
        """The sum over a finite domain, or the integral over the whole space."""
        values = self.domain(variable)
        if values is not None:
            return _sum([body(x) for x in values])
        point, symbols = self.point(variable)
        return _integrate(body(point), symbols)

    def point(self, variable: n.Symbol) -> tuple[Any, list[sp.Symbol]]:
        match variable.type:
            case Scalar():
                x = sp.Symbol("t", real=True)
                return x, [x]
            case Vector(sort):
                xs = [sp.Symbol(f"t{k + 1}", real=True) for k in range(self.size(sort.size))]
                return Matrix(xs), xs
        raise Skip(f"no integral over {variable.name}")

    def integral(self, node: n.Integral, env: Env) -> sp.Expr:
        match node.variable:
            case n.Symbol() as variable:
                point, symbols = self.point(variable)
                body = self.value(node.body, env | {variable.name: point})
            case n.Indexed(base=n.Symbol() as base, indices=(index,)):
                vector = self.value(base, env)
                x = sp.Symbol("t", real=True)
                changed = list(vector)
                changed[int(self.value(index, env)) - 1] = x
                symbols = [x]
                body = self.value(node.body, env | {base.name: Matrix(changed)})
            case _:
                raise Skip("this integral")
        if node.lower is None or node.upper is None:
            return _integrate(body, symbols)
        limits = self.value(node.lower, env), self.value(node.upper, env)
        return sp.integrate(body, (symbols[0], *limits), conds="none")

    def derivative(self, node: n.Derivative, env: Env) -> Any:
        match node.variable:
            case n.Inverse(operand=n.Symbol(name=name)):
                old = self.value(node.variable, env)
                new = Matrix(*old.shape, sp.symbols(f"s:{len(old)}", real=True))
                self.replaced = {name: new.inv()}
                try:
                    body = self.value(node.body, env)
                finally:
                    self.replaced = {}
                found = Matrix(*new.shape, [sp.diff(body, s) for s in new])
                return found.subs(dict(zip(new, old, strict=True)))
        variable = self.value(node.variable, env)
        if not all(x.is_Symbol for x in _entries(variable)):
            raise Skip("a derivative by what is no symbol")
        body = self.value(node.body, env)
        if not isinstance(variable, Matrix):
            return body.diff(variable, node.order)
        if isinstance(body, Matrix):
            if body.shape != (1, 1):
                return Matrix(body.jacobian(variable))
            body = body[0, 0]
        if node.order == 2:
            return Matrix(sp.hessian(body, list(variable)))
        return Matrix(*variable.shape, [sp.diff(body, x) for x in variable])

    # ------------------------------------------------------------ sizes and domains

    def size(self, name: str) -> int:
        return self.sizes.get(name, 2)

    def finite(self, symbol: n.Symbol) -> list[Any]:
        found = self.domain(symbol)
        if found is None:
            raise Skip("a sum over the reals")
        return found

    def domain(self, symbol: n.Symbol) -> list[Any] | None:
        """The values that a variable runs over; None for the reals."""
        if isinstance(symbol.type, Index):
            return [sp.Integer(k + 1) for k in range(self.size(symbol.type.sort.size))]
        entry = self.scope.symbols.get(symbol.name)
        return None if entry is None else self.within(entry)

    def within(self, entry: Entry) -> list[Any] | None:
        phrase = entry.declared("in")
        if phrase is None:
            return None
        return self.elements(read_declared(self.scope, phrase.argument))

    def elements(self, node: n.Node) -> list[Any] | None:
        match node:
            case n.NamedSet(name="\\mathbb{R}"):
                return None
            case n.Symbol(name=name, type=SetOf(element=Vector(sort))):
                return [
                    Matrix([sp.Symbol(f"{name}{k}_{c}") for c in range(self.size(sort.size))])
                    for k in range(self.size(name))
                ]
            case n.Symbol(name=name, type=SetOf()):
                return [sp.Symbol(f"{name}{k}") for k in range(self.size(name))]
            case n.SetLiteral(elements=elements):
                return [self.value(e, {}) for e in elements]
            case n.SetPower(base=base, exponent=n.Symbol(name=name)):
                below = self.elements(base)
                if below is None:
                    return None
                return [Matrix(x) for x in itertools.product(below, repeat=self.size(name))]
        raise Skip("this set")

    # ------------------------------------------------------------ symbols

    def definition(self, entry: Entry) -> Defined:
        found = definition_of(self.document, self.scope, entry)
        if found is None:
            raise Skip(f"{entry.pattern} has no definition")
        return found

    def names(self, node: n.Node) -> set[str]:
        """The names in a node and in the definitions that it rests on."""
        found: set[str] = set()
        waiting = [node]
        while waiting:
            new = {p.name for p in waiting.pop().walk() if isinstance(p, n.Symbol)} - found
            found |= new
            defined = [e for e in self.scope.entries() if e.name in new and e.definition]
            waiting += [self.definition(e).body for e in defined]
        return found

    def free(self, name: str, indices: tuple[int, ...]) -> Any:
        """The value of a free symbol, or of a member of a free family."""
        key = (name, *indices)
        if key in self.case:
            return self.case[key]
        if name in self.replaced:
            return self.replaced[name]
        entry = self.scope.entry(name, len(indices))
        if entry is None:
            raise Skip(f"{name} is not declared")
        if entry.definition is not None:
            return self.keep(("value", key), lambda: self.defined(entry, indices))
        if entry.kind == "gradient step":
            numbers = tuple(n.Number(Fraction(k)) for k in indices)
            return self.value(gradient_step(self.scope, entry, numbers), {})
        return self.make(entry, indices)

    def defined(self, entry: Entry, indices: tuple[int, ...]) -> Any:
        found = self.definition(entry)
        if found.kind == "entry":
            return self.value(found.body, {})[indices[0] - 1, indices[0] - 1]
        names = [p.name for p in found.parameters if isinstance(p, n.Symbol)]
        if found.kind != "value" or len(names) != len(indices):
            raise Skip("a definition of another form")
        value = self.value(found.body, dict(zip(names, map(sp.Integer, indices), strict=True)))
        return value.applyfunc(sp.simplify) if isinstance(value, Matrix) else value

    def make(self, entry: Entry, indices: tuple[int, ...]) -> Any:
        shape: Any = entry.type.element if isinstance(entry.type, Family) else entry.type
        written = "_".join([entry.name, *map(str, indices)])
        signs = {"real": True}
        for sign in ("positive", "nonnegative", "negative", "nonzero"):
            if entry.declared(sign):
                signs[sign] = True
        if isinstance(shape, Index):
            options = [sp.Integer(k + 1) for k in range(self.size(shape.sort.size))]
            raise Choose((entry.name, *indices), options)
        options_ = self.within(entry)
        if options_ is not None:
            raise Choose((entry.name, *indices), options_)
        if entry.declared("one for each pair"):
            if len(set(indices)) < len(indices):
                raise Undefined(entry.name)
            written = "_".join([entry.name, *map(str, sorted(indices))])
        match entry.kind:
            case "natural":
                return sp.Integer(self.size(entry.name))
            case "real":
                return sp.Symbol(written, **signs)
            case "vector":
                size = self.size(shape.sort.size)
                return Matrix([sp.Symbol(f"{written}_{k}", **signs) for k in range(size)])
            case "basis vector":
                return Matrix(sp.eye(self.size(shape.sort.size))[:, indices[0] - 1])
            case "matrix":
                return self.matrix(entry, written, shape)
            case "identity matrix":
                return Matrix(sp.eye(self.size(shape.rows.size)))
            case "parameter":
                return sp.Symbol(entry.name)
        raise Skip(f"no value for {entry.pattern}")

    def matrix(self, entry: Entry, written: str, shape: Any) -> Matrix:
        rows, columns = self.size(shape.rows.size), self.size(shape.columns.size)

        def symbol(i: int, j: int) -> sp.Symbol:
            return sp.Symbol(f"{written}_{i}{j}", real=True)

        if entry.declared("orthogonal"):
            raise Choose((entry.name,), _orthogonal(entry.name, rows))
        for other in self.scope.entries():
            phrase = other.declared("diagonalises")
            if phrase is not None and other.name in self.mentioned:
                base = self.free(other.name, ())
                values = [sp.Symbol(f"lambda_{k}", positive=True) for k in range(rows)]
                inverted = isinstance(read_declared(self.scope, phrase.argument), n.Inverse)
                values = [1 / x for x in values] if inverted else values
                return Matrix(base * sp.diag(*values) * base.T)
        if entry.declared("positive definite"):
            lower = sp.Matrix(rows, rows, lambda i, j: symbol(i, j) if i > j else 0)
            lower += sp.diag(*(sp.Symbol(f"{written}_{k}", positive=True) for k in range(rows)))
            return Matrix(lower * lower.T)
        if entry.declared("diagonal"):
            return Matrix(sp.diag(*(symbol(k, k) for k in range(rows))))
        if entry.declared("symmetric"):
            return Matrix(rows, rows, lambda i, j: symbol(min(i, j), max(i, j)))
        return Matrix(rows, columns, symbol)

    # ------------------------------------------------------------ functions

    def apply(self, node: n.Apply, env: Env) -> Any:
        name = node.function.name
        function = env[name] if name in env else self.function(name)
        assert isinstance(node.function.type, Function)
        arguments = []
        for wanted, argument in zip(node.function.type.parameters, node.arguments, strict=True):
            if isinstance(wanted, Function) and isinstance(argument, n.Apply):
                argument = argument.function
            arguments.append(self.value(argument, env))
        if not node.primes:
            return function(*arguments)
        x = sp.Symbol("t", real=True)
        return function(x).diff(x, node.primes).subs(x, arguments[0]).doit()

    def function(self, name: str) -> Callable[..., Any]:
        entry = self.scope.symbols.get(name)
        if entry is None:
            raise Skip(f"{name} is not declared")
        if entry.definition is not None:
            return lambda *arguments: self.call(entry, arguments)
        return lambda *arguments: self.unknown(entry, arguments)

    def call(self, entry: Entry, arguments: tuple[Any, ...]) -> Any:
        """A function or distribution that an equation defines."""
        found = self.definition(entry)
        parameters = [p.function if isinstance(p, n.Apply) else p for p in found.parameters]
        names = [p.name for p in parameters if isinstance(p, n.Symbol)]
        if len(names) != len(arguments):
            raise Skip("a definition of another form")
        value = self.value(found.body, dict(zip(names, arguments, strict=True)))
        if found.kind != "proportional":
            return value
        (x,) = parameters
        assert isinstance(x, n.Symbol)
        mass = self.keep(
            ("mass", entry.name),
            lambda: self.total(x, lambda v: self.value(found.body, {x.name: v})),
        )
        return value / mass

    def unknown(self, entry: Entry, arguments: tuple[Any, ...]) -> Any:
        """A table on a finite set; on the reals a function of which only the name is known."""
        over = self.scope.symbols.get((entry.over or "").replace(" ", ""))
        values = self.within(over) if over is not None else None
        if values is None:
            if entry.kind == "distribution":
                raise Skip("an unknown density")
            return sp.Function(entry.name, real=True)(*(x for a in arguments for x in _entries(a)))
        depends = entry.declared("depends on")
        key = (
            entry.name,
            self.value(read_declared(self.scope, depends.argument), {}) if depends else None,
        )
        if key not in self.weights:
            law = entry.kind == "distribution"
            signs = {"positive": True} if law else {"real": True}
            made = [sp.Symbol(f"{key[0]}_{key[1]}_{k}", **signs) for k in range(len(values))]
            self.weights[key] = [w / sp.Add(*made) for w in made] if law else made
        return self.weights[key][values.index(arguments[0])]

    def delta(self, node: n.Node, value: Any) -> sp.Expr:
        symbols = [p for p in node.walk() if isinstance(p, n.Symbol)]
        slots = [len(s.type.indices) if isinstance(s.type, Family) else 0 for s in symbols]
        entries = [self.scope.entry(s.name, k) for s, k in zip(symbols, slots, strict=True)]
        if any(e is not None and self.within(e) is not None for e in entries):
            return sp.Integer(int(all(x == 0 for x in _entries(value))))
        return sp.Mul(*(sp.DiracDelta(x) for x in _entries(value)))


# ---------------------------------------------------------------- SymPy


def _zero(difference: sp.Expr) -> bool | None:
    """Whether a difference vanishes, by all that SymPy offers; None if it does not say."""
    simple = sp.simplify(difference)
    if simple != 0 and simple.has(sp.log):
        simple = sp.simplify(sp.expand_log(simple))
    if simple == 0:
        return True
    try:
        found = simple.equals(0)
    except (TypeError, ValueError):  # it tries complex numbers, also where they make no sense
        found = None
    return _at_numbers(simple) if found is None else found


def _at_numbers(difference: sp.Expr) -> bool | None:
    """False if the difference is not zero at some positive numbers; else None."""
    symbols = sorted(difference.free_symbols, key=str)
    value = difference.subs({x: sp.Rational(k + 3, 2) for k, x in enumerate(symbols)}).evalf()
    return False if value.is_Float and abs(value) > 1e-9 else None


def _all(answers: list[bool | None]) -> bool | None:
    if False in answers:
        return False
    return None if None in answers else True


def _entries(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Matrix) else [value]


def _scalar(value: Any) -> sp.Expr:
    if value == 0:
        raise Undefined("a division by zero")
    return value


def _sum(terms: list[Any]) -> Any:
    if not isinstance(terms[0], Matrix):
        return sp.Add(*(t for t in terms if t is not sp.nan))  # 0 ln 0 is 0
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _integrate(body: sp.Expr, symbols: list[sp.Symbol]) -> sp.Expr:
    for x in symbols:
        body = sp.integrate(body, (x, -sp.oo, sp.oo), conds="none")
    if body.has(sp.Integral):
        raise Skip("an integral that SymPy leaves as it is")
    return body


def _orthogonal(name: str, size: int) -> list[Matrix]:
    """Rotations and reflections up to size 3."""
    a, b, c = sp.symbols(f"{name}_a {name}_b {name}_c", real=True)
    if size == 1:
        return [Matrix([[1]]), Matrix([[-1]])]
    if size == 2:
        turn = sp.Matrix([[sp.cos(a), -sp.sin(a)], [sp.sin(a), sp.cos(a)]])
    elif size == 3:
        turn = sp.rot_axis1(a) * sp.rot_axis2(b) * sp.rot_axis3(c)
    else:
        raise Skip("an orthogonal matrix of this size")
    return [Matrix(turn), Matrix(turn * sp.diag(-1, *[1] * (size - 1)))]


def _matrix(value: Any) -> Matrix:
    return value if isinstance(value, Matrix) else Matrix([[value]])


def _minor(a: Matrix, i: Any, j: Any) -> sp.Expr:
    return a.minor(int(i) - 1, int(j) - 1) if a.rows > 1 else sp.Integer(1)


_CALLS: dict[str, Callable[..., Any]] = {
    "exp": sp.exp,
    "ln": sp.log,
    "log": lambda base, x: sp.log(x, base),
    "sqrt": lambda x, degree=2: sp.root(x, degree),
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "tanh": sp.tanh,
    "abs": sp.Abs,
    "max": sp.Max,
    "min": sp.Min,
    "factorial": sp.factorial,
    "binom": sp.binomial,
    "Gamma": sp.gamma,
    "det": lambda a: a.det(),
    "tr": lambda a: _matrix(a).trace(),
    "diag": lambda a: Matrix(sp.diag(*a)),
    "adjugate": lambda a: a.adjugate(),
    "minor": _minor,
    "norm": lambda a: sp.sqrt(sp.Add(*(x**2 for x in _entries(a)))),
    "inner": lambda a, b: (a.T * b)[0, 0],
}


def _call(name: str, arguments: list[Any]) -> Any:
    if name not in _CALLS:
        raise Skip(f"no translation of {name}")
    return _CALLS[name](*arguments)
