"""What a line of the log says to a machine."""

from __future__ import annotations

import json
import logging

from broker.logs import JsonFormatter


def line(message: str, **extra: object) -> dict[str, object]:
    record = logging.LogRecord("broker.x", logging.INFO, "", 0, message, (), None)
    vars(record).update(extra)
    parsed: dict[str, object] = json.loads(JsonFormatter().format(record))
    return parsed


def test_fields_are_keys_of_their_own() -> None:
    said = line("held", tenant="chat", session=3, unheard_of="x")
    assert (said["tenant"], said["session"], said["message"]) == ("chat", 3, "held")
    assert said["level"] == "info" and said["logger"] == "broker.x"
    assert "unheard_of" not in said and "reason" not in said


def test_a_line_about_nobody_has_no_fields() -> None:
    assert line("listening").keys() == {"time", "level", "logger", "message"}
