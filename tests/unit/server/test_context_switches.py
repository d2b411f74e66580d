"""When the broker has the device change contexts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from broker.device.backend import DeviceError
from broker.server.context_switches import (
    AGAIN_SECONDS,
    EVERY_SECONDS,
    LATEST_SECONDS,
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
        self.working = self.busy = False
        self.fails: Exception | None = None
        self.calls: list[tuple[float, Callable[[], object], Timer]] = []
        self.switches = ContextSwitches(
            self,
            self.call_later,
            self.run_control,
            lambda: self.working,
            lambda: self.busy,
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
        while self.calls and self.calls[0][0] <= seconds + 1e-9:
            self.now, callback, timer = self.calls.pop(0)
            if not timer.cancelled:
                callback()
        self.now = seconds


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
    each = WORKED_SECONDS + EVERY_SECONDS
    assert len(world.switched_at) == 10 / each
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


def test_a_higher_class_is_let_through_first(world: World) -> None:
    world.stream_turns, world.busy = TURNS, True
    world.until(EVERY_SECONDS + 0.1)
    assert world.switched_at == []
    world.busy = False
    world.until(EVERY_SECONDS + 0.1 + AGAIN_SECONDS)
    assert len(world.switched_at) == 1


def test_it_is_not_waited_for_without_end(world: World) -> None:
    world.stream_turns, world.busy = TURNS, True
    world.until(10)
    [at] = world.switched_at
    assert at == pytest.approx(EVERY_SECONDS + LATEST_SECONDS, abs=2 * AGAIN_SECONDS)
    world.stream_turns += TURNS  # and the next one waits as long again
    world.until(10 + LATEST_SECONDS / 2)
    assert len(world.switched_at) == 1


def test_a_device_that_refuses_is_not_asked_again(world: World) -> None:
    world.stream_turns, world.fails = TURNS, DeviceError(2, "cuMemsetD8Async")
    world.until(1)
    world.fails = None
    world.stream_turns += TURNS
    world.until(10)
    assert world.switched_at == []


def test_after_the_end_nothing_is_asked(world: World) -> None:
    world.stream_turns = TURNS
    world.switches.stop()
    world.until(10)
    assert world.switched_at == []
