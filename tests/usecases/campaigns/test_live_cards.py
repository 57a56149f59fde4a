"""Posted cards follow the total in hundreds of places, match periods, recent gifts and the campaign's end."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.delivery.pace import TELEGRAM
from bot.delivery.paced import PacedPlatform
from bot.domain.campaigns import Campaign
from bot.domain.matching import MatchPeriod
from bot.domain.people import Contact
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import posted
from bot.store.campaigns.posted import PostedCard
from bot.store.core import notices, switches
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.store.matching import matches
from bot.usecases.campaigns import live_cards, publish
from bot.usecases.context import Context
from bot.usecases.giving.campaign_cards import shared_card
from bot.usecases.ports import Gone, MessageRef, MissingPermission, PlatformError, Rejected, Unreachable
from content.cards import Card
from payments.money import Money
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform
from tests.delivery.test_pacer import make
from tests.payments import stripe_json as stripe
from tests.usecase_setup import CAMILLE, make_context, metadata, open_campaign, signed
from tests.usecases.money.test_record import take

PLACES = 200
SOON = timedelta(seconds=5)
JUST_GIVEN = "Un don vient d’arriver."


class Channels(RecordingPlatform):
    """A platform with many channels and a server's latency."""

    def __init__(self, latency: float = 0.0) -> None:
        super().__init__()
        self.latency = latency
        self.edits: list[tuple[str, Card]] = []
        self.under_way = self.most_under_way = 0

    async def edit(self, ref: MessageRef, card: Card) -> None:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(self.latency)
        self.under_way -= 1
        self.edits.append((ref.chat_id, card))


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


async def stand(ctx: Context, campaign: Campaign, places: int) -> None:
    async with ctx.db.write() as conn:
        for number in range(places):
            card = PostedCard(
                id=ctx.ids.new(),
                campaign_id=campaign.id,
                platform="telegram",
                chat_id=f"-{number}",
                message_id=None,
                locale="fr",
            )
            await posted.add(conn, card, ctx.clock())
            await posted.mark_shown(conn, card.id, card.chat_id, "1", campaign.version, ctx.clock())


async def give(ctx: Context, campaign: Campaign, number: int, at: datetime) -> None:
    contact = CAMILLE if number == 0 else _person(number)
    _, token = await signed(ctx, campaign, contact)
    paid = stripe.session(
        id=f"cs_{number}",
        payment_intent=f"pi_{number}",
        amount_total=500,
        metadata=metadata(campaign),
        client_reference_id=token,
    )
    await take(ctx, stripe.event("checkout.session.completed", paid, id=f"evt_{number}", created=int(at.timestamp())))


def _person(number: int) -> Contact:
    return replace(CAMILLE, external_id=str(1000 + number))


async def now_of(ctx: Context, campaign: Campaign) -> Campaign:
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]


async def shown(ctx: Context, campaign: Campaign) -> Card:
    return await shared_card(ctx, await now_of(ctx, campaign), "telegram", "fr", 5)


async def test_two_hundred_places_are_updated_within_ten_seconds(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    await stand(ctx, campaign, PLACES)
    await give(ctx, campaign, 0, clock())
    clock.move(seconds=6)
    channels = Channels(latency=0.06)
    pacer, time = make(TELEGRAM)
    platform, began = PacedPlatform(channels, pacer), time()
    assert await live_cards.refresh_cards(ctx, platform, at_most_every=SOON) == PLACES
    assert time() - began < 9  # seconds, bounded by the pace; the schedule runs once a second
    assert channels.most_under_way >= 2, "one after another, answers that far away take 12 s"
    assert len({chat for chat, _ in channels.edits}) == PLACES
    assert await live_cards.refresh_cards(ctx, platform, at_most_every=SOON) == 0


async def test_card_mentions_a_gift_for_a_minute_if_switched_on(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    for number in range(5):
        await give(ctx, campaign, number, clock())
    assert JUST_GIVEN not in (await shown(ctx, campaign)).lines
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.GIVING_LINE, on=True, at=ctx.clock()))
    assert JUST_GIVEN in (await shown(ctx, campaign)).lines
    before = (await now_of(ctx, campaign)).version
    assert await live_cards.clear_recent_giving(ctx) == 0
    clock.move(seconds=61)
    assert JUST_GIVEN not in (await shown(ctx, campaign)).lines
    assert (await live_cards.clear_recent_giving(ctx), await live_cards.clear_recent_giving(ctx)) == (1, 0)
    assert (await now_of(ctx, campaign)).version == before + 1  # so that the card is redrawn without it


