"""What a session's native graphs are charged, and when that is given back.

The worker is a table of forms: which native graphs one has made, with what each is
charged, and which of them it shares.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from broker.device._worker import GraphRefused

from broker.device.memory import Quota
from broker.server import graphs
from broker.server.graphs import GraphCalls
from broker.server.longwork import LongWork
from broker.server.portions import PORTION_NS
from broker.server.settings import GraphsConfig
from broker.server.usage import Usage
from broker.wire.gen import messages as wire

QUOTA_BYTES = 1000
FAULT, OUT_OF_MEMORY = 700, 2
REFUSED_BY_DEVICE = GraphRefused(FAULT, 3, 1, "the device refused it")


class Form:
    """natives: that only it has: native graph, charge. fails: the device refuses, at
    last. portions: to prepare it. jobs: in which its native graphs are made."""

    problem: Exception = REFUSED_BY_DEVICE

    segment_count = made_count = 1
    bytes = 0

    def __init__(
        self,
        device_bytes: int,
        natives: list[tuple[int, int]],
        fails: bool = False,
        portions: int = 1,
        jobs: int = 1,
    ) -> None:
        self.device_bytes = device_bytes
        self.natives = natives
        self.fails = fails
        self.portions = portions
        self.jobs = jobs
        self.realized = 0

    def realize(self, portion_ns: int) -> bool:
        assert portion_ns == PORTION_NS
        self.realized += 1
        if self.realized < self.jobs:
            return True
        if self.fails:
            raise self.problem
        return False


class Runs(Form):
    @property
    def count(self) -> int:
        return len(self.natives)


class Worker:
    def __init__(self) -> None:
        self.hot: list[Runs] = []  # runs that forms should have
        self.forms: list[Form] = []  # to be prepared next
        self.published: list[Form] = []
        self.unused: list[tuple[int, int]] = []  # to be reaped next
        self.closed: list[int] = []
        self.close_result = 0
        self.faults: list[int] = []
        self.reaped = 1
        self.publishes = True
        self.limits: tuple[int, ...] = ()

    def limit_graphs(self, sid: int, *limits: int) -> None:
        self.limits = limits

    def prepare_graph(self, *_: Any) -> Form:
        return self.forms.pop(0)

    prepare_graph_update = prepare_graph

    def prepare_more(self, sid: int, form: Form) -> bool:
        form.portions -= 1
        return form.portions > 0

    def give_up_graph(self, sid: int, form: Form, charged: bool) -> None:
        """What was not made was charged only if all of it was."""
        self.unused += [n for n in form.natives if n[0] or charged]

    def publish_graph(self, sid: int, handle: int, form: Form, update: bool) -> bool:
        self.published += [form] if self.publishes else []
        return self.publishes

    def reap_graphs(
        self, sid: int, all: bool = False
    ) -> tuple[list[tuple[int, int]], bool]:
        """A portion is a native graph, or as many as `reaped`."""
        taken, self.unused = self.unused[: self.reaped], self.unused[self.reaped :]
        return taken, bool(self.unused)

    def close_graphs(
        self, natives: list[tuple[int, int]], portion_ns: int
    ) -> tuple[int, int]:
        """A portion is two native graphs."""
        assert portion_ns == PORTION_NS
        self.closed += [native for native, _ in natives[:2]]
        return len(natives[:2]), self.close_result

    def hot_graph(self, sid: int) -> Runs | None:
        return self.hot.pop(0) if self.hot else None

    def publish_runs(self, sid: int, runs: Runs) -> None:
        self.published.append(runs)

    def drop_runs(self, sid: int, runs: Runs) -> list[tuple[int, int]]:
        return runs.natives

    def tell_fault(self, sid: int, result: int) -> bool:
        self.faults += [result] if result == FAULT else []
        return result == FAULT

    def graph_usage(self, sid: int) -> dict[str, int]:
        runs = [each for each in self.published if isinstance(each, Runs)]
        return {"bytes": 7, "runs_device_bytes": sum(r.device_bytes for r in runs)}


class Rig:
    """A session with a bound of its own below its tenant's."""

    def __init__(self) -> None:
        self.tenant = Quota(2 * QUOTA_BYTES)
        self.quota = Quota(QUOTA_BYTES, tenant=self.tenant)
        self.worker = Worker()
        self.launched: list[tuple[int, int]] = []
        self.retires = asyncio.Event()
        self.jobs: list[str] = []  # of the control thread
        # What happens after so many of them, before the next one.
        self.beside: dict[int, Callable[[], object]] = {}
        self.session: Any = SimpleNamespace(
            sid=1,
            worker=self.worker,
            arena=SimpleNamespace(quota=self.quota),
            tenant=SimpleNamespace(usage=Usage()),
            closing=False,
            worker_done=False,
            log=logging.getLogger("test"),
            control=self._control,
            retired=self._retired,
            pages=SimpleNamespace(accepted_seq=40),
            services=SimpleNamespace(
                graphs=GraphsConfig(),
                loop=asyncio.get_running_loop(),
                long_work=LongWork(asyncio.get_running_loop()),
            ),
        )
        self.calls = GraphCalls(self.session)
        self.calls.opened()

    async def _retired(self, seq: int) -> None:
        """The last launch of what was destroyed ends while this is waited for."""
        assert seq == 40
        await self.retires.wait()
        self.worker.unused, self.launched = self.launched, []

    async def _control(self, lane: Any, job: Callable[[], Any]) -> Any:
        await asyncio.sleep(0)
        self.beside.get(len(self.jobs), lambda: None)()
        self.jobs.append(getattr(job, "func", job).__name__)
        return job()

    def ends(self) -> None:
        """Its client has gone."""
        self.session.closing = True

    async def instantiate(self, form: Form) -> wire.GraphInstantiated:
        self.worker.forms.append(form)
        call = wire.GraphInstantiate(1, 5, 6)
        answer = await self.calls.handlers()[wire.GraphInstantiate](call)
        assert isinstance(answer, wire.GraphInstantiated)
        return answer

    async def update(self, form: Form) -> wire.GraphUpdated:
        self.worker.forms.append(form)
        call = wire.GraphUpdate(1, 6, 5, wire.GRAPH_NODE_ALL)
        answer = await self.calls.handlers()[wire.GraphUpdate](call)
        assert isinstance(answer, wire.GraphUpdated)
        return answer

    @property
    def charged(self) -> int:
        charged = self.calls.usage()["device_bytes"]
        assert charged == self.quota.used == self.tenant.used
        return charged


