"""Writes gen/xs_wire.c: straight-line encode and decode functions of every record.

It decides nothing about bytes (that is shim/include/xs/codec.h), only the order of
calls. Straight-line code, not a walk of tables: the compiler then sees every bound.
Called by `generate.py`.
"""

from __future__ import annotations

import re

from broker.wire.emit.c_header import (
    SCRATCH_BYTES_MAX,
    element_type,
    fixed_bytes,
    type_of,
)
from broker.wire.schema import Field, Record, Schema

_HEAD = """\
/* Encoding and decoding of every record of the wire, on the primitives of xs/codec.h.
 *
 * Generated from schema.toml by `python -m broker.wire.generate`; change that file. A
 * read_ function gets the number of fields present and returns the place after the
 * record, NULL with the problem recorded. A write_ function writes all of a record or
 * nothing. */
#include "xs/codec.h"
"""

_U32_LIST = """
static const uint8_t *read_u32_list(xs_reader *r, const uint8_t *at, const uint8_t *end,
                                    const char *field, uint32_t max,
                                    const uint32_t **out, uint32_t *count) {
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {
        return NULL;
    }
    uint32_t *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < *count; i++) {
        at = xs_get_u32(r, at, end, NULL, UINT32_MAX, &list[i]);
        if (at == NULL) {
            xs_reader_inside(r, "%s: element %u: ", field, i);
            return NULL;
        }
    }
    *out = list;
    return at;
}

static uint8_t *put_u32_list(uint8_t *at, const uint32_t *list, uint32_t count) {
    at = xs_put_array(at, count);
    for (uint32_t i = 0; i < count; i++) {
        at = xs_put_unsigned(at, list[i]);
    }
    return at;
}
"""

_STRUCT_LIST = """
static const uint8_t *read_list_of_{name}(xs_reader *r, const uint8_t *at,
                                          const uint8_t *end, const char *field,
                                          uint32_t max, const {type} **out,
                                          uint32_t *count) {{
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {{
        return NULL;
    }}
    {type} *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {{
        return NULL;
    }}
    for (uint32_t i = 0; i < *count; i++) {{
        uint32_t fields;
        at = xs_get_struct(r, at, end, &fields);
        if (at == NULL || (at = read_{name}(r, at, end, fields, &list[i])) == NULL) {{
            xs_reader_inside(r, "%s: element %u: ", field, i);
            return NULL;
        }}
    }}
    *out = list;
    return at;
}}
"""

_OPERATION_LIST = """
static const uint8_t *read_list_of_operation(xs_reader *r, const uint8_t *at,
                                             const uint8_t *end, const char *field,
                                             uint32_t max, const xs_operation **out,
                                             uint32_t *count) {
    at = xs_get_list(r, at, end, field, max, count);
    if (at == NULL) {
        return NULL;
    }
    xs_operation *list = xs_reader_scratch(r, *count * sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    r->at = (size_t)(at - r->data);
    for (uint32_t i = 0; i < *count; i++) {
        if (xs_decode_operation(r, &list[i]) != 0) {
            const char *name = xs_operation_name(list[i].kind);
            name != NULL ? xs_reader_inside(r, "operation %u (%s): ", i, name)
                         : xs_reader_inside(r, "operation %u: ", i);
            return NULL;
        }
    }
    *out = list;
    return r->data + r->at;
}
"""

_DECODE_OPERATION = """
int xs_decode_operation(xs_reader *r, xs_operation *op) {{
    const uint8_t *end = r->data + r->size;
    uint32_t fields;
    op->kind = 0;
    if (r->error != XS_PROBLEM_NONE) {{
        return -1;
    }}
    const uint8_t *at =
        xs_get_record(r, r->data + r->at, end, "operation", &op->kind, &fields);
    if (at == NULL) {{
        return -1;
    }}
    switch (op->kind) {{
{cases}\
    default:
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "unknown operation %d", op->kind);
    }}
    if (at == NULL) {{
        return -1;
    }}
    r->at = (size_t)(at - r->data);
    return 0;
}}
"""

