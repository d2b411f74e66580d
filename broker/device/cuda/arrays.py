"""CUDA arrays, texture objects and surface objects of one GPU.

Decides which driver calls make, zero, copy and destroy them. What the driver takes as
a struct is written as its bytes: the layouts are those of the driver API since 5.0. It
must never know sessions. Called by backend.py with the context current.
"""

from __future__ import annotations

import contextlib
import ctypes
import struct
from collections.abc import Callable, Iterator
from typing import Any

from broker.device.arrays import (
    ARRAY,
    DEVICE,
    HOST,
    ArrayCopy,
    ArrayShape,
    Box,
    Side,
    Texture,
)
from broker.device.backend import DeviceError
from broker.device.cuda.driver import INVALID_HANDLE, Driver

RESOURCE_ARRAY, RESOURCE_LINEAR, RESOURCE_PITCHED = 0, 2, 3
# CUmemorytype
_MEMORY_TYPES = {HOST: 1, DEVICE: 2, ARRAY: 3}

# CUDA_ARRAY3D_DESCRIPTOR: extent, format, channels, flags.
_DESCRIPTOR = struct.Struct("<3Q3I4x")
# One side of CUDA_MEMCPY3D: x in bytes, y, z, level, kind of memory, host, device,
# array, a reserved pointer, pitch, rows of a layer. Two of them, then the box.
_SIDE = struct.Struct("<4QI4x6Q")
_BOX = struct.Struct("<3Q")
# CUDA_RESOURCE_DESC: the kind, 128 bytes that depend on it, flags.
_RESOURCE = struct.Struct("<I4x128sI4x")

# Address and bytes of memory for as long as it is held: zero, or of a size.
Held = contextlib.AbstractContextManager[tuple[int, int]]
Zeros = Callable[[], Held]
Scratch = Callable[[int], Held]


def _filled(made: Any, raw: bytes) -> Any:
    """A struct of cuda.bindings with these bytes."""
    ctypes.memmove(int(made.getPtr()), raw, len(raw))
    return made


def _side(side: Side) -> bytes:
    host = side.address if side.kind == HOST else 0
    device = side.address if side.kind == DEVICE else 0
    array = int(side.array) if side.kind == ARRAY else 0
    place = side.x_bytes, side.y, side.z, 0, _MEMORY_TYPES[side.kind]
    return _SIDE.pack(*place, host, device, array, 0, side.pitch, side.rows)


