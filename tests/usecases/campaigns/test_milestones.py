"""A milestone is announced exactly once."""

import asyncio

import pytest

from bot.domain.broadcasts import Broadcast, BroadcastState
from bot.domain.campaigns import Campaign
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.campaigns import places, posted
from bot.store.campaigns.posted import PostedCard
from bot.store.core import switches
from bot.store.core.switches import Switch
from bot.store.db import Database
from bot.usecases.broadcasts.plan import CannotSend
from bot.usecases.campaigns import milestones, publish
from bot.usecases.campaigns.milestones import Announcement
from bot.usecases.context import Context
from bot.usecases.staff.campaigns import notices as campaign_notices
from content.campaign import Milestone, Words
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import make_context, metadata, notices_of, open_campaign
from tests.usecases.money.test_record import take

HALF, NEAR = Milestone(share=50), Milestone(missing=12_000)


class Broadcasts:
    """Accepts announcements like broadcasts do: each key once."""

    def __init__(self) -> None:
        self.made: dict[str, Announcement] = {}
        self.crash = False

    async def __call__(self, ctx: Context, new: Announcement) -> None:
        self.made.setdefault(new.once_key, new)
        if self.crash:
            raise RuntimeError("the power went out")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, goal_minor=100_000, milestones=(HALF, NEAR))


async def give(ctx: Context, campaign: Campaign, minor: int, number: int = 1) -> None:
    paid = stripe.session(
        id=f"cs_{number}", payment_intent=f"pi_{number}", amount_total=minor, metadata=metadata(campaign)
    )
    created = int(ctx.clock().timestamp())
    await take(ctx, stripe.event("checkout.session.completed", paid, id=f"evt_{number}", created=created))


async def test_crossed_milestone_is_submitted_once(ctx: Context, campaign: Campaign) -> None:
    recorded = Broadcasts()
    assert await milestones.announce(ctx, recorded) == 0
    await give(ctx, campaign, 50_000)
    assert await milestones.announce(ctx, recorded) == 1
    assert await milestones.announce(ctx, recorded) == 0
    (new,) = recorded.made.values()
    assert (new.threshold_minor, new.at_once) == (50_000, False)
    assert "500\u00a0$" in new.texts["fr"] and "$500" in new.texts["en"]


async def test_simultaneous_gifts_cross_a_milestone_once(ctx: Context, campaign: Campaign) -> None:
    recorded = Broadcasts()
    await asyncio.gather(*(give(ctx, campaign, 50_000, number) for number in (1, 2)))
    await milestones.announce(ctx, recorded)
    await milestones.announce(ctx, recorded)
    assert [new.threshold_minor for new in recorded.made.values()] == [
        88_000
    ]  # both are crossed: the highest is announced


async def test_milestone_crossed_again_after_a_refund_is_not_announced(ctx: Context, campaign: Campaign) -> None:
    recorded = Broadcasts()
    await give(ctx, campaign, 50_000)
    await milestones.announce(ctx, recorded)
    back = stripe.refund(id="re_1", payment_intent="pi_1", amount=50_000)
    await take(ctx, stripe.event("refund.created", back, id="evt_back"))
    await give(ctx, campaign, 50_000, 2)
    assert await milestones.announce(ctx, recorded) == 0


async def test_crash_between_submit_and_mark_repeats_nothing(ctx: Context, campaign: Campaign) -> None:
    recorded = Broadcasts()
    await give(ctx, campaign, 50_000)
    recorded.crash = True
    assert await milestones.announce(ctx, recorded) == 0
    recorded.crash = False
    await milestones.announce(ctx, recorded)
    assert await milestones.announce(ctx, recorded) == 0
    assert len(recorded.made) == 1


async def test_text_has_current_figures(ctx: Context, campaign: Campaign) -> None:
    await give(ctx, campaign, 88_000)
    recorded = Broadcasts()
    await milestones.announce(ctx, recorded)
    (new,) = recorded.made.values()
    assert "ne manque que 120\u00a0$" in new.texts["fr"]
    await give(ctx, campaign, 2_000, 2)
    async with ctx.db.read() as conn:
        later = (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]
    assert "ne manque que 100\u00a0$" in milestones.texts(ctx, later, new.threshold_minor)["fr"]


async def test_announcement_setting_and_own_text_are_applied(ctx: Context) -> None:
    words = Words(fr="La moitié!", en="Half way!")
    quiet = Milestone(share=90, announce="never")
    campaign = await open_campaign(
        ctx, goal_minor=100_000, milestones=(Milestone(share=50, text=words, announce="at_once"), quiet)
    )
    recorded = Broadcasts()
    await give(ctx, campaign, 90_000)
    await milestones.announce(ctx, recorded)
    (new,) = recorded.made.values()
    assert (new.threshold_minor, new.at_once, new.texts["en"]) == (50_000, True, "Half way!")


