"""The numeric witness: a printed link on random instances, and counterexamples.

It evaluates the parsed formula and nothing derived from it. Equalities are compared to
many digits; inequalities are attacked by a search for the smallest margin; equivalences
are tested where each side holds, by solving it, and where both fail.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mpmath import MPContext

from ..language import nodes as n
from ..language.types import Function, Parameter, SetOf, Vector
from ..reader.definitions import defines, definition_of, entry_of, read_declared
from ..reader.document import Document, Equation
from ..reader.scope import Entry
from ..reader.statements import Link
from ..results import Counterexample, NumericEvidence
from .evaluate import LOG_DELTA, Code, Compiler, Env, Key
from .instances import Draw, within
from .show import read_value, show
from .solve import Unknown, solve
from .values import (
    FunctionValue,
    Mass,
    OutsideDomain,
    Undefined,
    Unsupported,
    Value,
    entries,
    linear,
    shape,
    to_context,
)

DIGITS = 30
WORKING_DIGITS = 40
TRIES = 12
"""How often an instance is drawn again when it falls outside of what is declared."""
SOLVED = 5
"""In how many instances each side of an equivalence is made true."""
SEARCH = 24
"""Steps of the search for a violated inequality."""

Dropped = frozenset[tuple[str, str]]
_OPPOSITE = {"<=": ">", ">=": "<", "<": ">=", ">": "<="}


@dataclass
class Outcome:
    """One instance: whether the link holds on it, by what margin, and the two sides."""

    holds: bool | None
    error: Any = 0
    left: str = ""
    right: str = ""
    margin: Any = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass
class Judgement:
    """The evidence, what a refutation shows, and what the link was found to use."""

    evidence: NumericEvidence
    counterexample: Counterexample | None = None
    uses: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    conventions: frozenset[str] = frozenset()
    """Conventions that the values rest on."""


def judge(
    document: Document,
    equation: Equation,
    link: Link,
    *,
    seed: int = 0,
    instances: int | None = None,
    seconds: float = 10.0,
    dropped: Dropped = frozenset(),
) -> Judgement:
    """What random instances say of a link, within the hypotheses that are not dropped."""
    compiler = Compiler(document, equation)
    try:
        test = build_test(compiler, equation, link)
        if test is None:
            return Judgement(NumericEvidence("skipped", reason="no truth value"))
        trial = Trial(compiler, equation, link, test, seed, dropped)
        judgement = trial.run(instances, time.monotonic() + seconds)
        judgement.conventions = frozenset(trial.relied_on)
    except Unsupported as reason:
        judgement = Judgement(NumericEvidence("undecided", reason=str(reason)))
    judgement.uses = sorted(compiler.uses)
    judgement.entries = [
        e for k, e in sorted(compiler.entries.items(), key=str) if isinstance(k, tuple)
    ]
    return judgement


# ---------------------------------------------------------------- what is tested


@dataclass
class Test:
    """How a link is tested: the keys that it reads, and one instance at a time."""

    keys: frozenset[Key]
    check: Callable[[Draw, random.Random], Outcome]
    searched: bool = False
    cost: int = 1


def build_test(compiler: Compiler, equation: Equation, link: Link) -> Test | None:
    """The test that a link calls for; None where it has no truth value."""
    node = link.node
    if isinstance(node, n.Equivalence):
        return _equivalence(compiler, equation, node)
    if node.op in ("~", "<<", ">>", "->") or equation.scope.goal:
        return None
    if isinstance(compiler.shapes(node.right), SetOf):
        return _membership(compiler, node)
    entry = defines(equation, node)
    if entry is not None:
        return _definition(compiler, node, entry)
    if isinstance(compiler.shapes(node.left), Function) or isinstance(
        compiler.shapes(node.right), Function
    ):
        return _functions(compiler, node)
    if node.op == "oc":
        return _proportional(compiler, node)
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    keys = _free(left, right)
    if node.up_to is not None:
        return _up_to(compiler, node, left, right)
    if left.dirac or right.dirac:
        return _measures(compiler, node, left, right, keys)
    pointwise = _substitution(compiler, node)
    if pointwise is not None:
        keys |= _free(*pointwise)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        outcome = relation_outcome(env, node.op, left, right)
        if outcome.holds and pointwise is not None:
            return relation_outcome(env, "=", *pointwise)
        return outcome

    return Test(keys, check, searched=node.op in _OPPOSITE)


def _substitution(compiler: Compiler, node: n.Relation) -> tuple[Code, Code] | None:
    """Two integrals by a declared change of variables: their integrands agree at each point.

    With y = y(x), f(x) dx = g(y) dy says f(x) = g(y(x)) |det dy/dx|.
    """
    new = node.right
    if node.op != "=" or not (isinstance(new, n.Integral) and isinstance(new.variable, n.Symbol)):
        return None
    entry = compiler.scope.symbols.get(new.variable.name)
    prop = entry.declared("substituted for") if entry else None
    if prop is None:
        return None
    x = read_declared(compiler.scope, prop.argument)
    old = _unfolded(compiler, node.left)
    if not (isinstance(old, n.Integral) and old.variable == x):
        raise Unsupported(f"the left side is no integral over {prop.argument}")
    jacobian: n.Node = n.Derivative(new.variable, x)
    if isinstance(new.variable.type, Vector):
        jacobian = n.Call("det", (jacobian,))
    moved = n.Mul((new.body, n.Call("abs", (jacobian,))))
    return compiler.compile(old.body), compiler.compile(moved)


def _unfolded(compiler: Compiler, node: n.Node) -> n.Node:
    """What a defined symbol stands for; any other node itself."""
    entry = entry_of(compiler.scope, node) if isinstance(node, n.Symbol) else None
    definition = definition_of(compiler.document, compiler.scope, entry) if entry else None
    return definition.body if definition is not None else node


def _membership(compiler: Compiler, node: n.Relation) -> Test | None:
    """A clause that says which set a symbol belongs to, held against its declaration."""
    if not isinstance(node.left, n.Symbol) or node.op not in ("in", "="):
        raise Unsupported("a statement about a set")
    values = compiler.domain_set(node.right)
    declared = compiler.domain(node.left)
    if values is None:
        return None
    if declared is None:
        raise Unsupported(f"{node.left.name} is not declared to be in a finite set")

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        printed, real = ([x for (x,) in code.run(env)] for code in (values, declared))
        same = set(printed) == set(real)
        shown = [f"{{{', '.join(show(env.ctx, x) for x in xs)}}}" for xs in (real, printed)]
        return Outcome(same, 0 if same else env.ctx.inf, *shown)

    return Test(_free(values, declared), check)


def _free(*codes: Code) -> frozenset[Key]:
    keys: frozenset[Key] = frozenset().union(*(c.keys for c in codes))
    return frozenset(k for k in keys if isinstance(k, tuple))


def relation_outcome(env: Env, op: str, left: Code, right: Code) -> Outcome:
    """Both sides at one instance. A side without a value refutes the link there."""
    ctx = env.ctx
    try:
        a = left.run(env)
    except Undefined as reason:
        return Outcome(False, ctx.inf, f"no value: {reason}", "")
    try:
        b = right.run(env)
    except Undefined as reason:
        return Outcome(False, ctx.inf, show(ctx, a), f"no value: {reason}")
    return compare(ctx, op, a, b)


def compare(ctx: Any, op: str, a: Value, b: Value) -> Outcome:
    """Whether two values stand in a relation, to the digits that the context has."""
    texts = show(ctx, a), show(ctx, b)
    if isinstance(a, frozenset) or isinstance(b, frozenset):
        first, second = (x if isinstance(x, frozenset) else frozenset([x]) for x in (a, b))
        equal = first == second
        return Outcome(equal if op == "=" else not equal, 0 if equal else ctx.inf, *texts)
    if shape(a) != shape(b):
        if op == "=" and isinstance(a, tuple) and b == 0 and not isinstance(b, tuple):
            b = linear(lambda x: x * 0, a)
        elif len(entries(a)) == len(entries(b)) == 1:  # a 1 x 1 matrix and its entry
            a, b = entries(a)[0], entries(b)[0]
        else:
            return Outcome(op == "!=", ctx.inf, *texts)
    if isinstance(a, Mass) or isinstance(b, Mass):
        a, b = (x if isinstance(x, Mass) else Mass(x, ctx.zero) for x in (a, b))
        a, b = (a.regular, a.weight), (b.regular, b.weight)
    pairs = list(zip(entries(a), entries(b), strict=True))
    for x, y in pairs:
        if not (ctx.isfinite(x) and ctx.isfinite(y)):
            if op in _OPPOSITE and x == x and y == y:
                continue
            return Outcome(False, ctx.inf, *texts)
    scale = max([ctx.one, *(abs(v) for pair in pairs for v in pair if ctx.isfinite(v))])
    error = max((abs(x - y) for x, y in pairs), default=ctx.zero) / scale
    if op == "=":
        return Outcome(_small(ctx, error), error, *texts)
    if op == "!=":
        return Outcome(not _small(ctx, error), error, *texts)
    (x, y) = pairs[0]
    margin = (y - x if op in ("<=", "<") else x - y) / scale
    if op in ("<", ">"):
        return Outcome(margin > 0, max(-margin, 0), *texts, margin=margin)
    holds = True if margin >= 0 else _small(ctx, -margin)
    return Outcome(holds, max(-margin, ctx.zero), *texts, margin=margin)


def _small(ctx: Any, error: Any) -> bool | None:
    """Zero to most of the digits: yes, no, or between the two."""
    if error <= ctx.mpf(10) ** (-ctx.dps // 2):
        return True
    return False if error > ctx.mpf(10) ** (-ctx.dps // 4) else None


def _definition(compiler: Compiler, node: n.Relation, entry: Entry) -> Test:
    """A definition has no truth value, but it must make sense."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    side = node.left
    if entry.kind == "distribution" and isinstance(side, n.Apply) and node.op == "=":
        mass = compiler.mass(side)
        value = right

        def check_mass(draw: Draw, rng: random.Random) -> Outcome:
            env = draw.env()
            try:
                total = mass.run(env)
            except Undefined as reason:
                return Outcome(False, env.ctx.inf, f"no value: {reason}", "")
            outcome = compare(env.ctx, "=", total, env.ctx.one)
            outcome.left = f"total mass {outcome.left}"
            if outcome.holds and not value.dirac:
                density = value.run(env)
                if density < 0:
                    return Outcome(False, env.ctx.inf, f"density {show(env.ctx, density)}", "0")
            return outcome

        return Test(_free(mass, right), check_mass, cost=2)
    literal = isinstance(node.left, n.Diagonal) or isinstance(node.right, n.Diagonal)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        if literal:
            return relation_outcome(env, "=", left, right)
        try:
            value = left.run(env)
            right.run(env)
        except Undefined as reason:
            return Outcome(False, env.ctx.inf, f"no value: {reason}", "")
        if not within(entry, value):
            wanted = ", ".join(p.name for p in entry.properties)
            return Outcome(False, env.ctx.inf, show(env.ctx, value), wanted)
        return Outcome(True)

    return Test(_free(left, right), check)


