"""What terms of the kernel mean, worked out from the semantics alone, and random terms.

``Model`` gives sorts sizes and variables values. It is exact: what a normal form knows no law of
(exp, ln, derivatives, integrals, Dirac's measure) is some function that depends on values only,
so that two terms of one normal form must agree in it. ``Reals`` is the real line, in floats.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from derivations.kernel import terms as t
from derivations.kernel.terms import REAL, TRUTH, Arrow, Points, Sort, Term

GRID = (Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(2))


def arbitrary(*key: Any) -> Fraction:
    """A small rational number that depends on the key only."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=4).digest()
    return Fraction(digest[0] % 7 - 3, digest[1] % 3 + 1)


class Model:
    """Values of terms; everything that has no law is an arbitrary function."""

    def __init__(self, sizes: Mapping[Sort, int], values: Mapping[Term, Any], seed: int = 0):
        self.sizes, self.values, self.seed = sizes, values, seed

    def elements(self, sort: Sort) -> list[Any]:
        if isinstance(sort, Points):
            width = range(self.sizes[sort.index])
            if sort.spins:
                every = list(itertools.product((-1, 1), repeat=len(width)))
                return every[: self.sizes[sort]]
            rows = range(self.sizes[sort])
            return [(*(arbitrary(sort, r, k) for k in width), r) for r in rows]
        if sort == TRUTH:
            return [False, True]
        return list(range(self.sizes[sort]))

    def domain(self, sort: Sort) -> list[Any]:
        """All elements, or as many as are looked at."""
        return list(GRID) if sort == REAL else self.elements(sort)

    def __call__(self, term: Term, env: tuple[Any, ...] = ()) -> Any:
        args = term.args
        match term.op:
            case "num":
                return term.data
            case "const":
                return self.const(term.data)
            case "var":
                return self.values[term]
            case "bound":
                return env[term.data]
            case "lam":
                return lambda *xs: self(args[0], (*reversed(xs), *env))
            case "at":
                f, xs = self(args[0], env), [self(a, env) for a in args[1:]]
                return f[xs[0]] if isinstance(f, tuple) else f(*xs)
            case "add":
                return sum(self(a, env) for a in args)
            case "mul":
                return math.prod(self(a, env) for a in args)
            case "pow":
                return self(args[0], env) ** term.data
            case "inv":
                value = self(args[0], env)
                value = Fraction(value) if isinstance(value, int) else value
                return 1 / value if value else value
            case "size":
                return Fraction(len(self.elements(term.data)))
            case "parity":
                index = self(args[0], env)
                return (-1) ** self.elements(args[0].sort).index(index)
            case "delta":
                return Fraction(self(args[0], env) == self(args[1], env))
            case "dirac":
                return self.dirac(args[0].sort, self(args[0], env), self(args[1], env))
            case "sum" | "prod" | "min" | "max":
                join: Any = {"sum": sum, "prod": math.prod, "min": min, "max": max}[term.op]
                f = self(args[0], env)
                return join([f(x) for x in self.elements(args[0].data[0])])
            case "det":
                return determinant(self.table(args[0], env))
            case "cof" | "minv":
                table = self.table(args[0], env)
                i, j = self(args[1], env), self(args[2], env)
                if term.op == "cof":
                    return cofactor(table, i, j)
                whole = determinant(table)
                return cofactor(table, j, i) / whole if self.differ(whole, 0) else Fraction(0)
            case "deriv":
                return self.deriv(self(args[0], env), self(args[1], env))
            case "int":
                return self.integral(self(args[0], env), args[0].data[0])
            case "=":
                return not self.apart(args[0].sort, self(args[0], env), self(args[1], env))
            case "!=":
                return self.apart(args[0].sort, self(args[0], env), self(args[1], env))
            case "<=":
                return self.at_most(self(args[0], env), self(args[1], env))
            case "<":
                return self.less(self(args[0], env), self(args[1], env))
            case "and":
                return all(self(a, env) for a in args)
            case "implies":
                return not self(args[0], env) or self(args[1], env)
            case "iff":
                return self(args[0], env) == self(args[1], env)
            case "every":
                f = self(args[0], env)
                return all(f(*xs) for xs in itertools.product(*map(self.domain, args[0].data)))
            case "smooth":
                return True
            case "posdef":
                table = self.table(args[0], env)
                n = range(len(table))
                minors = [determinant([row[:k] for row in table[:k]]) for k in range(1, len(n) + 1)]
                return all(m > 0 for m in minors) and not any(
                    self.differ(table[i][j], table[j][i]) for i in n for j in n
                )
        return self.call(term.op, self(args[0], env))

    def table(self, matrix: Term, env: tuple[Any, ...]) -> list[list[Any]]:
        f, sort = self(matrix, env), matrix.data[0]
        return [[f(i, j) for j in self.elements(sort)] for i in self.elements(sort)]

    def apart(self, sort: Sort, left: Any, right: Any) -> bool:
        if isinstance(sort, Arrow):
            return any(
                self.apart(sort.result, left(*xs), right(*xs))
                for xs in itertools.product(*map(self.domain, sort.arguments))
            )
        return self.differ(left, right) if sort == REAL else bool(left != right)

    def differ(self, left: Any, right: Any) -> bool:
        return bool(left != right)

    def at_most(self, left: Any, right: Any) -> bool:
        return bool(left <= right)

    def less(self, left: Any, right: Any) -> bool:
        return bool(left < right)

    def const(self, name: str) -> Any:
        return arbitrary(name, self.seed)

    def call(self, name: str, x: Any) -> Any:
        return arbitrary(name, Fraction(x), self.seed)

    def dirac(self, sort: Sort, left: Any, right: Any) -> Any:
        if isinstance(sort, Arrow):
            inputs = list(itertools.product(*map(self.elements, sort.arguments)))
            left, right = (tuple(Fraction(f(*xs)) for xs in inputs) for f in (left, right))
            return arbitrary("dirac", left, right, self.seed)
        return arbitrary("dirac", Fraction(left), Fraction(right), self.seed)

    def deriv(self, f: Callable[[Any], Any], x: Any) -> Any:
        return f(x + 1) - f(x - Fraction(1, 2)) + f(Fraction(1, 3))

    def integral(self, f: Callable[[Any], Any], sort: Sort) -> Any:
        if sort == REAL:
            return sum((k + 1) * f(x) for k, x in enumerate(GRID))
        assert isinstance(sort, Arrow)
        return sum(f(lambda *xs, k=k: arbitrary("v", k, *xs)) * (k + 1) for k in range(3))


