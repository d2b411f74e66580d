"""In a worker process: what sessions take for the pump, which is in the broker.

Decides nothing. It tells the broker what the scheduler has to know and carries out what
comes back, so that there is one interpreter of decisions for all processes of a device.
What concerns a session alone (its control calls, its retirements) stays here. It must
never know sockets or policies. `domain_host.py` makes one; `session.py` and
`protocol.py` call it as they call `Pump`.

Order is what keeps wake-ups from being lost, as in `pump.py`: what the worker said
before some work came is sent before that work is announced, on one channel.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from broker.device.backend import Clock, Lane
from broker.server.arrivals import Arrivals
from broker.server.ends import CallLater, Ends
from broker.server.pump import MESSAGES_AT_ONCE, Job, Observer
from broker.server.slots import Done

# Beside the kinds of a worker's messages: a session has work and no grant.
WORK = 0
# Messages of the worker in one packet.
PACKET_MESSAGES = 512

Send = Callable[..., None]


class Relay:
    """Args:
    kinds: the module that names message kinds (broker.device._worker).
    run_control: (job, done): runs job on the control thread, then done on the loop.
    send: one message to the broker.
    call_later: (wall seconds, callback) -> handle with cancel().
    expects: called when arrivals are expected, where the loop can do without sleep;
        `turn` says for how long.
    """

    def __init__(
        self,
        workers: Sequence[Any],
        kinds: Any,
        clock: Clock,
        call_later: CallLater,
        run_control: Callable[[Job, Done], None],
        observer: Observer,
        send: Send,
        expects: Callable[[], None] | None = None,
    ) -> None:
        self.workers = list(workers)
        self.clock = clock
        self._kinds = kinds
        self._run_control = run_control
        self._observer = observer
        self._send = send
        self._expects = expects
        self._arrivals = Arrivals()
        self._worker_of: dict[int, Any] = {}
        self._ends = Ends(
            self._arrivals, clock, call_later, self._worker_of, self._stay_awake
        )
        self._tickets = itertools.count(1)
        self._retired: dict[int, tuple[int, Callable[[], None]]] = {}
        self._jobs: dict[int, tuple[Job, Done]] = {}
        # The broker's ticket -> workers that still have something in flight.
        self._emptying: dict[int, int] = {}
        self._news: list[tuple[int, ...]] = []
        self._local = self._local_messages()

    # ------------------------------------------------------------- sessions
    def open_session(self, session: int, worker: Any) -> None:
        self._worker_of[session] = worker

    def end_session(self, session: int) -> None:
        """After its CLOSED message."""
        if self._worker_of.pop(session, None) is None:
            return
        self._retired = {t: w for t, w in self._retired.items() if w[0] != session}
        self._arrivals.ended(session)
        self._ends.forget(session)
        self.flush()
        self._send("closed", session)

    def change_hints(
        self, session: int, class_: int, weight: float, deadline_ns: int = 0
    ) -> None:
        """A tenant's own call has changed them."""
        self._worker_of[session].set_class(session, class_)
        self._send("hint", session, class_, weight, deadline_ns)

    def account(self, session: int) -> None:
        """Holds and switches are counted where the scheduler is."""

    def granted(self, session: int) -> dict[str, Any]:
        """So are grants."""
        return {}

    # --------------------------------------------------------------- reader
    def bytes_arrived(self, session: int) -> bool:
        """Before anything is decoded. True if this lowered the floor, of all domains
        at once: the word is shared."""
        return bool(self._worker_of[session].arrived(session))

    def work_arrived(self, session: int, arrived_ns: int, preempted: bool) -> None:
        worker = self._worker_of[session]
        waits = self._expects is not None and bool(worker.took_wait(session))
        if self._expects is not None:
            # First: the worker may have foretold already when this wait will be over.
            self._arrivals.arrived(session, arrived_ns, waits=waits)
        self._take(worker)
        begun = bool(worker.needs_grant(session) or preempted)
        if begun:
            self._news.append((WORK, session, arrived_ns, int(preempted), 0))
        self.flush()
        if self._expects is None:
            return
        if begun:
            self._arrivals.request_begun(self.clock.now_ns())
        if begun or waits:
            self._expects()

    def turn(self) -> bool:
        """Whether a loop that does not sleep should go on so; asked in each turn."""
        return self._arrivals.expected(self.clock.now_ns())

    def _expect(self, may_preempt: bool) -> None:
        """What the scheduler knows of all domains, in the broker's word."""
        self._arrivals.may_preempt = may_preempt
        if may_preempt:
            self._stay_awake()

    def _stay_awake(self) -> None:
        if self._expects is not None:
            self._expects()

    def false_alarm(self, *, more_to_come: bool) -> None:
        self._send("false_alarm", more_to_come)

    # -------------------------------------------------------------- control
    def when_retired(
        self, session: int, seq: int, callback: Callable[[], None]
    ) -> None:
        ticket = next(self._tickets)
        self._retired[ticket] = (session, callback)
        self._worker_of[session].notify_retired(session, seq, ticket)

    def control(self, session: int, lane: Lane, job: Job, done: Done) -> None:
        """Run job on the control thread; where it needs a drained device, once the
        broker has drained every domain's."""
        assert lane in (Lane.CONTROL, Lane.CONTROL_DRAINED), (
            f"{lane} is no control call"
        )
        if lane is Lane.CONTROL:
            self._run_control(job, done)
            return
        ticket = next(self._tickets)
        self._jobs[ticket] = (job, done)
        self._send("drain", ticket, session)

    def run(self, ticket: int) -> None:
        """The device is drained for the call of this ticket."""
        job, done = self._jobs.pop(ticket)

        def finished(result: Any, error: BaseException | None) -> None:
            self._send("drained", ticket)
            done(result, error)

        self._run_control(job, finished)

    def await_empty(self, ticket: int) -> None:
        """Tell the broker once nothing is in flight on any worker here."""
        self._emptying[ticket] = len(self.workers)
        for worker in self.workers:
            worker.notify_empty(ticket)

    # ------------------------------------------------------ worker messages
    def worker_ready(self, index: int) -> None:
        self._take(self.workers[index])
        self.flush()

    def flush(self) -> None:
        """Send what the worker said."""
        news, self._news = self._news, []
        for start in range(0, len(news), PACKET_MESSAGES):
            self._send("news", news[start : start + PACKET_MESSAGES])

    def _take(self, worker: Any) -> None:
        while messages := worker.messages():
            for message in messages:
                local = self._local.get(message[0])
                if local is not None:
                    local(*message[1:])
                else:
                    self._news.append(message)
                    if message[0] == self._kinds.IDLED:
                        self._ask_once_more(worker, message[1])
            if len(messages) < MESSAGES_AT_ONCE:
                break

    def _ask_once_more(self, worker: Any, session: int) -> None:
        """It fell idle while the reader handed it new work."""
        if session in self._worker_of and worker.needs_grant(session):
            self._news.append((WORK, session, self.clock.now_ns(), 0, 0))

    def _local_messages(self) -> dict[int, Callable[..., None]]:
        kinds, observer = self._kinds, self._observer
        return {
            kinds.RETIRED: self._retired_up_to,
            kinds.EMPTY: self._empty,
            kinds.AWAITED: self._ends.awaited,
            kinds.LOW_WATER: lambda session, *_: observer.low_water(session),
            kinds.GRAPHS_IDLE: lambda session, *_: observer.graphs_idle(session),
            kinds.GRAPHS_HOT: lambda session, *_: observer.graphs_hot(session),
            kinds.CLOSED: lambda session, *_: observer.closed(session),
            kinds.ASYNC_ERROR: lambda s, result, seq, *_: observer.async_error(
                s, result, seq
            ),
            kinds.FAULT: lambda s, result, seq, *_: observer.fault(s, result, seq),
        }

    def _retired_up_to(self, session: int, ticket: int, *_: int) -> None:
        waiting = self._retired.pop(ticket, None)
        if waiting is not None:
            waiting[1]()

    def _empty(self, session: int, ticket: int, *_: int) -> None:
        if ticket not in self._emptying:
            return
        self._emptying[ticket] -= 1
        if not self._emptying[ticket]:
            del self._emptying[ticket]
            self._news.append((self._kinds.EMPTY, 0, ticket, 0, 0))

    def carry_out(self) -> dict[str, Callable[..., Any]]:
        """What the broker may tell, by the name of the message."""
        return {
            "grant": self._grant,
            "level": partial(self._to_worker, "set_level"),
            "class": partial(self._to_worker, "set_class"),
            "ring": self._ring,
            "expect": self._expect,
            "empty": self.await_empty,
            "run": self.run,
        }

    def _grant(self, session: int, *grant: int) -> None:
        self._to_worker("grant", session, *grant)

    def _to_worker(self, method: str, session: int, *values: int) -> None:
        worker = self._worker_of.get(session)
        if worker is not None:
            getattr(worker, method)(session, *values)

    def _ring(self) -> None:
        for worker in self.workers:
            worker.ring()
