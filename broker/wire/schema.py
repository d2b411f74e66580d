"""Reads schema.toml into plain objects and refuses a schema that contradicts itself.

It decides what a valid schema is. It must never know a target language: that is
`emit/`. Called by `generate.py` and by tests.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA_PATH = Path(__file__).with_name("schema.toml")
PAGE_LINE_BYTES = 64

INTEGER_RANGES = {
    "u8": (0, 2**8 - 1),
    "u16": (0, 2**16 - 1),
    "u32": (0, 2**32 - 1),
    "u64": (0, 2**64 - 1),
    "i32": (-(2**31), 2**31 - 1),
    "i64": (-(2**63), 2**63 - 1),
}
LIST_ELEMENTS_OF_NUMBERS = ("u32",)


class SchemaError(Exception):
    """schema.toml says something that cannot be generated; the text says where."""


@dataclass(frozen=True)
class Field:
    """One field. bound: bytes of str and bin, elements of a list, or largest value."""

    name: str
    type: str
    doc: str
    bound: int
    of: str = ""
    has_default: bool = False
    default: Any = None

    @property
    def is_integer(self) -> bool:
        return self.type in INTEGER_RANGES

    @property
    def is_signed(self) -> bool:
        return self.type in ("i32", "i64")

    @property
    def is_bytes(self) -> bool:
        return self.type in ("str", "bin")


@dataclass(frozen=True)
class Record:
    """A message, an operation, or a struct (number 0)."""

    number: int
    name: str
    doc: str
    fields: tuple[Field, ...]
    direction: str = ""
    reply: str = ""

    @property
    def class_name(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def required(self) -> int:
        """How many fields must be present; the rest have defaults."""
        return sum(not field.has_default for field in self.fields)


@dataclass(frozen=True)
class Constant:
    name: str
    value: int
    doc: str
    unit: str = ""


@dataclass(frozen=True)
class PageWord:
    """One word of a 64-byte line of a shared page."""

    name: str
    type: str
    offset: int
    doc: str

    @property
    def bytes(self) -> int:
        return {"u32": 4, "u64": 8}[self.type]


@dataclass(frozen=True)
class PageLine:
    """A kind of line: `header` is line 0, `line` every other (or all where alone)."""

    page: str
    kind: str
    words: tuple[PageWord, ...]


@dataclass(frozen=True)
class Schema:
    major: int
    minor: int
    limits: tuple[Constant, ...]
    constants: tuple[Constant, ...]
    handle_kinds: tuple[Constant, ...]
    pages: tuple[PageLine, ...]
    messages: tuple[Record, ...]
    structs: tuple[Record, ...]
    operations: tuple[Record, ...]
    names: dict[str, Record] = field(default_factory=dict)

    def limit(self, name: str) -> int:
        return next(limit.value for limit in self.limits if limit.name == name)


def load(path: Path = SCHEMA_PATH) -> Schema:
    """Read and check a schema.

    Raises: SchemaError with the name of the record and field at fault.
    """
    with path.open("rb") as file:
        raw = tomllib.load(file)
    schema = Schema(
        major=raw["protocol"]["major"],
        minor=raw["protocol"]["minor"],
        limits=_constants(raw["limits"]),
        constants=_constants(raw["constants"]),
        handle_kinds=tuple(Constant(k, v, "") for k, v in raw["handle_kinds"].items()),
        pages=tuple(_pages(raw["pages"])),
        messages=tuple(_record(record) for record in raw["message"]),
        structs=tuple(_record(record) for record in raw["struct"]),
        operations=tuple(_record(record) for record in raw["operation"]),
    )
    _check(schema)
    return schema


def _constants(raw: dict[str, dict[str, Any]]) -> tuple[Constant, ...]:
    return tuple(Constant(name, **spec) for name, spec in raw.items())


def _pages(raw: dict[str, dict[str, dict[str, Any]]]) -> list[PageLine]:
    return [
        PageLine(page, kind, tuple(PageWord(n, **spec) for n, spec in words.items()))
        for page, kinds in raw.items()
        for kind, words in kinds.items()
    ]


def _record(raw: dict[str, Any]) -> Record:
    where = raw.get("name", "?")
    fields = tuple(_field(where, spec) for spec in raw["fields"])
    return Record(
        number=raw.get("number", 0),
        name=where,
        doc=raw["doc"],
        fields=fields,
        direction=raw.get("direction", ""),
        reply=raw.get("reply", ""),
    )


def _field(where: str, raw: dict[str, Any]) -> Field:
    kind, name = raw["type"], raw["name"]
    if kind in INTEGER_RANGES:
        bound = raw.get("max", INTEGER_RANGES[kind][1])
    elif kind == "bool":
        bound = 1
    elif kind in ("str", "bin", "list") and "max" in raw:
        bound = raw["max"]
    else:
        raise SchemaError(f"{where}: {name}: type {kind} unknown or without max")
    if kind == "list" and "of" not in raw:
        raise SchemaError(f"{where}: {name}: a list needs of")
    return Field(
        name=name,
        type=kind,
        doc=raw["doc"],
        bound=bound,
        of=raw.get("of", ""),
        has_default="default" in raw,
        default=raw.get("default"),
    )


def _check(schema: Schema) -> None:
    for group in (schema.messages, schema.operations):
        _check_unique([str(record.number) for record in group], "number")
    records = [*schema.messages, *schema.structs, *schema.operations]
    _check_unique([record.name for record in records], "name")
    schema.names.update({record.name: record for record in records})
    structs = {record.name for record in schema.structs}
    for record in records:
        _check_record(record, structs)
    for message in schema.messages:
        _check_message(schema, message)
    for page in schema.pages:
        _check_page(page)


def _check_unique(values: list[str], what: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise SchemaError(f"{what} {value} is used twice")


def _check_record(record: Record, structs: set[str]) -> None:
    _check_unique([field.name for field in record.fields], f"{record.name}: field")
    optional = False
    for field_ in record.fields:
        where = f"{record.name}: {field_.name}"
        if optional and not field_.has_default:
            raise SchemaError(f"{where}: needs a default, one before it has one")
        optional = field_.has_default
        if field_.type == "list":
            known = (*LIST_ELEMENTS_OF_NUMBERS, *structs, "operation")
            if field_.of not in known:
                raise SchemaError(f"{where}: list of unknown {field_.of}")
            if field_.has_default and field_.default:
                raise SchemaError(f"{where}: a list's default must be empty")
        if field_.is_bytes and field_.has_default and field_.default:
            raise SchemaError(f"{where}: default of str and bin must be empty")


def _check_message(schema: Schema, message: Record) -> None:
    if message.direction not in ("client", "broker"):
        raise SchemaError(f"{message.name}: direction {message.direction!r}")
    if not message.reply:
        return
    reply = schema.names.get(message.reply)
    if reply is None or reply.direction != "broker":
        raise SchemaError(f"{message.name}: reply {message.reply} is no broker message")


def _check_page(page: PageLine) -> None:
    free = 0
    for word in sorted(page.words, key=lambda word: word.offset):
        where = f"pages.{page.page}.{page.kind}.{word.name}"
        if word.offset < free or word.offset % word.bytes:
            raise SchemaError(f"{where}: overlaps or is not aligned")
        free = word.offset + word.bytes
    if free > PAGE_LINE_BYTES:
        raise SchemaError(
            f"pages.{page.page}.{page.kind}: over {PAGE_LINE_BYTES} bytes"
        )
