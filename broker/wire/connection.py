"""One end of a connection without any I/O: bytes in, messages out, and back.

It decides what may be said when, by the tables below. It must never know where the
bytes come from: a socket, a shared-memory ring, a test. Used by clients, simulations
and tests; the broker's hot path uses `_codec.Intake`, which shares the codec.

    HANDSHAKE --hello--> OFFERED --welcome--> OPEN --goodbye--> LEAVING
                            |                  |                   |
                            +--- refused, protocol_error, fault ---+--> CLOSED

A problem in what the peer sent closes the connection: the same error is raised again
for whatever it sends later. After an orderly end its bytes are ignored.
"""

from __future__ import annotations

from enum import Enum
from types import ModuleType
from typing import Any

from broker.wire import codec as oracle
from broker.wire.errors import LocalProtocolError, RemoteProtocolError
from broker.wire.framing import FrameBuffer, frame
from broker.wire.gen.messages import (
    FROM_BROKER,
    FROM_CLIENT,
    REPLIES,
    Fault,
    Goodbye,
    Hello,
    Message,
    ProtocolError,
    Refused,
    Submit,
    Welcome,
)


class Role(Enum):
    """Which end this is."""

    CLIENT = "client"
    BROKER = "broker"


class State(Enum):
    HANDSHAKE = "handshake"
    OFFERED = "offered"
    OPEN = "open"
    LEAVING = "leaving"
    CLOSED = "closed"


_CALLS = frozenset(REPLIES) - {Hello}
_REPLIES = frozenset(REPLIES[call] for call in _CALLS)

# What may pass in each state, and where it leads when not to the same state.
_ALLOWED: dict[State, frozenset[type[Message]]] = {
    State.HANDSHAKE: frozenset({Hello, ProtocolError}),
    State.OFFERED: frozenset({Welcome, Refused, ProtocolError}),
    State.OPEN: frozenset({Submit, Goodbye, ProtocolError, Fault}) | _CALLS | _REPLIES,
    State.LEAVING: frozenset({ProtocolError, Fault}) | _REPLIES,
    State.CLOSED: frozenset(),
}
_NEXT: dict[type[Message], State] = {
    Hello: State.OFFERED,
    Welcome: State.OPEN,
    Refused: State.CLOSED,
    ProtocolError: State.CLOSED,
    Fault: State.CLOSED,
    Goodbye: State.LEAVING,
}


class Connection:
    """The state of one end.

    Args: role: which end. codec: a module with encode and decode; the Python oracle
        when none is given, `broker.wire._codec` for speed.
    """

    def __init__(self, role: Role, codec: ModuleType = oracle) -> None:
        self.role = role
        self.state = State.HANDSHAKE
        self._codec: Any = codec
        self._frames = FrameBuffer()
        self._calls: dict[int, type[Message]] = {}
        self._error: RemoteProtocolError | None = None
        mine, theirs = FROM_CLIENT, FROM_BROKER
        self._sends = mine if role is Role.CLIENT else theirs
        self._receives = theirs if role is Role.CLIENT else mine

    @property
    def calls_waiting(self) -> int:
        """Calls sent or received whose reply has not passed yet."""
        return len(self._calls)

    @property
    def bytes_buffered(self) -> int:
        """Bytes of the partial frame that waits for its rest."""
        return self._frames.bytes_buffered

    def send(self, message: Message) -> bytes:
        """The frame to put on the wire.

        Raises: LocalProtocolError when the message may not be sent now, or not at all;
            the state is then as before.
        """
        problem = self._problem(message, self._sends)
        if problem:
            raise LocalProtocolError(problem)
        data = frame(self._codec.encode(message))
        self._pass(message)
        return data

    def receive_data(self, data: bytes | bytearray | memoryview) -> list[Message]:
        """The messages that these bytes complete, in order.

        Raises: RemoteProtocolError; its `messages` holds those that came before the
            problem in the same call.
        """
        if self._error is not None:
            raise self._error
        if self.state is State.CLOSED:
            return []
        self._frames.feed(data)
        messages: list[Message] = []
        try:
            self._take_frames(messages)
        except RemoteProtocolError as error:
            self._fail(error, messages)
            raise
        return messages

    def receive_eof(self) -> None:
        """The peer will send nothing more.

        Raises: RemoteProtocolError when that cuts a frame in two.
        """
        partial = self._frames.bytes_buffered
        was_open = self.state is not State.CLOSED
        self.state = State.CLOSED
        if partial and was_open:
            raise RemoteProtocolError(f"frame: ends after {partial} bytes")

    def _take_frames(self, messages: list[Message]) -> None:
        while self.state is not State.CLOSED:
            body = self._frames.next_body()
            if body is None:
                return
            message: Message = self._codec.decode(body)
            problem = self._problem(message, self._receives)
            if problem:
                raise RemoteProtocolError(problem)
            self._pass(message)
            messages.append(message)

    def _fail(self, error: RemoteProtocolError, messages: list[Message]) -> None:
        """Remember a fresh error for later calls, without what came before this one."""
        error.messages = tuple(messages)
        self._error = type(error)(str(error), error.seq)
        self.state = State.CLOSED

    def _problem(self, message: Message, allowed: frozenset[type[Message]]) -> str:
        """Why this message may not pass now; empty when it may."""
        kind = type(message)
        name = getattr(kind, "NAME", kind.__name__)
        if kind not in allowed:
            sender = "client" if allowed is FROM_CLIENT else "broker"
            return f"{name}: the {sender} never sends it"
        if kind not in _ALLOWED[self.state]:
            return f"{name}: not while the connection is {self.state.value}"
        if kind in _CALLS and message.call in self._calls:  # type: ignore[union-attr]
            return f"{name}: call {message.call} waits already"  # type: ignore[union-attr]
        if kind in _REPLIES:
            return self._reply_problem(name, message)
        return ""

    def _reply_problem(self, name: str, reply: Any) -> str:
        call = self._calls.get(reply.call)
        if call is None:
            return f"{name}: no call {reply.call} waits"
        if REPLIES[call] is not type(reply):
            return f"{name}: call {reply.call} was {call.NAME}"
        return ""

    def _pass(self, message: Any) -> None:
        kind = type(message)
        self.state = _NEXT.get(kind, self.state)
        if kind in _CALLS:
            self._calls[message.call] = kind
        elif kind in _REPLIES:
            del self._calls[message.call]
