"""An article as one web page that needs nothing else: no network, no other file.

Everything from the document is escaped where the markup is made. Besides, the page forbids
itself everything but its own style, font and script.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from ... import __version__
from ...collector import undisturbed
from ...results import VERDICTS, Finding
from ..phrases import ordered
from ..plain import one_line
from ..trust import BESIDES, Row
from .cards import card, erratum
from .content import Article
from .controls import WORDS
from .drawing import drawing
from .font import NOTICE, subset
from .languages import LANGUAGES
from .markup import Markup, join, tag
from .setting import Setting


@undisturbed()
def render(article: Article, lang: str = "en") -> str:
    """The page, which opens in a language, ``en`` or ``ja``, and has the others too.

    Raises KeyError for another language, ImportError without the packages of the extra html.
    """
    rules = [row.name for row in article.trust if row.equations]
    setting = Setting(article.report, LANGUAGES[lang].code, rules)
    main = join(
        _summary(setting, article),
        _errata(setting, article),
        _unsaid(setting),
        drawing(setting, article),
        _equations(setting, article),
        _trust(setting, article),
    )
    body = join(
        tag("a", setting.word("skip equations"), href="#equations", class_="skip"),
        _bar(setting),
        tag("main", main, id="main"),
        _foot(setting, article),
        _help(setting),
    )
    return _page(setting, article, body)


def _page(setting: Setting, article: Article, body: Markup) -> str:
    style, script = _file("page.css"), _file("page.js")
    font = base64.b64encode(subset(setting.formulas.characters)).decode()
    style += (
        f'@font-face{{font-family:"Kenzan Math";src:url(data:font/woff;base64,{font}) '
        f'format("woff")}}'
    )
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "font-src data:; base-uri 'none'; form-action 'none'"
    )
    titles = {c: _plain(x.title(article.report)) for c, x in LANGUAGES.items()}
    head = join(
        tag("meta", charset="utf-8"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="generator", content=f"kenzan {__version__}"),
        tag("title", titles[setting.lang], **{f"data_{c}": t for c, t in titles.items()}),
        Markup(f"<style>{style}</style>"),
    )
    page = tag("head", head) + tag("body", body, Markup(f"<script>{script}</script>"))
    return f'<!DOCTYPE html>\n<html lang="{setting.lang}">{page}</html>\n'


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _plain(sentence: Iterable[object]) -> str:
    """A sentence as bare text."""
    return "".join(p if isinstance(p, str) else str(getattr(p, "text", "")) for p in sentence)


# ---------------------------------------------------------------- controls


def _bar(setting: Setting) -> Markup:
    """What stays in sight: the document's name, the search, language and light."""
    search = tag(
        "label",
        tag("span", setting.word("search")),
        tag("input", type="search", id="search", autocomplete="off", spellcheck="false"),
        class_="search",
    )
    buttons = (
        tag("button", setting.word("language"), type="button", id="language",
            **setting.named("language name")),
        tag("button", "◐", type="button", id="theme", **setting.named("theme")),
        tag("button", "?", type="button", id="keys", **setting.named("help")),
    )  # fmt: skip
    name = tag("a", one_line(setting.report.document), href="#main", class_="name")
    return tag("header", name, search, tag("div", *buttons, class_="buttons"), class_="bar")


def _help(setting: Setting) -> Markup:
    rows = (
        ("/", "to search"), ("j k", "next"), ("o", "open"), ("Esc", "escape"), ("?", "this help"),
    )  # fmt: skip
    keys = [
        join(
            tag("dt", join(*(tag("kbd", key) for key in keys.split()), between=" ")),
            tag("dd", setting.word(name)),
        )
        for keys, name in rows
    ]
    close = tag("button", setting.word("close"), type="submit")
    return tag(
        "dialog",
        tag("h2", setting.word("help"), id="help-title"),
        tag("dl", *keys),
        tag("form", close, method="dialog"),
        id="help",
        aria_labelledby="help-title",
    )


def _filter(setting: Setting) -> Markup:
    """How many equations have each verdict: bars to filter by."""
    counts = dict.fromkeys(VERDICTS, 0)
    for equation in setting.report:
        counts[equation.verdict] += 1
    buttons = [_button(setting, verdict, n) for verdict, n in counts.items() if n]
    words = {f"data_{code}": text for code, text in WORDS["shown"].items()}
    status = tag("p", id="shown", role="status", class_="shown", **words)
    return join(
        tag("div", *buttons, class_="coverage", role="group", **setting.named("filter")), status
    )


def _button(setting: Setting, verdict: str, count: int) -> Markup:
    return tag(
        "button",
        tag("span", class_="strip"),
        tag("b", str(count)),
        " ",
        setting.said(lambda x: x.verdict(verdict)),
        type="button",
        class_=f"v-{verdict}",
        style=f"flex-grow:{count}",
        aria_pressed="false",
        data_filter=verdict,
    )