_DECODE_MESSAGE = """
int xs_decode_message(xs_reader *r, xs_message *message) {{
    const uint8_t *end = r->data + r->size;
    uint32_t fields;
    message->kind = 0;
    if (r->error != XS_PROBLEM_NONE) {{
        return -1;
    }}
    if (r->size > XS_FRAME_BYTES_MAX) {{
        return xs_reader_fail(r, XS_PROBLEM_BYTES, "frame: %zu bytes, at most %d",
                              r->size, XS_FRAME_BYTES_MAX);
    }}
    const uint8_t *at =
        xs_get_record(r, r->data + r->at, end, "message", &message->kind, &fields);
    if (at == NULL) {{
        return xs_reader_inside(r, "frame: ");
    }}
    switch (message->kind) {{
{cases}\
    default:
        xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "unknown message %d", message->kind);
        return xs_reader_inside(r, "frame: ");
    }}
    if (at == NULL || xs_reader_finish(r, at) != 0) {{
        return xs_reader_inside(r, "%s: ", xs_message_name(message->kind));
    }}
    return 0;
}}
"""

_ONE_MESSAGE = """
int xs_encode_{name}(xs_writer *w, const {type} *m) {{
    return write_{name}(w, m);
}}

int xs_decode_{name}(xs_reader *r, {type} *m) {{
    xs_message message;
    if (xs_decode_message(r, &message) != 0) {{
        return -1;
    }}
    if (message.kind != XS_MSG_{upper}) {{
        return xs_reader_fail(r, XS_PROBLEM_UNKNOWN, "frame: %s where {name} belongs",
                              xs_message_name(message.kind));
    }}
    *m = message.u.{name};
    return 0;
}}
"""


def emit(schema: Schema) -> str:
    parts = [_HEAD, _U32_LIST]
    for record in schema.structs:
        parts += [_read(record, 3), _write(record)]
        parts.append(_STRUCT_LIST.format(name=record.name, type=type_of(record)))
    for record in schema.operations:
        parts += [_read(record, 3), _write(record)]
    parts += [_names("operation", schema.operations)]
    parts.append(_DECODE_OPERATION.format(cases=_cases(schema.operations, "op")))
    parts.append(_encode_any("operation", "op", schema.operations))
    parts.append(_OPERATION_LIST)
    for record in schema.messages:
        parts += [_read(record, 1), _write(record), _scratch_assert(record)]
    parts.append(_names("message", schema.messages))
    parts.append(_DECODE_MESSAGE.format(cases=_cases(schema.messages, "message")))
    parts.append(_encode_any("message", "message", schema.messages))
    for record in schema.messages:
        parts.append(
            _ONE_MESSAGE.format(
                name=record.name, type=type_of(record), upper=record.name.upper()
            )
        )
    return "\n".join(_folded(line) for line in "".join(parts).split("\n"))


def _folded(line: str) -> str:
    """A line of at most 100 columns, broken after commas and before plus signs."""
    if len(line) <= 100:
        return line
    indent = len(line) - len(line.lstrip())
    pieces = re.split(r"(?<=,) | (?=\+ )", line.lstrip())
    lines, current = [], " " * indent + pieces[0]
    for piece in pieces[1:]:
        if len(current) + 1 + len(piece) > 100:
            lines.append(current)
            current = " " * (indent + 8) + piece
        else:
            current += f" {piece}"
    return "\n".join([*lines, current])


