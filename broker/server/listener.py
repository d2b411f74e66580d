"""Listening sockets: one per configured tenant, plus the default one.

Decides who may bind where: a stale socket is replaced, a busy one is an error; sockets
inherited from systemd or kept over a restart are used as they are. It must never know
sessions or devices: a function given to it takes every handshake further.
"""

from __future__ import annotations

import asyncio
import errno
import grp
import itertools
import json
import os
import socket
import stat
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KEPT_FDS = "XSCHED_BROKER_KEPT_FDS"
DEFAULT = "default"
ADMIN = "admin"
TENANT = "tenant:"
BACKLOG = 128
# Connections of one socket that have not said hello yet; one more, and the oldest goes.
# So nobody who connects and says nothing keeps others out, least of all the tenants of
# other sockets.
SILENT_MAX = 64
# Without a free descriptor nothing can be accepted: look again after this long.
NO_DESCRIPTOR_SECONDS = 0.1
_LISTEN_FDS_START = 3


class ListenError(Exception):
    """A socket cannot be had; the text says what to do next."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen. name: DEFAULT, ADMIN or TENANT + the tenant's name."""

    name: str
    path: str
    mode: int
    group: str = ""


@dataclass(slots=True)
class Endpoint:
    """A listening socket. owned: made by us, so its path is removed at the end."""

    name: str
    path: str
    socket: socket.socket
    owned: bool

    @property
    def tenant(self) -> str | None:
        return self.name[len(TENANT) :] if self.name.startswith(TENANT) else None

    def close(self, *, unlink: bool = True) -> None:
        self.socket.close()
        if self.owned and unlink:
            try:
                os.unlink(self.path)
            except OSError:
                pass


def open_endpoints(
    places: Iterable[Place], environment: Mapping[str, str] | None = None
) -> list[Endpoint]:
    """Listen everywhere. Inherited sockets come first; the rest is bound.

    Raises: ListenError; sockets bound before it are closed again.
    """
    environment = os.environ if environment is None else environment
    inherited = {**_from_systemd(environment), **_kept(environment)}
    endpoints: list[Endpoint] = []
    try:
        for place in places:
            found = inherited.get(place.name)
            endpoints.append(found if found else _bind(place))
    except ListenError:
        for endpoint in endpoints:
            endpoint.close()
        raise
    return endpoints


def keep_endpoints(endpoints: Iterable[Endpoint]) -> str:
    """Make the sockets survive an exec; returns the value for KEPT_FDS."""
    kept = []
    for endpoint in endpoints:
        fd = endpoint.socket.fileno()
        os.set_inheritable(fd, True)
        kept.append([endpoint.name, endpoint.path, fd, endpoint.owned])
    return json.dumps(kept)


def _kept(environment: Mapping[str, str]) -> dict[str, Endpoint]:
    endpoints = {}
    for name, path, fd, owned in json.loads(environment.get(KEPT_FDS, "[]")):
        endpoints[name] = _adopt(name, path, fd, owned)
    return endpoints


