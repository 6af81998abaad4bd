"""From a report to an article: every proof is found again and told in steps."""

from __future__ import annotations

from ...kernel.records import steps as kernel_steps
from ...prover.prove import Proof
from ...reader.document import Document
from ...results import LinkResult, Report
from .. import proved
from ..proved import Proofs
from ..steps import ARITHMETIC, Step, steps
from ..terms import latex, latex_of
from ..trust import rows
from .content import Article, Given, Line, Place, Told


def article(report: Report, declarations: str | None = None) -> Article:
    """What there is to typeset of a report. ``declarations`` is the file that it was made with."""
    document = proved.document_of(report, declarations)
    told: dict[Place, Told] = {}
    for equation in report:
        found = proved.proofs_in(document, report, equation.label)
        for k, proof in (found.found if found is not None else {}).items():
            assert found is not None
            told[equation.label, k] = _told(document, found, proof, equation.links[k])
    return Article(report, told, {}, tuple(rows(report)))


def _told(document: Document, proofs: Proofs, proof: Proof, row: LinkResult) -> Told:
    names = proofs.vocabulary
    rules, axioms = proof.rests_on()
    return Told(
        steps=tuple(_line(proofs, proof, step) for step in steps(proof.theorem)),
        given=tuple(
            Given(latex(said.statement, names), said.unsaid)
            for said in proved.hypotheses(proofs, proof)
        ),
        conventions=tuple(sorted(proof.conventions)),
        sizes=tuple(proved.sizes(names, proof.theorem.conclusion)),
        uses=tuple(sorted(proof.uses)),
        conditions=tuple(latex(c.conclusion, names) for c in proof.conditions),
        rules=tuple(rules),
        axioms=tuple(axioms),
        inferences=sum(len(kernel_steps(th)) for th in (proof.theorem, *proof.conditions)),
    )


def _line(proofs: Proofs, proof: Proof, step: Step) -> Line:
    formulas = latex_of(step.conclusions, proofs.vocabulary)
    reasons = ("arithmetic",) if step.reason == ARITHMETIC else (step.reason,)
    return Line(step.number, tuple(formulas), reasons, step.uses, folded=step.folded)
