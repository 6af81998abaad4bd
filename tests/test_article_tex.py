"""Articles as LaTeX and PDF: structure, what a document may not do, and real runs of TeX.

Needs pdflatex and lualatex for the last; ``KENZAN_REQUIRE=tex`` makes their absence a failure.
"""

from __future__ import annotations

import os
import re
import shutil

import pytest
from articles import HARM, everything
from hypothesis import given
from hypothesis import strategies as st
from test_docs import READ

from derivations.check import BUNDLED, check
from derivations.report.article import safety
from derivations.report.article.build import article
from derivations.report.article.content import Article
from derivations.report.article.languages import LANGUAGES
from derivations.report.article.layout import broken
from derivations.report.article.pdf import NoTeX, TeXError, complaints, engine, overfull, pdf
from derivations.report.article.tex import PREAMBLE, render
from derivations.results import VERDICTS

ATTACKS = (
    r"\input{/etc/passwd}", r"\write18{rm x}", r"\def\x{y}", r"\catcode`\%=0", "^^5cinput{x}",
    r"\begin{verbatim}", r"\end{document}", r"\csname input\endcsname", r"\directlua{os.exit()}",
    r"\immediate\write x", r"\usepackage{x}", r"\href{javascript:x}{y}", r"\newcommand{\a}{b}",
    "a } b", "{ a", r"\left( a", r"\left a \right b", "a & b \\", "a # b", "$ a", "\x00", "\x1b[31m",
    r"\color{red}", r"\tag{x}", r"\label{x}", r"\loop\repeat", "a % b",
)  # fmt: skip


def body(tex: str) -> str:
    return tex.partition(r"\begin{document}")[2].rpartition(r"\end{document}")[0]


def commands(tex: str) -> set[str]:
    return set(re.findall(r"\\[A-Za-z]+", tex.replace(r"\\", "")))


OURS = {rf"\{name}" for name in re.findall(r"\\kz[a-z]+", PREAMBLE.read_text("utf-8"))}
OURS |= set(re.findall(r"\\kz[a-z]+", PREAMBLE.read_text("utf-8"))) | {
    r"\textbackslash", r"\textasciicircum", r"\textasciitilde", r"\textless", r"\textgreater",
    r"\textbar", r"\textquotedbl", r"\texttt", r"\allowbreak", r"\hyperlink", r"\clearpage", r"\midrule",
    r"\begin", r"\end", r"\raggedright", r"\par", r"\color", r"\mathrel", r"\mathbin", r"\mathop", r"\surd",
}  # fmt: skip


# ---------------------------------------------------------------- what is said


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_verdict_and_a_wrong_equation_are_told(lang: str) -> None:
    tex, language = body(render(everything(), lang)), LANGUAGES[lang]
    parts = re.split(r"\\kzequation\{\d+\}", tex)[1:]
    assert len(parts) == len(VERDICTS)
    for k, (part, verdict) in enumerate(zip(parts, VERDICTS, strict=True), 1):
        head = rf"{{1.{k}}}{{{verdict}}}{{{language.verdict(verdict)}}}"
        assert part.startswith(head)
        assert rf"\kzverdict{{{verdict}}}" in tex
        assert language.meaning(verdict) in tex
    for part, verdict in zip(parts[3:6], VERDICTS[3:6], strict=True):
        (sentence,) = language.status(verdict)
        assert isinstance(sentence, str)
        assert sentence in part
    assert r"\kzsource" in parts[VERDICTS.index("unread")]
    proved, wrong = parts[0], parts[-1]
    for part, title in ((proved, "proof"), (wrong, "proof of the correction")):
        assert language.heading(title) in part
        assert re.findall(r"\\kzstep\{[\d.]+\}\{(\d)\}", part) == ["1", "2", "3"]
        assert part.count(r"\kzend") == 1
        assert re.findall(r"\\hyperlink\{step\.[\d.]+\.(\d)\}", part) == ["1", "1", "2"]
    assert r"\color{red} -" in wrong
    assert [language.heading(n) in wrong for n in ("printed", "corrected", "counterexample")]
    assert tex.index(language.heading("errata")) < tex.index(r"\kzequation")
    assert tex.index(language.heading("trust")) > tex.rindex(r"\kzequation")


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_references_lead_somewhere(lang: str) -> None:
    tex = body(render(everything(), lang))
    targets = set(re.findall(r"\\kztarget\{([^}]*)\}", tex))
    targets |= {f"step.{n}" for n in re.findall(r"\\kz(?:step|wide)\{([^}]*)\}", tex)}
    targets |= {f"eq.{n}" for n in re.findall(r"\\kzequation\{(\d+)\}", tex)}
    wanted = set(re.findall(r"\\hyperlink\{([^}]*)\}", tex))
    assert len(wanted) > 8
    assert wanted <= targets


