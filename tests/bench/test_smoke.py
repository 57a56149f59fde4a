"""Each benchmark runs and counts correctly; speed does not matter here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.timeout(300)  # a dozen processes, one after another, on a busy machine
@pytest.mark.parametrize(
    ("name", "engine"),
    [
        ("intake", "sqlite"),
        ("tap", "postgresql"),
        ("broadcast", "sqlite"),
        ("flood", "postgresql"),
        ("nudges", "postgresql"),
        ("referrals", "sqlite"),
        ("driver", "sqlite"),
    ],
)
def test_benchmark_runs_and_counts_correctly(name: str, engine: str) -> None:
    command = [sys.executable, "-m", "tests.bench", name, "--quick", "--json", "--engine", engine]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert f"ours, {engine}" in report["rows"]
    assert report["bounds"]
    if name in ("intake", "tap"):
        assert any("SQLAlchemy" in row for row in report["rows"])
    if name == "tap":
        row = report["rows"][f"ours, {engine}"]
        assert (row["Stripe calls"], row["database writes"]) == (0, 0)
