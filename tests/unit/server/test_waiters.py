"""For how long the loop looks for a session that waits for each answer."""

from __future__ import annotations

import pytest

from broker.server.waiters import (
    EARLY_NS,
    LOOK_NS_MAX,
    LOOK_NS_MIN,
    TRIES,
    TRY_EVERY,
    Waiters,
)

START_NS = 1_000_000_000


def look_ns(waiters: Waiters, session: int, now_ns: int) -> int:
    """What one wait that comes now makes the loop do."""
    waiters.arrived(session, now_ns, waits=True)
    return max(0, waiters.until_ns - now_ns)


def test_who_streams_is_not_looked_for() -> None:
    waiters = Waiters()
    for at in range(START_NS, START_NS + 100_000, 1_000):
        waiters.arrived(1, at, waits=False)
    assert waiters.until_ns == 0


def test_who_comes_back_soon_is_looked_for_each_time() -> None:
    waiters = Waiters()
    for at in range(START_NS, START_NS + 100 * LOOK_NS_MAX, LOOK_NS_MAX):
        assert look_ns(waiters, 1, at) == LOOK_NS_MAX


def test_who_comes_back_late_soon_costs_nothing_until_he_comes_early() -> None:
    waiters, late = Waiters(), LOOK_NS_MAX + 1
    looks = [look_ns(waiters, 1, START_NS + n * late) for n in range(10)]
    assert looks[0] == LOOK_NS_MAX and looks == sorted(looks, reverse=True)
    assert looks[-1] == 0 and sum(looks) < 2 * LOOK_NS_MAX
    assert all(look == 0 or look >= LOOK_NS_MIN for look in looks)
    early_ns = START_NS + 9 * late + 50_000
    assert look_ns(waiters, 1, early_ns) == LOOK_NS_MAX


def test_what_comes_without_a_wait_ends_the_gap() -> None:
    """A launch soon after the answer, its wait late: the loop was right to look."""
    waiters, now_ns = Waiters(), START_NS
    for _ in range(5):
        assert look_ns(waiters, 1, now_ns) == LOOK_NS_MAX
        waiters.arrived(1, now_ns + 30_000, waits=False)
        now_ns += 50 * LOOK_NS_MAX


def test_sessions_are_told_apart() -> None:
    waiters = Waiters()
    for n in range(10):
        look_ns(waiters, 1, START_NS + n * 10 * LOOK_NS_MAX)
    now_ns = START_NS + 200 * LOOK_NS_MAX
    assert look_ns(waiters, 1, now_ns) == 0
    assert look_ns(waiters, 2, now_ns) == LOOK_NS_MAX
    waiters.ended(2)
    waiters.ended(3)  # one that never waited
    assert look_ns(waiters, 2, now_ns + 90 * LOOK_NS_MAX) == LOOK_NS_MAX


