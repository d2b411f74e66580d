"""The programs, and in which environments each is run.

A program imports its framework inside its cases: the table of programs is read by a
process that has none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Program:
    """module: of this package. environment: told before the framework is imported."""

    module: str
    environment: dict[str, str] = field(default_factory=dict)
    timeout_s: float = 600.0


ALLOCATOR = "PYTORCH_CUDA_ALLOC_CONF"
PROGRAMS: dict[str, Program] = {
    "driver": Program("driver", timeout_s=120.0),
    "ops": Program("ops"),
    "matmul": Program("matmul"),
    "conv": Program("conv"),
    "sdpa": Program("sdpa"),
    "training": Program("training"),
    "graphs": Program("graphs"),
    "compile": Program("compiling", timeout_s=1200.0),
    "triton": Program("triton_kernels"),
    "libraries": Program("libraries"),
    "loading": Program("loading"),
    "allocator": Program("allocators"),
    "allocator-expandable": Program(
        "allocators", {ALLOCATOR: "expandable_segments:True"}
    ),
    "allocator-async": Program("allocators", {ALLOCATOR: "backend:cudaMallocAsync"}),
    "memory": Program("memory"),
    "transformers": Program("hugging_face", timeout_s=1200.0),
    "cupy": Program("cupy_set"),
    "vllm": Program("vllm_engine", timeout_s=900.0),
    "opinfo": Program("opinfo", timeout_s=1200.0),
}
