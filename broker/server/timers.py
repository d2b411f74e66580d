"""Timers of the loop, to a few tens of microseconds.

Decides nothing. uvloop's own timers tick in whole milliseconds; a linger between two
launches is 25-100 us, so timers live in one timerfd here. It must never know what they
are for. `broker.py` makes one and hands `call_later` to the pump.
"""

from __future__ import annotations

import ctypes
import heapq
import itertools
import os
import time
from collections.abc import Callable
from typing import Any

_CLOCK_MONOTONIC = 1
_TFD_TIMER_ABSTIME = 1
_TFD_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC

_libc = ctypes.CDLL(None, use_errno=True)


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Itimerspec(ctypes.Structure):
    _fields_ = (("interval", _Timespec), ("value", _Timespec))


class TimerHandle:
    """One call to come. `cancel` may be called at any time, any number of times."""

    __slots__ = ("at_ns", "callback")

    def __init__(self, at_ns: int, callback: Callable[[], object]) -> None:
        self.at_ns = at_ns
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class PreciseTimers:
    """A heap of calls and one timerfd read by the loop."""

    def __init__(self, loop: Any) -> None:
        self._loop = loop
        self._heap: list[tuple[int, int, TimerHandle]] = []
        self._order = itertools.count()
        self._armed_ns = 0
        self._fd = _libc.timerfd_create(_CLOCK_MONOTONIC, _TFD_FLAGS)
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create failed")
        loop.add_reader(self._fd, self._due)

    def call_later(
        self, delay_seconds: float, callback: Callable[[], object]
    ) -> TimerHandle:
        """Call callback once, delay_seconds (wall time, >= 0) from now."""
        at_ns = time.monotonic_ns() + max(0, round(delay_seconds * 1e9))
        handle = TimerHandle(at_ns, callback)
        heapq.heappush(self._heap, (at_ns, next(self._order), handle))
        self._arm()
        return handle

    def close(self) -> None:
        """Nothing is called any more, also of what is asked for later."""
        self._loop.remove_reader(self._fd)
        os.close(self._fd)
        self._fd = -1  # the number may soon be somebody else's
        self._heap.clear()

    def _due(self) -> None:
        try:
            os.read(self._fd, 8)
        except BlockingIOError:
            pass
        self._armed_ns = 0
        now_ns = time.monotonic_ns()
        try:
            while self._heap and self._heap[0][0] <= now_ns:
                callback = heapq.heappop(self._heap)[2].callback
                if callback is not None:
                    callback()
        finally:  # one that fails must not be the end of the others
            self._arm()

    def _arm(self) -> None:
        if self._fd < 0:
            return
        while self._heap and self._heap[0][2].callback is None:
            heapq.heappop(self._heap)
        at_ns = self._heap[0][0] if self._heap else 0
        if not at_ns or at_ns == self._armed_ns:
            return
        self._armed_ns = at_ns
        spec = _Itimerspec()
        spec.value.seconds, spec.value.nanoseconds = divmod(at_ns, 10**9)
        _libc.timerfd_settime(self._fd, _TFD_TIMER_ABSTIME, ctypes.byref(spec), None)
