"""The judge: reads the log of a run and says what was wrong with it.

Decides nothing about the run. It knows the laws, not how they are kept: it replays the
log with its own idea of floor and grants, and looks at the device's times. Every
finding is one line of text; no findings = the run was right.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from broker.sched.decisions import Mode
from tests.sim.program import TIMED, Kind, Program, barriers
from tests.sim.recorder import (
    Accepted,
    ClassSet,
    Closed,
    Drained,
    Floor,
    Granted,
    Opened,
    PolicySet,
)
from tests.sim.simulation import Result
from tests.sim.timeline import NEVER
from tests.sim.worker_api import Issue

# What the loop may lose between a timer and its effect, per decision that is awaited.
LATE_NS = 200_000
TIMED_KINDS = frozenset(kind.value for kind in TIMED)


def audit(result: Result) -> list[str]:
    """Everything that is wrong with a run."""
    findings = [result.unfinished] if result.unfinished else []
    findings += check_once(result)
    findings += check_order(result)
    findings += check_edges(result)
    findings += check_permits(result)
    if not result.unfinished:
        findings += check_starvation(result)
    if result.drains_run != result.drains_asked:
        findings.append(f"{result.drains_asked} drains asked, {result.drains_run} run")
    return findings


def issues_of(result: Result) -> dict[int, list[Issue]]:
    by_session: dict[int, list[Issue]] = defaultdict(list)
    for entry in result.log:
        if isinstance(entry, Issue):
            by_session[entry.session].append(entry)
    return by_session


def check_once(result: Result) -> Iterator[str]:
    """Nothing issued twice, nothing unknown, nothing lost that was not killed."""
    issues = issues_of(result)
    for sid, program in result.programs.items():
        seqs = [issue.seq for issue in issues[sid]]
        twice = sorted(seq for seq, count in Counter(seqs).items() if count > 1)
        if twice:
            yield f"session {sid}: issued twice: {twice}"
        expected = {
            part
            for seq, operation in program.operations.items()
            if operation.kind in result.shown and seq <= result.accepted[sid]
            for part in operation.part_seqs()
        }
        if unknown := set(seqs) - expected:
            yield f"session {sid}: issued but never accepted: {sorted(unknown)}"
        lost = expected - set(seqs)
        if lost and sid not in result.killed and not result.unfinished:
            yield f"session {sid}: lost: {sorted(lost)[:10]}"


def check_order(result: Result) -> Iterator[str]:
    """Stream order: of issue, and of execution."""
    for sid, issues in issues_of(result).items():
        last: dict[int, int] = {}
        end_ns: dict[int, int] = {}
        for issue in issues:
            if issue.seq <= last.get(issue.stream, 0):
                yield f"session {sid}: {issue.seq} issued out of stream order"
            last[issue.stream] = issue.seq
            span = result.spans.get((sid, issue.seq))
            if span is None or issue.kind not in TIMED_KINDS:
                continue
            if span[0] < end_ns.get(issue.stream, 0):
                yield f"session {sid}: {issue.seq} ran beside its predecessor"
            end_ns[issue.stream] = span[1]


def check_edges(result: Result) -> Iterator[str]:
    """Every record/wait, value and legacy-stream edge, of issue and of execution."""
    for sid, issues in issues_of(result).items():
        program = result.programs[sid]
        place = {issue.seq: index for index, issue in enumerate(issues)}
        ends = {int(issue.seq): index for index, issue in enumerate(issues)}
        for first, then, gates_issue in edges(program):
            released = program.operations[then].kind is Kind.WAIT_VALUE
            if then not in place or (released and sid in result.killed):
                continue  # a dead session's waits for values are called off
            shown = program.operations[first].kind in result.shown
            if gates_issue and shown and ends.get(first, 1 << 60) > place[then]:
                yield f"session {sid}: {then} issued before {first}, which it waits for"
            ended, started = (
                _end_before(result, sid, first),
                _start_after(result, sid, then),
            )
            if ended is not None and started is not None and started < ended:
                yield f"session {sid}: work after {then} ran before {first} was done"


def edges(program: Program) -> Iterator[tuple[int, int, bool]]:
    """(first, then, whether `then` must not even be issued before `first`)."""
    writes = {
        operation.word: seq
        for seq, operation in program.operations.items()
        if operation.kind is Kind.WRITE
    }
    for seq, operation in program.operations.items():
        if operation.kind is Kind.WAIT:
            yield operation.record_seq, seq, True
        elif operation.kind is Kind.WAIT_VALUE:
            yield writes[operation.word], seq, False
    for seq, firsts in barriers(program).items():
        for first in firsts:
            yield first, seq, True


def _end_before(result: Result, sid: int, seq: int) -> int | None:
    """When the last timed work of seq's stream up to seq ended; None = never ran."""
    program = result.programs[sid]
    stream = program.operations[seq].stream
    for at in range(seq, 0, -1):
        operation = program.operations[at]
        if operation.stream == stream and operation.kind in TIMED:
            span = result.spans.get((sid, operation.part_seqs()[-1]))
            return None if span is None else span[1]
    return None


