"""Results that are kept from one run to the next.

A small store of JSON objects under content-addressed names. ``digest`` makes a key of
everything that a result depends on, so nothing ever has to be invalidated. A damaged
or foreign file is the same as none, and a folder that cannot be written turns the store off.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from .files import write_atomic
from .language.source import Source
from .results import EquationResult, Finding

LIMIT = 64 * 2**20
"""Bytes that a store may hold before its oldest entries go."""

_KEY = re.compile("[0-9a-f]{64}")
_STALE = 3600.0

T = TypeVar("T")


def digest(*parts: str) -> str:
    """A key (SHA-256, hexadecimal) made of texts; how they are split counts.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        total.update(f"{len(data)}:".encode())
        total.update(data)
    return total.hexdigest()


class Cache:
    """A folder of JSON objects, by default that of the user, or ``KENZAN_CACHE_DIR``.

    ``available`` says whether entries can be stored. ``limit`` is in bytes; when it is
    passed, the entries that were not used for longest are removed.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None, limit: int = LIMIT) -> None:
        self.folder = Path(folder) if folder is not None else _default_folder()
        self.limit = limit
        self.available = _usable(self.folder)
        self._size: int | None = None

    def __repr__(self) -> str:
        return f"Cache({str(self.folder)!r}, available={self.available})"

    def get(self, key: str) -> dict[str, Any] | None:
        """The object stored under a key, or None."""
        path = self._path(key)
        try:
            check, _, body = path.read_bytes().partition(b"\n")
            if check != _checksum(key, body):
                return None
            value = json.loads(body)
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(value, dict):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return value

    def put(self, key: str, value: dict[str, Any]) -> None:
        """Store an object; TypeError if JSON cannot hold it, silence if the disk cannot."""
        path = self._path(key)
        body = json.dumps(value, separators=(",", ":")).encode()
        if not self.available:
            return
        data = _checksum(key, body) + b"\n" + body
        try:
            path.parent.mkdir(exist_ok=True)
            write_atomic(path, data)
            self._grow(len(data))
        except OSError:
            self.available = False

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        return self.folder / key[:2] / key

    def _grow(self, size: int) -> None:
        """Count what is stored, and remove the oldest entries when it is too much."""
        if self._size is None:
            self._size = sum(entry.stat.st_size for entry in self._entries())
        else:
            self._size += size
        if self._size <= self.limit:
            return
        entries = sorted(self._entries(), key=lambda entry: entry.stat.st_mtime)
        self._size = sum(entry.stat.st_size for entry in entries)
        for entry in entries:
            if self._size <= 0.8 * self.limit:
                return
            entry.path.unlink(missing_ok=True)
            self._size -= entry.stat.st_size

    def _entries(self) -> Iterable[_Entry]:
        """Our files, and only ours; temporary files that a dead process left are removed."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            try:
                found = _Entry(path)
            except OSError:
                continue
            if _KEY.fullmatch(path.name):
                yield found
            elif path.name.startswith(".tmp-") and time.time() - found.stat.st_mtime > _STALE:
                path.unlink(missing_ok=True)


class _Entry:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.stat = path.stat()


def _checksum(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).hexdigest().encode()


def _default_folder() -> Path:
    named = os.environ.get("KENZAN_CACHE_DIR")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("kenzan", appauthor=False)


def _usable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def to_plain(equation: EquationResult, findings: Iterable[Finding] = ()) -> dict[str, Any]:
    """An equation's result and its findings as a JSON object."""
    return {"equation": asdict(equation), "findings": [asdict(finding) for finding in findings]}


def from_plain(
    plain: dict[str, Any], start: int | None = None, source: Source | None = None
) -> tuple[EquationResult, list[Finding]]:
    """What ``to_plain`` was given; ValueError if the object is not of that form.

    With ``start``, the equation's first character in ``source``, all places are moved there:
    the same equation may since have moved in its document.
    """
    if set(plain) != {"equation", "findings"}:
        raise ValueError("not a stored result")
    equation: EquationResult = build(EquationResult, plain["equation"])
    findings: list[Finding] = build(list[Finding], plain["findings"])
    if start is None or source is None:
        return equation, findings
    return _moved(equation, findings, start, source)


def _moved(
    equation: EquationResult, findings: list[Finding], start: int, source: Source
) -> tuple[EquationResult, list[Finding]]:
    by = start - equation.span[0]

    def shift(span: tuple[int, int]) -> tuple[int, int]:
        return span[0] + by, span[1] + by

    links = [
        replace(link, span=shift(link.span), place=shift(link.place) if link.place else None)
        for link in equation.links
    ]
    line = source.position(start)[0]
    moved = []
    for finding in findings:
        place = source.position(finding.span[0] + by)
        moved.append(replace(finding, span=shift(finding.span), line=place[0], column=place[1]))
    return replace(equation, span=shift(equation.span), line=line, links=links), moved


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def build(kind: Any, value: Any) -> Any:
    """A value of a type made of dataclasses, lists, dicts, tuples, options and atoms.

    From what ``dataclasses.asdict`` and JSON made of it; ValueError if it is not of that form.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        hints = _hints(kind)
        if set(value) != set(hints):
            raise ValueError(f"not the fields of {kind}")
        return kind(**{name: build(hint, value[name]) for name, hint in hints.items()})
    if origin is UnionType:
        if value is None and NoneType in arguments:
            return None
        (kind,) = (argument for argument in arguments if argument is not NoneType)
        return build(kind, value)
    if origin is list and isinstance(value, list):
        return [build(arguments[0], item) for item in value]
    if origin is dict and isinstance(value, dict):
        return {build(arguments[0], k): build(arguments[1], v) for k, v in value.items()}
    if origin is tuple and isinstance(value, list | tuple):
        kinds = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        if len(kinds) == len(value):
            return tuple(build(part, item) for part, item in zip(kinds, value, strict=True))
    if isinstance(kind, type) and type(value) is kind:
        return value
    raise ValueError(f"{value!r} is not a {kind}")
