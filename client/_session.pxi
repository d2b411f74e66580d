"""The session as Python has it: control calls, completion, waits, counters.

Part of _native.pyx, which includes it; knows SessionOperations from _operations.pxi.
"""

cdef class Session(SessionOperations):
    """Pages and submission stream of one connected session.

    Args: fd: the connected socket; status_fd, waiters_fd, arena_fd: memfds of the
    welcome with their sizes; host_base: where the arena wants to be mapped. The caller
    keeps all descriptors and closes them. threaded=False, manual_clock: tests.
    lost_error: called without arguments when a call finds the session gone; returns
    the exception to raise.
    """

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
