"""A plain model of the device worker: the oracle the native one is compared with.

Decides, as worker.c does, what may be issued now: stream order, edges, mode, floor,
batch and window. It must never know the scheduler. One operation is issued per step,
because the native worker's issue loop takes time too and a decision may fall between
two.

Quirk `revoking`: a fallen floor takes BULK grants away for good instead of suspending
them until it rises. The contract allows both, so the scheduler has to live with both.
What stands by (Mode.STANDBY) is suspended only, and goes on when the worker itself has
raised the floor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from broker.sched.decisions import Mode
from broker.sched.facts import NOBODY
from broker.sched.window import OPENS_AFTER_NS, Window, admits
from tests.sim.device import ModelDevice, Stream, Work
from tests.sim.program import LEGACY, TABLES, TIMED, Kind, Operation
from tests.sim.timeline import NEVER, Timeline
from tests.sim.worker_api import Issue

IDLE_GRACE_NS = 30_000
USAGE_EVERY_NS = 1_000_000
_ISSUE_NS = {Kind.LAUNCH: 3_900, Kind.COPY: 3_900}


class Kinds:
    """Message kinds; the numbers are the model's own."""

    BATCH_SPENT = 1
    PREEMPTED = 2
    IDLED = 3
    USAGE = 4
    RETIRED = 5
    EMPTY = 6
    LOW_WATER = 7
    CLOSED = 8
    ASYNC_ERROR = 9
    FAULT = 10
    SWITCHED = 11
    FIRST_HIGH = 12
    GRAPHS_IDLE = 13
    RELEASED = 14
    AWAITED = 15
    GRAPHS_HOT = 16


@dataclass(slots=True, eq=False)
class Grant:
    window: Window = field(default_factory=lambda: Window(0, 0, 1))
    mode: Mode = Mode.HELD
    until_ns: int = 0
    rank: int = 0
    left: int = 0
    spent_told: bool = False
    preempted_told: bool = False


@dataclass(slots=True, eq=False)
class Queue:
    """One stream of a session. flight: (operation, work) in order."""

    native: Stream
    blocking: bool
    queued: deque[Operation] = field(default_factory=deque)
    flight: deque[tuple[Operation, Work]] = field(default_factory=deque)
    launches: int = 0
    in_flight_ns: int = 0
    last_seq: int = 0
    host_seq: int = 0
    host_done_seq: int = 0


@dataclass(slots=True, eq=False)
class Session:
    """idle_state: 0 busy as far as the loop knows, 1 IDLED told, 2 the loop has read
    it.
    """

    sid: int
    class_: int
    level: int
    queues: dict[int, Queue] = field(default_factory=dict)
    grant: Grant = field(default_factory=Grant)
    queued: int = 0
    in_flight: int = 0
    accepted_seq: int = 0
    told_seq: int = 0
    lowered: bool = False
    quiet_ns: int = 0  # when it last had work, or bytes of it came
    idle_state: int = 2
    idle_since_ns: int = -1
    used_ns: int = 0
    reported_ns: int = 0
    progress_ns: int = 0
    window_open: bool = False
    closing: bool = False
    outstanding: set[int] = field(default_factory=set)
    oldest_seq: int = 1  # nothing before it is outstanding
    hosts_due: int = 0  # host functions that the tenant has not answered
    works: dict[int, Work] = field(default_factory=dict)  # issued, by seq
    barriers: dict[int, list[int]] = field(default_factory=dict)
    tickets: list[tuple[int, int]] = field(default_factory=list)
    served: int = 0