def _functions(compiler: Compiler, node: n.Relation) -> Test:
    """Two functions are equal if they agree everywhere."""
    sides = [s for s in (node.left, node.right) if isinstance(s, n.Symbol)]
    if len(sides) != 2 or node.op not in ("=", "!="):
        raise Unsupported("a relation between functions of this kind")
    entry = entry_of(compiler.scope, sides[0])
    if entry is None or entry.over is None:
        raise Unsupported("functions of an unknown variable")
    variable = read_declared(compiler.scope, entry.over)
    assert isinstance(variable, n.Symbol)
    domain = compiler.domain(variable)
    codes = [compiler.compile(n.Apply(s, (variable,))) for s in sides]
    variable_key: Key = ("s", variable.name, 0)
    compiler.varying.add(variable_key)
    keys = frozenset(k for k in _free(*codes) if k != variable_key)
    if domain is not None:
        keys |= _free(domain)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        points = (
            [x for (x,) in domain.run(env)]
            if domain is not None
            else [env.ctx.mpf(rng.randint(-9, 9)) / 2 for _ in range(4)]
        )
        worst = Outcome(True)
        for point in points:
            env.values[variable_key] = point
            outcome = relation_outcome(env, "=", *codes)
            if not outcome.holds:
                worst = outcome
                break
        if node.op == "!=":
            worst.holds = not worst.holds
        return worst

    return Test(keys, check)


