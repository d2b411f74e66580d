"""Runs the tests of some modules in both forms of a worker: thread and process.

A broker that such a module starts has its default trust domain in its own process, or
in a worker process. Nothing else differs, so the tests need not know; a fixture that
keeps a broker for a whole module takes `form`, so that each form gets its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

FORMS = {"thread": "shared", "process": "process"}
IN_BOTH = {
    *("test_session", "test_client_null", "test_client_emulated", "test_hostile"),
    *("test_handshake", "test_hints", "test_observability"),
}
SETTING = "XSCHED_BROKER_DOMAINS__DEFAULT__ISOLATION"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.module.__name__.rpartition(".")[2] in IN_BOTH:
        metafunc.parametrize("form", list(FORMS), indirect=True, scope="module")


@pytest.fixture(scope="module", autouse=True)
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    """The form in which this module's brokers run; thread where it is not asked."""
    name = getattr(request, "param", "thread")
    if name != "thread":
        os.environ[SETTING] = FORMS[name]
    yield name
    os.environ.pop(SETTING, None)
