"""Importer for what `nsys export --type sqlite` writes.

Decides which rows belong to the trace. Must never know replay. Called by
`loadgen.traces.load`.

Tables exist only if something was recorded for them, and their columns vary with the
version: both are looked up, columns by name. Times are in nanoseconds; names are
numbers into StringIds. A device operation and the host call that made it carry the same
correlationId within a process; an operation whose call is not in the file belongs to
what ran before the recording and is dropped, unless the file has no host calls at all.
A file may hold several processes and devices: the pair with the most kernel time is
taken, what the others did is counted in the header.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from loadgen.traces.model import DeviceShape, Extent, Op, OpKind, Trace, TraceError
from loadgen.traces.model import finish as finish_trace

KERNELS = "CUPTI_ACTIVITY_KIND_KERNEL"
COPIES = "CUPTI_ACTIVITY_KIND_MEMCPY"
FILLS = "CUPTI_ACTIVITY_KIND_MEMSET"
GRAPHS = "CUPTI_ACTIVITY_KIND_GRAPH_TRACE"
HOST_CALLS = "CUPTI_ACTIVITY_KIND_RUNTIME"
TABLES = {
    KERNELS: OpKind.KERNEL,
    COPIES: OpKind.COPY,
    FILLS: OpKind.FILL,
    GRAPHS: OpKind.GRAPH,
}
# CUpti_ActivityMemcpyKind: 3..7 are copies of arrays, 10 between devices.
DIRECTIONS = {
    **{1: "h2d", 2: "d2h", 8: "d2d", 10: "d2d"},
    **{3: "h2d", 4: "d2h", 5: "d2d", 6: "d2d", 7: "d2d"},
}
HOST_TO_HOST = 9
PID_SHIFT = 24  # of globalPid and globalTid: what lies above names the process
# Columns that are kept under the names ktrace has for them.
EXTRA = {"graphId": "gid", "graphNodeId": "gn", "contextId": "ctx"}

# What is read of a device operation where it is there; a long recording has millions.
COLUMNS = (
    *("globalPid", "deviceId", "streamId", "correlationId", *EXTRA),
    *("demangledName", "shortName", "mangledName", "registersPerThread"),
    *("gridX", "gridY", "gridZ", "blockX", "blockY", "blockZ"),
    *("staticSharedMemory", "dynamicSharedMemory", "bytes", "copyKind"),
)

Row = dict[str, Any]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Call:
    """A host call: when it began and how long it took."""

    start_ns: int
    length_ns: int


def load(path: Path) -> Trace:
    """Raises: TraceError naming the table and the column that is missing or wrong."""
    uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            database.row_factory = sqlite3.Row
            return read(Database(database), path.name)
    except sqlite3.Error as error:
        raise TraceError(f"not a readable SQLite file: {error}") from None


class Database:
    """Tables by name and columns by name; what is not there is None."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def columns(self, table: str) -> list[str]:
        """Empty when there is no such table."""
        found = self._connection.execute(f'PRAGMA table_info("{table}")')
        return [row["name"] for row in found]

    def rows(
        self, table: str, needed: tuple[str, ...] = (), wanted: tuple[str, ...] = ()
    ) -> Iterator[Row]:
        """All rows; none when there is no such table. Only the columns needed, and
        those wanted that are there; all of them where none is named."""
        columns = self.columns(table)
        missing = [name for name in needed if name not in columns]
        if columns and missing:
            raise TraceError(f"table {table} has no column {', '.join(missing)}")
        if wanted:
            columns = [name for name in columns if name in (*needed, *wanted)]
        if columns:
            names = ", ".join(f'"{name}"' for name in columns)
            for row in self._connection.execute(f'SELECT {names} FROM "{table}"'):
                yield dict(row)


def read(database: Database, source: str) -> Trace:
    if not any(database.columns(table) for table in TABLES):
        raise TraceError(
            f"no table {', '.join(TABLES)}: not an export of a CUDA recording;"
            " record with nsys profile --trace=cuda"
        )
    found = [
        (kind, row)
        for table, kind in TABLES.items()
        for row in database.rows(table, ("start", "end"), COLUMNS)
        if row.get("copyKind") != HOST_TO_HOST
    ]
    if not found:
        raise TraceError("no kernel, copy or memset in it")
    place = busiest(found)
    here = [(kind, row) for kind, row in found if place_of(row) == place]
    calls = host_calls(database, place[0])
    kept = [
        (k, row) for k, row in here if not calls or row.get("correlationId") in calls
    ]
    if not kept:
        raise TraceError("no operation's correlationId matches a host call in the file")
    if all(kind is OpKind.GRAPH for kind, _ in kept):
        raise TraceError(
            "only graph launches without their kernels;"
            " record with --cuda-graph-trace=node"
        )
    header: dict[str, Any] = {"nsys": dict(export_notes(database))}
    if len(found) > len(here):
        header["other_processes_and_devices_ops"] = len(found) - len(here)
    return finish_trace(
        source,
        device_shape(database, place[1]),
        make_ops(kept, calls, strings(database, kept)),
        dropped=len(here) - len(kept),
        header=header,
    )


