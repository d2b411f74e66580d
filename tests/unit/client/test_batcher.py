"""When a frame leaves: the sealing rules, on a clock that the test sets."""

from __future__ import annotations

import threading

import pytest

from broker.wire import codec
from broker.wire.framing import frame
from broker.wire.gen import messages as wire
from client._native import DEFAULT_STREAM, FRAMES, FunctionHandle
from tests.unit.client.broker_end import BrokerEnd

COALESCE_NS = 20_000
DEEP_NS = 200_000
STREAM_NS = 100_000
RAMP_FRAMES, BURST_GAP_NS = 6, 2_000  # of sender.c


@pytest.fixture
def end():
    made = BrokerEnd(threaded=False, manual_clock=True)
    made.native.set_clock(1_000_000)
    yield made
    made.close()


def record(end: BrokerEnd, count: int = 1) -> int:
    seq = 0
    for _ in range(count):
        seq = end.native.event_record(DEFAULT_STREAM, wire.make_handle(2, 1))
    return seq


def test_first_operation_after_idle_leaves_at_once(end):
    assert record(end) == 1
    (message,) = end.read()
    assert message.first_seq == 1
    assert message.operations == (
        wire.EventRecord(DEFAULT_STREAM, wire.make_handle(2, 1)),
    )


def test_next_operations_wait_until_the_frame_before_was_accepted(end):
    record(end)
    end.read()
    record(end, 3)
    assert end.read() == []
    assert end.native.step() == ("wait", 1_000_000 + COALESCE_NS)
    assert end.read() == []
    end.accept(1)
    assert end.native.step()[0] == "send"
    (message,) = end.read()
    assert (message.first_seq, len(message.operations)) == (2, 3)


def test_accepted_and_idle_again_means_at_once_again(end):
    for seq in range(1, 6):
        assert record(end) == seq
        assert len(end.operations()) == 1
        end.accept(seq)


def ramp(end: BrokerEnd) -> int:
    """Accept frames until the appender has sent those that are its own to send."""
    record(end, 2)
    for _ in range(1, RAMP_FRAMES):
        end.accept(end.native.last_seq())
        seq = record(end)
    end.accept(seq)
    return seq


def test_right_after_idle_the_appender_sends_a_few_frames_itself(end):
    record(end, 2)  # the second waits for its frame to be accepted
    for frames in range(1, RAMP_FRAMES):
        assert end.native.counters()["sends_direct"] == frames
        end.accept(end.native.last_seq())
        record(end, 10)
        assert [len(o) for o in end.operations()][-1] == (2 if frames == 1 else 10)
    end.accept(end.native.last_seq())
    record(end)
    assert end.operations() == []
    assert end.native.counters()["sends_direct"] == RAMP_FRAMES


def test_who_pauses_between_calls_sends_the_first_few_itself(end):
    """An interpreter's calls: nothing is gained by waiting, the thread takes 50 us."""
    for frames in range(1, RAMP_FRAMES + 1):
        record(end)
        assert end.native.counters()["sends_direct"] == frames
        end.native.set_clock(1_000_000 + frames * BURST_GAP_NS)
    record(end)
    assert end.native.counters()["sends_direct"] == RAMP_FRAMES
    end.native.flush()
    end.native.set_clock(1_100_000)
    record(end)  # who waits has a few again
    assert end.native.counters()["sends_direct"] == RAMP_FRAMES + 2


def test_a_burst_waits_to_be_accepted(end):
    record(end)
    end.native.set_clock(1_000_000 + BURST_GAP_NS - 1)
    record(end)
    assert end.native.counters()["sends_direct"] == 1


def test_an_operation_leaves_after_20_us_at_the_latest(end):
    record(end)
    end.native.set_clock(1_001_000)
    record(end)
    end.native.set_clock(1_015_000)
    record(end)
    end.read()
    end.native.set_clock(1_001_000 + COALESCE_NS - 1)
    assert end.native.step() == ("wait", 1_001_000 + COALESCE_NS)
    end.native.set_clock(1_001_000 + COALESCE_NS)
    assert end.native.step()[0] == "send"
    assert [len(o) for o in end.operations()] == [2]


