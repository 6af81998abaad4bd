"""One equation: its links before the witnesses, and the verdict that their answers make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .hypotheses import Hypothesis, hypotheses_of
from .language import nodes as n
from .language.shapes import Shapes
from .language.source import Source, Span
from .language.types import SetOf
from .reader.definitions import defines, entry_of, undefined
from .reader.document import Document, Equation
from .reader.statements import Link
from .results import (
    Counterexample,
    EquationResult,
    Finding,
    KernelEvidence,
    LinkResult,
    Need,
    NumericEvidence,
    SympyEvidence,
)

if TYPE_CHECKING:
    from .corrections import Correction
    from .witness.numbers import Session

NEED_INSTANCES = 4
"""Instances on which a hypothesis is left out to see whether a link needs it."""


@dataclass(frozen=True)
class Options:
    """How to judge: which witnesses, from which seed, for how long (seconds a link)."""

    witnesses: tuple[str, ...] = ("kernel", "sympy", "numeric")
    seed: int = 0
    instances: int | None = None
    time_limit: float = 10.0


def judge_equation(
    document: Document, equation: Equation, options: Options
) -> tuple[EquationResult, list[Finding]]:
    """The result of one equation with what there is to say about it."""
    source = document.source
    result = EquationResult(
        equation.label,
        equation.line,
        source.slice(equation.span),
        (equation.span.start, equation.span.stop),
        section=equation.section,
    )
    if equation.error is not None or equation.reading is None:
        error = equation.error
        assert error is not None
        result.error = f"{error.code} {error.message}"
        return result, [
            finding(
                source,
                equation.label,
                error.code,
                error.span,
                f"({equation.label}) {error.message}",
            )
        ]
    missing = undefined(equation)
    if missing:
        names = ", ".join(entry.pattern for entry in missing)
        message = f"this does not define {names}, though a declaration says so"
        result.error = f"D205 {message}"
        return result, [
            finding(source, equation.label, "D205", equation.span, f"({equation.label}) {message}")
        ]
    links = equation.reading.links
    result.links = [judge_link(document, equation, link, options) for link in links]
    mended = _correct(document, equation, result.links, options)
    findings: list[Finding] = []
    for k, (link, row) in enumerate(zip(links, result.links, strict=True)):
        if k in mended and mended[k].links[0] != k:
            continue  # told with the first link that the same change mends
        findings += _link_findings(source, equation, link, row, mended.get(k))
    findings += _slips(source, equation)
    return result, findings


def finding(
    source: Source, label: str, code: str, span: Span, message: str, severity: str = "error"
) -> Finding:
    """A finding at a place of the document."""
    line, column = source.position(span.start)
    return Finding(code, label, line, column, message, (span.start, span.stop), severity)


# ---------------------------------------------------------------- one link


def role(equation: Equation, link: Link) -> str:
    """``claim``, ``definition``, or ``assumed`` for what has no truth value."""
    node = link.node
    if isinstance(node, n.Equivalence):
        return "claim"
    if node.op in ("~", "<<", ">>", "->") or equation.scope.goal:
        return "assumed"
    if defines(equation, node) is not None or is_domain_clause(node):
        return "definition"
    return "claim"


def is_domain_clause(node: n.Node) -> bool:
    """Whether a relation says which set a symbol belongs to."""
    return (
        isinstance(node, n.Relation)
        and node.op in ("=", "in")
        and isinstance(node.left, n.Symbol | n.Indexed)
        and isinstance(Shapes()(node.right), SetOf)
    )


def judge_link(document: Document, equation: Equation, link: Link, options: Options) -> LinkResult:
    """The answers of the witnesses to one link, and the verdict they make."""
    source = document.source
    node = link.node
    left, right = node.left.span, node.right.span
    assert left is not None
    assert right is not None
    if isinstance(node, n.Relation) and node.some:  # the sides with the quantifier
        left, right = Span(link.span.start, left.stop), Span(right.start, link.span.stop)
    place = node.sign or link.span
    row = LinkResult(
        _sign(source.slice(place), node),
        source.slice(left),
        source.slice(right),
        (link.span.start, link.span.stop),
        "undecided",
        place=(place.start, place.stop),
    )
    kind = role(equation, link)
    row.kernel = KernelEvidence("none" if "kernel" in options.witnesses else "skipped")
    if kind == "assumed":
        row.verdict = "assumed"
        row.reason = _assumed(equation, node)
        for evidence in (row.sympy, row.numeric):
            evidence.reason = "no truth value"
        return row
    _ask_numbers(document, equation, link, options, row)
    if "sympy" in options.witnesses:
        _ask_sympy(document, equation, link, options, row)
    else:
        row.sympy.reason = "not asked"
    if "kernel" in options.witnesses and kind == "claim":
        _ask_kernel(document, equation, link, options, row)
    if row.sympy.status == "contradicts" and row.numeric.status == "skipped":
        row.counterexample = _exhibit(document, equation, link, options)
    row.verdict = verdict(kind, row)
    if row.verdict == "refuted":
        row.unsaid, row.needs = [], []
    return row


def _sign(printed: str, node: n.Node) -> str:
    """The relation as printed; an equality case in words is an equivalence."""
    worded = isinstance(node, n.Equivalence) and not printed.startswith("\\")
    return "\\iff" if worded or printed.startswith("\\text") else printed


def _assumed(equation: Equation, node: n.Node) -> str:
    if equation.scope.goal:
        return "a goal"
    op = node.op if isinstance(node, n.Relation) else ""
    return {"~": "an approximation", "->": "a limit"}.get(op, "an order of magnitude")


def verdict(kind: str, row: LinkResult) -> str:
    """From the answers of the witnesses; two that contradict each other leave it undecided."""
    if row.contradiction is not None:
        return "undecided"
    if row.numeric.status == "contradicts" or row.sympy.status == "contradicts":
        return "refuted" if row.counterexample is not None else "undecided"
    answers = {row.numeric.status, row.sympy.status}
    if kind == "definition":
        unsure = "undecided" in answers and "agrees" not in answers
        return "undecided" if unsure else "definition"
    if row.kernel.status == "proved":
        return "proved"
    if row.sympy.status == "agrees":
        return "bounded"
    return "supported" if row.numeric.status == "agrees" else "undecided"


def _ask_numbers(
    document: Document, equation: Equation, link: Link, options: Options, row: LinkResult
) -> None:
    from .witness.numbers import Session
    from .witness.timelimit import TimeUp, run_with_limit

    session = Session(document, equation, link)
    try:
        found = run_with_limit(
            options.time_limit * 1.5,
            lambda: session.judge(
                seed=options.seed,
                instances=options.instances if "numeric" in options.witnesses else 0,
                seconds=options.time_limit,
            ),
        )
    except TimeUp:
        row.numeric = NumericEvidence("undecided", reason="time ran out")
        return
    except Exception as fault:  # one link never hides the others
        row.numeric = NumericEvidence("undecided", reason=_fault(fault))
        return
    row.numeric, row.counterexample, row.uses = found.evidence, found.counterexample, found.uses
    hypotheses = hypotheses_of(equation.scope, found.entries, found.conventions, link.node)
    row.hypotheses = [h.latex for h in hypotheses if not h.unsaid]
    if "numeric" not in options.witnesses:  # what is unsaid is listed, needed or not
        row.unsaid = [h.latex for h in hypotheses if h.unsaid]
        row.hypotheses += row.unsaid
    for hypothesis in hypotheses:
        if hypothesis.unsaid and row.numeric.status == "agrees":
            need = _without(session, options, hypothesis)
            if need is not None:
                row.hypotheses.append(hypothesis.latex)
                row.unsaid.append(hypothesis.latex)
                row.needs.append(Need(hypothesis.latex, need))


def _exhibit(
    document: Document, equation: Equation, link: Link, options: Options
) -> Counterexample | None:
    """An instance that shows a link false, for one that SymPy alone was asked about."""
    from .witness.numbers import Session

    nothing = Hypothesis("", False, ("", ""))
    return _without(Session(document, equation, link), options, nothing)


def _without(session: Session, options: Options, hypothesis: Hypothesis) -> Counterexample | None:
    """A counterexample that appears when a hypothesis is dropped."""
    from .witness.timelimit import TimeUp, run_with_limit

    try:
        found = run_with_limit(
            options.time_limit,
            lambda: session.judge(
                seed=options.seed,
                instances=NEED_INSTANCES,
                seconds=options.time_limit,
                dropped=frozenset({hypothesis.drop}),
            ),
        )
    except (TimeUp, Exception):
        return None
    return found.counterexample


def _ask_sympy(
    document: Document, equation: Equation, link: Link, options: Options, row: LinkResult
) -> None:
    from .witness.algebra import judge
    from .witness.timelimit import TimeUp, run_with_limit

    try:
        row.sympy = run_with_limit(
            options.time_limit * 1.5,
            lambda: judge(document, equation, link, seconds=options.time_limit),
        )
    except TimeUp:
        row.sympy = SympyEvidence("undecided", reason="time ran out")
    except Exception as fault:
        row.sympy = SympyEvidence("undecided", reason=_fault(fault))


def _ask_kernel(
    document: Document, equation: Equation, link: Link, options: Options, row: LinkResult
) -> None:
    from .proofs import ask
    from .witness.timelimit import TimeUp, run_with_limit

    needed = frozenset(need.hypothesis for need in row.needs)
    thorough = row.numeric.status != "contradicts"
    try:
        found = run_with_limit(
            options.time_limit * 1.5,
            lambda: ask(document, equation, link, options.time_limit, needed, thorough),
        )
    except TimeUp:
        row.kernel = KernelEvidence("none", reason="time ran out")
        return
    except Exception as fault:
        row.kernel = KernelEvidence("none", reason=_fault(fault))
        return
    row.kernel = found.evidence
    for hypothesis in found.hypotheses:
        if hypothesis.latex not in row.hypotheses:
            row.hypotheses.append(hypothesis.latex)
            if hypothesis.unsaid:
                row.unsaid.append(hypothesis.latex)


def _correct(
    document: Document, equation: Equation, rows: list[LinkResult], options: Options
) -> dict[int, Correction]:
    """The nearest true statements of refuted links, written to their rows too."""
    wrong = [k for k, row in enumerate(rows) if row.verdict == "refuted"]
    if not wrong or "kernel" not in options.witnesses:
        return {}
    from .corrections import correct

    right = [k for k, row in enumerate(rows) if row.verdict != "refuted"]
    found = correct(document, equation, wrong, right, options.time_limit, options.seed)
    for k, correction in found.items():
        row = rows[k]
        if correction.proved:
            row.correction = correction.latex
        else:
            row.suggestion = correction.latex
        row.slip, row.slips = correction.words, list(correction.slips)
        row.mended, row.declare = correction.equation, correction.declare
        if correction.place is not None:
            row.place = (correction.place.start, correction.place.stop)
    return found


def _fault(error: Exception) -> str:
    return f"a fault of this program: {type(error).__name__}: {error}"


# ---------------------------------------------------------------- what to tell the author


def _link_findings(
    source: Source,
    equation: Equation,
    link: Link,
    row: LinkResult,
    correction: Correction | None = None,
) -> list[Finding]:
    assert row.place is not None
    place = Span(*row.place)
    label = equation.label
    if row.contradiction is not None:
        yes, no = row.contradiction
        message = (
            f"({label}) {yes} holds this link true and {no} finds it false: one of us is wrong"
        )
        return [finding(source, label, "E102", place, message, "fault")]
    if row.verdict == "refuted":
        message = _wrong(equation, link, row)
        if correction is not None:
            message = _mended(message, correction)
        return [finding(source, label, "E101", place, f"({label}) {message}")]
    if is_domain_clause(link.node) and isinstance(link.node, n.Relation) and link.node.op == "=":
        message = f"({label}) {row.left} is set equal to a set; \\in is meant, and read"
        return [finding(source, label, "W301", place, message, "warning")]
    return []


def _wrong(equation: Equation, link: Link, row: LinkResult) -> str:
    node = link.node
    if isinstance(node, n.Equivalence):
        return "the two conditions do not hold together"
    if role(equation, link) == "definition":
        return "the definition does not make sense"
    if node.some:
        return f"there is no such {' and '.join(symbol.name for symbol in node.some)}"
    if node.up_to is not None:
        return f"the two sides differ by more than terms free of {node.up_to.name}"
    step = _declared_step(equation, node.left)
    if step is not None and node.op == "=":
        return f"{row.left} is declared a {step}; the right side is another step"
    words = {
        "=": "the two sides differ",
        "!=": "the two sides can be equal",
        "oc": "the ratio of the two sides is not constant",
        "in": "the declared set is another one",
    }
    return words.get(node.op, "the inequality fails")


def _mended(message: str, correction: Correction) -> str:
    """What is wrong with what to change, and how sure that is."""
    numbers = [str(k + 1) for k in correction.links]
    if len(numbers) > 1:
        message = f"links {', '.join(numbers[:-1])} and {numbers[-1]} are false"
    if correction.proved:
        return f"{message}: {correction.change}"
    return f"{message}: perhaps {correction.change} (the numbers then agree; no proof)"


def _declared_step(equation: Equation, node: n.Node) -> str | None:
    """The words that declare a symbol as a gradient step, if they do."""
    base = node.base if isinstance(node, n.Indexed) else node
    entry = entry_of(equation.scope, base) if isinstance(base, n.Symbol) else None
    if entry is None or entry.kind != "gradient step":
        return None
    objective, variable, rate = entry.details[-3:]
    return f"gradient step of {objective} in {variable} with rate {rate}"


def _slips(source: Source, equation: Equation) -> list[Finding]:
    assert equation.reading is not None
    label = equation.label
    rows = []
    for span, meant in equation.reading.slips:
        written = source.slice(span)
        message = f"({label}) {written} is read as {meant}, as declared"
        rows.append(finding(source, label, "W302", span, message, "warning"))
    for span, name in equation.reading.hidden:
        message = f"({label}) the index {name} of this sum hides another {name}: rename it"
        rows.append(finding(source, label, "W303", span, message, "warning"))
    return rows