def _read(record: Record, depth: int) -> str:
    required, known = record.required, len(record.fields)
    lines = [""]
    if required:
        names = ", ".join(f'"{field.name}"' for field in record.fields[:required])
        lines.append(f"static const char *const {record.name}_names[] = {{{names}}};")
    lines += [
        f"static const uint8_t *read_{record.name}(xs_reader *r, const uint8_t *at,",
        "    const uint8_t *end, uint32_t fields,",
        f"    {type_of(record)} *o) {{",
    ]
    if required:
        lines.append(f"    if (__builtin_expect(fields < {required}, 0)) {{")
        lines.append(
            f"        return xs_blame_missing(r, {record.name}_names, fields);"
        )
        lines.append("    }")
    for position, field in enumerate(record.fields):
        lines += _read_field(field, position)
    if not record.fields:
        lines.append("    o->unused = 0;")
    lines += [
        f"    if (__builtin_expect(fields > {known}, 0)) {{",
        f"        return xs_skip_fields(r, at, end, fields - {known}, {depth});",
        "    }",
        "    return at;",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _read_field(field: Field, position: int) -> list[str]:
    lines = [*_read_call(field), "if (at == NULL) {", "    return NULL;", "}"]
    if not field.has_default:
        return [f"    {line}" for line in lines]
    inside = [f"        {line}" for line in lines]
    return [*_default(field), f"    if (fields > {position}) {{", *inside, "    }"]


def _read_call(field: Field) -> list[str]:
    """The call that reads the field, over two lines where it is long."""
    name, function, bound = f'"{field.name}"', f"xs_get_{field.type}", str(field.bound)
    targets = f"&o->{field.name}"
    if field.is_bytes:
        targets += f", &o->{field.name}_bytes"
    elif field.type == "list":
        function = "read_u32_list" if field.of == "u32" else f"read_list_of_{field.of}"
        targets += f", &o->{field.name}_count"
    elif field.is_integer and field.bound == _type_max(field):
        bound = f"{'' if field.is_signed else 'U'}INT{field.type[1:]}_MAX"
    head, tail = f"at = {function}(r, at, end, {name}, {bound},", f"{targets});"
    if len(head) + len(tail) < 84:
        return [f"{head} {tail}"]
    return [head, f"    {tail}"]


def _default(field: Field) -> list[str]:
    if field.is_bytes:
        empty = f'    o->{field.name} = (const uint8_t *)"";'
        return [empty, f"    o->{field.name}_bytes = 0;"]
    if field.type == "list":
        return [f"    o->{field.name} = NULL;", f"    o->{field.name}_count = 0;"]
    value = int(field.default)
    unsigned = "u" if value > 0x7FFFFFFFFFFFFFFF else ""
    return [f"    o->{field.name} = {value}{unsigned};"]


def _write(record: Record) -> str:
    lines = [
        "",
        f"static int write_{record.name}(xs_writer *w, const {type_of(record)} *o) {{",
    ]
    for field in record.fields:
        lines += _refuse(record, field)
    nested = [f for f in record.fields if f.type == "list" and f.of != "u32"]
    if nested:
        lines.append("    const size_t start = w->used;")
    if not record.fields:
        lines.append("    (void)o;")
    lines.append(f"    uint8_t *at = xs_room(w, {_size(record)});")
    lines += ["    if (at == NULL) {", "        return -1;", "    }"]
    count = len(record.fields) + (1 if record.number else 0)
    lines.append(f"    at = xs_put_array(at, {count});")
    if record.number:
        lines.append(f"    at = xs_put_unsigned(at, {record.number});")
    for position, field in enumerate(record.fields):
        lines += _put(field, record.fields[position + 1 :])
    lines += ["    xs_wrote(w, at);", "    return 0;", "}"]
    return "\n".join(lines) + "\n"


def _refuse(record: Record, field: Field) -> list[str]:
    """Refuse a value over the schema's bound, where the C type does not hold it."""
    member, problem = f"o->{field.name}", "VALUE"
    if field.is_bytes:
        member, problem = f"o->{field.name}_bytes", "BYTES"
    elif field.type == "list":
        member, problem = f"o->{field.name}_count", "ELEMENTS"
    elif field.type == "bool" or field.bound == _type_max(field):
        return []
    what = f'"{record.name}: {field.name}"'
    return [
        f"    if (__builtin_expect({member} > {field.bound}, 0)) {{",
        f"        return xs_writer_refuse(w, XS_PROBLEM_{problem}, {what}, {member},",
        f"                                {field.bound});",
        "    }",
    ]


def _type_max(field: Field) -> int:
    bits = int(field.type[1:])
    return int(2 ** (bits - 1) - 1) if field.is_signed else int(2**bits - 1)


def _variable(field: Field) -> str:
    if field.is_bytes:
        return f" + (size_t)o->{field.name}_bytes"
    if field.type == "list" and field.of == "u32":
        return f" + 5 * (size_t)o->{field.name}_count"
    return ""


def _size(record: Record) -> str:
    return f"{fixed_bytes(record)}" + "".join(_variable(f) for f in record.fields)


def _put(field: Field, rest: tuple[Field, ...]) -> list[str]:
    name = field.name
    if field.is_bytes:
        return [f"    at = xs_put_{field.type}(at, o->{name}, o->{name}_bytes);"]
    if field.type == "list" and field.of == "u32":
        return [f"    at = put_u32_list(at, o->{name}, o->{name}_count);"]
    if field.type == "list":
        return _put_nested(field, rest)
    if field.type == "bool":
        return [f"    at = xs_put_bool(at, o->{name});"]
    kind = "signed" if field.is_signed else "unsigned"
    return [f"    at = xs_put_{kind}(at, o->{name});"]


def _put_nested(field: Field, rest: tuple[Field, ...]) -> list[str]:
    """Elements ask for their own room; what follows them asks again."""
    call = f"write_{field.of}" if field.of != "operation" else "xs_encode_operation"
    lines = [
        f"    at = xs_put_array(at, o->{field.name}_count);",
        "    xs_wrote(w, at);",
        f"    for (uint32_t i = 0; i < o->{field.name}_count; i++) {{",
        f"        if ({call}(w, &o->{field.name}[i]) != 0) {{",
        "            w->used = start;",
        "            return -1;",
        "        }",
        "    }",
        "    at = w->data + w->used;",
    ]
    if rest:
        size = str(9 * len(rest)) + "".join(_variable(f) for f in rest)
        lines[-1] = f"    at = xs_room(w, {size});"
        lines += ["    if (at == NULL) {", "        w->used = start;"]
        lines += ["        return -1;", "    }"]
    return lines


def _names(kind: str, records: tuple[Record, ...]) -> str:
    lines = ["", f"const char *xs_{kind}_name(uint8_t kind) {{", "    switch (kind) {"]
    for record in records:
        lines.append(f"    case {record.number}:")
        lines.append(f'        return "{record.name}";')
    lines += ["    default:", "        return NULL;", "    }", "}"]
    return "\n".join(lines) + "\n"


def _cases(records: tuple[Record, ...], variable: str) -> str:
    lines = []
    for record in records:
        target = f"&{variable}->u.{record.name}"
        lines.append(f"    case {record.number}:")
        lines.append(f"        at = read_{record.name}(r, at, end, fields, {target});")
        lines.append("        break;")
    return "".join(line + "\n" for line in lines)


def _encode_any(kind: str, variable: str, records: tuple[Record, ...]) -> str:
    lines = ["", f"int xs_encode_{kind}(xs_writer *w, const xs_{kind} *{variable}) {{"]
    lines.append(f"    switch ({variable}->kind) {{")
    for record in records:
        lines.append(f"    case {record.number}:")
        lines.append(
            f"        return write_{record.name}(w, &{variable}->u.{record.name});"
        )
    refuse = f'xs_writer_refuse(w, XS_PROBLEM_UNKNOWN, "{kind}", {variable}->kind, 0)'
    lines += ["    default:", f"        return {refuse};", "    }", "}"]
    return "\n".join(lines) + "\n"


def _scratch_assert(record: Record) -> str:
    lists = [field for field in record.fields if field.type == "list"]
    if not lists:
        return ""
    size = " + ".join(f"{f.bound} * sizeof({element_type(f)}) + 8" for f in lists)
    return f'_Static_assert({size} <= {SCRATCH_BYTES_MAX}, "{record.name}: scratch");\n'