def on_loop(test: Callable[[Rig], Any]) -> Callable[[], None]:
    def run() -> None:
        async def body() -> None:
            await test(Rig())

        asyncio.run(body())

    run.__name__ = test.__name__
    return run


@on_loop
async def test_what_is_made_is_charged_until_it_is_closed(rig: Rig) -> None:
    config = GraphsConfig()
    assert rig.worker.limits == (
        config.bytes_max,
        config.native_graph_bytes,
        config.native_node_bytes,
        config.runs_after,
    )
    form = Form(600, [(1, 400), (2, 200)])
    assert (await rig.instantiate(form)).result == 0
    assert rig.charged == 600
    rig.worker.unused = form.natives
    rig.calls.idle()
    assert rig.charged == 600, "until the driver has let go of them"
    await rig.calls.tear_down()
    assert rig.charged == 0 and rig.worker.closed == [1, 2]


@pytest.mark.parametrize("segments", ["off", "auto"])
def test_whole_graphs_have_no_runs(segments: str) -> None:
    async def body() -> None:
        rig = Rig()
        config = GraphsConfig(segments=segments)
        rig.session.services.graphs = config
        GraphCalls(rig.session).opened()
        assert rig.worker.limits[3] == (0 if segments == "off" else config.runs_after)

    asyncio.run(body())


