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
import hashlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from broker.device.backend import Backend, DeviceError, FunctionInfo, Lane
from broker.device.memory import Arena, MemoryRefused
from broker.server.graphs import Graphs
from broker.server.hints import HintRefused, Hints, asked_by_tenant
from broker.server.modules import ImageCache
from broker.server.pages import Pages
from broker.server.protocol import SessionProtocol
from broker.server.pump import Pump
from broker.server.settings import GraphsConfig, ServerConfig
from broker.server.tenants import Tenant
from broker.server.usage import Usage, of_session
from broker.wire._codec import encode_frame
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as wire

HOST_PIECE_BYTES = 4 << 20
MODULES_MAX = 4096

INVALID_VALUE = 1
OUT_OF_MEMORY = 2
INVALID_DEVICE = 101
INVALID_IMAGE = 200
INVALID_HANDLE = 400
UNKNOWN = 999

log = logging.getLogger("broker.session")


class CallRefused(Exception):
    """A call that cannot be met; nothing changed. result: CUresult."""

    def __init__(self, result: int, message: str) -> None:
        self.result = result
        super().__init__(message)


@dataclass(slots=True)
class Module:
    """One load of code. native: the backend's own."""

    native: Any
    functions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Services:
    """What every session of a broker uses."""

    config: ServerConfig
    backend: Backend
    properties: wire.DeviceProperties
    pump: Pump
    images: ImageCache
    loop: asyncio.AbstractEventLoop
    ended: Callable[[Session], None]
    graphs: GraphsConfig = field(default_factory=GraphsConfig)


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
        self._services = services
        self._config = services.config
        self._modules: dict[int, Module] = {}
        self._functions: dict[int, FunctionInfo] = {}
        self._function_indices: set[int] = set()
        self._function_names: dict[int, str] = {}  # by the device's own pointer
        self._host_pieces: set[int] = set()
        self._status_registered = False
        self._calls: deque[Any] = deque()
        self._calls_task: asyncio.Task[None] | None = None
        self._waiters: set[asyncio.Future[None]] = set()
        self._goodbye = False
        self.services_loop = services.loop
        self.graphs = Graphs(self, services.graphs)
        self._handlers: dict[type, Callable[[Any], Awaitable[Any]]] = {
            wire.DeviceGet: self._device_get,
            wire.Allocate: self._allocate,
            wire.Free: self._free,
            wire.ModuleLoad: self._module_load,
            wire.ModuleUnload: self._module_unload,
            wire.FunctionGet: self._function_get,
            wire.MemoryInfo: self._memory_info,
            wire.ElapsedTime: self._elapsed_time,
            wire.ErrorTake: self._error_take,
            wire.FunctionAttributeSet: self._function_attribute_set,
            wire.HostRegister: self._host_register,
            wire.HintSet: self._hint_set,
            **self.graphs.handlers(),
        }

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
            self._calls_task = self._services.loop.create_task(self._answer_calls())

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
        self._services.loop.call_later(self._config.goodbye_seconds, self.close)

    def connection_ended(self) -> None:
        if self._goodbye and not self.closing:
            self._services.loop.create_task(self._leave())
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
        self.graphs.worker_closed()
        self._services.pump.end_session(self.sid)
        self.worker.forget_session(self.sid)
        for waiter in list(self._waiters):
            _resolve(waiter)
        self._services.loop.create_task(self._tear_down())

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
            await self._retired(self.pages.accepted_seq)

    async def _tear_down(self) -> None:
        """Give back everything the session had; its address slot is free after that."""
        if self._calls_task is not None:
            await asyncio.wait({self._calls_task})
        await self.graphs.tear_down()
        for mapping in self.arena.mappings():
            failed = await self._all(
                [("unmap_memory", mapping.address, mapping.nbytes)]
            )
            if not failed:
                self.arena.forget(mapping)
        await self._all([("module_unload", m.native) for m in self._modules.values()])
        await self._all([("unregister_host", *piece) for piece in self._registered()])
        self._modules.clear()
        self.pages.close()
        self._services.ended(self)

    def _registered(self) -> list[tuple[int, int]]:
        """Host memory the device can reach: address and bytes."""
        base = self.pages.arena.address
        pieces = [(base + at, HOST_PIECE_BYTES) for at in sorted(self._host_pieces)]
        if self._status_registered:
            pieces.append((self.pages.status.address, self.pages.status.nbytes))
        return pieces

    async def _all(self, calls: list[tuple[Any, ...]]) -> int:
        """Make calls of one lane in one job (one drain); returns how many failed."""
        if not calls:
            return 0

        def job() -> list[DeviceError]:
            failures = []
            for method, *args in calls:
                try:
                    getattr(self._services.backend, method)(*args)
                except DeviceError as problem:
                    failures.append(problem)
            return failures

        failures = await self._control(self._lane(calls[0][0]), job)
        for problem in failures:
            self.log.warning("session %d, at its end: %s", self.sid, problem)
        return len(failures)

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
        except (CallRefused, MemoryRefused, DeviceError) as problem:
            self.tenant.usage.calls_refused += 1
            return encode_frame(_failure(call, problem.result, str(problem)))
        except Exception as problem:
            # Ours, not the tenant's: it is told, the log has the trace.
            name = type(call).__name__
            self.log.exception("session %d: %s failed", self.sid, name)
            failure = _failure(call, UNKNOWN, f"the broker failed: {problem}")
            return encode_frame(failure)

    async def _device_get(self, call: wire.DeviceGet) -> wire.Device:
        self._check_device(call.device)
        return wire.Device(call.call, 0, "", (self._services.properties,))

    async def _allocate(self, call: wire.Allocate) -> wire.Allocated:
        self._check_device(call.device)
        plan = self.arena.plan(call.bytes)
        mapped = False
        try:
            if plan.map is not None:
                await self._device("map_memory", plan.map.address, plan.map.nbytes)
                mapped = True
            if plan.scrub is not None:
                await self._device("scrub", plan.scrub.address, plan.scrub.nbytes)
        except DeviceError:
            self.arena.abandon(plan, mapped=mapped)
            raise
        self.arena.commit(plan)
        if not self.closing:
            self.worker.add_range(self.sid, plan.address, plan.nbytes)
        return wire.Allocated(call.call, 0, "", plan.address)

    async def _free(self, call: wire.Free) -> wire.Done:
        """Later operations are refused the range at once; those accepted may finish."""
        self._check_seq(call.after_seq)
        release = self.arena.release(call.address)
        self.worker.remove_range(self.sid, call.address)
        await self._retired(self.pages.accepted_seq)
        if release.unmap is not None:
            await self._device(
                "unmap_memory", release.unmap.address, release.unmap.nbytes
            )
        self.arena.finish(release)
        return wire.Done(call.call, 0, "")

    async def _memory_info(self, call: wire.MemoryInfo) -> wire.Memory:
        self._check_device(call.device)
        free, total = await self._device("memory_info")
        quota = self.tenant.quota
        return wire.Memory(
            call.call, 0, "", min(quota.left, free), min(quota.bytes_max, total)
        )

    async def _module_load(self, call: wire.ModuleLoad) -> wire.Module:
        self._check_new_handle(call.module, wire.KIND_MODULE, self._modules)
        if len(self._modules) >= MODULES_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{MODULES_MAX} modules are loaded")
        if call.format == 0:
            raise CallRefused(INVALID_VALUE, "format 0 is no module format")
        image = await self._image(call)
        if image is None:
            return wire.Module(call.call, 0, "", True)
        native = await self._device("module_load", image, call.format)
        self._modules[call.module] = Module(native)
        return wire.Module(call.call, 0, "", False)

    async def _image(self, call: wire.ModuleLoad) -> bytes | None:
        """The bytes of a module; None when the client has to send them."""
        if not 0 < call.bytes <= self._config.module_bytes_max:
            raise CallRefused(
                INVALID_VALUE,
                f"a module of {call.bytes} bytes; 1..{self._config.module_bytes_max} "
                "are accepted",
            )
        if call.host_offset == wire.HOST_OFFSET_NONE:
            return self._services.images.get(call.hash)
        if call.host_offset + call.bytes > self.pages.arena.nbytes:
            raise CallRefused(INVALID_VALUE, "the image ends behind the host arena")
        job = partial(self._read_image, call.host_offset, call.bytes)
        image, digest = await self._control(Lane.CONTROL, job)
        if digest != call.hash:
            raise CallRefused(INVALID_VALUE, "the image's bytes do not have that hash")
        self._services.images.put(digest, image)
        return bytes(image)

    def _read_image(self, offset: int, nbytes: int) -> tuple[bytes, bytes]:
        image = self.pages.read_host(offset, nbytes)
        return image, hashlib.sha256(image).digest()

    async def _module_unload(self, call: wire.ModuleUnload) -> wire.Done:
        self._check_seq(call.after_seq)
        module = self._modules.pop(call.module, None)
        if module is None:
            raise CallRefused(INVALID_HANDLE, f"no module {call.module:#x}")
        for function in module.functions:
            self._function_names.pop(self._functions.pop(function).native, None)
            self._function_indices.discard(_index(function))
            self.worker.remove_function(self.sid, function)
        await self._retired(self.pages.accepted_seq)
        await self._device("module_unload", module.native)
        return wire.Done(call.call, 0, "")

    def function_name(self, native: int) -> str:
        """The entry name behind a device pointer; empty when it is not known."""
        return self._function_names.get(native, "")

    async def _function_get(self, call: wire.FunctionGet) -> wire.Function:
        module = self._modules.get(call.module)
        if module is None:
            raise CallRefused(INVALID_HANDLE, f"no module {call.module:#x}")
        self._check_new_handle(call.function, wire.KIND_FUNCTION, self._functions)
        index = _index(call.function)
        # The worker's table has one place per index, whatever the generation.
        if index >= wire.FUNCTIONS_MAX or index in self._function_indices:
            raise CallRefused(
                INVALID_HANDLE, f"{call.function:#x}: the index is in use or too large"
            )
        info: FunctionInfo = await self._device(
            "function_get", module.native, call.name
        )
        _check_parameters(call.name, info)
        if not self.closing:
            self.worker.add_function(
                self.sid, call.function, info.native, info.param_bytes, info.threads_max
            )
            module.functions.append(call.function)
            self._functions[call.function] = info
            self._function_names[info.native] = call.name
            self._function_indices.add(index)
        return wire.Function(
            call.call,
            0,
            "",
            info.param_offsets,
            info.param_sizes,
            info.param_bytes,
            info.threads_max,
            info.static_shared_bytes,
            info.registers,
            info.local_bytes,
        )

    async def _function_attribute_set(
        self, call: wire.FunctionAttributeSet
    ) -> wire.Done:
        info = self._functions.get(call.function)
        if info is None:
            raise CallRefused(INVALID_HANDLE, f"no function {call.function:#x}")
        await self._device(
            "function_attribute_set", info.native, call.attribute, call.value
        )
        return wire.Done(call.call, 0, "")

    async def _elapsed_time(self, call: wire.ElapsedTime) -> wire.Elapsed:
        result, elapsed_ns = self.worker.event_elapsed(self.sid, call.start, call.end)
        return wire.Elapsed(call.call, result, "", elapsed_ns if result == 0 else 0)

    async def _error_take(self, call: wire.ErrorTake) -> wire.ErrorTaken:
        result, seq = self.worker.take_error(self.sid)
        text = f"operation {seq} failed with CUresult {result}" if result else ""
        return wire.ErrorTaken(call.call, result, text, seq)

    async def _hint_set(self, call: wire.HintSet) -> wire.Done:
        tenant = self.tenant
        try:
            hints = asked_by_tenant(
                self.hints, call, tenant.config, tenant.class_highest
            )
        except HintRefused as problem:
            raise CallRefused(INVALID_VALUE, str(problem)) from None
        self.change_hints(hints)
        return wire.Done(call.call, 0, "")

    def change_hints(self, hints: Hints) -> None:
        """What the scheduler goes by from now on."""
        if self.worker_done:
            return
        self.hints, self.class_ = hints, hints.class_
        self._services.pump.change_hints(
            self.sid, hints.class_, hints.weight, hints.deadline_ns
        )

    async def _host_register(self, call: wire.HostRegister) -> wire.Done:
        end = call.host_offset + call.bytes
        if (
            call.bytes == 0
            or call.host_offset % HOST_PIECE_BYTES
            or call.bytes % HOST_PIECE_BYTES
            or end > self.pages.arena.nbytes
        ):
            raise CallRefused(
                INVALID_VALUE,
                f"pieces are multiples of {HOST_PIECE_BYTES} bytes inside the arena",
            )
        offsets = set(range(call.host_offset, end, HOST_PIECE_BYTES))
        new = sorted(offsets - self._host_pieces)
        if not new:
            return wire.Done(call.call, 0, "")
        job = partial(self._register_pieces, new)
        made, problem = await self._control(self._lane("register_host"), job)
        for offset in made:
            self._host_pieces.add(offset)
            if not self.closing:
                self.worker.add_host_range(self.sid, offset, HOST_PIECE_BYTES)
        if problem is not None:
            raise problem
        return wire.Done(call.call, 0, "")

    def _register_pieces(self, offsets: list[int]) -> tuple[list[int], Any]:
        """One registration a piece: none of them blocks the device for long."""
        made: list[int] = []
        base = self.pages.arena.address
        for offset in offsets:
            try:
                self._services.backend.register_host(base + offset, HOST_PIECE_BYTES)
            except DeviceError as problem:
                return made, problem
            made.append(offset)
        return made, None

    # --------------------------------------------------------------- helpers
    def _check_device(self, ordinal: int) -> None:
        if ordinal != self._services.properties.ordinal:
            raise CallRefused(INVALID_DEVICE, f"there is no device {ordinal}")

    def _check_seq(self, after_seq: int) -> None:
        if after_seq > self.pages.accepted_seq:
            raise CallRefused(
                INVALID_VALUE,
                f"after_seq {after_seq}: {self.pages.accepted_seq} operations came",
            )

    def _check_new_handle(self, handle: int, kind: int, table: dict[int, Any]) -> None:
        self._check_device((handle >> 48) & 0xFF)
        if handle >> 56 != kind or handle & 0xFFFFFFFF == 0 or handle in table:
            raise CallRefused(
                INVALID_HANDLE, f"{handle:#x} is no new handle of its kind"
            )

    def _lane(self, method: str) -> Lane:
        return self._services.backend.lanes[method]

    async def _device(self, method: str, *args: Any) -> Any:
        """Call one method of the backend in its lane."""
        job = partial(getattr(self._services.backend, method), *args)
        return await self._control(self._lane(method), job)

    async def control(self, lane: Lane, job: Callable[[], Any]) -> Any:
        """Run a job on the control thread in its lane; for the session's rooms."""
        return await self._control(lane, job)

    async def _control(self, lane: Lane, job: Callable[[], Any]) -> Any:
        future: asyncio.Future[Any] = self._services.loop.create_future()

        def done(result: Any, error: BaseException | None) -> None:
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)

        if lane is Lane.CONTROL_DRAINED:
            self.tenant.usage.drained_slots += 1
        self._services.pump.control(self.sid, lane, job, done)
        return await future

    async def _retired(self, seq: int) -> None:
        """Wait until every operation up to seq has retired (or the session is over).

        What has been accepted counts, not what the client says: operations that passed
        the checks may name the memory, and unmapping it under them would be a fault of
        the whole device.
        """
        if self.worker_done or (seq == 0 and not self.closing):
            return
        waiter = self._new_waiter()
        if not self.closing:
            self._services.pump.when_retired(self.sid, seq, partial(_resolve, waiter))
        await waiter

    def _new_waiter(self) -> asyncio.Future[None]:
        waiter: asyncio.Future[None] = self._services.loop.create_future()
        self._waiters.add(waiter)
        waiter.add_done_callback(self._waiters.discard)
        return waiter

    def usage(self) -> Usage:
        """What it has used so far. Until its worker has forgotten it."""
        account = self._services.pump.account(self.sid)
        return of_session(self.worker, self.sid, account)

    def function_names(self) -> dict[int, str]:
        """Entry names by the device's own pointers; not to be changed."""
        return self._function_names

    def describe(self) -> dict[str, Any]:
        """For `status`: plain values. Times are device time."""
        counters = {} if self.worker_done else self.worker.counters(self.sid)
        protocol = self.protocol
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
            **self._services.pump.granted(self.sid),
            "async_errors": self.async_errors,
            "calls": self.calls_answered,
            "memory_bytes": self.arena.allocated_bytes,
            "graph_launches": counters.get("graph_launches", 0),
            "graph_bytes": self.graphs.usage()["bytes"],
            "modules": len(self._modules),
            "host_registered_bytes": len(self._host_pieces) * HOST_PIECE_BYTES,
            "paused": protocol.paused if protocol else False,
            "pauses": protocol.pauses_total if protocol else 0,
            "bytes_received": protocol.bytes_received if protocol else 0,
        }


