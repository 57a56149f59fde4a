"""The sandbox refuses what Stripe refuses: one case per rule."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from bot.sandbox.stripe import StripeSandbox

from .conftest import QUIET, make_link, talking_to

pytestmark = QUIET
LONG = "x" * 501


async def refused(call: Any) -> stripe.InvalidRequestError:
    """Return the error of a call that Stripe refuses."""
    with pytest.raises(stripe.InvalidRequestError) as error:
        await call
    return error.value


TOO_LONG: dict[str, Any] = {
    "metadata value": {"name": "A", "metadata": {"a": LONG}},
    "metadata key": {"name": "A", "metadata": {"k" * 41: "a"}},
    "too much metadata": {"name": "A", "metadata": {f"k{n}": "a" for n in range(51)}},
    "name": {"name": "x" * 5_001},
    "description": {"name": "A", "description": "x" * 40_001},
    "statement descriptor": {"name": "A", "statement_descriptor": "A" * 23},
    "statement descriptor without a letter": {"name": "A", "statement_descriptor": "1234"},
    "statement descriptor with a sign": {"name": "A", "statement_descriptor": "A*B"},
    "unit label": {"name": "A", "unit_label": "x" * 13},
    "picture that is no address": {"name": "A", "images": ["repas.png"]},
    "nine pictures": {"name": "A", "images": [f"https://a.example/{n}.png" for n in range(9)]},
}


@pytest.mark.parametrize("params", TOO_LONG.values(), ids=TOO_LONG)
async def test_product_beyond_limits_is_refused(client: stripe.StripeClient, params: Any) -> None:
    await refused(client.v1.products.create_async(params))


BAD_LINKS: dict[str, dict[str, Any]] = {
    "thanks": {"after_completion": {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": LONG}}},
    "inactive message": {"inactive_message": LONG},
    "custom text": {"custom_text": {"submit": {"message": "x" * 1_201}}},
    "payment description": {"payment_intent_data": {"description": "x" * 1_001}},
    "suffix": {"payment_intent_data": {"statement_descriptor_suffix": "REPAS CHAUDS"}},
    "no scheme": {"after_completion": {"type": "redirect", "redirect": {"url": "don.example/merci"}}},
    "no host": {"after_completion": {"type": "redirect", "redirect": {"url": "https://"}}},
    "another scheme": {"after_completion": {"type": "redirect", "redirect": {"url": "tg://resolve"}}},
    "a space": {"after_completion": {"type": "redirect", "redirect": {"url": "https://don.example/a b"}}},
}


@pytest.mark.parametrize("params", BAD_LINKS.values(), ids=BAD_LINKS)
async def test_link_beyond_limits_is_refused(client: stripe.StripeClient, params: Any) -> None:
    price = (await client.v1.prices.create_async(
        {"currency": "cad", "unit_amount": 500, "product_data": {"name": "A"}}
    )).id  # fmt: skip
    await refused(client.v1.payment_links.create_async({"line_items": [{"price": price, "quantity": 1}], **params}))


async def test_invalid_redirect_is_refused_by_its_code(client: stripe.StripeClient) -> None:
    after: Any = {"type": "redirect", "redirect": {"url": "don.example"}}
    assert (await refused(make_link(client, after_completion=after))).code == "url_invalid"


@pytest.mark.parametrize("currency", ["zzz", "ca", "cad "])
async def test_unknown_currency_is_refused(client: stripe.StripeClient, currency: str) -> None:
    await refused(client.v1.prices.create_async(
        {"currency": currency, "unit_amount": 500, "product_data": {"name": "A"}}
    ))  # fmt: skip


@pytest.mark.parametrize(("currency", "minor"), [("cad", 49), ("gbp", 29), ("cad", 100_000_000), ("kwd", 1_001)])
async def test_amount_that_cannot_be_charged_makes_no_link(
    client: stripe.StripeClient, currency: str, minor: int
) -> None:
    price = await client.v1.prices.create_async(
        {"currency": currency, "unit_amount": minor, "product_data": {"name": "A"}}
    )
    await refused(client.v1.payment_links.create_async({"line_items": [{"price": price.id, "quantity": 1}]}))


@pytest.mark.parametrize("bounds", [{"minimum": 49}, {"minimum": 500, "maximum": 400}, {"minimum": 500, "preset": 400}])
async def test_bounds_of_a_typed_amount_are_checked(client: stripe.StripeClient, bounds: dict[str, int]) -> None:
    await refused(client.v1.prices.create_async(
        {"currency": "cad", "custom_unit_amount": {"enabled": True, **bounds}, "product_data": {"name": "A"}}
    ))  # fmt: skip


async def test_archived_product_takes_no_prices_and_no_links(client: stripe.StripeClient) -> None:
    product = await client.v1.products.create_async({"name": "A"})
    price = await client.v1.prices.create_async({"currency": "cad", "unit_amount": 500, "product": product.id})
    await client.v1.products.update_async(product.id, {"active": False})
    await refused(client.v1.prices.create_async({"currency": "cad", "unit_amount": 600, "product": product.id}))
    await refused(client.v1.payment_links.create_async({"line_items": [{"price": price.id, "quantity": 1}]}))


@pytest.mark.parametrize(
    "price",
    [{"currency": "usd", "recurring": {"interval": "month"}}, {"currency": "cad"}],
    ids=["another currency", "once"],
)
async def test_subscription_takes_only_its_own_kind_of_price(
    sandbox: StripeSandbox, client: stripe.StripeClient, price: Any
) -> None:
    link = await make_link(client, recurring={"interval": "month"})
    subscription = (await sandbox.pay(link.url))["subscription"]
    item = sandbox.world.get("subscription", subscription)["items"]["data"][0]
    other = await client.v1.prices.create_async({"unit_amount": 900, "product": item["price"]["product"], **price})
    change: Any = {"items": [{"id": item["id"], "price": other.id}]}
    await refused(client.v1.subscriptions.update_async(subscription, change))


async def test_restricted_key_is_limited_to_its_permissions(sandbox: StripeSandbox) -> None:
    key = await sandbox.make_restricted_key(["rak_product_write", "rak_event_read"])
    async with talking_to(sandbox.url, key) as client:
        product = await client.v1.products.create_async({"name": "A"})
        await client.v1.products.retrieve_async(product.id)
        await client.v1.events.list_async()
        with pytest.raises(stripe.PermissionError, match="Having the 'rak_plan_write' permission"):
            await client.v1.prices.create_async({"currency": "cad", "unit_amount": 500, "product": product.id})
        with pytest.raises(stripe.PermissionError, match="rak_accounts_kyc_basic_read"):
            await client.v1.accounts.retrieve_current_async()


async def test_unknown_restricted_key_is_refused(sandbox: StripeSandbox) -> None:
    async with talking_to(sandbox.url, "rk_test_of_nobody") as client:
        with pytest.raises(stripe.AuthenticationError):
            await client.v1.events.list_async()


# --- time and repeats -----------------------------------------------------------------------------
class Later:
    """A clock that tests advance."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime(2026, 11, 30, tzinfo=UTC) + self.ahead


