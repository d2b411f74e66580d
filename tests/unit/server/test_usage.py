"""Adding up what sessions used."""

from __future__ import annotations

from broker.server.usage import Usage


def test_counts_add_up_bucket_by_bucket() -> None:
    total = Usage()
    total.add(Usage(launches=2, used_ns=5, queue_counts=[1, 2], queue_sum_ns=7))
    total.add(Usage(launches=3, holds=1, queue_counts=[0, 1, 4], calls_refused=2))
    assert (total.launches, total.used_ns, total.queue_sum_ns) == (5, 5, 7)
    assert total.queue_counts == [1, 3, 4]
    assert (total.holds, total.calls_refused) == (1, 2)


def test_adding_nothing_changes_nothing() -> None:
    total = Usage(launches=1, queue_counts=[3])
    total.add(Usage())
    assert total == Usage(launches=1, queue_counts=[3])
