"""Players and calibration, on a session that only writes down what it is asked."""

from __future__ import annotations

from typing import Any

from loadgen import samples
from loadgen.replay import calibrate
from loadgen.replay.plan import make_plan
from loadgen.replay.player import Player
from loadgen.traces import load
from loadgen.traces.model import DeviceShape

H100 = DeviceShape()


def rerank_player(session: Any, pace: str = "asap") -> Player:
    sample = samples.find("bge-reranker-16x256")
    assert sample is not None
    plan = make_plan(load(sample.path), H100, pace=pace, wall_ns=16_400_000)
    return Player(session, plan, dilation=1, paced=False)


def test_a_request_is_every_recorded_operation_in_order(make_session: Any) -> None:
    session = make_session()
    player = rerank_player(session)
    ticket = player.submit()
    launches = sum(entry[1] for entry in session.log if entry[0] == "play")
    assert launches == 309
    assert sum(entry == ("fill", 4) for entry in session.log) == 48
    assert session.log[:2] == [("play", 1, 0.0), ("record",)]
    assert session.log[-2:] == [("record",), ("query",)]
    # The scores are read back by whoever waits, not by whoever submits.
    ticket.wait()
    assert session.log[-2:] == [("wait",), ("d2h", 64)]


def test_each_kernel_name_has_a_load_of_its_own(make_session: Any) -> None:
    session = make_session()
    rerank_player(session)
    functions = {
        id(launch["function"]): launch["function"]
        for program in session.programs
        for launch in program.launches
    }
    assert session.loads == len(functions) > 10
    allowed = [function.attributes.get(8, 0) for function in functions.values()]
    assert max(allowed) > 48 << 10  # GEMMs that fill an SM by their shared memory


def test_tickets_are_used_again(make_session: Any) -> None:
    player = rerank_player(make_session())
    ticket = player.submit()
    ticket.wait()
    assert ticket.since_first_ns() > 0
    player.recycle(ticket)
    assert player.submit() is ticket


def test_overheads_are_read_off_two_chains(make_session: Any) -> None:
    session = make_session(kernel_ns=900, wave_ns=300)
    found = calibrate.measure_overheads(session, H100, dilation=1)
    assert (found.kernel_ns, found.wave_ns) == (900, 300)


def test_calibrated_plan_replays_the_recorded_time(make_session: Any) -> None:
    session = make_session(kernel_ns=400, wave_ns=50)
    sample = samples.find("bge-reranker-16x256")
    assert sample is not None
    overheads = calibrate.measure_overheads(session, H100, dilation=1)
    plan = make_plan(load(sample.path), H100, pace="asap", overheads=overheads)
    player = Player(session, plan, dilation=1, paced=False)
    session.blocks_at_once = 10**9  # one wave: every launch takes its block's time
    result = calibrate.measure_trace(player, plan, overheads)
    assert 0.3 < result.ratio < 1.0  # kernels of several waves run short here


def test_paced_programs_leave_their_first_gap_to_the_plan(make_session: Any) -> None:
    session = make_session()
    sample = samples.find("bge-reranker-16x256")
    assert sample is not None
    plan = make_plan(load(sample.path), H100, pace="host", wall_ns=16_400_000)
    Player(session, plan, dilation=1, paced=True)
    assert all(program.launches[0]["gap_ns"] == 0 for program in session.programs)
    inside = sum(
        launch["gap_ns"] for program in session.programs for launch in program.launches
    )
    assert 0 < inside < sum(step.gap_ns for step in plan.steps)
