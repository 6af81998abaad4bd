"""The wording that the formats share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

from .plain import count, one_line
from .signs import SIGNS, unicode_name

if TYPE_CHECKING:
    from ..results import Counterexample, EquationResult, Finding, LinkResult, Report

MEANING = {
    "proved": "a theorem of the kernel, for every size, under the hypotheses named",
    "definition": "introduces its left side; that it makes sense is checked",
    "assumed": "has no truth value: an approximation, a goal, a modelling choice",
    "bounded": "decided by symbolic algebra at the sizes listed; no general proof",
    "supported": "random numbers agree; no proof",
    "undecided": "nothing was found in the time allowed",
    "unread": "could not be read",
    "refuted": "false: a counterexample was found and confirmed",
}
"""What each verdict means, strongest first."""


def sign(relation: str) -> str:
    """A relation as one sign where there is one.

    >>> sign("\\\\leq"), sign("="), sign("\\\\underbrace{=}_{\\\\theta \\\\text{ only}}")
    ('≤', '=', '= (θ only)')
    """
    words = re.fullmatch(r"\\underbrace\{(.+?)\}_\{(.*)\}", relation.strip())
    if words is not None:
        return f"{sign(words[1])} ({one_line(unicode_name(words[2]))})"
    return SIGNS.get(relation.strip(), one_line(relation))


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by weight (contradictions, errata, other errors, slips), then by place."""
    return sorted(findings, key=lambda f: (weight(f), f.line, f.column, f.code))


def weight(finding: Finding) -> int:
    """0 witnesses contradict each other, 1 erratum, 2 another error, 3 a slip of notation."""
    if finding.severity == "fault":
        return 0
    if finding.severity == "warning":
        return 3
    return 1 if finding.code == "E101" else 2


def link_of(report: Report, finding: Finding) -> LinkResult | None:
    """The link that a finding is about."""
    start, stop = finding.span
    links = [
        link
        for equation in report.equations
        if equation.label == finding.label
        for link in equation.links
        if link.span[0] <= start and stop <= link.span[1]
    ]
    if finding.code == "E101":
        links = [link for link in links if link.verdict == "refuted"]
    return links[0] if links else None


def values(found: Counterexample) -> list[str]:
    """A counterexample: a line for each value, then the two sides."""
    rows = [f"{one_line(name)} = {one_line(value)}" for name, value in found.values.items()]
    for name, value in (("left", one_line(found.left)), ("right", one_line(found.right))):
        if value:
            rows.append(value if value.startswith("left - right") else f"{name} = {value}")
    return rows


def sizes(listed: Sequence[dict[str, int]]) -> str:
    """Concrete sizes in short.

    >>> sizes([{"n": 1, "N": 2}, {"n": 1, "N": 3}, {"n": 2, "N": 2}, {"n": 2, "N": 3}])
    'n=1,2 N=2,3'
    >>> sizes([{"n": 1, "N": 3}, {"n": 3, "N": 2}])
    'n=1 N=3, n=3 N=2'
    """
    names = list(dict.fromkeys(name for size in listed for name in size))
    columns = [sorted({size[name] for size in listed if name in size}) for name in names]
    rows = {tuple(size.get(name) for name in names) for size in listed}
    if rows == set(product(*columns)):
        row = ((name, ",".join(map(str, c))) for name, c in zip(names, columns, strict=True))
        return " ".join(f"{one_line(name)}={column}" for name, column in row)
    return ", ".join(
        " ".join(f"{one_line(name)}={value}" for name, value in size.items()) for size in listed
    )


def evidence(equation: EquationResult) -> list[str]:
    """What the three witnesses say of an equation, a few words each; silent ones left out."""
    links = equation.links
    parts = (_numbers(links), _algebra(links), _kernel(links))
    if parts[-1].startswith("kernel proof"):
        parts = parts[::-1]
    return [part for part in parts if part]


def _share(name: str, verb: str, some: Sequence[LinkResult], links: Sequence[LinkResult]) -> str:
    if len(links) == 1:
        return f"{name} {verb}"
    return f"{name} {verb} on {len(some)} of {count(len(links), 'link')}"


