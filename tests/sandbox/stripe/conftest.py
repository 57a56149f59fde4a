"""Fixtures: a sandbox, the real stripe library connected to it, and a server that receives its webhooks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe
from aiohttp import web

from bot.sandbox.stripe import StripeSandbox

# stripe 16.1 hands bytes to httpx in a way that httpx 0.28 calls deprecated.
QUIET = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
KEY = "sk_test_sandbox"


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def talking_to(url: str, key: str = KEY) -> AsyncIterator[stripe.StripeClient]:
    """Return the real library without its own retries, so that each fault is seen."""
    http = stripe.HTTPXClient()
    yield stripe.StripeClient(key, base_addresses={"api": url}, http_client=http, max_network_retries=0)
    await http.close_async()  # type: ignore[no-untyped-call]  # the library leaves it untyped


@pytest.fixture
async def sandbox() -> AsyncIterator[StripeSandbox]:
    async with StripeSandbox(clock=now, seed=7, fee_delay=0, retry_delays=(0.02,)) as running:
        yield running


@pytest.fixture
async def client(sandbox: StripeSandbox) -> AsyncIterator[stripe.StripeClient]:
    async with talking_to(sandbox.url) as made:
        yield made


@dataclass
class Receiver:
    """Receives webhooks: stores them, and answers 200 or the next of `answers`."""

    url: str = ""
    got: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    def events(self, secret: str) -> list[Any]:
        return [stripe.Webhook.construct_event(raw, header, secret) for raw, header in self.got]

    async def wait(self, count: int, seconds: float = 3) -> None:
        async with asyncio.timeout(seconds), self.came:
            await self.came.wait_for(lambda: len(self.got) >= count)

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((await request.read(), request.headers["Stripe-Signature"]))
        async with self.came:
            self.came.notify_all()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/webhooks/stripe", made.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/stripe"
    yield made
    await runner.cleanup()


async def make_link(client: stripe.StripeClient, amount: int | None = 500, **more: Any) -> Any:
    """Create a payment link as Obole does: a product, a price and a link, with metadata everywhere."""
    product = await client.v1.products.create_async({"name": "Camp d’été", "description": "Un été dehors"})
    price_params: dict[str, Any] = {"currency": "cad", "product": product.id}
    recurring = more.pop("recurring", None)
    if recurring:
        price_params["recurring"] = recurring
    if amount is None:
        price_params["custom_unit_amount"] = {"enabled": True, "minimum": 100, "maximum": 50000, "preset": 1500}
    else:
        price_params["unit_amount"] = amount
    price = await client.v1.prices.create_async(price_params)  # type: ignore[arg-type]  # built step by step
    params: dict[str, Any] = {
        "line_items": [{"price": price.id, "quantity": 1}],
        "metadata": {"obole": "1", "campaign": "dehors"},
        **more,
    }
    data = "subscription_data" if recurring else "payment_intent_data"
    params[data] = {"metadata": {"obole": "1", "campaign": "dehors"}}
    if not recurring:
        params["submit_type"] = "donate"
    return await client.v1.payment_links.create_async(params)  # type: ignore[arg-type]  # built step by step
