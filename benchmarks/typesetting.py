"""How long it takes to typeset the bundled notes, against checking them.

New processes each time, the best of some runs: a check, and what is set after it in the same
process (the web page, with both languages, and the LaTeX text), where the proofs are told after
the check, where they were told along with it, and where everything was kept by another process.
The font that the page embeds is cut once and kept; "the first page" cuts it. Nothing here is
asserted:

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

SET = """
import time; start = time.process_time()
from derivations import check
from derivations.report.article import html, tex
from derivations.report.article.build import article
from derivations.report.told import told_along
ready = time.process_time()
report = check(cache={cache}, along={along})
checked = time.process_time()
made = article(report)
told = time.process_time()
page = html.render(made, "en")
between = time.process_time()
text = tex.render(made, "en")
done = time.process_time()
print(ready - start, checked - ready, told - checked, between - told, done - between)
"""
COLUMNS = "start", "check", "tell", "page", "text"


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
                "the first page": run(SET.format(cache=False, along=None), kept),
                "after a check": run(SET.format(cache=False, along=None), kept),
                "told along with it": run(SET.format(cache=False, along="told_along"), kept),
                "kept for the next": run(SET.format(cache=True, along="told_along"), kept),
                "all kept": run(SET.format(cache=True, along="told_along"), kept),
            }
        for name, row in rows.items():
            best[name] = min(best.get(name, row), row, key=lambda r: sum(r[2:]))
    del best["kept for the next"]
    print(f"{'s of CPU':<20}" + "".join(f"{name:>8}" for name in (*COLUMNS, "after")))
    for name, row in best.items():
        print(f"{name:<20}" + "".join(f"{x:8.2f}" for x in (*row, sum(row[2:]))))
    row = best["after a check"]
    print(f"to tell and set takes {sum(row[2:]) / row[1]:.2f} times as long as the check before it")


if __name__ == "__main__":
    main()