def _index(handle: int) -> int:
    return handle & 0xFFFFFFFF


def _check_parameters(name: str, info: FunctionInfo) -> None:
    """Raises: CallRefused for a function that no launch on this wire could carry."""
    if (
        info.param_bytes > wire.PARAMS_BYTES_MAX
        or len(info.param_sizes) > wire.FUNCTION_PARAMS_MAX
    ):
        raise CallRefused(
            INVALID_IMAGE,
            f"{name!r} takes {len(info.param_sizes)} parameters of "
            f"{info.param_bytes} bytes; {wire.FUNCTION_PARAMS_MAX} of "
            f"{wire.PARAMS_BYTES_MAX} are possible",
        )


def _resolve(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


_REPLY_TO: dict[type, type] = {
    wire.DeviceGet: wire.Device,
    wire.Allocate: wire.Allocated,
    wire.Free: wire.Done,
    wire.ModuleLoad: wire.Module,
    wire.ModuleUnload: wire.Done,
    wire.FunctionGet: wire.Function,
    wire.MemoryInfo: wire.Memory,
    wire.ElapsedTime: wire.Elapsed,
    wire.ErrorTake: wire.ErrorTaken,
    wire.FunctionAttributeSet: wire.Done,
    wire.HostRegister: wire.Done,
    wire.HintSet: wire.Done,
    wire.GraphInstantiate: wire.GraphInstantiated,
    wire.GraphUpdate: wire.GraphUpdated,
}


def _failure(call: Any, result: int, text: str) -> Any:
    """The reply that says why not. Fields behind `message` have defaults."""
    encoded = text.encode("utf-8", "replace")[: wire.MESSAGE_BYTES_MAX]
    message = encoded.decode("utf-8", "ignore")
    return _REPLY_TO[type(call)](call=call.call, result=result, message=message)


def properties_on_wire(properties: Any) -> wire.DeviceProperties:
    """A tenant's device 0 is the broker's device, whatever its number on the host."""
    values = dataclasses.asdict(properties)
    values["ordinal"] = 0
    return wire.DeviceProperties(**values)