def _numbers(links: Sequence[LinkResult]) -> str:
    against = [link for link in links if link.numeric.status == "contradicts"]
    if against:
        return _share("numbers", "disagree", against, links)
    agree = [link for link in links if link.numeric.status == "agrees"]
    if not agree:
        unsure = any(link.numeric.status == "undecided" for link in links)
        return "numbers undecided" if unsure else ""
    found = [link.numeric for link in agree]
    low, high = min(f.instances for f in found), max(f.instances for f in found)
    errors = [f.largest_error for f in found if f.largest_error is not None]
    words = [
        count(low, "instance") if low == high else f"{low} to {count(high, 'instance')}",
        f"{min(f.digits for f in found)} digits",
        *([f"error {one_line(max(errors, key=_number))}"] if errors else []),
    ]
    head = "numbers" if len(agree) == len(links) else _share("numbers", "agree", agree, links)
    return f"{head}{' ' if head == 'numbers' else ', '}{', '.join(words)}"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _algebra(links: Sequence[LinkResult]) -> str:
    against = [link for link in links if link.sympy.status == "contradicts"]
    if against:
        return _share("SymPy", "disagrees", against, links)
    agree = [link for link in links if link.sympy.status == "agrees"]
    if not agree:
        unsure = any(link.sympy.status == "undecided" for link in links)
        return "SymPy undecided" if unsure else ""
    common = [
        size
        for size in agree[0].sympy.sizes
        if all(size in other.sympy.sizes for other in agree[1:])
    ]
    head = "SymPy" if len(agree) == len(links) else _share("SymPy", "agrees", agree, links)
    where = sizes(common) or ("at various sizes" if agree[0].sympy.sizes else "")
    if head == "SymPy":
        return f"{head} {where or 'agrees'}"
    return f"{head}, {where}" if where else head


def _claims(links: Iterable[LinkResult]) -> list[LinkResult]:
    """The links that can be proved: they neither define nor approximate."""
    return [link for link in links if link.verdict not in ("definition", "assumed")]


def _kernel(links: Sequence[LinkResult]) -> str:
    proved = [link for link in links if link.kernel.status == "proved"]
    if not proved:
        return ""
    if len(proved) < len(_claims(links)):
        return f"kernel proves {len(proved)} of {count(len(links), 'link')}"
    names = dict.fromkeys(name for k in proved for size in k.sympy.sizes for name in size)
    return f"kernel proof for all {' and '.join(map(one_line, names))}" if names else "kernel proof"


def verdict_sentences(report: Report) -> list[str]:
    """The outcome in plain sentences, the most important first."""
    total = len(report.equations)
    if not total:
        return ["No equation was found in the document.", *_others(report)]
    lines = []
    clash = sorted({f.label for f in report.findings if f.severity == "fault"})
    if clash:
        lines.append(
            f"Two witnesses contradict each other on {listed(clash)}: either this program or a "
            "library it uses is wrong there. See the findings."
        )
    wrong = [equation.label for equation in report if equation.verdict == "refuted"]
    if wrong:
        verb = "is" if len(wrong) == 1 else "are"
        of = count(total, "equation")
        lines.append(f"{len(wrong)} of {of} {verb} wrong as printed: {listed(wrong)}.")
    else:
        claims = _claims(link for equation in report for link in equation.links)
        read = all(equation.links for equation in report)
        proved = read and claims and all(link.verdict == "proved" for link in claims)
        more = ": every claim is proved" if proved else ""
        lines.append(f"Of {count(total, 'equation')} none was found wrong as printed{more}.")
    for verdict, words in (("unread", "could not be read"), ("undecided", "could not be decided")):
        labels = [equation.label for equation in report if equation.verdict == verdict]
        if labels:
            lines.append(f"{count(len(labels), 'equation')} {words}: {listed(labels)}.")
    return [*lines, *_others(report)]


def _others(report: Report) -> list[str]:
    told = {e.label for e in report if e.verdict in ("refuted", "unread")}
    rest = [f for f in report.findings if f.severity == "error" and f.label not in told]
    if not rest:
        return []
    where = ", ".join(f"{one_line(f.code)} in line {f.line}" for f in ordered(rest))
    return [f"{count(len(rest), 'other error')}: {where}."]


def listed(labels: Sequence[str]) -> str:
    """Names with commas between them."""
    return ", ".join(one_line(label) for label in labels)
