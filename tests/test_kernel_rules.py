"""Every rule: what it gives holds on random instances, and it refuses what it must.

``INSTANCES`` draws a theorem made by the rule of that name; hypotheses and conclusion are then
evaluated. ``REFUSED`` has, for every side condition that a rule prints, what violates it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from fuzz_kernel import SPINS, Model, Reals, S, U, X, rewritten

from derivations.kernel import RULES, Theorem, analysis, arithmetic, extrema, logic, matrices
from derivations.kernel import terms as t
from derivations.kernel.terms import REAL, Arrow, KernelError, Sort, Term

a, b, c, d, p, r, v = (t.var(n, REAL) for n in ("a", "b", "c", "d", "p", "r", "v"))
i, j, k = (t.var(n, U) for n in "ijk")
m, n = (t.var(x, S) for x in "mn")
x, w = (t.var(name, Arrow((S,), REAL)) for name in "xw")
y, z = (t.var(name, Arrow((U,), REAL)) for name in "yz")
A, B, M, P, Q = (t.var(name, Arrow((U, U), REAL)) for name in "ABMPQ")
D = t.var("D", Arrow((S, U), REAL))
h = t.var("h", Arrow((REAL,), REAL))
h2 = t.var("h2", Arrow((REAL, REAL), REAL))
spin = t.var("spin", SPINS)
ZERO, ONE = t.num(0), t.num(1)


def exp(term: Term) -> Term:
    return t.call("exp", term)


def ln(term: Term) -> Term:
    return t.call("ln", term)


def sqrt(term: Term) -> Term:
    return t.call("sqrt", term)


def summed(names: tuple[Term, ...], of: Term) -> Term:
    for name in reversed(names):
        of = t.total(t.lam([name], of))
    return of


def every(names: tuple[Term, ...], of: Term) -> Term:
    return t.every(t.lam(names, of))


def positive(term: Term) -> Theorem:
    return logic.assume(t.less(ZERO, term))


FACTS = (
    positive(p),
    positive(r),
    logic.assume(every((m,), t.less(ZERO, t.at(w, m)))),
    logic.assume(t.distinct(d, ZERO)),
    logic.assume(t.smooth(h)),
    logic.assume(t.smooth(h2)),
    logic.assume(t.less(ZERO, t.det(M))),
)
GROWN = t.lam([i, j], t.add(t.at(M, i, j), t.mul(v, v, t.delta(i, j), p)))
INVERTIBLE = logic.assume(every((v,), t.distinct(t.det(GROWN), ZERO)))
POSDEF = logic.assume(t.posdef(M))
ORTHOGONAL = logic.assume(matrices.orthogonal(P))


# ---------------------------------------------------------------- instances


class Draw:
    """Random terms whose values are moderate, with the signs that FACTS know."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)

    def real(self, depth: int = 2) -> Term:
        rng = self.rng
        if depth == 0:
            leaves = [a, b, c, p, d, t.at(x, m), t.at(w, n), t.at(A, i, j), t.at(spin, i)]
            return rng.choice([*leaves, t.num(rng.randint(-2, 2)), t.delta(i, j)])
        one, other = self.real(depth - 1), self.real(depth - 1)
        return rng.choice(
            [
                t.add(one, other),
                t.mul(one, other),
                t.power(one, 2),
                t.neg(one),
                t.call("sin", one),
                summed((m,), t.mul(one, t.at(x, m))),
                t.inv(self.positive(0)),
            ]
        )

    def positive(self, depth: int = 1) -> Term:
        rng = self.rng
        if depth == 0:
            return rng.choice([p, r, t.at(w, m), t.num(2), summed((m,), t.at(w, m)), t.power(d, 2)])
        one, other = self.positive(depth - 1), self.positive(depth - 1)
        square = t.power(self.real(1), 2)
        return rng.choice(
            [
                t.add(one, square),
                t.mul(one, other),
                t.inv(one),
                exp(t.call("sin", square)),
                sqrt(one),
                t.add(one, t.mul(t.at(x, n), t.at(x, n))),
                t.product(t.lam([m], t.at(w, m))),
            ]
        )

    def statement(self) -> Term:
        relation = self.rng.choice([t.equal, t.at_most, t.less, t.distinct])
        return relation(self.real(), self.real())

    def theorem(self) -> Theorem:
        """An equation that holds."""
        one, other = self.real(), self.real()
        return self.rng.choice(
            [
                lambda: analysis.exp_of_sum(one, other),
                lambda: analysis.ln_of_exp(one),
                lambda: arithmetic.reciprocal(self.positive(), FACTS),
                lambda: matrices.laplace(A, i, j),
                lambda: arithmetic.ring(t.mul(one, t.add(other, b)), t.mul(t.add(b, other), one)),
            ]
        )()

    def inequality(self) -> Theorem:
        return self.rng.choice(
            [
                lambda: analysis.ln_tangent(self.positive(), FACTS),
                lambda: arithmetic.sign(t.less(ZERO, self.positive()), FACTS),
                lambda: arithmetic.sign(t.at_most(ZERO, t.power(self.real(), 2))),
            ]
        )()

    def formula(self, depth: int, deep: bool = True) -> Term:
        """An expression in v that has a derivative."""
        rng = self.rng
        if depth == 0:
            return rng.choice([v, v, t.mul(v, t.at(x, m)), t.add(v, a), b, t.mul(t.num(2), v)])
        one, other = self.formula(depth - 1, deep), self.formula(depth - 1, deep)
        above = t.add(t.power(one, 2), p)
        options = [
            t.add(one, other, a),
            t.mul(one, other, b),
            t.power(one, rng.randint(0, 3)),
            t.inv(above),
            ln(above),
            sqrt(above),
            exp(t.call("sin", one)),
            *(t.call(f, t.call("tanh", one)) for f in ("sin", "cos", "sinh", "cosh", "tanh")),
            summed((m,), t.mul(t.at(x, m), one)),
            t.product(t.lam([m], t.add(one, t.at(x, m)))),
            t.at(h, one),
            t.at(h2, one, t.call("sin", other)),
            t.at(h2, a, one),
            t.det(t.lam([i, j], t.add(t.at(A, i, j), t.mul(one, t.at(B, i, j))))),
        ]
        if deep:
            options += [t.deriv(h, one), t.minv(GROWN, i, j)] * 2
        return rng.choice(options)

    def bell(self, name: Term) -> Term:
        """An integrable function of a real variable."""
        rng = self.rng
        square = t.mul(t.num(-1), t.inv(t.num(2)), rng.choice([p, r, ONE]), t.power(name, 2))
        factor = rng.choice([ONE, a, t.add(name, b), t.power(name, 2), t.at(x, m)])
        return t.mul(factor, exp(square))


def turned(left: Term, right: Term) -> Theorem:
    """right = left, from left = right."""
    given = logic.assume(t.equal(left, right))
    return arithmetic.linear(t.equal(right, left), ((t.num(-1), given, (), ()),))


TURNED = logic.equivalence(turned(a, b), turned(b, a))


def _curved(body: Term) -> Theorem:
    (u,) = t.fresh_variables((REAL,), body)
    second = t.deriv(t.lam([u], t.deriv(body, u)), u)
    return logic.assume(every((u,), t.at_most(ZERO, second)))


def _instantiate(s: Draw) -> Theorem:
    values = [(name, s.real(1)) for name in s.rng.sample([a, b, c], 2)]
    return logic.instantiate(s.theorem(), (*values, (i, s.rng.choice([i, j])), (m, n)))


def _linear(s: Draw) -> Theorem:
    if s.rng.random() < 0.5:
        one, other = s.theorem(), s.theorem()
        factor, sort = s.real(1), s.rng.choice([(), (m,), (k,)])
        moved = logic.instantiate(other, ((i, k), (a, t.mul(a, b))))
        if any(name in hyp.variables for name in sort for hyp in moved.hypotheses):
            sort = ()
        entries = [(t.num(-2), one, (), ()), (factor, moved, (), sort)]
        relation = t.equal
    else:
        one, other = s.inequality(), s.theorem()
        factor, sort = s.positive(0), ()
        entries = [(factor, one, (), ()), (s.real(1), other, ((b, a),), ())]
        relation = t.less if one.conclusion.op == "<" else t.at_most
    sides = []
    for side in (0, 1):
        parts = [s.real(1)] if not sides else [sides[0].args[0]]
        for coefficient, fact, values, names in entries:
            said = t.substitute(fact.conclusion, dict(values)).args[side]
            parts.append(summed(names, t.mul(coefficient, said)))
        sides.append(t.add(*parts))
    goal = relation(rewritten(sides[0], s.rng), rewritten(sides[1], s.rng))
    return arithmetic.linear(goal, tuple(entries), FACTS)


def _replace(s: Draw) -> Theorem:
    equation, hole = s.theorem(), t.var("hole", REAL)
    context = t.at_most(ZERO, t.power(t.add(hole, s.real(1)), 2))
    fact = arithmetic.sign(t.substitute(context, {hole: equation.conclusion.args[0]}))
    return logic.replace(equation, (), hole, context, fact)


