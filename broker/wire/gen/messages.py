"""The wire's messages, operations and constants.

Generated from schema.toml by `python -m broker.wire.generate`; change that file.
Imported by everybody who speaks the wire; imports nothing of ours.
"""

from __future__ import annotations

import builtins
from typing import Any, ClassVar, NamedTuple, NoReturn, TypeAlias

_put = object.__setattr__


class Field(NamedTuple):
    """One field of a record. bound: bytes, elements, or largest value."""

    name: str
    type: str
    bound: int
    of: str
    has_default: bool
    default: Any


class Record:
    """A message, an operation, or a part of one: as a frozen dataclass is, but for what
    nobody needs of one. Two are equal if they are of one class and all fields are."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, n) == getattr(other, n) for n in self.__slots__)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.__slots__)))

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({', '.join(values)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)

PROTOCOL_MAJOR = 1
PROTOCOL_MINOR = 0

FRAME_BYTES_MAX = 131072  # bytes: body of one frame
OPERATIONS_PER_SUBMISSION_MAX = 500  # operations: a submission is sealed at this many
SUBMISSION_BYTES_TARGET = 65536  # bytes: a submission is sealed at this size
PARAMS_BYTES_MAX = 32764  # bytes: packed kernel parameters, the driver's bound since sm_70
ATTRIBUTES_MAX = 16  # structs: launch attributes of one launch
ATTRIBUTE_BYTES = 72  # bytes: one raw CUlaunchAttribute
NAME_BYTES_MAX = 4096  # bytes: a kernel's mangled name
MESSAGE_BYTES_MAX = 8192  # bytes: human text in a reply (a compiler's log is cut to it)
FUNCTION_PARAMS_MAX = 4096  # parameters: parameters of one function
STREAMS_MAX = 1024  # lines: lines of the status page: stream index 1..streams_max-1
FUNCTIONS_MAX = 65536  # functions: function indices of one session: 1..functions_max-1
EVENTS_MAX = 131072  # events: event indices of one session
FIELDS_UNKNOWN_MAX = 32  # fields: unknown trailing fields skipped in one array
GRAPHS_MAX = 4096  # graphs: graph indices of one session: 1..graphs_max-1; as many of graph_exec
GRAPH_NODES_MAX = 65536  # nodes: nodes of one graph, those of its child graphs included
GRAPH_DEPENDS_BYTES_MAX = 32768  # bytes: dependencies in one graph_depend, 4 bytes each
NESTING_MAX = 8  # levels: arrays and maps inside each other

STREAM_INDEX_LEGACY = 1  # index of the legacy default stream
STREAM_FLAG_NON_BLOCKING = 1  # CU_STREAM_NON_BLOCKING: no ordering with the legacy stream
EVENT_FLAG_BLOCKING_SYNC = 1  # CU_EVENT_BLOCKING_SYNC
EVENT_FLAG_DISABLE_TIMING = 2  # CU_EVENT_DISABLE_TIMING
MODULE_FORMAT_PTX = 1  # PTX text, without the closing zero byte
MODULE_FORMAT_CUBIN = 2  # an ELF cubin
MODULE_FORMAT_FATBIN = 3  # a raw fatbin
HOST_OFFSET_NONE = 0xffffffffffffffff  # no bytes in the host arena
CLASS_FROM_TENANT = 255  # take the class the operator configured for the tenant
HINT_CLASS_KEEP = 255  # hint_set leaves the class as it is
HINT_DEADLINE_KEEP = 0xffffffffffffffff  # hint_set leaves the deadline as it is
WAIT_CONDITION_GEQ = 0  # CU_STREAM_WAIT_VALUE_GEQ, compared cyclically
WAIT_CONDITION_EQ = 1  # CU_STREAM_WAIT_VALUE_EQ
WAIT_CONDITION_AND = 2  # CU_STREAM_WAIT_VALUE_AND
ATTRIBUTE_ABSENT = 2147483648  # as a signed number: the device has no such attribute
COPY_KIND_H2D = 0  # host arena to device
COPY_KIND_D2H = 1  # device to host arena
COPY_KIND_D2D = 2  # device to device
OCCUPANCY_BLOCKS = 0  # cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags
OCCUPANCY_SHARED_BYTES = 1  # cuOccupancyAvailableDynamicSMemPerBlock
OCCUPANCY_CLUSTER_SIZE = 2  # cuOccupancyMaxPotentialClusterSize
OCCUPANCY_CLUSTERS = 3  # cuOccupancyMaxActiveClusters
ACCESS_NONE = 0  # CU_MEM_ACCESS_FLAGS_PROT_NONE
ACCESS_READ = 1  # CU_MEM_ACCESS_FLAGS_PROT_READ
ACCESS_READ_WRITE = 3  # CU_MEM_ACCESS_FLAGS_PROT_READWRITE
ARRAY_FROM_HOST = 0  # array_copy: host arena to array
ARRAY_TO_HOST = 1  # array_copy: array to host arena
ARRAY_FROM_DEVICE = 2  # array_copy: device memory to array
ARRAY_TO_DEVICE = 3  # array_copy: array to device memory
ARRAY_FROM_ARRAY = 4  # array_copy: another array, or this one, to array
RESOURCE_ARRAY = 0  # CU_RESOURCE_TYPE_ARRAY
RESOURCE_LINEAR = 2  # CU_RESOURCE_TYPE_LINEAR
RESOURCE_PITCHED = 3  # CU_RESOURCE_TYPE_PITCH2D
GRAPH_NODE_ALL = 4294967295  # graph_update: the whole graph; in an answer: no node
WAIT_CONDITION_NOR = 3  # CU_STREAM_WAIT_VALUE_NOR

KIND_STREAM = 1
KIND_EVENT = 2
KIND_MODULE = 3
KIND_FUNCTION = 4
KIND_GRAPH = 8
KIND_GRAPH_EXEC = 9
KIND_ARRAY = 13
KIND_MEMORY = 14

STATUS_LINE_BYTES = 64
WAITERS_LINE_BYTES = 64
STATUS_ACCEPTED_SEQ = 0  # u64, line 0: last operation whose frame was decoded
STATUS_ISSUED_SEQ = 8  # u64, line 0: operations issued so far (count)
STATUS_SESSION_ERROR = 16  # u32, line 0: first asynchronous CUresult not yet taken, 0 = none
STATUS_STICKY_ERROR = 20  # u32, line 0: CUresult that ended the context; the session is lost; 0 = none
STATUS_EPOCH = 24  # u32, line 0: broker process generation; changes when it restarts
STATUS_CLOSED = 28  # u32, line 0: 1 once the broker has ended the session
STATUS_RETIRED_SEQ = 0  # u64, each line: every operation of this stream up to here has retired
STATUS_ERROR = 8  # u32, each line: first CUresult of an operation of this stream, 0 = none
STATUS_HOST_SEQ = 16  # u64, each line: number of the host function now due, 0 = none: it grows with each of the stream, and is the operation's sequence number or, inside and after a graph with several, a larger one
STATUS_HOST_TOKEN = 24  # u64, each line: its token
STATUS_PROGRESS = 32  # u64, each line: the broker's own count of pieces of operations; nothing for a tenant
STATUS_DUE_SEQ = 40  # u64, each line: latest operation whose end somebody waits for, once it is issued; written after due_ns
STATUS_DUE_NS = 48  # u64, each line: when it should retire, as the broker reckons: CLOCK_MONOTONIC, ns
WAITERS_SLEEPING = 0  # u32, each line: not 0 while somebody sleeps on this line's retired_seq
WAITERS_HOST_DONE_SEQ = 16  # u64, each line: the host function of this number (host_seq) has run


class HandleParts(NamedTuple):
    """What a handle is made of."""

    kind: int
    device: int
    generation: int
    index: int  # type: ignore[assignment]  # hides tuple.index


def make_handle(kind: int, index: int, generation: int = 0, device: int = 0) -> int:
    """The number a client calls an object by.

    Args: kind: KIND_*. index: 1..2**32-1. generation: taken modulo 65536, so a counter
        may be passed. device: ordinal, 0..255.
    Raises: ValueError when a part does not fit.
    """
    if not (0 < kind < 256 and 0 < index < 2**32 and 0 <= device < 256):
        raise ValueError(f"handle: kind {kind}, index {index}, device {device}")
    return kind << 56 | device << 48 | (generation & 0xFFFF) << 32 | index


def split_handle(handle: int) -> HandleParts:
    """The parts of a handle; any number of 64 bits splits."""
    return HandleParts(
        handle >> 56 & 0xFF,
        handle >> 48 & 0xFF,
        handle >> 32 & 0xFFFF,
        handle & 0xFFFFFFFF,
    )


class LinkInput(Record):
    """One piece of code to link."""

    __slots__ = (
        "type",
        "name",
        "host_offset",
        "bytes",
    )
    NAME: ClassVar[str] = "link_input"
    type: int  # CUjitInputType
    name: str  # for the linker's messages
    host_offset: int  # where it lies in the host arena
    bytes: int  # its length

    def __init__(
        self,
        type: int,
        name: str,
        host_offset: int,
        bytes: int,
    ) -> None:
        _put(self, "type", type)
        _put(self, "name", name)
        _put(self, "host_offset", host_offset)
        _put(self, "bytes", bytes)


class DeviceProperties(Record):
    """One device as a tenant sees it."""

    __slots__ = (
        "ordinal",
        "name",
        "backend",
        "uuid",
        "compute_major",
        "compute_minor",
        "sm_count",
        "memory_bytes",
        "driver_version",
        "time_dilation",
        "threads_per_sm",
        "blocks_per_sm",
        "shared_bytes_per_sm",
        "shared_bytes_per_block_optin",
    )
    NAME: ClassVar[str] = "device_properties"
    ordinal: int  # device ordinal
    name: str  # product name
    backend: str  # cuda, emulated or null
    uuid: builtins.bytes  # 16 bytes
    compute_major: int  # compute capability
    compute_minor: int  # compute capability
    sm_count: int  # multiprocessors
    memory_bytes: int  # device memory
    driver_version: int  # as cuDriverGetVersion, e.g. 13000
    time_dilation: int  # wall time per device time; 1 on a real device
    threads_per_sm: int  # resident threads per multiprocessor
    blocks_per_sm: int  # resident blocks per multiprocessor
    shared_bytes_per_sm: int  # shared memory per multiprocessor
    shared_bytes_per_block_optin: int  # most dynamic shared memory of a block

    def __init__(
        self,
        ordinal: int,
        name: str,
        backend: str,
        uuid: builtins.bytes,
        compute_major: int,
        compute_minor: int,
        sm_count: int,
        memory_bytes: int,
        driver_version: int,
        time_dilation: int = 1,
        threads_per_sm: int = 2048,
        blocks_per_sm: int = 32,
        shared_bytes_per_sm: int = 233472,
        shared_bytes_per_block_optin: int = 232448,
    ) -> None:
        _put(self, "ordinal", ordinal)
        _put(self, "name", name)
        _put(self, "backend", backend)
        _put(self, "uuid", uuid)
        _put(self, "compute_major", compute_major)
        _put(self, "compute_minor", compute_minor)
        _put(self, "sm_count", sm_count)
        _put(self, "memory_bytes", memory_bytes)
        _put(self, "driver_version", driver_version)
        _put(self, "time_dilation", time_dilation)
        _put(self, "threads_per_sm", threads_per_sm)
        _put(self, "blocks_per_sm", blocks_per_sm)
        _put(self, "shared_bytes_per_sm", shared_bytes_per_sm)
        _put(self, "shared_bytes_per_block_optin", shared_bytes_per_block_optin)


class Launch(Record):
    """Launch a function."""

    __slots__ = (
        "stream",
        "function",
        "grid_x",
        "grid_y",
        "grid_z",
        "block_x",
        "block_y",
        "block_z",
        "shared_bytes",
        "params",
        "attributes",
    )
    NUMBER: ClassVar[int] = 1
    NAME: ClassVar[str] = "launch"
    stream: int  # handle
    function: int  # handle
    grid_x: int  # blocks
    grid_y: int  # blocks
    grid_z: int  # blocks
    block_x: int  # threads
    block_y: int  # threads
    block_z: int  # threads
    shared_bytes: int  # dynamic shared memory
    params: builtins.bytes  # packed as the function's layout says, exact size
    attributes: builtins.bytes  # raw CUlaunchAttribute structs of 72 bytes

    def __init__(
        self,
        stream: int,
        function: int,
        grid_x: int,
        grid_y: int,
        grid_z: int,
        block_x: int,
        block_y: int,
        block_z: int,
        shared_bytes: int,
        params: builtins.bytes,
        attributes: builtins.bytes = b"",
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "function", function)
        _put(self, "grid_x", grid_x)
        _put(self, "grid_y", grid_y)
        _put(self, "grid_z", grid_z)
        _put(self, "block_x", block_x)
        _put(self, "block_y", block_y)
        _put(self, "block_z", block_z)
        _put(self, "shared_bytes", shared_bytes)
        _put(self, "params", params)
        _put(self, "attributes", attributes)


class CopyH2d(Record):
    """Host arena to device."""

    __slots__ = (
        "stream",
        "destination",
        "host_offset",
        "bytes",
    )
    NUMBER: ClassVar[int] = 2
    NAME: ClassVar[str] = "copy_h2d"
    stream: int  # handle
    destination: int  # device address
    host_offset: int  # byte in the host arena
    bytes: int  # length

    def __init__(
        self,
        stream: int,
        destination: int,
        host_offset: int,
        bytes: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "destination", destination)
        _put(self, "host_offset", host_offset)
        _put(self, "bytes", bytes)


class CopyD2h(Record):
    """Device to host arena."""

    __slots__ = (
        "stream",
        "host_offset",
        "source",
        "bytes",
    )
    NUMBER: ClassVar[int] = 3
    NAME: ClassVar[str] = "copy_d2h"
    stream: int  # handle
    host_offset: int  # byte in the host arena
    source: int  # device address
    bytes: int  # length

    def __init__(
        self,
        stream: int,
        host_offset: int,
        source: int,
        bytes: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "host_offset", host_offset)
        _put(self, "source", source)
        _put(self, "bytes", bytes)


class CopyD2d(Record):
    """Device to device."""

    __slots__ = (
        "stream",
        "destination",
        "source",
        "bytes",
    )
    NUMBER: ClassVar[int] = 4
    NAME: ClassVar[str] = "copy_d2d"
    stream: int  # handle
    destination: int  # device address
    source: int  # device address
    bytes: int  # length

    def __init__(
        self,
        stream: int,
        destination: int,
        source: int,
        bytes: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "destination", destination)
        _put(self, "source", source)
        _put(self, "bytes", bytes)


class Memset(Record):
    """Set elements of 1, 2 or 4 bytes."""

    __slots__ = (
        "stream",
        "destination",
        "value",
        "width",
        "count",
    )
    NUMBER: ClassVar[int] = 5
    NAME: ClassVar[str] = "memset"
    stream: int  # handle
    destination: int  # device address, aligned to width
    value: int  # element
    width: int  # 1, 2 or 4 bytes
    count: int  # elements

    def __init__(
        self,
        stream: int,
        destination: int,
        value: int,
        width: int,
        count: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "destination", destination)
        _put(self, "value", value)
        _put(self, "width", width)
        _put(self, "count", count)


class EventRecord(Record):
    """Record an event on a stream."""

    __slots__ = (
        "stream",
        "event",
    )
    NUMBER: ClassVar[int] = 6
    NAME: ClassVar[str] = "event_record"
    stream: int  # handle
    event: int  # handle

    def __init__(
        self,
        stream: int,
        event: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "event", event)


class StreamWait(Record):
    """Make later work of the stream wait for a record."""

    __slots__ = (
        "stream",
        "event",
        "record_seq",
    )
    NUMBER: ClassVar[int] = 7
    NAME: ClassVar[str] = "stream_wait"
    stream: int  # handle
    event: int  # handle
    record_seq: int  # sequence number of the record waited for; must be the event's latest

    def __init__(
        self,
        stream: int,
        event: int,
        record_seq: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "event", event)
        _put(self, "record_seq", record_seq)


class StreamCreate(Record):
    """Make a stream."""

    __slots__ = (
        "stream",
        "flags",
        "priority",
    )
    NUMBER: ClassVar[int] = 8
    NAME: ClassVar[str] = "stream_create"
    stream: int  # client-made handle
    flags: int  # stream_flag_*
    priority: int  # CUDA's meaning: lower is more urgent; maps inside the class's band

    def __init__(
        self,
        stream: int,
        flags: int,
        priority: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "flags", flags)
        _put(self, "priority", priority)


class StreamDestroy(Record):
    """Forget a stream; what it holds still runs."""

    __slots__ = (
        "stream",
    )
    NUMBER: ClassVar[int] = 9
    NAME: ClassVar[str] = "stream_destroy"
    stream: int  # handle

    def __init__(
        self,
        stream: int,
    ) -> None:
        _put(self, "stream", stream)


class EventCreate(Record):
    """Make an event."""

    __slots__ = (
        "event",
        "flags",
    )
    NUMBER: ClassVar[int] = 10
    NAME: ClassVar[str] = "event_create"
    event: int  # client-made handle
    flags: int  # event_flag_*

    def __init__(
        self,
        event: int,
        flags: int,
    ) -> None:
        _put(self, "event", event)
        _put(self, "flags", flags)


class EventDestroy(Record):
    """Forget an event."""

    __slots__ = (
        "event",
    )
    NUMBER: ClassVar[int] = 11
    NAME: ClassVar[str] = "event_destroy"
    event: int  # handle

    def __init__(
        self,
        event: int,
    ) -> None:
        _put(self, "event", event)


class WriteValue(Record):
    """Stream memory operation: write a word of device memory or of the host arena."""

    __slots__ = (
        "stream",
        "address",
        "value",
        "width",
    )
    NUMBER: ClassVar[int] = 12
    NAME: ClassVar[str] = "write_value"
    stream: int  # handle
    address: int  # device address, or host_base + offset of registered host memory; aligned to width
    value: int  # value
    width: int  # 4 or 8 bytes

    def __init__(
        self,
        stream: int,
        address: int,
        value: int,
        width: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "address", address)
        _put(self, "value", value)
        _put(self, "width", width)


class WaitValue(Record):
    """Stream memory operation: wait until a word of device memory or of the host arena satisfies the condition."""

    __slots__ = (
        "stream",
        "address",
        "value",
        "width",
        "condition",
    )
    NUMBER: ClassVar[int] = 13
    NAME: ClassVar[str] = "wait_value"
    stream: int  # handle
    address: int  # device address, or host_base + offset of registered host memory; aligned to width
    value: int  # value compared with
    width: int  # 4 or 8 bytes
    condition: int  # wait_condition_*

    def __init__(
        self,
        stream: int,
        address: int,
        value: int,
        width: int,
        condition: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "address", address)
        _put(self, "value", value)
        _put(self, "width", width)
        _put(self, "condition", condition)


class HostFunction(Record):
    """Run a function of the client in stream order: host_seq of the line names it, host_done_seq answers."""

    __slots__ = (
        "stream",
        "token",
    )
    NUMBER: ClassVar[int] = 14
    NAME: ClassVar[str] = "host_function"
    stream: int  # handle
    token: int  # the client's own number for it

    def __init__(
        self,
        stream: int,
        token: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "token", token)


class Complete(Record):
    """Make the retirement of everything before it on the stream visible as soon as it happens."""

    __slots__ = (
        "stream",
    )
    NUMBER: ClassVar[int] = 15
    NAME: ClassVar[str] = "complete"
    stream: int  # handle

    def __init__(
        self,
        stream: int,
    ) -> None:
        _put(self, "stream", stream)


class Copy3d(Record):
    """Copy rows of a box; between host arena and device, or on the device."""

    __slots__ = (
        "stream",
        "kind",
        "destination",
        "destination_pitch",
        "destination_slice",
        "source",
        "source_pitch",
        "source_slice",
        "row_bytes",
        "rows",
        "layers",
    )
    NUMBER: ClassVar[int] = 24
    NAME: ClassVar[str] = "copy_3d"
    stream: int  # handle
    kind: int  # copy_kind_*
    destination: int  # device address or byte in the host arena, of the first row
    destination_pitch: int  # bytes from one row to the next
    destination_slice: int  # bytes from one layer of rows to the next
    source: int  # device address or byte in the host arena, of the first row
    source_pitch: int  # bytes from one row to the next
    source_slice: int  # bytes from one layer of rows to the next
    row_bytes: int  # bytes of each row
    rows: int  # rows of a layer
    layers: int  # layers

    def __init__(
        self,
        stream: int,
        kind: int,
        destination: int,
        destination_pitch: int,
        destination_slice: int,
        source: int,
        source_pitch: int,
        source_slice: int,
        row_bytes: int,
        rows: int,
        layers: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "kind", kind)
        _put(self, "destination", destination)
        _put(self, "destination_pitch", destination_pitch)
        _put(self, "destination_slice", destination_slice)
        _put(self, "source", source)
        _put(self, "source_pitch", source_pitch)
        _put(self, "source_slice", source_slice)
        _put(self, "row_bytes", row_bytes)
        _put(self, "rows", rows)
        _put(self, "layers", layers)


class Memset2d(Record):
    """Set elements of 1, 2 or 4 bytes in rows."""

    __slots__ = (
        "stream",
        "destination",
        "pitch",
        "value",
        "width",
        "columns",
        "rows",
    )
    NUMBER: ClassVar[int] = 25
    NAME: ClassVar[str] = "memset_2d"
    stream: int  # handle
    destination: int  # device address, aligned to width
    pitch: int  # bytes from one row to the next, a multiple of width
    value: int  # element
    width: int  # 1, 2 or 4 bytes
    columns: int  # elements of a row
    rows: int  # rows

    def __init__(
        self,
        stream: int,
        destination: int,
        pitch: int,
        value: int,
        width: int,
        columns: int,
        rows: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "destination", destination)
        _put(self, "pitch", pitch)
        _put(self, "value", value)
        _put(self, "width", width)
        _put(self, "columns", columns)
        _put(self, "rows", rows)


class GraphCreate(Record):
    """Make an empty graph."""

    __slots__ = (
        "graph",
    )
    NUMBER: ClassVar[int] = 32
    NAME: ClassVar[str] = "graph_create"
    graph: int  # client-made handle of kind graph

    def __init__(
        self,
        graph: int,
    ) -> None:
        _put(self, "graph", graph)


class GraphDepend(Record):
    """The graph's next node comes after these nodes, too. May be repeated."""

    __slots__ = (
        "graph",
        "nodes",
    )
    NUMBER: ClassVar[int] = 33
    NAME: ClassVar[str] = "graph_depend"
    graph: int  # handle
    nodes: builtins.bytes  # node numbers, 4 bytes little-endian each, all smaller than the next node's

    def __init__(
        self,
        graph: int,
        nodes: builtins.bytes,
    ) -> None:
        _put(self, "graph", graph)
        _put(self, "nodes", nodes)


