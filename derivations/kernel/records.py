"""Theorems as plain data, and made again from it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from . import terms as t
from .terms import Term, refuse
from .theorem import MISUSE, RULES, Theorem

SCHEMA = 1


def write(theorem: Theorem) -> dict[str, Any]:
    """A theorem with all that it rests on, as data for JSON: terms, steps, the last step's id.

    A step holds the rule, its arguments, the hypotheses and the conclusion; terms are
    numbered, each after its parts.
    """
    return _Writer().document(theorem)


class _Writer:
    def __init__(self) -> None:
        self.terms: list[list[Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.numbers: dict[Term, int] = {}
        self.ids: dict[Theorem, int] = {}

    def document(self, theorem: Theorem) -> dict[str, Any]:
        for step in steps(theorem):
            self.step(step)
        return {"schema": SCHEMA, "terms": self.terms, "steps": self.steps}

    def step(self, theorem: Theorem) -> None:
        record = theorem.record
        self.ids[theorem] = len(self.steps)
        arguments = [self.value(a) for a in record.arguments]
        hypotheses = sorted(record.hypotheses, key=lambda h: h.digest)
        self.steps.append(
            {
                "id": len(self.steps),
                "rule": record.rule,
                "parents": [self.ids[p] for p in record.parents],
                "arguments": arguments,
                "hypotheses": [self.term(h) for h in hypotheses],
                "conclusion": self.term(record.conclusion),
            }
        )

    def value(self, value: Any) -> Any:
        if isinstance(value, Term):
            return {"term": self.term(value)}
        if isinstance(value, Theorem):
            return {"theorem": self.ids[value]}
        return [self.value(v) for v in value] if isinstance(value, tuple) else value

    def term(self, term: Term) -> int:
        number = self.numbers.get(term)
        if number is None:
            args = [self.term(a) for a in term.args]
            number = self.numbers[term] = len(self.terms)
            self.terms.append([term.op, _data(term), args])
        return number


def steps(*theorems: Theorem) -> list[Theorem]:
    """Theorems and all that they were made from, each once, parents first."""
    order: list[Theorem] = []
    seen: set[Theorem] = set()
    stack = [(theorem, False) for theorem in reversed(theorems)]
    while stack:
        here, ready = stack.pop()
        if ready:
            order.append(here)
        elif here not in seen:
            seen.add(here)
            stack.append((here, True))
            stack += [(p, False) for p in reversed(here.record.parents) if p not in seen]
    return order


def _data(term: Term) -> Any:
    match term.op:
        case "num":
            return str(term.data)
        case "var" | "bound":
            return [term.data, _sort(term.sort)]
        case "lam":
            return [_sort(s) for s in term.data]
        case "size":
            return _sort(term.data)
    return term.data


def _sort(sort: t.Sort) -> Any:
    if isinstance(sort, t.Arrow):
        return {"from": [_sort(s) for s in sort.arguments], "to": _sort(sort.result)}
    if isinstance(sort, t.Points):
        return {"points": sort.name, "index": sort.index, "spins": sort.spins}
    return sort


# ---------------------------------------------------------------- reading


def replay(document: dict[str, Any]) -> Theorem:
    """The last step's theorem, every step made again by its rule.

    Raises KernelError if a step is not what its rule gives, or if this is no record.
    """
    try:
        return _replay(document)
    except MISUSE as error:
        return refuse(f"this is no record: {error}")


def _replay(document: dict[str, Any]) -> Theorem:
    if document.get("schema") != SCHEMA:
        refuse(f"records of schema {document.get('schema')}")
    terms = _read_terms(document["terms"])
    made: list[Theorem] = []
    for step in document["steps"]:
        rule = RULES.get(step["rule"]) or refuse(f"no rule {step['rule']}")
        arguments = [_value(a, terms, made) for a in step["arguments"]]
        theorem = rule.apply(*arguments)
        parents = tuple(_item(made, p) for p in step["parents"])
        if step["id"] != len(made) or theorem.record.parents != parents:
            refuse(f"step {step['id']} ({step['rule']}) does not come from the steps it names")
        said = {_item(terms, h) for h in step["hypotheses"]}
        conclusion = _item(terms, step["conclusion"])
        if theorem.conclusion is not conclusion or theorem.hypotheses != said:
            refuse(f"step {step['id']} ({step['rule']}): the rule gives {theorem}")
        made.append(theorem)
    return made[-1] if made else refuse("a record without steps")


def _item(items: list[Any], number: Any) -> Any:
    if type(number) is not int or number < 0:
        refuse(f"{number!r} is no number of a term or step")
    return items[number]


def _value(value: Any, terms: list[Term], made: list[Theorem]) -> Any:
    if isinstance(value, dict):
        ((kind, number),) = value.items()
        known: dict[str, list[Any]] = {"term": terms, "theorem": made}
        return _item(known[kind], number)
    return tuple(_value(v, terms, made) for v in value) if isinstance(value, list) else value


def _read_terms(rows: list[list[Any]]) -> list[Term]:
    terms: list[Term] = []
    for op, data, numbers in rows:
        terms.append(_read(op, data, tuple(_item(terms, k) for k in numbers)))
    return terms


def _read(op: str, data: Any, args: tuple[Term, ...]) -> Term:
    match op:
        case "num":
            data = Fraction(data) if isinstance(data, str) else refuse(f"{data!r} is no number")
        case "var" | "bound":
            name, sort = data
            data = name, _read_sort(sort)
        case "lam":
            data = tuple(map(_read_sort, data))
        case "size":
            data = _read_sort(data)
    return t.restored(op, data, args)


def _read_sort(data: Any) -> t.Sort:
    if isinstance(data, str):
        return data
    if "from" in data:
        return t.Arrow(tuple(map(_read_sort, data["from"])), _read_sort(data["to"]))
    return t.Points(data["points"], data["index"], data["spins"])