def _congruence(s: Draw) -> Theorem:
    hole = t.var("hole", Arrow((REAL,), REAL))
    equation = analysis.exp_of_sum(a, s.real(1))
    context = t.mul(s.real(1), t.add(t.at(hole, b), summed((m,), t.at(hole, t.at(x, m)))))
    return logic.congruence(equation, (a,), hole, context)


def _sign(s: Draw) -> Theorem:
    up, down = s.positive(2), t.neg(s.positive(2))
    square = t.mul(up, t.power(s.real(), 2))
    return arithmetic.sign(
        s.rng.choice(
            [
                t.less(ZERO, up),
                t.at_most(ZERO, square),
                t.at_most(t.neg(square), ZERO),
                t.distinct(down, ZERO),
                t.distinct(t.mul(t.parity(i), d, up), ZERO),
                t.at_most(ZERO, t.mul(down, down, down, down)),
                t.less(ZERO, summed((m,), t.mul(t.at(w, m), up))),
                t.at_most(ZERO, t.add(t.delta(i, j), square)),
                t.at_most(ZERO, t.mul(down, t.neg(square))),
                t.less(ZERO, t.add(t.size(S), square)),
                t.less(ZERO, t.product(t.lam([m], t.inv(t.at(w, m))))),
            ]
        ),
        FACTS,
    )


def _vanishing(s: Draw) -> Theorem:
    zero = t.mul(s.rng.choice([ZERO, t.sub(a, a)]), t.at(x, m))
    term = t.power(zero, 2)
    whole = arithmetic.ring(summed((m,), term), ZERO)
    return arithmetic.vanishing(whole, arithmetic.sign(t.at_most(ZERO, term)), (m,))


def _integral(s: Draw) -> Term:
    return t.lam([v], s.bell(v))


def _vector(s: Draw) -> Term:
    square = summed((k,), t.power(t.at(y, k), 2))
    factor = s.rng.choice([ONE, t.add(t.at(y, i), a), t.mul(t.at(y, i), t.at(y, j))])
    return t.lam([y], t.mul(factor, exp(t.mul(t.num(-1), t.inv(t.num(2)), p, square))))


def _sifting(s: Draw) -> Theorem:
    parts = []
    for _ in range(s.rng.randint(1, 2)):
        place = s.rng.choice([a, t.add(a, b), t.at(x, n)])
        pair = s.rng.choice([(v, place), (place, v)])
        parts.append(t.mul(s.real(1), t.dirac(*pair), s.formula(1)))
    one = t.mul(t.at(w, n), t.dirac(v, t.at(x, n)), t.add(t.power(v, 2), t.at(w, n)))
    return analysis.sifting(t.lam([v], t.add(summed((n,), one), *parts)))


def _spectral(s: Draw) -> Theorem:
    values = t.var("values", Arrow((U,), REAL))
    symmetric = every((i, j), t.equal(t.at(Q, i, j), t.at(Q, j, i)))
    given = logic.assume(matrices.diagonalised(Q, P, values))
    fact = logic.both(given, ORTHOGONAL, matrices.det_of_transpose(Q))
    kept = logic.one_of(fact, 2)
    return matrices.spectral(kept, logic.assume(symmetric), Q, P, values)


def _mean(s: Draw, op: str) -> Theorem:
    shifted = t.add(t.power(t.at(x, m), 2), t.at(w, m))
    goal = t.at_most(ZERO, shifted) if op == "min" else t.at_most(t.neg(shifted), ZERO)
    return extrema.extremum_least(op, arithmetic.sign(goal, FACTS), m)


def _trichotomy(s: Draw) -> Theorem:
    one, other = s.real(1), s.real(1)
    goal = t.iff(t.less(other, one), t.less(other, one))
    this = logic.discharge(logic.assume(t.less(other, one)), t.less(other, one))
    both = logic.equivalence(*[logic.assume(t.less(other, one))] * 2)
    assert both.conclusion is goal
    assert this.conclusion.op == "implies"
    first = logic.one_of(logic.both(both, logic.assume(t.at_most(one, other))), 0)
    return arithmetic.trichotomy(first, both, one, other)


def _cases(s: Draw) -> Theorem:
    term = s.real(1)
    zero, goal = logic.assume(t.equal(term, ZERO)), t.at_most(ZERO, t.power(term, 2))
    first = logic.one_of(logic.both(arithmetic.sign(goal), zero), 0)
    return logic.cases(first, arithmetic.sign(goal), term, ZERO)


def _discharge(s: Draw) -> Theorem:
    return logic.discharge(arithmetic.reciprocal(p, FACTS), t.less(ZERO, p))


INSTANCES: dict[str, Callable[[Draw], Theorem]] = {
    "assume": lambda s: logic.assume(s.statement()),
    "cut": lambda s: logic.cut(
        analysis.exp_of_ln(p, (positive(p),)),
        logic.instantiate(logic.assume(t.less(ZERO, p)), ((p, p),)),
    ),
    "instantiate": _instantiate,
    "generalise": lambda s: logic.generalise(s.theorem(), (a, i)),
    "specialise": lambda s: logic.specialise(logic.generalise(s.theorem(), (a, i)), (s.real(1), j)),
    "discharge": _discharge,
    "modus_ponens": lambda s: s.rng.choice(
        [
            lambda: logic.modus_ponens(_discharge(s), positive(p)),
            lambda: logic.modus_ponens(TURNED, logic.assume(t.equal(a, b))),
            lambda: logic.modus_ponens(TURNED, logic.assume(t.equal(b, a))),
        ]
    )(),
    "equivalence": lambda s: logic.equivalence(turned(a, b), turned(b, a)),
    "both": lambda s: logic.both(s.theorem(), s.inequality()),
    "one_of": lambda s: logic.one_of(logic.both(s.theorem(), s.inequality()), s.rng.randint(0, 1)),
    "cases": _cases,
    "absurd": lambda s: logic.absurd(
        logic.assume(t.equal(a, b)), logic.assume(t.distinct(a, b)), s.statement()
    ),
    "congruence": _congruence,
    "replace": _replace,
    "linear": _linear,
    "ring": lambda s: (lambda e: arithmetic.ring(e, rewritten(e, s.rng)))(s.real(3)),
    "reciprocal": lambda s: arithmetic.reciprocal(t.mul(d, s.positive()), FACTS),
    "sign": _sign,
    "vanishing": _vanishing,
    "trichotomy": _trichotomy,
    "separate": lambda s: arithmetic.separate(
        logic.assume(s.rng.choice([t.equal, t.distinct])(*s.rng.choice([(i, j), (m, n)])))
    ),
    "exp_of_sum": lambda s: analysis.exp_of_sum(s.real(), s.real()),
    "exp_of_total": lambda s: analysis.exp_of_total(t.lam([m], s.real())),
    "exp_of_zero": lambda s: analysis.exp_of_zero(),
    "ln_of_exp": lambda s: analysis.ln_of_exp(s.real()),
    "exp_of_ln": lambda s: analysis.exp_of_ln(s.positive(2), FACTS),
    "square_of_sqrt": lambda s: analysis.square_of_sqrt(
        s.rng.choice([s.positive(2), t.power(s.real(), 2)]), FACTS
    ),
    "sqrt_of_square": lambda s: analysis.sqrt_of_square(s.positive(2), FACTS),
    "ln_tangent": lambda s: analysis.ln_tangent(s.positive(2), FACTS),
    "ln_tangent_touches": lambda s: analysis.ln_tangent_touches(
        logic.assume((lambda e: t.equal(ln(e), t.sub(e, ONE)))(s.rng.choice([t.num(1), p]))),
        (*FACTS,),
    ),
    "derivative": lambda s: analysis.derivative(
        t.lam([v], s.formula(s.rng.randint(1, 2))),
        s.rng.choice([a, t.mul(a, b), ONE]),
        (*FACTS, INVERTIBLE),
    ),
    "tangent": lambda s: (lambda g: analysis.tangent(g, s.real(1), s.real(1), _curved(g), FACTS))(
        t.lam(
            [v],
            t.add(
                s.rng.choice([t.power(v, 2), t.power(v, 4), exp(v), exp(t.mul(t.num(-1), v))]),
                t.mul(s.rng.choice([a, ONE]), v),
            ),
        )
    ),
    "sifting": _sifting,
    "integral_scale": lambda s: analysis.integral_scale(s.real(1), _integral(s)),
    "integral_shift": lambda s: (
        analysis.integral_shift(_integral(s), s.rng.choice([a, t.num(1), t.add(a, b)]))
        if s.rng.random() < 0.7
        else analysis.integral_shift(_vector(s), z)
    ),
    "integral_of_product": lambda s: analysis.integral_of_product(
        t.lam([k, v], t.mul(s.bell(v), t.add(t.power(t.at(z, k), 2), ONE)))
    ),
    "gaussian_integral": lambda s: analysis.gaussian_integral(
        s.rng.choice([p, r, t.mul(t.num(2), p), t.num(1), t.inv(p)]), FACTS
    ),
    "det_of_product": lambda s: matrices.det_of_product(*s.rng.sample([A, B, M, Q], 2)),
    "det_of_transpose": lambda s: matrices.det_of_transpose(s.rng.choice([A, B, M])),
    "det_of_diagonal": lambda s: matrices.det_of_diagonal(t.lam([i], t.add(t.at(y, i), s.real(0)))),
    "laplace": lambda s: matrices.laplace(s.rng.choice([A, M]), s.rng.choice([i, j]), j),
    "cof_of_transpose": lambda s: matrices.cof_of_transpose(A, i, s.rng.choice([i, j])),
    "inverse_by_cofactors": lambda s: matrices.inverse_by_cofactors(A, i, s.rng.choice([i, j])),
    "posdef_symmetric": lambda s: matrices.posdef_symmetric(POSDEF, i, j),
    "posdef_form": lambda s: matrices.posdef_form(
        POSDEF, y, i, logic.assume(t.distinct(t.at(y, i), ZERO))
    ),
    "posdef_form_weak": lambda s: matrices.posdef_form_weak(POSDEF, s.rng.choice([y, z])),
    "posdef_det": lambda s: matrices.posdef_det(POSDEF),
    "posdef_inverse": lambda s: matrices.posdef_inverse(POSDEF),
    "posdef_gram": lambda s: matrices.posdef_gram(D, s.positive(0), FACTS),
    "posdef_congruence": lambda s: matrices.posdef_congruence(
        POSDEF, A, logic.assume(t.distinct(t.det(A), ZERO))
    ),
    "spectral": _spectral,
    "orthogonal_rows": lambda s: matrices.orthogonal_rows(ORTHOGONAL, P, i, s.rng.choice([i, j])),
    "integral_rotation": lambda s: matrices.integral_rotation(ORTHOGONAL, P, _vector(s)),
    "extremum_bound": lambda s: extrema.extremum_bound(
        s.rng.choice(["min", "max"]), t.lam([m], t.add(s.real(1), t.at(x, m))), n
    ),
    "extremum_least": lambda s: _mean(s, s.rng.choice(["min", "max"])),
}


