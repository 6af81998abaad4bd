"""HTML by construction: text is escaped unless it is markup already."""

from __future__ import annotations

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
    return Markup(escape(_visible(content))) if content else Markup()


def join(*parts: Content, between: str = "") -> Markup:
    """Parts one after the other; empty ones are left out."""
    return Markup(text(between).join(text(part) for part in parts if part))


def tag(element: str, *content: Content, **attributes: Attribute) -> Markup:
    """An element. ``class_`` is the attribute class, ``data_label`` the attribute data-label.

    An attribute that is None or False is left out, one that is True has no value.

    >>> tag("p", "a < b", class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b</p>'
    """
    parts = [element]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        written = name.rstrip("_").replace("_", "-")
        parts.append(written if value is True else f'{written}="{text(str(value))}"')
    opened = Markup(f"<{' '.join(parts)}>")
    return opened if element in VOID else Markup(f"{opened}{join(*content)}</{element}>")


def _visible(content: str) -> str:
    if content.isprintable():
        return content
    return "\n".join(visible(line) for line in content.split("\n"))
