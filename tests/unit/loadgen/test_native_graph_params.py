"""The layouts of graph nodes' parameters are the driver's, and hold what was asked."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest
from cuda.bindings import driver

from loadgen.native import graph_params
from loadgen.native.graph_params import DEVICE, HOST, Place

LAYOUTS = [
    (graph_params.KernelNode, driver.CUDA_KERNEL_NODE_PARAMS_v2, 72),
    (graph_params.MemsetNode, driver.CUDA_MEMSET_NODE_PARAMS_v1, 40),
    (graph_params.MemcpyNode, driver.CUDA_MEMCPY3D_v2, 200),
]
# What NVIDIA's bindings take for a field that is no number.
TYPES = {
    "func": driver.CUfunction,
    "kern": driver.CUkernel,
    "ctx": driver.CUcontext,
    "srcArray": driver.CUarray,
    "dstArray": driver.CUarray,
    "srcMemoryType": driver.CUmemorytype,
    "dstMemoryType": driver.CUmemorytype,
}
# These the bindings make themselves, or do not let one set.
NOT_SET = ("kernelParams", "extra", "reserved0", "reserved1")


@pytest.mark.parametrize(
    ("ours", "theirs", "nbytes"), LAYOUTS, ids=["kernel", "memset", "memcpy"]
)
def test_each_field_lies_where_nvidias_bindings_put_it(
    ours: type[ctypes.Structure], theirs: Any, nbytes: int
) -> None:
    assert ctypes.sizeof(ours) == nbytes
    for number, (name, *_) in enumerate(ours._fields_, 3):
        if name in NOT_SET:
            continue
        value = HOST if name.endswith("MemoryType") else number
        made = theirs()
        setattr(made, name, TYPES.get(name, int)(value))
        seen = ours.from_address(made.getPtr())
        found = {field: getattr(seen, field) or 0 for field, *_ in ours._fields_}
        assert found.pop(name) == value, name
        assert not any(found.values()), name


def test_a_launch_has_its_parameters_in_one_buffer() -> None:
    node = graph_params.kernel_node(0x77, (2, 3, 4), (32, 2, 1), b"\x01\x00\x05", 48)
    grid = (node.gridDimX, node.gridDimY, node.gridDimZ)
    block = (node.blockDimX, node.blockDimY, node.blockDimZ)
    assert (node.func, grid, block) == (0x77, (2, 3, 4), (32, 2, 1))
    assert node.sharedMemBytes == 48 and node.kernelParams is None
    extra = (ctypes.c_void_p * 5).from_address(node.extra)
    assert (extra[0], extra[2], extra[4]) == (1, 2, None)
    assert ctypes.c_size_t.from_address(extra[3]).value == 3
    assert ctypes.string_at(extra[1], 3) == b"\x01\x00\x05"


@pytest.mark.parametrize("to, source", [(DEVICE, HOST), (HOST, DEVICE), (DEVICE,) * 2])
def test_a_copy_names_each_end_once(to: int, source: int) -> None:
    node = graph_params.copy_node(Place(to, 0x1000), Place(source, 0x2000), 64)
    assert (node.dstMemoryType, node.srcMemoryType) == (to, source)
    ends = {
        "dst": (node.dstHost, node.dstDevice or None),
        "src": (node.srcHost, node.srcDevice or None),
    }
    assert ends["dst"] == ((0x1000, None) if to == HOST else (None, 0x1000))
    assert ends["src"] == ((0x2000, None) if source == HOST else (None, 0x2000))
    assert (node.WidthInBytes, node.Height, node.Depth) == (64, 1, 1)


def test_a_fill_is_of_bytes() -> None:
    node = graph_params.fill_node(0x3000, 0xAB, 7)
    assert (node.dst, node.value, node.elementSize) == (0x3000, 0xAB, 1)
    assert (node.width, node.height) == (7, 1)