class Instance(Reals):
    """Sizes from 1 and moderate values, those of M, P, Q and positive names as they are meant."""

    def __init__(self, terms: list[Term], rng: random.Random):
        width = rng.randint(1, 2)
        sizes: dict[Sort, int] = {S: rng.randint(1, 3), U: width, X: 2, SPINS: 2**width}
        super().__init__(sizes, {})
        free = frozenset[Term]().union(*(term.variables for term in terms))
        order = sorted(free, key=lambda u: (u.data, repr(u.sort)))
        self.values = {u: self.value(u, rng) for u in order}

    def value(self, name: Term, rng: random.Random) -> Any:
        sort = name.sort
        if name is p and rng.random() < 0.3:
            return 1.0
        if sort == REAL:
            low = 0.4 if name in (p, r, d) else -1.2
            sign = rng.choice([-1, 1]) if name is d else 1
            return sign * rng.uniform(low, 1.2)
        if not isinstance(sort, Arrow):
            return rng.choice(self.elements(sort))
        if REAL in sort.arguments:
            weights = [rng.uniform(-1, 1) for _ in range(4)]
            return lambda *xs: sum(
                weights[q] * u + weights[2] * u * u + weights[3] * xs[0] * u
                for q, u in enumerate(xs)
            )
        if name in (M, P, Q):
            return self.matrix(name, rng)
        salt, low = rng.random(), 0.3 if name is w else -1.2
        return lambda *xs: random.Random(repr((salt, xs))).uniform(low, 1.2)

    def matrix(self, name: Term, rng: random.Random) -> Any:
        size = range(self.sizes[U])
        rows = [[rng.uniform(-1, 1) for _ in size] for _ in size]
        if name is P:
            length = sum(e * e for e in rows[0]) ** 0.5
            first = [e / length for e in rows[0]]
            side = rng.choice([-1, 1])
            rows = [first] if len(size) == 1 else [first, [-side * first[1], side * first[0]]]
        if name is Q:
            rows = [[rows[e][f] + rows[f][e] for f in size] for e in size]
        if name is M:
            rows = [
                [sum(row[e] * row[f] for row in rows) + (e == f) / 2 for f in size] for e in size
            ]
        return lambda e, f: rows[e][f]


def holds(theorem: Theorem, rng: random.Random) -> bool:
    """Evaluate a theorem at a random instance; whether its hypotheses held there."""
    said = [*theorem.hypotheses, theorem.conclusion]
    model = Instance(said, rng)
    if not all(model(hypothesis) for hypothesis in theorem.hypotheses):
        return False
    assert model(theorem.conclusion), f"{theorem}\nat {model.sizes} {model.values}"
    return True


