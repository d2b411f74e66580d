"""One connected process of a tenant: its memory, its code, its calls.

Decides which calls are allowed, in which order they are answered (the order they came
in), and how everything goes when the process goes. It must never know policies or how
operations are issued: those go from the intake to the worker without passing here.
`broker.py` opens and ends sessions, `protocol.py` brings their messages.

States: open -> closing (the worker drops what is queued) -> closed by the worker
(nothing in flight) -> memory scrubbed, code unloaded -> ended.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from broker.device.backend import Backend, DeviceError, Lane
from broker.device.memory import Arena
from broker.server.array_calls import ArrayCalls
from broker.server.calls import (
    INVALID_VALUE,
    REFUSALS,
    UNKNOWN,
    CallRefused,
    Calls,
    Handler,
    failure,
)
from broker.server.code_calls import CodeCalls
from broker.server.device_calls import DeviceCalls
from broker.server.graphs import GraphCalls
from broker.server.hints import HintRefused, Hints, asked_by_tenant
from broker.server.longwork import LongWork
from broker.server.mapped_calls import MappedCalls
from broker.server.memory_calls import MemoryCalls
from broker.server.modules import Compile, ImageCache
from broker.server.pages import Pages
from broker.server.portions import in_portions
from broker.server.protocol import SessionProtocol
from broker.server.pump import Pump
from broker.server.settings import GraphsConfig, ServerConfig
from broker.server.tenants import Tenant
from broker.server.usage import Usage, of_session
from broker.wire._codec import encode_frame
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as wire

log = logging.getLogger("broker.session")


@dataclass(slots=True)
class Services:
    """What every session of a broker uses."""

    config: ServerConfig
    backend: Backend
    properties: wire.DeviceProperties
    pump: Pump
    images: ImageCache
    loop: asyncio.AbstractEventLoop
    # CUlimit -> what the device had before any session changed it.
    limits_first: dict[int, int]
    ended: Callable[[Session], None]
    used_ns: Callable[[Tenant], int]  # GPU time of all its sessions, open or ended
    # What to load for an image, and its format: before the device is drained.
    compile: Compile
    graphs: GraphsConfig = field(default_factory=GraphsConfig)
    long_work: LongWork = field(init=False)

    def __post_init__(self) -> None:
        self.long_work = LongWork(self.loop)


class Session:
    def __init__(
        self,
        sid: int,
        slot: int,
        tenant: Tenant,
        class_: int,
        worker: Any,
        pages: Pages,
        arena: Arena,
        services: Services,
    ) -> None:
        self.sid = sid
        self.slot = slot
        self.tenant = tenant
        config = tenant.config
        self.class_ = class_
        self.hints = Hints(class_, config.weight, config.deadline_ns)
        self.worker = worker
        self.pages = pages
        self.arena = arena
        # Every line about a session carries both, as fields of the JSON.
        about = {"session": sid, "tenant": tenant.name}
        self.log = logging.LoggerAdapter(log, about)
        self.peer = ""
        self.library = ""
        self.protocol: SessionProtocol | None = None
        self.closing = False
        self.worker_done = False
        self.async_errors = 0
        self.calls_answered = 0
        self.services = services
        self._config = services.config
        self._status_registered = False
        self._calls: deque[Any] = deque()
        self._calls_task: asyncio.Task[None] | None = None
        self._waiters: set[asyncio.Future[None]] = set()
        self._goodbye = False
        self.memory = MemoryCalls(self)
        self.mapped = MappedCalls(self)
        self.code = CodeCalls(self)
        self.limits: dict[int, int] = {}  # CUlimit -> what it asked for
        self._handlers: dict[type, Handler] = {}
        self.graphs = GraphCalls(self)
        self.arrays = ArrayCalls(self)
        rooms = (self.memory, self.mapped, self.code, self.graphs, self.arrays)
        for calls in (SessionCalls(self), DeviceCalls(self), *rooms):
            self._handlers |= calls.handlers()

    async def prepare(self) -> None:
        """Let the device reach the status page, then seal it.

        Raises: DeviceError, OSError.
        """
        status = self.pages.status
        await self._device("register_host", status.address, status.nbytes)
        self._status_registered = True
        self.pages.seal_status()

    # ------------------------------------------------ what the protocol says
    def messages_received(self, messages: list[Any]) -> None:
        """Control messages, in the order they came."""
        if self.closing:
            return
        for message in messages:
            if type(message) in self._handlers:
                self._calls.append(message)
            elif isinstance(message, wire.Goodbye):
                self._goodbye = True
            else:
                name = type(message).__name__
                self.protocol_failed(
                    RemoteProtocolError(f"message {name} is not one a session may send")
                )
                return
        if len(self._calls) >= self._config.control_calls_max and self.protocol:
            self.protocol.pause("calls")
        if self._calls and self._calls_task is None:
            self._calls_task = self.services.loop.create_task(self._answer_calls())

    def protocol_failed(self, error: RemoteProtocolError) -> None:
        """The client broke the protocol: say so, then end the session."""
        self.tenant.usage.protocol_errors += 1
        self.log.warning(
            "session %d (%s) broke the protocol: %s", self.sid, self.tenant.name, error
        )
        text = str(error)[: wire.MESSAGE_BYTES_MAX // 4]
        seq = getattr(error, "seq", 0) or 0
        self.end(encode_frame(wire.ProtocolError(message=text, seq=seq)))

    def queue_is_full(self) -> bool:
        """True, with a promise of LOW_WATER, when the worker holds enough."""
        return not self.closing and bool(self.worker.pause_needed(self.sid))

    def goodbye_unread(self) -> None:
        """The client left in good order while it was paused: what it sent still runs.

        It is read when there is room for it; where there never is, this ends.
        """
        self.services.loop.call_later(self._config.goodbye_seconds, self.close)

    def connection_ended(self) -> None:
        if self._goodbye and not self.closing:
            self.services.loop.create_task(self._leave())
        else:
            self.close()

    # -------------------------------------------------- what the worker says
    def low_water(self) -> None:
        if self.protocol is not None:
            self.protocol.resume("queue")

    def worker_closed(self) -> None:
        """Nothing is in flight any more: whoever waited for that may go on."""
        self.worker_done = True
        self.tenant.usage.add(self.usage())
        self.services.pump.end_session(self.sid)
        for waiter in list(self._waiters):
            _resolve(waiter)
        self.services.loop.create_task(self._tear_down())

    # -------------------------------------------------------------- the end
    def end(self, last_frame: bytes = b"") -> None:
        """The broker ends the session."""
        self.pages.mark_closed()
        if self.protocol is not None:
            self.protocol.close(last_frame)
        self.close()

    def close(self) -> None:
        """Drop what is queued; the rest follows once nothing is in flight."""
        if self.closing:
            return
        self.closing = True
        self.pages.mark_closed()
        if self.protocol is not None:
            self.protocol.abort()
        self._calls.clear()
        self.worker.close_session(self.sid)

    async def _leave(self) -> None:
        """After a goodbye: queued work still runs, for a while."""
        try:
            async with asyncio.timeout(self._config.goodbye_seconds):
                await self.settled()
        except TimeoutError:
            self.log.warning("session %d left work that does not end", self.sid)
        self.close()

    async def settled(self) -> None:
        """Wait until every call is answered and everything accepted has retired."""
        while not self.closing and self._calls_task is not None:
            await asyncio.wait({self._calls_task})
        if not self.worker_done:
            await self.retired(self.pages.accepted_seq)

    async def _tear_down(self) -> None:
        """Give back everything the session had; its address slot is free after that."""
        if self._calls_task is not None:
            await asyncio.wait({self._calls_task})
        await self.graphs.tear_down()
        self.worker.forget_session(self.sid)
        await self.arrays.tear_down()
        await self.mapped.tear_down()
        for mapping in self.arena.mappings():
            failed = await self._all(
                [("unmap_memory", mapping.address, mapping.nbytes)]
            )
            if not failed:
                self.arena.forget(mapping)
        await self._all([("module_unload", native) for native in self.code.loaded()])
        await self._all([("unregister_host", *piece) for piece in self._registered()])
        self.memory.refund()
        self.code.forget()
        self.pages.close()
        self.services.ended(self)

    def _registered(self) -> list[tuple[int, int]]:
        """Host memory the device can reach: address and bytes."""
        pieces = self.memory.registered()
        if self._status_registered:
            pieces.append((self.pages.status.address, self.pages.status.nbytes))
        return pieces

    async def _all(self, calls: list[tuple[Any, ...]]) -> int:
        """Make calls of one lane; returns how many failed."""
        if not calls:
            return 0
        outcomes = await in_portions(
            self.services.backend,
            [(method, tuple(args)) for method, *args in calls],
            partial(self.control, self._lane(calls[0][0])),
        )
        problems = [problem for problem in outcomes if problem is not None]
        for problem in problems:
            if not isinstance(problem, DeviceError):
                raise problem
            self.log.warning("session %d, at its end: %s", self.sid, problem)
        return len(problems)

    # ---------------------------------------------------------------- calls
    async def _answer_calls(self) -> None:
        """Answer what is waiting, one call after the other."""
        protocol = self.protocol
        assert protocol is not None
        while self._calls and not self.closing:
            call = self._calls.popleft()
            reply = await self._answer(call)
            if self.closing:
                break
            protocol.write(reply)
            self.calls_answered += 1
            await protocol.writable()
            if len(self._calls) <= self._config.control_calls_max // 2:
                protocol.resume("calls")
        self._calls_task = None

    async def _answer(self, call: Any) -> bytes:
        """The reply to one call as a frame; a failure is a reply, too."""
        try:
            return encode_frame(await self._handlers[type(call)](call))
        except REFUSALS as problem:
            self.tenant.usage.calls_refused += 1
            return encode_frame(failure(call, problem.result, str(problem)))
        except Exception as problem:
            # Ours, not the tenant's: it is told, the log has the trace.
            name = type(call).__name__
            self.log.exception("session %d: %s failed", self.sid, name)
            text = f"the broker failed: {problem}"
            return encode_frame(failure(call, UNKNOWN, text))

    def change_hints(self, hints: Hints) -> None:
        """What the scheduler goes by from now on."""
        if self.worker_done:
            return
        self.hints, self.class_ = hints, hints.class_
        self.services.pump.change_hints(
            self.sid, hints.class_, hints.weight, hints.deadline_ns
        )

    def _lane(self, method: str) -> Lane:
        return self.services.backend.lanes[method]

    async def _device(self, method: str, *args: Any) -> Any:
        """Call one method of the backend in its lane."""
        job = partial(getattr(self.services.backend, method), *args)
        return await self.control(self._lane(method), job)

    async def control(self, lane: Lane, job: Callable[[], Any]) -> Any:
        future: asyncio.Future[Any] = self.services.loop.create_future()

        def done(result: Any, error: BaseException | None) -> None:
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        if lane is Lane.CONTROL_DRAINED:
            self.tenant.usage.drained_slots += 1
        self.services.pump.control(self.sid, lane, job, done)
        return await future

    async def retired(self, seq: int) -> None:
        """Wait until every operation up to seq has retired (or the session is over).

        What has been accepted counts, not what the client says: operations that passed
        the checks may name the memory, and unmapping it under them would be a fault of
        the whole device.
        """
        if self.worker_done or (seq == 0 and not self.closing):
            return
        waiter = self._new_waiter()
        if not self.closing:
            self.services.pump.when_retired(self.sid, seq, partial(_resolve, waiter))
        await waiter

    def _new_waiter(self) -> asyncio.Future[None]:
        waiter: asyncio.Future[None] = self.services.loop.create_future()
        self._waiters.add(waiter)
        waiter.add_done_callback(self._waiters.discard)
        return waiter

    def usage(self) -> Usage:
        """What it has used so far. Until its worker has forgotten it."""
        account = self.services.pump.account(self.sid)
        return of_session(self.worker, self.sid, account)

    def function_name(self, native: int) -> str:
        """The entry name behind a device pointer; empty when it is not known."""
        return self.code.function_names.get(native, "")

    def function_names(self) -> dict[int, str]:
        """Entry names by the device's own pointers; not to be changed."""
        return self.code.function_names

    def describe(self) -> dict[str, Any]:
        """For `status`: plain values. Times are device time."""
        counters = {} if self.worker_done else self.worker.counters(self.sid)
        protocol, graphs = self.protocol, self.graphs.usage()
        return {
            "session": self.sid,
            "tenant": self.tenant.name,
            "class": self.class_,
            "weight": self.hints.weight,
            "deadline_ns": self.hints.deadline_ns,
            "peer": self.peer,
            "library": self.library,
            "state": "closing" if self.closing else "open",
            "launches": counters.get("launches", 0),
            "copies": counters.get("copies", 0),
            "gpu_seconds": counters.get("used_ns", 0) / 1e9,
            "queued": counters.get("queued", 0),
            "in_flight": counters.get("in_flight", 0),
            "holds": counters.get("holds", 0),
            **self.services.pump.granted(self.sid),
            "async_errors": self.async_errors,
            "calls": self.calls_answered,
            "memory_bytes": self.arena.allocated_bytes,
            "graph_launches": counters.get("graph_launches", 0),
            "graph_bytes": graphs["bytes"],
            "graph_device_bytes": graphs["device_bytes"],
            "graph_runs": graphs["runs"],
            "modules": self.code.modules_count,
            "host_registered_bytes": self.memory.registered_bytes,
            "paused": protocol.paused if protocol else False,
            "pauses": protocol.pauses_total if protocol else 0,
            "bytes_received": protocol.bytes_received if protocol else 0,
        }


