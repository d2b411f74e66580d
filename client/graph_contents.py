"""What the nodes of a graph name in this process, and for how long it is kept.

Decides what lives as long as a graph or an executable form of it: host memory of
copies, functions of host nodes, buffers and events. Must never know how a node is made
or launched. Called by `graphs.py`, `graph_execs.py`, `capture.py` and `objects.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from client import errors
from client.arena import Slot

if TYPE_CHECKING:
    from client.objects import EventCore
    from client.session import SessionCore


class HostMemory:
    """Up to 4 MiB of host memory that a graph's copy reads or writes at each launch."""

    def __init__(self, session: SessionCore, slot: Slot) -> None:
        self._session = session
        self._slot = slot
        self.offset, self.nbytes = slot.offset, slot.nbytes

    def write(self, array: Any, offset: int = 0) -> None:
        """What launches from now on copy to the device. Not while one is in flight."""
        data = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        self._check(offset, data.nbytes)
        self._session.native.stage(self.offset + offset, data, 0, data.nbytes)

    def read(self, array: np.ndarray, offset: int = 0) -> None:
        """Fill a contiguous array with what the last launch brought; wait first."""
        data = array.reshape(-1).view(np.uint8)
        self._check(offset, data.nbytes)
        self._session.native.unstage(self.offset + offset, data, 0, data.nbytes)

    def _check(self, offset: int, nbytes: int) -> None:
        if offset < 0 or offset + nbytes > self.nbytes:
            raise ValueError(
                f"{nbytes} bytes at {offset} do not lie in {self.nbytes} of the copy"
            )

    def __del__(self) -> None:
        with suppress(errors.Error):
            self._session.arena.done(self._slot)  # keep_until: no launch uses it


class HostFunction:
    """A host node's function: kept as long as the graph or an executable form is."""

    def __init__(self, session: SessionCore, function: Callable[[], Any]) -> None:
        self._session = session
        self.token = session.callbacks.keep(function)

    def __del__(self) -> None:
        self._session.callbacks.release(self.token)


class Part:
    """What one node names. kept: buffers, host memory, host functions; events: recorded
    by each launch."""

    __slots__ = ("events", "host_functions", "kept")

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.events: list[EventCore] = []
        self.host_functions = 0

    def add(self, other: Part) -> None:
        self.kept += other.kept
        self.events += other.events
        self.host_functions += other.host_functions


class Contents:
    """What a graph's nodes name, by their numbers. An update of one node replaces its
    part; a child's nodes are one part of the parent."""

    def __init__(self) -> None:
        self.parts: dict[int, Part] = {}

    def of(self, number: int) -> Part:
        return self.parts.setdefault(number, Part())

    def all(self) -> Part:
        whole = Part()
        for part in self.parts.values():
            whole.add(part)
        return whole

    def copy(self) -> Contents:
        made = Contents()
        for number, part in self.parts.items():
            made.of(number).add(part)
        return made
