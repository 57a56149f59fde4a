"""`/invite` on a Discord-only bot without a public URL."""

import pytest

from bot.store.campaigns import places
from bot.store.db import Database
from bot.usecases import router
from bot.usecases.ports import InviteLimitReached, MissingPermission, PlatformError, RetryLater
from content.cards import Card
from tests.conftest import MovingClock
from tests.usecase_setup import ALEX, make_context
from tests.usecases.referrals.test_joining_chats import Inviting


async def asked_on_discord_alone(db: Database, clock: MovingClock, fails: PlatformError | None, *, place: bool) -> Card:
    """Return the reply to `/invite` without Telegram and without a public URL."""
    server = Inviting("guild")
    server.fails = fails
    alone = make_context(db, clock, inviting={"discord": server})
    if place:
        async with alone.db.write() as conn:
            await places.save(
                conn, "discord", "5", title="accueil", purpose=places.PUBLIC, locales="fr+en", at=clock()
            )  # fmt: skip
    return (await router.on_command(alone, ALEX, "invite", "")).card


@pytest.mark.parametrize(
    ("fails", "place"), [(None, False), (MissingPermission("Manage Server"), True), (InviteLimitReached("full"), True)]
)
async def test_invite_without_addresses_explains_alternatives(
    db: Database, clock: MovingClock, fails: PlatformError | None, place: bool
) -> None:
    card = await asked_on_discord_alone(db, clock, fails, place=place)
    assert any("/share" in line for line in card.lines)
    assert not any("later" in line for line in card.lines)


async def test_temporary_failure_asks_to_try_later(db: Database, clock: MovingClock) -> None:
    card = await asked_on_discord_alone(db, clock, RetryLater(5), place=True)
    assert any("later" in line for line in card.lines)


async def test_invite_leads_into_the_server(db: Database, clock: MovingClock) -> None:
    card = await asked_on_discord_alone(db, clock, None, place=True)
    assert any("On Discord" in line for line in card.lines)
