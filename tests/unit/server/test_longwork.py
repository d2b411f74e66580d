"""One piece of long work in each turn of the loop, whoever it is for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from broker.device.memory import Quota
from broker.server.graphs import GraphCalls
from broker.server.longwork import LongWork
from broker.server.settings import GraphsConfig
from broker.server.usage import Usage
from broker.wire.gen import messages as wire
from tests.unit.device_worker.rig import Rig, Tenant
from tests.unit.device_worker.test_graph_portions import (
    EXEC,
    GRAPH,
    NODES,
    PORTION,
    build,
    launch_of,
)


def on_loop(test: Callable[[], Any]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    return run


@on_loop
async def test_pieces_in_the_order_they_came_one_a_turn() -> None:
    work, done = LongWork(asyncio.get_running_loop()), []
    for name in "abc":
        work.later(lambda name=name: done.append(name))
    assert done == []
    for turn in range(1, 4):
        await asyncio.sleep(0)
        assert done == list("abc")[:turn]
    assert work.pieces_done == 3
    work.later(lambda: done.append("d"))
    await asyncio.sleep(0)
    assert done[-1] == "d"


@on_loop
async def test_a_piece_that_asks_for_another_comes_after_those_that_wait() -> None:
    work, done = LongWork(asyncio.get_running_loop()), []

    def again(left: int) -> None:
        done.append(left)
        if left:
            work.later(lambda: again(left - 1))

    again(2)
    work.later(lambda: done.append("other"))
    for _ in range(4):
        await asyncio.sleep(0)
    assert done == [2, 1, "other", 0]


@on_loop
async def test_answers_errors_and_those_who_do_not_wait_any_more() -> None:
    work = LongWork(asyncio.get_running_loop())
    assert await work.run(lambda: 7) == 7
    with pytest.raises(ValueError, match="no"):
        await work.run(lambda: int("no"))
    done: list[int] = []
    tasks = [
        asyncio.ensure_future(work.run(lambda n=n: done.append(n))) for n in range(3)
    ]
    await asyncio.sleep(0)  # all of them wait
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert done == [0, 2]


@on_loop
async def test_an_error_of_one_piece_does_not_keep_the_next_from_its_turn() -> None:
    loop, done = asyncio.get_running_loop(), []
    told: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: told.append(context))
    work = LongWork(loop)
    work.later(lambda: int("no"))
    work.later(lambda: done.append(1))
    for _ in range(3):
        await asyncio.sleep(0)
    assert done == [1] and isinstance(told[0]["exception"], ValueError)


# ------------------------------------------------------------------ graphs


class Beside:
    """Counts the turns that others have while pieces are done."""

    def __init__(self, work: LongWork) -> None:
        self.work = work
        self.turns = 0
        self.pieces_at_once = 0
        self.over = False

    async def watch(self) -> None:
        while not self.over:
            before = self.work.pieces_done
            await asyncio.sleep(0)
            self.turns += 1
            pieces = self.work.pieces_done - before
            self.pieces_at_once = max(self.pieces_at_once, pieces)


def session_of(rig: Rig, tenant: Tenant, work: LongWork) -> Any:
    async def control(lane: Any, job: Callable[[], Any]) -> Any:
        await asyncio.sleep(0)
        return job()

    return SimpleNamespace(
        sid=tenant.sid,
        worker=rig.worker,
        arena=SimpleNamespace(quota=Quota(1 << 40)),
        tenant=SimpleNamespace(usage=Usage()),
        closing=False,
        worker_done=False,
        control=control,
        services=SimpleNamespace(
            graphs=GraphsConfig(),
            loop=asyncio.get_running_loop(),
            long_work=work,
        ),
    )


@on_loop
async def test_the_loop_has_others_between_the_portions_of_large_graphs() -> None:
    """Three sessions at a time; each piece of the loop is bounded."""
    rig, work = Rig(), LongWork(asyncio.get_running_loop())
    sessions = []
    for sid in range(1, 4):
        tenant = rig.tenant(sid)
        build(tenant, launch_of(tenant))
        session = session_of(rig, tenant, work)
        calls = GraphCalls(session)
        calls.opened()
        sessions.append((session, calls))
    beside = Beside(work)
    watching = asyncio.ensure_future(beside.watch())

    async def each(call: Any) -> None:
        handlers = [calls.handlers()[type(call)](call) for _, calls in sessions]
        for answer in await asyncio.gather(*handlers):
            assert answer.result == 0

    await each(wire.GraphInstantiate(1, GRAPH, EXEC))
    pieces = work.pieces_done
    assert pieces > 3 * 10 * NODES // PORTION
    await each(wire.GraphUpdate(2, EXEC, GRAPH, wire.GRAPH_NODE_ALL))
    assert work.pieces_done > 2 * pieces
    for session, calls in sessions:
        rig.worker.close_session(session.sid)
        rig.step()
        session.closing = session.worker_done = True
        await calls.tear_down()
        assert rig.worker.graph_usage(session.sid)["bytes"] == 0
    beside.over = True
    await watching
    assert beside.pieces_at_once == 1
    assert beside.turns >= work.pieces_done
    most = max(rig.worker.graph_portion(session.sid) for session, _ in sessions)
    assert PORTION <= most <= PORTION + wire.GRAPH_NODES_MAX


@on_loop
async def test_a_session_that_ends_is_prepared_no_further() -> None:
    rig, work = Rig(), LongWork(asyncio.get_running_loop())
    tenant = rig.tenant()
    build(tenant, launch_of(tenant))
    session = session_of(rig, tenant, work)
    calls = GraphCalls(session)
    calls.opened()
    call = wire.GraphInstantiate(1, GRAPH, EXEC)
    answer = asyncio.ensure_future(calls.handlers()[type(call)](call))
    for _ in range(10):
        await asyncio.sleep(0)
    assert 3 <= work.pieces_done <= 10 and not answer.done()
    session.closing = True
    rig.worker.close_session(1)
    rig.step()
    session.worker_done = True
    pieces = work.pieces_done
    assert (await answer).result == 400
    assert work.pieces_done <= pieces + 1
    await calls.tear_down()
    assert rig.worker.graph_usage(1)["bytes"] == 0
    rig.worker.forget_session(1)