class GraphEmpty(Record):
    """A node that does nothing."""

    __slots__ = (
        "graph",
    )
    NUMBER: ClassVar[int] = 34
    NAME: ClassVar[str] = "graph_empty"
    graph: int  # handle

    def __init__(
        self,
        graph: int,
    ) -> None:
        _put(self, "graph", graph)


class GraphChild(Record):
    """A node that is a whole graph, as that is now."""

    __slots__ = (
        "graph",
        "child",
    )
    NUMBER: ClassVar[int] = 35
    NAME: ClassVar[str] = "graph_child"
    graph: int  # handle
    child: int  # handle of another graph

    def __init__(
        self,
        graph: int,
        child: int,
    ) -> None:
        _put(self, "graph", graph)
        _put(self, "child", child)


class GraphDestroy(Record):
    """Forget a graph; what was instantiated from it stays."""

    __slots__ = (
        "graph",
    )
    NUMBER: ClassVar[int] = 36
    NAME: ClassVar[str] = "graph_destroy"
    graph: int  # handle

    def __init__(
        self,
        graph: int,
    ) -> None:
        _put(self, "graph", graph)


class GraphLaunch(Record):
    """Launch an executable graph. It retires when all its nodes have. Launches of one graph_exec follow each other in the order sent."""

    __slots__ = (
        "stream",
        "exec",
    )
    NUMBER: ClassVar[int] = 37
    NAME: ClassVar[str] = "graph_launch"
    stream: int  # handle
    exec: int  # handle

    def __init__(
        self,
        stream: int,
        exec: int,
    ) -> None:
        _put(self, "stream", stream)
        _put(self, "exec", exec)


