"""The message or question about the inviter when newcomers first use the bot."""

from dataclasses import replace

import pytest

from bot.domain.newcomers import Attribution, Counts
from bot.domain.referrals import ReferralOutcome
from bot.store.core import outbox
from bot.store.db import Database
from bot.usecases import outbox_messages, router
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.core.join import find_or_join
from bot.usecases.referral_tree import refer
from bot.usecases.referrals import newcomers
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, make_context, queued
from tests.usecases.referrals import test_joining_chats as arriving
from tests.usecases.referrals.test_joining_chats import CHANNEL, GUILD, LUC, MEI, ROOM, Inviting


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    ctx = make_context(db, clock, inviting={"telegram": Inviting(CHANNEL), "discord": Inviting(GUILD)})
    await arriving.known_place(ctx, "telegram", CHANNEL)
    await arriving.known_place(ctx, "discord", ROOM)
    return ctx


async def test_telegram_newcomer_reads_the_inviter_at_the_first_message(ctx: Context) -> None:
    _, link = await arriving.linked(ctx, CAMILLE, "telegram")
    await newcomers.record_chat_join(ctx, LUC, link.code)
    assert await queued(ctx) == {"unreachable": 1}  # no message is sent to them
    luc = await join.find_or_join(ctx, replace(LUC, private=True))
    async with ctx.db.write() as conn:
        (waiting,) = await outbox.claim(conn, "telegram", ctx.clock(), 9)
    card = (await outbox_messages.render(ctx, waiting, luc)).card
    assert "will see neither your name nor your gifts" in card.lines[0]


async def test_newcomer_with_unknown_inviter_is_asked_once(ctx: Context) -> None:
    _, link = await arriving.linked(ctx, CAMILLE, "discord")
    await arriving.by_discord(ctx, Attribution(candidates=(link.code,)), Counts(uses={link.code: 1}))
    assert await queued(ctx) == {"parked": 1}  # no message is sent to them
    mei = replace(MEI, private=True)
    reply = await router.on_command(ctx, mei, "privacy", "")
    ((delivery, card),) = reply.also
    assert card.title == ctx.catalog.text("fr", "by-title")
    assert (await router.on_command(ctx, mei, "help", "")).also  # it was not shown yet
    await router.shown(ctx, [delivery])
    assert (await router.on_command(ctx, mei, "help", "")).also == ()


async def test_discord_newcomer_reads_the_inviter_at_the_first_use(ctx: Context) -> None:
    _, link = await arriving.linked(ctx, CAMILLE, "discord")
    await arriving.by_discord(ctx, Attribution(code=link.code), Counts(uses={link.code: 1}))
    ((delivery, card),) = (await router.on_command(ctx, replace(MEI, private=True), "privacy", "")).also
    assert card.title == ctx.catalog.text("fr", "brought-title")
    await router.shown(ctx, [delivery])
    assert (await router.on_command(ctx, replace(MEI, private=True), "help", "")).also == ()


async def test_newcomer_who_named_the_inviter_is_not_asked(ctx: Context) -> None:
    invite, link = await arriving.linked(ctx, CAMILLE, "discord")
    await arriving.by_discord(ctx, Attribution(candidates=(link.code,)), Counts(uses={link.code: 1}))
    mei = replace(MEI, private=True)
    assert await refer.claim_inviter(ctx, await find_or_join(ctx, mei), invite.supporter_id) is ReferralOutcome.RECORDED
    assert (await router.on_command(ctx, mei, "help", "")).also == ()
