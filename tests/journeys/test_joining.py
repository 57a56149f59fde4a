"""Friends join the charity's channel and server through donors: credited, unknown, or nobody's; then they give."""

from pathlib import Path

from bot.domain.people import Contact
from bot.domain.referrals import Circle, Invite, Referral, ReferralOutcome
from bot.store.campaigns import places
from bot.store.referrals import invites, referrals
from bot.store.supporters import supporters
from bot.usecases.core import join
from bot.usecases.referral_tree import refer
from bot.usecases.referrals import chat_links
from tests.journeys.people import Person, says
from tests.journeys.test_staff import code_for_the_first, colleague
from tests.journeys.town import Json, Town, open_town, town
from tests.waiting import until


class Donor:
    """Somebody who gives and has friends, with their links into the channel and the server."""

    def __init__(self, supporter_id: int, channel: str | None, server: str | None) -> None:
        self.id = supporter_id
        self.channel = channel
        self.server = server

    @property
    def code(self) -> str:
        return (self.server or "").rpartition("/")[2]


async def a_channel(here: Town) -> Json:
    """The charity's private channel, and its Discord room, are where posts go."""
    channel: Json = here.telegram.add_chat("channel", "La Tablée")
    async with here.app.ctx.db.write() as conn:
        for platform, chat in (("telegram", channel["id"]), ("discord", here.room["id"])):
            await places.save(
                conn,
                platform,  # type: ignore[arg-type]  # two names of platforms
                str(chat),
                title="La Tablée",
                purpose=places.PUBLIC,
                locales="fr",
                at=here.clock(),
            )
    return channel


async def a_donor(here: Town, person: Person) -> Donor:
    ctx = here.app.ctx
    contact = Contact(platform=person.platform, external_id=str(person.id), locale=person.locale, private=True)
    supporter = await join.who(ctx, contact)
    async with ctx.db.write() as conn:
        code = f"code{supporter.id:08}"
        new = Invite(id=ctx.ids.new(), supporter_id=supporter.id, code=code, made_at=here.clock())
        invite = await invites.create(conn, new)
    return Donor(supporter.id, await chat_links.channel_link(ctx, invite), await chat_links.discord_link(ctx, invite))


async def came(here: Town, platform: str, account: Json) -> Referral | None:
    async with here.app.ctx.db.read() as conn:
        known = await supporters.find(conn, platform, str(account["id"]))  # type: ignore[arg-type]  # a platform's name
        return None if known is None else await referrals.referral(conn, known.id)


async def noted(here: Town, platform: str, account: Json) -> Referral:
    async def is_there() -> bool:
        return await came(here, platform, account) is not None

    await until(is_there, within=20)
    found = await came(here, platform, account)
    assert found is not None
    return found


async def circle(here: Town, donor: Donor) -> Circle:
    async with here.app.ctx.db.read() as conn:
        return await referrals.circle(conn, donor.id)


def joins(here: Town, donor: Donor, name: str) -> Json:
    """A friend comes into the Discord server by a donor's invite."""
    friend: Json = here.discord.add_user(name)
    here.discord.join(friend, here.guild, donor.code)
    return friend


async def friends_arrive(here: Town) -> None:
    """One by the channel link, one on Discord, two in the same instant, one by a poster; two of them give."""
    channel = await a_channel(here)
    people = here.person("telegram", "fr", "Camille"), here.person("discord", "en", "Alex")
    camille, alex = [await a_donor(here, person) for person in people]
    luc = Person(here, "telegram", "en", here.telegram.add_user("Luc", language_code="en"))
    here.telegram.tap_link(luc.account, str(camille.channel))
    assert (await noted(here, "telegram", luc.account)).inviter_id == camille.id
    here.telegram.leave(luc.account, channel)
    here.telegram.join(luc.account, channel, alex.channel)
    mei = joins(here, camille, "Mei")
    assert (await noted(here, "discord", mei)).inviter_id == camille.id
    two = [joins(here, camille, "Ana"), joins(here, alex, "Bo")]
    for one in [await noted(here, "discord", friend) for friend in two]:
        assert one.inviter_id is None and set(one.candidates) == {camille.id, alex.id}
    assert (await circle(here, camille)).people_direct == 2 and (await circle(here, alex)).people_direct == 0
    for friend in (luc, Person(here, "discord", "fr", mei, here.room)):
        await here.pay((await friend.command("give", "5")).first_link)
    await here.all_sent()
    found = await circle(here, camille)
    assert (found.donors_direct, found.money["cad"].minor_direct) == (2, 1000)
    asked = Person(here, "discord", "fr", two[0], here.room)
    assert not asked.everything()  # nobody writes to them first
    await asked.command("aide")
    assert await asked.hears(says("fr", "by-title"))
    ana = Contact(platform="discord", external_id=str(two[0]["id"]), locale="fr", private=True)
    assert await refer.claim_inviter(here.app.ctx, ana, alex.id) is ReferralOutcome.BROUGHT
    assert (await circle(here, alex)).people_direct == 1
    await here.books_are_right()


async def test_friends_arrive(tmp_path: Path) -> None:
    async with open_town(tmp_path) as here:
        await friends_arrive(here)


async def test_a_friend_arrives_while_the_bot_is_away(tmp_path: Path) -> None:
    """Telegram keeps what happened; on Discord nobody can say any more by whom they came."""
    async with town(tmp_path) as here:
        async with here.open():
            await a_channel(here)
            camille = await a_donor(here, here.person("telegram", "fr", "Camille"))
        luc = here.telegram.add_user("Luc")
        here.telegram.tap_link(luc, str(camille.channel))
        mei = joins(here, camille, "Mei")
        async with here.open():
            assert (await noted(here, "telegram", luc)).inviter_id == camille.id
            one = await noted(here, "discord", mei)
            assert one.inviter_id is None and list(one.candidates) == [camille.id]


async def invites_are_forbidden(here: Town) -> None:
    """The bot loses its rights: the donor has other ways, and staff read once what to do."""
    nadia = colleague(here, "telegram", "fr", "Nadia")
    await nadia.start(f"s_{await code_for_the_first(here)}")
    await nadia.hears(says("fr", "staff-recovery-title"))
    channel = await a_channel(here)
    here.telegram.promote_bot(channel, lacking=["can_invite_users"])
    here.discord.allow(here.guild, deny=["manage_guild"])
    for name in ("Camille", "Alex"):
        donor = await a_donor(here, here.person("telegram", "fr", name))
        assert (donor.channel, donor.server) == (None, None)
    told = [await nadia.hears(says("fr", f"staff-invites-lost-{name}")) for name in ("telegram", "discord")]
    assert len({heard.id for heard in told}) == 2
    assert sum(says("fr", "staff-invites-lost-meanwhile") in heard.text for heard in nadia.everything()) == 2


async def test_the_bot_may_not_invite(tmp_path: Path) -> None:
    async with open_town(tmp_path) as here:
        await invites_are_forbidden(here)
