"""What proves that a gift is someone's, what a proof covers, and who is notified."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.rights import Standing
from bot.store.db import Database
from bot.store.giving.tables import payer_proof
from bot.usecases import router
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.core.send_errors import Obsolete
from bot.usecases.gifts import claim
from bot.usecases.giving import own_links
from bot.usecases.money.record import ReceivedEvent, apply_set
from bot.usecases.supporters import forgetting
from payments.facts import read_event
from payments.links import LinkSpec, link_params
from payments.views import Payer
from tests.conftest import MovingClock
from tests.giving import give
from tests.payments import stripe_json as stripe
from tests.usecase_setup import all_gifts, make_context, metadata, open_campaign, signed
from tests.usecases.giving.alice_and_bob import (
    ALICE,
    BOB,
    SUBSCRIPTION,
    BobsStripe,
    actions,
    bob_pays,
    cases,
    claim_code,
    context,
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


# --- the proof ------------------------------------------------------------------------------------
async def test_payer_claims_all_gifts_and_first_chat_is_notified(
    ctx: Context, campaign: Campaign, gateway: BobsStripe
) -> None:
    alice = await bob_pays(ctx, campaign)
    await invoiced(ctx, campaign, 2)
    code = await claim_code(ctx)
    asked = await router.on_command(ctx, BOB, "claim", code)
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED, "only after an explicit yes"
    assert actions(asked) == [f"claim:{code}"]
    await router.on_action(ctx, BOB, f"claim:{code}")
    bob = await find_or_join(ctx, BOB)
    assert {gift.supporter_id for gift in await all_gifts(ctx)} == {bob.id}
    assert await notified_kinds(ctx, alice.id) == ["thanks", "claimed_elsewhere"]
    await router.on_action(ctx, BOB, f"mo:set:{SUBSCRIPTION}:1000")
    assert gateway.changes
    await invoiced(ctx, campaign, 3)
    assert (await notified_kinds(ctx, bob.id))[-1] == "thanks"
    assert (await router.on_action(ctx, ALICE, f"mo:show:{SUBSCRIPTION}")).card.title != (asked.card.title)
    assert SUBSCRIPTION not in " ".join(actions(await router.on_command(ctx, ALICE, "mensuel", "")))


async def test_waiting_message_is_dropped_after_claim(ctx: Context, campaign: Campaign) -> None:
    alice = await bob_pays(ctx, campaign)
    await router.on_action(ctx, BOB, f"claim:{await claim_code(ctx)}")
    with pytest.raises(Obsolete):
        await first_message(ctx, alice)


async def test_first_claim_wins_and_second_opens_case(ctx: Context, campaign: Campaign) -> None:
    alice = await bob_pays(ctx, campaign)
    code = await claim_code(ctx)
    await router.on_action(ctx, ALICE, f"claim:{code}")
    refused = await router.on_action(ctx, BOB, f"claim:{code}")
    again = await router.on_action(ctx, ALICE, f"claim:{code}")
    assert refused.card.buttons == again.card.buttons == ()
    assert (await the_pledge(ctx)).supporter_id == alice.id
    assert await cases(ctx) == ["second_claim"]


async def test_claim_after_a_day_is_too_late(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    await bob_pays(ctx, campaign)
    code = await claim_code(ctx)
    clock.move(hours=24, seconds=1)
    await router.on_action(ctx, BOB, f"claim:{code}")
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED
    assert claim.claim_token(ctx, (await all_gifts(ctx))[0]) is None and await cases(ctx) == []


async def test_proved_card_proves_later_gifts(ctx: Context, campaign: Campaign) -> None:
    alice, token = await signed(ctx, campaign, ALICE)

    async def pays(number: int, fingerprint: str | None) -> None:
        intent, details = f"pi_{number}", {"type": "card", "card": {"fingerprint": fingerprint}}
        body = stripe.session(
            id=f"cs_{number}", payment_intent=intent, client_reference_id=token, metadata=metadata(campaign)
        )
        await take(ctx, stripe.event("checkout.session.completed", body, id=f"evt_{number}"))
        charged = stripe.charge(id=f"ch_{number}", payment_intent=intent, payment_method_details=details)
        charged["metadata"] = metadata(campaign)
        await take(ctx, stripe.event("charge.updated", charged, id=f"evt_c{number}"))

    async def standings() -> list[str]:
        return [gift.standing.value for gift in await all_gifts(ctx)]

    await pays(1, "hers")
    await pays(2, "hers")
    await router.on_action(ctx, ALICE, f"claim:{await claim_code(ctx, 1)}")
    assert await standings() == ["proved", "proved"], "the one before, too"
    await pays(3, "hers")
    await pays(4, "another")
    await pays(5, None)
    assert await standings() == ["proved", "proved", "proved", "unproved", "unproved"]
    stored = " ".join(str(gift.payer) for gift in await all_gifts(ctx))
    assert "hers" not in stored and len({gift.payer for gift in await all_gifts(ctx)}) == 3
    await forgetting.forget(ctx, alice.id)
    assert {gift.payer for gift in await all_gifts(ctx)} == {None}
    async with ctx.db.read() as conn:
        assert not (await conn.execute(select(payer_proof))).first()


async def test_earlier_gifts_are_looked_up_when_card_is_proved(
    ctx: Context, campaign: Campaign, gateway: BobsStripe
) -> None:
    alice, token = await signed(ctx, campaign, ALICE)
    earlier = [await give(ctx, campaign, alice.id, 500, proved=False) for _ in range(2)]
    gateway.payers = {
        earlier[0].book.payment_intent: Payer(fingerprint="hers", customer=None),
        earlier[1].book.payment_intent: Payer(fingerprint="his", customer=None),
    }
    body = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", body))
    details = {"type": "card", "card": {"fingerprint": "hers"}}
    charged = stripe.charge(payment_method_details=details, metadata=metadata(campaign))
    await take(ctx, stripe.event("charge.updated", charged, id="evt_2"))
    new = next(number for number, gift in enumerate(await all_gifts(ctx)) if gift.book.payment_intent == "pi_1")
    await router.on_action(ctx, ALICE, f"claim:{await claim_code(ctx, new)}")
    standings = {gift.book.payment_intent: gift.standing.value for gift in await all_gifts(ctx)}
    assert standings == {
        "pi_1": "proved",
        earlier[0].book.payment_intent: "proved",
        earlier[1].book.payment_intent: "unproved",
    }


# --- links for one person -------------------------------------------------------------------------
@pytest.fixture
async def bare(db: Database, clock: MovingClock, gateway: BobsStripe) -> Context:
    """No public address, so no return page of ours."""
    ctx = make_context(db, clock, gateway=gateway)
    ctx.identity.telegram_username = "tablee_bot"
    return ctx


def paid_through(spec: LinkSpec, number: int, token: str = "tok") -> dict[str, Any]:
    """Stripe's event of a payment through a link: the link's metadata is the session's."""
    body = stripe.session(
        id=f"cs_{number}",
        payment_intent=f"pi_{number}",
        client_reference_id=token,
        metadata=link_params(spec, "price_1")["metadata"],
    )
    return stripe.event("checkout.session.completed", body, id=f"evt_{number}")


