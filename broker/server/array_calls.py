"""A session's calls about CUDA arrays, texture objects and surface objects.

Decides which boxes may be copied and what an object may look into: arrays of the
session and its own memory. An array's memory stays as long as an object looks into it,
for a kernel that holds the object's number would see whatever comes there next. A
number that a kernel makes up is checked nowhere, as a pointer that it makes up is not:
only trust domains part sessions that far. It must never know code or operations.
`session.py` makes one and calls `tear_down` at the session's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from broker.device.arrays import (
    ARRAY,
    DEVICE,
    HOST,
    SURFACE,
    ArrayCopy,
    ArrayShape,
    Box,
    Side,
    Texture,
    element_bytes,
)
from broker.device.backend import DeviceError
from broker.server.calls import (
    INVALID_HANDLE,
    INVALID_VALUE,
    OUT_OF_MEMORY,
    CallRefused,
    Calls,
    Handler,
)
from broker.wire.gen import messages as wire

if TYPE_CHECKING:
    from broker.server.session import Session

ARRAYS_MAX = 4096
TEXTURES_MAX = 4096
COPY_BYTES_MAX = 4 << 20
SAMPLING_BYTES = 104
# CU_DEVICE_ATTRIBUTE_MAX_PITCH of every device so far.
PITCH_MAX = 0x7FFFFFFF


@dataclass(slots=True)
class Array:
    """native: the backend's own. textures: objects that look into it."""

    native: Any
    shape: ArrayShape
    textures: int = 0
    released: bool = False


