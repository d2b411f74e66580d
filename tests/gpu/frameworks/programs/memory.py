"""What a program is told of memory and of the device."""

from __future__ import annotations

from tests.gpu.frameworks.record import Record

GIB = 1 << 30


def case_information(record: Record) -> None:
    """Free and total depend on quota and company: told, not compared."""
    import torch

    free, total = torch.cuda.mem_get_info()
    record.note("free", free)
    record.note("total", total)
    record.add("ordered", 0 < free <= total)
    block = torch.empty(GIB, dtype=torch.uint8, device="cuda")
    less, same = torch.cuda.mem_get_info()
    record.note("after-a-gib", less)
    record.add("counted", same == total, block.numel() == GIB)
    record.note("gib-seen", (free - less) / GIB)


def case_statistics(record: Record) -> None:
    import torch

    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    x = torch.empty(10 << 20, dtype=torch.uint8, device="cuda")
    record.add("allocated", torch.cuda.memory_allocated() - before, x.numel())
    record.add("peak", torch.cuda.max_memory_allocated() >= 10 << 20)
    stats = torch.cuda.memory_stats()
    record.add("keys", *sorted(stats))
    record.add("summary", len(torch.cuda.memory_summary()) > 100)
    record.add("snapshot", len(torch.cuda.memory_snapshot()) > 0)


def case_fraction(record: Record) -> None:
    import torch

    torch.cuda.set_per_process_memory_fraction(0.25)
    try:
        total = torch.cuda.get_device_properties(0).total_memory
        torch.empty(total // 2, dtype=torch.uint8, device="cuda")
        refused = False
    except torch.cuda.OutOfMemoryError:
        refused = True
    torch.cuda.set_per_process_memory_fraction(1.0)
    record.add("refused", refused)


def case_device(record: Record) -> None:
    """Name, limits and capability are the device's own; its memory is the quota."""
    import torch

    properties = torch.cuda.get_device_properties(0)
    record.add("name", properties.name, properties.major, properties.minor)
    record.add(
        "limits",
        properties.multi_processor_count,
        properties.warp_size,
        properties.max_threads_per_multi_processor,
        properties.L2_cache_size,
    )
    record.add("count", torch.cuda.device_count(), torch.cuda.current_device())
    record.add("architectures", *torch.cuda.get_arch_list())
    record.note("total", properties.total_memory)


def case_ipc_and_peers(record: Record) -> None:
    import torch

    record.note("peer", torch.cuda.can_device_access_peer(0, 0))
    record.add("capability", *torch.cuda.get_device_capability())
    record.add("bf16", torch.cuda.is_bf16_supported())
