"""The web page of an article: its structure, its formulas, and that a document cannot escape."""

from __future__ import annotations

import re
import time

import articles
import markup
import pytest

from derivations import check
from derivations.check import BUNDLED
from derivations.language.source import Source
from derivations.reader.document import read_document
from derivations.report.article.content import Article
from derivations.report.article.font import subset
from derivations.report.article.graph import graph, uses
from derivations.report.article.html import render
from derivations.report.article.mathml import Formulas, rewritten
from derivations.results import VERDICTS, EquationResult, Report


@pytest.fixture(scope="module")
def page() -> markup.Element:
    return markup.read(render(articles.everything()))


# ---------------------------------------------------------------- structure


def test_every_verdict_has_a_card_and_a_filter(page: markup.Element) -> None:
    cards = list(page.all("article", class_="card"))
    assert [card.attributes["data-verdict"] for card in cards] == list(VERDICTS)
    buttons = {
        b.attributes["data-filter"]: b for b in page.all("button") if "data-filter" in b.attributes
    }
    assert list(buttons) == list(VERDICTS)
    assert all(b.attributes["aria-pressed"] == "false" for b in buttons.values())
    assert buttons["refuted"].one("b").text == "1"


def test_a_wrong_equation_is_among_the_errata_with_its_wrong_sign(page: markup.Element) -> None:
    erratum = page.one("article", class_="erratum")
    printed, right = erratum.all("dd")
    assert [part.text for part in printed.all(class_="wrong")] == ["−"]
    assert "−" not in right.text
    assert "x_1" not in erratum.text
    assert "0.25" in erratum.one(class_="counterexample").text
    assert erratum.one("h3").one("a").attributes["href"] == "#eq-1.8"


def test_errata_come_before_the_equations(page: markup.Element) -> None:
    sections = [s.attributes["id"] for s in page.all("section") if "id" in s.attributes]
    assert sections == ["errata", "unsaid", "graph", "equations", "trust"]


def test_a_proof_unfolds_in_numbered_steps_with_reasons(page: markup.Element) -> None:
    card = page.one("article", id="eq-1.1")
    proof = card.one("details", class_="proof")
    steps = list(proof.one("ol", class_="steps").all("li"))
    assert len(steps) == 3
    assert all(step.one(class_="reason").text for step in steps)
    assert len(list(steps[1].all("math"))) == 2
    assert "(1)" in steps[2].one(class_="reason").text


def test_the_correction_of_a_wrong_equation_is_proved_in_its_card(page: markup.Element) -> None:
    card = page.one("article", id="eq-1.8")
    assert len(list(card.one("details", class_="proof").all("li"))) > 2


def test_an_unread_equation_says_why(page: markup.Element) -> None:
    assert "v is not declared" in page.one("article", id="eq-1.7").one(class_="why").text


def test_findings_are_told_by_their_weight(page: markup.Element) -> None:
    first, second = page.all("ul", class_="notes")
    assert [row.one("code").text for row in first.all("li")] == ["E102", "R103"]
    assert "contradict" in first.text
    assert [row.one("code").text for row in second.all("li")] == ["D204"]


def test_words_are_in_both_languages_and_say_so(page: markup.Element) -> None:
    assert page.one("html").attributes["lang"] == "en"
    words = list(page.all(class_="t"))
    count = {code: sum(w.attributes["lang"] == code for w in words) for code in ("en", "ja")}
    assert count["en"] == count["ja"] > 50
    assert markup.read(render(articles.everything(), "ja")).one("html").attributes["lang"] == "ja"


def test_everything_that_can_be_used_has_a_name(page: markup.Element) -> None:
    for element in page.all():
        if element.name in ("button", "a", "summary"):
            assert element.attributes.get("aria-label") or element.text.strip(), element
    labels = [label for label in page.all("label") if list(label.all("input"))]
    assert len(labels) == len(list(page.all("input"))) == 1
    named = [e for e in page.all() if "data-en" in e.attributes and "aria-label" in e.attributes]
    assert named
    assert all(e.attributes["aria-label"] == e.attributes["data-en"] for e in named)


