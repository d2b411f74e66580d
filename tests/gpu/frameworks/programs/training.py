"""Training steps: autocast, gradient scaling, optimizers, checkpoints."""

from __future__ import annotations

from typing import Any

from tests.gpu.frameworks.record import Record

STEPS = 5


def _net() -> Any:
    import torch

    torch.manual_seed(1)
    layer = torch.nn.TransformerEncoderLayer(
        128, 4, 256, dropout=0.0, batch_first=True, norm_first=True
    )
    parts = (torch.nn.TransformerEncoder(layer, 2), torch.nn.Linear(128, 10))
    return torch.nn.Sequential(*parts).cuda()


def _batches() -> Any:
    import torch

    generator = torch.Generator().manual_seed(2)
    for _ in range(STEPS):
        yield torch.randn(8, 32, 128, generator=generator).cuda()


def _loss(net: Any, batch: Any) -> Any:
    import torch

    targets = torch.arange(8, device="cuda") % 10
    return torch.nn.functional.cross_entropy(net(batch)[:, 0].float(), targets)


def _train(
    record: Record, name: str, optimizer: Any, net: Any, **autocast: Any
) -> None:
    import torch

    torch.use_deterministic_algorithms(True, warn_only=True)
    losses = []
    for batch in _batches():
        with torch.autocast("cuda", enabled=bool(autocast), **autocast):
            loss = _loss(net, batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.detach())
    record.add(f"{name}-losses", torch.stack(losses))
    record.add(f"{name}-weights", *(p.detach() for p in net.parameters()))
    torch.use_deterministic_algorithms(False)


def case_fused_adamw_bf16(record: Record) -> None:
    import torch

    net = _net()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)
    _train(record, "adamw", optimizer, net, dtype=torch.bfloat16)


def case_optimizers(record: Record) -> None:
    import torch

    for kind, options in (
        ("SGD", {"lr": 0.1, "momentum": 0.9, "fused": True}),
        ("Adam", {"lr": 1e-3, "foreach": True}),
        ("RMSprop", {"lr": 1e-3}),
        ("Adam", {"lr": 1e-3, "capturable": True}),
    ):
        net = _net()
        made = getattr(torch.optim, kind)(net.parameters(), **options)
        _train(record, f"{kind}-{'-'.join(options)}", made, net)


def case_scaled_float16(record: Record) -> None:
    import torch

    net, scaler = _net(), torch.amp.GradScaler("cuda")
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)
    losses = []
    for batch in _batches():
        with torch.autocast("cuda", dtype=torch.float16):
            loss = _loss(net, batch)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
        losses.append(loss.detach())
    record.add("losses", torch.stack(losses), scaler.get_scale())


def case_checkpointed(record: Record) -> None:
    from torch.utils.checkpoint import checkpoint

    net = _net()
    batch = next(iter(_batches()))
    out = checkpoint(net, batch, use_reentrant=False)
    out.square().mean().backward()
    record.add("gradients", *(p.grad for p in net.parameters()))


def case_saved_and_loaded(record: Record) -> None:
    import io

    import torch

    net, file = _net(), io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    loaded = torch.load(file, map_location="cuda")
    record.add("weights", *loaded.values())
