"""A pytest plugin for CI: there, a test that is skipped is a test that fails.

`.ci/run` loads it (`-p tests.no_skips`); without CI=true it does nothing. On somebody's own machine a test may be
skipped for want of Chromium or of what lies beside the repository; CI has or installs both.
"""

import os
from collections.abc import Mapping

import pytest

# What even CI cannot run, by the beginning of the test's id, and why.
ALLOWED: Mapping[str, str] = {}
NO_REASON = ("", "unconditional skip")

_skipped: dict[str, str] = {}


def reason_of(longrepr: object) -> str:
    """The reason inside what pytest keeps of a skip: (path, line, "Skipped: reason")."""
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped:").strip()


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped[report.nodeid] = reason_of(report.longrepr)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note(report)


def refused(skipped: Mapping[str, str]) -> dict[str, str]:
    """The skips that CI does not accept, each with its reason."""
    return {
        test: reason or "no reason given"
        for test, reason in skipped.items()
        if reason in NO_REASON or not any(test.startswith(known) for known in ALLOWED)
    }


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") == "true" and refused(_skipped) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CI") == "true" and (found := refused(_skipped)):
        terminalreporter.section("skipped, which CI does not accept", red=True)
        for test, reason in found.items():
            terminalreporter.line(f"{test}: {reason}")
