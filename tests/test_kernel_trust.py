"""No theorem but by a rule: what tries to forge one is refused, or found when its record is replayed."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

from derivations.kernel import RULES, KernelError, Theorem, arithmetic, logic
from derivations.kernel import terms as t
from derivations.kernel.records import replay, write
from derivations.kernel.terms import REAL, Term
from derivations.kernel.theorem import rule

ROOT = Path(__file__).parent.parent
KERNEL = ROOT / "derivations" / "kernel"
MODULES = sorted((ROOT / "derivations").rglob("*.py"))
a, b = t.var("a", REAL), t.var("b", REAL)
TRUE = arithmetic.ring(t.add(a, b), t.add(b, a))
FALSE = t.equal(t.num(0), t.num(1))
SAME = t.equal(a, a)


# ---------------------------------------------------------------- in this process


def unmade() -> Theorem:
    return object.__new__(Theorem)


def disguised() -> object:
    class Look:
        __slots__ = ("__weakref__",)
        conclusion = FALSE
        hypotheses = frozenset[Term]()

        def __hash__(self) -> int:
            return hash(TRUE)

        def __eq__(self, other: object) -> bool:
            return True

    return Look()


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda: Theorem(), id="constructor"),
        pytest.param(lambda: Theorem(frozenset(), FALSE), id="constructor with arguments"),
        pytest.param(lambda: setattr(TRUE, "conclusion", FALSE), id="mutation"),
        pytest.param(lambda: setattr(TRUE, "anything", FALSE), id="new attribute"),
        pytest.param(lambda: type("Mine", (Theorem,), {}), id="subclass"),
        pytest.param(lambda: pickle.dumps(TRUE), id="pickle"),
        pytest.param(lambda: pickle.dumps(a), id="pickle of a term"),
        pytest.param(lambda: unmade().conclusion, id="object.__new__"),
        pytest.param(lambda: logic.both(unmade()), id="object.__new__ in a rule"),
        pytest.param(lambda: logic.both(disguised()), id="disguise in a rule"),
        pytest.param(
            lambda: arithmetic.linear(SAME, (), (unmade(),)), id="object.__new__ for a fact"
        ),
        pytest.param(lambda: write(unmade()), id="object.__new__ in a record"),
        pytest.param(lambda: Term(), id="constructor of a term"),
        pytest.param(lambda: setattr(a, "sort", "dim"), id="mutation of a term"),
        pytest.param(lambda: delattr(a, "sort"), id="deletion in a term"),
        pytest.param(lambda: rule("anything"), id="a new rule"),
        pytest.param(lambda: logic.assume(type("Mine", (str,), {})("x")), id="subclass of str"),
        pytest.param(lambda: logic.assume(1.5), id="float"),
        pytest.param(lambda: logic.one_of(logic.both(TRUE), True), id="bool"),
    ],
)
def test_forging_is_refused(attempt: object) -> None:
    assert callable(attempt)
    with pytest.raises(KernelError):
        attempt()


def test_a_disguise_does_not_become_a_theorem() -> None:
    look = disguised()
    look.__class__ = Theorem
    with pytest.raises(KernelError, match="not made by a rule"):
        logic.both(look)


def test_a_copy_is_the_theorem() -> None:
    assert copy.copy(TRUE) is TRUE
    assert copy.deepcopy([TRUE])[0] is TRUE
    assert copy.deepcopy(a) is a


def test_a_changed_record_is_no_theorem() -> None:
    changed = replace(TRUE.record, conclusion=FALSE)
    assert TRUE.conclusion is not FALSE
    with pytest.raises(KernelError):
        logic.both(changed)
    with pytest.raises(FrozenInstanceError):
        TRUE.record.conclusion = FALSE  # type: ignore[misc]


def test_the_rules_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        RULES["ring"] = RULES["assume"]  # type: ignore[index]
    with pytest.raises(TypeError):
        del RULES["ring"]  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        RULES["ring"].apply = logic.assume  # type: ignore[misc]


# ---------------------------------------------------------------- in a process that is spoilt

SPOILT = {
    "same is patched": """
arithmetic.same = lambda left, right: True
theorem = arithmetic.ring(zero, one)
""",
    "the normal form is patched": """
arithmetic.polynomial = lambda term: {}
theorem = arithmetic.linear(false, (), ())
""",
    "the cache of normal forms is spoilt": """
normal._polynomials[t.sub(zero, one)] = {}
theorem = arithmetic.ring(zero, one)
""",
    "signs are patched": """
