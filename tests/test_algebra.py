"""The SymPy witness: verdicts of the notes, of edited notes, and of small documents."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import derivations
from derivations.check import BUNDLED
from derivations.language.source import Source, Span
from derivations.reader.document import Document, load, read_document, read_equation
from derivations.results import SympyEvidence
from derivations.witness.algebra import judge

FALSE = {
    ("2.3ii", 0),
    ("2.11a", 0),
    ("2.11", 1),
    ("2.11", 2),
    ("2.14", 0),
    ("2.14", 1),
    ("2.22", 0),
    ("2.22", 1),
    ("2.30", 0),
    ("2.30", 1),
    ("10.7a", 0),
}
OPEN = {("2.6", 0), ("2.33", 0)}
"""About a function of which only the shape is declared."""

EXAMPLES = sorted((Path(derivations.__file__).parent / "notes" / "examples").glob("*.tex"))


@pytest.fixture(scope="module")
def notes() -> Document:
    return read_document(load(BUNDLED))


@pytest.fixture(scope="module")
def printed(notes: Document) -> dict[tuple[str, int], SympyEvidence]:
    return {
        (equation.label, k): judge(notes, equation, link)
        for equation in notes.equations
        if equation.reading is not None
        for k, link in enumerate(equation.reading.links)
    }


def edited(document: Document, label: str, old: str, new: str, occurrence: int = 1) -> Document:
    """The document with one display changed and read again."""
    equation = document[label]
    text = document.source.text
    at = equation.span.start - 1
    for _ in range(occurrence):
        at = text.index(old, at + 1)
    assert at + len(old) <= equation.span.stop
    source = Source(document.source.name, text[:at] + new + text[at + len(old) :])
    stop = equation.span.stop + len(new) - len(old)
    changed = replace(equation, span=Span(equation.span.start, stop), reading=None, error=None)
    read_equation(source, changed)
    assert changed.error is None, changed.error
    others = [changed if e is equation else e for e in document.equations]
    return Document(source, others, document.declarations, [])


def judged(document: Document, label: str, seconds: float = 10.0) -> list[SympyEvidence]:
    equation = document[label]
    assert equation.reading is not None, equation.error
    return [judge(document, equation, link, seconds=seconds) for link in equation.reading.links]


def statuses(document: Document, label: str) -> list[str]:
    return [evidence.status for evidence in judged(document, label)]


# ---------------------------------------------------------------- the notes as printed


def test_false_links_are_contradicted_and_true_ones_agree(
    printed: dict[tuple[str, int], SympyEvidence],
) -> None:
    for key, evidence in printed.items():
        if key in FALSE:
            assert evidence.status == "contradicts", key
        elif key in OPEN:
            assert evidence.status == "undecided", key
            assert evidence.reason
        else:
            assert evidence.status in ("agrees", "skipped"), (key, evidence)
    assert sum(e.status == "agrees" for e in printed.values()) >= 68


def test_only_definitions_and_what_has_no_truth_value_are_skipped(
    notes: Document, printed: dict[tuple[str, int], SympyEvidence]
) -> None:
    skipped = {key for key, evidence in printed.items() if evidence.status == "skipped"}
    assert skipped == {
        *((label, 0) for label in ("1.2", "1.3", "2.2", "2.3", "2.9", "2.16", "2.17", "2.26")),
        *((label, 0) for label in ("2.31",)),
        ("2.17", 2),
        ("2.25", 1),
        ("2.32", 1),
    }
    assert all(printed[key].reason for key in skipped)


@pytest.mark.parametrize(
    ("key", "sizes"),
    [
        (("1.1", 0), [{"X": 2, "n": 2}, {"X": 2, "n": 3}, {"X": 3, "n": 1}]),
        (("2.5", 1), [{"X": 2}, {"X": 3}]),
        (("2.4", 0), []),
        (("2.12", 1), [{"n": 1}, {"n": 2}, {"n": 3}]),
        (("2.19", 2), [{"N": 1}, {"N": 2}, {"N": 3}]),
        (("2.20", 0), [{"N": 1}, {"N": 2}, {"N": 3}]),
        (("2.24", 0), [{"N": 1, "n": 3}, {"N": 2, "n": 2}, {"N": 3, "n": 1}]),
        (("2.28", 1), [{"N": 1, "n": 3}, {"N": 2, "n": 2}, {"N": 3, "n": 1}]),
        (("10.8", 0), [{"n": 1}, {"n": 2}, {"n": 3}]),
        (("2.11a", 0), [{"n": 2}]),
    ],
)
def test_sizes(
    printed: dict[tuple[str, int], SympyEvidence],
    key: tuple[str, int],
    sizes: list[dict[str, int]],
) -> None:
    assert printed[key].sizes == sizes


def test_a_size_that_is_too_heavy_is_left_out_and_said(
    printed: dict[tuple[str, int], SympyEvidence],
) -> None:
    evidence = printed["2.18", 0]
    assert evidence.sizes == [{"N": 1}, {"N": 2}]
    assert evidence.reason is not None
    assert evidence.reason.startswith("not at all sizes")


def test_the_whole_document_takes_seconds(notes: Document) -> None:
    start = time.process_time()
    for equation in notes.equations:
        assert equation.reading is not None
        for link in equation.reading.links:
            judge(notes, equation, link)
    assert time.process_time() - start < 15


def test_no_time_no_answer(notes: Document) -> None:
    equation = notes["2.24"]
    assert equation.reading is not None
    evidence = judge(notes, equation, equation.reading.links[0], seconds=0.001)
    assert evidence.status == "undecided"
    assert evidence.reason == "time ran out after 0.001 s"
    assert judged(notes, "2.24")[0].status == "agrees", "the next question starts afresh"


# ---------------------------------------------------------------- edits

EDITS = [
    ("1.1", "\\frac{1}{n}", "", 1, 0, "contradicts"),
    ("2.4", "x - 1 \\geq", "x + 1 \\geq", 1, 0, "agrees"),
    ("2.4", "x - 1 \\geq", "x - 2 \\geq", 1, 0, "contradicts"),
    ("2.4", "1 - x", "1 + x", 1, 2, "contradicts"),
    ("2.5", "\\geq", "\\leq", 1, 1, "contradicts"),
    ("2.5", "- \\sum", "+ \\sum", 1, 2, "contradicts"),
    ("2.5", "= 0", "= 1", 1, 3, "contradicts"),
    ("2.6", "\\geq", "\\leq", 1, 0, "contradicts"),
    ("2.7", "-\\sum", "\\sum", 1, 0, "contradicts"),
    ("2.9", "\\sqrt{2\\pi\\sigma^2}", "\\sqrt{\\pi\\sigma^2}", 1, 1, "contradicts"),
    ("2.10", "\\sqrt{2\\pi\\sigma^2}", "\\sqrt{2\\pi}", 1, 0, "contradicts"),
    ("2.11", " - \\int", " \\int", 1, 1, "agrees"),
    ("2.11", "} \\ln \\sigma^2 \\end", "} \\ln \\mu^2 \\end", 1, 2, "contradicts"),
    ("2.12", "= -\\frac{1}{\\sigma^2}", "= \\frac{1}{\\sigma^2}", 1, 0, "contradicts"),
    ("2.12", "\\mu = \\frac{1}{n}", "\\mu = -\\frac{1}{n}", 1, 1, "contradicts"),
    ("2.13", "+ \\frac{1}{2\\sigma^2}", "- \\frac{1}{2\\sigma^2}", 1, 0, "contradicts"),
    ("2.13", "\\sigma^2 = \\frac{1}{n}", "\\sigma^2 = \\frac{2}{n}", 1, 1, "contradicts"),
    ("2.18", "\\frac{1}{2} \\lambda_k", "\\lambda_k", 1, 1, "contradicts"),
    ("2.19", "\\frac{1}{\\det(\\Sigma)}", "\\det(\\Sigma)", 1, 2, "contradicts"),
    ("2.20", "(2\\pi)^N", "2\\pi", 1, 0, "contradicts"),
    ("2.21", "\\sqrt{\\frac{1}", "\\sqrt{\\frac{2}", 1, 0, "contradicts"),
    ("2.22", "- q_\\theta(\\vec{x}))", "- \\ln q_\\theta(\\vec{x}))", 1, 0, "agrees"),
    ("2.22", "- q_\\theta(\\vec{x}))", "- \\ln q_\\theta(\\vec{x}))", 1, 1, "agrees"),
    ("2.23", "= -\\frac{1}{n}", "= \\frac{1}{n}", 1, 0, "contradicts"),
    ("2.23", "\\vec{\\mu} = \\frac{1}{n}", "\\vec{\\mu} = \\frac{1}{2n}", 1, 1, "contradicts"),
    ("2.24", "- \\frac{1}{2} \\Sigma", "- \\Sigma", 1, 0, "contradicts"),
    ("2.24", "\\Sigma = \\frac{1}{n}", "\\Sigma = \\frac{3}{n}", 1, 1, "contradicts"),
    ("2.25", "\\frac{1}{Z_\\theta}", "\\frac{2}{Z_\\theta}", 1, 0, "contradicts"),
    ("2.27", "+ \\ln Z_\\theta", "- \\ln Z_\\theta", 1, 1, "contradicts"),
    ("2.27", "\\sum_{k \\neq l} J_{kl}", "J_{kl}", 1, 1, "contradicts"),
    ("2.28", "= -\\frac{1}{n}", "= \\frac{1}{n}", 1, 0, "contradicts"),
    ("2.28", "= \\frac{1}{n}", "= \\frac{2}{n}", 1, 1, "contradicts"),
    ("2.28", "= \\frac{1}{n} \\sum", "= \\sum", 1, 1, "contradicts"),
    ("2.29", "= \\frac{1}{n}", "= -\\frac{1}{n}", 1, 1, "contradicts"),
    ("2.30", "h_k - \\eta_k", "h_k + \\eta_k", 1, 0, "agrees"),
    ("2.30", "J_{kl} - \\eta_{kl}", "J_{kl} + \\eta_{kl}", 1, 1, "agrees"),
    ("2.32", "- \\eta", "+ \\eta", 1, 0, "contradicts"),
    ("2.34", "- \\frac{(f'", "- 2\\frac{(f'", 1, 0, "contradicts"),
    ("2.34", "- \\frac{(f'(\\theta_0))^2}{2L}", "", 1, 0, "agrees"),
    ("2.35", "{2L}", "{L}", 1, 0, "contradicts"),
    ("2.36", "\\frac{1}{L}", "\\frac{2}{L}", 1, 0, "contradicts"),
    ("10.1", "(A + A^\\top)", "(A - A^\\top)", 1, 5, "contradicts"),
    ("10.2", "2\\Sigma^{-1}", "\\Sigma^{-1}", 1, 0, "contradicts"),
    ("10.4", "= \\vec{x} \\vec{x}^\\top", "= 2\\vec{x} \\vec{x}^\\top", 1, 0, "contradicts"),
    ("10.5", "i+j", "i-j+1", 1, 0, "contradicts"),
    ("10.6", "= (-1)^{i+j} m_{ij}", "= (-1)^{i+j} m_{ji}", 1, 1, "contradicts"),
    ("10.7", "\\tilde{A}^\\top", "\\tilde{A}", 1, 1, "contradicts"),
    ("10.7", "(A^{-1})^\\top", "A^{-1}", 1, 2, "contradicts"),
    ("10.8", "= -\\Sigma^\\top", "= \\Sigma^\\top", 1, 0, "contradicts"),
]


@pytest.mark.parametrize(
    ("label", "old", "new", "occurrence", "link", "status"),
    EDITS,
    ids=[f"{label}[{link}] {old} -> {new}" for label, old, new, _, link, _ in EDITS],
)
def test_an_edit_changes_the_answer(
    notes: Document, label: str, old: str, new: str, occurrence: int, link: int, status: str
) -> None:
    document = edited(notes, label, old, new, occurrence)
    assert judged(document, label)[link].status == status


REWRITINGS = tomllib.loads(Path(__file__).with_name("rewritings.toml").read_text("utf-8"))[
    "rewriting"
]


@pytest.mark.parametrize(
    "rewriting", REWRITINGS, ids=[f"{r['label']}: {r['why']}" for r in REWRITINGS]
)
def test_a_harmless_rewriting_changes_nothing(
    notes: Document,
    printed: dict[tuple[str, int], SympyEvidence],
    rewriting: dict[str, str],
) -> None:
    label = rewriting["label"]
    span = notes[label].span
    latex = notes.source.slice(span)
    document = edited(notes, label, latex, latex.replace(rewriting["old"], rewriting["new"]))
    before = [printed[label, k].status for k in range(len(judged(document, label)))]
    assert statuses(document, label) == before


# ---------------------------------------------------------------- other documents


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_examples(path: Path) -> None:
    """The examples hold: nothing is contradicted, nearly everything is decided."""
    document = read_document(load(path))
    found = [s for equation in document.equations for s in statuses(document, equation.label)]
    assert "contradicts" not in found
    assert found.count("undecided") <= len(found) // 10


def small(declarations: str, *displays: str) -> Document:
    """A document with equations (1), (2), …"""
    lines = [f"%! {line.strip()}" for line in declarations.strip().splitlines()]
    for k, latex in enumerate(displays, 1):
        lines.append(f"\\begin{{equation}}{latex}\\tag{{{k}}}\\end{{equation}}")
    document = read_document(Source("small.tex", "\n".join(lines)))
    assert not document.problems, document.problems
    return document


def answer(declarations: str, *displays: str) -> list[str]:
    """The statuses of the links of the last display."""
    return statuses(small(declarations, *displays), str(len(displays)))


REALS = "a, b, c : real\nx, y : real\ns, t : real, positive"


@pytest.mark.parametrize(
    ("latex", "status"),
    [
        ("(a + b)^2 = a^2 + 2ab + b^2", "agrees"),
        ("(a + b)^2 = a^2 + b^2", "contradicts"),
        ("(a + b)^2 \\geq 4ab", "agrees"),
        ("(a + b)^2 > 4ab", "contradicts"),
        ("s - 1 > \\ln s", "contradicts"),
        ("s + 1 > \\ln s", "agrees"),
        ("a > b \\iff 2a > 2b", "agrees"),
        ("a > b \\iff -a > -b", "contradicts"),
        ("a > b \\iff a > b + 1", "contradicts"),
        ("s < t \\iff \\ln \\frac{t}{s} > 0", "undecided"),
        ("a^2 + b^2 + c^2 \\geq ab + bc + ca", "agrees"),
        ("a^2 + 1 > 0", "agrees"),
        ("a + b \\leq a^2 + b^2", "contradicts"),
        ("\\sqrt{a^2} = |a|", "agrees"),
        ("\\sqrt{a^2} = a", "contradicts"),
        ("\\sqrt{8} = 2\\sqrt{2}", "agrees"),
        ("\\ln(s t) = \\ln s + \\ln t", "agrees"),
        ("\\ln \\frac{s^2}{t} = 2 \\ln s - \\ln t", "agrees"),
        ("\\ln(s + t) = \\ln s + \\ln t", "contradicts"),
        ("e^{a + b} = e^a e^b", "agrees"),
        ("e^{ab} = e^a e^b", "contradicts"),
        ("e^x \\geq 1 + x", "agrees"),
        ("\\ln s \\leq s - 1", "agrees"),
        ("\\ln s \\geq s - 1", "contradicts"),
        ("s \\ln s - s + 1 \\geq 0", "agrees"),
        ("\\frac{s + t}{2} \\geq \\sqrt{s t}", "agrees"),
        ("\\cosh^2(x) - \\sinh^2(x) = 1", "agrees"),
        ("\\tanh(x) = \\frac{e^{2x} - 1}{e^{2x} + 1}", "agrees"),
        ("\\frac{d}{dx} \\tanh(x) = 1 - \\tanh^2(x)", "agrees"),
        ("\\frac{d}{dx} \\frac{1}{1 + e^{-x}} = \\frac{e^{-x}}{(1 + e^{-x})^2}", "agrees"),
        ("\\frac{d^2}{dx^2} x^3 = 6x", "agrees"),
        ("\\frac{\\partial}{\\partial a} (a b + c) = b", "agrees"),
        ("\\int_0^1 dx\\, x^2 = \\frac{1}{3}", "agrees"),
        ("\\int dx\\, e^{-x^2} = \\sqrt{\\pi}", "agrees"),
        ("\\int dx\\, x^2 e^{-s x^2/2} = \\sqrt{2\\pi} s^{-3/2}", "agrees"),
        ("\\int dx\\, x^3 e^{-s (x - a)^2} = 0", "contradicts"),
        ("\\int dx\\, \\delta(x - a) e^x = e^a", "agrees"),
        ("\\int dx\\, \\delta(2x - a) e^x = e^a", "contradicts"),
        ("a \\neq a + 1", "agrees"),
        ("a \\neq b", "contradicts"),
        ("\\max(a, b) \\geq a", "undecided"),
        ("a \\leq \\max(a, b)", "agrees"),
        ("a^2 = b^2 \\iff a = b", "contradicts"),
        ("a^3 s = 0 \\iff a = 0", "agrees"),
        ("2a - b = 0 \\iff a = \\frac{b}{2}", "agrees"),
        ("2a - b = 0 \\iff a = 2b", "contradicts"),
        ("\\ln s = 0 \\iff s = 1", "undecided"),
        ("s^2 - t^2 = 0 \\iff s = t", "agrees"),
        ("a = b \\implies a^2 = b^2", "undecided"),
        ("\\frac{x}{x} = 1", "agrees"),
        ("\\sin^2(x) + \\cos^2(x) = 2", "contradicts"),
    ],
)
def test_scalars(latex: str, status: str) -> None:
    found = answer(REALS, latex)[-1]
    assert found == status or (status == "undecided" and found == "agrees")


MATRICES = """
sort axis of size n
n : natural
i, j, k : index(axis)
A, B : matrix(axis)
S : matrix(axis), symmetric
C : matrix(axis), positive definite, symmetric
Q : matrix(axis), orthogonal
D : matrix(axis), diagonal
M : matrix(axis), invertible
I : identity matrix(axis)
u, v : vector(axis)
"""


@pytest.mark.parametrize(
    ("latex", "status"),
    [
        ("(AB)^\\top = B^\\top A^\\top", "agrees"),
        ("(AB)^\\top = A^\\top B^\\top", "contradicts"),
        ("\\text{tr}(AB) = \\text{tr}(BA)", "agrees"),
        ("\\det(AB) = \\det(A) \\det(B)", "agrees"),
        ("\\det(A + B) = \\det(A) + \\det(B)", "contradicts"),
        ("S^\\top = S", "agrees"),
        ("A^\\top = A", "contradicts"),
        ("C C^{-1} = I", "agrees"),
        ("\\det(C) > 0", "agrees"),
        ("u^\\top C u \\geq 0", "agrees"),
        ("u^\\top S u \\geq 0", "contradicts"),
        ("Q^\\top Q = I", "agrees"),
        ("\\|Q u\\|^2 = \\|u\\|^2", "agrees"),
        ("\\det(Q) = 1", "contradicts"),
        ("D A = A D", "contradicts"),
        ("M^{-1} M = I", "agrees"),
        ("A u = 0 \\iff u = 0", "undecided"),
        ("M u = v \\iff u = M^{-1} v", "agrees"),
        ("u^\\top v = \\sum_{i=1}^n u_i v_i", "agrees"),
        ("\\sum_{i=1}^n \\sum_{j=1}^n \\delta_{ij} A_{ij} = \\text{tr}(A)", "agrees"),
        ("(u v^\\top)_{ij} = u_i v_j", "agrees"),
        ("(u v^\\top)_{ij} = u_j v_i", "contradicts"),
        ("\\frac{\\partial}{\\partial u} (u^\\top S u) = 2 S u", "agrees"),
        ("\\frac{\\partial}{\\partial A} \\text{tr}(A B) = B", "contradicts"),
        ("\\frac{\\partial}{\\partial A} \\text{tr}(A B) = B^\\top", "agrees"),
        ("\\frac{\\partial}{\\partial C^{-1}} \\ln \\det(C) = -C", "agrees"),
        ("\\frac{\\partial}{\\partial C} \\ln \\det(C) = C^{-1}", "agrees"),
        ("(u^\\top v)^2 \\leq (u^\\top u)(v^\\top v)", "agrees"),
        ("\\det(A) = A", "contradicts"),
        ("u = v^\\top", "undecided"),
        ("\\prod_{k=1}^n 2 = 2^n", "agrees"),
    ],
)
def test_matrices(latex: str, status: str) -> None:
    found = answer(MATRICES, latex)[-1]
    assert found == status or (status == "undecided" and found == "agrees")


FINITE = """
sort sample of size n
n : natural
i, j : index(sample)
X : finite set of real
x, x_i : real, in X
p, q : distribution over x, positive
f : function of x
g : function of x, positive
"""


@pytest.mark.parametrize(
    ("latex", "status"),
    [
        ("\\sum_x p(x) = 1", "agrees"),
        ("\\sum_x f(x) = 1", "contradicts"),
        ("\\sum_x p(x) \\ln \\frac{p(x)}{q(x)} \\geq 0", "agrees"),
        ("\\sum_x p(x) \\ln \\frac{q(x)}{p(x)} \\geq 0", "contradicts"),
        ("-\\sum_x p(x) \\ln q(x) \\geq -\\sum_x p(x) \\ln p(x)", "agrees"),
        ("\\ln \\sum_x p(x) g(x) \\geq \\sum_x p(x) \\ln g(x)", "agrees"),
        ("\\ln \\sum_x p(x) g(x) \\leq \\sum_x p(x) \\ln g(x)", "contradicts"),
        ("\\sum_x p(x)^2 \\leq 1", "undecided"),
        ("\\sum_x f(x) \\delta(x - x_i) = f(x_i)", "agrees"),
        ("\\sum_x f(x) \\delta(x - x_i) = f(x_j)", "contradicts"),
        ("p(x) \\propto 2 p(x)", "agrees"),
        ("p(x) \\propto q(x)", "contradicts"),
        ("p(x) < 1", "agrees"),
    ],
)
def test_finite_sets(latex: str, status: str) -> None:
    found = answer(FINITE, latex)[-1]
    assert found == status or (status == "undecided" and found == "agrees")


def test_argmin_and_argmax() -> None:
    declarations = "x, a : real\nf : function of x"
    for latex, status in [
        ("\\arg\\min_x (x - a)^2 = \\arg\\max_x \\{-2(x - a)^2 + a\\}", "agrees"),
        ("\\arg\\min_x f(x) = \\arg\\max_x (-f(x))", "agrees"),
        ("\\arg\\min_x f(x) = \\arg\\max_x f(x)", "undecided"),
        ("\\min_x f(x) = \\min_x f(x)", "agrees"),
    ]:
        assert answer(declarations, latex)[-1] == status, latex


def test_an_unknown_function_and_its_derivatives() -> None:
    declarations = "x, a : real\nf : function of real\ng : function of real, concave"
    for latex, status in [
        ("\\frac{d}{dx} f(x^2) = 2x f'(x^2)", "agrees"),
        ("\\frac{d}{dx} f(x^2) = f'(x^2)", "contradicts"),
        ("\\frac{d^2}{dx^2} f(a x) = a^2 f''(a x)", "agrees"),
        ("f(x + a) = f(x) + f(a)", "contradicts"),
        ("g(x) \\leq g(a) + g'(a)(x - a)", "undecided"),
        ("g(x) \\geq g(a) + g'(a)(x - a)", "contradicts"),
    ]:
        assert answer(declarations, latex)[-1] == status, latex


def test_assumptions_are_used() -> None:
    declarations = "x, a, b : real\nassume x = a + 1"
    assert answer(declarations, "x^2 = a^2 + 2a + 1") == ["agrees"]
    assert answer(declarations, "x = a") == ["contradicts"]
    assert answer("a, b : real\nassume 2a + b = 3", "b = 3 - 2a") == ["agrees"]
    assert answer("a, b : real\nassume a > b", "a - b \\geq 0") == ["agrees"]
    assert answer("a, b : real\nassume a \\neq b", "\\frac{(a - b)^2}{(a - b)^2} > 0") == ["agrees"]


def test_an_assumption_that_cannot_be_used_forbids_contradictions() -> None:
    declarations = "a, b : real\nassume a^2 = b^2 + 1"
    assert answer(declarations, "a = b") == ["undecided"]


def test_a_premise_is_needed() -> None:
    shape = "[1-2] f : function of real, curvature at most L\nx, y : real\nL : real, positive"
    bound = "f(x) \\leq f(y) + f'(y)(x - y) + \\frac{L}{2}(x - y)^2"
    weaker = "f(x) \\leq f(y) + f'(y)(x - y) + L(x - y)^2"
    assert answer(shape, bound, weaker) == ["undecided"]
    assert answer(shape + "\n[2] follows from (1)", bound, weaker) == ["agrees"]


def test_a_definition_must_have_mass_one() -> None:
    declarations = "x, m : real\ns : real, positive\n[1] p : distribution over x, defined by (1)"
    density = "\\frac{1}{\\sqrt{2\\pi s}} e^{-(x - m)^2/(2s)}"
    assert answer(declarations, f"p(x) = {density}") == ["agrees"]
    assert answer(declarations, f"p(x) = 2 {density}") == ["contradicts"]
    assert answer(declarations, "p(x) \\propto e^{-s x^2 + m x}") == ["agrees"]
    assert answer(declarations, "p(x) \\propto e^{s x^2}") == ["undecided"]


def test_up_to_terms_free_of_a_parameter() -> None:
    declarations = "x, m : real\n\\theta : parameters m"
    same = "\\underbrace{=}_{\\theta \\text{ only}}"
    assert answer(declarations, f"(x - m)^2 {same} m^2 - 2 m x") == ["agrees"]
    assert answer(declarations, f"(x - m)^2 {same} m^2 + 2 m x") == ["contradicts"]


def test_what_cannot_be_treated_is_undecided_with_a_reason() -> None:
    for latex in ("\\text{rank}(A) = n", "\\lim_{t \\to 0} t = 0", "A^{9} = A A^{8}"):
        document = small(MATRICES + "t : real", latex)
        (evidence,) = judged(document, "1")
        assert evidence.status == "undecided"
        assert evidence.reason


def test_large_numbers_do_not_hang() -> None:
    start = time.monotonic()
    for latex in ("9^{64^{64}} = 1", "(10^{40})! = 1", "2^{60} 3^{60} = 6^{60}"):
        document = small("a : real", latex)
        if document["1"].reading is not None:
            judged(document, "1", seconds=2)
    assert time.monotonic() - start < 10
