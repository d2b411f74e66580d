"""CuPy as a program uses it: it starts, allocates, copies, compiles and launches.

Run by test_python.py behind a broker on the null device, where nothing is computed:
what comes back is not looked at.
"""

import cupy
import numpy

SOURCE = r"""
extern "C" __global__ void count(float *x, int n) {
    int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) x[i] = i;
}
"""

properties = cupy.cuda.runtime.getDeviceProperties(0)
assert (properties["major"], properties["multiProcessorCount"]) == (9, 132)
x = cupy.zeros(1000, dtype=cupy.float32)
assert cupy.asnumpy(x + 1).shape == (1000,)
x.sum(), cupy.sort(x), cupy.cumsum(x), x[::2].copy()
cupy.RawKernel(SOURCE, "count")((4,), (256,), (x, numpy.int32(1000)))
module = cupy.RawModule(code=SOURCE)
assert module.get_function("count").max_threads_per_block == 1024
with cupy.cuda.Stream(non_blocking=True) as stream:
    start, end = cupy.cuda.Event(), cupy.cuda.Event()
    start.record()
    y = cupy.asarray(numpy.arange(10))
    end.record()
    end.synchronize()
    assert cupy.cuda.get_elapsed_time(start, end) >= 0
    told = []
    stream.launch_host_func(told.append, "called")
    stream.synchronize()
    assert told == ["called"]
cupy.cuda.alloc_pinned_memory(1000)
free, total = cupy.cuda.runtime.memGetInfo()
assert 0 < free <= total
pool = cupy.cuda.MemoryAsyncPool()
cupy.cuda.set_allocator(pool.malloc)
assert cupy.ones(100).shape == (100,)
cupy.cuda.Device().synchronize()
print("done")
