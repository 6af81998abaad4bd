"""From a report to an article: every proof is found again and told in stations."""

from __future__ import annotations

from typing import Any

from ...cache import build
from ...collector import undisturbed
from ...corrections.trial import reread
from ...kernel import Term
from ...language import nodes as n
from ...language.latex import RELATIONS
from ...language.latex import latex as written
from ...language.source import Source
from ...prover.prove import Proof, Unproved, prove
from ...reader.declarations import CONVENTIONS
from ...reader.document import Document, Equation
from ...reader.words import EQUIVALENCES
from ...results import EquationResult, LinkResult, Report
from .. import proved
from ..proved import Proofs
from ..steps import trivial
from ..terms import latex
from ..trust import rows
from ..vocabulary import Vocabulary
from .content import Article, Given, Place, Tellings, Told
from .stations import Telling, line


@undisturbed()
def article(report: Report, declarations: str | None = None) -> Article:
    """What there is to typeset of a report. ``declarations`` is the file that it was made with.

    Proofs that were not told along with the check (by ``report.told``) are found and told now.
    """
    told: dict[Place, Told] = {}
    mended: dict[Place, Told] = {}
    document: Document | None = None
    for equation in report:
        found = _read(report.along.get(equation.label))
        if found is None:
            document = document or proved.document_of(report, declarations)
            found = tellings(document, equation)
        told |= {(equation.label, k): one for k, one in found.proved}
        mended |= {(equation.label, k): one for k, one in found.mended}
    return Article(report, told, mended, tuple(rows(report)))


def _read(plain: dict[str, Any] | None) -> Tellings | None:
    """Proofs that were told along with a check, if these are some."""
    if plain is None:
        return None
    try:
        found: Tellings = build(Tellings, plain)
    except ValueError:
        return None
    return found


def tellings(document: Document, result: EquationResult) -> Tellings:
    """The proofs of an equation's links, and of the corrections of those that are refuted."""
    found = proved.proofs_in(document, result)
    if found is None:
        return Tellings()
    telling = Telling(document, found.equation)
    told = tuple(
        (k, tell(telling, found, proof, _printed(found, k))) for k, proof in found.found.items()
    )
    corrected = (
        (k, _corrected(document, found.equation, row, k))
        for k, row in enumerate(result.links)
        if row.correction is not None and row.mended is not None
    )
    return Tellings(told, tuple((k, one) for k, one in corrected if one is not None))


def _corrected(document: Document, equation: Equation, row: LinkResult, k: int) -> Told | None:
    """The proof of a link in the display that stands corrected."""
    assert row.mended is not None
    edited = reread(document, equation, row.mended, row.declare)
    if edited is None or edited[1].reading is None or len(edited[1].reading.links) <= k:
        return None
    source, new = edited
    equations = [new if e is equation else e for e in document.equations]
    place = Document(source, equations, document.declarations)
    try:
        proof = prove(place, new, edited[1].reading.links[k], proved.SECONDS)
    except Unproved:
        return None
    proofs = Proofs(place, new, Vocabulary(place, new.scope), {k: proof})
    return tell(Telling(place, new), proofs, proof, row.correction or "")


def tell(telling: Telling, proofs: Proofs, proof: Proof, printed: str) -> Told:
    """The proof of a link; its last step is the link as ``printed``."""
    names = proofs.vocabulary
    rules, axioms = proof.rests_on()
    return Told(
        steps=tuple(line(station, printed) for station in telling.stations(proof)),
        given=tuple(
            Given(latex(said.statement, names), said.unsaid)
            for said in proved.hypotheses(proofs, proof)
        ),
        taken=tuple(telling.formula(row) for row in proved.witnesses(proof)),
        conventions=tuple(CONVENTIONS[name] for name in sorted(proof.conventions)),
        sizes=tuple(proved.sizes(names, proof.theorem.conclusion)),
        uses=tuple(e.label for e in proofs.document.equations if e.label in proof.uses),
        conditions=tuple(dict.fromkeys(map(telling.formula, _shown(proof)))),
        rules=tuple(rules),
        axioms=tuple(axioms),
        inferences=len(proof.inferences),
    )


def _shown(proof: Proof) -> list[Term]:
    """What was proved besides, but for what says nothing."""
    return [c.conclusion for c in proof.conditions if not trivial(c.conclusion)]


def _printed(proofs: Proofs, k: int) -> str:
    """A link as one relation: as printed, or in signs what the document says in words."""
    assert proofs.equation.reading is not None
    node = proofs.equation.reading.links[k].node
    source = proofs.document.source
    if node.left.span is None or node.sign is None or node.right.span is None:
        return written(node, proofs.equation.scope.names)
    left, sign, right = map(source.slice, (node.left.span, node.sign, node.right.span))
    if isinstance(node, n.Equivalence) and not sign.lstrip().startswith(_ARROWS):
        left, right, sign = _signs(node.left, source), _signs(node.right, source), r"\iff"
    return f"{left.strip()} {sign.strip()} {right.strip()}"


_ARROWS = tuple(EQUIVALENCES)


def _signs(node: n.Node, source: Source) -> str:
    """A condition of an equivalence in words, with the sign that is meant."""
    if not isinstance(node, n.Relation) or node.left.span is None or node.right.span is None:
        return written(node)
    left, right = source.slice(node.left.span), source.slice(node.right.span)
    return f"{left.strip()} {RELATIONS[node.op]} {right.strip()}"
