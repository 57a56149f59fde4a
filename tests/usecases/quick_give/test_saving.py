"""Saving a card: whose it becomes, what it takes, and every way in which it is removed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact
from bot.domain.quick_give import Removal
from bot.store.db import Database
from bot.store.quick_give.tables import card_terms, saved_card
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.monthly import adult
from bot.usecases.quick_give import removing, saving
from bot.usecases.reply import Reply
from bot.usecases.supporters import age, deceased, forgetting
from payments.facts import CardDetached, CustomerDeleted
from payments.stripe import GatewayUnavailable
from tests.conftest import MovingClock
from tests.usecase_setup import RecordingGateway, hire, make_context
from tests.usecases.supporters.test_merging import become_one

ALICE = Contact(platform="telegram", external_id="1", locale="fr", private=True, name="Alice")
BOB = Contact(platform="telegram", external_id="2", locale="en", private=True, name="Bob")


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, stripe: RecordingGateway) -> Context:
    ctx = replace(make_context(db, clock, gateway=stripe), quick_give=True)
    ctx.identity.telegram_username = "obole_bot"
    return ctx


async def tap(ctx: Context, contact: Contact, what: str) -> Reply:
    return await router.on_action(ctx, contact, f"card:{what}")


def says(reply: Reply) -> str:
    return "\n".join((reply.card.title, *reply.card.lines))


async def ask(ctx: Context, contact: Contact, stripe: RecordingGateway) -> str:
    """Say that they are 18, ask for the page, and return the code it leads back with."""
    reply = await tap(ctx, contact, "adult")
    assert (reply.card.buttons[0].url or "").startswith("https://pay.example/cs_")
    found = re.fullmatch(r"https://t\.me/obole_bot\?start=q_([0-9A-Z-]+)", stripe.setup_pages[-1].return_url)
    assert found is not None
    return found[1]


async def come_back(ctx: Context, contact: Contact, code: str) -> Reply:
    """Follow Stripe's page back, and take every button that leads on to the claim."""
    reply = await router.on_start(ctx, contact, f"q_{code}")
    actions = [button.action for button in reply.card.buttons if button.action]
    if f"card:claim:{code}" not in actions:
        return reply
    reply = await tap(ctx, contact, f"claim:{code}")
    if f"card:adult:{code}" in [button.action for button in reply.card.buttons]:
        reply = await tap(ctx, contact, f"adult:{code}")
    return reply


async def save(ctx: Context, contact: Contact, stripe: RecordingGateway, last4: str = "4242") -> Reply:
    code = await ask(ctx, contact, stripe)
    stripe.save_card(len(stripe.setup_pages), last4)
    return await come_back(ctx, contact, code)


async def cards(ctx: Context) -> list[Any]:
    async with ctx.db.read() as conn:
        return list(await conn.execute(select(saved_card).order_by(saved_card.c.id)))


async def owner_of(ctx: Context, contact: Contact) -> int:
    return (await find_or_join(ctx, contact)).id


# --- saving ---
async def test_card_is_saved_and_shown(ctx: Context, stripe: RecordingGateway) -> None:
    assert "•" not in says(await router.on_command(ctx, ALICE, "carte", ""))
    reply = await save(ctx, ALICE, stripe)
    assert "Visa •4242" in says(reply) and "Compte\u00a0: Alice." in says(reply)
    assert "20\u00a0$ par jour" in says(reply) and "60\u00a0$ par mois" in says(reply)
    (card,) = await cards(ctx)
    assert (card.supporter_id, card.payment_method, card.last4) == (await owner_of(ctx, ALICE), "pm_1", "4242")
    assert card.code_hash is None
    shown = await router.on_command(ctx, ALICE, "carte", "")
    assert "Visa •4242" in says(shown) and "09/31" in says(shown)


async def test_agreed_terms_are_those_of_the_page(ctx: Context, stripe: RecordingGateway, clock: MovingClock) -> None:
    code = await ask(ctx, ALICE, stripe)
    shown_at = ctx.clock()
    clock.now += timedelta(minutes=3)
    stripe.save_card(1)
    await come_back(ctx, ALICE, code)
    async with ctx.db.read() as conn:
        terms = (await conn.execute(select(card_terms))).one()
    assert terms.terms == stripe.setup_pages[0].terms
    assert (terms.version, terms.shown_at, terms.agreed_at) == (1, shown_at, ctx.clock())


