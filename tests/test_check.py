"""`obole check` says what is wrong instead of failing with it."""

import random

import pytest
from pydantic import SecretStr

from bot import check
from bot.settings import Settings
from tests.conftest import MovingClock


async def test_a_database_that_cannot_be_opened_is_a_finding(
    monkeypatch: pytest.MonkeyPatch, clock: MovingClock
) -> None:
    monkeypatch.setenv("OBOLE_DATABASE_URL", "postgres://someone:a-password@127.0.0.1:1/nothing")
    settings = Settings(
        telegram_token=SecretStr("1:x"), stripe_api_key=SecretStr("sk_test_x"), secret_key=(SecretStr("k" * 40),)
    )
    findings = await check.examine(settings, clock=clock, rng=random.Random(1))
    last = findings[-1]
    assert last.level == "problem"
    assert last.what.startswith("the database cannot be opened")
    assert "a-password" not in last.what
