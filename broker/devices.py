"""The device contexts of a broker: its own, and those of its worker processes.

Decides which trust domains get a process, and that the broker opens a context itself
only where a shared domain needs one. It must never know sessions or sockets.
`serve.py` opens them before it serves and closes them after.
"""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import sys
import time
from dataclasses import dataclass
from typing import Any

from broker.config import Config
from broker.device.backend import Backend, Clock
from broker.device.select import DeviceUnavailable, open_backend
from broker.device.workers import make_workers
from broker.server.domains import Domain, DomainFailed, RemoteDevice, start_process
from broker.server.pages import SharedMemory
from broker.server.remote_worker import RemoteWorker
from broker.server.settings import DEFAULT_DOMAIN, DomainConfig

# -P: of this installation, whatever lies in the folder that the broker is in.
COMMAND = [sys.executable, "-P", "-m", "broker.domain"]
PAGE_BYTES = 4096


@dataclass(slots=True)
class Devices:
    """workers: of the broker's own context, none where it has none. domains: those
    with a process, by name."""

    backend: Backend | RemoteDevice
    workers: list[Any]
    kinds: Any
    domains: dict[str, Domain]


def used_domains(config: Config) -> set[str]:
    """Domains that somebody can come to."""
    used = {tenant.domain for tenant in config.tenants.values()}
    choice = config.server.unknown_tenants
    if choice == "accept" or (choice == "auto" and not config.tenants):
        used.add(DEFAULT_DOMAIN)
    return used


def process_domains(config: Config) -> list[str]:
    """Those that get a process."""
    return sorted(
        name
        for name in used_domains(config)
        if config.domains.get(name, DomainConfig()).isolation == "process"
    )


def has_shared(config: Config) -> bool:
    """Whether a tenant may come that runs in the broker's own context."""
    return len(process_domains(config)) < len(used_domains(config))


async def open_devices(config: Config, epoch: int) -> Devices:
    """Open every context. Raises: DeviceUnavailable; nothing is left then."""
    kinds = importlib.import_module("broker.device._worker")
    names = process_domains(config)
    shared = has_shared(config)
    if not names:
        backend = open_backend(config.device)
        workers, _ = make_workers(config.device, backend)
        return Devices(backend, workers, kinds, {})
    page = SharedMemory("xsched-floor", PAGE_BYTES)
    floor = kinds.Floor(page.address)
    own = open_backend(config.device) if shared else None
    origin_ns = own.clock.origin_ns if own else time.monotonic_ns()
    about = _about(config, origin_ns, epoch, len(names), len(names) + shared)
    loop = asyncio.get_running_loop()
    domains = {
        name: Domain(
            name,
            loop,
            lambda _, fd: start_process(COMMAND, fd),
            about,
            page.fd,
            RemoteWorker(kinds, floor),
            config.server.restarts_per_minute_max,
            config.server.process_hang_seconds,
        )
        for name in names
    }
    await _started(domains, own)
    if own is None:
        properties = domains[names[0]].properties
        assert properties is not None
        clock = Clock(properties.time_dilation, origin_ns)
        return Devices(RemoteDevice(properties, clock), [], kinds, domains)
    workers, _ = make_workers(
        config.device, own, len(names) + 1, floor_address=page.address
    )
    return Devices(own, workers, kinds, domains)


def _about(
    config: Config, origin_ns: int, epoch: int, domains: int, contexts: int
) -> dict[str, Any]:
    """The first message to each process.

    Args: domains: with a process each. contexts: those and the broker's own.
    """
    return {
        "device": dataclasses.asdict(config.device),
        "server": dataclasses.asdict(config.server),
        "graphs": dataclasses.asdict(config.graphs),
        "origin_ns": origin_ns,
        "epoch": epoch,
        "floor_bytes": PAGE_BYTES,
        "domains": domains,
        "workers": contexts,
        "log_level": config.log.level,
        "log_format": config.log.format,
    }


async def _started(domains: dict[str, Domain], own: Backend | None) -> None:
    for domain in domains.values():
        domain.begin()
    try:
        for domain in domains.values():
            await domain.ready()
    except DomainFailed as problem:
        for domain in domains.values():
            domain.kill()
        if own is not None:
            own.close()
        raise DeviceUnavailable(str(problem)) from None
