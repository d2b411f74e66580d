# cython: language_level=3, boundscheck=False, wraparound=False
"""The native half of the client: submission stream, waits and pages, for Python.

Decides how arguments become packed parameters and where the GIL is released (wherever a
thread may wait or copy). Must never know the handshake, calls or replies: those are
Python (`core.py`). Called by `session.py` and `objects.py`; the C behind it
(`xs/session.h`) is shared with the driver shim.
"""

cimport cython
from cpython.buffer cimport (
    PyBUF_CONTIG,
    PyBUF_CONTIG_RO,
    PyBUF_SIMPLE,
    PyBuffer_Release,
    PyObject_GetBuffer,
)
from cpython.bytes cimport (
    PyBytes_AS_STRING,
    PyBytes_FromStringAndSize,
    PyBytes_GET_SIZE,
)
from cpython.exc cimport PyErr_CheckSignals
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from libc.errno cimport errno
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset, strerror

from broker.wire.gen.xs_wire cimport (
    XS_KIND_STREAM,
    XS_OP_COMPLETE,
    XS_OP_COPY_D2D,
    XS_OP_COPY_D2H,
    XS_OP_COPY_H2D,
    XS_OP_EVENT_CREATE,
    XS_OP_EVENT_DESTROY,
    XS_OP_EVENT_RECORD,
    XS_OP_GRAPH_CHILD,
    XS_OP_GRAPH_CREATE,
    XS_OP_GRAPH_DEPEND,
    XS_OP_GRAPH_DESTROY,
    XS_OP_GRAPH_EMPTY,
    XS_OP_GRAPH_EXEC_DESTROY,
    XS_OP_GRAPH_LAUNCH,
    XS_OP_HOST_FUNCTION,
    XS_OP_LAUNCH,
    XS_OP_MEMSET,
    XS_OP_STREAM_CREATE,
    XS_OP_STREAM_DESTROY,
    XS_OP_STREAM_WAIT,
    XS_OP_WAIT_VALUE,
    XS_OP_WRITE_VALUE,
    XS_PARAMS_BYTES_MAX,
    xs_operation,
)

include "_c.pxi"

DONE = XS_DONE
LOST = XS_LOST
TIMED_OUT = XS_TIMED_OUT
FOREVER = XS_FOREVER
DEFAULT_STREAM = XS_HANDLE(XS_KIND_STREAM, 0, 0, XS_STREAM_INDEX_LEGACY)
# The most frames a session holds unsent: the bound of its memory and its backpressure.
FRAMES = XS_FRAMES
cdef uint64_t DEFAULT_STREAM_HANDLE = DEFAULT_STREAM

# A wait looks for signals (Ctrl-C) this often.
cdef uint64_t SIGNALS_NS = 100_000_000


cdef inline uint64_t now_ns() noexcept nogil:
    cdef timespec now
    clock_gettime(CLOCK_MONOTONIC, &now)
    return <uint64_t>now.tv_sec * 1_000_000_000 + <uint64_t>now.tv_nsec


# Parts of this module, a subject each; each knows those before it.
include "_pages.pxi"
include "_operations.pxi"
include "_session.pxi"
include "_launch.pxi"
include "_program.pxi"
