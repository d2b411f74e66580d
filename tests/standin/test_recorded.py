"""What the CUDA backend asks of the driver, seen by the recording stand-in."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from broker.device._table import D2D, D2H, H2D, LEVELS
from device_bench import (
    CAPABILITIES,
    STICKY,
    VA_BASE,
    Bench,
    RemoteBackend,
    raises,
)
from standin_driver import Log, environment, read_log

from broker.device.arrays import (
    ARRAY,
    DEVICE,
    SURFACE,
    ArrayCopy,
    ArrayShape,
    Box,
    Side,
    Texture,
)
from broker.device.backend import (
    DeviceError,
    Lane,
    LinkInput,
    OccupancyQuery,
    TensorMap,
)
from broker.device.cuda.lanes import CALLS, native_calls

OUT_OF_MEMORY = 2
PIECE_BYTES = 8 << 20

Open = Callable[..., AbstractContextManager[Bench]]


@pytest.fixture
def log_path(tmp_path: Path) -> Path:
    return tmp_path / "standin.log"


@pytest.fixture
def opened(log_path: Path) -> Open:
    """Open a bench on a fresh driver with planned failures; closed at the end."""

    @contextmanager
    def opening(fail: str = "") -> Iterator[Bench]:
        held = RemoteBackend("cuda", environment(log_path, fail))
        with Bench(held, CAPABILITIES["standin"]) as bench:
            yield bench
        held.close()

    return opening


def clean(path: Path) -> Log:
    log = read_log(path)
    assert log.ended and not log.violations and not log.leaks, log
    return log


VARIABLES = b""".version 8.0
.target sm_90
.address_size 64
.visible .global .align 4 .b8 table[64];
.visible .entry xs_empty()
{ ret; }
"""


def use_everything(bench: Bench) -> None:
    """Every method of the seam and every entry of the table, once or more."""
    stream, event, address = bench.stream(), bench.event(), bench.memory(2)
    table, page = bench.table, bench.page
    for width in (1, 2, 4):
        assert table.fill(stream, address, 1, width, 8) == 0
    for width in (4, 8):
        assert table.write_value(stream, page.address + 64, 1, width) == 0
        assert table.wait_value(stream, page.address + 64, 1, width, 1) == 0
    bench.put(stream, address, b"data")
    bench.move(stream, address + 8, address, 4)
    assert bench.get(stream, address + 8, 4) == b"data"
    assert table.event_record(stream, event) == 0
    assert table.stream_wait(bench.stream(LEVELS - 1), event) == 0
    assert table.elapsed(event, event) == (0, 0)
    info = bench.function("xs_empty")
    cooperative = struct.pack("<i4xi60x", 2, 1)
    for attributes in (b"", cooperative):
        shape = (1, 1, 1), (1, 1, 1), 0, b"", attributes
        assert table.launch(stream, info.native, *shape) == 0
    kernel = ("launch", info.native, (1, 1, 1), (1, 1, 1), b"", cooperative)
    nodes = [((), None), ((0,), kernel), ((0,), ("fill", address, 1, 4, 8))]
    result, graph, _ = table.graph_open(nodes)
    assert result == 0
    assert table.graph_launch(stream, graph) == 0
    assert table.graph_close(graph) == 0
    bench.backend.function_attribute_set(info.native, 8, 65536)
    bench.backend.scrub(address, 64)
    bench.backend.memory_info()
    use_rows(bench, stream, address)
    use_arrays(bench, address)
    use_questions(bench, info.native, address)
    bench.finish(stream)
    assert bench.query(stream) == 0


def use_rows(bench: Bench, stream: int, address: int) -> None:
    there, here = (address, 64), (address + 4096, 64)
    assert bench.table.copy_rows(stream, D2D, here, there, 8, 4) == 0
    for width in (1, 2, 4):
        assert bench.table.fill_rows(stream, address, 64, 1, width, 4, 4) == 0


def use_arrays(bench: Bench, address: int) -> None:
    backend = bench.backend
    array = backend.array_create(ArrayShape(8, 4, 0, 1, 1, SURFACE))
    memory = Side(DEVICE, address, 8, 4)
    backend.array_copy(ArrayCopy(Side(ARRAY, array=array), memory, Box(8, 4, 1)))
    for surface, sampling in ((False, bytes(104)), (True, b"")):
        made = Texture(surface, 0, array, sampling=sampling)
        backend.texture_destroy(surface, backend.texture_create(made))
    backend.array_destroy(array)


def use_questions(bench: Bench, native: int, address: int) -> None:
    backend, module = bench.backend, bench.module(VARIABLES)
    backend.variable_get(module, "table")
    backend.function_names(module)
    backend.link([LinkInput(1, "a.ptx", VARIABLES)])
    for kind in range(4):
        query = OccupancyQuery(kind, (1, 1, 1), (64, 1, 1), 0)
        backend.occupancy(native, query)
    tiled = TensorMap(
        False, 7, address, (64, 8), (256,), (8, 8), (1, 1), (), 0, 0, 0, 0, 0, 0
    )
    backend.tensor_map(tiled)
    pixels = TensorMap(
        True, 7, address, (8, 8, 8), (32, 256), (), (1, 1, 1), (0, 0), 8, 8, 0, 0, 0, 0
    )
    backend.tensor_map(pixels)
    backend.limit_set(1, 2 * backend.limit_get(1))
    backend.switch_context()


def test_only_calls_of_the_table_are_made(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        use_everything(bench)
    made = {call.name for call in clean(log_path).calls}
    allowed = {name for name, call in CALLS.items() if call.lane is not Lane.BANNED}
    # Exactly those: a row that nothing uses any more goes from the table.
    assert made == allowed


def test_entry_points_come_from_the_table(opened: Open, log_path: Path) -> None:
    with opened():
        pass
    asked = [call.detail.split() for call in clean(log_path).of("cuGetProcAddress")]
    # cuda.bindings looks up every call it knows, with other versions and flags.
    ours = [name for name, *how in asked if how == ["12000", "1"]]
    assert ours == list(native_calls())


def test_streams_get_priorities_inside_the_range(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        for level in (0, 3, LEVELS - 1, 40):
            bench.stream(level)
        assert bench.table.stream_open(-1)[0] == 1
    made = clean(log_path).of("cuStreamCreateWithPriority")
    # The first is that of the control half, for zeroing, the next the second context's.
    levels = [call.detail.split()[-1] for call in made]
    assert levels == ["0", "0", "-5", "-2", "0", "0"]


def test_a_switch_happens_in_the_second_context(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        bench.backend.switch_context()
        bench.backend.memory_info()  # and what follows is back in the first
    log = clean(log_path)
    assert len(log.of("cuCtxCreate")) == len(log.of("cuCtxDestroy")) == 1
    names = [call.name for call in log.calls]
    at = names.index("cuMemGetInfo")
    done = [
        name
        for name in names[:at]
        if name in ("cuCtxSetCurrent", "cuMemsetD8Async", "cuEventSynchronize")
    ]
    assert done[-6:] == [
        "cuCtxSetCurrent",  # the method's own
        "cuCtxSetCurrent",
        "cuMemsetD8Async",
        "cuEventSynchronize",
        "cuCtxSetCurrent",
        "cuCtxSetCurrent",  # memory_info's
    ]


def test_a_driver_without_that_call_does_without(log_path: Path) -> None:
    """cuda.bindings asks for the form of 12.5."""
    held = RemoteBackend(
        "cuda", environment(log_path) | {"XS_STANDIN_VERSION": "12040"}
    )
    with Bench(held, CAPABILITIES["standin"]) as bench:
        assert not held.value("switches_contexts")
        bench.backend.switch_context()
    held.close()
    assert not clean(log_path).of("cuCtxDestroy")


@pytest.mark.parametrize("call", ["cuCtxCreate", "cuMemAllocAsync"])
def test_without_room_for_a_second_context_there_is_none(
    opened: Open, log_path: Path, call: str
) -> None:
    with opened(f"{call}:1:{OUT_OF_MEMORY}") as bench:
        before = len(read_log(log_path).of("cuMemsetD8Async"))
        bench.backend.switch_context()
        assert len(read_log(log_path).of("cuMemsetD8Async")) == before
    log = clean(log_path)
    assert len(log.of("cuCtxDestroy")) == (call != "cuCtxCreate")


def test_turns_between_streams_are_counted(opened: Open, log_path: Path) -> None:
    """Kernels that go elsewhere than the launch before them, a graph or a kernel."""
    with opened() as bench:
        info, table = bench.function("xs_empty"), bench.table
        one, other = bench.stream(), bench.stream()
        _, graph, _ = table.graph_open([((), None)])

        def launch(stream: int) -> None:
            assert table.launch(stream, info.native, (1, 1, 1), (1, 1, 1), 0, b"") == 0

        def turns() -> int:
            return int(bench.held.value("stream_turns"))

        launch(one)
        before = turns()
        launch(one)
        assert turns() == before
        launch(other)
        launch(one)
        assert turns() == before + 2
        table.graph_launch(other, graph)
        assert turns() == before + 2, "a graph alone is none"
        launch(other)
        assert turns() == before + 2
        table.graph_launch(one, graph)
        launch(other)
        assert turns() == before + 3
        table.graph_close(graph)
    clean(log_path)


def test_host_memory_is_registered_in_pieces(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        stream, address = bench.stream(), bench.memory(8)
        host = bench.host(3 * PIECE_BYTES)
        at, nbytes = host.address + PIECE_BYTES - 10, PIECE_BYTES + 20
        assert bench.table.copy(stream, H2D, address, at, nbytes) == 0
        assert bench.table.copy(stream, D2H, at, address, nbytes) == 0
        bench.finish(stream)
    log = clean(log_path)
    pieces = [call.detail.split() for call in log.of("cuMemHostRegister")]
    assert [int(piece[1]) for piece in pieces] == [4096, *[PIECE_BYTES] * 3]
    assert {piece[-1] for piece in pieces} == {"2"}
    for name in ("cuMemcpyHtoDAsync", "cuMemcpyDtoHAsync"):
        parts = [int(call.detail.split()[-1]) for call in log.of(name)]
        assert parts == [10, PIECE_BYTES, 10]


def test_memory_can_be_exported(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        bench.memory()
    (made,) = clean(log_path).of("cuMemCreate")
    assert made.detail == f"{2 << 20} type 1 handles 1 device 0"


def test_machine_code_is_loaded_as_it_is(opened: Open, log_path: Path) -> None:
    fatbin = struct.pack("<I2HQ", 0xBA55ED50, 1, 16, 8) + bytes(8)
    with opened() as bench:
        module = bench.backend.module_load(fatbin, 3)
        assert bench.backend.function_get(module, "any").param_sizes == ()
    assert len(clean(log_path).of("cuModuleLoadDataEx")) == 1


def test_kernels_are_touched_before_they_are_launched(
    opened: Open, log_path: Path
) -> None:
    with opened() as bench:
        bench.function("xs_empty")
    assert len(clean(log_path).of("cuFuncLoad")) == 1


# ---------------------------------------------------------------- launch attributes


def attribute(number: int, first: int = 0, second: int = 0) -> bytes:
    return struct.pack("<i4xii56x", number, first, second)


@pytest.mark.parametrize(
    ("attributes", "result", "seen"),
    [
        ([attribute(8, -5)], 0, None),
        ([attribute(0), attribute(8, -5), attribute(8, 0)], 0, None),
        ([attribute(4, 2, 1), attribute(8, -5), attribute(6, 1)], 0, "4=0201 6=0100"),
        ([attribute(7)], 801, None),
        ([attribute(12)], 801, None),
        ([attribute(4, 2, 1), attribute(13)], 801, None),
        ([attribute(15)], 801, None),
        ([attribute(-1)], 801, None),
        ([attribute(0)] * 16, 0, None),
        ([attribute(0)] * 17, 1, None),
    ],
)
def test_attributes_pass_are_dropped_or_refuse_the_launch(
    opened: Open, log_path: Path, attributes: list[bytes], result: int, seen: str | None
) -> None:
    with opened() as bench:
        info, stream = bench.function("xs_spin"), bench.stream()
        params = struct.pack("<Q", 7)
        got = bench.table.launch(
            stream, info.native, (2, 1, 1), (32, 1, 1), 0, params, b"".join(attributes)
        )
        assert got == result
    log = clean(log_path)
    launched = log.of("cuLaunchKernel") + log.of("cuLaunchKernelEx")
    assert [call.name for call in launched] == (
        [] if result else ["cuLaunchKernelEx" if seen else "cuLaunchKernel"]
    )
    for call in launched:
        what = "xs_spin grid 2,1,1 block 32,1,1 shared 0 params 0700000000000000"
        assert call.detail == what + (f" attributes {seen}" if seen else "")


def test_parameters_of_the_wrong_size_fail(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        info, stream = bench.function("xs_spin"), bench.stream()
        for params in (b"", bytes(4), bytes(16)):
            shape = (1, 1, 1), (1, 1, 1), 0, params
            assert bench.table.launch(stream, info.native, *shape) == 701
    clean(log_path)


# ---------------------------------------------------------------- failing calls


@pytest.mark.parametrize(
    "name",
    [
        "cuMemAddressReserve",
        "cuMemCreate",
        "cuMemMap",
        "cuMemSetAccess",
        "cuMemsetD8Async",
        "cuEventRecord",
        "cuEventSynchronize",
    ],
)
def test_a_mapping_that_fails_leaves_nothing(
    opened: Open, log_path: Path, name: str
) -> None:
    with opened(f"{name}:1:{OUT_OF_MEMORY}") as bench:
        with raises(OUT_OF_MEMORY) as caught:
            bench.memory()
        assert caught[0].call == name
        assert caught[0].detail == "CUDA_ERROR_OUT_OF_MEMORY"
        bench.memory()
    clean(log_path)


def test_an_address_that_is_taken_is_refused(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        address = bench.memory(4)
        with raises(1) as caught:
            bench.memory(1, at=address + (2 << 20))
        assert "taken" in caught[0].detail
    clean(log_path)


@pytest.mark.parametrize(
    "fail", ["cuMemHostRegister:3:2", "cuMemHostGetDevicePointer:4:2"]
)
def test_a_registration_that_fails_leaves_nothing(
    opened: Open, log_path: Path, fail: str
) -> None:
    with opened(fail) as bench:
        with raises(OUT_OF_MEMORY):
            bench.host(4 * PIECE_BYTES)
        bench.host(PIECE_BYTES)
    clean(log_path)


@pytest.mark.parametrize("name", ["cuFuncLoad", "cuFuncGetAttribute", "cuModuleUnload"])
def test_other_failures_are_told(opened: Open, log_path: Path, name: str) -> None:
    with opened(f"{name}:1:999") as bench:
        module = bench.module()
        with raises(999) as caught:
            bench.backend.function_get(module, "xs_empty")
            bench.backend.module_unload(module)
        assert caught[0].call == name
    assert not read_log(log_path).violations


@pytest.mark.parametrize(
    "name",
    [
        "cuDevicePrimaryCtxRetain",
        "cuDeviceGetAttribute",
        "cuDeviceGetName",
        "cuMemGetAllocationGranularity",
        "cuCtxGetStreamPriorityRange",
        "cuStreamCreateWithPriority",
        "cuModuleGetLoadingMode",
    ],
)
def test_a_start_that_fails_gives_the_context_back(log_path: Path, name: str) -> None:
    with pytest.raises(DeviceError) as caught:
        RemoteBackend("cuda", environment(log_path, f"{name}:1:999"))
    assert caught.value.call == name
    log = read_log(log_path)
    assert log.ended and not log.violations
    assert "primary context retained" not in log.leaks


def test_after_a_fault_every_call_says_so_and_close_is_quiet(
    opened: Open, log_path: Path
) -> None:
    with opened(f"cuLaunchKernel:1:{STICKY}:gone") as bench:
        stream, info = bench.stream(), bench.function("xs_empty")
        bench.memory()
        module = bench.module()
        assert bench.table.launch(stream, info.native, (1,) * 3, (1,) * 3) == 0
        for method, *arguments in [
            ("map_memory", VA_BASE + (16 << 20), 2 << 20),
            ("unmap_memory", VA_BASE, 2 << 20),
            ("scrub", VA_BASE, 64),
            ("register_host", bench.page.address + (4 << 20), 4096),
            ("function_get", module, "xs_spin"),
            ("module_unload", module),
            ("memory_info",),
        ]:
            with raises(STICKY) as caught:
                getattr(bench.backend, method)(*arguments)
            assert "ILLEGAL_ADDRESS" in caught[0].detail
    assert read_log(log_path).ended


def test_methods_of_a_closed_device_are_refused(opened: Open, log_path: Path) -> None:
    with opened() as bench:
        bench.backend.close()
        with raises(400) as caught:
            bench.backend.memory_info()
        assert "closed" in caught[0].detail


def test_handles_are_checked_before_the_driver_sees_them(
    opened: Open, log_path: Path
) -> None:
    with opened() as bench:
        module = bench.module()
        info = bench.backend.function_get(module, "xs_empty")
        bench.backend.module_unload(module)
        for method, *arguments in [
            ("module_unload", module),
            ("function_get", module, "xs_empty"),
            ("function_get", None, "xs_empty"),
            ("function_attribute_set", info.native, 8, 1),
            ("function_attribute_set", 0, 8, 1),
        ]:
            with raises(400):
                getattr(bench.backend, method)(*arguments)
        module = bench.module()
        with raises(500):
            bench.backend.function_get(module, "xs_empty\0")
    clean(log_path)


def test_lazy_loading_drains_for_every_function(log_path: Path) -> None:
    """Somebody else initialised the driver first, so kernels load at first touch."""
    held = RemoteBackend("cuda", environment(log_path, module_loading=2))
    assert held.value("lanes")["function_get"] is Lane.CONTROL_DRAINED
    held.close()


def test_graphs_are_carried_over_when_they_are_made(
    opened: Open, log_path: Path
) -> None:
    """Not by the first launch, which the issue thread makes; and nodes keep the edges
    they were given."""
    with opened() as bench:
        stream, address = bench.stream(), bench.memory()
        fill = ("fill", address, 7, 4, 4)
        result, graph, _ = bench.table.graph_open([((), fill), ((0,), None)])
        assert result == 0
        for _ in range(3):
            assert bench.table.graph_launch(stream, graph) == 0
        assert bench.get(stream, address, 16) == struct.pack("<I", 7) * 4
        bench.table.graph_close(graph)
    log = clean(log_path)
    order = [call.name for call in log.calls if call.name.startswith("cuGraph")]
    assert order == [
        "cuGraphCreate",
        "cuGraphAddMemsetNode",
        "cuGraphAddEmptyNode",
        "cuGraphInstantiateWithFlags",
        "cuGraphUpload",
        "cuGraphDestroy",
        *["cuGraphLaunch"] * 3,
        "cuGraphExecDestroy",
    ]
    assert log.of("cuGraphAddEmptyNode")[0].detail.strip() == "after 0"


@pytest.mark.parametrize(
    "call",
    ["cuGraphCreate", "cuGraphAddMemsetNode", "cuGraphInstantiateWithFlags",
     "cuGraphUpload"],
)  # fmt: skip
def test_a_graph_that_cannot_be_made_leaves_nothing(
    opened: Open, log_path: Path, call: str
) -> None:
    with opened(f"{call}:1:{OUT_OF_MEMORY}") as bench:
        fill = ("fill", bench.memory(), 7, 4, 4)
        result, _, bad = bench.table.graph_open([((), fill)])
        assert result == OUT_OF_MEMORY
        assert bad == (0 if call == "cuGraphAddMemsetNode" else None)
    clean(log_path)


def test_what_is_left_of_arrays_goes_with_the_device(
    opened: Open, log_path: Path
) -> None:
    """Objects before arrays, and each array zeroed first."""
    with opened() as bench:
        address = bench.memory()
        bench.put(bench.stream(), address, b"\x17" * 64)
        array = bench.backend.array_create(ArrayShape(16, 4, 0, 1, 1))
        memory = Side(DEVICE, address, 16, 4)
        to = Side(ARRAY, array=array)
        bench.backend.array_copy(ArrayCopy(to, memory, Box(16, 4, 1)))
        texture = Texture(False, 0, array, sampling=bytes(104))
        bench.backend.texture_create(texture)
    ended = [call.name for call in clean(log_path).calls][::-1]
    assert ended.index("cuArrayDestroy") < ended.index("cuTexObjectDestroy")


def test_an_array_that_cannot_be_zeroed_is_not_handed_out(
    opened: Open, log_path: Path
) -> None:
    with opened("cuMemcpy3DAsync:1:2") as bench:
        with raises(OUT_OF_MEMORY):
            bench.backend.array_create(ArrayShape(16, 4, 0, 1, 1))
        assert bench.backend.array_create(ArrayShape(16, 4, 0, 1, 1))
    made = clean_of_zeros(log_path).of("cuArrayDestroy")
    assert [call.result for call in made] == [0, 0]


def test_an_array_goes_from_a_device_that_is_full(opened: Open, log_path: Path) -> None:
    with opened(f"cuMemCreate:2:{OUT_OF_MEMORY}") as bench:
        array = bench.backend.array_create(ArrayShape(16, 4, 0, 1, 1))
        bench.backend.array_destroy(array)
        with raises(OUT_OF_MEMORY):
            bench.memory()
    clean(log_path)


def clean_of_zeros(path: Path) -> Log:
    """Clean but for the array that was given back as it came."""
    log = read_log(path)
    told = ["an array given back with a tenant's bytes in it"]
    assert log.ended and not log.leaks and log.violations == told, log
    return log
