"""HTML by construction: text is escaped unless it is markup already."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from ..plain import visible

VOID = frozenset(("br", "hr", "input", "meta"))


class Markup(str):
    """HTML that is right as it stands; made by ``tag`` and ``join`` alone."""

    __slots__ = ()


Content = str | None
Attribute = str | int | float | bool | None


def text(content: Content) -> Markup:
    """Markup as it is, and anything else escaped, with its control characters shown."""
    if isinstance(content, Markup):
        return content
    return _escaped(content) if content else Markup()


@lru_cache(maxsize=10_000)
def _escaped(content: str) -> Markup:
    return Markup(escape(_visible(content)))


def join(*parts: Content, between: str = "") -> Markup:
    """Parts one after the other; empty ones are left out."""
    return Markup(text(between).join([text(part) for part in parts if part]))


def tag(element: str, *content: Content, **attributes: Attribute) -> Markup:
    """An element. ``class_`` is the attribute class, ``data_label`` the attribute data-label.

    An attribute that is None or False is left out, one that is True has no value.

    >>> tag("p", "a < b", class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b</p>'
    """
    parts = ["<", element]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        parts.append(_attribute(name) if value is True else _attribute(name, str(value)))
    parts.append(">")
    if element not in VOID:
        parts += [text(part) for part in content if part]
        parts += ("</", element, ">")
    return Markup("".join(parts))


@lru_cache(maxsize=10_000)
def _attribute(name: str, value: str | None = None) -> str:
    written = f" {name.rstrip('_').replace('_', '-')}"
    return written if value is None else f'{written}="{text(value)}"'


def _visible(content: str) -> str:
    if content.isprintable():
        return content
    return "\n".join(visible(line) for line in content.split("\n"))
