"""One suite for every device: null, emulated, CUDA on the stand-in driver, CUDA.

Proves that each backend keeps the seam's promises (broker/device/backend.py and
backend.h), as far as its declared capabilities go (device_bench.py).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from broker.device._table import D2H, H2D, LEVELS, NEVER
from device_bench import (
    CAPABILITIES,
    FORMAT_PTX,
    NOT_READY,
    STICKY,
    VA_BASE,
    Bench,
    LocalBackend,
    RemoteBackend,
    Unavailable,
    raises,
)
from standin_driver import environment, read_log

from broker.device.backend import Backend, DeviceProperties, Lane

# In this process, and in one of its own, as a trust domain's.
BACKENDS = [
    "null",
    "emulated",
    "null-process",
    "emulated-process",
    "standin",
    pytest.param("cuda", marks=pytest.mark.gpu),
]
CONTROL_METHODS = {
    name
    for name, method in vars(Backend).items()
    if "*control*" in (getattr(method, "__doc__", None) or "")
}
PATTERN = bytes(range(256))


def start(name: str, log: Path, fail: str = "") -> Any:
    if name == "standin":
        return RemoteBackend("cuda", environment(log, fail))
    if name == "cuda":
        return RemoteBackend("cuda")
    if name.endswith("-process"):
        return RemoteBackend(name.removesuffix("-process"))
    return LocalBackend(name)


class Shared:
    """Backends that outlive one test: making one in its own process takes a second."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "standin.log"
        self._held: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        if name not in self._held:
            try:
                self._held[name] = start(name, self.log)
            except Unavailable as error:
                self._held[name] = error
        if isinstance(self._held[name], Unavailable):
            pytest.skip(str(self._held[name]))
        return self._held[name]

    def close(self) -> None:
        for held in self._held.values():
            if not isinstance(held, Unavailable):
                held.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    shared = Shared(tmp_path_factory.mktemp("standin"))
    yield shared
    shared.close()
    if shared.log.exists():
        log = read_log(shared.log)
        assert log.ended and not log.violations and not log.leaks, log


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest, shared: Shared) -> Iterator[Bench]:
    held = shared.get(request.param)
    with Bench(held, CAPABILITIES[request.param.removesuffix("-process")]) as bench:
        yield bench


