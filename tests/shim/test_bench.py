"""The benchmark of the shim, dry: on the null device, a few launches."""

from __future__ import annotations

from tests.bench import bench_gpu_shim


def test_every_figure_is_taken() -> None:
    result = bench_gpu_shim.measure("null", launches=1000, copy_bytes=8 << 20, rounds=1)
    taken = {name for name in bench_gpu_shim.BOUNDS if not name.startswith("cupy")}
    assert taken <= set(result["shim"])
    assert all(value > 0 for value in result["shim"].values())
    assert result["native"] == {}
    lines: list[str] = []
    bench_gpu_shim.show(result, lines.append)
    assert len(lines) == 1 + len(result["shim"])


def test_of_several_rounds_medians_are_taken() -> None:
    rounds = [{"a": 1.0, "b": 9.0}, {"a": 3.0, "b": 7.0}, {"a": 2.0, "b": 8.0}]
    assert bench_gpu_shim.medians(rounds) == {"a": 2.0, "b": 8.0}
    assert bench_gpu_shim.medians([]) == {}


def test_bounds_are_of_the_right_side() -> None:
    compared = bench_gpu_shim.compared
    assert compared("burst_us_p50", 0.4, 3.9)[1]
    assert not compared("burst_us_p50", 0.6, 3.9)[1]
    assert compared("launch_sync_us_p50", 39.0, 9.6)[1]
    assert not compared("launch_sync_us_p50", 40.0, 9.6)[1]
    assert not compared("launches_per_s", 94.0, 100.0)[1]
    assert compared("cupy_import_and_first", 1.1, 1.0)[1]
    assert not compared("cupy_import_and_first", 1.3, 1.0)[1]
