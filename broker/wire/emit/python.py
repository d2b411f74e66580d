"""Writes gen/messages.py: records, constants, and the table the oracle walks.

It decides the shape of the Python side of the contract. Records are written out: as 85
frozen dataclasses they cost every process that imports them 75 ms, and 4 ms so. It must
never know msgpack.
Called by `generate.py`.
"""

from __future__ import annotations

from broker.wire.schema import PAGE_LINE_BYTES, Field, PageLine, Record, Schema

_HEAD = '''"""The wire's messages, operations and constants.

Generated from schema.toml by `python -m broker.wire.generate`; change that file.
Imported by everybody who speaks the wire; imports nothing of ours.
"""

from __future__ import annotations

import builtins
from typing import Any, ClassVar, NamedTuple, NoReturn, TypeAlias

_put = object.__setattr__


class Field(NamedTuple):
    """One field of a record. bound: bytes, elements, or largest value."""

    name: str
    type: str
    bound: int
    of: str
    has_default: bool
    default: Any


class Record:
    """A message, an operation, or a part of one: as a frozen dataclass is, but for what
    nobody needs of one. Two are equal if they are of one class and all fields are."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, n) == getattr(other, n) for n in self.__slots__)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.__slots__)))

    def __repr__(self) -> str:
        values = (f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({', '.join(values)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed: {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)

'''

_HANDLES = '''

class HandleParts(NamedTuple):
    """What a handle is made of."""

    kind: int
    device: int
    generation: int
    index: int  # type: ignore[assignment]  # hides tuple.index


def make_handle(kind: int, index: int, generation: int = 0, device: int = 0) -> int:
    """The number a client calls an object by.

    Args: kind: KIND_*. index: 1..2**32-1. generation: taken modulo 65536, so a counter
        may be passed. device: ordinal, 0..255.
    Raises: ValueError when a part does not fit.
    """
    if not (0 < kind < 256 and 0 < index < 2**32 and 0 <= device < 256):
        raise ValueError(f"handle: kind {kind}, index {index}, device {device}")
    return kind << 56 | device << 48 | (generation & 0xFFFF) << 32 | index


def split_handle(handle: int) -> HandleParts:
    """The parts of a handle; any number of 64 bits splits."""
    return HandleParts(
        handle >> 56 & 0xFF,
        handle >> 48 & 0xFF,
        handle >> 32 & 0xFFFF,
        handle & 0xFFFFFFFF,
    )
'''


def emit(schema: Schema) -> str:
    parts = [_HEAD, _constants(schema), _HANDLES]
    parts += [_record(record) for record in schema.structs]
    parts += [_record(record) for record in schema.operations]
    parts += [_record(record) for record in schema.messages]
    parts.append(_tables(schema))
    return "".join(parts)


def _constants(schema: Schema) -> str:
    lines = [f"PROTOCOL_MAJOR = {schema.major}", f"PROTOCOL_MINOR = {schema.minor}", ""]
    for limit in schema.limits:
        lines.append(
            f"{limit.name.upper()} = {limit.value}  # {limit.unit}: {limit.doc}"
        )
    lines.append("")
    for constant in schema.constants:
        value = hex(constant.value) if constant.value > 2**32 else constant.value
        lines.append(f"{constant.name.upper()} = {value}  # {constant.doc}")
    lines.append("")
    lines += [f"KIND_{k.name.upper()} = {k.value}" for k in schema.handle_kinds]
    lines.append("")
    for page in dict.fromkeys(line.page for line in schema.pages):
        lines.append(f"{page.upper()}_LINE_BYTES = {PAGE_LINE_BYTES}")
    for line in schema.pages:
        lines += _page_words(line)
    return "\n".join(lines) + "\n"


def _page_words(line: PageLine) -> list[str]:
    where = "line 0" if line.kind == "header" else "each line"
    return [
        f"{line.page.upper()}_{word.name.upper()} = {word.offset}"
        f"  # {word.type}, {where}: {word.doc}"
        for word in line.words
    ]


