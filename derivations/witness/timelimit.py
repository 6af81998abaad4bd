"""A time limit that code in between cannot swallow.

``TimeUp`` is no ``Exception``, so ``except Exception`` inside a library lets it pass.
In the main thread the limit is an interval timer, elsewhere an asynchronous exception.
Both strike between two bytecodes: one long operation in C is only cut when it returns,
so callers bound the sizes of literals.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

_TICK = 0.01
"""Seconds between two looks of the watchdog."""
_REPEAT = 0.05
"""Seconds after which a limit strikes again, should something have swallowed it."""


class TimeUp(BaseException):
    """The time allowed to a computation has passed."""


def run_with_limit(seconds: float, function: Callable[[], T]) -> T:
    """The result of ``function()``. Raises TimeUp after ``seconds`` of wall time.

    Limits nest: an outer limit that comes first strikes first, and only the call that
    set a limit turns it into ``TimeUp`` for its caller. Exceptions pass unchanged.
    """
    if seconds <= 0:
        raise TimeUp("no time left")
    strike: type[_Strike] = type("_Strike", (_Strike,), {})
    try:
        if _has_timer():
            return _with_timer(seconds, function, strike)
        return _with_thread(seconds, function, strike)
    except strike:
        raise TimeUp(f"more than {seconds:g} s") from None


class _Strike(TimeUp):
    """Each limit raises a class of its own, so that nested limits can be told apart."""


def _has_timer() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


# ---------------------------------------------------------------- the main thread


def _with_timer(seconds: float, function: Callable[[], T], strike: type[TimeUp]) -> T:
    now = time.monotonic
    active = True
    stop = now() + seconds
    before = signal.getsignal(signal.SIGALRM)
    delay, interval = signal.getitimer(signal.ITIMER_REAL)
    due = now() + delay if delay else None

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal due
        if not active:
            return
        if due is not None and now() >= due:
            due = now() + interval if interval else None
            if callable(before):
                before(number, frame)
        if now() >= stop:
            raise strike()

    try:
        signal.signal(signal.SIGALRM, handle)
    except ValueError:  # not the main interpreter
        return _with_thread(seconds, function, strike)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, min(seconds, delay or seconds), _REPEAT)
            return function()
        finally:
            active = False
    finally:
        active = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)
        if due is not None:
            signal.setitimer(signal.ITIMER_REAL, max(due - now(), 1e-6), interval)


# ---------------------------------------------------------------- other threads


def _with_thread(seconds: float, function: Callable[[], T], strike: type[TimeUp]) -> T:
    _WATCHDOG.awake()  # before anything can strike this thread for this limit
    limit = _Limit(seconds, strike)
    try:
        try:
            _WATCHDOG.limits.append(limit)
            return function()
        finally:
            limit.stop()
    finally:
        limit.stop()


class _Limit:
    """A deadline for the thread that made it.

    A strike may land between any two bytecodes of that thread, so it takes no lock: plain
    attributes, written in this order, make sure that no strike is sent after ``stop``, and
    that one on its way is waited for.
    """

    def __init__(self, seconds: float, strike: type[TimeUp]) -> None:
        self.strike = strike
        self.due = time.monotonic() + seconds
        self.target = ctypes.c_ulong(threading.get_ident())
        self.stopped = self.busy = self.struck = False

    def stop(self) -> None:
        """No strike comes after this; one that is on its way is taken here or raised."""
        while True:
            try:
                self.stopped = True
                while self.busy:
                    time.sleep(0)
                break
            except self.strike:
                continue
        if self.struck:
            self._take()

    def _take(self) -> None:
        try:
            for _ in range(1000):
                pass
        except self.strike:
            pass
        self.struck = False


class _Watchdog:
    """One thread for all limits, which strikes what is due; started once, never inside a limit."""

    def __init__(self) -> None:
        self.limits: list[_Limit] = []
        self.thread: threading.Thread | None = None
        self.starting = threading.Lock()

    def awake(self) -> None:
        """Start the thread if it does not run yet (or is gone, after a fork)."""
        if self.thread is not None and self.thread.is_alive():
            return
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._watch, daemon=True)
                self.thread.start()

    def _watch(self) -> None:
        while True:
            time.sleep(_TICK)
            for limit in self.limits[:]:
                limit.busy = True
                if limit.stopped:
                    self.limits.remove(limit)
                elif time.monotonic() >= limit.due:
                    limit.struck = True
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(
                        limit.target, ctypes.py_object(limit.strike)
                    )
                    limit.due = time.monotonic() + _REPEAT
                limit.busy = False


_WATCHDOG = _Watchdog()
