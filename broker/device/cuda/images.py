"""Whether a code image may be given to the driver.

Decides nothing about code: it checks that an image ends where its own header says. The
driver is told no length, so a cut-off cubin would make it read past the bytes a tenant
sent. Called by backend.py before cuModuleLoadDataEx.

Source: ELF-64 object file format; the fat binary header of the CUDA toolkit
(fatbinary_section.h: magic, version, header bytes, payload bytes).
"""

from __future__ import annotations

import struct

from broker.device.backend import DeviceError

# Wire constants module_format_*; the device layer does not import the wire.
FORMAT_PTX = 1
FORMAT_CUBIN = 2
FORMAT_FATBIN = 3

INVALID_IMAGE = 200

_ELF_MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little-endian
_ELF_HEADER = struct.Struct("<16s2HI3QI6H")
_ELF_SECTION = struct.Struct("<2I4Q2I2Q")
_ELF_SEGMENT = struct.Struct("<2I6Q")
_SECTION_WITHOUT_BYTES = 8  # SHT_NOBITS
_FATBIN_HEADER = struct.Struct("<I2HQ")
_FATBIN_MAGIC = 0xBA55ED50


def check_image(image: bytes, image_format: int) -> None:
    """Raise DeviceError(200 INVALID_IMAGE), saying why, unless the image is whole."""
    if image_format == FORMAT_PTX:
        fault = "" if image.strip(b"\0 \t\r\n") else "the PTX text is empty"
    elif image_format == FORMAT_CUBIN:
        fault = _cubin_fault(image)
    elif image_format == FORMAT_FATBIN:
        fault = _fatbin_fault(image)
    else:
        fault = f"no image format {image_format}"
    if fault:
        raise DeviceError(INVALID_IMAGE, "module_load", fault)


def _fatbin_fault(image: bytes) -> str:
    if len(image) < _FATBIN_HEADER.size:
        return "not a fatbin: shorter than its header"
    magic, _, header_bytes, payload_bytes = _FATBIN_HEADER.unpack_from(image)
    if magic != _FATBIN_MAGIC:
        return "not a raw fatbin: wrong magic number"
    if header_bytes + payload_bytes > len(image):
        return f"the fatbin is cut off: {header_bytes + payload_bytes} bytes announced"
    return ""


def _cubin_fault(image: bytes) -> str:
    if len(image) < _ELF_HEADER.size or not image.startswith(_ELF_MAGIC):
        return "not a cubin: no 64-bit ELF header"
    fields = _ELF_HEADER.unpack_from(image)
    segments_at, sections_at = fields[5], fields[6]
    segment_bytes, segments, section_bytes, sections = fields[9:13]
    if segments and segment_bytes != _ELF_SEGMENT.size:
        return "not a cubin: segment headers of an unknown size"
    if sections and section_bytes != _ELF_SECTION.size:
        return "not a cubin: section headers of an unknown size"
    ends = [segments_at + segments * segment_bytes]
    ends.append(sections_at + sections * section_bytes)
    if max(ends) <= len(image):
        ends += _segment_ends(image, segments_at, segments)
        ends += _section_ends(image, sections_at, sections)
    if max(ends) > len(image):
        return f"the cubin is cut off: {max(ends)} bytes announced"
    return ""


def _segment_ends(image: bytes, at: int, count: int) -> list[int]:
    headers = struct.iter_unpack(
        _ELF_SEGMENT.format, image[at : at + count * _ELF_SEGMENT.size]
    )
    return [offset + file_bytes for _, _, offset, _, _, file_bytes, _, _ in headers]


def _section_ends(image: bytes, at: int, count: int) -> list[int]:
    headers = struct.iter_unpack(
        _ELF_SECTION.format, image[at : at + count * _ELF_SECTION.size]
    )
    return [
        offset + nbytes
        for _, kind, _, _, offset, nbytes, _, _, _, _ in headers
        if kind != _SECTION_WITHOUT_BYTES
    ]
