"""When things happen: waves, priorities, gaps, concurrency, copy engines."""

from __future__ import annotations

import random

import numpy as np
import pytest

from .device import GAP_NS, MIB, NEVER, ONE_PER_SM, TWO_PER_SM, VA, Device


@pytest.fixture
def device() -> Device:
    made = Device()
    made.tell()
    return made


@pytest.mark.parametrize(
    ("grid", "shared", "waves"),
    [
        (1, 0, 1),
        (132, ONE_PER_SM, 1),
        (133, ONE_PER_SM, 2),
        (264, ONE_PER_SM, 2),
        (264, TWO_PER_SM, 1),
        (265, TWO_PER_SM, 2),
        (132 * 16, 0, 1),  # 128 threads: 2048 threads of an SM hold 16 blocks
        (132 * 16 + 1, 0, 2),
        ((11, 12, 2), ONE_PER_SM, 2),
    ],
)
def test_a_grid_runs_in_waves(device, grid, shared, waves):
    stream = device.stream_open()
    device.spin(stream, 10_000, grid, shared)
    assert device.settle() == GAP_NS + waves * 10_000


@pytest.mark.parametrize(
    ("block", "blocks_per_sm"),
    [(1, 32), (32, 32), (65, 21), (128, 16), (1000, 2), (1024, 2), ((32, 32), 2)],
)
def test_threads_and_blocks_of_an_sm_are_limited(device, block, blocks_per_sm):
    """Threads count in whole warps: 65 of them take the room of 96."""
    stream = device.stream_open()
    end = 0
    for blocks, waves in ((132 * blocks_per_sm, 1), (132 * blocks_per_sm + 1, 2)):
        start = end
        device.run(stream, "xs_spin", "Q", 10_000, grid=blocks, block=block)
        end = device.settle(start)
        assert end == start + GAP_NS + waves * 10_000


def test_a_launch_gap_lies_between_dependent_kernels(device):
    stream = device.stream_open()
    for _ in range(5):
        device.spin(stream, 10_000)
    assert device.settle() == 5 * (GAP_NS + 10_000)


def test_the_gap_is_configurable():
    device = Device(launch_gap_ns=250)
    stream = device.stream_open()
    device.spin(stream, 10_000)
    assert device.settle() == 10_250


def test_small_kernels_of_several_streams_run_together(device):
    for _ in range(64):
        device.spin(device.stream_open(), 10_000, 4)
    assert device.settle() == GAP_NS + 10_000


def test_two_kernels_share_what_one_leaves(device):
    """The tail wave of the first leaves 66 SMs to the second."""
    device.spin(device.stream_open(), 10_000, 198, ONE_PER_SM)
    device.spin(device.stream_open(), 10_000, 66, ONE_PER_SM)
    assert device.settle() == GAP_NS + 20_000


def test_at_most_128_kernels_are_resident(device):
    for _ in range(129):
        device.spin(device.stream_open(), 10_000)
    assert device.settle() == GAP_NS + 20_000


def test_a_high_level_goes_before_older_lower_work(device):
    low, high = device.stream_open(5), device.stream_open(0)
    others = [device.stream_open(5) for _ in range(3)]
    for stream in (low, *others):
        device.spin(stream, 10_000, 132 * 4, ONE_PER_SM)
    device.advance(15_000)  # in the second wave of the first
    device.spin(high, 2_000, 132, ONE_PER_SM)
    device.settle(15_000)
    story = device.story()
    starts = {what: t for t, what in story if "starts" in what}
    ends = {what: t for t, what in story if "ends" in what}
    # When the blocks that run end, at 21 us, and before those that waited longer.
    assert starts["stream 1: xs_spin starts 132 blocks"] == GAP_NS + 20_000
    assert ends["stream 1: xs_spin ends"] == GAP_NS + 22_000
    assert ends["stream 0: xs_spin ends"] == GAP_NS + 42_000


def test_running_blocks_are_not_interrupted(device):
    low, high = device.stream_open(5), device.stream_open(0)
    device.spin(low, 1_000_000, 132, ONE_PER_SM)
    device.advance(10_000)
    device.spin(high, 1_000, 1, ONE_PER_SM)
    assert device.settle(10_000) == GAP_NS + 1_001_000


def test_levels_order_waiting_work_and_arrival_orders_a_level(device):
    blocker = device.stream_open(0)
    device.spin(blocker, 10_000, 132, ONE_PER_SM)
    device.advance(0)
    streams = [device.stream_open(level) for level in (3, 1, 3, 2, 1)]
    for stream in streams:
        device.spin(stream, 10_000, 132, ONE_PER_SM)
    device.settle()
    starts = [what for _, what in device.story() if "starts" in what]
    assert [int(what.split(":")[0][7:]) for what in starts] == [0, 2, 5, 4, 1, 3]


def test_what_does_not_fit_keeps_later_work_out(device):
    """Or else small kernels would starve a large block for ever."""
    first, large, small = (device.stream_open(level) for level in (2, 1, 2))
    device.spin(first, 10_000, 132 * 16)
    device.advance(GAP_NS)
    device.spin(large, 10_000, 1, ONE_PER_SM)
    device.spin(small, 1_000, 1)
    device.settle()
    assert device.times()["stream 2: xs_spin ends"] > GAP_NS + 10_000


