"""The moment between a request's end and the grants of those who were held for it: the
issue thread looks without a sleep, if anybody is held, on a device that is polled."""

from __future__ import annotations

import ctypes
import time
from typing import Any

from broker.device import _worker as w
from broker.device.null import NullBackend
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import Rig, Tenant, handle

HELD, BULK = 0, 1
ADVANCE = ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64)
FIELDS, ADVANCE_AT = 21, 17  # of struct xs_backend: pointers, and which is `advance`
SOME = 10  # steps; a request takes two or three, looking for 300 us takes more


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
    rig = Rig(Polled(), threaded=True, spin_wall_ns=1, idle_grace_ns=0)
    high, low = rig.tenant(1, 0), rig.tenant(2, 1)
    rig.worker.set_floor(255, 0)
    high.grant(launches=100_000)
    low.grant(mode=HELD)
    rig.worker.start()
    return rig, high, low


def steps_of_a_request(rig: Rig, high: Tenant) -> int:
    """Of the issue thread, for it and until the thread sleeps again."""
    before = rig.worker.totals()["steps"]
    last = high.send(high.launch(), m.Complete(handle(1, 1)))
    assert rig.worker.needs_grant(1)
    end = time.monotonic() + 20
    while not any(one[0] == "IDLED" for one in rig.told()):
        assert time.monotonic() < end and high.line(1) <= last
        time.sleep(0.0001)
    time.sleep(0.005)
    return rig.worker.totals()["steps"] - before


def test_where_nobody_is_held_the_issue_thread_sleeps() -> None:
    rig, high, _ = bench()
    assert all(steps_of_a_request(rig, high) < SOME for _ in range(20))
    rig.worker.stop()


def test_where_somebody_is_held_it_looks_for_a_moment() -> None:
    rig, high, low = bench()
    low.send(low.launch())
    # A machine with other things to do may take the processor away, now and then.
    assert any(steps_of_a_request(rig, high) >= SOME for _ in range(500))
    low.grant(mode=BULK)
    rig.worker.stop()