async def pays_through(ctx: Context, campaign: Campaign, spec: LinkSpec, number: int, token: str = "tok") -> None:
    """Have someone pay through a link."""
    await take(ctx, paid_through(spec, number, token))


async def test_shared_card_gives_own_link_that_proves(bare: Context, gateway: BobsStripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    before = len(gateway.made)
    for _ in range(2):
        await router.on_start(bare, ALICE, f"g_{campaign.id}_500")
    (spec,) = gateway.made[before:]
    assert link_params(spec, "price_1")["restrictions"] == {"completed_sessions": {"limit": 1}}
    assert spec.return_url is not None and spec.return_url.startswith("https://t.me/tablee_bot?start=k_")
    payload = spec.return_url.partition("start=")[2]
    assert len(payload) <= 64
    early = await router.on_start(bare, ALICE, payload)
    assert actions(early) == [f"claim:{payload[2:]}"], "the payer may come before Stripe's word"
    await pays_through(bare, campaign, spec, 1)
    asked = await router.on_start(bare, BOB, payload)  # it was Bob who paid
    await router.on_action(bare, BOB, actions(asked)[0])
    (gift,) = await all_gifts(bare)
    assert (gift.supporter_id, gift.standing) == ((await find_or_join(bare, BOB)).id, Standing.PROVED)


async def test_discord_payer_sees_code_on_page(bare: Context, gateway: BobsStripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    await router.on_action(bare, BOB, f"mo:adult:{campaign.id}:500")
    spec = gateway.made[-1]
    assert (spec.interval, spec.return_url) == ("month", None) and "/claim " in spec.thanks_message
    code = spec.thanks_message.rpartition("/claim ")[2]
    params = link_params(spec, "price_1")
    assert params["subscription_data"]["metadata"]["own_link"] == params["metadata"]["own_link"]
    assert "waiting" not in text(await router.on_command(bare, BOB, "claim", code))
    await pays_through(bare, campaign, replace(spec, interval=None), 1)
    await router.on_action(bare, BOB, f"claim:{code.lower()}")
    assert (await all_gifts(bare))[0].standing is Standing.PROVED


async def test_second_payment_through_own_link_opens_case(bare: Context, gateway: BobsStripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    await router.on_start(bare, ALICE, f"g_{campaign.id}_500")
    spec = gateway.made[-1]
    await pays_through(bare, campaign, spec, 1)
    assert await cases(bare) == []
    await pays_through(bare, campaign, spec, 2)
    assert await cases(bare) == ["second_payment"]


async def test_two_payments_through_own_link_in_one_set_prove_nothing(bare: Context, gateway: BobsStripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    await router.on_start(bare, ALICE, f"g_{campaign.id}_500")
    spec = gateway.made[-1]
    payload = (spec.return_url or "").partition("start=")[2]
    events = [
        ReceivedEvent(
            id=event.id,
            type=event.type,
            created=event.created,
            facts=event.facts,
            body=json.dumps(event.reduced).encode(),
            came_by="poll",
        )
        for event in (read_event(paid_through(spec, number)) for number in (1, 2))
    ]
    await apply_set(bare, events)
    assert await cases(bare) == ["second_payment"]
    assert actions(await router.on_start(bare, ALICE, payload)) == [], "both payers have read the code"
    assert {gift.standing for gift in await all_gifts(bare)} == {Standing.UNPROVED}


async def test_own_link_is_closed_after_a_day_or_with_campaign(
    bare: Context, gateway: BobsStripe, clock: MovingClock
) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    for minor in (500, 1000):
        await router.on_start(bare, ALICE, f"g_{campaign.id}_{minor}")
        clock.move(hours=13)
    own = [f"plink_{number + 1}" for number, spec in enumerate(gateway.made) if spec.own_link is not None]
    await own_links.close_unused(bare)
    assert own[0] in gateway.switched_off and own[1] not in gateway.switched_off
    await publish.close(bare, campaign)
    assert own[1] in gateway.switched_off
