"""Reaching the broker: finds its socket, connects, shakes hands, receives the pages.

Decides what is said when nothing answers. Must never know calls or streams. Called by
`blocking.py`, and by `aio.py` in a thread: file descriptors come with the welcome, and
that needs the plain socket.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

from broker.wire.connection import Connection
from broker.wire.gen import messages as wire
from client import errors
from client._native import Session as Native
from client.core import Handshake

SOCKET_DEFAULT = "/run/xsched/broker.sock"
_PAGES = 3
_RECEIVE_BYTES = 65536


@dataclass(slots=True)
class Link:
    """A connected session: socket (not closed by anybody yet), pages, welcome."""

    socket: socket.socket
    native: Native
    connection: Connection
    welcome: wire.Welcome


def socket_path(path: str | os.PathLike[str] | None) -> str:
    """The argument, else XSCHED_SOCKET, else where a system service listens."""
    if path is not None:
        return os.fspath(path)
    return os.environ.get("XSCHED_SOCKET") or SOCKET_DEFAULT


def connect(
    path: str | os.PathLike[str] | None,
    tenant: str | None,
    token: bytes | str,
    priority_class: int | None,
) -> Link:
    """Connect and greet; blocks for as long as the broker takes to answer.

    Raises: BrokerNotFound, Refused, ProtocolError, SessionLost.
    """
    if tenant is None:
        tenant = os.environ.get("XSCHED_TENANT", "")
    connected = _connected(socket_path(path))
    try:
        handshake = Handshake(tenant, token, priority_class)
        welcome, pages = _greet(connected, handshake)
        try:
            native = _map(connected, welcome, pages)
        finally:
            for page in pages:
                os.close(page)
    except BaseException:
        connected.close()
        raise
    return Link(connected, native, handshake.connection, welcome)


def _connected(path: str) -> socket.socket:
    connecting = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connecting.connect(path)
    except OSError as problem:
        connecting.close()
        raise errors.BrokerNotFound(_advice(path, problem)) from None
    return connecting


def _advice(path: str, problem: OSError) -> str:
    """What to do next, in one line."""
    start = f"start one with: xsched-broker serve --socket {path}"
    if isinstance(problem, FileNotFoundError):
        return f"no broker at {path}: {start}, or set XSCHED_SOCKET to its socket"
    if isinstance(problem, ConnectionRefusedError):
        return f"the broker that listened at {path} is gone: {start}"
    if isinstance(problem, PermissionError):
        return (
            f"no right to use {path}: ask the operator to add this user to the "
            "socket's group"
        )
    return f"cannot connect to {path}: {problem.strerror or problem}; {start}"


def _greet(
    connected: socket.socket, handshake: Handshake
) -> tuple[wire.Welcome, list[int]]:
    """The welcome and its three descriptors: status, waiters, arena."""
    pages: list[int] = []
    try:
        try:
            connected.sendall(handshake.hello())
        except OSError:
            pass  # it may have said why before it closed: read that
        welcome = None
        while welcome is None:
            try:
                data, fds, _, _ = socket.recv_fds(connected, _RECEIVE_BYTES, _PAGES)
            except OSError:
                data, fds = b"", []
            pages += fds
            welcome = handshake.receive(data)
        if len(pages) != _PAGES:
            raise errors.ProtocolError(
                f"the welcome brought {len(pages)} descriptors, {_PAGES} are due"
            )
    except BaseException:
        for page in pages:
            os.close(page)
        raise
    return welcome, pages


def _map(connected: socket.socket, welcome: wire.Welcome, pages: list[int]) -> Native:
    status, waiters, arena = pages
    _check_size(status, welcome.status_bytes, "status page")
    _check_size(waiters, welcome.waiters_bytes, "waiters page")
    _check_size(arena, welcome.host_bytes, "host arena")
    return Native(
        connected.fileno(),
        status,
        welcome.status_bytes,
        waiters,
        welcome.waiters_bytes,
        arena,
        welcome.host_bytes,
        welcome.host_base,
    )


def _check_size(page: int, nbytes: int, what: str) -> None:
    """Mapping past the end of a file would end this process with SIGBUS later."""
    have = os.fstat(page).st_size
    if have < nbytes:
        raise errors.ProtocolError(f"the {what} has {have} bytes, {nbytes} are due")
