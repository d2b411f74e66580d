"""A second context, which does nothing but be switched to.

Decides how a device is made to change contexts and come back. On an H100 that makes
kernels begin sooner: once kernels have gone to two streams in turn some ten times, each
kernel of the context begins 0.2 to 0.4 us later, until the device has been in another
context (ARCHITECTURE.md, "Two speeds of a context"). It must never know why or how
often that is asked for. Called by `backend.py`.
"""

from __future__ import annotations

import contextlib
from typing import Any

from broker.device.backend import DeviceError
from broker.device.cuda.driver import Driver

BYTES = 4096
NON_BLOCKING = 1
# The control thread sleeps meanwhile; nothing is timed.
BLOCKING_SYNC, DISABLE_TIMING = 1, 2


class SecondContext:
    """Args: first: what is current, before and after each call.

    Raises: DeviceError: there is no room for it. Cost: some 150 ms, and as much device
    memory as any context takes.
    """

    def __init__(self, driver: Driver, device: Any, first: Any) -> None:
        self._driver = driver
        self._first = first
        self._stream: Any = None
        self._over: Any = None
        self._memory: Any = None
        self._context = driver.call("cuCtxCreate", None, 0, device)  # is current now
        try:
            self._stream = driver.call("cuStreamCreateWithPriority", NON_BLOCKING, 0)
            self._over = driver.call("cuEventCreate", BLOCKING_SYNC | DISABLE_TIMING)
            self._memory = driver.call("cuMemAllocAsync", BYTES, self._stream)
        except BaseException:
            self._end()
            raise
        finally:
            driver.call("cuCtxSetCurrent", first)

    def switch(self) -> None:
        """Wait until the device has done something here."""
        self._driver.call("cuCtxSetCurrent", self._context)
        try:
            self._fill()
        finally:
            self._driver.call("cuCtxSetCurrent", self._first)

    def close(self) -> None:
        with contextlib.suppress(DeviceError):
            self._driver.call("cuCtxSetCurrent", self._context)
            self._end()
        self._driver.call("cuCtxSetCurrent", self._first)

    def _fill(self) -> None:
        self._driver.call("cuMemsetD8Async", self._memory, 0, BYTES, self._stream)
        self._driver.call("cuEventRecord", self._over, self._stream)
        self._driver.call("cuEventSynchronize", self._over)

    def _end(self) -> None:
        """Memory of a pool would outlive the context."""
        with contextlib.suppress(DeviceError):
            if self._memory is not None:
                self._driver.call("cuMemFreeAsync", self._memory, self._stream)
            if self._over is not None:
                self._driver.call("cuEventDestroy", self._over)
            if self._stream is not None:
                self._driver.call("cuStreamDestroy", self._stream)
        self._driver.call("cuCtxDestroy", self._context)
