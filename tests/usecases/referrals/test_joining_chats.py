"""Chat links are created once, kept and recycled; joining by one is credited or unknown."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.newcomers import Attribution, Counts
from bot.domain.people import Contact, PlatformName
from bot.domain.referrals import Invite, InviteLink, JoinedVia, Referral, ReferralOutcome
from bot.domain.staff import Role
from bot.store.campaigns import places
from bot.store.core import notices
from bot.store.core.notices import Notice
from bot.store.db import Database
from bot.store.referrals import invites, referrals
from bot.store.staff import staff
from bot.store.supporters import supporters
from bot.usecases import router
from bot.usecases.context import Context
from bot.usecases.core import join
from bot.usecases.ports import (
    CreatedInvite,
    InviteLimitReached,
    JoinsNotVisible,
    MissingPermission,
    PlatformError,
    RetryLater,
    Unreachable,
)
from bot.usecases.referrals import chat_links, newcomers
from bot.usecases.referrals.newcomers import Newcomer
from bot.usecases.supporters import forgetting
from tests.conftest import MovingClock
from tests.referral_rows import invite_count
from tests.usecase_setup import CAMILLE, make_context

CHANNEL, GUILD, ROOM = "-1001", "500", "501"
LUC = Contact(platform="telegram", external_id="43", locale="en", private=False, place=CHANNEL)
MEI = Contact(platform="discord", external_id="88", locale="fr", private=False, guild=GUILD)
NOBODY_NEW = Counts()


class Inviting:
    """A platform that creates numbered invites unless told to fail."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.made: list[str] = []
        self.revoked: list[str] = []
        self.fails: PlatformError | None = None
        self.stays: PlatformError | None = None  # the error of revoking
        self.meanwhile: Callable[[], Awaitable[object]] | None = None  # runs once, before the platform answers

    async def check_invites(self, place: str) -> None:
        if self.fails is not None:
            raise self.fails

    async def create_invite(self, place: str, name: str) -> CreatedInvite:
        if self.fails is not None:
            raise self.fails
        self.made.append(code := f"{self.home}/{len(self.made) + 1}")
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return CreatedInvite(destination=self.home, code=code)

    async def revoke_invite(self, destination: str, code: str) -> None:
        if self.stays is not None:
            raise self.stays
        self.revoked.append(code)

    def invite_url(self, code: str) -> str:
        return f"https://{code}"


@pytest.fixture
def telegram() -> Inviting:
    return Inviting(CHANNEL)


@pytest.fixture
def discord() -> Inviting:
    return Inviting(GUILD)


@pytest.fixture
async def ctx(db: Database, clock: MovingClock, telegram: Inviting, discord: Inviting) -> Context:
    ctx = make_context(db, clock, inviting={"telegram": telegram, "discord": discord})
    await known_place(ctx, "telegram", CHANNEL)
    await known_place(ctx, "discord", ROOM)
    return ctx


async def known_place(ctx: Context, platform: PlatformName, chat: str, purpose: str = places.PUBLIC) -> None:
    async with ctx.db.write() as conn:
        await places.save(conn, platform, chat, title=chat, purpose=purpose, locales="fr", at=ctx.clock())


async def invite_by(ctx: Context, contact: Contact) -> Invite:
    supporter = await join.find_or_join(ctx, contact)
    async with ctx.db.write() as conn:
        code = f"code{supporter.id}"
        new = Invite(id=ctx.ids.new(), supporter_id=supporter.id, code=code, made_at=ctx.clock())
        return await invites.create(conn, new)


async def linked(ctx: Context, contact: Contact, platform: PlatformName) -> tuple[Invite, InviteLink]:
    invite = await invite_by(ctx, contact)
    make = chat_links.channel_link if platform == "telegram" else chat_links.discord_link
    assert await make(ctx, invite) is not None
    async with ctx.db.read() as conn:
        (link,) = await invites.links(conn, invite.id)
    return invite, link


async def test_alternating_forget_and_invite_is_rate_limited(ctx: Context, telegram: Inviting) -> None:
    for _ in range(20):
        await chat_links.channel_link(ctx, await invite_by(ctx, CAMILLE))
        await forgetting.forget(ctx, (await join.find_or_join(ctx, CAMILLE)).id)
    assert len(telegram.made) == 10
    assert await chat_links.channel_link(ctx, await invite_by(ctx, LUC)) is not None, "nobody else is held up"


async def referral(ctx: Context, contact: Contact) -> Referral | None:
    async with ctx.db.read() as conn:
        known = await supporters.find(conn, contact.platform, contact.external_id)
        return None if known is None else await referrals.referral(conn, known.id)


