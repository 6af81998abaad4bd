"""How long it takes to typeset the bundled notes, against checking them.

Four new processes each time, the best of some runs: a check; a check along which the proofs
are told; what is set after it (the web page, with both languages, and the LaTeX text), first
without the font that the page embeds, and then with the font that the first page kept;
and all of it once more, with results, proofs and font kept. Nothing here is asserted:

    python benchmarks/typesetting.py

Modules are compiled before, as an installed package's are.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
RUNS = 3

CHECK = """
import time; start = time.process_time()
from derivations import check
check(cache=False)
print(time.process_time() - start)
"""

SET = """
import time; start = time.process_time()
from derivations import check
from derivations.report.article.build import article
from derivations.report.told import told_along
report = check(cache={cache}, along=told_along)
checked = time.process_time()
from derivations.report.article import html, tex
page = html.render(article(report), "en")
between = time.process_time()
text = tex.render(article(report), "en")
done = time.process_time()
print(checked - start, between - checked, done - between)
"""


def run(code: str, kept: str) -> list[float]:
    places = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["KENZAN_CACHE_DIR"] = kept
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return [float(x) for x in done.stdout.split()]


def main() -> None:
    compileall.compile_dir(ROOT / "derivations", quiet=1)
    best: dict[str, list[float]] = {}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as kept:
            rows = {
                "check": run(CHECK, kept),
                "check and tell, page, text": run(SET.format(cache=False), kept),
                "the same, font kept": run(SET.format(cache=False), kept),
                "kept for the next": run(SET.format(cache=True), kept),
                "all kept": run(SET.format(cache=True), kept),
            }
        for name, row in rows.items():
            best[name] = min(best.get(name, row), row, key=lambda r: sum(r[1:]) or sum(r))
    del best["kept for the next"]
    for name, row in best.items():
        after = f", {sum(row[1:]):.2f} after the check" if row[1:] else ""
        print(f"{name:<28} {' + '.join(f'{x:.2f}' for x in row)} s of CPU{after}")
    ratio = sum(best["the same, font kept"][1:]) / sum(best["check"])
    print(f"to set page and text takes {ratio:.2f} times as long as the check")


if __name__ == "__main__":
    main()
