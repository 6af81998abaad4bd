"""Mutants of the displays: whatever comes, the reader reads it or refuses it, and soon.

What is read must print back to a text that says the same, and every part must stand where
its place says. Run as a script: ``python tests/fuzz_reader.py --count 100000 --seed 0``.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from notation import again, places

from derivations.check import BUNDLED
from derivations.language.latex import latex
from derivations.language.source import Source, Span
from derivations.reader.document import Document, Equation, load, read_document
from derivations.reader.errors import CODES, ReadError
from derivations.reader.statements import Link, read_statements
from derivations.reader.tokens import Token, tokenize

PAIRS = [("(", ")"), ("{", "}"), ("[", "]"), (r"\{", r"\}"), ("|", "|"), (r"\|", r"\|"), ("^{", "}"),
         ("_{", "}"), (r"\frac{", "}{2}"), (r"\sqrt{", "}"), (r"\ln(", ")"), (r"\text{", "}"),
         (r"\begin{cases}", r"\end{cases}"), (r"\langle ", r"\rangle")]  # fmt: skip
ODD = ["'", "!", "^", "_", "&", r"\\", ",", ".", "=", "-", "+", "/", "|", "(", ")", "{", "}", "2", "0",
       "d", "e", "i", "k", "x", r"\sum_{i=1}^n", r"\prod_k", r"\int dx", r"\frac{d}{dx}", r"\nabla",
       r"\min_{\theta}", r"\iff", r"\quad", r"\text{for}", r"\top", "^{-1}", r"\underbrace", r"\forall",
       r"\cdot", r"\exp", r"\delta", r"\infty", r"\dots", r"\neq", r"\leq", "^{(i)}", "_k", "_{kl}"]  # fmt: skip
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


def displays(document: Document) -> list[tuple[Equation, list[Token], list[str]]]:
    """Each equation with the tokens of its display, as they are written."""
    found = []
    for equation in document.equations:
        tokens = tokenize(document.source, equation.span)[:-1]
        found.append((equation, tokens, [document.source.slice(t.span) for t in tokens]))
    return found


def mutant(rng: random.Random, written: list[str], others: list[str]) -> str:
    """The tokens after one to three changes, most of which keep brackets in balance."""
    out = list(written)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        change(rng, out, others)
    return " ".join(out)


def change(rng: random.Random, out: list[str], others: list[str]) -> None:
    at, to = sorted((rng.randrange(len(out) + 1), rng.randrange(len(out) + 1)))
    plain = [k for k, text in enumerate(out) if text not in "{}()[]"]
    one = rng.choice(plain) if plain else 0
    match rng.randrange(16):
        case 0 | 1 | 2:
            del out[one : one + 1]
        case 3 | 4:
            out[one:one] = out[one : one + 1]
        case 5 | 6 if len(plain) > 1:
            other = rng.choice(plain)
            out[one], out[other] = out[other], out[one]
        case 7 | 8:
            out[one : one + 1] = [rng.choice(others)]
        case 9:
            out.insert(at, rng.choice(others))
        case 10 | 11:
            out.insert(at, rng.choice(ODD))
        case 12 | 13:
            opening, closing = rng.choice(PAIRS)
            to = min(to, at + rng.randrange(1, 8))
            out[at:to] = [opening, *out[at:to], closing]
        case 14:
            del out[at : min(to, at + 6)]
        case _:
            out[:] = out[: at + 1] if rng.random() < 0.5 else out[at:]


def run(count: int, seed: int, document: Document | None = None) -> Outcome:
    """Read that many mutants; whatever is not a refusal with a code is a fault."""
    document = document or read_document(load(BUNDLED))
    rng = random.Random(seed)
    pool = displays(document)
    others = [text for _, _, written in pool for text in written]
    outcome = Outcome()
    for _ in range(count):
        equation, _, written = rng.choice(pool)
        one(mutant(rng, written, others), equation, outcome)
    return outcome


def one(text: str, equation: Equation, outcome: Outcome) -> None:
    """Read one text in the scope of an equation, and note what came of it."""
    source = Source("mutant", text)
    outcome.count += 1
    start = time.perf_counter()
    links: list[Link] = []
    try:
        links = read_statements(source, Span(0, len(text)), equation.scope).links
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
        for fault in (*printing(link, equation), *misplaced(source, link, equation)):
            outcome.faults.append(f"({equation.label}) {fault}: {text}")


def printing(link: Link, equation: Equation) -> Iterator[str]:
    """What is wrong with a link printed back, with and without the names of the scope."""
    for names in (None, equation.scope.names):
        try:
            printed = latex(link.node, names)
            if again(printed, equation.scope) != link.node:
                yield f"printed {printed} is another tree"
        except ReadError as error:
            yield f"printed {printed} is refused: {error.code} {error.message}"
        except Exception as error:
            yield f"printing: {type(error).__name__} {error}"


def misplaced(source: Source, link: Link, equation: Equation) -> Iterator[str]:
    """Parts whose characters do not say them."""
    for node, said in places(source, link, equation.scope):
        if said != node:
            assert node.span is not None
            yield f"{source.slice(node.span)!r} is not {latex(node)} but {said!r}"


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
        print("FAULT", fault[:500])
    late = outcome.slowest > SECONDS
    if late:
        print("LATE", outcome.slowest_text)
    if outcome.faults:
        print(f"{len(outcome.faults)} faults")
    return 1 if outcome.faults or late else 0


if __name__ == "__main__":
    sys.exit(main())
