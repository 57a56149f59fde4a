"""A supporter has died: nothing is sent to them any more, from any worker, and their monthly gifts end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.broadcasts import Quiet, Segment
from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.staff import Role
from bot.store.broadcasts import recipients, segments
from bot.store.core import audit, outbox
from bot.store.core.tables import delivery
from bot.store.monthly.tables import pledge
from bot.store.nudges.tables import decision
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.nudges import impact_updates, plan
from bot.usecases.outbox_messages import waiting_cards
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.reply import Reply
from bot.usecases.staff import notices
from bot.usecases.supporters import deceased, monthly_ends
from bot.usecases.supporters.merging import merge
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import BROADCAST, start_broadcast
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, hire, keep_running, rendered
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.supporters.test_forgetting import Ending, gives_monthly

NADIA = Contact(platform="telegram", external_id="900", locale="fr", private=True, place="900")
AFTERNOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)  # 14 h in Montréal


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(AFTERNOON)


@pytest.fixture
def stripe() -> Ending:
    return Ending()


async def tap(ctx: Context, action: str) -> Reply:
    return await router.on_action(ctx, NADIA, action)


def actions(reply: Reply) -> list[str]:
    return [button.action or "" for button in reply.card.buttons]


async def died(ctx: Context, person: Supporter) -> Reply:
    return await tap(ctx, f"dc:family:{person.id}")


async def at(ctx: Context, supporter_id: int) -> datetime | None:
    async with ctx.db.read() as conn:
        return await supporters.deceased_at(conn, supporter_id)


async def statuses(ctx: Context) -> dict[str, str]:
    async with ctx.db.read() as conn:
        return {row.subscription: row.status for row in await conn.execute(select(pledge))}


async def test_question_records_nothing_and_the_answer_is_logged_without_a_name(ctx: Context) -> None:
    await hire(ctx, NADIA)
    camille = await find_or_join(ctx, CAMILLE)
    asked = await tap(ctx, f"dc:{camille.id}")
    assert await at(ctx, camille.id) is None
    assert actions(asked) == [*(f"dc:{source}:{camille.id}" for source in deceased.SOURCES), "nvm"]
    await tap(ctx, f"dc:family:{camille.id}")
    await tap(ctx, f"dc:notice:{camille.id}")  # a second tap changes nothing
    assert await at(ctx, camille.id) == ctx.clock()
    async with ctx.db.read() as conn:
        (entry,) = await audit.latest(conn, 9)
    assert (entry.action, entry.actor) == ("supporter.deceased", "Nadia")
    assert entry.details == {"supporter": camille.id, "reason": "family"}


async def test_monthly_gifts_end_except_those_another_person_may_pay(
    ctx: Context, campaign: Campaign, stripe: Ending
) -> None:
    await hire(ctx, NADIA)
    camille = await find_or_join(ctx, CAMILLE)
    await gives_monthly(ctx, campaign, camille.id, "sub_1")
    await gives_monthly(ctx, campaign, camille.id, "sub_unproved")
    async with ctx.db.write() as conn:
        await conn.execute(update(pledge).where(pledge.c.subscription == "sub_unproved").values(claimed_at=None))
    shown = await died(ctx, camille)
    assert stripe.ended == ["sub_1"]
    assert await statuses(ctx) == {"sub_1": "canceled", "sub_unproved": "active"}
    assert "n’est pas confirmé" in "".join(shown.card.lines)


async def test_monthly_gifts_end_later_if_stripe_is_down_and_when_they_begin_afterwards(
    ctx: Context, campaign: Campaign, stripe: Ending
) -> None:
    await hire(ctx, NADIA)
    camille = await find_or_join(ctx, CAMILLE)
    await gives_monthly(ctx, campaign, camille.id, "sub_1")
    stripe.down = True
    shown = await died(ctx, camille)
    assert "Stripe n’a pas encore" in "".join(shown.card.lines)
    assert await at(ctx, camille.id) is not None
    stripe.down = False
    await monthly_ends.end_due(ctx)
    await gives_monthly(ctx, campaign, camille.id, "sub_late")
    await monthly_ends.end_due(ctx)
    await monthly_ends.end_due(ctx)
    assert stripe.ended == ["sub_1", "sub_late"]


async def test_outbox_sends_nothing_more_whatever_the_message(ctx: Context, campaign: Campaign) -> None:
    """Queued before or after: thank-yous of late events, parked messages, everything."""
    await hire(ctx, NADIA)
    camille = await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, camille.id)
    await died(ctx, camille)
    await give(ctx, campaign, camille.id)
    async with ctx.db.write() as conn:
        queued = [
            d for d in await outbox.claim(conn, "telegram", ctx.clock(), 99) if d.address_id == camille.address_id
        ]
        await conn.execute(update(delivery).values(state="parked"))
    assert [d.message for d in queued].count("thanks") == 2
    for one in queued:
        with pytest.raises(Obsolete):
            await rendered(ctx, one)
    assert await waiting_cards(ctx, camille.address_id) == ()


async def test_reminders_decide_nothing_in_either_arm_until_it_is_undone(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    await hire(ctx, NADIA, Role.OWNER)
    camille = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, camille, [Preference.REMINDERS, Preference.NEWS], True)
    await give(ctx, campaign, camille.id)
    await died(ctx, camille)
    for _ in range(12):
        clock.move(days=1)
        await plan.tick(ctx)
    async with ctx.db.read() as conn:
        assert (await conn.execute(select(decision))).all() == []
    await tap(ctx, f"dc:undo:{camille.id}")
    assert await at(ctx, camille.id) is None
    assert await plan.tick(ctx) == 1


async def test_impact_updates_go_to_nobody(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    await hire(ctx, NADIA)
    camille = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, camille, list(Preference), True)
    await impact_updates.send_gift_updates(ctx)
    await give(ctx, campaign, camille.id)
    await died(ctx, camille)
    for _ in range(80):
        clock.move(days=1)
        await keep_running(ctx)
        await impact_updates.send_gift_updates(ctx)
        await impact_updates.send_year_updates(ctx)
    async with ctx.db.read() as conn:
        sent = (await conn.execute(select(delivery.c.message))).scalars().all()
    assert not {"bilan", "year"} & set(sent)


async def test_broadcast_neither_counts_nor_reaches_them(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 3)
    async with ctx.db.write() as conn:
        await supporters.set_deceased(conn, 1001, clock())
        rule = segments.Selection(
            campaign_id=1, segment=Segment(), asks=False, quiet=Quiet.SILENT, now=clock() + timedelta(days=60)
        )
        audience = await segments.count(conn, rule)
        claimed = await recipients.claim(conn, BROADCAST, "telegram", clock() + timedelta(days=60), 9)
    assert audience.recipients == 2
    assert sorted(row.external_id for row in claimed) == ["1000", "1002"]


async def test_only_owners_undo_and_monthly_gifts_stay_ended(ctx: Context, campaign: Campaign, stripe: Ending) -> None:
    await hire(ctx, NADIA)
    camille = await find_or_join(ctx, CAMILLE)
    await gives_monthly(ctx, campaign, camille.id, "sub_1")
    shown = await died(ctx, camille)
    assert actions(shown) == []
    await tap(ctx, f"dc:undo:{camille.id}")
    assert await at(ctx, camille.id) is not None
    owner = Contact(platform="telegram", external_id="901", locale="en", private=True, place="901")
    await hire(ctx, owner, Role.OWNER, label="Sam")
    seen = await router.on_action(ctx, owner, f"dc:{camille.id}")
    await router.on_action(ctx, owner, actions(seen)[0])
    assert await at(ctx, camille.id) is None
    assert await statuses(ctx) == {"sub_1": "canceled"}


async def test_viewers_and_supporters_record_nothing(ctx: Context) -> None:
    await hire(ctx, NADIA, Role.VIEWER)
    camille = await find_or_join(ctx, CAMILLE)
    await died(ctx, camille)
    await router.on_action(ctx, ALEX, f"dc:family:{camille.id}")
    assert await at(ctx, camille.id) is None


@pytest.mark.parametrize("first", [True, False])
async def test_merge_keeps_it_whichever_account_it_was(ctx: Context, first: bool) -> None:
    await hire(ctx, NADIA)
    camille, alex = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    await died(ctx, camille if first else alex)
    async with ctx.db.write_money() as conn:
        winner = await merge(ctx, conn, camille.id, alex.id)
    assert await at(ctx, winner or 0) is not None


async def test_message_case_and_gift_lead_to_it_and_replies_say_that_nobody_is_reached(
    ctx: Context, campaign: Campaign
) -> None:
    await hire(ctx, NADIA, Role.OWNER)
    camille = await find_or_join(ctx, CAMILLE)
    gift = await give(ctx, campaign, camille.id)
    await router.on_text(ctx, CAMILLE, "C’est sa fille, une question")
    await router.on_action(ctx, CAMILLE, f"err:{gift.id}:twice")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    cards: list[Any] = [card for _, card in platform.sent]
    cards.append((await tap(ctx, f"rf:{gift.id}")).card)
    offered = [card for card in cards if f"dc:{camille.id}" in [button.action for button in card.buttons]]
    assert len(offered) == 3
    answer = next(b.action for card in cards for b in card.buttons if (b.action or "").startswith("ib:reply:"))
    await died(ctx, camille)
    await tap(ctx, answer or "")
    preview = await router.on_text(ctx, NADIA, "Nos condoléances")
    sent = await tap(ctx, actions(preview)[0])
    assert "n’est plus joignable" in "".join(sent.card.lines)
