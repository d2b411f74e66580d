"""Laws that hold whatever happens: a random sequence of stimuli against a plain model.

The model is the worker as the decisions see it: grants, floor, timer, drains. It checks
each law after each stimulus; `validate` checks the scheduler's own books.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

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
from broker.sched.policies import make_policy, policy_names
from broker.sched.scheduler import Scheduler
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

MS = 1_000_000
CONFIG = SchedulerConfig(
    hold_burst_after_ns=5 * MS,
    burst_ns_min=MS // 2,
    burst_ns_max=2 * MS,
    min_share_period_ns=20 * MS,
    min_share=0.1,
    duty_sample_ns=3 * MS,
    drain_defer_ns_max=8 * MS,
    drain_give_up_ns=2 * MS,
    quantum_ns=MS,
    partition_period_ns=10 * MS,
)
POLICIES = policy_names()
TURNS = ("deadline", "fair", "partition")
pauses = st.sampled_from([0, 5_000, 60_000, 400_000, 2 * MS, 7 * MS])
classes = st.integers(0, 4)
shares = st.sampled_from([0.0, 10.0, 30.0])
deadlines = st.sampled_from([0, 0, 300_000, 5 * MS])
picks = st.integers(0, 10**6)


class Laws(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.policy = "strict"
        self.scheduler = Scheduler(CONFIG, make_policy("strict", CONFIG))
        self.now = 0
        self.next_session = 1
        self.next_ticket = 1
        self.class_of: dict[int, int] = {}
        self.deadline_of: dict[int, int] = {}
        self.busy: set[int] = set()
        self.grants: dict[int, IssueBatch | Hold] = {}
        self.levels: dict[int, int] = {}
        self.floor = SetFloor(255, -1)
        self.timer: int | None = None
        self.asked: list[int] = []
        self.awaiting: dict[int, int] = {}
        self.running: list[int] = []
        self.blocked_since: dict[int, int] = {}

    # ---- the worker and the pump, as far as decisions reach them

    def tell(self, stimulus: Stimulus) -> None:
        for decision in self.scheduler.handle(stimulus, self.now):
            self.obey(decision)
        self.take_back()
        self.scheduler.validate()

    def obey(self, decision: Decision) -> None:
        if isinstance(decision, IssueBatch | Hold):
            assert decision.session in self.class_of
            self.grants[decision.session] = decision
            if isinstance(decision, IssueBatch):
                self.blocked_since.pop(decision.session, None)
        elif isinstance(decision, SetFloor):
            self.floor = decision
        elif isinstance(decision, SetLevel):
            self.levels[decision.session] = decision.level
        elif isinstance(decision, SetTimer):
            assert decision.at_ns > self.now
            self.timer = decision.at_ns
        elif isinstance(decision, AwaitEmpty):
            self.take_back()
            assert not self.awaiting and not self.running, "two drains at once"
            assert all(isinstance(g, Hold) for g in self.grants.values())
            self.asked.remove(decision.ticket)
            self.awaiting[decision.ticket] = decision.give_up_ns
        elif isinstance(decision, RunControl):
            if decision.ticket in self.asked:  # joins the slot of its tenant
                self.asked.remove(decision.ticket)
            self.running.append(decision.ticket)

    def take_back(self) -> None:
        """A drain that was not reached may give way to a higher class."""
        current = self.scheduler.drains.current
        for ticket in list(self.awaiting):
            if current is None or current.ticket != ticket:
                del self.awaiting[ticket]
                self.asked.append(ticket)

    def pick(self, among: Any, pick: int) -> Any:
        ordered = sorted(among)
        return ordered[pick % len(ordered)]

    # ---- what may happen

    @initialize(name=st.sampled_from(POLICIES))
    def begins_with(self, name: str) -> None:
        self.policy = name
        self.tell(PolicySelected(name))

    @rule(pause=pauses)
    def time_passes(self, pause: int) -> None:
        """Timers fire on the way, as late as the next stimulus at most."""
        end = self.now + pause
        while self.timer is not None and self.timer <= end:
            self.now, self.timer = self.timer, None
            self.tell(TimerFired())
        self.now = end

    @precondition(lambda self: len(self.class_of) < 6)
    @rule(class_=classes, share=shares, deadline=deadlines)
    def opens(self, class_: int, share: float, deadline: int) -> None:
        session = self.next_session
        self.next_session += 1
        self.class_of[session] = class_
        self.deadline_of[session] = deadline
        tenant = f"t{session % 2} {share}"
        self.tell(SessionOpened(session, tenant, class_, 1.0, share, deadline))

    @precondition(lambda self: self.class_of)
    @rule(pick=picks)
    def closes(self, pick: int) -> None:
        session = self.pick(self.class_of, pick)
        del self.class_of[session]
        self.busy.discard(session)
        self.grants.pop(session, None)
        self.tell(SessionClosed(session))

    @precondition(lambda self: self.class_of)
    @rule(pick=picks)
    def work_arrives(self, pick: int) -> None:
        session = self.pick(self.class_of, pick)
        class_ = self.class_of[session]
        lowered = class_ <= self.floor.armed_class and class_ < self.floor.class_
        self.busy.add(session)
        self.tell(WorkArrived(session, max(0, self.now - 5_000), lowered))

    @precondition(lambda self: self.busy)
    @rule(pick=picks, share=st.floats(0, 1))
    def idles(self, pick: int, share: float) -> None:
        session = self.pick(self.busy, pick)
        self.busy.discard(session)
        self.tell(SessionIdled(session, int(share * 100_000)))

    @precondition(lambda self: self.busy)
    @rule(pick=picks, used=st.integers(0, 3 * MS))
    def reports(self, pick: int, used: int) -> None:
        self.tell(UsageReported(self.pick(self.busy, pick), used, 3))

    @precondition(lambda self: self.busy)
    @rule(pick=picks)
    def spends(self, pick: int) -> None:
        self.tell(BatchSpent(self.pick(self.busy, pick), 500, 50_000, 3))

    @precondition(lambda self: self.busy)
    @rule(pick=picks)
    def is_preempted(self, pick: int) -> None:
        self.tell(SessionPreempted(self.pick(self.busy, pick), 3, 0))

    @precondition(lambda self: self.class_of)
    @rule(pick=picks, class_=classes, deadline=deadlines)
    def changes_hints(self, pick: int, class_: int, deadline: int) -> None:
        session = self.pick(self.class_of, pick)
        self.class_of[session] = class_
        self.blocked_since.clear()
        self.deadline_of[session] = deadline
        self.tell(HintChanged(session, class_, 2.0, deadline))

    @rule(name=st.sampled_from(POLICIES))
    def policy_switches(self, name: str) -> None:
        self.policy = name
        self.blocked_since.clear()
        self.tell(PolicySelected(name))

    @precondition(lambda self: self.class_of)
    @rule(pick=picks)
    def asks_for_a_drain(self, pick: int) -> None:
        ticket = self.next_ticket
        self.next_ticket += 1
        self.asked.append(ticket)
        self.tell(DrainRequested(ticket, self.pick(self.class_of, pick)))

    @precondition(lambda self: self.awaiting)
    @rule()
    def is_empty(self) -> None:
        ticket, _ = self.awaiting.popitem()
        self.tell(DrainReached(ticket))
        assert self.running == [ticket]

    @precondition(lambda self: self.running)
    @rule()
    def control_ends(self) -> None:
        self.tell(DrainFinished(self.running.pop()))

    # ---- the laws

    def draining(self) -> bool:
        return bool(self.awaiting or self.running)

    @invariant()
    def nobody_is_without_a_decision(self) -> None:
        assert self.grants.keys() == self.class_of.keys()

    @invariant()
    def the_highest_busy_class_is_never_held_back(self) -> None:
        if self.draining() or not self.busy or self.policy in TURNS:
            return
        top = min(self.class_of[session] for session in self.busy)
        snapshot = self.scheduler.snapshot()
        for session in self.busy:
            if self.class_of[session] == top <= snapshot["reigning_class"]:
                grant = self.grants[session]
                if snapshot["classes"][top]["yields"]:
                    self.somebody_has_a_burst_below(top)
                    continue
                assert isinstance(grant, IssueBatch)
                assert grant.mode in (Mode.BULK, Mode.BURST)
                assert self.floor.class_ >= top

    def somebody_has_a_burst_below(self, class_: int) -> None:
        ends = [
            grant.until_ns
            for session, grant in self.grants.items()
            if isinstance(grant, IssueBatch)
            and grant.mode is Mode.BURST
            and self.class_of[session] > class_
        ]
        assert ends
        assert max(ends) <= self.now + CONFIG.burst_ns_max

    @invariant()
    def no_bulk_below_a_busy_class(self) -> None:
        """Priority is never inverted by more than what a burst or a window allows."""
        if self.scheduler.policy.name != "strict" or not self.busy:
            return
        top = min(self.class_of[session] for session in self.busy)
        for session, grant in self.grants.items():
            if self.class_of[session] > top and isinstance(grant, IssueBatch):
                assert grant.mode is not Mode.BULK
                if grant.mode is Mode.URGENT:
                    assert grant.window_ns == CONFIG.window_urgent_ns
        if any(class_ > top for class_ in self.class_of.values()):
            assert self.floor.class_ <= top

    @invariant()
    def fifo_holds_only_for_drains(self) -> None:
        if self.scheduler.policy.name == "fifo" and not self.draining():
            assert not any(isinstance(g, Hold) for g in self.grants.values())
            assert (self.floor.class_, self.floor.armed_class) == (255, -1)

    @invariant()
    def levels_follow_the_policy(self) -> None:
        for session, class_ in self.class_of.items():
            wanted = 4
            if self.policy == "strict":
                wanted = min(2 * class_, 4)
            elif self.policy == "deadline" and self.deadline_of[session]:
                wanted = 2
            assert self.levels[session] == wanted

    @invariant()
    def no_hold_without_a_burst(self) -> None:
        """Held with work: for hold_burst_after_ns and the bursts of the others."""
        if self.draining() or self.policy in TURNS:
            self.blocked_since.clear()
        bound = CONFIG.hold_burst_after_ns + 4 * CONFIG.burst_ns_max
        for session in self.class_of:
            held = isinstance(self.grants[session], Hold) and session in self.busy
            since = self.blocked_since.get(session, self.now)
            if not held:
                self.blocked_since.pop(session, None)
            elif self.timer is None or self.timer > self.now:
                self.blocked_since[session] = since
                assert self.now - since <= bound

    @invariant()
    def turns_leave_no_device_idle(self) -> None:
        """Under turns somebody with work may run, unless a pausing owner keeps it."""
        turns = self.scheduler.turns
        if turns is None or self.draining() or not self.busy:
            return
        running = [s for s in self.busy if isinstance(self.grants[s], IssueBatch)]
        assert running or turns.keeping
        if turns.keeping:
            assert self.timer is not None
            assert self.timer <= self.now + CONFIG.linger_ns_max

    @invariant()
    def turns_end(self) -> None:
        """While others wait, nobody runs without an end, and a timer stands behind."""
        if self.scheduler.turns is None or self.draining():
            return
        waiting = [s for s in self.busy if isinstance(self.grants[s], Hold)]
        for session in self.busy if waiting else ():
            grant = self.grants[session]
            if isinstance(grant, IssueBatch):
                assert grant.mode is Mode.BURST
                assert grant.until_ns - self.now <= 5 * CONFIG.quantum_ns
                assert self.timer is not None
                assert self.timer <= max(grant.until_ns + MS, self.now + 1)

    @invariant()
    def turns_need_no_floor(self) -> None:
        if self.policy in TURNS:
            assert (self.floor.class_, self.floor.armed_class) == (255, -1)

    @invariant()
    def the_earliest_deadline_is_served(self) -> None:
        """No request runs while one that is due earlier is held."""
        if self.policy != "deadline" or self.draining():
            return
        turns = self.scheduler.turns
        assert turns is not None
        if turns.guarding or turns.keeping:
            return
        states = self.scheduler.facts.sessions
        ranks = {s: turns.policy.rank(states[s], self.now) for s in self.busy}
        running = [s for s in self.busy if isinstance(self.grants[s], IssueBatch)]
        due = [rank for s, rank in ranks.items() if self.deadline_of[s]]
        if running and due:
            assert min(ranks[s] for s in running) <= min(due)

    @invariant()
    def drains_are_not_put_off_for_ever(self) -> None:
        if self.asked and not self.draining():
            # A tenant may have to pay its share off first.
            assert self.timer is not None
            paid_ns = max(self.scheduler.drains.paid_ns.values(), default=0)
            latest_ns = self.now + CONFIG.drain_defer_ns_max
            assert self.timer <= max(latest_ns, paid_ns)


TestLaws = Laws.TestCase
TestLaws.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
