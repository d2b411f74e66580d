"""The worker process of one trust domain: `python -m broker.domain DESCRIPTOR`.

Decides the order in which it comes up and goes down. The broker (`serve.py`) starts it
and tells it everything in the first message; it ends when the broker does, and with it
every context it has. It must never know policies, sockets it could listen on, or other
domains.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import signal
import socket
import sys
from dataclasses import replace
from typing import Any

import msgpack
import uvloop

from broker import logs
from broker.device.backend import Backend
from broker.device.select import DeviceConfig, DeviceUnavailable, open_backend
from broker.device.workers import make_workers
from broker.server.channel import FDS_MAX, PACKET_BYTES_MAX
from broker.server.domain_host import DomainHost
from broker.server.pages import SharedMemory
from broker.server.settings import GraphsConfig, ServerConfig

_PR_SET_PDEATHSIG = 1


def main() -> int:
    _end_with_the_broker()
    end = socket.socket(fileno=int(sys.argv[1]))
    data, fds, _, _ = socket.recv_fds(
        end, PACKET_BYTES_MAX, FDS_MAX, socket.MSG_CMSG_CLOEXEC
    )
    if not data:
        return 0  # the broker has gone already
    _, about = msgpack.unpackb(data)
    logs.set_up(about["log_level"], about["log_format"])
    try:
        # It would take as much memory again in each process. Where two of them work,
        # the device changes contexts as it is.
        config = replace(DeviceConfig(**about["device"]), second_context="off")
        backend = open_backend(config)
    except DeviceUnavailable as problem:
        end.send(msgpack.packb(["failed", str(problem)]))
        return 1
    backend.clock.origin_ns = about["origin_ns"]
    floor = SharedMemory("floor", about["floor_bytes"], fd=fds[0])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(_serve(about, backend, floor.address, end))
    sys.stdout.flush()
    # A context that has ended cannot be given back, and a thread may wait inside it.
    os._exit(code)


def _end_with_the_broker() -> None:
    """Signals for the group are the broker's to obey; its death is ours."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


async def _serve(
    about: dict[str, Any], backend: Backend, floor: int, end: socket.socket
) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def stop(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    workers, kinds = make_workers(
        DeviceConfig(**about["device"]), backend, about["workers"], floor
    )
    host = DomainHost(
        loop,
        ServerConfig(**about["server"]),
        GraphsConfig(**about["graphs"]),
        backend,
        workers,
        kinds,
        end,
        stop,
        about["domains"],
    )
    host.start()
    gc.collect()
    gc.freeze()
    return await ended


if __name__ == "__main__":
    sys.exit(main())
