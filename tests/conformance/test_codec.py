"""One suite for both codecs: the Python oracle and the C one must agree on every byte,
every value and every word of a refusal, and both with the golden vectors."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import msgpack
import pytest
import wire_vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.wire import _codec as native
from broker.wire import codec as oracle
from broker.wire.errors import LocalProtocolError, RemoteProtocolError
from broker.wire.gen import messages as gen

GOLDEN = wire_vectors.golden()
REFUSED = wire_vectors.refused()
BODIES = [body for _, _, body in GOLDEN]


@pytest.fixture(params=[oracle, native], ids=["oracle", "native"])
def codec(request: pytest.FixtureRequest) -> ModuleType:
    return request.param


# ------------------------------------------------------------------ golden vectors


@pytest.mark.parametrize(
    ("name", "message", "body"), GOLDEN, ids=[g[0] for g in GOLDEN]
)
def test_golden(codec: ModuleType, name: str, message: Any, body: bytes) -> None:
    assert codec.encode(message) == body
    assert codec.decode(body) == message


@pytest.mark.parametrize(
    ("name", "body", "error"), REFUSED, ids=[r[0] for r in REFUSED]
)
def test_refused(codec: ModuleType, name: str, body: bytes, error: str) -> None:
    assert _verdict(codec, body) == error


def test_vectors_are_fresh() -> None:
    assert [(n, m) for n, m, _ in GOLDEN] == wire_vectors.examples()
    assert [(n, b) for n, b, _ in REFUSED] == wire_vectors.refusals()


def test_every_record_has_a_vector() -> None:
    seen = {type(message) for _, message, _ in GOLDEN}
    seen |= {type(op) for _, m, _ in GOLDEN for op in getattr(m, "operations", ())}
    assert seen == {*gen.MESSAGES.values(), *gen.OPERATIONS.values()}


def test_bodies_are_plain_msgpack() -> None:
    """Somebody else's msgpack reads the same values, in the order of the schema."""
    for _, message, body in GOLDEN:
        number, *values = msgpack.unpackb(body, raw=False)
        assert number == message.NUMBER
        assert values == oracle._plain(message)[1:]


# ------------------------------------------------------------------ agreement


def _verdict(codec: ModuleType, body: bytes) -> str:
    try:
        return repr(codec.decode(body))
    except RemoteProtocolError as error:
        return f"{type(error).__name__}: {error}"


def _agree(body: bytes) -> None:
    assert _verdict(native, body) == _verdict(oracle, body)


def test_agree_on_every_truncation() -> None:
    for body in BODIES:
        step = 1 + len(body) // 200
        for size in range(0, len(body), step):
            _agree(body[:size])


def test_agree_on_every_byte_changed() -> None:
    """Each byte of each short golden body becomes each kind of msgpack tag."""
    tags = [0x00, 0x7F, 0x80, 0x81, 0x90, 0x9F, 0xA0, 0xBF, *range(0xC0, 0xE0), 0xFF]
    for body in [b for b in BODIES if len(b) < 70]:
        for at in range(len(body)):
            for tag in tags:
                _agree(body[:at] + bytes([tag]) + body[at + 1 :])


@given(st.binary(max_size=200))
def test_agree_on_any_bytes(body: bytes) -> None:
    _agree(body)


_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=40)
    | st.binary(max_size=300)
    | st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=20)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(gen.MESSAGES)), st.lists(_plain, max_size=12))
def test_agree_on_any_fields(number: int, values: list[Any]) -> None:
    _agree(msgpack.packb([number, *values]))


