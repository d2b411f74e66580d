# cython: language_level=3, boundscheck=False, wraparound=False
"""The fast twin of codec.py, and the broker's intake of a session's bytes.

It decides nothing of its own: values, refusals and words are those of the C codec, which
the conformance suite holds against the oracle. It must never know what a sink does with
an operation. Called by the server (Intake), by clients, and by tests (CollectingSink).
"""

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from cpython.pycapsule cimport (
    PyCapsule_GetContext,
    PyCapsule_GetPointer,
    PyCapsule_New,
    PyCapsule_SetContext,
)
from cpython.ref cimport Py_DECREF, Py_INCREF
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memmove, memset, strlen

from broker.wire.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from broker.wire.gen.messages import *
from broker.wire.gen.messages import FROM_BROKER, FROM_CLIENT

from broker.wire.gen.xs_wire cimport *


cdef extern from "xs/sink.h" nogil:
    enum:
        XS_SINK_REST, XS_SINK_AGAIN
    ctypedef struct xs_sink:
        void *context
        int (*begin)(void *context, uint64_t first_seq, uint32_t count) noexcept nogil
        int (*operation)(
            void *context, uint64_t seq, const xs_operation *op
        ) noexcept nogil
        void (*end)(void *context, uint64_t last_seq) noexcept nogil
        const char *(*error)(void *context) noexcept nogil

cdef extern from "xs/codec.h" nogil:
    enum:
        XS_PROBLEM_FULL
        XS_FAULT_TEXT_BYTES
    ctypedef struct xs_fault:
        int problem
        uint64_t seq
        char text[512]
    ctypedef struct xs_writer_full "struct xs_writer":
        uint8_t *data
        size_t used
        int error
    ctypedef struct xs_reader_full "struct xs_reader":
        uint8_t *scratch
        size_t scratch_bytes
    int xs_problem_is_limit(int problem)
    void xs_writer_init(xs_writer *w, void *data, size_t capacity)
    void xs_writer_text(const xs_writer *w, char *text, size_t bytes)
    void xs_reader_init(xs_reader *r, const void *data, size_t size, xs_fault *fault)
    int xs_peek_message(const uint8_t *body, size_t bytes)
    ctypedef struct xs_rest:
        size_t at
        uint32_t next
    int xs_decode_submission(
        const uint8_t *body,
        size_t bytes,
        const xs_sink *sink,
        xs_rest *rest,
        xs_fault *fault,
    )

cdef extern from "xs/frame.h" nogil:
    void xs_put_le32(uint8_t *at, uint32_t value)
    enum:
        XS_FRAME_PARTIAL
        XS_FRAME_WHOLE
        XS_FRAME_REFUSED
    ctypedef struct xs_frame:
        const uint8_t *body
        uint32_t body_bytes
    int xs_frame_scan(
        const uint8_t *data, size_t size, size_t *at, xs_frame *frame, xs_fault *fault
    )

cdef extern from "Python.h":
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *size) except NULL

FRAME_HEADER_BYTES = 4
cdef enum:
    HEADER_BYTES = 4
    # the writer asks for an operation's longest form, so it needs this much beyond a frame
    OPERATION_BYTES_MAX = 36864
    READ_BYTES_MIN = 65536


cdef class Scratch:
    """Memory for the lists of one message being encoded or decoded."""

    cdef uint8_t *data
    cdef size_t used

    def __cinit__(self):
        self.data = <uint8_t *> PyMem_Malloc(XS_SCRATCH_BYTES_MAX)
        self.used = 0
        if self.data == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.data)

    cdef void *take(self, size_t size) except NULL:
        cdef size_t start = self.used
        self.used = (start + size + 7) & ~(<size_t> 7)
        if self.used > XS_SCRATCH_BYTES_MAX:
            raise AssertionError("scratch is too small")
        return self.data + start


# ------------------------------------------------------------------ helpers of the glue

cdef object refuse(str what, object value, str expected):
    raise LocalProtocolError(f"{what}: {type(value).__name__}, expected {expected}")


