"""CI's rule about skipped tests, tried on a small test file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT
from tests.no_skips import refused

SKIPS = """
import pytest

def test_runs(): pass

@pytest.mark.skipif(True, reason="no chromium here")
def test_waits(): pass
"""


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_skip_fails_in_ci_only(tmp_path: Path, ci: str, status: int) -> None:
    (tmp_path / "test_small.py").write_text(SKIPS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", "-p", "no:cacheprovider", str(tmp_path)]
    env = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == status, ran.stdout
    assert ("no chromium here" in ran.stdout) == (ci == "true")


def test_every_skip_needs_a_reason() -> None:
    assert refused({"tests/a.py::test": ""}) == {"tests/a.py::test": "no reason given"}
