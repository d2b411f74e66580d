"""What bench_gpu_step makes of a trace, without a broker."""

from __future__ import annotations

from broker.perfetto import Entry
from tests.bench.bench_gpu_step import Row, Step, first_launches, row_of, send_issue

LAUNCH, RECORD = 0, 4


class OfTrace:
    """A trace whose clock began at 1 ms and runs at a tenth of the wall's."""

    dilation = 10

    def __init__(self, *accepted_issued_us: tuple[int, int]) -> None:
        self.entries = [
            Entry(seq, accepted * 1000, issued * 1000, 0, 0, 0, 1, 1, LAUNCH, 0)
            for seq, (accepted, issued) in enumerate(accepted_issued_us, 1)
        ]

    def is_launch(self, entry: Entry) -> bool:
        return entry.kind == LAUNCH

    def wall_ns(self, device_ns: int) -> int:
        return 1_000_000 + device_ns * self.dilation


def step(began_us: int, woke_us: int, device_us: int = 0) -> Step:
    return Step(began_us * 1000, woke_us * 1000, device_us * 1000)


def test_the_host_has_what_the_device_does_not_need() -> None:
    row = row_of("native", "graph", 500, [step(0, 100, 90), step(0, 104, 90)])
    assert (row.step_us, row.device_us, row.host_us) == (102, 90, 12)
    assert row.end_us is None


def test_the_end_is_the_rest() -> None:
    row = Row("broker", "graph", 0, 100.0, 70.0, 30.0, send_us=10.0, issue_us=5.0)
    assert row.end_us == 15


def test_each_step_is_told_by_its_first_launch() -> None:
    """The second step's launches were lost: it says nothing, and the third is not
    taken for it."""
    trace = OfTrace((2, 3), (4, 6), (120, 121), (125, 130))
    steps = [step(1000, 1500), step(1600, 2000), step(2100, 2500)]
    found = first_launches(trace, steps)
    assert [(s.began_ns, e.seq) for s, e in found] == [(1_000_000, 1), (2_100_000, 3)]


def test_the_event_before_the_launch_is_not_it() -> None:
    trace = OfTrace((2, 3), (4, 6))
    trace.entries[0] = trace.entries[0]._replace(kind=RECORD)
    assert [e.seq for _, e in first_launches(trace, [step(1000, 1500)])] == [2]


def test_what_was_accepted_before_a_step_is_not_its_own() -> None:
    trace = OfTrace((2, 900), (110, 950))
    assert [e.seq for _, e in first_launches(trace, [step(2000, 9000)])] == [2]


def test_send_and_issue_are_wall_times() -> None:
    trace = OfTrace((2, 3))
    found = first_launches(trace, [step(1000, 1500)])
    assert send_issue(trace, found) == (20.0, 10.0)
