"""PyTorch's allocators under pressure; run with each of their settings."""

from __future__ import annotations

from tests.gpu.frameworks.record import Record

MIB = 1 << 20


def case_churn(record: Record) -> None:
    """Blocks of all sizes come and go; what is in them stays what it was."""
    import random

    import torch

    draw, kept, total = random.Random(1), {}, torch.zeros((), device="cuda")
    for number in range(600):
        size = draw.choice((100, 5000, MIB // 4, 3 * MIB, 12 * MIB))
        kept[number] = torch.full((size,), float(number % 50), device="cuda")
        if len(kept) > 20:
            victim = draw.choice(sorted(kept))
            total += kept.pop(victim).mean()
    record.add("total", total, *(block[:7] for block in kept.values()))


def case_growing(record: Record) -> None:
    import torch

    x = torch.ones(1, device="cuda")
    for _ in range(24):
        x = torch.cat((x, x + 1))
    record.add("last", x[:1000], x[-1000:], x.sum())


def case_streams(record: Record) -> None:
    """A block freed on one stream is not used by another too early."""
    import torch

    side, parts = torch.cuda.Stream(), []
    for number in range(50):
        x = torch.full((MIB,), float(number), device="cuda")
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            parts.append(x.sum())
        x.record_stream(side)
        del x
    torch.cuda.current_stream().wait_stream(side)
    record.add("sums", torch.stack(parts))


def case_emptied(record: Record) -> None:
    import torch

    x = torch.ones(64 * MIB // 4, device="cuda")
    record.add("sum", x.sum())
    del x
    torch.cuda.empty_cache()
    record.add("nothing-left", torch.cuda.memory_allocated() >= 0)
    record.note("reserved", torch.cuda.memory_reserved())
    record.note("backend", torch.cuda.get_allocator_backend())


def case_graph_pool(record: Record) -> None:
    import torch

    x = torch.ones(1000, device="cuda")
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        out = (x * 2).cumsum(0)
    for number in range(5):
        x.fill_(number)
        graph.replay()
    record.add("out", out)


def case_out_of_memory(record: Record) -> None:
    """Refused as natively, and all goes on."""
    import torch

    free, _ = torch.cuda.mem_get_info()
    try:
        torch.empty(2 * free, dtype=torch.uint8, device="cuda")
        refused = False
    except torch.cuda.OutOfMemoryError:
        refused = True
    record.add("refused", refused, torch.arange(5, device="cuda"))
