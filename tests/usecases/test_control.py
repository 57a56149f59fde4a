"""A link that travels says whom to thank and grants nothing: Alice forwards hers, and Bob pays."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Pledge
from bot.domain.people import Preference, Supporter
from bot.domain.rights import RIGHTS, Right, Standing, may
from bot.store import pledges, supporters
from bot.store.db import Database
from bot.store.outbox import Delivery
from bot.store.schema import delivery, error_case, payer_proof
from bot.store.schema_staff import notice
from bot.usecases import claim, forget, look_back, messages, monthly_confirm, own_links, publish, talk
from bot.usecases.context import Context
from bot.usecases.join import who
from bot.usecases.outgoing import OutOfDate
from bot.usecases.reply import Reply
from payments.links import LinkSpec, link_params
from payments.money import Money
from payments.pledges import PledgeView
from payments.views import Payer
from tests.conftest import MovingClock
from tests.giving import give
from tests.payments import stripe_json as stripe
from tests.usecases.test_record_payments import take
from tests.world import ALEX, CAMILLE, RecordingGateway, all_gifts, make_context, metadata, open_campaign, signed

ALICE, BOB = CAMILLE, ALEX
SUBSCRIPTION = "sub_bob"


class Stripe(RecordingGateway):
    """Knows Bob's monthly gift, and what was done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[dict[str, Any]] = []
        self.ended: list[str] = []
        self.asked: list[str] = []
        self.status = "active"
        self.payers: dict[str | None, Payer] = {}

    async def payer(self, payment_intent: str) -> Payer | None:
        return self.payers.get(payment_intent)

    async def pledge(self, subscription: str) -> PledgeView:
        self.asked.append(subscription)
        return PledgeView(
            subscription=subscription,
            customer="cus_bob",
            status=self.status,
            money=Money(500, "cad"),
            next_at=None,
            is_paused=False,
            paused_until=None,
            ours=True,
            item="si_1",
            product="prod_1",
        )

    async def newest_invoice_number(self, subscription: str) -> str | None:
        return "BOBS1234-0007"

    async def change_pledge(self, subscription: str, change: Any, idempotency_key: str) -> PledgeView:
        self.changes.append(dict(change))
        return await self.pledge(subscription)

    async def end_pledge(self, subscription: str, idempotency_key: str) -> None:
        self.ended.append(subscription)


@pytest.fixture
def gateway() -> Stripe:
    return Stripe()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, gateway: Stripe) -> Context:
    made = make_context(db, clock, gateway=gateway, public_url="https://don.example")
    made.whereabouts.stripe_login_url = "https://billing.stripe.example/p/login/abc"
    return made


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


async def bob_pays(ctx: Context, campaign: Campaign) -> Supporter:
    """Alice's link begins a monthly gift that Bob pays; Alice."""
    alice, token = await signed(ctx, campaign, ALICE)
    begun = stripe.pledge_session(
        id="cs_bob",
        subscription=SUBSCRIPTION,
        customer="cus_bob",
        client_reference_id=token,
        metadata=metadata(campaign),
    )
    await take(ctx, stripe.event("checkout.session.completed", begun, id="evt_begun"))
    await invoiced(ctx, campaign, 1)
    return alice


async def invoiced(ctx: Context, campaign: Campaign, number: int, kind: str = "invoice.paid") -> None:
    """The first payment of Bob's monthly gift (1), or a renewal."""
    details = {"subscription": SUBSCRIPTION, "metadata": metadata(campaign)}
    body = stripe.invoice(
        id=f"in_{number}",
        amount_paid=500,
        amount_due=500,
        billing_reason="subscription_create" if number == 1 else "subscription_cycle",
        parent={"type": "subscription_details", "subscription_details": details},
        status_transitions={"paid_at": stripe.T0 + number},
    )
    await take(ctx, stripe.event(kind, body, id=f"evt_{kind}_{number}"))


async def ends(ctx: Context, campaign: Campaign) -> None:
    """Stripe says that the monthly gift has ended."""
    gone = stripe.subscription(id=SUBSCRIPTION, status="canceled", metadata=metadata(campaign))
    await take(ctx, stripe.event("customer.subscription.deleted", gone, id="evt_gone"))


async def told(ctx: Context, supporter_id: int) -> list[str]:
    """The messages that were decided for somebody, oldest first."""
    async with ctx.db.read() as conn:
        addresses = [one.address_id for one in await supporters.addresses_of(conn, [supporter_id])]
        query = select(delivery.c.message).where(delivery.c.address_id.in_(addresses)).order_by(delivery.c.id)
        return list((await conn.execute(query)).scalars())


