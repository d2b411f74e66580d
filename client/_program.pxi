"""Launches prepared once and replayed by C, with the host's gaps between them.

Part of _native.pyx, which includes it; knows FunctionHandle from _launch.pxi."""

# The last part of a gap is spun: a sleep ends this much late, give or take.
cdef uint64_t GAP_SPIN_NS = 60_000


cdef struct prepared:
    xs_operation op
    uint64_t gap_ns
    uint64_t params_at


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


cdef class NativeProgram:
    """Launches prepared once and replayed by C, with the host's gaps between them.

    Args: dilation: wall time per device time (DeviceProperties.time_dilation).
    Attributes of the last play, CLOCK_MONOTONIC in ns: started_ns, finished_ns,
    late_ns_max: how late the latest launch was against its gap.
    """

    cdef readonly Session native
    cdef readonly uint64_t dilation
    cdef readonly uint64_t started_ns, finished_ns, late_ns_max
    cdef prepared *steps
    cdef uint64_t *submitted
    cdef uint64_t count, room
    cdef uint8_t *params
    cdef uint64_t params_used, params_room
    cdef set buffers            # that launches name: they live as long as the program
    cdef bint playing

    def __cinit__(self):
        self.steps = NULL
        self.submitted = NULL
        self.params = NULL

    def __init__(self, Session native not None, uint64_t dilation=1):
        self.native = native
        self.dilation = dilation
        self.buffers = set()

    def __dealloc__(self):
        PyMem_Free(self.steps)
        PyMem_Free(self.submitted)
        PyMem_Free(self.params)

    def __len__(self):
        return self.count

    cdef int grow(self, uint64_t params_bytes) except -1:
        cdef uint64_t room
        cdef void *moved
        if self.count == self.room:
            room = 2 * self.room + 64
            moved = PyMem_Realloc(self.steps, room * sizeof(prepared))
            if moved is NULL:
                raise MemoryError
            self.steps = <prepared *>moved
            moved = PyMem_Realloc(self.submitted, room * sizeof(uint64_t))
            if moved is NULL:
                raise MemoryError
            self.submitted = <uint64_t *>moved
            self.room = room
        if self.params_used + params_bytes > self.params_room:
            room = 2 * self.params_room + params_bytes + 4096
            moved = PyMem_Realloc(self.params, room)
            if moved is NULL:
                raise MemoryError
            self.params = <uint8_t *>moved
            self.params_room = room
        return 0

    def add(self, FunctionHandle function not None, grid, block, args=(),
            uint32_t shared_bytes=0, uint64_t gap_ns=0):
        """Append a launch. gap_ns: device time the host waits before it submits it."""
        cdef prepared *step
        cdef xs_operation op
        # Arguments may run code of their own, which may add here, too: all of it comes
        # before anything of this program is touched.
        cdef bytes params = PyBytes_FromStringAndSize(NULL, function.param_bytes)
        function.prepare(&op, grid, block, args, <uint8_t *>PyBytes_AS_STRING(params),
                         shared_bytes)
        if self.playing:
            raise RuntimeError("the program is being played")
        if function.native is not self.native:
            raise ValueError(f"{function.name} belongs to another session")
        self.grow(function.param_bytes)
        memcpy(self.params + self.params_used, PyBytes_AS_STRING(params),
               function.param_bytes)
        self.buffers.update([value for value in args if isinstance(value, Address)])
        step = &self.steps[self.count]
        step.op = op
        step.gap_ns = gap_ns
        step.params_at = self.params_used
        self.submitted[self.count] = 0
        self.params_used += function.param_bytes
        self.count += 1

    def play(self, stream=None, double pace=1.0):
        """Submit every launch in order; returns the last sequence number.

        Gaps are multiplied by pace and by the dilation; pace 0 submits as soon as
        possible. A launch that is late shortens the gaps after it (the host's plan
        stays), but time spent waiting for room is not made up. Releases the GIL.
        Raises: SessionLost; KeyboardInterrupt within about 0.1 s.
        """
        cdef uint64_t seq = 0, at = 0, i, handle = stream_of(stream)
        cdef double factor = pace * <double>self.dilation
        cdef xs_outcome outcome = XS_DONE
        cdef xs_session *s
        if pace < 0:
            raise ValueError(f"pace {pace}: must not be negative")
        if self.playing:
            raise RuntimeError("the program is being played")
        for i in range(self.count):  # realloc may have moved the parameters
            self.steps[i].op.u.launch.stream = handle
            self.steps[i].op.u.launch.params = self.params + self.steps[i].params_at
        self.native.enter()
        self.playing = True
        s = self.native.s
        self.late_ns_max = 0
        self.started_ns = now_ns()
        try:
            at = self.started_ns
            i = 0
            while i < self.count and outcome == XS_DONE:
                with nogil:
                    outcome = self.play_some(s, factor, &i, &at, &seq)
                PyErr_CheckSignals()
        finally:
            self.finished_ns = now_ns()
            self.playing = False
            self.native.users -= 1
        self.native.check(outcome)
        return seq

    cdef xs_outcome play_some(self, xs_session *s, double factor, uint64_t *index,
                              uint64_t *at, uint64_t *seq) noexcept nogil:
        """Play for at most SIGNALS_NS (or one gap). *at: planned time of the last."""
        cdef uint64_t now, end = now_ns() + SIGNALS_NS
        cdef xs_outcome outcome
        cdef prepared *step
        while index[0] < self.count:
            step = &self.steps[index[0]]
            if step.gap_ns and factor > 0:
                at[0] += <uint64_t>(<double>step.gap_ns * factor)
                sleep_until(at[0])
            now = now_ns()
            if factor > 0 and now > at[0] + self.late_ns_max:
                self.late_ns_max = now - at[0]
            self.submitted[index[0]] = now
            outcome = xs_session_append(s, &step.op, 0, seq)
            if outcome == XS_FULL:
                outcome = xs_session_append(s, &step.op, 1, seq)
                at[0] += now_ns() - now
            if outcome != XS_DONE:
                return outcome
            index[0] += 1
            if now > end:
                break
        return XS_DONE

    @property
    def submitted_ns(self):
        """CLOCK_MONOTONIC of each launch of the last play, as an array of uint64."""
        import numpy

        times = numpy.empty(self.count, numpy.uint64)
        cdef uint64_t[::1] view = times
        cdef uint64_t i
        for i in range(self.count):
            view[i] = self.submitted[i]
        return times
