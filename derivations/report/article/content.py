"""What an article on a document's proofs says, before it is set in LaTeX or HTML.

Everything is data: formulas are LaTeX, reasons are names of rules. Words are those of a
:class:`~derivations.report.article.language.Language`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...results import EquationResult, LinkResult, Report
from ..trust import Row


@dataclass(frozen=True)
class Given:
    """A hypothesis of a theorem, as LaTeX: declared in a line of the document, perhaps unsaid."""

    latex: str
    unsaid: bool = False
    line: int | None = None


@dataclass(frozen=True)
class Line:
    """A numbered step of a proof: what holds, why, and from which steps before."""

    number: int
    formulas: tuple[str, ...]
    """LaTeX of what holds. The last step's is the link as printed."""
    reasons: tuple[str, ...]
    """Names of the kernel's rules that say why; ``arithmetic`` for sums and products alone."""
    uses: tuple[int, ...] = ()
    """Numbers of earlier steps."""
    assuming: tuple[str, ...] = ()
    """LaTeX of what is assumed in this step only, as in one direction of an equivalence."""
    given: tuple[str, ...] = ()
    """LaTeX of the theorem's hypotheses that this step needs."""
    folded: int = 0
    """Inferences of the kernel's record that are behind this step and not shown."""


@dataclass(frozen=True)
class Told:
    """The proof of one link as a person reads it."""

    steps: tuple[Line, ...]
    given: tuple[Given, ...] = ()
    taken: tuple[str, ...] = ()
    """LaTeX of the values with which a statement about some values is proved: p(x) = …"""
    conventions: tuple[str, ...] = ()
    """LaTeX, such as 0 ln 0 = 0."""
    sizes: tuple[str, ...] = ()
    """LaTeX of what the theorem holds for every value of: n, N, the finite set X."""
    uses: tuple[str, ...] = ()
    """Labels of the equations that define or state what the proof uses."""
    conditions: tuple[str, ...] = ()
    """LaTeX of what was proved besides, so that what is printed makes sense."""
    rules: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    inferences: int = 0
    """Steps of the kernel's own record."""


@dataclass(frozen=True)
class Tellings:
    """The proofs of an equation, by the numbers of its links, from 0."""

    proved: tuple[tuple[int, Told], ...] = ()
    mended: tuple[tuple[int, Told], ...] = ()
    """Proofs of the corrections of links that are refuted."""


Place = tuple[str, int]
"""A link: the label of its equation and its number, from 0."""


@dataclass(frozen=True)
class Article:
    """A report with its proofs told, and the trust base."""

    report: Report
    told: Mapping[Place, Told] = field(default_factory=dict)
    """Proofs of the links that are proved."""
    mended: Mapping[Place, Told] = field(default_factory=dict)
    """Proofs of the corrections of those that are refuted."""
    trust: tuple[Row, ...] = ()

    def relation(self, label: str, k: int) -> str:
        """A link as one relation: in signs what the document says in words, if it is proved."""
        told, link = self.told.get((label, k)), self.report[label].links[k]
        if told is not None:
            return told.steps[-1].formulas[0]
        return f"{link.left} {link.relation} {link.right}"

    @property
    def sections(self) -> list[tuple[str, list[EquationResult]]]:
        """Headings of the document, in order, with their equations."""
        found: list[tuple[str, list[EquationResult]]] = []
        for equation in self.report:
            if not found or found[-1][0] != equation.section:
                found.append((equation.section, []))
            found[-1][1].append(equation)
        return found

    @property
    def errata(self) -> list[tuple[EquationResult, list[LinkResult]]]:
        """The equations that are wrong as printed, with their wrong links."""
        wrong = [(e, [x for x in e.links if x.verdict == "refuted"]) for e in self.report]
        return [(equation, links) for equation, links in wrong if links]
