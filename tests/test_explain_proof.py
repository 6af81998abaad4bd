"""``kenzan explain`` tells the theorem, what it assumes, and its proof."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from derivations import Report, check
from derivations.cli import main
from derivations.report import explain
from derivations.report.proved import hypotheses, proofs_of, sizes

NOTES = r"""%! sort sample of size n
%! i : index(sample)
%! x_i, m : real
%! s : real, unsaid positive
%! c : real, positive
\[ \frac{d}{dm} \sum_{i=1}^n \frac{(x_i - m)^2}{2 s} = - \frac{1}{s} \sum_{i=1}^n (x_i - m) \tag{1} \]
\[ \ln (c c) = 2 \ln c \leq c - 1 \tag{2} \]
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return check(text=NOTES, cache=False)


def told(report: Report, label: str, **more) -> str:
    return explain(report, label, proofs=proofs_of(report, label), **more)


def part(text: str, first: str, last: str) -> list[str]:
    lines = text.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith(first))
    stop = next(k for k, line in enumerate(lines[start:], start) if line.startswith(last))
    return lines[start:stop]


def test_the_theorem_its_hypotheses_and_its_steps(report: Report) -> None:
    text = told(report, "1")
    theorem = part(text, "  theorem of the kernel", "  if")
    assert theorem[0] == "  theorem of the kernel, for every n"
    assert theorem[1] == "    ∂/∂m [∑_{i=1..n} (xᵢ − m)²/(2 s)] = −(1/s) ∑_{i=1..n} (xᵢ − m)"
    assert part(text, "  if", "  proof")[1:] == [
        "    s > 0   (declared in line 4; the document does not say so)"
    ]
    steps = part(text, "  proof", "  what is printed makes sense")
    assert "    1. " in steps[1]
    assert any("the derivative of an expression, part by part" in line for line in steps)
    assert "s ≠ 0" in text or "2 s ≠ 0" in text


def test_the_other_witnesses_still_speak(report: Report) -> None:
    text = told(report, "1")
    assert "  kernel   holds the theorem, by " in text
    assert "  SymPy    finds it true at n=" in text
    assert "  numbers  agree on " in text
    assert "  without s > 0 it is false" in text


def test_a_link_that_is_not_proved_has_no_proof(report: Report) -> None:
    text = told(report, "2")
    first, second = text.split("Link 2 of 2")
    assert "theorem of the kernel" in first
    assert "c > 0   (declared in line 5)" in first
    assert "refuted" in second
    assert "theorem of the kernel" not in second
    assert "counterexample" in second


def test_without_proofs_the_evidence_alone_is_shown(report: Report) -> None:
    text = explain(report, "1")
    assert "  rests on" in text
    assert "  proof" not in text


def test_lines_fit(report: Report) -> None:
    text = told(report, "1", width=60)
    lines = part(text, "  theorem of the kernel", "  what is printed makes sense")
    assert all(cell_len(line) <= 60 for line in lines)


def test_only_what_the_report_calls_proved_is_proved_again(report: Report) -> None:
    proofs = proofs_of(report, "2")
    assert proofs is not None
    proved = [k for k, link in enumerate(report["2"].links) if link.kernel.status == "proved"]
    assert sorted(proofs.found) == proved
    assert proofs_of(report, "9") is None


def test_hypotheses_are_those_of_the_record(report: Report) -> None:
    for label in ("1", "2"):
        proofs = proofs_of(report, label)
        assert proofs is not None
        for proof in proofs.found.values():
            listed = {row.statement for row in hypotheses(proofs, proof)}
            assert listed <= proof.hypotheses
            assert all(row.origin for row in hypotheses(proofs, proof))


def test_sizes_are_those_in_the_theorem(report: Report) -> None:
    first, second = proofs_of(report, "1"), proofs_of(report, "2")
    assert first is not None
    assert second is not None
    assert sizes(first.vocabulary, first.found[0].theorem.conclusion) == ["n"]
    assert sizes(second.vocabulary, second.found[0].theorem.conclusion) == []


def test_the_command_tells_the_proof(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "10.7"]) == 0
    text = capsys.readouterr().out
    assert "∂/∂Aᵢⱼ" in text
    assert "[laws of matrices; " in text
    assert text.count("  theorem of the kernel") == 3