cdef uint64_t unsigned_number(object value, uint64_t bound, str what) except? 1:
    if not isinstance(value, int):
        refuse(what, value, "int")
    if value < 0:
        raise LocalProtocolError(f"{what}: {value}, at least 0")
    if value > bound:
        raise LocalProtocolError(f"{what}: {value}, at most {bound}")
    return value


cdef int64_t signed_number(
    object value, int64_t low, int64_t bound, str what
) except? -1:
    if not isinstance(value, int):
        refuse(what, value, "int")
    if value < low:
        raise LocalProtocolError(f"{what}: {value}, at least {low}")
    if value > bound:
        raise LocalProtocolError(f"{what}: {value}, at most {bound}")
    return value


cdef int truth(object value, str what) except -1:
    if value is not True and value is not False:
        refuse(what, value, "bool")
    return value is True


cdef uint32_t bounded(Py_ssize_t size, uint32_t bound, str what) except? 0xFFFFFFFF:
    if size > bound:
        raise LocalProtocolError(f"{what}: {size} bytes, at most {bound}")
    return <uint32_t> size


cdef uint32_t bytes_into(
    object value, uint32_t bound, str what, const uint8_t **out
) except? 0xFFFFFFFF:
    if not isinstance(value, bytes):
        refuse(what, value, "bytes")
    out[0] = <const uint8_t *> PyBytes_AS_STRING(value)
    return bounded(len(value), bound, what)


cdef uint32_t text_into(
    object value, uint32_t bound, str what, const uint8_t **out
) except? 0xFFFFFFFF:
    cdef Py_ssize_t size = 0
    if not isinstance(value, str):
        refuse(what, value, "str")
    try:
        out[0] = <const uint8_t *> PyUnicode_AsUTF8AndSize(value, &size)
    except UnicodeEncodeError:
        raise LocalProtocolError(f"{what}: not UTF-8") from None
    return bounded(size, bound, what)


cdef uint32_t elements(object values, uint32_t bound, str what) except? 0xFFFFFFFF:
    if type(values) is not tuple and type(values) is not list:
        refuse(what, values, "tuple")
    cdef Py_ssize_t count = len(values)
    if count > bound:
        raise LocalProtocolError(f"{what}: {count} elements, at most {bound}")
    return <uint32_t> count


cdef uint8_t number_of(object record, dict by_number, str kind) except 0:
    number = getattr(type(record), "NUMBER", 0)
    if by_number.get(number) is not type(record):
        raise LocalProtocolError(f"{type(record).__name__} is no {kind}")
    return number


cdef int exactly(object record, object expected) except -1:
    if type(record) is not expected:
        raise LocalProtocolError(f"{type(record).__name__} is no {expected.NAME}")
    return 0


cdef inline bytes bytes_of(const uint8_t *data, uint32_t size):
    return PyBytes_FromStringAndSize(<const char *> data, size)


cdef inline str text_of(const uint8_t *data, uint32_t size):
    return PyUnicode_DecodeUTF8(<const char *> data, size, NULL)


cdef tuple py_u32_list(const uint32_t *list, uint32_t count):
    return tuple([list[i] for i in range(count)])


cdef uint32_t c_u32_list(
    object values, uint32_t bound, str what, const uint32_t **out, Scratch scratch
) except? 0xFFFFFFFF:
    cdef uint32_t count = elements(values, bound, what)
    cdef uint32_t *list = <uint32_t *> scratch.take(count * sizeof(uint32_t))
    cdef uint32_t i = 0
    for value in values:
        list[i] = <uint32_t> unsigned_number(value, 0xFFFFFFFF, what)
        i += 1
    out[0] = list
    return count


include "gen/glue.pxi"


# ------------------------------------------------------------------ encode and decode