class GraphExecDestroy(Record):
    """Forget an executable graph; launches sent before still run."""

    __slots__ = (
        "exec",
    )
    NUMBER: ClassVar[int] = 38
    NAME: ClassVar[str] = "graph_exec_destroy"
    exec: int  # handle

    def __init__(
        self,
        exec: int,
    ) -> None:
        _put(self, "exec", exec)


class Hello(Record):
    """First frame of a connection."""

    __slots__ = (
        "protocol_major",
        "protocol_minor",
        "library",
        "tenant",
        "token",
        "priority_class",
        "pid",
        "memory_bytes",
    )
    NUMBER: ClassVar[int] = 1
    NAME: ClassVar[str] = "hello"
    protocol_major: int  # must equal the broker's
    protocol_minor: int  # the lower of both is used
    library: str  # client library and version
    tenant: str  # tenant asked for; a tenant socket fixes it and refuses another
    token: builtins.bytes  # checked when the tenant is configured with one
    priority_class: int  # class asked for, never higher than configured; 255 = the configured one
    pid: int  # for the log; SO_PEERCRED is what counts
    memory_bytes: int  # most device memory this session may hold, within the tenant's quota; 0 = the quota

    def __init__(
        self,
        protocol_major: int,
        protocol_minor: int,
        library: str,
        tenant: str,
        token: builtins.bytes = b"",
        priority_class: int = 255,
        pid: int = 0,
        memory_bytes: int = 0,
    ) -> None:
        _put(self, "protocol_major", protocol_major)
        _put(self, "protocol_minor", protocol_minor)
        _put(self, "library", library)
        _put(self, "tenant", tenant)
        _put(self, "token", token)
        _put(self, "priority_class", priority_class)
        _put(self, "pid", pid)
        _put(self, "memory_bytes", memory_bytes)


class Submit(Record):
    """Operations in program order. Operation i has sequence number first_seq + i. No reply; accepted_seq tells."""

    __slots__ = (
        "first_seq",
        "operations",
    )
    NUMBER: ClassVar[int] = 2
    NAME: ClassVar[str] = "submit"
    first_seq: int  # 1 for the session's first operation; no gaps, no repeats
    operations: tuple[Operation, ...]  # in program order

    def __init__(
        self,
        first_seq: int,
        operations: tuple[Operation, ...],
    ) -> None:
        _put(self, "first_seq", first_seq)
        _put(self, "operations", operations)


class DeviceGet(Record):
    """Properties of a device."""

    __slots__ = (
        "call",
        "device",
    )
    NUMBER: ClassVar[int] = 10
    NAME: ClassVar[str] = "device_get"
    call: int  # number of this call, echoed in the reply
    device: int  # device ordinal

    def __init__(
        self,
        call: int,
        device: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)


class Allocate(Record):
    """Device memory inside the session's VA arena, zeroed."""

    __slots__ = (
        "call",
        "device",
        "bytes",
    )
    NUMBER: ClassVar[int] = 11
    NAME: ClassVar[str] = "allocate"
    call: int  # number of this call
    device: int  # device ordinal
    bytes: int  # size, > 0

    def __init__(
        self,
        call: int,
        device: int,
        bytes: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)
        _put(self, "bytes", bytes)


class Free(Record):
    """Give memory back once every operation up to after_seq has retired."""

    __slots__ = (
        "call",
        "address",
        "after_seq",
    )
    NUMBER: ClassVar[int] = 12
    NAME: ClassVar[str] = "free"
    call: int  # number of this call
    address: int  # as allocate gave it
    after_seq: int  # last sequence number that may use it

    def __init__(
        self,
        call: int,
        address: int,
        after_seq: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "address", address)
        _put(self, "after_seq", after_seq)


class ModuleLoad(Record):
    """Load code by content hash. host_offset none: only if the broker has the bytes; else the reply asks for them."""

    __slots__ = (
        "call",
        "module",
        "format",
        "hash",
        "bytes",
        "host_offset",
        "options",
    )
    NUMBER: ClassVar[int] = 13
    NAME: ClassVar[str] = "module_load"
    call: int  # number of this call
    module: int  # client-made handle; its device ordinal chooses the device
    format: int  # module_format_*
    hash: builtins.bytes  # SHA-256 of the bytes
    bytes: int  # length of the image
    host_offset: int  # where the image lies in the host arena, or host_offset_none
    options: builtins.bytes  # JIT options whose value is a number: pairs of u32, little-endian, CUjit_option and value

    def __init__(
        self,
        call: int,
        module: int,
        format: int,
        hash: builtins.bytes,
        bytes: int,
        host_offset: int,
        options: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "module", module)
        _put(self, "format", format)
        _put(self, "hash", hash)
        _put(self, "bytes", bytes)
        _put(self, "host_offset", host_offset)
        _put(self, "options", options)


class ModuleUnload(Record):
    """Unload code once every operation up to after_seq has retired. Its functions go with it."""

    __slots__ = (
        "call",
        "module",
        "after_seq",
    )
    NUMBER: ClassVar[int] = 14
    NAME: ClassVar[str] = "module_unload"
    call: int  # number of this call
    module: int  # handle
    after_seq: int  # last sequence number that may use it

    def __init__(
        self,
        call: int,
        module: int,
        after_seq: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "module", module)
        _put(self, "after_seq", after_seq)


class FunctionGet(Record):
    """A function of a module, with the layout of its parameters."""

    __slots__ = (
        "call",
        "module",
        "function",
        "name",
    )
    NUMBER: ClassVar[int] = 15
    NAME: ClassVar[str] = "function_get"
    call: int  # number of this call
    module: int  # handle
    function: int  # client-made handle
    name: str  # entry name as in the module

    def __init__(
        self,
        call: int,
        module: int,
        function: int,
        name: str,
    ) -> None:
        _put(self, "call", call)
        _put(self, "module", module)
        _put(self, "function", function)
        _put(self, "name", name)


class MemoryInfo(Record):
    """What the tenant may still allocate."""

    __slots__ = (
        "call",
        "device",
    )
    NUMBER: ClassVar[int] = 16
    NAME: ClassVar[str] = "memory_info"
    call: int  # number of this call
    device: int  # device ordinal

    def __init__(
        self,
        call: int,
        device: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)


class ElapsedTime(Record):
    """Device time between two recorded events; both records must have retired."""

    __slots__ = (
        "call",
        "start",
        "end",
    )
    NUMBER: ClassVar[int] = 17
    NAME: ClassVar[str] = "elapsed_time"
    call: int  # number of this call
    start: int  # event handle
    end: int  # event handle

    def __init__(
        self,
        call: int,
        start: int,
        end: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "start", start)
        _put(self, "end", end)


class ErrorTake(Record):
    """Fetch and clear the session's first asynchronous error."""

    __slots__ = (
        "call",
    )
    NUMBER: ClassVar[int] = 18
    NAME: ClassVar[str] = "error_take"
    call: int  # number of this call

    def __init__(
        self,
        call: int,
    ) -> None:
        _put(self, "call", call)


class FunctionAttributeSet(Record):
    """cuFuncSetAttribute for this session's load of the function."""

    __slots__ = (
        "call",
        "function",
        "attribute",
        "value",
    )
    NUMBER: ClassVar[int] = 19
    NAME: ClassVar[str] = "function_attribute_set"
    call: int  # number of this call
    function: int  # handle
    attribute: int  # CUfunction_attribute; 8 = most dynamic shared bytes
    value: int  # new value

    def __init__(
        self,
        call: int,
        function: int,
        attribute: int,
        value: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "function", function)
        _put(self, "attribute", attribute)
        _put(self, "value", value)


class HostRegister(Record):
    """Make a piece of the host arena usable by copies. Pieces are multiples of 4 MiB at multiples of 4 MiB and are never taken back before the session ends."""

    __slots__ = (
        "call",
        "host_offset",
        "bytes",
    )
    NUMBER: ClassVar[int] = 20
    NAME: ClassVar[str] = "host_register"
    call: int  # number of this call
    host_offset: int  # multiple of 4 MiB
    bytes: int  # multiple of 4 MiB, > 0

    def __init__(
        self,
        call: int,
        host_offset: int,
        bytes: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "host_offset", host_offset)
        _put(self, "bytes", bytes)


class Goodbye(Record):
    """The client is about to close; queued work still runs, then everything is freed."""

    __slots__ = ()
    NUMBER: ClassVar[int] = 21
    NAME: ClassVar[str] = "goodbye"


class HintSet(Record):
    """What the session asks of the scheduler from now on. Never above what the operator configured: that is refused and nothing changes."""

    __slots__ = (
        "call",
        "priority_class",
        "weight_milli",
        "deadline_ns",
    )
    NUMBER: ClassVar[int] = 22
    NAME: ClassVar[str] = "hint_set"
    call: int  # number of this call
    priority_class: int  # 0 highest; hint_class_keep = as it is
    weight_milli: int  # thousandths; 0 = as it is
    deadline_ns: int  # device time from a request's arrival until it is due; 0 = none; hint_deadline_keep = as it is

    def __init__(
        self,
        call: int,
        priority_class: int = 255,
        weight_milli: int = 0,
        deadline_ns: int = 18446744073709551615,
    ) -> None:
        _put(self, "call", call)
        _put(self, "priority_class", priority_class)
        _put(self, "weight_milli", weight_milli)
        _put(self, "deadline_ns", deadline_ns)


