"""Occupancy, waves, gap scaling, and the plan made of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from loadgen import samples
from loadgen.replay import gaps, occupancy
from loadgen.replay.plan import Overheads, make_plan
from loadgen.traces import load
from loadgen.traces.model import DeviceShape, Op, OpKind, Trace, TraceError

H100 = DeviceShape()


@pytest.mark.parametrize(
    ("threads", "registers", "shared", "blocks"),
    [
        (256, 32, 0, 8),  # threads
        (32, 16, 0, 32),  # blocks
        (384, 168, 213_188, 1),  # shared memory (a GEMM of the rerank sample)
        (128, 255, 0, 2),  # registers: 8,192 a warp
        (256, 230, 147_456, 1),  # both
        (128, 32, 24, 16),  # a little shared memory does not matter
        (1024, None, 0, 2),  # registers not recorded
        (1024, 255, 0, 1),  # never none
    ],
)
def test_blocks_per_sm(
    threads: int, registers: int | None, shared: int, blocks: int
) -> None:
    assert occupancy.blocks_per_sm(H100, threads, registers, shared) == blocks


@pytest.mark.parametrize("threads", [32, 64, 128, 256, 384, 1024])
@pytest.mark.parametrize("wanted", [1, 2, 3, 5, 8, 16, 32])
def test_shared_bytes_hold_our_kernel_to_the_recorded_blocks(
    threads: int, wanted: int
) -> None:
    shared = occupancy.shared_bytes_for(H100, threads, wanted, 32)
    free = occupancy.blocks_per_sm(H100, threads, 32, 0)
    assert occupancy.blocks_per_sm(H100, threads, 32, shared) == min(wanted, free)
    assert shared <= 232_448  # what a block may opt in to


def test_waves() -> None:
    assert occupancy.waves(H100, 1, 8) == 1
    assert occupancy.waves(H100, 132 * 8, 8) == 1
    assert occupancy.waves(H100, 132 * 8 + 1, 8) == 2


def test_gaps_meet_the_wanted_wall_time() -> None:
    starts, durations = [0, 100, 200, 400], [10, 10, 10, 10]
    assert gaps.wall_ns(starts, durations, 1.0) == 410
    factor = gaps.factor_for(starts, durations, 210)
    assert gaps.wall_ns(starts, durations, factor) == 210
    assert factor == pytest.approx(0.5, abs=0.005)
    assert gaps.gaps_ns(starts, factor) == pytest.approx([0, 50, 50, 100], abs=1)


def test_gaps_are_taken_out_but_never_put_in() -> None:
    starts, durations = [0, 10], [100, 100]
    assert gaps.factor_for(starts, durations, 150) == 0.0  # the device alone takes 200
    assert gaps.factor_for([0, 500], durations, 9999) == 1.0


def test_rerank_lasts_the_wall_time_the_manifest_states() -> None:
    sample = samples.find("bge-reranker-16x256")
    assert sample is not None and sample.wall_ms == 16.4
    plan = make_plan(load(sample.path), H100, pace="host", wall_ns=16_400_000)
    assert plan.wall_ns == pytest.approx(16_400_000, rel=1e-3)
    assert 0.3 < plan.gap_factor < 0.5
    assert sum(step.gap_ns for step in plan.steps) <= plan.wall_ns


def test_asap_has_no_gaps() -> None:
    sample = samples.find("qwen3-8b-decode")
    assert sample is not None
    plan = make_plan(load(sample.path), H100, pace="asap", wall_ns=10**9)
    assert all(step.gap_ns == 0 for step in plan.steps)
    assert plan.wall_ns == plan.busy_ns == pytest.approx(46.2e6, rel=1e-3)
    assert plan.launches == 2438


def one_kernel(**values: object) -> Trace:
    op = Op(OpKind.KERNEL, "k", 0, 40_000, **values)  # type: ignore[arg-type]
    return Trace("test", H100, (op,))


def test_duration_is_shared_among_the_waves() -> None:
    trace = one_kernel(grid=(132 * 8 * 4, 1, 1), block=(256, 1, 1), registers=32)
    (step,) = make_plan(trace, H100, pace="asap").steps
    assert step.grid == (132 * 8 * 4, 1, 1)
    assert step.duration_ns == 10_000
    (step,) = make_plan(
        trace, H100, pace="asap", overheads=Overheads(kernel_ns=2000, wave_ns=500)
    ).steps
    assert step.duration_ns == 9_000


def test_a_kernel_shorter_than_its_start_asks_for_nothing() -> None:
    trace = one_kernel(grid=(1, 1, 1), block=(32, 1, 1))
    plan = make_plan(trace, H100, pace="asap", overheads=Overheads(kernel_ns=50_000))
    assert plan.steps[0].duration_ns == 0


def test_a_smaller_device_needs_more_waves() -> None:
    trace = one_kernel(grid=(132 * 8, 1, 1), block=(256, 1, 1), registers=32)
    (step,) = make_plan(trace, DeviceShape(sm_count=33), pace="asap").steps
    assert step.duration_ns == 10_000


def test_missing_grid_takes_one_block_per_sm() -> None:
    (step,) = make_plan(one_kernel(), H100, pace="asap").steps
    assert step.grid == (132, 1, 1)
    assert step.duration_ns == 40_000


def test_traffic_fits_the_share_of_the_bandwidth() -> None:
    trace = one_kernel(grid=(132 * 8 * 2, 1, 1), block=(256, 1, 1), registers=32)
    (step,) = make_plan(trace, H100, pace="asap", memory_share=0.5).steps
    moved = step.touch_bytes * 132 * 8 * 2
    assert moved == pytest.approx(1.5e12 * 40e-6, rel=0.01)


def test_graphs_without_their_kernels_are_refused() -> None:
    ops = (Op(OpKind.GRAPH, "g", 0, 9), Op(OpKind.FILL, "m", 0, 9, nbytes=4))
    with pytest.raises(TraceError, match="cuda-graph-trace=node"):
        make_plan(Trace("test", H100, ops), H100, pace="asap")


def test_host_times_never_run_backwards() -> None:
    ops = [Op(OpKind.FILL, "m", i, 1, host_start_ns=t) for i, t in enumerate([0, 9, 5])]
    starts = gaps.host_starts_ns(ops)
    assert all(a <= b for a, b in pairwise(starts))
