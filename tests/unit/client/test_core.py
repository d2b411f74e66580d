"""Handshake, calls and handles without I/O; errors and their words; the twins."""

from __future__ import annotations

import inspect

import pytest

from broker.wire.connection import Connection, Role
from broker.wire.gen import messages as wire
from client import aio, blocking, errors, nvrtc, transport
from client.core import Call, Calls, Ending, Handles, Handshake, lost_error


def connected() -> tuple[Calls, Connection]:
    handshake, broker = Handshake("t", "secret", 2), Connection(Role.BROKER)
    (hello,) = broker.receive_data(handshake.hello())
    assert (hello.tenant, hello.token, hello.priority_class) == ("t", b"secret", 2)
    assert hello.library.startswith("xsched-client/")
    welcome = wire.Welcome(1, 0, "x", 0, 1, 64, 64, 0, 0, 0, 0, 0, 1, ())
    data = broker.send(welcome)
    assert handshake.receive(data[:7]) is None
    assert handshake.receive(data[7:]) == welcome
    return Calls(handshake.connection), broker


def test_no_class_asked_for_is_the_tenants():
    (hello,) = Connection(Role.BROKER).receive_data(Handshake("", b"", None).hello())
    assert hello.priority_class == wire.CLASS_FROM_TENANT


def test_a_refusal_carries_reason_and_advice():
    handshake, broker = Handshake("t", b"", None), Connection(Role.BROKER)
    broker.receive_data(handshake.hello())
    with pytest.raises(errors.Refused, match="token: ask the operator") as caught:
        handshake.receive(broker.send(wire.Refused("token", "ask the operator")))
    assert caught.value.reason == "token"


@pytest.mark.parametrize("data", [b"", b"\xff\xff\xff\xff", b"\x01\0\0\0\xc1"])
def test_a_greeting_that_is_none_is_lost(data):
    handshake = Handshake("t", b"", None)
    handshake.hello()
    with pytest.raises(errors.SessionLost):
        handshake.receive(data)


def test_calls_are_numbered_and_replies_matched():
    calls, broker = connected()
    numbers = []
    for nbytes in (10, 20):
        number, frame = calls.request(
            Call(wire.Allocate, {"device": 0, "bytes": nbytes}, "cuMemAlloc")
        )
        (message,) = broker.receive_data(frame)
        assert (message.call, message.bytes) == (number, nbytes)
        numbers.append(number)
    assert len(set(numbers)) == 2
    data = b"".join(broker.send(wire.Allocated(n, 0, address=n)) for n in numbers)
    got = calls.receive(data[:6]) + calls.receive(data[6:])
    assert [reply.call for reply in got] == numbers
    assert calls.ending is None


@pytest.mark.parametrize(
    ("message", "ending"),
    [
        (wire.Fault(700, "kernel k"), Ending("kernel k", 700)),
        (
            wire.ProtocolError("submit: first_seq", 9),
            Ending("submit: first_seq (operation 9)", 0, True),
        ),
    ],
)
def test_why_a_session_ended_is_remembered(message, ending):
    calls, broker = connected()
    assert calls.receive(broker.send(message)) == []
    assert calls.receive(b"") == []
    assert calls.ending == ending


def test_garbage_from_the_broker_ends_the_session():
    calls, _ = connected()
    assert calls.receive(b"\x01\0\0\0\xc1") == []
    assert calls.ending is not None
    assert calls.ending.protocol


def test_lost_errors_carry_a_result():
    assert lost_error(None, 0).name == "CUDA_ERROR_CONTEXT_IS_DESTROYED"
    assert lost_error(Ending("x", 719), 0).result == 719
    assert lost_error(Ending("x", 719), 700).result == 700
    assert isinstance(lost_error(Ending("x", protocol=True), 0), errors.ProtocolError)


def test_handles_change_generation_when_used_again():
    handles = Handles(wire.KIND_EVENT, 1, 2)
    first, second = handles.make(), handles.make(3)
    assert wire.split_handle(first) == (wire.KIND_EVENT, 0, 0, 1)
    assert wire.split_handle(second) == (wire.KIND_EVENT, 3, 0, 2)
    with pytest.raises(errors.CudaError, match="all 2 handles"):
        handles.make()
    handles.release(second)
    handles.release(first)
    assert wire.split_handle(handles.make()) == (wire.KIND_EVENT, 0, 1, 2)
    assert wire.split_handle(handles.make()) == (wire.KIND_EVENT, 0, 1, 1)


def test_errors_name_the_result():
    error = errors.CudaError(1, "cuLaunchKernel", "grid is 0", 12)
    assert error.name == "CUDA_ERROR_INVALID_VALUE"
    assert str(error) == (
        "cuLaunchKernel: CUDA_ERROR_INVALID_VALUE (operation 12): grid is 0"
    )
    assert errors.CudaError(12345).name == "CUresult 12345"
    assert errors.result_name(0) == "CUDA_SUCCESS"


def test_no_broker_says_what_to_do(tmp_path, monkeypatch):
    path = tmp_path / "none.sock"
    with pytest.raises(errors.BrokerNotFound, match="xsched-broker serve --socket"):
        blocking.connect(path, tenant="t")
    monkeypatch.setenv("XSCHED_SOCKET", str(path))
    with pytest.raises(errors.BrokerNotFound, match=r"none\.sock"):
        blocking.connect()
    monkeypatch.delenv("XSCHED_SOCKET")
    assert transport.socket_path(None) == "/run/xsched/broker.sock"


def test_a_stale_socket_says_so(tmp_path):
    import socket

    path = tmp_path / "stale.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    with pytest.raises(errors.BrokerNotFound, match="is gone"):
        blocking.connect(path, tenant="t")


def test_cuda_c_becomes_ptx():
    ptx = nvrtc.compile_ptx('extern "C" __global__ void k(int *p) { *p = 1; }')
    assert b".entry k(" in ptx
    assert not ptx.endswith(b"\0")


def test_the_compilers_log_is_the_error():
    with pytest.raises(errors.CompileError, match='identifier "q" is undefined'):
        nvrtc.compile_ptx('extern "C" __global__ void k(int *p) { *q = 1; }')


def test_without_nvrtc_the_extra_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    with pytest.raises(errors.Error, match=r"xsched-broker\[cuda\]"):
        nvrtc.compile_ptx("")


@pytest.mark.parametrize(
    "name",
    ["Session", "Buffer", "Module", "Function", "Stream", "Event", "Program"],
)
def test_the_twins_have_the_same_signatures(name):
    one, other = getattr(blocking, name), getattr(aio, name)
    context = {
        "__enter__": "__aenter__",
        "__exit__": "__aexit__",
    }
    names = {n for n in vars(one) if not n.startswith("_")} | {
        n for n in vars(one) if n in context
    }
    theirs = {n for n in vars(other) if not n.startswith("_")} | {
        n for n in vars(other) if n in context.values()
    }
    assert {context.get(n, n) for n in names} | {"play"} == theirs | {"play"}
    for method in names:
        mine = getattr(one, method)
        if inspect.isfunction(mine) and method not in context:
            twin = getattr(other, method)
            assert str(inspect.signature(mine)) == str(inspect.signature(twin))


def test_connect_has_the_same_signature():
    mine = inspect.signature(blocking.connect)
    assert str(mine) == str(inspect.signature(aio.connect))
