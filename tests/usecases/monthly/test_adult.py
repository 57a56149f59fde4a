"""Monthly gifts are for adults: asked once, on every way there; under 18, single gifts and no reminders."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Preference
from bot.store.broadcasts import recipients
from bot.store.broadcasts.tables import recipient
from bot.store.core.outbox import State
from bot.store.nudges.tables import decision
from bot.store.supporters import supporters
from bot.store.supporters.tables import supporter
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import next_step
from bot.usecases.nudges import plan
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.supporters import forgetting
from bot.usecases.supporters.merging import merge
from content.cards import Card
from tests.conftest import MovingClock
from tests.delivery.running_broadcast import BROADCAST, start_broadcast
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, open_campaign
from tests.usecases.monthly.fixtures import NOON, SUB, actions, pledged, text_of

BOTH = pytest.mark.parametrize("contact", [CAMILLE, ALEX], ids=["telegram-fr", "discord-en"])


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def tap(ctx: Context, contact: Contact, action: str) -> Card:
    return (await router.on_action(ctx, contact, action)).card


async def answer_of(ctx: Context, supporter_id: int) -> tuple[bool | None, datetime | None]:
    async with ctx.db.read() as conn:
        query = select(supporter.c.adult, supporter.c.adult_at).where(supporter.c.id == supporter_id)
        row = (await conn.execute(query)).one()
    return row.adult, row.adult_at


def asks(card: Card, contact: Contact) -> bool:
    wanted = "Avez-vous 18 ans ou plus?" if contact.locale == "fr" else "Are you 18 or over?"
    return card.title == wanted


def begins_monthly(card: Card) -> bool:
    """Whether a card leads to a payment page for a monthly gift, or to an amount of one."""
    return any(b.url or (b.action or "").startswith(("mo:begin", "mo:other")) for b in card.buttons)


async def ways(ctx: Context, campaign: Campaign, contact: Contact) -> list[Card]:
    """Return the answers on every way to a monthly gift: the command, buttons new and old, written amounts."""
    command = await router.on_command(ctx, contact, "monthly", "")
    tapped = [
        await tap(ctx, contact, f"mo:{verb}:{campaign.id}{amount}")
        for verb, amount in (("offer", ""), ("begin", ":500"), ("other", ""))
    ]
    window = await router.on_answer(ctx, contact, f"amount:begin:{campaign.id}", "15")
    person = await find_or_join(ctx, contact)
    async with ctx.db.write() as conn:  # the question was asked before this version
        await supporters.set_awaited(conn, person.address_id, f"begin:{campaign.id}", ctx.clock().replace(year=2027))
    written = await router.on_text(ctx, contact, "15")
    return [command.card, *tapped, window.card, written.card]


@BOTH
async def test_every_way_to_a_monthly_gift_asks_once(ctx: Context, campaign: Campaign, contact: Contact) -> None:
    for card in await ways(ctx, campaign, contact):
        assert asks(card, contact)
        assert not begins_monthly(card)
    begun = await tap(ctx, contact, f"mo:adult:{campaign.id}:1500")
    assert begins_monthly(begun)
    person = await find_or_join(ctx, contact)
    assert await answer_of(ctx, person.id) == (True, NOON)
    for card in await ways(ctx, campaign, contact):
        assert not asks(card, contact)
    assert begins_monthly(await tap(ctx, contact, f"mo:offer:{campaign.id}"))


@BOTH
async def test_no_leaves_single_gifts_whatever_is_tapped_later(
    ctx: Context, campaign: Campaign, contact: Contact
) -> None:
    refused = await tap(ctx, contact, f"mo:minor:{campaign.id}:500")
    assert actions(refused) == {f"give:{campaign.id}:0"}
    again = await tap(ctx, contact, f"mo:adult:{campaign.id}:500")  # the same question, further up
    assert not begins_monthly(again)
    assert await answer_of(ctx, (await find_or_join(ctx, contact)).id) == (False, NOON)
    for card in await ways(ctx, campaign, contact):
        assert not asks(card, contact) and not begins_monthly(card)
    assert any(b.url or b.action for b in (await tap(ctx, contact, f"give:{campaign.id}:0")).buttons)


async def test_no_after_yes_counts(ctx: Context, campaign: Campaign) -> None:
    await tap(ctx, CAMILLE, f"mo:adult:{campaign.id}")
    await tap(ctx, CAMILLE, f"mo:minor:{campaign.id}")
    assert (await answer_of(ctx, (await find_or_join(ctx, CAMILLE)).id))[0] is False


async def test_donor_with_a_monthly_gift_is_not_interrupted(ctx: Context, campaign: Campaign) -> None:
    await pledged(ctx, campaign, await find_or_join(ctx, CAMILLE))
    assert "Votre don mensuel" in text_of((await router.on_command(ctx, CAMILLE, "monthly", "")).card)
    assert f"mo:ask:{SUB}" in actions(await tap(ctx, CAMILLE, f"mo:amount:{SUB}"))
    assert not asks(await tap(ctx, CAMILLE, f"mo:offer:{campaign.id}"), CAMILLE)


async def test_reminders_leave_them_out_of_both_arms(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    for contact in (CAMILLE, ALEX):
        person = await find_or_join(ctx, contact)
        await set_preferences(ctx, person, [Preference.REMINDERS], True)
        async with ctx.db.write() as conn:
            await supporters.record_private_message(conn, person.address_id, clock())
        await give(ctx, campaign, person.id)
    await tap(ctx, CAMILLE, f"mo:minor:{campaign.id}")
    for _ in range(25):
        clock.move(days=1)
        await plan.tick(ctx)
    async with ctx.db.read() as conn:
        decided = (await conn.execute(select(decision.c.supporter_id))).scalars().all()
    assert decided == [(await find_or_join(ctx, ALEX)).id]


@pytest.mark.parametrize("minor", [CAMILLE, ALEX], ids=["older", "newer"])
async def test_merge_keeps_the_stricter_answer(ctx: Context, campaign: Campaign, minor: Contact) -> None:
    for contact in (CAMILLE, ALEX):
        await tap(ctx, contact, f"mo:{'minor' if contact is minor else 'adult'}:{campaign.id}")
    camille, alex = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    async with ctx.db.write_money() as conn:
        winner = await merge(ctx, conn, camille.id, alex.id)
    assert (await answer_of(ctx, winner or 0))[0] is False


async def test_merge_keeps_the_only_answer_and_erasure_none(ctx: Context, campaign: Campaign) -> None:
    await tap(ctx, ALEX, f"mo:adult:{campaign.id}")
    camille, alex = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    async with ctx.db.write_money() as conn:
        winner = await merge(ctx, conn, camille.id, alex.id) or 0
    assert await answer_of(ctx, winner) == (True, NOON)
    await forgetting.forget(ctx, winner)
    assert await answer_of(ctx, winner) == (None, None)


async def test_under_18_single_gifts_go_up_to_twenty_dollars(ctx: Context, campaign: Campaign) -> None:
    await tap(ctx, CAMILLE, f"mo:minor:{campaign.id}")
    over = await tap(ctx, CAMILLE, f"give:{campaign.id}:2100")  # an old button
    typed = (await router.on_text(ctx, CAMILLE, "21")).card
    for card in (over, typed):
        assert "20" in text_of(card) and not [b for b in card.buttons if "21" in b.label]
    fits = (await router.on_text(ctx, CAMILLE, "20")).card
    assert [b.label for b in fits.buttons if b.url] and "mo:minor" not in str(fits)
    shown = await tap(ctx, CAMILLE, f"give:{campaign.id}:0")
    given = [b.label.replace("\u00a0", " ") for b in shown.buttons if b.url and "$" in b.label]
    assert given and not {"25 $", "50 $", "100 $"} & set(given)
    asked = (await router.on_action(ctx, CAMILLE, f"ask:{campaign.id}:c0")).card
    assert not any(b.url for b in shown.buttons if "Autre montant" in b.label)
    assert "jusqu’à 20" in text_of(asked)
    unlimited = (await router.on_text(ctx, ALEX, "21")).card
    assert any(b.url for b in unlimited.buttons)


def above_twenty(card: Card) -> list[str]:
    """Return the labels of buttons for more than $20."""
    amounts = ((b.label, re.findall(r"(\d+)(?:,\d\d)?\s\$", b.label)) for b in card.buttons)
    return [label for label, found in amounts if any(int(number) > 20 for number in found)]


async def test_under_18_no_button_is_for_more_than_twenty_dollars(ctx: Context, campaign: Campaign) -> None:
    """Including those that repeat, follow or correct an amount from before."""
    person = await find_or_join(ctx, CAMILLE)
    await set_preferences(ctx, person, [Preference.PERSONAL_AMOUNTS], True)
    await give(ctx, campaign, person.id, 5000)
    gift = await give(ctx, campaign, person.id, 5001)

    async def shown() -> list[Card]:
        now = await find_or_join(ctx, CAMILLE)
        steps = await next_step.below_thanks(ctx, now, gift, campaign)
        assert ("again" in {step.kind for step in steps}) is (now.adult is not False)
        taps = (
            f"give:{campaign.id}:0",
            f"give:{campaign.id}:5000",
            f"ask:{campaign.id}",
            f"cover:{campaign.id}:5000",
            f"cover:{campaign.id}:2000",
            f"uncover:{campaign.id}:5000",
            "see",
            "gifts",
        )
        texts = [(await router.on_text(ctx, CAMILLE, text)).card for text in ("50", "20,01", "2,50")]
        command = (await router.on_command(ctx, CAMILLE, "give", "50")).card
        return [*[await tap(ctx, CAMILLE, action) for action in taps], *texts, command]

    assert [label for card in await shown() for label in above_twenty(card)]
    await tap(ctx, CAMILLE, f"mo:minor:{campaign.id}")
    assert [label for card in await shown() for label in above_twenty(card)] == []


async def test_under_18_broadcasts_and_their_corrections_carry_no_amounts(ctx: Context, clock: MovingClock) -> None:
    await start_broadcast(ctx, 3)
    async with ctx.db.write() as conn:
        await supporters.correct_adult(conn, 1001, False, clock())
        claimed = await recipients.claim(conn, BROADCAST, "telegram", clock(), 9)
    assert {row.supporter_id: row.asks for row in claimed} == {1000: True, 1001: False, 1002: True}
    async with ctx.db.write() as conn:
        sent = {"state": State.SENT, "chat_id": "1", "message_id": "1", "revision": 0}
        await conn.execute(update(recipient).values(**sent))
        await supporters.correct_adult(conn, 1000, False, clock())  # learned after the copy was sent
        (job,) = await recipients.jobs(conn, clock())
        behind = await recipients.outdated(conn, job, "telegram", after=0, limit=9)
    assert {copy.supporter_id: copy.asks for copy in behind} == {1000: False, 1001: False, 1002: True}