def _from_systemd(environment: Mapping[str, str]) -> dict[str, Endpoint]:
    """Sockets passed by a .socket unit; without names the first is the default one."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return {}
    count = int(environment.get("LISTEN_FDS", "0"))
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    endpoints = {}
    for i in range(count):
        name = names[i] if i < len(names) else ""
        if name.startswith("tenant-"):  # a colon cannot be part of such a name
            name = TENANT + name[len("tenant-") :]
        elif name != ADMIN and i == 0:
            name = DEFAULT
        endpoints[name] = _adopt(name, "", _LISTEN_FDS_START + i, owned=False)
    return endpoints


def _adopt(name: str, path: str, fd: int, owned: bool) -> Endpoint:
    os.set_inheritable(fd, False)
    listening = socket.socket(fileno=fd)
    if listening.family != socket.AF_UNIX or listening.type != socket.SOCK_STREAM:
        raise ListenError(f"inherited descriptor {fd} is no Unix stream socket")
    listening.setblocking(False)
    return Endpoint(name, path or str(listening.getsockname()), listening, owned)


def _bind(place: Place) -> Endpoint:
    group = _group_id(place)
    _remove_stale(place.path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.setblocking(False)
    try:
        # Nobody may connect before the mode is right.
        before = os.umask(0o177)
        try:
            listening.bind(place.path)
        finally:
            os.umask(before)
        if group is not None:
            os.chown(place.path, -1, group)
        os.chmod(place.path, place.mode)
        listening.listen(BACKLOG)
    except OSError as problem:
        listening.close()
        raise ListenError(_bind_advice(place, problem)) from problem
    return Endpoint(place.name, place.path, listening, owned=True)


def _bind_advice(place: Place, problem: OSError) -> str:
    folder = os.path.dirname(place.path) or "."
    if problem.errno == errno.ENOENT:
        return f"cannot listen on {place.path}: make the folder {folder} first"
    if problem.errno in (errno.EACCES, errno.EPERM):
        return (
            f"cannot listen on {place.path}: no right to write in {folder}; choose "
            "another --socket"
        )
    if "too long" in str(problem):
        return f"cannot listen on {place.path}: the path is longer than 107 bytes"
    return f"cannot listen on {place.path}: {problem.strerror or problem}"


def _group_id(place: Place) -> int | None:
    if not place.group:
        return None
    try:
        return grp.getgrnam(place.group).gr_gid
    except KeyError:
        raise ListenError(
            f"there is no group {place.group!r} for {place.path}: create it or change "
            "the setting `group`"
        ) from None


def _remove_stale(path: str) -> None:
    """Remove a socket nobody listens on any more.

    Raises: ListenError when somebody does, or when the path is no socket.
    """
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return
    except OSError as problem:
        raise ListenError(f"cannot listen on {path}: {problem.strerror}") from problem
    if not stat.S_ISSOCK(mode):
        raise ListenError(f"{path} exists and is no socket: choose another --socket")
    if _somebody_listens(path):
        raise ListenError(
            f"{path} is busy: another broker serves it; stop that one or choose "
            "another --socket"
        )
    os.unlink(path)


def _somebody_listens(path: str) -> bool:
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    probe.setblocking(False)
    try:
        probe.connect(path)
    except (ConnectionRefusedError, FileNotFoundError):
        return False
    except OSError:
        return True  # a full backlog is somebody, too
    finally:
        probe.close()
    return True


Greeted = Callable[[], None]
Handler = Callable[[socket.socket, str | None, Greeted], Coroutine[Any, Any, None]]


class Listener:
    """Accepts on every endpoint.

    Args: handle: coroutine for one connection; it owns the socket, and calls what it is
    given last as soon as the client has said hello.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        endpoints: Iterable[Endpoint],
        handle: Handler,
    ) -> None:
        self._loop = loop
        self._endpoints = list(endpoints)
        self._handle = handle
        self._handshakes: set[asyncio.Task[None]] = set()
        # Per endpoint the connections that have said nothing yet, oldest first.
        self._silent: dict[str, dict[int, asyncio.Task[None]]] = {
            endpoint.name: {} for endpoint in self._endpoints
        }
        self._numbers = itertools.count()
        self._closed = False

    def start(self) -> None:
        for endpoint in self._endpoints:
            self._resume(endpoint)

    def _resume(self, endpoint: Endpoint) -> None:
        if not self._closed:
            self._loop.add_reader(endpoint.socket, self._accept, endpoint)

    def _accept(self, endpoint: Endpoint) -> None:
        try:
            connection, _ = endpoint.socket.accept()
        except OSError as problem:  # gone already, if it is not ours to mend
            if problem.errno in (errno.EMFILE, errno.ENFILE):
                self._loop.remove_reader(endpoint.socket)
                self._loop.call_later(NO_DESCRIPTOR_SECONDS, self._resume, endpoint)
            return
        connection.setblocking(False)
        silent = self._silent[endpoint.name]
        if len(silent) >= SILENT_MAX:
            silent.pop(next(iter(silent))).cancel()
        number = next(self._numbers)

        def greeted() -> None:
            silent.pop(number, None)

        task = self._loop.create_task(
            self._handle(connection, endpoint.tenant, greeted)
        )
        silent[number] = task
        self._handshakes.add(task)
        task.add_done_callback(lambda _: greeted())
        task.add_done_callback(self._handshakes.discard)

    def close(self) -> None:
        """Stop for good. Whether the paths go is for the endpoints' owner to say."""
        self._closed = True
        for endpoint in self._endpoints:
            self._loop.remove_reader(endpoint.socket)
        for task in list(self._handshakes):
            task.cancel()