async def test_terms_name_the_account_by_its_number_if_its_name_shows_nothing(
    ctx: Context, stripe: RecordingGateway
) -> None:
    await ask(ctx, replace(ALICE, name="\u3164"), stripe)
    assert "Compte\u00a0: 1." in stripe.setup_pages[-1].terms


async def test_card_belongs_to_the_account_that_claims_it(ctx: Context, stripe: RecordingGateway) -> None:
    """Alice asks for the page and passes it on. Bob pays attention to nothing, and saves his card."""
    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    assert "Visa •4242" in says(await come_back(ctx, BOB, code))
    (card,) = await cards(ctx)
    assert card.supporter_id == await owner_of(ctx, BOB)
    assert "•" not in says(await router.on_command(ctx, ALICE, "carte", ""))
    assert "•" not in says(await come_back(ctx, ALICE, code))
    assert "•" not in says(await tap(ctx, ALICE, f"claim:{code}"))
    assert (await cards(ctx))[0].supporter_id == await owner_of(ctx, BOB)
    await tap(ctx, ALICE, "sure")  # what she removes is hers
    assert (await cards(ctx))[0].removed_at is None


async def test_card_is_nobodys_until_it_is_claimed(ctx: Context, stripe: RecordingGateway) -> None:
    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    asked = await router.on_start(ctx, ALICE, f"q_{code}")
    assert "Visa •4242" in says(asked)
    (card,) = await cards(ctx)
    assert (card.supporter_id, card.claimed_at, card.payment_method) == (None, None, None)


async def test_second_tap_on_the_claim_changes_nothing(ctx: Context, stripe: RecordingGateway) -> None:
    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    await come_back(ctx, ALICE, code)
    before = await cards(ctx)
    assert "Visa •4242" in says(await tap(ctx, ALICE, f"claim:{code}"))
    assert await cards(ctx) == before


async def test_claim_waits_for_stripes_page(ctx: Context, stripe: RecordingGateway) -> None:
    code = await ask(ctx, ALICE, stripe)
    early = await router.on_start(ctx, ALICE, f"q_{code}")
    assert [button.action for button in early.card.buttons] == [f"card:back:{code}"]
    await tap(ctx, ALICE, f"claim:{code}")
    stripe.save_card(1)
    assert "•4242" in says(await tap(ctx, ALICE, f"back:{code}"))


@pytest.mark.parametrize("code", ["", "7", "K7QF-2M9X-K7QF-2M9X", "🎲", "a" * 60])
async def test_unknown_code_claims_nothing(ctx: Context, stripe: RecordingGateway, code: str) -> None:
    await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    for reply in (await router.on_start(ctx, BOB, f"q_{code}"), await tap(ctx, BOB, f"claim:{code}")):
        assert "•" not in says(reply)
    await tap(ctx, BOB, f"adult:{code}")
    assert all(card.claimed_at is None for card in await cards(ctx))


async def test_claim_after_a_day_is_refused(ctx: Context, stripe: RecordingGateway, clock: MovingClock) -> None:
    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    clock.now += timedelta(hours=24)
    assert "•" not in says(await come_back(ctx, ALICE, code))


async def test_new_card_replaces_the_old_one(ctx: Context, stripe: RecordingGateway) -> None:
    await save(ctx, ALICE, stripe)
    await save(ctx, ALICE, stripe, "5555")
    assert "•5555" in says(await router.on_command(ctx, ALICE, "carte", ""))
    assert [card.removed_why for card in await cards(ctx)] == [Removal.REPLACED, None]
    await removing.remove_at_stripe(ctx)
    assert (stripe.detached, stripe.deleted_customers) == (["pm_1"], [])


@pytest.mark.parametrize("answer", ["minor", "save"])
async def test_minors_save_no_card(ctx: Context, stripe: RecordingGateway, answer: str) -> None:
    await tap(ctx, ALICE, answer)
    assert stripe.setup_pages == []
    code = await ask(ctx, BOB, stripe)
    stripe.save_card(1)
    await tap(ctx, ALICE, f"claim:{code}")
    await tap(ctx, ALICE, f"minor:{code}")
    await tap(ctx, ALICE, f"adult:{code}")  # a *no* stays
    assert all(card.claimed_at is None for card in await cards(ctx))


async def test_pages_are_limited(ctx: Context, stripe: RecordingGateway) -> None:
    await tap(ctx, ALICE, "adult")
    for _ in range(10):
        await tap(ctx, ALICE, "save")
    assert len(stripe.setup_pages) == 5


