"""Importers: what is read from the samples, and what they refuse."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from loadgen import samples
from loadgen.traces import OpKind, TraceError, kineto, ktrace, load


@pytest.mark.parametrize("sample", samples.all_samples(), ids=lambda s: s.name)
def test_samples_hold_what_the_manifest_says(sample: samples.Sample) -> None:
    trace = load(sample.path)
    assert trace.kernels == sample.kernels
    assert sample.licence and sample.source


def test_samples_stay_small() -> None:
    assert sum(p.stat().st_size for p in samples.FOLDER.iterdir()) < 600_000


@pytest.mark.parametrize(
    ("name", "kernels", "busy_ms"),
    [("bge-reranker-16x256", 309, 5.94), ("qwen3-8b-decode", 2438, 46.20)],
)
def test_own_recordings(name: str, kernels: int, busy_ms: float) -> None:
    sample = samples.find(name)
    assert sample is not None
    trace = load(sample.path)
    assert trace.kernels == kernels
    assert trace.kernel_ns / 1e6 == pytest.approx(busy_ms, abs=0.01)
    assert trace.dropped == 0
    assert trace.device.sm_count == 132
    assert all(op.host_start_ns is not None for op in trace.ops)
    assert [op.start_ns for op in trace.ops] == sorted(op.start_ns for op in trace.ops)


def test_rerank_sample_keeps_copies_and_memsets() -> None:
    sample = samples.find("bge-reranker-16x256")
    assert sample is not None
    ops = load(sample.path).ops
    assert sum(op.kind is OpKind.FILL for op in ops) == 48
    (copy,) = [op for op in ops if op.kind is OpKind.COPY]
    assert (copy.direction, copy.nbytes) == ("d2h", 64)


def test_grids_may_be_missing() -> None:
    sample = samples.find("mi300x-decode")
    assert sample is not None
    trace = load(sample.path)
    assert sum(op.grid is None for op in trace.ops if op.kind is OpKind.KERNEL) > 500


def kernel(name: str, ts: float, dur: float, correlation: int) -> dict[str, object]:
    args = {"correlation": correlation, "grid": [4, 1, 1], "block": [64, 1, 1]}
    return {
        "ph": "X",
        "cat": "kernel",
        "name": name,
        "ts": ts,
        "dur": dur,
        "args": args,
    }


def host_call(ts: float, correlation: int) -> dict[str, object]:
    return {
        "ph": "X",
        "cat": "cuda_runtime",
        "name": "cudaLaunchKernel",
        "ts": ts,
        "dur": 3.0,
        "args": {"correlation": correlation},
    }


def test_kernels_of_the_previous_step_are_dropped() -> None:
    events = [kernel("old", 1.0, 1.0, 7), kernel("new", 9.0, 2.5, 8), host_call(5.0, 8)]
    trace = kineto.parse(json.dumps({"traceEvents": events}), "x")
    assert [op.name for op in trace.ops] == ["new"]
    assert trace.dropped == 1
    assert trace.ops[0].start_ns == 0
    assert trace.ops[0].duration_ns == 2500
    assert (trace.ops[0].host_start_ns, trace.ops[0].host_ns) == (0, 3000)


def test_a_file_without_host_calls_keeps_everything() -> None:
    events = [kernel("a", 1.0, 1.0, 7), kernel("b", 3.0, 1.0, 8)]
    trace = kineto.parse(json.dumps({"traceEvents": events}), "x")
    assert trace.kernels == 2
    assert trace.ops[0].host_start_ns is None


def test_busy_counts_overlap_once() -> None:
    events = [kernel("a", 0.0, 10.0, 1), kernel("b", 4.0, 10.0, 2)]
    trace = kineto.parse(json.dumps({"traceEvents": events}), "x")
    assert (trace.busy_ns, trace.kernel_ns) == (14_000, 20_000)


def test_ktrace_keeps_unknown_keys() -> None:
    header = {"ktrace": 1, "names": ["k"], "ops": 1, "weather": "fine"}
    op = {"op": "k", "n": 0, "t": 1.5, "d": 2.0, "g": [1, 2, 3], "mood": [1]}
    trace = ktrace.parse(f"{json.dumps(header)}\n{json.dumps(op)}\n", "x")
    assert trace.header["weather"] == "fine"
    assert trace.ops[0].extra == {"mood": [1]}
    written = list(ktrace.dump(trace))
    assert json.loads(written[0])["weather"] == "fine"
    assert json.loads(written[1])["mood"] == [1]
    assert ktrace.parse("\n".join(written), "x").ops == trace.ops


@pytest.mark.parametrize("name", ["bert-small", "mi300x-decode"])
def test_ktrace_round_trip(name: str) -> None:
    sample = samples.find(name)
    assert sample is not None
    trace = load(sample.path)
    again = ktrace.parse("\n".join(ktrace.dump(trace)), trace.source)
    assert again.ops == trace.ops
    assert again.device == trace.device


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"ktrace": 2}', "version 2, want 1"),
        ('{"ktrace": 1, "ops": 3}\n{"op":"k","t":0,"d":1}', "header says 3 ops"),
        ('{"ktrace": 1}\n{"op":"z","t":0,"d":1}', "line 2"),
        ('{"ktrace": 1}\n{"op":"k","n":4,"t":0,"d":1}', "line 2"),
        ('{"ktrace": 1}\nnot json', "line 2"),
        ('{"ktrace": 1, "time_unit": "h"}', "time_unit 'h'"),
        ('{"ktrace": 1}', "no kernel"),
        ('{"traceEvents": []}', "no kernel"),
        ("[1, 2]", "no traceEvents"),
        ("hello", "neither ktrace nor JSON"),
    ],
)
def test_wrong_files_are_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "trace.json"
    path.write_text(text)
    with pytest.raises(TraceError, match=problem) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_missing_and_cut_files(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="no such file"):
        load(tmp_path / "absent.json")
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(gzip.compress(b'{"traceEvents": []}' * 100)[:-20])
    with pytest.raises(TraceError, match="cannot be read"):
        load(cut)
