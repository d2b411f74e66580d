"""When the broker has the device change contexts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from broker.device.backend import DeviceError
from broker.server.context_switches import (
    AGAIN_SECONDS,
    EVERY_SECONDS,
    HELD_SECONDS,
    LEAST_SECONDS,
    PAUSE_SECONDS,
    TURNS,
    WORKED_SECONDS,
    ContextSwitches,
)


class Timer:
    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class World:
    """A backend, a clock and a control thread that does its jobs at once."""

    def __init__(self, *, switches_contexts: bool = True) -> None:
        self.now = 0.0
        self.stream_turns = 0
        self.switched_at: list[float] = []
        self.switches_contexts = switches_contexts
        self.working = self.held = False
        self.fails: Exception | None = None
        self.calls: list[tuple[float, Callable[[], object], Timer]] = []
        self.switches = ContextSwitches(
            self,
            self.call_later,
            self.run_control,
            is_working=lambda: self.working,
            is_held=lambda: self.held,
            now=lambda: self.now,
        )
        self.switches.start()

    def switch_context(self) -> None:
        if self.fails is not None:
            raise self.fails
        self.switched_at.append(self.now)

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        timer = Timer()
        self.calls.append((self.now + seconds, callback, timer))
        return timer

    def run_control(self, job: Callable[[], Any], done: Callable[..., None]) -> None:
        try:
            done(job(), None)
        except DeviceError as problem:
            done(None, problem)

    def until(self, seconds: float) -> None:
        while self._due(seconds + 1e-9):
            self.now, callback, _ = self.calls.pop(0)
            callback()
        self.now = seconds

    def _due(self, seconds: float) -> bool:
        self.calls = [call for call in self.calls if not call[2].cancelled]
        self.calls.sort(key=lambda call: call[0])
        return bool(self.calls) and self.calls[0][0] <= seconds


@pytest.fixture
def world() -> World:
    return World()


def test_without_turns_nothing_is_switched(world: World) -> None:
    world.stream_turns = TURNS - 1
    world.until(10)
    assert world.switched_at == []


def test_turns_are_answered_once(world: World) -> None:
    world.stream_turns = TURNS
    world.until(10)
    assert world.switched_at == [EVERY_SECONDS]
    world.stream_turns += TURNS - 1
    world.until(20)
    assert len(world.switched_at) == 1
    world.stream_turns += 1
    world.until(20 + EVERY_SECONDS)
    assert len(world.switched_at) == 2


def test_work_alone_has_one_each_second(world: World) -> None:
    world.until(10)
    assert world.switched_at == []
    world.working = True
    world.until(20)
    each = WORKED_SECONDS + EVERY_SECONDS + PAUSE_SECONDS
    assert len(world.switched_at) == pytest.approx(10 / each, abs=1)
    world.working = False
    world.until(30)
    assert len(world.switched_at) <= 10 / each + 1


def test_a_device_without_another_context_is_left_alone() -> None:
    world = World(switches_contexts=False)
    world.stream_turns, world.working = TURNS, True
    world.until(10)
    assert world.now == 10 and world.switched_at == [] and not world.calls


def test_endless_turns_are_answered_seldom(world: World) -> None:
    for tenth in range(100):
        world.stream_turns += 1000
        world.until(tenth / 10)
    assert len(world.switched_at) <= 9.9 / EVERY_SECONDS


@pytest.mark.parametrize("held", [False, True])
def test_a_pause_is_waited_for(world: World, held: bool) -> None:
    world.stream_turns, world.working, world.held = TURNS, True, held
    world.until(EVERY_SECONDS + PAUSE_SECONDS / 2)
    assert world.switched_at == []
    world.working = world.held = False
    world.until(EVERY_SECONDS + PAUSE_SECONDS / 2 + AGAIN_SECONDS)
    assert len(world.switched_at) == 1


@pytest.mark.parametrize(
    ("held", "most"), [(False, PAUSE_SECONDS), (True, HELD_SECONDS)]
)
def test_it_is_not_waited_for_without_end(
    world: World, held: bool, most: float
) -> None:
    world.stream_turns, world.working, world.held = TURNS, True, held
    world.until(EVERY_SECONDS + most - AGAIN_SECONDS)
    assert world.switched_at == []
    world.until(EVERY_SECONDS + most + 2 * AGAIN_SECONDS)
    assert len(world.switched_at) == 1
    world.stream_turns += TURNS  # and the next one waits as long again
    world.until(world.now + EVERY_SECONDS + most / 2)
    assert len(world.switched_at) == 1


def test_who_was_held_goes_on_fast(world: World) -> None:
    """Not each time: the least that is between two is kept."""
    world.working = True
    world.until(0.1)
    world.switches.hold_ended()
    assert world.switched_at == [], "nothing has been anywhere else"
    world.stream_turns += 1
    world.switches.hold_ended()
    assert world.switched_at == [0.1]
    world.stream_turns += 1
    world.until(0.1 + LEAST_SECONDS / 2)
    world.switches.hold_ended()
    assert len(world.switched_at) == 1
    world.until(0.1 + LEAST_SECONDS)
    assert len(world.switched_at) == 2, "then, without being told again"
    world.until(0.2 + EVERY_SECONDS)  # and nothing looks twice as often as before
    assert len(world.calls) == 1


def test_who_is_held_again_meanwhile_is_waited_for(world: World) -> None:
    world.working = True
    world.stream_turns += 1
    world.until(0.1)
    world.switches.hold_ended()
    world.stream_turns += 1
    world.switches.hold_ended()
    world.held = True
    world.until(0.1 + LEAST_SECONDS + 0.02)
    assert len(world.switched_at) == 1
    world.held = False
    world.until(0.1 + LEAST_SECONDS + 0.02 + AGAIN_SECONDS)
    assert len(world.switched_at) == 2


def test_a_hold_that_ends_amid_a_switch_has_its_own(world: World) -> None:
    under_way: list[Callable[..., None]] = []
    world.switches._run_control = lambda job, done: under_way.append(done)
    world.stream_turns += 1
    world.switches.hold_ended()
    world.stream_turns += 1
    world.switches.hold_ended()
    assert len(under_way) == 1
    under_way.pop()(None, None)
    world.until(world.now + LEAST_SECONDS)
    assert len(under_way) == 1


def test_one_at_a_time(world: World) -> None:
    under_way: list[Callable[..., None]] = []
    world.switches._run_control = lambda job, done: under_way.append(done)
    world.stream_turns = TURNS
    world.until(EVERY_SECONDS)
    world.stream_turns += TURNS
    world.switches.hold_ended()
    world.until(1)
    assert len(under_way) == 1
    under_way.pop()(None, None)
    world.until(1 + EVERY_SECONDS)
    assert len(under_way) == 1


def test_without_another_context_a_hold_changes_nothing() -> None:
    world = World(switches_contexts=False)
    world.switches.hold_ended()
    assert world.switched_at == []


def test_a_device_that_refuses_is_not_asked_again(world: World) -> None:
    world.stream_turns, world.fails = TURNS, DeviceError(2, "cuMemsetD8Async")
    world.until(1)
    world.fails = None
    world.stream_turns += TURNS
    world.switches.hold_ended()
    world.until(10)
    assert world.switched_at == []


def test_what_else_goes_wrong_is_told(world: World) -> None:
    world.stream_turns = TURNS
    world.switches._run_control = lambda job, done: done(None, KeyError("x"))
    with pytest.raises(KeyError):
        world.until(1)


def test_after_the_end_nothing_is_asked(world: World) -> None:
    world.stream_turns = TURNS
    world.switches.stop()
    world.switches.hold_ended()
    world.until(10)
    assert world.switched_at == []


def test_nor_after_a_switch_that_was_under_way(world: World) -> None:
    under_way: list[Callable[..., None]] = []
    world.switches._run_control = lambda job, done: under_way.append(done)
    world.stream_turns = TURNS
    world.until(1)
    world.switches.stop()
    under_way.pop()(None, None)
    assert not world.calls
