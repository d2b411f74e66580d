"""The only interpreter of decisions: scheduler on one side, workers on the other.

Decides nothing itself. It turns what readers and workers report into stimuli, hands
them to the scheduler, and carries out what comes back; so a simulation that replaces
clock, transport and device runs this very file. It must never know sockets, pages or
asyncio: timers and the control thread are given to it. Called by `protocol.py` (bytes),
by the loop (worker messages) and by `session.py` (control calls).

Lost wake-ups are the thing to watch. A session falls idle in the worker while the
reader hands it new work: messages posted before that work are therefore read before
WorkArrived is sent, and after an idle report the worker is asked once more.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from broker.device.backend import Clock, Lane
from broker.sched import decisions as dec
from broker.sched import stimuli as sti
from broker.sched.stats import Histogram
from broker.server.arrivals import Arrivals
from broker.server.ends import CallLater, Cancellable, Ends
from broker.server.heldback import IDLE_NS, HeldBack
from broker.server.slots import Done, DrainedSlots

# How long the floor stays lowered for a frame of which only a part has come. A tenant
# that sends half a frame must not hold the others for longer than this.
HALF_FRAME_NS = 1_000_000
# A worker that gives fewer messages than this has no more of them.
MESSAGES_AT_ONCE = 256

Job = Callable[[], Any]


class Observer(Protocol):
    """What the pump tells the server; none of it concerns the scheduler."""

    def low_water(self, session: int) -> None:
        """The queue of a paused session has room again."""

    def closed(self, session: int) -> None:
        """Nothing of the session is in flight any more; its pages may go."""

    def graphs_idle(self, session: int) -> None:
        """Graphs that the session has given up are launched by nobody any more."""

    def graphs_hot(self, session: int) -> None:
        """Some that it launches often should have longer native graphs."""

    def async_error(self, session: int, result: int, seq: int) -> None:
        """An operation failed; the session's client learns it at its next wait."""

    def fault(self, session: int, result: int, seq: int) -> None:
        """The device context is gone."""


@dataclass(slots=True)
class Counters:
    stimuli: int = 0
    decisions: int = 0
    messages: int = 0
    false_alarms: int = 0
    held_back: int = 0  # stimuli that were told later than they happened


