"""What a check found: verdicts, evidence, counterexamples, findings. Plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from . import display

VERDICTS = (
    "proved",
    "definition",
    "assumed",
    "bounded",
    "supported",
    "undecided",
    "unread",
    "refuted",
)
"""Verdicts of a link, strongest first; an equation has the weakest of its links."""


@dataclass
class KernelEvidence:
    """What the kernel answers; ``reason`` says in words why it is silent, if it is."""

    status: str = "none"
    theorem: str | None = None
    rules: list[str] = field(default_factory=list)
    axioms: list[str] = field(default_factory=list)
    reason: str | None = None


@dataclass
class SympyEvidence:
    """What SymPy answers at each of the concrete sizes listed."""

    status: str = "skipped"
    sizes: list[dict[str, int]] = field(default_factory=list)
    reason: str | None = None


@dataclass
class NumericEvidence:
    """What random instances answer. ``largest_error`` is relative, as text.

    ``sizes`` lists those of a counterexample: of each sort and each finite set.
    """

    status: str = "skipped"
    instances: int = 0
    digits: int = 0
    largest_error: str | None = None
    reason: str | None = None
    sizes: list[dict[str, int]] = field(default_factory=list)


@dataclass
class Counterexample:
    """Values of the symbols (LaTeX to text), and what the two sides then are."""

    values: dict[str, str]
    left: str
    right: str


@dataclass
class Need:
    """An unsaid hypothesis and what happens to the link without it."""

    hypothesis: str
    counterexample: Counterexample


@dataclass
class Slip:
    """One change of what is printed: the characters of the file from start up to stop.

    They are ``old`` and should be ``new``, beside ``beside`` (LaTeX, parts of formulas).
    ``kind`` says how: sign, before, after, identity (what is missing, and where), drop,
    drop after (what does not belong), replace, silent (goes with another change).
    """

    kind: str
    start: int
    stop: int
    old: str
    new: str
    beside: str = ""


@dataclass
class LinkResult:
    """One relation of a printed equation and what the witnesses say of it.

    ``span`` counts characters of the file and covers the whole link; ``place`` is
    the smallest part that a finding points at (the relation sign by default). A refuted link
    has the nearest true statement as its ``correction``, if the kernel proves one, or as its
    ``suggestion``, if only the numbers agree; ``slip`` says in words what is to be changed,
    ``slips`` where. ``mended`` is the whole display after the change, which is read with the
    declaration ``declare``.
    """

    relation: str
    left: str
    right: str
    span: tuple[int, int]
    verdict: str
    place: tuple[int, int] | None = None
    hypotheses: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)
    reason: str | None = None
    kernel: KernelEvidence = field(default_factory=KernelEvidence)
    sympy: SympyEvidence = field(default_factory=SympyEvidence)
    numeric: NumericEvidence = field(default_factory=NumericEvidence)
    counterexample: Counterexample | None = None
    correction: str | None = None
    suggestion: str | None = None
    slip: str | None = None
    slips: list[Slip] = field(default_factory=list)
    mended: str | None = None
    declare: str = ""
    needs: list[Need] = field(default_factory=list)

    @property
    def contradiction(self) -> tuple[str, str] | None:
        """Names of two witnesses, one of which holds the link true and the other false.

        SymPy speaks of the sizes that it lists alone: what fails at another is none.
        """
        answers = {
            "kernel": {"proved": True}.get(self.kernel.status),
            "sympy": _TRUTH.get(self.sympy.status),
            "numeric": _TRUTH.get(self.numeric.status),
        }
        if answers["numeric"] is False and not self._at_a_size_of_sympy():
            answers["sympy"] = None
        yes = [name for name, answer in answers.items() if answer is True]
        no = [name for name, answer in answers.items() if answer is False]
        return (yes[0], no[0]) if yes and no else None

    def __repr__(self) -> str:
        return display.link_text(self)

    def _repr_html_(self) -> str:
        return display.link_html(self)

    def _repr_latex_(self) -> str | None:
        return display.link_latex(self)

    def _at_a_size_of_sympy(self) -> bool:
        """Whether the counterexample lies at a size that SymPy lists (always if it lists none)."""
        return not (self.sympy.sizes and self.numeric.sizes) or any(
            all(found.get(name, size) == size for name, size in listed.items())
            for listed in self.sympy.sizes
            for found in self.numeric.sizes
        )


_TRUTH = {"agrees": True, "contradicts": False}


@dataclass
class EquationResult:
    """A printed equation: its label, place, text, and links. ``latex`` is as printed."""

    label: str
    line: int
    latex: str
    span: tuple[int, int]
    links: list[LinkResult] = field(default_factory=list)
    section: str = ""
    error: str | None = None

    @property
    def verdict(self) -> str:
        """The weakest verdict of the links; ``unread`` if the reader refused it."""
        if self.error is not None or not self.links:
            return "unread"
        return max((link.verdict for link in self.links), key=VERDICTS.index)

    def __repr__(self) -> str:
        return display.equation_text(self)

    def _repr_html_(self) -> str:
        return display.equation_html(self)

    def _repr_latex_(self) -> str | None:
        return display.equation_latex(self)


@dataclass
class Finding:
    """Something to tell the author: a code, a place and a sentence.

    severity is ``error`` (refuted, unread), ``warning`` (a slip of notation) or
    ``fault`` (two witnesses contradict each other: ours or a library's). ``span`` is
    the place in the file. ``detail`` holds further lines: values, the two sides.
    """

    code: str
    label: str
    line: int
    column: int
    message: str
    span: tuple[int, int]
    severity: str = "error"
    detail: list[str] = field(default_factory=list)


@dataclass
class Report:
    """The result of checking one document."""

    document: str
    text: str = field(repr=False)
    equations: list[EquationResult] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    path: str = ""
    seed: int = 0
    seconds: float = 0.0
    reused: int = 0
    """Equations whose result came from the cache."""
    along: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)
    """What else was made of equations while they were judged, by label (see ``check``)."""

    def __getitem__(self, label: str) -> EquationResult:
        """The equation with a label; KeyError names the labels there are."""
        for equation in self.equations:
            if equation.label == label:
                return equation
        raise KeyError(f"no equation {label}; there are {', '.join(self.labels)}")

    def __iter__(self) -> Iterator[EquationResult]:
        return iter(self.equations)

    def __repr__(self) -> str:
        return display.report_text(self)

    def _repr_html_(self) -> str:
        return display.report_html(self)

    def _repr_latex_(self) -> str:
        return display.report_latex(self)

    @property
    def labels(self) -> list[str]:
        return [equation.label for equation in self.equations]

    @property
    def links(self) -> list[LinkResult]:
        return [link for equation in self.equations for link in equation.links]

    @property
    def summary(self) -> dict[str, int]:
        """Numbers of equations, of links, and of links with each verdict.

        An unreadable equation has no links and counts once as ``unread``.
        """
        counts = dict.fromkeys(VERDICTS, 0)
        for link in self.links:
            counts[link.verdict] += 1
        counts["unread"] += sum(not equation.links for equation in self.equations)
        return {"equations": len(self.equations), "links": len(self.links), **counts}

    @property
    def unsaid(self) -> dict[str, list[str]]:
        """Each hypothesis that the document leaves unsaid, with the labels that need it."""
        found: dict[str, list[str]] = {}
        for equation in self.equations:
            for link in equation.links:
                for hypothesis in link.unsaid:
                    labels = found.setdefault(hypothesis, [])
                    if equation.label not in labels:
                        labels.append(equation.label)
        return found

    def exit_status(self, strict: bool = False) -> int:
        """0 nothing wrong, 1 refuted or unread (strict: anything unproved), 3 contradiction."""
        if any(finding.severity == "fault" for finding in self.findings):
            return 3
        fine = {"proved", "definition", "assumed"} | (
            set() if strict else {"bounded", "supported", "undecided"}
        )
        bad = any(equation.verdict not in fine for equation in self.equations)
        return int(bad or any(f.severity == "error" for f in self.findings))

    def to_dict(self) -> dict[str, Any]:
        """The report as plain data: the JSON of ``kenzan check --format json``."""
        equations = []
        for equation in self.equations:
            row = asdict(equation)
            row["verdict"] = equation.verdict
            equations.append(row)
        return {
            "schema": 1,
            "document": self.document,
            "seed": self.seed,
            "summary": self.summary,
            "unsaid": self.unsaid,
            "equations": equations,
            "findings": [asdict(finding) for finding in self.findings],
        }
