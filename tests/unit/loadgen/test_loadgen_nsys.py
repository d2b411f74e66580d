"""The sqlite importer where files differ: missing tables, columns, other processes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from loadgen.replay.plan import make_plan
from loadgen.traces import DeviceShape, OpKind, TraceError, load

KERNEL = {
    **{"start": 100, "end": 150, "deviceId": 0, "streamId": 7, "correlationId": 1},
    **{"globalPid": 5 << 24, "demangledName": 1, "shortName": 2},
    **{"gridX": 4, "gridY": 2, "gridZ": 1, "blockX": 64, "blockY": 1, "blockZ": 1},
    **{"staticSharedMemory": 16, "dynamicSharedMemory": 32, "registersPerThread": 40},
}
CALL = {
    **{"start": 90, "end": 95, "globalTid": (5 << 24) + 9, "correlationId": 1},
    **{"nameId": 3},
}
NAMES = [{"id": 1, "value": "k<int>"}, {"id": 2, "value": "k"}]


def write(path: Path, **tables: list[dict[str, Any]]) -> Path:
    """A database with these rows; the columns are those of the first row."""
    with closing(sqlite3.connect(path)) as database:
        for table, rows in tables.items():
            columns = ", ".join(f'"{name}"' for name in rows[0])
            database.execute(f"CREATE TABLE {table} ({columns})")
            marks = ", ".join("?" * len(rows[0]))
            database.executemany(
                f"INSERT INTO {table} VALUES ({marks})",
                [tuple(row.get(name) for name in rows[0]) for row in rows],
            )
        database.commit()
    return path


def prefixed(**tables: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    return {f"CUPTI_ACTIVITY_KIND_{name}": rows for name, rows in tables.items()}


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    turned = dict(reversed(KERNEL.items()))
    path = write(
        tmp_path / "a.sqlite",
        StringIds=NAMES,
        **prefixed(KERNEL=[turned], RUNTIME=[CALL]),
    )
    (op,) = load(path).ops
    assert (op.name, op.grid, op.block) == ("k<int>", (4, 2, 1), (64, 1, 1))
    assert (op.start_ns, op.duration_ns, op.stream) == (0, 50, 7)
    assert (op.shared_bytes, op.registers) == (48, 40)
    assert (op.host_start_ns, op.host_ns) == (0, 5)


def test_the_least_that_will_do(tmp_path: Path) -> None:
    bare = [{"start": 5, "end": 9, "shortName": 2}]
    trace = load(write(tmp_path / "a.sqlite", StringIds=NAMES, **prefixed(KERNEL=bare)))
    (op,) = trace.ops
    assert (op.name, op.grid, op.host_start_ns) == ("k", None, None)
    assert trace.device == DeviceShape()


def test_operations_without_their_call_are_dropped(tmp_path: Path) -> None:
    rows = [KERNEL, KERNEL | {"correlationId": 77}]
    trace = load(write(tmp_path / "a.sqlite", **prefixed(KERNEL=rows, RUNTIME=[CALL])))
    assert (trace.kernels, trace.dropped) == (1, 1)
    with pytest.raises(TraceError, match="no operation's correlationId matches"):
        load(write(tmp_path / "b.sqlite", **prefixed(KERNEL=rows[1:], RUNTIME=[CALL])))


def test_the_busiest_process_and_device_is_taken(tmp_path: Path) -> None:
    other = KERNEL | {"globalPid": 6 << 24, "end": 110}
    # The other process' call has the same correlation: it is not this kernel's.
    calls = [CALL | {"globalTid": (6 << 24) + 1, "start": 1}, CALL]
    trace = load(
        write(tmp_path / "a.sqlite", **prefixed(KERNEL=[other, KERNEL], RUNTIME=calls))
    )
    assert trace.kernels == 1
    assert trace.ops[0].duration_ns == 50
    assert trace.ops[0].host_ns == 5
    assert trace.header["other_processes_and_devices_ops"] == 1


def test_copies_and_fills(tmp_path: Path) -> None:
    copies = [
        {"start": i, "end": i + 1, "bytes": 64, "copyKind": kind, "streamId": 1}
        for i, kind in enumerate((1, 2, 8, 9, 10))
    ]
    fills = [{"start": 9, "end": 10, "bytes": 8, "streamId": 1}]
    trace = load(write(tmp_path / "a.sqlite", **prefixed(MEMCPY=copies, MEMSET=fills)))
    assert [op.direction for op in trace.ops] == ["h2d", "d2h", "d2d", "d2d", ""]
    assert [op.kind for op in trace.ops].count(OpKind.FILL) == 1


def test_graphs_without_nodes_are_refused_by_replay(tmp_path: Path) -> None:
    graph = [{"start": 200, "end": 240, "globalPid": 5 << 24, "graphId": 3}]
    trace = load(
        write(tmp_path / "a.sqlite", **prefixed(KERNEL=[KERNEL], GRAPH_TRACE=graph))
    )
    assert trace.kernels == 1
    with pytest.raises(TraceError, match="cuda-graph-trace=node"):
        make_plan(trace, DeviceShape(), pace="asap")
    with pytest.raises(TraceError, match=r"only graph launches.*cuda-graph-trace=node"):
        load(write(tmp_path / "b.sqlite", **prefixed(GRAPH_TRACE=graph)))


def test_nodes_of_graphs_share_their_launch(tmp_path: Path) -> None:
    nodes = [KERNEL | {"graphNodeId": n, "start": 100 + n, "end": 120} for n in (1, 2)]
    trace = load(write(tmp_path / "a.sqlite", **prefixed(KERNEL=nodes, RUNTIME=[CALL])))
    assert [op.extra["gn"] for op in trace.ops] == [1, 2]
    assert [op.host_start_ns for op in trace.ops] == [0, 0]


def test_the_device_is_found_through_its_cuda_ordinal(tmp_path: Path) -> None:
    devices = [
        {"id": 0, "name": "small", "smCount": 20, "maxBlocksPerSm": 16},
        {"id": 1, "name": "large", "smCount": 144, "maxBlocksPerSm": 24},
    ]
    ordinals = [{"gpuId": 1, "cudaId": 0}]
    trace = load(
        write(
            tmp_path / "a.sqlite",
            TARGET_INFO_GPU=devices,
            TARGET_INFO_CUDA_DEVICE=ordinals,
            **prefixed(KERNEL=[KERNEL]),
        )
    )
    assert (trace.device.name, trace.device.sm_count) == ("large", 144)
    assert trace.device.blocks_per_sm == 24


def test_wrong_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="not an export of a CUDA recording"):
        load(write(tmp_path / "a.sqlite", StringIds=NAMES))
    with pytest.raises(TraceError, match="KERNEL has no column end"):
        load(write(tmp_path / "b.sqlite", **prefixed(KERNEL=[{"start": 1}])))
    cut = tmp_path / "c.sqlite"
    cut.write_bytes((tmp_path / "a.sqlite").read_bytes()[:2000])
    with pytest.raises(TraceError, match=r"c\.sqlite: not a readable SQLite file"):
        load(cut)