class Pump:
    """Args:
    kinds: the module that names message kinds (broker.device._worker).
    call_later: (wall seconds, callback) -> handle with cancel().
    run_control: (job, done): runs job on the control thread, then done on the loop.
    decided: called after the decisions of each stimulus, and when one is held back.
    holds_back: whether `turn` is called often enough for decisions to be held back.
    stopwatch: ns of wall time, for what a decision costs; not measured without.
    hold_ended: called when those who were held for a higher class go on.
    """

    def __init__(
        self,
        scheduler: Any,
        workers: Sequence[Any],
        kinds: Any,
        clock: Clock,
        call_later: CallLater,
        run_control: Callable[[Job, Done], None],
        observer: Observer,
        decided: Callable[[], None] | None = None,
        *,
        holds_back: bool = False,
        stopwatch: Callable[[], int] | None = None,
        hold_ended: Callable[[], None] = lambda: None,
    ) -> None:
        self.scheduler = scheduler
        self.workers = list(workers)
        self.clock = clock
        self.counters = Counters()
        self._call_later = call_later
        self._run_control = run_control
        self._observer = observer
        self._decided = decided
        self._holds_back = holds_back
        self._stopwatch = stopwatch
        self._hold_ended = hold_ended
        self.decision_cost = Histogram()
        self._held_back = HeldBack()
        self._idle_timer: Cancellable | None = None
        self._arrivals = Arrivals()
        # While a trace runs, told every stimulus with what was decided, and how
        # switches went: (now_ns, stimulus or name of a message, decisions or values).
        self.tap: Callable[[int, Any, Sequence[Any]], None] | None = None
        self._worker_of: dict[int, Any] = {}
        self._ends = Ends(
            self._arrivals, clock, call_later, self._worker_of, self._stay_awake
        )
        self._grants: dict[int, dec.IssueBatch | dec.Hold] = {}
        self._tickets = itertools.count(1)
        self.slots = DrainedSlots(
            self.workers, self._tickets, self.stimulate, self._call_at
        )
        self._retired: dict[int, tuple[int, Callable[[], None]]] = {}
        self._timer: Cancellable | None = None
        self._floor: tuple[int, int, int] = (255, -1, -1)
        self._half_frame: Cancellable | None = None
        self._interpret = self._decision_table()
        self._translate = self._message_table(kinds)

    # ------------------------------------------------------------- sessions
    def open_session(
        self,
        session: int,
        worker: Any,
        tenant: str,
        class_: int,
        weight: float,
        share: float = 0.0,
        deadline_ns: int = 0,
    ) -> None:
        self._worker_of[session] = worker
        self.stimulate(
            sti.SessionOpened(session, tenant, class_, weight, share, deadline_ns)
        )

    def end_session(self, session: int) -> None:
        """After its CLOSED message and its last control call."""
        if self._worker_of.pop(session, None) is None:
            return
        self._retired = {t: w for t, w in self._retired.items() if w[0] != session}
        self._grants.pop(session, None)
        self._arrivals.ended(session)
        self._ends.forget(session)
        self.stimulate(sti.SessionClosed(session))

    def change_hints(
        self, session: int, class_: int, weight: float, deadline_ns: int = 0
    ) -> None:
        """All hints of a session as they are now."""
        self._worker_of[session].set_class(session, class_)
        self.stimulate(sti.HintChanged(session, class_, weight, deadline_ns))
        # A worker may have raised it past that class while nobody in it had work.
        if self._floor[0] >= class_ and self._floor[2] >= 0:
            for worker in self.workers:
                worker.set_floor(*self._floor)

    def account(self, session: int) -> Any:
        """What the scheduler counted of a session (sched.stats.Account), or None."""
        state = self.scheduler.facts.sessions.get(session)
        return None if state is None else state.account

    def granted(self, session: int) -> dict[str, Any]:
        """What the session may do at present, as plain values."""
        grant = self._grants.get(session)
        if isinstance(grant, dec.IssueBatch) and grant.mode is not dec.Mode.STANDBY:
            window_ns, batch = grant.window_ns, grant.launches_max
            return {"mode": grant.mode.name, "window_ns": window_ns, "batch": batch}
        mode = "HELD" if grant is not None else "NONE"
        return {"mode": mode, "window_ns": 0, "batch": 0}

    def select_policy(self, name: str) -> None:
        self.stimulate(sti.PolicySelected(name))

    # --------------------------------------------------------------- reader
    def bytes_arrived(self, session: int) -> bool:
        """Before anything is decoded. True if this lowered the floor."""
        return bool(self._worker_of[session].arrived(session))

    def work_arrived(self, session: int, arrived_ns: int, preempted: bool) -> None:
        """At least one operation of the session was decoded."""
        worker = self._worker_of[session]
        waits = self._holds_back and bool(worker.took_wait(session))
        if self._holds_back:
            # First: the worker may have foretold already when this wait will be over.
            self._arrivals.arrived(session, arrived_ns, waits=waits)
        self.read_messages(worker)
        if waits:
            self._stay_awake()
        if worker.needs_grant(session) or preempted:
            now_ns = self.clock.now_ns()
            self._arrivals.request_begun(now_ns)
            stimulus = sti.WorkArrived(session, arrived_ns, preempted)
            if self._can_wait(session):
                self._hold_back(stimulus, now_ns)
            else:
                self.stimulate(stimulus)

    def _can_wait(self, session: int) -> bool:
        """Whether nothing is lost while the scheduler does not know of the work: its
        grant stands, and nobody else would get one or lose more than the floor took."""
        grant = self._grants.get(session)
        stands = isinstance(grant, dec.IssueBatch) and grant.mode is dec.Mode.BULK
        return self._holds_back and stands and self.scheduler.can_wait(session)

    def _hold_back(self, stimulus: sti.WorkArrived, now_ns: int) -> None:
        self._held_back.arrived(stimulus, now_ns)
        self._stay_awake()

    def _stay_awake(self) -> None:
        """The loop should not sleep; `turn` says for how long."""
        if self._decided is not None:
            self._decided()

    def turn(self) -> bool:
        """Called in each turn of a loop that does not sleep: do what has waited long
        enough. Returns whether the loop should go on so."""
        now_ns = self.clock.now_ns()
        if 0 < self._held_back.due_ns <= now_ns:
            self._tell_held_back()
        facts = self.scheduler.facts
        self._arrivals.may_preempt = self._floor[1] >= 0 and bool(facts.active)
        return self._held_back.due_ns > 0 or self._arrivals.expected(now_ns)

    @property
    def held_back_until_ns(self) -> int:
        """When `turn` must be called for arrivals held back; 0: there are none."""
        return self._held_back.due_ns

    def _tell_held_back(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        held_back = self._held_back.take()
        while held_back:
            happened_ns, stimulus = held_back.pop(0)
            self.counters.held_back += 1
            # Who was idle and has work again must not be idle in between: the floor
            # would rise, and the others would go on.
            self._tell(stimulus, happened_ns, more_follows=bool(held_back))

    def false_alarm(self, *, more_to_come: bool) -> None:
        """bytes_arrived lowered the floor and no operation was among the bytes."""
        self.counters.false_alarms += 1
        if not more_to_come:
            self._restore_floor()
        elif self._half_frame is None:
            delay = self.clock.wall_ns(HALF_FRAME_NS) / 1e9
            self._half_frame = self._call_later(delay, self._restore_floor)

    def _restore_floor(self) -> None:
        if self._half_frame is not None:
            self._half_frame.cancel()
            self._half_frame = None
        for worker in self.workers:
            worker.set_floor(*self._floor)

    # -------------------------------------------------------------- control
    def when_retired(
        self, session: int, seq: int, callback: Callable[[], None]
    ) -> None:
        """Call callback once every operation of the session up to seq has retired."""
        ticket = next(self._tickets)
        self._retired[ticket] = (session, callback)
        self._worker_of[session].notify_retired(session, seq, ticket)

    def control(self, session: int, lane: Lane, job: Job, done: Done) -> None:
        """Run job on the control thread, drained first where its lane says so."""
        assert lane in (Lane.CONTROL, Lane.CONTROL_DRAINED), (
            f"{lane} is no control call"
        )
        if lane is Lane.CONTROL:
            self._run_control(job, done)
        else:
            self.drain(session, partial(self._run_control, job), done)

    def drain(self, session: int, run: Callable[[Done], None], done: Done) -> None:
        """Have the device drained, then call run; the slot ends when run calls back.

        Wherever the call is made: on the control thread, or in a worker process.
        """
        self.slots.ask(session, run, done)

    @property
    def work_is_about(self) -> bool:
        """Whether any session has operations queued or running."""
        return bool(self.scheduler.facts.active)

    @property
    def somebody_is_held(self) -> bool:
        """Whether the floor is down: a class has the device, and those below wait."""
        return self._floor[0] < 255

    @property
    def lowest_at_work(self) -> int:
        """The lowest class with operations queued or running, whom an arrival of a
        higher one would preempt; -1: there is none, or no class preempts."""
        if self._floor[1] >= 0:
            for group in reversed(self.scheduler.facts.groups):
                if group.active:
                    return int(group.class_)
        return -1

    # ------------------------------------------------------------ scheduler
    def stimulate(self, stimulus: sti.Stimulus) -> None:
        """Tell the scheduler and do what it decides, in the order in which things
        happened."""
        if self._held_back:
            self._tell_held_back()
        self._tell(stimulus, self.clock.now_ns())

    def _tell(
        self, stimulus: sti.Stimulus, happened_ns: int, *, more_follows: bool = False
    ) -> None:
        self.counters.stimuli += 1
        decisions = self._decide(stimulus, happened_ns, more_follows)
        if self.tap is not None:
            self.tap(self.clock.now_ns(), stimulus, decisions)
        for decision in decisions:
            self.counters.decisions += 1
            self._interpret[type(decision)](decision)
        if self._decided is not None:
            self._decided()

    def _decide(
        self, stimulus: sti.Stimulus, now_ns: int, more_follows: bool
    ) -> list[dec.Decision]:
        """Ask the scheduler; what that took of this thread is counted."""
        begin_ns = self._stopwatch() if self._stopwatch is not None else 0
        decisions: list[dec.Decision] = self.scheduler.handle(
            stimulus, now_ns, more_follows=more_follows
        )
        if self._stopwatch is not None:
            self.decision_cost.add(self._stopwatch() - begin_ns)
        return decisions

    def _decision_table(self) -> dict[type, Callable[[Any], None]]:
        return {
            dec.IssueBatch: self._issue_batch,
            dec.Hold: self._hold,
            dec.SetFloor: self._set_floor,
            dec.SetLevel: self._set_level,
            dec.SetTimer: self._set_timer,
            dec.AwaitEmpty: self.slots.await_empty,
            dec.RunControl: self.slots.run,
        }

    def _issue_batch(self, decision: dec.IssueBatch) -> None:
        worker = self._worker_of.get(decision.session)
        if worker is None:
            return
        self._grants[decision.session] = decision
        worker.grant(
            decision.session,
            decision.launches_max,
            decision.window_ns,
            decision.launches_in_flight_max,
            int(decision.mode),
            decision.until_ns,
            decision.rank,
        )

    def _hold(self, decision: dec.Hold) -> None:
        worker = self._worker_of.get(decision.session)
        if worker is not None:
            self._grants[decision.session] = decision
            worker.grant(decision.session, 0, 0, 1, int(dec.Mode.HELD), 0, 0)

    def _set_floor(self, decision: dec.SetFloor) -> None:
        # Workers of several processes do not know each other's sessions.
        together = all(worker.shows_peers for worker in self.workers)
        release_ns = decision.release_ns if together else -1
        was_held = self.somebody_is_held
        self._floor = (decision.class_, decision.armed_class, release_ns)
        for worker in self.workers:
            worker.set_floor(*self._floor)
        if was_held and not self.somebody_is_held:
            self._hold_ended()

    def _set_level(self, decision: dec.SetLevel) -> None:
        worker = self._worker_of.get(decision.session)
        if worker is not None:
            worker.set_level(decision.session, decision.level)

    def _set_timer(self, decision: dec.SetTimer) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._call_at(decision.at_ns, self._timer_fired)

    def _timer_fired(self) -> None:
        self._timer = None
        self.stimulate(sti.TimerFired())

    def _call_at(self, at_ns: int, callback: Callable[[], object]) -> Cancellable:
        left_ns = max(0, at_ns - self.clock.now_ns())
        return self._call_later(self.clock.wall_ns(left_ns) / 1e9, callback)

    # ------------------------------------------------------ worker messages
    def worker_ready(self, index: int) -> None:
        """The loop found the worker's eventfd readable; unread, it finds it again."""
        if self._held_back.keeps_arrivals(self.clock.now_ns()):
            return
        self.read_messages(self.workers[index])

    def read_messages(self, worker: Any) -> None:
        """All that was posted before this call."""
        translate = self._translate
        while messages := worker.messages():
            self.counters.messages += len(messages)
            for message in messages:
                translate[message[0]](*message[1:])
            if len(messages) < MESSAGES_AT_ONCE:
                break  # that was all; asking again would cost a system call

    def _message_table(self, kinds: Any) -> dict[int, Callable[..., None]]:
        return {
            kinds.BATCH_SPENT: self._batch_spent,
            kinds.PREEMPTED: self._preempted,
            kinds.IDLED: self._idled,
            kinds.USAGE: self._usage,
            kinds.RETIRED: self._retired_up_to,
            kinds.EMPTY: self.slots.empty,
            kinds.LOW_WATER: lambda session, *_: self._observer.low_water(session),
            kinds.CLOSED: lambda session, *_: self._observer.closed(session),
            kinds.ASYNC_ERROR: self._async_error,
            kinds.FAULT: self._fault,
            kinds.SWITCHED: self._switched,
            kinds.FIRST_HIGH: self._first_high_started,
            kinds.GRAPHS_IDLE: lambda session, *_: self._observer.graphs_idle(session),
            kinds.GRAPHS_HOT: lambda session, *_: self._observer.graphs_hot(session),
            kinds.RELEASED: self._released,
            kinds.AWAITED: self._ends.awaited,
        }

    def _batch_spent(
        self, session: int, launches: int, used_ns: int, queued: int, *_: int
    ) -> None:
        if session in self._worker_of:
            self.stimulate(sti.BatchSpent(session, launches, used_ns, queued))

    def _preempted(self, session: int, queued: int, in_flight_ns: int, *_: int) -> None:
        if session in self._worker_of:
            self.stimulate(sti.SessionPreempted(session, queued, in_flight_ns))

    def _idled(
        self, session: int, used_ns: int, _: int, since_ns: int, *__: int
    ) -> None:
        worker = self._worker_of.get(session)
        if worker is None:
            return
        stimulus = sti.SessionIdled(session, used_ns, since_ns)
        if self._holds_back and self.scheduler.is_alone(session):
            self._hold_back_idle(stimulus)
        else:
            self.stimulate(stimulus)
        if worker.needs_grant(session):
            self.stimulate(sti.WorkArrived(session, self.clock.now_ns()))

    def _hold_back_idle(self, stimulus: sti.SessionIdled) -> None:
        """Nobody waits for what it leaves, and it may go on at once."""
        if self._held_back.idled(stimulus, self.clock.now_ns()):
            delay = self.clock.wall_ns(IDLE_NS) / 1e9
            self._idle_timer = self._call_later(delay, self._tell_held_back)

    def _usage(self, session: int, used_ns: int, queued: int, *_: int) -> None:
        if session in self._worker_of:
            self.stimulate(sti.UsageReported(session, used_ns, queued))

    def _retired_up_to(self, session: int, ticket: int, *_: int) -> None:
        waiting = self._retired.pop(ticket, None)
        if waiting is not None:
            waiting[1]()

    def _async_error(self, session: int, result: int, seq: int, *_: int) -> None:
        self._observer.async_error(session, result, seq)

    def _fault(self, session: int, result: int, seq: int, *_: int) -> None:
        self._observer.fault(session, result, seq)

    def _switched(
        self, _: int, arrived_ns: int, last_issue_ns: int, in_flight_ns: int, *__: int
    ) -> None:
        self.scheduler.record_switch(arrived_ns, last_issue_ns, in_flight_ns)
        if self.tap is not None:
            self.tap(arrived_ns, "switched", (last_issue_ns, in_flight_ns))

    def _first_high_started(
        self, session: int, arrived_ns: int, started_ns: int, *_: int
    ) -> None:
        self.scheduler.record_first_high(arrived_ns, started_ns)
        if self.tap is not None:
            self.tap(started_ns, "first_high", (session, arrived_ns))

    def _released(self, _: int, quiet_ns: int, released_ns: int, *__: int) -> None:
        self.scheduler.record_release(quiet_ns, released_ns)
        if self.tap is not None:
            self.tap(released_ns, "released", (quiet_ns,))
        self._hold_ended()
