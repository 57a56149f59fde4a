"""`obole check` reports problems instead of failing."""

import gc
import random
import warnings
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import check
from bot.platforms.telegram.probe import probe
from bot.sandbox.stripe import StripeSandbox
from bot.settings import Settings
from payments.stripe import StripeGateway
from tests.conftest import MovingClock
from tests.databases import migrated_file


async def test_unopenable_database_is_a_finding(monkeypatch: pytest.MonkeyPatch, clock: MovingClock) -> None:
    monkeypatch.setenv("OBOLE_DATABASE_URL", "postgres://someone:a-password@127.0.0.1:1/nothing")
    settings = Settings(
        telegram_token=SecretStr("1:x"), stripe_api_key=SecretStr("sk_test_x"), secret_key=(SecretStr("k" * 40),)
    )
    findings = await check.examine(settings, clock=clock, rng=random.Random(1))
    last = findings[-1]
    assert last.level == "problem"
    assert last.message.startswith("the database cannot be opened")
    assert "a-password" not in last.message


async def test_unreachable_telegram_is_reported_and_leaves_nothing_open() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [finding async for finding in probe("1:x", "http://127.0.0.1:9", "", [])]
        gc.collect()
    assert [finding.level for finding in found] == ["problem"]
    assert "NotSent" not in found[0].message
    assert "could not connect" in found[0].message


async def test_charity_without_name_and_refused_port_are_findings(
    monkeypatch: pytest.MonkeyPatch, clock: MovingClock, tmp_path: Path
) -> None:
    monkeypatch.setenv("OBOLE_DATABASE_URL", f"sqlite:///{tmp_path / 'obole.sqlite3'}")
    settings = Settings(
        telegram_token=SecretStr("1:x"),
        stripe_api_key=SecretStr("sk_test_x"),
        stripe_api_url="http://127.0.0.1:9",
        secret_key=(SecretStr("k" * 40),),
        public_url="https://obole.example:8081",
        stripe_webhook_secret=(SecretStr("whsec_x"),),
    )
    found = {finding.message: finding for finding in await check.examine(settings, clock=clock, rng=random.Random(1))}
    unnamed = found["the charity has no name"]
    assert (unnamed.level, "OBOLE_CHARITY_NAME" in unnamed.fix) == ("warning", True)
    assert any("80, 88, 443, 8443" in what and finding.level == "problem" for what, finding in found.items())


@pytest.mark.parametrize(
    ("saved", "level", "said"),
    [(None, "problem", "never saved"), (False, "problem", "login page"), (True, "ok", "manage their gift")],
)
async def test_customer_portal_is_checked(
    monkeypatch: pytest.MonkeyPatch, clock: MovingClock, tmp_path: Path, saved: bool | None, level: str, said: str
) -> None:
    monkeypatch.setenv("OBOLE_DATABASE_URL", await migrated_file(tmp_path / "obole.sqlite3"))
    async with StripeSandbox(clock=clock, seed=1) as stripe:
        await (stripe.forget_portal() if saved is None else stripe.save_portal(login_page=saved))
        settings = Settings(
            telegram_token=SecretStr("1:x"),
            telegram_api_url="http://127.0.0.1:9",
            stripe_api_key=SecretStr("sk_test_x"),
            stripe_api_url=stripe.url,
            secret_key=(SecretStr("k" * 40),),
        )
        found = await check.examine(settings, clock=clock, rng=random.Random(1))
    assert [finding.level for finding in found if said in finding.message] == [level]


@pytest.mark.parametrize(
    ("permissions", "level", "said"),
    [
        (["rak_balance_read"], "warning", "rak_payout_read"),
        (["rak_payout_read"], "warning", "rak_balance_read"),
        (["rak_payout_read", "rak_balance_read"], "ok", "payouts"),
    ],
)
async def test_permission_for_payouts_is_checked(
    clock: MovingClock, permissions: list[str], level: str, said: str
) -> None:
    async with StripeSandbox(clock=clock, seed=1) as stripe:
        gateway = StripeGateway(await stripe.make_restricted_key(permissions), stripe.url)
        found = await check._payouts(gateway, clock())
        await gateway.close()
    assert found.level == level and said in found.message
