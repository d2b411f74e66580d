"""numba-cuda as a program uses it; as cupy_starts.py."""

import numpy
from numba import cuda


@cuda.jit
def add(x, y, out):
    i = cuda.grid(1)
    if i < out.size:
        out[i] = x[i] + y[i]


x = cuda.to_device(numpy.ones(100, dtype=numpy.float32))
out = cuda.device_array(100, dtype=numpy.float32)
stream = cuda.stream()
add[4, 32, stream](x, x, out)
event = cuda.event()
event.record(stream)
event.synchronize()
assert out.copy_to_host(stream=stream).shape == (100,)
cuda.pinned_array(100)
free, total = cuda.current_context().get_memory_info()
assert 0 < free <= total
cuda.synchronize()
print("done")
