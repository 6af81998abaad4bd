"""Terms as sums of products: the monomials of the kernel's normal form, with names of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations

from ...kernel import terms as t
from ...kernel.normal import normal, polynomial
from ...kernel.terms import Rational, Term
from ..vocabulary import apart

Atoms = dict[Term, int]
"""Factors with exponents, which are not 0."""


@dataclass
class Monomial:
    """A number and atoms with exponents, summed over variables."""

    number: Rational
    atoms: Atoms
    over: tuple[Term, ...]


def monomials(term: Term) -> list[Monomial]:
    """The normal form of a term, each monomial with variables of its own."""
    found = []
    for (slots, factors), number in polynomial(term).items():
        over: tuple[Term, ...] = ()
        if slots:
            over = t.fresh_variables([s.sort for s in slots], term, *(a for a, _ in factors))
            values = dict(zip(slots, over, strict=True))
            factors = tuple((normal(t.substitute(a, values)), e) for a, e in factors)
        given = dict(factors)
        atoms: Atoms = {}
        for atom, exponent in factors:
            if atom.op == "inv" and atom.args[0] not in given:  # n / n is not 1 for all n
                atom, exponent = atom.args[0], -exponent
            atoms[atom] = exponent
        found.append(Monomial(number, atoms, over))
    return found


def put(atoms: Atoms, atom: Term, exponent: int) -> None:
    """Multiply a product by a power of an atom."""
    total = atoms.get(atom, 0) + exponent
    if total:
        atoms[atom] = total
    else:
        atoms.pop(atom, None)


def renamed(atoms: Atoms, names: dict[Term, Term]) -> Atoms:
    """A product with other variables."""
    out: Atoms = {}
    for atom, exponent in atoms.items():
        put(out, t.substitute(atom, names), exponent)
    return out


def times(number: Rational, atoms: Mapping[Term, int], *bodies: Term) -> Term:
    """A number times powers, in the order of the alphabet, times what comes last."""
    factors = [t.num(number)] if number != 1 else []
    rows = atoms.items() if len(atoms) < 2 else sorted(atoms.items(), key=_alphabet)
    for atom, exponent in rows:
        one = t.power(atom, abs(exponent)) if abs(exponent) > 1 else atom
        factors.append(t.inv(one) if exponent < 0 else one)
    factors += bodies
    return t.mul(*factors) if factors else t.num(1)


def _alphabet(factor: tuple[Term, int]) -> tuple[str, bytes]:
    return letters(factor[0]), factor[0].digest


@lru_cache(maxsize=100_000)
def letters(term: Term) -> str:
    """The names in a term, by which factors and terms are ordered."""
    own = str(term.data) if term.op in ("var", "num") else ""
    return own + "".join(map(letters, term.args))


# ---------------------------------------------------------------- sums over indices


def off_diagonal(found: list[Monomial], pairs: str | None) -> list[Monomial]:
    """Double sums without the sums over their diagonals, as sums over pairs of different ones."""
    for monomial in found:
        for i, j in combinations(monomial.over, 2):
            if i.sort != j.sort or len(found) < 2:
                continue
            atoms = renamed(monomial.atoms, {j: i})
            over = tuple(v for v in monomial.over if v is not j)
            diagonal = Monomial(-monomial.number, atoms, over)
            others = [m for m in found if m is not monomial and _as_one(m, diagonal)]
            if others:
                weight = apart(i, j) if pairs else t.sub(t.num(1), t.delta(i, j))
                number = monomial.number * (2 if pairs == "unordered pairs" else 1)
                less = Monomial(number, monomial.atoms | {weight: 1}, monomial.over)
                left = [m for m in found if m is not monomial and m is not others[0]]
                return off_diagonal([less, *left], pairs)
    return found


def _as_one(left: Monomial, right: Monomial) -> bool:
    """Whether two monomials are equal, but for the names of the summed variables."""
    if left.number != right.number or len(left.over) != len(right.over):
        return False
    return any(
        all(a.sort == b.sort for a, b in zip(left.over, order, strict=True))
        and right.atoms == renamed(left.atoms, dict(zip(left.over, order, strict=True)))
        for order in permutations(right.over)
    )


def aligned(group: list[Monomial]) -> list[Monomial]:
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
            atoms = renamed(monomial.atoms, dict(zip(monomial.over, order, strict=True)))
            score = sum(len(a.variables & bound) for a in atoms if a in known)
            if score > most:
                best, most = Monomial(monomial.number, atoms, first.over), score
        assert best is not None
        known |= set(best.atoms)
        out.append(best)
    return out


def alike(group: list[Monomial]) -> list[list[Monomial]]:
    """Monomials that share a factor with a summed variable; those without one are together."""
    over = frozenset(group[0].over)
    if not over or len(group) == 1:
        return [group]
    classes: list[tuple[set[Term], list[Monomial]]] = []
    for monomial in group:
        mine = {a for a in monomial.atoms if a.variables & over}
        meets = [c for c in classes if c[0] & mine]
        merged = (mine.union(*(c[0] for c in meets)), [m for c in meets for m in c[1]] + [monomial])
        classes = [c for c in classes if c not in meets] + [merged]
    return [members for _, members in classes]
