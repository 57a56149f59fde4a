"""Texts stored unchecked by an older version, or with a removed site, are not sent automatically."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.broadcasts import Broadcast, BroadcastState, Segment
from bot.domain.campaigns import Campaign
from bot.domain.matching import MatchPeriod
from bot.domain.people import Contact, PlatformName, Preference
from bot.store.broadcasts import broadcasts
from bot.store.campaigns import posted
from bot.store.campaigns.posted import PostedCard
from bot.store.core import notices, outbox
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.matching import matches
from bot.usecases import router
from bot.usecases.broadcasts import lifecycle
from bot.usecases.broadcasts.plan import Spec, submit
from bot.usecases.campaigns import live_cards
from bot.usecases.context import Context
from bot.usecases.core import limits
from bot.usecases.core.access import TERMINAL
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Deferred, Obsolete
from bot.usecases.inbox import inbox
from bot.usecases.nudges import plan
from bot.usecases.ports import MessageRef
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff.notices import KINDS
from content.broadcast import Message
from content.cards import Card
from payments.money import Money
from tests.conftest import MovingClock
from tests.delivery.test_loop import RecordingPlatform
from tests.giving import give
from tests.usecase_setup import CAMILLE, make_context, notices_of, open_campaign, rendered
from tests.usecases.inbox.test_inbox import NADIA, hire, said
from tests.usecases.nudges.test_plan import move, set_policy, waiting, willing

SITE = "partenaire.example.org/don"
WORDS = {"fr": f"Voyez {SITE}", "en": f"See {SITE}"}
AFTERNOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)  # 14 h in Montréal


class Channel(RecordingPlatform):
    """A channel that takes posts."""

    async def post(
        self, place: str, card: Card, *, nonce: str, silent: bool = False, thread: str | None = None
    ) -> MessageRef:
        return await self.send(place, card, nonce=nonce)


@pytest.fixture
async def ctx(db: Database) -> Context:
    return make_context(db, MovingClock(AFTERNOON), link_domains=("partenaire.example.org",))


async def forbid(ctx: Context) -> None:
    """Remove the site from the list, as if its texts had never been checked."""
    await limits.set_limit(ctx, TERMINAL, "domains", ("tablee.example.org",))


async def allow(ctx: Context) -> None:
    await limits.set_limit(ctx, TERMINAL, "domains", None)


async def held(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "text_held")


async def state(ctx: Context, broadcast: Broadcast) -> BroadcastState:
    async with ctx.db.read() as conn:
        found = await broadcasts.get(conn, broadcast.id)
    assert found is not None
    return found.state


async def planned(ctx: Context, campaign: Campaign) -> Broadcast:
    reader = Contact(platform="telegram", external_id="77", locale="fr", private=True)
    await set_preferences(ctx, await find_or_join(ctx, reader), [Preference.NEWS], True)
    spec = Spec(campaign_id=campaign.id, message=Message(texts=WORDS), segment=Segment())  # type: ignore[arg-type]
    broadcast = await submit(ctx, None, spec)
    assert broadcast is not None
    move(ctx, minutes=6)
    return broadcast


async def ticks(ctx: Context) -> None:
    for _ in range(3):
        await lifecycle.tick(ctx)


@pytest.mark.parametrize("ticks_before", [0, 3])
async def test_broadcast_pauses_before_and_during_run(ctx: Context, ticks_before: int) -> None:
    broadcast = await planned(ctx, await open_campaign(ctx, ends_on=None))
    for _ in range(ticks_before):
        await lifecycle.tick(ctx)
    await forbid(ctx)
    await ticks(ctx)
    assert await state(ctx, broadcast) is BroadcastState.PAUSED
    with pytest.raises(lifecycle.ForeignLink):
        await lifecycle.resume(ctx, TERMINAL, broadcast.id)
    async with ctx.db.read() as conn:
        (due_notice,) = [
            notice
            for notice in await notices.due(conn, ctx.clock(), 99)
            if notice.kind == "broadcast_moved" and notice.args["state"] == "paused"
        ]
    for locale, part in (("fr", "un site non permis"), ("en", "a website that is not allowed")):
        assert any(part in line for line in (await KINDS[due_notice.kind](ctx, due_notice, locale)).lines)  # type: ignore[arg-type]
    await allow(ctx)
    await lifecycle.resume(ctx, TERMINAL, broadcast.id)
    await ticks(ctx)
    assert await state(ctx, broadcast) is BroadcastState.RUNNING


async def test_reminder_with_custom_text_waits(ctx: Context) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    await set_policy(ctx, held_out=0.0, texts=(WORDS,))
    people = [await willing(ctx, Contact(platform="telegram", external_id=n, locale="fr", private=True)) for n in "12"]
    await give(ctx, campaign, people[0].id)
    move(ctx, days=10)
    assert await plan.tick(ctx) == 1
    (decided,) = await waiting(ctx)
    await forbid(ctx)
    with pytest.raises(Deferred):
        await rendered(ctx, decided)
    await give(ctx, campaign, people[1].id)
    move(ctx, days=10)
    assert await plan.tick(ctx) == 0, "nobody is drawn for what cannot be said"
    (notice,) = await held(ctx)
    card = await KINDS["text_held"](ctx, notice, "fr")
    assert any("partenaire.example.org" in line for line in card.lines)
    assert [button.action for button in card.buttons] == ["np:second_gift"]


@pytest.mark.parametrize("platform", ["telegram", "discord"])
@pytest.mark.parametrize("of", ["campaign", "sponsor"])
async def test_posted_card_waits_until_text_is_changed(ctx: Context, of: str, platform: PlatformName) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    if of == "campaign":
        story = campaign.authored.story.model_copy(update=WORDS)
        campaign = await open_campaign(ctx, ends_on=None, story=story)
    else:
        pool = Money(10_000, campaign.goal.currency)
        period = MatchPeriod(
            id=ctx.ids.new(),
            campaign_id=campaign.id,
            sponsor=WORDS,  # type: ignore[arg-type]
            pool=pool,
            left=pool,
            starts_at=ctx.clock(),
            ends_at=ctx.clock() + timedelta(days=9),
        )
        async with ctx.db.write() as conn:
            await matches.add(conn, period)
    card = PostedCard(
        id=ctx.ids.new(), campaign_id=campaign.id, platform=platform, chat_id="-1", message_id=None, locale="fr"
    )
    async with ctx.db.write() as conn:
        await posted.add(conn, card, ctx.clock())
        await posted.set_requested_at(conn, card.id, ctx.clock())
    await forbid(ctx)
    channel = Channel(platform)
    for _ in range(2):
        await live_cards.tick(ctx, channel, at_most_every=timedelta())
    assert channel.sent == []
    (notice,) = await held(ctx)
    seen = await KINDS["text_held"](ctx, notice, "en")
    assert [button.action for button in seen.buttons] == [f"cv:{campaign.id}"]
    await allow(ctx)
    await live_cards.tick(ctx, channel, at_most_every=timedelta())
    assert len(channel.sent) == 1


async def test_parked_reply_is_not_sent_and_staff_are_notified(ctx: Context) -> None:
    await open_campaign(ctx, ends_on=None)
    person = await willing(ctx)
    async with ctx.db.write() as conn:
        assert await inbox.reply_to_supporter(ctx, conn, person.address_id, WORDS["fr"])
    await forbid(ctx)
    async with ctx.db.write() as conn:
        (delivery,) = [d for d in await outbox.claim(conn, "telegram", ctx.clock(), 9) if d.message == "relayed"]
    with pytest.raises(Obsolete):
        await rendered(ctx, delivery)


async def test_preview_older_than_removed_site_is_not_sent(ctx: Context) -> None:
    await hire(ctx)
    await router.on_text(ctx, CAMILLE, "Une question")
    (notice,) = await notices_of(ctx, "words")
    await router.on_action(ctx, NADIA, f"ib:reply:{notice.id}")
    preview = await router.on_text(ctx, NADIA, WORDS["fr"])
    send = next(str(b.action) for b in preview.card.buttons if str(b.action).startswith("ib:send"))
    await forbid(ctx)
    again = await router.on_action(ctx, NADIA, send)
    assert "partenaire.example.org" in said(again) and again.form is not None and again.form.value == WORDS["fr"]
