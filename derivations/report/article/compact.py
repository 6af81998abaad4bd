r"""Shorter forms of terms: equal by the kernel's normal form, with common factors taken out.

The prover works with flat sums of monomials; people read :math:`(x - \mu)^2`. SymPy factors
polynomials in the atoms; that the result is equal is looked at by the kernel's own normal
form wherever it is used (see :mod:`.stations`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from ...kernel import terms as t
from ...kernel.normal import polynomial
from ...kernel.terms import REAL, KernelError, Term
from ..entries import ByEntry, by_entry
from ..tidy import tidy
from ..vocabulary import APART
from .factors import Part, content, less, ratio, summed
from .folds import Fold
from .monomials import Atoms, Monomial, aligned, alike, monomials, off_diagonal, put, times

SHORT, TOO_LONG = 2, 300
"""Lengths between which a term is written anew."""


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
        if self.named and term.args:
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
        for monomial in off_diagonal(monomials(term), self.pairs):
            for fold in self.folds:
                monomial = fold.within(monomial)
            atoms: Atoms = {}
            for atom, exponent in monomial.atoms.items():
                put(atoms, self._inside(atom), exponent)
            monomial.atoms = atoms
            over = tuple(v.sort for v in monomial.over)
            below = frozenset((a, e) for a, e in atoms.items() if e < 0)
            groups.setdefault(over or below, []).append(monomial)
        parts: list[Part] = []
        for group in groups.values():
            parts += map(summed, alike(aligned(group)))
        if len(parts) < 2:
            return _whole(parts)
        number, common = content([(n, a) for n, a, _ in parts])
        rest = [(ratio(n, number), less(a, common), body) for n, a, body in parts]
        return times(number, common, t.add(*(_whole([part]) for part in rest)))


def _whole(parts: Sequence[Part]) -> Term:
    number, atoms, body = parts[0] if parts else (0, {}, ())
    return times(number, atoms, *body)


def _form(term: Term) -> frozenset[object]:
    """The normal form of a term, to be looked up by."""
    return frozenset(polynomial(term).items())


@lru_cache(maxsize=64)
def shared_compactor(folds: tuple[Fold, ...], pairs: str | None) -> Compactor:
    """One for terms without derivatives; those used last are kept, with what they found."""
    return Compactor(folds, None, pairs)


@lru_cache(maxsize=100_000)
def has_derivative(term: Term) -> bool:
    """Whether a term, or a part of it, is a derivative."""
    return term.op == "deriv" or any(map(has_derivative, term.args))


@lru_cache(maxsize=100_000)
def has_own_quotient(term: Term) -> bool:
    """Whether there is n / n in print, which is not 1 for all n."""
    above, below = set[Term](), set[Term]()
    for factor in term.args if term.op == "mul" else ():
        base = _base(factor)
        if base.op == "inv":
            below.add(_base(base.args[0]))
        else:
            above.add(base)
    return not above.isdisjoint(below) or any(map(has_own_quotient, term.args))


def _base(factor: Term) -> Term:
    return factor.args[0] if factor.op == "pow" else factor


@lru_cache(maxsize=100_000)
def length(term: Term) -> int:
    """How long a term is in print, about: letters, digits and signs."""
    if term.op == "at" and term.args[0].op == "var" and term.args[0].data == APART:
        return 0  # it stands below the sign of the sum
    own = {"num": 1, "lam": 0, "at": 0, "sum": 3, "prod": 3, "int": 2, "deriv": 2, "det": 3}
    signs = len(term.args) - 1 if term.op == "add" else 0
    return own.get(term.op, 1) + signs + sum(map(length, term.args))
