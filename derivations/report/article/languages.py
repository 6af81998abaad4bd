"""The languages that an article can be set in."""

from __future__ import annotations

from .english import English
from .japanese import Japanese

LANGUAGES: dict[str, English] = {one.code: one for one in (English(), Japanese())}
"""By their codes: ``en``, ``ja``."""
