"""A device that refuses native graphs: for want of memory, or because it is gone."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from broker.device import _worker as w
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import Rig, handle
from tests.unit.device_worker.test_graph_portions import chain, launch_of
from tests.unit.device_worker.test_handover import Polled

GRAPH, OTHER, EXEC, STREAM = handle(8, 1), handle(8, 2), handle(9, 1), handle(1, 1)
OPEN_AT, CLOSE_AT = 19, 20  # of struct xs_backend
POINTER = ctypes.c_void_p
OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int,
    POINTER,
    POINTER,
    ctypes.c_uint32,
    ctypes.POINTER(POINTER),
    ctypes.POINTER(ctypes.c_uint32),
)
CLOSE = ctypes.CFUNCTYPE(ctypes.c_int, POINTER, POINTER)
FAULT, OUT_OF_MEMORY = 700, 2
NODES, SEGMENT_NODES = 60, 10


class Refusing(Polled):
    """Has room for so many native graphs, then refuses, and names one all the same, as
    a driver may that had it half made."""

    def __init__(self) -> None:
        super().__init__()
        self.room, self.result = 1 << 30, OUT_OF_MEMORY
        self.asked = 0
        self.open: set[int] = set()

    def capsule(self) -> Any:
        capsule = super().capsule()
        self._functions = OPEN(self._open), CLOSE(self._close)
        for at, function in zip((OPEN_AT, CLOSE_AT), self._functions, strict=True):
            self._table[at] = ctypes.cast(function, POINTER).value
        return capsule

    def _open(self, device: Any, nodes: Any, count: int, out: Any, bad: Any) -> int:
        self.asked += 1
        out[0] = self.asked
        if len(self.open) >= self.room:
            return self.result
        self.open.add(self.asked)
        return 0

    def _close(self, device: Any, native: int) -> int:
        self.open.remove(native)
        return 0


@pytest.fixture
def rig() -> Rig:
    rig = Rig(Refusing())
    t = rig.tenant()
    t.grant(launches=1 << 30)
    rig.worker.limit_graphs(1, 1 << 30, 100)
    chain(t, GRAPH, NODES, launch_of(t))
    return rig


def prepared(rig: Rig) -> w.GraphForm:
    return rig.prepare(GRAPH, EXEC, 1 << 62, SEGMENT_NODES)


@pytest.mark.parametrize("result", [OUT_OF_MEMORY, FAULT])
def test_what_was_made_before_is_closed_and_nothing_else(rig: Rig, result: int) -> None:
    backend = rig.backend
    backend.room, backend.result = 3, result
    form = prepared(rig)
    with pytest.raises(w.GraphRefused) as refused:
        form.realize()
    assert (refused.value.result, refused.value.node) == (result, m.GRAPH_NODE_ALL)
    left = rig.give_up(form, charged=True)
    assert [native for native, _ in left] == [1, 2, 3, 0, 0, 0]
    assert sum(nbytes for _, nbytes in left) == form.device_bytes == 600
    assert rig.worker.close_graphs(left) == (6, 0)
    assert backend.open == set()


def test_once_there_is_memory_again_it_is_made(rig: Rig) -> None:
    rig.backend.room = 3
    form = prepared(rig)
    with pytest.raises(w.GraphRefused):
        form.realize()
    rig.worker.close_graphs(rig.give_up(form, charged=True))
    rig.backend.room = 6
    form = prepared(rig)
    assert not form.realize()
    rig.worker.close_graphs(rig.give_up(form, charged=True))
    assert rig.backend.open == set()


def test_an_update_without_memory_leaves_what_there_was(rig: Rig) -> None:
    t = rig.tenants[0]
    form = prepared(rig)
    form.realize()
    assert rig.worker.publish_graph(1, EXEC, form, False)
    before = set(rig.backend.open)
    rig.backend.room = 7
    chain(t, OTHER, NODES, launch_of(t, bytes(7) + b"\1"))
    changed = rig.prepare_update(EXEC, OTHER, m.GRAPH_NODE_ALL)
    with pytest.raises(w.GraphRefused):
        changed.realize()
    left = rig.give_up(changed, charged=True)
    assert rig.worker.close_graphs(left) == (6, 0)
    assert rig.backend.open == before
    seq = t.send(m.GraphLaunch(STREAM, EXEC), m.Complete(STREAM))
    for _ in range(10):
        rig.step(1_000)
    assert (t.line(1), t.error_of(1)) == (seq, 0)


def test_a_context_that_is_gone_is_told_once(rig: Rig) -> None:
    assert rig.worker.tell_fault(1, FAULT)
    assert rig.worker.tell_fault(1, 719)
    faults = [values for name, *values in rig.told() if name == "FAULT"]
    assert [values[:2] for values in faults] == [[1, FAULT]]


@pytest.mark.parametrize("result", [0, 1, OUT_OF_MEMORY, 801])
def test_what_a_context_survives_is_no_fault(rig: Rig, result: int) -> None:
    assert not rig.worker.tell_fault(1, result)
    assert all(name != "FAULT" for name, *_ in rig.told())
