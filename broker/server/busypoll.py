"""Keeping the loop awake while work may arrive that should not wait for a wake-up.

Decides when the loop looks at its sockets without sleeping. A thread that sleeps is
woken 40 us after a byte has arrived, on a virtual machine and p50; the price of not
sleeping is one processor while lower work runs beside a connected higher class, and for
a moment when a request begins. It must never know sockets or the scheduler: `wanted`
says whether arrivals are expected. Made by `broker.py` where the configuration asks for
it (`server.busy_poll`), and by `domain_host.py` in a worker process; kicked after
decisions, and there by `relay.py`.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

# With fewer, a spinning loop would take the processor from issue threads or tenants. A
# worker process has a loop and an issue thread more.
PROCESSORS_MIN = 8
PROCESSORS_OF_PROCESS = 2


def polls_busily(
    setting: str, device: str, processors: int | None = None, processes: int = 0
) -> bool:
    """What `server.busy_poll` comes to on this machine.

    Args: device: the backend's name. processes: worker processes whose loops may spin
        beside the broker's; 0 asks for the broker's own.
    """
    if setting != "auto":
        return setting == "on"
    wanted = PROCESSORS_MIN + PROCESSORS_OF_PROCESS * processes
    return device == "cuda" and (processors or os.cpu_count() or 1) >= wanted


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
