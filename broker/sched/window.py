"""The window: how much issued and unretired work a session may have on the device.

Decides the three numbers a grant carries (batch, window in time, bound in launches),
and states the per-launch law that the native worker applies with them. Must never know
a session's state. The policies choose among the windows made here; the simulation's
model worker applies `admits` as the oracle of the worker's own check.

Nothing recalls an issued launch, so the window is about latency and is small always;
the batch is about overhead and is large. Measured on an H100: 4 launches in flight give
the throughput of 500, and a sixth of the delay to a high request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from broker.sched.config import SchedulerConfig

# Fewer than this many launches in flight would leave the device idle between two.
LAUNCHES_FLOOR = 2
# A batch so large that time ends the grant first.
LAUNCHES_UNBOUND = 1 << 20
# Of a turn, the window is this part at most.
TURN_PART = 10
# If nothing of a session that may issue retires for so long, its window opens: its
# launches may be waiting for one that is not issued yet.
OPENS_AFTER_NS = 10_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """launches_max: batch. window_ns: per stream, 0 = no bound in time.

    launches_in_flight_max: per stream, >= 1.
    """

    launches_max: int
    window_ns: int
    launches_in_flight_max: int


def bulk_window(config: SchedulerConfig) -> Window:
    """What a session gets while no higher class has work."""
    return Window(
        config.launches_per_batch, config.window_ns, config.launches_in_flight_max
    )


def alone_window(window: Window, config: SchedulerConfig) -> Window:
    """The window for a session beside which there is nobody.

    Why longer: a marker costs the stream 2 us, and a window that time has to refill
    costs a wake-up in time, which a virtual machine now and then gives milliseconds
    late: a decode of 50 graph segments lost 4 to 7 % to such moments on an H100.
    """
    return _wider(window, config.window_alone_ns, config)


def top_window(window: Window, config: SchedulerConfig) -> Window:
    """The window for the only session of the highest class, with others below it.

    Why shorter than alone: they wait behind it when it pauses for their `min_share` and
    when the device is drained for one of them.
    """
    return _wider(window, config.window_top_ns, config)


def _wider(window: Window, window_ns: int, config: SchedulerConfig) -> Window:
    if window.window_ns == 0:
        return window
    launches = max(window.launches_in_flight_max, config.launches_in_flight_alone)
    window_ns = max(window.window_ns, window_ns)
    return replace(window, window_ns=window_ns, launches_in_flight_max=launches)


def turn_window(config: SchedulerConfig) -> Window:
    """What a session gets in its turn: its end is set in time, not in launches. What is
    in flight then runs on in the next one's turn, so it is a small part of one."""
    window_ns = min(config.window_ns, config.quantum_ns // TURN_PART)
    return Window(LAUNCHES_UNBOUND, window_ns, config.launches_in_flight_max)


def urgent_window(config: SchedulerConfig) -> Window:
    """What a lower class keeps beside a CPU-bound higher one."""
    bounds = [ns for ns in (config.window_ns, config.window_urgent_ns) if ns]
    return Window(
        config.launches_per_batch_urgent,
        min(bounds, default=0),
        config.launches_in_flight_urgent,
    )


def fifo_window(config: SchedulerConfig) -> Window:
    """No bound in time: what a broker without a window would do, for comparison."""
    return Window(config.launches_per_batch_fifo, 0, config.launches_in_flight_fifo)


def admits(window: Window, in_flight: int, in_flight_ns: int, next_ns: int) -> bool:
    """Whether one more launch may be issued to a stream.

    Args: in_flight, in_flight_ns: launches on the stream and their estimated time left.
          next_ns: estimate of the launch in question.
    Why the floor: two launches keep the device busy across a retirement; one is enough
    when the next is longer than half the window.
    """
    if in_flight >= window.launches_in_flight_max:
        return False
    if window.window_ns == 0 or in_flight_ns + next_ns <= window.window_ns:
        return True
    floor = 1 if next_ns * 2 > window.window_ns else LAUNCHES_FLOOR
    return in_flight < floor
