"""Each benchmark runs and counts correctly; speed does not matter here."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from tests.forks import Fork


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
        ("figures", "postgresql"),
        ("driver", "sqlite"),
    ],
)
def test_benchmark_runs_and_counts_correctly(name: str, engine: str, tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    words = (name, "--quick", "--json", "--engine", engine)
    with closing(Fork("tests.bench.forked", [str(errors), *words], errors)) as running:
        printed = running.stdout.read()
        assert running.wait() == 0, running.stderr
    report = json.loads(printed)
    assert f"ours, {engine}" in report["rows"]
    assert report["bounds"]
    if name in ("intake", "tap"):
        assert any("SQLAlchemy" in row for row in report["rows"])
    if name == "tap":
        row = report["rows"][f"ours, {engine}"]
        assert (row["Stripe calls"], row["database writes"]) == (0, 0)
