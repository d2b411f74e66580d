"""CUDA graphs: a whole step, parts of a model, make_graphed_callables, pools."""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record

REPLAYS = 20


def _net(seed: int = 1) -> Any:
    import torch

    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Linear(256, 512), torch.nn.GELU(), torch.nn.Linear(512, 256)
    ).cuda()


def _captured(step: Any, pool: Any = None) -> tuple[Any, Any]:
    import torch

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=pool):
        out = step()
    return graph, out


def case_whole_inference(record: Record) -> None:
    import torch

    net = _net()
    x = torch.zeros(64, 256, device="cuda")
    with torch.no_grad():
        graph, out = _captured(lambda: net(x))
    for number in range(REPLAYS):
        x.fill_(number / 10)
        graph.replay()
    record.add("last", out)
    with torch.no_grad():
        record.add("equals-eager", bool(torch.equal(out, net(x))))


def case_whole_training_step(record: Record) -> None:
    import torch

    net = _net()
    optimizer = torch.optim.AdamW(
        net.parameters(), lr=1e-3, fused=True, capturable=True
    )
    x = torch.randn(
        64, 256, device="cuda", generator=torch.Generator("cuda").manual_seed(3)
    )

    def step() -> Any:
        optimizer.zero_grad(set_to_none=True)
        loss = net(x).square().mean()
        loss.backward()
        optimizer.step()
        return loss

    graph, loss = _captured(step)
    for _ in range(REPLAYS):
        graph.replay()
    record.add("loss", loss.detach(), *(p.detach() for p in net.parameters()))


def case_parts(record: Record) -> None:
    """Two graphs that share a pool, eager work in between."""
    import torch

    first, last = _net(1), _net(2)
    x = torch.ones(64, 256, device="cuda")
    with torch.no_grad():
        one, middle = _captured(lambda: first(x))
        between = torch.empty_like(middle)
        two, out = _captured(lambda: last(between), pool=one.pool())
        for number in range(REPLAYS):
            x.fill_(1 / (1 + number))
            one.replay()
            between.copy_(middle.sin())
            two.replay()
    record.add("out", out)


def case_graphed_callables(record: Record) -> None:
    import torch

    net = _net()
    sample = torch.randn(64, 256, device="cuda", requires_grad=True)
    graphed = torch.cuda.make_graphed_callables(net, (sample,))
    torch.manual_seed(5)
    for _ in range(5):
        x = torch.randn(64, 256, device="cuda", requires_grad=True)
        graphed(x).square().mean().backward()
    record.add("gradients", x.grad, *(p.grad for p in net.parameters()))


def case_random_numbers(record: Record) -> None:
    """Each replay draws new numbers, natively the same ones."""
    import torch

    torch.manual_seed(9)
    graph, out = _captured(lambda: torch.rand(1000, device="cuda"))
    drawn = []
    for _ in range(3):
        graph.replay()
        drawn.append(out.clone())
    record.add("drawn", *drawn)


def case_forked_streams(record: Record) -> None:
    import torch

    x = torch.arange(1000.0, device="cuda")
    others = [torch.cuda.Stream() for _ in range(4)]

    def step() -> Any:
        here, parts = torch.cuda.current_stream(), []
        for number, stream in enumerate(others):
            stream.wait_stream(here)
            with torch.cuda.stream(stream):
                parts.append((x * number).sin())
        for stream in others:
            here.wait_stream(stream)
        return torch.stack(parts).sum(0)

    graph, out = _captured(step)
    x.mul_(2)
    graph.replay()
    record.add("out", out)


def case_copies_inside(record: Record) -> None:
    import torch

    host = torch.arange(5000.0).pin_memory()
    x = torch.empty(5000, device="cuda")
    back = torch.empty(5000).pin_memory()

    def step() -> Any:
        x.copy_(host, non_blocking=True)
        x.mul_(3)
        back.copy_(x, non_blocking=True)
        return x

    graph, _ = _captured(step)
    for number in range(5):
        host.fill_(number)
        graph.replay()
        torch.cuda.synchronize()
    record.add("back", back)


def case_many_and_destroyed(record: Record) -> None:
    import torch

    x, totals = torch.ones(100, device="cuda"), []
    for number in range(10):
        graph, out = _captured(lambda number=number: (x + number).cumsum(0))
        graph.replay()
        totals.append(out.clone())
        del graph
    record.add("totals", *totals)
