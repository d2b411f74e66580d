"""The server's sections of the configuration, as plain values.

Decides the defaults of sockets, bounds and tenants. It must never know where a value
came from: `broker/config.py` reads flags, environment and file and builds these.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Section `server`. A mode is octal text, as chmod takes it."""

    socket: str = "/run/xsched/broker.sock"
    mode: str = "0660"
    group: str = ""  # empty: the broker's own
    admin_socket: str = ""  # empty: the socket's path with ".admin" added
    # Fewer have more addresses each: 768 GiB of 64, up to 4 TiB of 12.
    sessions_max: int = 64
    streams_max: int = 1024  # lines of a session's status page
    # Per session, then the broker stops reading. More would only push the records out
    # of the issue thread's own cache: 4,096 are 16 ms of launches and 1 MiB.
    queued_operations_max: int = 4096
    control_calls_max: int = 256  # per session, then the broker stops reading
    host_arena_bytes: int = 8 << 30  # per session, sparse
    module_bytes_max: int = 256 << 20  # one image
    module_cache_bytes: int = 256 << 20  # images kept by content hash
    # Processes that compile PTX, of each trust domain; 0: the driver compiles, with the
    # device drained.
    ptx_helpers: int = 2
    # The compiler they ask: "auto": the machine's, where it is of the driver's major
    # version; "off": nvJitLink alone; or a path.
    ptxas: str = "auto"
    ptx_compile_seconds: float = 60.0  # one compilation, then it is stopped
    ptx_memory_bytes: int = 8 << 30  # address space of such a process
    ptx_cache_bytes: int = 64 << 20  # compiled code kept by content hash
    # While lower work runs and a higher class may arrive, the loop does not sleep, nor
    # does that of a worker process with such a class: a processor each for 40 us of
    # latency. "auto": on a real GPU with processors to spare.
    busy_poll: str = "auto"
    handshake_seconds: float = 5.0
    goodbye_seconds: float = 60.0  # queued work of a client that said goodbye
    drain_seconds: float = 10.0  # queued work after SIGTERM
    restarts_per_minute_max: int = (
        10  # after device faults; of each worker process, too
    )
    # A worker process that does not answer for so long, or holds a drained slot for so
    # long, is killed and started again.
    process_hang_seconds: float = 30.0
    # Tenants the configuration does not name: "accept", "refuse", or "auto": accepted
    # while it names none. What they are given unless they ask for less:
    unknown_tenants: str = "auto"
    unknown_class: int = 1
    unknown_class_highest: int = 0  # the highest they get by asking


DEFAULT_DOMAIN = "default"  # of tenants that name none
ISOLATIONS = ("shared", "process")


@dataclass(frozen=True, slots=True)
class DomainConfig:
    """Section `domains.NAME`: tenants that trust each other."""

    # "process": a worker process and a device context of its own. "shared": the
    # context of the broker's own process, together with all other shared domains.
    isolation: str = "shared"


@dataclass(frozen=True, slots=True)
class GraphsConfig:
    """Section `graphs`: CUDA graphs are launched in segments of these bounds."""

    # "off": whole, but for what is an operation of its own. Nothing then stops a graph
    # of 50 ms for a higher class.
    segments: str = "auto"
    # Estimated. Two fifths of scheduler.window_ns: one segment runs, the next is
    # queued, also when both take a little longer than was thought. One that is longer
    # than half the window goes out only when the one before it is nearly over
    # (worker_grants.c).
    segment_ns_max: int = 280_000
    segment_nodes_max: int = 200
    # Launches of a graph by a session that has the device for itself, after which it
    # gets longer native graphs, of 2 ms, beside its segments; 0: never.
    runs_after: int = 16
    # Of one session: descriptions and executable forms in the broker's memory.
    bytes_max: int = 256 << 20
    # What the driver keeps on the device for a native graph (a segment), and for each
    # of its nodes; charged to the tenant's memory, as no driver call tells. An H100
    # with driver 580 takes 103 KB a graph, and 2.5 KB a node where there are thousands
    # in one (tests/bench/graph_memory.c). 0: not charged.
    native_graph_bytes: int = 128 << 10
    native_node_bytes: int = 4 << 10


@dataclass(frozen=True, slots=True)
class TenantConfig:
    """Section `tenants.NAME`."""

    class_: int = 1  # 0 is the highest
    weight: float = 1.0  # GPU time under `fair`, and inside a class under `strict`
    share: float = 0.0  # percent of GPU time under `partition`, 0 = what is left
    # After a request's arrival, under `deadline`; 0: none.
    deadline_ns: int = field(default=0, metadata={"key": "deadline"})
    token: str = ""  # empty: none is asked for
    memory_bytes: int = field(default=0, metadata={"key": "memory"})  # 0: no quota
    # Pinned host memory of all its sessions; 0: half of the machine's.
    host_memory_bytes: int = field(default=0, metadata={"key": "host_memory"})
    domain: str = DEFAULT_DOMAIN  # whose device context it uses
    socket: str = ""  # empty: the tenant comes to the default socket
    mode: str = "0660"
    group: str = ""
