"""Links for one person: who gets one, how many, and how readers of a forwarded message get their own."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, PlatformName
from bot.store.core.outbox import Delivery, Lane
from bot.store.db import Database
from bot.store.giving import proofs
from bot.usecases import outbox_messages, router
from bot.usecases.broadcasts import cards
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.giving import own_links
from bot.usecases.giving.campaign_cards import own_link_button
from content.broadcast import TOKEN, Message
from content.cards import Card, Tap
from content.writer import OwnLinkButton
from payments.ledger import Settled
from payments.links import Link, LinkSpec
from payments.reference import Touch, TouchKind
from tests.conftest import MovingClock
from tests.giving import give
from tests.payments import stripe_json as stripe
from tests.usecase_setup import (
    ALEX,
    CAMILLE,
    RecordingGateway,
    all_gifts,
    make_context,
    metadata,
    open_campaign,
    signed,
)
from tests.usecases.giving.alice_and_bob import notified_kinds
from tests.usecases.money.test_record import take

BOB = Contact(platform="telegram", external_id="43", locale="en", private=True)
SENT = Touch(TouchKind.BROADCAST, 77)


@pytest.fixture
async def gateway() -> RecordingGateway:
    return RecordingGateway()


@pytest.fixture
async def bare(db: Database, clock: MovingClock, gateway: RecordingGateway) -> Context:
    """No public address, so no return page of ours."""
    context = make_context(db, clock, gateway=gateway)
    context.identity.telegram_username = "tablee_bot"
    return context


@pytest.fixture
async def public(bare: Context) -> Context:
    return replace(bare, public_url="https://dons.example")


def own(gateway: RecordingGateway) -> list[int | None]:
    """Return the amounts of own links; None where the donor types it."""
    return [spec.minor for spec in gateway.made if spec.own_link is not None]


# --- eligibility ------------------------------------------------------------------------------------
@pytest.mark.parametrize("contact", [CAMILLE, ALEX])
async def test_private_card_has_own_links(bare: Context, gateway: RecordingGateway, contact: Contact) -> None:
    campaign = await open_campaign(bare)
    for _ in range(2):
        reply = await router.on_command(bare, contact, "give", "")
    assert own(gateway) == [*campaign.authored.amounts, None], "once; the second card shows the same"
    first = len(gateway.made) - len(own(gateway)) + 1
    addresses = [f"https://pay.example/p{number}?" for number in range(first, len(gateway.made) + 1)]
    shown = [button.url for button in reply.card.buttons if button.url and "pay.example" in button.url]
    assert len(shown) == len(addresses)
    assert all(url.startswith(address) for url, address in zip(shown, addresses, strict=True))


async def test_no_own_links_with_return_page(public: Context, gateway: RecordingGateway) -> None:
    await open_campaign(public)
    await router.on_command(public, CAMILLE, "give", "")
    await router.on_command(public, CAMILLE, "give", "7.50")
    assert own(gateway) == []


async def test_typed_amount_and_covered_fee_get_own_links(bare: Context, gateway: RecordingGateway) -> None:
    campaign = await open_campaign(bare)
    reply = await router.on_command(bare, ALEX, "give", "7.50")
    cover = next(button.action for button in reply.card.buttons if (button.action or "").startswith("cover:"))
    await router.on_action(bare, ALEX, cover or "")
    assert own(gateway) == [750, bare.card_fee.covering(750)]
    assert campaign.authored.amounts[0] != 750


async def test_donor_with_proved_cards_pays_by_shared_links(bare: Context, gateway: RecordingGateway) -> None:
    campaign = await open_campaign(bare)
    person = await find_or_join(bare, CAMILLE)
    await give(bare, campaign, person.id)
    async with bare.db.write() as conn:
        await proofs.add(conn, person.id, ["hers"], bare.clock())
    await router.on_command(bare, CAMILLE, "give", "5")
    assert own(gateway) == []
    await give(bare, campaign, person.id, proved=False)
    await router.on_command(bare, CAMILLE, "give", "5")
    assert own(gateway) == [500], "a card that is not known has paid since"


# --- limits -----------------------------------------------------------------------------------------
async def test_shown_cards_leave_own_links_for_chosen_amounts(bare: Context, gateway: RecordingGateway) -> None:
    for slug in ("one", "two"):
        await open_campaign(bare, slug=slug)
        await router.on_command(bare, CAMILLE, "give", slug)
    assert len(own(gateway)) == rate_limits.OWN_LINKS_SHOWN.each
    for minor in range(20):
        await router.on_command(bare, CAMILLE, "give", f"9.{minor:02} one")
    assert len(own(gateway)) == rate_limits.OWN_LINKS.each
    assert rate_limits.OWN_LINKS_SHOWN.each < rate_limits.OWN_LINKS.each
    assert (rate_limits.OWN_LINKS_SHOWN.everybody or 0) < (rate_limits.OWN_LINKS.everybody or 0)


async def test_card_has_shared_links_while_stripe_is_slow(
    db: Database, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(RecordingGateway):
        async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
            if spec.own_link is not None:
                await asyncio.sleep(60)
            return await super().create_link(spec, idempotency_key)

    monkeypatch.setattr(own_links, "_SHOWN", replace(own_links._SHOWN, patience=0.05))
    ctx = make_context(db, clock, gateway=Slow())
    campaign = await open_campaign(ctx)
    reply = await router.on_command(ctx, CAMILLE, "give", "")
    shown = [button.url for button in reply.card.buttons if button.url and "pay.example" in button.url]
    assert len(shown) == len(campaign.authored.amounts) + 1


# --- forwarded ------------------------------------------------------------------------------------
def copy_for(ctx: Context, campaign: Campaign, platform: PlatformName) -> Card:
    message = Message(template="news", texts={"en": "Hello", "fr": "Bonjour"})
    button = own_link_button(ctx, campaign, platform, SENT)
    return cards.copy_card(
        ctx, message, campaign, "en", (), button, asks=True, picture=None, stop=Tap(action="unsub:77")
    )


def own_row(card: Card, key: str, ctx: Context) -> str | None:
    return next((b.url or b.action for b in card.buttons if b.label == ctx.catalog.text("en", key)), None)


async def test_reader_of_forwarded_copy_gets_own_links(public: Context) -> None:
    campaign = await open_campaign(public)
    copy = copy_for(public, campaign, "telegram")
    assert TOKEN in "".join(button.url or "" for button in copy.buttons)
    link = own_row(copy, "own-link-forwarded", public)
    assert link is not None and link.startswith("https://t.me/tablee_bot?start=")
    reply = await router.on_start(public, BOB, link.partition("start=")[2])
    url = next(button.url for button in reply.card.buttons if "/g/" in (button.url or ""))
    read = public.keyring.read((url or "").split("/g/")[1].split("/")[0])
    assert (read.supporter_id, read.touch) == ((await find_or_join(public, BOB)).id, SENT)


async def test_copy_without_public_address_offers_proving_links(bare: Context, gateway: RecordingGateway) -> None:
    campaign = await open_campaign(bare)
    link = own_row(copy_for(bare, campaign, "telegram"), "own-link", bare)
    assert link is not None and link.startswith("https://t.me/")
    action = own_row(copy_for(bare, campaign, "discord"), "own-link", bare)
    assert action == f"give:{campaign.id}:0:b77"
    await router.on_action(bare, ALEX, action)
    assert own(gateway) == [*campaign.authored.amounts, None]


async def test_discord_copy_with_return_page_has_no_own_link_button(public: Context) -> None:
    campaign = await open_campaign(public)
    assert own_link_button(public, campaign, "discord", SENT) is None
    assert isinstance(own_link_button(public, campaign, "telegram", SENT), OwnLinkButton)


# --- the one message before a proof ---------------------------------------------------------------
@pytest.mark.parametrize("contact", [CAMILLE, ALEX])
async def test_bank_debit_causes_one_message(bare: Context, contact: Contact) -> None:
    campaign = await open_campaign(bare)
    person, token = await signed(bare, campaign, contact)
    debit = {"client_reference_id": token, "metadata": metadata(campaign)}
    promised = stripe.event("checkout.session.completed", stripe.session(**debit, payment_status="unpaid"))
    arrived = stripe.event("checkout.session.async_payment_succeeded", stripe.session(**debit), id="evt_2")
    await take(bare, promised)
    await take(bare, arrived)
    assert (await all_gifts(bare))[0].book.settled is Settled.PAID
    assert await notified_kinds(bare, person.id) == ["pending"]


async def test_late_first_message_thanks_for_arrived_debit(bare: Context) -> None:
    campaign = await open_campaign(bare)
    person = await find_or_join(bare, CAMILLE)
    gift = await give(bare, campaign, person.id, proved=False)
    late = Delivery(
        id=1,
        lane=Lane.SERVICE,
        platform="telegram",
        address_id=person.address_id,
        message="pending",
        args={"gift": gift.id},
        due_at=bare.clock(),
    )
    card = (await outbox_messages.render(bare, late, person)).card
    assert card.title == bare.catalog.text("fr", "thanks-title")
    with pytest.raises(Obsolete):
        await outbox_messages.render(bare, replace(late, message="failed"), person)


async def test_made_up_confirmation_shows_own_gifts(bare: Context) -> None:
    campaign = await open_campaign(bare)
    gift = await give(bare, campaign, (await find_or_join(bare, CAMILLE)).id, proved=False)
    title = bare.catalog.text("en", "gifts-title")
    for argument in (str(gift.id), "0", "x", ""):
        reply = await router.on_action(bare, BOB, f"mine:{argument}")
        assert reply.card.title == title
    asked = await router.on_action(bare, CAMILLE, f"mine:{gift.id}")
    assert asked.card.title == bare.catalog.text("fr", "confirm-title")