arithmetic.sign_of = lambda *_: signs.POSITIVE
theorem = arithmetic.sign(t.less(zero, t.num(-1)))
""",
    "a condition is patched": """
logic.closed = lambda *_: None
equation = logic.assume(t.equal(a, zero))
theorem = logic.specialise(logic.generalise(equation, (a,)), (one,))
""",
    "hypotheses are dropped": """
theorem = logic.assume(false)
object.__setattr__(theorem.record, "hypotheses", frozenset())
""",
    "the conclusion is replaced": """
theorem = arithmetic.ring(zero, zero)
object.__setattr__(theorem.record, "conclusion", false)
""",
    "the store is written to": """
cells = [c.cell_contents for c in theorems._read.__closure__]
store = next(c for c in cells if hasattr(c, "keyrefs"))
theorem = object.__new__(theorems.Theorem)
store[theorem] = theorems.Record("ring", (zero, one), frozenset(), false, ())
""",
    "the record names another rule": """
theorem = logic.assume(false)
object.__setattr__(theorem.record, "rule", "ring")
""",
    "a new rule": """
flag = [c.cell_contents for c in theorems.rule.__closure__ if type(c.cell_contents) is list]
flag[0].append(True)

@theorems.rule("everything")
def everything():
    return (), false

theorem = everything()
""",
    "a rule's work is replaced": """
cells = {c.cell_contents.__name__: c for c in arithmetic.ring.__closure__
         if hasattr(c.cell_contents, "__name__")}
cells["ring"].cell_contents = lambda left, right: ((), t.equal(left, right))
theorem = arithmetic.ring(zero, one)
""",
    "a term is changed": """
left = t.add(zero, one)
theorem = arithmetic.ring(left, one)
object.__setattr__(left, "args", (one, one))
""",
    "the type is patched": """
theorems.Theorem.__hash__ = lambda self: 0
theorems.Theorem.__eq__ = lambda self, other: True
theorem = arithmetic.ring(zero, zero)
theorems.Theorem.record = property(
    lambda self: theorems.Record("ring", (zero, one), frozenset(), false, ()))
""",
    "a parent is replaced": """
parent = logic.assume(false)
theorem = logic.both(parent)
object.__setattr__(parent.record, "hypotheses", frozenset())
object.__setattr__(theorem.record, "hypotheses", frozenset())
""",
}
HEAD = """
import json
from derivations.kernel import analysis, arithmetic, logic, normal, records, signs
from derivations.kernel import terms as t, theorem as theorems
a, zero, one = t.var("a", t.REAL), t.num(0), t.num(1)
false = t.equal(zero, one)
"""
TAIL = "\nprint(json.dumps(records.write(theorem)))\n"
REPLAY = """
import json, sys
sys.modules["sympy"] = sys.modules["mpmath"] = sys.modules["numpy"] = None
from derivations.kernel import KernelError
from derivations.kernel.records import replay
for line in sys.stdin:
    try:
        replay(json.loads(line))
        print("proved")
    except KernelError as error:
        print("refused", error)
