"""Pinned data loading by worker processes, and several processes of one program."""

from __future__ import annotations

import os
from typing import Any

from tests.gpu.frameworks.record import Record

ROWS = 512


class Squares:
    """Row i is a function of i alone, whichever worker makes it."""

    def __len__(self) -> int:
        return ROWS

    def __getitem__(self, index: int) -> Any:
        import torch

        return torch.arange(64, dtype=torch.float32) * index * index % 97


def _loaded(record: Record, name: str, **options: Any) -> None:
    import torch

    loader = torch.utils.data.DataLoader(Squares(), batch_size=32, **options)
    total = torch.zeros(64, device="cuda")
    sums = []
    for batch in loader:
        on_device = batch.to("cuda", non_blocking=True)
        total += on_device.sum(0)
        sums.append(on_device.square().mean())
    record.add(name, total, torch.stack(sums))
    if options.get("pin_memory"):
        record.add(f"{name}-pinned", batch.is_pinned())


def case_in_process(record: Record) -> None:
    _loaded(record, "pinned", pin_memory=True)


def case_forked_workers(record: Record) -> None:
    _loaded(record, "two", num_workers=2, pin_memory=True)
    again = {"num_workers": 2, "pin_memory": True, "persistent_workers": True}
    _loaded(record, "persistent", prefetch_factor=4, **again)


def case_spawned_workers(record: Record) -> None:
    _loaded(record, "spawned", num_workers=2, multiprocessing_context="spawn")


def _child(rank: int, results: Any) -> None:
    import torch

    x = torch.full((1000,), float(rank + 1), device="cuda")
    results.put((rank, float(x.cumsum(0).sum().item())))


def case_several_processes(record: Record) -> None:
    """Each uses the device by itself."""
    import torch.multiprocessing as processes

    context = processes.get_context("spawn")
    results = context.Queue()
    children = [context.Process(target=_child, args=(i, results)) for i in range(3)]
    for child in children:
        child.start()
    found = sorted(results.get(timeout=120) for _ in children)
    for child in children:
        child.join()
    record.add("sums", *(value for _, value in found))
    record.add("statuses", *(child.exitcode or 0 for child in children))


def case_forked_before_use(record: Record) -> None:
    """A child that never touches the device leaves the parent's alone."""
    import torch

    x = torch.arange(10.0, device="cuda")
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    record.add("after", x.sin())
