"""The command line: options, exit statuses, streams."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import types
from collections import OrderedDict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from reports import clean, contradiction, report, unread

import derivations
from derivations.cli import main
from derivations.report.told import told_along
from derivations.results import Report

ROOT = Path(derivations.__file__).parent.parent
CHECK = "derivations.check"


class Fake:
    """A stand-in for ``check`` that remembers how it was called."""

    def __init__(self) -> None:
        self.result: Report | BaseException = report()
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, *args: Any, **options: Any) -> Report:
        self.calls.append((args, options))
        if isinstance(self.result, BaseException):
            raise self.result
        return self.result


class CheckError(ValueError):
    pass


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()
    module = types.ModuleType(CHECK)
    module.check = fake  # type: ignore[attr-defined]
    module.CheckError = CheckError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, CHECK, module)
    return fake


FAKE = """
import sys, types
sys.path[:0] = [{root!r}, {tests!r}]
import reports
module = types.ModuleType("derivations.check")
module.CheckError = ValueError
def check(*args, progress=None, **options):
    {body}
    return reports.report()
module.check = check
sys.modules["derivations.check"] = module
from derivations.cli import main
sys.exit(main({argv!r}))
"""


def program(*argv: str, body: str = "pass") -> list[str]:
    """A command that runs ``kenzan`` with a stand-in for ``check`` in a process of its own."""
    tests = str(Path(__file__).parent)
    code = FAKE.format(root=str(ROOT), tests=tests, argv=list(argv), body=body)
    return [sys.executable, "-c", code]


def environment(**changes: str) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    return {**plain, "TERM": "xterm", **changes}


def usage_error(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """The single line on standard error of a call that fails with status 2."""
    assert main(argv) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert output.err.startswith("kenzan: ")
    assert "Traceback" not in output.err
    return output.err


# The options reach check


def test_defaults(check: Fake) -> None:
    main(["check"])
    (((path,), options),) = check.calls
    assert path is None
    assert options == {
        "declarations": None,
        "only": None,
        "witnesses": None,
        "seed": 0,
        "instances": None,
        "time_limit": None,
        "jobs": 1,
        "cache": True,
        "progress": None,
        "along": told_along,
    }


def test_every_option(check: Fake) -> None:
    line = (
        "check a.md --declarations d.tex --only 2.11,2.3ii, --witness sympy,numeric --seed 7"
        " --instances 9 --time-limit 2.5 --jobs 3 --no-cache"
    )
    main(line.split())
    (((path,), options),) = check.calls
    assert path == "a.md"
    assert options == {
        "declarations": "d.tex",
        "only": ["2.11", "2.3ii"],
        "witnesses": ["sympy", "numeric"],
        "seed": 7,
        "instances": 9,
        "time_limit": 2.5,
        "jobs": 3,
        "cache": False,
        "progress": None,
        "along": None,
    }


def test_explain_checks_one_equation(check: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "2.3ii", "notes.tex", "--seed", "4"]) == 0
    (((path,), options),) = check.calls
    assert (path, options["only"], options["seed"]) == ("notes.tex", ["2.3ii"], 4)
    assert capsys.readouterr().out.startswith("Equation 2.3ii ")


@pytest.mark.parametrize(
    "words",
    ["2.3ii --seed 4 notes.tex", "--seed 4 2.3ii notes.tex", "2.3ii notes.tex --seed 4"],
)
def test_explain_takes_options_anywhere(check: Fake, words: str) -> None:
    assert main(["explain", *words.split()]) == 0
    (((path,), options),) = check.calls
    assert (path, options["only"], options["seed"]) == ("notes.tex", ["2.3ii"], 4)


# Exit statuses


@pytest.mark.parametrize(
    ("made", "options", "status"),
    [
        (clean, [], 0),
        (report, [], 1),
        (lambda: report(equations=[unread()]), [], 1),
        (report, ["--exit-zero"], 0),
        (contradiction, [], 3),
        (contradiction, ["--exit-zero"], 3),
        (clean, ["--strict"], 0),
    ],
)
def test_exit_status(
    check: Fake, made: Callable[[], Report], options: list[str], status: int
) -> None:
    check.result = made()
    assert main(["check", *options]) == status


def test_strict_asks_for_proofs(check: Fake) -> None:
    bounded = clean()
    bounded.equations[0].links[0].verdict = "bounded"
    check.result = bounded
    assert main(["check"]) == 0
    assert main(["check", "--strict"]) == 1
    assert main(["check", "--strict", "--exit-zero"]) == 0


def test_explain_fails_only_for_faults(check: Fake) -> None:
    check.result = contradiction()
    assert main(["explain", "2.1"]) == 3


def test_a_contradiction_is_told_with_both_names(
    check: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    check.result = contradiction()
    main(["check", "--format", "json"])
    assert "2.1: kernel holds a link true that numeric finds false" in capsys.readouterr().err


def test_interrupted(check: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    check.result = KeyboardInterrupt()
    assert main(["check"]) == 130
    assert capsys.readouterr() == ("", "kenzan: interrupted\n")


def test_a_fault_of_the_program_is_no_verdict(
    check: Fake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check.result = RuntimeError("lost\nfor words")
    assert main(["check", "--exit-zero"]) == 3
    told = capsys.readouterr().err
    assert told.startswith("kenzan: internal error: RuntimeError: lost for words\n")
    assert "Traceback" not in told
    monkeypatch.setenv("KENZAN_DEBUG", "1")
    main(["check"])
    assert "Traceback" in capsys.readouterr().err


# Typesetting


NOTES = r"""
%! a, b : real
\[ a + b = b + a \tag{1} \]
\[ a = b \tag{2} \]
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.tex"
    path.write_text(NOTES, "utf-8")
    return path