cdef bytes write_message(object message, size_t before):
    """`before` bytes that are left to the caller, then the body."""
    cdef xs_message native
    cdef xs_writer_full w
    cdef char text[512]
    cdef Scratch scratch = Scratch()
    c_message(message, &native, scratch)
    cdef size_t capacity = XS_SCRATCH_BYTES_MAX
    if native.kind == XS_MSG_SUBMIT:
        capacity = before + XS_FRAME_BYTES_MAX + OPERATION_BYTES_MAX
    cdef uint8_t *data = <uint8_t *> PyMem_Malloc(capacity)
    if data == NULL:
        raise MemoryError
    try:
        xs_writer_init(<xs_writer *> &w, data + before, capacity - before)
        xs_encode_message(<xs_writer *> &w, &native)
        if w.error == XS_PROBLEM_FULL or w.used > XS_FRAME_BYTES_MAX:
            raise LocalProtocolError(f"frame: over {XS_FRAME_BYTES_MAX} bytes")
        if w.error != 0:
            xs_writer_text(<xs_writer *> &w, text, 512)
            raise LocalProtocolError(text.decode())
        if before:
            xs_put_le32(data, <uint32_t> w.used)
        return PyBytes_FromStringAndSize(<const char *> data, before + w.used)
    finally:
        PyMem_Free(data)


def encode(message):
    """As codec.encode."""
    return write_message(message, 0)


def encode_frame(message):
    """The body with its length in front, ready to be sent.

    Raises: LocalProtocolError as encode.
    """
    return write_message(message, HEADER_BYTES)


cdef object read_message(const uint8_t *body, size_t size):
    cdef xs_message native
    cdef xs_reader_full r
    cdef xs_fault fault
    cdef Scratch scratch = Scratch()
    xs_reader_init(<xs_reader *> &r, body, size, &fault)
    r.scratch = scratch.data
    r.scratch_bytes = XS_SCRATCH_BYTES_MAX
    if xs_decode_message(<xs_reader *> &r, &native) != 0:
        raise error_of(&fault)
    return py_message(&native)


cdef object error_of(const xs_fault *fault):
    limit = xs_problem_is_limit(fault.problem)
    text = fault.text[: strlen(fault.text)].decode("utf-8", "replace")
    return (LimitExceeded if limit else RemoteProtocolError)(text, fault.seq)


def decode(body):
    """As codec.decode."""
    cdef const uint8_t[::1] view = memoryview(body).cast("B")
    if view.shape[0] == 0:
        raise RemoteProtocolError("frame: the body ends here")
    return read_message(&view[0], view.shape[0])


# ------------------------------------------------------------------ intake

