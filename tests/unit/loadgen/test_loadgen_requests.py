"""Request traces: what each importer reads, what shaping changes, how mistakes read."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loadgen import requests
from loadgen.requests import RequestError, RequestRow, RowShape, jsonl, servegen
from loadgen.requests.shape import apply

AZURE = """TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:25:47.1959120,1031,74
2023-11-16 18:25:46.8782260,958,89
"""
AZURE_2025 = """TIMESTAMP,NumImages,ContextTokens,GeneratedTokens
2024-05-10 00:00:00.009930+00:00,2,2162,5
"""
BURSTGPT = """Timestamp,Session ID,Model,Request tokens,Response tokens,Log Type
5,a1,ChatGPT,472,18,Conversation log
118.5,a2,GPT-4,1087,0,API log
"""
SERVEGEN = """0,20.0,2.0,Gamma,0.25,0.2
600,0,0,,0,0
1200,10.0,3.0,Weibull,0.5,0.01
"""


def load(tmp_path: Path, text: str, **options: Any) -> requests.RequestTrace:
    path = tmp_path / "trace"
    path.write_text(text)
    return requests.load(path, **options)


def test_azure_times_count_from_the_earliest_row(tmp_path: Path) -> None:
    trace = load(tmp_path, AZURE)
    assert trace.format == "azure"
    assert [row.timestamp_ms for row in trace.rows] == pytest.approx([0.0, 317.686])
    assert (trace.rows[0].input_length, trace.rows[0].output_length) == (958, 89)
    assert trace.rows[0].kind == "chat"


def test_azure_keeps_columns_it_does_not_know(tmp_path: Path) -> None:
    (row,) = load(tmp_path, AZURE_2025).rows
    assert row.extra == {"NumImages": "2"}


def test_burstgpt(tmp_path: Path) -> None:
    trace = load(tmp_path, BURSTGPT)
    assert trace.format == "burstgpt"
    assert [row.timestamp_ms for row in trace.rows] == [5000.0, 118_500.0]
    assert trace.rows[1].output_length == 0
    assert trace.rows[0].extra == {
        "Session ID": "a1",
        "Model": "ChatGPT",
        "Log Type": "Conversation log",
    }


def test_jsonl_keeps_what_it_does_not_know_and_writes_it_back(tmp_path: Path) -> None:
    rows = [
        {"timestamp": 0, "input_length": 6758, "output_length": 5, "hash_ids": [0, 1]},
        {
            **{"timestamp": 12.5, "input_length": 9, "output_length": 0},
            **{"kind": "rerank", "tenant": "r", "priority": 0, "deadline_ms": 50.0},
            **{"docs": 8, "doc_length": 256, "query_length": 16, "mood": ["good"]},
        },
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    trace = load(tmp_path, text)
    assert trace.rows[0].hash_ids == (0, 1)
    assert trace.rows[1].extra == {"mood": ["good"]}
    assert [json.loads(line) for line in jsonl.dump(trace.rows)] == rows
    plain = [json.loads(line) for line in jsonl.dump(trace.rows, mooncake=True)]
    assert [set(row) for row in plain] == [set(jsonl.MOONCAKE_KEYS)] * 2
    assert plain[1]["timestamp"] == 12


def test_servegen_draws_the_measured_rate_bin_by_bin(tmp_path: Path) -> None:
    trace = load(tmp_path, SERVEGEN)
    assert trace.notes["drawn_seed"] == 1
    times = np.array([row.timestamp_ms for row in trace.rows]) / 1000.0
    assert (np.diff(times) >= 0).all()
    first, last = times[times < 600], times[times >= 1200]
    assert len(first) + len(last) == len(times)
    assert len(first) == pytest.approx(12_000, rel=0.06)
    assert len(last) == pytest.approx(6_000, rel=0.09)
    gaps = np.diff(first)
    assert gaps.std() / gaps.mean() == pytest.approx(2.0, rel=0.1)
    expected = math.sqrt(math.gamma(5.0) / math.gamma(3.0) ** 2 - 1)
    gaps = np.diff(last)
    assert gaps.std() / gaps.mean() == pytest.approx(expected, rel=0.15)


def test_a_part_of_servegen_is_a_part_of_the_whole(tmp_path: Path) -> None:
    everything = [row.timestamp_ms for row in load(tmp_path, SERVEGEN).rows]
    part = load(tmp_path, SERVEGEN, shape=RowShape(start_s=1300, end_s=1400))
    wanted = [t - 1.3e6 for t in everything if 1.3e6 <= t < 1.4e6]
    assert [row.timestamp_ms for row in part.rows] == pytest.approx(wanted)
    other = load(tmp_path, SERVEGEN, seed=2)
    assert [row.timestamp_ms for row in other.rows] != everything


def test_servegen_refuses_to_fill_the_memory() -> None:
    text = "0,1e9,1,Gamma,1,1\n"
    with pytest.raises(RequestError, match=r"would be drawn.*give an end or a limit"):
        list(servegen.parse(text, 1))


def rows_at(*times_ms: float, **more: Any) -> list[RequestRow]:
    return [RequestRow(time, 1000, 100, **more) for time in times_ms]


def test_shape_cuts_then_limits_then_scales() -> None:
    rows = rows_at(500, 1000, 1500, 2500, 3000)
    shape = RowShape(start_s=1.0, end_s=3.0, limit=2, time_scale=0.5)
    kept, notes = apply(rows, shape, 1)
    assert [row.timestamp_ms for row in kept] == [0.0, 250.0]
    assert notes == {"rows_read": 5, "rows_kept": 2, "time_scale": 0.5}


def test_jitter_is_off_by_default_bounded_and_seeded() -> None:
    rows = rows_at(*[3000.0 * (i // 10) for i in range(200)])
    assert apply(rows, RowShape(), 1)[0] == rows
    spread, notes = apply(rows, RowShape(jitter_ms=3000.0), 1)
    times = [row.timestamp_ms for row in spread]
    assert times == sorted(times)
    assert len(set(times)) == 200
    assert max(times) < 60_000 and notes["jitter_ms"] == 3000.0
    assert apply(rows, RowShape(jitter_ms=3000.0), 1)[0] == spread
    assert apply(rows, RowShape(jitter_ms=3000.0), 2)[0] != spread


def test_clamps_are_counted() -> None:
    rows = rows_at(0.0, hash_ids=(1, 2, 3, 4)) + rows_at(1.0)
    kept, notes = apply(rows, RowShape(max_input=500, max_output=200), 1)
    assert notes["input_length_clamped"] == 2
    assert notes["output_length_clamped"] == 0
    assert (kept[0].input_length, kept[0].hash_ids) == (500, (1, 2))
    assert kept[1].output_length == 100


def test_only_one_tenants_rows(tmp_path: Path) -> None:
    rows = rows_at(0.0, tenant="chat") + rows_at(1.0, tenant="rerank")
    text = "\n".join(jsonl.dump(rows))
    (row,) = load(tmp_path, text, shape=RowShape(only="rerank")).rows
    assert row.tenant == "rerank"
    with pytest.raises(RequestError, match=r"no row of tenant 'x'; .*chat, rerank"):
        load(tmp_path, text, shape=RowShape(only="x"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello\n", "line 1: 'hello' shows no known format; known: jsonl, mooncake"),
        ("", "shows no known format"),
        ('{"input_length": 3}', "line 1: no key timestamp"),
        ('{"timestamp": 0}\n{"timestamp": "x"}', "line 2, key timestamp: 'x'.*number"),
        ('{"timestamp": -1}', "key timestamp: -1: want a number >= 0"),
        ('{"timestamp": NaN}', "key timestamp: nan: want a number"),
        ('{"timestamp": null}', "key timestamp: want a number"),
        ('{"timestamp": 0, "docs": 1.5}', "line 1, key docs: 1.5: want a whole number"),
        ('{"timestamp": 0, "kind": "x"}', "key kind: 'x': want one of chat, rerank"),
        ('{"timestamp": 0, "hash_ids": [true]}', "key hash_ids: .*whole number"),
        ('{"timestamp": 0}\n[1]', "line 2: want one JSON object"),
        ('{"timestamp": 0}\n{"a"', "line 2: not JSON"),
        ("TIMESTAMP,ContextTokens\n", "line 1: no column GeneratedTokens"),
        (AZURE + "2023-11-16,1,x\n", "line 4, column GeneratedTokens: 'x': want a who"),
        (AZURE + "noon,1,2\n", "line 4, column TIMESTAMP: 'noon': want a wall-clock"),
        (AZURE + "1,2\n", "line 4: 2 cells, the header has 3"),
        (AZURE[:40], "no request in it"),
        (BURSTGPT + "-3,a,b,1,2,d\n", "line 4, column Timestamp: '-3': want seconds"),
        ("0,1,1,Normal,1,1\n", "line 1, column 4: 'Normal': want Gamma or Weibull"),
        ("0,1,1,Gamma,0,1\n", "line 1, column 5: '0': want a shape"),
        ("0,x,1,Gamma,1,1\n", "line 1, column 2: 'x': want requests/s"),
        ("0,1,1,Gamma,1,1\n0,1,1,Gamma,1,1\n", "line 2, column 1: bins must follow"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(RequestError, match=problem) as caught:
        load(tmp_path, text)
    assert str(tmp_path / "trace") in str(caught.value)


def test_nothing_left_says_where_the_trace_ends(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"the last one is at 0\.317686 s"):
        load(tmp_path, AZURE, shape=RowShape(start_s=9.0))
    with pytest.raises(RequestError, match="no such file"):
        requests.load(tmp_path / "absent")
