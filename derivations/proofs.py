"""The kernel as a witness: a proof of a link, and which hypotheses it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from .hypotheses import Hypothesis, hypotheses_of
from .language.latex import latex
from .prover.prove import Proof, Unproved, prove
from .reader.document import Document, Equation
from .reader.statements import Link
from .results import KernelEvidence

Drop = tuple[str, str]


@dataclass(frozen=True)
class Testimony:
    """What the kernel answers, and the hypotheses of the proof, if there is one."""

    evidence: KernelEvidence
    hypotheses: tuple[Hypothesis, ...] = ()
    proof: Proof | None = None


def ask(
    document: Document,
    equation: Equation,
    link: Link,
    seconds: float | None = None,
    needed: frozenset[str] = frozenset(),
    thorough: bool = True,
) -> Testimony:
    """A proof of a link; without the unsaid hypotheses that are not needed, if one is found.

    ``needed`` are hypotheses, as LaTeX, without which the link is known to fail. Without
    ``thorough`` the search is short, as for a link that is known to be false.
    """
    try:
        proof = prove(document, equation, link, seconds, thorough=thorough)
    except Unproved as error:
        return Testimony(KernelEvidence("none", reason=str(error)))
    used = hypotheses_used(equation, link, proof)
    dropped: frozenset[Drop] = frozenset()
    for hypothesis in used:
        if hypothesis.unsaid and hypothesis.latex not in needed:
            try:
                proof = prove(document, equation, link, seconds, dropped | {hypothesis.drop})
            except Unproved:
                continue
            dropped |= {hypothesis.drop}
    if dropped:
        used = hypotheses_used(equation, link, proof)
    rules, axioms = proof.rests_on()
    statement = latex(link.node, equation.scope.names)
    return Testimony(KernelEvidence("proved", statement, rules, axioms), used, proof)


def hypotheses_used(equation: Equation, link: Link, proof: Proof) -> tuple[Hypothesis, ...]:
    """The declared hypotheses that a proof rests on."""
    said = hypotheses_of(equation.scope, proof.entries, proof.conventions, link.node)
    drops = proof.used
    return tuple(h for h in said if h.drop in drops)
