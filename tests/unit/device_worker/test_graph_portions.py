"""Whatever goes over all nodes of a graph takes the loop a portion at a time.

Counted in the loop's own units (graph_private.h, XG_PORTION), never in time: a node, an
edge, a step, 16 bytes of a record, 256 bytes given back.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from broker.device import _worker as w
from broker.wire._codec import encode_frame
from broker.wire.gen import messages as m
from tests.unit.device_worker.rig import VA, Rig, Tenant, handle

PORTION = 16384
# A portion ends with the node that passes it: it may have 65,535 edges.
NODE_MOST = m.GRAPH_NODES_MAX
# Or with a launch, whose steps are looked at, and may all be waits.
LAUNCH_MOST = 2 * m.GRAPH_NODES_MAX
ALL, GONE, INVALID, CHANGED = m.GRAPH_NODE_ALL, 400, 1, "it was changed meanwhile"
GRAPH, LEAF, EXEC, STREAM = handle(8, 1), handle(8, 2), handle(9, 1), handle(1, 1)
LIMITS = (350_000, 200)
LEAF_NODES, LEAVES = 400, 163
NODES = LEAVES * (LEAF_NODES + 1)  # an empty one stands for each leaf


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.tenant(queued_max=1_000_000).grant(launches=1 << 30)
    rig.worker.limit_graphs(1, 1 << 30)
    return rig


def tenant(rig: Rig) -> Tenant:
    return rig.tenants[0]


def chain(t: Tenant, graph: int, count: int, node: Callable[[int], Any]) -> None:
    """Each node after the one before."""
    operations: list[Any] = [m.GraphCreate(graph)]
    for number in range(count):
        if number:
            operations.append(m.GraphDepend(graph, struct.pack("<I", number - 1)))
        operations.append(node(graph))
    for at in range(0, len(operations), 400):
        t.send(*operations[at : at + 400])


def launch_of(t: Tenant, params: bytes = bytes(8)) -> Callable[[int], Any]:
    sizes = (1, 1, 1, 32, 1, 1, 0)
    return lambda where: m.Launch(where, t.function, *sizes, params, b"")


def copy(where: int) -> Any:
    return m.CopyH2d(where, VA, 0, 64)


def build(t: Tenant, node: Callable[[int], Any], graph: int = GRAPH) -> None:
    """Nearly as many nodes as a graph may have."""
    chain(t, LEAF, LEAF_NODES, node)
    t.send(m.GraphCreate(graph), *[m.GraphChild(graph, LEAF)] * LEAVES)
    t.send(m.GraphDestroy(LEAF))


def portions_of(rig: Rig, form: w.GraphForm) -> int:
    portions = 1
    while rig.worker.prepare_more(1, form):
        portions += 1
    return portions


def publish(rig: Rig, form: w.GraphForm, *, update: bool = False) -> None:
    form.realize()
    assert rig.worker.publish_graph(1, EXEC, form, update)


def most(rig: Rig) -> int:
    return int(rig.worker.graph_portion(1))


# ------------------------------------------------------------------ made


def test_an_instantiation_of_the_largest_graph(rig: Rig) -> None:
    build(tenant(rig), launch_of(tenant(rig)))
    form = rig.worker.prepare_graph(1, GRAPH, EXEC, *LIMITS)
    # Copied (with its record of over 100 bytes), its depth, its place, its step.
    assert portions_of(rig, form) > 10 * NODES // PORTION
    assert PORTION <= most(rig) <= PORTION + NODE_MOST
    publish(rig, form)
    usage = rig.worker.graph_usage(1)
    assert (usage["forms"], usage["nodes"]) == (1, NODES)
    assert usage["segments"] == form.segment_count == form.made_count >= NODES // 200


def test_updates_of_the_largest_graph(rig: Rig) -> None:
    t = tenant(rig)
    build(t, launch_of(t))
    publish(rig, rig.prepare(GRAPH, EXEC, *LIMITS))
    form = rig.worker.prepare_graph_update(1, EXEC, GRAPH, ALL)
    assert portions_of(rig, form) > 10 * NODES // PORTION
    assert form.made_count == 0, "nothing has changed"
    publish(rig, form, update=True)
    # One node of the client's, which is a whole leaf, with other parameters.
    chain(t, LEAF, LEAF_NODES, launch_of(t, bytes(7) + b"\1"))
    single = handle(8, 3)
    t.send(m.GraphCreate(single), m.GraphChild(single, LEAF))
    form = rig.worker.prepare_graph_update(1, EXEC, single, LEAVES - 1)
    assert portions_of(rig, form) > NODES // PORTION
    assert 1 <= form.made_count <= LEAF_NODES
    publish(rig, form, update=True)
    assert most(rig) <= PORTION + NODE_MOST


def test_large_parameters_are_copied_by_and_by(rig: Rig) -> None:
    """A few nodes with 32 KiB each are as much work as many without."""
    t, nbytes = tenant(rig), 32_000
    rig.worker.add_function(1, handle(4, 2), 0x2000, nbytes, 1024)
    fat = m.Launch(GRAPH, handle(4, 2), 1, 1, 1, 32, 1, 1, 0, bytes(nbytes), b"")
    t.send(m.GraphCreate(GRAPH))
    for _ in range(100):
        t.send(*[fat] * 3)
    form = rig.worker.prepare_graph(1, GRAPH, EXEC, *LIMITS)
    node = nbytes // 16 + 100
    assert portions_of(rig, form) >= 300 * nbytes // 16 // (PORTION + node)
    assert most(rig) <= PORTION + node


def test_a_small_graph_is_one_portion(rig: Rig) -> None:
    chain(tenant(rig), GRAPH, 300, launch_of(tenant(rig)))
    form = rig.worker.prepare_graph(1, GRAPH, EXEC, *LIMITS)
    assert not rig.worker.prepare_more(1, form)
    assert tenant(rig).rests == 0


# --------------------------------------------------------- native graphs


def prepared(rig: Rig, charged: int = 0) -> w.GraphForm:
    """With many native graphs. charged: each."""
    t = tenant(rig)
    rig.worker.limit_graphs(1, 1 << 30, charged)
    build(t, launch_of(t))
    return rig.prepare(GRAPH, EXEC, *LIMITS)


def realize(form: w.GraphForm, portions: int) -> None:
    for _ in range(portions):
        assert form.realize(0)


def test_native_graphs_are_made_one_at_least_at_a_time(rig: Rig) -> None:
    form = prepared(rig)
    realize(form, form.made_count - 1)
    assert not form.realize(0)
    assert not form.realize(0), "nothing is left"
    t = tenant(rig)
    assert rig.worker.publish_graph(1, EXEC, form, False)
    seq = t.send(m.GraphLaunch(STREAM, EXEC), m.Complete(STREAM))
    rig.step()
    assert (t.line(1), t.error_of(1)) == (seq, 0)


def test_all_of_them_at_once_where_there_is_time(rig: Rig) -> None:
    assert not prepared(rig).realize(1 << 62)


def test_they_are_closed_one_at_least_at_a_time(rig: Rig) -> None:
    form = prepared(rig)
    publish(rig, form)
    tenant(rig).send(m.GraphExecDestroy(EXEC))
    natives = rig.reap()
    assert rig.worker.close_graphs(natives[:5], 0) == (1, 0)
    assert rig.worker.close_graphs(natives[1:5], 1 << 62) == (4, 0)
    assert rig.worker.close_graphs([], 0) == (0, 0)


@pytest.mark.parametrize("charged", [False, True])
def test_a_form_given_up_amid_its_native_graphs(rig: Rig, charged: bool) -> None:
    form = prepared(rig, charged=10)
    realize(form, 7)
    left = rig.give_up(form, charged)
    assert [native != 0 for native, _ in left[:8]] == [True] * 7 + [False] * charged
    assert sum(nbytes for _, nbytes in left) == (form.device_bytes if charged else 70)
    assert rig.worker.close_graphs(left) == (len(left), 0)


def test_the_form_that_an_update_shares_with_may_go_meanwhile(rig: Rig) -> None:
    """What both have is closed with the new one, once; what only the old one had is
    not missed."""
    t = tenant(rig)
    rig.worker.limit_graphs(1, 1 << 30, 10)
    chain(t, GRAPH, 300, launch_of(t))
    first = rig.prepare(GRAPH, EXEC, 1 << 62, 10)
    publish(rig, first)
    chain(t, LEAF, 25, launch_of(t, bytes(7) + b"\1"))
    form = rig.prepare_update(EXEC, LEAF, 100)
    assert (form.made_count, form.segment_count) == (3, 30)
    realize(form, 1)
    t.send(m.GraphExecDestroy(EXEC))
    natives = rig.reap()
    assert len(natives) == 3
    realize(form, 1)
    assert not form.realize(0)
    assert not rig.worker.publish_graph(1, EXEC, form, True)
    natives += rig.give_up(form, charged=True)
    assert len(natives) == 33
    assert rig.worker.close_graphs(natives) == (33, 0)


# ------------------------------------------------- what changes in between


def begun(rig: Rig) -> w.GraphForm:
    build(tenant(rig), launch_of(tenant(rig)))
    form = rig.worker.prepare_graph(1, GRAPH, EXEC, *LIMITS)
    assert rig.worker.prepare_more(1, form)
    return form


@pytest.mark.parametrize("how", ["built on", "destroyed", "made again"])
def test_a_graph_that_is_not_what_it_was(rig: Rig, how: str) -> None:
    form, t = begun(rig), tenant(rig)
    if how == "built on":
        t.send(m.GraphEmpty(GRAPH))
    else:
        t.send(m.GraphDestroy(GRAPH))
    if how == "made again":
        build(t, launch_of(t))
    with pytest.raises(w.GraphRefused, match=CHANGED) as refused:
        portions_of(rig, form)
    assert (refused.value.result, refused.value.node) == (INVALID, ALL)
    assert rig.give_up(form, charged=False) == []
    assert rig.worker.graph_usage(1)["forms"] == 0


def test_another_graph_may_change_meanwhile(rig: Rig) -> None:
    form = begun(rig)
    chain(tenant(rig), LEAF, 10, copy)
    portions_of(rig, form)


@pytest.mark.parametrize("how", ["destroyed", "another"])
def test_a_form_that_is_not_what_it_was(rig: Rig, how: str) -> None:
    t = tenant(rig)
    build(t, launch_of(t))
    publish(rig, rig.prepare(GRAPH, EXEC, *LIMITS))
    form = rig.worker.prepare_graph_update(1, EXEC, GRAPH, ALL)
    assert rig.worker.prepare_more(1, form)
    if how == "another":
        publish(rig, rig.prepare_update(EXEC, GRAPH, ALL), update=True)
    else:
        t.send(m.GraphExecDestroy(EXEC))
    with pytest.raises(w.GraphRefused, match=CHANGED):
        portions_of(rig, form)
    rig.give_up(form, charged=False)


def test_a_graph_into_which_a_child_is_being_copied_is_no_graph_yet(rig: Rig) -> None:
    t = tenant(rig)
    build(t, launch_of(t), handle(8, 3))
    t.send(m.GraphCreate(GRAPH))
    feed(t, m.GraphChild(GRAPH, handle(8, 3)))
    assert t.intake.resting
    with pytest.raises(w.GraphRefused, match="being built"):
        rig.worker.prepare_graph(1, GRAPH, EXEC, *LIMITS)
    while t.intake.resting:
        t.intake.advance(0)
    rig.prepare(GRAPH, EXEC, *LIMITS)


def test_a_name_that_goes_while_it_is_made_is_missed_by_the_first_launch(
    rig: Rig,
) -> None:
    form, t = begun(rig), tenant(rig)
    rig.worker.remove_function(1, t.function)
    while True:
        try:
            if not rig.worker.prepare_more(1, form):
                break
        except w.GraphRefused as problem:
            assert problem.result == GONE
            return  # it was looked at after the function had gone
    publish(rig, form)
    seq = t.send(m.GraphLaunch(STREAM, EXEC), m.Complete(STREAM))
    rig.step()
    assert t.line(1) == seq and t.error_of(1) == GONE


# ------------------------------------------------------------- children


def feed(t: Tenant, *operations: Any) -> None:
    """As Tenant.send, but rests are the caller's."""
    frame = encode_frame(m.Submit(t.seq, operations))
    t.intake.get_buffer()[: len(frame)] = frame
    t.intake.advance(len(frame))
    t.seq += len(operations)


