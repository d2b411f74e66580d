"""The table of driver calls is complete and agrees with the native half."""

from __future__ import annotations

import pytest

from broker.device.backend import Backend, Lane
from broker.device.cuda import _issue
from broker.device.cuda.lanes import CALLS, SEAM, native_calls


def test_native_calls_are_those_of_issue_c() -> None:
    assert set(native_calls()) == set(_issue.calls())


def test_native_calls_never_wait() -> None:
    """Those that make graphs are native too, and run on the control thread."""
    lanes = {name: CALLS[name].lane for name in native_calls()}
    assert set(lanes.values()) == {Lane.ISSUE, Lane.CONTROL}
    control = {name for name, lane in lanes.items() if lane is Lane.CONTROL}
    assert all(name.startswith("cuGraph") for name in control)
    assert "cuGraphLaunch" not in control


def test_every_control_method_has_a_lane() -> None:
    methods = {
        name
        for name, method in vars(Backend).items()
        if "*control*" in (getattr(method, "__doc__", None) or "")
    }
    assert methods < set(SEAM)
    assert set(SEAM.values()) == {Lane.CONTROL, Lane.CONTROL_DRAINED}


def test_what_waits_for_everybody_is_banned_or_drained() -> None:
    for name in ("cuMemFree", "cuMemFreeHost", "cuCtxSynchronize", "cuEventQuery"):
        assert CALLS[name].lane is Lane.BANNED
    for name in ("cuModuleLoadDataEx", "cuModuleUnload", "cuMemHostUnregister"):
        assert CALLS[name].lane is Lane.CONTROL_DRAINED


def test_the_native_half_wants_every_entry_point() -> None:
    addresses = dict.fromkeys(native_calls(), 1)
    assert _issue.IssueTable(1, -5, 0, addresses).capsule()
    with pytest.raises(ValueError, match="cuMemFree"):
        _issue.IssueTable(1, -5, 0, {**addresses, "cuMemFree": 1})
    del addresses["cuEventRecord"]
    with pytest.raises(ValueError, match="cuEventRecord"):
        _issue.IssueTable(1, -5, 0, addresses)
