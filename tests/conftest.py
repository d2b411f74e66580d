"""Settings common to all tests: the examples hypothesis draws are the same in each run.

A wider search is asked for by hand: `HYPOTHESIS_PROFILE=search pytest tests/unit`.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, database=None)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
