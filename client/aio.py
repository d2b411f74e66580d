"""The client for asyncio: what has to wait is awaited, on any loop (uvloop too).

Decides how steps are performed on a loop. Must never hold logic of its own: each method
names the steps of `session.py` or `objects.py`. Its twin is `blocking.py`; a test
compares their signatures. A session belongs to the loop it was connected on.

Launches, records and fills do not wait and are plain calls, as in the twin; when the
session has sent far more than the broker takes, they block until there is room.
Waiting for retirement runs on threads of the session, at most `WAITS_MAX` at once.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self, cast

from client import graph_execs, graphs, objects
from client._native import DEFAULT_STREAM
from client.core import Call, Retired, Step, Steps, T
from client.session import SessionCore
from client.transport import connect as _connect

# Waits that have a thread each. Those beyond look again and again, so that none ever
# waits for another to end first: it may be what the other waits for.
WAITS_MAX = 64
_LOOK_SECONDS = 0.001
_WORKS_MAX = 4
# What retires within this time is waited for in place: a thread would take longer.
_IN_PLACE_NS = 5_000
# A wait that was cancelled ends within this time.
_SLICE_NS = 50_000_000
_RECEIVE_BYTES = 65536


class Buffer(objects.BufferCore):
    """Device memory; an async context manager that frees it."""

    _session: Session

    async def free(self) -> None:
        """Give the memory back, once everything submitted so far has retired."""
        await self._session._run(self.free_steps())

    async def copy_from(
        self, array: Any, stream: Stream | None = None, *, offset: int = 0
    ) -> None:
        """Copy an array (or bytes) to the device, in the order of the stream.

        Returns when the array may be changed again; the copy itself may still be on its
        way. offset: bytes into the buffer.
        """
        await self._session._run(self.copy_from_steps(array, stream, offset))

    async def copy_to(
        self, array: Any, stream: Stream | None = None, *, offset: int = 0
    ) -> None:
        """Fill an array from the device, after what the stream holds; waits."""
        await self._session._run(self.copy_to_steps(array, stream, offset))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._session.native.lost:
            await self.free()


class Module(objects.ModuleCore):
    """Loaded code."""

    _session: Session

    async def function(self, name: str) -> Function:
        """An entry by its name in the code. Raises: CudaError NOT_FOUND."""
        return cast(Function, await self._session._run(self.function_steps(name)))

    async def unload(self) -> None:
        """Give the code back, once everything submitted so far has retired."""
        await self._session._run(self.unload_steps())


class Function(objects.FunctionCore):
    """A function of a module."""

    _session: Session

    async def set_attribute(self, attribute: int, value: int) -> None:
        """cuFuncSetAttribute; 8 is the most dynamic shared memory, in bytes."""
        await self._session._run(self.set_attribute_steps(attribute, value))


class Stream(objects.StreamCore):
    """One ordered queue of work."""

    _session: Session

    async def query(self) -> bool:
        """Has everything submitted to it retired?"""
        return await self._session._run(self.query_steps())

    async def synchronize(self) -> None:
        """Wait for it. Raises: CudaError for work that failed since the last wait."""
        await self._session._run(self.synchronize_steps())


class Event(objects.EventCore):
    """A mark in a stream."""

    _session: Session

    async def query(self) -> bool:
        """Has its latest record retired? True if it was never recorded."""
        return await self._session._run(self.query_steps())

    async def synchronize(self) -> None:
        """Wait for its latest record."""
        await self._session._run(self.synchronize_steps())

    async def elapsed_ns(self, start: Event) -> int:
        """Device time since another event. Raises: CudaError NOT_READY."""
        return await self._session._run(self.elapsed_steps(start))


class Graph(graphs.GraphCore):
    """A graph under construction; a context manager that forgets it."""

    _session: Session

    async def add_copy_from(
        self,
        buffer: Buffer,
        array: Any,
        *,
        offset: int = 0,
        after: Iterable[graphs.Node] = (),
    ) -> graphs.Node:
        """Bring an array (1 byte to 4 MiB) to the device in each launch.

        The graph has a copy of it; `node.host.write` changes that for later launches.
        """
        steps = self.add_copy_from_steps(buffer, array, offset, after)
        return await self._session._run(steps)

    async def add_copy_to(
        self,
        buffer: Buffer,
        nbytes: int | None = None,
        *,
        offset: int = 0,
        after: Iterable[graphs.Node] = (),
    ) -> graphs.Node:
        """Bring up to 4 MiB to the host in each launch; `node.host.read` has them once
        the launch has been waited for."""
        steps = self.add_copy_to_steps(buffer, nbytes, offset, after)
        return await self._session._run(steps)

    async def instantiate(self) -> GraphExec:
        """Make it executable. Raises: CudaError naming the node at fault."""
        return cast(GraphExec, await self._session._run(self.instantiate_steps()))


class GraphExec(graph_execs.GraphExecCore):
    """An executable graph; a context manager that forgets it."""

    _session: Session

    async def update(self, graph: Graph) -> None:
        """Take over the parameters of a graph of the same shape, for later launches.

        Raises: GraphUpdateError naming what differs; then nothing has changed.
        """
        await self._session._run(self.update_steps(graph, None))

    async def update_node(self, node: graphs.Node, graph: Graph) -> None:
        """Take over one node's parameters: those of the only node of a graph.

        node: of the graph that this was instantiated from.
        """
        await self._session._run(self.update_steps(graph, node))


class Program(objects.ProgramCore):
    """Prepared launches; `play` runs on a thread of its own."""

    _session: Session

    async def play(  # type: ignore[override]  # the twin of a call that waits
        self, stream: Stream | None = None, pace: float = 1.0
    ) -> int:
        """As NativeProgram.play; cancelling does not stop it."""
        play = super().play
        return await asyncio.to_thread(play, stream, pace)


class Session(SessionCore):
    """A connected session; an async context manager that closes it."""

    buffer_type = Buffer
    module_type = Module
    function_type = Function
    stream_type = Stream
    event_type = Event
    graph_type = Graph
    graph_exec_type = GraphExec

    def __init__(self, link: Any) -> None:
        super().__init__(link)
        self.default_stream = Stream(self, DEFAULT_STREAM, False)
        self._loop = asyncio.get_running_loop()
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._threads = ThreadPoolExecutor(WAITS_MAX, thread_name_prefix="xs-wait")
        self._works = ThreadPoolExecutor(_WORKS_MAX, thread_name_prefix="xs-work")
        self._waits = 0
        self._socket.setblocking(False)
        self._loop.add_reader(self._socket.fileno(), self._readable)

    async def allocate(self, nbytes: int, *, device: int = 0) -> Buffer:
        """Zeroed device memory. Raises: CudaError OUT_OF_MEMORY, over the quota too."""
        return cast(Buffer, await self._run(self.allocate_steps(nbytes, device)))

    async def memory_info(self, *, device: int = 0) -> tuple[int, int]:
        """(free, total) bytes of this tenant."""
        return await self._run(self.memory_info_steps(device))

    async def set_hint(
        self,
        priority_class: int | None = None,
        weight: float | None = None,
        deadline_ms: float | None = None,
    ) -> None:
        """Tell the scheduler what this session needs from now on; None: as it was.

        Args: priority_class: 0 highest. weight: of its GPU time. deadline_ms: device
        time after a request's first launch arrives, 0 = none.
        Raises: CudaError INVALID_VALUE above what the operator configured.
        """
        await self._run(self.set_hint_steps(priority_class, weight, deadline_ms))

    async def load_module(self, image: str | bytes, *, device: int = 0) -> Module:
        """Load PTX, a cubin or a fatbin. Raises: CudaError with the loader's log."""
        return cast(Module, await self._run(self.load_module_steps(image, device)))

    async def compile(
        self, source: str, options: Sequence[str] = (), *, device: int = 0
    ) -> Module:
        """Compile CUDA C with NVRTC and load it. Raises: CompileError with the log."""
        steps = self.compile_steps(source, options, device)
        return cast(Module, await self._run(steps))

    def stream(self, priority: int = 0, non_blocking: bool = True) -> Stream:
        """A new stream. priority: CUDA's meaning, lower is more urgent.

        non_blocking: no ordering with the default stream.
        """
        return cast(Stream, self._make_stream(priority, non_blocking))

    def event(self, *, timing: bool = True, blocking_sync: bool = False) -> Event:
        """A new event."""
        return cast(Event, self._make_event(timing, blocking_sync))

    def graph(self) -> Graph:
        """A new, empty graph."""
        return Graph(self)

    def program(self) -> Program:
        """A new, empty program."""
        return Program(self)

    def flush(self) -> None:
        """Send what was submitted now; it leaves within 20 us anyway."""
        self.native.flush()

    async def synchronize(self) -> None:
        """Wait for all streams. Raises: CudaError for work that failed."""
        await self._run(self.synchronize_steps())

    async def close(self) -> None:
        """End the session. Work submitted still runs; then everything is freed."""
        if self._closed:
            return
        self._loop.remove_reader(self._socket.fileno())
        await asyncio.to_thread(self._leave)
        self._fail_replies()
        self._threads.shutdown(wait=False)
        self._works.shutdown(wait=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # ------------------------------------------------ performing steps

    async def _run(self, steps: Steps[T]) -> T:
        try:
            step = next(steps)
            while True:
                try:
                    answer = await self._perform(step)
                except BaseException as problem:
                    step = steps.throw(problem)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            return cast(T, end.value)

    async def _perform(self, step: Step) -> Any:
        if isinstance(step, Retired):
            return await self._retired(step)
        if isinstance(step, Call):
            return await self._call(step)
        return await self._loop.run_in_executor(self._works, step.run)

    async def _retired(self, step: Retired) -> None:
        if self.native.wait(step.line, step.seq, _IN_PLACE_NS):
            return
        while self._waits >= WAITS_MAX:
            await asyncio.sleep(_LOOK_SECONDS)
            if self.native.wait(step.line, step.seq, 0):
                return
        self._waits += 1
        try:
            await self._retired_on_a_thread(step)
        finally:
            self._waits -= 1

    async def _retired_on_a_thread(self, step: Retired) -> None:
        given_up = threading.Event()

        def wait() -> None:
            while not given_up.is_set():
                if self.native.wait(step.line, step.seq, _SLICE_NS):
                    return

        try:
            await self._loop.run_in_executor(self._threads, wait)
        finally:
            given_up.set()

    async def _call(self, call: Call) -> Any:
        if self.native.lost:
            raise self.lost_error()
        number, frame = self.calls.request(call)
        reply = self._loop.create_future()
        self._replies[number] = reply
        try:
            self.native.call(frame)
            return await reply
        finally:
            del self._replies[number]

    def _readable(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        self._received(data)

    def _received(self, data: bytes) -> None:
        for reply in self.calls.receive(data):
            waiting = self._replies.get(reply.call)
            if waiting is not None and not waiting.done():
                waiting.set_result(reply)
        if self.calls.ending is not None:
            if not data:
                self._loop.remove_reader(self._socket.fileno())
            self.native.lose()
            self._fail_replies()

    def _fail_replies(self) -> None:
        for waiting in self._replies.values():
            if not waiting.done():
                waiting.set_exception(self.lost_error())

    def read_last_words(self) -> None:
        """The loop's reader takes what comes; look once if it had no turn yet."""
        if self.calls.ending is not None or self._closed:
            return
        try:
            data = self._socket.recv(_RECEIVE_BYTES, socket.MSG_DONTWAIT)
        except OSError:
            return
        self.calls.receive(data)


async def connect(
    path: str | os.PathLike[str] | None = None,
    *,
    tenant: str | None = None,
    token: bytes | str = b"",
    priority_class: int | None = None,
) -> Session:
    """Open a session with the broker; see client.blocking.connect."""
    link = await asyncio.to_thread(_connect, path, tenant, token, priority_class)
    return Session(link)
