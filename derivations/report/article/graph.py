"""The equations of a document and what each uses, drawn: a row or more for each section."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from .content import Article

COLUMNS = 7
"""Equations side by side."""
STEP = 90.0, 56.0
"""From one equation to the next, and from one row to the next."""
BOX = 64.0, 28.0
"""Width and height of what stands for an equation."""
LEFT = 200.0
"""Room for the sections' names."""
MARGIN = 14.0
BETWEEN = 12.0
"""More room between two sections."""
LINE = 27
"""Letters in a line of a section's name."""


@dataclass(frozen=True)
class Node:
    """An equation: where its box has its upper left corner."""

    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Edge:
    """An equation uses another: a path of an SVG from the one that is used."""

    used: str
    by: str
    path: str


@dataclass(frozen=True)
class Graph:
    """A drawing: its size, boxes, arrows, and the sections' names in lines with their heights."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[tuple[tuple[str, ...], float], ...]


def graph(article: Article) -> Graph:
    """The equations in the document's order, section below section."""
    nodes: dict[str, Node] = {}
    headings: list[tuple[tuple[str, ...], float]] = []
    left = MARGIN + (LEFT if any(section for section, _ in article.sections) else 0)
    y = MARGIN
    for section, equations in article.sections:
        if section:
            headings.append((_lines(section), y + BOX[1] / 2))
        for k, equation in enumerate(equations):
            row, column = divmod(k, COLUMNS)
            place = left + column * STEP[0], y + row * STEP[1]
            nodes.setdefault(equation.label, Node(equation.label, *place))
        y += -(-len(equations) // COLUMNS) * STEP[1] + BETWEEN
    edges = tuple(
        Edge(used, by, _path(nodes[used], nodes[by], k))
        for k, (used, by) in enumerate(uses(article))
        if used in nodes and by in nodes
    )
    right = max((node.x for node in nodes.values()), default=left) + BOX[0] + MARGIN
    return Graph(right, y, tuple(nodes.values()), edges, tuple(headings))


def uses(article: Article) -> Iterator[tuple[str, str]]:
    """Each equation that another uses, and that other, once."""
    seen = set()
    for equation in article.report:
        for k, link in enumerate(equation.links):
            told = article.told.get((equation.label, k))
            for used in (*link.uses, *(told.uses if told else ())):
                pair = used, equation.label
                if used != equation.label and pair not in seen:
                    seen.add(pair)
                    yield pair


def _path(used: Node, by: Node, number: int) -> str:
    """From below the one to above the other, between the columns; in a row, an arc below both."""
    width, height = BOX
    x1, x2 = used.x + width / 2, by.x + width / 2
    y1, y2 = used.y + height, by.y
    if used.y == by.y:
        side = 12 if x1 < x2 else -12
        deep = y1 + 7 + 0.04 * abs(x1 - x2)
        return (
            f"M{x1 + side:.0f} {y1:.0f}C{x1 + side:.0f} {deep:.0f} "
            f"{x2 - side:.0f} {deep:.0f} {x2 - side:.0f} {y1:.0f}"
        )
    if used.y > by.y:
        x1, y1, x2, y2 = x2, by.y + height, x1, used.y
    gap = STEP[1] - height
    if y2 - y1 < gap + BETWEEN + 1:
        return f"M{x1:.0f} {y1:.0f}{_bend(x1, y1, x2, y2)}"
    lane = x2 - width / 2 - (STEP[0] - width) / 2 + 4 * (number % 5 - 2)
    return (
        f"M{x1:.0f} {y1:.0f}{_bend(x1, y1, lane, y1 + gap)}V{y2 - gap:.0f}"
        f"{_bend(lane, y2 - gap, x2, y2)}"
    )


def _bend(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = (y1 + y2) / 2
    return f"C{x1:.0f} {middle:.0f} {x2:.0f} {middle:.0f} {x2:.0f} {y2:.0f}"


def _lines(title: str) -> tuple[str, ...]:
    """A title in at most two lines."""
    first, rest = _cut(title, LINE)
    if not rest:
        return (first,)
    second, rest = _cut(rest, LINE - 1)
    return first, f"{second}…" if rest else second


def _cut(text: str, room: int) -> tuple[str, str]:
    """As many words as there is room for, and the rest; wide letters count twice."""
    ends = accumulate(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    at = sum(end <= room for end in ends)
    if at == len(text):
        return text, ""
    space = text.rfind(" ", 0, at + 1)
    at = space if space > 0 else at
    return text[:at], text[at:].lstrip()