@pytest.mark.parametrize("method", ["create_customer", "create_setup_page", "card_saved_by"])
async def test_stripe_outage_is_explained_and_can_be_retried(
    ctx: Context, stripe: RecordingGateway, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    async def fails(*_: object) -> None:
        raise GatewayUnavailable("down")

    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    with monkeypatch.context() as patched:
        patched.setattr(stripe, method, fails)
        step = f"claim:{code}" if method == "card_saved_by" else "save"
        reply = await tap(ctx, ALICE, step)
    assert [button.action for button in reply.card.buttons] == [f"card:{step}"]
    assert "•4242" in says(await come_back(ctx, ALICE, code))


async def test_discord_has_no_way_back_yet(ctx: Context, stripe: RecordingGateway) -> None:
    await tap(ctx, replace(ALICE, platform="discord"), "adult")
    assert (stripe.setup_pages, await cards(ctx)) == ([], [])


async def test_switched_off_nothing_is_offered(ctx: Context, stripe: RecordingGateway, campaign: Campaign) -> None:
    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    off = replace(ctx, quick_give=False)
    for reply in (await tap(off, ALICE, "save"), await router.on_start(off, ALICE, f"q_{code}")):
        assert [button.action for button in reply.card.buttons] == ["see"]
    unknown = await router.on_command(off, ALICE, "foobar", "")
    assert (await router.on_command(off, ALICE, "carte", "")).card == unknown.card
    assert len(stripe.setup_pages) == 1


# --- removing ---
async def test_holder_removes_their_card(ctx: Context, stripe: RecordingGateway) -> None:
    await save(ctx, ALICE, stripe)
    sure = await tap(ctx, ALICE, "remove")
    assert "•4242" in says(sure) and (await cards(ctx))[0].removed_at is None
    await tap(ctx, ALICE, "sure")
    assert (await cards(ctx))[0].removed_why == Removal.DONOR
    assert "•" not in says(await router.on_command(ctx, ALICE, "carte", ""))
    assert await removing.remove_at_stripe(ctx) == 1
    assert await removing.remove_at_stripe(ctx) == 0
    assert stripe.detached == ["pm_1"]


async def test_unclaimed_card_is_deleted_after_a_day(
    ctx: Context, stripe: RecordingGateway, clock: MovingClock
) -> None:
    code = await ask(ctx, ALICE, stripe)
    stripe.save_card(1)
    clock.now += timedelta(hours=23, minutes=59)
    assert await removing.remove_due(ctx) == 0
    clock.now += timedelta(minutes=1)
    assert await removing.remove_due(ctx) == 1
    await removing.remove_at_stripe(ctx)
    (card,) = await cards(ctx)
    assert stripe.ended_pages == ["cs_1"] and stripe.deleted_customers == [card.customer]
    assert (card.removed_why, card.gone_at) == (Removal.UNCLAIMED, ctx.clock())
    clock.now -= timedelta(hours=10)  # a clock that jumps back revives nothing
    assert "•" not in says(await come_back(ctx, ALICE, code))


async def test_unused_card_is_removed_after_a_year(ctx: Context, stripe: RecordingGateway, clock: MovingClock) -> None:
    await save(ctx, ALICE, stripe)
    clock.now += timedelta(days=364)
    assert await removing.remove_due(ctx) == 0
    clock.now += timedelta(days=1)
    assert await removing.remove_due(ctx) == 1
    assert (await cards(ctx))[0].removed_why == Removal.UNUSED


@pytest.mark.parametrize("by", ["card", "customer", "another program's customer"])
async def test_card_that_is_gone_at_stripe_is_gone_here(ctx: Context, stripe: RecordingGateway, by: str) -> None:
    await save(ctx, ALICE, stripe)
    (card,) = await cards(ctx)
    fact = (
        CardDetached(event_id="evt_1", at=ctx.clock(), payment_method=card.payment_method)
        if by == "card"
        else CustomerDeleted(event_id="evt_1", at=ctx.clock(), customer=card.customer, ours=by == "customer")
    )
    async with ctx.db.write() as conn:
        await removing.record_events(ctx, conn, [fact])
    (card,) = await cards(ctx)
    assert (card.removed_why, card.gone_at is None) == (
        (None, True) if by.startswith("another") else (Removal.STRIPE, False)
    )
    assert await removing.remove_at_stripe(ctx) == 0


async def test_forgotten_person_leaves_no_card(ctx: Context, stripe: RecordingGateway) -> None:
    await save(ctx, ALICE, stripe)
    await ask(ctx, ALICE, stripe)
    theirs = await save(ctx, BOB, stripe, "5555")
    assert "•5555" in says(theirs)
    await forgetting.forget(ctx, await owner_of(ctx, ALICE))
    mine, asked, other = await cards(ctx)
    for card in (mine, asked):
        assert (card.supporter_id, card.asked_by, card.last4, card.payer, card.code_hash) == (None,) * 5
        assert card.removed_why == Removal.FORGOTTEN
    assert (other.supporter_id, other.removed_at) == (await owner_of(ctx, BOB), None)
    async with ctx.db.read() as conn:
        assert list((await conn.execute(select(card_terms.c.card_id))).scalars()) == [other.id]
    await removing.remove_at_stripe(ctx)
    assert sorted(stripe.deleted_customers) == sorted([mine.customer, asked.customer])


async def test_page_of_a_forgotten_person_claims_nothing(ctx: Context, stripe: RecordingGateway) -> None:
    code = await ask(ctx, ALICE, stripe)
    await forgetting.forget(ctx, await owner_of(ctx, ALICE))
    stripe.save_card(1)
    assert "•" not in says(await come_back(ctx, BOB, code))


@pytest.mark.parametrize("kept", ["first", "other", "both"])
async def test_linked_accounts_keep_one_card(ctx: Context, stripe: RecordingGateway, kept: str) -> None:
    first, other = await owner_of(ctx, ALICE), await owner_of(ctx, BOB)
    if kept != "other":
        await save(ctx, ALICE, stripe)
    if kept != "first":
        await save(ctx, BOB, stripe, "5555")
    await become_one(ctx, first, other)
    last4 = "5555" if kept == "other" else "4242"
    assert f"•{last4}" in says(await router.on_command(ctx, BOB, "card", ""))
    live = [card for card in await cards(ctx) if card.removed_at is None]
    assert [(card.supporter_id, card.last4) for card in live] == [(first, last4)]


async def bar(ctx: Context, holder: int, how: str) -> None:
    """Record, in one of the ways there are, that a card's holder is under 18 or has died."""
    nadia = await hire(ctx, replace(BOB, external_id="900"))
    match how:
        case "died":
            await deceased.record(ctx, holder, "family", nadia)
        case "staff learned":
            await age.correct(ctx, holder, nadia, is_adult=False)
        case "said here":
            await tap(ctx, ALICE, "minor:")
        case "said of a monthly gift":
            await adult.store(ctx, await find_or_join(ctx, ALICE), is_adult=False)
        case "merged with a minor" | "merged with a deceased":
            other = await owner_of(ctx, BOB)
            if how.endswith("minor"):
                await age.correct(ctx, other, nadia, is_adult=False)
            else:
                await deceased.record(ctx, other, "family", nadia)
            await become_one(ctx, holder, other)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("died", Removal.DECEASED),
        ("staff learned", Removal.MINOR),
        ("said here", Removal.MINOR),
        ("said of a monthly gift", Removal.MINOR),
        ("merged with a minor", Removal.MINOR),
        ("merged with a deceased", Removal.DECEASED),
    ],
)
async def test_card_of_a_minor_or_deceased_is_removed(
    ctx: Context, stripe: RecordingGateway, how: str, why: Removal
) -> None:
    await save(ctx, ALICE, stripe)
    await bar(ctx, await owner_of(ctx, ALICE), how)
    (card,) = await cards(ctx)
    assert (card.removed_why, card.removed_at) == (why, ctx.clock())
    await removing.remove_at_stripe(ctx)
    assert stripe.detached == ["pm_1"]


async def test_card_of_an_adult_stays(ctx: Context, stripe: RecordingGateway) -> None:
    await save(ctx, ALICE, stripe)
    holder = await owner_of(ctx, ALICE)
    await become_one(ctx, holder, await owner_of(ctx, BOB))
    await adult.store(ctx, await find_or_join(ctx, ALICE), is_adult=True)
    assert [card.removed_at for card in await cards(ctx)] == [None]


async def test_code_and_customer_are_in_no_log(
    ctx: Context, stripe: RecordingGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    await save(ctx, ALICE, stripe)
    assert "cus_" not in caplog.text and "q_" not in caplog.text and saving.PURPOSE != ""
