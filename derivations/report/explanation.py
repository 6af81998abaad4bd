"""Everything that is known about one equation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from ..kernel import Term
from . import proved as told
from .paint import STYLES, finish, line, wrap
from .phrases import MEANING, listed, ordered, sign, sizes, values
from .plain import count, one_line, shown_path, visible
from .signs import readable
from .steps import ARITHMETIC, Step, steps, trivial
from .terms import plain, plain_of
from .text import place_lines
from .tidy import abbreviated, apart

if TYPE_CHECKING:
    from ..prover.prove import Proof
    from ..results import EquationResult, LinkResult, Report
    from .proved import Proofs

LAWS = 6
"""Of one kind that a step shows; how many more there are is said."""
LONG = 600
"""Characters of a formula in a step; how many more there are is said."""


def render(
    report: Report,
    label: str,
    *,
    proofs: Proofs | None = None,
    models: Sequence[str] = (),
    color: bool = False,
    width: int | None = None,
) -> str:
    """One equation as printed, link by link: verdict, proof, hypotheses, witnesses, counterexample.

    Raises KeyError, which names the labels there are, for a label that is not there.
    """
    equation = report[label]
    verdict = equation.verdict
    place = f"{visible(shown_path(report))}, line {equation.line}"
    section = f", {one_line(equation.section)}" if equation.section else ""
    lines = [line((f"Equation {one_line(label)}", "bold"), f"   {place}{section}"), Text()]
    lines += [line("    ", visible(row.expandtabs(4))) for row in _rows(equation.latex)]
    lines += [Text(), line(*_said(verdict))]
    if equation.error:
        lines.append(line("  ", one_line(equation.error)))
    for finding in ordered(f for f in report.findings if f.label == label):
        lines += [Text(), *place_lines(report, finding, width or 100)]
        if finding.code != "E101":
            lines += [line("      ", one_line(detail)) for detail in finding.detail]
    for number, link in enumerate(equation.links, 1):
        proof = proofs.found.get(number - 1) if proofs is not None else None
        told_here = proof is not None and link.kernel.status == "proved"
        shown = _proof(proofs, proof, width or 100) if told_here else []  # type: ignore[arg-type]
        lines += [Text(), *_link(equation, link, number, shown)]
    if models:
        lines += [Text(), *wrap("Implemented by ", ", ".join(models), width or 100)]
    return finish(lines, color)


def _rows(latex: str) -> list[str]:
    return latex.strip("\r\n").replace("\r\n", "\n").split("\n")


def _said(verdict: str) -> tuple[tuple[str, str], str]:
    meaning = MEANING[verdict]
    return (verdict, STYLES[verdict]), f". {meaning[0].upper()}{meaning[1:]}."


def _link(equation: EquationResult, link: LinkResult, number: int, proof: list[Text]) -> list[Text]:
    total = len(equation.links)
    head = f"Link {number} of {total}: " if total > 1 else ""
    lines = [
        line((head, "bold"), *_said(link.verdict)),
        line("    ", one_line(link.left)),
        line("  ", sign(link.relation), " ", one_line(link.right)),
    ]
    if link.reason:
        lines.append(line("  why: ", one_line(link.reason)))
    lines += proof or _rests_on(link)
    lines += [line("  ", sentence) for sentence in witnesses(link, told=bool(proof))]
    if link.counterexample is not None:
        lines.append(line(("  counterexample", "bold")))
        lines += [line("    ", row) for row in values(link.counterexample)]
    if link.correction is not None:
        lines.append(line(("  nearest true statement", "bold")))
        lines.append(line("    ", (one_line(link.correction), "green")))
    if link.suggestion is not None:
        lines.append(line(("  perhaps meant (the numbers agree; no proof)", "bold")))
        lines.append(line("    ", (one_line(link.suggestion), "green")))
    if link.slip:
        lines.append(line("    ", one_line(link.slip)))
    for need in link.needs:
        lines.append(line((f"  without {one_line(need.hypothesis)} it is false", "bold")))
        lines += [line("    ", row) for row in values(need.counterexample)]
    return lines


# ---------------------------------------------------------------- a proof


def _proof(proofs: Proofs, proof: Proof, width: int) -> list[Text]:
    """The theorem, what it assumes, and the steps that lead to it."""
    names = proofs.vocabulary
    said = proof.theorem.conclusion
    sizes_ = told.sizes(names, said)
    every = f", for every {' and every '.join(sizes_)}" if sizes_ else ""
    lines = [line((f"  theorem of the kernel{every}", "bold"))]
    lines += wrap("    ", plain(said, names), width)
    if proof.uses:
        used = listed([f"({label})" for label in sorted(proof.uses)])
        lines += wrap(
            "    ", f"with what {used} put for the symbols that they define", width, "dim"
        )
    taken = [plain(row, names) for row in told.witnesses(proof)]
    if taken:
        lines.append(line(("  take", "bold")))
    for text in taken:
        lines += wrap("    ", text, width)
    rows = told.hypotheses(proofs, proof)
    if rows:
        lines.append(line(("  if", "bold")))
    for row in rows:
        unsaid = "; the document does not say so" if row.unsaid else ""
        lines += wrap("    ", f"{plain(row.statement, names)}   ({row.origin}{unsaid})", width)
    for text in sorted(proof.conventions):
        lines += wrap("    ", f"{text}   (a convention)", width)
    lines.append(line(("  proof", "bold")))
    for step in steps(proof.theorem):
        lines += _step(proofs, proof, step, width)
    if proof.conditions:
        lines.append(line(("  what is printed makes sense, which is proved too:", "bold")))
        texts = [plain(condition.conclusion, names) for condition in proof.conditions]
        lines += wrap("    ", "; ".join(texts), width)
    return lines


def _step(proofs: Proofs, proof: Proof, step: Step, width: int) -> list[Text]:
    """What a step says, and below it why and from what."""
    local = [h for h in step.hypotheses if h not in proof.hypotheses]
    global_ = [h for h in step.hypotheses if h in proof.hypotheses]
    shown = step.conclusions[:LAWS]
    said, where = abbreviated(
        apart([*shown, *local, *_strongest(global_)], _spoken_of(proof), proofs.vocabulary)
    )
    texts = [_cut(text) for text in plain_of([*said, *where], proofs.vocabulary)]
    lines: list[Text] = []
    for k, text in enumerate(texts[: len(shown)]):
        lines += wrap(f"  {step.number:>3}. " if k == 0 else "       ", text, width)
    for text in texts[len(said) :]:
        lines += wrap("       where ", text, width)
    texts = texts[: len(said)]
    if len(step.theorems) > len(shown):
        lines.append(line(f"       and {len(step.theorems) - len(shown)} more of this kind"))
    why = [reason(step)]
    if step.uses:
        why.append(f"from {listed([str(n) for n in step.uses])}")
    if local:
        assumed = texts[len(shown) : len(shown) + len(local)]
        why.append(f"assuming {' and '.join(assumed)}")
    if texts[len(shown) + len(local) :]:
        why.append(f"as {' and '.join(texts[len(shown) + len(local) :])}")
    if step.folded:
        why.append(count(step.folded, "smaller step"))
    return [*lines, *wrap("         ", f"[{'; '.join(why)}]", width, "dim")]


def _spoken_of(proof: Proof) -> frozenset[Term]:
    """The variables of the theorem and of what it assumes: those of the document."""
    said = (proof.theorem.conclusion, *proof.hypotheses)
    return frozenset[Term]().union(*(one.variables for one in said))


def _cut(text: str) -> str:
    """A formula that is too long to be read, with how much of it is not shown."""
    if len(text) <= LONG:
        return text
    return f"{text[:LONG]} … (and {len(text) - LONG} more characters)"


def reason(step: Step) -> str:
    """Why a step holds, in words."""
    if step.reason == ARITHMETIC and len(step.theorems) == 1 and trivial(step.conclusions[0]):
        return "both sides are the same"
    if step.reason == ARITHMETIC:
        return "arithmetic with finite sums"
    first, _, rest = readable(step.reason).partition(" ")
    return f"{first.lower() if first.isalpha() and len(first) > 1 else first} {rest}"


def _strongest(statements: list[Term]) -> list[Term]:
    return [h for h in statements if told.stronger(h) not in statements]


def _rests_on(link: LinkResult) -> list[Text]:
    """The hypotheses, the unsaid ones marked, and the equations used."""
    listed = [*link.hypotheses, *(h for h in link.unsaid if h not in link.hypotheses)]
    rows = [
        line(
            "    ",
            one_line(hypothesis),
            ("   (the document does not say so)", "yellow") if hypothesis in link.unsaid else "",
        )
        for hypothesis in listed
    ]
    if link.uses:
        rows.append(line("    equations ", ", ".join(map(one_line, link.uses))))
    return [line(("  rests on", "bold")), *rows] if rows else []


def witnesses(link: LinkResult, told: bool = False) -> list[str]:
    """The answer of each witness in a sentence; of the kernel in short if its proof is told."""
    return [_kernel(link, told), _algebra(link), _numbers(link)]


def _because(reason: str | None) -> str:
    return f": {one_line(reason)}" if reason else ""


def _kernel(link: LinkResult, told: bool) -> str:
    found = link.kernel
    if found.status == "proved":
        name = f" {one_line(found.theorem)}" if found.theorem and not told else ""
        rules = f", by {', '.join(map(one_line, found.rules))}" if found.rules else ""
        axioms = f"; it takes as given {', '.join(map(one_line, found.axioms))}"
        return f"kernel   holds the theorem{name}{rules}{axioms if found.axioms else ''}"
    words = "was not asked" if found.status == "skipped" else "holds no theorem that states it"
    reason = found.reason
    if reason is not None and reason.startswith("the sides differ by"):
        reason = "to its prover the sides differ"  # by what, in the kernel's own notation
    return f"kernel   {words}{_because(reason)}"


def _algebra(link: LinkResult) -> str:
    found = link.sympy
    where = f" at {sizes(found.sizes)}" if found.sizes else ""
    words = {
        "agrees": f"finds it true{where}",
        "contradicts": f"finds it false{where}",
        "undecided": f"could not decide it{where}",
    }.get(found.status, "was not asked")
    return f"SymPy    {words}{_because(found.reason)}"


def _numbers(link: LinkResult) -> str:
    found = link.numeric
    where = f" on {count(found.instances, 'random instance')} at {found.digits} digits"
    where = where if found.instances else ""
    error = one_line(found.largest_error) if found.largest_error is not None else ""
    error = f"; the largest relative error is {error}" if error else ""
    words = {
        "agrees": f"agree{where}{error}",
        "contradicts": f"disagree{where}{error}",
        "undecided": f"do not decide it{where}",
    }.get(found.status, "were not asked")
    return f"numbers  {words}{_because(found.reason)}"
