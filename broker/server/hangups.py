"""Peers that hang up while nothing is read from them.

Decides nothing. A transport whose reading is paused watches its socket for nothing at
all, so that the death of its peer would go unnoticed for as long as the pause lasts;
here an epoll set of its own waits for the hang-up alone. It must never know sessions.
`protocol.py` asks it while it pauses.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable

# More than a Unix socket holds by default: what a peer left unread is seen whole.
_UNREAD_BYTES_MAX = 1 << 20


class Hangups:
    """Calls back once per watched descriptor, when its peer has closed or died."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = select.epoll()
        self._watched: dict[int, Callable[[], None]] = {}
        loop.add_reader(self._epoll.fileno(), self._ready)

    def watch(self, fd: int, callback: Callable[[], None]) -> None:
        """Until `forget`, or the one call. fd: not watched now."""
        self._watched[fd] = callback
        self._epoll.register(fd, select.EPOLLRDHUP)

    def forget(self, fd: int) -> None:
        """Before the descriptor is closed; may be called at any time."""
        if self._watched.pop(fd, None) is not None:
            self._epoll.unregister(fd)

    def _ready(self) -> None:
        for fd, _ in self._epoll.poll(0):
            callback = self._watched.get(fd)
            self.forget(fd)
            if callback is not None:
                callback()

    def close(self) -> None:
        self._loop.remove_reader(self._epoll.fileno())
        self._epoll.close()


def unread_ends_with(fd: int, last: bytes) -> bool:
    """True if what the peer sent and nobody has read yet ends with these bytes."""
    with socket.fromfd(fd, socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        try:
            unread = peer.recv(_UNREAD_BYTES_MAX, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return False
    return unread.endswith(last)
