"""How long the proofs of the bundled notes take, against checking them at concrete sizes.

All links of the notes that are true are proved for symbolic sizes, in one process, from a
cold start; the named alternative is the SymPy witness, which decides the same links at the
few sizes that the report lists. Best of three runs each; nothing here is asserted:

    python benchmarks/proofs.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 3

PROVE = """
import time; start = time.process_time()
from derivations.check import BUNDLED
from derivations.judge import role
from derivations.prover.prove import Unproved, prove
from derivations.reader.document import load, read_document
document = read_document(load(BUNDLED))
FALSE = set({false!r})
proved = 0
for equation in document.equations:
    for k, link in enumerate(equation.reading.links):
        if role(equation, link) == "claim" and (equation.label, k) not in FALSE:
            prove(document, equation, link); proved += 1
print(time.process_time() - start, proved)
"""

DECIDE = """
import time; start = time.process_time()
from derivations import check
report = check(witnesses=["sympy"], cache=False)
agreed = sum(row.sympy.status == "agrees" for row in report.links)
print(time.process_time() - start, agreed)
"""


def run(code: str) -> tuple[float, int]:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, count = done.stdout.split()
    return float(seconds), int(count)


def main() -> None:
    from derivations import check

    report = check(witnesses=["numeric"])
    false = [
        (e.label, k) for e in report for k, row in enumerate(e.links) if row.verdict == "refuted"
    ]
    proofs = [run(PROVE.format(false=false)) for _ in range(RUNS)]
    sizes = [run(DECIDE) for _ in range(RUNS)]
    for name, rows in (("proofs, all sizes", proofs), ("SymPy, listed sizes", sizes)):
        times = ", ".join(f"{seconds:.2f}" for seconds, _ in rows)
        print(f"{name:<20} {rows[0][1]:>3} links   {times} s of CPU, start included")
    best = min(proofs)[0], min(sizes)[0]
    print(f"proofs take {best[0] / best[1]:.2f} times as long as the decisions at listed sizes")


if __name__ == "__main__":
    main()
