"""Virtual time: a clock set by hand and the calls that are due.

Decides nothing. Calls at the same time run in the order in which they were asked for.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from broker.device.backend import Clock

NEVER = 2**64 - 1


class Call:
    """One call that is due; cancel() makes it nothing."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        self.callback = None


class Timeline(Clock):
    """The clock of the simulation and everything that is due."""

    def __init__(self) -> None:
        super().__init__(dilation=1, origin_ns=0)
        self._now_ns = 1_000
        self._calls: list[tuple[int, int, Call]] = []
        self._order = itertools.count()

    def now_ns(self) -> int:
        return self._now_ns

    def at(self, when_ns: int, callback: Callable[[], object]) -> Call:
        call = Call(callback)
        when_ns = max(when_ns, self._now_ns)
        heapq.heappush(self._calls, (when_ns, next(self._order), call))
        return call

    def after(self, delay_ns: int, callback: Callable[[], object]) -> Call:
        return self.at(self._now_ns + delay_ns, callback)

    def next_ns(self) -> int:
        """When the next call is due; NEVER if none is."""
        while self._calls and self._calls[0][2].callback is None:
            heapq.heappop(self._calls)
        return self._calls[0][0] if self._calls else NEVER

    def run_until(self, now_ns: int) -> None:
        """Set the clock and make the calls that are due by then."""
        self._now_ns = max(self._now_ns, now_ns)
        while self.next_ns() <= self._now_ns:
            callback = heapq.heappop(self._calls)[2].callback
            assert callback is not None
            callback()
