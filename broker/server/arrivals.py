"""Whether arrivals are expected so soon that a loop should not sleep until they come.

Decides that from what has come and from one word of the scheduler's: whether somebody
has work that an arrival here could preempt. One rule for the broker's loop and for
those of the worker processes, which know no scheduler and are told that word. It must
never know sockets, workers or a clock. `pump.py` and `relay.py` have one each;
`busypoll.py` is what keeps the loop awake.
"""

from __future__ import annotations

from broker.server.waiters import Waiters

# So long after work that ended an idle time more of it is expected: a request comes in
# several frames, and the device is idle between the first two.
MORE_FOLLOWS_NS = 300_000


class Arrivals:
    def __init__(self) -> None:
        self._waiters = Waiters()
        self._more_until_ns = 0
        # Somebody has work that an arrival could preempt.
        self.may_preempt = False

    def arrived(self, session: int, arrived_ns: int, *, waits: bool) -> None:
        """Operations have come. waits: the last of them are waited for."""
        self._waiters.arrived(session, arrived_ns, waits=waits)

    def awaited(self, session: int, due_ns: int) -> int | None:
        """What the session waits for will be over at due_ns. Returns when to call
        `near`; None: never."""
        return self._waiters.awaited(session, due_ns)

    def near(self, session: int, due_ns: int) -> int:
        """Until when more of the session is expected, now that it may come; 0: it has
        come already."""
        return self._waiters.near(session, due_ns)

    def request_begun(self, now_ns: int) -> None:
        """Work has come that ended an idle time, or that preempts."""
        self._more_until_ns = now_ns + MORE_FOLLOWS_NS

    def ended(self, session: int) -> None:
        self._waiters.ended(session)

    def expected(self, now_ns: int) -> bool:
        """Somebody has work that an arrival could preempt, a request has just begun, or
        somebody who waits for each answer is about to have one."""
        until_ns = max(self._more_until_ns, self._waiters.until_ns)
        return self.may_preempt or now_ns < until_ns
