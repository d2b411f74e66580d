"""The seam's questions and its less common work, on every device: rows, memory without
an address, variables, names, linking, what fits, tensor maps, limits.

Beside test_backends.py, whose bench and devices it uses.
"""

from __future__ import annotations

import struct
from typing import Any

import pytest
from broker.device._table import D2D, D2H, H2D
from device_bench import FORMAT_PTX, VA_BASE, Bench, raises
from test_backends import bench, shared  # noqa: F401  (fixtures)

from broker.device.attributes import ABSENT, WITHHELD, seen_by_tenants
from broker.device.backend import LinkInput, OccupancyQuery, TensorMap

MODULE = b""".version 8.0
.target sm_90
.address_size 64
.visible .global .align 4 .b8 table[64];
.visible .global .align 8 .u64 counter;
.visible .entry xs_empty()
{ ret; }
.visible .entry xs_spin(
    .param .u64 duration_ns
)
{ ret; }
"""
WIDTH, ROWS = 24, 5
BYTES = bytes(range(256)) * 4


def rows_of(data: bytes, pitch: int) -> bytes:
    return b"".join(data[i * pitch : i * pitch + WIDTH] for i in range(ROWS))


def test_attributes_are_told(bench: Bench) -> None:  # noqa: F811
    attributes = bench.held.value("attributes")
    properties = bench.held.value("properties")
    assert attributes[16] == properties.sm_count
    assert (attributes[75], attributes[76]) == (
        properties.compute_major,
        properties.compute_minor,
    )
    seen = seen_by_tenants(attributes)
    assert seen[0] == ABSENT and seen[16] == properties.sm_count
    assert all(seen[which] == value for which, value in WITHHELD.items())


def test_rows_are_copied(bench: Bench) -> None:  # noqa: F811
    address, stream = bench.memory(), bench.stream()
    host = bench.host(1024)
    host.view[:1024] = BYTES
    there, here = (address, 64), (host.address, 40)
    assert bench.table.copy_rows(stream, H2D, there, here, WIDTH, ROWS) == 0
    other = (address + 4096, 32)
    assert bench.table.copy_rows(stream, D2D, other, there, WIDTH, ROWS) == 0
    bench.finish(stream)
    moved = bench.get(stream, address + 4096, 32 * ROWS)
    wanted = rows_of(BYTES, 40) if bench.can.moves_data else bytes(WIDTH * ROWS)
    assert rows_of(moved, 32) == wanted
    back = bench.host(1024)
    back.view[:1024] = b"\x11" * 1024
    to = (back.address, 100)
    assert bench.table.copy_rows(stream, D2H, to, other, WIDTH, ROWS) == 0
    bench.finish(stream)
    got = bytes(back.view[:1024])
    assert rows_of(got, 100) == (
        rows_of(BYTES, 40) if bench.can.moves_data else b"\x11" * WIDTH * ROWS
    )
    assert got[WIDTH:100] == b"\x11" * (100 - WIDTH)  # between rows nothing changes


@pytest.mark.parametrize("width", [1, 2, 4])
def test_rows_are_filled(bench: Bench, width: int) -> None:  # noqa: F811
    address, stream = bench.memory(), bench.stream()
    value = 0x11223344 & ((1 << 8 * width) - 1)
    count = WIDTH // width
    assert bench.table.fill_rows(stream, address, 64, value, width, count, ROWS) == 0
    bench.finish(stream)
    row = value.to_bytes(width, "little") * count
    wanted = (row + bytes(64 - WIDTH)) * ROWS
    assert bench.get(stream, address, 64 * ROWS) == bench.expected(wanted)


