"""What a tenant could get at best beside higher classes, and what it got of that.

    ideal = min(alone, (1 - busy share of the higher classes) / device time per unit)

The higher classes take what they need, the rest of the device's time is the tenant's.
Tenants of its own class are not looked at: they share that rest. Called by
`loadgen.colocate.figures`; pure.
"""

from __future__ import annotations


def busy_share(requests_per_s: float, busy_ns: float) -> float:
    """Share of the device's time that so many requests take; at most 1."""
    return min(1.0, requests_per_s * busy_ns / 1e9)


def ideal_per_s(
    alone_per_s: float, higher_busy: float, device_s_per_unit: float | None
) -> float:
    """Units a second. device_s_per_unit: None where it could not be measured; what the
    tenant takes alone stands for it then, as if it left no gap on the device."""
    needed = device_s_per_unit if device_s_per_unit else 1 / alone_per_s
    return min(alone_per_s, max(0.0, 1.0 - higher_busy) / needed)
