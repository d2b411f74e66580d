"""The one thread on which control calls (memory, modules, registration) are made.

Decides nothing; keeps milliseconds of driver time off the loop. It must never know what
a job does. `pump.py` hands it jobs, in the order in which they are to run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

# done(result, error): exactly one of them is set, error never for a job that returned.
Done = Callable[[Any, BaseException | None], None]


class ControlThread:
    """Jobs one after the other; `done` is called on the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="control")
        self.jobs_run = 0
        self.jobs_waiting = 0

    def run(self, job: Callable[[], Any], done: Done) -> None:
        self.jobs_waiting += 1
        self._executor.submit(self._work, job, done)

    def _work(self, job: Callable[[], Any], done: Done) -> None:
        try:
            result, error = job(), None
        except BaseException as problem:  # whatever it is, the one who asked must know
            result, error = None, problem
        try:
            self._loop.call_soon_threadsafe(self._finished, done, result, error)
        except RuntimeError:  # the loop is closed: the process is on its way out
            pass

    def _finished(self, done: Done, result: Any, error: BaseException | None) -> None:
        self.jobs_waiting -= 1
        self.jobs_run += 1
        done(result, error)

    def close(self) -> None:
        """Let the job that runs end; the others are dropped."""
        self._executor.shutdown(wait=True, cancel_futures=True)
