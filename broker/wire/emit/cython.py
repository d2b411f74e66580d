"""Writes gen/xs_wire.pxd and gen/glue.pxi: the C side as Cython sees it.

The .pxd declares numbers, structs and functions for any extension that cimports them;
the .pxi turns C structs into the dataclasses of messages.py and back, and is included
by _codec.pyx, which supplies the helpers named in it. Called by `generate.py`.
"""

from __future__ import annotations

from broker.wire.emit.c_header import C_TYPES, members, type_of
from broker.wire.schema import Field, Record, Schema

_PXD_HEAD = """\
# The C structs and functions of xs_wire.h for Cython.
# Generated from schema.toml by `python -m broker.wire.generate`; change that file.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

"""

_GLUE_HEAD = """\
# C structs to dataclasses (py_) and back (c_); included by ../_codec.pyx.
# Generated from schema.toml by `python -m broker.wire.generate`; change that file. A c_
# function leaves pointers into the Python objects and into scratch. Neither side runs
# a tenant's Python code: c_ functions take exact types only.

"""


def emit_declarations(schema: Schema) -> str:
    records = [*schema.structs, *schema.operations]
    parts = [_PXD_HEAD, 'cdef extern from "broker/wire/gen/xs_wire.h" nogil:\n']
    parts.append("    ctypedef struct xs_writer:\n        pass\n")
    parts.append("    ctypedef struct xs_reader:\n        pass\n")
    parts.append(_numbers(schema))
    parts += [_declaration(record) for record in records]
    parts.append(_any("operation", schema.operations))
    parts += [_declaration(record) for record in schema.messages]
    parts.append(_any("message", schema.messages))
    parts.append(_FUNCTIONS)
    return "".join(parts)


_FUNCTIONS = """
    const char *xs_operation_name(uint8_t kind)
    const char *xs_message_name(uint8_t kind)
    int xs_encode_operation(xs_writer *w, const xs_operation *op)
    int xs_encode_message(xs_writer *w, const xs_message *message)
    int xs_decode_operation(xs_reader *r, xs_operation *op)
    int xs_decode_message(xs_reader *r, xs_message *message)
"""


def _numbers(schema: Schema) -> str:
    names = [f"XS_{limit.name.upper()}" for limit in schema.limits]
    names.append("XS_SCRATCH_BYTES_MAX")
    names += [f"XS_KIND_{kind.name.upper()}" for kind in schema.handle_kinds]
    names += [f"XS_MSG_{message.name.upper()}" for message in schema.messages]
    names += [f"XS_OP_{operation.name.upper()}" for operation in schema.operations]
    return "    enum:\n" + "".join(f"        {name}\n" for name in names)


def _declaration(record: Record) -> str:
    lines = [f"\n    ctypedef struct {type_of(record)}:"]
    for field in record.fields:
        for kind, name in members(field):
            space = "" if kind.endswith("*") else " "
            lines.append(f"        {kind}{space}{name}")
    if not record.fields:
        lines.append("        uint8_t unused")
    return "\n".join(lines) + "\n"


def _any(kind: str, records: tuple[Record, ...]) -> str:
    lines = [f"\n    ctypedef union xs_{kind}_union:"]
    lines += [f"        {type_of(record)} {record.name}" for record in records]
    lines += [f"\n    ctypedef struct xs_{kind}:", "        uint8_t kind"]
    lines.append(f"        xs_{kind}_union u")
    return "\n".join(lines) + "\n"


def emit_glue(schema: Schema) -> str:
    parts = [_GLUE_HEAD]
    for record in schema.structs:
        parts += [_to_python(record), _to_c(record), _struct_list(record)]
    for record in schema.operations:
        parts += [_to_python(record), _to_c(record)]
    parts.append(_any_to_python("operation", schema.operations))
    parts.append(_any_to_c("operation", schema.operations))
    parts.append(_LIST.format(name="operation", type="xs_operation"))
    for record in schema.messages:
        parts += [_to_python(record), _to_c(record)]
    parts.append(_any_to_python("message", schema.messages))
    parts.append(_any_to_c("message", schema.messages))
    return "".join(parts)


