"""Duplicates: one question about two similar gifts, and one tap that refunds the second exactly once."""

import asyncio
import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift, GiftChange
from bot.domain.ids import Ids
from bot.domain.people import Contact
from bot.store.core import notices
from bot.store.core.outbox import Delivery, Lane
from bot.store.core.tables import delivery
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.usecases import outbox_messages, router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.gifts import claim, duplicates, refund_duplicate
from bot.usecases.money import refunds
from payments.stripe import GatewayRefused, GatewayUnavailable, Payer
from tests.conftest import MovingClock
from tests.giving import give, paid, refund, write
from tests.usecase_setup import ALEX, CAMILLE, RecordingGateway, make_context, open_campaign

ONE_CARD = Payer(fingerprint="fp_one", customer=None)
OTHER_CARD = Payer(fingerprint="fp_other", customer=None)


class Moody(RecordingGateway):
    """A Stripe that refuses or times out on demand. One card paid for every gift that `payers` does not list."""

    mood: Exception | None = None
    silent: Exception | None = None

    async def payer(self, payment_intent: str) -> Payer | None:
        if self.silent is not None:
            raise self.silent
        return self.payers.get(payment_intent, ONE_CARD)

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        refund_id = await super().refund(payment_intent, minor, idempotency_key)
        if self.mood is not None:
            raise self.mood
        return refund_id


@pytest.fixture
def stripe() -> Moody:
    return Moody()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, stripe: Moody) -> Context:
    return make_context(db, clock, gateway=stripe)


async def asked(ctx: Context, clock: MovingClock) -> list[Delivery]:
    """Run the tick a little later; return the questions in the outbox."""
    clock.move(seconds=5)
    await duplicates.tick(ctx)
    await duplicates.tick(ctx)
    async with ctx.db.read() as conn:
        rows = (
            await conn.execute(select(delivery).where(delivery.c.message == "double").order_by(delivery.c.id))
        ).all()
    return [
        Delivery(
            id=row.id,
            lane=Lane(row.lane),
            platform=row.platform,
            address_id=row.address_id,
            message=row.message,
            args=row.args,
            due_at=row.due_at,
        )
        for row in rows
    ]


async def twice(ctx: Context, clock: MovingClock, contact: Contact = CAMILLE) -> tuple[Campaign, Gift, Gift]:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await find_or_join(ctx, contact)
    first = await give(ctx, campaign, person.id, 1_000)
    clock.move(minutes=4)
    return campaign, first, await give(ctx, campaign, person.id, 1_000)


async def asked_about(ctx: Context, clock: MovingClock, contact: Contact = CAMILLE) -> tuple[Gift, Gift]:
    """Return two duplicates, after the question about the second."""
    _, first, second = await twice(ctx, clock, contact)
    await asked(ctx, clock)
    return first, second


def pay_with(stripe: Moody, gift: Gift, payer: Payer | None) -> None:
    stripe.payers[gift.book.payment_intent or ""] = payer  # type: ignore[assignment]


async def staff_notices(ctx: Context) -> list[str]:
    """Return the kinds of pending notices."""
    async with ctx.db.read() as conn:
        return [n.kind for n in await notices.due(conn, ctx.clock(), 50)]


async def cases(ctx: Context) -> list[tuple[int, str]]:
    async with ctx.db.read() as conn:
        return [(case["gift_id"], case["kind"]) for case in await gifts.open_cases(conn)]


async def test_second_gift_is_asked_about_once(ctx: Context, clock: MovingClock) -> None:
    _, first, second = await twice(ctx, clock)
    await write(ctx, [GiftChange(event_id="again", before=second, after=second)])
    (question,) = await asked(ctx, clock)
    assert question.args["gift"] == second.id and question.lane is Lane.SERVICE
    person = await find_or_join(ctx, CAMILLE)
    card = (await outbox_messages.render(ctx, question, person)).card
    assert card.title == "Deux dons identiques"
    assert [b.action for b in card.buttons] == [f"dbl:{second.id}:back", f"dbl:{second.id}:keep"]
    await refund(ctx, first)
    with pytest.raises(Obsolete):
        await outbox_messages.render(ctx, question, person)


