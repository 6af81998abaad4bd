"""Every format of the report, read back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from reports import (
    TEXT,
    assumed,
    clean,
    contradiction,
    finding,
    findings,
    place,
    proved,
    refuted,
    report,
    unread,
)
from rich.cells import cell_len

from derivations.report import FORMATS, explain, render
from derivations.report.codes import codes, describe
from derivations.report.excerpt import excerpt
from derivations.report.phrases import sizes, verdict_sentences
from derivations.report.plain import one_line, visible
from derivations.results import EquationResult, Finding, Report

ESC = "\x1b"
HOSTILE = "\x1b[31mred\x07\x00\r\n\u202e[bold]x[/bold] %0A::error::y \u2028\x9b\ufffe"


def hostile() -> Report:
    """A report in which every text that comes from a document tries something."""
    equation = refuted()
    equation.label = HOSTILE
    equation.section = HOSTILE
    for link in equation.links:
        link.left = link.right = link.relation = HOSTILE
        link.hypotheses, link.unsaid, link.uses = [HOSTILE], [HOSTILE], [HOSTILE]
    false = equation.links[1]
    assert false.counterexample is not None
    false.counterexample.values = {HOSTILE: HOSTILE}
    false.counterexample.left = false.correction = HOSTILE
    broken = unread()
    broken.error = broken.label = HOSTILE
    waiting = assumed()
    waiting.links[0].reason = HOSTILE
    slip = finding("W302", HOSTILE, place("u"), HOSTILE, severity="warning", detail=[HOSTILE])
    wrong = finding("E101", HOSTILE, place("= b", "日本"), HOSTILE)
    return report(
        text=TEXT.replace("u = v", f"u{ESC}[2J= v"),
        equations=[proved(), equation, broken, waiting],
        findings=[slip, wrong],
        document=HOSTILE,
        path="",
    )


def harmful(text: str) -> list[str]:
    """The characters of an output that a terminal would obey or not show."""
    return [c for c in text if c not in "\n\u3000" and not c.isprintable()]


# Whatever the format


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_renders_and_ends_with_a_newline(fmt: str) -> None:
    assert render(report(), fmt).endswith("\n")
    assert render(Report("empty.tex", ""), fmt) == render(Report("empty.tex", ""), fmt)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="no format 'xml'; there are text, concise"):
        render(report(), "xml")


@pytest.mark.parametrize("fmt", ["text", "concise", "github", "junit"])
def test_no_control_character_of_a_document_comes_through(fmt: str) -> None:
    output = render(hostile(), fmt)
    assert harmful(output) == []
    assert "<U+001B>[31mred" in output.replace("&lt;", "<").replace("&gt;", ">")


def test_explain_shows_no_control_character() -> None:
    for equation in hostile():
        assert harmful(explain(hostile(), equation.label)) == []


def test_colours_are_the_only_escape_sequences() -> None:
    output = render(hostile(), "text", color=True)
    assert ESC in output
    assert harmful(re.sub(r"\x1b\[[0-9;]*m", "", output)) == []


def test_without_colour_there_is_no_escape_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESC not in render(report(), "text")
    assert ESC not in explain(report(), "2.3ii")


def test_colour_changes_nothing_but_the_colour() -> None:
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", render(report(), "text", color=True))
    assert coloured == render(report(), "text")


def test_codes_are_described() -> None:
    assert describe("E101") == codes()["E101"]
    assert describe("Z999") == "Z999"


def test_findings_come_with_the_errata_first_and_slips_last() -> None:
    lines = render(report(), "concise").splitlines()
    assert [line.split()[1] for line in lines] == ["E101", "R103", "W302"]


# Text


def test_a_line_an_equation_under_its_section() -> None:
    lines = render(report()).splitlines()
    assert lines.index("2.1 平均") < lines.index("2.2 分散") < lines.index("10 付録")
    assert (
        "  2.1    proved      =  kernel proof for all n and N · SymPy n=1,2,3 N=2,3"
        " · numbers 24 instances, 30 digits, error 2e-28" in lines
    )
    assert any(
        line.startswith("  2.3ii  refuted     = supported, = refuted, ≤ bounded  numbers disagree")
        for line in lines
    )
    assert "  2.11   unread      v is not declared" in lines
    assert "  10.7a  assumed     ≈  an approximation" in lines


def test_narrow_terminals_break_lines_between_parts() -> None:
    lines = render(report(), width=70).splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("  2.1 "))
    table = lines[start : lines.index("", start)]
    assert all(cell_len(line) <= 70 for line in table)
    assert "kernel proof for all n and N" in table[0]
    assert any(line.strip() == "SymPy n=1,2,3 N=2,3" for line in table)


def test_a_finding_shows_the_place_the_values_and_the_correction() -> None:
    lines = render(report()).splitlines()
    start = lines.index("folder/notes.tex:6:19: E101 2.3ii is false")
    source, marker = lines[start + 1 : start + 3]
    assert source == r"     6 | 分散は $$ s^2 = 日本 a = b \leq c $$ です \tag{2.3ii}"
    before = source[: source.index("= b")]
    assert marker == "       | " + " " * (cell_len(before) - 9) + "^"
    assert lines[start + 3 : start + 8] == [
        "      n = 3",
        "      x_1 = 0.25",
        "      left = 1.5",
        "      right = 0.5",
        r"      nearest true statement: 日本 a = \frac{b}{3}",
    ]


def test_the_details_of_a_finding_replace_the_values() -> None:
    changed = findings()
    changed[2].detail = ["n = 7"]
    output = render(report(findings=changed))
    assert "      n = 7\n      nearest true statement" in output
    assert "n = 3" not in output


def test_unsaid_hypotheses_are_listed_with_a_counterexample() -> None:
    lines = render(report()).splitlines()
    start = lines.index("Hypotheses that the document leaves unsaid")
    assert lines[start + 2] == r"  n \neq 0  needed by 2.1"
    assert lines[start + 3] == "      without it 2.1 is false: n = 0, left = 0, right = 1"
    assert "unsaid" not in render(report(equations=[assumed()]))


def test_the_summary_counts_and_concludes() -> None:
    output = render(report())
    assert "  4 equations, 5 links; a link is one relation sign" in output
    assert re.search(r"^ +1  refuted +false: a counterexample", output, re.M)
    assert "undecided" not in output
    assert output.endswith(
        "1 of 4 equations is wrong as printed: 2.3ii.\n1 equation could not be read: 2.11.\n"
    )


def test_the_last_sentences() -> None:
    clear = "Of 2 equations none was found wrong as printed"
    assert verdict_sentences(clean()) == [f"{clear}: every claim is proved."]
    less = clean()
    less.equations[0].links[0].verdict = "bounded"
    assert verdict_sentences(less) == [f"{clear}."]
    assert verdict_sentences(Report("x", "")) == ["No equation was found in the document."]
    assert "contradict each other on 2.1:" in verdict_sentences(contradiction())[0]
    stray = finding("D204", "", place("% "), "no equation 9.9")
    assert verdict_sentences(report(equations=[proved()], findings=[stray]))[-1] == (
        "1 other error: D204 in line 1."
    )
    two = [refuted(), refuted()]
    two[1].label = "3.1"
    assert verdict_sentences(report(equations=two, findings=[]))[0] == (
        "2 of 2 equations are wrong as printed: 2.3ii, 3.1."
    )


def test_document_text_is_not_markup() -> None:
    assert "[bold]not markup[/bold] [red]" in render(
        report(findings=[finding("R104", "2.11", place("% the"), "stop [red]here[/red]")]),
        color=True,
    )


# The place in the line


@pytest.mark.parametrize(
    ("text", "part", "column"),
    [
        ("x = y", "y", 4),
        ("日本 = y", "y", 7),
        ("日本 = y", "本", 2),
        ("\t\ta", "a", 2),
        ("a\x00b", "b", 9),
        ("e\u0301 = b", "b", 4),
    ],
)
def test_the_mark_stands_under_the_place(text: str, part: str, column: int) -> None:
    start = text.index(part)
    shown = excerpt(text, (start, start + len(part)))
    assert shown.marker == " " * column + "^" * cell_len(part)


@pytest.mark.parametrize("width", [20, 33, 100])
@pytest.mark.parametrize("unit", ["a+", "日本", "x\x1b"])
@pytest.mark.parametrize("before", [0, 3, 500])
@pytest.mark.parametrize("after", [0, 3, 500])
def test_long_lines_are_cut_around_the_place(
    width: int, unit: str, before: int, after: int
) -> None:
    text = f"first\n{unit * before}@{unit * after}\r\nlast"
    start = text.index("@")
    shown = excerpt(text, (start, start + 1), width)
    assert shown.number == 2
    assert cell_len(shown.source) <= width
    if cell_len(visible(unit)) * (before + after) + 1 <= width:
        assert shown.source == visible(unit * before + "@" + unit * after)
    else:
        assert shown.source.startswith("…") >= (before == 500)
        assert shown.source.endswith("…") >= (after == 500)
        assert "…" in shown.source
    assert shown.source.startswith("…") <= (before > 0)
    assert shown.source.endswith("…") <= (after > 0)
    assert cell_len(shown.source.partition("@")[0]) == len(shown.marker) - 1
    if before == after == 500:
        assert cell_len(shown.source) > width - 2 * cell_len(visible(unit)) - 2


def test_places_at_the_edges() -> None:
    assert excerpt("", (0, 0)).marker == "^"
    assert excerpt("ab", (2, 2)).marker == "  ^"
    assert excerpt("ab\n", (3, 3)).number == 2
    assert excerpt("ab\ncd", (1, 5)).marker == " ^"
    assert excerpt("ab", (90, 99)).marker == "  ^"
    assert excerpt("x" * 300, (0, 300), 50).marker == "^" * 48


def test_a_line_of_a_million_characters_is_quick() -> None:
    shown = excerpt("x" * 10**6 + "@" + "y" * 10**6, (10**6, 10**6 + 1))
    assert "@" in shown.source
    assert len(shown.source) <= 100


# Formats for other programs


def test_concise() -> None:
    assert render(report(), "concise") == (
        "folder/notes.tex:6:19: E101 2.3ii is false\n"
        "folder/notes.tex:8:5: R103 v is not declared\n"
        "folder/notes.tex:3:33: W302 the index is read as a sample\n"
    )
    assert render(clean(), "concise") == ""


def test_paths_below_the_working_folder_are_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inside = report(path=str(tmp_path / "a" / "b.tex"))
    assert render(inside, "concise").startswith("a/b.tex:6:19: ")
    outside = report(path=str(tmp_path.parent / "b.tex"))
    assert render(outside, "concise").startswith(f"{tmp_path.parent / 'b.tex'}:6:19: ")
    assert render(report(path=""), "concise").startswith("notes.tex:6:19: ")


def test_json_is_the_dictionary_of_the_report() -> None:
    output = render(report(), "json")
    data = json.loads(output)
    assert data == json.loads(json.dumps(report().to_dict()))
    assert data["schema"] == 1
    assert [equation["verdict"] for equation in data["equations"]] == [
        "proved",
        "refuted",
        "unread",
        "assumed",
    ]
    assert "日本" in output
    lo, hi = data["equations"][1]["span"]
    assert TEXT[lo:hi] == data["equations"][1]["latex"]
    assert json.loads(render(hostile(), "json"))["document"] == HOSTILE


COMMAND = re.compile(r"::(?P<kind>\w+) (?P<properties>[^:]*)::(?P<message>.*)")


def parse_command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command, read as the runner does."""
    found = COMMAND.fullmatch(line)
    assert found is not None, line

    def undo(text: str, pairs: str) -> str:
        for escape, character in re.findall(r"(%..)(.)", pairs, re.S):
            text = text.replace(escape, character)
        return text.replace("%25", "%")

    data = "%0D\r%0A\n"
    properties = dict(part.split("=", 1) for part in found["properties"].split(","))
    return (
        found["kind"],
        {name: undo(value, data + "%3A:%2C,") for name, value in properties.items()},
        undo(found["message"], data),
    )


