"""Kenzan against the naive way, on the bundled notes.

The naive way is ``naive.py``: both sides of a link written out in SymPy at concrete sizes,
and ``sympy.simplify(left - right) == 0``. It is asked at the sizes for which Kenzan reports
SymPy's agreement (``--sizes same``), or at the smallest of them only (``--sizes smallest``),
and gets as many seconds for a link as Kenzan does by default:

    python benchmarks/check_vs_naive.py [--sizes same|smallest] [--limit 10] [--only 2.11,2.12]

Kenzan runs as a process of its own, cold, without its cache, with SymPy and the numbers; its
time holds the start of Python and all imports, the naive one only the work on the links. The
modules are compiled before, as they are where it is installed.
Nothing here is asserted; the table says for each link who decided it and how long it took.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from naive import Naive, Skip

from derivations.check import BUNDLED
from derivations.judge import Options
from derivations.language import nodes as n
from derivations.reader.document import Document, load, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from derivations.reader.document import Equation

ROOT = Path(__file__).parent.parent
RUNS = 3
Sizes = dict[str, int]


class TimeUp(Exception):
    """The naive way took longer than its limit."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeUp in the block when the time is up."""

    def stop(*_: Any) -> None:
        raise TimeUp

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@dataclass
class Answer:
    """``true``, ``false``, ``open``, ``time``, or ``-`` where it was not asked."""

    answer: str
    seconds: float = 0.0
    reason: str = ""


class Asked:
    """The naive way on one equation: what was computed for a link is kept for the next."""

    def __init__(self, document: Document, equation: Equation) -> None:
        self.document, self.equation = document, equation
        self._at: dict[Any, Naive] = {}

    def ask(self, node: n.Node, sizes: list[Sizes], limit: float) -> Answer:
        """The answer over all sizes: false at one, or true at each."""
        if self.equation.scope.goal:
            return Answer("-", reason="a goal")
        if isinstance(node, n.Relation) and node.op in ("~", "<<", ">>", "->", "in"):
            return Answer("-", reason="no truth value")
        start, found, reason = time.perf_counter(), "true", ""
        try:
            with at_most(limit):
                for size in sizes:
                    holds = self._naive(size).holds(node)
                    if not holds:
                        found = "false" if holds is False else "open"
                        break
        except TimeUp:
            found, reason = "time", f"more than {limit:g} s"
        except Skip as error:
            found, reason = "-", str(error)
        except Exception as error:  # whatever SymPy raises
            found, reason = "open", f"{type(error).__name__}: {error}".partition("\n")[0]
        return Answer(found, time.perf_counter() - start, reason)

    def _naive(self, sizes: Sizes) -> Naive:
        key = tuple(sorted(sizes.items()))
        if key not in self._at:
            self._at[key] = Naive(self.document, self.equation, sizes)
        return self._at[key]


def sizes_of(link: dict[str, Any], which: str) -> list[Sizes]:
    """The sizes that the report lists for SymPy; where there are none, size 2 for all."""
    listed = link["sympy"].get("sizes") or [{}]
    ordered = sorted(listed, key=lambda sizes: sum(sizes.values()))
    return ordered[:1] if which == "smallest" else ordered


# ---------------------------------------------------------------- Kenzan


def kenzan(path: Path, only: str | None, bytecode: str) -> tuple[dict[str, Any], float]:
    """The report of the command, cold, and the seconds that the process took.

    ``bytecode`` is a directory for what Python compiles, as an installed package has it.
    """
    command = [sys.executable, "-m", "derivations", "check", str(path), "--no-cache"]
    command += ["--exit-zero", "--format", "json", "--witness", "sympy,numeric"]
    command += ["--only", only] if only else []
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    )
    return json.loads(done.stdout), time.perf_counter() - start


def decided_by(link: dict[str, Any]) -> str:
    """The witnesses that answered."""
    names = {"sympy": "SymPy", "numeric": "numbers"}
    answered = [
        shown for name, shown in names.items() if link[name]["status"] in ("agrees", "contradicts")
    ]
    return " and ".join(answered) or "-"


# ---------------------------------------------------------------- the comparison

KENZAN_TRUE = ("proved", "bounded", "supported")


def summary(rows: list[tuple[str, str, Answer]]) -> None:
    """What both found, and where they differ."""
    verdicts = Counter(verdict for _, verdict, _ in rows)
    true = [row for row in rows if row[1] in KENZAN_TRUE]
    false = [row for row in rows if row[1] == "refuted"]
    print(f"{len(rows)} links: " + ", ".join(f"{k} {v}" for v, k in sorted(verdicts.items())))

    def share(part: list[tuple[str, str, Answer]], answer: str) -> str:
        return f"{sum(row[2].answer == answer for row in part)} of {len(part)}"

    print(f"true links: the naive way holds {share(true, 'true')} true", end="")
    print(f", {share(true, 'false')} false; Kenzan {len(true)}")
    print(f"false links: the naive way holds {share(false, 'false')} false", end="")
    print(f", {share(false, 'true')} true; Kenzan refutes {len(false)}")
    lists = {
        "decided by the naive way, not by Kenzan": [
            row[0] for row in rows if row[1] == "undecided" and row[2].answer in ("true", "false")
        ],
        "false, and true for the naive way": [r[0] for r in false if r[2].answer == "true"],
        "true, and false for the naive way": [r[0] for r in true if r[2].answer == "false"],
    }
    for what, labels in lists.items():
        print(f"{what}: {', '.join(labels) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=BUNDLED)
    parser.add_argument("--sizes", choices=("same", "smallest"), default="same")
    parser.add_argument("--limit", type=float, default=Options().time_limit, metavar="S")
    parser.add_argument("--only", metavar="LABELS")
    options = parser.parse_args()

    with TemporaryDirectory() as bytecode:
        kenzan(options.file, options.only, bytecode)
        runs = [kenzan(options.file, options.only, bytecode) for _ in range(RUNS)]
    report = runs[0][0]
    document = read_document(load(options.file))
    rows: list[tuple[str, str, Answer]] = []
    print(f"{'equation':<10} {'link':>4}  {'Kenzan':<10} {'decided by':<18} naive")
    for result in report["equations"]:
        asked = Asked(document, document[result["label"]])
        reading = asked.equation.reading
        links = reading.links if reading is not None else []
        for number, (link, row) in enumerate(zip(links, result["links"], strict=True), 1):
            found = asked.ask(link.node, sizes_of(row, options.sizes), options.limit)
            rows.append((f"{result['label']}.{number}", row["verdict"], found))
            print(
                f"{result['label']:<10} {number:>4}  {row['verdict']:<10} {decided_by(row):<18} "
                f"{found.answer:<5} {found.seconds:6.2f} s  {found.reason[:60]}",
                flush=True,
            )
    total, best = sum(row[2].seconds for row in rows), min(seconds for _, seconds in runs)
    print()
    summary(rows)
    each = ", ".join(f"{seconds:.2f}" for _, seconds in runs)
    print(f"Kenzan, cold, one process: {best:.2f} s, the best of {each}")
    print(f"naive: {total:.1f} s, {total / best:.1f} times as long (--sizes {options.sizes})")


if __name__ == "__main__":
    main()