def test_created_memory_keeps_its_bytes_between_addresses(
    bench: Bench,  # noqa: F811
) -> None:
    nbytes, stream = bench.granularity_bytes, bench.stream()
    backend = bench.backend
    free, total = backend.memory_info()
    handle = backend.create_memory(nbytes)
    backend.map_created(handle, VA_BASE, nbytes, True)
    assert bench.get(stream, VA_BASE, 64) == bench.expected(bytes(64))
    bench.put(stream, VA_BASE, b"kept")
    bench.finish(stream)
    with raises(1):
        backend.map_created(handle, VA_BASE, nbytes, False)  # taken
    backend.unmap_created(VA_BASE, nbytes)
    with raises(1):
        backend.unmap_created(VA_BASE, nbytes)
    backend.map_created(handle, VA_BASE + 4 * nbytes, nbytes, False)
    assert bench.get(stream, VA_BASE + 4 * nbytes, 4) == bench.expected(b"kept")
    backend.unmap_created(VA_BASE + 4 * nbytes, nbytes)
    assert backend.memory_info()[0] <= free - nbytes
    backend.release_memory(handle)
    assert backend.memory_info() == (free, total)
    with raises():
        backend.release_memory(handle)


def test_variables_have_addresses(bench: Bench) -> None:  # noqa: F811
    module, stream = bench.module(MODULE), bench.stream()
    address, nbytes = bench.backend.variable_get(module, "table")
    assert nbytes == 64 and address
    assert bench.backend.variable_get(module, "counter")[1] == 8
    bench.put(stream, address, b"variable")
    assert bench.get(stream, address, 8) == bench.expected(b"variable")
    with raises(500) as caught:
        bench.backend.variable_get(module, "nothing")
    assert "nothing" in str(caught[0])


def test_functions_are_listed(bench: Bench) -> None:  # noqa: F811
    names = bench.backend.function_names(bench.module(MODULE))
    assert sorted(names) == ["xs_empty", "xs_spin"]


def test_functions_tell_their_attributes(bench: Bench) -> None:  # noqa: F811
    info = bench.backend.function_get(bench.module(MODULE), "xs_empty")
    assert len(info.attributes) == 16
    assert info.attributes[0] == info.threads_max
    assert info.attributes[4] == info.registers


def test_one_text_links_to_itself(bench: Bench) -> None:  # noqa: F811
    image, words = bench.backend.link([LinkInput(1, "a.ptx", MODULE)], ((7, 3),))
    assert image and isinstance(words, str)


def question(kind: int, **more: Any) -> OccupancyQuery:
    values: dict[str, Any] = {
        "grid": (16, 1, 1),
        "block": (128, 1, 1),
        "shared_bytes": 0,
        **more,
    }
    return OccupancyQuery(kind, **values)


def test_what_fits(bench: Bench) -> None:  # noqa: F811
    info = bench.backend.function_get(bench.module(MODULE), "xs_empty")
    ask = bench.backend.occupancy
    assert 1 <= ask(info.native, question(0)) <= 32
    assert ask(info.native, question(1, grid=(2, 1, 1))) > 0
    clusters = struct.pack("<i4x3I52x", 4, 2, 1, 1)
    assert ask(info.native, question(2)) >= 8
    assert ask(info.native, question(3, attributes=clusters)) > 0
    with raises(400):
        ask(0x123450, question(0))


def tensor(address: int) -> TensorMap:
    return TensorMap(
        im2col=False,
        data_type=7,  # FLOAT32
        address=address,
        dimensions=(64, 32),
        strides=(256,),
        box=(32, 16),
        element_strides=(1, 1),
        corners=(),
        channels=0,
        pixels=0,
        interleave=0,
        swizzle=0,
        promotion=0,
        fill=0,
    )


def test_tensor_maps(bench: Bench) -> None:  # noqa: F811
    address = bench.memory()
    if bench.held.value("name") == "emulated":
        with raises(801):
            bench.backend.tensor_map(tensor(address))
        return
    made = bench.backend.tensor_map(tensor(address))
    assert len(made) == 128
    assert bench.backend.tensor_map(tensor(address)) == made
    assert bench.backend.tensor_map(tensor(address + 256)) != made


def test_limits(bench: Bench) -> None:  # noqa: F811
    held = bench.backend.limit_get(1)
    assert held > 0
    bench.backend.limit_set(1, held * 2)
    assert bench.backend.limit_get(1) >= held * 2
    with raises():
        bench.backend.limit_get(77)


def test_options_of_the_compiler(bench: Bench) -> None:  # noqa: F811
    module = bench.backend.module_load(MODULE, FORMAT_PTX, ((7, 2), (0, 64)))
    assert bench.backend.function_get(module, "xs_empty").native
    bench.backend.module_unload(module)
