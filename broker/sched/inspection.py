"""Looking into the scheduler: counters, state, and whether the state is sound.

Changes nothing. `Scheduler` offers these as its methods; the admin socket, metrics and
tests call them there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from broker.sched.classes import ClassState
from broker.sched.decisions import Mode
from broker.sched.session import SessionState
from broker.sched.stats import account_dict

if TYPE_CHECKING:
    from broker.sched.scheduler import Scheduler
    from broker.sched.turns import Turns


def counters(scheduler: Scheduler) -> dict[str, Any]:
    """Everything that only grows."""
    facts = scheduler.facts
    return {
        "totals": account_dict(scheduler.totals),
        "classes": {c: account_dict(a) for c, a in facts.accounts.items()},
        "sessions": {
            n: {"tenant": state.tenant, **account_dict(state.account)}
            for n, state in facts.sessions.items()
        },
        "switch_times": scheduler.switch_stats.as_dict(),
    }


def snapshot(scheduler: Scheduler) -> dict[str, Any]:
    """How things stand now."""
    facts = scheduler.facts
    drain = scheduler.drains.current
    return {
        "policy": scheduler.policy.name,
        "floor": scheduler.floor,
        "armed_class": scheduler.armed,
        "reigning_class": scheduler.reign,
        "turn": _turn_snapshot(scheduler),
        "drain": None if drain is None else drain.ticket,
        "drains_waiting": len(scheduler.drains.waiting),
        "classes": {g.class_: _group_snapshot(g) for g in facts.groups},
        "sessions": {
            n: _session_snapshot(state, scheduler)
            for n, state in facts.sessions.items()
        },
    }


def _turn_snapshot(scheduler: Scheduler) -> dict[str, Any] | None:
    """Whose turn it is; None under a policy without turns."""
    turns = scheduler.turns
    if turns is None:
        return None
    owner = None if turns.owner is None else turns.owner.session
    return {"owner": owner, "end_ns": turns.end_ns, "turns": turns.turns}


def _group_snapshot(group: ClassState) -> dict[str, Any]:
    return {
        "mode": group.mode.name,
        "sessions": len(group.sessions),
        "active": group.active,
        "owed_ns": group.owed_ns,
        "burst_until_ns": group.burst_until_ns,
        "yields": group.yields,
    }


def _session_snapshot(state: SessionState, scheduler: Scheduler) -> dict[str, Any]:
    return {
        "tenant": state.tenant,
        "class": state.class_,
        "weight": state.weight,
        "share": state.share,
        "deadline_ns": state.deadline_ns,
        "level": state.level,
        "mode": "NONE" if state.granted is None else state.granted.name,
        "active": state.active,
        "lingering": state.linger_until_ns > 0,
        "queued": state.queued,
        "duty": state.duty,
        "linger_ns": state.linger_ns,
        "used_ns": state.account.used_ns,
    }


def validate(scheduler: Scheduler) -> None:
    """Check every invariant. Raises: AssertionError naming the broken one."""
    facts = scheduler.facts
    for group in facts.groups:
        _validate_group(group, scheduler)
    classes = [group.class_ for group in facts.groups]
    assert classes == sorted(set(classes)), "classes out of order"
    grouped = [n for group in facts.groups for n in group.sessions]
    assert sorted(grouped) == sorted(facts.sessions), "a session has no class"
    assert facts.active == sum(g.active for g in facts.groups), "active miscounted"
    assert not facts.dirty, "facts changed without consequence"
    assert facts.alone is facts.find_alone(), "the window of who is alone is stale"
    assert facts.company == facts.find_company(), "the window of who is alone is stale"
    claims = (scheduler.reign, scheduler.hold_below)
    assert claims == facts.claims(), "claims are stale"
    assert scheduler.floor == scheduler.floor_wanted(), "the floor is misplaced"
    assert scheduler.armed == scheduler.armed_wanted(), "armed_class is stale"
    assert scheduler.release_ns == scheduler.release_wanted(), "release_ns is stale"
    assert facts.draining == (scheduler.drains.current is not None), "drain is stale"
    bursting = sum(g.burst_until_ns > 0 for g in facts.groups)
    assert bursting <= 1, "two bursts at once"
    yielding = any(g.yields for g in facts.groups)
    assert bursting or not yielding or facts.draining, "a class yields to nobody"
    _validate_time(scheduler)


def _validate_time(scheduler: Scheduler) -> None:
    """What was over at the last settling is over; what comes next has a timer."""
    facts, settled_ns = scheduler.facts, scheduler.settled_ns
    for state in facts.lingering.values():
        assert not state.active, f"session {state.session} lingers while busy"
        late = state.linger_until_ns <= settled_ns
        assert not late, f"session {state.session} lingers for too long"
    for group in facts.groups:
        over = 0 < group.burst_until_ns <= settled_ns and not facts.draining
        assert not over, f"class {group.class_}: the burst is over"
    due_ns = scheduler.next_due_ns(scheduler.now_ns)
    timer_ns = scheduler.timer_ns
    timed = due_ns is None or (timer_ns is not None and timer_ns <= due_ns)
    assert timed, f"no timer before {due_ns}"


def _validate_group(group: ClassState, scheduler: Scheduler) -> None:
    states = list(group.sessions.values())
    name = f"class {group.class_}"
    assert states, f"{name} is empty"
    assert group.active == sum(x.active for x in states), f"{name}: active"
    claiming = sum(x.counted is not Mode.BULK for x in states)
    assert group.claiming == claiming, f"{name}: claiming"
    holding = sum(x.counted is Mode.HELD for x in states)
    assert group.holding == holding, f"{name}: holding"
    assert group.mode is scheduler.mode_wanted(group), f"{name}: mode is stale"
    standing = scheduler.stands(group, group.mode)
    assert group.standing == standing, f"{name}: stands by, or does not"
    assert not group.stale, f"{name}: grants were lost and not renewed"
    held = group.mode is Mode.HELD and group.active > 0
    assert (group.held_since_ns >= 0) == held, f"{name}: clock of hold"
    for state in states:
        where = f"session {state.session}"
        assert state.group is group, f"{where}: in two classes"
        assert state.class_ == group.class_, f"{where}: class {state.class_}"
        if scheduler.turns is None or scheduler.facts.draining:
            assert state.granted is group.mode, f"{where}: granted {state.granted}"
            assert state.held_since_ns < 0 or held, f"{where}: hold left open"
        else:
            _validate_turn(state, scheduler, scheduler.turns)
        assert state.present or state.counted is Mode.BULK, f"{where}: claims idle"
        assert state.duty is None or 0 <= state.duty <= 1, f"{where}: duty"


def _validate_turn(state: SessionState, scheduler: Scheduler, turns: Turns) -> None:
    """What was granted is what the turn allows, and a busy device is not left idle."""
    where = f"session {state.session}"
    mode = turns.mode_of(state)
    assert state.granted is not None, f"{where}: without a decision"
    assert mode is None or state.granted is mode, f"{where}: granted {state.granted}"
    held = state.granted is Mode.HELD and state.active
    assert (state.held_since_ns >= 0) == held, f"{where}: clock of hold"
    if mode is Mode.BURST:
        assert state.until_ns == turns.end_ns, f"{where}: an old turn"
    if held and state.session in turns.ready:
        busy = [s for s in scheduler.facts.sessions.values() if s.active]
        running = any(s.granted is not Mode.HELD for s in busy)
        assert running or turns.keeping, "all are held"
