"""What is made of equations along with a check: their proofs, told for an article."""

from __future__ import annotations

import json
from typing import Any

import pytest

from derivations import check
from derivations.reader.document import Document
from derivations.report.article.build import article
from derivations.report.told import told_along
from derivations.results import EquationResult

NOTES = r"""%! x, y : real
\begin{align}
(x + y)^2 &= x^2 + 2 x y + y^2 \tag{1} \\
(x - y)^2 &= x^2 + 2 x y + y^2 \tag{2} \\
e^{x + y} &= e^x e^y \tag{3}
\end{align}
"""

CALLED: list[str] = []


def note(document: Document, result: EquationResult) -> dict[str, Any]:
    """Something that can be counted in this process."""
    assert result.label in document
    CALLED.append(result.label)
    return {"verdict": result.verdict}


def stumble(document: Document, result: EquationResult) -> dict[str, Any]:
    raise RuntimeError(result.label)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENZAN_CACHE_DIR", str(tmp_path))
    CALLED.clear()


def test_it_is_called_once_for_each_equation_and_kept() -> None:
    first = check(text=NOTES, along=note)
    assert CALLED == ["1", "2", "3"]
    assert first.along["2"] == {"verdict": "refuted"}
    again = check(text=NOTES, along=note)
    assert (again.along, again.reused, len(CALLED)) == (first.along, 3, 3)


def test_of_results_that_were_kept_without_it_it_is_made_later() -> None:
    plain = check(text=NOTES)
    assert plain.along == {}
    later = check(text=NOTES, along=note)
    assert (later.reused, CALLED) == (3, ["1", "2", "3"])
    assert later.to_dict() == plain.to_dict()


def test_what_two_functions_make_is_not_mixed_up() -> None:
    check(text=NOTES, along=note)
    told = check(text=NOTES, along=told_along).along
    assert [len(told[label]["proved"]) for label in ("1", "2", "3")] == [1, 0, 1]


def test_an_edit_makes_it_anew_for_what_changed() -> None:
    check(text=NOTES, along=note)
    CALLED.clear()
    found = check(text=NOTES.replace("(x - y)^2 &= x^2 + 2", "(x - y)^2 &= x^2 - 2"), along=note)
    assert CALLED == ["2"]
    assert found.along["2"] == {"verdict": "proved"}


@pytest.mark.parametrize("cache", [True, False])
def test_a_fault_in_it_hides_no_verdict(cache: bool) -> None:
    found = check(text=NOTES, along=stumble, cache=cache)
    assert [e.verdict for e in found] == ["proved", "refuted", "proved"]
    assert found.along == {}
    assert article(found).told.keys() == {("1", 0), ("3", 0)}


def wait(document: Document, result: EquationResult) -> dict[str, Any]:
    while result.label == "2":
        pass
    return {"label": result.label}


def test_it_has_a_time_limit() -> None:
    found = check(text=NOTES, along=wait, time_limit=0.5, cache=False)
    assert found.along.keys() == {"1", "3"}
    assert [e.verdict for e in found] == ["proved", "refuted", "proved"]


def test_in_other_processes_it_is_made_where_the_proofs_are() -> None:
    apart = check(text=NOTES, along=told_along, jobs=2, cache=False)
    here = check(text=NOTES, along=told_along, cache=False)
    assert apart.along == here.along
    assert len(here.along) == 3


def test_an_article_is_the_same_told_along_or_later() -> None:
    options = {"only": ["2.3i", "2.11", "2.14"], "seed": 1}
    along = check(along=told_along, **options)
    later = check(cache=False, **options)
    found, other = article(along), article(later)
    assert found.told == other.told
    assert found.mended == other.mended
    assert found.mended
    kept = check(along=told_along, **options)
    assert kept.reused == 3
    assert article(kept).told == found.told


def test_what_is_no_telling_is_told_anew() -> None:
    found = check(text=NOTES, along=note, cache=False)
    assert article(found).told.keys() == {("1", 0), ("3", 0)}


def test_an_article_takes_what_was_told() -> None:
    """The check that shows that nothing is told twice: another telling is believed."""
    found = check(text=NOTES, along=told_along, cache=False)
    text = json.dumps(found.along["1"]).replace("arithmetic", "magic")
    found.along["1"] = json.loads(text)
    assert article(found).told["1", 0].steps[-1].reasons == ("magic",)