class AttributesGet(Record):
    """All attributes of a device at once."""

    __slots__ = (
        "call",
        "device",
    )
    NUMBER: ClassVar[int] = 32
    NAME: ClassVar[str] = "attributes_get"
    call: int  # number of this call
    device: int  # device ordinal

    def __init__(
        self,
        call: int,
        device: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)


class VariableGet(Record):
    """A variable of a module. Copies and fills may reach it until the module is unloaded."""

    __slots__ = (
        "call",
        "module",
        "name",
    )
    NUMBER: ClassVar[int] = 33
    NAME: ClassVar[str] = "variable_get"
    call: int  # number of this call
    module: int  # handle
    name: str  # name as in the module

    def __init__(
        self,
        call: int,
        module: int,
        name: str,
    ) -> None:
        _put(self, "call", call)
        _put(self, "module", module)
        _put(self, "name", name)


class FunctionsList(Record):
    """Names of a module's kernels, in an order that does not change."""

    __slots__ = (
        "call",
        "module",
        "first",
    )
    NUMBER: ClassVar[int] = 34
    NAME: ClassVar[str] = "functions_list"
    call: int  # number of this call
    module: int  # handle
    first: int  # index of the first one wanted

    def __init__(
        self,
        call: int,
        module: int,
        first: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "module", module)
        _put(self, "first", first)


class Link(Record):
    """Link code (cuLink*). The linked cubin is written to the host arena."""

    __slots__ = (
        "call",
        "device",
        "inputs",
        "host_offset",
        "bytes_max",
        "options",
    )
    NUMBER: ClassVar[int] = 35
    NAME: ClassVar[str] = "link"
    call: int  # number of this call
    device: int  # device ordinal
    inputs: tuple[LinkInput, ...]  # in the order they were added
    host_offset: int  # where the cubin goes in the host arena
    bytes_max: int  # room there
    options: builtins.bytes  # JIT options as in module_load

    def __init__(
        self,
        call: int,
        device: int,
        inputs: tuple[LinkInput, ...],
        host_offset: int,
        bytes_max: int,
        options: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)
        _put(self, "inputs", inputs)
        _put(self, "host_offset", host_offset)
        _put(self, "bytes_max", bytes_max)
        _put(self, "options", options)


class OccupancyGet(Record):
    """How many blocks or clusters of a function fit, or what they may use."""

    __slots__ = (
        "call",
        "function",
        "query",
        "grid_x",
        "grid_y",
        "grid_z",
        "block_x",
        "block_y",
        "block_z",
        "shared_bytes",
        "flags",
        "attributes",
    )
    NUMBER: ClassVar[int] = 36
    NAME: ClassVar[str] = "occupancy_get"
    call: int  # number of this call
    function: int  # handle
    query: int  # occupancy_*
    grid_x: int  # blocks; occupancy_shared_bytes: blocks per multiprocessor
    grid_y: int  # blocks
    grid_z: int  # blocks
    block_x: int  # threads; of the whole block where the query knows no shape
    block_y: int  # threads
    block_z: int  # threads
    shared_bytes: int  # dynamic shared memory
    flags: int  # CUoccupancy_flags
    attributes: builtins.bytes  # raw CUlaunchAttribute structs of 72 bytes

    def __init__(
        self,
        call: int,
        function: int,
        query: int,
        grid_x: int,
        grid_y: int,
        grid_z: int,
        block_x: int,
        block_y: int,
        block_z: int,
        shared_bytes: int,
        flags: int = 0,
        attributes: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "function", function)
        _put(self, "query", query)
        _put(self, "grid_x", grid_x)
        _put(self, "grid_y", grid_y)
        _put(self, "grid_z", grid_z)
        _put(self, "block_x", block_x)
        _put(self, "block_y", block_y)
        _put(self, "block_z", block_z)
        _put(self, "shared_bytes", shared_bytes)
        _put(self, "flags", flags)
        _put(self, "attributes", attributes)


class TensorMapEncode(Record):
    """cuTensorMapEncodeTiled and cuTensorMapEncodeIm2col. The same arguments give the same map: a client may remember it."""

    __slots__ = (
        "call",
        "device",
        "im2col",
        "data_type",
        "rank",
        "address",
        "dimensions",
        "strides",
        "box",
        "element_strides",
        "corners",
        "channels",
        "pixels",
        "interleave",
        "swizzle",
        "promotion",
        "fill",
    )
    NUMBER: ClassVar[int] = 37
    NAME: ClassVar[str] = "tensor_map_encode"
    call: int  # number of this call
    device: int  # device ordinal
    im2col: int  # 1: im2col, 0: tiled
    data_type: int  # CUtensorMapDataType
    rank: int  # dimensions, 1..5
    address: int  # device address; the whole tensor must lie in the session's memory
    dimensions: builtins.bytes  # rank u64, little-endian: elements
    strides: builtins.bytes  # rank - 1 u64, little-endian: bytes
    box: builtins.bytes  # tiled: rank u32, little-endian: elements
    element_strides: builtins.bytes  # rank u32, little-endian
    corners: builtins.bytes  # im2col: rank - 2 i32 of the lower corner, then as many of the upper one, little-endian
    channels: int  # im2col: channels per pixel
    pixels: int  # im2col: pixels per column
    interleave: int  # CUtensorMapInterleave
    swizzle: int  # CUtensorMapSwizzle
    promotion: int  # CUtensorMapL2promotion
    fill: int  # CUtensorMapFloatOOBfill

    def __init__(
        self,
        call: int,
        device: int,
        im2col: int,
        data_type: int,
        rank: int,
        address: int,
        dimensions: builtins.bytes,
        strides: builtins.bytes,
        box: builtins.bytes,
        element_strides: builtins.bytes,
        corners: builtins.bytes,
        channels: int,
        pixels: int,
        interleave: int,
        swizzle: int,
        promotion: int,
        fill: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)
        _put(self, "im2col", im2col)
        _put(self, "data_type", data_type)
        _put(self, "rank", rank)
        _put(self, "address", address)
        _put(self, "dimensions", dimensions)
        _put(self, "strides", strides)
        _put(self, "box", box)
        _put(self, "element_strides", element_strides)
        _put(self, "corners", corners)
        _put(self, "channels", channels)
        _put(self, "pixels", pixels)
        _put(self, "interleave", interleave)
        _put(self, "swizzle", swizzle)
        _put(self, "promotion", promotion)
        _put(self, "fill", fill)


class LimitSet(Record):
    """cuCtxSetLimit as the session sees it; the device keeps the most that any session asked for."""

    __slots__ = (
        "call",
        "limit",
        "value",
    )
    NUMBER: ClassVar[int] = 38
    NAME: ClassVar[str] = "limit_set"
    call: int  # number of this call
    limit: int  # CUlimit
    value: int  # value

    def __init__(
        self,
        call: int,
        limit: int,
        value: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "limit", limit)
        _put(self, "value", value)


class LimitGet(Record):
    """cuCtxGetLimit as the session sees it."""

    __slots__ = (
        "call",
        "limit",
    )
    NUMBER: ClassVar[int] = 39
    NAME: ClassVar[str] = "limit_get"
    call: int  # number of this call
    limit: int  # CUlimit

    def __init__(
        self,
        call: int,
        limit: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "limit", limit)


class AddressReserve(Record):
    """Addresses of the session's arena without memory behind them."""

    __slots__ = (
        "call",
        "device",
        "bytes",
        "alignment",
    )
    NUMBER: ClassVar[int] = 50
    NAME: ClassVar[str] = "address_reserve"
    call: int  # number of this call
    device: int  # device ordinal
    bytes: int  # multiple of the granularity, > 0
    alignment: int  # power of two, 0 = the granularity

    def __init__(
        self,
        call: int,
        device: int,
        bytes: int,
        alignment: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)
        _put(self, "bytes", bytes)
        _put(self, "alignment", alignment)


class AddressFree(Record):
    """Give back one address_reserve; nothing may be mapped there any more."""

    __slots__ = (
        "call",
        "address",
        "bytes",
    )
    NUMBER: ClassVar[int] = 51
    NAME: ClassVar[str] = "address_free"
    call: int  # number of this call
    address: int  # as address_reserve gave it
    bytes: int  # as it was asked for

    def __init__(
        self,
        call: int,
        address: int,
        bytes: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "address", address)
        _put(self, "bytes", bytes)


class MemoryCreate(Record):
    """Device memory without an address, charged to the quota. It is zeroed before it can be reached."""

    __slots__ = (
        "call",
        "memory",
        "bytes",
    )
    NUMBER: ClassVar[int] = 52
    NAME: ClassVar[str] = "memory_create"
    call: int  # number of this call
    memory: int  # client-made handle; its device ordinal chooses the device
    bytes: int  # multiple of the granularity, > 0

    def __init__(
        self,
        call: int,
        memory: int,
        bytes: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "memory", memory)
        _put(self, "bytes", bytes)


class MemoryRelease(Record):
    """Forget the handle; the memory goes with its last mapping."""

    __slots__ = (
        "call",
        "memory",
    )
    NUMBER: ClassVar[int] = 53
    NAME: ClassVar[str] = "memory_release"
    call: int  # number of this call
    memory: int  # handle

    def __init__(
        self,
        call: int,
        memory: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "memory", memory)


class MemoryMap(Record):
    """Put memory behind reserved addresses. Nothing may reach it before memory_access_set."""

    __slots__ = (
        "call",
        "address",
        "bytes",
        "memory",
    )
    NUMBER: ClassVar[int] = 54
    NAME: ClassVar[str] = "memory_map"
    call: int  # number of this call
    address: int  # multiple of the granularity, inside one address_reserve
    bytes: int  # the memory's size
    memory: int  # handle

    def __init__(
        self,
        call: int,
        address: int,
        bytes: int,
        memory: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "address", address)
        _put(self, "bytes", bytes)
        _put(self, "memory", memory)


class MemoryUnmap(Record):
    """Undo whole memory_maps once every operation up to after_seq has retired."""

    __slots__ = (
        "call",
        "address",
        "bytes",
        "after_seq",
    )
    NUMBER: ClassVar[int] = 55
    NAME: ClassVar[str] = "memory_unmap"
    call: int  # number of this call
    address: int  # where the first of them begins
    bytes: int  # up to where the last of them ends
    after_seq: int  # last sequence number that may use them

    def __init__(
        self,
        call: int,
        address: int,
        bytes: int,
        after_seq: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "address", address)
        _put(self, "bytes", bytes)
        _put(self, "after_seq", after_seq)


class MemoryAccessSet(Record):
    """What the session may do with whole memory_maps."""

    __slots__ = (
        "call",
        "address",
        "bytes",
        "access",
    )
    NUMBER: ClassVar[int] = 56
    NAME: ClassVar[str] = "memory_access_set"
    call: int  # number of this call
    address: int  # where the first of them begins
    bytes: int  # up to where the last of them ends; they follow each other
    access: int  # access_*

    def __init__(
        self,
        call: int,
        address: int,
        bytes: int,
        access: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "address", address)
        _put(self, "bytes", bytes)
        _put(self, "access", access)


