"""A forwarded link says whom to thank and grants nothing: what holds before a proof."""

from typing import Any

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.people import Preference
from bot.domain.rights import RIGHTS, Right, Standing, may
from bot.store.db import Database
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.monthly import confirm
from bot.usecases.nudges import impact_updates
from bot.usecases.supporters import forgetting
from tests.conftest import MovingClock
from tests.payments import stripe_json as stripe
from tests.usecase_setup import all_gifts, metadata, open_campaign, signed
from tests.usecases.giving.alice_and_bob import (
    ALICE,
    BOB,
    SUBSCRIPTION,
    BobsStripe,
    actions,
    bob_pays,
    claim_code,
    context,
    ends,
    first_message,
    invoiced,
    notified_kinds,
    text,
    the_pledge,
)
from tests.usecases.money.test_record import take


@pytest.fixture
def gateway() -> BobsStripe:
    return BobsStripe()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, gateway: BobsStripe) -> Context:
    return context(db, clock, gateway)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


# --- the table ------------------------------------------------------------------------------------
def test_rights_table_is_complete_and_proof_grants_all() -> None:
    assert RIGHTS.keys() == set(Right)
    assert all(may(Standing.PROVED, right) for right in set(Right) - {Right.CONFIRM})
    assert {right for right in Right if may(Standing.UNPROVED, right)} == {
        Right.THANKS,
        Right.HOW_TO_END,
        Right.CONFIRM,
    }
    granted = {right for right in Right if may(Standing.LEGACY, right)}
    assert granted >= {Right.PAUSE, Right.END} and not granted & {Right.AMOUNT, Right.CARD, Right.RECEIPT}


# --- before a proof -------------------------------------------------------------------------------
async def test_unproved_gift_causes_one_message(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    alice = await bob_pays(ctx, campaign)
    async with ctx.db.write() as conn:
        for kind in (Preference.NEWS, Preference.REMINDERS):
            await supporters.set_preference(
                conn, alice.id, kind, True, at=clock(), wording="Oui", change_id=ctx.ids.new()
            )
    assert await notified_kinds(ctx, alice.id) == ["thanks"]
    clock.move(days=31)
    await invoiced(ctx, campaign, 2)
    await invoiced(ctx, campaign, 3, "invoice.payment_failed")
    for job in (impact_updates.ask_first_donors, impact_updates.send_gift_updates, confirm.ask_earlier_donors):
        await job(ctx)
    clock.now = clock.now.replace(year=2027, month=1, day=10)
    await impact_updates.send_year_updates(ctx)
    await publish.close(ctx, campaign)
    await ends(ctx, campaign)
    assert await notified_kinds(ctx, alice.id) == ["thanks"]
    assert [gift.supporter_id for gift in await all_gifts(ctx)] == [alice.id, None], "a renewal names nobody"


async def test_first_message_names_amount_campaign_and_next_step(ctx: Context, campaign: Campaign) -> None:
    reply = await first_message(ctx, await bob_pays(ctx, campaign))
    assert "5\u00a0$" in text(reply) and campaign.authored.name.fr in text(reply) and "mensuel" in text(reply)
    assert actions(reply) == [f"mo:confirm:{SUBSCRIPTION}", ctx.identity.stripe_login_url, "mo:how"]


@pytest.mark.parametrize(
    "button",
    [
        "amount",
        "set:{}:4000",
        "pause",
        "hold:{}:1",
        "resume",
        "yes:{}:1",
        "yes:{}:0",
        "end",
        "sure",
        "move:{}:0",
        "show",
    ],
)
async def test_buttons_do_and_show_nothing_before_proof(
    ctx: Context, campaign: Campaign, gateway: BobsStripe, button: str
) -> None:
    await bob_pays(ctx, campaign)
    action = button.format(SUBSCRIPTION) if "{}" in button else f"{button}:{SUBSCRIPTION}"
    seen = await router.on_action(ctx, ALICE, f"mo:{action}")
    assert (gateway.changes, gateway.ended, gateway.asked) == ([], [], []), "Stripe is not even asked"
    assert "5\u00a0$" not in text(seen)
    assert set(actions(seen)) <= {f"mo:confirm:{SUBSCRIPTION}", ctx.identity.stripe_login_url, "mo:how"}


async def test_confirming_tap_proves_nothing(ctx: Context, campaign: Campaign) -> None:
    await bob_pays(ctx, campaign)
    await router.on_action(ctx, ALICE, f"mo:confirm:{SUBSCRIPTION}")
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED


@pytest.mark.parametrize("contact", [ALICE, BOB])
async def test_instructions_to_end_work_for_everyone(ctx: Context, campaign: Campaign, contact: Any) -> None:
    await bob_pays(ctx, campaign)
    reply = await router.on_action(ctx, contact, "mo:how")
    assert ctx.charity.contact in text(reply) and ctx.identity.stripe_login_url in actions(reply)
    ctx.identity.stripe_login_url = None
    assert ctx.charity.contact in text(await router.on_action(ctx, contact, "mo:how"))


async def test_forget_and_stop_before_proof_end_nothing_and_name_stripe_page(
    ctx: Context, campaign: Campaign, gateway: BobsStripe
) -> None:
    alice = await bob_pays(ctx, campaign)
    for command in ("stop", "forget"):
        reply = await router.on_command(ctx, ALICE, command, "")
        assert ctx.identity.stripe_login_url in actions(reply)
        assert not [action for action in actions(reply) if action.startswith("mo:end")]
    await forgetting.forget(ctx, alice.id)
    assert gateway.ended == []
    row = await the_pledge(ctx)
    assert (row.supporter_id, row.status) == (None, "active")


async def test_unproved_single_gift_shows_no_details(ctx: Context, campaign: Campaign) -> None:
    alice, token = await signed(ctx, campaign, ALICE)
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", paid))
    charged = stripe.charge(metadata=metadata(campaign), balance_transaction="txn_1")
    await take(ctx, stripe.event("charge.updated", charged, id="evt_2"))
    await take(ctx, stripe.event("refund.created", stripe.refund(), id="evt_3"))
    before = await router.on_command(ctx, ALICE, "mesdons", "")
    assert "https://pay.stripe.com/receipts/1" not in actions(before)
    assert "2026" not in text(before) and "2\u00a0$" not in text(before)
    assert await notified_kinds(ctx, alice.id) == ["thanks"]
    await router.on_action(ctx, ALICE, f"claim:{await claim_code(ctx)}")
    after = await router.on_command(ctx, ALICE, "mesdons", "")
    assert "https://pay.stripe.com/receipts/1" in actions(after) and "2\u00a0$" in text(after)
