"""`obole sandbox` in its own process: it prints how to connect, and ends cleanly."""

import signal
from contextlib import closing
from pathlib import Path

import pytest

from tests.forks import Fork

PORTS = [word for name in ("telegram", "discord", "stripe") for word in (f"--{name}-port", "0")]


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_sandbox_prints_settings_and_ends_on_sigterm(signalled: signal.Signals, tmp_path: Path) -> None:
    with closing(Fork("bot", ["sandbox", *PORTS], tmp_path / "errors")) as running:
        said = ""
        while "Ctrl+C" not in said:
            line = running.stdout.readline()
            assert line, running.stderr
            said += line
        running.send_signal(signalled)
        assert running.wait(5) == 0
    for setting in ("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "DISCORD_GATEWAY_URL", "STRIPE_API_KEY", "STRIPE_API_URL"):
        assert f"OBOLE_{setting}=" in said
