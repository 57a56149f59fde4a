"""Owners refund gifts in chat after confirming amount and reason; notices about money problems."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.people import Contact, Locale
from bot.domain.staff import Role
from bot.platforms.discord.render import render as on_discord
from bot.store.core import audit
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.gifts import gifts
from bot.store.staff import staff
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.core.join import find_or_join
from bot.usecases.money import refunds
from bot.usecases.reply import Reply
from bot.usecases.staff import access_check
from bot.usecases.staff.notices import KINDS
from bot.usecases.supporters.merging import merge
from content.cards import Card
from payments.stripe import GatewayRefused, GatewayUnavailable
from tests.conftest import MovingClock
from tests.giving import give, refund
from tests.usecase_setup import (
    CAMILLE,
    RecordingGateway,
    approvals_waiting,
    hire,
    make_context,
    notices_of,
    open_campaign,
)

INES = Contact(platform="telegram", external_id="43", locale="fr", private=True)


class Stripe(RecordingGateway):
    """A Stripe that refuses refunds on demand."""

    says: Exception | None = None

    async def refund(self, payment_intent: str, minor: int | None, idempotency_key: str) -> str:
        refund_id = await super().refund(payment_intent, minor, idempotency_key)
        if self.says is not None:
            raise self.says
        return refund_id


@pytest.fixture
def stripe() -> Stripe:
    return Stripe()


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, stripe: Stripe) -> Context:
    ctx = make_context(db, clock, gateway=stripe)
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    return ctx


@pytest.fixture
async def campaign(ctx: Context) -> Campaign:
    return await open_campaign(ctx, ends_on=None)


@pytest.fixture
async def gift(ctx: Context, campaign: Campaign) -> Gift:
    return await give(ctx, campaign, None, 2_000)


async def tap(ctx: Context, argument: str, who: Contact = CAMILLE) -> Reply:
    return await access_check.on_action(ctx, who, "rf", argument)


async def write(ctx: Context, text: str) -> Reply:
    person = await member(ctx, CAMILLE)
    assert person is not None
    reply = await access_check.on_text(ctx, CAMILLE, person, text)
    assert reply is not None
    return reply


def first(reply: Reply) -> str:
    return (reply.card.buttons[0].action or "").removeprefix("rf:")


def said(reply: Reply) -> str:
    return " ".join(str(line) for line in reply.card.lines).replace("\u00a0", " ")


async def test_owner_refunds_a_whole_gift(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    why = await tap(ctx, first(await tap(ctx, str(gift.id))))
    sure = await tap(ctx, first(why))
    assert sure.card.title.replace("\u00a0", " ") == "Rembourser 20 $?" and not stripe.refunds
    for _ in range(2):  # a second tap changes nothing
        assert "Stripe rembourse 20 $" in said(await tap(ctx, first(sure)))
    assert [(pi, minor) for pi, minor, _ in stripe.refunds] == [(gift.book.payment_intent, 2_000)]
    assert "déjà remboursé" in said(await tap(ctx, str(gift.id)))
    async with ctx.db.read() as conn:
        acts = {act.action: act for act in await audit.latest(conn, 9, action="refund.")}
    assert acts["refund.ordered"].actor == "Camille"
    assert acts["refund.ordered"].details == {"gift": str(gift.id), "minor": 2_000, "reason": "double"}


async def test_refund_command_takes_an_optional_number(ctx: Context, gift: Gift) -> None:
    assert first(await access_check.on_command(ctx, CAMILLE, "refund", f"n° {gift.id}")) == f"{gift.id}:2000"
    unknown = await access_check.on_command(ctx, CAMILLE, "refund", "404")
    assert "Aucun don ne correspond" in said(unknown)
    assert first(unknown) == str(gift.id), "the latest gifts are shown"
    await access_check.on_command(ctx, CAMILLE, "refund", "")
    assert first(await write(ctx, str(gift.id))) == f"{gift.id}:2000"


async def test_latest_gifts_are_buttons(ctx: Context, campaign: Campaign, gift: Gift) -> None:
    newer = [(await give(ctx, campaign, None, 1_000 + number)).id for number in range(4)]
    shown = await access_check.on_command(ctx, CAMILLE, "refund", "")
    assert shown is not None
    assert [b.action for b in shown.card.buttons] == [*(f"rf:{n}" for n in reversed(newer)), "rf:find", "nvm"]
    assert "10,03" in shown.card.buttons[0].label
    assert on_discord(shown.card)
    asked = await tap(ctx, "find")
    assert asked.form is not None
    assert asked.form.answers == "rf:"


async def test_gifts_are_found_by_day_and_amount(
    ctx: Context, campaign: Campaign, gift: Gift, clock: MovingClock
) -> None:
    day = clock().astimezone(ZoneInfo(ctx.zone)).date()
    clock.move(days=40)
    later = await give(ctx, campaign, None, 1_500)
    for typed in (f"{day:%Y-%m-%d}", f"{day:%b} {day.day}", "20 $", "20"):
        await access_check.on_command(ctx, CAMILLE, "refund", "")
        found = await write(ctx, typed)
        assert "correspondent" in said(found), typed
        assert [b.action for b in found.card.buttons][:-2] == [f"rf:{gift.id}"], typed
    for typed in ("aujourd’hui", "today", "15,00 $"):
        found = await write(ctx, typed)
        assert [b.action for b in found.card.buttons][:-2] == [f"rf:{later.id}"], typed
    assert "Aucun don" in said(await write(ctx, "hier"))
    assert "Aucun don" in said(await write(ctx, "quelque chose"))


async def test_number_of_a_case_and_amount_are_both_offered(ctx: Context, campaign: Campaign, gift: Gift) -> None:
    async with ctx.db.write() as conn:
        case = await gifts.open_case(conn, gift_id=gift.id, supporter_id=None, kind="dispute", at=ctx.clock())
    assert first(await access_check.on_command(ctx, CAMILLE, "refund", str(case)) or Reply(card=Card())) == (
        f"{gift.id}:2000"
    )
    same = await give(ctx, campaign, None, case * 100)
    found = await access_check.on_command(ctx, CAMILLE, "refund", str(case))
    assert found is not None
    assert [b.action for b in found.card.buttons][:-2] == [f"rf:{gift.id}", f"rf:{same.id}"]


async def test_case_shows_other_gifts_of_that_week(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    person = await find_or_join(ctx, replace(CAMILLE, external_id="77"))
    early = await give(ctx, campaign, person.id, 500)
    clock.move(days=9)
    twin, gift = await give(ctx, campaign, person.id, 2_000), await give(ctx, campaign, person.id, 2_000)
    async with ctx.db.write() as conn:
        number = await gifts.open_case(conn, gift_id=gift.id, supporter_id=person.id, kind="paid_twice", at=ctx.clock())
    shown = await access_check.on_action(ctx, CAMILLE, "cs", str(number))
    assert shown is not None
    assert "Autres dons" in said(shown)
    refundable = [b.action for b in shown.card.buttons if (b.action or "").startswith("rf:")]
    assert refundable == [f"rf:{twin.id}", f"rf:{gift.id}"]
    assert f"rf:{early.id}" not in refundable
    assert on_discord(shown.card)


async def test_partial_refund_takes_a_typed_reason_and_two_owners(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    await tap(ctx, f"{gift.id}:part")
    assert "Je n’ai pas compris" in said(await write(ctx, "beaucoup"))
    assert "Je n’ai pas compris" in said(await write(ctx, "25 $"))
    why = await write(ctx, "7,50")
    assert first(why) == f"{gift.id}:750:double"
    await hire(ctx, INES, Role.OWNER, label="Inès")
    await tap(ctx, f"{gift.id}:750:other")
    sure = await write(ctx, "elle voulait donner moins")
    assert "elle voulait donner moins" in said(sure)
    assert "C’est" not in said(sure) and not any("go:" in str(b.action) for b in sure.card.buttons)
    order = first(sure).removeprefix("ask:")
    await tap(ctx, f"go:{order}")
    assert stripe.refunds == [], "its author is not the second owner"
    await tap(ctx, f"go:{order}", INES)
    assert [minor for _, minor, _ in stripe.refunds] == [750]
    assert "On peut encore rembourser 12,50 $" in said(await tap(ctx, str(gift.id)))


async def second_wanted(ctx: Context) -> list[Notice]:
    return await notices_of(ctx, "refund_second")


async def proposed(ctx: Context, gift: Gift, why: str) -> str:
    """Return the number of the order that Camille proposed with a typed reason; Sam is another owner."""
    await hire(ctx, replace(INES, external_id="44"), Role.OWNER, label="Sam")
    await tap(ctx, f"{gift.id}:2000:other")
    return first(await write(ctx, why)).removeprefix("ask:")


@pytest.mark.parametrize(("locale", "title"), [("fr", "attend un accord"), ("en", "needs a second owner")])
async def test_second_owner_is_asked_and_confirms(
    ctx: Context, gift: Gift, stripe: Stripe, locale: Locale, title: str
) -> None:
    await hire(ctx, INES, Role.OWNER, label="Inès")
    order = await proposed(ctx, gift, "un geste")
    for _ in range(2):
        assert "L’accord est demandé" in said(await tap(ctx, f"ask:{order}"))
    assert await approvals_waiting(ctx) == 1
    (notice,) = await second_wanted(ctx)
    card = await KINDS["refund_second"](ctx, notice, locale)
    assert title in card.title and "Camille" in card.lines[0] and "un geste" in card.lines[1]
    shown = await tap(ctx, str(card.buttons[0].action).removeprefix("rf:"), INES)
    assert "un geste" in said(shown) and stripe.refunds == [] and shown.mode == "new"
    for _ in range(2):
        assert "Stripe rembourse 20 $" in said(await tap(ctx, first(shown), INES))
    assert len(stripe.refunds) == 1
    assert await approvals_waiting(ctx) == 0
    async with ctx.db.read() as conn:
        acts = [(act.action, act.actor) for act in await audit.latest(conn, 9, action="refund.")]
    assert acts.count(("refund.proposed", "Camille")) == acts.count(("refund.ordered", "Inès")) == 1


async def test_editor_or_own_other_account_is_no_second_owner(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    order = await proposed(ctx, gift, "un geste")
    await hire(ctx, INES, Role.EDITOR, label="Inès")
    await tap(ctx, f"go:{order}", INES)
    other_account = Contact(platform="discord", external_id="42", locale="fr", private=True)
    await hire(ctx, other_account, Role.OWNER, label="Camille")
    loser, winner = [await find_or_join(ctx, contact) for contact in (other_account, CAMILLE)]
    async with ctx.db.write_money() as conn:
        await merge(ctx, conn, loser.id, winner.id)
    assert "deuxième personne" in said(await tap(ctx, f"go:{order}", other_account))
    assert stripe.refunds == []


async def test_request_expires_after_a_week_and_its_author_is_notified(
    ctx: Context, gift: Gift, stripe: Stripe, clock: MovingClock
) -> None:
    await hire(ctx, INES, Role.OWNER, label="Inès")
    order, other = await proposed(ctx, gift, "un geste"), await proposed(ctx, gift, "jamais demandé")
    await tap(ctx, f"ask:{order}")
    clock.move(days=6, hours=23)
    assert await refunds.tick(ctx) == 0
    shown = await tap(ctx, f"see:{order}", INES)
    assert first(shown) == f"go:{order}"
    clock.move(hours=2)
    assert "a expiré" in said(await tap(ctx, f"go:{order}", INES)), "even before the job has run"
    for _ in range(2):
        await refunds.tick(ctx)
    (notice,) = await notices_of(ctx, "refund_expired")
    for locale in ("fr", "en"):
        card = await KINDS["refund_expired"](ctx, notice, locale)
        assert "Camille" in card.lines[0] and "un geste" in card.lines[1]
        assert card.buttons[0].action == f"rf:{gift.id}"
    for late in (f"see:{order}", f"go:{order}", f"go:{other}"):
        assert "a expiré" in said(await tap(ctx, late, INES))
    assert stripe.refunds == []
    again = await proposed(ctx, gift, "un geste")
    await tap(ctx, f"ask:{again}")
    await tap(ctx, f"go:{again}", INES)
    assert len(stripe.refunds) == 1


async def test_only_owner_is_told_to_name_a_second_one(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    other_account = Contact(platform="discord", external_id="42", locale="fr", private=True)
    await hire(ctx, other_account, Role.OWNER, label="Camille")
    loser, winner = [await find_or_join(ctx, contact) for contact in (other_account, CAMILLE)]
    async with ctx.db.write_money() as conn:
        await merge(ctx, conn, loser.id, winner.id)
    alone = await tap(ctx, f"{gift.id}:2000:other")
    assert "il n’y a que vous" in said(alone) and alone.form is None
    assert [b.action for b in alone.card.buttons] == ["tm:list", f"rf:{gift.id}:2000"]
    await hire(ctx, INES, Role.OWNER, label="Inès")
    assert "il n’y a que vous" not in said(await tap(ctx, f"{gift.id}:2000:other"))
    order = first(await write(ctx, "un geste")).removeprefix("ask:")
    async with ctx.db.write() as conn:
        gone = next(one for one in await staff.all_members(conn) if one.label == "Inès")
        await staff.remove(conn, gone.id, ctx.clock())
    assert "il n’y a que vous" in said(await tap(ctx, f"ask:{order}"))


@pytest.mark.parametrize("typed", ["double", "wrong", "theirs", "fraud"])
async def test_typed_keyword_still_needs_a_second_owner(ctx: Context, gift: Gift, stripe: Stripe, typed: str) -> None:
    order = await proposed(ctx, gift, typed)
    await tap(ctx, f"go:{order}")
    assert stripe.refunds == []


@pytest.mark.parametrize("reason", ["double", "wrong", "theirs", "fraud"])
async def test_mistakes_need_one_owner(ctx: Context, gift: Gift, stripe: Stripe, reason: str) -> None:
    offered = {str(b.action).rpartition(":")[2] for b in (await tap(ctx, f"{gift.id}:2000")).card.buttons}
    assert offered == {"double", "wrong", "theirs", "fraud", "other"}
    await tap(ctx, first(await tap(ctx, f"{gift.id}:2000:{reason}")))
    assert len(stripe.refunds) == 1


async def test_old_button_without_a_mistake_asks_why_again(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    again = await tap(ctx, f"{gift.id}:2000:asked")
    assert first(again) == f"{gift.id}:2000:double" and stripe.refunds == []


async def test_concurrent_owners_refund_once(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    one, two = [await tap(ctx, f"{gift.id}:2000:wrong") for _ in range(2)]
    await tap(ctx, first(one))
    assert "déjà remboursé" in said(await tap(ctx, first(two)))
    assert len(stripe.refunds) == 1


async def test_second_concurrent_partial_refund_is_shown_again(
    ctx: Context, gift: Gift, stripe: Stripe, clock: MovingClock
) -> None:
    one, two = [await tap(ctx, f"{gift.id}:500:wrong") for _ in range(2)]
    clock.move(seconds=20)
    await tap(ctx, first(one))
    again = await tap(ctx, first(two))
    assert "Quelqu’un de l’équipe" in said(again) and len(stripe.refunds) == 1
    clock.move(seconds=20)
    await tap(ctx, first(await tap(ctx, f"{gift.id}:500:wrong")))
    assert [minor for _, minor, _ in stripe.refunds] == [500, 500], "who has looked may"


async def test_gift_is_found_by_its_case_number(ctx: Context, gift: Gift) -> None:
    async with ctx.db.write() as conn:
        case = await gifts.open_case(conn, gift_id=gift.id, supporter_id=None, kind="paid_twice", at=ctx.clock())
    await tap(ctx, "")
    assert "Aucun don" in said(await write(ctx, "123456"))
    assert first(await write(ctx, f"dossier {case}")) == f"{gift.id}:2000"


async def test_stripe_refusal_is_shown(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    stripe.says = GatewayRefused("Insufficient funds")
    sure = await tap(ctx, f"{gift.id}:2000:wrong")
    assert "Insufficient funds" in said(await tap(ctx, first(sure)))
    stripe.says = GatewayUnavailable("away")
    sure = await tap(ctx, f"{gift.id}:2000:wrong")
    assert "ne répond pas" in said(await tap(ctx, first(sure)))


async def test_editors_and_refunded_gifts_get_no_refund(ctx: Context, gift: Gift, stripe: Stripe) -> None:
    await refund(ctx, gift)
    assert "déjà remboursé" in said(await tap(ctx, f"{gift.id}:2000:wrong"))
    await hire(ctx, CAMILLE, Role.EDITOR, label="Camille")
    assert not (await tap(ctx, str(gift.id))).card.buttons or not stripe.refunds


@pytest.mark.parametrize("kind", ["dispute", "fraud_warning", "refund_refused"])
async def test_refund_problems_are_explained(ctx: Context, gift: Gift, kind: str) -> None:
    until = ctx.clock().isoformat() if kind == "dispute" else None
    notice = Notice(
        id=1, key="k", kind=kind, args={"gift": gift.id, "until": until, "why": "unanswered"}, due_at=ctx.clock()
    )
    for locale in ("fr", "en"):
        card = await KINDS[kind](ctx, notice, locale)
        url = f"https://dashboard.stripe.com/test/payments/{gift.book.payment_intent}"
        assert card.buttons[0].url == url
        assert len(card.buttons) == 1 + (kind == "fraud_warning")
