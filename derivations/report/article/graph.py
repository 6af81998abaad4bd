"""The equations of a document and what each uses, drawn: a row or more for each section."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .content import Article

COLUMNS = 8
"""Equations side by side."""
STEP = 88.0, 74.0
"""From one equation to the next, and from one row to the next."""
BOX = 64.0, 30.0
"""Width and height of what stands for an equation."""
MARGIN = 14.0
HEADING = 22.0
"""Room for a section's name."""


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
    """A drawing: its size, boxes, arrows, and the sections' names with their heights."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[tuple[str, float], ...]


def graph(article: Article) -> Graph:
    """The equations in the document's order, section below section."""
    nodes: dict[str, Node] = {}
    headings: list[tuple[str, float]] = []
    y = MARGIN
    widest = 0
    for section, equations in article.sections:
        if section:
            headings.append((section, y + 12))
            y += HEADING
        for k, equation in enumerate(equations):
            row, column = divmod(k, COLUMNS)
            widest = max(widest, column + 1)
            nodes[equation.label] = Node(
                equation.label, MARGIN + column * STEP[0], y + row * STEP[1]
            )
        y += -(-len(equations) // COLUMNS) * STEP[1] - (STEP[1] - BOX[1]) + 30
    edges = tuple(
        Edge(used, by, _path(nodes[used], nodes[by]))
        for used, by in uses(article)
        if used in nodes and by in nodes
    )
    width = MARGIN * 2 + max(widest - 1, 0) * STEP[0] + BOX[0]
    return Graph(width, y, tuple(nodes.values()), edges, tuple(headings))


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


def _path(used: Node, by: Node) -> str:
    """From below the one to above the other; in a row, an arc below both."""
    half, (width, height) = BOX[0] / 2, BOX
    if used.y == by.y:
        side = width if used.x < by.x else 0
        start = used.x + side * 0.7 + width * 0.15, used.y + height
        stop = by.x + (width - side) * 0.7 + width * 0.15, by.y + height
        deep = height + used.y + 8 + 0.08 * abs(start[0] - stop[0])
        return (
            f"M{start[0]:.0f} {start[1]:.0f}C{start[0]:.0f} {deep:.0f} "
            f"{stop[0]:.0f} {deep:.0f} {stop[0]:.0f} {stop[1]:.0f}"
        )
    down = used.y < by.y
    start = used.x + half, used.y + (height if down else 0)
    stop = by.x + half, by.y + (0 if down else height)
    bend = max(18.0, 0.35 * abs(stop[1] - start[1])) * (1 if down else -1)
    return (
        f"M{start[0]:.0f} {start[1]:.0f}C{start[0]:.0f} {start[1] + bend:.0f} "
        f"{stop[0]:.0f} {stop[1] - bend:.0f} {stop[0]:.0f} {stop[1]:.0f}"
    )