async def test_different_gifts_are_no_duplicates(ctx: Context, clock: MovingClock) -> None:
    campaign, _, _ = await twice(ctx, clock)
    person, other = await find_or_join(ctx, CAMILLE), await find_or_join(ctx, ALEX)
    await give(ctx, campaign, person.id, 900)
    await give(ctx, campaign, other.id, 1_000)
    await give(ctx, campaign, None, 1_000)
    clock.move(minutes=11)
    await give(ctx, campaign, person.id, 1_000)
    assert len(await asked(ctx, clock)) == 1


async def test_duplicates_are_found_in_one_set_and_out_of_order(ctx: Context, clock: MovingClock) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await find_or_join(ctx, CAMILLE)
    gift = replace(paid(ctx, campaign, person.id, 500), claimed_at=ctx.clock())
    clock.move(minutes=1)
    two = replace(paid(ctx, campaign, person.id, 500), claimed_at=ctx.clock())
    await write(ctx, [GiftChange(event_id=f"e{g.id}", before=None, after=g) for g in (two, gift)])
    assert [d.args["gift"] for d in await asked(ctx, clock)] == [two.id]
    early = paid(ctx, campaign, person.id, 700)
    clock.move(minutes=1)
    late = await give(ctx, campaign, person.id, 700)
    await write(ctx, [GiftChange(event_id="early", before=None, after=early)])
    assert [d.args["gift"] for d in await asked(ctx, clock)] == [two.id, late.id]


