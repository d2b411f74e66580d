"""Python client of xsched-broker.

    import client
    with client.connect("/run/xsched/broker.sock", tenant="rerank") as session:
        ...

`client.connect` and `client.blocking` wait; `client.aio` awaits. Of the broker, only
`broker.wire` is imported.
"""

from client import aio, blocking, errors
from client.blocking import Session, connect
from client.errors import (
    BrokerNotFound,
    CompileError,
    CudaError,
    Error,
    GraphUpdateError,
    ProtocolError,
    Refused,
    SessionClosed,
    SessionLost,
)

__all__ = [
    "BrokerNotFound",
    "CompileError",
    "CudaError",
    "Error",
    "GraphUpdateError",
    "ProtocolError",
    "Refused",
    "Session",
    "SessionClosed",
    "SessionLost",
    "aio",
    "blocking",
    "connect",
    "errors",
]
