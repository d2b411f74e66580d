"""The issue threads of one device: how many, and on which floor.

Decides how many there are where the operator names no number. It must never know
sessions or policies. `serve.py` makes those of the broker's own context, `domain.py`
those of a worker process.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from broker.device.backend import Backend
from broker.device.select import DeviceConfig


def make_workers(
    config: DeviceConfig, backend: Backend, processes: int = 1, floor_address: int = 0
) -> tuple[list[Any], Any]:
    """The workers of a device, and the module that names their messages.

    Args: processes: that share this machine's processors. floor_address: of the floor
    that they share, made by the broker; 0 = one of our own.
    """
    _worker = importlib.import_module("broker.device._worker")
    count, spin_ns = 1, 0
    if backend.name == "cuda":
        count = config.workers or default_workers(processes)
        spin_ns = config.spin_ns
    floor = _worker.Floor(floor_address, fresh=False)
    properties = backend.properties
    workers = [
        _worker.Worker(
            backend.capsule(),
            floor=floor,
            dilation=backend.clock.dilation,
            origin_ns=backend.clock.origin_ns,
            spin_wall_ns=spin_ns,
            kernel_time_max_ns=config.kernel_time_max_ns,
            sm_threads=properties.sm_count * properties.threads_per_sm,
            issue_on_arrival=backend.name == "cuda",
        )
        for _ in range(count)
    ]
    return workers, _worker


def default_workers(processes: int = 1) -> int:
    """Issue threads where the operator names no number: the driver's lock lets four
    threads issue 2.3 times what one does, and more add little (facts measured on H100).
    """
    return max(1, min(4, (os.cpu_count() or 1) // (3 * processes)))
