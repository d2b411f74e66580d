"""In the broker: a session that a worker process serves.

Decides nothing about its calls: they are read and answered in the process of its
domain. Here is what outlives that process: identity, address slot, hints, pages (so
that their tenant learns of the process's death), and what was last reported. It must
never know frames or devices. `broker.py` opens and ends it as it does a `Session`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import logging
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from broker.device.backend import DeviceError
from broker.device.memory import Quota
from broker.server.hints import Hints
from broker.server.pages import Pages
from broker.server.pump import Pump
from broker.server.remote_worker import RemoteWorker
from broker.server.tenants import Tenant
from broker.server.usage import Usage

log = logging.getLogger("broker.session")

# What `describe` says of a session whose process has not said anything yet.
NOTHING_REPORTED: dict[str, Any] = {
    **{"launches": 0, "copies": 0, "gpu_seconds": 0.0, "queued": 0, "in_flight": 0},
    **{"holds": 0, "async_errors": 0, "calls": 0, "memory_bytes": 0, "modules": 0},
    **{"graph_launches": 0, "graph_bytes": 0, "graph_device_bytes": 0, "graph_runs": 0},
    **{"host_registered_bytes": 0, "paused": False, "pauses": 0, "bytes_received": 0},
}
GRAPHS_REPORTED = ("bytes", "forms", "segments", "nodes", "runs", "device_bytes")
OUT_OF_MEMORY = 2
UNKNOWN = 999


@dataclass(frozen=True, slots=True)
class Place:
    """Device addresses of a session; what is allocated there the process knows.

    quota: only its bound says anything here.
    """

    base: int
    nbytes: int
    quota: Quota


class _Reader:
    """Reading from the tenant's connection, which happens in the process."""

    def __init__(self, session: RemoteSession) -> None:
        self._session = session

    def pause(self, reason: str) -> None:
        self._session.tell("pause", reason)

    def close(self, last_frame: bytes = b"") -> None:
        self._session.tell("end", last_frame)


class _Graphs:
    """What is instantiated in the process, as last reported."""

    def __init__(self) -> None:
        self.last = dict.fromkeys(GRAPHS_REPORTED, 0)

    def usage(self) -> dict[str, int]:
        return self.last


