"""The proofs of a document's links, found again so that they can be told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..kernel import Term
from ..kernel import terms as t
from ..language.source import Source
from ..proofs import ask
from ..prover.prove import Proof
from ..reader.document import Document, Equation, load, read_kept
from ..reader.scope import SEVERAL, Entry
from ..results import EquationResult, Report
from .signs import unicode_name
from .vocabulary import Vocabulary

SECONDS = 60.0
"""For a proof: the check that found it had its own limit."""


@dataclass(frozen=True)
class Proofs:
    """The proofs of an equation's links, by the links' places (from 0), and its names."""

    document: Document
    equation: Equation
    vocabulary: Vocabulary
    found: dict[int, Proof]


def proofs_of(
    report: Report, label: str, declarations: str | None = None, seconds: float = SECONDS
) -> Proofs | None:
    """The proofs of an equation's links that a report calls proved, found again.

    None for a label that the report's document does not have.
    """
    if label not in report.labels:
        return None
    return proofs_in(document_of(report, declarations), report[label], seconds)


def document_of(report: Report, declarations: str | None = None) -> Document:
    """The document of a report, read again."""
    extra = load(declarations) if declarations is not None else None
    return read_kept(Source(report.document, report.text), extra)


def proofs_in(
    document: Document, result: EquationResult, seconds: float = SECONDS
) -> Proofs | None:
    """The same with the document and the equation's result at hand."""
    if result.label not in document:
        return None
    equation = document[result.label]
    found: dict[int, Proof] = {}
    links = equation.reading.links if equation.reading is not None else []
    for k, (link, row) in enumerate(zip(links, result.links, strict=False)):
        if row.kernel.status == "proved":
            needed = frozenset(need.hypothesis for need in row.needs)
            proof = ask(document, equation, link, seconds, needed).proof
            if proof is not None:
                found[k] = proof
    return Proofs(document, equation, Vocabulary(document, equation.scope), found)


@dataclass(frozen=True)
class Said:
    """A hypothesis of a proof, where the document says it, and whether it leaves it unsaid."""

    statement: Term
    origin: str
    unsaid: bool


def hypotheses(proofs: Proofs, proof: Proof) -> list[Said]:
    """What a proof assumes, in the order of the declarations; a stronger one covers a weaker."""
    given = {g.statement: g for g in proof.granted}
    order = {statement: k for k, statement in enumerate(given)}
    rows = []
    for said in sorted(proof.hypotheses, key=lambda h: (order.get(h, len(order)), h.digest)):
        if stronger(said) in proof.hypotheses:
            continue
        granted = given.get(said)
        if granted is None:
            rows.append(Said(said, *_elsewhere(proofs, proof, said)))
            continue
        if granted.name == SEVERAL:
            two = f"{unicode_name(granted.entry.name)} has two elements"
            rows.append(Said(said, two, True))
            continue
        prop = granted.entry.declared(granted.name)
        origin = _KINDS.get(granted.name, "") + _place(granted.entry)
        rows.append(Said(said, origin, prop is not None and prop.unsaid))
    return rows


def _place(entry: Entry) -> str:
    if entry.span is None or entry.source is None:
        return f"of {entry.pattern}"
    return f"declared in line {entry.source.position(entry.span.start)[0]}"


_KINDS = {
    "law": "a distribution, ",
    "smooth": "as every function that is not defined, ",
    "natural": "a natural number, ",
}
"""What a declaration grants by its kind, and not by a property."""


def _elsewhere(proofs: Proofs, proof: Proof, said: Term) -> tuple[str, bool]:
    """A hypothesis that no declaration of a symbol grants."""
    scope = proofs.equation.scope
    for span, source, unsaid in scope.assumptions:
        if proof.assumed.get(source.slice(span)) is said:
            return f"assumed in line {source.position(span.start)[0]}", unsaid
    if said.op == "!=" and t.is_finite(said.args[0].sort):
        return "there is an entry for each pair", False
    return f"by ({scope.follows})" if scope.follows is not None else "assumed", False


def witnesses(proof: Proof) -> list[Term]:
    """The values that a proof names, of symbols of which the document says that there are some."""
    rows = []
    for name, value in proof.witnesses.items():
        if value.op == "lam":
            fresh = t.fresh_variables(value.data, value)
            left = t.at(t.var(name, value.sort), *fresh)
            rows.append(t.equal(left, t.at(value, *fresh)))
        else:
            rows.append(t.equal(t.var(name, value.sort), value))
    return rows


def stronger(said: Term) -> Term | None:
    """0 < a for 0 <= a, said of the same things."""
    if said.op == "every":
        body = said.args[0]
        fresh = t.fresh_variables(body.data, body)
        inner = stronger(t.at(body, *fresh))
        return t.every(t.lam(fresh, inner)) if inner is not None else None
    return t.less(*said.args) if said.op == "<=" else None


def sizes(vocabulary: Vocabulary, *said: Term) -> list[str]:
    """What a theorem holds for every value of: sizes of index sets, and finite sets."""
    found: set[str] = set()
    sets: set[str] = set()
    for sort in (s for one in said for s in _sorts(one)):
        name = vocabulary.sizes.get(sort.index if isinstance(sort, t.Points) else sort)
        if name is not None:
            found.add(name)
        if isinstance(sort, t.Points) and not sort.spins:
            sets.add(f"finite set {unicode_name(sort.name)}")
    return [*sorted(found, key=lambda name: (name.lower(), name)), *sorted(sets)]


def _sorts(term: Term) -> Iterator[t.Sort]:
    seen: set[Term] = set()
    stack = [term]
    while stack:
        here = stack.pop()
        if here not in seen:
            seen.add(here)
            stack += here.args
            sorts = list(here.data) if here.op == "lam" else [here.sort]
            sorts += [here.data] if here.op == "size" else []
            for sort in sorts:
                yield from _parts(sort)


def _parts(sort: t.Sort) -> Iterator[t.Sort]:
    if isinstance(sort, t.Arrow):
        for part in (*sort.arguments, sort.result):
            yield from _parts(part)
    else:
        yield sort
