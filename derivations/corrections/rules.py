r"""The slips that a printed equation may have, each undone: candidates for its correction.

A rule looks at what is printed and at the declared kinds, never at a label. Costs order the
candidates: signs first, then lost functions, transposes and inverses, then coefficients and
numbers, names and indices, and last whole factors, terms and relation signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from ..language import nodes as n
from ..language.types import Family, Function, Index, Matrix, Scalar, Vector
from ..reader.definitions import entry_of
from .edits import Change, Edit
from .printed import Printed

Rule = Callable[[Printed], Iterator[Edit]]

_COMMAND = re.compile(r"\\(?:operatorname\*?|text|mathrm)\s*\{[^{}]*\}|\\[A-Za-z]+|[a-z]+")
_OTHER_EXTREMUM = {"min": "max", "max": "min", "argmin": "argmax", "argmax": "argmin"}
_SIGNS = {"=": "=", "<=": r"\leq", ">=": r"\geq", "<": "<", ">": ">"}
_ORDERS = {
    "!=": ("=",),
    "<": ("<=", "=", ">=", ">"),
    ">": (">=", "=", "<=", "<"),
    "<=": (">=", "="),
    ">=": ("<=", "="),
    "=": ("<=", ">="),
}
_NAMES_EACH = 6
"""Names that are tried in one place."""
_SHORT = 24
"""Characters of a power that is tried as a lost factor."""


def candidates(printed: Printed) -> list[Edit]:
    """All single edits, the likely ones first; each result once."""
    found: dict[tuple[tuple[int, int, str], ...], Edit] = {}
    said = printed.relations[0].left.span if printed.relations else None
    for rule in RULES:
        for edit in rule(printed):
            if said is not None and all(change.within(said) for change in edit.changes):
                edit = replace(edit, cost=edit.cost + 1)  # what the equation speaks of comes last
            key = tuple((c.start, c.stop, c.new.strip()) for c in edit.changes)
            if key not in found or found[key].cost > edit.cost:
                found[key] = edit
    return sorted(found.values(), key=lambda edit: edit.cost)


def _edit(cost: int, *changes: Change) -> Edit:
    return Edit(cost, changes)


# ---------------------------------------------------------------- signs


def signs(p: Printed) -> Iterator[Edit]:
    """A minus to a plus, a plus to a minus, a minus in front; b - a for a - b."""
    first = {id(part.node.terms[0]) for part in p.of(n.Add) if isinstance(part.node, n.Add)}
    for part in p.of(n.Neg):
        node, sign = part.node, part.node.sign if isinstance(part.node, n.Neg) else None
        if sign is not None and isinstance(node, n.Neg):
            inner = isinstance(part.parent, n.Add) and id(node) not in first
            yield _edit(
                1,
                Change("sign", sign.start, sign.stop, "+" if inner else "", p.whole(node.operand)),
            )
    for part in p.of(n.Add):
        assert isinstance(part.node, n.Add)
        for before, term in zip(part.node.terms, part.node.terms[1:], strict=False):
            if isinstance(term, n.Neg):
                continue
            start, stop = p.outer(before).stop, p.outer(term).start
            plus = p.text.rfind("+", start, stop)
            if plus >= 0:
                yield _edit(1, Change("sign", plus, plus + 1, "-", p.whole(term)))
    for part in p.of(n.Add):
        assert isinstance(part.node, n.Add)
        head, *others = part.node.terms
        if len(others) == 1 and isinstance(others[0], n.Neg) and others[0].span is not None:
            new = f"{p.whole(others[0].operand)} - {p.whole(head)}"
            if not isinstance(head, n.Neg):
                start, stop = p.outer(head).start, p.outer(others[0]).stop
                yield _edit(2, Change("replace", start, stop, new))
    for term in p.terms():
        start = p.outer(term).start
        if not p.text[:start].rstrip().endswith(("+", "-")) and not _is_zero(term):
            yield _edit(1, Change("sign", start, start, "-", p.whole(term)))


def _is_zero(node: n.Node) -> bool:
    return isinstance(node, n.Number) and node.value == 0


# ---------------------------------------------------------------- functions and operators


def identities(p: Printed) -> Iterator[Edit]:
    """A number where the other side is a matrix: times the identity matrix."""
    for relation in p.relations:
        for side, other in ((relation.left, relation.right), (relation.right, relation.left)):
            shape, span = p.shape(other), side.span
            if not isinstance(p.shape(side), Scalar) or not isinstance(shape, Matrix):
                continue
            if _is_zero(side) or shape.rows != shape.columns or span is None:
                continue
            name, declare = _identity(p, shape)
            if isinstance(side, n.Add):
                opened = Change("replace", span.start, span.start, r"\left(")
                closed = Change(
                    "identity", span.stop, span.stop, rf" \right) {name}", p.slice(side)
                )
                yield Edit(1, (opened, closed), declare)
            else:
                put = Change("identity", span.stop, span.stop, f" {name}", p.slice(side))
                yield Edit(1, (put,), declare)


def _identity(p: Printed, shape: Matrix) -> tuple[str, str]:
    """The name of the identity matrix, with its declaration if there is none."""
    for entry in p.scope.entries():
        if entry.kind == "identity matrix" and entry.type == shape:
            return entry.pattern, ""
    name = next(x for x in ("I", "E", r"\mathbf{1}", r"\mathbb{I}") if x not in p.scope.symbols)
    return name, f"%! {name} : identity matrix({shape.rows.name})"


def functions(p: Printed) -> Iterator[Edit]:
    """A logarithm or another function dropped or put in."""
    for part in p.of(n.Call):
        match = _COMMAND.match(p.text, part.span.start, part.span.stop)
        if match is None or not isinstance(part.node, n.Call):
            continue
        inner = part.node.arguments[0].span
        if p.text[match.end() : match.end() + 1] == "{" and inner is not None:
            opened = Change("drop", match.start(), inner.start, "", p.slice(part.node.arguments[0]))
            yield _edit(2, opened, Change("silent", inner.stop, part.span.stop, ""))
        else:
            yield _edit(2, Change("drop", *match.span(), "", p.text[match.end() : part.span.stop]))
    for part in p.of(n.Apply, n.Symbol, n.Indexed, n.Call):
        node, parent = part.node, part.parent
        if not isinstance(p.shape(node), Scalar) or isinstance(parent, n.Derivative | n.Delta):
            continue
        if isinstance(node, n.Call) and node.name != "det":
            continue
        if isinstance(parent, n.Call) and parent.name in ("ln", "log"):
            continue
        last = not isinstance(parent, n.Mul) or parent.factors[-1] is node
        cost = 2 if isinstance(node, n.Apply | n.Call) else 6
        for name in (r"\ln", r"\exp"):
            start, stop = part.span.start, part.span.stop
            if name == r"\exp" and cost == 2:
                continue
            if last and name == r"\ln":
                yield _edit(cost, Change("before", start, start, rf"{name} ", p.slice(node)))
            else:
                text = rf"{name}({p.slice(node)})"
                yield _edit(cost, Change("replace", start, stop, text))


def extrema(p: Printed) -> Iterator[Edit]:
    r"""\min for \max, and \arg\min for \min: at one place, and at all."""
    everywhere: list[Change] = []
    for part in p.of(n.Extremum):
        node = part.node
        match = _COMMAND.match(p.text, part.span.start, part.span.stop)
        if match is None or not isinstance(node, n.Extremum):
            continue
        other = _OTHER_EXTREMUM[node.kind]
        if node.kind.startswith("arg"):
            if match.group() == r"\arg":
                after = re.compile(r"\\arg\s*\\(?:min|max)").match(p.text, part.span.start)
                stop = after.end() if after else match.end()
                plain = Change("replace", part.span.start, stop, f"\\{node.kind[3:]}")
                turned = Change("replace", part.span.start, stop, rf"\arg\{other[3:]}")
            else:
                plain = Change("replace", *match.span(), f"\\{node.kind[3:]}")
                turned = Change("replace", *match.span(), rf"\arg\{other[3:]}")
        else:
            plain = Change("replace", *match.span(), rf"\arg\{node.kind}")
            turned = Change("replace", *match.span(), f"\\{other}")
        everywhere.append(plain)
        yield _edit(2, turned)
        yield _edit(2, plain)
    if len(everywhere) > 1:
        yield Edit(1, tuple(everywhere))


def matrices(p: Printed) -> Iterator[Edit]:
    """A transpose or an inverse dropped or put in; a prime too."""
    for part in p.of(n.Transpose, n.Inverse):
        operand = part.node.operand  # type: ignore[attr-defined]
        if operand.span is not None:
            start = p.outer(operand).stop
            yield _edit(2, Change("drop after", start, part.span.stop, "", p.whole(operand)))
    for part in p.of(n.Symbol, n.Indexed, n.Add, n.Mul, n.Inverse, n.Transpose):
        node = part.node
        shape = p.shape(node)
        if not isinstance(shape, Matrix | Vector) or isinstance(node, n.Mul):
            continue
        stop = p.outer(node).stop
        if isinstance(node, n.Add) and stop == part.span.stop:
            continue
        wrapped = isinstance(node, n.Inverse | n.Transpose)
        scripted = p.text[stop : stop + 1] in ("^", "_")
        if not scripted and not wrapped:
            yield _edit(2, Change("after", stop, stop, r"^\top", p.whole(node)))
            if isinstance(shape, Matrix):
                yield _edit(2, Change("after", stop, stop, "^{-1}", p.whole(node)))
    for part in p.of(n.Apply):
        node = part.node
        assert isinstance(node, n.Apply)
        if len(node.arguments) == 1 and node.function.span is not None:
            stop = node.function.span.stop
            bracket = p.text.find("(", stop)
            if node.primes and "'" in p.text[stop:bracket]:
                yield _edit(
                    3, Change("drop after", bracket - 1, bracket, "", p.slice(node.function))
                )


def orders(p: Printed) -> Iterator[Edit]:
    """Two neighbours of a matrix product exchanged."""
    for part in p.of(n.Mul):
        assert isinstance(part.node, n.Mul)
        for a, b in zip(part.node.factors, part.node.factors[1:], strict=False):
            if isinstance(p.shape(a), Scalar) or isinstance(p.shape(b), Scalar):
                continue
            if a.span is None or b.span is None:
                continue
            here, there = p.outer(a), p.outer(b)
            between = p.text[here.stop : there.start]
            new = f"{p.whole(b)}{between or ' '}{p.whole(a)}"
            yield _edit(4, Change("replace", here.start, there.stop, new))


# ---------------------------------------------------------------- coefficients and numbers


def coefficients(p: Printed) -> Iterator[Edit]:
    r"""\frac{1}{n}, n, 2 or \frac{1}{2} dropped or put in before a term."""
    sizes = list(dict.fromkeys(sort.size for sort in p.scope.sorts.values()))
    used = [size for size in sizes if _mentions(p, size)]
    for part in p.of(n.Div):
        assert isinstance(part.node, n.Div)
        below = part.node.denominator
        if below.span is None or part.node.numerator.span is None:
            continue
        for new in ("2", *used):
            at, number = below.span.start, new == "2" and p.slice(below)[:1].isdigit()
            if p.slice(below) != new and not number and p.text[at - 1 : at] == "{":
                yield _edit(3, Change("before", at, at, f"{new} ", p.slice(below)))
    for term in p.terms():
        if _is_zero(term) or not isinstance(p.shape(term), Scalar | Vector | Matrix):
            continue
        at = p.outer(term).start
        digit = p.text[at : at + 1].isdigit()
        for size in used:
            yield _edit(3, Change("before", at, at, rf"\frac{{1}}{{{size}}} ", p.whole(term)))
            yield _edit(4, Change("before", at, at, rf"\frac{{1}}{{2{size}}} ", p.whole(term)))
            yield _edit(3, Change("before", at, at, f"{size} ", p.whole(term)))
        if not digit:
            yield _edit(3, Change("before", at, at, "2 ", p.whole(term)))
        yield _edit(3, Change("before", at, at, r"\frac{1}{2} ", p.whole(term)))
    for part in p.of(n.Mul):
        assert isinstance(part.node, n.Mul)
        for k, factor in enumerate(part.node.factors):
            if factor.span is not None and _is_coefficient(p, factor, used):
                yield _dropped(p, part.node, k, 3)


def _mentions(p: Printed, size: str) -> bool:
    """Whether an equation speaks of a size, by its letter or by an index that runs over it."""
    for part in p.parts:
        for node in part.node.walk():
            if isinstance(node, n.Symbol):
                if node.name == size:
                    return True
                sort = getattr(node.type, "sort", None) or getattr(node.type, "rows", None)
                if sort is not None and sort.size == size:
                    return True
    return False


def _is_coefficient(p: Printed, node: n.Node, sizes: list[str]) -> bool:
    if isinstance(node, n.Number):
        return True
    if isinstance(node, n.Symbol):
        return node.name in sizes
    return isinstance(node, n.Div) and all(
        isinstance(x, n.Number) or (isinstance(x, n.Symbol) and x.name in sizes)
        for x in (node.numerator, node.denominator)
    )


def _dropped(p: Printed, product: n.Mul, k: int, cost: int) -> Edit:
    """A factor left out."""
    factors = product.factors
    span = p.outer(factors[k])
    if k + 1 < len(factors):
        stop = p.outer(factors[k + 1]).start
        return _edit(cost, Change("drop", span.start, stop, "", p.whole(factors[k + 1])))
    start = p.outer(factors[k - 1]).stop
    return _edit(cost, Change("drop after", start, span.stop, "", p.whole(factors[k - 1])))


def numbers(p: Printed) -> Iterator[Edit]:
    """A number one more or one less, a size for another, an exponent, n - 1 for n."""
    sizes = [sort.size for sort in p.scope.sorts.values()]
    for part in p.of(n.Number):
        node = part.node
        assert isinstance(node, n.Number)
        if node.value.denominator != 1:
            continue
        exponent = isinstance(part.parent, n.Pow) and part.parent.exponent is node
        for value in (node.value + 1, node.value - 1, *((Fraction(4),) if node.value == 2 else ())):
            if value >= 0 and not (exponent and value == 0):
                yield _edit(3, Change("replace", part.span.start, part.span.stop, str(value)))
        if exponent and isinstance(part.parent, n.Pow) and part.parent.span is not None:
            base = part.parent.base
            if base.span is not None:
                at = p.outer(base).stop
                yield _edit(3, Change("drop after", at, part.parent.span.stop, "", p.whole(base)))
    for part in p.of(n.Symbol):
        node = part.node
        if not isinstance(node, n.Symbol) or node.name not in sizes:
            continue
        start, stop = part.span.start, part.span.stop
        for size in dict.fromkeys(sizes):
            if size != node.name:
                yield _edit(3, Change("replace", start, stop, size))
        below = isinstance(part.parent, n.Div) and part.parent.denominator is node
        for new in ("n - 1", "n + 1"):
            text = new.replace("n", node.name)
            yield _edit(4, Change("replace", start, stop, text if below else f"({text})"))


def fractions(p: Printed) -> Iterator[Edit]:
    """Numerator and denominator exchanged."""
    for part in p.of(n.Div):
        node = part.node
        assert isinstance(node, n.Div)
        if node.numerator.span is None or node.denominator.span is None:
            continue
        above, below = p.slice(node.numerator), p.slice(node.denominator)
        new = rf"\frac{{{below}}}{{{above}}}"
        yield _edit(3, Change("replace", part.span.start, part.span.stop, new))


def powers(p: Printed) -> Iterator[Edit]:
    """A square put in; a number to the power of a size."""
    for part in p.parts:
        node, around = part.node, p.bracketed(part.span)
        atom = isinstance(node, n.Symbol | n.Indexed | n.Apply | n.Expectation)
        if not (atom or around) or not isinstance(p.shape(node), Scalar):
            continue
        if isinstance(part.parent, n.Pow | n.Call | n.Apply):
            continue
        stop = around.stop if around is not None else part.span.stop
        if around is None and "^" in p.slice(node):
            text = f"({p.slice(node)})^2"
            yield _edit(4, Change("replace", part.span.start, stop, text))
        elif p.text[stop : stop + 1] != "^":
            yield _edit(4, Change("after", stop, stop, "^2", p.whole(node)))
    for part in p.of(n.Number):
        if p.slice(part.node) not in ("0", "1") and not isinstance(part.parent, n.Pow):
            stop = part.span.stop
            for size in dict.fromkeys(sort.size for sort in p.scope.sorts.values()):
                yield _edit(5, Change("after", stop, stop, f"^{{{size}}}", p.slice(part.node)))


# ---------------------------------------------------------------- names


def indices(p: Printed) -> Iterator[Edit]:
    """An index for another of its sort; two indices exchanged."""
    letters: dict[str, n.Symbol] = {}
    for part in p.parts:
        for node in part.node.walk():
            if isinstance(node, n.Symbol) and isinstance(node.type, Index):
                letters.setdefault(node.name, node)
    for part in p.of(n.Symbol):
        node = part.node
        if isinstance(node, n.Symbol) and not isinstance(part.parent, n.Indexed | n.Binder):
            for other in letters.values():
                if other.type == node.type and other.name != node.name:
                    yield _edit(4, Change("replace", part.span.start, part.span.stop, other.name))
    for part in p.of(n.Indexed):
        node = part.node
        assert isinstance(node, n.Indexed)
        places = [x for x in node.indices if isinstance(x, n.Symbol) and x.span is not None]
        if isinstance(node.base, n.Indexed):
            places += [
                x for x in node.base.indices if isinstance(x, n.Symbol) and x.span is not None
            ]
        for index in places:
            assert index.span is not None
            for other in letters.values():
                if other.type == index.type and other.name != index.name:
                    change = Change("replace", index.span.start, index.span.stop, other.name)
                    yield _edit(4, change)
        if len(places) == 2 and places[0].type == places[1].type:
            first, second = places
            if first.span is not None and second.span is not None and first != second:
                yield _edit(
                    4,
                    Change("replace", first.span.start, first.span.stop, second.name),
                    Change("replace", second.span.start, second.span.stop, first.name),
                )


def names(p: Printed) -> Iterator[Edit]:
    """A name for another of its kind that the equation prints, or that is declared."""
    printed: dict[object, dict[str, None]] = {}
    declared: dict[object, dict[str, None]] = {}
    places = []
    own = set(map(id, p.parts))
    for part in p.known(n.Symbol, n.Indexed):
        bound = isinstance(part.parent, n.Binder | n.Integral | n.Indexed)
        if bound and part.node is not getattr(part.parent, "body", None):
            continue
        shape = part.node.type if isinstance(part.node, n.Symbol) else p.shape(part.node)
        if shape is None or isinstance(shape, Index | Family):
            continue
        printed.setdefault(shape, {}).setdefault(p.slice(part.node))
        if id(part) in own:
            places.append((part, shape))
    for entry in p.scope.symbols.values():
        if not entry.slots:
            likely = printed if isinstance(entry.type, Function) else declared
            likely.setdefault(entry.type, {}).setdefault(entry.name)
    for part, shape in places:
        mine = p.slice(part.node)
        for cost, known in ((4, printed), (6, declared)):
            others = [x for x in known.get(shape, ()) if not _same_name(p, part.node, x, mine)]
            others.sort(key=lambda other: not _alike(mine, other))
            for other in others[:_NAMES_EACH]:
                yield _edit(cost, Change("replace", part.span.start, part.span.stop, other))


def _alike(first: str, second: str) -> bool:
    """Whether two names begin alike: x_k and x_k^{(i)}, p and p_0."""
    return first.split("^")[0].split("_")[0] == second.split("^")[0].split("_")[0]


def _same_name(p: Printed, node: n.Node, text: str, mine: str) -> bool:
    entry = entry_of(p.scope, node) if isinstance(node, n.Symbol) else None
    return text == mine or (entry is not None and entry.name == text)


def arguments(p: Printed) -> Iterator[Edit]:
    """D(p || q) for D(q || p)."""
    for part in p.of(n.Apply):
        node = part.node
        assert isinstance(node, n.Apply)
        if len(node.arguments) != 2 or node.arguments[0] == node.arguments[1]:
            continue
        first, second = (x.span for x in node.arguments)
        if first is not None and second is not None:
            a, b = (p.slice(x) for x in node.arguments)
            new = b + p.text[first.stop : second.start] + a
            yield _edit(4, Change("replace", first.start, second.stop, new))


# ---------------------------------------------------------------- relations, factors, terms


def relations(p: Printed) -> Iterator[Edit]:
    """Another relation sign; an order that may be an equality is more likely than a turned one."""
    for relation in p.relations:
        sign = relation.sign
        if sign is None or relation.up_to is not None or relation.op not in _ORDERS:
            continue
        for k, op in enumerate(_ORDERS[relation.op]):
            cost = 8 if relation.op == "=" else 2 if k == 0 else 5
            yield _edit(cost, Change("replace", sign.start, sign.stop, _SIGNS[op]))


def factors(p: Printed) -> Iterator[Edit]:
    """A factor dropped, or one that is printed elsewhere put in, above or below a line."""
    for part in p.of(n.Mul):
        assert isinstance(part.node, n.Mul)
        for k, factor in enumerate(part.node.factors):
            if factor.span is not None:
                yield _dropped(p, part.node, k, 5)
    scalars = _scalars(p)
    bodies = [part.node.body for part in p.of(n.Sum, n.Integral)]  # type: ignore[attr-defined]
    for term in (*p.terms(), *(body for body in bodies if not isinstance(body, n.Add))):
        if _is_zero(term) or term.span is None:
            continue
        at, beside, letters = p.outer(term).start, p.whole(term), _indices(term)
        ranked: dict[int, list[str]] = {5: [], 6: [], 7: []}
        for name, used, printed in scalars:
            near = bool(used & letters)
            ranked[5 if near and printed else 6 if near or printed else 7].append(name)
        for cost, listed in ranked.items():
            for name in listed[:_NAMES_EACH]:
                if name != p.slice(term):
                    yield _edit(cost, Change("before", at, at, f"{name} ", beside))
                    if cost > 5:
                        new = rf"\frac{{1}}{{{name}}} "
                        yield _edit(cost, Change("before", at, at, new, beside))


def matrix_factors(p: Printed) -> Iterator[Edit]:
    """A matrix or vector of the equation put in before or after a product of such."""
    kinds = n.Symbol, n.Indexed, n.Inverse, n.Transpose, n.Call
    listed: dict[str, None] = {}
    for part in p.known(*kinds):
        shape, text = p.shape(part.node), p.slice(part.node)
        if isinstance(shape, Vector | Matrix) and len(text) <= _SHORT:
            listed.setdefault(text)
            if isinstance(shape, Matrix) and "^" not in text:
                listed.setdefault(rf"{text}^\top")
    wanting = [x for r in p.relations for x in _wanting(p, r)]
    for term in dict.fromkeys((*p.terms(), *wanting)):
        if isinstance(p.shape(term), Vector | Matrix) or term in wanting:
            span = p.outer(term)
            for name in list(listed)[: 2 * _NAMES_EACH]:
                yield _edit(5, Change("before", span.start, span.start, f"{name} ", p.whole(term)))
                yield _edit(5, Change("after", span.stop, span.stop, f" {name}", p.whole(term)))


def _wanting(p: Printed, relation: n.Relation) -> list[n.Node]:
    """The side of a relation that is a number where the other one is a vector or matrix."""
    left, right = relation.left, relation.right
    pairs = ((left, right), (right, left))
    return [
        side
        for side, other in pairs
        if isinstance(p.shape(side), Scalar)
        and isinstance(p.shape(other), Vector | Matrix)
        and not isinstance(side, n.Add)
        and not _is_zero(side)
    ]


def _scalars(p: Printed) -> list[tuple[str, frozenset[str], bool]]:
    """Numbers with their index letters: those that are printed, and those that are declared."""
    found: dict[str, tuple[str, frozenset[str], bool]] = {}
    kinds = n.Symbol, n.Indexed, n.Apply, n.Call, n.Expectation, n.Pow
    for part in p.known(*kinds):
        text = p.slice(part.node)
        short = isinstance(p.shape(part.node), Scalar) and len(text) <= _SHORT
        if short and (not isinstance(part.node, n.Pow) or isinstance(part.parent, n.Mul)):
            found.setdefault(text, (text, _indices(part.node), True))
    for entry in p.scope.entries():
        kind = entry.type.element if isinstance(entry.type, Family) else entry.type
        if isinstance(kind, Scalar):
            found.setdefault(entry.pattern, (entry.pattern, frozenset(entry.slots), False))
    return list(found.values())


def _indices(node: n.Node) -> frozenset[str]:
    """The index letters in a node."""
    return frozenset(
        x.name for x in node.walk() if isinstance(x, n.Symbol) and isinstance(x.type, Index)
    )


def terms(p: Printed) -> Iterator[Edit]:
    """A term of a sum dropped."""
    for part in p.of(n.Add):
        assert isinstance(part.node, n.Add)
        for before, term in zip(part.node.terms, part.node.terms[1:], strict=False):
            start, stop = p.outer(before).stop, p.outer(term).stop
            yield _edit(5, Change("drop after", start, stop, "", p.whole(before)))
        first, second = part.node.terms[:2]
        stop = p.outer(second).start
        yield _edit(5, Change("drop", p.outer(first).start, stop, "", p.whole(second)))


def lost_terms(p: Printed) -> Iterator[Edit]:
    """A term that the equation prints elsewhere added, first where brackets hold one thing."""
    known: dict[object, dict[str, None]] = {}
    for part in p.known(n.Symbol, n.Indexed):
        name, shape = p.slice(part.node), p.shape(part.node)
        known.setdefault(shape, {}).setdefault(name)
        if isinstance(shape, Matrix) and shape.rows == shape.columns:
            known[shape].setdefault(rf"{name}^\top")
    for part in p.known(n.Add):
        assert isinstance(part.node, n.Add)
        for term in part.node.terms:
            bare = term.operand if isinstance(term, n.Neg) else term
            if bare.span is not None:
                known.setdefault(p.shape(bare), {}).setdefault(p.whole(bare))
    for part in p.parts:
        shape, stop = p.shape(part.node), part.span.stop
        alone = p.bracketed(part.span) and not isinstance(part.node, n.Add)
        if not alone and not isinstance(part.node, n.Add):
            continue
        cost = 4 if isinstance(part.node, n.Symbol | n.Indexed) else 6
        for name in known.get(shape, ()):
            if name not in p.slice(part.node):
                for sign in ("-", "+"):
                    change = Change("after", stop, stop, f" {sign} {name}", p.slice(part.node))
                    yield _edit(cost, change)
        if isinstance(shape, Matrix):
            change = Change(
                "after", stop, stop, rf" + {p.slice(part.node)}^\top", p.slice(part.node)
            )
            yield _edit(cost, change)


def brackets(p: Printed) -> Iterator[Edit]:
    """A factor and the term behind it put in brackets; a sum divided by a number."""
    for part in p.of(n.Add):
        assert isinstance(part.node, n.Add)
        for before, term in zip(part.node.terms, part.node.terms[1:], strict=False):
            if before.span is None or term.span is None:
                continue
            for inner in p.parts:
                last = inner.span.stop == before.span.stop and inner.span in before.span
                if last and inner.span.start > before.span.start:
                    start, stop = inner.span.start, p.outer(term).stop
                    text = p.text[start:stop]
                    yield _edit(4, Change("replace", start, stop, f"({text})"))
        for below in ("2", *dict.fromkeys(sort.size for sort in p.scope.sorts.values())):
            new = rf"\frac{{{p.slice(part.node)}}}{{{below}}}"
            yield _edit(5, Change("replace", part.span.start, part.span.stop, new))


def products(p: Printed) -> Iterator[Edit]:
    """A product for a sum of two terms."""
    for part in p.of(n.Add):
        assert isinstance(part.node, n.Add)
        if len(part.node.terms) == 2 and not any(isinstance(x, n.Neg) for x in part.node.terms):
            first, second = part.node.terms
            start, stop = p.outer(first).stop, p.outer(second).start
            plus = p.text.rfind("+", start, stop)
            if plus >= 0:
                yield _edit(5, Change("replace", plus, plus + 1, r"\cdot"))


def sums(p: Printed) -> Iterator[Edit]:
    """A sum or product sign that the equation prints put in before a term, or one for the other."""
    heads: dict[str, None] = {}
    for part in p.of(n.Sum, n.Product):
        binder = part.node.binder  # type: ignore[attr-defined]
        if binder.span is None:
            continue
        text = p.text[binder.span.start : binder.span.stop]
        heads.setdefault(text)
        for old, new in ((r"\sum", r"\prod"), (r"\prod", r"\sum")):
            if text.startswith(old):
                at = binder.span.start
                yield _edit(5, Change("replace", at, at + len(old), new))
    for term in p.terms():
        at = p.outer(term).start
        own: dict[str, None] = {}
        for letter in sorted(_indices(term)):
            entry = p.scope.symbols.get(letter)
            if entry is not None and isinstance(entry.type, Index):
                own[rf"\sum_{{{letter}=1}}^{entry.type.sort.size}"] = None
        for head in {**own, **heads}:
            if not p.slice(term).startswith(head) and not _is_zero(term):
                cost = 5 if head in own else 6
                yield _edit(cost, Change("before", at, at, f"{head} ", p.whole(term)))


RULES: tuple[Rule, ...] = (
    identities,
    signs,
    extrema,
    functions,
    matrices,
    relations,
    coefficients,
    numbers,
    fractions,
    indices,
    names,
    arguments,
    orders,
    lost_terms,
    brackets,
    powers,
    factors,
    matrix_factors,
    terms,
    products,
    sums,
)
