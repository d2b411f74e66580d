"""Data that moves, and what happens to reaches outside of mapped memory."""

from __future__ import annotations

import numpy as np
import pytest

from .device import GAP_NS, ILLEGAL_ADDRESS, MIB, NEVER, VA, Device

MISALIGNED = 716
OUTSIDE = VA + 64 * MIB


@pytest.fixture
def device() -> Device:
    return Device()


def some(count: int, dtype: str) -> np.ndarray:
    random = np.random.default_rng(7)
    if dtype == "f4":
        return random.standard_normal(count).astype("f4")
    return random.integers(0, 2**32, count, dtype=dtype)


# ---------------------------------------------------------------- the built-ins
@pytest.mark.parametrize("n", [0, 1, 1000, 1 << 20])
def test_fill(device, n):
    stream = device.stream_open()
    assert device.run(stream, "xs_fill_u32", "QIQ", VA + 4, 0xDEADBEEF, n) == 0
    device.settle()
    assert (device.get(VA + 4, max(n, 1), "u4")[:n] == 0xDEADBEEF).all()
    assert device.get(VA, 1, "u4")[0] == device.get(VA + 4 + 4 * n, 1, "u4")[0] == 0


@pytest.mark.parametrize("n", [1, 1000, 1 << 20])
def test_copy(device, n):
    numbers = some(n, "u4")
    device.put(VA, numbers)
    stream = device.stream_open()
    assert device.run(stream, "xs_copy_u32", "QQQ", VA + 32 * MIB, VA, n) == 0
    device.settle()
    assert (device.get(VA + 32 * MIB, n, "u4") == numbers).all()


def test_saxpy_rounds_as_numpy_does(device):
    x, y = some(100_003, "f4"), some(100_003, "f4")[::-1].copy()
    device.put(VA, x)
    device.put(VA + 8 * MIB, y)
    stream = device.stream_open()
    params = (1.7, VA, VA + 8 * MIB, x.size)
    assert device.run(stream, "xs_saxpy_f32", "fQQQ", *params, grid=5) == 0
    device.settle()
    expected = np.float32(1.7) * x + y
    assert (device.get(VA + 8 * MIB, x.size, "f4") == expected).all()


def test_add_one_wraps(device):
    device.put(VA, np.array([0, 7, 2**32 - 1], "u4"))
    stream = device.stream_open()
    device.run(stream, "xs_add_one_u32", "QQ", VA, 3, repeat=3)
    device.settle()
    assert device.get(VA, 3, "u4").tolist() == [3, 10, 2]


def test_write_word(device):
    stream = device.stream_open()
    device.run(stream, "xs_write_word", "QI", VA + 4, 77, grid=100)
    device.settle()
    assert device.get(VA, 3, "u4").tolist() == [0, 77, 0]


def test_kernels_that_take_time_leave_memory_alone(device):
    numbers = some(1000, "u4")
    device.put(VA, numbers)
    stream = device.stream_open()
    assert device.run(stream, "xs_replay", "QQQI", 500, VA, 4000, 4096) == 0
    assert device.run(stream, "xs_spin", "Q", 500) == 0
    assert device.run(stream, "xs_empty") == 0
    device.settle()
    assert (device.get(VA, 1000, "u4") == numbers).all()


def test_data_moves_when_the_kernel_ends(device):
    stream, snoop = device.stream_open(), device.stream_open()
    copied = np.zeros(1, "u4")
    address = device.host(copied)
    device.spin(stream, 10_000)
    device.run(stream, "xs_write_word", "QI", VA, 5)
    for at, expected in ((GAP_NS + 10_000, 0), (2 * GAP_NS + 11_000, 5)):
        device.advance(at)
        device.copy(snoop, "d2h", address, VA, 4)
        device.advance(at + GAP_NS - 500)
        device.advance(at + 2 * GAP_NS)
        assert (copied[0] == 5) >= (expected == 5)
    assert copied[0] == 5


# ---------------------------------------------------------------- copies and fills
def test_copies_round_trip(device):
    numbers = some(3 * MIB, "u4")
    device.put(VA + 12, numbers)
    stream = device.stream_open()
    device.copy(stream, "d2d", VA + 32 * MIB, VA + 12, numbers.nbytes)
    device.settle()
    assert (device.get(VA + 32 * MIB, numbers.size, "u4") == numbers).all()


@pytest.mark.parametrize(("width", "dtype"), [(1, "u1"), (2, "u2"), (4, "u4")])
def test_fill_widths(device, width, dtype):
    stream = device.stream_open()
    assert device.fill(stream, VA + width, 0x89ABCDEF, width, 1001) == 0
    device.settle()
    got = device.get(VA, 1003, dtype)
    expected = 0x89ABCDEF & (256**width - 1)
    assert got[0] == got[-1] == 0 and (got[1:-1] == expected).all()


