# cython: language_level=3
"""The xs_backend table of the CUDA backend, as a Python object.

Decides nothing: it takes entry points by name and hands out the filled table as a
capsule. It must never load a driver itself; backend.py fetches the entry points.
"""

from cpython.pycapsule cimport PyCapsule_New
from libc.stdint cimport uint64_t, uintptr_t
from libc.string cimport memset

cdef extern from "broker/device/backend.h":
    ctypedef struct xs_backend:
        pass

cdef extern from "broker/device/cuda/issue.h":
    ctypedef struct xs_cuda:
        void *context
        int priority_greatest
        int priority_least
        void *upload_stream

    const char *xs_cuda_call_name(unsigned int index)
    int xs_cuda_call_set(xs_cuda *device, const char *name, void *address)
    const char *xs_cuda_table(xs_cuda *device, xs_backend *table)
    uint64_t xs_cuda_stream_turns(const xs_cuda *device)


def calls():
    """Names of the driver calls that the native half makes, as in the driver API."""
    names = []
    while xs_cuda_call_name(len(names)) != NULL:
        names.append(xs_cuda_call_name(len(names)).decode())
    return tuple(names)


cdef class IssueTable:
    """Owns the memory behind the capsule: it must outlive every worker on it.

    Args: context: CUcontext as a number; priority_greatest, priority_least: the
        driver's range, greatest <= least; addresses: call name -> entry point, one
        for each of calls().
    Raises: ValueError naming a call that is missing or that is not made here.
    """

    cdef xs_cuda device
    cdef xs_backend table

    def __init__(self, context, priority_greatest, priority_least, addresses):
        memset(&self.device, 0, sizeof(self.device))
        self.device.context = <void *><uintptr_t>context
        self.device.priority_greatest = priority_greatest
        self.device.priority_least = priority_least
        for name, address in addresses.items():
            if xs_cuda_call_set(
                &self.device, name.encode(), <void *><uintptr_t>address
            ):
                raise ValueError(f"the native half makes no driver call {name}")
        cdef const char *missing = xs_cuda_table(&self.device, &self.table)
        if missing != NULL:
            raise ValueError(f"no entry point for driver call {missing.decode()}")

    def upload_on(self, stream):
        """Graphs are carried to the device on this stream when they are made. 0: when
        they are first launched."""
        self.device.upload_stream = <void *><uintptr_t>stream

    @property
    def stream_turns(self):
        """How often a kernel has gone to another stream than the launch before it."""
        return xs_cuda_stream_turns(&self.device)

    def capsule(self):
        return PyCapsule_New(&self.table, b"xs_backend", NULL)
