"""What the driver is told of a graph's node: the layouts of its parameters.

Decides how a launch, a fill and a copy are put into the driver's words. It must never
know a graph. Called by `graphs.py`.

Fields have the driver's own names. Source: cuda.h of CUDA 13.0, CUDA_KERNEL_NODE_PARAMS
(_v2, since 12.0), CUDA_MEMSET_NODE_PARAMS (_v1), CUDA_MEMCPY3D (_v2), on 64 bits;
tests/unit/loadgen/test_native_graph_params.py holds them against cuda.bindings.
"""

from __future__ import annotations

import ctypes
from ctypes import c_size_t, c_uint, c_uint64, c_void_p
from typing import ClassVar, NamedTuple

# CU_LAUNCH_PARAM_*, the words of `extra`.
PARAMS_END, PARAMS_POINTER, PARAMS_SIZE = 0, 1, 2
# CUmemorytype.
HOST, DEVICE = 1, 2


class KernelNode(ctypes.Structure):
    """72 bytes. Grid in blocks, block in threads, sharedMemBytes dynamic and of a
    block."""

    _fields_: ClassVar = [
        ("func", c_void_p),
        *((f"gridDim{axis}", c_uint) for axis in "XYZ"),
        *((f"blockDim{axis}", c_uint) for axis in "XYZ"),
        ("sharedMemBytes", c_uint),
        ("kernelParams", c_void_p),
        ("extra", c_void_p),
        ("kern", c_void_p),
        ("ctx", c_void_p),
    ]


class MemsetNode(ctypes.Structure):
    """40 bytes. width in elements of elementSize (1, 2 or 4) bytes; pitch, in bytes, is
    not looked at where height is 1 row."""

    _fields_: ClassVar = [
        ("dst", c_uint64),
        ("pitch", c_size_t),
        ("value", c_uint),
        ("elementSize", c_uint),
        ("width", c_size_t),
        ("height", c_size_t),
    ]


def _side(name: str) -> list[tuple[str, type]]:
    """88 bytes: one of the two sides of a copy, in bytes, rows and layers."""
    return [
        (f"{name}XInBytes", c_size_t),
        (f"{name}Y", c_size_t),
        (f"{name}Z", c_size_t),
        (f"{name}LOD", c_size_t),
        (f"{name}MemoryType", c_uint),
        (f"{name}Host", c_void_p),
        (f"{name}Device", c_uint64),
        (f"{name}Array", c_void_p),
        ("reserved0" if name == "src" else "reserved1", c_void_p),
        (f"{name}Pitch", c_size_t),
        (f"{name}Height", c_size_t),
    ]


class MemcpyNode(ctypes.Structure):
    """200 bytes."""

    _fields_: ClassVar = [
        *_side("src"),
        *_side("dst"),
        ("WidthInBytes", c_size_t),
        ("Height", c_size_t),
        ("Depth", c_size_t),
    ]


class Place(NamedTuple):
    """One end of a copy. memory_type: HOST or DEVICE."""

    memory_type: int
    address: int


def kernel_node(
    func: int,
    grid: tuple[int, int, int],
    block: tuple[int, int, int],
    params: bytes,
    shared_bytes: int,
) -> KernelNode:
    """func: a CUfunction. params: as the kernel finds them, padding included; the
    result keeps them until the driver has copied them."""
    size = c_size_t(len(params))
    buffer = ctypes.create_string_buffer(params, len(params))
    extra = (c_void_p * 5)(
        *(PARAMS_POINTER, ctypes.addressof(buffer)),
        *(PARAMS_SIZE, ctypes.addressof(size)),
        PARAMS_END,
    )
    node = KernelNode(func, *grid, *block, shared_bytes)
    node.extra = ctypes.addressof(extra)
    node.kept = (buffer, size, extra)
    return node


def fill_node(address: int, value: int, count: int) -> MemsetNode:
    """count bytes of value, 0..255."""
    return MemsetNode(dst=address, value=value, elementSize=1, width=count, height=1)


def copy_node(to: Place, source: Place, nbytes: int) -> MemcpyNode:
    """One row of nbytes: a pitch and a height that hold it, though the driver asks for
    none, so that the checks of a copy in three dimensions have something to check."""
    node = MemcpyNode(WidthInBytes=nbytes, Height=1, Depth=1)
    for name, place in (("src", source), ("dst", to)):
        setattr(node, f"{name}MemoryType", place.memory_type)
        where = "Host" if place.memory_type == HOST else "Device"
        setattr(node, f"{name}{where}", place.address)
        setattr(node, f"{name}Pitch", nbytes)
        setattr(node, f"{name}Height", 1)
    return node
