"""Statements × witnesses → verdicts: the library's entry point."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .cache import Cache, digest, from_plain, to_plain
from .collector import undisturbed
from .judge import Options, finding, judge_equation
from .language.source import Source
from .reader.definitions import dependencies, unusable
from .reader.document import Document, UnreadableFile, load, read_kept
from .results import EquationResult, Finding, Report

BUNDLED = Path(__file__).parent / "notes" / "diffusion.tex"
WITNESSES = ("kernel", "sympy", "numeric")
TIME_LIMIT = 10.0

Progress = Callable[[int, int, str], None]
Judged = tuple[EquationResult, list[Finding]]
Along = Callable[[Document, EquationResult], dict[str, Any]]
"""Makes something more of an equation that was judged, as data for JSON."""


class CheckError(ValueError):
    """A document that cannot be checked at all: unreadable, or a label that is not there."""


def check(
    path: str | Path | None = None,
    *,
    text: str | None = None,
    declarations: str | Path | None = None,
    only: Sequence[str] | None = None,
    witnesses: Sequence[str] | None = None,
    seed: int = 0,
    instances: int | None = None,
    time_limit: float | None = None,
    jobs: int = 1,
    cache: bool = True,
    progress: Progress | None = None,
    along: Along | None = None,
) -> Report:
    """Judge every equation of a document.

    Args:
        path: a ``.tex`` or Markdown file; without it (and without text) the bundled notes.
        text: the document itself, instead of a file.
        declarations: a file with further ``%!`` declarations.
        only: labels to judge; the others are read, but not judged or listed.
        witnesses: some of ``kernel``, ``sympy``, ``numeric`` (default: all).
        seed: of the random instances.
        instances: random instances for each link (default: enough for its kind, 5 to 20).
        time_limit: seconds that each witness has for a link (default 10).
        jobs: processes that judge equations side by side.
        cache: keep results, and use those kept, as long as nothing they rest on changed.
        progress: called with (done, total, label) after each equation.
        along: a function of a module, called with the document as it was read and an
            equation's result in the process that judged it, where its proofs are at hand. What
            it returns is kept like the results, and stands in ``Report.along``. It has
            ``time_limit`` seconds; a fault in it leaves nothing, and hides no verdict.

    Raises:
        CheckError: the file cannot be read, or ``only`` names a label that is not there.

    >>> report = check(text=r"%! x : real" "\\n" r"\\[ (x+1)^2 = x^2 + 2x + 2 \\tag{1} \\]",
    ...                witnesses=["numeric"], cache=False)
    >>> report["1"].verdict
    'refuted'
    """
    start = time.monotonic()
    source, extra = _sources(path, text, declarations)
    document = _read(source, extra)
    source = document.source
    options = Options(_witnesses(witnesses), seed, instances, time_limit or TIME_LIMIT)
    wanted = _wanted(document, only)
    store = Cache() if cache else None
    report = Report(source.name, source.text, path=str(path or ""), seed=seed)
    if path is None and text is None:
        report.path = str(BUNDLED)
    for owner, error in [*document.problems, *unusable(document)]:
        report.findings.append(_problem(source, owner, error.code, error.message, error.span))
    judged: dict[str, Judged] = {}
    keys = {label: _key(document, label, options) for label in wanted} if store else {}
    if store:
        for label in wanted:
            found = _restore(store, keys[label], document, label)
            if found is not None:
                judged[label] = found
                more = store.get(_key_of(along, keys[label])) if along else None
                if more is not None:
                    report.along[label] = more
    report.reused = len(judged)
    tasks = [
        _Task(label, judged.get(label), options, along)
        for label in wanted
        if label not in judged or (along and label not in report.along)
    ]
    done = len(wanted) - len(tasks)
    for label, result, more in _work_all(document, source, extra, tasks, jobs):
        if store and label not in judged:
            store.put(keys[label], to_plain(*result))
        judged[label] = result
        done += 1
        if more is not None:
            report.along[label] = more
            if store and along:
                store.put(_key_of(along, keys[label]), more)
        if progress is not None:
            progress(done, len(wanted), label)
    for label in wanted:
        equation, findings = judged[label]
        report.equations.append(equation)
        report.findings += findings
    report.seconds = time.monotonic() - start
    return report


# ---------------------------------------------------------------- what is read


def _sources(
    path: str | Path | None, text: str | None, declarations: str | Path | None
) -> tuple[Source, Source | None]:
    if path is not None and text is not None:
        raise CheckError("give a path or a text, not both")
    try:
        source = Source("text", text) if text is not None else load(path or BUNDLED)
        return source, load(declarations) if declarations is not None else None
    except UnreadableFile as error:
        raise CheckError(str(error)) from None


def _read(source: Source, extra: Source | None) -> Document:
    try:
        return read_kept(source, extra)
    except UnreadableFile as error:
        raise CheckError(str(error)) from None


def _witnesses(names: Sequence[str] | None) -> tuple[str, ...]:
    for name in names or ():
        if name not in WITNESSES:
            raise CheckError(f"no witness {name!r}; there are {', '.join(WITNESSES)}")
    return tuple(names) if names else WITNESSES


def _wanted(document: Document, only: Sequence[str] | None) -> list[str]:
    labels = [equation.label for equation in document.equations]
    for label in only or ():
        if label not in labels:
            raise CheckError(f"no equation {label}; there are {', '.join(labels) or 'none'}")
    return [label for label in labels if only is None or label in only]


def _problem(source: Source, owner: Source, code: str, message: str, span: object) -> Finding:
    from .language.source import Span

    assert isinstance(span, Span)
    if owner is not source:
        line, column = owner.position(span.start)
        return Finding(
            code, "", 1, 1, f"{owner.name}:{line}:{column}: {message}", (0, 0), "warning"
        )
    severity = "warning" if code == "D204" else "error"
    return finding(source, "", code, span, message, severity)


# ---------------------------------------------------------------- judging


@dataclass(frozen=True)
class _Task:
    """An equation to be judged, or to make something more of if it is."""

    label: str
    judged: Judged | None
    options: Options
    along: Along | None

    @undisturbed()
    def work(self, document: Document) -> Done:
        judged = self.judged or judge_equation(document, document[self.label], self.options)
        return self.label, judged, self._more(document, judged[0])

    def _more(self, document: Document, result: EquationResult) -> dict[str, Any] | None:
        if self.along is None:
            return None
        from .witness.timelimit import TimeUp, run_with_limit

        along = self.along
        try:
            return run_with_limit(self.options.time_limit, lambda: along(document, result))
        except (TimeUp, Exception):  # who asks for it makes it anew, and meets the fault
            return None


Done = tuple[str, Judged, dict[str, Any] | None]


def _work_all(
    document: Document, source: Source, extra: Source | None, tasks: list[_Task], jobs: int
) -> Iterable[Done]:
    if jobs <= 1 or len(tasks) < 2:
        for task in tasks:
            yield task.work(document)
        return
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=jobs, return_as="generator_unordered")
    yield from parallel(delayed(_work_apart)(source, extra, task) for task in tasks)


def _work_apart(source: Source, extra: Source | None, task: _Task) -> Done:
    """Work on one equation in another process, which reads the document once."""
    return task.work(read_kept(source, extra))


# ---------------------------------------------------------------- what is kept


def _key(document: Document, label: str, options: Options) -> str:
    """Everything that a result depends on: its text, what it uses, declarations, versions."""
    from importlib.metadata import version

    from . import __version__

    parts = [__version__, _own_source(), version("mpmath"), version("sympy"), repr(options), label]
    for used in (label, *sorted(dependencies(document, document[label]))):
        equation = document[used]
        parts += [used, document.source.slice(equation.span), equation.section]
        parts += [
            d.source.slice(d.span) + repr(d.directive)
            for d in document.declarations
            if d.concerns(used)
        ]
    return digest(*parts)


def _key_of(along: Along, key: str) -> str:
    """Where what ``along`` makes of an equation is kept: beside the equation's result."""
    return digest(key, along.__module__, along.__qualname__)


@lru_cache(maxsize=1)
def _own_source() -> str:
    """Names, sizes and times of our own modules: another version judges anew."""
    folder = Path(__file__).parent
    stats = ((p, p.stat()) for p in sorted(folder.rglob("*.py")))
    return "".join(f"{p.relative_to(folder)}:{s.st_size}:{s.st_mtime_ns};" for p, s in stats)


def _restore(store: Cache, key: str, document: Document, label: str) -> Judged | None:
    plain = store.get(key)
    if plain is None:
        return None
    try:
        return from_plain(plain, document[label].span.start, document.source)
    except ValueError:
        return None