class SessionCalls(Calls):
    """What is neither memory nor code: the device, events' times, errors, hints."""

    def handlers(self) -> dict[type, Handler]:
        return {
            wire.DeviceGet: self._device_get,
            wire.ElapsedTime: self._elapsed_time,
            wire.ErrorTake: self._error_take,
            wire.HintSet: self._hint_set,
        }

    async def _device_get(self, call: wire.DeviceGet) -> wire.Device:
        self.check_device(call.device)
        return wire.Device(call.call, 0, "", (self.services.properties,))

    async def _elapsed_time(self, call: wire.ElapsedTime) -> wire.Elapsed:
        result, elapsed_ns = self.session.worker.event_elapsed(
            self.session.sid, call.start, call.end
        )
        return wire.Elapsed(call.call, result, "", elapsed_ns if result == 0 else 0)

    async def _error_take(self, call: wire.ErrorTake) -> wire.ErrorTaken:
        result, seq = self.session.worker.take_error(self.session.sid)
        text = f"operation {seq} failed with CUresult {result}" if result else ""
        return wire.ErrorTaken(call.call, result, text, seq)

    async def _hint_set(self, call: wire.HintSet) -> wire.Done:
        tenant = self.session.tenant
        try:
            hints = asked_by_tenant(
                self.session.hints, call, tenant.config, tenant.class_highest
            )
        except HintRefused as problem:
            raise CallRefused(INVALID_VALUE, str(problem)) from None
        self.session.change_hints(hints)
        return wire.Done(call.call, 0, "")


def _resolve(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def properties_on_wire(properties: Any) -> wire.DeviceProperties:
    """A tenant's device 0 is the broker's device, whatever its number on the host."""
    values = dataclasses.asdict(properties)
    values["ordinal"] = 0
    return wire.DeviceProperties(**values)
