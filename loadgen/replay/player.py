"""Plays a plan through a session: launches from prepared programs, copies and fills.

Decides how steps become calls of the client. Must never know arrivals, tenants or what
is measured. Called by `loadgen.tenant` and `loadgen.replay.calibrate`.

Each recorded kernel name gets a load of the replay module of its own: the broker learns
a kernel's time by function and shape, and two recorded kernels of one shape must not be
taken for one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from loadgen.clock import wait_until
from loadgen.replay.plan import Plan, Step
from loadgen.traces.model import OpKind

KERNELS = Path(__file__).parent.parent / "kernels" / "builtin.ptx"
REPLAY_KERNEL = "xs_replay"
BUFFER_BYTES = 64 << 20  # more than the L2 of an H100, so that traffic reaches memory
FUNCTION_ATTRIBUTE_SHARED_BYTES_MAX = 8
SHARED_BYTES_WITHOUT_ATTRIBUTE = 48 << 10
GAP_SPIN_NS = 100_000
GRAPH_COPY_BYTES = 4 << 20  # most of one copy node

Action = Callable[[], Any]


@dataclass(slots=True)
class Ticket:
    """One request on its way: `first` after its first operation, `last` after all.

    fetch: reads the request's results back, once the device is done with the rest.
    """

    first: Any
    last: Any
    fetch: Callable[[], None] | None = None

    def wait(self) -> None:
        self.last.synchronize()
        if self.fetch is not None:
            self.fetch()

    def since_first_ns(self) -> int:
        """Device time from the end of the first operation to the end of the last."""
        return int(self.last.elapsed_ns(self.first))


class Player:
    """A plan bound to one session and one stream.

    A copy to the host makes its caller wait, as it did the recorded program. One in the
    middle of a request therefore holds up whoever submits; those at its end are left to
    whoever waits for the ticket (on a stream of their own: the next request may be
    queued already), so that submitting a request does not wait for it.

    Paced, each run of launches and each copy or fill starts at its own time of the
    request's plan, so that what one is late does not add to the next.

    Used by one thread, but for tickets, which another may wait for.
    """

    def __init__(self, session: Any, plan: Plan, *, dilation: int, paced: bool) -> None:
        self._session = session
        self._dilation = dilation
        self._paced = paced
        self._started_ns = 0
        self.stream = session.stream(non_blocking=True)
        self._fetch_stream = session.stream(non_blocking=True)
        self._buffer = session.allocate(buffer_bytes(plan))
        self._other = session.allocate(transfer_bytes(plan))
        self._host = np.zeros(transfer_bytes(plan), np.uint8)
        self._functions = load_functions(session, plan)
        body, self._fetched = split_results(plan.steps)
        self._body = body
        self._graph: Any = None
        self._first = self._prepare(body[:1], 0)
        self._rest = self._prepare(body[1:], 0)
        self._free: list[Ticket] = []

    def submit(self) -> Ticket:
        """Send one request; returns once the host is done with it."""
        ticket = self._free.pop() if self._free else self._new_ticket()
        self._started_ns = time.monotonic_ns()
        if self._graph is not None:
            # Nothing can be recorded after its first operation.
            self.stream.record(ticket.first)
            self._graph.launch(self.stream)
        else:
            for action in self._first:
                action()
            self.stream.record(ticket.first)
            for action in self._rest:
                action()
        self.stream.record(ticket.last)
        # Asks for word of the retirement now, before the next request lies behind it.
        ticket.last.query()
        return ticket

    def use_graph(self) -> dict[str, Any]:
        """From now on a request is one launch of a graph that holds all of it, but the
        copies to the host at its end.

        Returns: graph_segments, graph_nodes, graph_broker_bytes and the wall time of
        building and instantiating it.
        """
        began_ns = time.monotonic_ns()
        graph = self._session.graph()
        node: list[Any] = []
        for step in self._body:
            node = [self._add(graph, step, node)]
        built_ns = time.monotonic_ns()
        self._graph = graph.instantiate()
        made_ns = time.monotonic_ns()
        return {
            "graph_segments": self._graph.segments,
            "graph_nodes": len(graph),
            "graph_broker_bytes": self._graph.broker_bytes,
            "graph_build_wall_ns": built_ns - began_ns,
            "graph_instantiate_wall_ns": made_ns - built_ns,
        }

    def _add(self, graph: Any, step: Step, after: list[Any]) -> Any:
        if step.kind is OpKind.KERNEL:
            return graph.add_kernel(
                self._functions[step.name],
                step.grid,
                step.block,
                replay_args(step, self._buffer),
                step.shared_bytes,
                after=after,
            )
        nbytes = max(1, step.nbytes)
        if step.kind is OpKind.FILL:
            return graph.add_fill(self._other, 0, count=nbytes, after=after)
        if step.direction == "d2d":
            return graph.add_copy(self._other, self._buffer, nbytes, after=after)
        node = after
        for at in range(0, nbytes, GRAPH_COPY_BYTES):
            size = min(GRAPH_COPY_BYTES, nbytes - at)
            if step.direction == "h2d":
                part = self._host[at : at + size]
                made = graph.add_copy_from(self._other, part, offset=at, after=node)
            else:
                made = graph.add_copy_to(self._other, size, offset=at, after=node)
            node = [made]
        return node[0]

    def recycle(self, ticket: Ticket) -> None:
        """The ticket has been waited for and read; its events may be used again."""
        self._free.append(ticket)

    def _new_ticket(self) -> Ticket:
        fetch = self._fetch if self._fetched else None
        return Ticket(self._session.event(), self._session.event(), fetch)

    def _fetch(self) -> None:
        for step in self._fetched:
            part = self._host[: max(1, step.nbytes)]
            self._other.copy_to(part, stream=self._fetch_stream)

    def _prepare(self, steps: tuple[Step, ...], offset_ns: int) -> list[Action]:
        """Actions: runs of launches become one program each.

        offset_ns: device time of the plan at which the first step starts, its gap left
        out.
        """
        actions: list[Action] = []
        program: Any = None
        for step in steps:
            offset_ns += step.gap_ns
            if step.kind is not OpKind.KERNEL:
                program = None
                actions.append(self._at(offset_ns, self._transfer(step)))
                continue
            starts = program is None
            if starts:
                program = self._session.program()
                actions.append(self._at(offset_ns, self._play(program)))
            program.add(
                self._functions[step.name],
                step.grid,
                step.block,
                replay_args(step, self._buffer),
                shared_bytes=step.shared_bytes,
                gap_ns=0 if starts else step.gap_ns,
            )
        return actions

    def _at(self, offset_ns: int, action: Action) -> Action:
        """The action at its time of the plan; as it is when requests are not paced."""
        if not self._paced:
            return action
        offset_wall_ns = offset_ns * self._dilation

        def timed_action() -> None:
            wait_until(self._started_ns + offset_wall_ns, GAP_SPIN_NS)
            action()

        return timed_action

    def _play(self, program: Any) -> Action:
        pace = 1.0 if self._paced else 0.0
        return lambda: program.play(self.stream, pace=pace)

    def _transfer(self, step: Step) -> Action:
        nbytes = max(1, step.nbytes)
        host, other, stream = self._host[:nbytes], self._other, self.stream
        moves: dict[str, Action] = {
            "fill": lambda: other.fill(0, count=nbytes, stream=stream),
            "h2d": lambda: other.copy_from(host, stream=stream),
            "d2h": lambda: other.copy_to(host, stream=stream),
            "d2d": lambda: other.copy_from_buffer(
                self._buffer, nbytes=nbytes, stream=stream
            ),
        }
        return moves["fill" if step.kind is OpKind.FILL else step.direction]


def split_results(steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps, and the copies to the host at their end."""
    end = len(steps)
    while end > 1 and steps[end - 1].direction == "d2h":
        end -= 1
    return steps[:end], steps[end:]


