# cython: language_level=3
"""Drives the native half of any backend from Python, one table entry at a time.

For the conformance suite and for diagnosis; the broker itself issues through worker.c.
Decides nothing and checks nothing: arguments go to the table as they are.
"""

from cpython.pycapsule cimport PyCapsule_GetPointer
from libc.stdint cimport int64_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free

cdef extern from "broker/device/backend.h" nogil:
    int XS_LEVELS
    uint64_t XS_NEVER

    ctypedef struct xs_launch:
        void *function
        uint32_t grid[3]
        uint32_t block[3]
        uint32_t shared_bytes
        const void *params
        uint32_t params_bytes
        const void *attributes
        uint32_t attributes_count

    ctypedef enum xs_copy_kind:
        XS_COPY_H2D
        XS_COPY_D2H
        XS_COPY_D2D

    ctypedef enum xs_node_kind:
        XS_NODE_EMPTY
        XS_NODE_LAUNCH
        XS_NODE_FILL

    struct xs_graph_fill "":
        uint64_t destination, count
        uint32_t value, width

    ctypedef union xs_graph_work "":
        xs_launch launch
        xs_graph_fill fill

    ctypedef struct xs_graph_node:
        xs_node_kind kind
        uint32_t depends_count
        const uint32_t *depends
        xs_graph_work u
    ctypedef struct xs_rows:
        uint64_t destination
        uint64_t destination_pitch
        uint64_t source
        uint64_t source_pitch
        uint64_t row_bytes
        uint64_t rows

    ctypedef struct xs_backend:
        void *device
        int (*enter)(void *device) noexcept nogil
        int (*stream_open)(void *device, int level, void **stream) noexcept nogil
        int (*stream_close)(void *device, void *stream) noexcept nogil
        int (*event_open)(void *device, void **event) noexcept nogil
        int (*event_close)(void *device, void *event) noexcept nogil
        int (*launch)(void *device, void *stream, const xs_launch *launch) noexcept nogil
        int (*copy)(void *device, void *stream, xs_copy_kind kind,
                    uint64_t destination, uint64_t source, uint64_t bytes) noexcept nogil
        int (*copy_rows)(void *device, void *stream, xs_copy_kind kind,
                         const xs_rows *rows) noexcept nogil
        int (*fill_rows)(void *device, void *stream, uint64_t destination, uint64_t pitch,
                         uint32_t value, uint32_t width, uint64_t columns,
                         uint64_t rows) noexcept nogil
        int (*fill)(void *device, void *stream, uint64_t destination,
                    uint32_t value, uint32_t width, uint64_t count) noexcept nogil
        int (*event_record)(void *device, void *stream, void *event) noexcept nogil
        int (*stream_wait)(void *device, void *stream, void *event) noexcept nogil
        int (*write_value)(void *device, void *stream, uint64_t address,
                           uint64_t value, uint32_t width) noexcept nogil
        int (*wait_value)(void *device, void *stream, uint64_t address,
                          uint64_t value, uint32_t width, uint32_t condition) noexcept nogil
        int (*elapsed)(void *device, void *start, void *end, int64_t *elapsed_ns) noexcept nogil
        int (*query)(void *device, void *stream) noexcept nogil
        uint64_t (*advance)(void *device, uint64_t now_ns) noexcept nogil
        int (*graph_launch)(void *device, void *stream, void *graph) noexcept nogil
        int (*graph_open)(void *device, const xs_graph_node *nodes, uint32_t count,
                          void **graph, uint32_t *bad) noexcept nogil
        int (*graph_close)(void *device, void *graph) noexcept nogil

H2D = XS_COPY_H2D
D2H = XS_COPY_D2H
D2D = XS_COPY_D2D
LEVELS = XS_LEVELS
NEVER = XS_NEVER

cdef uint32_t ATTRIBUTE_BYTES = 72


cdef void *pointer(object number) except? NULL:
    return <void *><uintptr_t>number