def _members(compiler: Compiler, symbol: n.Symbol) -> list[Key]:
    """The keys of the parameters that a name such as θ stands for."""
    if not isinstance(symbol.type, Parameter) or not symbol.type.members:
        return [("s", symbol.name, 0)]
    keys: list[Key] = []
    for text in symbol.type.members:
        node = read_declared(compiler.scope, text)
        if isinstance(node, n.Indexed) and isinstance(node.base, n.Symbol):
            keys.append(("f", node.base.name, len(node.indices)))
        elif isinstance(node, n.Symbol):
            keys.append(("s", node.name, 0))
        else:
            raise Unsupported(f"the parameter {text}")
    return keys


def _up_to(compiler: Compiler, node: n.Relation, left: Code, right: Code) -> Test:
    """Equal up to terms free of θ: the difference does not move when θ does."""
    assert node.up_to is not None
    members = _members(compiler, node.up_to)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        moved = [m for m in members if m in draw.values]
        first = _difference(env, left, right)
        if isinstance(first, Outcome):
            return first
        before = {m: draw.values[m] for m in moved}
        for _ in range(2):
            for m in moved:
                draw.redraw(m)
            after = draw.env()
            after.log_delta = env.log_delta
            second = _difference(after, left, right)
            if isinstance(second, Outcome):
                return second
            outcome = compare(env.ctx, "=", first, second)
            if outcome.holds is not True:
                outcome.left = f"left - right = {outcome.left}"
                outcome.right = f"left - right = {outcome.right} at the second parameters"
                outcome.extra = {
                    f"{_pattern(compiler, m)} (second)": show(env.ctx, draw.values[m]) for m in moved
                }
                draw.values.update(before)
                return outcome
        draw.values.update(before)
        return outcome

    return Test(_free(left, right) | frozenset(members), check, cost=2)


