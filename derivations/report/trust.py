"""What ``proved`` rests on: the kernel's rules and axioms, and what else must be right."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.text import Text

from ..kernel import RULES
from .paint import finish, line, wrap
from .phrases import listed
from .plain import count, one_line
from .signs import readable
from .text import heading

if TYPE_CHECKING:
    from ..results import Report

FORMATS = ("text", "json")

BESIDES = (
    (
        "the reader",
        "derivations/reader",
        "what is printed must be read as it is meant; kenzan explain prints the theorem in full",
    ),
    (
        "the meaning",
        "derivations/prover/meaning*.py",
        "the statement proved must be the one printed: symbols become what defines them, "
        "vectors and matrices their entries, a derivative by an entry one by an added amount",
    ),
    (
        "the declarations",
        "derivations/prover/given.py",
        "what a declaration grants must be what its words say; kenzan explain lists each",
    ),
    (
        "the rules",
        "derivations/kernel",
        "each must be right as stated here, and written down rightly; nothing else makes theorems",
    ),
    (
        "the conventions",
        "0⁻¹ = 0; sets are not empty; a derivative or an integral that does not exist is 0",
        "they make every term have a value. That what is printed makes sense (divisors are not "
        "0, logarithms are of positive numbers) is proved besides",
    ),
)
"""What must be right besides the records: name, place, what is asked of it."""

RECHECK = (
    "derivations.kernel.records.write(theorem) gives a proof as plain data: every term, every "
    "step with its rule, arguments, hypotheses and conclusion. records.replay(data) makes each "
    "step again by its rule and refuses what the rule does not give."
)


@dataclass(frozen=True)
class Row:
    """A rule of the kernel, and the equations that rest on it."""

    name: str
    axiom: bool
    statement: str
    conditions: tuple[str, ...]
    citation: str
    equations: tuple[str, ...]


def rows(report: Report) -> list[Row]:
    """Every rule of the kernel with the labels of the equations whose proofs need it."""
    used: dict[str, dict[str, None]] = {name: {} for name in RULES}
    for equation in report:
        for link in equation.links:
            if link.kernel.status == "proved":
                for name in (*link.kernel.rules, *link.kernel.axioms):
                    used[name][equation.label] = None
    return [
        Row(r.name, r.axiom, readable(r.statement), tuple(map(readable, r.conditions)), r.citation,
            tuple(used[r.name]))
        for r in RULES.values()
    ]  # fmt: skip


def to_dict(report: Report) -> dict[str, Any]:
    """The JSON of ``kenzan trust --format json``."""
    listed_rows = rows(report)
    proved = [e.label for e in report if any(k.kernel.status == "proved" for k in e.links)]
    return {
        "schema": 1,
        "document": report.document,
        "proved": proved,
        "rules": [asdict(row) for row in listed_rows],
        "unused": [row.name for row in listed_rows if not row.equations],
        "besides": [{"part": a, "place": b, "asked": c} for a, b, c in BESIDES],
        "recheck": RECHECK,
    }


def render(
    report: Report, fmt: str = "text", *, color: bool = False, width: int | None = None
) -> str:
    """What rests on what, as text or JSON."""
    if fmt == "json":
        return json.dumps(to_dict(report), ensure_ascii=False, indent=1) + "\n"
    return finish(_lines(report, min(width or 100, 100)), color)


def _lines(report: Report, width: int) -> Iterable[Text]:
    found = rows(report)
    links = [link for link in report.links if link.kernel.status == "proved"]
    labels = {e.label for e in report if any(k.kernel.status == "proved" for k in e.links)}
    axioms = [row for row in found if row.axiom]
    yield line((one_line(report.document), "bold"))
    yield Text()
    yield from wrap(
        "",
        f"{count(len(links), 'link')} of {count(len(labels), 'equation')} are theorems of the "
        f"kernel. It has {count(len(axioms), 'axiom')} (facts of mathematics, each with its "
        f"source) and {count(len(found) - len(axioms), 'rule')} of logic and arithmetic.",
        width,
    )
    yield Text()
    for title, some in (
        ("Axioms: taken from the literature", axioms),
        ("Rules of logic and arithmetic", [row for row in found if not row.axiom]),
    ):
        yield from heading(title)
        for row in some:
            if row.equations:
                yield from _row(row, width)
        unused = [row for row in some if not row.equations]
        if unused:
            yield line(("  no proof here uses", "bold"))
            for row in unused:
                yield from wrap(f"    {row.name:<22}", row.statement, width)
        yield Text()
    yield from heading("What else must be right for “proved” to mean what it says")
    for name, place, asked in BESIDES:
        yield from wrap(f"  {name:<18}", f"{place}: {asked}.", width)
    yield Text()
    yield from heading("To check a proof again")
    yield from wrap("  ", RECHECK, width)


def _row(row: Row, width: int) -> Iterable[Text]:
    yield from wrap(f"  {row.name:<22}", row.statement, width, "bold")
    blank = " " * 24
    if row.conditions:
        yield from wrap(blank, f"asks: {'; '.join(row.conditions)}", width)
    if row.citation:
        yield from wrap(blank, row.citation, width, "dim")
    yield from wrap(blank, f"used by {listed(row.equations)}", width)