class ArrayCreate(Record):
    """A CUDA array, zeroed, charged to the quota by an estimate of what the device takes for it."""

    __slots__ = (
        "call",
        "array",
        "width",
        "height",
        "depth",
        "format",
        "channels",
        "flags",
    )
    NUMBER: ClassVar[int] = 57
    NAME: ClassVar[str] = "array_create"
    call: int  # number of this call
    array: int  # client-made handle; its device ordinal chooses the device
    width: int  # elements, > 0
    height: int  # rows; 0 = one dimension
    depth: int  # slices, or layers where the flags say so; 0 = one or two dimensions
    format: int  # CUarray_format: integers of 8, 16 or 32 bits, half, float
    channels: int  # 1, 2 or 4
    flags: int  # CUDA_ARRAY3D_*: layered, surface load and store, cubemap, texture gather

    def __init__(
        self,
        call: int,
        array: int,
        width: int,
        height: int,
        depth: int,
        format: int,
        channels: int,
        flags: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "array", array)
        _put(self, "width", width)
        _put(self, "height", height)
        _put(self, "depth", depth)
        _put(self, "format", format)
        _put(self, "channels", channels)
        _put(self, "flags", flags)


class ArrayDestroy(Record):
    """Forget an array once every operation up to after_seq has retired. Its memory goes with the last texture or surface object of it."""

    __slots__ = (
        "call",
        "array",
        "after_seq",
    )
    NUMBER: ClassVar[int] = 58
    NAME: ClassVar[str] = "array_destroy"
    call: int  # number of this call
    array: int  # handle
    after_seq: int  # last sequence number that may use it

    def __init__(
        self,
        call: int,
        array: int,
        after_seq: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "array", array)
        _put(self, "after_seq", after_seq)


class ArrayCopy(Record):
    """Copy a box of at most 4 MiB to or from an array. It is done when the answer comes, and comes after nothing: the client waits first for what must be before it."""

    __slots__ = (
        "call",
        "kind",
        "array",
        "x_bytes",
        "y",
        "z",
        "other",
        "other_pitch",
        "other_rows",
        "other_x_bytes",
        "other_y",
        "other_z",
        "row_bytes",
        "rows",
        "layers",
    )
    NUMBER: ClassVar[int] = 59
    NAME: ClassVar[str] = "array_copy"
    call: int  # number of this call
    kind: int  # array_from_host ... array_from_array
    array: int  # handle
    x_bytes: int  # where the box begins in the array: bytes, a multiple of the element
    y: int  # row
    z: int  # slice or layer
    other: int  # byte in the host arena, device address, or handle of the source array
    other_pitch: int  # device memory: bytes from one row to the next; the host's rows lie packed, inside one 4 MiB piece
    other_rows: int  # device memory: rows from one slice to the next
    other_x_bytes: int  # source array: as x_bytes
    other_y: int  # source array: as y
    other_z: int  # source array: as z
    row_bytes: int  # of the box, a multiple of the element
    rows: int  # of each slice
    layers: int  # slices

    def __init__(
        self,
        call: int,
        kind: int,
        array: int,
        x_bytes: int,
        y: int,
        z: int,
        other: int,
        other_pitch: int,
        other_rows: int,
        other_x_bytes: int,
        other_y: int,
        other_z: int,
        row_bytes: int,
        rows: int,
        layers: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "kind", kind)
        _put(self, "array", array)
        _put(self, "x_bytes", x_bytes)
        _put(self, "y", y)
        _put(self, "z", z)
        _put(self, "other", other)
        _put(self, "other_pitch", other_pitch)
        _put(self, "other_rows", other_rows)
        _put(self, "other_x_bytes", other_x_bytes)
        _put(self, "other_y", other_y)
        _put(self, "other_z", other_z)
        _put(self, "row_bytes", row_bytes)
        _put(self, "rows", rows)
        _put(self, "layers", layers)


class TextureCreate(Record):
    """A texture object, or a surface object. Kernels get the answer's number as a parameter; the device does not check whose it is."""

    __slots__ = (
        "call",
        "device",
        "surface",
        "resource",
        "array",
        "address",
        "format",
        "channels",
        "bytes",
        "width",
        "height",
        "pitch",
        "sampling",
    )
    NUMBER: ClassVar[int] = 60
    NAME: ClassVar[str] = "texture_create"
    call: int  # number of this call
    device: int  # device ordinal
    surface: int  # 1: a surface object, of an array made for it
    resource: int  # resource_*
    array: int  # handle, of resource_array
    address: int  # device address; all of it must lie in the session's memory
    format: int  # CUarray_format, of memory
    channels: int  # 1, 2 or 4, of memory
    bytes: int  # of resource_linear
    width: int  # elements, of resource_pitched
    height: int  # rows, of resource_pitched
    pitch: int  # bytes from one row to the next, of resource_pitched
    sampling: builtins.bytes  # raw CUDA_TEXTURE_DESC, 104 bytes; of a surface object none

    def __init__(
        self,
        call: int,
        device: int,
        surface: int,
        resource: int,
        array: int = 0,
        address: int = 0,
        format: int = 0,
        channels: int = 0,
        bytes: int = 0,
        width: int = 0,
        height: int = 0,
        pitch: int = 0,
        sampling: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "device", device)
        _put(self, "surface", surface)
        _put(self, "resource", resource)
        _put(self, "array", array)
        _put(self, "address", address)
        _put(self, "format", format)
        _put(self, "channels", channels)
        _put(self, "bytes", bytes)
        _put(self, "width", width)
        _put(self, "height", height)
        _put(self, "pitch", pitch)
        _put(self, "sampling", sampling)


class TextureDestroy(Record):
    """Destroy a texture or surface object once every operation up to after_seq has retired."""

    __slots__ = (
        "call",
        "surface",
        "object",
        "after_seq",
    )
    NUMBER: ClassVar[int] = 61
    NAME: ClassVar[str] = "texture_destroy"
    call: int  # number of this call
    surface: int  # as it was made
    object: int  # as texture_create answered
    after_seq: int  # last sequence number that may use it

    def __init__(
        self,
        call: int,
        surface: int,
        object: int,
        after_seq: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "surface", surface)
        _put(self, "object", object)
        _put(self, "after_seq", after_seq)


class GraphInstantiate(Record):
    """Make an executable form of a graph as it is now; the graph may change or go after the answer. Operations that launch it are sent after the answer only."""

    __slots__ = (
        "call",
        "graph",
        "exec",
    )
    NUMBER: ClassVar[int] = 40
    NAME: ClassVar[str] = "graph_instantiate"
    call: int  # number of this call
    graph: int  # handle
    exec: int  # client-made handle of kind graph_exec

    def __init__(
        self,
        call: int,
        graph: int,
        exec: int,
    ) -> None:
        _put(self, "call", call)
        _put(self, "graph", graph)
        _put(self, "exec", exec)


class GraphUpdate(Record):
    """Give an executable graph the parameters of a graph of the same shape. Launches sent before keep the old ones, launches sent after the answer have the new ones. A graph_empty given to one node that launches, copies, fills or calls the host switches it off: it does nothing until an update gives it what is of its kind; in an update of the whole graph a graph_empty leaves it off."""

    __slots__ = (
        "call",
        "exec",
        "graph",
        "node",
    )
    NUMBER: ClassVar[int] = 41
    NAME: ClassVar[str] = "graph_update"
    call: int  # number of this call
    exec: int  # handle
    graph: int  # handle; where `node` names one, of that node and, in their order, those after it that change with it
    node: int  # the first node whose parameters change; graph_node_all = every node

    def __init__(
        self,
        call: int,
        exec: int,
        graph: int,
        node: int = 4294967295,
    ) -> None:
        _put(self, "call", call)
        _put(self, "exec", exec)
        _put(self, "graph", graph)
        _put(self, "node", node)


class Welcome(Record):
    """Carries three file descriptors: status page, waiters page, host arena."""

    __slots__ = (
        "session",
        "protocol_minor",
        "library",
        "priority_class",
        "epoch",
        "status_bytes",
        "waiters_bytes",
        "host_base",
        "host_bytes",
        "va_base",
        "va_bytes",
        "memory_bytes_max",
        "queued_operations_max",
        "devices",
    )
    NUMBER: ClassVar[int] = 64
    NAME: ClassVar[str] = "welcome"
    session: int  # session id
    protocol_minor: int  # minor version in use
    library: str  # broker version
    priority_class: int  # class granted, 0 highest
    epoch: int  # broker process generation
    status_bytes: int  # size of the status page
    waiters_bytes: int  # size of the waiters page
    host_base: int  # address at which the broker maps the host arena; map it there too where pointers must agree
    host_bytes: int  # size of the host arena (sparse)
    va_base: int  # first device address of the session's arena
    va_bytes: int  # size of that arena
    memory_bytes_max: int  # the tenant's quota of device memory
    queued_operations_max: int  # operations accepted and not issued before the broker stops reading
    devices: tuple[DeviceProperties, ...]  # by ordinal

    def __init__(
        self,
        session: int,
        protocol_minor: int,
        library: str,
        priority_class: int,
        epoch: int,
        status_bytes: int,
        waiters_bytes: int,
        host_base: int,
        host_bytes: int,
        va_base: int,
        va_bytes: int,
        memory_bytes_max: int,
        queued_operations_max: int,
        devices: tuple[DeviceProperties, ...],
    ) -> None:
        _put(self, "session", session)
        _put(self, "protocol_minor", protocol_minor)
        _put(self, "library", library)
        _put(self, "priority_class", priority_class)
        _put(self, "epoch", epoch)
        _put(self, "status_bytes", status_bytes)
        _put(self, "waiters_bytes", waiters_bytes)
        _put(self, "host_base", host_base)
        _put(self, "host_bytes", host_bytes)
        _put(self, "va_base", va_base)
        _put(self, "va_bytes", va_bytes)
        _put(self, "memory_bytes_max", memory_bytes_max)
        _put(self, "queued_operations_max", queued_operations_max)
        _put(self, "devices", devices)


class Refused(Record):
    """The handshake failed; the connection closes."""

    __slots__ = (
        "reason",
        "message",
    )
    NUMBER: ClassVar[int] = 65
    NAME: ClassVar[str] = "refused"
    reason: str  # protocol_version, tenant_unknown, tenant_mismatch, token, sessions_max, memory, draining
    message: str  # what to do about it

    def __init__(
        self,
        reason: str,
        message: str,
    ) -> None:
        _put(self, "reason", reason)
        _put(self, "message", message)


class ProtocolError(Record):
    """The tenant sent something wrong; the connection closes after this."""

    __slots__ = (
        "message",
        "seq",
    )
    NUMBER: ClassVar[int] = 66
    NAME: ClassVar[str] = "protocol_error"
    message: str  # names what was wrong and where
    seq: int  # operation at fault, 0 = the frame itself

    def __init__(
        self,
        message: str,
        seq: int = 0,
    ) -> None:
        _put(self, "message", message)
        _put(self, "seq", seq)


class Fault(Record):
    """The device context is gone; every session is. The broker restarts at once."""

    __slots__ = (
        "result",
        "message",
    )
    NUMBER: ClassVar[int] = 67
    NAME: ClassVar[str] = "fault"
    result: int  # CUresult
    message: str  # what was in flight

    def __init__(
        self,
        result: int,
        message: str,
    ) -> None:
        _put(self, "result", result)
        _put(self, "message", message)


