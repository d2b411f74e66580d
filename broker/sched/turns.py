"""Whose turn it is, under a policy that ranks sessions one by one (TurnPolicy).

Decides the owner of the turn, when the turn ends, and who else may run meanwhile. Must
never know decisions, classes or the floor: `scheduler.py` asks `settle` what each busy
session may do and decides the differences.

How it works. The owner of the turn has the device until `end_ns`; the worker itself
stops there (BURST) and reports exactly what was used, so that the next choice is made
on fresh accounts. That costs a few decisions per quantum, however short the launches.
The device is not left idle: when the owner has nothing to do, or does not keep the
device busy, the next in rank runs too, and so on. When the owner comes back the others
are held again, but only RETURNS_MAX times a turn: who pauses more often than that would
cost a decision per launch, so from then on they stay.

Whether a session keeps the device busy is seen in two ways: it idles, or its duty (GPU
time / wall time while it has the device to itself) is low. Launches with gaps too short
to be told as idle show in the duty alone.

What a pause of 50 us gives away is a window of somebody else's launches, 200 us. A
session that does not get its due for that reason (`policy.presses`) takes the turn back
when it returns, and keeps the device through its pauses, as a high class does, unless
its duty is low.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.facts import Facts
from broker.sched.policies import TurnPolicy
from broker.sched.session import SessionState

# How often in one turn the others are held again because the owner came back.
RETURNS_MAX = 4
# The worker ends a turn by itself; the timer is for sessions it has no reason to visit.
_TIMER_LATE_NS = 100_000
# A turn long enough to be sure of a duty: in a short one a long launch of somebody
# else, not yet reported, would count as idle time.
_PROBE_QUANTA = 5
# At first after some turns, in the end after so many: a probe wastes what others had.
_PROBE_AFTER_MAX = 256
_STRETCH_NS_MIN = 1_000_000


@dataclass(slots=True)
class Stretch:
    """Time in which one session had the device to itself, to measure its duty.

    sole: nobody else even had work.
    """

    state: SessionState
    since_ns: int
    own_ns: int
    all_ns: int
    sole: bool


class Turns:
    """See the module. One per scheduler and policy."""

    def __init__(
        self, policy: TurnPolicy, config: SchedulerConfig, facts: Facts
    ) -> None:
        self.policy = policy
        self.owner: SessionState | None = None
        self.end_ns = 0
        self.contended = False
        self.turns = 0
        self._config = config
        self._facts = facts
        self.modes: dict[int, Mode] = {}  # of those that may run
        self._places: dict[int, int] = {}
        self._returns = 0
        self._given_away = False
        self._keeps_until_ns = 0
        self._policy_due_ns: int | None = None
        self.ready: set[int] = set()  # with work, and allowed to run
        self._guarding = False
        self._probing = False
        self._stretch: Stretch | None = None

    # ------------------------------------------------------------------ what is asked

    def mode_of(self, state: SessionState) -> Mode | None:
        """What a session may do since the last settling; None = as it stands.

        An idle session keeps what it has: a standing grant costs nothing, and a turn
        that has ended has ended in the worker.
        """
        if state.active:
            return self.modes.get(state.session, Mode.HELD)
        if state.granted is None:
            return Mode.HELD if self._facts.active else Mode.BULK
        return None

    @property
    def keeping(self) -> bool:
        """Whether an idle owner keeps the device."""
        return self._keeps_until_ns > 0

    @property
    def guarding(self) -> bool:
        """Whether the turn is a burst for a session that starved."""
        return self._guarding and self.owner is not None

    def place_of(self, state: SessionState) -> int:
        """Rank for the worker: place among those that run."""
        return self._places.get(state.session, 0)

    def next_due_ns(self, now_ns: int) -> int | None:
        dues = []
        if self.contended:
            late_ns = _TIMER_LATE_NS if self.modes else 0
            dues.append(self.end_ns + late_ns)
        if self._keeps_until_ns:
            dues.append(self._keeps_until_ns)
        if self._policy_due_ns is not None:
            dues.append(self._policy_due_ns)
        return min(dues, default=None)

    # ------------------------------------------------------------------ deciding

    def settle(self, now_ns: int) -> list[SessionState]:
        """Choose anew where the facts ask for it; returns the sessions with work."""
        active = [s for s in self._facts.sessions.values() if s.active]
        ready = active
        if self.policy.rationed:
            ready = [s for s in active if self.policy.may_run(s, now_ns)]
        self._choose(active, ready, now_ns)
        self.ready = {s.session for s in ready}
        self._policy_due_ns = self.policy.due_ns(now_ns) if active else None
        return active

    def _choose(
        self, active: list[SessionState], ready: list[SessionState], now_ns: int
    ) -> None:
        self.contended = len(ready) > 1 or (self.policy.rationed and bool(ready))
        self.modes, self._places, self._keeps_until_ns = {}, {}, 0
        if not ready:
            self._note_alone(None, active, now_ns)
            return
        head = self._head(ready, now_ns)
        if self._keeps_until_ns:
            self._note_alone(self.owner, active, now_ns)
            return
        for state in self._in_order(head, ready, now_ns):
            self._places[state.session] = len(self._places)
            self.modes[state.session] = Mode.BURST if self.contended else Mode.BULK
            if self._fills(state) and self._keeps_to_itself(state, now_ns):
                break
        self._note_alone(head if len(self.modes) == 1 else None, active, now_ns)

    def forget(self, state: SessionState) -> None:
        """The session has gone."""
        if self.owner is state:
            self.owner = None
        if self._stretch is not None and self._stretch.state is state:
            self._stretch = None

    def _head(self, ready: list[SessionState], now_ns: int) -> SessionState:
        """Who runs first: the owner of the turn, or the first in rank."""
        owner = self.owner
        running = owner is not None and owner.active and owner in ready
        first = self._first(ready, running, now_ns)
        self._keeps_until_ns = self._kept_until_ns(first, now_ns)
        if self._keeps_until_ns:
            return first
        if self._turn_is_over(first, running, now_ns):
            return self._begin_turn(first, ready, now_ns)
        if owner is None or not running:
            self._given_away = True
            return first
        self._returns += self._given_away
        self._given_away = False
        return owner

    def _first(
        self, ready: list[SessionState], running: bool, now_ns: int
    ) -> SessionState:
        """First in rank, as far as it matters.

        In the middle of a turn only those that have just come can change anything, and
        the rest need not be ranked, unless the policy is impatient.
        """
        rivals = ready
        due_ns = self._policy_due_ns
        early = now_ns < self.end_ns and (due_ns is None or now_ns < due_ns)
        if running and early and not self.policy.impatient:
            rivals = [s for s in ready if s.session not in self.ready]
            if not rivals and self.owner is not None:
                return self.owner
        rank, best = self.policy.rank, rivals[0]
        best_rank = rank(best, now_ns)
        for state in rivals[1:]:
            at = rank(state, now_ns)
            # Equal ranks: whoever has waited longest for a turn.
            if at < best_rank or (at == best_rank and state.turned_ns < best.turned_ns):
                best, best_rank = state, at
        return best

    def _in_order(
        self, head: SessionState, ready: list[SessionState], now_ns: int
    ) -> Iterator[SessionState]:
        """The head, then the others by rank, sorted only if anybody asks."""
        yield head
        rank = self.policy.rank
        yield from sorted(
            (s for s in ready if s is not head),
            key=lambda s: (rank(s, now_ns), s.turned_ns),
        )

    def _kept_until_ns(self, first: SessionState, now_ns: int) -> int:
        """How long an idle owner keeps the device from the others; 0 = not at all."""
        owner = self.owner
        if owner is None or owner.active or self._guarding or not self._fills(owner):
            return 0
        if not self._keeps_to_itself(owner, now_ns):
            return 0
        if not self._probing and not self.policy.presses(owner, first, now_ns):
            return 0
        until_ns = owner.idled_ns + owner.linger_ns
        return until_ns if until_ns > now_ns else 0

    def _turn_is_over(self, first: SessionState, running: bool, now_ns: int) -> bool:
        owner = self.owner
        if owner is None or now_ns >= self.end_ns:
            return True
        if owner.active and not running:  # it has used up what it may
            return True
        if self._guarding or first is owner:
            return False
        # Who leaves gaps need not have the device to itself, unless its rank is all.
        if not self.policy.impatient and not self._fills(first):
            return False
        return self.policy.presses(first, owner, now_ns)

    def _begin_turn(
        self, first: SessionState, ready: list[SessionState], now_ns: int
    ) -> SessionState:
        """Give the turn to the first, unless somebody starves; returns the owner."""
        owner, length_ns = first, self._config.quantum_ns
        if self._stretch is not None and self._stretch.state is self.owner:
            self._measure_long(self._stretch, now_ns)
        if self.owner is not None:
            self.owner.doubts += self._returns > RETURNS_MAX
        self._guarding = self._probing = False
        starving = self._starving(ready, now_ns)
        if starving is not None:
            owner, self._guarding = starving, True
            length_ns = self._burst_ns(owner, now_ns)
            self._facts.totals.bursts += 1
            self._facts.totals.burst_ns += length_ns
        elif len(ready) > 1 and self._wants_probe(owner):
            self._probing = True
            length_ns *= _PROBE_QUANTA
            self._facts.totals.duty_probes += 1
        self.turns += owner is not self.owner
        self.owner, self.end_ns = owner, now_ns + length_ns
        owner.turned_ns = now_ns
        self._returns, self._given_away = 0, False
        return owner

    def _keeps_to_itself(self, state: SessionState, now_ns: int) -> bool:
        if self._guarding and state is self.owner:
            return True
        return self.policy.beside(state, now_ns) is Mode.HELD

    def _fills(self, state: SessionState) -> bool:
        """Whether the session keeps the device busy, as far as is known."""
        if state is self.owner:
            if self._probing:
                return True
            if self._returns > RETURNS_MAX:
                return False
        return state.duty is None or state.duty >= self._config.duty_hold

    # -- starvation

    def _starving(self, ready: list[SessionState], now_ns: int) -> SessionState | None:
        """Who has waited for so long that min_share gives it a burst."""
        if self._config.min_share == 0:
            return None
        before_ns = now_ns - self._config.hold_burst_after_ns
        waiting = [
            s
            for s in ready
            if 0 <= s.held_since_ns <= before_ns and self.policy.may_starve(s)
        ]
        return min(waiting, key=lambda s: s.held_since_ns, default=None)

    def _burst_ns(self, state: SessionState, now_ns: int) -> int:
        """Long enough to give min_share for the time it was held."""
        config = self._config
        held_ns = now_ns - state.held_since_ns
        wanted_ns = int(held_ns * config.min_share / (1 - config.min_share))
        return min(max(wanted_ns, config.burst_ns_min), config.burst_ns_max)

    # -- duty

    def _wants_probe(self, owner: SessionState) -> bool:
        """Whether this turn is to show what the owner does alone.

        After turns in which it seemed not to keep the device busy, or others ran beside
        it: soon the first time, then less and less often.
        """
        if owner.duty is not None and owner.duty < self._config.duty_hold:
            owner.samples_beside += 1
        if owner.samples_beside + owner.doubts <= owner.probe_after:
            return False
        owner.probe_after = min(2 * owner.probe_after, _PROBE_AFTER_MAX)
        owner.samples_beside = owner.doubts = 0
        return True

    def _note_alone(
        self, state: SessionState | None, active: list[SessionState], now_ns: int
    ) -> None:
        """Begin or end a stretch, as soon as who has the device alone changes."""
        sole = not any(other is not state for other in active)
        stretch = self._stretch
        if stretch is not None:
            if stretch.state is state and stretch.sole is sole:
                return
            self._stretch = None
            self._measure(stretch, now_ns)
        if state is not None:
            self._stretch = Stretch(
                state,
                now_ns,
                state.account.used_ns,
                self._facts.used_ns,
                sole,
            )

    def _measure_long(self, stretch: Stretch, now_ns: int) -> None:
        """An owner that stays first for long is measured at the end of each turn."""
        if now_ns - stretch.since_ns >= _PROBE_QUANTA * self._config.quantum_ns:
            self._stretch = None
            self._measure(stretch, now_ns)

    def _measure(self, stretch: Stretch, now_ns: int) -> None:
        """Learn the duty from a stretch, as far as it can be trusted.

        What others used meanwhile (launches that were in flight at its start) was not
        there for it to use.
        """
        state = stretch.state
        idled = not state.active
        end_ns = state.idled_ns if idled else state.charged_ns
        own_ns = state.account.used_ns - stretch.own_ns
        others_ns = self._facts.used_ns - stretch.all_ns - own_ns
        free_ns = end_ns - stretch.since_ns - others_ns
        if own_ns <= 0 or free_ns <= 0 or end_ns - stretch.since_ns < _STRETCH_NS_MIN:
            return
        duty = min(1.0, own_ns / free_ns)
        long = end_ns - stretch.since_ns >= _PROBE_QUANTA * self._config.quantum_ns
        if (long and not stretch.sole) or (stretch.sole and idled):
            state.learn_duty(min(own_ns, free_ns), free_ns, overrule=long)
        elif state.duty is not None and duty > state.duty:
            state.learn_duty(min(own_ns, free_ns), free_ns, overrule=False)
        elif duty < self._config.duty_hold:
            state.doubts += 1
