"""CuPy: its own kernels, NVRTC, libraries, memory pools, streams and graphs."""

from __future__ import annotations

from tests.gpu.frameworks.record import Record


def case_elementwise(record: Record) -> None:
    import cupy

    x = cupy.arange(10_000, dtype=cupy.float32)
    record.add("functions", cupy.sin(x), cupy.exp(-x), cupy.sqrt(x), x % 7)
    twice = cupy.ElementwiseKernel("T x, T y", "T z", "z = x * 2 + y", "twice_plus")
    record.add("own", twice(x, x), twice(x.astype("f8"), x.astype("f8")))
    total = cupy.ReductionKernel(
        "T x", "T y", "x * x", "a + b", "y = a", "0", "squares"
    )
    record.add("reduction", total(cupy.arange(1000)))


def case_raw(record: Record) -> None:
    import cupy

    source = r"""
    extern "C" __global__ void add(const float *x, float *y, int n) {
        extern __shared__ float part[];
        int i = blockIdx.x * blockDim.x + threadIdx.x;
        part[threadIdx.x] = i < n ? x[i] : 0.f;
        __syncthreads();
        if (i < n) y[i] = part[threadIdx.x] + part[0];
    }
    __constant__ float scale[4];
    extern "C" __global__ void scaled(float *y) { y[threadIdx.x] = scale[threadIdx.x]; }
    """
    module = cupy.RawModule(code=source)
    x = cupy.arange(1000, dtype=cupy.float32)
    y = cupy.zeros_like(x)
    module.get_function("add")((8,), (128,), (x, y, 1000), shared_mem=512)
    record.add("shared", y)
    pointer = module.get_global("scale")
    cupy.ndarray(4, cupy.float32, pointer)[:] = cupy.arange(4, dtype=cupy.float32)
    module.get_function("scaled")((1,), (4,), (y,))
    record.add("constant", y[:4])


def case_libraries(record: Record) -> None:
    import cupy

    cupy.random.seed(3)
    a = cupy.random.standard_normal((128, 128), dtype=cupy.float64)
    spd = a @ a.T + 128 * cupy.eye(128)
    record.add("blas", a @ a, cupy.tensordot(a, a), cupy.einsum("ij,kj->ik", a, a))
    record.add("solver", cupy.linalg.cholesky(spd), cupy.linalg.solve(spd, a))
    record.add("decompositions", cupy.linalg.eigvalsh(spd), cupy.linalg.inv(spd))
    record.add("random", cupy.random.rand(1000), cupy.random.randint(0, 9, 1000))


def case_fft(record: Record) -> None:
    import cupy

    x = cupy.arange(4096, dtype=cupy.float32).reshape(4, 1024)
    record.add("fft", cupy.fft.fft(x), cupy.fft.rfft(x), cupy.fft.fft2(x))


def case_sparse(record: Record) -> None:
    import cupy
    import cupyx.scipy.sparse as sparse

    dense = cupy.arange(400, dtype=cupy.float64).reshape(20, 20) % 7
    made = sparse.csr_matrix(dense * (dense > 4))
    record.add("products", made @ dense, (made @ made).toarray(), made.T.toarray())


def case_sorting(record: Record) -> None:
    import cupy

    x = cupy.arange(10_000) * 7919 % 10_007
    record.add("sorts", cupy.sort(x), cupy.argsort(x), cupy.unique(x % 100))
    record.add(
        "scans", cupy.cumsum(x), cupy.histogram(x, 20)[0], cupy.nonzero(x % 5)[0]
    )


def case_pools_and_streams(record: Record) -> None:
    import cupy

    pool = cupy.get_default_memory_pool()
    streams, parts = [cupy.cuda.Stream(non_blocking=True) for _ in range(4)], []
    for number, stream in enumerate(streams):
        with stream:
            parts.append(cupy.full(1000, number, dtype=cupy.float32).sum())
    for stream in streams:
        stream.synchronize()
    record.add("parts", *parts)
    record.add("pool", pool.used_bytes() > 0)
    pinned = cupy.cuda.alloc_pinned_memory(4096)
    record.add("pinned", len(memoryview(pinned)) >= 4096)
    pool.free_all_blocks()


def case_async_pool(record: Record) -> None:
    import cupy

    pool = cupy.cuda.MemoryAsyncPool()
    with cupy.cuda.using_allocator(pool.malloc):
        record.add("sum", cupy.arange(100_000, dtype=cupy.float64).sum())


def case_managed(record: Record) -> None:
    """Managed memory: refused by name, or right."""
    import cupy

    with cupy.cuda.using_allocator(cupy.cuda.malloc_managed):
        record.add("sum", cupy.arange(1000).sum())


def case_graph(record: Record) -> None:
    import cupy

    x = cupy.ones(1000, dtype=cupy.float32)
    stream = cupy.cuda.Stream(non_blocking=True)
    with stream:
        x *= 2
        stream.synchronize()
        stream.begin_capture()
        x *= 2
        x += 1
        graph = stream.end_capture()
        for _ in range(5):
            graph.launch(stream)
        stream.synchronize()
    record.add("out", x)
