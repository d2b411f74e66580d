"""Settings common to all tests: the examples hypothesis draws are the same in each run,
and what Python compiles is kept for the processes that the tests start.

A wider search is asked for by hand: `HYPOTHESIS_PROFILE=search pytest tests/unit`.
"""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, database=None)
settings.register_profile("search", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_collection_finish() -> None:
    """What collecting has made stays until the end: some 4,000 tests and all that they
    import, which each full collection of garbage would walk through."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the environment forbids to write bytecode beside the sources (containers
    do), each of some hundred brokers and tenants would compile all it imports anew:
    half of its start."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        place = tmp_path_factory.mktemp("bytecode")
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(place))
