"""Tenants and their connections: late, split, sometimes dead in the middle.

Decides when bytes reach the broker. A connection keeps its order (it is a socket), but
every frame may be late, arrive in pieces, or stop half-way for good; connections know
nothing of each other. What the server would do with the bytes (`protocol.py`) is done
in `_bytes`; what it would do with a death, in `_lost`.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from broker.device.backend import Lane
from tests.sim.program import Control, Operation, Program, Send, Step, Sync, Think

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation

NOTICE_NS = 100_000  # until the loop sees that a connection was lost


class Tenant:
    """One session: it plays its program, and answers its host functions."""

    def __init__(
        self, simulation: Simulation, sid: int, program: Program, rng: random.Random
    ) -> None:
        self.sid = sid
        self.program = program
        self.class_ = program.class_
        self.accepted_seq = 0
        self.finished = False  # everything it sent has retired, or it was killed
        self.killed = False
        self.gone = False  # the broker has forgotten it
        self._simulation = simulation
        self._timeline = simulation.timeline
        self._rng = rng
        self._steps: list[Step] = list(program.steps)
        self._wire_free_ns = 0  # when the last frame so far arrives
        self._sent_seq = 0
        self._closing = False
        self._controls = 0
        self._host_asked: set[int] = set()

    def start(self) -> None:
        self._timeline.after(self.program.connect_ns, self._connect)

    # ------------------------------------------------------------- the program

    def _connect(self) -> None:
        self._simulation.open_session(self)
        if self.program.kill_after_ns:
            self._timeline.after(self.program.kill_after_ns, self._die)
        self._next()

    def _next(self) -> None:
        if self.killed or self._closing:
            return
        if not self._steps:
            self._finish()
            return
        step = self._steps.pop(0)
        if isinstance(step, Send):
            self._send(step.operations)
            self._next()
        elif isinstance(step, Think):
            self._timeline.after(step.pause_ns, self._next)
        elif isinstance(step, Sync):
            self._when_retired(self._next)
        elif isinstance(step, Control):
            self._controls += 1
            self._at_wire_end(self._control)

    def _send(self, operations: tuple[Operation, ...]) -> None:
        """Put one frame on the wire: perhaps in two pieces, perhaps very late."""
        rng = self._rng
        self._sent_seq = operations[-1].seq
        delay_ns = rng.randrange(2_000, 30_000)
        if rng.random() < 0.03:
            delay_ns += rng.randrange(3_000_000)
        first_ns = max(self._wire_free_ns, self._timeline.now_ns() + delay_ns)
        last_ns = first_ns
        if rng.random() < 0.2:
            last_ns += rng.choice([1_000, 50_000, 1_500_000])
            self._timeline.at(first_ns, lambda: self._bytes(()))
        self._wire_free_ns = last_ns
        self._timeline.at(last_ns, lambda: self._bytes(operations))

    def _at_wire_end(self, callback: Any) -> None:
        """Do something once the broker has read all that was sent before."""
        when_ns = max(self._wire_free_ns, self._timeline.now_ns()) + 5_000
        self._timeline.at(when_ns, lambda: None if self._closing else callback())

    def _when_retired(self, callback: Any) -> None:
        seq = self._sent_seq
        self._at_wire_end(
            lambda: self._simulation.pump.when_retired(self.sid, seq, callback)
        )

    def _control(self) -> None:
        def done(result: Any, error: BaseException | None) -> None:
            self._controls -= 1
            self._timeline.after(10_000, self._next)
            self._forget_if_closed()

        self._simulation.pump.control(
            self.sid, Lane.CONTROL_DRAINED, lambda: None, done
        )

    def _finish(self) -> None:
        """The program is over: say goodbye once everything has retired."""

        def retired() -> None:
            self.finished = True
            self._lost()

        self._when_retired(retired)

    def _die(self) -> None:
        """kill -9, perhaps half a frame after the last whole one."""
        if self._closing:
            return
        self.killed = True
        when_ns = max(self._timeline.now_ns(), self._wire_free_ns)
        if self.program.half_frame:
            self._timeline.at(when_ns, lambda: self._bytes(()))
        self._timeline.at(when_ns + NOTICE_NS, self._lost)

    # ------------------------------------------------------------- the server's side

    def _bytes(self, operations: tuple[Operation, ...]) -> None:
        """As Protocol.buffer_updated: no operations = part of a frame."""
        if self._closing:
            return
        simulation, pump = self._simulation, self._simulation.pump
        preempted = pump.bytes_arrived(self.sid)
        arrived_ns = self._timeline.now_ns()
        simulation.probe("floor lowered by the reader", preempted)
        if operations:
            simulation.recorder.submit(self.sid, operations)
            self.accepted_seq = operations[-1].seq
            pump.work_arrived(self.sid, arrived_ns, preempted)
        elif preempted:
            simulation.probe("half a frame lowered the floor")
            pump.false_alarm(more_to_come=True)

    def _lost(self) -> None:
        """The connection is over: queued work is dropped, the rest retires."""
        if self._closing:
            return
        self._closing = True
        counters = self._simulation.worker.counters(self.sid)
        self._simulation.probe_close(self.sid, counters)
        self._simulation.recorder.close_session(self.sid)

    def closed(self) -> None:
        """The worker has nothing of the session in flight any more."""
        self.gone = True
        self._forget_if_closed()

    def _forget_if_closed(self) -> None:
        if self.gone and self._controls == 0:
            self._simulation.forget(self)

    # ------------------------------------------------------------- host functions

    def answer_host_functions(self) -> None:
        """Run what is due; a dead tenant answers nothing."""
        if self.killed or self.gone:
            return
        for stream, seq in self._simulation.worker.host_due(self.sid):
            if seq not in self._host_asked:
                self._host_asked.add(seq)
                delay_ns = self._rng.choice([5_000, 50_000, 2_000_000])
                self._timeline.after(delay_ns, self._answer(stream, seq))

    def _answer(self, stream: int, seq: int) -> Any:
        def answer() -> None:
            if not (self.killed or self.gone):
                self._simulation.worker.host_done(self.sid, stream, seq)

        return answer