def determinant(table: list[list[Any]]) -> Any:
    """By Leibniz's formula."""
    n, found = len(table), Fraction(0)
    for order in itertools.permutations(range(n)):
        swaps = sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))
        found = found + (-1) ** swaps * math.prod(table[i][order[i]] for i in range(n))
    return found


def cofactor(table: list[list[Any]], i: int, j: int) -> Any:
    """The signed determinant without row i and column j."""
    rest = [[x for b, x in enumerate(row) if b != j] for a, row in enumerate(table) if a != i]
    return (-1) ** (i + j) * determinant(rest)


class Reals(Model):
    """The real line in floats; derivatives by differences, integrals by the trapezoid rule."""

    tolerance = 1e-6

    def differ(self, left: Any, right: Any) -> bool:
        return not math.isclose(left, right, rel_tol=self.tolerance, abs_tol=self.tolerance)

    def at_most(self, left: Any, right: Any) -> bool:
        return bool(left <= right) or not self.differ(left, right)

    def const(self, name: str) -> Any:
        return math.pi

    def call(self, name: str, x: Any) -> Any:
        if name == "ln":
            return math.log(x) if x > 0 else 5.0
        if name == "sqrt":
            return math.sqrt(x) if x >= 0 else -3.0
        return getattr(math, name)(x)

    def deriv(self, f: Callable[[Any], Any], x: Any) -> Any:
        x, h = float(x), 2e-3
        return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)

    def integral(self, f: Callable[[Any], Any], sort: Sort) -> Any:
        self.places: list[Any] = []
        self.mass: Any = None
        plane = isinstance(sort, Arrow) and self.sizes[sort.arguments[0]] > 1
        step, reach = (0.7, 18) if plane else (0.5, 26)
        points = [step * q for q in range(-reach, reach + 1)]
        if sort == REAL:
            smooth = step * sum(f(x) for x in points)
            places = [p for p in self.places if not callable(p)]
            return smooth + self.masses(f, sorted(set(places)))
        assert isinstance(sort, Arrow)
        width = self.sizes[sort.arguments[0]]
        grids = itertools.product(points, repeat=width)
        return step**width * sum(f(xs.__getitem__) for xs in grids)

    def dirac(self, sort: Sort, left: Any, right: Any) -> Any:
        if self.mass is None:
            self.places += [left, right]
            return 0.0
        return float(left == right)

    def masses(self, f: Callable[[Any], Any], places: list[Any]) -> float:
        """What Dirac's measures add to the integral of what is linear in them."""
        found = 0.0
        for place in places:
            self.mass = place
            found += f(place)
            self.mass = None
            found -= f(place)
        return found


