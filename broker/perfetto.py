"""The parts of a trace as a file for Perfetto (Chrome's JSON format).

Decides processes, tracks and names of that file: a process for each tenant, in it a
track for each stream of each of its sessions and one for what the session was granted;
and a process for the scheduler with its floor, drained slots and switches. It keeps no
more than the last operations of each stream, whatever the length of the trace. It must
never know sockets or the broker's objects: `cli.py` hands it what `trace.py` sent.

What is measured are three instants of each operation: when the broker had decoded it,
when it was issued, and when it was seen to have retired, which is often one instant for
many (a marker is written for a batch, not for each launch). Operations of a stream run
one after another, so a slice begins where the one before ended, at the earliest when
its operation was issued; what retired at one instant shares the time in proportion to
the estimates. The instants are in a slice's arguments.
"""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TextIO

from broker.sched.decisions import Mode

ENTRY = struct.Struct("<QQQQQQIHBB")  # xw_trace_entry of worker.h
SCHEDULER = 1  # its process number; tenants have those above
FLOOR, DRAINS, SWITCHES = 1, 2, 3  # tracks of the scheduler
# Tracks of a session: its streams' lines from TRACKS_OF_A_SESSION * session on.
TRACKS_OF_A_SESSION = 2048
GRANT = TRACKS_OF_A_SESSION - 1
NO_FLOOR = 255
COPIES = ("to device", "to host", "on device")

Event = dict[str, Any]


class Entry(NamedTuple):
    """xw_trace_entry; retired_ns 0: still in flight when the trace ended."""

    seq: int
    accepted_ns: int
    issued_ns: int
    retired_ns: int
    estimate_ns: int
    detail: int
    session: int
    line: int
    kind: int
    copy_kind: int


