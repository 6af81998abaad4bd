"""Articles made by hand, with one of everything, and one that means harm."""

from __future__ import annotations

import reports

from derivations.report.article.content import Article, Given, Line, Told
from derivations.report.trust import rows
from derivations.results import VERDICTS, EquationResult, Finding, LinkResult, Report, Slip

HARM = r"""
\section{</style><img src=x onerror="hacked=1">}
%! x, y : real
\[ x = x + 1 \text{ </script><script>hacked=2</script>} \tag{"onload="hacked=3} \]
\[ \href{javascript:hacked=4}{x} = y \tag{<script>hacked=5</script>} \]
\[ x < y & <b onclick='hacked=6'>y</b> \tag{3} \]
\[ x = y \color{red;background:url(http://127.0.0.1/)} \tag{4} \]
"""
"""A document that would run a script or leave the page if anything in it were not escaped."""


def told() -> Told:
    steps = (
        Line(1, (r"x > 0 \text{ for all } x",), ("cases",), given=("x > 0",)),
        Line(2, (r"\frac{1}{n} \sum_i x_i = 1", "y = 2"), ("linear",), uses=(1,), folded=3),
        Line(3, ("a = b",), ("equivalence",), uses=(1, 2), assuming=(r"z \neq 0",)),
    )
    return Told(
        steps,
        given=(Given("x > 0"), Given(r"n \neq 0", unsaid=True)),
        taken=("y = 2",),
        conventions=(r"0 \ln 0 = 0",),
        sizes=("n",),
        uses=("2.1",),
        conditions=(r"n \neq 0", "x > 0"),
        rules=("linear",),
        axioms=("cases",),
        inferences=40,
    )


def everything() -> Article:
    """Every verdict; a wrong equation that is put right, and the proofs of both."""
    text = ""
    equations = []
    for k, verdict in enumerate(VERDICTS, 1):
        latex = f"a_{k} = -b + c"
        start = len(text)
        text += latex + "\n"
        span = (start, start + len(latex))
        link = LinkResult("=", f"a_{k}", "-b + c", span, verdict)
        if verdict == "refuted":
            at = start + latex.index("-")
            link.slips = [Slip("sign", at, at + 1, "-", "", "b")]
            link.mended = link.correction = f"a_{k} =  b + c"
            link.counterexample = reports.counterexample()
        if verdict == "proved":
            link = reports.proved().links[0]
            link.kernel.rules, link.kernel.axioms = ["linear"], ["ln_tangent"]
        if k > 1:
            link.uses = [f"1.{k - 1}"]
        made = EquationResult(f"1.{k}", k, latex, span, [link], "1 One" if k < 5 else "2 Two")
        if verdict == "unread":
            made.links, made.error = [], "v is not declared"
        equations.append(made)
    findings = [
        Finding("R103", "1.7", 7, 1, "v is not declared", (0, 1)),
        Finding("E102", "1.4", 4, 1, "kernel and numeric contradict each other", (0, 1), "fault"),
        Finding("D204", "", 9, 2, "a declaration that concerns nothing", (0, 1), "warning"),
    ]
    report = Report("notes.tex", text, equations, findings, seed=7)
    proofs = {("1.1", 0): told()}
    return Article(report, proofs, {("1.8", 0): told()}, tuple(rows(report)))
