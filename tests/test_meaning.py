"""What the prover takes a printed formula to mean is what the numbers take it to mean.

Both sides of each link are evaluated twice on random instances: the parsed tree by the
numeric witness, and the kernel's term by the evaluator of ``fuzz_kernel``, which was written
from the kernel's semantics. A prover that misread a formula would prove another statement.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath
import pytest
from fuzz_kernel import Reals

from derivations.check import BUNDLED
from derivations.judge import role
from derivations.kernel.terms import REAL, Arrow, Points, Sort, Term
from derivations.language import nodes as n
from derivations.prover.meaning import _RULES, Meaning, Unsupported
from derivations.reader.document import Document, Equation, load, read_document
from derivations.witness.numbers.compiler import Compiler
from derivations.witness.numbers.instances import Draw
from derivations.witness.numbers.values import OutsideDomain, Undefined, entries
from derivations.witness.numbers.values import Unsupported as NotByNumbers

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    BUNDLED,
    ROOT / "derivations" / "notes" / "examples" / "ridge.tex",
    ROOT / "derivations" / "notes" / "examples" / "softmax.tex",
    ROOT / "docs" / "examples" / "mean-and-variance.md",
]
SIZE = 2


class Instance(Reals):
    """The real line with the sets and values of a drawn instance."""

    def __init__(self, draw: Draw, equation: Equation, terms: list[Term]) -> None:
        sorts = {sort.name: draw.size(sort) for sort in equation.scope.sorts.values()}
        super().__init__(sorts, {})  # type: ignore[arg-type]
        self.draw, self.scope = draw, equation.scope
        for variable in set().union(*(term.variables for term in terms)):
            self.values[variable] = self.value(variable)  # type: ignore[index]

    def elements(self, sort: Sort) -> list[Any]:
        if isinstance(sort, Points) and not sort.spins:
            members = self.draw.need(("s", sort.name, 0))
            return [tuple(float(x) for x in member) for member in sorted(members)]
        if isinstance(sort, Points):
            self.sizes[sort] = 2 ** self.sizes[sort.index]  # type: ignore[index]
        if isinstance(sort, str) and sort not in self.sizes:
            return list(self.draw.need(("s", sort, 0)))
        return super().elements(sort)

    def integral(self, f: Callable[[Any], Any], sort: Sort) -> Any:
        self.places, self.mass = [], None
        f(0.25)
        if self.places:
            return super().integral(f, sort)
        return mpmath.fp.quad(f, [-60, -6, -2, -0.5, 0, 0.5, 2, 6, 60])

    def value(self, variable: Term) -> Any:
        sort, name = variable.sort, variable.data
        if not isinstance(sort, Arrow):
            value = self.draw.need(("s", name, 0))
            if sort == REAL:
                return float(value)
            return tuple(map(float, value)) if isinstance(sort, Points) else int(value) - 1
        if sort.arguments[0] == REAL or isinstance(sort.arguments[0], Points):
            drawn = self.draw.need(("s", name, 0))
            return lambda *xs: float(drawn.call(mpmath.mp, xs, 0))
        slots = len(sort.arguments)
        family = self.scope.entry(name, slots) is not None
        table = self.draw.need(("f", name, slots) if family else ("s", name, 0))
        return lambda *places: _entry(table, places, sort.result)


def _entry(table: Any, places: tuple[int, ...], result: Sort) -> Any:
    for k in places:
        table = table[k]
    if isinstance(result, Arrow):
        return lambda *more: _entry(table, more, result.result)
    if isinstance(table, tuple):
        return tuple(map(float, table))
    return 0.0 if table is None else float(table)


def agree(document: Document, equation: Equation, node: n.Relation, seed: int) -> bool | None:
    """Whether both readings have one value for each side; None where one has none."""
    meaning = Meaning(document, equation.scope)
    try:
        terms = [meaning(side) for side in (node.left, node.right)]
    except Unsupported:
        return None
    if any(_beyond(term) for term in terms):
        return None
    compiler = Compiler(document, equation)
    try:
        codes = [compiler.compile(side) for side in (node.left, node.right)]
        names = {sort.size for sort in equation.scope.sorts.values()}
        sizes = dict.fromkeys(names, SIZE)
        draw = Draw(compiler, random.Random(seed), "simple", sizes, mpmath.mp)
        draw.conventions = frozenset(equation.scope.conventions)
        for code in codes:
            draw.fill(code.keys)
        model = Instance(draw, equation, terms)
        values = [code.run(draw.env()) for code in codes]
    except (NotByNumbers, Undefined, OutsideDomain):
        return None
    for value, term in zip(values, terms, strict=True):
        for here, there in zip(entries(value), _all(model, term), strict=True):
            if not math.isclose(float(here), there, rel_tol=1e-5, abs_tol=1e-5):
                return False
    return True


def _all(model: Instance, term: Term) -> list[float]:
    """The entries of a number, vector or matrix, row by row."""
    value = model(term)
    if not isinstance(term.sort, Arrow):
        return list(map(float, value)) if isinstance(value, tuple) else [float(value)]
    places: list[tuple[Any, ...]] = [()]
    for sort in term.sort.arguments:
        places = [(*p, k) for p in places for k in model.elements(sort)]
    return [float(value(*p)) for p in places]


def _beyond(term: Term) -> bool:
    """What the evaluator in floats has no value for: unknown logarithms, integrals over
    vectors, derivatives of derivatives."""
    if term.masses or any(v.data.startswith("\\ln ") for v in term.variables):
        return True
    if term.op == "int" and term.args[0].data != (REAL,):
        return True
    nested = term.op == "deriv" and any("deriv" in _operations(a) for a in term.args)
    return nested or any(_beyond(a) for a in term.args)


def _operations(term: Term) -> set[str]:
    return {term.op}.union(*(_operations(a) for a in term.args))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem)
def test_both_readings_agree(path: Path) -> None:
    document = read_document(load(path))
    compared = silent = 0
    for equation in document.equations:
        for k, link in enumerate(equation.reading.links if equation.reading else ()):
            node = link.node
            if role(equation, link) != "claim" or not isinstance(node, n.Relation):
                continue
            found = [agree(document, equation, node, seed) for seed in (1, 2)]
            assert False not in found, (equation.label, k + 1)
            compared += True in found
            silent += found == [None, None]
    assert compared >= 5
    assert compared >= silent


def test_a_misreading_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """With transposes left out, (A + Aᵀ) x of (10.1) is not what the numbers read."""
    document = read_document(load(BUNDLED))
    equation = document["10.1"]
    assert equation.reading is not None
    node = equation.reading.links[-1].node
    assert isinstance(node, n.Relation)
    assert agree(document, equation, node, 1) is True
    monkeypatch.setitem(_RULES, n.Transpose, lambda m, node, names: m(node.operand, names))
    assert agree(document, equation, node, 1) is False