def test_github_commands() -> None:
    rows = [parse_command(line) for line in render(report(), "github").splitlines()]
    assert [row[0] for row in rows] == ["error", "error", "warning"]
    assert rows[0][1] == {
        "file": "folder/notes.tex",
        "line": "6",
        "col": "19",
        "endColumn": "20",
        "title": "E101 2.3ii",
    }
    assert rows[1][1]["endLine"] == "9"
    assert rows[1][2] == "v is not declared\ndeclare it"


def test_github_escapes_what_the_runner_would_obey() -> None:
    odd = finding("R104", "1:2,3", place("u"), "50%\n::error::no, 100%25")
    output = render(report(findings=[odd], path="a,b:c%/notes.tex"), "github")
    assert output.count("\n") == 1
    assert "file=a%2Cb%3Ac%25/notes.tex," in output
    _, properties, message = parse_command(output.rstrip("\n"))
    assert properties["file"] == "a,b:c%/notes.tex"
    assert properties["title"] == "R104 1:2,3"
    assert message == "50% ::error::no, 100%25"


def test_github_marks_a_contradiction_as_an_error() -> None:
    assert render(contradiction(), "github").startswith("::error ")


def test_sarif_has_what_code_scanning_needs() -> None:
    log = json.loads(render(report(), "sarif"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "kenzan"
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] == codes()[rule["id"]]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note", "none")
    assert [result["ruleId"] for result in run["results"]] == ["E101", "R103", "W302"]
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "folder/notes.tex"
        assert set(physical["region"]) == {"startLine", "startColumn", "endLine", "endColumn"}


def test_sarif_regions_cover_the_place() -> None:
    assert json.loads(render(report(), "sarif"))["runs"][0]["columnKind"] == "unicodeCodePoints"
    lines = TEXT.split("\n")
    for source in findings():
        log = json.loads(render(report(findings=[source]), "sarif"))
        region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
        first, last = region["startLine"] - 1, region["endLine"] - 1
        starts = [sum(len(line) + 1 for line in lines[:k]) for k in (first, last)]
        start = starts[0] + region["startColumn"] - 1
        stop = starts[1] + region["endColumn"] - 1
        assert TEXT[start:stop] == TEXT[slice(*source.span)]


def test_sarif_addresses_are_uris(tmp_path: Path) -> None:
    def uri(path: str) -> dict[str, str]:
        log = json.loads(render(report(path=path), "sarif"))
        location = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        return location["artifactLocation"]

    assert uri("a b/検算%.tex")["uri"] == "a%20b/%E6%A4%9C%E7%AE%97%25.tex"
    assert uri(str(tmp_path / "x.tex")) == {"uri": (tmp_path / "x.tex").as_uri()}
    assert uri("../x.tex")["uri"].startswith("file:///")


def test_a_finding_without_text_still_has_a_region() -> None:
    bare = Report("x.tex", "", findings=[Finding("E101", "1", 4, 7, "no", (50, 60))])
    log = json.loads(render(bare, "sarif"))
    region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 7, "endLine": 4, "endColumn": 8}
    assert render(bare, "text").count("x.tex:4:7: E101 no") == 1