# ---------------------------------------------------------------- random terms

S, U = "sample", "dim"
X = Points("X", U)
SPINS = Points("Y", U, True)
SYMMETRIC = ("q", "g")


class Terms:
    """Random well-sorted terms over two index sorts, a set of points and spin states."""

    def __init__(self, rng: random.Random, masses: bool = True):
        self.rng, self.masses = rng, masses
        self.bound: list[Term] = []
        self.count = 0

    def variable(self, sort: Sort) -> Term:
        self.count += 1
        rng = self.rng
        if rng.random() < 0.15:
            return t.marker(rng.randrange(40), sort)
        if rng.random() < 0.1:
            return t.slot(rng.randrange(4), sort)
        return t.var(f"b{self.count}", sort)

    def element(self, sort: Sort) -> Term:
        here = [v for v in self.bound if v.sort == sort]
        if here and self.rng.random() < 0.8:
            return self.rng.choice(here)
        if sort in (U, S) and self.rng.random() < 0.15:
            return t.at(t.var("s", Arrow((sort,), sort)), self.element(sort))
        if sort == X and self.rng.random() < 0.3:
            return t.at(t.var("D", Arrow((S,), X)), self.element(S))
        free = [t.var("i", sort), t.var("j", sort), t.slot(0, sort), t.marker(0, sort)]
        return self.rng.choice(free)

    def under(self, sort: Sort, depth: int) -> Term:
        v = self.variable(sort)
        self.bound.append(v)
        body = self.real(depth)
        self.bound.remove(v)
        return t.lam([v], body)

    def matrix(self, depth: int) -> Term:
        if self.rng.random() < 0.5:
            return t.var(self.rng.choice("AB"), Arrow((U, U), REAL))
        v, w = self.variable(U), self.variable(U)
        if v is w:
            return self.matrix(depth)
        self.bound += [v, w]
        body = self.real(depth)
        self.bound.remove(v)
        self.bound.remove(w)
        return t.lam([v, w], body)

    def leaf(self) -> Term:
        rng = self.rng
        real = [v for v in self.bound if v.sort == REAL]
        match rng.randrange(9):
            case 0:
                return t.num(Fraction(rng.randint(-3, 3), rng.choice((1, 1, 2))))
            case 1 | 2:
                return rng.choice([*real, t.var("a", REAL), t.var("c", REAL), t.slot(1, REAL)])
            case 3:
                return t.at(t.var("x", Arrow((S,), REAL)), self.element(S))
            case 4:
                return t.at(t.var("A", Arrow((U, U), REAL)), self.element(U), self.element(U))
            case 5:
                i, j = self.element(U), self.element(U)
                pair = t.at(t.var("q", Arrow((U, U), REAL)), i, j)
                turned = t.at(t.var("q", Arrow((U, U), REAL)), j, i)
                return t.add(pair, turned) if rng.random() < 0.5 else t.sub(pair, turned)
            case 6:
                return t.at(self.element(rng.choice([X, SPINS])), self.element(U))
            case 7:
                sort = rng.choice([S, U, X, SPINS])
                return t.delta(self.element(sort), self.element(sort))
            case _:
                sort = rng.choice([S, U])
                return t.size(sort) if rng.random() < 0.5 else t.parity(self.element(sort))

    def real(self, depth: int) -> Term:
        rng = self.rng
        if depth <= 0:
            return self.leaf()
        deeper = depth - 1
        match rng.choices(range(12), (20, 25, 6, 10, 25, 5, 5, 3, 3, 3, 2, 3))[0]:
            case 0:
                return t.add(*(self.real(deeper) for _ in range(rng.randint(2, 3))))
            case 1:
                return t.mul(*(self.real(deeper) for _ in range(rng.randint(2, 3))))
            case 2:
                return t.power(self.real(deeper), rng.randint(0, 3))
            case 3:
                return t.inv(self.real(deeper))
            case 4:
                return t.total(self.under(rng.choice([S, U, U, X, SPINS]), deeper))
            case 5:
                return t.product(self.under(rng.choice([S, U]), deeper))
            case 6:
                return t.call(rng.choice(t.FUNCTIONS), self.real(deeper))
            case 7:
                return t.det(self.matrix(deeper))
            case 8:
                make = rng.choice([t.cof, t.minv])
                return make(self.matrix(deeper), self.element(U), self.element(U))
            case 9:
                return t.deriv(self.under(REAL, deeper), self.real(deeper))
            case 10:
                body = self.under(REAL, deeper)
                if self.masses and rng.random() < 0.5:
                    (v,) = t.fresh_variables([REAL], body)
                    body = t.lam([v], t.mul(t.dirac(v, self.leaf()), t.at(body, v)))
                return t.integral(body)
            case _:
                return t.extremum(
                    rng.choice(["min", "max"]), self.under(rng.choice([S, U]), deeper)
                )


