"""The client for programs that wait: every call returns when its answer is there.

Decides how steps are performed by blocking. Must never hold logic of its own: each
method names the steps of `session.py` or `objects.py`. Its twin is `aio.py`; a test
compares their signatures. Sessions and what they give out may be used from any thread.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self, cast

from client import graph_execs, graphs, objects
from client._native import DEFAULT_STREAM
from client.core import Call, Retired, Step, Steps, T
from client.session import SessionCore
from client.transport import connect as _connect

_RECEIVE_BYTES = 65536
_LAST_WORDS_SECONDS = 0.5


class Buffer(objects.BufferCore):
    """Device memory; a context manager that frees it."""

    _session: Session

    def free(self) -> None:
        """Give the memory back, once everything submitted so far has retired."""
        self._session._run(self.free_steps())

    def copy_from(
        self, array: Any, stream: Stream | None = None, *, offset: int = 0
    ) -> None:
        """Copy an array (or bytes) to the device, in the order of the stream.

        Returns when the array may be changed again; the copy itself may still be on its
        way. offset: bytes into the buffer.
        """
        self._session._run(self.copy_from_steps(array, stream, offset))

    def copy_to(
        self, array: Any, stream: Stream | None = None, *, offset: int = 0
    ) -> None:
        """Fill an array from the device, after what the stream holds; waits."""
        self._session._run(self.copy_to_steps(array, stream, offset))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._session.native.lost:
            self.free()


class Module(objects.ModuleCore):
    """Loaded code."""

    _session: Session

    def function(self, name: str) -> Function:
        """An entry by its name in the code. Raises: CudaError NOT_FOUND."""
        return cast(Function, self._session._run(self.function_steps(name)))

    def unload(self) -> None:
        """Give the code back, once everything submitted so far has retired."""
        self._session._run(self.unload_steps())


class Function(objects.FunctionCore):
    """A function of a module."""

    _session: Session

    def set_attribute(self, attribute: int, value: int) -> None:
        """cuFuncSetAttribute; 8 is the most dynamic shared memory, in bytes."""
        self._session._run(self.set_attribute_steps(attribute, value))


class Stream(objects.StreamCore):
    """One ordered queue of work."""

    _session: Session

    def query(self) -> bool:
        """Has everything submitted to it retired?"""
        return self._session._run(self.query_steps())

    def synchronize(self) -> None:
        """Wait for it. Raises: CudaError for work that failed since the last wait."""
        self._session._run(self.synchronize_steps())


class Event(objects.EventCore):
    """A mark in a stream."""

    _session: Session

    def query(self) -> bool:
        """Has its latest record retired? True if it was never recorded."""
        return self._session._run(self.query_steps())

    def synchronize(self) -> None:
        """Wait for its latest record."""
        self._session._run(self.synchronize_steps())

    def elapsed_ns(self, start: Event) -> int:
        """Device time since another event. Raises: CudaError NOT_READY."""
        return self._session._run(self.elapsed_steps(start))


class Graph(graphs.GraphCore):
    """A graph under construction; a context manager that forgets it."""

    _session: Session

    def add_copy_from(
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
        return self._session._run(steps)

    def add_copy_to(
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
        return self._session._run(steps)

    def instantiate(self) -> GraphExec:
        """Make it executable. Raises: CudaError naming the node at fault."""
        return cast(GraphExec, self._session._run(self.instantiate_steps()))


class GraphExec(graph_execs.GraphExecCore):
    """An executable graph; a context manager that forgets it."""

    _session: Session

    def update(self, graph: Graph) -> None:
        """Take over the parameters of a graph of the same shape, for later launches.

        Raises: GraphUpdateError naming what differs; then nothing has changed.
        """
        self._session._run(self.update_steps(graph, None))

    def update_node(self, node: graphs.Node, graph: Graph) -> None:
        """Take over one node's parameters: those of the only node of a graph.

        node: of the graph that this was instantiated from.
        """
        self._session._run(self.update_steps(graph, node))


class Program(objects.ProgramCore):
    """Prepared launches; `play` blocks until the last one is submitted."""

    _session: Session


class Session(SessionCore):
    """A connected session; a context manager that closes it."""

    buffer_type = Buffer
    module_type = Module
    function_type = Function
    stream_type = Stream
    event_type = Event
    graph_type = Graph
    graph_exec_type = GraphExec

    def __init__(self, link: Any) -> None:
        super().__init__(link)
        self._reading = threading.RLock()
        self.default_stream = Stream(self, DEFAULT_STREAM, False)

    def allocate(self, nbytes: int, *, device: int = 0) -> Buffer:
        """Zeroed device memory. Raises: CudaError OUT_OF_MEMORY, over the quota too."""
        return cast(Buffer, self._run(self.allocate_steps(nbytes, device)))

    def memory_info(self, *, device: int = 0) -> tuple[int, int]:
        """(free, total) bytes of this tenant."""
        return self._run(self.memory_info_steps(device))

    def set_hint(
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
        self._run(self.set_hint_steps(priority_class, weight, deadline_ms))

    def load_module(self, image: str | bytes, *, device: int = 0) -> Module:
        """Load PTX, a cubin or a fatbin. Raises: CudaError with the loader's log."""
        return cast(Module, self._run(self.load_module_steps(image, device)))

    def compile(
        self, source: str, options: Sequence[str] = (), *, device: int = 0
    ) -> Module:
        """Compile CUDA C with NVRTC and load it. Raises: CompileError with the log."""
        return cast(Module, self._run(self.compile_steps(source, options, device)))

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

    def synchronize(self) -> None:
        """Wait for all streams. Raises: CudaError for work that failed."""
        self._run(self.synchronize_steps())

    def close(self) -> None:
        """End the session. Work submitted still runs; then everything is freed."""
        self._leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------ performing steps

    def _run(self, steps: Steps[T]) -> T:
        try:
            step = next(steps)
            while True:
                try:
                    answer = self._perform(step)
                except BaseException as problem:
                    step = steps.throw(problem)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            return cast(T, end.value)

    def _perform(self, step: Step) -> Any:
        if isinstance(step, Retired):
            return self.native.wait(step.line, step.seq)
        if isinstance(step, Call):
            return self._call(step)
        return step.run()

    def _call(self, call: Call) -> Any:
        """One call at a time: whoever holds the lock reads until its reply comes."""
        with self._reading:
            if self.native.lost:
                raise self.lost_error()
            number, frame = self.calls.request(call)
            self.native.call(frame)
            while True:
                for reply in self._receive(0):
                    if reply.call == number:
                        return reply
                if self.calls.ending is not None:
                    raise self.lost_error()

    def _receive(self, flags: int) -> list[Any]:
        try:
            data = self._socket.recv(_RECEIVE_BYTES, flags)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        return self.calls.receive(data)

    def read_last_words(self) -> None:
        if not self._reading.acquire(timeout=_LAST_WORDS_SECONDS):
            return  # another thread reads them, and will be told
        try:
            while self.calls.ending is None and not self._closed:
                if not self._receive(socket.MSG_DONTWAIT):
                    break
        finally:
            self._reading.release()


def connect(
    path: str | os.PathLike[str] | None = None,
    *,
    tenant: str | None = None,
    token: bytes | str = b"",
    priority_class: int | None = None,
) -> Session:
    """Open a session with the broker.

    Args: path: the broker's socket; by default XSCHED_SOCKET, else
    /run/xsched/broker.sock. tenant: by default XSCHED_TENANT; may be empty on a
    tenant's own socket. priority_class: 0 highest; None: as the operator configured.
    Raises: BrokerNotFound, Refused, both saying what to do next.
    """
    return Session(_connect(path, tenant, token, priority_class))
