"""How long the proofs of the bundled notes take, against checking them at concrete sizes.

All links of the notes that are true are proved for symbolic sizes, in one process, from a
cold start; the named alternative is the SymPy witness, which decides the same links at the
few sizes that the report lists. Then the whole check with the kernel (its proofs, and the
corrections that it proves) against the check with SymPy and the numbers alone. The runs
alternate, and the best of each counts; nothing here is asserted:

    python benchmarks/proofs.py

Modules are compiled before, as an installed package's are.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 5

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

CHECK = """
import time; start = time.process_time()
from derivations import check
report = check(witnesses={witnesses!r}, cache=False)
print(time.process_time() - start, len(report.links))
"""


def run(code: str) -> tuple[float, int]:
    places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    seconds, count = done.stdout.split()
    return float(seconds), int(count)


def against(name: str, code: str, other: str, alternative: str) -> None:
    """Alternate two programs, and print what both take and the ratio of the best runs."""
    pairs = [(run(code), run(alternative)) for _ in range(RUNS)]
    for label, rows in zip((name, other), zip(*pairs, strict=True), strict=True):
        times = ", ".join(f"{seconds:.2f}" for seconds, _ in rows)
        print(f"{label:<28} {rows[0][1]:>3} links   {times} s of CPU, start included")
    mine, its = (min(seconds for seconds, _ in rows) for rows in zip(*pairs, strict=True))
    print(f"{name}: {mine / its:.2f} times as long\n")


def main() -> None:
    compileall.compile_dir(ROOT / "derivations", quiet=1)
    sys.path.insert(0, str(ROOT))
    from derivations import check

    report = check(witnesses=["numeric"])
    false = [
        (e.label, k) for e in report for k, row in enumerate(e.links) if row.verdict == "refuted"
    ]
    sympy = CHECK.format(witnesses=["sympy"])
    against("proofs, all sizes", PROVE.format(false=false), "SymPy, listed sizes", sympy)
    against(
        "check, three witnesses",
        CHECK.format(witnesses=None),
        "check, SymPy and numbers",
        CHECK.format(witnesses=["sympy", "numeric"]),
    )


if __name__ == "__main__":
    main()
