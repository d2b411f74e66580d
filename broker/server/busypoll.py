"""Keeping the loop awake while work may arrive that should not wait for a wake-up.

Decides when the loop looks at its sockets without sleeping. A thread that sleeps is
woken 40 us after a byte has arrived, on a virtual machine and p50; the price of not
sleeping is one processor while lower work runs beside a connected higher class, and for
a moment when a request begins. It must never know sockets or the scheduler: `wanted`
says whether arrivals are expected. Made by `broker.py` where the configuration asks for
it (`server.busy_poll`); kicked by `pump.py` after decisions.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

# With fewer, a spinning loop would take the processor from issue threads or tenants.
PROCESSORS_MIN = 8


def polls_busily(setting: str, device: str, processors: int | None = None) -> bool:
    """What `server.busy_poll` comes to on this machine; device: the backend's name."""
    if setting != "auto":
        return setting == "on"
    spare = (processors or os.cpu_count() or 1) >= PROCESSORS_MIN
    return device == "cuda" and spare


class BusyPoll:
    """Args: wanted: called in every turn of the loop; False lets it sleep again."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, wanted: Callable[[], bool]
    ) -> None:
        self._loop = loop
        self._wanted = wanted
        self.active = False

    def kick(self) -> None:
        """Something has changed: begin if it is wanted now."""
        if not self.active and self._wanted():
            self.active = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        # A loop with a callback due does not sleep in its poll.
        if self._wanted():
            self._loop.call_soon(self._turn)
        else:
            self.active = False
