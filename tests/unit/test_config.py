"""Where a setting comes from, how it is written, and what is said when it is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from broker.config import ConfigError, load, show

FILE = """
policy = "fifo"
[server]
socket = "/file.sock"
mode = "0600"
drain_seconds = "1500ms"
host_arena_bytes = "1GiB"
[scheduler]
window_ns = "300us"
min_share = 0.1
[tenants.rerank]
class = 0
memory = "20GiB"
[tenants."team.a"]
class = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "broker.toml"
    path.write_text(FILE)
    return path


def test_defaults_need_nothing() -> None:
    config = load(environment={})
    assert config.policy == "strict"
    assert config.scheduler.launches_per_batch == 500
    assert config.device.kind == "auto"
    assert config.tenants == {}


def test_flag_over_environment_over_file_over_default(file: Path) -> None:
    environment = {"XSCHED_BROKER_SERVER__SOCKET": "/env.sock"}
    assert load({}, {}, file).server.socket == "/file.sock"
    assert load({}, environment, file).server.socket == "/env.sock"
    flags = {"server.socket": "/flag.sock", "policy": None}
    config = load(flags, environment, file)
    assert config.server.socket == "/flag.sock"
    assert config.policy == "fifo"  # a flag not given hides nothing
    assert config.origins["server.socket"] == "flag"
    assert config.origins["policy"] == f"file {file}"


def test_quantities(file: Path) -> None:
    config = load({}, {}, file)
    assert config.server.drain_seconds == 1.5
    assert config.server.host_arena_bytes == 1 << 30
    assert config.scheduler.window_ns == 300_000
    assert config.scheduler.min_share == 0.1
    assert config.tenants["rerank"].memory_bytes == 20 << 30
    assert config.tenants["team.a"].class_ == 3


@pytest.mark.parametrize(
    ("text", "nbytes"),
    [("4194304", 4 << 20), ("8MiB", 8 << 20), ("1.5 GiB", 3 << 29), ("5MB", 5_000_000)],
)
def test_sizes(text: str, nbytes: int) -> None:
    environment = {"XSCHED_BROKER_SERVER__HOST_ARENA_BYTES": text}
    assert load({}, environment).server.host_arena_bytes == nbytes


def test_environment_names_nest() -> None:
    environment = {
        "XSCHED_BROKER_TENANTS__RERANK__CLASS": "0",
        "XSCHED_BROKER_TENANTS__RERANK__MEMORY": "1GiB",
        "XSCHED_BROKER_METRICS__PORT": "9400",
        "XSCHED_BROKER_EPOCH": "7",  # not a setting
        "OTHER": "x",
    }
    config = load({}, environment)
    assert config.tenants["rerank"].class_ == 0
    assert config.tenants["rerank"].memory_bytes == 1 << 30
    assert config.metrics.port == 9400


def test_the_environment_may_name_the_file(file: Path) -> None:
    assert load({}, {"XSCHED_BROKER_CONFIG": str(file)}).policy == "fifo"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[server]\nsokcet = 'x'", ("server.sokcet", "did you mean server.socket")),
        ("[sever]\nsocket = 'x'", ("sever.socket", "did you mean server.socket")),
        ("polcy = 'fifo'", ("polcy", "did you mean policy")),
        ("[tenants.a]\nclas = 1", ("tenants.a.clas", "tenants.a.class")),
        ("[scheduler]\nwindow_ns = '3 fortnights'", ("window_ns", "200us")),
        ("[scheduler]\nwindow_ns = -1", ("window_ns", "must be")),
        ("[server]\nbusy_poll = true", ("server.busy_poll", "text in quotes")),
        ("[server]\nbusy_poll = 'maybe'", ("server.busy_poll", "auto, on, off")),
        ("[scheduler]\nmin_share = 0.9", ("scheduler.min_share", "0.5")),
        ("[scheduler]\nlaunches_per_batch = 1.5", ("launches_per_batch", "whole")),
        ("[scheduler]\nlaunches_per_batch = true", ("launches_per_batch", "whole")),
        ("[server]\nhost_arena_bytes = 'big'", ("host_arena_bytes", "20GiB")),
        ("[server]\nmode = '9'", ("server.mode", "0660")),
        ("[server]\nsocket = 3", ("server.socket", "text")),
        ("[device]\nkind = 'abacus'", ("device.kind", "emulated")),
        ("[metrics]\nport = 70000", ("metrics.port", "65535")),
        ("[tenants.a]\nclass = 255", ("tenants.a.class", "254")),
        ("[tenants.a]\nweight = 0", ("tenants.a.weight", "> 0")),
        ("[tenants.a]\nsocket='/x'\n[tenants.b]\nsocket='/x'", ("/x", "tenants.a")),
        ("not toml", ("no TOML",)),
    ],
)
def test_mistakes_name_key_file_and_way_out(
    tmp_path: Path, text: str, says: tuple[str, ...]
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load({}, {}, path)
    for part in says:
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("[server]\nsessions_max = 'many'")
    with pytest.raises(ConfigError, match=r"wrong\.toml"):
        load({}, {}, path)
    with pytest.raises(ConfigError, match="cannot read"):
        load({}, {}, tmp_path / "none")


def test_what_is_shown_can_be_loaded_again(file: Path, tmp_path: Path) -> None:
    config = load({"device.kind": "null"}, {}, file)
    shown = show(config)
    again = tmp_path / "again.toml"
    again.write_text(shown)
    loaded = load({}, {}, again)
    for section in ("policy", "server", "scheduler", "device", "tenants", "metrics"):
        assert getattr(loaded, section) == getattr(config, section)
    assert 'kind = "null"  # flag' in shown
    assert "dilation = 10  # default" in shown
    assert tomllib.loads(shown)["policy"] == "fifo"


def test_tokens_are_not_shown() -> None:
    environment = {"XSCHED_BROKER_TENANTS__A__TOKEN": "secret"}
    assert "secret" not in show(load({}, environment))


def test_shares_of_tenants(tmp_path: Path) -> None:
    path = tmp_path / "broker.toml"
    path.write_text(
        'policy = "partition"\n[scheduler]\npartition_mode = "strict"\n'
        "[tenants.a]\nshare = 75\nweight = 3\n"
        '[tenants.b]\nshare = 25\ndeadline = "20ms"\n'
    )
    config = load({}, {}, path)
    assert [t.share for t in config.tenants.values()] == [75, 25]
    assert config.tenants["b"].deadline_ns == 20_000_000
    assert config.scheduler.partition_mode == "strict"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[tenants.a]\nshare = 80\n[tenants.b]\nshare = 30", r"110 % \(a 80 \+ b 30\)"),
        ("[tenants.a]\nshare = -1", r"tenants\.a\.share"),
        ('[scheduler]\npartition_mode = "hard"', "conserving, strict"),
    ],
)
def test_shares_that_cannot_be(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "broker.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says):
        load({}, {}, path)
