"""Packing of arguments, prepared programs, staging memory."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from broker.wire.gen import messages as wire
from client._native import Address, FunctionHandle, NativeProgram, StreamHandle
from tests.unit.client.broker_end import BrokerEnd

FUNCTION = wire.make_handle(wire.KIND_FUNCTION, 1)
STREAM = wire.make_handle(wire.KIND_STREAM, 3)


@pytest.fixture
def end():
    made = BrokerEnd(threaded=False, manual_clock=True)
    yield made
    made.close()


def function(end: BrokerEnd, offsets, sizes) -> FunctionHandle:
    total = max((o + s for o, s in zip(offsets, sizes, strict=True)), default=0)
    return FunctionHandle(end.native, FUNCTION, "f", offsets, sizes, total, 1024)


def test_a_launch_carries_everything(end):
    f = function(end, [0, 8, 16, 24], [4, 8, 8, 8])
    buffer = Address(0x500000001000, 64)
    seq = f.launch((2, 3), (32, 4, 2), (1.5, buffer, 7, -1), 48, StreamHandle(STREAM))
    ((operation,),) = end.operations()
    assert seq == 1
    assert operation == wire.Launch(
        STREAM,
        FUNCTION,
        2,
        3,
        1,
        32,
        4,
        2,
        48,
        struct.pack("<f4xQQq", 1.5, 0x500000001000, 7, -1),
        b"",
    )


@pytest.mark.parametrize(
    ("size", "value", "packed"),
    [
        (1, 255, b"\xff"),
        (1, -128, b"\x80"),
        (2, 0x1234, b"\x34\x12"),
        (4, -2, b"\xfe\xff\xff\xff"),
        (8, 2**64 - 1, b"\xff" * 8),
        (8, -(2**63), b"\0" * 7 + b"\x80"),
        (1, True, b"\x01"),
        (2, 1.0, b"\x00\x3c"),
        (4, 1.0, struct.pack("<f", 1.0)),
        (8, 1.0, struct.pack("<d", 1.0)),
        (4, np.float32(2.5), struct.pack("<f", 2.5)),
        (8, np.int64(-3), struct.pack("<q", -3)),
        (2, np.float16(1.0), b"\x00\x3c"),
        (1, np.uint8(9), b"\x09"),
        (12, b"0123456789ab", b"0123456789ab"),
        (12, np.arange(3, dtype=np.int32), struct.pack("<3i", 0, 1, 2)),
    ],
)
def test_values_fill_their_parameter(end, size, value, packed):
    assert function(end, [0], [size]).pack_args([value]) == packed


@pytest.mark.parametrize(
    ("size", "value", "error"),
    [
        (1, 256, OverflowError),
        (1, -129, OverflowError),
        (4, 2**32, OverflowError),
        (8, 2**64, OverflowError),
        (4, Address(4096), ValueError),
        (8, Address(0), ValueError),
        (4, np.int64(1), ValueError),
        (3, b"1234", ValueError),
        (12, 1, ValueError),
        (4, "text", TypeError),
        (4, None, TypeError),
    ],
)
def test_what_does_not_fit_is_refused_by_name(end, size, value, error):
    with pytest.raises(error, match="f: argument 0"):
        function(end, [0], [size]).pack_args([value])


def test_a_wrong_number_of_arguments_is_refused(end):
    with pytest.raises(TypeError, match="takes 1 arguments, 2 given"):
        function(end, [0], [4]).launch(1, 1, (1, 2))


@pytest.mark.parametrize("grid", [(), (1, 2, 3, 4)])
def test_dimensions_are_one_to_three(end, grid):
    with pytest.raises(ValueError, match="grid"):
        function(end, [], []).launch(grid, 1)


def test_a_program_plays_in_order_with_its_gaps(end):
    f = function(end, [0], [4])
    program = NativeProgram(end.native, 3)
    gaps = [0, 100_000, 0, 200_000]
    for number, gap in enumerate(gaps):
        program.add(f, number + 1, 32, (number,), gap_ns=gap)
    assert len(program) == 4
    assert program.play(StreamHandle(STREAM), 0.5) == 4
    end.native.flush()
    operations = [o for batch in end.operations() for o in batch]
    assert [(o.grid_x, o.params) for o in operations] == [
        (n + 1, struct.pack("<i", n)) for n in range(4)
    ]
    times = program.submitted_ns.astype(np.int64)
    assert (np.diff(times) >= 0).all()
    # never early: gaps are counted from the start, times pace and dilation
    planned = program.started_ns + np.cumsum([int(g * 0.5 * 3) for g in gaps])
    assert (times >= planned).all()
    assert program.finished_ns >= times[-1]


def test_a_program_can_be_played_again_and_as_soon_as_possible(end):
    f = function(end, [0], [8])
    program = NativeProgram(end.native)
    for number in range(100):
        program.add(f, 1, 1, (number,), gap_ns=10**15)
    assert program.play(None, 0) == 100
    assert program.play(None, 0) == 200
    end.native.flush()
    assert sum(len(o) for o in end.operations()) == 200


def test_an_empty_program_is_nothing(end):
    assert NativeProgram(end.native).play() == 0
    with pytest.raises(ValueError, match="pace"):
        NativeProgram(end.native).play(None, -1)


def test_staging_moves_bytes_and_checks_bounds(end):
    data = np.arange(1000, dtype=np.uint8)
    end.native.stage(4096, data, 10, 90)
    assert end.arena[4096:4186] == bytes(range(10, 100))
    out = np.zeros(100, np.uint8)
    end.native.unstage(4096, out, 5, 90)
    assert bytes(out[5:95]) == bytes(range(10, 100))
    with pytest.raises(ValueError, match="array"):
        end.native.stage(0, data, 990, 11)
    with pytest.raises(ValueError, match="arena"):
        end.native.unstage((64 << 20) - 10, out, 0, 11)
    with pytest.raises((ValueError, BufferError)):
        end.native.unstage(0, b"read-only", 0, 4)