async def is_known(ctx: Context, contact: Contact) -> bool:
    async with ctx.db.read() as conn:
        return await supporters.find(conn, contact.platform, contact.external_id) is not None


async def staff_notices(ctx: Context) -> list[Notice]:
    async with ctx.db.read() as conn:
        return [n for n in await notices.due(conn, ctx.clock() + timedelta(days=9), 50) if n.kind == "invites_lost"]


# --- links --------------------------------------------------------------------------------------------
async def test_link_is_created_on_demand_and_kept(ctx: Context, telegram: Inviting) -> None:
    invite = await invite_by(ctx, CAMILLE)
    assert [await chat_links.channel_link(ctx, invite) for _ in range(3)] == [f"https://{CHANNEL}/1"] * 3
    assert telegram.made == [f"{CHANNEL}/1"]


async def test_without_a_place_there_is_no_link(ctx: Context, telegram: Inviting) -> None:
    invite = await invite_by(ctx, CAMILLE)
    await known_place(ctx, "telegram", CHANNEL, places.STAFF)
    assert await chat_links.channel_link(ctx, invite) is None
    await known_place(ctx, "telegram", CHANNEL)
    ctx.inviting.pop("discord")
    assert await chat_links.discord_link(ctx, invite) is None
    assert await chat_links.channel_link(ctx, replace(invite, code=None)) is None  # erased
    assert telegram.made == []


async def test_unused_place_offers_no_links(ctx: Context, telegram: Inviting) -> None:
    invite, _ = await linked(ctx, CAMILLE, "telegram")
    await known_place(ctx, "telegram", CHANNEL, places.OFF)
    assert await chat_links.channel_link(ctx, invite) is None
    await known_place(ctx, "telegram", "-1002")
    telegram.home = "-1002"
    assert await chat_links.channel_link(ctx, invite) == "https://-1002/2"


async def test_simultaneous_requests_create_one_link(ctx: Context, telegram: Inviting) -> None:
    invite = await invite_by(ctx, CAMILLE)
    telegram.meanwhile = lambda: chat_links.channel_link(ctx, invite)
    assert await chat_links.channel_link(ctx, invite) == f"https://{CHANNEL}/2"
    assert telegram.revoked == [f"{CHANNEL}/1"]


async def test_missing_right_notifies_staff_once_and_is_retried(
    ctx: Context, telegram: Inviting, clock: MovingClock
) -> None:
    telegram.fails = MissingPermission("no")
    mine, theirs = await invite_by(ctx, CAMILLE), await invite_by(ctx, replace(CAMILLE, external_id="44"))
    assert [await chat_links.channel_link(ctx, link) for link in (mine, theirs)] == [None, None]
    clock.now += timedelta(minutes=6)
    assert await chat_links.channel_link(ctx, mine) is None
    assert len(await staff_notices(ctx)) == 1
    telegram.fails = None
    clock.now += timedelta(minutes=6)
    assert await chat_links.channel_link(ctx, mine) is not None
    telegram.fails = MissingPermission("again")
    assert await chat_links.channel_link(ctx, theirs) is None
    assert len(await staff_notices(ctx)) == 2


@pytest.mark.parametrize(
    "why", [JoinsNotVisible("public"), InviteLimitReached("full"), Unreachable("gone"), RetryLater(3)]
)
async def test_unfixable_problems_are_not_notified(ctx: Context, telegram: Inviting, why: PlatformError) -> None:
    telegram.fails = why
    assert await chat_links.channel_link(ctx, await invite_by(ctx, CAMILLE)) is None
    assert await staff_notices(ctx) == []


async def test_full_place_keeps_existing_links(ctx: Context, telegram: Inviting) -> None:
    invite, _ = await linked(ctx, CAMILLE, "telegram")
    for why in (InviteLimitReached("full"), RetryLater(9)):
        telegram.fails = why
        assert await chat_links.channel_link(ctx, await invite_by(ctx, replace(CAMILLE, external_id="44"))) is None
        assert await chat_links.channel_link(ctx, invite) == f"https://{CHANNEL}/1"


async def test_links_stop_once_joins_are_not_visible(ctx: Context, telegram: Inviting, clock: MovingClock) -> None:
    invite, _ = await linked(ctx, CAMILLE, "telegram")
    telegram.fails = RetryLater(3)
    clock.now += timedelta(days=2)
    assert await chat_links.channel_link(ctx, invite) is not None
    telegram.fails = JoinsNotVisible("public by now")
    assert await chat_links.channel_link(ctx, invite) is None
    telegram.fails = None
    clock.now += timedelta(hours=2)
    assert await chat_links.channel_link(ctx, invite) == f"https://{CHANNEL}/1"
    clock.now += timedelta(days=2)
    assert await chat_links.channel_link(ctx, invite) == f"https://{CHANNEL}/1"


