"""STIX Two Math, cut down to the characters that a page needs.

The font comes with the package ziamath; fontTools makes the part. It is licensed under the SIL
Open Font License 1.1, which the page says.
"""

from __future__ import annotations

import io
from base64 import b64decode, b64encode
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ...cache import Cache, digest

NOTICE = (
    "STIX Two Math: Copyright 2001-2021 The STIX Fonts Project Authors "
    "(https://github.com/stipub/stixfonts), SIL Open Font License 1.1 "
    "(https://openfontlicense.org); a subset, and not hinted."
)
_FEATURES = ["ssty", "dtls", "flac"]
"""Forms for scripts, dotless letters, flat accents: what mathematics asks of a font."""
_LETTERS = {"A": 0x1D434, "a": 0x1D44E, "Α": 0x1D6E2, "α": 0x1D6FC}
"""Where the italic alphabets begin that a single letter is set in."""
_ITALIC = {"h": "ℎ", "∂": "𝜕", "ϵ": "𝜖", "ϑ": "𝜗", "ϕ": "𝜙", "ϱ": "𝜚", "ϖ": "𝜛", "ϰ": "𝜘"}


@lru_cache(maxsize=4)
def subset(characters: frozenset[str]) -> bytes:
    """The font as WOFF, with the characters, their italics, and what is built from them.

    It is kept in the user's cache: to cut it takes longer than to set a page.
    """
    path, store = _file(), Cache()
    key = digest("font", version("fonttools"), version("ziamath"), *sorted(characters))
    kept = (store.get(key) or {}).get("woff")
    if isinstance(kept, str):
        return b64decode(kept)
    found = _cut(path, characters)
    store.put(key, {"woff": b64encode(found).decode()})
    return found


def _cut(path: Path, characters: frozenset[str]) -> bytes:
    from fontTools import subset as cutting
    from fontTools.ttLib import TTFont

    options = cutting.Options(
        layout_features=_FEATURES, hinting=False, notdef_outline=True, name_IDs=["*"]
    )
    options.drop_tables += ["GPOS", "GDEF", "DSIG"]
    with TTFont(path, lazy=True, recalcBBoxes=False) as font:
        cutter = cutting.Subsetter(options)
        cutter.populate(text="".join({*characters, *map(_italic, characters), "√"}))
        cutter.subset(font)
        font.flavor = "woff"
        found = io.BytesIO()
        font.save(found, reorderTables=False)
    return found.getvalue()


def _file() -> Path:
    package = find_spec("ziamath")
    if package is None or package.origin is None:
        raise ImportError("a web page needs more: pip install 'kenzan[html]'")
    return Path(package.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"


def _italic(character: str) -> str:
    """The italic of a letter, as a formula shows it."""
    for first, place in _LETTERS.items():
        if 0 <= ord(character) - ord(first) < 26:
            return chr(place + ord(character) - ord(first)) + _ITALIC.get(character, "")
    return _ITALIC.get(character, character)
