"""A pytest plugin: the fixture that numba-cuda's tests expect of a configuration file
which its package does not have. Given to pytest by `-p`; it imports nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="class")
def initialize_from_pytest_config(request: Any) -> None:
    """No test writes down how to repeat it."""
    request.cls._dump_failed_filechecks = False
