"""Webhooks over real HTTP: what is accepted, what is refused, and responses without details."""

import asyncio
import io
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.usecases.money.intake import NotAccepted
from bot.web.webhooks import STRIPE_BODY_MOST, TELEGRAM_BODY_MOST
from tests.monitoring import TOKEN
from tests.web.conftest import House

STRIPE = "/webhooks/stripe"
TELEGRAM = "/webhooks/telegram"
JSON = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": "right"}


async def test_event_arrives_byte_for_byte(site: aiohttp.ClientSession, house: House) -> None:
    raw = b'{ "id":"evt_1",\n "odd": "\xff\x00" }'
    async with site.post(STRIPE, data=raw, headers={"Stripe-Signature": "t=1,v1=aa"}) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert house.webhooks == [(raw, "t=1,v1=aa")]


@pytest.mark.parametrize("status", [400, 500, 503])
async def test_refusal_gives_no_details(site: aiohttp.ClientSession, house: House, status: int) -> None:
    house.refuses = NotAccepted("signature: too old by 999 s", status)
    async with site.post(STRIPE, data=b"{}") as answer:
        assert (answer.status, await answer.read()) == (status, b"")
    assert house.webhooks == [(b"{}", "")]


async def test_event_that_fails_is_requested_again(
    site: aiohttp.ClientSession, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.refuses = RuntimeError("the disk is full")
    async with site.post(STRIPE, data=b"{}") as answer:
        assert (answer.status, await answer.read()) == (500, b"")
    assert "the disk is full" in caplog.text


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "most"), [(STRIPE, STRIPE_BODY_MOST), (TELEGRAM, TELEGRAM_BODY_MOST), (STRIPE, TELEGRAM_BODY_MOST)]
)
async def test_body_size_is_limited(
    site: aiohttp.ClientSession, house: House, path: str, most: int, chunked: bool
) -> None:
    async def send(size: int) -> int:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"x" * size

        body = pieces() if chunked else io.BytesIO(b"x" * size)
        async with site.post(path, data=body, headers=JSON) as answer:
            return answer.status

    assert await send(most + 1) == 413
    assert not house.webhooks and not house.updates
    if path == TELEGRAM or most == STRIPE_BODY_MOST:
        assert await send(most) == 200


@pytest.mark.parametrize("path", [STRIPE, TELEGRAM])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_webhooks_accept_only_post(site: aiohttp.ClientSession, method: str, path: str) -> None:
    async with site.request(method, path) as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "Application/JSON"]
)
async def test_telegram_webhook_accepts_only_json(site: aiohttp.ClientSession, house: House, kind: str) -> None:
    async with site.post(TELEGRAM, data=b"{}", headers=JSON | {"Content-Type": kind}) as answer:
        assert answer.status == 415
    assert not house.updates


async def test_telegram_secret_is_passed_on(site: aiohttp.ClientSession, house: House) -> None:
    for secret, status in (("right", 200), ("wrong", 403)):
        headers = JSON | {"X-Telegram-Bot-Api-Secret-Token": secret}
        async with site.post(TELEGRAM, data=b"{}", headers=headers) as answer:
            assert answer.status == status
    async with site.post(TELEGRAM, data=b"{}", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 403
    assert [secret for _, secret in house.updates] == ["right", "wrong", None]


async def test_many_events_at_once(site: aiohttp.ClientSession, house: House) -> None:
    async def one(number: int) -> int:
        async with site.post(STRIPE, data=str(number).encode()) as answer:
            return answer.status

    statuses = await asyncio.gather(*(one(number) for number in range(300)))
    assert set(statuses) == {200}
    assert sorted(int(raw) for raw, _ in house.webhooks) == list(range(300))


async def test_health_reports_status(
    site: aiohttp.ClientSession, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.get("/readyz") as answer:
        assert (answer.status, answer.content_type, await answer.json()) == (200, "application/json", {"ok": True})
    house.health = {"ok": False, "database": "gone"}
    async with site.get("/readyz") as answer:
        assert (answer.status, (await answer.json())["database"]) == (503, "gone")
    house.broken = True
    async with site.get("/readyz") as answer:
        assert (answer.status, await answer.json()) == (503, {"ok": False, "hung": {}, "database": "does not answer"})
    assert re.search("health check failed", caplog.text)


async def test_process_lives_whatever_its_database_does(site: aiohttp.ClientSession, house: House) -> None:
    house.broken = True
    async with site.get("/livez") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer \u00e9"])
async def test_status_needs_the_token(site: aiohttp.ClientSession, header: str) -> None:
    async with site.get("/metrics", headers={"Authorization": header}) as answer:
        assert (answer.status, await answer.read()) == (401, b"")
    async with site.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "text/plain", b"obole_gifts 1\n")
    async with site.get("/status", headers={"Authorization": header}) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"], await answer.read()) == (401, "Bearer", b"")
    async with site.get("/status", headers={"Authorization": f"Bearer {TOKEN}"}) as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})
