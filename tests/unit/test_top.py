"""Frames of `xsched-broker top`, from answers made by hand."""

from __future__ import annotations

import copy
from typing import Any

from rich.console import Console

from broker.top import COLUMNS, Sample, frame

COUNTS = [0] * 26


def session(number: int, tenant: str, class_: int, **values: Any) -> dict[str, Any]:
    row = {"session": number, "tenant": tenant, "class": class_, "state": "open"}
    row |= {"gpu_seconds": 0.0, "launches": 0, "queued": 5, "in_flight": 2}
    return row | {"mode": "BULK", "window_ns": 200_000, "weight": 1.0} | values


def tenant(name: str, **values: Any) -> dict[str, Any]:
    row = {"tenant": name, "class": 1, "gpu_seconds": 0.0, "queue_counts": COUNTS}
    row |= {"queue_sum_seconds": 0.0, "memory_bytes": 1 << 30, "switches": 0}
    row |= {"memory_bytes_max": 8 << 30, "operations_failed": 0}
    return row | {"calls_refused": 0, "protocol_errors": 0} | values


def sample(uptime: float, sessions: list[Any], tenants: list[Any]) -> Sample:
    device = {"name": "H100", "backend": "cuda", "time_dilation": 1}
    device["memory_bytes"] = 80 << 30
    status = {"device": device, "policy": "strict", "epoch": 1, "draining": False}
    status |= {"uptime_wall_seconds": uptime, "sessions": sessions}
    status |= {"scheduler_state": {"floor": 0}, "pump": {"drains_waiting": 0}}
    return Sample(status, tenants)


def text(now: Sample, before: Sample, width: int = 200, height: int = 40) -> str:
    console = Console(width=width, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(frame(now, before, width, height))
    return captured.get()


def two() -> tuple[Sample, Sample]:
    before = sample(
        10.0,
        [session(1, "batch", 1), session(2, "chat", 0, launches=100)],
        [tenant("batch"), tenant("chat"), tenant("quiet")],
    )
    counts = [*COUNTS]
    counts[3] = 50
    now = sample(
        12.0,
        [
            session(1, "batch", 1, gpu_seconds=1.0, mode="HELD"),
            session(2, "chat", 0, gpu_seconds=0.5, launches=1100),
        ],
        [
            tenant("batch", gpu_seconds=1.0, calls_refused=3),
            tenant(
                "chat", gpu_seconds=0.5, queue_counts=counts, queue_sum_seconds=0.001
            ),
            tenant("quiet"),
        ],
    )
    return now, before


def test_rates_and_shares_are_of_the_time_between() -> None:
    page = text(*two())
    chat = next(line for line in page.splitlines() if "chat" in line).split()
    assert chat[:6] == ["2", "chat", "0", "25.0", "500", "bulk"]
    assert "20.0 us" in page, "mean wait of what was issued"
    batch = next(line for line in page.splitlines() if "batch" in line).split()
    assert batch[3] == "50.0" and "held" in batch and batch[-1] == "3"
    assert page.index("chat") < page.index("batch"), "the highest class first"
    assert "75 %" in page and "3.0 of 80 GiB" in page
    assert "classes below 0 stopped" in page


def test_a_tenant_without_a_session_is_listed() -> None:
    assert "quiet" in text(*two())


def test_more_than_the_whole_device_is_explained() -> None:
    now, before = (copy.deepcopy(each) for each in two())
    assert "side by side" not in text(now, before)
    now.tenants[0]["gpu_seconds"] += 2.0
    assert "side by side" in text(now, before)


def test_dilated_time() -> None:
    now, before = (copy.deepcopy(each) for each in two())
    for each in (now, before):
        each.status["device"]["time_dilation"] = 10
    page = text(now, before)
    assert "10x slower" in page
    chat = next(line for line in page.splitlines() if "chat" in line).split()
    assert chat[4] == "5,000", "device time: a tenth of 2 s"


def test_a_narrow_terminal_drops_columns_and_says_which() -> None:
    page = text(*two(), width=60)
    assert all(len(line) <= 60 for line in page.splitlines())
    assert "GPU %" in page and "memory  " not in page.splitlines()[3]
    assert "wider:" in page
    wide = text(*two(), width=max(column.least for column in COLUMNS))
    assert "wider:" not in wide


def test_a_low_terminal_says_how_many_are_left_out() -> None:
    sessions = [session(i, "t", 1) for i in range(30)]
    now = sample(2.0, sessions, [tenant("t")])
    page = text(now, sample(1.0, [], []), height=12)
    assert "... and 25 more" in page
    assert len(page.splitlines()) <= 12


def test_no_tenant_yet_and_a_restart_between() -> None:
    assert "no tenant has connected" in text(sample(2.0, [], []), sample(1.0, [], []))
    now, before = two()
    assert " 0.0 " in text(before, now), "counters that fell show as nothing"
