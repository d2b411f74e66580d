"""Many control calls leave gaps between them, and lose none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from broker.device.backend import DeviceError
from broker.server import control as control_module
from broker.server.control import ControlThread
from broker.server.portions import PORTION_NS, in_portions, run_portion


class Backend:
    """Each call takes `took_ns` of a clock that only calls move."""

    def __init__(self, took_ns: int) -> None:
        self.now_ns = 0
        self.took_ns = took_ns
        self.made: list[int] = []

    def work(self, number: int) -> None:
        self.now_ns += self.took_ns
        self.made.append(number)
        if number % 10 == 3:
            raise DeviceError(1, "work", str(number))


def calls(count: int) -> list[Any]:
    return [("work", (number,)) for number in range(count)]


def test_a_portion_ends_with_the_call_that_passes_its_bound() -> None:
    backend = Backend(took_ns=PORTION_NS // 4)
    outcomes = run_portion(backend, calls(9), lambda: backend.now_ns)
    assert backend.made == [0, 1, 2, 3]
    assert [str(o) if o else None for o in outcomes] == [
        None,
        None,
        None,
        "work: CUresult 1: 3",
    ]


def test_a_call_that_takes_longer_is_a_portion_of_its_own() -> None:
    backend = Backend(took_ns=5 * PORTION_NS)
    assert len(run_portion(backend, calls(9), lambda: backend.now_ns)) == 1


async def test_all_calls_are_made_in_order_whatever_the_portions() -> None:
    backend = Backend(took_ns=0)
    jobs = 0

    async def control(job: Callable[[], Any]) -> Any:
        nonlocal jobs
        jobs += 1
        backend.took_ns = 0
        start, ticks = backend.now_ns, iter(range(0, 10 * PORTION_NS, PORTION_NS // 2))
        return run_portion(*job.args, lambda: start + next(ticks))  # type: ignore[attr-defined]

    outcomes = await in_portions(backend, calls(14), control)
    assert backend.made == list(range(14))
    assert [i for i, bad in enumerate(outcomes) if bad] == [3, 13]
    assert jobs == 7


async def test_the_control_thread_counts_by_kind() -> None:
    loop = asyncio.get_running_loop()
    control = ControlThread(loop)
    backend = Backend(took_ns=0)
    for job in (partial(backend.work, 1), partial(run_portion, backend, calls(3))):
        ended: asyncio.Future[Any] = loop.create_future()
        control.run(job, lambda result, error, f=ended: f.set_result(error))
        assert await ended is None
    control.close()
    assert {name: times.count for name, times in control.times.items()} == {"work": 2}
    assert control.times["work"].max_ns <= control.times["work"].sum_ns


@pytest.mark.parametrize(
    ("long_ns", "work", "gaps"), [(0, True, 2), (0, False, 0), (10**12, True, 0)]
)
async def test_after_a_long_job_who_launches_has_a_turn(
    monkeypatch: pytest.MonkeyPatch, long_ns: int, work: bool, gaps: int
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(control_module, "LONG_JOB_NS", long_ns)
    monkeypatch.setattr(control_module.time, "sleep", slept.append)
    loop = asyncio.get_running_loop()
    control = ControlThread(loop, lambda: work)
    for _ in range(2):
        ended: asyncio.Future[Any] = loop.create_future()
        control.run(list, lambda result, error, f=ended: f.set_result(error))
        await ended
    control.close()
    assert slept == [control_module.GAP_SECONDS] * gaps
