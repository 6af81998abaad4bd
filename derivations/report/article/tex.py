r"""Articles as LaTeX: a document for pdflatex, or lualatex where its words need it.

Nothing of a document reaches TeX but as escaped words or as a formula that ``safety`` lets pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from ... import __version__
from ...collector import undisturbed
from ...results import VERDICTS, EquationResult, LinkResult
from ..plain import one_line
from ..trust import BESIDES, Row
from . import marks, safety
from .content import Article, Line, Told
from .english import English
from .language import Code, Math, Piece, Rule, Sentence, Step, To
from .languages import LANGUAGES
from .layout import WIDTH, broken, width
from .sentences import joined

PREAMBLE = Path(__file__).with_name("preamble.tex")
BABEL = {"ja": r"\usepackage[japanese,provide=*]{babel}\linespread{1.15}\def\kzpartfont{\sffamily}"}
"""What the preamble says for a language besides."""
NARROW = 24.0
"""Em of a formula that leaves room for its reason at the right."""
CARET = r"\scriptstyle\wedge"
"""Where something is missing."""
INLINE = 20.0
"""Em of a formula within a sentence; wider ones are set apart."""
ROWS = 4
"""Rows of a formula in a narrow column; one of more is set across the page."""


@undisturbed()
def render(article: Article, lang: str = "en") -> str:
    """The article as the text of a ``.tex`` file."""
    return _Writer(article, LANGUAGES[lang]).document()


class _Writer:
    def __init__(self, article: Article, language: English) -> None:
        self.article, self.report, self.language = article, article.report, language
        self.names: dict[str, int] = {}
        for k, equation in enumerate(self.report):
            self.names.setdefault(equation.label, k)
        self.rules = {row.name for row in article.trust}
        self.proof = ""
        """Names the steps of the proof at hand."""

    # ------------------------------------------------------------ the whole

    def document(self) -> str:
        body = "\n".join([*self.front(), *self.sections(), *self.back()])
        babel = BABEL.get(self.language.code, "")
        latin = all(ord(c) < 0x180 for c in body) and not babel
        said = "pdflatex" if latin else "lualatex"
        preamble = PREAMBLE.read_text("utf-8").replace("%%BABEL%%", babel).strip()
        return (
            f"% Made by kenzan {__version__}: set it with {said}, twice.\n"
            f"% !TeX program = {said}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
        )

    def front(self) -> Iterator[str]:
        """The title and one page that says everything."""
        yield rf"\kztitle{{{self.sentence(self.language.title(self.report))}}}"
        yield self.sentence(self.language.summary(self.report)) + "\n"
        yield self.verdicts()
        if self.article.errata:
            yield self.heading("errata", 2)
            yield from (self.erratum(e, links) for e, links in self.article.errata)
        yield r"\clearpage"

    def verdicts(self) -> str:
        """How many equations have each verdict, and which."""
        rows = []
        found: dict[str, list[str]] = {}
        for equation in self.report:
            found.setdefault(equation.verdict, []).append(equation.label)
        for verdict in filter(found.__contains__, VERDICTS):
            labels = found[verdict]
            links = ", ".join(self.reference(label) for label in labels)
            name = rf"\kzverdict{{{verdict}}}{{{self.words(self.language.verdict(verdict))}}}"
            meaning = rf"\kzmeaning{{{self.words(self.language.meaning(verdict))}}}"
            rows.append(rf"{name} & {len(labels)} & {links} {meaning} \\")
        names = (self.words(self.language.heading(n)) for n in ("verdict", "count", "equation"))
        return "\n".join(
            [r"\begin{kzsummary}", rf"{' & '.join(names)} \\ \midrule", *rows, r"\end{kzsummary}"]
        )

    def erratum(self, equation: EquationResult, links: list[LinkResult]) -> str:
        """What to change in an equation, in a line, and its corrected links."""
        said = dict.fromkeys(filter(None, map(self.language.slip, marks.slips(equation))))
        words = self.sentence(_begun(joined(list(said), self.language.between)))
        words = words or self.sentence(self.language.correction(links[0]))
        words += self.language.stop.rstrip() if said else ""
        rows = [rf"\kzerratum{{{self.reference(equation.label)}}}{{{words}}}"]
        forms = [link.correction or link.suggestion for link in links]
        rows += [rf"\kzform{{{self.formula(form, 2 * WIDTH)}}}" for form in forms if form]
        return "\n".join(rows)

    def sections(self) -> Iterator[str]:
        for title, equations in self.article.sections:
            if title:
                yield rf"\kzsection{{{self.words(title)}}}"
            for equation in equations:
                yield from self.equation(equation)

    # ------------------------------------------------------------ an equation

    def equation(self, equation: EquationResult) -> Iterator[str]:
        verdict = equation.verdict
        place = next(k for k, other in enumerate(self.report) if other is equation)
        name = self.words(self.language.verdict(verdict))
        yield ""
        yield rf"\kzequation{{{place}}}{{{self.words(equation.label)}}}{{{verdict}}}{{{name}}}"
        if verdict == "unread":
            yield rf"\kzsource{{{self.code(equation.latex)}}}"
            yield self.sentence(self.language.unread(equation.error or ""))
            return
        if verdict == "refuted":
            yield from self.box(equation)
        else:
            yield rf"\kzdisplay{{{self.formula(equation.latex)}}}"
        for k, link in enumerate(equation.links):
            yield from self.link(equation, link, k)

    def box(self, equation: EquationResult) -> Iterator[str]:
        """As printed, and corrected, with what differs in colour."""
        yield r"\begin{kzbox}"
        printed = marks.printed(equation).replace(marks.CARET, CARET)
        yield rf"\kzversion{{{self.label('printed')}}}{{{self.formula(printed, WIDTH - 8)}}}"
        mended = marks.corrected(equation, r"\color{new}")
        wrong = [link for link in equation.links if link.verdict == "refuted"]
        proved = all(link.correction for link in wrong)
        title = self.label("corrected" if proved else "suggested")
        forms = [mended] if mended else [k.correction or k.suggestion for k in wrong]
        for form in forms:
            if form:
                yield rf"\kzversion{{{title}}}{{{self.formula(form, WIDTH - 8)}}}"
        yield r"\end{kzbox}"

    def link(self, equation: EquationResult, link: LinkResult, number: int) -> Iterator[str]:
        language, place = self.language, (equation.label, number)
        link = replace(link, uses=[label for label in link.uses if label != equation.label])
        if len(equation.links) > 1:
            said = self.side(self.article.relation(equation.label, number))
            yield rf"\kzlink{{{self.label('link')} {number + 1}}}{{{said}}}"
        if link.verdict == "refuted":
            yield self.sentence(language.rests_on(link))
            yield self.part(self.label("counterexample"))
            yield self.sentence(language.counterexample(link))
            yield self.part(self.label("erratum"))
            change = _begun(language.slips(link))
            stop = (language.stop,) if change else ()
            yield self.sentence((*change, *stop, *language.correction(link)))
        elif link.verdict == "assumed":
            yield self.sentence(language.assumed(link))
        told, mended = self.article.told.get(place), self.article.mended.get(place)
        if told is None and link.verdict != "refuted":
            if link.verdict in ("bounded", "supported", "undecided"):
                yield self.sentence(language.status(link.verdict))
            yield self.sentence(language.rests_on(link))
        self.proof = f"{self.names[equation.label]}.{number}"
        if told is not None:
            yield from self.told(told, self.label("proof"))
        if mended is not None:
            yield from self.told(mended, self.label("proof of the correction"))
        evidence = self.evidence(link, told)
        if evidence:
            yield rf"\kznote{{{evidence}}}"
        before = [need.hypothesis for other in equation.links[:number] for need in other.needs]
        for need in link.needs:
            if need.hypothesis not in before:
                yield rf"\kznote{{{self.sentence(language.need(need, link))}}}"

    def evidence(self, link: LinkResult, told: Told | None) -> str:
        """What the witnesses say, in a line."""
        language = self.language
        said = []
        if told is None and link.verdict not in ("definition", "assumed", "refuted"):
            said.append(language.kernel(link))
        if link.sympy.status != "skipped":
            said.append(language.sympy(link))
        if link.numeric.status != "skipped":
            said.append(language.numbers(link, self.report))
        return " ".join(map(self.sentence, said))

    def side(self, latex: str) -> str:
        """A link of a chain: its two sides and the sign between them."""
        return self.formula(latex, WIDTH - 4) if safety.formula(latex) else ""

    # ------------------------------------------------------------ a proof

    def told(self, told: Told, title: str) -> Iterator[str]:
        language = self.language
        theorem, given = language.theorem(told), language.given(told)
        head = (*theorem, language.stop, *given) if theorem else given
        yield self.part(title)
        if head:
            yield self.sentence(head)
        if told.taken:
            yield self.sentence(language.taken(told))
        for line in told.steps:
            yield self.step(line, last=line is told.steps[-1])
        notes = [language.conditions(told), language.record(told)]
        if any(notes):
            yield rf"\kznote{{{' '.join(filter(None, map(self.sentence, notes)))}}}"

    def step(self, line: Line, last: bool) -> str:
        """A numbered step: what holds, and why."""
        said = self.language.step(line)
        reason = self.sentence(said)
        formulas = [self.language.formula(latex) for latex in line.formulas]
        narrow = [broken(latex, NARROW) for latex in formulas]
        fits = all(width(x) <= NARROW + 1 and x.count(r"\\") < ROWS for x in narrow)
        fits = fits and all(width(x.latex) <= NARROW / 2 for x in said if isinstance(x, Math))
        command, end = ("kzstep", r"\kzend") if fits else ("kzwide", r"\kzendwide")
        reason += end if last else ""
        shown = narrow if fits else [broken(latex, WIDTH - 4) for latex in formulas]
        rows = r"\kznext ".join(self.display(latex) for latex in shown)
        target = f"{self.proof}.{line.number}"
        return rf"\{command}{{{target}}}{{{line.number}}}{{{rows}}}{{{reason}}}"

    # ------------------------------------------------------------ the trust base

    def back(self) -> Iterator[str]:
        language, rows = self.language, self.article.trust
        yield r"\clearpage"
        yield self.heading("trust", 1)
        yield self.sentence(language.trust(self.article)) + "\n"
        for name, some in (("axioms", [r for r in rows if r.axiom]),
                           ("rules", [r for r in rows if not r.axiom])):  # fmt: skip
            yield self.heading(name, 2)
            yield from (self.row(row) for row in some if row.equations)
            unused = [row for row in some if not row.equations]
            if unused:
                listed = "; ".join(self.rule(row) for row in unused)
                yield rf"\kznote{{{self.label('unused')}: {listed}.}}"
        yield self.heading("besides", 2)
        for part, _, _ in BESIDES:
            name, asked = self.words(language.kind(part)), self.words(language.asked(part))
            yield rf"\kzitem{{{name}}}{{{asked}{language.stop.rstrip()}}}"
        yield self.heading("recheck", 2)
        yield self.sentence(language.where(self.report)) + "\n"
        yield rf"{{\raggedright {self.sentence(language.recheck(self.report))}\par}}"

    def row(self, row: Row) -> str:
        more = self.sentence(self.language.row(row))
        says = self.sentence(self.language.statement(row))
        return rf"\kzrule{{{self.rule(row)}}}{{{says}}}{{{more}}}"

    def rule(self, row: Row) -> str:
        return rf"\kztarget{{rule.{row.name}}}{{{self.words(self.language.reason(row.name))}}}"

    # ------------------------------------------------------------ pieces

    def heading(self, name: str, level: int) -> str:
        return rf"\kz{'sub' * (level - 1)}section{{{self.label(name)}}}"

    def part(self, title: str) -> str:
        """What a paragraph begins with."""
        return rf"\kzpart{{{title}{self.language.after}}}"

    def label(self, name: str) -> str:
        return self.words(self.language.heading(name))

    def sentence(self, said: Iterable[Piece] | Sentence) -> str:
        pieces = list(said)
        for k, (piece, following) in enumerate(pairwise(pieces)):
            if not isinstance(following, str):
                continue
            if isinstance(following, Step) and isinstance(piece, str) and piece.endswith(" "):
                pieces[k] = piece[:-1] + safety.TIE
            if isinstance(piece, Math) and _wide(piece) and following[:1] in tuple(".,。、"):
                pieces[k] = Math(piece.latex + following[0])
                pieces[k + 1] = following[1:].lstrip()
        return "".join(map(self.piece, pieces))

    def piece(self, piece: Piece) -> str:
        match piece:
            case Math(latex):
                return self.inline(latex)
            case To(label):
                return self.reference(label)
            case Rule(name, text):
                shown = self.words(text)
                return rf"\hyperlink{{rule.{name}}}{{{shown}}}" if name in self.rules else shown
            case Code(text):
                return self.code(text)
            case Step():
                return rf"\hyperlink{{step.{self.proof}.{piece.number}}}{{{piece}}}"
        return self.words(piece)

    def words(self, text: str) -> str:
        return r"、\allowbreak{}" if text == "、" else safety.words(text)

    def code(self, text: str) -> str:
        shown = safety.words(one_line(text)).replace("--", "-{}-")
        for mark in ("/", ".", r"\_", r"\textbackslash{}", "(", r"\}"):
            shown = shown.replace(mark, rf"{mark}\allowbreak{{}}")
        return rf"\texttt{{{shown}}}"

    def reference(self, label: str) -> str:
        shown = f"({self.words(label)})"
        if label not in self.names:
            return shown
        return rf"\hyperlink{{eq.{self.names[label]}}}{{{shown}}}"

    def inline(self, latex: str) -> str:
        """A formula within a sentence; on a line of its own if it is wide."""
        found = safety.formula(latex)
        if found is None:
            return self.code(latex)
        if _wide(Math(found)):
            return rf"\kzapart{{{broken(found, WIDTH - 4)}}}"
        return rf"${found}$"

    def formula(self, latex: str, limit: float = WIDTH) -> str:
        """A displayed formula, in rows if it is wide."""
        found = safety.formula(latex)
        return self.code(latex) if found is None else rf"\kzfit{{{broken(found, limit)}}}"

    def display(self, latex: str) -> str:
        """A formula of a step."""
        found = safety.formula(latex)
        if found is None:
            return self.code(latex)
        top = found.replace(r"\begin{aligned}", r"\begin{aligned}[t]", 1)
        return rf"\kzfit{{{top}}}"


def _wide(piece: Math) -> bool:
    """Whether a formula of a sentence needs a line of its own."""
    return width(piece.latex) > INLINE


def _begun(said: Sentence) -> Sentence:
    """A sentence that begins with a capital letter."""
    if not said or not isinstance(said[0], str):
        return said
    return (said[0][:1].upper() + said[0][1:], *said[1:])
