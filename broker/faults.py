"""After a device fault: start again as a fresh process with the same sockets.

Decides how often that may happen. Nothing of a CUDA context survives its fault, and the
process that had it cannot make another, so the process replaces itself (same pid: a
service manager sees nothing). It must never know why the context ended. `serve.py`
calls it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping

EPOCH = "XSCHED_BROKER_EPOCH"
RESTARTS = "XSCHED_BROKER_RESTARTS"
MINUTE_SECONDS = 60.0


def epoch(environment: Mapping[str, str]) -> int:
    """Generation of this broker: 1 at first, one more after each restart."""
    return int(environment.get(EPOCH, "1"))


def recent_restarts(environment: Mapping[str, str], now: float) -> list[float]:
    """When it restarted within the last minute (CLOCK_MONOTONIC, seconds)."""
    times = json.loads(environment.get(RESTARTS, "[]"))
    return [at for at in times if now - at < MINUTE_SECONDS]


def may_restart(
    environment: Mapping[str, str], now: float, per_minute_max: int
) -> bool:
    return len(recent_restarts(environment, now)) < per_minute_max


def restart_environment(
    environment: Mapping[str, str], now: float, kept_name: str, kept: str
) -> dict[str, str]:
    """What the next process is told. kept: listener.keep_endpoints."""
    fresh = dict(environment)
    fresh[EPOCH] = str(epoch(environment) + 1)
    fresh[RESTARTS] = json.dumps([*recent_restarts(environment, now), now])
    fresh[kept_name] = kept
    # Those descriptors are among the kept ones now.
    for name in ("LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"):
        fresh.pop(name, None)
    return fresh


def command_line() -> list[str]:
    """How this process was started, as exec wants it."""
    return [sys.executable, *sys.orig_argv[1:]]


def restart(kept_name: str, kept: str) -> None:
    """Replace this process. Does not return. Raises: OSError."""
    environment = restart_environment(os.environ, time.monotonic(), kept_name, kept)
    _close_on_exec(keep={fd for _, _, fd, _ in json.loads(kept)})
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = command_line()
    os.execve(arguments[0], arguments, environment)


def _close_on_exec(keep: set[int]) -> None:
    """Nothing else goes over: a driver's descriptors would keep its context alive."""
    for name in os.listdir("/proc/self/fd"):
        fd = int(name)
        if fd <= 2 or fd in keep:
            continue
        try:
            os.set_inheritable(fd, False)
        except OSError:  # the descriptor of the listing itself
            pass