async def test_milestone_added_below_the_total_is_not_announced(ctx: Context, campaign: Campaign) -> None:
    """No gift crossed it: neither a quarter added after the half, nor one that a lower goal puts below the total."""
    recorded = Broadcasts()
    await give(ctx, campaign, 60_000)
    await milestones.announce(ctx, recorded)
    wider = campaign.authored.model_copy(update={"milestones": (Milestone(share=25), HALF, Milestone(minor=90_000))})
    await publish.publish(ctx, wider)
    await give(ctx, campaign, 1_000, 2)
    assert await milestones.announce(ctx, recorded) == 0
    await give(ctx, campaign, 29_000, 3)
    assert await milestones.announce(ctx, recorded) == 1
    assert [new.threshold_minor for new in recorded.made.values()] == [50_000, 90_000]


async def test_milestones_wait_during_a_freeze_or_pause(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    recorded = Broadcasts()
    await give(ctx, campaign, 50_000)
    await publish.pause(ctx, campaign)
    assert await milestones.announce(ctx, recorded) == 0
    await publish.resume(ctx, campaign)
    for on, handed in ((True, 0), (False, 1)):
        async with ctx.db.write() as conn:
            await switches.set_switch(conn, Switch(name=switches.FREEZE, on=on, at=clock()))
        assert await milestones.announce(ctx, recorded) == handed


async def test_milestones_of_a_closed_campaign_are_dropped(ctx: Context, campaign: Campaign) -> None:
    await give(ctx, campaign, 50_000)
    await publish.close(ctx, campaign)
    recorded = Broadcasts()
    assert await milestones.announce(ctx, recorded) == 0
    async with ctx.db.read() as conn:
        assert await campaign_rows.unannounced_milestones(conn) == []
    assert not recorded.made


async def test_unsendable_milestone_waits_without_delaying_others(ctx: Context, campaign: Campaign) -> None:
    recorded = Broadcasts()

    async def refused(ctx: Context, new: Announcement) -> None:
        raise CannotSend("place_lost")

    await give(ctx, campaign, 50_000)
    assert await milestones.announce(ctx, refused) == 0
    assert await milestones.announce(ctx, recorded) == 1 and len(recorded.made) == 1


# --- as broadcasts ----------------------------------------------------------------------------------
async def add_place(ctx: Context, chat: str) -> int:
    async with ctx.db.write() as conn:
        place = await places.save(
            conn, "telegram", chat, title=chat, purpose="public", locales="fr+en", at=ctx.clock(), is_open=True
        )
    return place.id


async def all_broadcasts(ctx: Context) -> list[Broadcast]:
    async with ctx.db.read() as conn:
        return await broadcasts.latest(conn, 9)


async def test_announcement_waits_for_approval_and_shows_current_figures(ctx: Context, campaign: Campaign) -> None:
    await add_place(ctx, "-1")
    await give(ctx, campaign, 88_000)
    for _ in range(2):
        await milestones.tick(ctx)
    (announced,) = await all_broadcasts(ctx)
    assert (announced.kind, announced.state, announced.segment) == ("milestone", BroadcastState.APPROVAL, None)
    (notice,) = await notices_of(ctx, "milestone_approval")
    card = await campaign_notices.KINDS["milestone_approval"](ctx, notice, "fr")
    assert any("Il ne manque que 120\u00a0$" in line for line in card.lines)
    assert [b.action for b in card.buttons] == [f"bs:{announced.id}:{what}" for what in ("approve", "fr", "en", "stop")]
    await give(ctx, campaign, 2_000, 2)
    card = await campaign_notices.KINDS["milestone_approval"](ctx, notice, "en")
    assert any("Only $100 to go" in line for line in card.lines)


async def test_immediate_announcement_waits_for_the_countdown(ctx: Context, campaign: Campaign) -> None:
    await add_place(ctx, "-1")
    async with ctx.db.write() as conn:
        await switches.set_switch(conn, Switch(name=switches.MILESTONES_AT_ONCE, on=True, at=ctx.clock()))
    await give(ctx, campaign, 50_000)
    await milestones.tick(ctx)
    assert [broadcast.state for broadcast in await all_broadcasts(ctx)] == [BroadcastState.COUNTDOWN]


async def test_announcement_goes_to_places_with_the_card(ctx: Context, campaign: Campaign) -> None:
    await give(ctx, campaign, 50_000)
    await milestones.tick(ctx)
    assert await all_broadcasts(ctx) == []
    await add_place(ctx, "-1")
    second = await add_place(ctx, "-2")
    card = PostedCard(id=5, campaign_id=campaign.id, platform="telegram", chat_id="-2", message_id=None, locale="fr")
    async with ctx.db.write() as conn:
        await posted.add(conn, card, ctx.clock(), asked=True)
    await give(ctx, campaign, 40_000, 2)
    await milestones.tick(ctx)
    assert [broadcast.places for broadcast in await all_broadcasts(ctx)] == [(second,)]


async def test_milestone_reached_at_the_end_has_no_ask(ctx: Context, clock: MovingClock) -> None:
    await add_place(ctx, "-1")
    campaign = await open_campaign(ctx, goal_minor=100_000, milestones=(HALF,), ends_on=clock().date())
    await give(ctx, campaign, 50_000)
    assert campaign.ends_at is not None
    clock.move(seconds=(campaign.ends_at - clock()).total_seconds() - 60)
    assert await milestones.tick(ctx) == 1
    assert [broadcast.message.amounts for broadcast in await all_broadcasts(ctx)] == [False]
