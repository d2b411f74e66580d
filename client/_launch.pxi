"""Arguments packed into parameters, and functions that launch with them.

Part of _native.pyx, which includes it; knows Session from there."""


# Packed parameters up to this size lie on the stack during a launch.
cdef enum:
    FEW_PARAMS_BYTES = 512


cdef class Address:
    """Device memory as a kernel argument: packs as 8 bytes."""

    cdef readonly uint64_t address
    cdef readonly uint64_t nbytes

    def __init__(self, uint64_t address, uint64_t nbytes=0):
        self.address = address
        self.nbytes = nbytes

    def forget(self):
        """The memory was given back: the address becomes 0 and no argument any more."""
        self.address = 0


cdef class StreamHandle:
    """A stream as launches name it; or a graph, whose handle stands in a node's place.

    capture: while it is set, what is submitted becomes a node (client/capture.py)."""

    cdef readonly uint64_t handle
    cdef readonly uint32_t line
    cdef public object capture

    def __init__(self, uint64_t handle):
        self.handle = handle
        self.line = <uint32_t>handle


cdef uint64_t stream_of(stream) except? 0:
    if stream is None:
        return DEFAULT_STREAM_HANDLE
    if isinstance(stream, StreamHandle):
        return (<StreamHandle>stream).handle
    raise TypeError(f"not a stream: {stream!r}")


cdef int dimensions(value, uint32_t *xyz, str what) except -1:
    """An int or a tuple of 1 to 3 ints; the rest is 1."""
    cdef Py_ssize_t count
    xyz[0] = xyz[1] = xyz[2] = 1
    if type(value) is int:
        xyz[0] = value
        return 0
    if not isinstance(value, (tuple, list)):
        xyz[0] = int(value)
        return 0
    count = len(value)
    if not 1 <= count <= 3:
        raise ValueError(f"{what}: {count} dimensions, 1 to 3 are allowed")
    for i in range(count):
        xyz[i] = value[i]
    return 0


cdef int pack_int(value, uint8_t *at, uint32_t size) except -1:
    cdef int64_t signed_value
    cdef uint64_t word
    if size > 8:
        raise ValueError(f"an int cannot fill a parameter of {size} bytes")
    if value < 0:
        signed_value = value
        if size < 8 and signed_value < -(<int64_t>1 << (8 * size - 1)):
            raise OverflowError(f"{value} does not fit {size} bytes")
        word = <uint64_t>signed_value
    else:
        word = value
        if size < 8 and word >> (8 * size):
            raise OverflowError(f"{value} does not fit {size} bytes")
    memcpy(at, &word, size)  # little-endian, as every CUDA host
    return 0


cdef int pack_float(double value, uint8_t *at, uint32_t size) except -1:
    cdef float single
    if size == 8:
        memcpy(at, &value, 8)
    elif size == 4:
        single = <float>value
        memcpy(at, &single, 4)
    elif size == 2:
        PyFloat_Pack2(value, <char *>at, 1)
    else:
        raise ValueError(f"a float cannot fill a parameter of {size} bytes")
    return 0


cdef int pack_bytes(value, uint8_t *at, uint32_t size) except -1:
    """NumPy scalars and raw bytes: exactly the parameter's size."""
    cdef Py_buffer view
    PyObject_GetBuffer(value, &view, PyBUF_SIMPLE)
    try:
        if view.len != <Py_ssize_t>size:
            raise ValueError(f"{view.len} bytes given, the parameter has {size}")
        memcpy(at, view.buf, size)
    finally:
        PyBuffer_Release(&view)
    return 0


cdef int pack_one(value, uint8_t *at, uint32_t size) except -1:
    cdef uint64_t address
    if isinstance(value, Address):
        if size != 8:
            raise ValueError(f"a buffer cannot fill a parameter of {size} bytes")
        address = (<Address>value).address
        if not address:
            raise ValueError("the buffer has been freed")
        memcpy(at, &address, 8)
        return 0
    if type(value) is int or type(value) is bool:
        return pack_int(value, at, size)
    if type(value) is float:
        return pack_float(value, at, size)
    if isinstance(value, (bytes, bytearray, memoryview)) or hasattr(value, "dtype"):
        return pack_bytes(value, at, size)
    named = getattr(value, "address", None)
    if named is not None:
        return pack_int(int(named), at, size)
    raise TypeError(f"cannot pass a {type(value).__name__} to a kernel")


