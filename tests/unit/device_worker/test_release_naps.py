"""A thread whose session is held below short kernels of another worker's sleeps between
them, and still raises the floor in time.

Both threads are stepped by hand, a microsecond at a time. The one above always looks;
the one below sleeps as long as it says, and LATE_NS longer, as threads do.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from broker.device import _worker as w
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import Rig, handle
from tests.unit.device_worker.test_handover import Polled
from tests.unit.device_worker.test_release import WRITE_VALUE, WRITE_VALUE_AT

STANDBY = 4
ELAPSED_AT = 15  # of struct xs_backend
ELAPSED = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.c_void_p,
    ctypes.POINTER(ctypes.c_int64),
)
STEP_NS, LATE_NS = 1_000, 8_000  # the worker reckons with 10 us
KERNEL_NS, GAP_NS, ROUNDS = 20_000, 30_000, 40
LONG_NS, SHORT_NS = 200_000, 60_000  # of release: a sleep fits into the first


class Held(Polled):
    """Kernels end when `end` says so; as is learned of them, after KERNEL_NS."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[tuple[int, int]] = []

    def capsule(self) -> Any:
        capsule = super().capsule()

        def write(
            device: Any, stream: Any, address: int, value: int, width: int
        ) -> int:
            self.words.append((address, value))
            return 0

        def elapsed(device: Any, start: Any, end: Any, elapsed_ns: Any) -> int:
            elapsed_ns[0] = KERNEL_NS
            return 0

        self._functions = WRITE_VALUE(write), ELAPSED(elapsed)
        for at, function in zip(
            (WRITE_VALUE_AT, ELAPSED_AT), self._functions, strict=True
        ):
            self._table[at] = ctypes.cast(function, ctypes.c_void_p).value
        return capsule

    def end(self) -> None:
        for address, value in self.words:
            ctypes.c_uint64.from_address(address).value = value
        self.words.clear()


class Bench:
    def __init__(self, release_ns: int) -> None:
        floor = w.Floor()
        self.above, self.below = (
            Rig(Held(), floor=floor, spin_wall_ns=1, idle_grace_ns=40_000)
            for _ in range(2)
        )
        self.high, self.low = self.above.tenant(1, 0), self.below.tenant(2, 1)
        self.release_ns = release_ns
        self.above.worker.set_floor(0, 0, release_ns)
        self.high.grant()
        self.low.grant(mode=STANDBY)
        self.low.send(self.low.launch())
        self.awake_ns = 0  # the thread below is, from then on
        self.looks = 0  # of it, that no sleep followed
        self.wakes = 0

    @property
    def now(self) -> int:
        return self.above.now

    def run(self, ns: int) -> None:
        for _ in range(ns // STEP_NS):
            self.above.now = self.below.now = self.now + STEP_NS
            self.above.worker.thread_step(self.now)
            if self.now < self.awake_ns:
                continue
            self.wakes += 1
            sleep_ns = self.below.worker.thread_step(self.now)
            self.looks += sleep_ns == 0
            self.awake_ns = self.now + (sleep_ns and sleep_ns + LATE_NS)

    def request(self, kernel_ns: int = KERNEL_NS) -> None:
        self.above.worker.arrived_at(1, self.now)
        self.high.send(self.high.launch(), m.Complete(handle(1, 1)))
        self.run(kernel_ns)
        self.above.backend.end()
        self.run(STEP_NS)

    def requests(self, rounds: int = ROUNDS) -> None:
        for _ in range(rounds):
            self.request()
            self.run(GAP_NS)

    def launches(self) -> int:
        counted: int = self.below.worker.counters(2)["launches"]
        return counted

    def released_after(self) -> int:
        """From now on nothing comes above."""
        begin_ns = self.now
        while not self.launches():
            self.run(STEP_NS)
            assert self.now < begin_ns + 100 * self.release_ns
        return self.now - begin_ns


def test_it_sleeps_nearly_all_the_time_beside_short_kernels() -> None:
    bench = Bench(LONG_NS)
    bench.requests(5)
    bench.looks = bench.wakes = 0
    begin_ns = bench.now
    bench.requests()
    assert bench.launches() == 0
    assert bench.looks == 0
    assert bench.wakes <= (bench.now - begin_ns) // (LONG_NS // 4)


@pytest.mark.parametrize("release_ns", [SHORT_NS, LONG_NS])
@pytest.mark.parametrize("shift_ns", range(0, KERNEL_NS + GAP_NS, 7_000))
@pytest.mark.parametrize("early_ns", [-15_000, 0, 15_000])
def test_the_release_is_in_time_whenever_the_last_one_ends(
    release_ns: int, shift_ns: int, early_ns: int
) -> None:
    """Wherever the thread is in its sleep by then, and though the last kernel takes
    more or less than is reckoned."""
    bench = Bench(release_ns)
    bench.requests(5)
    bench.request(KERNEL_NS + shift_ns)
    bench.run(GAP_NS)
    bench.requests(5)
    bench.request(KERNEL_NS - early_ns)
    assert (
        release_ns - 2 * STEP_NS <= bench.released_after() <= release_ns + 2 * STEP_NS
    )


def test_a_kernel_that_ends_much_sooner_than_reckoned() -> None:
    """It was thought to be nearly as long as the release, which the thread is in time
    for all the same."""
    bench = Bench(LONG_NS)
    bench.requests(5)
    launches = [bench.high.launch()] * 8
    bench.high.send(*launches, m.Complete(handle(1, 1)))
    bench.run(2 * STEP_NS)
    bench.above.backend.end()
    bench.run(STEP_NS)
    assert bench.released_after() <= LONG_NS + 2 * STEP_NS


def test_what_ends_late_is_looked_for_less_and_less() -> None:
    bench = Bench(LONG_NS)
    bench.requests(5)
    bench.looks = bench.wakes = 0
    bench.request(kernel_ns=100 * KERNEL_NS)
    assert bench.looks == 0 and bench.wakes <= 20


def test_an_end_of_its_own_session_is_looked_for() -> None:
    """Nobody else sees it, and the release counts from when it is seen."""
    rig = Rig(Held(), spin_wall_ns=1, idle_grace_ns=40_000)
    high, low = rig.tenant(1, 0), rig.tenant(2, 1)
    rig.worker.set_floor(0, 0, LONG_NS)
    high.grant()
    low.grant(mode=STANDBY)
    low.send(low.launch())
    launches = 8
    high.send(*[high.launch()] * launches)  # nobody waits for them
    begin_ns, awake_ns = rig.now, 0
    end_ns = begin_ns + launches * KERNEL_NS
    while not rig.worker.counters(2)["launches"]:
        rig.now += STEP_NS
        assert rig.now <= end_ns + LONG_NS + 2 * STEP_NS
        if rig.now == end_ns:
            rig.backend.end()
        if rig.now >= awake_ns:
            sleep_ns = rig.worker.thread_step(rig.now)
            awake_ns = rig.now + (sleep_ns and sleep_ns + LATE_NS)
