"""The worker raises the floor by itself, once nobody above had work for so long."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import pytest

from broker.device import _worker as w
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import Rig, Tenant, handle
from tests.unit.device_worker.test_handover import Polled

HELD, BULK, URGENT, STANDBY = 0, 1, 2, 4
RELEASE_NS, KERNEL_NS = 20_000, 100_000
MARK_IDLE_NS = 20_000  # of worker_watch.c
WRITE_VALUE_AT = 13  # of struct xs_backend
WRITE_VALUE = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_uint64,
    ctypes.c_uint64,
    ctypes.c_uint32,
)


class Bench:
    """Class 0 at work with one kernel, class 1 standing by with another."""

    def __init__(self, mode: int = STANDBY, release_ns: int = RELEASE_NS) -> None:
        self.rig = Rig.emulated(idle_grace_ns=40_000)
        self.high, self.low = self.rig.tenant(1, 0), self.rig.tenant(2, 1)
        self.rig.worker.set_floor(255, 0, release_ns)
        self.high.grant()
        self.low.grant(mode=mode)
        assert self.rig.worker.arrived_at(1, self.rig.now)
        self.low.send(self.low.launch(ns=KERNEL_NS))
        self.high.send(self.high.launch(ns=KERNEL_NS))
        self.rig.step()

    def launches(self, tenant: Tenant) -> int:
        counted: int = self.rig.worker.counters(tenant.sid)["launches"]
        return counted

    def high_ends(self) -> None:
        while not self.high.line(1):
            assert self.launches(self.low) == 0
            self.rig.run(1_000)


def test_who_stands_by_goes_on_when_the_work_above_is_over() -> None:
    bench = Bench()
    bench.high_ends()
    bench.rig.run(RELEASE_NS - 2_000)
    assert bench.launches(bench.low) == 0, "a request may pause for so long"
    bench.rig.run(4_000)
    assert bench.launches(bench.low) == 1
    told = {name: values for name, *values in bench.rig.told()}
    assert "PREEMPTED" not in told, "who stands by has nothing to tell"
    quiet_ns, released_ns = told["RELEASED"][1:3]
    assert RELEASE_NS <= released_ns - quiet_ns < RELEASE_NS + 4_000
    assert bench.rig.worker.floor.class_ == 1, "the next class that has work"


def test_what_was_granted_in_bulk_goes_on_too() -> None:
    bench = Bench(BULK)
    bench.high_ends()
    bench.rig.run(RELEASE_NS + 2_000)
    assert bench.launches(bench.low) == 1


@pytest.mark.parametrize("mode", [HELD, URGENT])
def test_the_floor_stays_where_it_stops_nobody(mode: int) -> None:
    bench = Bench(mode)
    while not bench.high.line(1):
        bench.rig.run(1_000)
    bench.rig.run(10 * RELEASE_NS)
    assert bench.rig.worker.floor.class_ == 0
    assert bench.launches(bench.low) == (mode == URGENT)
    assert all(name != "RELEASED" for name, *_ in bench.rig.told())


def test_without_a_time_it_never_rises() -> None:
    bench = Bench(release_ns=-1)
    bench.high_ends()
    bench.rig.run(10_000_000)
    assert bench.launches(bench.low) == 0


def test_bytes_that_come_keep_it_low_though_no_work_is_in_them_yet() -> None:
    bench = Bench()
    bench.high_ends()
    for _ in range(5):
        bench.rig.run(RELEASE_NS - 2_000)
        assert not bench.rig.worker.arrived_at(1, bench.rig.now), "it is low already"
    assert bench.launches(bench.low) == 0
    bench.rig.run(RELEASE_NS + 2_000)
    assert bench.launches(bench.low) == 1


def test_work_that_is_handed_over_after_all_lowers_it_again() -> None:
    """The loop lost its processor between the bytes and what was in them."""
    bench = Bench()
    bench.high_ends()
    bench.rig.run(RELEASE_NS + 2_000)
    assert bench.launches(bench.low) == 1
    bench.high.send(bench.high.launch(ns=KERNEL_NS))  # no arrival is told
    assert bench.rig.worker.floor.class_ == 0
    bench.low.send(bench.low.launch(ns=KERNEL_NS))
    bench.rig.step()
    assert (bench.launches(bench.high), bench.launches(bench.low)) == (2, 1)


def test_a_decision_that_comes_late_does_not_stop_it_for_long() -> None:
    """The scheduler takes its time to say what the arrival has done already."""
    bench = Bench()
    bench.high_ends()
    bench.rig.run(RELEASE_NS + 2_000)
    bench.rig.worker.set_floor(0, 0, RELEASE_NS)
    bench.low.grant(mode=STANDBY)
    bench.low.send(*[bench.low.launch(ns=1_000) for _ in range(3)])
    bench.rig.step()
    assert bench.rig.worker.floor.class_ == 1
    bench.rig.run(10_000)
    assert bench.launches(bench.low) == 4


def test_a_wait_of_the_class_above_is_work() -> None:
    bench = Bench()
    wait = m.WaitValue(handle(1, 1), 0x500000000000, 1, 8, 0)
    bench.high.send(wait)
    while not bench.high.line(1):
        bench.rig.run(1_000)
    bench.rig.run(50 * RELEASE_NS)
    assert bench.launches(bench.low) == 0


def test_of_two_classes_below_the_higher_goes_on() -> None:
    bench = Bench()
    lowest = bench.rig.tenant(3, 2)
    lowest.grant(mode=STANDBY)
    lowest.send(lowest.launch(ns=KERNEL_NS))
    bench.high_ends()
    bench.rig.run(RELEASE_NS + 2_000)
    assert (bench.launches(bench.low), bench.launches(lowest)) == (1, 0)
    bench.rig.run(KERNEL_NS + RELEASE_NS + 10_000)
    assert bench.launches(lowest) == 1, "its work is over as well"


def test_one_that_the_scheduler_holds_is_not_passed_over() -> None:
    """Whoever is below it would have gone on before it."""
    bench = Bench(HELD)
    lowest = bench.rig.tenant(3, 2)
    lowest.grant(mode=STANDBY)
    lowest.send(lowest.launch(ns=KERNEL_NS))
    bench.high_ends()
    bench.rig.run(10 * RELEASE_NS)
    assert bench.launches(lowest) == 0


class Apart:
    """Class 0 on one worker, class 1 standing by on another of the same device's."""

    def __init__(self) -> None:
        self.above, self.below = (Rig.emulated(**self.place()) for _ in range(2))
        self.high, self.low = self.above.tenant(1, 0), self.below.tenant(2, 1)
        self.above.worker.set_floor(255, 0, RELEASE_NS)
        self.high.grant()
        self.low.grant(mode=STANDBY)
        assert self.above.worker.arrived_at(1, self.above.now)
        self.high.send(self.high.launch(ns=KERNEL_NS))
        self.low.send(self.low.launch(ns=KERNEL_NS))
        self.above.step()

    def place(self) -> dict[str, object]:
        self.floor = getattr(self, "floor", None) or w.Floor()
        return {"floor": self.floor, "idle_grace_ns": 40_000}

    def both(self, ns: int) -> None:
        """Let ns pass on both; they are looked at once a microsecond."""
        for _ in range(ns // 1_000):
            self.above.step(1_000)
            self.below.step(1_000)

    def launches(self) -> int:
        counted: int = self.below.worker.counters(2)["launches"]
        return counted


def test_a_worker_knows_what_those_above_do_on_another() -> None:
    apart = Apart()
    while not apart.high.line(1):
        assert apart.launches() == 0
        apart.both(1_000)
    apart.both(RELEASE_NS - 3_000)
    assert apart.launches() == 0
    apart.both(6_000)
    assert apart.launches() == 1
    assert [name for name, *_ in apart.below.told() if name == "RELEASED"]


def test_it_is_awake_when_their_work_should_be_over() -> None:
    apart = Apart()
    assert apart.below.worker.step(apart.below.now) <= apart.above.now + KERNEL_NS


def test_what_has_come_there_and_was_not_looked_at_counts_as_work() -> None:
    apart = Apart()
    while not apart.high.line(1):
        apart.both(1_000)
    apart.above.worker.arrived_at(1, apart.above.now)
    for _ in range(10):  # the other worker has not run since
        apart.below.step(RELEASE_NS)
    assert apart.launches() == 0
    apart.both(RELEASE_NS + 2_000)
    assert apart.launches() == 1


def test_with_more_workers_than_are_shown_it_never_rises() -> None:
    apart = Apart()
    more = [Rig(floor=apart.floor) for _ in range(15)]
    while not apart.high.line(1):
        apart.both(1_000)
    apart.both(5 * RELEASE_NS)
    assert len(more) == 15 and apart.launches() == 0


def test_work_that_nobody_listened_for_is_not_taken_for_none() -> None:
    """Nobody showed anything while no class was armed; who looks first must not believe
    what was shown before."""
    apart = Apart()
    while not apart.high.line(1):
        apart.both(1_000)
    apart.both(RELEASE_NS + 3_000)
    launched = apart.launches()
    for worker in (apart.above.worker, apart.below.worker):
        worker.set_floor(255, -1, -1)
    apart.high.send(*[apart.high.launch(ns=KERNEL_NS) for _ in range(3)])
    apart.both(2_000)
    for worker in (apart.above.worker, apart.below.worker):
        worker.set_floor(0, 0, RELEASE_NS)
    apart.low.send(apart.low.launch(ns=KERNEL_NS))
    for _ in range(5):  # the other worker has not run since
        apart.below.step(RELEASE_NS)
    assert (apart.launches(), apart.floor.class_) == (launched, 0)


def test_a_class_that_changes_counts_before_its_worker_looks() -> None:
    apart = Apart()
    while not apart.high.line(1):
        apart.both(1_000)
    moves = apart.above.tenant(3, 1)
    moves.send(*[moves.launch(ns=KERNEL_NS) for _ in range(3)])
    apart.above.step()
    apart.above.worker.set_class(3, 0)
    apart.below.step(2 * RELEASE_NS)
    assert (apart.launches(), apart.floor.class_) == (0, 0)


def test_where_no_worker_raises_the_floor_none_lowers_it_behind_the_loop() -> None:
    """Of several processes, another one may have raised it for good: this one has told
    it of no arrival since."""
    bench = Bench(release_ns=-1)
    assert not bench.rig.worker.arrived_at(1, bench.rig.now), "it is low already"
    bench.rig.worker.set_floor(255, 0, -1)
    bench.high.send(bench.high.launch(ns=KERNEL_NS))
    assert bench.rig.worker.floor.class_ == 255


class Marked(Polled):
    """Where nothing ends; says when a marker is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: Callable[[], object] = lambda: None

    def capsule(self) -> Any:
        capsule = super().capsule()

        def write(*_: Any) -> int:
            self.marks()
            return 0

        self._write = WRITE_VALUE(write)
        self._table[WRITE_VALUE_AT] = ctypes.cast(self._write, ctypes.c_void_p).value
        return capsule


def test_one_that_another_worker_lets_go_amid_a_step_goes_in_it() -> None:
    """It had been refused in that step, and nobody rings for it any more."""
    backend = Marked()
    rig = Rig(backend)
    high, low = rig.tenant(1, 0), rig.tenant(2, 1)
    rig.worker.set_floor(0, 0, RELEASE_NS)
    high.grant()
    low.grant(mode=STANDBY)
    high.send(high.launch())
    low.send(low.launch())
    rig.step()
    assert rig.worker.counters(2)["launches"] == 0
    backend.marks = lambda: rig.worker.floor.set(1, 0, RELEASE_NS)
    rig.step(MARK_IDLE_NS)  # of the accounts: all that was allowed has been issued
    assert rig.worker.counters(2)["launches"] == 1


def test_of_classes_that_are_shown_together_the_highest_goes_on() -> None:
    rig = Rig.emulated(idle_grace_ns=40_000)
    high, low, lowest = (rig.tenant(sid, c) for sid, c in ((1, 0), (2, 9), (3, 12)))
    rig.worker.set_floor(0, 9, RELEASE_NS)
    high.grant()
    for tenant in (lowest, low):
        tenant.grant(mode=STANDBY)
        tenant.send(tenant.launch(ns=KERNEL_NS))
    high.send(high.launch(ns=1_000))
    rig.step()
    rig.run(MARK_IDLE_NS + RELEASE_NS + 10_000)
    assert rig.worker.floor.class_ == 9
    counted = [rig.worker.counters(sid)["launches"] for sid in (1, 2, 3)]
    assert counted == [1, 1, 0]


def test_what_does_not_end_above_is_looked_at_less_and_less() -> None:
    """A wait for a word that nobody writes, and a lower class behind it."""
    apart = Apart()
    apart.high.send(m.WaitValue(handle(1, 1), 0x500000000000, 1, 8, 0))
    while not apart.high.line(1):
        apart.both(1_000)
    naps = []
    for _ in range(60):
        apart.above.step()
        due_ns = apart.below.step()
        naps.append(due_ns - apart.below.now)
        assert naps[-1] > 0, "it is not called at once, again and again"
        apart.above.now = apart.below.now = due_ns
    assert naps[-1] == max(naps) >= 400_000 and apart.launches() == 0
