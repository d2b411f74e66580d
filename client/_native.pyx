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
# The last part of a gap is spun: a sleep ends this much late, give or take.
cdef uint64_t GAP_SPIN_NS = 60_000
cdef int GAP_SLEEP_CALLS = 1000
cdef uint64_t GIL_COPY_BYTES = 65536
# Packed parameters up to this size lie on the stack during a launch.
cdef enum:
    FEW_PARAMS_BYTES = 512


cdef inline uint64_t now_ns() noexcept nogil:
    cdef timespec now
    clock_gettime(CLOCK_MONOTONIC, &now)
    return <uint64_t>now.tv_sec * 1_000_000_000 + <uint64_t>now.tv_nsec


cdef void sleep_until(uint64_t when_ns) noexcept nogil:
    """Sleep, then spin the last few microseconds: a sleep alone ends 50 us late."""
    cdef timespec until
    cdef uint64_t early
    if when_ns > now_ns() + GAP_SPIN_NS:
        early = when_ns - GAP_SPIN_NS
        until.tv_sec = <long>(early / 1_000_000_000)
        until.tv_nsec = <long>(early % 1_000_000_000)
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL)
    while now_ns() < when_ns:
        pass


cdef class Session:
    """Pages and submission stream of one connected session.

    Args: fd: the connected socket; status_fd, waiters_fd, arena_fd: memfds of the
    welcome with their sizes; host_base: where the arena wants to be mapped. The caller
    keeps all descriptors and closes them. threaded=False, manual_clock: tests.
    lost_error: called without arguments when a call finds the session gone; returns
    the exception to raise.
    """

    cdef xs_session *s
    cdef void *status
    cdef void *waiters
    cdef uint8_t *arena
    cdef size_t status_bytes, waiters_bytes
    cdef readonly uint64_t arena_bytes
    cdef readonly bint arena_at_base
    cdef uint64_t manual_ns
    cdef int users
    cdef public object lost_error
    # Called when the default stream is used; set while a capture forbids that.
    cdef public object legacy_guard

    def __cinit__(self):
        self.status = self.waiters = NULL
        self.s = NULL

    def __init__(self, int fd, int status_fd, size_t status_bytes, int waiters_fd,
                 size_t waiters_bytes, int arena_fd=-1, uint64_t arena_bytes=0,
                 uint64_t host_base=0, *, bint threaded=True, bint manual_clock=False,
                 uint64_t spin_ns_max=0, uint64_t coalesce_ns=0,
                 uint64_t coalesce_deep_ns=0, uint64_t backlog_deep=0):
        cdef xs_session_options options
        cdef xs_outcome outcome
        self.status_bytes = status_bytes
        self.waiters_bytes = waiters_bytes
        self.arena_bytes = arena_bytes
        self.status = map_page(status_fd, status_bytes, PROT_READ, "status page")
        self.waiters = map_page(waiters_fd, waiters_bytes, PROT_READ | PROT_WRITE,
                                "waiters page")
        if arena_bytes:
            self.map_arena(arena_fd, host_base)
        memset(&options, 0, sizeof(xs_session_options))
        options.fd = fd
        options.status = self.status
        options.status_bytes = status_bytes
        options.waiters = self.waiters
        options.waiters_bytes = waiters_bytes
        options.rules.coalesce_ns = coalesce_ns
        options.rules.coalesce_deep_ns = coalesce_deep_ns
        options.rules.backlog_deep = backlog_deep
        options.spin_ns_max = spin_ns_max
        options.threaded = threaded
        if manual_clock:
            options.manual_clock_ns = &self.manual_ns
        outcome = xs_session_open(&options, &self.s)
        if outcome == XS_NO_MEMORY:
            raise MemoryError("session: buffers or thread")
        if outcome != XS_DONE:
            raise ValueError("session: pages too small")

    cdef map_arena(self, int fd, uint64_t base):
        """At the broker's address where that is free, so that pointers agree."""
        cdef void *at = MAP_FAILED
        cdef int protection = PROT_READ | PROT_WRITE
        if base:
            at = mmap(<void *>base, self.arena_bytes, protection,
                      MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, fd, 0)
        if at == MAP_FAILED:
            at = mmap(NULL, self.arena_bytes, protection, MAP_SHARED | MAP_NORESERVE,
                      fd, 0)
        if at == MAP_FAILED:
            raise OSError(errno, f"mapping the host arena: {strerror(errno).decode()}")
        self.arena_at_base = <uint64_t>at == base
        self.arena = <uint8_t *>at

    def __dealloc__(self):
        if self.s is not NULL:
            with nogil:
                xs_session_close(self.s, 0)
        if self.status is not NULL:
            munmap(self.status, self.status_bytes)
        if self.waiters is not NULL:
            munmap(self.waiters, self.waiters_bytes)
        self.unmap_arena()

    cdef void unmap_arena(self) noexcept:
        if self.arena is not NULL:
            munmap(self.arena, self.arena_bytes)
        self.arena = NULL

    def close(self, uint64_t drain_ns=0):
        """Send what is queued for at most drain_ns, then end. Waiters return LOST.

        The pages stay mapped until the object goes, so late readers stay safe; the arena
        does not: its address may be the next session's.
        """
        cdef xs_session *s = self.s
        cdef timespec pause
        if s is NULL:
            return
        self.s = NULL
        pause.tv_sec = 0
        pause.tv_nsec = 100_000
        if self.users:
            with nogil:
                xs_session_lose(s)
        while self.users:
            with nogil:
                clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL)
        with nogil:
            xs_session_close(s, drain_ns)
        self.unmap_arena()

    def disown(self):
        """In the child of a fork: the session is the parent's. Nothing is sent.

        The sender thread is not here and its lock may be held for good, so what belongs
        to it is left as it is.
        """
        self.s = NULL
        self.users = 0

    @property
    def closed(self):
        return self.s is NULL

    # ---------------------------------------------------------------- outcomes

    cdef object gone(self):
        if self.lost_error is not None:
            return self.lost_error()
        return ConnectionError("the session has ended")

    cdef int enter(self) except -1:
        if self.s is NULL:
            raise self.gone()
        self.users += 1
        return 0

    cdef int check(self, xs_outcome outcome) except -1:
        if outcome == XS_DONE:
            return 0
        if outcome == XS_BAD:
            raise ValueError("an argument passes a limit of the wire")
        raise self.gone()

    cdef uint64_t append(self, const xs_operation *op) except? 0:
        """Append with the GIL held; give it up only to wait for room."""
        cdef uint64_t seq = 0
        cdef xs_outcome outcome
        cdef xs_session *s = self.s
        if s is NULL:
            raise self.gone()
        outcome = xs_session_append(s, op, 0, &seq)
        if outcome == XS_FULL:
            self.users += 1
            with nogil:
                outcome = xs_session_append(s, op, 1, &seq)
            self.users -= 1
        if outcome != XS_DONE:
            self.check(outcome)
        return seq

    # ---------------------------------------------------------------- operations
    # Each returns the operation's sequence number and raises lost_error() when the
    # session is gone. Addresses, offsets and lengths in bytes.

    def copy_h2d(self, uint64_t stream, uint64_t destination, uint64_t host_offset,
                 uint64_t nbytes):
        cdef xs_operation op
        op.kind = XS_OP_COPY_H2D
        op.u.copy_h2d.stream = stream
        op.u.copy_h2d.destination = destination
        op.u.copy_h2d.host_offset = host_offset
        op.u.copy_h2d.bytes = nbytes
        return self.append(&op)

    def copy_d2h(self, uint64_t stream, uint64_t host_offset, uint64_t source,
                 uint64_t nbytes):
        cdef xs_operation op
        op.kind = XS_OP_COPY_D2H
        op.u.copy_d2h.stream = stream
        op.u.copy_d2h.host_offset = host_offset
        op.u.copy_d2h.source = source
        op.u.copy_d2h.bytes = nbytes
        return self.append(&op)

    def copy_d2h_shown(self, uint64_t stream, uint64_t host_offset, uint64_t source,
                       uint64_t nbytes):
        """A copy that is waited for: `complete` leaves with it, at once."""
        cdef xs_operation op
        cdef uint64_t seq = 0
        cdef xs_outcome outcome
        cdef xs_session *s
        op.kind = XS_OP_COPY_D2H
        op.u.copy_d2h.stream = stream
        op.u.copy_d2h.host_offset = host_offset
        op.u.copy_d2h.source = source
        op.u.copy_d2h.bytes = nbytes
        self.enter()
        s = self.s
        with nogil:
            outcome = xs_session_append_shown(s, &op, XS_SEND_NOW, &seq)
        self.users -= 1
        self.check(outcome)
        return seq

    def copy_d2d(self, uint64_t stream, uint64_t destination, uint64_t source,
                 uint64_t nbytes):
        cdef xs_operation op
        op.kind = XS_OP_COPY_D2D
        op.u.copy_d2d.stream = stream
        op.u.copy_d2d.destination = destination
        op.u.copy_d2d.source = source
        op.u.copy_d2d.bytes = nbytes
        return self.append(&op)

    def memset(self, uint64_t stream, uint64_t destination, uint32_t value,
               uint8_t width, uint64_t count):
        cdef xs_operation op
        op.kind = XS_OP_MEMSET
        op.u.memset.stream = stream
        op.u.memset.destination = destination
        op.u.memset.value = value
        op.u.memset.width = width
        op.u.memset.count = count
        return self.append(&op)

    def event_record(self, uint64_t stream, uint64_t event):
        cdef xs_operation op
        op.kind = XS_OP_EVENT_RECORD
        op.u.event_record.stream = stream
        op.u.event_record.event = event
        return self.append(&op)

    def stream_wait(self, uint64_t stream, uint64_t event, uint64_t record_seq):
        cdef xs_operation op
        op.kind = XS_OP_STREAM_WAIT
        op.u.stream_wait.stream = stream
        op.u.stream_wait.event = event
        op.u.stream_wait.record_seq = record_seq
        return self.append(&op)

    def stream_create(self, uint64_t stream, uint32_t flags, int32_t priority):
        cdef xs_operation op
        op.kind = XS_OP_STREAM_CREATE
        op.u.stream_create.stream = stream
        op.u.stream_create.flags = flags
        op.u.stream_create.priority = priority
        return self.append(&op)

    def stream_destroy(self, uint64_t stream):
        cdef xs_operation op
        op.kind = XS_OP_STREAM_DESTROY
        op.u.stream_destroy.stream = stream
        return self.append(&op)

    def event_create(self, uint64_t event, uint32_t flags):
        cdef xs_operation op
        op.kind = XS_OP_EVENT_CREATE
        op.u.event_create.event = event
        op.u.event_create.flags = flags
        return self.append(&op)

    def graph_create(self, uint64_t graph):
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_CREATE
        op.u.graph_create.graph = graph
        return self.append(&op)

    def graph_depend(self, uint64_t graph, bytes nodes):
        """nodes: numbers of 4 bytes each, little-endian."""
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_DEPEND
        op.u.graph_depend.graph = graph
        op.u.graph_depend.nodes = <const uint8_t *>PyBytes_AS_STRING(nodes)
        op.u.graph_depend.nodes_bytes = <uint32_t>PyBytes_GET_SIZE(nodes)
        return self.append(&op)

    def graph_empty(self, uint64_t graph):
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_EMPTY
        op.u.graph_empty.graph = graph
        return self.append(&op)

    def graph_child(self, uint64_t graph, uint64_t child):
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_CHILD
        op.u.graph_child.graph = graph
        op.u.graph_child.child = child
        return self.append(&op)

    def graph_destroy(self, uint64_t graph):
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_DESTROY
        op.u.graph_destroy.graph = graph
        return self.append(&op)

    def graph_launch(self, uint64_t stream, uint64_t exec_):
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_LAUNCH
        op.u.graph_launch.stream = stream
        op.u.graph_launch.exec = exec_
        return self.append(&op)

    def graph_exec_destroy(self, uint64_t exec_):
        cdef xs_operation op
        op.kind = XS_OP_GRAPH_EXEC_DESTROY
        op.u.graph_exec_destroy.exec = exec_
        return self.append(&op)

    def event_destroy(self, uint64_t event):
        cdef xs_operation op
        op.kind = XS_OP_EVENT_DESTROY
        op.u.event_destroy.event = event
        return self.append(&op)

    def write_value(self, uint64_t stream, uint64_t address, uint64_t value,
                    uint8_t width):
        cdef xs_operation op
        op.kind = XS_OP_WRITE_VALUE
        op.u.write_value.stream = stream
        op.u.write_value.address = address
        op.u.write_value.value = value
        op.u.write_value.width = width
        return self.append(&op)

    def wait_value(self, uint64_t stream, uint64_t address, uint64_t value,
                   uint8_t width, uint8_t condition):
        cdef xs_operation op
        op.kind = XS_OP_WAIT_VALUE
        op.u.wait_value.stream = stream
        op.u.wait_value.address = address
        op.u.wait_value.value = value
        op.u.wait_value.width = width
        op.u.wait_value.condition = condition
        return self.append(&op)

    def host_function(self, uint64_t stream, uint64_t token):
        cdef xs_operation op
        op.kind = XS_OP_HOST_FUNCTION
        op.u.host_function.stream = stream
        op.u.host_function.token = token
        return self.append(&op)

    def mark(self, uint64_t stream):
        """`complete` even if the stream has nothing to show."""
        cdef xs_operation op
        op.kind = XS_OP_COMPLETE
        op.u.complete.stream = stream
        return self.append(&op)

    # ---------------------------------------------------------------- the stream

    def call(self, const uint8_t[::1] frame not None):
        """Queue a control call's whole frame behind everything appended, and send."""
        cdef xs_outcome outcome
        cdef xs_session *s
        self.enter()
        s = self.s
        with nogil:
            outcome = xs_session_call(s, &frame[0], <uint32_t>frame.shape[0])
        self.users -= 1
        self.check(outcome)

    def flush(self):
        """Send everything appended so far."""
        cdef xs_session *s
        self.enter()
        s = self.s
        with nogil:
            xs_session_flush(s)
        self.users -= 1

    def complete(self, uint64_t stream):
        """Make what the stream holds show its retirement; returns what to wait for."""
        cdef uint64_t seq = 0
        cdef xs_outcome outcome
        cdef xs_session *s
        self.enter()
        s = self.s
        with nogil:
            outcome = xs_session_complete(s, stream, &seq)
        self.users -= 1
        self.check(outcome)
        return seq

    def complete_until(self, uint64_t stream, uint64_t seq):
        """The same for one operation of the stream."""
        cdef xs_outcome outcome
        cdef xs_session *s
        self.enter()
        s = self.s
        with nogil:
            outcome = xs_session_complete_until(s, stream, seq)
        self.users -= 1
        self.check(outcome)

    def expect(self, uint64_t stream, uint64_t seq):
        """The same for who asks and does not wait: it need not leave at once."""
        cdef xs_outcome outcome
        cdef xs_session *s
        self.enter()
        s = self.s
        with nogil:
            outcome = xs_session_expect(s, stream, seq)
        self.users -= 1
        self.check(outcome)

    def last_seq(self):
        self.enter()
        self.users -= 1
        return xs_session_last_seq(self.s)

    def line_last_seq(self, uint32_t line):
        self.enter()
        self.users -= 1
        return xs_session_line_last_seq(self.s, line)

    def retired(self, uint32_t line, uint64_t seq):
        """Has the line retired up to seq?"""
        if self.s is NULL:
            raise self.gone()
        if line >= self.s.lines_count:
            raise ValueError(f"line {line}")
        return bool(xs_session_retired(self.s, line, seq))

    def wait(self, uint32_t line, uint64_t seq, uint64_t timeout_ns=XS_FOREVER):
        """Wait until the line has retired up to seq. True, or False when timed out.

        Sends nothing: complete() first. Raises lost_error() when the session is gone;
        KeyboardInterrupt within 0.1 s.
        """
        cdef xs_outcome outcome = XS_TIMED_OUT
        cdef uint64_t left = timeout_ns, slice_ns
        cdef xs_session *s
        self.enter()
        s = self.s
        try:
            while True:
                slice_ns = left if left < SIGNALS_NS else SIGNALS_NS
                with nogil:
                    outcome = xs_session_wait(s, line, seq, slice_ns)
                if left != XS_FOREVER:
                    left -= slice_ns
                PyErr_CheckSignals()
                if outcome != XS_TIMED_OUT or not left:
                    break
        finally:
            self.users -= 1
        if outcome == XS_TIMED_OUT:
            return False
        self.check(outcome)
        return True

    def wait_host(self, lines, seen, uint64_t timeout_ns):
        """Wait for a host function on one of the lines; (line, seq, token) or None.

        seen: per line the sequence number already run.
        """
        cdef uint32_t count = <uint32_t>len(lines)
        cdef uint32_t[64] line
        cdef uint64_t[64] last
        cdef uint32_t i, index = 0
        cdef xs_outcome outcome
        cdef xs_session *s
        if count > 64:
            count = 64
        for i in range(count):
            line[i] = lines[i]
            last[i] = seen[i]
        self.enter()
        s = self.s
        with nogil:
            outcome = xs_session_wait_host(s, line, last, count, timeout_ns, &index)
        self.users -= 1
        if outcome == XS_TIMED_OUT:
            return None
        self.check(outcome)
        return (line[index], s.status[line[index]].host_seq,
                s.status[line[index]].host_token)

    def host_done(self, uint32_t line, uint64_t seq):
        if self.s is not NULL:
            xs_session_host_done(self.s, line, seq)

    def lose(self):
        """The socket has ended: every blocked thread returns."""
        if self.s is not NULL:
            xs_session_lose(self.s)

    @property
    def lost(self):
        return self.s is NULL or bool(xs_session_lost(self.s))

    def errors(self, uint32_t line=0):
        """(error of the line, of the session, sticky error); CUresult, 0 = none."""
        cdef const xs_status_header *header = <const xs_status_header *>self.status
        cdef const xs_status_line *lines = <const xs_status_line *>self.status
        if line >= self.status_bytes // sizeof(xs_status_line):
            raise ValueError(f"line {line}")
        return (lines[line].error if line else 0, header.session_error,
                header.sticky_error)

    def counters(self):
        """What the submission stream has done, and what the broker says of it."""
        cdef xs_session *s = self.s
        if s is NULL:
            return {}
        return {
            "operations": s.batcher.next_seq - 1,
            "frames_sealed": s.batcher.frames_sealed,
            "frames_unsent": s.batcher.tail - s.batcher.head,
            "sends": s.sender.sends,
            "sends_direct": s.sender.sends_direct,
            "wakes": s.sender.wakes,
            "accepted_seq": s.header.accepted_seq,
            "issued_count": s.header.issued_seq,
        }

    def lateness(self, uint32_t line):
        """How late ends of waits on the line come after what was foretold: mean and mean
        deviation, ns, as learned."""
        cdef xs_session *s = self.s
        if s is NULL or line >= s.lines_count:
            raise ValueError(f"no line {line}")
        return s.lateness[line % XS_SPINS].mean_ns, s.lateness[line % XS_SPINS].deviation_ns

    # ---------------------------------------------------------------- the arena

    def stage(self, uint64_t host_offset, data, uint64_t begin, uint64_t nbytes):
        """Copy data[begin:begin + nbytes] (C-contiguous, in bytes) into the arena."""
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_CONTIG_RO)
        try:
            self.bounds(host_offset, begin, nbytes, <uint64_t>view.len)
            self.enter()
            move(self.arena + host_offset, <uint8_t *>view.buf + begin, nbytes)
            self.users -= 1
        finally:
            PyBuffer_Release(&view)

    def unstage(self, uint64_t host_offset, data, uint64_t begin, uint64_t nbytes):
        """Copy from the arena into data[begin:begin + nbytes], which is writable."""
        cdef Py_buffer view
        PyObject_GetBuffer(data, &view, PyBUF_CONTIG)
        try:
            self.bounds(host_offset, begin, nbytes, <uint64_t>view.len)
            self.enter()
            move(<uint8_t *>view.buf + begin, self.arena + host_offset, nbytes)
            self.users -= 1
        finally:
            PyBuffer_Release(&view)

    cdef int bounds(self, uint64_t offset, uint64_t begin, uint64_t nbytes,
                    uint64_t have) except -1:
        if offset > self.arena_bytes or nbytes > self.arena_bytes - offset:
            raise ValueError("outside the host arena")
        if begin > have or nbytes > have - begin:
            raise ValueError("outside the array")
        return 0

    # ---------------------------------------------------------------- tests

    def set_clock(self, uint64_t ns):
        self.manual_ns = ns

    def step(self):
        """One turn of the sender (threaded=False): ('send'|'wait'|'sleep', until)."""
        cdef uint64_t until = 0
        cdef xs_next next
        if self.s is NULL:
            raise self.gone()
        pthread_mutex_lock(&self.s.batcher.lock)
        next = xs_sender_step(&self.s.sender, &until)
        pthread_mutex_unlock(&self.s.batcher.lock)
        if next == XS_NEXT_SEND:
            return "send", 0
        return ("wait", until) if next == XS_NEXT_WAIT else ("sleep", 0)


cdef void *map_page(int fd, size_t nbytes, int protection, what) except NULL:
    cdef void *at = mmap(NULL, nbytes, protection, MAP_SHARED, fd, 0)
    if at == MAP_FAILED:
        raise OSError(errno, f"mapping the {what}: {strerror(errno).decode()}")
    return at


cdef void move(void *to, const void *source, uint64_t nbytes) noexcept:
    """memcpy; other Python threads may run during a long one."""
    if nbytes < GIL_COPY_BYTES:
        memcpy(to, source, nbytes)
    else:
        with nogil:
            memcpy(to, source, nbytes)


# Arguments, functions and prepared launches: parts of this module, a subject each.
include "_launch.pxi"
include "_program.pxi"