def _difference(env: Env, left: Code, right: Code) -> Value | Outcome:
    try:
        a = left.run(env)
        b = right.run(env)
    except Undefined as reason:
        return Outcome(False, env.ctx.inf, f"no value: {reason}", "")
    return linear(lambda x, y: x - y, a, b)


def _pattern(compiler: Compiler, key: Key) -> str:
    entry = compiler.entries.get(key)
    return entry.pattern if entry else str(key[1]) if isinstance(key, tuple) else ""


def _proportional(compiler: Compiler, node: n.Relation) -> Test:
    """Proportional: the ratio does not move with the variable of the left side."""
    if not isinstance(node.left, n.Apply):
        raise Unsupported("proportional as a function of what?")
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    variables: list[Key] = [
        ("s", a.name, 0) for a in node.left.arguments if isinstance(a, n.Symbol)
    ]

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        for v in variables:
            draw.redraw(v)
        other = draw.env()
        try:
            a = left.run(env) * right.run(other)
            b = left.run(other) * right.run(env)
        except Undefined as reason:
            return Outcome(False, env.ctx.inf, f"no value: {reason}", "")
        return compare(env.ctx, "=", a, b)

    return Test(_free(left, right) | frozenset(variables), check, cost=2)


def _measures(
    compiler: Compiler, node: n.Relation, left: Code, right: Code, keys: frozenset[Key]
) -> Test:
    """Two measures are equal if they have the same mass at every atom."""
    variables = [
        s
        for delta in (*node.left.walk(), *node.right.walk())
        if isinstance(delta, n.Delta | n.Apply)
        for s in delta.walk()
        if isinstance(s, n.Symbol) and ("s", s.name, 0) in keys
    ]
    if not variables:
        raise Unsupported("a delta of no variable")
    key: Key = ("s", variables[0].name, 0)
    compiler.varying.add(key)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        start = env.values[key]
        env.values[key] = linear(lambda x: x * 0, start)
        env.atoms = []
        left.run(env)
        right.run(env)
        found, env.atoms = env.atoms, None
        for place in [start, *(linear(lambda x: -x, a) for a in found)]:
            env.values[key] = place
            outcome = relation_outcome(env, node.op, left, right)
            if not outcome.holds:
                draw.values[key] = next(
                    (
                        exact
                        for value in draw.values.values()
                        if isinstance(value, tuple)
                        for exact in value
                        if to_context(env.ctx, exact) == place
                    ),
                    place,
                )
                return outcome
        return outcome

    return Test(keys, check)