def test_data_crosses_mappings_that_touch(device):
    """Neighbours in device addresses need not be neighbours in host memory."""
    step = 2 * MIB
    base = VA + (1 << 40)
    for i in (3, 1, 0, 2):
        assert device.map_memory(base + i * step, step) == 0
    numbers = some(4 * step // 4 - 2, "u4")
    device.put(base + 4, numbers)
    stream = device.stream_open()
    device.run(stream, "xs_add_one_u32", "QQ", base + 4, numbers.size)
    device.copy(stream, "d2d", VA, base + 4, numbers.nbytes)
    device.fill(stream, base + step - 2, 3, 1, 4)
    device.settle()
    with np.errstate(over="ignore"):
        assert (device.get(VA, numbers.size, "u4") == numbers + np.uint32(1)).all()
    assert device.get(base + step - 3, 6, "u1")[1:5].tolist() == [3, 3, 3, 3]


def test_fresh_memory_is_zero_and_so_is_memory_mapped_again(device):
    stream = device.stream_open()
    device.fill(stream, VA, 255, 1, 64 * MIB)
    device.settle()
    assert device.unmap_memory(VA, 64 * MIB) == 0
    assert device.map_memory(VA, 64 * MIB) == 0
    assert not device.get(VA, 16 * MIB, "u4").any()


@pytest.mark.parametrize(
    ("at", "nbytes"), [(0, 64 * MIB), (5, 10), (4090, 12), (100, MIB), (MIB - 1, 2)]
)
def test_scrub_zeroes_what_it_is_told_and_no_more(device, at, nbytes):
    stream = device.stream_open()
    device.fill(stream, VA, 255, 1, 64 * MIB)
    device.settle()
    assert device.scrub(VA + at, nbytes) == 0
    expected = np.full(64 * MIB, 255, "u1")
    expected[at : at + nbytes] = 0
    assert (device.get(VA, 64 * MIB, "u1") == expected).all()


def test_mappings_are_checked():
    device = Device(memory_bytes=66 * MIB)
    assert device.map_memory(VA + 62 * MIB, 2 * MIB) == 1  # meets another
    assert device.map_memory(OUTSIDE, 0) == 1
    assert device.map_memory(2**64 - MIB, 2 * MIB) == 1
    assert device.map_memory(OUTSIDE, 4 * MIB) == 2
    assert device.map_memory(OUTSIDE, 2 * MIB) == 0
    assert device.mapped_bytes() == 66 * MIB
    assert device.unmap_memory(OUTSIDE, MIB) == 1
    assert device.unmap_memory(OUTSIDE, 2 * MIB) == 0
    assert device.scrub(OUTSIDE - MIB, 2 * MIB) == 1


# ---------------------------------------------------------------- refused at the call
def test_host_memory_must_be_registered_and_a_copy_stay_in_one_piece(device):
    array = np.zeros(8192, "u1")
    address, stream = array.ctypes.data, device.stream_open()
    assert device.copy(stream, "h2d", VA, address, 16) == 1
    assert device.register_host(address, 4096) == 0
    assert device.register_host(address + 4096, 4096) == 0
    assert device.register_host(address + 100, 8) == 712
    assert device.copy(stream, "h2d", VA, address, 4096) == 0
    assert device.copy(stream, "d2h", address + 4000, VA, 96) == 0
    assert device.copy(stream, "h2d", VA, address + 4000, 97) == 1
    assert device.copy(stream, "d2h", address + 8100, VA, 100) == 1
    device.settle()
    assert device.unregister_host(address + 8, 8) == 713
    assert device.unregister_host(address, 4096) == 0
    assert device.copy(stream, "h2d", VA, address, 16) == 1
    assert device.status() == 0


def test_words_are_checked_at_the_call(device):
    stream = device.stream_open()
    address = device.host(np.zeros(2, "u8"))
    assert device.write_value(stream, address + 4, 1, 8) == 1
    assert device.write_value(stream, address, 1, 2) == 1
    assert device.write_value(stream, address + 16, 1) == 1
    assert device.write_value(stream, OUTSIDE, 1) == 1
    assert device.wait_value(stream, OUTSIDE, 1) == 1
    assert device.wait_value(stream, address, 1, 8, 4) == 1
    assert device.query(stream) == 0


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ({"grid": 0}, 1),
        ({"grid": (1, 65536)}, 1),
        ({"grid": 2**31}, 1),
        ({"block": 0}, 1),
        ({"block": 1025}, 1),
        ({"block": (1, 1, 65)}, 1),
        ({"block": (32, 33)}, 1),
        ({"params": b""}, 1),
        ({"params": bytes(9)}, 1),
        ({"shared_bytes": 48 * 1024}, 0),
        ({"shared_bytes": 48 * 1024 + 1}, 1),
        ({"attributes": bytes(72 * 16)}, 0),
        ({"attributes": bytes(72 * 17)}, 1),
    ],
)
def test_launches_are_checked_at_the_call(device, arguments, result):
    function = device.function_open("xs_spin")[1]
    launch = {"grid": 1, "block": 32, "params": bytes(8)} | arguments
    assert device.launch(device.stream_open(), function, **launch) == result


