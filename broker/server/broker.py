"""The broker on its loop: sessions, workers, scheduler and listener put together.

Decides who gets which slot and worker, and the order in which things start and end. It
must never know where its settings came from, nor the command line or metrics formats:
`broker/serve.py` makes one and drives it, `broker/admin.py` and `broker/metrics.py`
read `status()`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from broker.device.backend import Backend, DeviceError
from broker.device.memory import ARENA_BASE, Arena, arena_bytes
from broker.sched.scheduler import Scheduler
from broker.server import handshake, status
from broker.server.busypoll import BusyPoll, polls_busily
from broker.server.compiling import compiler_for
from broker.server.context_switches import ContextSwitches
from broker.server.control import ControlThread, control_at_work
from broker.server.domains import Domain, DomainFailed, RemoteDevice
from broker.server.fault import FaultReport, in_flight_of
from broker.server.hangups import Hangups
from broker.server.listener import Endpoint, Listener
from broker.server.modules import ImageCache, as_it_is
from broker.server.pages import Pages
from broker.server.protocol import SessionProtocol
from broker.server.pump import Pump
from broker.server.remote_session import Place, RemoteSession
from broker.server.session import Services, Session, properties_on_wire
from broker.server.settings import GraphsConfig, ServerConfig, TenantConfig
from broker.server.tenants import Refused, Tenant, Tenants
from broker.server.timers import PreciseTimers
from broker.wire._codec import Intake, encode_frame
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as wire

LEVEL_LOWEST = 5
LAG_PERIOD_SECONDS = 1.0

log = logging.getLogger("broker.server")

AnySession = Session | RemoteSession


class Broker:
    """Args:
    kinds: module broker.device._worker (message kinds).
    workers: not started; sessions of shared domains are spread over them.
    domains: with a process each, by name; ready.
    on_fault: called once, on the loop, when the context is gone and all were told.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        config: ServerConfig,
        tenants: Mapping[str, TenantConfig],
        backend: Backend | RemoteDevice,
        workers: list[Any],
        kinds: Any,
        scheduler: Scheduler,
        *,
        epoch: int,
        version: str,
        on_fault: Callable[[FaultReport], None],
        graphs: GraphsConfig | None = None,
        domains: Mapping[str, Domain] | None = None,
    ) -> None:
        self.loop = loop
        self.config = config
        self.backend = backend
        self.domains = dict(domains or {})
        self.workers = [*workers, *(d.worker for d in self.domains.values())]
        self._own_workers = workers
        self.scheduler = scheduler
        self.epoch = epoch
        self.version = version
        self.started_monotonic = time.monotonic()
        self.timers = PreciseTimers(loop)
        self.control = ControlThread(
            loop, lambda: self.pump.work_is_about, partial(control_at_work, workers)
        )
        self.hangups = Hangups(loop)
        polls = polls_busily(config.busy_poll, backend.name)
        self._busy = BusyPoll(loop, lambda: self.pump.turn())
        self._context_switches = ContextSwitches(
            cast(Backend, backend),  # which has none to switch to where it is remote
            self.timers.call_later,
            self.control.run,
            is_working=lambda: self.pump.work_is_about,
            is_held=lambda: self.pump.somebody_is_held,
        )
        self.pump = Pump(
            scheduler,
            self.workers,
            kinds,
            backend.clock,
            self.timers.call_later,
            self.control.run,
            self,
            self._decided if polls else None,
            holds_back=polls,
            stopwatch=time.perf_counter_ns,
            hold_ended=self._context_switches.hold_ended,
        )
        self.properties = properties_on_wire(backend.properties)
        self.tenants = Tenants(config, tenants, backend.properties.memory_bytes)
        self.images = ImageCache(config.module_cache_bytes)
        self.sessions: dict[int, Any] = {}  # Session, RemoteSession
        self.draining = False
        self.refusals: dict[str, int] = {}
        self.sessions_total = 0
        self.faulted = False
        self.loop_lag_max_seconds = 0.0
        self._on_fault = on_fault
        self._next_sid = 1
        self._free_slots = list(range(config.sessions_max - 1, -1, -1))
        self._arena_bytes = arena_bytes(config.sessions_max)
        self._endpoints: list[Endpoint] = []
        self._listener: Listener | None = None
        self._compiler = compiler_for(backend.properties, config)
        self._services = Services(
            config,
            cast(Backend, backend),  # without one it has no session of its own
            self.properties,
            self.pump,
            self.images,
            loop,
            {},
            self._session_ended,
            self._used_ns,
            self._compiler.compile if self._compiler else as_it_is,
            graphs or GraphsConfig(),
        )
        self._lag_timer: asyncio.TimerHandle | None = None
        for domain in self.domains.values():
            domain.own(self)

    def _decided(self) -> None:
        """Loops that need not sleep, here and in worker processes, may have arrivals to
        expect, or none any more."""
        self._busy.kick()
        if self.domains:
            lowest = self.pump.lowest_at_work
            for domain in self.domains.values():
                domain.worker.expect_arrivals(lowest)

    # ---------------------------------------------------------- start, stop
    def start(self, endpoints: list[Endpoint]) -> None:
        """Start the workers and accept tenants."""
        for index, worker in enumerate(self._own_workers):
            worker.start()
            self.loop.add_reader(worker.fileno(), self.pump.worker_ready, index)
        self._endpoints = endpoints
        self._listener = Listener(self.loop, endpoints, self.serve_connection)
        self._listener.start()
        self._context_switches.start()
        self._watch_lag(self.loop.time())

    def _watch_lag(self, expected: float) -> None:
        lag = max(0.0, self.loop.time() - expected)
        self.loop_lag_max_seconds = max(self.loop_lag_max_seconds, lag)
        due = self.loop.time() + LAG_PERIOD_SECONDS
        self._lag_timer = self.loop.call_at(due, self._watch_lag, due)

    async def drain(self, seconds: float | None = None) -> bool:
        """Refuse new sessions, let what is queued retire, end the sessions.

        Args: seconds: wall time at most, the configured one when None.
        Returns: False when work was left at the deadline.
        """
        self.draining = True
        sessions = list(self.sessions.values())
        log.info("draining %d sessions", len(sessions))
        for session in sessions:
            if session.protocol is not None:
                session.protocol.pause("drain")
        limit = self.config.drain_seconds if seconds is None else seconds
        settled = True
        try:
            async with asyncio.timeout(limit):
                await asyncio.gather(*(session.settled() for session in sessions))
        except TimeoutError:
            settled = False
            log.warning("work was left after draining for %.1f s", limit)
        for session in list(self.sessions.values()):
            session.end()
        return settled

    async def stop(self, wait_seconds: float = 2.0) -> bool:
        """End every session, stop the workers, close the device.

        Returns: False when work was left that does not end: the device was not closed,
        which would wait for it; the process should go.
        """
        self.draining = True
        if self._listener is not None:
            self._listener.close()
        for session in list(self.sessions.values()):
            session.end()
        await self._sessions_gone(wait_seconds)
        for endpoint in self._endpoints:
            endpoint.close()
        for domain in self.domains.values():
            await domain.stop()
        if any(isinstance(session, Session) for session in self.sessions.values()):
            return False
        self._stop_workers()
        self._context_switches.stop()
        self.control.close()
        if self._compiler is not None:
            await self._compiler.close()
        self.timers.close()
        self.hangups.close()
        if self._lag_timer is not None:
            self._lag_timer.cancel()
        self.backend.close()
        return True

    def _stop_workers(self) -> None:
        """Stop them and let go of them: they give their streams back to the device."""
        while self._own_workers:
            worker = self._own_workers.pop()
            self.loop.remove_reader(worker.fileno())
            worker.stop()
        self.workers.clear()
        self.pump.workers.clear()

    @property
    def workers_of_its_own(self) -> int:
        """Issue threads on the broker's own context."""
        return len(self._own_workers)

    def kill_domains(self) -> None:
        """Before this process is replaced: the next one starts its own."""
        for domain in self.domains.values():
            domain.kill()

    def tenant(self, name: str) -> Tenant | None:
        return self.tenants.by_name.get(name)

    async def _sessions_gone(self, seconds: float) -> None:
        deadline = self.loop.time() + seconds
        while self.sessions and self.loop.time() < deadline:
            await asyncio.sleep(0.005)

    # -------------------------------------------------------------- handshake
    async def serve_connection(
        self,
        connection: socket.socket,
        socket_tenant: str | None,
        greeted: Callable[[], None],
    ) -> None:
        """Take one accepted connection to a session, or refuse it.

        Args: greeted: called once the client has said hello.
        """
        said = socket_tenant or ""
        try:
            async with asyncio.timeout(self.config.handshake_seconds):
                hello = await handshake.read_hello(self.loop, connection)
            greeted()
            said = hello.tenant or said
            peer = handshake.peer_of(connection)
            session = await self._open_session(hello, peer, socket_tenant)
            await self._welcome_in(session, hello, connection)
            return
        except Refused as refusal:
            self._refused(connection, refusal, said)
        except RemoteProtocolError as error:
            log.warning("handshake: %s", error, extra={"tenant": said})
            handshake.send_last(connection, wire.ProtocolError(message=str(error)))
        except (OSError, EOFError, TimeoutError) as problem:
            why = problem or type(problem).__name__
            log.warning("handshake given up: %s", why, extra={"tenant": said})
        except asyncio.CancelledError:
            connection.close()
            raise
        connection.close()

    async def _welcome_in(
        self, session: AnySession, hello: wire.Hello, connection: socket.socket
    ) -> None:
        """Raises: OSError, Refused; the session is given back then."""
        try:
            if session.closing:  # the broker has begun to stop meanwhile
                raise Refused("draining", "the broker is shutting down")
            welcome = self._welcome(session, hello)
            handshake.send_welcome(connection, welcome, session.pages.fds)
            await self._attach(session, connection)
        except BaseException:
            session.close()
            raise

    def _refused(
        self, connection: socket.socket, refusal: Refused, tenant: str
    ) -> None:
        self.refusals[refusal.reason] = self.refusals.get(refusal.reason, 0) + 1
        about = {"tenant": tenant, "reason": refusal.reason}
        log.warning("refused (%s): %s", refusal.reason, refusal, extra=about)
        message = wire.Refused(reason=refusal.reason, message=str(refusal))
        handshake.send_last(connection, message)

    async def _open_session(
        self, hello: wire.Hello, peer: handshake.Peer, socket_tenant: str | None
    ) -> AnySession:
        """Raises: Refused; a session half made is given back."""
        if hello.protocol_major != wire.PROTOCOL_MAJOR:
            raise Refused(
                "protocol_version",
                f"this broker speaks protocol {wire.PROTOCOL_MAJOR}.x, the client "
                f"{hello.protocol_major}.x: install matching versions",
            )
        user = ""
        if not hello.tenant and socket_tenant is None:
            user = await asyncio.to_thread(peer.user)
        tenant, class_ = self.tenants.admit(
            hello.tenant, hello.token, hello.priority_class, socket_tenant, user
        )
        domain = self.domains.get(tenant.config.domain)
        if domain is not None:
            await self._domain_ready(domain)
        if self.draining:
            raise Refused(
                "draining", "the broker is shutting down: connect again later"
            )
        if not self._free_slots:
            raise Refused(
                "sessions_max",
                f"all {self.config.sessions_max} sessions are taken: raise "
                "server.sessions_max or close one",
            )
        session = self._make_session(tenant, class_, hello.memory_bytes, domain)
        session.peer, session.library = str(peer), hello.library
        try:
            await session.prepare()
        except (DeviceError, OSError) as problem:
            session.close()
            raise Refused(
                "memory", f"the device refused the session: {problem}"
            ) from None
        except asyncio.CancelledError:
            session.close()
            raise
        session.log.info(
            "session %d: tenant %s, class %d, %s, %s",
            session.sid,
            tenant.name,
            class_,
            peer,
            hello.library,
        )
        return session

    async def _domain_ready(self, domain: Domain) -> None:
        """It may be starting again. Raises: Refused."""
        try:
            await domain.ready()
        except DomainFailed as problem:
            raise Refused("draining", str(problem)) from None

    def _make_session(
        self, tenant: Tenant, class_: int, memory_bytes: int, domain: Domain | None
    ) -> AnySession:
        """A slot, its pages and a worker. Raises: Refused, the slot is free again."""
        slot = self._free_slots.pop()
        try:
            pages = Pages(
                slot, self.config.streams_max, self.config.host_arena_bytes, self.epoch
            )
        except OSError as problem:
            self._free_slots.append(slot)
            raise Refused(
                "memory", f"no shared memory for a session: {problem}"
            ) from None
        sid = self._next_sid
        self._next_sid += 1
        if domain is not None:
            about = (tenant, class_, memory_bytes)
            return self._remote_session(sid, slot, *about, pages, domain)
        assert not isinstance(self.backend, RemoteDevice), "a shared domain has none"
        arena = Arena(
            ARENA_BASE + slot * self._arena_bytes,
            self._arena_bytes,
            self.backend.granularity_bytes,
            tenant.quota_of(memory_bytes),
        )
        worker = self._emptiest_worker()
        session = Session(
            sid, slot, tenant, class_, worker, pages, arena, self._services
        )
        try:
            self._register(session)
        except (MemoryError, ValueError) as problem:
            pages.close()
            self._free_slots.append(slot)
            raise Refused("memory", f"no room for a session: {problem}") from None
        return session

    def _used_ns(self, tenant: Tenant) -> int:
        """GPU time of a tenant over all its sessions."""
        mine = (s for s in self.sessions.values() if s.tenant is tenant)
        live: list[int] = [s.usage().used_ns for s in mine if not s.worker_done]
        return tenant.usage.used_ns + sum(live)

    def _remote_session(
        self,
        sid: int,
        slot: int,
        tenant: Tenant,
        class_: int,
        memory_bytes: int,
        pages: Pages,
        domain: Domain,
    ) -> RemoteSession:
        session = RemoteSession(
            sid,
            slot,
            tenant,
            class_,
            domain.worker,
            pages,
            Place(
                ARENA_BASE + slot * self._arena_bytes,
                self._arena_bytes,
                tenant.quota_of(memory_bytes),
            ),
            self.pump,
            domain.send,
            self._session_ended,
        )
        domain.worker.open_session(sid, class_)
        self._announce(session)
        return session

    def _register(self, session: Session) -> None:
        """Make the session known to its worker and to the scheduler."""
        pages = session.pages
        session.worker.open_session(
            session.sid,
            session.class_,
            LEVEL_LOWEST,
            pages.status.address,
            pages.waiters.address,
            pages.arena.address,
            pages.arena.nbytes,
            self.config.streams_max,
            self.config.queued_operations_max,
        )
        session.graphs.opened()
        self._announce(session)

    def _announce(self, session: AnySession) -> None:
        self.sessions[session.sid] = session
        self.sessions_total += 1
        session.tenant.sessions += 1
        hints = session.hints
        self.pump.open_session(
            session.sid,
            session.worker,
            session.tenant.name,
            hints.class_,
            hints.weight,
            session.tenant.config.share,
            hints.deadline_ns,
        )

    def _emptiest_worker(self) -> Any:
        load = {id(worker): 0 for worker in self.workers}
        for session in self.sessions.values():
            load[id(session.worker)] += 1
        return min(self._own_workers, key=lambda worker: load[id(worker)])

    def _welcome(self, session: AnySession, hello: wire.Hello) -> wire.Welcome:
        pages = session.pages
        return wire.Welcome(
            session=session.sid,
            protocol_minor=min(hello.protocol_minor, wire.PROTOCOL_MINOR),
            library=f"xsched-broker {self.version}",
            priority_class=session.class_,
            epoch=self.epoch,
            status_bytes=pages.status.nbytes,
            waiters_bytes=pages.waiters.nbytes,
            host_base=pages.arena.address,
            host_bytes=pages.arena.nbytes,
            va_base=session.arena.base,
            va_bytes=session.arena.nbytes,
            memory_bytes_max=session.arena.quota.bytes_max,
            queued_operations_max=self.config.queued_operations_max,
            devices=(self.properties,),
        )

    async def _attach(self, session: AnySession, connection: socket.socket) -> None:
        """From the raw socket to a transport, here or in the session's process."""
        if isinstance(session, RemoteSession):
            session.attach(connection)
            return
        intake = Intake(session.worker.sink(session.sid))
        protocol = SessionProtocol(
            session,
            intake,
            self.pump,
            self.loop.call_soon,
            self._services.long_work.later,
            self.loop.call_later,
            self.hangups,
        )
        session.protocol = protocol
        await self.loop.connect_accepted_socket(lambda: protocol, connection)

    def _session_ended(self, session: AnySession) -> None:
        """Everything of the session is given back."""
        del self.sessions[session.sid]
        session.tenant.sessions -= 1
        self._free_slots.append(session.slot)
        session.log.info("session %d (%s) ended", session.sid, session.tenant.name)

    # ---------------------------------------------------- pump.Observer
    def low_water(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.low_water()

    def closed(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.worker_closed()

    def graphs_idle(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.graphs.idle()

    def graphs_hot(self, session: int) -> None:
        if (found := self.sessions.get(session)) is not None:
            found.graphs.hot()

    def async_error(self, session: int, result: int, seq: int) -> None:
        found = self.sessions.get(session)
        if found is not None:
            found.async_errors += 1
            found.log.info(
                "session %d (%s): operation %d failed with CUresult %d",
                session,
                found.tenant.name,
                seq,
                result,
            )

    def fault(self, session: int, result: int, seq: int) -> None:
        """Tell every session that its context is gone, then whoever restarts us."""
        if self.faulted:
            return
        self.faulted = True
        if self._listener is not None:
            # Who comes now waits in the kernel for the next life of the process.
            self._listener.close()
        found = self.sessions.get(session)
        tenant = found.tenant.name if found else ""
        in_flight = in_flight_of(self.sessions, self.workers)
        report = FaultReport(session, tenant, result, seq, in_flight)
        for worker in self.workers:
            worker.set_sticky(result)
        last = encode_frame(wire.Fault(result=result, message=report.text()))
        for each in self.sessions.values():
            each.pages.mark_closed()
            if each.protocol is not None:
                each.protocol.close(last)
        self._on_fault(report)

    # --------------------------------------------------------------- status
    async def refresh(self) -> None:
        """Have worker processes report how they stand; one that is slow is not waited
        for any longer than REFRESH_SECONDS_MAX (`domains.py`)."""
        for domain in self.domains.values():
            await domain.refresh()

    @property
    def endpoints(self) -> list[Endpoint]:
        return self._endpoints

    def status(self) -> dict[str, Any]:
        """How things stand, as plain values. Device time unless a name says wall."""
        return status.of_broker(self)

    def tenants_status(self) -> list[dict[str, Any]]:
        """Every tenant that is configured or was seen."""
        return status.of_tenants(self)