@dataclass(slots=True)
class _Stream:
    """The last operations of one stream that were seen to retire at one instant."""

    end_ns: int = 0  # where the slice before them ends
    group: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A slice whose end is not known yet."""

    name: str
    start_ns: int
    args: dict[str, Any]


class PerfettoFile:
    """Args: out: an empty text file; complete after `end`."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._between = "\n"
        self._about: dict[str, Any] = {}
        self._begin_ns = self._last_ns = 0
        self._processes: dict[str, int] = {}
        self._sessions: dict[int, int] = {}  # session -> process
        self._functions: dict[tuple[int, int], str] = {}
        self._streams: dict[tuple[int, int], _Stream] = {}
        self._open: dict[tuple[int, int], _Open] = {}  # by process and track
        self.operations = self.decisions = self.lost = 0

    def add(self, part: dict[str, Any]) -> None:
        """One part, in the order they were sent."""
        if "about" in part:
            self._begin(part["about"])
        for session, tenant, class_ in part.get("sessions", ()):
            self._session(session, tenant, class_)
        for session, native, name in part.get("functions", ()):
            self._functions[session, native] = name
        for now_ns, name, values in part.get("decisions", ()):
            self.decisions += 1
            named = dict(zip(self._about["fields"][name], values, strict=True))
            self._decided(now_ns, name, named)
        for piece in part.get("entries", ()):
            for values in ENTRY.iter_unpack(base64.b64decode(piece)):
                self._operation(Entry(*values))
        self.lost = max(self.lost, part.get("lost", 0))

    def end(self) -> None:
        """What is open ends here, and so does the file."""
        for (session, line), stream in self._streams.items():
            self._flush(session, line, stream)
        for pid, tid in list(self._open):
            self._close(pid, tid, self._last_ns)
        about = {k: v for k, v in self._about.items() if k not in ("kinds", "fields")}
        about |= {"time": "device time", "lost": self.lost}
        self._out.write('\n],"displayTimeUnit":"ns","otherData":')
        self._out.write(json.dumps(about) + "}\n")

    # ---------------------------------------------------------------- parts
    def _begin(self, about: dict[str, Any]) -> None:
        self._about = about
        self._begin_ns = self._last_ns = about["begin_ns"]
        self._out.write('{"traceEvents":[')
        self._name("process_name", SCHEDULER, 0, f"scheduler ({about['policy']})")
        for tid, name in ((FLOOR, "floor"), (DRAINS, "drained slots")):
            self._name("thread_name", SCHEDULER, tid, name)
        self._name("thread_name", SCHEDULER, SWITCHES, "switches")

    def _session(self, session: int, tenant: str, class_: int) -> None:
        if tenant not in self._processes:
            self._processes[tenant] = SCHEDULER + 1 + len(self._processes)
            self._name("process_name", self._processes[tenant], 0, f"tenant {tenant}")
        pid = self._sessions[session] = self._processes[tenant]
        tid = session * TRACKS_OF_A_SESSION + GRANT
        title = f"session {session} (class {class_}): granted"
        self._name("thread_name", pid, tid, title)
        mode = self._about["grants"].get(str(session))
        if mode is not None and mode != "NONE":
            self._open[pid, tid] = _Open(mode, self._begin_ns, {})

    def _operation(self, entry: Entry) -> None:
        self.operations += 1
        key = entry.session, entry.line
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = _Stream()
            pid, tid = self._track(entry.session, entry.line)
            title = f"session {entry.session} stream {entry.line}"
            self._name("thread_name", pid, tid, title)
        if stream.group and stream.group[0].retired_ns != entry.retired_ns:
            self._flush(*key, stream)
        stream.group.append(entry)
        self._last_ns = max(self._last_ns, entry.issued_ns, entry.retired_ns)

    def _flush(self, session: int, line: int, stream: _Stream) -> None:
        """Slices of operations that retired together; see the module."""
        group, stream.group = stream.group, []
        pid, tid = self._track(session, line)
        ends_ns = group[0].retired_ns or self._last_ns if group else 0
        left_ns = sum(max(1, entry.estimate_ns) for entry in group)
        cursor_ns = stream.end_ns
        for entry in group:
            start_ns = max(cursor_ns, entry.issued_ns)
            weight_ns = max(1, entry.estimate_ns)
            share_ns = max(0, ends_ns - start_ns) * weight_ns // left_ns
            left_ns -= weight_ns
            cursor_ns = start_ns + share_ns
            args = {
                "operation": entry.seq,
                "accepted_us": self._us(entry.accepted_ns),
                "issued_us": self._us(entry.issued_ns),
                "seen_retired_us": self._us(entry.retired_ns)
                if entry.retired_ns
                else "in flight at the end",
                "estimate_us": entry.estimate_ns / 1e3,
                "retired_with": len(group),
            }
            self._slice(pid, tid, self._title(entry), start_ns, cursor_ns, args)
        stream.end_ns = cursor_ns

    def _title(self, entry: Entry) -> str:
        kinds = self._about["kinds"]
        kind = kinds[entry.kind] if entry.kind < len(kinds) else f"kind {entry.kind}"
        if kind == "launch":
            found = self._functions.get((entry.session, entry.detail))
            return found or f"kernel {entry.detail:#x}"
        if kind == "copy":
            return f"copy {COPIES[entry.copy_kind]} {entry.detail:,} B"
        return str(kind)

    # ------------------------------------------------------------ decisions
    def _decided(self, now_ns: int, name: str, values: dict[str, Any]) -> None:
        self._last_ns = max(self._last_ns, now_ns)
        if name in ("IssueBatch", "Hold"):
            held = name == "Hold" or values["mode"] == Mode.STANDBY
            mode = "HELD" if held else Mode(values["mode"]).name
            pid, tid = self._track(values["session"], GRANT)
            self._become(pid, tid, now_ns, mode, values)
        elif name == "SetFloor":
            class_ = values["class_"]
            text = None if class_ == NO_FLOOR else f"classes below {class_} stopped"
            self._become(SCHEDULER, FLOOR, now_ns, text, values)
        elif name in ("AwaitEmpty", "RunControl", "DrainFinished"):
            texts = {"AwaitEmpty": "emptying", "RunControl": "control call"}
            self._become(SCHEDULER, DRAINS, now_ns, texts.get(name), values)
        elif name == "switched":
            late_ns = max(0, values["last_issue_ns"] - now_ns)
            args = {"last_lower_issue_us": late_ns / 1e3}
            args["lower_in_flight_us"] = values["lower_in_flight_ns"] / 1e3
            self._instant(SCHEDULER, SWITCHES, now_ns, "high work arrived", args)
        elif name == "first_high":
            args = {"after_arrival_us": (now_ns - values["arrived_ns"]) / 1e3}
            self._instant(SCHEDULER, SWITCHES, now_ns, "first high kernel", args)
        elif name == "released":
            args = {"after_the_end_us": (now_ns - values["quiet_ns"]) / 1e3}
            self._instant(SCHEDULER, SWITCHES, now_ns, "lower classes go on", args)
        elif name == "PolicySelected":
            self._instant(SCHEDULER, SWITCHES, now_ns, name, values)
        else:
            pid, tid = self._track(values["session"], GRANT)
            self._instant(pid, tid, now_ns, name, values)
            if name == "SessionClosed":
                self._close(pid, tid, now_ns)

    def _become(
        self, pid: int, tid: int, now_ns: int, name: str | None, args: dict[str, Any]
    ) -> None:
        """The track shows name from now on; None: nothing."""
        was = self._open.get((pid, tid))
        if was is not None and was.name == name:
            return  # granted again
        self._close(pid, tid, now_ns)
        if name is not None:
            self._open[pid, tid] = _Open(name, now_ns, args)

    def _close(self, pid: int, tid: int, now_ns: int) -> None:
        was = self._open.pop((pid, tid), None)
        if was is not None:
            self._slice(pid, tid, was.name, was.start_ns, now_ns, was.args)

    # --------------------------------------------------------------- events
    def _track(self, session: int, line: int) -> tuple[int, int]:
        """Process and track; a session that came and went unseen has a process too."""
        if session not in self._sessions:
            self._session(session, f"of session {session}", 0)
        return self._sessions[session], session * TRACKS_OF_A_SESSION + line

    def _us(self, ns: int) -> float:
        return (ns - self._begin_ns) / 1e3

    def _slice(
        self, pid: int, tid: int, name: str, start_ns: int, end_ns: int, args: Any
    ) -> None:
        # What was issued before the trace began is cut there: Perfetto drops what
        # begins before zero. When it was issued stays in the arguments.
        start_ns = max(start_ns, self._begin_ns)
        ts, dur = self._us(start_ns), max(0, end_ns - start_ns) / 1e3
        self._write(ph="X", name=name, pid=pid, tid=tid, ts=ts, dur=dur, args=args)

    def _instant(self, pid: int, tid: int, at_ns: int, name: str, args: Any) -> None:
        ts = max(0.0, self._us(at_ns))
        self._write(ph="i", s="t", name=name, pid=pid, tid=tid, ts=ts, args=args)

    def _name(self, what: str, pid: int, tid: int, name: str) -> None:
        self._write(ph="M", name=what, pid=pid, tid=tid, args={"name": name})
        sort = what.replace("name", "sort_index")
        index = pid if what == "process_name" else tid
        self._write(ph="M", name=sort, pid=pid, tid=tid, args={"sort_index": index})

    def _write(self, **event: Any) -> None:
        self._out.write(self._between + json.dumps(event, separators=(",", ":")))
        self._between = ",\n"
