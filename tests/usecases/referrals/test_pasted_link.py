"""A link of ours that somebody pastes does what a tap on it does."""

from dataclasses import replace

import pytest

from bot.domain.deeplink import pasted_payload
from bot.domain.people import Contact
from bot.store.db import Database
from bot.store.referrals import referrals
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core.join import find_or_join
from bot.usecases.referrals import invite
from bot.usecases.staff import notices
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, CAMILLE, make_context, open_campaign
from tests.usecases.core.test_notices import RecordingPlatform
from tests.usecases.inbox.test_inbox import hire

NEW = Contact(platform="telegram", external_id="43", locale="en", private=True)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock) -> Context:
    made = make_context(db, clock, public_url="https://dons.example")
    made.identity.telegram_username = "tablee_bot"
    await open_campaign(made)
    return made


async def addresses(ctx: Context) -> tuple[str, str]:
    own = await invite.invite_of(ctx, await find_or_join(ctx, CAMILLE))
    link, page = invite.deep_link(ctx, own), invite.web_address(ctx, own)
    assert link is not None
    assert page is not None
    return link, page


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("newcomer", [NEW, replace(ALEX, external_id="78")])
async def test_pasted_invite_is_followed(ctx: Context, which: int, newcomer: Contact) -> None:
    address = (await addresses(ctx))[which]
    await router.on_text(ctx, newcomer, f"Look: {address}")
    joined = await find_or_join(ctx, newcomer)
    async with ctx.db.read() as conn:
        found = await referrals.referral(conn, joined.id)
    assert found is not None
    assert found.inviter_id == (await find_or_join(ctx, CAMILLE)).id


async def test_own_invite_shows_the_invite(ctx: Context) -> None:
    link, _ = await addresses(ctx)
    shown = await router.on_text(ctx, CAMILLE, link)
    assert shown.card == (await router.on_command(ctx, CAMILLE, "inviter", "")).card


async def test_question_beside_a_link_reaches_staff(ctx: Context) -> None:
    await hire(ctx)
    link, _ = await addresses(ctx)
    reply = await router.on_text(ctx, NEW, f"{link} is this really yours?")
    assert "passed on" in "".join(reply.more[-1].lines)
    assert await notices.tick(ctx, [RecordingPlatform()]) == 1


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("t.me/Tablee_Bot?start=g_1_500", ("g_1_500", "")),
        ("voir https://telegram.me/tablee_bot?start=i_abc merci", ("i_abc", "voir  merci")),
        ("https://dons.example/i/AbCdEfGhIjKl?c=7", ("i_AbCdEfGhIjKl_7", "")),
        ("https://t.me/other_bot?start=g_1", None), ("https://dons.example/i/short", None), ("bonjour", None),
        ("https://evil.example/i/AbCdEfGhIjKl", None),
    ],
)  # fmt: skip
def test_link_of_ours_is_recognized(text: str, payload: tuple[str, str] | None) -> None:
    assert pasted_payload(text, "tablee_bot", "https://dons.example") == payload
