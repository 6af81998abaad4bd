r"""Bad input: a code, the exact place and a sentence; nothing hides the verdicts of the others."""

from __future__ import annotations

import re

import pytest

from derivations import Report, check
from derivations.reader.errors import CODES

HEAD = r"""%! x, y, a : real
%! f : function of real
%! sort s of size n
%! i : index(s)
%! x_i : real
"""
GOOD = "\\begin{equation} x + y = y + x \\tag{good} \\end{equation}\n"
LINE = HEAD.count("\n") + 3  # of what follows GOOD


def run(body: str, declarations: str = "") -> Report:
    text = f"{HEAD}{declarations}\\begin{{document}}\n{GOOD}{body}\n"
    return check(text=text, witnesses=["numeric"], cache=False)


def places(report: Report) -> list[tuple[str, int, int]]:
    return [(f.code, f.line, f.column) for f in report.findings]


def sound(report: Report) -> None:
    """Every message is one plain sentence."""
    for finding in report.findings:
        assert finding.code in CODES
        assert "\n" not in finding.message
        assert 8 <= len(finding.message) <= 200
        assert not re.search(r"Traceback|Error\b|None|<class|object at", finding.message)
        assert 0 <= finding.span[0] <= finding.span[1] <= len(report.text)


FORMULAS = [
    # what, formula, code, where it is (text before the place)
    ("undeclared", "x = q", "R103", "x = "),
    ("undeclared function", "x = g(y)", "R103", "x = "),
    ("open brace", "x = {y", "R101", "x = "),
    ("stray brace", "x = y}", "R101", "x = y"),
    ("stray parenthesis", "x = y)", "R101", "x = y"),
    ("open parenthesis", "x = f(y", "R101", "x = f"),
    ("open environment", r"x = \begin{aligned} y", "R101", "x = "),
    ("stray environment", r"x = y \end{aligned}", "R101", "x = y "),
    (
        "crossing environments",
        r"\begin{aligned} {x \end{aligned} } = y",
        "R101",
        r"\begin{aligned} {x ",
    ),
    ("unknown command", r"x = \foo{y}", "R102", "x = "),
    ("unknown symbol", r"x = y \% a", "R102", "x = y "),
    ("Cyrillic", "х = y", "R105", ""),
    ("right to left", "x = \u202ey", "R105", "x = "),
    ("zero width", "x = \u200by", "R105", "x = "),
    ("byte order mark", "x =\ufeff y", "R105", "x ="),
    ("soft hyphen", "x\u00ad = y", "R105", "x"),
    ("NUL", "x = \0y", "R105", "x = "),
    ("bell", "x = \x07y", "R105", "x = "),
    ("full-width letter", "ｘ = y", "R105", ""),
    ("full-width sign", "x ＝ y", "R105", "x "),
    ("Greek", "μ = y", "R105", ""),
    ("typographic minus", "x − y = a", "R105", "x "),
    ("emoji", "x = 😀", "R105", "x = "),
    ("hidden in words", "x = y \\text{a\u202eb}", "R105", "x = y \\text{a"),
    ("number sign", "x # y = a", "R105", "x "),
    ("parentheses in parentheses", "(" * 41 + "x" + ")" * 41 + " = y", "R106", "(" * 40),
    ("braces in braces", "{" * 41 + "x" + "}" * 41 + " = y", "R106", "{" * 40),
    (
        "fractions in fractions",
        r"\frac{" * 45 + "x" + "}{2}" * 45 + " = y",
        "R106",
        r"\frac{" * 40 + r"\frac",
    ),
    (
        "brackets with sizes",
        r"\left(" * 500 + "x" + r"\right)" * 500 + " = y",
        "R106",
        r"\left(" * 40,
    ),
    ("bars in bars", "|" * 500 + "x" + "|" * 500 + " = y", "R106", "|" * 50),
    ("signs of signs", "-" * 3000 + "x = y", "R104", "-"),
    ("two signs", "x + -y = a", "R104", "x + "),
    (
        "sums of sums",
        r"\sum_{i=1}^n " * 150 + "x_i = y",
        "R106",
        r"\sum_{i=1}^n " * 49 + r"\sum_{i=",
    ),
    ("very long", "x = " + "y + " * 6000 + "y", "R107", ""),
    ("many tokens", "x = " + "y+" * 3500 + "y", "R107", "x = " + "y+" * 2999),
    ("5,000 terms", "x = " + "+".join(["y"] * 5000), "R107", "x = " + "y+" * 2999),
    ("2,900 terms", "x = " + "+".join(["y"] * 2900), "R107", "x = " + "y+" * 399 + "y"),
    ("2,900 factors", "x = " + "y" * 2900, "R107", "x = " + "y" * 401),
    ("a long sum", r"x = \sum_{a=1}^{1000000} a", "R107", "x = "),
    ("tower", "x = 9^{9^{9^9}}", "R108", "x = 9^{"),
    ("exponent", "x = 2^{1000}", "R108", "x = "),
    ("many digits", "x = " + "9" * 50, "R108", "x = "),
    ("factorial", "x = 1000000!", "R108", "x = "),
    ("binomial", r"x = \binom{1000000000}{500000}", "R108", "x = "),
    ("input", r"x = \input{/etc/passwd}", "R112", "x = "),
    ("include", r"x = \include{y}", "R112", "x = "),
    ("def", r"\def\a{x} x = y", "R112", ""),
    ("write18", r"x = \write18{ls}", "R112", "x = "),
    ("immediate", r"x = \immediate\write18{ls}", "R112", "x = "),
    ("catcode", r"x = \catcode`\%=12", "R112", "x = "),
    ("newcommand", r"\newcommand{\a}{b} x = y", "R112", ""),
    ("csname", r"x = \csname y\endcsname", "R112", "x = "),
    ("directlua", r"x = \directlua{os.exit()}", "R112", "x = "),
    ("empty", "", "R115", ""),
    ("no relation", "x + y", "R104", ""),
    ("double superscript", "x^2^3 = y", "R104", "x^2"),
    ("double subscript", "x_i_i = y", "R104", "x_i"),
    ("missing operand", "x + = y", "R104", "x + "),
    ("missing right side", "x =", "R104", "x "),
    ("missing left side", "= x", "R104", ""),
    ("empty parentheses", "f() = x", "R104", "f("),
    ("empty group", r"\frac{x}{} = y", "R104", r"\frac{x}"),
    ("half a fraction", r"\frac{x} = y", "R104", r"\frac{x} "),
    ("nothing under the root", r"x = \sqrt", "R104", "x = "),
    ("no exponent", "x = y^", "R104", "x = y"),
    ("sum of nothing", r"x = \sum_{i=1}^n", "R104", r"x = \sum_{i=1}^"),
    ("sum over nothing", r"x = \sum x_i", "R104", "x = "),
    ("integral over nothing", r"x = \int f(y)", "R104", "x = "),
    ("index that is not there", "x_0 = y", "R111", "x_"),
    ("sum from 0", r"\sum_{i=0}^n x_i = y", "R111", ""),
    ("too many arguments", "f(x, y) = a", "R114", ""),
    ("not one relation", r"x \pm y = a", "R113", "x "),
    ("unknown words", r"x = y \text{ near } x > 0", "R113", "x = y "),
    ("ambiguous", "1/2 x = y", "R109", "1/2 "),
    ("shapes", r"\text{tr}(x) f = y", "R110", r"\text{tr}(x) "),
]


