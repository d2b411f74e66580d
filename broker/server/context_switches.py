"""When the device is made to change contexts, so that kernels begin sooner again.

Decides the moment: soon after some turns between streams, once a second while there is
work (making graphs has the same effect, and not all that has is known), and in a pause
if there is one before long. What the switch is good for is
the backend's (`Backend.switch_context`). It must never know sessions or policies;
timers and the control thread are given to it. Made by `broker.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from broker.device.backend import DeviceError
from broker.server.ends import CallLater, Cancellable

log = logging.getLogger(__name__)

# H100: ten turns make a context slow and five do not; a switch takes 50 to 230 us.
TURNS = 8
EVERY_SECONDS = 0.25
WORKED_SECONDS = 1.0
# A switch waits for a pause, in which it costs nobody anything, and longer for the end
# of what others are held for; looked for so often.
AGAIN_SECONDS = 0.005
PAUSE_SECONDS = 0.05
HELD_SECONDS = 1.0


class Switching(Protocol):
    """What it needs of a backend."""

    @property
    def stream_turns(self) -> int: ...

    @property
    def switches_contexts(self) -> bool: ...

    def switch_context(self) -> None: ...


class ContextSwitches:
    """Args: run_control: as of `Pump`. is_working: whether anybody has work. is_held:
    whether somebody is held for it."""

    def __init__(
        self,
        backend: Switching,
        call_later: CallLater,
        run_control: Callable[
            [Callable[[], Any], Callable[[Any, BaseException | None], None]], None
        ],
        is_working: Callable[[], bool],
        is_held: Callable[[], bool],
    ) -> None:
        self._backend = backend
        self._call_later = call_later
        self._run_control = run_control
        self._is_working = is_working
        self._is_held = is_held
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

    def _look_after(self, seconds: float) -> None:
        if not self._stopped:
            self._timer = self._call_later(seconds, self._look)

    def _look(self) -> None:
        if not self._is_due():
            if self._is_working():
                self._worked_seconds += EVERY_SECONDS
            self._look_after(EVERY_SECONDS)
        elif self._waited_seconds < self._patience_seconds():
            self._waited_seconds += AGAIN_SECONDS
            self._look_after(AGAIN_SECONDS)
        else:
            self._waited_seconds = self._worked_seconds = 0.0
            self._turns_seen = self._backend.stream_turns
            self._run_control(self._backend.switch_context, self._switched)

    def _patience_seconds(self) -> float:
        if not self._is_working():
            return 0.0
        return HELD_SECONDS if self._is_held() else PAUSE_SECONDS

    def _is_due(self) -> bool:
        turns = self._backend.stream_turns - self._turns_seen
        return turns >= TURNS or self._worked_seconds >= WORKED_SECONDS

    def _switched(self, _: Any, error: BaseException | None) -> None:
        if error is None:
            self._look_after(EVERY_SECONDS)
        elif isinstance(error, DeviceError):
            # A broken device shows elsewhere, too; this alone is no reason to end.
            log.warning("no more switches of context: %s", error)
        else:
            raise error