async def test_one_tap_refunds_only_the_second_gift(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    first, second = await asked_about(ctx, clock)
    for _ in range(3):
        reply = await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
        assert "10" in reply.card.lines[0] and reply.mode == "edit"
    await router.on_action(ctx, CAMILLE, f"dbl:{first.id}:back")
    assert await staff_notices(ctx) == ["donor_refund"]
    assert [(pi, minor) for pi, minor, _ in stripe.refunds] == [(second.book.payment_intent, 1_000)]
    await router.on_action(ctx, ALEX, f"dbl:{first.id}:back")
    assert len(stripe.refunds) == 1, "somebody else's gift is nobody's business"


async def test_third_gift_is_not_asked_about(ctx: Context, clock: MovingClock) -> None:
    campaign, _, second = await twice(ctx, clock)
    person = await find_or_join(ctx, CAMILLE)
    for _ in range(3):
        await give(ctx, campaign, person.id, 1_000)
    assert [d.args["gift"] for d in await asked(ctx, clock)] == [second.id]


async def test_keep_leaves_both_gifts(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, second = await asked_about(ctx, clock)
    reply = await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:keep")
    assert reply.card.title == "Merci!" and not stripe.refunds


async def test_refund_during_an_outage_is_completed_once_by_the_tick(
    ctx: Context, clock: MovingClock, stripe: Moody
) -> None:
    _, second = await asked_about(ctx, clock)
    stripe.mood = GatewayUnavailable("away")
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert await refunds.tick(ctx) == 0
    clock.move(minutes=5)
    stripe.mood = None
    assert await refunds.tick(ctx) == 1
    assert await refunds.tick(ctx) == 0
    keys = {key for _, _, key in stripe.refunds}
    assert len(stripe.refunds) == 2 and len(keys) == 1, "asked again with the same key"


async def test_refused_refund_is_notified_to_staff_and_donor(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, second = await asked_about(ctx, clock)
    stripe.mood = GatewayRefused("insufficient balance")
    reply = await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert "Quelqu’un va s’en occuper" in reply.card.lines[0]
    async with ctx.db.read() as conn:
        found = await notices.due(conn, ctx.clock(), 10)
    assert [(n.kind, n.args.get("why")) for n in found] == [
        ("donor_refund", None),
        ("refund_refused", "insufficient balance"),
    ]


async def test_expired_idempotency_key_is_not_reused(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, second = await asked_about(ctx, clock)
    stripe.mood = GatewayUnavailable("away")
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    clock.move(hours=25)
    stripe.mood = None
    await refunds.tick(ctx)
    assert len(stripe.refunds) == 1
    async with ctx.db.read() as conn:
        assert "refund_refused" in [n.kind for n in await notices.due(conn, ctx.clock(), 10)]


# --- whose gift it is --------------------------------------------------------------------------------
async def test_gifts_from_two_cards_are_not_asked_about(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, _, second = await twice(ctx, clock)
    pay_with(stripe, second, OTHER_CARD)
    assert await asked(ctx, clock) == []
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert not stripe.refunds and not await cases(ctx)


@pytest.mark.parametrize("payer", [None, Payer(fingerprint=None, customer=None), OTHER_CARD])
async def test_gift_from_an_unknown_or_other_card_becomes_a_case(
    ctx: Context, clock: MovingClock, stripe: Moody, payer: Payer | None
) -> None:
    _, second = await asked_about(ctx, clock)
    pay_with(stripe, second, payer)
    for _ in range(2):
        reply = await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
        assert "Quelqu’un va s’en occuper" in reply.card.lines[0]
    assert not stripe.refunds
    assert await cases(ctx) == [(second.id, "double_unsure")] and await staff_notices(ctx) == ["case"]


async def unproved_twice(ctx: Context) -> Gift:
    """Let Bob pay twice with one card through Camille's link; return the second gift."""
    campaign = await open_campaign(ctx, ends_on=None)
    person = await find_or_join(ctx, CAMILLE)
    await give(ctx, campaign, person.id, proved=False)
    return await give(ctx, campaign, person.id, proved=False)


async def test_unproved_gift_is_not_asked_about(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    second = await unproved_twice(ctx)
    assert await asked(ctx, clock) == []
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert not stripe.refunds and not await cases(ctx)


async def test_old_question_about_an_unproved_gift_refunds_nothing(
    ctx: Context, clock: MovingClock, stripe: Moody
) -> None:
    """Its button opens a case; an unsent question is dropped."""
    second = await unproved_twice(ctx)
    async with ctx.db.write_money() as conn:
        await refunds.offer(ctx, conn, second)
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert not stripe.refunds and await cases(ctx) == [(second.id, "double_unsure")]
    _, proved = await asked_about(ctx, clock)
    (question,) = await asked(ctx, clock)
    await write(ctx, [GiftChange(event_id="taken back", before=proved, after=replace(proved, claimed_at=None))])
    with pytest.raises(Obsolete):
        await outbox_messages.render(ctx, question, await find_or_join(ctx, CAMILLE))


@pytest.mark.parametrize("early", [False, True], ids=["after the look", "before the look"])
async def test_proof_of_the_second_gift_triggers_one_question(ctx: Context, clock: MovingClock, early: bool) -> None:
    second = await unproved_twice(ctx)
    if not early:
        assert await asked(ctx, clock) == []
    token = claim.claim_token(ctx, second)
    for _ in range(2):
        await router.on_action(ctx, CAMILLE, f"claim:{token}")
    assert [question.args["gift"] for question in await asked(ctx, clock)] == [second.id]


async def test_unreachable_stripe_makes_it_a_case(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    stripe.silent = GatewayUnavailable("away")
    _, second = await asked_about(ctx, clock)
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert not stripe.refunds and await cases(ctx) == [(second.id, "double_unsure")]


async def test_two_cards_of_one_customer_count_as_one_payer(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    first, second = await asked_about(ctx, clock)
    pay_with(stripe, first, Payer(fingerprint="fp_one", customer="cus_1"))
    pay_with(stripe, second, Payer(fingerprint="fp_other", customer="cus_1"))
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert [pi for pi, _, _ in stripe.refunds] == [second.book.payment_intent]


async def test_forged_buttons_refund_nothing(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await find_or_join(ctx, CAMILLE)
    many = [await give(ctx, campaign, person.id, 5_000) for _ in range(20)]
    await asked(ctx, clock)
    for gift in many:
        await router.on_action(ctx, CAMILLE, f"dbl:{gift.id}:back")
    assert [pi for pi, _, _ in stripe.refunds] == [many[1].book.payment_intent], "the one they were asked about"
    for odd in ("", "x", "1:back", f"{many[0].id}", f"{many[0].id}:back:back", f"{2**63}:back"):
        await router.on_action(ctx, CAMILLE, f"dbl:{odd}")
    assert len(stripe.refunds) == 1 and not await cases(ctx)


async def test_gift_reassigned_meanwhile_is_not_refunded(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    _, second = await asked_about(ctx, clock)
    other = await find_or_join(ctx, ALEX)
    ask = stripe.payer

    async def claimed_meanwhile(payment_intent: str) -> Payer | None:
        async with ctx.db.read() as conn:
            now = await gifts.by_id(conn, second.id)
        if now is not None and now.supporter_id != other.id:
            await write(ctx, [GiftChange(event_id="claim", before=now, after=replace(now, supporter_id=other.id))])
        return await ask(payment_intent)

    stripe.payer = claimed_meanwhile  # type: ignore[method-assign]
    await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert not stripe.refunds and not await cases(ctx)


# --- caps --------------------------------------------------------------------------------------------
async def test_large_gift_becomes_a_case(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await find_or_join(ctx, CAMILLE)
    for minor in (10_000, 10_100):
        await give(ctx, campaign, person.id, minor)
        second = await give(ctx, campaign, person.id, minor)
        await asked(ctx, clock)
        await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")
    assert [minor for _, minor, _ in stripe.refunds] == [10_000]
    assert await cases(ctx) == [(second.id, "double_unsure")]


async def test_refunds_by_one_donor_are_limited_per_day(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    person = await find_or_join(ctx, CAMILLE)

    async def once_more(minor: int) -> None:
        await give(ctx, campaign, person.id, minor)
        second = await give(ctx, campaign, person.id, minor)
        await asked(ctx, clock)
        await router.on_action(ctx, CAMILLE, f"dbl:{second.id}:back")

    for minor in range(500, 500 + refund_duplicate.EACH_A_DAY + 2):
        await once_more(minor)
    assert len(stripe.refunds) == refund_duplicate.EACH_A_DAY and len(await cases(ctx)) == 2
    clock.move(hours=25)
    await once_more(900)
    assert len(stripe.refunds) == refund_duplicate.EACH_A_DAY + 1


async def test_refunds_by_all_donors_are_limited_per_day(ctx: Context, clock: MovingClock, stripe: Moody) -> None:
    campaign = await open_campaign(ctx, ends_on=None)
    for number in range(refund_duplicate.ALL_A_DAY + 2):
        contact = replace(CAMILLE, external_id=str(1000 + number))
        person = await find_or_join(ctx, contact)
        await give(ctx, campaign, person.id)
        second = await give(ctx, campaign, person.id)
        await asked(ctx, clock)
        await router.on_action(ctx, contact, f"dbl:{second.id}:back")
    assert len(stripe.refunds) == refund_duplicate.ALL_A_DAY and len(await cases(ctx)) == 2


# --- at the same moment ------------------------------------------------------------------------------
async def test_simultaneous_taps_in_two_processes_refund_once(
    ctx: Context, db: Database, url: str, clock: MovingClock, stripe: Moody
) -> None:
    """Even if both gifts of a pair are refundable, the second tap finds no duplicate."""
    other_db = Database(url)
    other = make_context(other_db, clock, gateway=stripe, ids=Ids(clock, random.Random(2)))
    try:
        for number in range(4):
            contact = replace(CAMILLE, external_id=str(2000 + number))
            campaign = await open_campaign(ctx, slug=f"c{number}", ends_on=None)
            person = await find_or_join(ctx, contact)
            pair = [await give(ctx, campaign, person.id), await give(ctx, campaign, person.id)]
            async with ctx.db.write_money() as conn:
                for gift in pair:
                    await refunds.offer(ctx, conn, gift)
            taps = [
                router.on_action(process, contact, f"dbl:{gift.id}:back")
                for process in (ctx, other)
                for gift in (*pair, *pair)
            ]
            await asyncio.gather(*taps)
            assert len({pi for pi, _, _ in stripe.refunds}) == number + 1
            assert len({key for _, _, key in stripe.refunds}) == number + 1
    finally:
        await other_db.close()
