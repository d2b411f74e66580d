"""The file that `xsched-broker trace` writes, from parts made by hand."""

from __future__ import annotations

import base64
import io
import itertools
import json
from typing import Any

import pytest

from broker.perfetto import ENTRY, FLOOR, GRANT, SCHEDULER, PerfettoFile
from broker.sched.decisions import Mode
from broker.trace import FIELDS

ABOUT = {
    "version": "1",
    "policy": "strict",
    "begin_ns": 1_000_000,
    "kinds": ["launch", "copy", "fill"],
    "fields": FIELDS,
    "grants": {"7": "BULK"},
}
SESSIONS = [[7, "chat", 0], [9, "batch", 1]]


ACCEPTED_BEFORE_NS = 2000


def entry(
    seq: int,
    issued_us: int,
    retired_us: int | None,
    estimate_us: int = 10,
    session: int = 7,
    detail: int = 0x10,
    kind: int = 0,
) -> bytes:
    begin = 1_000_000
    retired_ns = 0 if retired_us is None else begin + retired_us * 1000
    issued_ns = begin + issued_us * 1000
    times = issued_ns - ACCEPTED_BEFORE_NS, issued_ns, retired_ns, estimate_us * 1000
    return ENTRY.pack(seq, *times, detail, session, 3, kind, 1)


def written(*parts: dict[str, Any]) -> dict[str, Any]:
    out = io.StringIO()
    file = PerfettoFile(out)
    file.add({"about": ABOUT})
    file.add({"sessions": SESSIONS, "functions": [[7, 0x10, "gemm"]], "lost": 0})
    for part in parts:
        file.add(part)
    file.end()
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def operations(*entries: bytes, cut: int = 1) -> list[dict[str, Any]]:
    """Slices of streams. cut: parts the entries are sent in."""
    size = -(-len(entries) // cut)
    pieces = [entries[i : i + size] for i in range(0, len(entries), size)]
    parts = [{"entries": [base64.b64encode(b"".join(p)).decode()]} for p in pieces]
    return [e for e in written(*parts)["traceEvents"] if is_operation(e)]


def is_operation(event: dict[str, Any]) -> bool:
    return event["ph"] == "X" and "issued_us" in event["args"]


def decided(*decisions: tuple[int, str, list[Any]]) -> list[dict[str, Any]]:
    rows = [[1_000_000 + us * 1000, name, values] for us, name, values in decisions]
    return written({"decisions": rows})["traceEvents"]


def test_a_tenant_is_a_process_and_a_stream_a_track() -> None:
    piece = base64.b64encode(entry(1, 0, 10) + entry(1, 0, 10, session=9)).decode()
    events = written({"entries": [piece]})["traceEvents"]
    names = {
        (e["name"], e["pid"]): e["args"]["name"] for e in events if "name" in e["args"]
    }
    assert names["process_name", SCHEDULER] == "scheduler (strict)"
    assert names["process_name", 2] == "tenant chat"
    assert names["process_name", 3] == "tenant batch"
    threads = [e["args"]["name"] for e in events if e["name"] == "thread_name"]
    assert {"session 7 stream 3", "session 9 stream 3"} <= set(threads)
    assert "session 7 (class 0): granted" in threads


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_what_retired_together_shares_the_time_by_estimates(cut: int) -> None:
    slices = operations(
        entry(1, 0, 20), entry(2, 5, 60, 30), entry(3, 6, 60, 10), cut=cut
    )
    assert [(s["ts"], s["ts"] + s["dur"]) for s in slices] == [
        (0, 20),
        (20, 50),
        (50, 60),
    ]
    assert [s["args"]["retired_with"] for s in slices] == [1, 2, 2]
    assert slices[1]["args"]["issued_us"] == 5
    assert slices[1]["args"]["accepted_us"] == 3
    assert slices[1]["args"]["seen_retired_us"] == 60


def test_slices_of_a_stream_never_overlap_nor_precede_their_issue() -> None:
    given = [entry(i, 10 * i, 10 * i + 25, 7 * i + 1) for i in range(20)]
    slices = operations(*given)
    assert len(slices) == 20
    for before, after in itertools.pairwise(slices):
        assert before["ts"] + before["dur"] <= after["ts"] + 1e-6
    assert all(s["ts"] >= s["args"]["issued_us"] for s in slices)
    assert all(s["ts"] + s["dur"] <= s["args"]["seen_retired_us"] for s in slices)


def test_what_is_in_flight_at_the_end_reaches_to_the_end() -> None:
    done, open_ = operations(entry(1, 0, 10), entry(2, 4, None))
    assert open_["args"]["seen_retired_us"] == "in flight at the end"
    assert open_["ts"] >= done["ts"] + done["dur"]


def test_names_of_operations() -> None:
    known, unknown, copy, odd = operations(
        entry(1, 0, 1),
        entry(2, 1, 2, detail=0xABC),
        entry(3, 2, 3, kind=1, detail=4096),
        entry(4, 3, 4, kind=77),
    )
    assert known["name"] == "gemm" and unknown["name"] == "kernel 0xabc"
    assert copy["name"] == "copy to host 4,096 B" and odd["name"] == "kind 77"


def batch(session: int, mode: Mode) -> list[Any]:
    return [session, 500, 200_000, 64, mode, 0, 0]


def test_grants_and_holds_are_one_track_of_modes() -> None:
    events = decided(
        (10, "IssueBatch", batch(7, Mode.BULK)),  # as it was: no new slice
        (20, "Hold", [7]),
        (25, "IssueBatch", batch(7, Mode.STANDBY)),  # held, for who looks at it
        (30, "IssueBatch", batch(7, Mode.URGENT)),
        (50, "SessionClosed", [7]),
    )
    track = [e for e in events if e["ph"] == "X" and e["tid"] % 2048 == GRANT]
    assert [(e["name"], e["ts"], e["dur"]) for e in track] == [
        ("BULK", 0, 20),
        ("HELD", 20, 10),
        ("URGENT", 30, 20),
    ]


def test_floor_and_drained_slots_are_tracks_of_the_scheduler() -> None:
    events = decided(
        (0, "SetFloor", [0, 0, 20_000]),
        (5, "AwaitEmpty", [1, 99]),
        (8, "RunControl", [1]),
        (9, "DrainFinished", [1]),
        (10, "SetFloor", [255, 0, 20_000]),
        (11, "switched", [1_012_000, 3000]),
        (12, "first_high", [7, 1_011_000]),
        (14, "released", [1_012_000]),
    )
    slices = [e for e in events if e["ph"] == "X"]
    assert [(e["name"], e["dur"]) for e in slices if e["tid"] == FLOOR] == [
        ("classes below 0 stopped", 10)
    ]
    drains = [(e["name"], e["dur"]) for e in slices if e["name"] != "BULK"][:2]
    assert drains == [("emptying", 3), ("control call", 1)]
    switches = {e["name"]: e["args"] for e in events if e["ph"] == "i"}
    assert switches["high work arrived"]["last_lower_issue_us"] == 1
    assert switches["first high kernel"]["after_arrival_us"] == 1
    assert switches["lower classes go on"]["after_the_end_us"] == 2


def test_a_session_that_was_never_announced_is_shown_all_the_same() -> None:
    events = operations(entry(1, 0, 1, session=77))
    assert events[0]["name"] == "kernel 0x10"


def test_what_was_lost_is_said() -> None:
    assert written({"lost": 12})["otherData"]["lost"] == 12


def test_what_was_under_way_at_the_beginning_is_cut_there() -> None:
    """Perfetto drops events before zero; when it was issued can still be read."""
    whole, cut = operations(entry(1, -80, -20), entry(2, -30, 40))
    assert (whole["ts"], whole["dur"]) == (0, 0)
    assert (cut["ts"], cut["dur"]) == (0, 40)
    assert cut["args"]["issued_us"] == -30