@pytest.mark.parametrize(
    ("formula", "code", "before"), [r[1:] for r in FORMULAS], ids=[r[0] for r in FORMULAS]
)
def test_a_formula_that_cannot_be_read(formula: str, code: str, before: str) -> None:
    start = "\\begin{equation} "
    report = run(
        f"{start}{formula} \\tag{{bad}} \\end{{equation}}\n{GOOD.replace('good', 'later')}"
    )
    column = len(start) + len(before) + (0 if formula else -1) + 1
    assert places(report) == [(code, LINE, column)], report.findings[0].message
    assert report["bad"].verdict == "unread"
    assert report["good"].verdict == report["later"].verdict == "supported"
    assert report["bad"].error is not None
    sound(report)


DISPLAYS = [
    ("lone backslash", "$$ x = y\\$$", [("R104", LINE, 9)]),
    ("empty brackets", r"\[ \]", [("R115", LINE, 3)]),
    ("empty dollars", "$$ $$", [("R115", LINE, 3)]),
    ("open words", "\\[ x = y \\text{abc \\]", [("R101", LINE, 15)]),
    ("unclosed equation", "\\begin{equation} x = y\n", [("R101", LINE, 1)]),
    ("unclosed brackets", "\\[ x = y\n", [("R101", LINE, 1)]),
    ("unclosed dollars", "$$ x = y\n\n", [("R101", LINE, 1)]),
    (
        "one label for two",
        "\\begin{equation} x = x \\tag{d} \\end{equation}\n"
        "\\begin{equation} y = y \\tag{d} \\end{equation}",
        [("F301", LINE + 1, 18)],
    ),
    (
        "a label in the middle",
        "\\begin{equation} x \\tag{d} = x \\end{equation}",
        [("R104", LINE, 20)],
    ),
    (
        "a row that goes on from an unread one",
        "\\begin{align} x &= q \\tag{d} \\\\ &= x \\tag{e} \\end{align}",
        [("R103", LINE, 20), ("R104", LINE, 33)],
    ),
]


@pytest.mark.parametrize(
    ("body", "expected"), [r[1:] for r in DISPLAYS], ids=[r[0] for r in DISPLAYS]
)
def test_a_display_that_cannot_be_read(body: str, expected: list[tuple[str, int, int]]) -> None:
    report = run(f"{body}\n{GOOD.replace('good', 'later')}")
    assert places(report) == expected
    assert report["good"].verdict == report["later"].verdict == "supported"
    sound(report)