cdef class Intake:
    """The bytes of one connection after its handshake, read in place.

    The reader writes into `get_buffer()` and says with `advance(n)` how much came.
    Submissions go to the sink without the GIL; other messages come back as objects.
    When the sink asks for a rest, `resting` is true and what is buffered is left where it
    is: others should have their turn before `advance(0)` goes on with it, and nothing may
    be read before that.

    Args: sink: capsule "xs_sink" of the session, on the broker's side; None on a client's,
            which receives what a broker sends. The capsule is kept alive.
        buffer_bytes: at least two of the largest frames.
    """

    cdef object capsule
    cdef const xs_sink *sink
    cdef bytearray store
    cdef object view
    cdef uint8_t *data
    cdef size_t capacity, start, end
    cdef xs_fault fault
    cdef xs_frame frame
    cdef object error
    cdef frozenset receives
    cdef xs_rest rest
    cdef readonly bint resting
    """A submission waits for advance(0)."""
    cdef readonly uint64_t operations
    """Operations handed to the sink so far, in frames that were complete and right, or
    before a rest."""

    def __cinit__(self, sink, size_t buffer_bytes=2 * XS_FRAME_BYTES_MAX):
        if buffer_bytes < 2 * XS_FRAME_BYTES_MAX:
            raise ValueError(f"buffer_bytes: at least {2 * XS_FRAME_BYTES_MAX}")
        self.capsule = sink
        self.sink = NULL
        if sink is not None:
            self.sink = <const xs_sink *> PyCapsule_GetPointer(sink, "xs_sink")
        self.receives = FROM_BROKER if sink is None else FROM_CLIENT - {Hello}
        self.store = bytearray(buffer_bytes)
        self.view = memoryview(self.store)
        self.data = <uint8_t *> PyByteArray_AS_STRING(self.store)
        self.capacity = buffer_bytes
        self.start = self.end = 0
        self.error = None
        self.operations = 0
        self.resting = False

    @property
    def bytes_buffered(self):
        """Bytes of the partial frame that waits for its rest."""
        return self.end - self.start

    def get_buffer(self, Py_ssize_t bytes_max=-1):
        """The writable tail of the buffer, never empty; at most bytes_max long."""
        cdef size_t until = self.capacity
        if bytes_max > 0 and self.end + <size_t> bytes_max < until:
            until = self.end + <size_t> bytes_max
        return self.view[self.end : until]

    def advance(self, size_t count):
        """Handle every whole frame, now that `count` more bytes lie in the buffer.

        Returns: the messages other than submit, in order.
        Raises: RemoteProtocolError, once and for all: later calls raise it again. Its
            `messages` holds those before the problem in the same call.
        """
        if self.error is not None:
            raise type(self.error)(str(self.error), self.error.seq)
        if count > self.capacity - self.end:
            raise ValueError(f"advance: {count} bytes, room for {self.capacity - self.end}")
        self.end += count
        cdef list messages = []
        try:
            self.take_frames(messages)
        except RemoteProtocolError as error:
            self.error = type(error)(str(error), error.seq)
            error.messages = tuple(messages)
            raise
        if not self.resting:
            self.make_room()
        return messages

    cdef int take_frames(self, list messages) except -1:
        cdef int found
        while True:
            with nogil:
                found = self.pass_submissions()
            if found == XS_FRAME_PARTIAL or self.resting:
                return 0
            if found == XS_FRAME_REFUSED:
                raise error_of(&self.fault)
            message = read_message(self.frame.body, self.frame.body_bytes)
            if type(message) not in self.receives:
                raise self.unexpected(message)
            messages.append(message)

    cdef object unexpected(self, object message):
        if type(message) is Hello and self.sink != NULL:
            return RemoteProtocolError("hello: not while the connection is open")
        sender = "broker" if self.sink == NULL else "client"
        return RemoteProtocolError(f"{message.NAME}: the {sender} never sends it")

    cdef int pass_submissions(self) noexcept nogil:
        """Hand submissions to the sink up to the first frame of another kind.

        Returns: XS_FRAME_WHOLE with that frame or `resting`, _PARTIAL when the bytes are
            used up, _REFUSED with the fault.
        """
        cdef int found
        while True:
            if not self.resting:
                found = xs_frame_scan(
                    self.data, self.end, &self.start, &self.frame, &self.fault
                )
                if found != XS_FRAME_WHOLE or self.sink == NULL:
                    return found
                if (
                    xs_peek_message(self.frame.body, self.frame.body_bytes)
                    != XS_MSG_SUBMIT
                ):
                    return found
            found = self.pass_submission()
            if found != 0:
                return XS_FRAME_REFUSED if found < 0 else XS_FRAME_WHOLE

    cdef int pass_submission(self) noexcept nogil:
        """The frame's operations, or those that a rest left.

        Returns: 0, 1 for another rest, or -1 with the fault.
        """
        cdef uint32_t had
        cdef int result
        if not self.resting:
            memset(&self.rest, 0, sizeof(self.rest))
        had = self.rest.next
        result = xs_decode_submission(
            self.frame.body, self.frame.body_bytes, self.sink, &self.rest, &self.fault
        )
        self.resting = result > 0
        if result >= 0:
            self.operations += self.rest.next - had
        return result

    cdef void make_room(self) noexcept:
        """Keep the partial frame where its rest and a good read still fit."""
        cdef size_t partial = self.end - self.start
        if partial == 0:
            self.start = self.end = 0
        elif self.start > 0 and (
            self.capacity - self.start < HEADER_BYTES + XS_FRAME_BYTES_MAX
            or self.capacity - self.end < READ_BYTES_MIN
        ):
            memmove(self.data, self.data + self.start, partial)
            self.start = 0
            self.end = partial