def outcomes(given: Report) -> dict[str, str]:
    root = ElementTree.fromstring(render(given, "junit").encode())
    return {
        case.attrib["name"]: next((child.tag for child in case if child.tag != "system-out"), "")
        for case in root.iter("testcase")
    }


def test_junit_has_a_case_an_equation() -> None:
    assert outcomes(report()) == {
        "2.1": "",
        "2.3ii": "failure",
        "2.11": "error",
        "10.7a": "skipped",
    }
    root = ElementTree.fromstring(render(report(), "junit").encode())
    suite = root.find("testsuite")
    assert suite is not None
    assert {name: suite.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.attrib == {"message": "2.3ii is false", "type": "E101"}
    assert failure.text == "folder/notes.tex:6:19: E101 2.3ii is false"
    skipped = root.find(".//skipped")
    assert skipped is not None
    assert skipped.attrib == {"message": "assumed"}


def test_junit_hides_no_error() -> None:
    assert outcomes(contradiction()) == {"2.1": "error"}
    stray = finding("D204", "9.9", place("% "), "no equation 9.9")
    assert outcomes(report(equations=[proved()], findings=[stray])) == {
        "2.1": "",
        "document": "error",
    }
    other = finding("R109", "2.1", place("x"), "ambiguous")
    assert outcomes(report(equations=[proved()], findings=[other])) == {"2.1": "failure"}


def test_junit_survives_characters_that_xml_cannot_hold() -> None:
    root = ElementTree.fromstring(render(hostile(), "junit").encode())
    messages = [child.attrib["message"] for child in root.iter("failure")]
    assert any("<U+0000>" in message and "<U+FFFE>" in message for message in messages)


# One equation


def test_explain_a_proved_equation() -> None:
    lines = explain(report(), "2.1").splitlines()
    assert lines[0] == "Equation 2.1   folder/notes.tex, line 3, 2.1 平均"
    assert r"    \langle x \rangle = \frac{1}{n} \sum_i x_i" in lines
    start = lines.index("  rests on")
    assert lines[start + 1 : start + 4] == [
        r"    n \geq 1",
        r"    n \neq 0   (the document does not say so)",
        "    equations 1.1",
    ]
    assert (
        "  kernel   holds the theorem mean, by linear combination;"
        " it takes as given spectral theorem" in lines
    )
    assert "  SymPy    finds it true at n=1,2,3 N=2,3" in lines
    assert (
        "  numbers  agree on 24 random instances at 30 digits;"
        " the largest relative error is 2e-28" in lines
    )
    start = lines.index(r"  without n \neq 0 it is false")
    assert lines[start + 1 : start + 4] == ["    n = 0", "    left = 0", "    right = 1"]
    assert any("W302" in line for line in lines)


def test_explain_a_refuted_equation() -> None:
    output = explain(report(), "2.3ii")
    assert "Link 2 of 3: refuted." in output
    assert "  counterexample\n    n = 3\n    x_1 = 0.25\n    left = 1.5\n" in output
    assert "  nearest true statement\n    日本 a = \\frac{b}{3}\n" in output
    assert output.count("left = 1.5") == 1
    assert "2.11" not in output
    detailed = findings()
    detailed[2].detail = ["left = 1.5"]
    assert explain(report(findings=detailed), "2.3ii") == output


def test_explain_says_why_a_witness_is_silent() -> None:
    equation = assumed()
    only = equation.links[0]
    only.kernel.reason = "an approximation is no statement"
    only.numeric.status, only.numeric.reason = "undecided", "out of time"
    output = explain(report(equations=[equation]), "10.7a")
    assert "holds no theorem that states it: an approximation is no statement" in output
    assert "  numbers  do not decide it: out of time" in output
    assert "  SymPy    was not asked\n" in output


def test_explain_an_unread_equation() -> None:
    output = explain(report(), "2.11")
    assert "unread. Could not be read.\n  v is not declared\n" in output
    assert "       |     ^\n      declare it\n" in output


def test_explain_an_unknown_label_names_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"no equation 9; there are 2\.1, 2\.3ii"):
        explain(report(), "9")