_LIST = """
cdef tuple py_list_of_{name}(const {type} *list, uint32_t count):
    return tuple([py_{name}(&list[i]) for i in range(count)])


cdef uint32_t c_list_of_{name}(
    object values, uint32_t bound, str what, const {type} **out, Scratch scratch
) except? 0xFFFFFFFF:
    cdef uint32_t count = elements(values, bound, what)
    cdef uint32_t i = 0
    cdef {type} *list = <{type} *> scratch.take(count * sizeof({type}))
    for value in values:
        c_{name}(value, &list[i], scratch)
        i += 1
    out[0] = list
    return count

"""


def _struct_list(record: Record) -> str:
    return _LIST.format(name=record.name, type=type_of(record))


def _to_python(record: Record) -> str:
    values = ", ".join(_python_value(field) for field in record.fields)
    return (
        f"\ncdef object py_{record.name}(const {type_of(record)} *o):\n"
        f"    return {record.class_name}({values})\n\n"
    )


def _python_value(field: Field) -> str:
    name = f"o.{field.name}"
    if field.is_bytes:
        function = "text_of" if field.type == "str" else "bytes_of"
        return f"{function}({name}, {name}_bytes)"
    if field.type == "list":
        function = "py_u32_list" if field.of == "u32" else f"py_list_of_{field.of}"
        return f"{function}({name}, {name}_count)"
    return f"{name} != 0" if field.type == "bool" else name


def _to_c(record: Record) -> str:
    lines = [
        f"\ncdef int c_{record.name}(",
        f"    object v, {type_of(record)} *o, Scratch scratch",
        ") except -1:",
    ]
    if not record.number:
        lines.append(f"    exactly(v, {record.class_name})")
    for field in record.fields:
        lines.append(f"    {_c_assignment(record, field)}")
    lines += ["    return 0", ""]
    return "\n".join(lines) + "\n"


def _c_assignment(record: Record, field: Field) -> str:
    target, value = f"o.{field.name}", f"v.{field.name}"
    what = f'"{record.name}: {field.name}"'
    if field.is_bytes:
        function = "text_into" if field.type == "str" else "bytes_into"
        arguments = f"{value}, {field.bound}, {what}, &{target}"
        return f"{target}_bytes = {function}({arguments})"
    if field.type == "list":
        function = "c_u32_list" if field.of == "u32" else f"c_list_of_{field.of}"
        arguments = f"{value}, {field.bound}, {what}, &{target}, scratch"
        return f"{target}_count = {function}({arguments})"
    if field.type == "bool":
        return f"{target} = truth({value}, {what})"
    kind = C_TYPES[field.type]
    if field.is_signed:
        low = -(2 ** (int(field.type[1:]) - 1))
        return (
            f"{target} = <{kind}> signed_number({value}, {low}, {field.bound}, {what})"
        )
    return f"{target} = <{kind}> unsigned_number({value}, {field.bound}, {what})"


def _any_to_python(kind: str, records: tuple[Record, ...]) -> str:
    lines = [f"\ncdef object py_{kind}(const xs_{kind} *o):"]
    for position, record in enumerate(records):
        word = "elif" if position else "if"
        lines.append(f"    {word} o.kind == {record.number}:")
        lines.append(f"        return py_{record.name}(&o.u.{record.name})")
    lines += [f'    raise AssertionError("{kind} of unknown kind")', ""]
    return "\n".join(lines) + "\n"


def _any_to_c(kind: str, records: tuple[Record, ...]) -> str:
    lines = [f"\ncdef int c_{kind}(object v, xs_{kind} *o, Scratch scratch) except -1:"]
    lines.append(f'    o.kind = number_of(v, {kind.upper()}S, "{kind}")')
    for position, record in enumerate(records):
        word = "elif" if position else "if"
        lines.append(f"    {word} o.kind == {record.number}:")
        lines.append(f"        return c_{record.name}(v, &o.u.{record.name}, scratch)")
    lines += [f'    raise AssertionError("{kind} of unknown kind")', ""]
    return "\n".join(lines) + "\n"
