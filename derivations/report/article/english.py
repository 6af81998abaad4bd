"""The words of an article in English; other languages say the same methods in their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ...reader.declarations import CONVENTIONS
from ..signs import readable
from .language import Code, Math, Piece, Rule, Sentence, Step, To
from .sentences import (
    CONDITION,
    MANY,
    about,
    brief,
    difference,
    joined,
    listed,
    names,
    quoted,
    short,
    sizes,
    stripped,
)
from .statements import FORMULAS
from .values import assignments, is_value, pair, value
from .words_en import BESIDES, HEADINGS, RULES, VERDICTS

if TYPE_CHECKING:
    from ...results import Counterexample, LinkResult, Need, Report, Slip
    from ..trust import Row
    from .content import Article, Line, Told


class English:
    """What an article says, in English."""

    code = "en"
    name = "English"
    stop = ". "
    after = "."
    between = "; "

    # ------------------------------------------------------------ single words

    def heading(self, name: str) -> str:
        """A heading or a label; the names are those of ``HEADINGS``."""
        return HEADINGS[name]

    def verdict(self, name: str) -> str:
        """A verdict in a word or two."""
        return VERDICTS[name][0]

    def meaning(self, verdict: str) -> str:
        """What a verdict means."""
        return VERDICTS[verdict][1]

    def status(self, verdict: str) -> Sentence:
        """The same as a sentence of its own."""
        meaning = self.meaning(verdict)
        return (f"{meaning[0].upper()}{meaning[1:]}.",)

    def reason(self, rule: str) -> str:
        """Why a step holds: a rule of the kernel, or a heading of steps, in words."""
        return RULES.get(rule) or readable(rule)

    def formula(self, latex: str) -> str:
        """A formula of ours with the words in it, in this language."""
        return latex

    def kind(self, part: str) -> str:
        """A part of the program that must be right, besides the records."""
        return part

    def asked(self, part: str) -> str:
        """What is asked of such a part."""
        return BESIDES[part]

    # ------------------------------------------------------------ the document

    def title(self, report: Report) -> Sentence:
        """The title of an article."""
        return ("The equations of ", Code(report.document), ", and their proofs")

    def summary(self, report: Report) -> Sentence:
        """What was found, the most important first."""
        counts = report.summary
        total, links = counts["equations"], counts["links"]
        wrong = [e.label for e in report if e.verdict == "refuted"]
        said: list[Piece] = [
            f"The document has {_count(total, 'numbered equation')} with "
            f"{_count(links, 'relation')}. "
        ]
        if wrong:
            verb = "is" if len(wrong) == 1 else "are"
            said += [f"{len(wrong)} of the equations {verb} wrong as printed: "]
            said += [*_labels(wrong), ". "]
        else:
            said += ["None was found wrong as printed. "]
        proved = counts["proved"]
        said += [f"{_count(proved, 'relation')} {'is' if proved == 1 else 'are'} proved in general"]
        for verdict, one, more in (
            ("definition", "is a definition", "are definitions"),
            ("assumed", "has no truth value", "have no truth value"),
            ("bounded", "is decided at small sizes only", "are decided at small sizes only"),
            ("supported", "is supported by numbers only", "are supported by numbers only"),
            ("undecided", "is undecided", "are undecided"),
            ("unread", "could not be read", "could not be read"),
        ):
            if counts[verdict]:
                said += [f", {counts[verdict]} {one if counts[verdict] == 1 else more}"]
        return (*said, ".")

    def where(self, report: Report) -> Sentence:
        """How the article was made: with which seed."""
        return (
            "Every proof here was found and checked by Kenzan; its steps are those of the "
            f"kernel's record. Random instances were drawn from the seed {report.seed}.",
        )

    # ------------------------------------------------------------ proofs

    def theorem(self, told: Told) -> Sentence:
        """What a theorem holds for."""
        if not told.sizes:
            return ()
        every: list[Sentence] = []
        for size in told.sizes:
            name = size.removeprefix("finite set ")
            every.append(("every " if name == size else "every finite set ", Math(name)))
        return ("For ", *_and(every))

    def given(self, told: Told) -> Sentence:
        """What a proof assumes, what of it is unsaid, and which equations it uses."""
        said = [(Math(self.formula(g.latex)),) for g in told.given if not g.unsaid]
        unsaid = [(Math(self.formula(g.latex)),) for g in told.given if g.unsaid]
        unsaid += [(Math(self.formula(CONVENTIONS.get(c, c))),) for c in told.conventions]
        return self._given(said, unsaid, told.uses)

    def taken(self, told: Told) -> Sentence:
        """The values with which it is proved that there are some."""
        return (
            ("Take ", *listed(Math(self.formula(x)) for x in told.taken), ".") if told.taken else ()
        )

    def rests_on(self, link: LinkResult) -> Sentence:
        """The same of a link that has no proof to show."""
        said = [(Math(self.formula(h)),) for h in link.hypotheses if h not in link.unsaid]
        unsaid = [(Math(self.formula(h)),) for h in link.unsaid]
        return self._given(said, unsaid, link.uses)

    def _given(
        self, said: Sequence[Sentence], unsaid: Sequence[Sentence], uses: Sequence[str]
    ) -> Sentence:
        found: list[Piece] = []
        if said:
            found += ["Given ", *_and(said), ". "]
        if unsaid:
            found += ["The document leaves unsaid that ", *_and(unsaid), ". "]
        if uses:
            found += ["Uses ", *_and([(To(label),) for label in uses]), ". "]
        return stripped(found)

    def step(self, line: Line) -> Sentence:
        """Why a step holds, and from what."""
        parts: list[Sentence] = [self._reasons(line)]
        if line.uses:
            parts.append(("from ", *_and([(Step.of(n),) for n in line.uses])))
        if line.assuming:
            parts.append(("assuming ", *_and([(Math(self.formula(a)),) for a in line.assuming])))
        if line.given:
            parts.append(("as ", *_and([(Math(self.formula(g)),) for g in line.given])))
        return joined(parts, ", ")

    def _reasons(self, line: Line) -> Sentence:
        return joined([(Rule(name, self.reason(name)),) for name in line.reasons], "; ")

    def folded(self, line: Line) -> Sentence:
        """How many inferences a step tells that are not shown."""
        return (f"{_count(line.folded, 'smaller step')} not shown",) if line.folded else ()

    def record(self, told: Told) -> Sentence:
        """How long the kernel's own record of a proof is."""
        if not told.inferences:
            return ()
        return (f"The kernel's record of this proof has {_count(told.inferences, 'step')}.",)

    def conditions(self, told: Told) -> Sentence:
        """What was proved besides, so that what is printed makes sense."""
        if not told.conditions:
            return ()
        shown, more = brief(told.conditions)
        said: list[Sentence] = [(Math(self.formula(c)),) for c in shown]
        if more:
            said.append((_count(more, "longer condition" if shown else "condition"),))
        return ("That what is printed makes sense is proved too: ", *_and(said), ".")

    # ------------------------------------------------------------ evidence

    def kernel(self, link: LinkResult) -> Sentence:
        """What the kernel answers, in a sentence."""
        found = link.kernel
        if found.status == "proved":
            return ("The kernel holds a theorem that states it.",)
        if found.status == "skipped":
            return ("The kernel was not asked.",)
        return ("The kernel holds no theorem that states it", *self._because(short(found.reason)))

    def sympy(self, link: LinkResult) -> Sentence:
        """What symbolic algebra answers, and at which sizes."""
        found = link.sympy
        words = {
            "agrees": "SymPy finds it true",
            "contradicts": "SymPy finds it false",
            "undecided": "SymPy could not decide it",
        }.get(found.status, "SymPy was not asked")
        where: Sentence = (" at ", *sizes(found.sizes)) if found.sizes else ()
        return (words, *where, *self._because(found.reason))

    def numbers(self, link: LinkResult, report: Report) -> Sentence:
        """What random instances answer: how many, with which digits, error and seed."""
        found = link.numeric
        where = ""
        if found.instances:
            drawn = _count(found.instances, "random instance")
            where = f" on {drawn} at {found.digits} digits (seed {report.seed})"
        error: Sentence = ()
        if found.largest_error == "0" and found.status == "agrees":
            error = (", exactly",)
        elif found.largest_error is not None and found.status in ("agrees", "contradicts"):
            error = ("; the largest relative error is ", Math(value(found.largest_error)))
        words = {
            "agrees": f"The numbers agree{where}",
            "contradicts": f"The numbers disagree{where}",
            "undecided": f"The numbers do not decide it{where}",
        }.get(found.status, "The numbers were not asked")
        return (words, *error, *self._because(found.reason))

    def _because(self, reason: str | None) -> Sentence:
        return (f": {self.cause(reason)}.",) if reason else (".",)

    def cause(self, reason: str) -> str:
        """Why a witness is silent or against, in its own words."""
        return readable(reason)

    def assumed(self, link: LinkResult) -> Sentence:
        """Why a link has no truth value."""
        return (f"It has no truth value: {self.cause(link.reason)}.",) if link.reason else ()

    def unread(self, error: str) -> Sentence:
        """Why an equation could not be read."""
        code, _, words = error.partition(" ")
        return ("It could not be read: ", Code(code), f" {words}.")

    # ------------------------------------------------------------ what is wrong

    def counterexample(self, link: LinkResult) -> Sentence:
        """The instance that shows a link false, with its numbers."""
        found = link.counterexample
        return self._instance(found, link) if found is not None else ()

    def _instance(self, found: Counterexample, link: LinkResult) -> Sentence:
        first, second = assignments(found, link)
        said: list[Piece] = []
        if first:
            said += ["Take ", *listed(first), ". "]
        left, right = found.left, found.right
        if left.startswith("left - right = "):
            a, b = pair(difference(left), difference(right))
            said += ["The left side minus the right side is then ", Math(a)]
            said += [", but ", Math(b), " at "]
            said += [*(listed(second) or ("other parameters",))]
            return (*said, ": the two sides differ by more than a constant.")
        a, b = pair(left, right)
        if left.startswith(CONDITION):
            return (*said, *self._conditions(left, right))
        said += ["The left side is then ", self._side(left, a)]
        if right:
            said += [" and the right side ", self._side(right, b)]
        return (*said, ".")

    def _conditions(self, left: str, right: str) -> Sentence:
        """Two conditions of which one holds and the other does not."""
        holds = "The left condition then holds, the right one does not."
        fails = "The left condition then does not hold, but the right one does."
        return (fails if left.startswith(CONDITION[1]) else holds,)

    def _side(self, text: str, latex: str) -> Piece:
        if text.startswith("no value"):
            return f"without a value ({self.cause(text.partition(': ')[2])})"
        return Math(latex) if is_value(text) else Code(text)

    def slip(self, slip: Slip) -> Sentence:
        """One symbol that is wrong, and what it should be."""
        old, new = quoted(slip.old or "+"), quoted(slip.new or "+")
        beside = about(slip.beside)
        tail: Sentence
        match slip.kind:
            case "sign":
                tail = (" before ", beside) if beside is not None else ()
                return ("the sign", *tail, " should be ", new, ", not ", old)
            case "before" | "after" | "identity":
                what: Sentence = (", the identity matrix,",) if slip.kind == "identity" else ()
                place = "before" if slip.kind == "before" else "after"
                tail = (f" {place} ", beside) if beside is not None else ()
                return (new, *what, " is missing", *tail)
            case "drop" | "drop after":
                place = "before" if slip.kind == "drop" else "after"
                tail = (f" {place} ", beside) if beside is not None else ()
                return (old, " does not belong", *(tail or (" here",)))
            case "replace":
                return (new, ", not ", old)
            case "some":
                return ("it does not hold for all ", Math(names(slip)), ", only for some")
        return ()

    def slips(self, link: LinkResult) -> Sentence:
        """All that is to be changed in a link."""
        said: list[Sentence] = list(dict.fromkeys(filter(None, map(self.slip, link.slips))))
        if not said and link.slip:
            said = [(link.slip,)]
        return joined(said, "; ")

    def correction(self, link: LinkResult) -> Sentence:
        """How sure a correction is."""
        if link.verdict != "refuted":
            return ()
        if link.correction is not None:
            return ("The corrected form is proved in general.",)
        if link.suggestion is not None:
            return ("With this change the numbers agree; there is no proof of it.",)
        return ("No change was found that makes it true.",)

    def need(self, need: Need, link: LinkResult) -> Sentence:
        """What happens without a hypothesis that is unsaid."""
        hypothesis = Math(self.formula(need.hypothesis))
        return ("Without ", hypothesis, " it is false. ",
                *self._instance(need.counterexample, link))  # fmt: skip

    # ------------------------------------------------------------ trust

    def trust(self, article: Article) -> Sentence:
        """How much is proved, and by how many rules."""
        report, rows = article.report, article.trust
        links = [link for link in report.links if link.kernel.status == "proved"]
        axioms = [row for row in rows if row.axiom]
        verb = "is a theorem" if len(links) == 1 else "are theorems"
        return (
            f"{_count(len(links), 'relation')} of the document {verb} of a small kernel. "
            f"It has {_count(len(axioms), 'axiom')}, each a fact of the literature, and "
            f"{_count(len(rows) - len(axioms), 'rule')} of logic and arithmetic.",
        )

    def row(self, row: Row) -> Sentence:
        """What a rule asks for, and which equations need it."""
        said: list[Piece] = []
        if row.conditions:
            asked = joined([self.condition(text) for text in row.conditions], "; ")
            said += ["Asks: ", *asked, ". "]
        if row.citation:
            said += [f"{row.citation}. "]
        if len(row.equations) > MANY:
            said += [f"Used by {len(row.equations)} equations."]
        elif row.equations:
            said += ["Used by ", *_labels(row.equations), "."]
        return stripped(said)

    def statement(self, row: Row) -> Sentence:
        """What a rule says."""
        return self.condition(row.statement)

    def condition(self, text: str) -> Sentence:
        """A statement or a condition of a rule: a formula, or words."""
        text = readable(text)
        return (Math(FORMULAS[text]),) if text in FORMULAS else (text,)

    def recheck(self, report: Report) -> Sentence:
        """How to check the proofs again."""
        return (
            "The command ",
            Code(f"kenzan prove {report.document} --output proofs.pdf"),
            " makes this text anew. ",
            Code("derivations.kernel.records.write(theorem)"),
            " gives a proof as plain data: every term, every step with its rule, arguments, "
            "hypotheses and conclusion. ",
            Code("records.replay(data)"),
            " makes each step again by its rule and refuses what the rule does not give.",
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _and(parts: Sequence[Sentence]) -> Sentence:
    if len(parts) < 2:
        return joined(parts, "")
    return (*joined(parts[:-1], ", "), " and ", *parts[-1])


def _labels(labels: Iterable[str]) -> Sentence:
    return joined([(To(label),) for label in labels], ", ")
