"""Lines of text with styles, printed with or without ANSI colours."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

STYLES = {
    "proved": "green",
    "definition": "cyan",
    "assumed": "cyan",
    "bounded": "yellow",
    "supported": "yellow",
    "undecided": "magenta",
    "unread": "bold red",
    "refuted": "bold red",
}
"""The colour of each verdict."""


def line(*parts: str | tuple[str, str]) -> Text:
    """A line from pieces; a pair is a piece and its style. Nothing is read as markup."""
    return Text.assemble(*parts)


def pad(text: str, width: int) -> str:
    """The text filled with spaces to a number of terminal cells."""
    return text + " " * max(width - cell_len(text), 0)


def cut(text: str, width: int) -> str:
    """The text, shortened with an ellipsis to a number of terminal cells."""
    shown = Text(text)
    shown.truncate(width, overflow="ellipsis")
    return shown.plain


def wrap(head: str, text: str, width: int, style: str = "") -> list[Text]:
    """A text after a head; what does not fit continues below it."""
    room = max(width - cell_len(head), 20)
    rows: list[str] = []
    for word in text.split(" "):
        if rows and cell_len(rows[-1]) + 1 + cell_len(word) <= room:
            rows[-1] += " " + word
        else:
            rows.append(word)
    blank = " " * cell_len(head)
    return [line(head if k == 0 else blank, (row, style)) for k, row in enumerate(rows)]


def flow(head: Text, pieces: Iterable[tuple[str, Text]], width: int | None) -> list[Text]:
    """Pieces after a head, each after its separator; over several lines if they do not fit.

    A line is broken at a separator and continues under the first piece.
    """
    rows, current = [], head.copy()
    for separator, piece in pieces:
        room = None if width is None else width - cell_len(separator) - piece.cell_len
        if room is not None and current.cell_len > max(room, head.cell_len):
            rows.append(current)
            current = Text(" " * head.cell_len).append(piece)
        else:
            current.append(separator, "dim").append(piece)
    return [*rows, current]


def finish(lines: Iterable[Text], color: bool) -> str:
    """The lines as a text; without colour there is no escape sequence in it."""
    if not color:
        return "".join(f"{row.plain.rstrip()}\n" for row in lines)
    console = Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="standard",
        no_color=False,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        width=1000,
    )
    with console.capture() as capture:
        for row in lines:
            row.rstrip()
            console.print(row, soft_wrap=True)
    return capture.get()
