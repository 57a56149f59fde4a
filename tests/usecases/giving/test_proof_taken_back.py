"""Revoked proofs: the payer disowns a gift, or two people hold one code."""

from dataclasses import replace

from bot.domain.campaigns import Campaign
from bot.domain.rights import Standing
from bot.store.monthly import pledges
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.gifts import claim
from tests.payments import stripe_json as stripe
from tests.usecase_setup import ALEX, CAMILLE, all_gifts, metadata, open_campaign, signed
from tests.usecases.giving.alice_and_bob import (
    SUBSCRIPTION,
    BobsStripe,
    actions,
    bob_pays,
    cases,
    claim_code,
    the_pledge,
)
from tests.usecases.giving.test_control import campaign, ctx, gateway
from tests.usecases.giving.test_proofs import bare, pays_through
from tests.usecases.money.test_record import take

__all__ = ["bare", "campaign", "ctx", "gateway"]
ALICE, BOB = CAMILLE, ALEX
NO_CARD = {"type": "card", "card": {"fingerprint": None}}


async def bob_gives_once(ctx: Context, campaign: Campaign, number: int) -> None:
    """Have Bob, a known Stripe customer, pay a single gift through Alice's link."""
    _, token = await signed(ctx, campaign, ALICE)
    body = stripe.session(
        id=f"cs_{number}", payment_intent=f"pi_{number}", client_reference_id=token, metadata=metadata(campaign)
    )
    await take(ctx, stripe.event("checkout.session.completed", body, id=f"evt_s{number}"))
    charged = stripe.charge(
        id=f"ch_{number}", payment_intent=f"pi_{number}", payment_method_details=NO_CARD, metadata=metadata(campaign)
    )
    charged["customer"] = "cus_bob"
    await take(ctx, stripe.event("charge.updated", charged, id=f"evt_c{number}"))


async def says_not_me(ctx: Context, number: int) -> None:
    """Have the payer disown the gift on the return page."""
    token = claim.disown_token(ctx, (await all_gifts(ctx))[number])
    assert token is not None and await claim.disown_by_token(ctx, token) == "done"


async def test_disowned_gift_revokes_proofs_of_its_card(ctx: Context, campaign: Campaign, gateway: BobsStripe) -> None:
    alice = await bob_pays(ctx, campaign)
    await bob_gives_once(ctx, campaign, 2)
    await router.on_action(ctx, ALICE, f"claim:{await claim_code(ctx, 1)}")  # she got hold of Bob's code
    assert (await the_pledge(ctx)).standing is Standing.PROVED
    await says_not_me(ctx, 1)
    await router.on_action(ctx, ALICE, f"mo:set:{SUBSCRIPTION}:1000")
    assert gateway.changes == [] and (await the_pledge(ctx)).standing is Standing.UNPROVED
    await bob_gives_once(ctx, campaign, 3)
    assert [gift.standing for gift in await all_gifts(ctx) if gift.supporter_id == alice.id] == [Standing.UNPROVED] * 2


async def test_proof_by_invoice_number_ends_when_gift_is_disowned(ctx: Context, campaign: Campaign) -> None:
    await bob_pays(ctx, campaign)
    token = actions(await router.on_command(ctx, ALICE, "claim", "BOBS1234-0007"))[0]
    async with ctx.db.write() as conn:
        await pledges.write(conn, [replace(await the_pledge(ctx), supporter_id=None)], ctx.clock())
    await router.on_action(ctx, ALICE, token)
    assert (await the_pledge(ctx)).supporter_id is None


async def test_credited_person_cannot_prevent_payers_claim(ctx: Context, campaign: Campaign) -> None:
    await bob_gives_once(ctx, campaign, 1)
    code = await claim_code(ctx)
    gift = (await all_gifts(ctx))[0]
    await router.on_action(ctx, ALICE, f"err:{gift.id}:sure")
    assert (await all_gifts(ctx))[0].supporter_id is None and await cases(ctx) == ["wasnt_me"]
    asked = await router.on_command(ctx, BOB, "claim", code)
    await router.on_action(ctx, BOB, actions(asked)[0])
    (claimed,) = await all_gifts(ctx)
    assert (claimed.supporter_id, claimed.standing) == ((await find_or_join(ctx, BOB)).id, Standing.PROVED)


async def test_disowned_gift_cannot_be_claimed_again(ctx: Context, campaign: Campaign) -> None:
    await bob_gives_once(ctx, campaign, 1)
    code = await claim_code(ctx)
    await says_not_me(ctx, 0)
    await router.on_action(ctx, ALICE, f"claim:{code}")
    assert (await all_gifts(ctx))[0].supporter_id is None


async def test_code_of_link_paid_twice_proves_nothing(bare: Context, gateway: BobsStripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    await router.on_start(bare, ALICE, f"g_{campaign.id}_500")
    spec = gateway.made[-1]
    assert spec.return_url is not None
    payload = spec.return_url.partition("start=")[2]
    await pays_through(bare, campaign, spec, 1)  # Bob; Alice had the page open too, pays, and is led to the same code
    await pays_through(bare, campaign, spec, 2)
    await router.on_action(bare, ALICE, f"claim:{payload[2:]}")
    assert {gift.standing for gift in await all_gifts(bare)} == {Standing.UNPROVED}
    assert await cases(bare) == ["second_payment"]
