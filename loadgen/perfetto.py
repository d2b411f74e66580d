"""A run as a Chrome trace: every request of every tenant, to be opened in Perfetto.

Decides processes, tracks and names of that file. Must never know how cells are run.
Called by `loadgen.cli`; pure but for `write`.

A process is one repetition of a cell (of "alone", of one tenant), a track one tenant.
Requests overlap when they queue, so each is an asynchronous pair of events from the
intended time to the end, with a pair inside it for the time since its first operation
was done. Times are device time in microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Event = dict[str, Any]
Record = dict[str, Any]


def write(path: Path, records: Iterable[Record], about: dict[str, Any]) -> None:
    """about: what belongs to the run as a whole (date, seed, environment)."""
    document = {
        "traceEvents": list(events(list(records))),
        "displayTimeUnit": "ms",
        "otherData": about,
    }
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")


def about(summary: dict[str, Any]) -> dict[str, Any]:
    keys = ("date", "label", "seeds", "time", "environment")
    return {key: summary[key] for key in keys if key in summary}


def events(records: list[Record]) -> Iterator[Event]:
    processes = number(map(process_name, records))
    tenants = number(record["tenant"] for record in records)
    for name, pid in processes.items():
        yield meta("process_name", pid, 0, name=name)
    threads = dict.fromkeys(
        (processes[process_name(r)], tenants[r["tenant"]], r["tenant"], r["class"])
        for r in records
    )
    for pid, tid, tenant, class_ in threads:
        yield meta("thread_name", pid, tid, name=f"{tenant} (class {class_})")
        yield meta("thread_sort_index", pid, tid, sort_index=class_)
    for index, record in enumerate(records):
        pid, tid = processes[process_name(record)], tenants[record["tenant"]]
        yield from request_events(record, pid, tid, f"{index:x}")


def process_name(record: Record) -> str:
    """Alone, each tenant had a run of its own."""
    name = str(record["cell"])
    if name == "alone":
        name += f": {record['tenant']}"
    repetition = record.get("repetition", 0)
    return f"{name} #{repetition + 1}" if repetition else name


def number(names: Iterable[str]) -> dict[str, int]:
    """Numbers from 1 in order of appearance."""
    return {name: i for i, name in enumerate(dict.fromkeys(names), 1)}


def meta(kind: str, pid: int, tid: int, **args: Any) -> Event:
    return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": args}


def request_events(
    record: Record, pid: int, tid: int, identity: str
) -> Iterator[Event]:
    """A request that was never done is an instant at its intended time.

    All requests of a tenant have one name, since Perfetto makes a track of each; the
    inner pair ends first in the file, too, since both end at one time.
    """
    common = {"cat": "request", "pid": pid, "tid": tid}
    start, end = us(record["intended_ns"]), record.get("done_ns")
    keys = ("index", "status", "e2el_ms", "schedule_delay_ns", "warmup")
    args = {key: record[key] for key in keys if key in record}
    outer: Event = {**common, "name": record["tenant"], "id": identity}
    if end is None:
        yield {**common, "ph": "i", "s": "t", "ts": start, "args": args} | {
            "name": f"{record['tenant']}: never done"
        }
        return
    inner: Event = {**outer, "name": "since its first operation"}
    yield {**outer, "ph": "b", "ts": start, "args": args}
    yield {**inner, "ph": "b", "ts": us(record["first_ns"])}
    yield {**inner, "ph": "e", "ts": us(end)}
    yield {**outer, "ph": "e", "ts": us(end)}


def us(ns: int) -> float:
    return ns / 1000
