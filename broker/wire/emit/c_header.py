"""Writes gen/xs_wire.h: numbers, structs and prototypes of the C side.

It decides what a record looks like in C. Names and types that `c_source` and `cython`
need as well live here. Called by `generate.py`.
"""

from __future__ import annotations

import textwrap

from broker.wire.schema import PAGE_LINE_BYTES, Field, PageLine, Record, Schema

SCRATCH_BYTES_MAX = 65536

C_TYPES = {
    "bool": "uint8_t",
    "u8": "uint8_t",
    "u16": "uint16_t",
    "u32": "uint32_t",
    "u64": "uint64_t",
    "i32": "int32_t",
    "i64": "int64_t",
}

_HEAD = """\
/* The wire's messages, operations, handles and shared pages, for C.
 *
 * Generated from schema.toml by `python -m broker.wire.generate`; change that file.
 * What str, bin and list fields point to belongs to whoever filled the struct in: after
 * decoding, to the frame and to the reader's scratch. */
#ifndef XS_WIRE_H
#define XS_WIRE_H

#include <stddef.h>
#include <stdint.h>

typedef struct xs_writer xs_writer;
typedef struct xs_reader xs_reader;
"""

_HANDLES = """
/* A handle: kind << 56 | device << 48 | generation << 32 | index. */
#define XS_HANDLE(kind, device, generation, index)                                  \\
    ((uint64_t)(uint8_t)(kind) << 56 | (uint64_t)(uint8_t)(device) << 48 |          \\
     (uint64_t)(uint16_t)(generation) << 32 | (uint64_t)(uint32_t)(index))
#define XS_HANDLE_KIND(h) ((uint8_t)((uint64_t)(h) >> 56))
#define XS_HANDLE_DEVICE(h) ((uint8_t)((uint64_t)(h) >> 48))
#define XS_HANDLE_GENERATION(h) ((uint16_t)((uint64_t)(h) >> 32))
#define XS_HANDLE_INDEX(h) ((uint32_t)(h))
"""

_PROTOTYPES = """
/* The operation's or message's name, as schema.toml has it; NULL if the number is
 * unknown. */
const char *xs_operation_name(uint8_t kind);
const char *xs_message_name(uint8_t kind);

/* Append one value. 0, or -1 with w->error set and nothing written. Before writing,
 * room is asked for the longest form: up to XS_OP_<NAME>_BYTES_MAX plus the bytes of
 * bin fields. */
int xs_encode_operation(xs_writer *w, const xs_operation *op);
int xs_encode_message(xs_writer *w, const xs_message *message);

/* Read one operation at r->at. 0 with *op filled in and r->at behind it, or -1 with the
 * problem in r->error and r->fault (its text then lacks the operation's name). */
int xs_decode_operation(xs_reader *r, xs_operation *op);
/* Read a whole body: refuses anything after the message. Lists are laid in the
 * scratch. */
int xs_decode_message(xs_reader *r, xs_message *message);
"""


def type_of(record: Record) -> str:
    """xs_op_launch, xs_msg_hello, xs_device_properties."""
    if record.direction:
        return f"xs_msg_{record.name}"
    return f"xs_op_{record.name}" if record.number else f"xs_{record.name}"


def element_type(field: Field) -> str:
    return "uint32_t" if field.of == "u32" else f"xs_{field.of}"


def members(field: Field) -> list[tuple[str, str]]:
    """The C members of a field as (type, name)."""
    if field.is_bytes:
        return [("const uint8_t *", field.name), ("uint32_t", f"{field.name}_bytes")]
    if field.type == "list":
        pointer = f"const {element_type(field)} *"
        return [(pointer, field.name), ("uint32_t", f"{field.name}_count")]
    return [(C_TYPES[field.type], field.name)]


def fixed_bytes(record: Record) -> int:
    """Most bytes of a record, without the bytes and elements of variable fields."""
    widths = {"bool": 1, "u8": 2, "u16": 3, "u32": 5, "u64": 9, "i32": 5, "i64": 9}
    header = 3 + (2 if record.number else 0)
    return header + sum(widths.get(field.type, 5) for field in record.fields)


def emit(schema: Schema) -> str:
    records = [*schema.structs, *schema.operations]
    parts = [_HEAD, _defines(schema), _HANDLES]
    parts += [_page(line) for line in schema.pages]
    parts += [_struct(record) for record in records]
    parts.append(_union("operation", schema.operations))
    parts += [_struct(record) for record in schema.messages]
    parts.append(_union("message", schema.messages))
    parts.append(_PROTOTYPES)
    parts.append(_message_prototypes(schema))
    parts.append("\n#endif\n")
    return "\n".join(_folded(line) for line in "".join(parts).split("\n"))


