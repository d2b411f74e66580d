# cython: language_level=3, boundscheck=False
"""The emulated GPU for Python: control calls, the capsule for a Worker, a test surface.

Decides nothing; `engine.c` does. `EmulatedBackend` (backend.py) uses the control calls;
the methods under "the table" call the C functions that a worker calls, one each, so that
tests can drive a device step by step. Results are CUresult numbers, times ns.
"""

from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport (
    int32_t, int64_t, uint8_t, uint32_t, uint64_t, uintptr_t)


cdef extern from "broker/device/backend.h":
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

    ctypedef struct xs_backend:
        void *device
        int (*enter)(void *) nogil
        int (*stream_open)(void *, int, void **) nogil
        int (*stream_close)(void *, void *) nogil
        int (*event_open)(void *, void **) nogil
        int (*event_close)(void *, void *) nogil
        int (*launch)(void *, void *, const xs_launch *) nogil
        int (*copy)(void *, void *, xs_copy_kind, uint64_t, uint64_t, uint64_t) nogil
        int (*fill)(void *, void *, uint64_t, uint32_t, uint32_t, uint64_t) nogil
        int (*event_record)(void *, void *, void *) nogil
        int (*stream_wait)(void *, void *, void *) nogil
        int (*write_value)(void *, void *, uint64_t, uint64_t, uint32_t) nogil
        int (*wait_value)(void *, void *, uint64_t, uint64_t, uint32_t, uint32_t) nogil
        int (*elapsed)(void *, void *, void *, int64_t *) nogil
        int (*query)(void *, void *) nogil
        uint64_t (*advance)(void *, uint64_t) nogil


cdef extern from "broker/device/emulated/multiprocessors.h":
    enum:
        XS_SM_COUNT_MAX


cdef extern from "broker/device/emulated/kernels.h":
    ctypedef struct xs_kernel:
        const char *name
        uint32_t params_count
        uint32_t param_sizes[8]
        uint32_t registers
    const xs_kernel *xs_kernel_at(size_t i)
    uint32_t xs_kernel_param_offset(const xs_kernel *kernel, uint32_t i)


cdef extern from "broker/device/emulated/emulator.h" nogil:
    ctypedef struct xs_emulator:
        pass
    ctypedef struct xs_emulator_options:
        uint32_t sm_count
        uint64_t memory_bytes
        uint64_t launch_gap_ns
        uint64_t host_bytes_per_us
        uint64_t memory_bytes_per_us
        uint64_t host_wait_poll_ns
    ctypedef struct xs_emulator_lateness:
        uint64_t count
        uint64_t p50_ns
        uint64_t p99_ns
        uint64_t max_ns
    ctypedef struct xs_story_line:
        uint64_t at_ns
        int what
        uint32_t stream
        const char *kernel
        uint64_t value
    xs_emulator *xs_emulator_open(const xs_emulator_options *options)
    void xs_emulator_close(xs_emulator *em)
    void xs_emulator_reset(xs_emulator *em)
    const xs_backend *xs_emulator_table(xs_emulator *em)
    int xs_emulator_map(xs_emulator *em, uint64_t address, uint64_t nbytes)
    int xs_emulator_unmap(xs_emulator *em, uint64_t address, uint64_t nbytes)
    int xs_emulator_create(xs_emulator *em, uint64_t nbytes, void **host)
    void xs_emulator_release(xs_emulator *em, void *host, uint64_t nbytes)
    int xs_emulator_map_created(xs_emulator *em, uint64_t address, uint64_t nbytes,
                                void *host)
    int xs_emulator_unmap_created(xs_emulator *em, uint64_t address, uint64_t nbytes)
    int xs_emulator_scrub(xs_emulator *em, uint64_t address, uint64_t nbytes)
    int xs_emulator_move(xs_emulator *em, uint64_t address, uint8_t *data, uint64_t count,
                         int to_device)
    int xs_emulator_register_host(xs_emulator *em, uint64_t address, uint64_t nbytes)
    int xs_emulator_unregister_host(xs_emulator *em, uint64_t address, uint64_t nbytes)
    uint64_t xs_emulator_mapped_bytes(xs_emulator *em)
    int xs_emulator_status(xs_emulator *em)
    int xs_emulator_function_open(xs_emulator *em, const char *name, void **function)
    void xs_emulator_function_close(xs_emulator *em, void *function)
    int xs_emulator_function_shared_max(xs_emulator *em, void *function, int64_t nbytes)
    void xs_emulator_read_lateness(xs_emulator *em, int reset, xs_emulator_lateness *out)
    void xs_emulator_story_switch(xs_emulator *em, int on)
    size_t xs_emulator_story_take(xs_emulator *em, xs_story_line *out, size_t room)


