"""The command ``kenzan``. It imports what a verb needs when the verb runs."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from numeric.command import CommandError, add_parsers

from . import __version__
from .report import FORMATS, explain, render
from .report.plain import count, one_line

if TYPE_CHECKING:
    from .check import Along
    from .report.article.content import Article
    from .results import Report

WITNESSES = ("kernel", "sympy", "numeric")
"""The witnesses that ``--witness`` chooses from."""

_STATUS = """\
exit status:
  0  nothing wrong
  1  check: an equation is refuted or could not be read (--strict: or less than proved)
  2  wrong usage, or a file that cannot be read or written
  3  two witnesses contradict each other, or the program fails: a fault of ours or of a library
"""


class UsageError(Exception):
    """Wrong usage or an unusable file: one line for the user, exit status 2."""


class _Parser(argparse.ArgumentParser):
    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; the optional FILE of a command may also stand behind options."""
        options, rest = super().parse_known_args(args, namespace)
        if rest and not rest[0].startswith("-") and getattr(options, "file", "") is None:
            options.file = rest.pop(0)
        return options, rest

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see '{self.prog} --help')")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    try:
        status = _run(argv)
        _write(sys.stdout, "")
    except (UsageError, CommandError) as problem:
        _note(f"kenzan: {one_line(str(problem))}")
        return 2
    except KeyboardInterrupt:
        _note("kenzan: interrupted")
        return 130
    except Exception as error:
        _note(f"kenzan: internal error: {type(error).__name__}: {one_line(str(error))}")
        _note(_hint(error))
        return 3
    return status


def _hint(error: Exception) -> str:
    if os.environ.get("KENZAN_DEBUG"):
        return "".join(traceback.format_exception(error)).rstrip()
    return "kenzan: this is a fault of the program; KENZAN_DEBUG=1 shows where"


def _run(argv: Sequence[str] | None) -> int:
    try:
        options = _parser().parse_args(argv)
    except SystemExit as done:
        return int(done.code or 0)
    verb: Callable[[argparse.Namespace], int] = options.verb
    return verb(options)


