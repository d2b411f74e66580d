"""The broker's end of a session, for tests of the client: pages and a socket.

Decides nothing by itself: a test says what is accepted, retired or answered. Written on
`broker.wire` alone, so that the client is tested against the contract.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import select
import socket
import termios
import threading
from collections.abc import Callable
from typing import Any

from broker.wire import codec
from broker.wire.connection import Connection, Role
from broker.wire.framing import FrameBuffer, frame
from broker.wire.gen import messages as wire
from client._native import Session as Native
from client.core import Handshake
from client.transport import Link

LINES = 128
ARENA_BYTES = 64 << 20
PAGE_BYTES = LINES * wire.STATUS_LINE_BYTES

DEVICE = wire.DeviceProperties(
    0, "test device", "null", b"0" * 16, 9, 0, 132, 1 << 30, 13000, 3
)


class BrokerEnd:
    """Socketpair and pages; `native` is the client's end."""

    def __init__(self, *, native: bool = True, **options: Any) -> None:
        self.socket, self.client_socket = socket.socketpair()
        self._fds = [os.memfd_create(n) for n in ("status", "waiters", "arena")]
        for fd, nbytes in zip(
            self._fds, (PAGE_BYTES, PAGE_BYTES, ARENA_BYTES), strict=True
        ):
            os.ftruncate(fd, nbytes)
        self.status = mmap.mmap(self._fds[0], PAGE_BYTES)
        self.waiters = mmap.mmap(self._fds[1], PAGE_BYTES)
        self.arena = mmap.mmap(self._fds[2], ARENA_BYTES)
        self.frames = FrameBuffer()
        self.received: list[Any] = []
        if native:
            self.native = self._native(**options)

    def _native(self, **options: Any) -> Native:
        status, waiters, arena = self._fds
        return Native(
            self.client_socket.fileno(),
            status,
            PAGE_BYTES,
            waiters,
            PAGE_BYTES,
            arena,
            ARENA_BYTES,
            **options,
        )

    def close(self) -> None:
        self.native.close()
        self.socket.close()
        self.client_socket.close()
        for fd in self._fds:
            os.close(fd)

    # ---------------------------------------------------------------- pages

    def _put(self, page: mmap.mmap, offset: int, value: int, width: int) -> None:
        page[offset : offset + width] = value.to_bytes(width, "little")

    def accept(self, seq: int) -> None:
        self._put(self.status, wire.STATUS_ACCEPTED_SEQ, seq, 8)

    def issue(self, count: int) -> None:
        self._put(self.status, wire.STATUS_ISSUED_SEQ, count, 8)

    def header(self, offset: int, value: int) -> None:
        self._put(self.status, offset, value, 4)

    def retire(self, line: int, seq: int) -> None:
        at = line * wire.STATUS_LINE_BYTES + wire.STATUS_RETIRED_SEQ
        self._put(self.status, at, seq, 8)

    def foretell(self, line: int, seq: int, due_ns: int) -> None:
        at = line * wire.STATUS_LINE_BYTES
        self._put(self.status, at + wire.STATUS_DUE_NS, due_ns, 8)
        self._put(self.status, at + wire.STATUS_DUE_SEQ, seq, 8)

    def host_due(self, line: int, seq: int, token: int) -> None:
        at = line * wire.STATUS_LINE_BYTES
        self._put(self.status, at + wire.STATUS_HOST_TOKEN, token, 8)
        self._put(self.status, at + wire.STATUS_HOST_SEQ, seq, 8)

    def waiter(self, line: int, offset: int, width: int) -> int:
        at = line * wire.STATUS_LINE_BYTES + offset
        return int.from_bytes(self.waiters[at : at + width], "little")

    # ---------------------------------------------------------------- socket

    def read(self) -> list[Any]:
        """Messages that have arrived; does not wait."""
        messages = []
        while True:
            try:
                data = self.socket.recv(1 << 20, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            if not data:
                break
            self.frames.feed(data)
            while (body := self.frames.next_body()) is not None:
                messages.append(codec.decode(body))
        self.received += messages
        return messages

    def operations(self) -> list[list[Any]]:
        """Operations of each submission that has arrived."""
        return [list(m.operations) for m in self.read() if isinstance(m, wire.Submit)]


class Answering:
    """A broker on a thread that retires at once and answers calls as a test says.

    answers: message class -> function of the call that gives the reply.
    seen, operations: what the client has sent, whether or not the thread had come to
        reading it when they are asked for.
    """

    def __init__(self, answers: dict[type, Callable[[Any], Any]] | None = None) -> None:
        self.end = BrokerEnd()
        self.answers = answers or {}
        self._seen: list[Any] = []
        self._operations: list[Any] = []
        self.retiring = True
        # Held from the reading of bytes to the end of what follows from them, so that
        # an empty socket means that all of them were taken.
        self._taking = threading.RLock()
        self._frames = FrameBuffer()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def seen(self) -> list[Any]:
        self._settle()
        return self._seen

    @property
    def operations(self) -> list[Any]:
        self._settle()
        return self._operations

    def _settle(self) -> None:
        while True:
            with self._taking:
                unread = fcntl.ioctl(self.end.socket, termios.FIONREAD, b"\0" * 4)
                if not int.from_bytes(unread, "little") or not self._thread.is_alive():
                    return

    def link(self) -> Link:
        """What `transport.connect` would return."""
        welcome = wire.Welcome(
            session=7,
            protocol_minor=0,
            library="test",
            priority_class=1,
            epoch=1,
            status_bytes=PAGE_BYTES,
            waiters_bytes=PAGE_BYTES,
            host_base=0,
            host_bytes=ARENA_BYTES,
            va_base=1 << 40,
            va_bytes=1 << 40,
            memory_bytes_max=1 << 30,
            queued_operations_max=10000,
            devices=(DEVICE,),
        )
        handshake = Handshake("t", b"", None)
        broker = Connection(Role.BROKER)
        broker.receive_data(handshake.hello())
        handshake.receive(broker.send(welcome))
        return Link(
            self.end.client_socket, self.end.native, handshake.connection, welcome
        )

    def send(self, message: Any) -> None:
        self.end.socket.sendall(frame(codec.encode(message)))

    def hang_up(self) -> None:
        self.end.socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        try:
            self.hang_up()
        except OSError:
            pass
        self._thread.join()
        self.end.close()

    def _serve(self) -> None:
        open_ = True
        while open_:
            select.select([self.end.socket], [], [])
            with self._taking:
                open_ = self._read()

    def _read(self) -> bool:
        """Takes what has arrived; False at the end of the connection."""
        try:
            data = self.end.socket.recv(1 << 20)
        except OSError:
            return False
        self._frames.feed(data)
        while (body := self._frames.next_body()) is not None:
            self._take(codec.decode(body))
        return bool(data)

    def _take(self, message: Any) -> None:
        if not isinstance(message, wire.Submit):
            self._seen.append(message)
            answer = self.answers.get(type(message))
            reply = answer(message) if answer else None
            if reply is not None:
                self.send(reply)
            return
        self._operations += message.operations
        last = message.first_seq + len(message.operations) - 1
        self.end.accept(last)
        self.end.issue(last)
        if self.retiring:
            for at, operation in enumerate(message.operations):
                stream = getattr(operation, "stream", None)
                if stream is not None:
                    self.end.retire(stream & 0xFFFFFFFF, message.first_seq + at)