def test_the_engine_is_the_one_that_has_the_letters() -> None:
    assert engine(render(everything(), "en")) == "pdflatex"
    assert engine(render(everything(), "ja")) == "lualatex"
    japanese = everything()
    japanese.report.equations[0].section = "平均"
    assert engine(render(japanese, "en")) == "lualatex"


# ---------------------------------------------------------------- what a document may not do


@pytest.mark.parametrize("text", ATTACKS)
def test_no_formula_that_is_none_is_set(text: str) -> None:
    assert safety.formula(text) is None or "%" in text
    assert safety.formula(f"x + {text}") is None or "%" in text


def test_environments_are_those_that_stand_in_any_formula() -> None:
    assert safety.formula(r"\begin{split} a &= b \end{split}") == (
        r"\begin{aligned} a &= b \end{aligned}"
    )
    assert safety.formula("a &= b") == r"\begin{aligned} a &= b \end{aligned}"
    assert safety.formula(r"\begin{array}{cc} a & b \end{array}") is not None
    assert safety.formula(r"\begin{array}{>{a}c} a & b \end{array}") is None


@given(st.text())
def test_words_hold_no_command(text: str) -> None:
    shown = safety.words(text)
    assert commands(shown) <= OURS | safety.COMMANDS
    plain = re.sub(r"\\(?:text[a-z]+\{\}|[{}$&#%_])|\$(?:\\[a-z]+|[\^_]?\S+?)\$", "", shown)
    assert not set("\\{}$&#%_^") & set(re.sub(r"\$\^\{[^$]*\}\$", "", plain))


@given(st.lists(st.sampled_from([*ATTACKS, "x", "^", "_", " ", "{", "}", r"\frac", r"\text{の}"])))
def test_formulas_hold_known_commands_and_closed_groups(parts: list[str]) -> None:
    found = safety.formula("".join(parts))
    if found is not None:
        assert commands(found) <= OURS | safety.COMMANDS
        assert found.count("{") == found.count("}")


def hostile(text: str) -> Article:
    """An article in which everything that comes from a document is a text."""
    made = everything()
    for equation in made.report:
        equation.label = equation.section = text
        equation.error = text if equation.error else None
        for link in equation.links:
            link.left = link.right = link.relation = text
            link.hypotheses, link.unsaid, link.uses, link.reason = [text], [text], [text], text
            link.kernel.reason = link.sympy.reason = link.numeric.reason = text
            link.numeric.largest_error = text
            link.correction = text if link.correction else None
            if link.counterexample is not None:
                link.counterexample.values = {text: text}
                link.counterexample.left = link.counterexample.right = text
            for slip in link.slips:
                slip.old = slip.new = slip.beside = text
    made.report.document = text
    return made


@pytest.mark.parametrize("lang", list(LANGUAGES))
@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_of_a_document_is_a_command(text: str, lang: str) -> None:
    tex = body(render(hostile(text), lang))
    assert commands(tex) <= OURS | safety.COMMANDS
    assert "^^" not in tex
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", tex):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0


