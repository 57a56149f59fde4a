"""Settings: valid values, errors that name the variable, and secrets that are never printed."""

import random
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console

from bot import terminal
from bot.app import running
from bot.opening import NotReady
from bot.settings import Settings
from tests.conftest import MovingClock

KEY = "k" * 40


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("OBOLE_") or name in ("DATABASE_URL", "PORT"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(str(tmp_path))


def test_missing_settings_are_named() -> None:
    assert [name.split()[0] for name in Settings().missing()] == [
        "OBOLE_TELEGRAM_TOKEN",
        "OBOLE_STRIPE_API_KEY",
        "OBOLE_SECRET_KEY",
    ]


def test_one_platform_alone_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("DISCORD_TOKEN", "d"), ("STRIPE_API_KEY", "sk_test_x"), ("SECRET_KEY", KEY)):
        monkeypatch.setenv(f"OBOLE_{name}", value)
    assert Settings().missing() == []
    monkeypatch.setenv("OBOLE_PUBLIC_URL", "https://obole.example/")
    assert Settings().public_url == "https://obole.example"
    assert Settings().missing() == ["OBOLE_STRIPE_WEBHOOK_SECRET (Stripe calls OBOLE_PUBLIC_URL)"]


def test_web_server_listens_publicly_only_with_public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().listen_on == "127.0.0.1"
    monkeypatch.setenv("OBOLE_PUBLIC_URL", "https://obole.example")
    assert Settings().listen_on == "0.0.0.0"
    monkeypatch.setenv("OBOLE_HOST", "10.0.0.7")
    assert Settings().listen_on == "10.0.0.7"


def test_trusted_proxies_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().trusted_proxies == ()
    monkeypatch.setenv("OBOLE_TRUSTED_PROXIES", "203.0.113.0/24, 2001:db8::/32,198.51.100.4")
    assert [str(network) for network in Settings().trusted_proxies] == [
        "203.0.113.0/24",
        "2001:db8::/32",
        "198.51.100.4/32",
    ]


def test_secrets_can_rotate_and_are_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBOLE_SECRET_KEY", f"{KEY}new, {KEY}old")
    monkeypatch.setenv("OBOLE_TELEGRAM_TOKEN", "123:very-secret")
    settings = Settings()
    assert [key.get_secret_value()[-3:] for key in settings.secret_key] == ["new", "old"]
    assert KEY not in repr(settings)
    assert "very-secret" not in str(settings)


def test_own_database_setting_takes_precedence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@host/one")
    assert "one" in Settings().database_url
    assert "u:p@" not in repr(Settings())
    Path(".env").write_text("OBOLE_DATABASE_URL=sqlite:///two.sqlite3\n")
    assert "two" in Settings().database_url
    monkeypatch.setenv("OBOLE_DATABASE_URL", "sqlite:///three.sqlite3")
    assert "three" in Settings().database_url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "obole.example"),
        ("DATABASE_URL", "mysql://x"),
        ("SECRET_KEY", "short"),
        ("STRIPE_API_KEY", "pk_test_x"),
        ("CHARITY_TIME_ZONE", "Mars/Olympus"),
        ("CHARITY_TIME_ZONE", "America"),
        ("PUBLIC_URL", "https://obole.example:x"),
        ("PORT", "99999"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nobody"),
    ],
)
def test_invalid_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"OBOLE_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("url", "accepted"),
    [
        ("", True),
        ("https://obole.example", True),
        ("https://obole.example:443", True),
        ("https://obole.example:8443/bot", True),
        ("https://obole.example:88", True),
        ("https://obole.example:8081", False),
        ("https://obole.example:8080", False),
        ("http://obole.example", False),
    ],
)
def test_telegram_webhooks_need_one_of_four_ports(monkeypatch: pytest.MonkeyPatch, url: str, accepted: bool) -> None:
    monkeypatch.setenv("OBOLE_PUBLIC_URL", url)
    assert Settings().refused() == []  # without Telegram any port is good
    monkeypatch.setenv("OBOLE_TELEGRAM_TOKEN", "1:x")
    refused = Settings().refused()
    assert (refused == []) is accepted
    assert all(what.startswith("OBOLE_PUBLIC_URL: Telegram") for what in refused)
    monkeypatch.setenv("OBOLE_TELEGRAM_API_URL", "http://127.0.0.1:8081")
    assert Settings().refused() == []  # nor with a Bot API server of one's own


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OBOLE_CHARITY_TIME_ZONE", "America", "OBOLE_CHARITY_TIME_ZONE: Value error, no such time zone"),
        ("PORT", "x", "PORT: "),
        ("OBOLE_PORT", "x", "OBOLE_PORT: "),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL: "),
        ("OBOLE_DATABASE_URL", "mysql://x", "OBOLE_DATABASE_URL: "),
        ("OBOLE_SECRET_KEY", "short", "Value error, OBOLE_SECRET_KEY: "),
    ],
)
def test_terminal_names_invalid_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, said: str
) -> None:
    monkeypatch.setattr(terminal, "err", Console(stderr=True, width=300))
    monkeypatch.setenv(name, value)
    with pytest.raises(typer.Exit) as ended:
        terminal.settings()
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err.startswith(said)


async def test_run_refuses_port_unsupported_by_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(
        telegram_token=SecretStr("1:x"),
        stripe_api_key=SecretStr("sk_test_x"),
        secret_key=(SecretStr(KEY),),
        public_url="https://obole.example:8081",
        stripe_webhook_secret=(SecretStr("whsec_x"),),
    )
    with pytest.raises(NotReady, match="80, 88, 443, 8443"):
        async with running(settings, clock=MovingClock(), rng=random.Random(1)):
            pass