@on_loop
async def test_more_than_the_quota_has_left_is_refused_unmade(rig: Rig) -> None:
    await rig.instantiate(Form(600, [(1, 600)]))
    form = Form(401, [(0, 401)])
    answer = await rig.instantiate(form)
    assert (answer.result, form.realized) == (2, 0)
    assert "401 are needed" in answer.message
    changed = await rig.update(form)
    assert (changed.result, changed.update_result) == (2, 1)
    assert rig.charged == 600 and len(rig.worker.published) == 1
    assert (await rig.instantiate(Form(400, [(2, 400)]))).result == 0
    assert rig.session.tenant.usage.calls_refused == 2


@on_loop
async def test_what_was_destroyed_before_the_call_makes_room(rig: Rig) -> None:
    """Its launches may still be under way then."""
    await rig.instantiate(Form(900, [(1, 900)]))
    rig.launched = [(1, 900)]
    rig.session.services.loop.call_soon(rig.retires.set)
    assert (await rig.instantiate(Form(800, [(2, 800)]))).result == 0
    assert rig.charged == 800 and rig.worker.closed == [1]


@on_loop
async def test_a_launch_that_does_not_end_holds_no_call_up(rig: Rig) -> None:
    """It may wait for what its tenant does after this call."""
    await rig.instantiate(Form(900, [(1, 900)]))
    rig.launched = [(1, 900)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graphs, "_ROOM_SECONDS", 0.0)
        assert (await rig.instantiate(Form(800, [(0, 800)]))).result == 2
    assert rig.charged == 900


@on_loop
async def test_what_the_device_refuses_is_charged_no_more(rig: Rig) -> None:
    """One segment was made, one refused, one never tried; and one that it shared has
    no other form by now."""
    await rig.instantiate(Form(300, [(1, 300)]))
    natives = [(2, 100), (0, 150), (0, 50), (1, 300)]
    answer = await rig.update(Form(300, natives, fails=True))
    assert (answer.result, answer.node) == (700, 3)
    assert rig.charged == 0
    assert rig.worker.closed == [2, 0, 0, 1]


@on_loop
async def test_a_refused_update_lets_go_of_what_it_alone_shares(rig: Rig) -> None:
    await rig.instantiate(Form(900, [(1, 900)]))
    answer = await rig.update(Form(200, [(0, 200), (1, 900)]))
    assert answer.result == 2
    assert rig.charged == 0 and rig.worker.closed == [1]


@pytest.mark.parametrize("ends", ["handle", "session"])
def test_what_nobody_takes_is_given_back(ends: str) -> None:
    async def body() -> None:
        rig = Rig()
        form = Form(500, [(1, 500)])
        rig.worker.publishes = ends != "handle"
        rig.beside = {0: rig.ends} if ends == "session" else {}
        assert (await rig.instantiate(form)).result == 400
        assert rig.charged == 0 and rig.worker.closed == [1]

    asyncio.run(body())


@on_loop
async def test_what_others_ask_of_the_device_comes_between_two_jobs(rig: Rig) -> None:
    """However many native graphs there are to make and to close."""
    stop = asyncio.Event()

    async def others() -> None:
        while not stop.is_set():
            await rig.session.control(None, others_job)

    def others_job() -> None: ...

    beside = asyncio.ensure_future(others())
    form = Form(500, [(n, 100) for n in range(1, 6)], jobs=20)
    assert (await rig.instantiate(form)).result == 0
    assert form.realized == 20
    rig.worker.unused, rig.worker.reaped = form.natives, 5
    await rig.calls.tear_down()
    stop.set()
    await beside
    own = [at for at, job in enumerate(rig.jobs) if job != "others_job"]
    assert [rig.jobs[at] for at in own] == ["realize"] * 20 + ["close_graphs"] * 3
    assert all(after > at + 1 for at, after in itertools.pairwise(own))


@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_a_session_that_ends_while_they_are_made(jobs: int) -> None:
    """The rest is not made; what was is given back with what all of it was charged."""

    async def body() -> None:
        rig = Rig()
        rig.beside = {jobs: rig.ends}
        form = Form(500, [(1, 200), (2, 200), (0, 100)], jobs=20)
        answer = await rig.instantiate(form)
        assert (answer.result, answer.message) == (400, "the session has ended")
        assert form.realized == jobs + 1
        assert rig.charged == 0 and rig.worker.closed == [1, 2, 0]

    asyncio.run(body())


