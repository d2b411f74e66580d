"""Replay through real processes: broker, tenants, admin command, files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from loadgen.cli import app

RERANK = "rerank=bge-reranker-16x256,class=0,arrival=poisson"
DECODE = "decode=bert-small,class=1"


def replay(out: Path, *arguments: str) -> dict[str, Any]:
    """Run `loadgen replay`; INVALID cells are no concern of these tests."""
    done = CliRunner().invoke(app, ["replay", "--out", str(out), *arguments])
    assert done.exit_code in (0, 1), done.output
    assert "x alone" in done.output
    summary = json.loads((out / "summary.json").read_text())
    assert isinstance(summary, dict)
    return summary


def rows_of(out: Path, cell: str, tenant: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (out / "requests.jsonl").open()]
    return [r for r in rows if (r["cell"], r["tenant"]) == (cell, tenant)]


def test_two_tenants_side_by_side(tmp_path: Path) -> None:
    summary = replay(
        tmp_path,
        *("--tenant", f"{RERANK},rate=100", "--tenant", DECODE),
        *("--compare", "fifo,strict", "--seconds", "1", "--device", "null"),
    )
    assert list(summary["cells"]) == ["fifo", "strict"]
    for cell in summary["cells"].values():
        rerank, decode = cell["tenants"]["rerank"], cell["tenants"]["decode"]
        assert rerank["completed"] == 100
        assert rerank["failed"] == rerank["incomplete"] == 0
        assert decode["completed"] > 0
        assert rerank["p99_e2el_ms"] >= rerank["p50_e2el_ms"] > 0
    fifo, strict = (rows_of(tmp_path, cell, "rerank") for cell in ("fifo", "strict"))
    for row in fifo + strict:
        assert row["intended_ns"] <= row["sent_ns"] <= row["done_ns"]
        assert row["sent_ns"] <= row["first_ns"] <= row["done_ns"]
    # The same arrivals in both cells.
    assert [r["intended_ns"] for r in fifo] == [r["intended_ns"] for r in strict]


def test_host_gaps_take_their_time(tmp_path: Path) -> None:
    summary = replay(
        tmp_path,
        *("--tenant", f"{RERANK},rate=20,pace=host", "--compare", "strict"),
        *("--seconds", "1", "--device", "null"),
    )
    rerank = summary["cells"]["strict"]["tenants"]["rerank"]
    assert rerank["plan_wall_ms"] == pytest.approx(16.4, abs=0.01)
    # On a device that takes no time only the gaps are left.
    assert rerank["p50_e2el_ms"] > 10


def test_the_emulated_device_takes_the_recorded_time(tmp_path: Path) -> None:
    summary = replay(
        tmp_path,
        *("--tenant", f"{RERANK},busy=0.25", "--tenant", DECODE),
        *("--compare", "strict", "--seconds", "2", "--device", "emulated"),
    )
    device = summary["environment"]["device"]
    assert (device["backend"], device["time_dilation"]) == ("emulated", 10)
    calibration = summary["calibration"]["rerank"]
    assert calibration["recorded_ns"] == 5_981_700
    assert calibration["ratio"] > 0.5  # a busy machine only makes it longer
    tenants = summary["cells"]["strict"]["tenants"]
    assert tenants["rerank"]["p50_e2el_ms"] > 4
    assert tenants["decode"]["completed"] > 0


def test_tenants_driven_by_one_file(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    times = {"rerank": range(0, 1000, 20), "chat": range(5, 2000, 100)}
    rows.write_text(
        "".join(
            json.dumps({"timestamp": time, "tenant": tenant}) + "\n"
            for tenant, starts in times.items()
            for time in starts
        )
    )
    load = f"arrival=trace,requests={rows},only="
    summary = replay(
        tmp_path / "out",
        *("--tenant", f"rerank=bert-small,class=0,{load}rerank"),
        *("--tenant", f"chat=bert-small,class=1,{load}chat,time_scale=0.5"),
        *("--compare", "strict", "--seconds", "1", "--warmup", "0.2"),
        *("--repeat", "2", "--device", "null"),
    )
    tenants = summary["cells"]["strict"]["tenants"]
    # 50 and 20 rows in the window, those of the first 0.2 s not counted, twice.
    assert tenants["rerank"]["completed"] == 2 * 40
    assert tenants["rerank"]["num_warmup"] == 2 * 10
    assert tenants["chat"]["request_trace"]["rows_in_window"] == 20
    intended = [r["intended_ns"] for r in rows_of(tmp_path / "out", "strict", "chat")]
    assert intended[:2] == [2_500_000, 52_500_000]


def test_a_device_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["replay", "--tenant", DECODE, "--device", "abacus", "--seconds", "1"]
    )
    assert done.exit_code == 2
    assert "broker died" in done.stderr and "abacus" in done.stderr
