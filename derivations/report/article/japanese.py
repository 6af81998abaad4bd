"""日本語: the words of an article in Japanese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ...reader.declarations import CONVENTIONS
from ..signs import readable
from .english import English
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
)
from .statements import FORMULAS
from .values import assignments, is_value, pair, value
from .words_ja import (
    BESIDES,
    CAUSES,
    CITED,
    HEADINGS,
    KINDS,
    RULES,
    SAID,
    VERDICTS,
    WORDS,
)

if TYPE_CHECKING:
    from ...results import Counterexample, LinkResult, Need, Report, Slip
    from ..trust import Row
    from .content import Article, Line, Told


class Japanese(English):
    """What an article says, in Japanese."""

    code = "ja"
    name = "日本語"
    stop = "。"
    after = ""
    between = "、"

    # ------------------------------------------------------------ single words

    def heading(self, name: str) -> str:
        """A heading or a label."""
        return HEADINGS[name]

    def verdict(self, name: str) -> str:
        """A verdict in a word or two."""
        return VERDICTS[name][0]

    def meaning(self, verdict: str) -> str:
        """What a verdict means."""
        return VERDICTS[verdict][1]

    def status(self, verdict: str) -> Sentence:
        """The same as a sentence of its own."""
        return (f"{self.meaning(verdict)}。",)

    def reason(self, rule: str) -> str:
        """Why a step holds, in words."""
        return RULES.get(rule) or readable(rule)

    def formula(self, latex: str) -> str:
        r"""A formula of ours with Japanese words in it.

        >>> Japanese().formula(r"f(x) > 0 \text{ for all } x, y")
        'f(x) > 0 \\text{（任意の } x, y \\text{）}'
        """
        for words, meant in WORDS.items():
            latex = latex.replace(rf"\text{{ {words}}}", rf"\text{{ {meant}}}")
        latex = latex.replace(r"\text{ and }", r"\text{ かつ }")
        name = r"(?:\\[A-Za-z]+(?:\{[^{}]*\})?|[A-Za-z])(?:_(?:\w|\{[^{}]*\}))?'*"
        return re.sub(
            rf"\\text\{{ for all \}} ({name}(?:, {name})*)",
            lambda m: rf"\text{{（任意の }} {m[1]} \text{{）}}",
            latex,
        )

    def kind(self, part: str) -> str:
        """A part of the program that must be right, besides the records."""
        return KINDS[part]

    def asked(self, part: str) -> str:
        """What is asked of such a part."""
        return BESIDES[part]

    # ------------------------------------------------------------ the document

    def title(self, report: Report) -> Sentence:
        """The title of an article."""
        return (Code(report.document), " の式とその証明")

    def summary(self, report: Report) -> Sentence:
        """What was found, the most important first."""
        counts = report.summary
        wrong = [e.label for e in report if e.verdict == "refuted"]
        said: list[Piece] = [
            f"番号つきの式は {counts['equations']} 個、関係式は {counts['links']} 個ある。"
        ]
        if wrong:
            said += [f"このうち次の {len(wrong)} 個の式は、印刷されたままでは誤りである。"]
            said += [*_labels(wrong), "。"]
        else:
            said += ["印刷されたままで誤りと分かった式はない。"]
        said += [f"関係式のうち {counts['proved']} 個を一般に証明した。"]
        said += [f"{counts['definition']} 個は定義である"]
        for verdict, words in (
            ("assumed", "真偽を問うものではない"),
            ("bounded", "小さい場合にのみ確かめられた"),
            ("supported", "数値によってのみ支持される"),
            ("undecided", "未決である"),
            ("unread", "読み取れなかった"),
        ):
            if counts[verdict]:
                said += [f"。{counts[verdict]} 個は{words}"]
        return (*said, "。")

    def where(self, report: Report) -> Sentence:
        """How the article was made: with which seed."""
        return (
            "以下の証明はすべて Kenzan（検算）が見つけて検査したものであり、各段は"
            "検査に用いた記録そのものである。"
            f"数値例は乱数の種 {report.seed} から作った。",
        )

    # ------------------------------------------------------------ proofs

    def theorem(self, told: Told) -> Sentence:
        """What a theorem holds for."""
        every: list[Sentence] = []
        for size in told.sizes:
            name = size.removeprefix("finite set ")
            every.append((Math(name),) if name == size else ("有限集合 ", Math(name)))
        return ("任意の ", *_and(every), " について成り立つ") if every else ()

    def given(self, told: Told) -> Sentence:
        """What a proof assumes, what of it is unsaid, and which equations it uses."""
        said = [Math(self.formula(g.latex)) for g in told.given if not g.unsaid]
        unsaid = [Math(self.formula(g.latex)) for g in told.given if g.unsaid]
        unsaid += [Math(self.formula(CONVENTIONS.get(c, c))) for c in told.conventions]
        return self._told(said, unsaid, told.uses)

    def taken(self, told: Told) -> Sentence:
        """The values with which it is proved that there are some."""
        if not told.taken:
            return ()
        return (*listed(Math(self.formula(x)) for x in told.taken), " とおく。")

    def rests_on(self, link: LinkResult) -> Sentence:
        """The same of a link that has no proof to show."""
        said = [Math(self.formula(h)) for h in link.hypotheses if h not in link.unsaid]
        return self._told(said, [Math(self.formula(h)) for h in link.unsaid], link.uses)

    def _told(
        self, said: Sequence[Piece], unsaid: Sequence[Piece], uses: Sequence[str]
    ) -> Sentence:
        found: list[Piece] = []
        if said:
            found += [*listed(said), " とする。"]
        if unsaid:
            found += ["本文には書かれていないが、", *listed(unsaid), " も仮定する。"]
        if uses:
            found += ["式 ", *_labels(uses), " を用いる。"]
        return tuple(found)

    def step(self, line: Line) -> Sentence:
        """Why a step holds, and from what."""
        parts: list[Sentence] = []
        if line.assuming:
            assuming = [Math(self.formula(a)) for a in line.assuming]
            parts.append((*listed(assuming), " と仮定する"))
        if line.given:
            parts.append((*listed([Math(self.formula(g)) for g in line.given]), " より"))
        if line.uses:
            parts.append((*joined([(Step.of(n),) for n in line.uses], "、"), " より"))
        reasons = joined([(Rule(name, self.reason(name)),) for name in line.reasons], "、")
        return joined([*parts, reasons], "、")

    def folded(self, line: Line) -> Sentence:
        """How many inferences a step tells that are not shown."""
        return (f"細かい推論 {line.folded} 段を省く",) if line.folded else ()

    def record(self, told: Told) -> Sentence:
        """How long the kernel's own record of a proof is."""
        return (f"検査器の記録では {told.inferences} 段の証明である。",) if told.inferences else ()

    def conditions(self, told: Told) -> Sentence:
        """What was proved besides, so that what is printed makes sense."""
        if not told.conditions:
            return ()
        shown, more = brief(told.conditions)
        said = [*listed([Math(self.formula(c)) for c in shown])]
        if more:
            said.append(f"{' と、ほかに' if shown else ''}条件 {more} 個")
        return ("式が意味をなすこと（", *said, "）も証明してある。")

    # ------------------------------------------------------------ evidence

    def kernel(self, link: LinkResult) -> Sentence:
        """What the kernel answers, in a sentence."""
        found = link.kernel
        if found.status == "proved":
            return ("核（証明検査器）はこれを述べる定理をもつ。",)
        if found.status == "skipped":
            return ("核（証明検査器）には問い合わせていない。",)
        return ("核（証明検査器）はこれを述べる定理をもたない", *self._reason(short(found.reason)))

    def sympy(self, link: LinkResult) -> Sentence:
        """What symbolic algebra answers, and at which sizes."""
        found = link.sympy
        words = {
            "agrees": "正しいと判定した",
            "contradicts": "誤りと判定した",
            "undecided": "判定できなかった",
        }.get(found.status)
        if words is None:
            return ("SymPy には問い合わせていない", *self._reason(found.reason))
        where: Sentence = (" ", *sizes(found.sizes), " のとき") if found.sizes else ()
        return ("SymPy は", *where, words, *self._reason(found.reason))

    def numbers(self, link: LinkResult, report: Report) -> Sentence:
        """What random instances answer: how many, with which digits, error and seed."""
        found = link.numeric
        where = ""
        if found.instances:
            where = f"（乱数の種 {report.seed}、{found.instances} 例、{found.digits} 桁）"
        error: Sentence = ()
        if found.largest_error == "0" and found.status == "agrees":
            error = ("。誤差はない",)
        elif found.largest_error is not None and found.status in ("agrees", "contradicts"):
            error = ("。相対誤差は最大 ", Math(value(found.largest_error)))
        words = {
            "agrees": f"数値例では成り立つ{where}",
            "contradicts": f"数値例では成り立たない{where}",
            "undecided": f"数値例では判定できない{where}",
        }.get(found.status, "数値例は試していない")
        return (words, *error, *self._reason(found.reason))

    def _reason(self, reason: str | None) -> Sentence:
        return (f"（{self.cause(reason)}）。",) if reason else ("。",)

    def cause(self, reason: str) -> str:
        """Why a witness is silent or against; what has no translation is quoted."""
        for pattern, meant in CAUSES.items():
            if re.fullmatch(pattern, reason):
                return re.sub(pattern, meant, reason)
        return f"“{readable(reason)}”"

    def assumed(self, link: LinkResult) -> Sentence:
        """Why a link has no truth value."""
        if not link.reason:
            return ()
        return (f"真偽を問う式ではない（{self.cause(link.reason)}）。",)

    def unread(self, error: str) -> Sentence:
        """Why an equation could not be read."""
        code, _, words = error.partition(" ")
        return ("読み取れなかった。理由は ", Code(code), f" “{words}”。")

    # ------------------------------------------------------------ what is wrong

    def counterexample(self, link: LinkResult) -> Sentence:
        """The instance that shows a link false, with its numbers."""
        found = link.counterexample
        return self._values(found, link) if found is not None else ()

    def _values(self, found: Counterexample, link: LinkResult) -> Sentence:
        first, second = assignments(found, link)
        said: list[Piece] = [*listed(first), " とする。"] if first else []
        left, right = found.left, found.right
        if left.startswith("left - right = "):
            a, b = pair(difference(left), difference(right))
            said += ["このとき左辺と右辺の差は ", Math(a), " であるが、"]
            said += [*(listed(second) or ("別の母数",)), " では ", Math(b)]
            return (*said, " となり、両辺の差は定数でない。")
        if left.startswith(CONDITION):
            fails = "このとき左の条件は成り立たないが、右の条件は成り立つ。"
            holds = "このとき左の条件は成り立つが、右の条件は成り立たない。"
            return (*said, fails if left.startswith(CONDITION[1]) else holds)
        a, b = pair(left, right)
        said += ["このとき左辺は", *self._one(left, a)]
        if right:
            said += ["、右辺は", *self._one(right, b)]
        return (*said, "。" if (right or left).startswith("no value") else " である。")

    def _one(self, text: str, latex: str) -> Sentence:
        if text.startswith("no value"):
            return (f"値をもたない（{self.cause(text.partition(': ')[2])}）",)
        return (" ", Math(latex) if is_value(text) else Code(text))

    def slip(self, slip: Slip) -> Sentence:
        """One symbol that is wrong, and what it should be."""
        old, new = quoted(slip.old or "+"), quoted(slip.new or "+")
        beside = about(slip.beside)
        at: Sentence = (beside,) if beside is not None else ("ここ",)
        match slip.kind:
            case "sign":
                head: Sentence = (*at, " の") if beside is not None else ()
                return (*head, "符号は ", old, " ではなく ", new)
            case "before":
                return (*at, " の前に ", new, " が抜けている")
            case "after":
                return (*at, " の後に ", new, " が抜けている")
            case "identity":
                return (*at, " の後に単位行列 ", new, " が抜けている")
            case "drop":
                return (*at, " の前の ", old, " は不要である")
            case "drop after":
                return (*at, " の後の ", old, " は不要である")
            case "replace":
                return (old, " ではなく ", new)
            case "some":
                some = Math(names(slip))
                return ("任意の ", some, " については成り立たず、ある ", some, " について成り立つ")
        return ()

    def slips(self, link: LinkResult) -> Sentence:
        """All that is to be changed in a link."""
        said = list(dict.fromkeys(filter(None, map(self.slip, link.slips))))
        return joined(said, "。また、")

    def correction(self, link: LinkResult) -> Sentence:
        """How sure a correction is."""
        if link.verdict != "refuted":
            return ()
        if link.correction is not None:
            return ("訂正した式は一般に証明されている。",)
        if link.suggestion is not None:
            return ("このように改めると数値例では成り立つが、証明はない。",)
        return ("正しくなるような小さい訂正は見つからなかった。",)

    def need(self, need: Need, link: LinkResult) -> Sentence:
        """What happens without a hypothesis that is unsaid."""
        hypothesis = Math(self.formula(need.hypothesis))
        return (hypothesis, " を仮定しなければ成り立たない。",
                *self._values(need.counterexample, link))  # fmt: skip

    # ------------------------------------------------------------ trust

    def trust(self, article: Article) -> Sentence:
        """How much is proved, and by how many rules."""
        report, rows = article.report, article.trust
        links = [link for link in report.links if link.kernel.status == "proved"]
        axioms = [row for row in rows if row.axiom]
        return (
            f"関係式 {len(links)} 個が、小さな核（証明検査器）の定理である。核は、文献で"
            f"知られた事実である公理 {len(axioms)} 個と、論理と算術の規則 "
            f"{len(rows) - len(axioms)} 個からなる。",
        )

    def row(self, row: Row) -> Sentence:
        """What a rule asks for, and which equations need it."""
        said: list[Piece] = []
        if row.conditions:
            asked = joined([self.condition(text) for text in row.conditions], "、")
            said += ["条件: ", *asked, "。"]
        if row.citation:
            said += [f"出典: {CITED.get(row.citation, row.citation)}。"]
        if len(row.equations) > MANY:
            said += [f"{len(row.equations)} 個の式で使う。"]
        elif row.equations:
            said += ["使う式: ", *_labels(row.equations), "。"]
        return tuple(said)

    def statement(self, row: Row) -> Sentence:
        """What a rule says."""
        return self.condition(row.statement)

    def condition(self, text: str) -> Sentence:
        """A statement or a condition of a rule: a formula, or words."""
        text = readable(text)
        return (Math(FORMULAS[text]),) if text in FORMULAS else (SAID.get(text, text),)

    def recheck(self, report: Report) -> Sentence:
        """How to check the proofs again."""
        return (
            "この文書は ", Code(f"kenzan prove {report.document} --output proofs.pdf"),
            " で作り直せる。",
            Code("derivations.kernel.records.write(theorem)"),
            " は証明を、すべての項、各段の規則・引数・仮定・結論からなるデータとして書き出す。",
            Code("records.replay(data)"),
            " は各段を規則によって作り直し、規則から得られないものを拒む。",
        )  # fmt: skip


def _and(parts: Sequence[Sentence]) -> Sentence:
    if len(parts) < 2:
        return joined(parts, "")
    return (*joined(parts[:-1], "、"), " と ", *parts[-1])


def _labels(labels: Iterable[str]) -> Sentence:
    return joined([(To(label),) for label in labels], "、")