def annotation(field: Field) -> str:
    if field.type == "bin":
        return "builtins.bytes"
    if field.type == "list":
        of = {"u32": "int", "operation": "Operation"}.get(field.of)
        return f"tuple[{of or _class_name(field.of)}, ...]"
    return "int" if field.is_integer else field.type


def default(field: Field) -> str:
    if field.type == "list":
        return "()"
    if field.type == "bin":
        return 'b""'
    if field.type == "str":
        return '""'
    return repr(field.default)


def _class_name(name: str) -> str:
    return Record(0, name, "", ()).class_name


def _record(record: Record) -> str:
    names = [field.name for field in record.fields]
    slots = "".join(f'\n        "{name}",' for name in names)
    slots += "\n    " if names else ""
    lines = [
        "",
        "",
        f"class {record.class_name}(Record):",
        f'    """{record.doc}"""',
        "",
        f"    __slots__ = ({slots})",
    ]
    if record.number:
        lines.append(f"    NUMBER: ClassVar[int] = {record.number}")
    lines.append(f'    NAME: ClassVar[str] = "{record.name}"')
    lines += [f"    {f.name}: {annotation(f)}  # {f.doc}" for f in record.fields]
    return "\n".join([*lines, *_init(record)]) + "\n"


def _init(record: Record) -> list[str]:
    if not record.fields:
        return []
    lines = ["", "    def __init__(", "        self,"]
    for field in record.fields:
        value = f" = {default(field)}" if field.has_default else ""
        lines.append(f"        {field.name}: {annotation(field)}{value},")
    lines.append("    ) -> None:")
    return lines + [f'        _put(self, "{f.name}", {f.name})' for f in record.fields]


def _tables(schema: Schema) -> str:
    parts = [
        _union("Operation", schema.operations),
        _union("Message", schema.messages),
        _by_number("OPERATIONS", "Operation", schema.operations),
        _by_number("MESSAGES", "Message", schema.messages),
        _by_direction(schema, "client"),
        _by_direction(schema, "broker"),
        _replies(schema),
        _layout(schema),
    ]
    return "\n".join(["\n", *parts])


def _union(name: str, records: tuple[Record, ...]) -> str:
    body = "\n    | ".join(record.class_name for record in records)
    return f"{name}: TypeAlias = (\n    {body}\n)\n"


def _by_number(name: str, of: str, records: tuple[Record, ...]) -> str:
    rows = "".join(f"    {r.number}: {r.class_name},\n" for r in records)
    return f"{name}: dict[int, type[{of}]] = {{\n{rows}}}\n"


def _by_direction(schema: Schema, direction: str) -> str:
    rows = "".join(
        f"        {message.class_name},\n"
        for message in schema.messages
        if message.direction == direction
    )
    name = f"FROM_{direction.upper()}"
    return f"{name}: frozenset[type[Message]] = frozenset(\n    {{\n{rows}    }}\n)\n"


def _replies(schema: Schema) -> str:
    rows = "".join(
        f"    {message.class_name}: {schema.names[message.reply].class_name},\n"
        for message in schema.messages
        if message.reply
    )
    return f"REPLIES: dict[type[Message], type[Message]] = {{\n{rows}}}\n"


def _layout(schema: Schema) -> str:
    rows = []
    for record in (*schema.structs, *schema.operations, *schema.messages):
        rows.append(f"    {record.class_name}: (\n")
        rows += [f"        {_field_row(field)},\n" for field in record.fields]
        rows.append("    ),\n")
    return f"LAYOUT: dict[type[Any], tuple[Field, ...]] = {{\n{''.join(rows)}}}\n"


def _field_row(field: Field) -> str:
    value = default(field) if field.has_default else "None"
    return (
        f'Field("{field.name}", "{field.type}", {field.bound}, "{field.of}", '
        f"{field.has_default}, {value})"
    )