def test_proofs_are_told_along_with_the_check(check: Fake, tmp_path: Path) -> None:
    check.result = Report("empty.tex", "")
    assert main(["prove", "--output", str(tmp_path / "proofs.tex"), "--jobs", "2"]) == 0
    ((_, options),) = check.calls
    assert options["along"] is told_along
    assert options["jobs"] == 2


def test_after_a_check_no_proof_is_sought_again(
    notes: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KENZAN_CACHE_DIR", str(tmp_path / "kept"))
    main(["check", str(notes)])

    def sought(*_: object, **__: object) -> None:
        raise AssertionError("a proof is sought")

    prover = import_module("derivations.prover.prove")
    monkeypatch.setattr(prover, "_sought", sought)
    monkeypatch.setattr(prover, "_known", OrderedDict())
    output = notes.with_name("proofs.tex")
    assert main(["prove", str(notes), "--output", str(output)]) == 0
    assert "Proof" in output.read_text("utf-8")
    monkeypatch.setenv("KENZAN_CACHE_DIR", str(tmp_path / "other"))
    assert main(["prove", str(notes), "--output", str(output)]) == 0
    assert "Proof" not in output.read_text("utf-8")


def test_proofs_are_written_as_latex(notes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = notes.with_name("proofs.tex")
    line = ["prove", str(notes), "--output", str(output), "--no-cache"]
    assert main(line) == 0
    text = output.read_text("utf-8")
    assert text.startswith("% Made by kenzan ")
    assert "Proof" in text
    assert capsys.readouterr().err.startswith("kenzan: checked 2 equations")
    assert main([*line, "--lang", "ja", "--only", "1"]) == 0
    assert "証明" in output.read_text("utf-8")


def test_proofs_are_written_as_a_page(notes: Path) -> None:
    output = notes.with_name("proofs.html")
    assert main(["prove", str(notes), "--output", str(output), "--no-cache"]) == 0
    assert output.read_text("utf-8").lower().startswith("<!doctype html>")


def test_a_page_needs_an_extra(
    notes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("derivations.report.article")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "math_core", None)
    output = notes.with_name("proofs.html")
    assert main(["prove", str(notes), "--output", str(output)]) == 2
    assert "pip install 'kenzan[html]'" in capsys.readouterr().err
    assert not output.exists()


def test_without_tex_the_latex_is_written_beside(
    notes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    output = notes.with_name("proofs.pdf")
    assert main(["prove", str(notes), "--output", str(output), "--no-cache"]) == 0
    told = capsys.readouterr().err
    assert "apt-get install texlive-latex-recommended" in told
    assert "proofs.tex instead" in told
    assert not output.exists()
    assert r"\documentclass" in output.with_suffix(".tex").read_text("utf-8")


@pytest.mark.parametrize("name", ["notes.tex", "notes.pdf"])
def test_no_document_is_overwritten(
    notes: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prove", str(notes), "--output", str(notes.with_name(name))]) == 2
    assert "that is a document to be read" in capsys.readouterr().err
    assert notes.read_text("utf-8") == NOTES


# Wrong usage


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "required: COMMAND"),
        ("train", "required: model, DATA"),
        ("teach", "invalid choice"),
        ("prove", "required: --output"),
        ("prove --output proofs.doc", "its name must end in .tex, .pdf, .html"),
        ("prove --output", "expected one argument"),
        ("prove --output x.tex --lang fr", "invalid choice: 'fr'"),
        ("check a b", "unrecognized arguments: b"),
        ("check --onl 2.1", "unrecognized arguments"),
        ("check --only ,", "argument --only: an empty list"),
        ("check --witness coq", "no witness 'coq'; there are kernel, sympy, numeric"),
        ("check --witness ,", "an empty list"),
        ("check --instances 0", "'0' is not a whole number from 1 up"),
        ("check --instances 2.5", "'2.5' is not a whole number"),
        ("check --jobs 0", "'0' is not a whole number from 1 up"),
        ("check --seed -1", "'-1' is not a whole number from 0 up"),
        (f"check --seed {'9' * 5000}", "is not a whole number"),
        ("check --time-limit 0", "'0' is not a positive number of seconds"),
        ("check --time-limit nan", "'nan' is not a positive number"),
        ("check --time-limit inf", "'inf' is not a positive number"),
        ("check --format xml", "invalid choice: 'xml'"),
        ("explain", "required: LABEL"),
        ("explain 2.1 --jobs 2", "unrecognized arguments"),
        ("explain 2.1 --seed 4 notes.tex more.tex", "unrecognized arguments: more.tex"),
    ],
)
def test_wrong_usage(
    check: Fake, capsys: pytest.CaptureFixture[str], line: str, words: str
) -> None:
    assert words in usage_error(capsys, *line.split())
    assert check.calls == []


def test_wrong_usage_shows_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    assert "<U+001B>[31m" in usage_error(capsys, "check", "a", "\x1b[31m\nb")


def test_an_unreadable_document(check: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    check.result = CheckError("notes.tex: not UTF-8 at byte 7")
    assert usage_error(capsys, "check", "notes.tex") == "kenzan: notes.tex: not UTF-8 at byte 7\n"
    assert usage_error(capsys, "explain", "1") == "kenzan: notes.tex: not UTF-8 at byte 7\n"
    check.result = PermissionError(13, "Permission denied", "notes.tex")
    assert "notes.tex" in usage_error(capsys, "check", "notes.tex", "--exit-zero")


def test_explain_an_unknown_label(check: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no equation 9.9; there are 2.1, " in usage_error(capsys, "explain", "9.9")


# Writing


def test_results_and_notes_do_not_mix(check: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--format", "json"])
    output = capsys.readouterr()
    assert json.loads(output.out)["document"] == "notes.tex"
    assert output.err == "kenzan: checked 4 equations in 1.2 s\n"
    check.result = report(reused=3)
    main(["check", "--format", "concise"])
    output = capsys.readouterr()
    assert output.out.count("\n") == 3
    assert output.err.endswith(", 3 from the cache\n")


def test_output_goes_to_a_file(
    check: Fake, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    assert main(["check", "--format", "json", "--output", str(target)]) == 1
    assert json.loads(target.read_text(encoding="utf-8"))["schema"] == 1
    assert capsys.readouterr().out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "not the name of a file"),
        (".", "not the name of a file"),
        ("no/such/report.txt", "there is no folder"),
        ("notes.tex", "that is a document to be read"),
        ("same.tex", "that is a document to be read"),
    ],
)
def test_output_that_cannot_be_written(
    check: Fake,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.tex").write_text("document")
    Path("same.tex").symlink_to("notes.tex")
    assert words in usage_error(capsys, "check", "notes.tex", "--output", name)
    assert check.calls == []
    assert Path("notes.tex").read_text() == "document"


def test_output_that_fails_late(
    check: Fake,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("derivations.files.write_atomic", full)
    told = usage_error(capsys, "check", "--output", str(tmp_path / "x"))
    assert "No space left on device" in told


def test_a_full_disk_behind_standard_output() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(program("check"), stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "kenzan: cannot write the result: No space left on device\n"


@pytest.mark.parametrize("argv", [["check"], ["--help"]])
def test_a_reader_that_goes_away_is_no_error(argv: list[str]) -> None:
    ends = os.pipe()
    os.close(ends[0])
    try:
        done = subprocess.run(program(*argv), stdout=ends[1], stderr=subprocess.PIPE, text=True)
    finally:
        os.close(ends[1])
    assert "Broken" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if argv == ["check"] else 0)


def test_standard_output_in_a_poor_encoding() -> None:
    env = environment(PYTHONIOENCODING="ascii")
    done = subprocess.run(program("check"), capture_output=True, env=env)
    assert done.returncode == 1
    assert rb"\u5e73\u5747" in done.stdout
    done = subprocess.run(program("check", "--format", "json"), capture_output=True, env=env)
    assert "平均".encode() in done.stdout
    assert json.loads(done.stdout)["equations"][0]["section"] == "2.1 平均"


def terminal(command: list[str], env: dict[str, str]) -> str:
    """What a command shows on a terminal, both streams."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(command, stdout=follower, stderr=follower, env=env)
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    process.wait()
    os.close(leader)
    return shown.decode()


STEPS = "progress(1, 2, '2.1'); progress(2, 2, '[red]2.2\\x1b[2J')"


def test_colours_on_a_terminal_only() -> None:
    assert "\x1b[1;31mrefuted" in terminal(program("check"), environment())
    assert "\x1b[1;31m" not in terminal(program("check"), environment(NO_COLOR="1"))
    assert "\x1b[1;31m" not in terminal(program("check"), environment(TERM="dumb"))
    piped = subprocess.run(program("check"), capture_output=True, env=environment(FORCE_COLOR="1"))
    assert b"refuted" in piped.stdout
    assert b"\x1b" not in piped.stdout + piped.stderr


def test_progress_on_a_terminal_only() -> None:
    shown = terminal(program("check", body=STEPS), environment())
    assert "2/2" in shown
    assert "[red]2.2<U+001B>[2J" in shown
    assert "\x1b[2J" not in shown
    body = "assert progress is None"
    piped = subprocess.run(program("check", body=body), capture_output=True, env=environment())
    assert piped.returncode == 1


# What it costs


@pytest.mark.parametrize("argv", [["--help"], ["check", "--help"], ["--version"], ["check", "-x"]])
def test_help_imports_nothing_heavy(argv: list[str]) -> None:
    code = (
        "import sys\nfrom derivations.cli import main\n"
        f"status = main({argv!r})\n"
        "heavy = {'sympy', 'mpmath', 'rich', 'numpy', 'joblib', 'platformdirs'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\nsys.exit(status)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.endswith("[]\n")
    assert done.returncode == (2 if argv[-1] == "-x" else 0)


def test_help_tells_the_commands_and_the_statuses() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "derivations", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert re.search(r"^ +check +check the equations of a document$", done.stdout, re.M)
    assert re.search(r"^ +explain +show the evidence for one equation$", done.stdout, re.M)
    assert "exit status:" in done.stdout


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"kenzan {derivations.__version__}\n"


# The package


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, derivations\nderivations.Report\n"
        "print(sorted({'sympy', 'mpmath', 'numpy', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_the_package_offers_what_it_promises() -> None:
    assert derivations.Report is Report
    assert set(derivations.__all__) <= set(dir(derivations))
    with pytest.raises(AttributeError, match="no attribute 'prove_it'"):
        _ = derivations.prove_it


def test_check_is_the_function_even_after_its_module_was_imported(tmp_path: Path) -> None:
    package = tmp_path / "derivations"
    package.mkdir()
    source = Path(derivations.__file__).read_text(encoding="utf-8")
    (package / "__init__.py").write_text(source, encoding="utf-8")
    (package / "check.py").write_text("def check(): return 'checked'\n")
    for first in ("", "import derivations.check", "from derivations.check import check as c"):
        code = f"{first}\nfrom derivations import check\nprint(check())"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.stdout == "checked\n", done.stderr


# ---------------------------------------------------------------- the models


def test_a_model_is_trained_and_sampled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("1\n2\n6\n", encoding="utf-8")
    assert main(["train", "gaussian", "data.csv", "--out", "fit.npz"]) == 0
    assert "mean 3, variance 4.66667" in capsys.readouterr().out
    assert main(["sample", "fit.npz", "-n", "4"]) == 0
    assert len(capsys.readouterr().out.split()) == 4
    assert main(["train", "boltzmann", "data.csv"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("kenzan: ")
    assert "Traceback" not in message


def test_an_equation_of_the_notes_names_what_implements_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", "2.12", "--witness", "numeric", "--instances", "1"]) == 0
    assert "numeric.gaussian.Gaussian" in capsys.readouterr().out
    other = tmp_path / "other.tex"
    other.write_text(
        "%! x : real\n\\begin{equation} x = x \\tag{2.12} \\end{equation}", encoding="utf-8"
    )
    assert main(["explain", "2.12", str(other), "--witness", "numeric"]) == 0
    assert "Implemented" not in capsys.readouterr().out