# ------------------------------------------------------------------ sinks for tests

cdef class CountingSink:
    """A sink that takes everything and counts it. For benchmarks."""

    cdef xs_sink native
    cdef readonly uint64_t operations

    def __cinit__(self):
        self.native.context = <void *> &self.operations
        self.native.begin = count_begin
        self.native.operation = count_operation
        self.native.end = count_end
        self.native.error = count_error
        self.operations = 0

    def capsule(self):
        """A new capsule "xs_sink", which keeps this object alive."""
        return capsule_of(self, &self.native)


cdef int count_begin(void *context, uint64_t first_seq, uint32_t count) noexcept nogil:
    return 0


cdef int count_operation(
    void *context, uint64_t seq, const xs_operation *op
) noexcept nogil:
    (<uint64_t *> context)[0] += 1
    return 0


cdef void count_end(void *context, uint64_t last_seq) noexcept nogil:
    pass


cdef const char *count_error(void *context) noexcept nogil:
    return b""


cdef object capsule_of(object owner, xs_sink *sink):
    capsule = PyCapsule_New(sink, "xs_sink", release_owner)
    Py_INCREF(owner)
    PyCapsule_SetContext(capsule, <void *> owner)
    return capsule


cdef class CollectingSink:
    """A sink in Python: keeps every operation. For tests and simulations.

    Args: next_seq: first sequence number expected. refuse: called with (seq, operation);
        a text refuses the operation, None takes it. rests: called likewise; true asks for
        a rest after it, "again" for one before it is taken.
    """

    cdef xs_sink native
    cdef bytes text
    cdef public uint64_t next_seq
    cdef public object refuse
    cdef public object rests
    cdef readonly list operations
    """(seq, operation) in the order they came."""
    cdef readonly list submissions
    """(first_seq, last_seq) of each that was complete."""

    def __cinit__(self, next_seq=1, refuse=None, rests=None):
        self.native.context = <void *> self
        self.native.begin = collect_begin
        self.native.operation = collect_operation
        self.native.end = collect_end
        self.native.error = collect_error
        self.text = b""
        self.next_seq = next_seq
        self.refuse = refuse
        self.rests = rests
        self.operations = []
        self.submissions = []

    def capsule(self):
        """A new capsule "xs_sink", which keeps this object alive."""
        return capsule_of(self, &self.native)


cdef void release_owner(object capsule) noexcept:
    Py_DECREF(<object> PyCapsule_GetContext(capsule))


cdef int collect_begin(void *context, uint64_t first_seq, uint32_t count) noexcept nogil:
    with gil:
        self = <CollectingSink> context
        if first_seq == self.next_seq:
            return 0
        self.text = b"first_seq %d, expected %d" % (first_seq, self.next_seq)
        return -1


cdef int collect_operation(
    void *context, uint64_t seq, const xs_operation *op
) noexcept nogil:
    with gil:
        self = <CollectingSink> context
        try:
            operation = py_operation(op)
            text = None if self.refuse is None else self.refuse(seq, operation)
        except Exception as error:
            text = repr(error)
        if text is not None:
            self.text = text.encode()
            return -1
        rests = self.rests is not None and self.rests(seq, operation)
        if rests == "again":
            return XS_SINK_AGAIN
        self.operations.append((seq, operation))
        return XS_SINK_REST if rests else 0


cdef void collect_end(void *context, uint64_t last_seq) noexcept nogil:
    with gil:
        self = <CollectingSink> context
        self.submissions.append((self.next_seq, last_seq))
        self.next_seq = last_seq + 1


cdef const char *collect_error(void *context) noexcept nogil:
    with gil:
        return PyBytes_AS_STRING((<CollectingSink> context).text)
