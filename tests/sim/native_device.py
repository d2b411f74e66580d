"""The model device behind the native seam: an xs_backend table whose functions are
Python.

Decides nothing. It lets the C worker drive `device.ModelDevice` under virtual time, and
tells `issued` which operation of which session was handed over, as far as the seam
shows it: launches carry their number as a parameter, copies as their place in the host
arena, value operations as their address. Called by `native_worker`; mirrors backend.h.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, c_int, c_int64, c_uint32, c_uint64, c_void_p
from typing import Any

from tests.sim.device import ModelDevice, Stream, Work
from tests.sim.program import Kind

VA_BASE = 0x5000_0000_0000
VA_BYTES = 1 << 30  # of each session
COPY_BYTES = 64
WORD_BYTES = 8
NOT_READY = 600


class XsLaunch(ctypes.Structure):
    """struct xs_launch of backend.h."""

    _fields_ = (
        ("function", c_void_p),
        ("grid", c_uint32 * 3),
        ("block", c_uint32 * 3),
        ("shared_bytes", c_uint32),
        ("params", c_void_p),
        ("params_bytes", c_uint32),
        ("attributes", c_void_p),
        ("attributes_count", c_uint32),
    )


class XsGraphNode(ctypes.Structure):
    """struct xs_graph_node of backend.h; its launch stands for the union."""

    _fields_ = (
        ("kind", c_int),
        ("depends_count", c_uint32),
        ("depends", c_void_p),
        ("launch", XsLaunch),
    )


_DEVICE = c_void_p
# The second parameter of a launch that is a graph's node: this, graph and node.
NODE_MARK = 1 << 40
_SIGNATURES: dict[str, Any] = {
    "enter": CFUNCTYPE(c_int, _DEVICE),
    "stream_open": CFUNCTYPE(c_int, _DEVICE, c_int, POINTER(c_void_p)),
    "stream_close": CFUNCTYPE(c_int, _DEVICE, c_void_p),
    "event_open": CFUNCTYPE(c_int, _DEVICE, POINTER(c_void_p)),
    "event_close": CFUNCTYPE(c_int, _DEVICE, c_void_p),
    "launch": CFUNCTYPE(c_int, _DEVICE, c_void_p, POINTER(XsLaunch)),
    "copy": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_int, c_uint64, c_uint64, c_uint64),
    "copy_rows": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_int, c_void_p),
    "fill": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_uint64, c_uint32, c_uint32, c_uint64),
    "fill_rows": CFUNCTYPE(
        c_int,
        _DEVICE,
        c_void_p,
        c_uint64,
        c_uint64,
        c_uint32,
        c_uint32,
        *[c_uint64] * 2,
    ),
    "event_record": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_void_p),
    "stream_wait": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_void_p),
    "write_value": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_uint64, c_uint64, c_uint32),
    "wait_value": CFUNCTYPE(
        c_int, _DEVICE, c_void_p, c_uint64, c_uint64, c_uint32, c_uint32
    ),
    "elapsed": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_void_p, POINTER(c_int64)),
    "query": CFUNCTYPE(c_int, _DEVICE, c_void_p),
    "advance": CFUNCTYPE(c_uint64, _DEVICE, c_uint64),
    "graph_launch": CFUNCTYPE(c_int, _DEVICE, c_void_p, c_void_p),
    "graph_open": CFUNCTYPE(
        c_int, _DEVICE, c_void_p, c_uint32, POINTER(c_void_p), POINTER(c_uint32)
    ),
    "graph_close": CFUNCTYPE(c_int, _DEVICE, c_void_p),
}


class XsBackend(ctypes.Structure):
    """struct xs_backend of backend.h."""

    _fields_ = (("device", c_void_p), *_SIGNATURES.items())


class NativeDevice:
    """issued: (session, seq, kind) whenever an operation that shows is handed over.

    duration: (session, seq) -> ns. arena_of: host address -> (session, first address).
    """

    def __init__(
        self,
        slots: int,
        issued: Callable[[int, int, Kind], None],
        duration: Callable[[int, int], int],
        arena_of: Callable[[int], tuple[int, int]],
        word_of: Callable[[int, int, Kind], int],
        part: Callable[[list[tuple[int, int]]], tuple[int, Any, int]],
    ) -> None:
        self.model = ModelDevice(slots, write_host_word)
        self.failure: BaseException | None = None
        self._issued = issued
        self._duration = duration
        self._arena_of = arena_of
        self._word_of = word_of
        self._part = part
        self._numbers = itertools.count(1)
        self._streams: dict[int, Stream] = {}
        self._events: dict[int, Work | None] = {}
        self._graphs: dict[int, list[tuple[int, int]]] = {}
        self._callbacks = {
            name: signature(self._guard(getattr(self, "_" + name)))
            for name, signature in _SIGNATURES.items()
        }
        self._table = XsBackend(None, *self._callbacks.values())
        self._name = b"xs_backend"

    def capsule(self) -> Any:
        """PyCapsule "xs_backend"; valid while self lives."""
        make = ctypes.pythonapi.PyCapsule_New
        make.restype = ctypes.py_object
        make.argtypes = (c_void_p, ctypes.c_char_p, c_void_p)
        return make(ctypes.addressof(self._table), self._name, None)

    def _guard(self, function: Callable[..., Any]) -> Callable[..., int]:
        """An exception cannot cross C: keep the first one for the caller of step()."""

        def call(device: Any, *arguments: Any) -> int:
            try:
                return int(function(*arguments) or 0)
            except BaseException as failure:
                self.failure = self.failure or failure
                return 999

        return call

    # ---- the table

    def _enter(self) -> None:
        return

    def _stream_open(self, level: int, out: Any) -> None:
        number = next(self._numbers)
        self._streams[number] = self.model.stream_open(level)
        out[0] = number

    def _stream_close(self, stream: int) -> None:
        """As cuStreamDestroy: what it holds still runs."""
        self.model.stream_close_when_empty(self._streams.pop(stream))

    def _event_open(self, out: Any) -> None:
        number = next(self._numbers)
        self._events[number] = None
        out[0] = number

    def _event_close(self, event: int) -> None:
        del self._events[event]

    def _launch(self, stream: int, launch: Any) -> None:
        words = ctypes.cast(launch[0].params, POINTER(c_uint64))
        session, seq = words[0], words[1]
        if seq & NODE_MARK:
            self._segment(stream, [(session, seq)])
            return
        self._timed(stream, Kind.LAUNCH, session, seq)

    def _segment(self, stream: int, nodes: list[tuple[int, int]]) -> None:
        """Part of a graph: which launch of it this is, the worker's order tells."""
        session, tag, duration_ns = self._part(nodes)
        work = Work(Kind.LAUNCH, tag=(session, tag), duration_ns=duration_ns)
        self.model.push(self._streams[stream], work)
        self._issued(session, tag, Kind.GRAPH)

    def _graph_open(self, nodes: int, count: int, out: Any, bad: Any) -> None:
        number = next(self._numbers)
        table = ctypes.cast(nodes, POINTER(XsGraphNode))
        found = []
        for i in range(count):
            words = ctypes.cast(table[i].launch.params, POINTER(c_uint64))
            found.append((words[0], words[1]))
        self._graphs[number] = found
        out[0] = number

    def _graph_launch(self, stream: int, graph: int) -> None:
        self._segment(stream, self._graphs[graph])

    def _graph_close(self, graph: int) -> None:
        del self._graphs[graph]

    def _copy_rows(self, *arguments: Any) -> int:
        raise AssertionError("the programs have no rows")

    def _fill_rows(self, *arguments: Any) -> int:
        raise AssertionError("the programs have no rows")

    def _copy(
        self, stream: int, kind: int, destination: int, source: int, nbytes: int
    ) -> None:
        session, base = self._arena_of(source)
        self._timed(stream, Kind.COPY, session, (source - base) // COPY_BYTES)

    def _fill(self, *arguments: Any) -> int:
        raise AssertionError("the programs have no fills")

    def _timed(self, stream: int, kind: Kind, session: int, seq: int) -> None:
        duration_ns = self._duration(session, seq)
        work = Work(kind, tag=(session, seq), duration_ns=duration_ns)
        self.model.push(self._streams[stream], work)
        self._issued(session, seq, kind)

    def _event_record(self, stream: int, event: int) -> None:
        work = self.model.push(self._streams[stream], Work(Kind.RECORD))
        self._events[event] = work

    def _stream_wait(self, stream: int, event: int) -> None:
        recorded = self._events[event]
        after = [] if recorded is None else [recorded]
        self.model.push(self._streams[stream], Work(Kind.WAIT, after=after))

    def _write_value(self, stream: int, address: int, value: int, width: int) -> None:
        self._value(stream, Kind.WRITE, address, value)

    def _wait_value(
        self, stream: int, address: int, value: int, width: int, condition: int
    ) -> None:
        assert (width, condition) == (8, 0)
        self._value(stream, Kind.WAIT_VALUE, address, value)

    def _value(self, stream: int, kind: Kind, address: int, value: int) -> None:
        work = Work(kind, address=address, value=value)
        self.model.push(self._streams[stream], work)
        session, offset = divmod(address - VA_BASE, VA_BYTES)
        if 0 <= session < 1000:
            seq = self._word_of(session, offset // WORD_BYTES, kind)
            self._issued(session, seq, kind)

    def _elapsed(self, start: int, end: int, out: Any) -> int:
        first, last = self._events[start], self._events[end]
        if first is None or last is None or min(first.done_ns, last.done_ns) < 0:
            return NOT_READY
        out[0] = last.done_ns - first.done_ns
        return 0

    def _query(self, stream: int) -> int:
        return NOT_READY if self._streams[stream].work else 0

    def _advance(self, now_ns: int) -> int:
        return self.model.advance(now_ns)


def write_host_word(address: int, value: int) -> bool:
    """Write a word of a shared page; False for device memory."""
    if VA_BASE <= address < VA_BASE + 1000 * VA_BYTES:
        return False
    c_uint64.from_address(address).value = value
    return True
