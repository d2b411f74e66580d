"""Which real stream a stream gets."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import Rig, Tenant, handle
from tests.unit.device_worker.test_release import WRITE_VALUE, WRITE_VALUE_AT
from tests.unit.device_worker.test_release_naps import Held

STREAMS, SOFT = 3, 8  # SOFT: XW_NATIVE_STREAMS_SOFT
LEVEL = 2  # of a tenant of class 1 in the rig


STREAM_OPEN_AT, STREAM_CLOSE_AT = 2, 3  # of struct xs_backend
STREAM_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(ctypes.c_void_p)
)
STREAM_CLOSE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class Told(Held):
    """Numbers its real streams, and notes that of each marker."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = 0
        self.closed: list[int] = []
        self.marked: list[int] = []

    def capsule(self) -> Any:
        capsule = super().capsule()

        def stream_open(device: Any, level: int, stream: Any) -> int:
            self.opened += 1
            stream[0] = self.opened
            return 0

        def stream_close(device: Any, stream: int) -> int:
            self.closed.append(stream)
            return 0

        def write(
            device: Any, stream: Any, address: int, value: int, width: int
        ) -> int:
            self.marked.append(stream or 0)
            self.words.append((address, value))
            return 0

        self._told = (
            WRITE_VALUE(write),
            STREAM_OPEN(stream_open),
            STREAM_CLOSE(stream_close),
        )
        places = WRITE_VALUE_AT, STREAM_OPEN_AT, STREAM_CLOSE_AT
        for at, function in zip(places, self._told, strict=True):
            self._table[at] = ctypes.cast(function, ctypes.c_void_p).value
        return capsule


@pytest.fixture
def rig() -> Rig:
    return Rig(Told(), idle_grace_ns=1 << 40)


@pytest.fixture
def tenant(rig: Rig) -> Tenant:
    """It has had several streams at work at once, and now none is."""
    tenant = rig.tenant()
    tenant.grant(launches=1 << 20, window_ns=0, most=1 << 20)
    tenant.send(*[m.StreamCreate(handle(1, s), 1, 0) for s in range(2, SOFT + 1)])
    for stream in range(1, STREAMS + 1):
        tenant.send(tenant.launch(stream), m.Complete(handle(1, stream)))
    over(rig)
    assert len(set(rig.backend.marked)) == STREAMS
    return tenant


def over(rig: Rig) -> None:
    """What is out is marked, ends, and is seen to have ended."""
    rig.step()
    rig.backend.end()
    rig.step()
    rig.step()


def used(rig: Rig, tenant: Tenant, stream: int) -> set[int]:
    """Real streams of some launches, each of which ends before the next one comes."""
    rig.backend.marked.clear()
    for _ in range(5):
        tenant.send(tenant.launch(stream), m.Complete(handle(1, stream)))
        over(rig)
    return set(rig.backend.marked)


def test_a_stream_that_runs_dry_keeps_its_real_one(rig: Rig, tenant: Tenant) -> None:
    [first] = used(rig, tenant, 1)
    assert used(rig, tenant, 1) == {first}


def test_streams_in_turn_share_one(rig: Rig, tenant: Tenant) -> None:
    """None of them waits for the other: they are never at work at once."""
    assert used(rig, tenant, 1) == used(rig, tenant, 2) == used(rig, tenant, 3)


def test_of_too_many_one_that_was_used_long_ago_goes(rig: Rig, tenant: Tenant) -> None:
    for stream in range(1, SOFT + 1):
        tenant.send(tenant.launch(stream), m.Complete(handle(1, stream)))
    over(rig)
    assert rig.backend.opened == SOFT and not rig.backend.closed
    [last] = used(rig, tenant, 1)
    rig.worker.set_level(1, LEVEL + 1)  # none of them has this one
    [new] = used(rig, tenant, 1)
    assert new == SOFT + 1
    [closed] = rig.backend.closed
    assert closed != last
    rig.worker.set_level(1, LEVEL)
    assert used(rig, tenant, 1) == {last}
