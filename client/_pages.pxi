"""The pages of a connected session: mapped, looked at, unmapped; and how it ends.

Part of _native.pyx, which includes it. Knows nothing of operations and waits; they
derive from this.
"""

cdef uint64_t GIL_COPY_BYTES = 65536


cdef class SessionPages:
    """What all of a session shares: its pages, who is inside a call, how it ends."""

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