def _start_after(result: Result, sid: int, seq: int) -> int | None:
    """When the first timed work of seq's stream from seq on started."""
    program = result.programs[sid]
    stream = program.operations[seq].stream
    for at in range(seq, result.accepted[sid] + 1):
        operation = program.operations[at]
        if operation.stream == stream and operation.kind in TIMED:
            span = result.spans.get((sid, at))
            return None if span is None else span[0]
    return None


@dataclass(slots=True)
class Permit:
    """What a session may do, as the log tells it."""

    class_: int
    mode: Mode = Mode.HELD
    launches_left: int = 0
    in_flight_max: int = 1
    until_ns: int = 0
    blocked_since_ns: int = -1
    accepted_seq: int = 0
    issued: int = 0
    queued: int = 0
    closed: bool = False
    ends_ns: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def forbids(self, floor: int, at_ns: int) -> str:
        """Why nothing may be issued now; empty when something may."""
        if self.mode is Mode.HELD:
            return "held"
        if self.mode in (Mode.BULK, Mode.STANDBY) and self.class_ > floor:
            return f"{self.mode.name} below the floor {floor}"
        if self.mode is Mode.BURST and at_ns > self.until_ns:
            return "burst over"
        return ""


class Ends:
    """When work of each session was over, by what had been accepted of it."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._seqs: dict[int, list[int]] = {}
        self._ends_ns: dict[int, list[int]] = {}  # the latest of all up to each
        for sid, program in result.programs.items():
            timed = [
                o for _, o in sorted(program.operations.items()) if o.kind in TIMED
            ]
            ends_ns = [self._end_ns(sid, operation.part_seqs()) for operation in timed]
            self._seqs[sid] = [operation.seq for operation in timed]
            self._ends_ns[sid] = list(itertools.accumulate(ends_ns, max))

    def _end_ns(self, sid: int, parts: Sequence[int]) -> int:
        spans = [self._result.spans.get((sid, part)) for part in parts]
        return max(NEVER if span is None else span[1] for span in spans)

    def quiet_ns(self, sid: int, permit: Permit) -> int:
        """Since when the session has had no work; NEVER when it has, or who knows."""
        if permit.closed:
            return 0  # what it had is called off; its last launches may still run
        known = bisect_right(self._seqs[sid], permit.accepted_seq)
        return self._ends_ns[sid][known - 1] if known else 0


@dataclass(slots=True)
class Floored:
    """The floor as the loop and the readers have set it."""

    class_: int = 255
    release_ns: int = -1

    def take(self, entry: Floor) -> None:
        self.class_ = entry.class_
        if entry.release_ns is not None:
            self.release_ns = entry.release_ns

    def risen(self, permits: dict[int, Permit], ends: Ends, at_ns: int) -> int:
        """Where the worker may have raised it: to the next class with work, if all down
        to it were quiet long enough."""
        if self.release_ns < 0:
            return self.class_
        quiet = {sid: ends.quiet_ns(sid, permit) for sid, permit in permits.items()}
        above = [quiet[s] for s, p in permits.items() if p.class_ <= self.class_]
        if max(above, default=0) + self.release_ns > at_ns:
            return self.class_
        below = [
            p.class_
            for s, p in permits.items()
            if p.class_ > self.class_ and quiet[s] > at_ns
        ]
        return min(below, default=255)


def check_permits(result: Result) -> Iterator[str]:
    """No issue after a hold, below the floor, past a batch, or beyond one in flight."""
    floor, ends = Floored(), Ends(result)
    permits: dict[int, Permit] = {}
    for entry in result.log:
        if isinstance(entry, Opened):
            permits[entry.session] = Permit(entry.class_)
        elif isinstance(entry, Floor):
            floor.take(entry)
        elif isinstance(entry, Accepted):
            permits[entry.session].accepted_seq = entry.seq
        elif isinstance(entry, Closed):
            permits[entry.session].closed = True
        elif isinstance(entry, ClassSet):
            permits[entry.session].class_ = entry.class_
        elif isinstance(entry, Granted):
            _take_grant(permits[entry.session], entry)
        elif isinstance(entry, Issue):
            permit, at_ns = permits[entry.session], entry.at_ns
            class_ = floor.class_
            if permit.forbids(class_, at_ns) and permit.class_ > class_:
                class_ = floor.risen(permits, ends, at_ns)
            yield from _judge(result, permit, entry, class_)


def _take_grant(permit: Permit, entry: Granted) -> None:
    permit.mode = entry.mode
    permit.launches_left = entry.launches_max
    permit.in_flight_max = entry.in_flight_max
    permit.until_ns = entry.until_ns


def _judge(result: Result, permit: Permit, issue: Issue, floor: int) -> Iterator[str]:
    where = f"session {issue.session}: {issue.kind} {issue.seq} at {issue.at_ns}"
    if why := permit.forbids(floor, issue.at_ns):
        yield f"{where} issued while {why}"
    if issue.kind not in TIMED_KINDS:
        return
    if permit.launches_left == 0:
        yield f"{where} issued beyond its batch"
    permit.launches_left -= 1
    if permit.mode is Mode.URGENT:
        out = sum(end > issue.at_ns for end in permit.ends_ns[issue.stream])
        if out >= permit.in_flight_max:
            yield f"{where} issued with {out} in flight, urgent"
    span = result.spans.get((issue.session, issue.seq))
    permit.ends_ns[issue.stream].append(1 << 62 if span is None else span[1])


def check_starvation(result: Result) -> Iterator[str]:
    """Nobody with work waits longer for a permit than bursts allow.

    Blocked = work accepted and not issued, and the mode forbids any issue. A drain, a
    change of class and a change of policy start the count anew (each has its own
    bound).
    """
    if result.config.min_share == 0:
        return
    bound_ns = _by_classes_ns(result)
    floor = 255
    permits: dict[int, Permit] = {}
    timed = {
        sid: [
            o.seq
            for _, o in sorted(p.operations.items())
            if o.kind in result.shown
            for _ in o.part_seqs()
        ]
        for sid, p in result.programs.items()
    }
    for entry in result.log:
        if isinstance(entry, Opened):
            permits[entry.session] = Permit(entry.class_)
        elif isinstance(entry, Floor):
            floor = entry.class_
        elif isinstance(entry, Granted):
            _take_grant(permits[entry.session], entry)
        elif isinstance(entry, ClassSet):
            permits[entry.session].class_ = entry.class_
            _restart(permits)
        elif isinstance(entry, Drained | PolicySet):
            _restart(permits)
            if isinstance(entry, PolicySet):
                turns = entry.name not in ("strict", "fifo")
                bound_ns = (_by_turns_ns if turns else _by_classes_ns)(result)
        elif isinstance(entry, Accepted):
            permit = permits[entry.session]
            known = bisect_right(timed[entry.session], entry.seq)
            permit.queued = known - permit.issued
        elif isinstance(entry, Closed):
            permits[entry.session].queued = 0
        elif isinstance(entry, Issue):
            permits[entry.session].issued += 1
            permits[entry.session].queued -= 1
        for sid, permit in permits.items():
            waited_ns = _blocked_ns(permit, floor, entry.at_ns)
            if waited_ns > bound_ns:
                yield f"session {sid} starved for {waited_ns} ns until {entry.at_ns}"
                permit.blocked_since_ns = -1


def _by_classes_ns(result: Result) -> int:
    """How long bursts may let a class wait."""
    config = result.config
    classes = {e.class_ for e in result.log if isinstance(e, Opened | ClassSet)}
    bound_ns = config.hold_burst_after_ns + LATE_NS
    # Of the others, the highest needs no burst; each of the rest may be due before it.
    return bound_ns + max(0, len(classes) - 2) * (config.burst_ns_max + LATE_NS)


def _by_turns_ns(result: Result) -> int:
    """How long a session may wait for its turn.

    Each other one has its turns: as many as the largest ratio of weights or shares, the
    time that a launch longer than its turn is ahead, a probe, and bursts of those that
    a rank would starve. Under a strict partition, a debt is paid off first.
    """
    config = result.config
    launch_ns = max(
        (
            o.duration_ns
            for p in result.programs.values()
            for o in p.operations.values()
        ),
        default=0,
    )
    ratio = result.weights_ratio
    once_ns = config.quantum_ns * 5 + config.burst_ns_max + 4 * launch_ns + LATE_NS
    bound_ns = config.hold_burst_after_ns + len(result.programs) * ratio * once_ns
    if config.partition_mode == "strict":
        bound_ns += int(bound_ns / result.share_min)
    return bound_ns


def _restart(permits: dict[int, Permit]) -> None:
    for permit in permits.values():
        permit.blocked_since_ns = -1


def _blocked_ns(permit: Permit, floor: int, at_ns: int) -> int:
    if permit.queued <= 0 or not permit.forbids(floor, at_ns):
        permit.blocked_since_ns = -1
        return 0
    if permit.blocked_since_ns < 0:
        permit.blocked_since_ns = at_ns
    return at_ns - permit.blocked_since_ns