cdef class BackendTable:
    """Python methods for each entry of an xs_backend; results are CUresult numbers.

    Args: capsule: PyCapsule "xs_backend"; it must stay valid as long as this object.
    Methods that make something return (result, native handle as a number).
    """

    cdef object keep
    cdef const xs_backend *table

    def __init__(self, capsule):
        self.table = <const xs_backend *>PyCapsule_GetPointer(capsule, b"xs_backend")
        self.keep = capsule

    def enter(self):
        """Must be called on each thread that uses the other methods."""
        return self.table.enter(self.table.device)

    def stream_open(self, int level):
        cdef void *stream = NULL
        result = self.table.stream_open(self.table.device, level, &stream)
        return result, <uintptr_t>stream

    def stream_close(self, stream):
        return self.table.stream_close(self.table.device, pointer(stream))

    def event_open(self):
        cdef void *event = NULL
        result = self.table.event_open(self.table.device, &event)
        return result, <uintptr_t>event

    def event_close(self, event):
        return self.table.event_close(self.table.device, pointer(event))

    def launch(self, stream, function, grid, block, shared_bytes=0,
               bytes params=b"", bytes attributes=b""):
        """grid, block: three numbers; attributes: raw structs of 72 bytes."""
        cdef xs_launch launch
        cdef void *native_stream = pointer(stream)
        cdef int result
        launch.function = pointer(function)
        launch.grid = list(grid)
        launch.block = list(block)
        launch.shared_bytes = shared_bytes
        launch.params = <const char *>params
        launch.params_bytes = len(params)
        launch.attributes = <const char *>attributes
        launch.attributes_count = len(attributes) // ATTRIBUTE_BYTES
        with nogil:
            result = self.table.launch(self.table.device, native_stream, &launch)
        return result

    def copy(self, stream, int kind, uint64_t destination, uint64_t source,
             uint64_t nbytes):
        cdef void *native_stream = pointer(stream)
        cdef int result
        with nogil:
            result = self.table.copy(self.table.device, native_stream,
                                     <xs_copy_kind>kind, destination, source, nbytes)
        return result

    def copy_rows(self, stream, int kind, destination, source, uint64_t row_bytes,
                  uint64_t rows):
        """destination, source: (address, pitch)."""
        cdef xs_rows box
        cdef void *native_stream = pointer(stream)
        cdef int result
        box.destination, box.destination_pitch = destination
        box.source, box.source_pitch = source
        box.row_bytes = row_bytes
        box.rows = rows
        with nogil:
            result = self.table.copy_rows(self.table.device, native_stream,
                                          <xs_copy_kind>kind, &box)
        return result

    def fill_rows(self, stream, uint64_t destination, uint64_t pitch, uint32_t value,
                  uint32_t width, uint64_t columns, uint64_t rows):
        cdef void *native_stream = pointer(stream)
        cdef int result
        with nogil:
            result = self.table.fill_rows(self.table.device, native_stream, destination,
                                          pitch, value, width, columns, rows)
        return result

    def fill(self, stream, uint64_t destination, uint32_t value, uint32_t width,
             uint64_t count):
        cdef void *native_stream = pointer(stream)
        cdef int result
        with nogil:
            result = self.table.fill(self.table.device, native_stream, destination,
                                     value, width, count)
        return result

    def event_record(self, stream, event):
        return self.table.event_record(
            self.table.device, pointer(stream), pointer(event)
        )

    def stream_wait(self, stream, event):
        return self.table.stream_wait(
            self.table.device, pointer(stream), pointer(event)
        )

    def write_value(self, stream, uint64_t address, uint64_t value, uint32_t width):
        return self.table.write_value(
            self.table.device, pointer(stream), address, value, width
        )

    def wait_value(self, stream, uint64_t address, uint64_t value, uint32_t width,
                   uint32_t condition):
        return self.table.wait_value(
            self.table.device, pointer(stream), address, value, width, condition
        )

    def graph_open(self, nodes):
        """Make a native graph. nodes: (depends, work) each, where work is None, ("fill",
        destination, value, width, count) or ("launch", function, grid, block, params,
        attributes). Returns (result, native graph, number of the bad node or None)."""
        cdef uint32_t count = len(nodes), edges = 0, at = 0, bad = 0xFFFFFFFF, i
        cdef void *graph = NULL
        cdef int result
        edges = sum([len(depends) for depends, _ in nodes])
        cdef xs_graph_node *native = <xs_graph_node *>calloc(
            count + 1, sizeof(xs_graph_node))
        cdef uint32_t *all_depends = <uint32_t *>calloc(edges + 1, sizeof(uint32_t))
        try:
            for i in range(count):
                depends, work = nodes[i]
                native[i].depends = all_depends + at
                native[i].depends_count = len(depends)
                for before in depends:
                    all_depends[at] = before
                    at += 1
                if work is None:
                    native[i].kind = XS_NODE_EMPTY
                elif work[0] == "fill":
                    native[i].kind = XS_NODE_FILL
                    native[i].u.fill.destination = work[1]
                    native[i].u.fill.value = work[2]
                    native[i].u.fill.width = work[3]
                    native[i].u.fill.count = work[4]
                else:
                    native[i].kind = XS_NODE_LAUNCH
                    native[i].u.launch.function = pointer(work[1])
                    native[i].u.launch.grid = list(work[2])
                    native[i].u.launch.block = list(work[3])
                    native[i].u.launch.params = <const char *><bytes>work[4]
                    native[i].u.launch.params_bytes = len(work[4])
                    native[i].u.launch.attributes = <const char *><bytes>work[5]
                    native[i].u.launch.attributes_count = len(work[5]) // ATTRIBUTE_BYTES
            with nogil:
                result = self.table.graph_open(
                    self.table.device, native, count, &graph, &bad)
        finally:
            free(native)
            free(all_depends)
        return result, <uintptr_t>graph, None if bad == 0xFFFFFFFF else bad

    def graph_launch(self, stream, graph):
        return self.table.graph_launch(
            self.table.device, pointer(stream), pointer(graph)
        )

    def graph_close(self, graph):
        return self.table.graph_close(self.table.device, pointer(graph))

    def elapsed(self, start, end):
        """(result, device time in ns)."""
        cdef int64_t elapsed_ns = 0
        result = self.table.elapsed(
            self.table.device, pointer(start), pointer(end), &elapsed_ns
        )
        return result, elapsed_ns

    def query(self, stream):
        return self.table.query(self.table.device, pointer(stream))

    def advance(self, uint64_t now_ns):
        """Device time at which the next thing is due; NEVER, or 0 on a real device."""
        cdef uint64_t due
        with nogil:
            due = self.table.advance(self.table.device, now_ns)
        return due
