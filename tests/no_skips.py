"""A pytest plugin that turns skipped tests into failures in CI.

`.ci/run` loads it (`-p tests.no_skips`); without CI=true it does nothing. On other machines, tests may be skipped
without Chromium, for example; CI has or installs everything.
"""

import os
from collections.abc import Mapping

import pytest

# Tests that even CI cannot run, by the beginning of their ID, with the reason.
ALLOWED: Mapping[str, str] = {}
NO_REASON = ("", "unconditional skip")

_skipped: dict[str, str] = {}


def reason_of(longrepr: object) -> str:
    """Return the reason from pytest's representation of a skip: (path, line, "Skipped: reason")."""
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
    """Return the skips that CI does not accept, with their reasons."""
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
