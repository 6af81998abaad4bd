"""What the reader refuses: codes, places, reasons."""

from __future__ import annotations

from ..language.source import Span

CODES: dict[str, str] = {
    "E101": "the equation is false as printed",
    "E102": "two witnesses contradict each other",
    "R101": "unbalanced brace, bracket or environment",
    "R102": "unknown command",
    "R103": "undeclared symbol",
    "R104": "something is missing or out of place",
    "R105": "a character that mathematics does not use, or that looks like another",
    "R106": "nested too deeply",
    "R107": "too long",
    "R108": "a number or a tower of powers too large to work with",
    "R109": "ambiguous notation",
    "R110": "shapes that do not fit together",
    "R111": "an index outside its sort",
    "R112": "a command that would include a file or define another command",
    "R113": "notation that is not supported",
    "R114": "a wrong number of arguments",
    "R115": "an empty equation",
    "D201": "a declaration that cannot be read",
    "D202": "an unknown kind or property in a declaration",
    "D203": "declarations that contradict each other",
    "D204": "a declaration about an equation that is not there",
    "D205": "a definition that cannot be used",
    "F301": "a label used twice",
    "F302": "an inline formula that a declaration names was not found",
    "W301": "a vector equated with a set",
    "W302": "a slip of notation, read as declared",
    "W303": "an index that hides another of the same name",
}
"""Every code with what it means, for people and for ``--format sarif``."""


class ReadError(ValueError):
    """The reader refuses a text: a code, a sentence, and the place in the file.

    ``mentions`` is the symbol that a declaration names and that is not declared.
    """

    def __init__(self, code: str, message: str, span: Span, mentions: str = "") -> None:
        super().__init__(message)
        self.mentions = mentions
        self.code = code
        self.message = message
        self.span = span
