"""A sample of PyTorch's eager operators, forward and backward."""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record

SIZE = 1000


def _random(*shape: int, dtype: Any = None, seed: int = 1) -> Any:
    import torch

    generator = torch.Generator(device="cuda").manual_seed(seed)
    made = torch.randn(shape, device="cuda", generator=generator)
    return made if dtype is None else made.to(dtype)


def case_pointwise(record: Record) -> None:
    import torch

    for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
        x, y = _random(SIZE, 37, dtype=dtype), _random(SIZE, 37, dtype=dtype, seed=2)
        for name in ("sin", "exp", "tanh", "sigmoid", "erf", "rsqrt", "log1p"):
            record.add(f"{name}-{dtype}", getattr(torch, name)(x))
        record.add(f"binary-{dtype}", x + y, x * y, x / y, torch.atan2(x, y))
        record.add(f"where-{dtype}", torch.where(x > y, x, y), x.clamp(-1, 1))


def case_integers(record: Record) -> None:
    import torch

    x = torch.arange(-5000, 5000, device="cuda")
    for dtype in (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64):
        record.add(str(dtype), x.to(dtype) * 3 // 7, x.to(dtype) & 12, x.to(dtype) << 1)
    record.add("bool", x > 3, (x > 3) ^ (x < 100))


def case_reductions(record: Record) -> None:
    import torch

    for dtype in (torch.float32, torch.bfloat16):
        x = _random(257, SIZE, dtype=dtype)
        record.add(f"sums-{dtype}", x.sum(), x.sum(0), x.mean(1), x.var(0), x.norm())
        record.add(f"extrema-{dtype}", x.amax(0), x.argmin(1), x.std(1), x.logsumexp(1))
        record.add(f"scans-{dtype}", x.cumsum(1), x.cumprod(0), x.cummax(1))


def case_sorting(record: Record) -> None:
    import torch

    x = _random(64, SIZE)
    record.add("sort", *x.sort(1), *x.topk(17, 1), *torch.kthvalue(x, 5))
    whole = (x * 10).to(torch.int64) + 100
    record.add("unique", *torch.unique(whole, return_counts=True))
    record.add("counts", torch.bincount(whole.flatten()))
    record.add("search", torch.searchsorted(x.sort(1)[0], x), x.nonzero(), x[x > 1])


def case_indexing(record: Record) -> None:
    import torch

    x, index = _random(SIZE, 64), torch.arange(SIZE - 1, -1, -3, device="cuda")
    record.add("gather", x[index], x.index_select(0, index), x.take(index))
    target = torch.zeros(SIZE, 64, device="cuda").index_copy_(0, index, x[: len(index)])
    record.add(
        "copy", target, x.scatter(1, (index[:8] % 64)[None].expand(SIZE, 8), 0.5)
    )
    record.add("shapes", x.flip(0), x.roll(3, 1), x.t().contiguous(), x.unfold(0, 5, 2))
    record.add("joined", torch.cat((x, x)), torch.stack((x, x)), x.repeat(2, 3))


def case_layers(record: Record) -> None:
    import torch
    import torch.nn.functional as F

    for dtype in (torch.float32, torch.bfloat16):
        x = _random(32, 128, 256, dtype=dtype)
        w = _random(256, dtype=dtype, seed=3)
        record.add(
            f"norms-{dtype}", F.layer_norm(x, (256,), w), F.rms_norm(x, (256,), w)
        )
        record.add(f"activations-{dtype}", F.gelu(x), F.silu(x), F.softmax(x, -1))
        record.add(
            f"groups-{dtype}",
            F.group_norm(x, 8),
            F.batch_norm(x, None, None, training=True),
        )
        record.add(
            f"loss-{dtype}",
            F.cross_entropy(x[:, 0].float(), torch.arange(32, device="cuda")),
            F.mse_loss(x, x * 2),
        )
    ids = torch.arange(500, device="cuda") % 77
    record.add("embedding", F.embedding(ids, _random(77, 64)))


def case_random(record: Record) -> None:
    """Philox on the device gives the same numbers wherever it runs."""
    import torch

    torch.manual_seed(7)
    record.add("uniform", torch.rand(SIZE, device="cuda"))
    record.add("normal", torch.randn(SIZE, device="cuda", dtype=torch.bfloat16))
    record.add("whole", torch.randint(0, 99, (SIZE,), device="cuda"))
    record.add("permutation", torch.randperm(SIZE, device="cuda"))
    chances = torch.rand(8, SIZE, device="cuda")
    record.add("multinomial", chances.multinomial(5), chances.bernoulli())
    record.add("dropout", torch.nn.functional.dropout(chances, 0.3))
    record.add("state", torch.cuda.get_rng_state())


def case_backward(record: Record) -> None:
    import torch
    import torch.nn.functional as F

    x = _random(64, 128).requires_grad_()
    w = _random(128, 128, seed=2).requires_grad_()
    F.gelu(F.layer_norm(x @ w, (128,))).pow(2).mean().backward()
    record.add("gradients", x.grad, w.grad)
    second = torch.autograd.grad(
        torch.autograd.grad((x.sin() * x).sum(), x, create_graph=True)[0].sum(), x
    )
    record.add("second", *second)


def case_foreach(record: Record) -> None:
    import torch

    many = [_random(100 + i, seed=i) for i in range(40)]
    record.add("foreach", *torch._foreach_mul(many, 3.0), *torch._foreach_norm(many))


def case_complex(record: Record) -> None:
    import torch

    x = torch.complex(_random(SIZE), _random(SIZE, seed=2))
    real = torch.view_as_real(x.conj().resolve_conj())
    record.add("complex", x * x, x.abs(), x.angle(), real)


def case_streams(record: Record) -> None:
    """Work on many streams, joined by events."""
    import torch

    x, parts = _random(SIZE, 100), []
    begin = torch.cuda.Event()
    begin.record()
    for number in range(12):
        stream = torch.cuda.Stream(priority=-(number % 2))
        with torch.cuda.stream(stream):
            stream.wait_event(begin)
            parts.append((x + number).sin().sum(1))
        torch.cuda.current_stream().wait_stream(stream)
    record.add("joined", torch.stack(parts))
    first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    first.record()
    x.sin()
    last.record()
    last.synchronize()
    record.add("time", first.elapsed_time(last) >= 0.0, last.query())


def case_printing_and_copies(record: Record) -> None:
    import torch

    x = _random(300, 7)
    record.add("text", str(x[:3]))
    host = torch.empty(300, 7, pin_memory=True)
    host.copy_(x, non_blocking=True)
    torch.cuda.synchronize()
    record.add("pinned", host, host.to("cuda", non_blocking=True), x.cpu().cuda())
    record.add("strided", x[::3, ::2].cpu(), x.t().to("cpu"))
    record.add("item", x.sum().item(), x.argmax().item(), bool((x == x).all()))