@on_loop
async def test_one_that_the_device_refuses_after_others_were_made(rig: Rig) -> None:
    await rig.instantiate(Form(300, [(1, 300)]))
    form = Form(500, [(2, 300), (0, 200)], fails=True, jobs=3)
    answer = await rig.instantiate(form)
    assert (answer.result, answer.node, form.realized) == (700, 3, 3)
    assert rig.charged == 300 and rig.worker.closed == [2, 0]


@on_loop
async def test_a_device_without_memory_for_it_refuses_that_graph_alone(
    rig: Rig,
) -> None:
    await rig.instantiate(Form(300, [(1, 300)]))
    form = Form(500, [(2, 300), (0, 200)], fails=True, jobs=2)
    form.problem = GraphRefused(OUT_OF_MEMORY, wire.GRAPH_NODE_ALL, 1, "no memory")
    changed = await rig.update(form)
    assert (changed.result, changed.update_result) == (OUT_OF_MEMORY, 1)
    assert rig.charged == 300 and rig.worker.closed == [2, 0]
    assert rig.worker.faults == [] and len(rig.worker.published) == 1
    assert (await rig.update(Form(500, [(3, 500)]))).result == 0


@on_loop
async def test_a_context_that_is_gone_is_told_by_whoever_meets_it(rig: Rig) -> None:
    """Where nothing is in flight nobody else would learn of it."""
    form = Form(500, [(2, 300), (0, 200)], fails=True)
    rig.worker.close_result = FAULT
    assert (await rig.instantiate(form)).result == FAULT
    assert rig.worker.faults[0] == FAULT and rig.charged == 0


@on_loop
async def test_a_failure_of_ours_gives_the_form_up_too(rig: Rig) -> None:
    form = Form(500, [(2, 300), (0, 200)], fails=True, jobs=2)
    form.problem = MemoryError()
    with pytest.raises(MemoryError):
        await rig.instantiate(form)
    assert rig.charged == 0 and rig.worker.closed == [2, 0]
    assert rig.worker.faults == []


