"""The floor in memory that processes share: one store stops lower work in all."""

from __future__ import annotations

import mmap
import os

from broker.device import _worker as w
from tests.unit.device_worker.rig import Rig, address


def test_an_arrival_lowers_the_floor_of_every_process() -> None:
    """Two mappings of one file stand for two processes."""
    fd = os.memfd_create("floor")
    os.ftruncate(fd, mmap.PAGESIZE)
    ours, theirs = (mmap.mmap(fd, mmap.PAGESIZE) for _ in range(2))
    os.close(fd)
    assert w.FLOOR_BYTES <= mmap.PAGESIZE
    floor = w.Floor(address(ours))
    other = w.Floor(address(theirs), fresh=False)
    assert (floor.class_, other.class_) == (255, 255)
    rig = Rig(floor=floor)
    rig.tenant(1, class_=0)
    other.set(255, 0)  # class 0 may lower it
    assert rig.worker.arrived_at(1, 1_000)
    assert (floor.class_, other.class_) == (0, 0)
    other.set(255, 0)
    assert floor.class_ == 255


def test_a_floor_that_others_use_is_left_as_it_is() -> None:
    page = mmap.mmap(-1, mmap.PAGESIZE)
    w.Floor(address(page)).set(3, 1)
    assert w.Floor(address(page), fresh=False).class_ == 3
    assert w.Floor().class_ == 255