# Words


def test_sizes_are_never_more_than_were_checked() -> None:
    assert sizes([{"n": 1, "N": 2}, {"n": 2, "N": 3}]) == "n=1 N=2, n=2 N=3"
    assert sizes([{"n": 1}, {"N": 3}]) == "n=1, N=3"
    assert sizes([]) == ""


def test_evidence_of_several_links_is_the_weakest() -> None:
    first, second = proved(), proved()
    second.links[0].numeric.instances = 60
    second.links[0].numeric.digits = 20
    second.links[0].numeric.largest_error = "3e-19"
    second.links[0].sympy.sizes = [{"n": 3, "N": 2}]
    both = EquationResult("1", 1, "", (0, 0), first.links + second.links)
    output = render(report(equations=[both], findings=[]))
    assert "SymPy n=3 N=2 · numbers 24 to 60 instances, 20 digits, error 3e-19\n" in output


def test_a_definition_needs_no_proof() -> None:
    first, second = proved(), proved()
    first.links[0].verdict, first.links[0].kernel.status = "definition", "none"
    both = EquationResult("1", 1, "", (0, 0), first.links + second.links)
    assert "kernel proof for all n and N · SymPy" in render(report(equations=[both], findings=[]))
    first.links[0].verdict = "bounded"
    assert "kernel proves 1 of 2 links" in render(report(equations=[both], findings=[]))


def test_visible_and_one_line() -> None:
    assert visible("日本 \u3000x") == "日本 \u3000x"
    assert visible("a\u200bb\ud800") == "a<U+200B>b<U+D800>"
    assert one_line(" a \r\n\t b ") == "a b"
