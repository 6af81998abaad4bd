"""The meaning of the codes of findings."""

from __future__ import annotations

_OWN = {
    "E101": "the equation is false as printed",
    "E102": "two witnesses contradict each other",
}


def codes() -> dict[str, str]:
    """Every code that a finding may carry, with what it means."""
    try:
        from ..reader.errors import CODES
    except ImportError:
        return dict(_OWN)
    return {**_OWN, **CODES}


def describe(code: str) -> str:
    """What a code means; the code itself if nobody knows."""
    return codes().get(code, code)
