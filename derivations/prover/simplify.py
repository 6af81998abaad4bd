"""Simplification: a term, and a theorem that it equals a simpler one.

Atoms are rewritten from inside out (derivatives are carried out, logarithms of products
become sums, exponentials of sums products, integrals against delta measures sums), then
products are (x x⁻¹, a distribution's total, entries of an inverse matrix). What needs a
sign or a divisor that is not 0 is done only where the facts allow it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear, reciprocal
from ..kernel.logic import congruence
from ..kernel.normal import Monomial, Polynomial, polynomial, written
from ..kernel.terms import REAL, KernelError, Rational, Term
from ..kernel.theorem import Theorem
from .rewriting import (
    MAX_STEPS,
    Rewrite,
    apply,
    combined,
    difference,
    opened,
    product_of,
    rewrite_of,
)

AtomRule = Callable[["Simplifier", Term], "Theorem | None"]
InMonomial = Callable[[Monomial, Rational], "tuple[Entry, Polynomial] | None"]


MATRICES = ("det", "cof", "minv")


class OutOfTime(Exception):
    """The time for a proof has run out."""


class Simplifier:
    """Rewrites terms under facts: theorems on signs, and equations read left to right."""

    def __init__(
        self,
        facts: Iterable[Theorem] = (),
        equations: Iterable[Theorem] = (),
        deadline: float | None = None,
        mirroring: bool = True,
        products: bool = False,
    ) -> None:
        self.facts = tuple(facts)
        equations = tuple(equations)
        self.rules = [r for r in map(rewrite_of, equations) if r is not None]
        self.deadline = deadline
        self.mirroring = mirroring
        self.products = products
        self._equations = equations
        self._still: Simplifier | None = None
        self.symmetric: dict[Term, Theorem | None] = {}
        self._done: dict[Term, Theorem] = {}
        self._atoms: dict[Term, Theorem | None] = {}
        self._inverses: dict[Term, Rewrite | None] = {}

    def __call__(self, term: Term) -> Theorem:
        """The theorem that a term equals its simplest form."""
        found = self._done.get(term)
        if found is None:
            found = self._done[term] = self._simplify(term)
        return found

    def result(self, term: Term) -> Term:
        """The simplest form."""
        return self(term).conclusion.args[1]

    def until(self, deadline: float | None) -> None:
        """Work no longer than that."""
        self.deadline = deadline
        if self._still is not None:
            self._still.deadline = deadline

    def tick(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise OutOfTime

    @property
    def still(self) -> Simplifier:
        """The same, but symmetric matrices keep their indices as they are: inside matrices."""
        if not self.mirroring:
            return self
        if self._still is None:
            self._still = Simplifier(
                self.facts, self._equations, self.deadline, False, self.products
            )
        return self._still

    # ------------------------------------------------------------ one term

    def _simplify(self, term: Term) -> Theorem:
        from .logs import split_logs

        split = split_logs(self, term)
        if split is None:
            return self._reduce(term)
        rest = self._reduce(split.conclusion.args[1])
        return chain(split, rest)

    def _reduce(self, term: Term) -> Theorem:
        return combined(term, *self._steps(term, self._in_monomial))

    def cancelled(self, term: Term) -> Theorem | None:
        """The theorem that a term equals the same without a a⁻¹; None if there is none in it."""
        form, entries = self._steps(term, self._cancel)
        return combined(term, form, entries) if entries else None

    def _steps(self, term: Term, in_monomial: InMonomial) -> tuple[Polynomial, list[Entry]]:
        form, entries = polynomial(term), list[Entry]()
        settled: set[Monomial] = set()
        for _ in range(MAX_STEPS):
            self.tick()
            step = self._step(form, settled, in_monomial)
            if step is None:
                break
            entry, form = step
            entries.append(entry)
        return form, entries

    def _step(
        self, form: Polynomial, settled: set[Monomial], in_monomial: InMonomial
    ) -> tuple[Entry, Polynomial] | None:
        for monomial, coefficient in form.items():
            if monomial in settled:
                continue
            found = in_monomial(monomial, coefficient)
            if found is not None:
                entry, changed = found
                rest = {m: c for m, c in form.items() if m != monomial}
                for m, c in changed.items():
                    total = rest.get(m, 0) + c
                    if total:
                        rest[m] = total
                    else:
                        rest.pop(m, None)
                return entry, rest
            settled.add(monomial)
        return None

    def _in_monomial(
        self, monomial: Monomial, coefficient: Rational
    ) -> tuple[Entry, Polynomial] | None:
        cancelled = self._cancel(monomial, coefficient)
        if cancelled is not None:
            return cancelled
        variables, factors = opened(monomial)
        for k, (atom, exponent) in enumerate(factors):
            theorem = self.atom(atom)
            if theorem is not None:
                left, right = theorem.conclusion.args
                rest = [*factors[:k], (atom, exponent - 1), *factors[k + 1 :]]
                factor = product_of(coefficient, rest)
                entry: Entry = (factor, theorem, (), variables)
                change = t.sub(right, left)
                return entry, difference({monomial: coefficient}, factor, change, variables)
        for rule in (*self.rules, *self._folding(factors)):
            found = apply(rule, monomial, coefficient)
            if found is not None and monomial not in found[1]:
                return found
        return self._mirrored(monomial, coefficient) if self.mirroring else None

    # ------------------------------------------------------------ products

    def _cancel(self, monomial: Monomial, coefficient: Rational) -> tuple[Entry, Polynomial] | None:
        """A monomial without a a⁻¹."""
        for rule in self._cancelling(opened(monomial)[1]):
            found = apply(rule, monomial, coefficient)
            if found is not None and monomial not in found[1]:
                return found
        return None

    def _cancelling(self, factors: list[tuple[Term, int]]) -> list[Rewrite]:
        """Rewrites a a⁻¹ = 1 for the inverses in a product."""
        rules = []
        for atom, _ in factors:
            if atom.op == "inv":
                if atom not in self._inverses:
                    self._inverses[atom] = self._inverse(atom)
                rule = self._inverses[atom]
                if rule is not None:
                    rules.append(rule)
        return rules

    def _inverse(self, atom: Term) -> Rewrite | None:
        inside = atom.args[0]
        form = polynomial(inside)
        try:
            theorem = reciprocal(inside, self.facts)
        except KernelError:
            return None
        lead = max(form, key=_weight)
        whole = polynomial(t.mul(written({lead: 1}), atom))
        if len(whole) != 1:
            return None
        return rewrite_of(theorem, next(iter(whole)), inside.variables)

    def _folding(self, factors: list[tuple[Term, int]]) -> list[Rewrite]:
        """Rewrites for pairs of atoms, such as √a √a = a."""
        from .laws import PAIRS

        rules = []
        for atom, _ in factors:
            for make in PAIRS.get(atom.op, ()):
                rule = make(self, atom)
                if rule is not None:
                    rules.append(rule)
        return rules

    def _mirrored(
        self, monomial: Monomial, coefficient: Rational
    ) -> tuple[Entry, Polynomial] | None:
        """A symmetric entry written the other way, if that comes first in the order."""
        from .laws import mirror

        variables, factors = opened(monomial)
        for k, (atom, exponent) in enumerate(factors):
            theorem = mirror(self, atom)
            if theorem is None:
                continue
            left, right = theorem.conclusion.args
            rest = [*factors[:k], (atom, exponent - 1), *factors[k + 1 :]]
            factor = product_of(coefficient, rest)
            changed = difference({monomial: coefficient}, factor, t.sub(right, left), variables)
            if len(changed) == 1 and _rank(next(iter(changed))) < _rank(monomial):
                return (factor, theorem, (), variables), changed
            if not changed:
                return (factor, theorem, (), variables), changed
        return None

    # ------------------------------------------------------------ atoms

    def atom(self, atom: Term) -> Theorem | None:
        """The theorem that an atom equals something simpler, if it does."""
        if atom not in self._atoms:
            self._atoms[atom] = None  # an atom that needs itself stays
            try:
                found = self._atom(atom)
            except BaseException:
                del self._atoms[atom]
                raise
            if found is not None and polynomial(found.conclusion.args[1]) != polynomial(atom):
                self._atoms[atom] = found
        return self._atoms[atom]

    def _atom(self, atom: Term) -> Theorem | None:
        from .laws import FIRST, LAWS, PRODUCTS

        early = PRODUCTS.get(atom.op, ()) if self.products else ()
        for law in (*early, *FIRST.get(atom.op, ())):
            found = self._tried(law, atom)
            if found is not None:
                return found
        inner = self._inside(atom)
        here = inner.conclusion.args[1] if inner is not None else atom
        for law in LAWS.get(here.op, ()):
            found = self._tried(law, here)
            if found is not None:
                return found if inner is None else chain(inner, found)
        return inner

    def _tried(self, law: AtomRule, atom: Term) -> Theorem | None:
        try:
            found = law(self, atom)
        except KernelError:
            return None
        if found is None or polynomial(found.conclusion.args[1]) == polynomial(atom):
            return None
        return found

    def _inside(self, atom: Term) -> Theorem | None:
        """An atom with its arguments simplified."""
        theorem: Theorem | None = None
        here = atom
        for position in range(len(atom.args)):
            argument = here.args[position]
            if argument.op == "lam" and argument.args[0].sort == REAL:
                fresh = tuple(
                    t.var(f"~{atom.op}{len(argument.data)}{k}{_depth(argument)}", s)
                    for k, s in enumerate(argument.data)
                )
                if any(f in argument.variables for f in fresh):
                    continue
                body = t.at(argument, *fresh)
                if body.masses:
                    continue
            elif argument.sort == REAL:
                fresh, body = (), argument
            else:
                continue
            simpler = (self.still if atom.op in MATRICES else self)(body)
            left, right = simpler.conclusion.args
            if left is right or polynomial(left) == polynomial(right):
                continue
            step = in_argument(here, position, simpler, fresh)
            theorem = step if theorem is None else chain(theorem, step)
            here = step.conclusion.args[1]
        return theorem


def _depth(term: Term) -> int:
    return 1 + max((_depth(a) for a in term.args), default=0)


def _weight(monomial: Monomial) -> tuple[int, int, tuple[bytes, ...]]:
    binders, factors = monomial
    return (
        sum(e for _, e in factors),
        len(binders),
        tuple(a.digest for a, _ in factors),
    )


def _rank(monomial: Monomial) -> tuple[tuple[bytes, int], ...]:
    return tuple((a.digest, e) for a, e in monomial[1])


# ---------------------------------------------------------------- small steps


def in_argument(
    term: Term, position: int, theorem: Theorem, variables: tuple[Term, ...]
) -> Theorem:
    """An operation with one argument replaced by an equal one."""
    argument = term.args[position]
    sort: t.Sort = t.Arrow(tuple(v.sort for v in variables), REAL) if variables else REAL
    hole = t.var("~hole", sort)
    new = t.lam(variables, t.at(hole, *variables)) if variables else hole
    del argument
    args = (*term.args[:position], new, *term.args[position + 1 :])
    return congruence(theorem, variables, hole, t.rebuild(term, args))


def chain(*theorems: Theorem) -> Theorem:
    """From a = b, b = c, …: a = z."""
    first, last = theorems[0].conclusion, theorems[-1].conclusion
    entries = tuple((t.num(1), theorem, (), ()) for theorem in theorems)
    return linear(t.equal(first.args[0], last.args[1]), entries, ())


def equal_by(left: Term, right: Term, *theorems: Theorem) -> Theorem:
    """left = right, which differ by a sum of equations."""
    entries = tuple((t.num(1), theorem, (), ()) for theorem in theorems)
    return linear(t.equal(left, right), entries, ())