def test_what_is_linked_to_is_there(page: markup.Element) -> None:
    ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    links = {a.attributes["href"] for a in page.all("a")}
    assert {link[1:] for link in links} <= set(ids)
    assert all(link.startswith("#") for link in links)
    for element in page.all():
        if "aria-labelledby" in element.attributes:
            assert element.attributes["aria-labelledby"] in ids


def test_two_equations_with_one_label_have_two_cards() -> None:
    twins = [EquationResult("1", k, "a", (0, 1), error="E x") for k in (1, 2)]
    page = markup.read(render(Article(Report("d", "a", twins))))
    cards = list(page.all("article", class_="card"))
    assert len({card.attributes["id"] for card in cards}) == 2


def test_an_empty_document_has_a_page() -> None:
    page = markup.read(render(Article(Report("empty.tex", ""))))
    assert "empty.tex" in page.one("h1").text


# ---------------------------------------------------------------- the graph


def test_the_graph_leads_from_what_is_used_to_what_uses_it() -> None:
    article = articles.everything()
    drawn = graph(article)
    assert {(e.used, e.by) for e in drawn.edges} == {
        (f"1.{k - 1}", f"1.{k}") for k in range(2, 9) if k != 7
    }
    boxes = {(node.x, node.y) for node in drawn.nodes}
    assert len(boxes) == len(drawn.nodes) == 8
    assert all(x + 64 <= drawn.width and y + 28 <= drawn.height for x, y in boxes)
    assert list(uses(article)) == list(dict.fromkeys(uses(article)))


def test_boxes_lead_to_cards_in_the_colour_of_the_verdict(page: markup.Element) -> None:
    nodes = {node.attributes["href"]: node for node in page.all("a", class_="node")}
    assert "v-refuted" in nodes["#eq-1.8"].classes
    assert nodes["#eq-1.8"].attributes["aria-label"] == "(1.8) wrong as printed"
    paths = [p.attributes for p in page.all("path")]
    assert {"#eq-1.1"} == {p["data-used"] for p in paths if p["data-by"] == "#eq-1.2"}


# ---------------------------------------------------------------- formulas


def test_every_formula_of_the_bundled_document_can_be_set() -> None:
    document = read_document(Source("diffusion.tex", BUNDLED.read_text("utf-8")))
    formulas = Formulas()
    for equation in document.equations:
        formulas.display(document.source.slice(equation.span))
        for link in equation.reading.links if equation.reading else []:
            formulas.inline(document.source.slice(link.span))
    assert formulas.failed == []
    assert {"∑", "⟺", "θ"} <= formulas.characters


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\sum_{\substack{a \\ b}} x", "<mtable"),
        (r"x \text{ if $x > 0$ or \$}", "<mtext>\u00a0or\u00a0$</mtext>"),
        (r"\frac{a}{b} \right)_{ij}", "<msub>"),
        (r"\left( a", "<mo stretchy=\"false\">(</mo>"),
        (r"a &= b \\ &= c", "<mtable"),
        (r"\mathop{\color{red} \min}_{\theta} x", '<munder><mrow class="wrong">'),
        (r"a \mathbin{\color{red} -} b", '<mrow class="wrong">'),
        (r"\mbox{a}", "<mtext>a</mtext>"),
    ],
)  # fmt: skip
def test_what_the_library_lacks_is_written_otherwise(latex: str, shown: str) -> None:
    formulas = Formulas()
    assert shown in formulas.display(latex)
    assert formulas.failed == []


def test_what_needs_no_rewriting_is_not_rewritten() -> None:
    for latex in (r"\left( \frac{a}{b} \right)_i", r"\begin{cases} a & b \\ c & d \end{cases}"):
        assert rewritten(latex) == latex


