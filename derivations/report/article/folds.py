"""The document's names for terms, found among the factors of a product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from ...kernel import terms as t
from ...kernel.normal import polynomial
from ...kernel.terms import REAL, Rational, Term
from .factors import ratio
from .monomials import Atoms, Monomial, monomials, put


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

    @cached_property
    def variables(self) -> frozenset[Term]:
        """What a term speaks of, if the name can stand in it: all but the variable's value."""
        found: set[Term] = set()
        for slots, factors in polynomial(self.term):
            found.update(*(a.variables for a, _ in factors))
            found.difference_update(slots)
        return frozenset(found - {self.hole})

    @cached_property
    def _heads(self) -> set[str]:
        return {a.op for a in _single(self.term)[0].atoms}

    def within(self, monomial: Monomial) -> Monomial:
        """The monomial with the name for some of its factors, where they are the term."""
        if not self._heads <= {a.op for a in monomial.atoms}:
            return monomial
        for value in self._values(monomial):
            change = {self.hole: value} if self.hole is not None and value is not None else {}
            form = _single(t.substitute(self.term, change))
            if len(form) == 1 and (found := self._taken(monomial, form[0])) is not None:
                number, atoms, over = found
                put(atoms, t.substitute(self.symbol, change), 1)
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
    ) -> tuple[Rational, Atoms, tuple[Term, ...]] | None:
        """What is left of a monomial without the factors of another."""
        if len(form.over) > 1 or not form.atoms:
            return None
        places = [v for v in monomial.over if form.over and v.sort == form.over[0].sort]
        for place in places if form.over else [None]:
            names = {form.over[0]: place} if place is not None else {}
            rest = dict(monomial.atoms)
            for atom, exponent in form.atoms.items():
                here = t.substitute(atom, names)
                if exponent * rest.get(here, 0) < exponent * exponent:
                    break
                put(rest, here, -exponent)
            else:
                if place is None or not any(place in a.variables for a in rest):
                    over = tuple(v for v in monomial.over if v is not place)
                    return ratio(monomial.number, form.number), rest, over
        return None


@lru_cache(maxsize=5_000)
def _single(term: Term) -> tuple[Monomial, ...]:
    """The monomials of a term, kept: not to be changed."""
    return tuple(monomials(term)) if term.sort == REAL else ()