# What can be said on the command line


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="kenzan",
        description="Reads mathematical derivations as printed and says which equations are true.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_STATUS,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"kenzan {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _check_parser(verbs)
    _explain_parser(verbs)
    _trust_parser(verbs)
    _prove_parser(verbs)
    add_parsers(verbs)
    return parser


def _verb(verbs: argparse._SubParsersAction[_Parser], name: str, text: str) -> _Parser:
    return verbs.add_parser(
        name,
        help=text[0].lower() + text[1:].rstrip("."),
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=_STATUS,
        allow_abbrev=False,
    )


def _check_parser(verbs: argparse._SubParsersAction[_Parser]) -> None:
    parser = _verb(verbs, "check", "Check the equations of a document.")
    parser.set_defaults(verb=_check)
    _document_options(parser)
    parser.add_argument("--only", type=_labels, metavar="LABELS", help="such as 2.11,2.12")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--output", metavar="FILE", help="write the report to a file")
    parser.add_argument("--jobs", type=_whole(1), default=1, metavar="J", help="default: 1")
    parser.add_argument("--strict", action="store_true", help="ask for a proof of everything")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 instead of 1")


def _explain_parser(verbs: argparse._SubParsersAction[_Parser]) -> None:
    parser = _verb(verbs, "explain", "Show the evidence for one equation.")
    parser.set_defaults(verb=_explain)
    parser.add_argument("label", metavar="LABEL", help="such as 2.11")
    _document_options(parser)


def _trust_parser(verbs: argparse._SubParsersAction[_Parser]) -> None:
    parser = _verb(verbs, "trust", "List the rules and axioms, and what rests on them.")
    parser.set_defaults(verb=_trust, witness=["kernel"], seed=0, instances=None)
    _file_options(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--jobs", type=_whole(1), default=1, metavar="J", help="default: 1")


def _prove_parser(verbs: argparse._SubParsersAction[_Parser]) -> None:
    parser = _verb(verbs, "prove", "Typeset the equations with their proofs.")
    parser.set_defaults(verb=_prove)
    _document_options(parser)
    parser.add_argument("--only", type=_labels, metavar="LABELS", help="such as 2.11,2.12")
    parser.add_argument(
        "--output", metavar="FILE", required=True, help="proofs.tex, proofs.pdf or proofs.html"
    )
    parser.add_argument("--lang", choices=("en", "ja"), default="en", help="default: en")
    parser.add_argument("--jobs", type=_whole(1), default=1, metavar="J", help="default: 1")


def _file_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help=".tex or .md; default: the bundled document"
    )
    parser.add_argument("--declarations", metavar="FILE", help="what the symbols are, if not there")
    parser.add_argument("--time-limit", type=_seconds, metavar="S", help="seconds an equation")
    parser.add_argument("--no-cache", action="store_true", help="compute everything anew")


def _document_options(parser: argparse.ArgumentParser) -> None:
    _file_options(parser)
    parser.add_argument(
        "--witness", type=_witnesses, metavar="LIST", help=f"default: {','.join(WITNESSES)}"
    )
    parser.add_argument("--seed", type=_whole(0), default=0, metavar="N", help="default: 0")
    parser.add_argument("--instances", type=_whole(1), metavar="K", help="random instances a link")


def _items(text: str) -> list[str]:
    items = list(dict.fromkeys(item.strip() for item in text.split(",") if item.strip()))
    if not items:
        raise argparse.ArgumentTypeError("an empty list")
    return items


_labels = _items


def _witnesses(text: str) -> list[str]:
    items = _items(text)
    for item in items:
        if item not in WITNESSES:
            known = ", ".join(WITNESSES)
            raise argparse.ArgumentTypeError(f"no witness {item!r}; there are {known}")
    return items


def _whole(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} up")
        return number

    return parse


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number of seconds")
    return number


# The verbs


def _check(options: argparse.Namespace) -> int:
    if options.output is not None:
        _writable(options.output, [options.file, options.declarations])
    from .report.told import told_along

    along = None if options.no_cache else told_along  # kept for ``kenzan prove``
    report = _report(options, options.only, options.jobs, along)
    color, width = (False, None) if options.output is not None else _terminal()
    text = render(report, options.format, color=color, width=width)
    if options.output is None:
        _write(sys.stdout, text, options.format)
    else:
        _save(options.output, text)
    _note_summary(report)
    status = report.exit_status(strict=options.strict)
    return 0 if status == 1 and options.exit_zero else status


def _explain(options: argparse.Namespace) -> int:
    report = _report(options, only=[options.label], jobs=1)
    color, width = _terminal()
    proofs = None
    if any(link.kernel.status == "proved" for link in report.links):
        from .report.proved import proofs_of

        proofs = proofs_of(report, options.label, options.declarations)
    try:
        models = _implemented(report, options.label)
        text = explain(
            report, options.label, proofs=proofs, models=models, color=color, width=width
        )
    except KeyError as error:
        raise UsageError(error.args[0]) from None
    _write(sys.stdout, text)
    status = report.exit_status()
    return status if status == 3 else 0


def _implemented(report: Report, label: str) -> tuple[str, ...]:
    """What implements an equation, if it is one of the bundled notes."""
    from . import notes as bundled
    from .reader.document import load, read_document

    assert bundled.__file__ is not None
    notes = read_document(load(Path(bundled.__file__).with_name("diffusion.tex")))
    if label not in notes or label not in report.labels:
        return ()
    if notes.source.slice(notes[label].span).strip() != report[label].latex.strip():
        return ()
    from numeric.equations import implementations

    return implementations().get(label, ())


def _trust(options: argparse.Namespace) -> int:
    from .report.trust import render as trusted

    report = _report(options, only=None, jobs=options.jobs)
    color, width = _terminal()
    _write(sys.stdout, trusted(report, options.format, color=color, width=width), options.format)
    _note_summary(report)
    return 0


def _prove(options: argparse.Namespace) -> int:
    output = Path(options.output)
    kind = output.suffix.lower()
    if kind not in (".tex", ".pdf", ".html"):
        raise UsageError(f"cannot write {options.output!r}: its name must end in .tex, .pdf, .html")
    source = output.with_suffix(".tex") if kind == ".pdf" else output
    for name in dict.fromkeys((output, source)):
        _writable(str(name), [options.file, options.declarations])
    if kind == ".html":
        render = _page()
    else:
        from .report.article.tex import render
    from .report.article.build import article
    from .report.told import told_along

    report = _report(options, options.only, options.jobs, told_along)
    text = render(article(report, options.declarations), options.lang)
    if kind == ".pdf":
        _set(output, source, text)
    else:
        _save(options.output, text)
    _note_summary(report)
    status = report.exit_status()
    return status if status == 3 else 0


def _page() -> Callable[[Article, str], str]:
    try:
        from .report.article.html import render
    except ImportError as error:
        raise UsageError(str(error)) from None
    return render


def _set(output: Path, source: Path, text: str) -> None:
    """Write a PDF, or without TeX the text that makes it."""
    from .report.article.pdf import NoTeX, TeXError, complaints, pdf

    try:
        data, log = pdf(text)
    except NoTeX as missing:
        _save(str(source), text)
        _note(f"kenzan: {missing}")
        _note(f"kenzan: wrote {one_line(str(source))} instead")
        return
    except TeXError as error:
        _save(str(source), text)
        raise RuntimeError(f"{error} (see {source})") from None
    for complaint in complaints(log)[:3]:
        _note(f"kenzan: TeX: {one_line(complaint)}")
    _save_bytes(str(output), data)


def _report(
    options: argparse.Namespace, only: list[str] | None, jobs: int, along: Along | None = None
) -> Report:
    from .check import CheckError, check

    try:
        with _progress() as progress:
            return check(
                options.file,
                declarations=options.declarations,
                only=only,
                witnesses=options.witness,
                seed=options.seed,
                instances=options.instances,
                time_limit=options.time_limit,
                jobs=jobs,
                cache=not options.no_cache,
                progress=progress,
                along=along,
            )
    except (CheckError, OSError) as error:
        raise UsageError(str(error)) from error


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[int, int, str], None] | None]:
    """A progress bar on standard error if it is a terminal."""
    if not _is_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def step(done: int, total: int, label: str) -> None:
            bar.update(task, completed=done, total=total, description=one_line(label))

        yield step


