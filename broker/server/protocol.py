"""The bytes of one session: read into the intake, replies written back.

Decides how much is read or decoded in one turn of the loop and when reading stops. It
must never know what a message means (`session.py` does) or who is scheduled when
(`pump.py`).
uvloop calls it.

Before anything is decoded, the worker is told that bytes of this session have come:
that is the store that makes lower classes stop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from broker.server.hangups import Hangups, unread_ends_with
from broker.wire._codec import encode_frame
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as wire

# What a class that is not the highest may read in one turn of the loop.
TURN_BYTES_MAX = 65536
# How long a peer that does not read may keep a closing connection.
CLOSE_SECONDS = 1.0
GOODBYE = encode_frame(wire.Goodbye())


class Reader(Protocol):
    """The session, as its transport sees it."""

    sid: int
    class_: int

    def messages_received(self, messages: list[Any]) -> None: ...
    def protocol_failed(self, error: RemoteProtocolError) -> None: ...
    def queue_is_full(self) -> bool: ...
    def goodbye_unread(self) -> None: ...
    def connection_ended(self) -> None: ...


class SessionProtocol(asyncio.BufferedProtocol):
    """Args: intake: broker.wire._codec.Intake on the session's sink. pump: Pump.
    long_work: as call_soon, but one at a time of all sessions (`longwork.py`)."""

    def __init__(
        self,
        session: Reader,
        intake: Any,
        pump: Any,
        call_soon: Callable[[Callable[[], None]], Any],
        long_work: Callable[[Callable[[], None]], Any],
        call_later: Callable[[float, Callable[[], None]], Any],
        hangups: Hangups,
    ) -> None:
        self._session = session
        self._intake = intake
        self._pump = pump
        self._call_soon = call_soon
        self._long_work = long_work
        self._call_later = call_later
        self._hangups = hangups
        self._transport: Any = None
        self._fd = -1
        self._pauses: set[str] = set()
        self._turn_over = False
        self._reading = True
        self._closing = False
        self._writable = asyncio.Event()
        self._writable.set()
        self.bytes_received = 0
        self.pauses_total = 0

    # ---------------------------------------------------- asyncio's side
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._fd = transport.get_extra_info("socket").fileno()
        if self._pauses:
            self._stop_reading()

    def get_buffer(self, sizehint: int) -> memoryview:
        limit = -1 if self._session.class_ == 0 else TURN_BYTES_MAX
        view: memoryview = self._intake.get_buffer(limit)
        return view

    def buffer_updated(self, nbytes: int) -> None:
        if self._closing:
            return
        session, intake, pump = self._session, self._intake, self._pump
        preempted = pump.bytes_arrived(session.sid)
        arrived_ns = pump.clock.now_ns()
        self.bytes_received += nbytes
        operations = intake.operations
        try:
            messages = intake.advance(nbytes)
        except RemoteProtocolError as error:
            messages = None
            failure = error
        if intake.operations != operations:
            pump.work_arrived(session.sid, arrived_ns, preempted)
        elif preempted:
            # Where it rests, all bytes of the next operation are here: it is long.
            more = intake.bytes_buffered > 0 and not intake.resting
            pump.false_alarm(more_to_come=more)
        if messages is None:
            session.protocol_failed(failure)
            return
        if messages:
            session.messages_received(messages)
        if session.queue_is_full():
            self.pause("queue")
        elif intake.resting or (nbytes >= TURN_BYTES_MAX and session.class_ != 0):
            self._end_turn()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        self._hangups.forget(self._fd)
        self._transport = None
        self._writable.set()
        self._session.connection_ended()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # ---------------------------------------------------- the session's side
    async def writable(self) -> None:
        """Wait while the peer does not read what it was sent."""
        await self._writable.wait()

    def write(self, frame: bytes) -> None:
        if self._transport is not None and not self._closing:
            self._transport.write(frame)

    def pause(self, reason: str) -> None:
        """Stop reading until every reason is gone."""
        if not self._pauses:
            self.pauses_total += 1
            if self._transport is not None and not self._closing:
                self._stop_reading()
        self._pauses.add(reason)

    def resume(self, reason: str) -> None:
        if reason not in self._pauses:
            return
        self._pauses.discard(reason)
        if self._pauses:
            return
        self._hangups.forget(self._fd)
        if self._turn_over:
            return
        if self._intake.resting:
            self._end_turn()
        else:
            self._resume_reading()

    @property
    def paused(self) -> bool:
        return bool(self._pauses)

    def close(self, last_frame: bytes = b"") -> None:
        """Send last_frame, then close; a peer that does not read is cut off."""
        if self._closing or self._transport is None:
            return
        if last_frame:
            self._transport.write(last_frame)
        self._closing = True
        self._hangups.forget(self._fd)
        transport = self._transport
        transport.close()
        self._call_later(CLOSE_SECONDS, transport.abort)

    def abort(self) -> None:
        """Cut it off; a close under way goes on and delivers its last frame."""
        if self._transport is not None and not self._closing:
            self._closing = True  # a rest must not go on: the sink may be gone then
            self._hangups.forget(self._fd)
            self._transport.abort()

    def _stop_reading(self) -> None:
        """For a pause: it may last, and the peer may die meanwhile."""
        self._read_no_more()
        self._hangups.watch(self._fd, self._hung_up)

    def _read_no_more(self) -> None:
        if self._reading:
            self._reading = False
            self._transport.pause_reading()

    def _hung_up(self) -> None:
        """The peer is gone, and what it sent last will not be read soon, or ever."""
        if unread_ends_with(self._fd, GOODBYE):
            self._session.goodbye_unread()
        else:
            self.abort()

    def _end_turn(self) -> None:
        """Let others read first: libuv reads on while a buffer comes back full. After
        what was long to decode, let others have the loop."""
        if self._turn_over or self._transport is None or self._closing:
            return
        self._turn_over = True
        self._read_no_more()
        soon = self._long_work if self._intake.resting else self._call_soon
        soon(self._begin_turn)

    def _begin_turn(self) -> None:
        self._turn_over = False
        if not self._pauses and self._intake.resting:
            self.buffer_updated(0)
        if not self._pauses and not self._turn_over:
            self._resume_reading()

    def _resume_reading(self) -> None:
        if self._transport is not None and not self._closing and not self._reading:
            self._reading = True
            self._transport.resume_reading()