cdef class FunctionHandle:
    """A function of a module with its parameter layout; launches it.

    param_offsets, param_sizes: bytes, per parameter. threads_max: per block.
    """

    cdef readonly Session native
    cdef readonly uint64_t handle
    cdef readonly str name
    cdef readonly tuple param_offsets
    cdef readonly tuple param_sizes
    cdef readonly uint32_t param_bytes
    cdef readonly uint32_t threads_max
    cdef uint32_t *layout       # offset, size, offset, size, ...
    cdef uint32_t params_count

    def __cinit__(self):
        self.layout = NULL

    def __init__(self, Session native not None, uint64_t handle, str name,
                 param_offsets, param_sizes, uint32_t param_bytes,
                 uint32_t threads_max):
        self.native = native
        self.handle = handle
        self.name = name
        self.param_offsets = tuple(param_offsets)
        self.param_sizes = tuple(param_sizes)
        self.param_bytes = param_bytes
        self.threads_max = threads_max
        self.params_count = <uint32_t>len(self.param_sizes)
        if param_bytes > XS_PARAMS_BYTES_MAX:
            raise ValueError(f"{name}: {param_bytes} bytes of parameters")
        for offset, size in zip(self.param_offsets, self.param_sizes, strict=True):
            if offset + size > param_bytes:
                raise ValueError(f"{name}: a parameter ends past the packed size")
        self.layout = <uint32_t *>PyMem_Malloc(8 * self.params_count + 8)
        if self.layout is NULL:
            raise MemoryError
        for i in range(self.params_count):
            self.layout[2 * i] = self.param_offsets[i]
            self.layout[2 * i + 1] = self.param_sizes[i]

    def __dealloc__(self):
        PyMem_Free(self.layout)

    cdef int pack(self, args, uint8_t *at) except -1:
        cdef uint32_t i
        cdef tuple values = args if type(args) is tuple else tuple(args)
        if len(values) != self.params_count:
            raise TypeError(f"{self.name} takes {self.params_count} arguments, "
                            f"{len(values)} given")
        memset(at, 0, self.param_bytes)
        for i in range(self.params_count):
            try:
                pack_one(values[i], at + self.layout[2 * i], self.layout[2 * i + 1])
            except (TypeError, ValueError, OverflowError) as error:
                raise type(error)(f"{self.name}: argument {i}: {error}") from None
        return 0

    cdef int prepare(self, xs_operation *op, grid, block, args, uint8_t *params,
                     uint32_t shared_bytes) except -1:
        """Fill op in; params receives the packed arguments and must outlive it."""
        cdef uint32_t[3] size
        op.kind = XS_OP_LAUNCH
        op.u.launch.function = self.handle
        dimensions(grid, size, "grid")
        op.u.launch.grid_x = size[0]
        op.u.launch.grid_y = size[1]
        op.u.launch.grid_z = size[2]
        dimensions(block, size, "block")
        op.u.launch.block_x = size[0]
        op.u.launch.block_y = size[1]
        op.u.launch.block_z = size[2]
        op.u.launch.shared_bytes = shared_bytes
        self.pack(args, params)
        op.u.launch.params = params
        op.u.launch.params_bytes = self.param_bytes
        op.u.launch.attributes = NULL
        op.u.launch.attributes_bytes = 0
        return 0

    def launch(self, grid, block, args=(), uint32_t shared_bytes=0, stream=None,
               bytes attributes=b""):
        """Submit one launch; returns its sequence number.

        Args: grid, block: blocks and threads, an int or a tuple of up to three.
        args: one value per parameter: Buffer, int or float (packed by the parameter's
        size: an int never becomes a float), NumPy scalar, bytes of the exact size.
        shared_bytes: dynamic. stream: None is the default stream. attributes: raw
        CUlaunchAttribute structs, 72 bytes each.
        Raises: TypeError, ValueError, OverflowError naming the argument; SessionLost;
        CudaError of a capture.
        While the stream is captured, returns the node's number instead.
        """
        cdef xs_operation op
        cdef uint8_t[FEW_PARAMS_BYTES] few
        cdef bytes many
        cdef uint8_t *params = few
        if stream is None:
            if self.native.legacy_guard is not None:
                self.native.legacy_guard()
        elif (isinstance(stream, StreamHandle)
              and (<StreamHandle>stream).capture is not None):
            return (<StreamHandle>stream).capture.launch(
                stream, self, grid, block, args, shared_bytes, attributes)
        # Each call packs into memory of its own: it may wait for room with the GIL
        # released, and another thread may launch the same function meanwhile.
        if self.param_bytes > FEW_PARAMS_BYTES:
            many = PyBytes_FromStringAndSize(NULL, self.param_bytes)
            params = <uint8_t *>PyBytes_AS_STRING(many)
        op.u.launch.stream = stream_of(stream)
        self.prepare(&op, grid, block, args, params, shared_bytes)
        if attributes:
            op.u.launch.attributes = <const uint8_t *>PyBytes_AS_STRING(attributes)
            op.u.launch.attributes_bytes = <uint32_t>PyBytes_GET_SIZE(attributes)
        return self.native.append(&op)

    def pack_args(self, args):
        """The packed parameters, as a launch would send them."""
        cdef bytes packed = PyBytes_FromStringAndSize(NULL, self.param_bytes)
        self.pack(args, <uint8_t *>PyBytes_AS_STRING(packed))
        return packed

    def native_launch_loop(self, uint64_t count, grid, block, args=(), stream=None,
                           uint64_t[::1] append_ns=None):
        """Launch `count` times from C without Python in between (benchmarks).

        append_ns: receives the wall time of each call, for up to its length.
        Returns: wall ns of the whole loop.
        """
        cdef xs_operation op
        cdef uint64_t seq = 0, i, begin, before, timed = 0
        cdef xs_outcome outcome = XS_DONE
        cdef Session native = self.native
        cdef xs_session *s
        cdef bytes params = PyBytes_FromStringAndSize(NULL, self.param_bytes)
        op.u.launch.stream = stream_of(stream)
        self.prepare(&op, grid, block, args, <uint8_t *>PyBytes_AS_STRING(params), 0)
        if append_ns is not None:
            timed = append_ns.shape[0]
        native.enter()
        s = native.s
        with nogil:
            begin = now_ns()
            for i in range(count):
                if i < timed:
                    before = now_ns()
                    outcome = xs_session_append(s, &op, 1, &seq)
                    append_ns[i] = now_ns() - before
                else:
                    outcome = xs_session_append(s, &op, 1, &seq)
                if outcome != XS_DONE:
                    break
            begin = now_ns() - begin
        native.users -= 1
        native.check(outcome)
        return begin
