"""`obole sandbox` in its own process: it prints how to connect, and ends cleanly."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
PORTS = [word for name in ("telegram", "discord", "stripe") for word in (f"--{name}-port", "0")]


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_sandbox_prints_settings_and_ends_on_sigterm(signalled: signal.Signals) -> None:
    command = [sys.executable, "-m", "bot", "sandbox", *PORTS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPO) as running:
        assert running.stdout is not None
        said = ""
        while "Ctrl+C" not in said:
            said += running.stdout.readline()
        running.send_signal(signalled)
        assert running.wait(5) == 0
    for setting in ("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "DISCORD_GATEWAY_URL", "STRIPE_API_KEY", "STRIPE_API_URL"):
        assert f"OBOLE_{setting}=" in said
