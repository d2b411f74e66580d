"""The GPU's state beside what is measured, from an NVML that is made up."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType
from typing import Any

import pytest

from loadgen import gpu_state
from loadgen.colocate import figures, table
from loadgen.gpu_state import Sample, line, reader, state_of, watched


class Nvml(ModuleType):
    """One GPU by index 3 and by a UUID. missing: it has gone."""

    class NVMLError(Exception):
        pass

    def __init__(self) -> None:
        super().__init__("pynvml")
        self.missing = False
        self.asked: list[Any] = []

    def nvmlInit(self) -> None: ...

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:
        self.asked.append(index)
        return "device"

    def nvmlDeviceGetHandleByUUID(self, uuid: bytes) -> str:
        self.asked.append(uuid)
        return "device"

    def nvmlDeviceGetClockInfo(self, device: str, kind: int) -> int:
        if self.missing:
            raise self.NVMLError
        return {1: 1755, 2: 2619}[kind]

    def nvmlDeviceGetPowerUsage(self, device: str) -> int:
        return 412_500

    def nvmlDeviceGetTemperature(self, device: str, kind: int) -> int:
        return 47

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, device: str) -> int:
        return 0x4 | 0x1


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> Nvml:
    made = Nvml()
    monkeypatch.setitem(sys.modules, "pynvml", made)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return made


@pytest.mark.parametrize(
    ("visible", "asked"),
    [(None, 0), ("3,1", 3), ("GPU-12ab,GPU-3", b"GPU-12ab")],
)
def test_it_is_the_gpu_that_a_program_would_use(
    nvml: Nvml, monkeypatch: pytest.MonkeyPatch, visible: str | None, asked: Any
) -> None:
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert reader()() == Sample(1755, 2619, 412.5, 47, 5)
    assert nvml.asked == [asked]


def test_without_nvml_or_a_gpu_nothing_is_read(
    nvml: Nvml, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = reader()
    nvml.missing = True
    assert read() is None
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "x")
    assert reader()() is None
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert reader()() is None


def test_medians_and_every_reason() -> None:
    samples = [
        Sample(1980, 2619, 300.0, 40, 1),
        Sample(1755, 2619, 690.0, 50, 4),
        Sample(1740, 2619, 699.0, 60, 0x24),
    ]
    assert state_of(samples) == {
        "sm_mhz": 1755,
        "memory_mhz": 2619,
        "watts": 690.0,
        "celsius": 50,
        "limited_by": ["power cap", "software thermal slowdown"],
    }
    assert state_of([]) == {}


@pytest.mark.parametrize("ends", ["well", "badly", "nothing to read"])
def test_it_is_read_for_as_long_as_something_is_measured(
    monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    monkeypatch.setattr(gpu_state, "EVERY_S", 0)
    reads = 0

    def read() -> Sample | None:
        nonlocal reads
        reads += 1
        return None if ends == "nothing to read" else Sample(reads, 1, 1.0, 1, 0)

    async def body() -> dict[str, Any]:
        state: dict[str, Any] = {}
        try:
            async with watched(read) as state:
                while reads < (1 if ends == "nothing to read" else 9):
                    await asyncio.sleep(0)
                assert not state, "it is told at the end"
                if ends == "badly":
                    raise ValueError
        except ValueError:
            pass
        at_end = reads
        await asyncio.sleep(0)
        assert reads == at_end
        return state

    state = asyncio.run(body())
    assert state == {} if ends == "nothing to read" else state["sm_mhz"] >= 4


def state(mhz: int, memory: int = 2619, *limits: str) -> dict[str, Any]:
    return {"sm_mhz": mhz, "memory_mhz": memory, "limited_by": list(limits)}


def test_a_person_is_told_where_clocks_differ() -> None:
    same = {"alone": state(1980), "strict": state(1965), "mps": {}}
    assert line(same) == "clocks, SM / memory MHz: alone 1,980 / 2,619, " + (
        "strict 1,965 / 2,619"
    )
    other = {"alone": state(1980), "strict": state(1755, 2619, "power cap")}
    assert line(other).startswith("CLOCKS DIFFER: compare no times")
    assert line(other).endswith("strict 1,755 / 2,619 (power cap)")
    assert line({"a": state(1980), "b": state(1980, 1593)}).startswith("CLOCKS DIFFER")
    assert line({"alone": {}}) == "" == line({})


def test_states_are_told_by_cell_and_by_tenant_where_each_is_alone() -> None:
    def run(mhz: int, *tenants: str) -> dict[str, Any]:
        return {"tenants": dict.fromkeys(tenants), "gpu": state(mhz) if mhz else {}}

    found = figures.gpu_states(
        {
            "alone": [run(1980, "decode"), run(1700, "rerank"), run(1960, "decode")],
            "strict": [run(mhz, "decode", "rerank") for mhz in (1800, 1750, 1760, 0)],
        }
    )
    clocks = {name: each.get("sm_mhz") for name, each in found.items()}
    assert clocks == {"decode alone": 1980, "rerank alone": 1700, "strict": 1760}
    summary = {"outputs": {}, "cells": {}, "gpu": found}
    assert table.notes(summary)[-1].startswith("CLOCKS DIFFER")


@pytest.mark.parametrize(
    ("wall_ms", "busy_ms", "told"),
    [
        (17.22, 17.11, True),
        (16.50, 16.45, False),  # the same speed
        (17.22, 10.0, False),  # its processor may have been late
        (17.22, None, False),
    ],
)
def test_two_speeds_of_one_tenant_are_told(
    wall_ms: float, busy_ms: float | None, told: bool
) -> None:
    busy_ns = None if busy_ms is None else busy_ms * 1e6
    summary = {
        "outputs": {},
        "cells": {"alone": {"tenants": {"decode": {"p50_service_ms": 16.60}}}},
        "calibration": {"decode": {"wall_ns": wall_ms * 1e6, "busy_ns": busy_ns}},
    }
    lines = table.notes(summary)
    assert len(lines) == told
    if told:
        assert "16.60 ms a request, 17.22 when" in lines[0]