def test_more_dynamic_shared_memory_is_asked_for(device):
    function = device.function_open("xs_empty")[1]
    stream = device.stream_open()
    assert device.function_shared_max(function, 232449) == 1
    assert device.launch(stream, function, 1, 32, b"", 232448) == 1
    assert device.function_shared_max(function, 232448) == 0
    assert device.launch(stream, function, 1, 32, b"", 232448) == 0


def test_fills_are_checked_at_the_call(device):
    stream = device.stream_open()
    assert device.fill(stream, VA, 0, 3, 1) == 1
    assert device.fill(stream, VA + 2, 0, 4, 1) == 1
    assert device.fill(stream, VA, 0, 4, 2**63) == 1


# ---------------------------------------------------------------- faults
FAULTS = {
    "kernel writes": lambda d, s: d.run(s, "xs_write_word", "QI", OUTSIDE, 1),
    "kernel's last": lambda d, s: d.run(s, "xs_fill_u32", "QIQ", OUTSIDE - 4, 1, 2),
    "kernel reads": lambda d, s: d.run(s, "xs_copy_u32", "QQQ", VA, OUTSIDE, 1),
    "null": lambda d, s: d.run(s, "xs_write_word", "QI", 0, 1),
    "replay": lambda d, s: d.run(s, "xs_replay", "QQQI", 9, OUTSIDE, 4096, 4096),
    "copy to": lambda d, s: d.copy(s, "d2d", OUTSIDE - 1, VA, 2),
    "copy from": lambda d, s: d.copy(s, "d2d", VA, VA - 1, 2),
    "fill": lambda d, s: d.fill(s, OUTSIDE - 4, 1, 4, 2),
}


@pytest.mark.parametrize("reach", FAULTS.values(), ids=FAULTS)
def test_a_reach_outside_ends_everything(device, reach):
    word = np.zeros(1, np.uint64)
    address = device.host(word)
    guilty, other = device.stream_open(), device.stream_open()
    event = device.event_open()
    device.spin(other, 20_000, 132)
    device.write_value(other, address, 1)
    device.stream_wait(other, event)
    assert reach(device, guilty) == 0
    device.write_value(guilty, address, 2)
    device.settle()
    assert word[0] == 0
    assert device.status() == ILLEGAL_ADDRESS
    assert device.query(other) == device.query(guilty) == ILLEGAL_ADDRESS
    assert device.advance(1_000_000) == NEVER
    assert device.run(other, "xs_spin", "Q", 1) == ILLEGAL_ADDRESS
    assert device.write_value(other, address, 1) == ILLEGAL_ADDRESS
    assert device.copy(other, "d2d", VA, VA, 1) == ILLEGAL_ADDRESS
    assert device.event_record(other, event) == ILLEGAL_ADDRESS
    assert device.elapsed(event, event)[0] == ILLEGAL_ADDRESS
    assert device.map_memory(OUTSIDE, 2 * MIB) == ILLEGAL_ADDRESS
    assert device.scrub(VA, 16) == ILLEGAL_ADDRESS
    assert device.function_open("xs_empty")[0] == ILLEGAL_ADDRESS
    with pytest.raises(RuntimeError, match="700"):
        device.stream_open()
    assert device.event_close(event) == ILLEGAL_ADDRESS
    assert device.stream_close(other) == ILLEGAL_ADDRESS
    assert word[0] == 0


ENDLESS = {
    "kernel": lambda d, s: d.run(s, "xs_add_one_u32", "QQ", VA, 2**63, grid=132),
    "copy": lambda d, s: d.copy(s, "d2d", VA, VA, 2**64 - 1),
    "fill": lambda d, s: d.fill(s, VA, 1, 4, 2**62 - 1),
}


@pytest.mark.parametrize("reach", ENDLESS.values(), ids=ENDLESS)
def test_an_absurd_length_is_found_out_within_a_second(device, reach):
    assert reach(device, device.stream_open()) == 0
    device.advance(0)
    device.advance(10**9)
    assert device.status() == ILLEGAL_ADDRESS


def test_a_misaligned_kernel_argument_is_a_fault_of_its_own(device):
    device.run(device.stream_open(), "xs_write_word", "QI", VA + 2, 1)
    device.settle()
    assert device.status() == MISALIGNED


def test_memory_that_went_away_under_an_operation_is_a_fault(device):
    stream = device.stream_open()
    device.spin(stream, 10_000)
    device.write_value(stream, VA, 1)
    device.advance(5_000)
    assert device.unmap_memory(VA, 64 * MIB) == 0
    device.settle(5_000)
    assert device.status() == ILLEGAL_ADDRESS


@pytest.mark.parametrize(("nbytes", "touch"), [(4096, 0), (2047, 4096), (4096, 2047)])
def test_a_replay_that_touches_nothing_needs_no_buffer(device, nbytes, touch):
    """Less than one turn of 128 threads, 16 bytes each."""
    device.run(device.stream_open(), "xs_replay", "QQQI", 9, 0, nbytes, touch)
    device.settle()
    assert device.status() == 0
