"""The loop that does not sleep while arrivals are expected."""

from __future__ import annotations

import asyncio

import pytest

from broker.server.busypoll import BusyPoll, polls_busily


def test_turns_go_on_for_as_long_as_they_are_wanted() -> None:
    asked, most = 0, 100

    def wanted() -> bool:
        nonlocal asked
        asked += 1
        return asked <= most

    async def run() -> BusyPoll:
        busy = BusyPoll(asyncio.get_running_loop(), wanted)
        busy.kick()
        busy.kick()  # a second one while it runs changes nothing
        while busy.active:
            await asyncio.sleep(0)
        return busy

    asyncio.run(run())
    assert asked == most + 1


def test_nothing_turns_where_nothing_is_expected() -> None:
    async def run() -> bool:
        busy = BusyPoll(asyncio.get_running_loop(), lambda: False)
        busy.kick()
        return busy.active

    assert asyncio.run(run()) is False


@pytest.mark.parametrize(
    ("setting", "device", "processors", "polls"),
    [
        ("auto", "cuda", 16, True),
        ("auto", "cuda", 4, False),
        ("auto", "emulated", 16, False),
        ("on", "emulated", 2, True),
        ("off", "cuda", 16, False),
    ],
)
def test_auto_is_for_a_real_device_with_processors_to_spare(
    setting: str, device: str, processors: int, polls: bool
) -> None:
    assert polls_busily(setting, device, processors) is polls


@pytest.mark.parametrize(
    ("setting", "processors", "processes", "polls"),
    [
        ("auto", 8, 1, False),
        ("auto", 10, 1, True),
        ("auto", 16, 4, True),
        ("auto", 16, 5, False),
        ("on", 2, 5, True),
        ("off", 64, 1, False),
    ],
)
def test_each_worker_process_wants_processors_of_its_own(
    setting: str, processors: int, processes: int, polls: bool
) -> None:
    assert polls_busily(setting, "cuda", processors, processes) is polls
