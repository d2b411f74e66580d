"""cuSPARSE, cuSOLVER, cuRAND, cuFFT, NVRTC and nvJitLink, as PyTorch uses them, and
cuRAND and cuFFT by their own interfaces."""

from __future__ import annotations

import ctypes
import glob
import os
import site
from typing import Any

from tests.gpu.frameworks.record import Record


def _square(size: int = 96, dtype: Any = None) -> Any:
    import torch

    torch.manual_seed(1)
    made = torch.randn(size, size, device="cuda", dtype=dtype or torch.float64)
    return made @ made.mH + size * torch.eye(size, device="cuda", dtype=made.dtype)


def case_cusolver(record: Record) -> None:
    import torch

    for dtype in (torch.float32, torch.float64, torch.complex64):
        a = _square(dtype=dtype)
        b = torch.ones(96, 3, device="cuda", dtype=dtype)
        record.add(
            f"cholesky-{dtype}", torch.linalg.cholesky(a), torch.linalg.solve(a, b)
        )
        record.add(f"lu-{dtype}", *torch.linalg.lu_factor(a), torch.linalg.inv(a))
        record.add(f"qr-{dtype}", *torch.linalg.qr(a))
        record.add(f"eigh-{dtype}", torch.linalg.eigvalsh(a))
        record.add(f"svd-{dtype}", torch.linalg.svdvals(a), torch.linalg.det(a))
    batch = _square().expand(32, 96, 96).contiguous()
    record.add("batched", torch.linalg.cholesky(batch), torch.linalg.inv(batch))


def case_cusparse(record: Record) -> None:
    import torch

    dense = torch.randn(
        256, 256, device="cuda", generator=torch.Generator("cuda").manual_seed(2)
    ).relu()
    other = torch.ones(256, 16, device="cuda")
    for layout in ("to_sparse_csr", "to_sparse_csc", "to_sparse_coo"):
        sparse = getattr(dense, layout)()
        record.add(f"{layout}-mm", sparse @ other)
    sparse = dense.to_sparse_csr()
    record.add("spgemm", (sparse @ sparse).to_dense())
    record.add(
        "coalesced",
        torch.sparse_coo_tensor(
            torch.tensor([[0, 0, 1], [1, 1, 2]], device="cuda"),
            torch.ones(3, device="cuda"),
        )
        .coalesce()
        .to_dense(),
    )


def case_cufft(record: Record) -> None:
    import torch

    x = torch.randn(
        8, 1000, device="cuda", generator=torch.Generator("cuda").manual_seed(3)
    )
    record.add("real", torch.fft.rfft(x), torch.fft.irfft(torch.fft.rfft(x), n=1000))
    record.add("complex", torch.fft.fft(x), torch.fft.fft2(x), torch.fft.ifft(x))
    record.add("double", torch.fft.fft(x.double()), torch.fft.fft(x[:, :997]))
    record.add(
        "stft",
        torch.stft(
            x, 128, window=torch.hann_window(128, device="cuda"), return_complex=True
        ),
    )


def _library(pattern: str) -> ctypes.CDLL:
    """Of the wheels of this interpreter. Raises: OSError naming the pattern."""
    for root in site.getsitepackages():
        found = sorted(
            glob.glob(os.path.join(root, "nvidia", "**", pattern), recursive=True)
        )
        if found:
            return ctypes.CDLL(found[0])
    raise OSError(f"no {pattern} in this interpreter's packages")


def _checked(status: int, what: str) -> None:
    if status:
        raise RuntimeError(f"{what}: status {status}")


def case_curand_itself(record: Record) -> None:
    import torch

    torch.cuda.init()
    out, library = torch.zeros(4096, device="cuda"), _library("libcurand.so.*")
    for kind in (100, 161):  # a default, and Philox
        handle = ctypes.c_void_p()
        _checked(library.curandCreateGenerator(ctypes.byref(handle), kind), "create")
        library.curandSetPseudoRandomGeneratorSeed(handle, ctypes.c_ulonglong(11))
        pointer = ctypes.c_void_p(out.data_ptr())
        size = ctypes.c_size_t(out.numel())
        _checked(library.curandGenerateUniform(handle, pointer, size), "uniform")
        torch.cuda.synchronize()
        record.add(f"kind-{kind}", out)
        library.curandDestroyGenerator(handle)


def case_cufft_itself(record: Record) -> None:
    import torch

    x = torch.ones(4, 512, device="cuda", dtype=torch.complex64).cumsum(1)
    out, library = torch.empty_like(x), _library("libcufft.so.*")
    plan, complex_to_complex, forward = ctypes.c_int(), 0x29, -1
    _checked(
        library.cufftPlan1d(ctypes.byref(plan), 512, complex_to_complex, 4), "plan"
    )
    pointers = [ctypes.c_void_p(each.data_ptr()) for each in (x, out)]
    _checked(library.cufftExecC2C(plan, *pointers, forward), "execute")
    torch.cuda.synchronize()
    record.add("out", out)
    library.cufftDestroy(plan)


def case_nvrtc(record: Record) -> None:
    """PyTorch's jiterator and compile_kernel go through NVRTC."""
    import torch

    x = torch.arange(1000, device="cuda", dtype=torch.float32)
    source = "template <typename T> T twice(T x, T y) { return x * x + y; }"
    record.add("jiterator", torch.cuda.jiterator._create_jit_fn(source)(x, x))
    kernel = torch.cuda._compile_kernel(
        'extern "C" __global__ void add(float *x, int n) {'
        " int i = blockIdx.x * blockDim.x + threadIdx.x; if (i < n) x[i] += i; }",
        "add",
    )
    kernel((4, 1, 1), (256, 1, 1), (x, 1000))
    record.add("kernel", x)


def case_windows_and_histograms(record: Record) -> None:
    """thrust and cub."""
    import torch

    x = torch.randn(
        100_000, device="cuda", generator=torch.Generator("cuda").manual_seed(4)
    )
    record.add("histogram", torch.histc(x, 50), x.masked_select(x > 1))
    record.add(
        "unique", *torch.unique_consecutive((x.sort()[0] * 5).int(), return_counts=True)
    )
    record.add("median", x.median(), x.quantile(0.3), x.mode()[0])