def place_of(row: Row) -> Place:
    """Process and device; 0 where the version does not say."""
    return ((row.get("globalPid") or 0) >> PID_SHIFT, row.get("deviceId") or 0)


def busiest(found: list[tuple[OpKind, Row]]) -> Place:
    times: Counter[Place] = Counter()
    for _, row in found:
        times[place_of(row)] += row["end"] - row["start"] + 1
    return times.most_common(1)[0][0]


def host_calls(database: Database, process: int) -> dict[int, Call]:
    """Host calls of the process by correlationId; the first where several share one."""
    calls: dict[int, Call] = {}
    needed = ("start", "end", "correlationId")
    for row in database.rows(HOST_CALLS, needed, ("globalTid",)):
        thread = row.get("globalTid")
        if process and thread is not None and thread >> PID_SHIFT != process:
            continue
        call = Call(row["start"], row["end"] - row["start"])
        calls.setdefault(row["correlationId"], call)
    return calls


def strings(database: Database, kept: list[tuple[OpKind, Row]]) -> dict[int, str]:
    """Only the names in use: the table of a long recording is large."""
    used = {name_id(row) for _, row in kept}
    rows = database.rows("StringIds", ("id", "value"))
    return {row["id"]: row["value"] for row in rows if row["id"] in used}


def name_id(row: Row) -> int | None:
    """The full name where there is one: templates of one short name differ."""
    for column in ("demangledName", "shortName", "mangledName"):
        if row.get(column):
            return int(row[column])
    return None


def make_ops(
    kept: list[tuple[OpKind, Row]], calls: dict[int, Call], names: dict[int, str]
) -> list[Op]:
    """Times count from the first operation, host times from the first host call."""
    origin = min(row["start"] for _, row in kept)
    made = [calls[row["correlationId"]] for _, row in kept] if calls else []
    host_origin = min((call.start_ns for call in made), default=0)
    return [
        make_op(
            kind,
            row,
            origin,
            calls.get(row.get("correlationId", -1)),
            host_origin,
            names,
        )
        for kind, row in kept
    ]


def make_op(
    kind: OpKind,
    row: Row,
    origin: int,
    call: Call | None,
    host_origin: int,
    names: dict[int, str],
) -> Op:
    direction = DIRECTIONS.get(row.get("copyKind", 0), "d2d")
    shared = (row.get("staticSharedMemory") or 0) + (
        row.get("dynamicSharedMemory") or 0
    )
    registers = row.get("registersPerThread")
    return Op(
        kind=kind,
        name=op_name(kind, row, direction, names),
        start_ns=row["start"] - origin,
        duration_ns=row["end"] - row["start"],
        stream=row.get("streamId") or 0,
        grid=extent(row, "grid"),
        block=extent(row, "block"),
        shared_bytes=shared,
        registers=registers or None,
        nbytes=row.get("bytes") or 0,
        direction=direction if kind is OpKind.COPY else "",
        host_start_ns=None if call is None else call.start_ns - host_origin,
        host_ns=None if call is None else call.length_ns,
        extra={key: row[c] for c, key in EXTRA.items() if row.get(c) is not None},
    )


def op_name(kind: OpKind, row: Row, direction: str, names: dict[int, str]) -> str:
    if kind is OpKind.KERNEL:
        identity = name_id(row)
        return names.get(identity, "") if identity is not None else ""
    words = {
        OpKind.COPY: f"memcpy {direction}",
        OpKind.FILL: "memset",
        OpKind.GRAPH: "graph launch",
    }
    return words[kind]


def extent(row: Row, prefix: str) -> Extent | None:
    """None where the version does not say, or says 0."""
    x, y, z = (row.get(prefix + axis) for axis in "XYZ")
    return (int(x), int(y), int(z)) if x and y and z else None


def export_notes(database: Database) -> Iterator[tuple[str, str]]:
    """What the export says of itself."""
    for row in database.rows("META_DATA_EXPORT", ("name", "value")):
        yield str(row["name"]), str(row["value"])


def device_shape(database: Database, ordinal: int) -> DeviceShape:
    """The device of that ordinal; an H100's numbers where the file says nothing."""
    ids = {
        row["cudaId"]: row["gpuId"]
        for row in database.rows("TARGET_INFO_CUDA_DEVICE", ("cudaId", "gpuId"))
    }
    devices = {row.get("id", 0): row for row in database.rows("TARGET_INFO_GPU")}
    row = devices.get(ids.get(ordinal, ordinal))
    if row is None:
        row = next(iter(devices.values()), {})
    base = DeviceShape()
    warp = row.get("threadsPerWarp") or base.warp_threads
    warps = row.get("maxWarpsPerSm") or base.threads_per_sm // base.warp_threads
    return DeviceShape(
        name=str(row.get("name") or base.name),
        sm_count=row.get("smCount") or base.sm_count,
        threads_per_sm=warps * warp,
        blocks_per_sm=row.get("maxBlocksPerSm") or base.blocks_per_sm,
        registers_per_sm=row.get("maxRegistersPerSm") or base.registers_per_sm,
        shared_bytes_per_sm=row.get("maxShmemPerSm") or base.shared_bytes_per_sm,
        warp_threads=warp,
    )
