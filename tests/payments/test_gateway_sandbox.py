"""The gateway against the Stripe sandbox: from a link to the books, as the bot uses it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.stripe import Closed, StripeSandbox
from bot.sandbox.stripe.checkout import IdentityMissing
from payments import pledges
from payments.facts import ChargeUpdated, GiftFact, GiftPaid, PaymentFailed, PledgeBound, read_event
from payments.ledger import Gift, State, apply, join
from payments.money import Money
from payments.reference import Keyring, Reference, Touch, TouchKind
from payments.stripe import GatewayRefused, GatewayUnavailable, LinkGone, LinkSpec, StripeGateway, link_url
from tests.contract.check import violations
from tests.contract.recorder import recording
from tests.events import listed

START = datetime(2026, 11, 23, tzinfo=UTC)
RING = Keyring(["a secret of this spring"])
REFERENCE = Reference(7, 1, Touch(TouchKind.COMMAND))
SPEC = LinkSpec(
    campaign_id=1,
    campaign_slug="repas",
    product_name="Repas chauds",
    minor=500,
    currency="cad",
    return_url="https://don.example/thanks?session={CHECKOUT_SESSION_ID}",
    inactive_message="La campagne est terminée.",
)


@dataclass
class World:
    sandbox: StripeSandbox
    gateway: StripeGateway
    now: datetime = START
    since: datetime = START - timedelta(minutes=1)

    async def pay(self, spec: LinkSpec, key: str = "link-1", **how: Any) -> dict[str, Any]:
        """Create a link and pay through it. Return the session."""
        link = await self.gateway.create_link(spec, key)
        url = link_url(link.url, reference=RING.sign(REFERENCE), locale="fr")
        session: dict[str, Any] = await self.sandbox.pay(url, **how)
        return session

    async def facts(self) -> list[Any]:
        """Return the facts of all events, oldest first."""
        return [fact for raw in await listed(self.gateway, self.since) for fact in read_event(raw).facts]

    async def gift(self) -> Gift:
        """Return the gift that all facts together make."""
        gift = Gift()
        for fact in await self.facts():
            if isinstance(fact, GiftFact):
                gift = apply(gift, fact)
        return gift


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with StripeSandbox(clock=lambda: START, seed=0, api_key="sk_test_sandbox") as sandbox:
        gateway = StripeGateway("sk_test_sandbox", sandbox.url, max_network_retries=0)
        yield World(sandbox, gateway)
        await gateway.close()


async def test_payment_through_a_link_reaches_the_books(world: World) -> None:
    session = await world.pay(SPEC)
    [paid] = [fact for fact in await world.facts() if isinstance(fact, GiftPaid)]
    assert (paid.ours, paid.money, paid.session, paid.locale) == (True, Money(500, "cad"), session["id"], "fr-CA")
    assert RING.read(paid.reference or "") == REFERENCE
    assert paid.metadata["campaign"] == "repas"
    gift = await world.gift()
    assert (gift.state, gift.counted) == (State.PAID, Money(500, "cad"))


async def test_refunds_reach_the_books(world: World) -> None:
    await world.pay(SPEC)
    gift = await world.gift()
    assert gift.payment_intent is not None
    first = await world.gateway.refund(gift.payment_intent, 200, "refund-1")
    assert await world.gateway.refund(gift.payment_intent, 200, "refund-1") == first  # the same key, the same refund
    assert (await world.gift()).counted == Money(300, "cad")
    await world.gateway.refund(gift.payment_intent, None, "refund-2")
    gift = await world.gift()
    assert (gift.state, gift.counted) == (State.REFUNDED, Money(0, "cad"))
    with pytest.raises(GatewayRefused):
        await world.gateway.refund(gift.payment_intent or "", 1, "refund-3")


async def test_donor_can_type_the_amount(world: World) -> None:
    await world.pay(replace(SPEC, minor=None, minimum_minor=50, maximum_minor=100_000), amount=750)
    assert (await world.gift()).counted == Money(750, "cad")


async def test_links_of_a_campaign_share_a_product_and_a_key_makes_one_link(world: World) -> None:
    link = await world.gateway.create_link(SPEC, "link-1")
    assert await world.gateway.create_link(SPEC, "link-1") == link
    fresh = StripeGateway("sk_test_sandbox", world.sandbox.url)  # after a restart: the product is there already
    other = await fresh.create_link(replace(SPEC, minor=1000), "link-2")
    await fresh.close()
    assert other.stripe_id != link.stripe_id


async def test_deactivated_link_accepts_no_payment(world: World) -> None:
    link = await world.gateway.create_link(SPEC, "link-1")
    assert await world.gateway.link_is_active(link.stripe_id)
    await world.gateway.deactivate_link(link.stripe_id, "Terminé.")
    assert not await world.gateway.link_is_active(link.stripe_id)
    assert not await world.gateway.link_is_active("plink_unknown")
    with pytest.raises(LinkGone):
        await world.gateway.deactivate_link("plink_unknown", "Terminé.")


async def test_open_page_outlives_its_link_until_it_is_expired(world: World) -> None:
    link = await world.gateway.create_link(SPEC, "link-1")
    other = await world.gateway.create_link(replace(SPEC, minor=1000), "link-2")
    for created in (link, link, other):
        await world.sandbox.open(created.url)
    paid = await world.sandbox.pay(link.url)
    await world.gateway.deactivate_link(link.stripe_id, "En pause.")
    pages = await world.gateway.open_pages(link.stripe_id)
    assert len(pages) == 2 and paid["id"] not in pages
    for page in (*pages, *pages, paid["id"], "cs_test_unknown"):  # twice, one paid meanwhile, and an unknown one
        await world.gateway.end_page(page)
    assert await world.gateway.open_pages(link.stripe_id) == []
    for page in pages:
        with pytest.raises(Closed):
            await world.sandbox.pay(f"https://checkout.example/c/pay/{page}")
    assert len(await world.gateway.open_pages(other.stripe_id)) == 1


async def test_session_is_read_for_the_return_page(world: World) -> None:
    session = await world.pay(SPEC)
    view = await world.gateway.session(session["id"])
    assert view is not None
    assert (view.status, view.money, view.ours) == ("complete", Money(500, "cad"), True)
    assert await world.gateway.session("cs_test_unknown") is None


async def test_payers_are_distinguished_by_their_cards(world: World) -> None:
    paid = [await world.pay(SPEC), await world.pay(SPEC), await world.pay(SPEC, card="5555555555554444")]
    mine, again, other = [await world.gateway.payer(session["payment_intent"]) for session in paid]
    assert mine is not None and again is not None and other is not None
    assert (mine.is_same(again), mine.is_other(again)) == (True, False)
    assert (mine.is_same(other), mine.is_other(other)) == (False, True)
    assert await world.gateway.payer("pi_unknown") is None
    debit = await world.pay(SPEC, method="bank")
    unknown = await world.gateway.payer(debit["payment_intent"])
    assert unknown is not None and not unknown.is_same(unknown) and not unknown.is_other(mine)


async def test_pledge_renewals_are_gifts(world: World) -> None:
    session = await world.pay(replace(SPEC, interval="month"))
    await world.sandbox.renew(session["subscription"])
    facts = await world.facts()
    [bound] = [fact for fact in facts if isinstance(fact, PledgeBound)]
    assert (bound.ours, bound.subscription) == (True, session["subscription"])
    paid = [fact for fact in facts if isinstance(fact, GiftPaid)]
    assert [(fact.ours, fact.pledge, fact.money.minor) for fact in paid] == [(True, session["subscription"], 500)] * 2
    assert len({fact.key for fact in paid}) == 2
    assert paid[0].metadata["campaign"] == "repas"


async def test_lost_dispute_reaches_the_books(world: World) -> None:
    await world.pay(SPEC)
    gift = await world.gift()
    opened = await world.sandbox.dispute(gift.payment_intent, "fraudulent")
    assert (await world.gift()).state is State.DISPUTED
    await world.sandbox.close_dispute(opened["id"], won=False)
    gift = await world.gift()
    assert (gift.state, gift.counted) == (State.LOST, Money(0, "cad"))


async def test_fees_are_read_from_balance_transactions(world: World) -> None:
    for number in range(5):
        await world.pay(replace(SPEC, minor=500 + number), f"link-{number}")
    await world.sandbox.book_fees()
    updated = [fact for fact in await world.facts() if isinstance(fact, ChargeUpdated)]
    wanted = [fact.balance_transaction for fact in updated if fact.balance_transaction]
    by_list = await world.gateway.balance_transactions(wanted)
    one_by_one = [fee for txn in wanted for fee in await world.gateway.balance_transactions([txn])]
    whole_day = await world.gateway.balance_transactions(created=(START, START + timedelta(days=1)))
    expected = {fact.balance_transaction: (fact.charge, fact.payment_intent) for fact in updated}
    for fees in (by_list, one_by_one, whole_day):
        assert {fee.event_id: (fee.charge, fee.payment_intent) for fee in fees} == expected
        assert all(fee.fee.is_positive and fee.fee.currency == "cad" for fee in fees)
    gift = apply(Gift(payment_intent=by_list[0].payment_intent), by_list[0])
    assert (gift.fee, gift.charge) == (by_list[0].fee.minor, by_list[0].charge)


@pytest.mark.parametrize("arrives", [True, False])
async def test_bank_debit_is_paid_or_fails_later(world: World, arrives: bool) -> None:
    session = await world.pay(SPEC, method="bank")
    assert (await world.gift()).state is State.PENDING
    await world.sandbox.settle(session["id"], ok=arrives)
    gift = await world.gift()
    assert (gift.state, gift.counted.minor) == ((State.PAID, 500) if arrives else (State.FAILED, 0))


async def test_declined_card_can_be_retried(world: World) -> None:
    session = await world.pay(SPEC, card="4000000000000002")
    assert session["status"] == "open"
    [failed] = await world.facts()
    assert isinstance(failed, PaymentFailed)
    assert (failed.ours, failed.code) == (True, "card_declined")


async def test_both_forms_of_an_invoice_make_one_gift(world: World) -> None:
    """An event polled in the account's old API version and delivered in the endpoint's new one gives the same gift."""
    session = await world.pay(replace(SPEC, interval="month"))
    new = await world.gift()
    await world.sandbox.set_invoice_shape("old")
    [old] = [fact for fact in await world.facts() if isinstance(fact, GiftPaid)]
    assert (old.ours, old.pledge, old.money) == (True, session["subscription"], Money(500, "cad"))
    assert apply(new, old) == join(apply(Gift(), old), new)
    assert new.payment_intent is not None  # known from invoice_payment.paid
    assert (apply(new, old).key, apply(new, old).payment_intent) == (old.invoice, new.payment_intent)


async def test_failed_refund_counts_again(world: World) -> None:
    await world.pay(SPEC)
    refund = await world.gateway.refund((await world.gift()).payment_intent or "", 200, "refund-1")
    assert (await world.gift()).counted.minor == 300
    await world.sandbox.fail_refund(refund)
    assert ((await world.gift()).state, (await world.gift()).counted.minor) == (State.PAID, 500)


async def test_lost_response_does_nothing_twice(world: World) -> None:
    async def no_pause(seconds: float) -> None:
        return None

    gateway = StripeGateway("sk_test_sandbox", world.sandbox.url, sleep=no_pause)
    await world.sandbox.set_faults(dropped_answers=2, rate_limited=1)
    link = await gateway.create_link(SPEC, "link-1")
    assert await gateway.create_link(SPEC, "link-1") == link
    await world.sandbox.set_faults(server_errors=2)
    assert await gateway.link_is_active(link.stripe_id)
    await world.sandbox.set_faults(rate_limited_seconds=60)
    with pytest.raises(GatewayUnavailable):
        await gateway.link_is_active(link.stripe_id)
    await world.sandbox.set_faults()
    await world.sandbox.delete_link(link.stripe_id)
    assert not await gateway.link_is_active(link.stripe_id)
    await gateway.close()


async def test_wrong_key_is_refused(world: World) -> None:
    gateway = StripeGateway("sk_live_another", world.sandbox.url)
    with pytest.raises(GatewayRefused):
        await gateway.account()
    await gateway.close()


async def test_account_and_webhook_endpoints_are_read(world: World) -> None:
    account = await world.gateway.account()
    assert account.charges_enabled
    assert await world.gateway.webhook_endpoints() == []


async def test_newest_invoice_gives_the_payers_numbers(world: World) -> None:
    session = await world.pay(replace(SPEC, interval="month"))
    first = await world.gateway.payers_numbers(session["subscription"])
    await world.sandbox.renew(session["subscription"])
    second = await world.gateway.payers_numbers(session["subscription"])
    assert first and second and first.invoice and second.invoice and first.invoice != second.invoice
    assert first.made_at is not None and first.made_at.tzinfo is not None
    assert await world.gateway.payers_numbers("sub_nobody") is None


async def test_account_wide_invoice_number_is_no_secret_of_the_payer(world: World) -> None:
    session = await world.pay(replace(SPEC, interval="month"))
    (invoice,) = world.sandbox.world.every("invoice")
    invoice |= {"number": "TABLEE-0007", "receipt_number": "2036-5683"}  # numbered across the account
    found = await world.gateway.payers_numbers(session["subscription"])
    assert found is not None and (found.invoice, found.receipt) == (None, "2036-5683")


async def test_login_page_is_known_only_while_it_is_on(world: World) -> None:
    page = await world.gateway.login_page()
    assert page is not None and "/p/login/" in page
    await world.sandbox.save_portal(login_page=False)
    assert await world.gateway.login_page() is None
    assert await world.gateway.has_portal()
    await world.sandbox.save_portal(login_page=True)
    assert await world.gateway.login_page() == page


async def test_portal_that_was_never_saved_is_refused(world: World) -> None:
    await world.sandbox.forget_portal()
    assert not await world.gateway.has_portal() and await world.gateway.login_page() is None
    with pytest.raises(GatewayRefused, match="has not been created"):
        await world.gateway.portal("cus_1", None)


async def change_everything(gateway: StripeGateway, subscription: str) -> None:
    """Make every change to a monthly gift that its donor can make."""
    view = await gateway.pledge(subscription)
    assert view is not None
    price = await gateway.price_for(view.product, Money(1000, "cad"), "change-price")
    changed = await gateway.change_pledge(subscription, pledges.new_amount(view, price), "change")
    assert changed.money == Money(1000, "cad")
    paused = await gateway.change_pledge(subscription, pledges.pause(START + timedelta(days=60)), "pause")
    assert (paused.is_paused, paused.paused_until) == (True, START + timedelta(days=60))
    assert not (await gateway.change_pledge(subscription, pledges.resume(), "resume")).is_paused
    await gateway.change_pledge(subscription, pledges.move(2, "suite"), "move")
    assert (await gateway.portal(view.customer, "https://don.example")).startswith("http")
    await gateway.end_pledge(subscription, "end")
    ended = await gateway.pledge(subscription)
    assert ended is not None
    assert not ended.is_alive


async def test_ending_a_pledge_twice_ends_it_once_and_an_unknown_one_is_none(world: World) -> None:
    session = await world.pay(replace(SPEC, interval="month"))
    for key in ("end", "end again"):
        await world.gateway.end_pledge(session["subscription"], key)
    assert await world.gateway.pledge("sub_nobody") is None


async def test_every_request_matches_stripes_api_description(world: World, tmp_path: Path) -> None:
    record = tmp_path / "gateway.jsonl"
    async with recording("stripe", world.sandbox.url, record) as url:
        gateway = StripeGateway("sk_test_sandbox", url)
        direct, world.gateway = world.gateway, gateway
        await world.pay(replace(SPEC, image_url="https://don.example/repas.png"), "link-1")
        await world.pay(replace(SPEC, minor=None, minimum_minor=50, return_url=None), "link-2", amount=700)
        session = await world.pay(replace(SPEC, interval="month"), "link-3")
        await change_everything(gateway, session["subscription"])
        await world.sandbox.book_fees()
        paid = [fact for fact in await world.facts() if isinstance(fact, GiftPaid)]
        await gateway.refund(paid[0].payment_intent or "", 200, "refund-1")
        await gateway.balance_transactions(created=(START, START + timedelta(days=1)))
        await gateway.session(session["id"])
        await gateway.payer(paid[0].payment_intent or "")
        await world.pay(replace(SPEC, identity_reason="Pour votre reçu."), "link-5")
        link = await gateway.create_link(SPEC, "link-4")
        await gateway.deactivate_link(link.stripe_id, "Terminé.")
        await gateway.link_is_active(link.stripe_id)
        await gateway.account()
        await gateway.webhook_endpoints()
        await gateway.close()
        world.gateway = direct
    # The checker reads an event's free-form `data` as one without any fields; it checks data.object separately.
    assert [found for found in violations(record) if not re.search(r"unknown field data\[\d+\]\.data\.", found)] == []


async def test_page_of_a_receipted_gift_takes_no_payment_without_name_and_address(world: World) -> None:
    spec = replace(SPEC, minor=2000, identity_reason="Votre nom et votre adresse serviront à votre reçu officiel.")
    for missing in ("name", "address"):
        with pytest.raises(IdentityMissing):
            await world.pay(spec, f"link-without-{missing}", **{missing: " "})
    session = await world.pay(spec, "link-3", name="Zoé Tremblay", address="12, rue Fabre")
    assert session["custom_text"]["submit"]["message"] == spec.identity_reason
    details = session["customer_details"]
    assert (details["individual_name"], details["address"]["line1"]) == ("Zoé Tremblay", "12, rue Fabre")
    [paid] = [fact for fact in await world.facts() if isinstance(fact, GiftPaid)]
    assert "Zoé" not in repr(paid) and "Fabre" not in repr(paid), "the bot keeps neither"


async def test_page_of_a_small_gift_asks_for_no_name(world: World) -> None:
    session = await world.pay(SPEC, name="", address="")
    assert (session["status"], session["billing_address_collection"]) == ("complete", "auto")
