"""The library: arguments, the report as data, Markdown, the cache, parallel runs, errors."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import derivations
from derivations import Report, check
from derivations.check import BUNDLED, CheckError

NOTES = BUNDLED.read_text(encoding="utf-8")
CHAIN = r"""
%! a, b : real, positive
%! [mean] m : real, defined by (mean)
%! [use] m : real, defined by (mean)
\begin{document}
\begin{equation} m = \frac{a + b}{2} \label{mean} \end{equation}
\begin{equation} 2 m - a = b \label{use} \end{equation}
\begin{equation} (a + b)^2 = a^2 + 2 a b + b^2 \label{square} \end{equation}
\begin{equation} a + b = b \label{wrong} \end{equation}
\end{document}
"""


def numbers(**options: object) -> Report:
    return check(witnesses=["numeric"], **options)  # type: ignore[arg-type]


def verdicts(report: Report) -> dict[str, list[str]]:
    return {equation.label: [link.verdict for link in equation.links] for equation in report}


# ---------------------------------------------------------------- what is checked


def test_a_text_a_path_and_a_name_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "chain.tex"
    path.write_text(CHAIN, encoding="utf-8")
    expected = verdicts(numbers(text=CHAIN))
    assert expected["mean"] == ["definition"]
    assert expected["wrong"] == ["refuted"]
    assert verdicts(numbers(path=path)) == verdicts(numbers(path=str(path))) == expected
    assert numbers(path=path).document == "chain.tex"
    assert check(path, witnesses=["numeric"], only=["use"]).labels == ["use"]


def test_without_a_document_the_bundled_notes_are_checked() -> None:
    report = numbers(only=["1.1"])
    assert report.document == "diffusion.tex"
    assert Path(report.path) == BUNDLED
    assert report["1.1"].verdict == "definition"


def test_declarations_may_stand_in_another_file(tmp_path: Path) -> None:
    path = tmp_path / "what-is-what.tex"
    path.write_text("%! a, b : real\n", encoding="utf-8")
    text = r"\[ (a + b) (a - b) = a^2 - b^2 \tag{1} \]"
    assert numbers(text=text)["1"].verdict == "unread"
    for declarations in (path, str(path)):
        assert numbers(text=text, declarations=declarations)["1"].verdict == "supported"


def test_only_chooses_what_is_judged_in_the_order_of_the_document() -> None:
    report = numbers(text=CHAIN, only=["square", "use"])
    assert report.labels == ["use", "square"]
    assert {link.verdict for link in report.links} == {"supported"}
    assert report.exit_status() == 0


def test_the_same_seed_gives_the_same_report() -> None:
    first = numbers(text=CHAIN, seed=3, cache=False).to_dict()
    assert numbers(text=CHAIN, seed=3, cache=False).to_dict() == first
    other = numbers(text=CHAIN, seed=4, cache=False)
    assert other.seed == 4
    assert verdicts(other) == verdicts(numbers(text=CHAIN, seed=3))


def test_instances_and_witnesses_are_as_asked() -> None:
    link = numbers(text=CHAIN, only=["square"], instances=3)["square"].links[0]
    assert link.numeric.instances == 3
    assert link.sympy.status == link.kernel.status == "skipped"
    silent = check(text=CHAIN, only=["square"], witnesses=["kernel"])["square"].links[0]
    assert (silent.numeric.status, silent.sympy.status) == ("skipped", "skipped")
    assert (silent.kernel.status, silent.verdict) == ("proved", "proved")


def test_progress_is_told_after_each_equation() -> None:
    seen: list[tuple[int, int, str]] = []
    check(text=CHAIN, witnesses=["numeric"], cache=False, progress=lambda *at: seen.append(at))
    assert seen == [(1, 4, "mean"), (2, 4, "use"), (3, 4, "square"), (4, 4, "wrong")]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"path": "nowhere.tex"}, "cannot read nowhere.tex"),
        ({"path": ".", "text": ""}, "not both"),
        ({"path": "."}, "cannot read"),
        ({"text": CHAIN, "declarations": "nowhere.tex"}, "cannot read nowhere.tex"),
        ({"text": CHAIN, "only": ["2.99"]}, "no equation 2.99; there are mean, use, square, wrong"),
        ({"text": "", "only": ["1"]}, "no equation 1; there are none"),
        ({"text": CHAIN, "witnesses": ["oracle"]}, "no witness 'oracle'; there are kernel, sympy"),
    ],
)
def test_what_cannot_be_checked(options: dict[str, object], words: str) -> None:
    with pytest.raises(CheckError, match=re.escape(words)):
        check(**options)  # type: ignore[arg-type]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "notes.tex"
    path.write_bytes(b"\\[ a = \xff \\]")
    with pytest.raises(CheckError, match="not UTF-8"):
        check(path)


def test_one_unreadable_equation_hides_no_other() -> None:
    text = CHAIN.replace("2 m - a = b", r"2 m - a = \blob{")
    report = numbers(text=text)
    assert report["use"].verdict == "unread"
    assert verdicts(report)["square"] == ["supported"]
    assert report.exit_status() == 1


# ---------------------------------------------------------------- the report


def test_an_unknown_label_names_those_there_are() -> None:
    report = numbers(text=CHAIN, only=["use", "square"])
    with pytest.raises(KeyError) as caught:
        report["2.99"]
    assert caught.value.args[0] == "no equation 2.99; there are use, square"


SUMMARY = [
    "equations",
    "links",
    *("proved", "bounded", "supported", "refuted", "definition", "assumed", "undecided", "unread"),
]
LINK = {
    "relation": str,
    "left": str,
    "right": str,
    "span": tuple,
    "verdict": str,
    "hypotheses": list,
    "unsaid": list,
    "kernel": dict,
    "sympy": dict,
    "numeric": dict,
    "counterexample": dict | None,
    "correction": str | None,
}
EVIDENCE = {
    "kernel": ({"status", "theorem", "rules", "axioms"}, {"proved", "none", "skipped"}),
    "sympy": ({"status", "sizes"}, {"agrees", "contradicts", "undecided", "skipped"}),
    "numeric": (
        {"status", "instances", "digits", "largest_error"},
        {"agrees", "contradicts", "undecided", "skipped"},
    ),
}


def test_the_report_as_data_has_the_agreed_form() -> None:
    report = numbers(text=NOTES, only=["1.2", "2.3ii", "2.9", "2.11", "2.18"])
    data = report.to_dict()
    assert {"schema", "document", "summary", "equations", "findings"} <= set(data)
    assert data["schema"] == 1
    assert sorted(data["summary"]) == sorted(SUMMARY)
    assert sum(data["summary"].values()) == 5 + 2 * data["summary"]["links"]
    assert json.loads(json.dumps(data))["equations"][0]["label"] == "1.2"
    for equation in data["equations"]:
        assert {"label", "line", "latex", "verdict", "links"} <= set(equation)
        assert equation["latex"] in NOTES
        assert NOTES.count("\n", 0, NOTES.index(equation["latex"])) + 1 == equation["line"]
        for link in equation["links"]:
            for name, kind in LINK.items():
                assert isinstance(link[name], kind), name
            for name, (keys, answers) in EVIDENCE.items():
                assert keys <= set(link[name])
                assert link[name]["status"] in answers
            low, high = link["span"]
            piece = NOTES[low:high]
            assert piece.startswith(link["left"])
            assert link["right"] in piece
            assert link["relation"] in piece
            if link["verdict"] == "refuted":
                assert set(link["counterexample"]) == {"values", "left", "right"}
            else:
                assert link["counterexample"] is None
    for finding in data["findings"]:
        assert {"code", "label", "line", "column", "message"} <= set(finding)


def test_the_counterexample_of_the_asymmetry() -> None:
    report = numbers(text=NOTES, only=["2.3ii"])
    link = report["2.3ii"].links[0]
    assert link.counterexample is not None
    assert link.counterexample.left == link.counterexample.right
    assert {"p", "q"} <= set(link.counterexample.values)
    assert report.findings[0].code == "E101"
    assert report.exit_status() == 1


def test_an_equation_has_the_weakest_verdict_of_its_links() -> None:
    report = numbers(text=NOTES, only=["2.9", "2.11"])
    assert [link.verdict for link in report["2.9"].links] == ["definition", "supported"]
    assert report["2.9"].verdict == "supported"
    assert [link.verdict for link in report["2.11"].links] == ["supported", "refuted", "refuted"]
    assert report["2.11"].verdict == "refuted"


# ---------------------------------------------------------------- Markdown

_DISPLAY = re.compile(
    r"\\section\{(.+)\}|\\begin\{equation\}\n(.*) \\tag\{(.+)\}\n\\end\{equation\}"
)
_ANCHOR = re.compile(r'^%! inline (\S+) after "(.+)"$', re.MULTILINE)
_WITH_WORDS = re.compile(r"(.*?) \\text\{ (\(.*\))\}$")


def in_markdown(tex: str) -> str:
    """The displays of the notes as Markdown, without any declaration."""
    anchors = dict(_ANCHOR.findall(tex))
    out = ["---", "title: the same notes", "---", ""]
    for section, latex, label in _DISPLAY.findall(tex):
        if section:
            out.append(f"## {section}\n")
        elif label in anchors:
            words = _WITH_WORDS.match(latex)
            formula, remark = words.groups() if words else (latex, "(so the prose says)")
            out.append(f"In the prose: {anchors[label]} ${formula}$ {remark}, and so on.\n")
        else:
            out.append(f"ここで、\n\n$$ {latex} \\quad ({label}) $$\n\nとなる。\n")
    return "\n".join(out)


def test_the_notes_in_markdown_get_the_same_verdicts(tmp_path: Path) -> None:
    tex = numbers()
    path = tmp_path / "notes.md"
    path.write_text(in_markdown(NOTES), encoding="utf-8")
    assert "%!" not in path.read_text(encoding="utf-8")
    markdown = numbers(path=path, declarations=BUNDLED)
    assert len(markdown.labels) == 51
    assert markdown.labels == tex.labels
    assert all(finding.code[0] in "EW" for finding in markdown.findings)
    assert verdicts(markdown) == verdicts(tex)
    assert markdown.unsaid == tex.unsaid
    displays = [label for label in tex.labels if label not in dict(_ANCHOR.findall(NOTES))]
    assert all(markdown[label].section == tex[label].section for label in displays)


def test_declarations_in_an_html_comment() -> None:
    text = "<!--\n%! a, b : real\n-->\n# Squares\n\n$$ a^2 - b^2 = (a + b)(a - b) \\quad (3) $$\n"
    report = numbers(text=text)
    assert report["3"].verdict == "supported"
    assert report["3"].section == "Squares"
    assert report["3"].latex == "a^2 - b^2 = (a + b)(a - b)"


# ---------------------------------------------------------------- the cache


def plain(report: Report) -> dict[str, object]:
    data = report.to_dict()
    del data["document"]
    return data


def test_an_unchanged_document_is_reused() -> None:
    first = numbers(text=CHAIN, seed=17)
    assert first.reused == 0
    again = numbers(text=CHAIN, seed=17)
    assert again.reused == 4
    assert plain(again) == plain(first)
    assert numbers(text=CHAIN, seed=17, cache=False).reused == 0
    assert numbers(text=CHAIN, seed=18).reused == 0
    assert numbers(text=CHAIN, seed=17, instances=3).reused == 0


def test_a_changed_equation_is_judged_again_with_what_uses_it() -> None:
    numbers(text=CHAIN, seed=19)
    changed = numbers(text=CHAIN.replace(r"\frac{a + b}{2}", r"\frac{a + b}{3}"), seed=19)
    assert changed.reused == 2
    assert changed["use"].verdict == "refuted"
    other = numbers(text=CHAIN.replace("(a + b)^2 =", "(b + a)^2 ="), seed=19)
    assert other.reused == 3
    assert other["square"].verdict == "supported"


def test_a_changed_declaration_is_noticed() -> None:
    numbers(text=CHAIN, seed=23)
    assert numbers(text=CHAIN.replace("real, positive", "real"), seed=23).reused == 0
    narrow = CHAIN.replace("[use] m : real, defined by (mean)", "[use] m : real")
    report = numbers(text=narrow, seed=23)
    assert report.reused == 3
    assert report["use"].verdict == "refuted"


def test_what_moves_in_the_file_is_reused_at_its_new_place() -> None:
    numbers(text=CHAIN, seed=29)
    moved = numbers(text="% one line more\n" + CHAIN, seed=29)
    assert moved.reused == 4
    fresh = numbers(text="% one line more\n" + CHAIN, seed=29, cache=False)
    assert plain(moved) == plain(fresh)


# ---------------------------------------------------------------- side by side


def test_two_processes_give_the_report_of_one() -> None:
    labels = ["1.1", "2.3ii", "2.5", "2.11", "2.12", "2.33", "10.1"]
    one = numbers(text=NOTES, only=labels, cache=False)
    two = numbers(text=NOTES, only=labels, cache=False, jobs=2)
    assert two.to_dict() == one.to_dict()


def test_a_document_without_equations() -> None:
    report = numbers(text="Nothing to see.")
    assert report.summary["equations"] == 0
    assert report.labels == []


def test_the_function_is_what_the_package_offers() -> None:
    assert derivations.check is check
    assert isinstance(numbers(text=CHAIN, only=["mean"]), Report)
