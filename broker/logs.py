"""Log lines: JSON for machines, plain text on a terminal.

Decides their shape. `serve.py` sets it up once; everybody else uses stdlib logging, and
gives what a line is about as `extra` (FIELDS), so that lines of one session or tenant
are found without reading their text.
"""

from __future__ import annotations

import json
import logging
import sys
import time

# What a line may be about. Absent where it is about none.
FIELDS = ("tenant", "session", "operation", "result", "reason", "policy", "epoch")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, the FIELDS it
    has, and any trace."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.gmtime(record.created)
        line: dict[str, object] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', moment)}"
            f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        given = vars(record)
        line |= {name: given[name] for name in FIELDS if name in given}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up(level: str, shape: str) -> None:
    """Args: shape: json, text, or auto (text when stderr is a terminal)."""
    handler = logging.StreamHandler(sys.stderr)
    if shape == "json" or (shape == "auto" and not sys.stderr.isatty()):
        handler.setFormatter(JsonFormatter())
    else:
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
        )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
