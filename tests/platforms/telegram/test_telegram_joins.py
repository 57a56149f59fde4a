"""Joins and their links over Telegram's wire: visible in private chats, not in public ones."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import ChatMemberRestricted, Update

from bot.domain.people import Contact
from bot.domain.referrals import Invite, JoinedVia, Referral
from bot.platforms.telegram import joins
from bot.platforms.telegram.app import TelegramApp
from bot.platforms.telegram.probe import probe
from bot.sandbox.telegram import TelegramSandbox
from bot.store.campaigns import places
from bot.store.core import notices
from bot.store.db import Database
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.ports import JoinsNotVisible, MissingPermission, Unreachable
from bot.usecases.referrals import chat_links
from tests.conftest import MovingClock
from tests.platforms.telegram.conftest import TOKEN
from tests.platforms.telegram.fake_router import FakeRouter
from tests.referral_rows import invite_count
from tests.usecase_setup import make_context
from tests.waiting import until


@pytest.fixture
def ctx(db: Database, clock: MovingClock) -> Context:
    return make_context(db, clock)


@pytest.fixture
def channel(sandbox: TelegramSandbox) -> Any:
    """A private channel."""
    return sandbox.add_chat("channel", "La Tablée")


@pytest.fixture
async def app(ctx: Context, sandbox: TelegramSandbox, channel: Any) -> AsyncIterator[TelegramApp]:
    """The bot, polling; the private channel is one of its places."""
    async with ctx.db.write() as conn:
        chat = str(channel["id"])
        await places.save(conn, "telegram", chat, title="C", purpose=places.PUBLIC, locales="fr", at=ctx.clock())
    app = TelegramApp(ctx, TOKEN, sandbox.url, router=FakeRouter())
    await app.start()
    yield app
    await app.stop()


async def donor(ctx: Context) -> tuple[Invite, str]:
    """Somebody with a link into the channel."""
    camille = await join.find_or_join(ctx, Contact(platform="telegram", external_id="42", locale="fr", private=True))
    async with ctx.db.write() as conn:
        new = Invite(id=ctx.ids.new(), supporter_id=camille.id, code="k7Qf2m9XabCD", made_at=ctx.clock())
        invite = await invites.create(conn, new)
    link = await chat_links.channel_link(ctx, invite)
    assert link is not None
    return invite, link


async def came(ctx: Context, user: Any) -> Referral | None:
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, "telegram", str(user["id"]))
        return None if known is None else await referrals.referral(conn, known.id)


async def noted(ctx: Context, user: Any) -> Referral:
    await until(lambda: came(ctx, user))
    found = await came(ctx, user)
    assert found is not None
    return found


async def all_heard(sandbox: TelegramSandbox, ctx: Context, channel: Any, link: str) -> None:
    """Wait until earlier updates are handled: a further join has been recorded."""
    last = sandbox.add_user("Dernière")
    sandbox.join(last, channel, link)
    await noted(ctx, last)


async def test_donor_link_into_private_channel_brings_referral(
    ctx: Context, app: TelegramApp, sandbox: TelegramSandbox, channel: Any
) -> None:
    invite, link = await donor(ctx)
    (created,) = sandbox.world.chats[channel["id"]].links.values()
    assert created.shape["name"] == "Obole k7Qf" and not created.shape["creates_join_request"]
    luc = sandbox.add_user("Luc", language_code="en")
    assert sandbox.tap_link(luc, link)["joined"] == "member"
    referral = await noted(ctx, luc)
    assert (referral.inviter_id, referral.invite_id, referral.how, referral.certain) == (
        invite.supporter_id,
        invite.id,
        JoinedVia.CHAT_LINK,
        True,
    )
    sandbox.leave(luc, channel)
    sandbox.join(luc, channel, link)
    await all_heard(sandbox, ctx, channel, link)
    async with ctx.db.read() as conn:
        assert await invite_count(conn, invite.id, "joined") == 2  # once for Luc
    assert sandbox.sent.total("sendMessage") == 0  # nobody who joined is written to


async def test_foreign_link_or_no_link_credits_nobody(
    ctx: Context, app: TelegramApp, sandbox: TelegramSandbox, channel: Any
) -> None:
    _, link = await donor(ctx)
    poster = sandbox.make_link(channel["owner"], channel)
    strangers = [sandbox.add_user(name) for name in ("A", "B")]
    sandbox.join(strangers[0], channel, poster)
    sandbox.join(strangers[1], channel)
    await all_heard(sandbox, ctx, channel, link)
    assert [await came(ctx, user) for user in strangers] == [None, None]


async def test_member_who_left_before_first_invite_is_no_referral(
    ctx: Context, app: TelegramApp, sandbox: TelegramSandbox, channel: Any
) -> None:
    _, link = await donor(ctx)
    luc = sandbox.add_user("Luc")
    sandbox.join(luc, channel)
    sandbox.leave(luc, channel)
    await all_heard(sandbox, ctx, channel, link)
    sandbox.join(luc, channel, link)
    await all_heard(sandbox, ctx, channel, link)
    assert await came(ctx, luc) is None


async def test_join_approved_by_admin_keeps_its_link(
    ctx: Context, app: TelegramApp, sandbox: TelegramSandbox, channel: Any
) -> None:
    invite, link = await donor(ctx)
    created = sandbox.world.chats[channel["id"]].links[link]
    created.shape = created.shape | {"creates_join_request": True}
    luc, mei = sandbox.add_user("Luc"), sandbox.add_user("Mei")
    assert [sandbox.join(user, channel, link) for user in (luc, mei)] == ["requested"] * 2
    sandbox.answer_request(channel["owner"], mei, channel, yes=False)
    sandbox.answer_request(channel["owner"], luc, channel)
    assert (await noted(ctx, luc)).inviter_id == invite.supporter_id
    assert await came(ctx, mei) is None


async def test_link_that_cannot_be_created_raises_its_error(
    app: TelegramApp, sandbox: TelegramSandbox, channel: Any
) -> None:
    public = sandbox.add_chat("channel", "Publique", username="tablee")
    with pytest.raises(JoinsNotVisible):
        await app.platform.create_invite(str(public["id"]), "x")
    for admin, lacking in ((True, ["can_invite_users"]), (False, [])):
        sandbox.promote_bot(channel, admin=admin, lacking=lacking)
        with pytest.raises(MissingPermission):
            await app.platform.create_invite(str(channel["id"]), "x")
    sandbox.remove_bot(channel)
    for gone in (str(channel["id"]), "-1009999999999"):
        with pytest.raises(Unreachable):
            await app.platform.create_invite(gone, "x")


async def test_missing_permission_notifies_staff(
    ctx: Context, app: TelegramApp, sandbox: TelegramSandbox, channel: Any
) -> None:
    sandbox.promote_bot(channel, lacking=["can_invite_users"])
    with pytest.raises(AssertionError):
        await donor(ctx)
    async with ctx.db.read() as conn:
        assert [notice.kind for notice in await notices.due(conn, ctx.clock(), 9)] == ["invites_lost"]


async def test_check_reports_invite_permission(sandbox: TelegramSandbox, channel: Any) -> None:
    sandbox.promote_bot(channel, lacking=["can_invite_users"])
    *_, rights = [found async for found in probe(TOKEN, sandbox.url, "", [str(channel["id"])])]
    assert rights.level == "warning" and "not invite by link" in rights.message


async def test_revoked_link_admits_nobody(app: TelegramApp, sandbox: TelegramSandbox, channel: Any) -> None:
    created = await app.platform.create_invite(str(channel["id"]), "x")
    assert app.platform.invite_url(created.code) == created.code
    for _ in range(2):
        await app.platform.revoke_invite(created.destination, created.code)
    await app.platform.revoke_invite(created.destination, "https://t.me/+nothing")
    assert sandbox.world.chats[channel["id"]].links[created.code].shape["is_revoked"]


RIGHTS = {name: False for name in ChatMemberRestricted.__slots__ if name.startswith("can_")}
RESTRICTED = {"status": "restricted", "until_date": 0, **RIGHTS}


@pytest.mark.parametrize(
    ("before", "after", "arrives"),
    [
        ({"status": "left"}, {"status": "member"}, True),
        ({"status": "kicked", "until_date": 0}, {"status": "member"}, True),
        ({"status": "left"}, RESTRICTED | {"is_member": True}, True),
        (RESTRICTED | {"is_member": False}, {"status": "member"}, True),
        (RESTRICTED | {"is_member": True}, {"status": "member"}, False),
        ({"status": "member"}, RESTRICTED | {"is_member": True}, False),
        ({"status": "left"}, {"status": "kicked", "until_date": 0}, False),
    ],
)
async def test_arrival_is_a_change_from_outside_to_inside(
    ctx: Context,
    app: TelegramApp,
    sandbox: TelegramSandbox,
    channel: Any,
    before: dict[str, Any],
    after: dict[str, Any],
    arrives: bool,
) -> None:
    _, link = await donor(ctx)
    user = sandbox.add_user("Luc")
    shape = sandbox.world.chats[channel["id"]].links[link].shape
    change = {
        "chat": {"id": channel["id"], "type": "supergroup", "title": "G"},
        "from": user,
        "date": 1,
        "old_chat_member": {**before, "user": user},
        "new_chat_member": {**after, "user": user},
        "invite_link": shape,
    }
    update = Update.de_json({"update_id": 1, "chat_member": change}, None)
    assert update.chat_member is not None
    await joins.record_change(ctx, update.chat_member, sandbox.world.bot["id"])
    assert (await came(ctx, user) is not None) == arrives
