"""Limits count by account: `/forget` resets none, a block outlives it by 30 days, and all accounts share a total."""

import pytest
from sqlalchemy import func, select

from bot.domain.people import Contact, Preference
from bot.domain.staff import Role
from bot.store.core import notices
from bot.store.core.tables import account_act, account_bar
from bot.store.db import Database
from bot.store.inbox import inbox
from bot.store.referrals import invites as invite_rows
from bot.store.schema import metadata
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import rate_limits
from bot.usecases.core.join import find_or_join
from bot.usecases.preferences.preferences import set_preferences
from payments.reference import Keyring
from tests.conftest import MovingClock
from tests.usecase_setup import CAMILLE, SECRET, RecordingGateway, make_context, open_campaign


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    context = make_context(db, clock, public_url="https://dons.example")
    async with context.db.write() as conn:
        await staff.add(conn, "telegram", "900", Role.EDITOR, label="Nadia", locale="fr", added_by=None, at=clock())
    return context


async def forget(ctx: Context, contact: Contact = CAMILLE) -> None:
    await router.on_action(ctx, contact, "forget:sure")


async def passed_on(ctx: Context) -> int:
    async with ctx.db.read() as conn:
        return len(
            [notice for notice in await notices.due(conn, ctx.clock(), 999) if notice.kind == "words" and notice.args]
        )


def made_links(ctx: Context) -> int:
    assert isinstance(ctx.gateway, RecordingGateway)
    return len(ctx.gateway.made)


def nobody(number: int) -> Contact:
    return Contact(platform="telegram", external_id=str(10_000 + number), locale="fr", private=True)


async def test_messages_after_forget_still_count(ctx: Context) -> None:
    accepted = 0
    for number in range(30):
        before = await passed_on(ctx)
        await router.on_text(ctx, CAMILLE, f"Bonjour {number}")
        accepted += await passed_on(ctx) > before
        await forget(ctx)
    assert accepted == rate_limits.WORDS.each
    assert isinstance(ctx.clock, MovingClock)
    ctx.clock.move(minutes=61)
    await router.on_text(ctx, CAMILLE, "Une question encore")
    assert await passed_on(ctx) == 1


async def test_block_and_hidden_name_outlive_forget_for_thirty_days(ctx: Context) -> None:
    assert isinstance(ctx.clock, MovingClock)
    person = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await inbox.block(conn, person.id, None, ctx.clock())
        await inbox.hide_name(conn, person.id, None, ctx.clock())
    for days in (0, 29, 29):  # every `/forget` restarts the 30 days
        await forget(ctx)
        ctx.clock.move(days=days)
        back = await find_or_join(ctx, CAMILLE)
        async with ctx.db.read() as conn:
            assert await inbox.is_blocked(conn, back.id) and await inbox.is_name_hidden(conn, back.id)
        await router.on_text(ctx, CAMILLE, "Encore moi")
        assert await passed_on(ctx) == 0
    await forget(ctx)
    ctx.clock.move(days=30, seconds=1)
    back = await find_or_join(ctx, CAMILLE)
    async with ctx.db.read() as conn:
        assert not await inbox.is_blocked(conn, back.id) and not await inbox.is_name_hidden(conn, back.id)


async def test_lifted_block_does_not_return(ctx: Context) -> None:
    person = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await inbox.block(conn, person.id, None, ctx.clock())
    await forget(ctx)
    back = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await inbox.unblock(conn, back.id)
    await forget(ctx)
    again = await find_or_join(ctx, CAMILLE)
    async with ctx.db.read() as conn:
        assert not await inbox.is_blocked(conn, again.id)


