"""What state the GPU was in while something was measured: clocks, power, temperature.

Decides what is read, through NVML, and how often. Two cells that ran at different
clocks are no comparison, and nothing else in a table shows it. Must never know what is
measured, nor set anything. Called by `loadgen.colocate.run`.

    sm_mhz, memory_mhz    medians
    watts, celsius        medians
    limited_by            what held the clocks down in any sample (nvml.h,
                          nvmlClocksEventReason*), but for an idle GPU

Source: NVML API reference, "Device Queries".
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

EVERY_S = 0.2
CLOCK_SM, CLOCK_MEMORY, TEMPERATURE_GPU = 1, 2, 0
REASONS = {
    0x2: "application clocks",
    0x4: "power cap",
    0x8: "hardware slowdown",
    0x10: "sync boost",
    0x20: "software thermal slowdown",
    0x40: "hardware thermal slowdown",
    0x80: "hardware power brake",
    0x100: "display clocks",
}
# Cells whose clocks differ by more are not to be compared.
SAME_CLOCKS = 1.02

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    sm_mhz: int
    memory_mhz: int
    watts: float
    celsius: int
    reasons: int


Read = Callable[[], Sample | None]


def reader() -> Read:
    """Of the GPU that a CUDA program without further words uses here. Where there is
    none, or no NVML, it answers None."""
    try:
        nvml = importlib.import_module("pynvml")
        nvml.nvmlInit()
        device = _device(nvml)
    except Exception:  # no package, no library, no driver, no such device
        return lambda: None

    def read() -> Sample | None:
        try:
            return Sample(
                nvml.nvmlDeviceGetClockInfo(device, CLOCK_SM),
                nvml.nvmlDeviceGetClockInfo(device, CLOCK_MEMORY),
                nvml.nvmlDeviceGetPowerUsage(device) / 1000,
                nvml.nvmlDeviceGetTemperature(device, TEMPERATURE_GPU),
                nvml.nvmlDeviceGetCurrentClocksThrottleReasons(device),
            )
        except nvml.NVMLError:
            return None

    return read


def _device(nvml: Any) -> Any:
    """NVML numbers devices as CUDA does with CUDA_DEVICE_ORDER=PCI_BUS_ID; of one GPU,
    or of equal ones, that is all the same."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
    if first.startswith(("GPU-", "MIG-")):
        return nvml.nvmlDeviceGetHandleByUUID(first.encode())
    return nvml.nvmlDeviceGetHandleByIndex(int(first or 0))


@asynccontextmanager
async def watched(read: Read) -> AsyncIterator[State]:
    """Yields a dictionary that is filled at the end; empty where nothing was read."""
    samples: list[Sample] = []
    state: State = {}

    async def look() -> None:
        while (sample := read()) is not None:
            samples.append(sample)
            await asyncio.sleep(EVERY_S)

    looking = asyncio.ensure_future(look())
    try:
        yield state
    finally:
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        state.update(state_of(samples))


def state_of(samples: list[Sample]) -> State:
    if not samples:
        return {}
    reasons = 0
    for sample in samples:
        reasons |= sample.reasons
    return {
        "sm_mhz": statistics.median(s.sm_mhz for s in samples),
        "memory_mhz": statistics.median(s.memory_mhz for s in samples),
        "watts": round(statistics.median(s.watts for s in samples), 1),
        "celsius": statistics.median(s.celsius for s in samples),
        "limited_by": [name for bit, name in REASONS.items() if reasons & bit],
    }


def line(states: dict[str, State]) -> str:
    """One line for a person. Args: states: by what was measured; some may be empty."""
    known = {name: state for name, state in states.items() if state}
    if not known:
        return ""
    words = [
        f"{name} {state['sm_mhz']:,.0f} / {state['memory_mhz']:,.0f}"
        + (f" ({', '.join(state['limited_by'])})" if state["limited_by"] else "")
        for name, state in known.items()
    ]
    same = all(
        max(s[key] for s in known.values())
        <= SAME_CLOCKS * min(s[key] for s in known.values())
        for key in ("sm_mhz", "memory_mhz")
    )
    head = "clocks" if same else "CLOCKS DIFFER: compare no times"
    return f"{head}, SM / memory MHz: {', '.join(words)}"