async def test_idle_links_are_revoked_to_make_room(
    ctx: Context, discord: Inviting, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_links, "MAKE_ROOM_FROM", 2)
    monkeypatch.setattr(chat_links, "MOST", 3)
    donors = [replace(CAMILLE, external_id=str(n)) for n in range(50, 56)]
    first, link = await linked(ctx, donors[0], "discord")
    await linked(ctx, donors[1], "discord")
    await linked(ctx, donors[2], "discord")  # nothing is idle yet, and there is room
    assert await chat_links.discord_link(ctx, await invite_by(ctx, donors[3])) is None  # now there is none
    clock.now += timedelta(days=31)
    async with ctx.db.write() as conn:
        await invites.set_uses(conn, link.id, 1, ctx.clock())  # someone has just joined by the first one
    assert await chat_links.discord_link(ctx, await invite_by(ctx, donors[4])) is not None
    assert discord.revoked == [f"{GUILD}/2"]
    assert await chat_links.discord_link(ctx, first) == f"https://{GUILD}/1"


# --- Telegram -------------------------------------------------------------------------------------------
async def test_join_by_a_donors_link_is_a_referral(ctx: Context) -> None:
    invite, link = await linked(ctx, CAMILLE, "telegram")
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.RECORDED
    stored = await referral(ctx, LUC)
    assert stored is not None and (stored.inviter_id, stored.how, stored.certain) == (
        invite.supporter_id,
        JoinedVia.CHAT_LINK,
        True,
    )
    async with ctx.db.read() as conn:
        assert await invite_count(conn, invite.id, "joined") == 1
        known = await supporters.find(conn, "telegram", LUC.external_id)
    assert known is not None and not known.reachable  # a bot may not write first
    greeted = await router.on_start(ctx, replace(LUC, private=True), "")  # as a newcomer
    assert {"see", "prefs"} == {button.action for button in greeted.card.buttons}
    assert (await join.find_or_join(ctx, replace(LUC, private=True))).reachable


async def test_only_the_first_join_counts(ctx: Context) -> None:
    _, link = await linked(ctx, CAMILLE, "telegram")
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.RECORDED
    await newcomers.record_departure(ctx, LUC)
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.NOT_NEW
    _, others = await linked(ctx, replace(CAMILLE, external_id="44"), "telegram")
    assert await newcomers.record_chat_join(ctx, LUC, others.code) is ReferralOutcome.NOT_NEW


async def test_returning_member_is_no_referral(ctx: Context) -> None:
    await newcomers.record_departure(ctx, replace(LUC, external_id="1"))  # no invite leads there yet: nothing is stored
    _, link = await linked(ctx, CAMILLE, "telegram")
    await newcomers.record_departure(ctx, LUC)
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.NOT_NEW
    assert not await is_known(ctx, LUC)
    assert await newcomers.record_chat_join(ctx, replace(LUC, external_id="1"), link.code) is ReferralOutcome.RECORDED


async def test_old_departures_are_deleted(ctx: Context, clock: MovingClock) -> None:
    await linked(ctx, CAMILLE, "telegram")
    await newcomers.record_departure(ctx, LUC)
    clock.now += timedelta(days=399)
    assert await newcomers.prune(ctx) == 0
    clock.now += timedelta(days=2)
    assert await newcomers.prune(ctx) == 1


async def test_erasure_deletes_departures(ctx: Context) -> None:
    _, link = await linked(ctx, CAMILLE, "telegram")
    known = await join.find_or_join(ctx, LUC)
    await newcomers.record_departure(ctx, LUC)
    await forgetting.forget(ctx, known.id)
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.RECORDED


async def test_known_supporters_staff_and_foreign_links_are_no_referrals(ctx: Context) -> None:
    _, link = await linked(ctx, CAMILLE, "telegram")
    await join.find_or_join(ctx, LUC)
    assert await newcomers.record_chat_join(ctx, LUC, link.code) is ReferralOutcome.NOT_NEW
    assert await newcomers.record_chat_join(ctx, CAMILLE, link.code) is ReferralOutcome.NOT_NEW  # their own
    nadia = replace(LUC, external_id="45")
    async with ctx.db.write() as conn:
        await staff.add(conn, "telegram", "45", Role.EDITOR, label="N", locale="fr", added_by=None, at=ctx.clock())
    assert await newcomers.record_chat_join(ctx, nadia, link.code) is ReferralOutcome.NOT_NEW
    stranger = replace(LUC, external_id="46")
    assert await newcomers.record_chat_join(ctx, stranger, "https://t.me/+somebody-elses") is None
    assert not await is_known(ctx, nadia) and not await is_known(ctx, stranger)


