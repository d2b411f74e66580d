"""Writes gen/WIRE.md: the contract for readers, a table per record.

Called by `generate.py`.
"""

from __future__ import annotations

from broker.wire.schema import Constant, Field, PageLine, Record, Schema

_HEAD = """\
# The wire between a tenant's process and the broker

Generated from `schema.toml` by `python -m broker.wire.generate`; change that file.
Protocol {major}.{minor}.

## Frames
A connection is a stream of frames in both directions. A frame is a 4-byte little-endian
length (of the body alone, 1 to {frame_bytes_max} bytes) and a msgpack body: the array
`[message number, field, field, ...]`, fields in the order of the tables below.

- Numbers may come in any msgpack integer encoding and are checked against the field's
  range; our own writers use the shortest. `str` is UTF-8. `bin` and `str` are not
  exchanged for one another. `nil` stands for nothing.
- A field with a default may be absent when every field after it is absent too.
- After the fields it knows, a receiver skips up to {fields_unknown_max} it does not
  know, of any type, as long as arrays and maps are at most {nesting_max} inside each
  other, counted from the message's own array. So a later minor version may append
  fields.
- Nothing may follow the message in its frame.
- Every bound is checked before anything is allocated for the value. A body that breaks
  a rule ends the session: the broker answers `protocol_error`, whose text names message
  or operation, field and problem, such as
  `submit: operation 3 (launch): params: 40000 bytes, at most 32764`.

## A connection's life
The client sends `hello`; the broker answers `welcome`, with three file descriptors in
the same message of the socket, or `refused`, and closes. Then the client sends
submissions and calls in any order and mixture. Every call carries a number of the
client's choice, not in use by another call that waits, and its reply echoes it; replies
may come in another order than their calls. `protocol_error` and `fault` are the last
thing a broker sends, `goodbye` the last thing a client sends.

## Operations in a submission
`submit` carries an array of operations in program order, each an array
`[operation number, field, ...]` under the same rules as messages. Operation *i* (from
0) has the sequence number `first_seq + i`. A writer may give the array and `first_seq`
headers of fixed width, so that they can be filled in when the submission is sealed.
"""


def emit(schema: Schema) -> str:
    limits = {limit.name: limit.value for limit in schema.limits}
    parts = [_HEAD.format(major=schema.major, minor=schema.minor, **limits)]
    parts.append(_limits(schema))
    parts.append(_handles(schema))
    parts.append("\n## Constants\n" + _constants(schema.constants))
    parts.append(_pages(schema))
    for direction, title in (("client", "a client"), ("broker", "the broker")):
        parts.append(f"\n## Messages from {title}\n")
        chosen = [m for m in schema.messages if m.direction == direction]
        parts += [_record(message) for message in chosen]
    parts.append(
        "\n## Structs inside messages\nArrays of their fields, without a number.\n"
    )
    parts += [_record(record) for record in schema.structs]
    parts.append("\n## Operations\n")
    parts += [_record(record) for record in schema.operations]
    return "".join(parts)


def _limits(schema: Schema) -> str:
    rows = [f"| `{k.name}` | {k.value} | {k.unit} | {k.doc} |" for k in schema.limits]
    head = [
        "",
        "## Limits",
        "| name | value | unit | meaning |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _handles(schema: Schema) -> str:
    kinds = ", ".join(f"{kind.value} {kind.name}" for kind in schema.handle_kinds)
    return (
        "\n## Handles\n"
        "A handle is a number of 64 bits that the client makes itself, so that\n"
        "creating an object needs no answer: kind in bits 56-63, device ordinal in\n"
        "48-55, generation in 32-47, index in 0-31. Index 0 is never used. The\n"
        "generation changes whenever an index is used again.\n"
        f"Kinds: {kinds}.\n"
    )


def _constants(constants: tuple[Constant, ...]) -> str:
    rows = [
        f"| `{k.name}` | {k.value if k.value < 2**32 else hex(k.value)} | {k.doc} |"
        for k in constants
    ]
    return (
        "\n".join(["| name | value | meaning |", "| --- | --- | --- |", *rows]) + "\n"
    )


def _pages(schema: Schema) -> str:
    parts = [
        "\n## Shared pages\n"
        "Lines of 64 bytes, little-endian. Line 0 is the session's, line *i* that of\n"
        "stream index *i*. The status page is written by the broker (or the GPU) and\n"
        "mapped read-only by the tenant; the waiters page is written by the tenant,\n"
        "and the broker trusts nothing in it.\n"
    ]
    return "".join(parts + [_page(line) for line in schema.pages])


def _page(line: PageLine) -> str:
    title = "line 0" if line.kind == "header" else "a stream's line"
    rows = [f"| {w.offset} | `{w.name}` | {w.type} | {w.doc} |" for w in line.words]
    head = [
        "",
        f"### {line.page} page, {title}",
        "| byte | name | type | meaning |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"


def _record(record: Record) -> str:
    number = f"{record.number} " if record.number else ""
    reply = f" Reply: `{record.reply}`." if record.reply else ""
    lines = ["", f"### {number}{record.name}", f"{record.doc}{reply}"]
    if record.fields:
        lines += ["", "| field | type | bound | default | meaning |"]
        lines.append("| --- | --- | --- | --- | --- |")
        lines += [_field(field) for field in record.fields]
    return "\n".join(lines) + "\n"


def _field(field: Field) -> str:
    kind = f"list of {field.of}" if field.type == "list" else field.type
    cells = [f"`{field.name}`", kind, _bound(field), _default(field), field.doc]
    return f"| {' | '.join(cells)} |"


def _bound(field: Field) -> str:
    if field.is_bytes:
        return f"{field.bound} bytes"
    if field.type == "list":
        return f"{field.bound} elements"
    if field.type == "bool":
        return ""
    bits = int(field.type[1:])
    at_most = 2 ** (bits - 1) - 1 if field.is_signed else 2**bits - 1
    return "" if field.bound == at_most else f"at most {field.bound}"


def _default(field: Field) -> str:
    if not field.has_default:
        return ""
    if field.is_bytes or field.type == "list":
        return "empty"
    return str(field.default).lower()