@pytest.mark.parametrize(
    ("result", "faults", "logged"), [(1, [], 1), (FAULT, [FAULT], 0)]
)
def test_a_native_graph_that_is_not_closed_is_charged_no_more(
    result: int, faults: list[int], logged: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def body() -> None:
        rig = Rig()
        rig.worker.close_result = result
        await rig.instantiate(Form(500, [(1, 500)]))
        rig.worker.unused = [(1, 500)]
        await rig.calls.tear_down()
        assert rig.charged == 0 and rig.worker.faults == faults

    asyncio.run(body())
    ours = [record for record in caplog.records if record.name == "test"]
    assert len(ours) == logged


@on_loop
async def test_what_is_closed_makes_room_at_once(rig: Rig) -> None:
    """Before the rest of those reaped with it is."""
    form = Form(900, [(n, 300) for n in range(1, 4)])
    await rig.instantiate(form)
    rig.worker.unused, rig.worker.reaped = form.natives, 3
    charged: list[int] = []
    rig.beside = {n: lambda: charged.append(rig.charged) for n in range(1, 9)}
    await rig.calls.tear_down()
    assert charged == [900, 300] and rig.charged == 0
    assert rig.worker.closed == [1, 2, 3]


@on_loop
async def test_a_session_that_ends_gives_all_of_it_back(rig: Rig) -> None:
    await rig.instantiate(Form(500, [(1, 500)]))
    await rig.instantiate(Form(500, [(2, 500)]))
    rig.worker.unused = [(1, 500), (2, 500)]
    rig.session.worker_done = True
    assert rig.charged == 1000
    await rig.calls.tear_down()
    assert rig.charged == 0


# ------------------------------------------------------- runs


async def merged(rig: Rig, *hot: Runs) -> None:
    rig.worker.hot += hot
    rig.calls.hot()
    while rig.calls._merging is not None:
        await asyncio.sleep(0)


@on_loop
async def test_runs_are_made_for_every_form_that_should_have_them(rig: Rig) -> None:
    first, second = (Runs(10, [(n, 5), (n + 1, 5)], jobs=3) for n in (1, 3))
    await merged(rig, first, second)
    assert rig.worker.published == [first, second] and rig.charged == 20
    assert rig.jobs == ["realize"] * 6
    await merged(rig, third := Runs(10, [(5, 10)]))
    assert rig.worker.published[2:] == [third]


@on_loop
async def test_a_form_gets_hot_while_another_ones_are_made(rig: Rig) -> None:
    late = Runs(10, [(9, 10)])

    def beside() -> None:
        rig.worker.hot.append(late)
        rig.calls.hot()

    rig.beside = {0: beside}
    await merged(rig, Runs(10, [(1, 10)]))
    assert late in rig.worker.published


@on_loop
async def test_runs_take_a_small_part_of_what_is_left(rig: Rig) -> None:
    """The tenant has not asked for them: nothing of its own may fail for them."""
    most = QUOTA_BYTES // graphs._RUNS_PART
    await merged(rig, large := Runs(most + 1, [(0, most + 1)]))
    assert rig.charged == 0 and large.realized == 0 and not rig.worker.published
    await merged(rig, Runs(most, [(1, most)]))
    assert rig.charged == most and len(rig.worker.published) == 1
    await merged(rig, *[small := Runs(1, [(n, 1)]) for n in range(2, 9)])
    assert rig.charged == most and small.realized == 0, "all of them together"
    rig.worker.published.clear()  # their form has gone
    await merged(rig, Runs(1, [(9, 1)]))
    assert rig.charged == most + 1


@pytest.mark.parametrize("result", [FAULT, OUT_OF_MEMORY])
def test_runs_that_the_device_refuses_leave_the_form_as_it_was(result: int) -> None:
    async def body() -> None:
        rig = Rig()
        runs = Runs(60, [(1, 40), (0, 20)], fails=True, jobs=2)
        runs.problem = GraphRefused(result, 3, 1, "the device refused it")
        await merged(rig, runs)
        assert rig.charged == 0 and rig.worker.closed == [1, 0]
        assert rig.worker.faults == ([FAULT] if result == FAULT else [])
        assert not rig.worker.published

    asyncio.run(body())


@on_loop
async def test_no_runs_are_made_while_code_is_unloaded(rig: Rig) -> None:
    """Those under way are given up first; the others get theirs after it."""
    first, second = Runs(10, [(1, 10)], jobs=9), Runs(10, [(2, 10)])
    rig.worker.hot += [first, second]
    inside: list[int] = []

    async def unload() -> None:
        async with rig.calls.without_runs():
            inside.append(first.realized)
            rig.calls.hot()
            for _ in range(20):
                await asyncio.sleep(0)
            inside.append(first.realized + second.realized)
            assert rig.worker.closed == [1] and rig.charged == 0

    unloading: list[asyncio.Task[None]] = []
    rig.beside = {2: lambda: unloading.append(asyncio.ensure_future(unload()))}
    rig.calls.hot()
    while not unloading:
        await asyncio.sleep(0)
    await unloading[0]
    assert inside[0] == inside[1] < first.jobs
    await merged(rig)
    assert rig.worker.published == [second] and rig.charged == 10


@on_loop
async def test_a_session_that_ends_while_runs_are_made_waits_for_them(rig: Rig) -> None:
    """The control thread reads the form; nothing of it is freed before."""
    runs = Runs(60, [(1, 30), (0, 30)], jobs=9)
    rig.beside = {2: rig.ends}
    rig.worker.hot.append(runs)
    rig.calls.hot()
    await rig.calls.tear_down()
    assert runs.realized == 3 and rig.worker.closed == [1, 0] and rig.charged == 0
    assert not rig.worker.published
    rig.worker.hot.append(Runs(60, [(5, 60)]))
    rig.calls.hot()
    await rig.calls.tear_down()
    assert rig.charged == 0
