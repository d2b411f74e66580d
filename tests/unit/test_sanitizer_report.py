"""What follows from a log of compute-sanitizer: of runs that found nothing, found
something, and of a tool that was never there."""

from __future__ import annotations

import pytest

from tests.gpu.sanitizer import report
from tests.gpu.sanitizer.report import EXIT_FOUND, LIBRARY, parse

CLEAN = """========= COMPUTE-SANITIZER
========= Warning: Unable to find a file of debug information
========= ERROR SUMMARY: 0 errors
"""
PLANTED = """========= COMPUTE-SANITIZER
========= Invalid __global__ read of size 4 bytes
=========     at xs_copy_u32+0x170
=========     by thread (0,0,0) in block (0,0,0)
=========     Address 0x1000 is out of bounds
=========     and is 4,096 bytes before the nearest allocation at 0x2000 of size 4 bytes
=========
========= Invalid __global__ read of size 4 bytes
=========     at xs_copy_u32+0x170
=========     by thread (0,0,0) in block (0,0,0)
=========     Address 0x1c1000000000 is out of bounds
=========
========= Error: process didn't terminate successfully
========= Target application returned an error
========= ERROR SUMMARY: 2 errors
"""
ADDRESSES = {"at the beginning": 0x1000, "behind memory": 0x1C1000000000}
# What the tool of CUDA 12.9 writes without its libraries, and without a driver.
NO_LIBRARY = """========= COMPUTE-SANITIZER
========= Unable to find injection library libsanitizer-collection.so
"""
NO_DRIVER = """========= COMPUTE-SANITIZER
========= Error: Target application terminated before first instrumented API call
========= Error: couldn't find exit code.
"""
NOT_FOLLOWED = """========= COMPUTE-SANITIZER
========= Error: Target application terminated before first instrumented API call
========= Tracking kernels launched by child processes requires an option.
"""
LATE = """========= COMPUTE-SANITIZER
========= Error: No attachable process found. compute-sanitizer timed-out.
========= Default timeout can be adjusted with --launch-timeout.
"""


def test_nothing_found() -> None:
    found = parse(CLEAN)
    assert (found.began, found.errors, found.findings) == (True, 0, [])
    assert report.verdict(found, 0) == []
    assert report.shown(found) == [
        "Warning: Unable to find a file of debug information"
    ]


def test_a_clean_log_of_a_broker_that_ended_badly_has_not_passed() -> None:
    found = parse(CLEAN)
    assert report.verdict(found, 1) == ["exit code 1, not 0"]
    assert report.verdict(found, None) == ["exit code None, not 0"]


def test_findings_with_what_stands_under_them() -> None:
    found = parse(PLANTED)
    assert [len(each.details) for each in found.findings] == [4, 3]
    assert found.findings[0].says("xs_copy_u32+0x170")
    assert found.errors == 2
    problems = report.verdict(found, EXIT_FOUND)
    assert any(problem.startswith("2 errors found") for problem in problems)
    assert f"exit code {EXIT_FOUND}, not 0" in problems
    shown = report.shown(found)
    assert shown[0] == "Invalid __global__ read of size 4 bytes"
    assert shown[1] == "    at xs_copy_u32+0x170"


@pytest.mark.parametrize(
    "extra",
    [
        "========= Program hit CUDA_ERROR_ILLEGAL_ADDRESS (error 700) on CUDA API call",
        "========= Invalid __shared__ write of size 2 bytes",
        "========= Something that no version has said so far",
        "========= Internal Sanitizer Error: the memory of the tool is used up",
    ],
)
def test_whatever_stands_at_the_margin_counts(extra: str) -> None:
    """Though the summary says that there was nothing."""
    log = CLEAN.replace("========= ERROR", f"{extra}\n========= ERROR")
    assert report.verdict(parse(log), 0) != []


def test_summaries_add_up() -> None:
    log = CLEAN + "========= ERROR SUMMARY: 3 errors (2 were not shown)\n"
    assert parse(log).errors == 3
    assert report.verdict(parse(log), 0) != []


@pytest.mark.parametrize(
    "log", ["", "killed\n", NO_LIBRARY, NO_DRIVER, NOT_FOLLOWED, LATE]
)
def test_a_tool_that_was_not_there_has_not_passed(log: str) -> None:
    """Whatever its exit code: it has been 0."""
    assert report.verdict(parse(log), 0) != []
    assert report.self_test_verdict(parse(log), 0, ADDRESSES, "xs_copy_u32") != []


def test_the_tool_is_in_every_process_or_was_not_there() -> None:
    there = f"7f00-7f01 r-xp 00 00:00 0 /opt/lib/{LIBRARY}.so\n"
    assert report.attachment({"the broker": there, "domain own": there}) == []
    assert report.attachment({"the broker": there, "domain own": "libcuda.so.1"}) == [
        "domain own: the tool is not in this process"
    ]
    assert report.attachment({}) != []


def planted(log: str, status: int = EXIT_FOUND) -> list[str]:
    return report.self_test_verdict(parse(log), status, ADDRESSES, "xs_copy_u32")


def test_a_self_test_wants_each_planted_read() -> None:
    assert planted(PLANTED) == []
    assert planted(PLANTED, 0) == [
        f"exit code 0, not the {EXIT_FOUND} of something found"
    ]
    one = planted(PLANTED.replace("0x1c1000000000 is", "0x1c1000000004 is"))
    assert one == [
        "a read of xs_copy_u32 behind memory (0x1c1000000000) is not reported"
    ]
    assert len(planted(PLANTED.replace("xs_copy_u32", "xs_other"))) == 2
    assert len(planted(PLANTED.replace("__global__ read", "__global__ write"))) == 2
    blind = planted(CLEAN, 0)
    assert len(blind) == 4 and "the summary counts no error" in blind


def test_a_self_test_ends_where_no_read_was_planted() -> None:
    """Addresses that are not in the log are not made up for by others."""
    nothing = report.self_test_verdict(parse(PLANTED), EXIT_FOUND, {}, "xs_copy_u32")
    assert nothing == []  # check.py has the step's own failure then
