"""Kenzan against the naive way, on the bundled notes.

The naive way is what one would write in an afternoon: put both sides of a link into SymPy at
the smallest sizes and ask ``sympy.simplify(left - right) == 0``, here for at most 20 seconds
a link. It gets the same parsed formulas and the same symbols with their assumptions, so only
the deciding differs. Kenzan is run cold, in one process, with all witnesses:

    python benchmarks/check_vs_naive.py [--limit 20] [--only 2.11,2.12] [--witness sympy,numeric]

Nothing here is asserted; the table says for each link who decided it, and the end how long
both took.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy as sp

from derivations.check import BUNDLED
from derivations.language import nodes as n
from derivations.reader.document import Document, Equation, load, read_document
from derivations.reader.statements import Link
from derivations.witness.algebra.assumptions import assume
from derivations.witness.algebra.compile import Compiler
from derivations.witness.algebra.forms import Forms
from derivations.witness.algebra.monomials import Undefined, Unsupported
from derivations.witness.algebra.relations import Relations, every_case
from derivations.witness.algebra.world import World
from derivations.witness.timelimit import TimeUp, run_with_limit

ROOT = Path(__file__).parent.parent
SIZE = 2
"""Of every sort and finite set: the naive way asks at one size."""


@dataclass
class Naive:
    """The answer of ``simplify``: ``true``, ``not shown``, ``time``, or why it was not asked."""

    answer: str
    seconds: float = 0.0
    reason: str = ""


def naive(document: Document, equation: Equation, link: Link, limit: float) -> Naive:
    """``simplify(left - right) == 0`` for a link, in every case of its spins and indices."""
    node = link.node
    if isinstance(node, n.Equivalence):
        return Naive("-", reason="an equivalence")
    if equation.scope.goal or node.op not in ("=", "<=", ">=", "<", ">"):
        return Naive("-", reason="no difference to simplify")
    start = time.perf_counter()

    def work() -> bool:
        world = World(equation.scope, _sizes(equation), (Forms(),))
        compiler = Compiler(document, world)
        assume(compiler)
        relations = Relations(compiler)
        return all(every_case(compiler, lambda: _holds(relations, node)))

    try:
        answer = "true" if run_with_limit(limit, work) else "not shown"
        reason = ""
    except TimeUp:
        answer, reason = "time", f"more than {limit:g} s"
    except (Unsupported, Undefined) as error:
        answer, reason = "-", str(error)
    except Exception as error:  # whatever SymPy raises
        answer, reason = "-", f"{type(error).__name__}: {error}".partition("\n")[0]
    return Naive(answer, time.perf_counter() - start, reason)


def _holds(relations: Relations, node: n.Relation) -> bool:
    left, right = relations.sides(node.left, node.right)
    for a, b in zip(left, right, strict=True):
        difference = sp.simplify(a - b)
        if node.up_to is not None:
            symbols = relations.parameter_symbols(node.up_to)
            if any(sp.simplify(sp.diff(difference, s)) != 0 for s in symbols):
                return False
        elif node.op == "=":
            if difference != 0:
                return False
        elif _relation(node.op, difference) is not True:
            return False
    return True


def _relation(op: str, difference: sp.Expr) -> bool | None:
    match op:
        case "<=":
            return difference.is_nonpositive
        case ">=":
            return difference.is_nonnegative
        case "<":
            return difference.is_negative
    return difference.is_positive


def _sizes(equation: Equation) -> dict[str, int]:
    sorts = {sort.size for sort in equation.scope.sorts.values()}
    sets = {e.name for e in equation.scope.entries() if e.kind == "finite set"}
    return dict.fromkeys(sorts | sets, SIZE)


# ---------------------------------------------------------------- Kenzan


def kenzan(path: Path, witnesses: str | None, only: str | None) -> tuple[dict[str, Any], float]:
    """The report of the command, cold, and the seconds that the process took."""
    command = [sys.executable, "-m", "derivations", "check", str(path)]
    command += ["--no-cache", "--exit-zero", "--format", "json"]
    command += ["--witness", witnesses] if witnesses else []
    command += ["--only", only] if only else []
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout), time.perf_counter() - start


def decided_by(link: dict[str, Any]) -> str:
    """The strongest witness that answered."""
    if link["kernel"]["status"] == "proved":
        return "kernel"
    names = {"sympy": "SymPy", "numeric": "numbers"}
    answered = [
        shown for name, shown in names.items() if link[name]["status"] in ("agrees", "contradicts")
    ]
    return " and ".join(answered) or "-"


# ---------------------------------------------------------------- the comparison


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=BUNDLED)
    parser.add_argument("--limit", type=float, default=20.0, metavar="S", help="naive, a link")
    parser.add_argument("--only", metavar="LABELS")
    parser.add_argument("--witness", metavar="LIST", help="of Kenzan; default: all")
    options = parser.parse_args()

    report, seconds = kenzan(options.file, options.witness, options.only)
    document = read_document(load(options.file))
    total, rows = 0.0, []
    print(f"{'equation':<10} {'link':>4}  {'verdict':<10} {'decided by':<18} naive")
    for result in report["equations"]:
        equation = document[result["label"]]
        links = equation.reading.links if equation.reading is not None else []
        for number, (link, row) in enumerate(zip(links, result["links"], strict=True), 1):
            found = naive(document, equation, link, options.limit)
            total += found.seconds
            rows.append((row["verdict"], found.answer))
            print(
                f"{result['label']:<10} {number:>4}  {row['verdict']:<10} {decided_by(row):<18} "
                f"{found.answer:<9} {found.seconds:6.2f} s  {found.reason[:60]}",
                flush=True,
            )

    false = [answer for verdict, answer in rows if verdict == "refuted"]
    true = [a for verdict, a in rows if verdict in ("proved", "bounded", "supported", "definition")]
    asked = sum(answer != "-" for _, answer in rows)
    print()
    print(f"{len(rows)} links: {len(true)} true or defining, {len(false)} refuted")
    print(f"naive: asked for {asked}, held {true.count('true')} of the true ones true")
    print(f"naive: held {false.count('true')} of the refuted ones true")
    print(f"Kenzan, cold, one process: {seconds:.1f} s")
    print(f"naive: {total:.1f} s, {total / seconds:.1f} times as long")


if __name__ == "__main__":
    main()