class Arrays:
    """All of one context.

    Args: finish: waits for the stream; zeros, scratch: memory on the device.
    """

    def __init__(
        self,
        driver: Driver,
        stream: Any,
        finish: Callable[[], None],
        zeros: Zeros,
        scratch: Scratch,
    ) -> None:
        self._driver = driver
        self._stream = stream
        self._finish = finish
        self._zeros = zeros
        self._scratch = scratch
        self._arrays: dict[int, tuple[ArrayShape, Any]] = {}
        self._textures: set[tuple[bool, int]] = set()

    def create(self, shape: ArrayShape) -> int:
        raw = _DESCRIPTOR.pack(
            *(shape.width, shape.height, shape.depth),
            *(shape.format, shape.channels, shape.flags),
        )
        descriptor = _filled(self._driver.types.CUDA_ARRAY3D_DESCRIPTOR(), raw)
        native = self._driver.call("cuArray3DCreate", descriptor)
        self._arrays[int(native)] = shape, native
        try:
            self._zero(int(native), shape)
        except DeviceError:
            with contextlib.suppress(DeviceError):
                self._drop(int(native))
            raise
        return int(native)

    def destroy(self, array: Any) -> None:
        """Zeroed first, as all memory that a tenant gives back."""
        if array not in self._arrays:
            raise DeviceError(INVALID_HANDLE, "array_destroy", "no such array")
        self._zero(array, self._arrays[array][0])
        self._drop(array)

    def _drop(self, array: int) -> None:
        self._driver.call("cuArrayDestroy", self._arrays.pop(array)[1])

    def _zero(self, array: int, shape: ArrayShape) -> None:
        """No fill of the driver reaches an array: copies of zeros do."""
        with self._zeros() as (address, nbytes):
            for to, box in _bands(array, shape, nbytes):
                source = Side(DEVICE, address, box.row_bytes, box.rows)
                self._issue(ArrayCopy(to, source, box))
            self._finish()

    def copy(self, copy: ArrayCopy) -> None:
        for side in (copy.to, copy.source):
            if side.kind == ARRAY and side.array not in self._arrays:
                raise DeviceError(INVALID_HANDLE, "array_copy", "no such array")
        if copy.to.kind == copy.source.kind == ARRAY:
            self._copy_aside(copy)
            return
        self._issue(copy)
        self._finish()

    def _copy_aside(self, copy: ArrayCopy) -> None:
        """Between arrays, by way of memory: the second layer of a copy inside one array
        came out wrong, copied whole as layer by layer (H100, driver 580.159)."""
        box = copy.box
        with self._scratch(box.nbytes) as (address, _):
            memory = Side(DEVICE, address, box.row_bytes, box.rows)
            self._issue(ArrayCopy(memory, copy.source, box))
            self._issue(ArrayCopy(copy.to, memory, box))
            self._finish()

    def _issue(self, copy: ArrayCopy) -> None:
        box = _BOX.pack(copy.box.row_bytes, copy.box.rows, copy.box.layers)
        raw = _side(copy.source) + _side(copy.to) + box
        described = _filled(self._driver.types.CUDA_MEMCPY3D(), raw)
        self._driver.call("cuMemcpy3DAsync", described, self._stream)

    # ------------------------------------------------- texture, surface objects

    def texture_create(self, texture: Texture) -> int:
        types = self._driver.types
        if texture.resource == RESOURCE_ARRAY and texture.array not in self._arrays:
            raise DeviceError(INVALID_HANDLE, "texture_create", "no such array")
        resource = _filled(types.CUDA_RESOURCE_DESC(), _resource(texture))
        if texture.surface:
            made = self._driver.call("cuSurfObjectCreate", resource)
        else:
            sampling = _filled(types.CUDA_TEXTURE_DESC(), texture.sampling)
            made = self._driver.call("cuTexObjectCreate", resource, sampling, None)
        self._textures.add((texture.surface, int(made)))
        return int(made)

    def texture_destroy(self, surface: bool, number: int) -> None:
        if (surface, number) not in self._textures:
            raise DeviceError(INVALID_HANDLE, "texture_destroy", "no such object")
        self._textures.discard((surface, number))
        call = "cuSurfObjectDestroy" if surface else "cuTexObjectDestroy"
        self._driver.call(call, number)

    def close(self) -> None:
        while self._textures:
            self.texture_destroy(*next(iter(self._textures)))
        for array in list(self._arrays):
            self.destroy(array)


def _bands(array: int, shape: ArrayShape, nbytes: int) -> Iterator[tuple[Side, Box]]:
    """All of an array as boxes of at most so many bytes, of one layer each."""
    rows_max = max(1, nbytes // shape.row_bytes)
    for layer in range(shape.layers):
        for row in range(0, shape.rows, rows_max):
            rows = min(rows_max, shape.rows - row)
            yield (
                Side(ARRAY, array=array, y=row, z=layer),
                Box(shape.row_bytes, rows, 1),
            )


def _resource(texture: Texture) -> bytes:
    if texture.resource == RESOURCE_ARRAY:
        body = struct.pack("<Q", texture.array)
    else:
        body = struct.pack("<Q2I", texture.address, texture.format, texture.channels)
        if texture.resource == RESOURCE_LINEAR:
            body += struct.pack("<Q", texture.nbytes)
        else:
            body += struct.pack("<3Q", texture.width, texture.height, texture.pitch)
    return _RESOURCE.pack(texture.resource, body, 0)
