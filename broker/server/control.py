"""The one thread on which control calls (memory, modules, registration) are made.

Decides nothing; keeps milliseconds of driver time off the loop, and counts how long
each kind of job takes: while a driver call holds the context's lock nobody launches. It
must never know what a job does. `pump.py` hands it jobs, in the order in which they are
to run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

# After a job that took so long, whoever waits for the context's lock has its turn
# before the next one takes it: a lock that is asked for again at once is not given to a
# thread that has to be woken first.
LONG_JOB_NS = 200_000
GAP_SECONDS = 300e-6

# done(result, error): exactly one of them is set, error never for a job that returned.
Done = Callable[[Any, BaseException | None], None]


@dataclass(slots=True)
class JobTimes:
    """Wall time of the jobs of one kind."""

    count: int = 0
    sum_ns: int = 0
    max_ns: int = 0

    def add(self, took_ns: int) -> None:
        self.count += 1
        self.sum_ns += took_ns
        self.max_ns = max(self.max_ns, took_ns)


class ControlThread:
    """Jobs one after the other; `done` is called on the loop.

    Args: others_work: whether anybody's operations are queued or running. at_work: told
    before and after each job whether one runs. Both are called on the control thread.
    times: by the name of the function that a job calls.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        others_work: Callable[[], bool] = lambda: False,
        at_work: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._loop = loop
        self._at_work = at_work
        self._others_work = others_work
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="control")
        self.jobs_run = 0
        self.jobs_waiting = 0
        self.times: dict[str, JobTimes] = {}

    def run(self, job: Callable[[], Any], done: Done) -> None:
        self.jobs_waiting += 1
        self._executor.submit(self._work, job, done)

    def _work(self, job: Callable[[], Any], done: Done) -> None:
        begin_ns = time.monotonic_ns()
        self._at_work(True)
        try:
            result, error = job(), None
        except BaseException as problem:  # whatever it is, the one who asked must know
            result, error = None, problem
        self._at_work(False)
        took_ns = time.monotonic_ns() - begin_ns
        self.times.setdefault(_name(job), JobTimes()).add(took_ns)
        try:
            self._loop.call_soon_threadsafe(self._finished, done, result, error)
        except RuntimeError:  # the loop is closed: the process is on its way out
            return
        if took_ns >= LONG_JOB_NS and self._others_work():
            time.sleep(GAP_SECONDS)

    def _finished(self, done: Done, result: Any, error: BaseException | None) -> None:
        self.jobs_waiting -= 1
        self.jobs_run += 1
        done(result, error)

    def close(self) -> None:
        """Let the job that runs end; the others are dropped."""
        self._executor.shutdown(wait=True, cancel_futures=True)


def control_at_work(workers: Sequence[Any], at_work: bool) -> None:
    """Tell the workers of this process's context."""
    for worker in workers:
        worker.control_at_work(at_work)


def _name(job: Callable[[], Any]) -> str:
    """Of the function itself, where the job only binds arguments to it."""
    function = getattr(job, "func", job)
    if function.__name__ == "run_portion":
        calls = job.args[1]  # type: ignore[attr-defined]
        return str(calls[0][0])
    return str(function.__name__)
