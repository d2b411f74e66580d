"""`xsched-broker run` and `shim`, as a user types them."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shim.conftest import PATIENCE_SECONDS
from tests.socket.peer import BrokerProcess, eventually, is_running, serving

ASK = """
import ctypes, os
cuda = ctypes.CDLL("libcuda.so.1")
total = ctypes.c_size_t()
print(cuda.cuInit(0), cuda.cuDeviceTotalMem_v2(ctypes.byref(total), 0), total.value)
"""


def cli(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XSCHED_")}
    return subprocess.run(
        [sys.executable, "-m", "broker", *arguments],
        env={**kept, **more},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def test_behind_a_broker_that_listens(broker):
    done = cli("run", "--socket", broker.path, "--tenant", "t", "--memory", "2GiB",
               "--class", "3", "--", "python3", "-c", ASK)  # fmt: skip
    assert done.stdout == f"0 0 {2 << 30}\n", done.stderr
    assert done.stderr == ""
    tenants = {row["tenant"] for row in broker.ask("tenants")}
    assert "t" in tenants


def test_without_a_tenant_it_is_the_user(broker):
    done = cli("run", "--socket", broker.path, "--", "python3", "-c", ASK)
    assert done.stdout.startswith("0 0 "), done.stderr
    tenants = {row["tenant"] for row in broker.ask("tenants")}
    assert pwd.getpwuid(os.getuid()).pw_name in tenants


def test_a_refusal_is_one_line_that_says_what_to_do(tmp_path):
    """A framework says only that there is no device, however often it asks."""
    often = ASK + "[cuda.cuInit(0) for _ in range(3)]\n"
    with BrokerProcess(tmp_path, config="[tenants.other]\nclass = 1\n") as broker:
        done = cli("run", "--socket", broker.path, "--tenant", "me", "--",
                   "python3", "-c", often)  # fmt: skip
        assert done.stdout.startswith("100 "), done.stderr
        (line,) = done.stderr.splitlines()
    assert "refused (tenant_unknown)" in line and broker.path in line
    for next_step in ("--tenant NAME", "[tenants.me]", 'unknown_tenants = "accept"'):
        assert next_step in line


def test_the_program_takes_the_place_of_the_command(broker):
    done = cli("run", "--socket", broker.path, "--", "sh", "-c", "kill -TERM $$")
    assert done.returncode == -signal.SIGTERM


def test_a_broker_of_its_own(tmp_path):
    path = str(tmp_path / "none.sock")
    done = cli("run", "--socket", path, "--device", "null", "--memory", "1GiB",
               "--", "python3", "-c", ASK)  # fmt: skip
    assert done.stdout == f"0 0 {1 << 30}\n", done.stderr
    (line,) = done.stderr.splitlines()
    assert path in line and "started one for this program alone" in line
    assert not Path(line.rsplit(" ", 1)[1]).exists()


@pytest.mark.parametrize(
    ("visible", "count"), [("2", 1), ("GPU-12ab,1", 1), ("", 0), ("-1", 0)]
)
@pytest.mark.parametrize("listens", [False, True])
def test_the_device_that_was_named_is_the_brokers(
    tmp_path, broker, visible, count, listens
):
    """A broker of its own takes the machine's device 2, one that runs has taken what
    it has: the program has one device, its 0."""
    path = broker.path if listens else str(tmp_path / "none.sock")
    ask = (
        "import ctypes; cuda = ctypes.CDLL('libcuda.so.1'); n = ctypes.c_int();"
        "cuda.cuInit(0); cuda.cuDeviceGetCount(ctypes.byref(n)); print(n.value)"
    )
    done = cli("run", "--socket", path, "--device", "null", "--tenant", "t",
               "--", "python3", "-c", ask, CUDA_VISIBLE_DEVICES=visible)  # fmt: skip
    assert done.stdout == f"{count}\n", done.stderr


def test_exit_code_of_the_program(tmp_path):
    path = str(tmp_path / "none.sock")
    done = cli("run", "--socket", path, "--device", "null", "--", "sh", "-c", "exit 7")
    assert done.returncode == 7
    done = cli(
        *("run", "--socket", path, "--device", "null", "--"),
        *("sh", "-c", "kill -KILL $$"),
    )
    assert done.returncode == 128 + signal.SIGKILL


def test_its_broker_ends_with_it_however_it_ends(tmp_path):
    """Killed outright, it cannot clean up: the kernel tells the broker."""
    command = [sys.executable, "-m", "broker", "run", "--device", "null"]
    command += ["--socket", str(tmp_path / "none.sock"), "--"]
    command += ["sh", "-c", "echo $XSCHED_SOCKET; exec sleep 1000"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    path = Path(process.stdout.readline().strip())
    assert path.exists()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    pids = [int(pid) for pid in children.read_text().split()]
    process.kill()
    process.wait()
    eventually(lambda: not path.exists(), "the broker has removed its socket")
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def launched(folder: Path, *program: str) -> subprocess.Popen[str]:
    """`run` with a broker of its own, whose folder is made in `folder`."""
    command = [sys.executable, "-m", "broker", "run", "--device", "null"]
    command += ["--socket", str(folder / "none.sock"), "--", *program]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ended_while_its_broker_starts_it_stops_that_first(tmp_path, number):
    before = signal.signal(number, signal.SIG_DFL)  # nohup may have it ignored
    try:
        process = launched(tmp_path, "sleep", "1000")
    finally:
        signal.signal(number, before)
    broker = eventually(lambda: serving(process.pid), "its broker is started")
    process.send_signal(number)
    assert process.wait(PATIENCE_SECONDS) == 128 + number
    assert not is_running(broker)
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_the_program_decides_what_a_signal_ends(tmp_path):
    """The broker is there until it has ended."""
    told = "import signal, sys, time\n"
    told += "signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
    told += "print('runs', flush=True)\nsignal.pause()"
    process = launched(tmp_path, sys.executable, "-c", told)
    assert process.stdout is not None
    assert process.stdout.readline() == "runs\n"
    broker = serving(process.pid)
    assert broker is not None and is_running(broker)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 9
    assert not is_running(broker)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--memory", "20 parsecs", "--", "true"), "a size like 20GiB"),
        (("--", "no-such-program"), "cannot run no-such-program"),
    ],
)
def test_mistakes_are_one_line(arguments, text, broker):
    done = cli("run", "--socket", broker.path, *arguments)
    assert done.returncode == 2
    assert text in done.stderr and "Traceback" not in done.stderr


def test_a_broker_that_cannot_start_says_why(tmp_path):
    path = str(tmp_path / "none.sock")
    done = cli("run", "--socket", path, "--device", "moon", "--", "true")
    assert done.returncode == 2
    assert "did not start" in done.stderr and "moon" in done.stderr


def test_environment_for_a_dockerfile(folder):
    done = cli(
        "shim", "--print-env", "--socket", "/s/broker.sock", "--folder", "/opt/x"
    )
    values = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert values == {
        "LD_LIBRARY_PATH": "/opt/x",
        "LD_PRELOAD": "/opt/x/libcuda.so.1",
        "TRITON_LIBCUDA_PATH": "/opt/x",
        "XSCHED_SOCKET": "/s/broker.sock",
    }
    assert cli("shim").stdout.strip() == str(folder)


def test_two_programs_of_one_broker(tmp_path):
    """`run` on the socket that a broker listens at starts none."""
    with BrokerProcess(tmp_path) as broker:
        done = cli(
            *("run", "--socket", broker.path, "--tenant", "a", "--", "sh", "-c"),
            "echo $XSCHED_SOCKET $XSCHED_TENANT",
        )
        assert done.stdout.split() == [broker.path, "a"]
