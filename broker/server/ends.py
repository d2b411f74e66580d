"""Having the loop and an issue thread awake when a session's next operation is due.

Decides nothing: `arrivals.py` says when that is, this keeps one timer a session for it.
It must never know sockets or the scheduler. `pump.py` and `relay.py` have one each,
where the loop can do without sleep.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from broker.device.backend import Clock
from broker.server.arrivals import Arrivals


class Cancellable(Protocol):
    def cancel(self) -> None: ...


CallLater = Callable[[float, Callable[[], object]], Cancellable]


class Ends:
    """Args: worker_of: of a session, the worker that has it.
    awake: called when the loop should not sleep; the arrivals say for how long."""

    def __init__(
        self,
        arrivals: Arrivals,
        clock: Clock,
        call_later: CallLater,
        worker_of: dict[int, Any],
        awake: Callable[[], None],
    ) -> None:
        self._arrivals = arrivals
        self._clock = clock
        self._call_later = call_later
        self._worker_of = worker_of
        self._awake = awake
        self._timers: dict[int, Cancellable] = {}  # by session: its latest end

    def awaited(self, session: int, due_ns: int, *_: int) -> None:
        """What the session waits for is over at due_ns, and at no end foretold
        before."""
        early_ns = self._arrivals.awaited(session, due_ns)
        if early_ns is not None:
            self.forget(session)
            left_ns = max(0, early_ns - self._clock.now_ns())
            self._timers[session] = self._call_later(
                self._clock.wall_ns(left_ns) / 1e9,
                partial(self._near, session, due_ns),
            )

    def forget(self, session: int) -> None:
        timer = self._timers.pop(session, None)
        if timer is not None:
            timer.cancel()

    def _near(self, session: int, due_ns: int) -> None:
        del self._timers[session]
        until_ns = self._arrivals.near(session, due_ns)
        if until_ns:
            # Who issues what comes next should not have to be woken either.
            self._worker_of[session].expect(until_ns)
            self._awake()
