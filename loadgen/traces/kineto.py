"""Importer for Kineto / torch.profiler Chrome JSON.

Decides which events of the file belong to the step. Must never know replay. Called by
`loadgen.traces.load`.

Kineto gives times in microseconds with fractions; host calls (categories cuda_runtime
and cuda_driver) and device events carry the same `correlation`. A device event whose
host call is not in the file belongs to the step before and is dropped, unless the file
has no host calls at all.
"""

from __future__ import annotations

import json
from typing import Any

from loadgen.traces.model import DeviceShape, Extent, Op, OpKind, Trace, TraceError
from loadgen.traces.model import finish as finish_trace

DEVICE_CATEGORIES = {
    "kernel": OpKind.KERNEL,
    "gpu_memcpy": OpKind.COPY,
    "gpu_memset": OpKind.FILL,
}
HOST_CATEGORIES = ("cuda_runtime", "cuda_driver")
DIRECTIONS = {"HtoD": "h2d", "DtoH": "d2h", "DtoD": "d2d"}
NS_PER_US = 1000


def parse(text: str, source: str) -> Trace:
    """Raises: TraceError when the text is not such a file."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise TraceError(f"neither ktrace nor JSON: {error}") from None
    events = document.get("traceEvents") if isinstance(document, dict) else None
    if not isinstance(events, list):
        raise TraceError("no traceEvents list: not a Kineto trace")
    complete = [e for e in events if isinstance(e, dict) and e.get("ph") == "X"]
    device_events = [e for e in complete if e.get("cat") in DEVICE_CATEGORIES]
    if not device_events:
        raise TraceError("no kernel, copy or memset in it")
    host_calls = find_host_calls(complete)
    kept = [e for e in device_events if not host_calls or correlation(e) in host_calls]
    if not kept:
        raise TraceError("no kernel's correlation matches a host call in the file")
    names: dict[str, str] = {}
    origin_us = min(float(e["ts"]) for e in kept)
    host_origin_us = min(
        (float(host_calls[correlation(e)]["ts"]) for e in kept if host_calls),
        default=0.0,
    )
    ops = [
        make_op(e, host_calls.get(correlation(e)), origin_us, host_origin_us, names)
        for e in kept
    ]
    header = {k: v for k, v in document.items() if k != "traceEvents"}
    return finish_trace(
        source,
        device_shape(document.get("deviceProperties")),
        ops,
        dropped=len(device_events) - len(kept),
        header=header,
    )


def find_host_calls(events: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Host calls by correlation."""
    calls = (e for e in events if e.get("cat") in HOST_CATEGORIES)
    return {correlation(e): e for e in calls if correlation(e) >= 0}


def correlation(event: dict[str, Any]) -> int:
    return int(event.get("args", {}).get("correlation", -1))


def make_op(
    event: dict[str, Any],
    call: dict[str, Any] | None,
    origin_us: float,
    host_origin_us: float,
    names: dict[str, str],
) -> Op:
    """One device event. names interns: template names run to a kilobyte each."""
    args = event.get("args", {})
    name = str(event.get("name", ""))
    try:
        return Op(
            kind=DEVICE_CATEGORIES[event["cat"]],
            name=names.setdefault(name, name),
            start_ns=to_ns(float(event["ts"]) - origin_us),
            duration_ns=to_ns(float(event["dur"])),
            stream=int(args.get("stream", 0)),
            grid=extent(args.get("grid")),
            block=extent(args.get("block")),
            shared_bytes=int(args.get("shared memory", 0)),
            registers=args.get("registers per thread"),
            nbytes=int(args.get("bytes", 0)),
            direction=copy_direction(name),
            host_start_ns=host_time_ns(call, "ts", host_origin_us),
            host_ns=host_time_ns(call, "dur", 0.0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TraceError(f"event {name[:60]!r}: {error!r}") from None


def host_time_ns(call: dict[str, Any] | None, key: str, origin_us: float) -> int | None:
    return None if call is None else to_ns(float(call[key]) - origin_us)


def to_ns(us: float) -> int:
    return round(us * NS_PER_US)


def extent(value: Any) -> Extent | None:
    if value is None:
        return None
    x, y, z = (int(v) for v in value)
    return (x, y, z)


def copy_direction(name: str) -> str:
    """From names such as "Memcpy DtoH (Device -> Pageable)"."""
    if not name.startswith("Memcpy"):
        return ""
    return next((d for word, d in DIRECTIONS.items() if word in name), "d2d")


def device_shape(properties: Any) -> DeviceShape:
    """Device 0 of the file; H100's numbers where it says nothing."""
    if not isinstance(properties, list) or not properties:
        return DeviceShape()
    first, base = properties[0], DeviceShape()
    shared = first.get("sharedMemPerMultiprocessor") or first.get(
        "maxSharedMemoryPerMultiProcessor"
    )
    return DeviceShape(
        name=str(first.get("name", base.name)),
        sm_count=int(first.get("numSms", base.sm_count)),
        threads_per_sm=int(
            first.get("maxThreadsPerMultiprocessor", base.threads_per_sm)
        ),
        registers_per_sm=int(
            first.get("regsPerMultiprocessor")
            or first.get("regsPerBlock", base.registers_per_sm)
        ),
        shared_bytes_per_sm=int(shared or base.shared_bytes_per_sm),
        warp_threads=int(first.get("warpSize", base.warp_threads)),
    )
