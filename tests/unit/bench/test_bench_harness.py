"""What the benchmarks' tables are made of: kept cells, time plans, demands, traces."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from broker.perfetto import ENTRY
from broker.sched.decisions import Mode
from tests.bench import bench_gpu_replay as replay
from tests.bench import harness, inversions
from tests.bench.harness import Demand

FIELDS = {
    "SetFloor": ["class_", "armed_class"],
    "IssueBatch": ["session", "mode"],
    "Hold": ["session"],
}
HIGH, LOW = 1, 2  # sessions of class 0 and class 1


def test_a_store_goes_on_where_it_was(tmp_path: Path) -> None:
    harness.Store(tmp_path).write("1-strict", {"p99": 1.5})
    (tmp_path / "2-strict.part").write_text('{"p99": ')  # cut off in the middle
    again = harness.Store(tmp_path)
    assert "1-strict" in again
    assert again.read("1-strict") == {"p99": 1.5}
    assert "2-strict" not in again


def test_a_store_without_a_folder_keeps_for_now() -> None:
    store = harness.Store(None)
    store.write("a", 1)
    assert store.read("a") == 1


def test_a_budget_begins_once_and_counts_the_longest() -> None:
    spent = harness.Budget(0.0)
    assert spent.reaches(), "the first always begins"
    with spent.spending():
        sum(range(1000))
    assert not spent.reaches()


def test_demands() -> None:
    assert Demand("a", 1.0, 1.0).met is True
    assert Demand("a", 1.01, 1.0).met is False
    assert Demand("a", 0.99, 1.0, most=False).met is False
    unknown = Demand("a", None, 1.0)
    assert unknown.met is None
    assert unknown.row() == ("a", "not measured", "<= 1", "")


def cell(p50: float, p99: float, low_per_s: float, busy: float = 0.25) -> Any:
    high = {"p50_e2el_ms": p50, "p99_e2el_ms": p99, "busy_share": busy}
    low = {"request_throughput": low_per_s}
    return {"tenants": {replay.HIGH: high, replay.LOW: low}}


def test_the_best_peer_differs_by_figure() -> None:
    figures = {
        "alone": cell(7, 20, 20),
        "strict": cell(7.07, 20.4, 15),
        "mps": cell(20, 60, 18),
        "mps-30": cell(8, 20.2, 10),
    }
    met = {d.what: d.met for d in replay.gpu_demands(figures, ("mps", "mps-30"))}
    assert met == {
        "p50 / alone": True,
        "p99 / alone": True,
        "of its share": True,  # 15 / 20 of 1 - 0.25
        "p50 / the best of mps, mps-30": True,
        "p99 / the best of mps, mps-30": False,
        "best effort / the best of mps, mps-30": False,
    }


def test_what_was_not_played_is_not_judged() -> None:
    for judge in (replay.gpu_demands, replay.cpu_demands, replay.long_demands):
        made = judge({"strict": cell(7, 20, 15)}, ("mps",))
        assert made and all(demand.met is None for demand in made)


def parts(*decisions: Any, issued: tuple[int, int]) -> list[Any]:
    session, issued_ns = issued
    times = issued_ns, issued_ns, issued_ns + 5, 5
    entry = ENTRY.pack(7, *times, 0, session, 1, 1, 0)
    return [
        {"about": {"fields": FIELDS}},
        {"sessions": [[HIGH, "high", 0], [LOW, "low", 1]]},
        {"decisions": [list(each) for each in decisions]},
        {"entries": [base64.b64encode(entry).decode()], "lost": 0},
        5,
    ]


def inverted(*decisions: Any, issued: tuple[int, int]) -> bool:
    found = inversions.find(parts(*decisions, issued=issued), slack_ns=10)
    assert found.issued == 1
    assert found.inversions in ([], [(issued[0], 7, issued[1])])
    return bool(found.inversions)


BULK = (100, "IssueBatch", [LOW, int(Mode.BULK)])
FLOOR = (200, "SetFloor", [0, 0])
LIFTED = (300, "SetFloor", [255, 0])


def test_below_the_floor_is_an_inversion_once_the_slack_is_over() -> None:
    assert not inverted(BULK, FLOOR, issued=(LOW, 150))
    assert not inverted(BULK, FLOOR, issued=(LOW, 209))
    assert inverted(BULK, FLOOR, issued=(LOW, 211))
    assert not inverted(BULK, FLOOR, LIFTED, issued=(LOW, 305))


def test_the_class_of_the_floor_itself_runs() -> None:
    mine = (100, "IssueBatch", [HIGH, int(Mode.BULK)])
    assert not inverted(mine, FLOOR, issued=(HIGH, 250))


def test_held_is_held_and_bursts_are_free() -> None:
    held = (150, "Hold", [LOW])
    assert inverted(BULK, held, issued=(LOW, 161))
    for mode in (Mode.URGENT, Mode.BURST):
        assert not inverted(BULK, FLOOR, (220, "IssueBatch", [LOW, int(mode)]),
                            issued=(LOW, 250))  # fmt: skip


def test_before_the_first_decision_nothing_is_known() -> None:
    assert not inverted(issued=(LOW, 50))