def _folded(line: str) -> str:
    """A line of at most 100 columns: a long comment goes above its code, in several."""
    if len(line) <= 100:
        return line
    code, _, comment = line.partition("/* ")
    indent = " " * (len(line) - len(line.lstrip()))
    lines = textwrap.wrap(
        f"/* {comment}",
        96,
        initial_indent=indent,
        subsequent_indent=f"{indent} * ",
        break_on_hyphens=False,
    )
    return "\n".join([*lines, code.rstrip()] if code.strip() else lines)


def _defines(schema: Schema) -> str:
    lines = ["", f"#define XS_PROTOCOL_MAJOR {schema.major}"]
    lines += [f"#define XS_PROTOCOL_MINOR {schema.minor}", ""]
    for limit in schema.limits:
        lines.append(f"/* {limit.unit}: {limit.doc} */")
        lines.append(f"#define XS_{limit.name.upper()} {limit.value}")
    lines.append("/* enough scratch to decode any message */")
    lines += [f"#define XS_SCRATCH_BYTES_MAX {SCRATCH_BYTES_MAX}", ""]
    for constant in schema.constants:
        big = constant.value > 0xFFFFFFFF
        value = f"UINT64_C(0x{constant.value:X})" if big else str(constant.value)
        lines.append(f"#define XS_{constant.name.upper()} {value} /* {constant.doc} */")
    lines.append("")
    lines += [
        f"#define XS_KIND_{k.name.upper()} {k.value}" for k in schema.handle_kinds
    ]
    lines.append("")
    lines += [f"#define XS_MSG_{m.name.upper()} {m.number}" for m in schema.messages]
    lines.append("")
    for operation in schema.operations:
        name = operation.name.upper()
        lines.append(f"#define XS_OP_{name} {operation.number}")
        lines.append(f"#define XS_OP_{name}_BYTES_MAX {fixed_bytes(operation)}")
    return "\n".join(lines) + "\n"


def _page(line: PageLine) -> str:
    name = f"xs_{line.page}_{line.kind}"
    where = "Line 0" if line.kind == "header" else "A line"
    lines = ["", f"/* {where} of the {line.page} page. */", f"typedef struct {name} {{"]
    at = 0
    for word in sorted(line.words, key=lambda word: word.offset):
        lines += _padding(at, word.offset)
        lines.append(f"    {C_TYPES[word.type]} {word.name}; /* {word.doc} */")
        at = word.offset + word.bytes
    lines += _padding(at, PAGE_LINE_BYTES)
    lines.append(f"}} {name};")
    lines.append(f'_Static_assert(sizeof({name}) == {PAGE_LINE_BYTES}, "{name}");')
    for word in line.words:
        lines.append(
            f"_Static_assert(offsetof({name}, {word.name}) == {word.offset}, "
            f'"{name}.{word.name}");'
        )
    return "\n".join(lines) + "\n"


def _padding(at: int, until: int) -> list[str]:
    return [f"    uint8_t unused_{at}[{until - at}];"] if until > at else []


def _declare(kind: str, name: str) -> str:
    return f"{kind}{name};" if kind.endswith("*") else f"{kind} {name};"


def _struct(record: Record) -> str:
    name = type_of(record)
    lines = ["", f"/* {record.doc} */", f"typedef struct {name} {{"]
    for field in record.fields:
        pairs = members(field)
        lines.append(f"    {_declare(*pairs[0])} /* {field.doc} */")
        lines += [f"    {_declare(*pair)}" for pair in pairs[1:]]
    if not record.fields:
        lines.append("    uint8_t unused; /* C has no empty structs */")
    lines.append(f"}} {name};")
    return "\n".join(lines) + "\n"


def _union(kind: str, records: tuple[Record, ...]) -> str:
    prefix = "OP" if kind == "operation" else "MSG"
    lines = ["", f"typedef union xs_{kind}_union {{"]
    lines += [f"    {type_of(record)} {record.name};" for record in records]
    lines.append(f"}} xs_{kind}_union;")
    lines += ["", f"typedef struct xs_{kind} {{"]
    lines.append(f"    uint8_t kind; /* XS_{prefix}_* */")
    lines.append(f"    xs_{kind}_union u;")
    lines.append(f"}} xs_{kind};")
    return "\n".join(lines) + "\n"


def _message_prototypes(schema: Schema) -> str:
    lines = ["", "/* The same for one kind of message. */"]
    for message in schema.messages:
        kind = type_of(message)
        lines.append(f"int xs_encode_{message.name}(xs_writer *w, const {kind} *m);")
        lines.append(f"int xs_decode_{message.name}(xs_reader *r, {kind} *m);")
    return "\n".join(lines) + "\n"