# ---------------------------------------------------------------- TeX


@pytest.fixture(scope="module")
def tex_is_there() -> None:
    give_up = pytest.fail if "tex" in os.environ.get("KENZAN_REQUIRE", "") else pytest.skip
    for program in ("pdflatex", "lualatex"):
        if shutil.which(program) is None:
            give_up(f"{program} is not installed")


def log_of(tex: str) -> str:
    """What TeX writes of a text in its second run."""
    data, log = pdf(tex)
    assert data.startswith(b"%PDF")
    return log


@pytest.mark.usefixtures("tex_is_there")
@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_everything_compiles(lang: str) -> None:
    log = log_of(render(everything(), lang))
    assert complaints(log) == []
    assert max(overfull(log), default=0) <= 5


@pytest.mark.usefixtures("tex_is_there")
def test_a_document_that_means_harm_compiles() -> None:
    report = check(text=HARM, witnesses=["numeric"], cache=False)
    assert complaints(log_of(render(article(report)))) == []


@pytest.mark.usefixtures("tex_is_there")
def test_all_notation_that_is_read_is_set() -> None:
    found = [safety.formula(formula) for formula in READ]
    assert None not in found
    rows = [rf"\kzdisplay{{\kzfit{{{broken(str(x), w)}}}}} ${x}$" for x in found for w in (9, 40)]
    preamble = PREAMBLE.read_text("utf-8").replace("%%BABEL%%", "")
    text = "\n\n".join([preamble, r"\begin{document}", *rows, r"\end{document}"])
    assert complaints(log_of(f"% !TeX program = lualatex\n{text}")) == []


@pytest.mark.usefixtures("tex_is_there")
@pytest.mark.parametrize("name", ["ridge.tex", "softmax.tex"])
def test_the_examples_compile(name: str) -> None:
    report = check(BUNDLED.parent / "examples" / name, witnesses=["kernel"])
    tex = render(article(report))
    assert engine(tex) == "pdflatex"
    log = log_of(tex)
    assert complaints(log) == []
    assert max(overfull(log), default=0) <= 5


@pytest.fixture(scope="module")
def notes() -> Article:
    return article(check())


@pytest.mark.usefixtures("tex_is_there")
@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_the_notes_compile_without_error_wide_box_or_lost_reference(
    lang: str, notes: Article
) -> None:
    log = log_of(render(notes, lang))
    assert complaints(log) == []
    assert max(overfull(log), default=0) <= 5


BROKEN = r"""% !TeX program = ENGINE
\documentclass{article}\usepackage{hyperref}\begin{document}
\nosuchcommand \hyperlink{no.where}{x} \ref{nothing} \hbox to 9pt{\hskip 100pt}
\end{document}
"""


@pytest.mark.usefixtures("tex_is_there")
@pytest.mark.parametrize("program", ["pdflatex", "lualatex"])
def test_what_tex_complains_of_is_found(program: str) -> None:
    log = log_of(BROKEN.replace("ENGINE", program))
    assert complaints(log) == [
        "Undefined control sequence.",
        "Reference `nothing' on page 1 undefined",
        "there is no place no.where",
    ]
    assert overfull(log) == [91.0]


@pytest.mark.usefixtures("tex_is_there")
def test_tex_has_no_shell_and_a_limit_of_time() -> None:
    loop = BROKEN.replace("ENGINE", "pdflatex").replace(r"\nosuchcommand", r"\loop\iftrue\repeat")
    with pytest.raises(TeXError, match="more than 2 s"):
        pdf(loop, seconds=2)
    shell = r"\immediate\write18{touch made}\IfFileExists{made}{\nosuchcommand}{}"
    text = BROKEN.replace("ENGINE", "pdflatex").replace(r"\nosuchcommand", shell)
    assert "Undefined control sequence." not in complaints(log_of(text))


def test_without_tex_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoTeX, match="apt-get install texlive-latex-recommended"):
        pdf(render(everything()))