# ---------------------------------------------------------------- sections


def _summary(setting: Setting, article: Article) -> Markup:
    return tag(
        "section",
        tag("h1", setting.said(lambda x: x.title(article.report))),
        tag("p", setting.said(lambda x: x.summary(article.report)), class_="summary"),
        _filter(setting),
        class_="top",
    )


def _section(name: str, heading: Markup, *content: Markup | None) -> Markup:
    return tag(
        "section", tag("h2", heading, id=f"{name}-title"), *content,
        id=name, aria_labelledby=f"{name}-title",
    )  # fmt: skip


def _errata(setting: Setting, article: Article) -> Markup | None:
    numbers = {id(equation): k for k, equation in enumerate(article.report)}
    found = [erratum(setting, e, numbers[id(e)]) for e, _ in article.errata]
    others = [f for f in ordered(article.report.findings) if f.code != "E101"]
    slips = [f for f in others if f.severity == "warning"]
    lists = (
        _findings(setting, "findings", [f for f in others if f not in slips]),
        _findings(setting, "notes", slips),
    )
    if not found and not others:
        return None
    return _section("errata", setting.heading("errata"), lists[0], *found, lists[1])


def _findings(setting: Setting, title: str, findings: list[Finding]) -> Markup | None:
    if not findings:
        return None
    rows = (tag("li", *_finding(setting, finding)) for finding in findings)
    return join(tag("h3", setting.word(title)), tag("ul", *rows, class_=f"notes {title}"))


def _finding(setting: Setting, finding: Finding) -> tuple[Markup | None, ...]:
    """A finding: where, its code, and what it is, in its own words."""
    message = finding.message.removeprefix(f"({finding.label})").strip()
    return (
        setting.link(finding.label) if finding.label else None,
        tag("span", " ", setting.word("line"), f" {finding.line}", class_="by"),
        tag("code", finding.code),
        setting.said(lambda x: f" {x.cause(message)}"),
    )


def _unsaid(setting: Setting) -> Markup | None:
    rows = [_hypothesis(setting, latex, used) for latex, used in setting.report.unsaid.items()]
    return _section("unsaid", setting.word("unsaid"), tag("ul", *rows)) if rows else None


def _hypothesis(setting: Setting, latex: str, labels: list[str]) -> Markup:
    users = join(*map(setting.link, labels), between=" ")
    return tag(
        "li",
        setting.words(latex),
        tag("span", setting.word("needed by"), " ", users, class_="by"),
    )


def _equations(setting: Setting, article: Article) -> Markup:
    unfold = tag("button", setting.word("unfold"), type="button", id="unfold", aria_pressed="false")
    number = 0
    parts: list[Markup | None] = [tag("div", unfold, class_="tools")]
    for title, equations in article.sections:
        cards = [card(setting, article, e, number + k) for k, e in enumerate(equations)]
        number += len(equations)
        heading = tag("h3", one_line(title), class_="part") if title else None
        parts.append(tag("div", heading, *cards, class_="group"))
    parts.append(tag("p", setting.word("none"), id="none", hidden=True))
    return _section("equations", setting.word("equations"), *parts)


def _trust(setting: Setting, article: Article) -> Markup:
    used = [row for row in article.trust if row.equations]
    axioms, rules = (
        tag("dl", *(_rule(setting, row) for row in used if row.axiom is axiom))
        for axiom in (True, False)
    )
    besides = tag("dl", *(_besides(setting, part) for part, _, _ in BESIDES))
    return _section(
        "trust",
        setting.heading("trust"),
        tag("p", setting.said(lambda x: x.trust(article))),
        tag("details", tag("summary", setting.heading("axioms")), axioms),
        tag("details", tag("summary", setting.heading("rules")), rules),
        tag("details", tag("summary", setting.heading("besides")), besides),
        tag("h3", setting.heading("recheck")),
        tag("p", setting.said(lambda x: x.recheck(article.report))),
    )


def _rule(setting: Setting, row: Row) -> Markup:
    return join(
        tag("dt", setting.said(lambda x: x.reason(row.name)), id=f"rule-{row.name}"),
        tag(
            "dd",
            tag("p", setting.said(lambda x: x.statement(row))),
            tag("p", setting.said(lambda x: x.row(row)), class_="asks"),
        ),
    )


def _besides(setting: Setting, part: str) -> Markup:
    return join(
        tag("dt", setting.said(lambda x: x.kind(part))),
        tag("dd", setting.said(lambda x: x.asked(part))),
    )


def _foot(setting: Setting, article: Article) -> Markup:
    return tag(
        "footer",
        tag("p", setting.said(lambda x: x.where(article.report))),
        tag("p", f"Kenzan {__version__}. {NOTICE}", lang="en"),
    )
