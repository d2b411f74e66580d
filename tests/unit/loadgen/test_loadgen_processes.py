"""Processes of a run: their end is seen when it comes."""

from __future__ import annotations

import asyncio

from loadgen import processes

PATIENCE_S = 30.0


async def test_whoever_holds_the_pipes_does_not_hide_the_end() -> None:
    """As an engine does that outlives the tenant that started it."""
    child = await processes.Child.start("a", "sh", "-c", "sleep 600 & exit 3")
    said = await asyncio.wait_for(child.died(), PATIENCE_S)
    assert said == "a died (exit status 3): it said nothing"
    await asyncio.wait_for(child.stop(2 * PATIENCE_S), PATIENCE_S)