DECLARATIONS = [
    # declaration, code, text before the place; then whether b is declared all the same
    ("x y z", "D201", ""),
    ("foo : bar", "D201", "f"),
    ("b :", "D201", ""),
    (": real", "D201", ""),
    ("b real", "D201", ""),
    ("unsaid", "D201", ""),
    ("{ : real", "D201", ""),
    ("b : real, defined by good", "D201", "b : real, defined by "),
    ("b : real, defined by (good) with x", "D201", "b : real, defined by "),
    (r"\langle \cdot \rangle : expectation of x", "D201", r"\langle \cdot \rangle : "),
    ("sort s", "D201", ""),
    ("inline q", "D201", ""),
    ("b : real, weird", "D202", "b : real, "),
    ("b : real, in", "D201", "b : real, "),
    ("b : real positive", "D202", "b : "),
    ("b : positive", "D202", "b : "),
    ("b : Real", "D202", "b : "),
    ("b : vector(q)", "D202", "b : "),
    ("b : matrix(s, s, s)", "D202", "b : "),
    ("b : gradient step of x", "D202", "b : "),
    ("b : function of q", "D202", "b : function of q"[:4]),
    ("convention 1/0 = 0", "D202", ""),
    ("x : integer", "D203", ""),
    ("b, b : real", "D203", "b, "),
    ("[9.9] b : real", "D204", "[9.9] "),
    ("[good-9.9] b : real", "D204", "[good-9.9] "),
    ("[later-good] b : real", "D204", "[later-good] "),
    ("[] b : real", "D204", "[] "),
    ("b : real, defined by (none)", "D204", "b : real, defined by "),
    ("follows from (none)", "D204", ""),
    ('inline q after "not there"', "F302", ""),
    (r"\input : real", "R112", ""),
    ("х : real", "R105", ""),
    ("\u200b : real", "R105", ""),
    ("[bad] assume x +", "R104", "[bad] assume x "),
    ("[bad] assume z > 0", "R103", "[bad] assume "),
]


@pytest.mark.parametrize(("line", "code", "before"), DECLARATIONS, ids=[r[0] for r in DECLARATIONS])
def test_a_declaration_that_cannot_be_read(line: str, code: str, before: str) -> None:
    body = "\\begin{equation} x = y + x - y \\tag{bad} \\end{equation}\n"
    report = run(body + GOOD.replace("good", "later"), f"%! {line}\n")
    (found,) = report.findings
    assert (found.code, found.line, found.column) == (code, LINE - 2, 4 + len(before)), (
        found.message
    )
    assert report["good"].verdict == report["later"].verdict == "supported"
    sound(report)


def equations(*bodies: tuple[str, str]) -> str:
    return "\n".join(f"\\begin{{equation}} {b} \\tag{{{k}}} \\end{{equation}}" for k, b in bodies)


def test_a_declared_definition_that_is_none() -> None:
    report = run(equations(("u", "x = y")), "%! [u] b : real, defined by (u)\n")
    assert places(report) == [("D205", LINE + 1, 18)]
    assert report["good"].verdict == "supported"
    report = run(equations(("u", "x = x"), ("v", "b = b")), "%! [v] b : real, defined by (u)\n")
    assert places(report) == [("D205", LINE - 2, 8)]
    assert report["u"].verdict == report["good"].verdict == "supported"


def test_a_definition_by_itself() -> None:
    report = run(equations(("u", "b = b + 1")), "%! b : real, defined by (u)\n")
    assert places(report) == [("D205", LINE + 1, 18)]
    circle = "%! b : real, defined by (u)\n%! c : real, defined by (v)\n"
    report = run(equations(("u", "b = c + a"), ("v", "c = b"), ("w", "b = c")), circle)
    assert [report[label].verdict for label in "uvw"] == ["undecided"] * 3
    assert report["good"].verdict == "supported"


def test_a_definition_by_an_unread_equation() -> None:
    report = run(
        equations(("u", r"b = \foo"), ("v", "b = b + a - a")),
        "%! [u, v] b : real, defined by (u)\n",
    )
    assert places(report) == [("R102", LINE + 1, 22)]
    assert report["u"].verdict == "unread"
    assert report["v"].verdict == "undecided"
    assert report["good"].verdict == "supported"


@pytest.mark.parametrize(
    "lines",
    [
        "%! b : means b\n",
        "%! b : means c\n%! c : means b\n",
        "%! b : component of x\n",
        "%! b : minor of x\n",
        "%! b : means q\n",
        "%! b : means x +\n",
        "%! b : means х\n",
    ],
)
def test_other_names_that_lead_nowhere(lines: str) -> None:
    report = run(equations(("u", "x = b")), lines)
    assert places(report) == [("D205", LINE + lines.count("\n"), 22)]
    assert report["good"].verdict == "supported"
    sound(report)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "%!",
        "%! ",
        "%! [",
        "$$",
        "\\[",
        "\\begin{equation}",
        "\\",
        "\0",
        "\ufeff",
        "{" * 10_000,
        "%! x : real\n" * 50,
    ],
)
def test_a_text_without_equations_is_no_fault(text: str) -> None:
    report = check(text=text, witnesses=["numeric"], cache=False)
    assert report.equations == []
    sound(report)
