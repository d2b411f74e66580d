"""`ktrace 1`: one JSON object a line; the first describes the trace, the rest are ops.

Decides the form of that file, reading and writing. Must never know replay. Called by
`loadgen.traces.load` and the tests.

Header: ktrace (1), names[], optional model, phase, batch, tokens, mode, source, device
{name, sms}, time_unit ("us" or "ns"), ops (count), busy_us. An op: op k|c|m|g|s
(kernel, copy, memset, graph launch, sync), n index into names, s stream, t device
start, d device time; optional g[3] b[3] grid and block, sh shared bytes, r registers,
bytes, dir, ht/hd host call start and length. Keys it does not know are kept and written
back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from loadgen.traces.kineto import copy_direction, extent
from loadgen.traces.model import DeviceShape, Op, OpKind, Trace, TraceError
from loadgen.traces.model import finish as finish_trace

VERSION = 1
UNITS_NS = {"us": 1000, "ns": 1}
OP_KEYS = frozenset(
    ("op", "n", "s", "t", "d", "g", "b", "sh", "r", "bytes", "dir", "ht", "hd")
)


def parse(text: str, source: str) -> Trace:
    """Raises: TraceError naming the line and the key at fault."""
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    header = parse_object(*lines[0]) if lines else {}
    if header.get("ktrace") != VERSION:
        raise TraceError(f"ktrace version {header.get('ktrace')!r}, want {VERSION}")
    unit_ns = UNITS_NS.get(header.get("time_unit", "us"))
    if unit_ns is None:
        raise TraceError(f"time_unit {header['time_unit']!r}, want us or ns")
    names = header.get("names", [])
    ops = [parse_op(i, parse_object(i, line), names, unit_ns) for i, line in lines[1:]]
    stated = header.get("ops", len(ops))
    if stated != len(ops):
        raise TraceError(f"header says {stated} ops, the file has {len(ops)}: cut?")
    return finish_trace(
        source,
        device_shape(header.get("device", {})),
        ops,
        model=str(header.get("model", "")),
        header=header,
    )


def parse_object(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise TraceError(f"line {number}: {error}") from None
    if not isinstance(value, dict):
        raise TraceError(f"line {number}: not an object")
    return value


def parse_op(number: int, row: dict[str, Any], names: list[str], unit_ns: int) -> Op:
    def time_ns(key: str) -> int | None:
        return round(float(row[key]) * unit_ns) if key in row else None

    try:
        kind, name = OpKind(row["op"]), names[row["n"]] if "n" in row else ""
        return Op(
            kind=kind,
            name=name,
            start_ns=time_ns("t") or 0,
            duration_ns=time_ns("d") or 0,
            stream=int(row.get("s", 0)),
            grid=extent(row.get("g")),
            block=extent(row.get("b")),
            shared_bytes=int(row.get("sh", 0)),
            registers=row.get("r"),
            nbytes=int(row.get("bytes", 0)),
            direction=row.get("dir") or copy_direction(name),
            host_start_ns=time_ns("ht"),
            host_ns=time_ns("hd"),
            extra={k: v for k, v in row.items() if k not in OP_KEYS},
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise TraceError(f"line {number}: {error!r}") from None


def device_shape(device: dict[str, Any]) -> DeviceShape:
    base = DeviceShape()
    return DeviceShape(
        name=str(device.get("name", base.name)),
        sm_count=int(device.get("sms", base.sm_count)),
    )


def dump(trace: Trace) -> Iterator[str]:
    """The lines of a ktrace file, without newlines; unknown keys as they were read."""
    names = list(dict.fromkeys(op.name for op in trace.ops))
    known = {"ktrace": VERSION, "model": trace.model}
    computed = {
        "device": {
            **trace.header.get("device", {}),
            "name": trace.device.name,
            "sms": trace.device.sm_count,
        },
        "time_unit": "us",
        "ops": len(trace.ops),
        "busy_us": round(trace.busy_ns / 1000, 1),
        "names": names,
    }
    yield json.dumps({**known, **trace.header, **computed})
    index = {name: i for i, name in enumerate(names)}
    for op in trace.ops:
        yield json.dumps(dump_op(op, index))


def dump_op(op: Op, index: dict[str, int]) -> dict[str, Any]:
    def us(ns: int | None) -> float | None:
        return None if ns is None else ns / 1000

    row: dict[str, Any] = {
        "op": op.kind.value,
        "n": index[op.name],
        "s": op.stream,
        "t": us(op.start_ns),
        "d": us(op.duration_ns),
        "g": op.grid,
        "b": op.block,
        "sh": op.shared_bytes or None,
        "r": op.registers,
        "bytes": op.nbytes or None,
        "dir": op.direction or None,
        "ht": us(op.host_start_ns),
        "hd": us(op.host_ns),
    }
    return {**{k: v for k, v in row.items() if v is not None}, **op.extra}
