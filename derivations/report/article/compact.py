r"""Shorter forms of terms: equal by the kernel's normal form, with common factors taken out.

The prover works with flat sums of monomials; people read :math:`(x - \mu)^2`. SymPy factors
polynomials in the atoms; that the result is equal is looked at by the kernel's own normal
form wherever it is used (see :mod:`.stations`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, permutations
from math import gcd, lcm
from typing import Any

from ...kernel import terms as t
from ...kernel.normal import normal, polynomial
from ...kernel.terms import REAL, KernelError, Term
from ..entries import ByEntry, by_entry
from ..tidy import tidy
from ..vocabulary import APART, apart

SHORT, TOO_LONG = 2, 300
"""Lengths between which a term is written anew."""
MAX_TERMS = 24
"""Monomials of a sum that is still factored."""


class Compactor:
    """Writes terms shorter.

    ``folds`` are the document's names for what it defines; ``operator`` makes a function that
    stands for the derivative by an entry, so that such names can stand in what it is applied to;
    ``pairs`` is how the document declares sums over k != l.
    """

    def __init__(
        self,
        folds: Sequence[Fold] = (),
        operator: Callable[[ByEntry], Term | None] | None = None,
        pairs: str | None = None,
    ) -> None:
        self.operator, self.pairs = operator, pairs
        self.folds = [fold for fold in folds if fold.factors]
        self.named = {_form(f.term): f.symbol for f in reversed(folds) if f.hole is None}
        self.known: dict[Term, Term] = {}

    def __call__(self, term: Term) -> Term:
        """A term, or a statement, with every real part in the shorter of two forms."""
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._shorter(term)
        return found

    def _shorter(self, term: Term) -> Term:
        if term.sort != REAL:
            return self._inside(term)
        if self.folds and term.args:
            name = self.named.get(_form(term))
            if name is not None:
                return name
        partial = self._partial(term) if term.op == "deriv" else None
        if partial is not None:
            return partial
        kept = tidy(self._inside(term))
        if not SHORT < length(kept) < TOO_LONG:
            return kept
        try:
            new = tidy(self._written(term))
        except KernelError:
            return kept
        return new if length(new) < length(kept) else kept

    def _partial(self, term: Term) -> Term | None:
        """A derivative by an entry as an operator that is applied to a shorter term."""
        found = by_entry(term.args[0]) if self.operator and term.args[1] is t.num(0) else None
        head = self.operator(found) if self.operator and found else None
        return t.at(head, self(found.body)) if head is not None and found else None

    def _inside(self, term: Term) -> Term:
        if term.op == "lam":
            fresh = t.fresh_variables(term.data, term)
            return t.lam(fresh, self(t.at(term, *fresh)))
        return t.rebuild(term, tuple(map(self, term.args))) if term.args else term

    def _written(self, term: Term) -> Term:
        """A real term from its normal form, with common factors taken out."""
        groups: dict[object, list[Monomial]] = {}
        for monomial in _off_diagonal(monomials(term), self.pairs):
            for fold in self.folds:
                monomial = fold.within(monomial)
            monomial.atoms = Counter({self._inside(a): e for a, e in monomial.atoms.items()})
            over = tuple(v.sort for v in monomial.over)
            below = frozenset((a, e) for a, e in monomial.atoms.items() if e < 0)
            groups.setdefault(over or below, []).append(monomial)
        parts: list[Part] = []
        for group in groups.values():
            for alike in _alike(_aligned(group)):
                parts.append(_summed(alike))
        if len(parts) < 2:
            return _whole(parts)
        number, common = _content([(n, a) for n, a, _ in parts])
        rest = [(n / number, _less(a, common), body) for n, a, body in parts]
        return _times(number, common, t.add(*(_whole([part]) for part in rest)))


@lru_cache(maxsize=100_000)
def length(term: Term) -> int:
    """How long a term is in print, about: letters, digits and signs."""
    if term.op == "at" and term.args[0].op == "var" and term.args[0].data == APART:
        return 0  # it stands below the sign of the sum
    own = {"num": 1, "lam": 0, "at": 0, "sum": 3, "prod": 3, "int": 2, "deriv": 2, "det": 3}
    signs = len(term.args) - 1 if term.op == "add" else 0
    return own.get(term.op, 1) + signs + sum(map(length, term.args))


@lru_cache(maxsize=100_000)
def _letters(term: Term) -> str:
    """The names in a term, by which factors and terms are ordered."""
    own = str(term.data) if term.op in ("var", "num") else ""
    return own + "".join(map(_letters, term.args))


# ---------------------------------------------------------------- monomials

Part = tuple[Fraction, "Counter[Term]", Term]


@dataclass
class Monomial:
    """A number and atoms with exponents, summed over variables."""

    number: Fraction
    atoms: Counter[Term]
    over: tuple[Term, ...]


def monomials(term: Term) -> list[Monomial]:
    """The normal form of a term, each monomial with variables of its own."""
    found = []
    for (slots, factors), number in polynomial(term).items():
        fresh = t.fresh_variables([s.sort for s in slots], term, *(a for a, _ in factors))
        values = dict(zip(slots, fresh, strict=True))
        atoms: Counter[Term] = Counter()
        for atom, exponent in factors:
            here = normal(t.substitute(atom, values)) if values else atom
            if here.op == "inv":
                here, exponent = here.args[0], -exponent
            atoms[here] += exponent
        found.append(Monomial(Fraction(number), atoms, fresh))
    return found


def _off_diagonal(found: list[Monomial], pairs: str | None) -> list[Monomial]:
    """Double sums without the sums over their diagonals, as sums over pairs of different ones."""
    for monomial in found:
        for i, j in combinations(monomial.over, 2):
            if i.sort != j.sort:
                continue
            atoms = _renamed(monomial.atoms, {j: i})
            over = tuple(v for v in monomial.over if v is not j)
            diagonal = Monomial(-monomial.number, atoms, over)
            others = [m for m in found if m is not monomial and _as_one(m, diagonal)]
            if others:
                weight = apart(i, j) if pairs else t.sub(t.num(1), t.delta(i, j))
                number = monomial.number * (2 if pairs == "unordered pairs" else 1)
                less = Monomial(number, Counter(monomial.atoms | {weight: 1}), monomial.over)
                left = [m for m in found if m is not monomial and m is not others[0]]
                return _off_diagonal([less, *left], pairs)
    return found


def _as_one(left: Monomial, right: Monomial) -> bool:
    """Whether two monomials are equal, but for the names of the summed variables."""
    if left.number != right.number or len(left.over) != len(right.over):
        return False
    return any(
        all(a.sort == b.sort for a, b in zip(left.over, order, strict=True))
        and right.atoms == _renamed(left.atoms, dict(zip(left.over, order, strict=True)))
        for order in permutations(right.over)
    )


def _renamed(atoms: Counter[Term], names: dict[Term, Term]) -> Counter[Term]:
    out: Counter[Term] = Counter()
    for atom, exponent in atoms.items():
        out[t.substitute(atom, names)] += exponent
    return out


@dataclass(frozen=True)
class Fold:
    """A name of the document for a term, perhaps with a variable in it: q(x) for exp(-E(x))/Z."""

    symbol: Term
    """What stands for the term, with the variable as an argument if there is one."""
    term: Term
    hole: Term | None = None

    @property
    def factors(self) -> bool:
        """Whether the term is one product, to be found among other factors."""
        return len(_single(self.term)) == 1

    def within(self, monomial: Monomial) -> Monomial:
        """The monomial with the name for some of its factors, where they are the term."""
        heads = {a.op for a in monomial.atoms}
        if not {a.op for a in _single(self.term)[0].atoms} <= heads:
            return monomial
        for value in self._values(monomial):
            change = {self.hole: value} if self.hole is not None and value is not None else {}
            form = _single(t.substitute(self.term, change))
            if len(form) == 1 and (found := self._taken(monomial, form[0])) is not None:
                number, atoms, over = found
                atoms[t.substitute(self.symbol, change)] += 1
                return Monomial(number, atoms, over)
        return monomial

    def _values(self, monomial: Monomial) -> list[Term | None]:
        """What the variable may stand for."""
        if self.hole is None:
            return [None]
        found: dict[Term | None, None] = {}
        stack = list(monomial.atoms)
        while stack:
            here = stack.pop()
            entry = here.op == "var" or (here.op == "at" and here.args[0].op == "var")
            if entry and here.sort == self.hole.sort and not here.loose:
                found[here] = None
            stack += here.args
        return list(found)[:8]

    def _taken(
        self, monomial: Monomial, form: Monomial
    ) -> tuple[Fraction, Counter[Term], tuple[Term, ...]] | None:
        """What is left of a monomial without the factors of another."""
        if len(form.over) > 1 or not form.atoms:
            return None
        places = [v for v in monomial.over if form.over and v.sort == form.over[0].sort]
        for place in places if form.over else [None]:
            names = {form.over[0]: place} if place is not None else {}
            rest = Counter(monomial.atoms)
            for atom, exponent in form.atoms.items():
                here = t.substitute(atom, names)
                if exponent * rest[here] < exponent * exponent:
                    break
                rest[here] -= exponent
                if not rest[here]:
                    del rest[here]
            else:
                if place is None or not any(place in a.variables for a in rest):
                    over = tuple(v for v in monomial.over if v is not place)
                    return monomial.number / form.number, rest, over
        return None


@lru_cache(maxsize=5_000)
def _single(term: Term) -> tuple[Monomial, ...]:
    """The monomials of a term, kept: not to be changed."""
    return tuple(monomials(term)) if term.sort == REAL else ()


def _form(term: Term) -> frozenset[object]:
    """The normal form of a term, to be looked up by."""
    return frozenset(polynomial(term).items())


def _whole(parts: list[Part]) -> Term:
    return _times(*parts[0]) if parts else t.num(0)


def _times(number: Fraction, atoms: Counter[Term], body: Term) -> Term:
    factors = [t.num(number)] if number != 1 else []
    for atom, exponent in sorted(atoms.items(), key=lambda x: (_letters(x[0]), x[0].digest)):
        one = t.power(atom, abs(exponent)) if abs(exponent) > 1 else atom
        if exponent:
            factors.append(t.inv(one) if exponent < 0 else one)
    if body is not t.num(1) or not factors:
        factors.append(body)
    return t.mul(*factors)


def _content(parts: Iterable[tuple[Fraction, Counter[Term]]]) -> tuple[Fraction, Counter[Term]]:
    """The common factor of some products; exponents may be negative."""
    parts = list(parts)
    numbers = [n for n, _ in parts]
    above, below = 0, 1
    for number in numbers:
        above, below = gcd(above, abs(number.numerator)), lcm(below, number.denominator)
    sign = -1 if all(n < 0 for n in numbers) else 1
    common: Counter[Term] = Counter()
    for atom in dict.fromkeys(a for _, atoms in parts for a in atoms):
        least = min(atoms[atom] for _, atoms in parts)
        most = max(atoms[atom] for _, atoms in parts)
        if least > 0 or most < 0:
            common[atom] = least if least > 0 else most
    number = Fraction(sign * above, below)
    if _ones(n / number for n in numbers) <= _ones(numbers):  # no 1/2 (2 a + b)
        number = Fraction(sign)
    return number, common


def _ones(numbers: Iterable[Fraction]) -> int:
    """How many coefficients need not be written."""
    return sum(abs(n) == 1 for n in numbers)


def _less(atoms: Counter[Term], common: Counter[Term]) -> Counter[Term]:
    rest = Counter(atoms)
    for atom, exponent in common.items():
        rest[atom] -= exponent
        if not rest[atom]:
            del rest[atom]
    return rest


# ---------------------------------------------------------------- sums


def _aligned(group: list[Monomial]) -> list[Monomial]:
    """The monomials summed over the same variables, named so that most factors agree."""
    first, *others = group
    if not first.over:
        return group
    bound = frozenset(first.over)
    known = set(first.atoms)
    out = [first]
    for monomial in others:
        best: Monomial | None = None
        most = -1
        for order in permutations(first.over) if len(first.over) < 5 else [first.over]:
            if any(a.sort != b.sort for a, b in zip(order, monomial.over, strict=True)):
                continue
            names = dict(zip(monomial.over, order, strict=True))
            atoms: Counter[Term] = Counter()
            for atom, exponent in monomial.atoms.items():
                atoms[t.substitute(atom, names)] += exponent
            score = sum(len(a.variables & bound) for a in atoms if a in known)
            if score > most:
                best, most = Monomial(monomial.number, atoms, first.over), score
        assert best is not None
        known |= set(best.atoms)
        out.append(best)
    return out


def _alike(group: list[Monomial]) -> list[list[Monomial]]:
    """Monomials that share a factor with a summed variable; those without one are together."""
    over = frozenset(group[0].over)
    if not over:
        return [group]
    classes: list[tuple[set[Term], list[Monomial]]] = []
    for monomial in group:
        mine = {a for a in monomial.atoms if a.variables & over}
        meets = [c for c in classes if c[0] & mine]
        merged = (mine.union(*(c[0] for c in meets)), [m for c in meets for m in c[1]] + [monomial])
        classes = [c for c in classes if c not in meets] + [merged]
    return [members for _, members in classes]


def _summed(group: list[Monomial]) -> Part:
    """A common factor, and the sum of what is left, factored."""
    over = group[0].over
    number, common = _content([(m.number, m.atoms) for m in group])
    bound = frozenset(over)
    outside = Counter({a: e for a, e in common.items() if not a.variables & bound})
    inside = Counter({a: e for a, e in common.items() if a.variables & bound})
    rest = [(m.number / number, _less(m.atoms, common)) for m in group]
    scale, factors = _factors(rest)
    number *= scale
    factors += [(a, e) for a, e in inside.items()]
    free = [(f, e) for f, e in factors if not f.variables & bound]
    held = [(f, e) for f, e in factors if f.variables & bound]
    for factor, exponent in free:
        outside[factor] += exponent
    return number, outside, _over(list(over), held)


def _over(over: list[Term], factors: list[tuple[Term, int]]) -> Term:
    """Nested sums of a product: each factor stands outside the sums that it does not need."""
    if not over:
        return _times(Fraction(1), Counter(dict(factors)), t.num(1))
    *outer, last = sorted(
        over, key=lambda v: sum(v in f.variables for f, _ in factors), reverse=True
    )
    other = next((v for f, _ in factors for v in _partner(f, last)), last)
    held = [(f, e) for f, e in factors if {last, other} & f.variables]
    body = t.total(t.lam([last], _times(Fraction(1), Counter(dict(held)), t.num(1))))
    if other is not last:
        body = t.total(t.lam([other], body))
        outer.remove(other)
    rest = [(f, e) for f, e in factors if not {last, other} & f.variables]
    return _over(outer, [*rest, (body, 1)])


def _partner(factor: Term, index: Term) -> list[Term]:
    """The index that a sum over pairs sums together with another one."""
    head = factor.args[0] if factor.op == "at" else factor
    if head.op != "var" or head.data != APART or index not in factor.args:
        return []
    return [a for a in factor.args[1:] if a is not index]


def _factors(
    terms: Sequence[tuple[Fraction, Counter[Term]]],
) -> tuple[Fraction, list[tuple[Term, int]]]:
    """A sum of products as a number and factors with exponents."""
    if len(terms) == 1:
        return terms[0][0], list(terms[0][1].items())
    atoms = list(dict.fromkeys(a for _, x in terms for a in x))
    if not atoms:
        return sum((n for n, _ in terms), Fraction(0)), []
    low = {a: min(0, min(x[a] for _, x in terms)) for a in atoms}
    below = [(a, e) for a, e in low.items() if e]
    if len(terms) > MAX_TERMS or (len(terms) == 2 and not _powers(terms)):
        return Fraction(1), [(t.add(*(_times(n, x, t.num(1)) for n, x in terms)), 1)]
    scale, found = _factored(tuple((tuple(x[a] - low[a] for a in atoms), n) for n, x in terms))
    factors: list[tuple[Term, int]] = []
    for poly, exponent in found:
        flip, factor = _sum(
            [
                (n, Counter({a: e for a, e in zip(atoms, powers, strict=True) if e}))
                for powers, n in poly
            ]
        )
        scale *= flip**exponent
        factors.append((factor, exponent))
    odd = [k for k, (f, e) in enumerate(factors) if f.op == "add" and e % 2]
    if scale < 0 and len(odd) == 1:
        factor, exponent = factors[odd[0]]
        scale, factors[odd[0]] = -scale, (_turned(factor), exponent)
    return scale, [*factors, *below]


Powers = tuple[tuple[tuple[int, ...], Fraction], ...]
"""A polynomial: exponents of its variables, with a coefficient."""


@lru_cache(maxsize=1_000)
def _factored(poly: Powers) -> tuple[Fraction, list[tuple[Powers, int]]]:
    """A polynomial as a number and irreducible polynomials with exponents."""
    from sympy import QQ
    from sympy.polys.rings import ring

    names, *_ = ring([f"a{k}" for k in range(len(poly[0][0]))], QQ)
    given = {powers: QQ(n.numerator, n.denominator) for powers, n in poly}
    number, found = names.from_dict(given).factor_list()
    return _fraction(number), [
        (tuple((powers, _fraction(c)) for powers, c in factor.terms()), exponent)
        for factor, exponent in found
    ]


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.numerator), int(number.denominator))


def _turned(sum_: Term) -> Term:
    """A sum with the other sign."""
    return t.add(*(tidy(t.neg(a)) for a in sum_.args))


def _powers(terms: Sequence[tuple[Fraction, Counter[Term]]]) -> bool:
    """Whether there are powers: a sum of two products without one has no factors."""
    return any(abs(e) > 1 for _, atoms in terms for e in atoms.values())


def _sum(terms: list[tuple[Fraction, Counter[Term]]]) -> tuple[Fraction, Term]:
    """A polynomial with a positive first term, and the number that it lost."""
    number, _ = _content(terms)
    rows = sorted(terms, key=lambda x: _rank(x[1]))
    scale = -abs(number) if rows[0][0] < 0 else abs(number)
    return scale, t.add(*(_times(n / scale, x, t.num(1)) for n, x in rows))


def _rank(atoms: Counter[Term]) -> tuple[int, list[tuple[bool, str]]]:
    """Terms with indices first, constants last; x before y, Latin letters before Greek."""
    heads = [_letters(a.args[0] if a.op == "at" else a) for a in atoms]
    bare = [re.sub(r"^\\(?:vec|mathbf|bm|hat|bar)\b\W*", "", h) for h in heads]
    return -sum(len(a.variables) for a in atoms), sorted((b.startswith("\\"), b) for b in bare)
