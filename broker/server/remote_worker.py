"""In the broker: the workers of one worker process, as the pump sees a worker.

Decides nothing; turns the pump's calls into messages and the process's messages into
what `Worker` would have said. It outlives the process: of one that has gone, nothing is
in flight and every call is done. It must never know sessions' connections or how the
process is started. `domains.py` makes one a domain; `pump.py`, `status.py`, `trace.py`
and `usage.py` call it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from broker.server.relay import WORK
from broker.server.slots import Done

# Entries of a trace that nobody took yet; more are counted as lost.
TRACE_BYTES_MAX = 4 << 20


class RemoteWorker:
    """Args: kinds: module broker.device._worker. floor: its Floor that the process
    shares."""

    shows_peers = False  # the broker's workers do not know what its sessions do

    def __init__(self, kinds: Any, floor: Any) -> None:
        self._kinds = kinds
        self._floor = floor
        self._send: Callable[..., None] | None = None
        self._messages: list[tuple[int, ...]] = []
        self._asked: set[int] = set()
        self._emptying: set[int] = set()
        self._running: dict[int, Done] = {}
        self._counters: dict[int, dict[str, int]] = {}
        self._totals: dict[str, int] = {}
        self._classes: dict[int, int] = {}
        self._expects = False
        self._trace: deque[bytes] = deque()
        self._trace_bytes = 0
        self.trace_on = False
        self.trace_lost = 0
        self._life = 0
        # Makes the loop read the messages through the pump, soon.
        self.ready: Callable[[], object] = lambda: None

    # ------------------------------------------------- lives of the process
    def begin(self, send: Callable[..., None]) -> None:
        """A process serves from now on."""
        self._send = send
        self._life += 1
        self._expects = False

    @property
    def serves(self) -> bool:
        return self._send is not None

    @property
    def life(self) -> int:
        """Counts the processes."""
        return self._life

    def end(self) -> None:
        """It has gone, and everything that was in flight with it."""
        self._send = None
        self.trace_on = False
        self._counters.clear()
        self._asked.clear()
        for ticket in self._emptying:
            self._messages.append((self._kinds.EMPTY, 0, ticket, 0, 0))
        self._emptying.clear()
        running, self._running = self._running, {}
        for finished in running.values():
            finished(None, None)
        self.ready()

    def _tell(self, *message: Any) -> None:
        if self._send is not None:
            self._send(*message)

    # ---------------------------------------------------- what the pump says
    def open_session(self, sid: int, class_: int) -> None:
        """One of its sessions is about to be known to the scheduler."""
        self._classes[sid] = class_

    def expect_arrivals(self, lowest: int) -> None:
        """Tell the process, where that changes, whether somebody has work that one of
        its sessions could preempt. lowest: class at work, -1 = none."""
        expects = any(class_ < lowest for class_ in self._classes.values())
        if expects != self._expects:
            self._expects = expects
            self._tell("expect", expects)

    def set_floor(self, class_: int, armed_class: int, release_ns: int) -> None:
        self._floor.set(class_, armed_class, release_ns)
        self._tell("ring")

    def grant(self, sid: int, *grant: int) -> None:
        self._tell("grant", sid, *grant)

    def set_level(self, sid: int, level: int) -> None:
        self._tell("level", sid, level)

    def set_class(self, sid: int, class_: int) -> None:
        self._classes[sid] = class_
        self._tell("class", sid, class_)

    def notify_empty(self, ticket: int) -> None:
        if self._send is None:
            self._messages.append((self._kinds.EMPTY, 0, ticket, 0, 0))
            self.ready()
        else:
            self._emptying.add(ticket)
            self._send("empty", ticket)

    def took_wait(self, sid: int) -> bool:
        """The broker's loop does not read that session's socket."""
        return False

    def needs_grant(self, sid: int) -> bool:
        """True once each time the process has said so."""
        if sid not in self._asked:
            return False
        self._asked.discard(sid)
        return True

    def messages(self) -> list[tuple[int, ...]]:
        taken, self._messages = self._messages, []
        return taken

    def run_drained(self, life: int, ticket: int, finished: Done) -> None:
        """Have the process make the call of its ticket; finished follows.

        Args: life: of the process that asked; what a gone one asked for is done.
        """
        if self._send is None or life != self._life:
            finished(None, None)
        else:
            self._running[ticket] = finished
            self._send("run", ticket)

    # ------------------------------------------------- what the process says
    def news(
        self,
        entries: Iterable[list[int]],
        work_arrived: Callable[[int, int, bool], None],
    ) -> None:
        """Messages of the workers there, in their order; the last of them are left for
        `messages`."""
        for kind, session, a, b, c in entries:
            if kind == WORK:
                self._asked.add(session)
                work_arrived(session, a, bool(b))
                self._asked.discard(session)
                continue
            if kind == self._kinds.EMPTY:
                self._emptying.discard(a)
            self._messages.append((kind, session, a, b, c))

    def drained(self, ticket: int) -> None:
        finished = self._running.pop(ticket, None)
        if finished is not None:
            finished(None, None)

    def take_counters(self, sid: int, counters: dict[str, int]) -> None:
        self._counters[sid] = counters

    def take_totals(self, totals: dict[str, int]) -> None:
        self._totals = totals

    def forget_session(self, sid: int) -> None:
        self._counters.pop(sid, None)
        self._classes.pop(sid, None)

    # ------------------------------------------------------------- to look at
    def counters(self, sid: int) -> dict[str, int]:
        """As last reported; all 0 before that."""
        return self._counters.get(sid) or {"queued": 0, "in_flight": 0}

    def totals(self) -> dict[str, int]:
        return self._totals

    def in_flight(self, limit: int = 64) -> list[Any]:
        """The process logs it itself, when its device faults."""
        return []

    def set_sticky(self, result: int) -> None:
        """Of the broker's own context: not this one."""

    def trace_start(self) -> None:
        """Raises: ValueError while the one before has not ended."""
        if self.trace_on:
            raise ValueError("a trace of this worker has not ended yet")
        self._trace.clear()
        self._trace_bytes = self.trace_lost = 0
        self.trace_on = self._send is not None
        self._tell("trace", True)

    def trace_stop(self) -> None:
        self._tell("trace", False)

    def take_trace(self, entries: bytes, lost: int, ended: bool, bytes_of: int) -> None:
        """Args: lost: entries that found no room there. bytes_of: one entry."""
        if self._trace_bytes + len(entries) > TRACE_BYTES_MAX:
            lost += len(entries) // bytes_of
        elif entries:
            self._trace.append(entries)
            self._trace_bytes += len(entries)
        self.trace_lost += lost
        if ended:
            self.trace_on = False

    def trace_take(self, most: int = 0) -> bytes:
        """The oldest part, as the process sent it; empty when there is none."""
        if not self._trace:
            return b""
        part = self._trace.popleft()
        self._trace_bytes -= len(part)
        return part
