"""A small model of a GPU under virtual time.

Decides when handed-over work starts and ends: one FIFO per stream, a few kernel slots
taken by stream priority then by age, two copy engines, nothing interrupted. Must never
know sessions or grants. Used by `model_worker` directly, by the native worker through
`native_device`.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.sim.program import Kind
from tests.sim.timeline import NEVER


@dataclass(slots=True, eq=False)
class Work:
    """One operation handed to the device. after: what must be done before it starts."""

    kind: Kind
    tag: tuple[int, int] = (0, 0)  # session, seq
    duration_ns: int = 0
    after: list[Work] = field(default_factory=list)
    address: int = 0
    value: int = 0
    order: int = 0
    started_ns: int = -1
    done_ns: int = -1


@dataclass(slots=True, eq=False)
class Stream:
    level: int
    work: deque[Work] = field(default_factory=deque)
    abandoned: bool = False  # its waits are over: the session has died
    closing: bool = False


class ModelDevice:
    """slots: kernels that run at once. write_word: (address, value) -> whether it took
    the word; else it is the device's memory. Times of finished work stay in `spans`.
    """

    def __init__(
        self,
        slots: int,
        write_word: Callable[[int, int], bool] = lambda address, value: False,
    ) -> None:
        self._write_word = write_word
        self._free = {Kind.LAUNCH: slots, Kind.COPY: 2}
        self._streams: list[Stream] = []
        # Whose next work has not started: only they need be asked whether it can.
        self._waiting: dict[Stream, None] = {}
        self._running: list[tuple[int, int, Work, Stream]] = []
        self._order = itertools.count()
        self._memory: dict[int, int] = {}
        self._now_ns = 0
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}  # tag -> (start, end)

    def stream_open(self, level: int) -> Stream:
        stream = Stream(level)
        self._streams.append(stream)
        return stream

    def stream_close(self, stream: Stream) -> None:
        assert not stream.work, "a busy stream was closed"
        self._streams.remove(stream)

    def stream_close_when_empty(self, stream: Stream) -> None:
        stream.closing = True
        if not stream.work:
            self._streams.remove(stream)

    def push(self, stream: Stream, work: Work) -> Work:
        work.order = next(self._order)
        if not stream.work:
            self._waiting[stream] = None
        stream.work.append(work)
        return work

    def advance(self, now_ns: int) -> int:
        """Let everything due by now_ns happen; returns the next due time or NEVER."""
        while True:
            self._start_ready()
            if not self._running or self._running[0][0] > now_ns:
                break
            self._now_ns, _, work, stream = heapq.heappop(self._running)
            self._free[work.kind] += 1
            self._finish(stream, work)
        self._now_ns = now_ns
        return self._running[0][0] if self._running else NEVER

    def _start_ready(self) -> None:
        while True:
            ready = [
                (stream.level, stream.work[0].order, stream)
                for stream in self._waiting
                if self._is_ready(stream)
            ]
            if not ready:
                return
            ready.sort(key=lambda item: item[:2])
            for _, _, stream in ready:
                self._start(stream)

    def _is_ready(self, stream: Stream) -> bool:
        work = stream.work[0]
        if stream.abandoned and work.kind is Kind.WAIT_VALUE:
            return True
        if any(other.done_ns < 0 for other in work.after):
            return False
        if work.kind is Kind.WAIT_VALUE:
            return self._memory.get(work.address, 0) >= work.value
        return self._free.get(work.kind, 1) > 0

    def _start(self, stream: Stream) -> None:
        work = stream.work[0]
        if work.kind in self._free:
            if self._free[work.kind] == 0:
                return
            self._free[work.kind] -= 1
            del self._waiting[stream]
            work.started_ns = self._now_ns
            end_ns = self._now_ns + work.duration_ns
            heapq.heappush(self._running, (end_ns, work.order, work, stream))
            return
        if work.kind is Kind.WRITE:
            self._write(work.address, work.value)
        del self._waiting[stream]
        work.started_ns = self._now_ns
        self._finish(stream, work)

    def _write(self, address: int, value: int) -> None:
        if not self._write_word(address, value):
            self._memory[address] = value

    def _finish(self, stream: Stream, work: Work) -> None:
        work.done_ns = self._now_ns
        work.after.clear()
        assert stream.work[0] is work
        stream.work.popleft()
        if stream.work:
            self._waiting[stream] = None
        elif stream.closing:
            self._streams.remove(stream)
        self.spans[work.tag] = (work.started_ns, work.done_ns)
