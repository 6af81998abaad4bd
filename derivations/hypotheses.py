"""What a link rests on: declared properties of the symbols it reads, as LaTeX."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .language import nodes as n
from .language.types import Function, SetOf
from .reader.declarations import CONVENTIONS
from .reader.scope import SEVERAL, Entry, Property, Scope, several


@dataclass(frozen=True)
class Hypothesis:
    """A hypothesis as LaTeX; ``drop`` names it for a run of the numbers without it."""

    latex: str
    unsaid: bool
    drop: tuple[str, str]


def hypotheses_of(
    scope: Scope,
    entries: Iterable[Entry],
    conventions: Iterable[str],
    node: n.Node | None = None,
) -> list[Hypothesis]:
    """The hypotheses on the symbols that a link reads, then assumptions, then conventions used.

    Where the link, ``node``, says that there are some values, a finite set may be too small.
    """
    found: dict[str, Hypothesis] = {}
    exists = isinstance(node, n.Relation) and bool(node.some)
    for entry in entries:
        if exists and isinstance(entry.type, SetOf):
            _add(found, several(entry.pattern), True, (entry.name, SEVERAL))
        if entry.definition is not None or entry.alias is not None:
            continue
        if entry.kind == "natural":
            _add(found, f"{entry.pattern} \\geq 1", False, (entry.name, "natural"))
        if isinstance(entry.type, Function) and entry.type.distribution:
            _add(
                found, f"{_applied(entry)} \\text{{ is a distribution}}", False, (entry.name, "law")
            )
        for prop in entry.properties:
            latex = _property(entry, prop)
            if latex:
                _add(found, latex, prop.unsaid, (entry.name, prop.name))
    names = {e.name for e in entries}
    for span, source, unsaid in scope.assumptions:
        text = source.slice(span)
        if any(name in text for name in names):
            _add(found, text, unsaid, ("assume", text))
    for name in sorted(conventions):
        _add(found, CONVENTIONS[name], scope.conventions.get(name, False), ("convention", name))
    return list(found.values())


def _add(found: dict[str, Hypothesis], latex: str, unsaid: bool, drop: tuple[str, str]) -> None:
    found.setdefault(latex, Hypothesis(latex, unsaid, drop))


def _applied(entry: Entry) -> str:
    return f"{entry.pattern}({entry.over})" if entry.over else entry.pattern


def _property(entry: Entry, prop: Property) -> str:
    name = entry.pattern
    is_function = isinstance(entry.type, Function)
    subject = _applied(entry) if is_function else name
    match prop.name:
        case "positive":
            return f"{subject} > 0"
        case "nonnegative":
            return f"{subject} \\geq 0"
        case "negative":
            return f"{subject} < 0"
        case "nonzero":
            return f"{subject} \\neq 0"
        case "symmetric":
            return f"{name} = {name}^\\top"
        case "positive definite":
            return f"{name} \\succ 0"
        case "orthogonal":
            return f"{name}^\\top {name} = I"
        case "invertible":
            return f"\\det({name}) \\neq 0"
        case "positive determinant":
            return f"\\det({name}) > 0"
        case "diagonal":
            return f"{name} \\text{{ is diagonal}}"
        case "diagonalises":
            return f"{name}^{{-1}} {prop.argument} {name} \\text{{ is diagonal}}"
        case "concave":
            return f"{name} \\text{{ is concave}}"
        case "convex":
            return f"{name} \\text{{ is convex}}"
        case "curvature at most":
            return f"{name}'' \\leq {prop.argument}"
        case "probabilities":
            index = entry.slots[0] if entry.slots else "i"
            return f"{name} > 0, \\sum_{index} {name} = 1"
        case "in":
            return f"{name} \\in {prop.argument}"
        case "one for each pair":
            slots = "".join(entry.slots)
            return f"{entry.name}_{{{slots}}} = {entry.name}_{{{slots[::-1]}}}"
    return ""
