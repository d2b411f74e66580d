"""Figures of a tenant, the lateness rule, the summary, the verdict and the table."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from loadgen import demo, report, stats, summary

MS = 1_000_000
SECOND = 1000 * MS


def record(
    index: int, intended_ms: float, done_ms: float, delay_ms: float = 0.0, **more: Any
) -> dict[str, Any]:
    return {
        "index": index,
        "intended_ns": round(intended_ms * MS),
        "sent_ns": round((intended_ms + delay_ms) * MS),
        "first_ns": round(done_ms * MS),
        "done_ns": round(done_ms * MS),
        "schedule_delay_ns": round(delay_ms * MS),
        "status": "completed",
    } | more


def figures(records: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "window_ns": SECOND,
        "rate_per_s": 100.0,
        "concurrency": None,
        "arrival": "poisson",
    }
    return stats.tenant_summary(records, **(arguments | more))


def test_percentiles_are_exact() -> None:
    latencies = np.random.default_rng(3).exponential(5.0, 250)
    found = figures([record(i, i, i + value) for i, value in enumerate(latencies)])
    expected = np.percentile(latencies, [50, 99])
    assert found["p50_e2el_ms"] == pytest.approx(expected[0], abs=1e-5)
    assert found["median_e2el_ms"] == found["p50_e2el_ms"]
    assert found["p99_e2el_ms"] == pytest.approx(expected[1], abs=1e-5)
    assert found["mean_e2el_ms"] == pytest.approx(latencies.mean(), abs=1e-5)
    assert found["std_e2el_ms"] == pytest.approx(latencies.std(), abs=1e-5)


def test_keys_of_the_common_benchmark_are_there() -> None:
    found = figures([record(0, 1, 2)])
    assert found.keys() >= {
        *("num_prompts", "completed", "failed", "duration", "request_throughput"),
        *("request_rate", "burstiness", "max_concurrency", "p99_schedule_delay_ms"),
        *("mean_e2el_ms", "median_e2el_ms", "std_e2el_ms", "p50_e2el_ms"),
        "p99_e2el_ms",
    }


def test_latency_counts_from_the_intended_time() -> None:
    found = figures([record(0, 10, 25, delay_ms=0.5)])
    assert found["p50_e2el_ms"] == pytest.approx(15)
    assert found["p50_service_ms"] == pytest.approx(14.5)


def test_open_loop_throughput_is_over_the_window_at_least() -> None:
    assert figures([record(0, 1, 2)])["request_throughput"] == pytest.approx(1.0)
    late = figures([record(0, 1, 2000)])
    assert late["request_throughput"] == pytest.approx(0.5)


def test_closed_loop_counts_whole_requests_over_their_own_time() -> None:
    rows = [record(i, 46 * i, 46 * (i + 1)) for i in range(21)]
    rows.append(record(21, 966, 1012, status="after_window"))
    found = figures(rows, arrival="closed", rate_per_s=None, concurrency=1)
    assert found["completed"] == 21
    assert found["request_throughput"] == pytest.approx(1000 / 46)


@pytest.mark.parametrize(
    ("delay_ms", "slo_ms", "valid"),
    [(0.9, None, True), (1.1, None, False), (0.9, 50.0, False), (0.4, 50.0, True)],
)
def test_lateness_rule(delay_ms: float, slo_ms: float | None, valid: bool) -> None:
    found = figures([record(i, i, i + 5, delay_ms) for i in range(20)], slo_ms=slo_ms)
    assert found["valid"] is valid
    assert bool(list(summary.tenant_faults(found))) is not valid


def test_nothing_completed_is_not_valid() -> None:
    rows = [record(0, 1, 2, status="incomplete", done_ns=None)]
    found = figures(rows)
    assert (found["completed"], found["incomplete"], found["valid"]) == (0, 1, False)
    assert list(summary.tenant_faults(found)) == ["no request completed"]


def test_warm_up_counts_nowhere() -> None:
    rows = [record(i, 100 * i, 100 * i + (80 if i < 3 else 5)) for i in range(10)]
    found = figures(rows, warmup_ns=250 * MS)
    assert (found["num_prompts"], found["num_warmup"]) == (7, 3)
    assert found["max_e2el_ms"] == pytest.approx(5)
    assert found["warmup"] == pytest.approx(0.25)
    assert found["request_throughput"] == pytest.approx(7 / 0.75)


def test_warm_up_of_a_closed_loop_ends_between_requests() -> None:
    rows = [record(i, 46 * i, 46 * (i + 1)) for i in range(21)]
    found = figures(
        rows, arrival="closed", rate_per_s=None, concurrency=1, warmup_ns=100 * MS
    )
    assert found["completed"] == 18
    assert found["request_throughput"] == pytest.approx(1000 / 46)


def test_burstiness_is_reported_for_gamma() -> None:
    rows = [record(0, 1, 2)]
    assert figures(rows, arrival="gamma", burstiness=0.25)["burstiness"] == 0.25
    assert figures(rows, arrival="constant")["burstiness"] is None


def test_interval_of_the_p99_holds_the_true_one_most_of_the_time() -> None:
    truth, held = 5.0 * np.log(100), 0
    for seed in range(40):
        values = np.random.default_rng(seed).exponential(5.0, 1500)
        low, high = stats.p99_interval_ms([values[:700], values[700:]], seed) or (0, 0)
        assert low < np.percentile(values, 99) < high
        held += low < truth < high
    assert held >= 34


def test_interval_is_wider_for_latencies_that_come_in_runs() -> None:
    values = np.random.default_rng(1).exponential(5.0, 200)
    alike = np.repeat(values, 10)
    shuffled = np.random.default_rng(2).permutation(alike)
    low, high = stats.p99_interval_ms([alike], 1) or (0.0, 0.0)
    low_s, high_s = stats.p99_interval_ms([shuffled], 1) or (0.0, 0.0)
    assert high - low > 1.5 * (high_s - low_s)


def test_no_interval_from_few_requests() -> None:
    assert stats.p99_interval_ms([np.ones(99)], 1) is None
    assert stats.p99_interval_ms([], 1) is None
    values = np.random.default_rng(1).exponential(5.0, 100)
    found = stats.p99_interval_ms([values], 1)
    assert found == stats.p99_interval_ms([values], 1)


def run_part(tenants: dict[str, Any], late_us: float = 10) -> dict[str, Any]:
    lateness = {"count": 9, "p99_ns": late_us * 1000}
    broker = {"switches": {"count": 3}, "emulator_lateness": lateness}
    return {"tenants": tenants, "broker": broker}


def tenant(p99: float, rate: float, class_: int, **more: Any) -> dict[str, Any]:
    rows = [record(i, i, i + p99) for i in range(120)]
    found = figures(rows) | {"request_throughput": rate, "class": class_}
    return found | {"busy_share": 0.25} | more


@pytest.fixture
def made_summary() -> dict[str, Any]:
    parts = {
        "alone": [
            run_part({"decode": tenant(46, 20.0, 1)}),
            run_part({"rerank": tenant(10, 40.0, 0)}),
        ],
        "fifo": [
            run_part({"decode": tenant(60, 15.0, 1), "rerank": tenant(60, 40.0, 0)})
        ],
        "strict": [
            run_part({"decode": tenant(62, 14.7, 1), "rerank": tenant(11, 40.0, 0)})
        ],
    }
    arguments = {"compare": list(parts), "seed": 1, "seconds": 24.0}
    device = {"name": "Emulated H100", "backend": "emulated", "time_dilation": 10}
    calibration = {
        "decode": {
            "operations": 2439,
            "replayed_ns": 46_000_000,
            "recorded_ns": 46_200_000,
            "ratio": 1.0,
        }
    }
    started = datetime(2026, 1, 1, tzinfo=UTC)
    return summary.make_summary(started, arguments, device, calibration, parts)


def test_summary_and_verdict(made_summary: dict[str, Any]) -> None:
    assert made_summary["valid"]
    assert made_summary["broker"]["switches"]["strict"] == [{"count": 3}]
    json.dumps(made_summary)
    outcome = demo.demo_result(made_summary)
    found = outcome["verdict"]
    assert found["rerank_p99_strict_vs_alone"] == pytest.approx(1.1)
    assert found["rerank_p99_fifo_vs_alone"] == pytest.approx(6.0)
    assert found["decode_strict_vs_share"] == pytest.approx(14.7 / (0.75 * 20))
    assert set(outcome["cells"]) == {"alone", "fifo", "strict"}
    for cell in outcome["cells"].values():
        for values in cell.values():
            assert set(values) == {
                "p50_e2el_ms",
                "p99_e2el_ms",
                "throughput",
                "completed",
            }


def test_table_names_cells_and_ratios(made_summary: dict[str, Any]) -> None:
    console = Console(file=io.StringIO(), width=100)
    demo.show(console, made_summary, demo.demo_result(made_summary))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for words in ("EMULATED", "10x", "rerank", "strict", "1.10", "6.00"):
        assert words in text
    assert "INVALID because" not in text


def test_a_late_emulator_makes_the_cell_invalid() -> None:
    cell = summary.make_cell([run_part({"a": tenant(5, 1.0, 0)}, late_us=155)])
    assert not cell["valid"]
    assert cell["invalid_because"] == ["emulator lateness p99 3.1% of a request"]


def repeated(p99s: list[float], late: int | None = None) -> dict[str, Any]:
    """A cell of a repetition for each p99; the one numbered late is INVALID."""
    return summary.make_cell(
        [
            run_part({"a": tenant(p99, 10.0 + i, 0)}, 500 if i == late else 10)
            | {"repetition": i}
            for i, p99 in enumerate(p99s)
        ]
    )


def test_repetitions_give_medians_and_spread() -> None:
    cell = repeated([14.0, 11.0, 12.0])
    found = cell["tenants"]["a"]
    assert found["p99_e2el_ms"] == pytest.approx(12.0)
    assert found["spread"]["p99_e2el_ms"] == pytest.approx([11.0, 14.0])
    assert found["request_throughput"] == 11.0
    assert found["spread"]["request_throughput"] == [10.0, 12.0]
    assert (found["completed"], found["class"]) == (360, 0)
    assert "class" not in found["spread"]
    assert [c["tenants"]["a"]["completed"] for c in cell["repetitions"]] == [120] * 3
    assert cell["valid"] and found["valid"] is True


def test_one_invalid_repetition_makes_the_cell_invalid() -> None:
    cell = repeated([14.0, 11.0, 12.0], late=1)
    assert not cell["valid"]
    (reason,) = cell["invalid_because"]
    assert reason.startswith("repetition 2: emulator lateness p99")


def test_table_shows_the_spread(made_summary: dict[str, Any]) -> None:
    made_summary["cells"] = {"strict": repeated([14.0, 11.0, 12.0])}
    console = Console(file=io.StringIO(), width=80)
    console.print(report.cell_table(made_summary))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    for words in ("3 runs, from", "11.0", "12.0", "14.0", "360"):
        assert words in text


def test_what_was_cut_and_drawn_is_said(made_summary: dict[str, Any]) -> None:
    assert report.load_lines(made_summary) == []
    made_summary["warmup_seconds"] = 2.0
    figures = made_summary["cells"]["strict"]["tenants"]["rerank"]
    figures["request_trace"] = {
        **{"source": "m.jsonl", "format": "jsonl", "rows_kept": 600},
        **{"rows_in_window": 40, "jitter_ms": 3000.0, "time_scale": 0.5},
    }
    warm_up, rows = report.load_lines(made_summary)
    assert "first 2 s" in warm_up
    assert rows == (
        "rerank: arrivals of m.jsonl (jsonl): 40 of 600 rows in the window, jitter up"
        " to 3000 ms, times x 0.5; lengths are not replayed"
    )


def test_broker_figures_are_differences() -> None:
    times = {"last_issue": {"count": 4, "p99_ns": 9000}}
    before = {"scheduler": {"totals": {"switches": 5, "holds": 1}}}
    after = {
        "scheduler": {"totals": {"switches": 9, "holds": 1}, "switch_times": times}
    }
    found = summary.broker_figures(before, after)["switches"]
    assert found == {"switches": 4, "holds": 0, "times": times}


def test_device_lines() -> None:
    base = {"name": "X", "time_dilation": 1, "driver_version": 13000}
    assert "NULL" in report.device_line(base | {"backend": "null"})
    assert "driver 13000" in report.device_line(base | {"backend": "cuda"})


def test_files_of_a_run(made_summary: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.jsonl").write_text('{"index": 0}\n')
    (folder / "b.jsonl").write_text('{"index": 1}\n')
    out = tmp_path / "out"
    summary.write_out(out, made_summary, {"seed": 1}, folder)
    assert json.loads((out / "summary.json").read_text())["seed"] == 1
    assert json.loads((out / "args.json").read_text()) == {"seed": 1}
    assert len(summary.read_records(out / "requests.jsonl")) == 2
