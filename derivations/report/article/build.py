"""From a report to an article: every proof is found again and told in stations."""

from __future__ import annotations

from ...kernel.records import steps as kernel_steps
from ...prover.prove import Proof
from ...reader.document import Document
from ...reader.declarations import CONVENTIONS
from ...results import LinkResult, Report
from .. import proved
from ..proved import Proofs
from ..terms import latex
from ..trust import rows
from .content import Article, Given, Place, Told
from .stations import Telling, line


def article(report: Report, declarations: str | None = None) -> Article:
    """What there is to typeset of a report. ``declarations`` is the file that it was made with."""
    document = proved.document_of(report, declarations)
    told: dict[Place, Told] = {}
    for equation in report:
        found = proved.proofs_in(document, report, equation.label)
        if found is None or not found.found:
            continue
        telling = Telling(document, found.equation)
        for k, proof in found.found.items():
            told[equation.label, k] = tell(telling, found, proof, equation.links[k])
    return Article(report, told, {}, tuple(rows(report)))


def tell(telling: Telling, proofs: Proofs, proof: Proof, row: LinkResult) -> Told:
    """The proof of a link; its last step is the link as printed."""
    names = proofs.vocabulary
    rules, axioms = proof.rests_on()
    printed = f"{row.left} {row.relation} {row.right}"
    return Told(
        steps=tuple(line(station, printed) for station in telling.stations(proof)),
        given=tuple(
            Given(latex(said.statement, names), said.unsaid)
            for said in proved.hypotheses(proofs, proof)
        ),
        conventions=tuple(CONVENTIONS[name] for name in sorted(proof.conventions)),
        sizes=tuple(proved.sizes(names, proof.theorem.conclusion)),
        uses=tuple(sorted(proof.uses)),
        conditions=tuple(latex(c.conclusion, names) for c in proof.conditions),
        rules=tuple(rules),
        axioms=tuple(axioms),
        inferences=sum(len(kernel_steps(th)) for th in (proof.theorem, *proof.conditions)),
    )