class RemoteSession:
    """Args: send: one message to the process. ended: everything is given back."""

    def __init__(
        self,
        sid: int,
        slot: int,
        tenant: Tenant,
        class_: int,
        worker: RemoteWorker,
        pages: Pages,
        arena: Place,
        pump: Pump,
        send: Callable[..., None],
        ended: Callable[[Any], None],
    ) -> None:
        self.sid = sid
        self.slot = slot
        self.tenant = tenant
        self.class_ = class_
        self.hints = Hints(class_, tenant.config.weight, tenant.config.deadline_ns)
        self.worker = worker
        self.pages = pages
        self.arena = arena
        about = {"session": sid, "tenant": tenant.name}
        self.log = logging.LoggerAdapter(log, about)
        self.peer = ""
        self.library = ""
        self.protocol: _Reader | None = None
        self.closing = False
        self.worker_done = False
        self.async_errors = 0
        self._pump = pump
        self._send = send
        self._ended = ended
        self._opened: asyncio.Future[None] | None = None
        self._connection: socket.socket | None = None
        self.graphs = _Graphs()
        self._reported = dict(NOTHING_REPORTED)
        self._names: dict[int, str] = {}
        self._tokens = itertools.count(1)
        self._settling: dict[int, asyncio.Future[None]] = {}
        self._over = False

    def tell(self, what: str, *values: Any) -> None:
        self._send(what, self.sid, *values)

    # ------------------------------------------------------- what broker.py says
    async def prepare(self) -> None:
        """Have the process open it, then seal the status page.

        Raises: DeviceError when its device refuses, or the process dies meanwhile.
        """
        self._opened = asyncio.get_running_loop().create_future()
        tenant = self.tenant
        about = {
            "name": tenant.name,
            "config": dataclasses.asdict(tenant.config),
            "memory_bytes": tenant.quota.bytes_max,
            "host_memory_bytes": tenant.host_quota.bytes_max,
            "session_memory_bytes": self.arena.quota.bytes_max,
            "class_highest": tenant.class_highest,
        }
        place = (self.slot, self.arena.base, self.arena.nbytes)
        self._send("open", self.sid, about, self.class_, *place, fds=self.pages.fds)
        await self._opened
        self.pages.seal_status()

    def attach(self, connection: socket.socket) -> None:
        """Hand the connection over. It stays open here, so that there is a way to tell
        the tenant if the process dies."""
        self._connection = connection
        self.protocol = _Reader(self)
        self._send("attach", self.sid, fds=[connection.fileno()])

    async def settled(self) -> None:
        """Wait until every call is answered and everything accepted has retired."""
        if self._over:
            return
        token = next(self._tokens)
        waiter = asyncio.get_running_loop().create_future()
        self._settling[token] = waiter
        self.tell("settle", token)
        await waiter

    def end(self, last_frame: bytes = b"") -> None:
        """The broker ends the session."""
        self.closing = True
        self.tell("end", last_frame)

    def close(self) -> None:
        self.end()

    def low_water(self) -> None:
        """The process itself reads on."""

    def worker_closed(self) -> None:
        """Nothing is in flight any more."""
        if self.worker_done:
            return
        self.closing = True
        self.tenant.usage.add(self.usage())
        self.worker_done = True
        self.worker.forget_session(self.sid)
        self._pump.end_session(self.sid)

    def change_hints(self, hints: Hints) -> None:
        """What the scheduler goes by from now on; an operator asks."""
        if self.worker_done:
            return
        self.tell("hints", hints.class_, hints.weight, hints.deadline_ns)
        self.hints_changed(hints)

    # ---------------------------------------------------- what the process says
    def opened(self, problem: list[Any] | None = None) -> None:
        """Args: problem: [CUresult, call, text] where it could not be opened."""
        if self._opened is None or self._opened.done():
            return
        if problem is None:
            self._opened.set_result(None)
        else:
            self._opened.set_exception(DeviceError(*problem))

    def hints_changed(self, hints: Hints) -> None:
        self.hints, self.class_ = hints, hints.class_
        self._pump.change_hints(self.sid, hints.class_, hints.weight, hints.deadline_ns)

    def reported(self, values: dict[str, Any]) -> None:
        """Args: values: `describe` there, and the usage of its graphs."""
        self.graphs.last = values.pop("graphs")
        self._reported = values
        self.async_errors = values.get("async_errors", 0)

    def named(self, names: Iterable[tuple[int, str]]) -> None:
        """Functions by the device's own pointers, and more to come."""
        self._names.update(names)

    def settled_there(self, token: int) -> None:
        waiter = self._settling.pop(token, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def gone(self) -> None:
        """The process has let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ended(self) -> None:
        """Everything it had is given back."""
        if self._over:
            return
        self._over = True
        self.worker_closed()
        self.gone()
        self.opened([UNKNOWN, "open", "the session has ended"])
        for token in list(self._settling):
            self.settled_there(token)
        self.pages.close()
        self._ended(self)

    def lose(self, result: int, last_frame: bytes) -> None:
        """The process has died: tell the tenant by its page and its connection.

        Args: result: CUresult.
        """
        if self._over:
            return
        self.pages.mark_lost(result)
        if self._connection is not None:
            try:
                self._connection.send(last_frame, socket.MSG_DONTWAIT)
            except OSError:
                pass  # it does not read, or has gone: the page says it, too
            self._connection.shutdown(socket.SHUT_RDWR)
        self.opened([OUT_OF_MEMORY, "open", "the domain's process has ended"])
        self.ended()

    # ------------------------------------------------------------- to look at
    def usage(self) -> Usage:
        """What the scheduler counted; the rest its process reports by tenant."""
        usage = Usage()
        account = self._pump.account(self.sid)
        if account is not None:
            usage.holds, usage.hold_ns = account.holds, account.hold_ns
            usage.switches, usage.preemptions = account.switches, account.preemptions
        return usage

    def function_name(self, native: int) -> str:
        return self._names.get(native, "")

    def function_names(self) -> dict[int, str]:
        return self._names

    def describe(self) -> dict[str, Any]:
        """For `status`: as last reported, and what the broker knows itself."""
        state = self._reported.get("state", "open")
        return {
            **self._reported,
            "session": self.sid,
            "tenant": self.tenant.name,
            "domain": self.tenant.config.domain,
            "class": self.class_,
            "weight": self.hints.weight,
            "deadline_ns": self.hints.deadline_ns,
            "peer": self.peer,
            "library": self.library,
            "state": "closing" if self.closing else state,
            **self._pump.granted(self.sid),
        }
