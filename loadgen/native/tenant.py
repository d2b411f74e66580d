"""A tenant of `loadgen` on a context of its own: `python -m loadgen.native.tenant JOB`.

The same tenant program as behind the broker, with the session exchanged; what differs
between two runs is then only what lies below it. Started by `loadgen.baseline`.
"""

from __future__ import annotations

import sys
from typing import Any

from loadgen import tenant
from loadgen.native.session import NativeSession


def connect(*_: Any, **__: Any) -> NativeSession:
    return NativeSession()


if __name__ == "__main__":
    sys.exit(tenant.main(connect=connect))
