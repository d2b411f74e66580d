"""The driver's own interface by ctypes: what every framework above it relies on.

Nothing has to be installed for it. The code is PTX, so that any driver takes it.
"""

from __future__ import annotations

import ctypes
import functools
import struct
import time
from ctypes import POINTER, byref, c_int, c_size_t, c_uint, c_uint64, c_void_p
from typing import Any

from tests.gpu.frameworks.record import Record

# What a tenant is told differently on purpose: broker/device/attributes.py.
PLACE = {33, 34, 50}
MIB = 1 << 20
LAYOUT = struct.Struct("<Qf4x48sB")  # u64, f32, 48 bytes aligned to 16, u8

PTX = rb"""
.version 8.0
.target sm_90
.address_size 64
.visible .global .align 4 .b8 counter[16];
.visible .entry fields(.param .u64 to, .param .f32 scale, .param .align 16 .b8 mid[48],
                       .param .u8 last)
{
    .reg .b64 %rd<4>; .reg .b32 %r<8>; .reg .f32 %f<2>; .reg .b16 %h<2>;
    ld.param.u64 %rd1, [to]; cvta.to.global.u64 %rd1, %rd1;
    mov.u32 %r1, %ctaid.x; mul.wide.u32 %rd2, %r1, 64; add.s64 %rd1, %rd1, %rd2;
    ld.param.f32 %f1, [scale]; st.global.f32 [%rd1], %f1;
    ld.param.u32 %r2, [mid]; st.global.u32 [%rd1+4], %r2;
    ld.param.u32 %r3, [mid+44]; st.global.u32 [%rd1+8], %r3;
    ld.param.u8 %h1, [last]; cvt.u32.u16 %r4, %h1; st.global.u32 [%rd1+12], %r4;
    ret;
}
.extern .shared .align 16 .b8 part[];
.visible .entry shared_end(.param .u64 to, .param .u32 at)
{
    .reg .b64 %rd<3>; .reg .b32 %r<6>;
    ld.param.u64 %rd1, [to]; cvta.to.global.u64 %rd1, %rd1;
    ld.param.u32 %r1, [at]; mov.u32 %r2, part; add.u32 %r2, %r2, %r1;
    st.shared.u32 [%r2], %r1; ld.shared.u32 %r3, [%r2]; st.global.u32 [%rd1], %r3;
    ret;
}
.visible .entry count_up(.param .u64 word, .param .u32 spins)
{
    .reg .b64 %rd<2>; .reg .b32 %r<6>; .reg .pred %p<2>;
    ld.param.u64 %rd1, [word]; cvta.to.global.u64 %rd1, %rd1; ld.param.u32 %r1, [spins];
    mov.u32 %r2, 0;
again:
    nanosleep.u32 1000; add.u32 %r2, %r2, 1; setp.lt.u32 %p1, %r2, %r1; @%p1 bra again;
    ld.global.u32 %r3, [%rd1]; add.u32 %r3, %r3, 1; st.global.u32 [%rd1], %r3;
    ret;
}
"""


class Cluster(ctypes.Structure):
    """CUlaunchAttribute with three numbers."""

    _fields_ = [("id", c_int), ("pad", c_int), ("xyz", c_uint * 3)]
    _fields_ += [("rest", ctypes.c_byte * 52)]


class Config(ctypes.Structure):
    """CUlaunchConfig."""

    _fields_ = [("grid", c_uint * 3), ("block", c_uint * 3), ("shared", c_uint)]
    _fields_ += [("stream", c_void_p), ("attributes", POINTER(Cluster))]
    _fields_ += [("count", c_uint)]


