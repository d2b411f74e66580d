"""Handles: what goes in comes out, and what does not fit is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.wire.gen import messages as gen


@given(
    st.integers(1, 255),
    st.integers(1, 2**32 - 1),
    st.integers(0, 2**16 - 1),
    st.integers(0, 255),
)
def test_parts_survive(kind: int, index: int, generation: int, device: int) -> None:
    handle = gen.make_handle(kind, index, generation, device)
    assert 0 < handle < 2**64
    assert gen.split_handle(handle) == (kind, device, generation, index)
    assert gen.split_handle(handle).index == index


def test_the_generation_counts_modulo() -> None:
    assert gen.make_handle(gen.KIND_EVENT, 3, 65537) == gen.make_handle(2, 3, 1)


@pytest.mark.parametrize(
    "parts", [(0, 1), (256, 1), (1, 0), (1, 2**32), (1, 1, 0, 256)]
)
def test_what_does_not_fit(parts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="handle: kind"):
        gen.make_handle(*parts)


def test_layout_as_written_down() -> None:
    assert gen.make_handle(4, 9, 2, 1) == 0x04_01_0002_00000009
