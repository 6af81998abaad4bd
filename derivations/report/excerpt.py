"""The printed line of a finding, with a mark under the place."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from .plain import visible


@dataclass(frozen=True)
class Excerpt:
    """A line of the document as shown and, below it, the mark; both in terminal cells."""

    number: int
    source: str
    marker: str


def excerpt(text: str, span: tuple[int, int], width: int = 100) -> Excerpt:
    """The line that holds a place, cut to ``width`` cells around it.

    ``span`` counts characters of ``text``; of a place over several lines the first is
    shown. Wide characters take two cells, hidden ones are spelled out.

    >>> print(*vars(excerpt("a = b + c\\n", (4, 5))).values(), sep="\\n")
    1
    a = b + c
        ^
    """
    start = min(max(span[0], 0), len(text))
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    line = text[begin:end].removesuffix("\r")
    first = min(start - begin, len(line))
    last = min(max(span[1] - begin, first), len(line))
    low, high = _window([cell_len(_piece(c)) for c in line], first, last, width)
    left = "…" if low else ""
    shown = ["".join(map(_piece, line[a:b])) for a, b in ((low, first), (first, min(last, high)))]
    source = left + "".join(map(_piece, line[low:high])) + ("…" if high < len(line) else "")
    marker = " " * cell_len(left + shown[0]) + "^" * max(cell_len(shown[1]), 1)
    return Excerpt(text.count("\n", 0, begin) + 1, source, marker)


def _piece(character: str) -> str:
    return " " if character == "\t" else visible(character)


def _window(cells: list[int], first: int, last: int, width: int) -> tuple[int, int]:
    """The characters to show: the place, then neighbours in turn while they fit."""
    if sum(cells) <= width:
        return 0, len(cells)
    room = width - 2
    low = high = first
    while high < last and cells[high] <= room:
        room -= cells[high]
        high += 1
    if high < last:
        return low, high
    more = True
    while more:
        more = False
        if low > 0 and cells[low - 1] <= room:
            low, more = low - 1, True
            room -= cells[low]
        if high < len(cells) and cells[high] <= room:
            room -= cells[high]
            high, more = high + 1, True
    return low, high