def _note_summary(report: Report) -> None:
    for equation in report:
        for link in equation.links:
            if link.contradiction is not None:
                yes, no = link.contradiction
                label = one_line(equation.label)
                _note(f"kenzan: {label}: {yes} holds a link true that {no} finds false")
    reused = f", {report.reused} from the cache" if report.reused else ""
    checked = count(len(report.equations), "equation")
    _note(f"kenzan: checked {checked} in {report.seconds:.1f} s{reused}")


# Writing


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def _terminal() -> tuple[bool, int | None]:
    """Whether to use colours on standard output, and how wide it is if it is a terminal."""
    if not _is_terminal(sys.stdout):
        return False, None
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain, max(shutil.get_terminal_size().columns, 40)


def _note(text: str) -> None:
    """A line on standard error, if anybody listens."""
    with contextlib.suppress(OSError, ValueError):
        _write(sys.stderr, f"{text}\n")


def _write(stream: TextIO | None, text: str, fmt: str = "text") -> None:
    """Write and flush; quiet if the reader has gone. Formats for machines are UTF-8."""
    if stream is None:
        return
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None and text:
        reconfigure(errors="backslashreplace")
        if fmt in ("json", "sarif", "junit"):
            reconfigure(encoding="utf-8")
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
    except OSError as error:
        _abandon(stream)
        raise UsageError(f"cannot write the result: {error.strerror or error}") from error


def _abandon(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that the interpreter's exit is quiet."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def _writable(output: str, inputs: list[str | None]) -> None:
    """Refuse an output that cannot work before any time is spent."""
    path = Path(output)
    folder = Path(os.path.realpath(path)).parent
    if not output or path.is_dir():
        raise UsageError(f"cannot write {output!r}: not the name of a file")
    if not folder.is_dir():
        raise UsageError(f"cannot write {output!r}: there is no folder {str(folder)!r}")
    if not os.access(folder if path.is_file() or not path.exists() else path, os.W_OK):
        raise UsageError(f"cannot write {output!r}: no permission")
    for name in inputs:
        if name and path.exists() and Path(name).exists() and path.samefile(name):
            raise UsageError(f"cannot write {output!r}: that is a document to be read")


def _save(output: str, text: str) -> None:
    _save_bytes(output, text.encode("utf-8", "backslashreplace"))


def _save_bytes(output: str, data: bytes) -> None:
    from .files import write_atomic

    try:
        write_atomic(output, data)
    except OSError as error:
        raise UsageError(f"cannot write {output!r}: {error.strerror or error}") from error
