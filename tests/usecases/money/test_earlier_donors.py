"""Monthly gifts from before proofs: what their donors may do, and how they confirm."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.people import Supporter
from bot.domain.rights import Standing
from bot.store.core.tables import notice
from bot.store.db import Database
from bot.store.monthly import pledges
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.monthly import confirm
from bot.usecases.supporters import forgetting
from tests.conftest import MovingClock
from tests.usecase_setup import open_campaign
from tests.usecases.giving.alice_and_bob import (
    ALICE,
    BOB,
    SUBSCRIPTION,
    BobsStripe,
    actions,
    bob_pays,
    context,
    notified_kinds,
    text,
    the_pledge,
)


@pytest.fixture
def gateway() -> BobsStripe:
    return BobsStripe()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, gateway: BobsStripe) -> Context:
    return context(db, clock, gateway)


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


# --- gifts from before proofs -----------------------------------------------------------------------
async def legacy(ctx: Context, campaign: Campaign) -> Supporter:
    """A monthly gift assigned to Alice by an earlier version."""
    alice = await bob_pays(ctx, campaign)
    async with ctx.db.write() as conn:
        await pledges.write(conn, [replace(await the_pledge(ctx), legacy=True)], ctx.clock())
    return alice


async def staff_notices(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(notice.c.kind, notice.c.args).order_by(notice.c.id))
        return [row.args["what"] for row in rows if row.kind == "pledge_unproved"]


async def test_earlier_donor_pauses_and_ends_after_confirming_and_staff_are_notified(
    ctx: Context, campaign: Campaign, gateway: BobsStripe
) -> None:
    await legacy(ctx, campaign)
    asked = await router.on_action(ctx, ALICE, f"mo:hold:{SUBSCRIPTION}:2")
    assert not gateway.changes and f"mo:yes:{SUBSCRIPTION}:2" in actions(asked)
    await router.on_action(ctx, ALICE, f"mo:yes:{SUBSCRIPTION}:2")
    await router.on_action(ctx, ALICE, f"mo:resume:{SUBSCRIPTION}")
    await router.on_action(ctx, ALICE, f"mo:yes:{SUBSCRIPTION}:0")
    await router.on_action(ctx, ALICE, f"mo:end:{SUBSCRIPTION}")
    assert gateway.ended == []
    await router.on_action(ctx, ALICE, f"mo:sure:{SUBSCRIPTION}")
    assert len(gateway.changes) == 2 and gateway.ended == [SUBSCRIPTION]
    assert await staff_notices(ctx) == ["paused", "resumed", "ended"]


async def test_earlier_donor_cannot_change_amount_portal_or_campaign(
    ctx: Context, campaign: Campaign, gateway: BobsStripe
) -> None:
    await legacy(ctx, campaign)
    gateway.status = "past_due"
    shown = await router.on_command(ctx, ALICE, "mensuel", "")
    assert not [action for action in actions(shown) if "portal.example" in action or action.startswith("mo:amount")]
    assert ctx.identity.stripe_login_url in actions(shown)
    for action in ("amount", "set:{}:4000", "move:{}:0"):
        await router.on_action(
            ctx, ALICE, f"mo:{action.format(SUBSCRIPTION) if '{}' in action else f'{action}:{SUBSCRIPTION}'}"
        )
    assert gateway.changes == []


async def test_earlier_donor_is_asked_once_and_forget_ends_nothing(
    ctx: Context, campaign: Campaign, gateway: BobsStripe
) -> None:
    alice = await legacy(ctx, campaign)
    for _ in range(2):
        await confirm.ask_earlier_donors(ctx)
    assert (await notified_kinds(ctx, alice.id)).count("pledge_confirm") == 1
    await forgetting.forget(ctx, alice.id)
    assert gateway.ended == []


async def test_earlier_donor_cannot_guess_newest_invoice_from_receipts(
    ctx: Context, campaign: Campaign, gateway: BobsStripe, clock: MovingClock
) -> None:
    await legacy(ctx, campaign)  # she read BOBS1234-0006 on a receipt that this version shows no more
    await confirm.ask_earlier_donors(ctx)
    clock.move(days=30)
    gateway.invoiced_at = ctx.clock()
    refused = await router.on_command(ctx, ALICE, "claim", "BOBS1234-0007")
    assert not refused.card.buttons and (await the_pledge(ctx)).standing is Standing.LEGACY
    said = text(await router.on_action(ctx, ALICE, f"mo:confirm:{SUBSCRIPTION}"))
    assert "1234-5678" in said and "ABCD1234" not in said


async def test_later_donor_confirms_with_newest_invoice_number(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    await bob_pays(ctx, campaign)
    clock.move(days=90)
    asked = await router.on_command(ctx, ALICE, "claim", "bobs1234-0007")
    await router.on_action(ctx, ALICE, actions(asked)[0])
    assert (await the_pledge(ctx)).standing is Standing.PROVED


async def test_earlier_donor_confirms_with_receipt_number(
    ctx: Context, campaign: Campaign, gateway: BobsStripe, clock: MovingClock
) -> None:
    await legacy(ctx, campaign)
    await confirm.ask_earlier_donors(ctx)
    clock.move(days=90)
    gateway.receipt, gateway.invoiced_at = "2036-5683", ctx.clock()
    asked = await router.on_command(ctx, ALICE, "claim", "2036-5683")
    assert (await the_pledge(ctx)).standing is Standing.LEGACY, "only after an explicit yes"
    stolen = await router.on_action(ctx, BOB, actions(asked)[0])
    assert not stolen.card.buttons and (await the_pledge(ctx)).standing is Standing.LEGACY
    await router.on_action(ctx, ALICE, actions(asked)[0])
    assert (await the_pledge(ctx)).standing is Standing.PROVED


async def test_receipt_older_than_question_proves_nothing(
    ctx: Context, campaign: Campaign, gateway: BobsStripe, clock: MovingClock
) -> None:
    """Earlier versions showed Alice the receipt of every renewal that Bob paid, with its number."""
    await legacy(ctx, campaign)
    gateway.receipt, gateway.invoiced_at = "2036-5683", ctx.clock()
    clock.move(minutes=1)
    before = await router.on_command(ctx, ALICE, "claim", "2036-5683")
    await confirm.ask_earlier_donors(ctx)
    after = await router.on_command(ctx, ALICE, "claim", "2036-5683")
    assert not before.card.buttons and not after.card.buttons
    clock.move(days=30)
    gateway.receipt, gateway.invoiced_at = "2077-1212", ctx.clock()
    asked = await router.on_command(ctx, ALICE, "claim", "2077-1212")
    await router.on_action(ctx, ALICE, actions(asked)[0])
    assert (await the_pledge(ctx)).standing is Standing.PROVED


async def test_wrong_invoice_numbers_are_counted(ctx: Context, campaign: Campaign) -> None:
    await bob_pays(ctx, campaign)
    for number in range(5):
        refused = await router.on_command(ctx, ALICE, "claim", f"BOBS1234-000{number}")
        assert not refused.card.buttons
    assert not (await router.on_command(ctx, ALICE, "claim", "BOBS1234-0007")).card.buttons
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED
