"""Stream capture: work submitted to streams becomes nodes of a graph.

Decides CUDA's rules of capture: which streams belong to one, what forks and joins it,
which error ends it. Must never know how a node is made: `graphs.py` does. Called by
`session.py`, and by `objects.py`, which asks a stream's `capture` first.

Source: CUDA driver API, "Stream Management" (capture).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from client import errors
from client._native import Address, FunctionHandle
from client.graph_contents import HostFunction, HostMemory

if TYPE_CHECKING:
    from client.graphs import GraphCore
    from client.objects import EventCore, StreamCore
    from client.session import SessionCore

CAPTURE_UNSUPPORTED = 900
CAPTURE_INVALIDATED = 901
CAPTURE_MERGE = 902
CAPTURE_UNJOINED = 904
CAPTURE_ISOLATION = 905
CAPTURE_IMPLICIT = 906
CAPTURED_EVENT = 907


class Capture:
    """One capture under way: its streams, and the nodes that their next one follows.

    A stream joins by waiting for an event recorded in the capture; at the end each must
    have been joined back into the origin. An error invalidates the capture: nothing
    more is taken, and its end says so.
    """

    def __init__(self, graph: GraphCore, origin: StreamCore) -> None:
        self.graph = graph
        self.origin = origin
        self.over = False
        self._latest: dict[StreamCore, set[int]] = {origin: set()}
        self._problem: errors.CudaError | None = None
        origin.capture = self

    # What objects.py asks of a stream that is captured.

    def add(
        self,
        stream: StreamCore,
        kind: str,
        emit: Callable[[int], object],
        keep: list[Any],
        host: HostMemory | None = None,
    ) -> int:
        """A node after what the stream holds; emit is given the graph's handle."""
        self._check()
        graph = self.graph
        numbers = sorted(self._latest[stream])
        node = graph.add_after(kind, numbers, lambda: emit(graph.handle), keep, host)
        self._latest[stream] = {node.number}
        return node.number

    def launch(
        self,
        stream: StreamCore,
        function: FunctionHandle,
        grid: Any,
        block: Any,
        args: Any,
        shared_bytes: int,
        attributes: bytes,
    ) -> int:
        function.pack_args(args)
        return self.add(
            stream,
            "kernel",
            lambda _: function.launch(
                grid, block, args, shared_bytes, self.graph, attributes
            ),
            [value for value in args if isinstance(value, Address)],
        )

    def add_callback(self, stream: StreamCore, function: Callable[[], Any]) -> None:
        kept = HostFunction(self.graph._session, function)
        native = self.graph._session.native
        number = self.add(
            stream,
            "host",
            lambda handle: native.host_function(handle, kept.token),
            [kept],
        )
        self.graph.contents.of(number).host_functions += 1

    def record(self, stream: StreamCore, event: EventCore) -> None:
        self._check()
        event._captured = (self, frozenset(self._latest[stream]))

    def wait(self, stream: StreamCore, event: EventCore) -> None:
        """The stream's next node comes after the event's; the stream may join here."""
        self._check()
        captured = event._captured
        if captured is None or captured[0] is not self:
            if captured is not None and not captured[0].over:
                raise self.failed(
                    CAPTURE_MERGE, "cuStreamWaitEvent", "two captures would become one"
                )
            raise self.failed(
                CAPTURE_ISOLATION,
                "cuStreamWaitEvent",
                "the event was not recorded in this capture",
            )
        self._latest.setdefault(stream, set()).update(captured[1])
        stream.capture = self

    def failed(self, result: int, name: str, text: str) -> errors.CudaError:
        """The error to raise; the capture is invalid from here on."""
        error = errors.CudaError(result, name, text)
        if self._problem is None:
            self._problem = error
        return error

    def refuse(
        self, name: str, text: str = "it cannot be done while the stream is captured"
    ) -> errors.CudaError:
        return self.failed(CAPTURE_UNSUPPORTED, name, text)

    def _check(self) -> None:
        if self._problem is not None:
            raise errors.CudaError(
                CAPTURE_INVALIDATED,
                "cuStreamBeginCapture",
                f"the capture ended with: {self._problem}",
            )

    def is_blocking(self) -> bool:
        return any(not stream.non_blocking for stream in self._latest)

    def end(self) -> None:
        """Streams are streams again. Raises: CudaError for what is invalid or loose."""
        self.over = True
        for stream in self._latest:
            stream.capture = None
        self._check()
        reached = self.graph.before(self._latest[self.origin])
        for latest in self._latest.values():
            if not latest <= reached:
                raise errors.CudaError(
                    CAPTURE_UNJOINED,
                    "cuStreamEndCapture",
                    "a stream was forked into the capture and not joined: let the "
                    "origin wait for an event recorded on it",
                )


def join_capture(stream: StreamCore, event: EventCore) -> bool:
    """A wait outside a capture for an event inside one pulls the stream in."""
    captured = event._captured
    if captured is None:
        return False
    capture = captured[0]
    if capture.over:
        raise errors.CudaError(
            CAPTURED_EVENT, "cuStreamWaitEvent", "the event was recorded in a capture"
        )
    if stream.handle == stream._session.default_stream.handle:
        raise capture.failed(
            CAPTURE_IMPLICIT, "cuStreamWaitEvent", "the default stream cannot join"
        )
    capture.wait(stream, event)
    return True


@contextmanager
def capturing(
    session: SessionCore, stream: StreamCore, graph: GraphCore
) -> Iterator[Any]:
    """Capture a stream into the graph until the block ends."""
    if stream._session is not session:
        raise ValueError("the stream belongs to another session")
    name = "cuStreamBeginCapture"
    if stream.handle == session.default_stream.handle:
        raise errors.CudaError(
            CAPTURE_UNSUPPORTED, name, "the default stream cannot be captured"
        )
    if stream.capture is not None:
        raise stream.capture.failed(CAPTURE_UNSUPPORTED, name, "it is captured already")
    capture = Capture(graph, stream)
    session.captures.append(capture)
    session.guard_legacy()
    try:
        yield graph
    except BaseException:
        with suppress(errors.CudaError):
            capture.end()
        graph.close()
        raise
    else:
        try:
            capture.end()
        except errors.CudaError:
            graph.close()
            raise
    finally:
        session.captures.remove(capture)
        session.guard_legacy()
