"""Whether two conditions hold together, at one concrete size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sympy as sp

from ...language import nodes as n
from ...language.types import Family
from .arrays import Matrix, determinant
from .calculus import Values
from .cases import YES, Answer
from .crossings import crossing
from .extrema import quotient
from .inequalities import gibbs, ones
from .monomials import ONE, Form, Unsupported, accumulate, key_of, single
from .points import Points, confirmed, evaluate, gap
from .signs import POSITIVE, factors_of, signs_of
from .values import Value, entries

if TYPE_CHECKING:
    from .forms import Forms
    from .relations import Relations

_REVERSED = {"<=": ">=", "<": ">"}


def equivalent(relations: Relations, node: n.Equivalence) -> Answer:
    """Whether the left condition holds exactly where the right one does."""
    left, right = node.left, node.right
    if not (isinstance(left, n.Relation) and isinstance(right, n.Relation)):
        raise Unsupported("an equivalence of what are no relations")
    if left.op == right.op == "=":
        return _equations(relations, left, right, node.one_way)
    if left.op in ("<=", "<", ">=", ">") and right.op in ("<=", "<", ">=", ">"):
        return _inequalities(relations, left, right, node.one_way)
    raise Unsupported(f"an equivalence between {left.op} and {right.op}")


# ---------------------------------------------------------------- inequalities


def _oriented(node: n.Relation) -> tuple[n.Node, n.Node, bool]:
    """The sides as big ≥ small, and whether the inequality is strict."""
    op = _REVERSED.get(node.op)
    big, small = (node.right, node.left) if op else (node.left, node.right)
    return big, small, (op or node.op) == ">"


def _inequalities(
    relations: Relations, left: n.Relation, right: n.Relation, one_way: bool
) -> Answer:
    forms = relations.world.forms[0]
    residuals = []
    for node in (left, right):
        big, small, _ = _oriented(node)
        (a,), (b,) = relations.sides(big, small)
        residuals.append(forms.subtract(forms.of(a), forms.of(b)))
    if _oriented(left)[2] == _oriented(right)[2]:
        factor = quotient(forms, *residuals)
        if factor is not None and signs_of(forms, factor) == POSITIVE:
            return YES
    truths = [relations.decide(node).truth for node in (left, right)]
    if truths[1] and (truths[0] or one_way):
        return YES
    if _told_apart(relations, left, right, one_way):
        return Answer(False, "one of the two inequalities holds alone at a point")
    return Answer(None, "the two inequalities were not shown to be the same")


def _told_apart(relations: Relations, left: n.Relation, right: n.Relation, one_way: bool) -> bool:
    """Whether at an exact point the left inequality holds and the right does not, or back."""
    pairs = []
    for node in (left, right):
        big, small, _ = _oriented(node)
        (a,), (b,) = relations.sides(big, small)
        pairs.append((a, b))
    for point in Points(relations.c).draw([x for pair in pairs for x in pair], 12):
        values = Values(point)
        found = [gap(a, b, values) for a, b in pairs]
        signs = [0 if g is None else (g > 0) - (g < 0) for g in found]
        if sorted(signs) != [-1, 1] or (one_way and signs[0] < 0):
            continue
        if all(confirmed(a, b, point, s) for (a, b), s in zip(pairs, signs, strict=True)):
            return True
    return False


# ---------------------------------------------------------------- equations


def _equations(relations: Relations, left: n.Relation, right: n.Relation, one_way: bool) -> Answer:
    """Residuals that are multiples of each other, or a unique solution on both sides."""
    sides = [relations.sides(r.left, r.right) for r in (left, right)]
    for forms in relations.world.forms:
        first, second = (
            [forms.tidy(forms.subtract(forms.of(a), forms.of(b))) for a, b in zip(*s, strict=True)]
            for s in sides
        )
        if _same_zeros(forms, first, second):
            return YES
        if _linear(relations, forms, right, second, first):
            return YES
        if _linear(relations, forms, left, first, second):
            return YES
        if _gibbs_zeros(forms, first, second) or _gibbs_zeros(forms, second, first):
            return YES
        if one_way and all(forms.is_zero(r) for r in second):
            return YES
    for here, there in ((right, left), (left, right)):
        if here is left and one_way:
            break
        answer = _solved(relations, here, there)
        if answer is not None:
            return answer
    if relations.searches and all(len(side) == 1 for pair in sides for side in pair):
        relations.searches -= 1
        pairs = [(a[0], b[0]) for a, b in sides]
        if crossing(relations.c, *pairs) or (not one_way and crossing(relations.c, *pairs[::-1])):
            return Answer(False, "a solution of one condition does not satisfy the other")
    return Answer(None, "the two conditions were not shown to have the same solutions")


def _same_zeros(forms: Forms, first: list[Form], second: list[Form]) -> bool:
    """Whether, entry by entry, the residuals vanish together."""
    return len(first) == len(second) and all(
        a == b or _multiples(forms, a, b) or _same_factors(forms, a, b)
        for a, b in zip(first, second, strict=True)
    )


def _same_factors(forms: Forms, a: Form, b: Form) -> bool:
    """Whether two residuals have the same factors that can vanish."""
    here, there = _zeros(forms, a), _zeros(forms, b)
    return here is not None and here == there


def _multiples(forms: Forms, a: Form, b: Form) -> bool:
    """Whether one residual is the other times something that is never zero."""
    factor = quotient(forms, a, b) or quotient(forms, b, a)
    return factor is not None and 0 not in signs_of(forms, factor)


def _zeros(forms: Forms, residual: Form) -> set[Any] | None:
    """The factors of a residual that can vanish; None if it vanishes identically."""
    numerator, _ = forms.clear(residual)
    _, mono, rest = forms.content(numerator)
    if not rest:
        return None
    factors = [single(g) for g, _ in mono]
    factors += [f for f, _ in factors_of(forms, rest)] if rest != ONE else []
    return {key_of(f) for f in factors if 0 in signs_of(forms, f)}


# ---------------------------------------------------------------- linear systems


def _linear(
    relations: Relations, forms: Forms, node: n.Relation, solved: list[Form], other: list[Form]
) -> bool:
    """other = M solved with an invertible M, where ``node`` has the unknown alone on a side."""
    for unknown in _unknowns(relations, node):
        symbols = [forms.symbol(s) for s in unknown]
        if not len(symbols) == len(solved) == len(other):
            continue
        matrix = _coefficients(forms, other, symbols)
        own = _coefficients(forms, solved, symbols)
        if matrix is None or own is None or not _is_unit(own):
            continue
        sign = own[0][0][()]
        image = [_dot(forms, row, [forms.scale(r, sign) for r in solved]) for row in matrix]
        agree = (forms.is_zero(forms.subtract(a, b)) for a, b in zip(other, image, strict=True))
        if all(agree) and 0 not in signs_of(forms, _determinant(forms, matrix)):
            return True
    return False


def _dot(forms: Forms, row: list[Form], column: list[Form]) -> Form:
    return forms.add(*(forms.multiply(a, b) for a, b in zip(row, column, strict=True)))


def _unknowns(relations: Relations, node: n.Relation) -> list[list[sp.Symbol]]:
    """Symbols, or vectors of symbols, that stand alone on one side."""
    found = []
    for side in (node.left, node.right):
        value = relations.c.value(side, {})
        if isinstance(value, Matrix | sp.Expr):
            mine = entries(value)
            if all(x.is_Symbol for x in mine) and len(set(mine)) == len(mine):
                found.append(mine)
    return found


def _coefficients(
    forms: Forms, residuals: list[Form], symbols: list[int]
) -> list[list[Form]] | None:
    """The matrix of a linear system, None if it is not linear."""
    place = {g: k for k, g in enumerate(symbols)}
    rows = []
    for residual in residuals:
        row: list[Form] = [{} for _ in symbols]
        numerator, divisors = forms.clear(residual)
        if any(forms.gens[g].inside & place.keys() for g, _ in divisors):
            return None
        for mono, c in numerator.items():
            here = [(g, e) for g, e in mono if g in place]
            rest = tuple((g, e) for g, e in mono if g not in place)
            if any(forms.gens[g].inside & place.keys() for g, _ in rest):
                return None
            if len(here) > 1 or (here and here[0][1] != 1):
                return None
            if here:
                accumulate(row[place[here[0][0]]], rest, c)
        rows.append([forms.tidy(forms.times(entry, divisors)) for entry in row])
    return rows


def _is_unit(matrix: list[list[Form]]) -> bool:
    """Whether a matrix is the unit matrix or its negative."""
    sign = matrix[0][0]
    return sign in ({(): 1}, {(): -1}) and all(
        entry == (sign if i == j else {})
        for i, row in enumerate(matrix)
        for j, entry in enumerate(row)
    )


def _determinant(forms: Forms, matrix: list[list[Form]]) -> Form:
    if len(matrix) == 1:
        return matrix[0][0]
    if len(matrix) > 4:
        raise Unsupported("a linear system of more than 4 equations")
    total: Form = {}
    for j, entry in enumerate(matrix[0]):
        if entry:
            rest = [row[:j] + row[j + 1 :] for row in matrix[1:]]
            part = forms.multiply(entry, _determinant(forms, rest))
            total = forms.add(total, forms.scale(part, (-1) ** j))
    return total


# ---------------------------------------------------------------- Gibbs


def _gibbs_zeros(forms: Forms, first: list[Form], second: list[Form]) -> bool:
    """Σ c (t − 1 − ln t) = 0 exactly where all t are 1: where the others vanish."""
    if len(first) != 1:
        return False
    for difference in (first[0], forms.scale(first[0], -1)):
        terms, _ = gibbs(forms, difference) or ([], {})
        if not terms or any(signs_of(forms, c) != POSITIVE for c, _ in terms):
            continue
        residual = difference
        for c, t in terms:
            gain = forms.multiply(c, forms.subtract(forms.add(t, {(): -1}), forms.ln(t)))
            residual = forms.subtract(residual, gain)
        if forms.is_zero(residual) and _each_divides(forms, ones(forms, terms), second):
            return True
    return False


def _each_divides(forms: Forms, conditions: list[Form], others: list[Form]) -> bool:
    """Whether each condition is one of the others times something never zero, and back."""

    def matches(a: Form, candidates: list[Form]) -> bool:
        for b in candidates:
            factor = quotient(forms, a, b)
            if factor is not None and 0 not in signs_of(forms, factor):
                return True
        return False

    return all(matches(a, others) for a in conditions) and all(
        any(matches(a, [b]) for a in conditions) for b in others
    )


# ---------------------------------------------------------------- solutions


def _solved(relations: Relations, here: n.Relation, there: n.Relation) -> Answer | None:
    """False if a solution of one condition does not satisfy the other, at an exact point."""
    for unknown, value in ((here.left, here.right), (here.right, here.left)):
        key = _key(relations, unknown)
        if key is None:
            continue
        solution = relations.c.plain(value, {})
        mine = set().union(*(x.free_symbols for x in entries(relations.c.plain(unknown, {}))))
        if mine & set().union(*(x.free_symbols for x in entries(solution))):
            continue
        with relations.world.replacing(key, solution):
            left, right = relations.sides(there.left, there.right)
        for point in Points(relations.c).draw([*left, *right, *entries(solution)], 4):
            if not _admissible(relations, unknown, solution, point):
                continue
            values = Values(point)
            for a, b in zip(left, right, strict=True):
                if gap(a, b, values) and confirmed(a, b, point):
                    return Answer(False, "a solution of one condition does not satisfy the other")
    return None


def _key(relations: Relations, node: n.Node) -> tuple[Any, ...] | None:
    """The key of a free symbol or family member that stands alone."""
    match node:
        case n.Symbol(name=name) if not isinstance(node.type, Family):
            found: tuple[Any, ...] = (name,)
        case n.Indexed(base=n.Symbol(name=name, type=Family()), indices=indices):
            found = (name, *(relations.c.index(i, {}) for i in indices))
        case _:
            return None
    entry = relations.c.scope.entry(found[0], len(found) - 1)
    if entry is None or entry.definition is not None:
        return None
    return found if entry.kind in ("real", "vector", "matrix") else None


def _admissible(relations: Relations, node: n.Node, solution: Value, point: dict[Any, Any]) -> bool:
    """Whether a solution has the properties declared of the unknown, at a point."""
    key = _key(relations, node)
    assert key is not None
    entry = relations.c.scope.entry(key[0], len(key) - 1)
    assert entry is not None
    values = [evaluate(x, point) for x in entries(solution)]
    if any(v is None for v in values):
        return False
    if isinstance(solution, Matrix) and solution.cols > 1:
        if any(entry.declared(p) for p in ("orthogonal", "diagonalises", "diagonal")):
            return False
        at = solution.xreplace(point)
        if not all(x.is_Rational for x in at) or (entry.declared("symmetric") and at != at.T):
            return False
        if entry.declared("positive definite"):
            return all(
                determinant(at.extract(range(k), range(k))) > 0 for k in range(1, at.rows + 1)
            )
        return not (entry.declared("invertible") or entry.declared("positive determinant")) or bool(
            determinant(at) > 0
        )
    checks = {
        "positive": lambda v: v > 0,
        "nonnegative": lambda v: v >= 0,
        "negative": lambda v: v < 0,
        "nonzero": lambda v: v != 0,
    }
    return all(check(v) for name, check in checks.items() if entry.declared(name) for v in values)
