"""Matrix products in all types, by cuBLAS and cuBLASLt."""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record

# Squares, a decode's and a prefill's shapes, odd ones, ones with a long inner side.
SHAPES = (
    (512, 512, 512),
    (32, 4096, 4096),
    (1, 4096, 1024),
    (129, 257, 63),
    (64, 64, 65536),
)


def _pair(m: int, n: int, k: int, dtype: Any) -> tuple[Any, Any]:
    import torch

    generator = torch.Generator(device="cuda").manual_seed(m + n + k)
    options = {"device": "cuda", "generator": generator}
    a, b = torch.randn(m, k, **options), torch.randn(k, n, **options)
    return (a / 8).to(dtype), (b / 8).to(dtype)


def case_types(record: Record) -> None:
    import torch

    types = (
        *(torch.float32, torch.float64, torch.float16, torch.bfloat16),
        *(torch.complex64, torch.complex128),
    )
    for dtype in types:
        for shape in SHAPES:
            a, b = _pair(*shape, dtype)
            record.add(f"{dtype}-{shape}", a @ b, b.t() @ a.t())


def case_tf32(record: Record) -> None:
    import torch

    for precision in ("high", "medium", "highest"):
        torch.set_float32_matmul_precision(precision)
        record.add(
            precision, *(a @ b for a, b in (_pair(*s, torch.float32) for s in SHAPES))
        )
    torch.set_float32_matmul_precision("highest")


def case_batched(record: Record) -> None:
    import torch

    for dtype in (torch.float32, torch.bfloat16, torch.float16):
        a, b = _pair(16 * 64, 96, 80, dtype)
        batch = a.view(16, 64, 80)
        record.add(f"{dtype}", torch.bmm(batch, b.expand(16, 80, 96)), batch @ b)
        bias = torch.ones(96, device="cuda", dtype=dtype)
        record.add(
            f"bias-{dtype}",
            torch.addmm(bias, a, b),
            torch.nn.functional.linear(a, b.t().contiguous(), bias),
        )


def case_epilogues(record: Record) -> None:
    """cuBLASLt with bias and activation in one kernel."""
    import torch

    a, b = _pair(256, 512, 128, torch.bfloat16)
    bias = torch.ones(512, device="cuda", dtype=torch.bfloat16)
    record.add("gelu", torch._addmm_activation(bias, a, b, use_gelu=True))
    record.add("relu", torch._addmm_activation(bias, a, b, use_gelu=False))


def case_eight_bits(record: Record) -> None:
    import torch

    a, b = _pair(256, 512, 128, torch.float32)
    one = torch.ones((), device="cuda")
    for kind in (torch.float8_e4m3fn, torch.float8_e5m2):
        made = torch._scaled_mm(
            a.to(torch.float8_e4m3fn),
            b.t().contiguous().to(kind).t(),
            scale_a=one,
            scale_b=one,
            out_dtype=torch.bfloat16,
        )
        record.add(str(kind), made)
    whole = (a * 20).to(torch.int8), (b * 20).to(torch.int8)
    record.add("int8", torch._int_mm(whole[0], whole[1]))


def case_cublaslt_preferred(record: Record) -> None:
    import torch

    before = torch.backends.cuda.preferred_blas_library()
    for library in ("cublas", "cublaslt"):
        torch.backends.cuda.preferred_blas_library(library)
        a, b = _pair(256, 512, 1024, torch.bfloat16)
        record.add(library, a @ b)
    torch.backends.cuda.preferred_blas_library(before)