def replay_args(step: Step, buffer: Any) -> tuple[Any, ...]:
    """xs_replay(u64 duration_ns, void *buffer, u64 buffer_bytes, u32 touch_bytes)."""
    return (step.duration_ns, buffer, buffer.nbytes, step.touch_bytes)


def transfer_bytes(plan: Plan) -> int:
    """Room for the largest copy or fill of the plan."""
    return max(4096, *(step.nbytes for step in plan.steps))


def buffer_bytes(plan: Plan) -> int:
    return max(BUFFER_BYTES, transfer_bytes(plan))


def load_functions(session: Any, plan: Plan) -> dict[str, Any]:
    """A function per kernel name, allowed the shared memory any step asks of it."""
    image = KERNELS.read_text()
    shared_bytes: dict[str, int] = {}
    for step in plan.steps:
        if step.kind is OpKind.KERNEL:
            most = max(shared_bytes.get(step.name, 0), step.shared_bytes)
            shared_bytes[step.name] = most
    functions = {}
    for name, most in shared_bytes.items():
        function = session.load_module(image).function(REPLAY_KERNEL)
        if most > SHARED_BYTES_WITHOUT_ATTRIBUTE:
            function.set_attribute(FUNCTION_ATTRIBUTE_SHARED_BYTES_MAX, most)
        functions[name] = function
    return functions