class Driver:
    """cu.NAME(...) calls the function and raises what it returns."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL("libcuda.so.1")

    def __getattr__(self, name: str) -> Any:
        function = getattr(self.library, name)

        def call(*arguments: Any) -> None:
            result = function(*arguments)
            if result:
                raise RuntimeError(f"{name}: {result}")

        return call


@functools.cache
def started() -> Driver:
    cu, context = Driver(), c_void_p()
    cu.cuInit(0)
    cu.cuDevicePrimaryCtxRetain(byref(context), 0)
    cu.cuCtxSetCurrent(context)
    return cu


def made(create: Any, *arguments: Any, kind: Any = c_void_p) -> Any:
    value = kind()
    create(byref(value), *arguments)
    return value


def memory(cu: Driver, nbytes: int) -> c_uint64:
    address = made(cu.cuMemAlloc_v2, c_size_t(nbytes), kind=c_uint64)
    cu.cuMemsetD8_v2(address, 0, c_size_t(nbytes))
    return c_uint64(address.value)


def read(cu: Driver, address: c_uint64, nbytes: int) -> bytes:
    there = ctypes.create_string_buffer(nbytes)
    cu.cuMemcpyDtoH_v2(there, address, c_size_t(nbytes))
    return there.raw


@functools.cache
def function(name: bytes) -> c_void_p:
    cu = started()
    return made(cu.cuModuleGetFunction, module(), name)


@functools.cache
def module() -> c_void_p:
    return made(started().cuModuleLoadData, PTX)


def pointers(*values: Any) -> Any:
    return (c_void_p * len(values))(*(ctypes.addressof(value) for value in values))


def launch(cu: Driver, kernel: Any, stream: Any, params: Any, shared: int = 0) -> None:
    cu.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, shared, stream, params, None)


def case_attributes(record: Record) -> None:
    from broker.device.attributes import WITHHELD

    cu = started()
    for which in range(1, 148):
        if which not in WITHHELD and which not in PLACE:
            record.add(
                f"{which}", made(cu.cuDeviceGetAttribute, which, 0, kind=c_int).value
            )


def case_limits(record: Record) -> None:
    """Those of a context that shares the device with graphics, too: cublasLt asks."""
    library = started().library
    for limit in (0, 2, 5, 6, 8, 9):
        value = c_size_t()
        record.add(f"{limit}", library.cuCtxGetLimit(byref(value), limit), value.value)


def case_layout(record: Record) -> None:
    """Parameters with holes between them, by pointers and as a buffer."""
    cu, to = started(), memory(started(), 4096)
    kernel = function(b"fields")
    scale, last = ctypes.c_float(2.5), ctypes.c_ubyte(77)
    mid = (ctypes.c_ubyte * 48)(*range(48))
    launch(cu, kernel, None, pointers(to, scale, mid, last))
    record.add("pointers", read(cu, to, 16))
    packed = ctypes.create_string_buffer(LAYOUT.pack(to.value, 3.5, bytes(mid), 78), 65)
    size = c_size_t(65)
    extra = (c_void_p * 5)(1, ctypes.addressof(packed), 2, ctypes.addressof(size), 0)
    cu.cuLaunchKernel(kernel, 1, 1, 1, 1, 1, 1, 0, None, None, extra)
    record.add("buffer", read(cu, to, 16))
    attribute = Cluster(4, 0, (c_uint * 3)(2, 1, 1))
    config = Config((c_uint * 3)(4, 1, 1), (c_uint * 3)(1, 1, 1), 0, None)
    config.attributes, config.count = ctypes.pointer(attribute), 1
    cu.cuLaunchKernelEx(byref(config), kernel, None, extra)
    record.add("cluster", read(cu, to, 256))
    for index in range(5):
        offset, nbytes = c_size_t(), c_size_t()
        asked = cu.library.cuFuncGetParamInfo(
            kernel, c_size_t(index), byref(offset), byref(nbytes)
        )
        record.add(
            f"info{index}", asked, *([] if asked else [offset.value, nbytes.value])
        )


def case_shared_memory(record: Record) -> None:
    """More than a block has without asking, on a function and on a kernel."""
    cu, to = started(), memory(started(), 4096)
    at = c_uint(200 * 1024 - 4)
    kernel = function(b"shared_end")
    cu.cuFuncSetAttribute(kernel, 8, 200 * 1024)
    launch(cu, kernel, None, pointers(to, at), 200 * 1024)
    record.add("function", read(cu, to, 4))
    library = c_void_p()
    cu.cuLibraryLoadData(byref(library), PTX, None, None, 0, None, None, 0)
    lazy = made(cu.cuLibraryGetKernel, library, b"shared_end")
    cu.cuKernelSetAttribute(8, 200 * 1024, lazy, 0)
    at.value -= 4
    launch(cu, lazy, None, pointers(to, at), 200 * 1024)
    record.add("kernel", read(cu, to, 4))
    same = made(cu.cuKernelGetFunction, lazy)
    at.value -= 4
    launch(cu, same, None, pointers(to, at), 200 * 1024)
    record.add("of_kernel", read(cu, to, 4))
    attributes = [
        made(cu.cuFuncGetAttribute, which, same, kind=c_int).value
        for which in range(10)
    ]
    record.add("attributes", attributes)
    address, nbytes = c_uint64(), c_size_t()
    cu.cuLibraryGetGlobal(byref(address), byref(nbytes), library, b"counter")
    cu.cuMemsetD8_v2(address, 9, nbytes)
    record.add("variable", nbytes.value, read(cu, address, nbytes.value))
    cu.cuLibraryUnload(library)


def case_pointers(record: Record) -> None:
    """What is asked of an address inside an allocation, and of none."""
    cu, base = started(), memory(started(), 3 * MIB)
    inside = c_uint64(base.value + MIB + 12)
    start, nbytes = c_uint64(), c_size_t()
    cu.cuMemGetAddressRange_v2(byref(start), byref(nbytes), inside)
    record.add("range", start.value == base.value, nbytes.value)
    kind = made(cu.cuPointerGetAttribute, 2, inside, kind=c_uint).value
    same = made(cu.cuPointerGetAttribute, 3, inside, kind=c_uint64).value
    record.add("inside", kind, same == inside.value)
    here = c_uint64(ctypes.addressof(ctypes.create_string_buffer(8)))
    record.add("none", cu.library.cuPointerGetAttribute(byref(c_uint()), 2, here))
    pinned = made(cu.cuMemHostAlloc, c_size_t(MIB), 0)
    kind = made(cu.cuPointerGetAttribute, 2, pinned, kind=c_uint).value
    seen = made(cu.cuMemHostGetDevicePointer_v2, pinned, 0, kind=c_uint64).value
    record.add("pinned", kind, seen == pinned.value)


def case_order(record: Record) -> None:
    """Copies, waits and events behind a stream that is busy for some 20 ms."""
    cu, word = started(), memory(started(), 4096)
    spins = c_uint(20_000)
    busy, other = (made(cu.cuStreamCreate, flags) for flags in (1, 1))
    event, never = (made(cu.cuEventCreate, flags) for flags in (2, 2))
    count_up = function(b"count_up")
    launch(cu, count_up, busy, pointers(word, spins))
    up = ctypes.create_string_buffer(struct.pack("<I", 40), 4)
    cu.cuMemcpyHtoDAsync_v2(word, up, c_size_t(4), busy)
    up.raw = b"\xff" * 4  # a pageable source may change once the call returned
    launch(cu, count_up, busy, pointers(word, spins))
    cu.cuEventRecord(event, busy)
    cu.cuStreamWaitEvent(other, event, 0)
    cu.cuStreamWaitEvent(other, never, 0)  # never recorded: nothing to wait for
    launch(cu, count_up, other, pointers(word, spins))
    cu.cuEventRecord(event, other)
    cu.cuEventSynchronize(event)
    record.add("behind", read(cu, word, 4))
    legacy = made(cu.cuStreamCreate, 0)  # a blocking stream, and stream 0 behind it
    launch(cu, count_up, legacy, pointers(word, spins))
    launch(cu, count_up, None, pointers(word, c_uint(1)))
    record.add("legacy", read(cu, word, 4))
    launch(cu, count_up, None, pointers(word, spins))
    cu.cuStreamDestroy_v2(legacy)
    cu.cuStreamDestroy_v2(other)
    cu.cuCtxSynchronize()
    record.add("synchronised", read(cu, word, 4))
    pinned = made(cu.cuMemHostAlloc, c_size_t(4096), 0)
    launch(cu, count_up, busy, pointers(word, spins))
    cu.cuMemcpyDtoHAsync_v2(pinned, word, c_size_t(4), busy)
    cu.cuStreamSynchronize(busy)
    record.add("pinned", ctypes.string_at(pinned.value, 4))


def case_allocations(record: Record) -> None:
    """As a caching allocator makes them: many of 2 and 20 MiB, and one for a model."""
    cu = started()
    begin = time.monotonic()
    addresses = [memory(cu, nbytes * MIB) for nbytes in [2] * 200 + [20] * 40]
    for address in addresses[::2]:
        cu.cuMemFree_v2(address)
    addresses = addresses[1::2] + [memory(cu, 20 * MIB) for _ in range(20)]
    cu.cuMemsetD32_v2(addresses[-1], 5, c_size_t(1000))
    record.add("filled", read(cu, addresses[-1], 4000))
    for address in addresses:
        cu.cuMemFree_v2(address)
    record.note("small_seconds", time.monotonic() - begin)
    begin = time.monotonic()
    whole = made(cu.cuMemAlloc_v2, c_size_t(16 << 30), kind=c_uint64)
    record.note("16_gib_seconds", time.monotonic() - begin)
    cu.cuMemFree_v2(whole)


def case_stream_ordered(record: Record) -> None:
    cu, stream = started(), made(started().cuStreamCreate, 1)
    for number in range(20):
        address = made(cu.cuMemAllocAsync, c_size_t(MIB), stream, kind=c_uint64)
        cu.cuMemsetD8Async(address, number, c_size_t(MIB), stream)
        launch(cu, function(b"count_up"), stream, pointers(address, c_uint(10)))
        back = ctypes.create_string_buffer(8)
        cu.cuMemcpyDtoHAsync_v2(back, address, c_size_t(8), stream)
        cu.cuMemFreeAsync(address, stream)
        cu.cuStreamSynchronize(stream)
        record.add(f"{number}", back.raw)