@pytest.fixture
async def aging() -> AsyncIterator[tuple[StripeSandbox, stripe.StripeClient, Later]]:
    clock = Later()
    async with StripeSandbox(clock=clock, seed=7) as sandbox, talking_to(sandbox.url) as client:
        yield sandbox, client, clock


Aging = tuple[StripeSandbox, stripe.StripeClient, Later]


async def test_events_older_than_thirty_days_are_gone(aging: Aging) -> None:
    sandbox, client, clock = aging
    await client.v1.products.create_async({"name": "A"})
    [event] = sandbox.world.every("event")
    clock.ahead = timedelta(days=30)
    assert [event.id for event in (await client.v1.events.list_async()).data] == [event["id"]]
    clock.ahead = timedelta(days=30, seconds=1)
    assert (await client.v1.events.list_async()).data == []
    assert (await refused(client.v1.events.retrieve_async(event["id"]))).code == "resource_missing"


async def test_server_error_is_replayed_for_a_day(aging: Aging) -> None:
    sandbox, client, clock = aging
    await sandbox.set_faults(server_errors=1)
    for hours in (0, 23):
        clock.ahead = timedelta(hours=hours)
        with pytest.raises(stripe.APIError):
            await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})
    clock.ahead = timedelta(hours=24)
    await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})


async def test_operation_errors_are_replayed_and_validation_errors_are_not(client: stripe.StripeClient) -> None:
    price: Any = {"currency": "cad", "unit_amount": 500, "product": "prod_later"}
    await refused(client.v1.prices.create_async(price, {"idempotency_key": "k"}))
    await client.v1.products.create_async({"name": "A", "id": "prod_later"})
    await refused(client.v1.prices.create_async(price, {"idempotency_key": "k"}))
    await refused(client.v1.products.create_async({"name": "A", "url": "no"}, {"idempotency_key": "v"}))
    await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "v"})


async def test_rate_limit_leaves_the_key_free(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    await sandbox.set_faults(rate_limited=1)
    with pytest.raises(stripe.RateLimitError):
        await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})
    await client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"})


async def test_key_that_is_in_use_is_a_conflict(sandbox: StripeSandbox, client: stripe.StripeClient) -> None:
    await sandbox.set_faults(latency=0.2)
    tries = [client.v1.products.create_async({"name": "A"}, {"idempotency_key": "k"}) for _ in range(2)]
    [conflict] = [e for e in await asyncio.gather(*tries, return_exceptions=True) if isinstance(e, stripe.StripeError)]
    assert conflict.http_status == 409
    assert "idempotency_key_in_use" in (conflict.http_body or "")
    assert len(sandbox.world.every("product")) == 1