def test_tiny_blocks_do_not_cost_a_step_each(device):
    stream = device.stream_open()
    device.run(stream, "xs_empty", grid=132 * 32 * 1000, block=32)
    assert device.settle() == GAP_NS + 1000 * 100


def test_a_grid_without_end_leaves_the_device_usable(device):
    low, high = device.stream_open(5), device.stream_open(0)
    device.run(low, "xs_empty", grid=(2**31 - 1, 65535, 65535), block=1)
    device.spin(device.stream_open(5), 2**64 - 1, 132)
    device.advance(1_000_000)
    device.spin(high, 1_000)
    device.advance(1_100_000)
    assert device.query(high) == 0
    assert device.query(low) == 600


def test_copy_engines_work_side_by_side(device):
    nbytes = 5_500_000  # 100 us at 55 GB/s
    host = device.host(np.zeros(nbytes, np.uint8))
    device.spin(device.stream_open(), 100_000, 132 * 16)
    device.copy(device.stream_open(), "h2d", VA, host, nbytes)
    device.copy(device.stream_open(), "d2h", host, VA + 32 * MIB, nbytes)
    device.copy(device.stream_open(), "d2d", VA + 48 * MIB, VA + 40 * MIB, nbytes)
    assert device.settle() == GAP_NS + 100_000


def test_one_engine_copies_one_after_the_other_whatever_the_level(device):
    nbytes = 5_500_000
    host = device.host(np.zeros(nbytes, np.uint8))
    low, high = device.stream_open(5), device.stream_open(0)
    for stream in (low, low, high):
        device.copy(stream, "h2d", VA, host, nbytes)
    device.advance(0)
    assert device.settle() == GAP_NS + 300_000
    ends = {what: t for t, what in device.story()}
    # The second copy of the low stream is ready only when its first has ended.
    assert ends["stream 1: copy ends"] == GAP_NS + 200_000


def test_device_copies_and_fills_take_memory_bandwidth(device):
    stream = device.stream_open()
    device.copy(stream, "d2d", VA, VA + 25_000_000, 25_000_000)
    end = device.settle()
    assert end == GAP_NS + 20_000  # read and written at 2.5 TB/s
    device.fill(stream, VA, 1, 4, 6_250_000)
    assert device.settle(end) == end + GAP_NS + 10_000


@pytest.mark.parametrize(
    ("n", "grid", "ns"),
    [(1, 1, 1_000), (3_125_000, 132 * 16, 10_000), (3_125_000, 66, 20_000)],
)
def test_data_kernels_take_their_traffic(device, n, grid, ns):
    """8 bytes an element at 2.5 TB/s; half of the SMs have half of the bandwidth."""
    stream = device.stream_open()
    assert device.run(stream, "xs_add_one_u32", "QQ", VA, n, grid=grid) == 0
    assert device.settle() == GAP_NS + ns


def test_advance_tells_when_the_next_thing_is_due(device):
    stream = device.stream_open()
    assert device.advance(5) == NEVER
    device.spin(stream, 10_000)
    assert device.advance(5) == 5 + GAP_NS
    assert device.advance(5 + GAP_NS) == 5 + GAP_NS + 10_000
    assert device.query(stream) == 600
    assert device.advance(5 + GAP_NS + 10_000) == NEVER
    assert device.query(stream) == 0


def test_time_does_not_go_back(device):
    stream = device.stream_open()
    device.advance(50_000)
    device.spin(stream, 10_000)
    assert device.advance(10) == 50_000 + GAP_NS


def test_lateness_is_what_the_caller_was_late(device):
    stream = device.stream_open()
    for late in (0, 0, 100, 4_000):
        device.spin(stream, 10_000)
        start = device.advance(0) - GAP_NS
        device.advance(start + GAP_NS)
        device.advance(start + GAP_NS + 10_000 + late)
    late = device.lateness(reset=True)
    assert late["count"] == 4 and late["max_ns"] == 4_000
    assert late["p50_ns"] == 0 and late["p99_ns"] == 4_000
    assert device.lateness() == {"count": 0, "p50_ns": 0, "p99_ns": 0, "max_ns": 0}


def random_run(seed: int) -> tuple[list[tuple[int, str]], int]:
    """A random program on a device; its story and a checksum of memory."""
    choose = random.Random(seed)
    device = Device()
    device.tell()
    streams = [device.stream_open(choose.randrange(6)) for _ in range(8)]
    events = [device.event_open() for _ in range(4)]
    now = 0
    for _ in range(300):
        stream = choose.choice(streams)
        what = choose.randrange(6)
        if what < 3:
            device.spin(stream, choose.randrange(20_000), choose.randrange(1, 4000))
        elif what == 3:
            at = VA + 4 * choose.randrange(1000)
            device.run(stream, "xs_add_one_u32", "QQ", at, 1000, grid=9)
        elif what == 4:
            device.event_record(stream, choose.choice(events))
        else:
            device.stream_wait(stream, choose.choice(events))
        if choose.random() < 0.3:
            now += choose.randrange(5_000)
            device.advance(now)
    device.settle(now)
    story = device.story()
    return story, int(device.get(VA, 2000, np.uint32).sum())


@pytest.mark.parametrize("seed", range(5))
def test_the_same_calls_at_the_same_times_give_the_same(seed):
    first = random_run(seed)
    assert first == random_run(seed)
    times = [t for t, _ in first[0]]
    assert times == sorted(times)
    assert first[1] == 1000 * sum("add_one_u32 ends" in what for _, what in first[0])
