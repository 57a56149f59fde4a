"""Campaigns open, their cards follow the total, and they close at Stripe."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from bot.domain.campaigns import CampaignState
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import posted
from bot.store.db import Database
from bot.store.giving import links as link_rows
from bot.usecases.campaigns import live_cards, publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.giving import give, links
from bot.usecases.giving.campaign_cards import shared_card
from bot.usecases.ports import Gone, InDoubt, MessageRef, PlatformError, Rejected, RetryLater
from content.cards import Card
from payments.stripe import GatewayRefused, Link, LinkSpec
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform
from tests.payments import stripe_json as stripe
from tests.usecase_setup import CAMILLE, RecordingGateway, example, make_context, metadata, open_campaign
from tests.usecases.money.test_record import take

SOON = timedelta(seconds=5)


class Channel(RecordingPlatform):
    """A platform that records posts and edits."""

    def __init__(self) -> None:
        super().__init__("discord")
        self.edits: list[Card] = []
        self.edit_trouble: list[PlatformError] = []

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        return MessageRef(chat_id=place, message_id="9")

    async def edit(self, ref: MessageRef, card: Card) -> None:
        if self.edit_trouble:
            raise self.edit_trouble.pop(0)
        self.edits.append(card)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def a_gift(ctx: Context, number: int = 1) -> None:
    """Give enough to pass half of the goal, from which the card shows the total."""
    async with ctx.db.read() as conn:
        (campaign,) = await campaign_rows.all_campaigns(conn)
    paid = stripe.session(
        id=f"cs_{number}", payment_intent=f"pi_{number}", amount_total=40_000, metadata=metadata(campaign)
    )
    await take(ctx, stripe.event("checkout.session.completed", paid, id=f"evt_{number}"))


async def test_posted_card_follows_the_total_at_a_limited_rate(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    channel = Channel()
    await publish.post(ctx, channel, campaign, "1", "fr+en")
    assert await live_cards.refresh_cards(ctx, channel, at_most_every=SOON) == 0
    await a_gift(ctx, 1)
    assert await live_cards.refresh_cards(ctx, channel, at_most_every=SOON) == 0  # just posted
    clock.move(seconds=6)
    assert await live_cards.refresh_cards(ctx, channel, at_most_every=SOON) == 1
    assert any("400\u00a0$" in line for line in channel.edits[-1].lines)


@pytest.mark.parametrize(
    ("trouble", "comes_back"),
    [(RetryLater(600), 601), (InDoubt("lost"), 16), (Rejected("no"), 3600), (Gone("gone"), 0)],
)
async def test_uneditable_card_does_not_delay_others(
    ctx: Context, clock: MovingClock, trouble: PlatformError, comes_back: int
) -> None:
    campaign = await open_campaign(ctx)
    channel = Channel()
    await publish.post(ctx, channel, campaign, "1", "fr")
    await a_gift(ctx)
    clock.move(seconds=6)
    channel.edit_trouble = [trouble]
    await live_cards.refresh_cards(ctx, channel, at_most_every=SOON)
    assert await live_cards.refresh_cards(ctx, channel, at_most_every=SOON) == 0
    clock.move(seconds=max(comes_back, 3600) + 10)
    assert await live_cards.refresh_cards(ctx, channel, at_most_every=SOON) == (1 if comes_back else 0)


async def test_publishing_again_creates_only_changed_links(ctx: Context) -> None:
    assert isinstance(ctx.gateway, RecordingGateway)
    campaign = await open_campaign(ctx)
    links_before = len(ctx.gateway.made)
    await publish.publish(ctx, example())
    assert len(ctx.gateway.made) == links_before == 2 * (len(campaign.authored.amounts) + 1), "one for each language"
    await open_campaign(ctx, cap_minor=campaign.authored.cap_minor - 100)
    assert len(ctx.gateway.made) == links_before + 2  # the cap matters only to the links with a typed amount


async def test_link_missing_at_stripe_is_created_again(ctx: Context) -> None:
    assert isinstance(ctx.gateway, RecordingGateway)
    campaign = await open_campaign(ctx)
    first = ctx.links.get(campaign.id, campaign.authored.amounts[0])
    assert first is not None
    ctx.gateway.gone.add(first.stripe_id)
    assert await links.repair(ctx) == 1
    again = ctx.links.get(campaign.id, campaign.authored.amounts[0])
    assert again is not None
    assert again.stripe_id != first.stripe_id


async def test_public_url_set_later_takes_effect(ctx: Context) -> None:
    assert isinstance(ctx.gateway, RecordingGateway)
    await open_campaign(ctx)
    links_before = len(ctx.gateway.made)
    await links.repair(replace(ctx, public_url="https://obole.example"))
    assert len(ctx.gateway.made) == 2 * links_before
    assert (ctx.gateway.made[-1].return_url or "").startswith("https://obole.example/thanks")
    await links.repair(replace(ctx, public_url="https://obole.example"))
    assert len(ctx.gateway.made) == 2 * links_before


@dataclass
class SlowGateway(RecordingGateway):
    """Stripe answers slowly, and something else happens during the call."""

    meanwhile: Callable[[], Awaitable[None]]

    def __post_init__(self) -> None:
        super().__init__()

    async def create_link(self, spec: LinkSpec, idempotency_key: str) -> Link:
        link = await super().create_link(spec, idempotency_key)
        await self.meanwhile()
        return link


async def test_link_created_during_close_is_deactivated(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    assert isinstance(ctx.gateway, RecordingGateway)
    slow = SlowGateway(lambda: publish.close(ctx, campaign))
    slow.made += ctx.gateway.made
    assert not await links.ensure_for_typed_amount(
        replace(ctx, gateway=slow), campaign, 12_34, await find_or_join(ctx, CAMILLE)
    )
    assert slow.switched_off == [f"plink_{len(slow.made)}"]
    async with ctx.db.read() as conn:
        assert await link_rows.active(conn) == []


async def test_leftover_link_of_a_closed_campaign_is_deactivated_within_an_hour(ctx: Context) -> None:
    campaign = await open_campaign(ctx)
    async with ctx.db.write() as conn:
        await campaign_rows.close(conn, campaign.id, ctx.clock())  # as after a crash
        left = {link.stripe_id for link in await link_rows.active(conn)}
    await links.repair(ctx)
    assert isinstance(ctx.gateway, RecordingGateway)
    assert left == set(ctx.gateway.switched_off)
    async with ctx.db.read() as conn:
        assert await link_rows.active(conn) == []


async def test_close_deactivates_links_and_later_gifts_are_late(ctx: Context, clock: MovingClock) -> None:
    assert isinstance(ctx.gateway, RecordingGateway)
    await open_campaign(ctx, ends_on=date(2026, 11, 24))
    assert await publish.close_due(ctx) == 0
    clock.move(days=3)
    assert await publish.close_due(ctx) == 1
    assert await publish.close_due(ctx) == 0
    assert ctx.gateway.switched_off
    assert ctx.links.get(1, links.ANY_AMOUNT) is None


async def test_invalid_campaign_is_refused_naming_the_field(ctx: Context) -> None:
    with pytest.raises(publish.CannotPublish, match="ends_on"):
        await open_campaign(ctx, ends_on=date(2020, 1, 1))
    await open_campaign(ctx)
    with pytest.raises(publish.CannotPublish, match="currency"):
        await open_campaign(ctx, currency="usd")


async def test_failed_post_leaves_no_card(ctx: Context) -> None:
    class Closed(Channel):
        async def post(
            self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
        ) -> MessageRef:
            raise Rejected("no rights")

    campaign = await open_campaign(ctx)
    with pytest.raises(Rejected):
        await publish.post(ctx, Closed(), campaign, "1", "fr")
    async with ctx.db.read() as conn:
        assert await posted.chats_on(conn, "discord") == []


async def test_link_stripe_cannot_deactivate_does_not_block_other_campaigns(db: Database, clock: MovingClock) -> None:
    class Stubborn(RecordingGateway):
        async def deactivate_link(self, stripe_id: str, message: str) -> None:
            if stripe_id == "plink_1":
                raise GatewayRefused("no")
            await super().deactivate_link(stripe_id, message)

    ctx = make_context(db, clock, gateway=Stubborn())
    day = clock().date() + timedelta(days=1)
    for slug in ("first", "second"):
        await publish.publish(ctx, example().model_copy(update={"slug": slug, "ends_on": day}))
    clock.move(days=3)
    assert await publish.close_due(ctx) == 1
    assert await publish.close_due(ctx) == 0


async def test_paused_campaign_asks_nobody_and_resumes_with_its_links(ctx: Context) -> None:
    assert isinstance(ctx.gateway, RecordingGateway)
    campaign = await open_campaign(ctx)
    links_before = len(ctx.gateway.made)
    assert await publish.pause(ctx, campaign)
    assert not await publish.pause(ctx, campaign)  # the second of two concurrent actions
    async with ctx.db.read() as conn:
        assert await campaign_rows.open_campaigns(conn, ctx.clock()) == []
        resting = (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]
    card = await shared_card(ctx, resting, "discord", "fr", None)
    assert not card.rows
    assert any("en pause" in line for line in card.lines)
    answer = await give.by_id(ctx, await find_or_join(ctx, CAMILLE), campaign.id, None, give.COMMAND)
    assert "en pause" in answer.card.title
    assert (await publish.publish(ctx, example())).state is CampaignState.PAUSED  # a correction does not resume it
    assert await publish.resume(ctx, campaign)
    assert (len(ctx.gateway.made), ctx.gateway.switched_off) == (links_before, [])


async def test_paused_campaign_closes_at_its_end(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx, ends_on=date(2026, 11, 24))
    await publish.pause(ctx, campaign)
    clock.move(days=3)
    assert await publish.close_due(ctx) == 1
