"""The codec's oracle: messages to bodies and back, walked from the generated table.

It decides, in Python and by the table in gen/messages.py, what the C codec must decide
too: the same values, the same refusals, the same words. It is for tests, tools and
simulations; `_codec` is its fast twin. It must never know frames or states.
Encoding is msgpack's own; decoding is by hand, because every bound has to be checked
before anything is allocated for the value it bounds, and msgpack's unpacker does not.
"""

from __future__ import annotations

import struct
from typing import Any, NoReturn

import msgpack

from broker.wire.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from broker.wire.gen import messages as gen
from broker.wire.gen.messages import Field, Message

_RANGES = {
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u32": (0, 2**32 - 1),
    "u64": (0, 2**64 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "i64": (-(2**63), 2**63 - 1),
}
_ELEMENT = Field("", "u32", 2**32 - 1, "", False, None)
_STRUCTS = {
    cls.NAME: cls
    for cls in gen.LAYOUT
    if cls not in gen.OPERATIONS.values() and cls not in gen.MESSAGES.values()
}
_DEPTH_MESSAGE = 1
_DEPTH_INSIDE = 3  # an element: the message's array, the list, its own array


# ------------------------------------------------------------------ encoding


def encode(message: Message) -> bytes:
    """The body of a message, in msgpack's shortest form.

    Raises: LocalProtocolError when a value does not fit its field or the whole a frame.
    """
    if gen.MESSAGES.get(getattr(message, "NUMBER", 0)) is not type(message):
        raise LocalProtocolError(f"{type(message).__name__} is no message")
    body: bytes = msgpack.packb(_plain(message), use_bin_type=True)
    if len(body) > gen.FRAME_BYTES_MAX:
        raise LocalProtocolError(f"frame: over {gen.FRAME_BYTES_MAX} bytes")
    return body


def _plain(record: Any) -> list[Any]:
    """A record as the list that goes on the wire."""
    values = [
        _plain_value(f"{record.NAME}: {field.name}", field, getattr(record, field.name))
        for field in gen.LAYOUT[type(record)]
    ]
    number = getattr(record, "NUMBER", 0)
    return [number, *values] if number else values


def _plain_value(what: str, field: Field, value: Any) -> Any:
    if field.type in _RANGES:
        return _plain_number(what, field, value)
    if field.type == "bool":
        _require(isinstance(value, bool), what, value, "bool")
        return value
    if field.type == "list":
        return _plain_list(what, field, value)
    return _plain_bytes(what, field, value)


def _plain_number(what: str, field: Field, value: Any) -> int:
    _require(isinstance(value, int), what, value, "int")
    low = _RANGES[field.type][0]
    if value < low:
        raise LocalProtocolError(f"{what}: {value}, at least {low}")
    if value > field.bound:
        raise LocalProtocolError(f"{what}: {value}, at most {field.bound}")
    return int(value)


def _plain_bytes(what: str, field: Field, value: Any) -> Any:
    expected = str if field.type == "str" else bytes
    _require(isinstance(value, expected), what, value, expected.__name__)
    try:
        size = len(value.encode()) if field.type == "str" else len(value)
    except UnicodeEncodeError:
        raise LocalProtocolError(f"{what}: not UTF-8") from None
    if size > field.bound:
        raise LocalProtocolError(f"{what}: {size} bytes, at most {field.bound}")
    return value


def _plain_list(what: str, field: Field, value: Any) -> list[Any]:
    _require(type(value) in (tuple, list), what, value, "tuple")
    if len(value) > field.bound:
        text = f"{what}: {len(value)} elements, at most {field.bound}"
        raise LocalProtocolError(text)
    if field.of == "u32":
        return [_plain_number(what, _ELEMENT, element) for element in value]
    for element in value:
        if not _is_element(field.of, element):
            raise LocalProtocolError(f"{type(element).__name__} is no {field.of}")
    return [_plain(element) for element in value]


def _is_element(of: str, element: Any) -> bool:
    if of == "operation":
        return gen.OPERATIONS.get(getattr(element, "NUMBER", 0)) is type(element)
    return type(element) is _STRUCTS[of]


def _require(holds: bool, what: str, value: Any, expected: str) -> None:
    if not holds:
        text = f"{what}: {type(value).__name__}, expected {expected}"
        raise LocalProtocolError(text)


# ------------------------------------------------------------------ decoding


def decode(body: bytes | bytearray | memoryview) -> Message:
    """The message in a body.

    Raises: RemoteProtocolError or LimitExceeded, which names what is wrong and where.
    """
    try:
        return _Walk(bytes(body)).message()
    except _Problem as problem:
        kind = LimitExceeded if problem.is_limit else RemoteProtocolError
        raise kind(problem.text, problem.seq) from None


class _Problem(Exception):
    """Something wrong in a body; its text grows by what it lies in on the way out."""

    def __init__(self, text: str, is_limit: bool = False) -> None:
        self.text = text
        self.is_limit = is_limit
        self.seq = 0

    def inside(self, where: str) -> _Problem:
        self.text = f"{where}: {self.text}"
        return self


class _Walk:
    """A cursor over one body. Each method reads one thing there and moves it."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def message(self) -> Message:
        size = len(self.body)
        if size > gen.FRAME_BYTES_MAX:
            text = f"frame: {size} bytes, at most {gen.FRAME_BYTES_MAX}"
            raise _Problem(text, is_limit=True)
        where = "frame"
        try:
            number, fields = self._numbered("message")
            if number not in gen.MESSAGES:
                raise _Problem(f"unknown message {number}")
            cls: type[Any] = gen.MESSAGES[number]
            where = cls.NAME
            message: Message = self._record(cls, fields, _DEPTH_MESSAGE)
            if self.at != size:
                raise _Problem(f"{size - self.at} bytes after the message")
        except _Problem as problem:
            raise problem.inside(where) from None
        return message

    def _numbered(self, kind: str) -> tuple[int, int]:
        count = self._array_header()
        if count == 0:
            raise _Problem("number: missing")
        try:
            number = self._number_in(0, 2**64 - 1)
        except _Problem as problem:
            raise problem.inside("number") from None
        if number > 255:
            raise _Problem(f"unknown {kind} {number}")
        return number, count - 1

    def _record(self, cls: type[Any], fields: int, depth: int) -> Any:
        """The fields of a record whose array header and number are read."""
        layout = gen.LAYOUT[cls]
        required = sum(not field.has_default for field in layout)
        if fields < required:
            raise _Problem(f"{layout[fields].name}: missing")
        values = []
        for position, field in enumerate(layout):
            if position >= fields:
                values.append(field.default)
            else:
                values.append(self._field(field, values))
        self._skip_fields(fields - len(layout), depth)
        return cls(*values)

    def _field(self, field: Field, before: list[Any]) -> Any:
        if field.of == "operation":
            return self._operations(field, before)
        try:
            return self._value(field)
        except _Problem as problem:
            raise problem.inside(field.name) from None

    def _value(self, field: Field) -> Any:
        if field.type in _RANGES:
            return self._number_in(_RANGES[field.type][0], field.bound)
        if field.type == "bool":
            return self._bool()
        if field.type == "list":
            return self._list(field)
        return self._bytes(field)

    def _list(self, field: Field) -> tuple[Any, ...]:
        values = []
        for position in range(self._list_header(field)):
            try:
                values.append(self._element(field))
            except _Problem as problem:
                raise problem.inside(f"element {position}") from None
        return tuple(values)

    def _element(self, field: Field) -> Any:
        if field.of == "u32":
            return self._number_in(0, 2**32 - 1)
        return self._record(_STRUCTS[field.of], self._array_header(), _DEPTH_INSIDE)

    def _operations(self, field: Field, before: list[Any]) -> tuple[Any, ...]:
        try:
            count = self._list_header(field)
        except _Problem as problem:
            raise problem.inside(field.name) from None
        return tuple([self._operation(i, before[0] + i) for i in range(count)])

    def _operation(self, position: int, seq: int) -> Any:
        where = f"operation {position}"
        try:
            number, fields = self._numbered("operation")
            if number not in gen.OPERATIONS:
                raise _Problem(f"unknown operation {number}")
            cls: type[Any] = gen.OPERATIONS[number]
            where += f" ({cls.NAME})"
            return self._record(cls, fields, _DEPTH_INSIDE)
        except _Problem as problem:
            problem.seq = seq % 2**64
            raise problem.inside(where) from None

    # -------------------------------------------------------------- single values

    def _tag(self) -> int:
        if self.at >= len(self.body):
            raise _Problem("the body ends here")
        return self.body[self.at]

    def _wrong(self, expected: str) -> NoReturn:
        """The value at the cursor is not what it should be: say how."""
        tag = self._tag()
        if tag == 0xC1:
            raise _Problem(f"byte 0xc1, expected {expected}")
        found = _type_name(tag)
        if found == expected:
            raise _Problem(f"the body ends inside the {found}")
        raise _Problem(f"{found}, expected {expected}")

    def _big_endian(self, width: int, expected: str) -> int:
        """The `width` bytes behind the tag; the cursor goes behind them."""
        first = self.at + 1
        if first + width > len(self.body):
            self._wrong(expected)
        self.at = first + width
        return int.from_bytes(self.body[first : first + width], "big")

    def _number_in(self, low: int, high: int) -> int:
        value = self._number()
        if value < low:
            raise _Problem(f"{value}, at least {low}", is_limit=True)
        if value > high:
            bound = "at least 0" if value < 0 else f"at most {high}"
            raise _Problem(f"{value}, {bound}", is_limit=True)
        return value

    def _number(self) -> int:
        tag = self._tag()
        if tag < 0x80 or tag >= 0xE0:
            self.at += 1
            return tag if tag < 0x80 else tag - 0x100
        if not 0xCC <= tag <= 0xD3:
            self._wrong("number")
        width = 1 << (tag & 3)
        value = self._big_endian(width, "number")
        if tag >= 0xD0 and value >> (8 * width - 1):
            value -= 1 << 8 * width
        return value

    def _bool(self) -> bool:
        tag = self._tag()
        if tag not in (0xC2, 0xC3):
            self._wrong("bool")
        self.at += 1
        return tag == 0xC3

    def _array_header(self) -> int:
        tag = self._tag()
        if tag & 0xF0 == 0x90:
            self.at += 1
            return tag & 0x0F
        if tag not in (0xDC, 0xDD):
            self._wrong("array")
        return self._big_endian(2 if tag == 0xDC else 4, "array")

    def _list_header(self, field: Field) -> int:
        count = self._array_header()
        if count > field.bound:
            text = f"{count} elements, at most {field.bound}"
            raise _Problem(text, is_limit=True)
        if count > len(self.body) - self.at:
            raise _Problem("the body ends inside the array")
        return count

    def _bytes(self, field: Field) -> str | bytes:
        size = self._bytes_header(field.type)
        if size > field.bound:
            raise _Problem(f"{size} bytes, at most {field.bound}", is_limit=True)
        if size > len(self.body) - self.at:
            raise _Problem(f"the body ends inside the {field.type}")
        data = self.body[self.at : self.at + size]
        self.at += size
        if field.type == "bin":
            return data
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise _Problem("not UTF-8") from None

    def _bytes_header(self, kind: str) -> int:
        tag = self._tag()
        first = 0xC4 if kind == "bin" else 0xD9
        if kind == "str" and tag & 0xE0 == 0xA0:
            self.at += 1
            return tag & 0x1F
        if not first <= tag <= first + 2:
            self._wrong(kind)
        return self._big_endian(1 << (tag - first), kind)

    # -------------------------------------------------------------- what is unknown

    def _skip_fields(self, count: int, depth: int) -> None:
        if count > gen.FIELDS_UNKNOWN_MAX:
            text = f"{count} unknown fields, at most {gen.FIELDS_UNKNOWN_MAX}"
            raise _Problem(text, is_limit=True)
        for position in range(count):
            try:
                self._skip(depth)
            except _Problem as problem:
                raise problem.inside(f"unknown field {position}") from None

    def _skip(self, depth: int) -> None:
        """Skip one value; depth: arrays and maps open around it."""
        tag = self._tag()
        if tag == 0xC1:
            raise _Problem("byte 0xc1")
        inside, payload, header = self._extent(tag)
        if self.at + header + payload > len(self.body):
            raise _Problem("the body ends here")
        self.at += header + payload
        if inside is None:
            return
        if depth + 1 > gen.NESTING_MAX:
            raise _Problem(f"more than {gen.NESTING_MAX} levels", is_limit=True)
        for _ in range(inside):
            self._skip(depth + 1)

    def _extent(self, tag: int) -> tuple[int | None, int, int]:
        """Values inside (None: holds none), bytes of payload, bytes of header."""
        if tag < 0x80 or tag >= 0xE0 or tag in (0xC0, 0xC2, 0xC3):
            return None, 0, 1
        if tag < 0x90:
            return 2 * (tag & 0x0F), 0, 1
        if tag < 0xA0:
            return tag & 0x0F, 0, 1
        if tag < 0xC0:
            return None, tag & 0x1F, 1
        if tag in _FIXED_PAYLOAD:
            return None, _FIXED_PAYLOAD[tag], 1
        form, scale, extra = _COUNTED[tag]
        width = struct.calcsize(form)
        end = self.at + 1 + width
        if end + extra > len(self.body):
            raise _Problem("the body ends here")
        (count,) = struct.unpack_from(form, self.body, self.at + 1)
        if scale:
            return scale * count, 0, 1 + width
        return None, count, 1 + width + extra


# Tag: bytes that follow, of float, number and fixext (whose type byte is counted).
_FIXED_PAYLOAD = {
    **{0xCA: 4, 0xCB: 8},
    **{0xCC + i: 1 << i for i in range(4)},
    **{0xD0 + i: 1 << i for i in range(4)},
    **{0xD4 + i: 1 + (1 << i) for i in range(5)},
}
# Tag: form of the count; values per count, 0 if it counts bytes; bytes between them.
_COUNTED = {
    **{0xC4 + i: (form, 0, 0) for i, form in enumerate((">B", ">H", ">I"))},
    **{0xC7 + i: (form, 0, 1) for i, form in enumerate((">B", ">H", ">I"))},
    **{0xD9 + i: (form, 0, 0) for i, form in enumerate((">B", ">H", ">I"))},
    **{0xDC + i: (form, 1, 0) for i, form in enumerate((">H", ">I"))},
    **{0xDE + i: (form, 2, 0) for i, form in enumerate((">H", ">I"))},
}


def _type_name(tag: int) -> str:
    if tag < 0x80 or tag >= 0xE0 or 0xCC <= tag <= 0xD3:
        return "number"
    if tag < 0x90 or tag in (0xDE, 0xDF):
        return "map"
    if tag < 0xA0 or tag in (0xDC, 0xDD):
        return "array"
    if tag < 0xC0 or 0xD9 <= tag <= 0xDB:
        return "str"
    if tag in (0xC2, 0xC3):
        return "bool"
    if 0xC4 <= tag <= 0xC6:
        return "bin"
    if tag in (0xCA, 0xCB):
        return "float"
    return "nil" if tag == 0xC0 else "ext"
