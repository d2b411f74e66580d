"""What is known: who is busy, who lingers, who claims, who has used what.

Decides nothing; keeps the books that `scheduler.py` draws its conclusions from, and
sets `dirty` when something changed that a conclusion may hang on. Must never know
grants' windows, floors, timers or decisions.
"""

from __future__ import annotations

from bisect import insort

from broker.sched.classes import ClassState
from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.policies import Policy
from broker.sched.session import SessionState
from broker.sched.stats import Account, Totals

NOBODY = 255  # as a class: none; as a floor: nobody loses BULK


class Facts:
    """groups: classes that have a session, highest priority first.

    accounts: by class; they outlive the class's sessions. active: sessions with work.
    alone: who nobody can wait behind: it has no peer and nobody above it; under a
    policy without classes, nobody else is there at all. company: whether others are
    there, below it. Who never had work counts for neither.
    used_ns: GPU time used by all. draining: everybody is held for a control call, which
    counts as nobody's hold.
    """

    def __init__(self, config: SchedulerConfig, policy: Policy, totals: Totals) -> None:
        self.config = config
        self.policy = policy
        self.totals = totals
        self.sessions: dict[int, SessionState] = {}
        self.groups: list[ClassState] = []
        self.accounts: dict[int, Account] = {}
        self.lingering: dict[int, SessionState] = {}
        self.alone: SessionState | None = None
        self.company = False
        self.active = 0
        self.used_ns = 0
        self.draining = False
        self.dirty = False

    def find(self, session: int) -> SessionState | None:
        """The session; None (counted) when a late stimulus names one that has gone."""
        state = self.sessions.get(session)
        if state is None:
            self.totals.stale += 1
        return state

    def group_of(self, class_: int, now_ns: int) -> ClassState:
        for group in self.groups:
            if group.class_ == class_:
                return group
        account = self.accounts.setdefault(class_, Account())
        group = ClassState(class_, owed_at_ns=now_ns, account=account)
        insort(self.groups, group, key=lambda g: g.class_)
        return group

    def join(self, state: SessionState, now_ns: int) -> None:
        """Put a session that is not active into its class."""
        state.group.sessions[state.session] = state
        state.group.stale = True
        self.settle_alone()
        state.granted = None
        self.dirty = True

    def leave(self, state: SessionState, now_ns: int) -> None:
        """Take a session out of its class, as if it had no work."""
        if state.active:
            self.deactivate(state, now_ns, now_ns)
        self.end_linger(state)
        self.restance(state)
        state.drop_sample()
        group = state.group
        del group.sessions[state.session]
        if not group.sessions:
            self.groups.remove(group)
        self.settle_alone()
        self.dirty = True

    def settle_alone(self) -> None:
        """Find out who is alone; who was and who is need grants of other windows."""
        alone, company = self.find_alone(), self.find_company()
        if alone is self.alone and company == self.company:
            return
        for state in (self.alone, alone):
            if state is not None:
                state.group.stale = True
        self.alone, self.company = alone, company
        self.dirty = True

    def _who_counts(self) -> list[SessionState]:
        """Those that ever had work, highest class first; all, while nobody had any. A
        library that only asks what the device is (NVML's) has a session, too."""
        here = [state for group in self.groups for state in group.sessions.values()]
        return [state for state in here if state.worked] or here

    def find_company(self) -> bool:
        return len(self._who_counts()) > 1

    def find_alone(self) -> SessionState | None:
        counting = self._who_counts()
        if not counting or self.policy.alone() == self.policy.bulk():
            return None
        if len(counting) > 1:
            peers = counting[1].group is counting[0].group
            if peers or not self.policy.preemptive:
                return None
        return counting[0]

    def activate(self, state: SessionState, at_ns: int, now_ns: int) -> None:
        """The session has work since at_ns."""
        group = state.group
        group.accrue(now_ns, self.config)
        # By when the work came: we may hear of it and of the pause before it at once.
        lingered = 0 < state.linger_until_ns >= at_ns
        if state.idled_ns >= 0:
            self._bridge_gap(state, at_ns - state.idled_ns, lingered)
        self.end_linger(state)
        if not state.worked:
            state.worked = True
            self.settle_alone()
        state.active = True
        group.active += 1
        self.active += 1
        if not lingered:
            self.policy.begin(state, at_ns)
            sampled = group.mode is Mode.BULK and not self.policy.turns
            if state.sample_start_ns < 0 and sampled:
                self.begin_sample(state, at_ns)
        self.restance(state)
        group.tick_hold(now_ns)
        if state.granted is Mode.HELD and not self.draining:
            self.open_hold(state, now_ns)
        self.dirty = True

    def deactivate(self, state: SessionState, idled_ns: int, now_ns: int) -> None:
        """Everything of the session has retired, at idled_ns. The linger counts from
        there: what it took to hear of it is waited for once."""
        group = state.group
        group.accrue(now_ns, self.config)
        self.close_hold(state, now_ns)
        state.active = False
        state.idled_ns = idled_ns
        self.policy.end(state, now_ns)
        group.active -= 1
        self.active -= 1
        linger_ns = state.linger_ns
        claims = state.counted is not Mode.BULK
        if claims and linger_ns and group is not self.groups[-1]:
            state.linger_until_ns = idled_ns + linger_ns
            self.lingering[state.session] = state
        self.restance(state)
        group.tick_hold(now_ns)
        self.dirty = True

    def report(
        self, state: SessionState, used_ns: int, queued: int, now_ns: int
    ) -> None:
        """Take in what the worker says of a session it knows to be busy."""
        state.queued = queued
        if not state.active and queued:
            self.activate(state, now_ns, now_ns)
        self.charge(state, used_ns, now_ns)

    def charge(self, state: SessionState, used_ns: int, now_ns: int) -> None:
        if used_ns <= 0:
            return
        self.used_ns += used_ns
        state.account.used_ns += used_ns
        state.charged_ns = now_ns
        state.group.account.used_ns += used_ns
        state.group.pay(used_ns, now_ns, self.config)
        self.policy.charge(state, used_ns)

    def claims(self) -> tuple[int, int]:
        """(highest class that claims, highest class that holds); NOBODY if none."""
        reign = hold_below = NOBODY
        for group in reversed(self.groups):
            if group.claiming:
                reign = group.class_
            if group.holding:
                hold_below = group.class_
        return reign, hold_below

    def expire_lingers(self, now_ns: int) -> None:
        for state in list(self.lingering.values()):
            if state.linger_until_ns <= now_ns:
                state.end_sample(state.idled_ns, self._is_beside(state))
                self.end_linger(state)
                self.restance(state)

    def resample(self, now_ns: int) -> None:
        """Sample requests that go on for long: one that waits for its host must not
        hold the others until it ends."""
        oldest_ns = now_ns - self.config.duty_sample_ns
        for state in self.sessions.values():
            if state.active and 0 <= state.sample_start_ns <= oldest_ns:
                state.end_sample(now_ns, self._is_beside(state))
                self.begin_sample(state, now_ns)
                self.restance(state)

    def _bridge_gap(self, state: SessionState, gap_ns: int, lingered: bool) -> None:
        """Decide whether a pause ended the request, and learn from it."""
        if lingered:
            self.totals.flaps_avoided += 1
            state.account.flaps_avoided += 1
            state.group.account.flaps_avoided += 1
        elif gap_ns > state.linger_ns:
            state.end_sample(state.idled_ns, self._is_beside(state))
        state.pauses.learn(max(0, gap_ns))

    def end_linger(self, state: SessionState) -> None:
        if state.linger_until_ns:
            state.linger_until_ns = 0
            del self.lingering[state.session]

    def restance(self, state: SessionState) -> None:
        """Ask the policy about the session again and count the answer in its class."""
        if state.present:
            if not self.policy.preemptive:
                state.stance = Mode.BULK
            elif state.active:  # a pause changes nothing of what it was judged to be
                state.stance = self.policy.below(state)
            wanted = state.stance
        else:
            wanted = Mode.BULK
        if wanted is state.counted:
            return
        group = state.group
        group.claiming += (wanted is not Mode.BULK) - (state.counted is not Mode.BULK)
        group.holding += (wanted is Mode.HELD) - (state.counted is Mode.HELD)
        state.counted = wanted
        self.dirty = True

    def begin_sample(self, state: SessionState, now_ns: int) -> None:
        self.totals.duty_probes += state.begin_sample(now_ns, self.config)

    def _is_beside(self, state: SessionState) -> bool:
        """Whether lower classes may have issued while the session had work."""
        if state.stance is Mode.HELD:
            return False
        return any(g.active for g in self.groups if g.class_ > state.class_)

    def open_hold(self, state: SessionState, now_ns: int) -> None:
        if state.held_since_ns < 0:
            state.open_hold(now_ns)
            state.account.holds += 1
            state.group.account.holds += 1
            self.totals.holds += 1

    def close_hold(self, state: SessionState, now_ns: int) -> None:
        if state.held_since_ns < 0:
            return
        held_ns = state.close_hold(now_ns)
        state.account.hold_ns += held_ns
        state.group.account.hold_ns += held_ns
        self.totals.hold_ns += held_ns