@pytest.fixture(params=BACKENDS)
def doomed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A bench on a backend of its own, for a fault. The stand-in runs no kernel, so
    its fault is planned: the first launch."""
    name = request.param
    plan = f"cuLaunchKernel:1:{STICKY}:gone"
    try:
        held = start(name, tmp_path / "standin.log", plan)
    except Unavailable as error:
        pytest.skip(str(error))
    with Bench(held, CAPABILITIES[name.removesuffix("-process")]) as bench:
        yield bench
    held.close()


def packed(info: Any, *values: bytes) -> bytes:
    """Parameters at the offsets the function says."""
    params = bytearray(info.param_bytes)
    for offset, size, value in zip(
        info.param_offsets, info.param_sizes, values, strict=True
    ):
        assert len(value) == size
        params[offset : offset + size] = value
    return bytes(params)


def u32(value: int) -> bytes:
    return struct.pack("<I", value)


def u64(value: int) -> bytes:
    return struct.pack("<Q", value)


def f32(value: float) -> bytes:
    return struct.pack("<f", value)


def launch(bench: Bench, stream: int, name: str, *values: bytes, threads: int = 64):
    info = bench.function(name)
    result = bench.table.launch(
        stream, info.native, (4, 1, 1), (threads, 1, 1), 0, packed(info, *values)
    )
    assert result == 0
    bench.finish(stream)


# ---------------------------------------------------------------- what it says


def test_properties_are_filled(bench: Bench) -> None:
    properties = bench.held.value("properties")
    assert isinstance(properties, DeviceProperties)
    assert properties.backend == bench.held.value("name")
    assert properties.name and len(properties.uuid) == 16
    assert min(properties.sm_count, properties.memory_bytes) > 0
    assert min(properties.compute_major, properties.driver_version) > 0
    assert properties.time_dilation >= 1


def test_granularity_is_a_power_of_two(bench: Bench) -> None:
    granularity = bench.granularity_bytes
    assert granularity > 0 and granularity & (granularity - 1) == 0


def test_every_control_method_has_a_lane(bench: Bench) -> None:
    lanes = bench.held.value("lanes")
    assert set(lanes) >= CONTROL_METHODS
    assert set(lanes.values()) <= {Lane.CONTROL, Lane.CONTROL_DRAINED}


def test_a_switch_of_context_changes_nothing(bench: Bench) -> None:
    """What was queued before it runs, and what comes after it, too."""
    stream, address = bench.stream(), bench.memory(2)
    bench.put(stream, address, PATTERN)
    bench.backend.switch_context()
    bench.move(stream, address + 4096, address, len(PATTERN))
    bench.backend.switch_context()
    if bench.can.moves_data:
        assert bench.get(stream, address + 4096, len(PATTERN)) == PATTERN
    assert bench.backend.memory_info()[0] > 0


def test_memory_info_follows_the_mappings(bench: Bench) -> None:
    free, total = bench.backend.memory_info()
    assert 0 < free <= total
    bench.memory(pieces=2)
    assert bench.backend.memory_info()[1] == total
    assert bench.backend.memory_info()[0] <= free


# ---------------------------------------------------------------- memory


def test_new_memory_is_zero(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    for at in (address, address + bench.granularity_bytes - 4096):
        assert bench.get(stream, at, 4096) == bench.expected(bytes(4096))


def test_memory_is_scrubbed_before_it_changes_hands(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    bench.put(stream, address, PATTERN)
    bench.finish(stream)
    bench.backend.unmap_memory(address, bench.granularity_bytes)
    bench.memory()
    assert bench.get(stream, address, 256) == bench.expected(bytes(256))


def test_scrub_zeroes_and_waits(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    bench.put(stream, address, PATTERN)
    bench.finish(stream)
    bench.backend.scrub(address, 128)
    expected = bench.expected(bytes(128) + PATTERN[128:])
    assert bench.get(stream, address, 256) == expected


def test_mappings_follow_each_other(bench: Bench) -> None:
    size = bench.granularity_bytes
    stream, first = bench.stream(), bench.memory()
    second = bench.memory(at=first + size)
    bench.put(stream, second, PATTERN)
    bench.move(stream, first, second, 256)
    assert bench.get(stream, first, 256) == bench.expected(PATTERN)


def test_wrong_mappings_are_refused(bench: Bench) -> None:
    size = bench.granularity_bytes
    address = bench.memory(pieces=2)
    wrong = [
        ("map_memory", address, size),
        ("map_memory", VA_BASE + 16 * size, size - 1),
        ("unmap_memory", address, size),
        ("unmap_memory", VA_BASE + 16 * size, size),
    ]
    for method, at, nbytes in wrong:
        with raises():
            getattr(bench.backend, method)(at, nbytes)
    stream = bench.stream()
    assert bench.get(stream, address, 64) == bench.expected(bytes(64))


# ---------------------------------------------------------------- copies and fills


@pytest.mark.parametrize("nbytes", [1, 3, 4096, 100_001])
def test_copies_keep_bytes(bench: Bench, nbytes: int) -> None:
    data = (PATTERN * (nbytes // 256 + 1))[:nbytes]
    stream, address = bench.stream(), bench.memory()
    bench.put(stream, address + 5, data)
    bench.move(stream, address + (1 << 20), address + 5, nbytes)
    got = bench.get(stream, address + (1 << 20), nbytes)
    assert got == bench.expected(data)


def test_copies_cross_pieces_of_host_memory(bench: Bench) -> None:
    """Host memory is registered in pieces of 4 MiB; a copy may lie across several."""
    piece = 4 << 20
    stream = bench.stream()
    address = bench.memory(pieces=-(-12 * piece // bench.granularity_bytes))
    up, down = bench.host(3 * piece), bench.host(3 * piece)
    at, nbytes = piece - 100, piece + 300
    for offset in (at, piece - 1, piece, 2 * piece - 1, at + nbytes - 1):
        up.view[offset] = 0x5A
    table = bench.table
    assert table.copy(stream, H2D, address, up.address + at, nbytes) == 0
    assert table.copy(stream, D2H, down.address + at, address, nbytes) == 0
    bench.finish(stream)
    expected = up.view[at : at + nbytes] if bench.can.moves_data else bytes(nbytes)
    assert down.view[at : at + nbytes] == expected


@pytest.mark.parametrize("width", [1, 2, 4])
def test_fills_by_width(bench: Bench, width: int) -> None:
    stream, address = bench.stream(), bench.memory()
    value = 0x04030201 & ((1 << 8 * width) - 1)
    assert bench.table.fill(stream, address + 8, value, width, 10) == 0
    data = bytes(8) + value.to_bytes(width, "little") * 10 + bytes(8)
    assert bench.get(stream, address, len(data)) == bench.expected(data)


def test_operations_of_nothing_are_allowed(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    assert bench.table.fill(stream, address, 1, 1, 0) == 0
    assert bench.table.copy(stream, H2D, address, bench.page.address, 0) == 0
    assert bench.get(stream, address, 8) == bench.expected(bytes(8))


def test_bytes_outside_every_mapping(doomed: Bench) -> None:
    bench = doomed
    stream, address = bench.stream(), bench.memory()
    last = address + bench.granularity_bytes - 4
    result = bench.table.copy(stream, H2D, last, bench.page.address, 8)
    match bench.can.range_check:
        case "issue":
            assert result == 1
            bench.finish(stream)
        case "fault" | "either" if result == 0:
            assert bench.fault_of(stream) == STICKY
        case "either":
            assert result == 1
        case _:
            assert result == 0
            bench.finish(stream)


# ---------------------------------------------------------------- order


def test_a_stream_keeps_its_order(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    table = bench.table
    for value in range(1, 30):
        assert table.fill(stream, address, value, 1, 64) == 0
        bench.move(stream, address + 64, address, 64)
        assert table.fill(stream, address, 0xFF, 1, 64) == 0
    data = b"\xff" * 64 + b"\x1d" * 64
    assert bench.get(stream, address, 128) == bench.expected(data)


def test_a_word_holds_its_stream_back(bench: Bench) -> None:
    stream, page = bench.stream(), bench.page
    assert bench.table.wait_value(stream, page.address + 64, 7, 8, 1) == 0
    assert bench.table.write_value(stream, page.address + 128, 1, 8) == 0
    if bench.can.waits:
        assert bench.query(stream) == NOT_READY
        assert page.word(128) == 0
    page.set_word(64, 7)
    bench.drain(stream)
    assert page.word(128) == 1


def test_an_event_orders_two_streams(bench: Bench) -> None:
    first, second, event = bench.stream(), bench.stream(3), bench.event()
    table, page = bench.table, bench.page
    assert table.wait_value(first, page.address + 64, 1, 4, 0) == 0
    assert table.write_value(first, page.address + 128, 5, 4) == 0
    assert table.event_record(first, event) == 0
    assert table.stream_wait(second, event) == 0
    assert table.write_value(second, page.address + 192, 6, 4) == 0
    if bench.can.waits:
        assert bench.query(second) == NOT_READY
        assert page.word(192, 4) == 0
    page.set_word(64, 1, 4)
    bench.drain(second)
    assert (page.word(128, 4), page.word(192, 4)) == (5, 6)
    bench.finish(first)


def test_a_wait_is_for_the_record_before_it(bench: Bench) -> None:
    """A later record of the same event, held back for ever, is not waited for."""
    first, second, event = bench.stream(), bench.stream(), bench.event()
    table, page = bench.table, bench.page
    assert table.event_record(first, event) == 0
    assert table.stream_wait(second, event) == 0
    assert table.wait_value(first, page.address + 64, 1, 4, 1) == 0
    assert table.event_record(first, event) == 0
    bench.finish(second)
    page.set_word(64, 1, 4)
    bench.drain(first)


def test_waiting_for_an_event_never_recorded_is_nothing(bench: Bench) -> None:
    stream = bench.stream()
    assert bench.table.stream_wait(stream, bench.event()) == 0
    bench.finish(stream)


def test_a_stream_closed_early_still_does_its_work(bench: Bench) -> None:
    result, stream = bench.table.stream_open(0)
    assert result == 0
    address = bench.memory()
    assert bench.table.fill(stream, address, 9, 1, 1 << 20) == 0
    assert bench.table.write_value(stream, bench.page.address + 64, 3, 8) == 0
    assert bench.table.stream_close(stream) == 0
    bench.settle(lambda: bench.page.word(64) == 3)


# ---------------------------------------------------------------- words and events


@pytest.mark.parametrize("width", [4, 8])
def test_words_reach_host_and_device(bench: Bench, width: int) -> None:
    stream, address, page = bench.stream(), bench.memory(), bench.page
    value = 0xFEDCBA9876543210 & ((1 << 8 * width) - 1)
    assert bench.table.write_value(stream, page.address + 64, value, width) == 0
    assert bench.table.write_value(stream, address + 8, value, width) == 0
    data = value.to_bytes(width, "little") + bytes(8 - width)
    assert bench.get(stream, address + 8, 8) == bench.expected(data)
    assert page.word(64, 8) == value


@pytest.mark.parametrize("width", [4, 8])
@pytest.mark.parametrize(
    ("condition", "seen", "wanted"),
    [(0, 5, 5), (0, 6, 5), (0, 2, -3), (1, 9, 9), (2, 0b110, 0b011), (3, 5, 8)],
)
def test_words_that_hold_let_pass(
    bench: Bench, width: int, condition: int, seen: int, wanted: int
) -> None:
    stream, page = bench.stream(), bench.page
    wanted %= 1 << 8 * width
    page.set_word(64, seen, width)
    address = page.address + 64
    assert bench.table.wait_value(stream, address, wanted, width, condition) == 0
    bench.finish(stream)


def test_words_of_other_widths_are_refused(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    results = [
        bench.table.write_value(stream, bench.page.address, 1, 2),
        bench.table.wait_value(stream, bench.page.address, 0, 3, 0),
        bench.table.wait_value(stream, bench.page.address, 0, 4, 9),
        bench.table.fill(stream, address, 1, 3, 1),
    ]
    if bench.can.checks:
        assert results == [1, 1, 1, 1]
    bench.finish(stream)


def test_elapsed_time_is_that_between_the_records(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    events = [bench.event() for _ in range(3)]
    for event in events:
        assert bench.table.event_record(stream, event) == 0
        assert bench.table.fill(stream, address, 1, 4, 1 << 18) == 0
    bench.finish(stream)
    elapsed = {}
    for i, j in [(0, 1), (1, 2), (0, 2), (2, 0), (0, 0)]:
        result, elapsed[i, j] = bench.table.elapsed(events[i], events[j])
        assert result == 0
    assert elapsed[0, 0] == 0 and min(elapsed[0, 1], elapsed[1, 2]) >= 0
    assert elapsed[2, 0] == -elapsed[0, 2]
    # The driver gives single precision milliseconds in steps of half a microsecond.
    assert abs(elapsed[0, 1] + elapsed[1, 2] - elapsed[0, 2]) <= 2000


def test_levels_are_all_accepted(bench: Bench) -> None:
    streams = [bench.stream(level) for level in range(LEVELS)]
    for stream in streams:
        bench.finish(stream)
    assert [bench.query(stream) for stream in streams] == [0] * LEVELS


def test_an_idle_device_has_nothing_due(bench: Bench) -> None:
    stream = bench.stream()
    bench.finish(stream)
    assert bench.table.advance(bench.now_ns) in (0, NEVER)


# ---------------------------------------------------------------- code

LAYOUTS = {
    "xs_replay": (8, 8, 8, 4),
    "xs_fill_u32": (8, 4, 8),
    "xs_copy_u32": (8, 8, 8),
    "xs_saxpy_f32": (4, 8, 8, 8),
    "xs_add_one_u32": (8, 8),
    "xs_write_word": (8, 4),
    "xs_spin": (8,),
    "xs_empty": (),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_functions_tell_their_layout(bench: Bench, name: str) -> None:
    info = bench.function(name)
    assert info.native
    assert info.param_sizes == LAYOUTS[name]
    end = 0
    for offset, size in zip(info.param_offsets, info.param_sizes, strict=True):
        assert offset == -(-end // size) * size
        end = offset + size
    assert info.param_bytes == end
    assert 32 <= info.threads_max <= 1024


def test_a_missing_function_is_named(bench: Bench) -> None:
    module = bench.module()
    with raises(500) as caught:
        bench.backend.function_get(module, "xs_no_such_kernel")
    assert "xs_no_such_kernel" in str(caught[0])


def test_wrong_code_is_refused_with_a_reason(bench: Bench) -> None:
    wrong = [
        (b"this is no program", FORMAT_PTX),
        (b"", FORMAT_PTX),
        (b"neither is this", 2),
        (b"\x7fELF", 2),
        (b"nor this", 3),
        (b"", 99),
    ]
    for image, image_format in wrong if bench.can.checks else []:
        with raises() as caught:
            bench.backend.module_load(image, image_format)
        assert caught[0].result in (1, 200, 209, 218, 801) and caught[0].detail


def test_each_load_is_its_own(bench: Bench) -> None:
    first, second = bench.module(), bench.module()
    bench.backend.module_unload(first)
    assert bench.backend.function_get(second, "xs_empty").native


def test_function_attributes_are_set(bench: Bench) -> None:
    native = bench.function("xs_empty").native
    bench.backend.function_attribute_set(native, 8, 100_000)
    if bench.can.checks:
        with raises(1):
            bench.backend.function_attribute_set(native, 8, 1 << 30)


# ---------------------------------------------------------------- launches


def test_built_in_kernels_compute(bench: Bench) -> None:
    stream, address, count = bench.stream(), bench.memory(), 1000
    other = address + (1 << 20)
    launch(bench, stream, "xs_fill_u32", u64(address), u32(41), u64(count))
    launch(bench, stream, "xs_add_one_u32", u64(address), u64(count))
    launch(bench, stream, "xs_copy_u32", u64(other), u64(address), u64(count - 1))
    expected = u32(42) * (count - 1) + bytes(4)
    if not bench.can.runs_kernels:
        expected = bytes(4 * count)
    assert bench.get(stream, other, 4 * count) == bench.expected(expected)


def test_saxpy_computes(bench: Bench) -> None:
    stream, x = bench.stream(), bench.memory()
    y, count = x + 4096, 300
    bench.put(stream, x, b"".join(f32(i) for i in range(count)))
    bench.put(stream, y, b"".join(f32(1) for i in range(count)))
    launch(bench, stream, "xs_saxpy_f32", f32(2), u64(x), u64(y), u64(count))
    factor = 2 if bench.can.runs_kernels else 0
    expected = b"".join(f32(factor * i + 1) for i in range(count))
    assert bench.get(stream, y, 4 * count) == bench.expected(expected)


def test_kernels_without_results_end(bench: Bench) -> None:
    stream, address = bench.stream(), bench.memory()
    size = bench.granularity_bytes
    launch(bench, stream, "xs_empty")
    launch(bench, stream, "xs_spin", u64(2000))
    launch(bench, stream, "xs_replay", u64(2000), u64(address), u64(size), u32(4096))


def test_a_priority_attribute_changes_nothing(bench: Bench) -> None:
    """A launch runs at its stream's priority, which is its tenant's."""
    stream, info = bench.stream(LEVELS - 1), bench.function("xs_empty")
    priority = struct.pack("<i4xi60x", 8, -5)
    result = bench.table.launch(
        stream, info.native, (1, 1, 1), (32, 1, 1), 0, b"", priority * 2
    )
    assert result == 0
    bench.finish(stream)


def test_launches_no_device_could_run_are_refused(bench: Bench) -> None:
    stream, info = bench.stream(), bench.function("xs_empty")
    shapes = [((0, 1, 1), (32, 1, 1)), ((1, 1, 1), (2048, 1, 1))]
    for grid, block in shapes if bench.can.checks else []:
        assert bench.table.launch(stream, info.native, grid, block) != 0
    bench.finish(stream)


# ---------------------------------------------------------------- the end of a device


def test_a_fault_ends_the_device_for_everybody(doomed: Bench) -> None:
    bench = doomed
    stream, other = bench.stream(), bench.stream()
    info = bench.function("xs_write_word")
    params = packed(info, u64(0x10), u32(1))
    result = bench.table.launch(stream, info.native, (1, 1, 1), (1, 1, 1), 0, params)
    assert result == 0
    if not bench.can.faults:
        bench.finish(stream)
        return
    assert bench.fault_of(stream) == STICKY
    assert bench.query(other) == STICKY
    with raises(STICKY):
        bench.backend.map_memory(VA_BASE, bench.granularity_bytes)
    bench.table.write_value(other, bench.page.address + 64, 1, 8)
    bench.table.advance(bench.now_ns)
    assert bench.page.word(64) == 0


@pytest.mark.parametrize("name", BACKENDS)
def test_close_gives_back_what_is_open_and_may_be_repeated(
    name: str, tmp_path: Path
) -> None:
    log = tmp_path / "standin.log"
    try:
        held = start(name, log)
    except Unavailable as error:
        pytest.skip(str(error))
    with Bench(held, CAPABILITIES[name.removesuffix("-process")]) as bench:
        bench.memory()
        bench.module()
        held.backend.close()
    held.close()
    if log.exists():
        assert read_log(log).ended and not read_log(log).leaks
