"""The address planner: what is mapped, what is scrubbed, what nobody gets twice."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.config import _BOUNDS
from broker.device.cuda.memory import ARENA_BYTES as BLOCK_BYTES
from broker.device.cuda.memory import SCRUB_BASE
from broker.device.memory import (
    ARENA_BASE,
    PIECE_BYTES,
    SLAB_BYTES,
    Arena,
    Extents,
    MemoryRefused,
    Plan,
    Quota,
    Range,
    arena_bytes,
)

MIB = 1 << 20
OUT_OF_MEMORY, INVALID_VALUE = 2, 1


def arena(quota: int = 1 << 40, nbytes: int = 1 << 30, granularity: int = 2 * MIB):
    return Arena(ARENA_BASE, nbytes, granularity, Quota(quota))


def allocate(where: Arena, nbytes: int) -> Plan:
    plan = where.plan(nbytes)
    where.commit(plan)
    return plan


def free(where: Arena, address: int):
    release = where.release(address)
    where.finish(release)
    return release


def test_large_requests_get_a_mapping_of_their_own() -> None:
    where = arena()
    plan = allocate(where, 3 * MIB)
    assert plan.map == Range(ARENA_BASE, 4 * MIB)
    assert plan.scrub is None
    assert plan.nbytes == 3 * MIB
    assert free(where, plan.address).unmap == plan.map
    assert where.quota.used == 0


def test_small_requests_share_a_slab() -> None:
    where = arena()
    first, second = allocate(where, 100), allocate(where, 100)
    assert first.map == Range(ARENA_BASE, SLAB_BYTES)
    assert second.map is None
    assert second.address - first.address == PIECE_BYTES
    assert where.quota.used == SLAB_BYTES


def test_a_piece_is_scrubbed_before_it_is_used_again() -> None:
    where = arena()
    first = allocate(where, 1000)
    allocate(where, 1000)
    assert free(where, first.address).unmap is None
    again = allocate(where, 700)
    assert again.address == first.address
    assert again.scrub == Range(first.address, 768)
    longer = allocate(where, 4096)
    assert longer.scrub is None, "fresh memory is zero already"


def test_one_empty_slab_is_kept() -> None:
    where = arena()
    pieces = [allocate(where, MIB).address for _ in range(4)]
    assert where.allocated_bytes == 2 * SLAB_BYTES
    unmapped = [free(where, address).unmap for address in pieces]
    assert sum(range_ is not None for range_ in unmapped) == 1
    assert where.allocated_bytes == SLAB_BYTES


def test_refusals_change_nothing() -> None:
    where = arena(quota=4 * MIB, nbytes=8 * MIB)
    for nbytes, result in ((0, INVALID_VALUE), (5 * MIB, OUT_OF_MEMORY)):
        with pytest.raises(MemoryRefused) as caught:
            where.plan(nbytes)
        assert caught.value.result == result
    assert where.quota.used == 0
    rich = arena(nbytes=8 * MIB)
    with pytest.raises(MemoryRefused):
        rich.plan(9 * MIB)
    assert rich.quota.used == 0
    allocate(where, 4 * MIB)
    with pytest.raises(MemoryRefused):
        where.plan(1)


def test_only_what_was_allocated_can_be_freed_and_only_once() -> None:
    where = arena()
    plan = allocate(where, 4 * MIB)
    for address in (plan.address + 256, 0):
        with pytest.raises(MemoryRefused):
            where.release(address)
    release = where.release(plan.address)
    with pytest.raises(MemoryRefused):
        where.release(plan.address)
    other = where.plan(4 * MIB)
    assert other.address != plan.address, "still reserved until finished"
    where.finish(release)
    assert allocate(where, 4 * MIB).address == plan.address


@pytest.mark.parametrize("nbytes", [100, 4 * MIB])
def test_an_abandoned_plan_leaves_nothing(nbytes: int) -> None:
    where = arena()
    where.abandon(where.plan(nbytes))
    assert where.quota.used == 0
    assert where.mappings() == []
    assert allocate(where, nbytes).map is not None


def test_an_abandoned_scrub_keeps_the_slab() -> None:
    where = arena()
    plan = where.plan(100)
    where.abandon(plan, mapped=True)
    assert where.mappings() == [plan.map]
    assert allocate(where, 100).map is None


def test_the_end_gives_everything_back() -> None:
    where = arena()
    for nbytes in (100, 4 * MIB, 300, 2 * MIB):
        allocate(where, nbytes)
    for mapping in where.mappings():
        where.forget(mapping)
    assert where.quota.used == 0


def test_extents_join_again() -> None:
    extents = Extents(0, 100)
    taken = [extents.take(10) for _ in range(10)]
    assert extents.take(1) is None
    for start in (0, 20, 10, 90, 50, 30, 40, 60, 80, 70):
        extents.give(start, 10)
    assert taken == list(range(0, 100, 10))
    assert extents.take(100) == 0


requests = st.one_of(
    st.integers(1, 4096),
    st.integers(1, SLAB_BYTES - 1),
    st.integers(SLAB_BYTES, 16 * MIB),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(requests, st.integers(0, 7)), max_size=60))
def test_no_byte_belongs_to_two(steps: list[tuple[int, int]]) -> None:
    """Allocate and free at random: no overlap, inside a mapping, scrubbed if used
    before, the quota exactly what is mapped."""
    where = arena(nbytes=256 * MIB)
    live: dict[int, Plan] = {}
    mapped: dict[int, int] = {}
    dirty: set[int] = set()
    for nbytes, choice in steps:
        if choice < 3 and live:
            address = sorted(live)[choice % len(live)]
            del live[address]
            release = free(where, address)
            if release.unmap is not None:
                assert mapped.pop(release.unmap.address) == release.unmap.nbytes
                span = range(
                    release.unmap.address // 256,
                    (release.unmap.address + release.unmap.nbytes) // 256,
                )
                dirty -= {piece for piece in dirty if piece in span}
            continue
        try:
            plan = allocate(where, nbytes)
        except MemoryRefused:
            continue
        assert plan.address % PIECE_BYTES == 0
        if plan.map is not None:
            mapped[plan.map.address] = plan.map.nbytes
        end = plan.address + plan.nbytes
        assert any(a <= plan.address and end <= a + n for a, n in mapped.items())
        for other in live.values():
            assert end <= other.address or other.address + other.nbytes <= plan.address
        if nbytes < SLAB_BYTES:
            pieces = set(range(plan.address // 256, -(-end // 256)))
            scrubbed: set[int] = set()
            if plan.scrub is not None:
                last = plan.scrub.address + plan.scrub.nbytes
                scrubbed = set(range(plan.scrub.address // 256, last // 256))
            assert pieces & dirty <= scrubbed
            dirty |= pieces
        live[plan.address] = plan
        assert where.quota.used == sum(mapped.values()) == where.allocated_bytes


def test_a_search_that_failed_is_not_made_again() -> None:
    """The bound on what has room is exact then, and grows with what is given back."""
    extents = Extents(0, 1000)
    for _ in range(100):
        extents.take(10)
    for start in range(0, 1000, 20):
        extents.give(start, 10)
    assert extents.room_max > 20
    assert extents.take(20) is None
    assert extents.room_max == 10
    extents.give(10, 10)
    assert extents.room_max == 30
    assert extents.take(30) == 0


def test_the_bound_on_room_is_never_too_low() -> None:
    random = Random(4)
    extents, taken = Extents(0, 4096), []
    for _ in range(5000):
        if taken and random.random() < 0.5:
            extents.give(*taken.pop(random.randrange(len(taken))))
        else:
            nbytes = random.randint(1, 300)
            start = extents.take(nbytes)
            if start is None:
                assert max(extents._sizes, default=0) < nbytes
            else:
                taken.append((start, nbytes))
        assert extents.room_max >= max(extents._sizes, default=0)


def test_all_sessions_have_room_and_touch_nobody_elses_addresses() -> None:
    least, most = map(int, _BOUNDS["server.sessions_max"])
    for sessions_max in range(least, most + 1):
        nbytes = arena_bytes(sessions_max)
        end = ARENA_BASE + sessions_max * nbytes
        assert end <= SCRUB_BASE  # where the device zeroes aside
        assert end < 0x5500_0000_0000  # where programs lie
        assert ARENA_BASE % BLOCK_BYTES == nbytes % BLOCK_BYTES == 0
        # Expandable segments of a large device: three streams, of two pools each.
        assert nbytes // BLOCK_BYTES * (BLOCK_BYTES // (90 << 30)) >= 6


def test_fewer_sessions_have_more_addresses_each() -> None:
    assert arena_bytes(64) == 768 << 30
    assert arena_bytes(16) == 3 << 40
    assert arena_bytes(1) == 4 << 40