def test_a_formula_that_fails_is_shown_as_its_source() -> None:
    formulas = Formulas()
    shown = formulas.display(r"\href{javascript:x}{<b>}")
    assert shown == r'<code class="tex">\href{javascript:x}{&lt;b&gt;}</code>'
    assert formulas.failed == [r"\href{javascript:x}{<b>}"]
    assert formulas.display(r"\nonsense", "x").startswith("<math")


@pytest.mark.parametrize("group", ["(", r"\exp(", "{[}", "((a)", r"\langle x|", "{(})", r"( & ("])
def test_brackets_that_are_not_closed_take_no_time(group: str) -> None:
    formulas = Formulas()
    start = time.process_time()
    assert formulas.display(group * 200).startswith("<code")
    assert formulas.display(group * 3).startswith(("<math", "<code"))
    assert time.process_time() - start < 1


def test_brackets_of_an_interval_or_a_pair_are_closed() -> None:
    formulas = Formulas()
    formulas.display(r"[0, 1) \times " * 30 + r"\left( x \right]" * 30 + r"\{(x, y)\}" * 30)
    formulas.display(r"\left. x \right|_0 + \left\{ y \right." * 30)
    assert formulas.failed == []


@pytest.mark.parametrize(
    "deep", ["{", "x^{", r"\frac{1}{", r"\sqrt", r"\left(", r"\begin{cases}", r"\text{a}"]
)
def test_deep_nesting_is_shown_somehow(deep: str) -> None:
    made = EquationResult("1", 1, deep * 2000, (0, 1), error="R107 too deep")
    page = markup.read(render(Article(Report("d", "a", [made]))))
    assert page.one("article", class_="card")


def test_markup_that_the_library_should_not_make_is_not_passed_on() -> None:
    formulas = Formulas()
    for made in ('<math onclick="x"></math>', "<math><script></math>", '<math style="a:url(x)">',
                 '<math class="x">', '<a href="#">', "<math"):  # fmt: skip
        formulas._convert = lambda _, displaystyle, made=made: made  # type: ignore[assignment, misc]
        assert formulas.inline(f"formula {made}").startswith("<code")


def test_the_font_has_what_the_formulas_need_and_no_more() -> None:
    from io import BytesIO

    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(subset(frozenset("xθ∑(="))))
    glyphs = font.getBestCmap()
    assert {ord(c) for c in "𝑥𝜃∑(="} <= set(glyphs)
    assert ord("∏") not in glyphs
    assert "MATH" in font
    assert font.flavor == "woff"


# ---------------------------------------------------------------- a document that means harm


def test_nothing_of_a_document_becomes_markup() -> None:
    report = check(text=articles.HARM, witnesses=["numeric"], cache=False)
    assert len(report.equations) >= 3
    text = render(Article(report))
    page = markup.read(text)
    assert len(list(page.all("script"))) == len(list(page.all("style"))) == 1
    assert not list(page.all("img"))
    for element in page.all():
        assert not any(name.startswith("on") for name in element.attributes), element
        assert element.attributes.get("href", "#").startswith("#")
        assert "url(" not in element.attributes.get("style", "")
    assert "hacked" in page.one("body").text
    assert "hacked" not in page.one("script").text


def test_the_page_allows_itself_nothing_but_its_own_parts() -> None:
    text = render(articles.everything())
    policy = markup.read(text).one("meta", http_equiv="Content-Security-Policy")
    rules = dict(rule.split(maxsplit=1) for rule in policy.attributes["content"].split("; "))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules["script-src"])
    assert rules["font-src"] == "data:"
    assert not re.search(r"https?://", re.sub(r"<p lang=\"en\">Kenzan.*?</p>", "", text))


def test_control_characters_are_shown() -> None:
    made = EquationResult("1", 1, "a", (0, 1), error="E \x1b[31m\u202e x", section="\u202eabc")
    text = render(Article(Report("d\x07.tex", "a", [made])))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "U+202E" in text