@given(
    st.sampled_from(BODIES), st.lists(st.tuples(st.integers(0), st.binary(max_size=9)))
)
@settings(max_examples=300)
def test_agree_on_mutations(body: bytes, patches: list[tuple[int, bytes]]) -> None:
    for where, piece in patches:
        at = where % (len(body) + 1)
        body = body[:at] + piece + body[at + len(piece) // 2 :]
    _agree(body)


def _numbers(field: gen.Field) -> st.SearchStrategy[Any]:
    signed = field.type.startswith("i")
    low = -(2 ** (int(field.type[1:]) - 1)) if signed else 0
    edges = [v for v in (low, 0, 31, 127, 128, 2**16, field.bound) if v <= field.bound]
    return st.integers(low, field.bound) | st.sampled_from(edges)


def _values(field: gen.Field) -> st.SearchStrategy[Any]:
    if field.type == "bool":
        return st.booleans()
    if field.type == "str":
        return st.text(max_size=min(field.bound // 4, 80))
    if field.type == "bin":
        return st.binary(max_size=min(field.bound, 300))
    if field.of == "u32":
        return st.lists(st.integers(0, 2**32 - 1), max_size=20).map(tuple)
    if field.of == "operation":
        return st.lists(st.one_of(*map(_records, _OPERATIONS)), max_size=8).map(tuple)
    if field.type == "list":
        of = wire_vectors.struct_of(field)
        return st.lists(_records(of), max_size=min(field.bound, 3)).map(tuple)
    return _numbers(field)


def _records(cls: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(cls, *[_values(field) for field in gen.LAYOUT[cls]])


_OPERATIONS = list(gen.OPERATIONS.values())


@given(st.one_of(*map(_records, gen.MESSAGES.values())))
@settings(max_examples=400)
def test_any_message_survives(message: Any) -> None:
    body = oracle.encode(message)
    assert native.encode(message) == body
    assert native.encode_frame(message) == len(body).to_bytes(4, "little") + body
    assert oracle.decode(body) == message
    assert native.decode(body) == message


@given(st.one_of(*map(_records, gen.MESSAGES.values())), st.lists(_plain, max_size=4))
def test_fields_of_a_later_version_are_skipped(message: Any, extra: list[Any]) -> None:
    values = [message.NUMBER, *oracle._plain(message)[1:], *extra]
    body = msgpack.packb(values)
    if len(body) < gen.FRAME_BYTES_MAX:
        assert oracle.decode(body) == message
        assert native.decode(body) == message


def test_absent_trailing_fields_take_their_defaults(codec: ModuleType) -> None:
    hello = codec.decode(msgpack.packb([1, 1, 0, "lib", "tenant"]))
    assert hello == gen.Hello(1, 0, "lib", "tenant", b"", 255, 0)
    function = codec.decode(msgpack.packb([78, 1, 500]))
    assert function == gen.Function(1, 500)
    launch = [1, 1, 2, 1, 1, 1, 1, 1, 1, 0, b"p"]
    submit = codec.decode(msgpack.packb([2, 1, [launch]]))
    assert submit.operations[0].attributes == b""


def test_wider_encodings_are_read(codec: ModuleType) -> None:
    body = b"\x94\xcc\x0c\xcf" + bytes(7) + b"\x01\xd3" + bytes(7) + b"\x02\xcd\x00\x03"
    assert codec.decode(body) == gen.Free(1, 2, 3)


# ------------------------------------------------------------------ limits when sending

LAUNCH = wire_vectors.make(gen.Launch, "typical")
TOO_MUCH = [
    (gen.Submit(2**64, ()), "submit: first_seq: 18446744073709551616, at most"),
    (gen.Submit(-1, ()), "submit: first_seq: -1, at least 0"),
    (gen.Submit(1, (LAUNCH,) * 501), "submit: operations: 501 elements, at most 500"),
    (gen.Submit(1, (gen.Goodbye(),)), "Goodbye is no operation"),  # type: ignore[arg-type]
    (gen.Submit(1, iter(())), "expected tuple"),  # type: ignore[arg-type]
    (gen.Allocate(1, 256, 1), "allocate: device: 256, at most 255"),
    (gen.Allocate(1, 0, 1.5), "allocate: bytes: float, expected int"),  # type: ignore[arg-type]
    (gen.ModuleLoad(1, 2, 4, b"", 1, 1), "module_load: format: 4, at most 3"),
    (
        gen.ModuleLoad(1, 2, 1, b"h" * 33, 1, 1),
        "module_load: hash: 33 bytes, at most 32",
    ),
    (gen.ModuleLoad(1, 2, 1, "h", 1, 1), "module_load: hash: str, expected bytes"),  # type: ignore[arg-type]
    (gen.Refused("é" * 33, ""), "refused: reason: 66 bytes, at most 64"),
    (gen.Refused("\ud800", ""), "refused: reason: not UTF-8"),
    (gen.Refused(b"x", ""), "refused: reason: bytes, expected str"),  # type: ignore[arg-type]
    (gen.Done(1, -(2**31) - 1), "done: result: -2147483649, at least -2147483648"),
    (gen.Done(1, 2**31), "done: result: 2147483648, at most 2147483647"),
    (gen.Module(1, 0, "", 1), "module: bytes_needed: int, expected bool"),  # type: ignore[arg-type]
    (gen.Function(1, 0, "", (2**32,)), "function: param_offsets: 4294967296, at most"),
    (gen.Function(1, 0, "", (0,) * 4097), "param_offsets: 4097 elements, at most 4096"),
    (gen.Device(1, 0, "", (LAUNCH,)), "Launch is no device_properties"),
    (LAUNCH, "Launch is no message"),
    ("hello", "str is no message"),
]


@pytest.mark.parametrize(("message", "text"), TOO_MUCH, ids=[t[1] for t in TOO_MUCH])
def test_refused_when_sending(codec: ModuleType, message: Any, text: str) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        codec.encode(message)
    assert text in str(caught.value)


def test_refused_when_sending_says_the_same() -> None:
    for message, _ in TOO_MUCH:
        texts = set()
        for codec in (oracle, native):
            with pytest.raises(LocalProtocolError) as caught:
                codec.encode(message)
            texts.add(str(caught.value))
        assert len(texts) == 1, texts


def test_params_at_their_bound(codec: ModuleType) -> None:
    values = wire_vectors._value
    largest = gen.Launch(
        *[
            bytes(f.bound) if f.type == "bin" else values(f, "large")
            for f in gen.LAYOUT[gen.Launch]
        ]
    )
    submit = gen.Submit(1, (largest,) * 3)
    assert codec.decode(codec.encode(submit)) == submit
    with pytest.raises(LocalProtocolError, match="frame: over 131072 bytes"):
        codec.encode(gen.Submit(1, (largest,) * 4))


def test_a_frame_at_its_bound(codec: ModuleType) -> None:
    def submit(size: int) -> gen.Submit:
        launch = gen.Launch(1, 1, 1, 1, 1, 1, 1, 1, 0, bytes(32000))
        last = gen.Launch(1, 1, 1, 1, 1, 1, 1, 1, 0, bytes(size))
        return gen.Submit(1, (launch,) * 4 + (last,))

    size = 2000 + gen.FRAME_BYTES_MAX - len(oracle.encode(submit(2000)))
    body = codec.encode(submit(size))
    assert len(body) == gen.FRAME_BYTES_MAX
    assert codec.decode(body) == submit(size)
    with pytest.raises(LocalProtocolError):
        codec.encode(submit(size + 1))
    with pytest.raises(
        RemoteProtocolError, match="frame: 131073 bytes, at most 131072"
    ):
        codec.decode(body + b"\x00")


def test_nothing_is_kept_between_calls() -> None:
    """A loop of refusals and successes neither grows nor leaves references behind."""
    message = gen.Refused("memory", "x" * 100)
    held = sys.getrefcount(message.message)
    for _ in range(200):
        native.decode(native.encode(message))
        with pytest.raises(LocalProtocolError):
            native.encode(gen.Refused("x" * 65, message.message))
    assert sys.getrefcount(message.message) < held + 10
