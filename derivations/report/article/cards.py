"""Equations on a page: a card for each, and what is wrong with those that are wrong."""

from __future__ import annotations

from dataclasses import replace

from ...results import EquationResult, LinkResult, Need
from ..plain import one_line
from .content import Article, Line, Told
from .english import English
from .language import Sentence
from .marks import corrected, printed, slips
from .markup import Markup, join, tag
from .sentences import joined
from .setting import MEDIUM, Setting


def card(setting: Setting, article: Article, equation: EquationResult, number: int) -> Markup:
    """One equation: as printed, its verdict, and its relations with what each rests on."""
    name = setting.name(equation, number)
    head = tag(
        "header",
        tag("h3", tag("a", f"({one_line(equation.label)})", href=f"#{name}")),
        setting.verdict(equation.verdict),
        tag("span", setting.word("line"), f" {equation.line}", class_="line"),
    )
    single = len(equation.links) == 1
    links = [
        _link(setting, article, equation, k, link, single) for k, link in enumerate(equation.links)
    ]
    error = equation.error
    return tag(
        "article",
        head,
        setting.display(printed(equation), equation.latex),
        tag("p", setting.said(lambda x: x.unread(error)), class_="why") if error else None,
        tag("ol", *links, class_="links" + (" single" if single else "")) if links else None,
        id=name,
        class_="card",
        tabindex="-1",
        data_verdict=equation.verdict,
        data_find=_words(equation),
    )


def _words(equation: EquationResult) -> str:
    """What a search of the page finds an equation by, besides what its card shows."""
    return one_line(f"({equation.label}) {equation.section} {equation.latex}").lower()


def _link(
    setting: Setting,
    article: Article,
    equation: EquationResult,
    k: int,
    link: LinkResult,
    single: bool,
) -> Markup:
    told, title = article.told.get((equation.label, k)), "proof"
    link = replace(link, uses=[label for label in link.uses if label != equation.label])
    statement = None
    if not single:
        latex = article.relation(equation.label, k)
        statement = tag(
            "div", setting.verdict(link.verdict), tag("div", setting.inline(latex), class_="wide"),
            class_="relation",
        )  # fmt: skip
    parts = [
        statement,
        _paragraph(setting.said(lambda x: x.given(told) if told else x.rests_on(link)), "rests"),
    ]
    if link.verdict == "assumed":
        parts.append(_paragraph(setting.said(lambda x: x.assumed(link)), "why"))
    if link.verdict == "refuted":
        parts += [_fault(setting, link), _numbers(setting, link)]
        mended = article.mended.get((equation.label, k))
        told, title = mended, "proof of the correction"
    folds = [_proof(setting, told, title, link)] if told is not None else []
    folds.append(_evidence(setting, link))
    return tag("li", *parts, tag("div", *folds, class_="folds"), class_=f"link v-{link.verdict}")


def _paragraph(content: Markup, kind: str) -> Markup | None:
    return tag("p", content, class_=kind) if content else None


def _fault(setting: Setting, link: LinkResult) -> Markup | None:
    """What is to be changed in a relation, and its right form."""
    form = link.correction or link.suggestion
    return join(
        _paragraph(setting.said(lambda x: x.slips(link)), "slip"),
        _paragraph(setting.said(lambda x: x.correction(link)), "sure"),
        setting.display(form) if form else None,
    )


def _numbers(setting: Setting, link: LinkResult) -> Markup | None:
    """The counterexample of a relation."""
    said = setting.said(lambda x: x.counterexample(link))
    if not said:
        return None
    title = tag("strong", setting.heading("counterexample"))
    return tag("p", title, " ", said, class_="counterexample")


def _proof(setting: Setting, told: Told, title: str, link: LinkResult) -> Markup:
    """A proof that unfolds: what it is for every value of, numbered steps, what it makes sense."""
    count, mended = len(told.steps), link.verdict == "refuted"
    summary = tag(
        "summary",
        setting.heading(title),
        tag("span", f"{count} ", setting.word("step" if count == 1 else "steps"), class_="count"),
    )
    return tag(
        "details",
        summary,
        _paragraph(setting.said(lambda x: x.given(told)), "rests") if mended else None,
        _paragraph(setting.said(lambda x: x.theorem(told)), "every"),
        _paragraph(setting.said(lambda x: x.taken(told)), "every"),
        tag("ol", *(_step(setting, step) for step in told.steps), class_="steps"),
        _sense(setting, told),
        class_="proof",
    )


def _sense(setting: Setting, told: Told) -> Markup | None:
    """What was proved besides, so that what is printed makes sense."""
    if not told.conditions:
        return None
    rows = (tag("li", setting.words(latex)) for latex in told.conditions)
    return tag("div", setting.word("sense"), tag("ul", *rows), class_="sense")


def _step(setting: Setting, step: Line) -> Markup:
    return tag(
        "li",
        tag("div", *(setting.step(latex) for latex in step.formulas), class_="said"),
        tag("div", setting.said(lambda x: x.step(step)), class_="reason"),
    )


def _evidence(setting: Setting, link: LinkResult) -> Markup:
    """What the witnesses answer, and what fails without the unsaid hypotheses."""
    report = setting.report
    said = (
        setting.said(lambda x: x.kernel(link)),
        setting.said(lambda x: x.sympy(link)),
        setting.said(lambda x: x.numbers(link, report)),
    )
    needs = [tag("li", _need(setting, need, link)) for need in link.needs]
    return tag(
        "details",
        tag("summary", setting.heading("evidence")),
        tag("ul", *(tag("li", one) for one in said)),
        join(tag("h4", setting.heading("needs")), tag("ul", *needs)) if needs else None,
        class_="evidence",
    )


def _need(setting: Setting, need: Need, link: LinkResult) -> Markup:
    return setting.said(lambda x: x.need(need, link))


def erratum(setting: Setting, equation: EquationResult, number: int) -> Markup:
    """An equation that is wrong: as printed, put right, what to change, the numbers."""
    name = setting.name(equation, number)
    wrong = [link for link in equation.links if link.verdict == "refuted"]
    return tag(
        "article",
        tag("h3", tag("a", f"({one_line(equation.label)})", href=f"#{name}")),
        tag(
            "dl",
            tag("dt", setting.heading("printed")),
            tag("dd", setting.display(printed(equation), equation.latex, room=MEDIUM)),
            *_right(setting, equation, wrong),
            class_="forms",
        ),
        _paragraph(setting.said(lambda x: _slips(x, equation, wrong)), "slip"),
        _numbers(setting, wrong[0]),
        class_="erratum",
    )


def _slips(language: English, equation: EquationResult, wrong: list[LinkResult]) -> Sentence:
    """All that is to be changed in an equation, once."""
    said = dict.fromkeys(filter(None, map(language.slip, slips(equation))))
    return joined(list(said), "; ") or language.slips(wrong[0])


def _right(setting: Setting, equation: EquationResult, wrong: list[LinkResult]) -> list[Markup]:
    """The whole formula put right, or each relation."""
    guessed = all(link.correction is None for link in wrong)
    title = setting.heading("suggested" if guessed else "corrected")
    whole = corrected(equation)
    if whole is not None and wrong[0].mended is not None:
        forms = [setting.display(whole, wrong[0].mended, room=MEDIUM)]
    else:
        forms = [setting.display(x.correction or x.suggestion, room=MEDIUM)
                 for x in wrong if x.correction or x.suggestion]  # fmt: skip
    return [tag("dt", title), tag("dd", *forms, class_="right")] if forms else []
