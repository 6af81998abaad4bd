"""What becomes of an edited formula: refused, refuted, undecided, or nothing at all."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from edits import Edit, edits_of

from derivations.check import BUNDLED
from derivations.judge import Options, judge_link
from derivations.language.source import Source
from derivations.reader.definitions import dependencies, undefined
from derivations.reader.document import Document, load, read_document
from derivations.results import LinkResult


@dataclass(frozen=True)
class Fate:
    """What is said first against an edited document, where, and how.

    kind: ``refused`` (not read), ``refuted`` (a link that was not refuted before),
    ``changed`` (a link that was refuted before, on another ground or no more),
    ``undecided`` (a link that was decided before), or ``survived``.
    """

    kind: str
    label: str = ""
    detail: str = ""


class Bench:
    """The bundled document before the numbers alone; what is not edited is judged once."""

    def __init__(self, seed: int = 0) -> None:
        self.options = Options(("numeric",), seed)
        self.source = load(BUNDLED)
        self.document = read_document(self.source)
        self._printed: dict[str, list[LinkResult]] = {}

    def latex(self, label: str) -> str:
        return self.source.slice(self.document[label].span)

    def edits(self) -> list[Edit]:
        """All edits of all displays."""
        labels = [equation.label for equation in self.document.equations]
        return [edit for label in labels for edit in edits_of(label, self.latex(label))]

    def edited(self, label: str, latex: str) -> Document:
        """The document with another formula under a label."""
        span, text = self.document[label].span, self.source.text
        return read_document(
            Source(self.source.name, text[: span.start] + latex + text[span.stop :])
        )

    def judged(self, document: Document, label: str) -> list[LinkResult]:
        """The results of one equation."""
        equation = document[label]
        assert equation.reading is not None
        return [
            judge_link(document, equation, link, self.options) for link in equation.reading.links
        ]

    def printed(self, label: str) -> list[LinkResult]:
        """The results of an equation as it is printed."""
        if label not in self._printed:
            self._printed[label] = self.judged(self.document, label)
        return self._printed[label]

    def fate(self, edit: Edit) -> Fate:
        return self.fate_of(edit.label, edit.apply(self.latex(edit.label)))

    def fate_of(self, label: str, latex: str) -> Fate:
        """Judge the edited equation, then those that use it, up to the first objection."""
        document = self.edited(label, latex)
        error = document[label].error
        if error is not None:
            return Fate("refused", label, f"{error.code} {error.message}")
        missing = undefined(document[label])
        if missing:
            return Fate("refused", label, f"D205 {missing[0].pattern} is not defined")
        if len(document.problems) > len(self.document.problems):
            _, problem = document.problems[-1]
            return Fate("refused", "", f"{problem.code} {problem.message}")
        undecided: Fate | None = None
        for name in (label, *self._users(document, label)):
            equation = document[name]
            assert equation.reading is not None
            links = equation.reading.links
            for number, link in enumerate(links):
                row = judge_link(document, equation, link, self.options)
                fate = self._compare(name, row, number, len(links))
                if fate is not None and fate.kind != "undecided":
                    return fate
                undecided = undecided or fate
        return undecided or Fate("survived")

    @staticmethod
    def _users(document: Document, label: str) -> list[str]:
        """The equations whose meaning rests on one."""
        return [
            equation.label
            for equation in document.equations
            if equation.label != label and label in dependencies(document, equation)
        ]

    def _compare(self, label: str, row: LinkResult, number: int, links: int) -> Fate | None:
        """What speaks against a link that did not before."""
        shown = row.counterexample
        detail = f"{shown.left} against {shown.right}" if shown else str(row.numeric.reason)
        printed = self.printed(label)
        before = printed[number] if len(printed) == links else None
        if before is not None and before.verdict == "refuted":
            if row.verdict == "undecided":
                return Fate("undecided", label, detail)
            if _refutation(before) != _refutation(row):
                return Fate("changed", label, f"{detail}; {row.numeric.largest_error}")
            return None
        if row.verdict in ("refuted", "undecided"):
            return Fate(row.verdict, label, detail)
        return None


def _refutation(row: LinkResult) -> object:
    """What a refuted link shows: a second slip must leave a trace in it."""
    return row.counterexample, row.numeric.largest_error


def main() -> None:
    """Judge every edit; print those that nothing objects to, then how many met which fate."""
    bench, counts = Bench(), Counter[str]()
    start = time.monotonic()
    for edit in bench.edits():
        fate = bench.fate(edit)
        counts[fate.kind] += 1
        if fate.kind in ("survived", "undecided"):
            print(f"{fate.kind}  {edit}  {fate.label} {fate.detail}", flush=True)
    total = ", ".join(f"{number} {kind}" for kind, number in counts.most_common())
    print(f"{counts.total()} edits: {total}; {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