async def first_message(ctx: Context, person: Supporter) -> Reply:
    """What the first message that was decided says when it is sent."""
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(delivery).where(delivery.c.address_id == person.address_id))
        one = Delivery(**{n: row[n] for row in rows.mappings().fetchmany(1) for n in Delivery.__dataclass_fields__})
    return Reply(card=(await messages.render(ctx, one, person)).card)


async def the_pledge(ctx: Context) -> Pledge:
    async with ctx.db.read() as conn:
        return (await pledges.known(conn, [SUBSCRIPTION]))[SUBSCRIPTION]


async def claim_code(ctx: Context, number: int = 0) -> str:
    """What the return page hands to the payer."""
    code = claim.claim_token(ctx, (await all_gifts(ctx))[number])
    assert code is not None
    return code


def actions(reply: Reply) -> list[str]:
    return [button.action or button.url or "" for button in reply.card.buttons]


def text(reply: Reply) -> str:
    card = reply.card
    return "\n".join([card.title, *card.lines, card.note, *(button.label for button in card.buttons)])


async def cases(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        return list((await conn.execute(select(error_case.c.kind))).scalars())


# --- the table ------------------------------------------------------------------------------------
def test_the_table_names_every_right_and_proof_grants_all() -> None:
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
async def test_before_a_proof_there_is_one_message_whatever_happens_to_the_gift(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    alice = await bob_pays(ctx, campaign)
    async with ctx.db.write() as conn:
        for kind in (Preference.NEWS, Preference.REMINDERS):
            await supporters.set_preference(
                conn, alice.id, kind, True, at=clock(), wording="Oui", change_id=ctx.ids.new()
            )
    assert await told(ctx, alice.id) == ["thanks"]
    clock.move(days=31)
    await invoiced(ctx, campaign, 2)
    await invoiced(ctx, campaign, 3, "invoice.payment_failed")
    for job in (look_back.consents, look_back.bilans, monthly_confirm.ask_earlier_donors):
        await job(ctx)
    clock.now = clock.now.replace(year=2027, month=1, day=10)
    await look_back.years(ctx)
    await publish.close(ctx, campaign)
    await ends(ctx, campaign)
    assert await told(ctx, alice.id) == ["thanks"]
    assert [gift.supporter_id for gift in await all_gifts(ctx)] == [alice.id, None], "a renewal names nobody"


async def test_the_one_message_says_amount_campaign_monthly_and_how_to_go_on(ctx: Context, campaign: Campaign) -> None:
    said = await first_message(ctx, await bob_pays(ctx, campaign))
    assert "5\u00a0$" in text(said) and campaign.authored.name.fr in text(said) and "mensuel" in text(said)
    assert actions(said) == [f"mo:confirm:{SUBSCRIPTION}", ctx.whereabouts.stripe_login_url, "mo:how"]


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
async def test_before_a_proof_no_button_does_or_shows_anything(
    ctx: Context, campaign: Campaign, gateway: Stripe, button: str
) -> None:
    await bob_pays(ctx, campaign)
    action = button.format(SUBSCRIPTION) if "{}" in button else f"{button}:{SUBSCRIPTION}"
    seen = await talk.on_action(ctx, ALICE, f"mo:{action}")
    assert (gateway.changes, gateway.ended, gateway.asked) == ([], [], []), "Stripe is not even asked"
    assert "5\u00a0$" not in text(seen)
    assert set(actions(seen)) <= {f"mo:confirm:{SUBSCRIPTION}", ctx.whereabouts.stripe_login_url, "mo:how"}


async def test_before_a_proof_the_confirming_tap_proves_nothing(ctx: Context, campaign: Campaign) -> None:
    await bob_pays(ctx, campaign)
    await talk.on_action(ctx, ALICE, f"mo:confirm:{SUBSCRIPTION}")
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED


@pytest.mark.parametrize("contact", [ALICE, BOB])
async def test_how_to_end_works_for_everybody(ctx: Context, campaign: Campaign, contact: Any) -> None:
    await bob_pays(ctx, campaign)
    said = await talk.on_action(ctx, contact, "mo:how")
    assert ctx.charity.contact in text(said) and ctx.whereabouts.stripe_login_url in actions(said)
    ctx.whereabouts.stripe_login_url = None
    assert ctx.charity.contact in text(await talk.on_action(ctx, contact, "mo:how"))


async def test_before_a_proof_forget_and_stop_end_nothing_and_name_stripes_page(
    ctx: Context, campaign: Campaign, gateway: Stripe
) -> None:
    alice = await bob_pays(ctx, campaign)
    for command in ("stop", "forget"):
        said = await talk.on_command(ctx, ALICE, command, "")
        assert ctx.whereabouts.stripe_login_url in actions(said)
        assert not [action for action in actions(said) if action.startswith("mo:end")]
    await forget.forget(ctx, alice.id)
    assert gateway.ended == []
    row = await the_pledge(ctx)
    assert (row.supporter_id, row.status) == (None, "active")


async def test_single_gifts_show_no_receipt_day_refund_or_sum_before_a_proof(ctx: Context, campaign: Campaign) -> None:
    alice, token = await signed(ctx, campaign, ALICE)
    paid = stripe.session(client_reference_id=token, metadata=metadata(campaign))
    await take(ctx, stripe.event("checkout.session.completed", paid))
    charged = stripe.charge(metadata=metadata(campaign), balance_transaction="txn_1")
    await take(ctx, stripe.event("charge.updated", charged, id="evt_2"))
    await take(ctx, stripe.event("refund.created", stripe.refund(), id="evt_3"))
    before = await talk.on_command(ctx, ALICE, "mesdons", "")
    assert "https://pay.stripe.com/receipts/1" not in actions(before)
    assert "2026" not in text(before) and "2\u00a0$" not in text(before)
    assert await told(ctx, alice.id) == ["thanks"]
    await talk.on_action(ctx, ALICE, f"claim:{await claim_code(ctx)}")
    after = await talk.on_command(ctx, ALICE, "mesdons", "")
    assert "https://pay.stripe.com/receipts/1" in actions(after) and "2\u00a0$" in text(after)


# --- the proof ------------------------------------------------------------------------------------
async def test_the_payer_claims_all_of_it_and_the_first_chat_is_told(
    ctx: Context, campaign: Campaign, gateway: Stripe
) -> None:
    alice = await bob_pays(ctx, campaign)
    await invoiced(ctx, campaign, 2)
    code = await claim_code(ctx)
    asked = await talk.on_command(ctx, BOB, "claim", code)
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED, "only after an explicit yes"
    assert actions(asked) == [f"claim:{code}"]
    await talk.on_action(ctx, BOB, f"claim:{code}")
    bob = await who(ctx, BOB)
    assert {gift.supporter_id for gift in await all_gifts(ctx)} == {bob.id}
    assert await told(ctx, alice.id) == ["thanks", "claimed_elsewhere"]
    await talk.on_action(ctx, BOB, f"mo:set:{SUBSCRIPTION}:1000")
    assert gateway.changes
    await invoiced(ctx, campaign, 3)
    assert (await told(ctx, bob.id))[-1] == "thanks"
    assert (await talk.on_action(ctx, ALICE, f"mo:show:{SUBSCRIPTION}")).card.title != (asked.card.title)
    assert SUBSCRIPTION not in " ".join(actions(await talk.on_command(ctx, ALICE, "mensuel", "")))


async def test_a_message_that_waits_is_dropped_once_the_payer_has_claimed(ctx: Context, campaign: Campaign) -> None:
    alice = await bob_pays(ctx, campaign)
    await talk.on_action(ctx, BOB, f"claim:{await claim_code(ctx)}")
    with pytest.raises(OutOfDate):
        await first_message(ctx, alice)


async def test_the_first_claim_wins_and_a_second_is_a_case(ctx: Context, campaign: Campaign) -> None:
    alice = await bob_pays(ctx, campaign)
    code = await claim_code(ctx)
    await talk.on_action(ctx, ALICE, f"claim:{code}")
    refused = await talk.on_action(ctx, BOB, f"claim:{code}")
    again = await talk.on_action(ctx, ALICE, f"claim:{code}")
    assert refused.card.buttons == again.card.buttons == ()
    assert (await the_pledge(ctx)).supporter_id == alice.id
    assert await cases(ctx) == ["second_claim"]


async def test_a_claim_comes_too_late_after_a_day(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    await bob_pays(ctx, campaign)
    code = await claim_code(ctx)
    clock.move(hours=24, seconds=1)
    await talk.on_action(ctx, BOB, f"claim:{code}")
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED
    assert claim.claim_token(ctx, (await all_gifts(ctx))[0]) is None and await cases(ctx) == []


async def test_a_card_that_was_proved_once_vouches_for_what_it_pays(ctx: Context, campaign: Campaign) -> None:
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
    await talk.on_action(ctx, ALICE, f"claim:{await claim_code(ctx, 1)}")
    assert await standings() == ["proved", "proved"], "the one before, too"
    await pays(3, "hers")
    await pays(4, "another")
    await pays(5, None)
    assert await standings() == ["proved", "proved", "proved", "unproved", "unproved"]
    stored = " ".join(str(gift.payer) for gift in await all_gifts(ctx))
    assert "hers" not in stored and len({gift.payer for gift in await all_gifts(ctx)}) == 3
    await forget.forget(ctx, alice.id)
    assert {gift.payer for gift in await all_gifts(ctx)} == {None}
    async with ctx.db.read() as conn:
        assert not (await conn.execute(select(payer_proof))).first()


async def test_gifts_from_before_proofs_are_looked_up_once_their_card_is_proved(
    ctx: Context, campaign: Campaign, gateway: Stripe
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
    await talk.on_action(ctx, ALICE, f"claim:{await claim_code(ctx, new)}")
    standings = {gift.book.payment_intent: gift.standing.value for gift in await all_gifts(ctx)}
    assert standings == {
        "pi_1": "proved",
        earlier[0].book.payment_intent: "proved",
        earlier[1].book.payment_intent: "unproved",
    }


# --- from before proofs ---------------------------------------------------------------------------
async def legacy(ctx: Context, campaign: Campaign) -> Supporter:
    """A monthly gift that was bound to Alice before this version."""
    alice = await bob_pays(ctx, campaign)
    async with ctx.db.write() as conn:
        await pledges.write(conn, [replace(await the_pledge(ctx), legacy=True)], ctx.clock())
    return alice


async def staff_told(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        rows = await conn.execute(select(notice.c.kind, notice.c.args).order_by(notice.c.id))
        return [row.args["what"] for row in rows if row.kind == "pledge_unproved"]


async def test_an_earlier_donor_pauses_and_ends_after_a_yes_and_staff_hear_of_it(
    ctx: Context, campaign: Campaign, gateway: Stripe
) -> None:
    await legacy(ctx, campaign)
    asked = await talk.on_action(ctx, ALICE, f"mo:hold:{SUBSCRIPTION}:2")
    assert not gateway.changes and f"mo:yes:{SUBSCRIPTION}:2" in actions(asked)
    await talk.on_action(ctx, ALICE, f"mo:yes:{SUBSCRIPTION}:2")
    await talk.on_action(ctx, ALICE, f"mo:resume:{SUBSCRIPTION}")
    await talk.on_action(ctx, ALICE, f"mo:yes:{SUBSCRIPTION}:0")
    await talk.on_action(ctx, ALICE, f"mo:end:{SUBSCRIPTION}")
    assert gateway.ended == []
    await talk.on_action(ctx, ALICE, f"mo:sure:{SUBSCRIPTION}")
    assert len(gateway.changes) == 2 and gateway.ended == [SUBSCRIPTION]
    assert await staff_told(ctx) == ["paused", "resumed", "ended"]


async def test_an_earlier_donor_has_lost_amount_portal_and_move(
    ctx: Context, campaign: Campaign, gateway: Stripe
) -> None:
    await legacy(ctx, campaign)
    gateway.status = "past_due"
    shown = await talk.on_command(ctx, ALICE, "mensuel", "")
    assert not [one for one in actions(shown) if "portal.example" in one or one.startswith("mo:amount")]
    assert ctx.whereabouts.stripe_login_url in actions(shown)
    for action in ("amount", "set:{}:4000", "move:{}:0"):
        await talk.on_action(
            ctx, ALICE, f"mo:{action.format(SUBSCRIPTION) if '{}' in action else f'{action}:{SUBSCRIPTION}'}"
        )
    assert gateway.changes == []


async def test_an_earlier_donor_is_asked_once_and_not_ended_by_forget(
    ctx: Context, campaign: Campaign, gateway: Stripe
) -> None:
    alice = await legacy(ctx, campaign)
    for _ in range(2):
        await monthly_confirm.ask_earlier_donors(ctx)
    assert (await told(ctx, alice.id)).count("pledge_confirm") == 1
    await forget.forget(ctx, alice.id)
    assert gateway.ended == []


async def test_an_earlier_donor_confirms_with_the_number_that_only_the_payer_sees(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    await legacy(ctx, campaign)
    clock.move(days=90)
    asked = await talk.on_command(ctx, ALICE, "claim", "bobs1234-0007")
    assert (await the_pledge(ctx)).standing is Standing.LEGACY, "only after an explicit yes"
    stolen = await talk.on_action(ctx, BOB, actions(asked)[0])
    assert not stolen.card.buttons and (await the_pledge(ctx)).standing is Standing.LEGACY
    await talk.on_action(ctx, ALICE, actions(asked)[0])
    assert (await the_pledge(ctx)).standing is Standing.PROVED


async def test_wrong_invoice_numbers_are_counted(ctx: Context, campaign: Campaign) -> None:
    await bob_pays(ctx, campaign)
    for number in range(5):
        refused = await talk.on_command(ctx, ALICE, "claim", f"BOBS1234-000{number}")
        assert not refused.card.buttons
    assert not (await talk.on_command(ctx, ALICE, "claim", "BOBS1234-0007")).card.buttons
    assert (await the_pledge(ctx)).standing is Standing.UNPROVED


# --- links for one person -------------------------------------------------------------------------
@pytest.fixture
async def bare(db: Database, clock: MovingClock, gateway: Stripe) -> Context:
    """There is no public address, so no page of ours after Stripe's."""
    made = make_context(db, clock, gateway=gateway)
    made.whereabouts.telegram_username = "tablee_bot"
    return made


async def pays_through(ctx: Context, campaign: Campaign, spec: LinkSpec, number: int, token: str = "tok") -> None:
    """Somebody pays through a link, as Stripe tells of it: the link's metadata is the session's."""
    body = stripe.session(
        id=f"cs_{number}",
        payment_intent=f"pi_{number}",
        client_reference_id=token,
        metadata=link_params(spec, "price_1")["metadata"],
    )
    await take(ctx, stripe.event("checkout.session.completed", body, id=f"evt_{number}"))


async def test_whoever_taps_a_shared_card_gets_a_link_of_their_own_that_proves_itself(
    bare: Context, gateway: Stripe
) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    before = len(gateway.made)
    for _ in range(2):
        await talk.on_start(bare, ALICE, f"g_{campaign.id}_500")
    (spec,) = gateway.made[before:]
    assert link_params(spec, "price_1")["restrictions"] == {"completed_sessions": {"limit": 1}}
    assert spec.return_url is not None and spec.return_url.startswith("https://t.me/tablee_bot?start=k_")
    payload = spec.return_url.partition("start=")[2]
    assert len(payload) <= 64
    early = await talk.on_start(bare, ALICE, payload)
    assert actions(early) == [f"claim:{payload[2:]}"], "the payer may come before Stripe's word"
    await pays_through(bare, campaign, spec, 1)
    asked = await talk.on_start(bare, BOB, payload)  # it was Bob who paid
    await talk.on_action(bare, BOB, actions(asked)[0])
    (gift,) = await all_gifts(bare)
    assert (gift.supporter_id, gift.standing) == ((await who(bare, BOB)).id, Standing.PROVED)


async def test_on_discord_the_page_after_paying_shows_the_code(bare: Context, gateway: Stripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    await talk.on_action(bare, BOB, f"mo:begin:{campaign.id}:500")
    spec = gateway.made[-1]
    assert (spec.interval, spec.return_url) == ("month", None) and "/claim " in spec.thanks_message
    code = spec.thanks_message.rpartition("/claim ")[2]
    params = link_params(spec, "price_1")
    assert params["subscription_data"]["metadata"]["own_link"] == params["metadata"]["own_link"]
    assert "waiting" not in text(await talk.on_command(bare, BOB, "claim", code))
    await pays_through(bare, campaign, replace(spec, interval=None), 1)
    await talk.on_action(bare, BOB, f"claim:{code.lower()}")
    assert (await all_gifts(bare))[0].standing is Standing.PROVED


async def test_a_second_payment_through_a_single_use_link_is_a_case(bare: Context, gateway: Stripe) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    await talk.on_start(bare, ALICE, f"g_{campaign.id}_500")
    spec = gateway.made[-1]
    await pays_through(bare, campaign, spec, 1)
    assert await cases(bare) == []
    await pays_through(bare, campaign, spec, 2)
    assert await cases(bare) == ["second_payment"]


async def test_a_link_for_one_person_is_closed_after_a_day_and_with_its_campaign(
    bare: Context, gateway: Stripe, clock: MovingClock
) -> None:
    campaign = await open_campaign(bare, ends_on=None)
    for minor in (500, 1000):
        await talk.on_start(bare, ALICE, f"g_{campaign.id}_{minor}")
        clock.move(hours=13)
    own = [f"plink_{number + 1}" for number, spec in enumerate(gateway.made) if spec.own_link is not None]
    await own_links.close_old(bare)
    assert own[0] in gateway.switched_off and own[1] not in gateway.switched_off
    await publish.close(bare, campaign)
    assert own[1] in gateway.switched_off
