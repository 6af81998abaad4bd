"""Sentences and formulas set as HTML, in all languages of a page at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from ...results import EquationResult, Report
from ..plain import one_line
from .controls import WORDS
from .english import English
from .language import Code, Math, Piece, Rule, Sentence, To
from .languages import LANGUAGES
from .layout import broken, width
from .markup import Content, Markup, join, tag
from .mathml import Formulas

Said = str | Sentence
WIDE, MEDIUM, NARROW = 45.0, 40.0, 31.0
"""Room for a formula: in a card, beside a word, beside a reason; in em."""
SHORT, LONG = 9.0, 24.0
"""Formulas of a sentence that fit beside another formula, and into a line."""


class Setting:
    """Sets what is said in every language; the page shows that of ``lang``."""

    def __init__(self, report: Report, lang: str, rules: Iterable[str]) -> None:
        self.report = report
        self.lang = lang
        self.formulas = Formulas()
        self._rules = frozenset(rules)
        self._names: dict[str, str] = {}
        self._kept: dict[tuple[str, str], Markup] = {}
        for k, equation in enumerate(report):
            plain = re.fullmatch(r"[A-Za-z0-9.]+", equation.label)
            self._names.setdefault(equation.label, f"eq-{equation.label if plain else f'-{k}'}")

    def name(self, equation: EquationResult, number: int) -> str:
        """The id of an equation's card; of several with one label, the first has the short one."""
        first = next(e for e in self.report if e.label == equation.label)
        return self._names[equation.label] if first is equation else f"eq--{number}"

    def said(self, say: Callable[[English], Said]) -> Markup:
        """A sentence in every language; once if it is the same in all."""
        texts = {code: self._sentence(say(language)) for code, language in LANGUAGES.items()}
        return self._each(texts)

    def word(self, name: str) -> Markup:
        """What a control is called."""
        return self._once(
            "word", name, lambda: self._each({code: join(WORDS[name][code]) for code in LANGUAGES})
        )

    def heading(self, name: str) -> Markup:
        """A heading of the article."""
        return self._once("heading", name, lambda: self.said(lambda x: x.heading(name)))

    def verdict(self, name: str) -> Markup:
        """A verdict's name as a label in its colour."""
        return self._once(
            "verdict",
            name,
            lambda: tag("span", self.said(lambda x: x.verdict(name)), class_=f"verdict v-{name}"),
        )

    def _once(self, kind: str, name: str, make: Callable[[], Markup]) -> Markup:
        """What is said often, made once."""
        found = self._kept.get((kind, name))
        if found is None:
            found = self._kept[kind, name] = make()
        return found

    def named(self, name: str, *more: str) -> dict[str, str]:
        """Attributes that give a control an accessible name in each language."""
        texts = {code: " ".join((WORDS[name][code], *more)) for code in LANGUAGES}
        return {"aria_label": texts[self.lang], **{f"data_{c}": t for c, t in texts.items()}}

    def called(self, equation: EquationResult) -> dict[str, str]:
        """Attributes that name an equation and its verdict in each language."""
        label = one_line(equation.label)
        texts = {c: f"({label}) {x.verdict(equation.verdict)}" for c, x in LANGUAGES.items()}
        return {"aria_label": texts[self.lang], **{f"data_{c}": t for c, t in texts.items()}}

    def href(self, label: str) -> str:
        """Where an equation's card is on the page."""
        return f"#{self._names[label]}"

    def display(self, *latex: str | None, room: float = WIDE) -> Markup:
        """A formula of its own, the first that can be set: in rows if it is wide.

        It scrolls where it is wider than the page all the same.
        """
        rows = [_broken(one, room) for one in latex if one]
        return tag("div", self.formulas.display(*rows), class_="formula")

    def step(self, latex: str) -> Markup:
        """A formula of ours on a line, with its words in every language."""
        texts = {code: language.formula(latex) for code, language in LANGUAGES.items()}
        shown = {text: self.display(text, room=NARROW) for text in {*texts.values()}}
        return self._each({code: shown[text] for code, text in texts.items()}, "div")

    def words(self, latex: str) -> Markup:
        """The same within a line."""
        return self.said(lambda language: (Math(language.formula(latex)),))

    def inline(self, latex: str) -> Markup:
        """A formula within a sentence."""
        return self.formulas.inline(latex)

    def link(self, label: str) -> Markup:
        """A reference to an equation; to nothing if it is not in the report."""
        shown = f"({one_line(label)})"
        name = self._names.get(label)
        return tag("a", shown, href=f"#{name}", class_="to") if name else join(shown)

    def _within(self, latex: str) -> Markup:
        """A formula in a sentence; a long one scrolls, on a line of its own."""
        shown, em = self.inline(latex), _width(latex)
        if em < SHORT:
            return shown
        return tag("span", shown, class_="long middling" if em > LONG else "middling")

    def _each(self, texts: Mapping[str, Markup], element: str = "span") -> Markup:
        if len(set(texts.values())) == 1:
            return texts[self.lang]
        return join(*(tag(element, text, lang=code, class_="t") for code, text in texts.items()))

    def _sentence(self, said: Said) -> Markup:
        return join(said) if isinstance(said, str) else join(*map(self._piece, said))

    def _piece(self, piece: Piece) -> Content:
        match piece:
            case str():
                return piece
            case Math(latex):
                return self._within(latex)
            case To(label):
                return self.link(label)
            case Rule(name, words):
                known = name in self._rules
                return tag("a", words, href=f"#rule-{name}", class_="rule") if known else words
            case Code(written):
                return tag("code", one_line(written))
            case _:
                return str(piece)


def _broken(latex: str, room: float) -> str:
    try:
        return broken(latex, room)
    except RecursionError:
        return latex


def _width(latex: str) -> float:
    try:
        return width(latex)
    except RecursionError:
        return LONG