def test_a_frame_of_child_copies(rig: Rig) -> None:
    """Many in a frame, each of which is longer than a portion."""
    t, count = tenant(rig), 10_000
    t.send(m.GraphCreate(LEAF))
    for _ in range(count // 400):
        t.send(*[m.GraphEmpty(LEAF)] * 400)
        assert t.rests == 0, "nothing was copied"
    again = (m.GraphCreate(GRAPH), m.GraphChild(GRAPH, LEAF), m.GraphDestroy(GRAPH))
    before = t.intake.operations
    t.send(*again * 50)
    # 10,000 nodes, as many that may be ends, as many edges of the one after them.
    assert t.rests >= 50 * 2 * count // PORTION
    assert t.intake.operations == before + 150
    assert most(rig) <= PORTION + NODE_MOST
    t.send(m.GraphCreate(GRAPH), m.GraphChild(GRAPH, LEAF), m.GraphEmpty(GRAPH))
    publish(rig, rig.prepare(GRAPH, EXEC, *LIMITS))
    assert rig.worker.graph_usage(1)["nodes"] == count + 2


def test_one_copy_of_the_largest_graph(rig: Rig) -> None:
    t, large = tenant(rig), handle(8, 3)
    build(t, launch_of(t), large)
    t.send(m.GraphCreate(GRAPH), m.GraphChild(GRAPH, large))
    assert t.rests > 5 * NODES // PORTION
    assert most(rig) <= PORTION + NODE_MOST
    form = rig.prepare(GRAPH, EXEC, *LIMITS)
    publish(rig, form)
    assert rig.worker.graph_usage(1)["nodes"] == NODES + 1


def test_what_came_before_a_copy_is_accepted_before_it(rig: Rig) -> None:
    """It counts as a submission: a call that frees memory in between waits for it, and
    for no more."""
    t, large = tenant(rig), handle(8, 3)
    build(t, launch_of(t), large)
    t.send(m.GraphCreate(GRAPH))
    first = t.seq

    def accepted() -> int:
        return int(struct.unpack_from("<Q", t.status, m.STATUS_ACCEPTED_SEQ)[0])

    feed(t, t.launch(), m.GraphChild(GRAPH, large), t.launch())
    seen = [accepted()]
    while t.intake.resting:
        t.intake.advance(0)
        seen.append(accepted())
    assert seen[0] == first and seen[-1] == first + 2
    assert seen == sorted(seen) and len(seen) > 5 * NODES // PORTION
    assert set(seen) <= {first, first + 1, first + 2}
    last = t.send(m.Complete(STREAM))
    rig.step()
    assert t.line(1) == last
    assert rig.worker.counters(1)["issued"] == last, "each is counted once"


def test_a_session_ends_in_the_middle_of_a_copy(rig: Rig) -> None:
    t, large = tenant(rig), handle(8, 3)
    build(t, launch_of(t), large)
    t.send(m.GraphCreate(GRAPH))
    feed(t, m.GraphChild(GRAPH, large))
    assert t.intake.resting
    close(rig)
    rig.reap(all=True)
    rig.worker.forget_session(1)


# ------------------------------------------------------------- launches


def test_names_are_looked_at_again_by_and_by(rig: Rig) -> None:
    t, event = tenant(rig), handle(2, 1)
    build(t, launch_of(t))
    publish(rig, rig.prepare(GRAPH, EXEC, *LIMITS))
    t.send(m.GraphLaunch(STREAM, EXEC))
    assert t.rests == 0
    t.send(m.EventCreate(event, 0), m.EventDestroy(event))
    launches = [m.GraphLaunch(STREAM, EXEC)] * 3
    seq = t.send(*launches, m.Complete(STREAM))
    assert NODES // PORTION <= t.rests < 2 * (NODES // PORTION), "not for each of them"
    assert most(rig) <= PORTION + NODE_MOST
    rig.step()
    assert t.line(1) == seq and t.error_of(1) == 0


def test_a_name_that_is_gone_fails_each_launch_in_its_place(rig: Rig) -> None:
    t = tenant(rig)
    build(t, launch_of(t))
    publish(rig, rig.prepare(GRAPH, EXEC, *LIMITS))
    rig.worker.remove_function(1, t.function)
    before = t.seq
    seq = t.send(m.GraphLaunch(STREAM, EXEC), m.GraphLaunch(STREAM, EXEC))
    seq = t.send(m.Complete(STREAM))
    rig.step()
    assert t.line(1) == seq and t.error_of(1) == GONE
    assert rig.worker.take_error(1) == (GONE, before)


def test_launches_of_many_steps_rest_in_between(rig: Rig) -> None:
    """What each of them waits for is looked up."""
    t = tenant(rig)
    build(t, copy)
    publish(rig, rig.prepare(GRAPH, EXEC, *LIMITS))
    rig.worker.graph_usage(1)
    t.send(*[m.GraphLaunch(STREAM, EXEC)] * 20)
    assert t.rests == 20, "each is more than a portion"
    assert most(rig) <= PORTION + LAUNCH_MOST


# ------------------------------------------------------------- the end


def close(rig: Rig) -> None:
    rig.worker.close_session(1)
    rig.step()
    assert any(one[0] == "CLOSED" for one in rig.told())


def test_forms_are_given_back_by_and_by(rig: Rig) -> None:
    t = tenant(rig)
    build(t, launch_of(t))
    made = 0
    for index in range(1, 6):
        form = rig.prepare(GRAPH, handle(9, index), *LIMITS)
        form.realize()
        assert rig.worker.publish_graph(1, handle(9, index), form, False)
        made += form.made_count
    nbytes = rig.worker.graph_usage(1)["bytes"]
    t.send(*[m.GraphExecDestroy(handle(9, index)) for index in range(1, 6)])
    natives: list[Any] = []
    portions, more = 0, True
    while more:
        part, more = rig.worker.reap_graphs(1)
        natives += part
        portions += 1
    assert len({native for native, _ in natives}) <= len(natives) == made
    assert portions >= 5 * form.bytes // 256 // PORTION
    assert most(rig) <= PORTION + NODE_MOST
    usage = rig.worker.graph_usage(1)
    assert usage["bytes"] == nbytes - 5 * form.bytes
    assert (usage["forms"], usage["segments"], usage["nodes"]) == (0, 0, 0)


def test_a_destroyed_graph_is_given_back_by_and_by(rig: Rig) -> None:
    """It is no handle any more at once; the operation is over when all is free."""
    t = tenant(rig)
    build(t, launch_of(t))
    before = t.seq
    feed(t, m.GraphDestroy(GRAPH), m.GraphCreate(GRAPH))
    assert t.intake.resting
    assert rig.worker.graph_usage(1)["bytes"] == 0
    with pytest.raises(w.GraphRefused, match="no such graph"):
        rig.worker.prepare_graph(1, GRAPH, EXEC, *LIMITS)
    while t.intake.resting:
        t.intake.advance(0)
    assert most(rig) <= PORTION + NODE_MOST
    seq = t.send(m.GraphEmpty(GRAPH), m.Complete(STREAM))
    rig.step()
    assert t.error_of(1) == 0 and t.line(1) == seq == before + 3


@pytest.mark.parametrize(
    "state", ["begun", "prepared", "realizing", "realized", "published"]
)
def test_a_session_that_ends_gives_back_what_it_has(rig: Rig, state: str) -> None:
    form, made = begun(rig), 0
    if state != "begun":
        portions_of(rig, form)
    if state == "realizing":
        made = 2
        realize(form, made)
    if state in ("realized", "published"):
        made = form.made_count
        form.realize()
    if state == "published":
        assert rig.worker.publish_graph(1, EXEC, form, False)
    close(rig)
    if state != "published":
        rig.worker.give_up_graph(1, form, charged=state == "realized")
    portions, natives, more = 0, [], True
    while more:
        part, more = rig.worker.reap_graphs(1, all=True)
        natives += part
        portions += 1
    assert len(natives) == made
    assert portions > 1 and most(rig) <= PORTION + NODE_MOST
    assert set(rig.worker.graph_usage(1).values()) == {0}
    rig.worker.forget_session(1)


def test_an_unfinished_form_may_outlive_its_session(rig: Rig) -> None:
    form = begun(rig)
    close(rig)
    rig.reap(all=True)
    rig.worker.forget_session(1)
    del form


# ------------------------------------------------------------- edges


@pytest.mark.parametrize("seed", range(4))
def test_edges_that_are_named_often_count_once(rig: Rig, seed: int) -> None:
    """However many operations name them, and in whatever order."""
    t, chance = tenant(rig), random.Random(seed)
    count = chance.choice([3, 20, 300, 20_000])
    t.send(m.GraphCreate(GRAPH))
    for at in range(0, count, 400):
        t.send(*[m.GraphEmpty(GRAPH)] * min(400, count - at))
    plain = rig.prepare(GRAPH, EXEC, *LIMITS).bytes
    named: set[int] = set()
    for _ in range(chance.choice([1, 12])):
        numbers = [chance.randrange(count) for _ in range(8192)]
        named.update(numbers)
        t.send(m.GraphDepend(GRAPH, struct.pack("<8192I", *numbers)))
    t.send(m.GraphEmpty(GRAPH))
    form = rig.prepare(GRAPH, EXEC, *LIMITS)
    node_bytes = plain - rig_bytes_of_form()
    assert form.bytes - plain == 4 * len(named) + (node_bytes // count)
    assert most(rig) <= PORTION + 2 * NODE_MOST


def rig_bytes_of_form() -> int:
    """Of one without nodes."""
    rig = Rig()
    rig.tenant().send(m.GraphCreate(GRAPH))
    return int(rig.prepare(GRAPH, EXEC, *LIMITS).bytes)
