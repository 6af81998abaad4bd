"""A page as a tree, so that tests look at its structure and not at its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("br", "hr", "input", "meta"))


@dataclass
class Element:
    """An element with its attributes and what is in it."""

    name: str
    attributes: dict[str, str]
    content: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, name: str | None = None, **attributes: str) -> Iterator[Element]:
        """The elements inside of a name with some attributes; ``class_`` is one of its classes."""
        wanted = attributes.pop("class_", None)
        for part in self.content:
            if isinstance(part, str):
                continue
            given = all(
                part.attributes.get(k.replace("_", "-")) == v for k, v in attributes.items()
            )
            if name in (None, part.name) and given and wanted in (None, *part.classes):
                yield part
            yield from part.all(name, **attributes, **({"class_": wanted} if wanted else {}))

    def one(self, name: str | None = None, **attributes: str) -> Element:
        found = list(self.all(name, **attributes))
        assert len(found) == 1, f"{len(found)} of {name} {attributes}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in <{tag}>"
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.stack[-1].content.append(made)
        if tag not in VOID:
            self.stack.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop().name == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.stack[-1].content.append(data)


def read(page: str) -> Element:
    """The tree of a page; AssertionError if an element is not closed where it should be."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.stack) == 1, f"<{reader.stack[-1].name}> is not closed"
    return reader.stack[0]
