"""CUDA arrays and what looks into them: their shapes, boxes and bytes.

Decides what a shape means in rows and bytes, whether a box lies inside it, and what it
is charged. It must never know sessions or how a device stores an array. Called by
`server/array_calls.py`, which checks with it, and by the backends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# CUarray_format: bytes of one channel. Others are planes, blocks and normalised pixels.
_FORMAT_BYTES = {1: 1, 2: 2, 3: 4, 8: 1, 9: 2, 10: 4, 0x10: 2, 0x20: 4}
LAYERED, SURFACE, CUBEMAP, GATHER = 1, 2, 4, 8
FLAGS = LAYERED | SURFACE | CUBEMAP | GATHER

# Larger than any device takes; the device itself refuses the rest.
WIDTH_MAX, HEIGHT_MAX, DEPTH_MAX = 1 << 17, 1 << 17, 1 << 14

# The device lays elements out in blocks of about this many bytes and rows, and gives
# memory in units.
_BLOCK_BYTES, _BLOCK_ROWS, _UNIT_BYTES = 64, 8, 64 << 10


def element_bytes(format_: int, channels: int) -> int:
    """0 when there is no such element here."""
    return _FORMAT_BYTES.get(format_, 0) * (channels if channels in (1, 2, 4) else 0)


def _up(value: int, unit: int) -> int:
    return -(-value // unit) * unit


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """As CUDA_ARRAY3D_DESCRIPTOR: elements; height and depth 0 where there is none."""

    width: int
    height: int
    depth: int
    format: int
    channels: int
    flags: int = 0

    @property
    def element_bytes(self) -> int:
        return element_bytes(self.format, self.channels)

    @property
    def row_bytes(self) -> int:
        return self.width * self.element_bytes

    @property
    def rows(self) -> int:
        return max(self.height, 1)

    @property
    def layers(self) -> int:
        return max(self.depth, 1)

    @property
    def charged_bytes(self) -> int:
        """An estimate: no driver call tells what an array takes."""
        rows = _up(self.rows, _BLOCK_ROWS) if self.height else 1
        return _up(_up(self.row_bytes, _BLOCK_BYTES) * rows * self.layers, _UNIT_BYTES)

    def wrong(self) -> str:
        """What is wrong with it; empty when nothing is."""
        if not self.element_bytes:
            return f"elements of format {self.format} with {self.channels} channels"
        if not 0 < self.width <= WIDTH_MAX or self.height > HEIGHT_MAX:
            return f"{self.width} x {self.height} elements"
        if self.depth > DEPTH_MAX or self.flags & ~FLAGS:
            return f"depth {self.depth}, flags {self.flags:#x}"
        return ""

    def holds(self, box: Box, x_bytes: int, y: int, z: int) -> bool:
        element = self.element_bytes
        return (
            x_bytes % element == 0
            and box.row_bytes % element == 0
            and x_bytes + box.row_bytes <= self.row_bytes
            and y + box.rows <= self.rows
            and z + box.layers <= self.layers
        )


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of bytes, in layers; none of the numbers is 0."""

    row_bytes: int
    rows: int
    layers: int

    @property
    def nbytes(self) -> int:
        return self.row_bytes * self.rows * self.layers

    def span(self, pitch: int, rows: int) -> int:
        """Bytes from the first to behind the last, in memory of that pitch, with so
        many rows from one layer to the next."""
        last = (self.layers - 1) * rows + self.rows - 1
        return last * pitch + self.row_bytes


HOST, DEVICE, ARRAY = "host", "device", "array"


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a copy: memory from `address` on, or a place in a native array.

    pitch: bytes from one row to the next. rows: from one layer to the next.
    """

    kind: str
    address: int = 0
    pitch: int = 0
    rows: int = 0
    array: Any = None
    x_bytes: int = 0
    y: int = 0
    z: int = 0


@dataclass(frozen=True, slots=True)
class ArrayCopy:
    """From one side to the other, at least one of which is an array."""

    to: Side
    source: Side
    box: Box


@dataclass(frozen=True, slots=True)
class Texture:
    """A texture object, or a surface object. resource: wire constants resource_*.

    array: native. pitch, width, height: of pitched memory; nbytes: of linear memory.
    sampling: a raw CUDA_TEXTURE_DESC; empty for a surface object.
    """

    surface: bool
    resource: int
    array: Any = None
    address: int = 0
    format: int = 0
    channels: int = 0
    nbytes: int = 0
    width: int = 0
    height: int = 0
    pitch: int = 0
    sampling: bytes = b""


class PlainArray:
    """An array as rows one behind the other, for devices that are host memory."""

    def __init__(self, shape: ArrayShape) -> None:
        self.shape = shape
        self.bytes = bytearray(shape.row_bytes * shape.rows * shape.layers)

    def at(self, side: Side, row: int, layer: int) -> int:
        """Where a row of a box begins in `bytes`."""
        rows = (side.z + layer) * self.shape.rows + side.y + row
        return rows * self.shape.row_bytes + side.x_bytes
