"""Random terms against their normal forms."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from fuzz_kernel import S, Terms, U, X, check, model_for, rewritten

from derivations.kernel import terms as t
from derivations.kernel.normal import normal, polynomial, same
from derivations.kernel.terms import REAL, Arrow, Points, Term


def share(seeds: range) -> float:
    """How many random terms have the normal form of what they are when written differently."""
    found = [canonical for canonical, simple in map(check, seeds) if not simple or canonical]
    return sum(found) / len(found)


def test_normal_forms_keep_the_value() -> None:
    assert share(range(2000)) > 0.99


@pytest.mark.long
def test_normal_forms_keep_the_value_of_very_many() -> None:
    assert share(range(100_000, 200_000)) > 0.99


def test_terms_that_differ_have_other_normal_forms() -> None:
    differ = 0
    for seed in range(300):
        rng = random.Random(seed)
        left, right = Terms(rng).real(2), Terms(rng).real(2)
        model = model_for([left, right], rng)
        if model(left) != model(right):
            differ += 1
            assert not same(left, right)
    assert differ > 200


def test_bound_names_do_not_matter() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        term = Terms(rng).under(U, 2)
        name = t.var("another", U)
        assert t.lam([name], t.at(term, name)) is term


f, g = (t.var(name, Arrow((U, U), REAL)) for name in "fg")
i, j, k = (t.var(name, U) for name in "ijk")
a = t.var("a", REAL)


def summed(*names: Term, of: Term) -> Term:
    for v in reversed(names):
        of = t.total(t.lam([v], of))
    return of


SAME = {
    "delta contracts": (summed(i, of=t.mul(t.delta(i, j), t.at(f, i, k))), t.at(f, j, k)),
    "delta replaces": (t.mul(t.delta(i, j), t.at(f, i, i)), t.mul(t.delta(j, i), t.at(f, j, i))),
    "sums change places": (summed(i, j, of=t.at(f, i, j)), summed(j, i, of=t.at(f, i, j))),
    "sums multiply": (
        t.power(summed(i, of=t.at(f, i, i)), 2),
        summed(i, j, of=t.mul(t.at(f, i, i), t.at(f, j, j))),
    ),
    "inverse of an inverse": (t.inv(t.inv(a)), a),
    "inverse of zero": (t.inv(t.num(0)), t.num(0)),
    "parity": (t.power(t.parity(i), 2), t.num(1)),
    "size": (summed(i, of=t.num(1)), t.size(U)),
}
DIFFERENT = {
    "x / x": (t.mul(a, t.inv(a)), t.num(1)),
    "inverse of a sum": (t.inv(t.add(a, t.num(1))), t.add(t.inv(a), t.num(1))),
    "captured": (summed(i, of=t.at(f, i, j)), summed(j, of=t.at(f, j, j))),
    "no sum": (summed(i, of=a), a),
    "square of a sum": (
        t.power(summed(i, of=t.at(f, i, i)), 2),
        summed(i, of=t.power(t.at(f, i, i), 2)),
    ),
    "roots": (t.call("sqrt", t.power(a, 2)), a),
    "root of a product": (
        t.call("sqrt", t.mul(a, t.num(2))),
        t.mul(t.call("sqrt", a), t.call("sqrt", t.num(2))),
    ),
    "transposed": (t.at(f, i, j), t.at(f, j, i)),
    "determinant transposed": (t.det(f), t.det(t.lam([i, j], t.at(f, j, i)))),
    "delta is not 1": (t.delta(i, j), t.num(1)),
    "delta contracts with one": (
        summed(i, of=t.mul(t.delta(i, i), t.at(f, i, k))),
        t.at(f, i, k),
    ),
    "not its own negative": (
        summed(i, j, of=t.inv(t.add(t.at(f, i, i), t.at(f, j, j)))),
        t.num(0),
    ),
    "product of a sum": (
        t.product(t.lam([i], t.add(t.at(f, i, i), a))),
        t.add(t.product(t.lam([i], t.at(f, i, i))), t.product(t.lam([i], a))),
    ),
    "parity is not 1": (t.parity(i), t.num(1)),
}


@pytest.mark.parametrize("name", SAME)
def test_equal_by_normal_form(name: str) -> None:
    assert same(*SAME[name])


@pytest.mark.parametrize("name", DIFFERENT)
def test_not_equal_by_normal_form(name: str) -> None:
    assert not same(*DIFFERENT[name])


def test_slots_and_markers_that_are_free_stay_free() -> None:
    for number in range(4):
        slot, mark = t.slot(number, U), t.marker(number, U)
        term = t.mul(summed(i, j, of=t.at(f, i, j)), t.at(g, slot, mark))
        assert normal(term).variables == {f, g, slot, mark}
        inner = summed(i, of=t.mul(t.at(f, i, slot), t.inv(summed(j, of=t.at(g, j, mark)))))
        assert normal(inner).variables == {f, g, slot, mark}


def test_sorts_that_print_alike_are_not_mixed_up() -> None:
    """Σ h(x, y) h(y, z) h(z, x), the last z of another sort than x and y: nothing becomes free."""
    other = Points(X.name, X.index, True)
    for sorts in ((X, X, other), (X, other, X), (other, X, X)):
        x, y, z = (t.var(n, s) for n, s in zip("xyz", sorts, strict=True))
        links = [
            t.at(t.var("h", Arrow((u.sort, v.sort), REAL)), u, v)
            for u, v in ((x, y), (y, z), (z, x))
        ]
        for names in ((x, y, z), (x, z, y), (z, y, x)):
            term = summed(*names, of=t.mul(*links))
            assert normal(term).variables == term.variables
            assert normal(t.mul(term, term)).variables == term.variables


def test_a_normal_form_is_not_changed_from_outside() -> None:
    polynomial(a).clear()
    assert not same(a, t.num(0))


@pytest.mark.parametrize("exponent", [0.5, -1, True, Fraction(1, 2), "2"])
def test_exponents_are_natural_numbers(exponent: object) -> None:
    with pytest.raises(t.KernelError, match="natural"):
        t.power(a, exponent)  # type: ignore[arg-type]


def test_a_rewriting_keeps_the_value() -> None:
    for seed in range(200):
        rng = random.Random(seed)
        term = Terms(rng).real(3)
        other = rewritten(term, rng)
        model = model_for([term], rng)
        assert model(term) == model(other)


def test_sizes_are_of_every_kind() -> None:
    rng = random.Random(0)
    sizes = {model_for([], rng).sizes[S] for _ in range(50)}
    assert sizes == {1, 2, 3}
