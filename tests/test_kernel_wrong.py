"""Wrong statements and wrong proofs: the kernel refuses every one.

``STATEMENTS`` are false, as a counterexample shows here, and do not follow from true lemmas.
``PROOFS`` are steps that look like proofs. Each says why it is wrong.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction

import pytest
from fuzz_kernel import SPINS, S, U
from test_kernel_rules import (
    DIAGONALISED,
    FACTS,
    INDICES,
    LAMBDA,
    LOWER,
    ONE,
    ORTHOGONAL,
    POSDEF,
    STRICT,
    SYMMETRIC,
    ZERO,
    A,
    B,
    Instance,
    M,
    P,
    Q,
    _curved,
    a,
    b,
    c,
    d,
    every,
    exp,
    h,
    holds,
    i,
    j,
    k,
    ln,
    m,
    n,
    p,
    r,
    spin,
    sqrt,
    summed,
    under,
    v,
    w,
    x,
    y,
    z,
)

from derivations.kernel import Theorem, analysis, arithmetic, extrema, logic, matrices
from derivations.kernel import terms as t
from derivations.kernel.terms import REAL, Arrow, KernelError, Term

TWO = t.num(2)
f = t.var("f", Arrow((U, S), REAL))


def deriv(of: Term, at: Term = a) -> Term:
    return t.deriv(t.lam([v], of), at)


def gauss(of: Term = ONE) -> Term:
    half = t.mul(t.num(-1), t.inv(TWO), t.power(v, 2))
    return t.integral(t.lam([v], t.mul(of, exp(half))))


def transposed(matrix: Term) -> Term:
    return t.lam([i, j], t.at(matrix, j, i))


MEAN = t.mul(t.inv(t.size(S)), summed((m,), t.at(x, m)))
SHIFTED = t.lam([i, j], t.add(t.at(A, i, j), t.at(B, i, j)))
DOUBLED = t.lam([i, j], t.mul(TWO, t.at(A, i, j)))

STATEMENTS: dict[str, tuple[Term, str]] = {
    "dropped factor": (
        t.equal(summed((m,), t.add(t.at(x, m), a)), t.add(summed((m,), t.at(x, m)), a)),
        "a is summed n times",
    ),
    "dropped 1/n": (t.equal(MEAN, summed((m,), t.at(x, m))), "the mean is no sum"),
    "sum of a product": (
        t.equal(
            summed((m,), t.mul(t.at(x, m), t.at(w, m))),
            t.mul(summed((m,), t.at(x, m)), summed((m,), t.at(w, m))),
        ),
        "cross terms are lost",
    ),
    "square of a sum": (
        t.equal(t.power(t.add(a, b), 2), t.add(t.power(a, 2), t.power(b, 2))),
        "2ab is lost",
    ),
    "sign of a square": (
        t.equal(t.power(t.sub(a, b), 2), t.sub(t.power(a, 2), t.power(b, 2))),
        "(a - b)² is no difference of squares",
    ),
    "captured index": (
        t.equal(summed((m,), t.mul(t.at(x, m), t.at(x, n))), summed((n,), t.power(t.at(x, n), 2))),
        "the free n is captured by the sum over n",
    ),
    "swapped arguments": (t.equal(t.at(A, i, j), t.at(A, j, i)), "A need not be symmetric"),
    "swapped sums": (
        t.equal(summed((m,), t.at(f, i, m)), summed((i,), t.at(f, i, m))),
        "sums over different indices",
    ),
    "delta is one": (t.equal(t.delta(i, j), ONE), "only for i = j"),
    "delta contracts with a factor": (
        t.equal(summed((i,), t.mul(t.delta(i, j), t.at(y, i))), t.mul(t.size(U), t.at(y, j))),
        "one term is left, not N",
    ),
    "x / x": (t.equal(t.mul(a, t.inv(a), a, b), t.mul(b, b)), "a is not b"),
    "inverse of a sum": (
        t.equal(t.inv(t.add(p, r)), t.add(t.inv(p), t.inv(r))),
        "1/(p + r) is no sum of inverses",
    ),
    "inverse of zero": (t.equal(t.mul(t.sub(a, a), t.inv(t.sub(a, a))), ONE), "0/0 is 0 here"),
    "one over zero": (t.less(ZERO, t.inv(t.sub(a, a))), "0⁻¹ is 0"),
    "exp of a sum": (t.equal(exp(t.add(a, b)), t.add(exp(a), exp(b))), "it is a product"),
    "exp of a product": (t.equal(exp(t.mul(a, b)), t.mul(exp(a), exp(b))), "it is exp(a) to the b"),
    "ln of a sum": (t.equal(ln(t.add(p, r)), t.add(ln(p), ln(r))), "it is that of a product"),
    "ln of a product of negatives": (
        t.equal(ln(t.mul(t.neg(p), t.neg(r))), t.add(ln(t.neg(p)), ln(t.neg(r)))),
        "ln of a negative number is nothing to count on",
    ),
    "root of a square": (t.equal(sqrt(t.mul(a, a)), a), "it is |a|"),
    "square of a root": (
        t.equal(t.mul(sqrt(t.neg(p)), sqrt(t.neg(p))), t.neg(p)),
        "a negative number has no real root",
    ),
    "roots add": (t.equal(sqrt(t.add(p, r)), t.add(sqrt(p), sqrt(r))), "they do not"),
    "squares are not negative": (t.less(ZERO, t.power(t.sub(a, t.add(a, ZERO)), 2)), "0² is 0"),
    "tangent from above": (t.at_most(t.sub(p, ONE), ln(p)), "ln is concave"),
    "tangent without positivity": (t.at_most(ln(t.neg(p)), t.sub(t.neg(p), ONE)), "ln(-p)"),
    "product rule": (
        t.equal(deriv(t.mul(v, v)), t.mul(deriv(v), deriv(v))),
        "(fg)' is not f'g'",
    ),
    "chain rule": (
        t.equal(deriv(t.call("sin", t.mul(TWO, v))), t.call("cos", t.mul(TWO, a))),
        "the inner derivative 2 is lost",
    ),
    "power rule": (t.equal(deriv(t.power(v, 3)), t.power(a, 2)), "the factor 3 is lost"),
    "sign of a derivative": (
        t.equal(deriv(t.inv(v), p), t.power(t.inv(p), 2)),
        "(1/x)' = -1/x²",
    ),
    "captured derivative": (
        t.equal(deriv(t.mul(v, t.at(h, a))), t.deriv(t.lam([v], t.mul(v, t.at(h, v))), a)),
        "the a in h(a) does not vary",
    ),
    "determinant of a sum": (t.equal(t.det(SHIFTED), t.add(t.det(A), t.det(B))), "not additive"),
    "determinant of a multiple": (t.equal(t.det(DOUBLED), t.mul(t.num(3), t.det(A))), "2^N"),
    "determinant of a product": (
        t.equal(t.det(matrices.times(t.function(A), t.function(B))), t.add(t.det(A), t.det(B))),
        "it is the product",
    ),
    "alien cofactors": (
        t.equal(summed((j,), t.mul(t.at(A, i, j), t.cof(A, k, j))), t.det(A)),
        "0 for i ≠ k: the identity matrix is lost",
    ),
    "cofactors transposed": (
        t.equal(summed((j,), t.mul(t.at(A, i, j), t.cof(A, j, i))), t.det(A)),
        "rows and columns are confused",
    ),
    "inverse transposed": (t.equal(t.minv(A, i, j), t.minv(transposed(A), i, j)), "A⁻ᵀ is not A⁻¹"),
    "inverse by entries": (t.equal(t.minv(M, i, j), t.inv(t.at(M, i, j))), "not entry by entry"),
    "form of any matrix": (
        t.at_most(ZERO, summed((i, j), t.mul(t.at(y, i), t.at(A, i, j), t.at(y, j)))),
        "A need not be positive definite",
    ),
    "Gaussian integral": (t.equal(gauss(), sqrt(t.const("pi"))), "√(2π): the 2 is lost"),
    "moved out of the integral": (
        t.equal(gauss(t.power(v, 2)), t.mul(t.power(a, 2), gauss())),
        "the factor depends on the variable",
    ),
    "spin": (t.equal(t.at(spin, i), ONE), "it may be -1"),
    "minimum of a sum": (
        t.equal(
            t.extremum("min", t.lam([m], t.sub(t.at(x, m), t.at(x, m)))),
            t.sub(t.extremum("min", x), t.extremum("max", t.lam([m], t.neg(t.at(x, m))))),
        ),
        "min x - max(-x) = 2 min x",
    ),
    "minimum above": (t.at_most(t.at(x, m), t.extremum("min", x)), "it is the least"),
    "parity": (t.equal(t.parity(i), ONE), "it alternates"),
}

LEMMAS = (
    analysis.exp_of_sum(a, b),
    analysis.exp_of_zero(),
    analysis.ln_of_exp(a),
    analysis.ln_tangent(p, FACTS),
    arithmetic.reciprocal(p, FACTS),
    arithmetic.reciprocal(r, FACTS),
    arithmetic.sign(t.at_most(ZERO, t.power(a, 2))),
    analysis.derivative(t.lam([v], t.mul(v, v)), a),
    analysis.derivative(t.lam([v], t.power(v, 3)), a),
    analysis.derivative(t.lam([v], t.inv(v)), p, FACTS),
    matrices.laplace(A, i, k),
    matrices.laplace(A, i, i),
    matrices.det_of_transpose(A),
    matrices.det_of_product(A, B),
    matrices.cof_of_transpose(A, i, j),
    analysis.gaussian_integral(ONE),
    extrema.extremum_bound("min", x, m),
)
assert SPINS.spins


def routes(goal: Term) -> list[Callable[[], Theorem]]:
    """Ways to prove a statement in one step from nothing, one lemma or two."""
    ways = [
        lambda: arithmetic.ring(*goal.args),
        lambda: arithmetic.sign(goal, FACTS),
        lambda: arithmetic.linear(goal, (), FACTS),
    ]
    for count in (1, 2):
        for lemmas in itertools.combinations(LEMMAS, count):
            for factors in itertools.product((1, -1), repeat=count):
                entries = tuple(
                    (t.num(q), th, (), ()) for q, th in zip(factors, lemmas, strict=True)
                )
                ways.append(lambda e=entries: arithmetic.linear(goal, e, FACTS))
    return ways


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_wrong_statement_is_not_proved(name: str) -> None:
    statement, _ = STATEMENTS[name]
    found = False
    for seed in range(60):
        model = Instance([statement, *(q.conclusion for q in FACTS)], random.Random(seed))
        found = found or not model(statement)
    assert found, "no counterexample: is it wrong?"
    for way in routes(statement):
        with suppress(KernelError):
            theorem = way()
            assert theorem.conclusion is not statement


def combine(goal: Term, *entries: tuple[Term, Theorem], facts: tuple[Theorem, ...] = ()) -> Theorem:
    return arithmetic.linear(goal, tuple((q, th, (), ()) for q, th in entries), facts)


HERE = logic.assume(t.equal(t.at(x, m), t.at(w, m)))
EQUAL = logic.assume(t.equal(a, b))
FORM = every((y,), t.at_most(ZERO, summed((i, j), t.mul(t.at(y, i), t.at(A, i, j), t.at(y, j)))))
EXISTS = under(matrices.det_of_transpose(P), matrices.orthogonal(P), DIAGONALISED)

ONE_INDEX = logic.assume(t.at_most(ZERO, t.at(y, t.marker(1, U))))
SOFT = t.lam([v], summed((k,), ln(t.add(t.at(y, k), exp(v)))))

PROOFS: dict[str, tuple[Callable[[], object], str]] = {
    "unjustified generalise": (
        lambda: logic.generalise(EQUAL, (a,)),
        "a = b was assumed of this a",
    ),
    "sum of an assumption": (
        lambda: logic.congruence(HERE, (m,), x, t.total(x)),
        "x_m = w_m was assumed for one m",
    ),
    "sum under a hypothesis": (
        lambda: arithmetic.linear(
            t.equal(summed((m,), t.at(x, m)), summed((m,), t.at(w, m))), ((ONE, HERE, (), (m,)),)
        ),
        "x_m = w_m was assumed for one m",
    ),
    "derivative of an equation at a point": (
        lambda: logic.congruence(logic.assume(t.equal(t.at(h, a), b)), (a,), h, t.deriv(h, a)),
        "h(a) = b at one a says nothing of h'",
    ),
    "specialise to the wrong sort": (
        lambda: logic.specialise(logic.assume(every((m,), t.less(ZERO, t.at(w, m)))), (i,)),
        "i is no sample",
    ),
    "specialise what is not said of all": (
        lambda: logic.specialise(LOWER, (a,)),
        "a <= b is said of a and b",
    ),
    "instantiate by another sort": (lambda: logic.instantiate(EQUAL, ((a, t.at(spin, m)),)), "m"),
    "multiply by what may be negative": (
        lambda: combine(t.at_most(t.mul(a, c), t.mul(b, c)), (c, LOWER)),
        "c may be negative",
    ),
    "square an inequality": (
        lambda: combine(t.at_most(t.power(a, 2), t.power(b, 2)), (t.add(a, b), LOWER)),
        "a + b may be negative: -2 <= 1",
    ),
    "subtract inequalities": (
        lambda: combine(
            t.at_most(t.sub(a, c), t.sub(b, d)),
            (ONE, LOWER),
            (t.num(-1), logic.assume(t.at_most(c, d))),
        ),
        "inequalities add; they do not subtract",
    ),
    "strict from weak": (lambda: combine(t.less(a, b), (ONE, LOWER)), "a may be b"),
    "strict by a factor that may be 0": (
        lambda: combine(
            t.less(t.mul(t.power(c, 2), a), t.mul(t.power(c, 2), b)), (t.power(c, 2), STRICT)
        ),
        "c may be 0",
    ),
    "equation from an inequality": (lambda: combine(t.equal(a, b), (ONE, LOWER)), "only <="),
    "reversed": (lambda: combine(t.at_most(b, a), (ONE, LOWER)), "a <= b is not b <= a"),
    "cancel a factor": (
        lambda: combine(t.equal(a, b), (t.inv(c), logic.assume(t.equal(t.mul(a, c), t.mul(b, c))))),
        "c may be 0",
    ),
    "divide by zero": (lambda: arithmetic.reciprocal(t.sub(a, a), FACTS), "0 has no inverse"),
    "divide by a difference": (lambda: arithmetic.reciprocal(t.sub(p, r), FACTS), "p may be r"),
    "divide by a sum": (
        lambda: arithmetic.reciprocal(summed((m,), t.at(x, m)), FACTS),
        "it may be 0",
    ),
    "divide by a sum of what is not 0": (
        lambda: arithmetic.reciprocal(t.add(d, p), FACTS),
        "d may be -p",
    ),
    "a sum that may be empty of squares": (
        lambda: arithmetic.sign(t.less(ZERO, summed((m,), t.power(t.at(x, m), 2))), FACTS),
        "all x may be 0",
    ),
    "positive at one index": (
        lambda: arithmetic.sign(
            t.less(ZERO, summed((m,), t.at(x, m))), (logic.assume(t.less(ZERO, t.at(x, m))),)
        ),
        "x_m > 0 is known for one m",
    ),
    "fact about another function": (
        lambda: arithmetic.sign(t.less(ZERO, t.at(x, m)), FACTS),
        "w > 0 is known, not x",
    ),
    "fact of the wrong sign": (
        lambda: arithmetic.sign(t.less(ZERO, a), (logic.assume(t.less(a, ZERO)),)),
        "a < 0",
    ),
    "not zero is not positive": (lambda: arithmetic.sign(t.less(ZERO, d), FACTS), "d < 0"),
    "product of two unknown": (lambda: arithmetic.sign(t.at_most(ZERO, t.mul(a, b))), "a, b"),
    "an odd power": (lambda: arithmetic.sign(t.at_most(ZERO, t.power(a, 3))), "a < 0"),
    "almost a square": (
        lambda: arithmetic.sign(t.at_most(ZERO, t.mul(a, t.at(x, m), a, t.at(x, n)))),
        "x_m is not x_n",
    ),
    "a negative square": (
        lambda: arithmetic.sign(t.at_most(ZERO, t.mul(t.num(Fraction(-1, 2)), a, a))),
        "the factor is negative",
    ),
    "a sum of both signs vanishes": (
        lambda: arithmetic.vanishing(
            logic.assume(t.equal(summed((m,), t.at(x, m)), ZERO)),
            logic.assume(t.at_most(ZERO, t.at(x, m))),
            (m,),
        ),
        "x_m >= 0 was assumed for one m",
    ),
    "another sum vanishes": (
        lambda: arithmetic.vanishing(
            logic.assume(t.equal(summed((m,), t.at(x, m)), ZERO)),
            arithmetic.sign(t.at_most(ZERO, t.power(t.at(x, m), 2))),
            (m,),
        ),
        "the sum of x is 0, not that of the squares",
    ),
    "delta of what may be the same": (lambda: arithmetic.separate(LOWER), "no element"),
    "ln of a square": (lambda: analysis.exp_of_ln(t.power(a, 2), FACTS), "a may be 0"),
    "root of a square": (lambda: analysis.sqrt_of_square(a, FACTS), "a may be negative"),
    "touching elsewhere": (
        lambda: analysis.ln_tangent_touches(logic.assume(t.equal(ln(p), t.sub(p, TWO))), FACTS),
        "ln p = p - 2 has two solutions, neither 1",
    ),
    "derivative of |x|": (
        lambda: analysis.derivative(t.lam([v], sqrt(t.mul(v, v))), a, FACTS),
        "none at 0",
    ),
    "derivative of |x| at 0": (
        lambda: analysis.derivative(t.lam([v], sqrt(t.mul(v, v))), ZERO, FACTS),
        "none at 0",
    ),
    "derivative of ln at a negative number": (
        lambda: analysis.derivative(t.lam([v], ln(v)), t.neg(p), FACTS),
        "ln is not defined there",
    ),
    "derivative at a pole": (
        lambda: analysis.derivative(t.lam([v], t.inv(v)), ZERO, FACTS),
        "1/x has none at 0",
    ),
    "derivative of an unknown function": (
        lambda: analysis.derivative(
            t.lam([v], t.at(t.var("g", Arrow((REAL,), REAL)), v)), a, FACTS
        ),
        "it may have none",
    ),
    "positive at the wrong place": (
        lambda: analysis.derivative(t.lam([v], ln(v)), a, FACTS),
        "p > 0 is known, not a",
    ),
    "under the integral": (
        lambda: analysis.derivative(t.lam([v], t.integral(t.lam([b], exp(t.mul(v, b))))), a, FACTS),
        "the order of limits is swapped",
    ),
    "derivative of a minimum": (
        lambda: analysis.derivative(
            t.lam([v], t.extremum("max", t.lam([m], t.mul(v, t.at(x, m))))), a, FACTS
        ),
        "it has kinks",
    ),
    "tangent of a concave function": (
        lambda: analysis.tangent(
            t.lam([v], t.neg(t.power(v, 2))),
            a,
            b,
            arithmetic.sign(t.at_most(ZERO, TWO)),
            FACTS,
        ),
        "-x² lies below its tangent",
    ),
    "tangent by curvature at a point": (
        lambda: analysis.tangent(
            h,
            a,
            b,
            logic.assume(t.at_most(ZERO, t.deriv(t.lam([v], t.deriv(h, v)), a))),
            FACTS,
        ),
        "h'' >= 0 at a only",
    ),
    "smooth by a fact about one index": (
        lambda: analysis.tangent(SOFT, a, b, _curved(SOFT), (*FACTS, ONE_INDEX)),
        "the marker is no index of the sum",
    ),
    "smooth by a fact about one number": (
        lambda: analysis.tangent(
            t.lam([v], ln(v)),
            a,
            b,
            _curved(t.lam([v], ln(v))),
            (*FACTS, logic.assume(t.less(ZERO, t.marker(0, REAL)))),
        ),
        "the marker is no argument of the function",
    ),
    "delta squared": (
        lambda: analysis.sifting(t.lam([v], t.power(t.dirac(v, a), 2))),
        "δ² has no integral",
    ),
    "delta of a function": (
        lambda: analysis.sifting(t.lam([v], t.dirac(t.mul(TWO, v), a))),
        "δ(2x - a) has a factor 1/2",
    ),
    "delta with something else": (
        lambda: analysis.sifting(t.lam([v], t.add(t.dirac(v, a), exp(v)))),
        "exp has no integral over the line",
    ),
    "ln of a delta": (
        lambda: analysis.sifting(t.lam([v], t.mul(t.dirac(v, a), ln(t.dirac(v, a))))),
        "ln δ is nothing",
    ),
    "law of numbers for a delta": (
        lambda: logic.instantiate(
            analysis.integral_scale(c, t.lam([v], t.mul(a, v))), ((a, t.dirac(b, d)),)
        ),
        "δ is no number",
    ),
    "law of numbers for a delta, said of all": (
        lambda: logic.specialise(
            logic.generalise(analysis.integral_scale(c, t.lam([v], t.mul(a, v))), (a,)),
            (t.dirac(b, c),),
        ),
        "δ is no number",
    ),
    "law of numbers for a delta, in a combination": (
        lambda: arithmetic.linear(
            t.equal(a, a), ((ZERO, arithmetic.ring(b, b), ((b, t.dirac(b, c)),), ()),)
        ),
        "δ is no number",
    ),
    "Gaussian with any coefficient": (lambda: analysis.gaussian_integral(a, FACTS), "a may be < 0"),
    "Gaussian with coefficient 0": (lambda: analysis.gaussian_integral(ZERO, FACTS), "infinite"),
    "rotation by any matrix": (
        lambda: matrices.integral_rotation(
            logic.assume(matrices.orthogonal(Q)), P, t.var("F", Arrow((Arrow((U,), REAL),), REAL))
        ),
        "Q is orthogonal, not P",
    ),
    "positive definite without symmetry": (
        lambda: matrices.posdef_det(logic.assume(FORM)),
        "a form that is not negative",
    ),
    "symmetric is not positive definite": (
        lambda: matrices.posdef_inverse(logic.assume(SYMMETRIC)),
        "it may be 0",
    ),
    "form at zero": (
        lambda: matrices.posdef_form(POSDEF, y, i, logic.assume(t.distinct(t.at(z, i), ZERO))),
        "y may be 0",
    ),
    "Gram matrix alone": (
        lambda: matrices.posdef_gram(t.var("D", Arrow((S, U), REAL)), ZERO, FACTS),
        "X'X may be singular",
    ),
    "spectral without symmetry": (
        lambda: matrices.spectral(
            under(arithmetic.ring(a, a), matrices.orthogonal(P), DIAGONALISED),
            ORTHOGONAL,
            Q,
            P,
            LAMBDA,
        ),
        "Q need not be symmetric",
    ),
    "spectral leaks P": (
        lambda: matrices.spectral(EXISTS, logic.assume(SYMMETRIC), Q, P, LAMBDA),
        "the conclusion is about the P that is said to exist",
    ),
    "orthogonal the other way": (
        lambda: matrices.orthogonal_rows(
            logic.assume(
                every(
                    (i, j),
                    t.equal(summed((k,), t.mul(t.at(P, i, k), t.at(P, k, j))), t.delta(i, j)),
                )
            ),
            P,
            i,
            j,
        ),
        "P P = I is not PᵀP = I",
    ),
    "a function is no statement about all": (
        lambda: logic.specialise(
            logic.assume(t.equal(t.lam([v], t.less(v, a)), t.lam([v], t.less(v, b)))), (c,)
        ),
        "v < a need not hold where it says the same as v < b",
    ),
    "a conclusion without its premise": (
        lambda: logic.one_of(logic.assume(t.implies(EQUAL.conclusion, LOWER.conclusion)), 1),
        "an implication is not both of its sides",
    ),
    "one side of an equivalence": (
        lambda: logic.one_of(logic.assume(t.iff(EQUAL.conclusion, LOWER.conclusion)), 0),
        "an equivalence is not both of its sides",
    ),
    "the other side of an equivalence": (
        lambda: logic.modus_ponens(
            logic.assume(t.iff(EQUAL.conclusion, LOWER.conclusion)),
            logic.assume(t.equal(b, a)),
        ),
        "b = a is not written as either side",
    ),
    "affirm the consequent": (
        lambda: logic.modus_ponens(
            logic.assume(t.implies(EQUAL.conclusion, LOWER.conclusion)), LOWER
        ),
        "a <= b does not give a = b",
    ),
    "cases that differ": (lambda: logic.cases(EQUAL, LOWER, a, b), "two conclusions"),
    "contradiction of two things": (
        lambda: logic.absurd(EQUAL, logic.assume(t.distinct(a, c)), t.less(ONE, ZERO)),
        "a = b and a ≠ c agree",
    ),
    "replace what is not there": (
        lambda: logic.replace(EQUAL, (), c, t.less(ZERO, c), logic.assume(t.less(ZERO, b))),
        "a = b turns 0 < a into 0 < b",
    ),
    "least of a bound that varies": (
        lambda: extrema.extremum_least(
            "max", arithmetic.linear(t.at_most(t.at(x, m), t.at(x, m)), ()), m
        ),
        "x_m <= x_m does not bound the maximum",
    ),
    "equal indices": (
        lambda: arithmetic.linear(t.equal(i, j), ((ONE, INDICES, (), ()),)),
        "indices do not add",
    ),
    "an exponent of one half": (
        lambda: arithmetic.sign(t.at_most(ZERO, t.mul(*[t.power(a, 0.5)] * 2))),  # type: ignore[arg-type]
        "a may be negative",
    ),
}


@pytest.mark.parametrize("name", PROOFS)
def test_a_wrong_proof_is_refused(name: str) -> None:
    attempt, _ = PROOFS[name]
    with pytest.raises(KernelError):
        attempt()


def test_there_are_many() -> None:
    assert len(STATEMENTS) + len(PROOFS) >= 100
    assert all(why for _, why in (*STATEMENTS.values(), *PROOFS.values()))


@pytest.mark.parametrize(
    "theorem",
    [
        logic.cut(EQUAL, LOWER),
        logic.discharge(EQUAL, LOWER.conclusion),
        logic.cases(EQUAL, EQUAL, b, a),
        logic.equivalence(EQUAL, logic.assume(t.equal(b, a))),
        arithmetic.trichotomy(STRICT, STRICT, a, b),
    ],
)
def test_a_hypothesis_that_was_not_met_stays(theorem: Theorem) -> None:
    assert theorem.hypotheses & {EQUAL.conclusion, STRICT.conclusion, t.equal(b, a)}
    for seed in range(20):
        holds(theorem, random.Random(seed))
