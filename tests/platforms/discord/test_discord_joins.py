"""Joins and their invites over Discord's wire: credited if the counts leave no doubt, otherwise unknown."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.people import Contact
from bot.domain.referrals import Invite, Referral
from bot.platforms.discord.app import DiscordApp
from bot.sandbox.discord import DiscordSandbox
from bot.store.campaigns import places
from bot.store.core import notices
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.referrals import chat_links
from tests.conftest import MovingClock
from tests.platforms.discord.conftest import make_app
from tests.platforms.discord.fake_router import FakeRouter
from tests.waiting import until

SETTLE = 0.05  # seconds
LOOK = "GET /guilds/{guild_id}/invites"


@pytest.fixture
async def sandbox(clock: MovingClock) -> AsyncIterator[DiscordSandbox]:
    """On the bot's own clock, by which it knows who came while it was away."""
    async with DiscordSandbox(clock=clock, limits=None) as sandbox:
        yield sandbox


@pytest.fixture
async def app(ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, channel: Any) -> AsyncIterator[DiscordApp]:
    await connect(ctx, channel)
    app = make_app(ctx, sandbox, router, quiet_seconds=SETTLE)
    await app.start()
    yield app
    await app.stop()


async def connect(ctx: Context, channel: Any) -> None:
    async with ctx.db.write() as conn:
        await places.save(
            conn, "discord", channel["id"], title="dons", purpose=places.PUBLIC, locales="fr", at=ctx.clock()
        )


class Donor:
    """Somebody with an invite into the server."""

    def __init__(self, invite: Invite, url: str | None) -> None:
        self.id = invite.supporter_id
        self.invite = invite
        self.code = (url or "").rpartition("/")[2]


async def donor(ctx: Context, name: str) -> Donor:
    supporter = await join.find_or_join(ctx, Contact(platform="telegram", external_id=name, locale="fr", private=True))
    new = Invite(id=ctx.ids.new(), supporter_id=supporter.id, code=f"code-{name}", made_at=ctx.clock())
    async with ctx.db.write() as conn:
        invite = await invites.create(conn, new)
    return Donor(invite, await chat_links.discord_link(ctx, invite))


async def came(ctx: Context, user: Any) -> Referral | None:
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, "discord", user["id"])
        return None if known is None else await referrals.referral(conn, known.id)


async def noted(ctx: Context, user: Any) -> Referral:
    """Return a person's referral, once it is recorded."""
    await until(lambda: came(ctx, user))
    found = await came(ctx, user)
    assert found is not None
    return found


async def looked(sandbox: DiscordSandbox, before: int) -> None:
    """Until the counts were read once more, and what follows from it is done."""

    async def again() -> bool:
        return looks(sandbox) > before

    await until(again)
    await asyncio.sleep(4 * SETTLE)


def looks(sandbox: DiscordSandbox) -> int:
    return sum(call.startswith(LOOK) for call in sandbox.calls)


def newcomer(sandbox: DiscordSandbox, server: Any, code: str | None = None, name: str = "Mei") -> Any:
    user = sandbox.add_user(name)
    sandbox.join(user, server, code)
    return user


async def staff_notices(ctx: Context) -> list[str]:
    async with ctx.db.read() as conn:
        return [notice.kind for notice in await notices.due(conn, ctx.clock(), 50)]


