"""Read the outside of a cubin: its kernels and the layout of their parameters.

Decides whether bytes are an ELF file for this kind of device. Must never know devices
or kernels by name. Called by `images.py`.

A kernel is a global function symbol of `.symtab`; its parameters are the KPARAM_INFO
attributes of section `.nv.info.<kernel>`: records of format (u8), attribute (u8) and,
for format 4, a byte count (u16) and that many bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

_MACHINE_CUDA = 190
_SECTION_SYMBOLS = 2
# Whatever the binding: constants are local, instances of templates weak.
_SYMBOL_OBJECT, _SYMBOL_FUNCTION, _SYMBOL_TYPES = 1, 2, 15
_FORMAT_SIZED = 4
_ATTRIBUTE_PARAM = 0x17
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_PARAM = struct.Struct("<IHHI")


class CubinError(Exception):
    """The bytes are not a cubin."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """One kernel: offsets and sizes of its parameters in bytes, in order."""

    name: str
    param_offsets: tuple[int, ...]
    param_sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    kind: int
    data: bytes
    link: int


def _unpack(layout: struct.Struct, data: bytes, at: int, what: str) -> tuple[Any, ...]:
    if at < 0 or at + layout.size > len(data):
        raise CubinError(f"{what} lies outside the file")
    return layout.unpack_from(data, at)


def _text(data: bytes, at: int) -> str:
    end = data.find(b"\0", at)
    if end < 0:
        raise CubinError("a name does not end")
    return data[at:end].decode("utf-8", "replace")


def _sections(image: bytes) -> list[_Section]:
    header = _unpack(_HEADER, image, 0, "the ELF header")
    if header[0][:6] != b"\x7fELF\x02\x01" or header[2] != _MACHINE_CUDA:
        raise CubinError("not a 64-bit ELF file for CUDA")
    offset, entry_bytes, count, names_index = header[6], *header[11:14]
    if entry_bytes != _SECTION.size:
        raise CubinError(f"section headers of {entry_bytes} bytes")
    rows = []
    for i in range(count):
        at = offset + i * entry_bytes
        rows.append(_unpack(_SECTION, image, at, "a section header"))
    if names_index >= count:
        raise CubinError("there is no section of names")
    names = image[rows[names_index][4] : sum(rows[names_index][4:6])]
    return [
        _Section(_text(names, row[0]), row[1], image[row[4] : row[4] + row[5]], row[6])
        for row in rows
    ]


def _params(info: bytes, kernel: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    found: dict[int, tuple[int, int]] = {}
    at = 0
    while at + 4 <= len(info):
        form, attribute, count = struct.unpack_from("<BBH", info, at)
        at += 4
        if form != _FORMAT_SIZED:  # the value is the two bytes themselves
            continue
        if attribute == _ATTRIBUTE_PARAM:
            what = f"a parameter of {kernel}"
            _, ordinal, offset, packed = _unpack(_PARAM, info, at, what)
            found[ordinal] = (offset, packed >> 18)
        at += count
    if sorted(found) != list(range(len(found))):
        raise CubinError(f"parameters of {kernel} are missing")
    layout = [found[i] for i in range(len(found))]
    return tuple(offset for offset, _ in layout), tuple(size for _, size in layout)


def variables(image: bytes) -> dict[str, int]:
    """Bytes of each variable of a cubin by name.

    Raises: CubinError.
    """
    found = {}
    sections = _sections(image)
    for section in sections:
        if section.kind != _SECTION_SYMBOLS or section.link >= len(sections):
            continue
        names = sections[section.link].data
        whole = len(section.data) // _SYMBOL.size * _SYMBOL.size
        for symbol in _SYMBOL.iter_unpack(section.data[:whole]):
            here = 0 < symbol[3] < len(sections)
            if symbol[1] & _SYMBOL_TYPES == _SYMBOL_OBJECT and here:
                found[_text(names, symbol[0])] = symbol[5]
    return found


def parse(image: bytes) -> dict[str, Kernel]:
    """The kernels of a cubin by name.

    Raises: CubinError.
    """
    sections = _sections(image)
    infos = {s.name[9:]: s.data for s in sections if s.name.startswith(".nv.info.")}
    kernels = {}
    for section in sections:
        if section.kind != _SECTION_SYMBOLS or section.link >= len(sections):
            continue
        names = sections[section.link].data
        whole = len(section.data) // _SYMBOL.size * _SYMBOL.size
        for symbol in _SYMBOL.iter_unpack(section.data[:whole]):
            if symbol[1] & _SYMBOL_TYPES != _SYMBOL_FUNCTION:
                continue
            name = _text(names, symbol[0])
            if name in infos:  # a device function has no parameters of its own
                kernels[name] = Kernel(name, *_params(infos[name], name))
    return kernels
