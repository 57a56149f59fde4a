"""The gateway's part for saved cards against the Stripe sandbox: saving, charging, and every way it can fail."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.stripe import StripeSandbox
from payments.cards import ChargeSpec, SavedCard, SetupSpec
from payments.facts import CARD_TYPES, CardDetached, CardSaved, GiftPaid, PaymentFailed, read_event
from payments.gateway_errors import CardGone, Declined, GatewayRefused, GatewayUnavailable, NeedsAuthentication
from payments.money import Money
from payments.stripe import StripeGateway
from tests.contract.check import violations
from tests.contract.recorder import recording
from tests.events import listed

START = datetime(2026, 12, 1, tzinfo=UTC)
TERMS = "Si vous continuez, nous gardons votre carte."


@dataclass
class World:
    sandbox: StripeSandbox
    gateway: StripeGateway
    saved: int = 0

    async def spec(self) -> SetupSpec:
        self.saved += 1
        return SetupSpec(
            request_id=self.saved,
            customer=await self.gateway.create_customer(f"customer-{self.saved}"),
            terms=TERMS,
            locale="fr",
            return_url="https://t.me/obole_bot?start=k-abc",
            cancel_url="https://t.me/obole_bot",
            expires_at=START + timedelta(hours=1),
        )

    async def save(self, **how: Any) -> SavedCard:
        page = await self.gateway.create_setup_page(await self.spec(), f"setup-{self.saved}")
        await self.sandbox.save_card(page.url, **how)
        card = await self.gateway.card_saved_by(page.session)
        assert card is not None
        return card

    async def facts(self) -> list[Any]:
        types = ["checkout.session.completed", "payment_intent.payment_failed", *CARD_TYPES]
        events = await listed(self.gateway, START - timedelta(minutes=1), types)
        return [fact for raw in events for fact in read_event(raw).facts]


def spec(card: SavedCard, order: str = "o-1", minor: int = 500) -> ChargeSpec:
    return ChargeSpec(
        order=order,
        customer=card.customer,
        payment_method=card.payment_method,
        money=Money(minor, "cad"),
        campaign_id=1,
        campaign_slug="repas",
        reference="token",
        description="Repas chauds",
    )


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with StripeSandbox(clock=lambda: START, seed=0, fee_delay=0) as sandbox:
        gateway = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
        yield World(sandbox, gateway)
        await gateway.close()


async def test_card_is_saved_and_charged_for_one_order(world: World) -> None:
    card = await world.save(email="lea@example.org", expiry=(9, 2031))
    assert (card.brand, card.last4, card.exp_month, card.exp_year) == ("visa", "4242", 9, 2031)
    assert await world.gateway.card(card.payment_method) == card
    intent = await world.gateway.create_charge(spec(card), "o-1-create")
    assert (await world.gateway.charge(intent)).outcome == "unconfirmed"  # type: ignore[union-attr]  # it exists
    charged = await world.gateway.confirm_charge(intent, "o-1-confirm")
    assert (charged.outcome, charged.order, charged.money) == ("charged", "o-1", Money(500, "cad"))
    assert world.sandbox.world.every("charge")[0]["receipt_email"] == "lea@example.org"
    assert await world.gateway.charges_for(card.customer, "o-1") == [charged]
    assert await world.gateway.charges_for(card.customer, "o-2") == []
    saved, paid = await world.facts()
    assert isinstance(saved, CardSaved) and saved.request == "1"
    assert isinstance(paid, GiftPaid)
    assert (paid.payment_intent, paid.money, paid.reference) == (intent, Money(500, "cad"), "token")


async def test_page_without_a_card_has_saved_nothing(world: World) -> None:
    page = await world.gateway.create_setup_page(await world.spec(), "setup-1")
    assert await world.gateway.card_saved_by(page.session) is None
    await world.sandbox.save_card(page.url, card="4000000000000002")
    assert await world.gateway.card_saved_by(page.session) is None
    await world.gateway.end_page(page.session)
    assert await world.gateway.card_saved_by("cs_test_unknown") is None


@pytest.mark.parametrize("terms", ["", "x" * 1_201])
async def test_impossible_terms_are_refused_before_stripe_is_called(world: World, terms: str) -> None:
    fine = await world.spec()
    with pytest.raises(ValueError, match="terms"):
        replace(fine, terms=terms)


@pytest.mark.parametrize(
    ("card", "refusal", "error", "code"),
    [
        ("4242424242424242", "lost_card", Declined, "lost_card"),
        ("4000000000000341", None, Declined, "generic_decline"),
        ("4000002760003184", None, NeedsAuthentication, "authentication_not_handled"),
    ],
)
async def test_declined_charge_says_why_and_can_be_cancelled(
    world: World, card: str, refusal: str | None, error: type[Declined], code: str
) -> None:
    saved = await world.save(card=card)
    if refusal:
        await world.sandbox.refuse_card(saved.payment_method, refusal)
    intent = await world.gateway.create_charge(spec(saved), "create")
    for _ in range(2):  # repeated under its key
        with pytest.raises(Declined) as declined:
            await world.gateway.confirm_charge(intent, "confirm")
        assert (type(declined.value), declined.value.code) == (error, code)
    view = await world.gateway.charge(intent)
    assert view is not None and (view.outcome, view.code) == ("declined", code)
    assert (await world.gateway.cancel_charge(intent)).outcome == "cancelled"
    (failed,) = [fact for fact in await world.facts() if isinstance(fact, PaymentFailed)]
    assert failed.order == "o-1"


async def test_removed_card_is_not_charged(world: World) -> None:
    card = await world.save()
    created = await world.gateway.create_charge(spec(card), "create")
    for _ in range(2):
        await world.gateway.detach_card(card.payment_method)
    assert await world.gateway.card(card.payment_method) is None
    with pytest.raises(GatewayRefused):
        await world.gateway.confirm_charge(created, "confirm")
    with pytest.raises(CardGone):
        await world.gateway.create_charge(spec(card), "create-2")
    assert any(isinstance(fact, CardDetached) for fact in await world.facts())


async def test_card_of_another_customer_is_not_charged(world: World) -> None:
    mine, theirs = await world.save(), await world.save()
    with pytest.raises(CardGone):
        await world.gateway.create_charge(replace(spec(theirs), customer=mine.customer), "create")


async def test_deleted_customer_is_deleted_once(world: World) -> None:
    card = await world.save()
    for _ in range(2):
        await world.gateway.delete_customer(card.customer)
    with pytest.raises(CardGone):
        await world.gateway.create_charge(spec(card), "create")


async def test_cancelling_says_if_the_charge_was_made(world: World) -> None:
    card = await world.save()
    intent = await world.gateway.create_charge(spec(card), "create")
    await world.gateway.confirm_charge(intent, "confirm")
    assert (await world.gateway.cancel_charge(intent)).outcome == "charged"
    other = await world.gateway.create_charge(spec(card, "o-2"), "create-2")
    for _ in range(2):
        assert (await world.gateway.cancel_charge(other)).outcome == "cancelled"


@pytest.mark.parametrize("fault", ["dropped_answers", "broken_answers"])
async def test_confirmation_without_an_answer_is_looked_up(world: World, fault: str) -> None:
    card = await world.save()
    intent = await world.gateway.create_charge(spec(card), "create")
    await world.sandbox.set_faults(**{fault: 1})  # type: ignore[arg-type]  # both are counts
    with pytest.raises(GatewayUnavailable):
        await world.gateway.confirm_charge(intent, "confirm")
    view = await world.gateway.charge(intent)
    assert view is not None and view.outcome == "charged"
    assert len(world.sandbox.world.every("charge")) == 1


NEEDED = {
    "Customers: write": "rak_customer_write",
    "Checkout Sessions: write": "rak_checkout_session_write",
    "PaymentIntents: write": "rak_payment_intent_write",
    "PaymentMethods: write": "rak_payment_method_write",
    "SetupIntents: read": "rak_setup_intent_read",
}


@pytest.mark.parametrize("missing", [[], ["Customers: write"], ["PaymentMethods: write", "SetupIntents: read"]])
async def test_lacking_permissions_are_named_and_nothing_changes(world: World, missing: list[str]) -> None:
    key = await world.sandbox.make_restricted_key([right for name, right in NEEDED.items() if name not in missing])
    gateway = StripeGateway(key, world.sandbox.url, max_network_retries=0)
    assert await gateway.lacking_permissions() == missing
    await gateway.close()
    assert world.sandbox.world.every("event") == []


async def test_traffic_conforms_to_the_description(world: World, tmp_path: Path) -> None:
    path = tmp_path / "cards.jsonl"
    async with recording("stripe", world.sandbox.url, path) as url:
        direct, world.gateway = world.gateway, StripeGateway("sk_test_sandbox", url, max_network_retries=0)
        card = await world.save()
        intent = await world.gateway.create_charge(spec(card), "create")
        await world.gateway.confirm_charge(intent, "confirm")
        await world.gateway.cancel_charge(intent)
        await world.gateway.charges_for(card.customer, "o-1")
        await world.gateway.card(card.payment_method)
        await world.gateway.detach_card(card.payment_method)
        await world.gateway.delete_customer(card.customer)
        await world.gateway.close()
        world.gateway = direct
    assert violations(path) == []
