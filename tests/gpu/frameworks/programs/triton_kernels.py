"""Triton: autotuning, tensor descriptors (TMA), matrix units, atomics."""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record

try:
    import triton
    import triton.language as tl
except ImportError:  # the cases say so
    triton = None

if triton is not None:
    CONFIGS = [
        triton.Config({"BLOCK": block}, num_warps=warps)
        for block in (256, 1024)
        for warps in (4, 8)
    ]

    @triton.autotune(configs=CONFIGS, key=["count"])
    @triton.jit
    def saxpy_kernel(x, y, out, count, BLOCK: tl.constexpr):
        at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
        inside = at < count
        value = 2.5 * tl.load(x + at, mask=inside) + tl.load(y + at, mask=inside)
        tl.store(out + at, value, mask=inside)

    @triton.jit
    def matmul_kernel(
        a, b, c, m, n, k, M: tl.constexpr, N: tl.constexpr, K: tl.constexpr
    ):
        row, column = tl.program_id(0) * M, tl.program_id(1) * N
        left = tl.make_tensor_descriptor(a, [m, k], [k, 1], [M, K])
        right = tl.make_tensor_descriptor(b, [k, n], [n, 1], [K, N])
        target = tl.make_tensor_descriptor(c, [m, n], [n, 1], [M, N])
        total = tl.zeros((M, N), dtype=tl.float32)
        for at in range(0, k, K):
            total += tl.dot(left.load([row, at]), right.load([at, column]))
        target.store([row, column], total.to(tl.bfloat16))

    @triton.jit
    def histogram_kernel(x, counts, count, BLOCK: tl.constexpr):
        at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
        inside = at < count
        tl.atomic_add(counts + tl.load(x + at, mask=inside, other=0), 1, mask=inside)


def _need() -> None:
    if triton is None:
        raise ImportError("triton is not installed")


def case_autotuned(record: Record) -> None:
    import torch

    _need()
    for count in (1000, 1_000_000):
        x = torch.arange(count, device="cuda", dtype=torch.float32)
        out = torch.empty_like(x)
        grid = lambda meta, count=count: (triton.cdiv(count, meta["BLOCK"]),)  # noqa: E731
        saxpy_kernel[grid](x, x.sin(), out, count)
        record.add(f"count-{count}", out)


def _descriptors() -> None:
    """Device-made descriptors need memory of the host program."""
    import torch

    def allocate(size: int, _alignment: int, _stream: Any) -> Any:
        return torch.empty(size, device="cuda", dtype=torch.int8)

    triton.set_allocator(allocate)


def case_descriptors(record: Record) -> None:
    import torch

    _need()
    _descriptors()
    torch.manual_seed(1)
    m, n, k = 512, 256, 384
    a = torch.randn(m, k, device="cuda").bfloat16()
    b = torch.randn(k, n, device="cuda").bfloat16()
    c = torch.empty(m, n, device="cuda", dtype=torch.bfloat16)
    for stages in (1, 3):
        grid = (m // 64, n // 64)
        matmul_kernel[grid](a, b, c, m, n, k, 64, 64, 64, num_stages=stages)
        record.add(f"stages-{stages}", c)


def case_host_descriptors(record: Record) -> None:
    """TMA descriptors encoded by the driver, on the host."""
    import torch
    from triton.tools.tensor_descriptor import TensorDescriptor

    _need()

    @triton.jit
    def copy_kernel(source, target, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
        row = tl.program_id(0) * ROWS
        target.store([row, 0], source.load([row, 0]) * 2)

    x = torch.arange(64 * 64, device="cuda", dtype=torch.float32).view(64, 64)
    out = torch.zeros_like(x)
    made = [TensorDescriptor.from_tensor(each, [16, 64]) for each in (x, out)]
    copy_kernel[(4,)](*made, 16, 64)
    record.add("out", out)


def case_atomics(record: Record) -> None:
    import torch

    _need()
    x = torch.arange(100_000, device="cuda") * 7919 % 100
    counts = torch.zeros(100, device="cuda", dtype=torch.int32)
    histogram_kernel[(triton.cdiv(100_000, 512),)](x, counts, 100_000, 512)
    record.add("counts", counts)


def case_benchmark_tool(record: Record) -> None:
    import torch

    _need()
    from triton.testing import do_bench

    x = torch.ones(1000, device="cuda")
    record.add("ran", do_bench(lambda: x.add_(0), warmup=5, rep=10) > 0)
