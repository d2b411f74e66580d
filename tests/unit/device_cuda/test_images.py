"""Images that do not end where they say are refused before the driver sees them."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.device.backend import DeviceError
from broker.device.cuda.images import (
    FORMAT_CUBIN,
    FORMAT_FATBIN,
    FORMAT_PTX,
    INVALID_IMAGE,
    check_image,
)

ELF_HEADER_BYTES, SEGMENT_BYTES, SECTION_BYTES = 64, 56, 64


def cubin() -> bytes:
    """An ELF file: header, 32 bytes of text, one segment and two sections."""
    text_at, text = ELF_HEADER_BYTES, b"T" * 32
    segments_at = text_at + len(text)
    sections_at = segments_at + SEGMENT_BYTES
    header = struct.pack(
        "<16s2HI3QI6H",
        b"\x7fELF\x02\x01\x01",
        *(2, 190, 1, 0, segments_at, sections_at, 0),
        *(ELF_HEADER_BYTES, SEGMENT_BYTES, 1, SECTION_BYTES, 2, 0),
    )
    segment = struct.pack("<2I6Q", 1, 5, text_at, 0, 0, len(text), len(text), 8)
    section = struct.pack("<2I4Q2I2Q", 0, 1, 0, 0, text_at, len(text), 0, 0, 8, 0)
    # A section without bytes in the file may claim any size.
    empty = struct.pack("<2I4Q2I2Q", 0, 8, 0, 0, text_at, 1 << 40, 0, 0, 8, 0)
    return header + text + segment + section + empty


def fatbin() -> bytes:
    return struct.pack("<I2HQ", 0xBA55ED50, 1, 16, 100) + bytes(100)


@pytest.mark.parametrize(
    ("image", "image_format"),
    [(cubin(), FORMAT_CUBIN), (fatbin(), FORMAT_FATBIN), (b".version 8", FORMAT_PTX)],
)
def test_whole_images_pass(image: bytes, image_format: int) -> None:
    check_image(image, image_format)
    check_image(image + b"more", image_format)


@pytest.mark.parametrize(
    ("image", "image_format"), [(cubin(), FORMAT_CUBIN), (fatbin(), FORMAT_FATBIN)]
)
def test_images_cut_anywhere_are_refused(image: bytes, image_format: int) -> None:
    for length in range(len(image)):
        with pytest.raises(DeviceError) as caught:
            check_image(image[:length], image_format)
        assert caught.value.result == INVALID_IMAGE and caught.value.detail


@pytest.mark.parametrize("image", [b"", b"\0", b" \n"])
def test_empty_ptx_is_refused(image: bytes) -> None:
    with pytest.raises(DeviceError, match="empty"):
        check_image(image, FORMAT_PTX)


@given(st.binary(max_size=300), st.integers(0, 9))
def test_any_bytes_get_an_answer(image: bytes, image_format: int) -> None:
    try:
        check_image(image, image_format)
    except DeviceError as error:
        assert error.result == INVALID_IMAGE


@given(st.integers(0, len(cubin()) - 1), st.integers(0, 255))
def test_damaged_cubins_get_an_answer(at: int, value: int) -> None:
    image = bytearray(cubin())
    image[at] = value
    try:
        check_image(bytes(image), FORMAT_CUBIN)
    except DeviceError as error:
        assert error.result == INVALID_IMAGE
