"""What the simulation asks of a worker, and which workers there are.

The methods the pump calls are those of `broker.device._worker.Worker`; the rest is what
a simulation needs: operations put in without a codec, the tenant's side of the shared
pages, and the log of what was issued. `implementations` is the only place that knows
who offers it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tests.sim.program import Kind, Operation
from tests.sim.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Issue:
    """One operation handed to the device. kind: value of program.Kind."""

    at_ns: int
    session: int
    stream: int
    seq: int
    kind: str


class SimulatedWorker(Protocol):
    """A worker stepped by hand. issued: called with an Issue each time it happens."""

    kinds: Any  # names of the message kinds, as in broker.device._worker
    shown: frozenset[Kind]  # what the log shows of it

    def step(self, now_ns: int) -> int: ...
    def messages(self) -> list[tuple[int, ...]]: ...
    def ready(self) -> bool:
        """Whether messages() would return any (the eventfd is readable)."""

    def open_session(self, sid: int, class_: int, level: int) -> None: ...
    def close_session(self, sid: int) -> None: ...
    def forget_session(self, sid: int) -> None: ...
    def submit(self, sid: int, operations: tuple[Operation, ...]) -> None: ...
    def host_due(self, sid: int) -> list[tuple[int, int]]:
        """(stream, seq) of host functions that wait for the tenant."""

    def host_done(self, sid: int, stream: int, seq: int) -> None: ...
    def spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        """(session, seq) -> (start, end) on the device, of launches and copies."""

    def arrived(self, sid: int) -> bool: ...
    def set_floor(self, class_: int, armed_class: int, release_ns: int) -> None: ...
    def grant(
        self,
        sid: int,
        launches_max: int,
        window_ns: int,
        launches_in_flight_max: int,
        mode: int,
        until_ns: int,
        rank: int,
    ) -> None: ...
    def set_level(self, sid: int, level: int) -> None: ...
    def set_class(self, sid: int, class_: int) -> None: ...
    def notify_retired(self, sid: int, seq: int, ticket: int) -> None: ...
    def notify_empty(self, ticket: int) -> None: ...
    def needs_grant(self, sid: int) -> bool: ...
    def counters(self, sid: int) -> dict[str, int]: ...
    def close(self) -> None: ...


Factory = Callable[..., SimulatedWorker]


def _model() -> Factory:
    from tests.sim.model_worker import ModelWorker

    return ModelWorker


def _native() -> Factory:
    from tests.sim.native_worker import NativeWorker

    return NativeWorker


_FACTORIES: dict[str, Callable[[], Factory]] = {"model": _model, "native": _native}


def implementations() -> list[str]:
    """Names of the workers that are simulated; one that was not built fails here."""
    return sorted(_FACTORIES)


def make_worker(
    name: str, timeline: Timeline, issued: Callable[[Issue], None], **quirks: Any
) -> SimulatedWorker:
    """A fresh worker. quirks: slots, revoking (see ModelWorker)."""
    return _FACTORIES[name]()(timeline, issued, **quirks)
