"""How many slips in the kernel the tests would see.

``python tests/mutate_kernel.py [MODULE ...]`` makes one change at a time to a copy of the kernel
(a side condition dropped, a comparison turned, a constant changed, a term of a sum or a set of
hypotheses left out), runs a fast part of the tests on it, and prints the score and what survived.
``EQUIVALENT`` explains the changes that make no statement provable that was not.
"""

from __future__ import annotations

import argparse
import ast
import copy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = ("logic", "arithmetic", "analysis", "matrices", "extrema", "signs", "theorem")
GUARDS = {"closed", "no_masses", "need", "_is_orthogonal", "refuse", "_check", "_smooth_in", "read"}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
SLOW = {"integral_of_product", "integral_rotation", "integral_shift", "sifting"}
INSTANCE = "signs._is_instance: about.op not in ('add', 'mul', 'sum') or any("
EQUIVALENT = {
    (
        "signs._said: about.op == term.op and _is_instance(",
        "without about.op == term.op",
    ): "what saves time: a term with the normal form of a fact has the sign of the fact",
    (
        "signs._is_instance: if about.op not in ('add', 'mul', 'sum') or any(",
        "if False",
    ): "what saves time: any operation with the normal form of a fact has its sign",
    (
        INSTANCE,
        "without about.op not in ('add', 'mul', 'sum')",
    ): "what saves time: any operation with the normal form of a fact has its sign",
    (
        INSTANCE,
        "without any((not t.is_finite(h.sort) for h in holes))",
    ): "what saves time: a fact of all numbers holds for those that are tried",
    (
        "signs._is_square: b.data > 0",
        "turned",
    ): "a square times 0 is not negative",
    (
        "theorem.apply: said.sort != TRUTH or said.loose or said.masses",
        "without said.loose",
    ): "no argument is loose, and the functions of terms make nothing loose of what is not",
}
"""How the names of such mutants begin and end, with the reason."""


