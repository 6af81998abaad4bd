"""What is asked of an instance, for each kind of link."""

from __future__ import annotations

import random
from dataclasses import replace

from ...language import nodes as n
from ...language.types import Function, Parameter, SetOf, Vector
from ...reader.definitions import defines, definition_of, entry_of, read_declared
from ...reader.document import Equation
from ...reader.scope import Entry
from ...reader.statements import Link
from .compare import OPPOSITE, Outcome, compare, relation_outcome
from .compiler import Code, Compiler, Env, Key
from .defined import mass
from .domains import elements, values_of
from .equivalences import equivalence
from .instances import Draw, within
from .show import show
from .test import Test, free_keys, functions_test
from .values import OutsideDomain, Undefined, Unsupported, Value, linear, to_context


def build_test(compiler: Compiler, equation: Equation, link: Link) -> Test | None:
    """The test that a link calls for; None where it has no truth value."""
    node = link.node
    if isinstance(node, n.Equivalence):
        return equivalence(compiler, equation, node)
    if node.op in ("~", "<<", ">>", "->") or equation.scope.goal:
        return None
    if node.some:
        return _for_some(compiler, equation, link, node)
    if isinstance(compiler.shapes(node.right), SetOf):
        return _membership(compiler, node)
    entry = defines(equation, node)
    if entry is not None:
        return _definition(compiler, node, entry)
    if isinstance(compiler.shapes(node.left), Function) or isinstance(
        compiler.shapes(node.right), Function
    ):
        return functions_test(compiler, node)
    if node.op == "oc":
        return _proportional(compiler, node)
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    keys = free_keys(left, right)
    if node.up_to is not None:
        return _up_to(compiler, node, left, right)
    if left.dirac or right.dirac:
        return _measures(compiler, node, left, right, keys)
    pointwise = _substitution(compiler, node)
    if pointwise is not None:
        keys |= free_keys(*pointwise)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        outcome = relation_outcome(env, node.op, left, right)
        if outcome.holds and pointwise is not None:
            return relation_outcome(env, "=", *pointwise)
        return outcome

    test = Test(keys, check, searched=node.op in OPPOSITE)
    if node.op == "!=":
        test.unequal, test.sides = True, (left, right)
        compiler.varying |= keys
    return _under_premise(compiler, equation, test)


def _for_some(compiler: Compiler, equation: Equation, link: Link, node: n.Relation) -> Test | None:
    """The same relation, with symbols that may be chosen."""
    test = build_test(compiler, equation, replace(link, node=replace(node, some=())))
    if test is None:
        return None
    some: frozenset[Key] = frozenset(("s", symbol.name, 0) for symbol in node.some)
    if not some <= test.keys:
        raise Unsupported("a choice of what the statement does not read by itself")
    compiler.varying |= some
    return replace(test, some=some, searched=False, unequal=False, sides=None)


def _under_premise(compiler: Compiler, equation: Equation, test: Test) -> Test:
    """A link that is declared to follow from another is tested where that one holds."""
    premise = _premise(compiler, equation)
    if premise is None:
        return test
    left, right = compiler.compile(premise.left), compiler.compile(premise.right)

    def check(draw: Draw, rng: random.Random) -> Outcome:
        if (
            not draw.dropped
            and relation_outcome(draw.env(), premise.op, left, right).holds is False
        ):
            raise OutsideDomain("the premise does not hold")
        return test.check(draw, rng)

    return replace(test, keys=test.keys | free_keys(left, right), check=check)


def _premise(compiler: Compiler, equation: Equation) -> n.Relation | None:
    label = equation.scope.follows
    if label is None or label == equation.label:
        return None
    for other in compiler.document.equations:
        if other.label == label and other.reading is not None:
            nodes = [link.node for link in other.reading.links]
            return next((x for x in nodes if isinstance(x, n.Relation) and not x.some), None)
    return None


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
        return None
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
    values = elements(compiler, node.right)
    declared = values_of(compiler, node.left)
    if values is None:
        return None
    if declared is None:
        raise Unsupported(f"{node.left.name} is not declared to be in a finite set")

    def check(draw: Draw, rng: random.Random) -> Outcome:
        env = draw.env()
        printed, real = ([x for (x,) in code.run(env)] for code in (values, declared))
        same = set(printed) == set(real)
        shown = [f"{{{', '.join(show(env.ctx, x) for x in xs)}}}" for xs in (real, printed)]
        return Outcome(same, 0 if same else env.ctx.inf, shown[0], shown[1])

    return Test(free_keys(values, declared), check)


def _definition(compiler: Compiler, node: n.Relation, entry: Entry) -> Test:
    """A definition has no truth value, but it must make sense."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    side = node.left
    if entry.kind == "distribution" and isinstance(side, n.Apply) and node.op == "=":
        total = mass(compiler, side)
        value = right

        def check_mass(draw: Draw, rng: random.Random) -> Outcome:
            env = draw.env()
            try:
                found = total.run(env)
            except Undefined as reason:
                return Outcome(False, env.ctx.inf, f"no value: {reason}", "")
            outcome = compare(env.ctx, "=", found, env.ctx.one)
            outcome.left = f"total mass {outcome.left}"
            if outcome.holds and not value.dirac:
                density = value.run(env)
                if density < 0:
                    return Outcome(False, env.ctx.inf, f"density {show(env.ctx, density)}", "0")
            return outcome

        return Test(free_keys(total, right), check_mass, cost=2)
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

    return Test(free_keys(left, right), check)


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
                    f"{_pattern(compiler, m)} (second)": show(env.ctx, draw.values[m])
                    for m in moved
                }
                draw.values.update(before)
                return outcome
        draw.values.update(before)
        return outcome

    return Test(free_keys(left, right) | frozenset(members), check, cost=2)


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

    return Test(free_keys(left, right) | frozenset(variables), check, cost=2)


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
