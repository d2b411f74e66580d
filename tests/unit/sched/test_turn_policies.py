"""Fair, partition, deadline: the rules of each, without a worker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.sched.config import SchedulerConfig
from broker.sched.decisions import Mode
from broker.sched.policies import (
    BadPolicy,
    DeadlinePolicy,
    FairPolicy,
    PartitionPolicy,
    TurnPolicy,
    check,
)
from broker.sched.policies.virtual import CREDIT_NS_MAX, VirtualTime
from broker.sched.stimuli import HintChanged, SessionOpened
from tests.unit.sched.bench import MS, SECOND, US, Bench
from tests.unit.sched.sessions import new_session

CONFIG = SchedulerConfig()


@pytest.mark.parametrize(
    ("quantum_ns", "window_ns"),
    [(2 * MS, 200 * US), (MS, 100 * US), (SECOND, 700 * US)],
)
def test_what_runs_on_after_a_turn_is_a_small_part_of_one(
    quantum_ns: int, window_ns: int
) -> None:
    config = SchedulerConfig(quantum_ns=quantum_ns)
    assert FairPolicy(config).windows().turn.window_ns == window_ns


# ------------------------------------------------------------------ virtual time
def test_a_newcomer_begins_at_the_least_of_the_busy() -> None:
    time: VirtualTime[int] = VirtualTime()
    for key in (1, 2):
        time.begin(key, 1.0, forfeit=True)
        time.charge(key, key * 100 * MS, 1.0)
    time.begin(3, 1.0, forfeit=True)
    assert time.of(3) == 100 * MS


def test_time_slept_through_is_not_saved_up() -> None:
    time: VirtualTime[int] = VirtualTime()
    for key in (1, 2):
        time.begin(key, 1.0, forfeit=True)
    time.end(2)
    time.charge(1, SECOND, 1.0)
    time.begin(2, 1.0, forfeit=True)
    assert time.of(2) == time.of(1)


def test_who_is_ahead_stays_ahead_over_a_pause() -> None:
    time: VirtualTime[int] = VirtualTime()
    for key in (1, 2):
        time.begin(key, 1.0, forfeit=True)
    time.charge(2, 50 * MS, 1.0)
    time.end(2)
    time.begin(2, 1.0, forfeit=True)
    assert time.of(2) - time.of(1) == 50 * MS


def test_who_cannot_use_its_share_gets_only_so_much_back() -> None:
    time: VirtualTime[int] = VirtualTime()
    for key in (1, 2):
        time.begin(key, 1.0, forfeit=True)
    for _ in range(100):
        time.charge(1, MS, 1.0)
        time.charge(2, 100 * MS, 1.0)
    assert time.of(2) - time.of(1) == 10 * SECOND - 100 * MS
    # 2 goes; with only 3 beside it, 1 is compared with where 3 is
    time.begin(3, 1.0, forfeit=False)
    time.end(1)
    time.charge(3, 10 * SECOND, 1.0)
    time.begin(1, 1.0, forfeit=False)
    assert time.of(2) - time.of(1) == pytest.approx(CREDIT_NS_MAX, rel=0.2)


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 10**6)), max_size=900))
def test_idle_accounts_are_forgotten_without_a_gain(
    turns: list[tuple[int, int]],
) -> None:
    """Whoever comes back is never behind the least of the busy by more than credit."""
    time: VirtualTime[int] = VirtualTime()
    time.begin(-1, 1.0, forfeit=True)
    for key, used_ns in turns:
        time.begin(key, 1.0, forfeit=True)
        time.charge(key, used_ns, 1.0)
        time.end(key)
        time.charge(-1, used_ns // 2, 1.0)
        assert len(time.times) <= 401
        time.begin(key, 1.0, forfeit=True)
        assert time.of(key) >= time.of(-1)
        time.end(key)


# ------------------------------------------------------------------ fair
def test_weight_divides_what_is_charged() -> None:
    policy = FairPolicy(CONFIG)
    heavy, light = new_session(1, weight=3), new_session(2)
    for session in (heavy, light):
        policy.begin(session, 0)
    for session in (heavy, light):
        policy.charge(session, 3 * MS)
    assert policy.rank(light, 0) - policy.rank(heavy, 0) == 2 * MS


def test_classes_are_ignored() -> None:
    policy = FairPolicy(CONFIG)
    high, low = new_session(1, class_=0), new_session(2, class_=5)
    for session in (high, low):
        policy.begin(session, 0)
    policy.charge(high, MS)
    assert policy.rank(low, 0) < policy.rank(high, 0)
    assert policy.level(low) == policy.level(high)


def test_a_short_pause_costs_nothing_a_long_one_what_was_saved() -> None:
    policy = FairPolicy(CONFIG)
    busy, other = new_session(1), new_session(2)
    for session in (busy, other):
        policy.begin(session, 0)
    policy.charge(other, 10 * MS)
    for pause_ns, behind_ns in ((MS, 10 * MS), (3 * MS, 0)):
        policy.end(busy, 0)
        busy.idled_ns = 0
        policy.begin(busy, pause_ns)
        assert policy.rank(other, 0) - policy.rank(busy, 0) == behind_ns


def test_who_is_robbed_presses() -> None:
    policy = FairPolicy(CONFIG)
    a, b = new_session(1), new_session(2)
    for session in (a, b):
        policy.begin(session, 0)
    policy.charge(b, 2 * CONFIG.quantum_ns)
    assert not policy.presses(a, b, 0)
    policy.charge(b, 1)
    assert policy.presses(a, b, 0) and not policy.presses(b, a, 0)


# ------------------------------------------------------------------ partition
def partition(mode: str = "conserving") -> PartitionPolicy:
    return PartitionPolicy(SchedulerConfig(partition_mode=mode))


def test_the_sessions_of_a_tenant_share_its_percentage() -> None:
    policy = partition()
    sessions = [
        new_session(1, tenant="a", share=50),
        new_session(2, tenant="a", share=50),
        new_session(3, tenant="b", share=50),
    ]
    for session in sessions:
        policy.begin(session, 0)
    used: dict[str, int] = {"a": 0, "b": 0}
    for _ in range(1000):
        first = min(sessions, key=lambda s: policy.rank(s, 0))
        policy.charge(first, MS)
        used[first.tenant] += 1
    assert used == {"a": 500, "b": 500}


def test_tenants_without_a_share_come_last() -> None:
    policy = partition()
    owner, guest = new_session(1, share=10), new_session(2, tenant="guest")
    for session in (owner, guest):
        policy.begin(session, 0)
    policy.charge(owner, 100 * SECOND)
    assert policy.rank(owner, 0) < policy.rank(guest, 0)
    assert policy.may_starve(guest) and not policy.may_starve(owner)


def test_a_strict_share_ends_and_is_filled_again() -> None:
    policy = partition("strict")
    session = new_session(1, share=25)
    policy.begin(session, 0)
    assert policy.may_run(session, 0) and policy.due_ns(0) is None
    policy.charge(session, 35 * MS)  # 25 ms were allowed: 10 ms of debt
    assert not policy.may_run(session, 0)
    due_ns = policy.due_ns(0)
    # 10 ms of debt and a quarter of 25 ms, at 25 %
    assert due_ns == pytest.approx(65 * MS, abs=10)
    assert due_ns is not None
    assert not policy.may_run(session, due_ns - 10)
    assert policy.may_run(session, due_ns)


def test_conserving_refuses_nobody() -> None:
    policy = partition()
    session = new_session(1, share=1)
    policy.begin(session, 0)
    policy.charge(session, 100 * SECOND)
    assert policy.may_run(session, 0) and not policy.rationed


# ------------------------------------------------------------------ deadline
@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(1, 10**9)), min_size=2, max_size=12
    )
)
def test_the_earliest_deadline_ranks_first(requests: list[tuple[int, int]]) -> None:
    policy = DeadlinePolicy(CONFIG)
    sessions = []
    for number, (at_ns, deadline_ns) in enumerate(requests):
        session = new_session(number, deadline_ns=deadline_ns)
        policy.begin(session, at_ns)
        sessions.append((at_ns + deadline_ns, session))
    best_effort = new_session(99)
    policy.begin(best_effort, 0)
    ordered = sorted(sessions, key=lambda item: policy.rank(item[1], 2 * 10**9))
    assert [due for due, _ in ordered] == sorted(due for due, _ in sessions)
    for due, session in sessions:  # late or not
        assert policy.rank(session, due + 1) < policy.rank(best_effort, due + 1)
        assert policy.presses(session, best_effort, due + 1)


def test_a_pause_inside_a_request_does_not_move_its_deadline() -> None:
    policy = DeadlinePolicy(CONFIG)
    session = new_session(1, deadline_ns=10 * MS)
    policy.begin(session, 0)
    session.idled_ns = MS
    policy.end(session, MS)
    policy.begin(session, MS + 100_000)
    assert policy.rank(session, 0) == 10 * MS
    session.idled_ns = 2 * MS
    policy.end(session, 2 * MS)
    policy.begin(session, 5 * MS)
    assert policy.rank(session, 0) == 15 * MS


def test_others_run_beside_a_request_that_has_time_to_spare() -> None:
    policy = DeadlinePolicy(CONFIG)
    session = new_session(1, deadline_ns=20 * MS)
    policy.begin(session, 0)
    assert policy.beside(session, 0) is Mode.HELD  # nothing is known of it yet
    policy.charge(session, 4 * MS)
    session.idled_ns = 4 * MS
    policy.end(session, 4 * MS)
    policy.begin(session, 100 * MS)
    # due at 120, needs 4 + 4 x 1, and laxity_ns_min is 2: lax until 110
    assert policy.due_ns(100 * MS) == 110 * MS
    assert policy.beside(session, 110 * MS - 1) is Mode.BULK
    assert policy.beside(session, 110 * MS) is Mode.HELD


# ------------------------------------------------------------------ the contract
class Fine(TurnPolicy):
    name = "fine"

    def rank(self, session, now_ns):  # type: ignore[no-untyped-def]
        return 0

    def charge(self, session, used_ns):  # type: ignore[no-untyped-def]
        return


def broken(**attributes: object) -> type:
    return type("Broken", (Fine,), {"name": "broken", **attributes})


async def _charge(self: object, session: object, used_ns: int) -> None:
    return


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        (object, "no subclass"),
        (Fine(CONFIG), "no subclass"),
        (broken(name=5), "name is 5"),
        (broken(name="No Good"), "name is 'No Good'"),
        (type("Half", (TurnPolicy,), {"name": "half"}), "lacks charge, rank"),
        (broken(rank=lambda self, session: 0), r"rank must take \(self, session, now"),
        (broken(rank=7), "rank must be a plain method"),
        (broken(charge=_charge), "charge must be a plain method"),
        (broken(preemptive=True), "exclude each other"),
        (broken(may_run=lambda self: True), "may_run must take"),
    ],
)
def test_what_is_no_policy_is_told_why(policy: object, says: str) -> None:
    with pytest.raises(BadPolicy, match=says):
        check(policy)


def test_a_policy_may_take_more_than_it_is_given() -> None:
    assert check(Fine) is Fine
    more = broken(rank=lambda self, session, now_ns, extra=1, *rest, **named: 0)
    assert check(more) is more


def test_a_deadline_given_in_the_middle_of_a_turn_counts_at_once() -> None:
    bench = Bench(policy="deadline")
    for session in (1, 2):
        bench.open(session, 0)
        bench.work(session)
    assert bench.mode(1) != "HELD" and bench.mode(2) == "HELD"
    bench.tell(HintChanged(2, 1, 1.0, 300 * US))
    assert bench.mode(1) == "HELD" and bench.mode(2) != "HELD"


def test_an_early_deadline_with_a_low_duty_is_not_held_by_a_later_one() -> None:
    """It leaves most of the device idle, so the other runs beside it."""
    bench = Bench(policy="deadline")
    bench.tell(SessionOpened(1, "a", 0))
    bench.tell(SessionOpened(2, "b", 0, 1.0, 0.0, 300 * US))
    bench.work(2)
    bench.idle(2, used_ns=100 * US, after_ns=2 * MS)
    bench.work(1)
    bench.work(2)
    assert bench.mode(2) != "HELD"