# ---------------------------------------------------------------- equivalences


@dataclass
class Side:
    """One condition of an equivalence."""

    node: n.Relation
    holds: Callable[[Env], Outcome]
    codes: tuple[Code, Code] | None


def _equivalence(compiler: Compiler, equation: Equation, node: n.Equivalence) -> Test:
    sides = [_side(compiler, s) for s in (node.left, node.right)]
    keys: frozenset[Key] = frozenset()
    for side, test in sides:
        keys |= test
    left, right = sides[0][0], sides[1][0]
    unknowns = list(_unknowns(compiler, equation, node, keys))
    hits = {"left": 0, "right": 0}

    def check(draw: Draw, rng: random.Random) -> Outcome:
        outcome = _agree(draw, left, right, node.one_way)
        if outcome.holds is False:
            return outcome
        for source, target, name in ((right, left, "right"), (left, right, "left")):
            if (name == "right" and node.one_way) or hits[name] >= SOLVED:
                continue
            found = _make_true(draw, source, unknowns)
            if found is None:
                continue
            hits[name] += 1
            after = target.holds(found.env())
            if not after.holds:
                draw.values = found.values
                after.left, after.right = _truths(source, target, after, name)
                return after
            outcome.error = max(outcome.error, after.error)
        return outcome

    test = Test(keys, check, cost=3)
    test.hits = hits  # type: ignore[attr-defined]
    return test


def _side(compiler: Compiler, node: n.Node) -> tuple[Side, frozenset[Key]]:
    if not isinstance(node, n.Relation) or node.op not in ("=", "!=", *_OPPOSITE):
        raise Unsupported("a condition of this kind")
    if isinstance(compiler.shapes(node.left), Function):
        test = _functions(compiler, node)
        rng = random.Random(1)

        def holds(env: Env) -> Outcome:
            class _Shim:
                def env(self) -> Env:
                    return Env(env.ctx, dict(env.values), env.conventions, env.log_delta)

            return test.check(_Shim(), rng)  # type: ignore[arg-type]

        return Side(node, holds, None), test.keys
    codes = compiler.compile(node.left), compiler.compile(node.right)
    return Side(node, lambda env: relation_outcome(env, node.op, *codes), codes), _free(*codes)


def _agree(draw: Draw, left: Side, right: Side, one_way: bool) -> Outcome:
    """Truth values of both conditions at one instance."""
    env = draw.env()
    a = left.holds(env)
    b = right.holds(env)
    if a.holds is None or b.holds is None:
        return Outcome(None)
    same = (not a.holds or b.holds) if one_way else a.holds == b.holds
    text = [
        f"{'holds' if o.holds else 'does not hold'}: {o.left} {s.node.op} {o.right}"
        for o, s in ((a, left), (b, right))
    ]
    return Outcome(bool(same), 0 if same else env.ctx.inf, *text)


def _truths(source: Side, target: Side, outcome: Outcome, name: str) -> tuple[str, str]:
    holds = "holds"
    fails = f"does not hold: {outcome.left} {target.node.op} {outcome.right}"
    return (fails, holds) if name == "right" else (holds, fails)


def _unknowns(
    compiler: Compiler, equation: Equation, node: n.Equivalence, keys: frozenset[Key]
) -> Iterator[Unknown]:
    """What an equation is solved for: what stands alone, then what is differentiated by."""
    candidates: list[n.Node] = []
    for relation in (node.right, node.left):
        assert isinstance(relation, n.Relation)
        candidates += [relation.left, relation.right]
    assert equation.reading is not None
    for link in equation.reading.links:
        for part in link.node.walk():
            if isinstance(part, n.Derivative):
                candidates.append(part.variable)
    for candidate in candidates:
        if isinstance(candidate, n.Inverse):
            candidate = candidate.operand
        if isinstance(candidate, n.Symbol):
            key: Key = ("s", candidate.name, 0)
            if key in keys:
                compiler.varying.add(key)
                yield Unknown(key, (), False)
        elif isinstance(candidate, n.Indexed) and isinstance(candidate.base, n.Symbol):
            slots = len(candidate.indices)
            family: Key = ("f", candidate.base.name, slots)
            symbol: Key = ("s", candidate.base.name, 0)
            target = family if family in keys else symbol
            if target in keys:
                entry = compiler.entries.get(target)
                paired = entry is not None and entry.declared("one for each pair") is not None
                codes = tuple(compiler.compile(i) for i in candidate.indices)
                compiler.varying.add(target)
                yield Unknown(target, codes, paired)


