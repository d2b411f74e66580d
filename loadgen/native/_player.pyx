# cython: language_level=3
"""Python's view of player.c: prepared launches on the driver itself, without the GIL.

Decides nothing. Launches are the bytes of `session.LAUNCH` records. Called by
`session.py` and by the GPU benchmarks.
"""

from libc.stdint cimport uint32_t, uint64_t


cdef extern from "loadgen/native/player.h" nogil:
    ctypedef struct native_launch:
        pass

    int native_open()
    int native_play(void *, const native_launch *, uint32_t, double)
    int native_burst(void *, const native_launch *, uint32_t, uint64_t *)
    int native_round_trips(void *, const native_launch *, uint32_t, uint64_t *)


LAUNCH_BYTES = sizeof(native_launch)


def open_driver():
    """Find the driver's calls. Raises: OSError."""
    cdef int result = native_open()
    if result:
        raise OSError("libcuda.so.1 " + ("is not there" if result == -1 else "lacks a call"))


cdef uint32_t count_of(const unsigned char[::1] launches) except? 0:
    if launches.shape[0] == 0 or launches.shape[0] % sizeof(native_launch):
        raise ValueError(f"{launches.shape[0]} bytes are no whole number of launches")
    return <uint32_t>(launches.shape[0] // sizeof(native_launch))


def play(size_t stream, const unsigned char[::1] launches, double pace):
    """Play them, gaps times pace (0: none). Returns a CUresult."""
    cdef uint32_t count = count_of(launches)
    cdef int result
    with nogil:
        result = native_play(<void *>stream, <const native_launch *>&launches[0], count, pace)
    return result


def burst(size_t stream, const unsigned char[::1] launch, uint32_t count):
    """The first launch, count times, then the drain. Returns (CUresult, ns)."""
    cdef uint64_t ns = 0
    cdef int result
    count_of(launch)
    with nogil:
        result = native_burst(<void *>stream, <const native_launch *>&launch[0], count, &ns)
    return result, ns


def round_trips(size_t stream, const unsigned char[::1] launch, uint64_t[::1] ns):
    """Launch and synchronise, once for each element of ns, which gets its time. Returns a
    CUresult."""
    cdef uint32_t count = <uint32_t>ns.shape[0]
    cdef int result
    count_of(launch)
    if not count:
        return 0
    with nogil:
        result = native_round_trips(<void *>stream, <const native_launch *>&launch[0], count,
                                    &ns[0])
    return result
