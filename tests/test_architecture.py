"""Imports go one way: a room imports only from the floors below it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = (
    {"kernel"},
    {"language", "files", "display", "results", "collector"},
    {"reader"},
    {"prover", "witness", "cache"},
    {"hypotheses", "corrections"},
    {"proofs"},
    {"judge"},
    {"check"},
    {"report"},
    {"cli"},
    {"__main__", "__init__"},
)
LEVEL = {room: k for k, floor in enumerate(FLOORS) for room in floor}
MODULES = sorted((ROOT / "derivations").rglob("*.py"))


def room(module: str) -> str:
    """The room of ``derivations.reader.grammar`` is ``reader``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imported(path: Path) -> list[str]:
    """Absolute names of the modules of the package that a file imports, wherever it does."""
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *(node.module or "").split(".")]).rstrip(".")
            inside = name == "derivations"
            found += [f"{name}.{alias.name}" if inside else name for alias in node.names]
    return [name for name in found if name.startswith("derivations")]


def test_every_room_has_a_floor() -> None:
    rooms = {
        path.relative_to(ROOT / "derivations").parts[0].removesuffix(".py") for path in MODULES
    }
    assert rooms - set(LEVEL) <= {"notes"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    here = path.relative_to(ROOT / "derivations").parts[0].removesuffix(".py")
    if here in ("notes", "__init__"):
        return
    for name in imported(path):
        there = room(name)
        if there != "__version__":
            assert LEVEL.get(there, -1) <= LEVEL[here], f"{path.name} imports {name}"


def test_an_import_upwards_is_seen(tmp_path: Path) -> None:
    assert LEVEL[room("derivations.witness.numbers")] > LEVEL[room("derivations.reader.tokens")]
    names = imported(ROOT / "derivations" / "check.py")
    assert "derivations.judge" in names
    assert "derivations.reader.document" in names


def test_the_models_do_not_know_the_verifier() -> None:
    for path in (ROOT / "numeric").rglob("*.py"):
        assert imported(path) == []


@pytest.mark.parametrize(
    "module", ["derivations", "derivations.reader.document", "derivations.cli"]
)
def test_reading_needs_no_algebra_system(module: str) -> None:
    code = f"import sys, {module}; print('sympy' in sys.modules, 'mpmath' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["False", "False"]


def test_the_witnesses_share_nothing_but_what_was_read() -> None:
    numbers = [p for p in MODULES if "numbers" in p.parts]
    algebra = [p for p in MODULES if "algebra" in p.parts]
    assert numbers
    assert algebra
    for path in numbers:
        assert not [n for n in imported(path) if "algebra" in n]
        assert "sympy" not in path.read_text("utf-8").lower()
    for path in algebra:
        assert not [n for n in imported(path) if "witness.numbers" in n]