def _make_true(draw: Draw, side: Side, unknowns: list[Unknown]) -> Draw | None:
    """A copy of the instance in which a condition holds, by assigning or solving."""
    if side.node.op != "=":
        return None
    copy = draw.copy()
    if side.codes is None:
        names = [x.name for x in (side.node.left, side.node.right) if isinstance(x, n.Symbol)]
        a, b = (("s", name, 0) for name in names)
        copy.values[a] = copy.values[b]
        return copy
    for this, other, code in (
        (side.node.left, side.node.right, side.codes[1]),
        (side.node.right, side.node.left, side.codes[0]),
    ):
        if isinstance(this, n.Symbol) and ("s", this.name, 0) in copy.values:
            key: Key = ("s", this.name, 0)
            if key not in code.keys:
                return _assign(copy, key, code)
    for unknown in unknowns:
        solved = solve(copy, unknown, side.codes)
        if solved is not None:
            return solved
    return None


def _assign(draw: Draw, key: Key, code: Code) -> Draw | None:
    try:
        value = code.run(draw.env())
    except Undefined:
        return None
    if shape(value) != shape(draw.values[key]):
        return None
    entry = draw.compiler.entries.get(key)
    if entry is not None and not within(entry, value):
        return None
    draw.values[key] = value
    return draw


# ---------------------------------------------------------------- many instances


