"""The moment between a request's end and the grants of those who were held for it: the
issue thread looks without a sleep, if anybody is held, on a device that is polled.

No thread runs here: each step is one that the thread would make, and says how long the
thread would sleep after it.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from broker.device import _worker as w
from broker.device.null import NullBackend
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, Tenant, handle

HELD, BULK = 0, 1
ADVANCE = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64)
FIELDS, ADVANCE_AT = 21, 17  # of struct xs_backend: pointers, and which is `advance`
HANDOVER_NS = 300_000  # of worker_watch.c
NEXT_NS = 1_000  # from step to step; longer than the thread spins for who waited
GRAPH, EXEC = handle(8, 1), handle(9, 1)
NO_LIMIT = (1 << 62, 1 << 30)


class Polled(NullBackend):
    """The null device, but it says nothing by itself, as a GPU."""

    def capsule(self) -> Any:
        api = ctypes.pythonapi
        api.PyCapsule_GetPointer.restype = ctypes.c_void_p
        api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
        api.PyCapsule_New.restype = ctypes.py_object
        api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        original = api.PyCapsule_GetPointer(super().capsule(), b"xs_backend")
        pointers = (ctypes.c_void_p * FIELDS).from_address(original)
        assert ADVANCE(pointers[ADVANCE_AT])(None, 0) == w.NEVER
        self._table = (ctypes.c_void_p * FIELDS)(*pointers)
        self._advance = ADVANCE(lambda device, now_ns: 0)
        self._table[ADVANCE_AT] = ctypes.cast(self._advance, ctypes.c_void_p).value
        return api.PyCapsule_New(ctypes.addressof(self._table), b"xs_backend", None)


def bench() -> tuple[Rig, Tenant, Tenant]:
    """Of two classes, the lower one held for the higher one; on a clock set by hand."""
    rig = Rig(Polled(), spin_wall_ns=1, idle_grace_ns=0)
    high, low = rig.tenant(1, 0), rig.tenant(2, 1)
    rig.worker.set_floor(255, 0)
    high.grant(launches=100_000)
    low.grant(mode=HELD)
    sleeps(rig, 0)
    return rig, high, low


def sleeps(rig: Rig, ns: int) -> bool:
    """Whether the issue thread sleeps after its step so much later."""
    rig.now += ns
    return bool(rig.worker.thread_step(rig.now) > 0)


def play_request(rig: Rig, high: Tenant) -> None:
    """It is over, and told to be, when this returns."""
    last = high.send(high.launch(), m.Complete(handle(1, 1)))
    assert rig.worker.needs_grant(1)  # as the reader asks: it is not idle any more
    sleeps(rig, NEXT_NS)
    assert high.line(1) == last
    assert any(one[0] == "IDLED" for one in rig.told())


def test_where_nobody_is_held_the_issue_thread_sleeps() -> None:
    rig, high, _ = bench()
    for _ in range(3):
        play_request(rig, high)
        assert sleeps(rig, NEXT_NS)


def test_where_nobody_of_those_held_has_work_it_sleeps() -> None:
    rig, high, low = bench()
    low.grant(mode=BULK)
    low.send(low.launch(), m.Complete(handle(1, 1)))
    sleeps(rig, NEXT_NS)
    low.grant(mode=HELD)
    play_request(rig, high)
    assert sleeps(rig, NEXT_NS)


def test_where_somebody_is_held_it_looks_for_a_moment() -> None:
    rig, high, low = bench()
    low.send(low.launch())
    for _ in range(3):
        play_request(rig, high)
        assert not sleeps(rig, NEXT_NS)
        assert not sleeps(rig, HANDOVER_NS - 2 * NEXT_NS)
        assert sleeps(rig, 2 * NEXT_NS)


@pytest.mark.parametrize("what", ["launch", "copy", "fill", "graph"])
def test_the_first_operation_of_those_held_ends_the_look(what: str) -> None:
    rig, high, low = bench()
    low.send(*operations(low)[what])
    if what == "graph":
        instantiate(rig, low)
        low.send(m.GraphLaunch(handle(1, 1), EXEC))
    play_request(rig, high)
    assert not sleeps(rig, NEXT_NS)
    rig.worker.set_floor(255, 0)  # work that was handed over has lowered it
    low.grant(mode=BULK)
    rig.worker.thread_step(rig.now)
    assert rig.worker.counters(2)["queued"] == 0
    assert sleeps(rig, NEXT_NS)


def operations(low: Tenant) -> dict[str, list[Any]]:
    stream = handle(1, 1)
    graph_node = m.Launch(GRAPH, low.function, 1, 1, 1, 32, 1, 1, 0, bytes(8), b"")
    return {
        "launch": [low.launch()],
        "copy": [m.CopyH2d(stream, VA, 0, 4096)],
        "fill": [m.Memset(stream, VA, 0, 4, 1024)],
        "graph": [m.GraphCreate(GRAPH), graph_node],
    }


def instantiate(rig: Rig, low: Tenant) -> None:
    form = rig.prepare(GRAPH, EXEC, *NO_LIMIT, sid=low.sid)
    form.realize()
    assert rig.worker.publish_graph(low.sid, EXEC, form, False)
