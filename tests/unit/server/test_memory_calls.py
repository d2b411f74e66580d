"""How pieces of a host arena become registrations."""

from __future__ import annotations

import pytest

from broker.server.memory_calls import (
    HOST_BLOCK_BYTES,
    HOST_PIECE_BYTES,
    registrations,
)

P = HOST_PIECE_BYTES


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([0], [(0, 1)]),
        ([0, 1], [(0, 2)]),
        ([1, 2], [(1, 1), (2, 1)]),  # neighbours in two blocks
        ([1, 2, 3, 4], [(1, 1), (2, 2), (4, 1)]),
        ([0, 2, 3, 5, 7], [(0, 1), (2, 2), (5, 1), (7, 1)]),
    ],
)
def test_both_halves_of_a_block_are_registered_by_one_call(
    pieces: list[int], calls: list[tuple[int, int]]
) -> None:
    made = registrations([n * P for n in pieces])
    assert made == [(at * P, count * P) for at, count in calls]


def test_a_block_is_what_the_backend_registers_at_once() -> None:
    backend = pytest.importorskip("broker.device.cuda.host")
    assert backend.PIECE_BYTES == HOST_BLOCK_BYTES
