"""A worker process: the sessions of one trust domain, on a device context of their own.

Decides nothing that concerns other domains: who is let in, who issues and who waits is
the broker's business (`domains.py` there, on the other end of the channel). Here are
the readers, the memory, the code and the workers. It must never know policies or
listening sockets. `broker/domain.py` makes one.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from broker.device.backend import Backend, DeviceError
from broker.device.memory import Arena, Quota
from broker.server.busypoll import BusyPoll, polls_busily
from broker.server.channel import Channel
from broker.server.compiling import compiler_for
from broker.server.control import ControlThread, control_at_work
from broker.server.fault import FaultReport, in_flight_of
from broker.server.hangups import Hangups
from broker.server.hints import Hints
from broker.server.modules import ImageCache, as_it_is
from broker.server.pages import Pages
from broker.server.protocol import SessionProtocol
from broker.server.relay import Relay
from broker.server.session import Services, Session, properties_on_wire
from broker.server.settings import GraphsConfig, ServerConfig, TenantConfig
from broker.server.tenants import Tenant
from broker.server.timers import PreciseTimers
from broker.server.usage import Usage
from broker.wire._codec import Intake, encode_frame
from broker.wire.gen import messages as wire

LEVEL_LOWEST = 5
REPORT_SECONDS = 0.25
FAULT_SECONDS = 0.05
TRACE_SECONDS = 0.02
TRACE_ENTRIES = 1024  # of one message
NAMES_BYTES = 64 << 10  # of functions, in one message; each name has 4096 at most
OUT_OF_MEMORY = 2

log = logging.getLogger("broker.domain")


class HostedSession(Session):
    """A session whose connection the broker holds, too.

    Args: let_go: called with its number once the connection has ended here.
    """

    def __init__(self, *args: Any, let_go: Callable[[int], None]) -> None:
        super().__init__(*args)
        self._let_go = let_go

    async def prepare(self) -> None:
        """The broker seals the page, as it maps it as well."""
        status = self.pages.status
        await self._device("register_host", status.address, status.nbytes)
        self._status_registered = True

    def connection_ended(self) -> None:
        super().connection_ended()
        self._let_go(self.sid)


class DomainHost:
    """Args: workers: not started. kinds: module broker.device._worker. end: our end of
    the channel. stop: called with an exit code when the process shall end. processes:
    worker processes of this broker, this one among them."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        config: ServerConfig,
        graphs: GraphsConfig,
        backend: Backend,
        workers: list[Any],
        kinds: Any,
        end: socket.socket,
        stop: Callable[[int], None],
        processes: int,
    ) -> None:
        self.loop = loop
        self.config = config
        self.backend = backend
        self.workers = workers
        self.sessions: dict[int, HostedSession] = {}
        at_work = partial(control_at_work, workers)
        self.control = ControlThread(loop, lambda: True, at_work)
        self.hangups = Hangups(loop)
        self.timers = PreciseTimers(loop)
        self.channel = Channel(loop, end, self._received, lambda: stop(0))
        busy = BusyPoll(loop, lambda: self.relay.turn())
        polls = polls_busily(config.busy_poll, backend.name, processes=processes)
        self.relay = Relay(
            workers,
            kinds,
            backend.clock,
            self.timers.call_later,
            self.control.run,
            self,
            self.channel.send,
            busy.kick if polls else None,
        )
        self._stop = stop
        self._tenants: dict[str, Tenant] = {}
        self._tracing = False
        self._last: dict[Any, Any] = {}
        self._names_told: dict[int, int] = {}
        self._faulted = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._compiler = compiler_for(backend.properties, config)
        self._services = Services(
            config,
            backend,
            properties_on_wire(backend.properties),
            self.relay,  # type: ignore[arg-type]  # the part of a pump sessions use
            ImageCache(config.module_cache_bytes),
            loop,
            {},
            self._session_ended,
            self._used_ns,
            self._compiler.compile if self._compiler else as_it_is,
            graphs,
        )
        self._told: dict[str, Callable[..., Any]] = {
            **self.relay.carry_out(),
            "end": self._end,
            "pause": self._pause,
            "settle": self._settle,
            "hints": self._hints,
            "trace": self._trace,
            "refresh": self._refresh,
            "stop": self.close,
        }

    def start(self) -> None:
        for index, worker in enumerate(self.workers):
            worker.start()
            self.loop.add_reader(worker.fileno(), self.relay.worker_ready, index)
        properties = dataclasses.asdict(self.backend.properties)
        self.channel.send("ready", properties, self.backend.granularity_bytes)
        self._report_again()

    def close(self) -> None:
        """All sessions have ended; give the device back."""
        while self.workers:
            worker = self.workers.pop()
            self.loop.remove_reader(worker.fileno())
            worker.stop()
        self.relay.workers.clear()
        self.control.close()
        if self._compiler is not None:
            self._compiler.kill()
        self.hangups.close()
        self.timers.close()
        self.channel.close()
        self.backend.close()
        self._stop(0)

    # ------------------------------------------------------ what the broker says
    def _received(self, message: list[Any], fds: list[int]) -> None:
        what, *values = message
        if what == "open":
            sid, about, class_, *place = values
            self._spawn(self._open(sid, about, class_, place, fds))
        elif what == "attach":
            self._attach(values[0], socket.socket(fileno=fds[0]))
        else:
            self._told[what](*values)

    def _spawn(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(
        self,
        sid: int,
        about: dict[str, Any],
        class_: int,
        place: list[int],
        fds: list[int],
    ) -> None:
        """Answer "opened", with [CUresult, call, text] when it cannot be."""
        try:
            session = self._made(sid, about, class_, place, fds)
        except (MemoryError, OSError, ValueError) as problem:
            self.channel.send("opened", sid, [OUT_OF_MEMORY, "open", str(problem)])
            return
        try:
            await session.prepare()
        except DeviceError as problem:
            told = [problem.result, problem.call, problem.detail]
            self.channel.send("opened", sid, told)
            session.close()
            return
        self.channel.send("opened", sid, None)

    def _made(
        self,
        sid: int,
        about: dict[str, Any],
        class_: int,
        place: list[int],
        fds: list[int],
    ) -> HostedSession:
        slot, base, nbytes = place
        config, tenant = self.config, self._tenant(about)
        lines, host_bytes = config.streams_max, config.host_arena_bytes
        pages = Pages(slot, lines, host_bytes, 0, fds)
        worker = min(self.workers, key=lambda w: self._load(w))
        try:
            worker.open_session(
                sid,
                class_,
                LEVEL_LOWEST,
                pages.status.address,
                pages.waiters.address,
                pages.arena.address,
                pages.arena.nbytes,
                lines,
                config.queued_operations_max,
            )
        except (MemoryError, ValueError):
            pages.close()
            raise
        quota = tenant.quota_of(about["session_memory_bytes"])
        arena = Arena(base, nbytes, self.backend.granularity_bytes, quota)
        services = self._services
        session = HostedSession(
            *(sid, slot, tenant, class_, worker, pages, arena, services),
            let_go=self._let_go,
        )
        session.graphs.opened()
        self.sessions[sid] = session
        self.relay.open_session(sid, worker)
        tenant.sessions += 1
        return session

    def _load(self, worker: Any) -> int:
        return sum(session.worker is worker for session in self.sessions.values())

    def _tenant(self, about: dict[str, Any]) -> Tenant:
        """Its quota and usage outlive each of its sessions."""
        name = about["name"]
        if name not in self._tenants:
            config = TenantConfig(**about["config"])
            quota = Quota(about["memory_bytes"])
            host = Quota(about["host_memory_bytes"], of="pinned host memory")
            self._tenants[name] = Tenant(
                name, config, quota, host, class_highest=about["class_highest"]
            )
        return self._tenants[name]

    def _used_ns(self, tenant: Tenant) -> int:
        """GPU time of a tenant over all its sessions in this life."""
        return self._usage_of(tenant).used_ns

    def _attach(self, sid: int, connection: socket.socket) -> None:
        session = self.sessions.get(sid)
        if session is None or session.closing:
            connection.close()
            self._let_go(sid)
            return
        connection.setblocking(False)
        protocol = SessionProtocol(
            session,
            Intake(session.worker.sink(sid)),
            self.relay,
            self.loop.call_soon,
            self._services.long_work.later,
            self.loop.call_later,
            self.hangups,
        )
        session.protocol = protocol
        self._spawn(self._connect(protocol, connection))

    async def _connect(
        self, protocol: SessionProtocol, connection: socket.socket
    ) -> None:
        await self.loop.connect_accepted_socket(lambda: protocol, connection)

    def _end(self, sid: int, last_frame: bytes) -> None:
        session = self.sessions.get(sid)
        if session is None:
            self.channel.send("ended", sid)
        else:
            session.end(last_frame)

    def _pause(self, sid: int, reason: str) -> None:
        session = self.sessions.get(sid)
        if session is not None and session.protocol is not None:
            session.protocol.pause(reason)

    def _settle(self, sid: int, token: int) -> None:
        self._spawn(self._settled(sid, token))

    async def _settled(self, sid: int, token: int) -> None:
        session = self.sessions.get(sid)
        if session is not None:
            await session.settled()
        self.channel.send("settled", sid, token)

    def _hints(self, sid: int, class_: int, weight: float, deadline_ns: int) -> None:
        session = self.sessions.get(sid)
        if session is not None and not session.worker_done:
            session.hints, session.class_ = Hints(class_, weight, deadline_ns), class_

    def _let_go(self, sid: int) -> None:
        self._report(sid)
        self.channel.send("gone", sid)

    def _session_ended(self, session: Session) -> None:
        session.tenant.sessions -= 1
        del self.sessions[session.sid]
        self._last.pop(session.sid, None)
        self._names_told.pop(session.sid, None)
        self._report_tenant(session.tenant)
        self.channel.send("ended", session.sid)

    # ---------------------------------------------------- pump.Observer
    def low_water(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.low_water()

    def closed(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            self._report(session)
            found.worker_closed()
            self._report_tenant(found.tenant)

    def graphs_idle(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.graphs.idle()

    def graphs_hot(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.graphs.hot()

    def async_error(self, session: int, result: int, seq: int) -> None:
        if (found := self.sessions.get(session)) is None:
            return
        found.async_errors += 1
        found.log.info(
            "session %d (%s): operation %d failed with CUresult %d",
            session,
            found.tenant.name,
            seq,
            result,
        )

    def fault(self, session: int, result: int, seq: int) -> None:
        """The context is gone: tell every session, the broker, and leave."""
        if self._faulted:
            return
        self._faulted = True
        found = self.sessions.get(session)
        rows = in_flight_of(self.sessions, self.workers)
        tenant = found.tenant.name if found else ""
        report = FaultReport(session, tenant, result, seq, rows)
        self.channel.send("fault", dataclasses.astuple(report))
        for worker in self.workers:
            worker.set_sticky(result)
        last = encode_frame(wire.Fault(result=result, message=report.text()))
        for each in self.sessions.values():
            each.pages.mark_closed()
            if each.protocol is not None:
                each.protocol.close(last)
        # Its frames leave in this turn of the loop or the next; the broker has the
        # connections as well, and the pages say it already.
        self.loop.call_later(FAULT_SECONDS, self._stop, 1)

    # ------------------------------------------------------------- reports
    def _report_again(self) -> None:
        if self.workers:  # not closed yet
            self._report_all()
            self.loop.call_later(REPORT_SECONDS, self._report_again)

    def _refresh(self, token: int) -> None:
        """The broker wants to show how things stand now."""
        if self.workers:
            self._report_all()
        self.channel.send("refreshed", token)

    def _report_all(self) -> None:
        """What has changed since it was last told."""
        for sid in list(self.sessions):
            self._report(sid)
        for tenant in self._tenants.values():
            self._report_tenant(tenant)
        totals = [worker.totals() for worker in self.workers]
        summed = {key: sum(each[key] for each in totals) for key in totals[0]}
        if self._changed("totals", summed):
            self.channel.send("totals", summed)
        lateness = getattr(self.backend, "lateness", None)
        if callable(lateness) and self._changed("lateness", lateness()):
            self.channel.send("lateness", self._last["lateness"])

    def _changed(self, key: Any, value: Any) -> bool:
        if self._last.get(key) == value:
            return False
        self._last[key] = value
        return True

    def _report(self, sid: int) -> None:
        session = self.sessions.get(sid)
        if session is None or session.worker_done:
            return
        counters = session.worker.counters(sid)
        values = session.describe()
        values["graphs"] = session.graphs.usage()
        if self._changed(sid, (values, counters)):
            self.channel.send("report", sid, values, counters)
        names = list(session.function_names().items())
        if self._names_told.get(sid, 0) != len(names):
            self._names_told[sid] = len(names)
            self._tell_names(sid, names)

    def _tell_names(self, sid: int, names: list[tuple[int, str]]) -> None:
        part: list[tuple[int, str]] = []
        nbytes = 0
        for native, name in names:
            part.append((native, name))
            nbytes += len(name.encode()) + 16
            if nbytes >= NAMES_BYTES:
                self.channel.send("names", sid, part)
                part, nbytes = [], 0
        if part:
            self.channel.send("names", sid, part)

    def _report_tenant(self, tenant: Tenant) -> None:
        values = (dataclasses.asdict(self._usage_of(tenant)), tenant.quota.used)
        if self._changed(tenant.name, values):
            self.channel.send("tenant", tenant.name, *values)

    def _usage_of(self, tenant: Tenant) -> Usage:
        usage = Usage()
        usage.add(tenant.usage)
        for session in self.sessions.values():
            if session.tenant is tenant and not session.worker_done:
                usage.add(session.usage())
        return usage

    # --------------------------------------------------------------- trace
    def _trace(self, on: bool) -> None:
        for worker in self.workers:
            worker.trace_start() if on else worker.trace_stop()
        if on and not self._tracing:
            self._tracing = True
            self._send_trace()

    def _send_trace(self) -> None:
        for worker in self.workers:
            while entries := worker.trace_take(TRACE_ENTRIES):
                self.channel.send("trace", entries, 0, False)
        self._tracing = any(worker.trace_on for worker in self.workers)
        if self._tracing:
            self.loop.call_later(TRACE_SECONDS, self._send_trace)
            return
        lost = sum(int(worker.trace_lost) for worker in self.workers)
        self.channel.send("trace", b"", lost, True)
