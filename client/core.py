"""The client's side of a session without any I/O: handshake, calls, handles, steps.

Decides which bytes a call becomes, which reply belongs to it and what an ended session
means. Must never touch a socket or a loop: `blocking.py` and `aio.py` move the bytes
and perform the steps. Called by `session.py`, `transport.py` and those two.

Everything that may have to wait is written once, as a generator of *steps*: it yields a
Call (the reply is sent back into it), a Retired or a Work, and returns its result. One
driver performs steps by blocking, the other by awaiting.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from broker.wire.connection import Connection, Role
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as wire
from client import errors

T = TypeVar("T")

VERSION = "0.1.0"
LIBRARY = f"xsched-client/{VERSION}"


class Call(NamedTuple):
    """Send a message and wait for its reply. The call number is filled in."""

    message: Callable[..., wire.Message]
    fields: dict[str, Any]
    name: str  # for errors: the driver call this stands for


class Retired(NamedTuple):
    """Wait until a stream's line has retired up to seq."""

    line: int
    seq: int


class Work(NamedTuple):
    """Run something that takes long without waiting: a compiler, a large memcpy."""

    run: Callable[[], Any]


Step = Call | Retired | Work
Steps = Generator[Step, Any, T]


@dataclass(slots=True)
class Ending:
    """Why a session has ended, as far as the socket told. result: CUresult or 0."""

    detail: str = ""
    result: int = 0
    protocol: bool = False


class Handshake:
    """Hello out, welcome in.

    Args: tenant: empty on a tenant's own socket. token: bytes or text.
    priority_class: 0 highest; None is what the operator configured.
    """

    def __init__(
        self, tenant: str, token: bytes | str, priority_class: int | None
    ) -> None:
        self.connection = Connection(Role.CLIENT)
        self._hello = wire.Hello(
            protocol_major=wire.PROTOCOL_MAJOR,
            protocol_minor=wire.PROTOCOL_MINOR,
            library=LIBRARY,
            tenant=tenant,
            token=token.encode() if isinstance(token, str) else token,
            priority_class=(
                wire.CLASS_FROM_TENANT if priority_class is None else priority_class
            ),
            pid=os.getpid(),
        )

    def hello(self) -> bytes:
        return self.connection.send(self._hello)

    def receive(self, data: bytes) -> wire.Welcome | None:
        """The welcome once it is complete. Raises: Refused, ProtocolError."""
        if not data:
            raise errors.SessionLost("the broker closed the connection while greeting")
        try:
            messages = self.connection.receive_data(data)
        except RemoteProtocolError as problem:
            raise errors.ProtocolError(f"the broker's greeting: {problem}") from None
        for message in messages:
            if isinstance(message, wire.Welcome):
                return message
            if isinstance(message, wire.Refused):
                raise errors.Refused(message.reason, message.message)
            if isinstance(message, wire.ProtocolError):
                raise errors.ProtocolError(message.message)
        return None


class Calls:
    """Numbers calls and matches replies; remembers why the session ended.

    Thread-safe for several callers and one reader at a time.
    """

    def __init__(self, connection: Connection) -> None:
        self.ending: Ending | None = None
        self._connection = connection
        self._lock = threading.RLock()  # the collector may come here from within
        self._next = 1

    def request(self, call: Call) -> tuple[int, bytes]:
        """The number of the call and its frame."""
        with self._lock:
            number = self._next
            self._next = number % 0xFFFFFFFF + 1
            message = call.message(call=number, **call.fields)
            return number, self._connection.send(message)

    def goodbye(self) -> bytes:
        with self._lock:
            return self._connection.send(wire.Goodbye())

    def receive(self, data: bytes) -> list[Any]:
        """The replies that these bytes complete; empty data is the socket's end."""
        with self._lock:
            if not data:
                self._end(Ending("the broker closed the connection"))
                return []
            try:
                messages = list(self._connection.receive_data(data))
            except RemoteProtocolError as problem:
                self._end(Ending(f"from the broker: {problem}", protocol=True))
                messages = list(problem.messages)
        return [message for message in messages if not self._is_ending(message)]

    def _is_ending(self, message: Any) -> bool:
        if isinstance(message, wire.Fault):
            self._end(Ending(message.message, message.result))
        elif isinstance(message, wire.ProtocolError):
            where = f" (operation {message.seq})" if message.seq else ""
            self._end(Ending(message.message + where, protocol=True))
        else:
            return False
        return True

    def _end(self, ending: Ending) -> None:
        if self.ending is None:
            self.ending = ending


def lost_error(ending: Ending | None, sticky: int) -> errors.SessionLost:
    """The exception for a session that is gone. sticky: of the status page."""
    if ending is None:
        ending = Ending("the broker ended the session")
    if ending.protocol:
        return errors.ProtocolError(ending.detail)
    return errors.SessionLost(
        ending.detail, sticky or ending.result or errors.CONTEXT_IS_DESTROYED
    )


def checked(reply: Any, name: str) -> Any:
    """The reply, if its result is no error. Raises: CudaError."""
    if reply.result:
        raise errors.CudaError(reply.result, name, reply.message)
    return reply


class Handles:
    """Makes handles of one kind: an index, and a generation that changes on reuse.

    Args: kind: wire KIND_*. first, last: indices given out, last included.
    Fresh indices come first, then the oldest one given back: a stale handle stays
    stale for long.
    """

    def __init__(self, kind: int, first: int, last: int) -> None:
        self._kind = kind
        self._next = first
        self._last = last
        self._free: deque[tuple[int, int]] = deque()
        # The collector may close a stream or an event while this thread is inside.
        self._lock = threading.RLock()

    def make(self, device: int = 0) -> int:
        """Raises: CudaError OUT_OF_MEMORY when every index is in use."""
        with self._lock:
            if self._next <= self._last:
                index, generation = self._next, 0
                self._next += 1
            elif self._free:
                index, generation = self._free.popleft()
            else:
                raise errors.CudaError(
                    2, "handle", f"all {self._last} handles of this kind are in use"
                )
        return wire.make_handle(self._kind, index, generation, device)

    def release(self, handle: int) -> None:
        parts = wire.split_handle(handle)
        with self._lock:
            self._free.append((parts.index, parts.generation + 1 & 0xFFFF))
