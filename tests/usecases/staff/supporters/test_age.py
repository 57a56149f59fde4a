"""Staff correct a wrong answer to "Are you 18 or over?", and open a case when a parent writes that a child gave."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.domain.campaigns import Campaign
from bot.domain.people import Contact, Preference, Supporter
from bot.domain.staff import Role
from bot.platforms.discord.render import render as on_discord
from bot.store.core import audit
from bot.store.gifts import gifts
from bot.store.inbox import inbox
from bot.store.monthly.tables import pledge
from bot.store.nudges.tables import decision
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.monthly import adult
from bot.usecases.nudges import plan
from bot.usecases.preferences.preferences import set_preferences
from bot.usecases.staff import notices
from bot.usecases.supporters import forgetting, monthly_ends
from bot.usecases.supporters.merging import merge
from content.cards import Card
from tests.conftest import MovingClock
from tests.giving import give
from tests.usecase_setup import ALEX, CAMILLE, hire
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.supporters.test_forgetting import Ending, gives_monthly

NADIA = Contact(platform="telegram", external_id="900", locale="en", private=True, place="900")
AFTERNOON = datetime(2026, 11, 3, 19, 0, tzinfo=UTC)  # 14 h in Montréal


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock(AFTERNOON)


@pytest.fixture
def stripe() -> Ending:
    return Ending()


@pytest.fixture
async def camille(ctx: Context) -> Supporter:
    await hire(ctx, NADIA, Role.EDITOR)
    return await find_or_join(ctx, CAMILLE)


async def tap(ctx: Context, action: str, contact: Contact = NADIA) -> Card:
    return (await router.on_action(ctx, contact, action)).card


def actions(card: Card) -> list[str]:
    return [button.action or "" for button in card.buttons]


def text_of(card: Card) -> str:
    return " ".join((card.title, *card.lines, card.note))


async def answer(ctx: Context, supporter_id: int) -> bool | None:
    async with ctx.db.read() as conn:
        return await supporters.is_adult(conn, supporter_id)


@pytest.mark.parametrize("said", [None, True, False])
async def test_correction_is_confirmed_first_then_stored_and_logged(
    ctx: Context, camille: Supporter, said: bool | None
) -> None:
    if said is not None:
        await adult.store(ctx, camille, is_adult=said)
    asked = await tap(ctx, f"ag:{camille.id}")
    assert await answer(ctx, camille.id) is said
    offered = {"minor": said is not False, "adult": said is not True}
    assert actions(asked) == [*(f"ag:{to}:{camille.id}" for to, shown in offered.items() if shown), "nvm"]
    for to in ("minor", "minor", "adult"):  # a second tap changes nothing
        await tap(ctx, f"ag:{to}:{camille.id}")
    assert await answer(ctx, camille.id) is True
    async with ctx.db.read() as conn:
        logged = await audit.latest(conn, 9)
    wanted = ["supporter.adult"] + (["supporter.minor"] if said is not False else [])
    assert [entry.action for entry in logged] == wanted
    assert {(entry.actor, *entry.details.items()) for entry in logged} == {("Nadia", ("supporter", camille.id))}


async def test_recording_a_minor_ends_proved_monthly_gifts_now_or_when_stripe_is_back(
    ctx: Context, campaign: Campaign, camille: Supporter, stripe: Ending
) -> None:
    await gives_monthly(ctx, campaign, camille.id, "sub_1")
    await gives_monthly(ctx, campaign, camille.id, "sub_unproved")
    async with ctx.db.write() as conn:
        await conn.execute(pledge.update().where(pledge.c.subscription == "sub_unproved").values(claimed_at=None))
    shown = text_of(await tap(ctx, f"ag:{camille.id}"))
    assert "ends at once" in shown and "not confirmed" in shown
    stripe.down = True
    assert "tries again" in text_of(await tap(ctx, f"ag:minor:{camille.id}"))
    assert stripe.ended == []
    stripe.down = False
    await gives_monthly(ctx, campaign, (await find_or_join(ctx, ALEX)).id, "sub_of_alex")
    await monthly_ends.end_due(ctx)
    await monthly_ends.end_due(ctx)
    assert stripe.ended == ["sub_1"]
    async with ctx.db.read() as conn:
        states = {row.subscription: row.status for row in await conn.execute(select(pledge))}
    assert states == {"sub_1": "canceled", "sub_unproved": "active", "sub_of_alex": "active"}


async def test_reminders_stop_for_a_minor_and_return_for_an_adult(
    ctx: Context, campaign: Campaign, camille: Supporter, clock: MovingClock
) -> None:
    await set_preferences(ctx, camille, [Preference.REMINDERS], True)
    await give(ctx, campaign, camille.id)
    await tap(ctx, f"ag:minor:{camille.id}")
    for _ in range(12):
        clock.move(days=1)
        await plan.tick(ctx)
    async with ctx.db.read() as conn:
        assert (await conn.execute(select(decision))).all() == []
    await tap(ctx, f"ag:adult:{camille.id}")
    assert await plan.tick(ctx) == 1


async def test_correction_follows_a_merge_and_says_so_after_an_erasure(ctx: Context, camille: Supporter) -> None:
    alex = await find_or_join(ctx, ALEX)
    async with ctx.db.write_money() as conn:
        winner = await merge(ctx, conn, camille.id, alex.id) or 0
    await tap(ctx, f"ag:minor:{alex.id}")
    assert await answer(ctx, winner) is False
    await forgetting.forget(ctx, winner)
    assert "forgotten" in text_of(await tap(ctx, f"ag:adult:{alex.id}"))


async def test_viewers_and_supporters_correct_nothing(ctx: Context) -> None:
    await hire(ctx, NADIA, Role.VIEWER)
    camille = await find_or_join(ctx, CAMILLE)
    for contact in (NADIA, CAMILLE):
        await tap(ctx, f"ag:minor:{camille.id}", contact)
    assert await answer(ctx, camille.id) is None


async def test_parents_message_becomes_one_case_that_leads_to_the_refund_and_the_age(
    ctx: Context, campaign: Campaign, camille: Supporter
) -> None:
    gift = await give(ctx, campaign, camille.id)
    await router.on_text(ctx, CAMILLE, "Mon fils de 12 ans a fait un don avec ma carte")
    platform = RecordingPlatform()
    await notices.tick(ctx, [platform])
    message = next(card for _, card in platform.sent if any("ib:child" in a for a in actions(card)))
    assert f"ag:{camille.id}" in actions(message)
    opener = next(a for a in actions(message) if a.startswith("ib:child:"))
    case, again = await tap(ctx, opener), await tap(ctx, opener)
    assert case == again
    assert {f"rf:{gift.id}", "rf:", f"ag:{camille.id}", f"dc:{camille.id}"} <= set(actions(case))
    assert "Not their gift" in text_of(case)
    closing = next(a for a in actions(case) if a.startswith("cs:close:"))
    assert "has been notified" in text_of(await tap(ctx, closing))
    async with ctx.db.read() as conn:
        assert await gifts.open_cases(conn) == []


@pytest.mark.parametrize("about_gift", [False, True])
async def test_case_fits_discord_however_many_gifts_there_are(
    ctx: Context, campaign: Campaign, camille: Supporter, about_gift: bool
) -> None:
    made = [await give(ctx, campaign, camille.id, 500 + number) for number in range(8)]
    async with ctx.db.write() as conn:
        if about_gift:
            at = ctx.clock()
            gift_id = made[0].id
            number = await gifts.open_case(conn, gift_id=gift_id, supporter_id=camille.id, kind="child", at=at)
        else:
            number, _ = await inbox.open_case_about(conn, camille.id, "child", ctx.clock())
    shown = await tap(ctx, f"cs:{number}")
    assert len(on_discord(shown).rows) == 5
    assert sum(action.startswith("rf:") for action in actions(shown)) == 4


async def test_donor_reports_a_childs_gift(ctx: Context, campaign: Campaign, camille: Supporter) -> None:
    gift = await give(ctx, campaign, camille.id)
    choices = await tap(ctx, f"err:{gift.id}", CAMILLE)
    label = next(b.label for b in choices.buttons if b.action == f"err:{gift.id}:child")
    assert label == "C’est un enfant qui a donné"
    assert len(choices.rows) <= 5  # Discord
    assert "un enfant" in text_of(await tap(ctx, f"err:{gift.id}:child", CAMILLE))
    async with ctx.db.read() as conn:
        (case,) = await gifts.open_cases(conn)
    assert (case["kind"], case["gift_id"]) == ("child", gift.id)
    shown = await tap(ctx, f"cs:{case['id']}")
    assert {f"rf:{gift.id}", f"ag:{camille.id}"} <= set(actions(shown))