class Trial:
    """Draws instances for a test until one refutes the link or there are enough."""

    def __init__(
        self,
        compiler: Compiler,
        equation: Equation,
        link: Link,
        test: Test,
        seed: int,
        dropped: Dropped,
    ) -> None:
        self.compiler = compiler
        self.equation = equation
        self.link = link
        self.test = test
        self.seed = seed
        self.dropped = dropped
        self.ctx = MPContext()
        self.ctx.dps = WORKING_DIGITS
        self.assumptions = Assumptions(compiler, test.keys, dropped)
        self.keys = test.keys | self.assumptions.keys
        self.digits = DIGITS
        self.worst: Any = self.ctx.zero
        self.unclear: str | None = None
        self.relied_on: set[str] = set()

    def run(self, instances: int | None, deadline: float) -> Judgement:
        heavy = self.compiler.space_integrals > 0
        if heavy:
            self.digits = 12
        cost = self.test.cost + self.compiler.derivatives + self.compiler.line_integrals
        wanted = instances or (4 if heavy else 7 if cost > 2 else 9 if cost > 1 else 16)
        if not any(k for k in self.keys):
            wanted = 1
        done = 0
        reason = ""
        last: Draw | None = None
        for number in range(wanted):
            if time.monotonic() > deadline:
                reason = "time ran out"
                break
            result = self._instance(number, heavy)
            if result is None:
                continue
            draw, outcome = result
            last = draw
            if outcome.holds is None:
                self.unclear = self.unclear or f"{outcome.left} against {outcome.right}"
                continue
            if not outcome.holds:
                return self._refuted(draw, outcome, done + 1)
            done += 1
            self.worst = max(self.worst, outcome.error)
            if self.test.searched and number % 5 == 4:
                refuted = self._search(draw, outcome)
                if refuted is not None:
                    return self._refuted(*refuted, done + 1)
        del last
        return self._agreement(done, reason)

    def _agreement(self, done: int, reason: str) -> Judgement:
        if not done:
            return Judgement(
                NumericEvidence("undecided", reason=reason or self.unclear or "no instance was found")
            )
        hits = getattr(self.test, "hits", None)
        if hits is not None and isinstance(self.link.node, n.Equivalence):
            one_way = self.link.node.one_way
            solvable = all(
                isinstance(s, n.Relation) and s.op == "=" for s in (self.link.node.left, self.link.node.right)
            )
            if solvable and not (hits["right"] or hits["left"]):
                return Judgement(
                    NumericEvidence("undecided", done, reason="no instance where a side holds")
                )
            del one_way
        if self.unclear:
            return Judgement(
                NumericEvidence("undecided", done, reason=f"too close to call: {self.unclear}")
            )
        error = "0" if self.worst == 0 else self.ctx.nstr(self.worst, 2)
        return Judgement(NumericEvidence("agrees", done, self.digits, error, reason or None))

    # ------------------------------------------------------------ one instance

    def _instance(self, number: int, heavy: bool) -> tuple[Draw, Outcome] | None:
        where = f"{self.seed}:{self.equation.label}:{self.link.relation}:{number}"
        for attempt in range(TRIES):
            rng = random.Random(f"{where}:{attempt}")
            style, sizes = _plan(number, rng, heavy, self._size_names())
            self.ctx.dps = WORKING_DIGITS if not (heavy and max(sizes.values(), default=1) > 1) else 18
            draw = Draw(self.compiler, rng, style, sizes, self.ctx, self.dropped)
            draw.relied_on = self.relied_on
            self._conventions(draw, rng)
            try:
                try:
                    draw.fill(self.keys)
                    if not self.assumptions.hold(draw):
                        continue
                except Undefined:
                    continue  # what is declared has no value there: not an instance
                return draw, self.test.check(draw, rng)
            except OutsideDomain:
                continue
        return None

    def _size_names(self) -> set[str]:
        names = {sort.size for sort in self.compiler.scope.sorts.values()}
        return names | {"|set|"}

    def _conventions(self, draw: Draw, rng: random.Random) -> None:
        names = {c for c in self.compiler.scope.conventions if ("convention", c) not in self.dropped}
        constant = Fraction(rng.randint(5, 40), 7)
        if ("convention", LOG_DELTA) in self.dropped:
            names.add(LOG_DELTA)
            draw.log_delta = lambda: self.ctx.mpf(rng.randint(5, 4000)) / 7
        else:
            draw.log_delta = lambda: self.ctx.mpf(constant.numerator) / constant.denominator
        draw.conventions = frozenset(names)

    def _search(self, draw: Draw, outcome: Outcome) -> tuple[Draw, Outcome] | None:
        """Walk towards a violated inequality: redraw one value at a time, keep what helps."""
        rng = draw.rng
        best, margin = draw, outcome.margin
        sizes = self._size_names()
        keys = [k for k in sorted(self.keys, key=str) if k[1] not in sizes]
        if not keys or margin is None:
            return None
        for _ in range(SEARCH):
            trial = best.copy()
            try:
                trial.redraw(rng.choice(keys))
                trial.fill(self.keys)
                if not self.assumptions.hold(trial):
                    continue
                result = self.test.check(trial, rng)
            except (OutsideDomain, Undefined):
                continue
            if result.holds is False:
                return trial, result
            if result.margin is not None and result.margin < margin:
                best, margin = trial, result.margin
        return None

    # ------------------------------------------------------------ refutation

    def _refuted(self, draw: Draw, outcome: Outcome, done: int) -> Judgement:
        counterexample = Counterexample(self._values(draw, outcome), outcome.left, outcome.right)
        again = self._confirm(draw, counterexample)
        digits = 15
        if not again:
            return Judgement(
                NumericEvidence(
                    "undecided", done, digits, reason="a counterexample that did not evaluate again"
                )
            )
        error = "inf" if outcome.error == self.ctx.inf else self.ctx.nstr(outcome.error, 2)
        return Judgement(NumericEvidence("contradicts", done, digits, error), counterexample)

    def _values(self, draw: Draw, outcome: Outcome) -> dict[str, str]:
        shown: dict[str, str] = {}
        for key in sorted(draw.values, key=_reading_order):
            entry = self.compiler.entries.get(key)
            name = entry.pattern if entry else str(key[1])
            if isinstance(key, tuple) and (key in self.keys or entry is not None):
                shown[name] = show(self.ctx, draw.values[key])
        return {**shown, **outcome.extra}

    def _confirm(self, draw: Draw, counterexample: Counterexample) -> bool:
        """Read the printed values back and evaluate once more."""
        again = draw.copy()
        for key in draw.values:
            entry = self.compiler.entries.get(key)
            name = entry.pattern if entry else str(key[1])
            text = counterexample.values.get(name)
            if text is None:
                continue
            value = draw.values[key]
            if isinstance(value, FunctionValue) and not text.startswith("t ->"):
                continue  # a table on a set: its text holds exact fractions already
            again.values[key] = read_value(self.ctx, text, value)
        try:
            outcome = self.test.check(again, random.Random(0))
        except (OutsideDomain, Unsupported):
            return False
        return outcome.holds is False