print(sorted(name for name in sys.modules if name.startswith("derivations.")), file=sys.stderr)
"""


def python(code: str, text: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done


def replayed(documents: list[object]) -> list[str]:
    """What a clean interpreter says of records."""
    return python(REPLAY, "\n".join(map(json.dumps, documents))).stdout.splitlines()


@pytest.mark.parametrize("name", SPOILT)
def test_a_forgery_is_found_when_it_is_replayed(name: str) -> None:
    document = json.loads(python(HEAD + SPOILT[name] + TAIL).stdout)
    assert "theorem" in HEAD + SPOILT[name]
    (verdict,) = replayed([document])
    assert verdict.startswith("refused"), verdict


# ---------------------------------------------------------------- records


def honest() -> dict[str, object]:
    fact = logic.assume(t.less(t.num(0), a))
    first = arithmetic.reciprocal(a, (fact,))
    goal = t.equal(t.mul(t.num(2), a, t.inv(a)), t.num(2))
    return write(arithmetic.linear(goal, ((t.num(2), first, (), ()),)))


def test_an_honest_record_is_replayed() -> None:
    assert replayed([honest()]) == ["proved"]
    again = replay(json.loads(json.dumps(honest())))
    assert json.dumps(write(again)) == json.dumps(honest())


def edits() -> list[object]:
    """Every value of a record, changed in one place."""
    found: list[object] = []

    def visit(path: tuple[object, ...], value: object) -> None:
        if isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in list(items):
                visit((*path, key), inner)
                found.append((*path, key))

    visit((), honest())
    return found


def edited(path: tuple[object, ...], value: object) -> object:
    document = copy.deepcopy(honest())
    place: object = document
    for key in path[:-1]:
        place = place[key]  # type: ignore[index]
    place[path[-1]] = value  # type: ignore[index]
    return document


def test_every_edit_of_a_record_is_refused_or_is_another_theorem() -> None:
    whole, refused, count = replay(honest()), 0, 0  # type: ignore[arg-type]
    for path in edits():
        for value in (None, -1, 0, 1, 2, 1.5, "x", [], {}, True, {"term": -1}, [0, 0]):
            document = edited(path, value)  # type: ignore[arg-type]
            if json.dumps(document) == json.dumps(honest()):
                continue
            count += 1
            try:
                theorem = replay(document)  # type: ignore[arg-type]
            except KernelError:
                refused += 1
            else:
                step = document["steps"][-1]  # type: ignore[index]
                assert theorem.record.rule == step["rule"]
                assert theorem.conclusion is whole.conclusion or path[0] == "terms"
    assert refused > 0.9 * count


LAM = [["bound", [0, "real"], []], ["lam", ["sample"], [0]]]


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        pytest.param([*LAM, ["sum", None, [1]]], "is used as", id="a real index"),
        pytest.param(
            [["bound", [0, {"from": ["sample"], "to": "real"}], []], ["sum", None, [0]]],
            "outside",
            id="a sum of a loose function",
        ),
        pytest.param([["pow", 0.5, [0]]], ".", id="itself"),
        pytest.param([["var", ["a", "real"], []], ["pow", 0.5, [0]]], ".", id="half a power"),
        pytest.param([["num", 0.1, []]], "no number", id="a float"),
        pytest.param([["num", "1/0", []]], ".", id="one over zero"),
        pytest.param([["var", ["", "real"], []]], ".", id="no name"),
        pytest.param([["var", ["x", ""], []]], "no sort", id="no sort"),
        pytest.param([["var", ["x", 5], []]], ".", id="a number for a sort"),
        pytest.param([["bound", [-1, "real"], []]], ".", id="bound below"),
        pytest.param([["nonsense", None, []]], "no operation", id="no operation"),
        pytest.param(
            [["var", ["x", {"points": "X", "index": "real", "spins": False}], []]],
            "no set of vectors",
            id="infinitely many components",
        ),
    ],
)
def test_ill_sorted_terms_are_not_read(terms: list[object], reason: str) -> None:
    steps = [
        {
            "id": 0,
            "rule": "exp_of_zero",
            "parents": [],
            "arguments": [],
            "hypotheses": [],
            "conclusion": 0,
        }
    ]
    with pytest.raises(KernelError, match=reason):
        replay({"schema": 1, "terms": terms, "steps": steps})


@pytest.mark.parametrize("document", [{}, {"schema": 2}, {"schema": 1, "terms": [], "steps": []}])
def test_what_is_no_record_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(KernelError):
        replay(document)


def test_every_proof_of_the_notes_is_replayed_in_a_clean_interpreter() -> None:
    from derivations.check import BUNDLED
    from derivations.judge import role
    from derivations.prover.prove import Unproved, prove
    from derivations.reader.document import load, read_document

    document, records, said = read_document(load(BUNDLED)), [], []
    for equation in document.equations:
        for link in equation.reading.links:
            if role(equation, link) != "claim":
                continue
            try:
                proof = prove(document, equation, link)
            except Unproved:
                continue
            for theorem in (proof.theorem, *proof.conditions):
                records.append(write(theorem))
                said.append(theorem.conclusion)
    assert len(records) >= 64
    assert replayed(records) == ["proved"] * len(records)
    for record, conclusion in zip(records, said, strict=True):
        assert replay(json.loads(json.dumps(record))).conclusion is conclusion


# ---------------------------------------------------------------- the source

INSIDE = {"_made", "_make", "_workshop", "_polynomials", "_form", "rule", "seal", "restored"}


def names(path: Path) -> set[str]:
    """What a file outside takes from the kernel or reaches into it for."""
    found = set()
    kernel = set()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and "kernel" in (node.module or "").split("."):
            for alias in node.names:
                found.add(alias.name)
                kernel.add(alias.asname or alias.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {
                part
                for alias in node.names
                for part in alias.name.split(".")
                if "kernel" in alias.name
            } - {"kernel", "derivations"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in kernel:
                found.add(node.attr)
            if node.attr in ("__wrapped__", "__closure__", "cell_contents"):
                found.add(node.attr)
    return found


OUTSIDE = [path for path in MODULES if KERNEL not in path.parents]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_outside_mints_a_theorem(path: Path) -> None:
    for name in names(path):
        assert name not in INSIDE
        assert not name.startswith("_"), f"{path} reaches into the kernel for {name}"
    text = path.read_text("utf-8")
    assert "object.__new__" not in text or "Theorem" not in text


def test_reaching_in_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text("from ..kernel import terms as t\nfrom ..kernel.theorem import rule\nt._made\n")
    assert {"rule", "_made"} <= names(path)


def test_rules_are_made_in_the_kernel_only() -> None:
    minted = set()
    for path in sorted(KERNEL.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for mark in node.decorator_list:
                    if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "rule":
                        minted.add(node.name)
    assert minted == set(RULES)
    assert len(minted) > 50


def test_the_kernel_imports_itself_and_the_standard_library_only() -> None:
    for path in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (
                    node.level == 0 and (node.module or "").split(".")[0] in sys.stdlib_module_names
                )
            elif isinstance(node, ast.Import):
                assert {a.name.split(".")[0] for a in node.names} <= sys.stdlib_module_names
    loaded = ast.literal_eval(python(REPLAY, "").stderr)
    assert set(loaded) <= {f"derivations.kernel.{p.stem}" for p in KERNEL.glob("*.py")} | {
        "derivations.kernel"
    }


def test_what_is_public_says_what_it_states() -> None:
    for path in KERNEL.glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node) or RULES[node.name].statement


RUDIN = "W. Rudin, Principles of Mathematical Analysis, 3rd ed., 1976"
BILLINGSLEY = "P. Billingsley, Probability and Measure, 3rd ed., 1995"
HORN = "R. A. Horn and C. R. Johnson, Matrix Analysis, 2nd ed., 2013"
AXIOMS = {
    "exp_of_sum": f"{RUDIN}, theorem 8.6",
    "exp_of_total": f"{RUDIN}, theorem 8.6",
    "exp_of_zero": f"{RUDIN}, theorem 8.6",
    "ln_of_exp": f"{RUDIN}, 8.7",
    "exp_of_ln": f"{RUDIN}, 8.7",
    "square_of_sqrt": f"{RUDIN}, theorem 1.21",
    "sqrt_of_square": f"{RUDIN}, theorem 1.21",
    "ln_tangent": f"{RUDIN}, 8.6 and theorem 5.11",
    "ln_tangent_touches": f"{RUDIN}, 8.6 and theorem 5.11",
    "derivative": f"{RUDIN}, theorems 5.3 and 5.5",
    "tangent": "S. Boyd and L. Vandenberghe, Convex Optimization, 2004, 3.1.3 and 3.1.4",
    "sifting": f"{BILLINGSLEY}, section 15",
    "integral_scale": f"{BILLINGSLEY}, theorem 16.1",
    "integral_shift": f"{BILLINGSLEY}, theorem 12.1",
    "integral_of_product": f"{BILLINGSLEY}, theorem 18.3",
    "gaussian_integral": f"{BILLINGSLEY}, example 18.3",
    "extremum_bound": "definition; a finite set is not empty",
    "extremum_least": "definition; a finite set is not empty",
    "det_of_product": f"{HORN}, 0.3.5",
    "det_of_transpose": f"{HORN}, 0.3.2",
    "det_of_diagonal": f"{HORN}, 0.9.1",
    "laplace": f"{HORN}, 0.8.2",
    "cof_of_transpose": f"{HORN}, 0.8.2",
    "inverse_by_cofactors": f"{HORN}, 0.8.2",
    "posdef_symmetric": f"{HORN}, 7.1",
    "posdef_form": f"{HORN}, 7.1",
    "posdef_form_weak": f"{HORN}, 7.1",
    "posdef_det": f"{HORN}, theorem 7.2.1",
    "posdef_inverse": f"{HORN}, theorem 7.2.1",
    "posdef_gram": f"{HORN}, 7.1",
    "posdef_congruence": f"{HORN}, observation 7.1.8",
    "spectral": f"{HORN}, theorem 2.5.6",
    "orthogonal_rows": f"{HORN}, 0.5 and theorem 2.1.2",
    "integral_rotation": f"{BILLINGSLEY}, theorem 12.2",
}


def test_the_axioms_are_these() -> None:
    assert {name: r.citation for name, r in RULES.items() if r.axiom} == AXIOMS
