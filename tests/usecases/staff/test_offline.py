"""Cash, cheques and transfers that staff enter: nothing counts before a button, and every correction is an entry."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.campaigns import Campaign
from bot.domain.gifts import Gift
from bot.domain.matching import MatchPeriod
from bot.domain.people import Contact
from bot.domain.staff import Role
from bot.platforms.discord.render import render as on_discord
from bot.store.campaigns import campaigns as campaign_rows
from bot.store.core import audit
from bot.store.gifts import journal
from bot.store.matching import matches
from bot.store.money import offline as rows
from bot.usecases.campaigns import publish
from bot.usecases.context import Context
from bot.usecases.core.access import member
from bot.usecases.money import offline
from bot.usecases.money.verify import verify
from bot.usecases.reply import Reply
from bot.usecases.reports.exports import EXPORTS, read
from bot.usecases.staff import access_check
from bot.usecases.staff.notices import KINDS
from payments.ledger import Origin
from payments.money import Money
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import CAMILLE, all_gifts, example, hire, notices_of, queued

INES = Contact(platform="discord", external_id="43", locale="en", private=True)


@pytest.fixture
async def campaign(ctx: Context, campaign: Campaign) -> Campaign:
    await hire(ctx, CAMILLE, label="Camille")
    await hire(ctx, INES, label="Inès")
    return campaign


async def command(ctx: Context, typed: str = "", who: Contact = CAMILLE, verb: str = "add") -> Reply:
    reply = await access_check.on_command(ctx, who, verb, typed)
    assert reply is not None
    return reply


async def tap(ctx: Context, action: str, who: Contact = CAMILLE) -> Reply:
    reply = await access_check.on_action(ctx, who, "of", action.removeprefix("of:"))
    assert reply is not None
    on_discord(reply.card)  # fits
    return reply


async def write(ctx: Context, text: str, who: Contact = CAMILLE) -> Reply:
    person = await member(ctx, who)
    assert person is not None
    reply = await access_check.on_text(ctx, who, person, text)
    assert reply is not None
    return reply


def action(reply: Reply, part: str) -> str:
    """Return the action of the only button whose action contains this."""
    (found,) = [b.action for b in reply.card.buttons if b.action is not None and part in b.action]
    return found


def actions(reply: Reply) -> str:
    return " ".join(str(button.action) for button in reply.card.buttons)


def said(reply: Reply) -> str:
    lines = (reply.card.title, *reply.card.lines, reply.card.note)
    return " ".join(lines).replace("\u00a0", " ").replace("\u202f", " ")


async def add(ctx: Context, typed: str, who: Contact = CAMILLE) -> tuple[Reply, list[Gift]]:
    """Add gifts as typed; return the reply and the new gifts."""
    before = {gift.id for gift in await all_gifts(ctx)}
    review = await command(ctx, typed, who)
    done = await tap(ctx, action(review, ":go"), who)
    return done, [gift for gift in await all_gifts(ctx) if gift.id not in before]


async def campaign_now(ctx: Context, campaign: Campaign) -> Campaign:
    async with ctx.db.read() as conn:
        return (await campaign_rows.by_ids(conn, [campaign.id]))[campaign.id]


async def accounts(ctx: Context) -> dict[str, int]:
    """Return the balances of the books, without zeros; and check that the books are right."""
    found = await verify(ctx)
    assert found.problems == ()
    return {account: minor for (account, _), minor in found.entries_sum.items() if minor}


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
    await asyncio.gather(*(tap(ctx, go) for _ in range(3)))
    assert len(await all_gifts(ctx)) == 1


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
    review = await tap(ctx, str(asked.card.buttons[0].action))
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


async def test_gift_after_the_end_counts_as_late_and_one_before_it_does_not(ctx: Context, clock: MovingClock) -> None:
    await hire(ctx, CAMILLE)
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


# --- what follows, and what does not -----------------------------------------------------------------
async def test_offline_gift_crosses_milestones_now_and_is_not_matched(ctx: Context, campaign: Campaign) -> None:
    period = MatchPeriod(
        id=ctx.ids.new(),
        campaign_id=campaign.id,
        sponsor={"fr": "Boulangerie Roy", "en": "Roy Bakery"},
        pool=Money(2_000, "cad"),
        left=Money(2_000, "cad"),
        starts_at=ctx.clock() - timedelta(days=30),
        ends_at=ctx.clock() + timedelta(days=30),
    )
    async with ctx.db.write() as conn:
        await matches.add(conn, period)
        await campaign_rows.set_milestones(conn, campaign.id, [1_000], 0, ctx.clock())
    await tap(ctx, action(await command(ctx, "20 cash"), ":received"))
    review = await write(ctx, (ctx.clock() - timedelta(days=9)).date().isoformat())
    await tap(ctx, action(review, ":go"))
    async with ctx.db.read() as conn:
        (crossed,) = await campaign_rows.unannounced_milestones(conn)
        assert crossed.crossed_at == ctx.clock(), "the announcement is not late"
        assert (await matches.everything(conn))[0].left.minor == 2_000
    assert (await campaign_now(ctx, campaign)).given_at is None, "cards do not say that a gift has just come in"


async def test_refund_search_finds_it_and_offers_the_counter_entry(ctx: Context, campaign: Campaign) -> None:
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    review = await command(ctx, "20 cash")
    await tap(ctx, action(review, ":received"))
    long_ago = (ctx.clock() - timedelta(days=400)).date().isoformat()
    await tap(ctx, action(await write(ctx, long_ago), ":go"))
    (gift,) = await all_gifts(ctx)
    for typed in (long_ago, "20 $", str(gift.id)):
        found = await command(ctx, typed, verb="refund")
        assert str(gift.id) in actions(found), typed
    shown = await command(ctx, str(gift.id), verb="refund")
    assert "Stripe ne peut pas le rembourser" in said(shown) and actions(shown) == f"of:g{gift.id}"
    await access_check.on_action(ctx, CAMILLE, "rf", f"{gift.id}:2000:wrong")
    assert await accounts(ctx) == {"gifts": -2_000, "undeposited": 2_000}


async def test_export_says_how_it_came_and_when_it_was_deposited(ctx: Context, campaign: Campaign) -> None:
    await add(ctx, "20 interac")
    await add(ctx, "30 cheque")
    export = EXPORTS["gifts"]
    lines = [dict(zip(export.columns, row, strict=True)) async for row in read(ctx, export)]
    today = ctx.clock().date().isoformat()
    assert [(line["way"], line["deposited"], line["slip"]) for line in lines] == [
        ("transfer", today, None),
        ("cheque", None, None),
    ]
    assert all(line["supporter"] is None and line["stripe_payment"] is None for line in lines)


async def test_old_drafts_are_deleted(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    old = action(await command(ctx, "20 cash"), ":go")
    clock.move(days=31)
    new = action(await command(ctx, "30 cash"), ":go")
    await offline.prune(ctx)
    await tap(ctx, old)
    await tap(ctx, new)
    assert [gift.book.amount for gift in await all_gifts(ctx)] == [3_000]


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
    (notice,) = await notices_of(ctx, "offline_second")
    card = await KINDS["offline_second"](ctx, notice, "en")
    assert "Camille wants to add $600" in " ".join(card.lines).replace("\u00a0", " ")
    shown = await tap(ctx, str(card.buttons[0].action), INES)
    assert shown.mode == "new" and "Entered by Camille" in said(shown)
    approve = action(shown, ":ok")
    await tap(ctx, action(review, ":note"))
    await write(ctx, "boîte rouge")  # changed meanwhile
    again = await tap(ctx, approve, INES)
    assert await all_gifts(ctx) == [] and "boîte rouge" in said(again)
    await tap(ctx, action(again, ":ok"), INES)
    assert len(await all_gifts(ctx)) == 2
    async with ctx.db.read() as conn:
        row = next(iter((await rows.by_gifts(conn, await rows.latest(conn, 9))).values()))
    assert row.approved_by is not None and row.approved_by != row.entered_by


async def test_viewer_cannot_add(ctx: Context, campaign: Campaign) -> None:
    bo = replace(INES, external_id="99")
    await hire(ctx, bo, Role.VIEWER, label="Bo")
    for verb in ("add", "deposit"):
        assert "Your role does not allow this" in said(await command(ctx, "50 cash", bo, verb))
    go = action(await command(ctx, "50 cash"), ":go")
    await tap(ctx, go, bo)
    assert await all_gifts(ctx) == []


# --- taking back ------------------------------------------------------------------------------------
async def test_author_undoes_within_a_day_in_one_tap(ctx: Context, campaign: Campaign, clock: MovingClock) -> None:
    done, made = await add(ctx, "3 x 20 cash")
    undo = action(done, "of:u")
    assert "of:u" not in actions(await tap(ctx, f"of:g{made[0].id}", INES)), "only its author"
    await tap(ctx, undo, INES)
    assert await accounts(ctx) == {"gifts": -6_000, "undeposited": 6_000}
    for _ in range(2):
        await tap(ctx, undo)
    assert await accounts(ctx) == {}
    now = await campaign_now(ctx, campaign)
    assert (now.raised.minor, now.offline.minor, now.gift_count) == (0, 0, 0)
    done, _ = await add(ctx, "30 cash")
    clock.move(days=1, seconds=1)
    await tap(ctx, action(done, "of:u"))
    assert await accounts(ctx) == {"gifts": -3_000, "undeposited": 3_000}


async def test_returned_cheque_is_a_counter_entry_with_its_reason(
    ctx: Context, campaign: Campaign, clock: MovingClock
) -> None:
    _, (gift,) = await add(ctx, "40 cheque")
    await tap(ctx, action(await tap(ctx, f"of:g{gift.id}:bank"), f"{ctx.clock():%Y-%m-%d}"))
    clock.move(days=3)
    why = await tap(ctx, action(await tap(ctx, f"of:g{gift.id}"), ":back"))
    sure = await tap(ctx, action(why, "=returned"))
    assert await accounts(ctx) == {"gifts": -4_000, "bank": 4_000}
    for _ in range(2):
        await tap(ctx, action(sure, "back!"))
    assert await accounts(ctx) == {}
    async with ctx.db.read() as conn:
        newest = (await journal.latest(conn, 9))[0]
        (act, *_) = await audit.latest(conn, 9, action="offline.taken_back")
    assert newest.postings == {("gifts", "cad"): 4_000, ("bank", "cad"): -4_000}
    assert act.details["why"] == "returned"
    assert "Retourné par la banque" in said(await tap(ctx, f"of:g{gift.id}"))


async def test_typed_reason_names_nobody_and_large_gifts_need_an_owner(ctx: Context, campaign: Campaign) -> None:
    _, (gift,) = await add(ctx, "40 cheque")
    await tap(ctx, f"of:g{gift.id}:other")
    assert "désigne une personne" in said(await write(ctx, "retour demandé par a@b.ca"))
    sure = await write(ctx, "undone")
    await tap(ctx, action(sure, "of:k"))
    assert await accounts(ctx) == {} and "undone." in said(await tap(ctx, f"of:g{gift.id}"))
    review = await command(ctx, "900 cheque")
    seen = await tap(ctx, action(review, ":ask").replace(":d", ":s").removesuffix(":ask"), INES)
    await tap(ctx, action(seen, ":ok"), INES)
    (large,) = [one for one in await all_gifts(ctx) if one.book.amount == 90_000]
    shown = await tap(ctx, f"of:g{large.id}")
    assert ":back" not in actions(shown) and "propriétaire" in said(shown)
    await tap(ctx, f"of:g{large.id}:back!=mistake")
    assert await accounts(ctx) == {"gifts": -90_000, "undeposited": 90_000}
    await hire(ctx, CAMILLE, Role.OWNER, label="Camille")
    await tap(ctx, f"of:g{large.id}:back!=mistake")
    assert await accounts(ctx) == {}


async def test_deposit_by_mistake_is_moved_back(ctx: Context, campaign: Campaign) -> None:
    _, (gift,) = await add(ctx, "20 cash")
    await tap(ctx, action(await tap(ctx, f"of:g{gift.id}:bank"), f"{ctx.clock():%Y-%m-%d}"))
    for _ in range(2):
        await tap(ctx, f"of:g{gift.id}:unbank")
    assert await accounts(ctx) == {"gifts": -2_000, "undeposited": 2_000}


async def test_deposit_that_changed_meanwhile_is_shown_again(ctx: Context, campaign: Campaign) -> None:
    await add(ctx, "20 cash")
    asked = await tap(ctx, "of:b0-cad")
    today = action(asked, f"{ctx.clock():%Y-%m-%d}")
    await add(ctx, "35 cash", INES)
    assert "55 $" in said(await tap(ctx, today))
    assert await accounts(ctx) == {"gifts": -5_500, "undeposited": 5_500}


async def test_old_and_forged_buttons_change_nothing(ctx: Context, campaign: Campaign) -> None:
    online = await give(ctx, campaign, None, 700)
    before = await accounts(ctx)
    for forged in (
        "of:u1", "of:a1", "of:k1", "of:g1", "of:d1:go", "of:s1", "of:b9-cad", "of:h1", "of:zzz", f"of:g{online.id}",
        f"of:g{online.id}:back!=returned", f"of:h{online.id}:2026-01-01-700", f"of:u{2**63}", f"of:d{2**64}:go",
    ):  # fmt: skip
        await tap(ctx, forged)
    assert await accounts(ctx) == before
