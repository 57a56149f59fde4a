"""Cash, cheques and transfers that staff enter: nothing counts before a button, and nobody becomes a donor by it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.staff import Role
from bot.store.core import audit
from bot.store.money import offline as rows
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.staff.notices import KINDS
from payments.ledger import Origin
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, all_gifts, approvals_waiting, example, hire, notices_of, queued
from tests.usecases.staff.offline_setup import (
    INES,
    accounts,
    action,
    actions,
    add,
    campaign_now,
    command,
    said,
    tap,
    with_team,
    write,
)


@pytest.fixture
async def campaign(ctx: Context, campaign: Campaign) -> Campaign:
    return await with_team(ctx, campaign)


# --- adding -----------------------------------------------------------------------------------------
async def test_nothing_counts_before_the_button_and_a_second_tap_changes_nothing(
    ctx: Context, campaign: Campaign
) -> None:
    review = await command(ctx, "50 interac")
    assert "50 $ par virement" in said(review) and "deuxième" not in said(review)
    assert await all_gifts(ctx) == []
    for _ in range(2):
        done = await tap(ctx, action(review, ":go"))
        assert done.card.title == "Ajouté" and "50 $" in said(done) and done.mode == "edit"
    (gift,) = await all_gifts(ctx)
    assert (gift.book.origin, gift.book.amount, gift.supporter_id) == (Origin.TRANSFER, 5_000, None)
    assert await accounts(ctx) == {"gifts": -5_000, "bank": 5_000}  # a transfer is at the bank
    now = await campaign_now(ctx, campaign)
    assert (now.raised.minor, now.offline.minor, now.gift_count, now.donor_count) == (5_000, 5_000, 1, 0)
    assert await queued(ctx) == {}, "nobody is thanked"
    async with ctx.db.read() as conn:
        (act,) = await audit.latest(conn, 9, action="offline.")
    assert (act.action, act.actor, act.details["way"]) == ("offline.added", "Camille", "transfer")


async def test_concurrent_taps_add_once(ctx: Context, campaign: Campaign) -> None:
    go = action(await command(ctx, "20 cash"), ":go")
    shown = await asyncio.gather(*(tap(ctx, go) for _ in range(3)))
    assert len(await all_gifts(ctx)) == 1
    assert {reply.card.title for reply in shown} == {"Ajouté"}, (
        "nobody is asked about the gift that they have just added"
    )


async def test_nine_equal_cheques_are_nine_gifts_on_one_slip(ctx: Context, campaign: Campaign) -> None:
    done, made = await add(ctx, "8 x 20 chèque")
    assert len(made) == 8 and "8 dons de 20 $ par chèque (160 $ en tout)" in said(done)
    asked = await tap(ctx, action(done, "of:a"))
    assert asked.form is not None
    review = await write(ctx, "20")
    assert "Bordereau de dépôt 1" in said(review)
    await tap(ctx, action(review, ":go"))  # the same amount on the same slip is not asked about
    assert len(await all_gifts(ctx)) == 9
    assert await accounts(ctx) == {"gifts": -18_000, "undeposited": 18_000}
    (waiting,) = [b for b in (await command(ctx, verb="deposit")).card.buttons if "of:b" in str(b.action)]
    assert waiting.label.replace("\u00a0", " ") == "Déposer le bordereau 1 : 180 $"
    asked = await tap(ctx, str(waiting.action))
    for _ in range(2):
        await tap(ctx, action(asked, f":{ctx.clock():%Y-%m-%d}"))
    assert await accounts(ctx) == {"gifts": -18_000, "bank": 18_000}
    assert "à la banque" in said(await command(ctx, verb="deposit"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("0 cash", "supérieur à zéro"),
        ("-5 cash", "supérieur à zéro"),
        ("2000000 cash", "trop pour un seul don"),
        ("50 EUR cash", "compte en CAD"),
        ("beaucoup cash", "pas compris"),
        ("0 x 50 cash", "de 1 à 50"),
        ("999 x 50 cash", "de 1 à 50"),
        ("50", "Comment est-il arrivé"),
        ("50 cash cheque", "Comment est-il arrivé"),
    ],
)
async def test_unclear_entry_is_asked_about(ctx: Context, campaign: Campaign, typed: str, answer: str) -> None:
    reply = await command(ctx, typed)
    assert answer in said(reply) and ":go" not in actions(reply)
    assert await all_gifts(ctx) == []


async def test_ambiguous_amount_is_chosen(ctx: Context, campaign: Campaign) -> None:
    asked = await command(ctx, "1,000 cash")
    assert "deux façons" in said(asked)
    reading = str(asked.card.buttons[0].action)
    for forged in ("0", "9" * 19, "9" * 40, ""):
        assert ":go" not in actions(await tap(ctx, f"{reading.rpartition('=')[0]}={forged}"))
    review = await tap(ctx, reading)
    await tap(ctx, action(review, ":go"))
    assert [gift.book.amount for gift in await all_gifts(ctx)] == [100]


async def test_day_received_is_typed_and_checked(ctx: Context, campaign: Campaign) -> None:
    review = await command(ctx, "20 cash")
    received = action(review, ":received")
    for typed, answer in (("2099-01-01", "pas encore arrivé"), ("2001-01-01", "deux ans"), ("bientôt", "pas compris")):
        await tap(ctx, received)
        assert answer in said(await write(ctx, typed))
    await tap(ctx, received)
    day = (ctx.clock() - timedelta(days=9)).date()
    review = await write(ctx, day.isoformat())
    await tap(ctx, action(review, ":banked"))
    assert "avant d’être reçu" in said(await write(ctx, (day - timedelta(days=1)).isoformat()))
    review = await tap(ctx, received.replace(":received", ":banked=none"))
    await tap(ctx, action(review, ":go"))
    (gift,) = await all_gifts(ctx)
    assert gift.book.paid_at is not None and gift.book.paid_at.date() == day
    async with ctx.db.read() as conn:
        assert await rows.received(conn, day, 9) == [gift.id]


async def test_transfer_is_at_the_bank_on_the_day_received(ctx: Context, campaign: Campaign) -> None:
    asked = await command(ctx, "20")
    review = await tap(ctx, action(asked, "way=transfer"))
    chosen = await tap(ctx, action(review, ":received"))
    typed = await tap(ctx, action(chosen, "=typed"))
    assert typed.form is not None, "where windows open, another day is typed in one"
    day = (ctx.clock() - timedelta(days=9)).date()
    review = await write(ctx, day.isoformat())
    await tap(ctx, action(review, ":go"))
    async with ctx.db.read() as conn:
        (row,) = (await rows.by_gifts(conn, await rows.latest(conn, 9))).values()
    assert (row.received_on, row.banked_on) == (day, day)


async def test_gift_after_the_end_counts_as_late_and_one_before_it_does_not(ctx: Context, clock: MovingClock) -> None:
    await hire(ctx, CAMILLE, finance=True)
    ended = await publish.publish(ctx, example().model_copy(update={"ends_on": clock().date()}))
    clock.move(days=3)
    asked = await command(ctx, "20 cash")
    assert "Pour quelle collecte" in said(asked), "a closed campaign is never chosen automatically"
    review = await tap(ctx, action(asked, f"campaign={ended.id}"))
    assert "marqué en retard" in said(review)
    before = (clock() - timedelta(days=4)).date().isoformat()
    await tap(ctx, action(review, ":received"))
    review = await write(ctx, before)
    assert "retard" not in said(review)
    await tap(ctx, action(review, ":go"))
    (gift,) = await all_gifts(ctx)
    assert not gift.late and (await campaign_now(ctx, ended)).raised.minor == 2_000


@pytest.mark.parametrize("note", ["jean@example.org", "514 555-1234"])
async def test_note_that_identifies_someone_is_refused(ctx: Context, campaign: Campaign, note: str) -> None:
    await tap(ctx, action(await command(ctx, "20 cash"), ":note"))
    assert "désigne une personne" in said(await write(ctx, note))
    hostile = "*_<b>=1+1</b> [x](tg://user?id=1)"
    review = await write(ctx, hostile)
    assert hostile in said(review)
    await tap(ctx, action(review, ":go"))
    async with ctx.db.read() as conn:
        (number,) = await rows.latest(conn, 9)
        assert (await rows.by_gifts(conn, [number]))[number].note == hostile


async def test_same_gift_within_the_hour_is_asked_about(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    await add(ctx, "20 cheque")
    clock.move(minutes=5)
    review = await command(ctx, "20 cheque", INES)
    asked = await tap(ctx, action(review, ":go"), INES)
    assert "Camille added the same gift 5 minutes ago" in said(asked) and len(await all_gifts(ctx)) == 1
    await tap(ctx, action(asked, ":go!"), INES)
    assert len(await all_gifts(ctx)) == 2
    clock.move(hours=2)
    await add(ctx, "20 cheque")
    assert len(await all_gifts(ctx)) == 3


# --- a second person --------------------------------------------------------------------------------
async def test_second_person_confirms_what_they_read(ctx: Context, campaign: Campaign) -> None:
    review = await command(ctx, "2 x 300 cheque")  # the total counts
    assert ":go" not in actions(review) and "Au-delà de 500 $" in said(review)
    draft = action(review, ":ask").removesuffix(":ask")
    await tap(ctx, f"{draft}:go")
    await tap(ctx, f"{draft}:ok=1")
    assert await all_gifts(ctx) == [], "its author is not the second person"
    for _ in range(2):
        assert "L’accord est demandé" in said(await tap(ctx, f"{draft}:ask"))
    assert await approvals_waiting(ctx) == 1
    (notice,) = await notices_of(ctx, "offline_second")
    card = await KINDS["offline_second"](ctx, notice, "en")
    assert "Camille wants to add $600" in " ".join(card.lines).replace("\u00a0", " ")
    shown = await tap(ctx, str(card.buttons[0].action), INES)
    assert shown.mode == "new" and "Entered by Camille" in said(shown)
    approve = action(shown, ":ok")
    await tap(ctx, action(review, ":note"))
    await write(ctx, "boîte rouge")  # changed meanwhile
    assert await approvals_waiting(ctx) == 0, "nobody was asked about this"
    again = await tap(ctx, approve, INES)
    assert await all_gifts(ctx) == [] and "boîte rouge" in said(again)
    await tap(ctx, action(again, ":ok"), INES)
    assert len(await all_gifts(ctx)) == 2
    async with ctx.db.read() as conn:
        row = next(iter((await rows.by_gifts(conn, await rows.latest(conn, 9))).values()))
    assert row.approved_by is not None and row.approved_by != row.entered_by


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
async def test_member_without_the_finance_right_cannot_add(ctx: Context, campaign: Campaign, role: Role) -> None:
    bo = replace(INES, external_id="99")
    await hire(ctx, bo, role, label="Bo")
    for verb in ("add", "deposit"):
        assert "This takes the finance right" in said(await command(ctx, "50 cash", bo, verb))
    go = action(await command(ctx, "50 cash"), ":go")
    await tap(ctx, go, bo)
    assert await all_gifts(ctx) == []
