"""The store: what goes in comes out, and nothing else does."""

from __future__ import annotations

import json
import os
import pickle
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from reports import TEXT, assumed, findings, place, position, proved, refuted, unread

from derivations.cache import Cache, digest, from_plain, to_plain
from derivations.files import write_atomic
from derivations.language.source import Source

KEY = digest("a", "key")
VALUE = {"name": "検算", "list": [1, None, {"deep": True}]}


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert cache.available
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    assert cache.get(KEY) == VALUE
    assert Cache(tmp_path).get(KEY) == VALUE
    assert cache.get(digest("another")) is None
    cache.put(KEY, {"new": 1})
    assert cache.get(KEY) == {"new": 1}
    assert len(files(tmp_path)) == 1


def test_the_folder_is_made_and_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "not" / "there"
    monkeypatch.setenv("KENZAN_CACHE_DIR", str(folder))
    Cache().put(KEY, VALUE)
    assert Cache(folder).get(KEY) == VALUE
    monkeypatch.delenv("KENZAN_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    assert "kenzan" in str(Cache().folder)


def test_digests_depend_on_every_part_and_on_their_borders() -> None:
    keys = [digest(), digest(""), digest("", ""), digest("ab"), digest("a", "b"), digest("b", "a")]
    assert len(set(keys)) == len(keys)
    assert digest("検", "\ud800") == digest("検", "\ud800")
    assert len(KEY) == 64


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, KEY + "0", KEY + "\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        Cache(tmp_path).get(key)
    with pytest.raises(ValueError, match="not a key"):
        Cache(tmp_path).put(key, VALUE)


def test_what_json_cannot_hold_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        Cache(tmp_path).put(KEY, {"a": object()})
    assert files(tmp_path) == []


def stored(folder: Path) -> Path:
    Cache(folder).put(KEY, VALUE)
    (path,) = files(folder)
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: data + b" ",
        lambda data: data.replace(b"1", b"2"),
        lambda data: b"\xff\xfe\x00",
        lambda data: b"{}",
        lambda data: data.partition(b"\n")[2],
    ],
)
def test_a_damaged_file_is_a_miss_and_is_replaced(tmp_path: Path, damage: Any) -> None:
    path = stored(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    cache = Cache(tmp_path)
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    assert cache.get(KEY) == VALUE


def test_an_entry_under_a_wrong_name_is_a_miss(tmp_path: Path) -> None:
    path = stored(tmp_path)
    other = digest("other")
    (tmp_path / other[:2]).mkdir(exist_ok=True)
    path.rename(tmp_path / other[:2] / other)
    assert Cache(tmp_path).get(other) is None


def test_a_folder_in_the_place_of_an_entry_turns_the_store_off(tmp_path: Path) -> None:
    (tmp_path / KEY[:2] / KEY).mkdir(parents=True)
    cache = Cache(tmp_path)
    assert cache.get(KEY) is None
    cache.put(KEY, VALUE)
    assert not cache.available


def test_a_folder_that_cannot_be_made_turns_the_store_off(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    assert not cache.available
    cache.put(KEY, VALUE)
    assert cache.get(KEY) is None


def test_a_full_disk_turns_the_store_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("derivations.cache.write_atomic", full)
    cache = Cache(tmp_path)
    cache.put(KEY, VALUE)
    assert not cache.available


def test_the_oldest_entries_go_when_there_are_too_many(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=20_000)
    keys = [digest(str(k)) for k in range(40)]
    for age, key in enumerate(keys):
        cache.put(key, {"text": "x" * 1000})
        path = tmp_path / key[:2] / key
        if path.exists():
            os.utime(path, (1000 + age, 1000 + age))
        assert sum(path.stat().st_size for path in files(tmp_path)) <= 20_000
    kept = [key for key in keys if cache.get(key) is not None]
    assert len(kept) >= 12
    assert kept == keys[-len(kept) :]


def test_an_entry_that_is_used_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit=5_000)
    cache.put(KEY, VALUE)
    for k in range(20):
        past = time.time() - 100 + k
        for path in files(tmp_path):
            os.utime(path, (past, past))
        assert cache.get(KEY) == VALUE
        cache.put(digest(str(k)), {"text": "x" * 900})


def test_eviction_touches_no_file_of_others(tmp_path: Path) -> None:
    mine = tmp_path / "ab" / "notes.tex"
    mine.parent.mkdir()
    mine.write_text("x" * 50_000)
    stale = tmp_path / "ab" / ".tmp-dead"
    stale.write_text("half")
    os.utime(stale, (0, 0))
    cache = Cache(tmp_path, limit=1_000)
    for k in range(5):
        cache.put(digest(str(k)), {"text": "x" * 500})
    assert mine.exists()
    assert not stale.exists()
    assert len(files(tmp_path)) == 2


def test_a_store_can_be_sent_to_another_process(tmp_path: Path) -> None:
    Cache(tmp_path).put(KEY, VALUE)
    assert pickle.loads(pickle.dumps(Cache(tmp_path))).get(KEY) == VALUE


# Results as JSON objects


@pytest.mark.parametrize("make", [proved, refuted, unread, assumed])
def test_results_survive(make: Any, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(KEY, to_plain(make(), findings()))
    found = cache.get(KEY)
    assert found is not None
    equation, back = from_plain(found)
    assert equation == make()
    assert back == findings()
    assert asdict(equation) == asdict(make())


def test_results_follow_their_equation_to_another_place() -> None:
    added = "% two more\n% lines and 日本\n   "
    text = TEXT.replace("分散は", added + "分散は")
    source = Source("notes.tex", text)
    start = text.index("s^2")
    mine = [finding for finding in findings() if finding.label == "2.3ii"]
    equation, moved = from_plain(
        json.loads(json.dumps(to_plain(refuted(), mine))), start=start, source=source
    )
    assert text[slice(*equation.span)] == refuted().latex
    assert equation.line == refuted().line + 2
    for old, new in zip(refuted().links, equation.links, strict=True):
        assert text[slice(*new.span)] == TEXT[slice(*old.span)]
    assert text[slice(*moved[0].span)] == "="
    assert (moved[0].line, moved[0].column) == source.position(moved[0].span[0])
    assert (moved[0].line, moved[0].column) == (mine[0].line + 2, mine[0].column + 3)
    assert position(place("s^2")) == (6, 8)


def test_the_smaller_place_of_a_link_moves_too() -> None:
    equation = refuted()
    equation.links[1] = replace(equation.links[1], place=place("= b", "日本"))
    text = "x" + TEXT
    moved, _ = from_plain(
        to_plain(equation), start=text.index("s^2"), source=Source("notes.tex", text)
    )
    found = moved.links[1].place
    assert found is not None
    assert text[slice(*found)] == "= b"


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.clear(),
        lambda plain: plain.update(more=1),
        lambda plain: plain["equation"].pop("line"),
        lambda plain: plain["equation"].update(line="3"),
        lambda plain: plain["equation"].update(line=True),
        lambda plain: plain["equation"].update(span=[1]),
        lambda plain: plain["equation"].update(links=None),
        lambda plain: plain["equation"]["links"][0].update(kernel=None),
        lambda plain: plain["equation"]["links"][0].update(counterexample="no"),
        lambda plain: plain["equation"]["links"][0]["sympy"].update(sizes=[{"n": "1"}]),
        lambda plain: plain.update(findings={}),
        lambda plain: plain["findings"][0].update(surprise=1),
    ],
)
def test_an_object_of_another_form_is_refused(change: Any) -> None:
    plain = json.loads(json.dumps(to_plain(proved(), findings())))
    from_plain(plain)
    change(plain)
    with pytest.raises(ValueError, match="not"):
        from_plain(plain)


# Writing files


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "file"
    target.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no"):
        write_atomic(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert target.read_text() == "old"


def test_writing_keeps_links_and_permissions(tmp_path: Path) -> None:
    target, link = tmp_path / "file", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0o022)
    try:
        write_atomic(tmp_path / "fresh", b"new")
    finally:
        os.umask(mask)
    assert (tmp_path / "fresh").stat().st_mode & 0o777 == 0o644


def test_what_is_no_regular_file_is_written_to() -> None:
    write_atomic(os.devnull, b"gone")
    assert not Path(os.devnull).is_file()
