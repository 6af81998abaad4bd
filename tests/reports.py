"""Reports made by hand, with one of everything."""

from __future__ import annotations

from derivations.results import (
    Counterexample,
    EquationResult,
    Finding,
    KernelEvidence,
    LinkResult,
    Need,
    NumericEvidence,
    Report,
    SympyEvidence,
)

TEXT = r"""% 拡散モデル
\begin{equation}
\langle x \rangle = \frac{1}{n} \sum_i x_i
\tag{2.1}
\end{equation}
分散は $$ s^2 = 日本 a = b \leq c $$ です \tag{2.3ii}
\begin{equation} % the reader stops here: [bold]not markup[/bold] [red]
u = v
\tag{2.11}
\end{equation}
\begin{equation}
p \approx q \tag{10.7a}
\end{equation}
"""

SIZES = [{"n": n, "N": size} for n in (1, 2, 3) for size in (2, 3)]


def place(part: str, of: str | None = None) -> tuple[int, int]:
    """Where a part stands in the text, inside a longer part if one is named."""
    start = TEXT.index(of) if of is not None else 0
    start = TEXT.index(part, start)
    return start, start + len(part)


def position(span: tuple[int, int]) -> tuple[int, int]:
    before = TEXT[: span[0]]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def finding(code: str, label: str, span: tuple[int, int], message: str, **more) -> Finding:
    return Finding(code, label, *position(span), message, span, **more)


def link(relation: str, whole: str, verdict: str, **more) -> LinkResult:
    left, _, right = whole.partition(relation)
    return LinkResult(relation, left.strip(), right.strip(), place(whole), verdict, **more)


def counterexample() -> Counterexample:
    return Counterexample({"n": "3", "x_1": "0.25"}, "1.5", "0.5")


def proved() -> EquationResult:
    whole = r"\langle x \rangle = \frac{1}{n} \sum_i x_i"
    evidence = link(
        "=",
        whole,
        "proved",
        hypotheses=[r"n \geq 1", r"n \neq 0"],
        unsaid=[r"n \neq 0"],
        uses=["1.1"],
        kernel=KernelEvidence("proved", "mean", ["linear combination"], ["spectral theorem"]),
        sympy=SympyEvidence("agrees", SIZES),
        numeric=NumericEvidence("agrees", 24, 30, "2e-28"),
        needs=[Need(r"n \neq 0", Counterexample({"n": "0"}, "0", "1"))],
    )
    return EquationResult("2.1", 3, whole, place(whole), [evidence], "2.1 平均")


def refuted() -> EquationResult:
    whole = r"s^2 = 日本 a = b \leq c"
    links = [
        link("=", "s^2 = 日本 a", "supported", numeric=NumericEvidence("agrees", 24, 30, "1e-29")),
        link(
            "=",
            "日本 a = b",
            "refuted",
            numeric=NumericEvidence("contradicts", 24, 30, "0.5"),
            counterexample=counterexample(),
            correction=r"日本 a = \frac{b}{3}",
        ),
        link(r"\leq", r"b \leq c", "bounded", sympy=SympyEvidence("agrees", SIZES)),
    ]
    return EquationResult("2.3ii", 6, whole, place(whole), links, "2.2 分散")


def unread() -> EquationResult:
    return EquationResult(
        "2.11", 8, "u = v", place("u = v"), [], "2.2 分散", error="v is not declared"
    )


def assumed() -> EquationResult:
    whole = r"p \approx q"
    only = link(r"\approx", whole, "assumed", reason="an approximation")
    return EquationResult("10.7a", 12, whole, place(whole), [only], "10 付録")


def findings() -> list[Finding]:
    sign = place("= b", "日本 a")
    return [
        finding("W302", "2.1", place(r"\sum"), "the index is read as a sample", severity="warning"),
        finding("R103", "2.11", place("v\n"), "v is not declared", detail=["declare it"]),
        finding("E101", "2.3ii", (sign[0], sign[0] + 1), "2.3ii is false"),
    ]


def report(**changes) -> Report:
    made = {
        "document": "notes.tex",
        "text": TEXT,
        "equations": [proved(), refuted(), unread(), assumed()],
        "findings": findings(),
        "path": "folder/notes.tex",
        "seconds": 1.25,
        **changes,
    }
    return Report(**made)


def clean() -> Report:
    """A report of a document in which nothing is wrong."""
    return report(equations=[proved(), assumed()], findings=[])


def contradiction() -> Report:
    """A report in which the kernel and the numbers disagree."""
    equation = proved()
    equation.links[0].numeric.status = "contradicts"
    fault = finding(
        "E102", "2.1", place("="), "kernel and numeric contradict each other", severity="fault"
    )
    return report(equations=[equation], findings=[fault])