NEVER = 2**64 - 1
SM_COUNT_MAX = XS_SM_COUNT_MAX

# By XS_STORY_*: text before and after the number of a line.
_STORY = (
    "{kernel} starts {value} blocks", "{kernel} ends", "copy starts {value} bytes",
    "copy ends", "fill ends", "recorded", "waited", "written {value}",
    "value seen {value}", "fault {value}",
)


def kernels():
    """The built-in kernels: name -> (param offsets, param sizes, param bytes, registers)."""
    cdef const xs_kernel *kernel
    cdef size_t i = 0
    table = {}
    while True:
        kernel = xs_kernel_at(i)
        if kernel == NULL:
            return table
        n = kernel.params_count
        table[kernel.name.decode()] = (
            tuple([xs_kernel_param_offset(kernel, k) for k in range(n)]),
            tuple([kernel.param_sizes[k] for k in range(n)]),
            xs_kernel_param_offset(kernel, n),
            kernel.registers,
        )
        i += 1


cdef (uint32_t, uint32_t, uint32_t) _three(object size) except *:
    if isinstance(size, int):
        return size, 1, 1
    x, y, z = (*size, 1, 1)[:3]
    return x, y, z


cdef class Emulator:
    """One emulated GPU. Streams, events and functions are plain numbers (pointers)."""

    cdef xs_emulator *em
    cdef const xs_backend *table

    def __cinit__(
        self,
        *,
        sm_count=132,
        memory_bytes=80 << 30,
        launch_gap_ns=1000,
        host_bytes_per_us=55_000,
        memory_bytes_per_us=2_500_000,
        host_wait_poll_ns=10_000,
    ):
        cdef xs_emulator_options options
        if not 1 <= sm_count <= XS_SM_COUNT_MAX:
            raise ValueError(f"sm_count must be 1..{XS_SM_COUNT_MAX}, not {sm_count}")
        if host_bytes_per_us < 1 or memory_bytes_per_us < 1 or host_wait_poll_ns < 1:
            raise ValueError("rates and host_wait_poll_ns must be at least 1")
        options.sm_count = sm_count
        options.memory_bytes = memory_bytes
        options.launch_gap_ns = launch_gap_ns
        options.host_bytes_per_us = host_bytes_per_us
        options.memory_bytes_per_us = memory_bytes_per_us
        options.host_wait_poll_ns = host_wait_poll_ns
        self.em = xs_emulator_open(&options)
        if self.em == NULL:
            raise MemoryError
        self.table = xs_emulator_table(self.em)

    def __dealloc__(self):
        if self.em != NULL:
            xs_emulator_close(self.em)

    def close(self):
        """Give the device's memory back now; what was issued is dropped."""
        with nogil:
            xs_emulator_reset(self.em)

    def capsule(self):
        """PyCapsule "xs_backend"; valid while self lives."""
        return PyCapsule_New(<void *>self.table, "xs_backend", NULL)

    # ---- control calls

    def map_memory(self, uint64_t address, uint64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_map(self.em, address, nbytes)
        return result

    def unmap_memory(self, uint64_t address, uint64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_unmap(self.em, address, nbytes)
        return result

    def create_memory(self, uint64_t nbytes):
        """(result, where it lies): memory without an address."""
        cdef void *host = NULL
        cdef int result
        with nogil:
            result = xs_emulator_create(self.em, nbytes, &host)
        return result, <uintptr_t>host

    def release_memory(self, uintptr_t host, uint64_t nbytes):
        """After its last mapping is gone."""
        with nogil:
            xs_emulator_release(self.em, <void *>host, nbytes)

    def map_created(self, uint64_t address, uint64_t nbytes, uintptr_t host):
        cdef int result
        with nogil:
            result = xs_emulator_map_created(self.em, address, nbytes, <void *>host)
        return result

    def unmap_created(self, uint64_t address, uint64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_unmap_created(self.em, address, nbytes)
        return result

    def scrub(self, uint64_t address, uint64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_scrub(self.em, address, nbytes)
        return result

    def move(self, uint64_t address, uint8_t[::1] data, bint to_device):
        """Device memory set to `data` at once, or read into it; CUresult."""
        cdef int result = 0
        if data.shape[0]:
            result = xs_emulator_move(
                self.em, address, &data[0], <uint64_t>data.shape[0], to_device
            )
        return result

    def register_host(self, uint64_t address, uint64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_register_host(self.em, address, nbytes)
        return result

    def unregister_host(self, uint64_t address, uint64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_unregister_host(self.em, address, nbytes)
        return result

    def mapped_bytes(self):
        cdef uint64_t nbytes
        with nogil:
            nbytes = xs_emulator_mapped_bytes(self.em)
        return nbytes

    def status(self):
        """0, or the sticky error of a device that has faulted."""
        cdef int result
        with nogil:
            result = xs_emulator_status(self.em)
        return result

    def function_open(self, str name):
        """Returns (result, function)."""
        cdef bytes text = name.encode()
        cdef const char *chars = text
        cdef void *function = NULL
        cdef int result
        with nogil:
            result = xs_emulator_function_open(self.em, chars, &function)
        return result, <uintptr_t>function

    def function_close(self, uintptr_t function):
        with nogil:
            xs_emulator_function_close(self.em, <void *>function)

    def function_shared_max(self, uintptr_t function, int64_t nbytes):
        cdef int result
        with nogil:
            result = xs_emulator_function_shared_max(self.em, <void *>function, nbytes)
        return result

    def lateness(self, bint reset=False):
        """How late completions were processed: count, p50_ns, p99_ns, max_ns."""
        cdef xs_emulator_lateness late
        with nogil:
            xs_emulator_read_lateness(self.em, reset, &late)
        return {
            "count": late.count,
            "p50_ns": late.p50_ns,
            "p99_ns": late.p99_ns,
            "max_ns": late.max_ns,
        }

    def tell(self, bint on=True):
        """Switch the trace on or off."""
        with nogil:
            xs_emulator_story_switch(self.em, on)

    def story(self):
        """Take the trace so far: a list of (t_ns, "stream N: what")."""
        cdef xs_story_line lines[64]
        cdef size_t count, i
        told = []
        while True:
            with nogil:
                count = xs_emulator_story_take(self.em, lines, 64)
            for i in range(count):
                kernel = lines[i].kernel.decode() if lines[i].kernel != NULL else ""
                what = _STORY[lines[i].what].format(kernel=kernel, value=lines[i].value)
                told.append((lines[i].at_ns, f"stream {lines[i].stream}: {what}"))
            if count < 64:
                return told

    # ---- the table, as a worker calls it

    def enter(self):
        return self.table.enter(self.table.device)

    def stream_open(self, int level=0):
        """Returns a stream; raises RuntimeError(result)."""
        cdef void *stream = NULL
        cdef int result = self.table.stream_open(self.table.device, level, &stream)
        if result:
            raise RuntimeError(result)
        return <uintptr_t>stream

    def stream_close(self, uintptr_t stream):
        return self.table.stream_close(self.table.device, <void *>stream)

    def event_open(self):
        """Returns an event; raises RuntimeError(result)."""
        cdef void *event = NULL
        cdef int result = self.table.event_open(self.table.device, &event)
        if result:
            raise RuntimeError(result)
        return <uintptr_t>event

    def event_close(self, uintptr_t event):
        return self.table.event_close(self.table.device, <void *>event)

    def launch(self, uintptr_t stream, uintptr_t function, grid, block,
               bytes params=b"", uint32_t shared_bytes=0, *, bytes attributes=b"",
               uint32_t repeat=1):
        """Launch `repeat` times; stops at the first result that is not 0 and returns it."""
        cdef xs_launch launch
        cdef int result = 0
        cdef uint32_t i
        launch.function = <void *>function
        launch.grid[0], launch.grid[1], launch.grid[2] = _three(grid)
        launch.block[0], launch.block[1], launch.block[2] = _three(block)
        launch.shared_bytes = shared_bytes
        launch.params = <const char *>params
        launch.params_bytes = len(params)
        launch.attributes = <const char *>attributes
        launch.attributes_count = len(attributes) // 72
        with nogil:
            for i in range(repeat):
                result = self.table.launch(self.table.device, <void *>stream, &launch)
                if result:
                    break
        return result

    def copy(self, uintptr_t stream, str kind, uint64_t destination, uint64_t source,
             uint64_t nbytes):
        """kind: "h2d", "d2h" or "d2d"."""
        cdef xs_copy_kind which = {
            "h2d": XS_COPY_H2D, "d2h": XS_COPY_D2H, "d2d": XS_COPY_D2D}[kind]
        return self.table.copy(
            self.table.device, <void *>stream, which, destination, source, nbytes)

    def fill(self, uintptr_t stream, uint64_t destination, uint32_t value,
             uint32_t width, uint64_t count):
        return self.table.fill(
            self.table.device, <void *>stream, destination, value, width, count)

    def event_record(self, uintptr_t stream, uintptr_t event):
        return self.table.event_record(
            self.table.device, <void *>stream, <void *>event)

    def stream_wait(self, uintptr_t stream, uintptr_t event):
        return self.table.stream_wait(self.table.device, <void *>stream, <void *>event)

    def write_value(self, uintptr_t stream, uint64_t address, uint64_t value,
                    uint32_t width=8):
        return self.table.write_value(
            self.table.device, <void *>stream, address, value, width)

    def wait_value(self, uintptr_t stream, uint64_t address, uint64_t value,
                   uint32_t width=8, uint32_t condition=0):
        return self.table.wait_value(
            self.table.device, <void *>stream, address, value, width, condition)

    def elapsed(self, uintptr_t start, uintptr_t end):
        """Returns (result, elapsed_ns)."""
        cdef int64_t elapsed_ns = 0
        cdef int result = self.table.elapsed(
            self.table.device, <void *>start, <void *>end, &elapsed_ns)
        return result, elapsed_ns

    def query(self, uintptr_t stream):
        return self.table.query(self.table.device, <void *>stream)

    def advance(self, uint64_t now_ns):
        """Let everything due happen; returns when the next thing is due (or NEVER)."""
        cdef uint64_t next_ns
        with nogil:
            next_ns = self.table.advance(self.table.device, now_ns)
        return next_ns

    def run_until_idle(self, uint64_t now_ns=0):
        """Advance from due time to due time. Returns the time of the last one.

        Never ends while a stream waits for a word of host memory that nobody writes.
        """
        cdef uint64_t next_ns
        with nogil:
            next_ns = self.table.advance(self.table.device, now_ns)
            while next_ns != <uint64_t>-1:
                now_ns = next_ns
                next_ns = self.table.advance(self.table.device, now_ns)
        return now_ns
