"""The scheduler: takes stimuli, returns decisions.

Decides who may issue, in which mode, for how long. Must never know clocks, sockets,
threads or the device: `now_ns` is an argument, and `server/pump.py` (or the simulation)
carries the decisions out. Called from the event loop, some thousand times a second.

How it thinks. Every stimulus first changes facts (who is busy, who has used what).
Then, if a fact changed that matters to others, `_settle` derives one mode per class
from the facts and decides whatever differs from what was granted before. So no handler
reasons about transitions, and `validate` can recompute everything.

    busiest class that claims     classes above it and itself: BULK
    ... a session of it holds     classes below: HELD
    ... none of it holds          classes below: URGENT
    a class whose burst runs      BURST, whatever is above it
    ... because it starved        busy classes above it: HELD
    a drain in progress           everybody: HELD

Under a TurnPolicy (fair, partition, deadline) nobody claims and classes do not count:
`turns.py` says for each busy session whether it may run.

A claim outlives the work by the linger, so pauses inside a request change nothing.
Grants are standing: an idle session keeps its BULK grant, so its next work is issued
without a decision; the floor takes it away when somebody higher arrives. Who is held by
nothing but the floor stands by: the worker raises it once those above are quiet, and we
hear of it later.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from broker.sched import inspection
from broker.sched.bursts import burst_dues_ns, stop_burst, update_bursts
from broker.sched.classes import ClassState
from broker.sched.config import SchedulerConfig
from broker.sched.decisions import (
    AwaitEmpty,
    Decision,
    Hold,
    IssueBatch,
    Mode,
    RunControl,
    SetFloor,
    SetLevel,
    SetTimer,
)
from broker.sched.drains import Drain, DrainQueue
from broker.sched.facts import NOBODY, Facts
from broker.sched.pauses import Pauses
from broker.sched.policies import Policy, TurnPolicy, make_policy
from broker.sched.session import SessionState
from broker.sched.stats import SwitchStats, Totals
from broker.sched.stimuli import (
    BatchSpent,
    DrainFinished,
    DrainReached,
    DrainRequested,
    HintChanged,
    PolicySelected,
    SessionClosed,
    SessionIdled,
    SessionOpened,
    SessionPreempted,
    Stimulus,
    TimerFired,
    UsageReported,
    WorkArrived,
)
from broker.sched.turns import Turns

_UNKNOWN = -2  # the floor, after the reader may have moved it
_GONE_CLASS = 254  # class of a control call whose session has gone

_Handler = Callable[[Any, int, list[Decision]], None]


class Scheduler:
    """See the module. One per device; not thread-safe, and needs not be."""

    def __init__(self, config: SchedulerConfig, policy: Policy) -> None:
        self.config = config
        self.totals = Totals()
        self.switch_stats = SwitchStats()
        self.story: deque[tuple[int, Stimulus, tuple[Decision, ...]]] = deque(
            maxlen=config.story_length
        )
        self.facts = Facts(config, policy, self.totals)
        self.windows = policy.windows()
        self.turns = self._turns_of(policy)
        self.ungranted = False  # under turns: somebody idle has no decision yet
        self.drains = DrainQueue(config)
        self.reign = NOBODY  # highest class that claims
        self.hold_below = NOBODY  # highest class that holds
        self.floor = NOBODY
        self.armed = -1
        self.release_ns = -1
        self.timer_ns: int | None = None
        self.sample_due_ns: int | None = None
        self.now_ns = 0
        self.settled_ns = 0
        self._handlers: dict[type[Any], _Handler] = {
            SessionOpened: self._session_opened,
            SessionClosed: self._session_closed,
            WorkArrived: self._work_arrived,
            BatchSpent: self._batch_spent,
            SessionPreempted: self._session_preempted,
            SessionIdled: self._session_idled,
            UsageReported: self._usage_reported,
            DrainRequested: self._drain_requested,
            DrainReached: self._drain_reached,
            DrainFinished: self._drain_finished,
            PolicySelected: self._policy_selected,
            HintChanged: self._hint_changed,
            TimerFired: self._timer_fired,
        }

    # ------------------------------------------------------------------ what is public

    def handle(self, stimulus: Stimulus, now_ns: int) -> list[Decision]:
        """Take in one stimulus; returns what is to be done, in this order.

        Args: now_ns: device time; one that lies before the last is taken as the last.
        Raises: KeyError for PolicySelected with an unknown name (nothing changed).
        Cost:   some us; O(sessions) only when a class changes its mode.
        """
        now_ns = max(now_ns, self.now_ns)
        out: list[Decision] = []
        self._handlers[type(stimulus)](stimulus, now_ns, out)
        self.now_ns = now_ns
        self._settle_if_dirty(now_ns, out)
        self.totals.stimuli += 1
        self.totals.decisions += len(out)
        self.story.append((now_ns, stimulus, tuple(out)))
        return out

    def is_active(self, session: int) -> bool:
        """Whether the session is known to have work; if not, send WorkArrived."""
        state = self.facts.sessions.get(session)
        return state is not None and state.active

    def counters(self) -> dict[str, Any]:
        """Everything that only grows: totals, per class, per session, switch times."""
        return inspection.counters(self)

    def snapshot(self) -> dict[str, Any]:
        """How things stand: policy, floor, drain, and every session's mode."""
        return inspection.snapshot(self)

    def validate(self) -> None:
        """Check every invariant. Raises: AssertionError naming the broken one."""
        inspection.validate(self)

    def record_switch(
        self, arrived_ns: int, last_lower_issue_ns: int, lower_in_flight_ns: int
    ) -> None:
        """Take in how one switch went.

        Args: last_lower_issue_ns: when the last lower launch was issued; 0 or before
              arrived_ns counts as no delay. lower_in_flight_ns: estimated GPU time.
        """
        self.switch_stats.last_issue.add(last_lower_issue_ns - arrived_ns)
        self.switch_stats.in_flight.add(lower_in_flight_ns)

    def record_first_high(self, arrived_ns: int, started_ns: int) -> None:
        """Take in when the first high launch after an arrival ran."""
        self.switch_stats.first_high.add(started_ns - arrived_ns)

    def record_release(self, quiet_ns: int, released_ns: int) -> None:
        """Take in that the worker raised the floor: work above ended at quiet_ns."""
        self.switch_stats.release.add(released_ns - quiet_ns)

    @property
    def policy(self) -> Policy:
        return self.facts.policy

    # ------------------------------------------------------------------ stimuli

    def _session_opened(
        self, stimulus: SessionOpened, now_ns: int, out: list[Decision]
    ) -> None:
        assert stimulus.session not in self.facts.sessions, "session opened twice"
        state = SessionState(
            session=stimulus.session,
            tenant=stimulus.tenant,
            class_=stimulus.class_,
            weight=stimulus.weight,
            share=stimulus.share,
            deadline_ns=stimulus.deadline_ns,
            group=self.facts.group_of(stimulus.class_, now_ns),
            pauses=Pauses(self.config),
        )
        self.facts.sessions[state.session] = state
        self.facts.join(state, now_ns)
        self._set_level(state, out)

    def _session_closed(
        self, stimulus: SessionClosed, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if state is not None:
            self.facts.leave(state, now_ns)
            if self.turns is not None:
                self.turns.forget(state)
            del self.facts.sessions[state.session]

    def _work_arrived(
        self, stimulus: WorkArrived, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if stimulus.preempted:
            self._doubt_floor(NOBODY if state is None else state.class_)
        if state is None:
            return
        grants = state.account.grants
        if not state.active:
            self.facts.activate(state, min(stimulus.arrived_ns, now_ns), now_ns)
        self._settle_if_dirty(now_ns, out)
        if state.account.grants == grants:
            # The worker asks because it may have none in force; a second one is cheap.
            self._regrant(state, now_ns, out)

    def _batch_spent(
        self, stimulus: BatchSpent, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if state is None:
            return
        state.account.launches += stimulus.launches
        state.group.account.launches += stimulus.launches
        self.facts.report(state, stimulus.used_ns, stimulus.queued, now_ns)
        grants = state.account.grants
        if state.granted is Mode.BURST:
            self.facts.dirty = True  # its time may be over
        self._settle_if_dirty(now_ns, out)
        if state.account.grants == grants:
            self._regrant(state, now_ns, out)

    def _session_preempted(
        self, stimulus: SessionPreempted, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if state is None:
            return
        state.account.preemptions += 1
        state.group.account.preemptions += 1
        self.facts.report(state, 0, stimulus.queued, now_ns)
        if state.granted is Mode.BULK:
            # The floor has been lifted since: the worker no longer has the grant.
            self._regrant(state, now_ns, out)

    def _session_idled(
        self, stimulus: SessionIdled, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if state is None:
            return
        self.facts.charge(state, stimulus.used_ns, now_ns)
        state.queued = 0
        if state.active:
            since_ns = stimulus.since_ns if stimulus.since_ns >= 0 else now_ns
            self.facts.deactivate(state, min(since_ns, now_ns), now_ns)
        self.facts.dirty = True

    def _usage_reported(
        self, stimulus: UsageReported, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if state is not None:
            self.facts.report(state, stimulus.used_ns, stimulus.queued, now_ns)

    def _drain_requested(
        self, stimulus: DrainRequested, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.sessions.get(stimulus.session)
        self.drains.add(
            Drain(
                ticket=stimulus.ticket,
                session=stimulus.session,
                tenant="" if state is None else state.tenant,
                class_=_GONE_CLASS if state is None else state.class_,
                requested_ns=now_ns,
            )
        )
        self.facts.dirty = True

    def _drain_reached(
        self, stimulus: DrainReached, now_ns: int, out: list[Decision]
    ) -> None:
        drain = self.drains.current
        if drain is None or drain.ticket != stimulus.ticket or drain.running:
            self.totals.stale += 1
            return
        self.drains.run(now_ns)
        self.totals.drains_given_up += now_ns >= drain.give_up_ns
        out.append(RunControl(drain.ticket))

    def _drain_finished(
        self, stimulus: DrainFinished, now_ns: int, out: list[Decision]
    ) -> None:
        drain = self.drains.current
        if drain is None or drain.ticket != stimulus.ticket or not drain.running:
            self.totals.stale += 1
            return
        following = self.drains.finish(now_ns, self._is_outranked, self._hurts_others)
        self.totals.drains += 1
        self.totals.drains_deferred += drain.deferred
        self.totals.drain_ns += now_ns - drain.started_ns
        if following is not None:
            self.totals.drains_shared += 1
            out.append(RunControl(following.ticket))
            return
        self.facts.dirty = True

    def _policy_selected(
        self, stimulus: PolicySelected, now_ns: int, out: list[Decision]
    ) -> None:
        policy = make_policy(stimulus.name, self.config)
        for state in self.facts.sessions.values():
            self.facts.end_linger(state)  # the old policy saw it end
        self.facts.policy = policy
        self.windows = policy.windows()
        self.turns = self._turns_of(policy)
        self.totals.policy_switches += 1
        for state in self.facts.sessions.values():
            state.virtual_ns = 0
            state.drop_sample()
            if state.active:
                self.policy.begin(state, now_ns)
            self.facts.restance(state)
            self._set_level(state, out)
        self.facts.settle_alone()
        for group in self.facts.groups:
            group.stale = True  # the windows are another policy's
        stop_burst(self.facts.groups)

    def _hint_changed(
        self, stimulus: HintChanged, now_ns: int, out: list[Decision]
    ) -> None:
        state = self.facts.find(stimulus.session)
        if state is None:
            return
        state.weight = stimulus.weight
        state.deadline_ns = stimulus.deadline_ns
        self._set_level(state, out)
        if stimulus.class_ == state.class_:
            return
        was_active = state.active
        self.facts.leave(state, now_ns)
        state.class_ = stimulus.class_
        state.group = self.facts.group_of(stimulus.class_, now_ns)
        if not self.policy.turns:
            state.virtual_ns = 0
        state.idled_ns = -1  # leaving was not a pause to learn from
        self.facts.join(state, now_ns)
        if was_active:
            self.facts.activate(state, now_ns, now_ns)
        self._set_level(state, out)

    def _timer_fired(
        self, stimulus: TimerFired, now_ns: int, out: list[Decision]
    ) -> None:
        self.timer_ns = None
        self.facts.dirty = True

    def _doubt_floor(self, class_: int) -> None:
        """The reader has lowered the floor to class_: BULK below it may be lost."""
        self.floor = _UNKNOWN
        for group in self.facts.groups:
            if group.class_ > class_ or class_ == NOBODY:
                group.stale = True
        self.facts.dirty = True

    # ------------------------------------------------------------------ consequences

    def _settle_if_dirty(self, now_ns: int, out: list[Decision]) -> None:
        if self.facts.dirty:
            self.facts.dirty = False
            self._settle(now_ns, out)
            self.facts.dirty = False

    def _settle(self, now_ns: int, out: list[Decision]) -> None:
        """Derive every class's mode from the facts and decide the differences.

        The floor goes first: a BULK grant below a low floor would be lost at once, and
        a hold must not leave a moment in which BULK still counts.
        """
        self.settled_ns = now_ns
        self.facts.expire_lingers(now_ns)
        if self.sample_due_ns is not None and now_ns >= self.sample_due_ns:
            self.sample_due_ns = None
            self.facts.resample(now_ns)
        self._take_claims()
        gave_way = self.drains.give_way(now_ns, self._is_outranked)
        self.totals.drains_gave_way += gave_way
        drain = self.drains.start_next(now_ns, self._is_outranked, self._hurts_others)
        self.facts.draining = self.drains.current is not None
        self._update_bursts(now_ns)
        self._settle_floor(out)
        for group in self.facts.groups:
            mode = self.mode_wanted(group)
            standing = self.stands(group, mode)
            if mode is not group.mode or standing != group.standing or group.stale:
                self._regrade(group, mode, now_ns, out, standing=standing)
        if self.turns is not None:
            self._take_turns(self.turns, now_ns, out)
        if drain is not None:
            out.append(AwaitEmpty(drain.ticket, drain.give_up_ns))
        self._settle_timer(now_ns, out)

    def _take_claims(self) -> None:
        before = self.reign
        self.reign, self.hold_below = self.facts.claims()
        if self.reign >= before:
            return
        if any(g.active for g in self.facts.groups if g.class_ > self.reign):
            self.totals.switches += 1
            group = self.facts.group_of(self.reign, self.now_ns)
            group.account.switches += 1
            for state in group.sessions.values():
                state.account.switches += state.counted is not Mode.BULK

    def mode_wanted(self, group: ClassState) -> Mode:
        if self.facts.draining:
            return Mode.HELD
        if group.burst_until_ns:
            return Mode.BURST
        if group.yields:
            return Mode.HELD
        if group.class_ <= self.reign:
            return Mode.BULK
        return Mode.HELD if group.class_ > self.hold_below else Mode.URGENT

    def floor_wanted(self) -> int:
        """Where classes lose BULK; NOBODY when there is nobody to lose it."""
        if self.facts.groups and self.facts.groups[-1].class_ > self.reign:
            return self.reign
        return NOBODY

    def armed_wanted(self) -> int:
        """Lowest class that still has one below it."""
        if not self.policy.preemptive or len(self.facts.groups) < 2:
            return -1
        return self.facts.groups[-2].class_

    def stands(self, group: ClassState, mode: Mode) -> bool:
        """Whether a class that is held would be in BULK, if only nobody above it had
        work: the worker may find that out by itself, some 100 us before we do."""
        held = mode is Mode.HELD and not group.yields and not self.facts.draining
        return held and self.turns is None

    def release_wanted(self) -> int:
        """The longest pause of an armed class that is taken for one of a request."""
        if self.armed_wanted() < 0:
            return -1
        armed = [s for g in self.facts.groups[:-1] for s in g.sessions.values()]
        default_ns = self.config.linger_ns_default
        return max((s.linger_ns for s in armed if s.worked), default=default_ns)

    def _settle_floor(self, out: list[Decision]) -> None:
        wanted = (self.floor_wanted(), self.armed_wanted(), self.release_wanted())
        if wanted != (self.floor, self.armed, self.release_ns):
            self.floor, self.armed, self.release_ns = wanted
            out.append(SetFloor(*wanted))

    def _update_bursts(self, now_ns: int) -> None:
        if not self.facts.draining:
            groups = self.facts.groups
            update_bursts(groups, self.reign, now_ns, self.config, self.totals)

    # -- drains

    def _turns_of(self, policy: Policy) -> Turns | None:
        if not isinstance(policy, TurnPolicy):
            return None
        return Turns(policy, self.config, self.facts)

    def _is_outranked(self, drain: Drain) -> bool:
        return self.reign < drain.class_

    def _hurts_others(self, drain: Drain) -> bool:
        own = self.facts.sessions.get(drain.session)
        return self.facts.active > (own is not None and own.active)

    def can_wait(self, session: int) -> bool:
        """Whether to hear of a session's new work a little later changes nothing for
        anybody else: nobody else has work, or all it would do is hold the others, whom
        the floor has stopped already."""
        state = self.facts.sessions.get(session)
        if state is None or self.facts.draining or self.turns is not None:
            return False
        others = self.facts.active - state.active
        return not others or (state.stance is Mode.HELD and state.duty is not None)

    def is_alone(self, session: int) -> bool:
        """Whether to hear a little later that the session has no more work changes
        nothing: nobody else has any, and no drained slot is waited for."""
        state = self.facts.sessions.get(session)
        if state is None or self.facts.draining or self.turns is not None:
            return False
        return bool(self.facts.active == state.active)

    # -- grants

    def _regrade(
        self,
        group: ClassState,
        mode: Mode,
        now_ns: int,
        out: list[Decision],
        *,
        standing: bool,
    ) -> None:
        """Give every session of a class a new mode, or the same one anew."""
        renew = group.stale or standing != group.standing
        group.standing = standing
        group.set_mode(mode, now_ns)
        if self.turns is not None:
            for state in group.sessions.values() if renew else ():
                state.granted = None
                self.ungranted = True
            return
        for state in group.sessions.values():
            if renew or state.granted is not mode:
                self._grant(state, now_ns, out)

    def _take_turns(self, turns: Turns, now_ns: int, out: list[Decision]) -> None:
        """Give each busy session what its turn allows: first take away, then give."""
        if self.facts.draining:
            for state in self.facts.sessions.values():
                if state.granted is not Mode.HELD:
                    self._grant(state, now_ns, out)
            return
        given: list[SessionState] = []
        busy = turns.settle(now_ns)
        modes, end_ns, held = turns.modes, turns.end_ns, Mode.HELD
        # Of many that wait, nearly all are held already and stay so.
        for state in [
            s
            for s in busy
            if s.granted is not held or s.held_since_ns < 0 or s.session in modes
        ]:
            mode = modes.get(state.session, held)
            if mode is held:
                if state.granted is not mode:
                    self._grant(state, now_ns, out)
                else:  # a drain's hold has become its own
                    self.facts.open_hold(state, now_ns)
            elif state.granted is not mode or (
                mode is Mode.BURST and state.until_ns != end_ns
            ):
                given.append(state)
        for state in given:
            self._grant(state, now_ns, out)
        if self.ungranted:
            self.ungranted = False
            for state in self.facts.sessions.values():
                if state.granted is None:
                    self._grant(state, now_ns, out)

    def mode_of(self, state: SessionState) -> Mode | None:
        """What a session may do now; None: it is idle and keeps what it has."""
        if self.turns is None or self.facts.draining:
            return state.group.mode
        return self.turns.mode_of(state)

    def _regrant(self, state: SessionState, now_ns: int, out: list[Decision]) -> None:
        """Renew a session's grant, unless it is held."""
        if state.granted is not Mode.HELD:
            self._grant(state, now_ns, out)

    def _grant(self, state: SessionState, now_ns: int, out: list[Decision]) -> None:
        """Grant what the session's class may do now."""
        mode = self.mode_of(state)
        if mode is None:
            mode = state.granted or Mode.HELD
        if mode is Mode.HELD:
            if state.active and not self.facts.draining:
                self.facts.open_hold(state, now_ns)
            state.granted = mode
            state.drop_sample()
            if state.group.standing:
                out.append(self._issue_batch(state, Mode.STANDBY, now_ns))
            else:
                out.append(Hold(state.session))
            return
        self.facts.close_hold(state, now_ns)
        state.granted = mode
        state.account.grants += 1
        state.group.account.grants += 1
        out.append(self._issue_batch(state, mode, now_ns))
        if mode is not Mode.BULK or self.turns is not None:
            state.drop_sample()
        elif state.active and state.sample_start_ns < 0:
            self.facts.begin_sample(state, now_ns)

    def _issue_batch(self, state: SessionState, mode: Mode, now_ns: int) -> IssueBatch:
        policy, turns, windows = self.policy, self.turns, self.windows
        window = windows.urgent if mode is Mode.URGENT else windows.bulk
        if mode is Mode.BULK and state is self.facts.alone:
            window = windows.top if self.facts.company else windows.alone
        until_ns = state.group.burst_until_ns if mode is Mode.BURST else 0
        if turns is not None and mode is Mode.BURST:
            window, until_ns = windows.turn, turns.end_ns
        state.until_ns = until_ns
        return IssueBatch(
            state.session,
            window.launches_max,
            window.window_ns,
            window.launches_in_flight_max,
            mode,
            until_ns,
            turns.place_of(state) if turns else policy.rank(state, now_ns),
        )

    def _set_level(self, state: SessionState, out: list[Decision]) -> None:
        level = self.policy.level(state)
        if level != state.level:
            state.level = level
            out.append(SetLevel(state.session, level))
        self.facts.dirty = True

    # -- the timer

    def _settle_timer(self, now_ns: int, out: list[Decision]) -> None:
        """Ask to be woken for the next thing that happens by time alone.

        A timer set too early is left alone: it fires, finds nothing, and is set again.
        That costs less than moving it at each pause of an eager framework.
        """
        if self.sample_due_ns is None and self._somebody_gives_way():
            self.sample_due_ns = now_ns + self.config.duty_sample_ns
        due_ns = self.next_due_ns(now_ns)
        if due_ns is None:
            return
        if self.timer_ns is None or due_ns < self.timer_ns:
            self.timer_ns = due_ns
            out.append(SetTimer(due_ns))

    def _somebody_gives_way(self) -> bool:
        return any(g.active and g.class_ > self.reign for g in self.facts.groups)

    def next_due_ns(self, now_ns: int) -> int | None:
        dues = [state.linger_until_ns for state in self.facts.lingering.values()]
        if not self.facts.draining:
            dues += burst_dues_ns(self.facts.groups, self.config)
            turn_ns = self.turns.next_due_ns(now_ns) if self.turns else None
            if turn_ns is not None:
                dues.append(turn_ns)
        drain_due_ns = self.drains.next_due_ns(now_ns)
        if drain_due_ns is not None:
            dues.append(drain_due_ns)
        if self.sample_due_ns is not None:
            dues.append(self.sample_due_ns)
        return max(min(dues), now_ns + 1) if dues else None
