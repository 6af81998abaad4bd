"""Every language of an article has words for all that there is to say."""

from __future__ import annotations

import inspect

import pytest
from articles import everything, told

from derivations.kernel import RULES
from derivations.report.article import words_en, words_ja
from derivations.report.article.english import English
from derivations.report.article.languages import LANGUAGES
from derivations.report.article.statements import FORMULAS
from derivations.report.signs import readable
from derivations.report.steps import _TOPICS, ARITHMETIC
from derivations.report.trust import BESIDES
from derivations.results import VERDICTS

OTHERS = [one for one in LANGUAGES.values() if type(one) is not English]


def public(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}


@pytest.mark.parametrize("language", OTHERS, ids=lambda x: x.code)
def test_every_method_is_said_in_the_language(language: English) -> None:
    own = vars(type(language))
    assert public(English) <= own.keys()
    assert {"code", "name", "stop", "after", "between"} <= own.keys()


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda x: x.code)
def test_there_are_words_for_every_verdict_rule_and_part(language: English) -> None:
    for verdict in VERDICTS:
        assert language.verdict(verdict)
        assert language.meaning(verdict)
    names = [*RULES, *_TOPICS, ARITHMETIC, "same"]
    assert len({language.reason(name) for name in names} & set(names) - {"arithmetic"}) <= 3
    for part, _, _ in BESIDES:
        assert language.kind(part)
        assert language.asked(part)


def test_every_table_has_the_same_rows_in_both_languages() -> None:
    for table in ("VERDICTS", "HEADINGS", "RULES", "BESIDES"):
        assert getattr(words_en, table).keys() == getattr(words_ja, table).keys()
    assert words_en.RULES.keys() >= {*RULES, *_TOPICS, ARITHMETIC}


def test_statements_and_conditions_of_the_kernel_have_japanese_words() -> None:
    texts = {readable(x) for rule in RULES.values() for x in (rule.statement, *rule.conditions)}
    assert texts <= FORMULAS.keys() | words_ja.SAID.keys()
    assert FORMULAS.keys() | words_ja.SAID.keys() <= texts


@pytest.mark.parametrize("language", OTHERS, ids=lambda x: x.code)
def test_no_sentence_is_left_in_english(language: English) -> None:
    base, article = English(), everything()
    report, row = article.report, article.trust[0]
    links = {link.verdict: link for link in report.links}
    wrong, proved = links["refuted"], links["proved"]
    for said in (
        lambda x: x.title(report), lambda x: x.summary(report), lambda x: x.where(report),
        lambda x: x.theorem(told()), lambda x: x.taken(told()), lambda x: x.record(told()), lambda x: x.given(told()), lambda x: x.conditions(told()),
        lambda x: x.step(told().steps[2]), lambda x: x.folded(told().steps[1]),
        lambda x: x.kernel(links["bounded"]), lambda x: x.sympy(proved),
        lambda x: x.numbers(proved, report), lambda x: x.rests_on(proved),
        lambda x: x.counterexample(wrong), lambda x: x.slips(wrong), lambda x: x.correction(wrong),
        lambda x: x.need(proved.needs[0], proved), lambda x: x.trust(article),
        lambda x: x.row(row), lambda x: x.recheck(report), lambda x: x.status("bounded"),
    ):  # fmt: skip
        assert said(base)
        assert said(language)
        assert said(base) != said(language)


def test_words_in_formulas_of_ours_are_translated() -> None:
    (japanese_,) = OTHERS
    formula = r"f(x) > 0 \text{ for all } x \text{ and } \Sigma \text{ is positive definite}"
    assert English().formula(formula) == formula
    found = japanese_.formula(formula)
    assert "for all" not in found
    assert " and " not in found
    assert "正定値" in found
