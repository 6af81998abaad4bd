r"""Refuted links and their nearest true statements: proved, confirmed, said in words."""

from __future__ import annotations

import pytest
from edit_bench import Bench

from derivations.corrections import Correction, correct
from derivations.judge import role
from derivations.language.source import Source
from derivations.prover.prove import prove
from derivations.reader.document import Document, read_document

BENCH = Bench()
SEEDS = (0, 1, 2)
DECLARED = r"""
%! sort sample of size n
%! sort axis of size N
%! i, j : index(sample)
%! k, l : index(axis)
%! n, N : natural
%! x_i, c, t : real
%! s : real, positive
%! A, B : matrix(axis), invertible
%! u, v : vector(axis)
"""


def wrong_links(document: Document, label: str, seed: int = 0) -> tuple[list[int], list[int]]:
    """The claims of an equation that the numbers refute, and the links with which they agree."""
    equation = document[label]
    assert equation.reading is not None
    rows = [
        (link, row)
        for link, row in zip(equation.reading.links, BENCH.judged(document, label), strict=True)
    ]
    wrong = [
        k
        for k, (link, row) in enumerate(rows)
        if row.verdict == "refuted" and role(equation, link) == "claim"
    ]
    return wrong, [k for k, (_, row) in enumerate(rows) if row.numeric.status == "agrees"]


def corrections(
    document: Document, label: str, seed: int = 0, seconds: float = 20
) -> dict[int, Correction]:
    wrong, right = wrong_links(document, label)
    return correct(document, document[label], wrong, right, seconds, seed)


def mended(document: Document, label: str, correction: Correction) -> Document:
    """The document with the corrected equation in the place of the printed one."""
    span, text = document[label].span, document.source.text
    declare = f"{correction.declare}\n" if correction.declare else ""
    return read_document(
        Source(
            document.source.name,
            declare + text[: span.start] + correction.equation + text[span.stop :],
        )
    )


def confirm(document: Document, label: str, found: dict[int, Correction], seed: int) -> None:
    """What a correction promises, asked of the document with the correction written into it."""
    for k, correction in found.items():
        after = mended(document, label, correction)
        equation = after[label]
        assert equation.error is None
        assert equation.reading is not None
        link = equation.reading.links[k]
        (report,) = [row for number, row in enumerate(BENCH.judged(after, label)) if number == k]
        assert report.numeric.status == "agrees", correction
        if correction.proved:
            assert prove(after, equation, link, 20)


# ---------------------------------------------------------------- the bundled notes


BUNDLED = {
    ("2.11", 1): r"\underbrace{=}_{\theta \text{ のみ}} \int dx p_0(x) \left(",
    ("2.11", 2): r"\int dx p_0(x) \left(\frac{1}{2\sigma^2}(x-\mu)^2 + ",
    ("2.14", 0): r"\arg\min_{\theta} \{D_{\text{KL}}(p_0(\vec{x}) \parallel",
    ("2.14", 1): r"\arg\max_{\theta} \left\{ \sum_{\vec{x}} p_0(\vec{x}) \ln q",
    ("2.22", 0): r"(\ln p_0(\vec{x}) - \ln q_\theta(\vec{x}))",
    ("2.22", 1): r"(\ln p_0(\vec{x}) - \ln q_\theta(\vec{x}))",
    ("2.30", 0): r"h'_k = h_k + \eta_k",
    ("2.30", 1): r"J'_{kl} = J_{kl} + \eta_{kl}",
    ("10.7a", 0): r"\det(A) I = A \tilde{A}",
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("label", list(dict.fromkeys(label for label, _ in BUNDLED)))
def test_the_bundled_errata_are_corrected(label: str, seed: int) -> None:
    found = corrections(BENCH.document, label, seed)
    wanted = {k: text for (name, k), text in BUNDLED.items() if name == label}
    assert found.keys() == wanted.keys()
    for k, text in wanted.items():
        assert text in found[k].latex
        assert found[k].proved
    confirm(BENCH.document, label, found, seed + 10)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_lost_mass_is_found(seed: int) -> None:
    found = corrections(BENCH.document, "2.11a", seed)
    assert found[0].latex == r"p_0(x) = \frac{1}{n} \sum_{i=1}^n \delta(x - x_i)"
    confirm(BENCH.document, "2.11a", found, seed + 10)


def test_no_law_says_that_two_sides_may_differ() -> None:
    assert corrections(BENCH.document, "2.3ii") == {}
