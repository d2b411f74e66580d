"""Messages between the broker and a worker process of one trust domain.

Decides how a message travels: a msgpack list in one packet of a Unix socket, with the
descriptors that belong to it; in order, and never waited for. It must never know what a
message says. `domains.py` holds one end, `domain_host.py` the other.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import msgpack

# The longest message: some hundred entries of a trace, or a report of one session.
PACKET_BYTES_MAX = 128 << 10
FDS_MAX = 8
# Read in one turn of the loop before others have theirs.
PACKETS_AT_ONCE = 64

Received = Callable[[list[Any], list[int]], None]


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends; the one for the other process survives an exec once made to."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


class Channel:
    """Args: received(message, descriptors): the descriptors are the callee's to close.
    ended: called once, when the other end is gone. Neither is called after `close`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        end: socket.socket,
        received: Received,
        ended: Callable[[], None],
    ) -> None:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PACKET_BYTES_MAX)
        self._loop = loop
        self._socket = end
        self._received = received
        self._ended = ended
        self._unsent: deque[tuple[bytes, list[int]]] = deque()
        self._open = True
        loop.add_reader(end.fileno(), self._readable)

    def send(self, *message: Any, fds: Sequence[int] = ()) -> None:
        """Queue or send one message; silent when the other end is gone."""
        if not self._open:
            return
        data = msgpack.packb(message)
        assert len(data) <= PACKET_BYTES_MAX, f"{message[0]}: {len(data)} bytes"
        if self._unsent or not self._sent(data, fds):
            if not self._unsent:
                self._loop.add_writer(self._socket.fileno(), self._writable)
            # The sender may close its own before these have left.
            self._unsent.append((data, [os.dup(fd) for fd in fds]))

    def _sent(self, data: bytes, fds: Sequence[int]) -> bool:
        """False when it has to wait."""
        try:
            socket.send_fds(self._socket, [data], fds, socket.MSG_NOSIGNAL)
        except BlockingIOError:
            return False
        except OSError:  # gone: the reader hears of it
            pass
        return True

    def _writable(self) -> None:
        while self._unsent and self._sent(*self._unsent[0]):
            _close_all(self._unsent.popleft()[1])
        if not self._unsent:
            self._loop.remove_writer(self._socket.fileno())

    def _readable(self) -> None:
        for _ in range(PACKETS_AT_ONCE):
            if not self._open:
                return
            try:
                data, fds, _, _ = socket.recv_fds(
                    self._socket, PACKET_BYTES_MAX, FDS_MAX, socket.MSG_CMSG_CLOEXEC
                )
            except BlockingIOError:
                return
            except ConnectionResetError:
                # It left something unread; what it sent before can still be read.
                continue
            if not data:
                self.close()
                self._ended()
                return
            self._received(msgpack.unpackb(data), fds)

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        self._loop.remove_reader(self._socket.fileno())
        if self._unsent:
            self._loop.remove_writer(self._socket.fileno())
        while self._unsent:
            _close_all(self._unsent.popleft()[1])
        self._socket.close()


def _close_all(fds: Sequence[int]) -> None:
    for fd in fds:
        os.close(fd)
