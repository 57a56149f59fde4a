"""The thank-you for a monthly gift says that it is one, when the next is, and how to end it; also by bank debit."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import ReceivedEvent
from bot.domain.people import Supporter
from bot.store.monthly import pledges
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim, gift_page, my_gifts
from bot.usecases.money.record import apply_set
from bot.web.gift_pages import GiftPages
from content.cards import Card
from payments.facts import read_event
from payments.ledger import Settled
from tests.giving import give
from tests.payments import stripe_json
from tests.usecase_setup import ALEX, CAMILLE, all_gifts, metadata, open_campaign, rendered, signed
from tests.usecases.money.test_monthly_news import due_messages
from tests.usecases.monthly.fixtures import RENEWS, SUB, actions, pledged, text_of

MONTH = timedelta(days=30)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


@pytest.fixture
async def camille(ctx: Context) -> Supporter:
    return await find_or_join(ctx, CAMILLE)


async def stripe_sends(ctx: Context, kind: str, obj: dict[str, Any], number: int) -> None:
    """Apply one event that Stripe sends now."""
    at = int(ctx.clock().timestamp())
    read = read_event(stripe_json.event(kind, obj, id=f"evt_{number}", at=at))
    event = ReceivedEvent(id=read.id, type=kind, created=read.created, facts=read.facts, body=b"{}")
    await apply_set(ctx, [event])


async def renews(ctx: Context, campaign: Campaign, number: int, until: datetime) -> None:
    """Apply the paid invoice of a month that ends at `until`."""
    line = {"metadata": metadata(campaign), "period": {"end": int(until.timestamp())}}
    details = {"subscription": SUB, "metadata": metadata(campaign)}
    paid_at = {"paid_at": int(ctx.clock().timestamp())}
    obj = stripe_json.invoice(
        id=f"in_{number}",
        parent={"type": "subscription_details", "subscription_details": details},
        status_transitions=paid_at,
        lines={"object": "list", "data": [line]},
    )
    await stripe_sends(ctx, "invoice.paid", obj, number)


async def thanks(ctx: Context) -> list[Card]:
    return [await rendered(ctx, one) for one in await due_messages(ctx, "thanks")]


async def test_every_thank_you_names_amount_next_day_and_how_to_end(
    ctx: Context, campaign: Campaign, camille: Supporter
) -> None:
    await pledged(ctx, campaign, camille)
    (first,) = await thanks(ctx)
    assert "Votre don mensuel de 10 $" in text_of(first) and "a commencé" in text_of(first)
    ctx.clock.move(days=30)  # type: ignore[attr-defined]
    await renews(ctx, campaign, 1, RENEWS + timedelta(days=31))
    second = (await thanks(ctx))[1]
    said = text_of(second)
    assert "Votre don mensuel de 10 $" in said and "est arrivé" in said
    assert "Le prochain aura lieu le 30 janvier 2027." in said
    assert "l’arrêter" in said and "/mensuel" in said
    assert f"mo:show:{SUB}" in actions(second)


async def test_english_thank_you_says_the_same(ctx: Context, campaign: Campaign) -> None:
    await pledged(ctx, campaign, await find_or_join(ctx, replace(ALEX, platform="telegram")))
    (first,) = await thanks(ctx)
    said = text_of(first)
    assert "Your monthly gift of $10" in said and "has started" in said
    assert "The next one is on December 30, 2026." in said and "/monthly" in said


async def test_legacy_monthly_gift_says_how_to_end_it_but_no_day(
    ctx: Context, campaign: Campaign, camille: Supporter
) -> None:
    await pledged(ctx, campaign, camille, claimed_at=None, legacy=True)
    (first,) = await thanks(ctx)
    assert "/mensuel" in text_of(first) and "Le prochain" not in text_of(first)


async def test_unproved_monthly_gift_has_one_message_without_day(
    ctx: Context, campaign: Campaign, camille: Supporter
) -> None:
    await pledged(ctx, campaign, camille, claimed_at=None)
    (only,) = await thanks(ctx)
    assert "Est-ce le vôtre?" in text_of(only) and "décembre" not in text_of(only)
    assert "mo:how" in actions(only)


async def test_last_gift_of_one_that_ends_says_so(ctx: Context, campaign: Campaign, camille: Supporter) -> None:
    await pledged(ctx, campaign, camille, ends_at=RENEWS)
    (last,) = await thanks(ctx)
    assert "C’était le dernier" in text_of(last) and "Le prochain" not in text_of(last)


@pytest.mark.parametrize("changes", [{"ends_at": RENEWS}, {"status": "canceled"}])
async def test_return_page_promises_no_gift_after_the_last(
    ctx: Context, campaign: Campaign, camille: Supporter, changes: dict[str, Any]
) -> None:
    await pledged(ctx, campaign, camille, session="cs_monthly")
    page = await gift_page.facts(ctx, "cs_monthly", may_ask=False)
    assert (page.is_monthly, page.next_on) == (True, RENEWS.date())
    assert (await GiftPages(ctx).of("cs_monthly", None, "fr")).how_to_end
    async with ctx.db.write() as conn:
        row = (await pledges.by_subscription(conn, [SUB]))[SUB]
        await pledges.write(conn, [replace(row, **changes)], ctx.clock())
    page = await gift_page.facts(ctx, "cs_monthly", may_ask=False)
    assert (page.is_monthly, page.next_on) == (True, None)
    shown = await GiftPages(ctx).of("cs_monthly", None, "fr")
    assert (shown.how_to_end, shown.end_url) == ("", None), "it has ended already"


async def test_way_back_to_telegram_lets_the_payer_confirm(
    ctx: Context, campaign: Campaign, camille: Supporter
) -> None:
    ctx.identity.telegram_username = "tablee_bot"
    await pledged(ctx, campaign, camille, session="cs_monthly", claimed_at=None)
    shown = await GiftPages(ctx).of("cs_monthly", None, "fr")
    address, _, payload = (shown.telegram_url or "").partition("?start=")
    assert (address, payload[:2]) == ("https://t.me/tablee_bot", "c_")
    assert shown.claim_url is None, "one button for it is enough"
    asked = await router.on_start(ctx, CAMILLE, payload)
    assert "Une dernière étape" in text_of(asked.card), "it says why they are asked again"
    (yes,) = [action for action in actions(asked.card) if action.startswith("claim:")]
    await router.on_action(ctx, CAMILLE, yes)
    async with ctx.db.read() as conn:
        pledge = (await pledges.by_subscription(conn, [SUB]))[SUB]
    assert pledge.claimed_at is not None
    assert (await GiftPages(ctx).of("cs_monthly", None, "fr")).telegram_url == address, "nothing is left to confirm"


async def by_debit(ctx: Context, campaign: Campaign) -> None:
    """Complete the payment page of a monthly gift by bank debit, which takes days."""
    _, token = await signed(ctx, campaign)
    obj = stripe_json.pledge_session(
        payment_status="unpaid", amount_total=1000, metadata=metadata(campaign), client_reference_id=token
    )
    await stripe_sends(ctx, "checkout.session.completed", obj, 1)


async def test_monthly_gift_by_bank_debit_is_on_its_way(ctx: Context, campaign: Campaign, camille: Supporter) -> None:
    await by_debit(ctx, campaign)
    (gift,) = await all_gifts(ctx)
    assert (gift.book.settled, gift.book.pledge, gift.supporter_id) == (Settled.PENDING, SUB, camille.id)
    (told,) = await due_messages(ctx, "pending")
    assert "mensuel" in text_of(await rendered(ctx, told))
    listed = (await my_gifts.show(ctx, camille)).card
    assert "10 $" in text_of(listed)
    page = await gift_page.facts(ctx, "cs_1", may_ask=False)
    assert (page.status, page.is_monthly, page.next_on) == ("pending", True, None)


async def test_proved_monthly_debit_reads_on_its_way(ctx: Context, campaign: Campaign, camille: Supporter) -> None:
    await pledged(ctx, campaign, camille)  # so that its payer is known
    await by_debit(ctx, campaign)
    listed = (await my_gifts.show(ctx, camille)).card
    assert "en route" in text_of(listed) or "en chemin" in text_of(listed)


async def test_settled_debit_is_one_gift(ctx: Context, campaign: Campaign, camille: Supporter) -> None:
    await by_debit(ctx, campaign)
    ctx.clock.move(days=4)  # type: ignore[attr-defined]
    obj = stripe_json.invoice(
        parent={"subscription_details": {"subscription": SUB, "metadata": metadata(campaign)}}, amount_paid=1000
    )
    await stripe_sends(ctx, "invoice.paid", obj, 2)
    assert [gift.book.settled for gift in await all_gifts(ctx)] == [Settled.PAID]


async def test_failed_debit_offers_a_monthly_gift_again(ctx: Context, campaign: Campaign, camille: Supporter) -> None:
    await pledged(ctx, campaign, camille)
    await by_debit(ctx, campaign)
    obj = stripe_json.pledge_session(payment_status="unpaid", amount_total=1000, metadata=metadata(campaign))
    await stripe_sends(ctx, "checkout.session.async_payment_failed", obj, 2)
    (failed,) = await due_messages(ctx, "failed")
    assert f"mo:begin:{campaign.id}:1000" in actions(await rendered(ctx, failed))


@pytest.mark.parametrize("monthly", [True, False])
async def test_confirmed_monthly_gift_says_what_the_thank_you_could_not(
    ctx: Context, campaign: Campaign, camille: Supporter, monthly: bool
) -> None:
    if monthly:
        await pledged(ctx, campaign, camille, claimed_at=None)
    else:
        await give(ctx, campaign, camille.id, 1000, proved=False)
    (gift,) = await all_gifts(ctx)
    token = claim.claim_token(ctx, gift)
    assert token is not None
    said = text_of((await claim.on_tap(ctx, camille, token)).card)
    assert ("Votre don mensuel de 10 $ est confirmé" in said) == monthly
    assert ("Le prochain aura lieu le 30 décembre 2026." in said) == ("/mensuel" in said) == monthly