class ArrayCalls(Calls):
    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._arrays: dict[int, Array] = {}
        # By kind and number: the two kinds count for themselves.
        self._textures: dict[tuple[bool, int], Array | None] = {}

    def handlers(self) -> dict[type, Handler]:
        return {
            wire.ArrayCreate: self._array_create,
            wire.ArrayDestroy: self._array_destroy,
            wire.ArrayCopy: self._array_copy,
            wire.TextureCreate: self._texture_create,
            wire.TextureDestroy: self._texture_destroy,
        }

    # --------------------------------------------------------------- arrays
    async def _array_create(self, call: wire.ArrayCreate) -> wire.Done:
        self.check_new_handle(call.array, wire.KIND_ARRAY, self._arrays)
        shape = ArrayShape(
            call.width, call.height, call.depth, call.format, call.channels, call.flags
        )
        if shape.wrong():
            raise CallRefused(INVALID_VALUE, f"an array of {shape.wrong()}")
        if len(self._arrays) >= ARRAYS_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{ARRAYS_MAX} arrays exist")
        quota = self.session.arena.quota
        quota.charge(shape.charged_bytes)
        try:
            native = await self.device("array_create", shape)
        except DeviceError:
            quota.refund(shape.charged_bytes)
            raise
        self._arrays[call.array] = Array(native, shape)
        return wire.Done(call.call, 0, "")

    async def _array_destroy(self, call: wire.ArrayDestroy) -> wire.Done:
        self.check_seq(call.after_seq)
        array = self._array(call.array)
        del self._arrays[call.array]
        array.released = True
        await self.session.retired(self.session.pages.accepted_seq)
        await self._drop_unused(array)
        return wire.Done(call.call, 0, "")

    async def _drop_unused(self, array: Array) -> None:
        if array.released and not array.textures:
            await self.device("array_destroy", array.native)
            self.session.arena.quota.refund(array.shape.charged_bytes)

    def _array(self, handle: int) -> Array:
        array = self._arrays.get(handle)
        if array is None:
            raise CallRefused(INVALID_HANDLE, f"no array {handle:#x}")
        return array

    # --------------------------------------------------------------- copies
    async def _array_copy(self, call: wire.ArrayCopy) -> wire.Done:
        box = Box(call.row_bytes, call.rows, call.layers)
        if not 0 < box.nbytes <= COPY_BYTES_MAX:
            raise CallRefused(
                INVALID_VALUE, f"{box.nbytes} bytes; 1..{COPY_BYTES_MAX} are possible"
            )
        there = self._inside(call.array, box, call.x_bytes, call.y, call.z)
        other = self._other(call, box)
        away = call.kind in (wire.ARRAY_TO_HOST, wire.ARRAY_TO_DEVICE)
        to, source = (other, there) if away else (there, other)
        await self.device("array_copy", ArrayCopy(to, source, box))
        return wire.Done(call.call, 0, "")

    def _inside(self, handle: int, box: Box, x_bytes: int, y: int, z: int) -> Side:
        array = self._array(handle)
        if not array.shape.holds(box, x_bytes, y, z):
            raise CallRefused(INVALID_VALUE, f"{box} is not inside array {handle:#x}")
        return Side(ARRAY, array=array.native, x_bytes=x_bytes, y=y, z=z)

    def _other(self, call: wire.ArrayCopy, box: Box) -> Side:
        if call.kind in (wire.ARRAY_FROM_HOST, wire.ARRAY_TO_HOST):
            address = self.session.memory.piece_address(call.other, box.nbytes)
            return Side(HOST, address, box.row_bytes, box.rows)
        if call.kind == wire.ARRAY_FROM_ARRAY:
            place = (call.other_x_bytes, call.other_y, call.other_z)
            return self._inside(call.other, box, *place)
        pitch, rows = call.other_pitch, call.other_rows
        if not box.row_bytes <= pitch <= PITCH_MAX or rows < box.rows:
            raise CallRefused(INVALID_VALUE, f"pitch {pitch}, {rows} rows a layer")
        self._check_memory(call.other, box.span(pitch, rows))
        return Side(DEVICE, call.other, pitch, rows)

    def _check_memory(self, address: int, nbytes: int) -> None:
        if address + nbytes >= 1 << 64 or not self.session.worker.holds(
            self.session.sid, address, nbytes
        ):
            raise CallRefused(
                INVALID_VALUE,
                f"{nbytes} bytes at {address:#x} are not in the session's memory",
            )

    # ------------------------------------------------- texture, surface objects
    async def _texture_create(self, call: wire.TextureCreate) -> wire.Texture:
        self.check_device(call.device)
        if len(call.sampling) != (0 if call.surface else SAMPLING_BYTES):
            raise CallRefused(INVALID_VALUE, f"sampling of {len(call.sampling)} bytes")
        if len(self._textures) >= TEXTURES_MAX:
            raise CallRefused(OUT_OF_MEMORY, f"{TEXTURES_MAX} objects exist")
        array = None
        if call.resource == wire.RESOURCE_ARRAY:
            array = self._array(call.array)
            if call.surface and not array.shape.flags & SURFACE:
                raise CallRefused(INVALID_VALUE, "the array is not made for surfaces")
        else:
            self._check_texels(call)
        texture = Texture(
            bool(call.surface),
            call.resource,
            array.native if array else None,
            call.address,
            call.format,
            call.channels,
            call.bytes,
            call.width,
            call.height,
            call.pitch,
            call.sampling,
        )
        if array:  # before anything else of the session may destroy it
            array.textures += 1
        try:
            number = await self.device("texture_create", texture)
        except DeviceError:
            if array:
                array.textures -= 1
            raise
        self._textures[bool(call.surface), number] = array
        return wire.Texture(call.call, 0, "", number)

    def _check_texels(self, call: wire.TextureCreate) -> None:
        """Of memory. Raises: CallRefused."""
        element = element_bytes(call.format, call.channels)
        row = call.width * element
        if call.surface or not element:
            raise CallRefused(INVALID_VALUE, "an object of another kind of elements")
        if call.resource == wire.RESOURCE_LINEAR and call.bytes:
            self._check_memory(call.address, call.bytes)
        elif call.resource == wire.RESOURCE_PITCHED and row and call.height:
            if not row <= call.pitch <= PITCH_MAX:
                raise CallRefused(INVALID_VALUE, f"rows of {row}, pitch {call.pitch}")
            nbytes = Box(row, call.height, 1).span(call.pitch, call.height)
            self._check_memory(call.address, nbytes)
        else:
            raise CallRefused(INVALID_VALUE, f"resource {call.resource}, or no texels")

    async def _texture_destroy(self, call: wire.TextureDestroy) -> wire.Done:
        self.check_seq(call.after_seq)
        key = bool(call.surface), call.object
        if key not in self._textures:
            raise CallRefused(INVALID_HANDLE, f"no object {call.object:#x}")
        await self.session.retired(self.session.pages.accepted_seq)
        await self._destroy_texture(key)
        return wire.Done(call.call, 0, "")

    async def _destroy_texture(self, key: tuple[bool, int]) -> None:
        await self.device("texture_destroy", *key)
        array = self._textures.pop(key)
        if array:
            array.textures -= 1
            await self._drop_unused(array)

    # ---------------------------------------------------------------- the end
    async def tear_down(self) -> None:
        """Nothing is in flight any more: everything goes."""
        alone = [array for array in self._arrays.values() if not array.textures]
        for array in self._arrays.values():
            array.released = True
        self._arrays.clear()
        for key in list(self._textures):
            await self.quietly(self._destroy_texture(key))
        for array in alone:
            await self.quietly(self._drop_unused(array))