class Device(Record):
    """Answers device_get."""

    __slots__ = (
        "call",
        "result",
        "message",
        "properties",
    )
    NUMBER: ClassVar[int] = 74
    NAME: ClassVar[str] = "device"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    properties: tuple[DeviceProperties, ...]  # one, or none on error

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        properties: tuple[DeviceProperties, ...] = (),
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "properties", properties)


class Allocated(Record):
    """Answers allocate, address_reserve."""

    __slots__ = (
        "call",
        "result",
        "message",
        "address",
    )
    NUMBER: ClassVar[int] = 75
    NAME: ClassVar[str] = "allocated"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    address: int  # device address

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        address: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "address", address)


class Done(Record):
    """Answers what has nothing to tell but its result."""

    __slots__ = (
        "call",
        "result",
        "message",
    )
    NUMBER: ClassVar[int] = 76
    NAME: ClassVar[str] = "done"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)


class Module(Record):
    """Answers module_load."""

    __slots__ = (
        "call",
        "result",
        "message",
        "bytes_needed",
        "log",
    )
    NUMBER: ClassVar[int] = 77
    NAME: ClassVar[str] = "module"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not; a compiler's log
    bytes_needed: bool  # true: nothing was loaded, send the bytes
    log: str  # what the compiler said of code it accepted

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        bytes_needed: bool = False,
        log: str = "",
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "bytes_needed", bytes_needed)
        _put(self, "log", log)


class Function(Record):
    """Answers function_get."""

    __slots__ = (
        "call",
        "result",
        "message",
        "param_offsets",
        "param_sizes",
        "param_bytes",
        "threads_max",
        "static_shared_bytes",
        "registers",
        "local_bytes",
        "attributes",
    )
    NUMBER: ClassVar[int] = 78
    NAME: ClassVar[str] = "function"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    param_offsets: tuple[int, ...]  # bytes, per parameter
    param_sizes: tuple[int, ...]  # bytes, per parameter
    param_bytes: int  # exact size of the packed parameters
    threads_max: int  # threads per block
    static_shared_bytes: int  # static shared memory
    registers: int  # registers per thread
    local_bytes: int  # local memory per thread
    attributes: builtins.bytes  # i32, little-endian, by CUfunction_attribute; attribute_absent where there is none

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        param_offsets: tuple[int, ...] = (),
        param_sizes: tuple[int, ...] = (),
        param_bytes: int = 0,
        threads_max: int = 0,
        static_shared_bytes: int = 0,
        registers: int = 0,
        local_bytes: int = 0,
        attributes: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "param_offsets", param_offsets)
        _put(self, "param_sizes", param_sizes)
        _put(self, "param_bytes", param_bytes)
        _put(self, "threads_max", threads_max)
        _put(self, "static_shared_bytes", static_shared_bytes)
        _put(self, "registers", registers)
        _put(self, "local_bytes", local_bytes)
        _put(self, "attributes", attributes)


class Memory(Record):
    """Answers memory_info."""

    __slots__ = (
        "call",
        "result",
        "message",
        "free_bytes",
        "total_bytes",
        "used_ns",
        "time_ns",
    )
    NUMBER: ClassVar[int] = 79
    NAME: ClassVar[str] = "memory"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    free_bytes: int  # what is left of the quota, at most what the device has
    total_bytes: int  # the quota
    used_ns: int  # GPU time the tenant has used since the broker started; device time
    time_ns: int  # the broker's clock at that moment; device time

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        free_bytes: int = 0,
        total_bytes: int = 0,
        used_ns: int = 0,
        time_ns: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "free_bytes", free_bytes)
        _put(self, "total_bytes", total_bytes)
        _put(self, "used_ns", used_ns)
        _put(self, "time_ns", time_ns)


class Elapsed(Record):
    """Answers elapsed_time."""

    __slots__ = (
        "call",
        "result",
        "message",
        "elapsed_ns",
    )
    NUMBER: ClassVar[int] = 80
    NAME: ClassVar[str] = "elapsed"
    call: int  # call answered
    result: int  # CUresult; 600 NOT_READY while a record has not retired
    message: str  # why not
    elapsed_ns: int  # device time; negative when end came first

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        elapsed_ns: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "elapsed_ns", elapsed_ns)


class ErrorTaken(Record):
    """Answers error_take."""

    __slots__ = (
        "call",
        "result",
        "message",
        "seq",
    )
    NUMBER: ClassVar[int] = 81
    NAME: ClassVar[str] = "error_taken"
    call: int  # call answered
    result: int  # the error, 0 = none
    message: str  # what failed
    seq: int  # operation that failed

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        seq: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "seq", seq)


class Attributes(Record):
    """Answers attributes_get."""

    __slots__ = (
        "call",
        "result",
        "message",
        "values",
        "granularity_bytes",
    )
    NUMBER: ClassVar[int] = 104
    NAME: ClassVar[str] = "attributes"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    values: builtins.bytes  # i32, little-endian, by CUdevice_attribute from 0; attribute_absent where there is none
    granularity_bytes: int  # of memory_create and memory_map

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        values: builtins.bytes = b"",
        granularity_bytes: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "values", values)
        _put(self, "granularity_bytes", granularity_bytes)


class Variable(Record):
    """Answers variable_get."""

    __slots__ = (
        "call",
        "result",
        "message",
        "address",
        "bytes",
    )
    NUMBER: ClassVar[int] = 105
    NAME: ClassVar[str] = "variable"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    address: int  # device address
    bytes: int  # its size

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        address: int = 0,
        bytes: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "address", address)
        _put(self, "bytes", bytes)


class Functions(Record):
    """Answers functions_list."""

    __slots__ = (
        "call",
        "result",
        "message",
        "count",
        "names",
    )
    NUMBER: ClassVar[int] = 106
    NAME: ClassVar[str] = "functions"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    count: int  # kernels of the module in all
    names: builtins.bytes  # UTF-8, each ended by a zero byte; as many as fit

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        count: int = 0,
        names: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "count", count)
        _put(self, "names", names)


class Linked(Record):
    """Answers link."""

    __slots__ = (
        "call",
        "result",
        "message",
        "bytes",
    )
    NUMBER: ClassVar[int] = 107
    NAME: ClassVar[str] = "linked"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not; the linker's words
    bytes: int  # of the cubin; more than bytes_max: nothing was written, ask again with room

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        bytes: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "bytes", bytes)


class Occupancy(Record):
    """Answers occupancy_get."""

    __slots__ = (
        "call",
        "result",
        "message",
        "value",
    )
    NUMBER: ClassVar[int] = 108
    NAME: ClassVar[str] = "occupancy"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    value: int  # blocks, bytes or clusters, as the query asks

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        value: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "value", value)


class TensorMap(Record):
    """Answers tensor_map_encode."""

    __slots__ = (
        "call",
        "result",
        "message",
        "map",
    )
    NUMBER: ClassVar[int] = 109
    NAME: ClassVar[str] = "tensor_map"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    map: builtins.bytes  # CUtensorMap, 128 bytes

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        map: builtins.bytes = b"",
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "map", map)


class Limit(Record):
    """Answers limit_get, limit_set."""

    __slots__ = (
        "call",
        "result",
        "message",
        "value",
    )
    NUMBER: ClassVar[int] = 110
    NAME: ClassVar[str] = "limit"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    value: int  # what holds for the session

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        value: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "value", value)


class Texture(Record):
    """Answers texture_create."""

    __slots__ = (
        "call",
        "result",
        "message",
        "object",
    )
    NUMBER: ClassVar[int] = 111
    NAME: ClassVar[str] = "texture"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    object: int  # the device's own number of it, for kernels

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        object: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "object", object)


class GraphInstantiated(Record):
    """Answers graph_instantiate."""

    __slots__ = (
        "call",
        "result",
        "message",
        "node",
        "segments",
        "bytes",
    )
    NUMBER: ClassVar[int] = 96
    NAME: ClassVar[str] = "graph_instantiated"
    call: int  # call answered
    result: int  # CUresult
    message: str  # why not
    node: int  # the node at fault; graph_node_all = none
    segments: int  # pieces in which the graph is launched
    bytes: int  # memory of the broker that it takes

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        node: int = 4294967295,
        segments: int = 0,
        bytes: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "node", node)
        _put(self, "segments", segments)
        _put(self, "bytes", bytes)


class GraphUpdated(Record):
    """Answers graph_update."""

    __slots__ = (
        "call",
        "result",
        "message",
        "node",
        "update_result",
        "segments",
    )
    NUMBER: ClassVar[int] = 97
    NAME: ClassVar[str] = "graph_updated"
    call: int  # call answered
    result: int  # CUresult; 910 where update_result says why
    message: str  # why not
    node: int  # the node at fault; graph_node_all = none
    update_result: int  # CUgraphExecUpdateResult: 0 success, 1 error, 2 topology, 3 node type
    segments: int  # pieces that were made anew

    def __init__(
        self,
        call: int,
        result: int,
        message: str = "",
        node: int = 4294967295,
        update_result: int = 1,
        segments: int = 0,
    ) -> None:
        _put(self, "call", call)
        _put(self, "result", result)
        _put(self, "message", message)
        _put(self, "node", node)
        _put(self, "update_result", update_result)
        _put(self, "segments", segments)


Operation: TypeAlias = (
    Launch
    | CopyH2d
    | CopyD2h
    | CopyD2d
    | Memset
    | EventRecord
    | StreamWait
    | StreamCreate
    | StreamDestroy
    | EventCreate
    | EventDestroy
    | WriteValue
    | WaitValue
    | HostFunction
    | Complete
    | Copy3d
    | Memset2d
    | GraphCreate
    | GraphDepend
    | GraphEmpty
    | GraphChild
    | GraphDestroy
    | GraphLaunch
    | GraphExecDestroy
)

Message: TypeAlias = (
    Hello
    | Submit
    | DeviceGet
    | Allocate
    | Free
    | ModuleLoad
    | ModuleUnload
    | FunctionGet
    | MemoryInfo
    | ElapsedTime
    | ErrorTake
    | FunctionAttributeSet
    | HostRegister
    | Goodbye
    | HintSet
    | AttributesGet
    | VariableGet
    | FunctionsList
    | Link
    | OccupancyGet
    | TensorMapEncode
    | LimitSet
    | LimitGet
    | AddressReserve
    | AddressFree
    | MemoryCreate
    | MemoryRelease
    | MemoryMap
    | MemoryUnmap
    | MemoryAccessSet
    | ArrayCreate
    | ArrayDestroy
    | ArrayCopy
    | TextureCreate
    | TextureDestroy
    | GraphInstantiate
    | GraphUpdate
    | Welcome
    | Refused
    | ProtocolError
    | Fault
    | Device
    | Allocated
    | Done
    | Module
    | Function
    | Memory
    | Elapsed
    | ErrorTaken
    | Attributes
    | Variable
    | Functions
    | Linked
    | Occupancy
    | TensorMap
    | Limit
    | Texture
    | GraphInstantiated
    | GraphUpdated
)

