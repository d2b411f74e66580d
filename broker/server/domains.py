"""In the broker: the worker processes of trust domains, from their start to their end.

Decides when a process is started, how often it may be started again, and what its
sessions are told when it dies. Sessions of other domains feel nothing of that. It must
never know devices, policies or frames of calls. `serve.py` makes the domains and says
how a process is started; `broker.py` asks them for places for sessions.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from broker.device.backend import Clock, DeviceProperties
from broker.server.channel import Channel, pair
from broker.server.fault import FaultReport, log_in_flight
from broker.server.hints import Hints
from broker.server.pump import Pump
from broker.server.remote_session import RemoteSession
from broker.server.remote_worker import RemoteWorker
from broker.server.tenants import Tenant
from broker.server.usage import Usage
from broker.wire._codec import encode_frame
from broker.wire.gen import messages as wire

# A process that was killed leaves no CUresult of its own: CONTEXT_IS_DESTROYED.
RESULT_KILLED = 709
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 2.0
REFRESH_SECONDS_MAX = 1.0
MINUTE_SECONDS = 60.0
TRACE_ENTRY_BYTES = 48

log = logging.getLogger("broker.domains")


class DomainFailed(Exception):
    """The process of a domain cannot serve; the text says why."""


class Owner(Protocol):
    """The broker, as a domain sees it."""

    sessions: dict[int, Any]
    pump: Pump

    def tenant(self, name: str) -> Tenant | None: ...


# (our name, descriptor of the process's end of the channel) -> the process
Start = Callable[[str, int], "subprocess.Popen[bytes]"]


class RemoteDevice:
    """What a broker without a device context of its own says about the device."""

    def __init__(self, properties: DeviceProperties, clock: Clock) -> None:
        self.properties = properties
        self.name = properties.backend
        self.clock = clock
        self.switches_contexts = False
        self.stream_turns = 0

    def close(self) -> None:
        """Its processes have the contexts."""


class Domain:
    """One trust domain with a process of its own, over all lives of that process.

    Args: start: starts the process. about: the first message it gets, with the
    descriptor of the shared floor. restarts_per_minute_max: then it stays down.
    hang_seconds: without a sign of life, or in one drained slot; then it is killed.
    """

    def __init__(
        self,
        name: str,
        loop: asyncio.AbstractEventLoop,
        start: Start,
        about: Mapping[str, Any],
        floor_fd: int,
        worker: RemoteWorker,
        restarts_per_minute_max: int,
        hang_seconds: float,
    ) -> None:
        self.name = name
        self.worker = worker
        self.properties: DeviceProperties | None = None
        self.lateness: dict[str, int] = {}
        self.lives = 0
        self.pid = 0
        self._loop = loop
        self._start = start
        self._about = dict(about)
        self._floor_fd = floor_fd
        self._restarts_max = restarts_per_minute_max
        self._hang_seconds = hang_seconds
        self._heard = 0.0
        self._deaths: list[float] = []
        self._owner: Owner | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._ready = asyncio.Event()
        self._problem = ""
        self._result = RESULT_KILLED
        self._stopping = False
        self._exited = asyncio.Event()
        self._usage: dict[str, Usage] = {}
        self._tokens = itertools.count(1)
        self._refreshing: dict[int, asyncio.Future[None]] = {}
        self._told: dict[str, Callable[..., None]] = {
            "ready": self._is_ready,
            "failed": self._failed,
            "opened": self._of_session(RemoteSession.opened),
            "gone": self._of_session(RemoteSession.gone),
            "closed": self._of_session(RemoteSession.worker_closed),
            "ended": self._of_session(RemoteSession.ended),
            "settled": self._of_session(RemoteSession.settled_there),
            "names": self._of_session(RemoteSession.named),
            "report": self._report,
            "refreshed": self._refreshed,
            "hint": self._hint,
            "tenant": self._tenant,
            "totals": worker.take_totals,
            "lateness": self._lateness,
            "trace": self._trace,
            "news": self._news,
            "false_alarm": self._false_alarm,
            "drain": self._drain,
            "drained": worker.drained,
            "fault": self._fault,
        }

    # ---------------------------------------------------------- start, stop
    def begin(self) -> None:
        """Start a process; `ready` waits for it."""
        self.lives += 1
        self._problem, self._result = "", RESULT_KILLED
        self._exited.clear()
        ours, theirs = pair()
        with theirs:
            self._process = self._start(self.name, theirs.fileno())
        self.pid = self._process.pid
        self._watch(os.pidfd_open(self.pid))
        self._channel = Channel(self._loop, ours, self._received, self._ended)
        about = {**self._about, "life": self.lives}
        self._channel.send("start", about, fds=[self._floor_fd])

    def _watch(self, pidfd: int) -> None:
        """The system's own word that the process has ended."""

        def ended() -> None:
            self._loop.remove_reader(pidfd)
            os.close(pidfd)
            assert self._process is not None
            self._process.wait()
            self._exited.set()
            self._ended()
            if not self._stopping:
                self._restart()

        self._loop.add_reader(pidfd, ended)

    async def ready(self) -> None:
        """Wait until the process serves. Raises: DomainFailed."""
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                await self._ready.wait()
        except TimeoutError:
            raise DomainFailed(
                f"domain {self.name}: no answer after {START_SECONDS_MAX:g} s"
            ) from None
        if self._problem:
            raise DomainFailed(f"domain {self.name}: {self._problem}")

    def describe(self) -> dict[str, Any]:
        """For `status`."""
        return {
            "domain": self.name,
            "isolation": "process",
            "pid": self.pid,
            "life": self.lives,
            "state": "serves" if self.worker.serves else self._problem or "starts",
            "sessions": len(self._sessions()),
        }

    def own(self, owner: Owner) -> None:
        """From now on its sessions are this broker's."""
        self._owner = owner
        worker, pump = self.worker, owner.pump
        worker.ready = lambda: self._loop.call_soon(pump.read_messages, worker)
        self._look_for_life()

    def _look_for_life(self) -> None:
        """Ask for a sign of life, and end a process that gives none."""
        silent = time.monotonic() - self._heard
        if self.worker.serves and silent > self._hang_seconds:
            self._hung(self.worker.life, f"said nothing for {silent:.1f} s")
        elif self.worker.serves:
            self.send("refresh", 0)
        if not self._stopping:
            self._loop.call_later(self._hang_seconds / 4, self._look_for_life)

    def _hung(self, life: int, why: str) -> None:
        if self.worker.serves and life == self.worker.life and self._process:
            log.error("domain %s: its process %d %s", self.name, self.pid, why)
            self._process.kill()

    async def stop(self) -> None:
        """End the process; one that does not end by itself is killed."""
        self._stopping = True
        if self._process is None:
            return
        self.send("stop")
        try:
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await self._exited.wait()
        except TimeoutError:
            self._process.kill()
            await self._exited.wait()

    def kill(self) -> None:
        """At once, and wait: this process is about to be replaced."""
        self._stopping = True
        if self._process is not None and not self._exited.is_set():
            self._process.kill()
            self._process.wait()

    async def refresh(self) -> None:
        """Have the process report everything that has changed."""
        if self._channel is None:
            return
        token = next(self._tokens)
        waiter = self._refreshing[token] = self._loop.create_future()
        self.send("refresh", token)
        try:
            async with asyncio.timeout(REFRESH_SECONDS_MAX):
                await waiter
        except TimeoutError:
            pass
        finally:
            del self._refreshing[token]

    def _refreshed(self, token: int) -> None:
        waiter = self._refreshing.get(token)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def send(self, *message: Any, **more: Any) -> None:
        if self._channel is not None:
            self._channel.send(*message, **more)

    # ------------------------------------------------------------ its deaths
    def _ended(self) -> None:
        """The channel has closed, or the process has gone: whichever is seen first."""
        if self._channel is None:
            return
        self._channel.close()
        self._channel = None
        for token in list(self._refreshing):
            self._refreshed(token)
        self._ready.clear()
        assert self._process is not None
        if not self._stopping:
            log.error(
                "domain %s: its process %d has ended; its sessions are lost",
                *(self.name, self.pid),
            )
            self._process.kill()
        text = f"the process of trust domain {self.name} has ended"
        last = encode_frame(wire.Fault(result=self._result, message=text))
        for session in self._sessions():
            session.lose(self._result, last)
        self.worker.end()
        for name in self._usage:
            tenant = self._owner.tenant(name) if self._owner else None
            if tenant is not None:
                tenant.quota.used = 0
        self._usage.clear()

    def _sessions(self) -> list[RemoteSession]:
        if self._owner is None:
            return []
        found = self._owner.sessions.values()
        return [s for s in found if getattr(s, "worker", None) is self.worker]

    def _restart(self) -> None:
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < MINUTE_SECONDS]
        if self._problem and self.lives == 1:
            return  # it never served: the broker does not start at all
        if len(self._deaths) >= self._restarts_max:
            self._problem = f"it died {len(self._deaths) + 1} times within a minute"
            log.critical("domain %s: %s; it stays down", self.name, self._problem)
            self._ready.set()
            return
        self._deaths.append(now)
        log.warning("domain %s: starting life %d", self.name, self.lives + 1)
        self.begin()

    # ---------------------------------------------------- what the process says
    def _received(self, message: list[Any], fds: list[int]) -> None:
        what, *values = message
        self._heard = time.monotonic()
        self._told[what](*values)

    def _of_session(self, method: Callable[..., None]) -> Callable[..., None]:
        def told(sid: int, *values: Any) -> None:
            session = self._session(sid)
            if session is not None:
                method(session, *values)

        return told

    def _session(self, sid: int) -> RemoteSession | None:
        return None if self._owner is None else self._owner.sessions.get(sid)

    def _is_ready(self, properties: dict[str, Any], granularity_bytes: int) -> None:
        self.properties = DeviceProperties(**properties)
        assert self._channel is not None
        self.worker.begin(self._channel.send)
        self._ready.set()
        log.info("domain %s: process %d serves", self.name, self.pid)

    def _failed(self, text: str) -> None:
        self._problem = text
        self._ready.set()

    def _report(self, sid: int, values: dict[str, Any], counters: Any) -> None:
        session = self._session(sid)
        if session is not None and not session.worker_done:
            session.reported(values)
            self.worker.take_counters(sid, counters)

    def _hint(self, sid: int, class_: int, weight: float, deadline_ns: int) -> None:
        session = self._session(sid)
        if session is not None and not session.worker_done:
            session.hints_changed(Hints(class_, weight, deadline_ns))

    def _tenant(self, name: str, usage: dict[str, Any], memory_bytes: int) -> None:
        """Add what its tenant has used since the last time."""
        tenant = self._owner.tenant(name) if self._owner else None
        if tenant is None:
            return
        now = Usage(**usage)
        before = self._usage.get(name, Usage())
        tenant.usage.add(now.since(before))
        tenant.quota.used = memory_bytes
        self._usage[name] = now

    def _lateness(self, lateness: dict[str, int]) -> None:
        self.lateness = lateness

    def _trace(self, entries: bytes, lost: int, ended: bool) -> None:
        self.worker.take_trace(entries, lost, ended, TRACE_ENTRY_BYTES)

    def _news(self, entries: list[list[int]]) -> None:
        if self._owner is None:
            return
        pump, sessions = self._owner.pump, self._owner.sessions

        def work_arrived(sid: int, arrived_ns: int, preempted: bool) -> None:
            session = sessions.get(sid)
            if session is not None and not session.worker_done:
                pump.work_arrived(sid, arrived_ns, preempted)

        self.worker.news(entries, work_arrived)
        pump.read_messages(self.worker)

    def _false_alarm(self, more_to_come: bool) -> None:
        if self._owner is not None:
            self._owner.pump.false_alarm(more_to_come=more_to_come)

    def _drain(self, ticket: int, sid: int) -> None:
        if self._owner is None:
            return
        life = self.worker.life

        def run(finished: Callable[[Any, BaseException | None], None]) -> None:
            why = f"held a drained slot for {self._hang_seconds:g} s"
            late = self._loop.call_later(self._hang_seconds, self._hung, life, why)

            def over(result: Any, error: BaseException | None) -> None:
                late.cancel()
                finished(result, error)

            self.worker.run_drained(life, ticket, over)

        self._owner.pump.drain(sid, run, lambda result, error: None)

    def _fault(self, values: list[Any]) -> None:
        sid, tenant, result, seq, rows = values
        report = FaultReport(sid, tenant, result, seq, tuple(map(tuple, rows)))
        self._result = report.result
        self._ready.clear()  # who comes now waits for the next life
        about = {"session": report.session, "tenant": report.tenant}
        about |= {"operation": report.seq, "result": report.result}
        log.error("domain %s: %s", self.name, report.text(), extra=about)
        log_in_flight(log, report)


def start_process(
    command: list[str], fd: int, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a worker process that holds the descriptor; its number is the last
    argument."""
    return subprocess.Popen(
        [*command, str(fd)],
        stdin=subprocess.DEVNULL,
        pass_fds=[fd],
        env=None if environment is None else dict(environment),
    )
