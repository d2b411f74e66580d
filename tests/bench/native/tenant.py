"""A tenant of `loadgen` on a context of its own.

Command: `python -m tests.bench.native.tenant JOB`.

The same tenant program as behind the broker, with the session exchanged; what differs
between two runs is then only what lies below it.
"""

from __future__ import annotations

import sys
from typing import Any

import client
from loadgen import tenant
from tests.bench.native.session import NativeSession


def connect(*_: Any, **__: Any) -> NativeSession:
    return NativeSession()


if __name__ == "__main__":
    client.connect = connect  # type: ignore[assignment]
    sys.exit(tenant.main())
