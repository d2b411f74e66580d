"""Messages to the service manager: READY, STOPPING, WATCHDOG.

Decides nothing; silent when there is no service manager. `serve.py` calls it.
"""

from __future__ import annotations

import os
import socket


def notify(state: str) -> bool:
    """Send e.g. "READY=1". True when somebody was told."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):  # an abstract name
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
        try:
            to.sendto(state.encode(), address)
        except OSError:
            return False
    return True


def watchdog_seconds() -> float | None:
    """How often the manager wants a sign of life (half of what it allows)."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    micros = int(os.environ.get("WATCHDOG_USEC", "0"))
    return micros / 2e6 if micros > 0 else None
