"""A session that records what it is asked, for players and tenants without a broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass
class FakeBuffer:
    session: FakeSession
    nbytes: int

    def fill(self, value: int, **options: Any) -> None:
        self.session.log.append(("fill", options["count"]))

    def copy_from(self, array: Any, **options: Any) -> None:
        self.session.log.append(("h2d", array.nbytes))

    def copy_to(self, array: Any, **options: Any) -> None:
        self.session.log.append(("d2h", array.nbytes))

    def copy_from_buffer(self, other: Any, **options: Any) -> None:
        self.session.log.append(("d2d", options["nbytes"]))


@dataclass
class FakeEvent:
    session: FakeSession
    at_ns: int = 0

    def synchronize(self) -> None:
        self.session.log.append(("wait",))
        self.session.on_wait()

    def query(self) -> bool:
        self.session.log.append(("query",))
        return True

    def elapsed_ns(self, start: FakeEvent) -> int:
        return self.at_ns - start.at_ns


@dataclass
class FakeStream:
    session: FakeSession

    def record(self, event: FakeEvent) -> None:
        event.at_ns = self.session.device_ns
        self.session.log.append(("record",))


@dataclass
class FakeFunction:
    load: int
    attributes: dict[int, int] = field(default_factory=dict)

    def set_attribute(self, attribute: int, value: int) -> None:
        self.attributes[attribute] = value


@dataclass
class FakeModule:
    load: int

    def function(self, name: str) -> FakeFunction:
        assert name == "xs_replay"
        return FakeFunction(self.load)


@dataclass
class FakeProgram:
    """Playing it takes the device duration of each launch plus kernel_ns."""

    session: FakeSession
    launches: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, function: Any, grid: Any, block: Any, args: Any, **options: Any
    ) -> None:
        launch = {"function": function, "grid": grid, "block": block, "args": args}
        self.launches.append(launch | options)

    def play(self, stream: Any, pace: float = 1.0) -> None:
        self.session.log.append(("play", len(self.launches), pace))
        for launch in self.launches:
            blocks = launch["grid"][0] * launch["grid"][1] * launch["grid"][2]
            waves = -(-blocks // self.session.blocks_at_once)
            busy = waves * (launch["args"][0] + self.session.wave_ns)
            self.session.device_ns += busy + self.session.kernel_ns


@dataclass
class FakeSession:
    log: list[tuple[Any, ...]] = field(default_factory=list)
    programs: list[FakeProgram] = field(default_factory=list)
    device_ns: int = 0
    kernel_ns: int = 0
    wave_ns: int = 0
    blocks_at_once: int = 132 * 8
    loads: int = 0

    def on_wait(self) -> None:
        """A test may put something here."""

    def load_module(self, image: str) -> FakeModule:
        self.loads += 1
        return FakeModule(self.loads)

    def allocate(self, nbytes: int) -> FakeBuffer:
        return FakeBuffer(self, nbytes)

    def stream(self, **options: Any) -> FakeStream:
        return FakeStream(self)

    def event(self) -> FakeEvent:
        return FakeEvent(self)

    def program(self) -> FakeProgram:
        self.programs.append(FakeProgram(self))
        return self.programs[-1]


@pytest.fixture
def make_session() -> type[FakeSession]:
    return FakeSession
