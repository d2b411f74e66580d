"""Bursts: how held classes are paid their min_share.

Decides when a held class gets a span of time of its own, and how long: after a hold of
hold_burst_after_ns, or as soon as the classes above pause while it is owed enough.
Always in one piece, never launch by launch: one lower launch in between delays the high
class by as much as many in a row.

A class that was held so long beside one that never pauses would get nothing from a
burst beside it, at a lower stream priority: the classes above that are busy when such a
burst begins yield until it ends, or until they run dry. Must never know grants or the
floor. Called by `scheduler.py`.
"""

from __future__ import annotations

from broker.sched.classes import ClassState
from broker.sched.config import SchedulerConfig
from broker.sched.stats import Account, Totals


def update_bursts(
    groups: list[ClassState],
    reign: int,
    now_ns: int,
    config: SchedulerConfig,
    totals: Totals,
) -> None:
    """End a burst whose time is over, and start the next that is due.

    A burst ends by its time alone: not when its class runs dry (a closed loop runs dry
    after each launch), nor when the high class goes idle (its next request would cut
    the burst off, and short pauses would never pay the share).

    Args: groups: highest priority first. reign: the highest class that claims.
    """
    if any(now_ns < group.burst_until_ns for group in groups):
        for group in groups:
            group.yields = group.yields and group.active > 0
        return
    stop_burst(groups)  # also of a class that has gone in the middle of its burst
    if config.min_share == 0:
        return
    due = due_groups(groups, reign, now_ns, config)
    if due:
        chosen = min(due, key=lambda group: group.held_since_ns)
        starved = _is_starved(chosen, now_ns, config)
        for group in groups:
            group.yields = starved and group.class_ < chosen.class_ and group.active > 0
        _start(chosen, now_ns, config, totals)


def stop_burst(groups: list[ClassState]) -> None:
    for group in groups:
        group.burst_until_ns = 0
        group.yields = False


def burst_dues_ns(groups: list[ClassState], config: SchedulerConfig) -> list[int]:
    """When a burst ends, or else when holds become too long."""
    ends = [group.burst_until_ns for group in groups if group.burst_until_ns]
    if ends or config.min_share == 0:
        return ends
    after_ns = config.hold_burst_after_ns
    return [g.held_since_ns + after_ns for g in groups if g.held_since_ns >= 0]


def due_groups(
    groups: list[ClassState], reign: int, now_ns: int, config: SchedulerConfig
) -> list[ClassState]:
    """Outranked classes with work whose burst is due."""
    due: list[ClassState] = []
    busy_above = False
    for group in groups:
        if (
            group.class_ > reign
            and group.active
            and _is_due(group, busy_above, now_ns, config)
        ):
            due.append(group)
        busy_above = busy_above or group.active > 0
    return due


def _is_due(
    group: ClassState, busy_above: bool, now_ns: int, config: SchedulerConfig
) -> bool:
    if _is_starved(group, now_ns, config):
        return True
    if busy_above:
        return False
    group.accrue(now_ns, config)
    return group.owed_ns >= config.burst_ns_min


def _is_starved(group: ClassState, now_ns: int, config: SchedulerConfig) -> bool:
    held_ns = now_ns - group.held_since_ns
    return group.held_since_ns >= 0 and held_ns >= config.hold_burst_after_ns


def _start(
    group: ClassState, now_ns: int, config: SchedulerConfig, totals: Totals
) -> None:
    burst_ns = group.burst_ns(now_ns, config)
    group.burst_until_ns = now_ns + burst_ns
    accounts: list[Account | Totals] = [group.account, totals]
    accounts += [state.account for state in group.sessions.values()]
    for account in accounts:
        account.bursts += 1
        account.burst_ns += burst_ns
