"""`loadgen convert`: which family a file belongs to, what is written, what is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loadgen import samples, traces
from loadgen.cli import app

DATA = Path(__file__).parent / "data"
NSYS = DATA / "made_nsys-schema_bert-small.sqlite"
AZURE = """TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:25:46.0000000,958,89
2023-11-16 18:25:47.0000000,1031,74
2023-11-16 18:25:49.0000000,7,3
"""
ORION = """Name,Profile,Memory_footprint,SM_usage,Duration
Conv,1,0,49,26688
BatchNorm,0,0,32,23328
"""


def convert(*arguments: object) -> str:
    """Its standard output; one line of standard error after a failure."""
    done = CliRunner().invoke(app, ["convert", *map(str, arguments)])
    assert done.exit_code in (0, 2), done.output
    return done.stdout if done.exit_code == 0 else done.stderr


def test_requests_to_jsonl_with_counts(tmp_path: Path) -> None:
    source, target = tmp_path / "a.csv", tmp_path / "a.jsonl.gz"
    source.write_text(AZURE)
    said = convert(source, target, "--end", 2, "--max-input", 1000, "--time-scale", 0.5)
    assert "2 requests in 0.5 s" in said
    assert "1 of 3 rows left out" in said
    assert "input length clamped: 1" in said
    rows = [json.loads(line) for line in gzip.decompress(target.read_bytes()).split()]
    assert [row["timestamp"] for row in rows] == [0.0, 500.0]
    assert rows[1]["input_length"] == 1000


def test_the_same_conversion_gives_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(AZURE)
    targets = [tmp_path / "1.jsonl.gz", tmp_path / "2.jsonl.gz"]
    for target in targets:
        convert(source, target, "--jitter", 100, "--seed", 7)
    assert targets[0].read_bytes() == targets[1].read_bytes()


def test_mooncake_and_lengths_for_rates(tmp_path: Path) -> None:
    source, target = tmp_path / "s.csv", tmp_path / "s.jsonl"
    source.write_text("0,5.0,1,Gamma,1,0.2\n")
    said = convert(
        *(source, target, "--from", "servegen", "--to", "mooncake", "--limit", 3),
        *("--input-length", 512, "--output-length", 64),
    )
    assert "it states no token lengths" in said
    rows = [json.loads(line) for line in target.open()]
    assert len(rows) == 3
    for row in rows:
        assert isinstance(row["timestamp"], int)
        assert (row["input_length"], row["output_length"]) == (512, 64)


def test_nsys_gives_the_recording_it_was_made_from(tmp_path: Path) -> None:
    target = tmp_path / "k.jsonl.gz"
    assert "61 operations" in convert(NSYS, target)
    sample = samples.find("bert-small")
    assert sample is not None
    found, wanted = traces.load(target), traces.load(sample.path)
    assert found.device.sm_count == 132
    assert [op.duration_ns for op in found.ops] == [op.duration_ns for op in wanted.ops]
    assert [op.grid for op in found.ops] == [op.grid for op in wanted.ops]
    assert [op.host_start_ns for op in found.ops] == [
        op.host_start_ns for op in wanted.ops
    ]
    assert found.ops == traces.load(NSYS).ops


def test_orion_lies_back_to_back(tmp_path: Path) -> None:
    source, target = tmp_path / "o.csv", tmp_path / "o.jsonl"
    source.write_text(ORION)
    assert "2 operations" in convert(source, target)
    first, second = traces.load(target).ops
    assert (first.name, first.duration_ns, first.grid) == ("Conv", 26688, None)
    assert second.start_ns == 26688
    assert second.extra["orion"]["SM_usage"] == "32"


def test_a_part_of_a_kernel_trace_begins_at_0(tmp_path: Path) -> None:
    target = tmp_path / "k.jsonl"
    said = convert(NSYS, target, "--start", 0.001, "--end", 0.002)
    assert "operations outside start and end" in said
    ops = traces.load(target).ops
    assert ops[0].start_ns == 0
    assert min(op.host_start_ns or 0 for op in ops) == 0
    assert max(op.start_ns for op in ops) < 1_000_000
    assert "nothing between start and end; it lasts" in convert(
        NSYS, target, "--start", 9
    )


def test_kineto_of_one_line_is_a_kernel_trace(tmp_path: Path) -> None:
    kernel = {"ph": "X", "cat": "kernel", "name": "k", "ts": 1.0, "dur": 2.0}
    source, target = tmp_path / "k.json", tmp_path / "k.jsonl"
    for indent in (None, 2):
        source.write_text(json.dumps({"traceEvents": [kernel]}, indent=indent))
        assert "1 operations" in convert(source, target)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--from", "abacus"], "--from abacus: want one of jsonl, mooncake, azure"),
        (["--to", "csv"], "--to csv: want one of jsonl, mooncake, ktrace"),
        (["--time-scale", "0"], "--time-scale must be above 0"),
        (["--start", "2", "--end", "1"], "--end must lie after --start"),
        (["--to", "jsonl"], "no known format"),
        (["--limit", "3"], "a kernel trace takes --start and --end alone"),
        (["--from", "orion", "--to", "jsonl"], "is a kernel trace: --to jsonl"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, arguments: list[str], problem: str) -> None:
    source = tmp_path / "o.csv"
    source.write_text(ORION)
    assert problem in convert(source, tmp_path / "x", *arguments)


def test_a_target_that_cannot_be_written(tmp_path: Path) -> None:
    said = convert(NSYS, tmp_path / "absent" / "x.jsonl")
    assert "cannot be written" in said
