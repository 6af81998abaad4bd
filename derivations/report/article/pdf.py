"""From LaTeX to PDF: the TeX of the system is run in a folder of its own, without a shell."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

PACKAGES = (
    "texlive-latex-recommended texlive-luatex lmodern fonts-ipaexfont-mincho fonts-ipaexfont-gothic"
)
"""Of Debian, with all that an article needs."""
SECONDS = 240.0
"""For one run of TeX."""


class NoTeX(Exception):
    """The program that should set the text is not installed."""


class TeXError(Exception):
    """TeX made no PDF; says what it complained of."""


def engine(tex: str) -> str:
    """The program that a text asks for in its first lines."""
    found = re.search(r"^% !TeX program = (\w+)$", tex, re.MULTILINE)
    return found[1] if found is not None else "pdflatex"


def pdf(tex: str, seconds: float = SECONDS) -> tuple[bytes, str]:
    """The PDF of a text, and the log of TeX.

    Raises NoTeX if the program is not there, TeXError if it makes no PDF or takes too long.
    """
    program = shutil.which(engine(tex))
    if program is None:
        raise NoTeX(f"{engine(tex)} is not installed: apt-get install {PACKAGES}")
    with tempfile.TemporaryDirectory(prefix="kenzan-") as name:
        folder = Path(name)
        (folder / "article.tex").write_text(tex, "utf-8")
        for _ in range(2):  # the second run knows where the references lead
            _run(program, folder, seconds)
        log = (folder / "article.log").read_text("utf-8", "replace")
        made = folder / "article.pdf"
        if not made.is_file():
            raise TeXError("; ".join(complaints(log)[:3]) or "TeX made no PDF")
        return made.read_bytes(), log


def _run(program: str, folder: Path, seconds: float) -> None:
    command = [program, "-no-shell-escape", "-interaction=nonstopmode", "article.tex"]
    environment = os.environ | {"openin_any": "p", "openout_any": "p", "max_print_line": "1000"}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise TeXError(f"TeX took more than {seconds:g} s") from None
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


_COMPLAINTS = re.compile(
    r"^! (?P<error>.+)$|(?P<font>Missing character: .+?!)"
    r"|^LaTeX Warning: (?P<label>Reference .+? undefined)"
    r"|name\{(?P<name>[^}]*)\} has been referenced"
    r"|unreferenced destination with name '(?P<place>[^']*)'",
    re.MULTILINE,
)


def complaints(log: str) -> list[str]:
    """Errors, characters without a font, and references to nothing, each once."""
    found = []
    for match in _COMPLAINTS.finditer(log):
        lost = match["name"] or match["place"]
        said = f"there is no place {lost}" if lost else match[0]
        found.append(said.removeprefix("! ").removeprefix("LaTeX Warning: "))
    return list(dict.fromkeys(found))


def overfull(log: str) -> list[float]:
    """How far boxes stick out, in points."""
    return [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