def test_a_deep_backlog_at_the_broker_allows_more_coalescing(end):
    record(end)
    end.accept(1)
    record(end, 600)
    end.native.step()
    end.read()
    end.accept(500)
    end.issue(0)
    record(end)
    assert end.native.step()[0] == "wait"
    end.native.set_clock(1_000_000 + DEEP_NS - 1)
    assert end.native.step() == ("wait", 1_000_000 + DEEP_NS)
    end.issue(100)  # the backlog is not deep any more
    assert end.native.step()[0] == "send"


def test_who_goes_on_is_watched_and_who_stops_is_not(end):
    last = ramp(end)
    record(end)
    now = 1_000_000 + COALESCE_NS
    end.native.set_clock(now)
    assert end.native.step()[0] == "send"
    sent_ns = now
    sends = end.native.counters()["sends"]
    while now < sent_ns + 4 * COALESCE_NS:
        assert end.native.step() == ("wait", now + COALESCE_NS)
        now += COALESCE_NS
        end.native.set_clock(now)
    end.accept(last + 1)
    record(end)  # no system call of the appender: the thread looks by itself
    assert end.native.counters()["sends"] == sends
    assert end.native.step()[0] == "send"
    end.native.set_clock(now + 5 * COALESCE_NS)
    assert end.native.step()[0] == "sleep"


def test_streaming_without_a_wait_makes_larger_frames(end):
    now, seq = 1_000_000, ramp(end)
    for _ in range(70):
        seq = record(end)
        now += STREAM_NS
        end.native.set_clock(now)
        assert end.native.step()[0] == "send"
        end.accept(seq)
    record(end)
    assert end.native.step() == ("wait", now + STREAM_NS)
    end.native.flush()  # somebody waits: short frames again
    end.accept(ramp(end))
    record(end)
    assert end.native.step() == ("wait", now + COALESCE_NS)


def test_sealed_at_500_operations(end):
    record(end)
    record(end, 1100)
    assert end.native.step()[0] == "send"
    assert [len(o) for o in end.operations()] == [1, 500, 500]


def test_sealed_at_64_kib(end):
    function = FunctionHandle(
        end.native, wire.make_handle(4, 1), "f", [0], [8], 8, 1024
    )
    record(end)
    attributes = bytes(1152)
    for _ in range(120):
        function.launch(1, 1, (1,), attributes=attributes)
    end.native.flush()
    messages = end.read()
    assert sum(len(m.operations) for m in messages) == 121
    sealed_full = [len(codec.encode(m)) for m in messages[1:-1]]
    assert sealed_full
    assert all(65536 - 18 <= n < 65536 + 1300 for n in sealed_full)


def test_a_flush_sends_everything(end):
    record(end, 4)
    end.native.flush()
    assert [len(o) for o in end.operations()] == [1, 3]
    end.native.flush()
    assert end.read() == []


def test_a_call_seals_before_it_and_keeps_its_place(end):
    record(end, 2)
    end.native.call(frame(codec.encode(wire.ErrorTake(call=9))))
    record(end)
    end.native.flush()
    kinds = [type(m).__name__ for m in end.read()]
    assert kinds == ["Submit", "Submit", "ErrorTake", "Submit"]


def test_who_asks_and_does_not_wait_keeps_the_frame_open(end):
    stream = wire.make_handle(wire.KIND_STREAM, 3)
    event = wire.make_handle(2, 1)
    end.native.event_record(stream, event)  # leaves at once
    seq = end.native.event_record(stream, event)
    end.native.expect(stream, seq)
    end.native.event_record(stream, event)
    assert [len(o) for o in end.operations()] == [1]
    end.native.expect(stream, seq)  # asked again: it leaves
    assert [type(o) for o in end.operations()[-1]] == [
        *(wire.EventRecord, wire.Complete, wire.EventRecord)
    ]
    last = end.native.event_record(stream, event)
    end.native.expect(stream, seq)  # has left: the open frame is none of its business
    assert end.operations() == []
    end.retire(3, last)
    end.native.expect(stream, last)
    assert end.native.last_seq() == last