def _called(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", getattr(node.func, "id", ""))
    return ""


def _is_guard(node: ast.AST) -> bool:
    """Whether a statement refuses something."""
    return isinstance(node, ast.Expr) and _called(node.value) in GUARDS


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.If):
        for test in (ast.Constant(False), ast.UnaryOp(ast.Not(), node.test)):
            new = copy.copy(node)
            new.test = test
            yield f"if {ast.unparse(test)[:60]}", new
    elif _is_guard(node):
        yield f"without {ast.unparse(node)[:60]}", ast.Pass()
    elif isinstance(node, ast.BoolOp):
        for k in range(len(node.values)):
            rest = node.values[:k] + node.values[k + 1 :]
            yield (
                f"without {ast.unparse(node.values[k])[:60]}",
                (rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)),
            )
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in TURNED:
        turned = TURNED[type(node.ops[0])]()
        yield "turned", ast.Compare(node.left, [turned], node.comparators)
    elif isinstance(node, ast.Constant) and type(node.value) is int and node.value in (0, 1, 2):
        yield f"{node.value} changed", ast.Constant(1 - node.value)
    elif isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitOr):
        yield "dropped", ast.Pass()
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield f"only {ast.unparse(node.left)[:50]}", node.left
        yield f"only {ast.unparse(node.right)[:50]}", node.right
    elif _called(node) == "needed":
        yield "without", ast.parse("set()", mode="eval").body
    elif _called(node) in ("add", "mul") and isinstance(node, ast.Call) and len(node.args) > 1:
        for k in range(len(node.args)):
            new_call = copy.copy(node)
            new_call.args = node.args[:k] + node.args[k + 1 :]
            yield f"without {ast.unparse(node.args[k])[:50]}", new_call


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Each node below with its parent and place; no annotations, decorators, messages.

    Functions inside have nodes of their own.
    """
    for field, value in ast.iter_fields(node):
        if field in ("decorator_list", "annotation", "returns", "bases"):
            continue
        for k, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(item, ast.AST) and not isinstance(item, ast.FunctionDef | ast.JoinedStr):
                yield node, field, k, item
                yield from _children(item)


def mutants(module: str, source: str) -> Iterator[tuple[str, str]]:
    """A name and the source of each mutant of a module."""
    tree = ast.parse(source)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or function.name == "__repr__":
            continue
        seen: dict[str, int] = {}
        for parent, field, k, node in list(_children(function)):
            for what, new in _changes(node):
                text = ast.unparse(node).split("\n")[0][:80]
                name = f"{module}.{function.name}: {text}: {what}"
                seen[name] = seen.get(name, 0) + 1
                if seen[name] > 1:
                    name = f"{name} ({seen[name]})"
                if k is None:
                    setattr(parent, field, new)
                    yield name, ast.unparse(tree)
                    setattr(parent, field, node)
                else:
                    getattr(parent, field)[k] = new
                    yield name, ast.unparse(tree)
                    getattr(parent, field)[k] = node


def fast_tests() -> None:
    """The part of the tests that a mutant meets. Raises whatever sees it."""
    import pytest
    import test_kernel_fuzz as fuzz
    import test_kernel_rules as rules
    import test_kernel_trust as trust
    import test_kernel_wrong as wrong

    from derivations.kernel import KernelError

    for _, _, attempt, reason in rules.REFUSED:
        with pytest.raises(KernelError, match=reason):
            attempt()
    for proof, _ in wrong.PROOFS.values():
        with pytest.raises(KernelError):
            proof()
    for mark in trust.test_forging_is_refused.pytestmark:  # type: ignore[attr-defined]
        for parameters in mark.args[1]:
            with pytest.raises(KernelError):
                parameters.values[0]()
    for name in rules.INSTANCES:
        rules.keep_hypotheses(name, 5)
        rules.try_rule(name, 3 if name in SLOW else 12)
    for name in wrong.STATEMENTS:
        for way in wrong.routes(wrong.STATEMENTS[name][0])[:3]:
            try:
                theorem = way()
            except KernelError:
                continue
            assert theorem.conclusion is not wrong.STATEMENTS[name][0]
    rules.test_signs_of_coefficients_rest_on_facts()
    for name in rules.FOUND:
        rules.test_a_sign_is_found_by_the_first_facts_that_say_it(name)
    for name in rules.SMOOTH:
        rules.test_a_function_is_smooth_by_the_facts_that_say_it(name)
    for name in rules.DERIVED:
        rules.test_a_derivative(name)
    for name in rules.SAID:
        rules.test_a_statement_is_this_one(name)
    for case in fuzz.SAME:
        fuzz.test_equal_by_normal_form(case)
    for case in fuzz.DIFFERENT:
        fuzz.test_not_equal_by_normal_form(case)
    trust.test_the_rules_cannot_be_changed()
    assert trust.write(trust.replay(trust.honest())) == trust.honest()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--only", default="", help="only mutants with this in their names")
    options = parser.parse_args()
    survivors: list[str] = []
    total = 0
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "tests", Path(folder) / "tests")
        shutil.copytree(ROOT / "derivations", Path(folder) / "derivations")
        for module in options.modules:
            path = Path(folder) / "derivations" / "kernel" / f"{module}.py"
            original, before = path.read_text("utf-8"), (total, len(survivors))
            for name, source in list(mutants(module, original)):
                if options.only not in name:
                    continue
                path.write_text(source, "utf-8")
                total += 1
                if passes(Path(folder)):
                    survivors.append(name)
                    known = explained(name)
                    print(f"survived: {name}{f'  ({known})' if known else ''}", flush=True)
            path.write_text(original, "utf-8")
            here = survivors[before[1] :]
            print(f"{module}: {total - before[0]} mutants, {len(here)} survived", flush=True)
    unexplained = [name for name in survivors if not explained(name)]
    print(f"{total - len(survivors)} of {total} mutants caught, {len(unexplained)} unexplained")
    return 1 if unexplained else 0


def explained(name: str) -> str:
    """Why a mutant need not be caught, if there is a reason."""
    return next(
        (
            why
            for (start, end), why in EQUIVALENT.items()
            if name.startswith(start) and name.endswith(f": {end}")
        ),
        "",
    )


def passes(folder: Path) -> bool:
    """Whether the tests see nothing in the copy."""
    code = "import sys; sys.path[:0] = ['tests', '.']; import mutate_kernel as m; m.fast_tests()"
    command = [sys.executable, "-B", "-c", code]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
