"""What waits for what: streams, events, words in memory, closing."""

from __future__ import annotations

import numpy as np
import pytest

from .device import GAP_NS, NEVER, VA, Device

GEQ, EQ, AND, NOR = range(4)


@pytest.fixture
def device() -> Device:
    made = Device()
    made.tell()
    return made


def test_a_stream_is_in_order(device):
    stream, word = device.stream_open(), device.host(np.zeros(1, np.uint64))
    device.write_value(stream, word, 1)
    device.spin(stream, 5_000)
    device.write_value(stream, word, 2)
    device.fill(stream, VA, 0, 4, 1)
    device.write_value(stream, word, 3)
    device.settle()
    assert device.lines() == [
        "stream 0: written 1",
        "stream 0: xs_spin starts 1 blocks",
        "stream 0: xs_spin ends",
        "stream 0: written 2",
        "stream 0: fill ends",
        "stream 0: written 3",
    ]


def test_a_completion_word_appears_when_the_kernel_ends_and_not_before(device):
    words = np.zeros(2, np.uint64)
    stream, address = device.stream_open(), device.host(words)
    device.spin(stream, 5_000)
    device.write_value(stream, address, 2**63 + 7)
    device.write_value(stream, address + 8, 2**32 - 1, 4)
    device.advance(GAP_NS + 4_999)
    assert words.tolist() == [0, 0]
    device.advance(GAP_NS + 5_000)
    assert words.tolist() == [2**63 + 7, 2**32 - 1]


def test_a_word_of_four_bytes_leaves_its_neighbour(device):
    words = np.full(2, 9, np.uint32)
    device.write_value(device.stream_open(), device.host(words) + 4, 1, 4)
    device.advance(0)
    assert words.tolist() == [9, 1]


def test_a_wait_holds_its_stream_until_the_record(device):
    first, second, event = (
        device.stream_open(),
        device.stream_open(),
        device.event_open(),
    )
    device.spin(first, 10_000)
    device.event_record(first, event)
    device.stream_wait(second, event)
    device.spin(second, 10_000)
    assert device.settle() == 2 * (GAP_NS + 10_000)


def test_a_wait_for_what_was_never_recorded_passes(device):
    stream, event = device.stream_open(), device.event_open()
    device.stream_wait(stream, event)
    device.spin(stream, 10_000)
    assert device.settle() == GAP_NS + 10_000


def test_a_wait_is_for_the_record_of_its_time_not_a_later_one(device):
    first, second, event = (
        device.stream_open(),
        device.stream_open(),
        device.event_open(),
    )
    device.event_record(first, event)
    device.stream_wait(second, event)
    device.spin(first, 10_000)
    device.event_record(first, event)
    device.spin(second, 1_000)
    device.settle()
    assert device.times()["stream 1: xs_spin ends"] == GAP_NS + 1_000


def test_a_record_on_another_stream_does_not_let_an_older_wait_pass(device):
    slow, quick, waiting = (device.stream_open() for _ in range(3))
    event = device.event_open()
    device.spin(slow, 10_000)
    device.event_record(slow, event)
    device.stream_wait(waiting, event)
    device.event_record(quick, event)
    device.settle()
    assert device.times()["stream 2: waited"] == GAP_NS + 10_000


def test_an_event_may_be_closed_while_it_is_waited_for(device):
    first, second, event = (
        device.stream_open(),
        device.stream_open(),
        device.event_open(),
    )
    device.spin(first, 10_000)
    device.event_record(first, event)
    device.stream_wait(second, event)
    device.event_close(event)
    device.settle()
    assert device.times()["stream 1: waited"] == GAP_NS + 10_000


def test_elapsed_is_device_time_between_two_records(device):
    stream = device.stream_open()
    start, end, never = (device.event_open() for _ in range(3))
    device.event_record(stream, start)
    device.spin(stream, 7_000)
    device.event_record(stream, end)
    assert device.elapsed(start, end)[0] == 600
    device.settle()
    assert device.elapsed(start, end) == (0, GAP_NS + 7_000)
    assert device.elapsed(end, start) == (0, -GAP_NS - 7_000)
    assert device.elapsed(start, never)[0] == 400


