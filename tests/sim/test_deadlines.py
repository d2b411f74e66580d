"""Deadline, end to end on virtual time: in time when it can be, and late work runs."""

from __future__ import annotations

from tests.sim.loads import MS, SECOND, US, Load, Loads

WARM_NS = 100 * MS
KERNEL_NS = 100 * US


def periodic(used_ms: float, period_ms: float, deadline_ms: float) -> Load:
    count = round(used_ms * MS / KERNEL_NS)
    return Load(
        KERNEL_NS,
        count=count,
        period_ns=round(period_ms * MS),
        deadline_ns=round(deadline_ms * MS),
    )


def endless(**fields: int) -> Load:
    return Load(KERNEL_NS, count=20, ahead=4, **fields)


def late(loads: Loads, sid: int) -> list[int]:
    deadline_ns = loads.sessions[sid].load.deadline_ns
    return [
        end - asked - deadline_ns
        for asked, end in loads.sessions[sid].requests
        if asked >= WARM_NS and end - asked > deadline_ns
    ]


def test_all_are_in_time_beside_work_without_a_deadline() -> None:
    """70 % of the device is asked for with deadlines; the rest is not wasted."""
    loads = Loads(
        "deadline",
        [periodic(1, 5, 4), periodic(2, 8, 7), periodic(5, 20, 18), endless()],
    ).run(SECOND)
    assert [late(loads, sid) for sid in (1, 2, 3)] == [[], [], []]
    assert loads.busy(WARM_NS, SECOND) >= 0.97
    assert loads.used_ns(4, WARM_NS, SECOND) >= 0.9 * 0.3 * (SECOND - WARM_NS)


def test_fair_would_have_missed_them() -> None:
    """The same load, so that the test above is known to ask for something."""
    load = [periodic(1, 5, 4), periodic(2, 8, 7), periodic(5, 20, 18)]
    loads = Loads("fair", [*load, *(endless() for _ in range(3))]).run(SECOND)
    assert late(loads, 3)


def test_late_work_still_runs() -> None:
    """Asked for more than there is: everybody is late, nobody stops."""
    loads = Loads("deadline", [periodic(4, 5, 5), periodic(4, 5, 5)]).run(SECOND)
    assert late(loads, 1) and late(loads, 2)
    shares = loads.shares(WARM_NS, SECOND)
    assert 0.4 <= shares[1] <= 0.6
    assert loads.busy(WARM_NS, SECOND) >= 0.99


def test_without_a_deadline_nobody_starves() -> None:
    loads = Loads(
        "deadline",
        [periodic(6, 5, 5), endless(), endless()],
        hold_burst_after_ns=100 * MS,
        min_share=0.05,
    ).run(SECOND)
    for sid in (2, 3):
        assert loads.used_ns(sid) >= 0.03 * SECOND


def test_time_to_spare_is_used() -> None:
    """10 ms of work due after 38 leave half of the device idle. While there is time to
    spare the others have that half; without any they do not."""
    busy = [
        Loads("deadline", [periodic(10, 40, due_ms), endless()], slots=2).run(SECOND)
        for due_ms in (38, 10)
    ]
    assert not late(busy[0], 1)
    spare, tight = (loads.busy(WARM_NS, SECOND) for loads in busy)
    assert spare >= 1.2 and tight <= 1.1


def test_a_deadline_set_while_running_counts_from_the_next_request() -> None:
    loads = Loads("deadline", [periodic(2, 8, 0), endless(), endless()])
    loads.timeline.at(500 * MS, lambda: loads.pump.change_hints(1, 1, 1.0, 4 * MS))
    loads.run(SECOND)
    spans = [(a, e - a) for a, e in loads.sessions[1].requests]
    before = [took for asked, took in spans if 100 * MS < asked < 490 * MS]
    after = [took for asked, took in spans if asked > 510 * MS]
    assert max(before) > 4 * MS >= max(after)