OPERATIONS: dict[int, type[Operation]] = {
    1: Launch,
    2: CopyH2d,
    3: CopyD2h,
    4: CopyD2d,
    5: Memset,
    6: EventRecord,
    7: StreamWait,
    8: StreamCreate,
    9: StreamDestroy,
    10: EventCreate,
    11: EventDestroy,
    12: WriteValue,
    13: WaitValue,
    14: HostFunction,
    15: Complete,
    24: Copy3d,
    25: Memset2d,
    32: GraphCreate,
    33: GraphDepend,
    34: GraphEmpty,
    35: GraphChild,
    36: GraphDestroy,
    37: GraphLaunch,
    38: GraphExecDestroy,
}

MESSAGES: dict[int, type[Message]] = {
    1: Hello,
    2: Submit,
    10: DeviceGet,
    11: Allocate,
    12: Free,
    13: ModuleLoad,
    14: ModuleUnload,
    15: FunctionGet,
    16: MemoryInfo,
    17: ElapsedTime,
    18: ErrorTake,
    19: FunctionAttributeSet,
    20: HostRegister,
    21: Goodbye,
    22: HintSet,
    32: AttributesGet,
    33: VariableGet,
    34: FunctionsList,
    35: Link,
    36: OccupancyGet,
    37: TensorMapEncode,
    38: LimitSet,
    39: LimitGet,
    50: AddressReserve,
    51: AddressFree,
    52: MemoryCreate,
    53: MemoryRelease,
    54: MemoryMap,
    55: MemoryUnmap,
    56: MemoryAccessSet,
    57: ArrayCreate,
    58: ArrayDestroy,
    59: ArrayCopy,
    60: TextureCreate,
    61: TextureDestroy,
    40: GraphInstantiate,
    41: GraphUpdate,
    64: Welcome,
    65: Refused,
    66: ProtocolError,
    67: Fault,
    74: Device,
    75: Allocated,
    76: Done,
    77: Module,
    78: Function,
    79: Memory,
    80: Elapsed,
    81: ErrorTaken,
    104: Attributes,
    105: Variable,
    106: Functions,
    107: Linked,
    108: Occupancy,
    109: TensorMap,
    110: Limit,
    111: Texture,
    96: GraphInstantiated,
    97: GraphUpdated,
}

FROM_CLIENT: frozenset[type[Message]] = frozenset(
    {
        Hello,
        Submit,
        DeviceGet,
        Allocate,
        Free,
        ModuleLoad,
        ModuleUnload,
        FunctionGet,
        MemoryInfo,
        ElapsedTime,
        ErrorTake,
        FunctionAttributeSet,
        HostRegister,
        Goodbye,
        HintSet,
        AttributesGet,
        VariableGet,
        FunctionsList,
        Link,
        OccupancyGet,
        TensorMapEncode,
        LimitSet,
        LimitGet,
        AddressReserve,
        AddressFree,
        MemoryCreate,
        MemoryRelease,
        MemoryMap,
        MemoryUnmap,
        MemoryAccessSet,
        ArrayCreate,
        ArrayDestroy,
        ArrayCopy,
        TextureCreate,
        TextureDestroy,
        GraphInstantiate,
        GraphUpdate,
    }
)

FROM_BROKER: frozenset[type[Message]] = frozenset(
    {
        Welcome,
        Refused,
        ProtocolError,
        Fault,
        Device,
        Allocated,
        Done,
        Module,
        Function,
        Memory,
        Elapsed,
        ErrorTaken,
        Attributes,
        Variable,
        Functions,
        Linked,
        Occupancy,
        TensorMap,
        Limit,
        Texture,
        GraphInstantiated,
        GraphUpdated,
    }
)

REPLIES: dict[type[Message], type[Message]] = {
    Hello: Welcome,
    DeviceGet: Device,
    Allocate: Allocated,
    Free: Done,
    ModuleLoad: Module,
    ModuleUnload: Done,
    FunctionGet: Function,
    MemoryInfo: Memory,
    ElapsedTime: Elapsed,
    ErrorTake: ErrorTaken,
    FunctionAttributeSet: Done,
    HostRegister: Done,
    HintSet: Done,
    AttributesGet: Attributes,
    VariableGet: Variable,
    FunctionsList: Functions,
    Link: Linked,
    OccupancyGet: Occupancy,
    TensorMapEncode: TensorMap,
    LimitSet: Limit,
    LimitGet: Limit,
    AddressReserve: Allocated,
    AddressFree: Done,
    MemoryCreate: Done,
    MemoryRelease: Done,
    MemoryMap: Done,
    MemoryUnmap: Done,
    MemoryAccessSet: Done,
    ArrayCreate: Done,
    ArrayDestroy: Done,
    ArrayCopy: Done,
    TextureCreate: Texture,
    TextureDestroy: Done,
    GraphInstantiate: GraphInstantiated,
    GraphUpdate: GraphUpdated,
}