def test_a_long_chain_of_streams_passes_on_at_once(device):
    streams = [device.stream_open() for _ in range(5000)]
    event = device.event_open()
    device.spin(streams[0], 1_000)
    device.event_record(streams[0], event)
    for stream in streams[1:]:
        device.stream_wait(stream, event)
        event = device.event_open()
        device.event_record(stream, event)
    assert device.settle() == GAP_NS + 1_000
    assert device.query(streams[-1]) == 0


@pytest.mark.parametrize(
    ("condition", "word", "value", "width", "holds"),
    [
        (GEQ, 5, 5, 8, True),
        (GEQ, 4, 5, 8, False),
        (GEQ, 2**64 - 1, 0, 8, False),  # cyclic: -1 < 0
        (GEQ, 3, 2**64 - 2, 8, True),
        (GEQ, 2**31, 0, 4, False),
        (GEQ, 2**31, 0, 8, True),
        (EQ, 7, 7, 4, True),
        (EQ, 7, 2**32 + 7, 4, True),
        (EQ, 7, 8, 4, False),
        (AND, 6, 2, 8, True),
        (AND, 6, 1, 8, False),
        (AND, 0, 2**32, 4, False),
        (NOR, 0, 2**32 - 2, 4, True),
        (NOR, 1, 2**32 - 2, 4, False),
        (NOR, 1, 2**32 - 2, 8, True),
    ],
)
def test_conditions(device, condition, word, value, width, holds):
    stream = device.stream_open()
    device.put(VA, np.array([word], np.uint64 if width == 8 else np.uint32))
    assert device.wait_value(stream, VA, value, width, condition) == 0
    device.settle()
    assert (device.query(stream) == 0) == holds


def test_a_waiting_stream_sees_kernels_copies_fills_and_writes(device):
    writers = {
        "kernel": lambda s: device.run(s, "xs_write_word", "QI", VA, 1),
        "write": lambda s: device.write_value(s, VA, 1, 4),
        "fill": lambda s: device.fill(s, VA, 1, 4, 1),
        "copy": lambda s: device.copy(s, "d2d", VA, VA + 64, 4),
    }
    device.put(VA + 64, np.ones(1, np.uint32))
    for write in writers.values():
        device.put(VA, np.zeros(1, np.uint32))
        waiting, writing = device.stream_open(), device.stream_open()
        device.wait_value(waiting, VA, 1, 4, EQ)
        device.settle()
        assert device.query(waiting) == 600
        device.spin(writing, 3_000)
        assert write(writing) == 0
        device.settle()
        assert device.query(waiting) == 0


def test_a_wait_on_host_memory_is_looked_at_again_by_itself(device):
    words = np.zeros(1, np.uint64)
    stream = device.stream_open()
    device.wait_value(stream, device.host(words), 3)
    due = device.advance(0)
    assert due == 10_000
    assert device.advance(due) == 20_000
    words[0] = 3
    assert device.advance(12_345) == NEVER
    assert device.query(stream) == 0


def test_a_wait_on_device_memory_needs_no_look(device):
    stream = device.stream_open()
    device.wait_value(stream, VA, 3)
    assert device.advance(0) == NEVER


def test_a_closed_stream_runs_what_it_holds(device):
    stream = device.stream_open()
    device.run(stream, "xs_write_word", "QI", VA, 5)
    assert device.stream_close(stream) == 0
    device.settle()
    assert device.get(VA, 1, np.uint32)[0] == 5


def test_a_stream_may_be_closed_right_after_it_ran_or_never_ran(device):
    idle, used = device.stream_open(), device.stream_open()
    device.spin(used, 1_000)
    device.settle()
    assert device.stream_close(idle) == device.stream_close(used) == 0
    assert device.advance(10_000) == NEVER