def test_complete_is_asked_for_once(end):
    seq = record(end)
    assert end.native.complete(DEFAULT_STREAM) == seq  # what is waited for
    assert end.native.complete(DEFAULT_STREAM) == seq  # not for the `complete` itself
    end.native.complete_until(DEFAULT_STREAM, seq)
    operations = [o for batch in end.operations() for o in batch]
    assert [type(o).__name__ for o in operations] == ["EventRecord", "Complete"]


def test_a_copy_that_is_waited_for_leaves_with_its_complete_in_one_frame(end):
    seq = end.native.copy_d2h_shown(DEFAULT_STREAM, 0, 1 << 40, 8)
    (operations,) = end.operations()
    assert [type(o).__name__ for o in operations] == ["CopyD2h", "Complete"]
    end.native.complete_until(DEFAULT_STREAM, seq)  # nothing is missing
    assert end.native.complete(DEFAULT_STREAM) == seq
    assert end.native.line_last_seq(1) == seq
    assert end.read() == []


def test_what_waits_in_the_open_frame_leaves_before_such_a_copy(end):
    record(end)
    record(end, 2)  # the broker has not accepted the first
    end.read()
    end.native.copy_d2h_shown(DEFAULT_STREAM, 0, 1 << 40, 8)
    (operations,) = end.operations()
    kinds = [type(o).__name__ for o in operations]
    assert kinds == ["EventRecord", "EventRecord", "CopyD2h", "Complete"]


def test_complete_of_an_unused_stream_is_nothing(end):
    assert end.native.complete(wire.make_handle(wire.KIND_STREAM, 5)) == 0
    assert end.read() == []


def test_complete_until_something_retired_is_nothing(end):
    seq = record(end)
    end.retire(1, seq)
    end.native.complete_until(DEFAULT_STREAM, seq)
    assert [len(o) for o in end.operations()] == [1]


def test_an_argument_over_a_limit_appends_nothing(end):
    function = FunctionHandle(end.native, wire.make_handle(4, 1), "f", [], [], 0, 1024)
    with pytest.raises(ValueError, match="limit"):
        function.launch(1, 1, attributes=bytes(1224))
    assert record(end) == 1
    assert [len(o) for o in end.operations()] == [1]


def test_the_ring_bounds_what_waits_and_nothing_is_lost():
    end = BrokerEnd()  # with a sender thread and the real clock
    total = FRAMES * 500 * 4
    done = threading.Event()

    def append() -> None:
        record(end, total)
        end.native.flush()
        done.set()

    thread = threading.Thread(target=append)
    thread.start()
    try:
        while end.native.counters()["frames_unsent"] < FRAMES:
            assert not done.is_set()
        count = 0
        while count < total:
            for operations in end.operations():
                count += len(operations)
            assert end.native.counters()["frames_unsent"] <= FRAMES
        assert count == total
        thread.join()
    finally:
        end.socket.close()
        thread.join()
        end.close()


def test_sequence_numbers_have_no_gaps():
    end = BrokerEnd()
    try:
        record(end, 3000)
        end.native.flush()
        expected = 1
        while expected <= 3000:
            for message in end.read():
                assert message.first_seq == expected
                expected += len(message.operations)
    finally:
        end.close()


def test_threads_keep_their_own_order():
    end = BrokerEnd()
    threads_count, each = 4, 2500
    sequences: list[list[int]] = [[] for _ in range(threads_count)]

    def append(number: int) -> None:
        for token in range(each):
            sequences[number].append(
                end.native.host_function(
                    wire.make_handle(wire.KIND_STREAM, number + 1), token
                )
            )

    threads = [threading.Thread(target=append, args=(n,)) for n in range(threads_count)]
    for thread in threads:
        thread.start()
    got: list[wire.HostFunction] = []
    while len(got) < threads_count * each:
        for operations in end.operations():
            got += operations
        if not any(t.is_alive() for t in threads):
            end.native.flush()
    for thread in threads:
        thread.join()
    for number in range(threads_count):
        mine = [
            (seq, o.token)
            for seq, o in enumerate(got, 1)
            if o.stream == wire.make_handle(wire.KIND_STREAM, number + 1)
        ]
        assert [token for _, token in mine] == list(range(each))
        assert [seq for seq, _ in mine] == sequences[number]
    end.close()