async def test_first_and_old_gifts_are_not_mentioned(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.GIVING_LINE, on=True, at=ctx.clock()))
    for number in range(4):
        await give(ctx, campaign, number, clock())
    assert JUST_GIVEN not in (await shown(ctx, campaign)).lines
    clock.move(hours=1)
    await give(ctx, campaign, 4, clock() - timedelta(minutes=50))  # reported late
    assert JUST_GIVEN not in (await shown(ctx, campaign)).lines


async def test_sponsor_is_shown_only_during_the_match_period(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    pool = Money(40_000, "cad")
    period = MatchPeriod(
        id=7,
        campaign_id=campaign.id,
        sponsor={"fr": "la Caisse", "en": "the Credit Union"},
        pool=pool,
        left=pool,
        starts_at=clock() + timedelta(seconds=30),
        ends_at=clock() + timedelta(seconds=90),
    )
    async with ctx.db.write() as conn:
        await matches.add(conn, period)
    campaign = await now_of(ctx, campaign)
    await stand(ctx, campaign, 1)
    channels = Channels()
    seen = []
    for seconds in (10, 30, 10, 50, 10):
        clock.move(seconds=seconds)
        await live_cards.refresh_cards(ctx, channels, at_most_every=SOON)
        seen.append(len(channels.edits))
    assert seen == [0, 1, 1, 2, 2]  # once at the start, once at the end
    line = "Dons jumelés par la Caisse\u00a0: il reste 400\u00a0$."
    assert [line in card.lines for _, card in channels.edits] == [True, False]


async def test_extended_end_is_announced(ctx: Context) -> None:
    campaign = await open_campaign(ctx, ends_on=date(2026, 12, 20))
    assert not any("prolongée" in line for line in (await shown(ctx, campaign)).lines)
    later = campaign.authored.model_copy(update={"ends_on": date(2026, 12, 24)})
    for _ in range(2):  # a later correction does not undo it
        await publish.publish(ctx, later)
        assert any("prolongée jusqu’au" in line for line in (await shown(ctx, campaign)).lines)


# --- refusals -------------------------------------------------------------------------------------
class Refusing(Channels):
    """A channel that fails edits and posts as configured, in order."""

    def __init__(self, *refusals: PlatformError | None) -> None:
        super().__init__()
        self.refusals = list(refusals)
        self.posts = 0

    def _answer(self) -> None:
        if self.refusals and (refusal := self.refusals.pop(0)) is not None:
            raise refusal

    async def edit(self, ref: MessageRef, card: Card) -> None:
        self._answer()
        await super().edit(ref, card)

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        self._answer()
        self.posts += 1
        return MessageRef(chat_id=place, message_id="1")


async def lost_places(ctx: Context) -> int:
    async with ctx.db.read() as conn:
        return sum(n.kind == "place_lost" for n in await notices.due(conn, ctx.clock(), 9))


@pytest.mark.parametrize("refusal", [MissingPermission("50001"), Unreachable("kicked"), Rejected("50035")], ids=str)
async def test_refused_card_is_redrawn_once_allowed(ctx: Context, clock: MovingClock, refusal: PlatformError) -> None:
    campaign = await open_campaign(ctx)
    await stand(ctx, campaign, 1)
    await give(ctx, campaign, 0, clock())
    channel = Refusing(refusal, refusal)
    for _ in range(10):
        clock.move(minutes=30)
        await live_cards.refresh_cards(ctx, channel, at_most_every=SOON)
    assert [chat for chat, _ in channel.edits] == ["-0"]
    assert channel.refusals == []
    assert await lost_places(ctx) == 1


async def test_deleted_card_is_ignored_without_a_notice(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    await stand(ctx, campaign, 1)
    await give(ctx, campaign, 0, clock())
    channel = Refusing(Gone("10008"))
    for _ in range(5):
        clock.move(hours=2)
        await live_cards.refresh_cards(ctx, channel, at_most_every=SOON)
    assert (channel.edits, await lost_places(ctx)) == ([], 0)


async def test_requested_card_is_posted_once_allowed(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx)
    wanted = PostedCard(id=5, campaign_id=campaign.id, platform="telegram", chat_id="-7", message_id=None, locale="fr")
    async with ctx.db.write() as conn:
        await posted.add(conn, wanted, ctx.clock(), asked=True)
    channel = Refusing(MissingPermission("50013"), MissingPermission("50013"))
    for _ in range(10):
        clock.move(minutes=30)
        await live_cards.post_asked(ctx, channel)
    assert (channel.posts, await lost_places(ctx)) == (1, 1)
