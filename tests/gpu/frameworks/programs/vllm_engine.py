"""vLLM's offline engine in its three modes at temperature 0: the token ids of every
sequence. A small model: what is shown does not depend on its size."""

from __future__ import annotations

from loadgen.colocate import workloads
from loadgen.colocate.workloads.vllm import INPUTS
from tests.gpu.frameworks.record import Record

SIZES = {"model": "qwen3-0.6b", "batch": "8", "tokens": "48", "output": "64"}


def _generated(record: Record, mode: str) -> None:
    settings = workloads.settings_of("vllm", SIZES | {"mode": mode})
    workload = workloads.build("vllm", settings, seed=1)
    for index in range(2 * INPUTS):
        workload.run(index)
        for place, tokens in enumerate(workload.tokens):  # type: ignore[attr-defined]
            record.add(f"request{index}-{place}", tokens)
    record.note("begins", workload.tokens[0][:8])  # type: ignore[attr-defined]


def case_eager(record: Record) -> None:
    _generated(record, "eager")


def case_graph(record: Record) -> None:
    _generated(record, "graph")


def case_default(record: Record) -> None:
    _generated(record, "default")
