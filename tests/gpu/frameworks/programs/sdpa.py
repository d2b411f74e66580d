"""Scaled dot product attention by each of its backends, forward and backward."""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record


def _inputs(
    dtype: Any, heads: int = 16, kv_heads: int = 16, length: int = 384
) -> list[Any]:
    import torch

    torch.manual_seed(1)
    shapes = ((4, heads, length, 64), *((4, kv_heads, length, 64),) * 2)
    return [
        torch.randn(shape, device="cuda").to(dtype).requires_grad_() for shape in shapes
    ]


def _attend(record: Record, backend: Any, name: str, dtypes: tuple[Any, ...]) -> None:
    import torch
    from torch.nn.attention import sdpa_kernel

    attention = torch.nn.functional.scaled_dot_product_attention
    for dtype in dtypes:
        for causal in (False, True):
            q, k, v = _inputs(dtype)
            with sdpa_kernel(backend):
                out = attention(q, k, v, is_causal=causal)
                out.float().square().mean().backward()
            record.add(f"{name}-{dtype}-{causal}", out)
            record.add(f"{name}-{dtype}-{causal}-backward", q.grad, k.grad, v.grad)


def case_math(record: Record) -> None:
    import torch
    from torch.nn.attention import SDPBackend

    _attend(record, SDPBackend.MATH, "math", (torch.float32, torch.bfloat16))


def case_flash(record: Record) -> None:
    import torch
    from torch.nn.attention import SDPBackend

    half = (torch.float16, torch.bfloat16)
    _attend(record, SDPBackend.FLASH_ATTENTION, "flash", half)


def case_efficient(record: Record) -> None:
    import torch
    from torch.nn.attention import SDPBackend

    types = (torch.float32, torch.float16, torch.bfloat16)
    _attend(record, SDPBackend.EFFICIENT_ATTENTION, "efficient", types)


def case_cudnn(record: Record) -> None:
    import torch
    from torch.nn.attention import SDPBackend

    half = (torch.float16, torch.bfloat16)
    _attend(record, SDPBackend.CUDNN_ATTENTION, "cudnn", half)


def case_masks_and_groups(record: Record) -> None:
    import torch

    attention = torch.nn.functional.scaled_dot_product_attention
    q, k, v = _inputs(torch.bfloat16, heads=16, kv_heads=4)
    mask = torch.ones(384, 384, device="cuda", dtype=torch.bool).tril(5)
    with torch.no_grad():
        record.add("grouped", attention(q, k, v, enable_gqa=True))
        record.add("masked", attention(q, k, v, attn_mask=mask, enable_gqa=True))
        one = attention(q[:, :, :1], k, v, attn_mask=mask[:1], enable_gqa=True)
        record.add("decode", one)
