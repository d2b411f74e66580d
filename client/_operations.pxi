"""What is submitted: each operation of the wire as a method.

Part of _native.pyx, which includes it; knows SessionPages from _pages.pxi.
"""

cdef class SessionOperations(SessionPages):
    """Each method returns the operation's sequence number and raises lost_error() when
    the session is gone. Addresses, offsets and lengths in bytes."""

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