async def test_block_holds_however_person_returns(ctx: Context) -> None:
    """Following an invite creates newcomers too."""
    await open_campaign(ctx)
    other = await find_or_join(ctx, nobody(1))
    await router.on_command(ctx, nobody(1), "inviter", "")
    async with ctx.db.read() as conn:
        invite = await invite_rows.of_supporter(conn, other.id)
    assert invite is not None
    person = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await inbox.block(conn, person.id, None, ctx.clock())
    await forget(ctx)
    await router.on_start(ctx, CAMILLE, f"i{invite.code}")
    async with ctx.db.read() as conn:
        back = await supporters.find(conn, CAMILLE.platform, CAMILLE.external_id)
        assert back is not None and back.id != person.id
        assert await inbox.is_blocked(conn, back.id)


async def test_links_of_one_account_are_limited_across_forget_and_restart(ctx: Context) -> None:
    await open_campaign(ctx)
    before = made_links(ctx)
    for number in range(20):
        reply = await router.on_command(ctx, CAMILLE, "give", f"{100 + number}.17")
        assert [button for button in reply.card.buttons if button.url], "they can still give, on Stripe's own page"
        await forget(ctx)
    assert made_links(ctx) - before == rate_limits.LINKS.each


async def test_links_of_all_accounts_together_are_limited(ctx: Context) -> None:
    assert rate_limits.LINKS.everybody is not None
    await open_campaign(ctx)
    before = made_links(ctx)
    for number in range(rate_limits.LINKS.everybody + 5):
        await router.on_command(ctx, nobody(number), "give", f"{100 + number}.17")
    assert made_links(ctx) - before == rate_limits.LINKS.everybody


async def test_wrong_codes_still_count_after_forget(ctx: Context) -> None:
    answers = set()
    for number in range(rate_limits.GUESSES.each + 1):
        reply = await router.on_command(ctx, CAMILLE, "lier", f"AAAA-BBB{number}")
        answers.add("\n".join(reply.card.lines))
        await forget(ctx)
    assert len(answers) == 2, "wrong, and at last: too many"


async def test_stored_limits_do_not_identify_account(ctx: Context) -> None:
    person = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await inbox.block(conn, person.id, None, ctx.clock())
    await router.on_text(ctx, CAMILLE, "Une question")
    await forget(ctx)
    async with ctx.db.read() as conn:
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if column.name in ("external_id", "account")]
            for row in await conn.execute(select(*columns)) if columns else ():
                assert CAMILLE.external_id not in [value for value in row if isinstance(value, str)], table.name


async def test_expired_counts_are_deleted(ctx: Context, clock: MovingClock) -> None:
    person = await find_or_join(ctx, CAMILLE)
    async with ctx.db.write() as conn:
        await inbox.block(conn, person.id, None, ctx.clock())
    await router.on_text(ctx, CAMILLE, "Une question")
    await forget(ctx)
    left = []
    for days in (0, 2, 29):
        clock.move(days=days)
        await rate_limits.prune(ctx)
        async with ctx.db.read() as conn:
            counts = [
                (await conn.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (account_act, account_bar)
            ]
        left.append(counts)
    assert left == [[1, 1], [0, 1], [0, 0]]


async def test_new_secret_key_resets_no_limit(ctx: Context, db: Database, clock: MovingClock) -> None:
    async with ctx.db.write() as conn:
        for _ in range(rate_limits.WORDS.each):
            assert await rate_limits.take(ctx, conn, rate_limits.WORDS, "telegram", "1")
    renewed = make_context(db, clock, keyring=Keyring(["n" * 40, SECRET]))
    async with renewed.db.write() as conn:
        assert not await rate_limits.take(renewed, conn, rate_limits.WORDS, "telegram", "1")
        assert await rate_limits.take(renewed, conn, rate_limits.WORDS, "discord", "1")


async def test_preferences_do_not_return_with_a_block(ctx: Context) -> None:
    await set_preferences(ctx, await find_or_join(ctx, CAMILLE), [Preference.NEWS], True)
    await forget(ctx)
    back = await find_or_join(ctx, CAMILLE)
    async with ctx.db.read() as conn:
        assert await supporters.preferences(conn, back.id) == set()