def _reading_order(key: Key) -> tuple[int, str]:
    name = str(key[1]) if isinstance(key, tuple) else ""
    return (0 if name in ("n", "N") else 1, name)


def _plan(
    number: int, rng: random.Random, heavy: bool, names: set[str]
) -> tuple[str, dict[str, int]]:
    """Style and sizes of the k-th instance: simple first, then generic from 3 up."""
    if number == 0:
        return "simple", dict.fromkeys(names, 1) | {"|set|": 2}
    if number == 1:
        return "simple", dict.fromkeys(names, 2)
    if heavy:  # integrals over vectors: two dimensions, then three
        return "generic", dict.fromkeys(names, 3 if number == 3 else 2)
    if number == 2:
        return "equal", dict.fromkeys(names, 3)
    if number == 3:
        return "zero", dict.fromkeys(names, 2)
    sizes = {name: rng.choice((3, 3, 4, 5 if name == "|set|" else 3)) for name in sorted(names)}
    return "generic", sizes


class Assumptions:
    """The relations that declarations assume: solved where they are equations."""

    def __init__(self, compiler: Compiler, keys: frozenset[Key], dropped: Dropped) -> None:
        self.compiler = compiler
        self.items: list[tuple[n.Relation, Code, Code, bool]] = []
        self.keys: frozenset[Key] = frozenset()
        waiting = []
        for span, source, _ in compiler.scope.assumptions:
            text = source.slice(span)
            node = read_declared(compiler.scope, text)
            if not isinstance(node, n.Relation):
                raise Unsupported(f"an assumption that is no relation: {text}")
            left, right = compiler.compile(node.left), compiler.compile(node.right)
            waiting.append((node, left, right, ("assume", text) in dropped))
        sizes = {("s", s.size, 0) for s in compiler.scope.sorts.values()}
        linked = True
        while linked:  # what an assumption links to the symbols of the statement matters too
            linked = [item for item in waiting if (_free(*item[1:3]) - sizes) & (keys | self.keys)]
            for item in linked:
                waiting.remove(item)
                self.items.append(item)
                self.keys |= _free(*item[1:3])
        compiler.varying |= self.keys
        self.items.sort(key=lambda item: not item[3])  # what is violated comes first

    def hold(self, draw: Draw) -> bool:
        """Make the assumptions true (or false where they are dropped), if that is possible."""
        for node, left, right, dropped in self.items:
            want_equal = (node.op == "=") != dropped if node.op in ("=", "!=") else None
            if want_equal and not self._solve(draw, node, left, right):
                return False
            outcome = relation_outcome(draw.env(), node.op, left, right)
            if outcome.holds is None or outcome.holds == dropped:
                return False
        return True

    def _solve(self, draw: Draw, node: n.Relation, left: Code, right: Code) -> bool:
        for this, code in ((node.left, right), (node.right, left)):
            if isinstance(this, n.Symbol):
                key: Key = ("s", this.name, 0)
                if key in draw.values and key not in code.keys:
                    return _assign(draw, key, code) is not None
        for key in sorted(_free(left, right), key=str):
            entry = self.compiler.entries.get(key)
            if entry is None or entry.kind != "real" or key[0] != "s":
                continue
            if relation_outcome(draw.env(), "=", left, right).holds:
                return True
            solved = solve(draw.copy(), Unknown(key, (), False), (left, right))
            if solved is not None:
                draw.values = solved.values
                return True
        return False


