"""torch.compile by default, with CUDA graphs, and with autotuning.

What autotuning picks may differ from run to run; then the outputs may, natively, too.
"""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record


def _net() -> Any:
    import torch

    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Linear(256, 512),
        torch.nn.LayerNorm(512),
        torch.nn.GELU(),
        torch.nn.Linear(512, 256),
        torch.nn.Softmax(-1),
    ).to("cuda", torch.bfloat16)


def _compiled(record: Record, **options: Any) -> None:
    import torch

    torch._dynamo.reset()
    net = torch.compile(_net(), **options)
    x = torch.randn(
        128, 256, device="cuda", generator=torch.Generator("cuda").manual_seed(2)
    ).bfloat16()
    with torch.no_grad():
        outputs = [net(x / (1 + number)).clone() for number in range(4)]
    record.add("outputs", *outputs)


def case_default(record: Record) -> None:
    _compiled(record)


def case_reduce_overhead(record: Record) -> None:
    _compiled(record, mode="reduce-overhead")


def case_max_autotune(record: Record) -> None:
    _compiled(record, mode="max-autotune")


def case_max_autotune_no_graphs(record: Record) -> None:
    _compiled(record, mode="max-autotune-no-cudagraphs")


def case_dynamic_shapes(record: Record) -> None:
    import torch

    @torch.compile(dynamic=True)
    def work(x: Any) -> Any:
        return (x.sin() + x.cos()).sum(-1)

    for rows in (3, 64, 129):
        record.add(f"rows-{rows}", work(torch.ones(rows, 300, device="cuda")))


def case_training(record: Record) -> None:
    import torch

    torch._dynamo.reset()
    net = torch.compile(_net().float())
    x = torch.ones(64, 256, device="cuda")
    net(x).square().mean().backward()
    record.add("gradients", *(p.grad for p in net.parameters()))


def case_flex_attention(record: Record) -> None:
    import torch
    from torch.nn.attention.flex_attention import create_block_mask, flex_attention

    torch.manual_seed(3)
    q, k, v = (torch.randn(2, 4, 256, 64, device="cuda").bfloat16() for _ in range(3))

    def causal(_b: Any, _h: Any, row: Any, column: Any) -> Any:
        return row >= column

    mask = create_block_mask(causal, None, None, 256, 256, device="cuda")
    record.add("out", torch.compile(flex_attention)(q, k, v, block_mask=mask))