# --- Discord --------------------------------------------------------------------------------------------
async def by_discord(
    ctx: Context, verdict: Attribution, counts: Counts, *people: Newcomer, **more: bool
) -> list[ReferralOutcome]:
    return await newcomers.record_discord_joins(ctx, GUILD, people or [Newcomer(contact=MEI)], verdict, counts, **more)


async def test_invite_whose_count_rose_gets_the_referral(ctx: Context) -> None:
    invite, link = await linked(ctx, CAMILLE, "discord")
    counts, verdict = Counts(uses={link.code: 1, "poster": 9}), Attribution(code=link.code)
    assert await by_discord(ctx, verdict, counts) == [ReferralOutcome.RECORDED]
    stored = await referral(ctx, MEI)
    assert stored is not None and (stored.inviter_id, stored.how, stored.certain) == (
        invite.supporter_id,
        JoinedVia.DISCORD,
        False,
    )
    assert await newcomers.watched_codes(ctx, GUILD) == {link.code: 1}
    ana = replace(MEI, external_id="89")
    assert await by_discord(ctx, verdict, counts, Newcomer(contact=ana), confirmed=True) == [ReferralOutcome.RECORDED]
    said = await referral(ctx, ana)
    assert said is not None and said.certain


async def test_ambiguous_join_is_unknown_with_candidates(ctx: Context) -> None:
    mine, url = await linked(ctx, CAMILLE, "discord")
    theirs, other = await linked(ctx, replace(CAMILLE, external_id="44"), "discord")
    counts = Counts(uses={url.code: 1, other.code: 1})
    both = [Newcomer(contact=replace(MEI, external_id=name)) for name in ("88", "89")]
    verdict = Attribution(candidates=(url.code, other.code))
    assert await by_discord(ctx, verdict, counts, *both) == [ReferralOutcome.UNKNOWN] * 2
    found = await referral(ctx, MEI)
    assert found is not None and found.inviter_id is None and not found.certain
    assert list(found.candidates) == sorted([mine.supporter_id, theirs.supporter_id])


async def test_many_newcomers_are_written_in_chunks(ctx: Context) -> None:
    _, link = await linked(ctx, CAMILLE, "discord")
    many = [Newcomer(contact=replace(MEI, external_id=str(number))) for number in range(1000, 1120)]
    outcomes = await by_discord(ctx, Attribution(candidates=(link.code,)), Counts(uses={link.code: 120}), *many)
    assert outcomes == [ReferralOutcome.UNKNOWN] * 120
    assert await newcomers.watched_codes(ctx, GUILD) == {link.code: 120}


async def test_join_without_our_invite_is_not_stored(ctx: Context) -> None:
    _, link = await linked(ctx, CAMILLE, "discord")
    assert await by_discord(ctx, Attribution(), Counts(uses={link.code: 0, "poster": 1})) == []
    assert not await is_known(ctx, MEI)


async def test_return_to_a_server_is_no_referral(ctx: Context) -> None:
    _, link = await linked(ctx, CAMILLE, "discord")
    returned = Newcomer(contact=MEI, returned=True)
    assert await by_discord(ctx, Attribution(code=link.code), Counts(uses={link.code: 1}), returned) == [
        ReferralOutcome.NOT_NEW
    ]
    assert await newcomers.watched_codes(ctx, GUILD) == {link.code: 1} and not await is_known(ctx, MEI)


async def test_deleted_invite_is_created_again(ctx: Context, discord: Inviting) -> None:
    invite, link = await linked(ctx, CAMILLE, "discord")
    await newcomers.record_deleted_invite(ctx, "somebody's")
    await newcomers.record_deleted_invite(ctx, link.code)
    assert await newcomers.watched_codes(ctx, GUILD) == {}
    assert await chat_links.discord_link(ctx, invite) == f"https://{GUILD}/2"
    await by_discord(ctx, Attribution(), NOBODY_NEW)  # Discord no longer lists it
    assert await newcomers.watched_codes(ctx, GUILD) == {}


async def test_unreadable_counts_stop_new_invites(ctx: Context, discord: Inviting, clock: MovingClock) -> None:
    invite, _ = await linked(ctx, CAMILLE, "discord")
    await newcomers.record_hidden_invites(ctx, GUILD)
    await newcomers.record_hidden_invites(ctx, GUILD)
    assert [notice.args["platform"] for notice in await staff_notices(ctx)] == ["discord"]
    discord.fails = MissingPermission("Manage Server")
    assert await chat_links.discord_link(ctx, invite) is None
    discord.fails = None
    clock.now += timedelta(minutes=6)
    assert await chat_links.discord_link(ctx, invite) == f"https://{GUILD}/1"  # the same one as before
    assert discord.revoked == [f"{GUILD}/2"]
