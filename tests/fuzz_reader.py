"""Mutants of the displays: whatever comes, the reader reads it or refuses it, and soon.

Run as a script: ``python tests/fuzz_reader.py --count 100000 --seed 0``.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from derivations.check import BUNDLED
from derivations.language import nodes as n
from derivations.language.latex import latex
from derivations.language.source import Source, Span
from derivations.reader.document import Document, Equation, load, read_document
from derivations.reader.errors import CODES, ReadError
from derivations.reader.statements import Link, read_statements
from derivations.reader.tokens import tokenize

BRACKETS = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "|",
    r"\{",
    r"\}",
    "^",
    "_",
    r"\frac",
    r"\sum_{",
    "'",
    "=",
]
SECONDS = 1.0
"""No mutant may take longer."""


@dataclass
class Outcome:
    """What came of the mutants: how many were read, codes of refusals, faults."""

    count: int = 0
    read: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_text: str = ""
    printed: int = 0


def displays(document: Document) -> list[tuple[Equation, list[str]]]:
    """Each equation with the tokens of its display, as they are written."""
    found = []
    for equation in document.equations:
        tokens = tokenize(document.source, equation.span)[:-1]
        found.append((equation, [document.source.slice(t.span) for t in tokens]))
    return found


def mutant(rng: random.Random, tokens: list[str], others: list[str]) -> str:
    """The tokens after one to three changes."""
    out = list(tokens)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        at = rng.randrange(len(out)) if out else 0
        match rng.randrange(7):
            case 0:
                del out[at : at + 1]
            case 1:
                out[at:at] = out[at : at + 1]
            case 2 if len(out) > 1:
                other = rng.randrange(len(out))
                out[at], out[other] = out[other], out[at]
            case 3:
                out[at : at + 1] = [rng.choice(others)]
            case 4:
                out.insert(at, rng.choice(others))
            case 5:
                out.insert(at, rng.choice(BRACKETS))
            case _:
                out = out[: at + 1] if rng.random() < 0.5 else out[at:]
    return " ".join(out)


def run(count: int, seed: int, document: Document | None = None) -> Outcome:
    """Read that many mutants; whatever is not a refusal with a code is a fault."""
    document = document or read_document(load(BUNDLED))
    rng = random.Random(seed)
    pool = displays(document)
    others = [token for _, tokens in pool for token in tokens]
    outcome = Outcome()
    for _ in range(count):
        equation, tokens = rng.choice(pool)
        text = mutant(rng, tokens, others)
        one(text, equation, outcome)
    return outcome


def one(text: str, equation: Equation, outcome: Outcome) -> None:
    source = Source("mutant", text)
    span = Span(0, len(text))
    outcome.count += 1
    start = time.perf_counter()
    links: list[Link] = []
    try:
        links = read_statements(source, span, equation.scope).links
        outcome.read += 1
    except ReadError as error:
        outcome.codes[error.code] += 1
        inside = 0 <= error.span.start <= error.span.stop <= len(text)
        if error.code not in CODES or not inside:
            outcome.faults.append(f"({equation.label}) {error.code} at {error.span}: {text}")
    except Exception as error:  # what the fuzzer is for
        outcome.faults.append(f"({equation.label}) {type(error).__name__} {error}: {text}")
    seconds = time.perf_counter() - start
    if seconds > outcome.slowest:
        outcome.slowest, outcome.slowest_text = seconds, text
    for link in links:
        outcome.printed += 1
        if fault := printing(link.node, equation):
            outcome.faults.append(f"({equation.label}) {fault}: {text}")


def printing(node: n.Relation | n.Equivalence, equation: Equation) -> str:
    """What is wrong with a link printed back; empty if it reads as the same tree."""
    try:
        printed = latex(node)
    except Exception as error:
        return f"printing: {type(error).__name__} {error}"
    source = Source("printed", printed)
    try:
        again = read_statements(source, Span(0, len(printed)), equation.scope).links
    except ReadError as error:
        return f"printed {printed} is refused: {error.code} {error.message}"
    if isinstance(node, n.Equivalence):
        same = any(link.node == node for link in again)
    else:
        same = len(again) == 1 and again[0].node == node
    return "" if same else f"printed {printed} is another tree"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--path", type=Path, default=BUNDLED)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    outcome = run(options.count, options.seed, read_document(load(options.path)))
    seconds = time.perf_counter() - start
    codes = ", ".join(f"{code} {k}" for code, k in sorted(outcome.codes.items()))
    print(f"{outcome.count} mutants in {seconds:.0f} s: {outcome.read} read, refused: {codes}")
    print(f"{outcome.printed} links printed back; the slowest mutant took {outcome.slowest:.3f} s")
    for fault in outcome.faults[:20]:
        print("FAULT", fault)
    late = outcome.slowest > SECONDS
    if late:
        print("LATE", outcome.slowest_text)
    if outcome.faults:
        print(f"{len(outcome.faults)} faults")
    return 1 if outcome.faults or late else 0


if __name__ == "__main__":
    sys.exit(main())