LAYOUT: dict[type[Any], tuple[Field, ...]] = {
    LinkInput: (
        Field("type", "u32", 6, "", False, None),
        Field("name", "str", 4096, "", False, None),
        Field("host_offset", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    DeviceProperties: (
        Field("ordinal", "u8", 255, "", False, None),
        Field("name", "str", 256, "", False, None),
        Field("backend", "str", 32, "", False, None),
        Field("uuid", "bin", 16, "", False, None),
        Field("compute_major", "u32", 4294967295, "", False, None),
        Field("compute_minor", "u32", 4294967295, "", False, None),
        Field("sm_count", "u32", 4294967295, "", False, None),
        Field("memory_bytes", "u64", 18446744073709551615, "", False, None),
        Field("driver_version", "u32", 4294967295, "", False, None),
        Field("time_dilation", "u32", 4294967295, "", True, 1),
        Field("threads_per_sm", "u32", 4294967295, "", True, 2048),
        Field("blocks_per_sm", "u32", 4294967295, "", True, 32),
        Field("shared_bytes_per_sm", "u32", 4294967295, "", True, 233472),
        Field("shared_bytes_per_block_optin", "u32", 4294967295, "", True, 232448),
    ),
    Launch: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("function", "u64", 18446744073709551615, "", False, None),
        Field("grid_x", "u32", 4294967295, "", False, None),
        Field("grid_y", "u32", 4294967295, "", False, None),
        Field("grid_z", "u32", 4294967295, "", False, None),
        Field("block_x", "u32", 4294967295, "", False, None),
        Field("block_y", "u32", 4294967295, "", False, None),
        Field("block_z", "u32", 4294967295, "", False, None),
        Field("shared_bytes", "u32", 4294967295, "", False, None),
        Field("params", "bin", 32764, "", False, None),
        Field("attributes", "bin", 1152, "", True, b""),
    ),
    CopyH2d: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("destination", "u64", 18446744073709551615, "", False, None),
        Field("host_offset", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    CopyD2h: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("host_offset", "u64", 18446744073709551615, "", False, None),
        Field("source", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    CopyD2d: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("destination", "u64", 18446744073709551615, "", False, None),
        Field("source", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    Memset: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("destination", "u64", 18446744073709551615, "", False, None),
        Field("value", "u32", 4294967295, "", False, None),
        Field("width", "u8", 4, "", False, None),
        Field("count", "u64", 18446744073709551615, "", False, None),
    ),
    EventRecord: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("event", "u64", 18446744073709551615, "", False, None),
    ),
    StreamWait: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("event", "u64", 18446744073709551615, "", False, None),
        Field("record_seq", "u64", 18446744073709551615, "", False, None),
    ),
    StreamCreate: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("flags", "u32", 4294967295, "", False, None),
        Field("priority", "i32", 2147483647, "", False, None),
    ),
    StreamDestroy: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
    ),
    EventCreate: (
        Field("event", "u64", 18446744073709551615, "", False, None),
        Field("flags", "u32", 4294967295, "", False, None),
    ),
    EventDestroy: (
        Field("event", "u64", 18446744073709551615, "", False, None),
    ),
    WriteValue: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("value", "u64", 18446744073709551615, "", False, None),
        Field("width", "u8", 8, "", False, None),
    ),
    WaitValue: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("value", "u64", 18446744073709551615, "", False, None),
        Field("width", "u8", 8, "", False, None),
        Field("condition", "u8", 3, "", False, None),
    ),
    HostFunction: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("token", "u64", 18446744073709551615, "", False, None),
    ),
    Complete: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
    ),
    Copy3d: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("kind", "u8", 2, "", False, None),
        Field("destination", "u64", 18446744073709551615, "", False, None),
        Field("destination_pitch", "u64", 18446744073709551615, "", False, None),
        Field("destination_slice", "u64", 18446744073709551615, "", False, None),
        Field("source", "u64", 18446744073709551615, "", False, None),
        Field("source_pitch", "u64", 18446744073709551615, "", False, None),
        Field("source_slice", "u64", 18446744073709551615, "", False, None),
        Field("row_bytes", "u64", 18446744073709551615, "", False, None),
        Field("rows", "u32", 4294967295, "", False, None),
        Field("layers", "u32", 4294967295, "", False, None),
    ),
    Memset2d: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("destination", "u64", 18446744073709551615, "", False, None),
        Field("pitch", "u64", 18446744073709551615, "", False, None),
        Field("value", "u32", 4294967295, "", False, None),
        Field("width", "u8", 4, "", False, None),
        Field("columns", "u64", 18446744073709551615, "", False, None),
        Field("rows", "u32", 4294967295, "", False, None),
    ),
    GraphCreate: (
        Field("graph", "u64", 18446744073709551615, "", False, None),
    ),
    GraphDepend: (
        Field("graph", "u64", 18446744073709551615, "", False, None),
        Field("nodes", "bin", 32768, "", False, None),
    ),
    GraphEmpty: (
        Field("graph", "u64", 18446744073709551615, "", False, None),
    ),
    GraphChild: (
        Field("graph", "u64", 18446744073709551615, "", False, None),
        Field("child", "u64", 18446744073709551615, "", False, None),
    ),
    GraphDestroy: (
        Field("graph", "u64", 18446744073709551615, "", False, None),
    ),
    GraphLaunch: (
        Field("stream", "u64", 18446744073709551615, "", False, None),
        Field("exec", "u64", 18446744073709551615, "", False, None),
    ),
    GraphExecDestroy: (
        Field("exec", "u64", 18446744073709551615, "", False, None),
    ),
    Hello: (
        Field("protocol_major", "u16", 65535, "", False, None),
        Field("protocol_minor", "u16", 65535, "", False, None),
        Field("library", "str", 64, "", False, None),
        Field("tenant", "str", 128, "", False, None),
        Field("token", "bin", 256, "", True, b""),
        Field("priority_class", "u8", 255, "", True, 255),
        Field("pid", "u32", 4294967295, "", True, 0),
        Field("memory_bytes", "u64", 18446744073709551615, "", True, 0),
    ),
    Submit: (
        Field("first_seq", "u64", 18446744073709551615, "", False, None),
        Field("operations", "list", 500, "operation", False, None),
    ),
    DeviceGet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
    ),
    Allocate: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    Free: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("after_seq", "u64", 18446744073709551615, "", False, None),
    ),
    ModuleLoad: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("module", "u64", 18446744073709551615, "", False, None),
        Field("format", "u8", 3, "", False, None),
        Field("hash", "bin", 32, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
        Field("host_offset", "u64", 18446744073709551615, "", False, None),
        Field("options", "bin", 256, "", True, b""),
    ),
    ModuleUnload: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("module", "u64", 18446744073709551615, "", False, None),
        Field("after_seq", "u64", 18446744073709551615, "", False, None),
    ),
    FunctionGet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("module", "u64", 18446744073709551615, "", False, None),
        Field("function", "u64", 18446744073709551615, "", False, None),
        Field("name", "str", 4096, "", False, None),
    ),
    MemoryInfo: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
    ),
    ElapsedTime: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("start", "u64", 18446744073709551615, "", False, None),
        Field("end", "u64", 18446744073709551615, "", False, None),
    ),
    ErrorTake: (
        Field("call", "u32", 4294967295, "", False, None),
    ),
    FunctionAttributeSet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("function", "u64", 18446744073709551615, "", False, None),
        Field("attribute", "u32", 4294967295, "", False, None),
        Field("value", "i32", 2147483647, "", False, None),
    ),
    HostRegister: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("host_offset", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    Goodbye: (
    ),
    HintSet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("priority_class", "u8", 255, "", True, 255),
        Field("weight_milli", "u32", 4294967295, "", True, 0),
        Field("deadline_ns", "u64", 18446744073709551615, "", True, 18446744073709551615),
    ),
    AttributesGet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
    ),
    VariableGet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("module", "u64", 18446744073709551615, "", False, None),
        Field("name", "str", 4096, "", False, None),
    ),
    FunctionsList: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("module", "u64", 18446744073709551615, "", False, None),
        Field("first", "u32", 4294967295, "", True, 0),
    ),
    Link: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
        Field("inputs", "list", 64, "link_input", False, None),
        Field("host_offset", "u64", 18446744073709551615, "", False, None),
        Field("bytes_max", "u64", 18446744073709551615, "", False, None),
        Field("options", "bin", 256, "", True, b""),
    ),
    OccupancyGet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("function", "u64", 18446744073709551615, "", False, None),
        Field("query", "u8", 3, "", False, None),
        Field("grid_x", "u32", 4294967295, "", False, None),
        Field("grid_y", "u32", 4294967295, "", False, None),
        Field("grid_z", "u32", 4294967295, "", False, None),
        Field("block_x", "u32", 4294967295, "", False, None),
        Field("block_y", "u32", 4294967295, "", False, None),
        Field("block_z", "u32", 4294967295, "", False, None),
        Field("shared_bytes", "u64", 18446744073709551615, "", False, None),
        Field("flags", "u32", 4294967295, "", True, 0),
        Field("attributes", "bin", 1152, "", True, b""),
    ),
    TensorMapEncode: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
        Field("im2col", "u8", 1, "", False, None),
        Field("data_type", "u32", 4294967295, "", False, None),
        Field("rank", "u32", 5, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("dimensions", "bin", 40, "", False, None),
        Field("strides", "bin", 32, "", False, None),
        Field("box", "bin", 20, "", False, None),
        Field("element_strides", "bin", 20, "", False, None),
        Field("corners", "bin", 24, "", False, None),
        Field("channels", "u32", 4294967295, "", False, None),
        Field("pixels", "u32", 4294967295, "", False, None),
        Field("interleave", "u32", 4294967295, "", False, None),
        Field("swizzle", "u32", 4294967295, "", False, None),
        Field("promotion", "u32", 4294967295, "", False, None),
        Field("fill", "u32", 4294967295, "", False, None),
    ),
    LimitSet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("limit", "u32", 4294967295, "", False, None),
        Field("value", "u64", 18446744073709551615, "", False, None),
    ),
    LimitGet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("limit", "u32", 4294967295, "", False, None),
    ),
    AddressReserve: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
        Field("alignment", "u64", 18446744073709551615, "", True, 0),
    ),
    AddressFree: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    MemoryCreate: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("memory", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
    ),
    MemoryRelease: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("memory", "u64", 18446744073709551615, "", False, None),
    ),
    MemoryMap: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
        Field("memory", "u64", 18446744073709551615, "", False, None),
    ),
    MemoryUnmap: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
        Field("after_seq", "u64", 18446744073709551615, "", False, None),
    ),
    MemoryAccessSet: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("address", "u64", 18446744073709551615, "", False, None),
        Field("bytes", "u64", 18446744073709551615, "", False, None),
        Field("access", "u8", 3, "", False, None),
    ),
    ArrayCreate: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("array", "u64", 18446744073709551615, "", False, None),
        Field("width", "u64", 18446744073709551615, "", False, None),
        Field("height", "u64", 18446744073709551615, "", False, None),
        Field("depth", "u64", 18446744073709551615, "", False, None),
        Field("format", "u32", 4294967295, "", False, None),
        Field("channels", "u32", 4, "", False, None),
        Field("flags", "u32", 4294967295, "", True, 0),
    ),
    ArrayDestroy: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("array", "u64", 18446744073709551615, "", False, None),
        Field("after_seq", "u64", 18446744073709551615, "", False, None),
    ),
    ArrayCopy: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("kind", "u8", 4, "", False, None),
        Field("array", "u64", 18446744073709551615, "", False, None),
        Field("x_bytes", "u64", 18446744073709551615, "", False, None),
        Field("y", "u64", 18446744073709551615, "", False, None),
        Field("z", "u64", 18446744073709551615, "", False, None),
        Field("other", "u64", 18446744073709551615, "", False, None),
        Field("other_pitch", "u64", 18446744073709551615, "", False, None),
        Field("other_rows", "u64", 18446744073709551615, "", False, None),
        Field("other_x_bytes", "u64", 18446744073709551615, "", False, None),
        Field("other_y", "u64", 18446744073709551615, "", False, None),
        Field("other_z", "u64", 18446744073709551615, "", False, None),
        Field("row_bytes", "u64", 18446744073709551615, "", False, None),
        Field("rows", "u32", 4294967295, "", False, None),
        Field("layers", "u32", 4294967295, "", False, None),
    ),
    TextureCreate: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("device", "u8", 255, "", False, None),
        Field("surface", "u8", 1, "", False, None),
        Field("resource", "u8", 3, "", False, None),
        Field("array", "u64", 18446744073709551615, "", True, 0),
        Field("address", "u64", 18446744073709551615, "", True, 0),
        Field("format", "u32", 4294967295, "", True, 0),
        Field("channels", "u32", 4, "", True, 0),
        Field("bytes", "u64", 18446744073709551615, "", True, 0),
        Field("width", "u64", 18446744073709551615, "", True, 0),
        Field("height", "u64", 18446744073709551615, "", True, 0),
        Field("pitch", "u64", 18446744073709551615, "", True, 0),
        Field("sampling", "bin", 104, "", True, b""),
    ),
    TextureDestroy: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("surface", "u8", 1, "", False, None),
        Field("object", "u64", 18446744073709551615, "", False, None),
        Field("after_seq", "u64", 18446744073709551615, "", False, None),
    ),
    GraphInstantiate: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("graph", "u64", 18446744073709551615, "", False, None),
        Field("exec", "u64", 18446744073709551615, "", False, None),
    ),
    GraphUpdate: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("exec", "u64", 18446744073709551615, "", False, None),
        Field("graph", "u64", 18446744073709551615, "", False, None),
        Field("node", "u32", 4294967295, "", True, 4294967295),
    ),
    Welcome: (
        Field("session", "u64", 18446744073709551615, "", False, None),
        Field("protocol_minor", "u16", 65535, "", False, None),
        Field("library", "str", 64, "", False, None),
        Field("priority_class", "u8", 255, "", False, None),
        Field("epoch", "u32", 4294967295, "", False, None),
        Field("status_bytes", "u64", 18446744073709551615, "", False, None),
        Field("waiters_bytes", "u64", 18446744073709551615, "", False, None),
        Field("host_base", "u64", 18446744073709551615, "", False, None),
        Field("host_bytes", "u64", 18446744073709551615, "", False, None),
        Field("va_base", "u64", 18446744073709551615, "", False, None),
        Field("va_bytes", "u64", 18446744073709551615, "", False, None),
        Field("memory_bytes_max", "u64", 18446744073709551615, "", False, None),
        Field("queued_operations_max", "u32", 4294967295, "", False, None),
        Field("devices", "list", 16, "device_properties", False, None),
    ),
    Refused: (
        Field("reason", "str", 64, "", False, None),
        Field("message", "str", 8192, "", False, None),
    ),
    ProtocolError: (
        Field("message", "str", 8192, "", False, None),
        Field("seq", "u64", 18446744073709551615, "", True, 0),
    ),
    Fault: (
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", False, None),
    ),
    Device: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("properties", "list", 1, "device_properties", True, ()),
    ),
    Allocated: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("address", "u64", 18446744073709551615, "", True, 0),
    ),
    Done: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
    ),
    Module: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("bytes_needed", "bool", 1, "", True, False),
        Field("log", "str", 8192, "", True, ""),
    ),
    Function: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("param_offsets", "list", 4096, "u32", True, ()),
        Field("param_sizes", "list", 4096, "u32", True, ()),
        Field("param_bytes", "u32", 4294967295, "", True, 0),
        Field("threads_max", "u32", 4294967295, "", True, 0),
        Field("static_shared_bytes", "u32", 4294967295, "", True, 0),
        Field("registers", "u32", 4294967295, "", True, 0),
        Field("local_bytes", "u32", 4294967295, "", True, 0),
        Field("attributes", "bin", 256, "", True, b""),
    ),
    Memory: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("free_bytes", "u64", 18446744073709551615, "", True, 0),
        Field("total_bytes", "u64", 18446744073709551615, "", True, 0),
        Field("used_ns", "u64", 18446744073709551615, "", True, 0),
        Field("time_ns", "u64", 18446744073709551615, "", True, 0),
    ),
    Elapsed: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("elapsed_ns", "i64", 9223372036854775807, "", True, 0),
    ),
    ErrorTaken: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("seq", "u64", 18446744073709551615, "", True, 0),
    ),
    Attributes: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("values", "bin", 2048, "", True, b""),
        Field("granularity_bytes", "u64", 18446744073709551615, "", True, 0),
    ),
    Variable: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("address", "u64", 18446744073709551615, "", True, 0),
        Field("bytes", "u64", 18446744073709551615, "", True, 0),
    ),
    Functions: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("count", "u32", 4294967295, "", True, 0),
        Field("names", "bin", 65536, "", True, b""),
    ),
    Linked: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("bytes", "u64", 18446744073709551615, "", True, 0),
    ),
    Occupancy: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("value", "u64", 18446744073709551615, "", True, 0),
    ),
    TensorMap: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("map", "bin", 128, "", True, b""),
    ),
    Limit: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("value", "u64", 18446744073709551615, "", True, 0),
    ),
    Texture: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("object", "u64", 18446744073709551615, "", True, 0),
    ),
    GraphInstantiated: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("node", "u32", 4294967295, "", True, 4294967295),
        Field("segments", "u32", 4294967295, "", True, 0),
        Field("bytes", "u64", 18446744073709551615, "", True, 0),
    ),
    GraphUpdated: (
        Field("call", "u32", 4294967295, "", False, None),
        Field("result", "i32", 2147483647, "", False, None),
        Field("message", "str", 8192, "", True, ""),
        Field("node", "u32", 4294967295, "", True, 4294967295),
        Field("update_result", "u32", 4294967295, "", True, 1),
        Field("segments", "u32", 4294967295, "", True, 0),
    ),
}
