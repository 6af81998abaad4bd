"""Signs as a person writes them."""

from __future__ import annotations


def readable(statement: str) -> str:
    """The statement of a rule with the signs that a person writes.

    >>> readable("ln a <= a - 1")
    'ln a ≤ a − 1'
    """
    for written, meant in (("<=", "≤"), (">=", "≥"), ("!=", "≠"), (" - ", " − ")):
        statement = statement.replace(written, meant)
    return statement
