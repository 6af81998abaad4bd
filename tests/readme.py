"""The parts of the README that the program wrote. ``python tests/readme.py`` writes them anew."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from derivations import Report, check
from derivations.report import explain, render
from derivations.report.proved import proofs_of

README = Path(__file__).parent.parent / "README.md"
WRONG = {
    "2.3ii": "Read as every display, for all p and q: for some the two agree (always for p = q).",
    "2.11a": "The factor 1/n of (1.1) is lost: p₀ has mass n.",
    "2.11": "The first minus should be a plus; both links at that expression break.",
    "2.14": "The minimiser is the maximiser, the values differ; and p stands for p₀.",
    "2.22": "ln is lost before q_θ; both links at that expression break.",
    "2.30": "The gradient has the other sign: the steps go uphill.",
    "10.7a": "I is lost: A Ã is the matrix det(A) I, not a number.",
}
"""What went wrong, said by a person; everything else in the table is the program's."""

PROVED = "2.33"
"""The equation whose proof is shown."""

SECTION = "2.2 A Gaussian model and its training"


class Row(NamedTuple):
    """A refuted link: which of the links of its equation, its sign, and a counterexample."""

    label: str
    place: str
    sign: str
    values: list[str]
    left: str
    right: str


def errata(report: Report) -> list[Row]:
    """A row for each refuted link, in the order of the document."""
    rows = []
    for equation in report:
        for number, link in enumerate(equation.links, 1):
            if link.verdict != "refuted":
                continue
            found = link.counterexample
            assert found is not None
            values = [f"{name} = {value}" for name, value in found.values.items()]
            place = f"{number} of {len(equation.links)}"
            rows.append(Row(equation.label, place, link.relation, values, found.left, found.right))
    return rows


def errata_table(report: Report) -> str:
    lines = [
        "| equation | link | sign | at | left side | right side |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    told: set[str] = set()
    for row in errata(report):
        remark = "" if row.label in told else f"<br>{WRONG[row.label]}"
        told.add(row.label)
        cells = [
            row.label + remark,
            row.place,
            _code(row.sign),
            "<br>".join(map(_code, row.values)),
            _code(row.left),
            _code(row.right),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def table_rows(text: str) -> list[Row]:
    """The rows of the table in the README, without the remarks."""
    rows = []
    for line in block(text, "errata").splitlines()[2:]:
        cells = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | ")]
        label, place, sign, values, left, right = cells
        plain = [value.strip("`") for value in values.split("<br>") if value]
        label = label.partition("<br>")[0]
        rows.append(Row(label, place, sign.strip("`"), plain, left.strip("`"), right.strip("`")))
    return rows


def slips(report: Report) -> str:
    lines = []
    for finding in report.findings:
        if finding.severity == "warning" and finding.label:
            where = f"({finding.label}) "
            lines.append(f"- {where}`{finding.message.removeprefix(where)}`")
    return "\n".join(lines)


def hypotheses(report: Report) -> str:
    lines = ["| hypothesis | needed by |", "| --- | --- |"]
    lines += [f"| `{name}` | {', '.join(labels)} |" for name, labels in report.unsaid.items()]
    return "\n".join(lines)


def output(report: Report) -> str:
    """The text report with what is shown of it: a section, a finding, a hypothesis, the end."""
    report.path = "diffusion.tex"
    lines = render(report, "text").splitlines()

    def piece(start: str, stop: str) -> list[str]:
        first = next(k for k, line in enumerate(lines) if start in line)
        last = next(k for k in range(first + 1, len(lines)) if lines[k].startswith(stop))
        return lines[first:last]

    parts = [
        lines[:2],
        piece(SECTION, "2.3"),
        ["…", "", "Errata: wrong as printed", "", *piece("E101 (2.11a)", "diffusion.tex"), "…", ""],
        [*piece("Hypotheses that", "  " + r"0 \ln")[:4], "  …", ""],
        lines[lines.index("Summary") :],
    ]
    return fenced("\n".join(line for part in parts for line in part), "text")


def proof() -> str:
    """The theorem and the proof of one equation, as the program tells them."""
    report = check(only=[PROVED], witnesses=["kernel"])
    lines = explain(report, PROVED, proofs=proofs_of(report, PROVED)).splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith("  theorem of the kernel"))
    last = next(k for k, line in enumerate(lines) if line.startswith("  kernel "))
    return fenced(f"$ kenzan explain {PROVED}\n…\n" + "\n".join([*lines[first:last], "…"]), "text")


def own(text: str) -> str:
    """What the program says of the document that the README shows, without its end."""
    report = checked_own(text)
    lines = render(report, "text").splitlines()
    shown = [*lines[: lines.index("Summary")], lines[-1]]
    return fenced("$ kenzan check notes.tex\n" + "\n".join(shown), "text")


def checked_own(text: str) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notes.tex"
        path.write_text(document(text), encoding="utf-8")
        report = check(path, witnesses=["numeric"], cache=False)
    report.path = "notes.tex"
    return report


def document(text: str) -> str:
    """The document that the README shows."""
    match = re.search(r"```tex\n(.*?)```", text, re.DOTALL)
    assert match is not None
    return match.group(1)


def commands(text: str) -> list[str]:
    """The two lines that install and run."""
    return re.findall(r"^python3 -m venv .+$", text, re.MULTILINE)


def fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


def block(text: str, name: str) -> str:
    match = re.search(rf"<!-- begin {name} -->\n(.*?)\n?<!-- end {name} -->", text, re.DOTALL)
    assert match is not None, name
    return match.group(1)


def with_block(text: str, name: str, body: str) -> str:
    old = f"<!-- begin {name} -->\n{block(text, name)}"
    head, tail = text.split(old)
    return f"{head}<!-- begin {name} -->\n{body}{'' if tail.startswith(chr(10)) else chr(10)}{tail}"


def main() -> None:
    witnesses = sys.argv[1].split(",") if len(sys.argv) > 1 else None
    os.environ["NO_COLOR"] = "1"
    report = check(witnesses=witnesses)
    text = README.read_text(encoding="utf-8")
    for name, body in (
        ("errata", errata_table(report)),
        ("slips", slips(report)),
        ("hypotheses", hypotheses(report)),
        ("output", output(report)),
        ("proof", proof()),
        ("own", own(text)),
    ):
        text = with_block(text, name, body)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
