"""How settings of workloads are written. Called by the workloads' modules; pure."""

from __future__ import annotations

from loadgen.spec import one_of, positive, share, whole

__all__ = ["flag", "one_of", "positive", "share", "whole"]


def flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return text == "1"
