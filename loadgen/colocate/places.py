"""Where cells run: the bare driver, MPS, or the broker; and how a tenant gets there.

Decides environments, launchers and brokers. Must never know what is measured. Called by
`loadgen.colocate.run`.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadgen import baseline
from loadgen.colocate.cells import BROKER, is_mps
from loadgen.colocate.spec import Colocated
from loadgen.native import mps
from loadgen.processes import Broker, Child
from loadgen.spec import SpecError

# How a program is put behind the broker; what stands in braces is filled in.
LAUNCHER = (
    *("run", "--socket", "{socket}", "--tenant", "{tenant}", "--class", "{class}"),
    "--",
)
PEER = struct.Struct("3i")


@dataclass(slots=True)
class Place:
    """variables: for every tenant. broker: None natively."""

    ground: str
    variables: dict[str, str] = field(default_factory=dict)
    broker: Broker | None = None
    launcher: tuple[str, ...] = ()

    @property
    def children(self) -> list[Child]:
        """Of ours, whose death ends the cell."""
        own = self.broker.child if self.broker is not None else None
        return [] if own is None else [own]

    def environment(self, tenant: Colocated, highest: int) -> dict[str, str]:
        """What the tenant's process finds besides ours."""
        if not is_mps(self.ground):
            return dict(self.variables)
        class_ = tenant.load.class_
        told = baseline.client_variables(self.ground, class_, highest)
        return {**self.variables, **told}

    def command(self, tenant: Colocated, program: tuple[str, ...]) -> tuple[str, ...]:
        if self.broker is None:
            return program
        values = {
            "{socket}": self.broker.socket,
            "{tenant}": tenant.name,
            "{class}": str(tenant.load.class_),
        }
        words = tuple(filled(word, values) for word in self.launcher)
        return (*words, *program)

    async def status(self) -> dict[str, Any]:
        return {} if self.broker is None else await self.broker.status()

    def broker_cpu_s(self) -> float | None:
        """Processor time the broker has used; None where there is none to see."""
        if self.broker is None:
            return None
        child = self.broker.child
        pid = child.process.pid if child else peer_pid(self.broker.socket)
        return None if pid is None else process_cpu_s(pid)


def filled(word: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(name, value)
    return word


def launcher_words(text: str | None, broker: tuple[str, ...]) -> tuple[str, ...]:
    """The launcher given, split at blanks; else the broker's own `run`.

    Raises: SpecError.
    """
    if text is None:
        return (*broker, *LAUNCHER)
    if not text.split():
        raise SpecError("--launcher is empty")
    return tuple(text.split())


@asynccontextmanager
async def native(folder: Path) -> AsyncIterator[Place]:
    """Pipes of its own without a daemon: nobody's MPS is met."""
    yield Place("native", mps.pipes(folder))


@asynccontextmanager
async def under_mps(ground: str, folder: Path) -> AsyncIterator[Place]:
    async with mps.daemon(folder) as variables:
        yield Place(ground, variables)


@asynccontextmanager
async def behind_broker(
    broker: Broker,
    launcher: tuple[str, ...],
    *,
    device: str,
    policy: str,
    config: Path | None,
) -> AsyncIterator[Place]:
    """config: None: one that runs already; it gets its policy back afterwards."""
    if config is None:
        before = (await broker.admin("policy", "get")).strip()
        try:
            yield Place(BROKER, broker=broker, launcher=launcher)
        finally:
            await broker.admin("policy", "set", before)
        return
    try:
        await broker.serve(device=device, policy=policy, config=config)
        yield Place(BROKER, broker=broker, launcher=launcher)
    finally:
        await broker.stop()


def broker_config(tenants: tuple[Colocated, ...]) -> str:
    """TOML: each tenant's class and quota; the log says only what went wrong."""
    parts = []
    for tenant in tenants:
        parts.append(f"[tenants.{tenant.name}]\nclass = {tenant.load.class_}\n")
        if tenant.memory is not None:
            parts.append(f'memory = "{tenant.memory}"\n')
    parts.append('[log]\nlevel = "warning"\nformat = "text"\n')
    return "".join(parts)


def process_cpu_s(pid: int) -> float | None:
    """User and system time of a process and its children that have ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    ticks = text.rsplit(")", 1)[1].split()[11:15]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def peer_pid(path: str) -> int | None:
    """Who listens on a Unix socket; None in another namespace of processes."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        size = PEER.size
        credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        pid = PEER.unpack(credentials)[0]
        return pid or None
    return None