class ModelWorker:
    """See worker_api.SimulatedWorker."""

    kinds = Kinds
    shows_peers = True
    shown = frozenset(Kind) - TABLES

    def __init__(
        self,
        timeline: Timeline,
        issued: Callable[[Issue], None],
        *,
        slots: int = 2,
        revoking: bool = False,
    ) -> None:
        self._timeline = timeline
        self._issued = issued
        self._revoking = revoking
        self._device = ModelDevice(slots)
        self._sessions: dict[int, Session] = {}
        self._messages: list[tuple[int, ...]] = []
        self._floor = 255
        self._armed = -1
        self._release_ns = -1
        self._floor_fell = False
        self._arrived_ns = 0
        self._high_due = 0  # class whose first launch is awaited, + 1
        self._last_issue_ns: dict[int, int] = {}
        self._empty: list[int] = []
        self._free_ns = 0
        self._turn = 0
        self.windows_opened = 0

    def close(self) -> None:
        self._sessions.clear()

    # ------------------------------------------------------------- the loop's side

    def messages(self) -> list[tuple[int, ...]]:
        taken, self._messages = self._messages, []
        for kind, sid, *_ in taken:
            session = self._sessions.get(sid)
            if kind == Kinds.IDLED and session is not None:
                session.idle_state = 2
        return taken

    def ready(self) -> bool:
        return bool(self._messages)

    def open_session(self, sid: int, class_: int, level: int) -> None:
        session = Session(sid, class_, level)
        self._sessions[sid] = session
        self._open_queue(session, LEGACY, blocking=True)

    def close_session(self, sid: int) -> None:
        session = self._sessions[sid]
        session.closing = True
        for queue in session.queues.values():
            session.outstanding -= {operation.seq for operation in queue.queued}
            queue.queued.clear()
            queue.native.abandoned = True
        session.queued = 0

    def forget_session(self, sid: int) -> None:
        for queue in self._sessions.pop(sid).queues.values():
            self._device.stream_close(queue.native)

    def submit(self, sid: int, operations: tuple[Operation, ...]) -> None:
        session = self._sessions[sid]
        for operation in operations:
            assert operation.seq == session.accepted_seq + 1, "a gap in the submission"
            session.accepted_seq = operation.seq
            if operation.kind is Kind.STREAM:
                blocking = not operation.non_blocking
                self._open_queue(session, operation.stream, blocking=blocking)
            elif operation.kind not in TABLES:
                self._accept(session, operation)

    def host_due(self, sid: int) -> list[tuple[int, int]]:
        session = self._sessions.get(sid)
        if session is None or not session.hosts_due:
            return []
        return [
            (stream, queue.host_seq)
            for stream, queue in session.queues.items()
            if queue.host_seq > queue.host_done_seq
        ]

    def host_done(self, sid: int, stream: int, seq: int) -> None:
        session = self._sessions[sid]
        session.queues[stream].host_done_seq = seq
        session.hosts_due -= 1

    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        return self._device.spans

    def arrived(self, sid: int) -> bool:
        class_ = self._sessions[sid].class_
        if class_ > self._armed:
            return False
        self._sessions[sid].quiet_ns = self._timeline.now_ns()
        if class_ >= self._floor:
            return False
        self._lower_floor(class_)
        self._sessions[sid].lowered = True
        self._arrived_ns = self._timeline.now_ns()
        self._floor_fell = True
        return True

    def set_floor(self, class_: int, armed_class: int, release_ns: int) -> None:
        self._armed, self._release_ns = armed_class, release_ns
        self._lower_floor(class_)

    def grant(
        self,
        sid: int,
        launches_max: int,
        window_ns: int,
        launches_in_flight_max: int,
        mode: int,
        until_ns: int,
        rank: int,
    ) -> None:
        window = Window(launches_max, window_ns, launches_in_flight_max)
        self._sessions[sid].grant = Grant(
            window, Mode(mode), until_ns, rank, launches_max
        )

    def set_level(self, sid: int, level: int) -> None:
        session = self._sessions[sid]
        session.level = level
        for queue in session.queues.values():
            queue.native.level = level

    def set_class(self, sid: int, class_: int) -> None:
        self._sessions[sid].class_ = class_

    def notify_retired(self, sid: int, seq: int, ticket: int) -> None:
        self._sessions[sid].tickets.append((seq, ticket))

    def notify_empty(self, ticket: int) -> None:
        self._empty.append(ticket)

    def needs_grant(self, sid: int) -> bool:
        session = self._sessions[sid]
        unheard = session.accepted_seq != session.told_seq or session.lowered
        if session.idle_state != 2 or not unheard:
            return False
        session.told_seq = session.accepted_seq
        session.lowered = False
        session.idle_state = 0
        return True

    def counters(self, sid: int) -> dict[str, int]:
        session = self._sessions[sid]
        return {"queued": session.queued, "in_flight": session.in_flight}

    # ------------------------------------------------------------- one step

    def step(self, now_ns: int) -> int:
        """Let everything due by now_ns happen; returns the next due time."""
        due_ns = self._device.advance(now_ns)
        self._retire(now_ns)
        self._observe_floor()
        if now_ns >= self._free_ns:
            self._issue_one(now_ns)
            due_ns = self._device.advance(now_ns)
            self._retire(now_ns)
        dues_ns = [self._watch(s, now_ns) for s in self._sessions.values()]
        due_ns = min(due_ns, self._release_floor(now_ns), *dues_ns)
        if self._empty and not any(s.in_flight for s in self._sessions.values()):
            self._messages += [(Kinds.EMPTY, 0, t, 0, 0) for t in self._empty]
            self._empty.clear()
        if self._free_ns > now_ns:
            due_ns = min(due_ns, self._free_ns)
        return due_ns

    def _issue_one(self, now_ns: int) -> None:
        for session, queue, operation in self._heads(now_ns):
            if self._can_issue(session, queue, operation):
                self._issue(session, queue, operation, now_ns)
                return

    def _heads(self, now_ns: int) -> Iterator[tuple[Session, Queue, Operation]]:
        """What is next in each stream of those who may issue at all."""
        order = [s for s in self._sessions.values() if s.queued]
        order.sort(key=lambda s: (s.grant.rank, s.served))
        for session in order:
            if self._permitted(session, now_ns):
                for queue in session.queues.values():
                    if queue.queued:
                        yield session, queue, queue.queued[0]

    def _permitted(self, session: Session, now_ns: int) -> bool:
        grant = session.grant
        if grant.mode is Mode.HELD:
            return False
        below = session.class_ > self._floor
        if below and grant.mode in (Mode.BULK, Mode.STANDBY):
            if grant.mode is Mode.BULK:
                self._tell_preempted(session)
            return False
        over = grant.mode is Mode.BURST and now_ns >= grant.until_ns
        if grant.left == 0 or over:
            self._tell_spent(session)
            return False
        return True

    def _can_issue(self, session: Session, queue: Queue, operation: Operation) -> bool:
        works = session.works
        for seq in session.barriers.get(operation.seq, ()):
            if seq not in works:
                return False
        if operation.kind is Kind.WAIT and operation.record_seq not in works:
            return False
        if operation.kind is Kind.HOST:
            return not queue.flight
        if operation.kind not in TIMED:
            return True
        grant = session.grant
        if session.window_open and grant.mode is not Mode.URGENT:
            return True
        cap_ns = 4 * grant.window.window_ns
        if queue.launches and cap_ns:
            in_all_ns = sum(q.in_flight_ns for q in session.queues.values())
            if in_all_ns + operation.duration_ns > cap_ns:
                return False
        return admits(
            grant.window, queue.launches, queue.in_flight_ns, operation.duration_ns
        )

    def _issue(
        self, session: Session, queue: Queue, operation: Operation, now_ns: int
    ) -> None:
        after = [session.works[s] for s in session.barriers.pop(operation.seq, [])]
        if operation.kind is Kind.WAIT:
            after.append(session.works[operation.record_seq])
        work = Work(
            operation.kind,
            tag=(session.sid, operation.seq),
            duration_ns=operation.duration_ns,
            after=after,
            address=(session.sid << 32) | operation.word,
            value=operation.value,
        )
        queue.queued.popleft()
        session.queued -= 1
        session.works[operation.seq] = work
        if operation.kind is Kind.HOST:
            queue.host_seq = operation.seq
            session.hosts_due += 1
        else:
            self._device.push(queue.native, work)
        self._count_issue(session, queue, operation, now_ns)
        queue.flight.append((operation, work))
        self._issued(
            Issue(
                now_ns,
                session.sid,
                operation.stream,
                operation.seq,
                operation.kind.value,
            )
        )

    def _count_issue(
        self, session: Session, queue: Queue, operation: Operation, now_ns: int
    ) -> None:
        if session.in_flight == 0:
            session.progress_ns = now_ns
        session.in_flight += 1
        self._turn += 1
        session.served = self._turn
        self._free_ns = now_ns + _ISSUE_NS.get(operation.kind, 500)
        if operation.kind not in TIMED:
            return
        session.window_open = False
        queue.launches += 1
        queue.in_flight_ns += operation.duration_ns
        session.grant.left -= 1
        self._last_issue_ns[session.class_] = now_ns
        if self._high_due and session.class_ < self._high_due:
            self._high_due = 0
            first = (Kinds.FIRST_HIGH, session.sid, self._arrived_ns, now_ns, 0)
            self._messages.append(first)
        grant = session.grant
        if (
            grant.mode is not Mode.BURST
            and grant.left <= grant.window.launches_max // 4
        ):
            self._tell_spent(session)

    # ------------------------------------------------------------- what has ended

    def _retire(self, now_ns: int) -> None:
        for session in self._sessions.values():
            if not session.in_flight:
                continue
            for queue in session.queues.values():
                while queue.flight and self._is_done(session, queue, now_ns):
                    self._retire_head(session, queue, now_ns)

    def _is_done(self, session: Session, queue: Queue, now_ns: int) -> bool:
        operation, work = queue.flight[0]
        if operation.kind is Kind.HOST and work.done_ns < 0:
            answered = queue.host_done_seq >= operation.seq
            if answered or session.closing:
                work.done_ns = now_ns
        return work.done_ns >= 0

    def _retire_head(self, session: Session, queue: Queue, now_ns: int) -> None:
        operation, _ = queue.flight.popleft()
        session.in_flight -= 1
        session.outstanding.discard(operation.seq)
        session.progress_ns = session.quiet_ns = now_ns
        session.window_open = False
        if operation.kind in TIMED:
            queue.launches -= 1
            queue.in_flight_ns -= operation.duration_ns
            session.used_ns += operation.duration_ns

    def _watch(self, session: Session, now_ns: int) -> int:
        """Tell what has to be told of one session; returns when to look again."""
        if session.closing and not session.in_flight:
            if session.closing and session.idle_state != 3:
                session.idle_state = 3
                self._messages.append((Kinds.CLOSED, session.sid, 0, 0, 0))
            return NEVER
        if session.tickets:
            self._answer_tickets(session)
        idle_ns = self._watch_idle(session, now_ns)
        if session.used_ns and now_ns - session.reported_ns >= USAGE_EVERY_NS:
            session.reported_ns = now_ns
            self._tell(session, Kinds.USAGE, self._take_used(session), session.queued)
        stall_ns = self._watch_stall(session, now_ns)
        return min(idle_ns, stall_ns, self._watch_burst(session, now_ns))

    def _watch_burst(self, session: Session, now_ns: int) -> int:
        grant = session.grant
        if grant.mode is not Mode.BURST or not session.queued:
            return NEVER
        if now_ns < grant.until_ns:
            return grant.until_ns
        self._tell_spent(session)
        return NEVER

    def _watch_stall(self, session: Session, now_ns: int) -> int:
        if not session.in_flight or session.grant.mode is Mode.HELD:
            return NEVER
        if session.window_open:
            return NEVER
        opens_ns = session.progress_ns + OPENS_AFTER_NS
        if now_ns < opens_ns:
            return opens_ns
        session.window_open = True
        session.progress_ns = now_ns
        self.windows_opened += 1
        return now_ns

    def _watch_idle(self, session: Session, now_ns: int) -> int:
        if session.queued or session.in_flight or session.idle_state != 0:
            session.idle_since_ns = -1
            return NEVER
        if session.idle_since_ns < 0:
            session.idle_since_ns = now_ns
        if now_ns < session.idle_since_ns + IDLE_GRACE_NS:
            return session.idle_since_ns + IDLE_GRACE_NS
        session.idle_state = 1
        since_ns = session.idle_since_ns
        self._tell(session, Kinds.IDLED, self._take_used(session), 0, since_ns)
        return NEVER

    def _answer_tickets(self, session: Session) -> None:
        oldest = self._oldest(session)
        answered = [ticket for seq, ticket in session.tickets if seq < oldest]
        if answered:
            session.tickets = [t for t in session.tickets if t[0] >= oldest]
        for ticket in answered:
            self._tell(session, Kinds.RETIRED, ticket, 0)

    def _oldest(self, session: Session) -> int:
        """Number of the first operation that is outstanding."""
        if not session.outstanding:
            return NEVER
        while session.oldest_seq not in session.outstanding:
            session.oldest_seq += 1
        return session.oldest_seq

    def _take_used(self, session: Session) -> int:
        used_ns, session.used_ns = session.used_ns, 0
        return used_ns

    # ------------------------------------------------------------- helpers

    def _open_queue(self, session: Session, stream: int, *, blocking: bool) -> None:
        native = self._device.stream_open(session.level)
        session.queues[stream] = Queue(native, blocking)

    def _accept(self, session: Session, operation: Operation) -> None:
        queue = session.queues[operation.stream]
        if queue.blocking:
            session.barriers[operation.seq] = self._barrier(session, operation.stream)
        queue.last_seq = operation.seq
        queue.queued.append(operation)
        session.queued += 1
        session.outstanding.add(operation.seq)

    def _barrier(self, session: Session, stream: int) -> list[int]:
        if stream != LEGACY:
            seq = session.queues[LEGACY].last_seq
            return [seq] if seq else []
        return [
            queue.last_seq
            for index, queue in session.queues.items()
            if queue.blocking and index != LEGACY and queue.last_seq
        ]

    def _lower_floor(self, class_: int) -> None:
        self._floor = class_
        if not self._revoking:
            return
        for session in self._sessions.values():
            if session.grant.mode is Mode.BULK and session.class_ > class_:
                if session.queued:
                    self._tell_preempted(session)
                session.grant.mode = Mode.HELD

    def _release_floor(self, now_ns: int) -> int:
        """Raise it if nobody down to it has work any more; when to look again."""
        if self._release_ns < 0 or self._floor == NOBODY:
            return NEVER
        below = [s for s in self._sessions.values() if s.queued or s.in_flight]
        if not below or any(s.class_ <= self._floor for s in below):
            return NEVER
        floor = min(s.class_ for s in below)
        modes = [s.grant.mode for s in below if s.class_ == floor]
        if Mode.STANDBY not in modes and Mode.BULK not in modes:
            return NEVER
        above = [s for s in self._sessions.values() if s.class_ <= self._floor]
        quiet_ns = max((s.quiet_ns for s in above), default=0)
        if now_ns < quiet_ns + self._release_ns:
            return quiet_ns + self._release_ns
        self._floor = floor
        self._messages.append((Kinds.RELEASED, 0, quiet_ns, now_ns, 0))
        return now_ns

    def _observe_floor(self) -> None:
        if not self._floor_fell:
            return
        self._floor_fell = False
        below = [s for s in self._sessions.values() if s.class_ > self._floor]
        last_ns = max((self._last_issue_ns.get(s.class_, 0) for s in below), default=0)
        out_ns = sum(q.in_flight_ns for s in below for q in s.queues.values())
        self._high_due = self._floor + 1
        switched = (Kinds.SWITCHED, 0, self._arrived_ns, last_ns, out_ns)
        self._messages.append(switched)

    def _tell(self, session: Session, kind: int, a: int, b: int, c: int = 0) -> None:
        self._messages.append((kind, session.sid, a, b, c))

    def _tell_preempted(self, session: Session) -> None:
        if not session.grant.preempted_told:
            session.grant.preempted_told = True
            out_ns = sum(q.in_flight_ns for q in session.queues.values())
            self._tell(session, Kinds.PREEMPTED, session.queued, out_ns)

    def _tell_spent(self, session: Session) -> None:
        grant = session.grant
        if not grant.spent_told:
            grant.spent_told = True
            launches = grant.window.launches_max - grant.left
            used_ns = self._take_used(session)
            self._messages.append(
                (Kinds.BATCH_SPENT, session.sid, launches, used_ns, session.queued)
            )