def test_a_loop_that_made_gaps_long_by_its_own_sleep_finds_out() -> None:
    """Who is given up because each answer was late is tried again, and kept when he
    comes soon while the loop is awake; who stays late costs a small part of it."""
    waiters, now_ns, looked, found = Waiters(), START_NS, 0, 0
    for _ in range(20):
        looked, now_ns = look_ns(waiters, 1, now_ns), now_ns + LOOK_NS_MAX + 30_000
    assert looked == 0
    for _ in range(2 * TRY_EVERY):
        found = look_ns(waiters, 1, now_ns)
        now_ns += 60_000 if found else LOOK_NS_MAX + 30_000
    assert found == LOOK_NS_MAX

    waiters = Waiters()
    late = [look_ns(waiters, 1, START_NS + n * 10 * LOOK_NS_MAX) for n in range(1000)]
    assert 0 < sum(late[10:]) <= (1000 // TRY_EVERY + 1) * TRIES * LOOK_NS_MAX


def test_an_end_that_is_far_is_looked_for_when_it_is_near() -> None:
    """A graph of 17 ms, and the next one 60 us after its end."""
    waiters, now_ns, end_ns = Waiters(), START_NS, 17_000_000
    for _ in range(20):
        assert look_ns(waiters, 1, now_ns) == LOOK_NS_MAX
        due_ns = now_ns + end_ns
        early_ns = waiters.awaited(1, due_ns)
        assert early_ns is not None and early_ns >= due_ns - EARLY_NS
        assert waiters.until_ns < early_ns, "the loop sleeps meanwhile"
        assert waiters.near(1, due_ns)
        assert early_ns < due_ns + 60_000 < waiters.until_ns
        now_ns = due_ns + 60_000


def test_how_far_ends_are_from_what_is_foretold_is_learned() -> None:
    """They come 200 us before it, and so does what follows them: the loop is awake."""
    waiters, now_ns = Waiters(), START_NS
    awake = []
    for _ in range(20):
        look_ns(waiters, 1, now_ns)
        due_ns = now_ns + 17_000_000
        early_ns, next_ns = waiters.awaited(1, due_ns), due_ns - 200_000
        awake.append(early_ns is not None and early_ns < next_ns)
        now_ns = next_ns
    assert not awake[0] and all(awake[10:])
    look_ns(waiters, 1, now_ns)
    early_ns = waiters.awaited(1, now_ns + 17_000_000)
    assert early_ns is not None and early_ns > now_ns + 17_000_000 - 400_000


def test_who_thinks_for_a_while_after_each_end_is_expected_then() -> None:
    """A model whose next step comes 180 to 280 us after the end of each: the loop is
    awake from shortly before until it comes, and sleeps for most of the thinking."""
    waiters, now_ns = Waiters(), START_NS
    for n in range(40):
        look_ns(waiters, 1, now_ns)
        due_ns = now_ns + 17_000_000
        early_ns = waiters.awaited(1, due_ns)
        now_ns = due_ns + 180_000 + (n * 37 % 11) * 10_000
        if n >= 10:
            assert early_ns is not None and due_ns < early_ns < now_ns
            assert waiters.near(1, due_ns) >= now_ns
            assert waiters.until_ns <= now_ns + 2 * LOOK_NS_MAX
    for _ in range(10):  # then it thinks for as long as that again
        look_ns(waiters, 1, now_ns)
        early = waiters.awaited(1, now_ns + 17_000_000)
        now_ns += 17_000_000 + 2_000_000
    assert early is None


@pytest.mark.parametrize("thinks_ns", [(100_000_000,), (0, 400_000)])
def test_who_comes_at_no_foreseeable_instant_is_not_looked_for(
    thinks_ns: tuple[int, ...],
) -> None:
    """Long after each end; or now with the end and now late, never where it was."""
    waiters, now_ns = Waiters(), START_NS
    early: int | None = 0
    for n in range(40):
        look_ns(waiters, 1, now_ns)
        early = waiters.awaited(1, now_ns + 17_000_000)
        now_ns += 17_000_000 + thinks_ns[n % len(thinks_ns)]
    assert early is None


def test_an_end_that_nobody_waits_for_any_more_is_not_looked_for() -> None:
    waiters = Waiters()
    assert waiters.awaited(1, START_NS) is None, "it never waited"
    look_ns(waiters, 1, START_NS)
    due_ns = START_NS + 5_000_000
    assert waiters.awaited(1, due_ns) is not None
    waiters.arrived(1, START_NS + 1_000_000, waits=False)
    assert not waiters.near(1, due_ns), "it was over sooner"
    waiters.ended(1)
    assert not waiters.near(1, due_ns)


def test_an_end_that_is_foretold_again_is_looked_for_once() -> None:
    """A tenant may ask for the same end as often as it likes."""
    waiters, due_ns = Waiters(), START_NS + 5_000_000
    waiters.arrived(1, START_NS, waits=True)
    assert waiters.awaited(1, due_ns) is not None
    assert waiters.awaited(1, due_ns) is None
    assert waiters.awaited(1, due_ns + 1_000_000) is not None