def try_rule(name: str, count: int) -> None:
    met = 0
    for seed in range(count):
        rng = random.Random(seed)
        theorem = INSTANCES[name](Draw(seed))
        assert theorem.record.rule == name
        met += holds(theorem, rng)
    if name != "absurd":
        assert met >= max(1, count // 20), f"only {met} of {count} instances meet the hypotheses"


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds(name: str) -> None:
    try_rule(name, 50)


@pytest.mark.long
@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds_a_thousand_times(name: str) -> None:
    try_rule(name, 1000)


ABOVE = t.add(t.power(v, 2), p)
WITHIN = t.call("sin", t.mul(v, b))
GIVEN = t.lam([i, j], t.add(t.at(A, i, j), t.mul(t.power(v, 2), t.at(B, i, j))))
DERIVED = {
    "add": t.add(t.power(v, 2), t.mul(a, v), b),
    "mul": t.mul(v, t.add(v, a), c),
    "pow": t.power(t.add(t.mul(v, b), t.num(2)), 3),
    "pow 1": t.power(t.mul(v, b), 1),
    "inv": t.inv(ABOVE),
    "ln": ln(ABOVE),
    "sqrt": sqrt(ABOVE),
    **{name: t.call(name, WITHIN) for name in ("exp", "sin", "cos", "sinh", "cosh", "tanh")},
    "sum": summed((m,), t.mul(t.at(x, m), t.power(v, 2))),
    "double sum": summed((m, n), t.mul(t.at(x, m), t.power(t.add(v, t.at(w, n)), 2))),
    "prod": t.product(t.lam([m], t.add(t.power(v, 2), t.at(x, m)))),
    "at": t.at(h, WITHIN),
    "at two": t.at(h2, WITHIN, t.power(v, 2)),
    "deriv": t.deriv(h, WITHIN),
    "det": t.det(GIVEN),
    "minv": t.minv(GROWN, i, j),
}


@pytest.mark.parametrize("name", DERIVED)
def test_a_derivative(name: str) -> None:
    facts = (*FACTS, INVERTIBLE)
    theorem = analysis.derivative(t.lam([v], DERIVED[name]), a, facts)
    assert sum(holds(theorem, random.Random(seed)) for seed in range(12))


def test_signs_of_random_terms() -> None:
    found = 0
    for seed in range(400):
        s = Draw(seed)
        term = s.rng.choice([t.mul, t.add])(s.real(2), s.rng.choice([s.real(1), s.positive(2)]))
        for goal in (
            t.less(ZERO, term),
            t.at_most(ZERO, term),
            t.at_most(term, ZERO),
            t.distinct(t.power(term, 2), ZERO),
            t.less(ZERO, summed((m,), term)),
            t.at_most(ZERO, t.product(t.lam([m], term))),
        ):
            try:
                theorem = arithmetic.sign(goal, FACTS)
            except KernelError:
                continue
            found += holds(theorem, s.rng)
    assert found > 100


def exchanged(value: Any, new: dict[Theorem, Theorem]) -> Any:
    """Arguments of a rule with other theorems for some."""
    if isinstance(value, tuple):
        return tuple(exchanged(item, new) for item in value)
    return new.get(value, value) if isinstance(value, Theorem) else value


def keep_hypotheses(name: str, count: int) -> None:
    """Every parent's hypotheses stay; those of a fact do if the rule needs the fact."""
    apply = RULES[name].apply
    for seed in range(count):
        record = INSTANCES[name](Draw(seed)).record
        facts = record.arguments[-1] if record.arguments else ()
        facts = facts if isinstance(facts, tuple) and all(
            isinstance(fact, Theorem) for fact in facts
        ) else ()  # fmt: skip
        more = {
            parent: t.less(ZERO, t.var(f"more{number}", REAL))
            for number, parent in enumerate(record.parents)
        }
        new = {parent: under(parent, said) for parent, said in more.items()}
        theorem = apply(*exchanged(record.arguments, new))
        for parent, said in more.items():
            if parent in facts:
                others = tuple(fact for fact in facts if fact is not parent)
                try:
                    apply(*record.arguments[:-1], others)
                except KernelError:
                    assert parent.hypotheses <= theorem.hypotheses
                    assert said in theorem.hypotheses
            else:
                assert said in theorem.hypotheses


@pytest.mark.parametrize("name", RULES)
def test_no_hypothesis_is_lost(name: str) -> None:
    keep_hypotheses(name, 10)


def test_the_evaluator_sees_what_is_false() -> None:
    for false in (
        t.equal(exp(t.add(a, b)), t.add(exp(a), exp(b))),
        t.equal(t.det(t.lam([i, j], t.mul(t.num(2), t.at(A, i, j)))), t.mul(t.num(3), t.det(A))),
        t.at_most(t.power(a, 2), ZERO),
        t.equal(t.deriv(t.lam([v], t.power(v, 3)), a), t.power(a, 2)),
    ):
        assert not all(Instance([false], random.Random(seed))(false) for seed in range(20))


def test_the_integral_of_a_model_is_an_integral() -> None:
    model = Instance([p], random.Random(1))
    assert isinstance(model, Model)
    bell = t.integral(t.lam([v], exp(t.mul(t.num(-1), t.power(v, 2)))))
    assert not model.differ(model(bell), model(sqrt(t.const("pi"))))


def test_signs_of_coefficients_rest_on_facts() -> None:
    goal = t.at_most(t.mul(p, a), t.mul(p, b))
    given = logic.assume(t.at_most(a, b))
    theorem = arithmetic.linear(goal, ((p, given, (), ()),), FACTS)
    assert theorem.hypotheses == {t.at_most(a, b), t.less(ZERO, p)}
    strict = t.less(summed((m,), t.mul(t.at(w, m), a)), summed((m,), t.mul(t.at(w, m), b)))
    less = logic.assume(t.less(a, b))
    theorem = arithmetic.linear(strict, ((t.at(w, m), less, (), (m,)),), FACTS)
    assert theorem.hypotheses == less.hypotheses | FACTS[2].hypotheses
    both, weak = t.less(t.add(a, c), t.add(b, d)), logic.assume(t.at_most(c, d))
    theorem = arithmetic.linear(both, ((ONE, less, (), ()), (ONE, weak, (), ())))
    assert theorem.hypotheses == less.hypotheses | weak.hypotheses


NUMBER = t.var("number", U)
FORM = summed((i, j), t.mul(t.at(y, i), t.at(M, i, j), t.at(y, j)))
GRAM = t.add(summed((m,), t.mul(t.at(D, m, i), t.at(D, m, j))), t.mul(p, t.delta(i, j)))
PICKED = t.lam([y], t.mul(t.dirac(t.lam([k], t.at(y, k)), z), t.at(y, i)))
SAID: dict[str, tuple[Callable[[], Term], Term]] = {
    "orthogonal": (
        lambda: matrices.orthogonal(P),
        every(
            (i, j),
            t.equal(summed((k,), t.mul(t.at(P, k, i), t.at(P, k, j))), t.delta(i, j)),
        ),
    ),
    "diagonalised": (
        lambda: matrices.diagonalised(Q, P, y),
        every(
            (i, j),
            t.equal(
                summed((k, NUMBER), t.mul(t.at(P, k, i), t.at(Q, k, NUMBER), t.at(P, NUMBER, j))),
                t.mul(t.delta(i, j), t.at(y, i)),
            ),
        ),
    ),
    "posdef_form_weak": (
        lambda: matrices.posdef_form_weak(POSDEF, y).conclusion,
        t.at_most(ZERO, FORM),
    ),
    "posdef_form": (
        lambda: (
            matrices.posdef_form(
                POSDEF, y, i, logic.assume(t.distinct(t.at(y, i), ZERO))
            ).conclusion
        ),
        t.less(ZERO, FORM),
    ),
    "posdef_gram": (
        lambda: matrices.posdef_gram(D, p, FACTS).conclusion,
        t.posdef(t.lam([i, j], GRAM)),
    ),
    "posdef_inverse": (
        lambda: matrices.posdef_inverse(POSDEF).conclusion,
        t.posdef(t.lam([i, j], t.minv(M, i, j))),
    ),
    "vanishing": (
        lambda: (
            arithmetic.vanishing(
                logic.assume(t.equal(summed((m,), t.power(t.at(x, m), 2)), ZERO)),
                arithmetic.sign(t.at_most(ZERO, t.power(t.at(x, m), 2))),
                (m,),
            ).conclusion
        ),
        t.equal(t.power(t.at(x, m), 2), ZERO),
    ),
    "sifting of nothing": (
        lambda: analysis.sifting(t.lam([v], t.mul(ZERO, t.dirac(v, a)))).conclusion,
        t.equal(t.integral(t.lam([v], t.mul(ZERO, t.dirac(v, a)))), ZERO),
    ),
    "sifting of vectors": (
        lambda: analysis.sifting(PICKED).conclusion,
        t.equal(t.integral(PICKED), t.mul(ONE, t.power(t.at(z, i), 1))),
    ),
    "ln_tangent": (
        lambda: analysis.ln_tangent(p, FACTS).conclusion,
        t.at_most(ln(p), t.sub(p, ONE)),
    ),
    "both": (
        lambda: logic.both(FACTS[0], FACTS[1]).conclusion,
        t.conjunction(FACTS[0].conclusion, FACTS[1].conclusion),
    ),
    "equivalence": (lambda: TURNED.conclusion, t.iff(t.equal(a, b), t.equal(b, a))),
    "discharge": (
        lambda: logic.discharge(TURNED, t.less(a, b)).conclusion,
        t.implies(t.less(a, b), TURNED.conclusion),
    ),
    "one_of": (
        lambda: logic.one_of(logic.both(FACTS[0], FACTS[1]), 1).conclusion,
        FACTS[1].conclusion,
    ),
    "modus_ponens": (
        lambda: logic.modus_ponens(TURNED, logic.assume(t.equal(a, b))).conclusion,
        t.equal(b, a),
    ),
    "modus_ponens backwards": (
        lambda: logic.modus_ponens(TURNED, logic.assume(t.equal(b, a))).conclusion,
        t.equal(a, b),
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_statement_is_this_one(name: str) -> None:
    make, said = SAID[name]
    assert make() is said


def _assumed(*said: Term) -> tuple[Theorem, ...]:
    return tuple(map(logic.assume, said))


LOW = t.at_most(c, ZERO)
FOUND: dict[str, tuple[Term, tuple[Theorem, ...], int]] = {
    "said to be positive": (
        t.less(ZERO, t.mul(p, r)),
        _assumed(t.less(ZERO, t.mul(p, r)), t.less(ZERO, p), t.less(ZERO, r)),
        1,
    ),
    "said to be negative": (
        t.distinct(t.mul(a, b), ZERO),
        _assumed(t.less(t.mul(a, b), ZERO), t.distinct(a, ZERO), t.distinct(b, ZERO)),
        1,
    ),
    "said to be not zero, made of what is positive": (
        t.less(ZERO, t.mul(p, r)),
        _assumed(t.distinct(t.mul(p, r), ZERO), t.less(ZERO, p), t.less(ZERO, r)),
        3,
    ),
    "said to be at most zero, made of what is not zero": (
        t.distinct(t.mul(a, b), ZERO),
        _assumed(t.at_most(t.mul(a, b), ZERO), t.distinct(a, ZERO), t.distinct(b, ZERO)),
        3,
    ),
    "said twice": (t.less(ZERO, p), _assumed(t.less(ZERO, p), t.at_most(ZERO, p)), 1),
    "said for every index, in another order": (
        t.less(ZERO, t.add(t.at(w, n), t.at(x, n))),
        _assumed(every((m,), t.less(ZERO, t.add(t.at(x, m), t.at(w, m))))),
        1,
    ),
    "number": (t.less(ZERO, t.inv(t.num(2))), (), 0),
    "fraction": (t.less(ZERO, t.num(Fraction(1, 2))), (), 0),
    "zero": (t.at_most(ZERO, ZERO), (), 0),
    "zero times a negative number": (
        t.at_most(ZERO, t.mul(ZERO, t.neg(p))),
        _assumed(t.less(ZERO, p)),
        1,
    ),
    "half a square": (t.at_most(ZERO, t.mul(t.num(Fraction(1, 2)), b, b)), (), 0),
    "sum of negative numbers": (
        t.distinct(t.add(t.neg(p), t.neg(r)), ZERO),
        _assumed(t.less(ZERO, p), t.less(ZERO, r)),
        2,
    ),
    "sum of negative numbers over a set": (
        t.distinct(summed((m,), t.neg(t.at(w, m))), ZERO),
        _assumed(every((m,), t.less(ZERO, t.at(w, m)))),
        1,
    ),
    "positive times at most zero": (t.at_most(t.mul(p, c), ZERO), _assumed(t.less(ZERO, p), LOW), 2),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_a_sign_is_found_by_the_first_facts_that_say_it(name: str) -> None:
    goal, facts, count = FOUND[name]
    theorem = arithmetic.sign(goal, facts)
    assert theorem.conclusion is goal
    assert theorem.hypotheses == {fact.conclusion for fact in facts[:count]}


SMOOTH: dict[str, tuple[Term, tuple[Theorem, ...]]] = {
    "sum of logarithms": (summed((m,), ln(t.add(t.at(w, m), exp(v)))), FACTS[2:3]),
    "inverse": (t.inv(t.add(p, t.power(v, 2))), FACTS[:1]),
    "function": (t.at(h, t.mul(v, a)), FACTS[4:5]),
    "function of two": (t.at(h2, t.call("cosh", v), t.call("sin", v)), FACTS[5:6]),
    "functions": (t.add(*(t.call(f, v) for f in ("cos", "sinh", "tanh")), t.mul(v, v)), ()),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_a_function_is_smooth_by_the_facts_that_say_it(name: str) -> None:
    body, facts = SMOOTH[name]
    curved = _curved(t.lam([v], body))
    theorem = analysis.tangent(t.lam([v], body), a, b, curved, FACTS)
    given = (curved, *facts)
    assert theorem.hypotheses == {said for fact in given for said in fact.hypotheses}


# ---------------------------------------------------------------- what is refused

SHAPE = "sorts"
EQUAL, UNEQUAL = logic.assume(t.equal(a, b)), logic.assume(t.distinct(a, b))
LOWER, STRICT = logic.assume(t.at_most(a, b)), logic.assume(t.less(a, b))
LOOSE = t.restored("bound", (0, REAL), ())
MASS = t.dirac(v, a)
INDICES = logic.assume(t.equal(i, j))
OTHER = t.var("other", Arrow(("weather",), REAL))
VECTORS = t.var("F", Arrow((Arrow((U,), REAL),), REAL))
LINE = t.var("f", Arrow((REAL,), REAL))
SYMMETRIC = every((i, j), t.equal(t.at(Q, i, j), t.at(Q, j, i)))
LAMBDA = t.var("values", Arrow((U,), REAL))
DIAGONALISED = matrices.diagonalised(Q, P, LAMBDA)
LARGE = logic.assume(t.at_most(ZERO, a))
SMALL = logic.assume(t.at_most(c, ZERO))
EACH = logic.assume(t.at_most(ZERO, t.at(x, m)))
ANY = arithmetic.ring(a, a)


def under(theorem: Theorem, *hypotheses: Term) -> Theorem:
    """The same conclusion, with more hypotheses."""
    return logic.one_of(logic.both(theorem, *map(logic.assume, hypotheses)), 0)


def slope(of: Term) -> Callable[[], Theorem]:
    return lambda: analysis.derivative(t.lam([v], of), a, FACTS)


def combined(goal: Term, *entries: Any, facts: Any = ()) -> Callable[[], Theorem]:
    return lambda: arithmetic.linear(goal, entries, facts)


def measure(of: Term) -> Callable[[], Theorem]:
    return lambda: analysis.sifting(t.lam([v], of))


def _spectrum(
    theorem: Theorem | None = None, symmetry: Term = SYMMETRIC, matrix: Term = Q,
    basis: Term = P, values: Term = LAMBDA, more: tuple[Term, ...] = (),
) -> Theorem:  # fmt: skip
    said = theorem or under(ANY, matrices.orthogonal(P), DIAGONALISED)
    return matrices.spectral(said, under(logic.assume(symmetry), *more), matrix, basis, values)


def _spectrum_of_its_own() -> Theorem:
    """The matrix P + Pᵀ is symmetric whatever P is."""
    pair = t.lam([i, j], t.add(t.at(P, i, j), t.at(P, j, i)))
    turned = arithmetic.ring(t.at(pair, i, j), t.at(pair, j, i))
    known = logic.generalise(turned, (i, j))
    said = under(ANY, matrices.orthogonal(P), matrices.diagonalised(pair, P, LAMBDA))
    return matrices.spectral(said, known, pair, P, LAMBDA)


def _tangent(body: Term, curved: Theorem | None = None) -> Theorem:
    return analysis.tangent(body, a, b, curved or _curved(body), FACTS)


SQUARE = t.lam([v], t.power(v, 2))
TWICE = t.lam([k], t.mul(t.num(2), t.at(y, k)))
SPEAKS = "no hypothesis speaks of x"
NEGATIVE = "coefficients of inequalities are not negative"
COMBINES = "the difference of the two sides has the normal form of the combination"
LOGARITHM = "a logarithm's and a root's argument > 0; what is inverted != 0"
KNOWN = "a function that is not known is smooth"
CURVED = "g is smooth, and g'' >= 0 everywhere"
SIFTED = "F and a are free of δ, and a of x"
ELIMINATED = "the conclusion and other hypotheses do not speak of P and λ"
BOUND = "no hypothesis, nor c, speaks of x"

Case = tuple[str, str, Callable[[], Theorem], str]
REFUSED: list[Case] = [
    ("assume", SHAPE, lambda: logic.assume(a), "no statement"),
    ("assume", SHAPE, lambda: logic.assume(t.equal(MASS, ZERO)), "no statement"),
    ("assume", SHAPE, lambda: logic.assume(t.equal(LOOSE, ZERO)), "outside"),
    ("cut", SHAPE, lambda: logic.cut(EQUAL, t.equal(a, b)), "conclusion"),
    ("instantiate", SHAPE, lambda: logic.instantiate(EQUAL, ((a, i),)), "substitute"),
    ("instantiate", SHAPE, lambda: logic.instantiate(EQUAL, ((ONE, a),)), "substitute"),
    ("instantiate", SHAPE, lambda: logic.instantiate(EQUAL, ((a, MASS),)), "Dirac"),
    ("instantiate", SHAPE, lambda: logic.instantiate(EQUAL, ((a, LOOSE),)), "outside"),
    ("generalise", SPEAKS, lambda: logic.generalise(EQUAL, (a,)), "speaks of a"),
    ("generalise", SPEAKS, lambda: logic.generalise(under(ANY, t.less(c, b)), (a, b)), "speaks"),
    ("generalise", SHAPE, lambda: logic.generalise(ANY, (ONE,)), "distinct variables"),
    ("generalise", SHAPE, lambda: logic.generalise(ANY, (a, a)), "distinct"),
    ("specialise", SHAPE, lambda: logic.specialise(EQUAL, (a,)), "not said of all"),
    ("specialise", SHAPE, lambda: logic.specialise(logic.generalise(ANY, (a,)), (i,)), "takes"),
    ("specialise", SHAPE, lambda: logic.specialise(logic.generalise(ANY, (a,)), (a, b)), "takes"),
    ("specialise", SHAPE, lambda: logic.specialise(logic.generalise(ANY, (a,)), (MASS,)), "Dirac"),
    ("discharge", SHAPE, lambda: logic.discharge(EQUAL, a), "joins statements"),
    (
        "modus_ponens",
        SHAPE,
        lambda: logic.modus_ponens(logic.assume(t.implies(LOWER.conclusion, EQUAL.conclusion)), EQUAL),
        "not the premise",
    ),
    ("modus_ponens", SHAPE, lambda: logic.modus_ponens(logic.both(EQUAL, LOWER), EQUAL), "premise"),
    (
        "modus_ponens",
        SHAPE,
        lambda: logic.modus_ponens(logic.assume(t.iff(LOWER.conclusion, EQUAL.conclusion)), ANY),
        "premise",
    ),
    ("equivalence", SHAPE, lambda: logic.equivalence(EQUAL, a), "conclusion"),
    ("both", SHAPE, lambda: logic.both(EQUAL, a), "hypotheses"),
    ("one_of", SHAPE, lambda: logic.one_of(EQUAL, 0), "not several"),
    ("one_of", SHAPE, lambda: logic.one_of(logic.both(EQUAL), 1), "range"),
    ("cases", SHAPE, lambda: logic.cases(LOWER, EQUAL, a, b), "the cases show"),
    ("absurd", SHAPE, lambda: logic.absurd(EQUAL, EQUAL, ANY.conclusion), "contradict"),
    ("absurd", SHAPE, lambda: logic.absurd(UNEQUAL, UNEQUAL, ANY.conclusion), "contradict"),
    (
        "absurd",
        SHAPE,
        lambda: logic.absurd(EQUAL, logic.assume(t.distinct(a, c)), ANY.conclusion),
        "contradict",
    ),
    ("congruence", SPEAKS, lambda: logic.congruence(EQUAL, (a,), LINE, t.at(LINE, b)), "speaks"),
    ("congruence", SHAPE, lambda: logic.congruence(LOWER, (), c, c), "not an equation"),
    ("congruence", SHAPE, lambda: logic.congruence(EQUAL, (), i, t.at(y, i)), "substitute"),
    ("replace", SPEAKS, lambda: logic.replace(EQUAL, (a,), LINE, t.less(t.at(LINE, b), c), ANY), "speaks"),
    ("replace", SHAPE, lambda: logic.replace(EQUAL, (), c, t.less(c, ONE), LOWER), "is not"),
    ("replace", SHAPE, lambda: logic.replace(LOWER, (), c, t.less(c, ONE), LOWER), "not an equation"),
    ("linear", NEGATIVE, combined(t.at_most(b, a), (t.num(-1), LOWER, (), ())), "may be negative"),
    (
        "linear",
        NEGATIVE,
        combined(t.at_most(t.mul(c, a), t.mul(c, b)), (c, LOWER, (), ())),
        "may be negative",
    ),
    ("linear", NEGATIVE, combined(t.equal(a, b), (ONE, LOWER, (), ())), "may be negative"),
    (
        "linear",
        NEGATIVE,
        combined(
            t.at_most(summed((m,), t.mul(t.at(x, m), a)), summed((m,), t.mul(t.at(x, m), b))),
            (t.at(x, m), LOWER, (), (m,)),
            facts=(EACH,),
        ),
        "speaks of m",
    ),
    ("linear", COMBINES, combined(t.equal(a, b)), "leaves"),
    ("linear", COMBINES, combined(t.equal(a, c), (ONE, EQUAL, (), ())), "leaves"),
    ("linear", COMBINES, combined(t.less(a, c), (ONE, STRICT, (), ())), "leaves"),
    ("linear", COMBINES, combined(t.less(a, b), (ONE, LOWER, (), ())), "nothing"),
    ("linear", COMBINES, combined(t.less(a, b), (ONE, EQUAL, (), ())), "nothing"),
    ("linear", COMBINES, combined(t.less(t.sub(a, a), b)), "nothing"),
    (
        "linear",
        COMBINES,
        combined(
            t.less(t.mul(a, t.delta(i, j)), t.mul(b, t.delta(i, j))),
            (t.delta(i, j), STRICT, (), ()),
        ),
        "nothing",
    ),
    (
        "linear",
        COMBINES,
        combined(
            t.equal(summed((m,), t.at(x, m)), summed((m,), a)),
            (ONE, logic.assume(t.equal(t.at(x, m), a)), (), (m,)),
        ),
        "speaks of m",
    ),
    ("linear", SHAPE, combined(t.distinct(a, b)), "no equation"),
    ("linear", SHAPE, combined(t.distinct(a, a)), "no equation"),
    ("linear", SHAPE, combined(t.at_most(a, b), (ONE, UNEQUAL, (), ())), "no equation"),
    ("linear", SHAPE, combined(t.less(a, b), (ONE, UNEQUAL, (), ())), "no equation"),
    ("linear", SHAPE, combined(t.equal(i, j)), "real"),
    ("linear", SHAPE, combined(t.equal(a, a), (ONE, INDICES, (), ())), "real"),
    ("linear", SHAPE, combined(t.equal(a, a), (ONE, UNEQUAL, (), ())), "no equation"),
    ("linear", SHAPE, combined(t.equal(a, b), (ONE, EQUAL, ((a, MASS),), ())), "Dirac"),
    ("linear", SHAPE, combined(t.equal(a, b), (ONE, EQUAL, ((a, i),), ())), "substitute"),
    ("linear", SHAPE, combined(t.equal(a, a), (ONE, ANY, (), (c,))), "not finite"),
    ("ring", SHAPE, lambda: arithmetic.ring(a, b), "differ"),
    ("ring", SHAPE, lambda: arithmetic.ring(t.mul(a, t.inv(a)), ONE), "differ"),
    ("ring", SHAPE, lambda: arithmetic.ring(i, j), "real"),
    ("reciprocal", "a != 0", lambda: arithmetic.reciprocal(a, FACTS), "!= 0"),
    ("reciprocal", "a != 0", lambda: arithmetic.reciprocal(t.power(a, 2), FACTS), "!= 0"),
    ("reciprocal", "a != 0", lambda: arithmetic.reciprocal(a, (LARGE,)), "!= 0"),
    *(
        ("sign", "what is known of the parts", (lambda g=goal: arithmetic.sign(g, (*FACTS, LARGE, SMALL))), "follow")
        for goal in (
            t.less(ZERO, a),
            t.distinct(a, ZERO),
            t.at_most(ZERO, b),
            t.at_most(a, ZERO),
            t.at_most(ZERO, t.neg(p)),
            t.at_most(ZERO, t.add(p, b)),
            t.at_most(ZERO, t.add(p, t.neg(r))),
            t.less(ZERO, t.add(a, a)),
            t.distinct(t.add(d, d, p), ZERO),
            t.distinct(t.add(d, d), ZERO),
            t.at_most(ZERO, t.mul(p, b)),
            t.at_most(ZERO, t.mul(p, t.neg(r))),
            t.at_most(t.mul(p, r), ZERO),
            t.at_most(ZERO, t.mul(a, b, b, a, b)),
            t.at_most(ZERO, t.mul(t.num(-1), b, b)),
            t.at_most(ZERO, t.mul(t.power(b, 3), t.num(2))),
            t.less(ZERO, t.mul(p, a)),
            t.at_most(t.mul(b, c), ZERO),
            t.at_most(t.mul(c, b), ZERO),
            t.at_most(t.mul(b, p), ZERO),
            t.at_most(t.mul(p, b), ZERO),
            t.at_most(ZERO, t.mul(b, c)),
            t.at_most(ZERO, t.mul(c, b)),
            t.distinct(t.mul(a, d), ZERO),
            t.distinct(t.mul(d, a), ZERO),
            t.at_most(t.add(c, b), ZERO),
            t.at_most(t.add(b, c), ZERO),
            t.at_most(ZERO, t.add(b, p)),
            t.distinct(t.add(c, c), ZERO),
            t.at_most(t.product(t.lam([m], t.neg(t.at(w, m)))), ZERO),
            t.less(ZERO, t.power(b, 2)),
            t.at_most(ZERO, t.power(b, 3)),
            t.at_most(t.power(ZERO, 0), ZERO),
            t.at_most(t.power(b, 2), ZERO),
            t.at_most(t.power(a, 2), ZERO),
            t.at_most(t.power(c, 2), ZERO),
            t.less(ZERO, t.power(a, 1)),
            t.less(ZERO, t.power(b, 1)),
            t.distinct(t.power(a, 2), ZERO),
            t.less(ZERO, t.inv(a)),
            t.distinct(t.inv(b), ZERO),
            t.at_most(ZERO, sqrt(b)),
            t.less(ZERO, sqrt(a)),
            t.less(ZERO, sqrt(t.power(b, 2))),
            t.at_most(sqrt(p), ZERO),
            t.distinct(sqrt(t.neg(p)), ZERO),
            t.at_most(ZERO, ln(p)),
            t.at_most(ZERO, t.call("sinh", b)),
            t.at_most(exp(b), ZERO),
            t.less(ZERO, t.delta(i, j)),
            t.at_most(t.delta(i, j), ZERO),
            t.at_most(ZERO, t.parity(i)),
            t.at_most(t.parity(i), ZERO),
            t.at_most(ZERO, summed((m,), t.at(x, m))),
            t.less(ZERO, summed((m,), t.power(t.at(x, m), 2))),
            t.distinct(summed((k,), t.parity(k)), ZERO),
            t.at_most(summed((m,), t.at(w, m)), ZERO),
            t.at_most(ZERO, t.product(t.lam([m], t.at(x, m)))),
            t.less(ZERO, t.product(t.lam([m], t.power(t.at(x, m), 2)))),
            t.at_most(ZERO, t.product(t.lam([k], t.parity(k)))),
            t.less(ZERO, t.product(t.lam([m], t.neg(t.at(w, m))))),
            t.at_most(ZERO, t.product(t.lam([m], t.num(-1)))),
            t.at_most(t.num(1), ZERO),
            t.less(ZERO, t.num(0)),
            t.distinct(t.num(0), ZERO),
            t.at_most(ZERO, t.num(-1)),
            t.less(ZERO, t.at(y, i)),
            t.less(ZERO, t.at(x, m)),
        )
    ),
    *(
        ("sign", "what is known of the parts", (lambda g=goal, f=fact: arithmetic.sign(g, (f,))), "follow")
        for goal, fact in (
            (t.distinct(a, ZERO), logic.assume(t.equal(a, ZERO))),
            (t.less(ZERO, a), logic.assume(t.equal(ZERO, a))),
            (t.less(ZERO, b), STRICT),
            (t.distinct(a, ZERO), STRICT),
            (t.at_most(ZERO, b), LOWER),
            (t.at_most(ZERO, a), logic.assume(t.distinct(ZERO, a))),
            (t.at_most(ZERO, a), logic.assume(t.distinct(a, ZERO))),
            (t.at_most(a, ZERO), logic.assume(t.distinct(a, ZERO))),
            (t.less(ZERO, a), LARGE),
            (t.distinct(c, ZERO), SMALL),
            (t.at_most(ZERO, c), SMALL),
            (t.less(ZERO, t.at(x, n)), EACH),
            (t.less(ZERO, t.at(A, i, j)), logic.assume(every((k,), t.less(ZERO, t.at(A, k, k))))),
        )
    ),
    ("sign", SHAPE, lambda: arithmetic.sign(t.equal(p, ZERO), FACTS), "says nothing"),
    ("sign", SHAPE, lambda: arithmetic.sign(t.less(ONE, p), FACTS), "says nothing"),
    ("sign", SHAPE, lambda: arithmetic.sign(t.at_most(t.neg(p), b), FACTS), "says nothing"),
    ("sign", SHAPE, lambda: arithmetic.sign(t.less(t.neg(p), ZERO), FACTS), "says nothing"),
    ("sign", SHAPE, lambda: arithmetic.sign(t.distinct(p, ONE), FACTS), "says nothing"),
    ("sign", SHAPE, lambda: arithmetic.sign(t.smooth(h), FACTS), "says nothing"),
    (
        "vanishing",
        "no hypothesis speaks of x",
        lambda: arithmetic.vanishing(logic.assume(t.equal(summed((m,), t.at(x, m)), ZERO)), EACH, (m,)),
        "speaks of m",
    ),
    (
        "vanishing",
        "the terms are not negative",
        lambda: arithmetic.vanishing(logic.assume(t.equal(summed((m,), a), ZERO)), EQUAL, (m,)),
        "does not say",
    ),
    (
        "vanishing",
        "the terms are not negative",
        lambda: arithmetic.vanishing(
            logic.assume(t.equal(summed((m,), b), ZERO)), logic.assume(t.at_most(a, b)), (m,)
        ),
        "does not say",
    ),
    (
        "vanishing",
        SHAPE,
        lambda: arithmetic.vanishing(logic.assume(t.equal(summed((m,), b), ZERO)), LARGE, (m,)),
        "the sum of",
    ),
    (
        "vanishing",
        SHAPE,
        lambda: arithmetic.vanishing(logic.assume(t.equal(summed((m,), a), ONE)), LARGE, (m,)),
        "the sum of",
    ),
    (
        "vanishing",
        SHAPE,
        lambda: arithmetic.vanishing(logic.assume(t.equal(summed((m, n), a), ZERO)), LARGE, (m, n)),
        "sum",
    ),
    (
        "vanishing",
        "the terms are not negative",
        lambda: arithmetic.vanishing(
            logic.assume(t.equal(summed((m,), a), ZERO)), logic.assume(t.distinct(ZERO, a)), (m,)
        ),
        "does not say",
    ),
    ("trichotomy", SHAPE, lambda: arithmetic.trichotomy(LOWER, STRICT, a, b), "the cases show"),
    ("trichotomy", SHAPE, lambda: arithmetic.trichotomy(ANY, ANY, i, j), "between"),
    ("separate", SHAPE, lambda: arithmetic.separate(EQUAL), "delta of real"),
    ("separate", SHAPE, lambda: arithmetic.separate(UNEQUAL), "delta of real"),
    (
        "separate",
        SHAPE,
        lambda: arithmetic.separate(logic.assume(t.implies(EQUAL.conclusion, INDICES.conclusion))),
        "implies",
    ),
    ("separate", SHAPE, lambda: arithmetic.separate(logic.assume(t.equal(x, w))), "delta"),
    ("exp_of_sum", SHAPE, lambda: analysis.exp_of_sum(a, i), "not a real"),
    ("exp_of_total", SHAPE, lambda: analysis.exp_of_total(h), "not finite"),
    ("exp_of_total", SHAPE, lambda: analysis.exp_of_total(A), "too many"),
    ("exp_of_zero", SHAPE, lambda: analysis.exp_of_zero(a), "argument"),
    ("ln_of_exp", SHAPE, lambda: analysis.ln_of_exp(i), "not a real"),
    ("exp_of_ln", "a > 0", lambda: analysis.exp_of_ln(a, FACTS), "> 0"),
    ("exp_of_ln", "a > 0", lambda: analysis.exp_of_ln(t.power(a, 2), FACTS), "> 0"),
    ("exp_of_ln", "a > 0", lambda: analysis.exp_of_ln(d, FACTS), "> 0"),
    ("square_of_sqrt", "a >= 0", lambda: analysis.square_of_sqrt(a, FACTS), ">= 0"),
    ("square_of_sqrt", "a >= 0", lambda: analysis.square_of_sqrt(d, FACTS), ">= 0"),
    ("sqrt_of_square", "a >= 0", lambda: analysis.sqrt_of_square(a, FACTS), ">= 0"),
    ("sqrt_of_square", "a >= 0", lambda: analysis.sqrt_of_square(d, FACTS), ">= 0"),
    ("ln_tangent", "a > 0", lambda: analysis.ln_tangent(t.power(a, 2), FACTS), "> 0"),
    (
        "ln_tangent_touches",
        "a > 0",
        lambda: analysis.ln_tangent_touches(logic.assume(t.equal(ln(a), t.sub(a, ONE))), FACTS),
        "> 0",
    ),
    (
        "ln_tangent_touches",
        SHAPE,
        lambda: analysis.ln_tangent_touches(logic.assume(t.equal(ln(p), t.sub(r, ONE))), FACTS),
        "is not ln a",
    ),
    (
        "ln_tangent_touches",
        SHAPE,
        lambda: analysis.ln_tangent_touches(logic.assume(t.equal(exp(p), t.sub(p, ONE))), FACTS),
        "is not ln a",
    ),
    (
        "ln_tangent_touches",
        SHAPE,
        lambda: analysis.ln_tangent_touches(logic.assume(t.at_most(ln(p), t.sub(p, ONE))), FACTS),
        "no equation",
    ),
    ("derivative", LOGARITHM, slope(ln(v)), "> 0"),
    ("derivative", LOGARITHM, slope(ln(t.power(v, 2))), "> 0"),
    ("derivative", LOGARITHM, slope(sqrt(v)), "> 0"),
    ("derivative", LOGARITHM, slope(sqrt(t.power(v, 2))), "> 0"),
    ("derivative", LOGARITHM, slope(t.inv(v)), "!= 0"),
    ("derivative", LOGARITHM, slope(t.mul(a, t.inv(t.power(v, 2)))), "!= 0"),
    ("derivative", LOGARITHM, slope(t.add(v, t.call("sin", ln(v)))), "> 0"),
    ("derivative", LOGARITHM, slope(summed((m,), ln(t.mul(v, t.at(x, m))))), "> 0"),
    ("derivative", LOGARITHM, slope(t.minv(t.lam([i, j], t.mul(v, t.at(A, i, j))), i, j)), "!= 0"),
    ("derivative", KNOWN, slope(t.at(LINE, v)), "smooth"),
    ("derivative", KNOWN, slope(t.deriv(LINE, v)), "smooth"),
    ("derivative", KNOWN, slope(t.deriv(t.lam([b], t.inv(b)), v)), "!= 0"),
    ("derivative", KNOWN, slope(t.at(t.var("F", Arrow((REAL, U), REAL)), v, i)), "smooth"),
    ("derivative", SHAPE, slope(t.deriv(t.lam([b], t.mul(v, b)), v)), "by a parameter"),
    ("derivative", SHAPE, slope(t.extremum("min", t.lam([m], t.mul(v, t.at(x, m))))), "no rule"),
    ("derivative", SHAPE, slope(t.integral(t.lam([b], t.mul(v, b)))), "no rule"),
    ("derivative", SHAPE, slope(t.cof(t.lam([i, j], t.mul(v, t.at(A, i, j))), i, j)), "no rule"),
    ("derivative", SHAPE, slope(t.delta(t.at(t.var("e", Arrow((REAL,), U)), v), i)), "no rule"),
    (
        "derivative",
        SHAPE,
        slope(t.minv(M, t.at(t.var("e", Arrow((REAL,), U)), v), i)),
        "no rule",
    ),
    (
        "derivative",
        SHAPE,
        slope(t.minv(M, i, t.at(t.var("e", Arrow((REAL,), U)), v))),
        "no rule",
    ),
    (
        "derivative",
        SHAPE,
        slope(t.at(t.at(t.var("G", Arrow((REAL,), Arrow((REAL,), REAL))), v), a)),
        "smooth",
    ),
    ("derivative", SHAPE, lambda: analysis.derivative(y, i), "takes a function"),
    ("tangent", CURVED, lambda: _tangent(LINE), "smooth"),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], t.inv(v))), "!= 0"),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], t.mul(ln(v), v))), "> 0"),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], t.add(t.at(LINE, v), exp(v)))), "smooth"),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], t.at(h, t.inv(v)))), "!= 0"),
    (
        "tangent",
        CURVED,
        lambda: _tangent(t.lam([v], t.at(t.var("G", Arrow((REAL, U), REAL)), v, i))),
        "smooth",
    ),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], ln(t.add(p, t.power(t.at(LINE, v), 2))))), "smooth"),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], t.inv(t.add(p, t.power(sqrt(v), 2))))), "smooth"),
    ("tangent", CURVED, lambda: _tangent(t.lam([v], summed((m,), t.at(LINE, t.mul(v, t.at(x, m)))))), "smooth"),
    ("tangent", CURVED, lambda: _tangent(SQUARE, _curved(h)), "does not say"),
    ("tangent", CURVED, lambda: _tangent(SQUARE, LARGE), "does not say"),
    (
        "tangent",
        CURVED,
        lambda: _tangent(
            h, logic.assume(every((v,), t.at_most(ZERO, t.deriv(h, v))))
        ),
        "does not say",
    ),
    ("tangent", SHAPE, lambda: _tangent(A, LARGE), "derivative|deriv"),
    ("sifting", SIFTED, measure(t.mul(MASS, MASS)), "not one delta"),
    ("sifting", SIFTED, measure(t.mul(MASS, t.dirac(v, b))), "not one delta"),
    ("sifting", SIFTED, measure(t.mul(MASS, exp(t.dirac(v, b)))), "not one delta"),
    ("sifting", SIFTED, measure(t.inv(MASS)), "not one delta"),
    ("sifting", SIFTED, measure(t.add(MASS, v)), "not one delta"),
    ("sifting", SIFTED, measure(t.dirac(v, t.add(v, a))), "fixed place"),
    ("sifting", SIFTED, measure(t.dirac(t.add(v, a), t.num(0))), "fixed place"),
    ("sifting", SIFTED, measure(t.dirac(v, t.dirac(a, b))), "fixed place"),
    ("sifting", SIFTED, measure(t.dirac(a, b)), "fixed place"),
    ("sifting", SIFTED, lambda: analysis.sifting(t.lam([y], t.dirac(TWICE, z))), "fixed place"),
    ("sifting", SIFTED, lambda: analysis.sifting(t.lam([y], t.dirac(z, TWICE))), "fixed place"),
    ("integral_scale", "c is free of x", lambda: analysis.integral_scale(LOOSE, LINE), "outside"),
    ("integral_scale", SHAPE, lambda: analysis.integral_scale(a, x), "volume"),
    ("integral_scale", SHAPE, lambda: analysis.integral_scale(MASS, LINE), "no statement"),
    ("integral_shift", SHAPE, lambda: analysis.integral_shift(x, m), "volume"),
    ("integral_shift", SHAPE, lambda: analysis.integral_shift(LINE, i), "real"),
    ("integral_shift", SHAPE, lambda: analysis.integral_shift(VECTORS, x), "takes"),
    (
        "integral_shift",
        SHAPE,
        lambda: analysis.integral_shift(t.var("F", Arrow((Arrow((REAL,), REAL),), REAL)), h),
        "volume",
    ),
    ("integral_of_product", SHAPE, lambda: analysis.integral_of_product(A), "takes"),
    ("integral_of_product", SHAPE, lambda: analysis.integral_of_product(h2), "not finite|volume"),
    ("gaussian_integral", "a > 0", lambda: analysis.gaussian_integral(a, (LARGE,)), "> 0"),
    ("gaussian_integral", "a > 0", lambda: analysis.gaussian_integral(t.neg(p), FACTS), "> 0"),
    ("gaussian_integral", "a > 0", lambda: analysis.gaussian_integral(d, FACTS), "> 0"),
    ("det_of_product", SHAPE, lambda: matrices.det_of_product(D, A), "square"),
    ("det_of_product", SHAPE, lambda: matrices.det_of_product(A, h2), "not finite"),
    ("det_of_transpose", SHAPE, lambda: matrices.det_of_transpose(D), "takes|square"),
    ("det_of_diagonal", SHAPE, lambda: matrices.det_of_diagonal(h), "delta"),
    ("laplace", SHAPE, lambda: matrices.laplace(D, m, n), "takes"),
    ("laplace", SHAPE, lambda: matrices.laplace(A, i, m), "square"),
    ("cof_of_transpose", SHAPE, lambda: matrices.cof_of_transpose(D, i, j), "takes|square"),
    ("inverse_by_cofactors", SHAPE, lambda: matrices.inverse_by_cofactors(A, i, m), "square"),
    ("posdef_symmetric", SHAPE, lambda: matrices.posdef_symmetric(ORTHOGONAL, i, j), "not posdef"),
    (
        "posdef_form",
        "v != 0",
        lambda: matrices.posdef_form(POSDEF, y, i, logic.assume(t.distinct(t.at(z, i), ZERO))),
        "does not say",
    ),
    (
        "posdef_form",
        "v != 0",
        lambda: matrices.posdef_form(POSDEF, y, i, logic.assume(t.distinct(t.at(y, i), ONE))),
        "does not say",
    ),
    (
        "posdef_form",
        SHAPE,
        lambda: matrices.posdef_form(ORTHOGONAL, y, i, logic.assume(t.distinct(t.at(y, i), ZERO))),
        "not posdef",
    ),
    ("posdef_form_weak", SHAPE, lambda: matrices.posdef_form_weak(POSDEF, x), "takes"),
    ("posdef_form_weak", SHAPE, lambda: matrices.posdef_form_weak(EQUAL, y), "not posdef"),
    ("posdef_det", SHAPE, lambda: matrices.posdef_det(logic.assume(SYMMETRIC)), "not posdef"),
    ("posdef_inverse", SHAPE, lambda: matrices.posdef_inverse(ORTHOGONAL), "not posdef"),
    ("posdef_gram", "c > 0", lambda: matrices.posdef_gram(D, ZERO, FACTS), "> 0"),
    ("posdef_gram", "c > 0", lambda: matrices.posdef_gram(D, t.power(a, 2), FACTS), "> 0"),
    ("posdef_gram", "c > 0", lambda: matrices.posdef_gram(D, d, FACTS), "> 0"),
    (
        "posdef_congruence",
        "det(B) != 0",
        lambda: matrices.posdef_congruence(
            POSDEF, A, logic.assume(t.distinct(t.det(B), ZERO))
        ),
        "does not say",
    ),
    (
        "posdef_congruence",
        SHAPE,
        lambda: matrices.posdef_congruence(EQUAL, A, logic.assume(t.distinct(t.det(A), ZERO))),
        "not posdef",
    ),
    (
        "spectral",
        "A is symmetric",
        lambda: _spectrum(symmetry=every((i, j), t.equal(t.at(Q, i, j), t.at(A, j, i)))),
        "symmetric",
    ),
    ("spectral", "A is symmetric", lambda: _spectrum(symmetry=matrices.orthogonal(Q)), "symmetric"),
    ("spectral", ELIMINATED, lambda: _spectrum(logic.assume(matrices.orthogonal(P))), "speaks"),
    ("spectral", ELIMINATED, lambda: _spectrum(logic.assume(t.less(ZERO, t.at(LAMBDA, i)))), "speaks"),
    ("spectral", ELIMINATED, lambda: _spectrum(under(ANY, t.less(t.at(LAMBDA, i), a))), "speaks"),
    ("spectral", ELIMINATED, lambda: _spectrum(under(ANY, t.less(t.at(P, i, j), a))), "speaks"),
    ("spectral", ELIMINATED, lambda: _spectrum(matrices.det_of_transpose(P)), "speaks"),
    (
        "spectral",
        ELIMINATED,
        lambda: _spectrum(matrices.det_of_diagonal(LAMBDA)),
        "speaks",
    ),
    ("spectral", ELIMINATED, lambda: _spectrum(more=(t.less(t.at(P, i, j), a),)), "speaks"),
    (
        "spectral",
        ELIMINATED,
        lambda: _spectrum(matrix=P, symmetry=every((i, j), t.equal(t.at(P, i, j), t.at(P, j, i)))),
        "variables that",
    ),
    (
        "spectral",
        ELIMINATED,
        lambda: _spectrum(basis=t.lam([i, j], t.at(P, i, j))),
        "variables that",
    ),
    (
        "spectral",
        ELIMINATED,
        lambda: _spectrum(values=t.lam([i], t.at(LAMBDA, i))),
        "variables that",
    ),
    ("spectral", ELIMINATED, _spectrum_of_its_own, "variables that"),
    ("spectral", SHAPE, lambda: _spectrum(basis=D), "takes"),
    ("spectral", SHAPE, lambda: _spectrum(values=x), "takes"),
    (
        "orthogonal_rows",
        "Pᵀ P = I",
        lambda: matrices.orthogonal_rows(ORTHOGONAL, Q, i, j),
        "is orthogonal",
    ),
    ("orthogonal_rows", "Pᵀ P = I", lambda: matrices.orthogonal_rows(POSDEF, M, i, j), "orthogonal"),
    (
        "integral_rotation",
        "Pᵀ P = I",
        lambda: matrices.integral_rotation(POSDEF, M, VECTORS),
        "is orthogonal",
    ),
    ("integral_rotation", SHAPE, lambda: matrices.integral_rotation(ORTHOGONAL, P, LINE), "cannot be applied"),
    ("extremum_bound", SHAPE, lambda: extrema.extremum_bound("min", h, a), "not finite"),
    ("extremum_bound", SHAPE, lambda: extrema.extremum_bound("sum", x, m), "sum"),
    ("extremum_least", BOUND, lambda: extrema.extremum_least("min", EACH, m), "speaks of m"),
    (
        "extremum_least",
        BOUND,
        lambda: extrema.extremum_least("min", arithmetic.linear(t.at_most(t.at(x, m), t.at(x, m)), ()), m),
        "speaks of m",
    ),
    ("extremum_least", SHAPE, lambda: extrema.extremum_least("min", STRICT, m), "not of the form"),
    ("extremum_least", SHAPE, lambda: extrema.extremum_least("sum", LOWER, m), "sum"),
    ("extremum_least", SHAPE, lambda: extrema.extremum_least("min", LOWER, c), "not finite"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "attempt", "reason"),
    [
        pytest.param(name, attempt, reason, id=f"{name}-{number}")
        for number, (name, _, attempt, reason) in enumerate(REFUSED)
    ],
)
def test_a_rule_refuses(name: str, attempt: Callable[[], Theorem], reason: str) -> None:
    with pytest.raises(KernelError, match=reason):
        attempt()


@pytest.mark.parametrize("name", RULES)
def test_every_side_condition_is_tested(name: str) -> None:
    tested = {condition for rule, condition, _, _ in REFUSED if rule == name}
    assert tested
    assert set(RULES[name].conditions) <= tested


def test_only_rules_are_tested() -> None:
    assert {name for name, *_ in REFUSED} == set(RULES) == set(INSTANCES)
