"""The collector of a trace on a broker made by hand: bounds, names, and its end."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

import pytest

from broker import trace
from broker.device.null import NullBackend
from broker.sched import decisions as dec
from broker.sched import stimuli as sti
from broker.trace import FIELDS, Tracer, TraceRefused


class FakeWorker:
    """Its ring fills by `full` bytes each time it is looked at."""

    def __init__(self) -> None:
        self.trace_on, self.trace_lost, self.full = False, 0, 0
        self.stops_late = False

    def trace_start(self) -> None:
        self.trace_on = True

    def trace_stop(self) -> None:
        self.trace_on = self.trace_on and self.stops_late

    def trace_take(self, most: int) -> bytes:
        return bytes(self.full)


class FakeSession:
    def __init__(self, sid: int) -> None:
        self.sid, self.class_ = sid, 1
        self.tenant = SimpleNamespace(name="t")
        self.names = {0x10: "gemm"}

    def function_names(self) -> dict[int, str]:
        return self.names


class FakeBroker:
    def __init__(self) -> None:
        self.workers = [FakeWorker()]
        self.backend = NullBackend()
        self.version = "1"
        self.sessions = {1: FakeSession(1)}
        policy = SimpleNamespace(name="strict")
        self.scheduler = SimpleNamespace(policy=policy)
        granted = {"mode": "BULK"}
        self.pump = SimpleNamespace(tap=None, granted=lambda session: granted)

    async def refresh(self) -> None:
        """It has no worker processes."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "PERIOD_SECONDS", 0.001)
    monkeypatch.setattr(trace, "FAREWELL_SECONDS", 0.01)


async def test_names_come_once_and_again_when_there_are_more() -> None:
    broker = FakeBroker()
    tracer = Tracer(broker, ["launch"])
    seen: list[dict[str, Any]] = []
    async with contextlib.aclosing(tracer.parts(5.0)) as parts:
        async for part in parts:
            if "about" in part:
                assert part["about"]["grants"] == {1: "BULK"}
                continue
            seen.append(part)
            if len(seen) == 1:
                broker.sessions[1].names[0x20] = "softmax"
            else:
                break
    assert seen[0]["sessions"] == [[1, "t", 1]]
    assert seen[0]["functions"] == [[1, 0x10, "gemm"]]
    assert seen[1]["functions"] == [[1, 0x10, "gemm"], [1, 0x20, "softmax"]]
    assert "sessions" not in seen[1]
    assert broker.pump.tap is None and not broker.workers[0].trace_on


async def test_decisions_are_bounded_and_the_rest_counted() -> None:
    broker = FakeBroker()
    tracer = Tracer(broker, ["launch"])
    async with contextlib.aclosing(tracer.parts(5.0)) as parts:
        await anext(parts)
        for _ in range(trace.DECISIONS_KEPT + 5):
            broker.pump.tap(1, sti.TimerFired(), [dec.Hold(1)])
        part = await anext(parts)
    assert len(part["decisions"]) == trace.DECISIONS_KEPT and part["lost"] == 5
    assert part["decisions"][0] == [1, "Hold", [1]], "stimuli of no interest are not"


async def test_a_ring_that_never_empties_leaves_in_bounded_parts() -> None:
    broker = FakeBroker()
    broker.workers[0].full = 48
    tracer = Tracer(broker, ["launch"])
    sizes = []
    async for part in tracer.parts(0.005):
        sizes.append(len(part.get("entries", [])))
    assert max(sizes) == 1, "a piece a part"


async def test_a_worker_that_stands_still_does_not_hold_the_end_up() -> None:
    broker = FakeBroker()
    broker.workers[0].stops_late = True
    tracer = Tracer(broker, ["launch"])
    assert [part async for part in tracer.parts(0.002)]
    with pytest.raises(TraceRefused, match="not ended"):
        await anext(tracer.parts(1.0))
    broker.workers[0].trace_on = False
    assert [part async for part in tracer.parts(0.002)]


async def test_what_is_refused() -> None:
    tracer = Tracer(FakeBroker(), ["launch"])
    for seconds in (0.0, -1.0, 1e6, float("nan")):
        with pytest.raises(TraceRefused, match="seconds"):
            await anext(tracer.parts(seconds))
    first = tracer.parts(5.0)
    await anext(first)
    with pytest.raises(TraceRefused, match="running already"):
        await anext(tracer.parts(5.0))
    await first.aclose()
    assert await anext(tracer.parts(0.001))


def test_every_field_that_is_sent_exists() -> None:
    for name, fields in FIELDS.items():
        kind = getattr(dec, name, None) or getattr(sti, name, None)
        assert kind is None or fields == tuple(kind.__slots__), name