async def test_join_by_donor_invite_is_a_referral(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    camille = await donor(ctx, "camille")
    (created,) = sandbox.invites(server)
    assert created["max_uses"] == 0 and created["code"] == camille.code
    referral = await noted(ctx, newcomer(sandbox, server, camille.code))
    assert (referral.inviter_id, referral.invite_id, referral.certain) == (camille.id, camille.invite.id, True)
    sandbox.set_indexing(99)  # Discord's own search says nothing: the counts are enough
    two = await noted(ctx, newcomer(sandbox, server, camille.code))
    assert (two.inviter_id, two.certain) == (camille.id, False)


async def only_a_thread(ctx: Context, sandbox: DiscordSandbox, channel: Any) -> Any:
    """Leave a thread as the only place, as when staff wrote /here in it."""
    thread = sandbox.add_thread(channel, "collecte")
    async with ctx.db.write() as conn:
        before = await places.at_chat(conn, "discord", channel["id"])
        assert before is not None
        await places.set_purpose(conn, before.id, places.OFF, "fr")
        await places.save(
            conn, "discord", thread["id"], title="collecte", purpose=places.PUBLIC, locales="fr", at=ctx.clock()
        )
    return thread


@pytest.mark.parametrize("known_at_start", [True, False])
async def test_thread_as_only_place_has_invites_into_its_channel(
    ctx: Context,
    sandbox: DiscordSandbox,
    router: FakeRouter,
    server: Any,
    channel: Any,
    known_at_start: bool,
) -> None:
    await connect(ctx, channel)
    if known_at_start:
        await only_a_thread(ctx, sandbox, channel)
    app = make_app(ctx, sandbox, router, quiet_seconds=SETTLE)
    await app.start()
    try:
        if not known_at_start:
            await only_a_thread(ctx, sandbox, channel)
        camille = await donor(ctx, "camille")
        (made,) = sandbox.invites(server)
        invite = sandbox.world.guild(server).invites[made["code"]]
        assert (invite.code, str(invite.channel_id)) == (camille.code, channel["id"])
        assert (await noted(ctx, newcomer(sandbox, server, camille.code))).inviter_id == camille.id
        assert "invites_lost" not in await staff_notices(ctx)
    finally:
        await app.stop()


@pytest.mark.parametrize("missing", ["create_instant_invite", "manage_guild"])
async def test_staff_hear_what_a_thread_lacks_for_invites(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, channel: Any, missing: str
) -> None:
    await only_a_thread(ctx, sandbox, channel)
    sandbox.allow(channel if missing == "create_instant_invite" else server, deny=[missing])
    assert (await donor(ctx, "camille")).code == ""
    assert (await donor(ctx, "alex")).code == ""
    assert (await staff_notices(ctx)).count("invites_lost") == 1


async def test_discord_search_can_cast_doubt(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    camille = await donor(ctx, "camille")
    mei = newcomer(sandbox, server, camille.code)
    sandbox.world.guild(server).members[int(mei["id"])].invite_code = "another"
    referral = await noted(ctx, mei)
    assert referral.inviter_id is None and list(referral.candidates) == [camille.id]


@pytest.mark.parametrize("same", [True, False], ids=["one invite", "two invites"])
async def test_two_simultaneous_joins_are_attributed_safely(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, same: bool
) -> None:
    camille, alex = await donor(ctx, "camille"), await donor(ctx, "alex")
    two = [newcomer(sandbox, server, camille.code), newcomer(sandbox, server, camille.code if same else alex.code)]
    for referral in [await noted(ctx, user) for user in two]:
        assert referral.inviter_id is None and not referral.certain
        assert list(referral.candidates) == ([camille.id] if same else sorted([camille.id, alex.id]))
    after = await noted(ctx, newcomer(sandbox, server, alex.code))
    assert after.inviter_id == alex.id


async def test_other_invites_credit_nobody(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, channel: Any, ana: Any
) -> None:
    camille = await donor(ctx, "camille")
    once = sandbox.add_invite(ana, channel, max_uses=1)["code"]
    poster = sandbox.add_invite(ana, channel, max_age=0)["code"]
    sandbox.set_vanity(server, "tablee")
    for code in (once, poster, "tablee", None):
        before = looks(sandbox)
        stranger = newcomer(sandbox, server, code)
        await looked(sandbox, before)
        assert await came(ctx, stranger) is None
    assert (await noted(ctx, newcomer(sandbox, server, camille.code))).inviter_id == camille.id


@pytest.mark.parametrize("other", ["once", "poster", "vanity", "found by itself"])
async def test_simultaneous_join_by_other_way_makes_inviter_unknown(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, channel: Any, ana: Any, other: str
) -> None:
    camille = await donor(ctx, "camille")
    sandbox.set_vanity(server, "tablee")
    ways = {
        "once": sandbox.add_invite(ana, channel, max_uses=1)["code"],
        "poster": sandbox.add_invite(ana, channel, max_age=0)["code"],
        "vanity": "tablee",
    }
    both = [newcomer(sandbox, server, ways.get(other)), newcomer(sandbox, server, camille.code)]
    for referral in [await noted(ctx, user) for user in both]:
        assert referral.inviter_id is None and list(referral.candidates) == [camille.id]


async def test_earlier_used_up_invite_leaves_no_doubt(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, channel: Any, ana: Any
) -> None:
    camille = await donor(ctx, "camille")
    before = looks(sandbox)
    newcomer(sandbox, server, sandbox.add_invite(ana, channel, max_uses=1)["code"])
    await looked(sandbox, before)
    assert (await noted(ctx, newcomer(sandbox, server, camille.code))).inviter_id == camille.id


async def test_join_while_bot_was_away_has_unknown_inviter(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, clock: MovingClock
) -> None:
    camille, alex = await donor(ctx, "camille"), await donor(ctx, "alex")
    assert (await noted(ctx, newcomer(sandbox, server, camille.code))).inviter_id == camille.id
    await app.stop()
    clock.move(minutes=5)
    mei = newcomer(sandbox, server, camille.code)
    clock.move(minutes=5)
    before = looks(sandbox)
    await app.start()
    referral = await noted(ctx, mei)
    assert referral.inviter_id is None and list(referral.candidates) == [camille.id]
    await asyncio.sleep(4 * SETTLE)
    assert looks(sandbox) == before + 1, "a second look would make who comes now unknown"
    clock.move(minutes=5)
    assert (await noted(ctx, newcomer(sandbox, server, alex.code))).inviter_id == alex.id


async def test_stop_closes_while_handler_waits_for_database(ctx: Context, app: DiscordApp, server: Any) -> None:
    camille, client = await donor(ctx, "camille"), app.client
    async with ctx.db.write():
        await app.platform.revoke_invite(server["id"], camille.code)
        await asyncio.sleep(4 * SETTLE)  # we are told, and wait to write it down
        async with asyncio.timeout(30):  # waiting for the database would last until our transaction ends: for ever
            await app.stop()
    assert client.is_closed()
    await app.start()
    assert app.client is not client


@pytest.mark.parametrize("resumable", [True, False])
async def test_lost_connection_is_restored(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, clock: MovingClock, resumable: bool
) -> None:
    """What is replayed was not missed; after a new session it was."""
    camille = await donor(ctx, "camille")
    await noted(ctx, newcomer(sandbox, server, camille.code))
    clock.move(minutes=5)
    sandbox.drop_gateway(resumable=resumable)
    referral = await noted(ctx, newcomer(sandbox, server, camille.code))
    assert referral.inviter_id == (camille.id if resumable else None)


async def test_newcomer_using_bot_before_counts_are_read_is_new(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any, clock: MovingClock
) -> None:
    camille = await donor(ctx, "camille")
    mei = newcomer(sandbox, server, camille.code)
    clock.move(seconds=1)
    await join.find_or_join(ctx, Contact(platform="discord", external_id=mei["id"], locale="fr", private=True))
    assert (await noted(ctx, mei)).inviter_id == camille.id


async def test_returning_member_or_earlier_supporter_is_no_referral(
    ctx: Context, ana: Any, app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    camille = await donor(ctx, "camille")
    sandbox.leave(ana, server)
    old = sandbox.add_user("Old")
    await join.find_or_join(ctx, Contact(platform="discord", external_id=old["id"], locale="fr", private=True))
    for user in (ana, old):
        before = looks(sandbox)
        sandbox.join(user, server, camille.code)
        await looked(sandbox, before)
        assert await came(ctx, user) is None


async def test_missing_permission_creates_no_invites_and_notifies_staff(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    sandbox.allow(server, deny=["create_instant_invite"])
    assert (await donor(ctx, "camille")).code == ""
    assert await staff_notices(ctx) == ["invites_lost"]


async def test_unreadable_counts_notify_staff(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    camille = await donor(ctx, "camille")
    sandbox.allow(server, deny=["manage_guild"])
    before = looks(sandbox)
    mei = newcomer(sandbox, server, camille.code)
    await looked(sandbox, before)
    assert await came(ctx, mei) is None
    assert await staff_notices(ctx) == ["invites_lost"]
    assert (await donor(ctx, "alex")).code == ""


async def test_full_server_and_missing_channel_raise_their_errors(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, channel: Any, clock: MovingClock
) -> None:
    sandbox.world.max_invites = 1
    await donor(ctx, "camille")
    assert (await donor(ctx, "alex")).code == ""
    sandbox.world.max_invites = 1000
    clock.move(minutes=11)
    sandbox.remove_channel(channel)
    assert (await donor(ctx, "luc")).code == ""


async def test_revoked_invite_is_created_again(
    ctx: Context, app: DiscordApp, sandbox: DiscordSandbox, server: Any
) -> None:
    camille = await donor(ctx, "camille")
    await app.platform.revoke_invite(server["id"], camille.code)
    await app.platform.revoke_invite(server["id"], camille.code)  # gone already: nothing to say

    async def anew() -> bool:
        return await chat_links.discord_link(ctx, camille.invite) not in (None, app.platform.invite_url(camille.code))

    await until(anew)


async def test_bot_works_without_members_intent_and_invites(
    ctx: Context, sandbox: DiscordSandbox, router: FakeRouter, ana: Any
) -> None:
    sandbox.set_privileged_intents([])
    app = make_app(ctx, sandbox, router, quiet_seconds=SETTLE)
    await app.start()
    assert "discord" not in ctx.inviting
    assert (await sandbox.slash(ana, "dm", "help"))["kind"] == "message"
    await app.stop()
