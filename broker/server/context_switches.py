"""When the device is made to change contexts, so that kernels begin sooner again.

Decides the moment: when those who were held for a higher class go on, since one request
beside theirs is enough to make them slow; else soon after some turns between streams,
and once a second while there is work (making graphs has the same effect, and not all
that has is known), in a pause if there is one before long. What the switch is good for
is the backend's (`Backend.switch_context`). It must never know sessions or policies;
timers and the control thread are given to it. Made by `broker.py`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from broker.device.backend import Backend, DeviceError
from broker.server.ends import CallLater, Cancellable

log = logging.getLogger(__name__)

# H100: ten turns make a context slow and five do not. A switch takes 50 to 230 us on a
# device that is idle; a step of a decode is 0.75 ms of 17.6 faster after it.
TURNS = 8
LEAST_SECONDS = 0.05  # between two of them
EVERY_SECONDS = 0.25
WORKED_SECONDS = 1.0
# A switch waits for a pause, in which it costs nobody anything, and longer for the end
# of what others are held for; looked for so often.
AGAIN_SECONDS = 0.005
PAUSE_SECONDS = 0.05
HELD_SECONDS = 1.0


class ContextSwitches:
    """Args: run_control: as of `Pump`. is_working: whether anybody has work. is_held:
    whether somebody is held for it."""

    def __init__(
        self,
        backend: Backend,
        call_later: CallLater,
        run_control: Callable[
            [Callable[[], Any], Callable[[Any, BaseException | None], None]], None
        ],
        *,
        is_working: Callable[[], bool],
        is_held: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backend = backend
        self._call_later = call_later
        self._run_control = run_control
        self._is_working = is_working
        self._is_held = is_held
        self._now = now
        self._next_at = 0.0
        self._under_way = self._hold_has_ended = False
        self._turns_seen = 0
        self._worked_seconds = 0.0
        self._waited_seconds = 0.0
        self._timer: Cancellable | None = None
        self._stopped = False

    def start(self) -> None:
        """Does nothing on a device that has no other context."""
        if self._backend.switches_contexts:
            self._look_after(EVERY_SECONDS)

    def stop(self) -> None:
        """A switch that is under way is not followed by another look."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()

    def hold_ended(self) -> None:
        """Those who were held go on, after kernels on another stream than theirs."""
        if self._backend.stream_turns == self._turns_seen:
            return
        self._hold_has_ended = True
        left_seconds = self._next_at - self._now()
        if self._under_way:
            return  # its end looks again soon
        if left_seconds <= 0:
            self._switch()
        else:
            self._look_after(left_seconds)

    def _look_after(self, seconds: float) -> None:
        if not self._stopped:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._call_later(seconds, self._look)

    def _look(self) -> None:
        if self._under_way:
            return  # its end looks again
        if not self._is_due():
            if self._is_working():
                self._worked_seconds += EVERY_SECONDS
            self._look_after(EVERY_SECONDS)
        elif self._waited_seconds < self._patience_seconds():
            self._waited_seconds += AGAIN_SECONDS
            self._look_after(AGAIN_SECONDS)
        else:
            self._switch()

    def _switch(self) -> None:
        if self._stopped:
            return
        self._under_way = True
        self._waited_seconds = self._worked_seconds = 0.0
        self._hold_has_ended = False
        self._turns_seen = self._backend.stream_turns
        self._run_control(self._backend.switch_context, self._switched)

    def _patience_seconds(self) -> float:
        if not self._is_working():
            return 0.0
        if self._is_held():
            return HELD_SECONDS
        return 0.0 if self._hold_has_ended else PAUSE_SECONDS

    def _is_due(self) -> bool:
        turns = self._backend.stream_turns - self._turns_seen
        long_ago = self._worked_seconds >= WORKED_SECONDS
        return self._hold_has_ended or turns >= TURNS or long_ago

    def _switched(self, _: Any, error: BaseException | None) -> None:
        self._under_way = False
        self._next_at = self._now() + LEAST_SECONDS
        if error is None:
            self._look_after(LEAST_SECONDS if self._hold_has_ended else EVERY_SECONDS)
        elif isinstance(error, DeviceError):
            # A broken device shows elsewhere, too; this alone is no reason to end.
            log.warning("no more switches of context: %s", error)
            self.stop()
        else:
            raise error
