"""A CuPy benchmark set: import and first kernel, then kernels of several kinds.

A program of its own: run natively and behind the shim by bench_gpu_shim.py. Prints one
line a figure: name and microseconds. It must never know which of the two it is.
"""

from __future__ import annotations

import statistics
import time

ROUNDS, CALLS = 5, 200
SOURCE = r"""
extern "C" __global__ void step(float *x, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] = x[i] * 1.0001f + 1.0f;
}
"""


def main() -> None:
    begun = time.perf_counter()
    import cupy

    small = cupy.arange(1 << 12, dtype=cupy.float32)
    (small + 1).sum()
    cupy.cuda.Device().synchronize()
    print("import_and_first", (time.perf_counter() - begun) * 1e6)
    host = small.get().repeat(16)
    large = cupy.arange(1 << 22, dtype=cupy.float32)
    step = cupy.RawKernel(SOURCE, "step")
    work = {
        "elementwise_small": lambda: small * 2 + 1,
        "elementwise_chain": lambda: cupy.sqrt(large * 2 + 1),
        "reduction": lambda: large.sum(),
        "scan": lambda: cupy.cumsum(small),
        "sort": lambda: cupy.sort(small),
        "index": lambda: large[::3].copy(),
        "raw_kernel": lambda: step((16,), (256,), (small, 1 << 12)),
        "to_host": lambda: small.get(),
        "to_device": lambda: cupy.asarray(host),
    }
    for name, call in work.items():
        print(name, timed(call, cupy.cuda.Device().synchronize))


def timed(call, synchronize) -> float:
    """Median microseconds of a call, over rounds of many."""
    times = []
    for _ in range(ROUNDS):
        call()
        synchronize()
        begun = time.perf_counter()
        for _ in range(CALLS):
            call()
        synchronize()
        times.append((time.perf_counter() - begun) / CALLS * 1e6)
    return statistics.median(times)


if __name__ == "__main__":
    main()