def model_for(terms: list[Term], rng: random.Random) -> Model:
    """Random small sizes, and values of the free variables."""
    sizes: dict[Sort, int] = {S: rng.randint(1, 3), U: rng.randint(1, 2)}
    sizes[X], sizes[SPINS] = rng.randint(1, 3), 2 ** sizes[U]  # type: ignore[index]
    model = Model(sizes, {}, rng.randrange(10**6))
    free = frozenset[Term]().union(*(term.variables for term in terms))
    model.values = {
        v: value_of(model, v, rng) for v in sorted(free, key=lambda v: (v.data, repr(v.sort)))
    }
    return model


def value_of(model: Model, variable: Term, rng: random.Random) -> Any:
    """A random value of a variable."""
    sort = variable.sort
    if isinstance(sort, Arrow):
        salt, result = rng.random(), sort.result
        if result == REAL:
            return lambda *xs: arbitrary(salt, xs)
        choices = model.elements(result)
        return lambda *xs: choices[hash((salt, xs)) % len(choices)]
    if sort == REAL:
        return Fraction(rng.randint(-4, 4), rng.choice((1, 1, 2, 3)))
    return rng.choice(model.elements(sort))


# ---------------------------------------------------------------- the same, written differently


def rewritten(term: Term, rng: random.Random) -> Term:
    """The term with terms and factors in another order and bound names new; same in meaning."""
    args = list(term.args)
    if term.op in ("add", "mul", "delta"):
        rng.shuffle(args)
    if term.op == "lam":
        names = [t.var(f"r{rng.randrange(10**9)}", s) for s in term.data]
        return t.lam(names, rewritten(t.at(term, *names), rng))
    new = tuple(rewritten(a, rng) for a in args)
    if term.op == "sum" and new[0].args[0].op == "sum":
        outer, inner = t.var("r-outer", new[0].data[0]), None
        body = t.at(new[0], outer)
        inner = t.var("r-inner", body.args[0].data[0])
        if rng.random() < 0.5:
            return t.total(t.lam([inner], t.total(t.lam([outer], t.at(body.args[0], inner)))))
    return t.rebuild(term, new)


def check(seed: int, depth: int | None = None) -> tuple[bool, bool]:
    """Check one random term. Gives whether it is canonical, and whether it is not trivial."""
    from derivations.kernel.normal import normal, same

    rng = random.Random(seed)
    term = Terms(rng).real(rng.randint(1, 4) if depth is None else depth)
    try:
        form = normal(term)
        other = rewritten(term, rng)
        again = normal(other)
    except t.KernelError as error:
        if "monomials" in str(error):
            return True, False
        raise
    if not form.variables <= term.variables:
        raise AssertionError(f"{seed}: the normal form of {term} speaks of more: {form}")
    for _ in range(2):
        model = model_for([term], rng)
        try:
            values = [model(x) for x in (term, form, other, again)]
        except OverflowError:
            continue
        if len(set(values)) > 1:
            raise AssertionError(f"{seed}: {term}\n is {values[0]}; {form}\n is {values[1:]}")
    canonical = form is again and same(term, other) and normal(form) is form
    return canonical, form.op not in ("num", "var")
