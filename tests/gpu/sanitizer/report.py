"""What compute-sanitizer wrote, and what follows from it. Pure.

Decides what is an error. Whatever stands at the margin of the log and is not known here
is taken for a finding: a tool that says something new must not pass. It must never know
how the tool is started. Called by `check.py`; the lines are those of the versions of
CUDA 12.9 and 13.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

# The tool ends with it when it has found something (--error-exitcode).
EXIT_FOUND = 86
# What is in a process that the tool watches.
LIBRARY = "libsanitizer-collection"
LINES_OF_FINDING = 8
FINDINGS_SHOWN = 5

_LINE = re.compile(r"=========(?: (?P<text>.*))?$")
_SUMMARY = re.compile(r"ERROR SUMMARY: (\d+) errors?\b")
_NOTE = re.compile(r"(Warning|Info)\b|(LEAK|RACECHECK) SUMMARY: ")
# The tool's own trouble, and what it says of a process that ended badly.
_TROUBLE = re.compile(
    r"Error\b|Internal\b|Target application|Unable to|No attachable|Tracking kernels"
    r"|Default timeout"
)


@dataclass(slots=True)
class Finding:
    """title: the line at the margin. details: those indented under it."""

    title: str
    details: list[str] = field(default_factory=list)

    def says(self, text: str) -> bool:
        return any(text in line for line in (self.title, *self.details))


@dataclass(slots=True)
class Report:
    """began: the tool has written its first line. errors: what its summaries count;
    None without one. trouble: of the tool itself."""

    began: bool = False
    errors: int | None = None
    findings: list[Finding] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(log: str) -> Report:
    report, last = Report(), None
    for line in log.splitlines():
        found = _LINE.match(line)
        text = (found["text"] or "").rstrip() if found else ""
        if text.startswith(" "):
            if last is not None:
                last.details.append(text.strip())
            continue
        last = None
        if text == "COMPUTE-SANITIZER":
            report.began = True
        elif summary := _SUMMARY.match(text):
            report.errors = (report.errors or 0) + int(summary[1])
        elif _NOTE.match(text):
            report.notes.append(text)
        elif _TROUBLE.match(text):
            report.trouble.append(text)
        elif text:
            last = Finding(text)
            report.findings.append(last)
    return report


def attachment(maps: Mapping[str, str]) -> list[str]:
    """Problems. Args: maps: by the name of each process of the broker that has a device
    context, what is mapped in it (/proc/PID/maps)."""
    if not maps:
        return ["no process of the broker was there to look at"]
    return [
        f"{name}: the tool is not in this process"
        for name, mapped in maps.items()
        if LIBRARY not in mapped
    ]


def tool_problems(report: Report) -> list[str]:
    """Why the log says nothing about the broker."""
    if not report.began:
        return ["the log of the tool is empty: it has not run"]
    problems = [f"the tool: {line}" for line in report.trouble]
    if report.errors is None:
        problems.append("the tool did not come to its summary")
    return problems


def verdict(report: Report, status: int | None) -> list[str]:
    """Why a run has not passed; nothing when it has.

    Args: status: the tool's exit code, which is the broker's where nothing was found;
        None when it had to be killed.
    """
    problems = tool_problems(report)
    if report.errors or report.findings:
        count = max(report.errors or 0, len(report.findings))
        problems.append(f"{count} errors found, see below")
    if status != 0:
        problems.append(f"exit code {status}, not 0")
    return problems


def self_test_verdict(
    report: Report, status: int | None, planted: Mapping[str, int], kernel: str
) -> list[str]:
    """Why planted errors were not reported as they should be.

    Args: planted: addresses that the kernel has read, by the name of the place.
    """
    problems = []
    if not report.began or report.errors is None:
        problems = tool_problems(report)  # a faulted process is no trouble here
    reads = [
        finding
        for finding in report.findings
        if finding.title.startswith("Invalid __global__ read") and finding.says(kernel)
    ]
    for place, address in planted.items():
        if not any(finding.says(f"Address {address:#x} ") for finding in reads):
            problems.append(
                f"a read of {kernel} {place} ({address:#x}) is not reported"
            )
    if not report.errors:
        problems.append("the summary counts no error")
    if status != EXIT_FOUND:
        problems.append(f"exit code {status}, not the {EXIT_FOUND} of something found")
    return problems


def shown(report: Report) -> list[str]:
    """The beginning of what was found, for people."""
    lines = list(report.notes)
    for finding in report.findings[:FINDINGS_SHOWN]:
        lines.append(finding.title)
        lines += [f"    {line}" for line in finding.details[:LINES_OF_FINDING]]
    left = len(report.findings) - FINDINGS_SHOWN
    return [*lines, f"and {left} more"] if left > 0 else lines
