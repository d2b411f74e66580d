"""CUDA arrays and what looks into them, on every device: boxes, zeros, accounts.

Beside test_backends.py, whose bench and devices it uses.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from device_bench import Bench, raises
from test_backends import bench, shared  # noqa: F401  (fixtures)

from broker.device.arrays import (
    ARRAY,
    DEVICE,
    HOST,
    LAYERED,
    SURFACE,
    ArrayCopy,
    ArrayShape,
    Box,
    Side,
    Texture,
)

RGBA = ArrayShape(16, 8, 3, 1, 4, SURFACE | LAYERED)
WHOLE = Box(64, 8, 3)
BYTES = Random(1).randbytes(1536)  # no two rows or layers alike
LINEAR, PITCHED = 2, 3


def inside(array: Any, x_bytes: int = 0, y: int = 0, z: int = 0) -> Side:
    return Side(ARRAY, array=array, x_bytes=x_bytes, y=y, z=z)


def read(bench: Bench, array: Any) -> bytes:  # noqa: F811
    back = bench.host(4096)
    back.view[: WHOLE.nbytes] = b"\x11" * WHOLE.nbytes
    to = Side(HOST, back.address, 64, 8)
    bench.backend.array_copy(ArrayCopy(to, inside(array), WHOLE))
    return bytes(back.view[: WHOLE.nbytes])


def filled(bench: Bench) -> Any:  # noqa: F811
    array = bench.backend.array_create(RGBA)
    here = bench.host(4096)
    here.view[: WHOLE.nbytes] = BYTES
    source = Side(HOST, here.address, 64, 8)
    bench.backend.array_copy(ArrayCopy(inside(array), source, WHOLE))
    return array


def expected(bench: Bench, data: bytes) -> bytes:  # noqa: F811
    return data if bench.can.moves_data else b"\x11" * len(data)


def test_a_new_array_is_zero(bench: Bench) -> None:  # noqa: F811
    array = bench.backend.array_create(RGBA)
    assert read(bench, array) == expected(bench, bytes(WHOLE.nbytes))
    bench.backend.array_destroy(array)


def test_a_wide_array_is_zeroed_in_bands(bench: Bench) -> None:  # noqa: F811
    """Each row is as long as what it is zeroed from, or longer than half of it."""
    array = bench.backend.array_create(ArrayShape(1 << 16, 3, 0, 0x20, 4))
    row = Box(1 << 20, 1, 1)
    back = bench.host(1 << 20)
    for y in range(3):
        back.view[: 1 << 20] = b"\x11" * (1 << 20)
        to = Side(HOST, back.address, 1 << 20, 1)
        bench.backend.array_copy(ArrayCopy(to, inside(array, y=y), row))
        assert bytes(back.view[: 1 << 20]) == expected(bench, bytes(1 << 20))
    bench.backend.array_destroy(array)


def test_boxes_go_in_and_out(bench: Bench) -> None:  # noqa: F811
    array = filled(bench)
    assert read(bench, array) == expected(bench, BYTES)
    # A box of 8 bytes, 2 rows, 2 layers goes to memory of another pitch, and back to
    # another place of the array.
    box, address = Box(8, 2, 2), bench.memory()
    memory = Side(DEVICE, address, 24, 5)
    bench.backend.array_copy(ArrayCopy(memory, inside(array, 16, 3, 1), box))
    bench.backend.array_copy(ArrayCopy(inside(array, 0, 0, 0), memory, box))
    # And once more, inside the array.
    bench.backend.array_copy(
        ArrayCopy(inside(array, 56, 6, 1), inside(array, 0, 0, 0), box)
    )
    wanted = bytearray(BYTES)
    for layer in range(2):
        for row in range(2):
            at = ((1 + layer) * 8 + 3 + row) * 64 + 16
            data = BYTES[at : at + 8]
            for x, y, z in ((0, 0, 0), (56, 6, 1)):
                to = ((z + layer) * 8 + y + row) * 64 + x
                wanted[to : to + 8] = data
    assert read(bench, array) == expected(bench, bytes(wanted))
    bench.backend.array_destroy(array)


def test_a_box_outside_is_refused(bench: Bench) -> None:  # noqa: F811
    array, address = filled(bench), bench.memory()
    memory = Side(DEVICE, address, 64, 8)
    for place in ((4, 0, 0), (0, 1, 0), (0, 0, 1)):
        with raises(1):
            bench.backend.array_copy(ArrayCopy(inside(array, *place), memory, WHOLE))
    bench.backend.array_destroy(array)


@pytest.mark.parametrize("surface", [False, True])
def test_objects_look_into_an_array(bench: Bench, surface: bool) -> None:  # noqa: F811
    array = filled(bench)
    sampling = b"" if surface else bytes(104)
    texture = Texture(surface, 0, array, sampling=sampling)
    first, second = (bench.backend.texture_create(texture) for _ in range(2))
    assert first and second and first != second
    bench.backend.texture_destroy(surface, first)
    with raises(400):
        bench.backend.texture_destroy(surface, first)
    with raises(400):
        bench.backend.texture_destroy(not surface, second)
    bench.backend.texture_destroy(surface, second)
    bench.backend.array_destroy(array)
    with raises(400):
        bench.backend.array_destroy(array)


def test_textures_of_memory(bench: Bench) -> None:  # noqa: F811
    address = bench.memory()
    linear = Texture(
        *(False, LINEAR, None, address, 0x20, 1),
        nbytes=256,
        sampling=bytes(104),
    )
    pitched = Texture(
        *(False, PITCHED, None, address, 2, 4),
        width=8,
        height=4,
        pitch=128,
        sampling=bytes(104),
    )
    for texture in (linear, pitched):
        number = bench.backend.texture_create(texture)
        bench.backend.texture_destroy(False, number)


@pytest.mark.parametrize(
    ("shape", "charged"),
    [
        (ArrayShape(1, 0, 0, 1, 1), 64 << 10),
        (ArrayShape(1 << 17, 0, 0, 0x20, 4), 2 << 20),
        (ArrayShape(1000, 1000, 0, 0x20, 1), 4032 * 1000 + 4096),
        (ArrayShape(64, 64, 64, 0x10, 4), 2 << 20),
    ],
)
def test_what_an_array_is_charged(shape: ArrayShape, charged: int) -> None:
    assert not shape.wrong()
    assert shape.charged_bytes >= shape.row_bytes * shape.rows * shape.layers
    assert shape.charged_bytes == -(-charged // (64 << 10)) * (64 << 10)


@pytest.mark.parametrize(
    "shape",
    [
        ArrayShape(0, 1, 0, 1, 1),
        ArrayShape(1, 1, 0, 4, 1),
        ArrayShape(1, 1, 0, 1, 3),
        ArrayShape(1, 1, 0, 1, 1, 0x40),
        ArrayShape(1 << 18, 1, 0, 1, 1),
        ArrayShape(1, 1, 1 << 15, 1, 1),
    ],
)
def test_a_wrong_shape_says_so(shape: ArrayShape) -> None:
    assert shape.wrong()
