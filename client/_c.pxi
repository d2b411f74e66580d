# What `_native.pyx` uses of C: xs/session.h, shared with the driver shim, and the system.
#
# Decides nothing: declarations as the headers have them, as far as they are used. Included
# by `_native.pyx` before everything else.

cdef extern from "<sys/mman.h>" nogil:
    void *mmap(void *, size_t, int, int, int, long)
    int munmap(void *, size_t)
    int PROT_READ, PROT_WRITE, MAP_SHARED, MAP_FIXED_NOREPLACE, MAP_NORESERVE
    void *MAP_FAILED

cdef extern from "<time.h>" nogil:
    struct timespec:
        long tv_sec
        long tv_nsec
    int clock_gettime(int, timespec *)
    int clock_nanosleep(int, int, const timespec *, timespec *)
    int CLOCK_MONOTONIC, TIMER_ABSTIME

cdef extern from "Python.h":
    int PyFloat_Pack2(double, char *, int) except -1

cdef extern from "xs/session.h" nogil:
    ctypedef enum xs_send:
        XS_SEND_NOW
    ctypedef struct xs_status_header:
        uint64_t accepted_seq, issued_seq
        uint32_t session_error, sticky_error, epoch, closed
    ctypedef struct xs_status_line:
        uint64_t retired_seq
        uint32_t error
        uint64_t host_seq, host_token
    uint64_t XS_HANDLE(int, int, int, int)
    int XS_STREAM_INDEX_LEGACY
    ctypedef enum xs_outcome:
        XS_DONE, XS_LOST, XS_FULL, XS_BAD, XS_TIMED_OUT, XS_NO_MEMORY
    ctypedef enum xs_next:
        XS_NEXT_SEND, XS_NEXT_WAIT, XS_NEXT_SLEEP
    ctypedef struct pthread_mutex_t:
        pass
    int pthread_mutex_lock(pthread_mutex_t *)
    int pthread_mutex_unlock(pthread_mutex_t *)
    ctypedef struct xs_batcher_rules:
        uint64_t coalesce_ns, coalesce_deep_ns, backlog_deep
    ctypedef struct xs_batcher:
        pthread_mutex_t lock
        uint64_t next_seq, head, tail, frames_sealed
    ctypedef struct xs_sender:
        uint64_t sends, sends_direct, wakes
    enum: XS_SPINS
    ctypedef struct xs_lateness:
        int64_t mean_ns
        int64_t deviation_ns
    ctypedef struct xs_session:
        xs_batcher batcher
        xs_sender sender
        const xs_status_header *header
        const xs_status_line *status
        uint32_t lines_count
        xs_lateness lateness[16]
    ctypedef struct xs_session_options:
        int fd
        const void *status
        size_t status_bytes
        void *waiters
        size_t waiters_bytes
        xs_batcher_rules rules
        uint64_t spin_ns_max
        int threaded
        const uint64_t *manual_clock_ns
    xs_outcome xs_session_open(const xs_session_options *, xs_session **)
    void xs_session_close(xs_session *, uint64_t)
    xs_outcome xs_session_append(xs_session *, const xs_operation *, int, uint64_t *)
    xs_outcome xs_session_append_shown(xs_session *, const xs_operation *, xs_send,
                                       uint64_t *)
    xs_outcome xs_session_call(xs_session *, const uint8_t *, uint32_t)
    void xs_session_flush(xs_session *)
    xs_outcome xs_session_complete(xs_session *, uint64_t, uint64_t *)
    xs_outcome xs_session_complete_until(xs_session *, uint64_t, uint64_t)
    xs_outcome xs_session_expect(xs_session *, uint64_t, uint64_t)
    uint64_t xs_session_last_seq(xs_session *)
    uint64_t xs_session_line_last_seq(xs_session *, uint32_t)
    int xs_session_retired(const xs_session *, uint32_t, uint64_t)
    xs_outcome xs_session_wait(xs_session *, uint32_t, uint64_t, uint64_t)
    xs_outcome xs_session_wait_host(xs_session *, const uint32_t *, const uint64_t *,
                                    uint32_t, uint64_t, uint32_t *)
    void xs_session_host_done(xs_session *, uint32_t, uint64_t)
    int xs_session_lost(const xs_session *)
    void xs_session_lose(xs_session *)
    xs_next xs_sender_step(xs_sender *, uint64_t *)
    uint32_t XS_FRAMES
    uint64_t XS_FOREVER
