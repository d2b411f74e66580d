"""Whether a trace of a broker shows a class that was issued ahead of a higher one.

Decides what an inversion is: a launch, copy or fill of a session that was issued while
what had been decided about it forbade that, since longer than `slack_ns`. It was held,
or it had BULK and the floor lay above its class. (URGENT and BURST go by their own
rules whatever the floor says: the first beside a session that leaves the device idle,
the second to pay `min_share`.) It must never know how a trace was taken. Called by
`bench_gpu_shares`; pure.

The trace has the instant of each decision as the loop saw it; it reaches the issue
thread later by what the decision and the store take, hence the slack.
"""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from broker.perfetto import ENTRY, Entry
from broker.sched.decisions import Mode

_FREE = frozenset((Mode.URGENT, Mode.BURST))


@dataclass(slots=True)
class Steps:
    """A value that changes now and then: its instants and values, in order."""

    at_ns: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def set(self, now_ns: int, value: Any) -> None:
        self.at_ns.append(now_ns)
        self.values.append(value)

    def between(self, first_ns: int, last_ns: int) -> list[Any]:
        """What it was at any time of [first_ns, last_ns]; None: not known yet."""
        begin = bisect_right(self.at_ns, first_ns)
        before = self.values[begin - 1] if begin else None
        return [before, *self.values[begin : bisect_right(self.at_ns, last_ns)]]


@dataclass(frozen=True, slots=True)
class Findings:
    """issued: operations judged. inversions: (session, operation, issued_ns)."""

    issued: int
    inversions: list[tuple[int, int, int]]
    lost: int


def find(parts: Iterable[Any], slack_ns: int) -> Findings:
    """Args: parts: what `broker.admin.follow(..., "trace")` yields. slack_ns: device
    time from a decision until it must have been obeyed."""
    floor, grants = Steps(), defaultdict[int, Steps](Steps)
    classes: dict[int, int] = {}
    entries: list[Entry] = []
    fields: dict[str, list[str]] = {}
    lost = 0
    for part in parts:
        if not isinstance(part, dict):
            continue
        fields = part.get("about", {}).get("fields", fields)
        classes |= {session: class_ for session, _, class_ in part.get("sessions", ())}
        for now_ns, name, values in part.get("decisions", ()):
            named = dict(zip(fields[name], values, strict=True))
            if name == "SetFloor":
                floor.set(now_ns, named["class_"])
            elif name == "IssueBatch":
                grants[named["session"]].set(now_ns, Mode(named["mode"]))
            elif name == "Hold":
                grants[named["session"]].set(now_ns, Mode.HELD)
        for piece in part.get("entries", ()):
            values = ENTRY.iter_unpack(base64.b64decode(piece))
            entries += [Entry(*one) for one in values]
        lost = max(lost, part.get("lost", 0))
    found = [
        (entry.session, entry.seq, entry.issued_ns)
        for entry in entries
        if entry.session in classes
        and not _allowed(
            grants[entry.session].between(entry.issued_ns - slack_ns, entry.issued_ns),
            floor.between(entry.issued_ns - slack_ns, entry.issued_ns),
            classes[entry.session],
        )
    ]
    return Findings(len(entries), found, lost)


def _allowed(modes: list[Mode | None], floors: list[int | None], class_: int) -> bool:
    """Whether anything that held in the slack before the issue allowed it."""
    if any(mode is None or mode in _FREE for mode in modes):
        return True
    return Mode.BULK in modes and any(f is None or f >= class_ for f in floors)
