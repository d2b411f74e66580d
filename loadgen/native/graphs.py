"""CUDA graphs of one process's own context, with the part of the client's interface
that `loadgen.replay` uses.

Decides by which calls a graph is built, made executable and given back. It must never
know what is replayed. Called by `session.py`, which closes what is left last made
first: an executable graph before the host memory of its copies, both before the streams
and buffers that were there when the graph was made.

A graph is launched whole: one call a request, and nothing between its nodes but what
the driver puts there. That is what the broker's segments are compared with. Host memory
of copies is pinned, as that of the broker's sessions is.

Source: CUDA driver API, "Graph Management", "Memory Management".
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loadgen.native import graph_params
from loadgen.native.driver import call
from loadgen.native.graph_params import DEVICE, HOST, Place

if TYPE_CHECKING:
    from loadgen.native.session import Buffer, Function, Stream

Keep = Callable[[Any], Any]


class HostMemory:
    """Pinned memory that one copy of a graph reads or writes at each launch.

    Valid until it is closed, which no executable graph that has the copy may outlive.
    """

    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes
        self._address = ctypes.c_void_p()
        size = ctypes.c_size_t(nbytes)
        call("cuMemHostAlloc", ctypes.byref(self._address), size, 0)

    @property
    def place(self) -> Place:
        return Place(HOST, self._address.value or 0)

    def write(self, array: np.ndarray) -> None:
        """For launches from now on. array: of nbytes bytes, any shape and type."""
        data = np.ascontiguousarray(array)
        if data.nbytes != self.nbytes:
            raise ValueError(f"{data.nbytes} bytes for {self.nbytes} of host memory")
        ctypes.memmove(self._address, data.ctypes.data, self.nbytes)

    def read(self) -> bytes:
        """What the last launch that is over has put there."""
        return ctypes.string_at(self._address, self.nbytes)

    def close(self) -> None:
        call("cuMemFreeHost", self._address)


@dataclass(frozen=True, eq=False)
class Node:
    """A node of a graph. host: of a copy between host and device, the host's side."""

    graph: Graph
    handle: int
    host: HostMemory | None = None


class Graph:
    """A graph under construction. Nodes run once all those given as `after` have.

    Args: context: the current one. stream: carries executable forms to the device.
        keep: notes what has to be closed when the session is, and returns it.
    Raises: DriverError; ValueError for a node of another graph. So do all its methods.
    """

    def __init__(self, context: ctypes.c_void_p, stream: Stream, keep: Keep) -> None:
        self._context = context
        self._stream = stream
        self._keep = keep
        self._nodes = 0
        self._handle = ctypes.c_void_p()
        call("cuGraphCreate", ctypes.byref(self._handle), 0)

    def __len__(self) -> int:
        return self._nodes

    # ------------------------------------------------ nodes

    def add_kernel(
        self,
        function: Function,
        grid: tuple[int, int, int],
        block: tuple[int, int, int],
        args: tuple[Any, ...],
        shared_bytes: int = 0,
        *,
        after: Iterable[Node] = (),
    ) -> Node:
        """A launch; arguments as Program.add takes them."""
        params = graph_params.kernel_node(
            function.native, grid, block, function.pack_args(args), shared_bytes
        )
        return self._add("cuGraphAddKernelNode_v2", after, params)

    def add_fill(
        self,
        buffer: Buffer,
        value: int,
        *,
        offset: int = 0,
        count: int,
        after: Iterable[Node] = (),
    ) -> Node:
        """Set count bytes behind the offset."""
        params = graph_params.fill_node(buffer.address + offset, value, count)
        return self._add("cuGraphAddMemsetNode", after, params, self._context)

    def add_copy(
        self,
        destination: Buffer,
        source: Buffer,
        nbytes: int,
        *,
        after: Iterable[Node] = (),
    ) -> Node:
        """Copy between buffers, from the start of each."""
        start = Place(DEVICE, source.address)
        return self._add_copy(Place(DEVICE, destination.address), start, nbytes, after)

    def add_copy_from(
        self,
        buffer: Buffer,
        array: np.ndarray,
        *,
        offset: int = 0,
        after: Iterable[Node] = (),
    ) -> Node:
        """Copy an array to the device, as it is now: the graph has a copy of it, which
        `node.host.write` changes for later launches."""
        host = self._host_memory(array.nbytes)
        host.write(array)
        to = Place(DEVICE, buffer.address + offset)
        return self._add_copy(to, host.place, host.nbytes, after, host)

    def add_copy_to(
        self,
        buffer: Buffer,
        nbytes: int,
        *,
        offset: int = 0,
        after: Iterable[Node] = (),
    ) -> Node:
        """Bring bytes to the host; `node.host.read` has them once a launch is over."""
        host = self._host_memory(nbytes)
        start = Place(DEVICE, buffer.address + offset)
        return self._add_copy(host.place, start, nbytes, after, host)

    def _host_memory(self, nbytes: int) -> HostMemory:
        host: HostMemory = self._keep(HostMemory(nbytes))
        return host

    def _add_copy(
        self,
        to: Place,
        start: Place,
        nbytes: int,
        after: Iterable[Node],
        host: HostMemory | None = None,
    ) -> Node:
        params = graph_params.copy_node(to, start, nbytes)
        context = self._context
        return self._add("cuGraphAddMemcpyNode", after, params, context, host=host)

    def _add(
        self,
        name: str,
        after: Iterable[Node],
        params: ctypes.Structure,
        *context: ctypes.c_void_p,
        host: HostMemory | None = None,
    ) -> Node:
        """context: of nodes whose parameters do not say it."""
        # The driver takes no node twice.
        handles = list(dict.fromkeys(self._handle_of(node) for node in after))
        depends = (ctypes.c_void_p * len(handles))(*handles) if handles else None
        made, count = ctypes.c_void_p(), ctypes.c_size_t(len(handles))
        node, graph = ctypes.byref(made), self._handle
        call(name, node, graph, depends, count, ctypes.byref(params), *context)
        self._nodes += 1
        return Node(self, made.value or 0, host)

    def _handle_of(self, node: Node) -> int:
        if node.graph is not self:
            raise ValueError("after: a node of another graph")
        return node.handle

    # ------------------------------------------------ what is made of it

    def instantiate(self) -> GraphExec:
        """An executable form of the graph as it is now, on the device already: its
        first launch would carry it there, which takes up to a millisecond."""
        executable: GraphExec = self._keep(GraphExec(self._handle))
        executable.upload(self._stream)
        return executable

    def close(self) -> None:
        """Forget the graph; what was instantiated from it stays."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            call("cuGraphDestroy", handle)


class GraphExec:
    """An executable graph. segments: pieces in which it is launched; broker_bytes:
    memory that it takes in a broker.

    Raises: DriverError, as its methods do.
    """

    segments = 1
    broker_bytes = 0

    def __init__(self, graph: ctypes.c_void_p) -> None:
        self._handle = ctypes.c_void_p()
        # Without flags its nodes have the priority of the stream they are launched on.
        flags = ctypes.c_ulonglong(0)
        made = ctypes.byref(self._handle)
        call("cuGraphInstantiateWithFlags", made, graph, flags)

    def upload(self, stream: Stream) -> None:
        call("cuGraphUpload", self._handle, stream.handle)

    def launch(self, stream: Stream) -> None:
        """Submit one launch; does not wait. Raises: ValueError once it is closed."""
        if not self._handle:
            raise ValueError("the executable graph was closed")
        call("cuGraphLaunch", self._handle, stream.handle)

    def close(self) -> None:
        """Forget it; launches submitted before still run."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            call("cuGraphExecDestroy", handle)
