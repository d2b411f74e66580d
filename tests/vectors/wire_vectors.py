"""Golden vectors of the wire: messages with the bytes they become, and bodies with the
words they are refused with.

`python tests/vectors/wire_vectors.py` writes wire.json, refused.json and the seeds of
tests/fuzz/corpus anew; the files are checked in, and a change in them is a change of
the protocol. Read by tests/conformance/test_codec.py and tests/fuzz.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgpack

from broker.wire import codec
from broker.wire.errors import RemoteProtocolError
from broker.wire.gen import messages as gen

FOLDER = Path(__file__).parent
CORPUS = FOLDER.parent / "fuzz" / "corpus"
CLASSES = {cls.__name__: cls for cls in gen.LAYOUT}

# Long enough for the second form of every header, short enough to read a diff of.
_LONG = 300


# ------------------------------------------------------------------ examples


def examples() -> list[tuple[str, Any]]:
    """(name, message): each message small, typical and large; each operation too."""
    found: list[tuple[str, Any]] = []
    for cls in gen.MESSAGES.values():
        if cls is not gen.Submit:
            found += [(f"{cls.NAME}-{size}", make(cls, size)) for size in _SIZES]
    for kind in gen.OPERATIONS.values():
        for size in _SIZES:
            submit = gen.Submit(_number(size, "u64", 2**64 - 1), (make(kind, size),))
            found.append((f"submit-{kind.NAME}-{size}", submit))
    found.append(("submit-nothing", gen.Submit(7, ())))
    found.append(("submit-forty", gen.Submit(1, _program(40))))
    return found


_SIZES = ("small", "typical", "large")


def make(cls: type[Any], size: str) -> Any:
    """A record with every field at its smallest, an ordinary, or a large value."""
    return cls(*[_value(field, size) for field in gen.LAYOUT[cls]])


def struct_of(field: gen.Field) -> type[Any]:
    """The class of the structs in a list: device_properties, DeviceProperties."""
    return CLASSES["".join(word.title() for word in field.of.split("_"))]


def _value(field: gen.Field, size: str) -> Any:
    count = {"small": 0, "typical": 3, "large": _LONG}[size]
    count = min(count, field.bound)
    if field.type == "bool":
        return size == "large"
    if field.type == "str":
        return "é" * (count // 2) + "x" * (count % 2)
    if field.type == "bin":
        return bytes(i * 7 % 256 for i in range(count))
    if field.type == "list" and field.of == "u32":
        return tuple(_number(s, "u32", 2**32 - 1) for s in _SIZES) * (count // 3)
    if field.type == "list":
        return (make(struct_of(field), size),) * min(count, 2)
    return _number(size, field.type, field.bound)


def _number(size: str, kind: str, bound: int) -> int:
    if size == "small":
        signed = kind.startswith("i")
        return -(2 ** (int(kind[1:]) - 1)) if signed else 0
    if size == "large":
        return bound
    return min(
        bound, {"u8": 2, "u16": 300, "u32": 70_000, "u64": 2**40 + 5}.get(kind, -9)
    )


def _program(count: int) -> tuple[Any, ...]:
    """Operations as a tenant would send them: streams, copies, launches, an event."""
    stream, function = gen.make_handle(1, 2, 1), gen.make_handle(4, 9)
    event = gen.make_handle(2, 1)
    parts: list[Any] = [gen.StreamCreate(stream, 1, -1), gen.EventCreate(event, 2)]
    for i in range(count - 4):
        params = (0x5000_0000_0000 + 256 * i).to_bytes(8, "little")
        parts.append(gen.Launch(stream, function, 1 + i, 1, 1, 256, 1, 1, 0, params))
    parts += [gen.EventRecord(stream, event), gen.Complete(stream)]
    return tuple(parts)


# ------------------------------------------------------------------ refusals


def refusals() -> list[tuple[str, bytes]]:
    """(name, body) of bodies that must be refused; the words are in refused.json."""
    pack = msgpack.packb
    launch = [1, 1, 2, 1, 1, 1, 1, 1, 1, 0, b"p"]
    hello = [1, 1, 0, "lib", "tenant"]
    free = [12, 1, 2, 3]
    device = [1, "H100", "cuda", b"", 9, 0, 132, 2**36, 13000]

    def submit(*operations: Any) -> bytes:
        return bytes(pack([2, 1, list(operations)]))

    def altered(position: int, value: Any) -> list[Any]:
        return [*launch[:position], value, *launch[position + 1 :]]

    deep: Any = 1
    for _ in range(8):
        deep = [deep]
    cases: dict[str, bytes] = {
        "empty-body": b"",
        "not-an-array": pack({"a": 1}),
        "empty-array": pack([]),
        "number-is-text": pack(["hello"]),
        "number-negative": pack([-1]),
        "number-unknown": pack([99]),
        "number-huge": pack([2**40]),
        "never-used-byte": b"\xc1",
        "hello-misses-tenant": pack(hello[:4]),
        "hello-tenant-too-long": pack([*hello[:4], "x" * 129]),
        "hello-tenant-is-bin": pack([*hello[:4], b"x"]),
        "hello-tenant-not-utf8": pack(hello)[:-7] + b"\xa2\xc3\x28",
        "hello-token-is-text": pack([*hello, "secret"]),
        "hello-token-is-nil": pack([*hello, None]),
        "hello-class-over-byte": pack([*hello, b"", 256]),
        "hello-version-negative": pack([1, -5, 0, "lib", "tenant"]),
        "hello-version-float": pack([1, 1.0, 0, "lib", "tenant"]),
        "hello-33-unknown": pack([*hello, b"", 255, 0, 0, *range(33)]),
        "hello-unknown-too-deep": pack([*hello, b"", 255, 0, 0, deep]),
        "hello-unknown-never-used": bytes([0x9A])
        + pack([*hello, b"", 255, 0, 0])[1:]
        + b"\xc1",
        "bytes-after": pack(free) + b"\x00\x01",
        "cut-number": pack([12, 1, 2, 2**60])[:-3],
        "cut-text-header": pack([1, 1, 0])[:-1].replace(b"\x93", b"\x95") + b"\x00\xd9",
        "cut-text": pack(hello)[:-2],
        "module-format-4": pack([13, 1, 2, 4, b"", 5, 6]),
        "module-hash-33": pack([13, 1, 2, 1, b"h" * 33, 5, 6]),
        "flag-is-number": pack([77, 1, 0, "", 1]),
        "result-over-i32": pack([76, 1, 2**31]),
        "result-under-i32": pack([76, 1, -(2**31) - 1]),
        "offsets-element-text": pack([78, 1, 0, "", [0, 8, "x"]]),
        "offsets-over-u32": pack([78, 1, 0, "", [0, 2**32]]),
        "offsets-4097": pack([78, 1, 0, "", [0] * 4097]),
        "device-is-number": pack([74, 1, 0, "", [3]]),
        "device-misses-name": pack([74, 1, 0, "", [[1]]]),
        "device-name-too-long": pack([74, 1, 0, "", [[1, "n" * 257, *device[2:]]]]),
        "submit-operations-is-map": pack([2, 1, {}]),
        "submit-misses-operations": pack([2, 1]),
        "submit-501": pack([2, 1, [[15, 1]] * 501]),
        "submit-says-more": b"\x93\x02\x01\xdc\x01\xf4\x92\x0f\x01",
        "submit-says-4e9": b"\x93\x02\x01\xdd\xff\xff\xff\xff",
        "operation-is-number": submit(launch, 5),
        "operation-unknown": submit(launch, [77, 1]),
        "operation-empty": submit([]),
        "operation-without-number": submit(["launch"]),
        "launch-params-too-long": submit(
            launch, launch, launch, altered(10, b"p" * 40000)
        ),
        "launch-params-is-text": submit(altered(10, "p")),
        "launch-misses-params": submit(launch[:10]),
        "launch-attributes-too-long": submit([*launch, b"a" * 1153]),
        "launch-grid-over-u32": submit(launch, altered(3, 2**32)),
        "launch-grid-negative": submit(altered(4, -1)),
        "launch-params-says-more": b"\x93\x02\x01\x91" + pack(launch)[:-2] + b"\x7f",
        "launch-33-unknown": submit([*launch, b"", *range(33)]),
        "launch-unknown-too-deep": submit([*launch, b"", deep[0][0]]),
        "memset-width-5": submit([5, 1, 2, 3, 5, 6]),
        "wait-condition-4": submit([13, 1, 2, 3, 4, 4]),
        "graph-depends-too-long": submit([33, 1, b"d" * 32769]),
        "graph-launch-misses-exec": submit([37, 1]),
        "graph-update-node-negative": pack([41, 1, 2, 3, -1]),
        "submit-bytes-after": submit(launch) + b"\xc0",
        "frame-too-long": pack([2, 1, [altered(10, b"p" * 32764)] * 5]),
    }
    return list(cases.items())


def refusal_text(body: bytes) -> str:
    try:
        codec.decode(body)
    except RemoteProtocolError as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError(f"not refused: {body[:80].hex()}")


# ------------------------------------------------------------------ to and from JSON


def to_json(value: Any) -> Any:
    if isinstance(value, gen.Record):
        inside = {name: to_json(getattr(value, name)) for name in value.__slots__}
        return {type(value).__name__: inside}
    if isinstance(value, tuple):
        return [to_json(element) for element in value]
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def from_json(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(from_json(element) for element in value)
    if not isinstance(value, dict):
        return value
    if "hex" in value:
        return bytes.fromhex(value["hex"])
    ((name, inside),) = value.items()
    return CLASSES[name](**{key: from_json(part) for key, part in inside.items()})


def golden() -> list[tuple[str, Any, bytes]]:
    """(name, message, body) as checked in."""
    rows = json.loads((FOLDER / "wire.json").read_text(encoding="utf-8"))
    return [
        (r["name"], from_json(r["message"]), bytes.fromhex(r["body"])) for r in rows
    ]


def refused() -> list[tuple[str, bytes, str]]:
    """(name, body, kind and text of the error) as checked in.

    The longest bodies are given by their name only; `refusals()` makes them.
    """
    bodies = dict(refusals())
    rows = json.loads((FOLDER / "refused.json").read_text(encoding="utf-8"))
    return [
        (
            r["name"],
            bytes.fromhex(r["body"]) if r["body"] else bodies[r["name"]],
            r["error"],
        )
        for r in rows
    ]


def write_files() -> None:
    rows = [
        {"name": name, "message": to_json(message), "body": codec.encode(message).hex()}
        for name, message in examples()
    ]
    _write("wire.json", rows)
    rows = [
        {
            "name": name,
            "body": body.hex() if len(body) < 1000 else "",
            "error": refusal_text(body),
        }
        for name, body in refusals()
    ]
    _write("refused.json", rows)
    CORPUS.mkdir(exist_ok=True)
    for name, message in examples():
        (CORPUS / f"{name}.bin").write_bytes(codec.encode(message))
    for name, body in refusals():
        if 0 < len(body) < 1000:
            (CORPUS / f"refused-{name}.bin").write_bytes(body)


def _write(name: str, rows: list[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (FOLDER / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write_files()
