"""CUDA arrays of the emulated device: bytes, and the numbers of what looks into them.

Decides how a box of an array is moved. No kernel here reads textures, so an object is a
number and nothing else. It must never know sessions. Called by `backend.py`.
"""

from __future__ import annotations

import ctypes
from typing import Any

from broker.device.arrays import (
    ARRAY,
    DEVICE,
    ArrayCopy,
    ArrayShape,
    PlainArray,
    Side,
    Texture,
)
from broker.device.backend import DeviceError
from broker.device.emulated import _emulator, images

NUMBER_FIRST = 0x7E00_0000


class Arrays:
    """All arrays, texture objects and surface objects of one emulator."""

    def __init__(self, emulator: _emulator.Emulator) -> None:
        self._emulator = emulator
        self._arrays: dict[int, PlainArray] = {}
        self._textures: dict[tuple[bool, int], Any] = {}
        self._next_number = NUMBER_FIRST

    @property
    def nbytes(self) -> int:
        return sum(array.shape.charged_bytes for array in self._arrays.values())

    def _number(self) -> int:
        self._next_number += 1
        return self._next_number

    def create(self, shape: ArrayShape) -> int:
        number = self._number()
        self._arrays[number] = PlainArray(shape)
        return number

    def destroy(self, array: int) -> None:
        self._find(array, "array_destroy")
        if array in self._textures.values():
            raise DeviceError(images.INVALID_VALUE, "array_destroy", "looked into")
        del self._arrays[array]

    def _find(self, array: Any, call: str) -> PlainArray:
        if array not in self._arrays:
            raise DeviceError(images.INVALID_HANDLE, call, "no such array")
        return self._arrays[array]

    def copy(self, copy: ArrayCopy) -> None:
        for side in (copy.to, copy.source):
            if side.kind == ARRAY:
                shape = self._find(side.array, "array_copy").shape
                if not shape.holds(copy.box, side.x_bytes, side.y, side.z):
                    raise DeviceError(images.INVALID_VALUE, "array_copy", f"{side}")
        # All of it is read first: a copy inside one array may meet itself.
        places = [(z, y) for z in range(copy.box.layers) for y in range(copy.box.rows)]
        rows = [self._read(copy.source, copy.box.row_bytes, *at) for at in places]
        for (layer, row), data in zip(places, rows, strict=True):
            self._write(copy.to, data, layer, row)

    def _read(self, side: Side, nbytes: int, layer: int, row: int) -> bytearray:
        if side.kind == ARRAY:
            array = self._arrays[side.array]
            at = array.at(side, row, layer)
            return array.bytes[at : at + nbytes]
        address = side.address + (layer * side.rows + row) * side.pitch
        if side.kind == DEVICE:
            data = bytearray(nbytes)
            self._move(address, data, False)
            return data
        return bytearray(ctypes.string_at(address, nbytes))

    def _write(self, side: Side, data: bytearray, layer: int, row: int) -> None:
        if side.kind == ARRAY:
            array = self._arrays[side.array]
            at = array.at(side, row, layer)
            array.bytes[at : at + len(data)] = data
            return
        address = side.address + (layer * side.rows + row) * side.pitch
        if side.kind == DEVICE:
            self._move(address, data, True)
        else:
            ctypes.memmove(address, bytes(data), len(data))

    def _move(self, address: int, data: bytearray, to_device: bool) -> None:
        result = self._emulator.move(address, data, to_device)
        if result:
            raise DeviceError(result, "array_copy", f"{len(data)} at {address:#x}")

    def texture_create(self, texture: Texture) -> int:
        if texture.array is not None:
            self._find(texture.array, "texture_create")
        number = self._number()
        self._textures[texture.surface, number] = texture.array
        return number

    def texture_destroy(self, surface: bool, number: int) -> None:
        if (surface, number) not in self._textures:
            detail = f"no object {number:#x}"
            raise DeviceError(images.INVALID_HANDLE, "texture_destroy", detail)
        del self._textures[surface, number]
