"""The time limit: it holds, nests, restores what was there, in every thread."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from derivations.witness.timelimit import TimeUp, run_with_limit


def busy(seconds: float = 5.0) -> None:
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        pass


def swallowing(seconds: float = 5.0) -> None:
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        with contextlib.suppress(Exception):
            busy(0.2)


def swallowing_all_once() -> None:
    with contextlib.suppress(BaseException):
        busy()
    busy()


def in_thread(function: Callable[[], Any]) -> Any:
    found: list[Any] = []

    def call() -> None:
        try:
            found.append(function())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


EVERYWHERE = pytest.mark.parametrize("run", [lambda f: f(), in_thread], ids=["main", "thread"])


@EVERYWHERE
def test_a_result_and_an_exception_pass(run: Callable[..., Any]) -> None:
    assert run(lambda: run_with_limit(1, lambda: 7)) == 7
    with pytest.raises(ZeroDivisionError):
        run(lambda: run_with_limit(1, lambda: 1 // 0))


@EVERYWHERE
@pytest.mark.parametrize("work", [busy, swallowing, swallowing_all_once])
def test_the_limit_holds(run: Callable[..., Any], work: Callable[[], None]) -> None:
    start = time.monotonic()
    with pytest.raises(TimeUp):
        run(lambda: run_with_limit(0.1, work))
    assert time.monotonic() - start < 2


@EVERYWHERE
def test_no_time_at_all(run: Callable[..., Any]) -> None:
    with pytest.raises(TimeUp):
        run(lambda: run_with_limit(0, busy))


@EVERYWHERE
def test_an_inner_limit_leaves_the_outer_one(run: Callable[..., Any]) -> None:
    def outer() -> str:
        with pytest.raises(TimeUp):
            run_with_limit(0.05, busy)
        busy(0.05)
        return "done"

    assert run(lambda: run_with_limit(3, outer)) == "done"


@EVERYWHERE
def test_an_outer_limit_strikes_through_an_inner_one(run: Callable[..., Any]) -> None:
    caught: list[str] = []

    def outer() -> None:
        try:
            run_with_limit(3, busy)
        except TimeUp as error:
            caught.append(str(error))
            raise

    start = time.monotonic()
    with pytest.raises(TimeUp, match=r"more than 0\.1 s"):
        run(lambda: run_with_limit(0.1, outer))
    assert time.monotonic() - start < 2
    assert caught == [""], "the inner call did not take the outer limit for its own"


@EVERYWHERE
def test_the_outer_limit_still_counts_after_inner_ones(run: Callable[..., Any]) -> None:
    def outer() -> None:
        for _ in range(100):
            run_with_limit(0.5, lambda: busy(0.02))

    start = time.monotonic()
    with pytest.raises(TimeUp):
        run(lambda: run_with_limit(0.15, outer))
    assert time.monotonic() - start < 1.5


def test_handler_and_timer_are_restored() -> None:
    rings: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: rings.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(TimeUp):
            run_with_limit(0.05, busy)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left < 0.3
        busy(0.4)
        assert rings == [signal.SIGALRM]
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        assert run_with_limit(2, lambda: busy(0.2)) is None
        assert len(rings) == 2, "a timer of the caller rings inside, once"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@EVERYWHERE
def test_nothing_strikes_after_the_end(run: Callable[..., Any]) -> None:
    def many() -> int:
        late = 0
        for _ in range(40):
            try:
                run_with_limit(0.01, lambda: busy(0.0098))
            except TimeUp:
                late += 1
        busy(0.15)
        return late

    assert 0 <= run(many) <= 40


def test_a_limit_inside_sympy() -> None:
    import sympy

    x = sympy.symbols("x0:12")

    def heavy() -> object:
        return sympy.factor(
            sympy.expand(sympy.prod(x[i] + x[j] for i in range(9) for j in range(i)))
        )

    start = time.monotonic()
    with pytest.raises(TimeUp):
        run_with_limit(0.3, heavy)
    assert time.monotonic() - start < 3
